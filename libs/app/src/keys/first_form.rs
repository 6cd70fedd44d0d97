//! The key file as it was before persons had random ids. Then an id followed from the CPR number by an HMAC, whose secret,
//! the pepper, stood in slot 0. It is read, and written anew in the form of today once it is known which CPR number is
//! whose; with that the pepper is gone.
//!
//! | slot | 16 bytes | 32 bytes | 16 bytes |
//! |---|---|---|---|
//! | 0 | name of the format | pepper | sum |
//! | 1 | zeros | number of slots that count, little endian | sum |
//! | 2 … | id of the person, zeros once erased | key | sum |

use uuid::Uuid;

use super::file::{self, Person, sum_fits, write_sum};
use super::{Confidential, KeyError};

const MARK: &[u8; 16] = b"raskvej-noegle-1";
pub(super) const SLOT: usize = 64;

/// What such a file holds.
pub(super) struct Read {
    pub(super) pepper: [u8; 32],
    /// Places and persons of those that are not erased.
    pub(super) persons: Vec<(usize, Person)>,
}

/// Reads it; none where it is not in this form.
pub(super) fn read(bytes: &[u8]) -> Result<Option<Read>, KeyError> {
    if !bytes.starts_with(MARK) {
        return Ok(None);
    }
    let (Some(header), Some(figure)) = (bytes.get(..SLOT), bytes.get(SLOT..2 * SLOT)) else {
        return Err(KeyError::Missing);
    };
    if !sum_fits(header) || !sum_fits(figure) {
        return Err(KeyError::Damaged(0));
    }
    let mut pepper = [0; 32];
    pepper.copy_from_slice(&header[16..48]);
    let mut otte = [0; 8];
    otte.copy_from_slice(&figure[16..24]);
    let count = usize::try_from(u64::from_le_bytes(otte)).unwrap_or(usize::MAX);
    let slots = &bytes[2 * SLOT..];
    if slots.len() / SLOT < count {
        return Err(KeyError::Damaged(slots.len() / SLOT + 1));
    }
    let mut persons = Vec::with_capacity(count);
    for (place, slot) in (1..).zip(slots.chunks(SLOT)).take(count) {
        if !sum_fits(slot) {
            return Err(KeyError::Damaged(place));
        }
        let id = Uuid::from_slice(&slot[..16]).unwrap_or_default();
        if !id.is_nil() {
            let mut key = [0; 32];
            key.copy_from_slice(&slot[16..48]);
            persons.push((place, Person { id, key, fingerprint: None }));
        }
    }
    Ok(Some(Read { pepper, persons }))
}

/// The id that a CPR number came to.
pub(super) fn person(pepper: &[u8; 32], cpr: &Confidential<String>) -> Uuid {
    uuid::Builder::from_custom_bytes(file::fingerprint(pepper, cpr)).into_uuid()
}

/// Where a slot begins; the first person's is 1.
pub(super) const fn begins(place: usize) -> u64 {
    ((place + 1) * SLOT) as u64
}

/// What stands in the place of a person who was erased.
pub(super) fn erased() -> [u8; SLOT] {
    let mut slot = [0; SLOT];
    write_sum(&mut slot);
    slot
}
