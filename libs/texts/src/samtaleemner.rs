//! What may and may not be asked in a talk about an absence: a card for whoever holds it, with the law and the day it was
//! last read.

use chrono::NaiveDate;

use crate::sentences::without_capital;

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

/// The question of how long it will be.
pub const HOW_LONG: &str = "Hvor længe regner du med at være væk?";
/// The question of what would help.
pub const BACK_AT_WORK: &str = "Hvad kan vi gøre, for at du kan komme helt eller delvist tilbage?";
/// Nobody asks what somebody is ill with.
pub const ILLNESS: Point = Point { text: "Hvad medarbejderen fejler", kilde: "helbredsoplysningsloven § 2" };
/// Nobody asks what is done about it.
pub const TREATMENT: Point = Point { text: "Behandling, medicin og læge", kilde: "helbredsoplysningsloven § 2" };
/// Nobody asks what may come.
pub const RISK: Point =
    Point { text: "Risikoen for at blive syg, nu eller senere", kilde: "helbredsoplysningsloven § 2, stk. 4" };

/// The card as it stands.
pub const CARD: Card = Card {
    ask: &[
        HOW_LONG,
        "Hvad kan du på arbejdet lige nu, og hvad kan du ikke?",
        "Er der noget på arbejdet, der spiller ind?",
        BACK_AT_WORK,
        "Hvordan og hvor tit skal vi tale sammen?",
    ],
    ask_kilde: "sygedagpengeloven § 7 a: samtalen er om, hvordan og hvornår medarbejderen kan vende tilbage",
    never: &[ILLNESS, TREATMENT, RISK],
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

/// What helps with a field about the talk: a question that may be asked, and what may not.
#[must_use]
pub fn help(question: &str, never: Point) -> String {
    format!("Spørg fx: {question} Spørg ikke om {} ({}).", without_capital(never.text), never.kilde)
}

/// The same, of how the talk went: nothing is to be asked to know that.
#[must_use]
pub fn help_with_outcome() -> String {
    format!("Spørg ikke, {}.", without_capital(ILLNESS.text))
}

/// The same, of what was talked about.
#[must_use]
pub fn help_with_minutes() -> String {
    let (illness, treatment) = (without_capital(ILLNESS.text), without_capital(TREATMENT.text));
    format!("Skriv om arbejdet og om vejen tilbage, aldrig {illness}, og aldrig om {treatment}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_beside_a_field_says_what_the_card_says() {
        assert_eq!(
            help(HOW_LONG, RISK),
            "Spørg fx: Hvor længe regner du med at være væk? Spørg ikke om risikoen for at blive syg, nu eller senere \
             (helbredsoplysningsloven § 2, stk. 4)."
        );
        assert_eq!(help_with_outcome(), "Spørg ikke, hvad medarbejderen fejler.");
        assert_eq!(
            help_with_minutes(),
            "Skriv om arbejdet og om vejen tilbage, aldrig hvad medarbejderen fejler, og aldrig om behandling, medicin og læge."
        );
        assert!([HOW_LONG, BACK_AT_WORK].iter().all(|question| CARD.ask.contains(question)), "{CARD:?}");
    }

    #[test]
    fn every_point_has_a_source_and_the_card_a_day() {
        assert!(CARD.never.iter().chain(CARD.facts).all(|point| point.kilde.contains('§')), "{CARD:?}");
        assert!(CARD.ask.iter().all(|question| question.ends_with('?')), "{CARD:?}");
        assert_eq!(CARD.read_on(), "lørdag den 28. november 2026");
    }
}
