//! The people of a workplace.

use std::collections::HashSet;

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::names;
use chance::Random;

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
    pub seed: u64,
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
    pub name: String,
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
    pub fn is_woman(&self) -> bool {
        even(&self.cpr)
    }

    /// Code of the unit.
    #[must_use]
    pub fn enhed_code(&self) -> String {
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
pub fn distrikter(distrikt: &[Medarbejder], count: u32, t: &mut Random) -> Vec<Medarbejder> {
    let mut personnumre: HashSet<String> = distrikt.iter().map(|m| m.cpr.clone()).collect();
    let numbers = u32::try_from(distrikt.len()).unwrap_or(u32::MAX);
    let enheder = distrikt.last().map_or(0, |m| m.enhed + 1);
    let mut all = distrikt.to_vec();
    for move_to in 1..count {
        let (numbers, enheder) = (move_to * numbers, move_to * enheder);
        all.extend(distrikt.iter().map(|m| Medarbejder {
            nr: m.nr + numbers,
            cpr: cpr(m.ansat, Some(m.is_woman()), &mut personnumre, t),
            name: names::name(t),
            enhed: m.enhed + enheder,
            leder_nr: m.leder_nr.map(|nr| nr + numbers),
            tr_nr: m.tr_nr + numbers,
            amr_nr: m.amr_nr + numbers,
            ..m.clone()
        }));
    }
    all
}

/// Everybody who is, was or will be employed in the period, by number.
pub fn staff(omfang: &Omfang, t: &mut Random) -> Vec<Medarbejder> {
    let fra = omfang.fra();
    let mut personnumre = HashSet::new();
    let mut medarbejdere = Vec::new();
    let enheder = (omfang.medarbejdere / ENHED).max(2);
    for enhed in 0..enheder {
        // The remainder goes to the first units, one each.
        let count = omfang.medarbejdere / enheder + u32::from(enhed < omfang.medarbejdere % enheder);
        let foerste = FOERSTE_NR + u32::try_from(medarbejdere.len()).unwrap_or(u32::MAX);
        for place in 0..count {
            let frame = Frame { fra, til: omfang.til, enhed, foerste, place };
            medarbejdere.push(frame.medarbejder(t, &mut personnumre));
        }
    }
    medarbejdere
}

/// Where an employee comes in.
struct Frame {
    fra: NaiveDate,
    til: NaiveDate,
    enhed: u32,
    /// The number of the unit's first employee: its leader; TR and AMR come next.
    foerste: u32,
    place: u32,
}

impl Frame {
    fn medarbejder(&self, t: &mut Random, personnumre: &mut HashSet<String>) -> Medarbejder {
        let leder = self.place == 0;
        // Leader, TR and AMR stay, so that every unit has them throughout.
        let fast = self.place < 3;
        let (ansat, fratraadt) = self.ansaettelse(fast, t);
        let fleksjob = t.per_mille(30);
        let nyansat_in_perioden = ansat > self.fra;
        Medarbejder {
            nr: self.foerste + self.place,
            cpr: cpr(ansat, None, personnumre, t),
            name: names::name(t),
            stilling: if leder { "Leder" } else { names::stilling(self.enhed, t) },
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
            paragraf_56: t.per_mille(20),
            fleksjob,
            nyuddannet: nyansat_in_perioden && t.per_mille(150),
            leder,
        }
    }

    /// First and last day of the employment.
    fn ansaettelse(&self, fast: bool, t: &mut Random) -> (NaiveDate, Option<NaiveDate>) {
        let dage_in_perioden = dage_between(self.fra, self.til);
        let ansat = match t.under(1000) {
            _ if fast => before(self.fra, 200 + t.under(5000)),
            // Newly hired, so that some are ill in their first eight weeks.
            0..40 => before(self.til, t.under(90)),
            40..240 => before(self.til, t.under(dage_in_perioden)),
            _ => before(self.fra, 1 + t.under(6000)),
        };
        let earliest = ansat.max(self.fra) + Days::new(30);
        let possible = dage_between(earliest, self.til);
        let fratraadt = !fast && possible > 1 && t.per_mille(90);
        (ansat, fratraadt.then(|| earliest + Days::new(t.under(possible))))
    }
}

/// A number that cannot be a person's: 60 is added to the day. No two are alike.
fn cpr(ansat: NaiveDate, woman: Option<bool>, used: &mut HashSet<String>, t: &mut Random) -> String {
    loop {
        let born = before(ansat, 20 * 365 + t.under(35 * 365));
        // The seventh digit tells the century: 0 to 3 is 19xx, and 4 with a year up to 36 is 20xx.
        let seventh = if born.year() < 2000 { t.under(4) } else { 4 };
        let (dag, maaned, aar) = (born.day() + 60, born.month(), born.year().rem_euclid(100));
        let number = format!("{dag:02}{maaned:02}{aar:02}{seventh}{:03}", t.under(1000));
        let fits = woman.is_none_or(|woman| woman == even(&number));
        if fits && used.insert(number.clone()) {
            return number;
        }
    }
}

fn even(cpr: &str) -> bool {
    cpr.ends_with(['0', '2', '4', '6', '8'])
}

fn before(dag: NaiveDate, dage: u64) -> NaiveDate {
    dag.checked_sub_days(Days::new(dage)).unwrap_or(NaiveDate::MIN)
}

/// Days from the one to the other, none when it lies before.
#[must_use]
pub fn dage_between(fra: NaiveDate, til: NaiveDate) -> u64 {
    u64::try_from((til - fra).num_days()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_distrikt_lives_the_same_days_with_other_persons() {
        let omfang = Omfang { medarbejdere: 90, aar: 3, seed: 4, til: NaiveDate::from_ymd_opt(2026, 11, 20).unwrap() };
        let mut t = Random::new(omfang.seed);
        let foerste = staff(&omfang, &mut t);
        let all = distrikter(&foerste, 3, &mut t);
        assert_eq!(all.len(), 270);
        assert_eq!(all[..90], foerste);
        let numbers: HashSet<_> = all.iter().map(|m| m.nr).collect();
        let personnumre: HashSet<_> = all.iter().map(|m| &m.cpr).collect();
        assert_eq!((numbers.len(), personnumre.len()), (270, 270));
        for (n, m) in all.iter().enumerate() {
            let model = &foerste[n % 90];
            assert_eq!((m.ansat, m.fratraadt, m.timer), (model.ansat, model.fratraadt, model.timer));
            assert_eq!(m.is_woman(), model.is_woman());
            let leder = m.leder_nr.map(|nr| &all[usize::try_from(nr - FOERSTE_NR).unwrap()]);
            assert!(leder.is_none_or(|l| l.leder && l.enhed / 2 == m.enhed / 2), "the leader is of the same district");
        }
    }
}
