//! Payroll's files on a page: tried first, taken in when somebody says so, and kept from everybody else.

use std::time::Duration;

use ::forloeb::words::Rolle;
use axum::http::{StatusCode, header};
use chrono::TimeDelta;

use super::arbejdsplads::{Answer, Arbejdsplads, Visit};
use crate::import::latest::latest;
use crate::import::{LARGEST_FILE, ONE_AT_A_TIME};
use crate::terminal::trial::file;

const PAGE: &str = "/hr/indlaesning";
const HEADS: &str = "fravaer_nr;medarbejder_nr;aarsag;foerste_fravaersdag;sidste_fravaersdag;omfang_pct";
const END: &str = "--rand";

/// Two that are right, one of an unknown employee, and one that is hardly meant.
pub(super) fn absences() -> Vec<u8> {
    format!(
        "{HEADS}\n1;10003;sygdom;12-01-2026;13-01-2026;100\n2;77777;sygdom;05-01-2026;;100\n\
         3;10003;sygdom;20-01-2026;21-01-2026;1\n"
    )
    .into_bytes()
}

/// A form with files as a browser sends it.
fn form(fields: &[(&str, Option<&str>, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, file, value) in fields {
        let file = file.map(|file| format!("; filename=\"{file}\"\r\nContent-Type: text/csv")).unwrap_or_default();
        body.extend(format!("{END}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").into_bytes());
        body.extend_from_slice(value);
        body.extend_from_slice(b"\r\n");
    }
    body.extend(format!("{END}--\r\n").into_bytes());
    body
}

async fn send_body(sted: &Arbejdsplads, visit: &Visit<'_>, body: Vec<u8>) -> Answer {
    sted.send_as("multipart/form-data; boundary=rand", "POST", PAGE, body, &visit.cookie).await
}

async fn send(sted: &Arbejdsplads, visit: &Visit<'_>, what: &str, profile: &str, bytes: &[u8]) -> Answer {
    let fields: [(&str, Option<&str>, &[u8]); 3] =
        [("hvad", None, what.as_bytes()), ("profil", None, profile.as_bytes()), ("fil", Some("f.csv"), bytes)];
    send_body(sted, visit, form(&fields)).await
}

/// The page of a file once nothing is under way any more.
async fn settled(visit: &Visit<'_>, path: &str) -> Answer {
    let settled = async {
        loop {
            let page = visit.fetch(path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            if !page.tekst.contains("http-equiv=\"refresh\"") {
                return page;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(120), settled).await.expect("it comes to an end")
}

/// Sends a file, and waits until it was tried; its address and its page.
pub(super) async fn tried(
    sted: &Arbejdsplads,
    visit: &Visit<'_>,
    what: &str,
    profile: &str,
    bytes: &[u8],
) -> (String, Answer) {
    let sent = send(sted, visit, what, profile, bytes).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.tekst);
    let path = sent.sted().to_owned();
    let page = settled(visit, &path).await;
    (path, page)
}

fn main_of(page: &Answer) -> &str {
    page.tekst.split_once("<h1>").unwrap().1.split_once("</main>").unwrap().0
}

#[tokio::test]
async fn a_file_is_tried_and_nothing_written_and_then_exactly_it_is_taken_in_once() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let before = sted.app.log.head().position;
    let (path, page) = tried(&sted, &hr, "fravaer", "", &absences()).await;
    assert_eq!(sted.app.log.head().position, before, "a trial writes nothing");
    let main = main_of(&page);
    for said in ["<strong>2</strong> nye", "<strong>1</strong> afviste", "Bliver afvist (1)", "Bør ses efter (2)"] {
        assert!(main.contains(said), "{said}: {main}");
    }
    assert!(
        main.contains(
            r#"<th scope="row" class="tal" data-navn="Linje">3</th><td data-navn="Kolonne">medarbejder_nr</td>"#
        ),
        "{main}"
    );
    assert!(!page.tekst.contains("77777"), "what stood in the line is not repeated");
    let csv = hr.fetch(&format!("{path}/rapport.csv")).await;
    assert_eq!(csv.heads[header::CONTENT_DISPOSITION], "attachment; filename=\"rapport-fravaer.csv\"");
    assert_eq!(csv.tekst.lines().count(), 4, "{}", csv.tekst);
    assert!(csv.tekst.contains("\r\nfravaer;3;medarbejder_nr;fejl;"), "{}", csv.tekst);

    for _ in 0..2 {
        let sent = hr.send(&path, "hvad=indlaes").await;
        assert_eq!((sent.status, sent.sted()), (StatusCode::SEE_OTHER, path.as_str()));
    }
    let done = settled(&hr, &path).await;
    assert!(main_of(&done).contains("Filen er læst ind.") && main_of(&done).contains("<strong>2</strong> nye"));
    let after = sted.app.log.head().position;
    assert_eq!(after, before + 2, "the two lines that were right, once");
    hr.send(&path, "hvad=indlaes").await;
    settled(&hr, &path).await;
    let (_, again) = tried(&sted, &hr, "fravaer", "", &absences()).await;
    assert!(
        main_of(&again).contains("<strong>0</strong> nye") && main_of(&again).contains("<strong>2</strong> uændrede")
    );
    assert_eq!(sted.app.log.head().position, after, "the same again changes nothing");
    let list = hr.fetch(PAGE).await.tekst;
    assert!(list.contains("Læst ind") && list.contains("2 nye, 0 ændrede, 0 uændrede, 1 afviste"), "{list}");
    let taken_in = latest(&sted.app.folder);
    let counts: Vec<_> = taken_in.iter().map(|one| (one.file.as_str(), one.created, one.refused)).collect();
    assert_eq!(counts, [("fravaer", 2, 1)], "once, and no trial");
    assert!(list.contains(r#"<td data-navn="Nye" class="tal">2</td>"#), "{list}");
}

#[tokio::test]
async fn what_a_file_would_change_is_shown_with_what_was_before() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let line = |sidste: &str| format!("{HEADS}\n1;10003;sygdom;12-01-2026;{sidste};100\n").into_bytes();
    let (path, _) = tried(&sted, &hr, "fravaer", "", &line("13-01-2026")).await;
    hr.send(&path, "hvad=indlaes").await;
    assert!(!main_of(&settled(&hr, &path).await).contains("ndret (1)"), "what is new changes nothing");
    let (path, page) = tried(&sted, &hr, "fravaer", "", &line("14-01-2026")).await;
    let change =
        r#"<td data-navn="Kolonne">sidste_fravaersdag</td><td data-navn="Hvad">13. januar 2026 → 14. januar 2026</td>"#;
    assert!(main_of(&page).contains("Bliver ændret (1)") && main_of(&page).contains(change), "{}", main_of(&page));
    hr.send(&path, "hvad=indlaes").await;
    let done = settled(&hr, &path).await;
    assert!(main_of(&done).contains("Ændret (1)") && main_of(&done).contains(change), "{}", main_of(&done));
}

#[tokio::test]
async fn what_a_file_would_do_reads_as_it_was_accepted() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let (path, page) = tried(&sted, &hr, "fravaer", "", &absences()).await;
    let id = path.rsplit('/').next().unwrap();
    insta::with_settings!({ prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("hr-indlaesning-fil", main_of(&page).replace(id, "<id>"));
    });
}

#[tokio::test]
async fn there_are_empty_files_to_begin_with() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let csv = hr.fetch("/hr/indlaesning/skabelon/fravaer.csv").await;
    assert_eq!(csv.heads[header::CONTENT_DISPOSITION], "attachment; filename=\"fravaer.csv\"");
    assert!(csv.tekst.trim_start_matches('\u{feff}').starts_with(HEADS), "{}", csv.tekst);
    for unknown in ["fravaer", "fravaer.pdf", "x.csv", "fravaer.csv.xlsx"] {
        let answer = hr.fetch(&format!("/hr/indlaesning/skabelon/{unknown}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{unknown}");
    }
}

/// The leader reports 10003 from Tuesday 3 February; payroll says Monday the 2nd.
#[tokio::test]
async fn what_a_person_has_said_otherwise_is_told_with_the_way_to_decide_it() {
    let sted = Arbejdsplads::open().await;
    let (hr, leder) = (sted.acting_as(Rolle::Hr).await, sted.acting_as(Rolle::Leder).await);
    let by_hand = "medarbejder_nr=10003&foerste_fravaersdag=2026-02-03&aarsag=sygdom&omfang_pct=100&noegle=n0";
    assert_eq!(leder.send("/forloeb/ny", by_hand).await.status, StatusCode::SEE_OTHER);
    let csv = format!("{HEADS}\n1;10003;sygdom;02-02-2026;;100\n");
    let (_, page) = tried(&sted, &hr, "fravaer", "", csv.as_bytes()).await;
    let main = main_of(&page);
    assert!(main.contains("Uenighed (1)") && main.contains("<a href=\"/hr/uenigheder\">"), "{main}");
    assert!(
        main.contains(
            r#"<th scope="row" class="tal" data-navn="Linje">2</th><td data-navn="Kolonne">foerste_fravaersdag</td>"#
        ),
        "{main}"
    );
}

/// Nobody has to wait with the page open, and who reads it undisturbed can have it stand still.
#[tokio::test]
async fn while_it_is_under_way_the_page_says_so_and_asks_again() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let others = ONE_AT_A_TIME.lock().await;
    let sent = send(&sted, &hr, "fravaer", "", &absences()).await;
    let path = sent.sted().to_owned();
    let page = hr.fetch(&path).await.tekst;
    assert!(page.contains("<meta http-equiv=\"refresh\" content=\"3\">") && page.contains("Filen prøves"), "{page}");
    let still = hr.fetch(&format!("{path}?selv=nej")).await.tekst;
    assert!(!still.contains("http-equiv=\"refresh\"") && still.contains("Hent siden igen"), "{still}");
    assert_eq!(hr.send(&path, "hvad=indlaes").await.sted(), path, "it is not taken in before somebody has seen it");
    assert!(hr.fetch(&format!("{path}/rapport.csv")).await.sted() == path, "there is none yet");
    drop(others);
    assert!(settled(&hr, &path).await.tekst.contains("value=\"indlaes\""));
}

#[tokio::test]
async fn a_workbook_and_another_systems_columns_are_read_too() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let (path, page) = tried(&sted, &hr, "medarbejdere", "", &file("medarbejdere.xlsx")).await;
    assert!(main_of(&page).contains("<strong>0</strong> afviste"), "{}", main_of(&page));
    hr.send(&path, "hvad=indlaes").await;
    settled(&hr, &path).await;
    assert!(sted.app.projections().stamdata("1005").is_some());

    let csv = b"Nr;medarbejder_nr;aarsag;foerste_fravaersdag;sidste_fravaersdag\n1;1005;sygdom;05-01-2026;09-01-2026\n";
    let own = "navn = \"Vores\"\n[fravaer.kolonner]\nfravaer_nr = \"Nr\"\n[fravaer.standard]\nomfang_pct = \"100\"\n";
    let with = async |profile: &str| {
        let fields: [(&str, Option<&str>, &[u8]); 4] = [
            ("hvad", None, b"fravaer"),
            ("profil", None, b"sd-lignende"),
            ("profilfil", Some("vores.toml"), profile.as_bytes()),
            ("fil", Some("f.csv"), csv),
        ];
        send_body(&sted, &hr, form(&fields)).await
    };
    let sent = with(own).await;
    let page = settled(&hr, sent.sted()).await;
    assert!(
        main_of(&page).contains("<strong>1</strong> nye"),
        "the one that came along goes before the one that was chosen"
    );
    assert!(main_of(&page).contains("vedhæftet profil"));
    let wrong = with(&own.replace("fravaer_nr =", "nummer =")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let said = "<a href=\"#profilfil\">Profilen kan ikke bruges: linje 3: [fravaer]: kolonnen findes ikke";
    assert!(wrong.tekst.contains(said) && wrong.tekst.contains("value=\"sd-lignende\" selected"), "{}", wrong.tekst);
}

#[tokio::test]
async fn what_cannot_be_used_is_said_with_its_field_line_and_column() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let before = sted.app.log.head().position;
    let wrong = async |what: &str, profile: &str, bytes: &[u8], status: StatusCode, said: &str| {
        let answer = send(&sted, &hr, what, profile, bytes).await;
        assert_eq!(answer.status, status, "{said}");
        assert!(answer.tekst.contains(said) && answer.tekst.contains("role=\"alert\""), "{said}: {}", answer.tekst);
    };
    let refused_as = StatusCode::UNPROCESSABLE_ENTITY;
    wrong("løn", "", b"x", refused_as, "<a href=\"#hvad\">Vælg, om filen rummer medarbejdere eller fravær.").await;
    wrong("fravaer", "", b"", refused_as, "<a href=\"#fil\">Vælg den fil, der skal læses ind.").await;
    wrong("fravaer", "ukendt", b"x", refused_as, "<a href=\"#profil\">Profilen kan ikke bruges: profilen findes ikke")
        .await;
    let large = vec![b'\n'; LARGEST_FILE + 1];
    wrong("fravaer", "", &large, StatusCode::PAYLOAD_TOO_LARGE, "<a href=\"#fil\">Filen er på over 64 MB.").await;
    for body in [b"".to_vec(), b"hvad=fravaer".to_vec(), vec![0xff; 10_000], form(&[("x", None, &b"1"[..]); 30])] {
        let answer = send_body(&sted, &hr, body).await;
        assert_eq!(answer.status, refused_as);
        assert!(answer.tekst.contains("Formularen kan ikke læses"), "{}", answer.tekst);
    }
    let plain = hr.send(PAGE, "hvad=fravaer&fil=x").await;
    assert_eq!(plain.status, refused_as);

    for (bytes, line, column, said) in [
        (&b"fravaer_nr;aarsag\n1;sygdom\n"[..], 1, "medarbejder_nr", "kolonnen mangler"),
        (&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1][..], 1, "linje", ".xlsx"),
        (&[0x00, 0xff, 0xfe, 0x81][..], 1, "", ""),
    ] {
        let (path, page) = tried(&sted, &hr, "fravaer", "", bytes).await;
        let main = main_of(&page);
        let row = format!(
            "<th scope=\"row\" class=\"tal\" data-navn=\"Linje\">{line}</th><td data-navn=\"Kolonne\">{column}"
        );
        assert!(main.contains(&row) && main.contains(said), "{said}: {main}");
        assert!(main.contains("Ingen linjer kan læses ind.") && !main.contains("value=\"indlaes\""), "{main}");
        hr.send(&path, "hvad=fortryd").await;
    }
    assert_eq!(sted.app.log.head().position, before);
}

#[tokio::test]
async fn nobody_else_takes_a_file_in_and_of_whoever_may_not_nothing_is_read() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let (path, _) = tried(&sted, &hr, "fravaer", "", &absences()).await;
    let before = sted.app.log.head().position;
    for rolle in [Rolle::Leder, Rolle::Revisor, Rolle::Medarbejder, Rolle::Drift] {
        let other = sted.acting_as(rolle).await;
        let report = format!("{path}/rapport.csv");
        for address in [PAGE, path.as_str(), report.as_str()] {
            assert_eq!(other.fetch(address).await.status, StatusCode::FORBIDDEN, "{rolle} {address}");
        }
        assert_eq!(other.send(&path, "hvad=indlaes").await.status, StatusCode::FORBIDDEN, "{rolle}");
        let sent = send(&sted, &other, "fravaer", "", &vec![b'\n'; LARGEST_FILE + 1]).await;
        assert_eq!(sent.status, StatusCode::FORBIDDEN, "{rolle}");
    }
    assert_eq!(sted.send("GET", &path, "", "").await.status, StatusCode::SEE_OTHER);
    assert_eq!(sted.app.log.head().position, before);
    assert!(hr.fetch(&path).await.tekst.contains("value=\"indlaes\""), "it is still there for whoever sent it");
}

/// Another one in HR sees what a file would do, and leaves it to whoever sent it.
#[tokio::test]
async fn only_who_sent_a_file_has_it_taken_in_or_let_go() {
    let sted = Arbejdsplads::open_as(false).await;
    let mut cookies = Vec::new();
    for _ in 0..2 {
        let token = crate::token::new_token().unwrap();
        let issued = crate::projections::TokenUdstedt::new(crate::token::fingerprint(&token), Rolle::Hr, None);
        sted.app.registrer_token(&issued, &::forloeb::Aktoer::system("test")).await.unwrap();
        cookies.push(sted.send("POST", "/log-ind", &format!("token={token}"), "").await.cookies(""));
    }
    let [one, other] = [0, 1].map(|n: usize| Visit::with_cookie(&sted, &cookies[n]));
    let (path, page) = tried(&sted, &one, "fravaer", "", &absences()).await;
    assert!(page.tekst.contains("value=\"indlaes\""));
    let before = sted.app.log.head().position;
    let page = other.fetch(&path).await.tekst;
    assert!(page.contains("Kun den, der sendte filen") && !page.contains("value=\"indlaes\""));
    assert_eq!(other.send(&path, "hvad=indlaes").await.status, StatusCode::FORBIDDEN);
    other.send(&path, "hvad=fortryd").await;
    assert_eq!(sted.app.log.head().position, before);
    assert!(one.fetch(&path).await.tekst.contains("value=\"indlaes\""), "it is still there for whoever sent it");
}

#[tokio::test]
async fn a_file_is_let_go_when_it_is_given_up_and_after_half_an_hour() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let before = sted.app.log.head().position;
    let (given_up, _) = tried(&sted, &hr, "fravaer", "", &absences()).await;
    assert_eq!(hr.send(&given_up, "hvad=fortryd").await.sted(), PAGE);
    let (late, _) = tried(&sted, &hr, "fravaer", "", &absences()).await;
    assert!(sted.session_clock.move_to(sted.session_clock.now() + TimeDelta::minutes(31)));
    for path in [given_up, late] {
        assert_eq!(hr.send(&path, "hvad=indlaes").await.sted(), path);
        let page = hr.fetch(&path).await.tekst;
        assert!(page.contains("Filen blev ikke læst ind") && page.contains("Filen er her ikke længere"), "{page}");
    }
    assert_eq!(sted.app.log.head().position, before);
    assert_eq!(hr.fetch(&format!("{PAGE}/findes-ikke")).await.sted(), PAGE);
    assert_eq!(hr.send(&format!("{PAGE}/findes-ikke"), "hvad=indlaes").await.sted(), PAGE);
}

#[tokio::test]
async fn without_room_one_is_asked_to_come_again_and_the_file_stays() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let (path, _) = tried(&sted, &hr, "fravaer", "", &absences()).await;
    sted.uploads.at_rest().await;
    let rooms: Vec<_> = std::iter::from_fn(|| sted.uploads.room()).collect();
    assert_eq!(rooms.len(), 4);
    let refused = send(&sted, &hr, "fravaer", "", &absences()).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(refused.heads.contains_key(header::RETRY_AFTER) && refused.tekst.contains("Prøv igen om lidt."));
    let waits = hr.send(&path, "hvad=indlaes").await;
    assert_eq!(waits.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(waits.tekst.contains("Filen er her stadig.") && waits.tekst.contains("value=\"indlaes\""));
    drop(rooms);
    hr.send(&path, "hvad=indlaes").await;
    assert!(settled(&hr, &path).await.tekst.contains("Filen er læst ind."));
}

/// Payroll's file of everything lacks a row that it had the day before, and three that the workplace began with: that is told before and after, and somebody is
/// asked; nothing is ended from the page.
#[tokio::test]
async fn what_a_whole_file_lacks_is_told_and_asked_about() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let row = |nr: u32, fra: &str| format!("{nr};10003;sygdom;{fra}-01-2026;{fra}-01-2026;100\n");
    let both = format!("{HEADS}\n{}{}", row(1, "12"), row(2, "20"));
    let (path, _) = tried(&sted, &hr, "fravaer", "", both.as_bytes()).await;
    hr.send(&path, "hvad=indlaes").await;
    settled(&hr, &path).await;

    let one = format!("{HEADS}\n{}", row(1, "12"));
    let ask = async |omfang: &str, fra: &str| {
        let fields: [(&str, Option<&str>, &[u8]); 4] = [
            ("hvad", None, b"fravaer"),
            ("omfang", None, omfang.as_bytes()),
            ("fra", None, fra.as_bytes()),
            ("fil", Some("f.csv"), one.as_bytes()),
        ];
        send_body(&sted, &hr, form(&fields)).await
    };
    for (omfang, fra) in [("aendringer", "2026-01-01"), ("hele", "i går"), ("alt", "")] {
        assert_eq!(ask(omfang, fra).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{omfang} {fra}");
    }
    let path = ask("hele", "2026-01-12").await.sted().to_owned();
    let page = settled(&hr, &path).await;
    let main = main_of(&page);
    for said in
        [", med alt i sin periode", "<strong>4</strong> forsvundne", "Forsvundet (4)", "Fravær 2 fra 20-01-2026"]
    {
        assert!(main.contains(said), "{said}: {main}");
    }
    assert!(!main.contains("/hr/forsvundne"), "nobody is asked before it is taken in");
    hr.send(&path, "hvad=indlaes").await;
    let page = settled(&hr, &path).await;
    assert!(main_of(&page).contains("href=\"/hr/forsvundne\""), "{}", page.tekst);
    assert!(hr.fetch("/hr/forsvundne").await.tekst.contains("Ida Iversen"));
}
