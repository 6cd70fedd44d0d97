//! The sessions: a random cookie, of which only the hash is kept.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use forloeb::words::Rolle;
use serde::{Deserialize, Serialize};
use sled::Db;

use super::fault::PageError;
use crate::access::{User, fingerprint};
use crate::clock::Clock;
use crate::keys::fill_random;

/// Hours without a page after which one has to log in again.
const TIMER: i64 = 8;
/// The last use is written down at most this often.
const NOTE_EACH_SECOND: i64 = 60;

#[derive(Serialize, Deserialize)]
struct Session {
    rolle: Rolle,
    nr: Option<String>,
    #[serde(rename = "lavet")]
    made: DateTime<Utc>,
    #[serde(rename = "brugt")]
    used: DateTime<Utc>,
}

/// The sessions, in a small store of their own: losing it means logging in again.
#[derive(Clone)]
pub(crate) struct Sessions(Db);

impl Sessions {
    pub(crate) fn open(folder: &Path) -> sled::Result<Self> {
        let open = |folder: &Path| {
            let folder = folder.to_owned();
            // sled 0.34 can panic on files that a crash or a hand has damaged.
            std::panic::catch_unwind(move || sled::Config::new().path(folder).cache_capacity(1 << 20).open())
                .unwrap_or_else(|_| Err(sled::Error::Unsupported("beskadiget".to_owned())))
        };
        open(folder)
            .or_else(|error| {
                tracing::warn!(%error, "sessionerne kan ikke læses; alle skal logge ind igen");
                std::fs::remove_dir_all(folder).map_err(sled::Error::Io)?;
                open(folder)
            })
            .map(Self)
    }

    /// Makes a session; what goes into the cookie.
    pub(crate) fn begin(&self, user: &User, now: DateTime<Utc>) -> Result<String, PageError> {
        self.tidy_up(now);
        let mut bytes = [0; 32];
        fill_random(&mut bytes).map_err(PageError::internal)?;
        let secret = URL_SAFE_NO_PAD.encode(bytes);
        let session = Session { rolle: user.rolle, nr: user.nr.clone(), made: now, used: now };
        self.store(&fingerprint(&secret), &session).map_err(PageError::internal)?;
        Ok(secret)
    }

    fn store(&self, key: &str, session: &Session) -> sled::Result<()> {
        let bytes = serde_json::to_vec(session).map_err(|e| sled::Error::Unsupported(e.to_string()))?;
        self.0.insert(key, bytes).map(drop)
    }

    fn read(&self, key: &str) -> Option<Session> {
        serde_json::from_slice(&self.0.get(key).ok()??).ok()
    }

    /// Whose session it is, unless it was not used for too long; that it was looked for is no use of it.
    pub(crate) fn look(&self, secret: &str, now: DateTime<Utc>) -> Option<User> {
        let session = self.read(&fingerprint(secret))?;
        (now - session.used <= TimeDelta::hours(TIMER)).then_some(User { rolle: session.rolle, nr: session.nr })
    }

    /// Whose session it is, unless it was not used for too long.
    pub(crate) fn find(&self, secret: &str, now: DateTime<Utc>) -> Option<User> {
        let key = fingerprint(secret);
        let mut session = self.read(&key)?;
        let since = now - session.used;
        if since > TimeDelta::hours(TIMER) {
            let _ = self.0.remove(&key);
            return None;
        }
        if since >= TimeDelta::seconds(NOTE_EACH_SECOND) {
            session.used = now;
            if let Err(error) = self.store(&key, &session) {
                tracing::warn!(%error, "sessionens seneste brug kan ikke noteres");
            }
        }
        Some(User { rolle: session.rolle, nr: session.nr })
    }

    pub(crate) fn end(&self, secret: &str) {
        if let Err(error) = self.0.remove(fingerprint(secret)).and_then(|_| self.0.flush()) {
            tracing::warn!(%error, "sessionen kan ikke slettes");
        }
    }

    fn tidy_up(&self, now: DateTime<Utc>) {
        for (key, bytes) in self.0.iter().flatten() {
            let used = serde_json::from_slice(&bytes).map(|s: Session| s.used);
            if !used.is_ok_and(|b| now - b <= TimeDelta::hours(TIMER)) {
                let _ = self.0.remove(key);
            }
        }
    }
}

/// Sessions go by the machine's own clock: moving the demonstration's does not log anybody out.
pub(crate) fn now() -> DateTime<Utc> {
    Clock::System.now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_expires_when_unused_and_is_kept_as_a_fingerprint_only() {
        let folder = tempfile::tempdir().unwrap();
        let sessions = Sessions::open(folder.path()).unwrap();
        let start = "2026-01-05T08:00:00Z".parse().unwrap();
        let leder = User { rolle: Rolle::Leder, nr: Some("10001".into()) };
        let secret = sessions.begin(&leder, start).unwrap();
        assert!(sessions.0.get(&secret).unwrap().is_none());
        assert_eq!(sessions.find(&secret, start + TimeDelta::hours(7)), Some(leder.clone()));
        assert_eq!(sessions.find(&secret, start + TimeDelta::hours(14)), Some(leder.clone()));
        assert_eq!(sessions.look(&secret, start + TimeDelta::hours(21)), Some(leder));
        assert_eq!(sessions.look(&secret, start + TimeDelta::hours(23)), None);
        assert_eq!(sessions.find(&secret, start + TimeDelta::hours(23)), None);
        assert_eq!(sessions.find(&secret, start + TimeDelta::hours(14)), None, "gone for good");
    }
}
