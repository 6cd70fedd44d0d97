//! Replays every test vector of `docs/vectors` through the domain. What is expected there was computed by
//! another program (`tests/independent/vectors.py`), never by this one.

use std::collections::BTreeMap;

use forloeb::Forloeb;
use forloeb::afvisning::Afvisning;
use forloeb::frister::vurder;
use forloeb::haendelse::*;
use forloeb::kommando::{Handling, Kommando, Rettelse};
use forloeb::ord::*;
use forloeb::paamindelser::Planlagt;
use forloeb::signaler::{Signal, signaler};
use forloeb::tta::Plan;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use uuid::Uuid;

mod fortaelling;
use fortaelling::{Fortaelling, seglet};

#[derive(Deserialize)]
struct Fil {
    standard: Value,
    vektorer: Vec<Vektor>,
}

#[derive(Deserialize)]
struct Vektor {
    titel: String,
    #[serde(default)]
    medarbejder: Value,
    /// Parts that only some vectors have.
    #[serde(default)]
    ogsaa: Vec<String>,
    haendelser: Vec<Value>,
    paa: String,
    til: Option<String>,
    forventet: BTreeMap<String, Value>,
}

#[test]
fn hver_vektor() {
    let mut filer: Vec<_> = std::fs::read_dir("../../docs/vectors").unwrap().map(|f| f.unwrap().path()).collect();
    filer.retain(|f| f.extension().is_some_and(|e| e == "json"));
    filer.sort();
    let (mut antal, mut fejl) = (0, Vec::new());
    for sti in filer {
        let fil: Fil = serde_json::from_slice(&std::fs::read(&sti).unwrap()).unwrap();
        for v in &fil.vektorer {
            antal += 1;
            if let Err(hvad) = afspil(&fil.standard, v) {
                fejl.push(format!("{}: {}\n{hvad}", sti.file_name().unwrap().display(), v.titel));
            }
        }
    }
    assert!(fejl.is_empty(), "{} of {antal} vectors differ:\n{}", fejl.len(), fejl.join("\n"));
    assert!(antal >= 150, "only {antal} vectors");
}

/// Nobody has touched an expected part: the other program still computes every one of them.
#[test]
#[ignore = "needs Python"]
fn det_andet_program_er_enigt() {
    let python = if cfg!(windows) { "python" } else { "python3" };
    let svar = std::process::Command::new(python)
        .args(["../../tests/independent/vectors.py", "--kontroller"])
        .output()
        .expect("Python runs");
    assert!(
        svar.status.success(),
        "{}{}",
        String::from_utf8_lossy(&svar.stdout),
        String::from_utf8_lossy(&svar.stderr)
    );
}

/// Tells the story day by day, reminders leaving every working morning, and compares.
fn afspil(standard: &Value, v: &Vektor) -> Result<(), String> {
    let mut sag = Fortaelling::ansat();
    sag.stamdata(|s| stamdata(s, standard));
    sag.stamdata(|s| stamdata(s, &v.medarbejder));
    sag.den(tekst(&v.haendelser[0]["dag"]));
    let mut positioner = Vec::new();
    for h in &v.haendelser {
        sag.lad_tiden_gaa(tekst(&h["dag"]));
        if h["type"] == "stamdata" {
            sag.stamdata(|s| stamdata(s, h));
            positioner.push(0);
            continue;
        }
        let svar = sag.proev(&kommando(&sag, h, &positioner));
        match (svar, h.get("afvises").and_then(Value::as_str)) {
            (Ok(nye), None) => {
                let foerste = sag.a.poster().len() - nye.len();
                positioner.push(sag.a.poster().get(foerste).map_or(0, |p| p.position));
            }
            (Err(a), Some(venter)) if kode(&a) == venter => positioner.push(0),
            (svar, venter) => return Err(format!("  {h}: expected refusal {venter:?}, got {svar:?}")),
        }
    }
    sag.lad_tiden_gaa(&v.paa);
    sammenlign(&v.forventet, &tilstand(&sag))?;
    let (Some(til), Some(sendes)) = (&v.til, v.forventet.get("sendes")) else { return Ok(()) };
    sag.sendt.clear();
    sag.sendte.clear();
    sag.lad_tiden_gaa(til);
    // Appointments are no reminders.
    let paamindelser = sag.sendt.iter().zip(&sag.sendte).filter(|(l, _)| !l.contains(" kalender-"));
    let ogsaa = |hvad: &str| v.ogsaa.iter().any(|o| o == hvad);
    let linje = |(linje, p): (&String, &Planlagt)| {
        let nr = p.noegle.nr.clone().filter(|_| ogsaa("nr"));
        let chance = (p.sidste_chance && ogsaa("sidste_chance")).then(|| "sidste_chance".to_owned());
        std::iter::once(linje.clone()).chain(nr).chain(chance).collect::<Vec<_>>().join(" ")
    };
    let mut linjer: Vec<_> = paamindelser.map(linje).map(|l| l.replace("-> ", "")).collect();
    linjer.sort_unstable();
    let venter = laes::<Vec<Vec<Option<String>>>>(sendes).into_iter();
    let mut venter: Vec<_> = venter.map(|l| l.into_iter().flatten().collect::<Vec<_>>().join(" ")).collect();
    venter.sort_unstable();
    let mangler: Vec<_> = venter.iter().filter(|l| !linjer.contains(l)).collect();
    let for_meget: Vec<_> = linjer.iter().filter(|l| !venter.contains(l)).collect();
    if linjer == venter { Ok(()) } else { Err(format!("  not sent: {mangler:#?}, sent: {for_meget:#?}")) }
}

fn sammenlign(forventet: &BTreeMap<String, Value>, fundet: &Value) -> Result<(), String> {
    let forskelle: Vec<_> = forventet
        .iter()
        .filter(|(felt, venter)| *felt != "sendes" && fundet[*felt] != **venter)
        .map(|(felt, venter)| match (venter.as_object(), fundet[felt].as_object()) {
            (Some(v), Some(f)) => (v.iter().filter(|(k, x)| f.get(*k) != Some(x)))
                .map(|(k, x)| format!("  {felt}.{k}: expected {x}, found {}\n", fundet[felt][k]))
                .collect(),
            _ => format!("  {felt}: expected {venter}, found {}\n", fundet[felt]),
        })
        .collect();
    if forskelle.is_empty() { Ok(()) } else { Err(forskelle.concat()) }
}

/// The forløb an event is about: the one that began last, and is not annulled.
fn nyeste(sag: &Fortaelling) -> Option<Forloeb> {
    levende(sag).pop()
}

fn levende(sag: &Fortaelling) -> Vec<Forloeb> {
    fortaelling::tilstand::levende(sag.liste())
}

fn tilstand(sag: &Fortaelling) -> Value {
    let mut ud = fortaelling::tilstand::tilstand(&levende(sag), sag.idag, sag.bog());
    let Some(f) = nyeste(sag) else { return ud.into() };
    let v = vurder(&f, sag.idag, sag.bog());
    let foer = f.tilbagefald_af.and_then(|id| levende(sag).into_iter().find(|x| x.id == id));
    let nyuddannet = sag.a.stamdata().is_some_and(|s| s.nyuddannet);
    let fundet = signaler(&sag.liste(), nyuddannet, sag.idag, sag.bog().gaeldende(sag.idag));
    let dage = |s: &Signal| s.perioder.iter().map(|(_, d)| d.fra).collect::<Vec<_>>();
    let risiko = json!({
        "intern": v.frist(Fristart::Anmeldelse).and_then(|fr| fr.intern),
        "i_fare_kr": v.refusion.i_fare.map(|s| s.kr),
        "kr_pr_dag": v.refusion.kr_pr_dag.map(|s| s.kr),
        "kommunens_samtale": v.frist(Fristart::OtteUger).and_then(|fr| fr.kommunens_samtale),
    });
    ud.extend([
        ("risiko".to_owned(), risiko),
        ("tilbagefald".to_owned(), json!(foer.map(|x| x.foerste))),
        ("signaler".to_owned(), fundet.iter().map(|s| json!([&*s.navn, s.antal, dage(s)])).collect()),
    ]);
    ud.into()
}

fn kode(a: &Afvisning) -> &'static str {
    match a {
        Afvisning::Regel(r) => r.kode(),
        Afvisning::Felter(_) => "felter",
        _ => "andet",
    }
}

fn stamdata(s: &mut Stamdata, ret: &Value) {
    let mut hele = json!(s);
    for (felt, vaerdi) in ret.as_object().into_iter().flatten() {
        hele[felt] = vaerdi.clone(); // what is not a fact of the employment is not read
    }
    *s = laes(&hele);
}

/// The stored form of an event read from the neutral one; `forloeb` is set by the decision.
fn som<T: DeserializeOwned>(h: &Value, mere: &[(&str, Value)]) -> T {
    let mut h = h.clone();
    h["forloeb"] = json!(Uuid::nil());
    for (felt, vaerdi) in mere {
        if h.get(*felt).is_none() {
            h[*felt] = vaerdi.clone();
        }
    }
    laes(&h)
}

fn laes<T: DeserializeOwned>(v: &Value) -> T {
    serde_json::from_value(v.clone()).unwrap_or_else(|e| panic!("{v}: {e}"))
}

fn tekst(v: &Value) -> &str {
    v.as_str().unwrap_or_else(|| panic!("{v} is no text"))
}

fn kommando(sag: &Fortaelling, h: &Value, positioner: &[u64]) -> Kommando {
    let begrundelse = ("begrundelse", json!("AAAA"));
    let handling = match tekst(&h["type"]) {
        "sygemelding" => {
            let id = json!(Uuid::from_u128(1000 + positioner.len() as u128));
            let mere = [
                ("registrering", id),
                ("foerste", h["foerste_fravaersdag"].clone()),
                ("sidste", h["sidste_fravaersdag"].clone()),
                ("aarsag", json!("sygdom")),
                ("omfang_pct", json!(100)),
                ("kilde", json!("person")),
            ];
            return Kommando::RegistrerFravaer(som(h, &mere));
        }
        "foerste_kontakt" => {
            let mere =
                [("form", json!("telefon")), ("kontaktperson_rolle", json!("tr")), ("taget_af", json!("arbejdsplads"))];
            Handling::FoersteKontakt(som(h, &mere))
        }
        "samtale" => Handling::Samtale(som(h, &[])),
        "anmeldelse" => Handling::Anmeld(som(h, &[])),
        "refusionsanmodning" => Handling::AnmodRefusion(som(h, &[])),
        "fast_track" => Handling::FastTrack(som(h, &[("af", json!("arbejdsgiver")), begrundelse])),
        "otte_uger" => Handling::OtteUger(som(h, &[("fortroligt", json!("AAAA"))])),
        "arbejdsskade" => Handling::AnmeldArbejdsskade(som(h, &[])),
        "lederskifte" => Handling::SkiftLeder(som(h, &[])),
        "kontaktperson" => Handling::VaelgKontaktperson(som(h, &[])),
        "delvis" => Handling::Delvis(som(h, &[])),
        "raskmelding" => Handling::Raskmeld(som(h, &[])),
        "afslutning" => Handling::Afslut(som(h, &[])),
        "rettelse" => Handling::Ret { rettelse: rettelse(h), begrundelse: seglet() },
        "annullering" => {
            let haendelse = laes::<Option<usize>>(&h["haendelse"]).map(|n| positioner[n - 1]);
            Handling::Annuller { haendelse, begrundelse: seglet() }
        }
        "tta_plan" => {
            let evalueringer = laes(&h["evalueringer"]);
            let koordinator = Some(h["koordinator"].as_str().unwrap_or("10004").to_owned());
            Handling::LaegPlan { plan: Plan { koordinator, evalueringer, ..Plan::default() }, fortroligt: seglet() }
        }
        "tta_evaluering" => Handling::EvaluerPlan(som(h, &[("fortroligt", json!("AAAA"))])),
        andet => panic!("unknown type of event: {andet}"),
    };
    let id = nyeste(sag).map_or(Uuid::nil(), |f| f.id);
    Kommando::Forloeb { id, hvis_version: None, handling }
}

fn rettelse(h: &Value) -> Rettelse {
    let ny = &h["ny_vaerdi"];
    match tekst(&h["felt"]) {
        "foerste_fravaersdag" => Rettelse::FoersteFravaersdag(laes(ny)),
        "sidste_fravaersdag" => Rettelse::SidsteFravaersdag(laes(ny)),
        "aarsag" => Rettelse::Aarsag(laes(ny)),
        "omfang_pct" => Rettelse::OmfangPct(laes(ny)),
        "forventet_varighed" => Rettelse::ForventetVarighed(laes(ny)),
        felt => panic!("unknown field: {felt}"),
    }
}
