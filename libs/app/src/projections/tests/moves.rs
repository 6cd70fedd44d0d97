//! Somebody who goes to and fro between two numbers, in random histories.

use chance::Random;
use forloeb::haendelse::{AnsaettelseFortsat, MedarbejderFlyttet};

use super::*;

/// The numbers.
pub(super) const NUMBERS: [&str; 2] = ["30", "31"];

impl Location {
    /// Something happens to the one who has two numbers; half of the time they move from the one to the other, and what was
    /// carried comes in one piece or in two. Whether they moved.
    pub(super) async fn random_flytning(&mut self, t: &mut Random) -> bool {
        let today = self.today();
        let (from, to) = if self.app.projections().current_nr("31") == "31" { ("31", "30") } else { ("30", "31") };
        let known_ones = self.registreringer.get(from).cloned().unwrap_or_default();
        if known_ones.is_empty() {
            self.write(from, stamdata(t, today)).await;
        }
        if known_ones.is_empty() || t.under(3) == 0 {
            let registrering = Uuid::from_u128(u128::from(t.draw()) << 64 | u128::from(t.draw()));
            self.registreringer.entry(from).or_default().push(registrering);
            self.write(from, fravaer(t, today, registrering)).await;
            return false;
        }
        if t.under(2) == 0 {
            let forloeb = t.af(&known_ones);
            let haendelse = one_haendelse(t, today, forloeb, self.app.log.head().position);
            // Who is erased is told of no more.
            if !matches!(haendelse, Haendelse::PersonSlettet(_)) {
                self.write(from, haendelse).await;
            }
            return false;
        }
        self.write(from, MedarbejderFlyttet { til_nr: to.to_owned(), fra: today }).await;
        self.write(to, stamdata(t, today)).await;
        let mut rest = self.app.loan(from).await.unwrap().ansaettelse().to_carry();
        let last = rest.split_off(if t.under(2) == 0 { 0 } else { rest.len() / 2 });
        let pieces = [(rest, true), (last, false)];
        for (before, flere) in pieces.into_iter().filter(|(before, flere)| !flere || !before.is_empty()) {
            let (fra_nr, fra, til) = (from.to_owned(), today, plus_dage(today, -1));
            self.write(to, AnsaettelseFortsat { fra_nr, fra, til, before, flere }).await;
        }
        self.registreringer.insert(from, Vec::new());
        self.registreringer.entry(to).or_default().extend(known_ones);
        true
    }
}
