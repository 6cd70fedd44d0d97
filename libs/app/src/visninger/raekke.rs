//! One employment in the projections: a small row for ever, and its events while somebody needs them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::NaiveDate;
use forloeb::haendelse::{Forseglet, Stamdata};
use forloeb::stedfortraeder::Stedfortraedere;
use forloeb::{Ansaettelse, Forloeb, Haendelse, Post};
use uuid::Uuid;

use super::kartotek::INGEN;

/// What is known of an employment whether its events are in memory or not.
#[derive(Debug)]
pub(super) struct Raekke {
    pub(super) nr: Arc<str>,
    pub(super) version: u64,
    pub(super) stamdata: Option<Arc<Stamdata>>,
    /// Whose key seals it now.
    pub(super) person: Option<Uuid>,
    /// Whose keys sealed it before: a personnummer was corrected.
    pub(super) tidligere: Vec<Uuid>,
    pub(super) slettet: bool,
    pub(super) fortroligt: Option<Arc<Forseglet>>,
    /// Who acts for this leader, if anybody was ever named.
    pub(super) stedfortraedere: Option<Box<Stedfortraedere>>,
    /// The first of its rows in the card index.
    pub(super) foerste: u32,
    /// The day of its earliest reminder.
    pub(super) naeste: Option<NaiveDate>,
    pub(super) indlaest: Option<Box<Indlaest>>,
}

impl Raekke {
    pub(super) fn ny(nr: Arc<str>) -> Self {
        Self {
            nr,
            version: 0,
            stamdata: None,
            person: None,
            tidligere: Vec::new(),
            slettet: false,
            fortroligt: None,
            stedfortraedere: None,
            foerste: INGEN,
            naeste: None,
            indlaest: None,
        }
    }

    /// Takes the next event of the stream into the row.
    pub(super) fn anvend(&mut self, post: &Post) {
        self.version = post.version;
        match &post.haendelse {
            Haendelse::StamdataRegistreret(h) => {
                if self.stamdata.as_deref() != Some(&*h.stamdata) {
                    self.stamdata = Some(Arc::new((*h.stamdata).clone()));
                }
                if let Some(fortroligt) = &h.fortroligt {
                    self.fortroligt = Some(Arc::new(fortroligt.clone()));
                }
                if let Some(foer) = self.person.replace(h.person).filter(|foer| *foer != h.person)
                    && !self.tidligere.contains(&foer)
                {
                    self.tidligere.push(foer);
                }
            }
            Haendelse::StedfortraederUdpeget(h) => {
                self.stedfortraedere.get_or_insert_default().anvend(h, post.dag);
            }
            Haendelse::PersonSlettet(_) => {
                self.slettet = true;
                self.stedfortraedere = None; // nobody could take it back any more
            }
            _ => {}
        }
    }

    /// Everybody whose key ever sealed something of it.
    pub(super) fn personer(&self) -> impl Iterator<Item = Uuid> {
        self.person.into_iter().chain(self.tidligere.iter().copied())
    }
}

/// The events of an employment, and its forløb.
#[derive(Debug)]
pub(super) struct Indlaest {
    pub(super) ansaettelse: Arc<Ansaettelse>,
    pub(super) forloeb: Vec<Arc<Forloeb>>,
    laant: Arc<()>,
    brugt: AtomicBool,
}

impl Indlaest {
    pub(super) fn ny(ansaettelse: Ansaettelse, forloeb: Vec<Arc<Forloeb>>) -> Self {
        Self { ansaettelse: Arc::new(ansaettelse), forloeb, laant: Arc::default(), brugt: AtomicBool::new(true) }
    }

    /// Keeps it in memory for as long as the loan lives.
    pub(super) fn laan(&self) -> Laan {
        self.brugt.store(true, Ordering::Relaxed);
        Laan { _holdt: Some(self.laant.clone()) }
    }

    /// Nobody has it now, and nobody has had it since this was last asked.
    pub(super) fn kan_glemmes(&self) -> bool {
        Arc::strong_count(&self.laant) == 1 && !self.brugt.swap(false, Ordering::Relaxed)
    }

    /// Nobody has it now.
    pub(super) fn er_ledig(&self) -> bool {
        Arc::strong_count(&self.laant) == 1
    }
}

/// The events of an employment stay in memory while this lives, and follow the log.
#[derive(Debug, Clone)]
#[must_use = "what is borrowed is in memory as long as the loan lives"]
pub struct Laan {
    _holdt: Option<Arc<()>>,
}

impl Laan {
    /// Of an employment that does not exist: there is nothing to keep.
    pub(super) const fn af_intet() -> Self {
        Self { _holdt: None }
    }
}
