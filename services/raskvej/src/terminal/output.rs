//! The one place that prints: data to stdout, messages to stderr, progress where somebody looks at it, files to disk.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use indicatif::{ProgressBar, ProgressStyle};
use tokio::sync::mpsc;

use super::{DONE, Failure, Message, REFUSED};
use crate::durable::{Existing, NewFile, SECRET};
use crate::owner;

/// Where a command's words and bytes end.
#[derive(Debug)]
pub struct Terminal {
    file: Option<(NewFile, OutFile)>,
    /// Who goes on with the bytes of the file has them here.
    copy: Option<Arc<Mutex<Vec<u8>>>>,
    bar: ProgressBar,
}

/// The file that a command is asked to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutFile {
    pub path: PathBuf,
    /// One that is there already may be written over.
    pub overwrite: bool,
}

impl OutFile {
    /// Begins it, with the rights of who asked.
    fn begin(&self) -> Result<NewFile, Failure> {
        let path = self.path.display();
        match owner::as_caller(|| self.path.metadata()) {
            Ok(there) if !there.is_file() => {
                return Err(Failure::new(format!(
                    "{path}: det er ikke en almindelig fil. Vælg et andet navn til --out."
                )));
            }
            Ok(_) if !self.overwrite => return Err(self.there_already()),
            _ => {}
        }
        let begun = owner::as_caller(|| NewFile::create(&self.path, SECRET));
        begun.map_err(|error| Failure::new(format!("{path}: {error}")))
    }

    fn finish(&self, file: NewFile) -> Result<(), Failure> {
        let existing = if self.overwrite { Existing::Replace } else { Existing::Keep };
        owner::as_caller(|| file.finish(existing)).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => self.there_already(),
            _ => Failure::new(format!("{}: {error}", self.path.display())),
        })
    }

    fn there_already(&self) -> Failure {
        let path = self.path.display();
        Failure::new(format!("{path}: filen findes i forvejen. Vælg et andet navn, eller erstat den med --overskriv."))
    }
}

impl Terminal {
    /// A terminal, and the file a command writes to, where it does.
    ///
    /// # Errors
    /// The file cannot be made.
    pub fn new(out: Option<OutFile>) -> Result<Self, Failure> {
        let file = out.map(|out| Ok::<_, Failure>((out.begin()?, out))).transpose()?;
        Ok(Self { file, copy: None, bar: ProgressBar::no_length() })
    }

    /// A terminal alone.
    #[must_use]
    pub fn without_file() -> Self {
        Self { file: None, copy: None, bar: ProgressBar::no_length() }
    }

    /// The bytes of the file go here too. Only for what is small.
    #[must_use]
    pub(crate) fn copied_to(mut self, copy: Arc<Mutex<Vec<u8>>>) -> Self {
        self.copy = Some(copy);
        self
    }

    /// Prints what a command says until it is over; the exit code.
    pub async fn accept(mut self, mut messages: mpsc::Receiver<Message>) -> u8 {
        while let Some(message) = messages.recv().await {
            if let Some(code) = self.take(message) {
                return code;
            }
        }
        self.decline("Kommandoen blev afbrudt.", REFUSED)
    }

    /// Takes one message; the exit code when it was the last.
    pub(crate) fn take(&mut self, message: Message) -> Option<u8> {
        match message {
            // Who closed the pipe has seen enough.
            Message::Out(line) => self.bar.suspend(|| write(&line)).err().map(|_| DONE),
            Message::Mistake(line) => {
                self.bar.suspend(|| to_stderr(&line));
                None
            }
            Message::Progress { now, i_alt } => {
                self.progress(now, i_alt);
                None
            }
            Message::Data(bytes) => {
                if let Some(copy) = &self.copy {
                    copy.lock().unwrap_or_else(PoisonError::into_inner).extend(&bytes);
                }
                let written = self.file.as_mut().map_or(Ok(()), |(file, _)| file.write_all(&bytes));
                written.err().map(|error| self.decline(&error.to_string(), REFUSED))
            }
            Message::Whole => self.finish_file().err().map(|denial| self.decline(&denial.to_string(), denial.code)),
            Message::End(DONE) => {
                self.bar.finish_and_clear();
                let stored = self.finish_file();
                Some(stored.map_or_else(|denial| self.decline(&denial.to_string(), denial.code), |()| DONE))
            }
            Message::End(code) => {
                self.bar.finish_and_clear();
                Some(code)
            }
        }
    }

    fn finish_file(&mut self) -> Result<(), Failure> {
        self.file.take().map_or(Ok(()), |(file, out)| out.finish(file))
    }

    /// Says why it is over.
    #[must_use]
    pub fn decline(&self, why: &str, code: u8) -> u8 {
        self.bar.finish_and_clear();
        to_stderr(why);
        code
    }

    fn progress(&self, now: u64, i_alt: u64) {
        if self.bar.length() != Some(i_alt) && i_alt > 0 {
            self.bar.set_length(i_alt);
            if let Ok(style) = ProgressStyle::with_template("{wide_bar} {percent} %  {eta}") {
                self.bar.set_style(style);
            }
        }
        self.bar.set_position(now);
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Not wanted: it is removed by who made it.
        let file = self.file.take();
        let _ = owner::as_caller(|| {
            drop(file);
            Ok(())
        });
    }
}

/// A line on stdout, at once.
///
/// # Errors
/// Nobody reads it any more.
pub fn write(line: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

/// A line on stderr. There is nowhere to say that it failed.
pub fn to_stderr(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}
