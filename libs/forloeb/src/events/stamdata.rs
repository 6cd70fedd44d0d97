//! What payroll tells: of an employment, and in a line of an export.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::procent::Procent;
use crate::words::{Aarsag, Ansaettelsesform, LoenUnderSygdom, Ugedag};

/// The open part of what payroll knows of an employment. Names and numbers of persons are in the sealed part.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Stamdata {
    /// Code of the unit.
    pub enhed: String,
    /// Name of the unit.
    pub enhed_navn: String,
    /// Employee number of the leader.
    pub leder_nr: Option<String>,
    /// Employee number of the tillidsrepræsentant.
    pub tr_nr: Option<String>,
    /// Employee number of the arbejdsmiljørepræsentant.
    pub amr_nr: Option<String>,
    /// First day of the employment; none where payroll does not say, as of those who are paid by the hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ansat: Option<NaiveDate>,
    /// Last day of the employment, once it is known.
    pub fratraadt: Option<NaiveDate>,
    /// Agreed weekly working hours; 0 where none are agreed, as of those who are paid by the hour.
    pub timer_pr_uge: f64,
    /// Code of the bopælskommune, as payroll writes it (`0727`).
    pub bopaelskommune: String,
    /// Has a § 56 agreement. It covers only the illness it was made for: whether an absence is of that one is asked of it.
    pub paragraf_56: bool,
    /// First day of the agreement, where payroll says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paragraf_56_fra: Option<NaiveDate>,
    /// Last day of the agreement, where payroll says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paragraf_56_til: Option<NaiveDate>,
    /// Employed in a fleksjob, which gives refusion from the first day.
    pub fleksjob: bool,
    /// Newly educated: some signals are given of these alone.
    pub nyuddannet: bool,
    /// Leads other employees.
    pub er_leder: bool,
    /// The weekdays on which the employee works, where payroll says; else Monday to Friday.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arbejdsdage: Option<Vec<Ugedag>>,
    /// What the employer pays during sickness, where payroll says; else wages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loen_under_sygdom: Option<LoenUnderSygdom>,
    /// The form of the employment, where payroll says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ansaettelsesform: Option<Ansaettelsesform>,
    /// Code of the district that the unit belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distrikt: Option<String>,
}

/// The values of a line of a payroll export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// Why the employee is away.
    pub aarsag: Aarsag,
    /// First whole day of absence.
    pub foerste: NaiveDate,
    /// Last day of absence, once payroll knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sidste: Option<NaiveDate>,
    /// Absence in percent of the working time.
    pub omfang_pct: Procent,
    /// Whether it is of the illness that a § 56 agreement was made for; none where payroll does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paragraf_56: Option<bool>,
    /// The employee reported fit again after the last day.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub raskmeldt: bool,
}
