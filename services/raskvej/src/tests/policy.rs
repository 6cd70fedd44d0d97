//! The workplace's policies, through the commands of the terminal.

use forloeb::ord::Fristart;

use crate::kerne::Kerne;
use crate::kerne::Start;
use crate::ordrer::proeve::Proeve;
use crate::ordrer::{Filer, Format, GJORT, Ordre, hvad_hvis};
use crate::politik::{PolitikFejl, alle};
use chrono::NaiveDate;
use forloeb::Aktoer;

const TEKST: &str = "navn = \"vores\"\nkontaktmodel = [1, 5, 14]\n";

fn dag(tekst: &str) -> NaiveDate {
    tekst.parse().unwrap()
}

fn foerste_kontakt(kerne: &Kerne, f: &str) -> i64 {
    let bog = kerne.bog();
    bog.gaeldende(dag(f)).frist(Fristart::FoersteKontakt, None).unwrap().lovdag.dage
}

/// The day is 20 November 2026.
#[tokio::test]
async fn den_gaelder_fra_sin_dag_og_er_der_efter_en_genstart() {
    let p = Proeve::lille().await;
    let hr = Aktoer::system("prøve");
    let for_tidligt = p.kerne.fastsaet_politik(dag("2026-11-20"), TEKST, &hr).await;
    assert!(matches!(for_tidligt, Err(PolitikFejl::ForTidligt(d)) if d == dag("2026-11-21")));
    let forkert = p.kerne.fastsaet_politik(dag("2026-11-23"), "navn = 1", &hr).await;
    assert!(matches!(forkert, Err(PolitikFejl::Tekst(fejl)) if fejl.contains("line 1")));
    assert!(alle(&p.kerne.log).await.unwrap().is_empty(), "a refused policy leaves nothing");

    p.kerne.fastsaet_politik(dag("2026-11-23"), TEKST, &hr).await.unwrap();
    assert_eq!((foerste_kontakt(&p.kerne, "2026-11-22"), foerste_kontakt(&p.kerne, "2026-11-23")), (13, 0));
    let forskelle = p.bed(Ordre::Rebuild { compare: true }).await;
    assert_eq!((forskelle.kode, forskelle.fejl), (GJORT, vec![]));

    let p = Proeve::i(p.luk().await).await;
    assert!(matches!(p.kerne.start, Start::Checkpoint { .. }), "{:?}", p.kerne.start);
    assert_eq!(foerste_kontakt(&p.kerne, "2026-11-23"), 0);
    let fastsatte = alle(&p.kerne.log).await.unwrap();
    assert_eq!((fastsatte.len(), fastsatte[0].fra, fastsatte[0].tekst.as_str()), (1, dag("2026-11-23"), TEKST));

    // Sent twice it is one; another day, or another text, is another.
    let igen = p.kerne.fastsaet_politik(dag("2026-11-23"), TEKST, &hr).await.unwrap();
    assert_eq!((igen, alle(&p.kerne.log).await.unwrap().len()), (fastsatte[0].position, 1));
    p.kerne.fastsaet_politik(dag("2026-11-24"), TEKST, &hr).await.unwrap();
    assert_eq!(alle(&p.kerne.log).await.unwrap().len(), 2);
}

#[tokio::test]
async fn et_fravaer_der_er_meldt_forud_faar_den_nye_politik() {
    let p = Proeve::lille().await;
    let fravaer = "fravaer_nr;medarbejder_nr;aarsag;foerste_fravaersdag;sidste_fravaersdag;omfang_pct\n\
                   9901;1001;sygdom;23-11-2026;;100\n";
    assert_eq!(p.importer(&[], fravaer.as_bytes()).await.fejl, Vec::<String>::new());
    let id = crate::visninger::registrering_af("9901");
    let regelsaet = || p.kerne.vis().find(id).unwrap().unwrap().regler.navn.to_string();
    assert_eq!(regelsaet(), "standard");
    p.kerne.fastsaet_politik(dag("2026-11-23"), TEKST, &Aktoer::system("prøve")).await.unwrap();
    assert_eq!(regelsaet(), "standard + vores");
    assert_eq!(p.bed(Ordre::Rebuild { compare: true }).await.kode, GJORT);
}

#[tokio::test]
async fn hvad_hvis_afspiller_hele_historikken() {
    let p = Proeve::lille().await;
    let ordre = || Ordre::HvadHvis { fra: None, til: None, format: Format::Json };
    let med = |tekst: &str| Filer::from([(hvad_hvis::FIL.to_owned(), tekst.as_bytes().to_vec())]);
    let svar = p.bed_med(ordre(), med(TEKST)).await;
    assert_eq!(svar.kode, GJORT, "{:?}", svar.fejl);
    let json: serde_json::Value = serde_json::from_str(&svar.ud[0]).unwrap();
    let forloeb = p.kerne.vis().kort().filter(|f| !f.kort.statusser.er_annulleret()).count();
    assert_eq!(json["forloeb"], forloeb);
    assert!(json["ialt"]["frister"]["kontakt"]["nye"].as_u64().unwrap() > 0);
    assert_eq!(json["ialt"]["tab"], json["ialt"]["nyt_tab"], "contacts are not about money");
    let forkert = p.bed_med(ordre(), med("navn = \"x\"\nkontaktmodel = [0]\n")).await;
    assert!(forkert.fejl[0].starts_with("linje 2, 'kontaktmodel'"), "{:?}", forkert.fejl);
}
