//! Which forløb have changed lately: whoever keeps something of each of them looks at those anew, not at all there are.

use std::collections::VecDeque;
use std::sync::Arc;

use super::Projections;
use super::aktuelle::Aktuel;

/// Most changes that are remembered; whoever has not looked for longer goes through all once.
const REMEMBERED: usize = 16_384;

/// The places of the forløb that have changed, the latest last.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// Of these projections and no others.
    whose: Arc<()>,
    /// How many have been forgotten.
    forgotten: u64,
    places: VecDeque<u32>,
}

/// How far somebody has followed the changes of some projections.
#[derive(Debug, Clone)]
pub struct Followed {
    whose: Arc<()>,
    count: u64,
}

impl Changes {
    pub(super) fn note(&mut self, place: u32) {
        if self.places.len() == REMEMBERED {
            self.places.pop_front();
            self.forgotten += 1;
        }
        self.places.push_back(place);
    }
}

impl Projections {
    /// How far there is to follow.
    #[must_use]
    pub fn followed(&self) -> Followed {
        let Changes { whose, forgotten, places } = self.aktuelle.changes();
        Followed { whose: whose.clone(), count: forgotten + places.len() as u64 }
    }

    /// The places at which something has changed since, each once; none where that is not known any more, or where these are
    /// other projections, and everything is to be looked at.
    #[must_use]
    pub fn changed_since(&self, followed: &Followed) -> Option<Vec<u32>> {
        let Changes { whose, forgotten, places } = self.aktuelle.changes();
        let known = usize::try_from(followed.count.checked_sub(*forgotten)?).ok()?;
        if !Arc::ptr_eq(whose, &followed.whose) || known > places.len() {
            return None;
        }
        let mut changed: Vec<u32> = places.range(known..).copied().collect();
        changed.sort_unstable();
        changed.dedup();
        Some(changed)
    }

    /// What is at a place; nothing where it is at rest by now.
    #[must_use]
    pub fn aktuel_at(&self, place: u32) -> Option<&Arc<Aktuel>> {
        self.aktuelle.find(place)
    }

    /// Everything that is not at rest, with its place, in no order.
    pub fn aktuelle(&self) -> impl Iterator<Item = (u32, &Arc<Aktuel>)> {
        self.aktuelle.all()
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use forloeb::Regelbog;

    use super::*;

    #[test]
    fn who_follows_gets_each_place_once_and_who_comes_too_late_or_from_elsewhere_gets_none() {
        let mut projections = Projections::empty(Arc::new(Regelbog::built_in()), NaiveDate::MIN);
        let first = projections.followed();
        for place in [7, 3, 7] {
            projections.aktuelle.note_changed(place);
        }
        let then = projections.followed();
        assert_eq!(projections.changed_since(&first), Some(vec![3, 7]));
        assert_eq!(projections.changed_since(&then), Some(vec![]));
        (0..REMEMBERED).for_each(|_| projections.aktuelle.note_changed(9));
        assert_eq!(projections.changed_since(&first), None, "what came first is forgotten");
        assert_eq!(projections.changed_since(&then), Some(vec![9]), "exactly as much as is remembered");
        projections.aktuelle.note_changed(9);
        assert_eq!(projections.changed_since(&then), None);
        let others = Projections::empty(Arc::new(Regelbog::built_in()), NaiveDate::MIN);
        assert_eq!(others.changed_since(&then), None, "projections that were built anew");
    }
}
