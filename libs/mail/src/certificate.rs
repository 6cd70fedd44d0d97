//! When a certificate ends: the one field of it that somebody has to act on in time.
//!
//! The field is read by walking to it (RFC 5280, 4.1); nothing else is taken from the certificate, and that it is the right one was
//! found out when the connection was made.

use chrono::{DateTime, NaiveDateTime, Utc};

const INTEGER: u8 = 0x02;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
/// The version, which may be left out.
const VERSION: u8 = 0xa0;

/// The last moment of a certificate in DER; none where it is not one.
#[must_use]
pub fn ends(der: &[u8]) -> Option<DateTime<Utc>> {
    let (certificate, _) = field(der, SEQUENCE)?;
    let (mut rest, _) = field(certificate, SEQUENCE)?;
    if rest.first() == Some(&VERSION) {
        (_, rest) = field(rest, VERSION)?;
    }
    // Serial number, algorithm, issuer; then from when until when it is good.
    for tag in [INTEGER, SEQUENCE, SEQUENCE] {
        (_, rest) = field(rest, tag)?;
    }
    let (validity, _) = field(rest, SEQUENCE)?;
    let (_, until) = any(validity)?;
    let tag = *until.first()?;
    let (time, _) = any(until)?;
    time_of(tag, std::str::from_utf8(time).ok()?)
}

/// The content of the first field, which is of this kind, and what follows it.
fn field(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    if bytes.first() == Some(&tag) { any(bytes) } else { None }
}

/// The content of the first field, and what follows it.
fn any(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&first, rest) = bytes.get(1..)?.split_first()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let (length, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
        if length.len() > 4 {
            return None;
        }
        (length.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)), rest)
    };
    rest.split_at_checked(length)
}

/// Two digits of a year mean 1950 to 2049.
fn time_of(tag: u8, text: &str) -> Option<DateTime<Utc>> {
    let whole = match tag {
        GENERALIZED_TIME => text.to_owned(),
        UTC_TIME => format!("{}{text}", if text.get(..2)? < "50" { "20" } else { "19" }),
        _ => return None,
    };
    Some(NaiveDateTime::parse_from_str(&whole, "%Y%m%d%H%M%SZ").ok()?.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field_of(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = u8::try_from(content.len()).unwrap();
        let mut bytes = if length < 0x80 { vec![tag, length] } else { vec![tag, 0x81, length] };
        bytes.extend(content);
        bytes
    }

    /// Serial number 1, and nothing of what is skipped but its place.
    fn certificate(version: bool, until: (u8, &str)) -> Vec<u8> {
        let from = field_of(UTC_TIME, b"260101000000Z");
        let validity = [from, field_of(until.0, until.1.as_bytes())].concat();
        let version = if version { field_of(VERSION, &[INTEGER, 1, 2]) } else { Vec::new() };
        let issuer = field_of(SEQUENCE, &[0x31; 120]);
        let parts = [version, field_of(INTEGER, &[1]), field_of(SEQUENCE, &[]), issuer, field_of(SEQUENCE, &validity)];
        field_of(SEQUENCE, &field_of(SEQUENCE, &parts.concat()))
    }

    #[test]
    fn its_last_moment_is_read_and_nothing_else() {
        let end = |der: &[u8]| ends(der).map(|time| time.to_rfc3339());
        assert_eq!(end(&certificate(true, (UTC_TIME, "270228235959Z"))).as_deref(), Some("2027-02-28T23:59:59+00:00"));
        assert_eq!(end(&certificate(false, (UTC_TIME, "991231235959Z"))).as_deref(), Some("1999-12-31T23:59:59+00:00"));
        let late = certificate(true, (GENERALIZED_TIME, "20510101000000Z"));
        assert_eq!(end(&late).as_deref(), Some("2051-01-01T00:00:00+00:00"));
        // What is cut short anywhere, or is something else, has none.
        for length in 0..late.len() {
            assert_eq!(end(&late[..length]), None, "{length}");
        }
        assert_eq!(end(&certificate(true, (UTC_TIME, "ikke en tid"))), None);
        assert_eq!(end(b"0\x84\xff\xff\xff\xff"), None);
    }
}
