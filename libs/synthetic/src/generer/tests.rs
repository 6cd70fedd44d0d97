//! The generated workplace: repeatable, and shaped like a real one.

use std::collections::BTreeMap;
use std::sync::Arc;

use eventlog::{Journal, Options, Recorded};
use forloeb::Regelbog;
use forloeb::frister::vurder;
use forloeb::haendelse::{Afgoerelse, Haendelse};
use forloeb::kommando::{Handling, Kommando, Rettelse};
use forloeb::udled::Importeret;
use tempfile::TempDir;

use chrono::{DateTime, NaiveTime};

use super::*;
use app::kerne::Kerne;
use app::sealed::{Personoplysninger, PlanTekster, open};
use app::ur::Ur;
use app::ur::{dag_i_danmark, klokken};
use app::visninger::{ANSAETTELSE, laes_post};

const TIL: &str = "2026-11-20";

fn valg(froe: u64, distrikter: u32) -> Valg {
    Valg { medarbejdere: 40, distrikter, aar: 3, froe, til: TIL.parse().unwrap(), haendelser: None }
}

pub(super) async fn lav(valg: &Valg) -> (TempDir, Lavet) {
    let mappe = tempfile::tempdir().unwrap();
    let lavet = generer(mappe.path(), valg, Regelbog::indbygget(), |_, _| {}).await.unwrap();
    (mappe, lavet)
}

async fn laes(mappe: &Path) -> Vec<Recorded> {
    let log = Journal::open(mappe, Options::default()).unwrap().log;
    let alle = laes_alle(&log).await;
    log.close().await;
    alle
}

async fn laes_alle(log: &Journal) -> Vec<Recorded> {
    let mut alle: Vec<Recorded> = Vec::new();
    loop {
        let nye = log.read(alle.len() as u64, 4096).await.unwrap();
        if nye.is_empty() {
            return alle;
        }
        alle.extend(nye);
    }
}

/// Everything of a log but the hashes.
fn indhold(alle: Vec<Recorded>) -> Vec<Recorded> {
    alle.into_iter().map(|r| Recorded { hash: None, ..r }).collect()
}

pub(super) async fn aabn(mappe: &Path) -> Arc<Kerne> {
    let ur = |_: &_| Ur::stillestaaende(klokken(TIL.parse().unwrap(), NaiveTime::from_hms_opt(20, 0, 0).unwrap()));
    Kerne::aabn(mappe, ur, Regelbog::indbygget()).await.unwrap()
}

#[tokio::test]
async fn froeet_afgoer_hver_eneste_byte() {
    let (en, _) = lav(&valg(7, 2)).await;
    let (to, _) = lav(&valg(7, 2)).await;
    let (anden, _) = lav(&valg(8, 2)).await;
    let (en_noegler, to_noegler) = (en.path().join("noegler/noegler"), to.path().join("noegler/noegler"));
    assert_eq!(std::fs::read(en_noegler).unwrap(), std::fs::read(to_noegler).unwrap());
    let (en, to, anden) = (laes(en.path()).await, laes(to.path()).await, laes(anden.path()).await);
    assert!(en.len() > 1500, "{}", en.len());
    let (en, to) = (indhold(en), indhold(to));
    assert!(en == to, "first difference at {:?}", en.iter().zip(&to).position(|(a, b)| a != b));
    assert!(en != indhold(anden));
}

#[tokio::test]
async fn tjenesten_kan_bruge_mappen_og_verify_er_tilfreds() {
    let (mappe, lavet) = lav(&valg(3, 3)).await;
    let fundet = eventlog::verify(mappe.path(), &mut |_, _| {}).unwrap();
    assert_eq!((fundet.events, fundet.head.hash), (lavet.haendelser, lavet.hoved));
    let kerne = aabn(mappe.path()).await;
    let numre: Vec<String> = kerne.vis().numre().map(str::to_owned).collect();
    assert_eq!(numre.len(), 120);
    for nr in &numre {
        let (person, forseglet) = kerne.vis().fortroligt(nr).map(|(p, f)| (p, f.clone())).unwrap();
        let oplysninger: Personoplysninger = open(&kerne.noegler, [person], &forseglet).unwrap();
        assert!(!oplysninger.navn.vis().is_empty());
        for f in kerne.forloeb_for(nr).await.unwrap() {
            assert!(!vurder(&f, kerne.ur.idag(), &kerne.bog()).frister.is_empty());
            if let Some(plan) = f.plan() {
                open::<PlanTekster>(&kerne.noegler, [person], &plan.hvad.fortroligt).unwrap();
            }
        }
    }
}

/// The commands are made again from the events and put to the domain, with **everything** recorded before: it decides
/// what stands in the log, withheld reminders included.
#[tokio::test]
async fn domaenet_ville_have_afgjort_det_samme() {
    for distrikter in [1, 2] {
        let (mappe, _) = lav(&valg(11, distrikter)).await;
        let alle = laes(mappe.path()).await;
        let bog = Regelbog::indbygget();
        let mut ansaettelser: BTreeMap<String, forloeb::Ansaettelse> = BTreeMap::new();
        let mut efterproevet = 0;
        for commit in alle.chunk_by(|a, b| a.hash == b.hash) {
            let nr = commit[0].stream.as_str().strip_prefix(ANSAETTELSE).unwrap();
            let a = ansaettelser.entry(nr.to_owned()).or_insert_with(|| forloeb::Ansaettelse::ny(nr));
            let tid = DateTime::from_timestamp_micros(commit[0].time).unwrap();
            let poster: Vec<_> = commit.iter().map(|r| laes_post(r, tid).unwrap()).collect();
            let haendelser: Vec<_> = poster.iter().map(|p| p.haendelse.clone()).collect();
            let nu = forloeb::Nu { tid, dag: dag_i_danmark(tid) };
            let ud = forloeb::beslut(a, &kommando(a, &poster[0], &bog), nu, &bog)
                .unwrap_or_else(|e| panic!("{e:?} {commit:?}"));
            assert_eq!(ud, haendelser, "position {}", commit[0].position);
            efterproevet += haendelser.len();
            poster.into_iter().for_each(|p| a.anvend(p));
        }
        assert_eq!(efterproevet, alle.len());
    }
}

/// The command whose first event this is.
fn kommando(a: &forloeb::Ansaettelse, post: &forloeb::Post, bog: &Regelbog) -> Kommando {
    let om = |id, handling| Kommando::Forloeb { id, hvis_version: None, handling };
    match post.haendelse.clone() {
        Haendelse::StamdataRegistreret(h) => Kommando::RegistrerStamdata(Box::new(h)),
        Haendelse::FravaerRegistreret(h) => Kommando::RegistrerFravaer(h),
        Haendelse::FravaerRettet(h) => match h.begrundelse {
            None => {
                let (aarsag, foerste, sidste, omfang_pct) = (h.aarsag, h.foerste, h.sidste, h.omfang_pct);
                let linje = h.linje.unwrap_or(Importeret { aarsag, foerste, sidste, omfang_pct });
                Kommando::AendrFravaer { registrering: h.registrering, linje }
            }
            Some(begrundelse) => {
                let foer = a.registreringer(bog).into_iter().find(|r| r.id == h.registrering).unwrap();
                let rettelse = if foer.foerste == h.foerste {
                    Rettelse::SidsteFravaersdag(h.sidste)
                } else {
                    Rettelse::FoersteFravaersdag(h.foerste)
                };
                om(h.registrering, Handling::Ret { rettelse, begrundelse })
            }
        },
        Haendelse::FoersteKontaktHoldt(h) => om(h.forloeb, Handling::FoersteKontakt(h)),
        Haendelse::SamtaleIndkaldt(h) => om(h.forloeb, Handling::IndkaldSamtale(h)),
        Haendelse::SamtaleRegistreret(h) => om(h.forloeb, Handling::Samtale(h)),
        Haendelse::AnmeldelseRegistreret(h) => om(h.forloeb, Handling::Anmeld(h)),
        Haendelse::ArbejdsskadeAnmeldt(h) => om(h.forloeb, Handling::AnmeldArbejdsskade(h)),
        Haendelse::RefusionAnmodet(h) => om(h.forloeb, Handling::AnmodRefusion(h)),
        Haendelse::FastTrackBesluttet(h) => om(h.forloeb, Handling::FastTrack(h)),
        Haendelse::OtteUgerRegistreret(h) => om(h.forloeb, Handling::OtteUger(h)),
        Haendelse::DelvisRegistreret(h) => om(h.forloeb, Handling::Delvis(h)),
        Haendelse::Raskmeldt(h) => om(h.forloeb, Handling::Raskmeld(h)),
        Haendelse::VarighedRettet(h) => {
            let rettelse = Rettelse::ForventetVarighed(h.forventet_varighed);
            om(h.forloeb, Handling::Ret { rettelse, begrundelse: h.begrundelse })
        }
        Haendelse::HaendelseAnnulleret(h) => {
            om(h.forloeb, Handling::Annuller { haendelse: Some(h.haendelse), begrundelse: h.begrundelse })
        }
        Haendelse::ForloebAnnulleret(h) => {
            om(h.forloeb, Handling::Annuller { haendelse: None, begrundelse: h.begrundelse })
        }
        Haendelse::LederSkiftet(h) => om(h.forloeb, Handling::SkiftLeder(h)),
        Haendelse::StedfortraederUdpeget(h) => Kommando::UdpegStedfortraeder(h),
        Haendelse::KontaktpersonValgt(h) => om(h.forloeb, Handling::VaelgKontaktperson(h)),
        Haendelse::ForloebTildelt(h) => om(h.forloeb, Handling::Tildel(h)),
        Haendelse::ForloebAfsluttet(h) => om(h.forloeb, Handling::Afslut(h)),
        Haendelse::TtaPlanLagt(h) => om(h.forloeb, Handling::LaegPlan { plan: *h.plan, fortroligt: h.fortroligt }),
        Haendelse::TtaEvalueret(h) => om(h.forloeb, Handling::EvaluerPlan(h)),
        Haendelse::PaamindelserAfgjort(h) => om(h.forloeb, Handling::AfgoerPaamindelser(h.alle().collect())),
        Haendelse::PaamindelseSendesIgen(h) => om(h.forloeb, Handling::SendIgen(h.noegle)),
        Haendelse::PersonSlettet(_) => panic!("nobody is erased here"),
    }
}

/// Shares as they follow from the numbers in `gerning.rs`, with room for chance: 1200 employees, two years.
#[tokio::test]
async fn andelene_er_rimelige() {
    let mange = Valg { medarbejdere: 1200, aar: 2, ..valg(5, 1) };
    let (mappe, lavet) = lav(&mange).await;
    let antal = |navn: &str| lavet.antal.get(navn).copied().unwrap_or(0);
    // 3.5 a year for those who are there all the time; one in four comes or leaves on the way.
    let fravaer = antal("FravaerRegistreret") as f64 / 2400.0;
    assert!((2.4..3.9).contains(&fravaer), "{fravaer} absences a year");
    let kerne = aabn(mappe.path()).await;
    let idag = kerne.ur.idag();
    let (mut aabne, mut lukkede, mut korte) = (0, 0, 0);
    let numre: Vec<String> = kerne.vis().numre().map(str::to_owned).collect();
    for nr in &numre {
        for f in kerne.forloeb_for(nr).await.unwrap() {
            match f.sidste {
                _ if f.er_aabent(idag) => aabne += 1,
                Some(sidste) => {
                    lukkede += 1;
                    korte += u32::from((sidste - f.foerste).num_days() < 5);
                }
                None => {}
            }
        }
    }
    assert!((10..60).contains(&aabne), "{aabne} open of 1200 employees");
    let korte = f64::from(korte) / f64::from(lukkede);
    assert!((0.80..0.97).contains(&korte), "{korte} are short");
    // Every event there is, but the erasure of a person, what HR asks of the mail server by hand, and whom somebody chose or named.
    let former = Haendelse::FORMER.iter().filter(|(navn, _)| antal(navn) == 0).map(|(navn, _)| *navn);
    assert_eq!(
        former.collect::<Vec<_>>(),
        ["PersonSlettet", "StedfortraederUdpeget", "KontaktpersonValgt", "PaamindelseSendesIgen"]
    );
    let alle = laes_alle(&kerne.log).await;
    let sendte = sendte(&alle);
    assert!(sendte > 100, "{sendte} reminders sent");
}

fn sendte(alle: &[Recorded]) -> usize {
    let afgoerelser = |r: &Recorded| -> Vec<Afgoerelse> {
        match forloeb::form::laes(&r.kind, r.form, &r.body).unwrap() {
            Haendelse::PaamindelserAfgjort(h) => h.afgoerelser,
            _ => Vec::new(),
        }
    };
    let er_sendt = |a: &Afgoerelse| matches!(a.udfald, forloeb::haendelse::Udfald::Sendt { .. });
    alle.iter().flat_map(afgoerelser).filter(er_sendt).count()
}

#[tokio::test]
async fn en_mappe_med_noget_i_og_en_historik_foer_reglerne_afvises() {
    let (mappe, _) = lav(&Valg { haendelser: Some(500), ..valg(1, 1) }).await;
    // Whole commands only.
    let antal = laes(mappe.path()).await.len();
    assert!((480..=500).contains(&antal), "{antal}");
    let igen = generer(mappe.path(), &valg(1, 1), Regelbog::indbygget(), |_, _| {}).await;
    assert!(matches!(igen, Err(GenererFejl::IkkeTom(_))));
    let ny = tempfile::tempdir().unwrap();
    let for_tidligt = Valg { aar: 20, ..valg(1, 1) };
    let for_tidligt = generer(ny.path(), &for_tidligt, Regelbog::indbygget(), |_, _| {}).await;
    assert!(matches!(for_tidligt, Err(GenererFejl::FoerReglerne(_))));
}
