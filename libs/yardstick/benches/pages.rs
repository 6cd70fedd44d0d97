//! Every page and every route of the API that is read, over HTTP, in every role that has it: how long an answer takes, and how large
//! it is. The lists are those of `tests/src/pages.rs`, which a test of the service holds to its routes.
//!
//! `cargo bench -p yardstick --bench pages [-- --hurtig] [--medarbejdere N] [--folder DIR]`
//!
//! A workplace of its own with three years of history, one connection that is kept open, one request after the other. What is in the
//! lists and could not be measured is named at the end, and the program then ends with 1.

#![allow(clippy::print_stdout, reason = "a program for the terminal")]
#![allow(clippy::unwrap_used, reason = "a measurement that fails is worth nothing")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use systemtests::pages::{API, LEADS_ON, NOT_MEASURED, PAGES, Page};
use systemtests::{Client, HttpRequest, Service, Setup, file, wait_to};
use yardstick::{machine_line, percentile, table};

const LAST_DAY: &str = "2026-11-20";
/// After the hour of sending: no mail leaves meanwhile.
const CLOCK: &str = "2026-11-20T21:00:00+01:00";
/// Employees of a district.
const DISTRIKT: u32 = 1250;
/// Requests that are made of even the slowest.
const AT_LEAST: usize = 5;
/// How long a file of payroll may take until it is tried.
const TRIED: Duration = Duration::from_mins(2);

/// Somebody in a role, with what stands for something in an address and what is there for them.
struct Visitor {
    token: String,
    cookie: String,
    there: Vec<(&'static str, String)>,
}

/// A forløb that somebody may see.
#[derive(Clone)]
struct Seen {
    id: String,
    nr: String,
    leder: String,
    enhed: String,
    version: u64,
}

impl Seen {
    /// As a list has it.
    fn of(one: &Value) -> Self {
        let said = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
        let version = one["tta_plan"]["version"].as_u64().unwrap_or(1);
        let (id, nr, leder, enhed) = (said("id"), said("medarbejder_nr"), said("leder_nr"), said("enhed"));
        Self { id, nr, leder, enhed, version }
    }
}

/// A new token; none where nobody in the role has the number.
fn token(t: &Service, role: &str, nr: Option<&str>) -> Option<String> {
    let whose = nr.map_or(["--navn", "bench"], |nr| ["--medarbejder", nr]);
    let made = t.command(&[["token", "create"], ["--rolle", role], whose].concat());
    (made.code == Some(0)).then(|| made.stdout.trim().to_owned())
}

/// The token of somebody who sees a forløb in a role.
fn who_sees(t: &Service, role: &str, nr: &str, id: &str) -> Option<String> {
    let token = token(t, role, Some(nr))?;
    (t.get(&token, &format!("/api/v1/forloeb/{id}")).status == 200).then_some(token)
}

/// Every open forløb.
fn open(t: &Service, hr: &str) -> Vec<Value> {
    let (mut all, mut path) = (Vec::new(), Some("/api/v1/forloeb?limit=500".to_owned()));
    while let Some(at) = path.take() {
        let answer = t.get(hr, &at).with_status(200);
        all.extend(answer.json()["forloeb"].as_array().unwrap().clone());
        let link = answer.log_head("link").and_then(|link| link.strip_prefix('<')?.split_once('>'));
        path = link.map(|(next, _)| next.to_owned());
    }
    all
}

/// Who comes in each role, and the forløb they look at: one with a plan that its leader, its coordinator and its employee see, and
/// one with a contact person.
fn people(t: &Service) -> BTreeMap<&'static str, (String, Seen)> {
    let hr = token(t, "hr", None).unwrap();
    let all = open(t, &hr);
    let with_plan = all.iter().filter(|one| one["tta_plan"]["version"].is_u64()).find_map(|one| {
        let seen = Seen::of(one);
        let plan = t.get(&hr, &format!("/api/v1/forloeb/{}/tta-plan/{}", seen.id, seen.version)).json();
        let leder = who_sees(t, "leder", &seen.leder, &seen.id)?;
        let koordinator = who_sees(t, "koordinator", plan["koordinator"].as_str()?, &seen.id)?;
        let medarbejder = who_sees(t, "medarbejder", &seen.nr, &seen.id)?;
        Some((seen, [("leder", leder), ("koordinator", koordinator), ("medarbejder", medarbejder)]))
    });
    let (seen, tokens) = with_plan.expect("there is an open forløb with a plan");
    let with_kontaktperson = all.iter().find_map(|one| {
        let seen = Seen::of(one);
        Some((who_sees(t, "kontaktperson", one["kontaktperson_nr"].as_str()?, &seen.id)?, seen))
    });
    let mut people: BTreeMap<_, _> = tokens.map(|(role, token)| (role, (token, seen.clone()))).into();
    people.insert("kontaktperson", with_kontaktperson.expect("there is an open forløb with a contact person"));
    for role in ["revisor", "drift", "system"] {
        people.insert(role, (token(t, role, None).unwrap(), seen.clone()));
    }
    people.insert("hr", (hr, seen));
    people
}

fn log_in(client: &Client, token: &str) -> String {
    let form = HttpRequest::new("POST", "/log-ind").body("application/x-www-form-urlencoded", format!("token={token}"));
    let answer = client.send(&form);
    let cookie = answer.log_head("set-cookie").unwrap_or_else(|| panic!("{}: {}", answer.status, answer.tekst()));
    cookie.split(';').next().unwrap_or_default().to_owned()
}

/// Where a form leads to.
fn led(client: &Client, request: &HttpRequest) -> String {
    let answer = client.send(request);
    answer.log_head("location").unwrap_or_else(|| panic!("{}: {}", answer.status, answer.tekst())).to_owned()
}

/// A search of this session.
fn search(client: &Client, cookie: &str) -> String {
    let form = HttpRequest::new("POST", "/find").log_head("cookie", cookie);
    let to = led(client, &form.body("application/x-www-form-urlencoded", "q=so"));
    to.trim_start_matches("/find/").to_owned()
}

/// A file of payroll that was tried on the page.
fn file_of_payroll(client: &Client, cookie: &str) -> String {
    const HEAD: &str = "fravaer_nr;medarbejder_nr;aarsag;foerste_fravaersdag;sidste_fravaersdag;omfang_pct";
    let part = |name: &str, more: &str, value: &str| {
        format!("--rand\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n{value}\r\n")
    };
    let csv = format!("{HEAD}\n801;99999;sygdom;16-11-2026;;100\n802;10002;sygdom;2026;;1\n");
    let csv = part("fil", "; filename=\"f.csv\"\r\nContent-Type: text/csv", &csv);
    let form = [part("hvad", "", "fravaer"), part("profil", "", ""), csv].concat() + "--rand--\r\n";
    let request = HttpRequest::new("POST", "/hr/indlaesning").log_head("cookie", cookie);
    let to = led(client, &request.body("multipart/form-data; boundary=rand", form));
    wait_to(TRIED, "the file is tried", || {
        let page = client.send(&HttpRequest::new("GET", &to).log_head("cookie", cookie)).with_status(200).tekst();
        (!page.contains("http-equiv=\"refresh\"")).then_some(())
    });
    to.trim_start_matches("/hr/indlaesning/").to_owned()
}

/// A policy that can be withdrawn.
fn politik(t: &Service, client: &Client, (token, cookie): (&str, &str)) -> String {
    const LINK: &str = "/hr/regler/tilbagetraekning?politik=";
    let text = std::fs::read_to_string(file("../libs/forloeb/regler/kontaktmodel-1-5-14.toml")).unwrap();
    let laid = t.post(token, "/api/v1/politik", &json!({ "fra": "2026-12-01", "politik": text }));
    assert!(laid.status < 300, "{}", laid.tekst());
    let page = client.send(&HttpRequest::new("GET", "/hr/regler").log_head("cookie", cookie)).with_status(200).tekst();
    let (_, after) = page.split_once(LINK).expect("a policy that can be withdrawn");
    after.split('"').next().unwrap_or_default().to_owned()
}

/// Somebody who is logged in, with what there is to look at in their role.
fn visitor(t: &Service, client: &Client, role: &str, (token, seen): (String, Seen)) -> Visitor {
    // Another system has no pages.
    let cookie = if role == "system" { String::new() } else { log_in(client, &token) };
    let mut there = vec![
        ("{id}", seen.id.clone()),
        ("{forloeb}", seen.id),
        ("{version}", seen.version.to_string()),
        ("{nr}", seen.nr),
        ("{leder}", seen.leder),
        ("{enhed}", seen.enhed),
    ];
    if PAGES.iter().any(|page| page.route == "/find" && page.roles.contains(&role)) {
        there.push(("{soegning}", search(client, &cookie)));
    }
    if role == "hr" {
        there.push(("{indlaesning}", file_of_payroll(client, &cookie)));
        there.push(("{politik}", politik(t, client, (&token, &cookie))));
    }
    Visitor { token, cookie, there }
}

/// How much is asked.
#[derive(Clone, Copy)]
struct Rounds {
    requests: usize,
    /// Of what takes long fewer are made.
    longest: Duration,
}

/// How long answers took, in milliseconds, and how large the last one was.
struct Measured {
    times: Vec<f64>,
    size: usize,
}

/// Asks the same again and again; the status where it is no answer.
fn measure(client: &Client, request: &HttpRequest, rounds: Rounds) -> Result<Measured, u16> {
    // What is refused as a form is a page all the same.
    let is_answer = |status: u16| matches!(status, 200 | 409 | 422);
    let mut measured = Measured { times: Vec::new(), size: 0 };
    let warm = client.send(request).status;
    let start = Instant::now();
    let goes_on = |so_far: usize| so_far < rounds.requests && (so_far < AT_LEAST || start.elapsed() < rounds.longest);
    if !is_answer(warm) {
        return Err(warm);
    }
    while goes_on(measured.times.len()) {
        let begun = Instant::now();
        let answer = client.send(request);
        measured.times.push(begun.elapsed().as_secs_f64() * 1000.0);
        measured.size = answer.body.len();
        if !is_answer(answer.status) {
            return Err(answer.status);
        }
    }
    Ok(measured)
}

fn row(route: &str, role: &str, measured: &Measured) -> Vec<String> {
    let ms = |share: f64| percentile(&measured.times, share).map_or_else(String::new, |ms| format!("{ms:.1} ms"));
    let size = format!("{} KB", measured.size.div_ceil(1000));
    vec![route.to_owned(), role.to_owned(), ms(0.5), ms(0.99), size, measured.times.len().to_string()]
}

/// The request for a page in a role; a page has a cookie, a route of the API a token.
fn request(page: &Page, visitor: Option<&Visitor>) -> HttpRequest {
    let Some(visitor) = visitor else { return HttpRequest::new("GET", page.at) };
    let at = visitor.there.iter().fold(page.at.to_owned(), |at, (name, value)| at.replace(name, value));
    let request = HttpRequest::new("GET", &at);
    if page.route.starts_with("/api/") {
        request.token(&visitor.token)
    } else {
        request.log_head("cookie", &visitor.cookie)
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let value = |name: &str| arguments.iter().skip_while(|argument| *argument != name).nth(1);
    let quick = arguments.iter().any(|argument| argument == "--hurtig");
    let employees: u32 =
        value("--medarbejdere").map_or(if quick { 2_500 } else { 12_500 }, |number| number.parse().unwrap());
    let parent = value("--folder").map_or_else(std::env::temp_dir, PathBuf::from);
    let rounds = Rounds {
        requests: if quick { 10 } else { 200 },
        longest: if quick { Duration::from_secs(1) } else { Duration::from_secs(4) },
    };

    let folder = tempfile::tempdir_in(&parent).unwrap();
    let setup = Setup::new(&folder.path().join("data")).clock(CLOCK);
    let (number, distrikter) = (employees.to_string(), (employees / DISTRIKT).max(1).to_string());
    let history =
        ["--medarbejdere", &number, "--distrikter", &distrikter, "--aar", "3", "--froe", "1", "--til", LAST_DAY];
    setup.command(&[&["generer"][..], &history].concat()).ok();
    let t = setup.start();
    let client = Client::of(t.address());
    let people = people(&t);
    let visitors: BTreeMap<_, _> =
        people.into_iter().map(|(role, who)| (role, visitor(&t, &client, role, who))).collect();
    // The draft of a plan.
    let leder = &visitors["leder"];
    let (_, id) = &leder.there[0];
    let draft = json!({ "aftalt": "Vi begynder med to korte dage om ugen", "kladde": true });
    let saved = t.post(&leder.token, &format!("/api/v1/forloeb/{id}/tta-plan"), &draft);
    assert!(saved.status < 300, "{}", saved.tekst());

    println!(
        "{}; {employees} employees, three years; at most {} requests each, or {} s\n",
        machine_line(&parent),
        rounds.requests,
        rounds.longest.as_secs()
    );
    let (mut rows, mut missing, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for page in PAGES.iter().chain(API) {
        if let Some((route, why)) = NOT_MEASURED.iter().find(|(route, _)| *route == page.route) {
            others.push(format!("{route}: {why}"));
            continue;
        }
        let nobody = page.roles.is_empty().then_some("");
        for role in page.roles.iter().copied().chain(nobody) {
            if let Some((route, who, to)) = LEADS_ON.iter().find(|(from, who, _)| (*from, *who) == (page.route, role)) {
                others.push(format!("{route} as {who}: leads on to {to}"));
                continue;
            }
            match measure(&client, &request(page, visitors.get(role)), rounds) {
                Ok(measured) => rows.push(row(page.route, role, &measured)),
                Err(status) => missing.push(format!("{} as {role}: answered with {status}", page.route)),
            }
        }
    }
    table(&["what", "role", "p50", "p99", "size", "requests"], &rows);
    println!("\nNot measured, as it is to be:\n- {}", others.join("\n- "));
    if missing.is_empty() {
        return ExitCode::SUCCESS;
    }
    println!("\nWITHOUT A MEASUREMENT:\n- {}", missing.join("\n- "));
    ExitCode::FAILURE
}
