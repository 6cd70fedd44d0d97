//! What one bad file, or one long request, costs the service and everybody else who is waiting.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use systemtests::{FRIST, Service, Setup, file, wait_to};

use crate::meanwhile::{SLOW, meanwhile};

const START: &str = "2026-11-20T12:00:00+01:00";

fn head(name: &str) -> String {
    fs::read_to_string(file(name)).unwrap().trim_start_matches('\u{feff}').lines().next().unwrap().to_owned()
}

/// Most memory the service has had, in MB.
fn peak(t: &Service) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", t.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap() / 1024
}

#[test]
fn a_bad_file_is_answered_soon_briefly_and_with_nobody_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let t = Setup::new(folder.path()).clock(START).start();
    let hr = t.token("hr", None);
    let medarbejdere = head("data/small/medarbejdere.csv");
    let files = [
        ("a header of 60 MB", format!("{medarbejdere}{}\n", ";x".repeat(30_000_000)), "65536 bytes"),
        ("4 MB of bad lines", format!("{medarbejdere}\n{}", "xxxxxxxx\n".repeat(440_000)), "fejl_i_alt\":440000"),
        ("4 MB of quotes", format!("{medarbejdere}\n{}", "\"xxxxxx;\n".repeat(440_000)), "fejl_i_alt\":440000"),
        ("4 MB of empty fields", format!("{medarbejdere}\n{}", ";;;;;;;;;;;;;;;;;;a\n".repeat(200_000)), "fejl_i_alt"),
        ("millions of lines", format!("{medarbejdere}\n{}", "x\n".repeat(20_000_000)), "over 1100000 linjer"),
    ];
    for (what, csv, said) in files {
        let began = Instant::now();
        let (answer, times) = meanwhile(&t, || t.post_csv(&hr, "/api/v1/import/medarbejdere", csv.as_bytes()));
        let (took, answer) = (began.elapsed(), answer.with_status(200).tekst());
        println!("{what}: {took:?}, {} bytes, {times}, {} MB at most", answer.len(), peak(&t));
        assert!(answer.contains(said) && answer.len() < 20_000, "{what}: {answer:.300}");
        assert!(took < Duration::from_secs(60), "{what}: {took:?}");
        assert!(times.nearly_all() < SLOW, "{what}: {times}");
    }
    assert!(peak(&t) < 400, "{} MB", peak(&t));
}

#[test]
fn a_file_that_is_too_large_is_refused_by_the_service_and_by_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let t = Setup::new(folder.path()).clock(START).start();
    let hr = t.token("hr", None);
    let large = vec![b'\n'; (64 << 20) + 1];
    let (answer, times) = meanwhile(&t, || t.post_csv(&hr, "/api/v1/import/fravaer", &large));
    assert_eq!(answer.with_status(413).json()["kode"], "for_stor");
    println!("a file that is too large: {times}");
    assert!(times.nearly_all() < SLOW, "{times}");
    // A terabyte is refused when it is promised.
    let address = t.address().strip_prefix("http://").unwrap();
    let mut connection = TcpStream::connect(address).unwrap();
    connection.set_read_timeout(Some(FRIST)).unwrap();
    let asked = format!(
        "POST /api/v1/import/fravaer HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {hr}\r\nconnection: close\r\n\
         content-type: text/csv\r\ncontent-length: {}\r\n\r\n",
        1_u64 << 40
    );
    connection.write_all(asked.as_bytes()).unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");

    let said = t.command(&["import", "--fravaer", "/dev/zero"]);
    assert_eq!((said.code, said.stdout.as_str()), (Some(1), ""));
    assert!(said.stderr.contains("/dev/zero: filen er på over 64 MB"), "{}", said.stderr);
    let bad = folder.path().join("fil.csv");
    fs::write(&bad, format!("{}\n{}", head("data/small/fravaer.csv"), "x\n".repeat(100_000))).unwrap();
    let said = t.command(&["import", "--fravaer", bad.to_str().unwrap()]);
    assert_eq!((said.code, said.stderr.lines().count()), (Some(1), 101));
    assert_eq!(said.stdout, "fravær: 0 oprettet, 0 ændret, 0 uændret, 100000 afvist");
    assert!(peak(&t) < 400, "{} MB", peak(&t));
}

#[test]
fn four_files_at_a_time_are_on_their_way_and_one_more_is_asked_to_come_again() {
    let folder = tempfile::tempdir().unwrap();
    let t = Setup::new(folder.path()).clock(START).start();
    let hr = t.token("hr", None);
    // Each is known to have its place before the next comes: the service says "go on" when it begins to read a body.
    let begun: Vec<TcpStream> = (0..4)
        .map(|_| {
            let mut connection = TcpStream::connect(t.address().strip_prefix("http://").unwrap()).unwrap();
            connection.set_read_timeout(Some(FRIST)).unwrap();
            let head = format!(
                "POST /api/v1/import/fravaer HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {hr}\r\n\
                 content-length: 1000\r\nexpect: 100-continue\r\n\r\n"
            );
            connection.write_all(head.as_bytes()).unwrap();
            let mut said = [0; 12];
            connection.read_exact(&mut said).unwrap();
            assert_eq!(&said, b"HTTP/1.1 100");
            connection
        })
        .collect();
    let send = || t.post_csv(&hr, "/api/v1/import/fravaer", head("data/small/fravaer.csv").as_bytes());
    let (answer, times) = meanwhile(&t, send);
    let answer = answer.with_status(503);
    println!("four files on their way: {times}");
    assert!(times.nearly_all() < SLOW, "{times}");
    assert_eq!((answer.json()["kode"].as_str(), answer.log_head("retry-after")), (Some("travlt"), Some("30")));
    t.get("", "/readyz").with_status(200);
    drop(begun);
    wait_to(FRIST, "there is room again", || Some(send()).filter(|answer| answer.status == 200));
}
