//! Fast track is asked for, or decided against.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::FastTrackBesluttet;
use forloeb::words::{FastTrackBeslutning, Fristart, Part, Rolle};

use super::form::{Field, Form};
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown};
use crate::access::Intent;
use crate::request;
use crate::sealed::{self, FastTrackGrund};
use texts::sentences::long_dato;

request! {
    /// A decision on fast track.
    FastTrack {
        /// Decision.
        beslutning: FastTrackBeslutning,
        /// By whom.
        by as "af": Part,
        /// Day.
        dato: NaiveDate,
        /// Why not; needed when decided against.
        begrundelse: Option<String>,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<FastTrack>();

impl Command for FastTrack {
    const NAME: &'static str = "fast-track";
    const SUMMARY: &'static str = "Asks for fast track, or decides against it.";
    const SEALS: &'static [sealed::Kind] = &[sealed::Kind::FastTrackGrund];
    const TEXTS: &'static [&'static str] = &["begrundelse"];
    const SHOWN: Shown = Shown::Forloeb(Group::FollowUp);
    const DONE: &'static str = "Beslutningen om fast track er registreret.";
    const EXAMPLE: &'static [(&'static str, Example)] = &[
        ("beslutning", Example::Text("fravalgt")),
        ("af", Example::Text("arbejdsgiver")),
        ("dato", Example::Text("2026-02-06")),
        ("begrundelse", Example::Text("Vi har selv en plan, der virker")),
    ];
}

impl OnForloeb for FastTrack {
    const ACCESS: Intent = Intent::FastTrack;

    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { beslutning, by, dato, begrundelse } = self;
        if at.caller.rolle == Rolle::Medarbejder && by != Part::Medarbejder {
            return Err(Refusal::field("af", "skal være medarbejder, når det er dig selv, der beder om det"));
        }
        let begrundelse = begrundelse.map(|b| at.seal(&f.medarbejder_nr, &FastTrackGrund(b))).transpose()?;
        Ok(Act::FastTrack(FastTrackBesluttet { forloeb: f.id, beslutning, af: by, dato, begrundelse }))
    }

    fn forms(at: &CommandContext<'_>, f: &Forloeb, v: &Assessment) -> Vec<Form> {
        if f.fast_track.iter().any(|b| b.what.beslutning == FastTrackBeslutning::Anmodet) {
            return Vec::new();
        }
        if at.caller.rolle == Rolle::Medarbejder {
            return own(at, f, v).into_iter().collect();
        }
        let beslutning = [("anmodet", "Der er anmodet om fast track"), ("fravalgt", "Fast track er fravalgt")];
        let af = [("arbejdsgiver", "Arbejdsgiveren"), ("medarbejder", "Medarbejderen")];
        let fields = vec![
            Field::choice("beslutning", "Hvad er besluttet?", &beslutning),
            Field::choice("af", "Af hvem?", &af).holding("arbejdsgiver"),
            Field::day("dato", "Dato", at.today),
            Field::reason("Begrundelse")
                .optional()
                .help("Skal udfyldes, når fast track er fravalgt. Skriv ikke om helbred."),
        ];
        vec![
            Form::new(Self::NAME, "Fast track: anmodet eller fravalgt", "Gem beslutningen", fields)
                .help("Fast track er kommunens tidlige opfølgning, når fraværet ventes at vare over 8 uger."),
        ]
    }
}

/// The employee asks for it, while it can be asked for.
fn own(at: &CommandContext<'_>, f: &Forloeb, v: &Assessment) -> Option<Form> {
    let lovdag = v.frist(Fristart::FastTrack)?.lovdag;
    if !f.is_aabent(at.today) || at.today > lovdag {
        return None;
    }
    let fields =
        vec![Field::fixed("beslutning", "anmodet"), Field::fixed("af", "medarbejder"), Field::fixed("dato", at.today)];
    let help = format!(
        "Venter du at være væk i mere end 8 uger, kan kommunen begynde sin opfølgning tidligere. Du kan bede om det \
         til og med {}.",
        long_dato(lovdag)
    );
    Some(Form::new(FastTrack::NAME, "Bed om fast track", "Bed om fast track", fields).help(help))
}
