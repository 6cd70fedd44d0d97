//! What the headers of a request carry.

use http::{HeaderMap, header};

/// The bearer token of a request, without the word before it; none where there is another kind of word, or none.
#[must_use]
pub fn bearer(heads: &HeaderMap) -> Option<&str> {
    let (word, token) = heads.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    word.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// What a browser sends of a cookie, the first where it sends several of one name.
#[must_use]
pub fn cookie<'a>(heads: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = heads.get_all(header::COOKIE).iter().filter_map(|head| head.to_str().ok());
    all.flat_map(|head| head.split(';')).find_map(|one| one.trim().strip_prefix(name)?.strip_prefix('='))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn heads(name: &header::HeaderName, values: &[&str]) -> HeaderMap {
        values.iter().map(|value| (name.clone(), HeaderValue::from_bytes(value.as_bytes()).unwrap())).collect()
    }

    #[test]
    fn a_token_comes_after_its_word() {
        for (said, token) in [
            ("Bearer rv_abc", Some("rv_abc")),
            ("bearer   rv_abc ", Some("rv_abc")),
            ("Bearer rv_abc more", Some("rv_abc more")),
            ("Bearer", None),
            ("Bearer ", Some("")),
            ("Basic rv_abc", None),
            ("rv_abc", None),
            ("Bearer ræv", None),
        ] {
            assert_eq!(bearer(&heads(&header::AUTHORIZATION, &[said])), token, "{said}");
        }
        assert_eq!(bearer(&HeaderMap::new()), None);
    }

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        for (said, value) in [
            (&["a=1; raskvej_session=x; b=2"][..], Some("x")),
            (&["a=1", "raskvej_session=x"], Some("x")),
            (&["raskvej_session=x; raskvej_session=y"], Some("x")),
            (&["raskvej_session="], Some("")),
            (&["raskvej_session=a=b"], Some("a=b")),
            (&["raskvej_session2=x; _raskvej_session=x; raskvej_session"], None),
            (&["a=ræv; raskvej_session=x"], None),
            (&[], None),
        ] {
            assert_eq!(cookie(&heads(&header::COOKIE, said), "raskvej_session"), value, "{said:?}");
        }
    }
}
