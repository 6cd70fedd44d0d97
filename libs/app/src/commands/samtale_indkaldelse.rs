//! The employee is invited to the talk of § 7 a, and the letter is written.

use std::collections::BTreeSet;

use chrono::{DateTime, FixedOffset};
use forloeb::Forloeb;
use forloeb::command::{Act, MOST_DELTAGERE};
use forloeb::frister::Assessment;
use forloeb::haendelse::SamtaleIndkaldt;
use forloeb::words::Indkaldelsesart;
use texts::indkaldelse::Letter;
use texts::sentences;

use super::form::{Choice, Field, Form, Kind};
use super::kontaktperson::NEAR;
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown};
use crate::access::Intent;
use crate::clock::local;
use crate::request;
use crate::sealed::{self, EgneOrd, Indkaldelse};

request! {
    /// An invitation to the talk.
    SamtaleIndkaldelse {
        /// When.
        tidspunkt: DateTime<FixedOffset>,
        /// Where; of a talk by telephone, who rings whom.
        place as "sted": String,
        /// Who takes part besides leader and employee.
        #[schema(required = false)]
        deltagere: Vec<String>,
        /// Employee numbers of colleagues who take part and get an invitation of their own, at most ten.
        #[schema(required = false)]
        deltager_nr: Vec<String>,
        /// Invited, or summoned.
        art: Option<Indkaldelsesart>,
        /// It is held by telephone.
        telefonisk: Option<bool>,
        /// What it is about, beside how and when the employee can come back.
        formaal: Option<String>,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<SamtaleIndkaldelse>();

impl Command for SamtaleIndkaldelse {
    const NAME: &'static str = "samtale-indkaldelse";
    const SUMMARY: &'static str = "Invites to the talk of § 7 a.";
    const SEALS: &'static [sealed::Kind] = &[sealed::Kind::Indkaldelse];
    const TEXTS: &'static [&'static str] = &["sted", "deltagere", "formaal"];
    const SHOWN: Shown = Shown::Forloeb(Group::FollowUp);
    const DONE: &'static str = "Indkaldelsen er registreret.";
    const EXAMPLE: &'static [(&'static str, Example)] = &[
        ("tidspunkt", Example::Text("2026-02-12T10:00:00+01:00")),
        ("sted", Example::Text("Lederens kontor")),
        ("deltagere", Example::List(&[Example::Text("Tillidsrepræsentanten")])),
        ("deltager_nr", Example::List(&[Example::Text("1003")])),
        ("art", Example::Text("indbudt")),
        ("telefonisk", Example::Yes(false)),
        ("formaal", Example::Text("Hvordan dine vagter kan lægges")),
    ];
}

impl OnForloeb for SamtaleIndkaldelse {
    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        for nr in &self.deltager_nr {
            at.fit(("deltager_nr", nr), f, at.today, NEAR)?;
        }
        let Self { tidspunkt, place, mut deltagere, mut deltager_nr, art, telefonisk, formaal } = self;
        deltager_nr.sort();
        deltager_nr.dedup();
        if deltager_nr.len() > MOST_DELTAGERE {
            return Err(Refusal::field("deltager_nr", format!("kan højst være {MOST_DELTAGERE} kolleger")));
        }
        // Who was ticked, and written as well, is one.
        let mut met = BTreeSet::new();
        deltagere.retain(|one| met.insert(one.clone()));
        let words = Indkaldelse { deltagere, sted: place, formaal, brev: None };
        let telefonisk = telefonisk == Some(true);
        let open = Open { tidspunkt, art, telefonisk, deltager_nr, imoedekommer: None };
        Ok(Act::IndkaldSamtale(invitation(at, f, open, words)?))
    }

    fn forms(at: &CommandContext<'_>, f: &Forloeb, _v: &Assessment) -> Vec<Form> {
        if !f.is_aabent(at.today) {
            return Vec::new();
        }
        let art = [("indbudt", "Inviter: medarbejderen kan sige nej"), ("indkaldt", "Indkald, som loven siger")];
        let near: Vec<String> = at.projections().kolleger(f).into_iter().map(str::to_owned).collect();
        let fields = vec![
            Field::new("tidspunkt", "Dato og klokkeslæt", Kind::Time),
            Field::new("sted", "Sted", Kind::Text).help("Fx lederens kontor; i telefonen: hvem der ringer til hvem."),
            Field::new("telefonisk", "Er samtalen i telefonen?", Kind::YesNo).optional(),
            Field::choice("art", "Hvordan spørger du?", &art).holding("indbudt").help(
                "Er medarbejderen for syg til at komme, skal medarbejderen ikke møde op, heller ikke når du indkalder.",
            ),
            Field::new("formaal", "Hvad vil du især tale om?", Kind::Long)
                .optional()
                .help("Står i brevet. Skriv ikke om helbred."),
            Field { choices: wished(at, f), ..Field::new("deltagere", "Andre deltagere", Kind::Lines) }
                .optional()
                .help("Én på hver linje, fx tillidsrepræsentant eller bisidder. Skriv ikke om helbred."),
            Field::people("deltager_nr", "Kolleger, der også skal have indbydelsen", "Ingen", at.people(near)).help(
                "Står i brevet. De får en kalenderaftale uden navn og uden noget om fraværet, og ser intet i Raskvej.",
            ),
        ];
        vec![Form::new(Self::NAME, "Indkald til sygefraværssamtale", "Se brevet, før det sendes", fields).help(
            "Medarbejderen får en kalenderaftale med mail og kan svare. Brevet gemmes, som det blev sendt, og kan printes.",
        )]
    }
}

/// Whom the employee wishes to have with them, as they wrote it last: for those who may read their words, and nobody else.
fn wished(at: &CommandContext<'_>, f: &Forloeb) -> Vec<Choice> {
    let written = f.tta.egne_ord.last().filter(|_| at.caller.sees_names() && at.may(f, Intent::Plan));
    let written = written.and_then(|fact| at.app.unlock::<EgneOrd>(&f.medarbejder_nr, &fact.what.confidential).ok());
    let choice = |name: String| {
        // An item of the list is one line.
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        Choice { text: format!("Medarbejderen har ønsket, at {name} er med").into(), code: name.into() }
    };
    written.into_iter().flat_map(|words| words.netvaerk).map(choice).collect()
}

/// Who takes part beside leader and employee: those who are named in words, and the colleagues by name.
fn participants(at: &CommandContext<'_>, named: &[String], colleagues: &[String]) -> Vec<String> {
    let by_name = colleagues.iter().map(|nr| at.name(nr).unwrap_or_else(|| "en kollega".to_owned()));
    named.iter().cloned().chain(by_name).collect()
}

/// What is said openly of an invitation.
pub(super) struct Open {
    pub(super) tidspunkt: DateTime<FixedOffset>,
    pub(super) art: Option<Indkaldelsesart>,
    pub(super) telefonisk: bool,
    pub(super) deltager_nr: Vec<String>,
    pub(super) imoedekommer: Option<u64>,
}

/// The invitation, with the letter written and sealed.
pub(super) fn invitation(
    at: &CommandContext<'_>,
    f: &Forloeb,
    open: Open,
    words: Indkaldelse,
) -> Result<SamtaleIndkaldt, Refusal> {
    let Open { tidspunkt, art, telefonisk, deltager_nr, imoedekommer } = open;
    let name = at.name(&f.medarbejder_nr);
    let sender = f.leder(at.today).and_then(|nr| at.name(nr));
    let deltagere = participants(at, &words.deltagere, &deltager_nr);
    let brev = Letter {
        name: name.as_deref(),
        written: at.today,
        when: &sentences::tidspunkt(local(tidspunkt.to_utc())),
        art,
        telefonisk,
        sted: &words.sted,
        formaal: words.formaal.as_deref(),
        deltagere: &deltagere,
        sender: sender.as_deref(),
    };
    let brev = Some(brev.text());
    let confidential = at.seal(&f.medarbejder_nr, &Indkaldelse { brev, ..words })?;
    Ok(SamtaleIndkaldt { forloeb: f.id, tidspunkt, art, telefonisk, deltager_nr, imoedekommer, confidential })
}
