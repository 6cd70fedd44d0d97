//! The work list: what somebody has to do, most urgent first.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use forloeb::anmeldelse::usigneret;
use forloeb::frister::Frist;
use forloeb::ord::{Anmeldelsestrin, Fristart, Friststatus, Modtagerrolle, Rolle};
use uuid::Uuid;

use super::Stat;
use super::datoer::{begge, kort};
use super::frist::{badge, link, opgave};
use super::historik::lille;
use super::kig::Kig;
use super::ramme::{Ramme, Sidefejl, html};
use super::session::{Inde, Soeg};
use crate::lister::Foremost;
use crate::paamindelser::modtager::Opslag;
use crate::visninger::Sag;
use crate::visninger::aktuelle::Aktuel;
use crate::visninger::udledt::ulevereret;

/// Lines of a group on one page of it.
const HOEJST: usize = 60;
/// The groups, each with the parameter that says which page of it is shown.
const GRUPPER: [(&str, &str); 3] = [("nu", "Gør nu"), ("snart", "De næste 5 arbejdsdage"), ("senere", "Senere")];

struct Opgave {
    hvad: String,
    hvem: String,
    enhed: String,
    hvornaar: String,
    kode: &'static str,
    status: &'static str,
    sti: String,
}

struct Gruppe {
    navn: &'static str,
    titel: &'static str,
    opgaver: Vec<Opgave>,
    antal: usize,
    /// Number of the first that is shown.
    fra: usize,
    forrige: Option<String>,
    naeste: Option<String>,
}

struct Forloebslinje {
    sti: String,
    hvem: String,
    enhed: String,
    leder: String,
    foerste: String,
    dag: i64,
}

#[derive(Template)]
#[template(path = "arbejdsliste.html")]
struct Side {
    ramme: Ramme,
    grupper: Vec<Gruppe>,
    antal: usize,
    tom: &'static str,
    forloeb: Vec<Forloebslinje>,
    hr: bool,
    drift: bool,
}

pub(super) async fn side(State(stat): State<Stat>, inde: Inde, soeg: Soeg) -> Result<Response, Sidefejl> {
    match inde.bruger.rolle {
        Rolle::Medarbejder => return Ok(Redirect::to("/mig").into_response()),
        Rolle::Revisor => return Ok(Redirect::to("/revision").into_response()),
        _ => {}
    }
    let vis = stat.t.kerne.vis();
    let k = Kig::ny(&stat, &inde, &vis);
    let synlige: Vec<&Aktuel> = vis.i_gang_for(&inde.bruger, |_| true).collect();
    let mine = mine(&k);
    let valgte = GRUPPER.map(|(navn, _)| soeg.tekst(navn).and_then(|s| s.parse().ok()).unwrap_or(1_usize).max(1));
    let mut grupper = valgte.map(Udvalg::til_side);
    for aktuel in &synlige {
        for (art, status) in
            aktuel.kort.statusser.alle().filter(|(art, status)| er_min(&k, &mine, aktuel, *art, *status))
        {
            let maaldag = aktuel.dagen.maaldage[art as usize].unwrap_or(NaiveDate::MAX);
            let foerst = match (status, art) {
                (Friststatus::Tabt, Fristart::FastTrack) => 9,
                (Friststatus::Tabt, _) => 0,
                _ => 1,
            };
            grupper[plads(art, status, maaldag, k.idag)].tag(foerst, maaldag, aktuel, Hvad::Frist(art));
        }
        if inde.bruger.er_hr() {
            for (hvad, dag) in hr_opgaver(&k, aktuel) {
                grupper[0].tag(0, dag, aktuel, hvad);
            }
        }
    }
    let hr = inde.bruger.er_hr();
    let antal = grupper.iter().map(|udvalg| udvalg.opgaver.count()).sum();
    let side = Side {
        ramme: k.ramme("Arbejdsliste"),
        antal,
        grupper: (0..grupper.len())
            .filter(|n| grupper[*n].opgaver.count() > 0)
            .map(|n| gruppe(&k, &grupper, n))
            .collect(),
        tom: tom(inde.bruger.rolle, synlige.is_empty()),
        forloeb: if hr { Vec::new() } else { oversigt(&k, &synlige) },
        hr,
        drift: inde.bruger.rolle == Rolle::Drift,
    };
    Ok(html(StatusCode::OK, &side))
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Hvad {
    Frist(Fristart),
    FindLeder,
    Ulevereret,
    /// The anmeldelse is prepared, and nobody signs it.
    Usigneret,
}

/// By what tasks are put in order: what comes first, its day, whose it is.
type Orden<'a> = (u8, NaiveDate, &'a str, Uuid, Hvad);

/// The most urgent tasks of a group, through a page of it.
struct Udvalg<'a> {
    side: usize,
    opgaver: Foremost<Orden<'a>, &'a Aktuel>,
}

impl<'a> Udvalg<'a> {
    const fn til_side(side: usize) -> Self {
        Self { side, opgaver: Foremost::of(HOEJST.saturating_mul(side)) }
    }

    /// The page that is shown: the last one, where the address asks for more than there are.
    fn vist_side(&self) -> usize {
        self.side.min(self.opgaver.count().div_ceil(HOEJST)).max(1)
    }

    fn tag(&mut self, foerst: u8, dag: NaiveDate, aktuel: &'a Aktuel, hvad: Hvad) {
        let orden = (foerst, dag, aktuel.forloeb.medarbejder_nr.as_str(), aktuel.forloeb.id, hvad);
        self.opgaver.take(orden, aktuel);
    }
}

fn gruppe(k: &Kig<'_>, grupper: &[Udvalg<'_>; GRUPPER.len()], nr: usize) -> Gruppe {
    let udvalg = &grupper[nr];
    let (side, sprunget_over) = (udvalg.vist_side(), (udvalg.vist_side() - 1) * HOEJST);
    let opgaver =
        udvalg.opgaver.rows().skip(sprunget_over).take(HOEJST).filter_map(|((_, dag, _, _, hvad), aktuel)| {
            let sag = k.vis.sag(aktuel);
            match hvad {
                Hvad::Frist(art) => Some(linje(k, &sag, sag.vurdering.frist(*art)?)),
                _ => Some(hr_opgave(k, &sag, *hvad, *dag)),
            }
        });
    Gruppe {
        navn: GRUPPER[nr].0,
        titel: GRUPPER[nr].1,
        opgaver: opgaver.collect(),
        antal: udvalg.opgaver.count(),
        fra: sprunget_over + 1,
        forrige: (side > 1).then(|| adresse(grupper, nr, side - 1)),
        naeste: (udvalg.opgaver.count() > side * HOEJST).then(|| adresse(grupper, nr, side + 1)),
    }
}

/// The address of the list with another page of one group; the other groups stay where they are.
fn adresse(grupper: &[Udvalg<'_>; GRUPPER.len()], nr: usize, side: usize) -> String {
    let sider = grupper.iter().enumerate().map(|(n, udvalg)| if n == nr { side } else { udvalg.vist_side() });
    let par = GRUPPER.iter().zip(sider).filter(|(_, side)| *side > 1);
    let par: Vec<String> = par.map(|((navn, _), side)| format!("{navn}={side}")).collect();
    format!("/?{}#g-{}", par.join("&"), GRUPPER[nr].0)
}

const fn tom(rolle: Rolle, ingen: bool) -> &'static str {
    match (rolle, ingen) {
        (Rolle::Drift, _) => "Drift har ikke adgang til forløb.",
        (Rolle::Leder, true) => {
            "Ingen af dine medarbejdere har et åbent forløb. Du får mail, når der er noget at gøre."
        }
        (Rolle::Kontaktperson, true) => "Du er ikke kontaktperson på noget åbent forløb.",
        (Rolle::Koordinator, true) => "Du er ikke koordinator på nogen plan.",
        (_, true) => "Der er ingen åbne forløb.",
        (_, false) => "Alt er gjort. Du får mail, når der er noget at gøre igen.",
    }
}

/// The leaders whose tasks are the reader's today: themself, and those they act for.
fn mine<'a>(k: &Kig<'a>) -> BTreeSet<&'a str> {
    let Some(nr) = k.bruger().leder_nr() else { return BTreeSet::new() };
    let (vis, noegler) = (k.vis, &k.stat.t.kerne.noegler);
    let opslag = Opslag { vis, noegler, hr_mail: None, idag: k.idag };
    let for_andre = vis.staar_ind_for(nr).filter(|leder| opslag.handler_for(leder) == Some(nr));
    for_andre.chain([nr]).collect()
}

/// Whose a frist is: the one who acts; HR also has what others did not reach.
fn er_min(k: &Kig<'_>, mine: &BTreeSet<&str>, aktuel: &Aktuel, art: Fristart, status: Friststatus) -> bool {
    if !status.udestaar() || status == Friststatus::Kommende {
        return false;
    }
    let (har, for_sent) = (|m| aktuel.dagen.er_ansvarlig(art, m), status == Friststatus::Overskredet);
    let ansvar = k.vis.ansvar(&aktuel.kort);
    match k.bruger().rolle {
        Rolle::Hr => har(Modtagerrolle::Hr) || for_sent,
        Rolle::Leder => {
            let kontaktperson = ansvar.kontaktperson.as_deref().filter(|nr| k.vis.er_paa_arbejde(nr));
            let ingen_kontaktperson = kontaktperson.is_none() || !har(Modtagerrolle::Kontaktperson);
            har(Modtagerrolle::Leder)
                && (ingen_kontaktperson || for_sent)
                && ansvar.leder.as_deref().is_some_and(|leder| mine.contains(leder))
                && (aktuel.dagen.er_penge(art) || aktuel.kort.er_aabent())
        }
        Rolle::Kontaktperson => har(Modtagerrolle::Kontaktperson),
        Rolle::Koordinator => har(Modtagerrolle::Koordinator),
        Rolle::Medarbejder | Rolle::Revisor | Rolle::Drift => false,
    }
}

fn plads(art: Fristart, status: Friststatus, maaldag: NaiveDate, idag: NaiveDate) -> usize {
    match status {
        // Nothing can be done about it any more; it only has to be known.
        Friststatus::Tabt if art == Fristart::FastTrack => 2,
        Friststatus::Tabt | Friststatus::Overskredet => 0,
        _ if maaldag <= idag => 0,
        Friststatus::Forfalder => 1,
        _ => 2,
    }
}

fn linje(k: &Kig<'_>, sag: &Sag, frist: &Frist) -> Opgave {
    let (f, v) = (&sag.forloeb, &sag.vurdering);
    let hr = k.bruger().er_hr();
    let hvad = match opgave(f, v, frist) {
        hvad if hr && !f.er_aabent(k.idag) => format!("Raskmeldt, men der er refusion at hente: {}", lille(&hvad)),
        hvad if hr && !frist.ansvarlig.contains(&Modtagerrolle::Hr) => format!("Følg op hos lederen: {}", lille(&hvad)),
        hvad => hvad,
    };
    let underskrevet = f.anmeldelser.last().is_some_and(|a| a.hvad.trin == Anmeldelsestrin::Underskrevet);
    let status = match frist.art {
        Fristart::Anmeldelse if underskrevet => "Ikke kvitteret",
        _ => badge(frist.status),
    };
    Opgave {
        hvad,
        hvem: k.navn(&f.medarbejder_nr),
        enhed: f.stamdata.enhed_navn.clone(),
        hvornaar: begge(frist.maaldag, k.idag),
        kode: frist.status.kode(),
        status,
        sti: link(f, frist.art),
    }
}

/// What only HR can put right, besides the frister, and since when.
fn hr_opgaver(k: &Kig<'_>, aktuel: &Aktuel) -> impl Iterator<Item = (Hvad, NaiveDate)> {
    let leder = k.vis.ansvar(&aktuel.kort).leder.as_deref().and_then(|nr| k.vis.stamdata(nr));
    let har_leder = leder.is_some_and(|s| s.fratraadt.is_none_or(|d| d >= k.idag));
    let find_leder = (aktuel.kort.er_aabent() && !har_leder).then_some((Hvad::FindLeder, k.idag));
    let ulevereret =
        aktuel.dagen.ulevereret.then(|| k.vis.sag(aktuel)).and_then(|sag| {
            ulevereret(&sag.forloeb, &sag.vurdering).map(|(_, afgjort)| (Hvad::Ulevereret, afgjort.dag))
        });
    let udestaar = aktuel.kort.statusser.status(Fristart::Anmeldelse).is_some_and(Friststatus::udestaar);
    let ikke_underskrevet = usigneret(&aktuel.forloeb, k.idag, &k.stat.t.kerne.bog()).filter(|_| udestaar);
    let ikke_underskrevet = ikke_underskrevet.map(|u| (Hvad::Usigneret, u.klar));
    find_leder.into_iter().chain(ulevereret).chain(ikke_underskrevet)
}

fn hr_opgave(k: &Kig<'_>, sag: &Sag, hvad: Hvad, dag: NaiveDate) -> Opgave {
    let f = &sag.forloeb;
    let fundet = ulevereret(f, &sag.vurdering).filter(|_| hvad == Hvad::Ulevereret);
    let (hvad, status, sti) = match fundet {
        _ if hvad == Hvad::Usigneret => {
            let dage = usigneret(f, k.idag, &k.stat.t.kerne.bog()).map_or(0, |u| u.arbejdsdage);
            let dage = crate::tekster::antal(dage.into(), "arbejdsdag", "arbejdsdage");
            let hvad = format!("Underskriv anmeldelsen i NemRefusion; den har været klargjort i {dage}");
            (hvad, "Ikke underskrevet", format!("/forloeb/{}/anmeldelse-ark", f.id))
        }
        Some((n, _)) => {
            let til = crate::tekster::modtagernavn(n.modtager);
            let hvad = format!("Giv besked på anden vis: en påmindelse til {til} kunne ikke leveres");
            (hvad, "Mail ikke leveret", "/hr/breve".to_owned())
        }
        None => (
            "Find en leder til forløbet; der er ingen, der får påmindelserne".to_owned(),
            "Leder mangler",
            format!("/forloeb/{}?vis=lederskifte#f-lederskifte", f.id),
        ),
    };
    Opgave {
        hvad,
        hvem: k.navn(&f.medarbejder_nr),
        enhed: f.stamdata.enhed_navn.clone(),
        hvornaar: begge(dag, k.idag),
        kode: "overskredet",
        status,
        sti,
    }
}

fn oversigt(k: &Kig<'_>, synlige: &[&Aktuel]) -> Vec<Forloebslinje> {
    let mut alle: Vec<_> = synlige.iter().filter(|a| a.kort.er_aabent()).map(|a| &a.forloeb).collect();
    alle.sort_by_key(|f| (f.foerste, f.id));
    alle.into_iter()
        .map(|f| Forloebslinje {
            sti: format!("/forloeb/{}", f.id),
            hvem: k.navn(&f.medarbejder_nr),
            enhed: f.stamdata.enhed_navn.clone(),
            leder: f.leder(k.idag).map_or_else(|| "ingen".to_owned(), |nr| k.navn(nr)),
            foerste: kort(f.foerste),
            dag: f.dagnummer(k.idag),
        })
        .collect()
}
