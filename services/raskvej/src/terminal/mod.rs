//! The commands of the terminal on a data folder. One function carries each out, whether the folder is opened for it
//! or a running service does it and sends what it says through the socket.

pub mod access;
pub mod backup;
#[cfg(test)]
mod bundle_tests;
pub(crate) mod clock;
#[cfg(test)]
mod copy_tests;
pub(crate) mod eftersyn;
mod erase;
#[cfg(test)]
mod erase_tests;
pub mod export;
#[cfg(test)]
mod forgery_tests;
pub mod generate;
#[cfg(test)]
mod hostile_tests;
pub mod import;
mod insight;
pub mod key;
pub mod output;
pub mod politik;
#[cfg(test)]
mod privacy_tests;
mod rebuild;
pub mod regler;
pub mod replay;
#[cfg(test)]
mod replay_tests;
pub mod restore;
pub mod retention;
pub mod running;
mod seal;
#[cfg(test)]
mod seal_tests;
mod seals;
pub mod session;
pub mod simulate;
#[cfg(test)]
mod tests;
pub mod token;
#[cfg(test)]
pub(crate) mod trial;
pub mod verify;
pub mod what_if;

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::{DateTime, NaiveDate, Utc};
use eventlog::{Broken, ReadError};
use forloeb::words::Sletningsgrund;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::clock::Clock;
use crate::core::{App, CommandError, OpenFolderError};
use crate::keys::KeyError;
use crate::sentences;
use crate::sessions::Sessions;
pub use app::erase::Also;
use app::failure::Causes;
use app::stored::{ProjectionError, Unreadable};

pub const DONE: u8 = 0;
/// Refused, or found wrong.
pub const REFUSED: u8 = 1;
pub const WRONG_USAGE: u8 = 2;

/// Messages on their way to the one who asked; more than these wait for the terminal.
const UNDER_WAY: usize = 64;

/// Form of what is told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TerminalRequest {
    /// Take in the files `medarbejdere` and `fravaer`, where they come along.
    Import(import::Asked),
    /// Make a token.
    Token(token::Wanted),
    /// Tell which tokens there are.
    TokenList {
        /// Form.
        #[serde(default)]
        format: Format,
    },
    /// Call a token back.
    TokenRevoke {
        /// Its id.
        id: String,
    },
    /// Why somebody may, or may not.
    Explain {
        /// Employee number.
        medarbejder: String,
        /// Id of the forløb.
        forloeb: Uuid,
    },
    /// Tell the history, or what was known.
    Replay {
        /// Only this forløb.
        forloeb: Option<Uuid>,
        /// As known then.
        til: Option<DateTime<Utc>>,
        /// Form.
        format: Format,
    },
    /// Write a bundle.
    Export {
        /// In full only the employment of this forløb.
        forloeb: Option<Uuid>,
        /// What earlier seals say, which it is to be held against.
        #[serde(default)]
        earlier: Vec<export::Kept>,
    },
    /// Seal the log as it is.
    Seal {
        /// Only the public key is wanted.
        only_key: bool,
        /// The seal goes into a file, and is not shown.
        into_file: bool,
    },
    /// Write a backup.
    Backup {
        /// Packed segments that an earlier one has.
        known_ones: Vec<backup::FileEntry>,
    },
    /// Build the projections anew.
    Rebuild {
        /// Compare only.
        compare: bool,
        /// Form of what is otherwise.
        #[serde(default)]
        format: Format,
    },
    /// Lay down the policy in the file `politik`, or tell those that were.
    Politik {
        /// First absence day from which the new one holds; none: tell them.
        fra: Option<NaiveDate>,
    },
    /// Replay the history under the rules in the file `regler`.
    WhatIf {
        /// What is to be tried, and on what.
        asked: what_if::Asked,
        /// Form.
        format: Format,
    },
    /// Tell whether the clock is believed, or say that it is right.
    Clock {
        /// Today, for who says that it is right.
        today: Option<NaiveDate>,
    },
    /// Tell what is wrong, or not, of what only who has the folder open can see.
    Eftersyn {
        /// Form.
        format: Format,
    },
    /// Tell who is logged in, or end it.
    Session {
        /// What.
        what: session::SessionRequest,
    },
    /// Who is past the periods of keeping.
    Retention(retention::What),
    /// Everything that is recorded about a person.
    Insight {
        /// Employee number.
        medarbejder: String,
        /// What it is taken for.
        #[serde(default)]
        formaal: Option<String>,
        /// Form.
        format: Format,
    },
    /// Wrap the keys with the master key in the file `hovednoegle`.
    RotateMaster,
    /// Erase a person.
    Erase {
        /// Employee number.
        medarbejder: String,
        /// Why, from the list.
        grund: Sletningsgrund,
        /// Why, in words.
        aarsag: String,
        /// Though something speaks against it.
        also: Also,
        /// The certificate goes into a file.
        to_file: bool,
        /// Only tell what would be done.
        #[serde(default)]
        proeve: bool,
    },
}

impl TerminalRequest {
    /// It may be the first thing that happens in a new folder.
    pub(crate) const fn may_create(&self) -> bool {
        matches!(self, Self::Import(_) | Self::Token(_))
    }

    /// Compares, for people.
    #[cfg(test)]
    pub(crate) const fn compare() -> Self {
        Self::Rebuild { compare: true, format: Format::Text }
    }

    /// Builds anew.
    #[cfg(test)]
    pub(crate) const fn rebuild() -> Self {
        Self::Rebuild { compare: false, format: Format::Text }
    }

    /// Tells the tokens, for people.
    #[cfg(test)]
    pub(crate) const fn token_list() -> Self {
        Self::TokenList { format: Format::Text }
    }
}

/// One thing a command says while it is carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Message {
    /// A line of data, for stdout.
    Out(String),
    /// A line for people, for stderr.
    Mistake(String),
    /// How far it is; `i_alt` 0 where nobody knows.
    Progress {
        /// So far.
        now: u64,
        /// In all.
        i_alt: u64,
    },
    /// The next bytes of the file that is written.
    Data(#[serde(serialize_with = "to_base64", deserialize_with = "from_base64")] Vec<u8>),
    /// The file that is written is whole, whatever the exit code will be.
    Whole,
    /// It is over, with this exit code.
    End(u8),
}

pub(crate) fn to_base64<S: Serializer>(bytes: &[u8], s: S) -> Result<S::Ok, S::Error> {
    s.serialize_str(&BASE64.encode(bytes))
}

pub(crate) fn from_base64<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<u8>, D::Error> {
    BASE64.decode(String::deserialize(d)?).map_err(serde::de::Error::custom)
}

/// Contents of the files that come along, by name.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Why a command ended without being done: the reason for stderr, and the exit code.
#[derive(Debug)]
pub struct Failure {
    code: u8,
    tekst: String,
}

impl Failure {
    /// Refused, with this reason.
    pub fn new(tekst: impl Into<String>) -> Self {
        Self { code: REFUSED, tekst: tekst.into() }
    }

    /// The exit code.
    #[must_use]
    pub const fn code(&self) -> u8 {
        self.code
    }

    /// Asked for in a way that cannot be.
    pub fn usage(tekst: impl Into<String>) -> Self {
        Self { code: WRONG_USAGE, tekst: tekst.into() }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.tekst)
    }
}

impl From<CommandError> for Failure {
    fn from(error: CommandError) -> Self {
        Self::new(error.message())
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        Self::new(format!("Loggen kan ikke læses: {error}"))
    }
}

impl From<OpenFolderError> for Failure {
    fn from(error: OpenFolderError) -> Self {
        Self::new(Causes(&error).to_string())
    }
}

impl From<Unreadable> for Failure {
    fn from(error: Unreadable) -> Self {
        OpenFolderError::from(error).into()
    }
}

impl From<ProjectionError> for Failure {
    fn from(error: ProjectionError) -> Self {
        OpenFolderError::from(error).into()
    }
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Self {
        Self::new(error.to_string())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::new(error.to_string())
    }
}

/// Where a command says things. When nobody listens any more, saying something fails, and the command stops.
#[derive(Debug, Clone)]
pub struct Out(mpsc::Sender<Message>);

impl Out {
    /// Both ends.
    #[must_use]
    pub fn channel() -> (Self, mpsc::Receiver<Message>) {
        let (input, out) = mpsc::channel(UNDER_WAY);
        (Self(input), out)
    }

    async fn say(&self, message: Message) -> Result<(), Failure> {
        self.0.send(message).await.map_err(|_| Failure::new("Ingen lytter længere."))
    }

    /// A line of data.
    pub(crate) async fn out(&self, line: impl Into<String>) -> Result<(), Failure> {
        self.say(Message::Out(line.into())).await
    }

    /// A line for people.
    pub(crate) async fn error(&self, line: impl Into<String>) -> Result<(), Failure> {
        self.say(Message::Mistake(line.into())).await
    }

    /// Bytes of the file.
    pub(crate) async fn data(&self, bytes: Vec<u8>) -> Result<(), Failure> {
        self.say(Message::Data(bytes)).await
    }

    /// The file has all its bytes, and is to stay.
    pub(crate) async fn whole(&self) -> Result<(), Failure> {
        self.say(Message::Whole).await
    }

    /// How far; left out when the other end is behind.
    pub(crate) fn progress(&self, now: u64, i_alt: u64) {
        let _ = self.0.try_send(Message::Progress { now, i_alt });
    }
}

/// Writes a file to the one who asked, from a thread that may block.
pub(crate) struct Blocking(pub(crate) Out);

impl io::Write for Blocking {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let sendt = self.0.0.blocking_send(Message::Data(bytes.to_vec()));
        sendt.map(|()| bytes.len()).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A thing as a line of JSON.
pub(crate) fn as_json(thing: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(thing).map_err(|error| Failure::new(error.to_string()))
}

/// Carries out a command on an open folder; the last message is [`Message::End`].
pub async fn execute(app: &Arc<App>, terminal_request: TerminalRequest, files: Files, out: &Out) {
    let udfald = match terminal_request {
        TerminalRequest::Import(asked) => import::import(app, &asked, files, out).await,
        TerminalRequest::Token(wanted) => token::create(app, wanted, out).await,
        TerminalRequest::TokenList { format } => token::list(app, format, out).await,
        TerminalRequest::TokenRevoke { id } => token::revoke(app, &id, out).await,
        TerminalRequest::Explain { medarbejder, forloeb } => access::explain(app, medarbejder, forloeb, out).await,
        TerminalRequest::Replay { forloeb, til, format } => replay::replay(app, forloeb, til, format, out).await,
        TerminalRequest::Export { forloeb, earlier } => export::export(app, forloeb, &earlier, out).await,
        TerminalRequest::Seal { only_key, into_file } => seal::seal(app, only_key, into_file, out).await,
        TerminalRequest::Backup { known_ones } => backup::backup(app, known_ones, out).await,
        TerminalRequest::Rebuild { compare, format } => rebuild::rebuild(app, compare, format, out).await,
        TerminalRequest::Politik { fra } => politik::politik(app, fra, &files, out).await,
        TerminalRequest::WhatIf { asked, format } => what_if::what_if(app, asked, &files, format, out).await,
        TerminalRequest::Clock { today } => clock::clock(app, today, out).await,
        TerminalRequest::Eftersyn { format } => eftersyn::look(app, format, out).await,
        TerminalRequest::Session { what } => alone(app, what, out).await,
        TerminalRequest::Retention(what) => retention::retention(app, what, out).await,
        TerminalRequest::Insight { medarbejder, formaal, format } => {
            insight::insight(app, medarbejder, formaal.as_deref(), format, out).await
        }
        TerminalRequest::RotateMaster => key::rotate(app, &files, out).await,
        TerminalRequest::Erase { medarbejder, also, proeve: true, .. } => {
            erase::try_out(app, &medarbejder, also, out).await
        }
        TerminalRequest::Erase { medarbejder, grund, aarsag, also, to_file, proeve: false } => {
            erase::erase(app, &medarbejder, (grund, aarsag), also, to_file, out).await
        }
    };
    end(udfald, out).await;
}

/// Opens the sessions of a folder that no service has open.
async fn alone(app: &App, what: session::SessionRequest, out: &Out) -> Result<u8, Failure> {
    let sessions = Sessions::open(&app.folder, Arc::new(Clock::System));
    session::run(&sessions.map_err(|error| Failure::new(format!("sessioner: {error}")))?, what, out).await
}

/// Refuses where the log is known to be damaged: a copy of what is left would pass for the whole of it.
fn without_damage(app: &App) -> Result<(), Failure> {
    app.log.fault().map_or(Ok(()), |damage| Err(damaged(&Broken::Fault(damage))))
}

fn damaged(breach: &Broken) -> Failure {
    if matches!(breach, Broken::Io { .. }) {
        return Failure::new(sentences::breach(breach));
    }
    Failure::new(format!(
        "{} Der er ikke skrevet nogen fil: den ville gå for at være hele loggen. Hent det, der er beskadiget, fra en \
         tidligere sikkerhedskopi; docs/operations.md viser hvordan (Damage).",
        sentences::breach(breach)
    ))
}

/// Says how it ended. Nobody may be there to hear it.
pub(crate) async fn end(udfald: Result<u8, Failure>, out: &Out) {
    let code = match udfald {
        Ok(code) => code,
        Err(denial) => {
            let _ = out.error(denial.tekst).await;
            denial.code
        }
    };
    let _ = out.say(Message::End(code)).await;
}
