//! Decisions where payroll and people speak of the same days: their words are joined into one registration, and who was
//! right is decided by a person.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::decide::case::{Answer, Case, Now};
use crate::decide::fravaer::{datoer, rettet};
use crate::decide::refusal::{BrokenRegel, DomainRefusal};
use crate::events::haendelse::{
    Ciphertext, FravaerKnyttet, FravaerRegistreret, FravaerRettet, Haendelse, Imported, SygemeldingKnyttet,
    UenighedAfgjort,
};
use crate::fold::ansaettelse::Ansaettelse;
use crate::fold::derive::Registrering;
use crate::fold::uenighed::{Said, Uenighedsfelt, Vaelg};
use crate::rules::Regelbog;
use crate::rules::calendar::plus_dage;
use crate::words::{Aarsag, Kilde, Rolle};

/// What is decided of a disagreement.
#[derive(Debug, Clone, PartialEq)]
pub struct Valg {
    /// The registration whose day it is.
    pub registrering: Uuid,
    /// Which day.
    pub felt: Uenighedsfelt,
    /// Position of what was said last, as the one who decides has seen it.
    pub position: u64,
    /// Who is right.
    pub vaelg: Vaelg,
    /// Why, sealed.
    pub begrundelse: Ciphertext,
}

/// An absence comes in of which the other side has told already: one registration holds both. None where there is nothing
/// to join it with.
pub(super) fn join(
    (a, all): (&Ansaettelse, &[Registrering]),
    (h, by_oneself): (&FravaerRegistreret, bool),
    now: Now,
    book: &Regelbog,
) -> Option<Answer> {
    let new = Registrering::from_haendelse(h);
    let same: Vec<_> = all.iter().filter(|r| r.aarsag != Aarsag::BarnSyg && r.overlaps(&new)).collect();
    let first = same.first().filter(|_| h.aarsag != Aarsag::BarnSyg)?;
    match (h.kilde, &h.fravaer_nr) {
        (Kilde::Import, Some(nr)) => {
            let free = |r: &&Registrering| r.is_by_hand() && has_same_payer(r, &new) && !r.has_row_on(&new.values());
            let line = new.values();
            same.iter().all(free).then(|| knyt((a, all), first.id, (nr, line), now, book))
        }
        (Kilde::Import, None) => None,
        (Kilde::Person, _) => {
            let told_by_payroll_alone =
                |r: &&Registrering| !r.is_by_hand() && r.aarsag == h.aarsag && r.said == Said::default();
            let told_alike = |r: &&Registrering| {
                r.is_by_hand()
                    && (r.aarsag, r.foerste, r.omfang_pct) == (h.aarsag, h.foerste, h.omfang_pct)
                    && (by_oneself || told_by_the_employee(a, r.id))
            };
            let one_fact = same.iter().all(told_by_payroll_alone) || same.iter().all(told_alike);
            one_fact.then(|| {
                Ok(vec![
                    SygemeldingKnyttet {
                        registrering: first.id,
                        foerste: h.foerste,
                        omfang_pct: h.omfang_pct,
                        forventet_varighed: h.forventet_varighed,
                        paragraf_56: h.paragraf_56,
                    }
                    .into(),
                ])
            })
        }
    }
}

/// The employee told of the registration themself.
fn told_by_the_employee(a: &Ansaettelse, id: Uuid) -> bool {
    a.records().iter().any(|record| {
        record.aktoer.rolle == Some(Rolle::Medarbejder)
            && matches!(&record.haendelse, Haendelse::FravaerRegistreret(h) if h.registrering == id)
    })
}

/// The same authority pays for both.
fn has_same_payer(one: &Registrering, other: &Registrering) -> bool {
    (one.aarsag == Aarsag::Graviditet) == (other.aarsag == Aarsag::Graviditet)
}

/// Payroll's row says this of a registration that people have spoken of. Where they have left a day to payroll, it moves.
pub(super) fn knyt(
    (a, all): (&Ansaettelse, &[Registrering]),
    id: Uuid,
    (fravaer_nr, line): (&str, Imported),
    now: Now,
    book: &Regelbog,
) -> Answer {
    let old = all.iter().find(|r| r.id == id).ok_or(DomainRefusal::UnknownForloeb)?;
    if old.row(fravaer_nr) == Some(&line) && !old.is_unheard() {
        return Ok(Vec::new());
    }
    let told = FravaerKnyttet { registrering: id, fravaer_nr: fravaer_nr.to_owned(), line };
    let mut events: Vec<Haendelse> = vec![told.into()];
    let new = clipped(all, left_to_payroll(old, fravaer_nr, line));
    if new.values() != old.values() {
        datoer(a, (Some(old), &new), Kilde::Import, now, book)?;
        let Imported { aarsag, foerste, sidste, omfang_pct, paragraf_56, raskmeldt } = new.values();
        events.push(
            FravaerRettet {
                registrering: id,
                aarsag,
                foerste,
                sidste,
                omfang_pct,
                kilde: Kilde::Import,
                begrundelse: None,
                line: None,
                paragraf_56,
                raskmeldt,
            }
            .into(),
        );
    }
    Ok(events)
}

/// A registration by hand as payroll's rows move it where nobody's word stands against them.
fn left_to_payroll(old: &Registrering, fravaer_nr: &str, line: Imported) -> Registrering {
    let mut with_row = old.clone();
    with_row.put_row(fravaer_nr, line);
    if !old.is_by_hand() {
        return old.clone();
    }
    let paragraf_56 = old.paragraf_56.or(line.paragraf_56);
    let foerste = with_row.loen_foerste().filter(|_| old.said.foerste.is_none()).unwrap_or(old.foerste);
    let last = with_row.last_row().filter(|_| old.said.sidste.is_none());
    let (sidste, raskmeldt) = last.map_or((old.sidste, old.raskmeldt), |row| (row.sidste, row.raskmeldt));
    Registrering { foerste, sidste, raskmeldt, paragraf_56, ..old.clone() }
}

/// A registration that goes no further than to the one after it, which people made: the days from there on are that one's.
pub(super) fn clipped(all: &[Registrering], new: Registrering) -> Registrering {
    let own = |r: &&Registrering| r.id != new.id && r.aarsag != Aarsag::BarnSyg && r.foerste > new.foerste;
    let next =
        all.iter().find(own).filter(|next| next.is_by_hand() && next.overlaps(&new) && has_same_payer(next, &new));
    match next.map(|next| plus_dage(next.foerste, -1)) {
        Some(sidste) => Registrering { sidste: Some(sidste), raskmeldt: false, ..new },
        None => new,
    }
}

impl Case<'_> {
    /// What was chosen goes in as a correction with its reason, and the question is settled.
    pub(super) fn afgoer_uenighed(&self, valg: &Valg) -> Answer {
        let Valg { registrering, felt, position, vaelg, begrundelse } = valg;
        let about = |r: Uuid, f: Uenighedsfelt| r == *registrering && f == *felt;
        let Some(open) = self.f.uenigheder.iter().find(|u| about(u.registrering, u.felt)) else {
            return Err(self.settled(about).into());
        };
        if open.position != *position {
            return Err(BrokenRegel::UenighedMoved.into());
        }
        let chosen = if *vaelg == Vaelg::Loen { open.loen } else { open.person };
        let all = self.a.registreringer(self.book);
        let old = all.iter().find(|r| r.id == *registrering).ok_or(DomainRefusal::UnknownForloeb)?;
        let new = clipped(&all, with_day(old, *felt, *vaelg, chosen));
        datoer(self.a, (Some(old), &new), Kilde::Import, self.now, self.book)?;
        let decided = UenighedAfgjort {
            registrering: *registrering,
            felt: *felt,
            vaelg: *vaelg,
            loen: open.loen,
            person: open.person,
            begrundelse: begrundelse.clone(),
        };
        Ok(rettet(old, &new, begrundelse.clone()).into_iter().chain([decided.into()]).collect())
    }

    /// Why there is nothing to decide: somebody has, or the two agree.
    fn settled(&self, about: impl Fn(Uuid, Uenighedsfelt) -> bool) -> BrokenRegel {
        let decided = self.a.records().iter().rev().find_map(|record| {
            let Haendelse::UenighedAfgjort(h) = &record.haendelse else { return None };
            about(h.registrering, h.felt).then_some(record.dag)
        });
        decided.map_or(BrokenRegel::NoUenighed, |dag| BrokenRegel::UenighedAfgjort { dag })
    }
}

fn with_day(old: &Registrering, felt: Uenighedsfelt, vaelg: Vaelg, chosen: Option<NaiveDate>) -> Registrering {
    match (felt, chosen) {
        (Uenighedsfelt::Foerste, Some(foerste)) => Registrering { foerste, ..old.clone() },
        (Uenighedsfelt::Foerste, None) => old.clone(),
        (Uenighedsfelt::Sidste, sidste) => {
            let by_payroll = old.last_row().is_some_and(|row| row.raskmeldt);
            let raskmeldt = if vaelg == Vaelg::Loen { by_payroll } else { old.raskmeldt && sidste.is_some() };
            Registrering { sidste, raskmeldt, ..old.clone() }
        }
    }
}
