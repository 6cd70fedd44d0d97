//! How many of a month's reminders were followed, as HR reads it.

use ::forloeb::Aktoer;
use ::forloeb::command::{Act, DomainCommand};
use ::forloeb::haendelse::{Afgoerelse, FoersteKontaktHoldt, Udfald};
use ::forloeb::paamindelser::planlagte;
use ::forloeb::words::{Fristart, Kontaktform, Kontaktrolle, Rolle, TagetAf};
use ::forloeb::{Forloeb, frister::assess};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use chrono::TimeDelta;
use serde_json::{Value, json};
use tower::ServiceExt;
use uuid::Uuid;

use super::arbejdsplads::{Arbejdsplads, LEDER, state};
use crate::projections::TokenUdstedt;
use crate::token::fingerprint;

const TOKEN: &str = "token-of-hr";

impl Arbejdsplads {
    async fn carry_out(&self, nr: &str, id: Uuid, act: Act) {
        let command = DomainCommand::Forloeb { id, if_version: None, act };
        self.app.execute(nr, &command, &Aktoer::system("test"), None).await.unwrap();
    }
}

fn first_contact(f: &Forloeb, sted: &Arbejdsplads) -> Act {
    let (today, book) = (sted.app.clock.today(), sted.app.book());
    let plan = planlagte(f, &assess(f, today, &book), today, &book);
    let p = plan.into_iter().find(|p| p.key.frist == Fristart::FoersteKontakt && p.dag <= today).unwrap();
    let udfald = Udfald::Sendt { letter: "x".to_owned(), til: p.key.nr.clone() };
    Act::AfgoerPaamindelser(vec![Afgoerelse { key: p.key, dag: p.dag, udfald }])
}

async fn ask(sted: &Arbejdsplads, query: &str) -> (StatusCode, Value) {
    let request = Request::get(format!("/api/v1/statistik/paamindelser{query}"))
        .header(header::AUTHORIZATION, format!("Bearer {TOKEN}"))
        .body(Body::empty())
        .unwrap();
    let answer = crate::http::router(state(&sted.app)).oneshot(request).await.unwrap();
    let status = answer.status();
    let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap())
}

/// Five of E101 have been away since 20 January, and each first contact is reminded of on Friday 6 February. With three of them it
/// is made on Monday the 9th, the first arbejdsdag after, and with one on Wednesday the 11th, the third. On Thursday the 12th all
/// of it is known: three of five.
#[tokio::test]
async fn a_month_says_how_many_were_followed() {
    let sted = Arbejdsplads::open().await;
    let mut all = Vec::new();
    for n in 0..5 {
        let nr = format!("4000{n}");
        sted.ansaet(&nr, &format!("Person {n}"), LEDER, "E101").await;
        sted.away(&nr, "2026-01-20").await;
        let f = sted.app.forloeb_for(&nr).await.unwrap().pop().unwrap();
        sted.carry_out(&nr, f.id, first_contact(&f, &sted)).await;
        all.push((nr, f.id));
    }
    let token = TokenUdstedt::new(fingerprint(TOKEN), Rolle::Hr, None);
    sted.app.registrer_token(&token, &Aktoer::system("prøve")).await.unwrap();
    let hr = sted.acting_as(Rolle::Hr).await;
    let page = hr.fetch("/hr/statistik/paamindelser?maaned=2026-02").await.tekst;
    assert!(page.contains("Der er ingen påmindelser om mindst 5 personer at vise for februar 2026"), "{page}");
    let mut contacts = all.iter();
    for (days, count) in [(3, 3), (2, 1)] {
        assert!(sted.app.clock.move_to(sted.app.clock.now() + TimeDelta::days(days)));
        for (nr, id) in contacts.by_ref().take(count) {
            let held = FoersteKontaktHoldt {
                forloeb: *id,
                dato: sted.app.clock.today(),
                form: Kontaktform::Telefon,
                kontaktperson_rolle: Kontaktrolle::Tr,
                taget_af: TagetAf::Arbejdsplads,
                forventet_varighed: None,
                arbejdsrelateret: None,
                sted: None,
                grunde: Vec::new(),
            };
            sted.carry_out(nr, *id, Act::FoersteKontakt(held)).await;
        }
    }
    assert!(sted.app.clock.move_to(sted.app.clock.now() + TimeDelta::days(1)));
    let page = hr.fetch("/hr/statistik/paamindelser?maaned=2026-02").await.tekst;
    for row in ["Første kontakt", "Botilbud E101", "I alt uden det skjulte"] {
        let cells = "<td class=\"tal\">5</td><td class=\"tal\">3</td><td class=\"tal\">60 %</td>";
        assert!(page.contains(&format!("<th scope=\"row\">{row}</th>{cells}")), "{row}: {page}");
    }
    // Systems have the same numbers, by code.
    let told = ask(&sted, "?maaned=2026-02").await;
    let five = json!({ "sendt": 5, "fulgt": 3 });
    assert_eq!(
        told.1,
        json!({
            "fra": "2026-02-01", "til": "2026-02-28", "i_alt": five, "skjulte_enheder": 0, "skjulte_frister": 0,
            "enheder": [{ "enhed": "E101", "enhed_navn": "Botilbud E101", "sendt": 5, "fulgt": 3 }],
            "frister": [{ "frist": "foerste_kontakt", "sendt": 5, "fulgt": 3 }],
        })
    );
    assert_eq!(ask(&sted, "").await.1["fra"], "2026-01-01", "the month before this one");
    for wrong in ["?maaned=2026-03", "?maaned=2026-13", "?maaned=x", "?aar=2026"] {
        assert_eq!(ask(&sted, wrong).await.0, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    let earlier = hr.fetch("/hr/statistik/paamindelser?maaned=2026-01").await.tekst;
    assert!(earlier.contains("januar 2026") && !earlier.contains("Botilbud E101"), "they were sent in February");
}
