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
use forloeb::haendelse::Forseglet;
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use thiserror::Error;
use uuid::Uuid;

use crate::durable;
use crate::failure::Malformed;

const MAERKE: &[u8; 16] = b"raskvej-noegle-1";
const RUM: usize = 64;
const NONCE: usize = 24;

/// A value about a person. It can be handed around, and not printed by accident.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fortrolig<T>(T);

impl<T> Fortrolig<T> {
    /// Marks a value as personal.
    pub const fn ny(vaerdi: T) -> Self {
        Self(vaerdi)
    }

    /// The value, for showing it to somebody who may see it. Never for logs, metrics, mail or URLs.
    pub const fn vis(&self) -> &T {
        &self.0
    }
}

impl<T> std::fmt::Debug for Fortrolig<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fortrolig(…)")
    }
}

/// Why something sealed stays sealed.
#[derive(Debug, Error)]
pub enum NoegleFejl {
    /// The person's key is not there: erased, or never made.
    #[error("personens nøgle findes ikke")]
    IngenNoegle,
    /// The sealed value was changed, or belongs to somebody else.
    #[error("den forseglede værdi kan ikke åbnes")]
    Aendret,
    /// It cannot be written down, and so not be sealed. Says nothing of what stands there.
    #[error("værdien kan ikke skrives: {0}")]
    Form(#[source] Malformed),
    /// No random numbers to be had.
    #[error("styresystemet giver ingen tilfældige tal")]
    Tilfaeldighed(#[source] io::Error),
    /// The key file cannot be read or written.
    #[error("nøglefilen: {0}")]
    Fil(#[from] io::Error),
    /// There is no key file beside a log that needs one.
    #[error("nøglefilen mangler; uden den kan ingen navne læses: hent den fra en sikkerhedskopi")]
    Mangler,
    /// The key file is not one.
    #[error("nøglefilen er beskadiget ved rum {0}")]
    Beskadiget(usize),
}

/// The key store of one employer.
pub struct Noegler {
    disk: Disk,
    fil: Named,
    peber: [u8; 32],
    /// Held while a slot is written and synced; who seals or opens does not wait for it.
    skriver: Mutex<Antal>,
    noegler: RwLock<HashMap<Uuid, (usize, XChaCha20Poly1305)>>,
    tilfaeldighed: Tilfaeldighed,
}

/// Slots that count, or may.
struct Antal(usize);

/// Fills bytes in the place of the operating system.
pub type Source = Box<dyn FnMut(&mut [u8]) + Send>;

/// Where keys and nonces come from.
enum Tilfaeldighed {
    Styresystemet,
    /// Whoever made the store: the same every time, and secret to nobody.
    Given(Mutex<Source>),
}

impl Tilfaeldighed {
    fn fyld(&self, bytes: &mut [u8]) -> Result<(), NoegleFejl> {
        match self {
            Self::Styresystemet => tilfaeldige(bytes),
            Self::Given(source) => {
                source.lock().unwrap_or_else(PoisonError::into_inner)(bytes);
                Ok(())
            }
        }
    }
}

impl std::fmt::Debug for Noegler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Noegler(…)")
    }
}

impl Noegler {
    /// Opens the key store in a folder. Only where `ny` is allowed, beside an empty log, is a missing one made: a new
    /// secret would give every person another id.
    ///
    /// # Errors
    /// The file is missing, cannot be read, or holds a damaged slot.
    pub fn aabn(mappe: &Path, ny: bool) -> Result<Self, NoegleFejl> {
        Self::aabn_paa(Disk::default(), mappe, ny)
    }

    /// The same, written through this disk.
    pub fn aabn_paa(disk: Disk, mappe: &Path, ny: bool) -> Result<Self, NoegleFejl> {
        Self::aabn_med(disk, mappe, ny, Tilfaeldighed::Styresystemet)
    }

    /// A new key store of **synthetic** persons: everything in it follows from `source`, so it protects nothing and must
    /// never hold a real person.
    ///
    /// # Errors
    /// As [`Self::aabn`].
    pub fn synthetic(mappe: &Path, source: Source) -> Result<Self, NoegleFejl> {
        Self::aabn_med(Disk::default(), mappe, true, Tilfaeldighed::Given(Mutex::new(source)))
    }

    fn aabn_med(disk: Disk, mappe: &Path, ny: bool, tilfaeldighed: Tilfaeldighed) -> Result<Self, NoegleFejl> {
        let sti = mappe.join("noegler");
        if ny && er_ikke_lavet(&sti)? {
            opret_fil(mappe, &sti, &tilfaeldighed)?;
        }
        let fil = Disk::open(&sti).map_err(|fejl| match fejl.kind() {
            io::ErrorKind::NotFound => NoegleFejl::Mangler,
            _ => NoegleFejl::Fil(fejl),
        })?;
        // Whoever made it may have been killed before it was on disk, and a key in it is to be there after a power cut.
        fil.file().sync_all()?;
        durable::sync_names(&sti)?;
        let mut bytes = Vec::new();
        fil.file().read_to_end(&mut bytes)?;
        let (Some(hoved), Some(tal)) = (bytes.get(..RUM), bytes.get(RUM..2 * RUM)) else {
            return Err(NoegleFejl::Mangler);
        };
        if &hoved[..16] != MAERKE || !sum_passer(hoved) || !sum_passer(tal) {
            return Err(NoegleFejl::Beskadiget(0));
        }
        let mut peber = [0; 32];
        peber.copy_from_slice(&hoved[16..48]);
        let mut otte = [0; 8];
        otte.copy_from_slice(&tal[16..24]);
        let antal = usize::try_from(u64::from_le_bytes(otte)).unwrap_or(usize::MAX);
        let felter = &bytes[2 * RUM..];
        if felter.len() / RUM < antal {
            return Err(NoegleFejl::Beskadiget(felter.len() / RUM + 1));
        }
        let mut noegler = HashMap::with_capacity(antal);
        for (n, felt) in (1..).zip(felter.chunks(RUM)).take(antal) {
            if !sum_passer(felt) {
                return Err(NoegleFejl::Beskadiget(n));
            }
            if let Some((person, noegle)) = laes_felt(felt) {
                noegler.insert(person, (n, noegle));
            }
        }
        let (skriver, noegler) = (Mutex::new(Antal(antal)), RwLock::new(noegler));
        Ok(Self { disk, fil, peber, skriver, noegler, tilfaeldighed })
    }

    /// The id under which a person's key is kept. It follows from the CPR number, so two employments of one person
    /// share it, and does not reveal it.
    #[must_use]
    pub fn person(&self, cpr: &Fortrolig<String>) -> Uuid {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.peber).expect("HMAC takes a key of any length");
        mac.update(cpr.vis().as_bytes());
        let aftryk = mac.finalize().into_bytes();
        let mut id = [0; 16];
        id.copy_from_slice(&aftryk[..16]);
        uuid::Builder::from_custom_bytes(id).into_uuid()
    }

    /// Makes keys for those who have none, durable before this returns.
    ///
    /// # Errors
    /// Nothing was made.
    pub fn opret(&self, personer: &[Uuid]) -> Result<(), NoegleFejl> {
        let mut skriver = self.skriver.lock().unwrap_or_else(PoisonError::into_inner);
        let mut nye: Vec<Uuid> = {
            let kendte = self.kendte();
            personer.iter().filter(|p| !kendte.contains_key(p)).copied().collect()
        };
        nye.sort_unstable();
        nye.dedup();
        if nye.is_empty() {
            return Ok(());
        }
        let mut bytes = Vec::with_capacity(nye.len() * RUM);
        for person in &nye {
            let mut felt = [0; RUM];
            felt[..16].copy_from_slice(person.as_bytes());
            self.tilfaeldighed.fyld(&mut felt[16..48])?;
            skriv_sum(&mut felt);
            bytes.extend_from_slice(&felt);
        }
        let foer = skriver.0;
        self.disk.write_at(&self.fil, &bytes, sted(foer + 1))?;
        self.disk.sync(&self.fil)?;
        let antal = antal_felt(foer + nye.len());
        let talt = self.disk.write_at(&self.fil, &antal, RUM as u64).and_then(|()| self.disk.sync(&self.fil));
        // Also when it failed: the number may be on the disk all the same, and the slots it counts must not be written again.
        skriver.0 += nye.len();
        talt?;
        let mut kendte = self.noegler.write().unwrap_or_else(PoisonError::into_inner);
        for (plads, felt) in (foer + 1..).zip(bytes.chunks(RUM)) {
            kendte.extend(laes_felt(felt).map(|(person, noegle)| (person, (plads, noegle))));
        }
        Ok(())
    }

    /// Destroys a person's key: overwritten in place and synced. Whether there was one.
    ///
    /// # Errors
    /// The file could not be written; the key may still be there.
    pub fn slet(&self, person: Uuid) -> Result<bool, NoegleFejl> {
        let _skriver = self.skriver.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(plads) = self.kendte().get(&person).map(|(plads, _)| *plads) else { return Ok(false) };
        let mut tomt = [0; RUM];
        skriv_sum(&mut tomt);
        self.disk.write_at(&self.fil, &tomt, sted(plads))?;
        self.disk.sync(&self.fil)?;
        self.noegler.write().unwrap_or_else(PoisonError::into_inner).remove(&person);
        Ok(true)
    }

    fn kendte(&self) -> RwLockReadGuard<'_, HashMap<Uuid, (usize, XChaCha20Poly1305)>> {
        self.noegler.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn noegle(&self, person: Uuid) -> Result<XChaCha20Poly1305, NoegleFejl> {
        self.kendte().get(&person).map(|(_, noegle)| noegle.clone()).ok_or(NoegleFejl::IngenNoegle)
    }

    /// Seals some bytes with the person's key, which must have been made. What may be in them is said by
    /// [`crate::sealed`].
    ///
    /// # Errors
    /// There is no key, or no random number.
    pub fn forsegl(&self, person: Uuid, klar: &[u8]) -> Result<Forseglet, NoegleFejl> {
        let mut bytes = vec![0; NONCE];
        self.tilfaeldighed.fyld(&mut bytes)?;
        let nonce = nonce(&bytes).ok_or(NoegleFejl::Aendret)?;
        let noegle = self.noegle(person)?;
        let last = Payload { msg: klar, aad: person.as_bytes() };
        let forseglet = noegle.encrypt(&nonce, last).map_err(|_| NoegleFejl::Aendret)?;
        bytes.extend_from_slice(&forseglet);
        Ok(Forseglet(BASE64.encode(bytes)))
    }

    /// Opens what was sealed for a person.
    ///
    /// # Errors
    /// The key was destroyed, or it is not what was sealed for this person.
    pub fn luk_op(&self, person: Uuid, forseglet: &Forseglet) -> Result<Vec<u8>, NoegleFejl> {
        let bytes = BASE64.decode(&forseglet.0).map_err(|_| NoegleFejl::Aendret)?;
        let (foerst, resten) = bytes.split_at_checked(NONCE).ok_or(NoegleFejl::Aendret)?;
        let nonce = nonce(foerst).ok_or(NoegleFejl::Aendret)?;
        let noegle = self.noegle(person)?;
        let last = Payload { msg: resten, aad: person.as_bytes() };
        noegle.decrypt(&nonce, last).map_err(|_| NoegleFejl::Aendret)
    }
}

/// There is no file, or one in which nothing was written: a start was interrupted in the middle of it. What anything was
/// written in may hold keys, and is never made anew.
fn er_ikke_lavet(sti: &Path) -> io::Result<bool> {
    match std::fs::read(sti) {
        Ok(bytes) => Ok(bytes.len() < 2 * RUM || bytes.iter().all(|byte| *byte == 0)),
        Err(fejl) if fejl.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(fejl) => Err(fejl),
    }
}

/// A new store: everything in it is on disk, with its folder, before the first key is made.
fn opret_fil(mappe: &Path, sti: &Path, tilfaeldighed: &Tilfaeldighed) -> Result<(), NoegleFejl> {
    durable::create_folder(mappe, durable::PRIVATE)?;
    let mut hoved = [0_u8; RUM];
    hoved[..16].copy_from_slice(MAERKE);
    tilfaeldighed.fyld(&mut hoved[16..48])?;
    skriv_sum(&mut hoved);
    Ok(durable::replace(sti, &[hoved, antal_felt(0)].concat())?)
}

/// Where a slot begins; the first person's is 1.
const fn sted(plads: usize) -> u64 {
    ((plads + 1) * RUM) as u64
}

fn antal_felt(antal: usize) -> [u8; RUM] {
    let mut felt = [0; RUM];
    felt[16..24].copy_from_slice(&(antal as u64).to_le_bytes());
    skriv_sum(&mut felt);
    felt
}

fn nonce(bytes: &[u8]) -> Option<XNonce> {
    XNonce::try_from(bytes).ok()
}

fn laes_felt(felt: &[u8]) -> Option<(Uuid, XChaCha20Poly1305)> {
    let person = Uuid::from_slice(felt.get(..16)?).ok().filter(|p| !p.is_nil())?;
    Some((person, XChaCha20Poly1305::new_from_slice(felt.get(16..48)?).ok()?))
}

/// Check sum over the first 48 bytes of a slot, in its last 16.
fn sum(felt: &[u8]) -> [u8; 16] {
    use sha2::Digest;
    let hash = Sha256::digest(&felt[..48]);
    let mut sum = [0; 16];
    sum.copy_from_slice(&hash[..16]);
    sum
}

fn skriv_sum(felt: &mut [u8; RUM]) {
    let sum = sum(felt);
    felt[48..].copy_from_slice(&sum);
}

fn sum_passer(felt: &[u8]) -> bool {
    felt.len() == RUM && felt[48..] == sum(felt)
}

/// Fills with random bytes from the operating system. Keys and ids come from here.
///
/// # Errors
/// The operating system has none.
pub fn tilfaeldige(bytes: &mut [u8]) -> Result<(), NoegleFejl> {
    getrandom::fill(bytes).map_err(|fejl| NoegleFejl::Tilfaeldighed(io::Error::other(fejl.to_string())))
}

#[cfg(test)]
mod tests;
