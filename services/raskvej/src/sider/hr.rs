//! HR's dashboard: counts by frist and status, kroner at risk, and the forløb, filtered and sorted by the address.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use forloeb::ord::{Fristart, Friststatus};
use uuid::Uuid;

use super::Stat;
use super::datoer::{begge, kroner, lang};
use super::frist::badge;
use super::kig::Kig;
use super::parts::address::sikker;
use super::ramme::{Ramme, Sidefejl, html};
use super::session::{Inde, Soeg};
use crate::dansk::dansk;
use crate::lister::{self, Foremost, Place, Whose};
use crate::problem::Problem;
use crate::tekster;
use crate::views::overview::taelle;
use crate::visninger::aktuelle::Aktuel;
use crate::visninger::kort::Ansvar;

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
    mistet_siden: String,
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
    aktuel: &'a Aktuel,
    ansvar: &'a Ansvar,
    naeste: Option<Naeste>,
}

/// What is most urgent of a forløb.
#[derive(Clone, Copy)]
struct Naeste {
    art: Fristart,
    maaldag: NaiveDate,
    status: Friststatus,
}

/// What a filter by people is called where there is nobody.
const INGEN: &str = "ingen";

/// As the address says, one filter left out; none where it asks for a frist or a status that does not exist.
fn valgt(soeg: &Soeg, penge: bool, uden: Option<&str>) -> Option<lister::Filter> {
    let tekst = |navn: &str| soeg.tekst(navn).filter(|_| uden != Some(navn));
    let hvis = |navn| tekst(navn).map(|nr| if nr == INGEN { Whose::Nobodys } else { Whose::of(nr) });
    let frist = tekst("frist").map(Fristart::fra_kode);
    let status = tekst("status").map(Friststatus::fra_kode);
    if frist == Some(None) || status == Some(None) {
        return None;
    }
    Some(lister::Filter {
        aabne: Some(!penge),
        enhed: tekst("enhed").map(str::to_owned),
        leder_nr: hvis("leder"),
        medarbejder_nr: None,
        frist: frist.flatten(),
        frist_status: status.flatten(),
        tildelt: hvis("tildelt"),
    })
}

pub(super) async fn side(State(stat): State<Stat>, inde: Inde, soeg: Soeg) -> Result<Response, Sidefejl> {
    if !inde.bruger.er_hr() {
        return Err(Problem::maa_ikke().into());
    }
    let vis = stat.t.kerne.vis();
    let k = Kig::ny(&stat, &inde, &vis);
    let overblik = taelle(&inde.bruger, &vis);
    let penge = soeg.tekst("vis") == Some("penge");
    let sager = vis.i_gang_for(&inde.bruger, |_| true).filter(|a| a.kort.er_aabent() != penge);
    let frist = soeg.tekst("frist").and_then(Fristart::fra_kode);
    let alle: Vec<Punkt<'_>> = sager.map(|a| Punkt::ny(&k, a, frist)).collect();
    let valg = valgt(&soeg, penge, None);
    let (sort, ned) = sortering(&soeg);
    let rang = rang(&k, &alle, sort);
    let valgte: Vec<&Punkt<'_>> = alle.iter().filter(|p| p.passer(&k, valg.as_ref())).collect();
    let pr_side = soeg.tekst("antal").and_then(|a| a.parse().ok()).filter(|a| PR_SIDE.contains(a)).unwrap_or(25);
    let sidst = valgte.len().div_ceil(pr_side).max(1);
    let nr = soeg.tekst("side").and_then(|s| s.parse().ok()).unwrap_or(1).clamp(1, sidst);
    let fra = (nr - 1) * pr_side;
    let mut orden = Foremost::of(fra + pr_side);
    for p in &valgte {
        orden.take(Place { descending: ned, key: p.noegle(sort, &rang, k.idag) }, p);
    }
    let raekker: Vec<Raekke> = orden.rows().skip(fra).map(|(_, p)| p.raekke(&k)).collect();
    let side = Side {
        ramme: k.ramme(if penge { "Raskmeldte med refusion, der kan hentes" } else { "Overblik" }),
        penge,
        aabne: overblik.aabne,
        raskmeldte: overblik.afsluttede_med_penge,
        i_fare: kroner(overblik.i_fare_kr),
        mistet: kroner(overblik.mistet_kr),
        mistet_siden: lang(overblik.mistet_siden),
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

/// The place of a row in the table: that of a name, a day or a number, then the older first, then the id.
type Noegle = (usize, NaiveDate, i64, Uuid);

/// The place of each unit or leader by what is shown of them; a missing leader has none, and comes first.
fn rang<'a>(k: &Kig<'_>, alle: &[Punkt<'a>], sort: &str) -> HashMap<&'a str, usize> {
    let koder: HashMap<&str, &str> = match sort {
        "enhed" => alle.iter().map(|p| (p.ansvar.enhed.as_str(), p.ansvar.enhed_navn.as_str())).collect(),
        "leder" => alle.iter().filter_map(|p| p.ansvar.leder.as_deref()).map(|nr| (nr, nr)).collect(),
        _ => return HashMap::new(),
    };
    let vist = |vist: &str| if sort == "leder" { k.navn(vist) } else { vist.to_owned() };
    let mut ordnet: Vec<_> = koder.into_iter().map(|(kode, navn)| (dansk(&vist(navn)), kode)).collect();
    ordnet.sort_unstable();
    ordnet.into_iter().enumerate().map(|(nr, (_, kode))| (kode, nr + 1)).collect()
}

impl<'a> Punkt<'a> {
    fn ny(k: &Kig<'a>, aktuel: &'a Aktuel, frist: Option<Fristart>) -> Self {
        let udestaar = aktuel.kort.statusser.alle().filter(|(_, status)| status.udestaar());
        let naeste = udestaar
            .filter(|(art, _)| frist.is_none_or(|a| a == *art))
            .filter_map(|(art, status)| Some(Naeste { art, maaldag: aktuel.dagen.maaldage[art as usize]?, status }))
            .min_by_key(|n| (haster(n.status, aktuel.dagen.er_penge(n.art)), n.maaldag));
        Self { aktuel, ansvar: k.vis.ansvar(&aktuel.kort), naeste }
    }

    /// What a filter by unit, leader or assignment looks at.
    fn vaerdi(ansvar: &'a Ansvar, navn: &str) -> &'a str {
        match navn {
            "enhed" => &ansvar.enhed,
            "leder" => ansvar.leder.as_deref().unwrap_or(INGEN),
            _ => ansvar.tildelt.as_deref().unwrap_or(INGEN),
        }
    }

    /// The frister that stand out, or are in the chosen status.
    fn arter(&self, status: Option<Friststatus>) -> impl Iterator<Item = Fristart> {
        let passer = move |har: Friststatus| status.map_or_else(|| har.udestaar(), |s| s == har);
        self.aktuel.kort.statusser.alle().filter(move |(_, har)| passer(*har)).map(|(art, _)| art)
    }

    /// The statuses of the frister, or of the chosen one.
    fn statusser(&self, frist: Option<Fristart>) -> impl Iterator<Item = Friststatus> {
        self.aktuel.kort.statusser.alle().filter(move |(art, _)| frist.is_none_or(|a| a == *art)).map(|(_, s)| s)
    }

    fn passer(&self, k: &Kig<'_>, valg: Option<&lister::Filter>) -> bool {
        valg.is_some_and(|valg| valg.passer(&k.vis.opslag_af(self.aktuel)))
    }

    fn fare(&self) -> i64 {
        self.aktuel.dagen.i_fare.or(self.aktuel.dagen.mistet).map_or(0, |s| s.kr)
    }

    fn noegle(&self, sort: &str, rang: &HashMap<&str, usize>, idag: NaiveDate) -> Noegle {
        let (kort, id) = (&self.aktuel.kort, self.aktuel.forloeb.id);
        let dag = (idag - kort.foerste).num_days() + 1;
        let plads = |kode: &str| rang.get(kode).copied().unwrap_or_default();
        match sort {
            "enhed" => (plads(&self.ansvar.enhed), NaiveDate::MIN, -dag, id),
            "leder" => (self.ansvar.leder.as_deref().map_or(0, plads), NaiveDate::MIN, -dag, id),
            "dag" => (0, NaiveDate::MIN, dag, id),
            "fare" => (0, NaiveDate::MIN, self.fare(), id),
            _ => (0, self.naeste.map_or(NaiveDate::MAX, |n| n.maaldag), -dag, id),
        }
    }

    fn raekke(&self, k: &Kig<'_>) -> Raekke {
        let (f, kort, dagen) = (&self.aktuel.forloeb, &self.aktuel.kort, &self.aktuel.dagen);
        let fare = match (dagen.i_fare, dagen.mistet) {
            (Some(s), _) => kroner(s.kr),
            (None, Some(s)) => format!("{} mistet", kroner(s.kr)),
            (None, None) => "–".to_owned(),
        };
        Raekke {
            sti: format!("/forloeb/{}", f.id),
            hvem: k.navn(&f.medarbejder_nr),
            enhed: self.ansvar.enhed_navn.clone(),
            leder: self.ansvar.leder.as_deref().map_or_else(|| "Leder mangler".to_owned(), |nr| k.navn(nr)),
            dag: f.dagnummer(kort.slut.unwrap_or(k.idag)),
            frist: self.naeste.map_or_else(
                || "Ingen".to_owned(),
                |n| format!("{} {}", tekster::fristnavn(n.art), begge(n.maaldag, k.idag)),
            ),
            kode: self.naeste.map_or("opfyldt", |n| n.status.kode()),
            status: self.naeste.map_or_else(|| "Alt er gjort".to_owned(), |n| badge(n.status).to_owned()),
            fare,
        }
    }
}

/// Money that is running away first; what cannot be helped any more, and what has not begun, last.
const fn haster(status: Friststatus, penge: bool) -> u8 {
    match (status, penge) {
        (Friststatus::Tabt, true) => 0,
        (Friststatus::Tabt, false) => 2,
        (Friststatus::Kommende, _) => 3,
        _ => 1,
    }
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
            Some(format!("{navn}={}", sikker(vaerdi)))
        })
        .collect();
    if par.is_empty() { "/hr".to_owned() } else { format!("/hr?{}", par.join("&")) }
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
            let fundet = alle.iter().find(|p| p.ansvar.enhed == kode);
            fundet.map_or_else(|| kode.to_owned(), |p| p.ansvar.enhed_navn.clone())
        }
        "frist" => Fristart::fra_kode(kode).map_or_else(|| kode.to_owned(), |a| tekster::fristnavn(a).to_owned()),
        "status" => Friststatus::fra_kode(kode).map_or_else(|| kode.to_owned(), |s| badge(s).to_owned()),
        _ if kode == INGEN => "Ingen".to_owned(),
        _ => k.navn(kode),
    }
}

fn filter(k: &Kig<'_>, soeg: &Soeg, alle: &[Punkt<'_>], filter: &'static str, label: &'static str) -> Filter {
    let valg = valgt(soeg, soeg.tekst("vis") == Some("penge"), Some(filter));
    let (frist, status) = valg.as_ref().map_or((None, None), |valg| (valg.frist, valg.frist_status));
    let valgte = alle.iter().filter(|p| p.passer(k, valg.as_ref()));
    let (mut antal, mut enheder): (BTreeMap<&str, usize>, HashMap<&str, &str>) = Default::default();
    match filter {
        "frist" => valgte.flat_map(|p| p.arter(status)).for_each(|art| *antal.entry(art.kode()).or_default() += 1),
        "status" => valgte.for_each(|p| {
            let set: BTreeSet<_> = p.statusser(frist).collect();
            set.into_iter().for_each(|status| *antal.entry(status.kode()).or_default() += 1);
        }),
        _ => {
            // Most forløb of a unit share what is looked at here.
            let mut pr_ansvar: HashMap<u32, (&Ansvar, usize)> = HashMap::new();
            valgte.for_each(|p| pr_ansvar.entry(p.aktuel.kort.ansvar).or_insert((p.ansvar, 0)).1 += 1);
            for (ansvar, n) in pr_ansvar.into_values() {
                *antal.entry(Punkt::vaerdi(ansvar, filter)).or_default() += n;
                enheder.insert(&ansvar.enhed, &ansvar.enhed_navn);
            }
        }
    }
    let valgt = soeg.tekst(filter);
    if let Some(v) = valgt {
        antal.entry(v).or_default();
    }
    let mut muligheder: Vec<_> = antal
        .into_iter()
        .map(|(kode, antal)| {
            let valgt = valgt == Some(kode);
            let enhed = enheder.get(kode).filter(|_| filter == "enhed");
            let navn = enhed.map_or_else(|| navn(k, alle, filter, kode), |navn| (*navn).to_owned());
            Mulighed { navn, kode: kode.to_owned(), antal, valgt }
        })
        .collect();
    muligheder.sort_by_cached_key(|m| (dansk(&m.navn), m.kode.clone()));
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
