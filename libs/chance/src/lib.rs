//! Chance that can be repeated.

#![warn(missing_docs)]

/// `SplitMix64` (Steele, Lea and Flood, 2014): ten lines that give the same numbers everywhere and for ever.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// From a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// 64 bits.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// 0 to `n` − 1; 0 when `n` is 0. The bias of the remainder is nothing at the sizes used here.
    pub fn under(&mut self, n: u64) -> u64 {
        self.draw().checked_rem(n).unwrap_or(0)
    }

    /// Both ends included.
    pub fn between(&mut self, fra: u64, til: u64) -> u64 {
        fra + self.under(til - fra + 1)
    }

    /// True `n` times in a thousand.
    pub fn per_mille(&mut self, n: u64) -> bool {
        self.under(1000) < n
    }

    /// One of a list that is not empty.
    pub fn af<T: Copy>(&mut self, list: &[T]) -> T {
        let place = self.under(u64::try_from(list.len()).unwrap_or(1));
        list[usize::try_from(place).unwrap_or(0)]
    }

    /// Bytes. They follow from the seed: never for anything that is to be secret.
    pub fn fill(&mut self, bytes: &mut [u8]) {
        for del in bytes.chunks_mut(8) {
            del.copy_from_slice(&self.draw().to_le_bytes()[..del.len()]);
        }
    }
}
