//! The policies that hold in some units or districts only, over the rules for everybody.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use chrono::NaiveDate;

use crate::rules::calendar::Calendar;
use crate::rules::politik::{LaidDown, Politik, Sted};
use crate::rules::set::Regelsaet;

/// The policies that name units or districts.
#[derive(Debug, Clone, Default)]
pub(super) struct Steder {
    /// By first day; of two from the same day the one that was laid down last comes last.
    politikker: Vec<LaidDown>,
    laid: Laid,
}

/// A rule set for everybody, by its address, and the policies over it, by their places.
type Key = (usize, [Option<usize>; 2]);

/// What was laid together already: every forløb of a unit shares one rule set. There are as many as there are spans of days
/// in which a unit's rules are the same.
#[derive(Clone, Default)]
struct Laid(Arc<RwLock<HashMap<Key, Both>>>);

/// The rule set for everybody, which keeps its address as long as it is here, and what lies over it.
struct Both {
    _below: Arc<Regelsaet>,
    above: Arc<Regelsaet>,
}

/// What has been asked for is nothing that one book has and another has not.
impl fmt::Debug for Laid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Laid")
    }
}

impl Steder {
    pub(super) fn new(politikker: &[LaidDown]) -> Self {
        let of_places = politikker.iter().filter(|laid| !laid.politik.is_general() && laid.comes_to_hold());
        let mut politikker: Vec<_> = of_places.cloned().collect();
        politikker.sort_by_key(|laid| laid.fra); // stable
        Self { politikker, laid: Laid::default() }
    }

    /// First absence day for which others have taken the place of a policy in all its units and districts.
    pub(super) fn taken_over(&self, laid: &LaidDown) -> Option<NaiveDate> {
        let own = self.politikker.iter().position(|one| one.nr == laid.nr)?;
        let later = &self.politikker[own + 1..];
        let next = |names: &dyn Fn(&Politik) -> bool| later.iter().find(|one| names(&one.politik)).map(|one| one.fra);
        let enheder = laid.politik.enhed.iter().flatten().map(|code| next(&|p| p.names_enhed(code)));
        let distrikter = laid.politik.distrikt.iter().flatten().map(|code| next(&|p| p.names_distrikt(code)));
        let taken: Option<Vec<_>> = enheder.chain(distrikter).collect();
        taken.and_then(|days| days.into_iter().max())
    }

    /// The rules of a place on a day, where these are the rules for everybody on that day.
    pub(super) fn over(
        &self,
        below: &Arc<Regelsaet>,
        dag: NaiveDate,
        sted: Sted<'_>,
        calendar: &Calendar,
    ) -> Arc<Regelsaet> {
        let newest = |names: &dyn Fn(&Politik) -> bool| {
            let nr = self.politikker.iter().rposition(|laid| laid.fra <= dag && names(&laid.politik))?;
            (!self.politikker[nr].is_withdrawn(dag)).then_some(nr)
        };
        let enhed = newest(&|p| p.names_enhed(sted.enhed));
        let distrikt = sted.distrikt.and_then(|code| newest(&|p| p.names_distrikt(code)));
        let layers = [distrikt.filter(|nr| Some(*nr) != enhed), enhed];
        if layers == [None; 2] {
            return below.clone();
        }
        let key = (Arc::as_ptr(below) as usize, layers);
        if let Some(both) = self.laid.0.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return both.above.clone();
        }
        let lay = |below: Regelsaet, nr: usize| match self.politikker.get(nr) {
            Some(laid) => laid.politik.over(&below, calendar),
            None => below,
        };
        let above = Arc::new(layers.into_iter().flatten().fold((**below).clone(), lay));
        let mut laid = self.laid.0.write().unwrap_or_else(PoisonError::into_inner);
        // Two who asked at the same time get the same one.
        laid.entry(key).or_insert_with(|| Both { _below: below.clone(), above }).above.clone()
    }
}
