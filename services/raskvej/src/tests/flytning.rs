//! A move inside the workplace as payroll tells of it: the files of some nights. The day is Friday 20 November 2026.

use std::time::Duration;

use app::workplace::standing_still;
use axum::http::StatusCode;
use forloeb::Aktoer;
use forloeb::command::{Act, DomainCommand};
use forloeb::haendelse::{FoersteKontaktHoldt, MedarbejderFlyttet, SamtaleRegistreret};
use forloeb::words::{Fristart, Friststatus, Kontaktform, Kontaktrolle, Rolle, Samtaleudfald, TagetAf};
use uuid::Uuid;

use super::personer::ask;
use crate::access::User;
use crate::import::{Intake, Move, MoveUdfald, Report, Whole, moves_due};
use crate::terminal::TerminalRequest;
use crate::terminal::token::Wanted;
use crate::terminal::trial::Trial;

pub(super) const HEAD: &str = "medarbejder_nr;cpr;navn;email;telefon;stilling;enhed;enhed_navn;leder_nr;tr_nr;amr_nr;ansat_dato;fratraadt_dato;timer_pr_uge;bopaelskommune;paragraf_56;fleksjob;nyuddannet;rolle\n";
pub(super) const HEAD_FRAVAER: &str =
    "fravaer_nr;medarbejder_nr;aarsag;foerste_fravaersdag;sidste_fravaersdag;omfang_pct\n";

pub(super) fn line(nr: &str, cpr: &str, leder: &str, ansat: &str, fratraadt: &str) -> String {
    format!(
        "{nr};{cpr};Else Enevoldsen;;;Pædagog;E1;Plejecenter;{leder};;;{ansat};{fratraadt};37;0751;nej;nej;nej;medarbejder\n"
    )
}

pub(super) fn leader(nr: &str, cpr: &str) -> String {
    line(nr, cpr, "", "01-03-2009", "").replace("medarbejder\n", "leder\n")
}

/// 2 under 9, and once moved 20 under 8.
pub(super) fn employees(fratraadt: &str, after: &str) -> String {
    let mut all = vec![leader("8", "7203680011"), leader("9", "7203680038")];
    all.push(line("2", "6509710026", "9", "01-03-2015", fratraadt));
    if !after.is_empty() {
        all.push(line("20", "6509710026", "8", after, ""));
    }
    format!("{HEAD}{}", all.concat())
}

pub(super) async fn takes_in(p: &Trial, whole: bool, people: &str, away: &str) -> [Report; 2] {
    let aktoer = Aktoer::system("import");
    let intake = || {
        let intake = Intake::new(&p.app, &aktoer);
        if whole { intake.whole(Whole::default()) } else { intake }
    };
    let people = intake().medarbejdere(people.as_bytes(), &|_, _| {}).await.unwrap();
    let away = intake().fravaer(format!("{HEAD_FRAVAER}{away}").as_bytes(), &|_, _| {}).await.unwrap();
    for report in [&people, &away] {
        assert!(report.error.is_empty() && report.gone.is_empty(), "{report:?}");
    }
    [people, away]
}

pub(super) async fn compared(p: &Trial) {
    let answer = p.bed(TerminalRequest::compare()).await;
    assert_eq!(answer.code, 0, "{answer:?}");
}

pub(super) fn foerste_kontakt() -> FoersteKontaktHoldt {
    FoersteKontaktHoldt {
        forloeb: Uuid::nil(),
        dato: "2026-11-04".parse().unwrap(),
        form: Kontaktform::Telefon,
        kontaktperson_rolle: Kontaktrolle::Leder,
        taget_af: TagetAf::Arbejdsplads,
        forventet_varighed: None,
        arbejdsrelateret: None,
        sted: None,
        grunde: Vec::new(),
    }
}

pub(super) const BEFORE: &str = "a1;2;sygdom;02-11-2026;08-11-2026;100\n";
pub(super) const AFTER: &str = "a2;20;sygdom;09-11-2026;;100\n";

/// 2 ends on 8 November, 20 begins on the 9th, the rows adjoin and F is the 2nd: one forløb, lovdag 7 December.
#[tokio::test]
async fn a_move_goes_on_through_the_files_a_start_and_a_comparison() {
    let p = Trial::empty().await;
    takes_in(&p, false, &employees("", ""), BEFORE).await;
    let before = p.forloeb("2").await;
    p.act("2", Act::FoersteKontakt(foerste_kontakt())).await;
    takes_in(&p, false, &employees("08-11-2026", "09-11-2026"), &format!("{BEFORE}{AFTER}")).await;

    let check = |loan: &crate::projections::Loan| {
        let f = loan.all().last().unwrap().clone();
        let v = loan.assessment(&f, "2026-11-20".parse().unwrap()).into_owned();
        assert_eq!((loan.all().len(), f.id), (1, before.id), "the forløb keeps its name");
        assert_eq!((f.medarbejder_nr.as_str(), f.foerste.to_string().as_str()), ("20", "2026-11-02"));
        assert_eq!(v.refusion.lovdag.to_string(), "2026-12-07");
        assert_eq!(v.refusion.foerste_refusionsdag.to_string(), "2026-12-02");
        assert_eq!(v.frist(Fristart::FoersteKontakt).unwrap().status, Friststatus::Opfyldt);
    };
    check(&p.app.loan("20").await.unwrap());
    assert!(p.app.loan("2").await.unwrap().all().is_empty());
    assert_eq!(p.app.projections().whose(before.id), Some("20"));
    assert_eq!(p.app.projections().running().count(), 1);
    compared(&p).await;

    // The next nights say nothing new, also as files that hold everything.
    let head = p.app.log.head();
    for whole in [false, true] {
        let [people, away] =
            takes_in(&p, whole, &employees("08-11-2026", "09-11-2026"), &format!("{BEFORE}{AFTER}")).await;
        assert_eq!((people.unchanged, away.unchanged), (4, 2));
        assert_eq!(p.app.log.head(), head);
    }
    // What payroll puts right of the days under the number before is put right where they are now.
    takes_in(
        &p,
        false,
        &employees("08-11-2026", "09-11-2026"),
        &format!("{}{AFTER}", BEFORE.replace("02-11", "01-11")),
    )
    .await;
    assert_eq!(p.forloeb("20").await.foerste.to_string(), "2026-11-01");
    takes_in(&p, false, &employees("08-11-2026", "09-11-2026"), &format!("{BEFORE}{AFTER}")).await;

    let p = Trial::i(p.close().await).await;
    check(&p.app.loan("20").await.unwrap());
    assert_eq!(p.app.projections().current_nr("2"), "20");
    compared(&p).await;
}

/// The new number is there for some nights before payroll tells that the old one ended: it begins anew until then.
#[tokio::test]
async fn the_end_that_is_told_late_joins_what_began_meanwhile() {
    let p = Trial::empty().await;
    takes_in(&p, false, &employees("", ""), &BEFORE.replace("08-11-2026", "")).await;
    let before = p.forloeb("2").await;
    takes_in(&p, false, &employees("", "09-11-2026"), &format!("{}{AFTER}", BEFORE.replace("08-11-2026", ""))).await;
    let meanwhile = p.forloeb("20").await;
    assert_eq!(meanwhile.foerste.to_string(), "2026-11-09", "two numbers side by side are two jobs");
    assert_ne!(meanwhile.id, before.id);
    takes_in(&p, false, &employees("08-11-2026", "09-11-2026"), &format!("{BEFORE}{AFTER}")).await;
    let joined = p.forloeb("20").await;
    assert_eq!((joined.id, joined.foerste.to_string().as_str()), (before.id, "2026-11-02"));
    assert!(joined.called(meanwhile.id));
    assert_eq!(p.app.projections().forloeb_id(meanwhile.id), Some(before.id), "the other name still answers");
    compared(&p).await;
}

/// Ended on Friday the 6th: Monday the 9th is the first working day after, Tuesday the 10th is not. One day may be of both, two
/// are two jobs. Nor does a move count before its day.
#[tokio::test]
async fn a_move_is_one_that_adjoins_and_has_happened() {
    for (fratraadt, ansat, goes_on) in [
        ("06-11-2026", "09-11-2026", true),
        ("06-11-2026", "10-11-2026", false),
        ("09-11-2026", "09-11-2026", true),
        ("10-11-2026", "09-11-2026", false),
        ("20-11-2026", "21-11-2026", false),
    ] {
        let p = Trial::empty().await;
        takes_in(&p, false, &employees(fratraadt, ansat), "").await;
        let now = if goes_on { "20" } else { "2" };
        assert_eq!(p.app.projections().current_nr("2"), now, "{fratraadt} {ansat}");
    }
    let p = Trial::empty().await;
    takes_in(&p, false, &employees("20-11-2026", "21-11-2026"), "").await;
    let p = Trial::on(p.close().await, standing_still("2026-11-21T07:00:00Z")).await;
    takes_in(&p, false, &employees("20-11-2026", "21-11-2026"), "").await;
    assert_eq!(p.app.projections().current_nr("2"), "20", "the first file from its day on");
}

/// What a file would do to those who move is told before it does it, in the report as everywhere.
#[tokio::test]
async fn a_trial_tells_of_a_move_and_leaves_everybody_where_they_are() {
    let p = Trial::empty().await;
    takes_in(&p, false, &employees("", ""), BEFORE).await;
    let (head, aktoer) = (p.app.log.head(), Aktoer::system("import"));
    let people = employees("08-11-2026", "09-11-2026");
    let trial = Intake::new(&p.app, &aktoer).on_trial();
    let would = trial.medarbejdere(people.as_bytes(), &|_, _| {}).await.unwrap();
    let said = "Medarbejder 2 er fra 9. november 2026 medarbejder 20: forløb og historik følger med.";
    assert_eq!(would.moves.iter().map(Move::said).collect::<Vec<_>>(), [said]);
    let away = format!("{HEAD_FRAVAER}{BEFORE}{AFTER}");
    let would = trial.fravaer(away.as_bytes(), &|_, _| {}).await.unwrap();
    assert_eq!(would.moves.len(), 1, "the second file sees what the first would have led to");
    assert_eq!((p.app.log.head(), p.app.projections().current_nr("2")), (head, "2"));
    let mut csv = Vec::new();
    would.write_csv("fravaer", &mut csv).unwrap();
    assert!(String::from_utf8(csv).unwrap().contains("fravaer;;;flytning;Medarbejder 2 er fra "));

    let [done, after] = takes_in(&p, false, &people, &format!("{BEFORE}{AFTER}")).await;
    assert_eq!((done.moves, after.moves), (would.moves, vec![]), "told once, when it happens");
}

/// Payroll planned the row under the number before through the 15th, and began the new one on the 9th.
#[tokio::test]
async fn days_that_are_told_under_both_numbers_are_days_of_one_absence() {
    let p = Trial::empty().await;
    let before = BEFORE.replace("08-11-2026", "15-11-2026");
    takes_in(&p, false, &employees("", ""), &before).await;
    let people = employees("08-11-2026", "09-11-2026");
    takes_in(&p, false, &people, &format!("{before}{AFTER}")).await;
    let f = p.forloeb("20").await;
    assert_eq!((f.foerste.to_string().as_str(), f.sidste), ("2026-11-02", None));
    let head = p.app.log.head();
    takes_in(&p, true, &people, &format!("{before}{AFTER}")).await;
    assert_eq!(p.app.log.head(), head, "the next night says nothing new");
    compared(&p).await;
}

/// The absences do not fit together: the report says so, each night until payroll has put it right.
#[tokio::test]
async fn a_move_that_cannot_be_made_is_told_until_it_can() {
    let p = Trial::empty().await;
    let people = employees("08-11-2026", "09-11-2026");
    // The row under the number before begins after the one under the number after, and lies within it.
    let both = format!("a1;2;sygdom;10-11-2026;12-11-2026;100\n{AFTER}");
    let aktoer = Aktoer::system("import");
    for _ in 0..2 {
        Intake::new(&p.app, &aktoer).medarbejdere(employees("", "09-11-2026").as_bytes(), &|_, _| {}).await.unwrap();
        let away = format!("{HEAD_FRAVAER}{both}");
        Intake::new(&p.app, &aktoer).fravaer(away.as_bytes(), &|_, _| {}).await.unwrap();
        let told = Intake::new(&p.app, &aktoer).medarbejdere(people.as_bytes(), &|_, _| {}).await.unwrap();
        assert_eq!(told.moves.len(), 1, "{told:?}");
        assert_eq!((told.moves[0].udfald, p.app.projections().current_nr("2")), (MoveUdfald::Overlaps, "2"));
        assert!(told.moves[0].said().contains("fraværet under de to numre overlapper"));
    }
    let gone = format!("{HEAD_FRAVAER}{AFTER}");
    let whole = Whole { udfoer: true, ..Whole::default() };
    let whole = Intake::new(&p.app, &aktoer).whole(whole).fravaer(gone.as_bytes(), &|_, _| {}).await.unwrap();
    assert_eq!((whole.gone.len(), whole.moves.len()), (1, 1), "{whole:?}");
    assert_eq!((whole.moves[0].udfald, p.app.projections().current_nr("2")), (MoveUdfald::Done, "20"));
}

/// The moves of the day, though no file comes. Another test of this program may be taking one in.
async fn without_file(p: &Trial) {
    let looked = async {
        while !moves_due(&p.app).await.unwrap() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(5), looked).await.expect("other imports end");
}

/// The service stopped when the number before was closed, and nothing had been carried yet.
#[tokio::test]
async fn a_move_that_was_stopped_half_way_goes_on_at_the_next_start() {
    let p = Trial::empty().await;
    takes_in(&p, false, &employees("", ""), BEFORE).await;
    let id = p.forloeb("2").await.id;
    let p = Trial::on(p.close().await, standing_still("2026-11-08T07:00:00Z")).await;
    takes_in(&p, false, &employees("08-11-2026", "09-11-2026"), BEFORE).await;
    let closes = MedarbejderFlyttet { til_nr: "20".into(), fra: "2026-11-09".parse().unwrap() };
    p.perform("2", &DomainCommand::Flyt(closes)).await;
    assert!(p.app.loan("20").await.unwrap().all().is_empty());

    let p = Trial::on(p.close().await, standing_still("2026-11-09T07:00:00Z")).await;
    without_file(&p).await;
    assert_eq!(p.forloeb("20").await.id, id);
    let head = p.app.log.head();
    without_file(&p).await;
    assert_eq!(p.app.log.head(), head);
    compared(&p).await;
}

/// Told on Friday that the number changes on Saturday: it does on Saturday, though no file comes that day.
#[tokio::test]
async fn time_alone_makes_a_move_that_was_told_ahead() {
    let p = Trial::empty().await;
    takes_in(&p, false, &employees("20-11-2026", "21-11-2026"), "").await;
    without_file(&p).await;
    assert_eq!(p.app.projections().current_nr("2"), "2");
    let p = Trial::on(p.close().await, standing_still("2026-11-21T07:00:00Z")).await;
    without_file(&p).await;
    assert_eq!(p.app.projections().current_nr("2"), "20");
}

/// Payroll moves 2 to 20 under leader 8, and takes it back the week after: 2 goes on under 9, and 20 is gone, or over.
#[tokio::test]
async fn what_payroll_says_of_a_move_it_took_back_holds_for_the_one_person_there_is() {
    let ended = line("20", "6509710026", "8", "09-11-2026", "09-11-2026");
    for (whole, after) in [(true, String::new()), (true, ended.clone()), (false, ended)] {
        let p = Trial::empty().await;
        takes_in(&p, whole, &employees("", ""), "a1;2;sygdom;02-11-2026;;100\n").await;
        let id = p.forloeb("2").await.id;
        takes_in(&p, whole, &employees("08-11-2026", "09-11-2026"), "a1;2;sygdom;02-11-2026;;100\n").await;
        assert_eq!(p.app.projections().stamdata("20").unwrap().leder_nr.as_deref(), Some("8"));
        let back = format!("{}{after}", employees("", ""));
        for night in 0..2 {
            let [people, _] = takes_in(&p, whole, &back, "a1;2;sygdom;02-11-2026;;100\n").await;
            assert_eq!((people.changed, people.warnings.len()), (u64::from(night == 0), 1), "{people:?}");
            assert!(people.warnings[0].error.contains("lønsystemet har taget det tilbage"));
        }
        let [people, _] = takes_in(&p, false, &employees("", ""), "").await;
        assert_eq!(
            (people.changed, people.warnings.len()),
            (0, 1),
            "a file of changes need not say it again: {people:?}"
        );
        let f = p.forloeb("20").await;
        assert_eq!((f.id, f.foerste.to_string().as_str(), f.is_aabent(p.app.clock.today())), (id, "2026-11-02", true));
        assert_eq!(f.leder(p.app.clock.today()), Some("9"), "who leads is what payroll says now");
        compared(&p).await;
    }
}

/// Both numbers go on in payroll: which of them is somebody else's job, nobody can tell.
#[tokio::test]
async fn a_number_that_begins_again_beside_the_one_after_is_refused_and_told() {
    let p = Trial::empty().await;
    takes_in(&p, false, &employees("08-11-2026", "09-11-2026"), "").await;
    let aktoer = Aktoer::system("import");
    let both = employees("", "09-11-2026");
    for whole in [false, true] {
        let intake = Intake::new(&p.app, &aktoer);
        let intake = if whole { intake.whole(Whole::default()) } else { intake };
        let report = intake.medarbejdere(both.as_bytes(), &|_, _| {}).await.unwrap();
        assert_eq!(report.error.len(), 1, "{report:?}");
        assert!(report.error[0].error.contains("nummer 20, som ikke er sluttet"), "{report:?}");
        assert_eq!(p.app.projections().stamdata("20").unwrap().fratraadt, None);
    }
}

/// A token that was given to 2 is that of the same person when they are 20.
#[tokio::test]
async fn who_came_by_the_number_before_is_the_one_they_are_now() {
    let p = Trial::empty().await;
    takes_in(&p, false, &employees("", ""), BEFORE).await;
    let token = p.bed(TerminalRequest::Token(Wanted::of("2", Rolle::Medarbejder))).await.out.remove(0);
    takes_in(&p, false, &employees("08-11-2026", "09-11-2026"), &format!("{BEFORE}{AFTER}")).await;
    let projections = p.app.projections();
    let user = User::by_token(&token, &projections, p.app.clock.today()).unwrap();
    assert_eq!(user.nr.as_deref(), Some("20"));
    assert!(projections.finds(&user, "20"));
}

/// The history has what was recorded under both numbers, each event where it stands in the log, and the reminders have those
/// that were withheld under the one before.
#[tokio::test]
async fn the_history_is_that_of_both_numbers() {
    let p = Trial::empty().await;
    let open = BEFORE.replace("08-11-2026", "");
    takes_in(&p, false, &employees("", ""), &open).await;
    let f = p.forloeb("2").await;
    // The talk is held: its reminders of the 24th and the 27th are withheld.
    let samtale = SamtaleRegistreret {
        forloeb: Uuid::nil(),
        dato: "2026-11-05".parse().unwrap(),
        udfald: Samtaleudfald::Holdt,
        forventet_varighed: None,
        delvis_mulig: None,
    };
    p.act("2", Act::Samtale(samtale)).await;
    let withheld = p.app.whole("2").await.unwrap().forloeb(&p.app.book()).remove(0).afgjorte;
    assert!(!withheld.is_empty() && p.forloeb("2").await.afgjorte.is_empty(), "{withheld:?}");
    takes_in(&p, false, &employees("08-11-2026", "09-11-2026"), &format!("{open}{AFTER}")).await;
    let whole = p.app.whole("20").await.unwrap().forloeb(&p.app.book());
    assert_eq!(whole.len(), 1);
    assert!(withheld.keys().all(|key| whole[0].afgjorte.contains_key(key)), "{:?}", whole[0].afgjorte);

    let hr = p.bed(TerminalRequest::Token(Wanted::called("HR-kontoret", Rolle::Hr))).await.out.remove(0);
    let (status, list) = ask(&p, &hr, &format!("/api/v1/forloeb/{}/historik", f.id), None, None).await;
    assert_eq!(status, StatusCode::OK);
    let list = list.as_array().unwrap();
    let kinds: Vec<_> = list.iter().map(|one| one["type"].as_str().unwrap()).collect();
    for kind in ["SamtaleRegistreret", "MedarbejderFlyttet", "AnsaettelseFortsat"] {
        assert_eq!(kinds.iter().filter(|k| **k == kind).count(), 1, "{kinds:?}");
    }
    assert_eq!(kinds.iter().filter(|k| **k == "FravaerRegistreret").count(), 2, "{kinds:?}");
    let positions: Vec<_> = list.iter().map(|one| one["position"].as_u64().unwrap()).collect();
    assert!(positions.is_sorted(), "{positions:?}");
}
