//! The bundle: the whole log, or everything about one employment in it, as lines that anybody can check offline.
//! `docs/bundle.md` describes it, and `docs/verify_bundle.py` checks it without a line of this program.
//!
//! A header with a signed seal of the log, commits, and a sum over everything before it. The whole log is shown as all its
//! commits; one employment as its own commits, each with the proof that it is in the log, and the proof that there are
//! no others.

use std::collections::{BTreeMap, BTreeSet};
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

use crate::seal;

/// Name and number of the format.
pub const FORMAT: &str = "raskvej-bundle-2";
/// No line of a right bundle is longer.
const LONGEST_LINE: u64 = 8 << 20;

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// [`FORMAT`].
    pub format: String,
    /// The public key that the seal is signed with, in hexadecimal.
    #[serde(rename = "noegle")]
    pub key: String,
    /// The seal of the log, see [`crate::seal`].
    #[serde(rename = "segl")]
    pub seal: String,
    /// What is shown, where it is not the whole log.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub only: Option<Only>,
}

/// The one employment that is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Only {
    /// The forløb that was asked for.
    pub forloeb: Uuid,
    /// The stream of its employment.
    #[serde(rename = "stroem")]
    pub stream: String,
    /// Number of the stream among all, by name.
    #[serde(rename = "blad")]
    pub leaf: u64,
    /// The path from it to the root of the tree over streams.
    #[serde(rename = "sti")]
    pub path: Vec<String>,
    /// Earlier sizes of the log at which it can be held against a seal, in their order.
    #[serde(rename = "tidligere", default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<Earlier>,
}

/// The log as it was earlier, and the proof that it goes on from there (RFC 9162, 2.1.4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Earlier {
    /// Number of commits then.
    #[serde(rename = "skrivninger")]
    commits: u64,
    /// Root of the tree over them.
    #[serde(rename = "rod")]
    root: String,
    /// What leads from there to the root that is sealed.
    #[serde(rename = "sti")]
    path: Vec<String>,
}

impl Earlier {
    /// With its proof.
    #[must_use]
    pub fn new(commits: u64, root: Hash, proof: &[Hash]) -> Self {
        Self { commits, root: root.to_string(), path: hex(proof) }
    }

    /// Its root, where the proof holds.
    fn proven(&self, tree: &TreeHead) -> Option<Hash> {
        let (root, proof) = (fingerprint(&self.root)?, path(&self.path).ok()?);
        merkle::extends((self.commits, root), (tree.commits, tree.root), &proof).then_some(root)
    }
}

/// A commit of a whole log.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Commit {
    #[serde(rename = "krop")]
    body: String,
}

/// A commit with its proof.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Proven {
    #[serde(rename = "blad")]
    leaf: u64,
    #[serde(rename = "foer")]
    before: String,
    #[serde(rename = "krop")]
    body: String,
    #[serde(rename = "sti")]
    path: Vec<String>,
}

/// The last line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sum {
    sha256: String,
}

/// Makes the lines of a bundle.
#[derive(Debug, Default)]
pub struct Writer {
    sum: Sha256,
}

fn hex(path: &[Hash]) -> Vec<String> {
    path.iter().map(Hash::to_string).collect()
}

impl Writer {
    /// The first line.
    ///
    /// # Errors
    /// Only if a line cannot be made into JSON.
    pub fn log_head(&mut self, key: &seal::Seal, seal: String, only: Option<Only>) -> io::Result<Vec<u8>> {
        self.line(&Head { format: FORMAT.to_owned(), key: key.public(), seal, only })
    }

    /// What the header says of the one employment that is shown.
    #[must_use]
    pub fn only(forloeb: Uuid, stream: &StreamId, proof: &StreamProof, earlier: Vec<Earlier>) -> Only {
        Only { forloeb, stream: stream.to_string(), leaf: proof.leaf, path: hex(&proof.path), earlier }
    }

    /// The line of a commit of the whole log.
    ///
    /// # Errors
    /// Only if a line cannot be made into JSON.
    pub fn commit(&mut self, commit: &RawCommit) -> io::Result<Vec<u8>> {
        self.line(&Commit { body: BASE64.encode(&commit.body) })
    }

    /// The line of a commit of the one employment.
    ///
    /// # Errors
    /// Only if a line cannot be made into JSON.
    pub fn proven(&mut self, commit: &ProvenCommit) -> io::Result<Vec<u8>> {
        let ProvenCommit { leaf, before, body, path } = commit;
        self.line(&Proven { leaf: *leaf, before: before.to_string(), body: BASE64.encode(body), path: hex(path) })
    }

    /// The last line.
    ///
    /// # Errors
    /// Only if a line cannot be made into JSON.
    pub fn end(mut self) -> io::Result<Vec<u8>> {
        let sha256 = Hash(self.sum.clone().finalize().into()).to_string();
        self.line(&Sum { sha256 })
    }

    fn line<T: Serialize>(&mut self, what: &T) -> io::Result<Vec<u8>> {
        let mut line = serde_json::to_vec(what)?;
        line.push(b'\n');
        self.sum.update(&line);
        Ok(line)
    }
}

/// Where a bundle breaks.
#[derive(Debug, Error)]
pub enum BundleError {
    /// In this line.
    #[error("bundtet brydes i linje {line}: {what}")]
    Line {
        /// Line.
        line: u64,
        /// What is wrong.
        what: &'static str,
    },
    /// The file cannot be read.
    #[error("bundtet kan ikke læses: {0}")]
    Io(#[from] io::Error),
}

/// What a bundle that is in order holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// Its header.
    pub log_head: Head,
    /// What the seal says of the log.
    pub tree: TreeHead,
    /// Events that are shown.
    pub shown: u64,
    /// The roots of the tree over commits that were asked for, by the number of commits: those that it shows. A whole log
    /// shows all up to its end; one employment that of its seal, and those that it was written to be held against.
    pub roots: BTreeMap<u64, Hash>,
}

type Breach = Result<(), &'static str>;

/// Checks a bundle from its bytes alone. `fremdrift` is told events so far and in all.
///
/// # Errors
/// The first line that is not right.
pub fn verify(file: impl Read, progress: impl FnMut(u64, u64)) -> Result<Bundle, BundleError> {
    verify_at(file, &BTreeSet::new(), progress)
}

/// As [`verify`], and tells the root of the tree over the first commits for each of these numbers of them.
///
/// # Errors
/// As there.
pub fn verify_at(
    file: impl Read,
    sizes: &BTreeSet<u64>,
    mut progress: impl FnMut(u64, u64),
) -> Result<Bundle, BundleError> {
    let mut reader = Reader { file: io::BufReader::new(file), nr: 0, raw: Vec::new(), sum: Sha256::new() };
    let log_head: Head = reader.next()?;
    if log_head.format != FORMAT {
        return Err(reader.error("formatet er et andet"));
    }
    let Some(tree) = seal::open(&log_head.seal, &log_head.key) else {
        return Err(reader.error("seglet er ikke underskrevet med nøglen, der står ved det"));
    };
    let mut roots = BTreeMap::new();
    let mut note = |size: u64, root: &dyn Fn() -> Hash| {
        if sizes.contains(&size) {
            roots.insert(size, root());
        }
    };
    note(0, &merkle::empty_root);
    let shown = match &log_head.only {
        None => {
            let mut whole = WholeLog::default();
            while whole.reached < tree.head.position {
                let line: Commit = reader.next()?;
                whole.commit(&line).map_err(|what| reader.error(what))?;
                note(whole.commits.size(), &|| whole.commits.root());
                progress(whole.reached, tree.head.position);
            }
            whole.end(&tree).map_err(|what| reader.error(what))?;
            whole.reached
        }
        Some(only) => {
            let mut before = None;
            for earlier in &only.earlier {
                let root = earlier.proven(&tree).filter(|_| before < Some(earlier.commits));
                let root = root.ok_or_else(|| reader.error("beviset for et tidligere segl holder ikke"))?;
                before = Some(earlier.commits);
                note(earlier.commits, &|| root);
            }
            let mut one = OneStream { tree, end: None, next: 1, after: None, found: false };
            while !one.end(only) {
                let line: Proven = reader.next()?;
                one.commit(only, &line).map_err(|what| reader.error(what))?;
            }
            if !one.found {
                return Err(reader.error("forløbet er ikke blandt det viste"));
            }
            note(tree.commits, &|| tree.root);
            one.next - 1
        }
    };
    let sum = Hash(reader.sum.clone().finalize().into()).to_string();
    if reader.next::<Sum>()?.sha256 != sum {
        return Err(reader.error("summen over filen passer ikke"));
    }
    if !reader.file.fill_buf()?.is_empty() {
        reader.nr += 1;
        return Err(reader.error("der er mere efter slutningen"));
    }
    Ok(Bundle { log_head, tree, shown, roots })
}

fn body(base64: &str) -> Result<(Vec<u8>, eventlog::Commit), &'static str> {
    let bytes = BASE64.decode(base64).map_err(|_| "kroppen er ikke base64")?;
    let commit = decode_commit(&bytes).map_err(|_| "kroppen er ikke hændelser")?;
    Ok((bytes, commit))
}

/// The whole log, commit by commit: the chain and both trees are made again.
#[derive(Default)]
struct WholeLog {
    reached: u64,
    hash: Option<Hash>,
    commits: Growing,
    streams: BTreeMap<StreamId, (u64, Hash)>,
}

impl WholeLog {
    fn commit(&mut self, line: &Commit) -> Breach {
        let (bytes, commit) = body(&line.body)?;
        if commit.first != self.reached + 1 {
            return Err("positionerne er ikke i rækkefølge");
        }
        let count = commit.events.len() as u64;
        let hash = chain(self.hash.unwrap_or(Hash::ZERO), Hash::of(&bytes));
        let end = self.streams.entry(commit.stream).or_insert((0, hash));
        if commit.version != end.0 + 1 {
            return Err("en version i strømmen mangler");
        }
        *end = (end.0 + count, hash);
        (self.hash, self.reached) = (Some(hash), self.reached + count);
        self.commits.push(merkle::leaf(&hash.0));
        Ok(())
    }

    fn end(&self, tree: &TreeHead) -> Breach {
        let hash = self.hash.unwrap_or(Hash::ZERO);
        if (self.reached, hash) != (tree.head.position, tree.head.hash) {
            return Err("kæden ender ikke i det hoved, der er forseglet");
        }
        if (self.commits.size(), self.commits.root()) != (tree.commits, tree.root) {
            return Err("træet over loggen er ikke det, der er forseglet");
        }
        let mut streams = Growing::default();
        for (name, (version, hash)) in &self.streams {
            streams.push(merkle::leaf(&merkle::stream_entry(name, *version, *hash)));
        }
        if (streams.size(), streams.root()) != (tree.streams, tree.streams_root) {
            return Err("træet over strømmene er ikke det, der er forseglet");
        }
        Ok(())
    }
}

/// The commits of one stream: each is in the log, none between them is missing, and after the last there is none.
struct OneStream {
    tree: TreeHead,
    /// Name and chain hash of the last commit so far.
    end: Option<(StreamId, Hash)>,
    next: u64,
    after: Option<u64>,
    found: bool,
}

impl OneStream {
    fn commit(&mut self, only: &Only, line: &Proven) -> Breach {
        let (bytes, commit) = body(&line.body)?;
        if commit.stream.as_str() != only.stream {
            return Err("kroppen hører til en anden strøm");
        }
        if commit.version != self.next || self.after.is_some_and(|after| line.leaf <= after) {
            return Err("en version i strømmen mangler");
        }
        let before = fingerprint(&line.before).ok_or("foer er ikke et aftryk")?;
        let hash = chain(before, Hash::of(&bytes));
        let root = merkle::proven_root(merkle::leaf(&hash.0), line.leaf, self.tree.commits, &path(&line.path)?);
        if root != Some(self.tree.root) {
            return Err("stien fører ikke til roden, der er forseglet");
        }
        self.next += commit.events.len() as u64;
        self.after = Some(line.leaf);
        let name = only.forloeb.to_string();
        self.found |= commit.events.iter().any(|h| match h.kind.as_str() {
            "FravaerRegistreret" => names(&h.body, &name),
            "AnsaettelseFortsat" => carries(&h.body, &name),
            _ => false,
        });
        self.end = Some((commit.stream, hash));
        Ok(())
    }

    /// What was shown so far is all there is: the tree over streams says so.
    fn end(&self, only: &Only) -> bool {
        let Some((name, hash)) = &self.end else { return false };
        let leaf = merkle::leaf(&merkle::stream_entry(name, self.next - 1, *hash));
        let root =
            path(&only.path).ok().and_then(|path| merkle::proven_root(leaf, only.leaf, self.tree.streams, &path));
        root == Some(self.tree.streams_root)
    }
}

/// The registration in an event is this one.
fn names(body: &[u8], id: &str) -> bool {
    #[derive(Deserialize)]
    struct Registrering {
        registrering: String,
    }
    serde_json::from_slice::<Registrering>(body).is_ok_and(|r| r.registrering == id)
}

/// The registration is in what an event carries from the employee number before.
fn carries(body: &[u8], id: &str) -> bool {
    #[derive(Deserialize)]
    struct Carrier {
        #[serde(rename = "foer")]
        before: Vec<Carried>,
    }
    #[derive(Deserialize)]
    struct Carried {
        #[serde(rename = "navn")]
        name: String,
        #[serde(rename = "krop")]
        body: serde_json::Value,
    }
    fn any(carrier: &Carrier, id: &str) -> bool {
        carrier.before.iter().any(|one| match one.name.as_str() {
            "FravaerRegistreret" => one.body["registrering"] == id,
            "AnsaettelseFortsat" => Carrier::deserialize(&one.body).is_ok_and(|carrier| any(&carrier, id)),
            _ => false,
        })
    }
    serde_json::from_slice(body).is_ok_and(|carrier| any(&carrier, id))
}

fn path(hex: &[String]) -> Result<Vec<Hash>, &'static str> {
    hex.iter().map(|hash| fingerprint(hash)).collect::<Option<_>>().ok_or("stien er ikke aftryk")
}

/// A hash, written the one way it is written.
fn fingerprint(hex: &str) -> Option<Hash> {
    hex.parse().ok().filter(|hash: &Hash| hash.to_string() == hex)
}

struct Reader<R> {
    file: R,
    nr: u64,
    raw: Vec<u8>,
    sum: Sha256,
}

impl<R: BufRead> Reader<R> {
    fn error(&self, what: &'static str) -> BundleError {
        BundleError::Line { line: self.nr, what }
    }

    /// The next line. Only the very bytes that would have been written are right.
    fn next<T: Serialize + DeserializeOwned>(&mut self) -> Result<T, BundleError> {
        self.nr += 1;
        self.raw.clear();
        (&mut self.file).take(LONGEST_LINE).read_until(b'\n', &mut self.raw)?;
        if self.raw.is_empty() {
            return Err(self.error("filen slutter for tidligt"));
        }
        let invalid = "linjen er ikke som den skal være";
        let line: T = serde_json::from_slice(&self.raw).map_err(|_| self.error(invalid))?;
        let mut again = serde_json::to_vec(&line).map_err(io::Error::other)?;
        again.push(b'\n');
        if again != self.raw {
            return Err(self.error(invalid));
        }
        self.sum.update(&self.raw);
        Ok(line)
    }
}
