//! A new version of the TTA plan. Dates, hours and codes are open; every word of the plan is sealed.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::haendelse::TtaPlanLagt;
use forloeb::tta::{Plan, Plantrin, Skaanehensyn, Skemadag};
use forloeb::words::{Princip, Samtykke, Stoette, Ugedag};

use serde::Serialize;

use super::request::{Wrong, WrongField, WrongFields};
use super::{Answer, Command, CommandContext, Entry, Example, Near, OnForloeb, Refusal, Shown, Warned, Warning};
use crate::access::Intent;
use crate::commands::request::FieldType;
use crate::core::App;
use crate::keys::KeyError;
use crate::request;
use crate::sealed::{self, OpenError, PlanKladde, PlanTekster, TrinTexts};

request! {
    /// A plan for coming back. Where it is no draft, something in it is agreed, to be done or to be told: `aftalt`, a step, a
    /// consideration, an item, or a message to colleagues.
    #[derive(Serialize)]
    #[schema(as = PlanAnmodning)] PlanRequest {
        /// What employee and leader agreed, in plain words.
        aftalt: Option<String>,
        /// Employee number of the one who coordinates (principle 6).
        koordinator: Option<String>,
        /// The steps (principle 2).
        #[schema(required = false)]
        trin: Vec<TrinRequest>,
        /// Considerations in terms of function that hold beside the steps.
        #[schema(required = false)]
        skaanehensyn: Vec<SkaanehensynRequest>,
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
        /// It is not made yet: kept as a draft in the place of the one before, seen by those who may make plans, and gone
        /// when a version is made. Anything may be missing in it.
        kladde: Option<bool>,
        /// Needed where the words of the newest version cannot be opened, and were not erased: a new version is without
        /// them.
        erstat_ulaeselig: Option<bool>,
    }
}

request! {
    /// A step back.
    #[derive(Serialize)]
    #[schema(as = TrinAnmodning)] TrinRequest {
        /// First day; needed where it is no draft.
        fra: Option<NaiveDate>,
        /// Last day.
        til: Option<NaiveDate>,
        /// Hours a week at work; needed where it is no draft and `skema` does not say them.
        timer_pr_uge: Option<f64>,
        /// Hours by day of the week: their sum is the hours of the week.
        #[schema(required = false)]
        skema: Vec<SkemadagRequest>,
        /// Days at work, where `skema` does not say them.
        #[schema(required = false)]
        dage: Vec<Ugedag>,
        /// Tasks that are done.
        #[schema(required = false)]
        opgaver_ind: Vec<String>,
        /// Tasks that are not done.
        #[schema(required = false)]
        opgaver_ud: Vec<String>,
        /// Considerations in terms of function, as long as the step lasts.
        #[schema(required = false)]
        hensyn: Vec<String>,
        /// Principles it serves besides tilpasning.
        #[schema(required = false)]
        principper: Vec<Princip>,
    }
}

request! {
    /// The hours of a day of the week.
    #[derive(Serialize)]
    #[schema(as = SkemadagAnmodning)] SkemadagRequest {
        /// The day.
        dag: Ugedag,
        /// Hours at work, from 0 to 24.
        timer: f64,
    }
}

request! {
    /// A consideration in terms of function.
    #[derive(Serialize)]
    #[schema(as = SkaanehensynAnmodning)] SkaanehensynRequest {
        /// What.
        #[serde(rename = "tekst")]
        text as "tekst": String,
        /// The last day on which it holds; needed where it is no draft and not `varig`.
        til: Option<NaiveDate>,
        /// It holds for good.
        varig: Option<bool>,
    }
}

request! {
    /// The message to colleagues.
    #[derive(Serialize)]
    #[schema(as = BeskedAnmodning)] BeskedRequest {
        /// The text.
        #[serde(rename = "tekst")]
        text as "tekst": String,
        /// The employee has approved it, as whoever writes the plan was told. The employee's own answer counts before it.
        godkendt_af_medarbejder: bool,
    }
}

request! {
    /// An item of a plan.
    #[derive(Serialize)]
    #[schema(as = TiltagAnmodning)] TiltagRequest {
        /// What.
        #[serde(rename = "tekst")]
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
    const SUMMARY: &'static str =
        "Makes a new version of the TTA plan, or keeps a draft of it; earlier versions stay as they are.";
    const TAG: &'static str = "tta";
    const ANSWER: Answer = Answer::Plan;
    const SEALS: &'static [sealed::Kind] = &[sealed::Kind::PlanTekster, sealed::Kind::PlanKladde];
    const TEXTS: &'static [&'static str] = &[
        "aftalt",
        "trin.opgaver_ind",
        "trin.opgaver_ud",
        "trin.hensyn",
        "skaanehensyn.tekst",
        "besked_til_kolleger.tekst",
        "tiltag.tekst",
    ];
    const SHOWN: Shown = Shown::Page("/forloeb/{id}/plan");
    const DONE: &'static str = "Planen er gemt som en ny version.";
    const DONE_WITH_WARNING: &'static [Warned] = &[Warned {
        about: "timer",
        code: "plan-timer",
        said: "Planen er gemt som en ny version. Et trin har flere timer om ugen, end ansættelsen er på: ret det i en ny \
               version, hvis det ikke er meningen.",
    }];
    const CODE: &'static str = "plan";
    const EXAMPLE: &'static [(&'static str, Example)] = &[
        ("aftalt", Example::Text("Tre korte dage om ugen til at begynde med")),
        ("koordinator", Example::Text("1003")),
        (
            "trin",
            Example::List(&[Example::Fields(&[
                ("fra", Example::Text("2026-02-16")),
                ("til", Example::Text("2026-03-01")),
                ("timer_pr_uge", Example::Decimal(12.0)),
                (
                    "skema",
                    Example::List(&[
                        Example::Fields(&[("dag", Example::Text("man")), ("timer", Example::Decimal(5.5))]),
                        Example::Fields(&[("dag", Example::Text("ons")), ("timer", Example::Decimal(6.5))]),
                    ]),
                ),
                ("dage", Example::List(&[Example::Text("man"), Example::Text("ons")])),
                ("opgaver_ind", Example::List(&[Example::Text("Planlægning")])),
                ("opgaver_ud", Example::List(&[Example::Text("Nattevagter")])),
                ("hensyn", Example::List(&[Example::Text("Pauser efter behov")])),
                ("principper", Example::List(&[Example::Text("kolleger")])),
            ])]),
        ),
        (
            "skaanehensyn",
            Example::List(&[Example::Fields(&[
                ("tekst", Example::Text("Ingen tunge løft alene")),
                ("til", Example::Text("2026-05-31")),
                ("varig", Example::Yes(false)),
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
        ("kladde", Example::Yes(false)),
        ("erstat_ulaeselig", Example::Yes(false)),
    ];
}

impl OnForloeb for PlanRequest {
    const ACCESS: Intent = Intent::TtaPlan;

    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        if self.kladde == Some(true) {
            let plan = serde_json::to_value(&self).map_err(|error| Refusal::from(KeyError::Form(error.into())))?;
            return Ok(Act::SaveKladde(at.seal(&f.medarbejder_nr, &PlanKladde { plan })?));
        }
        if let Some(koordinator) = &self.koordinator {
            at.fit(("koordinator", koordinator), f, at.today, NEAR)?;
        }
        let wrong = self.wrong();
        if !wrong.is_empty() {
            return Err(wrong.into());
        }
        if self.erstat_ulaeselig != Some(true) && leaves_words(at, f) {
            let said = "skal være true: teksten i den nyeste version kan ikke åbnes, og en ny version vil mangle den";
            return Err(Refusal::field("erstat_ulaeselig", said));
        }
        let (mut plan, texts) = self.split();
        // What the employee has approved is approved for as long as it is the same text.
        if plan.besked_godkendt == Some(false) && is_approved(at, f, &texts) {
            plan.besked_godkendt = Some(true);
        }
        let aftalt = texts.aftalt.is_some();
        Ok(Act::PutPlan { plan, aftalt, confidential: at.seal(&f.medarbejder_nr, &texts)? })
    }

    /// Of the step with the most of them.
    fn warnings(&self, f: &Forloeb) -> Vec<Warning> {
        let above = self.trin.iter().filter_map(|trin| {
            let (hours, employed) = (trin.hours()?, f.stamdata_on(trin.fra?).timer_pr_uge);
            (self.kladde != Some(true) && employed > 0.0 && hours > employed).then_some((hours, employed))
        });
        let most = above.max_by(|(one, _), (other, _)| one.total_cmp(other));
        most.map(|(hours, employed)| Warning::MoreHoursThanEmployed { hours, employed }).into_iter().collect()
    }
}

/// The newest version has words that cannot be opened here, and may be somewhere else.
fn leaves_words(at: &CommandContext<'_>, f: &Forloeb) -> bool {
    let newest = f.plan().map(|plan| words(at.app, &f.medarbejder_nr, &plan.what));
    newest.and_then(Result::err).is_some_and(OpenError::may_be_elsewhere)
}

/// The employee's newest word on a message to colleagues is a yes, and to this very text.
fn is_approved(at: &CommandContext<'_>, f: &Forloeb, texts: &PlanTekster) -> bool {
    let approved = f.besked_approved_of().and_then(|plan| words(at.app, &f.medarbejder_nr, &plan.what).ok());
    approved.is_some_and(|before| before.besked.is_some() && before.besked == texts.besked)
}

/// The words of a version, which are those of its steps and its items, each of them.
///
/// # Errors
/// They cannot be opened, or are not this version's.
pub fn words(app: &App, nr: &str, plan: &TtaPlanLagt) -> Result<PlanTekster, OpenError> {
    let words: PlanTekster = app.unlock(nr, &plan.confidential)?;
    let fit = words.trin.len() == plan.plan.trin.len()
        && words.tiltag.len() == plan.plan.tiltag.len()
        && words.skaanehensyn.len() == plan.plan.skaanehensyn.len();
    if fit { Ok(words) } else { Err(OpenError::OtherKind) }
}

/// A version of a plan, as a route names it; one that is too high does not exist.
pub(super) fn version(named: u64) -> Result<u32, Refusal> {
    u32::try_from(named).map_err(|_| Refusal::NotFound)
}

/// The draft that is kept of a forløb, as its command was given it; none where there is none.
///
/// # Errors
/// It cannot be opened, or a later program wrote it.
pub fn kladde(app: &App, f: &Forloeb) -> Option<Result<PlanRequest, OpenError>> {
    let sealed = &f.tta.kladde.as_ref()?.what.confidential;
    let opened = app.unlock::<PlanKladde>(&f.medarbejder_nr, sealed);
    Some(opened.and_then(|PlanKladde { plan }| PlanRequest::read(Some(&plan)).map_err(|_| OpenError::NewerForm)))
}

impl PlanRequest {
    /// What can be asked for again later: the days that have gone are left out, and so is what the employee said yes to.
    #[must_use]
    pub fn anew(mut self, today: NaiveDate) -> Self {
        let to_come = |dag: Option<NaiveDate>| dag.filter(|dag| *dag >= today);
        for trin in &mut self.trin {
            (trin.fra, trin.til) = (to_come(trin.fra), to_come(trin.til));
        }
        for hensyn in &mut self.skaanehensyn {
            hensyn.til = to_come(hensyn.til);
        }
        self.evalueringer.retain(|dag| *dag >= today);
        self.sundhedsvaesen = None;
        if let Some(besked) = &mut self.besked_til_kolleger {
            besked.godkendt_af_medarbejder = false;
        }
        self
    }

    /// What a version must have, and a draft need not.
    fn wrong(&self) -> WrongFields {
        let trin = self.trin.iter().enumerate();
        let trin = trin.flat_map(|(n, t)| t.wrong().into_iter().map(move |w| w.under(&format!("trin[{n}]"))));
        let hensyn = self.skaanehensyn.iter().enumerate();
        let hensyn = hensyn.filter_map(|(n, h)| Some(h.wrong()?.under(&format!("skaanehensyn[{n}]"))));
        trin.chain(hensyn).collect()
    }

    /// The open and the sealed part, the steps in the order of their days. What a version must have is there.
    #[must_use]
    pub fn split(mut self) -> (Plan, PlanTekster) {
        self.trin.sort_by_key(|trin| trin.fra);
        let mut texts = PlanTekster {
            aftalt: self.aftalt,
            besked: self.besked_til_kolleger.as_ref().map(|b| b.text.clone()),
            ..PlanTekster::default()
        };
        let plan = Plan {
            koordinator: self.koordinator,
            trin: (self.trin.into_iter())
                .filter_map(|t| {
                    let (trin, words) = t.split()?;
                    texts.trin.push(words);
                    Some(trin)
                })
                .collect(),
            sundhedsvaesen: self.sundhedsvaesen,
            besked_godkendt: self.besked_til_kolleger.map(|b| b.godkendt_af_medarbejder),
            evalueringer: self.evalueringer,
            stoette: self.stoette,
            tiltag: (self.tiltag.into_iter())
                .map(|t| {
                    texts.tiltag.push(t.text);
                    t.princip
                })
                .collect(),
            skaanehensyn: (self.skaanehensyn.into_iter())
                .map(|h| {
                    texts.skaanehensyn.push(h.text);
                    Skaanehensyn { til: h.til }
                })
                .collect(),
        };
        (plan, texts)
    }
}

impl TrinRequest {
    /// Hours of the week: what the days come to, where they are said.
    #[must_use]
    pub fn hours(&self) -> Option<f64> {
        let sum: f64 = self.skema.iter().map(|dag| dag.timer).sum();
        if self.skema.is_empty() { self.timer_pr_uge } else { Some((sum * 100.0).round() / 100.0) }
    }

    fn wrong(&self) -> WrongFields {
        let mut wrong = WrongFields::new();
        let missing = |name: &str| WrongField { path: name.to_owned(), wrong: Wrong::Missing };
        if self.fra.is_none() {
            wrong.push(missing("fra"));
        }
        match (self.hours(), self.timer_pr_uge) {
            (None, _) => wrong.push(missing("timer_pr_uge")),
            (Some(sum), Some(said)) if (sum - said).abs() > 0.01 => {
                let sum = sum.to_string().replace('.', ",");
                wrong
                    .push(WrongField::said("timer_pr_uge", format!("skal være det, skemaets dage giver i alt: {sum}")));
            }
            (Some(_), _) => {}
        }
        let twice = |(n, dag): (usize, &SkemadagRequest)| self.skema[..n].iter().any(|before| before.dag == dag.dag);
        if self.skema.iter().enumerate().any(twice) {
            wrong.push(WrongField::said("skema", "har den samme dag to gange"));
        }
        wrong
    }

    fn split(self) -> Option<(Plantrin, TrinTexts)> {
        let timer_pr_uge = self.hours()?;
        let at_work = self.skema.iter().filter(|dag| dag.timer > 0.0).map(|dag| dag.dag).collect();
        let trin = Plantrin {
            fra: self.fra?,
            til: self.til,
            timer_pr_uge,
            dage: if self.skema.is_empty() { self.dage } else { at_work },
            principper: self.principper,
            skema: self.skema.into_iter().map(|d| Skemadag { dag: d.dag, timer: d.timer }).collect(),
        };
        Some((trin, TrinTexts { input: self.opgaver_ind, out: self.opgaver_ud, hensyn: self.hensyn }))
    }
}

impl SkaanehensynRequest {
    fn wrong(&self) -> Option<WrongField> {
        match (self.varig == Some(true), self.til) {
            (true, Some(_)) => Some(WrongField::said("varig", "kan ikke være true, når der er en sidste dag")),
            (false, None) => Some(WrongField::said("til", "skal udfyldes, når det ikke er varigt")),
            _ => None,
        }
    }
}
