//! Reminders as they are shown.

use chrono::{DateTime, NaiveDate, Utc};
use forloeb::Regelbog;
use forloeb::forloeb::Forloeb;
use forloeb::frister::Assessment;
use forloeb::haendelse::{Key, Udfald};
use forloeb::loft::mails_had;
use forloeb::paamindelser::planlagte;
use forloeb::words::{Fristart, Modtagerrolle};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::fejlede::paamindelse_id;

/// A reminder, planned or with its outcome.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PaamindelseVisning)]
pub struct PaamindelseView {
    /// Id; the same for the same reminder always.
    pub id: Uuid,
    /// For which frist.
    pub frist: Fristart,
    /// Step.
    pub trin: String,
    /// Planned day.
    pub dag: NaiveDate,
    /// To whom.
    pub modtager_rolle: Modtagerrolle,
    /// `planlagt`, `sendt`, `aflyst`, `udskudt` or `fejlet`.
    pub udfald: &'static str,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aarsag: Option<String>,
    /// When the outcome was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tidspunkt: Option<DateTime<Utc>>,
}

/// The code of what became of a reminder, and why.
#[must_use]
pub fn told(udfald: &Udfald) -> (&'static str, Option<String>) {
    match udfald {
        Udfald::Sendt { .. } => ("sendt", None),
        Udfald::Aflyst { aarsag } => ("aflyst", Some(aarsag.to_string())),
        // Until when it waits for room nobody knows.
        Udfald::Udskudt { grund: Some(grund), .. } if mails_had(grund).is_some() => ("udskudt", Some(grund.clone())),
        Udfald::Udskudt { til, .. } => ("udskudt", Some(til.to_rfc3339())),
        Udfald::Fejlet { grund, .. } => ("fejlet", Some(grund.clone())),
    }
}

/// Every reminder of a forløb: outcomes from the log, then what is planned, by day.
#[must_use]
pub fn paamindelser(f: &Forloeb, v: &Assessment, today: NaiveDate, book: &Regelbog) -> Vec<PaamindelseView> {
    let id = |n: &Key| paamindelse_id(f.id, n);
    let mut list: Vec<PaamindelseView> = f
        .afgjorte
        .iter()
        .map(|(n, a)| {
            let (udfald, aarsag) = told(&a.udfald);
            PaamindelseView {
                id: id(n),
                frist: n.frist,
                trin: n.trin.clone(),
                dag: a.dag,
                modtager_rolle: n.modtager,
                udfald,
                aarsag,
                tidspunkt: Some(a.time),
            }
        })
        .collect();
    let planlagt = planlagte(f, v, today, book);
    // What was withheld and is planned again is planned.
    list.retain(|p| p.udfald != "aflyst" || planlagt.iter().all(|q| id(&q.key) != p.id));
    let planlagt: Vec<_> = planlagt.into_iter().filter(|p| list.iter().all(|l| l.id != id(&p.key))).collect();
    list.extend(planlagt.into_iter().map(|p| PaamindelseView {
        id: id(&p.key),
        frist: p.key.frist,
        trin: p.key.trin,
        dag: p.dag,
        modtager_rolle: p.key.modtager,
        udfald: "planlagt",
        aarsag: None,
        tidspunkt: None,
    }));
    list.sort_by(|a, b| (a.dag, a.frist, &a.trin, a.modtager_rolle).cmp(&(b.dag, b.frist, &b.trin, b.modtager_rolle)));
    list
}
