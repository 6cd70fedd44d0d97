//! What looks like a CPR number where none belongs: in a number or a name that stands open in the log for ever.

use chrono::NaiveDate;

/// Whether a CPR number stands somewhere in the text: a date as ddmmyy and four digits, together or with a hyphen or a
/// blank between, and no digit right before or after. A replacement number has 60 added to the day.
///
/// The century is not looked at, and neither is modulus 11, which CPR numbers have not kept since 2007.
#[must_use]
pub fn is_in(text: &str) -> bool {
    let bytes = text.as_bytes();
    let begins = |at: &usize| at.checked_sub(1).is_none_or(|before| !bytes[before].is_ascii_digit());
    (0..bytes.len()).filter(begins).any(|at| is_first(&bytes[at..]))
}

/// A number is this CPR number but for the zeros before it, which a spreadsheet takes away, and for what parts its digits. Of a
/// number alone nobody could tell: nine digits are an employee number in many places.
#[must_use]
pub fn is_that(number: &str, cpr: &str) -> bool {
    let bare = |text: &str| {
        let joined = text.replace(['-', '.', '_', ' '], "");
        joined.trim_start_matches('0').to_owned()
    };
    let number = bare(number);
    !number.is_empty() && number == bare(cpr)
}

fn is_first(bytes: &[u8]) -> bool {
    let Some((date, rest)) = bytes.split_at_checked(6) else { return false };
    let rest = rest.strip_prefix(b"-").or_else(|| rest.strip_prefix(b" ")).unwrap_or(rest);
    let four = rest.iter().take_while(|b| b.is_ascii_digit()).count() == 4;
    four && date.iter().all(u8::is_ascii_digit) && is_date(date)
}

fn is_date(digits: &[u8]) -> bool {
    let two = |at: usize| u32::from(digits[at] - b'0') * 10 + u32::from(digits[at + 1] - b'0');
    let (day, month, year) = (two(0), two(2), two(4));
    let day = if day > 60 { day - 60 } else { day };
    // A year of this century has a 29 February whenever one of an earlier century with the same two digits has.
    i32::try_from(2000 + year).is_ok_and(|year| NaiveDate::from_ymd_opt(year, month, day).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_digits_that_begin_with_a_date_are_seen() {
        // 29 February was in 1996 and 2000, and 61 to 91 is the day of a replacement number.
        for text in ["0101991234", "010199-1234", "3112001234", "2902961234", "2902001234", "6101991234", "7101991234"]
        {
            assert!(is_in(text), "{text}");
        }
        assert!(is_in("9101991234") && is_in("8902961234"));
        for text in
            ["Anna 010199-1234", "nr.0101991234.", "010199 1234", "æ0101991234ø", "0101991234-1", "1-010199-1234"]
        {
            assert!(is_in(text), "{text}");
        }
    }

    #[test]
    fn other_numbers_are_not() {
        for text in [
            // No such date: 31 February, 29 February 1999, 31 April, day 0, 32 and 60, month 0 and 13, day 92 less 60.
            "3102991234",
            "2902991234",
            "3104991234",
            "0001991234",
            "3201991234",
            "6001991234",
            "0100991234",
            "0113991234",
            "9201991234",
            "9102991234",
            // Nine digits and eleven, a hyphen elsewhere, other signs.
            "010199123",
            "01019912345",
            "10101991234",
            "01-01991234",
            "0101-991234",
            "010199-12345",
            "010199--1234",
            "010199_1234",
            "01019a1234",
            "",
            "1001",
            "A-1_2.3",
            "०१०१९९१२३४",
        ] {
            assert!(!is_in(text), "{text}");
        }
    }

    /// 1 January 1999 as a spreadsheet leaves it: the zero before it is gone.
    #[test]
    fn the_number_of_a_person_is_known_without_its_zeros() {
        for number in ["101991234", "0101991234", "10199-1234", "010199-1234", "00101991234", "10199.1234"] {
            assert!(is_that(number, "0101991234"), "{number}");
        }
        for number in ["101991235", "1101991234", "A101991234", "10199123", "", "0", "1001"] {
            assert!(!is_that(number, "0101991234"), "{number}");
        }
        assert!(is_that("1503850011", "1503850011") && !is_that("", ""));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_looked_at(text in "[0-9æ \\-a]{0,24}") {
            // Ten digits at least, or there is none.
            proptest::prop_assert!(!is_in(&text) || text.bytes().filter(u8::is_ascii_digit).count() >= 10);
        }
    }
}
