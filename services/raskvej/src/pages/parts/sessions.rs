//! The sessions: a random cookie, of which only the hash is kept.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use forloeb::words::Rolle;
use serde::{Deserialize, Serialize};
use sled::Db;
use tokio::task::JoinHandle;

use super::fault::PageError;
use crate::access::User;
use crate::clock::Clock;
use crate::keys::fill_random;
use crate::token::{ByToken, fingerprint};

/// Hours without a page after which one has to log in again.
const TIMER: i64 = 8;
/// The last use is written down at most this often.
const NOTE_EACH_SECOND: i64 = 60;

#[derive(Serialize, Deserialize)]
struct Session {
    rolle: Rolle,
    nr: Option<String>,
    /// The token somebody logged in with: the session ends with it.
    #[serde(default)]
    token: Option<ByToken>,
    #[serde(rename = "lavet")]
    made: DateTime<Utc>,
    #[serde(rename = "brugt")]
    used: DateTime<Utc>,
}

impl Session {
    fn user(&self) -> User {
        User { token: self.token.clone(), ..User::new(self.rolle, self.nr.clone()) }
    }
}

/// The sessions: in memory, and in a small store of their own, which is written on threads that answer nobody. Losing it
/// means logging in again.
#[derive(Clone)]
pub(crate) struct Sessions {
    store: Db,
    /// By the fingerprint of what is in the cookie.
    known: Arc<Mutex<HashMap<String, Session>>>,
}

impl Sessions {
    pub(crate) fn open(folder: &Path) -> sled::Result<Self> {
        let open = |folder: &Path| {
            let folder = folder.to_owned();
            // sled 0.34 can panic on files that a crash or a hand has damaged.
            std::panic::catch_unwind(move || {
                sled::Config::new().path(folder).cache_capacity(1 << 20).open().map(Self::of)
            })
            .unwrap_or_else(|_| Err(sled::Error::Unsupported("beskadiget".to_owned())))
        };
        open(folder).or_else(|error| {
            tracing::warn!(%error, "sessionerne kan ikke læses; alle skal logge ind igen");
            std::fs::remove_dir_all(folder).map_err(sled::Error::Io)?;
            open(folder)
        })
    }

    fn of(store: Db) -> Self {
        let session = |(key, bytes): (sled::IVec, sled::IVec)| {
            Some((String::from_utf8(key.to_vec()).ok()?, serde_json::from_slice(&bytes).ok()?))
        };
        let known = store.iter().flatten().filter_map(session).collect();
        Self { store, known: Arc::new(Mutex::new(known)) }
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, Session>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Works on the store where that keeps nobody waiting.
    fn aside<T: Send + 'static>(&self, work: impl FnOnce(&Db) -> T + Send + 'static) -> JoinHandle<T> {
        let store = self.store.clone();
        tokio::task::spawn_blocking(move || work(&store))
    }

    /// Makes a session; what goes into the cookie.
    pub(crate) async fn begin(&self, user: &User, now: DateTime<Utc>) -> Result<String, PageError> {
        self.tidy_up(now);
        let mut bytes = [0; 32];
        fill_random(&mut bytes).map_err(PageError::internal)?;
        let secret = URL_SAFE_NO_PAD.encode(bytes);
        let User { rolle, nr, token, .. } = user.clone();
        let (key, session) = (fingerprint(&secret), Session { rolle, nr, token, made: now, used: now });
        let (name, bytes) = (key.clone(), written(&session)?);
        let stored = self.aside(move |store| store.insert(name, bytes).map(drop));
        stored.await.map_err(PageError::internal)?.map_err(PageError::internal)?;
        self.known().insert(key, session);
        Ok(secret)
    }

    /// Whose session it is, unless it was not used for too long; that it was looked for is no use of it.
    pub(crate) fn look(&self, secret: &str, now: DateTime<Utc>) -> Option<User> {
        let known = self.known();
        let session = known.get(&fingerprint(secret))?;
        (now - session.used <= TimeDelta::hours(TIMER)).then(|| session.user())
    }

    /// Whose session it is, unless it was not used for too long.
    pub(crate) fn find(&self, secret: &str, now: DateTime<Utc>) -> Option<User> {
        let key = fingerprint(secret);
        let mut known = self.known();
        let session = known.get_mut(&key)?;
        let (since, user) = (now - session.used, session.user());
        if since > TimeDelta::hours(TIMER) {
            known.remove(&key);
            self.aside(move |store| drop(store.remove(&key)));
            return None;
        }
        if since >= TimeDelta::seconds(NOTE_EACH_SECOND) {
            session.used = now;
            let bytes = written(session).ok()?;
            // Where somebody logs out meanwhile it stays away.
            let note = move |was: Option<&[u8]>| was.map(|_| bytes.clone());
            self.aside(move |store| {
                if let Err(error) = store.fetch_and_update(key, note) {
                    tracing::warn!(%error, "sessionens seneste brug kan ikke noteres");
                }
            });
        }
        Some(user)
    }

    /// Somebody logs out.
    pub(crate) async fn end(&self, secret: &str) -> Result<(), PageError> {
        let key = fingerprint(secret);
        self.known().remove(&key);
        let removed = self.aside(move |store| store.remove(&key).and_then(|_| store.flush()));
        if let Err(error) = removed.await.map_err(PageError::internal)? {
            tracing::warn!(%error, "sessionen kan ikke slettes");
        }
        Ok(())
    }

    fn tidy_up(&self, now: DateTime<Utc>) {
        let old = |session: &Session| now - session.used > TimeDelta::hours(TIMER);
        let gone: Vec<String> = self.known().extract_if(|_, session| old(session)).map(|(key, _)| key).collect();
        self.aside(move |store| gone.into_iter().for_each(|key| drop(store.remove(key))));
    }
}

fn written(session: &Session) -> Result<Vec<u8>, PageError> {
    serde_json::to_vec(session).map_err(PageError::internal)
}

/// Sessions go by the machine's own clock: moving the demonstration's does not log anybody out.
pub(crate) fn now() -> DateTime<Utc> {
    Clock::System.now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_session_expires_when_unused_and_is_kept_as_a_fingerprint_only() {
        let folder = tempfile::tempdir().unwrap();
        let sessions = Sessions::open(folder.path()).unwrap();
        let start = "2026-01-05T08:00:00Z".parse().unwrap();
        let leder = User::new(Rolle::Leder, Some("10001".into()));
        let secret = sessions.begin(&leder, start).await.unwrap();
        assert!(sessions.store.get(&secret).unwrap().is_none());
        assert_eq!(sessions.find(&secret, start + TimeDelta::hours(7)), Some(leder.clone()));
        assert_eq!(sessions.find(&secret, start + TimeDelta::hours(14)), Some(leder.clone()));
        assert_eq!(sessions.look(&secret, start + TimeDelta::hours(21)), Some(leder));
        assert_eq!(sessions.look(&secret, start + TimeDelta::hours(23)), None);
        assert_eq!(sessions.find(&secret, start + TimeDelta::hours(23)), None);
        assert_eq!(sessions.find(&secret, start + TimeDelta::hours(14)), None, "gone for good");
    }

    #[test]
    fn a_session_is_there_after_a_restart_and_not_when_somebody_logged_out() {
        let folder = tempfile::tempdir().unwrap();
        let (start, hr) = ("2026-01-05T08:00:00Z".parse().unwrap(), User::new(Rolle::Hr, None));
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let (stays, ends) = runtime.block_on(async {
            let sessions = Sessions::open(folder.path()).unwrap();
            let (stays, ends) = (sessions.begin(&hr, start).await.unwrap(), sessions.begin(&hr, start).await.unwrap());
            // Its last use is noted while it ends.
            assert!(sessions.find(&ends, start + TimeDelta::hours(1)).is_some());
            sessions.end(&ends).await.unwrap();
            assert_eq!(sessions.find(&ends, start), None);
            (stays, ends)
        });
        drop(runtime); // nobody works on the files any more
        let again = Sessions::open(folder.path()).unwrap();
        assert_eq!((again.find(&ends, start), again.find(&stays, start)), (None, Some(hr)));
    }
}
