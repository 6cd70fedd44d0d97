//! Addresses of this service: what stands in one, and which are safe to go on to.

/// A value as it stands in an address.
pub(crate) fn sikker(vaerdi: &str) -> String {
    vaerdi.bytes().map(procent).collect()
}

fn procent(b: u8) -> String {
    if b.is_ascii_alphanumeric() || b"-_.".contains(&b) { char::from(b).to_string() } else { format!("%{b:02X}") }
}

/// A path of this service, and nothing that leads elsewhere.
pub(crate) fn egen_sti(tekst: Option<&str>) -> &str {
    tekst
        .filter(|t| t.starts_with('/') && !t.starts_with("//") && !t.contains('\\'))
        .filter(|t| t.bytes().all(|b| b.is_ascii_graphic()))
        .unwrap_or("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn der_sendes_kun_videre_til_egne_sider() {
        for (tekst, sti) in [("/hr?enhed=E1", "/hr?enhed=E1"), ("//x.dk", "/"), ("https://x.dk", "/"), ("/\\x", "/")] {
            assert_eq!(egen_sti(Some(tekst)), sti);
        }
    }
}
