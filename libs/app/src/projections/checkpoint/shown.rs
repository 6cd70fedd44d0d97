//! What a forløb shows beside its card: its kroner, and what waits for somebody. It lies in the checkpoint in a form of its
//! own, which programs that come later can read, so that they can tell what they show otherwise. A start has no use for it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use forloeb::Oere;
use forloeb::words::{Fristart, Friststatus};

use super::super::card::Statuses;
use super::super::derived::{Dagen, DerivedForloeb, SkoenBeloeb, Tabt};
use super::{CheckpointError, Moment, dag, dagtal};

/// Bytes of one in the file: the place of its card, four amounts, how much waits, and the first day of it.
pub(crate) const SHOWN: usize = 4 + 4 * 8 + 4 + 4;
/// No amount.
const NO_AMOUNT: i64 = i64::MIN;

/// An amount that a forløb shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Amount {
    /// Lost at once if the anmeldelse is not receipted in time.
    IFare,
    /// Lost, because the anmeldelse was late.
    Mistet,
    /// Lost, because nobody claimed in time.
    ForSentAnmodet,
    /// Can be claimed.
    CanAnmodes,
}

impl Amount {
    /// All of them, in the order they are stored in.
    pub(crate) const ALL: [Self; 4] = [Self::IFare, Self::Mistet, Self::ForSentAnmodet, Self::CanAnmodes];
}

/// What one forløb shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Shown {
    /// In the order of [`Amount::ALL`].
    pub(crate) amounts: [Option<Oere>; 4],
    /// What waits for somebody: frister that are open and not done, and disagreements that nobody has decided.
    pub(crate) waiting: u32,
    /// The earliest target of those frister.
    pub(crate) maaldag: Option<NaiveDate>,
}

impl Shown {
    /// Of a forløb on a day.
    pub(crate) fn af(one: &DerivedForloeb) -> Self {
        let of_day = one.dagen.map(|dagen| Self::of_day(&dagen, one.card.statuses, one.forloeb.uenigheder.len()));
        let mut shown = of_day.unwrap_or_default();
        if let Some(tabt) = &one.tabt {
            shown.add(tabt);
        }
        shown
    }

    fn of_day(dagen: &Dagen, statuses: Statuses, uenigheder: usize) -> Self {
        let waits = |art: &Fristart| {
            statuses.status(*art).is_some_and(|status| status != Friststatus::Coming && status.outstanding())
        };
        let frister: Vec<Fristart> = Fristart::ALL.iter().copied().filter(waits).collect();
        let skoen = [dagen.i_fare, dagen.mistet, dagen.for_sent_anmodet, dagen.kan_anmodes];
        Self {
            amounts: skoen.map(beloeb),
            waiting: u32::try_from(frister.len() + uenigheder).unwrap_or(u32::MAX),
            maaldag: frister.iter().filter_map(|art| dagen.maaldage[*art as usize]).min(),
        }
    }

    fn add(&mut self, tabt: &Tabt) {
        let [_, mistet, for_sent, _] = &mut self.amounts;
        (*mistet, *for_sent) = (beloeb(tabt.mistet), beloeb(tabt.for_sent_anmodet));
    }

    pub(crate) fn packed(self, place: u32) -> [u8; SHOWN] {
        let mut out = [0; SHOWN];
        let (head, rest) = out.split_at_mut(4);
        head.copy_from_slice(&place.to_le_bytes());
        let (amounts, waits) = rest.split_at_mut(4 * 8);
        for (felt, amount) in amounts.as_chunks_mut().0.iter_mut().zip(self.amounts) {
            *felt = amount.map_or(NO_AMOUNT, Oere::count).to_le_bytes();
        }
        waits[..4].copy_from_slice(&self.waiting.to_le_bytes());
        waits[4..].copy_from_slice(&dagtal(self.maaldag).to_le_bytes());
        out
    }

    pub(crate) fn unpacked(bytes: &[u8; SHOWN]) -> Result<(u32, Self), CheckpointError> {
        let (head, rest) = bytes.split_at(4);
        let (amounts, waits) = rest.split_at(4 * 8);
        let word = |bytes: &[u8]| bytes.first_chunk().map_or(0, |word| u32::from_le_bytes(*word));
        let mut shown = Self { waiting: word(waits), ..Self::default() };
        for (amount, felt) in shown.amounts.iter_mut().zip(amounts.as_chunks().0) {
            *amount = Some(i64::from_le_bytes(*felt)).filter(|count| *count != NO_AMOUNT).map(Oere::new);
        }
        shown.maaldag = dag(word(&waits[4..]).cast_signed())?;
        Ok((word(head), shown))
    }
}

fn beloeb(skoen: Option<SkoenBeloeb>) -> Option<Oere> {
    skoen.map(|skoen| skoen.beloeb)
}

impl Moment {
    /// Everything that is shown beside the cards, by the places of these.
    pub(super) fn shown(&self) -> impl Iterator<Item = (u32, Shown)> {
        let of_day = self.aktuelle.iter().map(|(place, aktuel)| {
            (*place, Shown::of_day(&aktuel.dagen, aktuel.card.statuses, aktuel.forloeb.uenigheder.len()))
        });
        let mut all: BTreeMap<u32, Shown> = of_day.collect();
        for (place, tabt) in &self.common.tabte {
            all.entry(*place).or_default().add(tabt);
        }
        all.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_read_as_it_was_written() {
        let amounts = [Some(Oere::from_kroner(12_000)), None, Some(Oere::new(-1)), Some(Oere::ZERO)];
        let maaldag = NaiveDate::from_ymd_opt(2026, 11, 30);
        for shown in [Shown { amounts, waiting: 3, maaldag }, Shown::default()] {
            assert_eq!(Shown::unpacked(&shown.packed(7)).unwrap(), (7, shown));
        }
    }
}
