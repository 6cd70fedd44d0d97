//! Signals of frequent absence: whom they are looked for among, and what they are.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use forloeb::Regelbog;
use forloeb::signaler::{Signal, signaler};

use crate::access::User;
use crate::core::App;
use crate::places::{PersonPlace, in_places};
use crate::projections::{Loan, Projections};

/// Employee numbers of those who may have signals for somebody: those a leader leads directly, or stands in for who does; for HR
/// those of a unit. An absence of theirs began in a window.
#[must_use]
pub fn begun(app: &App, user: &User, enhed: Option<&str>) -> Vec<String> {
    let (projections, book) = (app.projections(), app.book());
    let begun = |nr: &&str| has_begun(nr, &projections, &book);
    people(user, enhed, &projections).into_iter().filter(begun).map(str::to_owned).collect()
}

/// The same in the order of their places, after a place where one is given: whoever stands before it is not looked at again.
#[must_use]
pub fn begun_after(
    app: &App,
    user: &User,
    enhed: Option<&str>,
    after: Option<PersonPlace>,
) -> Vec<(PersonPlace, String)> {
    let (projections, book) = (app.projections(), app.book());
    let people = people(user, enhed, &projections).into_iter().map(str::to_owned);
    let mut people = in_places(people, &projections, after);
    people.retain(|(_, nr)| has_begun(nr, &projections, &book));
    people
}

/// An absence of an employee began in a window of a signal.
fn has_begun(nr: &str, projections: &Projections, book: &Regelbog) -> bool {
    let Some(stamdata) = projections.stamdata(nr) else { return false };
    let today = projections.today();
    let regler = book.in_force_at(today, stamdata.sted());
    let since = regler.signaler.iter().map(|regel| regel.window_from(today)).min().unwrap_or(today);
    projections.cards_for(nr).any(|f| f.card.foerste >= since)
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
