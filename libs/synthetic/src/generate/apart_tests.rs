//! What happens beside the days of the law in an invented workplace is as the service has it: the leader's mail of the week about
//! frequent absence, and the considerations of plans that end.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use app::clock::dag_in_denmark;
use app::projections::ANSAETTELSE;
use app::sealed::{PlanTekster, open};
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Weekday};
use eventlog::Recorded;
use forloeb::Regelbog;
use forloeb::calendar::plus_dage;
use forloeb::frister::assess;
use forloeb::haendelse::{FravaerRegistreret, Haendelse, Udfald};
use forloeb::words::{Aarsag, Fristart, Friststatus};
use uuid::Uuid;

use super::Choices;
use super::tests::{make, open_folder, read};

#[tokio::test]
async fn mails_of_the_week_and_what_is_considered_are_as_the_service_has_them() {
    let til = "2026-11-20".parse().unwrap();
    let choices = Choices { medarbejdere: 1000, distrikter: 2, aar: 2, seed: 6, til, haendelser: None };
    let (folder, _) = make(&choices).await;
    let all = read(folder.path()).await;
    mails_of_the_week(&all);
    reminders_of_what_ends(&all);
    what_is_considered(folder.path()).await;
}

fn nr(r: &Recorded) -> &str {
    r.stream.as_str().strip_prefix(ANSAETTELSE).unwrap()
}

fn haendelse(r: &Recorded) -> Haendelse {
    forloeb::form::read(&r.kind, r.form, &r.body).unwrap()
}

/// Each leaves on the first working day of its week, tells of people in the leader's own unit who have been away three times in six
/// months, and of somebody who was not in the one before. The second district has the same ones, about its own people.
fn mails_of_the_week(all: &[Recorded]) {
    let book = Regelbog::built_in();
    let (mut unit, mut rows) = (BTreeMap::<&str, String>::new(), BTreeMap::<Uuid, (&str, FravaerRegistreret)>::new());
    let mut told = BTreeMap::<&str, Vec<Uuid>>::new();
    let mut mails = BTreeMap::<&str, Vec<(NaiveDate, usize)>>::new();
    let mut letters = BTreeSet::new();
    for r in all {
        let (nr, dag) = (nr(r), dag_in_denmark(DateTime::from_timestamp_micros(r.time).unwrap()));
        let h = match haendelse(r) {
            Haendelse::SignalbrevAfgjort(h) => h,
            other => {
                if let Haendelse::StamdataRegistreret(h) = &other {
                    unit.insert(nr, h.stamdata.enhed.clone());
                } else if let Haendelse::FravaerRegistreret(h) = other {
                    rows.insert(h.registrering, (nr, h));
                }
                continue;
            }
        };
        let before = (h.uge.weekday(), (dag - h.uge).num_days());
        assert!(before.0 == Weekday::Mon && (0..5).contains(&before.1), "{nr} {dag}");
        let open = |dag: &NaiveDate| book.calendar().is_arbejdsdag(*dag);
        assert_eq!(h.uge.iter_days().find(open), Some(dag), "{nr}: not the first working day");
        let last = told.entry(nr).or_default();
        assert!(h.perioder.iter().any(|one| !last.contains(one)), "{nr} {dag}: nothing new");
        for id in &h.perioder {
            let (whose, newest) = &rows[id];
            assert_eq!((unit[whose] == unit[nr], *whose == nr), (true, false), "{nr} {dag}: of {whose}");
            let fra = dag - Months::new(6);
            let counted = |row: &&(&str, FravaerRegistreret)| {
                let (other, row) = row;
                other == whose && row.foerste > fra && matches!(row.aarsag, Aarsag::Sygdom | Aarsag::Arbejdsskade)
            };
            assert!(rows.values().filter(counted).count() >= 3 && newest.foerste <= dag, "{nr} {dag}: {whose}");
        }
        mails.entry(nr).or_default().push((h.uge, h.perioder.len()));
        if let Udfald::Sendt { letter, til } = h.udfald {
            assert_eq!(til.as_deref(), Some(nr));
            assert!(letters.insert(letter), "{nr} {dag}: the Message-ID of another mail");
            *last = h.perioder;
        }
    }
    let mails: Vec<_> = mails.into_values().collect();
    let (first, second) = mails.split_at(mails.len() / 2);
    assert_eq!(first, second, "by number: the second district comes after the first");
    assert!(first.iter().map(Vec::len).sum::<usize>() > 20, "{first:?}");
}

/// Somebody was reminded of an end that nobody had talked about.
fn reminders_of_what_ends(all: &[Recorded]) {
    let mut sent = 0;
    for r in all {
        let Haendelse::PaamindelserAfgjort(h) = haendelse(r) else { continue };
        let about = h.all().filter(|a| a.key.frist == Fristart::Skaanehensyn);
        sent += about.filter(|a| matches!(a.udfald, Udfald::Sendt { .. })).count();
    }
    assert!(sent > 0, "nobody was reminded");
}

/// Each consideration has its words, and ends after the plan was made. Some are talked about in the fourteen days before.
async fn what_is_considered(folder: &Path) {
    let app = open_folder(folder).await;
    let (book, today) = (app.book(), app.clock.today());
    let numbers: Vec<String> = app.projections().numbers().map(str::to_owned).collect();
    let (mut ends, mut for_good, mut talked, mut resolved) = (0, 0, 0, 0);
    for nr in &numbers {
        let person = app.projections().person(nr).unwrap();
        for f in app.forloeb_for(nr).await.unwrap() {
            let Some(plan) = f.plan() else { continue };
            let words: PlanTekster = open(&app.keys, [person], &plan.what.confidential).unwrap();
            let considered = &plan.what.plan.skaanehensyn;
            assert_eq!(words.skaanehensyn.len(), considered.len(), "{nr}");
            for hensyn in considered {
                let Some(til) = hensyn.til else {
                    for_good += 1;
                    continue;
                };
                assert!(til > plan.dag + Days::new(14), "{nr}: {til}");
                ends += 1;
                let talk = |dag: NaiveDate| plus_dage(til, -14) <= dag && dag < til;
                talked += u32::from(f.opfoelgninger.iter().any(|o| talk(o.what.dato) && !o.what.virkninger.is_empty()));
            }
            let frist = assess(&f, today, &book).frist(Fristart::Skaanehensyn).cloned();
            assert!(frist.is_none() || considered.iter().any(|hensyn| hensyn.til.is_some()), "{nr}");
            let met = frist.filter(|frist| frist.status == Friststatus::Opfyldt).and_then(|frist| frist.loest_af);
            resolved += u32::from(met.is_some_and(|at| at.name == "OpfoelgningRegistreret"));
        }
    }
    let counts = [ends, for_good, talked, resolved];
    assert!(
        counts.iter().all(|count| *count > 0) && ends > for_good,
        "end, stay, talked about, done by it: {counts:?}"
    );
}
