//! A workplace's own policy over the law's rules, and injuries at work. Every date is counted by hand.

use forloeb::Regelbog;
use forloeb::command::{Act, DomainCommand, Rettelse};
use forloeb::haendelse::{ArbejdsskadeAnmeldt, FravaerRegistreret};
use forloeb::politik::{EXAMPLES, Politik, PolitikFastsat};
use forloeb::words::*;
use uuid::Uuid;

use crate::story::{Story, dag};

const MODEL: &str = "navn = \"vores\"\nkontaktmodel = [1, 5, 14]\n";

fn read(tekst: &str) -> Result<Politik, String> {
    let book = Regelbog::built_in();
    Politik::read(tekst, book.set().iter().map(AsRef::as_ref), book.calendar())
}

fn sendt(case: &mut Story, about: &str) -> Vec<String> {
    let mut lines: Vec<_> = case.sendt.iter().filter(|l| l.contains(about)).cloned().collect();
    lines.sort_unstable();
    lines
}

#[test]
fn a_kontaktmodel_gives_more_kontakter_and_moves_no_lovdag() {
    let mut case = Story::ansat();
    case.politik("2027-01-01", MODEL).it("2027-01-11").sygemeld("2027-01-11"); // a Monday
    let dage = |case: &Story| {
        let v = case.assessment();
        let kontakter = v.frister.iter().filter(|f| f.art == Fristart::Kontakt);
        kontakter.map(|f| (f.maaldag, f.lovdag, f.status)).collect::<Vec<_>>()
    };
    let foerste = case.frist(Fristart::FoersteKontakt);
    assert_eq!((foerste.maaldag, foerste.lovdag), (dag("2027-01-11"), dag("2027-01-11")));
    assert_eq!(foerste.regelsaet.as_ref(), "standard + vores");
    // Day 5 is Friday the 15th; day 14 Sunday the 24th, worked towards on Friday the 22nd.
    let dag5 = (dag("2027-01-15"), dag("2027-01-15"));
    let dag14 = (dag("2027-01-22"), dag("2027-01-24"));
    assert_eq!(dage(&case), [(dag5.0, dag5.1, Friststatus::Coming), (dag14.0, dag14.1, Friststatus::Coming)]);
    assert_eq!(case.frist(Fristart::Samtale).lovdag, dag("2027-02-08"), "the law's day is the law's");

    case.it("2027-01-12").kontakt();
    assert_eq!(case.status(Fristart::FoersteKontakt), Friststatus::Opfyldt);
    assert_eq!(dage(&case)[0].2, Friststatus::Opfyldt, "a contact after day 1 counts for day 5");
    assert_eq!(dage(&case)[1].2, Friststatus::Coming, "and not for day 14: it opens on the 16th");
    case.let_time_pass("2027-01-26");
    assert_eq!(
        sendt(&mut case, " kontakt "),
        ["2027-01-22 kontakt t -> leder", "2027-01-25 kontakt overskredet -> leder"]
    );
}

#[test]
fn it_holds_only_for_fravaer_that_begins_later() {
    let mut case = Story::ansat();
    case.politik("2027-01-12", MODEL).it("2027-01-11").sygemeld("2027-01-11");
    assert_eq!(case.frist(Fristart::FoersteKontakt).lovdag, dag("2027-01-24"));
    assert!(case.assessment().frist(Fristart::Kontakt).is_none());
    // Corrected to a day when the policy holds: everything is computed anew.
    case.it("2027-01-14").ret(Rettelse::FoersteFravaersdag(dag("2027-01-12")));
    assert_eq!(case.frist(Fristart::FoersteKontakt).lovdag, dag("2027-01-12"));
}

#[test]
fn the_politik_says_where_it_is_wrong() {
    let error = |tekst: &str| read(tekst).unwrap_err();
    assert!(error("navn = \"x\"\n\n[[maaldag]]\nfrist = \"samtale\"\nlovdag = 50\n").contains("lovdag"));
    assert_eq!(
        error("navn = \"x\"\n\n[[maaldag]]\nfrist = \"samtale\"\ndag = 30\n"),
        "linje 5, 'dag': højst 29: lovdagen for \"samtale\" er dag 29"
    );
    assert_eq!(
        error("navn = \"x\"\nkontaktmodel = [5, 1]\n"),
        "linje 2, 'kontaktmodel': dagene skal være stigende og mindst 1, fx [1, 5, 14]"
    );
    assert_eq!(
        error("navn = \"x\"\nuden_paamindelser = [\"anmeldelse\"]\n"),
        "linje 2, 'uden_paamindelser': \"anmeldelse\" handler om penge og kan ikke være uden påmindelser"
    );
    assert_eq!(
        error("navn = \"x\"\nhoejst_mails_om_ugen = 0\n"),
        "linje 2, 'hoejst_mails_om_ugen': skal være fra 1 til 7: der går højst én mail om dagen"
    );
    assert!(error("navn = \"x\"\n[[paamindelse]]\nfrist = \"samtale\"\ntrin = \"Tidligt!\"\nfra = \"maaldag\"\ntil = [\"leder\"]\n")
        .starts_with("linje 4, 'trin'"));
    for (name, tekst) in EXAMPLES {
        assert!(read(tekst).is_ok(), "{name}");
    }
}

#[test]
fn an_earlier_maaldag_moves_the_paamindelser_and_not_the_lovdag() {
    let mut case = Story::ansat();
    let tekst = "navn = \"tidlig\"\n[[maaldag]]\nfrist = \"samtale\"\ndag = 21\n";
    case.politik("2026-01-01", tekst).it("2026-01-05").sygemeld("2026-01-05");
    let samtale = case.frist(Fristart::Samtale);
    // Day 21 is Sunday 25 January: Friday the 23rd.
    assert_eq!((samtale.maaldag, samtale.lovdag), (dag("2026-01-23"), dag("2026-02-02")));
    case.let_time_pass("2026-02-03");
    assert_eq!(
        sendt(&mut case, " samtale "),
        [
            "2026-01-09 samtale t-10 -> leder",
            "2026-01-20 samtale t-3 -> leder",
            "2026-01-23 samtale t -> leder",
            "2026-02-03 samtale overskredet -> hr",
            "2026-02-03 samtale overskredet -> leder",
            "2026-02-03 samtale overskredet -> medarbejder"
        ]
    );
}

const FIVE_BEFORE: &str = "navn = \"fem\"\n[[paamindelse]]\nfrist = \"samtale\"\ntrin = \"t-5\"\nfra = \"maaldag\"\narbejdsdage = -5\ntil = [\"leder\"]\n";

/// What is sent of the talk before it is overdue; it is aimed at on Friday 30 January.
fn before_the_talk(case: &mut Story) -> Vec<String> {
    case.it("2026-01-05").sygemeld("2026-01-05").let_time_pass("2026-02-01");
    sendt(case, " samtale ")
}

#[test]
fn a_paamindelse_of_a_politik_comes_beside_those_there_are() {
    let mut case = Story::ansat();
    assert_eq!(
        before_the_talk(case.politik("2026-01-01", FIVE_BEFORE)),
        [
            "2026-01-16 samtale t-10 -> leder",
            "2026-01-23 samtale t-5 -> leder",
            "2026-01-27 samtale t-3 -> leder",
            "2026-01-30 samtale t -> leder"
        ]
    );
    // Only what is called off by name goes away.
    let only_five = FIVE_BEFORE.replace("[[", "uden_paamindelser = [\"samtale\"]\n[[");
    let mut case = Story::ansat();
    assert_eq!(before_the_talk(case.politik("2026-01-01", &only_five)), ["2026-01-23 samtale t-5 -> leder"]);
}

/// Whoever laid it down then was told that it takes the place of the others, and reads it so in the log.
#[test]
fn a_politik_that_was_laid_down_to_replace_still_replaces() {
    let stored =
        |laegger_til| PolitikFastsat { laegger_til, ..PolitikFastsat::new(dag("2026-01-01"), FIVE_BEFORE.into()) };
    let mut case = Story::ansat();
    assert_eq!(before_the_talk(case.stored(&stored(false))), ["2026-01-23 samtale t-5 -> leder"]);
    let mut case = Story::ansat();
    assert_eq!(before_the_talk(case.stored(&stored(true))).len(), 4);
}

#[test]
fn a_step_that_is_there_already_is_refused_and_a_law_that_comes_to_have_it_keeps_its_own() {
    let taken = FIVE_BEFORE.replace("t-5", "t-3");
    assert_eq!(
        read(&taken).unwrap_err(),
        "linje 4, 'trin': \"t-3\" er der i forvejen for \"samtale\": en politik lægger påmindelser til og fjerner ingen; \
         giv trinnet et andet navn, eller nævn fristen i 'uden_paamindelser'"
    );
    // Laid down while no rule set had the step: both are there, each under a name of its own.
    let mut case = Story::ansat();
    case.stored(&PolitikFastsat::new(dag("2026-01-01"), taken));
    assert_eq!(
        before_the_talk(&mut case),
        [
            "2026-01-16 samtale t-10 -> leder",
            "2026-01-23 samtale t-3-politik -> leder",
            "2026-01-27 samtale t-3 -> leder",
            "2026-01-30 samtale t -> leder"
        ]
    );
    // The same reminder under another name is one reminder.
    let mut case = Story::ansat();
    let same = FIVE_BEFORE.replace("arbejdsdage = -5", "arbejdsdage = -3");
    assert_eq!(before_the_talk(case.politik("2026-01-01", &same)).len(), 3);
}

/// What is aimed at, and which rules say so.
fn aim(case: &Story, art: Fristart) -> (String, String) {
    let frist = case.frist(art);
    (frist.maaldag.to_string(), frist.regelsaet.to_string())
}

const GENERAL: &str =
    "navn = \"alle\"\n[[maaldag]]\nfrist = \"samtale\"\ndag = 21\n[[maaldag]]\nfrist = \"otte_uger\"\ndag = 50\n";
const OF_DISTRIKT: &str = "navn = \"nord\"\ndistrikt = [\"NORD\"]\n[[maaldag]]\nfrist = \"samtale\"\ndag = 18\n[[maaldag]]\nfrist = \"fast_track\"\ndag = 30\n";
const OF_ENHED: &str =
    "navn = \"hjemmeplejen\"\nenhed = [\"E1\", \"E2\"]\n[[maaldag]]\nfrist = \"samtale\"\ndag = 15\n";

/// Somebody who works there, ill from Monday 5 January 2026.
fn ill_in(enhed: &str, distrikt: Option<&str>) -> Story {
    let mut case = Story::ansat();
    case.stamdata(|s| {
        s.enhed = enhed.to_owned();
        s.distrikt = distrikt.map(str::to_owned);
    });
    // Laid down in whichever order: the most specific is on top.
    case.politik("2026-01-01", OF_ENHED).politik("2025-12-01", OF_DISTRIKT).politik("2026-01-03", GENERAL);
    case.it("2026-01-05").sygemeld("2026-01-05");
    case
}

#[test]
fn the_politik_of_a_unit_lies_on_that_of_its_district_and_both_on_the_one_for_all() {
    // Day 21 is Sunday 25 January, aimed at on Friday the 23rd; day 18 is Thursday the 22nd; day 15 Monday the 19th.
    let case = ill_in("E9", None);
    assert_eq!(aim(&case, Fristart::Samtale), ("2026-01-23".into(), "standard + alle".into()));
    let case = ill_in("E9", Some("NORD"));
    assert_eq!(aim(&case, Fristart::Samtale), ("2026-01-22".into(), "standard + alle + nord".into()));
    let case = ill_in("E2", Some("NORD"));
    assert_eq!(aim(&case, Fristart::Samtale), ("2026-01-19".into(), "standard + alle + nord + hjemmeplejen".into()));
    // What nothing above says is as it is below: day 50 is Monday 23 February, day 30 Tuesday 3 February.
    assert_eq!(case.frist(Fristart::OtteUger).maaldag, dag("2026-02-23"));
    assert_eq!(case.frist(Fristart::FastTrack).maaldag, dag("2026-02-03"));
    // The source names the policy that decides the day, and no other.
    let kilde = |art| case.frist(art).kilde.to_string();
    assert!(
        kilde(Fristart::Samtale).ends_with("; politikken \"hjemmeplejen\"")
            && !kilde(Fristart::Samtale).contains("alle")
    );
    assert!(kilde(Fristart::OtteUger).ends_with("; politikken \"alle\""));
    assert!(!kilde(Fristart::Anmeldelse).contains("politikken"));
}

#[test]
fn a_politik_follows_the_unit_of_the_first_absence_day() {
    // Moves to E1 on 1 February: what began before keeps its rules, and what begins there has those of E1.
    let mut case = ill_in("E9", None);
    case.it("2026-01-20").stamdata_fra(Some("2026-02-01"), |s| s.enhed = "E1".to_owned());
    assert_eq!(aim(&case, Fristart::Samtale).1, "standard + alle");
    case.it("2026-02-05").raskmeldt("2026-02-05");
    case.it("2026-03-02").sygemeld("2026-03-02");
    assert_eq!(aim(&case, Fristart::Samtale), ("2026-03-16".into(), "standard + alle + hjemmeplejen".into()));
    // Payroll says afterwards that she was there from 1 January.
    let mut case = ill_in("E9", None);
    case.it("2026-01-20").stamdata_fra(Some("2026-01-01"), |s| s.enhed = "E1".to_owned());
    assert_eq!(aim(&case, Fristart::Samtale), ("2026-01-19".into(), "standard + alle + hjemmeplejen".into()));
}

#[test]
fn a_later_politik_for_a_unit_takes_the_place_of_that_units_and_of_no_other() {
    let later = |enhed| {
        let mut case = ill_in(enhed, None);
        case.politik("2026-01-04", "navn = \"intet særligt\"\nenhed = [\"E2\"]\n");
        case.frist(Fristart::Samtale).maaldag.to_string()
    };
    assert_eq!((later("E1").as_str(), later("E2").as_str()), ("2026-01-19", "2026-01-23"));
    let mut wrong = String::from("navn = \"x\"\nenhed = []\n");
    let error = "linje 2, 'enhed': skal nævne fra 1 til 1000 koder, som lønsystemet har dem, fx [\"E101\"]";
    assert_eq!(read(&wrong).unwrap_err(), error);
    wrong = wrong.replace("[]", "[\"E1\", \" \"]");
    assert_eq!(read(&wrong).unwrap_err(), error);
}

#[test]
fn a_unit_adds_paamindelser_to_those_of_all() {
    let mut case = Story::ansat();
    case.stamdata(|s| s.enhed = "E1".to_owned());
    let of_enhed = FIVE_BEFORE.replace("navn = \"fem\"", "navn = \"syv\"\nenhed = [\"E1\"]").replace("= -5", "= -7");
    // It has the step that the policy for all has too: both are sent, under names of their own.
    case.politik("2026-01-01", FIVE_BEFORE).politik("2026-01-01", &of_enhed);
    let sendte = before_the_talk(&mut case);
    assert_eq!(sendte.len(), 5);
    assert!(sendte.contains(&"2026-01-21 samtale t-5-politik -> leder".to_owned()), "{sendte:?}");
}

fn arbejdsskade(case: &mut Story, f: &str) {
    let DomainCommand::RegistrerFravaer(h) = case.registrering(f, None, 100, Kilde::Person) else { panic!() };
    case.it(f).perform(&DomainCommand::RegistrerFravaer(FravaerRegistreret { aarsag: Aarsag::Arbejdsskade, ..h }));
}

fn easy(dato: &str) -> Act {
    let (forloeb, dato) = (Uuid::nil(), dag(dato));
    Act::AnmeldArbejdsskade(ArbejdsskadeAnmeldt { forloeb, dato, sagsnummer: None })
}

#[test]
fn an_arbejdsskade_has_a_clock_of_its_own_for_easy() {
    let mut case = Story::ansat();
    arbejdsskade(&mut case, "2026-01-05");
    let frist = case.frist(Fristart::Easy);
    // Fourteen days after Monday 5 January is Monday the 19th; worked towards on Friday the 16th.
    assert_eq!((frist.maaldag, frist.lovdag), (dag("2026-01-16"), dag("2026-01-19")));
    case.it("2026-01-07").raskmeldt("2026-01-07");
    assert_eq!(case.status(Fristart::Easy), Friststatus::Aaben, "back at work, it is still to be notified");
    case.let_time_pass("2026-01-31");
    assert_eq!(
        sendt(&mut case, ""),
        [
            "2026-01-09 easy t-5 -> leder",
            "2026-01-16 easy t -> hr",
            "2026-01-16 easy t -> leder",
            "2026-01-20 easy overskredet -> hr",
            "2026-01-20 easy overskredet -> leder"
        ]
    );
    case.act(easy("2026-01-30"));
    assert_eq!(case.status(Fristart::Easy), Friststatus::Opfyldt);
    assert!(!case.assessment().is_running(&case.forloeb(), case.today));
}

#[test]
fn only_an_arbejdsskade_is_told_to_easy_and_only_once() {
    use forloeb::refusal::{BrokenRegel, DomainRefusal};
    let mut case = Story::sygemeldt("2026-01-05");
    assert_eq!(case.refused(easy("2026-01-05")), DomainRefusal::BrokenRegel(BrokenRegel::NoArbejdsskade));
    assert!(case.assessment().frist(Fristart::Easy).is_none());
    case.ret(Rettelse::Aarsag(Aarsag::Arbejdsskade)).act(easy("2026-01-05"));
    assert_eq!(case.refused(easy("2026-01-05")), DomainRefusal::BrokenRegel(BrokenRegel::AlreadyInEasy));
}

#[test]
fn old_history_from_an_import_does_not_call_for_easy() {
    let mut case = Story::ansat();
    let DomainCommand::RegistrerFravaer(h) = case.registrering("2026-01-05", Some("2026-01-09"), 100, Kilde::Import)
    else {
        panic!()
    };
    case.it("2026-06-01")
        .perform(&DomainCommand::RegistrerFravaer(FravaerRegistreret { aarsag: Aarsag::Arbejdsskade, ..h }));
    assert_eq!(case.status(Fristart::Easy), Friststatus::Bortfaldet);
    case.let_time_pass("2026-06-10");
    assert!(case.sendt.is_empty());
}
