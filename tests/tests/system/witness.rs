//! A service that runs is held against what somebody kept, by both programs; and its seal leaves for a server.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::mpsc;

use systemtests::{FRIST, PYTHON, Setup, file, workplace};

const START: &str = "2026-02-10T09:00:00+01:00";

/// What the script says, and whether it is in order.
fn python(address: &str, token: &str, arguments: &[&str]) -> (bool, String) {
    let mut command = Command::new(PYTHON);
    command.arg(file("../docs/verify_bundle.py")).args(arguments).args(["--tjeneste", address]);
    let answer = command.env("RASKVEJ_TOKEN", token).output().expect("Python runs");
    (answer.status.success(), String::from_utf8_lossy(&answer.stdout).into_owned())
}

fn written(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_running_service_is_held_against_what_was_kept_by_both_programs() {
    let at = tempfile::tempdir().unwrap();
    let t = Setup::new(&at.path().join("data")).clock(START).start();
    let hr = workplace::ansaet(&t, 6);
    let revisor = t.token("revisor", None);
    let (mine, others) = (written(at.path(), "nøgle", &revisor), written(at.path(), "andres", &hr));
    let kept = at.path().join("segl").to_str().unwrap().to_owned();
    t.command(&["seal", "--out", &kept]).ok();
    let keys = t.command(&["seal", "--noegle"]).ok();
    let (hex, note_key) = keys.split_once('\n').unwrap();
    workplace::sygemeld(&t, &hr, "1004", "2026-02-01");
    // What the API tells of the key is what the terminal and the page show.
    let told = t.get(&revisor, "/api/v1/revision/segl").with_status(200).json();
    assert_eq!((told["noegle"].as_str(), told["vkey"].as_str()), (Some(hex), Some(note_key)));

    let another = Setup::new(&at.path().join("andet")).clock(START);
    another.command(&["token", "create", "--rolle", "hr", "--navn", "prøve"]).ok();
    let theirs = at.path().join("andres-segl").to_str().unwrap().to_owned();
    another.command(&["seal", "--out", &theirs]).ok();

    let program = |arguments: &[&str]| {
        another.command_without_folder(&[&["verify", "--tjeneste", t.address()], arguments].concat())
    };
    let answer = program(&["--token-fil", &mine, "--noegle", note_key, "--seal", &kept]).ok();
    assert!(answer.contains("i orden: ") && answer.contains("loggen fortsætter det ("), "{answer}");
    for (arguments, code, why) in [
        (&["--token-fil", &mine, "--seal", &theirs][..], 1, "underskrevet med en anden nøgle"),
        (&["--token-fil", &others, "--seal", &kept], 1, "skal være en revisors"),
        (&["--seal", &kept], 2, "Adgangsnøglen mangler"),
    ] {
        let answer = program(arguments);
        assert_eq!(answer.code, Some(code), "{}", answer.stderr);
        assert!(answer.stdout.is_empty() && answer.stderr.contains(why), "{}", answer.stderr);
    }
    for (token, arguments, right) in [
        (&revisor, vec!["--noegle", hex, "--seal", &kept], true),
        (&revisor, vec!["--noegle", note_key, "--seal", &kept], true),
        (&revisor, vec!["--seal", &theirs], false),
        (&hr, vec!["--seal", &kept], false),
    ] {
        let (sound, says) = python(t.address(), token, &arguments);
        assert_eq!(sound, right, "{arguments:?}: {says}");
    }
}

/// Takes one request, says that it is kept, and hands on what it was.
fn server() -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = format!("http://{}/segl/", listener.local_addr().expect("it has an address"));
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        let (mut connection, _) = listener.accept().expect("somebody comes");
        connection.set_read_timeout(Some(FRIST)).expect("a wait has an end");
        let (mut request, mut piece) = (Vec::new(), [0; 4096]);
        // A note ends in a line feed after its signature.
        while !String::from_utf8_lossy(&request).contains("\n\n\u{2014} ") || !request.ends_with(b"\n") {
            let read = connection.read(&mut piece).expect("it is sent whole");
            assert!(read > 0, "cut off");
            request.extend(&piece[..read]);
        }
        connection.write_all(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n").expect("it waits for the answer");
        tell.send(String::from_utf8(request).expect("text")).expect("the test waits");
    });
    (address, told)
}

#[test]
fn the_seal_leaves_for_a_server_and_the_log_goes_on_from_it() {
    let (at, (address, told)) = (tempfile::tempdir().unwrap(), server());
    let t = Setup::new(&at.path().join("data")).configure("RASKVEJ_SEGL_URL", &address).start();
    let request = told.recv_timeout(FRIST).expect("the morning's seal");
    assert!(request.starts_with("PUT /segl/raskvej-"), "{request}");
    let kept = written(at.path(), "segl", request.split_once("\r\n\r\n").unwrap().1);
    let _hr = t.token("hr", None);
    assert!(t.command(&["verify", "--seal", &kept]).ok().contains("loggen fortsætter det (0 af "), "{}", t.printout());
    assert!(!t.get("", "/readyz").with_status(200).tekst().contains("segl_venter"));
}
