//! The workplace withdraws a policy of its own.

use chrono::NaiveDate;
use forloeb::politik::PolitikTilbagetrukket;
use forloeb::words::Medorgan;

use super::politik::{left, read_med};
use super::request::FieldType;
use super::{About, Answer, Call, Command, Entry, Example, Running, Shown};
use crate::access::Intent;
use crate::core::App;
use crate::request;

request! {
    /// A policy that is withdrawn for absences that begin on a day or later.
    PolitikTilbagetraekning {
        /// Which: its position in the log, as `GET /api/v1/politik` has it.
        politik: u64,
        /// First absence day for which it does not hold; tomorrow at the earliest.
        fra: NaiveDate,
        /// Where that was talked over, or `ikke_behandlet`; left out where nobody has said.
        med: Option<Medorgan>,
        /// On which day, where it was talked over.
        med_dato: Option<NaiveDate>,
    }
}

pub static ENTRY: Entry = Entry::new::<PolitikTilbagetraekning>(
    About::Other { route: "/api/v1/politik/tilbagetraekning", access: Intent::Politik },
    run,
);

impl Command for PolitikTilbagetraekning {
    const NAME: &'static str = "tilbagetraekning";
    const OPERATION: Option<&'static str> = Some("traek_tilbage");
    const SUMMARY: &'static str = "Withdraws a policy for absences that begin on a day or later. What has begun keeps its rules, and what the policy\n\
         took the place of does not come back.";
    const TAG: &'static str = "politik";
    const ANSWER: Answer = Answer::WithdrawnPolitik;
    const SHOWN: Shown = Shown::Page("/hr/regler");
    const DONE: &'static str = "Politikken er trukket tilbage. Forløb, der begynder før dagen, beholder den.";
    const EXAMPLE: &'static [(&'static str, Example)] = &[
        ("politik", Example::Whole(17)),
        ("fra", Example::Text("2027-06-01")),
        ("med", Example::Text("hoved_med")),
        ("med_dato", Example::Text("2026-01-20")),
    ];
}

fn run<'a>(app: &'a App, call: Call<'a>) -> Running<'a> {
    Box::pin(async move {
        call.caller.may_do(Intent::Politik)?;
        let PolitikTilbagetraekning { politik, fra, med, med_dato } = PolitikTilbagetraekning::read(Some(call.given))?;
        let what = PolitikTilbagetrukket { politik, fra, med: read_med(app, med, med_dato)? };
        app.withdraw_politik(what, &call.caller.aktoer()).await?;
        left(app, politik).await
    })
}
