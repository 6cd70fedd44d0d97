//! A telephone number as payroll has it: shown as people write it, and dialled where it is one.

/// Digits of a Danish number.
const DANISH: usize = 8;
/// Digits of any number there is (E.164), and of the shortest that a person has.
const DIGITS: std::ops::RangeInclusive<usize> = 6..=15;

/// Somebody's telephone.
pub(crate) struct Telefon {
    pub(crate) shown: String,
    /// What dials it; none where the text is more than one number.
    pub(crate) path: Option<String>,
}

impl Telefon {
    /// What payroll told; none where it told nothing.
    pub(crate) fn of(told: &str) -> Option<Self> {
        let told = told.trim();
        let bare: String = told.chars().filter(|c| !c.is_whitespace() && !['-', '.', '(', ')'].contains(c)).collect();
        let digits = bare.strip_prefix('+').unwrap_or(&bare);
        if told.is_empty() {
            return None;
        }
        if !DIGITS.contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Some(Self { shown: told.to_owned(), path: None });
        }
        let is_danish = digits.len() == DANISH && digits.len() == bare.len();
        let shown = if is_danish { in_pairs(digits) } else { told.to_owned() };
        let dialled = if is_danish { format!("+45{digits}") } else { bare };
        Some(Self { shown, path: Some(format!("tel:{dialled}")) })
    }
}

fn in_pairs(digits: &str) -> String {
    let pairs: Vec<&str> = (0..digits.len()).step_by(2).filter_map(|at| digits.get(at..at + 2)).collect();
    pairs.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_dialled_and_anything_else_is_read() {
        let told = |text: &str| Telefon::of(text).map(|one| (one.shown, one.path));
        let is = |shown: &str, path: Option<&str>| Some((shown.to_owned(), path.map(str::to_owned)));
        assert_eq!(told("10001008"), is("10 00 10 08", Some("tel:+4510001008")));
        assert_eq!(told(" 1000-1008 "), is("10 00 10 08", Some("tel:+4510001008")));
        assert_eq!(told("+46 70 123 45 67"), is("+46 70 123 45 67", Some("tel:+46701234567")));
        assert_eq!(told("004510001008"), is("004510001008", Some("tel:004510001008")));
        let two = "10001008 / 10001009";
        assert_eq!(told(two), is(two, None), "nobody guesses which");
        assert_eq!(told("ring til receptionen"), is("ring til receptionen", None));
        assert_eq!(told("  "), None);
    }
}
