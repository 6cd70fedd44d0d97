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
/// Lists of a session that are remembered.
const LISTS: usize = 4;
/// Forløb of a list that one can go through.
pub(crate) const ITEMS: usize = 2_000;
/// Answers to rows that were sent together, of a session.
const ANSWERS: usize = 10;
/// Most sessions; the one that was used longest ago is forgotten.
const SESSIONS: usize = 5_000;
/// Hours without a page after which a session has ended, and with it what was remembered.
const HOURS: i64 = 8;

/// A list that was shown, as one goes through it.
#[derive(Clone)]
pub(crate) struct List {
    /// What it is called after "tilbage til".
    pub(crate) title: &'static str,
    /// Its address, with place and filter. It holds no name.
    pub(crate) address: String,
    /// Its forløb in order, each once, and the address where something is to be done with it.
    pub(crate) items: Vec<(Uuid, String)>,
}

/// Where somebody stands in a list.
pub(crate) struct InList {
    /// The list, at the row of the forløb.
    pub(crate) back: String,
    pub(crate) title: &'static str,
    /// Its number in the list, and how many there are.
    pub(crate) at: (usize, usize),
    pub(crate) previous: Option<String>,
    pub(crate) next: Option<String>,
    /// The list's address alone, and the forløb that one goes on with there.
    pub(crate) onward: (String, Uuid),
}

/// What came of rows that were sent together.
#[derive(Clone, Default)]
pub(crate) struct Answer {
    /// Those that were done, where the log does not say.
    pub(crate) done: Vec<Uuid>,
    /// Those that were refused, and why.
    pub(crate) refused: Vec<(Uuid, String)>,
    /// The list that they were chosen in.
    pub(crate) back: String,
}

/// What is remembered of one session.
struct Session {
    used: DateTime<Utc>,
    searches: VecDeque<(u32, String)>,
    /// The number of the next search.
    next: u32,
    /// The one that was looked at last first.
    cases: VecDeque<Uuid>,
    /// The one that was shown last first.
    lists: VecDeque<List>,
    answers: VecDeque<(u32, Answer)>,
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
        let empty = || Session {
            used: now,
            searches: VecDeque::new(),
            next: 1,
            cases: VecDeque::new(),
            lists: VecDeque::new(),
            answers: VecDeque::new(),
        };
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

    /// Remembers what came of rows; the number of the answer.
    pub(crate) fn answered(&self, session: &str, answer: Answer, now: DateTime<Utc>) -> u32 {
        self.change(session, now, |one| {
            let nr = one.next;
            one.next = one.next.wrapping_add(1);
            one.answers.push_back((nr, answer));
            if one.answers.len() > ANSWERS {
                one.answers.pop_front();
            }
            nr
        })
    }

    /// What came of rows; nothing where it is forgotten, or was another session's.
    pub(crate) fn answer(&self, session: &str, nr: u32) -> Option<Answer> {
        let sessions = self.sessions();
        sessions.get(session)?.answers.iter().find(|(one, _)| *one == nr).map(|(_, answer)| answer.clone())
    }

    /// A session has another name now.
    pub(crate) fn moved(&self, before: &str, now: &str) {
        let mut sessions = self.sessions();
        if let Some(one) = sessions.remove(before) {
            sessions.insert(now.to_owned(), one);
        }
    }

    /// A list was shown.
    pub(crate) fn listed(&self, session: &str, mut list: List, now: DateTime<Utc>) {
        list.items.truncate(ITEMS);
        self.change(session, now, |one| {
            one.lists.retain(|other| other.address != list.address);
            one.lists.push_front(list);
            one.lists.truncate(LISTS);
        });
    }

    /// Where a forløb stands in the list that was shown last and has it.
    pub(crate) fn in_list(&self, session: &str, forloeb: Uuid) -> Option<InList> {
        let sessions = self.sessions();
        let lists = &sessions.get(session)?.lists;
        let (list, at) = lists.iter().find_map(|list| {
            let at = list.items.iter().position(|(id, _)| *id == forloeb)?;
            Some((list, at))
        })?;
        let path = |at: usize| list.items.get(at).map(|(_, path)| path.clone());
        Some(InList {
            back: format!("{}#r-{forloeb}", list.address),
            title: list.title,
            at: (at + 1, list.items.len()),
            previous: at.checked_sub(1).and_then(path),
            next: path(at + 1),
            onward: (list.address.clone(), list.items.get(at + 1).map_or(forloeb, |(id, _)| *id)),
        })
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
    fn one_goes_through_the_list_that_was_shown_last_and_back_to_its_place() {
        let memory = Memory::default();
        let ids: Vec<Uuid> = (1..=3).map(Uuid::from_u128).collect();
        let list = |address: &str, ids: &[Uuid]| List {
            title: "listen",
            address: address.to_owned(),
            items: ids.iter().map(|id| (*id, format!("/forloeb/{id}"))).collect(),
        };
        memory.listed("a", list("/?goer=ring", &ids), at(8));
        memory.listed("a", list("/hr?side=2", &ids[..1]), at(8));
        let middle = memory.in_list("a", ids[1]).unwrap();
        assert_eq!((middle.at, middle.back), ((2, 3), format!("/?goer=ring#r-{}", ids[1])));
        let path = |id: &Uuid| Some(format!("/forloeb/{id}"));
        assert_eq!((middle.previous, middle.next), (path(&ids[0]), path(&ids[2])));
        assert_eq!(middle.onward, ("/?goer=ring".to_owned(), ids[2]), "where one goes on when it is done");
        let first = memory.in_list("a", ids[0]).unwrap();
        assert_eq!(
            (first.back, first.at),
            (format!("/hr?side=2#r-{}", ids[0]), (1, 1)),
            "the list that was shown last"
        );
        assert!(first.previous.is_none() && first.next.is_none());
        assert!(memory.in_list("b", ids[0]).is_none() && memory.in_list("a", Uuid::nil()).is_none());
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
