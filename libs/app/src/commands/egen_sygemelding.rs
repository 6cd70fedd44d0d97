//! The employee reports themself sick. Who has told the same already has told one fact with it.

use chrono::NaiveDate;
use forloeb::command::DomainCommand;
use forloeb::haendelse::FravaerRegistreret;
use forloeb::words::{Aarsag, JaNej, Kilde, Varighed};
use forloeb::{Haendelse, Procent};

use super::form::{Field, Form, Kind};
use super::sygemelding::{Sygemelding, known_before, new_id};
use super::{
    AARSAGER, After, Answer, Command, CommandContext, Entry, Example, Left, OnEmployment, Refusal, Shown, VARIGHED,
    Warned, Warning,
};
use crate::access::{Intent, User};
use crate::projections::Projections;
use crate::request;

request! {
    /// The employee's own absence that begins.
    EgenSygemelding {
        /// First whole day of absence.
        foerste_fravaersdag: NaiveDate,
        /// Why; sygdom unless said.
        aarsag: Option<Aarsag>,
        /// Absence in percent; 100 unless said.
        omfang_pct: Option<Procent>,
        /// What is expected.
        forventet_varighed: Option<Varighed>,
        /// Whether it is of the illness that a § 56 agreement was made for. Which illness is never said.
        paragraf_56: Option<JaNej>,
    }
}

pub static ENTRY: Entry = Entry::on_employment::<EgenSygemelding>();

impl Command for EgenSygemelding {
    const NAME: &'static str = "egen-sygemelding";
    const SUMMARY: &'static str =
        "The employee reports themself sick; who has told the same already has told one fact.";
    const ANSWER: Answer = Answer::NewForloeb;
    const SHOWN: Shown = Shown::Page("/mig/sygemelding");
    const DONE: &'static str = "Du er meldt syg. God bedring.";
    const DONE_WITH_WARNING: &'static [Warned] = &[
        Warned {
            about: "kendt",
            code: "egen-sygemelding-kendt",
            said: "Du er meldt syg. Lønsystemet havde allerede meldt fraværet, så der er ét forløb og ikke to.",
        },
        Warned {
            about: "uenig",
            code: "egen-sygemelding-uenig",
            said: "Lønsystemet har et fravær i de dage, men siger noget andet om det. Din melding er lagt sammen med det, og HR afgør, \
                   hvad der er rigtigt. Indtil da gælder det, lønsystemet siger: er det forkert, så ring til din leder eller HR.",
        },
        Warned {
            about: "meldt",
            code: "egen-sygemelding-meldt",
            said: "Du var allerede meldt syg fra den dag. Der er stadig kun ét forløb.",
        },
    ];
    const EXAMPLE: &'static [(&'static str, Example)] = &[
        ("foerste_fravaersdag", Example::Text("2026-02-01")),
        ("aarsag", Example::Text("sygdom")),
        ("omfang_pct", Example::Whole(100)),
        ("forventet_varighed", Example::Text("ukendt")),
        ("paragraf_56", Example::Text("nej")),
    ];
}

impl OnEmployment for EgenSygemelding {
    const ROUTE: &'static str = "/api/v1/mig/sygemelding";
    const ACCESS: Intent = Intent::ForOneself;

    fn employment<'a>(&'a self, caller: &'a User) -> &'a str {
        caller.nr.as_deref().unwrap_or_default()
    }

    fn may(&self, caller: &User, projections: &Projections) -> Result<(), Refusal> {
        Ok(caller.may_do_for_oneself(projections)?)
    }

    fn decide(self, at: &CommandContext<'_>) -> Result<DomainCommand, Refusal> {
        if self.aarsag == Some(Aarsag::BarnSyg) {
            return Err(Refusal::field(
                "aarsag",
                "skal være din egen sygdom, arbejdsskade eller graviditet; barns sygedag melder du, som du plejer",
            ));
        }
        Ok(DomainCommand::ReportOneself(FravaerRegistreret {
            registrering: new_id(at.app)?,
            fravaer_nr: None,
            aarsag: self.aarsag.unwrap_or(Aarsag::Sygdom),
            foerste: self.foerste_fravaersdag,
            sidste: None,
            omfang_pct: self.omfang_pct.unwrap_or(Procent::FULL),
            forventet_varighed: self.forventet_varighed,
            kilde: Kilde::Person,
            paragraf_56: self.paragraf_56.map(|answer| answer == JaNej::Ja),
            raskmeldt: false,
        }))
    }

    fn left(after: After) -> Result<Left, Refusal> {
        Sygemelding::left(after)
    }

    /// Somebody had told of it already: there is no new forløb, and the employee is told so.
    fn warnings(left: &Left) -> Vec<Warning> {
        let Left::Forloeb { id, after } = left else { return Vec::new() };
        let Ok(f) = after.find(*id) else { return Vec::new() };
        let newest = after.employment().records().iter().rev().find(|p| !p.haendelse.is_about_paamindelser());
        let joined = newest.is_some_and(|p| matches!(&p.haendelse, Haendelse::SygemeldingKnyttet(_)));
        joined.then(|| known_before(after, f)).into_iter().collect()
    }
}

/// The form. Whoever has an agreement by § 56 is asked whether it is for this illness, and nobody else.
#[must_use]
pub fn form(today: NaiveDate, has_paragraf_56: bool) -> Form {
    let mut fields = vec![
        Field::day("foerste_fravaersdag", "Første hele dag, du er væk", today)
            .help("Gik du hjem midt på dagen, er det dagen efter."),
        Field::choice("aarsag", "Hvad er årsagen?", AARSAGER)
            .holding("sygdom")
            .help("Ingen skal vide, hvad du fejler, og ingen må spørge om det."),
        Field::choice("forventet_varighed", "Hvor længe tror du, det varer?", VARIGHED)
            .optional()
            .help("Et gæt er fint. Du kan altid blive klogere."),
        Field::new("omfang_pct", "Hvor meget er du væk, i procent?", Kind::Number)
            .holding(100)
            .help("100 er helt væk. 50 er halvt.")
            .aside("Væk i procent"),
    ];
    if has_paragraf_56 {
        let choices = [("ja", "Ja, det er den sygdom, aftalen gælder"), ("nej", "Nej, det er noget andet")];
        let field = Field::choice("paragraf_56", "Er det den sygdom, din § 56-aftale gælder?", &choices).optional();
        fields.insert(2, field);
    }
    Form::new(EgenSygemelding::NAME, "Meld dig syg", "Meld mig syg", fields)
}
