//! How fast people are found: `cargo bench -p yardstick --bench find [-- EMPLOYEES OPEN]`.
//!
//! Builds a workplace through the real log in a temporary folder, everybody with an invented name that is really sealed, and
//! some away. Then it measures what opening all names takes, and a search with its answer as JSON: for HR, for a leader, for
//! somebody with no case, by the beginnings of names that many share, by a whole name, by number and by reference.
//! The invented names are few, so that far more people share one than in life.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)] // a bench that panics has failed, and prints what it found

use std::path::Path;
use std::time::{Duration, Instant};

use app::access::User;
use app::clock::Clock;
use app::core::App;
use app::find::Asked;
use app::keys::Confidential;
use app::projections::{ANSAETTELSE, Meta};
use app::reference::reference;
use app::sealed::{Personoplysninger, seal};
use app::views::person::PersonView;
use chance::Random;
use eventlog::{Append, NewEvent, StreamId};
use forloeb::haendelse::{FravaerRegistreret, Stamdata, StamdataRegistreret};
use forloeb::words::{Aarsag, Kilde, Rolle};
use forloeb::{Aktoer, Haendelse, Procent, Regelbog};
use uuid::Uuid;

const WRITERS: usize = 128;
const TIMES: usize = 300;
const NOW: &str = "2026-11-20T07:00:00Z";

fn number(n: usize) -> String {
    format!("{n:08}")
}

fn id(n: usize) -> Uuid {
    Uuid::from_u128((n as u128).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835))
}

fn stamdata(n: usize) -> Stamdata {
    Stamdata {
        enhed: format!("E{:04}", n / 40),
        enhed_navn: format!("Plejecenter {:04}", n / 40),
        leder_nr: Some(number(n / 20 * 20)),
        tr_nr: Some(number(n / 40 * 40 + 1)),
        ansat: "2010-01-01".parse().ok(),
        timer_pr_uge: 37.0,
        bopaelskommune: "0727".to_owned(),
        er_leder: n.is_multiple_of(20),
        ..Stamdata::default()
    }
}

async fn write(folder: &Path, employees: usize, open: usize) {
    let app = App::open(folder, |_| Clock::standing_still(NOW.parse().unwrap()), Regelbog::built_in()).await.unwrap();
    let cpr: Vec<_> = (0..employees).map(|n| Confidential::new(format!("{n:010}"))).collect();
    let persons = app.keys.persons(&cpr).unwrap();
    let mut chance = Random::new(7);
    let mut tasks = tokio::task::JoinSet::new();
    let mut told: Vec<Vec<(usize, Vec<Haendelse>)>> = vec![Vec::new(); WRITERS];
    for (n, (person, cpr)) in persons.into_iter().zip(cpr).enumerate() {
        let text = |text: &str| Confidential::new(text.to_owned());
        let details = Personoplysninger {
            cpr,
            name: text(&synthetic::names::name(&mut chance)),
            email: text("navn@arbejde.example"),
            telefon: text("12345678"),
            stilling: text("Social- og sundhedsassistent"),
        };
        let confidential = Some(seal(&app.keys, person, &details).unwrap());
        let stamdata = Box::new(stamdata(n));
        let mut events = vec![StamdataRegistreret { stamdata, confidential, person, gaelder_fra: None }.into()];
        if n < open {
            let away = FravaerRegistreret {
                registrering: id(n),
                fravaer_nr: None,
                aarsag: Aarsag::Sygdom,
                foerste: "2026-11-02".parse().unwrap(),
                sidste: None,
                omfang_pct: Procent::FULL,
                forventet_varighed: None,
                kilde: Kilde::Import,
                paragraf_56: None,
                raskmeldt: false,
            };
            events.push(away.into());
        }
        told[n % WRITERS].push((n, events));
    }
    for told in told {
        let log = app.log.clone();
        tasks.spawn(async move {
            for (n, events) in told {
                let event =
                    |h: &Haendelse| NewEvent { kind: h.name().to_owned(), form: h.form(), body: h.to_json().unwrap() };
                let append = Append {
                    stream: StreamId::new(format!("{ANSAETTELSE}{}", number(n))).unwrap(),
                    expected: 0,
                    time: NOW.parse::<chrono::DateTime<chrono::Utc>>().unwrap().timestamp_micros(),
                    meta: serde_json::to_vec(&Meta { aktoer: Aktoer::system("import") }).unwrap(),
                    events: events.iter().map(event).collect(),
                    idempotency: None,
                };
                log.append(append).await.unwrap();
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    app.log.clone().close().await;
}

fn show(what: &str, mut times: Vec<Duration>, count: usize) {
    times.sort_unstable();
    let p = |pct: usize| times[(times.len() * pct / 100).min(times.len() - 1)];
    println!("  {what:<52} p50 {:>9.1?}  p99 {:>9.1?}  {count} found", p(50), p(99));
}

#[tokio::main]
async fn main() {
    let figures: Vec<usize> = std::env::args().skip(1).filter_map(|a| a.parse().ok()).collect();
    let [employees, open] = figures[..] else { return measure(125_000, 100_000).await };
    measure(employees, open).await;
}

async fn measure(employees: usize, open: usize) {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), employees, open).await;
    let clock = |_: &_| Clock::standing_still(NOW.parse().unwrap());
    let app = App::open(folder.path(), clock, Regelbog::built_in()).await.unwrap();
    println!("{employees} employees, {open} open forløb");
    let hr = User::new(Rolle::Hr, None);
    let start = Instant::now();
    app.find(&hr, &Asked::read("ingen").unwrap(), false).await.unwrap();
    println!("  every name opened                                    {:>9.1?}", start.elapsed());
    let hr_here = hr.clone().narrowed_to((0..employees / 80).map(|n| format!("E{n:04}")));
    let leder = User::new(Rolle::Leder, Some(number(20)));
    let revisor = User::new(Rolle::Revisor, None);
    let tr = User::new(Rolle::Kontaktperson, Some(number(41)));
    let middle = employees / 2;
    let by_reference = reference(id(middle.min(open.saturating_sub(1))));
    for (what, user, text, has_formaal) in [
        ("HR, two letters that many have", &hr, "ma", false),
        ("HR, a first name", &hr, "maja", false),
        ("HR, a whole name", &hr, "moeller maja", false),
        ("HR of half of the units, two letters", &hr_here, "ma", false),
        ("HR, a number without its zeros", &hr, &middle.to_string(), false),
        ("HR, a reference", &hr, &by_reference, false),
        ("a leader, two letters", &leder, "ma", false),
        ("a contact person, two letters", &tr, "ma", false),
        ("an auditor, a whole name", &revisor, "maja møller", true),
    ] {
        let asked = Asked::read(text).unwrap();
        let (mut times, mut count) = (Vec::new(), 0);
        for _ in 0..TIMES {
            let start = Instant::now();
            let found = app.find(user, &asked, has_formaal).await.unwrap();
            let people = PersonView::all(&app, user, &found.numbers);
            let json = serde_json::to_vec(&people).unwrap();
            times.push(start.elapsed());
            assert!(!json.is_empty());
            count = found.count + usize::from(found.forloeb.is_some());
        }
        assert!(count > 0, "{what}: nobody is found, so nothing was measured");
        show(what, times, count);
    }
    app.log.clone().close().await;
}
