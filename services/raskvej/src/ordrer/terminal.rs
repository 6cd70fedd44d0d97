//! The one place that prints: data to stdout, messages to stderr, progress where somebody looks at it, files to disk.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use tokio::sync::mpsc;

use super::{AFVIST, Besked, GJORT};

/// Where a command's words and bytes end.
#[derive(Debug)]
pub struct Terminal {
    fil: Option<NyFil>,
    bjaelke: ProgressBar,
}

/// A file that is there whole, or not at all.
#[derive(Debug)]
struct NyFil {
    fil: File,
    delvis: PathBuf,
    endelig: PathBuf,
}

impl NyFil {
    fn ny(endelig: &Path) -> io::Result<Self> {
        let navn = endelig.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
        let mut delvist: OsString = ".".into();
        delvist.push(navn);
        delvist.push(format!(".{}", std::process::id()));
        let delvis = endelig.with_file_name(delvist);
        let fil = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&delvis)?;
        Ok(Self { fil, delvis, endelig: endelig.to_owned() })
    }

    fn faerdig(&self) -> io::Result<()> {
        self.fil.sync_all()?;
        std::fs::rename(&self.delvis, &self.endelig)?;
        let mappe = self.endelig.parent().filter(|m| !m.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(mappe)?.sync_all()
    }
}

impl Drop for NyFil {
    fn drop(&mut self) {
        // It has its final name, or it is not wanted.
        let _ = std::fs::remove_file(&self.delvis);
    }
}

impl Terminal {
    /// A terminal, and the file a command writes to, where it does.
    ///
    /// # Errors
    /// The file cannot be made.
    pub fn ny(out: Option<&Path>) -> io::Result<Self> {
        let fejl = |e: io::Error| {
            let sti = out.map(|o| o.display().to_string()).unwrap_or_default();
            io::Error::new(e.kind(), format!("{sti}: {e}"))
        };
        let fil = out.map(NyFil::ny).transpose().map_err(fejl)?;
        Ok(Self { fil, ..Self::uden_fil() })
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
                let skrevet = self.fil.as_mut().map_or(Ok(()), |f| f.fil.write_all(&bytes));
                skrevet.err().map(|fejl| self.afslaa(&fejl.to_string(), AFVIST))
            }
            Besked::Slut(GJORT) => {
                self.bjaelke.finish_and_clear();
                let gemt = self.fil.take().map_or(Ok(()), |f| f.faerdig());
                Some(gemt.map_or_else(|fejl| self.afslaa(&fejl.to_string(), AFVIST), |()| GJORT))
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
