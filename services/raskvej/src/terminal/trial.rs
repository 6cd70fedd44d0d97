//! A data folder for tests, with the small workplace in it.

use std::path::Path;
use std::sync::Arc;

use eventlog::Options;
use forloeb::Regelbog;
use tempfile::TempDir;
use tokio::task::JoinHandle;

use super::{Files, Message, Out, TerminalRequest, execute};
use crate::clock::Clock;
use crate::core::{App, OpenFolderError, Opened, Progress};

/// What somebody who gave a command was told.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) out: Vec<String>,
    pub(crate) error: Vec<String>,
    pub(crate) data: Vec<u8>,
    pub(crate) code: u8,
}

impl Answer {
    pub(crate) fn take(&mut self, besked: Message) -> Option<u8> {
        match besked {
            Message::Out(line) => self.out.push(line),
            Message::Mistake(line) => self.error.push(line),
            Message::Progress { .. } => {}
            Message::Data(bytes) => self.data.extend(bytes),
            Message::End(code) => {
                self.code = code;
                return Some(code);
            }
        }
        None
    }
}

/// An open folder on a clock that stands still at 2026-11-20 08:00.
pub(crate) struct Trial {
    pub(crate) app: Arc<App>,
    folder: TempDir,
    follows: JoinHandle<Result<(), OpenFolderError>>,
}

/// One of the files of the small workplace.
pub(crate) fn file(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/small").join(name);
    std::fs::read(path).unwrap()
}

impl Trial {
    pub(crate) async fn empty() -> Self {
        Self::i(tempfile::tempdir().unwrap()).await
    }

    pub(crate) async fn i(folder: TempDir) -> Self {
        Self::on(folder, Clock::standing_still("2026-11-20T07:00:00Z".parse().unwrap())).await
    }

    pub(crate) async fn on(folder: TempDir, clock: Clock) -> Self {
        Self::open_on(folder, clock, Options::default()).await.unwrap()
    }

    /// With the log kept as these options say.
    pub(crate) async fn open(folder: TempDir, options: Options) -> Result<Self, OpenFolderError> {
        Self::open_on(folder, Clock::standing_still("2026-11-20T07:00:00Z".parse().unwrap()), options).await
    }

    async fn open_on(folder: TempDir, clock: Clock, options: Options) -> Result<Self, OpenFolderError> {
        let opened = Opened::open_with(folder.path(), options)?;
        let app = opened.build(|_| clock.clone(), Regelbog::built_in(), &Progress::default()).await?;
        let follows = tokio::spawn({
            let app = app.clone();
            async move { app.follow_the_log().await }
        });
        Ok(Self { app, folder, follows })
    }

    /// With the small workplace of `tests/data/small`.
    pub(crate) async fn small() -> Self {
        let p = Self::empty().await;
        let answer = p.import(&file("medarbejdere.csv"), &file("fravaer.csv")).await;
        assert_eq!((answer.code, answer.error), (0, vec![]));
        p
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) async fn import(&self, medarbejdere: &[u8], fravaer: &[u8]) -> Answer {
        let files = [("medarbejdere", medarbejdere), ("fravaer", fravaer)];
        let files = files.into_iter().filter(|(_, bytes)| !bytes.is_empty());
        self.bed_with(TerminalRequest::Import, files.map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).collect())
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
            while let Some(besked) = messages.recv().await {
                let _ = answer.take(besked);
            }
            answer
        };
        tokio::join!(work, belong).1
    }

    /// Closes it; the folder stays.
    pub(crate) async fn close(self) -> TempDir {
        self.app.close().await;
        self.follows.await.unwrap().unwrap();
        self.folder
    }
}

/// Places below a length, the same in every run.
pub(crate) fn fill_random() -> impl FnMut(usize) -> usize {
    let mut chance = chance::Random::new(1);
    move |under| usize::try_from(chance.under(under as u64)).unwrap()
}
