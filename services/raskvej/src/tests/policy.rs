//! The workplace's policies, through the commands of the terminal.

use forloeb::words::Fristart;

use crate::core::App;
use crate::core::Start;
use crate::politik::{PolitikError, all};
use crate::terminal::trial::Trial;
use crate::terminal::{DONE, Files, Format, TerminalRequest, what_if};
use chrono::NaiveDate;
use forloeb::Aktoer;
use forloeb::politik::{PolitikFastsat, PolitikTilbagetrukket};

const TEXT: &str = "navn = \"vores\"\nkontaktmodel = [1, 5, 14]\n";

fn dag(tekst: &str) -> NaiveDate {
    tekst.parse().unwrap()
}

fn foerste_kontakt(app: &App, f: &str) -> i64 {
    let book = app.book();
    book.in_force(dag(f)).frist(Fristart::FoersteKontakt, None).unwrap().lovdag.dage
}

/// The day is 20 November 2026.
#[tokio::test]
async fn it_holds_from_its_dag_and_is_there_after_a_restart() {
    let p = Trial::small().await;
    let hr = Aktoer::system("prøve");
    let for_early = p.app.fastsaet_politik(dag("2026-11-20"), TEXT, &hr).await;
    assert!(matches!(for_early, Err(PolitikError::TooEarly(d)) if d == dag("2026-11-21")));
    let wrong = p.app.fastsaet_politik(dag("2026-11-23"), "navn = 1", &hr).await;
    assert!(matches!(wrong, Err(PolitikError::Text(error)) if error.contains("line 1")));
    assert!(all(&p.app.log).await.unwrap().is_empty(), "a refused policy leaves nothing");

    p.app.fastsaet_politik(dag("2026-11-23"), TEXT, &hr).await.unwrap();
    assert_eq!((foerste_kontakt(&p.app, "2026-11-22"), foerste_kontakt(&p.app, "2026-11-23")), (13, 0));
    let differences = p.bed(TerminalRequest::compare()).await;
    assert_eq!((differences.code, differences.error), (DONE, vec![]));

    let p = Trial::i(p.close().await).await;
    assert!(matches!(p.app.start, Start::Checkpoint { .. }), "{:?}", p.app.start);
    assert_eq!(foerste_kontakt(&p.app, "2026-11-23"), 0);
    let fastsatte = all(&p.app.log).await.unwrap();
    assert_eq!((fastsatte.len(), &fastsatte[0].policy), (1, &PolitikFastsat::new(dag("2026-11-23"), TEXT.to_owned())));

    // Sent twice it is one; another day, or another text, is another.
    let again = p.app.fastsaet_politik(dag("2026-11-23"), TEXT, &hr).await.unwrap();
    assert_eq!((again, all(&p.app.log).await.unwrap().len()), (fastsatte[0].position, 1));
    p.app.fastsaet_politik(dag("2026-11-24"), TEXT, &hr).await.unwrap();
    assert_eq!(all(&p.app.log).await.unwrap().len(), 2);
}

/// Laid down for 23 November and withdrawn for 7 December: a restart, and the whole log gone through, find the same.
#[tokio::test]
async fn a_withdrawn_politik_goes_on_for_what_began_before() {
    let p = Trial::small().await;
    let hr = Aktoer::system("prøve");
    let politik = p.app.fastsaet_politik(dag("2026-11-23"), TEXT, &hr).await.unwrap();
    let fravaer = "fravaer_nr;medarbejder_nr;aarsag;foerste_fravaersdag;sidste_fravaersdag;omfang_pct\n\
                   9901;1001;sygdom;07-12-2026;;100\n";
    assert_eq!(p.import(&[], fravaer.as_bytes()).await.error, Vec::<String>::new());
    let id = crate::projections::registrering_of("9901");
    let regelsaet = async |app: &App| app.forloeb(id).await.unwrap().unwrap().regler.name.to_string();
    assert_eq!(regelsaet(&p.app).await, "standard + vores");

    let withdrawal = |politik, fra| PolitikTilbagetrukket { politik, fra: dag(fra), med: None };
    let early = p.app.withdraw_politik(withdrawal(politik, "2026-11-20"), &hr).await;
    assert!(matches!(early, Err(PolitikError::TooEarly(d)) if d == dag("2026-11-21")));
    let unknown = p.app.withdraw_politik(withdrawal(politik + 1, "2026-12-07"), &hr).await;
    assert!(matches!(unknown, Err(PolitikError::NoSuchPolitik)));
    p.app.withdraw_politik(withdrawal(politik, "2026-12-07"), &hr).await.unwrap();
    p.app.withdraw_politik(withdrawal(politik, "2026-12-07"), &hr).await.unwrap();
    let again = p.app.withdraw_politik(withdrawal(politik, "2026-12-08"), &hr).await;
    assert!(matches!(again, Err(PolitikError::IsWithdrawn(d)) if d == dag("2026-12-07")));
    assert_eq!(regelsaet(&p.app).await, "standard", "it is to begin on the day the policy ends");
    let days = |app: &App| ["2026-11-22", "2026-11-23", "2026-12-06", "2026-12-07"].map(|f| foerste_kontakt(app, f));
    assert_eq!(days(&p.app), [13, 0, 0, 13]);
    assert_eq!(p.bed(TerminalRequest::compare()).await.code, DONE);

    let p = Trial::i(p.close().await).await;
    assert!(matches!(p.app.start, Start::Checkpoint { .. }), "{:?}", p.app.start);
    assert_eq!((days(&p.app), regelsaet(&p.app).await.as_str()), ([13, 0, 0, 13], "standard"));
    let laid = all(&p.app.log).await.unwrap();
    assert_eq!((laid.len(), laid[0].withdrawn.as_ref().unwrap().what.fra), (1, dag("2026-12-07")));

    // What another took the place of is over already.
    let first = p.app.fastsaet_politik(dag("2027-01-01"), TEXT, &hr).await.unwrap();
    p.app.fastsaet_politik(dag("2027-02-01"), TEXT, &hr).await.unwrap();
    let over = p.app.withdraw_politik(withdrawal(first, "2027-03-01"), &hr).await;
    assert!(matches!(over, Err(PolitikError::IsOver(d)) if d == dag("2027-02-01")));
}

#[tokio::test]
async fn a_fravaer_told_in_advance_gets_the_new_politik() {
    let p = Trial::small().await;
    let fravaer = "fravaer_nr;medarbejder_nr;aarsag;foerste_fravaersdag;sidste_fravaersdag;omfang_pct\n\
                   9901;1001;sygdom;23-11-2026;;100\n";
    assert_eq!(p.import(&[], fravaer.as_bytes()).await.error, Vec::<String>::new());
    let id = crate::projections::registrering_of("9901");
    let regelsaet = async || p.app.forloeb(id).await.unwrap().unwrap().regler.name.to_string();
    assert_eq!(regelsaet().await, "standard");
    p.app.fastsaet_politik(dag("2026-11-23"), TEXT, &Aktoer::system("prøve")).await.unwrap();
    assert_eq!(regelsaet().await, "standard + vores");
    assert_eq!(p.bed(TerminalRequest::compare()).await.code, DONE);
}

/// What a restart reads of who works where is what the rules were found by.
#[tokio::test]
async fn the_politik_of_a_unit_is_found_again_after_a_restart() {
    let p = Trial::small().await;
    let fravaer = "fravaer_nr;medarbejder_nr;aarsag;foerste_fravaersdag;sidste_fravaersdag;omfang_pct\n\
                   9901;1001;sygdom;23-11-2026;;100\n9902;1008;sygdom;23-11-2026;;100\n";
    assert_eq!(p.import(&[], fravaer.as_bytes()).await.error, Vec::<String>::new());
    let regelsaet = async |app: &App| {
        let mut names = Vec::new();
        for nr in ["9901", "9902"] {
            let f = app.forloeb(crate::projections::registrering_of(nr)).await.unwrap().unwrap();
            names.push((f.stamdata.enhed.clone(), f.regler.name.to_string()));
        }
        names
    };
    let of_enhed = TEXT.replace("navn = \"vores\"", "navn = \"åbrinken\"\nenhed = [\"E1\"]");
    p.app.fastsaet_politik(dag("2026-11-23"), &of_enhed, &Aktoer::system("prøve")).await.unwrap();
    let names = regelsaet(&p.app).await;
    let told: Vec<_> = names.iter().map(|(enhed, name)| (enhed.as_str(), name.as_str())).collect();
    assert_eq!(told, [("E1", "standard + åbrinken"), ("E2", "standard")]);
    assert_eq!(p.bed(TerminalRequest::compare()).await.code, DONE);
    let p = Trial::i(p.close().await).await;
    assert!(matches!(p.app.start, Start::Checkpoint { .. }), "{:?}", p.app.start);
    assert_eq!(regelsaet(&p.app).await, names);
}

#[tokio::test]
async fn what_if_replays_the_whole_history() {
    let p = Trial::small().await;
    let terminal_request = || TerminalRequest::WhatIf { asked: what_if::Asked::default(), format: Format::Json };
    let with = |tekst: &str| Files::from([(what_if::FILE.to_owned(), tekst.as_bytes().to_vec())]);
    let answer = p.bed_with(terminal_request(), with(TEXT)).await;
    assert_eq!(answer.code, DONE, "{:?}", answer.error);
    let json: serde_json::Value = serde_json::from_str(&answer.out[0]).unwrap();
    let forloeb = p.app.projections().card().filter(|f| !f.card.statuses.is_annulleret()).count();
    assert_eq!(json["forloeb"], forloeb);
    assert!(json["ialt"]["frister"]["kontakt"]["nye"].as_u64().unwrap() > 0);
    assert_eq!(json["ialt"]["tab"], json["ialt"]["nyt_tab"], "contacts are not about money");
    let wrong = p.bed_with(terminal_request(), with("navn = \"x\"\nkontaktmodel = [0]\n")).await;
    assert!(wrong.error[0].starts_with("linje 2, 'kontaktmodel'"), "{:?}", wrong.error);
}

/// Ten at a time, and none of them twice.
#[tokio::test]
async fn what_if_lists_the_forloeb_a_page_at_a_time() {
    let p = Trial::small().await;
    let ask = async |asked: what_if::Asked| {
        let files = Files::from([(what_if::FILE.to_owned(), TEXT.as_bytes().to_vec())]);
        p.bed_with(TerminalRequest::WhatIf { asked, format: Format::Json }, files).await
    };
    let json = |answer: &crate::terminal::trial::Answer| -> serde_json::Value {
        serde_json::from_str(&answer.out[0]).unwrap()
    };
    let whole = json(&ask(what_if::Asked { antal: Some(1000), ..what_if::Asked::default() }).await);
    let all = whole["sager"].as_array().unwrap().clone();
    assert_eq!((whole["anderledes"].as_u64(), &whole["naeste"]), (Some(all.len() as u64), &serde_json::Value::Null));
    assert!(all.len() > 3, "{whole}");
    let (mut found, mut efter) = (Vec::new(), None);
    loop {
        let page = json(&ask(what_if::Asked { antal: Some(2), efter, ..what_if::Asked::default() }).await);
        let sager = page["sager"].as_array().unwrap();
        assert!(sager.len() <= 2 && page["anderledes"] == whole["anderledes"]);
        found.extend(sager.iter().cloned());
        let Some(next) = page["naeste"].as_str() else { break };
        efter = Some(next.parse().unwrap());
    }
    assert_eq!(found, all);
    // From a day on: what began before is neither listed nor counted.
    let since = dag("2026-09-01");
    let later = json(&ask(what_if::Asked { som_om: Some(since), ..what_if::Asked::default() }).await);
    let begun = |sag: &&serde_json::Value| dag(sag["foerste_fravaersdag"].as_str().unwrap()) >= since;
    assert_eq!(later["sager"].as_array().unwrap().len(), all.iter().filter(begun).count());
    for (asked, said) in [
        (
            what_if::Asked { som_om: Some(dag("2026-11-21")), ..what_if::Asked::default() },
            "--som-om ligger efter i dag",
        ),
        (what_if::Asked { antal: Some(1001), ..what_if::Asked::default() }, "--antal er højst 1000"),
    ] {
        let answer = ask(asked).await;
        assert!(answer.code == 2 && answer.error[0].starts_with(said), "{:?}", answer.error);
    }
}
