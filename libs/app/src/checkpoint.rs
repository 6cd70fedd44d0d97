//! Checkpoints: how long the log was and what its tree came to, signed, in the hands of somebody who does not own the log.
//!
//! A checkpoint is a signed note as transparency logs and their witnesses use it (C2SP `signed-note`, `tlog-checkpoint`):
//!
//! ```text
//! raskvej/<first 16 hexadecimal digits of SHA-256 of the public key>
//! <number of commits>
//! <root of the tree over commits, base64>
//!
//! — <the first line> <base64 of 4 bytes of the key's hash and 64 bytes of signature>
//! ```
//!
//! [`crate::seal`] signs it. The seal of a bundle is one too, with more lines before the empty one. Here both are read, from
//! whatever bytes somebody hands over.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::{Signature, VerifyingKey};
use eventlog::Hash;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use thiserror::Error;

/// Most bytes that are read of a file, or of the first line of a bundle.
pub const LARGEST: usize = 64 << 10;
/// Most signatures that are looked at: ours, and those of witnesses.
const MOST_SIGNATURES: usize = 100;
/// Of the kinds of signature in a signed note, Ed25519.
const ED25519: u8 = 1;

/// What a checkpoint says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log.
    pub origin: String,
    /// Number of commits.
    pub commits: u64,
    /// Root of the tree over them.
    pub root: Hash,
}

/// The public key of a log, and the name it signs under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

/// A note whose signatures nobody has looked at yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<(String, Vec<u8>)>,
    says: Checkpoint,
}

/// Why something is no checkpoint of a log.
#[derive(Debug, Error)]
pub enum NoteError {
    /// It cannot be read.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// It is something else.
    #[error("det er ikke et segl: {0}")]
    Form(&'static str),
    /// No signature is of this key.
    #[error("det er underskrevet med en anden nøgle end {0}")]
    OtherKey(String),
    /// The signature is not of this text.
    #[error("underskriften passer ikke: seglet er ændret, siden det blev underskrevet")]
    Signature,
}

impl PublicKey {
    /// As hexadecimal digits, or as a key of a signed note (`navn+id+base64`), which is what witnesses take.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(hash) = text.parse::<Hash>() {
            return VerifyingKey::from_bytes(&hash.0).ok().map(Self);
        }
        let key = text.splitn(3, '+').nth(2).and_then(|bytes| BASE64.decode(bytes).ok())?;
        let key = key.strip_prefix(&[ED25519]).and_then(|key| VerifyingKey::try_from(key).ok()).map(Self)?;
        (key.note_key() == text).then_some(key)
    }

    pub(crate) const fn of(key: VerifyingKey) -> Self {
        Self(key)
    }

    /// The name of the log, which is the first line of everything it signs.
    #[must_use]
    pub fn name(&self) -> String {
        format!("raskvej/{}", &Hash::of(self.0.as_bytes()).to_string()[..16])
    }

    /// In hexadecimal.
    #[must_use]
    pub fn hex(&self) -> String {
        Hash(self.0.to_bytes()).to_string()
    }

    /// As a signed note has keys.
    #[must_use]
    pub fn note_key(&self) -> String {
        let id: String = self.id().iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{}+{id}+{}", self.name(), BASE64.encode([&[ED25519], &self.0.as_bytes()[..]].concat()))
    }

    pub(crate) fn id(&self) -> [u8; 4] {
        let name = self.name();
        let hash = Sha256::new().chain_update(name).chain_update([b'\n', ED25519]).chain_update(self.0.as_bytes());
        let hash = hash.finalize();
        [hash[0], hash[1], hash[2], hash[3]]
    }

    fn signed(&self, text: &str, signature: &[u8]) -> bool {
        Signature::from_slice(signature)
            .is_ok_and(|signature| self.0.verify_strict(text.as_bytes(), &signature).is_ok())
    }
}

impl Note {
    /// Reads a note that is nothing but that.
    ///
    /// # Errors
    /// It is no checkpoint in a signed note.
    pub fn read(note: &str) -> Result<Self, NoteError> {
        let wrong = |what| Err(NoteError::Form(what));
        if note.len() > LARGEST {
            return wrong("det er for langt");
        }
        if note.chars().any(|c| c < ' ' && c != '\n') {
            return wrong("der er tegn i det, som ingen skriver");
        }
        let Some((text, signatures)) = note.rsplit_once("\n\n") else { return wrong("der er ingen underskrift") };
        let text = format!("{text}\n");
        let Some(signatures) = signatures.strip_suffix('\n') else { return wrong("slutningen mangler") };
        if signatures.lines().count() > MOST_SIGNATURES {
            return wrong("der er for mange underskrifter");
        }
        let signatures = signatures.split('\n').map(signature).collect::<Option<Vec<_>>>();
        let Some(signatures) = signatures else { return wrong("en underskrift er ikke skrevet som en underskrift") };
        let Some(says) = checkpoint(&text) else {
            return wrong("de tre første linjer skal være loggens navn, et antal og en rod");
        };
        Ok(Self { text, signatures, says })
    }

    /// Finds the note in what somebody kept: the note itself, the text of the mail it came with, an answer of
    /// `/revision/segl`, or a bundle.
    ///
    /// # Errors
    /// There is none in it.
    pub fn find(kept: &[u8]) -> Result<Self, NoteError> {
        #[derive(Deserialize)]
        struct Sealed {
            segl: String,
        }
        let kept = kept.strip_prefix("\u{feff}".as_bytes()).unwrap_or(kept);
        if kept.first() == Some(&b'{') {
            let line = kept.split(|byte| *byte == b'\n').next().unwrap_or_default();
            let sealed = serde_json::from_slice::<Sealed>(line);
            return Self::read(&sealed.map_err(|_| NoteError::Form("der er intet segl i den første linje"))?.segl);
        }
        // Of a file that is longer than a note the rest is not looked at; it may end inside a letter.
        let text = String::from_utf8_lossy(kept).replace("\r\n", "\n");
        let lines: Vec<&str> = text.lines().collect();
        let begins = lines.iter().position(|line| line.starts_with("raskvej/"));
        let begins = begins.ok_or(NoteError::Form("ingen linje begynder med raskvej/"))?;
        let empty = lines[begins..].iter().position(|line| line.is_empty()).map(|nth| begins + nth);
        let empty = empty.ok_or(NoteError::Form("der er ingen underskrift"))?;
        let signed = lines[empty + 1..].iter().take_while(|line| line.starts_with("— ")).count();
        let note: String = lines[begins..=empty + signed].iter().flat_map(|line| [line, "\n"]).collect();
        Self::read(&note)
    }

    /// As [`Note::find`], in a file, of which no more is read than a note may have.
    ///
    /// # Errors
    /// It cannot be read, or there is none in it.
    pub fn in_file(path: &Path) -> Result<Self, NoteError> {
        let mut bytes = Vec::new();
        File::open(path)?.take(LARGEST as u64).read_to_end(&mut bytes)?;
        Self::find(&bytes)
    }

    /// What it says, before anybody has looked at the signature.
    #[must_use]
    pub const fn claims(&self) -> &Checkpoint {
        &self.says
    }

    /// What it says, where this key has signed it.
    ///
    /// # Errors
    /// It is of another log, or was changed.
    pub fn opened_by(&self, key: &PublicKey) -> Result<&Checkpoint, NoteError> {
        let (name, id) = (key.name(), key.id());
        let other = || NoteError::OtherKey(key.hex());
        let mut ours = self.signatures.iter().filter(|(signer, bytes)| *signer == name && bytes.starts_with(&id));
        let (_, bytes) = ours.next().ok_or_else(other)?;
        if self.says.origin != name {
            return Err(other());
        }
        if !key.signed(&self.text, &bytes[id.len()..]) || ours.next().is_some() {
            return Err(NoteError::Signature);
        }
        Ok(&self.says)
    }
}

/// Who signed, and the key's four bytes with the signature.
fn signature(line: &str) -> Option<(String, Vec<u8>)> {
    let (name, bytes) = line.strip_prefix("— ")?.split_once(' ')?;
    let bytes = decoded(bytes).filter(|bytes| bytes.len() > 4)?;
    let fits = !name.is_empty() && !name.contains('+') && !name.contains(char::is_whitespace);
    fits.then(|| (name.to_owned(), bytes))
}

fn checkpoint(text: &str) -> Option<Checkpoint> {
    let mut lines = text.strip_suffix('\n')?.split('\n');
    let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
    let commits = size.parse().ok().filter(|commits: &u64| commits.to_string() == size)?;
    let root = Hash(decoded(root)?.try_into().ok()?);
    let whole = !origin.is_empty() && lines.all(|line| !line.is_empty());
    whole.then(|| Checkpoint { origin: origin.to_owned(), commits, root })
}

/// Bytes that are written the one way they are written.
fn decoded(base64: &str) -> Option<Vec<u8>> {
    BASE64.decode(base64).ok().filter(|bytes| BASE64.encode(bytes) == base64)
}

#[cfg(test)]
mod tests;
