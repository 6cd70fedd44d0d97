//! Personal data: one key per person, and values that are only readable with it.
//!
//! The keys live in one small file outside journal and index, in slots of fixed size, so that erasing a person is
//! overwriting one slot in place. What is sealed in the log stays in the log and can no longer be read.
//!
//! | slot | 16 bytes | 32 bytes | 16 bytes |
//! |---|---|---|---|
//! | 0 | name of the format | secret from which the ids of persons follow | sum |
//! | 1 | zeros | number of slots that count, little endian | sum |
//! | 2 … | id of the person, zeros once erased | key | sum |
//!
//! New slots are written and synced before the number that makes them count: after a power cut in between they are
//! overwritten, and nothing was sealed with them. Where it is not known whether they count, since writing the number
//! failed, they are left as they are: nothing was sealed with those either.

use std::collections::HashMap;
use std::io::{self, Read};
use std::path::Path;
use std::sync::{Mutex, PoisonError, RwLock, RwLockReadGuard};

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use eventlog::{Disk, Named};
use forloeb::haendelse::Ciphertext;
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use thiserror::Error;
use uuid::Uuid;

use crate::durable;
use crate::failure::Malformed;
use crate::held::nothing_while;

const MARK: &[u8; 16] = b"raskvej-noegle-1";
const SLOT: usize = 64;
const NONCE: usize = 24;

/// A value about a person. It can be handed around, and not printed by accident.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Confidential<T>(T);

impl<T> Confidential<T> {
    /// Marks a value as personal.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for showing it to somebody who may see it. Never for logs, metrics, mail or URLs.
    pub const fn show(&self) -> &T {
        &self.0
    }
}

impl<T> std::fmt::Debug for Confidential<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Confidential(…)")
    }
}

/// Why something sealed stays sealed.
#[derive(Debug, Error)]
pub enum KeyError {
    /// The person's key is not there: erased, or never made.
    #[error("personens nøgle findes ikke")]
    KeyGone,
    /// The sealed value was changed, or belongs to somebody else.
    #[error("den forseglede værdi kan ikke åbnes")]
    Changed,
    /// It cannot be written down, and so not be sealed. Says nothing of what stands there.
    #[error("værdien kan ikke skrives: {0}")]
    Form(#[source] Malformed),
    /// No random numbers to be had.
    #[error("styresystemet giver ingen tilfældige tal")]
    Randomness(#[source] io::Error),
    /// The key file cannot be read or written.
    #[error("nøglefilen: {0}")]
    File(#[from] io::Error),
    /// There is no key file beside a log that needs one.
    #[error("nøglefilen mangler; uden den kan ingen navne læses: hent den fra en sikkerhedskopi")]
    Missing,
    /// The key file is not one.
    #[error("nøglefilen er beskadiget ved rum {0}")]
    Damaged(usize),
}

/// The key store of one employer.
pub struct Keys {
    disk: Disk,
    file: Named,
    pepper: [u8; 32],
    /// Held while a slot is written and synced; who seals or opens does not wait for it.
    writer: Mutex<Count>,
    keys: RwLock<HashMap<Uuid, (usize, XChaCha20Poly1305)>>,
    randomness: Randomness,
}

/// Slots that count, or may.
struct Count(usize);

/// Fills bytes in the place of the operating system.
pub type Source = Box<dyn FnMut(&mut [u8]) + Send>;

/// Where keys and nonces come from.
enum Randomness {
    OperatingSystem,
    /// Whoever made the store: the same every time, and secret to nobody.
    Given(Mutex<Source>),
}

impl Randomness {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), KeyError> {
        match self {
            Self::OperatingSystem => fill_random(bytes),
            Self::Given(source) => {
                source.lock().unwrap_or_else(PoisonError::into_inner)(bytes);
                Ok(())
            }
        }
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}

impl Keys {
    /// Opens the key store in a folder. Only where `ny` is allowed, beside an empty log, is a missing one made: a new
    /// secret would give every person another id.
    ///
    /// # Errors
    /// The file is missing, cannot be read, or holds a damaged slot.
    pub fn open(folder: &Path, new: bool) -> Result<Self, KeyError> {
        Self::open_on(Disk::default(), folder, new)
    }

    /// The same, written through this disk.
    pub fn open_on(disk: Disk, folder: &Path, new: bool) -> Result<Self, KeyError> {
        Self::open_with(disk, folder, new, Randomness::OperatingSystem)
    }

    /// A new key store of **synthetic** persons: everything in it follows from `source`, so it protects nothing and must
    /// never hold a real person.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn synthetic(folder: &Path, source: Source) -> Result<Self, KeyError> {
        Self::open_with(Disk::default(), folder, true, Randomness::Given(Mutex::new(source)))
    }

    fn open_with(disk: Disk, folder: &Path, new: bool, randomness: Randomness) -> Result<Self, KeyError> {
        let path = folder.join("noegler");
        if new && is_not_made(&path)? {
            create_file(folder, &path, &randomness)?;
        }
        let file = Disk::open(&path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => KeyError::Missing,
            _ => KeyError::File(error),
        })?;
        // Whoever made it may have been killed before it was on disk, and a key in it is to be there after a power cut.
        file.file().sync_all()?;
        durable::sync_names(&path)?;
        let mut bytes = Vec::new();
        file.file().read_to_end(&mut bytes)?;
        let (Some(header), Some(figure)) = (bytes.get(..SLOT), bytes.get(SLOT..2 * SLOT)) else {
            return Err(KeyError::Missing);
        };
        if &header[..16] != MARK || !sum_fits(header) || !sum_fits(figure) {
            return Err(KeyError::Damaged(0));
        }
        let mut pepper = [0; 32];
        pepper.copy_from_slice(&header[16..48]);
        let mut otte = [0; 8];
        otte.copy_from_slice(&figure[16..24]);
        let count = usize::try_from(u64::from_le_bytes(otte)).unwrap_or(usize::MAX);
        let fields = &bytes[2 * SLOT..];
        if fields.len() / SLOT < count {
            return Err(KeyError::Damaged(fields.len() / SLOT + 1));
        }
        let mut keys = HashMap::with_capacity(count);
        for (n, slot) in (1..).zip(fields.chunks(SLOT)).take(count) {
            if !sum_fits(slot) {
                return Err(KeyError::Damaged(n));
            }
            if let Some((person, key)) = read_field(slot) {
                keys.insert(person, (n, key));
            }
        }
        let (writer, keys) = (Mutex::new(Count(count)), RwLock::new(keys));
        Ok(Self { disk, file, pepper, writer, keys, randomness })
    }

    /// The id under which a person's key is kept. It follows from the CPR number, so two employments of one person
    /// share it, and does not reveal it.
    #[must_use]
    pub fn person(&self, cpr: &Confidential<String>) -> Uuid {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.pepper).expect("HMAC takes a key of any length");
        mac.update(cpr.show().as_bytes());
        let fingerprint = mac.finalize().into_bytes();
        let mut id = [0; 16];
        id.copy_from_slice(&fingerprint[..16]);
        uuid::Builder::from_custom_bytes(id).into_uuid()
    }

    /// Makes keys for those who have none, durable before this returns.
    ///
    /// # Errors
    /// Nothing was made.
    pub fn create(&self, personer: &[Uuid]) -> Result<(), KeyError> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut new_ones: Vec<Uuid> = {
            let known_ones = self.known_ones();
            personer.iter().filter(|p| !known_ones.contains_key(p)).copied().collect()
        };
        new_ones.sort_unstable();
        new_ones.dedup();
        if new_ones.is_empty() {
            return Ok(());
        }
        let mut bytes = Vec::with_capacity(new_ones.len() * SLOT);
        for person in &new_ones {
            let mut slot = [0; SLOT];
            slot[..16].copy_from_slice(person.as_bytes());
            self.randomness.fill(&mut slot[16..48])?;
            write_sum(&mut slot);
            bytes.extend_from_slice(&slot);
        }
        let before = writer.0;
        self.disk.write_at(&self.file, &bytes, sted(before + 1))?;
        self.disk.sync(&self.file)?;
        let count = count_field(before + new_ones.len());
        let counted = self.disk.write_at(&self.file, &count, SLOT as u64).and_then(|()| self.disk.sync(&self.file));
        // Also when it failed: the number may be on the disk all the same, and the slots it counts must not be written again.
        writer.0 += new_ones.len();
        counted?;
        let mut known_ones = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        for (place, slot) in (before + 1..).zip(bytes.chunks(SLOT)) {
            known_ones.extend(read_field(slot).map(|(person, key)| (person, (place, key))));
        }
        Ok(())
    }

    /// Destroys a person's key: overwritten in place and synced. Whether there was one.
    ///
    /// # Errors
    /// The file could not be written; the key may still be there.
    pub fn erase(&self, person: Uuid) -> Result<bool, KeyError> {
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(place) = self.known_ones().get(&person).map(|(place, _)| *place) else { return Ok(false) };
        let mut empty = [0; SLOT];
        write_sum(&mut empty);
        self.disk.write_at(&self.file, &empty, sted(place))?;
        self.disk.sync(&self.file)?;
        self.keys.write().unwrap_or_else(PoisonError::into_inner).remove(&person);
        Ok(true)
    }

    fn known_ones(&self) -> RwLockReadGuard<'_, HashMap<Uuid, (usize, XChaCha20Poly1305)>> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn key(&self, person: Uuid) -> Result<XChaCha20Poly1305, KeyError> {
        self.known_ones().get(&person).map(|(_, key)| key.clone()).ok_or(KeyError::KeyGone)
    }

    /// Seals some bytes with the person's key, which must have been made. What may be in them is said by
    /// [`crate::sealed`].
    ///
    /// # Errors
    /// There is no key, or no random number.
    pub fn seal(&self, person: Uuid, plaintext: &[u8]) -> Result<Ciphertext, KeyError> {
        nothing_while("something was sealed");
        let mut bytes = vec![0; NONCE];
        self.randomness.fill(&mut bytes)?;
        let nonce = nonce(&bytes).ok_or(KeyError::Changed)?;
        let key = self.key(person)?;
        let payload = Payload { msg: plaintext, aad: person.as_bytes() };
        let sealed = key.encrypt(&nonce, payload).map_err(|_| KeyError::Changed)?;
        bytes.extend_from_slice(&sealed);
        Ok(Ciphertext(BASE64.encode(bytes)))
    }

    /// Opens what was sealed for a person.
    ///
    /// # Errors
    /// The key was destroyed, or it is not what was sealed for this person.
    pub fn unlock(&self, person: Uuid, sealed: &Ciphertext) -> Result<Vec<u8>, KeyError> {
        nothing_while("something sealed was opened");
        let bytes = BASE64.decode(&sealed.0).map_err(|_| KeyError::Changed)?;
        let (first, rest) = bytes.split_at_checked(NONCE).ok_or(KeyError::Changed)?;
        let nonce = nonce(first).ok_or(KeyError::Changed)?;
        let key = self.key(person)?;
        let payload = Payload { msg: rest, aad: person.as_bytes() };
        key.decrypt(&nonce, payload).map_err(|_| KeyError::Changed)
    }
}

/// There is no file, or one in which nothing was written: a start was interrupted in the middle of it. What anything was
/// written in may hold keys, and is never made anew.
fn is_not_made(path: &Path) -> io::Result<bool> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(bytes.len() < 2 * SLOT || bytes.iter().all(|byte| *byte == 0)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

/// A new store: everything in it is on disk, with its folder, before the first key is made.
fn create_file(folder: &Path, path: &Path, randomness: &Randomness) -> Result<(), KeyError> {
    durable::create_folder(folder, durable::PRIVATE)?;
    let mut header = [0_u8; SLOT];
    header[..16].copy_from_slice(MARK);
    randomness.fill(&mut header[16..48])?;
    write_sum(&mut header);
    Ok(durable::replace(path, &[header, count_field(0)].concat())?)
}

/// Where a slot begins; the first person's is 1.
const fn sted(place: usize) -> u64 {
    ((place + 1) * SLOT) as u64
}

fn count_field(count: usize) -> [u8; SLOT] {
    let mut slot = [0; SLOT];
    slot[16..24].copy_from_slice(&(count as u64).to_le_bytes());
    write_sum(&mut slot);
    slot
}

fn nonce(bytes: &[u8]) -> Option<XNonce> {
    XNonce::try_from(bytes).ok()
}

fn read_field(slot: &[u8]) -> Option<(Uuid, XChaCha20Poly1305)> {
    let person = Uuid::from_slice(slot.get(..16)?).ok().filter(|p| !p.is_nil())?;
    Some((person, XChaCha20Poly1305::new_from_slice(slot.get(16..48)?).ok()?))
}

/// Check sum over the first 48 bytes of a slot, in its last 16.
fn sum(slot: &[u8]) -> [u8; 16] {
    use sha2::Digest;
    let hash = Sha256::digest(&slot[..48]);
    let mut sum = [0; 16];
    sum.copy_from_slice(&hash[..16]);
    sum
}

fn write_sum(slot: &mut [u8; SLOT]) {
    let sum = sum(slot);
    slot[48..].copy_from_slice(&sum);
}

fn sum_fits(slot: &[u8]) -> bool {
    slot.len() == SLOT && slot[48..] == sum(slot)
}

/// Fills with random bytes from the operating system. Keys and ids come from here.
///
/// # Errors
/// The operating system has none.
pub fn fill_random(bytes: &mut [u8]) -> Result<(), KeyError> {
    getrandom::fill(bytes).map_err(|error| KeyError::Randomness(io::Error::other(error.to_string())))
}

#[cfg(test)]
mod tests;
