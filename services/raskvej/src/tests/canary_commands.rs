//! The commands that write what is sealed, each text of it a canary; and every command there is, with one in the place of
//! each word.

use axum::http::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::canaries::{EMAIL, NAME, Service, canaries_in};
use crate::commands;

impl Service {
    /// Every sealed text is written, and what is nearly the same is refused.
    pub(super) async fn commands(&self, id: Uuid) {
        let plan = json!({"aftalt": "Redekassen males langsomt", "koordinator": "1003", "sundhedsvaesen": "givet",
            "trin": [{"fra": "2026-11-23", "til": "2026-12-06", "timer_pr_uge": 12.0, "dage": ["man"],
                "opgaver_ind": ["Tælle kviste ved åen"], "opgaver_ud": ["Redebygning om natten"],
                "hensyn": ["Frøpauser ved vinduet"], "principper": ["kolleger"]}],
            "skaanehensyn": [{"tekst": "Ingen vinger over hovedhøjde", "varig": true}],
            "tiltag": [{"tekst": "En rugekasse tættere på døren", "princip": "sikkerhed"}],
            "besked_til_kolleger": {"tekst": "Jeg flyver lavt og lander blødt", "godkendt_af_medarbejder": true}});
        for (token, name, body) in [
            (
                &self.hr,
                "samtale-indkaldelse",
                json!({"tidspunkt": "2026-11-24T10:00:00+01:00", "sted": "Voliere Bagved Æbletræet",
                    "deltagere": ["Onkel Gråspurv"], "formaal": "Hvor fløjten kan hænge"}),
            ),
            (
                &self.own,
                "samtale-svar",
                json!({"svar": "anden_tid", "forslag": "2026-11-25T13:00:00+01:00",
                    "sted": "Legepladsen under Kastanjen", "deltagere": ["Moster Rødhals"],
                    "bemaerkning": "Helst efter trækkets ankomst"}),
            ),
            (&self.hr, "tta-plan", plan),
            (&self.own, "tta-plan/1/svar", json!({"svar": "uenig", "bemaerkning": "Onsdag blæser det for meget"})),
            (&self.hr, "tta-plan", json!({"aftalt": "Halvt bygget af kviste", "kladde": true})),
            (
                &self.hr,
                "tta-plan-egne-ord",
                json!({"ord": "Vil hellere pippe stille", "maal": "Synge i kor til sommer",
                    "netvaerk": ["Fætter Gærdesmutte"]}),
            ),
            (&self.hr, "tta-plan/1/delt", json!({"med": "Storkeforeningens kontor", "dato": "2026-11-20"})),
            (
                &self.hr,
                "tta-plan-ikke-noedvendig",
                json!({"begrundelse": "Flyver af sig selv til foråret", "til": "2027-03-01"}),
            ),
            (
                &self.hr,
                "tta-evaluering",
                json!({"dato": "2026-11-20", "konklusion": "Vingen bruges en time mere",
                    "proevet": [{"tekst": "Sad på en lavere gren", "virkning": "hjalp"}]}),
            ),
            (
                &self.hr,
                "rettelse",
                json!({"felt": "omfang_pct", "ny_vaerdi": 50, "begrundelse": "Fejltastet af papegøjen"}),
            ),
            (
                &self.hr,
                "fast-track",
                json!({"beslutning": "fravalgt", "af": "arbejdsgiver", "dato": "2026-09-10",
                    "begrundelse": "Næbbet klarer det selv"}),
            ),
            (
                &self.hr,
                "otte-uger",
                json!({"dato": "2026-11-20", "udfald": "ikke_noedvendig",
                    "begrundelse": "Fjerdragten vokser ud igen", "deltagere": ["Kusine Blåmejse"]}),
            ),
            (
                &self.hr,
                "opfoelgning",
                json!({"art": "videre", "dato": "2026-11-20", "udfald": "holdt", "aftaler":
                    [{"tekst": "Frøkassen flyttes i ly", "senest": "2026-12-07", "hvem": "Farfar Skovskade"}],
                    "proevet": [{"tekst": "Fløj kun til den første gren", "virkning": "hjalp_delvist"}]}),
            ),
            (
                &self.hr,
                "kommunens-opfoelgning",
                json!({"beslutning": "oensket", "dato": "2026-11-20", "begrundelse": "Kommunens krage må kigge med"}),
            ),
            (&self.own, "arbejdsaarsag", json!({"aarsag": "belastning", "amr_maa_vide": true})),
            (&self.hr, "foranstaltning", json!({"tekst": "Redestigen får et trin mere"})),
            (
                &self.hr,
                "dispensation",
                json!({"fra": "2026-09-10", "dato": "2026-11-20", "begrundelse": "Postduen fløj forkert den dag"}),
            ),
        ] {
            let path = format!("/api/v1/forloeb/{id}/{name}");
            let kind = "application/json";
            let (status, answer) = self.api(Method::POST, token, &path, kind, body.to_string()).await;
            assert!(status.is_success(), "{name}: {status} {answer}");
            let mut wrong = body;
            wrong["dato"] = NAME.into();
            wrong["6906850057"] = EMAIL.into();
            let (status, _) = self.api(Method::POST, token, &path, kind, wrong.to_string()).await;
            assert!(status.is_client_error(), "{name}: {status}");
        }
        let oensker = json!({"telefon": "+45 61 72 83 94", "mail": "zita.hjemme@reden.example",
            "bemaerkning": "Helst når solen står op"});
        let (path, kind) = ("/api/v1/mig/oensker", "application/json");
        let (status, answer) = self.api(Method::POST, &self.own, path, kind, oensker.to_string()).await;
        assert!(status.is_success(), "{status} {answer}");
        self.minutes(id).await;
    }

    /// Where in the log the newest event of a kind stands.
    async fn position(&self, id: Uuid, kind: &str) -> u64 {
        let (_, history) = self.get(&self.hr, &format!("/api/v1/forloeb/{id}/historik")).await;
        let history: Vec<Value> = serde_json::from_str(&history).unwrap();
        let of_kind = history.iter().filter(|event| event["type"] == kind);
        of_kind.map(|event| event["position"].as_u64().unwrap()).max().expect(kind)
    }

    /// Minutes of the evaluation, with what was agreed, once and again; and something is annulled.
    async fn minutes(&self, id: Uuid) {
        let held = self.position(id, "TtaEvalueret").await;
        let aftale = json!({"tekst": "Kvisten bæres hjem mandag", "senest": "2026-11-30", "hvem": "leder"});
        let first = json!({"til": held, "tekst": "Solsorten sang for os alle", "aftaler": [aftale]});
        let wrong = self.position(id, "ForanstaltningRegistreret").await;
        for (name, body) in [
            ("referat", first),
            (
                "referat",
                json!({"til": held, "tekst": "Solsorten sang for os alle", "begrundelse": "Et næb var stavet forkert"}),
            ),
            ("annullering", json!({"haendelse": wrong, "begrundelse": "Skrevet på den forkerte gren"})),
        ] {
            let path = format!("/api/v1/forloeb/{id}/{name}");
            let (status, answer) = self.api(Method::POST, &self.hr, &path, "application/json", body.to_string()).await;
            assert!(status.is_success(), "{name}: {status} {answer}");
        }
    }

    /// Every command there is about somebody, with a canary in the place of each word of its example: done or refused.
    pub(super) async fn every_command(&self, id: Uuid) -> usize {
        let mut tried = 0;
        // The words of a policy are about nobody and stand open.
        for entry in commands::ALL.iter().filter(|entry| !entry.name.starts_with("politik")) {
            let path = entry.route().replace("{id}", &id.to_string()).replace("{version}", "1");
            let mut words = Vec::new();
            words_in(String::new(), &entry.example(), &mut words);
            for at in words {
                for token in [&self.own, &self.hr] {
                    let mut body = entry.example();
                    *body.pointer_mut(&at).unwrap() = NAME.into();
                    let (status, answer) =
                        self.api(Method::POST, token, &path, "application/json", body.to_string()).await;
                    assert!(!status.is_server_error(), "{} {at}: {status} {answer}", entry.name);
                    assert!(canaries_in(answer.as_bytes()).is_empty() || status.is_success(), "{} {at}", entry.name);
                    tried += 1;
                }
            }
        }
        tried
    }
}

/// Where the texts in something are.
fn words_in(at: String, value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(_) => found.push(at),
        Value::Array(all) => all.iter().enumerate().for_each(|(n, one)| words_in(format!("{at}/{n}"), one, found)),
        Value::Object(fields) => fields.iter().for_each(|(name, one)| words_in(format!("{at}/{name}"), one, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
