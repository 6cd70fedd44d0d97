//! Every door, asked by everybody: each route, in each role, by somebody who is each thing to a case, in each state of it,
//! over HTTP; by nobody, by an office's token and by another system. What is expected is said by the table, and once more by
//! hand for what the law and the workplace say.

mod bodies;
mod browser;
mod people;
mod rows;
mod strangers;
mod ways;

use std::collections::{BTreeMap, BTreeSet};

use forloeb::words::Rolle;
use systemtests::{Answer, Client, HttpRequest};
use uuid::Uuid;

use crate::access::table::{allows, ever_allows};
use crate::access::{Intent, Relation, State};
use people::{Case, Place, Visitor, facts, number, relation};
use rows::{Door, Row, Sends};

/// What became of somebody at a door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Let in: what was asked for was shown, or looked at by the rules. That these refuse it is let in too: the version is
    /// another, or something in it is wrong. Of the rows that say so ([`Row::is_valid`]) somebody has to come further than that.
    In,
    /// Told that they may not.
    Refused,
    /// Told that it is not there.
    Absent,
    /// Sent to log in.
    Stranger,
}

fn expected(door: Door, rolle: Rolle, fact: &str, case: &Case) -> Outcome {
    // Who was erased cannot log in, and neither can anybody by another employment of theirs.
    if case.state == State::Erased && matches!(fact, "own" | "own_elsewhere") && rolle.is_person() && door != Door::Open
    {
        return Outcome::Stranger;
    }
    let to_case = relation(rolle, fact, case.name);
    let may = |intent| allows(rolle, to_case, case.state, intent);
    let may_when = |allowed: bool, otherwise: Outcome| if allowed { Outcome::In } else { otherwise };
    match door {
        Door::Open | Door::LoggedIn => Outcome::In,
        Door::RoleFirst(intent) | Door::Role(intent) | Door::Employee(intent, _) if !ever_allows(rolle, intent) => {
            Outcome::Refused
        }
        Door::Role(_) => Outcome::In,
        Door::Forloeb(_) | Door::RoleFirst(_) if !may(Intent::See) => Outcome::Absent,
        Door::Forloeb(intent) | Door::RoleFirst(intent) => may_when(may(intent), Outcome::Refused),
        Door::Employee(intent, _) => may_when(allows(rolle, to_case, State::NoForloeb, intent), Outcome::Absent),
        Door::Person if !ever_allows(rolle, Intent::Find) => Outcome::Refused,
        Door::Person => {
            let known = allows(rolle, to_case, State::NoForloeb, Intent::Find) || may(Intent::See);
            may_when(known && case.state != State::Erased, Outcome::Absent)
        }
        Door::Workplace(intent) => {
            let units =
                if (rolle, fact) == (Rolle::Hr, "other_unit") { Relation::SomeUnits } else { Relation::AllUnits };
            may_when(allows(rolle, units, State::NoForloeb, intent), Outcome::Refused)
        }
    }
}

/// Goes to a door with a valid request. A change is asked of a version that the forløb has never had, so that whoever is
/// let in changes nothing for those who come after.
fn ask(place: &Place, client: &Client, row: &Row, who: &Visitor, id: &str, nr: &str) -> Answer {
    let filled = |text: &str| text.replace("ID", id).replace("NR", nr);
    let method = if matches!(row.sends, Sends::Heads) { "HEAD" } else { row.method };
    let mut request = HttpRequest::new(method, &filled(&row.path));
    request = if row.route.starts_with("/api/") {
        request.token(&who.token).log_head("if-match", "\"999999\"")
    } else if who.cookie.is_empty() {
        request
    } else {
        request.log_head("cookie", &who.cookie)
    };
    let request = match &row.sends {
        Sends::Nothing | Sends::Heads => request,
        Sends::Json(body) => request.body("application/json", filled(body)),
        Sends::Csv => request.body("text/csv", "medarbejder_nr\n"),
        Sends::Form(body) => request.body("application/x-www-form-urlencoded", filled(body)),
    };
    // Whoever is refused before what they sent was read may find the connection closed: each has one of its own.
    if row.method == "GET" { client.send(&request) } else { Client::of(&place.address).send(&request) }
}

/// What an answer comes to; a mistake where it is none of these.
fn outcome(row: &Row, answer: &Answer) -> Result<Outcome, String> {
    let text = answer.tekst();
    let to_log_in = answer.log_head("location").is_some_and(|to| to.starts_with("/log-ind"));
    let unknown = |field: &str| text.contains(&format!("\"felt\":\"{field}\"")) || text.contains("har dette nummer");
    match answer.status {
        // After some tries with a token that has ended nobody is told even that.
        401 | 429 => Ok(Outcome::Stranger),
        // A browser that follows a page is told by this not to come again.
        204 if matches!(row.sends, Sends::Heads) => Ok(Outcome::Stranger),
        303 if to_log_in && row.door != Door::Open => Ok(Outcome::Stranger),
        403 => Ok(Outcome::Refused),
        404 => Ok(Outcome::Absent),
        422 if matches!(row.door, Door::Employee(_, field) if unknown(field)) => Ok(Outcome::Absent),
        200 | 201 | 303 | 409 | 412 | 422 => Ok(Outcome::In),
        status => Err(format!("{status}: {text}")),
    }
}

/// What is not theirs looks like what has never been: the same answer, but for the id that was asked for.
fn as_if_never(answer: &Answer, id: &str) -> (u16, String) {
    (answer.status, answer.tekst().replace(id, "ID"))
}

type Cell = (&'static str, &'static str, &'static str, String);

/// What came of going to many doors.
#[derive(Default)]
struct Walk {
    cells: BTreeMap<Cell, Outcome>,
    wrong: Vec<String>,
    /// The answers to those who were let in, by the row.
    let_in: BTreeMap<String, BTreeSet<u16>>,
}

impl Walk {
    /// Takes in what came of one door; what was found where it is an outcome.
    fn take(&mut self, row: &Row, who: (&'static str, &'static str, &'static str), answer: &Answer, expected: Outcome) {
        let (name, found) = (row.name(), outcome(row, answer));
        if found.as_ref() != Ok(&expected) {
            let (rolle, fact, case) = who;
            self.wrong.push(format!("{rolle} {fact} {case} {name}: {found:?}, not {expected:?}"));
        }
        let Ok(found) = found else { return };
        if found == Outcome::In {
            self.let_in.entry(name.clone()).or_default().insert(answer.status);
        }
        self.cells.insert((who.0, who.1, who.2, name.replace("/ID", "/{id}")), found);
    }

    fn join(&mut self, other: Self) {
        self.cells.extend(other.cells);
        self.wrong.extend(other.wrong);
        for (row, answers) in other.let_in {
            self.let_in.entry(row).or_default().extend(answers);
        }
    }
}

/// Logging in and out is tried where it is made.
fn is_of_the_login(row: &Row) -> bool {
    row.door == Door::Open && row.route.starts_with("/log-")
}

/// Everything in one role.
fn in_role(place: &Place, rows: &[Row], rolle: Rolle) -> Walk {
    let client = Client::of(&place.address);
    let mut walk = Walk::default();
    for (case, fact) in place.cases.iter().flat_map(|case| facts(rolle).map(move |fact| (case, fact))) {
        // Of HR, the auditor and operations the number is not asked for: who was erased is none of them any more.
        if case.state == State::Erased && matches!(fact, "own" | "own_elsewhere") && !rolle.is_person() {
            continue;
        }
        let who = &place.visitors[&(rolle.code(), number(fact, case))];
        for row in rows.iter().filter(|row| !is_of_the_login(row)) {
            let of_a_case =
                matches!(row.door, Door::Forloeb(_) | Door::RoleFirst(_) | Door::Employee(..) | Door::Person);
            // What is about no case is the same at every case.
            if !of_a_case && case.name != people::CASES[0] {
                continue;
            }
            let id = case.id.to_string();
            let answer = ask(place, &client, row, who, &id, &case.nr);
            let expected = expected(row.door, rolle, fact, case);
            walk.take(row, (rolle.code(), fact, case.name), &answer, expected);
            if expected == Outcome::Absent && matches!(row.door, Door::Forloeb(_) | Door::RoleFirst(_)) {
                let never = Uuid::from_u128(7).to_string();
                let unknown = ask(place, &client, row, who, &never, &case.nr);
                if as_if_never(&unknown, &never) != as_if_never(&answer, &id) {
                    let (case, name) = (case.name, row.name());
                    walk.wrong.push(format!("{rolle} {fact} {case} {name}: another answer than for no forløb"));
                }
            }
        }
    }
    walk
}

/// Everything by whoever is in no role of people's.
fn from_outside(place: &Place, rows: &[Row], name: &'static str, who: &Visitor, comes_in: fn(&Row) -> Outcome) -> Walk {
    let (client, case) = (Client::of(&place.address), &place.cases[0]);
    let mut walk = Walk::default();
    for row in rows.iter().filter(|row| !is_of_the_login(row)) {
        let answer = ask(place, &client, row, who, &case.id.to_string(), &case.nr);
        walk.take(row, (name, "", case.name), &answer, comes_in(row));
    }
    walk
}

/// Who has not logged in comes in where nobody is asked.
fn nobody(row: &Row) -> Outcome {
    if row.door == Door::Open { Outcome::In } else { Outcome::Stranger }
}

/// Another system has the feed, and what everybody has; it has no session, so a page does not know it.
fn system(row: &Row) -> Outcome {
    match row.door {
        Door::Open | Door::Workplace(Intent::Feed) => Outcome::In,
        _ if row.route.starts_with("/api/") => Outcome::Refused,
        _ => Outcome::Stranger,
    }
}

fn routes_without_a_row(place: &Place, rows: &[Row]) -> Vec<String> {
    let known: BTreeSet<String> = rows.iter().map(|row| format!("{} {}", row.method, row.route)).collect();
    let mut missing = Vec::new();
    let document = serde_json::to_value(crate::http::openapi()).unwrap();
    for (path, methods) in document["paths"].as_object().unwrap() {
        let methods = methods.as_object().unwrap().keys().map(|method| format!("{} {path}", method.to_uppercase()));
        missing.extend(methods.filter(|route| !known.contains(route)));
    }
    // A router does not tell its methods: those that nobody has written down have to be refused as such.
    let hr = &place.visitors[&("hr", "20011".to_owned())];
    for route in &place.pages {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            if known.contains(&format!("{method} {route}")) {
                continue;
            }
            let path = route.replace("{id}", &place.cases[0].id.to_string()).replace(['{', '}'], "x");
            let request = HttpRequest::new(method, &path).log_head("cookie", &hr.cookie);
            // A connection of its own: one that was refused may be closed.
            if Client::of(&place.address).send(&request).status != 405 {
                missing.push(format!("{method} {route}"));
            }
        }
    }
    missing
}

#[test]
#[ignore = "slow: goes through every door as everybody"]
fn everybody_gets_through_their_own_doors_and_no_others() {
    let (place, rows) = (&people::open(), &rows::all());
    let missing = routes_without_a_row(place, rows);
    assert!(missing.is_empty(), "routes without a row in tests/adgang/rows.rs: {missing:?}");
    let walk = std::thread::scope(|scope| {
        let mut threads: Vec<_> =
            people::roles().map(|rolle| scope.spawn(move || in_role(place, rows, rolle))).collect();
        threads.push(scope.spawn(|| from_outside(place, rows, "nobody", &place.nobody, nobody)));
        threads.push(scope.spawn(|| from_outside(place, rows, "system", &place.system, system)));
        let mut walk = Walk::default();
        threads.into_iter().for_each(|thread| walk.join(thread.join().unwrap()));
        walk
    });
    let Walk { cells, mut wrong, let_in } = walk;
    for row in rows.iter().filter(|row| row.is_valid) {
        // Refused for a field alone, nobody's request was looked at.
        let answers = let_in.get(&row.name()).cloned().unwrap_or_default();
        if answers.iter().all(|status| *status == 422) {
            wrong.push(format!("{}: what is sent there is no valid request: {answers:?}", row.name()));
        }
    }
    let status = |outcome: &Outcome| match outcome {
        Outcome::In => 200,
        Outcome::Refused => 403,
        Outcome::Absent => 404,
        Outcome::Stranger => 401,
    };
    for (rolle, fact, case, route, said) in rows::said() {
        let found = cells.get(&(rolle, fact, case, route.to_owned())).map(status);
        if found != Some(said) {
            wrong.push(format!("{rolle} {fact} {case} {route}: {found:?}, and the law says {said}"));
        }
    }
    println!("adgang: {} cells, {} wrong", cells.len(), wrong.len());
    let for_a_field = let_in.iter().filter(|(_, answers)| answers.iter().all(|status| *status == 422));
    for (row, _) in for_a_field {
        println!("adgang: {row}: let in, and refused for a field by whoever comes");
    }
    assert!(wrong.is_empty(), "{} wrong, the first of them:\n{}", wrong.len(), wrong[..wrong.len().min(30)].join("\n"));
    assert!(cells.len() > 10_000, "{}", cells.len());
}

/// What somebody may not see is in no answer, count, filter or order of theirs.
#[test]
fn what_is_hidden_is_in_no_answer() {
    let place = people::open();
    let client = Client::of(&place.address);
    let get = |rolle: &'static str, nr: &str, path: &str| {
        let token = &place.visitors[&(rolle, nr.to_owned())].token;
        client.send(&HttpRequest::new("GET", path).token(token)).with_status(200).json()
    };
    let open = &place.cases[0];
    let path = format!("/api/v1/forloeb/{}", open.id);
    let codes = |answer: &serde_json::Value| -> BTreeSet<String> {
        answer.as_array().unwrap().iter().map(|f| f["frist"].as_str().unwrap().to_owned()).collect()
    };
    let contact = get("kontaktperson", "20005", &path);
    for hidden in ["refusion", "aarsag", "omfang_pct", "forventet_varighed", "tta_plan", "samtale_indkaldt_til"] {
        assert!(contact.get(hidden).is_none(), "{hidden}");
    }
    assert_eq!(codes(&contact["frister"]), ["foerste_kontakt".to_owned()].into());
    assert_eq!(
        codes(&get("kontaktperson", "20005", &format!("{path}/frister"))),
        ["foerste_kontakt".to_owned()].into()
    );
    let coordinates = get("koordinator", "20008", &path);
    assert!(coordinates.get("refusion").is_none() && coordinates["tta_plan"]["version"] == 1);
    let seen = codes(&get("koordinator", "20008", &format!("{path}/frister")));
    assert!(seen.contains("samtale") && !seen.contains("anmeldelse") && !seen.contains("refusionsanmodning"));
    let about = codes(&get("koordinator", "20008", &format!("{path}/paamindelser")));
    assert!(!about.contains("anmeldelse") && about.contains("samtale"), "{about:?}");
    let kinds = |rolle, nr: &str| -> BTreeSet<String> {
        let history = get(rolle, nr, &format!("{path}/historik"));
        history.as_array().unwrap().iter().map(|h| h["type"].as_str().unwrap().to_owned()).collect()
    };
    assert!(kinds("leder", "20001").contains("AnmeldelseRegistreret"));
    let shown = kinds("koordinator", "20008");
    assert!(shown.contains("TtaPlanLagt"));
    assert!(!shown.contains("AnmeldelseRegistreret") && !shown.contains("StamdataRegistreret"), "{shown:?}");
    for (rolle, nr) in [("kontaktperson", "20005"), ("koordinator", "20008")] {
        let count = |query: &str| get(rolle, nr, &format!("/api/v1/forloeb?{query}"))["antal"].clone();
        assert_ne!(count(""), 0, "{rolle}");
        assert_eq!(count("frist=anmeldelse"), 0, "{rolle}: a filter tells of what is hidden");
        let overblik = get(rolle, nr, "/api/v1/overblik");
        assert!(overblik["frister"].get("anmeldelse").is_none(), "{rolle}: {overblik}");
        for kroner in ["i_fare_kr", "mistet_kr", "afsluttede_med_penge"] {
            assert!(overblik.get(kroner).is_none(), "{rolle}: {kroner}");
        }
    }
    assert_eq!(get("kontaktperson", "20005", "/api/v1/forloeb?frist_status=overskredet")["antal"], 1);
    let assigned = |rolle, nr: &str| get(rolle, nr, "/api/v1/forloeb?tildelt=20009")["antal"].clone();
    assert_eq!([assigned("leder", "20001"), assigned("kontaktperson", "20005")], [2, 0]);
}

/// Numbers are not for trying out: whoever names somebody gets one answer for all whom they cannot name.
#[test]
fn a_number_is_answered_the_same_whoever_has_it() {
    let place = people::open();
    let client = Client::of(&place.address);
    let open = &place.cases[0];
    let send = |rolle: &'static str, nr: &str, name: &str, body: &serde_json::Value| {
        let token = &place.visitors[&(rolle, nr.to_owned())].token;
        let path = format!("/api/v1/forloeb/{}/{name}", open.id);
        let answer = client.send(&HttpRequest::new("POST", &path).token(token).json(body));
        (answer.status, answer.tekst())
    };
    let own_elsewhere = format!("{}9", open.nr);
    let tiltag = serde_json::json!([{"tekst": "Ro", "princip": "kolleger"}]);
    for (name, field, mut body) in [
        ("lederskifte", "leder_nr", serde_json::json!({"fra": "2026-02-10"})),
        ("tta-plan", "koordinator", serde_json::json!({"tiltag": tiltag})),
        ("kontaktperson", "kontaktperson_nr", serde_json::json!({})),
    ] {
        let mut with = |nr: &str| {
            body[field] = nr.into();
            send("leder", "20001", name, &body)
        };
        let unknown = with("99999");
        assert_eq!(unknown.0, 422, "{name}: {}", unknown.1);
        for nr in ["20011", own_elsewhere.as_str()] {
            assert_eq!(with(nr), unknown, "{name}: {nr}");
        }
    }
    // Nobody works on their own case.
    let assign = |nr: &str| send("hr", "20009", "tildeling", &serde_json::json!({"til": nr})).0;
    assert_eq!([assign(&open.nr), assign(&own_elsewhere), assign("99999"), assign("20009")], [422, 422, 422, 200]);
}
