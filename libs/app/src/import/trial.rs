//! One employment while lines about it are taken in, for good or on trial.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use forloeb::Aktoer;
use forloeb::command::DomainCommand;

use crate::core::{App, CommandError, Draft};
use crate::projections::{Loan, Would};

/// The employments that a trial has changed, as they would be.
#[derive(Debug, Default)]
pub(super) struct Trial(Mutex<BTreeMap<String, Loan>>);

impl Trial {
    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Loan>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The employment as it would be, where it would be another.
    pub(super) fn get(&self, nr: &str) -> Option<Loan> {
        self.all().get(nr).cloned()
    }

    /// When the employments would begin and end, by number.
    pub(super) fn would(&self) -> BTreeMap<String, Would> {
        let would = |loan: &Loan| {
            let (a, told) = (loan.ansaettelse(), loan.ansaettelse().stamdata()?);
            let (flyttet, fortsat) = (a.is_flyttet(), a.under_number_before().is_some());
            Some(Would { person: a.person()?, ansat: told.ansat, fratraadt: told.fratraadt, flyttet, fortsat })
        };
        self.all().iter().filter_map(|(nr, loan)| Some((nr.clone(), would(loan)?))).collect()
    }
}

/// An employment that lines are taken in to.
pub(super) struct Subject {
    app: Arc<App>,
    aktoer: Aktoer,
    nr: String,
    trial: Option<Arc<Trial>>,
    /// The trial's file before has changed it: whether it would be a move depends on it.
    kept: bool,
    draft: Mutex<Option<Draft>>,
}

impl Subject {
    pub(super) fn new(app: &Arc<App>, aktoer: &Aktoer, nr: &str, trial: Option<&Arc<Trial>>) -> Self {
        let (app, aktoer, nr, trial) = (app.clone(), aktoer.clone(), nr.to_owned(), trial.cloned());
        let kept = trial.as_ref().is_some_and(|trial| trial.get(&nr).is_some());
        Self { app, aktoer, nr, trial, kept, draft: Mutex::default() }
    }

    pub(super) fn app(&self) -> &App {
        &self.app
    }

    pub(super) fn nr(&self) -> &str {
        &self.nr
    }

    fn draft(&self) -> MutexGuard<'_, Option<Draft>> {
        self.draft.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is executed from here on is decided, and written by [`Self::commit`]: in one commit, and all or nothing.
    pub(super) async fn begin(&self) -> Result<(), CommandError> {
        if self.trial.is_none() {
            let loan = self.app.loan(&self.nr).await?;
            *self.draft() = Some(self.app.draft(loan));
        }
        Ok(())
    }

    /// Writes what was executed since [`Self::begin`]; false where somebody else has written to the employment meanwhile:
    /// then nothing is written, and everything is to be decided again.
    pub(super) async fn commit(&self) -> Result<bool, CommandError> {
        let draft = self.draft().take();
        match draft {
            Some(draft) => self.app.write_draft(draft, &self.aktoer).await,
            None => Ok(true),
        }
    }

    /// Nothing more is taken in to it: the trial need not keep how it would be, other than of those whose employment it
    /// would change.
    pub(super) fn done(&self) {
        if let Some(trial) = self.trial.as_ref().filter(|_| !self.kept) {
            let would = trial.all().remove(&self.nr);
            drop(would);
        }
    }

    /// The employment as it is, or as the trial or what was executed since [`Self::begin`] has left it.
    pub(super) async fn loan(&self) -> Result<Loan, CommandError> {
        let would = match &self.trial {
            Some(trial) => trial.get(&self.nr),
            None => self.draft().as_ref().map(|draft| draft.would().clone()),
        };
        match would {
            Some(would) => Ok(would),
            None => Ok(self.app.loan(&self.nr).await?),
        }
    }

    /// Carries a command out, or tries it; whether there was anything to change.
    pub(super) async fn execute(&self, command: &DomainCommand) -> Result<bool, CommandError> {
        if let Some(draft) = &mut *self.draft() {
            return draft.decide(command, &self.aktoer);
        }
        let Some(trial) = &self.trial else {
            return Ok(!self.app.execute(&self.nr, command, &self.aktoer, None).await?.unchanged);
        };
        let mut draft = self.app.draft(self.loan().await?);
        let changes = draft.decide(command, &self.aktoer)?;
        if changes {
            trial.all().insert(self.nr.clone(), draft.would().clone());
        }
        Ok(changes)
    }
}
