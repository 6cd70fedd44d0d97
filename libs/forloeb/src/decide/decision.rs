//! The decision: a command against the state of one ansættelse gives events, or a refusal. Nothing else happens here.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::NaiveDate;

pub use crate::decide::case::Now;

use crate::deadlines::frister::assess;
use crate::decide::case::{FORWARD_DAGE, with};
use crate::decide::command::{Act, DomainCommand};
use crate::decide::forsvundet;
use crate::decide::fravaer::{change, inspection, registrer, registrering_with, renumber};
use crate::decide::on_forloeb;
use crate::decide::refusal::{BrokenRegel, DomainRefusal, Mistake, felt};
use crate::decide::uenighed::knyt;
use crate::events::haendelse::{
    AnsaettelseFortsat, Forsvundet, Haendelse, Key, OmsorgskollegaValgt, PaamindelserAfgjort, PersonSlettet,
    StamdataRegistreret, StedfortraederUdpeget, Tilbageholdt,
};
use crate::fold::ansaettelse::Ansaettelse;
use crate::fold::derive::Registrering;
use crate::fold::forloeb::Forloeb;
use crate::reminders::paamindelser::planlagte;
use crate::rules::Regelbog;
use crate::rules::calendar::plus_dage;
use crate::words::Aflysning;

/// Decides a command. No event: it asked for what already is.
///
/// Reminders that were planned and that the command makes pointless are recorded with it, with the reason, as one
/// event: the log shows why nothing was sent.
///
/// # Errors
/// [`DomainRefusal`]; nothing is to be written then.
pub fn decide(
    ansaettelse: &Ansaettelse,
    command: &DomainCommand,
    now: Now,
    book: &Regelbog,
) -> Result<Vec<Haendelse>, DomainRefusal> {
    let before: Vec<_> = ansaettelse.forloeb(book).into_iter().map(Arc::new).collect();
    decide_on(ansaettelse, &before, command, now, book)
}

/// The same, on the forløb before it where they were derived from the same events by the same rules already.
///
/// # Errors
/// As [`decide`].
pub fn decide_on(
    ansaettelse: &Ansaettelse,
    before: &[Arc<Forloeb>],
    command: &DomainCommand,
    now: Now,
    book: &Regelbog,
) -> Result<Vec<Haendelse>, DomainRefusal> {
    let haendelser = afgoer(ansaettelse, before, command, now, book)?;
    // Reminders of somebody who has moved go on under the number after.
    let only_that =
        matches!(command, DomainCommand::Forloeb { act: Act::AfgoerPaamindelser(_), .. } | DomainCommand::Flyt(_));
    if haendelser.is_empty() || only_that {
        return Ok(haendelser);
    }
    let after = with(ansaettelse, &haendelser, now);
    inspection(&after, book)?;
    let forloeb = after.forloeb_after(ansaettelse.version(), before, book);
    let aflyste = aflyste(ansaettelse, before, &forloeb, command, now.dag, book);
    Ok(haendelser.into_iter().chain(aflyste).collect())
}

fn afgoer(
    a: &Ansaettelse,
    forloeb: &[Arc<Forloeb>],
    command: &DomainCommand,
    now: Now,
    book: &Regelbog,
) -> Result<Vec<Haendelse>, DomainRefusal> {
    let afgoer_paamindelser = matches!(command, DomainCommand::Forloeb { act: Act::AfgoerPaamindelser(_), .. });
    if a.is_erased() && !afgoer_paamindelser {
        return Err(BrokenRegel::PersonSlettet.into());
    }
    let anew = matches!(command, DomainCommand::RegistrerStamdata(h) if begins_anew(a, h));
    let still = anew || matches!(command, DomainCommand::Flyt(_) | DomainCommand::ErasePerson { .. });
    if a.is_flyttet() && !still {
        return Err(BrokenRegel::Flyttet.into());
    }
    match command {
        DomainCommand::RegistrerStamdata(h) => Ok(stamdata(a, h, now)),
        DomainCommand::RegistrerFravaer(h) => registrer(a, (h, false), now, book),
        DomainCommand::ReportOneself(h) => registrer(a, (h, true), now, book),
        DomainCommand::ChangeFravaer { registrering, line } => change(a, *registrering, line, now, book),
        DomainCommand::RenumberFravaer { registrering, before, fravaer_nr, line } => {
            renumber(a, *registrering, (before, fravaer_nr), line, now, book)
        }
        DomainCommand::FravaerGone { registrering, stand, sidste } => {
            forsvundet::fravaer(a, forloeb, *registrering, (*stand, *sidste), now, book)
        }
        DomainCommand::MedarbejderGone { stand, fratraadt } => forsvundet::medarbejder(a, *stand, *fratraadt, now),
        DomainCommand::Flyt(h) => match a.stamdata() {
            None => Err(BrokenRegel::UnknownAnsaettelse.into()),
            Some(_) if a.is_flyttet() => Ok(Vec::new()),
            Some(_) => Ok(vec![h.clone().into()]),
        },
        DomainCommand::Fortsaet(h) => match a.stamdata() {
            None => Err(BrokenRegel::UnknownAnsaettelse.into()),
            Some(_) if a.before().is_some() => Ok(Vec::new()),
            Some(_) => Ok(vec![AnsaettelseFortsat::clone(h).into()]),
        },
        DomainCommand::KnytFravaer(h) => {
            knyt((a, &a.registreringer(book)), h.registrering, (&h.fravaer_nr, h.line), now, book)
        }
        DomainCommand::ErasePerson { grund, aarsag } => match a.stamdata() {
            None => Err(BrokenRegel::UnknownAnsaettelse.into()),
            Some(_) => Ok(vec![PersonSlettet { aarsag: aarsag.clone(), grund: Some(*grund) }.into()]),
        },
        DomainCommand::UdpegStedfortraeder(h) => udpeg(a, h, now),
        DomainCommand::OenskSignalbrev(h) => match a.stamdata() {
            None => Err(BrokenRegel::UnknownAnsaettelse.into()),
            Some(_) if a.signalbrev().ugentligt == h.ugentligt => Ok(Vec::new()),
            Some(_) => Ok(vec![h.clone().into()]),
        },
        DomainCommand::AfgoerSignalbrev(h) if a.signalbrev().is_wanted_in(h.uge) => Ok(vec![h.clone().into()]),
        DomainCommand::AfgoerSignalbrev(_) => Ok(Vec::new()),
        DomainCommand::ChooseOmsorgskollega(h) => choose_omsorgskollega(a, h, now),
        DomainCommand::Forloeb { id, if_version, act } => {
            let f = forloeb.iter().find(|f| f.called(*id)).ok_or(DomainRefusal::UnknownForloeb)?;
            if if_version.is_some_and(|v| v != f.version) {
                return Err(DomainRefusal::OtherVersion { now: f.version });
            }
            on_forloeb::afgoer(a, f, act, now, book)
        }
    }
}

/// Payroll has the person under a number again that they have moved from: an employment that began after the move.
fn begins_anew(a: &Ansaettelse, h: &StamdataRegistreret) -> bool {
    a.person() == Some(h.person) && a.flyttet_fra().zip(h.stamdata.ansat).is_some_and(|(fra, ansat)| ansat >= fra)
}

fn stamdata(a: &Ansaettelse, h: &StamdataRegistreret, now: Now) -> Vec<Haendelse> {
    let unchanged =
        a.person() == Some(h.person) && h.confidential.is_none() && a.own_stamdataperioder().knows(h, now.dag);
    if unchanged { Vec::new() } else { vec![h.clone().into()] }
}

fn udpeg(a: &Ansaettelse, h: &StedfortraederUdpeget, now: Now) -> Result<Vec<Haendelse>, DomainRefusal> {
    a.stamdata().ok_or(BrokenRegel::UnknownAnsaettelse)?;
    if h.stedfortraeder_nr.as_deref() == Some(a.nr()) {
        return Err(felt("stedfortraeder_nr", Mistake::SamePerson));
    }
    match (h.fra, h.til) {
        (None, None) => {}
        (Some(_), None) => return Err(felt("til", Mistake::Missing)),
        (None, Some(_)) => return Err(felt("fra", Mistake::Missing)),
        (Some(fra), Some(til)) if til < fra => return Err(felt("til", Mistake::EndBeforeStart)),
        (Some(_), Some(til)) if til < now.dag => return Err(felt("til", Mistake::BeforeEarliest(now.dag))),
        (Some(_), Some(til)) if til > plus_dage(now.dag, FORWARD_DAGE) => {
            return Err(felt("til", Mistake::AfterLatest(plus_dage(now.dag, FORWARD_DAGE))));
        }
        (Some(_), Some(_)) => {}
    }
    let (before, mut after) = (a.stedfortraedere(), a.stedfortraedere());
    after.apply(h, now.dag);
    Ok(if before == after { Vec::new() } else { vec![h.clone().into()] })
}

fn choose_omsorgskollega(a: &Ansaettelse, h: &OmsorgskollegaValgt, now: Now) -> Result<Vec<Haendelse>, DomainRefusal> {
    let stamdata = a.stamdata_on(now.dag).ok_or(BrokenRegel::UnknownAnsaettelse)?;
    if stamdata.fratraadt.is_some_and(|fratraadt| fratraadt < now.dag) {
        return Err(BrokenRegel::NotAnsat.into());
    }
    if h.kollega_nr.as_deref() == Some(a.nr()) {
        return Err(felt("kollega_nr", Mistake::SamePerson));
    }
    let same = a.omsorgskollega() == h.kollega_nr.as_deref();
    Ok(if same { Vec::new() } else { vec![h.clone().into()] })
}

/// Reminders that were planned before the command and are not after it. Only forløb that came out differently can have
/// any; one that was joined into another goes on there.
fn aflyste(
    before: &Ansaettelse,
    old_ones: &[Arc<Forloeb>],
    new_ones: &[Arc<Forloeb>],
    command: &DomainCommand,
    today: NaiveDate,
    book: &Regelbog,
) -> Vec<Haendelse> {
    let plan = |f: &Forloeb| planlagte(f, &assess(f, today, book), today, book);
    let mut haendelser = Vec::new();
    for old in old_ones {
        let new = new_ones.iter().find(|f| f.called(old.id));
        if new.is_some_and(|new| Arc::ptr_eq(new, old) || new == old) {
            continue;
        }
        let still: BTreeSet<Key> = new.into_iter().flat_map(|f| plan(f)).map(|p| p.key).collect();
        // News that nobody has to hear of any more leave no trace.
        let expired = plan(old).into_iter().filter(|p| p.key.nyhed().is_none() && !still.contains(&p.key));
        let aarsag = aflysningsaarsag(before, command, book);
        let mut tilbageholdt: Vec<_> = expired.map(|p| Tilbageholdt { key: p.key, dag: p.dag, aarsag }).collect();
        if !tilbageholdt.is_empty() {
            tilbageholdt.sort_by(|a, b| a.key.cmp(&b.key));
            haendelser.push(PaamindelserAfgjort { forloeb: old.id, afgoerelser: Vec::new(), tilbageholdt }.into());
        }
    }
    haendelser
}

fn aflysningsaarsag(before: &Ansaettelse, command: &DomainCommand, book: &Regelbog) -> Aflysning {
    match command {
        DomainCommand::RegistrerStamdata(h) => {
            let before = before.stamdata().map(|s| s.fratraadt);
            if before == Some(h.stamdata.fratraadt) { Aflysning::Lederskifte } else { Aflysning::Afsluttet }
        }
        DomainCommand::RegistrerFravaer(_) | DomainCommand::ReportOneself(_) | DomainCommand::KnytFravaer(_) => {
            Aflysning::Rettet
        }
        DomainCommand::FravaerGone { stand, .. } | DomainCommand::MedarbejderGone { stand, .. } => match stand {
            Forsvundet::Afsluttet => Aflysning::Afsluttet,
            Forsvundet::Annulleret => Aflysning::Annulleret,
            Forsvundet::Meldt | Forsvundet::Beholdt | Forsvundet::KommetIgen => Aflysning::Rettet,
        },
        DomainCommand::ChangeFravaer { registrering, line }
        | DomainCommand::RenumberFravaer { registrering, line, .. } => {
            let closed = |r: Registrering| r.sidste.is_none() && r.with_line(line).sidste.is_some();
            let closed = registrering_with(before, *registrering, book).is_some_and(closed);
            if closed { Aflysning::Afsluttet } else { Aflysning::Rettet }
        }
        DomainCommand::ErasePerson { .. } => Aflysning::Afsluttet,
        DomainCommand::UdpegStedfortraeder(_)
        | DomainCommand::OenskSignalbrev(_)
        | DomainCommand::AfgoerSignalbrev(_)
        | DomainCommand::ChooseOmsorgskollega(_)
        | DomainCommand::Flyt(_)
        | DomainCommand::Fortsaet(_) => Aflysning::Lederskifte,
        DomainCommand::Forloeb { act, .. } => act.aflysningsaarsag(),
    }
}
