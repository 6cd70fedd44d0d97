//! Room for pages that follow the log: each holds a connection, and a browser has six to one place.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Pages at a time, of everybody. A fraction of the connections there may be.
const MOST: usize = 200;
/// Pages at a time of one session: a browser needs connections for the rest.
const OF_ONE_SESSION: usize = 3;

/// How many pages follow the log, by session.
#[derive(Clone, Default)]
pub(crate) struct Live(Arc<Mutex<HashMap<String, usize>>>);

/// A place for one page, for as long as it is kept.
pub(crate) struct Place {
    live: Live,
    session: String,
}

impl Live {
    fn by_session(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for a page of this session, if there is one.
    pub(crate) fn place(&self, session: &str) -> Option<Place> {
        let mut by_session = self.by_session();
        let total: usize = by_session.values().sum();
        let own = by_session.get(session).copied().unwrap_or_default();
        if total >= MOST || own >= OF_ONE_SESSION {
            return None;
        }
        by_session.insert(session.to_owned(), own + 1);
        Some(Place { live: self.clone(), session: session.to_owned() })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut by_session = self.live.by_session();
        if let Some(count) = by_session.get_mut(&self.session) {
            *count -= 1;
            if *count == 0 {
                by_session.remove(&self.session);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_has_three_places_and_all_together_two_hundred() {
        let live = Live::default();
        let mut kept: Vec<Place> = (0..3).map(|_| live.place("a").unwrap()).collect();
        assert!(live.place("a").is_none() && live.place("b").is_some());
        kept.pop();
        kept.push(live.place("a").unwrap());
        kept.extend((0..197).map(|n| live.place(&format!("c{n}")).unwrap()));
        assert!(live.place("d").is_none());
        drop(kept);
        assert!(live.by_session().is_empty());
    }
}
