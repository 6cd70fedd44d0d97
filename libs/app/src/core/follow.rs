//! Follows the log: the projections take in what was written, in order.

use std::sync::{Arc, PoisonError};

use eventlog::{ReadError, Recorded};
use tokio::sync::watch;

use super::{App, OpenFolderError, off_the_runtime};
use crate::projections::{Loan, Step};

impl App {
    /// Follows the log and keeps the projections up to date, until the log is closed. One at a time.
    ///
    /// # Errors
    /// The log cannot be read any more, or holds something unreadable: the process must stop.
    pub async fn follow_the_log(&self) -> Result<(), OpenFolderError> {
        let fra = self.as_they_are().position();
        let mut follows = self.log.follow(fra);
        let _end = FollowEnd(&self.applied);
        loop {
            let haendelser = match follows.next().await {
                Ok(haendelser) => haendelser,
                Err(ReadError::Closed) => return Ok(()),
                Err(error) => match OpenFolderError::from(error) {
                    error if error.is_damage() => return self.stay_at_damage(&error).await,
                    error => return Err(error),
                },
            };
            let position = match self.take_in(haendelser).await {
                Err(error) if error.is_damage() => return self.stay_at_damage(&error).await,
                position => position?,
            };
            self.applied.send_modify(|a| a.0 = position);
        }
    }

    /// Works out what some events come to, and takes it in. Who reads waits for the second only.
    async fn take_in(&self, haendelser: Vec<Recorded>) -> Result<u64, OpenFolderError> {
        let haendelser = Arc::new(haendelser);
        loop {
            let loan = self.loan_to(&haendelser).await?;
            let (today, book) = {
                let projections = self.as_they_are();
                (projections.today(), projections.book().clone())
            };
            let these = haendelser.clone();
            let step = off_the_runtime(move || Step::af(&these, &loan, today, &book)).await??;
            let mut projections = self.projections_mut();
            if projections.take_step(step).is_ok() {
                let (forgotten, position, book) =
                    (projections.forget(), projections.position(), projections.book().clone());
                drop(projections);
                drop(forgotten);
                *self.book.write().unwrap_or_else(PoisonError::into_inner) = book;
                return Ok(position);
            }
        }
    }

    /// The projections stay where they are: the log takes nothing more, and what is known can be read until it is closed.
    async fn stay_at_damage(&self, error: &OpenFolderError) -> Result<(), OpenFolderError> {
        tracing::error!(%error, "loggen er beskadiget: der kan læses, men ikke skrives");
        self.applied.send_modify(|a| a.1 = false);
        self.log.closed().await;
        Ok(())
    }

    /// Borrows the employments that events are about, or that a policy among them is about.
    async fn loan_to(&self, haendelser: &[Recorded]) -> Result<Vec<Loan>, OpenFolderError> {
        let numbers = self.as_they_are().concerned_by(haendelser)?;
        self.loan_many(&numbers).await
    }
}

/// Tells those who wait that nobody reads the log any more, however that came.
struct FollowEnd<'a>(&'a watch::Sender<(u64, bool)>);

impl Drop for FollowEnd<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|a| a.1 = false);
    }
}
