//! How fast the projections are: `cargo bench -p yardstick --bench projections [-- FORLOEB AABNE [FORLOEB AABNE …]]`.
//!
//! Builds a workplace through the real log in a temporary folder: up to 26 forløb an employment, one of them open where
//! there are open ones left. Then it measures, through the code that serves: a rebuild, writing and reading a checkpoint, the
//! first page of the list, the overview, and a look at what is due.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)] // a bench that panics has failed, and prints what it found

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use app::access::User;
use app::clock::{Clock, dag_in_denmark};
use app::core::{App, Progress, Start};
use app::lists::{Filter, SortOrder};
use app::projections::{ANSAETTELSE, Meta, Projections};
use app::views::overview::tally;
use chrono::NaiveDate;
use eventlog::{Append, NewEvent, StreamId};
use forloeb::calendar::plus_dage;
use forloeb::haendelse::{
    AnmeldelseRegistreret, Ciphertext, FoersteKontaktHoldt, FravaerRegistreret, Raskmeldt, SamtaleRegistreret,
    Stamdata, StamdataRegistreret,
};
use forloeb::words::{Aarsag, Anmeldelsestrin, Kilde, Kontaktform, Kontaktrolle, Rolle, Samtaleudfald, TagetAf};
use forloeb::{Aktoer, Haendelse, Procent, Regelbog};
use raskvej::http::list::answer;
use uuid::Uuid;

const AT_MOST_PER_ANSAETTELSE: usize = 26;
const WRITERS: usize = 128;
/// Events that may be held in memory for measuring.
const ON_ONE_CORE: u64 = 500_000;
const NOW: &str = "2026-11-20T07:00:00Z";

fn clock(_: &Projections) -> Clock {
    Clock::standing_still(NOW.parse().unwrap())
}

fn stamdata(n: usize) -> StamdataRegistreret {
    StamdataRegistreret {
        stamdata: Box::new(Stamdata {
            enhed: format!("E{:04}", n / 40),
            enhed_navn: format!("Plejecenter {:04}", n / 40),
            leder_nr: Some(format!("{:07}", n / 20 * 20)),
            tr_nr: Some(format!("{:07}", n / 40 * 40 + 1)),
            amr_nr: None,
            ansat: Some("2010-01-01".parse().unwrap()),
            fratraadt: None,
            timer_pr_uge: 37.0,
            bopaelskommune: "0727".to_owned(),
            paragraf_56: n.is_multiple_of(50),
            fleksjob: false,
            nyuddannet: false,
            er_leder: n.is_multiple_of(20),
            ..Stamdata::default()
        }),
        confidential: Some(Ciphertext("x".repeat(280))),
        person: Uuid::from_u128(n as u128 + 1),
        gaelder_fra: None,
    }
}

/// The events of an employment with the day each was learnt: short and long absences over the years, and one that goes
/// on.
fn story(n: usize, forloeb: usize, aabent: bool, today: NaiveDate) -> Vec<(NaiveDate, Haendelse)> {
    let mut out: Vec<(NaiveDate, Haendelse)> = vec![("2015-12-31".parse().unwrap(), stamdata(n).into())];
    for nr in 0..forloeb {
        let id = Uuid::from_u128((n as u128) << 64 | (nr as u128) << 32 | 0x5eed);
        let goes = aabent && nr + 1 == forloeb;
        // Open ones began up to twelve weeks ago; the others are spread over ten years.
        let foerste = match goes {
            true => plus_dage(today, -i64::try_from(n % 84).unwrap()),
            false => plus_dage("2016-01-04".parse().unwrap(), i64::try_from(nr * 148 + n % 90).unwrap()),
        };
        let length = if nr % 5 == 4 { 45 } else { 4 };
        let new = FravaerRegistreret {
            registrering: id,
            fravaer_nr: None,
            aarsag: Aarsag::Sygdom,
            foerste,
            sidste: None,
            omfang_pct: Procent::FULL,
            forventet_varighed: None,
            kilde: Kilde::Person,
            paragraf_56: None,
            raskmeldt: false,
        };
        out.push((foerste, new.into()));
        let kontakt = FoersteKontaktHoldt {
            forloeb: id,
            dato: plus_dage(foerste, 1),
            form: Kontaktform::Telefon,
            kontaktperson_rolle: Kontaktrolle::Leder,
            taget_af: TagetAf::Arbejdsplads,
            forventet_varighed: None,
            arbejdsrelateret: None,
            sted: None,
            grunde: Vec::new(),
        };
        out.push((plus_dage(foerste, 1), kontakt.into()));
        if goes {
            continue;
        }
        if length > 30 {
            let samtale = SamtaleRegistreret {
                forloeb: id,
                dato: plus_dage(foerste, 20),
                udfald: Samtaleudfald::Holdt,
                forventet_varighed: None,
                delvis_mulig: None,
            };
            out.push((plus_dage(foerste, 20), samtale.into()));
            let anmeldt = AnmeldelseRegistreret {
                forloeb: id,
                trin: Anmeldelsestrin::Kvitteret,
                dato: plus_dage(foerste, 31),
                underskrevet_dato: None,
                uden_kvittering: None,
                kvittering: Some("NR1".to_owned()),
                kommune: None,
            };
            out.push((plus_dage(foerste, 31), anmeldt.into()));
        }
        let sidste_fravaersdag = plus_dage(foerste, length);
        out.push((sidste_fravaersdag, Raskmeldt { forloeb: id, sidste_fravaersdag }.into()));
    }
    out
}

fn append(nr: &str, version: u64, dag: NaiveDate, haendelser: &[Haendelse]) -> Append {
    let event = |h: &Haendelse| NewEvent { kind: h.name().to_owned(), form: h.form(), body: h.to_json().unwrap() };
    Append {
        stream: StreamId::new(format!("{ANSAETTELSE}{nr}")).unwrap(),
        expected: version,
        time: dag.and_hms_opt(9, 0, 0).unwrap().and_utc().timestamp_micros(),
        meta: serde_json::to_vec(&Meta { aktoer: Aktoer::new(Rolle::Leder, Some("0000020".to_owned())) }).unwrap(),
        events: haendelser.iter().map(event).collect(),
        idempotency: None,
    }
}

async fn write(folder: &Path, forloeb: usize, aabne: usize, today: NaiveDate) -> u64 {
    // Makes the folder, its keys among it.
    App::open(folder, clock, Regelbog::built_in()).await.unwrap().log.clone().close().await;
    let log = eventlog::Journal::open(folder, eventlog::Options::default()).unwrap().log;
    let ansaettelser = forloeb.div_ceil(AT_MOST_PER_ANSAETTELSE).max(aabne);
    let per_ansaettelse = forloeb.div_ceil(ansaettelser);
    let mut tasks = tokio::task::JoinSet::new();
    for writer in 0..WRITERS {
        let log = log.clone();
        tasks.spawn(async move {
            for n in (writer..ansaettelser).step_by(WRITERS) {
                let nr = format!("{n:07}");
                let mut version = 0;
                // Days that follow each other are one commit: it is the number of events that counts here.
                for del in story(n, per_ansaettelse, n < aabne, today).chunks(6) {
                    let haendelser: Vec<_> = del.iter().map(|(_, h)| h.clone()).collect();
                    version = log.append(append(&nr, version, del[0].0, &haendelser)).await.unwrap().version;
                }
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    let count = log.head().position;
    log.close().await;
    count
}

fn rss() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = |name: &str| {
        let line = status.lines().find(|l| l.starts_with(name)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
    };
    line("VmRSS:")
}

fn show_times(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let p = |pct: usize| times[(times.len() * pct / 100).min(times.len() - 1)];
    println!("  {what:<46} p50 {:>10.1?}  p99 {:>10.1?}  ({} times)", p(50), p(99), times.len());
}

/// What taking in costs the projections themselves, the log's reading apart: decoding and deriving, on one core.
async fn on_one_core(folder: &Path, today: NaiveDate) {
    let log = eventlog::Journal::open(folder, eventlog::Options::default()).unwrap().log;
    let mut streams: BTreeMap<StreamId, Vec<eventlog::Recorded>> = BTreeMap::new();
    let mut after = 0;
    loop {
        let haendelser = log.read(after, 4096).await.unwrap();
        let Some(sidste) = haendelser.last() else { break };
        after = sidste.position;
        haendelser.into_iter().for_each(|r| streams.entry(r.stream.clone()).or_default().push(r));
    }
    log.close().await;
    let mut projections = Projections::empty(Arc::new(Regelbog::built_in()), today);
    let start = Instant::now();
    for haendelser in streams.values() {
        projections.take(haendelser).unwrap();
    }
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    let rate = after as f64 / start.elapsed().as_secs_f64();
    println!("  decoding and deriving alone, on one core            {:>10.1?}  {rate:.0} events/s", start.elapsed());
}

async fn measure(forloeb: usize, aabne: usize) {
    let folder = tempfile::tempdir().unwrap();
    let today = dag_in_denmark(NOW.parse().unwrap());
    let count = write(folder.path(), forloeb, aabne, today).await;
    println!("{forloeb} forløb, {aabne} open, {count} events");

    if count <= ON_ONE_CORE {
        on_one_core(folder.path(), today).await;
    }
    let before = rss();
    let start = Instant::now();
    let app = App::open(folder.path(), clock, Regelbog::built_in()).await.unwrap();
    assert!(matches!(app.start, Start::Rebuilt(None)));
    println!(
        "  opened without a checkpoint, log and projections    {:>10.1?}; resident {before} → {} MB",
        start.elapsed(),
        rss()
    );
    let follows = tokio::spawn({
        let app = app.clone();
        async move { app.follow_the_log().await }
    });
    let start = Instant::now();
    app.rebuild(&Progress::default()).await.unwrap();
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    let rate = count as f64 / start.elapsed().as_secs_f64();
    println!(
        "  rebuild beside the live ones                        {:>10.1?}  {rate:.0} events/s; resident {} MB",
        start.elapsed(),
        rss()
    );
    let start = Instant::now();
    app.store().await;
    let bytes = std::fs::metadata(folder.path().join("visninger/checkpoint")).unwrap().len();
    println!("  checkpoint written                                  {:>10.1?}  {} MB", start.elapsed(), bytes >> 20);

    let hr = User::new(Rolle::Hr, None);
    let leder = User::new(Rolle::Leder, Some("0000020".to_owned()));
    let aabne_filter = Filter { aabne: Some(true), ..Filter::default() };
    let enhed = Filter { enhed: Some("E0007".to_owned()), ..aabne_filter.clone() };
    for (name, user, filter) in [
        ("list, HR, first page", &hr, &aabne_filter),
        ("list, HR, one unit", &hr, &enhed),
        ("list, a leader", &leder, &aabne_filter),
    ] {
        let mut times = Vec::new();
        for _ in 0..300 {
            let start = Instant::now();
            let page = answer(&app, user, filter, SortOrder::Frist, None, 100).await.unwrap();
            let json = serde_json::to_vec(&page).unwrap();
            times.push(start.elapsed());
            assert!(!json.is_empty());
        }
        show_times(name, times);
    }
    for (name, user) in [("overview, HR", &hr), ("overview, a leader", &leder)] {
        let times = (0..300).map(|_| {
            let start = Instant::now();
            let o = tally(user, &app.projections());
            assert!(o.aabne <= aabne);
            start.elapsed()
        });
        show_times(name, times.collect());
    }
    // Everything due is looked up on a day before anything is.
    let foerste = app.projections().foerste_forfald();
    let times = (0..10_000).map(|_| {
        let start = Instant::now();
        let up_to = foerste.map_or(today, |dag| plus_dage(dag, -1));
        assert_eq!(app.projections().forfaldne(up_to).count(), 0);
        start.elapsed()
    });
    show_times("what is due, nothing is", times.collect());
    let running = app.projections().running().count();
    println!("  resident with everything served {} MB; {running} going on", rss());

    app.close().await;
    follows.await.unwrap().unwrap();
    drop(app);
    let start = Instant::now();
    let log = eventlog::Journal::open(folder.path(), eventlog::Options::default()).unwrap().log;
    println!("  the log alone opened in                             {:>10.1?}", start.elapsed());
    log.close().await;
    let start = Instant::now();
    let app = App::open(folder.path(), clock, Regelbog::built_in()).await.unwrap();
    assert!(matches!(app.start, Start::Checkpoint { .. }), "{:?}", app.start);
    println!("  opened from the checkpoint, log and projections     {:>10.1?}", start.elapsed());
    let start = Instant::now();
    app.clock.move_to(app.clock.now() + chrono::TimeDelta::days(1));
    drop(app.projections());
    println!("  the day turns                                       {:>10.1?}", start.elapsed());
    app.log.clone().close().await;
}

#[tokio::main]
async fn main() {
    let figure: Vec<usize> = std::env::args().skip(1).filter_map(|a| a.parse().ok()).collect();
    let figure = if figure.len() < 2 { vec![100_000, 10_000, 1_000_000, 100_000] } else { figure };
    for par in figure.as_chunks::<2>().0 {
        measure(par[0], par[1]).await;
    }
}
