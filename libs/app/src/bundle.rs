//! The bundle: the whole log, or everything about one employment in it, as lines that anybody can check offline.
//! `docs/bundle.md` describes it, and `docs/verify_bundle.py` checks it without a line of this program.
//!
//! A header with a signed seal of the log, commits, and a sum over everything before it. The whole log is shown as all its
//! commits; one employment as its own commits, each with the proof that it is in the log, and the proof that there are
//! no others.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Read};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use eventlog::merkle::{self, Growing};
use eventlog::{Hash, ProvenCommit, RawCommit, StreamId, StreamProof, TreeHead, chain, decode_commit};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;
use uuid::Uuid;

use crate::segl;

/// Name and number of the format.
pub const FORMAT: &str = "raskvej-bundle-2";
/// No line of a right bundle is longer.
const LAENGSTE_LINJE: u64 = 8 << 20;

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hoved {
    /// [`FORMAT`].
    pub format: String,
    /// The public key that the seal is signed with, in hexadecimal.
    pub noegle: String,
    /// The seal of the log, see [`crate::segl`].
    pub segl: String,
    /// What is shown, where it is not the whole log.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub kun: Option<Kun>,
}

/// The one employment that is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kun {
    /// The forløb that was asked for.
    pub forloeb: Uuid,
    /// The stream of its employment.
    pub stroem: String,
    /// Number of the stream among all, by name.
    pub blad: u64,
    /// The path from it to the root of the tree over streams.
    pub sti: Vec<String>,
}

/// A commit of a whole log.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Commit {
    krop: String,
}

/// A commit with its proof.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Bevist {
    blad: u64,
    foer: String,
    krop: String,
    sti: Vec<String>,
}

/// The last line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sum {
    sha256: String,
}

/// Makes the lines of a bundle.
#[derive(Debug, Default)]
pub struct Skriver {
    sum: Sha256,
}

fn hex(sti: &[Hash]) -> Vec<String> {
    sti.iter().map(Hash::to_string).collect()
}

impl Skriver {
    /// The first line.
    ///
    /// # Errors
    /// Only if a line cannot be made into JSON.
    pub fn hoved(&mut self, noegle: &segl::Segl, segl: String, kun: Option<Kun>) -> io::Result<Vec<u8>> {
        self.linje(&Hoved { format: FORMAT.to_owned(), noegle: noegle.offentlig(), segl, kun })
    }

    /// What the header says of the one employment that is shown.
    #[must_use]
    pub fn kun(forloeb: Uuid, stroem: &StreamId, bevis: &StreamProof) -> Kun {
        Kun { forloeb, stroem: stroem.to_string(), blad: bevis.leaf, sti: hex(&bevis.path) }
    }

    /// The line of a commit of the whole log.
    ///
    /// # Errors
    /// Only if a line cannot be made into JSON.
    pub fn commit(&mut self, commit: &RawCommit) -> io::Result<Vec<u8>> {
        self.linje(&Commit { krop: BASE64.encode(&commit.body) })
    }

    /// The line of a commit of the one employment.
    ///
    /// # Errors
    /// Only if a line cannot be made into JSON.
    pub fn bevist(&mut self, commit: &ProvenCommit) -> io::Result<Vec<u8>> {
        let ProvenCommit { leaf, before, body, path } = commit;
        self.linje(&Bevist { blad: *leaf, foer: before.to_string(), krop: BASE64.encode(body), sti: hex(path) })
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
    /// What the seal says of the log.
    pub trae: TreeHead,
    /// Events that are shown.
    pub vist: u64,
}

type Brud = Result<(), &'static str>;

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
    let Some(trae) = segl::aabn(&hoved.segl, &hoved.noegle) else {
        return Err(laeser.fejl("seglet er ikke underskrevet med nøglen, der står ved det"));
    };
    let vist = match &hoved.kun {
        None => {
            let mut hele = HeleLoggen::default();
            while hele.naaet < trae.head.position {
                let linje: Commit = laeser.naeste()?;
                hele.commit(&linje).map_err(|hvad| laeser.fejl(hvad))?;
                fremdrift(hele.naaet, trae.head.position);
            }
            hele.slut(&trae).map_err(|hvad| laeser.fejl(hvad))?;
            hele.naaet
        }
        Some(kun) => {
            let mut en = EnStroem { trae, ende: None, naeste: 1, efter: None, fundet: false };
            while !en.slut(kun) {
                let linje: Bevist = laeser.naeste()?;
                en.commit(kun, &linje).map_err(|hvad| laeser.fejl(hvad))?;
            }
            if !en.fundet {
                return Err(laeser.fejl("forløbet er ikke blandt det viste"));
            }
            en.naeste - 1
        }
    };
    let sum = Hash(laeser.sum.clone().finalize().into()).to_string();
    if laeser.naeste::<Sum>()?.sha256 != sum {
        return Err(laeser.fejl("summen over filen passer ikke"));
    }
    if !laeser.fil.fill_buf()?.is_empty() {
        laeser.nr += 1;
        return Err(laeser.fejl("der er mere efter slutningen"));
    }
    Ok(Bundt { hoved, trae, vist })
}

fn krop(base64: &str) -> Result<(Vec<u8>, eventlog::Commit), &'static str> {
    let bytes = BASE64.decode(base64).map_err(|_| "kroppen er ikke base64")?;
    let commit = decode_commit(&bytes).map_err(|_| "kroppen er ikke hændelser")?;
    Ok((bytes, commit))
}

/// The whole log, commit by commit: the chain and both trees are made again.
#[derive(Default)]
struct HeleLoggen {
    naaet: u64,
    hash: Option<Hash>,
    commits: Growing,
    stroemme: BTreeMap<StreamId, (u64, Hash)>,
}

impl HeleLoggen {
    fn commit(&mut self, linje: &Commit) -> Brud {
        let (bytes, commit) = krop(&linje.krop)?;
        if commit.first != self.naaet + 1 {
            return Err("positionerne er ikke i rækkefølge");
        }
        let antal = commit.events.len() as u64;
        let hash = chain(self.hash.unwrap_or(Hash::ZERO), Hash::of(&bytes));
        let ende = self.stroemme.entry(commit.stream).or_insert((0, hash));
        if commit.version != ende.0 + 1 {
            return Err("en version i strømmen mangler");
        }
        *ende = (ende.0 + antal, hash);
        (self.hash, self.naaet) = (Some(hash), self.naaet + antal);
        self.commits.push(merkle::leaf(&hash.0));
        Ok(())
    }

    fn slut(&self, trae: &TreeHead) -> Brud {
        let hash = self.hash.unwrap_or(Hash::ZERO);
        if (self.naaet, hash) != (trae.head.position, trae.head.hash) {
            return Err("kæden ender ikke i det hoved, der er forseglet");
        }
        if (self.commits.size(), self.commits.root()) != (trae.commits, trae.root) {
            return Err("træet over loggen er ikke det, der er forseglet");
        }
        let mut stroemme = Growing::default();
        for (navn, (version, hash)) in &self.stroemme {
            stroemme.push(merkle::leaf(&merkle::stream_entry(navn, *version, *hash)));
        }
        if (stroemme.size(), stroemme.root()) != (trae.streams, trae.streams_root) {
            return Err("træet over strømmene er ikke det, der er forseglet");
        }
        Ok(())
    }
}

/// The commits of one stream: each is in the log, none between them is missing, and after the last there is none.
struct EnStroem {
    trae: TreeHead,
    /// Name and chain hash of the last commit so far.
    ende: Option<(StreamId, Hash)>,
    naeste: u64,
    efter: Option<u64>,
    fundet: bool,
}

impl EnStroem {
    fn commit(&mut self, kun: &Kun, linje: &Bevist) -> Brud {
        let (bytes, commit) = krop(&linje.krop)?;
        if commit.stream.as_str() != kun.stroem {
            return Err("kroppen hører til en anden strøm");
        }
        if commit.version != self.naeste || self.efter.is_some_and(|efter| linje.blad <= efter) {
            return Err("en version i strømmen mangler");
        }
        let foer = aftryk(&linje.foer).ok_or("foer er ikke et aftryk")?;
        let hash = chain(foer, Hash::of(&bytes));
        let rod = merkle::proven_root(merkle::leaf(&hash.0), linje.blad, self.trae.commits, &sti(&linje.sti)?);
        if rod != Some(self.trae.root) {
            return Err("stien fører ikke til roden, der er forseglet");
        }
        self.naeste += commit.events.len() as u64;
        self.efter = Some(linje.blad);
        let navn = kun.forloeb.to_string();
        self.fundet |= commit.events.iter().any(|h| h.kind == "FravaerRegistreret" && navner(&h.body, &navn));
        self.ende = Some((commit.stream, hash));
        Ok(())
    }

    /// What was shown so far is all there is: the tree over streams says so.
    fn slut(&self, kun: &Kun) -> bool {
        let Some((navn, hash)) = &self.ende else { return false };
        let blad = merkle::leaf(&merkle::stream_entry(navn, self.naeste - 1, *hash));
        let rod = sti(&kun.sti).ok().and_then(|sti| merkle::proven_root(blad, kun.blad, self.trae.streams, &sti));
        rod == Some(self.trae.streams_root)
    }
}

/// The registration in an event is this one.
fn navner(body: &[u8], id: &str) -> bool {
    #[derive(Deserialize)]
    struct Registrering {
        registrering: String,
    }
    serde_json::from_slice::<Registrering>(body).is_ok_and(|r| r.registrering == id)
}

fn sti(hex: &[String]) -> Result<Vec<Hash>, &'static str> {
    hex.iter().map(|hash| aftryk(hash)).collect::<Option<_>>().ok_or("stien er ikke aftryk")
}

/// A hash, written the one way it is written.
fn aftryk(hex: &str) -> Option<Hash> {
    hex.parse().ok().filter(|hash: &Hash| hash.to_string() == hex)
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
