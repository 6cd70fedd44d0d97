//! The names and numbers by which people are found, opened from what is sealed and kept in memory only.
//!
//! A name stands here as it is sorted and as it is searched for. Nothing here is ever printed: no type has a `Debug`.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use texts::danish::{NameKey, danish, folded, in_plain_letters};

use super::Asked;

/// An employment, and by what it is found.
pub(crate) struct Named {
    /// Employee number.
    pub(crate) nr: Arc<str>,
    /// Its place among names.
    pub(crate) place: NameKey,
    /// The words of the name, and those of them that have a second way of writing once more.
    words: Box<str>,
}

impl Named {
    fn words(&self) -> impl Iterator<Item = &str> {
        self.words.split(' ').filter(|word| !word.is_empty())
    }

    fn fits(&self, wanted: &str, ways: Ways) -> bool {
        self.words().any(|word| ways.fits(word, wanted))
    }
}

/// In which ways names are searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ways {
    /// By how their words begin.
    Beginnings,
    /// By whole words.
    WholeWords,
    /// Not at all.
    Never,
}

impl Ways {
    fn fits(self, word: &str, wanted: &str) -> bool {
        match self {
            Self::Beginnings => word.starts_with(wanted),
            Self::WholeWords => word == wanted,
            Self::Never => false,
        }
    }
}

/// All of them.
#[derive(Default)]
pub(crate) struct Names {
    all: Vec<Option<Arc<Named>>>,
    slots: HashMap<Arc<str>, u32>,
    /// The slots of each word, in its order.
    words: BTreeMap<Box<str>, Vec<u32>>,
    /// By number without the zeros it begins with.
    numbers: HashMap<Box<str>, Vec<u32>>,
    /// By slot, the place of each name among all of them, where somebody has asked since a name was set or removed.
    places: OnceLock<Vec<u32>>,
}

/// An employee number without the zeros it begins with: spreadsheets cut them off, and people leave them out.
pub(crate) fn without_zeros(nr: &str) -> &str {
    nr.trim_start_matches('0')
}

impl Names {
    /// Somebody is called this from now on; none where the name cannot be opened.
    pub(crate) fn set(&mut self, nr: &Arc<str>, name: Option<&str>) {
        self.remove(nr);
        let name = name.unwrap_or_default();
        self.places.take();
        let words = [folded(name), in_plain_letters(name)].join(" ").into_boxed_str();
        let named = Named { nr: nr.clone(), place: danish(name), words };
        let slot = match self.slots.get(nr) {
            Some(slot) => *slot,
            None => {
                let slot = u32::try_from(self.all.len()).expect("fewer than 2^32 employments fit in memory");
                self.slots.insert(nr.clone(), slot);
                self.all.push(None);
                slot
            }
        };
        for word in named.words() {
            put(self.words.entry(word.into()).or_default(), slot);
        }
        put(self.numbers.entry(without_zeros(nr).into()).or_default(), slot);
        self.all[slot as usize] = Some(Arc::new(named));
    }

    /// Where an employment stands here, for as long as the program runs; none where nobody has had the number.
    pub(crate) fn slot(&self, nr: &str) -> Option<u32> {
        self.slots.get(nr).copied()
    }

    /// The place of a name among all names in Danish order, the same for equal names; 0, before all of them, where there is
    /// none to read.
    pub(crate) fn place(&self, slot: u32) -> u32 {
        let places = self.places.get_or_init(|| self.in_order());
        places.get(slot as usize).copied().unwrap_or(0)
    }

    fn in_order(&self) -> Vec<u32> {
        let named = (0_u32..).zip(&self.all).filter_map(|(slot, named)| Some((&named.as_ref()?.place, slot)));
        let mut ordered: Vec<(&NameKey, u32)> = named.filter(|(name, _)| !name.name().is_empty()).collect();
        ordered.sort_unstable();
        let mut places = vec![0; self.all.len()];
        let (mut place, mut before) = (0, None);
        for (name, slot) in ordered {
            place += u32::from(before != Some(name));
            before = Some(name);
            places[slot as usize] = place;
        }
        places
    }

    /// The name of an employment, by its place among names; empty where it cannot be read.
    pub(crate) fn find(&self, nr: &str) -> Option<&NameKey> {
        self.all[*self.slots.get(nr)? as usize].as_ref().map(|named| &named.place)
    }

    /// Nobody is found by this number or its name any more.
    pub(crate) fn remove(&mut self, nr: &str) {
        let Some(slot) = self.slots.get(nr).copied() else { return };
        let Some(named) = self.all[slot as usize].take() else { return };
        self.places.take();
        for word in named.words() {
            if let Some(slots) = self.words.get_mut(word) {
                slots.retain(|one| *one != slot);
                if slots.is_empty() {
                    self.words.remove(word);
                }
            }
        }
        if let Some(slots) = self.numbers.get_mut(without_zeros(nr)) {
            slots.retain(|one| *one != slot);
        }
    }

    /// Those whose name has every word that is asked for, in any order. Costs those who have the rarest of the words.
    pub(crate) fn by_name(&self, asked: &Asked, ways: Ways) -> Vec<Arc<Named>> {
        if ways == Ways::Never {
            return Vec::new();
        }
        let rarest = asked.words().min_by_key(|word| self.slots_of(word, ways).map(Vec::len).sum::<usize>());
        let Some(rarest) = rarest else { return Vec::new() };
        let mut slots: Vec<u32> = self.slots_of(rarest, ways).flatten().copied().collect();
        slots.sort_unstable();
        slots.dedup(); // one name may have two words that begin alike
        let named = slots.into_iter().filter_map(|slot| self.all[slot as usize].as_ref());
        named.filter(|named| asked.words().all(|word| named.fits(word, ways))).cloned().collect()
    }

    /// Those who have the number that is asked for, with or without the zeros it begins with.
    pub(crate) fn by_number(&self, asked: &Asked) -> Vec<Arc<Named>> {
        let slots = asked.number().and_then(|number| self.numbers.get(number));
        slots.into_iter().flatten().filter_map(|slot| self.all[*slot as usize].clone()).collect()
    }

    fn slots_of<'a>(&'a self, wanted: &'a str, ways: Ways) -> impl Iterator<Item = &'a Vec<u32>> {
        use std::ops::Bound::{Included, Unbounded};
        let from = self.words.range::<str, _>((Included(wanted), Unbounded));
        from.take_while(move |(word, _)| ways.fits(word, wanted)).map(|(_, slots)| slots)
    }
}

/// Once, also where a name has the same word twice.
fn put(slots: &mut Vec<u32>, slot: u32) {
    if slots.last() != Some(&slot) {
        slots.push(slot);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(found: &[Arc<Named>]) -> Vec<String> {
        found.iter().map(|named| named.nr.to_string()).collect()
    }

    #[test]
    fn a_name_is_found_by_the_beginnings_of_its_words_in_any_order() {
        let mut names = Names::default();
        for (nr, name) in [
            ("00010001", "Åse Ærlig"),
            ("10002", "Aage Ærø-Hansen"),
            ("10003", "Anne Anette Sørensen"),
            ("10004", "Hans Åberg"),
        ] {
            names.set(&Arc::from(nr), Some(name));
        }
        let by_name = |text: &str, ways| numbers(&names.by_name(&Asked::read(text).unwrap(), ways));
        let begins = |text: &str| by_name(text, Ways::Beginnings);
        assert_eq!(begins("åse"), ["00010001"]);
        assert_eq!(begins("aase aerl"), ["00010001"]);
        assert_eq!(begins("han aa"), ["10002", "10004"], "hyphens part words, and the order is free");
        assert_eq!(begins("an an"), ["10003"], "once, though two words of the name begin so");
        assert_eq!(begins("soerens ann"), ["10003"]);
        assert_eq!(begins("sorensen"), ["10003"], "as it is written where there is no ø");
        assert_eq!(begins("aerlig ase"), ["00010001"]);
        assert_eq!(begins("rlig"), Vec::<String>::new(), "words are found by how they begin");
        assert_eq!(by_name("ann", Ways::WholeWords), Vec::<String>::new());
        assert_eq!(by_name("sørensen anne", Ways::WholeWords), ["10003"]);
        assert_eq!(by_name("anne", Ways::Never), Vec::<String>::new());
        let by_number = |text: &str| numbers(&names.by_number(&Asked::read(text).unwrap()));
        assert_eq!(
            [by_number("10001"), by_number("00010001"), by_number("010002")].concat(),
            ["00010001", "00010001", "10002"]
        );
        assert_eq!(by_number("1000"), Vec::<String>::new(), "a number is whole");
    }

    #[test]
    fn names_have_places_in_danish_order_until_one_changes() {
        let mut names = Names::default();
        let numbers = ["1", "2", "3", "4", "5"].map(Arc::<str>::from);
        for (nr, name) in
            numbers.iter().zip([Some("Åse Berg"), Some("Bo Berg"), None, Some("Zoe Berg"), Some("Bo Berg")])
        {
            names.set(nr, name);
        }
        let places = |names: &Names| numbers.clone().map(|nr| names.place(names.slot(&nr).unwrap()));
        assert_eq!(
            places(&names),
            [3, 1, 0, 2, 1],
            "what cannot be read comes first, å last, and equal names together"
        );
        names.set(&numbers[3], Some("Aage Berg"));
        names.remove("2");
        assert_eq!(places(&names), [3, 0, 0, 2, 1]);
        assert_eq!(names.slot("6"), None);
    }

    #[test]
    fn who_gets_another_name_or_is_removed_is_not_found_by_the_old_one() {
        let (mut names, nr) = (Names::default(), Arc::<str>::from("10001"));
        let found = |names: &Names, text: &str| {
            let asked = Asked::read(text).unwrap();
            names.by_name(&asked, Ways::Beginnings).len() + names.by_number(&asked).len()
        };
        names.set(&nr, Some("Bo Berg"));
        names.set(&nr, Some("Bo Madsen"));
        assert_eq!([found(&names, "berg"), found(&names, "bo"), found(&names, "10001")], [0, 1, 1]);
        names.set(&nr, None);
        assert_eq!([found(&names, "madsen"), found(&names, "10001")], [0, 1]);
        names.remove(&nr);
        assert_eq!([found(&names, "bo"), found(&names, "10001")], [0, 0]);
        assert!(names.words.is_empty(), "no word of theirs is left");
    }
}
