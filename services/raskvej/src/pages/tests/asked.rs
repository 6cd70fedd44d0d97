//! What is asked is used: whatever somebody says in a field is read again on a page of somebody whom it matters to. Every field of
//! every command is given something that can be known again, and it is looked for outside of the forms, where what was said stands
//! only to be put right.

use std::collections::{BTreeMap, BTreeSet};

use ::forloeb::words::Rolle;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::arbejdsplads::{Arbejdsplads, SYG, Visit};
use super::{asked_beside, asked_in_case};
use crate::access::User;
use crate::commands::{self, Call, Entry, Left, Outcome};

/// Fields of which nothing is shown, each with why.
const NOT_SHOWN: [(&str, &str, &str); 1] = [(
    "tta-plan",
    "erstat_ulaeselig",
    "no form asks it: another program says by it that words which cannot be opened may be left behind, and that is seen in the version",
)];

/// Where most is read: on the page of the case, as HR is shown it.
pub(super) const CASE: &[(Rolle, &str)] = &[(Rolle::Hr, "/forloeb/{id}")];
pub(super) const HR: User = User::new(Rolle::Hr, None);

/// A page, or some of them: what is read there outside of forms, and everything.
type Read = (String, String);

/// Somebody who says something in every field, and looks for it.
pub(super) struct Asked<'a> {
    pub(super) sted: &'a Arbejdsplads,
    visits: [(Rolle, Visit<'a>); 3],
    /// By command, the fields that were read again.
    seen: BTreeMap<&'static str, BTreeSet<String>>,
    faults: Vec<String>,
}

impl<'a> Asked<'a> {
    async fn at(sted: &'a Arbejdsplads) -> Self {
        let visits = [
            (Rolle::Hr, sted.acting_as(Rolle::Hr).await),
            (Rolle::Leder, sted.acting_as(Rolle::Leder).await),
            (Rolle::Medarbejder, sted.acting_as(Rolle::Medarbejder).await),
        ];
        Self { sted, visits, seen: BTreeMap::new(), faults: Vec::new() }
    }

    /// HR says it of the case of the workplace, and reads it there.
    pub(super) async fn hr(&mut self, command: &str, given: &Value, read: &[(&str, &str)]) {
        let forloeb = Some(self.sted.forloeb);
        self.ask(command, (&HR, forloeb), given, CASE, read).await;
    }

    /// The employee says it, and HR reads it.
    pub(super) async fn own(&mut self, command: &str, given: &Value, read: &[(&str, &str)]) {
        self.own_on(command, given, CASE, read).await;
    }

    /// The employee says it, and it is read on these pages.
    pub(super) async fn own_on(&mut self, command: &str, given: &Value, on: &[(Rolle, &str)], read: &[(&str, &str)]) {
        let (own, forloeb) = (User::new(Rolle::Medarbejder, Some(SYG.to_owned())), Some(self.sted.forloeb));
        self.ask(command, (&own, forloeb), given, on, read).await;
    }

    /// Somebody gives a command of a case, or of none, and for each field there is something that is read on the pages more often
    /// than before: on those of a new case, at all.
    pub(super) async fn ask(
        &mut self,
        command: &str,
        (by, forloeb): (&User, Option<Uuid>),
        given: &Value,
        on: &[(Rolle, &str)],
        read: &[(&str, &str)],
    ) -> Option<Outcome> {
        let entry = commands::ALL.iter().find(|entry| entry.name == command).unwrap();
        let mut said = BTreeSet::new();
        said_in(given, "", &mut said);
        let unheard = said.iter().filter(|field| !read.iter().any(|(one, _)| one == field));
        self.faults.extend(unheard.map(|field| format!("{command} {field}: nobody looks for it")));
        let before = self.pages(on, forloeb).await;
        let call = Call { caller: by, forloeb, given, if_version: None, once: None };
        let outcome = match entry.run(&self.sted.app, call).await {
            Ok(outcome) => outcome,
            Err(refusal) => {
                self.faults.push(format!("{command} {given}: refused: {refusal:?}"));
                return None;
            }
        };
        let new = match &outcome.left {
            Left::Forloeb { id, .. } => Some(*id),
            Left::Employment(_) | Left::Policy(_) => None,
        };
        let after = self.pages(on, forloeb.or(new)).await;
        for (field, words) in read {
            if times(words, &after) > times(words, &before) {
                self.seen.entry(entry.name).or_default().insert((*field).to_owned());
            } else {
                let new: Vec<&str> = after.0.lines().filter(|line| !before.0.contains(line)).take(20).collect();
                self.faults.push(format!("{command} {field}: “{words}” is not read in {new:#?}"));
            }
        }
        Some(outcome)
    }

    async fn pages(&self, on: &[(Rolle, &str)], forloeb: Option<Uuid>) -> Read {
        let (mut outside, mut whole) = (String::new(), String::new());
        for (rolle, path) in on {
            let path = match forloeb {
                Some(id) => path.replace("{id}", &id.to_string()),
                None if path.contains("{id}") => continue,
                None => (*path).to_owned(),
            };
            let (_, visit) = self.visits.iter().find(|(one, _)| one == rolle).unwrap();
            let page = visit.fetch(&path).await.tekst;
            outside.push_str(&outside_forms(&page));
            whole.push_str(&page);
        }
        (outside, whole)
    }
}

/// How often these words are read. What is chosen once, and can only be chosen anew, stands in its own form and nowhere else: it is
/// written with a quotation mark of that form.
fn times(words: &str, (outside, whole): &Read) -> usize {
    if words.contains('"') { whole.matches(words).count() } else { outside.matches(words).count() }
}

fn outside_forms(page: &str) -> String {
    let mut pieces = page.split("<form ");
    let first = pieces.next().unwrap_or_default();
    std::iter::once(first).chain(pieces.filter_map(|piece| Some(piece.split_once("</form>")?.1))).collect()
}

/// The names of what is said, with dots between.
fn said_in(given: &Value, path: &str, said: &mut BTreeSet<String>) {
    match given {
        Value::Object(fields) => fields.iter().for_each(|(name, one)| said_in(one, &under(path, name), said)),
        Value::Array(all) => all.iter().for_each(|one| said_in(one, path, said)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => drop(said.insert(path.to_owned())),
    }
}

fn under(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// The names of what a command asks, likewise.
fn asked_by(entry: &Entry) -> BTreeSet<String> {
    let mut schemas = Vec::new();
    let name = entry.schemas(&mut schemas);
    let all = schemas.into_iter().map(|(name, schema)| (name, serde_json::to_value(schema).unwrap())).collect();
    let mut found = BTreeSet::new();
    fields_of(&all, &all[&name], "", &mut found);
    found
}

fn fields_of(all: &Map<String, Value>, schema: &Value, path: &str, found: &mut BTreeSet<String>) {
    if let Some(name) = schema["$ref"].as_str().and_then(|name| name.rsplit('/').next()) {
        return fields_of(all, &all[name], path, found);
    }
    let either: Vec<&Value> =
        ["oneOf", "anyOf", "allOf"].iter().filter_map(|key| schema[*key].as_array()).flatten().collect();
    either.iter().for_each(|one| fields_of(all, one, path, found));
    if schema["items"].is_object() {
        fields_of(all, &schema["items"], path, found);
    } else if let Some(fields) = schema["properties"].as_object() {
        fields.iter().for_each(|(name, field)| fields_of(all, field, &under(path, name), found));
    } else if either.is_empty() && schema["type"] != "null" {
        found.insert(path.to_owned());
    }
}

#[tokio::test]
async fn what_is_asked_is_read_again() {
    let (sted, later) = (Arbejdsplads::open().await, Arbejdsplads::open().await);
    let mut asked = Asked::at(&sted).await;
    asked_beside::mail(&mut asked).await;
    asked_in_case::all(&mut asked).await;
    asked_beside::all(&mut asked).await;
    let Asked { mut seen, mut faults, .. } = asked;
    // Friday 20 February 2026: the anmeldelse was due on the 9th, and nobody sent one.
    later.app.clock.move_to("2026-02-20T09:00:00Z".parse().unwrap());
    let mut asked = Asked::at(&later).await;
    asked_beside::two_weeks_later(&mut asked).await;
    for (command, fields) in asked.seen {
        seen.entry(command).or_default().extend(fields);
    }
    faults.extend(asked.faults);
    for entry in commands::ALL {
        let (asked, seen) = (asked_by(entry), seen.remove(entry.name).unwrap_or_default());
        let kept = NOT_SHOWN.iter().filter(|(command, _, why)| *command == entry.name && !why.is_empty());
        let kept: BTreeSet<&str> = kept.map(|(_, field, _)| *field).collect();
        for field in asked.iter().filter(|field| !seen.contains(*field) && !kept.contains(field.as_str())) {
            faults.push(format!("{} {field}: asked, and shown to nobody", entry.name));
        }
        for field in kept.into_iter().filter(|field| seen.contains(*field) || !asked.contains(*field)) {
            faults.push(format!("{} {field}: on the list of what is not shown, and shown or not asked", entry.name));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn a_field_that_is_added_is_found_and_a_form_is_no_place_to_read_it() {
    let named = |command: &str| asked_by(commands::ALL.iter().find(|entry| entry.name == command).unwrap());
    let plan = named("tta-plan");
    for field in ["aftalt", "trin.skema.timer", "besked_til_kolleger.godkendt_af_medarbejder", "evalueringer"] {
        assert!(plan.contains(field), "{field}: {plan:?}");
    }
    assert!(!plan.contains("trin") && !plan.contains("besked_til_kolleger"), "{plan:?}");
    let samtale = ["dato", "delvis_mulig", "forventet_varighed", "udfald"].map(str::to_owned);
    assert_eq!(named("samtale"), BTreeSet::from(samtale));
    let page = "<p>Ring</p><form method=\"post\"><input value=\"Skriv\">Skriv</form><p>Mandag</p>";
    assert_eq!(outside_forms(page), "<p>Ring</p><p>Mandag</p>");
    assert_eq!(times("Skriv", &(outside_forms(page), page.to_owned())), 0);
    assert_eq!(times("value=\"Skriv\"", &(outside_forms(page), page.to_owned())), 1);
}
