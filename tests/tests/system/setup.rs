//! A stranger sets it up from the documents: the lines that they print are the ones that run here.

use std::path::Path;
use std::process::{Command, Output};

use systemtests::{Browser, Provider, Service, Setup, file, raskvej};

/// Where the pages are, for who set nothing else.
const BASE: &str = "http://127.0.0.1:8080";

/// The lines of the block of a document that sets a workplace up.
fn block(document: &str) -> Vec<String> {
    let text = std::fs::read_to_string(file(document)).expect("a document");
    let blocks = text.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap_or_default());
    let block = blocks.into_iter().find(|block| block.contains("raskvej setup ")).expect("it sets a workplace up");
    block.lines().map(|line| line.split("  #").next().unwrap_or_default().trim().to_owned()).collect()
}

/// What a shell is told before a line: where it is, and that the program is there.
fn before(at: &Path) -> String {
    let program = raskvej();
    let folder = program.parent().expect("the program is in a folder");
    let folder = std::path::absolute(folder).expect("there is a folder we are in");
    format!("cd '{}' && export PATH='{}':\"$PATH\" && unset RASKVEJ_BASE_URL && ", at.display(), folder.display())
}

fn run(at: &Path, line: &str) -> Output {
    let mut command = Command::new("sh");
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("RASKVEJ_")) {
        command.env_remove(name);
    }
    let output = command.arg("-c").arg(before(at) + line).output().expect("there is a shell");
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

/// Runs the lines of a block in a fresh folder with payroll's files: the service of its last line, and what `setup` printed.
fn set_up(at: &Path, lines: &[String]) -> (Service, String, String) {
    for name in ["medarbejdere.csv", "fravaer.csv"] {
        std::fs::copy(file("data/small").join(name), at.join(name)).unwrap();
    }
    let (serve, rest) = lines.split_last().expect("it has lines");
    assert!(serve.starts_with("raskvej serve --indstillinger "), "{serve}");
    let (mut printed, mut said) = (String::new(), String::new());
    for line in rest {
        let output = run(at, line);
        if line.starts_with("raskvej setup ") {
            printed = String::from_utf8(output.stdout).unwrap();
            said = String::from_utf8(output.stderr).unwrap();
            let again = run(at, line);
            assert!(again.stdout.is_empty(), "a token is made once");
            let again = String::from_utf8(again.stderr).unwrap();
            assert!(again.contains("findes i forvejen og er ikke ændret"), "{again}");
        }
    }
    let script = format!("{}RASKVEJ_LISTEN=127.0.0.1:0 exec {serve}", before(at));
    let service = Setup::new(&at.join("data")).program(&["sh", "-c", &script]).start();
    (service, printed.trim().to_owned(), said)
}

#[test]
fn the_readme_leads_to_a_login_with_a_token() {
    let at = tempfile::tempdir().unwrap();
    let (mut t, token, said) = set_up(at.path(), &block("../README.md"));
    assert!(said.contains("raskvej serve --indstillinger "), "{said}");
    assert!(!said.contains(&token), "the token is printed once");
    t.get(&token, "/api/v1/overblik").with_status(200);
    // Where the service listens is chosen by the test; the rest is as the settings say.
    assert_eq!(t.stop(), Some(0), "{}", t.printout());
    assert!(!t.printout().contains("ikke pakket med en hovednøgle"), "{}", t.printout());
}

#[test]
fn the_page_about_running_it_leads_to_a_login_at_a_provider() {
    let (at, provider) = (tempfile::tempdir().unwrap(), Provider::start());
    let lines = block("../deploy/README.md");
    let (theirs, ours): (Vec<String>, Vec<String>) =
        lines.into_iter().partition(|line| line.starts_with("python3 ") || line.starts_with("udbyder/"));
    // The lines that install and start the provider; the tests have one of the same kind and version.
    let version = std::fs::read_to_string(file("requirements.txt")).unwrap();
    let version = version.lines().find(|line| line.starts_with("oidc-provider-mock")).unwrap();
    assert!(theirs.len() == 2 && theirs[0].ends_with(version), "{theirs:?}");
    let everybody: Vec<serde_json::Value> =
        theirs[1].split('\'').skip(1).step_by(2).map(|claims| serde_json::from_str(claims).expect("JSON")).collect();
    for claims in &everybody {
        let mut known = claims.clone();
        known.as_object_mut().expect("an object").remove("sub");
        provider.knows(sub(claims), &known);
    }
    let ours: Vec<String> = ours.iter().map(|line| line.replace("http://127.0.0.1:9400", provider.issuer())).collect();
    let (t, _, said) = set_up(at.path(), &ours);
    assert!(said.contains(&format!("Registrér hos udbyderen: {BASE}/log-ind/kommunen/svar")), "{said}");
    assert_eq!(everybody.iter().map(sub).collect::<Vec<_>>(), ["leder", "hr", "medarbejder"]);
    for role in everybody.iter().map(sub) {
        let mut browser = Browser::default();
        let out = browser.open(&t, "/log-ind/kommunen").with_status(303);
        let back = provider.log_in(out.log_head("location").unwrap(), role);
        let answer = browser.open(&t, back.strip_prefix(BASE).unwrap_or_else(|| panic!("{back} is not ours")));
        // Everybody with a number sees their own page; who is more than that chooses.
        let place = answer.log_head("location").unwrap_or_else(|| panic!("{role}: {}", t.printout()));
        assert_eq!(place.starts_with("/log-ind/rolle"), role != "medarbejder", "{role}: {place}");
        if role != "medarbejder" {
            let chosen = browser.form(&t, "/log-ind/rolle", &format!("rolle={role}&videre=%2F")).with_status(303);
            assert_eq!(chosen.log_head("location"), Some("/"));
        }
        for (of, page, shown) in
            [("leder", "/", "Birgitte Østergård"), ("hr", "/hr", "Overblik"), ("medarbejder", "/mig", "Jørn Bæk")]
        {
            let answer = browser.open(&t, page);
            if of == role {
                assert!(answer.with_status(200).tekst().contains(shown), "{role}: {page}");
            } else if of != "leder" {
                answer.with_status(403);
            }
        }
    }
}

fn sub(claims: &serde_json::Value) -> &str {
    claims["sub"].as_str().expect("a name")
}
