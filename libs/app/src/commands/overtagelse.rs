//! A leader who was given a forløb says whether they take it. Who says nothing has it all the same.

use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::OvertagelseBesvaret;
use forloeb::words::Overtagelsessvar;

use super::form::{Field, Form};
use super::lederskifte::on_its_way;
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown};
use crate::access::Intent;
use crate::request;
use crate::sealed::{self, Beslutningsgrund};

request! {
    /// Whether a leader takes the forløb that they were given.
    Overtagelse {
        /// The answer.
        svar: Overtagelsessvar,
        /// Why not; needed for a no.
        begrundelse: Option<String>,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<Overtagelse>();

impl Command for Overtagelse {
    const NAME: &'static str = "overtagelse";
    const SUMMARY: &'static str = "A leader takes the forløb that they were given, or says no, and it goes back.";
    const SEALS: &'static [sealed::Kind] = &[sealed::Kind::Beslutningsgrund];
    const TEXTS: &'static [&'static str] = &["begrundelse"];
    const SHOWN: Shown = Shown::Forloeb(Group::Rest);
    const DONE: &'static str = "Dit svar er registreret.";
    const EXAMPLE: &'static [(&'static str, Example)] = &[
        ("svar", Example::Text("siger_nej")),
        ("begrundelse", Example::Text("Medarbejderen kommer først til os i marts")),
    ];
}

/// Why the leader who was given it says no, for who sees names.
fn why_not(at: &CommandContext<'_>, f: &Forloeb) -> Option<String> {
    let sealed = f.sagt.no()?.what.begrundelse.as_ref().filter(|_| at.caller.sees_names())?;
    let Beslutningsgrund(why) = at.app.unlock(&f.medarbejder_nr, sealed).ok()?;
    let end = if why.ends_with(['.', '!', '?']) { "" } else { "." };
    Some(format!("Begrundelsen er: {why}{end} "))
}

impl OnForloeb for Overtagelse {
    const ACCESS: Intent = Intent::Overtagelse;

    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { svar, begrundelse } = self;
        let begrundelse = begrundelse.map(|text| at.seal(&f.medarbejder_nr, &Beslutningsgrund(text))).transpose()?;
        let (dato, leder_nr) = (at.today, None);
        Ok(Act::BesvarOvertagelse(OvertagelseBesvaret { forloeb: f.id, svar, dato, leder_nr, begrundelse }))
    }

    fn forms(at: &CommandContext<'_>, f: &Forloeb, v: &Assessment) -> Vec<Form> {
        let Some(asked) = f.asked_to_take(at.today) else { return Vec::new() };
        // HR records the answer of a leader who rings; the leader's own leader has a way to give it to another.
        let is = |nr: &str| at.projections().is_same_nr(nr, &asked.what.leder_nr);
        if !at.caller.is_hr() && !at.caller.nr.as_deref().is_some_and(is) {
            return Vec::new();
        }
        let (title, yes, no, said) = if asked.what.is_back {
            (
                "Den, du gav forløbet, siger nej",
                "Jeg beholder det",
                "Nej, HR må finde en anden",
                "Forløbet er dit igen. Vil du give det til en anden, så brug Skift leder.",
            )
        } else {
            (
                "Du har fået forløbet af en anden leder",
                "Jeg overtager det",
                "Nej, det skal tilbage",
                "Siger du nej, går det tilbage til den, der havde det. Indtil du svarer, er det dit.",
            )
        };
        let svar = [(Overtagelsessvar::Overtager.code(), yes), (Overtagelsessvar::SigerNej.code(), no)];
        let fields = vec![
            Field::choice("svar", "Overtager du forløbet?", &svar),
            Field::reason("Hvorfor ikke?")
                .optional()
                .help("Skal udfyldes ved et nej. Medarbejderen kan læse det. Skriv ikke om helbred."),
        ];
        let help = format!("{}{said} {}", why_not(at, f).unwrap_or_default(), on_its_way(f, v, at.today));
        vec![Form::new(Self::NAME, title, "Svar", fields).help(&help)]
    }
}
