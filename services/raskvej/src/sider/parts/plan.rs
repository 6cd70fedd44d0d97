//! The TTA plan as it is read.

use forloeb::Forloeb;
use forloeb::forloeb::Faktum;
use forloeb::haendelse::TtaPlanLagt;
use forloeb::ord::{Princip, Samtykke, Stoette, Ugedag};

use super::datoer::{begge, decimal, kort, tidspunkt};
use super::kig::Kig;
use crate::problem::Problem;
use crate::sealed::OpenError;
use crate::views::forloeb::{PrincipVisning, principper};
use crate::views::plan::{PlanVisning, vis_plan_i};

/// A principle, and whether the plan covers it.
pub(crate) struct Principlinje {
    pub(crate) nummer: usize,
    pub(crate) navn: &'static str,
    pub(crate) daekket: bool,
    pub(crate) mangler: &'static str,
}

/// The plan in a few lines, for the page of the forløb.
pub(crate) struct Resume {
    pub(crate) version: u32,
    pub(crate) lagt: String,
    pub(crate) daekkede: usize,
    pub(crate) principper: Vec<Principlinje>,
}

pub(crate) struct Trinlinje {
    pub(crate) hvornaar: String,
    pub(crate) timer: String,
    pub(crate) dage: String,
    pub(crate) ind: Vec<String>,
    pub(crate) ud: Vec<String>,
    pub(crate) hensyn: Vec<String>,
}

/// A version of the plan with its words, as a reader may see it.
pub(crate) struct Laesning {
    pub(crate) version: u32,
    pub(crate) lagt: String,
    /// The reader may see its words, and this is why they cannot be opened.
    pub(crate) uaabnet: Option<&'static str>,
    pub(crate) koordinator: String,
    pub(crate) trin: Vec<Trinlinje>,
    pub(crate) sundhedsvaesen: &'static str,
    /// The message to colleagues, and whether the employee has approved it.
    pub(crate) besked: Option<(String, bool)>,
    pub(crate) evalueringer: Vec<String>,
    pub(crate) stoette: Vec<&'static str>,
    pub(crate) tiltag: Vec<(&'static str, String)>,
    pub(crate) principper: Vec<Principlinje>,
}

pub(crate) const fn princip(p: Princip) -> &'static str {
    match p {
        Princip::Sikkerhed => "Engagement i et trygt og sikkert arbejdsmiljø",
        Princip::Tilpasning => "Tilpassede opgaver og arbejdstid",
        Princip::Kolleger => "Hensyn til kolleger og ledere",
        Princip::Viden => "Ledere og repræsentanter ved, hvordan",
        Princip::TidligKontakt => "Tidlig og støttende kontakt",
        Princip::Koordinator => "Én person koordinerer",
        Princip::Sundhedsvaesen => "Kontakt med sundhedsvæsenet, efter behov og med samtykke",
    }
}

fn mangel(kode: Option<&str>) -> &'static str {
    match kode {
        Some("tiltag") => "Planen har intet, der tjener princippet.",
        Some("trin") => "Der mangler et trin med opgaver og arbejdstid.",
        Some("foerste_kontakt") => "Første kontakt er ikke registreret på forløbet.",
        Some("koordinator") => "Ingen er valgt som koordinator.",
        Some("samtykke") => "Der mangler et samtykke, eller at det ikke er nødvendigt.",
        _ => "",
    }
}

pub(crate) fn principlinjer(alle: &[PrincipVisning]) -> Vec<Principlinje> {
    alle.iter()
        .map(|p| Principlinje {
            nummer: p.nummer,
            navn: princip(p.noegle),
            daekket: p.daekket,
            mangler: mangel(p.mangler),
        })
        .collect()
}

pub(crate) const fn stoette(s: Stoette) -> &'static str {
    match s {
        Stoette::Paragraf56 => "§ 56-aftale",
        Stoette::Hjaelpemidler => "Hjælpemidler",
        Stoette::PersonligAssistance => "Personlig assistance",
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
pub(crate) const fn uaabnet(fejl: OpenError) -> &'static str {
    match fejl {
        OpenError::Erased => "Den er forseglet, og nøglen til den er slettet.",
        OpenError::NoKey => "Den er forseglet, og nøglen til den mangler.",
        OpenError::Damaged => "Den er beskadiget, eller den er forseglet med en anden nøgle end medarbejderens.",
        OpenError::NewerForm => "Den er skrevet af en nyere udgave af Raskvej og kan ikke vises her.",
        OpenError::OtherKind => "Det, der er gemt, er ikke ordene i denne plan.",
    }
}

/// What can be done where a new version would lose words that may still be somewhere; none where nothing is to be lost.
pub(crate) const fn raad(fejl: OpenError) -> Option<&'static str> {
    match fejl {
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
    pub(crate) fn ny(f: &Forloeb, p: &Faktum<TtaPlanLagt>) -> Self {
        let principper = principper(&p.hvad.plan, !f.kontakter.is_empty());
        Self {
            version: p.hvad.version,
            lagt: tidspunkt(p.tid),
            daekkede: principper.iter().filter(|p| p.daekket).count(),
            principper: principlinjer(&principper),
        }
    }
}

impl Laesning {
    pub(crate) fn ny(k: &Kig<'_>, f: &Forloeb, version: u32) -> Result<Self, Problem> {
        Ok(Self::af(k, vis_plan_i(&k.stat.t.kerne, k.vis, k.bruger(), f.id, version)?))
    }

    fn af(k: &Kig<'_>, p: PlanVisning) -> Self {
        let skjult = || "(kan ikke læses)".to_owned();
        Self {
            version: p.version,
            lagt: tidspunkt(p.tidspunkt),
            uaabnet: p.uaabnet.map(uaabnet),
            koordinator: p.koordinator.as_deref().map_or_else(|| "Ikke valgt".to_owned(), |nr| k.navn(nr)),
            trin: p
                .trin
                .into_iter()
                .map(|t| Trinlinje {
                    hvornaar: match t.til {
                        Some(til) => format!("{} til {}", kort(t.fra), kort(til)),
                        None => format!("Fra {}", kort(t.fra)),
                    },
                    timer: format!("{} timer om ugen", decimal(t.timer_pr_uge)),
                    dage: t.dage.iter().map(|d| ugedag(*d)).collect::<Vec<_>>().join(", "),
                    ind: t.opgaver_ind,
                    ud: t.opgaver_ud,
                    hensyn: t.hensyn,
                })
                .collect(),
            sundhedsvaesen: match p.sundhedsvaesen {
                Some(Samtykke::Givet) => "Medarbejderen har givet samtykke",
                Some(Samtykke::Afslaaet) => "Medarbejderen har ikke givet samtykke",
                Some(Samtykke::IkkeNoedvendigt) => "Ikke nødvendigt",
                None => "Ikke taget stilling til",
            },
            besked: (p.besked_til_kolleger).map(|b| (b.tekst.unwrap_or_else(skjult), b.godkendt_af_medarbejder)),
            evalueringer: p.evalueringer.iter().map(|d| begge(*d, k.idag)).collect(),
            stoette: p.stoette.iter().map(|s| stoette(*s)).collect(),
            tiltag: p.tiltag.into_iter().map(|t| (princip(t.princip), t.tekst.unwrap_or_else(skjult))).collect(),
            principper: principlinjer(&p.principper),
        }
    }
}
