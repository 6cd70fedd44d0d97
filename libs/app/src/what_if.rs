//! What if: the whole history under another book of rules, unit by unit.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use chrono::NaiveDate;
use eventlog::{Recorded, StreamId};
use forloeb::politik::Politik;
use forloeb::regler::{Regelsaet, as_if};
use forloeb::what_if::{Difference, Moved, Tab, Window, compare};
use forloeb::words::Fristart;
use forloeb::{Ansaettelse, Forloeb, Regelbog};
use serde::{Deserialize, Deserializer, Serialize};
use thiserror::Error;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::bounds::{LARGEST_TEXT, size};
use crate::core::App;
use crate::dates;
use crate::failure::Internal;
use crate::politik::{check, read};
use crate::room::Turn;
use crate::stored::{ANSAETTELSE, Unreadable, fold, read_record, time};

/// What became of reminders is most of what is ever recorded, and here it is worked out anew.
const WITHOUT: &str = "PaamindelserAfgjort";

/// What would differ.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
#[schema(as = HvadHvis)]
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
    /// The forløb that would differ, those that began first coming first; as many as were asked for.
    pub sager: Vec<Sag>,
    /// After which of them the next ones come, where there are more.
    #[serde(rename = "naeste")]
    #[schema(value_type = Option<String>)]
    pub next: Option<Place>,
}

/// A forløb that would differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = HvadHvisSag)]
pub struct Sag {
    /// Its id.
    pub id: Uuid,
    /// Code of its unit.
    pub enhed: String,
    /// First absence day.
    #[serde(rename = "foerste_fravaersdag")]
    pub foerste: NaiveDate,
    /// Its frister that would lie elsewhere, would be new, or would not be.
    pub frister: Vec<MovedFrist>,
    /// Its reminders that would be others, by frist.
    pub paamindelser: Vec<OtherPaamindelser>,
    /// Refusion that was lost.
    pub tab: Tab,
    /// Refusion that would be lost.
    pub nyt_tab: Tab,
}

/// A frist, before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = HvadHvisFrist)]
pub struct MovedFrist {
    /// Which.
    pub frist: Fristart,
    /// The day people work towards; none where there is no such frist.
    pub maaldag: Option<NaiveDate>,
    /// The day they would.
    #[serde(rename = "ny_maaldag")]
    pub new_maaldag: Option<NaiveDate>,
    /// The day of the law.
    pub lovdag: Option<NaiveDate>,
    /// What it would be.
    #[serde(rename = "ny_lovdag")]
    pub new_lovdag: Option<NaiveDate>,
}

/// Reminders of a frist, before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = HvadHvisPaamindelser)]
pub struct OtherPaamindelser {
    /// Which.
    pub frist: Fristart,
    /// As many as were sent.
    pub paamindelser: u32,
    /// As many as would have been. Where it is the same number, a day is another.
    pub nye_paamindelser: u32,
}

impl From<Difference> for Sag {
    fn from(d: Difference) -> Self {
        let moved = |Moved { art: frist, maaldag, new_maaldag, lovdag, new_lovdag }| MovedFrist {
            frist,
            maaldag,
            new_maaldag,
            lovdag,
            new_lovdag,
        };
        let others =
            |(frist, (paamindelser, nye_paamindelser))| OtherPaamindelser { frist, paamindelser, nye_paamindelser };
        Self {
            id: d.id,
            enhed: d.enhed,
            foerste: d.foerste,
            frister: d.moved.into_iter().map(moved).collect(),
            paamindelser: d.paamindelser.into_iter().map(others).collect(),
            tab: d.tab,
            nyt_tab: d.nyt_tab,
        }
    }
}

/// Where a forløb stands among those that would differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place(NaiveDate, Uuid);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.0, self.1)
    }
}

impl FromStr for Place {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "skal være 'naeste' fra et tidligere svar";
        let (foerste, id) = text.split_once('_').ok_or(WRONG)?;
        Ok(Self(dates::day(foerste).map_err(|_| WRONG)?, id.parse().map_err(|_| WRONG)?))
    }
}

impl Serialize for Place {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

/// What would differ for the forløb of a unit.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
#[schema(as = HvadHvisEnhed)]
pub struct Enhed {
    /// Code of the unit.
    #[serde(rename = "navn")]
    pub name: String,
    /// Forløb.
    #[serde(rename = "anderledes")]
    pub different: u64,
    /// By kind of frist.
    #[serde(serialize_with = "by_code")]
    #[schema(value_type = BTreeMap<String, Frister>)]
    pub frister: BTreeMap<Fristart, Frister>,
    /// Refusion that was lost.
    pub tab: Tab,
    /// Refusion that would be lost.
    pub nyt_tab: Tab,
}

/// Frister of a kind, and their reminders.
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
#[schema(as = HvadHvisFrister)]
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

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A book of rules from the text of a rule set, which takes the place of those in force at the same time, or of a
/// policy, which takes the place of all that were laid down for the same people.
///
/// # Errors
/// The line and the field, and what would be right.
pub fn other_regler(book: &Regelbog, tekst: &str, as_if_from: Option<AsIf>) -> Result<Regelbog, String> {
    if tekst.len() > LARGEST_TEXT {
        return Err(format!("reglerne er på over {}", size(LARGEST_TEXT)));
    }
    let is_set = tekst.lines().any(|l| l.trim() == "[parametre]");
    if is_set {
        let sets = Regelsaet::read(tekst, book.calendar())?;
        return Ok(book.with_sets(match as_if_from {
            Some(AsIf { fra, today }) => as_if(sets, fra, today),
            None => sets,
        }));
    }
    let fra = as_if_from.map_or_else(|| book.earliest_dag(), |a| a.fra);
    let politik = read(tekst, fra, book).map_err(|e| e.to_string())?;
    Ok(book.as_if_politik(fra, politik))
}

/// Rules that are to come are tried as if they held from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsIf {
    /// First absence day from which they would hold.
    pub fra: NaiveDate,
    /// What lies after this day is to come.
    pub today: NaiveDate,
}

/// The rules that are tried.
#[derive(Debug, Clone)]
pub enum Tried {
    /// A rule set or a policy, as TOML.
    Toml(String),
    /// A policy, as what it says.
    Politik(Box<Politik>),
    /// That the policy of this number is withdrawn.
    Without(u64),
}

impl Tried {
    /// The book with them in it.
    fn over(self, book: &Regelbog, as_if_from: Option<AsIf>) -> Result<Regelbog, String> {
        let politik = match self {
            Self::Toml(tekst) => return other_regler(book, &tekst, as_if_from),
            Self::Without(nr) => {
                return Ok(book.without_politik(nr, as_if_from.map_or_else(|| book.earliest_dag(), |a| a.fra)));
            }
            Self::Politik(politik) => *politik,
        };
        let fra = as_if_from.map_or_else(|| book.earliest_dag(), |a| a.fra);
        check(&politik, fra, book).map_err(|error| error.to_string())?;
        Ok(book.as_if_politik(fra, politik))
    }
}

/// What somebody wants to know.
#[derive(Debug, Clone)]
pub struct Question {
    /// Under which rules.
    pub tried: Tried,
    /// From when on it would hold, where that is otherwise than it says.
    pub som_om: Option<NaiveDate>,
    /// Which forløb are looked at.
    pub window: Window,
    /// The forløb are told from the one after this one on.
    pub after: Option<Place>,
    /// And so many of them at most.
    pub at_most: usize,
}

/// Who asks may see this forløb: others are neither told nor counted.
pub type Sees = Arc<dyn Fn(&Forloeb) -> bool + Send + Sync>;

/// Why there is no answer.
#[derive(Debug, Error)]
pub enum WhatIfError {
    /// What was given is no rule set and no policy; the line and the field, and what would be right.
    #[error("{0}")]
    Text(String),
    /// The log cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// Replays every employment of the log under both books of rules, on every core. `progress` is told events so far and in
/// all.
///
/// # Errors
/// The text is wrong, or the log cannot be read.
pub async fn ask(
    app: &App,
    _turn: Turn<'_>,
    question: Question,
    sees: Sees,
    progress: impl Fn(u64, u64),
) -> Result<Answer, WhatIfError> {
    let Question { tried, som_om, window, after, at_most } = question;
    let book = app.book();
    let (own, as_if_from) = (book.clone(), som_om.map(|fra| AsIf { fra, today: window.today }));
    // Every row is tried on the days of some years: that is done where nobody waits for an answer.
    let read = tokio::task::spawn_blocking(move || tried.over(&own, as_if_from));
    let read = read.await.map_err(|_| Unreadable::from(Internal::panicked("reglerne blev ikke læst")))?;
    let new = Arc::new(read.map_err(WhatIfError::Text)?);

    let parts = app.log.streams(fold::cores());
    let total = fold::head(&parts).position;
    let (mut answer, mut parsed) = (Answer::default(), 0);
    let mut enheder: BTreeMap<String, Enhed> = BTreeMap::new();
    let mut sager: BTreeMap<Place, Sag> = BTreeMap::new();
    "I alt".clone_into(&mut answer.total.name);
    let together = move |streams: &[_]| together(streams, &book, &new, window, &sees);
    fold::fold(parts, together, |(set, differences), haendelser| {
        answer.forloeb += set;
        answer.different += differences.len();
        for difference in differences {
            answer.total.take(&difference);
            let enhed = enheder.entry(difference.enhed.clone()).or_default();
            enhed.name.clone_from(&difference.enhed);
            enhed.take(&difference);
            let place = Place(difference.foerste, difference.id);
            if after.is_none_or(|after| place > after) {
                sager.insert(place, difference.into());
                if sager.len() > at_most + 1 {
                    sager.pop_last();
                }
            }
        }
        parsed += haendelser;
        progress(parsed, total);
    })
    .await?;
    if sager.len() > at_most {
        sager.pop_last();
        answer.next = sager.last_key_value().map(|(place, _)| *place);
    }
    answer.sager = sager.into_values().collect();
    answer.enheder = enheder.into_values().collect();
    Ok(answer)
}

fn together(
    streams: &[(StreamId, Vec<Recorded>)],
    book: &Regelbog,
    new: &Regelbog,
    window: Window,
    sees: &Sees,
) -> Result<(usize, Vec<Difference>), Unreadable> {
    let (mut set, mut differences) = (0, Vec::new());
    for (stream, haendelser) in streams {
        let Some(nr) = stream.as_str().strip_prefix(ANSAETTELSE) else { continue };
        let mut a = Ansaettelse::new(nr);
        for r in haendelser.iter().filter(|r| r.kind != WITHOUT) {
            a.apply(read_record(r, time(r)?)?);
        }
        let (here, some) = compare(&a, book, new, window, |f| sees(f));
        set += here;
        differences.extend(some);
    }
    Ok((set, differences))
}
