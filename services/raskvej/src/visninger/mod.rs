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
mod byg;
pub mod checkpoint;
mod former;
mod kartotek;
pub mod kort;
#[cfg(test)]
mod proever;
mod raekke;
mod sammenlign;
mod sendte;
pub mod udledt;

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use eventlog::{Head, Recorded};
use forloeb::frister::{Vurdering, vurder};
use forloeb::haendelse::{Forseglet, Stamdata};
use forloeb::ord::Rolle;
use forloeb::politik::Politik;
use forloeb::{Ansaettelse, Forloeb, Haendelse, Regelbog};
use thiserror::Error;
use uuid::Uuid;

use crate::adgang::{Bruger, Synlighed};
use aktuelle::{Aktuel, Aktuelle, Optalt, Orden};
pub(crate) use byg::{Stykke, byg};
pub(crate) use former::kun_det_der_afgoer;
pub use former::{
    ADGANG, ANSAETTELSE, Meta, OPSLAG, OpslagNoteret, Opslagsformaal, POLITIK, TokenUdstedt, VisningsFejl, aaben_del,
    laes_post,
};
pub(crate) use former::{laes_politik, politik_fra};
pub use kartotek::Raekkekort;
use kartotek::{INGEN, Kartotek, Plads};
use kort::Ansvar;
pub use raekke::Laan;
use raekke::{Indlaest, Raekke};
pub(crate) use sammenlign::{Bagud, Sammenligning};
pub use sendte::Sendt;
use sendte::Sendte;
use udledt::{Et, Udledt, udled};

/// Events of employments that nobody has borrowed, kept for a while. In tests none: what was not borrowed is missed.
const HUSKEDE: usize = if cfg!(test) { 0 } else { 20_000 };
/// A registration of payroll has an id that follows from its number: the same on every import. Never to be changed.
const NAVNERUM: Uuid = Uuid::from_u128(0xf697921532ce40bf96e4459008db3162);

/// The id of the registration with a number of payroll.
#[must_use]
pub fn registrering_af(fravaer_nr: &str) -> Uuid {
    Uuid::new_v5(&NAVNERUM, fravaer_nr.as_bytes())
}

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
    numre: HashMap<Arc<str>, u32>,
    kartotek: Kartotek,
    aktuelle: Aktuelle,
    forfald: BTreeSet<(NaiveDate, u32)>,
    underordnede: HashMap<String, BTreeSet<Arc<str>>>,
    /// Numbers of payroll whose registration has an id that does not follow from them: none that an import made.
    andre_fravaer_nr: HashMap<String, Uuid>,
    sendte: Sendte,
    tokens: HashMap<String, (Rolle, Option<String>)>,
    aendrede: BTreeSet<u32>,
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
            numre: HashMap::new(),
            kartotek: Kartotek::default(),
            aktuelle: Aktuelle::default(),
            forfald: BTreeSet::new(),
            underordnede: HashMap::new(),
            andre_fravaer_nr: HashMap::new(),
            sendte: Sendte::default(),
            tokens: HashMap::new(),
            aendrede: BTreeSet::new(),
            indlaeste: VecDeque::new(),
            indlaeste_poster: 0,
        }
    }

    /// Nothing yet, but when the log was last written to.
    #[must_use]
    pub(crate) fn nye_efter(bog: Arc<Regelbog>, senest: Option<DateTime<Utc>>) -> Self {
        Self { senest, ..Self::nye(bog, NaiveDate::MIN) }
    }

    /// Takes the next events of the log. [`Self::beregn`] must follow before anything is read.
    ///
    /// # Errors
    /// An event cannot be read, or is one of an employment that was not borrowed; nothing after it is taken in.
    pub fn anvend(&mut self, haendelser: &[Recorded]) -> Result<(), VisningsFejl> {
        for recorded in haendelser {
            self.anvend_en(recorded)?;
            self.hoved = Head { position: recorded.position, hash: recorded.hash };
        }
        Ok(())
    }

    fn anvend_en(&mut self, r: &Recorded) -> Result<(), VisningsFejl> {
        let position = r.position;
        let andet = |hvad| VisningsFejl::Andet { position, hvad };
        let tid = DateTime::from_timestamp_micros(r.time).ok_or(andet("tiden"))?;
        self.senest = self.senest.max(Some(tid));
        if r.stream.as_str() == ADGANG {
            let t: TokenUdstedt = serde_json::from_slice(&r.body).map_err(|_| andet("adgangen"))?;
            self.tokens.insert(t.hash, (t.rolle, t.nr));
            return Ok(());
        }
        if let Some(fastsat) = laes_politik(r)? {
            let politik = Politik::laes_gemt(&fastsat.politik).map_err(|_| andet("politikken"))?;
            self.bog = Arc::new(self.bog.og_politik(fastsat.fra, politik));
            let senere = self.aktuelle.alle().filter(|(_, a)| a.forloeb.foerste >= fastsat.fra);
            self.aendrede.extend(senere.map(|(plads, _)| self.kartotek.plads(plads).ansaettelse));
            return Ok(());
        }
        if r.stream.as_str().starts_with(OPSLAG) {
            return Ok(()); // look-ups are read from the log, where somebody asks for them
        }
        let Some(nr) = r.stream.as_str().strip_prefix(ANSAETTELSE) else { return Err(andet("strømmens navn")) };
        let mut post = laes_post(r, tid)?;
        kun_det_der_afgoer(&mut post.haendelse);
        let idx = self.raekke_nr(nr);
        let raekke = &mut self.raekker[idx as usize];
        if raekke.version == 0 && raekke.indlaest.is_none() {
            raekke.indlaest = Some(Box::new(Indlaest::ny(Ansaettelse::ny(nr), Vec::new())));
            self.indlaeste.push_back(idx);
        }
        if raekke.indlaest.is_none() {
            return Err(VisningsFejl::IkkeLaant { position });
        }
        let leder = raekke.stamdata.as_ref().and_then(|s| s.leder_nr.clone());
        raekke.anvend(&post);
        match &post.haendelse {
            Haendelse::StamdataRegistreret(h) if h.stamdata.leder_nr != leder => {
                let (nr, ny) = (raekke.nr.clone(), h.stamdata.leder_nr.clone());
                self.flyt_under(nr, leder, ny);
            }
            Haendelse::PaamindelserAfgjort(h) => self.sendte.anvend(post.dag, h),
            Haendelse::FravaerRegistreret(h) => {
                let andet = h.fravaer_nr.as_ref().filter(|n| registrering_af(n) != h.registrering);
                self.andre_fravaer_nr.extend(andet.map(|n| (n.clone(), h.registrering)));
            }
            _ => {}
        }
        if let Some(indlaest) = &mut self.raekker[idx as usize].indlaest {
            Arc::make_mut(&mut indlaest.ansaettelse).anvend(post);
        }
        self.indlaeste_poster += 1;
        self.aendrede.insert(idx);
        Ok(())
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

    /// Derives anew what follows from the employments that changed.
    pub fn beregn(&mut self) {
        for idx in std::mem::take(&mut self.aendrede) {
            self.beregn_en(idx);
        }
    }

    fn beregn_en(&mut self, idx: u32) {
        let raekke = &self.raekker[idx as usize];
        let Some(indlaest) = &raekke.indlaest else { return };
        let udledt = udled(&indlaest.ansaettelse, raekke.stamdata.as_ref(), self.idag, &self.bog);
        let forloeb = udledt.forloeb.iter().map(|et| et.forloeb.clone()).collect();
        if let Some(indlaest) = &mut self.raekker[idx as usize].indlaest {
            indlaest.forloeb = forloeb;
        }
        self.indfoer(idx, udledt);
    }

    /// Puts what follows from one employment in the place of what followed before.
    fn indfoer(&mut self, idx: u32, udledt: Udledt) {
        let gamle: Vec<u32> = self.pladser(idx).collect();
        gamle.iter().for_each(|plads| self.aktuelle.fjern(*plads));
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

    /// Employee numbers with a forløb that is not at rest and began on a day or later: what a policy from that day on
    /// changes. It is laid down for days to come, so there are few.
    pub(crate) fn numre_fra(&self, fra: NaiveDate) -> Vec<String> {
        let senere = self.aktuelle.alle().filter(|(_, a)| a.forloeb.foerste >= fra);
        senere.map(|(_, a)| a.forloeb.medarbejder_nr.clone()).collect()
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

/// Borrowing.
impl Visninger {
    /// Borrows the events of an employment, if they are here.
    pub(crate) fn laan(&self, nr: &str) -> Laanesvar {
        match self.raekke(nr) {
            None => Laanesvar::Laant(Laan::af_intet()),
            Some(Raekke { indlaest: Some(indlaest), .. }) => Laanesvar::Laant(indlaest.laan()),
            Some(raekke) => Laanesvar::Mangler(raekke.version),
        }
    }

    /// Takes in the events of an employment that were read from the log, and its forløb; none if the row has moved on
    /// meanwhile.
    pub(crate) fn indsaet(&mut self, ansaettelse: Ansaettelse, mut forloeb: Vec<Arc<Forloeb>>) -> Option<Laan> {
        let idx = *self.numre.get(ansaettelse.nr())?;
        let raekke = &mut self.raekker[idx as usize];
        if raekke.indlaest.is_none() {
            if raekke.version != ansaettelse.version() {
                return None;
            }
            self.indlaeste_poster += ansaettelse.poster().len();
            self.indlaeste.push_back(idx);
            // Those that are not at rest are here already.
            for f in &mut forloeb {
                if let Some(aktuel) = self.kartotek.find(f.id).and_then(|plads| self.aktuelle.find(plads)) {
                    *f = aktuel.forloeb.clone();
                }
            }
            raekke.indlaest = Some(Box::new(Indlaest::ny(ansaettelse, forloeb)));
        }
        let laan = raekke.indlaest.as_ref().map(|i| i.laan());
        self.glem();
        laan
    }

    /// Takes over what is in memory in projections at the same position, so that what is borrowed stays borrowed.
    pub(crate) fn overtag_laan(&mut self, fra: &mut Self) {
        for idx in std::mem::take(&mut fra.indlaeste) {
            let raekke = &mut fra.raekker[idx as usize];
            let Some(indlaest) = raekke.indlaest.take() else { continue };
            let Some(idx) = self.numre.get(&raekke.nr).copied() else { continue };
            self.indlaeste_poster += indlaest.ansaettelse.poster().len();
            self.raekker[idx as usize].indlaest = Some(indlaest);
            self.indlaeste.push_back(idx);
        }
    }

    /// Forgets events that nobody has borrowed, as long as there are too many of them.
    pub(crate) fn glem(&mut self) {
        let mut set = 0;
        while self.indlaeste_poster > HUSKEDE && set < 2 * self.indlaeste.len() {
            set += 1;
            let Some(idx) = self.indlaeste.pop_front() else { return };
            let raekke = &mut self.raekker[idx as usize];
            let Some(indlaest) = &raekke.indlaest else { continue };
            let kan = if HUSKEDE == 0 { indlaest.er_ledig() } else { indlaest.kan_glemmes() };
            if kan && !self.aendrede.contains(&idx) {
                self.indlaeste_poster -= indlaest.ansaettelse.poster().len();
                raekke.indlaest = None;
                set = 0;
            } else {
                self.indlaeste.push_back(idx);
            }
        }
    }
}

/// Employments.
impl Visninger {
    fn raekke(&self, nr: &str) -> Option<&Raekke> {
        self.numre.get(nr).map(|idx| &self.raekker[*idx as usize])
    }

    /// One employment with its events; none if there is no such employment.
    ///
    /// # Errors
    /// It was not borrowed.
    pub fn ansaettelse(&self, nr: &str) -> Result<Option<&Arc<Ansaettelse>>, IkkeLaant> {
        let Some(raekke) = self.raekke(nr) else { return Ok(None) };
        raekke.indlaest.as_ref().map(|i| Some(&i.ansaettelse)).ok_or(IkkeLaant)
    }

    /// Every employee number, in no order.
    pub fn numre(&self) -> impl Iterator<Item = &str> {
        self.raekker.iter().map(|r| &*r.nr)
    }

    /// Version of an employment's stream; 0 for one that does not exist.
    #[must_use]
    pub fn version(&self, nr: &str) -> u64 {
        self.raekke(nr).map_or(0, |r| r.version)
    }

    /// Master data of an employment.
    #[must_use]
    pub fn stamdata(&self, nr: &str) -> Option<&Stamdata> {
        self.raekke(nr)?.stamdata.as_deref()
    }

    /// Whose key seals the personal data of an employment.
    #[must_use]
    pub fn person(&self, nr: &str) -> Option<Uuid> {
        self.raekke(nr)?.person
    }

    /// The person of an employment was erased.
    #[must_use]
    pub fn er_slettet(&self, nr: &str) -> bool {
        self.raekke(nr).is_some_and(|r| r.slettet)
    }

    /// The sealed part of the master data, and whose key opens it.
    #[must_use]
    pub fn fortroligt(&self, nr: &str) -> Option<(Uuid, &Forseglet)> {
        let raekke = self.raekke(nr)?;
        Some((raekke.person?, &**raekke.fortroligt.as_ref()?))
    }

    /// Persons whose keys are to be gone: everybody an erased employment was ever sealed for, except who is somebody
    /// else now (a personnummer that had been mistyped).
    #[must_use]
    pub fn slettede_personer(&self) -> BTreeSet<Uuid> {
        let (slettede, andre): (Vec<_>, Vec<_>) = self.raekker.iter().partition(|r| r.slettet);
        let mut personer: BTreeSet<Uuid> = slettede.iter().flat_map(|r| r.personer()).collect();
        if !personer.is_empty() {
            andre.iter().filter_map(|r| r.person).for_each(|person| {
                personer.remove(&person);
            });
        }
        personer
    }

    /// Employee numbers of a person, those of employments that ended too.
    pub fn numre_for(&self, person: Uuid) -> impl Iterator<Item = &str> {
        self.raekker.iter().filter(move |r| r.person == Some(person)).map(|r| &*r.nr)
    }

    /// Employee numbers whose leader this is now.
    pub fn underordnede(&self, leder_nr: &str) -> impl Iterator<Item = &str> {
        self.underordnede.get(leder_nr).into_iter().flatten().map(|nr| &**nr)
    }

    /// To which employee and registration a number of payroll belongs.
    #[must_use]
    pub fn fravaer_nr(&self, fravaer_nr: &str) -> Option<(&str, Uuid)> {
        let andet = self.andre_fravaer_nr.get(fravaer_nr).copied();
        let id = andet.unwrap_or_else(|| registrering_af(fravaer_nr));
        Some((self.hvis(id)?, id))
    }

    /// The hashes of every token.
    pub(crate) fn tokens(&self) -> Vec<String> {
        self.tokens.keys().cloned().collect()
    }

    /// Role and employee number of a token, by its hash.
    #[must_use]
    pub fn token(&self, hash: &str) -> Option<&(Rolle, Option<String>)> {
        self.tokens.get(hash)
    }
}

/// Forløb.
impl Visninger {
    /// Employee number of a forløb, also by an id that was joined into another.
    #[must_use]
    pub fn hvis(&self, id: Uuid) -> Option<&str> {
        let plads = self.kartotek.plads(self.kartotek.find(id)?);
        Some(&self.raekker[plads.ansaettelse as usize].nr)
    }

    /// The id of a forløb now, also by an id that was joined into another.
    #[must_use]
    pub fn forloeb_id(&self, id: Uuid) -> Option<Uuid> {
        let hoved = self.kartotek.plads(self.kartotek.find(id)?).hoved;
        (hoved != INGEN).then(|| self.kartotek.plads(hoved).id)
    }

    /// A forløb, also by an id that was joined into another; none if there is no such forløb.
    ///
    /// # Errors
    /// It is at rest, and its employment was not borrowed.
    pub fn find(&self, id: Uuid) -> Result<Option<Arc<Forloeb>>, IkkeLaant> {
        let Some(plads) = self.kartotek.find(id).map(|nr| self.kartotek.plads(nr)).filter(|p| p.hoved != INGEN) else {
            return Ok(None);
        };
        if let Some(aktuel) = self.aktuelle.find(plads.hoved) {
            return Ok(Some(aktuel.forloeb.clone()));
        }
        let indlaest = self.raekker[plads.ansaettelse as usize].indlaest.as_ref().ok_or(IkkeLaant)?;
        Ok(indlaest.forloeb.iter().find(|f| f.hedder(id)).cloned())
    }

    /// The forløb of an employee, by first absence day; annulled ones last.
    ///
    /// # Errors
    /// It was not borrowed.
    pub fn forloeb_for(&self, nr: &str) -> Result<Vec<Arc<Forloeb>>, IkkeLaant> {
        let Some(raekke) = self.raekke(nr) else { return Ok(Vec::new()) };
        raekke.indlaest.as_ref().map(|i| i.forloeb.clone()).ok_or(IkkeLaant)
    }

    /// The forløb of an employee that are not at rest, every open one among them, in no order.
    pub fn aktuelle_for(&self, nr: &str) -> impl Iterator<Item = &Aktuel> {
        let idx = self.numre.get(nr).copied().unwrap_or(INGEN);
        self.pladser(idx).filter_map(|plads| self.aktuelle.find(plads))
    }

    /// Forløb that are open, or over with money that can still be had, in no order. Costs what is going on, not all
    /// there was.
    pub fn i_gang(&self) -> impl Iterator<Item = &Aktuel> {
        self.aktuelle.alle().map(|(_, aktuel)| aktuel).filter(|aktuel| aktuel.dagen.i_gang)
    }

    /// Of what goes on, what somebody may see and is wanted of whom it belongs to, in no order. Costs what is found; for
    /// others than leaders also a look at each group of forløb that share whose they are.
    pub fn i_gang_for(&self, bruger: &Bruger, vil: impl Fn(&Ansvar) -> bool) -> impl Iterator<Item = &Aktuel> {
        let egne: Option<Vec<u32>> = bruger.leder_nr().map(|nr| {
            let under = self.underordnede(nr).filter(|under| *under != nr);
            under.chain([nr]).flat_map(|leder| self.kartotek.hos_leder(leder)).copied().collect()
        });
        let alle = egne.is_none().then(|| self.aktuelle.grupper());
        let grupper = alle.into_iter().flatten().chain(egne.into_iter().flatten()).filter(move |nr| {
            let ansvar = self.kartotek.ansvar(*nr);
            vil(ansvar) && bruger.kan_se(ansvar, self)
        });
        let synlige = grupper.flat_map(|nr| self.aktuelle.hos(nr)).filter(|a| a.dagen.i_gang);
        synlige.filter(move |a| self.ses_af(bruger, &a.forloeb.medarbejder_nr, &a.kort))
    }

    /// The open forløb in the order of the list, after a place in it.
    pub fn aabne(&self, efter: Option<Orden>) -> impl Iterator<Item = (Orden, &Aktuel)> {
        self.aktuelle.aabne(efter)
    }

    /// Counts of all that is going on.
    #[must_use]
    pub const fn optalt(&self) -> &Optalt {
        self.aktuelle.optalt()
    }

    /// The cards of every forløb there ever was, in no order.
    pub fn kort(&self) -> impl Iterator<Item = Opslag<'_>> {
        self.kartotek.alle().filter_map(|plads| self.opslag(plads))
    }

    /// Whose a forløb is.
    #[must_use]
    pub fn ansvar(&self, kort: &Raekkekort) -> &Ansvar {
        self.kartotek.ansvar(kort.ansvar)
    }

    /// Somebody may see the forløb of a card.
    #[must_use]
    pub fn ses_af(&self, bruger: &Bruger, nr: &str, kort: &Raekkekort) -> bool {
        if bruger.ser_alle() {
            return true;
        }
        let ansvar = self.ansvar(kort);
        let synlighed = Synlighed {
            medarbejder_nr: nr,
            leder: ansvar.leder.as_deref(),
            kontaktperson: ansvar.kontaktperson.as_deref(),
            koordinator: ansvar.koordinator.as_deref(),
            aabent: kort.er_aabent(),
        };
        bruger.ser_det(synlighed, self)
    }

    /// The card of a forløb that is not at rest.
    #[must_use]
    pub fn opslag_af<'a>(&'a self, aktuel: &'a Aktuel) -> Opslag<'a> {
        let (f, kort) = (&aktuel.forloeb, &aktuel.kort);
        Opslag { id: f.id, nr: &f.medarbejder_nr, kort, ansvar: self.ansvar(kort) }
    }

    /// The cards of one employee, in no order.
    pub fn kort_for(&self, nr: &str) -> impl Iterator<Item = Opslag<'_>> {
        let idx = self.numre.get(nr).copied().unwrap_or(INGEN);
        self.pladser(idx).filter_map(|plads| self.opslag(self.kartotek.plads(plads)))
    }

    fn opslag<'a>(&'a self, plads: &'a Plads) -> Option<Opslag<'a>> {
        let kort = plads.kort.as_ref()?;
        let nr = &*self.raekker[plads.ansaettelse as usize].nr;
        Some(Opslag { id: plads.id, nr, kort, ansvar: self.kartotek.ansvar(kort.ansvar) })
    }

    /// A forløb that is not at rest with its frister on the day.
    #[must_use]
    pub fn sag(&self, aktuel: &Aktuel) -> Sag {
        let vurdering = vurder(&aktuel.forloeb, self.idag, &self.bog);
        Sag { forloeb: aktuel.forloeb.clone(), vurdering }
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

    /// Computes the next due day of employments anew: time alone can make one pointless.
    ///
    /// # Errors
    /// One of them was not borrowed.
    pub fn genopfrisk(&mut self, numre: &[String]) -> Result<(), IkkeLaant> {
        for nr in numre {
            let Some(idx) = self.numre.get(nr.as_str()).copied() else { continue };
            if self.raekker[idx as usize].indlaest.is_none() {
                return Err(IkkeLaant);
            }
            self.beregn_en(idx);
        }
        Ok(())
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

#[cfg(test)]
impl Visninger {
    /// Two mistakes: an employment that is forgotten by its due day, and one that the log does not know.
    pub(crate) fn plant(&mut self, uden_forfald: &str, fremmed: &str) {
        let idx = self.numre[uden_forfald];
        self.forfald.retain(|(_, hvis)| *hvis != idx);
        self.raekke_nr(fremmed);
    }
}
