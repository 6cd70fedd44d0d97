//! The reminders that a mail server refused for good, and the ids under which reminders are shown.

use std::cmp::Reverse;

use chrono::{DateTime, NaiveDate, Utc};
use forloeb::frister::Frist;
use forloeb::haendelse::{Key, Udfald};
use forloeb::paamindelser::kan_sendes_igen;
use forloeb::words::{Fristart, Modtagerrolle};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::User;
use crate::core::App;
use crate::projections::aktuelle::Few;
use crate::projections::derived::is_told_to_others;

/// The id under which a reminder is shown.
#[must_use]
pub fn paamindelse_id(forloeb: Uuid, n: &Key) -> Uuid {
    let nr = n.nr.as_deref().unwrap_or_default();
    let name = format!("{}|{}|{}|{nr}|{}", n.frist, n.trin, n.modtager, n.generation);
    Uuid::new_v5(&forloeb, name.as_bytes())
}

/// A reminder that was refused. No address is in it: HR looks that up where it is mended, in payroll.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = FejletVisning)]
pub struct FejletView {
    /// Its id.
    pub id: Uuid,
    /// Of which forløb.
    pub forloeb: Uuid,
    /// For which frist.
    pub frist: Fristart,
    /// Step.
    pub trin: String,
    /// The day it was planned for.
    pub dag: NaiveDate,
    /// To whom.
    pub modtager_rolle: Modtagerrolle,
    /// Why, e.g. `smtp_550`.
    pub aarsag: String,
    /// When it was refused.
    pub tidspunkt: DateTime<Utc>,
    /// The deadline is still the same, and nobody has met it.
    pub kan_sendes_igen: bool,
}

impl FejletView {
    /// Its place among the others, the newest first.
    #[must_use]
    pub const fn place(&self) -> (Reverse<DateTime<Utc>>, Uuid) {
        (Reverse(self.tidspunkt), self.id)
    }
}

/// What was refused of the deadlines that still stand out, the newest first.
#[must_use]
pub fn all_fejlede(app: &App, user: &User) -> Vec<FejletView> {
    let (today, book) = (app.projections().today(), app.book());
    let found: Vec<_> = app.projections().few_for(user, Few::Undelivered).cloned().collect();
    let mut out = Vec::new();
    for aktuel in found {
        let case = aktuel.case(today, &book);
        let f = &case.forloeb;
        let running = aktuel.dagen.running;
        for (key, afgjort) in &f.afgjorte {
            let Udfald::Fejlet { grund, .. } = &afgjort.udfald else { continue };
            let stands_out = |frist: &Frist| frist.status.outstanding();
            let outstanding = || running && case.assessment.frist_of(key).is_some_and(stands_out);
            let stands = key.nyhed().map_or_else(outstanding, |_| is_told_to_others(key, today, &book));
            if !stands {
                continue;
            }
            out.push(FejletView {
                id: paamindelse_id(f.id, key),
                forloeb: f.id,
                frist: key.frist,
                trin: key.trin.clone(),
                dag: afgjort.dag,
                modtager_rolle: key.modtager,
                aarsag: grund.clone(),
                tidspunkt: afgjort.time,
                kan_sendes_igen: kan_sendes_igen(f, key, today, &book),
            });
        }
    }
    out.sort_by_key(FejletView::place);
    out
}
