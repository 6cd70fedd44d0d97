//! What HR sees and does about retention, through the API and on the page: the same, and no more than their units.

use std::cmp::Reverse;

use app::access::{Denial, Intent, User};
use app::erase::{Also, ErasedPerson, Erasure};
use app::free_text::Hints;
use app::places::PersonPlace;
use app::retention::{self, Due, DuePlace, Opbevaring, PastRetention};
use chrono::{DateTime, Utc};
use forloeb::Aktoer;
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::core::{App, Sletningsstop};
use crate::erasing;
use crate::problem::Problem;
use crate::projections::Projections;

/// Most that are listed at once, of those who are due, of holds, and of those who were erased.
pub(crate) const AT_MOST: usize = 200;
/// Going through those who left reads their forløb from the log: one at a time does.
static ROOM: Semaphore = Semaphore::const_new(1);

/// The place of an erasure among the others, the latest first.
pub(crate) type ErasedPlace = Reverse<(DateTime<Utc>, Uuid)>;

/// What is asked for: the first of each list, or one list after a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    Each,
    Due(Option<DuePlace>),
    Held(Option<PersonPlace>),
    Erased(Option<ErasedPlace>),
}

/// What there is to see.
#[derive(Default)]
pub(crate) struct Seen {
    /// The periods.
    pub(crate) periods: Vec<Opbevaring>,
    /// Who is past all of theirs.
    pub(crate) due: PastRetention,
    /// The holds that are on, also of those who are not due.
    pub(crate) held: Vec<Sletningsstop>,
    /// After which place there are more of these.
    pub(crate) next_held: Option<PersonPlace>,
    /// Who was erased, the latest first.
    pub(crate) erased: Vec<ErasedPerson>,
    /// After which place there are more of these.
    pub(crate) next_erased: Option<ErasedPlace>,
}

/// What this user may see of what is asked for, at most so many of a list.
///
/// # Errors
/// Not in this role, or it cannot be read.
pub(crate) async fn seen(app: &App, user: &User, wanted: Wanted, at_most: usize) -> Result<Seen, Problem> {
    user.may_do(Intent::Retention)?;
    let within = |nr: &str, projections: &Projections| user.sees_retention_of(nr, projections);
    let periods = retention::fetch(app).map_err(|error| Problem::internal(&error))?;
    let mut seen = Seen { periods, ..Seen::default() };
    if let Wanted::Each | Wanted::Due(_) = wanted {
        let after = if let Wanted::Due(after) = wanted { after } else { None };
        let _room = ROOM.acquire().await; // nobody closes it
        seen.due = app.past_retention(within, after, at_most).await?;
    }
    if let Wanted::Each | Wanted::Held(_) = wanted {
        let after = if let Wanted::Held(after) = wanted { after } else { None };
        (seen.held, seen.next_held) = app.all_sletningsstop(within, after, at_most).await?;
    }
    if let Wanted::Each | Wanted::Erased(_) = wanted {
        let after = if let Wanted::Erased(after) = wanted { after } else { None };
        let mut erased = app.all_erased().await?;
        {
            let projections = app.projections();
            erased.retain(|erased| erased.numbers.iter().all(|nr| within(nr, &projections)));
        }
        let place = |erased: &ErasedPerson| Reverse((erased.time, erased.person));
        erased.retain(|erased| after.is_none_or(|after| place(erased) > after));
        let more = erased.len() > at_most;
        erased.truncate(at_most);
        seen.next_erased = erased.last().filter(|_| more).map(place);
        seen.erased = erased;
    }
    Ok(seen)
}

/// The one who has this employee number, where they are past every period and this user may erase them.
///
/// # Errors
/// Not theirs, or not due.
pub(crate) async fn due(app: &App, user: &User, nr: &str) -> Result<Due, Problem> {
    may(app, user, Intent::Erasure, nr)?;
    app.past_retention_of(nr).await?.ok_or_else(erasing::not_due)
}

/// Erases them. `confirmed` is the second time of telling.
///
/// # Errors
/// Not theirs, not due, not confirmed, or something speaks against it.
pub(crate) async fn erase(
    app: &App,
    user: &User,
    nr: &str,
    confirmed: bool,
    refusion: bool,
) -> Result<Erasure, Problem> {
    let due = due(app, user, nr).await?;
    if !confirmed {
        return Err(erasing::not_confirmed(&due));
    }
    let also = Also { refusion, ..Also::default() };
    Ok(erasing::erase_due(app, &due, also, &user.aktoer()).await?.0)
}

/// The certificate of the erasure of whoever had this employee number.
///
/// # Errors
/// Not theirs, or not erased.
pub(crate) async fn certificate(app: &App, user: &User, nr: &str) -> Result<Erasure, Problem> {
    may(app, user, Intent::Retention, nr)?;
    app.erasure(nr).await?.ok_or_else(erasing::not_erased)
}

/// Sets a hold, or lifts it; what the reason says that it should not.
///
/// # Errors
/// Not theirs, or nothing would change.
pub(crate) async fn hold(app: &App, user: &User, nr: &str, gaelder: bool, aarsag: &str) -> Result<Hints, Problem> {
    user.may_hold(nr, &app.projections())?;
    let aktoer: Aktoer = user.aktoer();
    erasing::hold(app, nr, gaelder, aarsag, &aktoer).await.map_err(|denial| denial.problem(nr))
}

/// May do this to a person in each of their employments.
pub(crate) fn may(app: &App, user: &User, intent: Intent, nr: &str) -> Result<(), Denial> {
    user.may_with_person(intent, nr, &app.projections())
}
