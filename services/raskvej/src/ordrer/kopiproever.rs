//! Backups: whole, by increments, restored and restored to an earlier time.

use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};
use eventlog::{Append, Journal, NewEvent, Options, StreamId};
use forloeb::ord::Rolle;

use super::proeve::{Proeve, Svar, fil, tilfaeldige};
use super::restore::Til;
use super::*;
use crate::durable::seen;
use crate::sealed::{Personoplysninger, open};
use crate::visninger::{ADGANG, Meta, TokenUdstedt};

fn laesbar(p: &Proeve, nr: &str) -> bool {
    let vis = p.kerne.vis();
    let (person, forseglet) = vis.fortroligt(nr).unwrap();
    open::<Personoplysninger>(&p.kerne.noegler, [person], forseglet).is_ok()
}

async fn kopi(p: &Proeve, til: &Path, siden: Option<&Path>) -> PathBuf {
    let kendte = siden.map_or(Vec::new(), |siden| backup::kendte(siden).unwrap());
    let svar = p.bed(Ordre::Backup { kendte }).await;
    assert_eq!(svar.kode, GJORT);
    std::fs::write(til, svar.data).unwrap();
    til.to_owned()
}

#[tokio::test]
async fn en_sikkerhedskopi_kan_genskabes_hel_og_kun_hel() {
    let p = Proeve::lille().await;
    p.bed(Ordre::Export { forloeb: None }).await;
    let arbejde = tempfile::tempdir().unwrap();
    let (tar, ny) = (arbejde.path().join("kopi.tar"), arbejde.path().join("ny"));
    let (hel, hoved) = (std::fs::read(kopi(&p, &tar, None).await).unwrap(), p.kerne.log.head());
    let mut naeste = tilfaeldige();
    let skader = (0..40).map(|_| {
        let mut skadet = hel.clone();
        // Within contents: the blocks of a tar file are padded with bytes that mean nothing.
        let sted = 512 + naeste(usize::try_from(p.kerne.log.backup_files()[0].len).unwrap());
        skadet[sted] ^= 1;
        skadet
    });
    let afkortede = [0, 511, hel.len() / 2, hel.len() - 2048].map(|n| hel[..n].to_vec());
    let fra = [tar.clone()];
    for skadet in skader.chain(afkortede) {
        std::fs::write(&tar, skadet).unwrap();
        assert!(restore::genskab(&fra, None, &ny).is_err());
        assert_eq!(std::fs::read_dir(&ny).unwrap().count(), 0, "nothing is left behind");
    }
    std::fs::write(&tar, &hel).unwrap();
    assert_eq!(restore::genskab(&fra, None, &ny).unwrap().head, hoved);
    assert!(restore::genskab(&fra, None, &ny).is_err(), "never over something");
    let genskabt = tempfile::tempdir().unwrap();
    restore::genskab(&fra, None, genskabt.path()).unwrap();
    let segl = |mappe: &Path| std::fs::read(mappe.join(crate::segl::FIL)).unwrap();
    assert_eq!(segl(genskabt.path()), segl(p.sti()), "sealed with the same key as before");
    let igen = Proeve::i(genskabt).await;
    assert_eq!(igen.kerne.log.head(), hoved);
    assert!(laesbar(&igen, "1005"));
}

/// Puts 600 events into a folder that nobody has open, a second apart from `fra` on. They are large: the segment that is
/// there has room for 16 MB, and those after it are small.
async fn fyld(mappe: &Path, fra: DateTime<Utc>) -> DateTime<Utc> {
    let tider: Vec<_> = (1..=600).map(|sekund| fra + TimeDelta::seconds(sekund)).collect();
    skriv_ved(mappe, &tider).await;
    fra + TimeDelta::seconds(600)
}

/// Puts an event into a folder that nobody has open for each of these times.
async fn skriv_ved(mappe: &Path, tider: &[DateTime<Utc>]) {
    let log = Journal::open(mappe, Options { segment_size: 128 << 10, ..Options::default() }).unwrap().log;
    let stream = StreamId::new(ADGANG).unwrap();
    let mut expected = log.stream_version(&stream).await.unwrap();
    for tid in tider {
        let hash = eventlog::Hash::of(&expected.to_be_bytes()).to_string();
        let body = serde_json::to_vec(&TokenUdstedt { hash, rolle: Rolle::Hr, nr: Some("1".repeat(30_000)) }).unwrap();
        let event = NewEvent { kind: "TokenUdstedt".to_owned(), form: 1, body };
        let meta = serde_json::to_vec(&Meta { aktoer: forloeb::Aktoer::system("terminal") }).unwrap();
        let time = tid.timestamp_micros();
        let append = Append { stream: stream.clone(), expected, time, meta, events: vec![event], idempotency: None };
        expected = log.append(append).await.unwrap().version;
    }
    while log.backup_files().iter().filter(|fil| fil.ends.is_none()).count() > 1 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    log.close().await;
}

#[tokio::test]
async fn en_kopi_siden_en_anden_er_lille_og_kan_genskabes_med_den() {
    let p = Proeve::lille().await;
    let start = p.kerne.ur.nu();
    let mappe = p.luk().await;
    let midt = fyld(mappe.path(), start).await;
    let arbejde = tempfile::tempdir().unwrap();
    let sti = |navn: &str| arbejde.path().join(navn);
    let p = Proeve::i(mappe).await;
    let foerste = kopi(&p, &sti("1"), None).await;
    let mappe = p.luk().await;
    let sidst = fyld(mappe.path(), midt).await;
    let p = Proeve::i(mappe).await;
    assert!(p.kerne.ur.flyt(sidst));
    let anden = kopi(&p, &sti("2"), Some(&foerste)).await;
    p.bed(Ordre::Token { rolle: Rolle::Hr, medarbejder: None }).await;
    let tredje = kopi(&p, &sti("3"), Some(&anden)).await;
    let hel = kopi(&p, &sti("hel"), None).await;
    let hoved = p.kerne.log.head();
    let antal = |sti: &Path| tar::Archive::new(std::fs::File::open(sti).unwrap()).entries().unwrap().count();
    println!("files in the copies: {} whole, then {} and {}", antal(&hel), antal(&anden), antal(&tredje));
    // head, keys, manifest, and of the log the part that is written to
    assert_eq!(antal(&tredje), 4, "only what is not packed is new");
    assert!(antal(&anden) > 8 && antal(&hel) > antal(&anden) + 8);

    // Written over what it builds on, it would be the only one, and not whole.
    let kendte = backup::kendte(&anden).unwrap();
    for out in [&anden, &foerste] {
        assert_eq!(backup::maa_skrives(out, &anden, &kendte).unwrap_err().kode(), FORKERT_BRUG, "{}", out.display());
    }
    for out in [&tredje, &arbejde.path().join("ny")] {
        backup::maa_skrives(out, &anden, &kendte).unwrap();
    }

    let genskab = |fra: &[&PathBuf], til| {
        let ny = tempfile::tempdir().unwrap();
        let fra: Vec<PathBuf> = fra.iter().map(|sti| (*sti).clone()).collect();
        restore::genskab(&fra, til, ny.path()).map(|fundet| (fundet, ny))
    };
    for fra in [&[&hel][..], &[&foerste, &anden, &tredje], &[&tredje, &foerste, &anden]] {
        let (fundet, ny) = genskab(fra, None).unwrap();
        assert_eq!(fundet.head, hoved);
        let igen = Proeve::i(ny).await;
        assert!(laesbar(&igen, "1005"));
        assert_eq!(igen.bed(Ordre::Rebuild { compare: true }).await.kode, GJORT);
    }
    for fra in [&[&tredje][..], &[&anden, &tredje], &[&foerste, &tredje]] {
        assert!(genskab(fra, None).is_err(), "one that it builds on is missing");
    }

    // To a point in time, in a packed segment and at its edges: 34 events of the workplace, then one a second.
    for sekunder in [0, 57, 600, 1000] {
        let til = start + TimeDelta::seconds(sekunder) + TimeDelta::milliseconds(500);
        let (fundet, ny) = genskab(&[&foerste, &anden, &tredje], Some(Til::Tid(til))).unwrap();
        assert_eq!(fundet.events, 34 + u64::try_from(sekunder).unwrap());
        let igen = Proeve::i(ny).await;
        assert_eq!(igen.kerne.log.head(), fundet.head);
        igen.importer(b"", &fil("fravaer.csv")).await;
        assert_eq!(igen.bed(Ordre::Token { rolle: Rolle::Hr, medarbejder: None }).await.kode, GJORT, "it goes on");
        let mappe = igen.luk().await;
        assert_eq!(verify::koer(verify::Hvad::Mappe(mappe.path().to_owned())).await, GJORT);
    }
    let (tom, _mappe) = genskab(&[&hel], Some(Til::Tid(start - TimeDelta::days(1)))).unwrap();
    assert_eq!(tom.events, 0);
}

/// The times of a log are what the clock said; which of two ends is meant only a person knows.
#[tokio::test]
async fn naar_uret_gik_tilbage_vaelger_et_menneske_hvor_loggen_slutter() {
    let p = Proeve::lille().await;
    let start = p.kerne.ur.nu();
    let minutter = |minutter: i64| start + TimeDelta::minutes(minutter);
    let mappe = p.luk().await;
    // 34 events at the start, and then positions 35 to 39.
    skriv_ved(mappe.path(), &[60, 120, 30, 40, 180].map(minutter)).await;
    let p = Proeve::i(mappe).await;
    let arbejde = tempfile::tempdir().unwrap();
    let fra = [kopi(&p, &arbejde.path().join("kopi"), None).await];
    let genskab = |til| {
        let ny = tempfile::tempdir().unwrap();
        let antal = restore::genskab(&fra, Some(til), ny.path()).map(|fundet| fundet.events);
        (antal.map_err(|afslag| afslag.to_string()), ny)
    };
    for (til, antal) in [(10, 34), (130, 38), (180, 39), (500, 39)] {
        assert_eq!(genskab(Til::Tid(minutter(til))).0, Ok(antal), "minute {til}");
    }
    for (til, senest) in [(35, 37), (45, 38), (60, 38), (100, 38)] {
        let tidligst = if til < 60 { 34 } else { 35 };
        let (afslag, ny) = genskab(Til::Tid(minutter(til)));
        let afslag = afslag.unwrap_err();
        for position in [tidligst, senest] {
            assert!(afslag.contains(&format!("--til-position {position}")), "minute {til}: {afslag}");
        }
        assert_eq!(std::fs::read_dir(ny.path()).unwrap().count(), 0);
    }
    for position in [34, 38] {
        let (antal, ny) = genskab(Til::Position(position));
        assert_eq!(antal, Ok(position));
        assert_eq!(Proeve::i(ny).await.bed(Ordre::Rebuild { compare: true }).await.kode, GJORT);
    }
}

#[tokio::test]
async fn det_genskabte_er_der_efter_et_stroemsvigt() {
    let p = Proeve::lille().await;
    let arbejde = tempfile::tempdir().unwrap();
    let fra = [kopi(&p, &arbejde.path().join("kopi"), None).await];
    let ny = arbejde.path().join("en/ny/mappe");
    for til in [None, Some(Til::Position(34))] {
        let (genskabt, navne) = seen::during(|| restore::genskab(&fra, til, &ny).map(|fundet| fundet.events));
        assert_eq!(genskabt.map_err(|afslag| afslag.to_string()), Ok(34));
        for navn in ["journal", "noegler"] {
            assert!(navne.named.contains(&ny.join(navn)), "{navn}");
        }
        assert_eq!(navne.unsafe_names, std::collections::BTreeSet::new());
        // Also where the folder was there, and its maker did not sync it.
        assert!(ny.ancestors().all(|over| navne.synced.contains(over)), "{:?}", navne.synced);
        std::fs::remove_dir_all(&ny).unwrap();
        std::fs::create_dir(&ny).unwrap();
    }
}

fn afvist(svar: &Svar, hvor: &str) {
    assert_eq!(svar.kode, AFVIST, "{:?}", svar.fejl);
    let tekst = svar.fejl.join(" ");
    assert!(tekst.contains(hvor) && tekst.contains("tidligere sikkerhedskopi"), "{tekst}");
    assert!(svar.ud.is_empty(), "it does not say that anything was written: {:?}", svar.ud);
}

#[tokio::test]
async fn af_en_beskadiget_log_laves_hverken_kopi_eller_bundt() {
    let p = Proeve::lille().await;
    let (start, id) = (p.kerne.ur.nu(), p.kerne.forloeb_for("1005").await.unwrap()[0].id);
    let mappe = p.luk().await;
    fyld(mappe.path(), start).await;
    let p = Proeve::i(mappe).await;
    let arbejde = tempfile::tempdir().unwrap();
    let foerste = kopi(&p, &arbejde.path().join("1"), None).await;

    // In the middle of a packed segment that nobody has read since: the log is believed to be whole.
    let pakket = p.kerne.log.backup_files().iter().find(|fil| fil.ends.is_some()).unwrap().name.clone();
    let sti = p.sti().join(&pakket);
    let hel = std::fs::read(&sti).unwrap();
    let mut skadet = hel.clone();
    skadet[hel.len() / 2] ^= 1;
    std::fs::write(&sti, &skadet).unwrap();
    assert_eq!(p.kerne.log.fault(), None);
    let navn = pakket.strip_prefix("journal/").unwrap();
    afvist(&p.bed(Ordre::Backup { kendte: Vec::new() }).await, navn);
    let kendte = backup::kendte(&foerste).unwrap();
    afvist(&p.bed(Ordre::Backup { kendte: kendte.clone() }).await, navn);
    // Mended as the text says, it is taken again.
    std::fs::write(&sti, &hel).unwrap();
    assert_eq!(p.bed(Ordre::Backup { kendte }).await.kode, GJORT);
    assert_eq!(p.bed(Ordre::Export { forloeb: None }).await.kode, GJORT);
    let mappe = p.luk().await;

    // In what is read at the start: then it is known from there on, and the log ends before it.
    let raa = mappe.path().join("journal");
    let mut raa: Vec<_> = std::fs::read_dir(raa).unwrap().map(|fil| fil.unwrap().path()).collect();
    raa.sort();
    let raa = raa.iter().rfind(|sti| sti.extension().is_some_and(|e| e == "rvj")).unwrap();
    let mut bytes = std::fs::read(raa).unwrap();
    let midt = bytes.iter().rposition(|byte| *byte != 0).unwrap() / 2;
    bytes[midt] ^= 1;
    std::fs::write(raa, bytes).unwrap();
    let p = Proeve::i(mappe).await;
    assert!(p.kerne.log.fault().is_some());
    let navn = raa.file_name().unwrap().to_str().unwrap();
    for ordre in
        [Ordre::Backup { kendte: Vec::new() }, Ordre::Export { forloeb: None }, Ordre::Export { forloeb: Some(id) }]
    {
        let svar = p.bed(ordre).await;
        afvist(&svar, navn);
        assert!(svar.data.is_empty());
    }
}
