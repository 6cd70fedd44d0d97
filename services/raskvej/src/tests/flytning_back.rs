//! Somebody moves back to a number they have had, and a long life that moves. The day is Friday 20 November 2026.

use axum::http::StatusCode;
use forloeb::Aktoer;
use forloeb::command::{Act, DomainCommand};
use forloeb::haendelse::{Ciphertext, StamdataRegistreret};
use forloeb::words::Rolle;

use super::flytning::{AFTER, BEFORE, HEAD, compared, employees, foerste_kontakt, leader, line, takes_in};
use super::personer::ask;
use crate::import::{Intake, Move};
use crate::terminal::TerminalRequest;
use crate::terminal::token::Wanted;
use crate::terminal::trial::{MEANT, Trial, erase_request};

/// 2 under 9 moves to 20 under 8, and 20 back to 2 under 9 on the 16th, which payroll tells in one file.
fn back(whole: bool) -> String {
    let mut all = vec![leader("8", "7203680011"), leader("9", "7203680038")];
    all.push(line("2", "6509710026", "9", "16-11-2026", ""));
    if whole {
        all.push(line("20", "6509710026", "8", "09-11-2026", "15-11-2026"));
    }
    format!("{HEAD}{}", all.concat())
}

const BETWEEN: &str = "a2;20;sygdom;09-11-2026;15-11-2026;100\n";
const AGAIN: &str = "a3;2;sygdom;16-11-2026;;100\n";

/// 2 until 8 November, 20 until the 15th, and 2 again from the 16th, ill all the while: one forløb from the 2nd, lovdag 7
/// December (F+35), first refusion day 2 December (F+30).
#[tokio::test]
async fn who_comes_back_to_a_number_goes_on_through_the_files_a_start_and_a_comparison() {
    let p = Trial::empty().await;
    takes_in(&p, false, &employees("", ""), BEFORE).await;
    let before = p.forloeb("2").await;
    p.act("2", Act::FoersteKontakt(foerste_kontakt())).await;
    takes_in(&p, false, &employees("08-11-2026", "09-11-2026"), &format!("{BEFORE}{BETWEEN}")).await;
    assert_eq!(p.app.projections().current_nr("2"), "20");

    let aktoer = Aktoer::system("import");
    let trial = Intake::new(&p.app, &aktoer).on_trial();
    let would = trial.medarbejdere(back(true).as_bytes(), &|_, _| {}).await.unwrap();
    let said = "Medarbejder 20 er fra 16. november 2026 medarbejder 2: forløb og historik følger med.";
    assert_eq!(would.moves.iter().map(Move::said).collect::<Vec<_>>(), [said]);
    assert_eq!(p.app.projections().current_nr("2"), "20");

    let away = format!("{BEFORE}{BETWEEN}{AGAIN}");
    let [people, _] = takes_in(&p, true, &back(true), &away).await;
    assert_eq!(people.moves, would.moves);
    let check = |p: &Trial, loan: &crate::projections::Loan| {
        let f = loan.all().last().unwrap().clone();
        let v = loan.assessment(&f, "2026-11-20".parse().unwrap()).into_owned();
        assert_eq!((loan.all().len(), f.id, f.kontakter.len()), (1, before.id, 1));
        assert_eq!((f.medarbejder_nr.as_str(), f.foerste.to_string().as_str()), ("2", "2026-11-02"));
        assert_eq!(v.refusion.lovdag.to_string(), "2026-12-07");
        assert_eq!(v.refusion.foerste_refusionsdag.to_string(), "2026-12-02");
        let projections = p.app.projections();
        assert_eq!([projections.current_nr("2"), projections.current_nr("20")], ["2", "2"]);
        assert_eq!((projections.whose(before.id), projections.running().count()), (Some("2"), 1));
    };
    check(&p, &p.app.loan("2").await.unwrap());
    assert!(p.app.loan("20").await.unwrap().all().is_empty());
    compared(&p).await;
    // The next nights say nothing new, with a line about 20 that ended and without one.
    let head = p.app.log.head();
    for (whole, people) in [(true, back(true)), (false, back(false)), (true, back(true))] {
        takes_in(&p, whole, &people, &away).await;
        assert_eq!(p.app.log.head(), head);
    }

    // The history has each event once, wherever it was recorded.
    let hr = p.bed(TerminalRequest::Token(Wanted::called("HR-kontoret", Rolle::Hr))).await.out.remove(0);
    let (status, list) = ask(&p, &hr, &format!("/api/v1/forloeb/{}/historik", before.id), None, None).await;
    assert_eq!(status, StatusCode::OK);
    let positions: Vec<_> = list.as_array().unwrap().iter().map(|one| one["position"].as_u64().unwrap()).collect();
    assert!(positions.windows(2).all(|two| two[0] < two[1]), "{positions:?}");
    let whole = p.app.whole("2").await.unwrap().forloeb(&p.app.book());
    assert_eq!((whole.len(), whole[0].id), (1, before.id));

    let p = Trial::i(p.close().await).await;
    check(&p, &p.app.loan("2").await.unwrap());
    compared(&p).await;
    // And a third move goes on from there: to 20 once more, on the 18th.
    let mut third = back(true).replace(";16-11-2026;;", ";16-11-2026;17-11-2026;");
    third = third.replace(";09-11-2026;15-11-2026;", ";18-11-2026;;");
    let away = away.replace("16-11-2026;;100", "16-11-2026;17-11-2026;100") + "a4;20;sygdom;18-11-2026;;100\n";
    takes_in(&p, false, &third, &away).await;
    let f = p.forloeb("20").await;
    assert_eq!((f.id, f.foerste.to_string().as_str(), f.sidste), (before.id, "2026-11-02", None));
    assert_eq!(p.app.projections().current_nr("2"), "20");
    compared(&p).await;

    // An erasure takes both numbers, and everything that either was sealed with.
    let request = erase_request("20", MEANT);
    assert_eq!(p.bed(request).await.code, 0);
    assert!(
        ["2", "20"].iter().all(|nr| p.app.projections().is_erased(nr) && p.app.details(nr).is_none_or(|d| d.is_err()))
    );
}

/// 20 ended on the 10th, and 2 is employed again from the 16th: not a move, since days of work lie between. The number begins
/// anew, and what payroll still tells of its days before is of 20.
#[tokio::test]
async fn who_is_employed_again_by_a_number_they_moved_from_is_not_forgotten() {
    let p = Trial::empty().await;
    takes_in(&p, false, &employees("", ""), BEFORE).await;
    let before = p.forloeb("2").await;
    let ended = BETWEEN.replace("15-11-2026", "10-11-2026");
    takes_in(&p, false, &employees("08-11-2026", "09-11-2026"), &format!("{BEFORE}{ended}")).await;
    let people = back(true).replace(";15-11-2026;", ";10-11-2026;");
    for night in 0..2 {
        let [told, _] = takes_in(&p, true, &people, &format!("{BEFORE}{ended}{AGAIN}")).await;
        assert_eq!((told.moves.len(), told.changed), (0, if night == 0 { 2 } else { 0 }), "{told:?}");
        let projections = p.app.projections();
        assert_eq!([projections.current_nr("2"), projections.current_nr("20")], ["2", "20"]);
    }
    assert_eq!(
        (p.forloeb("20").await.id, p.forloeb("2").await.foerste.to_string()),
        (before.id, "2026-11-16".to_owned())
    );
    let corrected = BEFORE.replace("02-11", "01-11");
    takes_in(&p, false, &people, &format!("{corrected}{ended}{AGAIN}")).await;
    assert_eq!(p.forloeb("20").await.foerste.to_string(), "2026-11-01", "it is put right where it is");
    compared(&p).await;
}

/// Whoever else payroll gives the number to would be taken for the one who had it, by tokens and links: the line is refused.
#[tokio::test]
async fn a_number_that_somebody_moved_from_is_given_to_nobody_else() {
    let p = Trial::empty().await;
    takes_in(&p, false, &employees("08-11-2026", "09-11-2026"), BEFORE).await;
    let other = back(false).replace("6509710026", "0101900025");
    let report =
        Intake::new(&p.app, &Aktoer::system("import")).medarbejdere(other.as_bytes(), &|_, _| {}).await.unwrap();
    assert_eq!(report.error.len(), 1, "{report:?}");
    assert!(report.error[0].error.contains("giv den nye medarbejder et andet nummer"), "{report:?}");
}

/// Of 6 MB, which is more than a commit holds.
#[tokio::test]
async fn a_long_life_is_carried_whole() {
    let p = Trial::empty().await;
    takes_in(&p, false, &employees("", ""), BEFORE).await;
    let id = p.forloeb("2").await.id;
    let (person, stamdata) = {
        let projections = p.app.projections();
        (projections.person("2").unwrap(), projections.stamdata("2").unwrap().clone())
    };
    for n in 0..6 {
        let confidential = Some(Ciphertext(format!("{n}").repeat(1_000_000)));
        let stamdata = Box::new(stamdata.clone());
        let told = StamdataRegistreret { stamdata, confidential, person, gaelder_fra: None };
        p.perform("2", &DomainCommand::RegistrerStamdata(Box::new(told))).await;
    }
    takes_in(&p, false, &employees("08-11-2026", "09-11-2026"), &format!("{BEFORE}{AFTER}")).await;
    let f = p.forloeb("20").await;
    assert_eq!((f.id, f.foerste.to_string().as_str()), (id, "2026-11-02"));
    assert_eq!(p.app.projections().current_nr("2"), "20");
    compared(&p).await;
    // And carried on with all that it carries.
    let mut third = employees("08-11-2026", "09-11-2026").replace(";09-11-2026;;", ";09-11-2026;15-11-2026;");
    third += &line("200", "6509710026", "8", "16-11-2026", "");
    takes_in(&p, false, &third, &format!("{BEFORE}{BETWEEN}")).await;
    assert_eq!(p.forloeb("200").await.id, id);
    compared(&p).await;
}
