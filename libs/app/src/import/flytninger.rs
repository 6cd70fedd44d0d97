//! Who has moved inside the workplace and got another employee number: what was told under the one before goes on under it.
//!
//! It is looked for after every file, since payroll may tell the end of the one and the beginning of the other in any order,
//! and ahead: a move counts from the day it happens, file or not.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::sync::Arc;

use chrono::NaiveDate;
use forloeb::Aktoer;
use forloeb::command::DomainCommand;
use forloeb::haendelse::{AnsaettelseFortsat, Carried, MedarbejderFlyttet};
use serde::{Deserialize, Serialize};

use super::ONE_AT_A_TIME;
use super::trial::Trial;
use crate::core::{App, CommandError, off_the_runtime};
use crate::failure::Internal;
use crate::projections::{Flytning, Loan};
use texts::sentences;

/// Bytes of a history that are carried at once: what is written in one commit has a bound, and a long life has none. What has
/// moved before is one event of it, and a little larger each time.
const PIECE: usize = 1 << 20;

/// A move, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = Flytning)]
pub struct Move {
    /// Employee number before.
    pub fra_nr: String,
    /// Employee number after.
    pub til_nr: String,
    /// The first day under the number after.
    pub fra: NaiveDate,
    /// What became of it, or would.
    pub udfald: MoveUdfald,
}

/// What becomes of a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = FlytningUdfald)]
pub enum MoveUdfald {
    /// What was recorded goes on under the number after.
    #[serde(rename = "flyttet")]
    Done,
    /// The absences under the two numbers do not fit together: both stay as they are.
    #[serde(rename = "overlapper")]
    Overlaps,
}

impl Move {
    /// As one sentence, without a name.
    #[must_use]
    pub fn said(&self) -> String {
        let Self { fra_nr, til_nr, fra, udfald } = self;
        let what = format!("Medarbejder {fra_nr} er fra {} medarbejder {til_nr}", sentences::dato(*fra));
        match udfald {
            MoveUdfald::Done => format!("{what}: forløb og historik følger med."),
            MoveUdfald::Overlaps => format!(
                "{what}, men fraværet under de to numre overlapper, så det er ikke ført sammen. Ret det i lønsystemet."
            ),
        }
    }
}

/// Records the moves that have happened, and tells them; on trial those that would be.
pub(super) async fn take_in(
    app: &Arc<App>,
    aktoer: &Aktoer,
    trial: Option<&Arc<Trial>>,
) -> Result<Vec<Move>, CommandError> {
    let _alone = ONE_AT_A_TIME.lock().await;
    all(app, aktoer, trial).await
}

/// The same where no file has come; false where one is being taken in, which does it at its end.
pub(super) async fn without_file(app: &Arc<App>, aktoer: &Aktoer) -> Result<bool, CommandError> {
    let Ok(_alone) = ONE_AT_A_TIME.try_lock() else { return Ok(false) };
    all(app, aktoer, None).await.map(|_| true)
}

async fn all(app: &Arc<App>, aktoer: &Aktoer, trial: Option<&Arc<Trial>>) -> Result<Vec<Move>, CommandError> {
    let (shared, would) = (app.clone(), trial.map_or_else(BTreeMap::new, |trial| trial.would()));
    let due = off_the_runtime(move || {
        let book = shared.book();
        shared.projections().due_flytninger(&book, &would)
    });
    let mut all = Vec::new();
    for flytning in due.await? {
        let udfald = one(app, aktoer, trial, &flytning).await?;
        let Flytning { fra_nr, til_nr, fra, .. } = flytning;
        all.push(Move { fra_nr, til_nr, fra, udfald });
    }
    let left = all.iter().filter(|one| one.udfald != MoveUdfald::Done).count();
    if left > 0 && trial.is_none() {
        tracing::warn!(count = left, "flytninger i arbejdspladsen kan ikke føres videre");
    }
    Ok(all)
}

/// Records one, if the absences under both numbers fit together.
async fn one(
    app: &App,
    aktoer: &Aktoer,
    trial: Option<&Arc<Trial>>,
    flytning: &Flytning,
) -> Result<MoveUdfald, CommandError> {
    let Flytning { fra_nr, til_nr, fra, til } = flytning;
    let goes_on = |before: Vec<Carried>, flere: bool| {
        let (fra_nr, fra, til) = (fra_nr.clone(), *fra, *til);
        DomainCommand::Fortsaet(Box::new(AnsaettelseFortsat { fra_nr, fra, til, before, flere }))
    };
    let loan = async |nr: &String| match trial.and_then(|trial| trial.get(nr)) {
        Some(would) => Ok(would),
        None => app.loan(nr).await,
    };
    // What an earlier attempt has carried stays there: the number before was closed, and has not changed since.
    let rest = |before: &Loan, after: &Loan| {
        before.ansaettelse().to_carry().into_iter().skip(after.ansaettelse().arrived()).collect::<Vec<_>>()
    };
    // Nothing is closed under the number before that could not go on.
    let after = loan(til_nr).await?;
    let whole = goes_on(rest(&loan(fra_nr).await?, &after), false);
    match app.draft(after).decide(&whole, aktoer) {
        Err(CommandError::Afvist(_)) => return Ok(MoveUdfald::Overlaps),
        fits => fits?,
    };
    if trial.is_some() {
        return Ok(MoveUdfald::Done);
    }
    let moves = DomainCommand::Flyt(MedarbejderFlyttet { til_nr: til_nr.clone(), fra: *fra });
    app.execute(fra_nr, &moves, aktoer, None).await?;
    // Nothing is added to it any more, so it is whole.
    let mut rest = rest(&app.loan(fra_nr).await?, &app.loan(til_nr).await?).into_iter().peekable();
    loop {
        let piece = piece(&mut rest)?;
        let flere = rest.peek().is_some();
        app.execute(til_nr, &goes_on(piece, flere), aktoer, None).await?;
        if !flere {
            return Ok(MoveUdfald::Done);
        }
    }
}

/// The next of a history that are carried at once; at least one of them, where there are any.
fn piece(rest: &mut Peekable<impl Iterator<Item = Carried>>) -> Result<Vec<Carried>, Internal> {
    let (mut piece, mut bytes) = (Vec::new(), 0);
    while let Some(next) = rest.peek() {
        let written = serde_json::to_vec(next).map_err(|error| Internal::new("en flytning kan ikke skrives", error))?;
        bytes += written.len();
        if bytes > PIECE && !piece.is_empty() {
            break;
        }
        piece.extend(rest.next());
    }
    Ok(piece)
}
