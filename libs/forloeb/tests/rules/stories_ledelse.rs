//! Dated stories about a forløb that is given to another leader, and about a cause at work. Every date is worked out by hand.

use forloeb::command::Act;
use forloeb::haendelse::*;
use forloeb::paamindelser::Planlagt;
use forloeb::refusal::{BrokenRegel, Mistake};
use forloeb::words::*;
use uuid::Uuid;

use crate::story::{Story, dag, felt, seal};

fn given(leder_nr: &str, fra: &str, spoerges: bool) -> Act {
    Act::SkiftLeder(LederSkiftet { forloeb: Uuid::nil(), leder_nr: leder_nr.to_owned(), fra: dag(fra), spoerges })
}

fn answer(svar: Overtagelsessvar, why: bool) -> Act {
    let begrundelse = why.then(seal);
    let dato = dag("2026-01-01"); // the decision says the day
    Act::BesvarOvertagelse(OvertagelseBesvaret { forloeb: Uuid::nil(), svar, dato, leder_nr: None, begrundelse })
}

fn said(dato: &str, aarsag: Arbejdsmiljoeaarsag, amr: bool) -> Act {
    Act::SigArbejdsaarsag(cause(dato, aarsag, amr, None))
}

fn cause(
    dato: &str,
    aarsag: Arbejdsmiljoeaarsag,
    amr: bool,
    arbejdsskade: Option<Arbejdsskadesvar>,
) -> ArbejdsaarsagSagt {
    ArbejdsaarsagSagt { forloeb: Uuid::nil(), dato: dag(dato), aarsag, amr, arbejdsskade }
}

fn done(dato: &str, opfoelgning: Option<&str>) -> Act {
    let opfoelgning = opfoelgning.map(dag);
    Act::Forebyg(ForanstaltningRegistreret { forloeb: Uuid::nil(), dato: dag(dato), opfoelgning, confidential: seal() })
}

fn told(case: &Story, art: Fristart) -> Vec<(Modtagerrolle, Option<String>, String)> {
    let of = |p: Planlagt| (p.key.modtager, p.key.nr, p.dag.to_string());
    case.planlagte().into_iter().filter(|p| p.key.frist == art && p.key.nyhed().is_none()).map(of).collect()
}

/// Ill from Monday 5 October 2026. On Thursday the 8th it is given to 20001 from the 9th, who is asked on the 9th, answers by
/// Tuesday the 13th, two working days on, and does not; on the 14th HR is told too. Then 20001 says no, with a reason: 10001 has it
/// again, and is asked by Friday the 16th.
#[test]
fn who_says_no_gives_it_back_to_whoever_had_it() {
    let mut case = Story::sygemeldt("2026-10-05");
    assert_eq!(case.refused(answer(Overtagelsessvar::Overtager, false)), BrokenRegel::NoAnmodning.into());
    case.it("2026-10-08").act(given("20001", "2026-10-09", true));
    assert!(case.forloeb().asked_to_take(dag("2026-10-08")).is_none(), "10001 leads it today");
    let frist = case.frist(Fristart::Overtagelse);
    assert_eq!((frist.aabner, frist.maaldag), (dag("2026-10-09"), dag("2026-10-13")));
    let (leder, new) = (Modtagerrolle::Leder, Some("20001".to_owned()));
    let expected = [
        (leder, new.clone(), "2026-10-09".to_owned()),
        (leder, new, "2026-10-14".to_owned()),
        (Modtagerrolle::Hr, None, "2026-10-14".to_owned()),
    ];
    assert_eq!(told(&case, Fristart::Overtagelse), expected);
    case.it("2026-10-14");
    assert_eq!(case.status(Fristart::Overtagelse), Friststatus::Overskredet);
    let without = case.refused(answer(Overtagelsessvar::SigerNej, false));
    assert_eq!(without, felt("begrundelse", Mistake::Missing));
    case.act(answer(Overtagelsessvar::SigerNej, true));
    let f = case.forloeb();
    assert_eq!((f.leder_on(dag("2026-10-13")), f.leder(dag("2026-10-14"))), (Some("20001"), Some("10001")));
    assert!(f.asked_to_take(dag("2026-10-14")).is_some_and(|asked| asked.what.is_back));
    let frist = case.frist(Fristart::Overtagelse);
    assert_eq!((frist.aabner, frist.maaldag), (dag("2026-10-14"), dag("2026-10-16")));
    case.act(answer(Overtagelsessvar::Overtager, false));
    assert_eq!(case.status(Fristart::Overtagelse), Friststatus::Opfyldt);
    assert!(case.forloeb().asked_to_take(case.today).is_none());
}

/// Whoever takes it has it. Who takes back what was given away may say no as well: then nobody leads it, and HR finds somebody.
#[test]
fn who_takes_it_has_it_and_what_nobody_takes_is_nobodys() {
    let mut case = Story::sygemeldt("2026-10-05");
    case.it("2026-10-08").act(given("20001", "2026-10-08", true)).act(answer(Overtagelsessvar::Overtager, false));
    assert_eq!(case.status(Fristart::Overtagelse), Friststatus::Opfyldt);
    assert_eq!(case.forloeb().leder(case.today), Some("20001"));
    let mut other = Story::sygemeldt("2026-10-05");
    other.it("2026-10-08").act(given("20001", "2026-10-08", true)).act(answer(Overtagelsessvar::SigerNej, true));
    other.act(answer(Overtagelsessvar::SigerNej, true));
    assert_eq!(other.forloeb().leder(other.today), None);
    assert!(other.assessment().frist(Fristart::Overtagelse).is_none(), "nobody is asked any more");
}

/// Who takes it themself is not asked, and nobody is who does not lead it any more.
#[test]
fn nobody_is_asked_who_does_not_have_it() {
    let mut case = Story::sygemeldt("2026-10-05");
    case.it("2026-10-08").act(given("20001", "2026-10-08", false));
    assert!(case.assessment().frist(Fristart::Overtagelse).is_none());
    case.it("2026-10-09").act(given("20002", "2026-10-09", true)).it("2026-10-12").act(given(
        "20003",
        "2026-10-12",
        false,
    ));
    assert!(case.assessment().frist(Fristart::Overtagelse).is_none());
    assert_eq!(case.refused(answer(Overtagelsessvar::Overtager, false)), BrokenRegel::NoAnmodning.into());
}

/// Said on Thursday 8 October that there was too much to do, and that the AMR, 10003, may know: something is to be decided by
/// Thursday the 22nd, ten working days on. On the 12th it is, and looked at from 9 November: due by the 23rd, ten working days on. She
/// is back from the 21st, and it stays. On 10 November nothing more is to be done, and the AMR sees it no more.
#[test]
fn a_cause_at_work_is_a_task_until_something_is_done_and_looked_at() {
    let mut case = Story::sygemeldt("2026-10-05");
    assert_eq!(case.it("2026-10-08").refused(done("2026-10-08", None)), BrokenRegel::NoAnmodning.into());
    case.act(said("2026-10-08", Arbejdsmiljoeaarsag::Arbejdspres, true));
    let frist = case.frist(Fristart::Forebyggelse);
    assert_eq!((frist.aabner, frist.maaldag), (dag("2026-10-08"), dag("2026-10-22")));
    assert_eq!(frist.ansvarlig[..], [Modtagerrolle::Leder, Modtagerrolle::Amr]);
    let asked = told(&case, Fristart::Forebyggelse);
    assert!(asked.contains(&(Modtagerrolle::Amr, Some("10003".to_owned()), "2026-10-08".to_owned())), "{asked:?}");
    assert_eq!(case.forloeb().amr(case.today), Some("10003"));
    case.it("2026-10-12").act(done("2026-10-12", Some("2026-11-09")));
    let frist = case.frist(Fristart::Forebyggelse);
    assert_eq!(
        (frist.aabner, frist.maaldag, frist.status),
        (dag("2026-11-09"), dag("2026-11-23"), Friststatus::Coming)
    );
    case.it("2026-10-21").raskmeldt("2026-10-20");
    assert_eq!(case.status(Fristart::Forebyggelse), Friststatus::Coming, "it is for those who come after, too");
    case.it("2026-10-22").act(done("2026-10-22", Some("2026-11-09")));
    assert!(!case.forloeb().sagt.is_followed_up(), "more was done, and nobody has looked yet");
    case.it("2026-11-10").act(done("2026-11-10", None));
    assert!(case.forloeb().sagt.is_followed_up());
    assert_eq!(case.status(Fristart::Forebyggelse), Friststatus::Opfyldt);
    assert_eq!(case.forloeb().amr(case.today), None);
}

/// Without a yes the AMR is not asked and not told, and a no that comes later holds from then on. What was no cause after all is no
/// task.
#[test]
fn the_amr_is_told_only_where_the_employee_has_said_so() {
    let mut case = Story::sygemeldt("2026-10-05");
    case.it("2026-10-08").act(said("2026-10-08", Arbejdsmiljoeaarsag::Trusler, false));
    assert_eq!(case.frist(Fristart::Forebyggelse).ansvarlig[..], [Modtagerrolle::Leder]);
    let is_amr = |(til, ..): &(Modtagerrolle, Option<String>, String)| *til == Modtagerrolle::Amr;
    assert!(!told(&case, Fristart::Forebyggelse).iter().any(is_amr));
    case.act(said("2026-10-08", Arbejdsmiljoeaarsag::Trusler, true));
    assert!(told(&case, Fristart::Forebyggelse).iter().any(is_amr));
    case.act(said("2026-10-08", Arbejdsmiljoeaarsag::Trusler, false));
    assert_eq!(case.forloeb().amr(case.today), None);
    let again = case.on(said("2026-10-08", Arbejdsmiljoeaarsag::Trusler, false));
    assert_eq!(case.perform(&again), [], "the same once more");
    case.act(said("2026-10-08", Arbejdsmiljoeaarsag::Ingen, true));
    assert!(case.assessment().frist(Fristart::Forebyggelse).is_none());
    assert_eq!(case.refused(done("2026-10-08", None)), BrokenRegel::NoAnmodning.into());
}

/// Decided on the 12th, and on the 13th the employee takes back that the AMR may know: nothing is to be decided anew. Another
/// cause is another task, from its own day: said on the 13th it is due on the 27th, ten working days on.
#[test]
fn who_may_know_is_no_new_cause() {
    let mut case = Story::sygemeldt("2026-10-05");
    case.it("2026-10-08").act(said("2026-10-08", Arbejdsmiljoeaarsag::Trusler, true));
    case.it("2026-10-12").act(done("2026-10-12", None));
    case.it("2026-10-13").act(said("2026-10-13", Arbejdsmiljoeaarsag::Trusler, false));
    assert_eq!(case.status(Fristart::Forebyggelse), Friststatus::Opfyldt);
    case.act(said("2026-10-13", Arbejdsmiljoeaarsag::Mobning, false));
    assert_eq!(case.frist(Fristart::Forebyggelse).maaldag, dag("2026-10-27"));
}

/// Said on Thursday 8 October that there was an accident that may be an injury at work. It starts no clock to EASY, and an answer
/// that comes later is no new task: it still is to be decided by Thursday the 22nd.
#[test]
fn whether_a_cause_may_be_an_injury_is_part_of_it() {
    use Arbejdsmiljoeaarsag::{Ingen, Trusler, Ulykke};
    use Arbejdsskadesvar::{Ja, Nej, Unknown};
    let mut case = Story::sygemeldt("2026-10-05");
    let says = |dato, aarsag, amr, answer| Act::SigArbejdsaarsag(cause(dato, aarsag, amr, Some(answer)));
    let answer = |case: &Story| case.forloeb().sagt.arbejdsaarsag.as_ref().and_then(|said| said.what.arbejdsskade);
    case.it("2026-10-08").act(says("2026-10-08", Ulykke, true, Ja));
    assert_eq!(answer(&case), Some(Ja));
    assert!(case.assessment().frist(Fristart::Easy).is_none(), "the cause of the absence starts that clock");
    let again = case.on(says("2026-10-08", Ulykke, true, Ja));
    assert_eq!(case.perform(&again), [], "the same once more");
    case.it("2026-10-09").act(said("2026-10-09", Ulykke, false));
    assert_eq!(answer(&case), Some(Ja), "who says nothing of it leaves what was said");
    case.act(says("2026-10-09", Ulykke, false, Nej));
    assert_eq!(answer(&case), Some(Nej));
    assert_eq!(case.frist(Fristart::Forebyggelse).maaldag, dag("2026-10-22"));
    case.act(says("2026-10-09", Ulykke, false, Unknown));
    assert_eq!(answer(&case), Some(Unknown));
    case.act(said("2026-10-09", Trusler, false));
    assert_eq!(answer(&case), None, "of another cause nobody has said");
    case.act(says("2026-10-09", Ingen, false, Ja));
    assert_eq!(answer(&case), None, "what is no cause is no injury");
}

/// Back after 20 October, and nobody has done anything: 91 days later, after 19 January 2027, it is not asked any more.
#[test]
fn what_nobody_did_about_a_cause_lapses_after_a_quarter() {
    let mut case = Story::sygemeldt("2026-10-05");
    case.it("2026-10-08").act(said("2026-10-08", Arbejdsmiljoeaarsag::Belastning, false));
    case.it("2026-10-21").raskmeldt("2026-10-20");
    case.it("2027-01-19");
    assert_eq!(case.status(Fristart::Forebyggelse), Friststatus::Overskredet);
    case.it("2027-01-20");
    assert_eq!(case.status(Fristart::Forebyggelse), Friststatus::Bortfaldet);
}

/// Back after 20 October, and left after Saturday the 31st: what helped is not found out with who is not there.
#[test]
fn a_cause_is_no_task_any_more_when_the_employee_has_left_since_the_return() {
    let mut case = Story::sygemeldt("2026-10-05");
    case.it("2026-10-08").act(said("2026-10-08", Arbejdsmiljoeaarsag::Belastning, false));
    case.it("2026-10-21").raskmeldt("2026-10-20").stamdata(|s| s.fratraadt = Some(dag("2026-10-31")));
    case.it("2026-10-31");
    assert_eq!(case.status(Fristart::Forebyggelse), Friststatus::Overskredet);
    case.it("2026-11-01");
    let frist = case.frist(Fristart::Forebyggelse);
    let left = frist.loest_af.map(|at| (at.name, at.dato));
    assert_eq!((frist.status, left), (Friststatus::Bortfaldet, Some(("fratraadt", Some(dag("2026-10-31"))))));
}

/// Before the illness, tomorrow, and looked at before it was decided.
#[test]
fn days_that_cannot_be_are_refused() {
    let mut case = Story::sygemeldt("2026-10-05");
    case.it("2026-10-08");
    let early = case.refused(said("2026-10-04", Arbejdsmiljoeaarsag::Vold, false));
    assert_eq!(early, felt("dato", Mistake::BeforeEarliest(dag("2026-10-05"))));
    case.act(said("2026-10-08", Arbejdsmiljoeaarsag::Vold, false));
    let tomorrow = case.refused(done("2026-10-09", None));
    assert_eq!(tomorrow, felt("dato", Mistake::Future(dag("2026-10-08"))));
    let same = case.refused(done("2026-10-08", Some("2026-10-08")));
    assert_eq!(same, felt("opfoelgning", Mistake::BeforeEarliest(dag("2026-10-09"))));
}
