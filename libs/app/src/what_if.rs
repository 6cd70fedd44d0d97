//! What if: the whole history under another book of rules, unit by unit.

use std::collections::BTreeMap;
use std::sync::Arc;

use eventlog::{Journal, Recorded, StreamId};
use forloeb::regler::Regelsaet;
use forloeb::what_if::{Difference, Tab, Window, compare};
use forloeb::words::Fristart;
use forloeb::{Ansaettelse, Regelbog};
use serde::Serialize;

use crate::bounds::{LARGEST_TEXT, size};
use crate::politik::read;
use crate::stored::{ANSAETTELSE, Unreadable, fold, read_record, time};

/// What became of reminders is most of what is ever recorded, and here it is worked out anew.
const WITHOUT: &str = "PaamindelserAfgjort";

/// What would differ.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Answer {
    /// Forløb in the window.
    pub forloeb: usize,
    /// Those that would differ.
    #[serde(rename = "anderledes")]
    pub different: usize,
    /// By unit, those where anything would.
    pub enheder: Vec<Enhed>,
    /// Everything.
    #[serde(rename = "ialt")]
    pub total: Enhed,
}

/// What would differ for the forløb of a unit.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Enhed {
    /// Code of the unit.
    #[serde(rename = "navn")]
    pub name: String,
    /// Forløb.
    #[serde(rename = "anderledes")]
    pub different: u64,
    /// By kind of frist.
    #[serde(serialize_with = "by_code")]
    pub frister: BTreeMap<Fristart, Frister>,
    /// Refusion that was lost.
    pub tab: Tab,
    /// Refusion that would be lost.
    pub nyt_tab: Tab,
}

/// Frister of a kind, and their reminders.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Frister {
    /// That would lie on another day.
    #[serde(rename = "flyttede")]
    pub moved: u64,
    /// That there would be.
    #[serde(rename = "nye")]
    pub new_ones: u64,
    /// That there would not be.
    #[serde(rename = "vaek")]
    pub away: u64,
    /// Reminders of forløb where they would differ, as they are.
    pub paamindelser: u64,
    /// Reminders of the same forløb, as they would be.
    pub nye_paamindelser: u64,
}

fn by_code<S: serde::Serializer>(frister: &BTreeMap<Fristart, Frister>, s: S) -> Result<S::Ok, S::Error> {
    s.collect_map(frister.iter().map(|(art, f)| (art.code(), f)))
}

impl Enhed {
    fn take(&mut self, difference: &Difference) {
        self.different += 1;
        for f in &difference.moved {
            let frister = self.frister.entry(f.art).or_default();
            match (f.lovdag, f.new_lovdag) {
                (None, _) => frister.new_ones += 1,
                (_, None) => frister.away += 1,
                _ => frister.moved += 1,
            }
        }
        for (art, (now, new)) in &difference.paamindelser {
            let frister = self.frister.entry(*art).or_default();
            frister.paamindelser += u64::from(*now);
            frister.nye_paamindelser += u64::from(*new);
        }
        for (sum, tab) in [(&mut self.tab, difference.tab), (&mut self.nyt_tab, difference.nyt_tab)] {
            sum.dage += tab.dage;
            sum.beloeb += tab.beloeb;
        }
    }
}

/// A book of rules from the text of a rule set, which takes the place of those in force at the same time, or of a
/// policy, which takes the place of all that were laid down for the same people.
///
/// # Errors
/// The line and the field, and what would be right.
pub fn other_regler(book: &Regelbog, tekst: &str) -> Result<Regelbog, String> {
    if tekst.len() > LARGEST_TEXT {
        return Err(format!("reglerne er på over {}", size(LARGEST_TEXT)));
    }
    let is_set = tekst.lines().any(|l| l.trim() == "[parametre]");
    if is_set {
        return Regelsaet::read(tekst, book.calendar()).map(|sets| book.with_sets(sets));
    }
    let fra = book.earliest_dag();
    let politik = read(tekst, fra, book).map_err(|e| e.to_string())?;
    Ok(book.as_if_politik(fra, politik))
}

/// Replays every employment of the log under both, on every core. `fremdrift` is told events so far and in all.
///
/// # Errors
/// The log cannot be read.
pub async fn replay(
    log: &Journal,
    book: &Arc<Regelbog>,
    new: &Arc<Regelbog>,
    window: Window,
    progress: impl Fn(u64, u64),
) -> Result<Answer, Unreadable> {
    let parts = log.streams(fold::cores());
    let total = fold::head(&parts).position;
    let (book, new) = (book.clone(), new.clone());
    let (mut answer, mut parsed) = (Answer::default(), 0);
    let mut enheder: BTreeMap<String, Enhed> = BTreeMap::new();
    "I alt".clone_into(&mut answer.total.name);
    let together = move |streams: &[_]| together(streams, &book, &new, window);
    fold::fold(parts, together, |(set, differences), haendelser| {
        answer.forloeb += set;
        answer.different += differences.len();
        for difference in differences {
            answer.total.take(&difference);
            let enhed = enheder.entry(difference.enhed.clone()).or_default();
            enhed.name.clone_from(&difference.enhed);
            enhed.take(&difference);
        }
        parsed += haendelser;
        progress(parsed, total);
    })
    .await?;
    answer.enheder = enheder.into_values().collect();
    Ok(answer)
}

fn together(
    streams: &[(StreamId, Vec<Recorded>)],
    book: &Regelbog,
    new: &Regelbog,
    window: Window,
) -> Result<(usize, Vec<Difference>), Unreadable> {
    let (mut set, mut differences) = (0, Vec::new());
    for (stream, haendelser) in streams {
        let Some(nr) = stream.as_str().strip_prefix(ANSAETTELSE) else { continue };
        let mut a = Ansaettelse::new(nr);
        for r in haendelser.iter().filter(|r| r.kind != WITHOUT) {
            a.apply(read_record(r, time(r)?)?);
        }
        let (here, some) = compare(&a, book, new, window);
        set += here;
        differences.extend(some);
    }
    Ok((set, differences))
}
