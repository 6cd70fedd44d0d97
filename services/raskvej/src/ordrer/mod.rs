//! The commands of the terminal on a data folder. One function carries each out, whether the folder is opened for it
//! or a running service does it and sends what it says through the socket.

pub mod backup;
#[cfg(test)]
mod bundtproever;
mod clock;
mod erase;
mod export;
pub mod generer;
pub mod hvad_hvis;
pub mod import;
#[cfg(test)]
mod kopiproever;
pub mod politik;
#[cfg(test)]
pub(crate) mod proeve;
mod rebuild;
pub mod regler;
pub mod replay;
#[cfg(test)]
mod replayproever;
pub mod restore;
pub mod simulate;
#[cfg(test)]
mod sletteproever;
pub mod terminal;
#[cfg(test)]
mod tests;
mod token;
pub mod verify;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::{DateTime, NaiveDate, Utc};
use eventlog::{Broken, OpenError, ReadError};
use forloeb::ord::Rolle;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tokio::sync::mpsc;
use uuid::Uuid;

use self::terminal::OutFile;
use crate::clock_guard;
use crate::kerne::{AabnFejl, Kerne, KommandoFejl};
use crate::noegler::NoegleFejl;
use crate::owner;
use crate::regelfiler;
use crate::sokkel;
use crate::tekster;
use crate::ur::Ur;
use app::failure::Causes;
use app::stored::{Unreadable, VisningsFejl};

/// Done.
pub const GJORT: u8 = 0;
/// Refused, or found wrong.
pub const AFVIST: u8 = 1;
/// Wrong usage.
pub const FORKERT_BRUG: u8 = 2;

/// Messages on their way to the one who asked; more than these wait for the terminal.
const UNDERVEJS: usize = 64;
/// How long a command waits for a folder that another command, or a service about to start, has open.
const TAALMODIGHED: Duration = Duration::from_secs(30);

/// Form of a replay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ordre {
    /// Take in the files `medarbejdere` and `fravaer`, where they come along.
    Import,
    /// Make a token.
    Token {
        /// Role.
        rolle: Rolle,
        /// Employee number.
        medarbejder: Option<String>,
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
    },
    /// Write a backup.
    Backup {
        /// Packed segments that an earlier one has.
        kendte: Vec<backup::Fil>,
    },
    /// Build the projections anew.
    Rebuild {
        /// Compare only.
        compare: bool,
    },
    /// Lay down the policy in the file `politik`, or tell those that were.
    Politik {
        /// First absence day from which the new one holds; none: tell them.
        fra: Option<NaiveDate>,
    },
    /// Replay the history under the rules in the file `regler`.
    HvadHvis {
        /// First absence day that is looked at.
        fra: Option<NaiveDate>,
        /// Last absence day that is looked at.
        til: Option<NaiveDate>,
        /// Form.
        format: Format,
    },
    /// Tell whether the clock is believed, or say that it is right.
    Ur {
        /// Today, for who says that it is right.
        idag: Option<NaiveDate>,
    },
    /// Erase a person.
    Erase {
        /// Employee number.
        medarbejder: String,
        /// Why.
        aarsag: String,
        /// Though what was written about somebody else under the same personnummer goes with it.
        #[serde(default)]
        ogsaa_andres: bool,
    },
}

impl Ordre {
    /// It may be the first thing that happens in a new folder.
    const fn maa_oprette(&self) -> bool {
        matches!(self, Self::Import | Self::Token { .. })
    }
}

/// One thing a command says while it is carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Besked {
    /// A line of data, for stdout.
    Ud(String),
    /// A line for people, for stderr.
    Fejl(String),
    /// How far it is; `i_alt` 0 where nobody knows.
    Fremdrift {
        /// So far.
        nu: u64,
        /// In all.
        i_alt: u64,
    },
    /// The next bytes of the file that is written.
    Data(#[serde(serialize_with = "til_base64", deserialize_with = "fra_base64")] Vec<u8>),
    /// It is over, with this exit code.
    Slut(u8),
}

pub(crate) fn til_base64<S: Serializer>(bytes: &[u8], s: S) -> Result<S::Ok, S::Error> {
    s.serialize_str(&BASE64.encode(bytes))
}

pub(crate) fn fra_base64<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<u8>, D::Error> {
    BASE64.decode(String::deserialize(d)?).map_err(serde::de::Error::custom)
}

/// Contents of the files that come along, by name.
pub type Filer = BTreeMap<String, Vec<u8>>;

/// Why a command ended without being done: the reason for stderr, and the exit code.
#[derive(Debug)]
pub struct Afslag {
    kode: u8,
    tekst: String,
}

impl Afslag {
    /// Refused, with this reason.
    pub fn ny(tekst: impl Into<String>) -> Self {
        Self { kode: AFVIST, tekst: tekst.into() }
    }

    /// The exit code.
    #[must_use]
    pub const fn kode(&self) -> u8 {
        self.kode
    }

    /// Asked for in a way that cannot be.
    pub fn brug(tekst: impl Into<String>) -> Self {
        Self { kode: FORKERT_BRUG, tekst: tekst.into() }
    }
}

impl std::fmt::Display for Afslag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.tekst)
    }
}

impl From<KommandoFejl> for Afslag {
    fn from(fejl: KommandoFejl) -> Self {
        Self::ny(fejl.besked())
    }
}

impl From<ReadError> for Afslag {
    fn from(fejl: ReadError) -> Self {
        Self::ny(format!("Loggen kan ikke læses: {fejl}"))
    }
}

impl From<AabnFejl> for Afslag {
    fn from(fejl: AabnFejl) -> Self {
        Self::ny(Causes(&fejl).to_string())
    }
}

impl From<Unreadable> for Afslag {
    fn from(fejl: Unreadable) -> Self {
        AabnFejl::from(fejl).into()
    }
}

impl From<VisningsFejl> for Afslag {
    fn from(fejl: VisningsFejl) -> Self {
        AabnFejl::from(fejl).into()
    }
}

impl From<NoegleFejl> for Afslag {
    fn from(fejl: NoegleFejl) -> Self {
        Self::ny(fejl.to_string())
    }
}

impl From<io::Error> for Afslag {
    fn from(fejl: io::Error) -> Self {
        Self::ny(fejl.to_string())
    }
}

/// Where a command says things. When nobody listens any more, saying something fails, and the command stops.
#[derive(Debug, Clone)]
pub struct Ud(mpsc::Sender<Besked>);

impl Ud {
    /// Both ends.
    #[must_use]
    pub fn kanal() -> (Self, mpsc::Receiver<Besked>) {
        let (ind, ud) = mpsc::channel(UNDERVEJS);
        (Self(ind), ud)
    }

    async fn sig(&self, besked: Besked) -> Result<(), Afslag> {
        self.0.send(besked).await.map_err(|_| Afslag::ny("Ingen lytter længere."))
    }

    /// A line of data.
    pub(crate) async fn ud(&self, linje: impl Into<String>) -> Result<(), Afslag> {
        self.sig(Besked::Ud(linje.into())).await
    }

    /// A line for people.
    pub(crate) async fn fejl(&self, linje: impl Into<String>) -> Result<(), Afslag> {
        self.sig(Besked::Fejl(linje.into())).await
    }

    /// Bytes of the file.
    pub(crate) async fn data(&self, bytes: Vec<u8>) -> Result<(), Afslag> {
        self.sig(Besked::Data(bytes)).await
    }

    /// How far; left out when the other end is behind.
    pub(crate) fn fremdrift(&self, nu: u64, i_alt: u64) {
        let _ = self.0.try_send(Besked::Fremdrift { nu, i_alt });
    }
}

/// Writes a file to the one who asked, from a thread that may block.
pub(crate) struct Blokerende(pub(crate) Ud);

impl io::Write for Blokerende {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let sendt = self.0.0.blocking_send(Besked::Data(bytes.to_vec()));
        sendt.map(|()| bytes.len()).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Carries out a command on an open folder; the last message is [`Besked::Slut`].
pub async fn udfoer(kerne: &Arc<Kerne>, ordre: Ordre, filer: Filer, ud: &Ud) {
    let udfald = match ordre {
        Ordre::Import => import::import(kerne, &filer, ud).await,
        Ordre::Token { rolle, medarbejder } => token::opret(kerne, rolle, medarbejder, ud).await,
        Ordre::Replay { forloeb, til, format } => replay::replay(kerne, forloeb, til, format, ud).await,
        Ordre::Export { forloeb } => export::export(kerne, forloeb, ud).await,
        Ordre::Backup { kendte } => backup::backup(kerne, kendte, ud).await,
        Ordre::Rebuild { compare } => rebuild::rebuild(kerne, compare, ud).await,
        Ordre::Politik { fra } => politik::politik(kerne, fra, &filer, ud).await,
        Ordre::HvadHvis { fra, til, format } => hvad_hvis::hvad_hvis(kerne, fra, til, &filer, format, ud).await,
        Ordre::Ur { idag } => clock::ur(kerne, idag, ud).await,
        Ordre::Erase { medarbejder, aarsag, ogsaa_andres } => {
            erase::erase(kerne, &medarbejder, &aarsag, ogsaa_andres, ud).await
        }
    };
    slut(udfald, ud).await;
}

/// Refuses where the log is known to be damaged: a copy of what is left would pass for the whole of it.
fn uden_skade(kerne: &Kerne) -> Result<(), Afslag> {
    kerne.log.fault().map_or(Ok(()), |skade| Err(beskadiget(&Broken::Fault(skade))))
}

fn beskadiget(brud: &Broken) -> Afslag {
    if matches!(brud, Broken::Io { .. }) {
        return Afslag::ny(tekster::brud(brud));
    }
    Afslag::ny(format!(
        "{} Der er ikke skrevet nogen fil: den ville gå for at være hele loggen. Hent det, der er beskadiget, fra en \
         tidligere sikkerhedskopi; docs/operations.md viser hvordan (Damage).",
        tekster::brud(brud)
    ))
}

/// Says how it ended. Nobody may be there to hear it.
pub(crate) async fn slut(udfald: Result<u8, Afslag>, ud: &Ud) {
    let kode = match udfald {
        Ok(kode) => kode,
        Err(afslag) => {
            let _ = ud.fejl(afslag.tekst).await;
            afslag.kode
        }
    };
    let _ = ud.sig(Besked::Slut(kode)).await;
}

/// Carries out a command for the terminal, through a running service or on the folder itself; the exit code.
pub async fn koer(mappe: &Path, ordre: Ordre, filer: &[(&str, PathBuf)], out: Option<OutFile>) -> u8 {
    let forberedt = || -> Result<_, Afslag> {
        if !ordre.maa_oprette() && !mappe.join("journal").is_dir() {
            return Err(Afslag::ny(format!("{}: her er ingen data.", mappe.display())));
        }
        let mut indhold = Filer::new();
        for (navn, sti) in filer {
            let bytes = owner::as_caller(|| std::fs::read(sti));
            let bytes = bytes.map_err(|e| Afslag::ny(format!("{}: {e}", sti.display())))?;
            indhold.insert((*navn).to_owned(), bytes);
        }
        Ok((indhold, terminal::Terminal::ny(out)?))
    };
    let (indhold, terminal) = match forberedt() {
        Ok(klar) => klar,
        Err(afslag) => return terminal::Terminal::uden_fil().afslaa(&afslag.tekst, afslag.kode),
    };
    let slut = Instant::now() + TAALMODIGHED;
    loop {
        if let Some(forbindelse) = sokkel::forbind(mappe).await {
            return sokkel::bed_om(forbindelse, ordre, indhold, terminal).await;
        }
        if let Ordre::Ur { idag } = ordre {
            return match clock::uden_tjeneste(mappe, idag) {
                Ok(linje) => terminal::skriv(&linje).map_or(AFVIST, |()| GJORT),
                Err(afslag) => terminal.afslaa(&afslag.tekst, afslag.kode),
            };
        }
        match aabn(mappe).await {
            Ok(kerne) => return direkte(kerne, ordre, indhold, terminal).await,
            // A service that is starting, or another command: it is there, or done, in a moment.
            Err(AabnFejl::Log(OpenError::InUse { .. })) if Instant::now() < slut => {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Err(fejl) => return terminal.afslaa(&fejl.to_string(), AFVIST),
        }
    }
}

/// Opens a folder for one command. Time never goes back behind what is known: where a test or a demonstration was moved
/// forward that is the log, and where a machine's clock was once wrong the log is not to be believed.
pub(crate) async fn aabn(mappe: &Path) -> Result<Arc<Kerne>, AabnFejl> {
    let kendt = clock_guard::stored(mappe);
    Kerne::aabn(mappe, |vis| Ur::forskudt(kendt.or(vis.senest())), regelfiler::hent(mappe)?).await
}

async fn direkte(kerne: Arc<Kerne>, ordre: Ordre, filer: Filer, terminal: terminal::Terminal) -> u8 {
    let (ud, modtager) = Ud::kanal();
    let foelger = tokio::spawn({
        let kerne = kerne.clone();
        async move { kerne.foelg_loggen().await }
    });
    let arbejde = async {
        let uden_log = tokio::select! {
            () = udfoer(&kerne, ordre, filer, &ud) => None,
            stoppet = foelger => Some(stoppet),
        };
        if let Some(Ok(Err(fejl))) = uden_log {
            slut(Err(fejl.into()), &ud).await;
        }
        drop(ud);
    };
    let ((), kode) = tokio::join!(arbejde, terminal.modtag(modtager));
    kerne.luk().await;
    kode
}
