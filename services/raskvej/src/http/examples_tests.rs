//! Each example of the OpenAPI document was really sent or answered, is as its schema says, and has the fields that today's answer
//! has. `INSTA_UPDATE=always` (`cargo xtask bless`) writes them anew where fields differ; the document, which holds them, is then
//! taken by the next run.

use std::collections::BTreeMap;

use app::workplace::{day, details};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use chrono::{Days, NaiveDate};
use forloeb::Aktoer;
use forloeb::words::Rolle;
use serde_json::{Map, Value, json};
use tower::ServiceExt;

use super::examples::{ALL, FILE};
use crate::http;
use crate::pages::test_state;
use crate::projections::{Opslagsformaal, TokenUdstedt};
use crate::terminal::trial::{Trial, file};
use crate::token::fingerprint;

/// Items of a list that are shown.
const SHOWN: usize = 2;

/// What is sent: a line of the conversation. `{x}` stands for what was answered before.
struct Line {
    method: &'static str,
    /// As the document has it.
    route: &'static str,
    path: String,
    rolle: Rolle,
    body: Option<Value>,
}

fn get(route: &'static str, path: &str, rolle: Rolle) -> Line {
    Line { method: "GET", route, path: path.to_owned(), rolle, body: None }
}

fn post(route: &'static str, path: &str, rolle: Rolle, body: Value) -> Line {
    Line { method: "POST", route, path: path.to_owned(), rolle, body: Some(body) }
}

/// The conversation, on Friday 20 November 2026, about 1005, who has been away since August, about a new forløb, and about a
/// day on which payroll and a person disagree.
fn conversation(id: &str, new: &str, disagreement: &str, position: u64) -> Vec<Line> {
    use Rolle::{Drift, Hr, Leder, Medarbejder, Revisor, System};
    const KLADDE: &str = "/api/v1/forloeb/{id}/tta-plan/kladde";
    let mut draft = plan();
    draft["kladde"] = json!(true);
    let plain = |route: &'static str, rolle| get(route, route, rolle);
    let of = |route: &'static str, rolle| get(route, &route.replace("{id}", id).replace("{forloeb}", id), rolle);
    let on = |route: &'static str, body| post(route, &route.replace("{id}", id), Hr, body);
    vec![
        plain("/api/v1/forloeb", Hr),
        of("/api/v1/forloeb/{id}", Hr),
        of("/api/v1/forloeb/{id}/frister", Hr),
        of("/api/v1/forloeb/{id}/paamindelser", Hr),
        of("/api/v1/forloeb/{id}/refusion", Hr),
        of("/api/v1/forloeb/{id}/signaler", Hr),
        of("/api/v1/adgang/{forloeb}", Hr),
        on(
            "/api/v1/forloeb/{id}/foerste-kontakt",
            json!({
                "dato": "2026-08-20", "form": "telefon", "kontaktperson_rolle": "tr", "taget_af": "arbejdsplads",
            }),
        ),
        post(
            "/api/v1/forloeb/tildeling",
            "/api/v1/forloeb/tildeling",
            Hr,
            json!({ "ids": [id], "medarbejder_nr": "1003" }),
        ),
        post("/api/v1/forloeb/{id}/tta-plan", &format!("/api/v1/forloeb/{new}/tta-plan"), Hr, draft),
        get(KLADDE, &KLADDE.replace("{id}", new), Hr),
        post("/api/v1/forloeb/{id}/tta-plan", &format!("/api/v1/forloeb/{new}/tta-plan"), Hr, plan()),
        plain("/api/v1/tta-daekning", Hr),
        get("/api/v1/forloeb/{id}/tta-plan/{version}", &format!("/api/v1/forloeb/{new}/tta-plan/1"), Hr),
        of("/api/v1/forloeb/{id}/historik", Hr),
        plain("/api/v1/overblik", Hr),
        plain("/api/v1/refusion", Hr),
        plain("/api/v1/arbejdsmiljoe", Hr),
        plain("/api/v1/statistik", Hr),
        plain("/api/v1/statistik/paamindelser", Hr),
        get("/api/v1/signaler", "/api/v1/signaler?enhed=E2", Hr),
        post("/api/v1/mig/omsorgskollega", "/api/v1/mig/omsorgskollega", Medarbejder, json!({ "kollega_nr": "1003" })),
        post("/api/v1/signalbrev", "/api/v1/signalbrev", Leder, json!({ "ugentligt": true })),
        post(
            "/api/v1/stedfortraeder",
            "/api/v1/stedfortraeder",
            Hr,
            json!({ "leder_nr": "1002", "stedfortraeder_nr": "1003", "fra": "2026-11-20", "til": "2026-11-27" }),
        ),
        get("/api/v1/stedfortraeder", "/api/v1/stedfortraeder?leder_nr=1002", Hr),
        post(
            "/api/v1/politik",
            "/api/v1/politik",
            Hr,
            json!({
                "fra": "2027-01-01", "politik": "navn = \"vores\"\nkontaktmodel = [1, 5, 14]\n",
            }),
        ),
        plain("/api/v1/politik", Hr),
        post(
            "/api/v1/regler/proeve",
            "/api/v1/regler/proeve",
            Hr,
            json!({
                "politik": "navn = \"vores\"\nkontaktmodel = [1, 5, 14]\n", "som_om": "2026-08-01",
            }),
        ),
        plain("/api/v1/uenigheder", Hr),
        post(
            "/api/v1/uenigheder/{id}",
            &format!("/api/v1/uenigheder/{disagreement}"),
            Hr,
            json!({
                "vaelg": "person", "begrundelse": "Medarbejderen var på arbejde den 2. og 3. november",
            }),
        ),
        get("/api/v1/personer", "/api/v1/personer?q=1005", Hr),
        post("/api/v1/personer/soeg", "/api/v1/personer/soeg", Hr, json!({ "q": "Jørn Bæk" })),
        get("/api/v1/personer/{nr}", "/api/v1/personer/1005", Hr),
        plain("/api/v1/paamindelser/fejlede", Hr),
        plain("/api/v1/paamindelser", Hr),
        get("/api/v1/opslag", "/api/v1/opslag?medarbejder_nr=1005", Hr),
        plain("/api/v1/opbevaring", Hr),
        post(
            "/api/v1/opbevaring/stop",
            "/api/v1/opbevaring/stop",
            Hr,
            json!({
                "medarbejder_nr": "1009", "gaelder": true, "aarsag": "Der er en sag ved nævnet",
            }),
        ),
        post(
            "/api/v1/opbevaring/sletning",
            "/api/v1/opbevaring/sletning",
            Hr,
            json!({ "medarbejder_nr": "2001", "bekraeft": true }),
        ),
        get("/api/v1/opbevaring/attest", "/api/v1/opbevaring/attest?medarbejder_nr=2001", Hr),
        plain("/api/v1/mig/opslag", Medarbejder),
        plain("/api/v1/mig/indsigt", Medarbejder),
        post(
            "/api/v1/indsigt",
            "/api/v1/indsigt",
            Hr,
            json!({
                "medarbejder_nr": "1013", "formaal": "Medarbejderen har bedt om indsigt",
            }),
        ),
        plain("/api/v1/revision/hoved", Revisor),
        plain("/api/v1/revision/segl", Revisor),
        plain("/api/v1/revision/checkpoint", Revisor),
        get("/api/v1/revision/konsistens", "/api/v1/revision/konsistens?fra=1&til=2", Revisor),
        of("/api/v1/revision/forloeb/{id}/bevis", Revisor),
        get("/api/v1/revision/tilstand", "/api/v1/revision/tilstand?kendt=2026-11-20T08:00:00%2B01:00", Revisor),
        get("/api/v1/revision/haendelser", &format!("/api/v1/revision/haendelser?fra={position}&antal=1"), Revisor),
        get("/api/v1/haendelser", &format!("/api/v1/haendelser?fra={position}&antal=5"), System),
        plain("/api/events", Leder),
        get("/api/events/{navn}/{version}", "/api/events/Raskmeldt/1", Leder),
        post("/api/v1/clock", "/api/v1/clock", Drift, json!({ "til": "2026-11-20T08:05:00Z" })),
    ]
}

/// The plan of the command's own example, for somebody who fell ill in November.
fn plan() -> Value {
    later(crate::commands::ALL.iter().find(|entry| entry.name == "tta-plan").unwrap().example())
}

/// With every day forty weeks later: 16 February is 23 November then.
fn later(value: Value) -> Value {
    match value {
        Value::String(text) => match text.parse::<NaiveDate>() {
            Ok(day) => json!(day + Days::new(280)),
            Err(_) => Value::String(text),
        },
        Value::Array(items) => items.into_iter().map(later).collect(),
        Value::Object(fields) => Value::Object(fields.into_iter().map(|(name, value)| (name, later(value))).collect()),
        other => other,
    }
}

struct Conversation {
    p: Trial,
    answers: BTreeMap<String, Value>,
    bodies: BTreeMap<String, Value>,
    wrong: Vec<String>,
}

impl Conversation {
    async fn send(
        &self,
        method: &str,
        path: &str,
        rolle: Rolle,
        kind: &str,
        body: Vec<u8>,
    ) -> (StatusCode, String, Vec<u8>) {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {}", rolle.code()))
            .header(header::CONTENT_TYPE, kind)
            .body(Body::from(body))
            .unwrap();
        let answer = http::router(test_state(&self.p.app)).oneshot(request).await.unwrap();
        let (status, heads) = (answer.status(), answer.headers().clone());
        let kind = heads.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned();
        (status, kind, axum::body::to_bytes(answer.into_body(), 8 << 20).await.unwrap().to_vec())
    }

    async fn say(&mut self, document: &Value, line: &Line) {
        let body = line.body.as_ref().map(|body| body.to_string().into_bytes()).unwrap_or_default();
        let (status, kind, bytes) = self.send(line.method, &line.path, line.rolle, "application/json", body).await;
        let text = String::from_utf8(bytes).unwrap();
        if !status.is_success() {
            self.wrong.push(format!("{} {}: {status} {text}", line.method, line.path));
            return;
        }
        let operation = &document["paths"][line.route][line.method.to_lowercase()];
        let content = |kind: &str| {
            let base = kind.split(';').next().unwrap_or_default();
            operation["responses"][status.as_str()]["content"][base]["schema"].clone()
        };
        let value = match kind.split(';').next() {
            Some("text/plain") => json!(text),
            Some("application/x-ndjson") => serde_json::from_str(text.lines().next().unwrap_or("null")).unwrap(),
            _ => serde_json::from_str(&text).unwrap(),
        };
        self.answers.insert(key(&content(&kind), line.route), shortened(value));
        if let Some(body) = &line.body {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            self.bodies.insert(key(schema, line.route), body.clone());
        }
    }
}

/// As `examples::name`, of the document as it is published.
fn key(schema: &Value, route: &str) -> String {
    let of = |schema: &Value| Some(schema["$ref"].as_str()?.rsplit('/').next()?.to_owned());
    let list = || of(&schema["items"]).map(|name| format!("[{name}]"));
    of(schema).or_else(list).unwrap_or_else(|| route.to_owned())
}

/// Lists of some items only, and texts of some length.
fn shortened(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().take(SHOWN).map(shortened).collect(),
        Value::Object(fields) => fields.into_iter().map(|(name, value)| (name, shortened(value))).collect(),
        other => other,
    }
}

/// Everything that a schema says otherwise.
fn against(document: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    if let Some(to) = schema["$ref"].as_str() {
        let schema = document.pointer(to.trim_start_matches('#')).unwrap_or(&Value::Null);
        return against(document, schema, value, at);
    }
    let mut wrong = Vec::new();
    for all in schema["allOf"].as_array().into_iter().flatten() {
        wrong.extend(against(document, all, value, at));
    }
    for some in ["oneOf", "anyOf"] {
        if let Some(all) = schema[some].as_array()
            && all.iter().all(|one| !against(document, one, value, at).is_empty())
        {
            wrong.push(format!("{at}: {value} is none of {some}"));
        }
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let types: Vec<&str> = match &schema["type"] {
        Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
        types => types.as_str().into_iter().collect(),
    };
    let fits = types.is_empty() || types.contains(&kind) || (kind == "integer" && types.contains(&"number"));
    if !fits {
        wrong.push(format!("{at}: {value} is not {types:?}"));
    }
    if schema["enum"].as_array().is_some_and(|all| !all.contains(value)) {
        wrong.push(format!("{at}: {value} is none of {}", schema["enum"]));
    }
    match value {
        Value::Array(items) => {
            for (nth, item) in items.iter().enumerate().filter(|_| !schema["items"].is_null()) {
                wrong.extend(against(document, &schema["items"], item, &format!("{at}[{nth}]")));
            }
        }
        Value::Object(fields) => {
            let names = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            wrong.extend(names.filter(|name| !fields.contains_key(*name)).map(|name| format!("{at}: no {name}")));
            for (name, value) in fields {
                let schema = match &schema["properties"][name] {
                    Value::Null => &schema["additionalProperties"],
                    property => property,
                };
                wrong.extend(against(document, schema, value, &format!("{at}.{name}")));
            }
        }
        _ => {}
    }
    wrong
}

/// The fields of an example, and of those in it: what a reader of it relies on.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| (name.clone(), shape(value)));
            Value::Object(fields.collect::<Map<_, _>>())
        }
        Value::Array(items) => items.iter().map(shape).collect(),
        _ => Value::Null,
    }
}

#[tokio::test]
async fn every_body_and_every_answer_has_an_example_that_is_real_and_as_its_schema_says() {
    let p = Trial::small().await;
    p.app.allow_omsorgskolleger(true);
    for rolle in Rolle::ALL.iter().copied() {
        let nr = rolle.is_person().then(|| "1002".to_owned());
        let token = TokenUdstedt::new(fingerprint(rolle.code()), rolle, nr);
        p.app.registrer_token(&token, &Aktoer::system("prøve")).await.unwrap();
    }
    let document = serde_json::to_value(http::openapi()).unwrap();
    let id = p.app.projections().cards_for("1005").next().unwrap().id.to_string();
    let position = p.app.log.head().position;
    let mut all = Conversation { p, answers: BTreeMap::new(), bodies: BTreeMap::new(), wrong: Vec::new() };
    for (route, name) in
        [("/api/v1/import/medarbejdere", "medarbejdere.csv"), ("/api/v1/import/fravaer", "fravaer.csv")]
    {
        let bytes = file(name);
        let (status, _, answer) = all.send("POST", route, Rolle::Hr, "text/csv", bytes.clone()).await;
        assert_eq!(status, StatusCode::OK, "{}", String::from_utf8_lossy(&answer));
        let schema = &document["paths"][route]["post"]["responses"]["200"]["content"]["application/json"]["schema"];
        all.answers.insert(key(schema, route), shortened(serde_json::from_slice(&answer).unwrap()));
        let text = String::from_utf8(bytes).unwrap();
        let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().take(1 + SHOWN).collect();
        all.bodies.insert(route.to_owned(), json!(lines.join("\n") + "\n"));
    }
    // Payroll has 1008 away from 2 November, and 1008 says the 4th: one day that they disagree on.
    let row = "fravaer_nr;medarbejder_nr;aarsag;foerste_fravaersdag;sidste_fravaersdag;omfang_pct\nx1;1008;sygdom;02-11-2026;;100\n";
    all.send("POST", "/api/v1/import/fravaer", Rolle::Hr, "text/csv", row.into()).await;
    let sick = json!({ "medarbejder_nr": "1008", "foerste_fravaersdag": "2026-11-04" });
    all.say(&document, &post("/api/v1/forloeb", "/api/v1/forloeb", Rolle::Hr, sick)).await;
    let sick =
        json!({ "medarbejder_nr": "1001", "foerste_fravaersdag": "2026-11-16", "forventet_varighed": "under_8_uger" });
    all.say(&document, &post("/api/v1/forloeb", "/api/v1/forloeb", Rolle::Hr, sick)).await;
    let new = all.p.app.projections().cards_for("1001").next().unwrap().id.to_string();
    let (_, _, answer) = all.send("GET", "/api/v1/uenigheder", Rolle::Hr, "", Vec::new()).await;
    let answer: Value = serde_json::from_slice(&answer).unwrap();
    let disagreement = answer["uenigheder"][0]["id"].as_str().unwrap_or("ingen").to_owned();
    // Somebody left in 2019: what is held about them is to go.
    let left = |s: &mut forloeb::haendelse::Stamdata| s.fratraadt = Some(day("2019-03-31"));
    all.p.ansat("2001", &details("2001", "Kanin Fugl", "kanin@arbejde.example"), left).await;
    // Of 1002, who is the employee here, name and CPR number were opened.
    let own = all.p.app.projections().cards_for("1002").next().unwrap().id;
    let (sheet, by) = (Opslagsformaal::AnmeldelseArk, Aktoer::new(Rolle::Hr, None));
    all.p.app.registrer_opslag("1002", own, sheet, &by).await.unwrap();
    for line in conversation(&id, &new, &disagreement, position) {
        all.say(&document, &line).await;
    }
    // A whole file of payroll without its last line, and without 1008: two absences are gone.
    let whole = String::from_utf8(file("fravaer.csv")).unwrap();
    let (but_one, _) = whole.trim_end().rsplit_once('\n').unwrap();
    let path = "/api/v1/import/fravaer?omfang=hele";
    let (status, _, answer) = all.send("POST", path, Rolle::Hr, "text/csv", but_one.into()).await;
    assert_eq!(status, StatusCode::OK, "{}", String::from_utf8_lossy(&answer));
    all.say(&document, &get("/api/v1/forsvundne", "/api/v1/forsvundne", Rolle::Hr)).await;
    let gone = &all.answers["Forsvundne"]["forsvundne"][0];
    let kept = json!({
        "medarbejder_nr": gone["medarbejder_nr"], "registrering": gone["registrering"], "udfald": "beholdt",
    });
    all.say(&document, &post("/api/v1/forsvundne", "/api/v1/forsvundne", Rolle::Hr, kept)).await;
    assert!(all.wrong.is_empty(), "{}", all.wrong.join("\n"));
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        // Keys and ids are others in every run: what still has today's fields stays, or the document would change with each.
        let fields = |all: &BTreeMap<String, Value>| {
            all.iter().map(|(name, one)| (name.clone(), shape(one))).collect::<BTreeMap<_, _>>()
        };
        if fields(&all.bodies) != fields(&ALL.bodies) || fields(&all.answers) != fields(&ALL.answers) {
            let file = json!({ "kroppe": all.bodies, "svar": all.answers });
            std::fs::write(FILE, serde_json::to_string_pretty(&file).unwrap() + "\n").unwrap();
            return;
        }
    }
    let mut wrong = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let at = format!("{method} {path}");
            let bodies = operation["requestBody"]["content"].as_object().into_iter().flatten();
            let done = operation["responses"].as_object().into_iter().flatten();
            let done = done.filter(|(status, _)| status.starts_with('2'));
            let answers = done.flat_map(|(_, answer)| answer["content"].as_object().into_iter().flatten());
            for (kind, content) in bodies.chain(answers) {
                // A workbook is no text, a bundle is for programs, and an insight to be read is a long one.
                let is_none = kind.contains("spreadsheet")
                    || kind == "application/octet-stream"
                    || path == "/api/v1/clock"
                    || (kind == "text/plain" && path.ends_with("indsigt"));
                match &content["example"] {
                    Value::Null if is_none => {}
                    Value::Null => wrong.push(format!("{at} {kind}: no example")),
                    example => wrong.extend(against(&document, &content["schema"], example, &at)),
                }
            }
        }
    }
    for (name, today) in &all.answers {
        let stands = ALL.answers.get(name).map(shape);
        if stands != Some(shape(today)) {
            wrong.push(format!("{name}: today's answer has other fields; cargo xtask bless"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_a_schema_does_not_say_is_found() {
    let document = json!({ "components": { "schemas": { "A": {
        "type": "object", "required": ["n"], "properties": { "n": { "type": "integer" }, "s": { "type": ["string", "null"] } },
    } } } });
    let schema = json!({ "type": "array", "items": { "$ref": "#/components/schemas/A" } });
    let found = |value: Value| against(&document, &schema, &value, "x");
    assert!(found(json!([{ "n": 1 }, { "n": 2, "s": null }])).is_empty());
    assert_eq!(found(json!([{ "s": 3 }])), ["x[0]: no n", "x[0].s: 3 is not [\"string\", \"null\"]"]);
    assert_eq!(found(json!({})).len(), 1);
}
