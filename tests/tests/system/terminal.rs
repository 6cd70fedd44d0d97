//! The commands of the terminal, with and without a running service, and what the process says while it works.

use serde_json::json;
use systemtests::{Mailbox, Service, Setup, workplace};

const START: &str = "2026-02-10T09:00:00+01:00";

fn with_story(t: &Service) -> (String, String) {
    let hr = workplace::ansaet(t, 12);
    let id = workplace::sygemeld(t, &hr, "1010", "2026-01-05");
    workplace::on(t, &hr, &id, "foerste-kontakt", &workplace::kontakt("2026-01-14")).with_status(200);
    let indkaldt = json!({"tidspunkt": "2026-02-12T10:00:00+01:00", "sted": "Stuen Kløverbladet", "deltagere": ["TR"]});
    workplace::on(t, &hr, &id, "samtale-indkaldelse", &indkaldt).with_status(200);
    (hr, id)
}

#[test]
fn the_commands_work_with_and_without_a_running_service() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let setup = Setup::new(&data).clock(START);
    let mut t = setup.clone().start();
    let (hr, id) = with_story(&t);
    let revisor = t.token("revisor", None);
    let log_head = workplace::log_head(&t, &revisor);
    let hash = log_head["hash"].as_str().unwrap().to_owned();
    let bundle = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();

    let running = [
        t.command(&["verify"]).ok(),
        t.command(&["replay", "--forloeb", &id]).ok(),
        t.command(&["replay", "--forloeb", &id, "--til", "2026-02-10T08:00:00Z", "--format", "json"]).ok(),
        t.command(&["rebuild", "--compare"]).ok(),
    ];
    assert!(running[0].contains(&hash), "{}", running[0]);
    assert!(running[1].contains("FoersteKontaktHoldt") || running[1].contains("ørste kontakt"), "{}", running[1]);
    t.command(&["export", "--forloeb", &id, "--out", &bundle("en")]).ok();
    t.command(&["export", "--out", &bundle("alle")]).ok();
    t.command(&["backup", "--out", &bundle("kopi")]).ok();
    assert_eq!(t.stop(), Some(0), "{}", t.printout());

    let stopped = |a: &[&str]| setup.command(a).ok();
    assert_eq!(stopped(&["verify"]), running[0]);
    assert_eq!(stopped(&["replay", "--forloeb", &id]), running[1]);
    assert_eq!(stopped(&["replay", "--forloeb", &id, "--til", "2026-02-10T08:00:00Z", "--format", "json"]), running[2]);
    for name in ["en", "alle"] {
        assert!(setup.command_without_folder(&["verify", "--bundle", &bundle(name)]).ok().contains(&hash));
    }
    let mut bytes = std::fs::read(bundle("en")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(bundle("en"), bytes).unwrap();
    assert_eq!(setup.command_without_folder(&["verify", "--bundle", &bundle("en")]).code, Some(1));

    let new = folder.path().join("ny");
    setup.command_without_folder(&["restore", "--from", &bundle("kopi"), "--data", new.to_str().unwrap()]).ok();
    let restored = Setup::new(&new).clock(START);
    assert!(restored.command(&["verify"]).ok().contains(&hash), "the restored log ends where the other did");
    let t = restored.start();
    let forloeb = t.get(&hr, &format!("/api/v1/forloeb/{id}")).with_status(200).json();
    assert_eq!(forloeb["frister"][0]["status"], "opfyldt", "and the tokens are in it too");
}

#[test]
fn wrong_usage_is_2_refused_is_1() {
    let folder = tempfile::tempdir().unwrap();
    let o = Setup::new(&folder.path().join("data"));
    assert_eq!(o.command(&["token", "create", "--rolle", "konge"]).code, Some(2));
    assert_eq!(o.command(&["findes-ikke"]).code, Some(2));
    assert_eq!(o.command(&["token", "create", "--rolle", "leder"]).code, Some(2), "a leader has a number");
    let unknown = o.command(&["token", "create", "--rolle", "leder", "--medarbejder", "4711"]);
    assert_eq!((unknown.code, unknown.stdout.as_str()), (Some(1), ""), "{unknown:?}");
    for (name, value) in [("RASKVEJ_HR_MAIL", "ikke en adresse"), ("RASKVEJ_UKENDT", "1"), ("RASKVEJ_LISTEN", "her")] {
        let out = o.clone().configure(name, value).attempt_start().expect_err("should not start");
        assert!(out.code == Some(1) && out.stderr.contains(name), "{out:?}");
    }
}

#[test]
fn an_erased_person_is_gone_and_the_proofs_hold() {
    let folder = tempfile::tempdir().unwrap();
    let t = Setup::new(folder.path()).clock(START).start();
    let (hr, id) = with_story(&t);
    let path = format!("/api/v1/forloeb/{id}");
    let keys = || std::fs::read(folder.path().join("noegler/noegler")).unwrap();
    let before = keys();
    let erase = ["erase", "--medarbejder", "1010", "--aarsag", "fem år efter fratræden"];
    assert_eq!(t.command(&erase).code, Some(1), "a case is open");
    let twice = [&erase[..], &["--ogsaa-ansat", "--ogsaa-aabent-forloeb", "--ogsaa-refusion"]].concat();
    t.command(&twice).ok();
    let after = keys();
    let changed = before.chunks(128).zip(after.chunks(128)).filter(|(a, b)| a != b).count();
    assert_eq!(changed, 1, "one key is gone, the others are as they were");
    t.get(&hr, &path).with_status(200);
    let answer =
        workplace::on(&t, &hr, &id, "raskmelding", &json!({"sidste_fravaersdag": "2026-02-09"})).with_status(409);
    assert_eq!(answer.json()["kode"], "person_slettet");
    let again = t.post_csv(&hr, "/api/v1/import/medarbejdere", workplace::medarbejdere(12).as_bytes()).json();
    assert_eq!((&again["uaendret"], again["fejl"].as_array().unwrap().len()), (&json!(13), 1), "{again}");
    t.command(&["verify"]).ok();
    t.command(&["rebuild", "--compare"]).ok();
}

/// Everything the process writes in a full day's work, and everything in the journal: no name, no CPR, no free text.
#[test]
fn nothing_personal_in_log_metrics_or_journal() {
    let folder = tempfile::tempdir().unwrap();
    let post = Mailbox::start();
    let mut t = Setup::new(folder.path())
        .clock("2026-01-05T09:00:00+01:00")
        .mailbox(&post)
        .configure("RASKVEJ_LOG", "debug")
        .start();
    let hr = workplace::ansaet(&t, 12);
    let id = workplace::sygemeld(&t, &hr, "1010", "2026-01-05");
    t.move_clock("2026-01-30T12:00:00+01:00");
    let rettelse = json!({"felt": "omfang_pct", "ny_vaerdi": 50, "begrundelse": "Hemmeligsen tastede forkert"});
    workplace::on(&t, &hr, &id, "rettelse", &rettelse).with_status(200);
    let measurements = t.get("", "/metrics").with_status(200).tekst();
    assert_eq!(t.stop(), Some(0));
    let printout = t.printout();
    assert!(measurements.contains("raskvej_http_total"), "{measurements}");
    let mut files = Vec::new();
    for folder in ["journal", "index", "visninger"] {
        for file in std::fs::read_dir(t.folder().join(folder)).unwrap().map(|f| f.unwrap().path()) {
            if file.is_file() {
                files.extend(std::fs::read(file).unwrap());
            }
        }
    }
    for words in ["Hemmeligsen", "Navnkær", "616180", "arbejde.example"] {
        assert!(!printout.contains(words), "'{words}' in what the process printed");
        assert!(!measurements.contains(words), "'{words}' in the metrics");
        assert!(!files.windows(words.len()).any(|w| w == words.as_bytes()), "'{words}' in the files");
    }
    assert!(!measurements.contains(&id), "ids stay out of the metrics");
}
