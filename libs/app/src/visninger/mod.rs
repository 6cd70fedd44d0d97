//! Projections: what is read.
//!
//! **Memory follows what goes on, not what has been.** Of every employment there is a small row, of every registration
//! a row of 52 bytes (`kartotek`), and of every forløb that is not at rest the forløb itself ([`aktuelle`]). The
//! events of an employment are in memory only while somebody has borrowed them ([`Laan`]), and a bounded number of them
//! for a while after. Asking for the forløb of an employment that is not in memory is an error ([`IkkeLaant`]), never an
//! empty answer.
//!
//! Everything that depends on the day holds for [`Visninger::idag`].

pub mod aktuelle;
mod ansatte;
mod byg;
pub mod checkpoint;
mod kartotek;
pub mod kort;
mod laan;
mod opslag;
#[cfg(test)]
mod proever;
mod raekke;
mod sammenlign;
mod sendte;
mod step;
pub mod udledt;

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use eventlog::Head;
use forloeb::frister::{Vurdering, vurder};
use forloeb::ord::Rolle;
use forloeb::stedfortraeder::Stedfortraedere;
use forloeb::{Forloeb, Regelbog};
use thiserror::Error;
use uuid::Uuid;

pub use crate::stored::{
    ADGANG, ANSAETTELSE, Meta, OPSLAG, OpslagNoteret, Opslagsformaal, POLITIK, TokenUdstedt, UDEN_VIRKNING,
    VisningsFejl, aaben_del, laes_post,
};
use aktuelle::{Aktuel, Aktuelle};
pub use ansatte::DeltNoegle;
pub(crate) use byg::{Stykke, byg};
pub use kartotek::Raekkekort;
use kartotek::{INGEN, Kartotek, Plads};
use kort::Ansvar;
pub use raekke::Laan;
use raekke::Raekke;
pub(crate) use sammenlign::{Bagud, Sammenligning};
pub use sendte::Sendt;
use sendte::Sendte;
pub(crate) use step::{Refreshed, Step};
use udledt::{Et, Udledt, tabt_siden};

/// Events of employments that nobody has borrowed, kept for a while. In tests none: what was not borrowed is missed.
const HUSKEDE: usize = if cfg!(test) { 0 } else { 20_000 };
/// A registration of payroll has an id that follows from its number: the same on every import. Never to be changed.
const NAVNERUM: Uuid = Uuid::from_u128(0xf697921532ce40bf96e4459008db3162);

/// The id of the registration with a number of payroll.
#[must_use]
pub fn registrering_af(fravaer_nr: &str) -> Uuid {
    Uuid::new_v5(&NAVNERUM, fravaer_nr.as_bytes())
}

/// A table of numbers and ids: its hash is seeded anew at each start, and cheaper than the one that comes with `HashMap`.
type Tabel<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// The events of an employment are needed and not in memory: whoever asks has to borrow them first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("ansættelsens hændelser er ikke lånt")]
pub struct IkkeLaant;

/// A forløb and what it belongs to.
#[derive(Debug, Clone)]
pub struct Sag {
    /// The forløb.
    pub forloeb: Arc<Forloeb>,
    /// Frister and refusion on the day it was asked for.
    pub vurdering: Vurdering,
}

/// The card of a forløb, and whose it is.
#[derive(Debug, Clone, Copy)]
pub struct Opslag<'a> {
    /// Id.
    pub id: Uuid,
    /// Employee number.
    pub nr: &'a str,
    /// The card.
    pub kort: &'a Raekkekort,
    /// Whose it is.
    pub ansvar: &'a Ansvar,
}

/// Whether the events of an employment can be had at once.
#[derive(Debug)]
pub(crate) enum Laanesvar {
    /// They are in memory, or there are none.
    Laant(Laan),
    /// They are to be read from the log, up to this version.
    Mangler(u64),
}

/// Everything that is read.
#[derive(Debug)]
pub struct Visninger {
    bog: Arc<Regelbog>,
    idag: NaiveDate,
    hoved: Head,
    senest: Option<DateTime<Utc>>,
    raekker: Vec<Raekke>,
    numre: Tabel<Arc<str>, u32>,
    kartotek: Kartotek,
    aktuelle: Aktuelle,
    forfald: BTreeSet<(NaiveDate, u32)>,
    underordnede: Tabel<String, BTreeSet<Arc<str>>>,
    /// Whom somebody was ever named to stand in for; on which days, and whether still, the row says.
    staar_ind: Tabel<String, BTreeSet<u32>>,
    /// Numbers of payroll whose registration has an id that does not follow from them: none that an import made.
    andre_fravaer_nr: Tabel<String, Uuid>,
    sendte: Sendte,
    tokens: Tabel<String, (Rolle, Option<String>)>,
    /// Those whose events are in memory, the one that is looked at next for forgetting first.
    indlaeste: VecDeque<u32>,
    indlaeste_poster: usize,
}

impl Visninger {
    /// Nothing yet, seen on a day.
    #[must_use]
    pub fn nye(bog: Arc<Regelbog>, idag: NaiveDate) -> Self {
        Self {
            bog,
            idag,
            hoved: Head::EMPTY,
            senest: None,
            raekker: Vec::new(),
            numre: Tabel::default(),
            kartotek: Kartotek::default(),
            aktuelle: Aktuelle::default(),
            forfald: BTreeSet::new(),
            underordnede: Tabel::default(),
            staar_ind: Tabel::default(),
            andre_fravaer_nr: Tabel::default(),
            sendte: Sendte::default(),
            tokens: Tabel::default(),
            indlaeste: VecDeque::new(),
            indlaeste_poster: 0,
        }
    }

    /// Nothing yet, but when the log was last written to.
    #[must_use]
    pub(crate) fn nye_efter(bog: Arc<Regelbog>, senest: Option<DateTime<Utc>>) -> Self {
        Self { senest, ..Self::nye(bog, NaiveDate::MIN) }
    }

    fn raekke_nr(&mut self, nr: &str) -> u32 {
        if let Some(idx) = self.numre.get(nr) {
            return *idx;
        }
        let idx = u32::try_from(self.raekker.len()).expect("fewer than 2^32 employments fit in memory");
        let nr: Arc<str> = Arc::from(nr);
        self.raekker.push(Raekke::ny(nr.clone()));
        self.numre.insert(nr, idx);
        idx
    }

    fn flyt_under(&mut self, nr: Arc<str>, fra: Option<String>, til: Option<String>) {
        if let Some(under) = fra.and_then(|f| self.underordnede.get_mut(&f)) {
            under.remove(&nr);
        }
        if let Some(til) = til {
            self.underordnede.entry(til).or_default().insert(nr);
        }
    }

    fn tilfoej_stedfortraedere(&mut self, leder: u32, navngivne: Option<&Stedfortraedere>) {
        for nr in navngivne.into_iter().flat_map(Stedfortraedere::alle) {
            self.staar_ind.entry(nr.to_owned()).or_default().insert(leder);
        }
    }

    /// Puts what follows from one employment in the place of what followed before.
    fn indfoer(&mut self, idx: u32, udledt: Udledt) {
        let gamle: Vec<u32> = self.pladser(idx).collect();
        for plads in gamle {
            self.aktuelle.fjern(plads);
            self.aktuelle.saet_tabt(plads, None);
        }
        let pladser: Vec<Option<u32>> = udledt.registreringer.iter().map(|(id, _)| self.plads_til(idx, *id)).collect();
        // A forløb has the id of its first registration, so its row is that registration's.
        let mut hoveder: Vec<u32> = vec![INGEN; udledt.forloeb.len()];
        for ((id, hoved), plads) in udledt.registreringer.iter().zip(&pladser) {
            if let (Some(hoved), Some(plads)) = (hoved, plads)
                && udledt.forloeb[*hoved].forloeb.id == *id
            {
                hoveder[*hoved] = *plads;
            }
        }
        for ((_, hoved), plads) in udledt.registreringer.iter().zip(&pladser) {
            let Some(plads) = plads else { continue };
            let hoved = hoved.map_or(INGEN, |h| hoveder[h]);
            self.kartotek.ret(*plads, |p| {
                p.hoved = hoved;
                p.kort = p.kort.filter(|_| hoved == *plads);
            });
        }
        for (et, plads) in udledt.forloeb.into_iter().zip(hoveder) {
            if plads != INGEN {
                self.saet_kort(plads, et);
            }
        }
        let raekke = &mut self.raekker[idx as usize];
        if let Some(dag) = raekke.naeste {
            self.forfald.remove(&(dag, idx));
        }
        raekke.naeste = udledt.naeste;
        if let Some(dag) = udledt.naeste {
            self.forfald.insert((dag, idx));
        }
    }

    fn saet_kort(&mut self, plads: u32, et: Et) {
        let kort = et.kort.med(|ansvar| self.kartotek.ansvar_nr(ansvar));
        self.kartotek.ret(plads, |p| p.kort = Some(kort));
        self.aktuelle.saet_tabt(plads, et.tabt);
        match et.dagen {
            Some(dagen) => self.aktuelle.saet(plads, Aktuel { forloeb: et.forloeb, kort, dagen }),
            None => self.aktuelle.fjern(plads),
        }
    }

    /// The row of a registration; none if another employment has it, which no command lets happen.
    fn plads_til(&mut self, idx: u32, id: Uuid) -> Option<u32> {
        if let Some(plads) = self.kartotek.find(id) {
            return (self.kartotek.plads(plads).ansaettelse == idx).then_some(plads);
        }
        let raekke = &mut self.raekker[idx as usize];
        let ny = Plads { id, ansaettelse: idx, naeste: raekke.foerste, hoved: INGEN, kort: None };
        raekke.foerste = self.kartotek.tilfoej(ny);
        Some(raekke.foerste)
    }

    /// The rows of an employment in the card index.
    fn pladser(&self, idx: u32) -> impl Iterator<Item = u32> {
        let findes = |plads: u32| (plads != INGEN).then_some(plads);
        let foerste = self.raekker.get(idx as usize).and_then(|r| findes(r.foerste));
        std::iter::successors(foerste, move |plads| findes(self.kartotek.plads(*plads).naeste))
    }

    /// The day turns: what is not at rest is evaluated anew. Time only goes forward.
    pub fn vend(&mut self, idag: NaiveDate) {
        if idag <= self.idag {
            return;
        }
        self.idag = idag;
        let alle: Vec<(u32, Arc<Forloeb>)> = self.aktuelle.alle().map(|(p, a)| (p, a.forloeb.clone())).collect();
        for (plads, forloeb) in alle {
            let ansvar = self.kartotek.plads(plads).kort.map(|k| self.kartotek.ansvar(k.ansvar).clone());
            let vurdering = vurder(&forloeb, idag, &self.bog);
            let et = Et::af(forloeb, &vurdering, (idag, &self.bog), ansvar.as_ref());
            self.saet_kort(plads, et);
        }
        self.aktuelle.glem_tabte_foer(tabt_siden(idag));
    }

    /// The day everything here is seen on.
    #[must_use]
    pub const fn idag(&self) -> NaiveDate {
        self.idag
    }

    /// The rules, the workplace's policies laid over them.
    #[must_use]
    pub(crate) const fn bog(&self) -> &Arc<Regelbog> {
        &self.bog
    }

    /// Position of the last event taken in.
    #[must_use]
    pub const fn position(&self) -> u64 {
        self.hoved.position
    }

    /// Recorded time of the newest event.
    #[must_use]
    pub const fn senest(&self) -> Option<DateTime<Utc>> {
        self.senest
    }
}

/// Reminders.
impl Visninger {
    /// Employee numbers with something due on or before a day.
    #[must_use]
    pub fn forfaldne(&self, til_og_med: NaiveDate) -> Vec<String> {
        let forfaldne = self.forfald.range(..=(til_og_med, u32::MAX));
        forfaldne.map(|(_, idx)| self.raekker[*idx as usize].nr.to_string()).collect()
    }

    /// The earliest day on which anything is due.
    #[must_use]
    pub fn foerste_forfald(&self) -> Option<NaiveDate> {
        self.forfald.first().map(|(dag, _)| *dag)
    }

    /// The reminders that were sent on a day, one of the latest on which any were, and the forløb each is about now.
    pub fn sendte(&self, dag: NaiveDate) -> impl Iterator<Item = (Uuid, &Sendt)> {
        self.sendte.paa(dag).iter().filter_map(|sendt| Some((self.forloeb_id(sendt.forloeb)?, sendt)))
    }

    /// The reminders of the latest two days on which any left.
    pub fn senest_sendte(&self) -> impl Iterator<Item = &Sendt> {
        self.sendte.alle()
    }
}

#[cfg(any(test, feature = "testing"))]
impl Visninger {
    /// Two mistakes: an employment that is forgotten by its due day, and one that the log does not know.
    pub fn plant(&mut self, uden_forfald: &str, fremmed: &str) {
        let idx = self.numre[uden_forfald];
        self.forfald.retain(|(_, hvis)| *hvis != idx);
        self.raekke_nr(fremmed);
    }
}
