//! Follows the log: the projections take in what was written, in order.

use std::sync::{Arc, PoisonError};

use eventlog::{ReadError, Recorded};
use tokio::sync::watch;

use super::{AabnFejl, Kerne, off_the_runtime};
use crate::visninger::{Laan, Step};

impl Kerne {
    /// Follows the log and keeps the projections up to date, until the log is closed. One at a time.
    ///
    /// # Errors
    /// The log cannot be read any more, or holds something unreadable: the process must stop.
    pub async fn foelg_loggen(&self) -> Result<(), AabnFejl> {
        let fra = self.vis().position();
        let mut foelger = self.log.follow(fra);
        let _slut = Foelgeslut(&self.anvendt);
        loop {
            let haendelser = match foelger.next().await {
                Ok(haendelser) => haendelser,
                Err(ReadError::Closed) => return Ok(()),
                Err(fejl) => match AabnFejl::from(fejl) {
                    fejl if fejl.er_skade() => return self.bliv_ved_skaden(&fejl).await,
                    fejl => return Err(fejl),
                },
            };
            let position = match self.tag_ind(haendelser).await {
                Err(fejl) if fejl.er_skade() => return self.bliv_ved_skaden(&fejl).await,
                position => position?,
            };
            self.anvendt.send_modify(|a| a.0 = position);
        }
    }

    /// Works out what some events come to, and takes it in. Who reads waits for the second only.
    async fn tag_ind(&self, haendelser: Vec<Recorded>) -> Result<u64, AabnFejl> {
        let haendelser = Arc::new(haendelser);
        loop {
            let laan = self.laan_til(&haendelser).await?;
            let (idag, bog) = {
                let vis = self.vis();
                (vis.idag(), vis.bog().clone())
            };
            let disse = haendelser.clone();
            let step = off_the_runtime(move || Step::af(&disse, laan, idag, &bog)).await??;
            let mut visninger = self.ret();
            if visninger.take_step(step).is_ok() {
                let (forgotten, position, bog) = (visninger.glem(), visninger.position(), visninger.bog().clone());
                drop(visninger);
                drop(forgotten);
                *self.bog.write().unwrap_or_else(PoisonError::into_inner) = bog;
                return Ok(position);
            }
        }
    }

    /// The projections stay where they are: the log takes nothing more, and what is known can be read until it is closed.
    async fn bliv_ved_skaden(&self, fejl: &AabnFejl) -> Result<(), AabnFejl> {
        tracing::error!(%fejl, "loggen er beskadiget: der kan læses, men ikke skrives");
        self.anvendt.send_modify(|a| a.1 = false);
        self.log.closed().await;
        Ok(())
    }

    /// Borrows the employments that events are about, or that a policy among them is about.
    async fn laan_til(&self, haendelser: &[Recorded]) -> Result<Vec<Laan>, AabnFejl> {
        let numre = self.vis().concerned_by(haendelser)?;
        self.laan_mange(&numre).await
    }
}

/// Tells those who wait that nobody reads the log any more, however that came.
struct Foelgeslut<'a>(&'a watch::Sender<(u64, bool)>);

impl Drop for Foelgeslut<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|a| a.1 = false);
    }
}
