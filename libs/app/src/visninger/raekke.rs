//! One employment in the projections: a small row for ever, and its events while somebody needs them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::NaiveDate;
use forloeb::haendelse::{Forseglet, Stamdata};
use forloeb::stedfortraeder::Stedfortraedere;
use forloeb::{Ansaettelse, Forloeb, Haendelse, Post, Regelbog};
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
            Haendelse::FravaerRegistreret(_)
            | Haendelse::FravaerRettet(_)
            | Haendelse::FoersteKontaktHoldt(_)
            | Haendelse::SamtaleIndkaldt(_)
            | Haendelse::SamtaleRegistreret(_)
            | Haendelse::AnmeldelseRegistreret(_)
            | Haendelse::RefusionAnmodet(_)
            | Haendelse::FastTrackBesluttet(_)
            | Haendelse::OtteUgerRegistreret(_)
            | Haendelse::ArbejdsskadeAnmeldt(_)
            | Haendelse::DelvisRegistreret(_)
            | Haendelse::Raskmeldt(_)
            | Haendelse::VarighedRettet(_)
            | Haendelse::HaendelseAnnulleret(_)
            | Haendelse::ForloebAnnulleret(_)
            | Haendelse::LederSkiftet(_)
            | Haendelse::KontaktpersonValgt(_)
            | Haendelse::ForloebTildelt(_)
            | Haendelse::ForloebAfsluttet(_)
            | Haendelse::TtaPlanLagt(_)
            | Haendelse::TtaEvalueret(_)
            | Haendelse::PaamindelserAfgjort(_)
            | Haendelse::PaamindelseSendesIgen(_) => {}
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
    pub(super) forloeb: Arc<[Arc<Forloeb>]>,
    laant: Arc<()>,
    brugt: AtomicBool,
}

impl Indlaest {
    pub(super) fn ny(ansaettelse: Arc<Ansaettelse>, forloeb: Arc<[Arc<Forloeb>]>) -> Self {
        Self { ansaettelse, forloeb, laant: Arc::default(), brugt: AtomicBool::new(true) }
    }

    /// Keeps it in memory for as long as the loan lives. The forløb follow from the events by these rules.
    pub(super) fn laan(&self, bog: &Arc<Regelbog>) -> Laan {
        self.brugt.store(true, Ordering::Relaxed);
        let (ansaettelse, forloeb, bog) = (self.ansaettelse.clone(), self.forloeb.clone(), bog.clone());
        Laan { ansaettelse, forloeb, bog, _holdt: Some(self.laant.clone()) }
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

/// An employment that is borrowed: its events, and the forløb that follow from them, as they were when it was. Whoever
/// decides, shows or answers reads them here; nobody looks them up again, or derives them again.
#[derive(Debug, Clone)]
pub struct Laan {
    ansaettelse: Arc<Ansaettelse>,
    forloeb: Arc<[Arc<Forloeb>]>,
    bog: Arc<Regelbog>,
    _holdt: Option<Arc<()>>,
}

impl Laan {
    /// Of an employment of which nothing is known.
    pub(super) fn af_intet(nr: &str, bog: &Arc<Regelbog>) -> Self {
        Self { ansaettelse: Arc::new(Ansaettelse::ny(nr)), forloeb: Arc::default(), bog: bog.clone(), _holdt: None }
    }

    /// Of events that nobody else has, and whose forløb are still to be derived.
    pub(crate) fn af_poster(ansaettelse: Ansaettelse, bog: &Arc<Regelbog>) -> Self {
        Self { ansaettelse: Arc::new(ansaettelse), forloeb: Arc::default(), bog: bog.clone(), _holdt: None }
    }

    /// Employee number.
    #[must_use]
    pub fn nr(&self) -> &str {
        self.ansaettelse.nr()
    }

    /// The events; none where there is no such employment.
    #[must_use]
    pub const fn ansaettelse(&self) -> &Arc<Ansaettelse> {
        &self.ansaettelse
    }

    /// The forløb by first absence day; annulled ones last.
    #[must_use]
    pub const fn alle(&self) -> &Arc<[Arc<Forloeb>]> {
        &self.forloeb
    }

    /// A forløb, also by an id that was joined into it.
    #[must_use]
    pub fn forloeb(&self, id: Uuid) -> Option<&Arc<Forloeb>> {
        self.forloeb.iter().find(|f| f.hedder(id))
    }

    /// The rules the forløb follow from.
    #[must_use]
    pub const fn bog(&self) -> &Arc<Regelbog> {
        &self.bog
    }

    /// The employment as it was at an earlier version, with the forløb of that.
    #[must_use]
    pub fn ved_version(&self, version: u64) -> Self {
        if version >= self.ansaettelse.version() {
            return self.clone();
        }
        let ansaettelse = self.ansaettelse.ved_version(version);
        let forloeb = ansaettelse.forloeb(&self.bog).into_iter().map(Arc::new).collect();
        Self { ansaettelse: Arc::new(ansaettelse), forloeb, bog: self.bog.clone(), _holdt: None }
    }
}
