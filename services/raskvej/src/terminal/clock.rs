//! `ur`: what the clock shows and whether it is believed, and somebody's word that it is right.

use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

use super::{DONE, Failure, Out, REFUSED};
use crate::clock::Clock;
use crate::clock_guard::{NotConfirmed, confirm_stopped, stored, written};
use crate::core::App;

impl From<NotConfirmed> for Failure {
    fn from(error: NotConfirmed) -> Self {
        Self::new(error.to_string())
    }
}

fn confirmed(time: DateTime<Utc>) -> String {
    format!("bekræftet: uret viser {}, og det regnes for rigtigt", written(time))
}

/// In a running service.
pub(super) async fn clock(app: &Arc<App>, today: Option<NaiveDate>, out: &Out) -> Result<u8, Failure> {
    if let Some(today) = today {
        app.confirm_clock(today).await?;
        app.health().await;
        app.turn_back().await;
        out.out(confirmed(app.clock.now())).await?;
        return Ok(DONE);
    }
    app.health().await;
    match app.clock_guard.doubt() {
        None => {
            out.out(format!("uret viser {}, og det er i orden", written(app.clock.now()))).await?;
            Ok(DONE)
        }
        Some(doubt) => {
            out.error(doubt.text()).await?;
            out.error("Bekræft datoen med raskvej ur --idag ÅÅÅÅ-MM-DD.").await?;
            Ok(REFUSED)
        }
    }
}

/// In a folder that no service runs on: the next start compares the clock with what is written down.
pub(crate) fn without_service(folder: &Path, today: Option<NaiveDate>) -> Result<String, Failure> {
    let clock = Clock::System;
    if let Some(today) = today {
        confirm_stopped(folder, today, &clock)?;
        return Ok(confirmed(clock.now()));
    }
    let known = stored(folder).map_or_else(|| "tiden for loggens seneste hændelse".to_owned(), written);
    Ok(format!("uret viser {}; ved næste start sammenlignes det med {known}", written(clock.now())))
}

#[cfg(test)]
mod tests {
    use super::super::TerminalRequest;
    use super::super::trial::Trial;
    use super::*;
    use crate::clock_guard::forget;

    fn dag(tekst: &str) -> Option<NaiveDate> {
        Some(tekst.parse().unwrap())
    }

    #[tokio::test]
    async fn a_date_is_confirmed_by_whoever_says_the_one_the_clock_shows() {
        let folder = Trial::small().await.close().await;
        let p = Trial::on(folder, Clock::imitated("2026-12-24T07:00:00Z".parse().unwrap())).await;
        let asked = p.bed(TerminalRequest::Clock { today: None }).await;
        assert_eq!((asked.code, asked.out.len(), asked.error.len()), (REFUSED, 0, 2));
        assert!(asked.error[0].contains("Maskinens ur viser 24. december 2026 kl. 8.00"), "{asked:?}");
        assert!(asked.error[0].contains("langt efter 20. november 2026 kl. 8.00"), "{asked:?}");

        let other = p.bed(TerminalRequest::Clock { today: dag("2026-11-24") }).await;
        assert_eq!((other.code, other.out.len()), (REFUSED, 0));
        assert!(other.error[0].contains("viser 24. december 2026, ikke 24. november 2026"), "{other:?}");
        assert_eq!(p.bed(TerminalRequest::Clock { today: None }).await.code, REFUSED);

        let same = p.bed(TerminalRequest::Clock { today: dag("2026-12-24") }).await;
        assert_eq!((same.code, &same.error), (DONE, &vec![]));
        let believed = p.bed(TerminalRequest::Clock { today: None }).await;
        assert_eq!(
            (believed.code, believed.out),
            (DONE, vec!["uret viser 24. december 2026 kl. 8.00, og det er i orden".to_owned()])
        );
    }

    #[tokio::test]
    async fn there_is_nothing_to_confirm_about_a_clock_that_is_moved() {
        let p = Trial::empty().await;
        assert_eq!(p.bed(TerminalRequest::Clock { today: None }).await.code, DONE);
        let answer = p.bed(TerminalRequest::Clock { today: dag("2026-11-20") }).await;
        assert_eq!((answer.code, answer.error.len()), (REFUSED, 1));
    }

    /// Without a service the word is written down for the next start.
    #[test]
    fn in_a_folder_that_is_stopped_the_next_start_is_told() {
        let folder = tempfile::tempdir().unwrap();
        assert!(without_service(folder.path(), dag("2001-01-01")).is_err());
        assert_eq!(stored(folder.path()), None);
        assert!(without_service(folder.path(), None).unwrap().contains("loggens seneste hændelse"));
        without_service(folder.path(), Some(Clock::System.today())).unwrap();
        let told = stored(folder.path()).unwrap();
        assert!((Clock::System.now() - told).num_seconds().abs() < 60);
        forget(folder.path()).unwrap();
        forget(folder.path()).unwrap();
        assert_eq!(stored(folder.path()), None);
    }
}
