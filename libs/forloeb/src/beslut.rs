//! The decision: a command against the state of one ansættelse gives events, or a refusal. Nothing else happens here.

use std::borrow::Borrow;
use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::afvisning::{Afvisning, Fejl, Regel, felt};
use crate::ansaettelse::{Aktoer, Ansaettelse, Post};
use crate::forloeb::{Forloeb, Situation};
use crate::frister::vurder;
use crate::haendelse::{
    Forseglet, FravaerRegistreret, FravaerRettet, Haendelse, Noegle, PaamindelserAfgjort, PersonSlettet,
    StamdataRegistreret, StedfortraederUdpeget, Tilbageholdt,
};
use crate::handling;
use crate::kalender::plus_dage;
use crate::kommando::{Handling, Kommando, Rettelse};
use crate::ord::{Aarsag, Aflysning, Kilde, Slutaarsag};
use crate::paamindelser::planlagte;
use crate::regler::Regelbog;
use crate::udled::{self, Importeret, Registrering};

/// How far ahead a last absence day may lie when a person registers it.
const RASKMELDING_FREM_DAGE: i64 = 31;
/// How far ahead payroll's dates, and dates of plans, may lie.
pub(crate) const FREM_DAGE: i64 = 366;

/// When the command is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nu {
    /// The instant.
    pub tid: DateTime<Utc>,
    /// The day in Denmark.
    pub dag: NaiveDate,
}

/// Decides a command. No event: it asked for what already is.
///
/// Reminders that were planned and that the command makes pointless are recorded with it, with the reason, as one
/// event: the log shows why nothing was sent.
///
/// # Errors
/// [`Afvisning`]; nothing is to be written then.
pub fn beslut(
    ansaettelse: &Ansaettelse,
    kommando: &Kommando,
    nu: Nu,
    bog: &Regelbog,
) -> Result<Vec<Haendelse>, Afvisning> {
    beslut_paa(ansaettelse, &ansaettelse.forloeb(bog), kommando, nu, bog)
}

/// The same, on the forløb before it where they were derived from the same events by the same rules already.
///
/// # Errors
/// As [`beslut`].
pub fn beslut_paa<F: Borrow<Forloeb>>(
    ansaettelse: &Ansaettelse,
    foer: &[F],
    kommando: &Kommando,
    nu: Nu,
    bog: &Regelbog,
) -> Result<Vec<Haendelse>, Afvisning> {
    let haendelser = afgoer(ansaettelse, foer, kommando, nu, bog)?;
    if haendelser.is_empty() || matches!(kommando, Kommando::Forloeb { handling: Handling::AfgoerPaamindelser(_), .. })
    {
        return Ok(haendelser);
    }
    let efter = med(ansaettelse, &haendelser, nu);
    eftersyn(&efter, bog)?;
    let aflyste = aflyste(ansaettelse, foer, &efter, kommando, nu.dag, bog);
    Ok(haendelser.into_iter().chain(aflyste).collect())
}

fn afgoer<F: Borrow<Forloeb>>(
    a: &Ansaettelse,
    forloeb: &[F],
    kommando: &Kommando,
    nu: Nu,
    bog: &Regelbog,
) -> Result<Vec<Haendelse>, Afvisning> {
    let afgoer_paamindelser = matches!(kommando, Kommando::Forloeb { handling: Handling::AfgoerPaamindelser(_), .. });
    if a.er_slettet() && !afgoer_paamindelser {
        return Err(Regel::PersonSlettet.into());
    }
    match kommando {
        Kommando::RegistrerStamdata(h) => Ok(stamdata(a, h)),
        Kommando::RegistrerFravaer(h) => registrer(a, h, nu, bog),
        Kommando::AendrFravaer { registrering, linje } => {
            let gammel = registrering_med(a, *registrering, bog).ok_or(Afvisning::UkendtForloeb)?;
            if gammel.importeret == Some(*linje) {
                return Ok(Vec::new());
            }
            let ny = gammel.med_linje(linje);
            datoer(a, &ny, Kilde::Import, nu, bog)?;
            // Also where it says what stands already: the next line is compared with this one.
            let Importeret { aarsag, foerste, sidste, omfang_pct } = ny.vaerdier();
            let (registrering, linje) = (ny.id, (ny.vaerdier() != *linje).then_some(*linje));
            let (kilde, begrundelse) = (Kilde::Import, None);
            let rettet = FravaerRettet { registrering, aarsag, foerste, sidste, omfang_pct, kilde, begrundelse, linje };
            Ok(vec![rettet.into()])
        }
        Kommando::SletPerson { aarsag } => match a.stamdata() {
            None => Err(Regel::UkendtAnsaettelse.into()),
            Some(_) => Ok(vec![PersonSlettet { aarsag: aarsag.clone() }.into()]),
        },
        Kommando::UdpegStedfortraeder(h) => udpeg(a, h, nu),
        Kommando::Forloeb { id, hvis_version, handling } => {
            let f = forloeb.iter().map(Borrow::borrow).find(|f| f.hedder(*id)).ok_or(Afvisning::UkendtForloeb)?;
            if hvis_version.is_some_and(|v| v != f.version) {
                return Err(Afvisning::AndenVersion { nu: f.version });
            }
            handling::afgoer(a, f, handling, nu, bog)
        }
    }
}

fn stamdata(a: &Ansaettelse, h: &StamdataRegistreret) -> Vec<Haendelse> {
    let uaendret = a.stamdata() == Some(&h.stamdata) && a.person() == Some(h.person) && h.fortroligt.is_none();
    if uaendret { Vec::new() } else { vec![h.clone().into()] }
}

fn udpeg(a: &Ansaettelse, h: &StedfortraederUdpeget, nu: Nu) -> Result<Vec<Haendelse>, Afvisning> {
    a.stamdata().ok_or(Regel::UkendtAnsaettelse)?;
    if h.stedfortraeder_nr.as_deref() == Some(a.nr()) {
        return Err(felt("stedfortraeder_nr", Fejl::SelvSamme));
    }
    match (h.fra, h.til) {
        (None, None) => {}
        (Some(_), None) => return Err(felt("til", Fejl::Mangler)),
        (None, Some(_)) => return Err(felt("fra", Fejl::Mangler)),
        (Some(fra), Some(til)) if til < fra => return Err(felt("til", Fejl::SlutFoerStart)),
        (Some(_), Some(til)) if til < nu.dag => return Err(felt("til", Fejl::FoerTidligst(nu.dag))),
        (Some(_), Some(til)) if til > plus_dage(nu.dag, FREM_DAGE) => {
            return Err(felt("til", Fejl::EfterSenest(plus_dage(nu.dag, FREM_DAGE))));
        }
        (Some(_), Some(_)) => {}
    }
    let (foer, mut efter) = (a.stedfortraedere(), a.stedfortraedere());
    efter.anvend(h, nu.dag);
    Ok(if foer == efter { Vec::new() } else { vec![h.clone().into()] })
}

fn registrer(a: &Ansaettelse, h: &FravaerRegistreret, nu: Nu, bog: &Regelbog) -> Result<Vec<Haendelse>, Afvisning> {
    if h.kilde == Kilde::Person && h.aarsag == Aarsag::BarnSyg {
        return Err(felt("aarsag", Fejl::IntetForloeb));
    }
    if let Some(gammel) = registrering_med(a, h.registrering, bog) {
        // The same registration again: from a file read twice at once, or a repeated command without a key.
        return Err(overlapper(&gammel));
    }
    let ny = Registrering::fra_haendelse(h);
    datoer(a, &ny, h.kilde, nu, bog)?;
    Ok(vec![h.clone().into()])
}

/// Checks the dates of a registration on their own and against the employment.
pub(crate) fn datoer(
    a: &Ansaettelse,
    ny: &Registrering,
    kilde: Kilde,
    nu: Nu,
    bog: &Regelbog,
) -> Result<(), Afvisning> {
    let stamdata = a.stamdata().ok_or(Regel::UkendtAnsaettelse)?;
    if ny.foerste < bog.tidligste_dag() {
        return Err(felt("foerste_fravaersdag", Fejl::FoerTidligst(bog.tidligste_dag())));
    }
    let (senest_foerste, senest_sidste) = match kilde {
        Kilde::Person => (nu.dag, plus_dage(nu.dag, RASKMELDING_FREM_DAGE)),
        Kilde::Import => (plus_dage(nu.dag, FREM_DAGE), plus_dage(nu.dag, FREM_DAGE)),
    };
    if ny.foerste > senest_foerste {
        let fejl =
            if kilde == Kilde::Person { Fejl::Fremtid(senest_foerste) } else { Fejl::EfterSenest(senest_foerste) };
        return Err(felt("foerste_fravaersdag", fejl));
    }
    if let Some(sidste) = ny.sidste {
        if sidste < ny.foerste {
            return Err(felt("sidste_fravaersdag", Fejl::SlutFoerStart));
        }
        if sidste > senest_sidste {
            return Err(felt("sidste_fravaersdag", Fejl::EfterSenest(senest_sidste)));
        }
    }
    if !(1..=100).contains(&ny.omfang_pct) {
        return Err(felt("omfang_pct", Fejl::Interval { mindst: 1, hoejst: 100 }));
    }
    if ny.foerste < stamdata.ansat || stamdata.fratraadt.is_some_and(|f| ny.foerste > f) {
        return Err(Regel::IkkeAnsat.into());
    }
    Ok(())
}

/// A person's correction from one state of a registration to another; none when they are the same.
pub(crate) fn rettet(gammel: &Registrering, ny: &Registrering, begrundelse: Forseglet) -> Option<Haendelse> {
    (gammel.vaerdier() != ny.vaerdier()).then(|| {
        FravaerRettet {
            registrering: ny.id,
            aarsag: ny.aarsag,
            foerste: ny.foerste,
            sidste: ny.sidste,
            omfang_pct: ny.omfang_pct,
            kilde: Kilde::Person,
            begrundelse: Some(begrundelse),
            linje: None,
        }
        .into()
    })
}

fn registrering_med(a: &Ansaettelse, id: Uuid, bog: &Regelbog) -> Option<Registrering> {
    a.registreringer(bog).into_iter().find(|r| r.id == id)
}

fn overlapper(r: &Registrering) -> Afvisning {
    Regel::Overlapper { forloeb: r.id, fra: r.foerste, til: r.sidste }.into()
}

/// The employment as it would be with these events. Positions and versions are only placeholders.
fn med(a: &Ansaettelse, haendelser: &[Haendelse], nu: Nu) -> Ansaettelse {
    let mut efter = a.clone();
    for (n, haendelse) in (1..).zip(haendelser) {
        efter.anvend(Post {
            position: u64::MAX - 1000 + n,
            version: a.version() + n,
            tid: nu.tid,
            dag: nu.dag,
            aktoer: Aktoer::system("beslut"),
            haendelse: haendelse.clone(),
        });
    }
    efter
}

/// What must hold whatever was asked for: no day in two registrations, no end before its beginning.
fn eftersyn(efter: &Ansaettelse, bog: &Regelbog) -> Result<(), Afvisning> {
    let registreringer = efter.registreringer(bog);
    if registreringer.iter().any(|r| r.sidste.is_some_and(|s| s < r.foerste)) {
        return Err(felt("sidste_fravaersdag", Fejl::SlutFoerStart));
    }
    match udled::overlap(&registreringer) {
        Some((a, b)) => {
            Err(overlapper(if efter.poster().last().is_some_and(|p| p.haendelse.forloeb() == Some(a.id)) {
                b
            } else {
                a
            }))
        }
        None => Ok(()),
    }
}

/// Reminders that were planned before the command and are not after it. Only forløb that came out differently can have
/// any; one that was joined into another goes on there.
fn aflyste<F: Borrow<Forloeb>>(
    foer: &Ansaettelse,
    gamle: &[F],
    efter: &Ansaettelse,
    kommando: &Kommando,
    idag: NaiveDate,
    bog: &Regelbog,
) -> Vec<Haendelse> {
    let nye = efter.forloeb(bog);
    let plan = |f: &Forloeb| planlagte(f, &vurder(f, idag, bog), idag, bog);
    let mut haendelser = Vec::new();
    for gammel in gamle.iter().map(Borrow::borrow) {
        let ny = nye.iter().find(|f| f.hedder(gammel.id));
        if ny == Some(gammel) {
            continue;
        }
        let stadig: BTreeSet<Noegle> = ny.into_iter().flat_map(plan).map(|p| p.noegle).collect();
        let udgaaede = plan(gammel).into_iter().filter(|p| !stadig.contains(&p.noegle));
        let aarsag = aflysningsaarsag(foer, kommando, bog);
        let mut tilbageholdt: Vec<_> =
            udgaaede.map(|p| Tilbageholdt { noegle: p.noegle, dag: p.dag, aarsag }).collect();
        if !tilbageholdt.is_empty() {
            tilbageholdt.sort_by(|a, b| a.noegle.cmp(&b.noegle));
            haendelser.push(PaamindelserAfgjort { forloeb: gammel.id, afgoerelser: Vec::new(), tilbageholdt }.into());
        }
    }
    haendelser
}

fn aflysningsaarsag(foer: &Ansaettelse, kommando: &Kommando, bog: &Regelbog) -> Aflysning {
    match kommando {
        Kommando::RegistrerStamdata(h) => {
            let foer = foer.stamdata().map(|s| s.fratraadt);
            if foer == Some(h.stamdata.fratraadt) { Aflysning::Lederskifte } else { Aflysning::Afsluttet }
        }
        Kommando::RegistrerFravaer(_) => Aflysning::Rettet,
        Kommando::AendrFravaer { registrering, linje } => {
            let lukkes = |r: Registrering| r.sidste.is_none() && r.med_linje(linje).sidste.is_some();
            let lukkes = registrering_med(foer, *registrering, bog).is_some_and(lukkes);
            if lukkes { Aflysning::Afsluttet } else { Aflysning::Rettet }
        }
        Kommando::SletPerson { .. } => Aflysning::Afsluttet,
        Kommando::UdpegStedfortraeder(_) => Aflysning::Lederskifte,
        Kommando::Forloeb { handling, .. } => match handling {
            Handling::Raskmeld(_) | Handling::Afslut(_) => Aflysning::Afsluttet,
            Handling::Ret { rettelse: Rettelse::SidsteFravaersdag(Some(_)), .. } => Aflysning::Afsluttet,
            Handling::Ret { .. } | Handling::Annuller { haendelse: Some(_), .. } | Handling::LaegPlan { .. } => {
                Aflysning::Rettet
            }
            Handling::Annuller { haendelse: None, .. } => Aflysning::Annulleret,
            Handling::SkiftLeder(_) | Handling::VaelgKontaktperson(_) => Aflysning::Lederskifte,
            Handling::FoersteKontakt(_)
            | Handling::IndkaldSamtale(_)
            | Handling::Samtale(_)
            | Handling::Anmeld(_)
            | Handling::AnmodRefusion(_)
            | Handling::FastTrack(_)
            | Handling::OtteUger(_)
            | Handling::AnmeldArbejdsskade(_)
            | Handling::Delvis(_)
            | Handling::Tildel(_)
            | Handling::EvaluerPlan(_)
            | Handling::SendIgen(_)
            | Handling::AfgoerPaamindelser(_) => Aflysning::Loest,
        },
    }
}

/// Refuses what can no longer happen to a forløb that is annulled.
pub(crate) fn ikke_annulleret(f: &Forloeb, idag: NaiveDate) -> Result<Situation, Afvisning> {
    match f.situation(idag) {
        Situation::Slut { aarsag: Slutaarsag::Annulleret, .. } => Err(Regel::ForloebAnnulleret.into()),
        situation => Ok(situation),
    }
}
