//! A percentage with up to two decimals, exact: the extent of an absence, as payroll and people give it.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Hundredths of a percent. Stored and sent as a JSON number: whole ones as they always were (`50`), others with their
/// decimals (`33.33`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Procent(u16);

impl Procent {
    /// All of it.
    pub const FULL: Self = Self::whole(100);

    /// So many whole percent.
    #[must_use]
    pub const fn whole(percent: u8) -> Self {
        Self(percent as u16 * 100)
    }

    /// So many hundredths of a percent.
    #[must_use]
    pub const fn from_hundredths(hundredths: u16) -> Self {
        Self(hundredths)
    }

    /// In hundredths of a percent.
    #[must_use]
    pub const fn hundredths(self) -> u16 {
        self.0
    }

    /// The percentage that a decimal number means; none where it has more than two decimals, is negative, or is beyond
    /// what is kept.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the number is checked to fit")]
    pub fn from_decimal(percent: f64) -> Option<Self> {
        let hundredths = (percent * 100.0).round();
        let fits = (0.0..=f64::from(u16::MAX)).contains(&hundredths) && (hundredths / 100.0 - percent).abs() < 1e-9;
        fits.then_some(Self(hundredths as u16))
    }

    /// As a decimal number, for what is reckoned in hours.
    #[must_use]
    pub fn decimal(self) -> f64 {
        f64::from(self.0) / 100.0
    }
}

#[cfg(feature = "schema")]
impl utoipa::PartialSchema for Procent {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new().schema_type(utoipa::openapi::schema::Type::Number).minimum(Some(0)).into()
    }
}

#[cfg(feature = "schema")]
impl utoipa::ToSchema for Procent {}

impl Serialize for Procent {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if self.0.is_multiple_of(100) { s.serialize_u16(self.0 / 100) } else { s.serialize_f64(self.decimal()) }
    }
}

impl<'de> Deserialize<'de> for Procent {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let percent = f64::deserialize(d)?;
        Self::from_decimal(percent).ok_or_else(|| serde::de::Error::custom("no percentage with up to two decimals"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_ones_are_stored_as_they_always_were() {
        for (json, hundredths) in [("100", 10_000), ("1", 100), ("33.33", 3_333), ("50.5", 5_050), ("0.01", 1)] {
            let read: Procent = serde_json::from_str(json).unwrap();
            assert_eq!(read.hundredths(), hundredths);
            assert_eq!(serde_json::to_string(&read).unwrap(), json);
        }
    }

    #[test]
    fn every_one_is_written_and_read_back() {
        for hundredths in 0..=u16::MAX {
            let percent = Procent::from_hundredths(hundredths);
            assert_eq!(Procent::from_decimal(percent.decimal()), Some(percent));
            let json = serde_json::to_string(&percent).unwrap();
            assert_eq!(serde_json::from_str::<Procent>(&json).unwrap(), percent, "{json}");
        }
    }

    #[test]
    fn what_would_have_to_be_rounded_is_refused() {
        for percent in [33.333, -1.0, 656.0, f64::NAN, f64::INFINITY] {
            assert_eq!(Procent::from_decimal(percent), None, "{percent}");
        }
    }
}
