//! People who do what they do, whether anybody reminds them or not.

use chance::Random;
use chrono::{Days, NaiveDate};
use forloeb::words::{Aarsag, Anmeldelsestrin, Fristart, Opfoelgningsart};

use crate::invented::deed::{Forloebet, What};
use crate::invented::people::{People, ReadPaamindelse};

/// Everybody in a generated history.
pub(super) struct Blind;

impl People for Blind {
    fn opfoelgning(&self, f: &mut Forloebet<'_, '_>, dage: u64) {
        let is_there = |dag: u64| dage > dag;
        if is_there(70) && f.t.per_mille(600) {
            let dag = f.between(65, dage);
            f.people(dag, What::Opfoelgning(Opfoelgningsart::Videre));
        }
        if is_there(28) && f.t.per_mille(500) {
            let dag = f.between(dage + 8, dage + 20);
            f.people(dag, What::Opfoelgning(Opfoelgningsart::EfterRetur));
        }
        if is_there(12) && f.t.per_mille(880) {
            let dag = if f.t.per_mille(880) { f.between(6, 12) } else { f.between(13, 24) };
            f.people(dag, What::Kontakt);
        }
        if is_there(26) {
            if f.t.per_mille(750) {
                let dag = f.between(16, 21);
                f.people(dag, What::Indkald);
            }
            if f.t.per_mille(920) {
                let dag = if f.t.per_mille(900) { f.between(22, 26) } else { f.between(27, 40) };
                f.people(dag, What::Samtale);
                if f.t.per_mille(40) {
                    f.people(dag + Days::new(1), What::UndoSamtale);
                    f.people(dag + Days::new(4), What::Samtale);
                }
            }
        }
        if is_there(34) && f.t.per_mille(700) {
            let dag = f.between(27, 33);
            f.people(dag, What::FastTrack);
        }
        if is_there(45) && f.t.per_mille(600) {
            planer(f, dage);
        }
        if is_there(40) && f.t.per_mille(450) {
            f.gradual(dage);
        }
        if is_there(55) && f.t.per_mille(880) {
            let dag = f.between(44, 58);
            f.people(dag, What::OtteUger);
        }
        if f.aarsag() == Aarsag::Arbejdsskade && f.t.per_mille(900) {
            let dag = f.between(1, 16);
            f.people(dag, What::Easy);
        }
    }

    /// The anmeldelse and the claims.
    fn penge(&self, f: &mut Forloebet<'_, '_>, dage: u64) {
        use Anmeldelsestrin::{Afvist, Klar, Kvitteret, Underskrevet};
        let (ready, kvitteret) = match f.t.under(1000) {
            0..40 => return, // forgotten: the money is lost
            40..90 => (f.t.between(30, 36), f.t.between(37, 60)),
            _ => (f.t.between(22, 26), f.t.between(27, 33)),
        };
        if f.t.per_mille(700) {
            f.people(f.plus(ready), What::Anmeld(Klar));
        }
        let underskrevet = f.between(ready + 1, kvitteret);
        f.people(underskrevet, What::Anmeld(Underskrevet));
        f.people(f.plus(kvitteret), What::Anmeld(Kvitteret));
        if f.t.per_mille(25) {
            f.people(f.plus(kvitteret + 2), What::Anmeld(Afvist));
            f.people(f.plus(kvitteret + 5), What::Anmeld(Kvitteret));
        }
        let mut krav = kvitteret + f.t.between(20, 35);
        while krav < dage {
            f.people(f.plus(krav), What::Krav);
            krav += f.t.between(28, 45);
        }
        let after = dage.max(kvitteret) + f.t.between(6, 40);
        f.people(f.plus(after), What::Krav);
    }

    fn keeps(&self, _: Option<u32>) -> u64 {
        800
    }

    fn paamindet(&self, _: &ReadPaamindelse<'_>, _: &mut Random) -> Vec<(NaiveDate, Fristart, What)> {
        Vec::new()
    }
}

/// A TTA plan, its evaluations, and now and then another version.
fn planer(f: &mut Forloebet<'_, '_>, dage: u64) {
    let mut put = f.t.between(28, 40);
    for _ in 0..f.t.between(1, 3) {
        let evaluering = put + f.t.between(14, 35);
        if put >= dage {
            break;
        }
        let evalueringsdag = f.plus(evaluering);
        f.people(f.plus(put), What::Plan { evaluering: evalueringsdag });
        if evaluering < dage && f.t.per_mille(800) {
            let dag = if f.t.per_mille(850) { evalueringsdag } else { evalueringsdag + Days::new(6) };
            f.people(dag, What::Evaluer);
        }
        put = evaluering + f.t.between(1, 10);
    }
}
