//! A checkpoint that is not whole, or not of this log and day, is not used.

use forloeb::haendelse::PersonSlettet;

use super::super::checkpoint::{CheckpointFejl, MAPPE};
use chance::Tilfaeldig;

use super::{Sted, efterproev};
use crate::kerne::Start;

/// With a checkpoint of a few events, and some events after it.
pub(super) async fn med_checkpoint() -> Sted {
    let (mut t, mut sted) = (Tilfaeldig::ny(2), Sted::nyt().await);
    for _ in 0..30 {
        sted.tilfaeldig_haendelse(&mut t).await;
    }
    sted.kerne.gem().await;
    for _ in 0..10 {
        sted.tilfaeldig_haendelse(&mut t).await;
    }
    sted
}

#[tokio::test(flavor = "multi_thread")]
async fn et_checkpoint_hvor_en_byte_er_vendt_eller_mangler_bruges_ikke() {
    let mut sted = med_checkpoint().await;
    let fil = sted.mappe.path().join(MAPPE).join("checkpoint");
    let hel = std::fs::read(&fil).unwrap();
    let mut steder: Vec<usize> = (0..hel.len()).step_by(hel.len() / 30).collect();
    steder.extend([0, 8, 40, 80, hel.len() - 1]);
    let mut proevet = 0;
    for sted_i_filen in steder {
        for skaaret in [false, true] {
            let mut bytes = hel.clone();
            if skaaret {
                bytes.truncate(sted_i_filen);
            } else {
                bytes[sted_i_filen] ^= 1 << (proevet % 8);
            }
            std::fs::write(&fil, bytes).unwrap();
            sted.genstart(false).await;
            assert!(matches!(sted.kerne.start, Start::PaaNy(Some(_))), "byte {sted_i_filen}, cut {skaaret}");
            proevet += 1;
        }
    }
    efterproev(&sted, "after a damaged checkpoint").await;
    std::fs::write(&fil, hel).unwrap();
    sted.genstart(false).await;
    assert!(matches!(sted.kerne.start, Start::Checkpoint { .. }), "{:?}", sted.kerne.start);
    assert!(proevet > 60);
}

#[tokio::test(flavor = "multi_thread")]
async fn et_checkpoint_af_en_anden_log_eller_en_senere_dag_bruges_ikke() {
    let mut sted = med_checkpoint().await;
    let anden = med_checkpoint().await;
    let fil = |s: &Sted| s.mappe.path().join(MAPPE).join("checkpoint");
    // As long a log, of other events.
    let mut t = Tilfaeldig::ny(99);
    let mut tredje = Sted::nyt().await;
    for _ in 0..40 {
        tredje.tilfaeldig_haendelse(&mut t).await;
    }
    tredje.kerne.gem().await;
    std::fs::copy(fil(&tredje), fil(&sted)).unwrap();
    sted.genstart(false).await;
    assert!(matches!(sted.kerne.start, Start::PaaNy(Some(CheckpointFejl::AndenLog))), "{:?}", sted.kerne.start);
    // A log with the very same events has the very same hashes.
    std::fs::copy(fil(&anden), fil(&sted)).unwrap();
    sted.genstart(false).await;
    assert!(matches!(sted.kerne.start, Start::Checkpoint { .. }), "{:?}", sted.kerne.start);
    efterproev(&sted, "from an older checkpoint").await;
    sted.frem(30);
    drop(sted.kerne.vis()); // the day turns when somebody looks
    sted.skriv("10", PersonSlettet { aarsag: "prøve".to_owned() }).await;
    sted.kerne.gem().await;
    sted.tid = "2026-01-05T08:00:00Z".parse().unwrap();
    sted.genstart(false).await;
    assert!(matches!(sted.kerne.start, Start::PaaNy(Some(CheckpointFejl::Fremtid))), "{:?}", sted.kerne.start);
    efterproev(&sted, "on a day before the checkpoint's").await;
}
