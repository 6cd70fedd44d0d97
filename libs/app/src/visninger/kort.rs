//! The card of a forløb: what lists, counts and statistics need of it, in a few bytes.

use std::sync::Arc;

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::forloeb::Situation;
use forloeb::frister::Vurdering;
use forloeb::ord::{Fristart, Friststatus, Slutaarsag};
use serde::{Deserialize, Serialize};

/// The frister whose being in time is counted.
pub const TIL_TIDEN: [Fristart; 3] = [Fristart::FoersteKontakt, Fristart::Samtale, Fristart::Anmeldelse];
/// Four bits for each frist, then one for each of [`TIL_TIDEN`], then [`ANNULLERET`].
const BITS: u32 = 4;
const NAAET: u32 = 60;
const ANNULLERET: u64 = 1 << 63;
const _: () = assert!(Fristart::ALLE.len() * BITS as usize <= NAAET as usize);
const _: () = assert!(TIL_TIDEN.len() <= 3 && Friststatus::ALLE.len() < 1 << BITS);

/// Where every frist of a forløb stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statusser([u32; 2]);

impl Statusser {
    /// As they were evaluated.
    #[must_use]
    pub fn af(f: &Forloeb, v: &Vurdering) -> Self {
        let mut bits = 0;
        for frist in Fristart::ALLE.iter().filter_map(|art| v.frist(*art)) {
            bits |= (frist.status as u64 + 1) << (frist.art as u32 * BITS);
        }
        for (n, art) in (0_u32..).zip(TIL_TIDEN) {
            let naaet = v.frist(art).is_some_and(|fr| {
                let dato = fr.loest_af.as_ref().and_then(|l| l.dato);
                fr.status == Friststatus::Opfyldt && dato.is_some_and(|d| d <= fr.lovdag)
            });
            bits |= u64::from(naaet) << (NAAET + n);
        }
        if f.slut_ved.as_ref().is_some_and(|s| s.hvad == Slutaarsag::Annulleret) {
            bits |= ANNULLERET;
        }
        Self::fra_bits(bits)
    }

    /// For storing. Kept in halves, so that a row is not padded to eight bytes.
    pub(super) const fn bits(self) -> u64 {
        let [lav, hoej] = self.0;
        (hoej as u64) << 32 | lav as u64
    }

    /// As it was stored: bits that say nothing say nothing here either.
    #[expect(clippy::cast_possible_truncation, reason = "the lower half is meant")]
    pub(super) const fn fra_bits(bits: u64) -> Self {
        Self([bits as u32, (bits >> 32) as u32])
    }

    /// Where a frist stands; none where the forløb has no such frist.
    #[must_use]
    pub fn status(self, art: Fristart) -> Option<Friststatus> {
        let nr = (self.bits() >> (art as u32 * BITS)) & ((1 << BITS) - 1);
        usize::try_from(nr).ok()?.checked_sub(1).and_then(|n| Friststatus::ALLE.get(n)).copied()
    }

    /// Every frist there is, and where it stands.
    pub fn alle(self) -> impl Iterator<Item = (Fristart, Friststatus)> {
        Fristart::ALLE.iter().filter_map(move |art| Some((*art, self.status(*art)?)))
    }

    /// One of [`TIL_TIDEN`] was done by its legal day.
    #[must_use]
    pub fn til_tiden(self, art: Fristart) -> bool {
        (0_u32..).zip(TIL_TIDEN).any(|(n, a)| a == art && (self.bits() >> (NAAET + n)) & 1 == 1)
    }

    /// The whole forløb was a mistake.
    #[must_use]
    pub const fn er_annulleret(self) -> bool {
        self.bits() & ANNULLERET != 0
    }
}

/// Whose a forløb is: most forløb of a unit share these, so they are kept once.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ansvar {
    /// Code of the unit.
    pub enhed: String,
    /// Its name.
    pub enhed_navn: String,
    /// Employee number of the leader.
    pub leder: Option<String>,
    /// Employee number of the contact person.
    pub kontaktperson: Option<String>,
    /// Employee number of the plan's coordinator.
    pub koordinator: Option<String>,
    /// Who in HR has taken it on.
    pub tildelt: Option<String>,
}

impl Ansvar {
    fn af(f: &Forloeb, idag: NaiveDate) -> Self {
        let ejet = |nr: Option<&str>| nr.map(str::to_owned);
        Self {
            enhed: f.stamdata.enhed.clone(),
            enhed_navn: f.stamdata.enhed_navn.clone(),
            leder: ejet(f.leder(idag)),
            kontaktperson: ejet(f.kontaktperson()),
            koordinator: ejet(f.koordinator()),
            tildelt: f.tildelt.clone(),
        }
    }

    fn passer(&self, f: &Forloeb, idag: NaiveDate) -> bool {
        self.enhed == f.stamdata.enhed
            && self.enhed_navn == f.stamdata.enhed_navn
            && self.leder.as_deref() == f.leder(idag)
            && self.kontaktperson.as_deref() == f.kontaktperson()
            && self.koordinator.as_deref() == f.koordinator()
            && self.tildelt == f.tildelt
    }
}

/// What lists need of a forløb on the day it was evaluated. `A` is its [`Ansvar`], or the number of it in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kort<A> {
    /// Whose it is.
    pub ansvar: A,
    /// F.
    pub foerste: NaiveDate,
    /// Last day of absence, if it is over.
    pub slut: Option<NaiveDate>,
    /// The legal day of what is most urgent.
    pub lovdag: Option<NaiveDate>,
    /// Where its frister stand.
    pub statusser: Statusser,
}

impl Kort<Arc<Ansvar>> {
    /// The card of a forløb on a day; `sidst` is shared when it says the same.
    #[must_use]
    pub fn af(f: &Forloeb, v: &Vurdering, idag: NaiveDate, sidst: Option<&Arc<Ansvar>>) -> Self {
        let slut = match f.situation(idag) {
            Situation::Aabent => None,
            Situation::Slut { sidste, .. } => Some(sidste),
        };
        let delt = sidst.filter(|a| a.passer(f, idag)).cloned();
        Self {
            ansvar: delt.unwrap_or_else(|| Arc::new(Ansvar::af(f, idag))),
            foerste: f.foerste,
            slut,
            lovdag: v.frister.iter().filter(|fr| fr.status.udestaar()).map(|fr| fr.lovdag).min(),
            statusser: Statusser::af(f, v),
        }
    }
}

impl Kort<Arc<Ansvar>> {
    /// The same, for comparing.
    pub(super) fn laant(&self) -> Kort<&Ansvar> {
        let Self { foerste, slut, lovdag, statusser, .. } = *self;
        Kort { ansvar: &self.ansvar, foerste, slut, lovdag, statusser }
    }
}

impl<A> Kort<A> {
    /// The same with another way to tell whose it is.
    pub fn med<B>(self, ansvar: impl FnOnce(A) -> B) -> Kort<B> {
        let Self { foerste, slut, lovdag, statusser, .. } = self;
        Kort { ansvar: ansvar(self.ansvar), foerste, slut, lovdag, statusser }
    }

    /// Still absent.
    #[must_use]
    pub const fn er_aabent(&self) -> bool {
        self.slut.is_none()
    }
}
