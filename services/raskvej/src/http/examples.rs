//! Examples for the OpenAPI document: what was really sent and answered, of an invented workplace.
//!
//! They are in `examples.json`, which a test writes (`cargo xtask bless`) and holds to the schemas and to today's answers. An
//! answer has its example by its schema, so that whatever answers with a forløb has that of a forløb; a body has its own.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;
use utoipa::openapi::schema::{ArrayItems, Schema};
use utoipa::openapi::{Content, OpenApi, RefOr};

#[cfg(test)]
pub(super) const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/http/examples.json");

/// What is in the file.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Examples {
    /// Bodies, by the schema of the body; of a file of payroll, by its address.
    #[serde(default, rename = "kroppe")]
    pub(super) bodies: BTreeMap<String, Value>,
    /// Answers, by their schema; what has none has one by its address.
    #[serde(default, rename = "svar")]
    pub(super) answers: BTreeMap<String, Value>,
}

/// Read once; a file that is no JSON fails the test that holds it.
pub(super) static ALL: LazyLock<Examples> =
    LazyLock::new(|| serde_json::from_str(include_str!("examples.json")).unwrap_or_default());

/// What an example is found by: the name of the schema, in brackets where there is a list of them; the address where the schema
/// has no name.
fn name(schema: Option<&RefOr<Schema>>, path: &str) -> String {
    schema.and_then(of_schema).unwrap_or_else(|| path.to_owned())
}

fn of_schema(schema: &RefOr<Schema>) -> Option<String> {
    match schema {
        RefOr::Ref(to) => to.ref_location.rsplit('/').next().map(str::to_owned),
        RefOr::T(Schema::Array(list)) => match &list.items {
            ArrayItems::RefOrSchema(item) => of_schema(item).map(|name| format!("[{name}]")),
            ArrayItems::False => None,
        },
        RefOr::T(_) => None,
    }
}

/// Who tries the examples of a document is not to move the clock of a whole workplace with it.
const NOT_TRIED: &str = "/api/v1/clock";

/// Adds an example to every body and every answer that has none and is text.
pub(super) fn add(api: &mut OpenApi) {
    for (path, item) in api.paths.paths.iter_mut().filter(|(path, _)| *path != NOT_TRIED) {
        for operation in [&mut item.get, &mut item.post].into_iter().flatten() {
            if let Some(RefOr::T(body)) = &mut operation.request_body {
                body.content.iter_mut().for_each(|one| fill(one, path, &ALL.bodies));
            }
            for (status, answer) in &mut operation.responses.responses {
                if let (RefOr::T(answer), true) = (answer, status.starts_with('2')) {
                    answer.content.iter_mut().for_each(|one| fill(one, path, &ALL.answers));
                }
            }
        }
    }
}

fn fill((kind, content): (&String, &mut RefOr<Content>), path: &str, examples: &BTreeMap<String, Value>) {
    if let RefOr::T(content) = content
        && content.example.is_none()
        && !kind.contains("spreadsheet")
    {
        let example = examples.get(&name(content.schema.as_ref(), path)).filter(|example| !example.is_null());
        content.example = example.cloned();
    }
}
