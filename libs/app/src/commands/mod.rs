//! What can be asked for, one command to a file: the typed request, who may ask, what is sealed, what the domain is asked
//! for, the form, and the words that say it was done.
//!
//! [`ALL`] is the one list of them. The routes of the API and their OpenAPI operations, the forms of the pages, the
//! confirmations and the tests of bad input read it; nothing else lists commands. [`Entry::run`] is the one way to carry
//! one out: API and pages call it and get the same [`Outcome`], or the same [`Refusal`]. Who has the typed request
//! already, as the demonstration has, goes the same way by [`OnForloeb::run`] and [`OnEmployment::run`].
//!
//! Nothing here knows of HTTP, and nothing is turned into text to be read again.

mod context;
mod entry;
mod example;
pub mod form;
pub mod forsvundet;
mod refusal;
pub mod request;
mod run;
pub mod typed;

pub mod afbrydelse;
pub mod afslutning;
pub mod aftale;
pub mod aftale_aendring;
pub mod afventer;
pub mod anmeldelse;
pub mod annullering;
pub mod arbejdsaarsag;
pub mod arbejdsskade;
pub mod brev;
pub mod delvis;
pub mod dispensation;
pub mod egen_raskmelding;
pub mod egen_sygemelding;
pub mod fast_track;
pub mod fastholdelsesplan;
pub mod fastholdelsessvar;
pub mod foerste_kontakt;
pub mod foranstaltning;
pub mod forkert_leder;
pub mod forventet_slut;
pub mod kommunens_opfoelgning;
pub mod kontaktforsoeg;
pub mod kontaktperson;
pub mod leder_beholdt;
pub mod lederskifte;
pub mod mulighedserklaering;
pub mod oensker;
pub mod omsorgskollega;
pub mod opfoelgning;
pub mod opfoelgning_retur;
pub mod otte_uger;
pub mod overtagelse;
pub mod paamindelse;
pub mod paragraf_56;
pub mod politik;
pub mod politik_tilbagetraekning;
pub mod raskmelding;
pub mod referat;
pub mod refusionsanmodning;
pub mod rettelse;
pub mod samtale;
pub mod samtale_anden_tid;
pub mod samtale_indkaldelse;
pub mod samtale_svar;
pub mod send_again;
pub mod signalbrev;
pub mod stedfortraeder;
pub mod sygemelding;
pub mod tildeling;
pub mod tta_besked;
pub mod tta_egne_ord;
pub mod tta_evaluering;
pub mod tta_plan;
pub mod tta_plan_delt;
pub mod tta_plan_ikke_noedvendig;
pub mod tta_plan_svar;
pub mod uenighed;

use chrono::NaiveDate;
use forloeb::command::{Act, DomainCommand};
use forloeb::frister::Assessment;
use forloeb::refusion::ret::has_few_hours;
use forloeb::{Forloeb, Procent};
use utoipa::ToSchema;

use crate::access::{Intent, User};
use crate::core::App;
use crate::free_text::Hints;
use crate::projections::Projections;
use crate::sealed;
use form::Form;
use request::FieldType;
use typed::Typed;

pub use context::{CommandContext, Near};
pub use entry::{About, Answer, Entry, Group, OnPage, Schemas, Shown, confirmation, forms, on_forloeb};
pub use example::Example;
pub use refusal::Refusal;
pub use run::{After, Asking, Call, Left, Outcome, Running, WouldBe};

/// What everybody who lists commands has to know of one.
pub trait Command: FieldType + ToSchema + Send + Sync + Sized + 'static {
    /// Its name: of a command about a forløb, the last part of its route.
    const NAME: &'static str;
    /// The rest of the route of a command about a forløb, where it is not its name: what stands there in braces is a whole
    /// number, and a field of the request.
    const PATH: &'static str = Self::NAME;
    /// Its name in OpenAPI, where that is not its name with `_`.
    const OPERATION: Option<&'static str> = None;
    /// What it is for, in OpenAPI.
    const SUMMARY: &'static str;
    /// Its heading in OpenAPI.
    const TAG: &'static str = "kommandoer";
    /// What the API answers with.
    const ANSWER: Answer = Answer::Forloeb;
    /// A request that can be read: every field that must be there, and others.
    const EXAMPLE: &'static [(&'static str, Example)];
    /// The kinds of text about a person that it seals.
    const SEALS: &'static [sealed::Kind] = &[];
    /// Its fields in which people write what they like, by their names with dots between: they are looked through for what
    /// does not belong there.
    const TEXTS: &'static [&'static str] = &[];
    /// Where its form is.
    const SHOWN: Shown;
    /// What a page says when it was done.
    const DONE: &'static str;
    /// What a page says when it was done and there is something to know.
    const DONE_WITH_WARNING: &'static [Warned] = &[];
    /// What stands for [`Self::DONE`] in an address.
    const CODE: &'static str = Self::NAME;
}

/// A command about one forløb.
pub trait OnForloeb: Command {
    /// What the caller must be allowed to.
    const ACCESS: Intent = Intent::Forloeb;
    /// Its route, of a command that is only the employee's: it names no forløb, for it is about their own newest one.
    const OWN_ROUTE: Option<&'static str> = None;

    /// What the domain is asked for; what is personal is sealed here.
    ///
    /// # Errors
    /// What was given does not fit what is known outside the domain.
    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal>;

    /// Carries a request out that need not be read: otherwise as [`Entry::run`].
    fn run<'a>(app: &'a App, call: Call<'a, Self>) -> Running<'a> {
        run::on_forloeb(app, call, Ok)
    }

    /// What it would lead to, decided as [`Entry::run`] decides it. Nothing is written.
    fn would<'a>(app: &'a App, call: Call<'a>) -> Asking<'a> {
        run::would::<Self>(app, call)
    }

    /// What the caller should know, though it is done.
    fn warnings(&self, _f: &Forloeb) -> Vec<Warning> {
        Vec::new()
    }

    /// Its forms on the page of a forløb; none where it makes no sense as things stand.
    fn forms(_at: &CommandContext<'_>, _f: &Forloeb, _v: &Assessment) -> Vec<Form> {
        Vec::new()
    }

    /// The name of the form that this was typed in.
    fn form_name(_typed: &Typed) -> String {
        Self::NAME.to_owned()
    }

    /// The form of a name.
    fn form(at: &CommandContext<'_>, f: &Forloeb, v: &Assessment, name: &str) -> Option<Form> {
        entry::offered::<Self>(at, f, v).into_iter().find(|form| form.name == name)
    }
}

/// A command about an employment.
pub trait OnEmployment: Command {
    /// Its route.
    const ROUTE: &'static str;
    /// What the caller must be allowed to. Before the request is read it is asked of the role: who may not is not told what
    /// would be right.
    const ACCESS: Intent;

    /// Employee number of the employment.
    fn employment<'a>(&'a self, caller: &'a User) -> &'a str;

    /// The caller may ask it of this employment.
    ///
    /// # Errors
    /// They may not, or it does not exist for them.
    fn may(&self, caller: &User, projections: &Projections) -> Result<(), Refusal>;

    /// What the domain is asked for.
    ///
    /// # Errors
    /// What was given does not fit what is known outside the domain.
    fn decide(self, at: &CommandContext<'_>) -> Result<DomainCommand, Refusal>;

    /// What it left behind.
    ///
    /// # Errors
    /// It cannot be found.
    fn left(after: After) -> Result<Left, Refusal>;

    /// What the caller should know of what it left, though it is done.
    fn warnings(_left: &Left) -> Vec<Warning> {
        Vec::new()
    }

    /// Carries a request out that need not be read: otherwise as [`Entry::run`].
    fn run<'a>(app: &'a App, call: Call<'a, Self>) -> Running<'a> {
        run::on_employment(app, call, Ok)
    }
}

/// What somebody should know of a command that was carried out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Warning {
    /// So little absence counts as none at all in the sense of refusion.
    CountsAsBackAtWork {
        /// Hours of absence a week.
        hours: f64,
        /// From how many on it counts as absence.
        least: f64,
    },
    /// Payroll had told of the absence already.
    KnownByPayroll {
        /// It says another first or last day, another cause or another extent.
        differs: bool,
    },
    /// The employee, or somebody else here, had told of the absence already, and both say the same.
    KnownByPeople,
    /// A step of a plan has more hours a week than the employment.
    MoreHoursThanEmployed {
        /// Hours a week of the step.
        hours: f64,
        /// Hours a week of the employment on its first day.
        employed: f64,
    },
    /// A field holds what does not belong there.
    Text {
        /// Which, by its name in [`Command::TEXTS`].
        field: &'static str,
        /// What.
        hints: Hints,
    },
}

/// What a page says of a command that was carried out, where there is something to know.
#[derive(Debug, Clone, Copy)]
pub struct Warned {
    /// Which warning it is said of.
    about: &'static str,
    /// What stands for it in an address.
    code: &'static str,
    said: &'static str,
}

impl Warning {
    /// What a confirmation is chosen by; the texts of fields have a place of their own.
    const fn about(self) -> Option<&'static str> {
        match self {
            Self::CountsAsBackAtWork { .. } => Some("lidt"),
            Self::KnownByPayroll { differs: true } => Some("uenig"),
            Self::KnownByPayroll { differs: false } => Some("kendt"),
            Self::KnownByPeople => Some("meldt"),
            Self::MoreHoursThanEmployed { .. } => Some("timer"),
            Self::Text { .. } => None,
        }
    }

    /// So little absence from a day on that it is none in the sense of refusion (§ 7).
    fn of_few_hours(f: &Forloeb, fra: NaiveDate, omfang_pct: Procent) -> Option<Self> {
        let hours = f.stamdata_on(fra).timer_pr_uge * omfang_pct.decimal() / 100.0;
        let least = f.regler.parameters.delvis_mindst_timer;
        has_few_hours(f, fra, omfang_pct).then_some(Self::CountsAsBackAtWork { hours, least })
    }
}

/// Every command there is. The forms of a page stand in this order.
pub static ALL: &[&Entry] = &[
    &foerste_kontakt::ENTRY,
    &kontaktforsoeg::ENTRY,
    &oensker::ENTRY,
    &kontaktperson::ENTRY,
    &samtale_svar::ENTRY,
    &samtale_anden_tid::ENTRY,
    &samtale_indkaldelse::ENTRY,
    &samtale::ENTRY,
    &referat::ENTRY,
    &aftale::ENTRY,
    &aftale_aendring::ENTRY,
    &fast_track::ENTRY,
    &fastholdelsessvar::ENTRY,
    &fastholdelsesplan::ENTRY,
    &mulighedserklaering::ENTRY,
    &otte_uger::ENTRY,
    &kommunens_opfoelgning::ENTRY,
    &opfoelgning::ENTRY,
    &forventet_slut::ENTRY,
    &foranstaltning::ENTRY,
    &arbejdsaarsag::ENTRY,
    &arbejdsskade::ENTRY,
    &anmeldelse::ENTRY,
    &refusionsanmodning::ENTRY,
    &dispensation::ENTRY,
    &paragraf_56::ENTRY,
    &afbrydelse::ENTRY,
    &raskmelding::ENTRY,
    &egen_raskmelding::ENTRY,
    &delvis::ENTRY,
    &uenighed::ENTRY,
    &rettelse::ENTRY,
    &tildeling::ENTRY,
    &afventer::ENTRY,
    &paamindelse::ENTRY,
    &brev::ENTRY,
    &overtagelse::ENTRY,
    &leder_beholdt::ENTRY,
    &forkert_leder::ENTRY,
    &lederskifte::ENTRY,
    &afslutning::ENTRY,
    &annullering::ENTRY,
    &send_again::ENTRY,
    &tta_plan::ENTRY,
    &tta_egne_ord::ENTRY,
    &tta_plan_svar::ENTRY,
    &tta_besked::ENTRY,
    &tta_plan_delt::ENTRY,
    &tta_plan_ikke_noedvendig::ENTRY,
    &tta_evaluering::ENTRY,
    &sygemelding::ENTRY,
    &egen_sygemelding::ENTRY,
    &omsorgskollega::ENTRY,
    &stedfortraeder::ENTRY,
    &signalbrev::ENTRY,
    &forsvundet::ENTRY,
    &politik::ENTRY,
    &politik_tilbagetraekning::ENTRY,
];

/// A text that stands open in the log for ever: a number, not a sentence about somebody.
fn is_number(field: &'static str, said: &'static str, number: Option<&str>) -> Result<(), Refusal> {
    let fits = |k: &str| k.len() <= 60 && k.bytes().all(|b| b.is_ascii_alphanumeric() || b"-/.".contains(&b));
    match number {
        Some(number) if crate::cpr::is_in(number) => {
            Err(Refusal::field(field, "ligner et CPR-nummer, og det hører ikke til her"))
        }
        Some(number) if !fits(number) => Err(Refusal::field(field, said)),
        _ => Ok(()),
    }
}

/// How long an absence is expected to last, as a form asks.
const VARIGHED: &[(&str, &str)] = &[
    ("under_8_uger", "Under 8 uger"),
    ("over_8_uger", "8 til 26 uger"),
    ("over_26_uger", "Over 26 uger"),
    ("ukendt", "Ved det ikke endnu"),
];

/// Why somebody is absent, as a form asks.
const AARSAGER: &[(&str, &str)] =
    &[("sygdom", "Sygdom"), ("arbejdsskade", "Arbejdsskade"), ("graviditet", "Graviditetsbetinget fravær")];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    /// A file of its own is no command until it is in the list.
    #[test]
    fn every_file_with_a_command_is_in_the_list() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/commands");
        let list = include_str!("mod.rs");
        let mut commands = BTreeSet::new();
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
            if stem != "mod" && std::fs::read_to_string(&path).unwrap().contains("pub static ENTRY: Entry") {
                commands.insert(stem);
            }
        }
        let missing: Vec<_> = commands.iter().filter(|stem| !list.contains(&format!("&{stem}::ENTRY,"))).collect();
        assert!(missing.is_empty(), "not in ALL: {missing:?}");
        assert_eq!(commands.len(), super::ALL.len());
        let names: BTreeSet<_> = super::ALL.iter().map(|entry| entry.name).collect();
        assert_eq!(names.len(), super::ALL.len(), "two have one name");
    }

    /// Texts that are no sentences: numbers of employees, which are looked up; receipts and case numbers, which may hold
    /// no blank; codes; and the policy, which is read as TOML.
    const NO_SENTENCES: [&str; 14] = [
        "medarbejder_nr",
        "deltager_nr",
        "leder_nr",
        "stedfortraeder_nr",
        "kontaktperson_nr",
        "kollega_nr",
        "koordinator",
        "til",
        "kvittering",
        "kommune",
        "sagsnummer",
        "felt",
        "politik",
        "uenighed",
    ];

    /// Every field of the schema that is a text of any form, by its path.
    fn texts_of(schemas: &serde_json::Map<String, Value>, schema: &Value, path: &str, found: &mut BTreeSet<String>) {
        if let Some(name) = schema["$ref"].as_str().and_then(|name| name.rsplit('/').next()) {
            return texts_of(schemas, &schemas[name], path, found);
        }
        for one in ["oneOf", "anyOf", "allOf"].iter().filter_map(|key| schema[key].as_array()).flatten() {
            texts_of(schemas, one, path, found);
        }
        texts_of_fields(schemas, schema, path, found);
        if schema["items"].is_object() {
            texts_of(schemas, &schema["items"], path, found);
        }
        let is =
            |kind: &str| schema["type"] == kind || schema["type"].as_array().is_some_and(|t| t.contains(&kind.into()));
        if is("string") && schema["enum"].is_null() && schema["format"].is_null() {
            found.insert(path.to_owned());
        }
    }

    fn texts_of_fields(all: &serde_json::Map<String, Value>, schema: &Value, path: &str, found: &mut BTreeSet<String>) {
        for (name, field) in schema["properties"].as_object().into_iter().flatten() {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            texts_of(all, field, &path, found);
        }
    }

    #[test]
    fn every_command_says_in_which_fields_people_write_what_they_like() {
        for entry in super::ALL {
            let mut schemas = Vec::new();
            let name = entry.schemas(&mut schemas);
            let schemas =
                schemas.into_iter().map(|(name, schema)| (name, serde_json::to_value(schema).unwrap())).collect();
            let mut found = BTreeSet::new();
            texts_of(&schemas, &schemas[&name], "", &mut found);
            found.retain(|path| !NO_SENTENCES.contains(&path.as_str()));
            let declared: BTreeSet<_> = entry.texts.iter().map(|&field| field.to_owned()).collect();
            assert_eq!(found, declared, "{}", entry.name);
            let sealed_again = entry.name == "samtale-anden-tid"; // what leader and employee wrote before
            assert!(
                entry.seals.is_empty() || !declared.is_empty() || sealed_again,
                "{} seals a text that nobody writes",
                entry.name
            );
        }
    }
}
