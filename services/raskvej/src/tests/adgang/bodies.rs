//! What is sent to the doors: requests that can be carried out, so that whoever is let in is looked at by the rules.

use openidconnect::url::form_urlencoded::Serializer;
use serde_json::Value;

use crate::commands::Entry;

/// A policy that can be laid down, as TOML in a text of JSON.
pub(super) const POLITIK: &str = r#"navn = \"vores\"\nkontaktmodel = [1, 5, 14]\n"#;

/// Commands that name something which no case here has: a mail that was refused, a disagreement, another time that was proposed.
pub(super) const WITHOUT_WHAT_THEY_NAME: [&str; 3] = ["send-igen", "uenighed", "samtale-anden-tid"];

/// The example of a command, with people in it whom this workplace has.
pub(super) fn example(entry: &Entry) -> Value {
    let mut body = entry.example();
    match entry.name {
        "kontaktperson" => body["kontaktperson_nr"] = "20007".into(),
        "lederskifte" => body["leder_nr"] = "20002".into(),
        "samtale-indkaldelse" => body["deltager_nr"] = ["20007"].into_iter().collect(),
        "tildeling" => body["til"] = "20009".into(),
        "tta-plan" => body["koordinator"] = "20008".into(),
        _ => {}
    }
    body
}

/// The same as a form sends it, where somebody is sure. It is of a version that the forløb has never had.
pub(super) fn typed(body: &Value) -> String {
    let mut fields = vec![("version".to_owned(), "999999".to_owned()), ("sikker".to_owned(), "ja".to_owned())];
    for (name, value) in body.as_object().into_iter().flatten() {
        put(&mut fields, name, value);
    }
    Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// Of a list of objects each is a row, as `aftaler.01.tekst`; of any other list each is the field once more.
fn put(fields: &mut Vec<(String, String)>, name: &str, value: &Value) {
    let text = match value {
        Value::Null => return,
        Value::Bool(yes) => if *yes { "ja" } else { "nej" }.to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(all) => {
            for (n, one) in (1..).zip(all) {
                if one.is_object() { put(fields, &format!("{name}.{n:02}"), one) } else { put(fields, name, one) }
            }
            return;
        }
        Value::Object(inner) => {
            inner.iter().for_each(|(field, one)| put(fields, &format!("{name}.{field}"), one));
            return;
        }
    };
    fields.push((name.to_owned(), text));
}
