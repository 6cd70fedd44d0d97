//! The decision: a command against the state of one ansættelse gives events, or a refusal. Nothing else happens here.

use std::borrow::Borrow;
use std::collections::BTreeSet;

use chrono::NaiveDate;

pub use crate::decide::sag::Nu;

use crate::deadlines::frister::vurder;
use crate::decide::afvisning::{Afvisning, Fejl, Regel, felt};
use crate::decide::fravaer::{aendr, eftersyn, registrer, registrering_med};
use crate::decide::handling;
use crate::decide::kommando::{Handling, Kommando};
use crate::decide::sag::FREM_DAGE;
use crate::events::haendelse::{
    Haendelse, Noegle, PaamindelserAfgjort, PersonSlettet, StamdataRegistreret, StedfortraederUdpeget, Tilbageholdt,
};
use crate::fold::ansaettelse::{Aktoer, Ansaettelse, Post};
use crate::fold::forloeb::Forloeb;
use crate::fold::udled::Registrering;
use crate::ord::Aflysning;
use crate::reminders::paamindelser::planlagte;
use crate::rules::Regelbog;
use crate::rules::kalender::plus_dage;

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
        Kommando::AendrFravaer { registrering, linje } => aendr(a, *registrering, linje, nu, bog),
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
        Kommando::Forloeb { handling, .. } => handling.aflysningsaarsag(),
    }
}
