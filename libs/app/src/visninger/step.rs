//! The next events of the log: what they come to is worked out first, while everybody reads what was, and then taken in.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use eventlog::{Head, Recorded};
use forloeb::haendelse::Stamdata;
use forloeb::{Ansaettelse, Forloeb, Haendelse, Post, Regelbog};

use super::raekke::Indlaest;
use super::udledt::{Udledt, on_day, udled};
use super::{Laan, Laanesvar, Visninger, registrering_af};
use crate::politik;
use crate::stored::{
    self, ADGANG, ANSAETTELSE, OPSLAG, Postlaeser, TokenUdstedt, UDEN_VIRKNING, VisningsFejl, laes_politik, numre_i,
    read_json,
};

/// Some events and what they come to, on a day.
#[derive(Debug)]
pub(crate) struct Step {
    idag: NaiveDate,
    bog: Arc<Regelbog>,
    haendelser: Vec<Taken>,
    ansaettelser: Vec<(Arc<Ansaettelse>, Udledt)>,
}

/// One event, read.
#[derive(Debug)]
struct Taken {
    hoved: Head,
    tid: DateTime<Utc>,
    what: What,
}

#[derive(Debug)]
enum What {
    Token(TokenUdstedt),
    /// Of an employment of the step, the nth of its events.
    Post(usize, usize),
    /// Read from the log, where somebody asks for it, or told by the rules of the step.
    Nothing,
}

impl Step {
    /// Works it out. `laan` are the employments that the events are about, and those that a policy among them is about.
    ///
    /// # Errors
    /// An event cannot be read.
    pub(crate) fn af(
        haendelser: &[Recorded],
        laan: Vec<Laan>,
        idag: NaiveDate,
        bog: &Arc<Regelbog>,
    ) -> Result<Self, VisningsFejl> {
        let mut bog = bog.clone();
        let mut ansaettelser: Vec<Arc<Ansaettelse>> = laan.into_iter().map(|laan| laan.ansaettelse().clone()).collect();
        let plads: HashMap<String, usize> = (0..).zip(&ansaettelser).map(|(n, a)| (a.nr().to_owned(), n)).collect();
        let mut readers: Vec<Postlaeser> = Vec::new();
        readers.resize_with(ansaettelser.len(), Postlaeser::default);
        let mut taken = Vec::with_capacity(haendelser.len());
        for r in haendelser {
            let (tid, navn) = (stored::tid(r)?, r.stream.as_str());
            let what = if navn == ADGANG {
                What::Token(read_json(r.position, "adgangen", &r.body)?)
            } else if let Some(fastsat) = laes_politik(r)? {
                let politik = politik::laes_gemt(&fastsat.politik, r.position)?;
                bog = Arc::new(bog.og_politik(fastsat.fra, politik));
                What::Nothing
            } else if [OPSLAG, UDEN_VIRKNING].iter().any(|prefix| navn.starts_with(prefix)) {
                What::Nothing
            } else {
                let nr = navn.strip_prefix(ANSAETTELSE).ok_or_else(|| stored::unknown_stream(r.position))?;
                let n = *plads.get(nr).ok_or_else(|| stored::unknown_stream(r.position))?;
                let ansaettelse = Arc::make_mut(&mut ansaettelser[n]);
                ansaettelse.anvend(readers[n].laes(r, tid)?);
                What::Post(n, ansaettelse.poster().len() - 1)
            };
            let hash = r.hash.ok_or_else(|| stored::without_hash(r.position))?;
            taken.push(Taken { hoved: Head { position: r.position, hash }, tid, what });
        }
        let udledt = |a: Arc<Ansaettelse>| {
            let udledt = udled(&a, None, idag, &bog);
            (a, udledt)
        };
        let ansaettelser = ansaettelser.into_iter().map(udledt).collect();
        Ok(Self { idag, bog, haendelser: taken, ansaettelser })
    }
}

/// The day has turned since a step was worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DayTurned;

impl Visninger {
    /// Takes the next events into projections that nobody else sees, of employments that are new or in memory.
    ///
    /// # Errors
    /// An event cannot be read, or its employment is not in memory.
    pub fn take(&mut self, haendelser: &[Recorded]) -> Result<(), VisningsFejl> {
        let here = |nr: &String| match self.laan(nr) {
            Laanesvar::Laant(laan) => Some(laan),
            Laanesvar::Mangler(_) => None,
        };
        let laan = self.concerned_by(haendelser)?.iter().filter_map(here).collect();
        let step = Step::af(haendelser, laan, self.idag, &self.bog)?;
        // It was worked out on the day of these projections.
        let _ = self.take_step(step);
        Ok(())
    }

    /// Takes a step in.
    ///
    /// # Errors
    /// It was worked out on another day than the one everything here is seen on, and is to be worked out again.
    pub(crate) fn take_step(&mut self, step: Step) -> Result<(), DayTurned> {
        let Step { idag, bog, haendelser, ansaettelser } = step;
        if idag != self.idag {
            return Err(DayTurned);
        }
        self.bog = bog;
        for Taken { hoved, tid, what } in haendelser {
            self.senest = self.senest.max(Some(tid));
            match what {
                What::Token(t) => drop(self.tokens.insert(t.hash, (t.rolle, t.nr))),
                What::Post(n, post) => {
                    let ansaettelse = &ansaettelser[n].0;
                    self.take_post(ansaettelse.nr(), &ansaettelse.poster()[post]);
                }
                What::Nothing => {}
            }
            self.hoved = hoved;
        }
        for (ansaettelse, udledt) in ansaettelser {
            self.take_derived(ansaettelse, udledt);
        }
        Ok(())
    }

    /// The employments that events are about, or that a policy among them changes: those with a forløb that is not at rest
    /// and began when it holds. It is laid down for days to come, so there are few.
    pub(crate) fn concerned_by(&self, haendelser: &[Recorded]) -> Result<BTreeSet<String>, VisningsFejl> {
        let mut numre = numre_i(haendelser);
        for r in haendelser {
            let Some(politik) = laes_politik(r)? else { continue };
            let senere = self.aktuelle.alle().filter(|(_, a)| a.forloeb.foerste >= politik.fra);
            numre.extend(senere.map(|(_, a)| a.forloeb.medarbejder_nr.clone()));
        }
        Ok(numre)
    }

    fn take_post(&mut self, nr: &str, post: &Post) {
        let idx = self.raekke_nr(nr);
        let raekke = &mut self.raekker[idx as usize];
        let leder = raekke.stamdata.as_ref().and_then(|s| s.leder_nr.clone());
        raekke.anvend(post);
        match &post.haendelse {
            Haendelse::StamdataRegistreret(h) => {
                if h.stamdata.leder_nr != leder {
                    let (nr, ny) = (raekke.nr.clone(), h.stamdata.leder_nr.clone());
                    self.flyt_under(nr, leder, ny);
                }
            }
            Haendelse::StedfortraederUdpeget(_) => {
                let navngivne = raekke.stedfortraedere.clone();
                self.tilfoej_stedfortraedere(idx, navngivne.as_deref());
            }
            Haendelse::PaamindelserAfgjort(h) => self.sendte.anvend(post.dag, h),
            Haendelse::FravaerRegistreret(h) => {
                let andet = h.fravaer_nr.as_ref().filter(|n| registrering_af(n) != h.registrering);
                self.andre_fravaer_nr.extend(andet.map(|n| (n.clone(), h.registrering)));
            }
            Haendelse::PersonSlettet(_)
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
            | Haendelse::PaamindelseSendesIgen(_) => {}
        }
    }

    /// What follows from an employment, in the place of what followed before.
    fn take_derived(&mut self, ansaettelse: Arc<Ansaettelse>, mut udledt: Udledt) {
        let Some(idx) = self.numre.get(ansaettelse.nr()).copied() else { return };
        let raekke = &mut self.raekker[idx as usize];
        if let Some(faelles) = &raekke.stamdata {
            udledt.forloeb.iter_mut().for_each(|et| share_stamdata(&mut et.forloeb, faelles));
        }
        let poster = ansaettelse.poster().len();
        let forloeb = udledt.forloeb.iter().map(|et| et.forloeb.clone()).collect();
        match &mut raekke.indlaest {
            Some(indlaest) => {
                self.indlaeste_poster = self.indlaeste_poster + poster - indlaest.ansaettelse.poster().len();
                (indlaest.ansaettelse, indlaest.forloeb) = (ansaettelse, forloeb);
            }
            None => {
                self.indlaeste_poster += poster;
                self.indlaeste.push_back(idx);
                raekke.indlaest = Some(Box::new(Indlaest::ny(ansaettelse, forloeb)));
            }
        }
        self.indfoer(idx, udledt);
    }

    /// The next due day of an employment, and its cards, as a day has them: time alone can make a reminder pointless.
    /// Nothing where it has moved on: then they were worked out anew.
    pub(crate) fn genopfrisk(&mut self, laan: &Laan, set: Refreshed) {
        if set.idag == self.idag
            && let Some(idx) = self.numre.get(laan.nr()).copied()
            && self.raekker[idx as usize].version == laan.ansaettelse().version()
            && Arc::ptr_eq(&self.bog, laan.bog())
        {
            self.indfoer(idx, set.udledt);
        }
    }
}

/// What follows from an employment on a day, of the forløb that are known already.
pub(crate) struct Refreshed {
    idag: NaiveDate,
    udledt: Udledt,
}

impl Refreshed {
    /// Works it out.
    pub(crate) fn af(laan: &Laan, idag: NaiveDate) -> Self {
        let udledt = on_day(laan.ansaettelse(), laan.alle().iter().cloned(), idag, laan.bog());
        Self { idag, udledt }
    }
}

/// Forløb that are judged by what payroll says now share it.
fn share_stamdata(forloeb: &mut Arc<Forloeb>, faelles: &Arc<Stamdata>) {
    if let Some(f) = Arc::get_mut(forloeb)
        && *f.stamdata == **faelles
    {
        f.stamdata = Arc::clone(faelles);
    }
}
