//! The TTA plan as it is read: the seven principles, the newest version, and the earlier ones.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use forloeb::Forloeb;
use forloeb::forloeb::Faktum;
use forloeb::haendelse::TtaPlanLagt;
use forloeb::ord::{Princip, Samtykke, Stoette, Ugedag};
use uuid::Uuid;

use super::Stat;
use super::datoer::{begge, decimal, kort, tidspunkt};
use super::kig::{Kig, id};
use super::planformular::Planformular;
use super::ramme::{Ramme, Sidefejl, html};
use super::session::{Inde, Soeg};
use crate::http::plan::{PlanVisning, vis_plan_i};
use crate::http::problem::Problem;
use crate::http::visning::PrincipVisning;
use crate::sealed::OpenError;

/// A principle, and whether the plan covers it.
pub(super) struct Principlinje {
    pub(super) nummer: usize,
    pub(super) navn: &'static str,
    pub(super) daekket: bool,
    pub(super) mangler: &'static str,
}

/// The plan in a few lines, for the page of the forløb.
pub(super) struct Resume {
    pub(super) version: u32,
    pub(super) lagt: String,
    pub(super) daekkede: usize,
    pub(super) principper: Vec<Principlinje>,
}

pub(super) struct Trinlinje {
    pub(super) hvornaar: String,
    pub(super) timer: String,
    pub(super) dage: String,
    pub(super) ind: Vec<String>,
    pub(super) ud: Vec<String>,
    pub(super) hensyn: Vec<String>,
}

/// A version of the plan with its words, as a reader may see it.
pub(super) struct Laesning {
    pub(super) version: u32,
    pub(super) lagt: String,
    /// The reader may see its words, and this is why they cannot be opened.
    pub(super) uaabnet: Option<&'static str>,
    pub(super) koordinator: String,
    pub(super) trin: Vec<Trinlinje>,
    pub(super) sundhedsvaesen: &'static str,
    /// The message to colleagues, and whether the employee has approved it.
    pub(super) besked: Option<(String, bool)>,
    pub(super) evalueringer: Vec<String>,
    pub(super) stoette: Vec<&'static str>,
    pub(super) tiltag: Vec<(&'static str, String)>,
    pub(super) principper: Vec<Principlinje>,
}

/// An earlier version.
pub(super) struct Udgave {
    pub(super) version: u32,
    pub(super) lagt: String,
}

pub(super) const fn princip(p: Princip) -> &'static str {
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

pub(super) fn principlinjer(alle: &[PrincipVisning]) -> Vec<Principlinje> {
    alle.iter()
        .map(|p| Principlinje {
            nummer: p.nummer,
            navn: princip(p.noegle),
            daekket: p.daekket,
            mangler: mangel(p.mangler),
        })
        .collect()
}

pub(super) const fn stoette(s: Stoette) -> &'static str {
    match s {
        Stoette::Paragraf56 => "§ 56-aftale",
        Stoette::Hjaelpemidler => "Hjælpemidler",
        Stoette::PersonligAssistance => "Personlig assistance",
        Stoette::DelvisRaskmelding => "Delvis raskmelding",
        Stoette::AftalebaseretJob => "Aftalebaseret job på særlige vilkår",
        Stoette::Fleksjob => "Fleksjob",
    }
}

pub(super) const fn ugedag(d: Ugedag) -> &'static str {
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
pub(super) const fn uaabnet(fejl: OpenError) -> &'static str {
    match fejl {
        OpenError::Erased => "Den er forseglet, og nøglen til den er slettet.",
        OpenError::NoKey => "Den er forseglet, og nøglen til den mangler.",
        OpenError::Damaged => "Den er beskadiget, eller den er forseglet med en anden nøgle end medarbejderens.",
        OpenError::NewerForm => "Den er skrevet af en nyere udgave af Raskvej og kan ikke vises her.",
        OpenError::OtherKind => "Det, der er gemt, er ikke ordene i denne plan.",
    }
}

/// What can be done where a new version would lose words that may still be somewhere; none where nothing is to be lost.
pub(super) const fn raad(fejl: OpenError) -> Option<&'static str> {
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
    pub(super) fn ny(f: &Forloeb, p: &Faktum<TtaPlanLagt>) -> Self {
        let principper = crate::http::visning::principper(&p.hvad.plan, !f.kontakter.is_empty());
        Self {
            version: p.hvad.version,
            lagt: tidspunkt(p.tid),
            daekkede: principper.iter().filter(|p| p.daekket).count(),
            principper: principlinjer(&principper),
        }
    }
}

impl Laesning {
    pub(super) fn ny(k: &Kig<'_>, f: &Forloeb, version: u32) -> Result<Self, Problem> {
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

#[derive(Template)]
#[template(path = "plan.html")]
pub(super) struct Planside {
    pub(super) ramme: Ramme,
    pub(super) h1: String,
    pub(super) id: Uuid,
    pub(super) hjem: String,
    /// The version that is shown, where there is one.
    pub(super) plan: Option<Laesning>,
    pub(super) nyeste: bool,
    pub(super) udgaver: Vec<Udgave>,
    pub(super) formular: Option<Planformular>,
}

/// Everything around the form of a plan.
pub(super) fn ramme(k: &Kig<'_>, f: &Forloeb, vist: Option<u32>, fejl: bool) -> Result<Planside, Sidefejl> {
    if !k.bruger().ser_hele_forloebet() {
        return Err(Problem::maa_ikke().into());
    }
    let nyeste = f.plan().map(|p| p.hvad.version);
    let version = vist.or(nyeste);
    let titel = match vist {
        Some(v) => format!("TTA-plan, version {v}, medarbejder {}", f.medarbejder_nr),
        None => format!("TTA-plan, medarbejder {}", f.medarbejder_nr),
    };
    let medarbejder = k.bruger().rolle == forloeb::ord::Rolle::Medarbejder;
    Ok(Planside {
        ramme: k.ramme(if fejl { format!("Fejl: {titel}") } else { titel }),
        h1: if medarbejder {
            "Din plan for at vende tilbage".to_owned()
        } else {
            format!("TTA-plan for {}", k.navn(&f.medarbejder_nr))
        },
        id: f.id,
        hjem: if medarbejder { "/mig".to_owned() } else { format!("/forloeb/{}", f.id) },
        plan: version.map(|v| Laesning::ny(k, f, v)).transpose()?,
        nyeste: version == nyeste,
        udgaver: (f.planer.iter().rev())
            .filter(|p| Some(p.hvad.version) != version)
            .map(|p| Udgave { version: p.hvad.version, lagt: tidspunkt(p.tid) })
            .collect(),
        formular: None,
    })
}

pub(super) async fn side(
    State(stat): State<Stat>,
    inde: Inde,
    Path(tekst): Path<String>,
    _: Soeg,
) -> Result<Response, Sidefejl> {
    let _laan = stat.t.kerne.laan_forloeb(id(&tekst)?).await.map_err(Problem::from)?;
    let vis = stat.t.kerne.vis();
    let k = Kig::ny(&stat, &inde, &vis);
    let f = k.find(id(&tekst)?)?;
    let formular = Planformular::udfyldt(&k, &f)?;
    Ok(html(StatusCode::OK, &Planside { formular, ..ramme(&k, &f, None, false)? }))
}

pub(super) async fn version(
    State(stat): State<Stat>,
    inde: Inde,
    Path((tekst, version)): Path<(String, String)>,
) -> Result<Response, Sidefejl> {
    let _laan = stat.t.kerne.laan_forloeb(id(&tekst)?).await.map_err(Problem::from)?;
    let vis = stat.t.kerne.vis();
    let k = Kig::ny(&stat, &inde, &vis);
    let f = k.find(id(&tekst)?)?;
    let version = version.parse().map_err(|_| Problem::findes_ikke())?;
    Ok(html(StatusCode::OK, &ramme(&k, &f, Some(version), false)?))
}
