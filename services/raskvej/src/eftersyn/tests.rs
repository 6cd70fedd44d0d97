//! What is found of a folder, of other servers and of seals, and what is to be done about it.

use std::fs::{Permissions, set_permissions};

use systemtests::Mailbox;

use super::*;
use crate::login::imitated::Imitated;
use crate::start;
use crate::terminal::trial::Trial;

fn settings(rows: &[(&str, &str)]) -> Settings {
    let rows = rows.iter().map(|(name, value)| ((*name).into(), (*value).into()));
    Settings::fetch(None, rows).unwrap()
}

fn setup(rows: &[(&str, &str)], folder: &Path) -> Setup {
    start::setup(&settings(rows), folder.to_owned(), crate::core::Outside::default())
}

fn now() -> DateTime<Utc> {
    "2026-11-20T07:00:00Z".parse().unwrap()
}

fn grades(findings: &[Finding]) -> Vec<(Grade, &str)> {
    findings.iter().map(|finding| (finding.grade, finding.what)).collect()
}

/// The small workplace on Friday 20 November 2026: it can be read and written, and its reminders are weeks behind.
#[tokio::test]
async fn who_has_the_folder_open_tells_its_state_keys_and_mails() {
    let p = Trial::small().await;
    let text = p.bed(TerminalRequest::Eftersyn { format: Format::Text }).await;
    assert_eq!((text.code, &text.error), (DONE, &vec![]));
    assert!(text.out[0].starts_with("ok        tilstand: der kan læses og skrives"), "{text:?}");
    assert!(
        text.out[1].starts_with("advarsel  nøgler: kan bruges, men ligger i mappen uden hovednøgle Gør: "),
        "{text:?}"
    );
    assert!(text.out[2].contains("mails: "), "{text:?}");
    let json = p.bed(TerminalRequest::Eftersyn { format: Format::Json }).await;
    let rows: Vec<serde_json::Value> = json.out.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows.len(), text.out.len());
    assert_eq!((rows[0]["fund"].as_str(), rows[0]["hvad"].as_str()), (Some("ok"), Some("tilstand")));
    assert!(rows[1]["goer"].is_string() && rows[0].get("goer").is_none());

    // A clock that is a month ahead is told, and reminders wait for it.
    let ahead = Trial::on(p.close().await, Clock::imitated("2026-12-24T07:00:00Z".parse().unwrap())).await;
    let told = ahead.bed(TerminalRequest::Eftersyn { format: Format::Text }).await;
    assert!(told.out[0].starts_with("advarsel  ur: ur_frem: Maskinens ur er sprunget frem"), "{told:?}");
}

#[tokio::test]
async fn rights_disk_and_log_of_a_folder_are_looked_at() {
    let folder = Trial::small().await.close().await;
    let path = folder.path();
    set_permissions(path, Permissions::from_mode(0o700)).unwrap();
    assert_eq!(grades(&of_folder(path, true))[0], (Grade::Ok, "datamappe"));
    assert_eq!(of_folder(path, true)[1].what, "disk");
    set_permissions(path, Permissions::from_mode(0o755)).unwrap();
    let open = of_folder(path, true).remove(0);
    assert_eq!(open.grade, Grade::Advarsel);
    assert!(open.said.contains("(755)") && open.to_do.unwrap().starts_with("chmod 700"));
    let none = of_folder(&path.join("nej"), false);
    assert_eq!(grades(&none), [(Grade::Fejl, "datamappe")]);

    assert_eq!(of_log(path).await.grade, Grade::Ok);
    let segment = std::fs::read_dir(path.join("journal")).unwrap().next().unwrap().unwrap().path();
    let mut bytes = std::fs::read(&segment).unwrap();
    // In the first commit.
    bytes[300] ^= 1;
    std::fs::write(&segment, bytes).unwrap();
    let damaged = of_log(path).await;
    assert_eq!((damaged.grade, damaged.what), (Grade::Fejl, "log"), "{damaged:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mail_server_is_reached_and_gets_no_mail() {
    let (folder, mailbox) = (tempfile::tempdir().unwrap(), Mailbox::start());
    let rows = |url: &str| {
        let rows = [
            ("RASKVEJ_SMTP_URL", url),
            ("RASKVEJ_MAIL_FRA", "raskvej@kommune.test"),
            ("RASKVEJ_BASE_URL", "https://raskvej.test"),
        ];
        setup(&rows, folder.path())
    };
    let found = of_mail_server(&rows(&mailbox.url()), now()).await;
    assert_eq!(grades(&found), [(Grade::Ok, "mailserver")], "{found:?}");
    assert_eq!(mailbox.letters().len(), 0);
    // Nobody listens there.
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let found = of_mail_server(&rows(&format!("smtp://127.0.0.1:{nobody}")), now()).await;
    assert_eq!(grades(&found), [(Grade::Fejl, "mailserver")], "{found:?}");
    assert!(found[0].to_do.as_ref().unwrap().contains("raskvej mail test"));
    let none = of_mail_server(&setup(&[], folder.path()), now()).await;
    assert_eq!(grades(&none), [(Grade::Advarsel, "mailserver")]);
}

#[tokio::test]
async fn each_provider_is_asked_for_what_a_login_needs() {
    let provider = Imitated::start(now()).await;
    let rows = [("RASKVEJ_BASE_URL", "https://raskvej.test")];
    let folder = tempfile::tempdir().unwrap();
    let setup = setup(&rows, folder.path());
    let found = of_logins(&setup, vec![provider.settings("a", "")]).await;
    assert_eq!(grades(&found), [(Grade::Ok, "login")], "{found:?}");
    assert_eq!(found[0].said, "Kommunens login svarer; 1 nøgle");
    provider.says().status = axum::http::StatusCode::SERVICE_UNAVAILABLE;
    let found = of_logins(&setup, vec![provider.settings("a", "")]).await;
    assert_eq!(grades(&found), [(Grade::Fejl, "login")], "{found:?}");
    assert_eq!(grades(&of_logins(&setup, Vec::new()).await), [(Grade::Advarsel, "login")]);
}

/// A seal left on the morning of Thursday 19 November, and none on the Friday yet; on Saturday that is a day too few.
#[test]
fn seals_that_did_not_leave_are_told_by_their_way() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(grades(&of_seals(&setup(&[], folder.path()), now())), [(Grade::Advarsel, "segl")]);
    let rows = [("RASKVEJ_REVISOR_MAIL", "revisor@kommune.test"), ("RASKVEJ_SEGL_MAPPE", "/mnt/segl")];
    let setup = setup(&rows, folder.path());
    std::fs::write(folder.path().join("segl.json"), r#"{"mail":"2026-11-19"}"#).unwrap();
    let found = of_seals(&setup, now());
    assert_eq!(grades(&found), [(Grade::Ok, "segl"), (Grade::Advarsel, "segl")], "{found:?}");
    assert_eq!(found[1].said, "aldrig sendt med mappe");
    assert_eq!(of_seals(&setup, now() + TimeDelta::days(2))[0].grade, Grade::Advarsel);
    assert_eq!(of_seals(&setup, now() - TimeDelta::days(2))[0].grade, Grade::Advarsel, "a clock was ahead");
}

#[tokio::test]
async fn a_list_of_erasures_that_is_gone_is_told() {
    let folder = Trial::small().await.close().await;
    assert_eq!(of_erasures(&setup(&[], folder.path())).grade, Grade::Advarsel, "it is kept nowhere else");
    let elsewhere = tempfile::tempdir().unwrap();
    let list = elsewhere.path().join("sletninger");
    let outside = crate::core::Outside { master: None, erasures: Some(list.clone()) };
    let setup = start::setup(&settings(&[]), folder.path().to_owned(), outside.clone());
    assert_eq!(of_erasures(&setup).grade, Grade::Ok, "it begins at the next start");
    let folder = Trial::with(folder, outside).await.unwrap().close().await;
    let found = of_erasures(&setup);
    assert_eq!((found.grade, &*found.said), (Grade::Ok, "0 personer på listen uden for datamappen"));
    std::fs::remove_file(&list).unwrap();
    let found = of_erasures(&setup);
    assert!(found.grade == Grade::Fejl && found.said.contains("findes ikke"), "{found:?}");
    drop(folder);
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_the_exit_code_and_settings_that_miss_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = setup(&[], &folder.path().join("nej"));
    assert_eq!(run(&settings(&[]), &nowhere, Ok(Vec::new()), Format::Json).await, REFUSED);
    let here = Trial::small().await.close().await;
    let missing = of_settings(&settings(&[]), &setup(&[], here.path()), &Ok(Vec::new()));
    assert!(missing.iter().all(|finding| finding.grade == Grade::Advarsel), "{missing:?}");
    let wrong = of_settings(&settings(&[]), &setup(&[], here.path()), &Err("filen er ikke TOML".to_owned()));
    assert_eq!((wrong[0].grade, wrong[0].said.as_str()), (Grade::Fejl, "filen er ikke TOML"));
    assert_eq!(run(&settings(&[]), &setup(&[], here.path()), Ok(Vec::new()), Format::Text).await, DONE);
}
