//! A task that panics: it is told, nothing is lost, and nothing is said twice.

use std::io::Write;
use std::sync::{Arc, Mutex};

use forloeb::haendelse::Udfald;

use super::super::{PaamindelsesFejl, nedbrud};
use super::opstilling::{Opstilling, tid};
use app::kerne::KommandoFejl;

/// Log lines of this thread.
#[derive(Clone, Default)]
struct Linjer(Arc<Mutex<Vec<u8>>>);

impl Write for Linjer {
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
async fn en_opgave_der_gaar_i_panik_siges_og_goeres_om() {
    let linjer = Linjer::default();
    let til = linjer.clone();
    let _her = tracing::subscriber::set_default(
        tracing_subscriber::fmt().with_writer(move || til.clone()).with_ansi(false).finish(),
    );
    let p = Opstilling::ny("2026-01-12T09:00").await;
    p.ansat("10987", "else@kommune.test", |s| s.leder_nr = Some("10001".into())).await;
    let id = p.vaek("10987", "2026-01-05").await;
    nedbrud::PANIK.lock().unwrap().extend([("afsendelse", id), ("notering", id)]);
    p.til("2026-01-14T08:00").await;
    assert!(p.linjer().is_empty() && p.udfald("10987").await.is_empty());
    let siger = |hvad: &str| String::from_utf8_lossy(&linjer.0.lock().unwrap()).matches(hvad).count();
    assert_eq!(siger("afsendelsen af en mail gik i panik"), 1);
    assert_eq!(p.arbejder.ventende().await.unwrap().ventende[0].grund, "panik");

    p.kerne.ur.flyt(tid("2026-01-14T08:01"));
    let svar = p.arbejder.tik().await;
    assert!(matches!(svar, Err(PaamindelsesFejl::Kommando(KommandoFejl::Internal(_)))), "{svar:?}");
    assert_eq!(siger("noteringen af påmindelser gik i panik"), 1);
    p.til("2026-01-14T12:00").await;
    assert_eq!(p.linjer(), ["2026-01-14 tr Husk: første kontakt 16. januar"], "once");
    assert!(p.udfald("10987").await.into_values().all(|u| matches!(u, Udfald::Sendt { .. })));
}
