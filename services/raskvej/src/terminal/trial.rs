//! A workplace for tests that is asked by the terminal, with the small one of `tests/data/small` in it.

use std::ops::Deref;
use std::path::Path;

use app::workplace::{Workplace, standing_still};
use eventlog::Options;
use forloeb::words::Sletningsgrund;
use tempfile::TempDir;

use super::import::Asked;
use super::{Also, Files, Message, Out, TerminalRequest, execute};
use crate::clock::Clock;
use crate::core::{OpenFolderError, Outside};

/// What somebody who gave a command was told.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) out: Vec<String>,
    pub(crate) error: Vec<String>,
    pub(crate) data: Vec<u8>,
    pub(crate) code: u8,
}

impl Answer {
    pub(crate) fn take(&mut self, message: Message) -> Option<u8> {
        match message {
            Message::Out(line) => self.out.push(line),
            Message::Mistake(line) => self.error.push(line),
            Message::Progress { .. } => {}
            Message::Data(bytes) => self.data.extend(bytes),
            Message::Whole => {}
            Message::End(code) => {
                self.code = code;
                return Some(code);
            }
        }
        None
    }
}

/// Told twice of everything but what is others'.
pub(crate) const MEANT: Also = Also { others: false, open: true, refusion: true, employed: true };

/// Somebody asked to be forgotten.
pub(crate) fn erase_request(nr: &str, also: Also) -> TerminalRequest {
    let (medarbejder, aarsag) = (nr.to_owned(), String::new());
    TerminalRequest::Erase {
        medarbejder,
        grund: Sletningsgrund::Anmodning,
        aarsag,
        also,
        to_file: false,
        proeve: false,
    }
}

/// When nothing else is said.
const NOW: &str = "2026-11-20T07:00:00Z";

/// A workplace on a clock that stands still at 2026-11-20 08:00.
pub(crate) struct Trial(Workplace);

impl Deref for Trial {
    type Target = Workplace;

    fn deref(&self) -> &Workplace {
        &self.0
    }
}

/// One of the files of the small workplace.
pub(crate) fn file(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/small").join(name);
    std::fs::read(path).unwrap()
}

impl Trial {
    pub(crate) async fn empty() -> Self {
        Self(Workplace::empty(standing_still(NOW)).await)
    }

    pub(crate) async fn i(folder: TempDir) -> Self {
        Self::on(folder, standing_still(NOW)).await
    }

    pub(crate) async fn on(folder: TempDir, clock: Clock) -> Self {
        Self(Workplace::of(folder, clock).await)
    }

    /// With the log kept as these options say.
    pub(crate) async fn open(folder: TempDir, options: Options) -> Result<Self, OpenFolderError> {
        Workplace::open(folder, standing_still(NOW), options).await.map(Self)
    }

    /// With what is kept outside of the folder.
    pub(crate) async fn with(folder: TempDir, outside: Outside) -> Result<Self, OpenFolderError> {
        Workplace::with(folder, standing_still(NOW), Options::default(), outside).await.map(Self)
    }

    /// With the small workplace of `tests/data/small`.
    pub(crate) async fn small() -> Self {
        let p = Self::empty().await;
        let answer = p.import(&file("medarbejdere.csv"), &file("fravaer.csv")).await;
        assert_eq!((answer.code, answer.error), (0, vec![]));
        p
    }

    pub(crate) async fn import(&self, medarbejdere: &[u8], fravaer: &[u8]) -> Answer {
        let files = [("medarbejdere", medarbejdere), ("fravaer", fravaer)];
        let files = files.into_iter().filter(|(_, bytes)| !bytes.is_empty());
        self.bed_with(
            TerminalRequest::Import(Asked::default()),
            files.map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).collect(),
        )
        .await
    }

    pub(crate) async fn bed(&self, terminal_request: TerminalRequest) -> Answer {
        self.bed_with(terminal_request, Files::new()).await
    }

    pub(crate) async fn bed_with(&self, terminal_request: TerminalRequest, files: Files) -> Answer {
        let (out, mut messages) = Out::channel();
        let work = async {
            execute(&self.app, terminal_request, files, &out).await;
            drop(out);
        };
        let belong = async {
            let mut answer = Answer::default();
            while let Some(message) = messages.recv().await {
                let _ = answer.take(message);
            }
            answer
        };
        tokio::join!(work, belong).1
    }

    /// Closes it; the folder stays.
    pub(crate) async fn close(self) -> TempDir {
        self.0.close().await
    }
}

/// Places below a length, the same in every run.
pub(crate) fn fill_random() -> impl FnMut(usize) -> usize {
    let mut chance = chance::Random::new(1);
    move |under| usize::try_from(chance.under(under as u64)).unwrap()
}
