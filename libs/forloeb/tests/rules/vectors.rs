//! Replays every test vector of `docs/vectors` through the domain. What is expected there was computed by
//! another program (`tests/independent/vectors.py`), never by this one.

use std::collections::BTreeMap;

use chrono::Months;
use forloeb::Forloeb;
use forloeb::calendar::Dage;
use forloeb::command::{Act, DomainCommand, NewAftale, NewReferat, Rettelse, Valg};
use forloeb::dagsvaerk::{self, Absence, Counted};
use forloeb::frister::assess;
use forloeb::haendelse::*;
use forloeb::paamindelser::Planlagt;
use forloeb::refusal::DomainRefusal;
use forloeb::refusion::ophoer::earliest_ophoer;
use forloeb::signaler::{Signal, signaler};
use forloeb::tta::{Plan, Skaanehensyn};
use forloeb::words::*;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::story::{self, Story, seal};

#[derive(Deserialize)]
struct FileEntry {
    standard: Value,
    #[serde(rename = "vektorer")]
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    #[serde(rename = "titel")]
    title: String,
    #[serde(default)]
    medarbejder: Value,
    /// Parts that only some vectors have.
    #[serde(rename = "ogsaa")]
    #[serde(default)]
    also: Vec<String>,
    haendelser: Vec<Value>,
    #[serde(rename = "paa")]
    on: String,
    til: Option<String>,
    forventet: BTreeMap<String, Value>,
}

#[test]
fn every_vector() {
    let mut files: Vec<_> = std::fs::read_dir("../../docs/vectors").unwrap().map(|f| f.unwrap().path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "json"));
    files.sort();
    let (mut count, mut error) = (0, Vec::new());
    for path in files {
        let file: FileEntry = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        for v in &file.vectors {
            count += 1;
            if let Err(what) = replay(&file.standard, v) {
                error.push(format!("{}: {}\n{what}", path.file_name().unwrap().display(), v.title));
            }
        }
    }
    assert!(error.is_empty(), "{} of {count} vectors differ:\n{}", error.len(), error.join("\n"));
    assert!(count >= 660, "only {count} vectors");
}

/// Nobody has touched an expected part: the other program still computes every one of them.
#[test]
#[ignore = "needs Python"]
fn the_other_program_agrees() {
    let python = if cfg!(windows) { "python" } else { "python3" };
    let answer = std::process::Command::new(python)
        .args(["../../tests/independent/vectors.py", "--kontroller"])
        .output()
        .expect("Python runs");
    assert!(
        answer.status.success(),
        "{}{}",
        String::from_utf8_lossy(&answer.stdout),
        String::from_utf8_lossy(&answer.stderr)
    );
}

/// Tells the story day by day, reminders leaving every working morning, and compares.
fn replay(standard: &Value, v: &Vector) -> Result<(), String> {
    let mut case = Story::ansat();
    case.stamdata(|s| stamdata(s, standard));
    case.stamdata(|s| stamdata(s, &v.medarbejder));
    case.it(tekst(&v.haendelser[0]["dag"]));
    let mut positions = Vec::new();
    for h in &v.haendelser {
        case.let_time_pass(tekst(&h["dag"]));
        if h["type"] == "stamdata" {
            case.stamdata_fra(h["gaelder_fra"].as_str(), |s| stamdata(s, h));
            positions.push(0);
            continue;
        }
        if h["type"] == "flytning" {
            let days = (tekst(&h["fra"]), tekst(&h["til"]));
            if h["tilbage"] == true {
                case.flyt_back(days, |s| stamdata(s, h));
            } else {
                case.flyt(days, |s| stamdata(s, h));
            }
            positions.push(0);
            continue;
        }
        let answer = case.attempt(&command(&case, h, &positions));
        match (answer, h.get("afvises").and_then(Value::as_str)) {
            (Ok(new_ones), None) => {
                let foerste = case.a.records().len() - new_ones.len();
                positions.push(case.a.records().get(foerste).map_or(0, |p| p.position));
            }
            (Err(a), Some(waiting)) if code(&a) == waiting => positions.push(0),
            (answer, waiting) => return Err(format!("  {h}: expected refusal {waiting:?}, got {answer:?}")),
        }
    }
    case.let_time_pass(&v.on);
    compare(&v.forventet, &state(&case))?;
    let (Some(til), Some(be_sent)) = (&v.til, v.forventet.get("sendes")) else { return Ok(()) };
    case.sendt.clear();
    case.sendte.clear();
    case.let_time_pass(til);
    // Appointments and news are no reminders.
    let is_reminder = |p: &Planlagt| p.key.indbydelse().is_none() && p.key.nyhed().is_none();
    let paamindelser = case.sendt.iter().zip(&case.sendte).filter(|(_, p)| is_reminder(p));
    let also = |what: &str| v.also.iter().any(|o| o == what);
    let line = |(line, p): (&String, &Planlagt)| {
        let nr = p.key.nr.clone().filter(|_| also("nr"));
        let chance = (p.sidste_chance && also("sidste_chance")).then(|| "sidste_chance".to_owned());
        std::iter::once(line.clone()).chain(nr).chain(chance).collect::<Vec<_>>().join(" ")
    };
    let mut lines: Vec<_> = paamindelser.map(line).map(|l| l.replace("-> ", "")).collect();
    lines.sort_unstable();
    let waiting = read::<Vec<Vec<Option<String>>>>(be_sent).into_iter();
    let mut waiting: Vec<_> = waiting.map(|l| l.into_iter().flatten().collect::<Vec<_>>().join(" ")).collect();
    waiting.sort_unstable();
    let missing: Vec<_> = waiting.iter().filter(|l| !lines.contains(l)).collect();
    let for_much: Vec<_> = lines.iter().filter(|l| !waiting.contains(l)).collect();
    if lines == waiting { Ok(()) } else { Err(format!("  not sent: {missing:#?}, sent: {for_much:#?}")) }
}

fn compare(forventet: &BTreeMap<String, Value>, found: &Value) -> Result<(), String> {
    let differences: Vec<_> = forventet
        .iter()
        .filter(|(felt, waiting)| *felt != "sendes" && found[*felt] != **waiting)
        .map(|(felt, waiting)| match (waiting.as_object(), found[felt].as_object()) {
            (Some(v), Some(f)) => (v.iter().filter(|(k, x)| f.get(*k) != Some(x)))
                .map(|(k, x)| format!("  {felt}.{k}: expected {x}, found {}\n", found[felt][k]))
                .collect(),
            _ => format!("  {felt}: expected {waiting}, found {}\n", found[felt]),
        })
        .collect();
    if differences.is_empty() { Ok(()) } else { Err(differences.concat()) }
}

/// The forløb an event is about: the one that began last, and is not annulled.
fn newest(case: &Story) -> Option<Forloeb> {
    live(case).pop()
}

fn live(case: &Story) -> Vec<Forloeb> {
    story::state::live(case.list())
}

fn state(case: &Story) -> Value {
    let mut out = story::state::state(&live(case), case.today, case.book());
    out.insert("fravaer".to_owned(), fravaer(case));
    let Some(f) = newest(case) else { return out.into() };
    let v = assess(&f, case.today, case.book());
    let before = f.tilbagefald_of.and_then(|id| live(case).into_iter().find(|x| x.id == id));
    let nyuddannet = case.a.stamdata().is_some_and(|s| s.nyuddannet);
    let found = signaler(
        &case.list(),
        &case.a.part_days(case.book()),
        nyuddannet,
        case.today,
        case.book().in_force(case.today),
    );
    let dage = |s: &Signal| s.perioder.iter().map(|(_, d)| d.fra).collect::<Vec<_>>();
    let risk = json!({
        "intern": v.frist(Fristart::Anmeldelse).and_then(|fr| fr.intern),
        "i_fare_kr": v.refusion.i_fare.map(|s| s.beloeb.whole_kroner()),
        "kr_pr_dag": v.refusion.per_arbejdsdag.map(|s| s.beloeb.whole_kroner()),
        "kommunens_samtale": v.frist(Fristart::OtteUger).and_then(|fr| fr.kommunens_samtale),
    });
    let rolle = v.frist(Fristart::OtteUger).and_then(|fr| fr.kommunens_rolle);
    // Of several of a kind the last one, as among the frister.
    let late: BTreeMap<_, _> = v.frister.iter().map(|fr| (fr.art.to_string(), fr.dage_for_sent(&f))).collect();
    let late: BTreeMap<_, _> = late.into_iter().filter_map(|(art, dage)| Some((art, dage?))).collect();
    out.extend([
        ("for_sent".to_owned(), json!(late)),
        ("risiko".to_owned(), risk),
        ("kommunen".to_owned(), json!(rolle.map(KommunensRolle::code))),
        ("ophoer".to_owned(), json!(earliest_ophoer(&case.list(), &f, case.today, case.book()))),
        ("tilbagefald".to_owned(), json!(before.map(|x| x.foerste))),
        ("signaler".to_owned(), found.iter().map(|s| json!([&*s.name, s.count, dage(s)])).collect()),
    ]);
    out.into()
}

/// Absence of the twelve months up to the day, as statistics count it.
fn fravaer(case: &Story) -> Value {
    let fra =
        case.today.checked_sub_months(Months::new(12)).and_then(|day| day.succ_opt()).expect("within the calendar");
    let dage = Dage { fra, til: case.today };
    let full = case.book().in_force(case.today).parameters.fuld_uge_timer;
    let hundredths = |n: i64| json!(n as f64 / 100.0);
    let mut by_distrikt: BTreeMap<Option<String>, Counted> = BTreeMap::new();
    let mut by_month: BTreeMap<(String, Option<String>), Counted> = BTreeMap::new();
    for (place, counted) in dagsvaerk::count(&case.a, dage, case.today, case.book()) {
        by_distrikt.entry(place.distrikt.clone()).or_default().take(&counted);
        by_month.entry((place.month.format("%Y-%m").to_string(), place.distrikt)).or_default().take(&counted);
    }
    let mut rows = Vec::new();
    for ((month, distrikt), counted) in &by_month {
        for (cause, Absence { dage, timer }) in &counted.fravaer {
            let (timer, dagsvaerk) = (timer.hundredths(), timer.dagsvaerk_hundredths(full));
            rows.push(json!([month, distrikt, cause.code(), dage, hundredths(timer), hundredths(dagsvaerk)]));
        }
    }
    let possible = by_distrikt.into_iter().map(|(distrikt, counted)| {
        let people = counted.full_time_hundredths(dage.count(), full);
        json!([distrikt, hundredths(counted.possible.hundredths()), hundredths(people)])
    });
    json!({ "dage": rows, "mulige": possible.collect::<Vec<_>>() })
}

fn code(a: &DomainRefusal) -> &'static str {
    match a {
        DomainRefusal::BrokenRegel(r) => r.code(),
        DomainRefusal::Fields(_) => "felter",
        _ => "andet",
    }
}

fn stamdata(s: &mut Stamdata, ret: &Value) {
    let mut whole = json!(s);
    for (felt, value) in ret.as_object().into_iter().flatten() {
        whole[felt] = value.clone(); // what is not a fact of the employment is not read
    }
    *s = read(&whole);
}

/// The stored form of an event read from the neutral one; `forloeb` is set by the decision.
fn acting_as<T: DeserializeOwned>(h: &Value, more: &[(&str, Value)]) -> T {
    let mut h = h.clone();
    h["forloeb"] = json!(Uuid::nil());
    for (felt, value) in more {
        if h.get(*felt).is_none() {
            h[*felt] = value.clone();
        }
    }
    read(&h)
}

fn read<T: DeserializeOwned>(v: &Value) -> T {
    serde_json::from_value(v.clone()).unwrap_or_else(|e| panic!("{v}: {e}"))
}

fn tekst(v: &Value) -> &str {
    v.as_str().unwrap_or_else(|| panic!("{v} is no text"))
}

fn command(case: &Story, h: &Value, positions: &[u64]) -> DomainCommand {
    let begrundelse = ("begrundelse", json!("AAAA"));
    let act = match tekst(&h["type"]) {
        "sygemelding" => {
            let id = json!(Uuid::from_u128(1000 + positions.len() as u128));
            let more = [
                ("registrering", id),
                ("foerste", h["foerste_fravaersdag"].clone()),
                ("sidste", h["sidste_fravaersdag"].clone()),
                ("aarsag", json!("sygdom")),
                ("omfang_pct", json!(100)),
                ("kilde", json!("person")),
            ];
            return DomainCommand::RegistrerFravaer(acting_as(h, &more));
        }
        "foerste_kontakt" => {
            let more =
                [("form", json!("telefon")), ("kontaktperson_rolle", json!("tr")), ("taget_af", json!("arbejdsplads"))];
            Act::FoersteKontakt(acting_as(h, &more))
        }
        "samtale" => Act::Samtale(acting_as(h, &[])),
        "anmeldelse" => Act::Anmeld(acting_as(h, &[])),
        "refusionsanmodning" => Act::AnmodRefusion(acting_as(h, &[])),
        "fast_track" => Act::FastTrack(acting_as(h, &[("af", json!("arbejdsgiver")), begrundelse])),
        "otte_uger" => Act::OtteUger(acting_as(h, &[("fortroligt", json!("AAAA"))])),
        "arbejdsskade" if h.get("udfald").is_some() => Act::UndtagArbejdsskade(acting_as(h, &[begrundelse])),
        "arbejdsskade" => Act::AnmeldArbejdsskade(acting_as(h, &[])),
        "kommunens_opfoelgning" => Act::KommunensOpfoelgning(acting_as(h, &[])),
        "opfoelgning" => Act::Opfoelgning(acting_as(h, &[])),
        "paragraf_56" => {
            let gaelder = h["gaelder"] == "ja";
            Act::BesvarParagraf56(Paragraf56Besvaret { forloeb: Uuid::nil(), gaelder })
        }
        "afbrydelse" => Act::Afbryd(acting_as(h, &[])),
        "dispensation" => Act::Dispenser(acting_as(h, &[begrundelse])),
        "lederskifte" => Act::SkiftLeder(acting_as(h, &[])),
        "kontaktperson" => Act::ChooseKontaktperson(acting_as(h, &[])),
        "uenighed" => Act::AfgoerUenighed(valg(case, h)),
        "delvis" => Act::Delvis(acting_as(h, &[])),
        "raskmelding" => Act::Raskmeld(acting_as(h, &[])),
        "afslutning" => Act::Afslut(acting_as(h, &[])),
        "rettelse" => Act::Rettelse { rettelse: rettelse(h), begrundelse: seal() },
        "annullering" => {
            let haendelse = read::<Option<usize>>(&h["haendelse"]).map(|n| positions[n - 1]);
            Act::Annuller { haendelse, begrundelse: seal() }
        }
        "tta_plan" => {
            let evalueringer = read(&h["evalueringer"]);
            let skaanehensyn = read::<Option<Vec<Skaanehensyn>>>(&h["skaanehensyn"]).unwrap_or_default();
            let koordinator = Some(h["koordinator"].as_str().unwrap_or("10004").to_owned());
            let plan = Plan { koordinator, evalueringer, skaanehensyn, ..Plan::default() };
            Act::PutPlan { plan, aftalt: true, confidential: seal() }
        }
        "tta_evaluering" => Act::EvaluerPlan(acting_as(h, &[("fortroligt", json!("AAAA"))])),
        other => said(other, case, h, positions).unwrap_or_else(|| panic!("unknown type of event: {other}")),
    };
    let id = newest(case).map_or(Uuid::nil(), |f| f.id);
    DomainCommand::Forloeb { id, if_version: None, act }
}

/// Who is right about what payroll and people disagree on.
fn valg(case: &Story, h: &Value) -> Valg {
    let (felt, vaelg) = (read(&h["felt"]), read(&h["vaelg"]));
    let all = newest(case).map(|f| f.uenigheder).unwrap_or_default();
    let u = all.into_iter().find(|u| u.felt == felt).unwrap_or_else(|| panic!("nobody disagrees on it: {h}"));
    Valg { registrering: u.registrering, felt, position: u.position, vaelg, begrundelse: seal() }
}

/// What people say and agree.
fn said(kind: &str, case: &Story, h: &Value, positions: &[u64]) -> Option<Act> {
    let (dato, begrundelse) = (("dato", h["dag"].clone()), ("begrundelse", json!("AAAA")));
    Some(match kind {
        "forkert_leder" => Act::BestridLeder(acting_as(h, &[])),
        "leder_beholdt" => Act::BeholdLeder(acting_as(h, &[begrundelse])),
        "forventet_slut" => Act::ExpectSlut(acting_as(h, &[])),
        "overtagelse" => Act::BesvarOvertagelse(acting_as(h, &[dato, begrundelse])),
        "arbejdsaarsag" => Act::SigArbejdsaarsag(acting_as(h, &[])),
        "foranstaltning" => Act::Forebyg(acting_as(h, &[("fortroligt", json!("AAAA"))])),
        "aftale" => Act::AfgoerAftale(acting_as(h, &[])),
        "referat" => {
            let til = positions[read::<usize>(&h["moede"]) - 1];
            let aftale =
                |a: &Value| NewAftale { nr: read(&a["nr"]), senest: read(&a["senest"]), hvem: read(&a["hvem"]) };
            let aftaler = h["aftaler"].as_array().into_iter().flatten().map(aftale).collect();
            let has_reason = newest(case).is_some_and(|f| f.referat_of(til).is_some());
            Act::SkrivReferat(NewReferat { til, aftaler, has_reason, confidential: seal() })
        }
        _ => return None,
    })
}

fn rettelse(h: &Value) -> Rettelse {
    let new = &h["ny_vaerdi"];
    match tekst(&h["felt"]) {
        "foerste_fravaersdag" => Rettelse::FoersteFravaersdag(read(new)),
        "sidste_fravaersdag" => Rettelse::SidsteFravaersdag(read(new)),
        "aarsag" => Rettelse::Aarsag(read(new)),
        "omfang_pct" => Rettelse::OmfangPct(read(new)),
        "forventet_varighed" => Rettelse::ForventetVarighed(read(new)),
        felt => panic!("unknown field: {felt}"),
    }
}
