//! A case in which nothing goes by itself: nobody answers, the leader is said to be the wrong one and is away, the plan is not agreed
//! with, and the employee falls ill again. The dates are counted by hand on a calendar: F is Monday 5 January 2026.

use serde_json::json;

use crate::five::{CASE, Case, LIST, OWN, PLAN, Who};
use Who::{Hr, Kontaktperson, Koordinator, Leder, Medarbejder, Stedfortraeder};

const ANOTHER: &str = "Jeg hører til det andet hold";
const STAYS: &str = "Flytningen til det andet hold sker først til maj";
const TOO_EARLY: &str = "Onsdag er for tidligt for mig";
const FIRST: &str = "Fire dage fra på mandag";
const SECOND: &str = "To dage, og aldrig onsdag";
const NAME: &str = "Navnkær Hemmeligsen 1010";
const RETURN: &str = "Følg op efter tilbagevenden";

#[test]
fn when_nothing_goes_by_itself() {
    let mut case = Case::begins();
    nobody_answers_and_the_leader_is_disputed(&mut case);
    the_leader_is_away(&mut case);
    the_plan_is_not_agreed_with(&mut case);
    back_and_ill_again(&mut case);
    case.no_mail_names_anybody(&[ANOTHER, STAYS, TOO_EARLY, FIRST, SECOND]);
}

fn nobody_answers_and_the_leader_is_disputed(case: &mut Case) {
    // Monday the 12th: the contact person rings, and nobody answers. The contact is still to be made.
    case.until("2026-01-12", &[]);
    case.does(Kontaktperson, "kontaktforsoeg", &json!({ "dato": "2026-01-12", "form": "telefon" }));
    case.sees(Kontaktperson, LIST, &["Kontakt medarbejderen senest fredag den 16. januar 2026"]);
    case.sees(Leder, CASE, &["Forsøgt 1 gang, senest mandag den 12. januar 2026."]);

    // Tuesday the 13th: the employee says that the leader is another's. HR has three working days.
    case.until("2026-01-13", &[]);
    case.says("forkert-leder", &json!({ "begrundelse": ANOTHER }));
    case.sees(Medarbejder, OWN, &["HR svarer senest fredag den 16. januar 2026."]);
    case.sees(Hr, LIST, &["Afgør, om lederen er den rigtige, senest fredag den 16. januar 2026"]);
    case.does_not_see(Kontaktperson, CASE, &[ANOTHER]);

    // Thursday the 15th: HR, who was told on Wednesday as the contact person was of the contact, decides that the leader stays.
    case.until("2026-01-15", &[("2026-01-14", &[Kontaktperson, Hr])]);
    case.does(Hr, "leder-beholdt", &json!({ "begrundelse": STAYS }));
    case.sees(Medarbejder, OWN, &["HR afgjorde torsdag den 15. januar 2026, at din leder er den rigtige.", STAYS]);
    case.does_not_see(Hr, LIST, &["Afgør, om lederen er den rigtige"]);

    // Monday the 19th: the day of the contact was Friday, and it is not made. The leader tries, and nobody answers.
    case.until("2026-01-19", &[("2026-01-16", &[Leder, Kontaktperson]), ("2026-01-19", &[Leder])]);
    case.sees(Leder, LIST, &["Kontakt medarbejderen nu; målet var fredag den 16. januar 2026"]);
    case.sees(Hr, LIST, &["Følg op hos lederen: kontakt medarbejderen nu"]);
    case.does(Leder, "kontaktforsoeg", &json!({ "dato": "2026-01-19", "form": "sms" }));
    case.sees(Kontaktperson, CASE, &["Forsøgt 2 gange, senest mandag den 19. januar 2026."]);

    // Thursday the 22nd: the leader, whom HR was told to ask yesterday, has met the employee.
    case.until("2026-01-22", &[("2026-01-21", &[Hr])]);
    let contact = json!({
        "dato": "2026-01-22", "form": "personlig", "kontaktperson_rolle": "leder", "taget_af": "arbejdsplads",
    });
    case.does(Leder, "foerste-kontakt", &contact);
    case.does_not_see(Leder, LIST, &["Kontakt medarbejderen"]);
    case.does_not_see(Hr, LIST, &["kontakt medarbejderen"]);
}

fn the_leader_is_away(case: &mut Case) {
    // Friday the 23rd: next week somebody stands in for the leader, who has seen nothing of it before.
    case.until("2026-01-23", &[]);
    let ferie = json!({
        "leder_nr": "1001", "stedfortraeder_nr": "1004", "fra": "2026-01-26", "til": "2026-01-30",
    });
    case.sends(Leder, "/api/v1/stedfortraeder", &ferie);
    case.finds_nothing(Stedfortraeder, CASE);
    case.does_not_see(Medarbejder, OWN, &["der er stedfortræder for din leder"]);

    // Wednesday the 28th: the mail of yesterday, about the talk and the anmeldelse, was theirs, and so is the talk.
    case.until("2026-01-28", &[("2026-01-27", &[Stedfortraeder, Hr])]);
    case.sees(
        Medarbejder,
        OWN,
        &["Til og med fredag den 30. januar 2026 er det", "der er stedfortræder for din leder"],
    );
    case.sees(Stedfortraeder, LIST, &["Hold sygefraværssamtalen senest fredag den 30. januar 2026", NAME]);
    case.does(Stedfortraeder, "samtale", &json!({ "dato": "2026-01-28", "udfald": "holdt_telefon" }));
    case.does_not_see(Leder, LIST, &["Hold sygefraværssamtalen"]);

    // Tuesday 3 February: Friday's mail, about the anmeldelse and fast track, was still theirs. The leader is back, and HR has
    // the receipt, six days before the last one.
    case.until("2026-02-03", &[("2026-01-30", &[Stedfortraeder, Hr])]);
    case.finds_nothing(Stedfortraeder, CASE);
    let receipt = json!({
        "trin": "kvitteret", "dato": "2026-02-03", "underskrevet_dato": "2026-02-02", "kvittering": "NR-1010",
    });
    case.does(Hr, "anmeldelse", &receipt);
}

fn the_plan_is_not_agreed_with(case: &mut Case) {
    // Monday the 9th: a plan that the employee was not asked about.
    case.until("2026-02-09", &[]);
    let plan = |aftalt: &str| json!({ "aftalt": aftalt, "koordinator": "1005", "evalueringer": ["2026-03-02"] });
    case.does(Leder, "tta-plan", &plan(FIRST));

    // Wednesday the 11th: they do not agree, and say why.
    case.until(
        "2026-02-11",
        &[("2026-02-09", &[Leder, Koordinator, Medarbejder]), ("2026-02-10", &[Koordinator, Medarbejder])],
    );
    case.does(Medarbejder, "tta-plan/1/svar", &json!({ "svar": "uenig", "bemaerkning": TOO_EARLY }));
    for who in [Leder, Koordinator] {
        case.sees(who, LIST, &["Tal med medarbejderen, som ikke er enig i planen"]);
        case.sees(who, PLAN, &["Ensidig plan", TOO_EARLY]);
    }

    // Friday the 13th: the leader, who was told on Thursday as the coordinator was, and is reminded of the eight weeks today, makes
    // another.
    case.until("2026-02-13", &[("2026-02-12", &[Leder, Koordinator]), ("2026-02-13", &[Leder])]);
    case.does(Leder, "tta-plan", &plan(SECOND));
    for who in [Leder, Koordinator] {
        case.does_not_see(who, LIST, &["Tal med medarbejderen, som ikke er enig i planen"]);
    }

    // Monday the 16th: the employee is told of it, and agrees. The evaluation is on the same day as before: no calendar changes.
    case.until("2026-02-16", &[("2026-02-16", &[Medarbejder])]);
    case.sees(Medarbejder, PLAN, &[SECOND]);
    case.does(Medarbejder, "tta-plan/2/svar", &json!({ "svar": "enig" }));
    case.sees(Leder, PLAN, &["Fælles plan"]);
}

fn back_and_ill_again(case: &mut Case) {
    // Friday the 20th: leader and coordinator were told of the yes on Tuesday. Back since today, after 46 days. The evaluation is taken
    // out of three calendars.
    case.until("2026-02-20", &[("2026-02-17", &[Leder, Koordinator])]);
    case.does(Leder, "raskmelding", &json!({ "sidste_fravaersdag": "2026-02-19" }));
    case.sees(Leder, LIST, &["Følg op efter tilbagevenden senest torsdag den 5. marts 2026"]);
    case.finds_nothing(Kontaktperson, CASE);

    // Monday the 23rd: HR claims from the 31st day to the last one.
    case.until("2026-02-23", &[("2026-02-20", &[Leder, Koordinator, Medarbejder])]);
    case.does(Hr, "refusionsanmodning", &json!({ "fra": "2026-02-04", "til": "2026-02-19" }));

    // Monday 2 March, eleven days later: ill again. It is another case, and nobody follows up on the return from the first.
    case.until("2026-03-02", &[]);
    let before = case.goes_on_with_another("2026-03-02");
    case.sees(Medarbejder, OWN, &["Du har været væk siden mandag den 2. marts 2026 (dag 1)"]);
    case.sees(Kontaktperson, LIST, &["Kontakt medarbejderen senest fredag den 13. marts 2026", NAME]);
    case.sees(Leder, CASE, &["Muligt tilbagefald"]);
    case.sees(Hr, CASE, &["Muligt tilbagefald"]);
    case.does_not_see(Leder, LIST, &[RETURN]);

    // Friday the 6th: back after four days. That is short: it is the first return that the leader has to ask about, and late.
    case.until("2026-03-06", &[]);
    case.says("raskmelding", &json!({ "sidste_fravaersdag": "2026-03-05" }));
    case.sees(Leder, LIST, &["Følg op efter tilbagevenden nu; målet var torsdag den 5. marts 2026"]);
    let held = json!({ "art": "efter_retur", "dato": "2026-03-06", "udfald": "holdt" });
    case.sends(Leder, &format!("/api/v1/forloeb/{before}/opfoelgning"), &held);
    case.does_not_see(Leder, LIST, &[RETURN]);

    // Tuesday 7 April, a month later: nobody has heard of it again.
    case.until("2026-04-07", &[]);
    case.sees(Leder, &format!("/forloeb/{before}"), &[NAME]);
    case.finds_nothing(Kontaktperson, CASE);
}
