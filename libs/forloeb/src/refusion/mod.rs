//! Refusion: which days, which are lost, which are claimed, and an estimate in kroner.

pub mod regnskab;
pub mod skoen;

use chrono::{Months, NaiveDate};

use crate::fold::forloeb::Forloeb;
use crate::ord::{Aarsag, Fristart, Slutaarsag};
pub use crate::refusion::skoen::Skoen;
use crate::refusion::skoen::{arbejdsdag, led};
pub use crate::rules::kalender::Dage;
use crate::rules::kalender::{plus_dage, plus_maaneder};
use crate::rules::{Betingelse, Regelbog};

/// Why refusion runs from the first day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Foerstedagsret {
    /// § 56 agreement.
    Paragraf56,
    /// Employed in a fleksjob.
    Fleksjob,
    /// Employed under eight weeks on F (§ 30).
    Nyansat,
    /// Pregnancy-related absence.
    Graviditet,
}

impl Foerstedagsret {
    /// The code by which it is stored, filtered and sent through the API; never changes.
    #[must_use]
    pub const fn kode(self) -> &'static str {
        match self {
            Self::Paragraf56 => "paragraf_56",
            Self::Fleksjob => "fleksjob",
            Self::Nyansat => "nyansat",
            Self::Graviditet => "graviditet",
        }
    }
}

/// Refusion of a forløb on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusion {
    /// Why it runs from the first day, if it does.
    pub foerstedagsret: Option<Foerstedagsret>,
    /// Last day the employer pays; none with refusion from the first day.
    pub sidste_arbejdsgiverdag: Option<NaiveDate>,
    /// First day of refusion.
    pub foerste_refusionsdag: NaiveDate,
    /// Last legal day of the anmeldelse.
    pub lovdag: NaiveDate,
    /// The day of the receipt.
    pub anmeldt: Option<NaiveDate>,
    /// There is refusion to get: the absence lasted, or may come to last, long enough.
    pub gives: bool,
    /// Lost because it was receipted late, or so far because it is not receipted yet.
    pub mistet: Option<Dage>,
    /// Estimate of what is lost.
    pub mistet_skoen: Option<Skoen>,
    /// First day on which a receipt comes too late; none once receipted or when nothing is to be had.
    pub tab_begynder: Option<NaiveDate>,
    /// What is lost at once on that day: the days from the first refusion day through the lovdag.
    pub i_fare: Option<Skoen>,
    /// What a further working day then costs.
    pub kr_pr_dag: Option<Skoen>,
    /// Oldest refusion day that is neither claimed nor lost by a late anmeldelse; may lie in the future. The frist of
    /// the claim is counted from it, so it stays where it is when it has become too old to be claimed.
    pub aeldste_udaekkede: Option<NaiveDate>,
    /// The first day of the next claim: § 59 still gives it, and no claim covers it. May lie in the future; none before
    /// the receipt, and when every day is claimed or lost.
    pub kan_anmodes_fra: Option<NaiveDate>,
    /// Lost, because nobody claimed them in time: § 59.
    pub for_sent_anmodet: Vec<Dage>,
}

impl Refusion {
    /// Over, and every day that is left already lost, because nobody was told in time or nobody claimed within three
    /// months: nobody can save anything any more.
    #[must_use]
    pub fn endeligt_tabt(&self, f: &Forloeb, idag: NaiveDate) -> bool {
        let Some(sidste) = f.slutdag(idag).filter(|s| *s < idag) else { return false };
        self.gives
            && match self.anmeldt {
                None => idag > self.lovdag,
                Some(_) => plus_maaneder(sidste, krav_maaneder(f)) < idag,
            }
    }
}

/// Whether, and why, refusion runs from the first absence day.
#[must_use]
pub fn foerstedagsret(f: &Forloeb) -> Option<Foerstedagsret> {
    let s = &f.stamdata;
    let ansat_dage = (f.foerste - s.ansat).num_days();
    if f.aarsag == Aarsag::Graviditet {
        Some(Foerstedagsret::Graviditet)
    } else if s.paragraf_56 {
        Some(Foerstedagsret::Paragraf56)
    } else if s.fleksjob {
        Some(Foerstedagsret::Fleksjob)
    } else if (0..i64::from(f.regler.parametre.nyansat_dage)).contains(&ansat_dage) {
        Some(Foerstedagsret::Nyansat)
    } else {
        None
    }
}

/// The absence ended, or is known to end, and lasts no longer than the employer period.
#[must_use]
pub fn er_kort(f: &Forloeb, idag: NaiveDate) -> bool {
    let laengde = f.kendt_slut(idag).map(|s| (s - f.foerste).num_days() + 1);
    laengde.is_some_and(|l| l <= i64::from(f.regler.parametre.arbejdsgiverperiode_dage))
}

/// Which rows of the rule set hold for a forløb before the general ones.
pub(crate) fn betingelse(f: &Forloeb, idag: NaiveDate) -> Option<Betingelse> {
    match foerstedagsret(f) {
        Some(Foerstedagsret::Graviditet) => Some(Betingelse::Graviditet),
        Some(_) => er_kort(f, idag).then_some(Betingelse::KortFoerstedagsret),
        None => None,
    }
}

/// Refusion as it stands on a day; `lovdag` is that of the anmeldelse.
#[must_use]
pub fn refusion(f: &Forloeb, lovdag: NaiveDate, idag: NaiveDate, bog: &Regelbog) -> Refusion {
    let ret = foerstedagsret(f);
    let periode = i64::from(f.regler.parametre.arbejdsgiverperiode_dage);
    let foerste_refusionsdag = if ret.is_some() { f.foerste } else { plus_dage(f.foerste, periode) };
    let slut = f.slutdag(idag);
    let annulleret = f.slut_ved.as_ref().is_some_and(|s| s.hvad == Slutaarsag::Annulleret);
    let gives = !annulleret && (ret.is_some() || !er_kort(f, idag));
    let anmeldt = f.kvittering().map(|k| k.hvad.dato);

    let for_sent = anmeldt.unwrap_or(idag);
    let mistet = (gives && for_sent > lovdag)
        .then(|| {
            let til = plus_dage(for_sent, -1);
            Dage::mellem(foerste_refusionsdag, slut.map_or(til, |s| s.min(til)))
        })
        .flatten();
    let venter = gives && anmeldt.is_none();
    // Days after a last day that is known to come are worked, and nothing is lost of them.
    let ved_start = f.kendt_slut(idag).map_or(lovdag, |s| s.min(lovdag));
    let fra = mistet.filter(|_| anmeldt.is_some()).map_or(foerste_refusionsdag, |m| plus_dage(m.til, 1));
    let aeldste = {
        let dag = foerste_hul(f, fra);
        (gives && slut.is_none_or(|s| dag <= s)).then_some(dag)
    };
    let krav = (gives && anmeldt.is_some()).then(|| {
        let (graense, sidste) = (aeldste_der_kan_anmodes(idag, krav_maaneder(f)), slut.unwrap_or(NaiveDate::MAX));
        (ikke_anmodet_fra(f, fra.max(graense), sidste), udaekkede(f, fra, plus_dage(graense, -1).min(sidste)))
    });
    let (kan_anmodes_fra, for_sent_anmodet) = krav.unwrap_or_default();
    Refusion {
        foerstedagsret: ret,
        sidste_arbejdsgiverdag: ret.is_none().then(|| plus_dage(foerste_refusionsdag, -1)),
        foerste_refusionsdag,
        lovdag,
        anmeldt,
        gives,
        mistet,
        mistet_skoen: mistet.and_then(|m| skoen(f, m, bog)),
        tab_begynder: venter.then(|| plus_dage(lovdag, 1)),
        i_fare: Dage::mellem(foerste_refusionsdag, ved_start)
            .filter(|_| venter && idag <= lovdag)
            .and_then(|d| skoen(f, d, bog)),
        kr_pr_dag: (venter && !(idag > lovdag && slut.is_some_and(|s| s < idag)))
            .then(|| en_arbejdsdag(f, idag, bog))
            .flatten(),
        aeldste_udaekkede: aeldste,
        kan_anmodes_fra,
        for_sent_anmodet,
    }
}

/// § 59: how many months back can be claimed.
pub(crate) fn krav_maaneder(f: &Forloeb) -> u32 {
    f.regler.frist(Fristart::Refusionsanmodning, None).map_or(0, |r| r.lovdag.maaneder)
}

/// The oldest day of which a number of months later is not before today. Months are clamped to their last day, so going
/// back from today may be some days off.
pub(crate) fn aeldste_der_kan_anmodes(idag: NaiveDate, maaneder: u32) -> NaiveDate {
    let mut dag = idag.checked_sub_months(Months::new(maaneder)).unwrap_or(NaiveDate::MIN);
    while dag > NaiveDate::MIN && plus_maaneder(plus_dage(dag, -1), maaneder) >= idag {
        dag = plus_dage(dag, -1);
    }
    while plus_maaneder(dag, maaneder) < idag {
        dag = plus_dage(dag, 1);
    }
    dag
}

/// The first day from `fra` through `til` that no claim covers.
fn ikke_anmodet_fra(f: &Forloeb, fra: NaiveDate, til: NaiveDate) -> Option<NaiveDate> {
    // The claims are in the order of their first days, so a day that one of them leaves is not covered by one before.
    let dag = f
        .krav
        .iter()
        .filter(|k| k.hvad.til >= fra)
        .fold(fra, |dag, k| if k.hvad.fra <= dag { dag.max(plus_dage(k.hvad.til, 1)) } else { dag });
    (dag <= til).then_some(dag)
}

/// The days from `fra` through `til` that no claim covers.
fn udaekkede(f: &Forloeb, fra: NaiveDate, til: NaiveDate) -> Vec<Dage> {
    let mut ud = Vec::new();
    let mut naeste = ikke_anmodet_fra(f, fra, til);
    while let Some(dag) = naeste {
        let krav = f.krav.iter().map(|k| k.hvad.fra).find(|foerste| *foerste > dag);
        let dage = Dage { fra: dag, til: krav.map_or(til, |k| til.min(plus_dage(k, -1))) };
        ud.push(dage);
        naeste = ikke_anmodet_fra(f, plus_dage(dage.til, 1), til).filter(|n| *n > dage.til);
    }
    ud
}

/// The first day from `fra` on that no claim covers. Days that had become too old when a later claim was made are
/// lost, and no gap.
fn foerste_hul(f: &Forloeb, fra: NaiveDate) -> NaiveDate {
    let maaneder = krav_maaneder(f);
    let mut dag = fra;
    for krav in &f.krav {
        let hul = (0..(krav.hvad.fra - dag).num_days()).map(|n| plus_dage(dag, n));
        if let Some(hul) = hul.into_iter().find(|d| plus_maaneder(*d, maaneder) >= krav.dag) {
            return hul;
        }
        dag = dag.max(plus_dage(krav.hvad.til, 1));
    }
    dag
}

/// Estimate of a span: its Mondays to Fridays × weekly rate / 5 × min(1, weekly hours / 37) × extent of absence.
#[must_use]
pub fn skoen(f: &Forloeb, dage: Dage, bog: &Regelbog) -> Option<Skoen> {
    Skoen::af(&led(f, dage, bog))
}

/// One working day at today's extent.
fn en_arbejdsdag(f: &Forloeb, idag: NaiveDate, bog: &Regelbog) -> Option<Skoen> {
    Skoen::af(&arbejdsdag(f, idag, bog))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Month arithmetic clamps to the month's last day.
    #[test]
    fn den_aeldste_dag_er_den_foerste_hvis_maaneder_ikke_er_gaaet() {
        let dag = |tekst: &str| tekst.parse::<NaiveDate>().unwrap();
        for (idag, maaneder, aeldste) in [
            ("2026-05-10", 3, "2026-02-10"),
            ("2026-05-31", 3, "2026-03-01"), // 28 February + 3 months is the 28th
            ("2027-02-28", 3, "2026-11-28"),
            ("2027-03-01", 6, "2026-09-01"),
        ] {
            assert_eq!(aeldste_der_kan_anmodes(dag(idag), maaneder), dag(aeldste), "{idag}");
        }
        let mut dag = dag("2026-01-01");
        for _ in 0..800 {
            let aeldste = aeldste_der_kan_anmodes(dag, 3);
            assert!(plus_maaneder(aeldste, 3) >= dag && plus_maaneder(plus_dage(aeldste, -1), 3) < dag, "{dag}");
            dag = plus_dage(dag, 1);
        }
    }
}
