//! The workplace around one employee: what payroll knows of whom on which day.

use crate::{FOERSTE_NR, Medarbejder, Omfang, dage_mellem, navne, personale};
use chance::Tilfaeldig;
use chrono::{Days, NaiveDate};
use forloeb::haendelse::Stamdata;
use uuid::Uuid;

use super::segl::Segl;
use app::noegler::{Fortrolig, NoegleFejl};
use app::sealed::Personoplysninger;

/// Times in a thousand that another unit's leader acts for a unit in a year.
const KONSTITUERET_PROMILLE: u64 = 80;

/// Everybody, and who leads them when. Places are those of the first district, where nothing else is said.
pub(crate) struct Verden {
    /// By number, district after district.
    personer: Vec<Medarbejder>,
    /// Whose key, in the same order.
    person_id: Vec<Uuid>,
    /// Of each unit: who leads from which day, by date.
    ledere: Vec<Vec<(NaiveDate, u32)>>,
    enhedsnavne: Vec<String>,
    /// Employees of a district.
    antal: usize,
    /// Number of districts.
    pub(crate) distrikter: u32,
    /// First day of the history.
    pub(crate) fra: NaiveDate,
    /// Last day of the history.
    pub(crate) til: NaiveDate,
}

impl Verden {
    /// Invents it, and makes a key for everybody.
    ///
    /// # Errors
    /// The key file cannot be written.
    pub(crate) fn ny(omfang: &Omfang, distrikter: u32, segl: Segl<'_>) -> Result<Self, NoegleFejl> {
        let mut t = Tilfaeldig::ny(omfang.froe);
        let (fra, til) = (omfang.fra(), omfang.til);
        let distrikt = personale(omfang, &mut t);
        let personer = crate::distrikter(&distrikt, distrikter, &mut t);
        let person_id = segl.personer(&personer)?;
        let enhedernes_ledere: Vec<u32> = distrikt.iter().filter(|m| m.leder).map(|m| m.nr).collect();
        let ledere = (0..enhedernes_ledere.len())
            .map(|enhed| lederskifter(&enhedernes_ledere, enhed, fra, til, &mut t))
            .collect();
        let enheder = personer.last().map_or(0, |m| m.enhed + 1);
        let enhedsnavne = (0..enheder).map(navne::enhed).collect();
        Ok(Self { personer, person_id, ledere, enhedsnavne, antal: distrikt.len(), distrikter, fra, til })
    }

    /// Number of employees of a district.
    pub(crate) const fn antal(&self) -> usize {
        self.antal
    }

    /// The place of whoever has this place in the first district in another one.
    pub(crate) fn plads_i(&self, distrikt: u32, plads: usize) -> usize {
        usize::try_from(distrikt).unwrap_or(0) * self.antal + plads
    }

    /// The number of whoever has this number in the first district in another one.
    pub(crate) fn nr_i(&self, distrikt: u32, nr: &str) -> String {
        Self::plads(nr)
            .map_or_else(|| nr.to_owned(), |plads| self.personer[self.plads_i(distrikt, plads)].nr.to_string())
    }

    /// Name of a unit.
    pub(crate) fn enhedsnavn(&self, enhed: u32) -> &str {
        &self.enhedsnavne[usize::try_from(enhed).unwrap_or(0)]
    }

    /// The employee at a place.
    pub(crate) fn medarbejder(&self, plads: usize) -> &Medarbejder {
        &self.personer[plads]
    }

    /// Whose key seals what is personal.
    pub(crate) fn person(&self, plads: usize) -> Uuid {
        self.person_id[plads]
    }

    /// The place of an employee number.
    pub(crate) fn plads(nr: &str) -> Option<usize> {
        usize::try_from(nr.parse::<u32>().ok()?.checked_sub(FOERSTE_NR)?).ok()
    }

    /// Who leads an employee on a day.
    pub(crate) fn leder(&self, plads: usize, dag: NaiveDate) -> Option<u32> {
        let m = self.medarbejder(plads);
        if m.leder {
            return m.leder_nr;
        }
        let skifter = &self.ledere[usize::try_from(m.enhed).unwrap_or(0)];
        skifter.iter().rev().find(|(fra, _)| *fra <= dag).map(|(_, nr)| *nr).filter(|nr| *nr != m.nr)
    }

    /// The employee works here on a day, as far as payroll has told.
    pub(crate) fn er_ansat(&self, plads: usize, dag: NaiveDate) -> bool {
        let m = self.medarbejder(plads);
        m.ansat <= dag && m.fratraadt.is_none_or(|f| f >= dag)
    }

    /// The first day on which payroll tells of an employee.
    pub(crate) fn foerste_dag(&self, plads: usize) -> NaiveDate {
        self.medarbejder(plads).ansat.max(self.fra)
    }

    /// The next day after `efter` on which payroll tells something new of an employee.
    pub(crate) fn naeste_aendring(&self, plads: usize, efter: NaiveDate) -> Option<NaiveDate> {
        let m = self.medarbejder(plads);
        let skifter = &self.ledere[usize::try_from(m.enhed).unwrap_or(0)];
        let leder = skifter.iter().map(|(fra, _)| *fra).find(|fra| *fra > efter).filter(|_| !m.leder);
        let aftale = Some(aftaledag(m)).filter(|_| m.paragraf_56);
        let egne = [leder, aftale, opsigelse(m)].into_iter().flatten().filter(|dag| *dag > efter).min();
        egne.filter(|dag| *dag <= m.fratraadt.unwrap_or(self.til).min(self.til))
    }

    /// What payroll tells on a day.
    pub(crate) fn stamdata(&self, plads: usize, dag: NaiveDate) -> Stamdata {
        let m = self.medarbejder(plads);
        Stamdata {
            enhed: m.enhed_kode(),
            enhed_navn: self.enhedsnavn(m.enhed).to_owned(),
            leder_nr: self.leder(plads, dag).map(|nr| nr.to_string()),
            tr_nr: Some(m.tr_nr.to_string()),
            amr_nr: Some(m.amr_nr.to_string()),
            ansat: m.ansat,
            fratraadt: m.fratraadt.filter(|_| opsigelse(m).is_some_and(|fra| fra <= dag)),
            timer_pr_uge: f64::from(m.timer),
            bopaelskommune: m.kommune.to_owned(),
            paragraf_56: m.paragraf_56 && aftaledag(m) <= dag,
            fleksjob: m.fleksjob,
            nyuddannet: m.nyuddannet,
            er_leder: m.leder,
        }
    }

    /// The personal part of it.
    pub(crate) fn oplysninger(&self, plads: usize) -> Personoplysninger {
        let m = self.medarbejder(plads);
        Personoplysninger {
            cpr: Fortrolig::ny(m.cpr.clone()),
            navn: Fortrolig::ny(m.navn.clone()),
            email: Fortrolig::ny(m.email()),
            telefon: Fortrolig::ny(m.telefon()),
            stilling: Fortrolig::ny(m.stilling.to_owned()),
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

fn lederskifter(
    ledere: &[u32],
    enhed: usize,
    fra: NaiveDate,
    til: NaiveDate,
    t: &mut Tilfaeldig,
) -> Vec<(NaiveDate, u32)> {
    let egen = ledere[enhed];
    let mut skifter = vec![(NaiveDate::MIN, egen)];
    let mut dag = fra;
    while dage_mellem(dag, til) > 400 {
        if t.promille(KONSTITUERET_PROMILLE) {
            let fra = dag + Days::new(t.under(100));
            let anden = ledere[(enhed + 1) % ledere.len()];
            skifter.extend([(fra, anden), (fra + Days::new(t.mellem(30, 240)), egen)]);
        }
        dag = dag + Days::new(365);
    }
    skifter
}
