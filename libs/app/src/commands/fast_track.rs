//! Fast track is asked for, or decided against.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::FastTrackBesluttet;
use forloeb::refusal::BrokenRegel;
use forloeb::words::{FastTrackBeslutning, Fristart, Part, Rolle};

use super::form::{Field, Form};
use super::typed::{Typed, find};
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown};
use crate::access::Intent;
use crate::request;
use crate::sealed::{self, FastTrackGrund};
use texts::sentences::long_dato;

request! {
    /// A decision on fast track. The employee who asks for what the employer has asked for already says yes to it.
    FastTrack {
        /// Decision.
        beslutning: FastTrackBeslutning,
        /// By whom.
        by as "af": Part,
        /// Day.
        dato: NaiveDate,
        /// Why not; needed when the employer decides against it.
        begrundelse: Option<String>,
    }
}

/// The name of the form by which the employee says no.
const DECLINES: &str = "fast-track-nej";

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
        // Nobody else says yes for the employee to what the employer asked for.
        let too = (beslutning, by) == (FastTrackBeslutning::Anmodet, Part::Medarbejder);
        if too && at.caller.rolle != Rolle::Medarbejder && f.fast_track_asked().is_some() {
            return Err(Refusal::Decided(BrokenRegel::AlreadyAnmodet.into()));
        }
        let begrundelse = begrundelse.map(|b| at.seal(&f.medarbejder_nr, &FastTrackGrund(b))).transpose()?;
        Ok(Act::FastTrack(FastTrackBesluttet { forloeb: f.id, beslutning, af: by, dato, begrundelse }))
    }

    /// The employee who says no is asked for no reason; everybody else's form has a field for it.
    fn form_name(typed: &Typed) -> String {
        let declines = find(typed, "beslutning") == Some(FastTrackBeslutning::Fravalgt.code());
        let asks_why = typed.iter().any(|(name, _)| name == "begrundelse");
        if declines && !asks_why { DECLINES.to_owned() } else { Self::NAME.to_owned() }
    }

    fn forms(at: &CommandContext<'_>, f: &Forloeb, v: &Assessment) -> Vec<Form> {
        if at.caller.rolle == Rolle::Medarbejder {
            return own(at, f, v);
        }
        // What was asked for is asked for once, and after the employee's no the employer cannot ask.
        match newest(f) {
            Some((FastTrackBeslutning::Anmodet, _) | (FastTrackBeslutning::Fravalgt, Part::Medarbejder)) => {
                return Vec::new();
            }
            Some((FastTrackBeslutning::Fravalgt, Part::Arbejdsgiver)) | None => {}
        }
        let beslutning = [("anmodet", "Der er anmodet om fast track"), ("fravalgt", "Fast track er fravalgt")];
        let af = [("arbejdsgiver", "Arbejdsgiveren"), ("medarbejder", "Medarbejderen")];
        let fields = vec![
            Field::choice("beslutning", "Hvad er besluttet?", &beslutning),
            Field::choice("af", "Af hvem?", &af).holding("arbejdsgiver"),
            Field::day("dato", "Dato", at.today),
            Field::reason("Begrundelse")
                .optional()
                .help("Skal udfyldes, når I fravælger fast track. Skriv ikke om helbred."),
        ];
        vec![
            Form::new(Self::NAME, "Fast track: anmodet eller fravalgt", "Gem beslutningen", fields)
                .help("Fast track er kommunens tidlige opfølgning, når fraværet ventes at vare over 8 uger."),
        ]
    }
}

/// What was decided last, and by whom.
fn newest(f: &Forloeb) -> Option<(FastTrackBeslutning, Part)> {
    f.fast_track.last().map(|b| (b.what.beslutning, b.what.af))
}

/// The employee asks for it while it can be asked for, and says no: beforehand, or to what the employer asked for. To that
/// they may say yes, too.
fn own(at: &CommandContext<'_>, f: &Forloeb, v: &Assessment) -> Vec<Form> {
    let Some(lovdag) = v.frist(Fristart::FastTrack).map(|frist| frist.lovdag) else { return Vec::new() };
    if !f.is_aabent(at.today) {
        return Vec::new();
    }
    let in_time = at.today <= lovdag;
    let fields = |beslutning| {
        let af = Field::fixed("af", Part::Medarbejder);
        vec![Field::fixed("beslutning", beslutning), af, Field::fixed("dato", at.today)]
    };
    let asked = matches!(newest(f), Some((FastTrackBeslutning::Anmodet, _)));
    let by_employer = f.fast_track_asked().is_some();
    let declined = newest(f) == Some((FastTrackBeslutning::Fravalgt, Part::Medarbejder));
    let ask = (in_time && !asked).then(|| {
        let help = format!(
            "Venter du at være væk i mere end 8 uger, kan kommunen begynde sin opfølgning tidligere. Du kan bede om det \
             til og med {}.",
            long_dato(lovdag)
        );
        let fields = fields(FastTrackBeslutning::Anmodet);
        Form::new(FastTrack::NAME, "Bed om fast track", "Bed om fast track", fields).help(help)
    });
    let agree = (by_employer && f.fast_track_yes().is_none()).then(|| {
        let fields = fields(FastTrackBeslutning::Anmodet);
        Form::new(FastTrack::NAME, "Sig ja til fast track", "Det er i orden", fields)
    });
    let decline = (by_employer || (in_time && !asked && !declined)).then(|| {
        let (button, help) = if by_employer {
            ("Nej tak", "Du behøver ikke sige hvorfor. Svar også nej på kommunens brev.")
        } else {
            let help = "Vil du ikke have en tidlig opfølgning fra kommunen, så sig nej. Så kan din arbejdsplads ikke bede om \
                        den. Du kan selv bede om den senere.";
            ("Sig nej til fast track", help)
        };
        let fields = fields(FastTrackBeslutning::Fravalgt);
        Form::new(FastTrack::NAME, "Sig nej til fast track", button, fields).help(help).named(DECLINES)
    });
    ask.into_iter().chain(agree).chain(decline).collect()
}
