//! Taking in: what becomes of files, seen from outside.

use forloeb::haendelse::Raskmeldt;
use forloeb::kommando::{Handling, Kommando};
use forloeb::{Aktoer, Haendelse};
use uuid::Uuid;

use crate::import::*;
use crate::ordrer::proeve::{Proeve, fil};
use crate::sealed::{Annulleringsgrund, Personoplysninger, open, seal};

const HOVED: &str = "fravaer_nr;medarbejder_nr;aarsag;foerste_fravaersdag;sidste_fravaersdag;omfang_pct\n";

async fn ind(p: &Proeve, linjer: &str) -> Rapport {
    fravaer(&p.kerne, format!("{HOVED}{linjer}").as_bytes(), &Aktoer::system("import"), &|_, _| {}).await.unwrap()
}

async fn folk(p: &Proeve, csv: &str) -> Rapport {
    medarbejdere(&p.kerne, csv.as_bytes(), &Aktoer::system("import"), &|_, _| {}).await.unwrap()
}

fn lille() -> String {
    String::from_utf8(fil("medarbejdere.csv")).unwrap()
}

fn tal(r: &Rapport) -> (u64, u64, u64, usize) {
    (r.oprettet, r.aendret, r.uaendret, r.afviste())
}

fn felter(r: &Rapport) -> Vec<(u64, &str)> {
    r.fejl.iter().map(|f| (f.linje, f.felt.as_str())).collect()
}

#[tokio::test]
async fn samme_fil_igen_aendrer_intet_i_nogen_form() {
    let p = Proeve::lille().await;
    let hoved = p.kerne.log.head();
    for form in ["", ".windows-1252", ".tab-iso"] {
        let svar = p.importer(&fil(&format!("medarbejdere{form}.csv")), &fil(&format!("fravaer{form}.csv"))).await;
        assert_eq!(svar.ud[0], "medarbejdere: 0 oprettet, 0 ændret, 13 uændret, 0 afvist");
        assert_eq!(svar.ud[1], "fravær: 0 oprettet, 0 ændret, 21 uændret, 0 afvist");
    }
    assert_eq!(p.kerne.log.head(), hoved);
}

#[tokio::test]
async fn en_aendret_linje_aendrer_det_der_er_aendret() {
    let p = Proeve::lille().await;
    let position = p.kerne.log.head().position;
    let ny = lille()
        .replace("+45 00 00 10 05", "+45 00 00 99 99")
        .replace("1007;7707770078;Niels-Peter O'Brien", "1007;7707770078;Nils O'Brien");
    let ny = ny.replace(";28;0766;", ";30,5;0766;");
    assert_eq!(tal(&folk(&p, &ny).await), (0, 3, 10, 0));
    let _laan = p.kerne.laan("1010").await.unwrap();
    {
        let vis = p.kerne.vis();
        let (person, forseglet) = vis.fortroligt("1005").unwrap();
        let aaben: Personoplysninger = open(&p.kerne.noegler, [person], forseglet).unwrap();
        assert_eq!(aaben.telefon.vis(), "+45 00 00 99 99");
        assert!((vis.stamdata("1010").unwrap().timer_pr_uge - 30.5).abs() < f64::EPSILON);
        let om_1010 =
            vis.ansaettelse("1010").unwrap().unwrap().poster().iter().rfind(|post| post.position > position).cloned();
        let Some(Haendelse::StamdataRegistreret(h)) = om_1010.map(|post| post.haendelse.clone()) else { panic!() };
        assert!(h.fortroligt.is_none(), "what did not change is not sealed again");
    }
    assert_eq!(tal(&ind(&p, "9021;1006;sygdom;28-10-2026;19-11-2026;100\n").await), (0, 1, 0, 0));
    assert_eq!(p.kerne.forloeb_for("1006").await.unwrap().last().unwrap().sidste, "2026-11-19".parse().ok());
}

#[tokio::test]
async fn en_fil_igen_gaelder_ikke_over_det_folk_har_registreret_siden() {
    let p = Proeve::lille().await;
    let (id, sidste) = (p.kerne.forloeb_for("1013").await.unwrap()[0].id, "2026-11-18".parse().unwrap());
    let raskmeld = Handling::Raskmeld(Raskmeldt { forloeb: id, sidste_fravaersdag: sidste });
    let kommando = Kommando::Forloeb { id, hvis_version: None, handling: raskmeld };
    p.kerne.udfoer("1013", &kommando, &Aktoer::system("prøve"), None).await.unwrap();
    let svar = p.importer(b"", &fil("fravaer.csv")).await;
    assert_eq!(svar.ud, ["fravær: 0 oprettet, 0 ændret, 21 uændret, 0 afvist"]);
    assert_eq!(p.kerne.forloeb(id).await.unwrap().unwrap().sidste, Some(sidste));
}

#[tokio::test]
async fn linjer_i_enhver_orden_giver_de_samme_forloeb() {
    let p = Proeve::lille().await;
    let q = Proeve::tom().await;
    let csv = String::from_utf8(fil("fravaer.csv")).unwrap();
    let (hoved, linjer) = csv.split_once("\r\n").unwrap();
    let baglaens: Vec<&str> = linjer.lines().rev().collect();
    let svar = q.importer(lille().as_bytes(), format!("{hoved}\n{}", baglaens.join("\n")).as_bytes()).await;
    assert_eq!(svar.kode, 0);
    let alle = |p: &Proeve| {
        let mut alle: Vec<_> =
            p.kerne.vis().kort().map(|f| (f.nr.to_owned(), f.kort.foerste, f.kort.slut, f.id)).collect();
        alle.sort();
        alle
    };
    assert_eq!((alle(&p).len(), alle(&p)), (16, alle(&q)));
}

#[tokio::test]
async fn linjer_der_flytter_sig_samtidig_kommer_ind() {
    let p = Proeve::lille().await;
    let foer = "1;1009;sygdom;01-10-2026;10-10-2026;100\n2;1009;sygdom;11-10-2026;20-10-2026;100\n3;1009;sygdom;21-10-2026;30-10-2026;100\n";
    assert_eq!(tal(&ind(&p, foer).await), (3, 0, 0, 0));
    let efter = "1;1009;sygdom;01-10-2026;12-10-2026;100\n2;1009;sygdom;13-10-2026;22-10-2026;100\n3;1009;sygdom;23-10-2026;30-10-2026;100\n";
    assert_eq!(tal(&ind(&p, efter).await), (0, 3, 0, 0));
    assert_eq!(tal(&ind(&p, foer).await), (0, 3, 0, 0));
}

#[tokio::test]
async fn hver_forkert_linje_siges_og_resten_gaar_ind() {
    let p = Proeve::lille().await;
    let linjer = "1;1001;sygdom;05-01-2026;16-01-2026;100\n\
                  2;7777;sygdom;05-01-2026;;100\n\
                  3;1001;sygdom;16-02-2026;05-02-2026;100\n\
                  4;1001;sygdom;10-01-2026;12-01-2026;100\n\
                  5;1001;sygdom;31-02-2026;;0\n\
                  1;1001;sygdom;05-03-2026;06-03-2026;100\n\
                  9001;1001;sygdom;05-04-2026;06-04-2026;100\n\
                  8;1001;sygdom;05-04-1999;06-04-1999;100\n\
                  9;1012;sygdom;05-11-2026;06-11-2026;100\n\
                  10;1001;sygdom;05-05-2028;;100\n\
                  11;1001;sygdom;05-05-2026\n\
                  12;1001;hovedpine;05-05-2026;;100\n\
                  13;1001;sygdom;01-06-2026;03-06-2026;50\n";
    let r = ind(&p, linjer).await;
    assert_eq!((r.oprettet, r.afviste()), (2, 11));
    let ventet = [
        (3, "medarbejder_nr"),
        (4, "sidste_fravaersdag"),
        (5, "foerste_fravaersdag"),
        (6, "foerste_fravaersdag"),
        (6, "omfang_pct"),
        (7, "fravaer_nr"),
        (8, "medarbejder_nr"),
        (9, "foerste_fravaersdag"),
        (10, "foerste_fravaersdag"),
        (11, "foerste_fravaersdag"),
        (12, "linje"),
        (13, "aarsag"),
    ];
    assert_eq!(felter(&r), ventet);
    assert!(r.fejl.iter().all(|f| !f.fejl.is_empty() && !f.fejl.contains("hovedpine")));
}

#[tokio::test]
async fn hver_kolonne_i_medarbejdere_proeves_og_indholdet_gentages_ikke() {
    let p = Proeve::tom().await;
    let csv = lille();
    let linjer: Vec<&str> = csv.trim_start_matches('\u{feff}').lines().collect();
    let kolonner: Vec<&str> = linjer[0].split(';').collect();
    let forkerte = [
        ("medarbejder_nr", "10 05"),
        ("cpr", "6906850o57"),
        ("navn", ""),
        ("enhed", ""),
        ("leder_nr", "ukendt/1"),
        ("ansat_dato", "01-13-2010"),
        ("fratraadt_dato", "01-01-2009"),
        ("timer_pr_uge", "0"),
        ("bopaelskommune", "Odense"),
        ("paragraf_56", "måske"),
        ("fleksjob", ""),
        ("nyuddannet", "x"),
        ("rolle", "konge"),
    ];
    for (kolonne, vaerdi) in forkerte {
        let mut felter: Vec<&str> = linjer[5].split(';').collect();
        felter[kolonner.iter().position(|k| *k == kolonne).unwrap()] = vaerdi;
        let r = folk(&p, &[linjer[0], &felter.join(";")].join("\n")).await;
        assert_eq!((r.oprettet, r.fejl.len(), r.fejl[0].felt.as_str()), (0, 1, kolonne));
        assert!(vaerdi.len() < 3 || !r.fejl[0].fejl.contains(vaerdi));
    }
    let uden_rolle = csv.replace(";rolle", ";");
    assert_eq!(felter(&folk(&p, &uden_rolle).await), [(1, "rolle")]);
    let to_gange = [linjer[0], linjer[5], linjer[6], linjer[5]].join("\n");
    let r = folk(&p, &to_gange).await;
    assert_eq!((tal(&r), felter(&r)), ((2, 0, 0, 1), vec![(4, "medarbejder_nr")]));
}

#[tokio::test]
async fn en_ukendt_leder_er_en_advarsel_og_ens_egen_leder_er_ingen() {
    let p = Proeve::tom().await;
    let csv = lille().replace(
        "Teknisk servicemedarbejder;E1;Plejecenter Åbrinken;1002",
        "Teknisk servicemedarbejder;E1;Plejecenter Åbrinken;4711",
    );
    let csv = csv.replace("Forstander;E1;Plejecenter Åbrinken;;", "Forstander;E1;Plejecenter Åbrinken;1001;");
    let r = folk(&p, &csv).await;
    assert_eq!(tal(&r), (13, 0, 0, 0));
    let advarsler: Vec<_> = r.advarsler.iter().map(|a| (a.linje, a.felt.as_str())).collect();
    assert_eq!(advarsler, [(2, "leder_nr"), (8, "leder_nr")]);
    let vis = p.kerne.vis();
    assert_eq!(vis.stamdata("1007").unwrap().leder_nr.as_deref(), Some("4711"));
    assert_eq!(vis.stamdata("1001").unwrap().leder_nr, None);
}

/// Line 5 is 1004: she is taken in, and the report says where and why no mail can reach her, without the address.
#[tokio::test]
async fn en_adresse_der_ikke_kan_sendes_til_er_en_advarsel_og_medarbejderen_kommer_ind() {
    let p = Proeve::tom().await;
    let csv = lille();
    let linjer: Vec<&str> = csv.trim_start_matches('\u{feff}').lines().collect();
    let plads = linjer[0].split(';').position(|k| k == "email").unwrap();
    let med = |email: &str| {
        let mut felter: Vec<&str> = linjer[4].split(';').collect();
        felter[plads] = email;
        [&linjer[..4].join("\n"), &felter.join(";"), &linjer[5..].join("\n")].map(String::as_str).join("\n")
    };
    let gemt = || {
        let vis = p.kerne.vis();
        let (person, forseglet) = vis.fortroligt("1004").unwrap();
        let aaben: Personoplysninger = open(&p.kerne.noegler, [person], forseglet).unwrap();
        aaben.email.vis().clone()
    };
    let r = folk(&p, &med("hemmelig@")).await;
    assert_eq!(tal(&r), (13, 0, 0, 0));
    let om: Vec<_> = r.advarsler.iter().map(|a| (a.linje, a.felt.as_str())).collect();
    assert_eq!(om, [(5, "email")]);
    assert!(!r.advarsler[0].fejl.contains("hemmelig") && gemt().is_empty());
    let r = folk(&p, &med("aase@kommune")).await;
    assert_eq!((tal(&r), r.advarsler.len(), gemt().as_str()), ((0, 1, 12, 0), 1, "aase@kommune"));
    let r = folk(&p, &med("aase@kommune.example")).await;
    assert_eq!((tal(&r), r.advarsler.len()), ((0, 1, 12, 0), 0));
}

#[tokio::test]
async fn et_annulleret_forloeb_kommer_ikke_igen_med_filen() {
    let p = Proeve::lille().await;
    let id: Uuid = p.kerne.forloeb_for("1013").await.unwrap()[0].id;
    let (person, _) = p.kerne.vis().fortroligt("1013").map(|(p, f)| (p, f.clone())).unwrap();
    let begrundelse = seal(&p.kerne.noegler, person, &Annulleringsgrund("fejl".to_owned())).unwrap();
    let kommando =
        Kommando::Forloeb { id, hvis_version: None, handling: Handling::Annuller { haendelse: None, begrundelse } };
    p.kerne.udfoer("1013", &kommando, &Aktoer::system("prøve"), None).await.unwrap();
    assert_eq!(p.importer(b"", &fil("fravaer.csv")).await.ud, ["fravær: 0 oprettet, 0 ændret, 21 uændret, 0 afvist"]);
}

#[tokio::test]
async fn fremdriften_naar_frem_og_rapporten_er_som_aftalt() {
    let p = Proeve::tom().await;
    let sidst = std::sync::Mutex::new((0, 0));
    let fremdrift = |nu, i_alt| *sidst.lock().unwrap() = (nu, i_alt);
    let r = medarbejdere(&p.kerne, lille().as_bytes(), &Aktoer::system("import"), &fremdrift).await.unwrap();
    let json = serde_json::to_value(r).unwrap();
    assert_eq!(*sidst.lock().unwrap(), (13, 13));
    assert_eq!(json, serde_json::json!({"oprettet": 13, "aendret": 0, "uaendret": 0, "fejl": []}));
}
