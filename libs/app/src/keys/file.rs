//! What stands in the key file, byte for byte.
//!
//! | where | what |
//! |---|---|
//! | 0 | name of the format, 16 bytes; mark of the master key, 16, zeros where there is none; nonce, 24; the secrets of the file, wrapped by the master key, 64 and 16; zeros; sum, 16: 256 in all |
//! | 256 | 16 zeros; number of slots that count, 8, little endian; zeros; sum, 16: 128 in all |
//! | 384 … | slots of 128: nonce, 24; id of the person, 16, key, 32, and fingerprint of the CPR number, 16, wrapped by the key of the file, and 16; zeros; sum, 16. An erased one is all zeros but for the sum |
//!
//! The secrets are the key that wraps the slots, and the key of the fingerprints. A slot is bound to its place. The sums are
//! there so that damage is told from a wrong master key, and found without one.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::master::{Master, MasterMark, cipher, nobodys_cipher};
use super::{Confidential, KeyError, Randomness, first_form};

const MARK: &[u8; 16] = b"raskvej-noegle-2";
const HEADER: usize = 256;
pub(super) const SLOT: usize = 128;
const NONCE: usize = 24;
const TAG: usize = 16;
const SUM: usize = 16;
/// Bytes of a person in a slot: id, key, fingerprint.
const PERSON: usize = 64;

/// What a CPR number comes to under the secret of a file: by it a person is found, as long as their slot is there.
pub(super) type Fingerprint = [u8; 16];

/// One person's slot, opened.
#[derive(Clone)]
pub(super) struct Person {
    pub(super) id: Uuid,
    pub(super) key: [u8; 32],
    /// None: whose CPR number it was is not known.
    pub(super) fingerprint: Option<Fingerprint>,
}

impl Person {
    fn read(bytes: &[u8]) -> Option<Self> {
        let (id, rest) = bytes.split_at_checked(16)?;
        let (key, fingerprint) = rest.split_first_chunk::<32>()?;
        let fingerprint = <Fingerprint>::try_from(fingerprint).ok()?;
        let known = (fingerprint != [0; 16]).then_some(fingerprint);
        Some(Self { id: Uuid::from_slice(id).ok()?, key: *key, fingerprint: known })
    }

    fn bytes(&self) -> [u8; PERSON] {
        let mut bytes = [0; PERSON];
        bytes[..16].copy_from_slice(self.id.as_bytes());
        bytes[16..48].copy_from_slice(&self.key);
        bytes[48..].copy_from_slice(&self.fingerprint.unwrap_or_default());
        bytes
    }
}

/// What is secret of the file as a whole.
#[derive(Clone)]
pub(super) struct Secrets {
    wrap: [u8; 32],
    fingerprints: [u8; 32],
}

impl Secrets {
    pub(super) fn new(randomness: &Randomness) -> Result<Self, KeyError> {
        let mut secrets = Self { wrap: [0; 32], fingerprints: [0; 32] };
        randomness.fill(&mut secrets.wrap)?;
        randomness.fill(&mut secrets.fingerprints)?;
        Ok(secrets)
    }

    /// The same fingerprints, and another key around the slots.
    pub(super) fn rewrapped(&self, randomness: &Randomness) -> Result<Self, KeyError> {
        let mut secrets = self.clone();
        randomness.fill(&mut secrets.wrap)?;
        Ok(secrets)
    }

    pub(super) fn fingerprint(&self, cpr: &Confidential<String>) -> Fingerprint {
        fingerprint(&self.fingerprints, cpr)
    }

    /// The slot of a person at a place.
    pub(super) fn slot(&self, place: usize, person: &Person, randomness: &Randomness) -> Result<[u8; SLOT], KeyError> {
        let mut slot = [0; SLOT];
        wrap(&cipher(&self.wrap), &mut slot, &person.bytes(), &place_bytes(place), randomness)?;
        write_sum(&mut slot);
        Ok(slot)
    }
}

/// First half of an HMAC of the CPR number.
pub(super) fn fingerprint(key: &[u8; 32], cpr: &Confidential<String>) -> Fingerprint {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(cpr.show().as_bytes());
    let mut fingerprint = [0; 16];
    fingerprint.copy_from_slice(&mac.finalize().into_bytes()[..16]);
    fingerprint
}

/// A key file, read.
pub(super) enum Contents {
    /// As it is written now.
    Second(Read),
    /// As it was written before persons had random ids.
    First(first_form::Read),
}

/// What a key file holds.
pub(super) struct Read {
    pub(super) secrets: Secrets,
    /// It is wrapped by the master key.
    pub(super) wrapped: bool,
    /// Slots that count.
    pub(super) count: usize,
    /// Places and persons of those that are not erased.
    pub(super) persons: Vec<(usize, Person)>,
}

/// Opens what stands in a key file.
pub(super) fn read(bytes: &[u8], master: Option<&Master>) -> Result<Contents, KeyError> {
    if let Some(first) = first_form::read(bytes)? {
        return Ok(Contents::First(first));
    }
    let Framed { header, slots } = framed(bytes)?;
    let mark = MasterMark(header[16..32].try_into().map_err(|_| KeyError::Damaged(0))?);
    let wrapped = mark != MasterMark::NOBODYS;
    let cipher_of_file = match master {
        _ if !wrapped => nobodys_cipher(),
        None => return Err(KeyError::MasterMissing(mark)),
        Some(master) if master.mark() != mark => {
            return Err(KeyError::MasterOther { file: mark, given: master.mark() });
        }
        Some(master) => master.cipher(),
    };
    let secrets = unwrap(&cipher_of_file, &header[32..HEADER - SUM], &header[..32]).ok_or(KeyError::Damaged(0))?;
    let (wrap, fingerprints) = secrets.split_at(32);
    let key = |bytes: &[u8]| <[u8; 32]>::try_from(bytes).map_err(|_| KeyError::Damaged(0));
    let secrets = Secrets { wrap: key(wrap)?, fingerprints: key(fingerprints)? };
    let around = cipher(&secrets.wrap);
    let count = slots.len();
    let mut persons = Vec::with_capacity(count);
    for (place, slot) in (1..).zip(slots) {
        if slot[..SLOT - SUM].iter().all(|byte| *byte == 0) {
            continue;
        }
        let person = unwrap(&around, slot, &place_bytes(place)).and_then(|person| Person::read(&person));
        persons.push((place, person.ok_or(KeyError::Damaged(place))?));
    }
    Ok(Contents::Second(Read { secrets, wrapped, count, persons }))
}

/// Looks through a key file without opening anything in it: it needs no master key.
pub(super) fn check(bytes: &[u8]) -> Result<(), KeyError> {
    if first_form::read(bytes)?.is_some() { Ok(()) } else { framed(bytes).map(drop) }
}

/// The parts of a key file whose sums fit.
struct Framed<'a> {
    header: &'a [u8],
    slots: Vec<&'a [u8]>,
}

fn framed(bytes: &[u8]) -> Result<Framed<'_>, KeyError> {
    let Some((header, rest)) = bytes.split_at_checked(HEADER) else { return Err(KeyError::Missing) };
    let Some((figure, slots)) = rest.split_at_checked(SLOT) else { return Err(KeyError::Missing) };
    if &header[..16] != MARK || !sum_fits(header) || !sum_fits(figure) {
        return Err(KeyError::Damaged(0));
    }
    let mut otte = [0; 8];
    otte.copy_from_slice(&figure[16..24]);
    let count = usize::try_from(u64::from_le_bytes(otte)).unwrap_or(usize::MAX);
    if slots.len() / SLOT < count {
        return Err(KeyError::Damaged(slots.len() / SLOT + 1));
    }
    let slots: Vec<&[u8]> = slots.chunks_exact(SLOT).take(count).collect();
    match slots.iter().position(|slot| !sum_fits(slot)) {
        Some(at) => Err(KeyError::Damaged(at + 1)),
        None => Ok(Framed { header, slots }),
    }
}

/// A whole key file with these persons, from place 1 on.
pub(super) fn compose(
    secrets: &Secrets,
    persons: &[Person],
    master: Option<&Master>,
    randomness: &Randomness,
) -> Result<Vec<u8>, KeyError> {
    let mut header = [0; HEADER];
    header[..16].copy_from_slice(MARK);
    header[16..32].copy_from_slice(&master.map_or(MasterMark::NOBODYS, Master::mark).0);
    let (bound, wrapped) = header.split_at_mut(32);
    let plain = [secrets.wrap, secrets.fingerprints].concat();
    wrap(&master.map_or_else(nobodys_cipher, Master::cipher), wrapped, &plain, bound, randomness)?;
    write_sum(&mut header);
    let mut bytes = [&header[..], &count_field(persons.len())].concat();
    for (place, person) in (1..).zip(persons) {
        bytes.extend_from_slice(&secrets.slot(place, person, randomness)?);
    }
    Ok(bytes)
}

/// Where a slot begins; the first person's is 1.
pub(super) const fn begins(place: usize) -> u64 {
    (HEADER + place * SLOT) as u64
}

/// Where the number of slots that count stands.
pub(super) const COUNT: u64 = HEADER as u64;

pub(super) fn count_field(count: usize) -> [u8; SLOT] {
    let mut slot = [0; SLOT];
    slot[16..24].copy_from_slice(&(count as u64).to_le_bytes());
    write_sum(&mut slot);
    slot
}

/// What stands in the place of a person who was erased.
pub(super) fn erased() -> [u8; SLOT] {
    let mut slot = [0; SLOT];
    write_sum(&mut slot);
    slot
}

fn place_bytes(place: usize) -> [u8; 8] {
    (place as u64).to_le_bytes()
}

/// Writes nonce and wrapped bytes at the beginning of `to`.
fn wrap(
    cipher: &XChaCha20Poly1305,
    to: &mut [u8],
    plain: &[u8],
    bound: &[u8],
    randomness: &Randomness,
) -> Result<(), KeyError> {
    let mut nonce = [0; NONCE];
    randomness.fill(&mut nonce)?;
    let sealed = cipher.encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: bound });
    let sealed = sealed.map_err(|_| KeyError::Changed)?;
    to[..NONCE].copy_from_slice(&nonce);
    to[NONCE..NONCE + sealed.len()].copy_from_slice(&sealed);
    Ok(())
}

fn unwrap(cipher: &XChaCha20Poly1305, from: &[u8], bound: &[u8]) -> Option<Vec<u8>> {
    let nonce = XNonce::try_from(from.get(..NONCE)?).ok()?;
    let sealed = from.get(NONCE..NONCE + PERSON + TAG)?;
    cipher.decrypt(&nonce, Payload { msg: sealed, aad: bound }).ok()
}

/// Check sum over all before the last 16 bytes, which it stands in.
fn sum(part: &[u8]) -> [u8; SUM] {
    let hash = Sha256::digest(&part[..part.len() - SUM]);
    let mut sum = [0; SUM];
    sum.copy_from_slice(&hash[..SUM]);
    sum
}

pub(super) fn write_sum(part: &mut [u8]) {
    let sum = sum(part);
    let at = part.len() - SUM;
    part[at..].copy_from_slice(&sum);
}

pub(super) fn sum_fits(part: &[u8]) -> bool {
    part.len() > SUM && part[part.len() - SUM..] == sum(part)
}
