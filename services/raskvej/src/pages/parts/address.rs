//! Addresses of this service: what stands in one, and which are safe to go on to.

/// A value as it stands in an address.
pub(crate) fn percent_encode(value: &str) -> String {
    value.bytes().map(percent).collect()
}

fn percent(b: u8) -> String {
    if b.is_ascii_alphanumeric() || b"-_.".contains(&b) { char::from(b).to_string() } else { format!("%{b:02X}") }
}

/// A path of this service, and nothing that leads elsewhere.
pub(crate) fn own_path(tekst: Option<&str>) -> &str {
    tekst
        .filter(|t| t.starts_with('/') && !t.starts_with("//") && !t.contains('\\'))
        .filter(|t| t.bytes().all(|b| b.is_ascii_graphic()))
        .unwrap_or("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_go_only_to_our_own_pages() {
        for (tekst, path) in [("/hr?enhed=E1", "/hr?enhed=E1"), ("//x.dk", "/"), ("https://x.dk", "/"), ("/\\x", "/")] {
            assert_eq!(own_path(Some(tekst)), path);
        }
    }
}
