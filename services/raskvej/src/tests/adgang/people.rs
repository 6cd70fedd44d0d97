//! Who comes, and to which cases: a workplace in which everybody is one thing to a case and nothing else.

use std::collections::BTreeMap;
use std::sync::Arc;

use app::workplace::{Workplace, details, standing_still};
use forloeb::command::DomainCommand;
use forloeb::haendelse::StedfortraederUdpeget;
use forloeb::words::{Rolle, Sletningsgrund};
use serde_json::json;
use systemtests::{Client, HttpRequest};
use tokio::runtime::Runtime;
use uuid::Uuid;

use crate::access::{HrEnheder, Relation, State};
use crate::login::Login;
use crate::pages::{PageSettings, assemble, test_state};
use crate::projections::TokenUdstedt;
use crate::sessions::Sessions;
use crate::token::{fingerprint, new_token};

/// The cases: nobody chosen, somebody chosen, over, a mistake, the employee erased.
pub(super) const CASES: [&str; 5] = ["aabent", "valgt", "afsluttet", "annulleret", "slettet"];

/// What somebody is to the cases, and their employee number; of those whose own they are it is another for each case.
pub(super) const FACTS: [(&str, &str); 13] = [
    ("own", ""),
    ("own_elsewhere", ""),
    ("leads", "20001"),
    ("leads_leder", "20002"),
    ("stands_in", "20003"),
    ("stands_in_chef", "20004"),
    ("tr", "20005"),
    ("amr", "20006"),
    ("chosen", "20007"),
    ("koordinator", "20008"),
    ("unit", "20009"),
    ("other_unit", "20010"),
    ("none", "20011"),
];

/// Who comes with a token that has a name and no number, as an office has it: to no case anything of their own.
pub(super) const OFFICE: &str = "office";

/// What somebody in this role can be to the cases.
pub(super) fn facts(rolle: Rolle) -> impl Iterator<Item = &'static str> {
    let office = (!rolle.is_person()).then_some(OFFICE);
    FACTS.iter().map(|(fact, _)| *fact).chain(office)
}

pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) id: Uuid,
    /// Employee number.
    pub(super) nr: String,
    pub(super) state: State,
}

/// Somebody at the door.
pub(super) struct Visitor {
    pub(super) token: String,
    pub(super) cookie: String,
}

pub(super) struct Place {
    pub(super) address: String,
    pub(super) cases: Vec<Case>,
    /// By role and employee number.
    pub(super) visitors: BTreeMap<(&'static str, String), Visitor>,
    /// Who has not logged in.
    pub(super) nobody: Visitor,
    /// Another system, which comes in at one door, and logs in nowhere.
    pub(super) system: Visitor,
    /// The addresses of the pages, as they were put together.
    pub(super) pages: Vec<&'static str>,
    _place: Workplace,
    _runtime: Runtime,
}

/// Every role that people have.
pub(super) fn roles() -> impl Iterator<Item = Rolle> {
    Rolle::ALL.iter().copied().filter(|rolle| *rolle != Rolle::System)
}

/// The number of somebody who is this to a case; none of an office.
pub(super) fn number(fact: &str, case: &Case) -> String {
    match fact {
        "own" => case.nr.clone(),
        "own_elsewhere" => format!("{}9", case.nr),
        _ => FACTS.iter().find(|(name, _)| *name == fact).map_or_else(String::new, |(_, nr)| (*nr).to_owned()),
    }
}

/// What the table calls it, in a role: written down here, without the code that finds it out.
pub(super) fn relation(rolle: Rolle, fact: &str, case: &str) -> Relation {
    match (rolle, fact) {
        (_, "own") => Relation::Own,
        (_, "own_elsewhere") => Relation::OwnElsewhere,
        (Rolle::Hr, "other_unit") => Relation::OtherUnit,
        (Rolle::Hr | Rolle::Revisor, _) => Relation::Unit,
        (Rolle::Leder, "leads") => Relation::Leads,
        (Rolle::Leder, "leads_leder") => Relation::LeadsLeder,
        (Rolle::Leder, "stands_in" | "stands_in_chef") => Relation::StandsIn,
        (Rolle::Kontaktperson, "tr") if case != "valgt" => Relation::Kontaktperson,
        (Rolle::Kontaktperson, "chosen") if case == "valgt" => Relation::Kontaktperson,
        (Rolle::Kontaktperson, "amr") if case == "valgt" => Relation::Amr,
        (Rolle::Koordinator, "koordinator") => Relation::Koordinator,
        _ => Relation::Nothing,
    }
}

async fn ansat(place: &Workplace, nr: &str, person: &str, leder: Option<&str>, enhed: &str) {
    place
        .ansat(nr, &details(person, "Kanin Fugl", "kanin@arbejde.example"), |s| {
            (s.enhed, s.leder_nr) = (enhed.to_owned(), leder.map(str::to_owned));
            (s.tr_nr, s.amr_nr) = (Some("20005".to_owned()), Some("20006".to_owned()));
        })
        .await;
}

async fn stands_in(place: &Workplace, leder: &str, nr: &str) {
    let days = ("2026-02-01".parse().ok(), "2026-02-28".parse().ok());
    let named = StedfortraederUdpeget { stedfortraeder_nr: Some(nr.to_owned()), fra: days.0, til: days.1 };
    place.perform(leder, &DomainCommand::UdpegStedfortraeder(named)).await;
}

/// A token of this number; where there is none, one with a name.
async fn token(place: &Workplace, rolle: Rolle, nr: &str) -> String {
    let token = new_token().unwrap();
    let nr = Some(nr.to_owned()).filter(|nr| !nr.is_empty());
    let navn = nr.is_none().then(|| "kontoret".to_owned());
    let issued = TokenUdstedt { navn, ..TokenUdstedt::new(fingerprint(&token), rolle, nr) };
    place.app.registrer_token(&issued, &forloeb::Aktoer::system("test")).await.unwrap();
    token
}

async fn cases(place: &Workplace) -> Vec<Case> {
    let mut all = Vec::new();
    for (n, name) in CASES.into_iter().enumerate() {
        let nr = format!("1000{n}");
        ansat(place, &nr, &nr, Some("20001"), "E101").await;
        ansat(place, &format!("{nr}9"), &nr, Some("20011"), "E200").await;
        let id = place.away(&nr, "2026-01-05").await;
        let state = match name {
            "afsluttet" => State::Over,
            "annulleret" => State::Annulleret,
            "slettet" => State::Erased,
            _ => State::Aabent,
        };
        all.push(Case { name, id, nr, state });
    }
    all
}

/// The cases come to stand as they are called, by what HR does over the API.
fn happens(client: &Client, hr: &str, cases: &[Case]) {
    for case in cases {
        let on = |name: &str, body: &serde_json::Value| {
            let path = format!("/api/v1/forloeb/{}/{name}", case.id);
            let answer = client.send(&HttpRequest::new("POST", &path).token(hr).json(body));
            assert_eq!(answer.status, 200, "{name} of {}: {}", case.name, answer.tekst());
        };
        let tiltag = json!([{"tekst": "Ro", "princip": "kolleger"}]);
        on("tta-plan", &json!({"koordinator": "20008", "tiltag": tiltag}));
        on("tta-plan", &json!({"koordinator": "20008", "tiltag": tiltag, "kladde": true}));
        on("anmeldelse", &json!({"trin": "klar", "dato": "2026-02-09"}));
        on("tildeling", &json!({"til": "20009"}));
        match case.name {
            "valgt" => {
                on("kontaktperson", &json!({"kontaktperson_nr": "20007"}));
                on("arbejdsaarsag", &json!({"aarsag": "arbejdspres", "amr_maa_vide": true}));
            }
            "afsluttet" | "slettet" => on("raskmelding", &json!({"sidste_fravaersdag": "2026-02-08"})),
            "annulleret" => on("annullering", &json!({"begrundelse": "En fejl"})),
            _ => {}
        }
    }
}

/// The cookie of somebody who logs in on the pages.
fn log_in(client: &Client, token: &str) -> String {
    let form = HttpRequest::new("POST", "/log-ind").body("application/x-www-form-urlencoded", format!("token={token}"));
    let answer = client.send(&form);
    let cookie = answer.log_head("set-cookie").unwrap_or_else(|| panic!("{}: {}", answer.status, answer.tekst()));
    cookie.split(';').next().unwrap_or_default().to_owned()
}

/// A service on a real socket, and everybody who comes to it.
pub(super) fn open() -> Place {
    let runtime = Runtime::new().unwrap();
    let (place, cases, router, pages) = runtime.block_on(async {
        let place = Workplace::empty(standing_still("2026-02-10T08:00:00Z")).await;
        for (nr, leder) in [("20002", None), ("20001", Some("20002")), ("20003", Some("20002")), ("20004", None)] {
            ansat(&place, nr, nr, leder, "E101").await;
        }
        for nr in ["20005", "20006", "20007"] {
            ansat(&place, nr, nr, Some("20001"), "E101").await;
        }
        for (nr, enhed) in [("20008", "E101"), ("20009", "E101"), ("20010", "E200"), ("20011", "E200")] {
            ansat(&place, nr, nr, None, enhed).await;
        }
        stands_in(&place, "20001", "20003").await;
        stands_in(&place, "20002", "20004").await;
        let cases = cases(&place).await;
        let state = test_state(&place.app);
        place.app.hr_enheder.get_or_init(|| HrEnheder::read("20010=E200").unwrap());
        let settings = PageSettings {
            mail_to_one: false,
            demo: false,
            base_url: "http://127.0.0.1".into(),
            hr_mail: Some("hr@arbejdsplads.example".to_owned()),
            demo_personer: Vec::new(),
            login: Login::new(Vec::new(), "http://127.0.0.1").unwrap(),
            post: Arc::new(Vec::new),
            stopped: tokio::sync::watch::channel(false).1,
        };
        let sessions = Sessions::open(place.path(), Arc::new(standing_still("2026-02-10T08:00:00Z"))).unwrap();
        let (router, pages) = assemble(state.clone(), settings, sessions);
        (place, cases, crate::http::router(state).merge(router), pages)
    });
    let address = runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        format!("http://{address}")
    });
    let hr = runtime.block_on(token(&place, Rolle::Hr, "20011"));
    let client = Client::of(&address);
    happens(&client, &hr, &cases);
    let mut visitors = BTreeMap::new();
    for rolle in roles() {
        for (case, fact) in cases.iter().flat_map(|case| facts(rolle).map(move |fact| (case, fact))) {
            let nr = number(fact, case);
            if visitors.contains_key(&(rolle.code(), nr.clone())) {
                continue;
            }
            let token = runtime.block_on(token(&place, rolle, &nr));
            let cookie = log_in(&client, &token);
            visitors.insert((rolle.code(), nr), Visitor { token, cookie });
        }
    }
    let nobody = Visitor { token: String::new(), cookie: String::new() };
    let system = Visitor { token: runtime.block_on(token(&place, Rolle::System, "")), cookie: String::new() };
    runtime.block_on(async {
        // Last, because nobody can be given a token any more.
        let erased = &cases[4].nr;
        for nr in [erased.clone(), format!("{erased}9")] {
            place
                .perform(&nr, &DomainCommand::ErasePerson { grund: Sletningsgrund::Anmodning, aarsag: String::new() })
                .await;
        }
        place.app.erase_keys().await.unwrap();
    });
    Place { address, cases, visitors, nobody, system, pages, _place: place, _runtime: runtime }
}
