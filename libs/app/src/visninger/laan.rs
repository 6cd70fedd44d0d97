//! Borrowing: which employments have their events in memory, and which are forgotten first.

use std::sync::Arc;

use forloeb::{Ansaettelse, Forloeb, Regelbog};

use super::raekke::{Indlaest, Raekke};
use super::{HUSKEDE, Laan, Laanesvar, Visninger};

impl Visninger {
    /// Borrows an employment, if its events are here.
    pub(crate) fn laan(&self, nr: &str) -> Laanesvar {
        match self.raekke(nr) {
            None => Laanesvar::Laant(Laan::af_intet(nr, &self.bog)),
            Some(Raekke { indlaest: Some(indlaest), .. }) => Laanesvar::Laant(indlaest.laan(&self.bog)),
            Some(raekke) => Laanesvar::Mangler(raekke.version),
        }
    }

    /// Takes in the events of an employment that were read from the log, and the forløb that follow from them by these
    /// rules; none if the row has moved on meanwhile, or the rules have. [`Self::glem`] is to follow.
    pub(crate) fn indsaet(
        &mut self,
        ansaettelse: Ansaettelse,
        forloeb: Vec<Forloeb>,
        bog: &Arc<Regelbog>,
    ) -> Option<Laan> {
        let idx = *self.numre.get(ansaettelse.nr())?;
        let raekke = &mut self.raekker[idx as usize];
        if raekke.indlaest.is_none() {
            if raekke.version != ansaettelse.version() || !Arc::ptr_eq(&self.bog, bog) {
                return None;
            }
            self.indlaeste_poster += ansaettelse.poster().len();
            self.indlaeste.push_back(idx);
            // Those that are not at rest are here already.
            let her = |id| self.kartotek.find(id).and_then(|plads| self.aktuelle.find(plads));
            let faelles = |f: Forloeb| her(f.id).map_or_else(|| Arc::new(f), |aktuel| aktuel.forloeb.clone());
            let forloeb = forloeb.into_iter().map(faelles).collect();
            raekke.indlaest = Some(Box::new(Indlaest::ny(Arc::new(ansaettelse), forloeb)));
        }
        raekke.indlaest.as_ref().map(|i| i.laan(&self.bog))
    }

    /// Takes over what is in memory in projections at the same position, so that what is borrowed stays borrowed.
    pub(crate) fn overtag_laan(&mut self, fra: &mut Self) {
        for idx in std::mem::take(&mut fra.indlaeste) {
            let raekke = &mut fra.raekker[idx as usize];
            let Some(indlaest) = raekke.indlaest.take() else { continue };
            let Some(idx) = self.numre.get(&raekke.nr).copied() else { continue };
            self.indlaeste_poster += indlaest.ansaettelse.poster().len();
            match self.raekker[idx as usize].indlaest.replace(indlaest) {
                // Read here as well, to catch up with the log: those events are forgotten, and its place is in the queue.
                Some(egne) => self.indlaeste_poster -= egne.ansaettelse.poster().len(),
                None => self.indlaeste.push_back(idx),
            }
        }
    }

    /// Forgets events that nobody has borrowed, as long as there are too many of them. What is forgotten is given out:
    /// to take it apart takes long, and is for when nobody waits for the projections.
    #[must_use = "it is dropped where nothing is locked"]
    pub(crate) fn glem(&mut self) -> impl Send + use<> {
        let (mut set, mut forgotten) = (0, Vec::new());
        while self.indlaeste_poster > HUSKEDE && set < 2 * self.indlaeste.len() {
            set += 1;
            let Some(idx) = self.indlaeste.pop_front() else { break };
            let raekke = &mut self.raekker[idx as usize];
            let Some(indlaest) = &raekke.indlaest else { continue };
            let kan = if HUSKEDE == 0 { indlaest.er_ledig() } else { indlaest.kan_glemmes() };
            if kan {
                self.indlaeste_poster -= indlaest.ansaettelse.poster().len();
                forgotten.extend(raekke.indlaest.take());
                set = 0;
            } else {
                self.indlaeste.push_back(idx);
            }
        }
        forgotten
    }
}

#[cfg(test)]
mod tests {
    use chance::Tilfaeldig;

    use super::super::proever::Sted;
    use super::super::{Laanesvar, Visninger};

    /// Projections that are built anew read an employment that is borrowed meanwhile: its events are in memory once, and
    /// counted once, and none are left when nobody has them any more.
    #[tokio::test]
    async fn what_is_taken_over_from_older_projections_is_counted_once() {
        let mut sted = Sted::nyt().await;
        let mut t = Tilfaeldig::ny(7);
        for _ in 0..20 {
            sted.tilfaeldig_haendelse(&mut t).await;
        }
        let haendelser = sted.kerne.log.read(0, 1000).await.unwrap();
        let laest = || {
            let mut vis = Visninger::nye(sted.kerne.bog(), sted.idag());
            vis.take(&haendelser).unwrap();
            vis
        };
        let (mut gamle, mut nye) = (laest(), laest());
        let poster = |vis: &Visninger| -> usize {
            vis.raekker.iter().filter_map(|r| r.indlaest.as_ref()).map(|i| i.ansaettelse.poster().len()).sum()
        };
        let Laanesvar::Laant(laan) = gamle.laan("10") else { panic!("it is in memory") };
        nye.overtag_laan(&mut gamle);
        assert_eq!(nye.indlaeste_poster, poster(&nye), "every event is counted once");
        assert_eq!(nye.indlaeste.len(), nye.raekker.len());
        drop(nye.glem());
        let den_laante = nye.raekke("10").unwrap().indlaest.as_ref().unwrap().ansaettelse.poster().len();
        assert_eq!((nye.indlaeste_poster, poster(&nye)), (den_laante, den_laante), "what is borrowed stays");
        drop(laan);
        drop(nye.glem());
        assert_eq!((nye.indlaeste_poster, nye.indlaeste.len()), (0, 0));
    }
}
