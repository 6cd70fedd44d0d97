//! A field of a forløb is corrected.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::command::{Act, Rettelse};
use forloeb::frister::Assessment;
use serde_json::Value;

use super::form::{Field, Form, Kind};
use super::request::{FieldType, WrongFields};
use super::typed::{Typed, find};
use super::{AARSAGER, Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown, VARIGHED};
use crate::request;
use crate::sealed::{self, Rettelsesgrund};
use texts::sentences;

request! {
    /// A correction.
    #[schema(as = RettelseAnmodning)] RettelseRequest {
        /// foerste_fravaersdag, sidste_fravaersdag, aarsag, omfang_pct or forventet_varighed.
        field as "felt": String,
        /// The right value.
        ny_vaerdi: Value,
        /// Why.
        begrundelse: String,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<RettelseRequest>();

impl Command for RettelseRequest {
    const NAME: &'static str = "rettelse";
    const SUMMARY: &'static str = "Corrects a field.";
    const SEALS: &'static [sealed::Kind] = &[sealed::Kind::Rettelsesgrund];
    const TEXTS: &'static [&'static str] = &["begrundelse"];
    const SHOWN: Shown = Shown::Forloeb(Group::Absence);
    const DONE: &'static str = "Rettelsen er registreret.";
    const EXAMPLE: &'static [(&'static str, Example)] = &[
        ("felt", Example::Text("omfang_pct")),
        ("ny_vaerdi", Example::Whole(50)),
        ("begrundelse", Example::Text("Tastefejl")),
    ];
}

impl OnForloeb for RettelseRequest {
    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { field, ny_vaerdi, begrundelse } = self;
        let rettelse = correction(&field, &ny_vaerdi)?;
        Ok(Act::Rettelse { rettelse, begrundelse: at.seal(&f.medarbejder_nr, &Rettelsesgrund(begrundelse))? })
    }

    /// One form for each field.
    fn forms(at: &CommandContext<'_>, f: &Forloeb, _v: &Assessment) -> Vec<Form> {
        let last = f.sidste.filter(|_| !f.is_aabent(at.today)).map(|last| {
            Field::new("ny_vaerdi", "Sidste fraværsdag", Kind::DateOrNothing)
                .optional()
                .holding(last)
                .help("Lad feltet være tomt, hvis fraværet alligevel ikke er slut.")
        });
        let extent = f.omfang_or_last(NaiveDate::MAX);
        let fields = [
            (
                "foerste_fravaersdag",
                "Ret første fraværsdag",
                Some(Field::new("ny_vaerdi", "Første fraværsdag", Kind::Date).holding(f.foerste)),
            ),
            ("sidste_fravaersdag", "Ret sidste fraværsdag", last),
            ("aarsag", "Ret årsag", Some(Field::choice("ny_vaerdi", "Årsag", AARSAGER).holding(f.aarsag))),
            (
                "omfang_pct",
                "Ret omfang",
                Some(Field::new("ny_vaerdi", "Fravær i procent", Kind::Number).holding(sentences::percent(extent))),
            ),
            (
                "forventet_varighed",
                "Ret forventet varighed",
                Some(Field::choice("ny_vaerdi", "Forventet varighed", VARIGHED).holding(f.forventet)),
            ),
        ];
        let form = |(felt, title, field): (&'static str, _, Option<Field>)| {
            let fields = vec![Field::fixed("felt", felt), field?, Field::reason("Hvorfor rettes det?")];
            let form = Form::new(Self::NAME, title, "Gem rettelsen", fields).named(name(felt));
            Some(form.help("Den gamle oplysning bliver stående i historikken."))
        };
        fields.into_iter().filter_map(form).collect()
    }

    fn form_name(typed: &Typed) -> String {
        find(typed, "felt").map_or_else(|| Self::NAME.to_owned(), name)
    }
}

fn name(felt: &str) -> String {
    format!("rettelse-{felt}")
}

/// Reads the value of a correction by the field it is for.
///
/// # Errors
/// The field cannot be corrected, or not to this.
pub fn correction(field: &str, ny_vaerdi: &Value) -> Result<Rettelse, Refusal> {
    fn read<T: FieldType>(value: &Value) -> Result<T, WrongFields> {
        T::read(Some(value)).map_err(|wrong| wrong.into_iter().map(|w| w.under("ny_vaerdi")).collect())
    }
    Ok(match field {
        "foerste_fravaersdag" => Rettelse::FoersteFravaersdag(read(ny_vaerdi)?),
        "sidste_fravaersdag" => Rettelse::SidsteFravaersdag(read(ny_vaerdi)?),
        "aarsag" => Rettelse::Aarsag(read(ny_vaerdi)?),
        "omfang_pct" => Rettelse::OmfangPct(read(ny_vaerdi)?),
        "forventet_varighed" => Rettelse::ForventetVarighed(read(ny_vaerdi)?),
        _ => {
            let said =
                "skal være et af: foerste_fravaersdag, sidste_fravaersdag, aarsag, omfang_pct, forventet_varighed";
            return Err(Refusal::field("felt", said));
        }
    })
}

#[cfg(test)]
mod tests {
    use forloeb::Procent;
    use serde_json::json;

    use super::*;

    #[test]
    fn the_field_decides_what_may_stand_in_it() {
        assert_eq!(correction("omfang_pct", &json!(50)).unwrap(), Rettelse::OmfangPct(Procent::whole(50)));
        assert_eq!(correction("sidste_fravaersdag", &json!(null)).unwrap(), Rettelse::SidsteFravaersdag(None));
        for (felt, value, named) in [
            ("omfang_pct", json!("50"), "ny_vaerdi"),
            ("foerste_fravaersdag", json!(null), "ny_vaerdi"),
            ("navn", json!("x"), "felt"),
        ] {
            let Err(Refusal::Fields(wrong)) = correction(felt, &value) else { panic!("{felt}") };
            assert_eq!(wrong[0].path, named);
        }
    }
}
