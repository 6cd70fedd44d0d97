//! The seal (segl): what the log comes to at one head, signed, so that whoever has it can tell later whether they are
//! shown the same log.
//!
//! The seal of a bundle is a *checkpoint* in a *signed note* ([`crate::checkpoint`]) that says more than one has to:
//!
//! ```text
//! raskvej/<first 16 hexadecimal digits of SHA-256 of the public key>
//! <number of commits>
//! <root of the tree over commits, base64>
//! haendelser <number of events>
//! hoved <chain hash of the last commit, hexadecimal>
//! stroemme <number of streams> <root of the tree over streams, base64>
//! tid <when it was signed, RFC 3339>
//!
//! — <the first line> <base64 of 4 bytes of the key's hash and 64 bytes of signature>
//! ```
//!
//! The key is made when a seal is asked for the first time, in `noegler/segl`, and goes into backups.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::{DateTime, SecondsFormat, Utc};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use eventlog::{CommitTree, Hash, Head, TreeHead};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::checkpoint::PublicKey;
use crate::durable::{self, Existing, NewFile, SECRET};
use crate::keys::fill_random;

/// Where the key is, in the data folder and in a backup.
pub const FILE: &str = "noegler/segl";
const MARK: &[u8; 16] = b"raskvej-segl-1\0\0";
const LENGTH: usize = 64;

/// The key that seals.
pub struct Seal(SigningKey);

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal(…)")
    }
}

/// Why there is no key to seal with.
#[derive(Debug, Error)]
pub enum SealError {
    /// The file cannot be read or made.
    #[error("seglets nøgle: {0}")]
    File(#[from] io::Error),
    /// The file is not what was written.
    #[error("seglets nøgle (noegler/segl) er beskadiget: hent den fra en sikkerhedskopi")]
    Damaged,
}

impl Seal {
    /// The key of a data folder, made where there is none. Two that make it at once get the same.
    ///
    /// # Errors
    /// It cannot be read or made, or is damaged.
    pub fn i(folder: &Path) -> Result<Self, SealError> {
        let path = folder.join(FILE);
        let bytes = match fs::read(&path) {
            // Who made it may have been killed before its name was synced, and what it seals is to be opened later.
            Ok(bytes) => durable::sync_names(&path).map(|()| bytes)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                make(&path)?;
                fs::read(&path)?
            }
            Err(error) => return Err(error.into()),
        };
        Self::read(&bytes)
    }

    /// The key of a data folder, where there is one; nothing is made.
    ///
    /// # Errors
    /// It cannot be read, or is damaged.
    pub fn of_folder(folder: &Path) -> Result<Option<Self>, SealError> {
        match fs::read(folder.join(FILE)) {
            Ok(bytes) => Self::read(&bytes).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// One for tests, the same in every run.
    #[cfg(any(test, feature = "testing"))]
    #[must_use]
    pub fn fixed(byte: u8) -> Self {
        Self(SigningKey::from_bytes(&[byte; 32]))
    }

    fn read(bytes: &[u8]) -> Result<Self, SealError> {
        let key = bytes.strip_prefix(MARK).and_then(|rest| rest.first_chunk::<32>());
        let whole = bytes.len() == LENGTH && bytes[48..] == sum(bytes);
        key.filter(|_| whole).map(|key| Self(SigningKey::from_bytes(key))).ok_or(SealError::Damaged)
    }

    /// The public key, in hexadecimal.
    #[must_use]
    pub fn public(&self) -> String {
        self.public_key().hex()
    }

    /// The public key.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        PublicKey::of(self.0.verifying_key())
    }

    /// A checkpoint of what the tree over commits comes to.
    #[must_use]
    pub fn checkpoint(&self, tree: &CommitTree) -> String {
        let (name, root) = (self.public_key().name(), BASE64.encode(tree.root.0));
        self.signed(&format!("{name}\n{}\n{root}\n", tree.commits))
    }

    /// Seals what the log comes to.
    #[must_use]
    pub fn seal(&self, tree: &TreeHead, time: DateTime<Utc>) -> String {
        let name = self.public_key().name();
        let Head { position, hash } = tree.head;
        let time = time.to_rfc3339_opts(SecondsFormat::Secs, true);
        let (root, stream_roots) = (BASE64.encode(tree.root.0), BASE64.encode(tree.streams_root.0));
        let (commits, streams) = (tree.commits, tree.streams);
        self.signed(&format!(
            "{name}\n{commits}\n{root}\nhaendelser {position}\nhoved {hash}\nstroemme {streams} {stream_roots}\ntid {time}\n"
        ))
    }

    /// A signed note with this text.
    fn signed(&self, text: &str) -> String {
        let key = self.public_key();
        let signature = [&key.id()[..], &self.0.sign(text.as_bytes()).to_bytes()].concat();
        format!("{text}\n— {} {}\n", key.name(), BASE64.encode(signature))
    }
}

fn make(path: &Path) -> Result<(), SealError> {
    let mut bytes = [0; LENGTH];
    bytes[..16].copy_from_slice(MARK);
    fill_random(&mut bytes[16..48]).map_err(io::Error::other)?;
    let sum = sum(&bytes);
    bytes[48..].copy_from_slice(&sum);
    let mut new = NewFile::create(path, SECRET)?;
    new.write_all(&bytes)?;
    match new.finish(Existing::Keep) {
        // Whoever was first has made the key.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(durable::sync_names(path)?),
        put => Ok(put?),
    }
}

fn sum(bytes: &[u8]) -> [u8; 16] {
    let mut sum = [0; 16];
    sum.copy_from_slice(&Sha256::digest(&bytes[..48])[..16]);
    sum
}

/// What a seal says, when its signature is right for this public key; nothing otherwise.
#[must_use]
pub fn open(seal: &str, public: &str) -> Option<TreeHead> {
    let key: Hash = public.parse().ok().filter(|hash: &Hash| hash.to_string() == public)?;
    let key = VerifyingKey::from_bytes(&key.0).ok()?;
    let (tekst, underskrifter) = seal.split_once("\n\n")?;
    let tekst = format!("{tekst}\n");
    let ours = PublicKey::of(key);
    let name = ours.name();
    let bytes = underskrifter.strip_prefix("— ")?.strip_suffix('\n')?.strip_prefix(&*name)?.strip_prefix(' ')?;
    let bytes = BASE64.decode(bytes).ok()?;
    let (id, underskrift) = bytes.split_first_chunk::<4>()?;
    let underskrift = Signature::from_slice(underskrift).ok()?;
    if *id != ours.id() || key.verify_strict(tekst.as_bytes(), &underskrift).is_err() {
        return None;
    }
    let mut lines = tekst.lines();
    let hash = |tekst: &str| BASE64.decode(tekst).ok()?.try_into().map(Hash).ok();
    (lines.next()? == name).then_some(())?;
    let (commits, root) = (lines.next()?.parse().ok()?, hash(lines.next()?)?);
    let position = lines.next()?.strip_prefix("haendelser ")?.parse().ok()?;
    let head = Head { position, hash: lines.next()?.strip_prefix("hoved ")?.parse().ok()? };
    let (streams, streams_root) = lines.next()?.strip_prefix("stroemme ")?.split_once(' ')?;
    let tree = TreeHead { head, commits, root, streams: streams.parse().ok()?, streams_root: hash(streams_root)? };
    DateTime::parse_from_rfc3339(lines.next()?.strip_prefix("tid ")?).ok()?;
    lines.next().is_none().then_some(tree)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::durable::seen;

    fn tree() -> TreeHead {
        let head = Head { position: 7, hash: Hash([1; 32]) };
        TreeHead { head, commits: 5, root: Hash([2; 32]), streams: 2, streams_root: Hash([3; 32]) }
    }

    #[test]
    fn a_seal_opens_with_its_key_and_only_unchanged() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("noegler")).unwrap();
        let key = Seal::i(folder.path()).unwrap();
        let seal = key.seal(&tree(), "2026-11-20T10:00:00Z".parse().unwrap());
        assert_eq!(open(&seal, &key.public()), Some(tree()));
        assert_eq!(Seal::i(folder.path()).unwrap().public(), key.public(), "the same after a restart");
        let other = Seal::fixed(9);
        assert_eq!(open(&seal, &other.public()), None);
        for sted in 0..seal.len() {
            let mut bytes = seal.clone().into_bytes();
            bytes[sted] ^= 1;
            let Ok(changed) = String::from_utf8(bytes) else { continue };
            assert_eq!(open(&changed, &key.public()), None, "byte {sted}");
        }
    }

    #[test]
    fn the_key_is_there_after_a_power_cut_also_when_made_before_a_crash() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        fs::create_dir(folder.path().join("noegler")).unwrap();
        let (_, names) = seen::during(|| Seal::i(folder.path()).unwrap());
        assert!(names.named.contains(&path) && names.unsafe_names.is_empty(), "{names:?}");
        let (_, names) = seen::during(|| Seal::i(folder.path()).unwrap());
        assert!(path.ancestors().skip(1).all(|over| names.synced.contains(over)), "{names:?}");
        assert_eq!(fs::read_dir(folder.path().join("noegler")).unwrap().count(), 1);
    }

    #[test]
    fn a_damaged_key_is_told() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("noegler")).unwrap();
        Seal::i(folder.path()).unwrap();
        let mut bytes = fs::read(folder.path().join(FILE)).unwrap();
        bytes[20] ^= 1;
        fs::write(folder.path().join(FILE), bytes).unwrap();
        assert!(matches!(Seal::i(folder.path()), Err(SealError::Damaged)));
    }
}
