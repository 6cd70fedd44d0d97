//! The card of a forløb: what lists, counts and statistics need of it, in a few bytes.

use std::sync::Arc;

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::forloeb::Situation;
use forloeb::frister::Assessment;
use forloeb::words::{Fristart, Friststatus, Slutaarsag};
use serde::{Deserialize, Serialize};

/// The frister whose being in time is counted.
pub const ON_TIME: [Fristart; 3] = [Fristart::FoersteKontakt, Fristart::Samtale, Fristart::Anmeldelse];
/// One digit for each frist, in a number with as many digits as there are statuses and none; above it one bit for each of
/// [`ON_TIME`], then [`ANNULLERET`].
const DIGITS: u64 = Friststatus::ALL.len() as u64 + 1;
const REACHED: u32 = 60;
const ANNULLERET: u64 = 1 << 63;
const _: () = assert!(Fristart::ALL.len() <= 18 && DIGITS.pow(18) <= 1 << REACHED && ON_TIME.len() <= 3);

/// Where every frist of a forløb stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statuses([u32; 2]);

impl Statuses {
    /// As they were evaluated.
    #[must_use]
    pub fn af(f: &Forloeb, v: &Assessment) -> Self {
        let (mut bits, by_art) = (0, v.by_art());
        for frist in by_art.iter().flatten() {
            bits += (frist.status as u64 + 1) * DIGITS.pow(frist.art as u32);
        }
        for (n, art) in (0_u32..).zip(ON_TIME) {
            let reached = by_art[art as usize].is_some_and(|fr| {
                let dato = fr.loest_af.as_ref().and_then(|l| l.dato);
                fr.status == Friststatus::Opfyldt && dato.is_some_and(|d| d <= fr.lovdag)
            });
            bits |= u64::from(reached) << (REACHED + n);
        }
        if f.end_at.as_ref().is_some_and(|s| s.what == Slutaarsag::Annulleret) {
            bits |= ANNULLERET;
        }
        Self::from_bits(bits)
    }

    /// For storing. Kept in halves, so that a row is not padded to eight bytes.
    pub(super) const fn bits(self) -> u64 {
        let [low, high] = self.0;
        (high as u64) << 32 | low as u64
    }

    /// As it was stored: bits that say nothing say nothing here either.
    #[expect(clippy::cast_possible_truncation, reason = "the lower half is meant")]
    pub(super) const fn from_bits(bits: u64) -> Self {
        Self([bits as u32, (bits >> 32) as u32])
    }

    /// Where a frist stands; none where the forløb has no such frist.
    #[must_use]
    pub fn status(self, art: Fristart) -> Option<Friststatus> {
        of_digit(self.number() / DIGITS.pow(art as u32) % DIGITS)
    }

    /// Without the bits above it.
    const fn number(self) -> u64 {
        self.bits() & ((1 << REACHED) - 1)
    }

    /// As it was stored when there were four bits for each frist and fifteen kinds of them.
    pub(super) fn from_bits_before(bits: u64) -> Self {
        let digit = |nr: u32| (bits >> (nr * 4) & 15).min(DIGITS - 1) * DIGITS.pow(nr);
        Self::from_bits((0..15).map(digit).sum::<u64>() | bits >> REACHED << REACHED)
    }

    /// The same back, of what could be stored then.
    #[cfg(test)]
    pub(super) fn bits_before(self) -> u64 {
        let digit = |nr: u32| (self.number() / DIGITS.pow(nr) % DIGITS) << (nr * 4);
        (0..15).map(digit).sum::<u64>() | self.bits() >> REACHED << REACHED
    }

    /// Every frist there is, and where it stands.
    pub fn all(self) -> impl Iterator<Item = (Fristart, Friststatus)> {
        let mut rest = self.number();
        Fristart::ALL.iter().filter_map(move |art| {
            let digit = rest % DIGITS;
            rest /= DIGITS;
            Some((*art, of_digit(digit)?))
        })
    }

    /// One of [`ON_TIME`] was done by its legal day.
    #[must_use]
    pub fn on_time(self, art: Fristart) -> bool {
        (0_u32..).zip(ON_TIME).any(|(n, a)| a == art && (self.bits() >> (REACHED + n)) & 1 == 1)
    }

    /// The whole forløb was a mistake.
    #[must_use]
    pub const fn is_annulleret(self) -> bool {
        self.bits() & ANNULLERET != 0
    }
}

fn of_digit(digit: u64) -> Option<Friststatus> {
    usize::try_from(digit).ok()?.checked_sub(1).and_then(|n| Friststatus::ALL.get(n)).copied()
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
    /// Employee number of the contact person, where the employee chose nobody ahead who can be asked.
    pub kontaktperson: Option<String>,
    /// Employee number of the colleague the employee chose ahead, and whether that is TR or AMR.
    /// [`Projections::kontaktperson_of`](super::Projections::kontaktperson_of) says who of the two it is.
    pub omsorgskollega: Option<(String, bool)>,
    /// Employee number of the plan's coordinator.
    pub koordinator: Option<String>,
    /// Employee number of the AMR who may know of a cause at work.
    pub amr: Option<String>,
    /// Who in HR has taken it on.
    pub tildelt: Option<String>,
}

impl Ansvar {
    fn af(f: &Forloeb, today: NaiveDate) -> Self {
        let owned = |nr: Option<&str>| nr.map(str::to_owned);
        Self {
            enhed: f.stamdata_now(today).enhed.clone(),
            enhed_navn: f.stamdata_now(today).enhed_navn.clone(),
            leder: owned(f.leder(today)),
            kontaktperson: owned(f.kontaktperson_where(today, |_| false)),
            omsorgskollega: f.omsorgskollega(today).map(|o| (o.nr.to_owned(), o.repraesentant)),
            koordinator: owned(f.koordinator()),
            amr: owned(f.amr(today)),
            tildelt: f.tildelt.clone(),
        }
    }

    fn fits(&self, f: &Forloeb, today: NaiveDate) -> bool {
        self.enhed == f.stamdata_now(today).enhed
            && self.enhed_navn == f.stamdata_now(today).enhed_navn
            && self.leder.as_deref() == f.leder(today)
            && self.kontaktperson.as_deref() == f.kontaktperson_where(today, |_| false)
            && self.omsorgskollega.as_ref().map(|(nr, own)| (&**nr, *own))
                == f.omsorgskollega(today).map(|o| (o.nr, o.repraesentant))
            && self.koordinator.as_deref() == f.koordinator()
            && self.amr.as_deref() == f.amr(today)
            && self.tildelt == f.tildelt
    }
}

/// What lists need of a forløb on the day it was evaluated. `A` is its [`Ansvar`], or the number of it in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card<A> {
    /// Whose it is.
    pub ansvar: A,
    /// F.
    pub foerste: NaiveDate,
    /// Last day of absence, if it is over.
    pub end: Option<NaiveDate>,
    /// The legal day of what is most urgent.
    pub lovdag: Option<NaiveDate>,
    /// Where its frister stand.
    pub statuses: Statuses,
}

impl Card<Arc<Ansvar>> {
    /// The card of a forløb on a day; `sidst` is shared when it says the same.
    #[must_use]
    pub fn af(f: &Forloeb, v: &Assessment, today: NaiveDate, last: Option<&Arc<Ansvar>>) -> Self {
        let end = match f.situation(today) {
            Situation::Aabent => None,
            Situation::End { sidste, .. } => Some(sidste),
        };
        let shared = last.filter(|a| a.fits(f, today)).cloned();
        Self {
            ansvar: shared.unwrap_or_else(|| Arc::new(Ansvar::af(f, today))),
            foerste: f.foerste,
            end,
            lovdag: v.frister.iter().filter(|fr| fr.status.outstanding()).map(|fr| fr.lovdag).min(),
            statuses: Statuses::af(f, v),
        }
    }
}

impl Card<Arc<Ansvar>> {
    /// The same, for comparing.
    pub(super) fn lent(&self) -> Card<&Ansvar> {
        let Self { foerste, end, lovdag, statuses, .. } = *self;
        Card { ansvar: &self.ansvar, foerste, end, lovdag, statuses }
    }
}

impl<A> Card<A> {
    /// The same with another way to tell whose it is.
    pub fn with<B>(self, ansvar: impl FnOnce(A) -> B) -> Card<B> {
        let Self { foerste, end, lovdag, statuses, .. } = self;
        Card { ansvar: ansvar(self.ansvar), foerste, end, lovdag, statuses }
    }

    /// Still absent.
    #[must_use]
    pub const fn is_aabent(&self) -> bool {
        self.end.is_none()
    }
}
