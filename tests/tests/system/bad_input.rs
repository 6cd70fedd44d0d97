//! Bad input gets the documented answer that names the field, and leaves log and projections as they were.

use serde_json::{Value, json};
use systemtests::{Answer, FRIST, HttpRequest, Service, Setup, wait_to, workplace};

struct Trial {
    t: Service,
    hr: String,
    /// The employee who is ill.
    mig: String,
    leder: String,
    revisor: String,
    id: String,
    _folder: tempfile::TempDir,
}

fn set_up() -> Trial {
    let folder = tempfile::tempdir().unwrap();
    let t = Setup::new(folder.path()).clock("2026-02-10T09:00:00+01:00").start();
    let hr = workplace::ansaet(&t, 12);
    let id = workplace::sygemeld(&t, &hr, "1010", "2026-01-05");
    let revisor = t.token("revisor", None);
    let mig = t.token("medarbejder", Some("1010"));
    let leder = t.token("leder", Some("1002"));
    Trial { t, hr, mig, leder, revisor, id, _folder: folder }
}

impl Trial {
    /// Who gives the command of a route: HR, but for what only employees or leaders do for themselves.
    fn giver(&self, path: &str) -> &str {
        let own = path.starts_with("/api/v1/mig/")
            || ["/svar", "/besked", "/samtale-svar"].iter().any(|end| path.ends_with(end));
        if own {
            &self.mig
        } else if path.ends_with("/signalbrev") {
            &self.leder
        } else {
            &self.hr
        }
    }
}

fn check(answer: &Answer, status: u16, code: &str, fields: &[&str]) {
    let body = answer.tekst();
    assert_eq!(answer.status, status, "{body}");
    assert_eq!(answer.log_head("content-type"), Some("application/problem+json"), "{body}");
    let json = answer.json();
    assert_eq!(json["kode"], code, "{body}");
    assert_eq!(json["status"], status);
    for felt in ["type", "title", "detail"] {
        assert!(json[felt].as_str().is_some_and(|t| !t.is_empty()), "{felt}: {body}");
    }
    let mut names: Vec<&str> =
        json["felter"].as_array().into_iter().flatten().filter_map(|f| f["felt"].as_str()).collect();
    names.sort_unstable();
    let mut forventet = fields.to_vec();
    forventet.sort_unstable();
    assert_eq!(names, forventet, "{body}");
}

/// A command as the OpenAPI document has it: path, a body that can be read, and the fields that must be in it.
fn commands(p: &Trial) -> Vec<(String, Value, Vec<String>)> {
    let document = p.t.get("", "/api/openapi.json").with_status(200).json();
    let mut all = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        let post = &methods["post"];
        let of_command = ["kommandoer", "tta", "politik", "stedfortraeder"].iter().any(|tag| post["tags"][0] == *tag);
        if !of_command || path == "/api/v1/regler/proeve" {
            continue;
        }
        let body = &post["requestBody"]["content"]["application/json"];
        let Some(example) = body["example"].as_object() else { continue };
        let name = body["schema"]["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
        let fields = document["components"]["schemas"][name]["required"].as_array();
        // What stands in the address is not asked for in the body.
        let in_body = |field: &String| !path.contains(&format!("{{{field}}}"));
        let fields = fields.into_iter().flatten().map(|f| f.as_str().unwrap().to_owned()).filter(in_body).collect();
        let path = path.replace("{id}", &p.id).replace("{nr}", "1").replace("{version}", "1");
        all.push((path, Value::from(example.clone()), fields));
    }
    all
}

/// Every command with each field left out, and with a value of the wrong type.
#[test]
fn each_field_missing_or_of_a_wrong_type_is_named() {
    let p = set_up();
    let commands = commands(&p);
    assert!(commands.len() > 20, "{}", commands.len());
    let before = workplace::log_head(&p.t, &p.revisor);
    let mut count = 0;
    for (path, correct, required) in &commands {
        for felt in required {
            let mut body = correct.clone();
            body.as_object_mut().unwrap().remove(felt);
            check(&p.t.post(p.giver(path), path, &body), 422, "ugyldige_felter", &[felt.as_str()]);
            let no_word = if correct[felt].is_boolean() { json!("måske") } else { json!(true) };
            for wrong in [json!({"a": 1}), json!([1]), no_word] {
                // Of a list it is said which item is wrong.
                let is_item = wrong.is_array() && correct[felt].is_array();
                let named = if is_item { format!("{felt}[0]") } else { felt.clone() };
                body[felt] = wrong;
                check(&p.t.post(p.giver(path), path, &body), 422, "ugyldige_felter", &[&named]);
                count += 1;
            }
        }
        let mut extra = correct.clone();
        extra["diagnose"] = json!("x");
        check(&p.t.post(p.giver(path), path, &extra), 422, "ugyldige_felter", &["diagnose"]);
    }
    assert_eq!(workplace::log_head(&p.t, &p.revisor), before, "nothing was written");
    println!("{count} wrong values in {} commands", commands.len());
}

#[test]
fn dates_regler_and_the_unknown_get_an_answer_each() {
    let p = set_up();
    let before = workplace::log_head(&p.t, &p.revisor);
    let overblik = p.t.get(&p.hr, "/api/v1/overblik").json();
    let new = |nr: &str, dato: &str| {
        p.t.post(&p.hr, "/api/v1/forloeb", &json!({"medarbejder_nr": nr, "foerste_fravaersdag": dato}))
    };
    check(&new("1011", "2026-02-30"), 422, "ugyldige_felter", &["foerste_fravaersdag"]);
    check(&new("1011", "30-01-2026"), 422, "ugyldige_felter", &["foerste_fravaersdag"]);
    check(&new("1011", "2026-02-11"), 422, "ugyldige_felter", &["foerste_fravaersdag"]);
    check(&new("1011", "1999-12-31"), 422, "ugyldige_felter", &["foerste_fravaersdag"]);
    check(&new("77777", "2026-02-01"), 422, "ugyldige_felter", &["medarbejder_nr"]);
    check(&new("1010", "2026-02-01"), 409, "overlapper", &["foerste_fravaersdag"]);
    let on = |command: &str, body: Value| workplace::on(&p.t, &p.hr, &p.id, command, &body);
    check(
        &on("raskmelding", json!({"sidste_fravaersdag": "2026-01-04"})),
        422,
        "ugyldige_felter",
        &["sidste_fravaersdag"],
    );
    check(&on("foerste-kontakt", workplace::kontakt("2026-02-11")), 422, "ugyldige_felter", &["dato"]);
    check(&on("foerste-kontakt", workplace::kontakt("2026-01-04")), 422, "ugyldige_felter", &["dato"]);
    check(&on("refusionsanmodning", json!({"fra": "2026-02-04", "til": "2026-02-09"})), 409, "mangler_kvittering", &[]);
    check(
        &on("refusionsanmodning", json!({"fra": "2026-02-09", "til": "2026-02-04"})),
        422,
        "ugyldige_felter",
        &["til"],
    );
    check(
        &on("fast-track", json!({"beslutning": "anmodet", "af": "arbejdsgiver", "dato": "2026-02-09"})),
        409,
        "fast_track_for_sent",
        &["dato"],
    );
    check(&on("delvis", json!({"fra": "2026-02-01", "omfang_pct": 0})), 422, "ugyldige_felter", &["omfang_pct"]);
    check(&on("lederskifte", json!({"leder_nr": "4711", "fra": "2026-02-09"})), 422, "ugyldige_felter", &["leder_nr"]);
    for wrong in ["4711", "1010"] {
        let body = json!({"kontaktperson_nr": wrong});
        check(&on("kontaktperson", body), 422, "ugyldige_felter", &["kontaktperson_nr"]);
    }
    check(
        &on("annullering", json!({"haendelse": 999_999, "begrundelse": "x"})),
        409,
        "ukendt_haendelse",
        &["haendelse"],
    );
    check(
        &on("rettelse", json!({"felt": "navn", "ny_vaerdi": "x", "begrundelse": "x"})),
        422,
        "ugyldige_felter",
        &["felt"],
    );
    check(&on("findes-ikke", json!({})), 404, "ukendt_rute", &[]);
    let unknown = "/api/v1/forloeb/0198f3a0-5c00-7000-8000-00000000dead";
    check(&p.t.get(&p.hr, unknown), 404, "findes_ikke", &[]);
    check(&p.t.get(&p.hr, "/api/v1/forloeb/ikke-et-id"), 404, "findes_ikke", &[]);
    check(&p.t.get(&p.hr, "/api/v1/forloeb?frist=frokost"), 422, "ugyldige_felter", &["frist"]);
    check(&p.t.get(&p.hr, "/api/v1/forloeb?limit=501"), 422, "ugyldige_felter", &["limit"]);
    check(&p.t.get(&p.hr, "/api/v1/forloeb?side=2"), 422, "ugyldige_felter", &["side"]);
    check(&p.t.get(&p.hr, "/api/v1/ukendt"), 404, "ukendt_rute", &[]);
    assert_eq!(workplace::log_head(&p.t, &p.revisor), before);
    assert_eq!(p.t.get(&p.hr, "/api/v1/overblik").json(), overblik);
}

#[test]
fn what_cannot_be_read_is_refused_and_nothing_happens() {
    let p = set_up();
    let before = workplace::log_head(&p.t, &p.revisor);
    let path = format!("/api/v1/forloeb/{}/raskmelding", p.id);
    let raw = |body: &[u8], kind: &str| p.t.send(&HttpRequest::new("POST", &path).token(&p.hr).body(kind, body));
    check(&raw(b"{\"sidste_fravaersdag\": \"2026-02-09\"", "application/json"), 400, "ugyldig_json", &[]);
    check(&raw(b"{\"sidste_fravaersdag\": \"\xff\xfe\"}", "application/json"), 400, "ugyldig_utf8", &[]);
    check(&raw(b"[]", "application/json"), 400, "ikke_et_objekt", &[]);
    check(&raw(b"", "application/json"), 400, "ugyldig_json", &[]);
    check(&raw(&vec![b'['; 100_000], "application/json"), 400, "ugyldig_json", &[]);
    check(&raw(b"sidste_fravaersdag=2026-02-09", "application/x-www-form-urlencoded"), 415, "ikke_json", &[]);
    check(&p.t.send(&HttpRequest::new("DELETE", &path).token(&p.hr)), 405, "forkert_metode", &[]);
    check(&p.t.post("", &path, &json!({})), 401, "ikke_logget_ind", &[]);
    check(&p.t.post("rv_forkert", &path, &json!({})), 401, "ikke_logget_ind", &[]);
    // Last: the service closes a connection whose body it does not read to the end.
    let large = format!("{{\"sidste_fravaersdag\": \"{}\"}}", "9".repeat(2_000_000));
    check(&raw(large.as_bytes(), "application/json"), 413, "for_stor", &[]);
    let now = wait_to(FRIST, "a new connection", || {
        p.t.attempt(&HttpRequest::new("GET", "/api/v1/revision/hoved").token(&p.revisor)).ok()
    });
    assert_eq!(now.json(), before);
}

#[test]
fn who_may_do_what() {
    let p = set_up();
    let token = |rolle: &str, nr: &str| p.t.token(rolle, Some(nr));
    let path = format!("/api/v1/forloeb/{}", p.id);
    let rask = json!({"sidste_fravaersdag": "2026-02-09"});
    let (revisor, drift) = (p.t.token("revisor", None), p.t.token("drift", None));
    p.t.get(&revisor, &path).with_status(200);
    check(&p.t.post(&revisor, &format!("{path}/raskmelding"), &rask), 403, "ikke_tilladt", &[]);
    check(&p.t.get(&drift, &path), 404, "findes_ikke", &[]);
    // Somebody else's leader, and the employee as their own leader, see nothing at all.
    for foreign in [token("leder", "1002"), token("leder", "1010"), token("medarbejder", "1011")] {
        check(&p.t.get(&foreign, &path), 404, "findes_ikke", &[]);
        check(&p.t.post(&foreign, &format!("{path}/raskmelding"), &rask), 404, "findes_ikke", &[]);
        assert_eq!(p.t.get(&foreign, "/api/v1/forloeb").json()["antal"], 0);
    }
    for friend in
        [token("leder", "1001"), token("leder", "9001"), token("medarbejder", "1010"), token("kontaktperson", "1002")]
    {
        p.t.get(&friend, &path).with_status(200);
    }
    check(&p.t.post(&token("kontaktperson", "1002"), &format!("{path}/raskmelding"), &rask), 403, "ikke_tilladt", &[]);
    let at_leder = p.t.post(&token("leder", "1001"), &format!("{path}/refusionsanmodning"), &json!({}));
    check(&at_leder, 403, "ikke_tilladt", &[]);
    check(&p.t.get(&p.hr, "/api/v1/revision/hoved"), 403, "ikke_tilladt", &[]);
    let csv = p.t.post_csv(&token("leder", "1001"), "/api/v1/import/fravaer", b"x");
    check(&csv, 403, "ikke_tilladt", &[]);
    let unknown = json!({"medarbejder_nr": "1002", "foerste_fravaersdag": "2026-02-09"});
    check(&p.t.post(&token("leder", "1003"), "/api/v1/forloeb", &unknown), 422, "ugyldige_felter", &["medarbejder_nr"]);
}

#[test]
fn version_and_key_guard_a_command() {
    let p = set_up();
    let path = format!("/api/v1/forloeb/{}", p.id);
    let etag = p.t.get(&p.hr, &path).etag().to_owned();
    let kontakt = format!("{path}/foerste-kontakt");
    let body = workplace::kontakt("2026-01-14");
    let foerste = p.t.post_with(&p.hr, &kontakt, &body, Some("n-1"), Some(&etag)).with_status(200);
    let log_head = workplace::log_head(&p.t, &p.revisor);
    let other = p.t.post_with(&p.hr, &kontakt, &body, Some("n-1"), Some(&etag)).with_status(200);
    assert_eq!(foerste.json(), other.json(), "the same key, the same answer");
    assert_eq!(workplace::log_head(&p.t, &p.revisor), log_head, "and no second event");
    check(
        &p.t.post_with(&p.hr, &kontakt, &workplace::kontakt("2026-01-15"), Some("n-1"), None),
        409,
        "noegle_genbrugt",
        &[],
    );
    check(&p.t.post_with(&p.hr, &kontakt, &body, None, Some(&etag)), 412, "anden_version", &[]);
    let sygemelding = json!({"medarbejder_nr": "1011", "foerste_fravaersdag": "2026-02-01"});
    let a = p.t.post_with(&p.hr, "/api/v1/forloeb", &sygemelding, Some("n-2"), None).with_status(201);
    let b = p.t.post_with(&p.hr, "/api/v1/forloeb", &sygemelding, Some("n-2"), None).with_status(201);
    assert_eq!((a.json(), a.log_head("location")), (b.json(), b.log_head("location")));
}
