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

use app::adgang::Bruger;
use app::kerne::{Fremdrift, Kerne, Start};
use app::lister::{Filter, Sortering};
use app::ur::{Ur, dag_i_danmark};
use app::views::overview::taelle;
use app::visninger::{ANSAETTELSE, Meta, Visninger};
use chrono::NaiveDate;
use eventlog::{Append, NewEvent, StreamId};
use forloeb::haendelse::{
    AnmeldelseRegistreret, FoersteKontaktHoldt, Forseglet, FravaerRegistreret, Raskmeldt, SamtaleRegistreret, Stamdata,
    StamdataRegistreret,
};
use forloeb::kalender::plus_dage;
use forloeb::ord::{Aarsag, Anmeldelsestrin, Kilde, Kontaktform, Kontaktrolle, Rolle, Samtaleudfald, TagetAf};
use forloeb::{Aktoer, Haendelse, Regelbog};
use raskvej::http::liste::svar;
use uuid::Uuid;

const HOEJST_PR_ANSAETTELSE: usize = 26;
const SKRIVERE: usize = 128;
/// Events that may be held in memory for measuring.
const PAA_EN_KERNE: u64 = 500_000;
const NU: &str = "2026-11-20T07:00:00Z";

fn ur(_: &Visninger) -> Ur {
    Ur::stillestaaende(NU.parse().unwrap())
}

fn stamdata(n: usize) -> StamdataRegistreret {
    StamdataRegistreret {
        stamdata: Box::new(Stamdata {
            enhed: format!("E{:04}", n / 40),
            enhed_navn: format!("Plejecenter {:04}", n / 40),
            leder_nr: Some(format!("{:07}", n / 20 * 20)),
            tr_nr: Some(format!("{:07}", n / 40 * 40 + 1)),
            amr_nr: None,
            ansat: "2010-01-01".parse().unwrap(),
            fratraadt: None,
            timer_pr_uge: 37.0,
            bopaelskommune: "0727".to_owned(),
            paragraf_56: n.is_multiple_of(50),
            fleksjob: false,
            nyuddannet: false,
            er_leder: n.is_multiple_of(20),
        }),
        fortroligt: Some(Forseglet("x".repeat(280))),
        person: Uuid::from_u128(n as u128 + 1),
    }
}

/// The events of an employment with the day each was learnt: short and long absences over the years, and one that goes
/// on.
fn historie(n: usize, forloeb: usize, aabent: bool, idag: NaiveDate) -> Vec<(NaiveDate, Haendelse)> {
    let mut ud: Vec<(NaiveDate, Haendelse)> = vec![("2015-12-31".parse().unwrap(), stamdata(n).into())];
    for nr in 0..forloeb {
        let id = Uuid::from_u128((n as u128) << 64 | (nr as u128) << 32 | 0x5eed);
        let gaar = aabent && nr + 1 == forloeb;
        // Open ones began up to twelve weeks ago; the others are spread over ten years.
        let foerste = match gaar {
            true => plus_dage(idag, -i64::try_from(n % 84).unwrap()),
            false => plus_dage("2016-01-04".parse().unwrap(), i64::try_from(nr * 148 + n % 90).unwrap()),
        };
        let laengde = if nr % 5 == 4 { 45 } else { 4 };
        let ny = FravaerRegistreret {
            registrering: id,
            fravaer_nr: None,
            aarsag: Aarsag::Sygdom,
            foerste,
            sidste: None,
            omfang_pct: 100,
            forventet_varighed: None,
            kilde: Kilde::Person,
        };
        ud.push((foerste, ny.into()));
        let kontakt = FoersteKontaktHoldt {
            forloeb: id,
            dato: plus_dage(foerste, 1),
            form: Kontaktform::Telefon,
            kontaktperson_rolle: Kontaktrolle::Leder,
            taget_af: TagetAf::Arbejdsplads,
            forventet_varighed: None,
            arbejdsrelateret: None,
        };
        ud.push((plus_dage(foerste, 1), kontakt.into()));
        if gaar {
            continue;
        }
        if laengde > 30 {
            let samtale = SamtaleRegistreret {
                forloeb: id,
                dato: plus_dage(foerste, 20),
                udfald: Samtaleudfald::Holdt,
                forventet_varighed: None,
                delvis_mulig: None,
            };
            ud.push((plus_dage(foerste, 20), samtale.into()));
            let anmeldt = AnmeldelseRegistreret {
                forloeb: id,
                trin: Anmeldelsestrin::Kvitteret,
                dato: plus_dage(foerste, 31),
                kvittering: Some("NR1".to_owned()),
                kommune: None,
            };
            ud.push((plus_dage(foerste, 31), anmeldt.into()));
        }
        let sidste_fravaersdag = plus_dage(foerste, laengde);
        ud.push((sidste_fravaersdag, Raskmeldt { forloeb: id, sidste_fravaersdag }.into()));
    }
    ud
}

fn append(nr: &str, version: u64, dag: NaiveDate, haendelser: &[Haendelse]) -> Append {
    let event = |h: &Haendelse| NewEvent { kind: h.navn().to_owned(), form: h.form(), body: h.til_json().unwrap() };
    Append {
        stream: StreamId::new(format!("{ANSAETTELSE}{nr}")).unwrap(),
        expected: version,
        time: dag.and_hms_opt(9, 0, 0).unwrap().and_utc().timestamp_micros(),
        meta: serde_json::to_vec(&Meta {
            aktoer: Aktoer { rolle: Some(Rolle::Leder), nr: Some("0000020".to_owned()) },
        })
        .unwrap(),
        events: haendelser.iter().map(event).collect(),
        idempotency: None,
    }
}

async fn skriv(mappe: &Path, forloeb: usize, aabne: usize, idag: NaiveDate) -> u64 {
    // Makes the folder, its keys among it.
    Kerne::aabn(mappe, ur, Regelbog::indbygget()).await.unwrap().log.clone().close().await;
    let log = eventlog::Journal::open(mappe, eventlog::Options::default()).unwrap().log;
    let ansaettelser = forloeb.div_ceil(HOEJST_PR_ANSAETTELSE).max(aabne);
    let pr_ansaettelse = forloeb.div_ceil(ansaettelser);
    let mut opgaver = tokio::task::JoinSet::new();
    for skriver in 0..SKRIVERE {
        let log = log.clone();
        opgaver.spawn(async move {
            for n in (skriver..ansaettelser).step_by(SKRIVERE) {
                let nr = format!("{n:07}");
                let mut version = 0;
                // Days that follow each other are one commit: it is the number of events that counts here.
                for del in historie(n, pr_ansaettelse, n < aabne, idag).chunks(6) {
                    let haendelser: Vec<_> = del.iter().map(|(_, h)| h.clone()).collect();
                    version = log.append(append(&nr, version, del[0].0, &haendelser)).await.unwrap().version;
                }
            }
        });
    }
    while let Some(faerdig) = opgaver.join_next().await {
        faerdig.unwrap();
    }
    let antal = log.head().position;
    log.close().await;
    antal
}

fn rss() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let linje = |navn: &str| {
        let linje = status.lines().find(|l| l.starts_with(navn)).unwrap();
        linje.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
    };
    linje("VmRSS:")
}

fn vis_tider(hvad: &str, mut tider: Vec<Duration>) {
    tider.sort_unstable();
    let p = |pct: usize| tider[(tider.len() * pct / 100).min(tider.len() - 1)];
    println!("  {hvad:<46} p50 {:>10.1?}  p99 {:>10.1?}  ({} times)", p(50), p(99), tider.len());
}

/// What taking in costs the projections themselves, the log's reading apart: decoding and deriving, on one core.
async fn paa_en_kerne(mappe: &Path, idag: NaiveDate) {
    let log = eventlog::Journal::open(mappe, eventlog::Options::default()).unwrap().log;
    let mut streams: BTreeMap<StreamId, Vec<eventlog::Recorded>> = BTreeMap::new();
    let mut efter = 0;
    loop {
        let haendelser = log.read(efter, 4096).await.unwrap();
        let Some(sidste) = haendelser.last() else { break };
        efter = sidste.position;
        haendelser.into_iter().for_each(|r| streams.entry(r.stream.clone()).or_default().push(r));
    }
    log.close().await;
    let mut vis = Visninger::nye(Arc::new(Regelbog::indbygget()), idag);
    let start = Instant::now();
    for haendelser in streams.values() {
        vis.take(haendelser).unwrap();
    }
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    let rate = efter as f64 / start.elapsed().as_secs_f64();
    println!("  decoding and deriving alone, on one core            {:>10.1?}  {rate:.0} events/s", start.elapsed());
}

async fn maal(forloeb: usize, aabne: usize) {
    let mappe = tempfile::tempdir().unwrap();
    let idag = dag_i_danmark(NU.parse().unwrap());
    let antal = skriv(mappe.path(), forloeb, aabne, idag).await;
    println!("{forloeb} forløb, {aabne} open, {antal} events");

    if antal <= PAA_EN_KERNE {
        paa_en_kerne(mappe.path(), idag).await;
    }
    let foer = rss();
    let start = Instant::now();
    let kerne = Kerne::aabn(mappe.path(), ur, Regelbog::indbygget()).await.unwrap();
    assert!(matches!(kerne.start, Start::PaaNy(None)));
    println!(
        "  opened without a checkpoint, log and projections    {:>10.1?}; resident {foer} → {} MB",
        start.elapsed(),
        rss()
    );
    let foelger = tokio::spawn({
        let kerne = kerne.clone();
        async move { kerne.foelg_loggen().await }
    });
    let start = Instant::now();
    kerne.genopbyg(&Fremdrift::default()).await.unwrap();
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    let rate = antal as f64 / start.elapsed().as_secs_f64();
    println!(
        "  rebuild beside the live ones                        {:>10.1?}  {rate:.0} events/s; resident {} MB",
        start.elapsed(),
        rss()
    );
    let start = Instant::now();
    kerne.gem().await;
    let bytes = std::fs::metadata(mappe.path().join("visninger/checkpoint")).unwrap().len();
    println!("  checkpoint written                                  {:>10.1?}  {} MB", start.elapsed(), bytes >> 20);

    let hr = Bruger { rolle: Rolle::Hr, nr: None };
    let leder = Bruger { rolle: Rolle::Leder, nr: Some("0000020".to_owned()) };
    let aabne_filter = Filter { aabne: Some(true), ..Filter::default() };
    let enhed = Filter { enhed: Some("E0007".to_owned()), ..aabne_filter.clone() };
    for (navn, bruger, filter) in [
        ("list, HR, first page", &hr, &aabne_filter),
        ("list, HR, one unit", &hr, &enhed),
        ("list, a leader", &leder, &aabne_filter),
    ] {
        let mut tider = Vec::new();
        for _ in 0..300 {
            let start = Instant::now();
            let side = svar(&kerne, bruger, filter, Sortering::Frist, None, 100).await.unwrap();
            let json = serde_json::to_vec(&side).unwrap();
            tider.push(start.elapsed());
            assert!(!json.is_empty());
        }
        vis_tider(navn, tider);
    }
    for (navn, bruger) in [("overview, HR", &hr), ("overview, a leader", &leder)] {
        let tider = (0..300).map(|_| {
            let start = Instant::now();
            let o = taelle(bruger, &kerne.vis());
            assert!(o.aabne <= aabne);
            start.elapsed()
        });
        vis_tider(navn, tider.collect());
    }
    // Everything due is looked up on a day before anything is.
    let foerste = kerne.vis().foerste_forfald();
    let tider = (0..10_000).map(|_| {
        let start = Instant::now();
        let forfaldne = kerne.vis().forfaldne(foerste.map_or(idag, |dag| plus_dage(dag, -1)));
        assert!(forfaldne.is_empty());
        start.elapsed()
    });
    vis_tider("what is due, nothing is", tider.collect());
    let i_gang = kerne.vis().i_gang().count();
    println!("  resident with everything served {} MB; {i_gang} going on", rss());

    kerne.luk().await;
    foelger.await.unwrap().unwrap();
    drop(kerne);
    let start = Instant::now();
    let log = eventlog::Journal::open(mappe.path(), eventlog::Options::default()).unwrap().log;
    println!("  the log alone opened in                             {:>10.1?}", start.elapsed());
    log.close().await;
    let start = Instant::now();
    let kerne = Kerne::aabn(mappe.path(), ur, Regelbog::indbygget()).await.unwrap();
    assert!(matches!(kerne.start, Start::Checkpoint { .. }), "{:?}", kerne.start);
    println!("  opened from the checkpoint, log and projections     {:>10.1?}", start.elapsed());
    let start = Instant::now();
    kerne.ur.flyt(kerne.ur.nu() + chrono::TimeDelta::days(1));
    drop(kerne.vis());
    println!("  the day turns                                       {:>10.1?}", start.elapsed());
    kerne.log.clone().close().await;
}

#[tokio::main]
async fn main() {
    let tal: Vec<usize> = std::env::args().skip(1).filter_map(|a| a.parse().ok()).collect();
    let tal = if tal.len() < 2 { vec![100_000, 10_000, 1_000_000, 100_000] } else { tal };
    for par in tal.as_chunks::<2>().0 {
        maal(par[0], par[1]).await;
    }
}
