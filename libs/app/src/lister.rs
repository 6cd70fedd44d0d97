//! Lists of forløb: which, in what order, and one page of them within what the reader may see.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::NaiveDate;
use forloeb::ord::{Fristart, Friststatus};
use uuid::Uuid;

use crate::adgang::Bruger;
use crate::dates;
use crate::visninger::aktuelle::Orden;
use crate::visninger::kort::Ansvar;
use crate::visninger::{Opslag, Visninger};

/// Which forløb.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Open, over, or both (none).
    pub aabne: Option<bool>,
    /// Unit.
    pub enhed: Option<String>,
    /// Leader.
    pub leder_nr: Option<String>,
    /// Employee.
    pub medarbejder_nr: Option<String>,
    /// Has this frist standing out, or with `frist_status` in that status.
    pub frist: Option<Fristart>,
    /// Has a frist in this status.
    pub frist_status: Option<Friststatus>,
    /// Assigned to.
    pub tildelt: Option<String>,
}

impl Filter {
    /// The card says all that is asked for here: no forløb is looked up to be left out.
    fn passer(&self, f: &Opslag<'_>) -> bool {
        let frist = match (self.frist, self.frist_status) {
            (None, None) => true,
            (art, oensket) => f.kort.statusser.alle().any(|(a, status)| {
                art.is_none_or(|art| art == a) && oensket.map_or_else(|| status.udestaar(), |s| s == status)
            }),
        };
        self.aabne.is_none_or(|a| a == f.kort.er_aabent())
            && ens(self.medarbejder_nr.as_deref(), Some(f.nr))
            && self.passer_ansvar(f.ansvar)
            && frist
    }

    fn passer_ansvar(&self, ansvar: &Ansvar) -> bool {
        ens(self.enhed.as_deref(), Some(&ansvar.enhed))
            && ens(self.leder_nr.as_deref(), ansvar.leder.as_deref())
            && ens(self.tildelt.as_deref(), ansvar.tildelt.as_deref())
    }

    /// Every open forløb fits.
    fn er_alle_aabne(&self) -> bool {
        let Self { aabne, enhed, leder_nr, medarbejder_nr, frist, frist_status, tildelt } = self;
        *aabne == Some(true)
            && [enhed, leder_nr, medarbejder_nr, tildelt].iter().all(|f| f.is_none())
            && frist.is_none()
            && frist_status.is_none()
    }

    /// The ids of one page of what fits and what the caller may see, and how many there are in all. The open ones that
    /// one who sees all of them asks for in the usual order cost the page; else the cost is what is open, or all there
    /// ever was.
    #[must_use]
    pub fn side(
        &self,
        bruger: &Bruger,
        vis: &Visninger,
        sort: Sortering,
        efter: Option<&Noegle>,
        antal: usize,
    ) -> Udsnit {
        if self.er_alle_aabne() && bruger.ser_alle() && sort == Sortering::Frist {
            let efter = efter.map(|n| n.orden);
            let mut raekker: Vec<_> = vis.aabne(efter).take(antal + 1).map(|(orden, _)| orden).collect();
            let flere = raekker.len() > antal;
            raekker.truncate(antal);
            let raekker = raekker.into_iter().map(|orden| Noegle { tekst: None, orden }).collect();
            return Udsnit { raekker, flere, antal: vis.optalt().aabne };
        }
        let valgt = |f: &Opslag<'_>| self.passer(f) && vis.ses_af(bruger, f.nr, f.kort);
        match (&self.medarbejder_nr, self.aabne) {
            (Some(nr), _) => vaelg(vis.kort_for(nr).filter(valgt), sort, efter, antal),
            (None, Some(true)) => {
                let hos = vis.i_gang_for(bruger, |ansvar| self.passer_ansvar(ansvar));
                let aabne = hos.filter(|a| a.kort.er_aabent()).map(|a| vis.opslag_af(a));
                vaelg(aabne.filter(|f| self.passer(f)), sort, efter, antal)
            }
            (None, _) => vaelg(vis.kort().filter(valgt), sort, efter, antal),
        }
    }
}

fn ens(oensket: Option<&str>, har: Option<&str>) -> bool {
    oensket.is_none() || oensket == har
}

/// In what order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sortering {
    /// By the legal day of what is most urgent.
    Frist,
    /// By F.
    Foerste {
        /// The newest first.
        ned: bool,
    },
    /// By employee number.
    MedarbejderNr,
    /// By unit.
    Enhed {
        /// The last first.
        ned: bool,
    },
}

impl Sortering {
    /// By its name outside; nothing where there is none.
    #[must_use]
    pub fn fra_kode(kode: &str) -> Option<Self> {
        Some(match kode {
            "frist" => Self::Frist,
            "foerste_fravaersdag" => Self::Foerste { ned: false },
            "-foerste_fravaersdag" => Self::Foerste { ned: true },
            "medarbejder_nr" => Self::MedarbejderNr,
            "enhed" => Self::Enhed { ned: false },
            "-enhed" => Self::Enhed { ned: true },
            _ => return None,
        })
    }

    const fn er_faldende(self) -> bool {
        matches!(self, Self::Foerste { ned: true } | Self::Enhed { ned: true })
    }

    fn noegle(self, f: &Opslag<'_>) -> Noegle {
        let orden = Orden::af(f.kort, f.id);
        match self {
            Self::Frist => Noegle { tekst: None, orden },
            Self::Foerste { .. } => Noegle { tekst: None, orden: Orden { lovdag: f.kort.foerste, ..orden } },
            Self::MedarbejderNr => {
                Noegle { tekst: Some(f.nr.to_owned()), orden: Orden { lovdag: NaiveDate::MIN, ..orden } }
            }
            Self::Enhed { .. } => {
                Noegle { tekst: Some(f.ansvar.enhed.clone()), orden: Orden { lovdag: NaiveDate::MIN, ..orden } }
            }
        }
    }
}

/// The place of a forløb in a list: what is sorted by, then F, then the id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Noegle {
    tekst: Option<String>,
    orden: Orden,
}

/// In a cursor: nothing stands out.
const UDEN_DAG: &str = "9";

impl Noegle {
    /// The place after which the next page begins, as the caller gives it back.
    #[must_use]
    pub fn cursor(&self) -> String {
        let Orden { lovdag, foerste, id } = self.orden;
        let foerst = match &self.tekst {
            Some(tekst) => tekst.clone(),
            None if lovdag == NaiveDate::MAX => UDEN_DAG.to_owned(),
            None => lovdag.to_string(),
        };
        URL_SAFE_NO_PAD.encode(format!("{foerst}|{foerste}|{id}"))
    }

    /// As [`Self::cursor`] wrote it; nothing where it is not one of this order.
    #[must_use]
    pub fn fra_cursor(cursor: &str, sort: Sortering) -> Option<Self> {
        let tekst = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
        let (resten, id) = tekst.rsplit_once('|')?;
        let (foerst, foerste) = resten.rsplit_once('|')?;
        let (foerste, id) = (dates::day(foerste).ok()?, Uuid::try_parse(id).ok()?);
        let (tekst, lovdag) = match sort {
            Sortering::MedarbejderNr | Sortering::Enhed { .. } => (Some(foerst.to_owned()), NaiveDate::MIN),
            _ if foerst == UDEN_DAG => (None, NaiveDate::MAX),
            _ => (None, dates::day(foerst).ok()?),
        };
        Some(Self { tekst, orden: Orden { lovdag, foerste, id } })
    }
}

/// One page of a list.
#[derive(Debug)]
pub struct Udsnit {
    /// Its rows, in order.
    raekker: Vec<Noegle>,
    /// There are more after it.
    flere: bool,
    /// How many fit in all.
    antal: usize,
}

impl Udsnit {
    /// The forløb of the page, in order.
    pub fn ids(&self) -> impl Iterator<Item = Uuid> {
        self.raekker.iter().map(|n| n.orden.id)
    }

    /// Where the page ends.
    #[must_use]
    pub fn sidste(&self) -> Option<&Noegle> {
        self.raekker.last()
    }

    /// How many fit in all.
    #[must_use]
    pub const fn antal(&self) -> usize {
        self.antal
    }

    /// There are more after it.
    #[must_use]
    pub const fn er_flere(&self) -> bool {
        self.flere
    }
}

/// The first `hoejst` after a place. Only they are ever kept.
fn vaelg<'a>(alle: impl Iterator<Item = Opslag<'a>>, sort: Sortering, efter: Option<&Noegle>, hoejst: usize) -> Udsnit {
    let ned = sort.er_faldende();
    let (mut antal, mut efter_antal, mut raekker) = (0, 0, BTreeSet::new());
    for f in alle {
        antal += 1;
        let noegle = sort.noegle(&f);
        if efter.is_some_and(|e| if ned { noegle >= *e } else { noegle <= *e }) {
            continue;
        }
        efter_antal += 1;
        raekker.insert(noegle);
        if raekker.len() > hoejst {
            if ned {
                raekker.pop_first()
            } else {
                raekker.pop_last()
            };
        }
    }
    let flere = efter_antal > raekker.len();
    let raekker = if ned { raekker.into_iter().rev().collect() } else { raekker.into_iter().collect() };
    Udsnit { raekker, flere, antal }
}
