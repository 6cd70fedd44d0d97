//! The clock. This is the one file that reads it; everything else is handed the time.

use std::sync::Mutex;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Europe::Copenhagen;
use forloeb::Nu;

/// Where time comes from.
#[derive(Debug)]
pub enum Ur {
    /// The machine's clock.
    System,
    /// Stands still until it is moved (tests).
    Stillestaaende(Mutex<DateTime<Utc>>),
    /// The machine's clock plus an offset that can grow (the demonstration).
    Forskudt(Mutex<TimeDelta>),
    /// Goes by itself as the machine's does, where a test says: what it shows, and how long the machine has run.
    #[cfg(any(test, feature = "testing"))]
    Efterlignet(Mutex<(DateTime<Utc>, Duration)>),
}

impl Ur {
    /// A clock that stands still.
    #[must_use]
    pub fn stillestaaende(tid: DateTime<Utc>) -> Self {
        Self::Stillestaaende(Mutex::new(tid))
    }

    /// A clock that goes, never behind `mindst`: a demonstration that was moved forward goes on from there.
    #[must_use]
    pub fn forskudt(mindst: Option<DateTime<Utc>>) -> Self {
        let bagud = mindst.map_or(TimeDelta::zero(), |m| (m - Utc::now()).max(TimeDelta::zero()));
        Self::Forskudt(Mutex::new(bagud))
    }

    /// Now.
    #[must_use]
    pub fn nu(&self) -> DateTime<Utc> {
        match self {
            Self::System => Utc::now(),
            Self::Stillestaaende(tid) => *laas(tid),
            Self::Forskudt(frem) => Utc::now() + *laas(frem),
            #[cfg(any(test, feature = "testing"))]
            Self::Efterlignet(tid) => laas(tid).0,
        }
    }

    /// How long the machine has run, sleep included. Nobody sets it, so it tells a clock that was set from time that passed.
    #[must_use]
    pub fn oppetid(&self) -> Duration {
        match self {
            #[cfg(any(test, feature = "testing"))]
            Self::Efterlignet(tid) => laas(tid).1,
            _ => {
                let t = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
                Duration::new(t.tv_sec.try_into().unwrap_or(0), t.tv_nsec.try_into().unwrap_or(0))
            }
        }
    }

    /// It goes by itself, and may be wrong: nobody moves it on purpose.
    #[must_use]
    pub const fn er_maskinens(&self) -> bool {
        match self {
            Self::System => true,
            #[cfg(any(test, feature = "testing"))]
            Self::Efterlignet(_) => true,
            _ => false,
        }
    }

    /// Today in Denmark.
    #[must_use]
    pub fn idag(&self) -> NaiveDate {
        dag_i_danmark(self.nu())
    }

    /// Now, as the domain takes it.
    #[must_use]
    pub fn nu_og_dag(&self) -> Nu {
        let tid = self.nu();
        Nu { tid, dag: dag_i_danmark(tid) }
    }

    /// A machine's clock that goes as a test says; the machine was started a day ago.
    #[cfg(any(test, feature = "testing"))]
    pub fn efterlignet(tid: DateTime<Utc>) -> Self {
        Self::Efterlignet(Mutex::new((tid, Duration::from_hours(24))))
    }

    /// Moves it forward; `false` if it cannot be moved, or `til` is in its past.
    pub fn flyt(&self, til: DateTime<Utc>) -> bool {
        match self {
            Self::System => false,
            #[cfg(any(test, feature = "testing"))]
            Self::Efterlignet(_) => false,
            Self::Stillestaaende(tid) => {
                let mut tid = laas(tid);
                let frem = til >= *tid;
                if frem {
                    *tid = til;
                }
                frem
            }
            Self::Forskudt(frem) => {
                let mut frem = laas(frem);
                let ny = til - Utc::now();
                let fremad = ny >= *frem;
                if fremad {
                    *frem = ny;
                }
                fremad
            }
        }
    }

    /// Sets it, also back: a machine's clock may jump either way.
    #[cfg(any(test, feature = "testing"))]
    pub fn spring(&self, til: DateTime<Utc>) {
        match self {
            Self::Stillestaaende(tid) => *laas(tid) = til,
            Self::Efterlignet(tid) => laas(tid).0 = til,
            _ => {}
        }
    }

    /// Time passes.
    #[cfg(any(test, feature = "testing"))]
    pub fn gaar(&self, saa_laenge: TimeDelta) {
        if let Self::Efterlignet(tid) = self {
            let mut tid = laas(tid);
            tid.0 += saa_laenge;
            tid.1 += saa_laenge.to_std().unwrap_or_default();
        }
    }

    /// It can be moved.
    #[must_use]
    pub const fn kan_flyttes(&self) -> bool {
        !self.er_maskinens()
    }

    /// It does not go by itself.
    #[must_use]
    pub const fn staar_stille(&self) -> bool {
        matches!(self, Self::Stillestaaende(_))
    }
}

fn laas<T>(m: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    m.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// The civil date in Denmark at an instant.
#[must_use]
pub fn dag_i_danmark(tid: DateTime<Utc>) -> NaiveDate {
    forloeb::kalender::dag_i_danmark(&tid)
}

/// A time of day in Denmark as an instant. An hour that the clock change skips becomes the hour after it.
#[must_use]
pub fn klokken(dag: NaiveDate, tid: NaiveTime) -> DateTime<Utc> {
    let lokal = dag.and_time(tid);
    Copenhagen
        .from_local_datetime(&lokal)
        .earliest()
        .or_else(|| Copenhagen.from_local_datetime(&(lokal + TimeDelta::hours(1))).earliest())
        .map_or_else(|| lokal.and_utc(), |t| t.with_timezone(&Utc))
}

/// The time of day in Denmark at an instant.
#[must_use]
pub fn klokkeslaet(tid: DateTime<Utc>) -> NaiveTime {
    tid.with_timezone(&Copenhagen).time()
}

/// An instant as Danish wall-clock time, for people.
#[must_use]
pub fn lokal(tid: DateTime<Utc>) -> chrono::NaiveDateTime {
    tid.with_timezone(&Copenhagen).naive_local()
}

/// A start asks for its clock more than once.
#[cfg(any(test, feature = "testing"))]
impl Clone for Ur {
    fn clone(&self) -> Self {
        match self {
            Self::System => Self::System,
            Self::Stillestaaende(tid) => Self::Stillestaaende(Mutex::new(*laas(tid))),
            Self::Forskudt(frem) => Self::Forskudt(Mutex::new(*laas(frem))),
            Self::Efterlignet(tid) => Self::Efterlignet(Mutex::new(*laas(tid))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn otte_om_morgenen_er_otte_paa_begge_sider_af_urskiftet() {
        let otte = NaiveTime::from_hms_opt(8, 0, 0).unwrap();
        let tid = |d: &str| klokken(d.parse().unwrap(), otte).to_rfc3339();
        assert_eq!(tid("2026-10-24"), "2026-10-24T06:00:00+00:00");
        assert_eq!(tid("2026-10-26"), "2026-10-26T07:00:00+00:00");
    }

    #[test]
    fn et_ur_gaar_kun_frem() {
        let start: DateTime<Utc> = "2026-01-05T07:00:00Z".parse().unwrap();
        let ur = Ur::stillestaaende(start);
        assert!(!ur.flyt(start - TimeDelta::seconds(1)));
        assert!(ur.flyt(start + TimeDelta::days(1)));
        assert_eq!(ur.idag(), "2026-01-06".parse().unwrap());
    }
}
