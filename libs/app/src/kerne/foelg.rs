//! Follows the log: the projections take in what was written, in order.

use std::sync::PoisonError;

use eventlog::{ReadError, Recorded};
use tokio::sync::watch;

use super::{AabnFejl, Kerne, numre_i};
use crate::visninger::{Laan, politik_fra};

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
            let _laan = match self.laan_til(&haendelser).await {
                Err(fejl) if fejl.er_skade() => return self.bliv_ved_skaden(&fejl).await,
                laan => laan?,
            };
            let (position, bog) = {
                let mut visninger = self.ret();
                visninger.anvend(&haendelser)?;
                visninger.beregn();
                visninger.glem();
                (visninger.position(), visninger.bog().clone())
            };
            *self.bog.write().unwrap_or_else(PoisonError::into_inner) = bog;
            self.anvendt.send_modify(|a| a.0 = position);
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
        let mut numre = numre_i(haendelser);
        if let Some(fra) = haendelser.iter().filter_map(politik_fra).min() {
            numre.extend(self.vis().numre_fra(fra));
        }
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
