//! A generated history is told to the second program of the rules (`tests/independent/vectors.py`), employment by
//! employment and day by day: does it say the same of every frist, and of refusion?

use chrono::{NaiveDate, NaiveTime};
use forloeb::haendelse::{FravaerRettet, Haendelse, Stamdata};
use forloeb::{Ansaettelse, Forloeb, Post, Regelbog};
use serde_json::{Value, json};

use super::tests::{aabn, lav};
use super::*;
use app::ur::klokken;

#[path = "../../../../libs/forloeb/tests/fortaelling/tilstand.rs"]
#[expect(unreachable_pub, reason = "it is read by two crates")]
mod tilstand;
use tilstand::{levende, tilstand};

/// Days on which one employment is compared, at most; the last ones.
const DAGE: usize = 12;

/// What of the history the second program can be told: its events are about the forløb that began last.
#[derive(Default)]
struct Fortalt {
    medarbejder: Value,
    haendelser: Vec<Value>,
    /// Position and number of those that stand for one event alone.
    numre: Vec<(u64, usize)>,
}

impl Fortalt {
    /// Tells one event; none when it cannot be told.
    fn tag(&mut self, foer: &Ansaettelse, post: &Post, bog: &Regelbog) -> Option<()> {
        let mut nye = match &post.haendelse {
            Haendelse::StamdataRegistreret(h) if self.medarbejder.is_null() => {
                self.medarbejder = medarbejder(&h.stamdata);
                return Some(());
            }
            Haendelse::StamdataRegistreret(h) => {
                let ny = medarbejder(&h.stamdata);
                let sidst = foer.stamdata().map(medarbejder)?;
                let felter = ["ansat", "timer_pr_uge", "paragraf_56", "fleksjob", "nyuddannet"];
                if felter.iter().any(|felt| ny[*felt] != sidst[*felt]) {
                    return None; // judged by what was known when it ended; the other program knows one state only
                }
                vec![som("stamdata", ny)]
            }
            Haendelse::SamtaleIndkaldt(_)
            | Haendelse::ForloebTildelt(_)
            | Haendelse::PaamindelserAfgjort(_)
            | Haendelse::PaamindelseSendesIgen(_)
            | Haendelse::StedfortraederUdpeget(_) => return Some(()),
            Haendelse::FravaerRegistreret(h) => vec![json!({
                "type": "sygemelding", "foerste_fravaersdag": h.foerste, "sidste_fravaersdag": h.sidste,
                "aarsag": h.aarsag, "omfang_pct": h.omfang_pct, "forventet_varighed": h.forventet_varighed,
            })],
            andet => {
                let nyeste =
                    levende(foer.forloeb(bog)).pop().filter(|f| andet.forloeb().is_some_and(|id| f.hedder(id)))?;
                self.om_nyeste(foer, &nyeste, andet, bog)?
            }
        };
        if let [_] = nye[..] {
            self.numre.push((post.position, self.haendelser.len() + 1));
        }
        nye.iter_mut().for_each(|h| h["dag"] = json!(post.dag));
        self.haendelser.extend(nye);
        Some(())
    }

    fn om_nyeste(&self, foer: &Ansaettelse, f: &Forloeb, h: &Haendelse, bog: &Regelbog) -> Option<Vec<Value>> {
        let hele: Value = serde_json::from_slice(&h.til_json().ok()?).ok()?;
        let navn = match h {
            Haendelse::FravaerRettet(h) => return rettelser(foer, f, h, bog),
            Haendelse::VarighedRettet(h) => {
                return Some(vec![rettelse("forventet_varighed", h.forventet_varighed)]);
            }
            Haendelse::HaendelseAnnulleret(h) => {
                let nummer = self.numre.iter().find(|(position, _)| *position == h.haendelse)?.1;
                return Some(vec![json!({ "type": "annullering", "haendelse": nummer })]);
            }
            Haendelse::TtaPlanLagt(h) => {
                return Some(vec![json!({ "type": "tta_plan", "evalueringer": h.plan.evalueringer })]);
            }
            Haendelse::ForloebAnnulleret(_) => return Some(vec![json!({ "type": "annullering" })]),
            Haendelse::FoersteKontaktHoldt(_) => "foerste_kontakt",
            Haendelse::SamtaleRegistreret(_) => "samtale",
            Haendelse::AnmeldelseRegistreret(_) => "anmeldelse",
            Haendelse::RefusionAnmodet(_) => "refusionsanmodning",
            Haendelse::FastTrackBesluttet(_) => "fast_track",
            Haendelse::OtteUgerRegistreret(_) => "otte_uger",
            Haendelse::ArbejdsskadeAnmeldt(_) => "arbejdsskade",
            Haendelse::DelvisRegistreret(_) => "delvis",
            Haendelse::Raskmeldt(_) => "raskmelding",
            Haendelse::ForloebAfsluttet(_) => "afslutning",
            Haendelse::TtaEvalueret(_) => "tta_evaluering",
            Haendelse::LederSkiftet(_) => "lederskifte",
            Haendelse::KontaktpersonValgt(_) => "kontaktperson",
            _ => return None,
        };
        Some(vec![som(navn, hele)])
    }
}

fn som(navn: &str, mut felter: Value) -> Value {
    felter["type"] = json!(navn);
    felter
}

fn rettelse(felt: &str, ny_vaerdi: impl serde::Serialize) -> Value {
    json!({ "type": "rettelse", "felt": felt, "ny_vaerdi": ny_vaerdi })
}

fn medarbejder(s: &Stamdata) -> Value {
    json!({
        "ansat": s.ansat, "fratraadt": s.fratraadt, "timer_pr_uge": s.timer_pr_uge, "paragraf_56": s.paragraf_56,
        "fleksjob": s.fleksjob, "nyuddannet": s.nyuddannet, "leder_nr": s.leder_nr, "tr_nr": s.tr_nr, "amr_nr": s.amr_nr,
    })
}

/// A correction of the first registration of the run in its first day and cause, of the last one in its last day and
/// extent.
fn rettelser(foer: &Ansaettelse, f: &Forloeb, h: &FravaerRettet, bog: &Regelbog) -> Option<Vec<Value>> {
    let loeb: Vec<_> = foer.registreringer(bog).into_iter().filter(|r| f.hedder(r.id)).collect();
    let gammel = loeb.iter().find(|r| r.id == h.registrering)?;
    let er = |r: Option<&forloeb::udled::Registrering>| r.is_some_and(|r| r.id == h.registrering);
    let (foerste, sidste) = (er(loeb.first()), er(loeb.last()));
    let felter = [
        (gammel.sidste != h.sidste, sidste, rettelse("sidste_fravaersdag", h.sidste)),
        (gammel.omfang_pct != h.omfang_pct, sidste, rettelse("omfang_pct", h.omfang_pct)),
        (gammel.aarsag != h.aarsag, foerste, rettelse("aarsag", h.aarsag)),
        (gammel.foerste != h.foerste, foerste, rettelse("foerste_fravaersdag", h.foerste)),
    ];
    let aendrede = felter.into_iter().filter(|(aendret, ..)| *aendret);
    aendrede.map(|(_, kan_siges, rettelse)| kan_siges.then_some(rettelse)).collect()
}

fn ved_dagens_slut(a: &Ansaettelse, dag: NaiveDate) -> Ansaettelse {
    a.kendt(klokken(dag, NaiveTime::from_hms_opt(23, 59, 59).unwrap()))
}

/// The vectors of one employment: of each of the last days on which something was told, and of the day before the next.
fn vektorer(nr: &str, a: &Ansaettelse, til: NaiveDate, bog: &Regelbog) -> Vec<Value> {
    let (mut fortalt, mut foer, mut ud) = (Fortalt::default(), Ansaettelse::ny(nr), Vec::new());
    let mut dage: Vec<(NaiveDate, Vec<Value>)> = Vec::new();
    for post in a.poster() {
        if fortalt.tag(&foer, post, bog).is_none() {
            dage.retain(|(dag, _)| *dag != post.dag); // at the end of that day more was known than was told
            break;
        }
        foer.anvend((**post).clone());
        if !fortalt.haendelser.is_empty() {
            dage.retain(|(dag, _)| *dag != post.dag);
            dage.push((post.dag, fortalt.haendelser.clone()));
        }
    }
    let hele = foer.poster().len() == a.poster().len();
    let naeste = dage.iter().skip(1).map(|(dag, _)| Some(forloeb::kalender::plus_dage(*dag, -1)));
    let naeste = naeste.chain([hele.then_some(til)]);
    for ((dag, haendelser), naeste) in dage.iter().zip(naeste).skip(dage.len().saturating_sub(DAGE)) {
        for paa in [*dag, naeste.unwrap_or(*dag)] {
            let loeb = levende(ved_dagens_slut(a, *dag).forloeb(bog));
            ud.push(json!({
                "titel": format!("{nr} {paa}"), "medarbejder": fortalt.medarbejder, "haendelser": haendelser,
                "paa": paa, "forventet": tilstand(&loeb, paa, bog),
            }));
        }
    }
    ud
}

#[tokio::test]
#[ignore = "needs Python"]
async fn det_andet_program_siger_det_samme_om_en_opdigtet_arbejdsplads() {
    let valg = Valg {
        medarbejdere: 150,
        distrikter: 1,
        aar: 3,
        froe: 21,
        til: "2026-11-20".parse().unwrap(),
        haendelser: None,
    };
    let (mappe, _) = lav(&valg).await;
    let kerne = aabn(mappe.path()).await;
    let (bog, idag) = (kerne.bog(), kerne.ur.idag());
    let mut numre: Vec<String> = kerne.vis().numre().map(str::to_owned).collect();
    numre.sort();
    let mut alle = Vec::new();
    for nr in &numre {
        alle.extend(vektorer(nr, &kerne.hele(nr).await.unwrap(), idag, &bog));
    }
    let ud = tempfile::tempdir().unwrap();
    let fil = json!({ "standard": {}, "vektorer": alle });
    std::fs::write(ud.path().join("opdigt.json"), fil.to_string()).unwrap();
    let python = if cfg!(windows) { "python" } else { "python3" };
    let svar = std::process::Command::new(python)
        .args(["../../tests/independent/vectors.py", "--kontroller"])
        .arg(ud.path())
        .output()
        .expect("Python runs");
    let sagt = String::from_utf8_lossy(&svar.stdout);
    assert!(
        svar.status.success(),
        "{}{}",
        sagt.chars().take(6000).collect::<String>(),
        String::from_utf8_lossy(&svar.stderr)
    );
    println!("{}: {} employments", sagt.trim(), numre.len());
    assert!(alle.len() > 1500, "{} compared", alle.len());
}
