//! A new version of the TTA plan. Dates, hours and codes are open; every word of the plan is sealed.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::haendelse::TtaPlanLagt;
use forloeb::tta::{Plan, Plantrin};
use forloeb::words::{Princip, Samtykke, Stoette, Ugedag};

use super::{Answer, Command, CommandContext, Entry, Example, Near, OnForloeb, Refusal, Shown};
use crate::access::Intent;
use crate::core::App;
use crate::request;
use crate::sealed::{self, OpenError, PlanTekster, TrinTexts};

request! {
    /// A plan for coming back.
    #[schema(as = PlanAnmodning)] PlanRequest {
        /// Employee number of the one who coordinates (principle 6).
        koordinator: Option<String>,
        /// The steps (principle 2).
        #[schema(required = false)]
        trin: Vec<TrinRequest>,
        /// Consent to contact with the health system (principle 7).
        sundhedsvaesen: Option<Samtykke>,
        /// The message to colleagues (principle 3), never the cause.
        besked_til_kolleger: Option<BeskedRequest>,
        /// Days on which the plan is evaluated.
        #[schema(required = false)]
        evalueringer: Vec<NaiveDate>,
        /// Support options that were considered.
        #[schema(required = false)]
        stoette: Vec<Stoette>,
        /// Other items, each with the principle it serves.
        #[schema(required = false)]
        tiltag: Vec<TiltagRequest>,
        /// Needed where the words of the newest version cannot be opened, and were not erased: a new version is without
        /// them.
        erstat_ulaeselig: Option<bool>,
    }
}

request! {
    /// A step back.
    #[schema(as = TrinAnmodning)] TrinRequest {
        /// First day.
        fra: NaiveDate,
        /// Last day.
        til: Option<NaiveDate>,
        /// Hours a week at work.
        timer_pr_uge: f64,
        /// Days at work.
        #[schema(required = false)]
        dage: Vec<Ugedag>,
        /// Tasks that are done.
        #[schema(required = false)]
        opgaver_ind: Vec<String>,
        /// Tasks that are not done.
        #[schema(required = false)]
        opgaver_ud: Vec<String>,
        /// Considerations in terms of function.
        #[schema(required = false)]
        hensyn: Vec<String>,
        /// Principles it serves besides tilpasning.
        #[schema(required = false)]
        principper: Vec<Princip>,
    }
}

request! {
    /// The message to colleagues.
    #[schema(as = BeskedAnmodning)] BeskedRequest {
        /// The text.
        text as "tekst": String,
        /// The employee has approved it.
        godkendt_af_medarbejder: bool,
    }
}

request! {
    /// An item of a plan.
    #[schema(as = TiltagAnmodning)] TiltagRequest {
        /// What.
        text as "tekst": String,
        /// Which principle it serves.
        princip: Princip,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<PlanRequest>();

const NEAR: Near = Near {
    who: |projections, f| projections.can_coordinate(f),
    oneself: true,
    said: "skal være lederen, lederens leder, en kollega under samme leder, TR, AMR, den, HR har givet forløbet til, \
           eller dig selv",
};

impl Command for PlanRequest {
    const NAME: &'static str = "tta-plan";
    const OPERATION: Option<&'static str> = Some("laeg");
    const SUMMARY: &'static str = "Makes a new version of the TTA plan; earlier versions stay as they are.";
    const TAG: &'static str = "tta";
    const ANSWER: Answer = Answer::Plan;
    const SEALS: &'static [sealed::Kind] = &[sealed::Kind::PlanTekster];
    const TEXTS: &'static [&'static str] =
        &["trin.opgaver_ind", "trin.opgaver_ud", "trin.hensyn", "besked_til_kolleger.tekst", "tiltag.tekst"];
    const SHOWN: Shown = Shown::Page("/forloeb/{id}/plan");
    const DONE: &'static str = "Planen er gemt som en ny version.";
    const CODE: &'static str = "plan";
    const EXAMPLE: &'static [(&'static str, Example)] = &[
        ("koordinator", Example::Text("1003")),
        (
            "trin",
            Example::List(&[Example::Fields(&[
                ("fra", Example::Text("2026-02-16")),
                ("til", Example::Text("2026-03-01")),
                ("timer_pr_uge", Example::Decimal(12.0)),
                ("dage", Example::List(&[Example::Text("man"), Example::Text("ons")])),
                ("opgaver_ind", Example::List(&[Example::Text("Planlægning")])),
                ("opgaver_ud", Example::List(&[Example::Text("Nattevagter")])),
                ("hensyn", Example::List(&[Example::Text("Pauser efter behov")])),
                ("principper", Example::List(&[Example::Text("kolleger")])),
            ])]),
        ),
        ("sundhedsvaesen", Example::Text("givet")),
        (
            "besked_til_kolleger",
            Example::Fields(&[
                ("tekst", Example::Text("Jeg er tilbage på nedsat tid.")),
                ("godkendt_af_medarbejder", Example::Yes(true)),
            ]),
        ),
        ("evalueringer", Example::List(&[Example::Text("2026-03-02")])),
        ("stoette", Example::List(&[Example::Text("delvis_raskmelding")])),
        (
            "tiltag",
            Example::List(&[Example::Fields(&[
                ("tekst", Example::Text("Vagtplanen gennemgås")),
                ("princip", Example::Text("sikkerhed")),
            ])]),
        ),
        ("erstat_ulaeselig", Example::Yes(false)),
    ];
}

impl OnForloeb for PlanRequest {
    const ACCESS: Intent = Intent::TtaPlan;

    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        if let Some(koordinator) = &self.koordinator {
            at.fit(("koordinator", koordinator), f, at.today, NEAR)?;
        }
        if self.is_empty() {
            let said = "planen er tom: den skal have mindst en koordinator, et trin eller et tiltag";
            return Err(Refusal::field("trin", said));
        }
        if self.erstat_ulaeselig != Some(true) && leaves_words(at, f) {
            let said = "skal være true: teksten i den nyeste version kan ikke åbnes, og en ny version vil mangle den";
            return Err(Refusal::field("erstat_ulaeselig", said));
        }
        let (plan, texts) = self.split();
        Ok(Act::PutPlan { plan, confidential: at.seal(&f.medarbejder_nr, &texts)? })
    }
}

/// The newest version has words that cannot be opened here, and may be somewhere else.
fn leaves_words(at: &CommandContext<'_>, f: &Forloeb) -> bool {
    let newest = f.plan().map(|plan| words(at.app, &f.medarbejder_nr, &plan.what));
    newest.and_then(Result::err).is_some_and(OpenError::may_be_elsewhere)
}

/// The words of a version, which are those of its steps and its items, each of them.
///
/// # Errors
/// They cannot be opened, or are not this version's.
pub fn words(app: &App, nr: &str, plan: &TtaPlanLagt) -> Result<PlanTekster, OpenError> {
    let words: PlanTekster = app.unlock(nr, &plan.confidential)?;
    let fit = words.trin.len() == plan.plan.trin.len() && words.tiltag.len() == plan.plan.tiltag.len();
    if fit { Ok(words) } else { Err(OpenError::OtherKind) }
}

impl PlanRequest {
    /// Nobody coordinates, nothing is to be done.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.koordinator.is_none() && self.trin.is_empty() && self.tiltag.is_empty()
    }

    /// The open and the sealed part.
    #[must_use]
    pub fn split(self) -> (Plan, PlanTekster) {
        let mut texts =
            PlanTekster { besked: self.besked_til_kolleger.as_ref().map(|b| b.text.clone()), ..PlanTekster::default() };
        let plan = Plan {
            koordinator: self.koordinator,
            trin: self
                .trin
                .into_iter()
                .map(|t| {
                    texts.trin.push(TrinTexts { input: t.opgaver_ind, out: t.opgaver_ud, hensyn: t.hensyn });
                    Plantrin {
                        fra: t.fra,
                        til: t.til,
                        timer_pr_uge: t.timer_pr_uge,
                        dage: t.dage,
                        principper: t.principper,
                    }
                })
                .collect(),
            sundhedsvaesen: self.sundhedsvaesen,
            besked_godkendt: self.besked_til_kolleger.map(|b| b.godkendt_af_medarbejder),
            evalueringer: self.evalueringer,
            stoette: self.stoette,
            tiltag: self
                .tiltag
                .into_iter()
                .map(|t| {
                    texts.tiltag.push(t.text);
                    t.princip
                })
                .collect(),
        };
        (plan, texts)
    }
}
