//! What became of the mails to each person's mailbox: nobody is to be written to where nothing is taken.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use forloeb::haendelse::{PaamindelseSendesIgen, PaamindelserAfgjort, Udfald};
use serde::{Deserialize, Serialize};

/// How a mailbox takes mail, as far as the log tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Postkasse {
    /// As far as is known it does.
    Open,
    /// The latest mail was given up after a working day of temporary refusals.
    Full,
    /// There is no such mailbox.
    Gone,
}

/// The latest instants at which something was told of a mailbox. In whichever order events come, the same is left.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Told {
    /// It took a mail.
    took: Option<DateTime<Utc>>,
    /// A mail was given up.
    full: Option<DateTime<Utc>>,
    /// It was said not to be there.
    gone: Option<DateTime<Utc>>,
    /// Somebody asked for a mail to it to be tried again.
    again: Option<DateTime<Utc>>,
}

/// By employee number.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Postkasser(BTreeMap<String, Told>);

impl Postkasser {
    /// Takes in what became of some mails.
    pub(super) fn apply(&mut self, time: DateTime<Utc>, h: &PaamindelserAfgjort) {
        for a in &h.afgoerelser {
            let (Udfald::Sendt { til: Some(nr), .. } | Udfald::Fejlet { til: Some(nr), .. }) = &a.udfald else {
                continue;
            };
            let told = self.0.entry(nr.clone()).or_default();
            let what = if matches!(a.udfald, Udfald::Sendt { .. }) {
                &mut told.took
            } else if a.udfald.is_without_mailbox() {
                &mut told.gone
            } else if a.udfald.was_given_up() {
                &mut told.full
            } else {
                continue;
            };
            *what = (*what).max(Some(time));
        }
    }

    /// Somebody has seen to a mailbox, and asks for a mail to be tried again.
    pub(super) fn try_again(&mut self, time: DateTime<Utc>, h: &PaamindelseSendesIgen) {
        let Some(nr) = &h.key.nr else { return };
        let told = self.0.entry(nr.clone()).or_default();
        told.again = told.again.max(Some(time));
    }

    pub(super) fn take_with(&mut self, others: Self) {
        for (nr, other) in others.0 {
            let told = self.0.entry(nr).or_default();
            told.took = told.took.max(other.took);
            told.full = told.full.max(other.full);
            told.gone = told.gone.max(other.gone);
            told.again = told.again.max(other.again);
        }
    }

    /// Everybody whose mailbox anything was told of.
    pub(super) fn numbers(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// How somebody's mailbox takes mail. What was said before payroll last told of them says nothing of the address they
    /// have now.
    pub(super) fn of(&self, nr: &str, told_by_payroll: Option<DateTime<Utc>>) -> Postkasse {
        let Some(told) = self.0.get(nr) else { return Postkasse::Open };
        let since = told.took.max(told.again).max(told_by_payroll);
        if told.gone > since {
            Postkasse::Gone
        } else if told.full > since {
            Postkasse::Full
        } else {
            Postkasse::Open
        }
    }
}
