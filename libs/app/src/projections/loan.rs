//! Borrowing: which employments have their events in memory, and which are forgotten first.

use std::sync::Arc;

use forloeb::{Ansaettelse, Forloeb, Regelbog};

use super::row::{Loaded, Row};
use super::{Loan, LoanAnswer, Projections, REMEMBERED};

impl Projections {
    /// Borrows an employment, if its events are here.
    pub(crate) fn loan(&self, nr: &str) -> LoanAnswer {
        match self.row(nr) {
            None => LoanAnswer::Lent(Loan::of_nothing(nr, &self.book)),
            Some(Row { loaded: Some(loaded), .. }) => LoanAnswer::Lent(loaded.loan(&self.book)),
            Some(row) => LoanAnswer::NotInMemory(row.version),
        }
    }

    /// Takes in the events of an employment that were read from the log, and the forløb that follow from them by these
    /// rules; none if the row has moved on meanwhile, or the rules have. [`Self::forget`] is to follow.
    pub(crate) fn insert(
        &mut self,
        ansaettelse: Ansaettelse,
        forloeb: Vec<Forloeb>,
        book: &Arc<Regelbog>,
    ) -> Option<Loan> {
        let idx = *self.numbers.get(ansaettelse.nr())?;
        let row = &mut self.rows[idx as usize];
        if row.loaded.is_none() {
            if row.version != ansaettelse.version() || !Arc::ptr_eq(&self.book, book) {
                return None;
            }
            self.loaded.push_back(idx);
            // Those that are not at rest are here already.
            let here = |id| self.card_index.find(id).and_then(|place| self.aktuelle.find(place));
            let common = |f: Forloeb| here(f.id).map_or_else(|| Arc::new(f), |aktuel| aktuel.forloeb.clone());
            let forloeb = forloeb.into_iter().map(common).collect();
            let loaded = Loaded::new(Arc::new(ansaettelse), forloeb, None);
            self.loaded_weight += loaded.weight();
            row.loaded = Some(Box::new(loaded));
        }
        row.loaded.as_ref().map(|i| i.loan(&self.book))
    }

    /// Takes over what is in memory in projections at the same position, so that what is borrowed stays borrowed.
    pub(crate) fn take_over_loan(&mut self, fra: &mut Self) {
        for idx in std::mem::take(&mut fra.loaded) {
            let row = &mut fra.rows[idx as usize];
            let Some(loaded) = row.loaded.take() else { continue };
            let Some(idx) = self.numbers.get(&row.nr).copied() else { continue };
            self.loaded_weight += loaded.weight();
            match self.rows[idx as usize].loaded.replace(loaded) {
                // Read here as well, to catch up with the log: those events are forgotten, and its place is in the queue.
                Some(own) => self.loaded_weight -= own.weight(),
                None => self.loaded.push_back(idx),
            }
        }
    }

    /// Forgets events that nobody has borrowed, as long as there are too many of them. What is forgotten is given out:
    /// to take it apart takes long, and is for when nobody waits for the projections.
    #[must_use = "it is dropped where nothing is locked"]
    pub(crate) fn forget(&mut self) -> impl Send + use<> {
        let (mut seen, mut forgotten) = (0, Vec::new());
        while self.loaded_weight > REMEMBERED && seen < 2 * self.loaded.len() {
            seen += 1;
            let Some(idx) = self.loaded.pop_front() else { break };
            let row = &mut self.rows[idx as usize];
            let Some(loaded) = &row.loaded else { continue };
            let can = if REMEMBERED == 0 { loaded.is_idle() } else { loaded.can_be_forgotten() };
            if can {
                self.loaded_weight -= loaded.weight();
                forgotten.extend(row.loaded.take());
                seen = 0;
            } else {
                self.loaded.push_back(idx);
            }
        }
        forgotten
    }
}

#[cfg(test)]
mod tests {
    use chance::Random;

    use super::super::tests::Location;
    use super::super::{LoanAnswer, Projections};

    /// Projections that are built anew read an employment that is borrowed meanwhile: its events are in memory once, and
    /// counted once, and none are left when nobody has them any more.
    #[tokio::test]
    async fn what_is_taken_over_from_older_projections_is_counted_once() {
        let mut sted = Location::new_one().await;
        let mut t = Random::new(7);
        for _ in 0..20 {
            sted.random_haendelse(&mut t).await;
        }
        let haendelser = sted.app.log.read(0, 1000).await.unwrap();
        let parsed = || {
            let mut projections = Projections::empty(sted.app.book(), sted.today());
            projections.take(&haendelser).unwrap();
            projections
        };
        let (mut live, mut rebuilt) = (parsed(), parsed());
        let weight = |projections: &Projections| -> usize {
            projections.rows.iter().filter_map(|r| r.loaded.as_ref()).map(|i| i.weight()).sum()
        };
        let LoanAnswer::Lent(loan) = live.loan("10") else { panic!("it is in memory") };
        rebuilt.take_over_loan(&mut live);
        assert_eq!(rebuilt.loaded_weight, weight(&rebuilt), "every event is counted once");
        assert_eq!(rebuilt.loaded.len(), rebuilt.rows.len());
        drop(rebuilt.forget());
        let it_lent = rebuilt.row("10").unwrap().loaded.as_ref().unwrap().weight();
        assert_eq!((rebuilt.loaded_weight, weight(&rebuilt)), (it_lent, it_lent), "what is borrowed stays");
        drop(loan);
        drop(rebuilt.forget());
        assert_eq!((rebuilt.loaded_weight, rebuilt.loaded.len()), (0, 0));
    }
}
