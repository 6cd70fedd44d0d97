//! Rule sets as data: frister, reminders, rates, with validity and sources. No number of the law lives in code.

use std::sync::Arc;

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Deserializer, Serialize};

use crate::rules::calendar::{Calendar, FOERSTE_DAG, SIDSTE_DAG, is_in_calendar, plus_dage, plus_maaneder};
use crate::words::{Aarsag, Fristart, Modtagerrolle};

/// One rule set; a forløb uses the one valid on its first absence day.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regelsaet {
    /// Name, shown beside every computed date.
    #[serde(rename = "navn")]
    pub name: Arc<str>,
    /// First absence day from which it is used.
    #[serde(deserialize_with = "dato")]
    pub gaelder_fra: NaiveDate,
    /// Last absence day on which it is used; none while it is in force.
    #[serde(default, deserialize_with = "maybe_dato")]
    pub gaelder_til: Option<NaiveDate>,
    /// Numbers that are not dates of a frist.
    #[serde(rename = "parametre")]
    pub parameters: Parameters,
    /// When mail leaves.
    pub udsendelse: Udsendelse,
    /// What must have happened by when; one row for every kind, further ones under a condition.
    #[serde(rename = "frist")]
    pub frister: Vec<Fristregel>,
    /// The reminders of the frister.
    #[serde(rename = "paamindelse")]
    pub paamindelser: Vec<Paamindelsesregel>,
    /// What counts as frequent absence.
    #[serde(rename = "signal", default)]
    pub signaler: Vec<Signalregel>,
}

/// Numbers of a rule set.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Calendar days between two registrations that still are one forløb.
    pub max_hul_dage: u32,
    /// Which days between two registrations are looked past.
    #[serde(default)]
    pub sammenlaegning: Sammenlaegning,
    /// Days after which a new forløb no longer is marked as a possible relapse.
    pub tilbagefald_dage: u32,
    /// § 30: days the employer pays.
    pub arbejdsgiverperiode_dage: u32,
    /// § 30: employed fewer days than this on F gives refusion from F.
    pub nyansat_dage: u32,
    /// § 30: fewer hours than this in the weeks of `nyansat_dage` before F give refusion from F; 0 where the rule set
    /// knows of no such condition.
    #[serde(default)]
    pub beskaeftigelse_timer: f64,
    /// Hours of a full week.
    pub fuld_uge_timer: f64,
    /// Less weekly absence than this is not partial sickness.
    pub delvis_mindst_timer: f64,
    /// Working days before the target from which a frist `forfalder`.
    pub forfalder_arbejdsdage: u32,
    /// § 7 a: no talk when leaving at the latest F plus this.
    pub opsagt_undtagelse_dage: u32,
    /// § 13 b stk. 2: the kommune's talk after a fast-track request.
    pub kommunens_samtale_dage: u32,
    /// § 59 stk. 6: months after F within which a dispensation can be asked for; 0 where the rule set knows of none.
    #[serde(default)]
    pub dispensation_maaneder: u32,
    /// § 24: sygedagpenge stop after the end of a month when more weeks than this were paid in so many months; 0 where the
    /// rule set knows of no such rule.
    #[serde(default)]
    pub ophoer_uger: u32,
    /// § 24: the months that are looked back over, the one that ends among them.
    #[serde(default)]
    pub ophoer_maaneder: u32,
    /// Policy: working days after which an anmeldelse that is prepared and not signed is a task of its own.
    pub usigneret_arbejdsdage: u32,
}

/// Which days between two registrations are looked past, so that they are one forløb.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sammenlaegning {
    /// Days on which the employee would not have been at work.
    #[default]
    Fridage,
    /// None.
    #[serde(rename = "ingen")]
    Nothing,
}

/// Hours are ordinary numbers: a rule set with others is not read.
impl Eq for Parameters {}

/// When reminders leave, Europe/Copenhagen.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Udsendelse {
    /// The time of the digest.
    #[serde(deserialize_with = "klokken")]
    pub klokken: NaiveTime,
    /// No mail leaves before this time of the day.
    #[serde(rename = "tidligst")]
    #[serde(deserialize_with = "klokken")]
    pub earliest: NaiveTime,
    /// Never from this time on.
    #[serde(rename = "senest")]
    #[serde(deserialize_with = "klokken")]
    pub latest: NaiveTime,
    /// Who has had so many mails in seven days gets none because of what can wait; none: however many there were.
    #[serde(default)]
    pub hoejst_mails_om_ugen: Option<u32>,
}

/// How one date follows from another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Formula {
    /// Calendar months first, clamped to the month's last day.
    #[serde(default)]
    pub maaneder: u32,
    /// Then calendar days.
    #[serde(default)]
    pub dage: i64,
    /// Then working days.
    #[serde(default)]
    pub arbejdsdage: i32,
    /// Then to a working day.
    #[serde(rename = "tilpas")]
    #[serde(default)]
    pub adjust: Option<Adjust>,
}

/// Moving a date to a working day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Adjust {
    /// The last on or before.
    #[serde(rename = "wd")]
    Before,
    /// The first on or after.
    #[serde(rename = "wd+")]
    After,
}

impl Formula {
    /// The date that follows from `fra`.
    #[must_use]
    pub fn compute(&self, fra: NaiveDate, calendar: &Calendar) -> NaiveDate {
        let day = plus_dage(plus_maaneder(fra, self.maaneder), self.dage);
        let day = if self.arbejdsdage == 0 { day } else { calendar.shift(day, self.arbejdsdage) };
        adjust(day, self.adjust, calendar)
    }

    /// It means a day before the one it is counted from. What is counted forwards first, and then some working days back, does not.
    const fn counts_back(&self) -> bool {
        self.maaneder == 0 && self.dage <= 0 && (self.dage < 0 || self.arbejdsdage < 0)
    }
}

fn adjust(dag: NaiveDate, adjust: Option<Adjust>, calendar: &Calendar) -> NaiveDate {
    match adjust {
        None => dag,
        Some(Adjust::Before) => calendar.wd(dag),
        Some(Adjust::After) => calendar.wd_plus(dag),
    }
}

/// For which absences a row holds; a row with a condition goes before the one without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// Ended within the employer period, with refusion from the first day.
    KortFoerstedagsret,
    /// Pregnancy-related.
    Graviditet,
    /// The employer pays sygedagpenge for the employer period, and nothing after it (§ 40 stk. 2).
    Sygedagpenge,
    /// The employer pays nothing (§ 40 stk. 3).
    #[serde(rename = "uden_loen")]
    WithoutLoen,
}

/// One frist of a rule set.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fristregel {
    /// What must have happened.
    pub art: Fristart,
    /// For which absences; none: for all.
    #[serde(rename = "naar")]
    #[serde(default)]
    pub when: Option<Condition>,
    /// The first day on which it can be done.
    pub aabner: Formula,
    /// The day people work towards.
    pub maaldag: Formula,
    /// The day of the law.
    pub lovdag: Formula,
    /// An earlier cut-off shown beside it.
    #[serde(default)]
    pub intern: Option<Formula>,
    /// First absence day for which the row holds; none: as long as its rule set.
    #[serde(default, deserialize_with = "maybe_dato")]
    pub gaelder_fra: Option<NaiveDate>,
    /// Last absence day for which the row holds.
    #[serde(default, deserialize_with = "maybe_dato")]
    pub gaelder_til: Option<NaiveDate>,
    /// Only of an absence of so many calendar days, the first and the last among them.
    #[serde(default)]
    pub mindst_dage: u32,
    /// It lapses by itself so many days after the lovdag; 0: it does not.
    #[serde(default)]
    pub bortfalder_dage: u32,
    /// Days after F up to which the kommune follows up only where somebody wishes it; 0: it always does.
    #[serde(default)]
    pub kommunen_efter_dage: u32,
    /// Of the expected end: where nobody has named a day, it is counted from so many days after they were last in touch;
    /// none: nobody asks then.
    #[serde(default)]
    pub uden_dag_dage: Option<u32>,
    /// Who acts, first choice first.
    pub ansvarlig: Arc<[Modtagerrolle]>,
    /// The right is lost or reduced after the lovdag.
    #[serde(default)]
    pub tabes: bool,
    /// It is about money, and so stays due after raskmelding.
    #[serde(default)]
    pub penge: bool,
    /// It stays due after raskmelding though it is not about money.
    #[serde(default)]
    pub forbliver: bool,
    /// Law, paragraph or policy.
    pub kilde: Arc<str>,
    /// It is inferred from its source, and is to be checked by this day; none: the source says it.
    #[serde(default, deserialize_with = "maybe_dato")]
    pub kontrolleres: Option<NaiveDate>,
}

impl Fristregel {
    /// The day people work towards, counted from a day: not before it, unless it is counted back from it. A contact on the
    /// first day of somebody who falls ill on a Saturday is not due on the Friday.
    #[must_use]
    pub fn maaldag_from(&self, fra: NaiveDate, calendar: &Calendar) -> NaiveDate {
        let maaldag = self.maaldag.compute(fra, calendar);
        if self.maaldag.counts_back() { maaldag } else { maaldag.max(fra) }
    }
}

/// From which date of the frist a reminder is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountedFrom {
    /// The day it opens.
    Aabner,
    /// How the day people work towards is found.
    Maaldag,
    /// The legal day.
    Lovdag,
}

/// One reminder of a rule set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paamindelsesregel {
    /// For which frist.
    pub frist: Fristart,
    /// First absence day for which the row holds; none: as long as its rule set.
    #[serde(default, deserialize_with = "maybe_dato", skip_serializing_if = "Option::is_none")]
    pub gaelder_fra: Option<NaiveDate>,
    /// Last absence day for which the row holds.
    #[serde(default, deserialize_with = "maybe_dato", skip_serializing_if = "Option::is_none")]
    pub gaelder_til: Option<NaiveDate>,
    /// Name of the step, part of the reminder's key.
    pub trin: String,
    /// The date of the frist that it is counted from.
    pub fra: CountedFrom,
    /// Calendar days first.
    #[serde(default, skip_serializing_if = "is_default")]
    pub dage: i64,
    /// Then to a working day.
    #[serde(rename = "tilpas")]
    #[serde(default, skip_serializing_if = "is_default")]
    pub adjust: Option<Adjust>,
    /// Then working days.
    #[serde(default, skip_serializing_if = "is_default")]
    pub arbejdsdage: i32,
    /// Repeated every so many working days until resolved.
    #[serde(default, skip_serializing_if = "is_default")]
    pub gentag_arbejdsdage: Option<u32>,
    /// The roles that get it.
    pub til: Vec<Modtagerrolle>,
    /// The mail says that it is the last chance.
    #[serde(default, skip_serializing_if = "is_default")]
    pub sidste_chance: bool,
}

impl Paamindelsesregel {
    /// The first day on which it leaves; always a working day.
    #[must_use]
    pub fn dag(&self, fra: NaiveDate, calendar: &Calendar) -> NaiveDate {
        let dag = adjust(plus_dage(fra, self.dage), self.adjust, calendar);
        // A target may be a closed day (a plan's evaluation date); what is due on the day itself leaves before it.
        if self.arbejdsdage == 0 { calendar.wd(dag) } else { calendar.shift(dag, self.arbejdsdage) }
    }
}

code_words! {
    /// What a signal counts.
    SignalKind {
        /// Periods of absence that began in the window.
        Perioder = "perioder",
        /// Days of absence of the periods that began in the window.
        Dage = "dage",
        /// Periods of one day that began in the window, and are over.
        Enkeltdage = "enkeltdage",
        /// Periods that began in the window on one and the same weekday: the one on which most of them began.
        Ugedag = "samme_ugedag",
    }
}

/// What counts as frequent absence: so many in a window that ends today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signalregel {
    /// Name, part of the API.
    #[serde(rename = "navn")]
    pub name: Arc<str>,
    /// What is counted.
    #[serde(rename = "slags")]
    pub kind: SignalKind,
    /// The signal is given from so many on.
    #[serde(rename = "antal")]
    pub count: u32,
    /// Calendar months of the window.
    #[serde(default, skip_serializing_if = "is_default")]
    pub maaneder: u32,
    /// Days of the window, beside the months.
    #[serde(default, skip_serializing_if = "is_default")]
    pub dage: u32,
    /// Absences of more days than this are followed up by themselves, and not counted; 0: all are counted.
    #[serde(default, skip_serializing_if = "is_default")]
    pub hoejst_dage: u32,
    /// Only of newly educated employees.
    #[serde(default, skip_serializing_if = "is_default")]
    pub kun_nyuddannet: bool,
    /// The reasons for absence that count.
    pub medregn: Vec<Aarsag>,
    /// The policy that made it a signal, as the rule set words it.
    pub kilde: Arc<str>,
}

impl Regelsaet {
    /// Reads and checks a rule set. One whose rows do not all hold for the same first absence days is several, one after
    /// the other, each with the rows that hold: nothing else needs to know that a row has dates.
    ///
    /// # Errors
    /// Names the line and the field, and what would be right.
    pub fn read(text: &str, calendar: &Calendar) -> Result<Vec<Self>, String> {
        let set: Self = toml::from_str(text).map_err(|e| e.to_string())?;
        let spans = set.spans().map_err(|finding| finding.i(text))?;
        for span in &spans {
            span.set.inspection(calendar).map_err(|finding| span.in_file(finding).i(text))?;
        }
        Ok(spans.into_iter().map(|span| span.set).collect())
    }

    /// The row for a frist; `naar` first, else the general one.
    #[must_use]
    pub fn frist(&self, art: Fristart, when: Option<Condition>) -> Option<&Fristregel> {
        let special = when.and_then(|n| self.frister.iter().find(|r| r.art == art && r.when == Some(n)));
        special.or_else(|| self.frister.iter().find(|r| r.art == art && r.when.is_none()))
    }
}

/// What says nothing is not written.
pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

pub(super) fn dato<'de, D: Deserializer<'de>>(d: D) -> Result<NaiveDate, D::Error> {
    let text = toml::value::Datetime::deserialize(d)?.to_string();
    let dag = text.parse().map_err(|_| format!("'{text}' er ikke en dato; skriv ÅÅÅÅ-MM-DD"));
    let dag = dag.and_then(|dag| match is_in_calendar(dag) {
        true => Ok(dag),
        false => Err(format!("{dag} skal ligge fra {FOERSTE_DAG} til {SIDSTE_DAG}")),
    });
    dag.map_err(serde::de::Error::custom)
}

pub(super) fn maybe_dato<'de, D: Deserializer<'de>>(d: D) -> Result<Option<NaiveDate>, D::Error> {
    dato(d).map(Some)
}

fn klokken<'de, D: Deserializer<'de>>(d: D) -> Result<NaiveTime, D::Error> {
    let text = String::deserialize(d)?;
    NaiveTime::parse_from_str(&text, "%H:%M")
        .map_err(|_| serde::de::Error::custom(format!("'{text}' er ikke et klokkeslæt; skriv TT:MM")))
}
