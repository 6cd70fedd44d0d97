//! A case in which everybody does what is theirs, from the first day to a month after the return. The dates are counted by hand on a
//! calendar: F is Monday 5 January 2026.

use serde_json::json;

use crate::five::{CASE, Case, LIST, OWN, PLAN, Who};
use Who::{Hr, Kontaktperson, Koordinator, Leder, Medarbejder};

const WISH: &str = "Ring helst efter klokken ti";
const PLACE: &str = "Personalerummet bag køkkenet";
const MINUTES: &str = "Vi talte om vagterne i den første tid";
const FOR_LEDER: &str = "taler med holdet om vagtplanen";
const FOR_MEDARBEJDER: &str = "siger til, når en vagt er for lang";
const AGREED: &str = "Tre formiddage om ugen til at begynde med";
const CONCLUSION: &str = "Vi lægger en formiddag til";
const NAME: &str = "Navnkær Hemmeligsen 1010";

#[test]
fn when_everybody_does_what_is_theirs() {
    let mut case = Case::begins();
    the_first_contact(&mut case);
    the_talk(&mut case);
    the_money(&mut case);
    the_plan(&mut case);
    back_step_by_step(&mut case);
    a_month_after_the_return(&mut case);
    case.no_mail_names_anybody(&[WISH, PLACE, MINUTES, FOR_LEDER, FOR_MEDARBEJDER, AGREED, CONCLUSION]);
}

fn the_first_contact(case: &mut Case) {
    // Monday 5 January, day 1: everybody sees what is theirs to do.
    case.sees(Leder, LIST, &["Hold sygefraværssamtalen senest fredag den 30. januar 2026", NAME]);
    case.sees(Kontaktperson, LIST, &["Kontakt medarbejderen senest fredag den 16. januar 2026", NAME]);
    case.does_not_see(Kontaktperson, CASE, &["100 % af 37 timer om ugen"]);
    case.sees(Leder, CASE, &["100 % af 37 timer om ugen"]);
    case.sees(Hr, CASE, &[NAME]);
    case.sees(Medarbejder, OWN, &["Du har været væk siden mandag den 5. januar 2026 (dag 1)"]);
    case.sees(Koordinator, LIST, &["Du er ikke koordinator på nogen plan."]);
    case.finds_nothing(Koordinator, CASE);

    // Wednesday the 7th: how the employee wishes to be contacted. Who makes the contact is told the next morning, and HR never.
    case.until("2026-01-07", &[]);
    case.says("oensker", &json!({ "form": "telefon", "bemaerkning": WISH }));
    case.sees(Medarbejder, OWN, &[WISH]);
    case.does_not_see(Hr, CASE, &[WISH]);

    // Friday the 9th: the contact, a week before its day. Nobody is reminded of it.
    case.until("2026-01-09", &[("2026-01-08", &[Kontaktperson])]);
    case.sees(Kontaktperson, CASE, &[WISH]);
    let contact = json!({
        "dato": "2026-01-09", "form": "telefon", "kontaktperson_rolle": "tr", "taget_af": "arbejdsplads",
    });
    case.does(Kontaktperson, "foerste-kontakt", &contact);
    case.does_not_see(Kontaktperson, LIST, &["Kontakt medarbejderen"]);
    case.does_not_see(Medarbejder, OWN, &["En kollega eller din leder kontakter dig"]);
}

fn the_talk(case: &mut Case) {
    // Monday the 19th: the leader, who was reminded ten working days ahead on Friday, invites to Wednesday the 28th.
    case.until("2026-01-19", &[("2026-01-16", &[Leder])]);
    let invitation = json!({ "tidspunkt": "2026-01-28T10:00:00+01:00", "sted": PLACE });
    case.does(Leder, "samtale-indkaldelse", &invitation);

    // Tuesday the 20th: both have it in their calendar since, and the employee comes.
    case.until("2026-01-20", &[("2026-01-19", &[Leder, Medarbejder])]);
    case.sees(Medarbejder, OWN, &["Du er inviteret til en samtale", PLACE]);
    case.sees(Leder, CASE, &["Medarbejderen har ikke svaret endnu."]);
    case.does_not_see(Kontaktperson, CASE, &[PLACE]);
    case.does(Medarbejder, "samtale-svar", &json!({ "svar": "kommer" }));
    case.sees(Leder, CASE, &["Medarbejderen kommer."]);
    case.sees(Hr, CASE, &["Medarbejderen kommer.", PLACE]);

    // Tuesday the 27th, three working days before the day of the talk, and the first on which the kommune can be told.
    case.until("2026-01-27", &[("2026-01-27", &[Leder, Hr])]);
    case.sees(Hr, LIST, &["Anmeld fraværet senest fredag den 6. februar 2026"]);

    // Wednesday the 28th: the talk, and its minutes.
    case.until("2026-01-28", &[]);
    let talk = json!({
        "dato": "2026-01-28", "udfald": "holdt", "forventet_varighed": "over_8_uger", "delvis_mulig": "ja",
    });
    case.does(Leder, "samtale", &talk);
    case.does_not_see(Leder, LIST, &["Hold sygefraværssamtalen"]);
    let minutes = json!({
        "til": case.talk(), "tekst": MINUTES,
        "aftaler": [
            { "tekst": FOR_LEDER, "senest": "2026-02-06", "hvem": "leder" },
            { "tekst": FOR_MEDARBEJDER, "senest": "2026-02-13", "hvem": "medarbejder" },
        ],
    });
    case.does(Leder, "referat", &minutes);
    for (who, page) in [(Leder, CASE), (Hr, CASE), (Medarbejder, OWN)] {
        case.sees(who, page, &[MINUTES, FOR_LEDER, FOR_MEDARBEJDER]);
    }
    case.does_not_see(Kontaktperson, CASE, &[MINUTES, FOR_LEDER, FOR_MEDARBEJDER]);
}

fn the_money(case: &mut Case) {
    // Thursday the 29th: the employee is told of the minutes. The leader decides against fast track; HR has the receipt, eleven
    // days before the last one. What would have left on Friday does not.
    case.until("2026-01-29", &[("2026-01-29", &[Medarbejder])]);
    let declined = json!({
        "beslutning": "fravalgt", "af": "arbejdsgiver", "dato": "2026-01-29", "begrundelse": "Vi har en plan på vej",
    });
    case.does(Leder, "fast-track", &declined);
    let receipt = json!({
        "trin": "kvitteret", "dato": "2026-01-29", "underskrevet_dato": "2026-01-28", "kvittering": "NR-1010",
    });
    case.does(Hr, "anmeldelse", &receipt);
    case.does_not_see(Hr, LIST, &["Anmeld fraværet"]);
    assert_eq!(case.as_it_stands()["refusion"]["anmeldt"], "2026-01-28");

    // Thursday 5 February: the leader does what was agreed, the day before.
    case.until("2026-02-05", &[]);
    case.sees(Leder, LIST, &["Gør det, der er aftalt"]);
    case.does(Leder, "aftale/1", &json!({ "udfald": "gjort", "dato": "2026-02-05" }));
    case.does_not_see(Leder, LIST, &["Gør det, der er aftalt"]);
}

fn the_plan(case: &mut Case) {
    // Monday the 9th, day 36: a plan, and a colleague who coordinates it.
    case.until("2026-02-09", &[]);
    let plan = json!({
        "aftalt": AGREED, "koordinator": "1005", "evalueringer": ["2026-03-02"],
        "trin": [
            { "fra": "2026-02-16", "til": "2026-03-01", "timer_pr_uge": 15.0 },
            { "fra": "2026-03-02", "timer_pr_uge": 20.0 },
        ],
    });
    case.does(Leder, "tta-plan", &plan);
    case.sees(Koordinator, LIST, &["Evaluér TTA-planen senest mandag den 2. marts 2026", NAME]);
    case.sees(Koordinator, CASE, &[MINUTES]);
    for who in [Leder, Koordinator, Hr, Medarbejder] {
        case.sees(who, PLAN, &[AGREED]);
    }
    case.sees(Leder, PLAN, &["Ensidig plan"]);

    // Wednesday the 11th: the day of the evaluation is in the calendar of those who meet. The next morning who was chosen to
    // coordinate was told, and the employee of the plan, who agrees with it. What they were to do, they have done.
    case.until(
        "2026-02-11",
        &[("2026-02-09", &[Leder, Koordinator, Medarbejder]), ("2026-02-10", &[Koordinator, Medarbejder])],
    );
    case.does(Medarbejder, "tta-plan/1/svar", &json!({ "svar": "enig" }));
    case.does(Medarbejder, "aftale/2", &json!({ "udfald": "gjort", "dato": "2026-02-11" }));
    for who in [Leder, Koordinator, Hr] {
        case.sees(who, PLAN, &["Fælles plan"]);
    }

    // Monday the 16th, day 43: leader and coordinator were told of the answer on Thursday, and the leader was reminded of the eight
    // weeks on Friday. The employee comes back for some of the week.
    case.until("2026-02-16", &[("2026-02-12", &[Leder, Koordinator]), ("2026-02-13", &[Leder])]);
    case.does(Leder, "delvis", &json!({ "fra": "2026-02-16", "omfang_pct": 60 }));
    case.sees(Leder, CASE, &["60 % af 37 timer om ugen"]);
}

fn back_step_by_step(case: &mut Case) {
    // Tuesday the 24th: the eight weeks are looked at, before the leader is reminded again.
    case.until("2026-02-24", &[]);
    case.does(Leder, "otte-uger", &json!({ "dato": "2026-02-24", "udfald": "holdt" }));

    // Monday 2 March: the evaluation, of which both were reminded three working days ahead and this morning. HR claims what the
    // kommune owes from the 31st day, 4 February, to yesterday.
    case.until("2026-03-02", &[("2026-02-25", &[Leder, Koordinator]), ("2026-03-02", &[Leder, Koordinator])]);
    case.does(Koordinator, "tta-evaluering", &json!({ "dato": "2026-03-02", "konklusion": CONCLUSION }));
    for who in [Leder, Koordinator, Hr, Medarbejder] {
        case.sees(who, PLAN, &[CONCLUSION]);
    }
    case.does_not_see(Koordinator, LIST, &["Evaluér TTA-planen"]);
    case.sees(Hr, LIST, &["Søg refusion"]);
    case.does(Hr, "refusionsanmodning", &json!({ "fra": "2026-02-04", "til": "2026-03-01" }));

    // Monday the 16th: the employee is back after seventy days, and says so.
    case.until("2026-03-16", &[]);
    case.says("raskmelding", &json!({ "sidste_fravaersdag": "2026-03-15" }));
    case.sees(
        Medarbejder,
        OWN,
        &["Du var væk fra mandag den 5. januar 2026 til søndag den 15. marts 2026. Velkommen tilbage", MINUTES],
    );
    case.sees(Leder, LIST, &["Følg op efter tilbagevenden senest fredag den 27. marts 2026", NAME]);
    case.finds_nothing(Kontaktperson, CASE);
    case.sees(Kontaktperson, LIST, &["Du er ikke kontaktperson på noget åbent forløb."]);
    case.sees(Koordinator, CASE, &[NAME]);
}

fn a_month_after_the_return(case: &mut Case) {
    // Tuesday the 17th: HR claims the rest, and there is nothing more to claim.
    case.until("2026-03-17", &[]);
    case.does(Hr, "refusionsanmodning", &json!({ "fra": "2026-03-02", "til": "2026-03-15" }));
    case.does_not_see(Hr, LIST, &["øg refusion"]);
    let now = case.as_it_stands();
    let refusion = &now["refusion"];
    assert!(refusion["mistet"].is_null() && refusion["kan_anmodes_fra"].is_null(), "{refusion}");
    assert_eq!(refusion["krav"].as_array().unwrap().len(), 2);

    // Wednesday the 25th: the talk about how it goes, two days before its day. No mail has asked for it.
    case.until("2026-03-25", &[]);
    let held = json!({ "art": "efter_retur", "dato": "2026-03-25", "udfald": "holdt" });
    case.does(Leder, "opfoelgning", &held);
    case.does_not_see(Leder, LIST, &["Følg op efter tilbagevenden"]);

    // Wednesday 15 April, a month after the return: nobody has heard of it again, and it can still be read.
    case.until("2026-04-15", &[]);
    case.sees(Leder, CASE, &[NAME, MINUTES]);
    case.sees(Hr, CASE, &[NAME, MINUTES]);
    case.sees(Koordinator, PLAN, &[AGREED]);
    case.sees(Medarbejder, OWN, &["Velkommen tilbage"]);
    case.finds_nothing(Kontaktperson, CASE);
    let planned = case.as_it_stands();
    assert_eq!((&planned["status"], &planned["dag"]), (&json!("afsluttet"), &json!(70)));
}
