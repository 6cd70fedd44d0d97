//! A case as five people live it: leader, employee, contact person, coordinator and HR, and now and then who stands in for the
//! leader. They act through the API, each with a token of their own, and look at the pages, each with a session of their own; time
//! passes by the clock, and their mails come to a real SMTP server. The stories are beside this.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use systemtests::{Answer, Browser, Letter, Mailbox, Service, Setup, workplace};
use tempfile::TempDir;

use crate::on_the_clock::iso;

/// What somebody has to do.
pub(crate) const LIST: &str = "/";
/// The case.
pub(crate) const CASE: &str = "/forloeb/{id}";
/// Its plan.
pub(crate) const PLAN: &str = "/forloeb/{id}/plan";
/// The employee's own page.
pub(crate) const OWN: &str = "/mig";

const HR_MAIL: &str = "hr-faelles@arbejde.example";
/// Whose case it is.
const NR: &str = "1010";
/// Names, a number, a place, and words that say why somebody is away: no mail has one of them.
const NEVER: [&str; 8] = ["hemmeligsen", "navnkær", "616180", "solsikken", "syg", "rask", "fravær", "diagnose"];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Who {
    Leder,
    Medarbejder,
    /// TR.
    Kontaktperson,
    /// A colleague.
    Koordinator,
    Hr,
    /// A colleague who stands in for the leader, where the story says so.
    Stedfortraeder,
}

impl Who {
    const ALL: [Self; 6] =
        [Self::Leder, Self::Medarbejder, Self::Kontaktperson, Self::Koordinator, Self::Hr, Self::Stedfortraeder];

    /// Role and employee number.
    const fn role(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Leder => ("leder", Some("1001")),
            Self::Medarbejder => ("medarbejder", Some(NR)),
            Self::Kontaktperson => ("kontaktperson", Some("1002")),
            Self::Koordinator => ("koordinator", Some("1005")),
            Self::Hr => ("hr", None),
            Self::Stedfortraeder => ("leder", Some("1004")),
        }
    }

    fn address(self) -> String {
        self.role().1.map_or_else(|| HR_MAIL.to_owned(), |nr| format!("m{nr}@arbejde.example"))
    }
}

pub(crate) struct Case {
    t: Service,
    post: Mailbox,
    /// The token and the browser of each.
    people: BTreeMap<Who, (String, Browser)>,
    forloeb: String,
    /// Every mail so far.
    letters: Vec<Letter>,
    _folder: TempDir,
}

impl Case {
    /// Monday 5 January 2026 at nine: the leader reports the employee ill from today on.
    pub(crate) fn begins() -> Self {
        let (folder, post) = (tempfile::tempdir().unwrap(), Mailbox::start());
        let t = Setup::new(folder.path())
            .clock("2026-01-05T09:00:00+01:00")
            .mailbox(&post)
            .configure("RASKVEJ_HR_MAIL", HR_MAIL)
            .start();
        let _hr = workplace::ansaet(&t, 12);
        let mut people = BTreeMap::new();
        for who in Who::ALL {
            let (role, nr) = who.role();
            let (token, mut browser) = (t.token(role, nr), Browser::default());
            browser.form(&t, "/log-ind", &format!("token={token}&videre=/")).with_status(303);
            people.insert(who, (token, browser));
        }
        let forloeb = workplace::sygemeld(&t, &people[&Who::Leder].0, NR, "2026-01-05");
        Self { t, post, people, forloeb, letters: Vec::new(), _folder: folder }
    }

    /// Time passes until noon of a day. On these days these have had a mail, each one, and nobody has had another.
    pub(crate) fn until(&mut self, dag: &str, mails: &[(&str, &[Who])]) {
        self.post.empty();
        self.t.move_clock(&format!("{dag}T12:00:00+01:00"));
        let mut had: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for letter in self.post.letters() {
            let sent = iso(&letter.log_head("Date").expect("a date"));
            had.entry(sent).or_default().extend(letter.envelope_to.iter().cloned());
            self.letters.push(letter);
        }
        let mut expected: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (sent, til) in mails {
            expected.insert((*sent).to_owned(), til.iter().map(|who| who.address()).collect());
        }
        for til in had.values_mut().chain(expected.values_mut()) {
            til.sort();
        }
        assert_eq!(had, expected, "mails until {dag}");
    }

    /// Somebody does something in the case.
    pub(crate) fn does(&self, who: Who, command: &str, body: &Value) -> Value {
        self.sends(who, &format!("/api/v1/forloeb/{}/{command}", self.forloeb), body)
    }

    /// The employee says something of themself.
    pub(crate) fn says(&self, command: &str, body: &Value) -> Value {
        self.sends(Who::Medarbejder, &format!("/api/v1/mig/{command}"), body)
    }

    pub(crate) fn sends(&self, who: Who, path: &str, body: &Value) -> Value {
        let answer = self.t.post(&self.people[&who].0, path, body);
        assert!((200..300).contains(&answer.status), "{who:?} {path} {body}: {} {}", answer.status, answer.tekst());
        answer.json()
    }

    /// The employee reports themself ill again; the case before.
    pub(crate) fn goes_on_with_another(&mut self, foerste: &str) -> String {
        let new = self.says("sygemelding", &json!({ "foerste_fravaersdag": foerste }));
        std::mem::replace(&mut self.forloeb, new["id"].as_str().unwrap().to_owned())
    }

    /// The case as the API has it for HR.
    pub(crate) fn as_it_stands(&self) -> Value {
        let path = format!("/api/v1/forloeb/{}", self.forloeb);
        self.t.get(&self.people[&Who::Hr].0, &path).with_status(200).json()
    }

    /// The place in the log of the talk that was recorded last.
    pub(crate) fn talk(&self) -> u64 {
        let path = format!("/api/v1/forloeb/{}/historik", self.forloeb);
        let history = self.t.get(&self.people[&Who::Leder].0, &path).with_status(200).json();
        let talks = history.as_array().unwrap().iter().filter(|one| one["type"] == "SamtaleRegistreret");
        talks.filter_map(|one| one["position"].as_u64()).max().expect("a talk was recorded")
    }

    fn opens(&mut self, who: Who, page: &str) -> Answer {
        let Self { t, people, forloeb, .. } = self;
        people.get_mut(&who).unwrap().1.open(t, &page.replace("{id}", forloeb))
    }

    /// All of it stands on a page of somebody.
    pub(crate) fn sees(&mut self, who: Who, page: &str, texts: &[&str]) {
        let shown = self.opens(who, page).with_status(200).tekst();
        let missing: Vec<_> = texts.iter().filter(|text| !shown.contains(**text)).collect();
        assert!(missing.is_empty(), "{who:?} does not see {missing:?} on {page}:\n{shown}");
    }

    /// None of it stands on a page of somebody.
    pub(crate) fn does_not_see(&mut self, who: Who, page: &str, texts: &[&str]) {
        let shown = self.opens(who, page).with_status(200).tekst();
        let there: Vec<_> = texts.iter().filter(|text| shown.contains(**text)).collect();
        assert!(there.is_empty(), "{who:?} sees {there:?} on {page}:\n{shown}");
    }

    /// A page is as if it were not there.
    pub(crate) fn finds_nothing(&mut self, who: Who, page: &str) {
        let status = self.opens(who, page).status;
        assert_eq!(status, 404, "{who:?} opens {page}");
    }

    /// No mail of the story names anybody, says why somebody is away, or has a word of what was written.
    pub(crate) fn no_mail_names_anybody(&self, written: &[&str]) {
        assert!(!self.letters.is_empty());
        let numbers: Vec<&str> = Who::ALL.into_iter().filter_map(|who| who.role().1).collect();
        let written: Vec<String> = written.iter().map(|text| text.to_lowercase()).collect();
        for letter in &self.letters {
            let said = format!("{}\n{}", letter.subject, letter.tekst);
            // A link holds the address of the service and a random id only.
            let said: Vec<&str> = said.split_whitespace().filter(|word| !word.contains("/forloeb/")).collect();
            let said = said.join(" ").to_lowercase();
            let named = said.split(|c: char| !c.is_alphanumeric()).find(|word| numbers.contains(word));
            assert_eq!(named, None, "{}\n{}", letter.subject, letter.tekst);
            // An appointment names whose calendar it is for; its lines are folded.
            let appointment = letter.calendar.as_deref().unwrap_or_default();
            let appointment = appointment.replace("\r\n ", "").replace("\n ", "").to_lowercase();
            for text in [said, appointment] {
                let text = text.replace("raskvej", "");
                let found =
                    NEVER.into_iter().chain(written.iter().map(String::as_str)).find(|word| text.contains(word));
                assert_eq!(found, None, "{}\n{text}", letter.subject);
            }
        }
    }
}
