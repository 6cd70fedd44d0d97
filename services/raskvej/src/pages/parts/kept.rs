//! A form that was sent after the session had ended: kept for a while, so that nobody has to write it again.
//!
//! Only in memory, only from a browser whose session ended by itself not long ago, one form for each, and shown to nobody but
//! the same person in the same role. The browser has a random key to it in a cookie; nothing of it is ever in an address.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use chrono::{DateTime, TimeDelta, Utc};

use crate::access::User;
use crate::token::fingerprint;

/// Minutes that a form is kept.
pub(crate) const MINUTES: u32 = 30;
/// Most forms.
const MOST: usize = 200;

/// A form, as it was sent.
#[derive(Clone)]
pub(crate) struct KeptForm {
    /// Where it was sent to.
    pub(crate) path: String,
    pub(crate) body: Bytes,
    pub(crate) user: User,
    pub(crate) at: DateTime<Utc>,
}

/// The forms, by the hash of the key in the cookie.
#[derive(Clone, Default)]
pub(crate) struct Kept(Arc<Mutex<HashMap<String, KeptForm>>>);

impl Kept {
    fn forms(&self) -> MutexGuard<'_, HashMap<String, KeptForm>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn put(&self, key: &str, form: KeptForm) {
        let mut forms = self.forms();
        // One for each, where it is known who they are.
        let same = |other: &KeptForm| form.user.nr.is_some() && other.user == form.user;
        forms.retain(|_, other| !is_over(other, form.at) && !same(other));
        if forms.len() >= MOST
            && let Some(oldest) = forms.iter().min_by_key(|(_, form)| form.at).map(|(key, _)| key.clone())
        {
            forms.remove(&oldest);
        }
        forms.insert(fingerprint(key), form);
    }

    /// The form that is somebody's.
    pub(crate) fn find(&self, key: &str, user: &User, now: DateTime<Utc>) -> Option<KeptForm> {
        let forms = self.forms();
        forms.get(&fingerprint(key)).filter(|form| form.user == *user && !is_over(form, now)).cloned()
    }

    /// It is not needed any more.
    pub(crate) fn drop(&self, key: &str) {
        self.forms().remove(&fingerprint(key));
    }
}

fn is_over(form: &KeptForm, now: DateTime<Utc>) -> bool {
    now - form.at > TimeDelta::minutes(i64::from(MINUTES))
}
