//! The workplace lays down a policy of its own.

use chrono::NaiveDate;
use forloeb::politik::Med;
use forloeb::words::Medorgan;
use serde_json::Value;

use super::request::{FieldType, WrongFields};
use super::{About, Answer, Call, Command, Entry, Example, Left, Outcome, Refusal, Running, Shown};
use crate::access::{Intent, User};
use crate::core::{App, CommandError};
use crate::politik::{Said, all};
use crate::request;

request! {
    /// A policy for absences that begin on a day or later.
    #[schema(as = NyPolitik)] NewPolitik {
        /// First absence day from which it holds; tomorrow at the earliest.
        fra: NaiveDate,
        /// The policy, as TOML.
        #[schema(value_type = String)]
        politik: Toml,
        /// Where it was talked over, or `ikke_behandlet`; left out where nobody has said.
        med: Option<Medorgan>,
        /// On which day, where it was talked over.
        med_dato: Option<NaiveDate>,
    }
}

/// The text of a policy. How long it may be is said where it is understood: longer than what people write elsewhere.
#[derive(Debug)]
pub struct Toml(String);

impl Toml {
    /// The text.
    #[must_use]
    pub fn into_text(self) -> String {
        self.0
    }
}

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
        ("med", Example::Text("hoved_med")),
        ("med_dato", Example::Text("2026-01-20")),
    ];
}

fn run<'a>(app: &'a App, call: Call<'a>) -> Running<'a> {
    Box::pin(async move {
        call.caller.may_do(Intent::Politik)?;
        let NewPolitik { fra, politik: Toml(tekst), med, med_dato } = NewPolitik::read(Some(call.given))?;
        lay_down(app, call.caller, fra, Said::Toml(tekst), read_med(app, med, med_dato)?).await
    })
}

/// Lays one down, however it was said. A policy is no part of an employment: the rules decide on it, and the same one laid
/// down twice is one.
///
/// # Errors
/// The caller may not, or it is no policy that can be laid down.
pub async fn lay_down(
    app: &App,
    caller: &User,
    fra: NaiveDate,
    said: Said,
    med: Option<Med>,
) -> Result<Outcome, Refusal> {
    caller.may_do(Intent::Politik)?;
    let position = app.lay_down_politik(fra, said, med, &caller.aktoer()).await?;
    left(app, position).await
}

/// The policy of a position as it stands now.
pub(super) async fn left(app: &App, position: u64) -> Result<Outcome, Refusal> {
    let all = all(&app.log).await.map_err(CommandError::from)?;
    let laid_down = all.into_iter().find(|f| f.position == position).ok_or(Refusal::NotFound)?;
    Ok(Outcome { left: Left::Policy(Box::new(laid_down)), warnings: Vec::new() })
}

/// What is said of MED: a day where it was talked over, not after today, and none where it was not.
///
/// # Errors
/// Names the field.
pub fn read_med(app: &App, organ: Option<Medorgan>, dato: Option<NaiveDate>) -> Result<Option<Med>, Refusal> {
    let Some(organ) = organ else {
        let error = "kan kun siges sammen med 'med': hvor det blev talt igennem";
        return dato.map_or(Ok(None), |_| Err(Refusal::field("med_dato", error)));
    };
    if dato.is_some_and(|dato| dato > app.clock.today()) {
        return Err(Refusal::field("med_dato", "kan ikke ligge efter i dag"));
    }
    let error = match organ {
        Medorgan::Nowhere => "skal være tom, når det ikke er behandlet",
        Medorgan::HovedMed | Medorgan::OmraadeMed | Medorgan::LokalMed | Medorgan::Samarbejdsudvalg => "skal udfyldes",
    };
    Med::said(organ, dato).map(Some).ok_or_else(|| Refusal::field("med_dato", error))
}
