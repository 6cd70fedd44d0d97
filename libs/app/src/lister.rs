//! Lists of forløb: which, in what order, and one page of them within what the reader may see. The API's list and the
//! pages' are both parsed into this.

use std::cmp::Ordering;
use std::collections::BTreeMap;

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
    pub leder_nr: Option<Whose>,
    /// Employee.
    pub medarbejder_nr: Option<String>,
    /// Has this frist standing out, or with `frist_status` in that status.
    pub frist: Option<Fristart>,
    /// Has a frist in this status.
    pub frist_status: Option<Friststatus>,
    /// Assigned to.
    pub tildelt: Option<Whose>,
}

/// Whose a forløb is asked to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// It has nobody.
    Nobodys,
    /// The one with this employee number.
    Of(String),
}

impl Whose {
    /// That of an employee number.
    #[must_use]
    pub fn of(nr: &str) -> Self {
        Self::Of(nr.to_owned())
    }

    fn fits(&self, har: Option<&str>) -> bool {
        match self {
            Self::Nobodys => har.is_none(),
            Self::Of(nr) => har == Some(nr.as_str()),
        }
    }
}

impl Filter {
    /// The card says all that is asked for here: no forløb is looked up to be left out.
    #[must_use]
    pub fn passer(&self, f: &Opslag<'_>) -> bool {
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
            && self.leder_nr.as_ref().is_none_or(|hvis| hvis.fits(ansvar.leder.as_deref()))
            && self.tildelt.as_ref().is_none_or(|hvis| hvis.fits(ansvar.tildelt.as_deref()))
    }

    /// Every open forløb fits.
    fn er_alle_aabne(&self) -> bool {
        let Self { aabne, enhed, leder_nr, medarbejder_nr, frist, frist_status, tildelt } = self;
        *aabne == Some(true)
            && enhed.is_none()
            && medarbejder_nr.is_none()
            && leder_nr.is_none()
            && tildelt.is_none()
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
    /// The order that a code of the API names.
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

    /// The place that a cursor of the same order names.
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

/// The first `hoejst` after a place.
fn vaelg<'a>(alle: impl Iterator<Item = Opslag<'a>>, sort: Sortering, efter: Option<&Noegle>, hoejst: usize) -> Udsnit {
    let plads = |noegle: Noegle| Place { descending: sort.er_faldende(), key: noegle };
    let efter = efter.map(|noegle| plads(noegle.clone()));
    let (mut antal, mut udvalg) = (0, Foremost::of(hoejst));
    for f in alle {
        antal += 1;
        let plads = plads(sort.noegle(&f));
        if efter.as_ref().is_none_or(|efter| plads > *efter) {
            udvalg.take(plads, ());
        }
    }
    let flere = udvalg.count() > hoejst;
    let raekker = udvalg.into_rows().map(|(plads, ())| plads.key).collect();
    Udsnit { raekker, flere, antal }
}

/// The place of a row in an order that may run either way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place<K> {
    /// The last comes first.
    pub descending: bool,
    /// What is sorted by.
    pub key: K,
}

impl<K: Ord> Ord for Place<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        let order = self.key.cmp(&other.key);
        if self.descending { order.reverse() } else { order }
    }
}

impl<K: Ord> PartialOrd for Place<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The foremost rows of a list in its order, and how many there were: the others are not kept. Every list that is shown a
/// page at a time is put in order by it.
#[derive(Debug)]
pub struct Foremost<K, V> {
    most: usize,
    count: usize,
    rows: BTreeMap<K, V>,
}

impl<K: Ord, V> Foremost<K, V> {
    /// That many at most.
    #[must_use]
    pub const fn of(most: usize) -> Self {
        Self { most, count: 0, rows: BTreeMap::new() }
    }

    /// One more row; no two have the same key.
    pub fn take(&mut self, key: K, row: V) {
        self.count += 1;
        if self.rows.len() < self.most {
            self.rows.insert(key, row);
        } else if self.rows.last_key_value().is_some_and(|(last, _)| key < *last) {
            self.rows.pop_last();
            self.rows.insert(key, row);
        }
    }

    /// How many rows there were in all.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.count
    }

    /// Those that are kept, in order.
    pub fn rows(&self) -> impl Iterator<Item = (&K, &V)> {
        self.rows.iter()
    }

    /// The same, to keep.
    pub fn into_rows(self) -> impl Iterator<Item = (K, V)> {
        self.rows.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_foremost_are_those_of_the_whole_list_in_order(
            keys in prop::collection::btree_set(any::<u8>(), 0..60), most in 0_usize..70, descending: bool, seed: u64,
        ) {
            let mut sorted: Vec<u8> = keys.iter().copied().collect();
            if descending {
                sorted.reverse();
            }
            let mut shuffled = sorted.clone();
            shuffled.sort_by_key(|key| (u64::from(*key) + 1).wrapping_mul(seed | 1));
            let mut foremost = Foremost::of(most);
            for key in shuffled {
                foremost.take(Place { descending, key }, key);
            }
            prop_assert_eq!(foremost.count(), sorted.len());
            let rows: Vec<u8> = foremost.into_rows().map(|(_, key)| key).collect();
            prop_assert_eq!(rows, &sorted[..most.min(sorted.len())]);
        }
    }
}
