//! Short texts of a file, kept small: a file has up to a million numbers, and a text of its own for each would take several
//! times the room of what it says.

use std::cmp::Ordering;

/// Short texts one after the other, each behind its length.
#[derive(Debug, Default)]
pub(super) struct Words {
    bytes: Vec<u8>,
    /// The one that was put in last: a file often has the same number line after line.
    last: Option<Word>,
}

/// Where a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word(u32);

impl Words {
    /// Puts a text in. Those longer than 255 bytes, or beyond four billion bytes of them, are cut: no number of a file is.
    pub(super) fn put(&mut self, text: &str) -> Word {
        if let Some(last) = self.last
            && self.get(last) == text
        {
            return last;
        }
        let word = Word(u32::try_from(self.bytes.len()).unwrap_or(u32::MAX));
        let length = u8::try_from(text.len()).unwrap_or(u8::MAX);
        self.bytes.push(length);
        self.bytes.extend_from_slice(&text.as_bytes()[..usize::from(length).min(text.len())]);
        self.last = Some(word);
        word
    }

    /// Puts a text in behind all others, also where it is that of the last one.
    pub(super) fn put_anew(&mut self, text: &str) -> Word {
        self.last = None;
        self.put(text)
    }

    fn bytes_of(&self, Word(place): Word) -> &[u8] {
        let read = || {
            let (length, rest) = self.bytes.get(place as usize..)?.split_first()?;
            rest.get(..usize::from(*length))
        };
        read().unwrap_or_default()
    }

    /// The text again.
    pub(super) fn get(&self, word: Word) -> &str {
        std::str::from_utf8(self.bytes_of(word)).unwrap_or_default()
    }

    /// Which of two texts comes first: their bytes are in the same order as they are.
    pub(super) fn order(&self, a: Word, b: Word) -> Ordering {
        if a == b { Ordering::Equal } else { self.bytes_of(a).cmp(self.bytes_of(b)) }
    }

    /// Takes out a text and every one that was put in after it.
    pub(super) fn take_out(&mut self, Word(place): Word) {
        self.bytes.truncate(place as usize);
        self.last = None;
    }

    /// Nothing more is put in: what was kept free for it is given back.
    pub(super) fn close(&mut self) {
        self.bytes.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_is_found_again_and_ordered() {
        let mut words = Words::default();
        let all = ["10", "10", "2", "", "a_b-c.d", "10"].map(|text| (text, words.put(text)));
        assert!(all.iter().all(|(text, word)| words.get(*word) == *text), "{all:?}");
        assert_eq!(all[0].1, all[1].1, "the same text twice in a row is kept once");
        assert_eq!(words.order(all[0].1, all[5].1), Ordering::Equal);
        assert_eq!(words.order(all[0].1, all[2].1), Ordering::Less, "by their signs, as texts are");
    }
}
