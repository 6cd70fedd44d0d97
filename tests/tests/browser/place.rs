//! The demonstration's workplace on Wednesday 18 November 2026, with what payroll's files bring beside it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::json;
use systemtests::{Service, Setup, file};
use tempfile::TempDir;

use crate::chromium::Browser;

/// Who is looked at the pages as, by role, and whose forløb they look at.
const PEOPLE: [(&str, &str, &str); 7] = [
    ("leder", "Henrik Øllgaard", "2004"),
    ("hr", "Jørgen Holm", "2004"),
    ("revisor", "kan se alt", "2004"),
    ("kontaktperson", "Peter Storm", "1005"),
    ("koordinator", "Mette Krogh", "2004"),
    ("medarbejder", "Birgit Ågård", "2004"),
    ("drift", "ser ingen forløb", "2004"),
];

pub(crate) const FRAVAER: &str = "fravaer_nr;medarbejder_nr;aarsag;foerste_fravaersdag;sidste_fravaersdag;omfang_pct\n";

pub(crate) const MEDARBEJDERE: &str = "medarbejder_nr;cpr;navn;email;telefon;stilling;enhed;enhed_navn;leder_nr;tr_nr;amr_nr;ansat_dato;\
                            fratraadt_dato;timer_pr_uge;bopaelskommune;paragraf_56;fleksjob;nyuddannet;rolle\n";

pub(crate) struct Place {
    pub(crate) service: Service,
    forloeb: BTreeMap<String, String>,
    folder: TempDir,
}

/// A service on a fresh folder: nobody is employed yet.
pub(crate) fn empty(folder: &Path) -> Service {
    Setup::new(&folder.join("data"))
        .clock("2026-11-18T09:00:00+01:00")
        .configure("RASKVEJ_BASE_URL", "http://127.0.0.1:8080")
        .start()
}

impl Place {
    /// The demonstration.
    pub(crate) fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let service = Setup::new(&folder.path().join("data"))
            .demonstration()
            .clock("2026-11-18T09:00:00+01:00")
            .configure("RASKVEJ_BASE_URL", "http://127.0.0.1:8080")
            .start();
        let hr = service.token("hr", Some("9002"));
        let list = service.get(&hr, "/api/v1/forloeb?limit=200").with_status(200).json();
        let mut forloeb = BTreeMap::new();
        for one in list["forloeb"].as_array().unwrap() {
            let said = |name: &str| one[name].as_str().unwrap().to_owned();
            forloeb.insert(said("medarbejder_nr"), said("id"));
        }
        Self { service, forloeb, folder }
    }

    /// With what waits for HR to decide on it: an absence that payroll no longer has, a last day that payroll and the leader
    /// do not agree on, somebody who left so long ago that they are to be erased, and a policy that can be withdrawn.
    pub(crate) fn with_decisions(self) -> Self {
        let hr = self.service.token("hr", Some("9002"));
        let send = |what: &str, csv: &str| {
            let answer = self.service.post_csv(&hr, &format!("/api/v1/import/{what}"), csv.as_bytes()).with_status(200);
            assert_eq!(answer.json()["fejl"], json!([]), "{}", answer.tekst());
        };
        // Mads Østergaard is well again since October in payroll, Sofie Blæsild three days before the leader says.
        let disagreed = "701;2006;sygdom;16-10-2026;13-11-2026;100\n";
        let two = "702;2011;sygdom;02-11-2026;06-11-2026;100\n703;2012;sygdom;09-11-2026;11-11-2026;100\n";
        send("fravaer", &format!("{FRAVAER}{disagreed}{two}704;1003;sygdom;02-11-2026;;100\n"));
        send("fravaer?omfang=hele", &format!("{FRAVAER}{disagreed}{two}"));
        let politik = std::fs::read_to_string(file("../libs/forloeb/regler/kontaktmodel-1-5-14.toml")).unwrap();
        let laid = json!({ "fra": "2026-12-01", "politik": politik });
        let answer = self.service.post(&hr, "/api/v1/politik", &laid);
        assert!(answer.status < 300, "{}", answer.tekst());
        send(
            "medarbejdere",
            &format!(
                "{MEDARBEJDERE}3001;6101803001;Åse Gammelgård;;;Pædagog;E102;Botilbud Åkanden;2001;2002;2003;01-08-2009;31-03-2018;37;0727;\
                 nej;nej;nej;medarbejder\n"
            ),
        );
        self
    }

    /// With sixty more who have been away since 19 October, of whom ten have an anmeldelse that was signed on 12 November and
    /// waits for its receipt.
    pub(crate) fn with_many(self) -> Self {
        let hr = self.service.token("hr", Some("9002"));
        let (mut people, mut absences) = (MEDARBEJDERE.to_owned(), FRAVAER.to_owned());
        for n in 0..60 {
            let nr = 4000 + n;
            people.push_str(&format!(
                "{nr};010190{nr};Medarbejder Nr{n:02};;;Pædagog;E102;Botilbud Åkanden;2001;2002;2003;01-08-2009;;37;0727;\
                 nej;nej;nej;medarbejder\n"
            ));
            absences.push_str(&format!("8{nr};{nr};sygdom;19-10-2026;;100\n"));
        }
        for (what, csv) in [("medarbejdere", people), ("fravaer", absences)] {
            let answer = self.service.post_csv(&hr, &format!("/api/v1/import/{what}"), csv.as_bytes()).with_status(200);
            assert_eq!(answer.json()["fejl"], json!([]), "{}", answer.tekst());
        }
        let list = self.service.get(&hr, "/api/v1/forloeb?limit=500&enhed=E102").with_status(200).json();
        let all = list["forloeb"].as_array().unwrap();
        let of = |n: usize| {
            let nr = (4000 + n).to_string();
            all.iter().find(|f| f["medarbejder_nr"] == nr.as_str()).unwrap()
        };
        for n in 0..10 {
            let path = format!("/api/v1/forloeb/{}/anmeldelse", of(n)["id"].as_str().unwrap());
            self.service.post(&hr, &path, &json!({ "trin": "underskrevet", "dato": "2026-11-12" })).with_status(200);
        }
        self
    }

    /// The leader of Åkanden invites somebody there to Tuesday 24 November at ten, and the mail has left.
    pub(crate) fn invite(&self, nr: &str) {
        let leder = self.service.token("leder", Some("2001"));
        let path = format!("/api/v1/forloeb/{}/samtale-indkaldelse", self.forloeb(nr));
        let invitation = json!({ "tidspunkt": "2026-11-24T10:00:00+01:00", "sted": "Kontoret på Åkanden" });
        let answer = self.service.post(&leder, &path, &invitation);
        assert!(answer.status < 300, "{}", answer.tekst());
        // It leaves at once, which on a clock that stands still is when that is moved.
        self.service.move_clock("2026-11-18T09:10:00+01:00");
    }

    /// The forløb of an employee: the latest.
    pub(crate) fn forloeb(&self, nr: &str) -> &str {
        self.forloeb.get(nr).unwrap_or_else(|| panic!("{nr} has no forløb: {:?}", self.forloeb))
    }

    /// The forløb that somebody in this role looks at.
    pub(crate) fn forloeb_of(&self, role: &str) -> &str {
        self.forloeb(number(role))
    }

    /// A file to choose on a page.
    pub(crate) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// A browser on it.
    pub(crate) async fn browser(&self) -> Browser {
        Browser::start(self.service.address()).await
    }
}

/// The number of the employee that somebody in this role looks at.
pub(crate) fn number(role: &str) -> &'static str {
    person(role).2
}

fn person(role: &str) -> (&'static str, &'static str, &'static str) {
    PEOPLE.into_iter().find(|(known, ..)| *known == role).unwrap_or_else(|| panic!("nobody is {role}"))
}

/// Somebody in this role logs in, by the demonstration's button.
pub(crate) async fn log_in_as(browser: &Browser, role: &str) {
    log_in(browser, person(role).1).await;
}

/// Somebody logs in, by the demonstration's button with their name.
pub(crate) async fn log_in(browser: &Browser, name: &str) {
    browser.go("/log-ind").await;
    browser.press("button.person", name).await;
}

/// HR chooses a file on the page, and is on the page of what it would do: the one that does not load itself again.
pub(crate) async fn upload(browser: &Browser, what: &str, file: &Path) {
    browser.go("/hr/indlaesning").await;
    browser.find(&format!("input[name=hvad][value={what}]")).await.click().await.unwrap();
    browser.find("input[type=file][name=fil]").await.send_keys(file.to_str().unwrap()).await.unwrap();
    browser.press("main form button", "").await;
    browser.settles().await;
}
