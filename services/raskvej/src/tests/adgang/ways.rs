//! Every way that a page shows is open to whoever it is shown to: each link is followed, also to its place on the page, and each
//! form asks for what the table allows. As each relation of each role, from the front page and from each case, in its state.

use std::collections::{BTreeMap, BTreeSet};

use forloeb::words::Rolle;
use serde_json::{Value, json};
use systemtests::{Client, HttpRequest};

use super::people::{self, Place, number, relation};
use super::rows::{self, Door, Row};
use super::{Outcome, expected};
use crate::access::Intent;
use crate::access::table::{allows, ever_allows};
use crate::commands;

/// Each relation of each role once.
const WHO: [(Rolle, &[&str]); 7] = [
    (Rolle::Leder, &["leads", "leads_leder", "stands_in", "stands_in_chef", "none"]),
    (Rolle::Hr, &["unit", "other_unit"]),
    (Rolle::Revisor, &["unit"]),
    (Rolle::Kontaktperson, &["tr", "chosen", "amr", "none"]),
    (Rolle::Koordinator, &["koordinator", "none"]),
    (Rolle::Medarbejder, &["own"]),
    (Rolle::Drift, &["none"]),
];

/// Pages that are the same for everybody: their own links are not followed.
const THE_SAME: [&str; 4] = ["/hjaelp", "/was", "/licenser", "/politik"];

/// What the small forms about a plan are, by the end of their address.
const ABOUT_PLAN: [(&str, &str); 6] = [
    ("evaluering", "tta-evaluering"),
    ("egne-ord", "tta-plan-egne-ord"),
    ("svar", "tta-plan-svar"),
    ("besked", "tta-plan-besked"),
    ("delt", "tta-plan-delt"),
    ("ikke-noedvendig", "tta-plan-ikke-noedvendig"),
];

/// Most kinds of addresses that anybody meets.
const MOST: usize = 1_000;

/// In both open cases something stands in every part of the page: it waits, the hours are others than those of the plan, a talk is
/// arranged and answered, a meeting was held, something was agreed with each who may agree, and there are wishes.
fn happens_more(place: &Place) {
    let client = Client::of(&place.address);
    let hr = &place.visitors[&("hr", "20009".to_owned())].token;
    for case in &place.cases[..2] {
        let own = &place.visitors[&("medarbejder", case.nr.clone())].token;
        let post = |token: &str, path: &str, body: &Value| {
            let answer = client.send(&HttpRequest::new("POST", path).token(token).json(body));
            assert_eq!(answer.status, 200, "{path}: {}", answer.tekst());
        };
        let on = |token: &str, name: &str, body: &Value| {
            post(token, &format!("/api/v1/forloeb/{}/{name}", case.id), body);
        };
        let grunde = ["langt_fravaer", "stoette", "arbejdet", "arbejdsevne"];
        on(
            hr,
            "foerste-kontakt",
            &json!({"dato": "2026-02-09", "form": "telefon", "kontaktperson_rolle": "tr", "taget_af": "arbejdsplads",
                "grunde": grunde}),
        );
        on(hr, "afventer", &json!({"grund": "kommunen", "til": "2026-02-12"}));
        let trin = json!([{"fra": "2026-02-09", "timer_pr_uge": 12.0}]);
        on(hr, "tta-plan", &json!({"koordinator": "20008", "aftalt": "Korte dage", "trin": trin}));
        on(hr, "samtale-indkaldelse", &json!({"tidspunkt": "2026-02-12T10:00:00+01:00", "sted": "Kontoret"}));
        on(own, "samtale-svar", &json!({"svar": "kommer_ikke"}));
        on(hr, "opfoelgning", &json!({"art": "videre", "dato": "2026-02-10", "udfald": "holdt"}));
        let history = HttpRequest::new("GET", &format!("/api/v1/forloeb/{}/historik", case.id)).token(hr);
        let history = client.send(&history).with_status(200).json();
        let held = history.as_array().unwrap().iter().find(|event| event["type"] == "OpfoelgningRegistreret").unwrap();
        let aftale = |hvem: &str| json!({"tekst": "Ring", "senest": "2026-02-13", "hvem": hvem});
        let aftaler: Vec<Value> = ["leder", "hr", "koordinator", "kontaktperson", "medarbejder"].map(aftale).into();
        on(hr, "referat", &json!({"til": held["position"], "tekst": "Kort", "aftaler": aftaler}));
        post(own, "/api/v1/mig/oensker", &json!({"bemaerkning": "Ring om eftermiddagen"}));
        post(own, "/api/v1/mig/fastholdelsesplan", &json!({"dato": "2026-02-09"}));
    }
}

/// Somebody who goes wherever they are led.
struct Walk<'a> {
    place: &'a Place,
    rows: &'a [Row],
    client: Client,
    rolle: Rolle,
    fact: &'static str,
    cookie: &'a str,
    /// Addresses to go to, and where each was read.
    ahead: Vec<(String, String)>,
    /// The kinds of addresses that were met.
    met: BTreeSet<String>,
    /// The places on the pages, by path.
    places: BTreeMap<String, BTreeSet<String>>,
    /// Links to a place: the address, the place, and where the link was read.
    to_places: BTreeSet<(String, String, String)>,
    pages: usize,
    forms: usize,
    wrong: Vec<String>,
}

/// What is written in an attribute of this name, each time.
fn attributes(page: &str, name: &str) -> Vec<String> {
    let begins = format!(" {name}=\"");
    let values = page.split(begins.as_str()).skip(1).filter_map(|rest| rest.split('"').next());
    values.map(|value| value.replace("&#38;", "&")).collect()
}

/// An address without what is asked there.
fn path(address: &str) -> &str {
    address.split('?').next().unwrap_or_default()
}

/// An address without what is chosen in it: a list in another order is the same list.
fn kind(address: &str) -> String {
    let asked = address.split_once('?').map_or("", |(_, asked)| asked);
    let names: BTreeSet<&str> = asked.split('&').filter_map(|pair| pair.split('=').next()).collect();
    format!("{}?{}", path(address), names.into_iter().collect::<Vec<_>>().join("&"))
}

/// A route is that of a path.
fn fits(route: &str, path: &str) -> bool {
    let (route, path): (Vec<&str>, Vec<&str>) = (route.split('/').collect(), path.split('/').collect());
    route.len() == path.len() && route.iter().zip(&path).all(|(one, other)| one == other || one.starts_with('{'))
}

impl<'a> Walk<'a> {
    fn new(place: &'a Place, rows: &'a [Row], rolle: Rolle, fact: &'static str, nr: &str) -> Self {
        let cookie = &place.visitors[&(rolle.code(), nr.to_owned())].cookie;
        Self {
            place,
            rows,
            client: Client::of(&place.address),
            rolle,
            fact,
            cookie,
            ahead: vec![("/".to_owned(), "logging in".to_owned())],
            met: BTreeSet::new(),
            places: BTreeMap::new(),
            to_places: BTreeSet::new(),
            pages: 0,
            forms: 0,
            wrong: Vec::new(),
        }
    }

    /// Goes everywhere.
    fn goes(mut self) -> Self {
        for case in &self.place.cases {
            let to_case = relation(self.rolle, self.fact, case.name);
            // An employee has a page of their own, which the front page leads to.
            if self.rolle != Rolle::Medarbejder && allows(self.rolle, to_case, case.state, Intent::See) {
                self.ahead.push((format!("/forloeb/{}", case.id), case.name.to_owned()));
            }
        }
        while let Some((address, from)) = self.ahead.pop() {
            self.visits(&address, &from);
            assert!(self.met.len() < MOST, "{address}: it never ends");
        }
        self.looks_for_places();
        self
    }

    fn is_wrong(&mut self, what: &str) {
        self.wrong.push(format!("{} {}: {what}", self.rolle, self.fact));
    }

    /// The status, the address that one came to, and the page, where it is one.
    fn fetch(&self, address: &str) -> (u16, String, String) {
        let mut at = address.to_owned();
        for _ in 0..5 {
            let answer = self.client.send(&HttpRequest::new("GET", &at).log_head("cookie", self.cookie));
            if let Some(to) = answer.log_head("location").filter(|_| answer.status == 303) {
                at = to.split('#').next().unwrap_or_default().to_owned();
                continue;
            }
            let is_page = answer.log_head("content-type").is_some_and(|kind| kind.starts_with("text/html"));
            let page = if is_page { answer.tekst() } else { String::new() };
            return (answer.status, at, page);
        }
        panic!("{address} leads in a circle");
    }

    fn visits(&mut self, address: &str, from: &str) {
        let (status, reached, page) = self.fetch(address);
        let is_about_the_service = ["/healthz", "/readyz"].contains(&address);
        if reached.starts_with("/log-ind") || (status != 200 && !is_about_the_service) {
            return self.is_wrong(&format!("{from} leads to {address}: {status} at {reached}"));
        }
        self.pages += 1;
        self.places.entry(path(&reached).to_owned()).or_default().extend(attributes(&page, "id"));
        if THE_SAME.contains(&path(&reached)) {
            return;
        }
        for link in attributes(&page, "href") {
            self.reads_link(&reached, &link);
        }
        for form in page.split("<form ").skip(1) {
            self.reads_form(&reached, form.split('>').next().unwrap_or_default());
        }
    }

    fn reads_link(&mut self, here: &str, link: &str) {
        let to = match link.chars().next() {
            Some('/') => link.to_owned(),
            Some('?') => format!("{}{link}", path(here)),
            Some('#') => format!("{here}{link}"),
            // A mail, a telephone, somebody else's page.
            _ if link.contains(':') => return,
            _ => return self.is_wrong(&format!("{here} has a link that leads nowhere: {link:?}")),
        };
        let (address, place) = to.split_once('#').map_or((to.as_str(), None), |(to, place)| (to, Some(place)));
        if address.starts_with("/aktiver/") {
            return;
        }
        if let Some(place) = place {
            self.to_places.insert((address.to_owned(), place.to_owned(), here.to_owned()));
        }
        if self.met.insert(kind(address)) {
            self.ahead.push((address.to_owned(), here.to_owned()));
        }
    }

    fn reads_form(&mut self, here: &str, tag: &str) {
        let tag = format!(" {tag}");
        let action = attributes(&tag, "action").pop().unwrap_or_else(|| here.to_owned());
        let action = action.split(['?', '#']).next().unwrap_or_default();
        if !tag.contains(" method=\"post\"") {
            return self.reads_link(here, action);
        }
        self.forms += 1;
        if !self.may_send(action) {
            self.is_wrong(&format!("{here} has a form for {action}"));
        }
    }

    /// What a row says of a form about a case that is no command's own address.
    fn by_row(&self, action: &str) -> Option<Intent> {
        let row = self.rows.iter().find(|row| row.method == "POST" && fits(&row.route, action))?;
        if let Door::Forloeb(intent) = row.door { Some(intent) } else { None }
    }

    /// The table lets them do what a form at this address asks for.
    fn may_send(&self, action: &str) -> bool {
        let of = |case: &&people::Case| action.starts_with(&format!("/forloeb/{}/", case.id));
        if let Some(case) = self.place.cases.iter().find(of) {
            let asks = action.splitn(4, '/').nth(3).unwrap_or_default();
            let about_plan = |name: &str| ABOUT_PLAN.iter().find(|(end, _)| *end == name).map(|(_, command)| *command);
            let intent = match asks.strip_prefix("plan/") {
                Some(name) => about_plan(name).and_then(rows::of_command),
                None if asks == "plan" => Some(Intent::TtaPlan),
                None => commands::on_forloeb(asks).map(|(_, on_page)| on_page.access).or_else(|| self.by_row(action)),
            };
            return intent
                .is_some_and(|intent| expected(Door::Forloeb(intent), self.rolle, self.fact, case) == Outcome::In);
        }
        let row = self.rows.iter().find(|row| row.method == "POST" && fits(&row.route, action));
        row.is_some_and(|row| match row.door {
            // About whom it is stands in a field.
            Door::Forloeb(intent) | Door::RoleFirst(intent) | Door::Employee(intent, _) => {
                ever_allows(self.rolle, intent)
            }
            door => expected(door, self.rolle, self.fact, &self.place.cases[0]) == Outcome::In,
        })
    }

    /// What a link leads to is on its page, be it only when one comes by that link.
    fn looks_for_places(&mut self) {
        for (address, place, here) in std::mem::take(&mut self.to_places) {
            if self.places.get(path(&address)).is_some_and(|known| known.contains(&place)) {
                continue;
            }
            let (_, reached, page) = self.fetch(&address);
            if !attributes(&page, "id").contains(&place) {
                self.is_wrong(&format!("{here} leads to {address}#{place}, and {reached} has no such place"));
            }
        }
    }
}

#[test]
#[ignore = "slow: follows every link as everybody"]
fn every_way_that_a_page_shows_is_open_to_whoever_sees_it() {
    let (place, rows) = (&people::open(), &rows::all());
    happens_more(place);
    let walks = |rolle: Rolle, facts: &[&'static str]| {
        let mut all = Vec::new();
        for &fact in facts {
            let mut numbers: BTreeSet<String> = place.cases.iter().map(|case| number(fact, case)).collect();
            // Who was erased logs in no more.
            numbers.retain(|nr| *nr != place.cases[4].nr);
            all.extend(numbers.iter().map(|nr| Walk::new(place, rows, rolle, fact, nr).goes()));
        }
        all
    };
    let all = std::thread::scope(|scope| {
        let threads = WHO.map(|(rolle, facts)| scope.spawn(move || walks(rolle, facts)));
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    let (pages, forms): (usize, usize) = all.iter().fold((0, 0), |sum, one| (sum.0 + one.pages, sum.1 + one.forms));
    let wrong: Vec<&String> = all.iter().flat_map(|one| &one.wrong).collect();
    println!("ways: {pages} pages, {forms} forms, {} wrong", wrong.len());
    assert!(wrong.is_empty(), "{} wrong, the first of them:\n{:#?}", wrong.len(), &wrong[..wrong.len().min(30)]);
    assert!(pages > 150 && forms > 300, "{pages} pages, {forms} forms");
}
