//! Decisions where payroll and people speak of the same days: their words are joined into one registration, and who was
//! right is decided by a person.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::decide::case::{Answer, Case, Now};
use crate::decide::fravaer::{datoer, rettet};
use crate::decide::refusal::{BrokenRegel, DomainRefusal, Mistake, felt};
use crate::events::haendelse::{
    Ciphertext, FravaerKnyttet, FravaerRegistreret, FravaerRettet, Haendelse, HaendelseAnnulleret, Imported,
    SygemeldingKnyttet, UenighedAfgjort,
};
use crate::fold::annullerede::Annullerede;
use crate::fold::ansaettelse::Ansaettelse;
use crate::fold::derive::Registrering;
use crate::fold::uenighed::{Statement, Uenighed, Uenighedsfelt, Vaelg};
use crate::rules::Regelbog;
use crate::rules::calendar::plus_dage;
use crate::words::{Aarsag, Kilde, Rolle};

/// What is decided of a disagreement.
#[derive(Debug, Clone, PartialEq)]
pub struct Valg {
    /// The registration that it is about.
    pub registrering: Uuid,
    /// What of it.
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
    (a, all, new): (&Ansaettelse, &[Registrering], &Registrering),
    (h, by_oneself): (&FravaerRegistreret, bool),
    now: Now,
    book: &Regelbog,
) -> Option<Answer> {
    let same: Vec<_> = all.iter().filter(|r| r.aarsag != Aarsag::BarnSyg && r.overlaps(new)).collect();
    let first = same.first().filter(|_| h.aarsag != Aarsag::BarnSyg)?;
    match (h.kilde, &h.fravaer_nr) {
        (Kilde::Import, Some(nr)) => {
            let free = |r: &&Registrering| r.is_by_hand() && has_same_payer(r, new) && !r.has_row_on(&new.values());
            let line = new.values();
            same.iter().all(free).then(|| knyt((a, all), first.id, (nr, line), now, book))
        }
        (Kilde::Import, None) => None,
        (Kilde::Person, _) => {
            let told_by_payroll_alone =
                |r: &&Registrering| !r.is_by_hand() && has_same_payer(r, new) && r.said.has_no_day();
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
                        aarsag: Some(h.aarsag),
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

/// Payroll's row says this of a registration that people have spoken of. What they have left to payroll moves.
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
    let left = |is_left: bool| with_row.first_row().filter(|_| is_left);
    let aarsag = left(old.said.aarsag.on(old.foerste).is_none()).map_or(old.aarsag, |row| row.aarsag);
    let omfang_pct = left(old.said.omfang.on(old.foerste).is_none()).map_or(old.omfang_pct, |row| row.omfang_pct);
    let foerste = with_row.loen_foerste().filter(|_| old.said.foerste.is_none()).unwrap_or(old.foerste);
    let last = with_row.last_row().filter(|_| old.said.sidste.is_none());
    let (sidste, raskmeldt) = last.map_or((old.sidste, old.raskmeldt), |row| (row.sidste, row.raskmeldt));
    Registrering { aarsag, foerste, sidste, omfang_pct, raskmeldt, paragraf_56, ..old.clone() }
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
        let right = if *vaelg == Vaelg::Loen { open.loen } else { open.person };
        let mut events = match right {
            Statement::Dag(dag) => self.with_day(open, *vaelg, dag, begrundelse)?,
            Statement::Aarsag(Aarsag::BarnSyg) => return Err(no_forloeb()),
            Statement::Aarsag(_) | Statement::Omfang(_) => self.of_every_row(open, *vaelg, begrundelse)?,
        };
        events.push(decided(open, *vaelg, begrundelse.clone()).into());
        Ok(events)
    }

    /// The day that was chosen, of the registration that it is about.
    fn with_day(&self, open: &Uenighed, vaelg: Vaelg, dag: Option<NaiveDate>, begrundelse: &Ciphertext) -> Answer {
        let all = self.a.registreringer(self.book);
        let old = all.iter().find(|r| r.id == open.registrering).ok_or(DomainRefusal::UnknownForloeb)?;
        let new = clipped(&all, with_day(old, open.felt, vaelg, dag));
        self.put_right(old, &new, begrundelse)
    }

    fn put_right(&self, old: &Registrering, new: &Registrering, begrundelse: &Ciphertext) -> Answer {
        datoer(self.a, (Some(old), new), Kilde::Import, self.now, self.book)?;
        Ok(rettet(old, new, begrundelse.clone()).into_iter().collect())
    }

    /// The cause or the extent that was chosen, of every row of the forløb from that day on: payroll may tell of one absence
    /// in many, and people speak of all of them.
    fn of_every_row(&self, open: &Uenighed, vaelg: Vaelg, begrundelse: &Ciphertext) -> Answer {
        let mut events = Vec::new();
        for old in self.registreringer().iter().filter(|r| r.sidste.is_none_or(|sidste| sidste >= open.fra)) {
            let new = match (open.loen, open.person) {
                (Statement::Aarsag(loen), Statement::Aarsag(person)) => {
                    let is_contested = old.said.aarsag.on(old.foerste.max(open.fra)).is_some_and(|w| w.is(person));
                    let row = old.first_row().map_or(old.aarsag, |row| row.aarsag);
                    let aarsag = chosen(is_contested, (open, vaelg), (old, old.aarsag), (loen, person), row);
                    Registrering { aarsag, ..old.clone() }
                }
                (Statement::Omfang(loen), Statement::Omfang(person)) => {
                    let is_contested = old.said.omfang.on(old.foerste.max(open.fra)).is_some_and(|w| w.is(person));
                    let row = old.first_row().map_or(old.omfang_pct, |row| row.omfang_pct);
                    let omfang_pct = chosen(is_contested, (open, vaelg), (old, old.omfang_pct), (loen, person), row);
                    Registrering { omfang_pct, ..old.clone() }
                }
                _ => old.clone(),
            };
            events.extend(self.put_right(old, &new, begrundelse)?);
        }
        if open.felt == Uenighedsfelt::Omfang && vaelg == Vaelg::Loen {
            events.extend(self.without_delvis(open, begrundelse));
        }
        Ok(events)
    }

    /// The extents that people recorded from the day on of which payroll was right: they do not count any more.
    fn without_delvis(&self, open: &Uenighed, begrundelse: &Ciphertext) -> Vec<Haendelse> {
        let annullerede = Annullerede::af(self.a);
        let first = self.f.perioder.first().map_or(self.f.foerste, |p| p.fra);
        let of_day = self.a.records().iter().filter(|record| {
            let Haendelse::DelvisRegistreret(h) = &record.haendelse else { return false };
            self.f.called(h.forloeb) && h.fra.max(first) == open.fra && !annullerede.is(record)
        });
        let annul = |haendelse: u64| {
            let begrundelse = begrundelse.clone();
            Haendelse::from(HaendelseAnnulleret { forloeb: self.f.id, haendelse, begrundelse })
        };
        of_day.map(|record| annul(record.position)).collect()
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

/// What a registration has when it was decided of a value of it. Where payroll is right, that is what its first row says,
/// from its first day on, and the rows after it are left to payroll; where people are, it is theirs where payroll's stood.
fn chosen<T: PartialEq>(
    is_contested: bool,
    (open, vaelg): (&Uenighed, Vaelg),
    (r, stands): (&Registrering, T),
    (loen, person): (T, T),
    row: T,
) -> T {
    let from_first = open.fra <= r.foerste;
    match vaelg {
        Vaelg::Loen if is_contested && from_first => row,
        Vaelg::Person if is_contested && from_first && stands == loen => person,
        Vaelg::Loen | Vaelg::Person => stands,
    }
}

/// Payroll calls it a child's sickness: it would be no forløb.
fn no_forloeb() -> DomainRefusal {
    felt("vaelg", Mistake::NeverForloeb)
}

fn decided(open: &Uenighed, vaelg: Vaelg, begrundelse: Ciphertext) -> UenighedAfgjort {
    let new = UenighedAfgjort {
        registrering: open.registrering,
        felt: open.felt,
        vaelg,
        loen: None,
        person: None,
        fra: None,
        loen_aarsag: None,
        person_aarsag: None,
        loen_omfang_pct: None,
        person_omfang_pct: None,
        begrundelse,
    };
    let fra = Some(open.fra);
    match (open.loen, open.person) {
        (Statement::Dag(loen), Statement::Dag(person)) => UenighedAfgjort { loen, person, ..new },
        (Statement::Aarsag(loen), Statement::Aarsag(person)) => {
            UenighedAfgjort { fra, loen_aarsag: Some(loen), person_aarsag: Some(person), ..new }
        }
        (Statement::Omfang(loen), Statement::Omfang(person)) => {
            UenighedAfgjort { fra, loen_omfang_pct: Some(loen), person_omfang_pct: Some(person), ..new }
        }
        _ => new,
    }
}

fn with_day(old: &Registrering, felt: Uenighedsfelt, vaelg: Vaelg, chosen: Option<NaiveDate>) -> Registrering {
    match (felt, chosen) {
        (Uenighedsfelt::Foerste, Some(foerste)) => Registrering { foerste, ..old.clone() },
        (Uenighedsfelt::Sidste, sidste) => {
            let by_payroll = old.last_row().is_some_and(|row| row.raskmeldt);
            let raskmeldt = if vaelg == Vaelg::Loen { by_payroll } else { old.raskmeldt && sidste.is_some() };
            Registrering { sidste, raskmeldt, ..old.clone() }
        }
        (Uenighedsfelt::Foerste | Uenighedsfelt::Aarsag | Uenighedsfelt::Omfang, _) => old.clone(),
    }
}
