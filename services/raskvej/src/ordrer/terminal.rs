//! The one place that prints: data to stdout, messages to stderr, progress where somebody looks at it, files to disk.

use std::io::{self, Write};
use std::path::PathBuf;

use indicatif::{ProgressBar, ProgressStyle};
use tokio::sync::mpsc;

use super::{AFVIST, Afslag, Besked, GJORT};
use crate::durable::{Existing, NewFile, SECRET};
use crate::owner;

/// Where a command's words and bytes end.
#[derive(Debug)]
pub struct Terminal {
    fil: Option<(NewFile, OutFile)>,
    bjaelke: ProgressBar,
}

/// The file that a command is asked to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutFile {
    /// Its path.
    pub path: PathBuf,
    /// One that is there already may be written over.
    pub overwrite: bool,
}

impl OutFile {
    /// Begins it, with the rights of who asked.
    fn begin(&self) -> Result<NewFile, Afslag> {
        let path = self.path.display();
        match owner::as_caller(|| self.path.metadata()) {
            Ok(there) if !there.is_file() => {
                return Err(Afslag::ny(format!(
                    "{path}: det er ikke en almindelig fil. Vælg et andet navn til --out."
                )));
            }
            Ok(_) if !self.overwrite => return Err(self.there_already()),
            _ => {}
        }
        let begun = owner::as_caller(|| NewFile::create(&self.path, SECRET));
        begun.map_err(|error| Afslag::ny(format!("{path}: {error}")))
    }

    fn finish(&self, file: NewFile) -> Result<(), Afslag> {
        let existing = if self.overwrite { Existing::Replace } else { Existing::Keep };
        owner::as_caller(|| file.finish(existing)).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => self.there_already(),
            _ => Afslag::ny(format!("{}: {error}", self.path.display())),
        })
    }

    fn there_already(&self) -> Afslag {
        let path = self.path.display();
        Afslag::ny(format!("{path}: filen findes i forvejen. Vælg et andet navn, eller erstat den med --overskriv."))
    }
}

impl Terminal {
    /// A terminal, and the file a command writes to, where it does.
    ///
    /// # Errors
    /// The file cannot be made.
    pub fn ny(out: Option<OutFile>) -> Result<Self, Afslag> {
        let fil = out.map(|out| Ok::<_, Afslag>((out.begin()?, out))).transpose()?;
        Ok(Self { fil, bjaelke: ProgressBar::no_length() })
    }

    /// A terminal alone.
    #[must_use]
    pub fn uden_fil() -> Self {
        Self { fil: None, bjaelke: ProgressBar::no_length() }
    }

    /// Prints what a command says until it is over; the exit code.
    pub async fn modtag(mut self, mut beskeder: mpsc::Receiver<Besked>) -> u8 {
        while let Some(besked) = beskeder.recv().await {
            if let Some(kode) = self.tag(besked) {
                return kode;
            }
        }
        self.afslaa("Kommandoen blev afbrudt.", AFVIST)
    }

    /// Takes one message; the exit code when it was the last.
    pub(crate) fn tag(&mut self, besked: Besked) -> Option<u8> {
        match besked {
            // Who closed the pipe has seen enough.
            Besked::Ud(linje) => self.bjaelke.suspend(|| skriv(&linje)).err().map(|_| GJORT),
            Besked::Fejl(linje) => {
                self.bjaelke.suspend(|| meld(&linje));
                None
            }
            Besked::Fremdrift { nu, i_alt } => {
                self.fremdrift(nu, i_alt);
                None
            }
            Besked::Data(bytes) => {
                let skrevet = self.fil.as_mut().map_or(Ok(()), |(fil, _)| fil.write_all(&bytes));
                skrevet.err().map(|fejl| self.afslaa(&fejl.to_string(), AFVIST))
            }
            Besked::Slut(GJORT) => {
                self.bjaelke.finish_and_clear();
                let gemt = self.fil.take().map_or(Ok(()), |(fil, out)| out.finish(fil));
                Some(gemt.map_or_else(|afslag| self.afslaa(&afslag.to_string(), afslag.kode), |()| GJORT))
            }
            Besked::Slut(kode) => {
                self.bjaelke.finish_and_clear();
                Some(kode)
            }
        }
    }

    /// Says why it is over.
    #[must_use]
    pub fn afslaa(&self, hvorfor: &str, kode: u8) -> u8 {
        self.bjaelke.finish_and_clear();
        meld(hvorfor);
        kode
    }

    fn fremdrift(&self, nu: u64, i_alt: u64) {
        if self.bjaelke.length() != Some(i_alt) && i_alt > 0 {
            self.bjaelke.set_length(i_alt);
            if let Ok(stil) = ProgressStyle::with_template("{wide_bar} {percent} %  {eta}") {
                self.bjaelke.set_style(stil);
            }
        }
        self.bjaelke.set_position(nu);
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Not wanted: it is removed by who made it.
        let fil = self.fil.take();
        let _ = owner::as_caller(|| {
            drop(fil);
            Ok(())
        });
    }
}

/// A line on stdout, at once.
///
/// # Errors
/// Nobody reads it any more.
pub fn skriv(linje: &str) -> io::Result<()> {
    let mut ud = io::stdout().lock();
    writeln!(ud, "{linje}")?;
    ud.flush()
}

/// A line on stderr. There is nowhere to say that it failed.
pub fn meld(linje: &str) {
    let _ = writeln!(io::stderr().lock(), "{linje}");
}
