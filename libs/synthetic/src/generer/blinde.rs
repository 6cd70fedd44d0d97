//! People who do what they do, whether anybody reminds them or not.

use chance::Tilfaeldig;
use chrono::{Days, NaiveDate};
use forloeb::ord::{Aarsag, Anmeldelsestrin, Fristart};

use crate::opdigt::folk::{Folk, Laest};
use crate::opdigt::gerning::{Forloebet, Hvad};

/// Everybody in a generated history.
pub(super) struct Blinde;

impl Folk for Blinde {
    fn opfoelgning(&self, f: &mut Forloebet<'_, '_>, dage: u64) {
        let er_der = |dag: u64| dage > dag;
        if er_der(12) && f.t.promille(880) {
            let dag = if f.t.promille(880) { f.mellem(6, 12) } else { f.mellem(13, 24) };
            f.folk(dag, Hvad::Kontakt);
        }
        if er_der(26) {
            if f.t.promille(750) {
                let dag = f.mellem(16, 21);
                f.folk(dag, Hvad::Indkald);
            }
            if f.t.promille(920) {
                let dag = if f.t.promille(900) { f.mellem(22, 26) } else { f.mellem(27, 40) };
                f.folk(dag, Hvad::Samtale);
                if f.t.promille(40) {
                    f.folk(dag + Days::new(1), Hvad::FortrydSamtale);
                    f.folk(dag + Days::new(4), Hvad::Samtale);
                }
            }
        }
        if er_der(34) && f.t.promille(700) {
            let dag = f.mellem(27, 33);
            f.folk(dag, Hvad::FastTrack);
        }
        if er_der(45) && f.t.promille(600) {
            planer(f, dage);
        }
        if er_der(40) && f.t.promille(450) {
            f.gradvist(dage);
        }
        if er_der(55) && f.t.promille(880) {
            let dag = f.mellem(44, 58);
            f.folk(dag, Hvad::OtteUger);
        }
        if f.aarsag() == Aarsag::Arbejdsskade && f.t.promille(900) {
            let dag = f.mellem(1, 16);
            f.folk(dag, Hvad::Easy);
        }
    }

    /// The anmeldelse and the claims.
    fn penge(&self, f: &mut Forloebet<'_, '_>, dage: u64) {
        use Anmeldelsestrin::{Afvist, Klar, Kvitteret, Underskrevet};
        let (klar, kvitteret) = match f.t.under(1000) {
            0..40 => return, // forgotten: the money is lost
            40..90 => (f.t.mellem(30, 36), f.t.mellem(37, 60)),
            _ => (f.t.mellem(22, 26), f.t.mellem(27, 33)),
        };
        if f.t.promille(700) {
            f.folk(f.plus(klar), Hvad::Anmeld(Klar));
        }
        let underskrevet = f.mellem(klar + 1, kvitteret);
        f.folk(underskrevet, Hvad::Anmeld(Underskrevet));
        f.folk(f.plus(kvitteret), Hvad::Anmeld(Kvitteret));
        if f.t.promille(25) {
            f.folk(f.plus(kvitteret + 2), Hvad::Anmeld(Afvist));
            f.folk(f.plus(kvitteret + 5), Hvad::Anmeld(Kvitteret));
        }
        let mut krav = kvitteret + f.t.mellem(20, 35);
        while krav < dage {
            f.folk(f.plus(krav), Hvad::Krav);
            krav += f.t.mellem(28, 45);
        }
        let efter = dage.max(kvitteret) + f.t.mellem(6, 40);
        f.folk(f.plus(efter), Hvad::Krav);
    }

    fn paamindet(&self, _: &Laest<'_>, _: &mut Tilfaeldig) -> Vec<(NaiveDate, Fristart, Hvad)> {
        Vec::new()
    }
}

/// A TTA plan, its evaluations, and now and then another version.
fn planer(f: &mut Forloebet<'_, '_>, dage: u64) {
    let mut lagt = f.t.mellem(28, 40);
    for _ in 0..f.t.mellem(1, 3) {
        let evaluering = lagt + f.t.mellem(14, 35);
        if lagt >= dage {
            break;
        }
        let evalueringsdag = f.plus(evaluering);
        f.folk(f.plus(lagt), Hvad::Plan { evaluering: evalueringsdag });
        if evaluering < dage && f.t.promille(800) {
            let dag = if f.t.promille(850) { evalueringsdag } else { evalueringsdag + Days::new(6) };
            f.folk(dag, Hvad::Evaluer);
        }
        lagt = evaluering + f.t.mellem(1, 10);
    }
}
