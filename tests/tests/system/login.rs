//! People log in at somebody else's provider, on the binary as it is shipped.

use std::path::Path;
use std::time::Duration;
use std::{fs, thread};

use serde_json::{Value, json};
use systemtests::{Answer, Browser, FRIST, Provider, Service, Setup, wait_to, workplace};

const BASE: &str = "https://raskvej.arbejdsplads.example";
const LEDER_URN: &str = "urn:dk:kommune:raskvej:leder";
const HR_URN: &str = "urn:dk:kommune:raskvej:hr";
const SECRET: &str = "klientens-hemmelighed";

/// A service that people log in at through these providers.
fn serve(folder: &Path, providers: &str) -> Service {
    let file = folder.join("login.toml");
    fs::write(&file, providers).unwrap();
    Setup::new(&folder.join("data"))
        .configure("RASKVEJ_LOGIN", file.to_str().unwrap())
        .configure("RASKVEJ_LOG", "trace")
        .configure("OIDC_HEMMELIGHED", SECRET)
        .clock("2026-02-10T09:00:00+01:00")
        .start()
}

fn settings(provider: &Provider) -> String {
    let roles = "roller = \"roles\"\nalle_er_medarbejdere = true\n[udbyder.rolle]\n";
    let given = format!(
        "\"Raskvej HR\" = \"hr\"\nl = \"leder\"\nh = \"hr\"\n\"{LEDER_URN}\" = \"leder\"\n\"{HR_URN}\" = \"hr\"\n"
    );
    provider.settings("kommunen", &format!("{roles}{given}"))
}

/// Out to the provider and back to the service; the last answer.
fn log_in(t: &Service, provider: &Provider, browser: &mut Browser, sub: &str, onward: &str) -> Answer {
    let back = way_back(t, provider, browser, sub, onward);
    browser.open(t, &back)
}

/// Out to the provider; the way back.
fn way_back(t: &Service, provider: &Provider, browser: &mut Browser, sub: &str, onward: &str) -> String {
    let out = browser.open(t, &format!("/log-ind/kommunen{onward}")).with_status(303);
    let back = provider.log_in(out.log_head("location").unwrap(), sub);
    back.strip_prefix(BASE).unwrap_or_else(|| panic!("{back} is not ours")).to_owned()
}

fn place(answer: &Answer) -> &str {
    answer.log_head("location").unwrap_or_else(|| panic!("{} {}", answer.status, answer.tekst()))
}

/// Leader, HR and employee, with their roles in each of the three shapes that workplaces get them in.
#[test]
fn leder_hr_and_medarbejder_log_in_whatever_the_shape_of_the_claim() {
    let folder = tempfile::tempdir().unwrap();
    let provider = Provider::start();
    let t = serve(folder.path(), &settings(&provider));
    let hr = workplace::ansaet(&t, 6);
    workplace::sygemeld(&t, &hr, "1004", "2026-02-01");
    let group = |urn: &str| json!({"cvr": "12345678", "p": [urn]}).to_string();
    let shapes: [(&str, Value, Value); 4] = [
        ("list", json!(["l", "andet"]), json!(["Raskvej HR"])),
        ("text", json!("l andet"), json!("h,andet")),
        ("groups", json!([group(LEDER_URN)]), json!([group(HR_URN)])),
        ("one group", json!(group(LEDER_URN)), json!(group(HR_URN))),
    ];
    for (shape, leder, hr) in shapes {
        for (sub, nr, roles, chosen, page, seen) in [
            ("leder", "1001", leder, "leder", "/", "Navnkær Hemmeligsen 1001, leder"),
            ("hr", "1005", hr, "hr", "/hr?enhed=E101", "Botilbud Solsikken"),
        ] {
            provider.knows(sub, &json!({"medarbejdernummer": nr, "roles": roles}));
            let mut browser = Browser::default();
            let onward = page.replace('?', "%3F").replace('=', "%3D");
            let answer = log_in(&t, &provider, &mut browser, sub, &format!("?videre={onward}"));
            assert!(place(&answer).starts_with("/log-ind/rolle"), "{shape}: everybody is medarbejder too");
            let form = format!("rolle={chosen}&videre={onward}");
            assert_eq!(place(&browser.form(&t, "/log-ind/rolle", &form)), page, "{shape}");
            let shown = browser.open(&t, page).with_status(200).tekst();
            assert!(shown.contains(seen), "{shape}: {shown}");
        }
    }
    provider.knows("syg", &json!({"medarbejdernummer": "1004"}));
    let mut browser = Browser::default();
    assert_eq!(place(&log_in(&t, &provider, &mut browser, "syg", "?videre=/mig")), "/mig");
    assert!(browser.open(&t, "/mig").with_status(200).tekst().contains("Navnkær Hemmeligsen 1004"));
    browser.open(&t, "/hr").with_status(403);
    // Nothing that would let somebody in, and nothing of anybody, is in the lines, whatever is asked for.
    let printed = t.printout();
    for (name, value) in browser.cookies().split("; ").map(|pair| pair.split_once('=').unwrap()) {
        assert!(!printed.contains(value), "{name} is in a line");
    }
    assert!(!printed.contains(SECRET) && !printed.contains("Hemmeligsen"), "{printed}");
}

/// A unit hands over its secrets as files of a folder that `CREDENTIALS_DIRECTORY` names. And whose login is whose is in a
/// backup: the service on a restored folder refuses one that comes with another number.
#[test]
fn secrets_are_credentials_of_the_unit_and_a_restored_service_knows_whose_login_is_whose() {
    let folder = tempfile::tempdir().unwrap();
    let provider = Provider::start();
    let credentials = folder.path().join("credentials");
    fs::create_dir(&credentials).unwrap();
    fs::write(credentials.join("oidc-kommunen"), format!("{SECRET}\n")).unwrap();
    fs::write(credentials.join("hovednoegle"), "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n").unwrap();
    let in_clear = "hemmelighed_variabel = \"OIDC_HEMMELIGHED\"";
    let login = settings(&provider).replace(in_clear, "hemmelighed_fil = \"oidc-kommunen\"");
    fs::write(credentials.join("login"), login).unwrap();
    let (data, new) = (folder.path().join("data"), folder.path().join("genskabt"));
    let setup = |data: &Path| {
        Setup::new(data)
            .configure("CREDENTIALS_DIRECTORY", credentials.to_str().unwrap())
            .configure("RASKVEJ_LOGIN", "login")
            .clock("2026-02-10T09:00:00+01:00")
    };
    let mut t = setup(&data).start();
    let _hr = workplace::ansaet(&t, 6);
    provider.knows("leder", &json!({"medarbejdernummer": "1001", "roles": ["l"]}));
    log_in(&t, &provider, &mut Browser::default(), "leder", "").with_status(303);
    assert!(!t.printout().contains("ikke pakket med en hovednøgle"), "{}", t.printout());
    let copy = folder.path().join("kopi.tar");
    t.command(&["backup", "--out", copy.to_str().unwrap()]).ok();
    assert_eq!(t.stop(), Some(0), "{}", t.printout());

    let restore = ["restore", "--from", copy.to_str().unwrap(), "--data", new.to_str().unwrap()];
    setup(&new).command_without_folder(&restore).ok();
    let t = setup(&new).start();
    provider.knows("leder", &json!({"medarbejdernummer": "1002", "roles": ["l"]}));
    let other = log_in(&t, &provider, &mut Browser::default(), "leder", "").with_status(403).tekst();
    assert!(other.contains("et andet medarbejdernummer"), "{other}");
    provider.knows("leder", &json!({"medarbejdernummer": "1001", "roles": ["l"]}));
    log_in(&t, &provider, &mut Browser::default(), "leder", "").with_status(303);
}

/// The backup is from before somebody was erased, and only the list knows of it: the start that carries the erasure out again
/// forgets their login as well.
#[test]
fn a_start_on_an_older_backup_forgets_the_login_of_who_was_erased_since() {
    let folder = tempfile::tempdir().unwrap();
    let provider = Provider::start();
    let file = folder.path().join("login.toml");
    fs::write(&file, settings(&provider)).unwrap();
    let (data, new, list) =
        (folder.path().join("data"), folder.path().join("genskabt"), folder.path().join("sletninger"));
    let setup = |data: &Path| {
        Setup::new(data)
            .configure("RASKVEJ_LOGIN", file.to_str().unwrap())
            .configure("OIDC_HEMMELIGHED", SECRET)
            .configure("RASKVEJ_SLETNINGER_FIL", list.to_str().unwrap())
            .clock("2026-02-10T09:00:00+01:00")
    };
    let mut t = setup(&data).start();
    let _hr = workplace::ansaet(&t, 6);
    for (sub, nr) in [("a", "1004"), ("b", "1005")] {
        provider.knows(sub, &json!({"medarbejdernummer": nr}));
        log_in(&t, &provider, &mut Browser::default(), sub, "").with_status(303);
    }
    let copy = folder.path().join("kopi.tar");
    t.command(&["backup", "--out", copy.to_str().unwrap()]).ok();
    let known = |data: &Path, nr: &str| fs::read_to_string(data.join("logins")).unwrap().contains(&format!("\"{nr}\""));
    t.command(&["erase", "--medarbejder", "1004", "--grund", "anmodning", "--ogsaa-ansat"]).ok();
    wait_to(FRIST, "the login of who was erased is forgotten", || (!known(&data, "1004")).then_some(()));
    assert_eq!(t.stop(), Some(0), "{}", t.printout());

    let restore = ["restore", "--from", copy.to_str().unwrap(), "--data", new.to_str().unwrap()];
    Setup::new(&new).command_without_folder(&restore).ok();
    assert!(known(&new, "1004") && known(&new, "1005"), "the backup is from before");
    let _t = setup(&new).start();
    wait_to(FRIST, "the login of who is erased again is forgotten", || (!known(&new, "1004")).then_some(()));
    assert!(known(&new, "1005"));
}

#[test]
fn what_is_not_a_login_of_this_browser_now_is_told_and_lets_nobody_in() {
    let folder = tempfile::tempdir().unwrap();
    let provider = Provider::start();
    let t = serve(folder.path(), &settings(&provider));
    let _hr = workplace::ansaet(&t, 6);
    provider.knows("leder", &json!({"medarbejdernummer": "1001", "roles": ["l"]}));
    let refused = |answer: Answer, status: u16, words: &str| {
        let text = answer.with_status(status).tekst();
        assert!(text.contains(words), "{text}");
    };
    // Another browser comes with it, and then the same one a second time.
    let mut browser = Browser::default();
    let back = way_back(&t, &provider, &mut browser, "leder", "");
    refused(Browser::default().open(&t, &back), 400, "Begynd forfra");
    let kept = browser.clone();
    browser.open(&t, &back).with_status(303);
    refused(browser.open(&t, &back), 400, "Begynd forfra");
    refused(kept.clone().open(&t, &back), 400, "Begynd forfra");
    // A nonce of somebody else.
    let mut browser = Browser::default();
    let out = browser.open(&t, "/log-ind/kommunen").with_status(303);
    let address = place(&out);
    let nonce = address.split("nonce=").nth(1).unwrap().split('&').next().unwrap();
    let back = provider.log_in(&address.replace(nonce, "en-andens"), "leder");
    refused(browser.open(&t, back.strip_prefix(BASE).unwrap()), 502, "kan ikke bruges");
    let told = t.stderr().wait_on(FRIST, |line| line.contains("nonce passer ikke").then_some(()));
    assert!(told.is_some(), "the operator is told what does not hold");
    // Who is not in payroll's file, who has no number, and who comes with another one than before.
    for (sub, claims, words) in [
        ("ukendt", json!({"medarbejdernummer": "4711", "roles": ["l"]}), "som Raskvej ikke kender"),
        ("uden", json!({"roles": ["l"]}), "hvilket medarbejdernummer du har"),
        ("leder", json!({"medarbejdernummer": "1002", "roles": ["h"]}), "et andet medarbejdernummer"),
    ] {
        provider.knows(sub, &claims);
        let mut browser = Browser::default();
        refused(log_in(&t, &provider, &mut browser, sub, ""), 403, words);
        assert_eq!(place(&browser.open(&t, "/")), "/log-ind");
    }
    let forgotten = t.command(&["session", "forget", "--medarbejder", "1001"]).ok();
    assert_eq!(forgotten, "1 glemt");
    log_in(&t, &provider, &mut Browser::default(), "leder", "").with_status(303);
}

#[test]
fn sessions_are_listed_ended_and_outlive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let provider = Provider::start();
    let mut t = serve(folder.path(), &settings(&provider));
    let _hr = workplace::ansaet(&t, 6);
    let come = |t: &Service, sub: &str, nr: &str| {
        provider.knows(sub, &json!({"medarbejdernummer": nr}));
        let mut browser = Browser::default();
        log_in(t, &provider, &mut browser, sub, "?videre=/mig").with_status(303);
        browser
    };
    let (mut one, mut other) = (come(&t, "a", "1004"), come(&t, "b", "1005"));
    let again = one.clone();
    // A new login ends what the browser had.
    log_in(&t, &provider, &mut one, "a", "").with_status(303);
    assert_eq!(place(&again.clone().open(&t, "/mig")), "/log-ind?videre=/mig");
    let list = t.command(&["session", "list"]).ok();
    assert_eq!(list.lines().count(), 2, "{list}");
    assert!(list.contains("rolle=medarbejder medarbejder=1004") && !list.contains("Hemmeligsen"), "{list}");
    assert_eq!(t.stop(), Some(0), "{}", t.printout());
    t.start_again(None);
    one.open(&t, "/mig").with_status(200);
    other.open(&t, "/mig").with_status(200);
    assert_eq!(t.command(&["session", "end", "--medarbejder", "1004"]).ok(), "1 afsluttet");
    assert_eq!(place(&one.open(&t, "/mig")), "/log-ind?videre=/mig");
    other.open(&t, "/mig").with_status(200);
    // Out, here and at the provider.
    let out = other.form(&t, "/log-ud", "");
    assert_eq!(place(&out), "/log-ind/kommunen/ud");
    let page = other.open(&t, place(&out)).with_status(200).tekst();
    assert!(page.contains(&format!("url={}/oauth2/end_session?", provider.issuer())), "{page}");
    assert_eq!(place(&other.open(&t, "/mig")), "/log-ind?videre=/mig");
    // Without a service the folder itself is asked.
    assert_eq!(t.stop(), Some(0), "{}", t.printout());
    assert_eq!(t.command(&["session", "list"]).ok(), "");
    assert_eq!(t.command(&["session", "end", "--medarbejder", "1004"]).code, Some(1));
}

#[test]
fn a_provider_that_is_away_keeps_nobody_else_out() {
    let folder = tempfile::tempdir().unwrap();
    let (mut provider, other) = (Provider::start(), Provider::start());
    let both = format!("{}{}", settings(&provider), other.settings("region", "alle_er_medarbejdere = true"));
    let t = serve(folder.path(), &both);
    let _hr = workplace::ansaet(&t, 6);
    provider.knows("a", &json!({"medarbejdernummer": "1004"}));
    other.knows("a", &json!({"medarbejdernummer": "1004"}));
    let mut half = Browser::default();
    let back = way_back(&t, &provider, &mut half, "a", "");
    provider.stop();
    let text = half.open(&t, &back).with_status(503).tekst();
    assert!(text.contains("Kommunens login svarer ikke lige nu"), "{text}");
    let mut browser = Browser::default();
    let out = browser.open(&t, "/log-ind/region").with_status(303);
    let back = other.log_in(place(&out), "a");
    browser.open(&t, back.strip_prefix(BASE).unwrap()).with_status(303);
    browser.open(&t, "/mig").with_status(200);
    t.get("", "/readyz").with_status(200);
}

/// What the provider says of somebody counts when they log in: the session of before ends with the login that says otherwise.
#[test]
fn a_role_that_is_changed_at_the_provider_holds_from_the_next_login() {
    let folder = tempfile::tempdir().unwrap();
    let provider = Provider::start();
    let one_role = settings(&provider).replace("alle_er_medarbejdere = true", "alle_er_medarbejdere = false");
    let t = serve(folder.path(), &one_role);
    let _hr = workplace::ansaet(&t, 6);
    let known = |roles: Value| provider.knows("a", &json!({"medarbejdernummer": "1001", "roles": roles}));
    let mut browser = Browser::default();
    known(json!(["h"]));
    assert_eq!(place(&log_in(&t, &provider, &mut browser, "a", "?videre=/hr")), "/hr");
    known(json!(["l"]));
    browser.open(&t, "/hr").with_status(200);
    let mut before = browser.clone();
    assert_eq!(place(&log_in(&t, &provider, &mut browser, "a", "?videre=/")), "/");
    browser.open(&t, "/hr").with_status(403);
    let shown = browser.open(&t, "/").with_status(200).tekst();
    assert!(shown.contains("Navnkær Hemmeligsen 1001, leder"), "{shown}");
    assert_eq!(place(&before.open(&t, "/hr")), "/log-ind?videre=/hr");
    known(json!([]));
    let mut browser = Browser::default();
    let refused = log_in(&t, &provider, &mut browser, "a", "").with_status(403).tekst();
    assert!(refused.contains("Dit login giver ingen rolle i Raskvej"), "{refused}");
    assert_eq!(place(&browser.open(&t, "/")), "/log-ind");
}

/// The provider's key is another one than was fetched, and a code of before is none it knows: as when one comes after its time.
#[test]
fn a_provider_with_a_new_key_is_asked_for_it_and_a_code_that_it_no_longer_knows_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut provider = Provider::start();
    let t = serve(folder.path(), &settings(&provider));
    let _hr = workplace::ansaet(&t, 6);
    let person = json!({"medarbejdernummer": "1004"});
    provider.knows("a", &person);
    let (mut before, mut half) = (Browser::default(), Browser::default());
    assert_eq!(place(&log_in(&t, &provider, &mut before, "a", "?videre=/mig")), "/mig");
    let back = way_back(&t, &provider, &mut half, "a", "");
    provider.start_again();
    provider.knows("a", &person);
    let text = half.open(&t, &back).with_status(400).tekst();
    assert!(text.contains("Begynd forfra"), "{text}");
    // Keys are fetched twice a minute at most, and until then what the new one signed does not hold.
    wait_to(FRIST, "the new key is fetched", || {
        let answer = log_in(&t, &provider, &mut half, "a", "?videre=/mig");
        if answer.status == 303 {
            return Some(());
        }
        let text = answer.with_status(502).tekst();
        assert!(text.contains("kan ikke bruges"), "{text}");
        thread::sleep(Duration::from_secs(1));
        None
    });
    half.open(&t, "/mig").with_status(200);
    before.open(&t, "/mig").with_status(200);
}
