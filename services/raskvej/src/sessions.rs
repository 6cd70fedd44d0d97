//! Who is logged in. tower-sessions has the cookie and its id; here is what is kept of a session, and when it ends.
//!
//! In memory, and in a small store of its own, which is written on threads that answer nobody. Losing it means logging in
//! again. Of the id in the cookie only the hash is kept, so that who reads the folder is not logged in by it.

mod at_provider;
mod folder;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod ties;

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use doors::logout::Ended;
use forloeb::words::Rolle;
use serde::{Deserialize, Serialize};
use sled::Db;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tower_sessions::SessionStore;
use tower_sessions::cookie::time::OffsetDateTime;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error as StoreError, Result as StoreResult};

use crate::access::User;
use crate::clock::Clock;
use crate::core::App;
use crate::token::{ByToken, fingerprint};
pub(crate) use at_provider::AtProvider;
use ties::Ties;

/// Hours without a page after which one has to log in again.
const IDLE: i64 = 8;
/// Hours after which one has to log in again, whatever one did meanwhile.
const LONGEST: i64 = 12;
/// Hours that a session which ended by itself is remembered: a form that was open in it can still be taken in.
const REMEMBERED: i64 = 24;
/// The last use is written down at most this often.
const NOTE_EACH_SECOND: i64 = 60;
/// Who is erased is forgotten within this time.
const LOOKS_EACH: Duration = Duration::from_secs(5);
/// How long what failed waits for the next try.
const TRIES_AGAIN: Duration = Duration::from_secs(60);
/// Most sessions of one person, or of one role where nobody says who it is; the one that was used longest ago ends.
const MOST_OF_ONE: usize = 100;
/// Under which name the library keeps ours in a session.
const WHO: &str = "hvem";

/// A role that somebody was given, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Grant {
    pub(crate) rolle: Rolle,
    /// Only in these units; everywhere that the role reaches, where it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) enheder: Option<Vec<String>>,
}

/// Who somebody is that logged in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Who {
    /// Employee number.
    pub(crate) nr: Option<String>,
    /// What the login gave; each role once.
    pub(crate) grants: Vec<Grant>,
    /// The one of them that is in use. None: it has to be chosen.
    pub(crate) rolle: Option<Rolle>,
    /// The provider they came by, by its code; none with a token, or a button of the demonstration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) provider: Option<String>,
    /// Which login there, where they came by a provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) login: Option<AtProvider>,
    /// The token they logged in with: the session ends with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) token: Option<ByToken>,
    /// What they look up for, in their words, where they have no relation to those they look up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) formaal: Option<String>,
    /// When they logged in.
    pub(crate) since: DateTime<Utc>,
}

impl Who {
    /// Somebody with one role, without a provider.
    pub(crate) fn of_user(user: &User, now: DateTime<Utc>) -> Self {
        let grants = vec![Grant { rolle: user.rolle, enheder: None }];
        Self {
            nr: user.nr.clone(),
            grants,
            rolle: Some(user.rolle),
            provider: None,
            login: None,
            token: user.token.clone(),
            formaal: None,
            since: now,
        }
    }

    /// As whom they act, once they have a role.
    pub(crate) fn user(&self) -> Option<User> {
        self.acting_as(self.rolle?)
    }

    /// As whom they act in one of their roles.
    pub(crate) fn acting_as(&self, rolle: Rolle) -> Option<User> {
        let grant = self.grants.iter().find(|grant| grant.rolle == rolle)?;
        let user = User { token: self.token.clone(), ..User::new(grant.rolle, self.nr.clone()) };
        Some(match &grant.enheder {
            Some(enheder) => user.narrowed_to(enheder.iter().cloned()),
            None => user,
        })
    }

    fn is_one_with(&self, other: &Self) -> bool {
        self.nr == other.nr && (self.nr.is_some() || self.rolle == other.rolle)
    }
}

/// What is kept of a session.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Kept {
    who: Who,
    #[serde(rename = "brugt")]
    used: DateTime<Utc>,
}

impl Kept {
    fn ended(&self) -> DateTime<Utc> {
        (self.used + TimeDelta::hours(IDLE)).min(self.who.since + TimeDelta::hours(LONGEST))
    }
}

/// A session as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listed {
    /// The first letters of its hash; enough to name it, nothing to log in with.
    pub(crate) name: String,
    pub(crate) who: Who,
    pub(crate) used: DateTime<Utc>,
}

/// All sessions, and which login at a provider belongs to which employee number.
#[derive(Clone)]
pub struct Sessions {
    store: Db,
    /// Which login belongs to which employee number.
    ties: Arc<Ties>,
    /// By the hash of the id in the cookie.
    known: Arc<Mutex<HashMap<String, Kept>>>,
    clock: Arc<Clock>,
}

impl std::fmt::Debug for Sessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sessions").finish_non_exhaustive()
    }
}

impl Sessions {
    /// Opens those of a data folder. What is damaged of the sessions is put away: all have to log in again. That somebody else
    /// has it open is waited for a little, and then it is an error.
    ///
    /// # Errors
    /// Another process has them open, the disk does not take them, or which login belongs to whom cannot be read.
    pub fn open(data: &Path, clock: Arc<Clock>) -> sled::Result<Self> {
        let store = folder::open(&data.join(folder::NAME), folder::PATIENCE)?;
        let ties = Arc::new(Ties::open(data, &store)?);
        let mut known = HashMap::new();
        for (key, bytes) in store.iter().flatten() {
            let name = String::from_utf8(key.to_vec()).ok();
            match name.zip(serde_json::from_slice(&bytes).ok()) {
                Some((name, kept)) => drop(known.insert(name, kept)),
                // As an earlier version wrote it.
                None => drop(store.remove(key)),
            }
        }
        Ok(Self { store, ties, known: Arc::new(Mutex::new(known)), clock })
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, Kept>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The time that sessions go by.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Works on the store where that keeps nobody waiting.
    fn aside<T: Send + 'static>(&self, work: impl FnOnce(&Db) -> T + Send + 'static) -> JoinHandle<T> {
        let store = self.store.clone();
        tokio::task::spawn_blocking(move || work(&store))
    }

    /// Somebody did something in the session of this name, which is the hash of its id: it goes on.
    pub(crate) fn used(&self, name: &str) {
        let now = self.now();
        let bytes = {
            let mut known = self.known();
            let Some(kept) = known.get_mut(name) else { return };
            if now - kept.used < TimeDelta::seconds(NOTE_EACH_SECOND) || now > kept.ended() {
                return;
            }
            kept.used = now;
            serde_json::to_vec(&*kept)
        };
        let Ok(bytes) = bytes else { return };
        let key = name.to_owned();
        // Where somebody logs out meanwhile it stays away.
        let note = move |was: Option<&[u8]>| was.map(|_| bytes.clone());
        self.aside(move |store| {
            if let Err(error) = store.fetch_and_update(key, note) {
                tracing::warn!(%error, "sessionens seneste brug kan ikke noteres");
            }
        });
    }

    /// When the session of this name ends if nothing more is done in it, and when it ends whatever is done.
    pub(crate) fn ends(&self, name: &str) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let known = self.known();
        let kept = known.get(name)?;
        Some((kept.ended(), kept.who.since + TimeDelta::hours(LONGEST)))
    }

    /// Whose session goes on. It is no use of it.
    pub(crate) fn standing(&self, id: &Id) -> Option<Who> {
        let now = self.now();
        let known = self.known();
        known.get(&hash(id)).filter(|kept| kept.ended() >= now).map(|kept| kept.who.clone())
    }

    /// Whose session ended by itself not long ago.
    pub(crate) fn ended(&self, id: &Id) -> Option<Who> {
        let now = self.now();
        let known = self.known();
        known.get(&hash(id)).filter(|kept| kept.ended() < now).map(|kept| kept.who.clone())
    }

    async fn write(&self, record: &Record) -> StoreResult<()> {
        let who = record.data.get(WHO).cloned().and_then(|who| serde_json::from_value::<Who>(who).ok());
        let Some(who) = who else { return Err(StoreError::Encode("sessionen er ikke nogens".to_owned())) };
        let now = self.now();
        self.make_room(&who, now).await?;
        let (key, kept) = (hash(&record.id), Kept { who, used: now });
        let bytes = serde_json::to_vec(&kept).map_err(|error| StoreError::Encode(error.to_string()))?;
        let name = key.clone();
        let stored = self.aside(move |store| store.insert(name, bytes).map(drop));
        stored.await.map_err(backend)?.map_err(backend)?;
        self.known().insert(key, kept);
        Ok(())
    }

    /// Takes away what is over, and what is too much of one.
    async fn make_room(&self, who: &Who, now: DateTime<Utc>) -> StoreResult<()> {
        let gone: Vec<String> = {
            let mut known = self.known();
            let old = |kept: &Kept| now - kept.ended() > TimeDelta::hours(REMEMBERED);
            let mut gone: Vec<String> = known.extract_if(|_, kept| old(kept)).map(|(key, _)| key).collect();
            let mut theirs: Vec<(DateTime<Utc>, String)> =
                known.iter().filter(|(_, k)| k.who.is_one_with(who)).map(|(key, k)| (k.used, key.clone())).collect();
            theirs.sort_unstable();
            let too_many = (theirs.len() + 1).saturating_sub(MOST_OF_ONE);
            gone.extend(theirs.into_iter().take(too_many).map(|(_, key)| key));
            gone.iter().for_each(|key| drop(known.remove(key)));
            gone
        };
        self.forget(gone).await
    }

    async fn forget(&self, keys: Vec<String>) -> StoreResult<()> {
        if keys.is_empty() {
            return Ok(());
        }
        let removed = self.aside(move |store| {
            keys.into_iter().try_for_each(|key| store.remove(key).map(drop))?;
            store.flush().map(drop)
        });
        removed.await.map_err(backend)?.map_err(backend)
    }

    /// Those that have not ended, the latest used first.
    pub(crate) fn list(&self) -> Vec<Listed> {
        let now = self.now();
        let listed = |(key, kept): (&String, &Kept)| Listed {
            name: key.chars().take(12).collect(),
            who: kept.who.clone(),
            used: kept.used,
        };
        let mut all: Vec<Listed> = self.known().iter().filter(|(_, kept)| kept.ended() >= now).map(listed).collect();
        all.sort_by(|a, b| b.used.cmp(&a.used).then_with(|| a.name.cmp(&b.name)));
        all
    }

    /// Ends all that are meant; how many. What was ended by somebody is not remembered.
    ///
    /// # Errors
    /// The store does not take it; in memory they have ended all the same.
    pub(crate) async fn end(&self, meant: impl Fn(&Listed) -> bool) -> StoreResult<usize> {
        let names: HashSet<String> = self.list().into_iter().filter(meant).map(|listed| listed.name).collect();
        let keys: Vec<String> = {
            let mut known = self.known();
            known.extract_if(|key, _| names.contains(&key[..12])).map(|(key, _)| key).collect()
        };
        let count = keys.len();
        self.forget(keys).await?;
        Ok(count)
    }

    /// Ends those that rest on a login that has ended at its provider; how many.
    ///
    /// # Errors
    /// As [`Self::end`].
    pub(crate) async fn end_at_provider(&self, code: &str, issuer: &str, ended: &Ended) -> StoreResult<usize> {
        let over = |who: &Who| who.login.as_ref().is_some_and(|login| login.is_over(issuer, ended));
        self.end(|listed| listed.who.provider.as_deref() == Some(code) && over(&listed.who)).await
    }

    /// The employee number that a login belongs to: the one it came with first.
    ///
    /// # Errors
    /// The disk does not take it.
    pub(crate) async fn identity(&self, issuer: &str, subject: &str, nr: &str) -> StoreResult<String> {
        let login = at_provider::login(issuer, subject);
        let (ties, nr) = (self.ties.clone(), nr.to_owned());
        let first = tokio::task::spawn_blocking(move || ties.first(login, nr));
        first.await.map_err(backend)?.map_err(backend)
    }

    /// Which logins belong to these employee numbers is forgotten; how many.
    ///
    /// # Errors
    /// The disk does not take it.
    pub(crate) async fn untie(&self, meant: impl Fn(&str) -> bool + Send + 'static) -> StoreResult<usize> {
        let ties = self.ties.clone();
        let untied = tokio::task::spawn_blocking(move || ties.untie(meant));
        untied.await.map_err(backend)?.map_err(backend)
    }

    /// Forgets who is erased until the service stops, whoever carried it out and by which way: HR's page, the API, the terminal,
    /// or the list of erasures at the start. Meanwhile nothing is shown to them: who was erased is asked about at every request.
    pub(crate) async fn follow_erasures(&self, app: &Arc<App>, mut stop: watch::Receiver<bool>) {
        loop {
            let rest = match self.forget_erased(app).await {
                Ok(()) => LOOKS_EACH,
                Err(error) => {
                    tracing::warn!(%error, "sessioner for slettede kan ikke fjernes; det prøves igen");
                    TRIES_AGAIN
                }
            };
            tokio::select! {
                () = tokio::time::sleep(rest) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
    }

    /// Nothing is left here of who was erased.
    ///
    /// # Errors
    /// The store does not take it.
    async fn forget_erased(&self, app: &Arc<App>) -> StoreResult<()> {
        let gone: Vec<String> = {
            let erased = |kept: &Kept| kept.who.nr.as_deref().is_some_and(|nr| app.projections().is_erased(nr));
            self.known().extract_if(|_, kept| erased(kept)).map(|(key, _)| key).collect()
        };
        self.forget(gone).await?;
        let app = app.clone();
        self.untie(move |nr| app.projections().is_erased(nr)).await.map(drop)
    }
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> StoreResult<()> {
        while self.known().contains_key(&hash(&record.id)) {
            record.id = Id::default();
        }
        self.write(record).await
    }

    async fn save(&self, record: &Record) -> StoreResult<()> {
        self.write(record).await
    }

    async fn load(&self, id: &Id) -> StoreResult<Option<Record>> {
        let now = self.now();
        let who = {
            let known = self.known();
            let Some(kept) = known.get(&hash(id)).filter(|kept| now <= kept.ended()) else { return Ok(None) };
            serde_json::to_value(&kept.who).map_err(|error| StoreError::Encode(error.to_string()))?
        };
        // When it ends is ours to say: the library sets this when it writes, and never asks for it.
        let expiry_date = OffsetDateTime::UNIX_EPOCH;
        Ok(Some(Record { id: *id, data: [(WHO.to_owned(), who)].into(), expiry_date }))
    }

    async fn delete(&self, id: &Id) -> StoreResult<()> {
        let key = hash(id);
        if self.known().remove(&key).is_none() {
            return Ok(());
        }
        self.forget(vec![key]).await
    }
}

/// Who is logged in, in the session of a request.
pub(crate) async fn who(session: &tower_sessions::Session) -> Option<Who> {
    session.get(WHO).await.ok().flatten()
}

/// Puts somebody into the session of a request, under a new id: what the browser had before ends.
///
/// # Errors
/// The store does not take it.
pub(crate) async fn put(session: &tower_sessions::Session, who: &Who) -> Result<(), tower_sessions::session::Error> {
    session.cycle_id().await?;
    session.insert(WHO, who).await
}

fn hash(id: &Id) -> String {
    fingerprint(&id.to_string())
}

fn backend(error: impl std::fmt::Display) -> StoreError {
    StoreError::Backend(error.to_string())
}
