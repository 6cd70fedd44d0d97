//! HR's overview: what it is narrowed by, views with names, and its files.

use ::forloeb::words::Rolle;
use app::workplace::standing_still;
use axum::http::{StatusCode, header};

use super::arbejdsplads::Arbejdsplads;

fn rows(page: &str) -> usize {
    page.matches("<tr id=\"r-").count()
}

fn names(page: &str) -> Vec<&str> {
    page.split("<th scope=\"row\"><a href=\"/forloeb/").skip(1).map(|a| a.split(['>', '<']).nth(1).unwrap()).collect()
}

/// A figure leads to a list of as many forløb, and the money of a unit to those that it is of.
#[tokio::test]
async fn what_a_filter_counts_is_what_it_shows() {
    let sted = Arbejdsplads::open().await;
    sted.told("10003", "Ida Iversen", |s| s.distrikt = Some("NORD".into())).await;
    sted.away("10003", "2026-01-20").await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let page = hr.fetch("/hr?vis=alle").await.tekst;
    let mut met = 0;
    for filter in page.split("<select id=\"filter-").skip(2) {
        let name = filter.split('"').next().unwrap();
        for option in filter.split("</select>").next().unwrap().split("<option value=\"").skip(2) {
            let (code, rest) = option.split_once('"').unwrap();
            let count: usize = rest.rsplit_once('(').unwrap().1.split(')').next().unwrap().parse().unwrap();
            let list = hr.fetch(&format!("/hr?vis=alle&{name}={code}")).await.tekst;
            assert_eq!(rows(&list), count, "{name}={code}");
            met += 1;
        }
    }
    assert!(met > 12, "{met}");
    for unknown in ["goer=alt", "penge=mange", "frist=ukendt", "distrikt=SYD"] {
        assert!(hr.fetch(&format!("/hr?{unknown}")).await.tekst.contains("Ingen forløb passer"), "{unknown}");
    }
    // E101: 6.230 kr. can be lost, of one that is open and one that is back (refusion.rs reckons it by hand).
    let refusion = hr.fetch("/hr/refusion").await.tekst;
    let path = "/hr?vis=alle&amp;enhed=E101&amp;penge=kan-mistes#forloeb";
    let path = if refusion.contains(path) { path } else { "/hr?vis=alle&#38;enhed=E101&#38;penge=kan-mistes#forloeb" };
    assert!(refusion.contains(path), "{refusion}");
    let list = hr.fetch("/hr?vis=alle&enhed=E101&penge=kan-mistes").await.tekst;
    let sum = refusion.split(path).nth(1).unwrap().split(['>', '<']).nth(1).unwrap();
    assert!(list.contains(&format!("kan mistes {sum}")), "{sum}: {list}");
}

/// 20010 has been away since Monday 19 January 2026: the target of the first contact is Friday the 30th, and its last lawful day
/// is Sunday 1 February.
#[tokio::test]
async fn nothing_is_overdue_while_the_last_lawful_day_is_today() {
    for (time, said) in [
        ("2026-01-31T09:00:00Z", "Sidste dag i morgen"),
        ("2026-02-01T09:00:00Z", "Sidste dag i dag"),
        ("2026-02-02T09:00:00Z", "Overskredet"),
    ] {
        let sted = Arbejdsplads::on(standing_still(time), true).await;
        let hr = sted.acting_as(Rolle::Hr).await;
        let query = "enhed=E102&frist=foerste_kontakt";
        let page = hr.fetch(&format!("/hr?{query}")).await.tekst;
        let csv = hr.fetch(&format!("/hr/overblik.csv?{query}")).await.tekst;
        let row = page.split("<tbody>").last().unwrap();
        assert!(
            page.contains("<th scope=\"col\" class=\"tal\">Efter måldagen</th>"),
            "{time}: what is counted together"
        );
        let contacts = hr.fetch("/hr/raekker/ring?enhed=E102").await.tekst;
        let revisor = sted.acting_as(Rolle::Revisor).await;
        let case = revisor.fetch(&format!("/revision/forloeb/{}", sted.foreign)).await.tekst;
        let frist = case
            .split("Frister, som de stod")
            .nth(1)
            .unwrap()
            .split("Første kontakt")
            .nth(1)
            .unwrap()
            .split("</li>")
            .next()
            .unwrap()
            .to_owned();
        let at = time.replace(":00Z", "").replace("T09", "T10");
        let then = revisor.fetch(&format!("/revision?kendt={at}")).await.tekst;
        let open = then.split("20010").nth(1).unwrap().split("</tr>").next().unwrap().to_owned();
        for (what, text) in
            [("page", row), ("csv", &csv), ("rows", &contacts), ("auditor", &frist), ("auditor's list", &open)]
        {
            assert!(text.contains(said), "{time} {what}: {text}");
            assert!(said == "Overskredet" || !text.contains("Overskredet"), "{time} {what}: {text}");
        }
    }
}

#[tokio::test]
async fn names_stand_in_danish_order_and_columns_can_be_chosen() {
    let sted = Arbejdsplads::open().await;
    sted.ansaet("10004", "Zenia Aagaard", super::arbejdsplads::LEDER, "E101").await;
    sted.away("10004", "2026-01-26").await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let page = hr.fetch("/hr?vis=alle&sort=navn&kol=nr&kol=foerste&kol=ukendt&kol=nr").await.tekst;
    assert_eq!(names(&page), ["Bo Berg", "Ole Olsen", "Zenia Aagaard", "Åse Ærlig &#60;b&#62;"]);
    let heads = page.split("<thead>").last().unwrap().split("</thead>").next().unwrap();
    assert!(heads.contains("Nummer") && heads.contains("Første fraværsdag") && !heads.contains("Enhed"), "{heads}");
    assert!(heads.contains("aria-sort=\"ascending\"") && heads.contains("sort=-navn"));
    let down = hr.fetch("/hr?vis=alle&sort=-navn").await.tekst;
    assert_eq!(names(&down).last(), Some(&"Bo Berg"));
}

#[tokio::test]
async fn a_view_has_a_name_and_is_its_own_address() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let body = "navn=Ledige+i+E101&adresse=/hr?enhed=E101%26tildelt=ingen%26sort=navn%26kol=nr%26side=3%26andet=x";
    let saved = hr.send("/hr/visninger", body).await;
    let address = "/hr?enhed=E101&tildelt=ingen&sort=navn&kol=nr";
    assert_eq!((saved.status, saved.sted()), (StatusCode::SEE_OTHER, format!("{address}&ok=visning").as_str()));
    let page = hr.fetch(saved.sted()).await.tekst;
    assert!(page.contains("Visningen har fået et navn.") && page.contains(">Ledige i E101</a>"), "{page}");
    // It is there the next time one logs in, and it is nobody else's.
    let again = sted.acting_as(Rolle::Hr).await;
    assert!(again.fetch("/hr").await.tekst.contains(">Ledige i E101</a>"));
    assert_eq!(sted.acting_as(Rolle::Leder).await.send("/hr/visninger", body).await.status, StatusCode::FORBIDDEN);
    again.send("/hr/visninger", "glem=Ledige+i+E101").await;
    assert!(!again.fetch("/hr").await.tekst.contains("Ledige i E101"));
    let away = hr.send("/hr/visninger", "navn=Ud&adresse=https://ondt.example/?enhed=E101").await;
    assert_eq!(away.sted(), "/hr?enhed=E101&ok=visning", "a view is a view of the overview");
    assert_eq!(hr.send("/hr/visninger", "navn=&adresse=/hr").await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn the_file_is_what_is_shown_and_one_look_up() {
    let sted = Arbejdsplads::open().await;
    sted.told("10003", "=cmd|' /C calc'!A0", |_| {}).await;
    sted.away("10003", "2026-01-20").await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let noted = async || {
        let day = sted.app.clock.today();
        sted.app.opslag.about("20010", day, day, 100).await.unwrap().all.len()
    };
    let before = noted().await;
    let file = hr.fetch("/hr/overblik.csv?vis=alle&sort=navn&kol=nr&kol=fare&side=2&antal=25").await;
    assert_eq!(file.heads[header::CONTENT_TYPE], "text/csv; charset=utf-8");
    let name = file.heads[header::CONTENT_DISPOSITION].to_str().unwrap();
    assert_eq!(name, "attachment; filename=\"raskvej-overblik-2026-02-06.csv\"");
    let lines: Vec<&str> = file.tekst.lines().collect();
    assert_eq!(lines[0], "\u{feff}Medarbejder;Nummer;Kan mistes (kr.);Mistet (kr.)");
    assert_eq!(lines.len(), 5, "every row, whichever page is looked at: {}", file.tekst);
    assert!(lines[1..].iter().any(|line| line.starts_with("'=cmd")), "{}", file.tekst);
    assert!(
        lines.contains(&"Ole Olsen;20010;4153,00;0,00") || file.tekst.contains("Ole Olsen;20010;4153,"),
        "{}",
        file.tekst
    );
    assert_eq!(noted().await - before, 1, "one look-up for the whole file");
    // The first contact of who is away since Monday 19 January: F+13 is Sunday 1 February, worked towards on Friday 30 January.
    let frister = hr.fetch("/hr/overblik.csv?vis=alle&sort=navn&kol=frist").await.tekst;
    assert!(frister.contains("Medarbejder;Næste frist;Måldag;Sidste dag\r\n"), "{frister}");
    assert!(frister.contains("Ole Olsen;Første kontakt;30.1.2026;1.2.2026\r\n"), "{frister}");
    let leder = sted.acting_as(Rolle::Leder).await;
    assert_eq!(leder.fetch("/hr/overblik.csv").await.status, StatusCode::FORBIDDEN);
}

/// In E101 until Friday 6 February 2026: one away since 5 January (33 days), one from then to 5 February (32), and five from Monday
/// 29 December 2025 to Friday 2 January (three days of the one year, and two of the other).
#[tokio::test]
async fn days_count_in_the_year_in_which_they_lie() {
    let sted = Arbejdsplads::open().await;
    for n in 0..5 {
        let nr = format!("4000{n}");
        sted.ansaet(&nr, &format!("Person {n}"), super::arbejdsplads::LEDER, "E101").await;
        sted.absence(&nr, "2025-12-29", "2026-01-02").await;
    }
    let hr = sted.acting_as(Rolle::Hr).await;
    for (aar, dage, ended) in [(2026, 33 + 32 + 5 * 2, "6"), (2025, 5 * 3, "0"), (2024, 0, "")] {
        let page = hr.fetch(&format!("/hr/statistik?aar={aar}")).await.tekst;
        let row = page.split("<th scope=\"row\">Botilbud E101</th>").nth(1);
        let row = row.map_or("", |row| row.split("</tr>").next().unwrap());
        let cells = row.split("<td class=\"tal\">").skip(1).map(|cell| cell.split('<').next().unwrap());
        let cells: Vec<&str> = cells.collect();
        if dage == 0 {
            assert!(cells.is_empty(), "{aar}: {cells:?}");
            continue;
        }
        assert_eq!((cells[1], cells[2]), (ended, dage.to_string().as_str()), "{aar}: {cells:?}");
        assert!(page.contains(&format!("der ligger i {aar}")), "the page says how it is counted");
        assert!(!page.contains("Botilbud E102</th>"), "one person is no group");
    }
}
