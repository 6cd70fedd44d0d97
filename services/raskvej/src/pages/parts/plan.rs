//! The TTA plan as it is read.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::forloeb::Fact;
use forloeb::haendelse::TtaPlanLagt;
use forloeb::words::{Part, Plansvar, Princip, Samtykke, Stoette, Ugedag};

use super::datoer::{both, dato_in_digits, decimal, tidspunkt};
use super::plan_facts;
use super::reader_view::ReaderView;
use crate::problem::Problem;
use crate::sealed::OpenError;
use crate::views::forloeb::{PrincipView, principper};
use crate::views::plan::{EgneOrdView, PlanView, PlansvarView, show_plan};

/// A principle, and whether the plan covers it.
pub(crate) struct PrincipLine {
    pub(crate) number: usize,
    pub(crate) name: &'static str,
    pub(crate) daekket: bool,
    pub(crate) missing: &'static str,
}

/// The plan in a few lines, for the page of the forløb.
pub(crate) struct Resume {
    pub(crate) version: u32,
    pub(crate) made: String,
    pub(crate) daekkede: usize,
    pub(crate) principper: Vec<PrincipLine>,
}

pub(crate) struct TrinLine {
    pub(crate) when: String,
    pub(crate) timer: String,
    /// Day and hours, where they were said.
    pub(crate) skema: Vec<(&'static str, String)>,
    pub(crate) dage: String,
    pub(crate) input: Vec<String>,
    pub(crate) out: Vec<String>,
    pub(crate) hensyn: Vec<String>,
}

/// A version of the plan with its words, as a reader may see it.
pub(crate) struct Reading {
    pub(crate) version: u32,
    pub(crate) made: String,
    /// The reader may see its words, and this is why they cannot be opened.
    pub(crate) unopened: Option<&'static str>,
    pub(crate) koordinator: String,
    pub(crate) aftalt: Option<String>,
    pub(crate) egne_ord: Option<OwnWords>,
    /// What the employee says of it.
    pub(crate) svar: Svar,
    pub(crate) trin: Vec<TrinLine>,
    /// A consideration, and how long it holds.
    pub(crate) skaanehensyn: Vec<(String, String)>,
    pub(crate) sundhedsvaesen: &'static str,
    /// The message to colleagues, and who has said what of it.
    pub(crate) besked: Option<(String, Besked)>,
    /// With whom it was shared, and when.
    pub(crate) delt: Vec<String>,
    pub(crate) evalueringer: Vec<String>,
    /// Support options, with what is known of each.
    pub(crate) stoette: Vec<plan_facts::Fact>,
    pub(crate) tiltag: Vec<(&'static str, String)>,
    pub(crate) principper: Vec<PrincipLine>,
}

/// What the employee wants of the plan.
pub(crate) struct OwnWords {
    /// Who wrote it, and when.
    pub(crate) by: String,
    pub(crate) ord: Option<String>,
    pub(crate) maal: Option<String>,
    pub(crate) netvaerk: Vec<String>,
}

/// The employee's own words, with who wrote them down.
pub(crate) fn own_words(words: EgneOrdView) -> OwnWords {
    let by = match words.af {
        Part::Medarbejder => "Skrevet af medarbejderen",
        Part::Arbejdsgiver => "Skrevet for medarbejderen af lederen eller koordinatoren",
    };
    let by = format!("{by} {}.", tidspunkt(words.tidspunkt));
    OwnWords { by, ord: words.ord, maal: words.maal, netvaerk: words.netvaerk }
}

/// How a message to colleagues stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Besked {
    /// The employee has said that it may be told.
    Approved,
    /// It is noted with the version: they approved the same text before, or somebody was told so.
    SaidApproved,
    /// The employee has said that it may not.
    Declined,
    /// Nobody has said.
    Waits,
}

impl Besked {
    pub(crate) const fn may_be_told(self) -> bool {
        matches!(self, Self::Approved | Self::SaidApproved)
    }

    pub(crate) const fn says(self) -> &'static str {
        match self {
            Self::Approved => "Medarbejderen har selv godkendt teksten.",
            Self::SaidApproved => "Det er noteret med planen, at medarbejderen har godkendt teksten.",
            Self::Declined => "Medarbejderen har sagt nej til teksten. Den må ikke fortælles.",
            Self::Waits => "Endnu ikke godkendt af medarbejderen; må ikke fortælles.",
        }
    }
}

/// What the employee says of a version.
pub(crate) struct Svar {
    /// A plan that only one side has said yes to.
    pub(crate) one_sided: bool,
    pub(crate) says: String,
    pub(crate) bemaerkning: Option<String>,
}

impl Svar {
    fn new(svar: Option<PlansvarView>) -> Self {
        let Some(svar) = svar else {
            return Self {
                one_sided: true,
                says: "Medarbejderen har ikke svaret på planen.".to_owned(),
                bemaerkning: None,
            };
        };
        let (when, agrees) = (tidspunkt(svar.tidspunkt), svar.svar == Plansvar::Enig);
        let says = if agrees { "Medarbejderen er enig i planen" } else { "Medarbejderen er uenig i planen" };
        Self { one_sided: !agrees, says: format!("{says} ({when})."), bemaerkning: svar.bemaerkning }
    }
}

/// What the plan says about contact with the health system.
pub(crate) const fn samtykke(s: Option<Samtykke>) -> &'static str {
    match s {
        Some(Samtykke::Given) => "Medarbejderen har givet samtykke",
        Some(Samtykke::Declined) => "Medarbejderen ønsker det ikke, og det respekteres",
        Some(Samtykke::NotNeeded) => "Ikke nødvendigt",
        None => "Ikke taget stilling til",
    }
}

/// The days of a step.
pub(crate) fn step_days(fra: NaiveDate, til: Option<NaiveDate>) -> String {
    match til {
        Some(til) => format!("{} til {}", dato_in_digits(fra), dato_in_digits(til)),
        None => format!("Fra {}", dato_in_digits(fra)),
    }
}

pub(crate) const fn princip(p: Princip) -> &'static str {
    match p {
        Princip::Safety => "Engagement i et trygt og sikkert arbejdsmiljø",
        Princip::Adjustment => "Tilpassede opgaver og arbejdstid",
        Princip::Kolleger => "Hensyn til kolleger og ledere",
        Princip::Knowledge => "Ledere og repræsentanter ved, hvordan",
        Princip::EarlyKontakt => "Tidlig og støttende kontakt",
        Princip::Koordinator => "Én person koordinerer",
        Princip::Sundhedsvaesen => "Kontakt med sundhedsvæsenet, efter behov og med samtykke",
    }
}

fn lack(code: Option<&str>) -> &'static str {
    match code {
        Some("tiltag") => "Planen har intet, der tjener princippet.",
        Some("trin") => "Der mangler et trin med opgaver og arbejdstid.",
        Some("foerste_kontakt") => "Første kontakt er ikke registreret på forløbet.",
        Some("koordinator") => "Ingen er valgt som koordinator.",
        Some("samtykke") => "Der mangler et svar: samtykke, et nej, eller at det ikke er nødvendigt.",
        _ => "",
    }
}

pub(crate) fn princip_lines(all: &[PrincipView]) -> Vec<PrincipLine> {
    all.iter()
        .map(|p| {
            // The message to colleagues serves it, once the employee has approved that.
            let missing = match p.missing {
                Some("tiltag") if p.key == Princip::Kolleger => {
                    "Planen har intet, der tjener princippet, eller beskeden til kollegerne er ikke godkendt af medarbejderen endnu."
                }
                missing => lack(missing),
            };
            PrincipLine { number: p.number, name: princip(p.key), daekket: p.daekket, missing }
        })
        .collect()
}

pub(crate) const fn stoette(s: Stoette) -> &'static str {
    match s {
        Stoette::Paragraf56 => "§ 56-aftale",
        Stoette::Hjaelpemidler => "Hjælpemidler",
        Stoette::PersonalAssistance => "Personlig assistance",
        Stoette::DelvisRaskmelding => "Delvis raskmelding",
        Stoette::AftalebaseretJob => "Aftalebaseret job på særlige vilkår",
        Stoette::Fleksjob => "Fleksjob",
        Stoette::Arbejdsproevning => "Arbejdsprøvning",
        Stoette::Optraening => "Optræning",
        Stoette::Omplacering => "Omplacering",
        Stoette::Mentor => "Mentor",
        Stoette::Loentilskud => "Løntilskud",
        Stoette::Virksomhedspraktik => "Virksomhedspraktik",
    }
}

pub(crate) const fn ugedag(d: Ugedag) -> &'static str {
    match d {
        Ugedag::Man => "mandag",
        Ugedag::Tir => "tirsdag",
        Ugedag::Ons => "onsdag",
        Ugedag::Tor => "torsdag",
        Ugedag::Fre => "fredag",
        Ugedag::Loer => "lørdag",
        Ugedag::Soen => "søndag",
    }
}

/// Why the words of a plan cannot be opened, as a sentence about them.
pub(crate) const fn unopened(error: OpenError) -> &'static str {
    match error {
        OpenError::Erased => "Den er forseglet, og nøglen til den er slettet.",
        OpenError::NoKey => "Den er forseglet, og nøglen til den mangler.",
        OpenError::Damaged => "Den er beskadiget, eller den er forseglet med en anden nøgle end medarbejderens.",
        OpenError::NewerForm => "Den er skrevet af en nyere udgave af Raskvej og kan ikke vises her.",
        OpenError::OtherKind => "Det, der er gemt, er ikke ordene i denne plan.",
    }
}

/// What can be done where a new version would lose words that may still be somewhere; none where nothing is to be lost.
pub(crate) const fn advice(error: OpenError) -> Option<&'static str> {
    match error {
        OpenError::Erased => None,
        OpenError::NewerForm => {
            Some("Kontakt dem, der driver Raskvej: teksten kan læses, når den nyeste udgave kører.")
        }
        OpenError::NoKey | OpenError::Damaged | OpenError::OtherKind => {
            Some("Kontakt dem, der driver Raskvej: teksten kan måske hentes fra en sikkerhedskopi.")
        }
    }
}

/// What the employee says of a version, in a few words.
fn answered(f: &Forloeb, version: u32) -> &'static str {
    match f.plansvar(version).map(|svar| svar.what.svar) {
        None => "medarbejderen har ikke svaret",
        Some(Plansvar::Enig) => "medarbejderen er enig",
        Some(Plansvar::Uenig) => "medarbejderen er uenig",
    }
}

impl Resume {
    pub(crate) fn new(f: &Forloeb, p: &Fact<TtaPlanLagt>) -> Self {
        let principper = principper(&p.what.plan, f.beside_plan(Some(p.what.version)));
        Self {
            version: p.what.version,
            made: format!("{} ({})", tidspunkt(p.time), answered(f, p.what.version)),
            daekkede: principper.iter().filter(|p| p.daekket).count(),
            principper: princip_lines(&principper),
        }
    }
}

impl Reading {
    pub(crate) fn new(k: &ReaderView<'_>, f: &Forloeb, version: u32) -> Result<Self, Problem> {
        Ok(Self::af(k, show_plan(&k.state.service.app, k.user(), f, version)?))
    }

    /// A version as it is read.
    pub(crate) fn af(k: &ReaderView<'_>, p: PlanView) -> Self {
        let hidden = || "(kan ikke læses)".to_owned();
        Self {
            version: p.version,
            made: tidspunkt(p.tidspunkt),
            unopened: p.unopened.map(unopened),
            koordinator: p.koordinator.as_deref().map_or_else(|| "Ikke valgt".to_owned(), |nr| k.name(nr)),
            aftalt: p.aftalt,
            egne_ord: p.egne_ord.map(own_words),
            svar: Svar::new(p.svar),
            trin: p
                .trin
                .into_iter()
                .map(|t| TrinLine {
                    when: step_days(t.fra, t.til),
                    timer: format!("{} timer om ugen", decimal(t.timer_pr_uge)),
                    skema: t.skema.iter().map(|d| (ugedag(d.dag), decimal(d.timer))).collect(),
                    dage: t.dage.iter().map(|d| ugedag(*d)).collect::<Vec<_>>().join(", "),
                    input: t.opgaver_ind,
                    out: t.opgaver_ud,
                    hensyn: t.hensyn,
                })
                .collect(),
            skaanehensyn: (p.skaanehensyn.into_iter())
                .map(|h| {
                    let holds =
                        h.til.map_or_else(|| "varigt".to_owned(), |til| format!("til og med {}", dato_in_digits(til)));
                    (h.tekst.unwrap_or_else(hidden), holds)
                })
                .collect(),
            sundhedsvaesen: samtykke(p.sundhedsvaesen),
            besked: p.besked_til_kolleger.map(|b| {
                let stands = match (b.godkendt_af_medarbejder, b.selv_svaret) {
                    (true, true) => Besked::Approved,
                    (true, false) => Besked::SaidApproved,
                    (false, true) => Besked::Declined,
                    (false, false) => Besked::Waits,
                };
                (b.tekst.unwrap_or_else(hidden), stands)
            }),
            delt: (p.delt.into_iter())
                .map(|d| format!("{}: {}", dato_in_digits(d.dato), d.med.unwrap_or_else(hidden)))
                .collect(),
            evalueringer: p.evalueringer.iter().map(|d| both(*d, k.today)).collect(),
            stoette: p.stoette.iter().map(|s| plan_facts::Fact::of(s.code(), stoette(*s), true, k.today)).collect(),
            tiltag: p.tiltag.into_iter().map(|t| (princip(t.princip), t.tekst.unwrap_or_else(hidden))).collect(),
            principper: princip_lines(&p.principper),
        }
    }
}
