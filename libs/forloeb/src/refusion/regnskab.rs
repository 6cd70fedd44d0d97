//! The refusion ledger of a forløb on a day: every day once, with its state, what made it so, and what it is worth.
//!
//! [`crate::refusion`] says what follows for the frister; this says it day by day, so that every figure can be opened.
//! Their figures agree: both add up [`crate::refusion::skoen::led`].

use std::sync::Arc;

use chrono::NaiveDate;

use crate::events::haendelse::RefusionAnmodet;
use crate::fold::forloeb::{Fact, Forloeb, Loesning};
use crate::refusion::ret::{NoRet, days_without, no_ret};
use crate::refusion::skoen::{Led, Skoen, arbejdsdag, led};
use crate::refusion::{Refusion, condition, krav_bound, krav_by};
use crate::rules::Regelbog;
use crate::rules::calendar::{Dage, plus_dage};
use crate::words::{Fristart, LoenUnderSygdom, Slutaarsag};

/// The state of a day in the ledger. A day has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dagsstand {
    /// The employer pays: § 30, or an absence that ended within those days.
    Arbejdsgiver,
    /// Lost, because the anmeldelse was signed late, or is not signed yet: § 59 stk. 3.
    AnmeldtTooLate,
    /// Lost, because nobody claimed it within three months, and no dispensation gives it back: § 59.
    AnmodetTooLate,
    /// Claimed.
    Anmodet,
    /// Can be claimed today.
    CanAnmodes,
    /// Has passed, and can be claimed once the anmeldelse is receipted.
    MissingKvittering,
    /// Lies ahead of the day of the ledger.
    Coming,
    /// Holiday or time off during the illness: no refusion, and no gap.
    Afbrudt,
    /// Partly away for less than the least hours a week (§ 7): no refusion, and no gap.
    FewHours,
    /// The employer pays no wages: the kommune pays the employee (§ 40 stk. 2-3).
    WithoutLoen,
}

impl Dagsstand {
    /// Every state, in the order of the definition.
    pub const ALL: [Self; 10] = [
        Self::Arbejdsgiver,
        Self::AnmeldtTooLate,
        Self::AnmodetTooLate,
        Self::Anmodet,
        Self::CanAnmodes,
        Self::MissingKvittering,
        Self::Coming,
        Self::Afbrudt,
        Self::FewHours,
        Self::WithoutLoen,
    ];

    /// The code by which it is stored, filtered and sent through the API; never changes.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Arbejdsgiver => "arbejdsgiverperiode",
            Self::AnmeldtTooLate => "mistet_for_sent_anmeldt",
            Self::AnmodetTooLate => "mistet_for_sent_anmodet",
            Self::Anmodet => "anmodet",
            Self::CanAnmodes => "kan_anmodes",
            Self::MissingKvittering => "mangler_kvittering",
            Self::Coming => "kommende",
            Self::Afbrudt => "afbrudt",
            Self::FewHours => "for_faa_timer",
            Self::WithoutLoen => "uden_loen",
        }
    }

    /// Nobody gets refusion for it any more.
    #[must_use]
    pub const fn is_mistet(self) -> bool {
        matches!(self, Self::AnmeldtTooLate | Self::AnmodetTooLate)
    }
}

/// Days with one state, for one reason.
#[derive(Debug, Clone, PartialEq)]
pub struct Span<'b> {
    /// The days, both ends included.
    pub dage: Dage,
    /// The one state they share.
    pub stand: Dagsstand,
    /// The event that made it so: the claim, or the receipt; none where dates and rules alone did.
    pub at: Option<Loesning>,
    /// Law or policy behind it, as the rule set has it; none for the employer's own days, which are a number of it.
    pub kilde: Option<Arc<str>>,
    /// Lost at once if the anmeldelse is not receipted by its lovdag.
    pub i_fare: bool,
    /// What they are worth; no terms for days without refusion.
    pub led: Vec<Led<'b>>,
}

/// What is wrong with a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KravError {
    /// Days before it can still be claimed, and were left out.
    Gap(Dage),
    /// Days that an earlier claim covers, too.
    Overlap(Dage),
    /// Days that give no refusion: the employer's, lost, or outside the absence.
    WithoutRet(Dage),
}

/// A claim, and what is wrong with it as things stand now.
#[derive(Debug, Clone, PartialEq)]
pub struct KravCheck<'f, 'b> {
    /// The claim as it was recorded.
    pub krav: &'f Fact<RefusionAnmodet>,
    /// What its days are worth by the same estimate.
    pub led: Vec<Led<'b>>,
    /// What is wrong, in the order of the days.
    pub error: Vec<KravError>,
}

/// The next claim that can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NextKrav {
    /// The oldest unclaimed day and, after it, those that belong to the same claim.
    pub dage: Dage,
    /// The day by which the oldest of them is to be claimed.
    pub latest: NaiveDate,
}

/// Every day of a forløb with its state, and what is wrong with its claims.
#[derive(Debug, Clone, PartialEq)]
pub struct Regnskab<'f, 'b> {
    /// Every day from F on, in order: through the last day, or for what goes on through today and all that is at risk.
    pub span: Vec<Span<'b>>,
    /// The claims, by first day.
    pub krav: Vec<KravCheck<'f, 'b>>,
    /// What can be claimed next.
    pub next: Option<NextKrav>,
    /// One further working day without a receipt.
    pub per_arbejdsdag: Option<Led<'b>>,
}

impl<'b> Regnskab<'_, 'b> {
    /// The terms of the days that are chosen.
    pub fn led(&self, chosen: impl Fn(&Span<'b>) -> bool) -> impl Iterator<Item = &Led<'b>> {
        self.span.iter().filter(move |s| chosen(s)).flat_map(|s| &s.led)
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
pub fn regnskab<'f, 'b>(f: &'f Forloeb, r: &Refusion, today: NaiveDate, book: &'b Regelbog) -> Regnskab<'f, 'b> {
    let day_statuses = DayStatuses { f, r, today, oldest: krav_bound(f, today) };
    let annulleret = f.end_at.as_ref().is_some_and(|s| s.what == Slutaarsag::Annulleret);
    let mut span: Vec<Span<'b>> = Vec::new();
    let all = Dage::between(f.foerste, day_statuses.sidste()).filter(|_| !annulleret);
    for dage in all.map(|all| day_statuses.pieces(all)).unwrap_or_default() {
        let (stand, krav, i_fare) = day_statuses.dag(dage.fra);
        let at = day_statuses.at(stand, krav);
        match span.last_mut() {
            Some(s) if (s.stand, s.i_fare) == (stand, i_fare) && s.at == at => s.dage.til = dage.til,
            _ => {
                let kilde = day_statuses.kilde(stand);
                span.push(Span { dage, stand, at, kilde, i_fare, led: Vec::new() });
            }
        }
    }
    for s in span.iter_mut().filter(|s| !matches!(s.stand, Dagsstand::Arbejdsgiver | Dagsstand::WithoutLoen)) {
        s.led = led(f, s.dage, book);
    }
    let next = span
        .iter()
        .find(|s| s.stand == Dagsstand::CanAnmodes)
        .map(|s| NextKrav { dage: s.dage, latest: krav_by(f, s.dage.fra, today) });
    let krav = (0..f.krav.len()).map(|nr| check(f, nr, &span, book)).collect();
    let per_arbejdsdag = r.per_arbejdsdag.and_then(|_| arbejdsdag(f, today, book));
    Regnskab { span, krav, next, per_arbejdsdag }
}

struct DayStatuses<'f, 'r> {
    f: &'f Forloeb,
    r: &'r Refusion,
    today: NaiveDate,
    /// § 59: the oldest day that can be claimed today.
    oldest: NaiveDate,
}

impl<'f> DayStatuses<'f, '_> {
    /// The last day of the ledger.
    fn sidste(&self) -> NaiveDate {
        let sidste = self.f.told_end(self.today).unwrap_or_else(|| {
            let fare = self.r.i_fare_dage.map_or(NaiveDate::MIN, |d| d.til);
            self.today.max(fare).max(self.r.sidste_arbejdsgiverdag.unwrap_or(NaiveDate::MIN))
        });
        // An employment may be known to end years ahead.
        self.f.known_end(self.today).map_or(sidste, |end| sidste.min(end))
    }

    /// The days in pieces, so that all days of a piece are alike: cut wherever [`Self::dag`] may say something else.
    fn pieces(&self, all: Dage) -> Vec<Dage> {
        let r = self.r;
        let after = |dag| plus_dage(dag, 1);
        let mut cuts = vec![all.fra, r.foerste_refusionsdag, after(r.lovdag), after(self.today), self.oldest];
        cuts.extend(r.mistet.into_iter().chain(r.i_fare_dage).flat_map(|m| [m.fra, after(m.til)]));
        cuts.extend(days_without(self.f, self.today).into_iter().flat_map(|d| [d.fra, after(d.til)]));
        cuts.extend(self.f.krav.iter().flat_map(|k| [k.what.fra, after(k.what.til)]));
        cuts.retain(|dag| all.fra <= *dag && *dag <= all.til);
        cuts.sort_unstable();
        cuts.dedup();
        let next = cuts.iter().skip(1).map(|dag| plus_dage(*dag, -1)).chain([all.til]);
        let pieces: Vec<Dage> = cuts.iter().zip(next).map(|(fra, til)| Dage { fra: *fra, til }).collect();
        debug_assert!(pieces.iter().all(|s| (0..s.count()).all(|n| self.dag(plus_dage(s.fra, n)) == self.dag(s.fra))));
        pieces
    }

    /// State of a day, the claim that covers it, and whether it is at risk.
    fn dag(&self, dag: NaiveDate) -> (Dagsstand, Option<&'f Fact<RefusionAnmodet>>, bool) {
        let r = self.r;
        let by_kommune = match r.without_loen {
            Some(LoenUnderSygdom::Sygedagpenge) => dag >= r.foerste_refusionsdag,
            paid => paid.is_some(),
        };
        if by_kommune {
            return (Dagsstand::WithoutLoen, None, false);
        }
        if !r.gives || dag < r.foerste_refusionsdag {
            return (Dagsstand::Arbejdsgiver, None, false);
        }
        let i_fare = r.i_fare_dage.is_some_and(|d| d.fra <= dag && dag <= d.til);
        if r.mistet.is_some_and(|m| m.fra <= dag && dag <= m.til) {
            return (Dagsstand::AnmeldtTooLate, None, i_fare);
        }
        match no_ret(self.f, dag) {
            Some(NoRet::Afbrydelse) => return (Dagsstand::Afbrudt, None, i_fare),
            Some(NoRet::FewHours) => return (Dagsstand::FewHours, None, i_fare),
            None => {}
        }
        if let Some(krav) = self.f.krav.iter().find(|k| k.what.fra <= dag && dag <= k.what.til) {
            return (Dagsstand::Anmodet, Some(krav), i_fare);
        }
        let stand = match r.anmeldt {
            _ if dag > self.today => Dagsstand::Coming,
            None => Dagsstand::MissingKvittering,
            Some(_) if dag < self.oldest => Dagsstand::AnmodetTooLate,
            Some(_) => Dagsstand::CanAnmodes,
        };
        (stand, None, i_fare)
    }

    fn at(&self, stand: Dagsstand, krav: Option<&Fact<RefusionAnmodet>>) -> Option<Loesning> {
        if let Some(k) = krav {
            return Some(k.resolution(k.what.til));
        }
        let kvittering = self.f.kvittering().filter(|_| {
            matches!(stand, Dagsstand::AnmeldtTooLate | Dagsstand::CanAnmodes | Dagsstand::AnmodetTooLate)
        })?;
        Some(kvittering.resolution(kvittering.what.dato))
    }

    fn kilde(&self, stand: Dagsstand) -> Option<Arc<str>> {
        let art = match stand {
            Dagsstand::Arbejdsgiver | Dagsstand::Afbrudt | Dagsstand::FewHours => return None,
            Dagsstand::AnmeldtTooLate | Dagsstand::MissingKvittering | Dagsstand::WithoutLoen => Fristart::Anmeldelse,
            Dagsstand::AnmodetTooLate | Dagsstand::Anmodet | Dagsstand::CanAnmodes | Dagsstand::Coming => {
                Fristart::Refusionsanmodning
            }
        };
        let when = condition(self.f, self.today);
        self.f.regler.frist(art, when).map(|regel| regel.kilde.clone())
    }
}

fn check<'f, 'b>(f: &'f Forloeb, nr: usize, span: &[Span<'_>], book: &'b Regelbog) -> KravCheck<'f, 'b> {
    let krav = &f.krav[nr];
    let (fra, til) = (krav.what.fra, krav.what.til);
    let before = f.krav[..nr].iter().map(|k| k.what.til).max();
    let mut error = Vec::new();
    if let Some(dage) = before.and_then(|before| Dage::between(fra, before.min(til))) {
        error.push(KravError::Overlap(dage));
    }
    let after_previous = before.map_or(NaiveDate::MIN, |d| plus_dage(d, 1));
    let common = |s: &Span<'_>, fra: NaiveDate, til: NaiveDate| Dage::between(s.dage.fra.max(fra), s.dage.til.min(til));
    let gaps = span.iter().filter(|s| s.stand == Dagsstand::CanAnmodes);
    error.extend(gaps.filter_map(|s| common(s, after_previous, plus_dage(fra, -1))).map(KravError::Gap));
    // A claim may leave an afbrydelse out, and need not.
    let without_ret = (span.iter()).filter(|s| {
        matches!(s.stand, Dagsstand::Arbejdsgiver | Dagsstand::FewHours | Dagsstand::WithoutLoen) || s.stand.is_mistet()
    });
    error.extend(without_ret.filter_map(|s| common(s, fra, til)).map(KravError::WithoutRet));
    let outside = [
        span.first().and_then(|s| Dage::between(fra, plus_dage(s.dage.fra, -1).min(til))),
        span.last().and_then(|s| Dage::between(plus_dage(s.dage.til, 1).max(fra), til)),
    ];
    error.extend(outside.into_iter().flatten().map(KravError::WithoutRet));
    error.sort_by_key(|f| match f {
        KravError::Gap(d) | KravError::Overlap(d) | KravError::WithoutRet(d) => d.fra,
    });
    let dage = Dage::between(fra, til);
    KravCheck { krav, led: dage.map(|d| led(f, d, book)).unwrap_or_default(), error }
}
