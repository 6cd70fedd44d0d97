//! The workplace around one employee: what payroll knows of whom on which day.

use std::collections::{BTreeMap, BTreeSet};

use crate::{FOERSTE_NR, Medarbejder, Omfang, dage_between, names, staff};
use chance::Random;
use chrono::{Days, NaiveDate};
use forloeb::haendelse::Stamdata;
use forloeb::words::{Ansaettelsesform, LoenUnderSygdom};
use uuid::Uuid;

use super::seal::Seal;
use app::keys::{Confidential, KeyError};
use app::sealed::Personoplysninger;

/// Times in a thousand that another unit's leader acts for a unit in a year.
const KONSTITUERET_PER_MILLE: u64 = 80;

/// Times in a thousand that who is newly employed comes from another unit here, under another number.
const MOVED_PER_MILLE: u64 = 250;
/// Days that somebody has been employed in a unit before they move to another.
const SETTLED_DAGE: u64 = 90;

/// Everybody, and who leads them when. Places are those of the first district, where nothing else is said.
pub(crate) struct World {
    /// By number, district after district.
    personer: Vec<Medarbejder>,
    /// Whose key, in the same order.
    person_id: Vec<Uuid>,
    /// Of each unit: who leads from which day, by date.
    ledere: Vec<Vec<(NaiveDate, u32)>>,
    enhed_names: Vec<String>,
    /// The place at which who moved inside the workplace is employed from the day after, by the place where they were.
    moves: BTreeMap<usize, usize>,
    /// Employees of a district.
    count: usize,
    /// Number of districts.
    pub(crate) distrikter: u32,
    /// First day of the history.
    pub(crate) fra: NaiveDate,
    /// Last day of the history.
    pub(crate) til: NaiveDate,
}

impl World {
    /// Invents it, and makes a key for everybody.
    ///
    /// # Errors
    /// The key file cannot be written.
    pub(crate) fn new(omfang: &Omfang, distrikter: u32, seal: Seal<'_>) -> Result<Self, KeyError> {
        let mut t = Random::new(omfang.seed);
        let (fra, til) = (omfang.fra(), omfang.til);
        let mut distrikt = staff(omfang, &mut t);
        // Another sequence: who moves changes nobody else.
        let moves = move_some(&mut distrikt, fra, &mut Random::new(omfang.seed ^ 0x666c_7974));
        let mut personer = crate::distrikter(&distrikt, distrikter, &mut t);
        for nr in 1..usize::try_from(distrikter).unwrap_or(0) {
            for (from, to) in moves.iter().map(|(from, to)| (nr * distrikt.len() + from, nr * distrikt.len() + to)) {
                (personer[to].cpr, personer[to].name) = (personer[from].cpr.clone(), personer[from].name.clone());
            }
        }
        let person_id = seal.personer(&personer)?;
        let enheder_ledere: Vec<u32> = distrikt.iter().filter(|m| m.leder).map(|m| m.nr).collect();
        let ledere =
            (0..enheder_ledere.len()).map(|enhed| lederskifter(&enheder_ledere, enhed, fra, til, &mut t)).collect();
        let enheder = personer.last().map_or(0, |m| m.enhed + 1);
        let enhed_names = (0..enheder).map(names::enhed).collect();
        let count = distrikt.len();
        Ok(Self { personer, person_id, ledere, enhed_names, moves, count, distrikter, fra, til })
    }

    /// The place of the employment that somebody has from the day after this one ended, where they moved.
    pub(crate) fn moves_to(&self, place: usize) -> Option<usize> {
        self.moves.get(&place).copied()
    }

    /// The place where somebody was employed until the day before, where they moved.
    pub(crate) fn moves_from(&self, place: usize) -> Option<usize> {
        self.moves.iter().find(|(_, to)| **to == place).map(|(from, _)| *from)
    }

    /// Number of employees of a district.
    pub(crate) const fn count(&self) -> usize {
        self.count
    }

    /// The place of whoever has this place in the first district in another one.
    pub(crate) fn place_in(&self, distrikt: u32, place: usize) -> usize {
        usize::try_from(distrikt).unwrap_or(0) * self.count + place
    }

    /// The number of whoever has this number in the first district in another one.
    pub(crate) fn nr_in(&self, distrikt: u32, nr: &str) -> String {
        Self::place(nr)
            .map_or_else(|| nr.to_owned(), |place| self.personer[self.place_in(distrikt, place)].nr.to_string())
    }

    /// Name of a unit.
    pub(crate) fn enhed_name(&self, enhed: u32) -> &str {
        &self.enhed_names[usize::try_from(enhed).unwrap_or(0)]
    }

    /// The employee at a place.
    pub(crate) fn medarbejder(&self, place: usize) -> &Medarbejder {
        &self.personer[place]
    }

    /// Whose key seals what is personal.
    pub(crate) fn person(&self, place: usize) -> Uuid {
        self.person_id[place]
    }

    /// The place of an employee number.
    pub(crate) fn place(nr: &str) -> Option<usize> {
        usize::try_from(nr.parse::<u32>().ok()?.checked_sub(FOERSTE_NR)?).ok()
    }

    /// Who leads an employee on a day.
    pub(crate) fn leder(&self, place: usize, dag: NaiveDate) -> Option<u32> {
        let m = self.medarbejder(place);
        if m.leder {
            return m.leder_nr;
        }
        let skifter = &self.ledere[usize::try_from(m.enhed).unwrap_or(0)];
        skifter.iter().rev().find(|(fra, _)| *fra <= dag).map(|(_, nr)| *nr).filter(|nr| *nr != m.nr)
    }

    /// Payroll tells of absence in this unit by rows of the days that are worked.
    pub(crate) fn has_rows_of_weeks(&self, place: usize) -> bool {
        self.medarbejder(place).enhed % 4 == 3
    }

    /// The employee works here on a day, as far as payroll has told.
    pub(crate) fn is_ansat(&self, place: usize, dag: NaiveDate) -> bool {
        let m = self.medarbejder(place);
        m.ansat <= dag && m.fratraadt.is_none_or(|f| f >= dag)
    }

    /// The first day on which payroll tells of an employee.
    pub(crate) fn foerste_dag(&self, place: usize) -> NaiveDate {
        self.medarbejder(place).ansat.max(self.fra)
    }

    /// The next day after `efter` on which payroll tells something new of an employee.
    pub(crate) fn next_change(&self, place: usize, after: NaiveDate) -> Option<NaiveDate> {
        let m = self.medarbejder(place);
        let skifter = &self.ledere[usize::try_from(m.enhed).unwrap_or(0)];
        let leder = skifter.iter().map(|(fra, _)| *fra).find(|fra| *fra > after).filter(|_| !m.leder);
        let aftale = Some(aftaledag(m)).filter(|_| m.paragraf_56);
        let own = [leder, aftale, opsigelse(m)].into_iter().flatten().filter(|dag| *dag > after).min();
        own.filter(|dag| *dag <= m.fratraadt.unwrap_or(self.til).min(self.til))
    }

    /// What payroll tells on a day.
    pub(crate) fn stamdata(&self, place: usize, dag: NaiveDate) -> Stamdata {
        let m = self.medarbejder(place);
        Stamdata {
            enhed: m.enhed_code(),
            enhed_navn: self.enhed_name(m.enhed).to_owned(),
            leder_nr: self.leder(place, dag).map(|nr| nr.to_string()),
            tr_nr: Some(m.tr_nr.to_string()),
            amr_nr: Some(m.amr_nr.to_string()),
            ansat: Some(m.ansat),
            fratraadt: m.fratraadt.filter(|_| opsigelse(m).is_some_and(|fra| fra <= dag)),
            timer_pr_uge: f64::from(if is_hourly(m) { 8 + m.nr % 5 } else { m.timer }),
            bopaelskommune: m.kommune.to_owned(),
            paragraf_56: m.paragraf_56 && aftaledag(m) <= dag,
            paragraf_56_fra: Some(aftaledag(m)).filter(|fra| m.paragraf_56 && *fra <= dag),
            paragraf_56_til: Some(aftaledag(m) + Days::new(729)).filter(|_| m.paragraf_56 && aftaledag(m) <= dag),
            ansaettelsesform: Some(if is_hourly(m) {
                Ansaettelsesform::Timeloen
            } else {
                Ansaettelsesform::Maanedsloen
            }),
            fleksjob: m.fleksjob,
            nyuddannet: m.nyuddannet,
            er_leder: m.leder,
            loen_under_sygdom: is_hourly(m).then_some(LoenUnderSygdom::Nej),
            ..Stamdata::default()
        }
    }

    /// The personal part of it.
    pub(crate) fn details(&self, place: usize) -> Personoplysninger {
        let m = self.medarbejder(place);
        Personoplysninger {
            cpr: Confidential::new(m.cpr.clone()),
            name: Confidential::new(m.name.clone()),
            email: Confidential::new(m.email()),
            telefon: Confidential::new(m.telefon()),
            stilling: Confidential::new(m.stilling.to_owned()),
        }
    }
}

/// The day payroll learns of an agreement under § 56: within two years of the employment.
fn aftaledag(m: &Medarbejder) -> NaiveDate {
    m.ansat + Days::new(u64::from(m.nr % 700))
}

/// The day payroll learns that an employee leaves: two to ten weeks before.
fn opsigelse(m: &Medarbejder) -> Option<NaiveDate> {
    m.fratraadt.map(|f| (f - Days::new(u64::from(14 + m.nr % 60))).max(m.ansat))
}

/// One in forty is paid by the hour, eight to twelve hours a week, and nothing when ill.
const fn is_hourly(m: &Medarbejder) -> bool {
    !m.leder && !m.fleksjob && m.nr % 40 == 17
}

/// Some of those who are newly employed are people who were in another unit the day before: the same person, the same
/// kommune, another employee number. The place where they were, and the one where they are.
fn move_some(people: &mut [Medarbejder], fra: NaiveDate, t: &mut Random) -> BTreeMap<usize, usize> {
    let mut moves = BTreeMap::new();
    let arrived: BTreeSet<usize> =
        (0..people.len()).filter(|to| people[*to].ansat > fra && !people[*to].leder).collect();
    for to in &arrived {
        if !t.per_mille(MOVED_PER_MILLE) {
            continue;
        }
        let new = people[*to].clone();
        let from = usize::try_from(t.under(people.len() as u64)).unwrap_or(0);
        let Medarbejder { ansat, fratraadt, enhed, leder, tr_nr, amr_nr, nr, .. } = people[from];
        let stays = leder || [tr_nr, amr_nr].contains(&nr) || arrived.contains(&from) || fratraadt.is_some();
        if stays || enhed == new.enhed || ansat + Days::new(SETTLED_DAGE) > new.ansat {
            continue;
        }
        people[from].fratraadt = new.ansat.pred_opt();
        let Medarbejder { cpr, name, kommune, .. } = people[from].clone();
        people[*to] = Medarbejder { cpr, name, kommune, nyuddannet: false, ..new };
        moves.insert(from, *to);
    }
    moves
}

fn lederskifter(ledere: &[u32], enhed: usize, fra: NaiveDate, til: NaiveDate, t: &mut Random) -> Vec<(NaiveDate, u32)> {
    let own = ledere[enhed];
    let mut skifter = vec![(NaiveDate::MIN, own)];
    let mut dag = fra;
    while dage_between(dag, til) > 400 {
        if t.per_mille(KONSTITUERET_PER_MILLE) {
            let fra = dag + Days::new(t.under(100));
            let other = ledere[(enhed + 1) % ledere.len()];
            skifter.extend([(fra, other), (fra + Days::new(t.between(30, 240)), own)]);
        }
        dag = dag + Days::new(365);
    }
    skifter
}
