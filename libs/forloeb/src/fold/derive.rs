//! From events to forløb: the fold that everything else reads.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use uuid::Uuid;

pub use crate::events::haendelse::Imported;
pub use crate::fold::registrering::Registrering;
pub(crate) use crate::fold::registrering::overlap;

use crate::events::haendelse::{Haendelse, Stamdata};
use crate::fold::ansaettelse::{Ansaettelse, Record};
use crate::fold::effect::{Annullerede, Registreringer, add, adds_only};
use crate::fold::forloeb::{Forloeb, Lederperiode, Periode};
use crate::fold::registrering::{hangs_together, sorter};
use crate::rules::Regelbog;
use crate::rules::calendar::plus_dage;
use crate::words::{Aarsag, Slutaarsag, Varighed};

/// The registrations that count, by first day.
pub(crate) fn registreringer(ansaettelse: &Ansaettelse, book: &Regelbog) -> Vec<Registrering> {
    let Registreringer(mut all) = Registreringer::af(ansaettelse, &Annullerede::af(ansaettelse), book);
    all.retain(|r| r.annulleret_by.is_none());
    sorter(&mut all);
    all
}

/// Every forløb, annulled ones last.
pub(crate) fn forloeb(ansaettelse: &Ansaettelse, book: &Regelbog) -> Vec<Forloeb> {
    let Some(stamdata) = ansaettelse.stamdata().cloned().map(Arc::new) else { return Vec::new() };
    let annullerede = Annullerede::af(ansaettelse);
    let mut list: Vec<Forloeb> = run_members(Registreringer::af(ansaettelse, &annullerede, book), book)
        .chunk_by(|before, next| before.0 == next.0)
        .map(|run_members| {
            let stamdata = stamdata_for(ansaettelse, run_members.last().and_then(|(_, r)| r.sidste), &stamdata);
            build(ansaettelse, run_members, stamdata, book)
        })
        .collect();
    add_facts(ansaettelse, &annullerede, &mut list);
    for i in 1..list.len() {
        let (before, this) = (&list[i - 1], &list[i]);
        let bound = before.sidste.map(|s| plus_dage(s, i64::from(this.regler.parameters.tilbagefald_dage)));
        if bound.is_some_and(|g| this.foerste <= g && this.foerste > before.foerste) && !is_annulleret(this) {
            list[i].tilbagefald_of = Some(list[i - 1].id);
        }
    }
    list
}

/// The same, from those of the events up to a version. Most events only add to the forløb they speak of, and leave the
/// runs, and everything that is known of the employment, as they were; where one does more, all is derived anew.
pub(crate) fn forloeb_after(
    ansaettelse: &Ansaettelse,
    version: u64,
    before: &[Arc<Forloeb>],
    book: &Regelbog,
) -> Vec<Arc<Forloeb>> {
    let new_ones = ansaettelse.records_after(version);
    if !new_ones.iter().all(|record| adds_only(&record.haendelse)) {
        return forloeb(ansaettelse, book).into_iter().map(Arc::new).collect();
    }
    let annullerede = Annullerede::af(ansaettelse);
    let mut list = before.to_vec();
    for record in new_ones {
        let spoken_of = record.haendelse.forloeb().and_then(|id| list.iter_mut().find(|f| f.called(id)));
        let Some(f) = spoken_of.map(Arc::make_mut) else { continue };
        add_fact(f, record, !annullerede.is(record));
        f.krav.sort_by_key(|k| k.what.fra);
    }
    list
}

fn is_annulleret(f: &Forloeb) -> bool {
    f.end_at.as_ref().is_some_and(|s| s.what == Slutaarsag::Annulleret)
}

/// The registrations in maximal runs, each with the number of its run: by first day, and after them those that were
/// annulled together. A child's sickness is in none.
fn run_members(Registreringer(mut all): Registreringer, book: &Regelbog) -> Vec<(usize, Registrering)> {
    all.retain(|r| r.aarsag != Aarsag::BarnSyg);
    sorter(&mut all);
    all.sort_by_key(|r| r.annulleret_by); // stable, and none comes first
    let mut out: Vec<(usize, Registrering)> = Vec::with_capacity(all.len());
    for r in all {
        let nr = match out.last() {
            None => 0,
            Some((nr, before)) => {
                let together = before.annulleret_by == r.annulleret_by
                    && (r.annulleret_by.is_some() || hangs_together(before, &r, book));
                if together { *nr } else { nr + 1 }
            }
        };
        out.push((nr, r));
    }
    out
}

/// The master data a forløb is judged by: while it is open what payroll says now; once it has ended what was known
/// then (or first, if nothing was), so that an agreement made later gives no right backwards. When the employment
/// ended is never a matter of when it was told.
fn stamdata_for(ansaettelse: &Ansaettelse, end: Option<NaiveDate>, now: &Arc<Stamdata>) -> Arc<Stamdata> {
    let Some(end) = end else { return Arc::clone(now) };
    let mut da: Option<&Stamdata> = None;
    for record in ansaettelse.records() {
        if let Haendelse::StamdataRegistreret(h) = &record.haendelse
            && (da.is_none() || record.dag <= end)
        {
            da = Some(&h.stamdata);
        }
    }
    match da {
        Some(da) if *da != **now => Arc::new(Stamdata { fratraadt: now.fratraadt, ..da.clone() }),
        _ => Arc::clone(now),
    }
}

/// The forløb of a run, before its facts. The run is never empty.
fn build(
    ansaettelse: &Ansaettelse,
    run_members: &[(usize, Registrering)],
    stamdata: Arc<Stamdata>,
    book: &Regelbog,
) -> Forloeb {
    let run = || run_members.iter().map(|(_, r)| r);
    let id = run().min_by_key(|r| r.ordering).map_or(Uuid::nil(), |r| r.id);
    let (foerste, aarsag) = run().next().map_or((NaiveDate::MIN, Aarsag::Sygdom), |r| (r.foerste, r.aarsag));
    let sidste = run().next_back();
    Forloeb {
        id,
        alias: run().map(|r| r.id).filter(|i| *i != id).collect(),
        medarbejder_nr: ansaettelse.nr().to_owned(),
        version: 0,
        known: NaiveDate::MAX,
        employment_known: ansaettelse.records().first().map_or(NaiveDate::MIN, |record| record.dag),
        regler: book.in_force(foerste).clone(),
        stamdata,
        aarsag,
        foerste,
        sidste: sidste.and_then(|r| r.sidste),
        perioder: run().map(|r| Periode { fra: r.foerste, til: r.sidste, omfang_pct: r.omfang_pct }).collect(),
        end_at: sidste.and_then(|r| r.end_at.clone()),
        forventet: Varighed::Unknown,
        forventninger: Vec::new(),
        erased: ansaettelse.is_erased(),
        tilbagefald_of: None,
        ledere: Arc::default(),
        chosen_kontaktperson: None,
        tildelt: None,
        kontakter: Vec::new(),
        indkaldt: None,
        samtaler: Vec::new(),
        anmeldelser: Vec::new(),
        krav: Vec::new(),
        dispensation: None,
        paragraf_56: run().find_map(|r| r.paragraf_56),
        afbrydelser: Vec::new(),
        fast_track: Vec::new(),
        otte_uger: Vec::new(),
        easy: Vec::new(),
        easy_undtaget: Vec::new(),
        kommunens_opfoelgning: Vec::new(),
        opfoelgninger: Vec::new(),
        planer: Vec::new(),
        evalueringer: Vec::new(),
        afgjorte: BTreeMap::new(),
    }
}

/// Takes every event into the forløb it speaks of. An event that was annulled changes the version and nothing else: who
/// had read the forløb before must read it again.
fn add_facts(ansaettelse: &Ansaettelse, annullerede: &Annullerede, list: &mut [Forloeb]) {
    let mut ledere: Vec<Lederperiode> = Vec::new();
    let mut last = 0;
    for record in ansaettelse.records() {
        let valid = !annullerede.is(record);
        if let Haendelse::StamdataRegistreret(h) = &record.haendelse
            && valid
            && ledere.last().is_none_or(|l| l.leder_nr != h.stamdata.leder_nr)
        {
            let fra = if ledere.is_empty() { NaiveDate::MIN } else { record.dag };
            ledere.push(Lederperiode { fra, leder_nr: h.stamdata.leder_nr.clone() });
        }
        let Some(id) = record.haendelse.forloeb() else { continue };
        // Most often it is the one the event before spoke of.
        let own = list.get(last).filter(|f| f.called(id)).map(|_| last);
        let Some(nr) = own.or_else(|| list.iter().position(|f| f.called(id))) else { continue };
        last = nr;
        add_fact(&mut list[nr], record, valid);
    }
    let ledere: Arc<[Lederperiode]> = ledere.into();
    for f in list {
        f.krav.sort_by_key(|k| k.what.fra);
        if f.ledere.is_empty() {
            f.ledere = Arc::clone(&ledere);
            continue;
        }
        let mut all: Vec<_> = ledere.iter().chain(&*f.ledere).cloned().collect();
        all.sort_by_key(|l| l.fra); // stable: of two from the same day, the leader chosen for this forløb wins
        f.ledere = all.into();
    }
}

fn add_fact(f: &mut Forloeb, record: &Record, valid: bool) {
    if valid {
        f.known = f.known.min(record.dag);
        add(f, record);
    }
    if !record.haendelse.is_about_paamindelser() {
        f.version = f.version.max(record.version);
    }
}
