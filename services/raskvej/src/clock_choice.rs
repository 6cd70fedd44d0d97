//! Which clock the service goes by: the machine's, or one that is moved by hand.

use chrono::{DateTime, NaiveDate, Utc};

use crate::clock::{Clock, dag_in_denmark};
use crate::dates;

/// Which clock.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum ClockChoice {
    /// The machine's.
    #[default]
    System,
    /// One that stands still from here until it is moved.
    Fixed(DateTime<Utc>),
}

impl ClockChoice {
    /// As the command line says it: `system`, or an RFC 3339 time.
    ///
    /// # Errors
    /// What it must be.
    pub fn read(text: &str) -> Result<Self, &'static str> {
        if text == "system" {
            return Ok(Self::System);
        }
        dates::time(text).map(|t| Self::Fixed(t.to_utc())).map_err(|error| match error {
            dates::TIME => "skal være system eller et tidspunkt som 2026-01-05T08:00:00+01:00",
            error => error,
        })
    }

    /// Today in Denmark, by this clock.
    pub(crate) fn today(self) -> NaiveDate {
        match self {
            Self::System => Clock::System.today(),
            Self::Fixed(time) => dag_in_denmark(time),
        }
    }

    /// The clock of a service whose log ended at `latest`.
    pub(crate) fn of_service(self, latest: Option<DateTime<Utc>>) -> Clock {
        match self {
            Self::System => Clock::System,
            Self::Fixed(time) => standing_still(time, latest),
        }
    }

    /// The clock of a demonstration whose log ended at `latest`: it goes on from where somebody moved it to.
    pub(crate) fn of_demonstration(self, latest: Option<DateTime<Utc>>) -> Clock {
        match self {
            Self::System => Clock::shifted(latest),
            Self::Fixed(time) => standing_still(time, latest),
        }
    }
}

fn standing_still(time: DateTime<Utc>, latest: Option<DateTime<Utc>>) -> Clock {
    if latest.is_some_and(|latest| time < latest) {
        tracing::warn!("uret begynder ved loggens seneste hændelse: det går kun frem");
    }
    Clock::standing_still(latest.map_or(time, |latest| time.max(latest)))
}
