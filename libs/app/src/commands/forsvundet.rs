//! What becomes of an absence, or an employee, that a whole file of payroll no longer has.

use chrono::NaiveDate;
use forloeb::command::DomainCommand;
use forloeb::haendelse::Forsvundet;
use uuid::Uuid;

use super::form::{Field, Form, Kind};
use super::request::{Wrong, WrongField};
use super::{After, Answer, Command, CommandContext, Entry, Example, Left, OnEmployment, Refusal, Shown};
use crate::access::{Denial, Intent, User};
use crate::forsvundne::ForsvundetView;
use crate::projections::Projections;
use crate::request;

request! {
    /// What becomes of something that is gone from payroll's file.
    #[schema(as = ForsvundetUdfald)] ForsvundetRequest {
        /// Employee number.
        medarbejder_nr: String,
        /// Id of the absence; the employee as a whole unless said.
        registrering: Option<Uuid>,
        /// beholdt, afsluttet or, of an absence, annulleret.
        udfald: Forsvundet,
        /// Where it ended: the last day of absence, or of the employment.
        dato: Option<NaiveDate>,
    }
}

pub static ENTRY: Entry = Entry::on_employment::<ForsvundetRequest>();

impl Command for ForsvundetRequest {
    const NAME: &'static str = "forsvundet";
    const SUMMARY: &'static str =
        "Decides what becomes of an absence, or an employee, that a whole file of payroll no longer has.";
    const TAG: &'static str = "import";
    const ANSWER: Answer = Answer::Forsvundet;
    const SHOWN: Shown = Shown::Page("/hr/forsvundne");
    const DONE: &'static str = "Det er registreret.";
    const EXAMPLE: &'static [(&'static str, Example)] = &[
        ("medarbejder_nr", Example::Text("1003")),
        ("registrering", Example::Text("0198f3a0-5c00-7000-8000-000000000001")),
        ("udfald", Example::Text("afsluttet")),
        ("dato", Example::Text("2026-02-06")),
    ];
}

impl OnEmployment for ForsvundetRequest {
    const ROUTE: &'static str = "/api/v1/forsvundne";
    const ACCESS: Intent = Intent::Import;

    fn employment<'a>(&'a self, _caller: &'a User) -> &'a str {
        &self.medarbejder_nr
    }

    /// A file is about everybody, and its answer about one: nobody handles their own case, in HR either.
    fn may(&self, caller: &User, projections: &Projections) -> Result<(), Refusal> {
        caller.may_do(Intent::Import)?;
        if projections.version(&self.medarbejder_nr) == 0 {
            return Err(Refusal::NotFound);
        }
        caller.may_sygemelde(&self.medarbejder_nr, projections).map_err(|denial| match denial {
            Denial::NotFound => Refusal::field("medarbejder_nr", "er dig selv: bed en anden i HR om at tage stilling"),
            denial => denial.into(),
        })
    }

    fn decide(self, _at: &CommandContext<'_>) -> Result<DomainCommand, Refusal> {
        let Self { registrering, udfald, dato, .. } = self;
        let words: &[Forsvundet] = match registrering {
            Some(_) => &[Forsvundet::Beholdt, Forsvundet::Afsluttet, Forsvundet::Annulleret],
            None => &[Forsvundet::Beholdt, Forsvundet::Afsluttet],
        };
        if !words.contains(&udfald) {
            let wrong = Wrong::NotOneOf(words.iter().map(|word| word.code()).collect());
            return Err(vec![WrongField { path: "udfald".to_owned(), wrong }].into());
        }
        Ok(match registrering {
            Some(registrering) => DomainCommand::FravaerGone { registrering, stand: udfald, sidste: dato },
            None => DomainCommand::MedarbejderGone { stand: udfald, fratraadt: dato },
        })
    }

    fn left(after: After) -> Result<Left, Refusal> {
        Ok(Left::Employment(after))
    }
}

/// The forms about something that is gone. Its own page asks before any of them is sent.
#[must_use]
pub fn forms(gone: &ForsvundetView, today: NaiveDate) -> Vec<Form> {
    let fixed = |udfald: Forsvundet| {
        let mut fields =
            vec![Field::fixed("medarbejder_nr", &gone.medarbejder_nr), Field::fixed("udfald", udfald.code())];
        fields.extend(gone.registrering.map(|id| Field::fixed("registrering", id.to_string())));
        fields
    };
    let form = |udfald: Forsvundet, title, button, mut fields: Vec<Field>| {
        fields.extend(fixed(udfald));
        Form::new(ForsvundetRequest::NAME, title, button, fields).named(udfald.code())
    };
    let day = |label| vec![Field::new("dato", label, Kind::Date).holding(today)];
    if gone.registrering.is_some() {
        vec![
            form(Forsvundet::Afsluttet, "Fraværet er slut", "Afslut fraværet", day("Sidste fraværsdag"))
                .help("Medarbejderen er rask. Det, der er gjort, står ved magt, og frister om penge løber videre."),
            form(Forsvundet::Annulleret, "Fraværet var en fejl", "Annuller fraværet", Vec::new()).help(
                "Fraværet har aldrig været der. Der sendes ikke flere påmindelser om det. Historikken bevares, og kommer \
                 linjen igen i en senere fil, gælder fraværet igen.",
            ),
            form(Forsvundet::Beholdt, "Filen tager fejl", "Behold fraværet", Vec::new())
                .help("Fraværet er der stadig. Du bliver ikke spurgt igen, før linjen har været i filen og forsvinder."),
        ]
    } else {
        vec![
            form(Forsvundet::Afsluttet, "Medarbejderen er fratrådt", "Afslut ansættelsen", day("Sidste dag")).help(
                "Åbne forløb slutter med ansættelsen, og medarbejderen får ikke mere mail. Kommer medarbejderen igen i en \
                 senere fil, gælder filen.",
            ),
            form(Forsvundet::Beholdt, "Filen tager fejl", "Behold medarbejderen", Vec::new())
                .help("Medarbejderen er her stadig. Du bliver ikke spurgt igen, før medarbejderen har været i filen og forsvinder."),
        ]
    }
}
