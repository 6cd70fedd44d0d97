//! What may and may not be asked in a talk about an absence: a card for whoever holds it, with the law and the day it was
//! last read.

use chrono::NaiveDate;

/// One point, and where it is from.
#[derive(Debug, Clone, Copy)]
pub struct Point {
    /// What is asked, or told.
    pub text: &'static str,
    /// Law, paragraph or guidance.
    pub kilde: &'static str,
}

/// The card.
#[derive(Debug, Clone, Copy)]
pub struct Card {
    /// Questions that may be asked.
    pub ask: &'static [&'static str],
    /// Where it is from that they may.
    pub ask_kilde: &'static str,
    /// What may not be asked.
    pub never: &'static [Point],
    /// What the law says of the talk itself.
    pub facts: &'static [Point],
    /// The day on which the sources were last read: year, month, day.
    pub read: (i32, u32, u32),
}

/// The card as it stands.
pub const CARD: Card = Card {
    ask: &[
        "Hvor længe regner du med at være væk?",
        "Hvad kan du på arbejdet lige nu, og hvad kan du ikke?",
        "Er der noget på arbejdet, der spiller ind?",
        "Hvad kan vi gøre, for at du kan komme helt eller delvist tilbage?",
        "Hvordan og hvor tit skal vi tale sammen?",
    ],
    ask_kilde: "sygedagpengeloven § 7 a: samtalen er om, hvordan og hvornår medarbejderen kan vende tilbage",
    never: &[
        Point { text: "Hvad medarbejderen fejler", kilde: "helbredsoplysningsloven § 2" },
        Point { text: "Behandling, medicin og læge", kilde: "helbredsoplysningsloven § 2" },
        Point { text: "Risikoen for at blive syg, nu eller senere", kilde: "helbredsoplysningsloven § 2, stk. 4" },
    ],
    facts: &[
        Point {
            text: "Samtalen holdes senest 4 uger efter første sygedag, også med den, der er delvist syg",
            kilde: "sygedagpengeloven § 7 a",
        },
        Point {
            text: "Den holdes personligt. Er medarbejderen for syg til at møde op, holdes den så vidt muligt i telefonen, og kan det \
                   heller ikke lade sig gøre, holdes den ikke",
            kilde: "sygedagpengeloven § 7 a",
        },
        Point {
            text: "Det har ingen betydning for retten til sygedagpenge, om medarbejderen deltager",
            kilde: "sygedagpengeloven § 7 a",
        },
        Point {
            text: "Den kan undlades, når medarbejderen er sagt op og fratræder inden 8 uger efter første sygedag",
            kilde: "sygedagpengeloven § 7 a",
        },
    ],
    read: (2026, 11, 28),
};

impl Card {
    /// The day on which the sources were last read.
    #[must_use]
    pub fn read_on(&self) -> String {
        let (aar, maaned, dag) = self.read;
        NaiveDate::from_ymd_opt(aar, maaned, dag).map(crate::sentences::long_dato).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_point_has_a_source_and_the_card_a_day() {
        assert!(CARD.never.iter().chain(CARD.facts).all(|point| point.kilde.contains('§')), "{CARD:?}");
        assert!(CARD.ask.iter().all(|question| question.ends_with('?')), "{CARD:?}");
        assert_eq!(CARD.read_on(), "lørdag den 28. november 2026");
    }
}
