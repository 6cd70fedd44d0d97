//! What a command would lead to.

use forloeb::command::DomainCommand;
use forloeb::{Aktoer, Ansaettelse, Record, decide_on};

use super::{App, CommandError};
use crate::projections::Loan;

impl App {
    /// Decides a command as [`App::execute`] does, and writes nothing: the employment as it would be then; none where there
    /// would be nothing to write.
    ///
    /// # Errors
    /// It would be refused.
    pub(crate) fn would(
        &self,
        loan: &Loan,
        domain_command: &DomainCommand,
        aktoer: &Aktoer,
    ) -> Result<Option<Loan>, CommandError> {
        let (now, before) = (self.clock.now_and_dag(), loan.ansaettelse());
        let haendelser =
            decide_on(before, loan.all(), domain_command, now, loan.book()).map_err(CommandError::Afvist)?;
        if haendelser.is_empty() {
            return Ok(None);
        }
        let mut after = Ansaettelse::clone(before);
        for (version, haendelse) in (before.version() + 1..).zip(haendelser) {
            // After everything that the log holds.
            let (position, aktoer) = (u64::MAX / 2 + version, aktoer.clone());
            after.apply(Record { position, version, time: now.time, dag: now.dag, aktoer, haendelse });
        }
        Ok(Some(Loan::of_records(after, loan.book())))
    }
}
