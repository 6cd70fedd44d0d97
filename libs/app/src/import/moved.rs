//! Lines of employees who have moved to another number.

use std::collections::BTreeMap;

use forloeb::haendelse::Stamdata;

use super::hele::Numbers;
use super::medarbejdere::{Lines, Medarbejder};
use super::{LineError, Tally};
use crate::core::App;

/// What payroll says under a number that somebody has moved from. That it ended there is nothing new. Where it begins once
/// more for the same person, the number begins anew; for somebody else it is refused, since what was done and sent by it was
/// the other one's. Where it says that the employment went on after all, and the one under the number after is over or
/// gone, it has taken the move back: Raskvej has the person under the number after, so what it says holds there.
pub(super) fn lines(app: &App, (lines, whole): (Lines, bool), numbers: &mut Numbers, tally: &mut Tally) -> Lines {
    let (projections, today) = (app.projections(), app.clock.today());
    let (moved, mut lines): (Vec<_>, Vec<_>) = lines.into_iter().partition(|(_, m)| projections.is_flyttet(&m.nr));
    let mut by_nr: BTreeMap<String, Lines> = BTreeMap::new();
    for (line, m) in moved {
        by_nr.entry(m.nr.clone()).or_default().push((line, m));
    }
    for (nr, before) in by_nr {
        let current = projections.current_nr(&nr).to_owned();
        let next = projections.flyttet_til(&nr).unwrap_or_default().to_owned();
        let ended = projections.stamdata(&nr).and_then(|s| s.fratraadt);
        let last = before.iter().max_by_key(|(_, m)| m.gaelder_fra.unwrap_or(today)).map(|(_, m)| &m.stamdata);
        let begins_again = last.is_some_and(|s| s.ansat > ended);
        let same =
            |m: &Medarbejder| app.keys.person(&m.confidential.cpr).is_some_and(|p| projections.person(&nr) == Some(p));
        // What was carried is whole under the number after; else that comes first.
        let begins_anew = begins_again && before.iter().all(|(_, m)| same(m)) && projections.is_fortsat(&next);
        let goes_on = !begins_again && last.is_some_and(|s| s.fratraadt.is_none_or(|dag| Some(dag) > ended));
        let is_over = |s: &Stamdata| s.fratraadt.is_some_and(|dag| dag < today);
        // What is told under the number after began before the move: it was taken back by an earlier file.
        let was_back = |s: &Stamdata| s.ansat.is_some_and(|ansat| Some(ansat) <= ended);
        let mut after = lines.iter().filter(|(_, m)| m.nr == current).peekable();
        let is_back = goes_on
            && if after.peek().is_some() {
                after.all(|(_, m)| is_over(&m.stamdata))
            } else {
                whole || projections.stamdata(&current).is_some_and(|s| is_over(s) || was_back(s))
            };
        if is_back {
            numbers.take(Some(&current));
            let kept = lines.len();
            lines.retain(|(_, m)| m.nr != current);
            tally.unchanged += (kept - lines.len()) as u64;
        }
        for (line, mut m) in before {
            if is_back {
                let told = format!(
                    "er flyttet til nummer {current}, og lønsystemet har taget det tilbage: det, der står her, gælder for {current}"
                );
                tally.warnings.take(LineError::new(line, "medarbejder_nr", told));
                m.nr.clone_from(&current);
                lines.push((line, m));
            } else if begins_anew && m.stamdata.ansat > ended {
                lines.push((line, m));
            } else if begins_anew {
                // What it says of the days before they moved is theirs under the number after.
                tally.unchanged += 1;
            } else if begins_again {
                let told = format!(
                    "har været en andens, som nu er nummer {current}: giv den nye medarbejder et andet nummer i lønsystemet"
                );
                tally.error.take(LineError::new(line, "medarbejder_nr", told));
            } else if goes_on {
                let told = format!(
                    "er flyttet til nummer {current}, som ikke er sluttet: er begge i gang, skal det ene have et nyt nummer"
                );
                tally.error.take(LineError::new(line, "medarbejder_nr", told));
            } else {
                tally.unchanged += 1;
            }
        }
    }
    lines
}
