//! One employment while lines about it are taken in, for good or on trial.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use forloeb::Aktoer;
use forloeb::command::DomainCommand;

use crate::core::{App, CommandError};
use crate::projections::Loan;

/// The employments that a trial has changed, as they would be.
#[derive(Debug, Default)]
pub(super) struct Trial(Mutex<BTreeMap<String, Loan>>);

impl Trial {
    /// The employment as it would be, where it would be another.
    pub(super) fn get(&self, nr: &str) -> Option<Loan> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(nr).cloned()
    }
}

/// An employment that lines are taken in to.
pub(super) struct Subject {
    app: Arc<App>,
    aktoer: Aktoer,
    nr: String,
    trial: Option<Arc<Trial>>,
}

impl Subject {
    pub(super) fn new(app: &Arc<App>, aktoer: &Aktoer, nr: &str, trial: Option<&Arc<Trial>>) -> Self {
        Self { app: app.clone(), aktoer: aktoer.clone(), nr: nr.to_owned(), trial: trial.cloned() }
    }

    pub(super) fn app(&self) -> &App {
        &self.app
    }

    pub(super) fn nr(&self) -> &str {
        &self.nr
    }

    /// The employment as it is, or as the trial has left it.
    pub(super) async fn loan(&self) -> Result<Loan, CommandError> {
        match self.trial.as_ref().and_then(|trial| trial.get(&self.nr)) {
            Some(would) => Ok(would),
            None => Ok(self.app.loan(&self.nr).await?),
        }
    }

    /// Carries a command out, or tries it; whether there was anything to change.
    pub(super) async fn execute(&self, command: &DomainCommand) -> Result<bool, CommandError> {
        let Some(trial) = &self.trial else {
            return Ok(!self.app.execute(&self.nr, command, &self.aktoer, None).await?.unchanged);
        };
        let would = self.app.would(&self.loan().await?, command, &self.aktoer)?;
        let changes = would.is_some();
        if let Some(would) = would {
            trial.0.lock().unwrap_or_else(PoisonError::into_inner).insert(self.nr.clone(), would);
        }
        Ok(changes)
    }
}
