//! Decisions on what a whole file of payroll no longer has: it is told first, and nothing happens but what somebody decides.

use std::sync::Arc;

use chrono::NaiveDate;
use uuid::Uuid;

use crate::decide::case::{Answer, FORWARD_DAGE, Now};
use crate::decide::fravaer::datoer;
use crate::decide::refusal::{BrokenRegel, DomainRefusal, Mistake, felt};
use crate::events::haendelse::{Forsvundet, FravaerForsvundet, MedarbejderForsvundet, StamdataRegistreret};
use crate::fold::ansaettelse::Ansaettelse;
use crate::fold::derive::Registrering;
use crate::fold::forloeb::Forloeb;
use crate::rules::Regelbog;
use crate::rules::calendar::plus_dage;
use crate::words::Kilde;

/// An absence. One that people registered by hand never was in payroll's file, and cannot go from it.
pub(super) fn fravaer(
    a: &Ansaettelse,
    forloeb: &[Arc<Forloeb>],
    registrering: Uuid,
    (stand, sidste): (Forsvundet, Option<NaiveDate>),
    now: Now,
    book: &Regelbog,
) -> Answer {
    let all = a.every_registrering(book);
    let r = all.iter().find(|r| r.id == registrering && r.is_imported()).ok_or(DomainRefusal::UnknownForloeb)?;
    let mut event = FravaerForsvundet { registrering, stand, sidste: None, videre: None };
    match (stand, r.forsvundet) {
        (Forsvundet::Meldt, _) if r.forsvundet.is_some() || r.is_annulleret() => return Ok(Vec::new()),
        (Forsvundet::KommetIgen, None) => return Ok(Vec::new()),
        (Forsvundet::Meldt, _) | (Forsvundet::KommetIgen, Some(_)) => {}
        (_, Some(before)) if before == stand => return Ok(Vec::new()),
        (_, Some(Forsvundet::Meldt | Forsvundet::Beholdt)) if !r.is_annulleret() => match stand {
            Forsvundet::Afsluttet => {
                let sidste = sidste.ok_or_else(|| felt("dato", Mistake::Missing))?;
                let new = Registrering { sidste: Some(sidste), ..r.clone() };
                datoer(a, (Some(r), &new), Kilde::Person, now, book).map_err(as_dato)?;
                event.sidste = Some(sidste);
            }
            Forsvundet::Annulleret => {
                let own = forloeb.iter().find(|f| f.called(r.id));
                let others = all.iter().filter(|o| o.id != r.id && !o.is_annulleret());
                event.videre = others.map(|o| o.id).find(|id| own.is_some_and(|f| f.called(*id)));
            }
            Forsvundet::Beholdt | Forsvundet::Meldt | Forsvundet::KommetIgen => {}
        },
        _ => return Err(BrokenRegel::NotForsvundet.into()),
    }
    Ok(vec![event.into()])
}

/// The employee.
pub(super) fn medarbejder(a: &Ansaettelse, stand: Forsvundet, fratraadt: Option<NaiveDate>, now: Now) -> Answer {
    let told = a.last_told().ok_or(BrokenRegel::UnknownAnsaettelse)?;
    let event = MedarbejderForsvundet { stand }.into();
    match (stand, a.forsvundet()) {
        (Forsvundet::Meldt, Some(_)) | (Forsvundet::KommetIgen, None) => Ok(Vec::new()),
        (_, Some(before)) if before == stand => Ok(Vec::new()),
        (Forsvundet::Meldt, None) | (Forsvundet::KommetIgen, Some(_)) => Ok(vec![event]),
        (Forsvundet::Beholdt, Some(Forsvundet::Meldt)) => Ok(vec![event]),
        (Forsvundet::Afsluttet, Some(Forsvundet::Meldt | Forsvundet::Beholdt)) => {
            let fratraadt = fratraadt.ok_or_else(|| felt("dato", Mistake::Missing))?;
            let latest = plus_dage(now.dag, FORWARD_DAGE);
            if told.stamdata.ansat.is_some_and(|ansat| fratraadt < ansat) {
                return Err(felt("dato", Mistake::EndBeforeStart));
            }
            if fratraadt > latest {
                return Err(felt("dato", Mistake::AfterLatest(latest)));
            }
            let mut stamdata = told.stamdata.clone();
            stamdata.fratraadt = Some(fratraadt);
            let ends = StamdataRegistreret { stamdata, confidential: None, ..told.clone() };
            Ok(vec![ends.into(), event])
        }
        _ => Err(BrokenRegel::NotForsvundet.into()),
    }
}

/// The last day of absence stands in the field `dato`.
fn as_dato(refusal: DomainRefusal) -> DomainRefusal {
    match refusal {
        DomainRefusal::Fields(fields) => match fields.into_iter().next() {
            Some(field) => felt("dato", field.error),
            None => DomainRefusal::Fields(Vec::new()),
        },
        DomainRefusal::UnknownForloeb | DomainRefusal::BrokenRegel(_) | DomainRefusal::OtherVersion { .. } => refusal,
    }
}
