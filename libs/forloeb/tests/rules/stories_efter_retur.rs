//! Dated stories about what is found out by a follow-up after the return: how what was done works. Every date is worked out by hand.

use forloeb::command::Act;
use forloeb::haendelse::*;
use forloeb::refusal::{BrokenRegel, DomainRefusal};
use forloeb::tta::Plan;
use forloeb::words::*;
use uuid::Uuid;

use crate::story::{Story, dag, seal};

/// Away from Monday 5 January, with a plan of the 12th that has a message to colleagues, approved or not as it is noted.
fn with_plan(besked_godkendt: bool) -> Story {
    let mut case = Story::sygemeldt("2026-01-05");
    let plan = Plan { besked_godkendt: Some(besked_godkendt), ..Plan::default() };
    case.it("2026-01-12").act(Act::PutPlan { plan, aftalt: true, confidential: seal() });
    case
}

/// Back on Monday 9 February, and followed up on Monday the 16th.
fn back(mut case: Story) -> Story {
    case.it("2026-02-09").raskmeldt("2026-02-06").it("2026-02-16");
    case
}

fn held() -> OpfoelgningRegistreret {
    OpfoelgningRegistreret {
        forloeb: Uuid::nil(),
        art: Opfoelgningsart::EfterRetur,
        dato: dag("2026-02-16"),
        udfald: OtteUgerUdfald::Holdt,
        virkninger: Vec::new(),
        samarbejde: None,
        foranstaltning: None,
        confidential: None,
    }
}

fn refused(case: &mut Story, h: OpfoelgningRegistreret) -> BrokenRegel {
    match case.refused(Act::Opfoelgning(h)) {
        DomainRefusal::BrokenRegel(regel) => regel,
        other => panic!("{other:?}"),
    }
}

/// What works stands with the follow-up, in the order it was told, and the frist is met by it as by any other.
#[test]
fn how_what_was_done_works_stands_with_the_follow_up() {
    let mut case = back(with_plan(true));
    let virkninger = vec![Virkning::Hjalp, Virkning::ForTidligt];
    let samarbejde = Some(Samarbejde::Delvist);
    let told = OpfoelgningRegistreret { virkninger, samarbejde, confidential: Some(seal()), ..held() };
    case.act(Act::Opfoelgning(told.clone()));
    assert_eq!(case.status(Fristart::OpfoelgningEfterRetur), Friststatus::Opfyldt);
    let f = case.forloeb();
    let what = &f.opfoelgninger.last().expect("it was held").what;
    assert_eq!(*what, OpfoelgningRegistreret { forloeb: f.id, ..told });
}

#[test]
fn what_was_not_held_found_nothing_out() {
    let mut case = back(with_plan(true));
    let not = OpfoelgningRegistreret { udfald: OtteUgerUdfald::IkkeNoedvendig, ..held() };
    let virkninger = vec![Virkning::Hjalp];
    assert_eq!(refused(&mut case, OpfoelgningRegistreret { virkninger, ..not.clone() }), BrokenRegel::NotHeld);
    let samarbejde = Some(Samarbejde::Godt);
    assert_eq!(refused(&mut case, OpfoelgningRegistreret { samarbejde, ..not.clone() }), BrokenRegel::NotHeld);
    case.act(Act::Opfoelgning(not));
}

/// Colleagues are asked about where the employee has said that they may be told; who takes that back has agreed nothing with them.
#[test]
fn the_help_of_kolleger_is_asked_about_where_they_may_be_told() {
    let asked = || OpfoelgningRegistreret { samarbejde: Some(Samarbejde::Ikke), ..held() };
    let nothing = || back(Story::sygemeldt("2026-01-05"));
    assert_eq!(refused(&mut nothing(), asked()), BrokenRegel::BeskedNotApproved);
    assert_eq!(refused(&mut back(with_plan(false)), asked()), BrokenRegel::BeskedNotApproved);
    back(with_plan(true)).act(Act::Opfoelgning(asked()));
    for (noted, own) in [(false, true), (true, false)] {
        let mut case = with_plan(noted);
        let answer = TtaBeskedBesvaret { forloeb: Uuid::nil(), version: 1, godkendt: own };
        case.it("2026-01-13").act(Act::BesvarBesked(answer));
        let mut case = back(case);
        assert_eq!(case.forloeb().approved_besked(), own.then_some(1));
        let answer = case.attempt(&case.on(Act::Opfoelgning(asked())));
        assert_eq!(answer.is_ok(), own, "{answer:?}");
    }
}

/// A cause is said on 14 January, and something is done about it on the 15th. Said anew, and otherwise, on the 20th it is another.
#[test]
fn what_is_done_about_a_cause_is_asked_about_while_something_is() {
    let asked = || OpfoelgningRegistreret { foranstaltning: Some(Virkning::HjalpIkke), ..held() };
    let said = |dato: &str, aarsag| {
        Act::SigArbejdsaarsag(ArbejdsaarsagSagt {
            forloeb: Uuid::nil(),
            dato: dag(dato),
            aarsag,
            amr: false,
            arbejdsskade: None,
        })
    };
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-14").act(said("2026-01-14", Arbejdsmiljoeaarsag::Belastning));
    assert_eq!(refused(&mut back(case.clone()), asked()), BrokenRegel::NoForanstaltning);
    let dato = dag("2026-01-15");
    let done = ForanstaltningRegistreret { forloeb: Uuid::nil(), dato, opfoelgning: None, confidential: seal() };
    case.it("2026-01-15").act(Act::Forebyg(done));
    back(case.clone()).act(Act::Opfoelgning(asked()));
    case.it("2026-01-20").act(said("2026-01-20", Arbejdsmiljoeaarsag::Vold));
    assert_eq!(refused(&mut back(case), asked()), BrokenRegel::NoForanstaltning);
}
