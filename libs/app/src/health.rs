//! How the service is: what keeps it from doing all of its work, for `/readyz`, the metrics and the log lines alike.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use eventlog::{Health, ReadOnlyReason};

use crate::clock_guard::Doubt;

/// Something that keeps the service from doing all of its work; the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    /// A write or sync failed: the process stops.
    WriteFailed,
    /// The projections do not follow the log any more: the process stops.
    ViewsStopped,
    /// The log is closed: the process stops.
    Closing,
    /// Stored bytes are damaged. What is before the damage can be read.
    Damaged,
    /// The index of the log failed; the next start builds it anew.
    IndexBroken,
    /// Too many full segments wait to be packed.
    NotPacked,
    /// There is no room.
    DiskFull,
    /// As many files are open as may be.
    TooManyFiles,
    /// The file system takes no writes.
    DiskReadOnly,
    /// The first full segment could not be packed. Commands are taken until too many wait.
    PackingFails,
    /// The machine's clock is further ahead than can be: reminders wait.
    ClockAhead,
    /// The machine's clock is behind what is known: reminders wait.
    ClockBehind,
    /// The morning's seal of the log has not left for a place where it is to be kept.
    SealWaits,
    /// HR has not been told of somebody who was erased.
    CertificateWaits,
}

impl Trouble {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::WriteFailed,
        Self::ViewsStopped,
        Self::Closing,
        Self::Damaged,
        Self::IndexBroken,
        Self::NotPacked,
        Self::DiskFull,
        Self::TooManyFiles,
        Self::DiskReadOnly,
        Self::PackingFails,
        Self::ClockAhead,
        Self::ClockBehind,
        Self::SealWaits,
        Self::CertificateWaits,
    ];

    /// Its name in answers, metrics and log lines.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::WriteFailed => "skrivefejl",
            Self::ViewsStopped => "visninger_stoppet",
            Self::Closing => "lukker",
            Self::Damaged => "beskadiget",
            Self::IndexBroken => "register_i_stykker",
            Self::NotPacked => "kan_ikke_pakkes",
            Self::DiskFull => "disk_fuld",
            Self::TooManyFiles => "for_mange_filer",
            Self::DiskReadOnly => "disk_skrivebeskyttet",
            Self::PackingFails => "pakning_fejler",
            Self::ClockAhead => "ur_frem",
            Self::ClockBehind => "ur_tilbage",
            Self::SealWaits => "segl_venter",
            Self::CertificateWaits => "sletningsmail_venter",
        }
    }

    /// No command is carried out while it lasts.
    #[must_use]
    pub const fn refuses_commands(self) -> bool {
        !matches!(self, Self::PackingFails | Self::SealWaits | Self::CertificateWaits) && !self.is_the_clock()
    }

    /// No reminder leaves while it lasts, and none is given up: its outcome could not be recorded, or the day is in doubt.
    #[must_use]
    pub const fn holds_reminders(self) -> bool {
        self.refuses_commands() || self.is_the_clock()
    }

    /// The machine's clock is in doubt.
    #[must_use]
    pub const fn is_the_clock(self) -> bool {
        matches!(self, Self::ClockAhead | Self::ClockBehind)
    }

    /// What it means, for the one who runs the service.
    #[must_use]
    pub const fn says(self) -> &'static str {
        match self {
            Self::WriteFailed => "En skrivning til loggen mislykkedes, og tjenesten stopper.",
            Self::ViewsStopped => "Visningerne kan ikke følge loggen, og tjenesten stopper.",
            Self::Closing => "Tjenesten lukker ned.",
            Self::Damaged => "Loggen er beskadiget: der kan læses, men ikke skrives.",
            Self::IndexBroken => "Loggens register kan ikke bruges, før tjenesten er startet igen.",
            Self::NotPacked => "Loggen kan ikke pakkes: der kan læses, men ikke skrives, før det lykkes.",
            Self::DiskFull => "Disken er næsten fuld: der kan læses, men ikke skrives, før der er ryddet op.",
            Self::TooManyFiles => {
                "Tjenesten har så mange filer åbne, som den må: der kan læses, men ikke skrives, før det er overstået."
            }
            Self::DiskReadOnly => "Der kan ikke skrives på disken. Der kan læses. Se på disken.",
            Self::PackingFails => "Loggen kan ikke pakkes lige nu. Der kan stadig skrives.",
            Self::ClockAhead => {
                "Maskinens ur er sprunget frem: påmindelser venter, til datoen er bekræftet (raskvej ur)."
            }
            Self::ClockBehind => {
                "Maskinens ur er sat tilbage: påmindelser venter, til tiden er indhentet eller bekræftet (raskvej ur)."
            }
            Self::SealWaits => "Loggens segl er ikke nået frem, hvor det skal gemmes. Det prøves igen.",
            Self::CertificateWaits => "Mailen til HR om, at nogen er slettet, er ikke kommet af sted. Den prøves igen.",
        }
    }
}

impl Trouble {
    /// The same in English.
    #[must_use]
    pub const fn says_in_english(self) -> &'static str {
        match self {
            Self::WriteFailed => "A write to the log failed, and the service stops.",
            Self::ViewsStopped => "The projections cannot follow the log, and the service stops.",
            Self::Closing => "The service is closing.",
            Self::Damaged => "The log is damaged: it can be read, and not written.",
            Self::IndexBroken => "The index of the log cannot be used until the service has been started again.",
            Self::NotPacked => "The log cannot be packed: it can be read, and not written until it can.",
            Self::DiskFull => "The disk is nearly full: the log can be read, and not written until there is room.",
            Self::TooManyFiles => {
                "The service has as many files open as it may: the log can be read, and not written until that is over."
            }
            Self::DiskReadOnly => "The disk cannot be written to. The log can be read. Look at the disk.",
            Self::PackingFails => "The log cannot be packed at the moment. It can still be written.",
            Self::ClockAhead => {
                "The machine's clock is ahead: reminders wait until the date has been confirmed (raskvej ur)."
            }
            Self::ClockBehind => {
                "The machine's clock is behind: reminders wait until it has caught up or was confirmed (raskvej ur)."
            }
            Self::SealWaits => "The seal of the log has not arrived where it is to be kept. It is tried again.",
            Self::CertificateWaits => "The mail that tells HR of an erasure has not left. It is tried again.",
        }
    }
}

/// Why something has not arrived, by the way it was to take.
#[derive(Debug, Default)]
pub struct Undelivered(Mutex<BTreeMap<&'static str, String>>);

impl Undelivered {
    /// Notes what came of a way, which has a code and never an address: nothing where it arrived.
    pub fn note(&self, way: &'static str, reason: Option<String>) {
        let mut ways = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match reason {
            Some(reason) => ways.insert(way, reason),
            None => ways.remove(way),
        };
    }

    /// Why it has not arrived by a way.
    #[must_use]
    pub fn reason(&self, way: &str) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(way).cloned()
    }

    /// What is to be told of them, where there is anything.
    pub(crate) fn told(&self) -> Option<String> {
        let ways = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let told: Vec<String> = ways.iter().map(|(way, reason)| format!("{way}: {reason}")).collect();
        (!told.is_empty()).then(|| told.join("; "))
    }
}

/// What is wrong, and what the log said about it, which names files and never people.
pub(crate) type Found = Vec<(Trouble, String)>;

/// Remembers what was wrong last, so that a line is logged when it changes and not each time somebody asks.
#[derive(Debug, Default)]
pub(crate) struct Changes(Mutex<BTreeSet<Trouble>>);

impl Changes {
    /// What is wrong now and was not before, and what is over.
    fn since_last(&self, now: &BTreeSet<Trouble>) -> (BTreeSet<Trouble>, BTreeSet<Trouble>) {
        let before = std::mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), now.clone());
        (now - &before, &before - now)
    }

    /// Takes in what is wrong now, in metrics and log lines.
    pub(crate) fn note(&self, found: &Found) -> BTreeSet<Trouble> {
        let now: BTreeSet<Trouble> = found.iter().map(|(trouble, _)| *trouble).collect();
        for trouble in Trouble::ALL {
            let on = if now.contains(&trouble) { 1.0 } else { 0.0 };
            metrics::gauge!("raskvej_tilstand", "tilstand" => trouble.code()).set(on);
        }
        let ready = !now.iter().any(|trouble| trouble.refuses_commands());
        metrics::gauge!("raskvej_klar").set(if ready { 1.0 } else { 0.0 });
        let (new, over) = self.since_last(&now);
        for (trouble, reason) in found.iter().filter(|(trouble, _)| new.contains(trouble)) {
            tracing::error!(state = trouble.code(), reason, "{}", trouble.says());
        }
        for trouble in over {
            tracing::info!(state = trouble.code(), "er ovre");
        }
        now
    }
}

pub(crate) fn found(health: Health, follows: bool, doubt: Option<Doubt>) -> Found {
    let mut found = Found::new();
    found.extend(health.poisoned.map(|what| (Trouble::WriteFailed, what.to_string())));
    found.extend((!follows).then(|| (Trouble::ViewsStopped, String::new())));
    found.extend(health.closed.then(|| (Trouble::Closing, String::new())));
    found.extend(health.read_only.into_iter().map(|reason| {
        let trouble = match reason {
            ReadOnlyReason::Damaged(_) => Trouble::Damaged,
            ReadOnlyReason::IndexBroken => Trouble::IndexBroken,
            ReadOnlyReason::NotPacked { .. } => Trouble::NotPacked,
            ReadOnlyReason::DiskFull { .. } => Trouble::DiskFull,
            ReadOnlyReason::Refused { trouble, .. } => match trouble {
                eventlog::Trouble::NoRoom => Trouble::DiskFull,
                eventlog::Trouble::NoDescriptors => Trouble::TooManyFiles,
                eventlog::Trouble::ReadOnly | eventlog::Trouble::Device | eventlog::Trouble::Other => {
                    Trouble::DiskReadOnly
                }
            },
        };
        (trouble, reason.to_string())
    }));
    found.extend(health.not_packed.map(|what| (Trouble::PackingFails, what.to_string())));
    found.extend(doubt.map(|doubt| {
        let trouble = if doubt.ahead { Trouble::ClockAhead } else { Trouble::ClockBehind };
        (trouble, format!("uret viser {}, den seneste kendte tid er {}", doubt.shows, doubt.known))
    }));
    found
}

#[cfg(test)]
mod tests {
    use eventlog::{Damage, Fault};

    use super::*;

    /// A line is written for what is new and for what is over, however often somebody asks.
    #[test]
    fn what_lasts_is_logged_once() {
        let (changes, none) = (Changes::default(), BTreeSet::new());
        let (full, both) =
            (BTreeSet::from([Trouble::DiskFull]), BTreeSet::from([Trouble::DiskFull, Trouble::NotPacked]));
        let packed = BTreeSet::from([Trouble::NotPacked]);
        assert_eq!(changes.since_last(&none), (none.clone(), none.clone()));
        assert_eq!(changes.since_last(&full), (full.clone(), none.clone()));
        assert_eq!(changes.since_last(&full), (none.clone(), none.clone()));
        assert_eq!(changes.since_last(&both), (packed.clone(), none.clone()));
        assert_eq!(changes.since_last(&packed), (none.clone(), full));
        assert_eq!(changes.since_last(&none), (none, packed));
    }

    #[test]
    fn every_reason_to_refuse_has_its_code() {
        let fault = Fault { segment: "seg".into(), offset: 1, position: 2, what: Damage::Checksum };
        let refused = |trouble| Health {
            read_only: vec![ReadOnlyReason::Refused { trouble, what: "x".into() }],
            ..Health::default()
        };
        let read_only = |reason| Health { read_only: vec![reason], ..Health::default() };
        let reasons = [
            (Health { poisoned: Some("write: I/O error".into()), ..Health::default() }, true, "skrivefejl"),
            (Health::default(), false, "visninger_stoppet"),
            (Health { closed: true, ..Health::default() }, true, "lukker"),
            (read_only(ReadOnlyReason::Damaged(fault)), true, "beskadiget"),
            (read_only(ReadOnlyReason::IndexBroken), true, "register_i_stykker"),
            (read_only(ReadOnlyReason::NotPacked { what: "x".into() }), true, "kan_ikke_pakkes"),
            (read_only(ReadOnlyReason::DiskFull { free: 1, needed: 2 }), true, "disk_fuld"),
            (refused(eventlog::Trouble::NoRoom), true, "disk_fuld"),
            (refused(eventlog::Trouble::NoDescriptors), true, "for_mange_filer"),
            (refused(eventlog::Trouble::ReadOnly), true, "disk_skrivebeskyttet"),
            (refused(eventlog::Trouble::Device), true, "disk_skrivebeskyttet"),
        ];
        for (health, follows, code) in reasons {
            let [(trouble, _)] = found(health, follows, None)[..] else { panic!("{code}") };
            assert!(trouble.refuses_commands());
            assert_eq!(trouble.code(), code);
        }
        let packing = found(Health { not_packed: Some("no room".into()), ..Health::default() }, true, None);
        assert!(matches!(packing[..], [(Trouble::PackingFails, _)]) && !Trouble::PackingFails.refuses_commands());
        assert_eq!(found(Health::default(), true, None), []);
    }
}
