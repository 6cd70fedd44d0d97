//! The injury at work was notified in EASY, or need not be.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::{ArbejdsskadeAnmeldt, ArbejdsskadeUndtaget};
use forloeb::words::EasyUdfald;

use super::form::{Field, Form, Kind};
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown, is_number};
use crate::request;
use crate::sealed::{self, Beslutningsgrund};

request! {
    /// The injury at work was notified in EASY, or need not be.
    Arbejdsskade {
        /// Whether it was notified; `anmeldt` where nothing is said.
        udfald: Option<EasyUdfald>,
        /// Day; needed when it was notified, else today.
        dato: Option<NaiveDate>,
        /// Case number of EASY.
        sagsnummer: Option<String>,
        /// Why it need not be notified; needed then.
        begrundelse: Option<String>,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<Arbejdsskade>();

impl Command for Arbejdsskade {
    const NAME: &'static str = "arbejdsskade";
    const SUMMARY: &'static str = "The injury at work was notified in EASY, or need not be.";
    const SEALS: &'static [sealed::Kind] = &[sealed::Kind::Beslutningsgrund];
    const TEXTS: &'static [&'static str] = &["begrundelse"];
    const SHOWN: Shown = Shown::Forloeb(Group::FollowUp);
    const DONE: &'static str = "Det er registreret, om skaden er anmeldt i EASY.";
    const EXAMPLE: &'static [(&'static str, Example)] = &[
        ("udfald", Example::Text("ikke_anmeldelsespligtig")),
        ("dato", Example::Text("2026-01-12")),
        ("sagsnummer", Example::Text("26-12345")),
        ("begrundelse", Example::Text("Under tre dage, og intet krav ventes")),
    ];
}

impl OnForloeb for Arbejdsskade {
    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { udfald, dato, sagsnummer, begrundelse } = self;
        is_number("sagsnummer", "skal være sagens nummer: højst 60 bogstaver, tal og -/.", sagsnummer.as_deref())?;
        if udfald == Some(EasyUdfald::NotRequired) {
            let Some(begrundelse) = begrundelse else {
                return Err(Refusal::field("begrundelse", "skal udfyldes, når skaden ikke skal anmeldes"));
            };
            let begrundelse = at.seal(&f.medarbejder_nr, &Beslutningsgrund(begrundelse))?;
            let dato = dato.unwrap_or(at.today);
            return Ok(Act::UndtagArbejdsskade(ArbejdsskadeUndtaget { forloeb: f.id, dato, begrundelse }));
        }
        if begrundelse.is_some() {
            return Err(Refusal::field("begrundelse", "hører kun til, når skaden ikke skal anmeldes"));
        }
        let Some(dato) = dato else { return Err(Refusal::field("dato", "skal udfyldes, når skaden er anmeldt")) };
        Ok(Act::AnmeldArbejdsskade(ArbejdsskadeAnmeldt { forloeb: f.id, dato, sagsnummer }))
    }

    fn forms(at: &CommandContext<'_>, f: &Forloeb, _v: &Assessment) -> Vec<Form> {
        // The cause is that of the first registration; a later one may be the injury.
        if f.arbejdsskade_fra.is_none() || !f.easy.is_empty() {
            return Vec::new();
        }
        let udfald = [("anmeldt", "Ja, den er anmeldt i EASY"), ("ikke_anmeldelsespligtig", "Den skal ikke anmeldes")];
        let fields = vec![
            Field::choice("udfald", "Er skaden anmeldt?", &udfald).holding("anmeldt"),
            Field::day("dato", "Dato", at.today),
            Field::new("sagsnummer", "Sagens nummer i EASY", Kind::Text).optional(),
            Field::reason("Hvorfor skal den ikke anmeldes?")
                .optional()
                .help("Skal udfyldes, når skaden ikke skal anmeldes: fraværet var for kort, og intet krav ventes."),
        ];
        vec![
            Form::new(Self::NAME, "Arbejdsskaden og EASY", "Gem", fields)
                .help("Skriv ikke, hvad der skete, eller hvad skaden er. Det hører til i EASY."),
        ]
    }
}
