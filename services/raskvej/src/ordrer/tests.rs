//! The commands on the small workplace.

use forloeb::Aktoer;
use forloeb::kommando::Kommando;
use forloeb::ord::Rolle;
use uuid::Uuid;

use super::proeve::{Proeve, fil, tilfaeldige};
use super::terminal::{OutFile, Terminal};
use super::*;
use crate::durable::seen;
use crate::sealed::{Personoplysninger, open};

async fn forloeb_for(p: &Proeve, nr: &str) -> Uuid {
    p.kerne.forloeb_for(nr).await.unwrap()[0].id
}

fn laesbar(p: &Proeve, nr: &str) -> bool {
    let vis = p.kerne.vis();
    let (person, forseglet) = vis.fortroligt(nr).unwrap();
    open::<Personoplysninger>(&p.kerne.noegler, [person], forseglet).is_ok()
}

#[tokio::test]
async fn et_token_vises_en_gang_og_gemmes_som_aftryk() {
    let p = Proeve::lille().await;
    let bed = async |rolle, nr: Option<&str>| p.bed(Ordre::Token { rolle, medarbejder: nr.map(str::to_owned) }).await;
    let svar = bed(Rolle::Leder, Some("1002")).await;
    let token = &svar.ud[0];
    assert!(token.starts_with("rv_") && token.len() == 3 + 43 && svar.kode == GJORT);
    let aftryk = eventlog::Hash::of(token.as_bytes()).to_string();
    assert_eq!(p.kerne.vis().token(&aftryk), Some(&(Rolle::Leder, Some("1002".to_owned()))));
    assert_eq!(bed(Rolle::Hr, None).await.kode, GJORT);
    for rolle in Rolle::ALLE.iter().filter(|r| r.er_person()) {
        assert_eq!(bed(*rolle, None).await.kode, FORKERT_BRUG);
    }
    assert_eq!(bed(Rolle::Medarbejder, Some("4711")).await.kode, AFVIST);
    let historik = p.bed(Ordre::Replay { forloeb: None, til: None, format: Format::Json }).await.ud.join("\n");
    assert!(!historik.contains(&aftryk) && !historik.contains(token));
}

#[tokio::test]
async fn historikken_er_i_raekkefoelge_og_uden_personoplysninger() {
    let p = Proeve::lille().await;
    for format in [Format::Json, Format::Text] {
        let svar = p.bed(Ordre::Replay { forloeb: None, til: None, format }).await;
        assert_eq!((svar.kode, svar.ud.len()), (GJORT, 34));
        let alt = svar.ud.join("\n");
        assert!(
            ["Kjærgaard", "7203680011", "lille.example", "fortroligt"].iter().all(|hemmeligt| !alt.contains(hemmeligt))
        );
    }
    let json = p.bed(Ordre::Replay { forloeb: None, til: None, format: Format::Json }).await;
    for (nr, linje) in (1..).zip(&json.ud) {
        assert_eq!(serde_json::from_str::<serde_json::Value>(linje).unwrap()["position"], nr);
    }
    let id = forloeb_for(&p, "1005").await;
    let et = p.bed(Ordre::Replay { forloeb: Some(id), til: None, format: Format::Json }).await;
    assert_eq!(et.ud.len(), 3, "three registrations made one forløb");
    let ukendt = p.bed(Ordre::Replay { forloeb: Some(Uuid::nil()), til: None, format: Format::Json }).await;
    assert_eq!((ukendt.kode, ukendt.ud.len()), (AFVIST, 0));
}

#[tokio::test]
async fn paa_et_tidspunkt_vises_det_der_var_kendt_da() {
    let p = Proeve::lille().await;
    let foer = p.kerne.ur.nu();
    assert!(p.kerne.ur.flyt(foer + chrono::TimeDelta::days(2)));
    let csv = String::from_utf8(fil("fravaer.csv"))
        .unwrap()
        .replace("9015;1013;graviditet;21-09-2026;", "9015;1013;graviditet;21-09-2026;21-11-2026");
    p.importer(b"", csv.as_bytes()).await;
    let bed = async |forloeb, til| p.bed(Ordre::Replay { forloeb, til: Some(til), format: Format::Json }).await;
    assert_eq!(bed(None, foer).await.ud.len(), 6, "open forløb as the hand-worked list has them");
    assert_eq!(bed(None, p.kerne.ur.nu()).await.ud.len(), 5);
    let id = forloeb_for(&p, "1013").await;
    let laes = |svar: &str| serde_json::from_str::<serde_json::Value>(svar).unwrap();
    assert_eq!(laes(&bed(Some(id), foer).await.ud[0])["status"], "aaben");
    let nu = laes(&bed(Some(id), p.kerne.ur.nu()).await.ud[0]);
    assert_eq!((&nu["status"], &nu["sidste_fravaersdag"]), (&"afsluttet".into(), &"2026-11-21".into()));
    assert_eq!(bed(Some(id), foer - chrono::TimeDelta::seconds(1)).await.kode, AFVIST);
}

#[tokio::test]
async fn verify_finder_en_aendret_byte_i_loggen() {
    let p = Proeve::lille().await;
    let [segment] = &p.kerne.log.backup_files()[..] else { panic!() };
    let (navn, laengde) = (segment.name.clone(), usize::try_from(segment.len).unwrap());
    let mappe = p.luk().await;
    let hvad = || verify::Hvad::Mappe(mappe.path().to_owned());
    assert_eq!(verify::koer(hvad()).await, GJORT);
    let hel = std::fs::read(mappe.path().join(&navn)).unwrap();
    let mut naeste = tilfaeldige();
    for _ in 0..10 {
        let mut skadet = hel.clone();
        skadet[naeste(laengde)] ^= 1;
        std::fs::write(mappe.path().join(&navn), skadet).unwrap();
        assert_eq!(verify::koer(hvad()).await, AFVIST);
    }
    assert_eq!(verify::koer(verify::Hvad::Mappe("/findes/ikke".into())).await, AFVIST);
    assert_eq!(verify::koer(verify::Hvad::Bundt("/findes/ikke".into(), None)).await, AFVIST);
}

#[tokio::test]
async fn rebuild_compare_er_ens_og_finder_en_plantet_forskel() {
    let p = Proeve::lille().await;
    let sammenlign = async || p.bed(Ordre::Rebuild { compare: true }).await;
    assert_eq!(sammenlign().await.kode, GJORT);
    p.kerne.plant(|vis| vis.plant("1005", "4711"));
    let svar = sammenlign().await;
    assert_eq!(svar.ud, ["ansaettelse 4711: er for meget", "forfald 1005: mangler"]);
    assert_eq!(svar.kode, AFVIST);
    assert_eq!(p.bed(Ordre::Rebuild { compare: false }).await.kode, GJORT);
    assert_eq!(sammenlign().await.kode, GJORT);
    // And it goes on from there.
    p.importer(b"", &fil("fravaer.csv")).await;
    assert_eq!(p.bed(Ordre::Token { rolle: Rolle::Hr, medarbejder: None }).await.kode, GJORT);
}

#[tokio::test]
async fn en_slettet_person_kan_ikke_laeses_og_kommer_ikke_ind_igen() {
    let p = Proeve::lille().await;
    let slet = async |nr: &str| {
        p.bed(Ordre::Erase { medarbejder: nr.to_owned(), aarsag: "anmodning".to_owned(), ogsaa_andres: false }).await
    };
    // The same person has a second employment.
    let to = String::from_utf8(fil("medarbejdere.csv")).unwrap().replace("1013;9008890136", "1013;6906850057");
    assert_eq!(p.importer(to.as_bytes(), b"").await.ud, ["medarbejdere: 0 oprettet, 1 ændret, 12 uændret, 0 afvist"]);
    assert!(laesbar(&p, "1005") && laesbar(&p, "1013"));
    let svar = slet("1005").await;
    assert_eq!((svar.kode, svar.ud.len()), (GJORT, 1), "{svar:?}");
    assert!(!laesbar(&p, "1005") && !laesbar(&p, "1013") && laesbar(&p, "1006"));
    for nr in ["1005", "1013"] {
        assert!(p.kerne.vis().er_slettet(nr));
    }
    let igen = p.importer(to.as_bytes(), &fil("fravaer.csv")).await;
    assert_eq!(igen.ud[0], "medarbejdere: 0 oprettet, 0 ændret, 11 uændret, 2 afvist");
    assert_eq!(igen.kode, AFVIST);
    let under_nyt_nr = to.replace("\r\n1005;", "\r\n2005;");
    let igen = p.importer(under_nyt_nr.as_bytes(), b"").await;
    assert!(igen.fejl[0].contains("medarbejder_nr") && !laesbar(&p, "1005"), "{igen:?}");
    assert_eq!(slet("1005").await.kode, AFVIST, "already");
    assert_eq!(slet("4711").await.kode, AFVIST);
    assert_eq!(slet("1006").await.kode, GJORT);
}

#[tokio::test]
async fn en_sletning_der_blev_afbrudt_goeres_faerdig_ved_naeste_start() {
    let p = Proeve::lille().await;
    let kommando = Kommando::SletPerson { aarsag: "anmodning".to_owned() };
    p.kerne.udfoer("1005", &kommando, &Aktoer::system("terminal"), None).await.unwrap();
    assert!(laesbar(&p, "1005"), "the process stopped here");
    let p = Proeve::i(p.luk().await).await;
    assert!(!laesbar(&p, "1005") && laesbar(&p, "1006"));
}

#[tokio::test]
async fn et_rettet_personnummer_sletter_ikke_den_anden() {
    let p = Proeve::lille().await;
    // For a day payroll gave 1005 the number of 1006.
    let forkert = String::from_utf8(fil("medarbejdere.csv")).unwrap().replace("6906850057", "8812910063");
    p.importer(forkert.as_bytes(), b"").await;
    p.importer(&fil("medarbejdere.csv"), b"").await;
    p.bed(Ordre::Erase { medarbejder: "1005".to_owned(), aarsag: "anmodning".to_owned(), ogsaa_andres: false }).await;
    assert!(!laesbar(&p, "1005") && laesbar(&p, "1006"));
}

fn til(path: &Path, overwrite: bool) -> OutFile {
    OutFile { path: path.to_owned(), overwrite }
}

#[tokio::test]
async fn en_fil_er_der_hel_eller_slet_ikke() {
    let mappe = tempfile::tempdir().unwrap();
    let ud = mappe.path().join("ud");
    for (kode, ventet) in [(AFVIST, 0), (GJORT, 1)] {
        let mut terminal = Terminal::ny(Some(til(&ud, false))).unwrap();
        assert_eq!(terminal.tag(Besked::Data(b"indhold".to_vec())), None);
        assert!(!ud.exists());
        assert_eq!(terminal.tag(Besked::Slut(kode)), Some(kode));
        drop(terminal);
        assert_eq!(std::fs::read_dir(mappe.path()).unwrap().count(), ventet);
    }
    assert_eq!(std::fs::read(&ud).unwrap(), b"indhold");
    assert!(Terminal::ny(Some(til(Path::new("/findes/ikke/ud"), false))).is_err());
}

#[tokio::test]
async fn en_fil_der_er_der_overskrives_kun_naar_der_bedes_om_det() {
    let mappe = tempfile::tempdir().unwrap();
    let ud = mappe.path().join("ud");
    let skriv = |overskriv: bool, imens: &dyn Fn()| {
        let mut terminal = Terminal::ny(Some(til(&ud, overskriv))).map_err(|afslag| afslag.to_string())?;
        terminal.tag(Besked::Data(b"nyt".to_vec()));
        imens();
        Ok::<_, String>(terminal.tag(Besked::Slut(GJORT)))
    };
    std::fs::write(&ud, "gammelt").unwrap();
    let afslag = skriv(false, &|| ()).unwrap_err();
    assert!(afslag.contains("--overskriv"), "{afslag}");
    assert_eq!(std::fs::read(&ud).unwrap(), b"gammelt");
    assert_eq!(skriv(true, &|| ()), Ok(Some(GJORT)));
    assert_eq!(std::fs::read(&ud).unwrap(), b"nyt");
    // Made by somebody else while it was written.
    std::fs::remove_file(&ud).unwrap();
    assert_eq!(skriv(false, &|| std::fs::write(&ud, "en andens").unwrap()), Ok(Some(AFVIST)));
    assert_eq!(std::fs::read(&ud).unwrap(), b"en andens");
    assert_eq!(std::fs::read_dir(mappe.path()).unwrap().count(), 1);
    for andet in [mappe.path(), Path::new("/dev/null")] {
        assert!(Terminal::ny(Some(til(andet, true))).is_err(), "{}", andet.display());
    }
}

#[tokio::test]
async fn filen_er_der_efter_et_stroemsvigt() {
    let mappe = tempfile::tempdir().unwrap();
    let ud = mappe.path().join("ud");
    let ((), navne) = seen::during(|| {
        let mut terminal = Terminal::ny(Some(til(&ud, false))).unwrap();
        terminal.tag(Besked::Slut(GJORT));
    });
    assert!(navne.named.contains(&ud) && navne.unsafe_names.is_empty(), "{navne:?}");
    assert!(ud.ancestors().skip(1).all(|over| navne.synced.contains(over)), "{navne:?}");
}
