//! Built from the log stream by stream: only one employment's events are in memory at a time.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use eventlog::{Head, Recorded, StreamId};
use forloeb::{Ansaettelse, Haendelse, Regelbog};
use uuid::Uuid;

use super::raekke::Raekke;
use super::sendte::Sendte;
use super::udledt::{Udledt, udled};
use super::{Visninger, registrering_af};
use crate::stored::{
    self, ADGANG, ANSAETTELSE, OPSLAG, POLITIK, Postlaeser, TokenUdstedt, UDEN_VIRKNING, VisningsFejl,
};

/// What one stream comes to.
#[derive(Debug)]
pub(crate) enum Stykke {
    /// An employment.
    Ansaettelse(Box<Bygget>),
    /// The tokens, and when the newest was issued.
    Adgang(Vec<TokenUdstedt>, Option<DateTime<Utc>>),
    /// The policies: they are in the rules already. When the newest was laid down.
    Politik(Option<DateTime<Utc>>),
}

/// An employment.
#[derive(Debug)]
pub(crate) struct Bygget {
    pub(super) raekke: Raekke,
    pub(super) udledt: Udledt,
    pub(super) sendte: Sendte,
    pub(super) andre_fravaer_nr: Vec<(String, Uuid)>,
    senest: Option<DateTime<Utc>>,
}

/// Builds what follows from one whole stream, seen on a day.
///
/// # Errors
/// An event cannot be read.
pub(crate) fn byg(
    stream: &StreamId,
    haendelser: &[Recorded],
    idag: NaiveDate,
    bog: &Regelbog,
) -> Result<Stykke, VisningsFejl> {
    let mut senest = None;
    let mut tid = |r: &Recorded| {
        let tid = stored::tid(r)?;
        senest = senest.max(Some(tid));
        Ok::<_, VisningsFejl>(tid)
    };
    if stream.as_str() == ADGANG {
        let laes = |r: &Recorded| {
            tid(r)?;
            stored::read_json(r.position, "adgangen", &r.body)
        };
        let tokens = haendelser.iter().map(laes).collect::<Result<_, _>>()?;
        return Ok(Stykke::Adgang(tokens, senest));
    }
    if stream.as_str() == POLITIK {
        haendelser.iter().try_for_each(|r| tid(r).map(drop))?;
        return Ok(Stykke::Politik(senest));
    }

    if [OPSLAG, UDEN_VIRKNING].iter().any(|prefix| stream.as_str().starts_with(prefix)) {
        for r in haendelser {
            tid(r)?;
        }
        return Ok(Stykke::Adgang(Vec::new(), senest));
    }
    let position = haendelser.first().map_or(0, |r| r.position);
    let nr = stream.as_str().strip_prefix(ANSAETTELSE).ok_or_else(|| stored::unknown_stream(position))?;
    let mut ansaettelse = Ansaettelse::ny(nr);
    let (mut raekke, mut sendte, mut andre_fravaer_nr) = (Raekke::ny(Arc::from(nr)), Sendte::default(), Vec::new());
    let mut laeser = Postlaeser::default();
    for r in haendelser {
        let post = laeser.laes(r, tid(r)?)?;
        raekke.anvend(&post);
        match &post.haendelse {
            Haendelse::PaamindelserAfgjort(h) => sendte.anvend(post.dag, h),
            Haendelse::FravaerRegistreret(h) => {
                let andet = h.fravaer_nr.as_ref().filter(|n| registrering_af(n) != h.registrering);
                andre_fravaer_nr.extend(andet.map(|n| (n.clone(), h.registrering)));
            }
            Haendelse::StamdataRegistreret(_)
            | Haendelse::PersonSlettet(_)
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
            | Haendelse::StedfortraederUdpeget(_)
            | Haendelse::KontaktpersonValgt(_)
            | Haendelse::ForloebTildelt(_)
            | Haendelse::ForloebAfsluttet(_)
            | Haendelse::TtaPlanLagt(_)
            | Haendelse::TtaEvalueret(_)
            | Haendelse::PaamindelseSendesIgen(_) => {}
        }
        ansaettelse.anvend(post);
    }
    let udledt = udled(&ansaettelse, raekke.stamdata.as_ref(), idag, bog);
    Ok(Stykke::Ansaettelse(Box::new(Bygget { raekke, udledt, sendte, andre_fravaer_nr, senest })))
}

impl Visninger {
    /// Takes in a stream that was built; each only once.
    pub(crate) fn tag_ind(&mut self, stykke: Stykke) {
        match stykke {
            Stykke::Adgang(tokens, senest) => {
                self.senest = self.senest.max(senest);
                self.tokens.extend(tokens.into_iter().map(|t| (t.hash, (t.rolle, t.nr))));
            }
            Stykke::Politik(senest) => self.senest = self.senest.max(senest),
            Stykke::Ansaettelse(bygget) => {
                let Bygget { raekke, udledt, sendte, andre_fravaer_nr, senest } = *bygget;
                self.senest = self.senest.max(senest);
                self.sendte.tag_med(sendte);
                self.andre_fravaer_nr.extend(andre_fravaer_nr);
                let idx = self.raekke_nr(&raekke.nr);
                let leder = raekke.stamdata.as_ref().and_then(|s| s.leder_nr.clone());
                self.flyt_under(self.raekker[idx as usize].nr.clone(), None, leder);
                let nr = self.raekker[idx as usize].nr.clone();
                self.tilfoej_stedfortraedere(idx, raekke.stedfortraedere.as_deref());
                self.raekker[idx as usize] = Raekke { nr, ..raekke };
                self.indfoer(idx, udledt);
            }
        }
    }

    /// Everything up to a position of the log was taken in.
    pub(crate) const fn er_ved(&mut self, hoved: Head) {
        self.hoved = hoved;
    }
}
