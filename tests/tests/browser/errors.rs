//! The pages of errors, as somebody comes to them: what their role may not, what is not there, what the rules do not let, what was
//! typed wrongly, what failed inside, what cannot be noted, and too many tries. Each is read as every page is.

use std::path::Path;

use crate::chromium::Browser;
use crate::empty::logs_in;
use crate::every_page::faults_of;
use crate::place::{FRAVAER, MEDARBEJDERE, empty};

/// Where somebody in HR meets an error: its status, the address, and what the page says.
const ERRORS: [(u16, &str, &str); 5] = [
    (403, "/revision", "Ikke adgang"),
    (404, "/forloeb/00000000-0000-0000-0000-000000000007", "Siden findes ikke"),
    (404, "/findes-ikke", "Siden findes ikke"),
    (409, "/hr/opbevaring/attest?medarbejder_nr=1005", "Personen er ikke slettet"),
    (422, "/opslag?fra=30.2.2026", "Der er noget, der skal rettes"),
];

/// Tries until which a wrong token is let be wrong without more. After five at once there is one more each twelve seconds.
const TRIES: usize = 100;

/// What is wrong with the page of an error that somebody comes to by an address.
async fn met(browser: &Browser, (status, path, said): (u16, &str, &str)) -> Vec<String> {
    browser.go(path).await;
    browser.says(said).await;
    let faults = faults_of(browser, &[status]).await;
    faults.into_iter().map(|fault| format!("{status} {path}: {fault}")).collect()
}

/// What stands in the way of a file or folder of the service, until it is taken away.
fn in_the_way(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

async fn status(browser: &Browser) -> Option<u64> {
    let script = "return performance.getEntriesByType('navigation')[0].responseStatus";
    browser.ask(script, Vec::new()).await.as_u64()
}

#[tokio::test]
async fn the_page_of_every_error_is_without_faults() {
    let folder = tempfile::tempdir().unwrap();
    let service = empty(folder.path());
    let hr = service.token("hr", None);
    let person =
        "1005;6906850057;Jørn Bæk;;;Pædagog;E101;Botilbud Åkanden;;;;01-05-2010;;37;0751;nej;nej;nej;medarbejder\n";
    for (what, csv) in [
        ("medarbejdere", format!("{MEDARBEJDERE}{person}")),
        ("fravaer", format!("{FRAVAER}1;1005;sygdom;02-11-2026;;100\n")),
    ] {
        service.post_csv(&hr, &format!("/api/v1/import/{what}"), csv.as_bytes()).with_status(200);
    }
    let browser = Browser::start(service.address()).await;
    // Nobody has looked anybody up yet: who is first to does not get to see them.
    let look_ups = service.folder().join("opslag");
    in_the_way(&look_ups, "in the way");
    logs_in(&browser, &hr).await;
    let mut wrong = met(&browser, (503, "/hr", "Ethvert opslag noteres")).await;
    std::fs::remove_file(&look_ups).unwrap();
    // The workplace's own periods of keeping cannot be read.
    let periods = service.folder().join("regler/opbevaring.toml");
    in_the_way(&periods, "aar = 5");
    wrong.extend(met(&browser, (500, "/hr/opbevaring", "Noget gik galt")).await);
    std::fs::remove_file(&periods).unwrap();
    for error in ERRORS {
        wrong.extend(met(&browser, error).await);
    }
    browser.press(".hvem button", "Log ud").await;
    wrong.extend(met(&browser, (404, "/findes-ikke", "Log ind")).await);
    browser.go("/log-ind").await;
    for _ in 0..TRIES {
        if status(&browser).await == Some(429) {
            break;
        }
        browser.fill("#token", "rv_forkert").await;
        browser.press("main form button", "Log ind").await;
    }
    browser.says("Der er prøvet for mange adgangsnøgler").await;
    wrong.extend(faults_of(&browser, &[422, 429]).await.into_iter().map(|fault| format!("429: {fault}")));
    assert_eq!(status(&browser).await, Some(429));
    browser.quit().await;
    assert!(wrong.is_empty(), "{} faults:\n{}", wrong.len(), wrong.join("\n"));
}
