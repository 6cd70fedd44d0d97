//! Properties against naive models: the calendar day by day, forløb as sets of days, milestones of a random history.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, Weekday};
use forloeb::Regelbog;
use forloeb::calendar::{Dage, plus_dage};
use forloeb::dagsvaerk;
use forloeb::words::Kilde;
use proptest::prelude::*;

use crate::story::{self, Story, dag};

fn one_dag() -> impl Strategy<Value = NaiveDate> {
    (0_i64..3650).prop_map(|n| plus_dage(dag("2020-01-01"), n))
}

/// Saturdays, Sundays, and the public holidays of the first months of 2026, as the almanac has them.
fn is_day_off(day: NaiveDate) -> bool {
    let holidays = ["2026-01-01", "2026-04-02", "2026-04-03", "2026-04-05", "2026-04-06", "2026-05-14"];
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun) || holidays.contains(&day.to_string().as_str())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Counting working days one day at a time gives the same as `forskyd`, in both directions.
    #[test]
    fn to_shift_is_to_count_day_by_day(fra in one_dag(), count in -25_i32..25) {
        let book = Regelbog::built_in();
        let k = book.calendar();
        let (mut d, mut rest) = (fra, count.abs());
        while rest > 0 {
            d = plus_dage(d, i64::from(count.signum()));
            if k.is_arbejdsdag(d) {
                rest -= 1;
            }
        }
        prop_assert_eq!(k.shift(fra, count), d);
    }

    #[test]
    fn wd_is_the_nearest_arbejdsdag_backwards(fra in one_dag()) {
        let book = Regelbog::built_in();
        let k = book.calendar();
        let d = k.wd(fra);
        prop_assert!(d <= fra && k.is_arbejdsdag(d) && !matches!(d.weekday(), Weekday::Sat | Weekday::Sun));
        prop_assert!((1..=(fra - d).num_days()).all(|n| !k.is_arbejdsdag(plus_dage(d, n))));
    }

    /// Registrations in any order: the forløb are the maximal runs of the set of days, whatever came first, where days off
    /// between two of them are looked past.
    #[test]
    fn a_forloeb_is_contiguous_days(span in prop::collection::vec((0_i64..120, 0_i64..12), 1..14)) {
        let start = dag("2026-01-01");
        let mut case = Story::ansat();
        case.it("2026-12-01");
        let mut dage = BTreeSet::new();
        for (fra, length) in span {
            let (fra, til) = (plus_dage(start, fra), plus_dage(start, fra + length));
            let new_ones: BTreeSet<NaiveDate> = (0..=length).map(|n| plus_dage(fra, n)).collect();
            let k = case.registrering(&fra.to_string(), Some(&til.to_string()), 100, Kilde::Import);
            prop_assert_eq!(case.attempt(&k).is_ok(), dage.is_disjoint(&new_ones), "a day belongs to one registration");
            if dage.is_disjoint(&new_ones) {
                dage.extend(new_ones);
            }
        }
        let mut course: Vec<(NaiveDate, NaiveDate)> = Vec::new();
        for d in dage {
            match course.last_mut() {
                Some((_, til)) if (1..(d - *til).num_days()).all(|n| is_day_off(plus_dage(*til, n))) => *til = d,
                _ => course.push((d, d)),
            }
        }
        let found: Vec<_> = case.list().iter().map(|f| (f.foerste, f.sidste.unwrap_or(f.foerste))).collect();
        prop_assert_eq!(found, course);
        for f in case.list() {
            let (first, last) = (f.perioder.first().unwrap(), f.perioder.last().unwrap());
            prop_assert_eq!((first.fra, last.til), (f.foerste, f.sidste));
            prop_assert!(f.perioder.windows(2).all(|p| p[0].til.map(|til| plus_dage(til, 1)) == Some(p[1].fra)));
            prop_assert!(f.fridage.iter().all(|d| (0..d.count()).all(|n| is_day_off(plus_dage(d.fra, n)))));
        }
    }

    /// Whoever gets another number inside the workplace, on whatever day, has the forløb, the frister, the refusion and the
    /// absence of who stayed. Rows that go on over the day are told under both numbers, some of them with days that overlap.
    #[test]
    fn a_move_changes_no_date(
        span in prop::collection::vec((0_i64..150, 0_i64..40, 1_u8..5), 1..8),
        moved in 1_i64..190,
        too_long in 0_i64..6,
    ) {
        let (start, fra) = (dag("2026-01-01"), plus_dage(dag("2026-01-01"), moved));
        let til = plus_dage(fra, -1);
        let mut stayed = Story::ansat();
        stayed.it("2026-07-20");
        let mut rows: Vec<(NaiveDate, NaiveDate, u8)> = Vec::new();
        for (from, length, quarters) in span {
            let row = (plus_dage(start, from), plus_dage(start, from + length), quarters * 25);
            if rows.iter().all(|other| row.1 < other.0 || other.1 < row.0) {
                stayed.import(&row.0.to_string(), Some(&row.1.to_string()), row.2);
                rows.push(row);
            }
        }
        let mut mover = Story::ansat();
        mover.it("2026-07-20");
        let goes_on = |row: &(NaiveDate, NaiveDate, u8)| row.0 < fra && fra <= row.1;
        for row in rows.iter().filter(|row| row.0 < fra) {
            let last = if goes_on(row) { plus_dage(til, too_long).min(row.1) } else { row.1 };
            mover.import(&row.0.to_string(), Some(&last.to_string()), row.2);
        }
        mover.flyt((&fra.to_string(), &til.to_string()), |_| {});
        for row in rows.iter().filter(|row| fra <= row.1) {
            mover.import(&row.0.max(fra).to_string(), Some(&row.1.to_string()), row.2);
        }
        let state = |case: &Story| {
            let live = story::state::live(case.list());
            serde_json::Value::from(story::state::state(&live, case.today, case.book()))
        };
        prop_assert_eq!(state(&mover), state(&stayed));
        let year = Dage { fra: start, til: stayed.today };
        let absent = |case: &Story| dagsvaerk::count(&case.a, year, case.today, case.book());
        prop_assert_eq!(absent(&mover), absent(&stayed));
    }

    /// Nothing is reminded of twice, on a day off, before it opens, or after it is resolved; and what was known on a
    /// day does not change because of what came later.
    #[test]
    fn a_random_forloeb(
        f in one_dag(),
        kontakt in prop::option::of(0_i64..40),
        samtale in prop::option::of(0_i64..40),
        kvitteret in prop::option::of(20_i64..60),
        varighed in 1_i64..100,
        move_to in prop::option::of((1_i64..60, -20_i64..20)),
    ) {
        use forloeb::command::{Act, Rettelse};
        use forloeb::words::{Anmeldelsestrin, Samtaleudfald};
        let mut case = Story::sygemeldt_dag(f);
        for n in 1..140 {
            case.let_time_pass(&plus_dage(f, n).to_string());
            let today = case.today;
            let mut maybe = |h: Act| { let k = case.on(h); let _ = case.attempt(&k); };
            if let Some((_, whereabouts)) = move_to.filter(|(when, _)| *when == n) {
                let rettelse = Rettelse::FoersteFravaersdag(plus_dage(f, whereabouts));
                maybe(Act::Rettelse { rettelse, begrundelse: story::seal() });
            }
            if kontakt == Some(n) {
                maybe(Act::FoersteKontakt(story::kontakt(today)));
            }
            if samtale == Some(n) {
                maybe(Act::Samtale(forloeb::haendelse::SamtaleRegistreret {
                    forloeb: uuid::Uuid::nil(), dato: today, udfald: Samtaleudfald::Holdt,
                    forventet_varighed: None, delvis_mulig: None,
                }));
            }
            if kvitteret == Some(n) {
                let h = case.anmeldelse(Anmeldelsestrin::Kvitteret, &today.to_string());
                let k = case.on(h);
                let _ = case.attempt(&k);
            }
            if varighed == n {
                let k = case.on(Act::Raskmeld(forloeb::haendelse::Raskmeldt {
                    forloeb: uuid::Uuid::nil(), sidste_fravaersdag: today,
                }));
                let _ = case.attempt(&k);
            }
            let outstanding: BTreeSet<_> = case.assessment().frister.iter()
                .filter(|fr| fr.status.outstanding()).map(|fr| fr.art).collect();
            prop_assert!(case.planlagte().iter().all(|p| outstanding.contains(&p.key.frist)));
        }
        let book = case.book().clone();
        let forloeb = case.forloeb();
        let mut sendt = BTreeSet::new();
        for line in &case.sendt {
            let dato: NaiveDate = line[..10].parse().unwrap();
            prop_assert!(book.calendar().is_arbejdsdag(dato), "{}", line);
        }
        for (key, afgjort) in &forloeb.afgjorte {
            if matches!(afgjort.udfald, forloeb::haendelse::Udfald::Sendt { .. }) {
                prop_assert!(sendt.insert(key.clone()));
            }
        }
        prop_assert_eq!(sendt.len(), case.sendt.len(), "one outcome for each mail line");
    }
}
