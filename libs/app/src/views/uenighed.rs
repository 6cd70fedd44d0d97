//! What payroll and people disagree on, of the forløb that somebody may see.

use chrono::NaiveDate;
use forloeb::uenighed::{Statement, Uenighed, Uenighedsfelt};
use forloeb::words::Aarsag;
use forloeb::{Forloeb, Procent};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{Intent, User};
use crate::core::App;
use crate::projections::aktuelle::Few;

/// What one of the two says: a day, a cause or a percentage, as `felt` has it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = UenighedUdsagn)]
pub enum StatementView {
    /// A day.
    Dag(NaiveDate),
    /// A cause.
    Aarsag(Aarsag),
    /// A percentage.
    Omfang(Procent),
}

/// Something of an absence on which payroll and a person disagree.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = UenighedVisning)]
pub struct UenighedView {
    /// Its id; another one when either side says something new.
    pub id: String,
    /// Of which forløb.
    pub forloeb: Uuid,
    /// Whose.
    pub medarbejder_nr: String,
    /// What they disagree on.
    pub felt: Uenighedsfelt,
    /// The first day that it is about.
    pub fra: NaiveDate,
    /// What payroll says; none: it goes on.
    pub loen: Option<StatementView>,
    /// What the person says; none: it goes on.
    pub person: Option<StatementView>,
    /// What holds until somebody decides; none: it goes on.
    pub gaelder: Option<StatementView>,
    /// The day on which the later of the two was said.
    pub siden: NaiveDate,
}

impl UenighedView {
    /// Its place among the others: nothing of whose it is, for it stands in an address.
    #[must_use]
    pub fn place(&self) -> (NaiveDate, &str) {
        (self.siden, &self.id)
    }

    fn af(f: &Forloeb, u: &Uenighed) -> Self {
        Self {
            id: u.id(),
            forloeb: f.id,
            medarbejder_nr: f.medarbejder_nr.clone(),
            felt: u.felt,
            fra: u.fra,
            loen: StatementView::af(u.loen),
            person: StatementView::af(u.person),
            gaelder: StatementView::af(f.stands(u)),
            siden: u.siden,
        }
    }
}

impl StatementView {
    fn af(said: Statement) -> Option<Self> {
        match said {
            Statement::Dag(dag) => dag.map(Self::Dag),
            Statement::Aarsag(aarsag) => Some(Self::Aarsag(aarsag)),
            Statement::Omfang(omfang) => Some(Self::Omfang(omfang)),
        }
    }

    /// What it was made of; where there is none, that it goes on.
    #[must_use]
    pub const fn said(view: Option<Self>) -> Statement {
        match view {
            None => Statement::Dag(None),
            Some(Self::Dag(dag)) => Statement::Dag(Some(dag)),
            Some(Self::Aarsag(aarsag)) => Statement::Aarsag(aarsag),
            Some(Self::Omfang(omfang)) => Statement::Omfang(omfang),
        }
    }
}

/// Everything that waits for a decision and that the caller may see, the oldest first.
#[must_use]
pub fn all(app: &App, user: &User) -> Vec<UenighedView> {
    let projections = app.projections();
    let today = projections.today();
    let seen = projections
        .few_for(user, Few::Undecided)
        .filter(|a| user.may_with(&a.forloeb, Intent::Whole, &projections, today).is_ok());
    let mut all: Vec<_> =
        seen.flat_map(|a| a.forloeb.uenigheder.iter().map(|u| UenighedView::af(&a.forloeb, u))).collect();
    all.sort_by(|a, b| a.place().cmp(&b.place()));
    all
}
