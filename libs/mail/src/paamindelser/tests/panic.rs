//! A task that panics: it is told, nothing is lost, and nothing is said twice.

use std::io::Write;
use std::sync::{Arc, Mutex};

use forloeb::haendelse::Udfald;

use super::super::{PaamindelseError, crash};
use super::fixture::{Fixture, time};
use app::core::CommandError;

/// Log lines of this thread.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Wednesday 14 January 2026: the sending of the one mail panics, then the recording of its outcome.
#[tokio::test]
async fn a_task_that_panics_is_told_and_done_again() {
    let lines = Lines::default();
    let til = lines.clone();
    let _here = tracing::subscriber::set_default(
        tracing_subscriber::fmt().with_writer(move || til.clone()).with_ansi(false).finish(),
    );
    let p = Fixture::new("2026-01-12T09:00").await;
    p.ansat("10987", "else@kommune.test", |s| s.leder_nr = Some("10001".into())).await;
    let id = p.away("10987", "2026-01-05").await;
    crash::PANIC.lock().unwrap().extend([("afsendelse", id), ("notering", id)]);
    p.til("2026-01-14T08:00").await;
    assert!(p.lines().is_empty() && p.udfald("10987").await.is_empty());
    let says = |what: &str| String::from_utf8_lossy(&lines.0.lock().unwrap()).matches(what).count();
    assert_eq!(says("afsendelsen af en mail gik i panik"), 1);
    assert_eq!(p.works.ventende().await.unwrap().ventende[0].grund, "panik");

    p.app.clock.move_to(time("2026-01-14T08:01"));
    let answer = p.works.tick().await;
    assert!(matches!(answer, Err(PaamindelseError::DomainCommand(CommandError::Internal(_)))), "{answer:?}");
    assert_eq!(says("noteringen af påmindelser gik i panik"), 1);
    p.til("2026-01-14T12:00").await;
    assert_eq!(p.lines(), ["2026-01-14 tr Husk: første kontakt 16. januar"], "once");
    assert!(p.udfald("10987").await.into_values().all(|u| matches!(u, Udfald::Sendt { .. })));
}
