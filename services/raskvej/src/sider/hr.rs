//! HR's dashboard: counts by frist and status, kroner at risk, and the forløb, filtered and sorted by the address.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use forloeb::frister::Frist;
use forloeb::ord::{Fristart, Friststatus};

use super::Stat;
use super::datoer::{begge, kroner};
use super::frist::badge;
use super::kig::Kig;
use super::ramme::{Ramme, Sidefejl, html};
use super::session::{Inde, Soeg};
use crate::http::liste::taelle;
use crate::http::problem::Problem;
use crate::tekster;
use crate::visninger::Sag;

/// Filters, in the order they are shown; a name is also the name of the parameter.
const FILTRE: [(&str, &str); 5] =
    [("enhed", "Enhed"), ("leder", "Leder"), ("frist", "Frist"), ("status", "Status"), ("tildelt", "Tildelt")];
const SORTERINGER: [(&str, &str); 5] =
    [("enhed", "Enhed"), ("leder", "Leder"), ("dag", "Dag"), ("frist", "Næste frist"), ("fare", "I fare")];
const PR_SIDE: [usize; 3] = [25, 50, 100];

struct Celle {
    antal: usize,
    sti: String,
}

struct Tael {
    navn: &'static str,
    celler: Vec<Option<Celle>>,
}

struct Kolonne {
    navn: &'static str,
    sti: String,
    /// `aria-sort`, on the one column that is sorted by.
    sort: Option<&'static str>,
    tal: bool,
}

struct Mulighed {
    kode: String,
    navn: String,
    antal: usize,
    valgt: bool,
}

struct Filter {
    navn: &'static str,
    label: &'static str,
    muligheder: Vec<Mulighed>,
}

struct Maerke {
    tekst: String,
    sti: String,
}

struct Raekke {
    sti: String,
    hvem: String,
    enhed: String,
    leder: String,
    dag: i64,
    frist: String,
    kode: &'static str,
    status: String,
    fare: String,
}

#[derive(Template)]
#[template(path = "hr.html")]
struct Side {
    ramme: Ramme,
    penge: bool,
    aabne: usize,
    raskmeldte: usize,
    i_fare: String,
    mistet: String,
    aarets_sats: bool,
    statusser: Vec<&'static str>,
    taellinger: Vec<Tael>,
    filtre: Vec<Filter>,
    maerker: Vec<Maerke>,
    kolonner: Vec<Kolonne>,
    raekker: Vec<Raekke>,
    antal: usize,
    fra: usize,
    til: usize,
    sider: Vec<(usize, String, bool)>,
    pr_side: Vec<(usize, String, bool)>,
    sort: String,
}

/// One forløb as the table sees it.
struct Punkt<'a> {
    sag: &'a Sag,
    leder: Option<String>,
    naeste: Option<&'a Frist>,
    fare: i64,
}

pub(super) async fn side(State(stat): State<Stat>, inde: Inde, soeg: Soeg) -> Result<Response, Sidefejl> {
    if !inde.bruger.er_hr() {
        return Err(Problem::maa_ikke().into());
    }
    let vis = stat.t.kerne.vis();
    let k = Kig::ny(&stat, &inde, &vis);
    let overblik = taelle(&inde.bruger, &vis, k.idag);
    let penge = soeg.tekst("vis") == Some("penge");
    let sager: Vec<Sag> = (vis.i_gang(k.idag))
        .filter(|s| inde.bruger.ser(&s.forloeb, &vis, k.idag) && s.forloeb.er_aabent(k.idag) != penge)
        .collect();
    let alle: Vec<Punkt<'_>> = sager.iter().map(|s| Punkt::ny(&k, s, soeg.tekst("frist"))).collect();
    let mut valgte: Vec<&Punkt<'_>> = alle.iter().filter(|p| p.passer(&soeg, None)).collect();
    let (sort, ned) = sortering(&soeg);
    valgte.sort_by_cached_key(|p| p.noegle(&k, sort));
    if ned {
        valgte.reverse();
    }
    let pr_side = soeg.tekst("antal").and_then(|a| a.parse().ok()).filter(|a| PR_SIDE.contains(a)).unwrap_or(25);
    let sidst = valgte.len().div_ceil(pr_side).max(1);
    let nr = soeg.tekst("side").and_then(|s| s.parse().ok()).unwrap_or(1).clamp(1, sidst);
    let fra = (nr - 1) * pr_side;
    let raekker: Vec<Raekke> = valgte.iter().skip(fra).take(pr_side).map(|p| p.raekke(&k)).collect();
    let side = Side {
        ramme: k.ramme(if penge { "Raskmeldte med refusion, der kan hentes" } else { "Overblik" }),
        penge,
        aabne: overblik.aabne,
        raskmeldte: overblik.afsluttede_med_penge,
        i_fare: kroner(overblik.i_fare_kr),
        mistet: kroner(overblik.mistet_kr),
        aarets_sats: overblik.aarets_sats,
        statusser: Friststatus::ALLE.iter().map(|s| badge(*s)).collect(),
        taellinger: taellinger(&overblik.frister),
        filtre: FILTRE.iter().map(|&(navn, label)| filter(&k, &soeg, &alle, navn, label)).collect(),
        maerker: maerker(&k, &soeg, &alle),
        kolonner: kolonner(&soeg, sort, ned),
        antal: valgte.len(),
        fra: fra + usize::from(!raekker.is_empty()),
        til: fra + raekker.len(),
        raekker,
        sider: sider(&soeg, nr, sidst),
        pr_side: PR_SIDE.map(|n| (n, adresse(&soeg, &[("antal", &n.to_string()), ("side", "")]), n == pr_side)).into(),
        sort: format!("{}{sort}", if ned { "-" } else { "" }),
    };
    Ok(html(StatusCode::OK, &side))
}

impl<'a> Punkt<'a> {
    fn ny(k: &Kig<'_>, sag: &'a Sag, frist: Option<&str>) -> Self {
        let r = &sag.vurdering.refusion;
        let valgt = frist.and_then(Fristart::fra_kode);
        let naeste = (sag.vurdering.frister.iter())
            .filter(|fr| fr.status.udestaar() && valgt.is_none_or(|a| a == fr.art))
            .min_by_key(|fr| (haster(fr), fr.maaldag));
        let leder = sag.forloeb.leder(k.idag).map(str::to_owned);
        Self { sag, leder, naeste, fare: r.i_fare.or(r.mistet_skoen).map_or(0, |s| s.kr) }
    }

    /// The value, or values, a filter looks at.
    fn vaerdier(&self, navn: &str, frist: Option<Fristart>, status: Option<Friststatus>) -> Vec<String> {
        let f = &self.sag.forloeb;
        let frister = || self.sag.vurdering.frister.iter();
        match navn {
            "enhed" => vec![f.stamdata.enhed.clone()],
            "leder" => vec![self.leder.clone().unwrap_or_else(|| "ingen".to_owned())],
            "tildelt" => vec![f.tildelt.clone().unwrap_or_else(|| "ingen".to_owned())],
            "frist" => frister()
                .filter(|fr| status.map_or_else(|| fr.status.udestaar(), |s| s == fr.status))
                .map(|fr| fr.art.to_string())
                .collect(),
            _ => {
                let mut alle: Vec<_> =
                    frister().filter(|fr| frist.is_none_or(|a| a == fr.art)).map(|fr| fr.status.to_string()).collect();
                alle.sort();
                alle.dedup();
                alle
            }
        }
    }

    /// Fits every filter but one.
    fn passer(&self, soeg: &Soeg, uden: Option<&str>) -> bool {
        FILTRE.iter().filter(|(navn, _)| Some(*navn) != uden).all(|(navn, _)| {
            let Some(oensket) = soeg.tekst(navn) else { return true };
            self.vaerdier(navn, valgt_frist(soeg, uden), valgt_status(soeg, uden)).iter().any(|v| v == oensket)
        })
    }

    fn noegle(&self, k: &Kig<'_>, sort: &str) -> (String, i64, String) {
        let f = &self.sag.forloeb;
        let dag = f.dagnummer(k.idag);
        let foerst = match sort {
            "enhed" => (f.stamdata.enhed_navn.clone(), -dag),
            "leder" => (self.leder.clone().unwrap_or_default(), -dag),
            "dag" => (String::new(), dag),
            "fare" => (String::new(), self.fare),
            _ => (self.naeste.map_or_else(|| "9".to_owned(), |fr| fr.maaldag.to_string()), -dag),
        };
        (foerst.0, foerst.1, f.id.to_string())
    }

    fn raekke(&self, k: &Kig<'_>) -> Raekke {
        let f = &self.sag.forloeb;
        let r = &self.sag.vurdering.refusion;
        let fare = match (r.i_fare, r.mistet_skoen) {
            (Some(s), _) => kroner(s.kr),
            (None, Some(s)) => format!("{} mistet", kroner(s.kr)),
            (None, None) => "–".to_owned(),
        };
        Raekke {
            sti: format!("/forloeb/{}", f.id),
            hvem: k.navn(&f.medarbejder_nr),
            enhed: f.stamdata.enhed_navn.clone(),
            leder: self.leder.as_deref().map_or_else(|| "Leder mangler".to_owned(), |nr| k.navn(nr)),
            dag: f.dagnummer(f.slutdag(k.idag).unwrap_or(k.idag)),
            frist: self.naeste.map_or_else(
                || "Ingen".to_owned(),
                |fr| format!("{} {}", tekster::fristnavn(fr.art), begge(fr.maaldag, k.idag)),
            ),
            kode: self.naeste.map_or("opfyldt", |fr| fr.status.kode()),
            status: self.naeste.map_or_else(|| "Alt er gjort".to_owned(), |fr| badge(fr.status).to_owned()),
            fare,
        }
    }
}

/// Money that is running away first; what cannot be helped any more, and what has not begun, last.
const fn haster(frist: &Frist) -> u8 {
    match (frist.status, frist.penge) {
        (Friststatus::Tabt, true) => 0,
        (Friststatus::Tabt, false) => 2,
        (Friststatus::Kommende, _) => 3,
        _ => 1,
    }
}

fn valgt_frist(soeg: &Soeg, uden: Option<&str>) -> Option<Fristart> {
    soeg.tekst("frist").filter(|_| uden != Some("frist")).and_then(Fristart::fra_kode)
}

fn valgt_status(soeg: &Soeg, uden: Option<&str>) -> Option<Friststatus> {
    soeg.tekst("status").filter(|_| uden != Some("status")).and_then(Friststatus::fra_kode)
}

fn sortering(soeg: &Soeg) -> (&'static str, bool) {
    let oensket = soeg.tekst("sort").unwrap_or("frist");
    let navn = oensket.trim_start_matches('-');
    let fundet = SORTERINGER.iter().find(|(n, _)| *n == navn);
    fundet.map_or(("frist", false), |(n, _)| (*n, oensket.starts_with('-')))
}

/// The address of this page with some parameters set anew; an empty value takes one away.
fn adresse(soeg: &Soeg, nye: &[(&str, &str)]) -> String {
    let kendte = ["vis", "enhed", "leder", "frist", "status", "tildelt", "sort", "antal", "side"];
    let par: Vec<String> = kendte
        .iter()
        .filter_map(|navn| {
            let ny = nye.iter().find(|(n, _)| n == navn).map(|(_, v)| *v);
            let vaerdi = ny.map_or_else(|| soeg.tekst(navn), Some).filter(|v| !v.is_empty())?;
            let sikker: String = vaerdi.bytes().map(procent).collect();
            Some(format!("{navn}={sikker}"))
        })
        .collect();
    if par.is_empty() { "/hr".to_owned() } else { format!("/hr?{}", par.join("&")) }
}

fn procent(b: u8) -> String {
    if b.is_ascii_alphanumeric() || b"-_.".contains(&b) { char::from(b).to_string() } else { format!("%{b:02X}") }
}

fn taellinger(frister: &BTreeMap<Fristart, BTreeMap<Friststatus, usize>>) -> Vec<Tael> {
    Fristart::ALLE
        .iter()
        .filter_map(|art| {
            let tal = frister.get(art)?;
            let celler = Friststatus::ALLE
                .iter()
                .map(|s| tal.get(s).map(|n| Celle { antal: *n, sti: format!("/hr?frist={art}&status={s}#forloeb") }))
                .collect();
            Some(Tael { navn: tekster::fristnavn(*art), celler })
        })
        .collect()
}

/// What a value of a filter is called.
fn navn(k: &Kig<'_>, alle: &[Punkt<'_>], filter: &str, kode: &str) -> String {
    match filter {
        "enhed" => {
            let fundet = alle.iter().find(|p| p.sag.forloeb.stamdata.enhed == kode);
            fundet.map_or_else(|| kode.to_owned(), |p| p.sag.forloeb.stamdata.enhed_navn.clone())
        }
        "frist" => Fristart::fra_kode(kode).map_or_else(|| kode.to_owned(), |a| tekster::fristnavn(a).to_owned()),
        "status" => Friststatus::fra_kode(kode).map_or_else(|| kode.to_owned(), |s| badge(s).to_owned()),
        _ if kode == "ingen" => "Ingen".to_owned(),
        _ => k.navn(kode),
    }
}

fn filter(k: &Kig<'_>, soeg: &Soeg, alle: &[Punkt<'_>], filter: &'static str, label: &'static str) -> Filter {
    let mut antal: BTreeMap<String, usize> = BTreeMap::new();
    let (frist, status) = (valgt_frist(soeg, Some(filter)), valgt_status(soeg, Some(filter)));
    for p in alle.iter().filter(|p| p.passer(soeg, Some(filter))) {
        for v in p.vaerdier(filter, frist, status) {
            *antal.entry(v).or_default() += 1;
        }
    }
    let valgt = soeg.tekst(filter);
    if let Some(v) = valgt {
        antal.entry(v.to_owned()).or_default();
    }
    let mut muligheder: Vec<_> = antal
        .into_iter()
        .map(|(kode, antal)| {
            let valgt = valgt == Some(kode.as_str());
            Mulighed { navn: navn(k, alle, filter, &kode), kode, antal, valgt }
        })
        .collect();
    muligheder.sort_by(|a, b| a.navn.cmp(&b.navn));
    Filter { navn: filter, label, muligheder }
}

fn maerker(k: &Kig<'_>, soeg: &Soeg, alle: &[Punkt<'_>]) -> Vec<Maerke> {
    FILTRE
        .iter()
        .filter_map(|&(filter, label)| {
            let kode = soeg.tekst(filter)?;
            let tekst = format!("{label}: {}", navn(k, alle, filter, kode));
            Some(Maerke { tekst, sti: adresse(soeg, &[(filter, ""), ("side", "")]) })
        })
        .collect()
}

fn kolonner(soeg: &Soeg, sort: &str, ned: bool) -> Vec<Kolonne> {
    SORTERINGER
        .iter()
        .map(|&(kode, navn)| {
            let her = kode == sort;
            let ny = if her && !ned { format!("-{kode}") } else { kode.to_owned() };
            Kolonne {
                navn,
                sti: adresse(soeg, &[("sort", &ny), ("side", "")]),
                sort: her.then_some(if ned { "descending" } else { "ascending" }),
                tal: matches!(kode, "dag" | "fare"),
            }
        })
        .collect()
}

/// Every page up to seven, else the first, the last and those around the current one.
fn sider(soeg: &Soeg, nr: usize, sidst: usize) -> Vec<(usize, String, bool)> {
    (1..=sidst)
        .filter(|n| sidst <= 7 || *n == 1 || *n == sidst || n.abs_diff(nr) <= 1)
        .map(|n| (n, adresse(soeg, &[("side", &n.to_string())]), n == nr))
        .collect()
}
