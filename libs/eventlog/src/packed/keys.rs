//! The idempotency keys of a packed segment.

use crate::{
    Damage, Hash, ReadError,
    frame::Bytes,
    packed::{KEY, Packed},
};

impl Packed {
    /// Numbers of the commits whose key begins as this one does.
    pub(crate) fn keyed(&self, key: &Hash) -> Result<Vec<u32>, ReadError> {
        let (short, _) = key.0.split_first_chunk::<8>().expect("a hash has 32 bytes");
        let wanted = u64::from_be_bytes(*short);
        let (mut low, mut high) = (0u64, u64::from(self.footer.keys.len) / KEY as u64);
        let entry = |nth: u64| -> Result<(u64, u32), ReadError> {
            let mut bytes = [0; KEY];
            self.read(self.footer.keys.offset + nth * KEY as u64, &mut bytes)?;
            let mut rest = Bytes(&bytes);
            let read = |rest: &mut Bytes<'_>| {
                Some((u64::from_be_bytes(*rest.take_chunk()?), u32::from_le_bytes(*rest.take_chunk()?)))
            };
            read(&mut rest).ok_or_else(|| self.damaged(self.footer.keys.offset, Damage::Short))
        };
        // Keys are hashes, so they lie evenly: a guess by proportion is nearly right.
        let (mut least, mut most) = (0u64, u64::MAX);
        while low < high {
            let share = (u128::from(wanted - least) * u128::from(high - low)) / (u128::from(most - least) + 1);
            let guess = low + u64::try_from(share).unwrap_or(0).min(high - low - 1);
            let (found, _) = entry(guess)?;
            match found.cmp(&wanted) {
                std::cmp::Ordering::Less => (low, least) = (guess + 1, found.max(least)),
                std::cmp::Ordering::Greater => (high, most) = (guess, found.min(most)),
                std::cmp::Ordering::Equal => {
                    let mut first = guess;
                    while first > 0 && entry(first - 1)?.0 == wanted {
                        first -= 1;
                    }
                    let mut numbers = Vec::new();
                    for nth in first..u64::from(self.footer.keys.len) / KEY as u64 {
                        let (key, commit) = entry(nth)?;
                        if key != wanted {
                            break;
                        }
                        numbers.push(commit);
                    }
                    return Ok(numbers);
                }
            }
            if wanted < least || wanted > most {
                break;
            }
        }
        Ok(Vec::new())
    }

    /// The first 8 bytes of every key, as numbers, and the commits they stand for.
    pub(crate) fn keys(&self) -> Result<Vec<(u64, u32)>, ReadError> {
        self.stored(&self.footer.keys, |bytes, _| {
            let (entries, []) = bytes.as_chunks::<KEY>() else {
                return Err(self.damaged(self.footer.keys.offset, Damage::Body));
            };
            Ok(entries
                .iter()
                .map(|[a, b, c, d, e, f, g, h, i, j, k, l]| {
                    (u64::from_be_bytes([*a, *b, *c, *d, *e, *f, *g, *h]), u32::from_le_bytes([*i, *j, *k, *l]))
                })
                .collect())
        })
    }
}
