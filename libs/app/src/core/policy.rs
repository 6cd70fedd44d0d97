//! Laying down a policy of the workplace, and withdrawing it.

use chrono::NaiveDate;
use forloeb::Aktoer;
use forloeb::politik::{Med, PolitikFastsat, PolitikTilbagetrukket};

use super::append::{Decided, Decision, Outcome, SingleEvent};
use super::{App, CommandError};
use crate::failure::Internal;
use crate::politik::{PolitikError, Said, all_at, check, read};
use crate::stored::{POLITIK, PolitikEvent, Unreadable, read_politik};

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
            && let Some(PolitikEvent::Fastsat(policy)) = read_politik(newest).map_err(Unreadable::from)?
            && policy == self.policy
        {
            return Ok(Decided::Nothing(newest.position)); // sent twice it is one
        }
        Ok(Decided::Append(self.event.at(version)))
    }
}

/// A policy that is withdrawn, where it still holds somewhere.
struct Withdraw {
    what: PolitikTilbagetrukket,
    event: SingleEvent,
}

impl Decision for Withdraw {
    type Nothing = Result<(), PolitikError>;

    async fn decide(&mut self, app: &App, _: Option<u64>) -> Result<Decided<Self::Nothing>, CommandError> {
        let PolitikTilbagetrukket { politik, fra, .. } = self.what;
        let (all, version) = all_at(&app.log).await?;
        let Some(laid) = all.into_iter().find(|laid| laid.position == politik) else {
            return Ok(Decided::Nothing(Err(PolitikError::NoSuchPolitik)));
        };
        if let Some(before) = laid.withdrawn {
            let again = before.what == self.what; // sent twice it is one
            return Ok(Decided::Nothing(if again { Ok(()) } else { Err(PolitikError::IsWithdrawn(before.what.fra)) }));
        }
        match app.book().end_of_politik(politik) {
            Some(end) if end <= fra => Ok(Decided::Nothing(Err(PolitikError::IsOver(end)))),
            _ => Ok(Decided::Append(self.event.at(version))),
        }
    }
}

impl App {
    /// Lays down a policy that was written as TOML, of which nobody said whether it was talked over in MED.
    ///
    /// # Errors
    /// See [`PolitikError`]; nothing was written.
    pub async fn fastsaet_politik(&self, fra: NaiveDate, tekst: &str, aktoer: &Aktoer) -> Result<u64, PolitikError> {
        self.lay_down_politik(fra, Said::Toml(tekst.to_owned()), None, aktoer).await
    }

    /// Lays down a policy for absences that begin on a day or later. What has begun keeps its rules. Where in the log.
    ///
    /// # Errors
    /// See [`PolitikError`]; nothing was written.
    pub async fn lay_down_politik(
        &self,
        fra: NaiveDate,
        said: Said,
        med: Option<Med>,
        aktoer: &Aktoer,
    ) -> Result<u64, PolitikError> {
        let now = self.clock.now_and_dag();
        not_before_tomorrow(fra, now.dag)?;
        let tekst = match said {
            Said::Toml(tekst) => {
                read(&tekst, fra, &self.book())?;
                tekst
            }
            Said::Typed(politik) => {
                check(&politik, fra, &self.book())?;
                let failed = |error| CommandError::from(Internal::new("politikken kan ikke skrives", error));
                politik.as_toml().map_err(failed)?
            }
        };
        let policy = PolitikFastsat { med, ..PolitikFastsat::new(fra, tekst) };
        let event = SingleEvent::new(POLITIK, (PolitikFastsat::NAME, PolitikFastsat::FORM), now, &policy)?;
        match self.append(aktoer, None, LayDown { policy, event }).await? {
            Outcome::Written { last: position, .. } | Outcome::Nothing(position) => Ok(position),
            Outcome::Repeated(_) => Err(without_key("politikken blev taget for en gentagelse")),
        }
    }

    /// Withdraws a policy for absences that begin on a day or later. What has begun keeps its rules.
    ///
    /// # Errors
    /// See [`PolitikError`]; nothing was written.
    pub async fn withdraw_politik(&self, what: PolitikTilbagetrukket, aktoer: &Aktoer) -> Result<(), PolitikError> {
        let now = self.clock.now_and_dag();
        not_before_tomorrow(what.fra, now.dag)?;
        let (kind, form) = (PolitikTilbagetrukket::NAME, PolitikTilbagetrukket::FORM);
        let event = SingleEvent::new(POLITIK, (kind, form), now, &what)?;
        match self.append(aktoer, None, Withdraw { what, event }).await? {
            Outcome::Written { .. } => Ok(()),
            Outcome::Nothing(why) => why,
            Outcome::Repeated(_) => Err(without_key("tilbagetrækningen blev taget for en gentagelse")),
        }
    }
}

/// What has begun keeps its rules.
fn not_before_tomorrow(fra: NaiveDate, today: NaiveDate) -> Result<(), PolitikError> {
    let earliest = today.succ_opt().unwrap_or(today);
    if fra < earliest { Err(PolitikError::TooEarly(earliest)) } else { Ok(()) }
}

fn without_key(what: &'static str) -> PolitikError {
    CommandError::from(Internal::new(what, "den har ingen nøgle")).into()
}
