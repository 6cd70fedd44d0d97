//! Root gives the commands, and the folder belongs to the service: whatever is made in it must be the service's.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

use systemtests::{FRIST, Setup, file, raskvej, wait_to};
use tempfile::TempDir;

/// The service's user: as with `DynamicUser`, one that no file knows a name of.
const SERVICE: u32 = 64_321;
const START: &str = "2026-11-20T08:00:00+01:00";

/// Only root can act as somebody else; where the tests run as another, this is said and nothing is tried.
fn root() -> bool {
    let root = fs::metadata("/proc/self").unwrap().uid() == 0;
    if !root {
        eprintln!("not tried: these tests need root, to make files of two owners");
    }
    root
}

/// A place that everybody may enter, and in it two that only root may: `private`, as systemd has it, and `root`.
fn place() -> (TempDir, PathBuf, PathBuf) {
    let place = tempfile::tempdir().unwrap();
    let (private, root) = (place.path().join("private"), place.path().join("root"));
    fs::set_permissions(place.path(), PermissionsExt::from_mode(0o755)).unwrap();
    for closed in [&private, &root] {
        fs::create_dir(closed).unwrap();
        fs::set_permissions(closed, PermissionsExt::from_mode(0o700)).unwrap();
    }
    (place, private, root)
}

/// Everything in a folder, and the folder.
fn everything(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![folder.to_owned()];
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(everything(&path)) } else { found.push(path) }
    }
    found
}

fn give_to_service(folder: &Path) {
    for path in everything(folder) {
        chown(path, Some(SERVICE), Some(SERVICE)).unwrap();
    }
}

/// Whatever is not the service's.
fn foreign(folder: &Path) -> Vec<String> {
    let tell = |path: PathBuf| {
        let found = fs::metadata(&path).unwrap();
        let ours = found.uid() == SERVICE && found.gid() == SERVICE;
        (!ours).then(|| format!("{} of {}:{}", path.display(), found.uid(), found.gid()))
    };
    everything(folder).into_iter().filter_map(tell).collect()
}

/// A command with settings of our own only.
fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("RASKVEJ_")) {
        command.env_remove(name);
    }
    for (name, value) in [
        ("RASKVEJ_SMTP_URL", "smtp://127.0.0.1:9"),
        ("RASKVEJ_MAIL_FRA", "raskvej@arbejdsplads.example"),
        ("RASKVEJ_HR_MAIL", "hr@arbejdsplads.example"),
        ("RASKVEJ_BASE_URL", "https://raskvej.arbejdsplads.example"),
    ] {
        command.env(name, value);
    }
    command
}

fn new_workplace(data: &Path) -> Setup {
    let setup = Setup::new(data).clock(START);
    let (medarbejdere, fravaer) = (file("data/small/medarbejdere.csv"), file("data/small/fravaer.csv"));
    let files = ["--medarbejdere", medarbejdere.to_str().unwrap(), "--fravaer", fravaer.to_str().unwrap()];
    setup.command(&[&["import"][..], &files].concat()).ok();
    give_to_service(data);
    setup
}

#[test]
fn root_sets_up_a_folder_that_is_the_services_and_again() {
    if !root() {
        return;
    }
    let (_place, private, root) = place();
    let (data, beside) = (private.join("data"), root.join("opsaetning"));
    fs::create_dir(&data).unwrap();
    give_to_service(&data);
    let setup = Setup::new(&data).clock(START);
    for is_new in [true, false] {
        let printed = setup.command(&["setup", "--opsaetning", beside.to_str().unwrap()]).ok();
        assert_eq!(!printed.is_empty(), is_new, "a token is printed once");
        assert_eq!(foreign(&data), Vec::<String>::new());
        for name in ["hovednoegle", "indstillinger.toml"] {
            assert_eq!(fs::metadata(beside.join(name)).unwrap().uid(), 0, "{name} is who asked for it's");
        }
    }
    let settings = fs::read_to_string(beside.join("indstillinger.toml")).unwrap();
    assert!(settings.contains(&format!("data = \"{}\"", fs::canonicalize(&data).unwrap().display())), "{settings}");
}

#[test]
fn every_command_on_a_stopped_service_leaves_what_the_service_can_read() {
    if !root() {
        return;
    }
    let (_place, private, root) = place();
    let data = private.join("data");
    let setup = new_workplace(&data);
    let path = |name: &str| root.join(name).to_str().unwrap().to_owned();
    setup.command_without_folder(&["regler", "--skriv", &path("regler")]).ok();
    let model = fs::read_dir(root.join("regler")).unwrap().map(|entry| entry.unwrap().path());
    let model = model.into_iter().find(|path| path.to_str().unwrap().contains("kontaktmodel-")).unwrap();
    let model = model.to_str().unwrap();
    fs::copy(file("data/small/medarbejdere.csv"), root.join("medarbejdere.csv")).unwrap();
    fs::set_permissions(root.join("medarbejdere.csv"), PermissionsExt::from_mode(0o600)).unwrap();
    let (bundle, full, since) = (path("bundle"), path("full.tar"), path("since.tar"));
    let commands: [&[&str]; 14] = [
        &["rebuild"],
        &["rebuild", "--compare"],
        &["replay"],
        &["replay", "--til", "2026-11-20"],
        &["export", "--out", &bundle],
        &["backup", "--out", &full],
        &["backup", "--out", &since, "--siden", &full],
        &["token", "create", "--rolle", "hr", "--navn", "prøve"],
        &["politik"],
        &["politik", "--fastsaet", model, "--fra", "2030-01-01"],
        &["whatif", "--regler", model],
        &["import", "--medarbejdere", &path("medarbejdere.csv")],
        &[
            "erase",
            "--medarbejder",
            "1013",
            "--aarsag",
            "prøve",
            "--ogsaa-ansat",
            "--ogsaa-aabent-forloeb",
            "--ogsaa-refusion",
        ],
        &["verify"],
    ];
    for command in commands {
        setup.command(command).ok();
        assert_eq!(foreign(&data), Vec::<String>::new(), "after {command:?}");
    }
    for out in [&bundle, &full, &since] {
        let found = fs::metadata(out).unwrap();
        assert_eq!((found.uid(), found.mode() & 0o777), (0, 0o600), "{out} is who asked for it's");
    }
    assert_eq!(fs::read_dir(&root).unwrap().count(), 5, "nothing half is left beside them");
    // What is read and written for the caller is looked for where the caller stands.
    let mut beside = command(raskvej());
    beside.current_dir(&root).args(["backup", "--out", "beside.tar", "--siden", "full.tar", "--data"]).arg(&data);
    let ended = beside.output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    assert!(root.join("beside.tar").is_file());

    fs::set_permissions(&private, PermissionsExt::from_mode(0o755)).unwrap();
    let user = [format!("--reuid={SERVICE}"), format!("--regid={SERVICE}"), "--clear-groups".to_owned()];
    let program = raskvej().to_str().unwrap().to_owned();
    let program = [&["setpriv"][..], &user.each_ref().map(String::as_str), &[program.as_str()]].concat();
    let mut service = Setup::new(&data).clock(START).program(&program).start();
    let hr = setup.command(&["token", "create", "--rolle", "hr", "--navn", "prøve"]).ok();
    service.get(hr.trim(), "/api/v1/forloeb").with_status(200);
    assert_eq!(service.stop(), Some(0), "{}", service.printout());
}

#[test]
fn a_service_that_root_starts_is_its_folders_owner() {
    if !root() {
        return;
    }
    let (_place, private, _) = place();
    let data = private.join("data");
    let mut service = new_workplace(&data).start();
    let status = fs::read_to_string(format!("/proc/{}/status", service.pid())).unwrap();
    for (what, id) in [("Uid:", SERVICE), ("Gid:", SERVICE)] {
        let line = status.lines().find(|line| line.starts_with(what)).unwrap();
        let ids: Vec<_> = line.split_whitespace().skip(1).map(str::to_owned).collect();
        assert_eq!(ids, vec![id.to_string(); 4]);
    }
    // Root's commands reach it, from outside the closed folder.
    let hr = service.token("hr", None);
    service.get(&hr, "/api/v1/forloeb").with_status(200);
    assert_eq!(service.stop(), Some(0), "{}", service.printout());
    assert_eq!(foreign(&data), Vec::<String>::new());
}

#[test]
fn root_that_may_not_act_as_the_owner_is_told_the_line_that_works() {
    if !root() {
        return;
    }
    let (_place, private, _) = place();
    let data = private.join("data");
    let setup = new_workplace(&data);
    let program = raskvej().to_str().unwrap().to_owned();
    let ended = setup.program(&["setpriv", "--bounding-set=-setuid,-setgid", &program]).command(&["rebuild"]);
    let line = format!("setpriv --reuid={SERVICE} --regid={SERVICE} --clear-groups raskvej");
    assert_eq!(ended.code, Some(1));
    assert!(ended.stderr.contains(&line), "{}", ended.stderr);
    assert_eq!(foreign(&data), Vec::<String>::new());
}

/// The lines of `deploy/README.md` as they stand, but for where the folder and the backup are. Of systemd this has what
/// its manual says that it does before a start, and no more: if the folder itself is not the user's, everything in it
/// becomes the user's, else nothing; then the service begins as the user, with a way of its own into the folder.
const SYSTEMCTL: &str = r#"#!/bin/bash
set -eu
case "$1" in
stop)
    kill -TERM "$(cat "$PLACE/pid")"
    for _ in $(seq 600); do [ -e "/proc/$(cat "$PLACE/pid")/exe" ] || exit 0; sleep 0.05; done
    exit 1 ;;
start)
    cd "$PLACE/private/raskvej"
    [ "$(stat -c %u:%g .)" = "$SERVICE:$SERVICE" ] || chown -R "$SERVICE:$SERVICE" .
    # The unit hands it over as a credential; root alone can read the file.
    RASKVEJ_HOVEDNOEGLE="$(cat "$PLACE/root/hovednoegle")" setpriv --reuid="$SERVICE" --regid="$SERVICE" --clear-groups \
        raskvej serve --data /proc/self/cwd --listen 127.0.0.1:0 --clock "$CLOCK" >"$PLACE/stdout" 2>"$PLACE/stderr" &
    echo $! >"$PLACE/pid" ;;
esac
"#;

/// Stops what the drill has started, however it ended.
struct Started(PathBuf);

impl Drop for Started {
    fn drop(&mut self) {
        if let Ok(pid) = fs::read_to_string(&self.0) {
            let _ = Command::new("kill").args(["-KILL", pid.trim()]).output();
        }
    }
}

#[test]
fn the_lines_that_restore_and_start_work_as_they_stand() {
    if !root() {
        return;
    }
    let text = fs::read_to_string(file("../deploy/README.md")).unwrap();
    let lines = text.split_once("## Restore, and start on it").unwrap().1.split_once("```sh\n").unwrap().1;
    let lines = lines.split_once("```").unwrap().0;
    assert!(lines.contains("raskvej restore") && lines.contains("systemctl start raskvej"), "{lines}");

    let (place, private, root) = place();
    let (data, bin) = (private.join("raskvej"), place.path().join("bin"));
    let key = root.join("hovednoegle");
    fs::write(&key, "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n").unwrap();
    let setup = new_workplace(&data).configure("RASKVEJ_HOVEDNOEGLE_FIL", key.to_str().unwrap());
    setup.command(&["backup", "--out", root.join("raskvej.tar").to_str().unwrap()]).ok();
    let token = setup.command(&["token", "create", "--rolle", "hr", "--navn", "prøve"]).ok();
    fs::create_dir(&bin).unwrap();
    std::os::unix::fs::symlink(fs::canonicalize(raskvej()).unwrap(), bin.join("raskvej")).unwrap();
    fs::write(bin.join("systemctl"), SYSTEMCTL).unwrap();
    fs::set_permissions(bin.join("systemctl"), PermissionsExt::from_mode(0o755)).unwrap();
    let pid = place.path().join("pid");
    let _started = Started(pid.clone());
    let run = |script: &str| {
        let mut bash = command("bash");
        bash.args(["-euc", script]).env("PLACE", place.path()).env("SERVICE", SERVICE.to_string());
        bash.env("CLOCK", START).env("PATH", format!("{}:{}", bin.display(), std::env::var("PATH").unwrap()));
        let ended = bash.output().unwrap();
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        String::from_utf8(ended.stdout).unwrap()
    };
    let address = || {
        wait_to(FRIST, "the service listens", || {
            let stdout = fs::read_to_string(place.path().join("stdout")).unwrap_or_default();
            let stderr = fs::read_to_string(place.path().join("stderr")).unwrap_or_default();
            assert!(!stderr.contains("Permission denied"), "{stderr}");
            stdout.lines().find_map(|line| Some(line.split_once("lytter på http://")?.1.to_owned()))
        })
    };
    let answer = |path: &str, token: &str| {
        let request =
            ureq::get(format!("http://{}{path}", address())).header("Authorization", format!("Bearer {token}"));
        request.config().http_status_as_error(false).build().call().unwrap().status().as_u16()
    };
    run("systemctl start raskvej");
    wait_to(FRIST, "ready", || (answer("/readyz", "") == 200).then_some(()));
    assert_eq!(answer("/api/v1/forloeb", token.trim()), 200);
    fs::remove_file(place.path().join("stdout")).unwrap();

    let here = lines.replace("/var/lib/private", private.to_str().unwrap()).replace("/backup", root.to_str().unwrap());
    let here = here.replace("/etc/raskvej", root.to_str().unwrap());
    let said = run(&here);
    assert!(said.contains("genskabt: 34 hændelser") && said.contains("ens: ingen forskelle"), "{said}");
    wait_to(FRIST, "ready", || (answer("/readyz", "") == 200).then_some(()));
    assert_eq!(answer("/api/v1/forloeb", token.trim()), 401, "the token is younger than the backup");
    let hr = setup.command(&["token", "create", "--rolle", "hr", "--navn", "prøve"]).ok();
    assert_eq!(answer("/api/v1/forloeb", hr.trim()), 200);
    assert_eq!((foreign(&data), foreign(&private.join("raskvej.old"))), (Vec::new(), Vec::new()));
    assert_eq!(fs::metadata(&data).unwrap().mode() & 0o777, 0o700);
    run("systemctl stop raskvej");
}
