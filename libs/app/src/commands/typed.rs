//! What people type in a form, and the values it stands for. What cannot be understood stays as it was typed, so that the
//! refusal is about that.

use chrono::NaiveDateTime;
use chrono_tz::Europe::Copenhagen;
use serde_json::{Number, Value};

use crate::clock::klokken;

/// The fields of a form as a browser sends them.
pub type Typed = [(String, String)];

/// The last value of a field that is not empty.
#[must_use]
pub fn find<'a>(typed: &'a Typed, name: &str) -> Option<&'a str> {
    typed.iter().rev().find(|(n, v)| n == name && !v.trim().is_empty()).map(|(_, v)| v.trim())
}

/// Named values as what a command is given.
pub fn given<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// A date as people type it, as ISO.
#[must_use]
pub fn iso(text: &str) -> String {
    let text = text.trim();
    let parts: Vec<&str> = text.split(['-', '.', '/', ' ']).filter(|d| !d.is_empty()).collect();
    let digits = |t: &str| t.len() <= 4 && !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    match parts[..] {
        [y, m, d] if y.len() == 4 && [y, m, d].iter().all(|t| digits(t)) => format!("{y}-{m:0>2}-{d:0>2}"),
        [d, m, y] if y.len() == 4 && [y, m, d].iter().all(|t| digits(t)) => format!("{y}-{m:0>2}-{d:0>2}"),
        [all] if all.len() == 8 && all.bytes().all(|b| b.is_ascii_digit()) => {
            format!("{}-{}-{}", &all[4..], &all[2..4], &all[..2])
        }
        _ => text.to_owned(),
    }
}

/// The time of a date and a clock without a zone, as a browser sends it.
#[must_use]
pub fn local(text: &str) -> Option<NaiveDateTime> {
    ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"].iter().find_map(|f| NaiveDateTime::parse_from_str(text, f).ok())
}

/// A time in Denmark, with its zone.
pub(super) fn time(text: &str) -> Value {
    let in_denmark = local(text).map(|t| klokken(t.date(), t.time()).with_timezone(&Copenhagen).to_rfc3339());
    in_denmark.unwrap_or_else(|| text.to_owned()).into()
}

/// A number as people type it: a decimal comma, and points between thousands. What is not one stays text.
#[must_use]
pub fn number(text: &str) -> Value {
    let bare = text.trim().trim_end_matches("kr.").trim_end_matches('%').trim();
    let plain = if bare.contains(',') {
        bare.replace('.', "").replace(',', ".")
    } else if has_thousands(bare) {
        bare.replace('.', "")
    } else {
        bare.to_owned()
    };
    let whole = plain.parse::<u64>().ok().map(Number::from);
    let number = whole.or_else(|| plain.parse::<f64>().ok().and_then(Number::from_f64));
    number.map_or_else(|| text.into(), Value::Number)
}

/// 12.345 is twelve thousand; 7.4 is seven and a bit.
fn has_thousands(text: &str) -> bool {
    let mut parts = text.split('.');
    let first = parts.next().is_some_and(|d| (1..=3).contains(&d.len()));
    let rest: Vec<_> = parts.collect();
    first && !rest.is_empty() && rest.iter().all(|d| d.len() == 3)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn dates_can_be_written_as_people_write_them() {
        for text in ["2026-01-05", "5-1-2026", "05.01.2026", "5/1/2026", "05012026", " 5. 1. 2026 "] {
            assert_eq!(iso(text), "2026-01-05", "{text}");
        }
        assert_eq!(iso("i går"), "i går");
        assert_eq!(iso("æøåæ"), "æøåæ");
    }

    #[test]
    fn a_number_has_a_decimal_comma_and_points_between_thousands() {
        assert_eq!([number("12.345"), number("7.4"), number("mange")], [json!(12345), json!(7.4), json!("mange")]);
    }
}
