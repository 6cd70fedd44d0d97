//! Compared with what the log says, an employment at a time. A difference is named by its key, never by what it says.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDate;
use uuid::Uuid;

use super::aktuelle::Counts;
use super::build::{Built, Piece};
use super::card::{Ansvar, Card};
use super::card_index::NOTHING;
use super::derived::DerivedForloeb;
use super::sendte::{Sendt, Sendte};
use super::{Projections, Row};

const MISSING: &str = "mangler";
const DIFFERENT: &str = "er anderledes";
const SURPLUS: &str = "er for meget";

/// The live row has moved on, or the day has turned: this one is to be built again and compared again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Behind;

/// What was compared so far.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    pub(crate) differences: BTreeSet<String>,
    seen: BTreeSet<Arc<str>>,
    sendte: Sendte,
}

impl Comparison {
    /// Compares one stream, built on `idag`.
    ///
    /// # Errors
    /// It was built from other events, or on another day, than the live rows.
    pub(crate) fn take(&mut self, live: &Projections, piece: &Piece, today: NaiveDate) -> Result<(), Behind> {
        match piece {
            Piece::Access(tokens, _) => {
                let mut built = Projections::empty(live.book().clone(), today);
                tokens.iter().for_each(|(time, event)| built.take_access(*time, event.clone()));
                for (hash, token) in built.tokens() {
                    let what = match live.token(hash) {
                        None => MISSING,
                        // One may have been called back since.
                        Some(has) if !has.is_or_became(token) => DIFFERENT,
                        Some(_) => continue,
                    };
                    self.differences.insert(format!("token {hash}: {what}"));
                }
            }
            // Holds are compared when all the rest is: one may be set or lifted meanwhile.
            Piece::Politik(_) | Piece::Sletningsstop(..) => {}
            Piece::Ansaettelse(built) => {
                let nr = &built.row.nr;
                if live.today() != today || (live.row(nr).is_some() && live.version(nr) != built.row.version) {
                    return Err(Behind);
                }
                self.seen.insert(nr.clone());
                self.sendte.take_with(built.sendte.clone());
                live.differences(built, &mut |key, what| {
                    self.differences.insert(format!("{key}: {what}"));
                });
            }
        }
        Ok(())
    }

    /// Employments that are live and were not compared: made since, or never in the log.
    pub(crate) fn rest(&self, live: &Projections) -> Vec<String> {
        live.numbers().filter(|nr| !self.seen.contains(*nr)).map(str::to_owned).collect()
    }

    /// A hold that the log has and that is not live, or the other way round.
    pub(crate) fn sletningsstop(&mut self, nr: &str, gaelder: bool) {
        let what = if gaelder { MISSING } else { SURPLUS };
        self.differences.insert(format!("sletningsstop {nr}: {what}"));
    }

    /// An employment that the log does not know.
    pub(crate) fn surplus(&mut self, nr: &str) {
        self.differences.insert(format!("ansaettelse {nr}: {SURPLUS}"));
    }

    /// What holds for all employments together, once all are compared; `hoved` is the position they were built to.
    pub(crate) fn end(&mut self, live: &Projections, log_head: u64) {
        let mut counts = Counts::default();
        live.aktuelle.all().for_each(|(_, aktuel)| counts.tally(aktuel, true));
        live.aktuelle.tabte().for_each(|(_, t)| counts.tally_tab([t.mistet, t.for_sent_anmodet], true));
        let sound = live.aktuelle.aabne(None).count() == counts.aabne;
        if counts != *live.counts() || !sound {
            self.differences.insert(format!("optalt: {DIFFERENT}"));
        }
        let (has, expected) = (live.sendte.ordered(), self.sendte.ordered());
        let oldest = has.keys().next().copied();
        let one = |all: &BTreeMap<NaiveDate, Vec<Sendt>>| -> BTreeSet<(NaiveDate, Sendt)> {
            let new_ones = all.iter().filter(|(dag, _)| oldest.is_none_or(|a| **dag >= a));
            new_ones.flat_map(|(dag, sendte)| sendte.iter().map(|s| (*dag, s.clone()))).collect()
        };
        let (has, expected) = (one(&has), one(&expected));
        for (_, s) in expected.difference(&has) {
            self.differences.insert(format!("sendt {}: {MISSING}", s.forloeb));
        }
        // What was sent since is live and was not built.
        for (_, s) in has.difference(&expected).filter(|_| live.position() == log_head) {
            self.differences.insert(format!("sendt {}: {SURPLUS}", s.forloeb));
        }
    }
}

impl Projections {
    fn differences(&self, built: &Built, report: &mut impl FnMut(String, &'static str)) {
        let new = &built.row;
        let nr = &new.nr;
        let Some(idx) = self.numbers.get(nr).copied() else { return report(format!("ansaettelse {nr}"), MISSING) };
        let has = &self.rows[idx as usize];
        if !is_equal(has, new) {
            report(format!("ansaettelse {nr}"), DIFFERENT);
        }
        let leder = new.stamdata.as_ref().and_then(|s| s.leder_nr.as_deref());
        if leder.is_some_and(|l| !self.under(l).any(|under| *under == **nr)) {
            report(format!("underordnede {nr}"), MISSING);
        }
        let missing = |nr: &str| self.stands_in.get(nr).is_none_or(|ledere| !ledere.contains(&idx));
        if new.stedfortraedere.iter().flat_map(|s| s.all()).any(missing) {
            report(format!("stedfortraeder {nr}"), MISSING);
        }
        let (next, expected) = (has.next, built.derived.next);
        for (what, index, has, expected) in [
            ("forfald", &self.forfald, next.dag, expected.dag),
            ("indbydelse", &self.indbydelser, next.indbydelse, expected.indbydelse),
        ] {
            if let Some(difference) = forfald_difference(has.filter(|dag| index.contains(&(*dag, idx))), expected) {
                report(format!("{what} {nr}"), difference);
            }
        }
        let forloeb = &built.derived.forloeb;
        let expected: BTreeMap<Uuid, Option<Uuid>> = (built.derived.registreringer.iter())
            .map(|(id, log_head)| (*id, log_head.map(|h| forloeb[h].forloeb.id)))
            .collect();
        let places: BTreeMap<Uuid, u32> = self.places(idx).map(|p| (self.card_index.place(p).id, p)).collect();
        for (id, log_head) in &expected {
            match places.get(id) {
                None => report(format!("id {id}"), MISSING),
                Some(_) if self.card_index.find(*id) != places.get(id).copied() => {
                    report(format!("id {id}"), DIFFERENT);
                }
                Some(_) if self.forloeb_id(*id) != *log_head => report(format!("id {id}"), DIFFERENT),
                Some(_) => {}
            }
        }
        let waited: BTreeMap<Uuid, &DerivedForloeb> = forloeb.iter().map(|one| (one.forloeb.id, one)).collect();
        for (id, place) in &places {
            if !expected.contains_key(id) {
                report(format!("id {id}"), SURPLUS);
            }
            let what = match (self.card_index.place(*place).card, waited.get(id)) {
                (None, None) => continue,
                (Some(_), None) => SURPLUS,
                (None, Some(_)) => MISSING,
                (Some(has), Some(one)) => {
                    let card: Card<&Ansvar> = has.with(|a| &**self.card_index.ansvar(a));
                    let expected: Card<&Ansvar> = one.card.lent();
                    if card == expected && self.is_equal_aktuel(*place, one) {
                        continue;
                    }
                    DIFFERENT
                }
            };
            report(format!("forloeb {id}"), what);
        }
    }

    fn is_equal_aktuel(&self, place: u32, one: &DerivedForloeb) -> bool {
        if self.aktuelle.tabt(place) != one.tabt.as_ref() {
            return false;
        }
        match (self.aktuelle.find(place), one.dagen) {
            (None, None) => true,
            (Some(has), Some(dagen)) => {
                has.dagen == dagen
                    && self.card_index.place(place).card == Some(has.card)
                    && self.card_index.place(place).log_head != NOTHING
                    && format!("{:?}", has.forloeb) == format!("{:?}", one.forloeb)
            }
            _ => false,
        }
    }
}

fn is_equal(a: &Row, b: &Row) -> bool {
    let without = |r: &Row| (r.version, r.person, r.earlier.clone(), r.erased, r.told);
    let moved = |r: &Row| (r.flyttet_til.clone(), r.fortsat, r.anew);
    without(a) == without(b)
        && moved(a) == moved(b)
        && a.stamdata == b.stamdata
        && a.perioder == b.perioder
        && a.confidential == b.confidential
        && a.stedfortraedere == b.stedfortraedere
}

/// A due day may come too early (a date that passed can make a reminder pointless, and the look at it finds that out);
/// it may never come too late, or not at all.
fn forfald_difference(has: Option<NaiveDate>, expected: Option<NaiveDate>) -> Option<&'static str> {
    match (has, expected) {
        (None, Some(_)) => Some(MISSING),
        (Some(has), Some(expected)) if has > expected => Some("kommer for sent"),
        _ => None,
    }
}
