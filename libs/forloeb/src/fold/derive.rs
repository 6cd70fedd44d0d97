//! From events to forløb: the fold that everything else reads.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use uuid::Uuid;

pub use crate::events::haendelse::Imported;
pub use crate::fold::registrering::Registrering;
pub(crate) use crate::fold::registrering::overlap;

use crate::events::haendelse::{Haendelse, Stamdata};
use crate::fold::adds_only::adds_only;
use crate::fold::annullerede::Annullerede;
use crate::fold::ansaettelse::{Ansaettelse, Record};
use crate::fold::effect::{Registreringer, add, delvis};
use crate::fold::forloeb::{Forloeb, Later, Lederperiode, Periode};
use crate::fold::omsorgskollega::Choices;
use crate::fold::rare::Rare;
use crate::fold::registrering::{Link, Reading, sorter};
use crate::fold::stamdata::{Stamdataperiode, Stamdataperioder};
use crate::fold::uenighed::uenigheder;
use crate::procent::Procent;
use crate::rules::Regelbog;
use crate::rules::calendar::{Dage, plus_dage};
use crate::words::{Aarsag, Kilde, Varighed};

/// The registrations that count, by first day.
pub(crate) fn registreringer(ansaettelse: &Ansaettelse, book: &Regelbog) -> Vec<Registrering> {
    let mut all = every_registrering(ansaettelse, book);
    all.retain(|r| r.annulleret_by.is_none());
    all
}

/// Every registration, those that no longer count too, by first day.
pub(crate) fn every_registrering(ansaettelse: &Ansaettelse, book: &Regelbog) -> Vec<Registrering> {
    let perioder = perioder(ansaettelse, book);
    let reading = Reading { perioder: &perioder, book };
    let Registreringer(mut all) = Registreringer::af(ansaettelse, &Annullerede::af(ansaettelse), reading);
    sorter(&mut all);
    all
}

/// What payroll tells of which days, where an employment that goes on with the one before is one with it.
pub(crate) fn perioder(ansaettelse: &Ansaettelse, book: &Regelbog) -> Stamdataperioder {
    ansaettelse.stamdataperioder().going_on(book.calendar())
}

/// Every forløb, annulled ones last. Each is the only one who has it.
pub(crate) fn forloeb(ansaettelse: &Ansaettelse, book: &Regelbog) -> Vec<Arc<Forloeb>> {
    if ansaettelse.is_flyttet() {
        return Vec::new();
    }
    let perioder = perioder(ansaettelse, book);
    let Some(told) = ansaettelse.told_on() else { return Vec::new() };
    let reading = Reading { perioder: &perioder, book };
    let annullerede = Annullerede::af(ansaettelse);
    let mut registreringer = Registreringer::af(ansaettelse, &annullerede, reading);
    let carried = carried(&mut registreringer);
    let runs = runs(registreringer, reading);
    let masterdata: Arc<[Stamdataperiode]> = match perioder.all() {
        [_] => Arc::default(),
        all => all.into(),
    };
    let (mut list, mut newest) = (Vec::with_capacity(runs.len()), None);
    let mut last: Option<&Vec<Registrering>> = None;
    for run in runs.iter().filter(|run| !is_part_day_alone(ansaettelse, run)) {
        // What holds from a day ahead may have been told before the absence began. Who left and was employed again later has not
        // gone on being away.
        let day = run.last().and_then(|r| r.sidste);
        let day = day.or_else(|| run.first().map(|r| r.foerste.max(told))).unwrap_or(told);
        let day = run.first().and_then(|r| r.ansat_til).map_or(day, |til| day.min(til));
        let Some(stamdata) = perioder.on(day).cloned() else { continue };
        let before = last.zip(list.last().map(|f: &Arc<Forloeb>| f.id));
        let tilbagefald_of = before.filter(|(before, _)| is_tilbagefald(before, run, reading)).map(|(_, id)| id);
        list.push(Arc::new(build(ansaettelse, run, (stamdata, masterdata.clone()), tilbagefald_of, reading)));
        if run.iter().all(|r| r.annulleret_by.is_none()) {
            newest = Some(list.len() - 1);
        }
        last = Some(run);
    }
    // Those that count come first, by day.
    for nr in 0..newest.map_or(0, |newest| newest + 1) {
        let next = list.get(nr + 1).filter(|_| newest > Some(nr));
        let next = next.map(|next| Later::Forloeb { id: next.id, foerste: next.foerste, sidste: next.sidste });
        if let Some(f) = own(&mut list, nr) {
            f.later = next.unwrap_or(Later::Nothing);
        }
    }
    for (id, videre) in carried {
        let called = list.iter().position(|f| f.called(videre));
        if let Some(f) = called.and_then(|nr| own(&mut list, nr)) {
            f.alias.push(id);
        }
    }
    add_facts(ansaettelse, &annullerede, &perioder, &mut list);
    list
}

/// One that nobody else has yet.
fn own(list: &mut [Arc<Forloeb>], nr: usize) -> Option<&mut Forloeb> {
    list.get_mut(nr).map(Arc::make_mut)
}

/// Takes out the registrations that no longer count while their forløb goes on with another one: what was recorded of
/// them belongs to it. Each with the one that it goes on with.
fn carried(Registreringer(all): &mut Registreringer) -> Vec<(Uuid, Uuid)> {
    let onward: BTreeMap<Uuid, Uuid> = all.iter().filter_map(|r| Some((r.id, r.videre?))).collect();
    if onward.is_empty() {
        return Vec::new();
    }
    // One that took over may have gone itself since.
    let last = |id: &Uuid| (0..onward.len()).fold(*id, |id, _| onward.get(&id).copied().unwrap_or(id));
    let carried: Vec<_> = onward.keys().map(|id| (*id, last(id))).collect();
    all.retain(|r| r.videre.is_none());
    carried
}

/// Days on which somebody went home, or came late, with nothing after: no forløb, and absence all the same.
pub(crate) fn part_days(ansaettelse: &Ansaettelse, book: &Regelbog) -> Vec<Registrering> {
    if ansaettelse.is_flyttet() {
        return Vec::new();
    }
    let perioder = perioder(ansaettelse, book);
    let reading = Reading { perioder: &perioder, book };
    let runs = runs(Registreringer::af(ansaettelse, &Annullerede::af(ansaettelse), reading), reading);
    runs.into_iter().filter(|run| is_part_day_alone(ansaettelse, run)).flatten().collect()
}

/// The parts of a forløb that would be forløb of their own but for the days off between them, other than the one it is called
/// after: those of which more was recorded than the registration.
pub(crate) fn joined(ansaettelse: &Ansaettelse, f: &Forloeb, book: &Regelbog) -> Vec<(Uuid, Dage)> {
    let own: Vec<Registrering> = registreringer(ansaettelse, book).into_iter().filter(|r| f.called(r.id)).collect();
    let is_registered = |h: &Haendelse| matches!(h, Haendelse::FravaerRegistreret(_) | Haendelse::FravaerRettet(_));
    let is_known = |id| {
        let mut about = ansaettelse.records().iter().map(|record| &record.haendelse);
        about.any(|h| h.forloeb() == Some(id) && !is_registered(h))
    };
    let part = |nr: usize| {
        let within = |r: &&Registrering| f.fridage.iter().filter(|dage| dage.til < r.foerste).count() == nr;
        let id = own.iter().filter(within).min_by_key(|r| r.ordering)?.id;
        let over = f.fridage.get(nr.saturating_sub(1))?;
        (id != f.id && is_known(id)).then_some((id, *over))
    };
    (0..=f.fridage.len()).filter_map(part).collect()
}

/// A new absence soon after another is one that people may want to see beside it. Where only another authority pays from
/// a day on, it is not new.
fn is_tilbagefald(before: &[Registrering], run: &[Registrering], reading: Reading<'_>) -> bool {
    let (Some(before), Some(first)) = (before.last(), run.first()) else { return false };
    let dage = i64::from(reading.book.in_force(first.foerste).parameters.tilbagefald_dage);
    first.annulleret_by.is_none()
        && before.sidste.is_some_and(|s| first.foerste <= plus_dage(s, dage))
        && reading.link(before, first) == Link::Apart
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
        return forloeb(ansaettelse, book);
    }
    let annullerede = Annullerede::af(ansaettelse);
    let mut list = before.to_vec();
    for record in new_ones {
        let Some(id) = record.haendelse.forloeb() else { continue };
        let Some(f) = list.iter_mut().find(|f| f.called(id)).map(Arc::make_mut) else {
            // What was no forløb may be one now that something is recorded of it.
            return forloeb(ansaettelse, book);
        };
        add_fact(f, record, !annullerede.is(record));
        f.krav.sort_by_key(|k| k.what.fra);
    }
    list
}

/// The registrations in maximal runs by first day, and after them those that were annulled together. A child's sickness is
/// in none. No run is empty.
fn runs(Registreringer(mut all): Registreringer, reading: Reading<'_>) -> Vec<Vec<Registrering>> {
    all.retain(|r| r.aarsag != Aarsag::BarnSyg);
    sorter(&mut all);
    all.sort_by_key(|r| r.annulleret_by); // stable, and none comes first
    let mut out: Vec<Vec<Registrering>> = Vec::with_capacity(all.len());
    for r in all {
        match out.last_mut() {
            Some(run) if run.last().is_some_and(|before| is_same_run(before, &r, reading)) => run.push(r),
            _ => out.push(vec![r]),
        }
    }
    out
}

fn is_same_run(before: &Registrering, next: &Registrering, reading: Reading<'_>) -> bool {
    before.annulleret_by == next.annulleret_by && (next.annulleret_by.is_some() || reading.hangs_together(before, next))
}

/// Payroll tells of part of a day, and nobody has done anything about it.
fn is_part_day_alone(ansaettelse: &Ansaettelse, run: &[Registrering]) -> bool {
    let [r] = run else { return false };
    let mut about = ansaettelse.records().iter().filter(|record| record.haendelse.forloeb() == Some(r.id));
    r.is_part_day()
        && r.is_imported()
        && about.all(|record| {
            // Reminders that were called off are nothing that somebody did.
            let called_off = matches!(&record.haendelse, Haendelse::PaamindelserAfgjort(h) if h.afgoerelser.is_empty());
            called_off || by_payroll(&record.haendelse)
        })
}

/// Payroll tells it.
fn by_payroll(haendelse: &Haendelse) -> bool {
    if let Haendelse::FravaerRegistreret(h) = haendelse {
        h.kilde == Kilde::Import
    } else if let Haendelse::FravaerRettet(h) = haendelse {
        h.kilde == Kilde::Import
    } else {
        matches!(
            haendelse,
            Haendelse::FravaerKnyttet(_) | Haendelse::FravaerNummereret(_) | Haendelse::FravaerForsvundet(_)
        )
    }
}

/// Nobody but payroll has told anything of a forløb; reminders may have left.
pub(crate) fn only_payroll_told(ansaettelse: &Ansaettelse, f: &Forloeb) -> bool {
    let of_forloeb = |record: &&Arc<Record>| record.haendelse.forloeb().is_some_and(|id| f.called(id));
    let mut about = ansaettelse.records().iter().filter(of_forloeb);
    about.all(|record| record.haendelse.is_about_paamindelser() || by_payroll(&record.haendelse))
}

/// The forløb of a run, before its facts. The run is never empty.
fn build(
    ansaettelse: &Ansaettelse,
    run: &[Registrering],
    (stamdata, masterdata): (Arc<Stamdata>, Arc<[Stamdataperiode]>),
    tilbagefald_of: Option<Uuid>,
    reading: Reading<'_>,
) -> Forloeb {
    // Somebody went home ill, and stayed away: the first whole day is the first day.
    let counted = match run {
        [first, rest @ ..] if first.is_part_day() && rest.first().is_some_and(|r| r.omfang_pct == Procent::FULL) => {
            rest
        }
        all => all,
    };
    let told_first = counted.iter().min_by_key(|r| r.ordering);
    let id = told_first.map_or(Uuid::nil(), |r| r.id);
    let employment_known = ansaettelse.records().first().map_or(NaiveDate::MIN, |record| record.dag);
    let (foerste, aarsag) = counted.first().map_or((NaiveDate::MIN, Aarsag::Sygdom), |r| (r.foerste, r.aarsag));
    let arbejdsskade = run.iter().filter_map(Registrering::arbejdsskade_fra).min();
    let sidste = run.last();
    let (mut perioder, mut fridage): (Vec<Periode>, Vec<Dage>) = (Vec::with_capacity(run.len()), Vec::new());
    for (nr, r) in run.iter().enumerate() {
        if let Some(before) = nr.checked_sub(1).map(|nr| &run[nr])
            && let Link::Together(Some(dage)) = reading.link(before, r)
        {
            fridage.push(dage);
            if let Some(periode) = perioder.last_mut() {
                periode.til = Some(dage.til); // on days off the extent is what it was before them
            }
        }
        perioder.push(Periode { fra: r.foerste, til: r.sidste, omfang_pct: r.omfang_pct });
        for (fra, omfang_pct) in r.left_omfang() {
            delvis(&mut perioder, fra, omfang_pct);
        }
    }
    Forloeb {
        id,
        alias: run.iter().map(|r| r.id).filter(|i| *i != id).collect(),
        medarbejder_nr: ansaettelse.nr().to_owned(),
        version: 0,
        known: NaiveDate::MAX,
        imported: told_first.is_some_and(|r| r.is_imported()) || foerste < employment_known,
        regler: reading.book.in_force_at(foerste, reading.perioder.on(foerste).unwrap_or(&stamdata).sted()),
        stamdata,
        masterdata,
        aarsag,
        foerste,
        arbejdsskade_fra: arbejdsskade.map(|dag| dag.max(foerste)),
        sidste: sidste.and_then(|r| r.sidste),
        perioder,
        fridage,
        uenigheder: if ansaettelse.is_erased() { Vec::new() } else { uenigheder(run) },
        end_at: sidste.and_then(|r| r.end_at.clone()),
        forventet: Varighed::Unknown,
        forventninger: Vec::new(),
        erased: ansaettelse.is_erased(),
        later: Later::Annulled,
        tilbagefald_of,
        ledere: Arc::default(),
        chosen_kontaktperson: None,
        tildelt: None,
        kontakter: Vec::new(),
        indkaldt: None,
        svar: None,
        samtaler: Vec::new(),
        referater: Vec::new(),
        aftaler_afgjort: Vec::new(),
        anmeldelser: Vec::new(),
        krav: Vec::new(),
        dispensation: None,
        paragraf_56: run.iter().find_map(|r| r.paragraf_56),
        afbrydelser: Vec::new(),
        fast_track: Vec::new(),
        otte_uger: Vec::new(),
        easy: Vec::new(),
        easy_undtaget: Vec::new(),
        kommunens_opfoelgning: Vec::new(),
        opfoelgninger: Vec::new(),
        slut_forventet: None,
        afventer: None,
        noteret: Rare::default(),
        sagt: Rare::default(),
        planer: Vec::new(),
        evalueringer: Vec::new(),
        tta: Rare::default(),
        afgjorte: BTreeMap::new(),
    }
}

/// Takes every event into the forløb it speaks of. An event that was annulled changes the version and nothing else: who
/// had read the forløb before must read it again.
fn add_facts(
    ansaettelse: &Ansaettelse,
    annullerede: &Annullerede,
    perioder: &Stamdataperioder,
    list: &mut [Arc<Forloeb>],
) {
    let mut ledere: Vec<Lederperiode> = Vec::new();
    for Stamdataperiode { fra, stamdata } in perioder.all() {
        if ledere.last().is_none_or(|l| l.leder_nr != stamdata.leder_nr) {
            ledere.push(Lederperiode { fra: *fra, decided: *fra, leder_nr: stamdata.leder_nr.clone() });
        }
    }
    let mut last = 0;
    for record in ansaettelse.records() {
        let valid = !annullerede.is(record);
        let Some(id) = record.haendelse.forloeb() else { continue };
        // Most often it is the one the event before spoke of.
        let own = list.get(last).filter(|f| f.called(id)).map(|_| last);
        let Some(nr) = own.or_else(|| list.iter().position(|f| f.called(id))) else { continue };
        last = nr;
        add_fact(Arc::make_mut(&mut list[nr]), record, valid);
    }
    let (ledere, chosen): (Arc<[Lederperiode]>, _) = (ledere.into(), Choices::of(ansaettelse));
    for f in list.iter_mut().map(Arc::make_mut) {
        f.krav.sort_by_key(|k| k.what.fra);
        if let Some(nr) = chosen.until(f.sidste) {
            f.sagt.omsorgskollega = Some(nr.to_owned());
        }
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
