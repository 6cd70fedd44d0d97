//! The workplace lays down a policy of its own.

use chrono::NaiveDate;
use serde_json::Value;

use super::request::{FieldType, WrongFields};
use super::{About, Answer, Call, Command, Entry, Example, Left, Outcome, Refusal, Running, Shown};
use crate::access::Intent;
use crate::core::{App, CommandError};
use crate::politik::all;
use crate::request;

request! {
    /// A policy for absences that begin on a day or later.
    #[schema(as = NyPolitik)] NewPolitik {
        /// First absence day from which it holds; tomorrow at the earliest.
        fra: NaiveDate,
        /// The policy, as TOML.
        #[schema(value_type = String)]
        politik: Toml,
    }
}

/// The text of a policy. How long it may be is said where it is understood: longer than what people write elsewhere.
#[derive(Debug)]
pub struct Toml(String);

impl FieldType for Toml {
    fn read(given: Option<&Value>) -> Result<Self, WrongFields> {
        match given.and_then(Value::as_str).map(str::trim) {
            Some(text) if !text.is_empty() => Ok(Self(text.to_owned())),
            _ => String::read(given).map(Self),
        }
    }
}

pub static ENTRY: Entry =
    Entry::new::<NewPolitik>(About::Other { route: "/api/v1/politik", access: Intent::Politik }, run);

impl Command for NewPolitik {
    const NAME: &'static str = "politik";
    const OPERATION: Option<&'static str> = Some("fastsaet");
    const SUMMARY: &'static str =
        "Lays down a policy. What has begun keeps its rules, and the day of a law cannot be moved.";
    const TAG: &'static str = "politik";
    const ANSWER: Answer = Answer::Politik;
    const SHOWN: Shown = Shown::Page("/hr/regler");
    const DONE: &'static str = "Politikken er fastsat.";
    const EXAMPLE: &'static [(&'static str, Example)] = &[
        ("fra", Example::Text("2027-01-01")),
        ("politik", Example::Text("navn = \"vores\"\nkontaktmodel = [1, 5, 14]\n")),
    ];
}

/// A policy is no part of an employment: the rules decide on it, and the same one laid down twice is one.
fn run<'a>(app: &'a App, call: Call<'a>) -> Running<'a> {
    Box::pin(async move {
        call.caller.may_do(Intent::Politik)?;
        let NewPolitik { fra, politik: Toml(politik) } = NewPolitik::read(Some(call.given))?;
        let position = app.fastsaet_politik(fra, &politik, &call.caller.aktoer()).await?;
        let all = all(&app.log).await.map_err(CommandError::from)?;
        let laid_down = all.into_iter().find(|f| f.position == position).ok_or(Refusal::NotFound)?;
        Ok(Outcome { left: Left::Policy(Box::new(laid_down)), warnings: Vec::new() })
    })
}
