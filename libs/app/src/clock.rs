//! The clock. This is the one file that reads it; everything else is handed the time.

use std::sync::Mutex;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Europe::Copenhagen;
use forloeb::Now;

/// Where time comes from.
#[derive(Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// Stands still until it is moved (tests).
    StandingStill(Mutex<DateTime<Utc>>),
    /// The machine's clock plus an offset that can grow (the demonstration).
    Shifted(Mutex<TimeDelta>),
    /// Goes by itself as the machine's does, where a test says: what it shows, and how long the machine has run.
    #[cfg(any(test, feature = "testing"))]
    Imitated(Mutex<(DateTime<Utc>, Duration)>),
}

impl Clock {
    /// A clock that stands still.
    #[must_use]
    pub fn standing_still(time: DateTime<Utc>) -> Self {
        Self::StandingStill(Mutex::new(time))
    }

    /// A clock that goes, never behind `mindst`: a demonstration that was moved forward goes on from there.
    #[must_use]
    pub fn shifted(at_least: Option<DateTime<Utc>>) -> Self {
        let behind = at_least.map_or(TimeDelta::zero(), |m| (m - Utc::now()).max(TimeDelta::zero()));
        Self::Shifted(Mutex::new(behind))
    }

    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            Self::System => Utc::now(),
            Self::StandingStill(time) => *lock(time),
            Self::Shifted(forward) => Utc::now() + *lock(forward),
            #[cfg(any(test, feature = "testing"))]
            Self::Imitated(time) => lock(time).0,
        }
    }

    /// How long the machine has run, sleep included. Nobody sets it, so it tells a clock that was set from time that passed.
    #[must_use]
    pub fn uptime(&self) -> Duration {
        match self {
            #[cfg(any(test, feature = "testing"))]
            Self::Imitated(time) => lock(time).1,
            _ => {
                let t = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
                Duration::new(t.tv_sec.try_into().unwrap_or(0), t.tv_nsec.try_into().unwrap_or(0))
            }
        }
    }

    /// It goes by itself, and may be wrong: nobody moves it on purpose.
    #[must_use]
    pub const fn is_machines(&self) -> bool {
        match self {
            Self::System => true,
            #[cfg(any(test, feature = "testing"))]
            Self::Imitated(_) => true,
            _ => false,
        }
    }

    /// Today in Denmark.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        dag_in_denmark(self.now())
    }

    /// Now, as the domain takes it.
    #[must_use]
    pub fn now_and_dag(&self) -> Now {
        let time = self.now();
        Now { time, dag: dag_in_denmark(time) }
    }

    /// A machine's clock that goes as a test says; the machine was started a day ago.
    #[cfg(any(test, feature = "testing"))]
    pub fn imitated(time: DateTime<Utc>) -> Self {
        Self::Imitated(Mutex::new((time, Duration::from_hours(24))))
    }

    /// Moves it forward; `false` if it cannot be moved, or `til` is in its past.
    pub fn move_to(&self, til: DateTime<Utc>) -> bool {
        match self {
            Self::System => false,
            #[cfg(any(test, feature = "testing"))]
            Self::Imitated(_) => false,
            Self::StandingStill(time) => {
                let mut time = lock(time);
                let forward = til >= *time;
                if forward {
                    *time = til;
                }
                forward
            }
            Self::Shifted(forward) => {
                let mut forward = lock(forward);
                let new = til - Utc::now();
                let forwards = new >= *forward;
                if forwards {
                    *forward = new;
                }
                forwards
            }
        }
    }

    /// Sets it, also back: a machine's clock may jump either way.
    #[cfg(any(test, feature = "testing"))]
    pub fn jump(&self, til: DateTime<Utc>) {
        match self {
            Self::StandingStill(time) => *lock(time) = til,
            Self::Imitated(time) => lock(time).0 = til,
            _ => {}
        }
    }

    /// Time passes.
    #[cfg(any(test, feature = "testing"))]
    pub fn goes(&self, so_long: TimeDelta) {
        if let Self::Imitated(time) = self {
            let mut time = lock(time);
            time.0 += so_long;
            time.1 += so_long.to_std().unwrap_or_default();
        }
    }

    /// It can be moved.
    #[must_use]
    pub const fn can_be_moved(&self) -> bool {
        !self.is_machines()
    }

    /// It does not go by itself.
    #[must_use]
    pub const fn stands_still(&self) -> bool {
        matches!(self, Self::StandingStill(_))
    }
}

fn lock<T>(m: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    m.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// The civil date in Denmark at an instant.
#[must_use]
pub fn dag_in_denmark(time: DateTime<Utc>) -> NaiveDate {
    forloeb::calendar::dag_in_denmark(&time)
}

/// A time of day in Denmark as an instant. An hour that the clock change skips becomes the hour after it.
#[must_use]
pub fn klokken(dag: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
    let local = dag.and_time(time);
    Copenhagen
        .from_local_datetime(&local)
        .earliest()
        .or_else(|| Copenhagen.from_local_datetime(&(local + TimeDelta::hours(1))).earliest())
        .map_or_else(|| local.and_utc(), |t| t.with_timezone(&Utc))
}

/// The time of day in Denmark at an instant.
#[must_use]
pub fn time_of_day(time: DateTime<Utc>) -> NaiveTime {
    time.with_timezone(&Copenhagen).time()
}

/// An instant as Danish wall-clock time, for people.
#[must_use]
pub fn local(time: DateTime<Utc>) -> chrono::NaiveDateTime {
    time.with_timezone(&Copenhagen).naive_local()
}

/// A start asks for its clock more than once.
#[cfg(any(test, feature = "testing"))]
impl Clone for Clock {
    fn clone(&self) -> Self {
        match self {
            Self::System => Self::System,
            Self::StandingStill(time) => Self::StandingStill(Mutex::new(*lock(time))),
            Self::Shifted(forward) => Self::Shifted(Mutex::new(*lock(forward))),
            Self::Imitated(time) => Self::Imitated(Mutex::new(*lock(time))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_in_the_morning_is_eight_on_both_sides_of_the_change_of_clocks() {
        let otte = NaiveTime::from_hms_opt(8, 0, 0).unwrap();
        let time = |d: &str| klokken(d.parse().unwrap(), otte).to_rfc3339();
        assert_eq!(time("2026-10-24"), "2026-10-24T06:00:00+00:00");
        assert_eq!(time("2026-10-26"), "2026-10-26T07:00:00+00:00");
    }

    #[test]
    fn a_clock_only_goes_forward() {
        let start: DateTime<Utc> = "2026-01-05T07:00:00Z".parse().unwrap();
        let clock = Clock::standing_still(start);
        assert!(!clock.move_to(start - TimeDelta::seconds(1)));
        assert!(clock.move_to(start + TimeDelta::days(1)));
        assert_eq!(clock.today(), "2026-01-06".parse().unwrap());
    }
}
