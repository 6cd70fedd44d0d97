//! Nothing is forgotten of a command, and each is tried with everything that can be wrong in a request.

use std::collections::{BTreeMap, BTreeSet};

use ::forloeb::command::Act;
use ::forloeb::forloeb::Fact;
use ::forloeb::frister::assess;
use ::forloeb::haendelse::{
    Aftalt, ArbejdsaarsagSagt, ReferatSkrevet, SamtaleBesvaret, SamtaleIndkaldt, SamtaleRegistreret,
};
use ::forloeb::paamindelser::planlagte;
use ::forloeb::sagt::Overtagelse;
use ::forloeb::uenighed::{Statement, Uenighed, Uenighedsfelt};
use ::forloeb::words::{Aftaleejer, Arbejdsmiljoeaarsag, Rolle, Samtalesvar, Samtaleudfald, Varighed};
use ::forloeb::{Forloeb, Regelbog};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use chrono::NaiveDate;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::arbejdsplads::{Arbejdsplads, LEDER, SYG, state};
use crate::access::{Intent, User};
use crate::commands::form::SURE;
use crate::commands::{self, About, Call, CommandContext, Entry, Left, OnPage, Shown, sygemelding};
use crate::core::App;
use crate::fejlede::paamindelse_id;
use crate::projections::TokenUdstedt;
use crate::sealed::{Indkaldelse, Referat};
use crate::terminal::trial::Trial;
use crate::token::fingerprint;

const TOKEN: &str = "et-token-til-proever";
/// Of the employee who is ill.
const OWN_TOKEN: &str = "et-andet-token-til-proever";
/// Of the leader.
const LEDER_TOKEN: &str = "et-tredje-token-til-proever";
const ACT_SOURCE: &str = include_str!("../../../../../libs/forloeb/src/decide/act.rs");
/// Commands that write what the other one writes: what was agreed stands in the minutes.
const SAME_ACT: [(&str, &str); 1] = [("aftale-aendring", "referat")];
/// The outcomes of reminders are recorded by what sends them.
const NOT_A_COMMAND: [&str; 1] = ["AfgoerPaamindelser"];
const GLOSSARY: &str = include_str!("../../../../../docs/glossary.md");

/// What the domain can be asked for, by the names of it there.
fn act_kinds() -> Vec<&'static str> {
    let (_, list) = ACT_SOURCE.split_once("pub enum Act {\n").unwrap();
    let (list, _) = list.split_once("\n}\n").unwrap();
    let lines = list.lines().filter_map(|line| line.strip_prefix("    "));
    let kinds = lines.filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()));
    kinds.filter_map(|line| line.split(['(', ' ', ',']).next()).collect()
}

/// The name of what it is.
fn kind(act: &Act) -> String {
    format!("{act:?}").chars().take_while(char::is_ascii_alphanumeric).collect()
}

const fn hr() -> User {
    User::new(Rolle::Hr, None)
}

/// The command is one by which employees act for themselves.
fn is_own(entry: &Entry) -> bool {
    entry.route().starts_with("/api/v1/mig/")
}

/// Who gives a command: HR, but for what only employees do.
fn giver(entry: &Entry, nr: &str) -> User {
    if is_own(entry) { User::new(Rolle::Medarbejder, Some(nr.to_owned())) } else { hr() }
}

/// The fields of a request: name, schema, and whether it must be there.
fn fields(openapi: &Value, entry: &Entry) -> Vec<(String, Value, bool)> {
    let schema = entry.schemas(&mut Vec::new());
    let schema = &openapi["components"]["schemas"][schema];
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let fields = schema["properties"].as_object().unwrap();
    fields.iter().map(|(name, s)| (name.clone(), s.clone(), required.contains(&name.as_str()))).collect()
}

fn document() -> Value {
    serde_json::to_value(crate::http::openapi()).unwrap()
}

/// What else a command asks for than its example does.
fn also() -> [(&'static str, Value); 2] {
    [("arbejdsskade", json!({ "udfald": "anmeldt", "begrundelse": null })), ("tta-plan", json!({ "kladde": true }))]
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The first forløb of 1001, reported sick today.
async fn sick(app: &App) -> uuid::Uuid {
    let given = json!({ "medarbejder_nr": "1001", "foerste_fravaersdag": "2026-11-16" });
    let (caller, once) = (hr(), None);
    let call = Call { caller: &caller, forloeb: None, given: &given, if_version: None, once };
    match sygemelding::ENTRY.run(app, call).await.unwrap().left {
        Left::Forloeb { id, .. } => id,
        left => panic!("{left:?}"),
    }
}

/// What the example of a command asks the domain for.
fn decided(app: &App, f: &Forloeb, entry: &Entry, on_page: &OnPage) -> Result<Act, commands::Refusal> {
    let caller = giver(entry, &f.medarbejder_nr);
    let mut given = entry.example();
    if entry.name == "send-igen" {
        let (book, today) = (app.book(), app.clock.today());
        let planned = planlagte(f, &assess(f, today, &book), today, &book);
        given["paamindelse"] = json!(paamindelse_id(f.id, &planned[0].key));
    }
    if entry.name == "uenighed" {
        given["uenighed"] = json!(format!("{}.sidste_fravaersdag.1", f.id));
    }
    for field in entry.in_path() {
        given[field] = json!(1);
    }
    let at = CommandContext::new(app, &caller);
    if ["samtale-anden-tid", "aftale-aendring"].contains(&entry.name) {
        return on_page.decide(&at, &with_a_talk(&at, f), &given);
    }
    on_page.decide(&at, f, &given)
}

/// The employee is invited, and has proposed another time; a talk was held before, and something was agreed.
fn with_a_talk(at: &CommandContext<'_>, f: &Forloeb) -> Forloeb {
    fn fact<T>(position: u64, f: &Forloeb, what: T) -> Fact<T> {
        Fact { position, name: "SamtaleRegistreret", time: chrono::DateTime::UNIX_EPOCH, dag: f.foerste, what }
    }
    let time = "2026-12-01T10:00:00+01:00".parse().unwrap();
    let nr = &f.medarbejder_nr;
    let words = Indkaldelse { deltagere: Vec::new(), sted: "Kontoret".into(), formaal: None, brev: None };
    let invited = SamtaleIndkaldt::new(f.id, time, at.seal(nr, &words).unwrap());
    let (svar, forslag) = (Samtalesvar::AndenTid, Some(time));
    let answered = SamtaleBesvaret { forloeb: f.id, indkaldelse: 7, svar, forslag, confidential: None };
    let (dato, udfald) = (f.foerste, Samtaleudfald::Holdt);
    let held = SamtaleRegistreret { forloeb: f.id, dato, udfald, forventet_varighed: None, delvis_mulig: None };
    let text = Referat { tekst: "Kort".into(), aftaler: vec!["Ring".into()], begrundelse: None };
    let aftaler = vec![Aftalt { nr: 1, senest: dato, hvem: Aftaleejer::Leder }];
    let confidential = at.seal(nr, &text).unwrap();
    let written = ReferatSkrevet { forloeb: f.id, til: 5, erstatter: None, aftaler, confidential };
    Forloeb {
        samtaler: vec![fact(5, f, held)],
        referater: vec![fact(6, f, written)],
        indkaldt: Some(Box::new(fact(7, f, invited))),
        svar: Some(Box::new(fact(8, f, answered))),
        ..f.clone()
    }
}

#[tokio::test]
async fn every_command_is_whole() {
    let (p, sted) = (Trial::small().await, Arbejdsplads::open().await);
    let forms = forms(&sted).await;
    let openapi = document();
    let id = sick(&p.app).await;
    let f = p.app.forloeb(id).await.unwrap().unwrap();
    let (mut missing, mut reached) = (Vec::new(), BTreeMap::new());
    let mut codes = BTreeSet::new();
    for entry in commands::ALL {
        let mut lacks = |what: String| missing.push(format!("{}: {what}", entry.name));
        let operation = &openapi["paths"][entry.route()]["post"];
        if operation["operationId"] != entry.operation() || operation["requestBody"].is_null() {
            lacks(format!("no POST {} in OpenAPI", entry.route()));
        }
        for (field, _, _) in fields(&openapi, entry).iter().filter(|(name, ..)| entry.example()[name].is_null()) {
            lacks(format!("its example has no {field}, so that is not tried with wrong values"));
        }
        if commands::confirmation(entry.code(None)) != Some(entry.done) || !entry.done.ends_with('.') {
            lacks("no confirmation, or one that is not a sentence".to_owned());
        }
        if !codes.insert(entry.code(None)) {
            lacks(format!("another command has the code {}", entry.code(None)));
        }
        if !GLOSSARY.lines().any(|line| line.starts_with(&format!("| `{}` |", entry.name))) {
            lacks("no row in docs/glossary.md".to_owned());
        }
        match entry.shown {
            Shown::Nowhere("") => lacks("no form, and no reason".to_owned()),
            Shown::Nowhere(_) => {}
            Shown::Page(address) => {
                let address = address.replace("{id}", &sted.forloeb.to_string());
                let rolle = if is_own(entry) { Rolle::Medarbejder } else { Rolle::Hr };
                let page = sted.acting_as(rolle).await.fetch(&address).await;
                if page.status != StatusCode::OK {
                    lacks(format!("no page {address}, where its form should be"));
                }
            }
            Shown::Forloeb(_) => match forms.get(entry.name) {
                None => lacks("no form on the page of a forløb".to_owned()),
                Some(asked) => {
                    let fields = fields(&openapi, entry);
                    for (field, ..) in fields.iter().filter(|(name, _, required)| {
                        *required && !asked.iter().any(|asked| asked.split('.').next() == Some(name))
                    }) {
                        lacks(format!("its form does not ask for {field}"));
                    }
                    // The name of a field in a row of a list begins with that of the list.
                    let asked: BTreeSet<_> = asked.iter().filter_map(|name| name.split('.').next()).collect();
                    let own =
                        asked.iter().filter(|asked| **asked != SURE && !entry.in_path().any(|field| field == **asked));
                    for field in own.filter(|a| !fields.iter().any(|(name, ..)| name == **a)) {
                        lacks(format!("its form asks for {field}, which is no field of it"));
                    }
                }
            },
        }
        let About::Forloeb(on_page) = &entry.about else { continue };
        match decided(&p.app, &f, entry, on_page) {
            Err(refusal) => lacks(format!("its example is refused: {refusal:?}")),
            Ok(act) => {
                let seals = format!("{act:?}").contains("Ciphertext(");
                if seals == entry.seals.is_empty() {
                    lacks(format!(
                        "it seals {:?}, and its example {}",
                        entry.seals,
                        if seals { "does" } else { "not" }
                    ));
                }
                let other = reached.insert(kind(&act), entry.name);
                if let Some(other) = other.filter(|other| !SAME_ACT.contains(&(entry.name, *other))) {
                    missing.push(format!("{}: {other} asks for the same", entry.name));
                }
            }
        }
    }
    for (name, changed) in also() {
        let entry = commands::ALL.iter().find(|entry| entry.name == name).unwrap();
        let About::Forloeb(on_page) = &entry.about else { panic!("{name}") };
        let mut given = entry.example();
        given.as_object_mut().unwrap().extend(changed.as_object().unwrap().clone());
        let caller = hr();
        let act = on_page.decide(&CommandContext::new(&p.app, &caller), &f, &given).unwrap();
        assert!(reached.insert(kind(&act), name).is_none(), "{name}: {changed} asks for the same as its example");
    }
    let all = act_kinds();
    assert!(reached.keys().all(|kind| all.contains(&kind.as_str())), "{all:?} are not those of the domain");
    for act in all.iter().filter(|act| !reached.contains_key(**act) && !NOT_A_COMMAND.contains(act)) {
        missing.push(format!("Act::{act}: no command asks for it"));
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// By command, every field that one of its forms asks for: of a case in which each makes sense.
async fn forms(sted: &Arbejdsplads) -> BTreeMap<&'static str, BTreeSet<String>> {
    let hr_inside = sted.acting_as(Rolle::Hr).await;
    for (command, typed) in [
        ("rettelse", "felt=aarsag&ny_vaerdi=arbejdsskade&begrundelse=Oplyst+senere"),
        ("anmeldelse", "trin=kvitteret&dato=2026-02-05&underskrevet_dato=2026-02-05&kvittering=NR-1"),
    ] {
        let answer = hr_inside.send(&format!("/forloeb/{}/{command}", sted.forloeb), typed).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{command}: {}", answer.tekst);
    }
    let f = sted.app.forloeb(sted.forloeb).await.unwrap().unwrap();
    // Days are lost; somebody answered about § 56, and payroll says another last day; the illness began after the kommune's duty to follow up changed. By the
    // rules that are shipped: those of the workplace here have no dispensation.
    let (today, shipped) = (sted.app.clock.today(), Regelbog::built_in());
    let of = |f: &Forloeb, foerste: &str| Forloeb {
        foerste: day(foerste),
        regler: shipped.in_force(day(foerste)).clone(),
        ..f.clone()
    };
    let uenighed = Uenighed {
        registrering: f.id,
        felt: Uenighedsfelt::Sidste,
        loen: Statement::Dag(Some(today)),
        person: Statement::Dag(None),
        fra: f.foerste,
        aarsag: f.aarsag,
        siden: today,
        position: 1,
    };
    let answered = Forloeb { paragraf_56: Some(false), uenigheder: vec![uenighed], ..(*f).clone() };
    let foreign = sted.app.forloeb(sted.foreign).await.unwrap().unwrap();
    let lost = of(&foreign, "2026-01-19");
    let later = Forloeb { forventet: Varighed::OverOtteUger, ..of(&foreign, "2026-07-06") };
    let (caller, employee) = (hr(), User::new(Rolle::Medarbejder, Some(SYG.to_owned())));
    let mut wished = (*f).clone();
    let name = "FastholdelsesplanAnmodet";
    wished.sagt.fastholdelsesplan =
        Some(Fact { position: 1, name, time: sted.app.clock.now(), dag: today, what: today });
    let leder = f.leder(today).map(str::to_owned);
    wished.sagt.bestridt =
        Some(Fact { position: 1, name: "LederBestridt", time: sted.app.clock.now(), dag: today, what: leder.clone() });
    let (leder_nr, fra) = (leder.clone().unwrap(), today);
    let given = Overtagelse { leder_nr, fra, is_back: false, given_by: None };
    wished.sagt.overtagelse =
        Some(Fact { position: 1, name: "LederSkiftet", time: sted.app.clock.now(), dag: today, what: given });
    let (aarsag, amr) = (Arbejdsmiljoeaarsag::Vold, true);
    let cause = ArbejdsaarsagSagt { forloeb: f.id, dato: today, aarsag, amr, arbejdsskade: None };
    wished.sagt.arbejdsaarsag =
        Some(Fact { position: 1, name: "ArbejdsaarsagSagt", time: sted.app.clock.now(), dag: today, what: cause });
    let their_leder = User::new(Rolle::Leder, leder);
    let mut asked: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
    let talk = with_a_talk(&CommandContext::new(&sted.app, &caller), &f);
    for (caller, f, today) in [
        (&caller, &*f, today),
        (&caller, &lost, day("2026-03-02")),
        (&caller, &answered, today),
        (&caller, &later, day("2026-08-03")),
        (&caller, &wished, today),
        (&their_leder, &wished, today),
        (&employee, &*f, today),
        (&caller, &talk, today),
        (&employee, &talk, today),
    ] {
        let v = assess(f, today, &shipped);
        for (_, forms) in commands::forms(&CommandContext::new(&sted.app, caller), f, &v) {
            for form in forms {
                assert!(!form.title.is_empty() && !form.button.is_empty(), "{}", form.name);
                asked.entry(form.action).or_default().extend(form.fields.iter().map(|field| field.name.to_owned()));
            }
        }
    }
    asked
}

struct Api {
    router: Router,
}

impl Api {
    async fn open(sted: &Arbejdsplads) -> Self {
        let own = TokenUdstedt::new(fingerprint(OWN_TOKEN), Rolle::Medarbejder, Some(SYG.to_owned()));
        let leder = TokenUdstedt::new(fingerprint(LEDER_TOKEN), Rolle::Leder, Some(LEDER.to_owned()));
        for token in [TokenUdstedt::new(fingerprint(TOKEN), Rolle::Hr, None), own, leder] {
            sted.app.registrer_token(&token, &::forloeb::Aktoer::system("prøve")).await.unwrap();
        }
        Self { router: crate::http::router(state(&sted.app)) }
    }

    /// The code of the refusal, and the fields that it names.
    async fn refused(&self, path: &str, body: &Value) -> (StatusCode, String, Vec<String>) {
        self.refused_to(TOKEN, path, body).await
    }

    async fn refused_to(&self, token: &str, path: &str, body: &Value) -> (StatusCode, String, Vec<String>) {
        let request = Request::post(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()))
            .unwrap();
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        let body: Value = serde_json::from_slice(&bytes).unwrap();
        let fields = body["felter"].as_array().into_iter().flatten().map(|f| f["felt"].as_str().unwrap().to_owned());
        (status, body["kode"].as_str().unwrap_or_default().to_owned(), fields.collect())
    }
}

/// Values that cannot stand in a field of this kind.
fn wrong_values(schema: &Value) -> Vec<Value> {
    let yes_or_no = schema["type"] == "boolean" || schema["type"] == json!(["boolean", "null"]);
    let mut values = vec![json!({ "a": 1 }), json!([1])];
    if !yes_or_no {
        values.push(json!(true));
    }
    values
}

/// Each field of each command left out, and with values that cannot stand in it; and a field nobody asked for.
#[tokio::test]
async fn every_wrong_field_of_every_command_is_named_and_nothing_happens() {
    let sted = Arbejdsplads::open().await;
    let api = Api::open(&sted).await;
    let (openapi, before) = (document(), sted.app.log.head());
    let mut tried = 0;
    for entry in commands::ALL {
        let path = entry.route().replace("{id}", &sted.forloeb.to_string());
        let path = path.replace("{nr}", "1").replace("{version}", "1");
        let only_own = matches!(&entry.about, About::Forloeb(on_page) if matches!(on_page.access, Intent::PlanSvar | Intent::Samtalesvar));
        let token = if only_own || path.starts_with("/api/v1/mig/") {
            OWN_TOKEN
        } else if entry.name == "signalbrev" {
            LEDER_TOKEN
        } else {
            TOKEN
        };
        let refused = async |body: &Value| {
            let (status, code, fields) = api.refused_to(token, &path, body).await;
            assert_eq!((status.as_u16(), code.as_str()), (422, "ugyldige_felter"), "{} {body}", entry.name);
            fields
        };
        for (field, schema, required) in fields(&openapi, entry) {
            if required {
                let mut body = entry.example();
                body.as_object_mut().unwrap().remove(&field);
                assert_eq!(refused(&body).await, [field.as_str()], "{} without it", entry.name);
            }
            for value in wrong_values(&schema) {
                let mut body = entry.example();
                body[&field] = value;
                let named = refused(&body).await;
                let root = |path: &String| path.split(['[', '.']).next().map(str::to_owned);
                let all: BTreeSet<_> = named.iter().filter_map(root).collect();
                assert_eq!(all, BTreeSet::from([field.clone()]), "{} {body}: {named:?}", entry.name);
                tried += 1;
            }
        }
        let mut body = entry.example();
        body["diagnose"] = json!("x");
        assert_eq!(refused(&body).await, ["diagnose"], "{}: the rest of its example can be read", entry.name);
    }
    assert_eq!(sted.app.log.head(), before, "nothing was written");
    assert!(tried > 100, "{tried}");
}

/// Kroner and øre that are not the same amount are no amount, and so are more øre than anybody claims.
#[tokio::test]
async fn an_amount_is_said_once() {
    let sted = Arbejdsplads::open().await;
    let api = Api::open(&sted).await;
    let path = format!("/api/v1/forloeb/{}/refusionsanmodning", sted.forloeb);
    for (kroner, oere) in
        [(json!(3689.19), json!(368_918)), (Value::Null, json!(1_000_000_000_001_u64)), (Value::Null, json!(u64::MAX))]
    {
        let body = json!({ "fra": "2026-02-04", "til": "2026-02-05", "beloeb": kroner, "beloeb_oere": oere });
        let (status, _, fields) = api.refused(&path, &body).await;
        assert_eq!((status, fields), (StatusCode::UNPROCESSABLE_ENTITY, vec!["beloeb_oere".to_owned()]), "{body}");
    }
}
