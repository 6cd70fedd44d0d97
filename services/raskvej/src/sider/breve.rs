//! Mails that did not get through: what the mail server refused for good, with a button to send it again, and what is
//! due and waits, and why.

use std::collections::BTreeMap;

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::Stat;
use super::datoer::{kort, tidspunkt};
use super::kig::{Kig, id};
use super::parts::submission::{call, ny_noegle};
use super::ramme::{Ramme, Sidefejl, html};
use super::session::{Inde, Par, find};
use crate::commands::send_igen;
use crate::commands::typed::given;
use crate::fejlede::alle_fejlede;
use crate::paamindelser::ventende::Venteliste;
use crate::problem::Problem;
use crate::tekster::{fristnavn, leveringsfejl, modtagernavn, uden_indstilling, ventegrund};

/// Lines that are shown.
const HOEJST: usize = 200;

struct Brev {
    id: String,
    forloeb: String,
    reference: String,
    hvem: String,
    frist: &'static str,
    til: &'static str,
    dag: String,
    afvist: String,
    hvorfor: String,
    kan_sendes_igen: bool,
}

/// A reminder that is due and has not left.
struct Venter {
    forloeb: String,
    reference: String,
    hvem: String,
    frist: &'static str,
    til: &'static str,
    dag: String,
    hvorfor: String,
}

#[derive(Template)]
#[template(path = "breve.html")]
struct Side {
    ramme: Ramme,
    /// Settings that are missing, and what follows.
    mangler: Vec<(&'static str, &'static str)>,
    breve: Vec<Brev>,
    flere: usize,
    /// How many wait, by reason.
    grunde: Vec<(String, usize)>,
    venter: Vec<Venter>,
    /// Not all that wait are shown.
    flere_venter: bool,
    noegle: String,
}

pub(super) async fn side(State(stat): State<Stat>, inde: Inde) -> Result<Response, Sidefejl> {
    if !inde.bruger.er_hr() {
        return Err(Problem::maa_ikke().into());
    }
    let Venteliste { ventende, flere: flere_ventende } =
        stat.t.paamindelser.ventende().await.map_err(Sidefejl::internal)?;
    let fejlede = alle_fejlede(&stat.t.kerne, &inde.bruger);
    let vis = stat.t.kerne.vis();
    let k = Kig::ny(&stat, &inde, &vis);
    let hvem = |forloeb| vis.hvis(forloeb).map(|nr| k.navn(nr)).unwrap_or_default();
    let breve = fejlede.iter().take(HOEJST).map(|f| Brev {
        id: f.id.to_string(),
        forloeb: f.forloeb.to_string(),
        reference: f.forloeb.simple().to_string().chars().take(8).collect(),
        hvem: hvem(f.forloeb),
        frist: fristnavn(f.frist),
        til: modtagernavn(f.modtager_rolle),
        dag: kort(f.dag),
        afvist: tidspunkt(f.tidspunkt),
        hvorfor: leveringsfejl(&f.aarsag),
        kan_sendes_igen: f.kan_sendes_igen,
    });
    let mut grunde: BTreeMap<&str, usize> = BTreeMap::new();
    ventende.iter().for_each(|v| *grunde.entry(&v.grund).or_default() += 1);
    let venter = ventende.iter().take(HOEJST).map(|v| Venter {
        forloeb: v.forloeb.to_string(),
        reference: v.forloeb.simple().to_string().chars().take(8).collect(),
        hvem: hvem(v.forloeb),
        frist: fristnavn(v.frist),
        til: modtagernavn(v.modtager),
        dag: kort(v.dag),
        hvorfor: ventegrund(&v.grund),
    });
    let side = Side {
        ramme: k.ramme("Mails, der ikke er kommet frem"),
        mangler: stat.t.paamindelser.mangler().iter().map(|navn| (*navn, uden_indstilling(navn))).collect(),
        grunde: grunde.into_iter().map(|(grund, antal)| (ventegrund(grund), antal)).collect(),
        venter: venter.collect(),
        flere_venter: flere_ventende || ventende.len() > HOEJST,
        breve: breve.collect(),
        flere: fejlede.len().saturating_sub(HOEJST),
        noegle: ny_noegle()?,
    };
    Ok(html(StatusCode::OK, &side))
}

/// Sends one again, and comes back to the list.
pub(super) async fn send_igen(
    State(stat): State<Stat>,
    inde: Inde,
    Form(felter): Form<Par>,
) -> Result<Response, Sidefejl> {
    if !inde.bruger.er_hr() {
        return Err(Problem::maa_ikke().into());
    }
    let forloeb = id(find(&felter, "forloeb").unwrap_or_default())?;
    let paamindelse = id(find(&felter, "paamindelse").unwrap_or_default())?;
    // One page has a form for each mail: the key of the page and the mail together are the key of the command.
    let (form, given) =
        (format!("send-igen-{}", paamindelse.simple()), given([("paamindelse", paamindelse.to_string().into())]));
    let call = call(&form, &inde.bruger, Some(forloeb), &felter, &given);
    // The same button pressed twice: the first time took it off the list, and that is no refusal.
    if !stat.t.kerne.er_udfoert(call.once).await? {
        send_igen::ENTRY.run(&stat.t.kerne, call).await.map_err(Problem::from)?;
    }
    Ok(Redirect::to("/hr/breve?ok=send-igen").into_response())
}
