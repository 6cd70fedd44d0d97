//! The sessions: a random cookie, of which only the hash is kept.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use forloeb::ord::Rolle;
use serde::{Deserialize, Serialize};
use sled::Db;

use super::fault::Sidefejl;
use crate::adgang::{Bruger, aftryk};
use crate::noegler::tilfaeldige;
use crate::ur::Ur;

/// Hours without a page after which one has to log in again.
const TIMER: i64 = 8;
/// The last use is written down at most this often.
const NOTER_HVERT_SEKUND: i64 = 60;

#[derive(Serialize, Deserialize)]
struct Session {
    rolle: Rolle,
    nr: Option<String>,
    lavet: DateTime<Utc>,
    brugt: DateTime<Utc>,
}

/// The sessions, in a small store of their own: losing it means logging in again.
#[derive(Clone)]
pub(crate) struct Sessioner(Db);

impl Sessioner {
    pub(crate) fn aabn(mappe: &Path) -> sled::Result<Self> {
        let aabn = |mappe: &Path| {
            let mappe = mappe.to_owned();
            // sled 0.34 can panic on files that a crash or a hand has damaged.
            std::panic::catch_unwind(move || sled::Config::new().path(mappe).cache_capacity(1 << 20).open())
                .unwrap_or_else(|_| Err(sled::Error::Unsupported("beskadiget".to_owned())))
        };
        aabn(mappe)
            .or_else(|fejl| {
                tracing::warn!(%fejl, "sessionerne kan ikke læses; alle skal logge ind igen");
                std::fs::remove_dir_all(mappe).map_err(sled::Error::Io)?;
                aabn(mappe)
            })
            .map(Self)
    }

    /// Makes a session; what goes into the cookie.
    pub(crate) fn ny(&self, bruger: &Bruger, nu: DateTime<Utc>) -> Result<String, Sidefejl> {
        self.ryd_op(nu);
        let mut bytes = [0; 32];
        tilfaeldige(&mut bytes).map_err(Sidefejl::internal)?;
        let hemmelig = URL_SAFE_NO_PAD.encode(bytes);
        let session = Session { rolle: bruger.rolle, nr: bruger.nr.clone(), lavet: nu, brugt: nu };
        self.gem(&aftryk(&hemmelig), &session).map_err(Sidefejl::internal)?;
        Ok(hemmelig)
    }

    fn gem(&self, noegle: &str, session: &Session) -> sled::Result<()> {
        let bytes = serde_json::to_vec(session).map_err(|e| sled::Error::Unsupported(e.to_string()))?;
        self.0.insert(noegle, bytes).map(drop)
    }

    /// Whose session it is, unless it was not used for too long.
    pub(crate) fn find(&self, hemmelig: &str, nu: DateTime<Utc>) -> Option<Bruger> {
        let noegle = aftryk(hemmelig);
        let mut session: Session = serde_json::from_slice(&self.0.get(&noegle).ok()??).ok()?;
        let siden = nu - session.brugt;
        if siden > TimeDelta::hours(TIMER) {
            let _ = self.0.remove(&noegle);
            return None;
        }
        if siden >= TimeDelta::seconds(NOTER_HVERT_SEKUND) {
            session.brugt = nu;
            if let Err(fejl) = self.gem(&noegle, &session) {
                tracing::warn!(%fejl, "sessionens seneste brug kan ikke noteres");
            }
        }
        Some(Bruger { rolle: session.rolle, nr: session.nr })
    }

    pub(crate) fn slut(&self, hemmelig: &str) {
        if let Err(fejl) = self.0.remove(aftryk(hemmelig)).and_then(|_| self.0.flush()) {
            tracing::warn!(%fejl, "sessionen kan ikke slettes");
        }
    }

    fn ryd_op(&self, nu: DateTime<Utc>) {
        for (noegle, bytes) in self.0.iter().flatten() {
            let brugt = serde_json::from_slice(&bytes).map(|s: Session| s.brugt);
            if !brugt.is_ok_and(|b| nu - b <= TimeDelta::hours(TIMER)) {
                let _ = self.0.remove(noegle);
            }
        }
    }
}

/// Sessions go by the machine's own clock: moving the demonstration's does not log anybody out.
pub(crate) fn nu() -> DateTime<Utc> {
    Ur::System.nu()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn en_session_udloeber_naar_den_ikke_bruges_og_findes_kun_som_aftryk() {
        let mappe = tempfile::tempdir().unwrap();
        let sessioner = Sessioner::aabn(mappe.path()).unwrap();
        let start = "2026-01-05T08:00:00Z".parse().unwrap();
        let leder = Bruger { rolle: Rolle::Leder, nr: Some("10001".into()) };
        let hemmelig = sessioner.ny(&leder, start).unwrap();
        assert!(sessioner.0.get(&hemmelig).unwrap().is_none());
        assert_eq!(sessioner.find(&hemmelig, start + TimeDelta::hours(7)), Some(leder.clone()));
        assert_eq!(sessioner.find(&hemmelig, start + TimeDelta::hours(14)), Some(leder));
        assert_eq!(sessioner.find(&hemmelig, start + TimeDelta::hours(23)), None);
        assert_eq!(sessioner.find(&hemmelig, start + TimeDelta::hours(14)), None, "gone for good");
    }
}
