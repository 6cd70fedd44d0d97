//! Projections: what is read. Built from the log at start, brought up to date before a command is answered, and
//! rebuilt and compared by `raskvej rebuild --compare`.

pub mod forfald;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use eventlog::Recorded;
use forloeb::form::{self, FormFejl};
use forloeb::frister::{Vurdering, vurder};
use forloeb::haendelse::{Forseglet, Stamdata, Udfald};
use forloeb::ord::Rolle;
use forloeb::{Aktoer, Ansaettelse, Forloeb, Haendelse, Post, Regelbog};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use thiserror::Error;
use uuid::Uuid;

use crate::ur::dag_i_danmark;

/// Prefix of the streams of employments.
pub const ANSAETTELSE: &str = "ansaettelse/";
/// The stream of tokens.
pub const ADGANG: &str = "adgang";

/// A bearer token was issued; the token itself is nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenUdstedt {
    /// SHA-256 of the token, in hex.
    pub hash: String,
    /// Role it acts in.
    pub rolle: Rolle,
    /// Employee number, where the role is a person's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nr: Option<String>,
}

/// Who acted, as it stands with every commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    /// Who.
    pub aktoer: Aktoer,
}

/// An event of the log that cannot be taken in.
#[derive(Debug, Error)]
pub enum VisningsFejl {
    /// The stored form is not known, or not right.
    #[error("position {position}: {fejl}")]
    Form {
        /// Where.
        position: u64,
        /// What.
        fejl: FormFejl,
    },
    /// Something around the event is not right.
    #[error("position {position}: {hvad} kan ikke læses")]
    Andet {
        /// Where.
        position: u64,
        /// What.
        hvad: &'static str,
    },
}

/// A forløb and what it belongs to.
#[derive(Debug, Clone)]
pub struct Sag {
    /// The forløb.
    pub forloeb: Arc<Forloeb>,
    /// Frister and refusion on the day it was asked for.
    pub vurdering: Vurdering,
}

/// One employment in the projections.
#[derive(Debug, Clone)]
struct Raekke {
    ansaettelse: Arc<Ansaettelse>,
    /// Its forløb, as long as one of them is going on. Of the others there are far more, and they are seldom asked
    /// for: they are derived again when they are.
    forloeb: Option<Vec<Arc<Forloeb>>>,
    fortroligt: Option<Forseglet>,
}

/// Everything that is read.
#[derive(Debug)]
pub struct Visninger {
    bog: Arc<Regelbog>,
    position: u64,
    senest: Option<DateTime<Utc>>,
    ansaettelser: HashMap<String, Raekke>,
    forloeb: HashMap<Uuid, String>,
    fravaer_nr: HashMap<String, (String, Uuid)>,
    i_gang: BTreeSet<Uuid>,
    underordnede: BTreeMap<String, BTreeSet<String>>,
    tokens: HashMap<String, (Rolle, Option<String>)>,
    aendrede: BTreeSet<String>,
}

impl Visninger {
    /// Nothing yet.
    #[must_use]
    pub fn nye(bog: Arc<Regelbog>) -> Self {
        Self {
            bog,
            position: 0,
            senest: None,
            ansaettelser: HashMap::new(),
            forloeb: HashMap::new(),
            fravaer_nr: HashMap::new(),
            i_gang: BTreeSet::new(),
            underordnede: BTreeMap::new(),
            tokens: HashMap::new(),
            aendrede: BTreeSet::new(),
        }
    }

    /// Takes the next events of the log. [`Self::beregn`] must follow before anything is read.
    ///
    /// # Errors
    /// An event cannot be read; nothing after it is taken in.
    pub fn anvend(&mut self, haendelser: &[Recorded]) -> Result<(), VisningsFejl> {
        for recorded in haendelser {
            self.anvend_en(recorded)?;
            self.position = recorded.position;
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
        let Some(nr) = r.stream.as_str().strip_prefix(ANSAETTELSE) else { return Err(andet("strømmens navn")) };
        let mut post = laes_post(r, tid)?;
        kun_det_der_afgoer(&mut post.haendelse);
        if let Haendelse::FravaerRegistreret(h) = &post.haendelse {
            self.forloeb.insert(h.registrering, nr.to_owned());
            if let Some(fravaer_nr) = &h.fravaer_nr {
                self.fravaer_nr.insert(fravaer_nr.clone(), (nr.to_owned(), h.registrering));
            }
        }
        let raekke = self.ansaettelser.entry(nr.to_owned()).or_insert_with(|| Raekke {
            ansaettelse: Arc::new(Ansaettelse::ny(nr)),
            forloeb: None,
            fortroligt: None,
        });
        if let Haendelse::StamdataRegistreret(h) = &post.haendelse {
            if let Some(fortroligt) = &h.fortroligt {
                raekke.fortroligt = Some(fortroligt.clone());
            }
            let gammel = raekke.ansaettelse.stamdata().and_then(|s| s.leder_nr.clone());
            if let Some(gammel) = gammel.filter(|g| Some(g) != h.stamdata.leder_nr.as_ref()) {
                self.underordnede.entry(gammel).or_default().remove(nr);
            }
            if let Some(ny) = &h.stamdata.leder_nr {
                self.underordnede.entry(ny.clone()).or_default().insert(nr.to_owned());
            }
        }
        Arc::make_mut(&mut raekke.ansaettelse).anvend(post);
        self.aendrede.insert(nr.to_owned());
        Ok(())
    }

    /// Derives anew what follows from the employments that changed, and tells which they were.
    pub fn beregn(&mut self, idag: NaiveDate) -> BTreeSet<String> {
        let aendrede = std::mem::take(&mut self.aendrede);
        for nr in &aendrede {
            let Some(raekke) = self.ansaettelser.get_mut(nr) else { continue };
            for f in raekke.forloeb.iter().flatten() {
                self.i_gang.remove(&f.id);
            }
            let forloeb = raekke.ansaettelse.forloeb(&self.bog);
            let foer = self.i_gang.len();
            let i_gang = forloeb.iter().filter(|f| vurder(f, idag, &self.bog).er_i_gang(f, idag));
            self.i_gang.extend(i_gang.map(|f| f.id));
            let nogen = self.i_gang.len() > foer;
            raekke.forloeb = nogen.then(|| forloeb.into_iter().map(Arc::new).collect());
        }
        aendrede
    }

    /// Position of the last event taken in.
    #[must_use]
    pub const fn position(&self) -> u64 {
        self.position
    }

    /// Recorded time of the newest event.
    #[must_use]
    pub const fn senest(&self) -> Option<DateTime<Utc>> {
        self.senest
    }

    /// One employment.
    #[must_use]
    pub fn ansaettelse(&self, nr: &str) -> Option<&Arc<Ansaettelse>> {
        self.ansaettelser.get(nr).map(|r| &r.ansaettelse)
    }

    /// Every employee number, in no order.
    pub fn numre(&self) -> impl Iterator<Item = &str> {
        self.ansaettelser.keys().map(String::as_str)
    }

    /// Master data of an employment.
    #[must_use]
    pub fn stamdata(&self, nr: &str) -> Option<&Stamdata> {
        self.ansaettelser.get(nr)?.ansaettelse.stamdata()
    }

    /// The sealed part of the master data, and whose key opens it.
    #[must_use]
    pub fn fortroligt(&self, nr: &str) -> Option<(Uuid, &Forseglet)> {
        let raekke = self.ansaettelser.get(nr)?;
        Some((raekke.ansaettelse.person()?, raekke.fortroligt.as_ref()?))
    }

    /// Persons whose keys are to be gone: everybody an erased employment was ever sealed for, except who is somebody
    /// else now (a personnummer that had been mistyped).
    #[must_use]
    pub fn slettede_personer(&self) -> BTreeSet<Uuid> {
        let (slettede, andre): (Vec<_>, Vec<_>) =
            self.ansaettelser.values().map(|r| &r.ansaettelse).partition(|a| a.er_slettet());
        let mut personer: BTreeSet<Uuid> = slettede.iter().flat_map(|a| a.personer()).collect();
        if !personer.is_empty() {
            andre.iter().filter_map(|a| a.person()).for_each(|person| {
                personer.remove(&person);
            });
        }
        personer
    }

    /// Employee numbers of a person, those of employments that ended too.
    pub fn numre_for(&self, person: Uuid) -> impl Iterator<Item = &str> {
        self.ansaettelser.iter().filter(move |(_, r)| r.ansaettelse.person() == Some(person)).map(|(nr, _)| nr.as_str())
    }

    /// Employee numbers whose leader this is now.
    pub fn underordnede(&self, leder_nr: &str) -> impl Iterator<Item = &str> {
        self.underordnede.get(leder_nr).into_iter().flatten().map(String::as_str)
    }

    /// To which employee and registration a number of payroll belongs.
    #[must_use]
    pub fn fravaer_nr(&self, fravaer_nr: &str) -> Option<&(String, Uuid)> {
        self.fravaer_nr.get(fravaer_nr)
    }

    /// Employee number of a forløb, also by an id that was joined into another.
    #[must_use]
    pub fn hvis(&self, id: Uuid) -> Option<&str> {
        self.forloeb.get(&id).map(String::as_str)
    }

    /// A forløb, also by an id that was joined into another.
    #[must_use]
    pub fn find(&self, id: Uuid) -> Option<Arc<Forloeb>> {
        self.forloeb_for(self.hvis(id)?).into_iter().find(|f| f.hedder(id))
    }

    /// The forløb of an employee.
    #[must_use]
    pub fn forloeb_for(&self, nr: &str) -> Vec<Arc<Forloeb>> {
        self.ansaettelser.get(nr).map(|r| self.udled(r)).unwrap_or_default()
    }

    /// Every forløb, in no order.
    pub fn alle(&self) -> impl Iterator<Item = Arc<Forloeb>> {
        self.ansaettelser.values().flat_map(|r| self.udled(r))
    }

    fn udled(&self, raekke: &Raekke) -> Vec<Arc<Forloeb>> {
        let igen = || raekke.ansaettelse.forloeb(&self.bog).into_iter().map(Arc::new).collect();
        raekke.forloeb.clone().unwrap_or_else(igen)
    }

    /// Forløb that are open, or over with money that can still be had. Costs what is going on, not all there was.
    pub fn i_gang(&self, idag: NaiveDate) -> impl Iterator<Item = Sag> {
        self.i_gang.iter().filter_map(move |id| {
            let forloeb = self.find(*id)?;
            let vurdering = vurder(&forloeb, idag, &self.bog);
            vurdering.er_i_gang(&forloeb, idag).then_some(Sag { forloeb, vurdering })
        })
    }

    /// A forløb with its frister on a day.
    #[must_use]
    pub fn sag(&self, id: Uuid, idag: NaiveDate) -> Option<Sag> {
        let forloeb = self.find(id)?;
        let vurdering = vurder(&forloeb, idag, &self.bog);
        Some(Sag { forloeb, vurdering })
    }

    /// Role and employee number of a token, by its hash.
    #[must_use]
    pub fn token(&self, hash: &str) -> Option<&(Rolle, Option<String>)> {
        self.tokens.get(hash)
    }

    /// Lines that tell two states apart: one per employment, forløb and token, in order.
    #[must_use]
    pub fn linjer(&self, idag: NaiveDate) -> BTreeMap<String, String> {
        let mut linjer = BTreeMap::new();
        for (nr, r) in &self.ansaettelser {
            let linje = format!("version {} stamdata {:?}", r.ansaettelse.version(), r.ansaettelse.stamdata());
            linjer.insert(format!("ansaettelse {nr}"), linje);
        }
        for f in self.alle() {
            let vurdering = vurder(&f, idag, &self.bog);
            let i_gang = self.i_gang.contains(&f.id) && vurdering.er_i_gang(&f, idag);
            linjer.insert(format!("forloeb {}", f.id), format!("{f:?} {vurdering:?} i_gang {i_gang}"));
        }
        for (hash, hvem) in &self.tokens {
            linjer.insert(format!("token {hash}"), format!("{hvem:?}"));
        }
        for (id, nr) in &self.forloeb {
            linjer.insert(format!("id {id}"), nr.clone());
        }
        linjer
    }
}

/// Leaves out what no decision needs: reminders that a command withheld are most of what is ever recorded, and are
/// read from the log where they are shown.
fn kun_det_der_afgoer(haendelse: &mut Haendelse) {
    if let Haendelse::PaamindelserAfgjort(h) = haendelse {
        h.afgoerelser.retain(|a| a.udfald.er_endelig() || !matches!(a.udfald, Udfald::Aflyst { .. }));
        h.afgoerelser.shrink_to_fit();
    }
}

/// Decodes an event of an employment.
///
/// # Errors
/// The stored form or the metadata cannot be read.
pub fn laes_post(r: &Recorded, tid: DateTime<Utc>) -> Result<Post, VisningsFejl> {
    let position = r.position;
    let haendelse = form::laes(&r.kind, r.form, &r.body).map_err(|fejl| VisningsFejl::Form { position, fejl })?;
    let meta: Meta = serde_json::from_slice(&r.meta).map_err(|_| VisningsFejl::Andet { position, hvad: "aktøren" })?;
    Ok(Post { position, version: r.version, tid, dag: dag_i_danmark(tid), aktoer: meta.aktoer, haendelse })
}

/// Fields that are sealed, and one that is a secret's trace.
const LUKKEDE: [&str; 3] = ["fortroligt", "begrundelse", "hash"];

/// The fields of an event in its newest form, without what is sealed.
#[must_use]
pub fn aaben_del(r: &Recorded) -> Map<String, Value> {
    let nyeste = match r.stream.as_str() {
        ADGANG => None,
        _ => form::laes(&r.kind, r.form, &r.body).ok().and_then(|h| h.til_json().ok()),
    };
    let mut felter: Map<String, Value> = serde_json::from_slice(nyeste.as_ref().unwrap_or(&r.body)).unwrap_or_default();
    felter.retain(|navn, _| !LUKKEDE.contains(&navn.as_str()));
    felter
}
