//! Opening a data folder whose log has lost its beginning.

use std::fs;

use tempfile::TempDir;

use crate::kerne::{AabnFejl, Aabnet, Fremdrift};
use crate::noegler::NoegleFejl;
use crate::ordrer::proeve::Proeve;
use crate::ur::Ur;
use forloeb::Regelbog;

/// A workplace that is closed, and whose first segment nobody can read any more.
async fn uden_begyndelse() -> TempDir {
    let mappe = Proeve::lille().await.luk().await;
    fs::write(mappe.path().join(format!("journal/seg-{:020}.rvj", 1)), "ikke et segment").unwrap();
    mappe
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn beside_a_log_without_its_beginning_no_new_keys_are_made() {
    let mappe = uden_begyndelse().await;
    let noegler = mappe.path().join("noegler");
    fs::remove_dir_all(&noegler).unwrap();
    let bog = Regelbog::indbygget();
    let aabnet = Aabnet::aabn(mappe.path()).unwrap();
    let svar = aabnet.byg(|_| Ur::System, bog, &Fremdrift::default()).await;
    assert!(matches!(svar, Err(AabnFejl::Noegler(NoegleFejl::Mangler))), "{:?}", svar.err());
    assert!(!noegler.exists(), "a new secret would give every person another id once the segment is back");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_without_its_beginning_is_not_a_new_one() {
    let p = Proeve::i(uden_begyndelse().await).await;
    assert_eq!(p.kerne.log.head().position, 0);
    let fejl = p.kerne.genopretning.fault.clone().unwrap();
    assert_eq!((fejl.segment, fejl.position), (format!("seg-{:020}.rvj", 1), 1));
    assert!(!p.kerne.er_ny(), "the demonstration would play its history into it, and stop");
    p.luk().await;
    let p = Proeve::tom().await;
    assert!(p.kerne.er_ny());
    p.luk().await;
}
