//! The refusion ledger of a forløb on a day: every day once, with its state, what made it so, and what it is worth.
//!
//! [`crate::refusion`] says what follows for the frister; this says it day by day, so that every figure can be opened.
//! Their figures agree: both add up [`crate::refusion::skoen::led`].

use std::sync::Arc;

use chrono::NaiveDate;

use crate::events::haendelse::RefusionAnmodet;
use crate::fold::forloeb::{Faktum, Forloeb, Loesning};
use crate::ord::{Fristart, Slutaarsag};
use crate::refusion::skoen::{Led, Skoen, arbejdsdag, led};
use crate::refusion::{Refusion, aeldste_der_kan_anmodes, betingelse, krav_maaneder};
use crate::rules::Regelbog;
use crate::rules::kalender::{Dage, plus_dage, plus_maaneder};

/// The state of a day in the ledger. A day has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dagsstand {
    /// The employer pays: § 30, or an absence that ended within those days.
    Arbejdsgiver,
    /// Lost, because the anmeldelse was receipted late, or is not receipted yet: § 59 stk. 3.
    ForSentAnmeldt,
    /// Lost, because nobody claimed it within three months: § 59.
    ForSentAnmodet,
    /// Claimed.
    Anmodet,
    /// Can be claimed today.
    KanAnmodes,
    /// Has passed, and can be claimed once the anmeldelse is receipted.
    ManglerKvittering,
    /// Lies ahead of the day of the ledger.
    Kommende,
}

impl Dagsstand {
    /// Every state, in the order of the definition.
    pub const ALLE: [Self; 7] = [
        Self::Arbejdsgiver,
        Self::ForSentAnmeldt,
        Self::ForSentAnmodet,
        Self::Anmodet,
        Self::KanAnmodes,
        Self::ManglerKvittering,
        Self::Kommende,
    ];

    /// The code by which it is stored, filtered and sent through the API; never changes.
    #[must_use]
    pub const fn kode(self) -> &'static str {
        match self {
            Self::Arbejdsgiver => "arbejdsgiverperiode",
            Self::ForSentAnmeldt => "mistet_for_sent_anmeldt",
            Self::ForSentAnmodet => "mistet_for_sent_anmodet",
            Self::Anmodet => "anmodet",
            Self::KanAnmodes => "kan_anmodes",
            Self::ManglerKvittering => "mangler_kvittering",
            Self::Kommende => "kommende",
        }
    }

    /// Nobody gets refusion for it any more.
    #[must_use]
    pub const fn er_mistet(self) -> bool {
        matches!(self, Self::ForSentAnmeldt | Self::ForSentAnmodet)
    }
}

/// Days with one state, for one reason.
#[derive(Debug, Clone, PartialEq)]
pub struct Spaend<'b> {
    /// The days, both ends included.
    pub dage: Dage,
    /// The one state they share.
    pub stand: Dagsstand,
    /// The event that made it so: the claim, or the receipt; none where dates and rules alone did.
    pub ved: Option<Loesning>,
    /// Law or policy behind it, as the rule set has it; none for the employer's own days, which are a number of it.
    pub kilde: Option<Arc<str>>,
    /// Lost at once if the anmeldelse is not receipted by its lovdag.
    pub i_fare: bool,
    /// What they are worth; no terms for days without refusion.
    pub led: Vec<Led<'b>>,
}

/// What is wrong with a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kravfejl {
    /// Days before it can still be claimed, and were left out.
    Hul(Dage),
    /// Days that an earlier claim covers, too.
    Overlap(Dage),
    /// Days that give no refusion: the employer's, lost, or outside the absence.
    UdenRet(Dage),
}

/// A claim, and what is wrong with it as things stand now.
#[derive(Debug, Clone, PartialEq)]
pub struct Kravtjek<'f, 'b> {
    /// The claim as it was recorded.
    pub krav: &'f Faktum<RefusionAnmodet>,
    /// What its days are worth by the same estimate.
    pub led: Vec<Led<'b>>,
    /// What is wrong, in the order of the days.
    pub fejl: Vec<Kravfejl>,
}

/// The next claim that can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NaesteKrav {
    /// The oldest unclaimed day and, after it, those that belong to the same claim.
    pub dage: Dage,
    /// Last day on which the oldest of them can be claimed.
    pub senest: NaiveDate,
}

/// Every day of a forløb with its state, and what is wrong with its claims.
#[derive(Debug, Clone, PartialEq)]
pub struct Regnskab<'f, 'b> {
    /// Every day from F on, in order: through the last day, or for what goes on through today and all that is at risk.
    pub spaend: Vec<Spaend<'b>>,
    /// The claims, by first day.
    pub krav: Vec<Kravtjek<'f, 'b>>,
    /// What can be claimed next.
    pub naeste: Option<NaesteKrav>,
    /// One further working day without a receipt.
    pub pr_arbejdsdag: Option<Led<'b>>,
}

impl<'b> Regnskab<'_, 'b> {
    /// The terms of the days that are chosen.
    pub fn led(&self, valgt: impl Fn(&Spaend<'b>) -> bool) -> impl Iterator<Item = &Led<'b>> {
        self.spaend.iter().filter(move |s| valgt(s)).flat_map(|s| &s.led)
    }

    /// What the days in a state are worth; none if there are none.
    #[must_use]
    pub fn sum(&self, stand: Dagsstand) -> Option<Skoen> {
        Skoen::af(self.led(|s| s.stand == stand))
    }

    /// What is lost at once if the anmeldelse is not receipted in time.
    #[must_use]
    pub fn i_fare(&self) -> Option<Skoen> {
        Skoen::af(self.led(|s| s.i_fare))
    }
}

/// The ledger of a forløb on a day; `r` is its refusion on that day.
#[must_use]
pub fn regnskab<'f, 'b>(f: &'f Forloeb, r: &Refusion, idag: NaiveDate, bog: &'b Regelbog) -> Regnskab<'f, 'b> {
    let maaneder = krav_maaneder(f);
    let dagbog = Dagbog { f, r, idag, aeldste: aeldste_der_kan_anmodes(idag, maaneder) };
    let annulleret = f.slut_ved.as_ref().is_some_and(|s| s.hvad == Slutaarsag::Annulleret);
    let mut spaend: Vec<Spaend<'b>> = Vec::new();
    let alle = Dage::mellem(f.foerste, dagbog.sidste()).filter(|_| !annulleret);
    for dage in alle.map(|alle| dagbog.stykker(alle)).unwrap_or_default() {
        let (stand, krav, i_fare) = dagbog.dag(dage.fra);
        let ved = dagbog.ved(stand, krav);
        match spaend.last_mut() {
            Some(s) if (s.stand, s.i_fare) == (stand, i_fare) && s.ved == ved => s.dage.til = dage.til,
            _ => {
                let kilde = dagbog.kilde(stand);
                spaend.push(Spaend { dage, stand, ved, kilde, i_fare, led: Vec::new() });
            }
        }
    }
    for s in spaend.iter_mut().filter(|s| s.stand != Dagsstand::Arbejdsgiver) {
        s.led = led(f, s.dage, bog);
    }
    let naeste = spaend
        .iter()
        .find(|s| s.stand == Dagsstand::KanAnmodes)
        .map(|s| NaesteKrav { dage: s.dage, senest: plus_maaneder(s.dage.fra, maaneder) });
    let krav = (0..f.krav.len()).map(|nr| tjek(f, nr, &spaend, bog)).collect();
    let pr_arbejdsdag = r.kr_pr_dag.and_then(|_| arbejdsdag(f, idag, bog));
    Regnskab { spaend, krav, naeste, pr_arbejdsdag }
}

struct Dagbog<'f, 'r> {
    f: &'f Forloeb,
    r: &'r Refusion,
    idag: NaiveDate,
    /// § 59: the oldest day that can be claimed today.
    aeldste: NaiveDate,
}

impl<'f> Dagbog<'f, '_> {
    /// The last day of the ledger.
    fn sidste(&self) -> NaiveDate {
        self.f.kendt_slut(self.idag).unwrap_or_else(|| {
            let fare = self.r.i_fare.map_or(NaiveDate::MIN, |_| self.r.lovdag);
            self.idag.max(fare).max(self.r.sidste_arbejdsgiverdag.unwrap_or(NaiveDate::MIN))
        })
    }

    /// The days in pieces, so that all days of a piece are alike: cut wherever [`Self::dag`] may say something else.
    fn stykker(&self, alle: Dage) -> Vec<Dage> {
        let r = self.r;
        let efter = |dag| plus_dage(dag, 1);
        let mut snit = vec![alle.fra, r.foerste_refusionsdag, efter(r.lovdag), efter(self.idag), self.aeldste];
        snit.extend(r.mistet.into_iter().flat_map(|m| [m.fra, efter(m.til)]));
        snit.extend(self.f.krav.iter().flat_map(|k| [k.hvad.fra, efter(k.hvad.til)]));
        snit.retain(|dag| alle.fra <= *dag && *dag <= alle.til);
        snit.sort_unstable();
        snit.dedup();
        let naeste = snit.iter().skip(1).map(|dag| plus_dage(*dag, -1)).chain([alle.til]);
        let stykker: Vec<Dage> = snit.iter().zip(naeste).map(|(fra, til)| Dage { fra: *fra, til }).collect();
        debug_assert!(stykker.iter().all(|s| (0..s.antal()).all(|n| self.dag(plus_dage(s.fra, n)) == self.dag(s.fra))));
        stykker
    }

    /// State of a day, the claim that covers it, and whether it is at risk.
    fn dag(&self, dag: NaiveDate) -> (Dagsstand, Option<&'f Faktum<RefusionAnmodet>>, bool) {
        let r = self.r;
        if !r.gives || dag < r.foerste_refusionsdag {
            return (Dagsstand::Arbejdsgiver, None, false);
        }
        let i_fare = r.i_fare.is_some() && dag <= r.lovdag;
        if r.mistet.is_some_and(|m| m.fra <= dag && dag <= m.til) {
            return (Dagsstand::ForSentAnmeldt, None, i_fare);
        }
        if let Some(krav) = self.f.krav.iter().find(|k| k.hvad.fra <= dag && dag <= k.hvad.til) {
            return (Dagsstand::Anmodet, Some(krav), i_fare);
        }
        let stand = match r.anmeldt {
            _ if dag > self.idag => Dagsstand::Kommende,
            None => Dagsstand::ManglerKvittering,
            Some(_) if dag < self.aeldste => Dagsstand::ForSentAnmodet,
            Some(_) => Dagsstand::KanAnmodes,
        };
        (stand, None, i_fare)
    }

    fn ved(&self, stand: Dagsstand, krav: Option<&Faktum<RefusionAnmodet>>) -> Option<Loesning> {
        if let Some(k) = krav {
            return Some(k.loeser(k.hvad.til));
        }
        let kvittering = self.f.kvittering().filter(|_| {
            matches!(stand, Dagsstand::ForSentAnmeldt | Dagsstand::KanAnmodes | Dagsstand::ForSentAnmodet)
        })?;
        Some(kvittering.loeser(kvittering.hvad.dato))
    }

    fn kilde(&self, stand: Dagsstand) -> Option<Arc<str>> {
        let art = match stand {
            Dagsstand::Arbejdsgiver => return None,
            Dagsstand::ForSentAnmeldt | Dagsstand::ManglerKvittering => Fristart::Anmeldelse,
            Dagsstand::ForSentAnmodet | Dagsstand::Anmodet | Dagsstand::KanAnmodes | Dagsstand::Kommende => {
                Fristart::Refusionsanmodning
            }
        };
        let naar = betingelse(self.f, self.idag);
        self.f.regler.frist(art, naar).map(|regel| regel.kilde.clone())
    }
}

fn tjek<'f, 'b>(f: &'f Forloeb, nr: usize, spaend: &[Spaend<'_>], bog: &'b Regelbog) -> Kravtjek<'f, 'b> {
    let krav = &f.krav[nr];
    let (fra, til) = (krav.hvad.fra, krav.hvad.til);
    let foer = f.krav[..nr].iter().map(|k| k.hvad.til).max();
    let mut fejl = Vec::new();
    if let Some(dage) = foer.and_then(|foer| Dage::mellem(fra, foer.min(til))) {
        fejl.push(Kravfejl::Overlap(dage));
    }
    let efter_forrige = foer.map_or(NaiveDate::MIN, |d| plus_dage(d, 1));
    let faelles =
        |s: &Spaend<'_>, fra: NaiveDate, til: NaiveDate| Dage::mellem(s.dage.fra.max(fra), s.dage.til.min(til));
    let huller = spaend.iter().filter(|s| s.stand == Dagsstand::KanAnmodes);
    fejl.extend(huller.filter_map(|s| faelles(s, efter_forrige, plus_dage(fra, -1))).map(Kravfejl::Hul));
    let uden_ret = spaend.iter().filter(|s| s.stand == Dagsstand::Arbejdsgiver || s.stand.er_mistet());
    fejl.extend(uden_ret.filter_map(|s| faelles(s, fra, til)).map(Kravfejl::UdenRet));
    let uden_for = [
        spaend.first().and_then(|s| Dage::mellem(fra, plus_dage(s.dage.fra, -1).min(til))),
        spaend.last().and_then(|s| Dage::mellem(plus_dage(s.dage.til, 1).max(fra), til)),
    ];
    fejl.extend(uden_for.into_iter().flatten().map(Kravfejl::UdenRet));
    fejl.sort_by_key(|f| match f {
        Kravfejl::Hul(d) | Kravfejl::Overlap(d) | Kravfejl::UdenRet(d) => d.fra,
    });
    let dage = Dage::mellem(fra, til);
    Kravtjek { krav, led: dage.map(|d| led(f, d, bog)).unwrap_or_default(), fejl }
}
