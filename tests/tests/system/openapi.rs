//! The OpenAPI document names every route that was promised, and each route in it is served.
//!
//! A command that comes to the list is in the document by itself, and so is its route in this test.

use std::collections::BTreeSet;

use systemtests::{HttpRequest, Setup, workplace};

/// What others were promised, and may have written programs for: these routes stay.
const PROMISED: &str = "
    GET /healthz
    GET /readyz
    GET /metrics
    POST /api/v1/import/medarbejdere
    POST /api/v1/import/fravaer
    POST /api/v1/forloeb
    GET /api/v1/forloeb
    GET /api/v1/forloeb/{id}
    GET /api/v1/forloeb/{id}/frister
    GET /api/v1/forloeb/{id}/paamindelser
    GET /api/v1/forloeb/{id}/historik
    GET /api/v1/forloeb/{id}/refusion
    POST /api/v1/forloeb/{id}/foerste-kontakt
    POST /api/v1/forloeb/{id}/samtale-indkaldelse
    POST /api/v1/forloeb/{id}/samtale
    POST /api/v1/forloeb/{id}/anmeldelse
    POST /api/v1/forloeb/{id}/refusionsanmodning
    POST /api/v1/forloeb/{id}/fast-track
    POST /api/v1/forloeb/{id}/otte-uger
    POST /api/v1/forloeb/{id}/arbejdsskade
    POST /api/v1/forloeb/{id}/delvis
    GET /api/v1/forloeb/{id}/signaler
    GET /api/v1/politik
    POST /api/v1/politik
    POST /api/v1/politik/tilbagetraekning
    POST /api/v1/forloeb/{id}/raskmelding
    POST /api/v1/forloeb/{id}/rettelse
    POST /api/v1/forloeb/{id}/annullering
    POST /api/v1/forloeb/{id}/kontaktperson
    GET /api/v1/stedfortraeder
    POST /api/v1/stedfortraeder
    POST /api/v1/forloeb/{id}/lederskifte
    POST /api/v1/forloeb/{id}/afslutning
    POST /api/v1/forloeb/{id}/tildeling
    POST /api/v1/forloeb/{id}/send-igen
    GET /api/v1/paamindelser/fejlede
    POST /api/v1/forloeb/{id}/tta-plan
    GET /api/v1/forloeb/{id}/tta-plan/{version}
    POST /api/v1/forloeb/{id}/tta-evaluering
    GET /api/v1/overblik
    GET /api/v1/revision/haendelser
    GET /api/v1/revision/hoved
    GET /api/v1/revision/segl
    GET /api/v1/revision/checkpoint
    GET /api/v1/revision/konsistens
    POST /api/v1/clock";

#[test]
fn the_document_is_the_one_that_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let t = Setup::new(folder.path()).clock("2026-02-10T09:00:00+01:00").start();
    let hr = workplace::ansaet(&t, 12);
    let id = workplace::sygemeld(&t, &hr, "1010", "2026-01-05");
    let document = t.get("", "/api/openapi.json").with_status(200).json();
    let mut found = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            found.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    let promised = PROMISED.lines().map(str::trim).filter(|line| !line.is_empty());
    let gone: Vec<&str> = promised.filter(|route| !found.contains(*route)).collect();
    assert!(gone.is_empty(), "promised, and not in the document: {gone:?}");
    for route in &found {
        let (method, path) = route.split_once(' ').unwrap();
        let method = if method == "GET" { "GET" } else { "POST" };
        let path = path.replace("{id}", &id).replace("{version}", "1");
        let answer = t.send(&HttpRequest::new(method, &path).token(&hr));
        let code = answer.tekst();
        assert!(!code.contains("ukendt_rute") && answer.status != 405, "{route}: {} {code}", answer.status);
    }
}
