//! Lists: whoever has tasks can reach all of them, and names stand in Danish order.

use std::collections::BTreeSet;

use ::forloeb::words::Rolle;
use axum::http::StatusCode;

use super::arbejdsplads::{Arbejdsplads, LEDER};

/// The addresses of the tasks of a group.
fn tasks(page: &str, form_group: &str) -> Vec<String> {
    let Some(rest) = page.split(&format!("<h2 id=\"g-{form_group}\">")).nth(1) else { return Vec::new() };
    let list = rest.split("<ul class=\"opgaver\">").nth(1).unwrap().split("</ul>").next().unwrap();
    list.split("<a href=\"").skip(1).map(|a| a.split('"').next().unwrap().to_owned()).collect()
}

/// The number that stands behind a link or a heading.
fn count_of(page: &str, before: &str) -> usize {
    let (_, rest) = page.split_once(before).unwrap_or_else(|| panic!("no {before}: {page}"));
    rest.split(['(', ')']).nth(1).unwrap().parse().unwrap()
}

/// Every count leads to a list of as many, whose tasks they are and what is done.
#[tokio::test]
async fn a_count_agrees_with_the_list_it_leads_to() {
    let sted = Arbejdsplads::open().await;
    for (rolle, more) in [(Rolle::Hr, true), (Rolle::Leder, false)] {
        let visit = sted.acting_as(rolle).await;
        let mut met = 0;
        for whose in ["/", "/?vis=mine", "/?vis=ledige", "/?vis=venter"] {
            let page = visit.fetch(whose).await.tekst;
            let (_, tabs) = page.split_once("aria-label=\"Hvis opgaver\"").unwrap();
            let tabs = tabs.split_once("</nav>").unwrap().0;
            assert_eq!(tabs.matches("<li>").count(), if more { 4 } else { 2 }, "{rolle}");
            if !more && matches!(whose, "/?vis=mine" | "/?vis=ledige") {
                continue;
            }
            let count = count_of(tabs, &format!("href=\"{whose}\""));
            let mut sum = 0;
            for doing in
                ["ring", "samtale", "anmeld", "kvittering", "refusion", "tag-stilling", "leder", "hos-lederen", "tabt"]
            {
                let path = if whose == "/" { format!("/?goer={doing}") } else { format!("{whose}&goer={doing}") };
                let list = visit.fetch(&path).await.tekst;
                let all = tasks(&list, doing);
                if !all.is_empty() {
                    assert_eq!(count_of(&list, &format!("<h2 id=\"g-{doing}\">")), all.len(), "{rolle} {path}");
                    met += 1;
                }
                sum += all.len();
            }
            assert_eq!(sum, count, "{rolle} {whose}");
        }
        assert!(met > 3, "{rolle} {met}");
    }
}

/// 10011 was away from 5 January to 5 February, and nobody made the contact or held the talk in time: they are back on
/// 6 February, and there is nothing of it left to do but the money.
#[tokio::test]
async fn nobody_is_told_to_contact_somebody_who_is_back() {
    let sted = Arbejdsplads::open().await;
    for rolle in [Rolle::Leder, Rolle::Hr, Rolle::Kontaktperson] {
        let visit = sted.acting_as(rolle).await;
        for path in ["/?goer=ring", "/?goer=samtale", "/?goer=hos-lederen", "/?vis=venter"] {
            let page = visit.fetch(path).await.tekst;
            assert!(!page.contains("Bo Berg") || page.contains("refusion") || page.contains("nmeld"), "{rolle} {path}");
        }
        assert!(!visit.fetch("/?goer=ring").await.tekst.contains("Bo Berg"), "{rolle}");
        assert!(!visit.fetch("/?goer=samtale").await.tekst.contains("Bo Berg"), "{rolle}");
    }
}

/// A forløb is opened from a list, and the list is where one goes on from, with its filter.
#[tokio::test]
async fn one_goes_through_a_list_and_back_to_its_place() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    let path = format!("/forloeb/{}", sted.forloeb);
    assert!(leder.fetch(&path).await.tekst.contains("Tilbage til forsiden"), "no list was shown yet");
    leder.fetch("/?goer=samtale").await;
    let page = leder.fetch(&path).await.tekst;
    let back = format!(
        "href=\"/?goer=samtale#r-{}\"><span class=\"skjult-paa-mobil\">Tilbage til </span>arbejdslisten",
        sted.forloeb
    );
    assert!(page.contains(&back) && page.contains("1 af 1"), "{page}");
    assert!(leder.fetch("/?goer=samtale").await.tekst.contains(&format!("<li id=\"r-{}\">", sted.forloeb)));
    let hr = sted.acting_as(Rolle::Hr).await;
    hr.fetch("/hr?sort=dag").await;
    let (first, second) = (sted.foreign, sted.forloeb);
    let page = hr.fetch(&format!("/forloeb/{first}")).await.tekst;
    assert!(page.contains("Tilbage til </span>overblikket") && page.contains("1 af 2"), "{page}");
    assert!(page.contains(&format!("href=\"/forloeb/{second}\" rel=\"next\"")) && !page.contains("rel=\"prev\""));
}

/// 70 employees who have been away since 5 January: the talk of each was due on Friday 30 January.
#[tokio::test]
async fn a_leder_can_page_through_all_their_tasks() {
    let sted = Arbejdsplads::open().await;
    for n in 0..70 {
        let nr = format!("4{n:04}");
        sted.ansaet(&nr, "Ny Nielsen", LEDER, "E101").await;
        sted.away(&nr, "2026-01-05").await;
    }
    let leder = sted.acting_as(Rolle::Leder).await;
    let all_groups = leder.fetch("/").await.tekst;
    assert!(!all_groups.contains("href=\"/hr"), "a leader may not see the dashboard");
    assert_eq!(tasks(&all_groups, "samtale").len(), 10, "the foremost of each group");
    let count = count_of(&all_groups, "<h2 id=\"g-samtale\">");
    assert!(all_groups.contains(&format!("href=\"/?goer=samtale\">Se alle {count}")), "{all_groups}");
    assert_eq!(count, 71);
    let foerste = leder.fetch("/?goer=samtale").await.tekst;
    assert!(foerste.contains("Viser 1–50 af 71.") && foerste.contains("href=\"/?goer=samtale&#38;side=2\""));
    let sidste = leder.fetch("/?goer=samtale&side=2").await.tekst;
    let all: Vec<_> = [tasks(&foerste, "samtale"), tasks(&sidste, "samtale")].concat();
    assert_eq!((all.len(), all.iter().collect::<BTreeSet<_>>().len()), (71, 71), "each task once");
    let after = leder.fetch("/?goer=samtale&side=18446744073709551615").await.tekst;
    assert_eq!(tasks(&after, "samtale"), tasks(&sidste, "samtale"), "after the last page comes the last page");
    for value in ["0", "-1", "x", "99999999999999999999999"] {
        let page = leder.fetch(&format!("/?goer=samtale&side={value}")).await.tekst;
        assert_eq!(tasks(&page, "samtale"), all[..50], "{value}");
    }
    let shorter = leder.fetch("/?goer=samtale&antal=25&side=2").await.tekst;
    assert_eq!(tasks(&shorter, "samtale"), all[25..50], "as many as somebody chose");
    for part in [
        "href=\"/?goer=samtale&#38;antal=25\" aria-current=\"true\"",
        "antal=25&#38;side=3\">Næste",
        "antal=100\">100<",
    ] {
        assert!(shorter.contains(part), "{part}: {shorter}");
    }
    assert_eq!(tasks(&leder.fetch("/?goer=samtale&antal=100").await.tekst, "samtale").len(), 71);
    assert_eq!(tasks(&leder.fetch("/?goer=findes-ikke").await.tekst, "samtale").len(), 10);
}

/// Where each of some texts stands for the first time after a mark.
fn stands_in_ordering(page: &str, after: &str, texts: &[&str]) {
    let (_, page) = page.split_once(after).unwrap_or_else(|| panic!("no {after}"));
    let locations: Vec<_> = texts.iter().map(|t| page.find(t).unwrap_or_else(|| panic!("no {t}: {page}"))).collect();
    assert!(locations.is_sorted(), "{after}: {locations:?} of {texts:?}");
}

#[tokio::test]
async fn ledere_and_enheder_are_in_danish_order_by_name() {
    let sted = Arbejdsplads::open().await;
    // By number, and by code of letters, they would stand the other way round.
    for (nr, name, enhed) in [
        ("50001", "Åse Å", "Aalborg"),
        ("51001", "Aage Aa", "Åbro"),
        ("52001", "Øjvind Ø", "Ørsted"),
        ("53001", "Ægir Æ", "Ærø"),
        ("54001", "zenia z", "zonen"),
    ] {
        sted.ansaet(nr, name, "30001", enhed).await;
        let under = format!("{}9", &nr[..4]);
        sted.ansaet(&under, "Per Post", nr, enhed).await;
        sted.away(&under, "2026-01-05").await;
    }
    let hr = sted.acting_as(Rolle::Hr).await;
    let ledere = ["Lone Lund", "Maria Madsen", "zenia z", "Ægir Æ", "Øjvind Ø", "Aage Aa", "Åse Å"];
    let enheder = ["E101", "E102", "zonen", "Ærø", "Ørsted", "Åbro", "Aalborg"].map(|e| format!("Botilbud {e}"));
    let enheder: Vec<&str> = enheder.iter().map(String::as_str).collect();
    let backwards = |all: &[&'static str]| all.iter().rev().copied().collect::<Vec<_>>();
    stands_in_ordering(&hr.fetch("/hr?sort=leder").await.tekst, "<tbody>\n<tr id=\"r-", &ledere);
    let down = hr.fetch("/hr?sort=-leder").await.tekst;
    stands_in_ordering(&down, "data-navn=\"Enhed\"", &backwards(&ledere));
    stands_in_ordering(&hr.fetch("/hr?sort=enhed").await.tekst, "data-navn=\"Dag\"", &enheder[1..]);
    let page = hr.fetch("/hr").await.tekst;
    stands_in_ordering(&page, "id=\"filter-leder\"", &ledere);
    stands_in_ordering(&page, "id=\"filter-enhed\"", &enheder);
    stands_in_ordering(&hr.fetch("/hr/refusion").await.tekst, "<tbody>", &enheder);
    stands_in_ordering(&hr.fetch("/signaler").await.tekst, "<h1>", &enheder);
}

/// The day is 6 February 2026, and one forløb is over.
#[tokio::test]
async fn each_filter_in_use_can_be_taken_away_by_itself() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let revisor = sted.acting_as(Rolle::Revisor).await;
    let list = "/hr/afsluttede?enhed=E101&leder=10001&fra=2026-02-01&til=28.2.2026&antal=25";
    let log = "/revision/log?slags=ForloebAfsluttet&dag=1.2.2026&rolle=hr&antal=25";
    let mails = "/hr/breve/alle?dag=1.2.2026&udfald=sendt";
    for (visit, list, marks) in [
        (
            &hr,
            list,
            vec![
                (
                    "Enhed: Botilbud E101",
                    "/hr/afsluttede?leder=10001&#38;fra=2026-02-01&#38;til=28.2.2026&#38;antal=25",
                ),
                ("Leder: Maria Madsen", "/hr/afsluttede?enhed=E101&#38;fra=2026-02-01&#38;til=28.2.2026&#38;antal=25"),
                ("Sluttet fra: 1.2.2026", "/hr/afsluttede?enhed=E101&#38;leder=10001&#38;til=28.2.2026&#38;antal=25"),
                (
                    "Sluttet til og med: 28.2.2026",
                    "/hr/afsluttede?enhed=E101&#38;leder=10001&#38;fra=2026-02-01&#38;antal=25",
                ),
            ],
        ),
        (
            &revisor,
            log,
            vec![
                ("Slags: ForloebAfsluttet", "/revision/log?dag=1.2.2026&#38;rolle=hr&#38;antal=25"),
                ("Fra og med: 1.2.2026", "/revision/log?slags=ForloebAfsluttet&#38;rolle=hr&#38;antal=25"),
                ("Hvem: HR", "/revision/log?slags=ForloebAfsluttet&#38;dag=1.2.2026&#38;antal=25"),
            ],
        ),
        (
            &hr,
            mails,
            vec![
                ("Fra og med: 1.2.2026", "/hr/breve/alle?udfald=sendt"),
                ("Hvad der skete: Sendt", "/hr/breve/alle?dag=1.2.2026"),
            ],
        ),
    ] {
        let page = visit.fetch(list).await.tekst;
        let found = page.split("aria-label=\"Valgte filtre\">").nth(1).and_then(|rest| rest.split("</ul>").next());
        let found = found.unwrap_or_else(|| panic!("{list}: {page}"));
        let all: Vec<_> = found.split("<li><a href=\"").skip(1).filter_map(|one| one.split_once("\">")).collect();
        let shown: Vec<_> =
            all.iter().map(|(path, rest)| (rest.split(" <span").next().unwrap_or_default(), *path)).collect();
        assert_eq!(shown[..marks.len()], marks, "{list}");
        assert_eq!(shown.len(), marks.len() + 1, "and all at once: {found}");
    }
}

/// Ida's three absences since November are one more than there were: the leader's list says so, HR's does not, and a talk about
/// it closes it.
#[tokio::test]
async fn a_leaders_list_counts_who_is_away_often() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    let counted = async |path: &str| {
        let page = leder.fetch(path).await.tekst;
        page.split_once("Hyppigt fravær hos ").map(|(_, rest)| rest.split(' ').next().unwrap().to_owned())
    };
    let before: usize = counted("/").await.map_or(0, |count| count.parse().unwrap());
    let mut newest = None;
    for (foerste, sidste) in [("2025-11-03", "2025-11-04"), ("2025-12-01", "2025-12-02"), ("2026-01-12", "2026-01-13")]
    {
        newest = Some(sted.absence("10003", foerste, sidste).await);
    }
    assert_eq!(counted("/").await, Some((before + 1).to_string()));
    assert_eq!(counted("/?vis=venter").await, None);
    assert!(!sted.acting_as(Rolle::Hr).await.fetch("/").await.tekst.contains("Hyppigt fravær hos"));
    let talk = format!("/forloeb/{}/opfoelgning", newest.unwrap());
    let held = leder.send(&talk, "art=hyppigt_fravaer&dato=2026-02-06&udfald=holdt").await;
    assert_eq!(held.status, StatusCode::SEE_OTHER, "{}", held.tekst);
    assert_eq!(counted("/").await.map_or(0, |count| count.parse().unwrap()), before);
}
