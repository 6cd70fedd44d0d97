//! An amount as people read it. Nothing else writes one: an [`Oere`] has no form of its own, and `tests/tidy` holds texts
//! to it.

use forloeb::Oere;

use crate::sentences::figure;

/// 12.345 kr., or 12.345,50 kr. where there are øre; never broken across lines.
#[must_use]
pub fn kroner(amount: Oere) -> String {
    let (whole, rest) = amount.parts();
    let sign = if amount < Oere::ZERO { "−" } else { "" };
    let oere = if rest == 0 { String::new() } else { format!(",{rest:02}") };
    format!("{sign}{}{oere}\u{a0}kr.", figure(whole))
}

/// 12345,50: the same for a spreadsheet, which reckons with it, with this sign between kroner and øre.
#[must_use]
pub fn for_spreadsheet(amount: Oere, decimal: char) -> String {
    let (whole, rest) = amount.parts();
    let sign = if amount < Oere::ZERO { "-" } else { "" };
    format!("{sign}{whole}{decimal}{rest:02}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_as_people_write_them() {
        let shown = |oere| kroner(Oere::new(oere)).replace('\u{a0}', " ");
        assert_eq!(
            [0, 5, 50, 99, 100, 99_900, 100_000, 123_450, 368_919, 1_000_000_000_000].map(shown),
            [
                "0 kr.",
                "0,05 kr.",
                "0,50 kr.",
                "0,99 kr.",
                "1 kr.",
                "999 kr.",
                "1.000 kr.",
                "1.234,50 kr.",
                "3.689,19 kr.",
                "10.000.000.000 kr.",
            ]
        );
        assert_eq!([-5, -100, -123_450].map(shown), ["−0,05 kr.", "−1 kr.", "−1.234,50 kr."]);
        assert_eq!(for_spreadsheet(Oere::new(1_234_550), ','), "12345,50");
        assert_eq!(for_spreadsheet(Oere::new(-5), '.'), "-0.05");
        assert_eq!(shown(i64::MIN), "−92.233.720.368.547.758,08 kr.");
    }

    proptest! {
        /// The model goes from the right, a digit at a time.
        #[test]
        fn digits_stand_where_a_naive_writer_puts_them(oere in any::<i64>()) {
            let mut digits: Vec<char> = format!("{:03}", oere.unsigned_abs()).chars().rev().collect();
            let whole = digits.split_off(2);
            let mut expected: Vec<char> = ".rk\u{a0}".chars().collect();
            if digits != ['0', '0'] {
                expected.extend(digits);
                expected.push(',');
            }
            for (n, digit) in whole.into_iter().enumerate() {
                if n > 0 && n % 3 == 0 {
                    expected.push('.');
                }
                expected.push(digit);
            }
            if oere < 0 {
                expected.push('−');
            }
            prop_assert_eq!(kroner(Oere::new(oere)), expected.into_iter().rev().collect::<String>());
        }
    }
}
