//! The employee is invited to the talk of § 7 a, and the letter is written.

use chrono::{DateTime, FixedOffset};
use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::SamtaleIndkaldt;
use forloeb::words::Indkaldelsesart;
use texts::indkaldelse::Letter;
use texts::sentences;

use super::form::{Field, Form, Kind};
use super::kontaktperson::NEAR;
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown};
use crate::clock::local;
use crate::request;
use crate::sealed::{self, Indkaldelse};

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
        let Self { tidspunkt, place, deltagere, mut deltager_nr, art, telefonisk, formaal } = self;
        deltager_nr.sort();
        deltager_nr.dedup();
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
            Field::new("deltagere", "Andre deltagere", Kind::Lines)
                .optional()
                .help("Én på hver linje, fx tillidsrepræsentant eller bisidder. Skriv ikke om helbred."),
            Field {
                kind: Kind::OneOfMany,
                ..Field::person("deltager_nr", "Kollega, der også skal have indbydelsen", "Ingen", at.people(near))
            }
            .help("Får en kalenderaftale uden navn og uden noget om fraværet, og ser intet i Raskvej."),
        ];
        vec![Form::new(Self::NAME, "Indkald til sygefraværssamtale", "Se brevet, før det sendes", fields).help(
            "Medarbejderen får en kalenderaftale med mail og kan svare. Brevet gemmes, som det blev sendt, og kan printes.",
        )]
    }
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
    let brev = Letter {
        name: name.as_deref(),
        written: at.today,
        when: &sentences::tidspunkt(local(tidspunkt.to_utc())),
        art,
        telefonisk,
        sted: &words.sted,
        formaal: words.formaal.as_deref(),
        deltagere: &words.deltagere,
        sender: sender.as_deref(),
    };
    let brev = Some(brev.text());
    let confidential = at.seal(&f.medarbejder_nr, &Indkaldelse { brev, ..words })?;
    Ok(SamtaleIndkaldt { forloeb: f.id, tidspunkt, art, telefonisk, deltager_nr, imoedekommer, confidential })
}
