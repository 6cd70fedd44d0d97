//! HR sends payroll's file from a browser: it is tried, it goes in although the browser leaves, and browsers that are slow
//! keep nobody waiting.

use std::io::{Read, Write};
use std::net::TcpStream;

use systemtests::{Answer, FRIST, HttpRequest, Service, Setup, wait_to, workplace};

const START: &str = "2026-11-20T12:00:00+01:00";
const PAGE: &str = "/hr/indlaesning";
const FORM: &str = "application/x-www-form-urlencoded";
const HEAD: &str = "fravaer_nr;medarbejder_nr;aarsag;foerste_fravaersdag;sidste_fravaersdag;omfang_pct\r\n";

fn log_in(t: &Service, token: &str) -> String {
    let request = HttpRequest::new("POST", "/log-ind").log_head("sec-fetch-site", "same-origin");
    let answer = t.send(&request.body(FORM, format!("token={token}"))).with_status(303);
    answer.log_head("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

fn page(t: &Service, cookie: &str, path: &str) -> Answer {
    t.send(&HttpRequest::new("GET", path).log_head("cookie", cookie)).with_status(200)
}

/// What a browser makes of the form.
fn form(csv: &str) -> String {
    format!(
        "--x\r\nContent-Disposition: form-data; name=\"hvad\"\r\n\r\nfravaer\r\n\
         --x\r\nContent-Disposition: form-data; name=\"profil\"\r\n\r\n\r\n\
         --x\r\nContent-Disposition: form-data; name=\"profilfil\"; filename=\"\"\r\nContent-Type: application/octet-stream\r\n\r\n\r\n\
         --x\r\nContent-Disposition: form-data; name=\"fil\"; filename=\"Fravær uge 47.csv\"\r\nContent-Type: text/csv\r\n\r\n{csv}\r\n\
         --x--\r\n"
    )
}

fn send(t: &Service, cookie: &str, csv: &str) -> Answer {
    let request = HttpRequest::new("POST", PAGE).log_head("cookie", cookie).log_head("sec-fetch-site", "same-origin");
    t.send(&request.body("multipart/form-data; boundary=x", form(csv)))
}

/// The page of a file once nothing is under way any more.
fn settled(t: &Service, cookie: &str, path: &str) -> String {
    wait_to(FRIST, "the file is through", || {
        let found = page(t, cookie, path).tekst();
        (!found.contains("http-equiv=\"refresh\"")).then_some(found)
    })
}

#[test]
fn a_file_is_tried_and_goes_in_although_the_browser_leaves() {
    let folder = tempfile::tempdir().unwrap();
    let t = Setup::new(folder.path()).clock(START).start();
    let hr = workplace::ansaet(&t, 50);
    let revisor = t.token("revisor", None);
    let cookie = log_in(&t, &hr);
    // Forty days of each of fifty, and one of somebody who is not there.
    let lines: String = (0..2000)
        .map(|n| {
            let (nr, dag) = (1002 + n % 50, n / 50 % 20 + 1);
            let month = 1 + n / 1000;
            format!("{n};{nr};sygdom;{dag:02}-{month:02}-2026;{dag:02}-{month:02}-2026;100\r\n")
        })
        .collect();
    let csv = format!("{HEAD}{lines}9999;7777;sygdom;05-01-2026;;100\r\n");
    let before = workplace::log_head(&t, &revisor);
    let sent = send(&t, &cookie, &csv).with_status(303);
    let path = sent.log_head("location").unwrap().to_owned();
    let tried = settled(&t, &cookie, &path);
    assert!(tried.contains("<strong>2.000</strong> nye") && tried.contains("<strong>1</strong> afviste"), "{tried}");
    assert_eq!(workplace::log_head(&t, &revisor), before, "a trial writes nothing");

    // The yes, from a browser that is gone at once.
    let address = t.address().strip_prefix("http://").unwrap();
    let mut connection = TcpStream::connect(address).unwrap();
    let yes = format!(
        "POST {path} HTTP/1.1\r\nhost: {address}\r\ncookie: {cookie}\r\nsec-fetch-site: same-origin\r\n\
         content-type: {FORM}\r\ncontent-length: 12\r\n\r\nhvad=indlaes"
    );
    connection.write_all(yes.as_bytes()).unwrap();
    drop(connection);
    let done = wait_to(FRIST, "the file is in", || {
        let found = page(&t, &cookie, &path).tekst();
        found.contains("Filen er læst ind.").then_some(found)
    });
    assert!(done.contains("<strong>2.000</strong> nye"), "{done}");
    let after = workplace::log_head(&t, &revisor);
    assert_ne!(after, before);
    t.send(&HttpRequest::new("POST", &path).log_head("cookie", &cookie).body(FORM, "hvad=indlaes")).with_status(303);
    settled(&t, &cookie, &path);
    assert_eq!(workplace::log_head(&t, &revisor), after, "said again it does nothing");
    assert!(page(&t, &cookie, PAGE).tekst().contains("<td data-navn=\"Nye\" class=\"tal\">2.000</td>"));
    let said = t.printout();
    assert!(!said.contains("Fravær uge 47") && !said.contains("7777"), "nothing of a file is in the log lines");
}

#[test]
fn slow_browsers_take_their_own_places_and_no_others() {
    let folder = tempfile::tempdir().unwrap();
    let t = Setup::new(folder.path()).clock(START).start();
    let hr = workplace::ansaet(&t, 12);
    let cookie = log_in(&t, &hr);
    let address = t.address().strip_prefix("http://").unwrap();
    let csv = format!("{HEAD}1;1010;sygdom;05-01-2026;16-01-2026;100\r\n");
    // Each is known to have its place before the next comes: the service says "go on" when it begins to read a body.
    let begun: Vec<TcpStream> = (0..4)
        .map(|_| {
            let mut connection = TcpStream::connect(address).unwrap();
            connection.set_read_timeout(Some(FRIST)).unwrap();
            let head = format!(
                "POST {PAGE} HTTP/1.1\r\nhost: {address}\r\ncookie: {cookie}\r\nsec-fetch-site: same-origin\r\n\
                 content-type: multipart/form-data; boundary=x\r\ncontent-length: 1000\r\nexpect: 100-continue\r\n\r\n"
            );
            connection.write_all(head.as_bytes()).unwrap();
            let mut said = [0; 12];
            connection.read_exact(&mut said).unwrap();
            assert_eq!(&said, b"HTTP/1.1 100");
            connection
        })
        .collect();
    let refused = send(&t, &cookie, &csv).with_status(503);
    assert!(refused.tekst().contains("Prøv igen om lidt.") && refused.log_head("retry-after").is_some());
    let nightly = t.post_csv(&hr, "/api/v1/import/fravaer", csv.as_bytes()).with_status(200).json();
    assert_eq!(nightly["oprettet"], 1, "{nightly}");
    page(&t, &cookie, PAGE);
    drop(begun);
    let path = wait_to(FRIST, "their places are free", || {
        let sent = send(&t, &cookie, &csv);
        sent.log_head("location").filter(|_| sent.status == 303).map(str::to_owned)
    });
    assert!(settled(&t, &cookie, &path).contains("<strong>1</strong> uændrede"));
}
