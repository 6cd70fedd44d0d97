//! The people of a workplace.

use std::collections::HashSet;

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::navne;
use chance::Tilfaeldig;

/// Numbers begin here, so that they are easy to tell from counts.
pub const FOERSTE_NR: u32 = 10_001;

/// Employees per unit, about.
const ENHED: u32 = 40;

/// How much to make.
#[derive(Clone, Debug)]
pub struct Omfang {
    /// Number of employees, at least eight: two units with leader, TR, AMR and one more.
    pub medarbejdere: u32,
    /// Years of absence that end with `til`.
    pub aar: u32,
    /// Seed.
    pub froe: u64,
    /// The last day; absences that go on then are open.
    pub til: NaiveDate,
}

/// An employee. The fields that follow from these are made where they are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Medarbejder {
    /// Employee number.
    pub nr: u32,
    /// Personnummer; 60 is added to the day, so that it is nobody's.
    pub cpr: String,
    /// Name.
    pub navn: String,
    /// Title.
    pub stilling: &'static str,
    /// Number of the unit, from 0.
    pub enhed: u32,
    /// Employee number of the leader; none for the topmost.
    pub leder_nr: Option<u32>,
    /// Employee number of the tillidsrepræsentant.
    pub tr_nr: u32,
    /// Employee number of the arbejdsmiljørepræsentant.
    pub amr_nr: u32,
    /// First day of the employment.
    pub ansat: NaiveDate,
    /// Last day of the employment, where it ends in the period.
    pub fratraadt: Option<NaiveDate>,
    /// Weekly hours.
    pub timer: u32,
    /// Code of the bopælskommune.
    pub kommune: &'static str,
    /// Has a § 56 agreement.
    pub paragraf_56: bool,
    /// Fleksjob.
    pub fleksjob: bool,
    /// Newly educated.
    pub nyuddannet: bool,
    /// Leads the unit.
    pub leder: bool,
}

impl Omfang {
    /// The first day of the period.
    #[must_use]
    pub fn fra(&self) -> NaiveDate {
        self.til.checked_sub_months(Months::new(self.aar.saturating_mul(12))).unwrap_or(NaiveDate::MIN)
    }
}

impl Medarbejder {
    /// The last digit of a personnummer is even for women.
    #[must_use]
    pub fn er_kvinde(&self) -> bool {
        lige(&self.cpr)
    }

    /// Code of the unit.
    #[must_use]
    pub fn enhed_kode(&self) -> String {
        format!("E{}", 101 + self.enhed)
    }

    /// E-mail at work, under a name that no mail reaches.
    #[must_use]
    pub fn email(&self) -> String {
        format!("m{}@arbejdsplads.example", self.nr)
    }

    /// Telephone. No Danish number begins with 0.
    #[must_use]
    pub fn telefon(&self) -> String {
        let nr = self.nr;
        format!("+45 0{} {:02} {:02} {:02}", nr / 1_000_000 % 10, nr / 10_000 % 100, nr / 100 % 100, nr % 100)
    }
}

/// The people of `antal` districts, the first of which is `distrikt`: in the others everybody has the same place, hours
/// and dates, and another number, name and personnummer.
pub fn distrikter(distrikt: &[Medarbejder], antal: u32, t: &mut Tilfaeldig) -> Vec<Medarbejder> {
    let mut personnumre: HashSet<String> = distrikt.iter().map(|m| m.cpr.clone()).collect();
    let numre = u32::try_from(distrikt.len()).unwrap_or(u32::MAX);
    let enheder = distrikt.last().map_or(0, |m| m.enhed + 1);
    let mut alle = distrikt.to_vec();
    for flyt in 1..antal {
        let (numre, enheder) = (flyt * numre, flyt * enheder);
        alle.extend(distrikt.iter().map(|m| Medarbejder {
            nr: m.nr + numre,
            cpr: cpr(m.ansat, Some(m.er_kvinde()), &mut personnumre, t),
            navn: navne::navn(t),
            enhed: m.enhed + enheder,
            leder_nr: m.leder_nr.map(|nr| nr + numre),
            tr_nr: m.tr_nr + numre,
            amr_nr: m.amr_nr + numre,
            ..m.clone()
        }));
    }
    alle
}

/// Everybody who is, was or will be employed in the period, by number.
pub fn personale(omfang: &Omfang, t: &mut Tilfaeldig) -> Vec<Medarbejder> {
    let fra = omfang.fra();
    let mut personnumre = HashSet::new();
    let mut medarbejdere = Vec::new();
    let enheder = (omfang.medarbejdere / ENHED).max(2);
    for enhed in 0..enheder {
        // The remainder goes to the first units, one each.
        let antal = omfang.medarbejdere / enheder + u32::from(enhed < omfang.medarbejdere % enheder);
        let foerste = FOERSTE_NR + u32::try_from(medarbejdere.len()).unwrap_or(u32::MAX);
        for plads in 0..antal {
            let ramme = Ramme { fra, til: omfang.til, enhed, foerste, plads };
            medarbejdere.push(ramme.medarbejder(t, &mut personnumre));
        }
    }
    medarbejdere
}

/// Where an employee comes in.
struct Ramme {
    fra: NaiveDate,
    til: NaiveDate,
    enhed: u32,
    /// The number of the unit's first employee: its leader; TR and AMR come next.
    foerste: u32,
    plads: u32,
}

impl Ramme {
    fn medarbejder(&self, t: &mut Tilfaeldig, personnumre: &mut HashSet<String>) -> Medarbejder {
        let leder = self.plads == 0;
        // Leader, TR and AMR stay, so that every unit has them throughout.
        let fast = self.plads < 3;
        let (ansat, fratraadt) = self.ansaettelse(fast, t);
        let fleksjob = t.promille(30);
        let nyansat_i_perioden = ansat > self.fra;
        Medarbejder {
            nr: self.foerste + self.plads,
            cpr: cpr(ansat, None, personnumre, t),
            navn: navne::navn(t),
            stilling: if leder { "Leder" } else { navne::stilling(self.enhed, t) },
            enhed: self.enhed,
            // The first unit's leader is the others' leader and has none.
            leder_nr: match (leder, self.enhed) {
                (true, 0) => None,
                (true, _) => Some(FOERSTE_NR),
                (false, _) => Some(self.foerste),
            },
            tr_nr: self.foerste + 1,
            amr_nr: self.foerste + 2,
            ansat,
            fratraadt,
            timer: if fleksjob { t.af(&[10, 15, 20]) } else { t.af(&[37, 37, 37, 37, 32, 30, 28, 24]) },
            kommune: t.af(&["0615", "0727", "0740", "0741", "0746", "0751", "0766"]),
            paragraf_56: t.promille(20),
            fleksjob,
            nyuddannet: nyansat_i_perioden && t.promille(150),
            leder,
        }
    }

    /// First and last day of the employment.
    fn ansaettelse(&self, fast: bool, t: &mut Tilfaeldig) -> (NaiveDate, Option<NaiveDate>) {
        let dage_i_perioden = dage_mellem(self.fra, self.til);
        let ansat = match t.under(1000) {
            _ if fast => foer(self.fra, 200 + t.under(5000)),
            // Newly hired, so that some are ill in their first eight weeks.
            0..40 => foer(self.til, t.under(90)),
            40..240 => foer(self.til, t.under(dage_i_perioden)),
            _ => foer(self.fra, 1 + t.under(6000)),
        };
        let tidligst = ansat.max(self.fra) + Days::new(30);
        let mulige = dage_mellem(tidligst, self.til);
        let fratraadt = !fast && mulige > 1 && t.promille(90);
        (ansat, fratraadt.then(|| tidligst + Days::new(t.under(mulige))))
    }
}

/// A number that cannot be a person's: 60 is added to the day. No two are alike.
fn cpr(ansat: NaiveDate, kvinde: Option<bool>, brugte: &mut HashSet<String>, t: &mut Tilfaeldig) -> String {
    loop {
        let foedt = foer(ansat, 20 * 365 + t.under(35 * 365));
        // The seventh digit tells the century: 0 to 3 is 19xx, and 4 with a year up to 36 is 20xx.
        let syvende = if foedt.year() < 2000 { t.under(4) } else { 4 };
        let (dag, maaned, aar) = (foedt.day() + 60, foedt.month(), foedt.year().rem_euclid(100));
        let nummer = format!("{dag:02}{maaned:02}{aar:02}{syvende}{:03}", t.under(1000));
        let passer = kvinde.is_none_or(|kvinde| kvinde == lige(&nummer));
        if passer && brugte.insert(nummer.clone()) {
            return nummer;
        }
    }
}

fn lige(cpr: &str) -> bool {
    cpr.ends_with(['0', '2', '4', '6', '8'])
}

fn foer(dag: NaiveDate, dage: u64) -> NaiveDate {
    dag.checked_sub_days(Days::new(dage)).unwrap_or(NaiveDate::MIN)
}

/// Days from the one to the other, none when it lies before.
#[must_use]
pub fn dage_mellem(fra: NaiveDate, til: NaiveDate) -> u64 {
    u64::try_from((til - fra).num_days()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn et_andet_distrikt_lever_de_samme_dage_med_andre_personer() {
        let omfang = Omfang { medarbejdere: 90, aar: 3, froe: 4, til: NaiveDate::from_ymd_opt(2026, 11, 20).unwrap() };
        let mut t = Tilfaeldig::ny(omfang.froe);
        let foerste = personale(&omfang, &mut t);
        let alle = distrikter(&foerste, 3, &mut t);
        assert_eq!(alle.len(), 270);
        assert_eq!(alle[..90], foerste);
        let numre: HashSet<_> = alle.iter().map(|m| m.nr).collect();
        let personnumre: HashSet<_> = alle.iter().map(|m| &m.cpr).collect();
        assert_eq!((numre.len(), personnumre.len()), (270, 270));
        for (n, m) in alle.iter().enumerate() {
            let forbillede = &foerste[n % 90];
            assert_eq!((m.ansat, m.fratraadt, m.timer), (forbillede.ansat, forbillede.fratraadt, forbillede.timer));
            assert_eq!(m.er_kvinde(), forbillede.er_kvinde());
            let leder = m.leder_nr.map(|nr| &alle[usize::try_from(nr - FOERSTE_NR).unwrap()]);
            assert!(leder.is_none_or(|l| l.leder && l.enhed / 2 == m.enhed / 2), "the leader is of the same district");
        }
    }
}
