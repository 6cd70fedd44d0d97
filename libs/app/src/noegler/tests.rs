//! What the key file holds after what befalls it, and who can read what.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Condvar};
use std::time::Duration;

use eventlog::{Operation, Watch};

use super::*;
use crate::durable::seen;

fn cpr(tekst: &str) -> Fortrolig<String> {
    Fortrolig::ny(tekst.to_owned())
}

#[test]
fn det_forseglede_kan_kun_laeses_med_personens_noegle() {
    let mappe = tempfile::tempdir().unwrap();
    let noegler = Noegler::aabn(mappe.path(), true).unwrap();
    let (a, b) = (noegler.person(&cpr("7001010001")), noegler.person(&cpr("7001010002")));
    noegler.opret(&[a, b, a]).unwrap();
    let forseglet = noegler.forsegl(a, "Åse Ærlig".as_bytes()).unwrap();
    assert!(!forseglet.0.contains("rlig"));
    let igen = Noegler::aabn(mappe.path(), true).unwrap();
    assert_eq!(igen.luk_op(a, &forseglet).unwrap(), "Åse Ærlig".as_bytes());
    assert!(matches!(igen.luk_op(b, &forseglet), Err(NoegleFejl::Aendret)));
    assert_eq!(igen.person(&cpr("7001010001")), a, "the same person after a restart");
}

#[test]
fn en_slettet_noegle_er_vaek_ogsaa_fra_filen() {
    let mappe = tempfile::tempdir().unwrap();
    let noegler = Noegler::aabn(mappe.path(), true).unwrap();
    let (a, b) = (noegler.person(&cpr("7001010001")), noegler.person(&cpr("7001010002")));
    noegler.opret(&[a]).unwrap();
    let foer = std::fs::read(mappe.path().join("noegler")).unwrap();
    let forseglet = noegler.forsegl(a, b"x").unwrap();
    assert!(noegler.slet(a).unwrap());
    assert!(!noegler.slet(a).unwrap());
    noegler.opret(&[b]).unwrap();
    let efter = std::fs::read(mappe.path().join("noegler")).unwrap();
    assert!(!efter.windows(32).any(|w| w == &foer[2 * RUM + 16..2 * RUM + 48]));
    let igen = Noegler::aabn(mappe.path(), true).unwrap();
    assert!(matches!(igen.luk_op(a, &forseglet), Err(NoegleFejl::IngenNoegle)));
    igen.forsegl(b, b"y").unwrap();
}

/// A power cut while a batch was written: any of its slots may be torn or missing, in any order.
#[test]
fn et_stroemsvigt_midt_i_en_stribe_koster_ingen_og_en_beskadiget_noegle_siges() {
    let mappe = tempfile::tempdir().unwrap();
    let sti = mappe.path().join("noegler");
    let noegler = Noegler::aabn(mappe.path(), true).unwrap();
    let (a, b) = (noegler.person(&cpr("1")), noegler.person(&cpr("2")));
    noegler.opret(&[a]).unwrap();
    let foer = std::fs::read(&sti).unwrap();
    noegler.opret(&[b, noegler.person(&cpr("3"))]).unwrap();
    let hel = std::fs::read(&sti).unwrap();
    let mut revet = hel.clone();
    revet[RUM..2 * RUM].copy_from_slice(&foer[RUM..2 * RUM]);
    revet[3 * RUM + 5] ^= 1;
    std::fs::write(&sti, &revet).unwrap();
    let igen = Noegler::aabn(mappe.path(), false).unwrap();
    assert!(matches!(igen.forsegl(b, b"1"), Err(NoegleFejl::IngenNoegle)));
    igen.opret(&[b]).unwrap();
    igen.forsegl(a, b"1").unwrap();
    let mut skadet = hel;
    skadet[2 * RUM + 20] ^= 1;
    std::fs::write(&sti, skadet).unwrap();
    assert!(matches!(Noegler::aabn(mappe.path(), false), Err(NoegleFejl::Beskadiget(1))));
}

#[test]
fn en_manglende_noeglefil_erstattes_ikke_i_stilhed() {
    let mappe = tempfile::tempdir().unwrap();
    assert!(matches!(Noegler::aabn(mappe.path(), false), Err(NoegleFejl::Mangler)));
    Noegler::aabn(mappe.path(), true).unwrap();
    std::fs::write(mappe.path().join("noegler"), b"").unwrap();
    assert!(matches!(Noegler::aabn(mappe.path(), false), Err(NoegleFejl::Mangler)));
}

#[test]
fn noeglefilen_er_der_efter_et_stroemsvigt_ogsaa_naar_den_blev_lavet_i_en_start_der_blev_draebt() {
    let mappe = tempfile::tempdir().unwrap();
    let noegler = mappe.path().join("ny/noegler");
    let (_, navne) = seen::during(|| Noegler::aabn(&noegler, true).unwrap());
    assert!(navne.named.contains(&noegler.join("noegler")) && navne.unsafe_names.is_empty(), "{navne:?}");
    for ny in [true, false] {
        let (_, navne) = seen::during(|| Noegler::aabn(&noegler, ny).unwrap());
        assert!(navne.named.is_empty(), "it is used as it is");
        assert!(noegler.ancestors().all(|over| navne.synced.contains(over)), "{navne:?}");
    }
}

#[test]
fn en_noeglefil_af_nuller_ved_en_tom_log_laves_paa_ny_og_en_beskadiget_ikke() {
    let mappe = tempfile::tempdir().unwrap();
    let sti = mappe.path().join("noegler");
    for nuller in [2 * RUM, 3 * RUM] {
        std::fs::write(&sti, vec![0; nuller]).unwrap();
        assert!(matches!(Noegler::aabn(mappe.path(), false), Err(NoegleFejl::Beskadiget(0))), "a log needs it");
        let noegler = Noegler::aabn(mappe.path(), true).unwrap();
        noegler.opret(&[noegler.person(&cpr("7001010001"))]).unwrap();
    }
    let mut skadet = std::fs::read(&sti).unwrap();
    skadet[20] ^= 1;
    std::fs::write(&sti, &skadet).unwrap();
    assert!(matches!(Noegler::aabn(mappe.path(), true), Err(NoegleFejl::Beskadiget(0))));
    assert_eq!(std::fs::read(&sti).unwrap(), skadet, "there may be keys in it");
}

#[test]
fn personlige_vaerdier_kan_ikke_skrives_ud_ved_et_uheld() {
    assert_eq!(format!("{:?}", cpr("7001010001")), "Fortrolig(…)");
}

/// Lets a sync wait until it is told to go on.
#[derive(Debug, Default)]
struct Held {
    hold: AtomicBool,
    state: Mutex<(bool, bool)>,
    changed: Condvar,
}

impl Held {
    /// Until `reached` or `released` is so; not for ever.
    fn wait(&self, so: impl Fn(&(bool, bool)) -> bool) -> bool {
        let state = self.state.lock().unwrap();
        let (state, _) = self.changed.wait_timeout_while(state, Duration::from_secs(20), |s| !so(s)).unwrap();
        so(&state)
    }

    fn set(&self, how: impl Fn(&mut (bool, bool))) {
        how(&mut self.state.lock().unwrap());
        self.changed.notify_all();
    }
}

impl Watch for Held {
    fn before(&self, operation: Operation<'_>) -> io::Result<()> {
        if matches!(operation, Operation::Sync(_)) && self.hold.load(SeqCst) {
            self.set(|state| state.0 = true);
            assert!(self.wait(|state| state.1), "nobody let it go on");
        }
        Ok(())
    }

    fn after(&self, _: Operation<'_>) {}
}

/// While one person's key waits for the disk, what is sealed for everybody else can be opened, and more be sealed.
#[test]
fn nobody_waits_for_the_sync_of_somebody_elses_key() {
    let mappe = tempfile::tempdir().unwrap();
    let held = Arc::new(Held::default());
    let noegler = Arc::new(Noegler::aabn_paa(Disk::new(Some(held.clone())), mappe.path(), true).unwrap());
    let [a, b, c] = ["7001010001", "7001010002", "7001010003"].map(|nr| noegler.person(&cpr(nr)));
    noegler.opret(&[a, b]).unwrap();
    let forseglet = noegler.forsegl(a, "Åse Ærlig".as_bytes()).unwrap();
    for writes in [Noegler::opret as fn(&Noegler, &[Uuid]) -> _, |noegler, _| {
        noegler.slet(noegler.person(&cpr("7001010002"))).map(drop)
    }] {
        held.set(|state| *state = (false, false));
        held.hold.store(true, SeqCst);
        let writer = std::thread::spawn({
            let noegler = noegler.clone();
            move || writes(&noegler, &[c])
        });
        assert!(held.wait(|state| state.0), "the sync was reached");
        let (done, opened) = std::sync::mpsc::channel();
        std::thread::spawn({
            let (noegler, forseglet) = (noegler.clone(), forseglet.clone());
            move || {
                let laest = noegler.luk_op(a, &forseglet).unwrap();
                noegler.forsegl(a, b"mere").unwrap();
                done.send(laest)
            }
        });
        let laest = opened.recv_timeout(Duration::from_secs(10));
        held.hold.store(false, SeqCst);
        held.set(|state| state.1 = true);
        assert_eq!(laest.as_deref(), Ok("Åse Ærlig".as_bytes()), "it was opened while the other waited");
        writer.join().unwrap().unwrap();
    }
    assert!(noegler.forsegl(c, b"x").is_ok() && noegler.forsegl(b, b"x").is_err());
}
