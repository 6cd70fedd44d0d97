//! The TTA plan as it is read.

use forloeb::Forloeb;
use forloeb::forloeb::Fact;
use forloeb::haendelse::TtaPlanLagt;
use forloeb::words::{Princip, Samtykke, Stoette, Ugedag};

use super::datoer::{both, dato_in_digits, decimal, tidspunkt};
use super::reader_view::ReaderView;
use crate::problem::Problem;
use crate::sealed::OpenError;
use crate::views::forloeb::{PrincipView, principper};
use crate::views::plan::{PlanView, show_plan};

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
    pub(crate) trin: Vec<TrinLine>,
    pub(crate) sundhedsvaesen: &'static str,
    /// The message to colleagues, and whether the employee has approved it.
    pub(crate) besked: Option<(String, bool)>,
    pub(crate) evalueringer: Vec<String>,
    pub(crate) stoette: Vec<&'static str>,
    pub(crate) tiltag: Vec<(&'static str, String)>,
    pub(crate) principper: Vec<PrincipLine>,
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
        Some("samtykke") => "Der mangler et samtykke, eller at det ikke er nødvendigt.",
        _ => "",
    }
}

pub(crate) fn princip_lines(all: &[PrincipView]) -> Vec<PrincipLine> {
    all.iter()
        .map(|p| PrincipLine { number: p.number, name: princip(p.key), daekket: p.daekket, missing: lack(p.missing) })
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

impl Resume {
    pub(crate) fn new(f: &Forloeb, p: &Fact<TtaPlanLagt>) -> Self {
        let principper = principper(&p.what.plan, !f.kontakter.is_empty());
        Self {
            version: p.what.version,
            made: tidspunkt(p.time),
            daekkede: principper.iter().filter(|p| p.daekket).count(),
            principper: princip_lines(&principper),
        }
    }
}

impl Reading {
    pub(crate) fn new(k: &ReaderView<'_>, f: &Forloeb, version: u32) -> Result<Self, Problem> {
        Ok(Self::af(k, show_plan(&k.state.service.app, k.user(), f, version)?))
    }

    fn af(k: &ReaderView<'_>, p: PlanView) -> Self {
        let hidden = || "(kan ikke læses)".to_owned();
        Self {
            version: p.version,
            made: tidspunkt(p.tidspunkt),
            unopened: p.unopened.map(unopened),
            koordinator: p.koordinator.as_deref().map_or_else(|| "Ikke valgt".to_owned(), |nr| k.name(nr)),
            trin: p
                .trin
                .into_iter()
                .map(|t| TrinLine {
                    when: match t.til {
                        Some(til) => format!("{} til {}", dato_in_digits(t.fra), dato_in_digits(til)),
                        None => format!("Fra {}", dato_in_digits(t.fra)),
                    },
                    timer: format!("{} timer om ugen", decimal(t.timer_pr_uge)),
                    dage: t.dage.iter().map(|d| ugedag(*d)).collect::<Vec<_>>().join(", "),
                    input: t.opgaver_ind,
                    out: t.opgaver_ud,
                    hensyn: t.hensyn,
                })
                .collect(),
            sundhedsvaesen: match p.sundhedsvaesen {
                Some(Samtykke::Given) => "Medarbejderen har givet samtykke",
                Some(Samtykke::Declined) => "Medarbejderen har ikke givet samtykke",
                Some(Samtykke::NotNeeded) => "Ikke nødvendigt",
                None => "Ikke taget stilling til",
            },
            besked: (p.besked_til_kolleger).map(|b| (b.tekst.unwrap_or_else(hidden), b.godkendt_af_medarbejder)),
            evalueringer: p.evalueringer.iter().map(|d| both(*d, k.today)).collect(),
            stoette: p.stoette.iter().map(|s| stoette(*s)).collect(),
            tiltag: p.tiltag.into_iter().map(|t| (princip(t.princip), t.tekst.unwrap_or_else(hidden))).collect(),
            principper: princip_lines(&p.principper),
        }
    }
}
