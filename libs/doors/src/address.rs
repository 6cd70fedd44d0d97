//! Addresses of this service: what stands in one, and which are safe to go on to.

/// Longest address that is come back to after logging in, in bytes.
const LONGEST_ONWARD: usize = 1024;

/// A value as it stands in an address.
#[must_use]
pub fn percent_encode(value: &str) -> String {
    value.bytes().map(percent).collect()
}

fn percent(b: u8) -> String {
    if b.is_ascii_alphanumeric() || b"-_.".contains(&b) { char::from(b).to_string() } else { format!("%{b:02X}") }
}

/// A path of this service, and nothing that leads elsewhere; the first page in place of anything else.
#[must_use]
pub fn own_path(text: Option<&str>) -> &str {
    text.filter(|t| t.starts_with('/') && !t.starts_with("//") && !t.contains('\\'))
        .filter(|t| t.bytes().all(|b| b.is_ascii_graphic()))
        .unwrap_or("/")
}

/// Where to go after logging in: a page of ours that is not too long, or the first one.
#[must_use]
pub fn onward_path(text: Option<&str>) -> &str {
    own_path(text.filter(|text| text.len() <= LONGEST_ONWARD))
}

/// The address of a page on the way in, from which one comes to another.
#[must_use]
pub fn with_onward(page: &str, onward: &str) -> String {
    let onward = onward_path(Some(onward));
    // A slash means nothing in a query, and a person can read the address with it.
    let text = percent_encode(onward).replace("%2F", "/");
    if onward == "/" { page.to_owned() } else { format!("{page}?videre={text}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_go_only_to_our_own_pages() {
        for (text, path) in [("/hr?enhed=E1", "/hr?enhed=E1"), ("//x.dk", "/"), ("https://x.dk", "/"), ("/\\x", "/")] {
            assert_eq!(own_path(Some(text)), path);
        }
    }

    #[test]
    fn the_way_back_is_kept_where_it_is_ours_and_short() {
        assert_eq!(with_onward("/log-ind", "/hr?enhed=E1&side=2"), "/log-ind?videre=/hr%3Fenhed%3DE1%26side%3D2");
        assert_eq!(with_onward("/log-ind", "https://x.dk"), "/log-ind");
        let (longest, longer) = (format!("/{}", "a".repeat(1023)), format!("/{}", "a".repeat(1024)));
        assert_eq!((onward_path(Some(&longest)), onward_path(Some(&longer))), (longest.as_str(), "/"));
    }
}
