//! Signals of frequent absence: whom they are looked for among, and what they are.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use forloeb::signaler::{Signal, signaler};

use crate::access::User;
use crate::core::App;
use crate::projections::{Loan, Projections};

/// Employee numbers of those who may have signals for somebody: those a leader leads directly, or stands in for who does; for HR
/// those of a unit. An absence of theirs began in a window.
#[must_use]
pub fn begun(app: &App, user: &User, enhed: Option<&str>) -> Vec<String> {
    let (projections, book) = (app.projections(), app.book());
    let today = projections.today();
    let begun = |nr: &&str| {
        let Some(stamdata) = projections.stamdata(nr) else { return false };
        let regler = book.in_force_at(today, stamdata.sted());
        let since = regler.signaler.iter().map(|regel| regel.window_from(today)).min().unwrap_or(today);
        projections.cards_for(nr).any(|f| f.card.foerste >= since)
    };
    people(user, enhed, &projections).into_iter().filter(begun).map(str::to_owned).collect()
}

fn people<'a>(user: &'a User, enhed: Option<&str>, projections: &'a Projections) -> BTreeSet<&'a str> {
    match (user.leder_nr(), enhed) {
        (Some(nr), _) => projections.searched(nr),
        (None, Some(enhed)) => {
            projections.numbers().filter(|nr| projections.stamdata(nr).is_some_and(|s| s.enhed == enhed)).collect()
        }
        (None, None) => BTreeSet::new(),
    }
}

/// The signals of an employee. A new leader is not told of what was over before; what is counted is what is shown.
#[must_use]
pub fn of(app: &App, user: &User, loan: &Loan, today: NaiveDate) -> Vec<Signal> {
    let book = app.book();
    let (visible, part_days, nyuddannet, regler) = {
        let projections = app.projections();
        let visible = loan.all().iter().filter(|f| user.sees(f, &projections, today)).cloned();
        let stamdata = projections.stamdata(loan.nr());
        let regler = stamdata.map_or_else(|| book.in_force(today).clone(), |s| book.in_force_at(today, s.sted()));
        let part_days = projections.part_days_for(user, loan);
        (visible.collect::<Vec<_>>(), part_days, stamdata.is_some_and(|s| s.nyuddannet), regler)
    };
    signaler(&visible, &part_days, nyuddannet, today, &regler)
}
