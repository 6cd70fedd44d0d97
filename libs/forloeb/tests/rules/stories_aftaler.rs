//! Dated stories about § 56 agreements that run out, about who is paid no wages while ill, and about when refusion can stop.
//! Every date is worked out by hand.

use forloeb::Oere;
use forloeb::command::Act;
use forloeb::haendelse::*;
use forloeb::paamindelser::next_dag;
use forloeb::refusal::{BrokenRegel, DomainRefusal};
use forloeb::refusion::ophoer::earliest_ophoer;
use forloeb::refusion::{Dage, asks_paragraf_56};
use forloeb::regnskab::{Dagsstand, regnskab};
use forloeb::words::*;
use uuid::Uuid;

use crate::story::{self, Story, dag};

fn dage(fra: &str, til: &str) -> Dage {
    Dage { fra: dag(fra), til: dag(til) }
}

fn span(case: &Story) -> Vec<(Dage, Dagsstand)> {
    let (f, r) = (case.forloeb(), case.assessment().refusion);
    regnskab(&f, &r, case.today, case.book()).span.iter().map(|s| (s.dage, s.stand)).collect()
}

/// An agreement through Sunday 28 February 2027, and a week's illness in October, back and answered.
fn aftale() -> Story {
    let mut case = Story::ansat();
    case.stamdata(|s| {
        (s.paragraf_56, s.paragraf_56_fra) = (true, Some(dag("2025-03-01")));
        s.paragraf_56_til = Some(dag("2027-02-28"));
    });
    case.it("2026-10-05").sygemeld("2026-10-05").it("2026-10-09").raskmeldt("2026-10-09");
    assert!(asks_paragraf_56(&case.forloeb()));
    case.act(Act::BesvarParagraf56(Paragraf56Besvaret { forloeb: Uuid::nil(), gaelder: false }));
    assert!(!asks_paragraf_56(&case.forloeb()));
    case
}

fn renewal(case: &Story) -> Option<(Friststatus, String, String)> {
    let frist = case.assessment().frist(Fristart::Paragraf56Fornyelse).cloned()?;
    Some((frist.status, frist.maaldag.to_string(), frist.lovdag.to_string()))
}

/// Eight weeks before 28 February is Sunday 3 January: HR has the mail on Monday 4 January, once. On 1 March it is
/// over.
#[test]
fn an_aftale_that_runs_out_is_told_of_eight_weeks_before() {
    let mut case = aftale();
    let next = |case: &Story| next_dag(&case.forloeb(), &case.assessment(), case.today, case.book());
    assert_eq!((renewal(&case), next(&case)), (None, Some(dag("2027-01-03"))), "time alone brings it");
    case.let_time_pass("2027-01-02");
    assert!(case.sendt.is_empty(), "{:?}", case.sendt);
    assert!(!case.assessment().is_running(&case.forloeb(), case.today));
    let days = ("2027-02-28".to_owned(), "2027-02-28".to_owned());
    assert_eq!(renewal(case.it("2027-01-03")), Some((Friststatus::Aaben, days.0, days.1)));
    assert!(case.assessment().is_running(&case.forloeb(), case.today), "it is a task, though nobody is away");
    case.it("2027-01-02").let_time_pass("2027-04-01");
    assert_eq!(case.sendt, ["2027-01-04 paragraf_56_fornyelse aabner -> hr"]);
    assert_eq!(renewal(&case), None);
}

/// Renewed through February 2029, ended, or the employee leaves: there is nothing to renew.
#[test]
fn an_aftale_that_is_renewed_or_over_is_not_told_of() {
    let later = |s: &mut Stamdata| s.paragraf_56_til = Some(dag("2029-02-28"));
    let ended = |s: &mut Stamdata| s.paragraf_56 = false;
    let leaves = |s: &mut Stamdata| s.fratraadt = Some(dag("2027-01-31"));
    let changes: [fn(&mut Stamdata); 3] = [later, ended, leaves];
    for change in changes {
        let mut case = aftale();
        case.it("2027-01-03");
        assert!(renewal(&case).is_some());
        case.stamdata(change);
        assert_eq!(renewal(&case), None);
        case.let_time_pass("2027-03-31");
        assert!(case.sendt.is_empty(), "{:?}", case.sendt);
    }
}

/// Of two illnesses under it the newer stands for the agreement, and an annulled one never does.
#[test]
fn an_aftale_is_told_of_once_however_many_forloeb_there_are() {
    let mut case = aftale();
    case.it("2026-12-07").sygemeld("2026-12-07").it("2026-12-11").raskmeldt("2026-12-11");
    let of = |case: &Story| -> Vec<_> { case.list().iter().filter(|f| f.is_newest()).map(|f| f.foerste).collect() };
    assert_eq!(of(&case), [dag("2026-12-07")]);
    case.it("2027-01-04").morning();
    assert_eq!(case.sendt.iter().filter(|l| l.contains("fornyelse")).count(), 1, "{:?}", case.sendt);
    let id = case.forloeb().id;
    case.act(Act::Annuller { haendelse: None, begrundelse: story::seal() });
    let newest = case.list().into_iter().find(|f| f.is_newest()).unwrap();
    assert!(newest.id != id && newest.foerste == dag("2026-10-05"));
}

fn hourly(loen: LoenUnderSygdom) -> Story {
    let mut case = Story::ansat();
    case.stamdata(|s| (s.loen_under_sygdom, s.ansaettelsesform) = (Some(loen), Some(Ansaettelsesform::Timeloen)));
    case
}

/// § 40 stk. 3, from Monday 5 January 2026: by Monday 19 January. The target is the 16th, the last working day on or before
/// day 14; nothing is to be had, and nothing is lost.
#[test]
fn who_pays_nothing_tells_the_kommune_within_fourteen_days() {
    let mut case = hourly(LoenUnderSygdom::Nej);
    case.it("2026-01-05").sygemeld("2026-01-05");
    let frist = case.frist(Fristart::Anmeldelse);
    assert_eq!((frist.maaldag, frist.lovdag, frist.penge), (dag("2026-01-16"), dag("2026-01-19"), false));
    assert!(frist.kilde.contains("§ 40 stk. 3"), "{}", frist.kilde);
    case.let_time_pass("2026-02-03");
    let told: Vec<_> = case.sendt.iter().filter(|l| l.contains("anmeldelse")).map(String::as_str).collect();
    let expected = [
        "2026-01-06 anmeldelse aabner -> leder",
        "2026-01-06 anmeldelse aabner -> hr",
        "2026-01-09 anmeldelse t-5 -> leder",
        "2026-01-09 anmeldelse t-5 -> hr",
        "2026-01-14 anmeldelse t-2 -> leder",
        "2026-01-14 anmeldelse t-2 -> hr",
        "2026-01-16 anmeldelse t -> leder",
        "2026-01-16 anmeldelse t -> hr",
        "2026-01-20 anmeldelse overskredet-2026-01-20 -> leders_leder",
        "2026-01-20 anmeldelse overskredet-2026-01-20 -> hr",
        "2026-01-27 anmeldelse overskredet-2026-01-27 -> leders_leder",
        "2026-01-27 anmeldelse overskredet-2026-01-27 -> hr",
        "2026-02-03 anmeldelse overskredet-2026-02-03 -> leders_leder",
        "2026-02-03 anmeldelse overskredet-2026-02-03 -> hr",
    ];
    assert_eq!(told, expected);
    assert_eq!(
        case.status(Fristart::Anmeldelse),
        Friststatus::Overskredet,
        "late, and nothing of the employer's is lost"
    );
    let r = case.it("2026-02-20").assessment().refusion;
    assert_eq!((r.gives, r.without_loen, r.asks_for_anmeldelse), (false, Some(LoenUnderSygdom::Nej), true));
    assert_eq!((r.mistet, r.i_fare, r.tab_begynder, r.per_arbejdsdag), (None, None, None, None));
    assert_eq!(span(&case), [(dage("2026-01-05", "2026-02-20"), Dagsstand::WithoutLoen)]);
    assert_eq!(regnskab(&case.forloeb(), &r, case.today, case.book()).sum(Dagsstand::WithoutLoen), None);
    assert_eq!(case.status(Fristart::Refusionsanmodning), Friststatus::Bortfaldet);
    // It can be told, and then it is done; there is nothing to claim.
    case.kvitteret();
    assert_eq!(case.status(Fristart::Anmeldelse), Friststatus::Opfyldt);
    let krav = case.krav("2026-02-04", "2026-02-10");
    assert_eq!(case.refused(krav), DomainRefusal::BrokenRegel(BrokenRegel::NothingToAnmode));
}

/// A short absence is told of all the same, for the kommune pays from the first day; half a year after F it is too late for
/// the employee, too: 19 January + 168 days is 6 July.
#[test]
fn a_short_absence_without_loen_is_told_of_until_it_helps_nobody() {
    let mut case = hourly(LoenUnderSygdom::Nej);
    case.it("2026-01-05").sygemeld("2026-01-05").it("2026-01-09").raskmeldt("2026-01-09");
    assert_eq!(case.status(Fristart::Anmeldelse), Friststatus::Forfalder);
    assert!(case.assessment().is_running(&case.forloeb(), case.today));
    assert_eq!(case.it("2026-07-06").status(Fristart::Anmeldelse), Friststatus::Overskredet);
    assert_eq!(case.it("2026-07-07").status(Fristart::Anmeldelse), Friststatus::Bortfaldet);
    assert!(!case.assessment().is_running(&case.forloeb(), case.today));
    // History that payroll sends when it is long over is told to nobody.
    let mut case = hourly(LoenUnderSygdom::Nej);
    case.it("2026-03-02").import("2026-01-05", Some("2026-01-09"), 100);
    assert_eq!(case.frist(Fristart::Anmeldelse).loest_af.unwrap().name, "kendt_efter_fristen");
}

/// § 40 stk. 2, from Monday 5 January 2026: sygedagpenge through 3 February, told by the 10th, a Tuesday. An absence that
/// ends with the employer period is not told of at all.
#[test]
fn who_pays_sygedagpenge_tells_the_kommune_a_week_after_they_stop() {
    let mut case = hourly(LoenUnderSygdom::Sygedagpenge);
    case.it("2026-01-05").sygemeld("2026-01-05").it("2026-02-12");
    let frist = case.frist(Fristart::Anmeldelse);
    assert_eq!((frist.maaldag, frist.lovdag), (dag("2026-02-09"), dag("2026-02-10")));
    assert_eq!((frist.status, frist.kilde.contains("§ 40 stk. 2")), (Friststatus::Overskredet, true));
    let days = [
        (dage("2026-01-05", "2026-02-03"), Dagsstand::Arbejdsgiver),
        (dage("2026-02-04", "2026-02-12"), Dagsstand::WithoutLoen),
    ];
    assert_eq!(span(&case), days);
    let mut case = hourly(LoenUnderSygdom::Sygedagpenge);
    case.it("2026-01-05").sygemeld("2026-01-05").it("2026-02-03").raskmeldt("2026-02-03");
    assert_eq!(case.status(Fristart::Anmeldelse), Friststatus::Bortfaldet);
}

/// Wages are those of F: who gets them from a later day had none when the absence began, and the other way round.
#[test]
fn what_is_paid_is_what_was_paid_on_the_first_day() {
    let mut case = hourly(LoenUnderSygdom::Nej);
    case.it("2026-01-05").sygemeld("2026-01-05").it("2026-01-20");
    case.stamdata_fra(Some("2026-01-15"), |s| s.loen_under_sygdom = Some(LoenUnderSygdom::Ja));
    assert_eq!(case.frist(Fristart::Anmeldelse).lovdag, dag("2026-01-19"));
    case.it("2026-02-02").raskmeldt("2026-02-01").it("2026-03-02").sygemeld("2026-03-02").it("2026-04-10");
    let r = case.assessment().refusion;
    assert_eq!((r.without_loen, r.lovdag, r.gives), (None, dag("2026-04-06"), true));
    assert!(r.mistet_skoen.is_some_and(|s| s.beloeb > Oere::ZERO));
}

/// Pregnancy is Udbetaling Danmark's, whose dates do not depend on it.
#[test]
fn graviditet_keeps_its_own_dates() {
    let mut case = hourly(LoenUnderSygdom::Nej);
    let forloeb::command::DomainCommand::RegistrerFravaer(h) =
        case.registrering("2026-01-05", None, 100, Kilde::Person)
    else {
        unreachable!()
    };
    let h = FravaerRegistreret { aarsag: Aarsag::Graviditet, ..h };
    case.it("2026-01-05").perform(&forloeb::command::DomainCommand::RegistrerFravaer(h));
    assert_eq!(case.frist(Fristart::Anmeldelse).lovdag, dag("2026-02-09"));
}

fn ophoer(case: &Story) -> Option<String> {
    earliest_ophoer(&case.list(), &case.forloeb(), case.today, case.book()).map(|dag| dag.to_string())
}

/// § 24, from Monday 5 January 2026: counted from 4 February on, Mondays to Fridays that are no holidays. 18 days in February,
/// 22 in March, 19 in April (Easter), 19 in May (Ascension, Whit Monday), 22 in June (the 5th counts) make 100; 22 weeks are
/// 110, and July has 23 more. An illness before it, 6 October to 12 December 2025, counts from 5 November: 28 days, which
/// make 106 in May and 128 in June. Half a day counts as a whole one.
#[test]
fn refusion_can_stop_after_the_month_with_more_than_twenty_two_weeks() {
    let mut case = Story::sygemeldt("2026-01-05");
    assert_eq!(ophoer(case.it("2026-02-10")).as_deref(), Some("2026-07-31"));
    case.act(Act::Delvis(DelvisRegistreret {
        forloeb: Uuid::nil(),
        fra: dag("2026-02-10"),
        omfang_pct: forloeb::Procent::whole(50),
        begrundelse: None,
    }));
    assert_eq!(ophoer(&case).as_deref(), Some("2026-07-31"));
    let mut case = Story::ansat();
    case.it("2025-10-06").import("2025-10-06", Some("2025-12-12"), 100);
    case.it("2026-01-05").sygemeld("2026-01-05");
    assert_eq!(ophoer(&case).as_deref(), Some("2026-06-30"));
    // Holiday during it is not paid: 13 to 24 July are ten days, and leave 113; 13 to 31 July leave 108, and August decides.
    for (til, expected) in [("2026-07-24", "2026-07-31"), ("2026-07-31", "2026-08-31")] {
        let mut case = Story::sygemeldt("2026-01-05");
        case.it("2026-07-01").act(Act::Afbryd(AfbrydelseRegistreret {
            forloeb: Uuid::nil(),
            fra: dag("2026-07-13"),
            til: dag(til),
            aarsag: Afbrydelsesaarsag::Ferie,
        }));
        assert_eq!(ophoer(&case).as_deref(), Some(expected), "{til}");
    }
}

/// Over, without refusion, or another authority's: there is nothing to say.
#[test]
fn what_is_over_or_gives_nothing_has_no_day_on_which_it_can_stop() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-03-02").raskmeldt("2026-03-01");
    assert_eq!(ophoer(&case), None);
    let mut case = hourly(LoenUnderSygdom::Nej);
    assert_eq!(ophoer(case.it("2026-01-05").sygemeld("2026-01-05")), None);
}
