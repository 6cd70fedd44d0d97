//! Dated stories about the talk: the employee answers the invitation, minutes are written, and what was agreed is done or not.
//! Every date is worked out by hand.

use chrono::{DateTime, FixedOffset};
use forloeb::command::{Act, NewAftale, NewReferat};
use forloeb::haendelse::*;
use forloeb::refusal::{BrokenRegel, DomainRefusal, Mistake};
use forloeb::words::*;
use uuid::Uuid;

use crate::story::{Story, dag, felt, seal};

fn time(text: &str) -> DateTime<FixedOffset> {
    let Ok(time) = text.parse() else { panic!("no time: {text}") };
    time
}

fn invited(to: &str) -> Act {
    Act::IndkaldSamtale(SamtaleIndkaldt::new(Uuid::nil(), time(to), seal()))
}

fn answers(svar: Samtalesvar, forslag: Option<&str>) -> Act {
    let forslag = forslag.map(time);
    Act::BesvarSamtale(SamtaleBesvaret { forloeb: Uuid::nil(), indkaldelse: 0, svar, forslag, confidential: None })
}

fn aftale(senest: &str, hvem: Aftaleejer) -> NewAftale {
    NewAftale { nr: None, senest: dag(senest), hvem }
}

fn referat(til: u64, aftaler: &[NewAftale], has_reason: bool) -> Act {
    Act::SkrivReferat(NewReferat { til, aftaler: aftaler.to_vec(), has_reason, confidential: seal() })
}

fn done(nr: u32, udfald: Aftaleudfald, dato: &str) -> Act {
    Act::AfgoerAftale(AftaleAfgjort { forloeb: Uuid::nil(), nr, udfald, dato: dag(dato) })
}

fn fast_track(beslutning: FastTrackBeslutning, af: Part, dato: &str) -> Act {
    let begrundelse = (beslutning == FastTrackBeslutning::Fravalgt && af == Part::Arbejdsgiver).then(seal);
    Act::FastTrack(FastTrackBesluttet { forloeb: Uuid::nil(), beslutning, af, dato: dag(dato), begrundelse })
}

/// Away since Monday 5 January, invited on Thursday the 22nd to the Thursday after.
fn case() -> Story {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-22").act(invited("2026-01-29T10:00:00+01:00"));
    case
}

/// On Thursday the 22nd nobody can be invited to the Wednesday before, but still to the same afternoon.
#[test]
fn nobody_is_invited_to_a_day_that_has_gone() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-22");
    let yesterday = case.refused(invited("2026-01-21T10:00:00+01:00"));
    assert_eq!(yesterday, felt("tidspunkt", Mistake::BeforeEarliest(dag("2026-01-22"))));
    case.act(invited("2026-01-22T15:00:00+01:00"));
}

#[test]
fn the_employee_proposes_another_time_and_the_leader_says_yes() {
    let mut case = case();
    case.morning();
    let first: Vec<_> = case.sendt.iter().filter(|l| l.contains("kalender-")).cloned().collect();
    assert_eq!(first.len(), 2, "the employee and the leader have it in the calendar: {first:?}");
    case.it("2026-01-23").act(answers(Samtalesvar::AndenTid, Some("2026-01-30T13:00:00+01:00")));
    let f = case.forloeb();
    let svar = f.svar_to_act_on().unwrap();
    assert_eq!(
        (svar.what.indkaldelse, svar.what.forslag),
        (f.indkaldt.as_ref().unwrap().position, Some(time("2026-01-30T13:00:00+01:00")))
    );
    assert_eq!(
        f.indkaldt.as_ref().unwrap().what.tidspunkt,
        time("2026-01-29T10:00:00+01:00"),
        "until the leader says yes"
    );
    let moved = |svar| {
        let new = SamtaleIndkaldt::new(Uuid::nil(), time("2026-01-30T13:00:00+01:00"), seal());
        Act::FlytSamtale(SamtaleIndkaldt { imoedekommer: Some(svar), ..new })
    };
    assert_eq!(case.refused(moved(1)), BrokenRegel::NoSamtalesvar.into(), "of another answer");
    let position = svar.position;
    case.act(moved(position)).morning();
    let f = case.forloeb();
    assert!(f.svar_to_act_on().is_none() && f.samtalesvar().is_none(), "it is the employee's own time");
    let again: Vec<_> = case.sendte.iter().filter(|p| p.key.indbydelse().is_some()).map(|p| &p.key.trin).collect();
    let numbers: Vec<_> = again.iter().map(|trin| trin.rsplit('-').next().unwrap()).collect();
    assert_eq!(numbers, ["0", "0", "1", "1"], "the same appointment, with a higher number, to both");
    assert_eq!(case.refused(moved(position)), BrokenRegel::NoSamtalesvar.into(), "it was said yes to already");
}

#[test]
fn an_answer_may_be_changed_until_the_talk_is_held() {
    let mut case = case();
    case.it("2026-01-23").act(answers(Samtalesvar::Kommer, None));
    assert!(case.forloeb().svar_to_act_on().is_none(), "there is nothing to do about it");
    let again = case.on(answers(Samtalesvar::Kommer, None));
    assert!(case.perform(&again).is_empty(), "the same once more is no event");
    case.it("2026-01-28").act(answers(Samtalesvar::KommerIkke, None));
    assert_eq!(case.forloeb().svar_to_act_on().unwrap().what.svar, Samtalesvar::KommerIkke);
    assert_eq!(case.status(Fristart::Samtale), Friststatus::Forfalder, "the talk is still to be held, by telephone");
    case.it("2026-01-29").samtale(Samtaleudfald::HoldtTelefon);
    assert!(case.forloeb().svar_to_act_on().is_none());
    assert_eq!(case.refused(answers(Samtalesvar::Kommer, None)), BrokenRegel::NoIndkaldelse.into());
}

#[test]
fn there_is_nothing_to_answer_before_an_invitation_and_no_time_that_has_passed() {
    let mut case = Story::sygemeldt("2026-01-05");
    assert_eq!(case.refused(answers(Samtalesvar::Kommer, None)), BrokenRegel::NoIndkaldelse.into());
    let mut case = self::case();
    let past = case.refused(answers(Samtalesvar::AndenTid, Some("2026-01-22T09:00:00+01:00")));
    assert_eq!(past, felt("forslag", Mistake::BeforeEarliest(dag("2026-01-22"))));
}

/// Colleagues who take part are invited like the others, and told when it is called off.
#[test]
fn who_takes_part_gets_an_invitation_of_their_own() {
    let mut case = Story::sygemeldt("2026-01-05");
    let new = SamtaleIndkaldt::new(Uuid::nil(), time("2026-01-29T10:00:00+01:00"), seal());
    let with = SamtaleIndkaldt { deltager_nr: vec!["10002".into()], ..new };
    case.it("2026-01-22").act(Act::IndkaldSamtale(with.clone())).morning();
    let told = |case: &Story| -> Vec<String> {
        let all = case.sendte.iter().filter(|p| p.key.indbydelse().is_some());
        all.map(|p| format!("{} {}", p.key.modtager, p.key.nr.as_deref().unwrap_or_default())).collect()
    };
    assert_eq!(told(&case), ["leder 10001", "medarbejder 10010", "deltager 10002"]);
    case.it("2026-01-26")
        .act(Act::IndkaldSamtale(SamtaleIndkaldt { deltager_nr: Vec::new(), ..with.clone() }))
        .morning();
    let called_off = case.sendte.iter().rfind(|p| p.key.modtager == Modtagerrolle::Deltager).unwrap();
    assert!(called_off.key.indbydelse().unwrap().1, "they do not take part any more: {called_off:?}");
    let many = (0..11).map(|n| format!("200{n:02}")).collect();
    let refused = case.refused(Act::IndkaldSamtale(SamtaleIndkaldt { deltager_nr: many, ..with }));
    assert_eq!(refused, felt("deltager_nr", Mistake::Interval { at_least: 0, at_most: 10 }));
}

/// Minutes of Thursday 29 January with two agreements: one for the leader by Friday 13 February, one for the employee by
/// Sunday the 15th, whose reminder leaves on the Friday before.
fn agreed() -> (Story, u64) {
    let mut case = case();
    case.it("2026-01-29").samtale(Samtaleudfald::Holdt);
    let held = case.forloeb().moeder()[0].position;
    let all = [aftale("2026-02-13", Aftaleejer::Leder), aftale("2026-02-15", Aftaleejer::Medarbejder)];
    case.act(referat(held, &all, false));
    (case, held)
}

fn numbers(case: &Story) -> Vec<(u32, String)> {
    case.forloeb().aftaler().iter().map(|a| (a.nr, a.senest.to_string())).collect()
}

#[test]
fn what_was_agreed_is_a_frist_with_one_reminder() {
    let (mut case, _) = agreed();
    assert_eq!(numbers(&case), [(1, "2026-02-13".to_owned()), (2, "2026-02-15".to_owned())]);
    assert_eq!(case.status(Fristart::Aftale), Friststatus::Coming, "more than a week ahead");
    assert_eq!(case.it("2026-02-06").status(Fristart::Aftale), Friststatus::Forfalder, "five working days before");
    case.let_time_pass("2026-03-02");
    let told: Vec<_> = case.sendt.iter().filter(|l| l.contains(" aftale ")).map(String::as_str).collect();
    assert_eq!(told, ["2026-02-13 aftale aftale-1-t -> leder", "2026-02-13 aftale aftale-2-t -> medarbejder"]);
    assert_eq!(case.status(Fristart::Aftale), Friststatus::Overskredet);
}

#[test]
fn what_is_done_is_not_reminded_of() {
    let (mut case, _) = agreed();
    case.it("2026-02-12").act(done(1, Aftaleudfald::Gjort, "2026-02-11"));
    case.act(done(2, Aftaleudfald::Bortfaldet, "2026-02-12"));
    let again = case.on(done(2, Aftaleudfald::Bortfaldet, "2026-02-12"));
    assert!(case.perform(&again).is_empty());
    case.let_time_pass("2026-03-02");
    assert!(case.sendt.iter().all(|l| !l.contains(" aftale ")), "{:?}", case.sendt);
    let statuses: Vec<_> = case.assessment().frister.iter().filter(|f| f.aftale.is_some()).map(|f| f.status).collect();
    assert_eq!(statuses, [Friststatus::Opfyldt, Friststatus::Bortfaldet]);
    assert_eq!(case.refused(done(3, Aftaleudfald::Gjort, "2026-02-12")), BrokenRegel::UnknownAftale.into());
}

/// Back on Monday 2 February, and left after Tuesday the 10th. On that day both are still to be done: the 9th is five arbejdsdage before
/// Sunday the 15th, and Friday the 6th before Friday the 13th. On the 11th nobody is left to do them with.
#[test]
fn nobody_does_what_was_agreed_with_who_came_back_and_has_left_since() {
    let (mut case, _) = agreed();
    case.it("2026-02-02").raskmeldt("2026-01-30").stamdata(|s| s.fratraadt = Some(dag("2026-02-10")));
    let stand = |case: &Story| {
        let all = case.assessment().frister.into_iter().filter(|f| f.aftale.is_some());
        all.map(|f| (f.status, f.loest_af.map(|at| (at.name, at.dato)))).collect::<Vec<_>>()
    };
    case.it("2026-02-10");
    assert_eq!(stand(&case), [(Friststatus::Forfalder, None), (Friststatus::Forfalder, None)]);
    case.it("2026-02-11");
    let left = (Friststatus::Bortfaldet, Some(("fratraadt", Some(dag("2026-02-10")))));
    assert_eq!(stand(&case), [left, left]);
    case.it("2026-02-02").let_time_pass("2026-03-02");
    assert!(case.sendt.iter().all(|l| !l.contains(" aftale ")), "{:?}", case.sendt);
}

/// The same talk once more: it needs a reason, keeps the number of what is the same, and never gives one out twice.
#[test]
fn minutes_that_are_written_again_stand_in_the_place_of_the_first() {
    let (mut case, held) = agreed();
    let kept = NewAftale { nr: Some(1), ..aftale("2026-02-20", Aftaleejer::Leder) };
    let all = [kept, aftale("2026-02-27", Aftaleejer::Hr)];
    assert_eq!(case.refused(referat(held, &all, false)), felt("begrundelse", Mistake::Missing));
    let foreign = NewAftale { nr: Some(9), ..kept };
    assert_eq!(case.refused(referat(held, &[foreign], true)), BrokenRegel::UnknownAftale.into());
    case.act(referat(held, &all, true));
    assert_eq!(numbers(&case), [(1, "2026-02-20".to_owned()), (3, "2026-02-27".to_owned())]);
    let f = case.forloeb();
    assert_eq!((f.referater.len(), f.referater_in_force().count()), (2, 1), "the first can still be read");
    let newest = f.referater[1].position;
    case.act(Act::Annuller { haendelse: Some(newest), begrundelse: seal() });
    assert_eq!(numbers(&case), [(1, "2026-02-13".to_owned()), (2, "2026-02-15".to_owned())], "the first counts again");
    case.act(referat(held, &[aftale("2026-02-27", Aftaleejer::Hr)], true));
    assert_eq!(numbers(&case), [(4, "2026-02-27".to_owned())], "3 was given out, though it was annulled");
}

#[test]
fn minutes_are_of_something_that_was_held() {
    let mut case = case();
    assert_eq!(case.refused(referat(1, &[], false)), BrokenRegel::NoMoede.into());
    case.it("2026-01-29").samtale(Samtaleudfald::DidNotAttend);
    let position = case.forloeb().samtaler[0].position;
    assert_eq!(case.refused(referat(position, &[], false)), BrokenRegel::NoMoede.into());
    let (mut case, held) = agreed();
    let nobody = aftale("2026-02-20", Aftaleejer::Koordinator);
    let refused = case.refused(referat(held, &[nobody], true));
    assert_eq!(refused, BrokenRegel::NobodyForAftale { hvem: Aftaleejer::Koordinator }.into());
    let too_early = aftale("2026-01-04", Aftaleejer::Leder);
    let refused = case.refused(referat(held, &[too_early], true));
    assert_eq!(refused, felt("aftaler.senest", Mistake::BeforeEarliest(dag("2026-01-05"))));
    let many = vec![aftale("2026-02-20", Aftaleejer::Leder); 51];
    assert_eq!(case.refused(referat(held, &many, true)), BrokenRegel::TooManyAftaler { most: 50 }.into());
}

/// Back on Monday 9 February: what was agreed is still to be done, and lapses 91 days after its day. 13 February and 91 days
/// is 15 May.
#[test]
fn what_was_agreed_stays_when_the_employee_is_back_and_ends_with_the_employment() {
    let (mut case, _) = agreed();
    case.it("2026-02-06").raskmeldt("2026-02-06");
    assert_eq!(case.it("2026-02-16").status(Fristart::Aftale), Friststatus::Overskredet);
    let of_1 = |case: &Story| case.assessment().frister.iter().find(|f| f.aftale == Some(1)).unwrap().status;
    assert_eq!(of_1(case.it("2026-05-15")), Friststatus::Overskredet);
    assert_eq!(of_1(case.it("2026-05-16")), Friststatus::Bortfaldet);
    let (mut case, _) = agreed();
    let h = ForloebAfsluttet { forloeb: Uuid::nil(), aarsag: Slutaarsag::Doed, dato: dag("2026-02-02") };
    case.it("2026-02-02").act(Act::Afslut(h)).let_time_pass("2026-03-02");
    assert_eq!(of_1(&case), Friststatus::Bortfaldet);
    assert!(case.sendt.iter().all(|l| !l.contains(" aftale ")), "{:?}", case.sendt);
}

/// Asked for on Thursday 29 January, so the kommune's talk is expected by 12 February. The employee's yes on 2 February moves
/// neither day, and may still become a no.
#[test]
fn the_employees_yes_to_fast_track_is_no_request_of_its_own() {
    use FastTrackBeslutning::{Anmodet, Fravalgt};
    let mut case = Story::sygemeldt("2026-01-05");
    assert!(case.forloeb().fast_track_asked().is_none());
    case.it("2026-01-29").act(fast_track(Anmodet, Part::Arbejdsgiver, "2026-01-29"));
    let f = case.forloeb();
    assert!(f.fast_track_asked().is_some() && f.fast_track_yes().is_none());
    case.it("2026-02-02");
    let before = case.refused(fast_track(Anmodet, Part::Medarbejder, "2026-01-28"));
    assert_eq!(
        before,
        felt("dato", Mistake::BeforeEarliest(dag("2026-01-29"))),
        "a yes comes after what it is said to"
    );
    case.act(fast_track(Anmodet, Part::Medarbejder, "2026-02-02"));
    let f = case.forloeb();
    assert_eq!(f.fast_track.len(), 1, "it is asked for once");
    assert_eq!(f.fast_track_yes().map(|yes| yes.what.dato), Some(dag("2026-02-02")));
    assert_eq!(case.frist(Fristart::FastTrack).loest_af.and_then(|by| by.dato), Some(dag("2026-01-29")));
    assert_eq!(case.frist(Fristart::OtteUger).kommunens_samtale, Some(dag("2026-02-12")));
    let again = case.it("2026-02-03").on(fast_track(Anmodet, Part::Medarbejder, "2026-02-03"));
    let again = case.perform(&again);
    assert!(again.is_empty(), "said once: {again:?}");
    // After the last day for asking, 8 February, too.
    case.it("2026-02-10").act(fast_track(Fravalgt, Part::Medarbejder, "2026-02-10"));
    assert!(case.forloeb().fast_track_yes().is_none(), "the newest word counts");
    assert_eq!(case.frist(Fristart::OtteUger).kommunens_samtale, None);
}

/// The yes goes with the request it was said to: annulled and asked for anew, the employee has not answered.
#[test]
fn a_yes_to_fast_track_is_of_one_request() {
    use FastTrackBeslutning::Anmodet;
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-29").act(fast_track(Anmodet, Part::Arbejdsgiver, "2026-01-29"));
    case.act(fast_track(Anmodet, Part::Medarbejder, "2026-01-29"));
    let asked = case.forloeb().fast_track[0].position;
    case.act(Act::Annuller { haendelse: Some(asked), begrundelse: seal() });
    let f = case.forloeb();
    assert!(f.fast_track_asked().is_none() && f.fast_track_yes().is_none(), "nobody has asked");
    case.it("2026-01-30").act(fast_track(Anmodet, Part::Arbejdsgiver, "2026-01-30"));
    let f = case.forloeb();
    assert!(f.fast_track_asked().is_some() && f.fast_track_yes().is_none());
}

/// § 7 c: the employer asks, the employee says no, and after that the employer cannot ask. The employee can.
#[test]
fn after_the_employees_no_only_the_employee_can_ask_for_fast_track() {
    use FastTrackBeslutning::{Anmodet, Fravalgt};
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-29").act(fast_track(Anmodet, Part::Arbejdsgiver, "2026-01-29"));
    assert_eq!(case.frist(Fristart::OtteUger).kommunens_samtale, Some(dag("2026-02-12")));
    case.it("2026-02-12").act(fast_track(Fravalgt, Part::Medarbejder, "2026-02-12"));
    assert_eq!(case.frist(Fristart::OtteUger).kommunens_samtale, None, "also later than it can be asked for");
    case.it("2026-02-06");
    let declined: DomainRefusal = BrokenRegel::FastTrackDeclined.into();
    assert_eq!(case.refused(fast_track(Anmodet, Part::Arbejdsgiver, "2026-02-06")), declined);
    case.act(fast_track(Anmodet, Part::Medarbejder, "2026-02-06"));
    let already: DomainRefusal = BrokenRegel::AlreadyAnmodet.into();
    assert_eq!(case.refused(fast_track(Fravalgt, Part::Medarbejder, "2026-02-06")), already, "it is their own");
    assert_eq!(case.refused(fast_track(Anmodet, Part::Arbejdsgiver, "2026-02-06")), already);
}
