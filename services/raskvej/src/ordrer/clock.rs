//! `ur`: what the clock shows and whether it is believed, and somebody's word that it is right.

use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

use super::{AFVIST, Afslag, GJORT, Ud};
use crate::clock_guard::{NotConfirmed, confirm_stopped, skrevet, stored};
use crate::kerne::Kerne;
use crate::ur::Ur;

impl From<NotConfirmed> for Afslag {
    fn from(fejl: NotConfirmed) -> Self {
        Self::ny(fejl.to_string())
    }
}

fn bekraeftet(tid: DateTime<Utc>) -> String {
    format!("bekræftet: uret viser {}, og det regnes for rigtigt", skrevet(tid))
}

/// In a running service.
pub(super) async fn ur(kerne: &Arc<Kerne>, idag: Option<NaiveDate>, ud: &Ud) -> Result<u8, Afslag> {
    if let Some(idag) = idag {
        kerne.confirm_clock(idag)?;
        kerne.health().await;
        kerne.turn_back().await;
        ud.ud(bekraeftet(kerne.ur.nu())).await?;
        return Ok(GJORT);
    }
    kerne.health().await;
    match kerne.clock.doubt() {
        None => {
            ud.ud(format!("uret viser {}, og det er i orden", skrevet(kerne.ur.nu()))).await?;
            Ok(GJORT)
        }
        Some(doubt) => {
            ud.fejl(doubt.text()).await?;
            ud.fejl("Bekræft datoen med raskvej ur --idag ÅÅÅÅ-MM-DD.").await?;
            Ok(AFVIST)
        }
    }
}

/// In a folder that no service runs on: the next start compares the clock with what is written down.
pub(super) fn uden_tjeneste(mappe: &Path, idag: Option<NaiveDate>) -> Result<String, Afslag> {
    let ur = Ur::System;
    if let Some(idag) = idag {
        confirm_stopped(mappe, idag, &ur)?;
        return Ok(bekraeftet(ur.nu()));
    }
    let kendt = stored(mappe).map_or_else(|| "tiden for loggens seneste hændelse".to_owned(), skrevet);
    Ok(format!("uret viser {}; ved næste start sammenlignes det med {kendt}", skrevet(ur.nu())))
}

#[cfg(test)]
mod tests {
    use super::super::Ordre;
    use super::super::proeve::Proeve;
    use super::*;
    use crate::clock_guard::forget;

    fn dag(tekst: &str) -> Option<NaiveDate> {
        Some(tekst.parse().unwrap())
    }

    #[tokio::test]
    async fn a_date_is_confirmed_by_whoever_says_the_one_the_clock_shows() {
        let folder = Proeve::lille().await.luk().await;
        let p = Proeve::paa(folder, Ur::efterlignet("2026-12-24T07:00:00Z".parse().unwrap())).await;
        let asked = p.bed(Ordre::Ur { idag: None }).await;
        assert_eq!((asked.kode, asked.ud.len(), asked.fejl.len()), (AFVIST, 0, 2));
        assert!(asked.fejl[0].contains("Maskinens ur viser 24. december 2026 kl. 08:00"), "{asked:?}");
        assert!(asked.fejl[0].contains("langt efter 20. november 2026 kl. 08:00"), "{asked:?}");

        let other = p.bed(Ordre::Ur { idag: dag("2026-11-24") }).await;
        assert_eq!((other.kode, other.ud.len()), (AFVIST, 0));
        assert!(other.fejl[0].contains("viser 24. december 2026, ikke 24. november 2026"), "{other:?}");
        assert_eq!(p.bed(Ordre::Ur { idag: None }).await.kode, AFVIST);

        let same = p.bed(Ordre::Ur { idag: dag("2026-12-24") }).await;
        assert_eq!((same.kode, &same.fejl), (GJORT, &vec![]));
        let believed = p.bed(Ordre::Ur { idag: None }).await;
        assert_eq!(
            (believed.kode, believed.ud),
            (GJORT, vec!["uret viser 24. december 2026 kl. 08:00, og det er i orden".to_owned()])
        );
    }

    #[tokio::test]
    async fn there_is_nothing_to_confirm_about_a_clock_that_is_moved() {
        let p = Proeve::tom().await;
        assert_eq!(p.bed(Ordre::Ur { idag: None }).await.kode, GJORT);
        let svar = p.bed(Ordre::Ur { idag: dag("2026-11-20") }).await;
        assert_eq!((svar.kode, svar.fejl.len()), (AFVIST, 1));
    }

    /// Without a service the word is written down for the next start.
    #[test]
    fn in_a_folder_that_is_stopped_the_next_start_is_told() {
        let folder = tempfile::tempdir().unwrap();
        assert!(uden_tjeneste(folder.path(), dag("2001-01-01")).is_err());
        assert_eq!(stored(folder.path()), None);
        assert!(uden_tjeneste(folder.path(), None).unwrap().contains("loggens seneste hændelse"));
        uden_tjeneste(folder.path(), Some(Ur::System.idag())).unwrap();
        let told = stored(folder.path()).unwrap();
        assert!((Ur::System.nu() - told).num_seconds().abs() < 60);
        forget(folder.path()).unwrap();
        forget(folder.path()).unwrap();
        assert_eq!(stored(folder.path()), None);
    }
}
