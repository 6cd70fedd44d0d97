//! Money: whole øre, and nothing else.
//!
//! An amount is an [`Oere`] wherever it travels, so that kroner and øre cannot be mixed up. It cannot be printed: what
//! people read is written by `texts::money::kroner` alone. Where a form outside speaks of kroner (JSON, the files of
//! rates), [`decimal_kroner`] and [`whole_kroner`] are the only way in and out, and neither calculates with fractions.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

use serde::{Deserialize, Serialize};
use serde_json::Number;

/// An amount in whole øre. Sums stop at the ends of the numbers; what people give is bounded by [`Oere::MOST`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Oere(i64);

/// Why a number is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAnAmount {
    /// There are fractions of an øre in it.
    Decimals,
    /// It lies below zero, or beyond [`Oere::MOST`].
    Size,
}

impl Oere {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// Ten billion kroner. Who gives more has slipped on the keys.
    pub const MOST: Self = Self::from_kroner(10_000_000_000);

    /// So many øre.
    #[must_use]
    pub const fn new(oere: i64) -> Self {
        Self(oere)
    }

    /// So many kroner.
    #[must_use]
    pub const fn from_kroner(kroner: i64) -> Self {
        Self(kroner.saturating_mul(100))
    }

    /// How many øre it is.
    #[must_use]
    pub const fn count(self) -> i64 {
        self.0
    }

    /// How many kroner it is, half a krone up.
    #[must_use]
    pub const fn whole_kroner(self) -> i64 {
        self.0.saturating_add(50).div_euclid(100)
    }

    /// Kroner, and the øre beyond them, without the sign.
    #[must_use]
    pub const fn parts(self) -> (u64, u64) {
        (self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100)
    }

    /// Somebody can claim it, or have typed it on purpose.
    #[must_use]
    pub fn is_plausible(self) -> bool {
        (Self::ZERO..=Self::MOST).contains(&self)
    }

    /// The amount that a number of kroner is, digit by digit: a JSON number is the shortest decimal that means it, and
    /// with two decimals below [`Oere::MOST`] that is the one that was written.
    ///
    /// # Errors
    /// There are more than two decimals, or it is no plausible size.
    pub fn from_json(kroner: &Number) -> Result<Self, NotAnAmount> {
        let text = kroner.to_string();
        if let Some((_, exponent)) = text.split_once('e') {
            return Err(if exponent.starts_with('-') { NotAnAmount::Decimals } else { NotAnAmount::Size });
        }
        let (below_zero, digits) = text.strip_prefix('-').map_or((false, text.as_str()), |digits| (true, digits));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > 2 {
            return Err(NotAnAmount::Decimals);
        }
        let amount = Self(format!("{whole}{fraction:0<2}").parse().map_err(|_| NotAnAmount::Size)?);
        let amount = if below_zero { -amount } else { amount };
        if amount.is_plausible() { Ok(amount) } else { Err(NotAnAmount::Size) }
    }
}

impl Add for Oere {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Oere {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for Oere {
    type Output = Self;

    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl AddAssign for Oere {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for Oere {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl Sum for Oere {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::ZERO, Add::add)
    }
}

/// As a number of kroner with decimals: `1234.5`. For `#[serde(serialize_with = …)]`, of an amount or of one that may
/// not be there.
pub mod decimal_kroner {
    use serde::ser::Error;
    use serde::{Serialize, Serializer};

    use super::Oere;

    /// Writes it.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<A: Copy + Into<Option<Oere>>, S: Serializer>(amount: &A, s: S) -> Result<S::Ok, S::Error> {
        let decimal = |amount: Oere| {
            let (kroner, oere) = amount.parts();
            let sign = if amount < Oere::ZERO { "-" } else { "" };
            // The number that JSON has for this decimal. Nobody calculates with it.
            format!("{sign}{kroner}.{oere:02}").parse::<f64>()
        };
        (*amount).into().map(decimal).transpose().map_err(S::Error::custom)?.serialize(s)
    }
}

/// As a whole number of kroner: estimates, which are rounded to it, and rates, which are given in it. For
/// `#[serde(with = …)]`.
pub mod whole_kroner {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Oere;

    /// Writes it.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(amount: &Oere, s: S) -> Result<S::Ok, S::Error> {
        amount.whole_kroner().serialize(s)
    }

    /// Reads it.
    ///
    /// # Errors
    /// It is no whole number, or more than an amount can be.
    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Oere, D::Error> {
        let kroner = i64::deserialize(d)?;
        kroner.checked_mul(100).map(Oere).ok_or_else(|| D::Error::custom("so many kroner are no amount"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, from_str, to_string};

    use super::*;

    #[derive(Serialize)]
    struct Told {
        #[serde(serialize_with = "decimal_kroner::serialize")]
        amount: Oere,
        #[serde(serialize_with = "decimal_kroner::serialize", skip_serializing_if = "Option::is_none")]
        perhaps: Option<Oere>,
        #[serde(with = "whole_kroner")]
        whole: Oere,
    }

    fn read(json: &str) -> Result<Oere, NotAnAmount> {
        Oere::from_json(&from_str(json).unwrap())
    }

    #[test]
    fn a_number_of_kroner_is_read_digit_by_digit() {
        for (json, oere) in [
            ("0", 0),
            ("-0.0", 0),
            ("7", 700),
            ("0.1", 10),
            ("0.29", 29),
            ("1.15", 115),
            ("3689.19", 368_919),
            ("12345.5", 1_234_550),
            ("12345.500", 1_234_550),
            ("1e3", 100_000),
            ("9999999999.99", 999_999_999_999),
            ("10000000000", 1_000_000_000_000),
        ] {
            assert_eq!(read(json), Ok(Oere(oere)), "{json}");
        }
        for json in ["0.001", "3689.195", "1e-7", "0.0000001"] {
            assert_eq!(read(json), Err(NotAnAmount::Decimals), "{json}");
        }
        for json in ["-0.01", "-5", "10000000000.01", "1e11", "1e300", "-1e300", "18446744073709551615"] {
            assert_eq!(read(json), Err(NotAnAmount::Size), "{json}");
        }
    }

    #[test]
    fn an_amount_is_told_in_the_form_of_its_field() {
        let told = |oere, perhaps| {
            let amount = Oere(oere);
            to_string(&Told { amount, perhaps, whole: Oere::from_kroner(3756) }).unwrap()
        };
        assert_eq!(told(281_700, Some(Oere(5))), r#"{"amount":2817.0,"perhaps":0.05,"whole":3756}"#);
        assert_eq!(told(-368_919, None), r#"{"amount":-3689.19,"whole":3756}"#);
        assert_eq!(to_string(&Oere(368_919)).unwrap(), "368919", "events hold øre");
    }

    #[test]
    fn whole_kroner_are_half_up() {
        let rounded = [149, 150, -150, -151, -50, -51].map(|oere| Oere(oere).whole_kroner());
        assert_eq!(rounded, [1, 2, -1, -2, 0, -1]);
    }

    #[test]
    fn sums_stop_at_the_ends() {
        assert_eq!([Oere(1), Oere(2), Oere(-5)].into_iter().sum::<Oere>(), Oere(-2));
        assert_eq!(Oere(i64::MAX) + Oere(1), Oere(i64::MAX));
        assert_eq!((-Oere(i64::MIN), Oere(i64::MIN) - Oere(1)), (Oere(i64::MAX), Oere(i64::MIN)));
        assert_eq!(Oere::from_kroner(i64::MAX), Oere(i64::MAX));
    }

    proptest! {
        /// The model writes the digits itself, and knows nothing of numbers.
        #[test]
        fn what_is_told_is_what_is_read(kroner in 0_i64..10_000_000_000, oere in 0_i64..100) {
            let amount = Oere(kroner * 100 + oere);
            prop_assert_eq!(read(&format!("{kroner}.{oere:02}")), Ok(amount));
            let told = to_string(&Told { amount, perhaps: None, whole: amount }).unwrap();
            let told: Value = from_str(&told).unwrap();
            let Value::Number(number) = &told["amount"] else { panic!("a number: {told}") };
            prop_assert_eq!(Oere::from_json(number), Ok(amount));
            prop_assert_eq!(told["whole"].as_i64(), Some(kroner + i64::from(oere >= 50)));
        }

        #[test]
        fn a_third_decimal_is_refused(kroner in 0_i64..1_000_000_000, oere in 0_i64..100, third in 1..10) {
            prop_assert_eq!(read(&format!("{kroner}.{oere:02}{third}")), Err(NotAnAmount::Decimals));
        }
    }
}
