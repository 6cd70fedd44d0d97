//! What payroll and people disagree on, of the forløb that somebody may see.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::uenighed::{Uenighed, Uenighedsfelt};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{Intent, User};
use crate::core::App;
use crate::projections::aktuelle::Few;

/// A day on which payroll and a person disagree.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = UenighedVisning)]
pub struct UenighedView {
    /// Its id; another one when either side says something new.
    pub id: String,
    /// Of which forløb.
    pub forloeb: Uuid,
    /// Whose.
    pub medarbejder_nr: String,
    /// Which day.
    pub felt: Uenighedsfelt,
    /// What payroll says; none: it goes on.
    pub loen: Option<NaiveDate>,
    /// What the person says; none: it goes on.
    pub person: Option<NaiveDate>,
    /// What holds until somebody decides; none: it goes on.
    pub gaelder: Option<NaiveDate>,
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
        let gaelder = match u.felt {
            Uenighedsfelt::Foerste => Some(f.foerste),
            Uenighedsfelt::Sidste => f.sidste,
        };
        Self {
            id: u.id(),
            forloeb: f.id,
            medarbejder_nr: f.medarbejder_nr.clone(),
            felt: u.felt,
            loen: u.loen,
            person: u.person,
            gaelder,
            siden: u.siden,
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
