//! The employee answers an invitation to the talk: comes, would rather have another time or place, or does not come.

use chrono::{DateTime, FixedOffset};
use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::SamtaleBesvaret;
use forloeb::words::{Rolle, Samtalesvar};

use super::form::{Field, Form, Kind};
use super::typed::{Typed, find};
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown};
use crate::access::Intent;
use crate::request;
use crate::sealed::{self, Samtalebemaerkning};

request! {
    /// The employee's answer to the newest invitation.
    #[schema(as = SamtaleSvar)] SamtaleAnswer {
        /// The answer.
        svar: Samtalesvar,
        /// The time that suits the employee better; only with `anden_tid`.
        forslag: Option<DateTime<FixedOffset>>,
        /// The place that suits the employee better; only with `anden_tid`.
        place as "sted": Option<String>,
        /// Who comes along.
        #[schema(required = false)]
        deltagere: Vec<String>,
        /// What else the employee says.
        bemaerkning: Option<String>,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<SamtaleAnswer>();

impl Command for SamtaleAnswer {
    const NAME: &'static str = "samtale-svar";
    const SUMMARY: &'static str = "The employee answers an invitation to the talk.";
    const SEALS: &'static [sealed::Kind] = &[sealed::Kind::Samtalebemaerkning];
    const TEXTS: &'static [&'static str] = &["sted", "deltagere", "bemaerkning"];
    const SHOWN: Shown = Shown::Forloeb(Group::FollowUp);
    const DONE: &'static str = "Dit svar er gemt, og din leder kan se det. Du kan ændre det, indtil samtalen er holdt.";
    const EXAMPLE: &'static [(&'static str, Example)] = &[
        ("svar", Example::Text("anden_tid")),
        ("forslag", Example::Text("2026-02-13T13:00:00+01:00")),
        ("sted", Example::Text("Biblioteket")),
        ("deltagere", Example::List(&[Example::Text("Min tillidsrepræsentant")])),
        ("bemaerkning", Example::Text("Eftermiddagen er bedst for mig")),
    ];
}

impl OnForloeb for SamtaleAnswer {
    const ACCESS: Intent = Intent::Samtalesvar;

    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { svar, forslag, place, deltagere, bemaerkning } = self;
        let another = svar == Samtalesvar::AndenTid;
        if another && forslag.is_none() && place.is_none() {
            return Err(Refusal::field(
                "forslag",
                "skal være det tidspunkt, der passer bedre, eller skriv et andet sted i feltet sted",
            ));
        }
        let said = "kan ikke stå her: den hører kun til svaret anden_tid";
        if !another && forslag.is_some() {
            return Err(Refusal::field("forslag", said));
        }
        if !another && place.is_some() {
            return Err(Refusal::field("sted", said));
        }
        let words = Samtalebemaerkning { sted: place, deltagere, bemaerkning };
        let says = words.sted.is_some() || !words.deltagere.is_empty() || words.bemaerkning.is_some();
        let confidential = says.then(|| at.seal(&f.medarbejder_nr, &words)).transpose()?;
        let indkaldelse = f.indkaldt.as_ref().map_or(0, |i| i.position);
        Ok(Act::BesvarSamtale(SamtaleBesvaret { forloeb: f.id, indkaldelse, svar, forslag, confidential }))
    }

    /// Three answers, each with what belongs to it: to say that one comes takes one press.
    fn forms(at: &CommandContext<'_>, f: &Forloeb, _v: &Assessment) -> Vec<Form> {
        if at.caller.rolle != Rolle::Medarbejder || f.open_indkaldelse().is_none() || !f.is_aabent(at.today) {
            return Vec::new();
        }
        let form = |svar: Samtalesvar, title, button, mut fields: Vec<Field>| {
            fields.insert(0, Field::fixed("svar", svar));
            Form::new(Self::NAME, title, button, fields).named(name(svar))
        };
        let deltagere = || {
            Field::new("deltagere", "Hvem tager du med?", Kind::Lines)
                .optional()
                .help("Én på hver linje. Du må gerne have en bisidder med.")
        };
        let bemaerkning = |label| {
            let help = "Skriv ikke, hvad du fejler. Teksten gemmes krypteret.";
            Field::new("bemaerkning", label, Kind::Long).optional().help(help)
        };
        vec![
            form(
                Samtalesvar::Kommer,
                "Jeg kommer",
                "Jeg kommer",
                vec![deltagere().aside("Du tager med"), bemaerkning("Er der andet?").aside("Andet")],
            ),
            form(
                Samtalesvar::AndenTid,
                "Foreslå et andet tidspunkt eller sted",
                "Send forslaget",
                vec![
                    Field::new("forslag", "Hvornår passer det bedre?", Kind::Time).optional(),
                    Field::new("sted", "Et andet sted", Kind::Text).optional().help("Eller i telefonen."),
                    deltagere(),
                    bemaerkning("Er der andet?"),
                ],
            )
            .help("Din leder ser forslaget med det samme. Til du hører andet, står den aftalte tid ved magt."),
            form(
                Samtalesvar::KommerIkke,
                "Jeg kan ikke komme",
                "Send, at du ikke kan komme",
                vec![bemaerkning("Kan I tale sammen i telefonen i stedet?")],
            )
            .help(
                "Er du for syg til at møde op, skal du ikke. Så taler I i telefonen, hvis du kan klare det. Det har ingen \
                 betydning for din ret til sygedagpenge.",
            ),
        ]
    }

    fn form_name(typed: &Typed) -> String {
        let svar = find(typed, "svar").and_then(Samtalesvar::from_code);
        svar.map_or_else(|| Self::NAME.to_owned(), name)
    }
}

/// The name of the form of an answer.
fn name(svar: Samtalesvar) -> String {
    format!("{}-{}", SamtaleAnswer::NAME, svar.code().replace('_', "-"))
}
