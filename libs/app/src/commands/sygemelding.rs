//! Somebody is reported sick: a registration, which becomes a forløb or part of one.

use chrono::NaiveDate;
use forloeb::command::DomainCommand;
use forloeb::haendelse::FravaerRegistreret;
use forloeb::words::{Aarsag, Kilde, Varighed};
use forloeb::{Forloeb, Haendelse, Procent};
use uuid::Uuid;

use super::form::{Field, Form, Kind};
use super::{
    AARSAGER, After, Answer, Command, CommandContext, Entry, Example, Left, OnEmployment, Refusal, Shown, VARIGHED,
    Warned, Warning,
};
use crate::access::{Denial, Intent, User};
use crate::core::App;
use crate::keys::fill_random;
use crate::projections::Projections;
use crate::request;

request! {
    /// An absence that begins.
    #[schema(as = Opret)] Sygemelding {
        /// Employee number.
        medarbejder_nr: String,
        /// First whole day of absence.
        foerste_fravaersdag: NaiveDate,
        /// Why; sygdom unless said.
        aarsag: Option<Aarsag>,
        /// Absence in percent; 100 unless said.
        omfang_pct: Option<Procent>,
        /// What is expected.
        forventet_varighed: Option<Varighed>,
    }
}

pub static ENTRY: Entry = Entry::on_employment::<Sygemelding>();

impl Command for Sygemelding {
    const NAME: &'static str = "sygemelding";
    const OPERATION: Option<&'static str> = Some("opret");
    const SUMMARY: &'static str = "Registers a sygemelding.";
    const ANSWER: Answer = Answer::NewForloeb;
    const SHOWN: Shown = Shown::Page("/forloeb/ny");
    const DONE: &'static str = "Sygemeldingen er registreret.";
    const DONE_WITH_WARNING: &'static [Warned] = &[
        Warned {
            about: "kendt",
            code: "sygemelding-kendt",
            said: "Lønsystemet havde allerede meldt fraværet. Din sygemelding er lagt sammen med det, så der er ét forløb.",
        },
        Warned {
            about: "uenig",
            code: "sygemelding-uenig",
            said: "Lønsystemet har et fravær i de dage, men siger noget andet om det. Din sygemelding er lagt sammen med det, og HR \
                   afgør, hvad der er rigtigt. Indtil da gælder det, lønsystemet siger: er det forkert, så skriv til HR.",
        },
        Warned {
            about: "meldt",
            code: "sygemelding-meldt",
            said: "Medarbejderen havde allerede selv meldt fraværet. Din sygemelding er lagt sammen med det, så der er ét forløb.",
        },
        Warned {
            about: "lidt",
            code: "sygemelding-lidt",
            said: "Sygemeldingen er registreret. Fraværet er så lille, at det ikke er delvis sygdom i refusionens forstand (§ 7).",
        },
    ];
    const EXAMPLE: &'static [(&'static str, Example)] = &[
        ("medarbejder_nr", Example::Text("1003")),
        ("foerste_fravaersdag", Example::Text("2026-02-01")),
        ("aarsag", Example::Text("sygdom")),
        ("omfang_pct", Example::Whole(100)),
        ("forventet_varighed", Example::Text("ukendt")),
    ];
}

impl OnEmployment for Sygemelding {
    const ROUTE: &'static str = "/api/v1/forloeb";
    const ACCESS: Intent = Intent::Sygemelding;

    fn employment<'a>(&'a self, _caller: &'a User) -> &'a str {
        &self.medarbejder_nr
    }

    fn may(&self, caller: &User, projections: &Projections) -> Result<(), Refusal> {
        caller.may_sygemelde(&self.medarbejder_nr, projections).map_err(|denial| match denial {
            Denial::NotFound => {
                Refusal::field("medarbejder_nr", "ingen medarbejder, du kan sygemelde, har dette nummer")
            }
            denial => denial.into(),
        })
    }

    fn decide(self, at: &CommandContext<'_>) -> Result<DomainCommand, Refusal> {
        Ok(DomainCommand::RegistrerFravaer(FravaerRegistreret {
            registrering: new_id(at.app)?,
            fravaer_nr: None,
            aarsag: self.aarsag.unwrap_or(Aarsag::Sygdom),
            foerste: self.foerste_fravaersdag,
            sidste: None,
            omfang_pct: self.omfang_pct.unwrap_or(Procent::FULL),
            forventet_varighed: self.forventet_varighed,
            kilde: Kilde::Person,
            paragraf_56: None,
            raskmeldt: false,
        }))
    }

    /// The forløb of the newest registration: of a repeated command, the one it made the first time.
    fn left(after: After) -> Result<Left, Refusal> {
        let registration = after.employment().records().iter().rev().find_map(|p| {
            if let Haendelse::SygemeldingKnyttet(h) = &p.haendelse {
                return Some(h.registrering);
            }
            let Haendelse::FravaerRegistreret(h) = &p.haendelse else { return None };
            Some(h.registrering)
        });
        let id = after.find(registration.ok_or(Refusal::NotFound)?)?.id;
        Ok(Left::Forloeb { id, after })
    }

    /// Payroll had told of it already, and both are one: the caller is told, for there is no new forløb.
    fn warnings(left: &Left) -> Vec<Warning> {
        let Left::Forloeb { id, after } = left else { return Vec::new() };
        let Ok(f) = after.find(*id) else { return Vec::new() };
        let newest = after.employment().records().iter().rev().find(|p| !p.haendelse.is_about_paamindelser());
        let joined = newest.is_some_and(|p| matches!(&p.haendelse, Haendelse::SygemeldingKnyttet(_)));
        let known = joined.then(|| known_before(after, f));
        let few = f.perioder.last().and_then(|last| Warning::of_few_hours(f, last.fra, last.omfang_pct));
        known.into_iter().chain(few).collect()
    }
}

/// Who had told of it: payroll, or somebody here.
pub(super) fn known_before(after: &After, f: &Forloeb) -> Warning {
    let by_person = after.employment().records().iter().any(|record| {
        matches!(&record.haendelse, Haendelse::FravaerRegistreret(h)
            if f.called(h.registrering) && h.kilde == Kilde::Person)
    });
    if by_person { Warning::KnownByPeople } else { Warning::KnownByPayroll { differs: !f.uenigheder.is_empty() } }
}

/// The form. Whose absence it is stands first in it: a leader chooses among their own on the page itself.
#[must_use]
pub fn form(today: NaiveDate) -> Form {
    let fields = vec![
        Field::new("medarbejder_nr", "Medarbejdernummer", Kind::Text),
        Field::day("foerste_fravaersdag", "Første fraværsdag", today)
            .help("Den første hele dag, medarbejderen er væk."),
        Field::choice("aarsag", "Årsag", AARSAGER).holding("sygdom").help("Skriv eller spørg aldrig om diagnose."),
        Field::new("omfang_pct", "Fravær i procent", Kind::Number).holding(100).help("100 er helt fraværende."),
        Field::choice("forventet_varighed", "Hvor længe ventes fraværet at vare?", VARIGHED).optional(),
    ];
    Form::new(Sygemelding::NAME, "Ny sygemelding", "Registrér sygemeldingen", fields)
}

/// A new id, ordered by time.
pub(super) fn new_id(app: &App) -> Result<Uuid, Refusal> {
    let mut random = [0; 10];
    fill_random(&mut random)?;
    let ms = u64::try_from(app.clock.now().timestamp_millis()).unwrap_or_default();
    Ok(uuid::Builder::from_unix_timestamp_millis(ms, &random).into_uuid())
}
