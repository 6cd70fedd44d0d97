//! Laying down a policy of the workplace.

use chrono::NaiveDate;
use forloeb::Aktoer;
use forloeb::politik::PolitikFastsat;

use super::append::{Decided, Decision, Outcome, SingleEvent};
use super::{App, CommandError};
use crate::failure::Internal;
use crate::politik::{PolitikError, read};
use crate::stored::{POLITIK, Unreadable, read_politik};

/// A policy that is laid down, unless it is the newest already.
struct LayDown {
    policy: PolitikFastsat,
    event: SingleEvent,
}

impl Decision for LayDown {
    type Nothing = u64;

    async fn decide(&mut self, app: &App, _: Option<u64>) -> Result<Decided<u64>, CommandError> {
        let stream = &self.event.stream;
        let version = app.log.stream_version(stream).await?;
        if let Some(newest) = app.log.read_stream(stream, version.saturating_sub(1), 1).await?.first()
            && read_politik(newest).map_err(Unreadable::from)?.as_ref() == Some(&self.policy)
        {
            return Ok(Decided::Nothing(newest.position)); // sent twice it is one
        }
        Ok(Decided::Append(self.event.at(version)))
    }
}

impl App {
    /// Lays down a policy for absences that begin on a day or later. What has begun keeps its rules.
    ///
    /// # Errors
    /// See [`PolitikError`]; nothing was written.
    pub async fn fastsaet_politik(&self, fra: NaiveDate, tekst: &str, aktoer: &Aktoer) -> Result<u64, PolitikError> {
        let now = self.clock.now_and_dag();
        let earliest = now.dag.succ_opt().unwrap_or(now.dag);
        if fra < earliest {
            return Err(PolitikError::TooEarly(earliest));
        }
        read(tekst, fra, &self.book())?;
        let policy = PolitikFastsat::new(fra, tekst.to_owned());
        let event = SingleEvent::new(POLITIK, (PolitikFastsat::NAME, PolitikFastsat::FORM), now, &policy)?;
        match self.append(aktoer, None, LayDown { policy, event }).await? {
            Outcome::Written { last: position, .. } | Outcome::Nothing(position) => Ok(position),
            Outcome::Repeated(_) => {
                let error = Internal::new("politikken blev taget for en gentagelse", "den har ingen nøgle");
                Err(CommandError::from(error).into())
            }
        }
    }
}
