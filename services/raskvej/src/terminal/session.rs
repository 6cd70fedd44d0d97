//! `session list`, `session end`, `session forget`: who is logged in on the pages, and ending it. Nothing personal but role,
//! employee number and times.

use chrono::{DateTime, SecondsFormat, Utc};
use forloeb::words::Rolle;
use serde::{Deserialize, Serialize};

use super::{DONE, Failure, Format, Out, as_json, end};
use crate::sessions::{Listed, Sessions};

/// What with the sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionRequest {
    /// Tell them.
    List {
        /// Form.
        #[serde(default)]
        format: Format,
    },
    /// End some.
    End(Meant),
    /// Forget which logins belong to an employee number.
    Forget {
        /// Employee number.
        medarbejder: String,
    },
}

/// Which sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Meant {
    /// All of an employee.
    Medarbejder(String),
    /// One, by its name in the list.
    Name(String),
    /// Everybody's.
    All,
}

/// Carries it out on the sessions that are open.
pub(crate) async fn execute(sessions: &Sessions, what: SessionRequest, out: &Out) {
    end(run(sessions, what, out).await, out).await;
}

pub(super) async fn run(sessions: &Sessions, what: SessionRequest, out: &Out) -> Result<u8, Failure> {
    let failure = |error: tower_sessions::session_store::Error| Failure::new(error.to_string());
    match what {
        SessionRequest::List { format } => {
            for row in sessions.list().iter().map(Row::new) {
                out.out(if format == Format::Json { as_json(&row)? } else { row.line() }).await?;
            }
        }
        SessionRequest::End(meant) => {
            let is_meant = |listed: &Listed| match &meant {
                Meant::Medarbejder(nr) => listed.who.nr.as_ref() == Some(nr),
                Meant::Name(name) => listed.name == *name,
                Meant::All => true,
            };
            let count = sessions.end(is_meant).await.map_err(failure)?;
            if count == 0 && meant != Meant::All {
                return Err(Failure::new("Der er ingen session, der passer. Se dem med session list."));
            }
            out.out(format!("{count} afsluttet")).await?;
        }
        SessionRequest::Forget { medarbejder } => {
            let count = sessions.untie(move |nr| nr == medarbejder).await.map_err(failure)?;
            if count == 0 {
                return Err(Failure::new("Intet login hører til det medarbejdernummer."));
            }
            out.out(format!("{count} glemt")).await?;
        }
    }
    Ok(DONE)
}

/// A session in the list.
#[derive(Serialize)]
struct Row<'a> {
    #[serde(rename = "navn")]
    name: &'a str,
    /// None while they choose one.
    rolle: Option<Rolle>,
    medarbejder: Option<&'a str>,
    #[serde(rename = "siden")]
    since: DateTime<Utc>,
    #[serde(rename = "brugt")]
    used: DateTime<Utc>,
    #[serde(rename = "udbyder")]
    provider: Option<&'a str>,
}

impl<'a> Row<'a> {
    fn new(listed: &'a Listed) -> Self {
        let who = &listed.who;
        Self {
            name: &listed.name,
            rolle: who.rolle,
            medarbejder: who.nr.as_deref(),
            since: who.since,
            used: listed.used,
            provider: who.provider.as_deref(),
        }
    }

    fn line(&self) -> String {
        let time = |time: DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::Secs, true);
        let rolle = self.rolle.map_or("vælger", |rolle| rolle.code());
        let (nr, by) = (self.medarbejder.unwrap_or("-"), self.provider.unwrap_or("-"));
        let (since, used) = (time(self.since), time(self.used));
        format!("{} rolle={rolle} medarbejder={nr} siden={since} brugt={used} udbyder={by}", self.name)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::{Value, json};

    use super::*;
    use crate::clock::Clock;
    use crate::sessions::tests::logged_in;

    /// The leader 10001 logged in at eight on Monday 5 January 2026, in Denmark nine.
    #[tokio::test]
    async fn each_session_is_a_line_of_json_or_of_text() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(Clock::standing_still("2026-01-05T08:00:00Z".parse().unwrap()));
        let sessions = Sessions::open(folder.path(), clock).unwrap();
        let told = async |format| {
            let (out, mut told) = Out::channel();
            execute(&sessions, SessionRequest::List { format }, &out).await;
            drop(out);
            let mut lines = Vec::new();
            while let Some(message) = told.recv().await {
                match message {
                    super::super::Message::Out(line) => lines.push(line),
                    message => assert_eq!(message, super::super::Message::End(DONE)),
                }
            }
            lines
        };
        assert_eq!(told(Format::Json).await, Vec::<String>::new());
        logged_in(&sessions).await;
        let json_lines = told(Format::Json).await;
        let one: Value = serde_json::from_str(&json_lines[0]).unwrap();
        let name = one["navn"].as_str().unwrap();
        let expected = json!({
            "navn": name, "rolle": "leder", "medarbejder": "10001", "udbyder": null,
            "siden": "2026-01-05T08:00:00Z", "brugt": "2026-01-05T08:00:00Z",
        });
        assert_eq!((json_lines.len(), &one), (1, &expected));
        let text = told(Format::Text).await;
        let times = "siden=2026-01-05T08:00:00Z brugt=2026-01-05T08:00:00Z";
        assert_eq!(text, [format!("{name} rolle=leder medarbejder=10001 {times} udbyder=-")]);
    }
}
