//! Who has moved inside the workplace and got another employee number: what was told under the one before goes on under it.
//!
//! It is looked for after every file, since payroll may tell the end of the one and the beginning of the other in any order,
//! and ahead: a move counts from the day it happens.

use std::sync::Arc;

use forloeb::Aktoer;
use forloeb::command::DomainCommand;
use forloeb::haendelse::{AnsaettelseFortsat, MedarbejderFlyttet};

use super::ONE_AT_A_TIME;
use crate::core::{App, CommandError, off_the_runtime};
use crate::failure::Internal;
use crate::projections::{Flytning, Loan};

/// Largest history that is carried, in bytes: what is written at once has a bound.
const LARGEST: usize = 3 << 20;

/// Records the moves that have happened.
pub(super) async fn take_in(app: &Arc<App>, aktoer: &Aktoer) -> Result<(), CommandError> {
    let _alone = ONE_AT_A_TIME.lock().await;
    let shared = app.clone();
    let due = off_the_runtime(move || {
        let book = shared.book();
        shared.projections().due_flytninger(&book)
    });
    let mut left = 0_u64;
    for flytning in due.await? {
        left += u64::from(!one(app, aktoer, &flytning).await?);
    }
    if left > 0 {
        tracing::warn!(count = left, "flytninger i arbejdspladsen kan ikke føres videre");
    }
    Ok(())
}

/// Records one, if the absences under both numbers fit together; whether they did.
async fn one(app: &App, aktoer: &Aktoer, flytning: &Flytning) -> Result<bool, CommandError> {
    let Flytning { fra_nr, til_nr, fra, til } = flytning;
    let goes_on = |loan: &Loan| {
        let before = loan.ansaettelse().to_carry();
        DomainCommand::Fortsaet(Box::new(AnsaettelseFortsat { fra_nr: fra_nr.clone(), fra: *fra, til: *til, before }))
    };
    // Nothing is closed under the number before that could not go on.
    let command = goes_on(&app.loan(fra_nr).await?);
    if let DomainCommand::Fortsaet(h) = &command
        && serde_json::to_vec(h).map_err(|error| Internal::new("en flytning kan ikke skrives", error))?.len() > LARGEST
    {
        return Ok(false);
    }
    match app.draft(app.loan(til_nr).await?).decide(&command, aktoer) {
        Err(CommandError::Afvist(_)) => return Ok(false),
        fits => fits?,
    };
    let moves = DomainCommand::Flyt(MedarbejderFlyttet { til_nr: til_nr.clone(), fra: *fra });
    app.execute(fra_nr, &moves, aktoer, None).await?;
    // Nothing is added to it any more, so it is whole.
    app.execute(til_nr, &goes_on(&app.loan(fra_nr).await?), aktoer, None).await?;
    Ok(true)
}
