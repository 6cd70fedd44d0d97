//! Somebody moves whom payroll goes on naming by the number they had: as a leader, a representative, a substitute, and in HR.
//! The day is Friday 20 November 2026.

use forloeb::command::DomainCommand;
use forloeb::haendelse::StedfortraederUdpeget;
use forloeb::paamindelser::planlagte;
use forloeb::words::{Modtagerrolle, Rolle};
use mail::paamindelser::modtager::Addresses;

use super::flytning::{HEAD, compared, takes_in};
use crate::access::{HrEnheder, User};
use crate::lists::{Filter, SortOrder, Whose};
use crate::lookups::{Period, about};
use crate::terminal::TerminalRequest;
use crate::terminal::token::Wanted;
use crate::terminal::trial::Trial;
use app::opslag::{Content, Formaal, Opslag};

fn person(nr: &str, cpr: &str, role: &str, days: &str) -> String {
    format!(
        "{nr};{cpr};Navn {nr};m{nr}@arbejdsplads.example;;Pædagog;E1;Plejecenter;{};7;;{days};37;0751;nej;nej;nej;{role}\n",
        if role == "medarbejder" { "9" } else { "6" }
    )
}

/// 2 is led by 9, who is led by 6; 8 leads beside 9, and 7 is TR. From 9 November 9 is 90, 8 is 80 and 7 is 70, and of 2
/// payroll still says what it said.
fn people(moved: bool) -> String {
    let mut all = vec![
        person("6", "7203680011", "leder", "01-03-2009;"),
        person("2", "6509710026", "medarbejder", "01-03-2015;"),
    ];
    for (nr, cpr, role) in
        [("9", "7203680038", "leder"), ("8", "0101900025", "leder"), ("7", "0202800035", "medarbejder")]
    {
        all.push(person(nr, cpr, role, if moved { "01-03-2009;08-11-2026" } else { "01-03-2009;" }));
        if moved {
            all.push(person(&format!("{nr}0"), cpr, role, "09-11-2026;"));
        }
    }
    format!("{HEAD}{}", all.concat())
}

const AWAY: &str = "a1;2;sygdom;16-11-2026;;100\n";

/// Before and after the move: the same rights, mails and lists, by the number that each of them has now.
#[tokio::test]
async fn who_moves_is_followed_by_what_they_lead_and_what_they_do_for_others() {
    let p = Trial::empty().await;
    takes_in(&p, false, &people(false), AWAY).await;
    let named = |nr: &str| {
        let (stedfortraeder_nr, fra, til) = (Some(nr.to_owned()), None, None);
        DomainCommand::UdpegStedfortraeder(StedfortraederUdpeget { stedfortraeder_nr, fra, til })
    };
    p.perform("9", &named("8")).await;
    let mut tokens = Vec::new();
    for nr in ["9", "8", "7"] {
        let rolle = if nr == "7" { Rolle::Kontaktperson } else { Rolle::Leder };
        tokens.push(p.bed(TerminalRequest::Token(Wanted::of(nr, rolle))).await.out.remove(0));
    }
    for moved in [false, true] {
        if moved {
            takes_in(&p, false, &people(true), AWAY).await;
        }
        let now = |nr: &str| if moved { format!("{nr}0") } else { nr.to_owned() };
        let f = p.forloeb("2").await;
        let today = p.app.clock.today();
        assert_eq!((f.leder(today), f.kontaktperson(today)), (Some("9"), Some("7")), "payroll has not changed it");
        {
            let projections = p.app.projections();
            for (token, nr) in tokens.iter().zip(["9", "8", "7"]) {
                let user = User::by_token(token, &projections, today).unwrap();
                assert_eq!(user.nr, Some(now(nr)));
                assert!(user.sees(&f, &projections, today), "{nr} {moved}");
                assert_eq!(projections.running_for(&user, |_| true).count(), 1, "{nr} {moved}");
            }
            assert_eq!(
                projections.subordinates(&now("9")).collect::<Vec<_>>(),
                if moved { ["2", "70"] } else { ["2", "7"] }
            );
            assert_eq!(projections.stands_in_for(&now("8")).collect::<Vec<_>>(), [now("9")]);
            assert!(["9", "8", "7"].iter().all(|nr| projections.is_at_work(nr)));
            let hr = User::new(Rolle::Hr, None);
            for nr in ["9".to_owned(), now("9")] {
                let filter = Filter { leder_nr: Some(Whose::of(&nr)), ..Filter::default() };
                assert_eq!(filter.page(&hr, &projections, SortOrder::Frist, None, 10).count(), 1, "{nr}");
            }
            assert!(projections.can_lead(&f).contains(&now("9")), "{:?}", projections.can_lead(&f));
            assert!(projections.kolleger(&f).contains(&*now("7")), "{:?}", projections.kolleger(&f));
        }
        let addresses = Addresses { app: &p.app, hr_mail: Some("hr@arbejdsplads.example"), today, opened: None };
        assert_eq!(addresses.handler_for("9"), Some(now("9")));
        let book = p.app.book();
        let planned = planlagte(&f, &forloeb::frister::assess(&f, today, &book), today, &book);
        for (rolle, nr) in
            [(Modtagerrolle::Leder, "9"), (Modtagerrolle::LedersLeder, "6"), (Modtagerrolle::Kontaktperson, "7")]
        {
            let planned: Vec<_> = planned.iter().filter(|planned| planned.key.modtager == rolle).collect();
            assert!(!planned.is_empty(), "{rolle:?}");
            let nr = if nr == "6" { "6".to_owned() } else { now(nr) };
            for planned in planned {
                let to = addresses.modtager(&f, planned).unwrap();
                assert_eq!(to.address.show(), &format!("m{nr}@arbejdsplads.example"), "{:?}", planned.key);
                assert_eq!(to.nr, Some(nr.clone()));
            }
        }
    }
    compared(&p).await;
    // The substitute is known after a start, too.
    let p = Trial::i(p.close().await).await;
    assert_eq!(p.app.projections().stands_in_for("80").collect::<Vec<_>>(), ["90"]);
}

/// Who works for some units in HR does so under the next number: a setting names them by the one before.
#[tokio::test]
async fn who_works_for_some_units_does_so_under_the_next_number() {
    let p = Trial::empty().await;
    p.app.hr_enheder.get_or_init(|| HrEnheder::read("9=E2").unwrap());
    takes_in(&p, false, &people(true), "").await;
    for nr in ["9", "90"] {
        assert!(!p.app.narrowed_hr(User::new(Rolle::Hr, Some(nr.to_owned()))).scope.reaches("E1"), "{nr}");
    }
}

/// What was read about somebody under the number before is found by the one they have now, and by the old one, once.
#[tokio::test]
async fn look_ups_are_found_by_every_number_of_somebody() {
    let p = Trial::empty().await;
    takes_in(&p, false, &people(true), "").await;
    for (numbers, forloeb) in [(vec!["7"], None), (vec!["70"], None), (vec!["7", "70", "2"], None)] {
        let about = numbers.into_iter().map(str::to_owned).collect();
        let (time, reader) = (p.app.clock.now(), User::new(Rolle::Revisor, None).aktoer());
        let one =
            Opslag { time, reader, formaal: Formaal::Hr, content: Content::Insight, about, forloeb, version: None };
        p.app.opslag.note(one).await.unwrap();
    }
    let today = p.app.clock.today();
    for nr in ["7", "70"] {
        let period = Period::new(None, None, today).unwrap();
        let found = about(&p.app, &User::new(Rolle::Hr, None), nr, period).await.ok().unwrap();
        assert_eq!(found.all.len(), 3, "{nr}");
    }
}
