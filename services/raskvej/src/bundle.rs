//! The bundle: a log, or one employment in it, as lines that anybody can check offline. `docs/bundle.md` describes it.
//!
//! A header, a line per commit in order, and a sum over everything before it. A commit is there whole, or only as the
//! digest that the chain of hashes needs.

use std::collections::HashMap;
use std::io::{self, BufRead, Read};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use eventlog::{Hash, Head, RawCommit, chain, decode_commit};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;
use uuid::Uuid;

/// Name and number of the format.
pub const FORMAT: &str = "raskvej-bundle-1";
/// No line of a right bundle is longer.
const LAENGSTE_LINJE: u64 = 8 << 20;

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hoved {
    /// [`FORMAT`].
    pub format: String,
    /// Number of events of the log.
    pub antal: u64,
    /// Head hash of the log.
    pub hoved: String,
    /// The forløb that was asked for; none: the whole log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forloeb: Option<Uuid>,
    /// The stream that is shown in full, where it is only one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stroem: Option<String>,
}

/// A commit.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Linje {
    foerste: u64,
    sidste: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    krop: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aftryk: Option<String>,
}

/// The last line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sum {
    sha256: String,
}

/// Makes the lines of a bundle.
#[derive(Debug)]
pub struct Skriver {
    sum: Sha256,
    kun: Option<String>,
}

impl Skriver {
    /// Begins; the first line.
    ///
    /// # Errors
    /// Only if a line cannot be made into JSON.
    pub fn ny(head: Head, forloeb: Option<Uuid>, stroem: Option<String>) -> io::Result<(Self, Vec<u8>)> {
        let kun = stroem.clone();
        let hoved =
            Hoved { format: FORMAT.to_owned(), antal: head.position, hoved: head.hash.to_string(), forloeb, stroem };
        let mut skriver = Self { sum: Sha256::new(), kun };
        let linje = skriver.linje(&hoved)?;
        Ok((skriver, linje))
    }

    /// The line of a commit: whole if it belongs to what is shown.
    ///
    /// # Errors
    /// The commit cannot be read.
    pub fn commit(&mut self, commit: &RawCommit) -> io::Result<Vec<u8>> {
        let vises = match &self.kun {
            None => true,
            Some(kun) => {
                let afkodet = decode_commit(&commit.body).map_err(io::Error::other)?;
                afkodet.stream.as_str() == kun
            }
        };
        let krop = vises.then(|| BASE64.encode(&commit.body));
        let aftryk = (!vises).then(|| commit.digest.to_string());
        self.linje(&Linje { foerste: commit.first, sidste: commit.last, krop, aftryk })
    }

    /// The last line.
    ///
    /// # Errors
    /// Only if a line cannot be made into JSON.
    pub fn slut(mut self) -> io::Result<Vec<u8>> {
        let sha256 = Hash(self.sum.clone().finalize().into()).to_string();
        self.linje(&Sum { sha256 })
    }

    fn linje<T: Serialize>(&mut self, hvad: &T) -> io::Result<Vec<u8>> {
        let mut linje = serde_json::to_vec(hvad)?;
        linje.push(b'\n');
        self.sum.update(&linje);
        Ok(linje)
    }
}

/// Where a bundle breaks.
#[derive(Debug, Error)]
pub enum BundtFejl {
    /// In this line.
    #[error("bundtet brydes i linje {linje}: {hvad}")]
    Linje {
        /// Line.
        linje: u64,
        /// What is wrong.
        hvad: &'static str,
    },
    /// The file cannot be read.
    #[error("bundtet kan ikke læses: {0}")]
    Io(#[from] io::Error),
}

/// What a bundle that is in order holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundt {
    /// Its header.
    pub hoved: Hoved,
    /// Events that are shown in full.
    pub vist: u64,
}

/// Checks a bundle from its bytes alone. `fremdrift` is told events so far and in all.
///
/// # Errors
/// The first line that is not right.
pub fn efterproev(fil: impl Read, mut fremdrift: impl FnMut(u64, u64)) -> Result<Bundt, BundtFejl> {
    let mut laeser = Laeser { fil: io::BufReader::new(fil), nr: 0, raa: Vec::new(), sum: Sha256::new() };
    let hoved: Hoved = laeser.naeste()?;
    if hoved.format != FORMAT {
        return Err(laeser.fejl("formatet er et andet"));
    }
    let mut kaede = Kaede { hash: Hash::ZERO, naeste: 1, vist: 0, versioner: HashMap::new() };
    while kaede.naeste <= hoved.antal {
        let linje: Linje = laeser.naeste()?;
        kaede.led(&linje, hoved.stroem.as_deref()).map_err(|hvad| laeser.fejl(hvad))?;
        fremdrift(kaede.naeste - 1, hoved.antal);
    }
    if kaede.naeste != hoved.antal + 1 || kaede.hash.to_string() != hoved.hoved {
        return Err(laeser.fejl("kæden ender ikke i det hoved, der står i første linje"));
    }
    if hoved.forloeb.is_some() != hoved.stroem.is_some() {
        return Err(laeser.fejl("forløb og strøm hører sammen"));
    }
    let sum = Hash(laeser.sum.clone().finalize().into()).to_string();
    if laeser.naeste::<Sum>()?.sha256 != sum {
        return Err(laeser.fejl("summen over filen passer ikke"));
    }
    if !laeser.fil.fill_buf()?.is_empty() {
        laeser.nr += 1;
        return Err(laeser.fejl("der er mere efter slutningen"));
    }
    Ok(Bundt { hoved, vist: kaede.vist })
}

struct Kaede {
    hash: Hash,
    naeste: u64,
    vist: u64,
    versioner: HashMap<String, u64>,
}

impl Kaede {
    fn led(&mut self, linje: &Linje, kun: Option<&str>) -> Result<(), &'static str> {
        if linje.foerste != self.naeste || linje.sidste < linje.foerste {
            return Err("positionerne er ikke i rækkefølge");
        }
        let aftryk = match (&linje.krop, &linje.aftryk) {
            (Some(krop), None) => {
                let krop = BASE64.decode(krop).map_err(|_| "kroppen er ikke base64")?;
                self.vis(&krop, linje, kun)?;
                Hash::of(&krop)
            }
            (None, Some(aftryk)) if kun.is_some() => aftryk.parse().map_err(|_| "aftrykket er ikke et aftryk")?,
            _ => return Err("en linje har krop eller aftryk"),
        };
        self.hash = chain(self.hash, aftryk);
        self.naeste = linje.sidste + 1;
        Ok(())
    }

    fn vis(&mut self, krop: &[u8], linje: &Linje, kun: Option<&str>) -> Result<(), &'static str> {
        let commit = decode_commit(krop).map_err(|_| "kroppen er ikke hændelser")?;
        if (commit.first, commit.last()) != (linje.foerste, linje.sidste) {
            return Err("kroppen har andre positioner end linjen");
        }
        if kun.is_some_and(|kun| kun != commit.stream.as_str()) {
            return Err("kroppen hører til en anden strøm");
        }
        let antal = commit.events.len() as u64;
        let version = self.versioner.entry(commit.stream.as_str().to_owned()).or_insert(0);
        if commit.version != *version + 1 {
            return Err("en version i strømmen mangler");
        }
        *version += antal;
        self.vist += antal;
        Ok(())
    }
}

struct Laeser<R> {
    fil: R,
    nr: u64,
    raa: Vec<u8>,
    sum: Sha256,
}

impl<R: BufRead> Laeser<R> {
    fn fejl(&self, hvad: &'static str) -> BundtFejl {
        BundtFejl::Linje { linje: self.nr, hvad }
    }

    /// The next line. Only the very bytes that would have been written are right.
    fn naeste<T: Serialize + DeserializeOwned>(&mut self) -> Result<T, BundtFejl> {
        self.nr += 1;
        self.raa.clear();
        (&mut self.fil).take(LAENGSTE_LINJE).read_until(b'\n', &mut self.raa)?;
        if self.raa.is_empty() {
            return Err(self.fejl("filen slutter for tidligt"));
        }
        let ugyldig = "linjen er ikke som den skal være";
        let linje: T = serde_json::from_slice(&self.raa).map_err(|_| self.fejl(ugyldig))?;
        let mut igen = serde_json::to_vec(&linje).map_err(io::Error::other)?;
        igen.push(b'\n');
        if igen != self.raa {
            return Err(self.fejl(ugyldig));
        }
        self.sum.update(&self.raa);
        Ok(linje)
    }
}
