//! Examples of requests, as constants.

use serde_json::Value;

/// A value of an example.
#[derive(Debug, Clone, Copy)]
pub enum Example {
    /// A text, a day, a word.
    Text(&'static str),
    /// A whole number.
    Whole(u64),
    /// A number.
    Decimal(f64),
    /// Yes or no.
    Yes(bool),
    List(&'static [Self]),
    Fields(&'static [(&'static str, Self)]),
}

impl From<Example> for Value {
    fn from(example: Example) -> Self {
        match example {
            Example::Text(text) => text.into(),
            Example::Whole(number) => number.into(),
            Example::Decimal(number) => number.into(),
            Example::Yes(yes) => yes.into(),
            Example::List(items) => items.iter().copied().collect(),
            Example::Fields(fields) => {
                Self::Object(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect())
            }
        }
    }
}
