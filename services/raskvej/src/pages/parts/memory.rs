//! What somebody has searched for and looked at in a session, so that they can go back to it.
//!
//! What is searched for is a person's name: it stands in no address and on no disk. The address of an answer has the number
//! of the search in the session, so that going back, reloading and a second window show what was searched for there. All of
//! it is in memory only, bounded, and gone with the session.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// Searches of a session that are remembered.
const SEARCHES: usize = 20;
/// Forløb of a session that are remembered.
const CASES: usize = 10;
/// Most sessions; the one that was used longest ago is forgotten.
const SESSIONS: usize = 5_000;
/// Hours without a page after which a session has ended, and with it what was remembered.
const HOURS: i64 = 8;

/// What is remembered of one session.
struct Session {
    used: DateTime<Utc>,
    searches: VecDeque<(u32, String)>,
    /// The number of the next search.
    next: u32,
    /// The one that was looked at last first.
    cases: VecDeque<Uuid>,
}

/// What is remembered of every session, by its name.
#[derive(Clone, Default)]
pub(crate) struct Memory(Arc<Mutex<HashMap<String, Session>>>);

impl Memory {
    fn sessions(&self) -> MutexGuard<'_, HashMap<String, Session>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<T>(&self, session: &str, now: DateTime<Utc>, how: impl FnOnce(&mut Session) -> T) -> T {
        let mut sessions = self.sessions();
        if !sessions.contains_key(session) {
            sessions.retain(|_, one| now - one.used <= TimeDelta::hours(HOURS));
            let oldest = sessions.iter().min_by_key(|(_, one)| one.used).map(|(name, _)| name.clone());
            if let Some(oldest) = oldest.filter(|_| sessions.len() >= SESSIONS) {
                sessions.remove(&oldest);
            }
        }
        let empty = || Session { used: now, searches: VecDeque::new(), next: 1, cases: VecDeque::new() };
        let one = sessions.entry(session.to_owned()).or_insert_with(empty);
        one.used = now;
        how(one)
    }

    /// Remembers what is searched for; the number of the search.
    pub(crate) fn searched(&self, session: &str, text: &str, now: DateTime<Utc>) -> u32 {
        self.change(session, now, |one| {
            // Who searches for the same once more is still where they were.
            if let Some((nr, _)) = one.searches.back().filter(|(_, before)| before == text) {
                return *nr;
            }
            let nr = one.next;
            one.next = one.next.wrapping_add(1);
            one.searches.push_back((nr, text.to_owned()));
            if one.searches.len() > SEARCHES {
                one.searches.pop_front();
            }
            nr
        })
    }

    /// What was searched for; nothing where it is forgotten, or was another session's.
    pub(crate) fn search(&self, session: &str, nr: u32) -> Option<String> {
        let sessions = self.sessions();
        sessions.get(session)?.searches.iter().find(|(one, _)| *one == nr).map(|(_, text)| text.clone())
    }

    /// A forløb was looked at.
    pub(crate) fn saw(&self, session: &str, forloeb: Uuid, now: DateTime<Utc>) {
        self.change(session, now, |one| {
            one.cases.retain(|case| *case != forloeb);
            one.cases.push_front(forloeb);
            one.cases.truncate(CASES);
        });
    }

    /// The forløb that were looked at, the last first.
    pub(crate) fn seen(&self, session: &str) -> Vec<Uuid> {
        self.sessions().get(session).map(|one| one.cases.iter().copied().collect()).unwrap_or_default()
    }

    /// A session has another name now.
    pub(crate) fn moved(&self, before: &str, now: &str) {
        let mut sessions = self.sessions();
        if let Some(one) = sessions.remove(before) {
            sessions.insert(now.to_owned(), one);
        }
    }

    /// The session has ended.
    pub(crate) fn forget(&self, session: &str) {
        self.sessions().remove(session);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: u32) -> DateTime<Utc> {
        format!("2026-02-06T{hour:02}:00:00Z").parse().unwrap()
    }

    #[test]
    fn a_search_is_found_again_by_its_number_and_by_nobody_else() {
        let memory = Memory::default();
        let first = memory.searched("a", "Åse Ærlig", at(8));
        let second = memory.searched("a", "Bo", at(8));
        assert_eq!(memory.searched("a", "Bo", at(8)), second, "the same once more");
        assert_ne!(first, second);
        assert_eq!(memory.search("a", first).as_deref(), Some("Åse Ærlig"), "going back");
        assert_eq!(memory.search("b", first), None, "another session has searches of its own");
        for n in 0..20 {
            memory.searched("a", &format!("navn {n}"), at(9));
        }
        assert_eq!(memory.search("a", first), None, "the oldest are forgotten");
        memory.moved("a", "c");
        assert_eq!((memory.search("a", 22), memory.search("c", 22).as_deref()), (None, Some("navn 19")));
        memory.forget("c");
        assert_eq!(memory.search("c", 22), None);
    }

    #[test]
    fn what_was_seen_last_comes_first_and_ends_with_the_session() {
        let memory = Memory::default();
        let ids: Vec<Uuid> = (1..=12).map(Uuid::from_u128).collect();
        ids.iter().for_each(|id| memory.saw("a", *id, at(8)));
        memory.saw("a", ids[5], at(8));
        let seen = memory.seen("a");
        assert_eq!((seen.len(), seen[0], seen[1]), (10, ids[5], ids[11]));
        memory.saw("b", ids[0], at(17));
        assert_eq!(memory.seen("a"), Vec::<Uuid>::new(), "after nine hours");
    }
}
