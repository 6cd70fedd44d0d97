//! Lists of forløb: which, in what order, and one page of them within what the reader may see. The API's list and the
//! pages' are both parsed into this.

use std::cmp::Ordering;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::NaiveDate;
use forloeb::words::{Fristart, Friststatus};
use uuid::Uuid;

use crate::access::User;
use crate::dates;
use crate::projections::aktuelle::ListOrder;
use crate::projections::card::Ansvar;
use crate::projections::{CardEntry, Projections};
use crate::reference::Reference;

/// Which forløb.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Open, over, or both (none).
    pub aabne: Option<bool>,
    /// Unit.
    pub enhed: Option<String>,
    /// Leader.
    pub leder_nr: Option<Whose>,
    /// Employee.
    pub medarbejder_nr: Option<String>,
    /// Has this frist standing out, or with `frist_status` in that status.
    pub frist: Option<Fristart>,
    /// Has a frist in this status.
    pub frist_status: Option<Friststatus>,
    /// Assigned to.
    pub tildelt: Option<Whose>,
    /// Has this short reference.
    pub reference: Option<Reference>,
}

/// Whose a forløb is asked to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// It has nobody.
    Nobodys,
    /// The one with this employee number, or with any of these: who has moved may be named by each of them.
    Of(Vec<String>),
}

impl Whose {
    /// That of an employee number.
    #[must_use]
    pub fn of(nr: &str) -> Self {
        Self::Of(vec![nr.to_owned()])
    }

    /// The same by every number that leads to the one they have now.
    fn by_any(&mut self, projections: &Projections) {
        if let Self::Of(numbers) = self {
            let all = numbers.iter().flat_map(|nr| projections.all_numbers_of(nr)).map(str::to_owned).collect();
            *numbers = all;
        }
    }

    fn fits(&self, has: Option<&str>) -> bool {
        match self {
            Self::Nobodys => has.is_none(),
            Self::Of(numbers) => has.is_some_and(|has| numbers.iter().any(|nr| nr == has)),
        }
    }
}

impl Filter {
    /// The same, where people who have moved are found by whichever of their numbers.
    #[must_use]
    pub fn by_any_nr(mut self, projections: &Projections) -> Self {
        self.leder_nr.iter_mut().chain(&mut self.tildelt).for_each(|whose| whose.by_any(projections));
        self.medarbejder_nr = self.medarbejder_nr.map(|nr| projections.current_nr(&nr).to_owned());
        self
    }

    /// The card says all that is asked for here: no forløb is looked up to be left out. What the reader is not shown is
    /// not found by either.
    #[must_use]
    pub fn fits(&self, user: &User, f: &CardEntry<'_>) -> bool {
        let frist = match (self.frist, self.frist_status) {
            (None, None) => true,
            (art, wanted) => user.statuses(f.card.statuses).any(|(a, status)| {
                art.is_none_or(|art| art == a) && wanted.map_or_else(|| status.outstanding(), |s| s == status)
            }),
        };
        self.aabne.is_none_or(|a| a == f.card.is_aabent())
            && equal(self.medarbejder_nr.as_deref(), Some(f.nr))
            && self.reference.as_ref().is_none_or(|reference| reference.is_of(f.id))
            && self.fits_ansvar(f.ansvar)
            && (self.tildelt.is_none() || user.sees_whole_forloeb())
            && frist
    }

    fn fits_ansvar(&self, ansvar: &Ansvar) -> bool {
        equal(self.enhed.as_deref(), Some(&ansvar.enhed))
            && self.leder_nr.as_ref().is_none_or(|whose| whose.fits(ansvar.leder.as_deref()))
            && self.tildelt.as_ref().is_none_or(|whose| whose.fits(ansvar.tildelt.as_deref()))
    }

    /// Every open forløb fits.
    fn is_all_aabne(&self) -> bool {
        let Self { aabne, enhed, leder_nr, medarbejder_nr, frist, frist_status, tildelt, reference } = self;
        *aabne == Some(true)
            && enhed.is_none()
            && medarbejder_nr.is_none()
            && leder_nr.is_none()
            && tildelt.is_none()
            && reference.is_none()
            && frist.is_none()
            && frist_status.is_none()
    }

    /// The ids of one page of what fits and what the caller may see, and how many there are in all. The open ones that
    /// one who sees all of them asks for in the usual order cost the page; else the cost is what is open, or all there
    /// ever was.
    #[must_use]
    pub fn page(
        &self,
        user: &User,
        projections: &Projections,
        sort: SortOrder,
        after: Option<&Key>,
        count: usize,
    ) -> Excerpt {
        let (sort, filter) = (sort.seen_by(user), self.clone().by_any_nr(projections));
        if filter.is_all_aabne() && user.sees_all(projections) && sort == SortOrder::Frist {
            let after = after.map(|n| n.ordering);
            let mut rows: Vec<_> = projections.aabne(after).take(count + 1).map(|(ordering, _)| ordering).collect();
            let more = rows.len() > count;
            rows.truncate(count);
            let rows = rows.into_iter().map(|ordering| Key { tekst: None, ordering }).collect();
            return Excerpt { rows, more, count: projections.counts().aabne };
        }
        let chosen = |f: &CardEntry<'_>| filter.fits(user, f) && projections.seen_by(user, f.nr, f.card);
        match (&filter.medarbejder_nr, filter.aabne) {
            (Some(nr), _) => choose(projections.cards_for(nr).filter(chosen), sort, after, count),
            (None, Some(true)) => {
                let at = projections.running_for(user, |ansvar| filter.fits_ansvar(ansvar));
                let aabne = at.filter(|a| a.card.is_aabent()).map(|a| projections.card_entry_of(a));
                choose(aabne.filter(|f| filter.fits(user, f)), sort, after, count)
            }
            (None, _) => choose(projections.card().filter(chosen), sort, after, count),
        }
    }
}

fn equal(wanted: Option<&str>, has: Option<&str>) -> bool {
    wanted.is_none() || wanted == has
}

/// In what order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortOrder {
    /// By the legal day of what is most urgent.
    Frist,
    /// By F.
    Foerste {
        /// The newest first.
        down: bool,
    },
    /// By employee number.
    MedarbejderNr,
    /// By unit.
    Enhed {
        /// The last first.
        down: bool,
    },
}

impl SortOrder {
    /// The order that a code of the API names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Some(match code {
            "frist" => Self::Frist,
            "foerste_fravaersdag" => Self::Foerste { down: false },
            "-foerste_fravaersdag" => Self::Foerste { down: true },
            "medarbejder_nr" => Self::MedarbejderNr,
            "enhed" => Self::Enhed { down: false },
            "-enhed" => Self::Enhed { down: true },
            _ => return None,
        })
    }

    /// What is most urgent of all its frister tells of each of them: whoever is not shown every frist gets the oldest
    /// forløb first instead.
    #[must_use]
    pub fn seen_by(self, user: &User) -> Self {
        match self {
            Self::Frist if !Fristart::ALL.iter().all(|art| user.sees_frist(*art)) => Self::Foerste { down: false },
            sort => sort,
        }
    }

    const fn is_descending(self) -> bool {
        matches!(self, Self::Foerste { down: true } | Self::Enhed { down: true })
    }

    fn key(self, f: &CardEntry<'_>) -> Key {
        let ordering = ListOrder::af(f.card, f.id);
        match self {
            Self::Frist => Key { tekst: None, ordering },
            Self::Foerste { .. } => Key { tekst: None, ordering: ListOrder { lovdag: f.card.foerste, ..ordering } },
            Self::MedarbejderNr => {
                Key { tekst: Some(f.nr.to_owned()), ordering: ListOrder { lovdag: NaiveDate::MIN, ..ordering } }
            }
            Self::Enhed { .. } => {
                Key { tekst: Some(f.ansvar.enhed.clone()), ordering: ListOrder { lovdag: NaiveDate::MIN, ..ordering } }
            }
        }
    }
}

/// The place of a forløb in a list: what is sorted by, then F, then the id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    tekst: Option<String>,
    ordering: ListOrder,
}

/// In a cursor: nothing stands out.
const WITHOUT_DAG: &str = "9";

impl Key {
    /// The place after which the next page begins, as the caller gives it back.
    #[must_use]
    pub fn cursor(&self) -> String {
        let ListOrder { lovdag, foerste, id } = self.ordering;
        let first = match &self.tekst {
            Some(tekst) => tekst.clone(),
            None if lovdag == NaiveDate::MAX => WITHOUT_DAG.to_owned(),
            None => lovdag.to_string(),
        };
        URL_SAFE_NO_PAD.encode(format!("{first}|{foerste}|{id}"))
    }

    /// The place that a cursor of the same order names.
    #[must_use]
    pub fn from_cursor(cursor: &str, sort: SortOrder) -> Option<Self> {
        let tekst = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
        let (rest, id) = tekst.rsplit_once('|')?;
        let (first, foerste) = rest.rsplit_once('|')?;
        let (foerste, id) = (dates::day(foerste).ok()?, Uuid::try_parse(id).ok()?);
        let (tekst, lovdag) = match sort {
            SortOrder::MedarbejderNr | SortOrder::Enhed { .. } => (Some(first.to_owned()), NaiveDate::MIN),
            _ if first == WITHOUT_DAG => (None, NaiveDate::MAX),
            _ => (None, dates::day(first).ok()?),
        };
        Some(Self { tekst, ordering: ListOrder { lovdag, foerste, id } })
    }
}

/// One page of a list.
#[derive(Debug)]
pub struct Excerpt {
    /// Its rows, in order.
    rows: Vec<Key>,
    /// There are more after it.
    more: bool,
    /// How many fit in all.
    count: usize,
}

impl Excerpt {
    /// The forløb of the page, in order.
    pub fn ids(&self) -> impl Iterator<Item = Uuid> {
        self.rows.iter().map(|n| n.ordering.id)
    }

    /// Where the page ends.
    #[must_use]
    pub fn sidste(&self) -> Option<&Key> {
        self.rows.last()
    }

    /// How many fit in all.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.count
    }

    /// There are more after it.
    #[must_use]
    pub const fn is_several(&self) -> bool {
        self.more
    }
}

/// The first `hoejst` after a place.
fn choose<'a>(
    all: impl Iterator<Item = CardEntry<'a>>,
    sort: SortOrder,
    after: Option<&Key>,
    at_most: usize,
) -> Excerpt {
    let place = |key: Key| Place { descending: sort.is_descending(), key };
    let after = after.map(|key| place(key.clone()));
    let (mut count, mut selection) = (0, Foremost::of(at_most));
    for f in all {
        count += 1;
        let place = place(sort.key(&f));
        if after.as_ref().is_none_or(|after| place > *after) {
            selection.take(place, ());
        }
    }
    let selection = selection.in_order();
    let more = selection.count() > at_most;
    let rows = selection.into_rows().map(|(place, ())| place.key).collect();
    Excerpt { rows, more, count }
}

/// The place of a row in an order that may run either way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place<K> {
    /// The last comes first.
    pub descending: bool,
    /// What is sorted by.
    pub key: K,
}

impl<K: Ord> Ord for Place<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        let order = self.key.cmp(&other.key);
        if self.descending { order.reverse() } else { order }
    }
}

impl<K: Ord> PartialOrd for Place<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Gathers the foremost rows of a list, and counts all of them: the others are not kept. Every list that is shown a page at a
/// time is put in order by it.
#[derive(Debug)]
pub struct Foremost<K, V> {
    most: usize,
    count: usize,
    /// Twice as many as are wanted at most, in no order: to part them now and then costs less than to keep them in order.
    rows: Vec<(K, V)>,
    /// They have been parted, and the last of those that are wanted stands at its place; whatever is after it does not count.
    parted: bool,
}

/// The foremost rows of a list in its order, and how many there were.
#[derive(Debug)]
pub struct Ordered<K, V> {
    count: usize,
    rows: Vec<(K, V)>,
}

impl<K: Ord, V> Foremost<K, V> {
    /// That many at most.
    #[must_use]
    pub const fn of(most: usize) -> Self {
        Self { most, count: 0, rows: Vec::new(), parted: false }
    }

    /// One more row; no two have the same key.
    pub fn take(&mut self, key: K, row: V) {
        self.count += 1;
        if self.most == 0 || (self.parted && key > self.rows[self.most - 1].0) {
            return;
        }
        self.rows.push((key, row));
        if self.rows.len() >= self.most.saturating_mul(2) {
            self.part();
        }
    }

    /// Only those that are wanted are left, the last of them in the last place.
    fn part(&mut self) {
        if self.rows.len() > self.most {
            self.rows.select_nth_unstable_by(self.most - 1, |(one, _), (other, _)| one.cmp(other));
            self.rows.truncate(self.most);
            self.parted = true;
        }
    }

    /// Those that are kept, in order.
    #[must_use]
    pub fn in_order(mut self) -> Ordered<K, V> {
        self.part();
        self.rows.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        Ordered { count: self.count, rows: self.rows }
    }
}

impl<K, V> Ordered<K, V> {
    /// How many rows there were in all.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.count
    }

    /// Those that are kept.
    pub fn rows(&self) -> impl Iterator<Item = (&K, &V)> {
        self.rows.iter().map(|(key, row)| (key, row))
    }

    /// The same, to keep.
    pub fn into_rows(self) -> impl Iterator<Item = (K, V)> {
        self.rows.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_foremost_are_those_of_the_whole_list_in_order(
            keys in prop::collection::btree_set(any::<u8>(), 0..60), most in 0_usize..70, descending: bool, seed: u64,
        ) {
            let mut sorted: Vec<u8> = keys.iter().copied().collect();
            if descending {
                sorted.reverse();
            }
            let mut shuffled = sorted.clone();
            shuffled.sort_by_key(|key| (u64::from(*key) + 1).wrapping_mul(seed | 1));
            let mut foremost = Foremost::of(most);
            for key in shuffled {
                foremost.take(Place { descending, key }, key);
            }
            let foremost = foremost.in_order();
            prop_assert_eq!(foremost.count(), sorted.len());
            let rows: Vec<u8> = foremost.into_rows().map(|(_, key)| key).collect();
            prop_assert_eq!(rows, &sorted[..most.min(sorted.len())]);
        }
    }
}
