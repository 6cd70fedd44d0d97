//! Reading a request: every field that is wrong is named, all at once, with what would be right.
//!
//! What was given is a [`Value`], whether it came as JSON or was typed in a form. What is wrong with it is data, because
//! somebody who programs and somebody who fills in a form need it said in different words.

use std::borrow::Cow;

use chrono::{DateTime, FixedOffset, NaiveDate};
use forloeb::haendelse::Forsvundet;
use forloeb::oere::NotAnAmount;
use forloeb::{Oere, Procent};
use forloeb::{uenighed, words};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::dates;

/// The most items a list may have.
const MOST_ITEMS: usize = 200;
/// The most characters a text may have.
const MOST_CHARACTERS: usize = 4000;

/// As many wrong fields are named; who has more will send it again anyway.
const MOST_WRONG: usize = 100;

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// It must be there.
    Missing,
    /// It is no text.
    NotText,
    /// It has more characters than this.
    TooLong(usize),
    /// It is no list.
    NotAList,
    /// It has more items than this.
    TooMany(usize),
    /// It has no fields.
    NotFields,
    /// It is neither yes nor no.
    NotYesOrNo,
    /// It is no number.
    NotANumber,
    /// It is no whole number, or is negative.
    NotWhole,
    /// It is no percentage with up to two decimals.
    NotAPercentage,
    /// It is no amount of kroner.
    NotAnAmount(NotAnAmount),
    /// It is no id.
    NotAnId,
    /// It is not written as a day.
    NotADay,
    /// It is not written as a time.
    NotATime,
    /// It is none of these words.
    NotOneOf(Vec<&'static str>),
    /// Nobody asked for it; these are the fields there are.
    Unknown(Vec<&'static str>),
    /// The command's own check, in its own words: "skal …" or "kan ikke …".
    Said(Cow<'static, str>),
}

/// A field that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongField {
    /// Its name, with its place in lists: `trin[0].fra`.
    pub path: String,
    /// What is wrong with it.
    pub wrong: Wrong,
}

impl WrongField {
    /// A field that is wrong by a check of the command's own.
    pub fn said(field: &str, said: impl Into<Cow<'static, str>>) -> Self {
        Self { path: field.to_owned(), wrong: Wrong::Said(said.into()) }
    }

    /// The same, seen from the field it lies under.
    #[must_use]
    pub fn under(self, parent: &str) -> Self {
        let dot = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        Self { path: format!("{parent}{dot}{}", self.path), ..self }
    }
}

/// Everything that is wrong, with paths from where it was read.
pub type WrongFields = Vec<WrongField>;

/// A type that can stand in a field.
pub trait FieldType: Sized {
    /// Reads it; `None` where the field is not there.
    ///
    /// # Errors
    /// What is wrong, and what would be right.
    fn read(given: Option<&Value>) -> Result<Self, WrongFields>;
}

fn here(wrong: Wrong) -> WrongFields {
    vec![WrongField { path: String::new(), wrong }]
}

fn present(given: Option<&Value>) -> Result<&Value, WrongFields> {
    given.filter(|v| !v.is_null()).ok_or_else(|| here(Wrong::Missing))
}

fn text(given: Option<&Value>) -> Result<&str, WrongFields> {
    present(given)?.as_str().ok_or_else(|| here(Wrong::NotText))
}

/// What [`dates`] says is wrong. Its constants are its codes.
fn date(said: &'static str) -> WrongFields {
    here(match said {
        dates::DAY => Wrong::NotADay,
        dates::TIME => Wrong::NotATime,
        said => Wrong::Said(said.into()),
    })
}

impl<T: FieldType> FieldType for Option<T> {
    fn read(given: Option<&Value>) -> Result<Self, WrongFields> {
        match given {
            None | Some(Value::Null) => Ok(None),
            Some(_) => T::read(given).map(Some),
        }
    }
}

impl<T: FieldType> FieldType for Vec<T> {
    fn read(given: Option<&Value>) -> Result<Self, WrongFields> {
        let Some(given) = given.filter(|v| !v.is_null()) else { return Ok(Self::new()) };
        let list = given.as_array().ok_or_else(|| here(Wrong::NotAList))?;
        if list.len() > MOST_ITEMS {
            return Err(here(Wrong::TooMany(MOST_ITEMS)));
        }
        let (mut items, mut wrong) = (Self::new(), WrongFields::new());
        for (n, item) in list.iter().enumerate() {
            match T::read(Some(item)) {
                Ok(item) => items.push(item),
                Err(more) => wrong.extend(more.into_iter().map(|w| w.under(&format!("[{n}]")))),
            }
            if wrong.len() >= MOST_WRONG {
                break;
            }
        }
        if wrong.is_empty() { Ok(items) } else { Err(wrong) }
    }
}

impl FieldType for String {
    fn read(given: Option<&Value>) -> Result<Self, WrongFields> {
        let text = text(given)?.trim();
        match text.chars().count() {
            0 => Err(here(Wrong::Missing)),
            1..=MOST_CHARACTERS => Ok(text.to_owned()),
            _ => Err(here(Wrong::TooLong(MOST_CHARACTERS))),
        }
    }
}

impl FieldType for Value {
    fn read(given: Option<&Value>) -> Result<Self, WrongFields> {
        given.cloned().ok_or_else(|| here(Wrong::Missing))
    }
}

impl FieldType for bool {
    fn read(given: Option<&Value>) -> Result<Self, WrongFields> {
        present(given)?.as_bool().ok_or_else(|| here(Wrong::NotYesOrNo))
    }
}

impl FieldType for Procent {
    fn read(given: Option<&Value>) -> Result<Self, WrongFields> {
        let number = present(given)?.as_f64().and_then(Self::from_decimal);
        number.ok_or_else(|| here(Wrong::NotAPercentage))
    }
}

impl FieldType for u64 {
    fn read(given: Option<&Value>) -> Result<Self, WrongFields> {
        present(given)?.as_u64().ok_or_else(|| here(Wrong::NotWhole))
    }
}

impl FieldType for f64 {
    fn read(given: Option<&Value>) -> Result<Self, WrongFields> {
        let number = present(given)?.as_f64().filter(|n| n.is_finite());
        number.ok_or_else(|| here(Wrong::NotANumber))
    }
}

impl FieldType for Oere {
    fn read(given: Option<&Value>) -> Result<Self, WrongFields> {
        let Value::Number(kroner) = present(given)? else { return Err(here(Wrong::NotANumber)) };
        Self::from_json(kroner).map_err(|why| here(Wrong::NotAnAmount(why)))
    }
}

/// An amount that stands in a request as whole øre.
#[derive(Debug, Clone, Copy)]
pub struct InOere(pub Oere);

impl FieldType for InOere {
    fn read(given: Option<&Value>) -> Result<Self, WrongFields> {
        let amount = i64::try_from(u64::read(given)?).ok().map(Oere::new).filter(|amount| amount.is_plausible());
        amount.map(Self).ok_or_else(|| here(Wrong::NotAnAmount(NotAnAmount::Size)))
    }
}

impl FieldType for Uuid {
    fn read(given: Option<&Value>) -> Result<Self, WrongFields> {
        Self::try_parse(text(given)?.trim()).map_err(|_| here(Wrong::NotAnId))
    }
}

impl FieldType for NaiveDate {
    fn read(given: Option<&Value>) -> Result<Self, WrongFields> {
        dates::day(text(given)?).map_err(date)
    }
}

impl FieldType for DateTime<FixedOffset> {
    fn read(given: Option<&Value>) -> Result<Self, WrongFields> {
        dates::time(text(given)?).map_err(date)
    }
}

macro_rules! words {
    ($($type:ty),+ $(,)?) => {$(
        impl FieldType for $type {
            fn read(given: Option<&Value>) -> Result<Self, WrongFields> {
                let word = text(given)?;
                Self::from_code(word).ok_or_else(|| here(Wrong::NotOneOf(Self::ALL.iter().map(|w| w.code()).collect())))
            }
        }
    )+};
}

words!(
    words::Aarsag,
    words::Varighed,
    words::Kontaktform,
    words::Kontaktrolle,
    words::TagetAf,
    words::Samtaleudfald,
    words::DelvisMulig,
    words::Anmeldelsestrin,
    words::EasyUdfald,
    words::FastTrackBeslutning,
    words::Part,
    words::Oenske,
    words::Aftaleejer,
    words::Aftaleudfald,
    words::Indkaldelsesart,
    words::Samtalesvar,
    words::Opfoelgningsart,
    words::OtteUgerUdfald,
    words::Afbrydelsesaarsag,
    words::JaNej,
    words::Slutaarsag,
    words::Princip,
    words::Stoette,
    words::Plansvar,
    words::Virkning,
    words::Samarbejde,
    words::Samtykke,
    words::Ugedag,
    words::Medorgan,
    words::Kontaktsted,
    words::Samtalegrund,
    words::Kontakttakt,
    words::Fastholdelsessvar,
    words::Mulighedstrin,
    words::Ventegrund,
    words::Fristart,
    words::Arbejdsmiljoeaarsag,
    words::Arbejdsskadesvar,
    words::Brevart,
    words::Overtagelsessvar,
    Forsvundet,
    uenighed::Vaelg,
);

/// The fields of a request, taken one by one.
pub struct Fields<'a> {
    given: Option<&'a Map<String, Value>>,
    taken: Vec<&'static str>,
    wrong: WrongFields,
}

impl<'a> Fields<'a> {
    /// The fields of what was given.
    #[must_use]
    pub fn of(given: Option<&'a Value>) -> Self {
        let given = given.and_then(Value::as_object);
        let wrong = if given.is_none() { here(Wrong::NotFields) } else { WrongFields::new() };
        Self { given, taken: Vec::new(), wrong }
    }

    /// Takes a field; `None` where it is wrong, which is remembered.
    pub fn take<T: FieldType>(&mut self, name: &'static str) -> Option<T> {
        self.taken.push(name);
        match T::read(self.given?.get(name)) {
            Ok(value) => Some(value),
            Err(wrong) => {
                self.wrong.extend(wrong.into_iter().map(|w| w.under(name)));
                None
            }
        }
    }

    /// Everything that was wrong, fields nobody asked for included.
    #[must_use]
    pub fn end(mut self) -> WrongFields {
        for name in self.given.into_iter().flat_map(Map::keys) {
            if self.wrong.len() >= MOST_WRONG {
                break;
            }
            if !self.taken.contains(&name.as_str()) {
                // The name is the caller's own text: only so much of it is given back.
                let path = name.chars().take(60).filter(|c| !c.is_control()).collect();
                self.wrong.push(WrongField { path, wrong: Wrong::Unknown(self.taken.clone()) });
            }
        }
        self.wrong
    }
}

/// Defines a request: the struct, its schema, and how it is read. A field that callers know by another name than the code
/// says it behind `as`.
#[macro_export]
macro_rules! request {
    ($(#[$m:meta])* $name:ident { $($(#[$fm:meta])* $field:ident $(as $known:literal)?: $type:ty),* $(,)? }) => {
        #[derive(Debug, utoipa::ToSchema)]
        $(#[$m])*
        pub struct $name { $($(#[$fm])* $(#[schema(rename = $known)])? pub $field: $type),* }

        impl $crate::commands::request::FieldType for $name {
            fn read(
                given: Option<&serde_json::Value>,
            ) -> Result<Self, $crate::commands::request::WrongFields> {
                let mut fields = $crate::commands::request::Fields::of(given);
                $(let $field = fields.take::<$type>($crate::request!(@known $field $($known)?));)*
                let wrong = fields.end();
                match ($($field,)*) {
                    ($(Some($field),)*) if wrong.is_empty() => Ok(Self { $($field),* }),
                    _ => Err(wrong),
                }
            }
        }
    };
    (@known $field:ident) => { stringify!($field) };
    (@known $field:ident $known:literal) => { $known };
}

#[cfg(test)]
#[expect(unreachable_pub, dead_code, reason = "only how the requests are read is of interest")]
mod tests {
    use super::*;
    use serde_json::json;

    request! {
        /// For the test.
        #[schema(as = Proeve)] Trial { dato: NaiveDate, form: words::Kontaktform, pct: Option<Procent>, trin: Vec<Trin> }
    }
    request! {
        /// For the test.
        Trin { fra: NaiveDate }
    }

    fn wrong(given: &Value) -> Vec<(String, Wrong)> {
        Trial::read(Some(given)).unwrap_err().into_iter().map(|w| (w.path, w.wrong)).collect()
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let found = wrong(&json!({
            "dato": "2026-02-30", "pct": "50", "trin": [{"fra": "2026-01-01"}, {"fra": "i går"}], "andet": 1
        }));
        let names: Vec<&str> = found.iter().map(|(f, _)| f.as_str()).collect();
        assert_eq!(names, ["dato", "form", "pct", "trin[1].fra", "andet"]);
        assert_eq!(found[0].1, Wrong::Said(dates::NO_SUCH_DAY.into()));
        assert_eq!([&found[1].1, &found[2].1], [&Wrong::Missing, &Wrong::NotAPercentage]);
        assert_eq!([&found[3].1, &found[4].1], [&Wrong::NotADay, &Wrong::Unknown(vec!["dato", "form", "pct", "trin"])]);
    }

    #[test]
    fn what_is_wrong_is_named_up_to_a_bound() {
        let unknown: Map<String, Value> = (0..1000).map(|n| (format!("x{n}"), json!(1))).collect();
        let trin: Vec<Value> = (0..MOST_ITEMS).map(|_| Value::Object(unknown.clone())).collect();
        let found = wrong(&json!({"dato": "2026-01-05", "form": "mail", "trin": trin}));
        assert_eq!(found.len(), MOST_WRONG);
        let found = wrong(&json!({"dato": "2026-01-05", "form": "mail", "trin": vec![json!(1); MOST_ITEMS + 1]}));
        assert_eq!(found, [("trin".to_owned(), Wrong::TooMany(MOST_ITEMS))]);
        let found = wrong(&json!({"dato": "x".repeat(400_000), "form": "x".repeat(400_000)}));
        assert!(format!("{found:?}").len() < 1000, "what was sent is not sent back");
    }

    #[test]
    fn an_unknown_word_is_told_the_known_ones() {
        let found = wrong(&json!({"dato": "2026-01-05", "form": "brev", "trin": []}));
        assert_eq!(found, [("form".to_owned(), Wrong::NotOneOf(vec!["telefon", "personlig", "sms", "mail"]))]);
    }

    #[test]
    fn days_are_written_in_one_way() {
        for text in
            ["9999-12-31", "0000-01-01", "1899-12-31", "5-1-2026", "2026-1-5", "2026-01-05T00:00:00Z", "", "+2026-01-5"]
        {
            assert!(NaiveDate::read(Some(&json!(text))).is_err(), "{text}");
        }
        for value in [json!(20_260_105), json!(["2026-01-05"]), json!({}), json!(true)] {
            assert!(NaiveDate::read(Some(&value)).is_err(), "{value}");
        }
    }

    #[test]
    fn an_amount_is_whole_oere_and_never_negative() {
        assert_eq!(Oere::read(Some(&json!(3689.19))), Ok(Oere::new(368_919)));
        let wrong = |given: Value| Oere::read(Some(&given)).unwrap_err().remove(0).wrong;
        for given in [json!(-0.01), json!(1e11), json!(u64::MAX)] {
            assert_eq!(wrong(given.clone()), Wrong::NotAnAmount(NotAnAmount::Size), "{given}");
        }
        assert_eq!(wrong(json!(0.001)), Wrong::NotAnAmount(NotAnAmount::Decimals));
        assert_eq!([json!("5"), json!([5])].map(wrong), [Wrong::NotANumber, Wrong::NotANumber]);
    }

    proptest::proptest! {
        #[test]
        fn what_people_are_shown_they_can_type(oere in 0..=Oere::MOST.count()) {
            let amount = Oere::new(oere);
            let typed = crate::commands::typed::number(&texts::money::kroner(amount));
            proptest::prop_assert_eq!(Oere::read(Some(&typed)), Ok(amount));
        }
    }

    #[test]
    fn what_has_no_fields_is_refused_without_a_panic() {
        for given in [json!(null), json!([]), json!("x"), json!(3)] {
            assert!(Trial::read(Some(&given)).is_err());
        }
    }
}
