//! The rows of `fravaer.csv`: read, held against each other, and kept small until those of each employee are taken in.

use std::collections::HashMap;
use std::num::NonZeroU32;

use chrono::{Days, NaiveDate};
use forloeb::Procent;
use forloeb::derive::Imported;
use forloeb::refusal::Mistake;
use forloeb::words::Aarsag;

use super::findings::Findings;
use super::hele::Numbers;
use super::profile::Mapping;
use super::table::{self, Columns, Found, LineFields};
use super::words::{Word, Words};
use super::{LineError, fields};
use texts::sentences;

pub(super) const COLUMNS: Columns = Columns {
    required: &["fravaer_nr", "medarbejder_nr", "aarsag", "foerste_fravaersdag", "sidste_fravaersdag", "omfang_pct"],
    optional: &["registreret", "paragraf_56", "raskmeldt", "timer_pr_uge_fravaer"],
};

/// Most lines of one employee in a file. Each is decided on all of the others.
const MOST_OF_ONE: usize = 1000;
/// Rows whose room is given back at a time.
const GIVEN_BACK: usize = 1 << 16;
/// A last day that is further ahead than this many days is hardly meant.
const FAR_AHEAD: Days = Days::new(3 * 365);

/// One line.
#[derive(Debug, Clone)]
pub(super) struct Fravaer {
    pub(super) fravaer_nr: Box<str>,
    pub(super) nr: Box<str>,
    pub(super) aarsag: Aarsag,
    pub(super) foerste: NaiveDate,
    pub(super) sidste: Option<NaiveDate>,
    pub(super) omfang: Omfang,
    /// Whether it is of the illness that a § 56 agreement was made for, where payroll says.
    pub(super) paragraf_56: Option<bool>,
    /// The employee reported fit again after the last day.
    pub(super) raskmeldt: bool,
}

/// How much of the working time somebody is away, as payroll says it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Omfang {
    /// In percent.
    pct: Option<Procent>,
    /// In hours a week.
    timer: Option<f64>,
}

/// Percent by which the two may differ before somebody is told.
const APART: f64 = 2.0;

impl Omfang {
    /// In percent of an employment of so many hours; the percent that payroll says goes before its hours.
    pub(super) fn percent(self, timer_pr_uge: f64) -> Option<Procent> {
        self.pct.or_else(|| self.of_hours(timer_pr_uge))
    }

    fn of_hours(self, timer_pr_uge: f64) -> Option<Procent> {
        let percent = self.timer.filter(|_| timer_pr_uge > 0.0)? / timer_pr_uge * 100.0;
        Procent::from_decimal((percent * 100.0).round() / 100.0).filter(|percent| *percent <= Procent::FULL)
    }

    /// What payroll says of percent and of hours is not the same.
    pub(super) fn is_twofold(self, timer_pr_uge: f64) -> bool {
        let differs = |pct: Procent| {
            self.of_hours(timer_pr_uge).is_none_or(|hours| (pct.decimal() - hours.decimal()).abs() > APART)
        };
        self.timer.is_some() && self.pct.is_some_and(differs)
    }
}

impl Fravaer {
    /// As it stands in the log, of so many percent.
    pub(super) const fn imported(&self, omfang_pct: Procent) -> Imported {
        Imported {
            aarsag: self.aarsag,
            foerste: self.foerste,
            sidste: self.sidste,
            omfang_pct,
            paragraf_56: self.paragraf_56,
            raskmeldt: self.raskmeldt,
        }
    }
}

/// One line, kept small: a million of them are in memory at once.
#[derive(Debug)]
struct Kept {
    line: u32,
    nr: Word,
    fravaer_nr: Word,
    foerste: NaiveDate,
    sidste: Option<NaiveDate>,
    pct: Option<Procent>,
    /// Place of the hours a week, counted from one: few systems tell them.
    timer: Option<NonZeroU32>,
    aarsag: Aarsag,
    paragraf_56: Option<bool>,
    raskmeldt: bool,
}

const _: () = assert!(size_of::<Kept>() == 32);

/// Good lines, by employee, and of each as they stand in the file.
#[derive(Debug, Default)]
pub(super) struct Rows {
    all: Vec<Kept>,
    words: Words,
    hours: Vec<f64>,
}

impl Rows {
    fn put(&mut self, line: u64, f: &Fravaer) {
        let timer = f.omfang.timer.and_then(|timer| {
            self.hours.push(timer);
            NonZeroU32::new(u32::try_from(self.hours.len()).unwrap_or(0))
        });
        self.all.push(Kept {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            nr: self.words.put(&f.nr),
            fravaer_nr: self.words.put(&f.fravaer_nr),
            foerste: f.foerste,
            sidste: f.sidste,
            pct: f.omfang.pct,
            timer,
            aarsag: f.aarsag,
            paragraf_56: f.paragraf_56,
            raskmeldt: f.raskmeldt,
        });
    }

    fn row(&self, kept: &Kept) -> (u64, Fravaer) {
        let timer = kept.timer.and_then(|place| self.hours.get(place.get() as usize - 1).copied());
        let row = Fravaer {
            fravaer_nr: self.words.get(kept.fravaer_nr).into(),
            nr: self.words.get(kept.nr).into(),
            aarsag: kept.aarsag,
            foerste: kept.foerste,
            sidste: kept.sidste,
            omfang: Omfang { pct: kept.pct, timer },
            paragraf_56: kept.paragraf_56,
            raskmeldt: kept.raskmeldt,
        };
        (u64::from(kept.line), row)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// The same, where those of each of these numbers are of the one beside it. `went` says where an absence went, by the number
    /// it is told under, its own and its first day.
    pub(super) fn under(
        mut self,
        moved: &HashMap<String, String>,
        went: Option<&impl Fn(&str, &str, NaiveDate) -> Option<String>>,
    ) -> Self {
        if !moved.is_empty() || went.is_some() {
            for kept in &mut self.all {
                let nr = self.words.get(kept.nr);
                let gone = || went.and_then(|went| went(nr, self.words.get(kept.fravaer_nr), kept.foerste));
                if let Some(now) = moved.get(nr).cloned().or_else(gone) {
                    kept.nr = self.words.put(&now);
                }
            }
            self.by_medarbejder();
        }
        self
    }

    /// The earliest first day of them.
    pub(super) fn earliest(&self) -> Option<NaiveDate> {
        self.all.iter().map(|kept| kept.foerste).min()
    }

    /// Those of an employee, with their line numbers.
    pub(super) fn of(&self, nr: &str) -> impl Iterator<Item = (u64, Fravaer)> {
        self.placed_at(self.all.partition_point(|kept| self.words.get(kept.nr) < nr), nr)
    }

    /// Those of one employee after the other. The room of those that are done with is given back on the way, since what is
    /// taken in needs more and more.
    pub(super) fn per_medarbejder(mut self) -> impl Iterator<Item = Vec<(u64, Fravaer)>> {
        self.turn();
        std::iter::from_fn(move || {
            let own = self.all.last()?.nr;
            let mut of_one = Vec::new();
            while let Some(kept) = self.all.pop_if(|kept| kept.nr == own) {
                of_one.push(self.row(&kept));
            }
            self.words.take_out(own);
            if self.all.capacity() - self.all.len() > GIVEN_BACK {
                self.all.shrink_to_fit();
                self.words.close();
            }
            Some(of_one)
        })
    }

    /// The first employee last, and so for the texts, each employee's behind their number: what is at the end is taken out
    /// for nothing.
    fn turn(&mut self) {
        self.all.reverse();
        let (mut words, mut own) = (Words::default(), None);
        for kept in &mut self.all {
            let nr = self.words.get(kept.nr);
            let word = own.filter(|own| words.get(*own) == nr).unwrap_or_else(|| words.put_anew(nr));
            let number = words.put(self.words.get(kept.fravaer_nr));
            (kept.nr, kept.fravaer_nr, own) = (word, number, Some(word));
        }
        words.close();
        self.words = words;
    }

    fn placed_at(&self, first: usize, nr: &str) -> impl Iterator<Item = (u64, Fravaer)> {
        let own = move |kept: &&Kept| self.words.get(kept.nr) == nr;
        self.all[first..].iter().take_while(own).map(|kept| self.row(kept))
    }

    /// Takes out the lines that repeat the number of an earlier one, and tells them.
    fn without_repeated(&mut self, error: &mut Findings) {
        let (all, words) = (&self.all, &self.words);
        let number = |place: u32| all[place as usize].fravaer_nr;
        let mut order: Vec<u32> = (0..).take(all.len()).collect();
        order.sort_unstable_by(|a, b| words.order(number(*a), number(*b)).then(a.cmp(b)));
        let mut repeated = Vec::new();
        for same in order.chunk_by(|a, b| words.order(number(*a), number(*b)).is_eq()) {
            for place in &same[1..] {
                let said = format!("står også i linje {}", all[same[0] as usize].line);
                error.take(LineError::new(u64::from(all[*place as usize].line), "fravaer_nr", said));
                repeated.push(*place);
            }
        }
        drop(order);
        repeated.sort_unstable();
        let (mut place, mut next) = (0.., repeated.into_iter().peekable());
        self.all.retain(|_| place.next().is_some_and(|place| next.next_if_eq(&place).is_none()));
    }

    fn by_medarbejder(&mut self) {
        let words = &self.words;
        self.all.sort_unstable_by(|a, b| words.order(a.nr, b.nr).then(a.line.cmp(&b.line)));
    }

    /// Takes out what goes beyond the bound of one employee.
    fn without_several(&mut self, error: &mut Findings) {
        let (words, mut nr, mut count) = (&self.words, None, 0);
        self.all.retain(|kept| {
            if nr.is_none_or(|nr| words.order(nr, kept.nr).is_ne()) {
                (nr, count) = (Some(kept.nr), 0);
            }
            count += 1;
            if count > MOST_OF_ONE {
                let said = format!("medarbejderen har over {MOST_OF_ONE} linjer i filen: del den op i flere");
                error.take(LineError::new(u64::from(kept.line), "medarbejder_nr", said));
            }
            count <= MOST_OF_ONE
        });
    }
}

/// What a file says: the lines by employee, and of each as they stand in the file; and the numbers of all that are absences,
/// where it is one that holds everything.
pub(super) fn read(bytes: &[u8], mapping: &Mapping, today: NaiveDate, whole: bool) -> (Rows, Found, Numbers) {
    let (mut rows, mut numbers, mut count) = (Rows::default(), Numbers::default(), 0);
    let one = |f: &mut LineFields<'_>| {
        let read = line(f, today);
        if whole && !f.is_left_out() {
            count += 1;
            numbers.take(fields::nr(&f.tekst("fravaer_nr")).ok().as_deref());
        }
        read
    };
    let mut found = table::each(bytes, COLUMNS, mapping, one, |nr, f| rows.put(nr, &f));
    numbers.nameless |= whole && rows.len() + found.error.lines() > count;
    rows.words.close();
    rows.without_repeated(&mut found.error);
    rows.by_medarbejder();
    rows.without_several(&mut found.error);
    (rows, found, numbers)
}

fn line(f: &mut LineFields<'_>, today: NaiveDate) -> Option<Fravaer> {
    let fravaer_nr = f.read("fravaer_nr", fields::nr);
    let nr = f.read("medarbejder_nr", fields::medarbejder_nr);
    let aarsag = f.read("aarsag", fields::aarsag);
    let foerste = f.dato("foerste_fravaersdag");
    let sidste = f.slutdag("sidste_fravaersdag", foerste, &sentences::error(&Mistake::EndBeforeStart));
    let timer = f.read("timer_pr_uge_fravaer", fields::maybe_timer);
    let in_hours = timer.flatten().is_some();
    let pct =
        f.read(
            "omfang_pct",
            |text| if in_hours { fields::maybe_percent(text) } else { fields::percent(text).map(Some) },
        );
    f.tidspunkt("registreret");
    let paragraf_56 = f.read("paragraf_56", fields::maybe_ja_nej);
    let raskmeldt = f.read("raskmeldt", |text| match (fields::maybe_ja_nej(text)?, sidste) {
        (Some(true), Some(None)) => Err("kan kun være ja, når sidste_fravaersdag er udfyldt".to_owned()),
        (raskmeldt, _) => Ok(raskmeldt == Some(true)),
    });
    let far_ahead = |dag: NaiveDate| today.checked_add_days(FAR_AHEAD).is_some_and(|latest| dag > latest);
    if sidste.flatten().is_some_and(far_ahead) {
        f.warn("sidste_fravaersdag", "ligger mere end tre år frem; kendes slutdagen ikke, så lad feltet stå tomt");
    }
    if pct.flatten() == Some(Procent::whole(1)) {
        f.warn("omfang_pct", "er 1 procent. Er hele fraværet ment, skal der stå 100");
    }
    Some(Fravaer {
        fravaer_nr: fravaer_nr?.into(),
        nr: nr?.into(),
        aarsag: aarsag?,
        foerste: foerste?,
        sidste: sidste?,
        omfang: Omfang { pct: pct?, timer: timer? },
        paragraf_56: paragraf_56?,
        raskmeldt: raskmeldt?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number of one employee is that of another one's absence, and of several employees some have a row only.
    #[test]
    fn the_rows_of_one_employee_after_the_other_are_as_they_stand_in_the_file() {
        let mut file =
            "fravaer_nr;medarbejder_nr;aarsag;foerste_fravaersdag;sidste_fravaersdag;omfang_pct\n".to_owned();
        for (number, nr) in [("a", "7"), ("7", "8"), ("b", "8"), ("8", "9"), ("c", "7"), ("d", "10"), ("9", "8")] {
            file.push_str(&format!("{number};{nr};sygdom;02-11-2026;;100\n"));
        }
        let today = "2026-11-20".parse().unwrap();
        let (rows, found, _) = read(file.as_bytes(), &Mapping::default(), today, false);
        assert_eq!((rows.len(), found.error.count()), (7, 0));
        let all: Vec<_> = rows
            .per_medarbejder()
            .map(|rows| {
                let numbers: Vec<_> = rows.iter().map(|(line, f)| format!("{} {line}", f.fravaer_nr)).collect();
                assert!(rows.iter().all(|(_, f)| f.nr == rows[0].1.nr));
                format!("{}: {}", rows[0].1.nr, numbers.join(", "))
            })
            .collect();
        assert_eq!(all, ["10: d 7", "7: a 2, c 6", "8: 7 3, b 4, 9 8", "9: 8 5"]);
    }
}
