//! How many of a month's reminders were followed, as HR reads it.

use ::forloeb::Aktoer;
use ::forloeb::command::{Act, DomainCommand};
use ::forloeb::haendelse::{Afgoerelse, FoersteKontaktHoldt, Udfald};
use ::forloeb::paamindelser::planlagte;
use ::forloeb::words::{Fristart, Kontaktform, Kontaktrolle, Rolle, TagetAf};
use ::forloeb::{Forloeb, frister::assess};
use chrono::TimeDelta;
use uuid::Uuid;

use super::arbejdsplads::{Arbejdsplads, LEDER};

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
    let earlier = hr.fetch("/hr/statistik/paamindelser?maaned=2026-01").await.tekst;
    assert!(earlier.contains("januar 2026") && !earlier.contains("Botilbud E101"), "they were sent in February");
}
