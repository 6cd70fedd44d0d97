//! Claims, in the shapes that Danish workplaces get them in, and what they give.
//!
//! Three shapes of roles: a list (Entra ID), one text with several in it (OS2faktor), and the privilege groups of OIO Basic
//! Privilege Profile as JSON (FoxIDs), in a text, a list of texts or as they are. What cannot be read gives nothing.

use std::collections::BTreeSet;

use forloeb::words::Rolle;
use serde_json::{Map, Value};

use super::settings::Claims;
use crate::sessions::Grant;

/// Longest employee number.
const LONGEST_NUMBER: usize = 64;
/// Most units of a role; a role with more gives nothing.
const MOST_ENHEDER: usize = 1000;

/// A role's value as it was found, and the units it holds in; none: everywhere.
type Found = (String, Option<BTreeSet<String>>);

/// The employee number. One, or none.
pub(super) fn number(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => {
            let text = text.trim();
            let right = !text.is_empty() && text.len() <= LONGEST_NUMBER && !text.contains(char::is_control);
            right.then(|| text.to_owned())
        }
        Value::Number(number) => number.as_u64().map(|number| number.to_string()),
        Value::Array(list) if list.len() == 1 && !list[0].is_array() => number(&list[0]),
        _ => None,
    }
}

/// The roles that claims give, each once.
pub(super) fn grants(claims: &Map<String, Value>, settings: &Claims) -> Vec<Grant> {
    let narrowed = settings.enheder.as_ref().map(|name| enheder_in(claims.get(name)));
    let mut all: Vec<(Rolle, Option<BTreeSet<String>>)> = Vec::new();
    let value = settings.roles.as_ref().and_then(|name| claims.get(name));
    for (word, enheder) in value.map(|value| found(value, settings)).unwrap_or_default() {
        let Some(rolle) = settings.given.get(&word).copied() else { continue };
        let enheder = match (&narrowed, enheder) {
            _ if rolle == Rolle::Medarbejder => None,
            (None, enheder) => enheder,
            (Some(only), None) => Some(only.clone()),
            (Some(only), Some(enheder)) => Some(&enheder & only),
        };
        match all.iter_mut().find(|(known, _)| *known == rolle) {
            // Two privileges that give the same role give what either does.
            Some((_, was)) => *was = was.take().zip(enheder).map(|(was, more)| &was | &more),
            None => all.push((rolle, enheder)),
        }
    }
    if settings.all_medarbejdere && !all.iter().any(|(rolle, _)| *rolle == Rolle::Medarbejder) {
        all.push((Rolle::Medarbejder, None));
    }
    let fits =
        |enheder: &Option<BTreeSet<String>>| enheder.as_ref().is_none_or(|e| (1..=MOST_ENHEDER).contains(&e.len()));
    all.into_iter()
        .filter(|(_, enheder)| fits(enheder))
        .map(|(rolle, enheder)| Grant { rolle, enheder: enheder.map(|e| e.into_iter().collect()) })
        .collect()
}

/// The units of a claim; a claim that is not there names none, and so gives none.
fn enheder_in(value: Option<&Value>) -> BTreeSet<String> {
    match value {
        Some(Value::String(text)) => words(text).collect(),
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).map(|text| text.trim().to_owned()).collect(),
        _ => BTreeSet::new(),
    }
}

/// The words of a text that holds several.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| c.is_whitespace() || c == ',' || c == ';').filter(|word| !word.is_empty()).map(str::to_owned)
}

fn found(value: &Value, settings: &Claims) -> Vec<Found> {
    let everywhere = |word: &str| (word.to_owned(), None);
    match value {
        Value::Array(list) => list.iter().flat_map(|one| in_list(one, settings)).collect(),
        Value::Object(group) => privileges(group, settings),
        Value::String(text) => match json(text) {
            Some(Value::Array(list)) => list.iter().flat_map(|one| in_list(one, settings)).collect(),
            Some(Value::Object(group)) => privileges(&group, settings),
            // The name of one role may have blanks in it.
            _ if settings.given.contains_key(text.trim()) => vec![everywhere(text.trim())],
            _ => words(text).map(|word| (word, None)).collect(),
        },
        _ => Vec::new(),
    }
}

/// One of a list: a role, or a privilege group.
fn in_list(value: &Value, settings: &Claims) -> Vec<Found> {
    match value {
        Value::Object(group) => privileges(group, settings),
        Value::String(text) => match json(text) {
            Some(Value::Object(group)) => privileges(&group, settings),
            _ => vec![(text.trim().to_owned(), None)],
        },
        _ => Vec::new(),
    }
}

fn json(text: &str) -> Option<Value> {
    let text = text.trim();
    if text.starts_with(['{', '[']) { serde_json::from_str(text).ok() } else { None }
}

/// A privilege group: `{"cvr":"…","c":[{"name":"values"}],"p":["urn"]}`. All constraints of a group hold at the same time, so
/// that one we cannot read takes the whole group away: leaving it out would give more than was given.
fn privileges(group: &Map<String, Value>, settings: &Claims) -> Vec<Found> {
    let cvr = group.get("cvr").and_then(Value::as_str);
    if settings.cvr.is_some() && cvr != settings.cvr.as_deref() {
        return Vec::new();
    }
    let mut enheder: Option<BTreeSet<String>> = None;
    let constraints = match group.get("c") {
        None | Some(Value::Null) => &[][..],
        Some(Value::Array(list)) => list,
        Some(one) => std::slice::from_ref(one),
    };
    for constraint in constraints {
        let Value::Object(constraint) = constraint else { return Vec::new() };
        for (name, value) in constraint {
            if settings.constraint.as_ref() != Some(name) {
                return Vec::new();
            }
            let named = enheder_in(Some(value));
            enheder = Some(enheder.map_or(named.clone(), |was| &was & &named));
        }
    }
    let privileges = match group.get("p") {
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(one)) => vec![one.as_str()],
        _ => Vec::new(),
    };
    privileges.into_iter().map(|word| (word.trim().to_owned(), enheder.clone())).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const LEDER: &str = "urn:dk:kommune:raskvej:leder";
    const HR: &str = "urn:dk:kommune:raskvej:hr";
    const UNIT: &str = "urn:dk:kommune:raskvej:enhed";

    fn settings() -> Claims {
        let given = [(LEDER, Rolle::Leder), (HR, Rolle::Hr), ("Raskvej HR", Rolle::Hr), ("mig", Rolle::Medarbejder)];
        Claims {
            number: "nr".to_owned(),
            roles: Some("r".to_owned()),
            given: given.map(|(word, rolle)| (word.to_owned(), rolle)).into(),
            constraint: Some(UNIT.to_owned()),
            ..Claims::default()
        }
    }

    fn given(claims: &Value, settings: &Claims) -> Vec<(Rolle, Option<Vec<String>>)> {
        let Value::Object(claims) = claims else { panic!("claims are an object") };
        grants(claims, settings).into_iter().map(|grant| (grant.rolle, grant.enheder)).collect()
    }

    #[test]
    fn a_list_one_text_and_privilege_groups_are_read() {
        let both = vec![(Rolle::Leder, None), (Rolle::Hr, None)];
        let group = |privilege: &str| json!({"cvr": "12345678", "p": [privilege]});
        for claim in [
            json!([LEDER, HR, "anden"]),
            json!([LEDER, "Raskvej HR"]),
            json!(format!("{LEDER} {HR}")),
            json!(format!(" {LEDER},{HR};{HR} anden")),
            json!({"cvr": "12345678", "p": [LEDER, HR]}),
            json!([group(LEDER).to_string(), group(HR).to_string()]),
            json!([group(LEDER), group(HR)]),
            json!(json!([group(LEDER), group(HR)]).to_string()),
        ] {
            assert_eq!(given(&json!({"r": claim}), &settings()), both, "{claim}");
        }
        assert_eq!(given(&json!({"r": "Raskvej HR"}), &settings()), [(Rolle::Hr, None)]);
        for claim in [json!(null), json!(7), json!("{\"p\":"), json!("Raskvej"), json!([["urn"]]), json!({"p": 7})] {
            assert_eq!(given(&json!({"r": claim}), &settings()), [], "{claim}");
        }
        assert_eq!(given(&json!({}), &settings()), []);
    }

    #[test]
    fn a_constraint_narrows_and_one_that_cannot_be_read_takes_all() {
        let of = |claim: Value| given(&json!({ "r": claim }), &settings());
        let some = |all: &[&str]| Some(all.iter().map(|u| (*u).to_owned()).collect::<Vec<_>>());
        assert_eq!(of(json!({"c": [{UNIT: "E1, E2"}], "p": [HR]})), [(Rolle::Hr, some(&["E1", "E2"]))]);
        assert_eq!(of(json!({"c": {UNIT: ["E1"]}, "p": HR})), [(Rolle::Hr, some(&["E1"]))]);
        // Both hold.
        assert_eq!(of(json!({"c": [{UNIT: "E1,E2"}, {UNIT: "E2"}], "p": [HR]})), [(Rolle::Hr, some(&["E2"]))]);
        for nothing in [
            json!({"c": [{"urn:dk:kle": "27"}], "p": [HR]}),
            json!({"c": [{UNIT: "E1", "urn:dk:kle": "27"}], "p": [HR]}),
            json!({"c": [{UNIT: ""}], "p": [HR]}),
            json!({"c": ["E1"], "p": [HR]}),
            json!({"c": [{UNIT: "E1"}, {UNIT: "E2"}], "p": [HR]}),
        ] {
            assert_eq!(of(nothing.clone()), [], "{nothing}");
        }
        // Either of two groups.
        let group = |unit: &str| json!({"c": [{UNIT: unit}], "p": [HR]});
        assert_eq!(of(json!([group("E1"), group("E2")])), [(Rolle::Hr, some(&["E1", "E2"]))]);
        assert_eq!(of(json!([group("E1"), {"p": [HR]}])), [(Rolle::Hr, None)]);
    }

    #[test]
    fn a_claim_of_enheder_narrows_all_roles_but_ones_own() {
        let settings = Claims { enheder: Some("e".to_owned()), all_medarbejdere: true, ..settings() };
        let some = |all: &[&str]| Some(all.iter().map(|u| (*u).to_owned()).collect::<Vec<_>>());
        let mine = (Rolle::Medarbejder, None);
        let of = |claims: Value| given(&claims, &settings);
        assert_eq!(of(json!({"r": [HR], "e": ["E1", "E2"]})), [(Rolle::Hr, some(&["E1", "E2"])), mine.clone()]);
        assert_eq!(of(json!({"r": [HR], "e": "E1 E2"})), [(Rolle::Hr, some(&["E1", "E2"])), mine.clone()]);
        let group = json!({"c": [{UNIT: "E1,E3"}], "p": [HR]});
        assert_eq!(of(json!({"r": group, "e": ["E1", "E2"]})), [(Rolle::Hr, some(&["E1"])), mine.clone()]);
        for without in [json!({"r": [HR, "mig"]}), json!({"r": [HR], "e": []}), json!({"r": [HR], "e": 7})] {
            assert_eq!(of(without), std::slice::from_ref(&mine));
        }
        let many: Vec<String> = (0..=MOST_ENHEDER).map(|n| n.to_string()).collect();
        assert_eq!(of(json!({"r": [HR], "e": many})), [mine]);
    }

    #[test]
    fn privileges_at_another_workplace_give_nothing() {
        let settings = Claims { cvr: Some("12345678".to_owned()), ..settings() };
        let of = |cvr: Value| given(&json!({"r": {"cvr": cvr, "p": [HR]}}), &settings);
        assert_eq!(of(json!("12345678")), [(Rolle::Hr, None)]);
        assert_eq!((of(json!("87654321")), of(json!(null))), (vec![], vec![]));
    }

    #[test]
    fn an_employee_number_is_one() {
        for (value, nr) in [
            (json!("1001"), Some("1001")),
            (json!(" 0042 "), Some("0042")),
            (json!(1001), Some("1001")),
            (json!(["1001"]), Some("1001")),
            (json!(["1001", "1002"]), None),
            (json!(""), None),
            (json!("1\n2"), None),
            (json!(-1), None),
            (json!(1.5), None),
            (json!("x".repeat(65)), None),
            (json!([["1001"]]), None),
            (json!(true), None),
        ] {
            assert_eq!(number(&value).as_deref(), nr, "{value}");
        }
    }
}
