//! The page of one forløb: facts, the line of frister, refusion, plan, reminders, history, and the forms.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use forloeb::Forloeb;
use forloeb::frister::{Vurdering, vurder};
use forloeb::ord::{Modtagerrolle, Rolle};
use uuid::Uuid;

use super::datoer::{begge, kort};
use super::formular::Fejllinje;
use super::formularer::Gruppe;
use super::frist::{Fristraekke, situation};
use super::historik::Linje;
use super::kig::{Kig, id};
use super::parts::facts::{Fakta, Refusionsboks, fakta, refusion};
use super::parts::plan::Resume;
use super::parts::signals::{self, Signalpunkt};
use super::parts::submission::{Afvist, ny_noegle, uden_formular};
use super::ramme::{Ramme, Sidefejl, html};
use super::session::{Inde, Soeg, find};
use super::{Stat, formularer, historik};
use crate::adgang::Oenske;
use crate::problem::Problem;
use crate::tekster;
use crate::views::forloeb as visning;

struct Paamindelse {
    dag: String,
    frist: &'static str,
    til: &'static str,
    udfald: String,
    kode: &'static str,
}

#[derive(Template)]
#[template(path = "forloeb.html")]
struct Side {
    ramme: Ramme,
    h1: String,
    status: String,
    aaben: bool,
    id: Uuid,
    version: u64,
    noegle: String,
    fejl: Vec<Fejllinje>,
    imens: Vec<Linje>,
    fakta: Vec<Fakta>,
    signaler: Vec<Signalpunkt>,
    frister: Vec<Fristraekke>,
    /// The reader sees the whole of it, not only what the first contact needs.
    alt: bool,
    penge: Option<Refusionsboks>,
    plan: Option<Resume>,
    maa_plan: bool,
    paamindelser: Vec<Paamindelse>,
    historik: Vec<Linje>,
    grupper: Vec<Gruppe>,
}

pub(super) async fn side(
    State(stat): State<Stat>,
    inde: Inde,
    Path(tekst): Path<String>,
    soeg: Soeg,
) -> Result<Response, Sidefejl> {
    let _laan = stat.t.kerne.laan_forloeb(id(&tekst)?).await?;
    let hele = hele(&stat, &inde, id(&tekst)?).await?;
    if inde.bruger.rolle == Rolle::Medarbejder {
        return Ok(Redirect::to("/mig").into_response());
    }
    let vis = stat.t.kerne.vis();
    let k = Kig::ny(&stat, &inde, &vis);
    let f = k.find(id(&tekst)?)?;
    if f.id.to_string() != tekst {
        return Ok(Redirect::to(&format!("/forloeb/{}", f.id)).into_response()); // joined into another
    }
    tegn(&k, &f, &hele, soeg.tekst("vis"), None)
}

/// The employment of a forløb as the log has it, with the reminders that commands withheld. It is borrowed already.
pub(super) async fn hele(stat: &Stat, inde: &Inde, id: Uuid) -> Result<::forloeb::Ansaettelse, Sidefejl> {
    let kerne = &stat.t.kerne;
    let nr = inde.bruger.find(id, &kerne.vis(), kerne.ur.idag())?.medarbejder_nr.clone();
    Ok(kerne.hele(&nr).await?)
}

/// The page, with the form that was asked for, or was refused, open.
pub(super) fn tegn(
    k: &Kig<'_>,
    f: &Forloeb,
    hele: &::forloeb::Ansaettelse,
    aaben: Option<&str>,
    afvist: Option<&Afvist>,
) -> Result<Response, Sidefejl> {
    let bog = &k.stat.t.kerne.bog();
    let v = vurder(f, k.idag, bog);
    let a = k.vis.ansaettelse(&f.medarbejder_nr)?.ok_or_else(Problem::findes_ikke)?;
    let alt = k.bruger().ser_hele_forloebet();
    let maa = |oenske| k.bruger().maa_aendre(f.id, oenske, k.vis, k.idag).is_ok();

    let mut grupper = formularer::alle(k, f, &v);
    let mut historik = if alt { historik::linjer(k, a, f, maa(Oenske::Forloeb)) } else { Vec::new() };
    let mut fejl = Vec::new();
    let alle = grupper.iter_mut().flat_map(|g| &mut g.formularer);
    let alle = alle.chain(historik.iter_mut().filter_map(|l| l.formular.as_mut()));
    for formular in alle {
        formular.aaben |= aaben.is_some_and(|a| formular.form.name == a);
        if let Some(afvist) = afvist.filter(|a| a.formular == formular.form.name) {
            fejl = formular.afvist(&afvist.indsendt, &afvist.problem);
        }
    }
    if let Some(afvist) = afvist.filter(|_| fejl.is_empty()) {
        fejl = uden_formular(afvist);
    }
    let status = afvist.map_or(StatusCode::OK, |a| a.problem.statuskode());
    let kan = |navn: &str| grupper.iter().any(|g| g.formularer.iter().any(|f| f.form.name == navn));
    let frister: Vec<_> = (v.frister.iter())
        .filter(|fr| alt || fr.ansvarlig.contains(&Modtagerrolle::Kontaktperson))
        .map(|fr| Fristraekke::ny(k, f, fr, &kan))
        .collect();
    let h1 =
        if k.bruger().ser_navne() { k.navn(&f.medarbejder_nr) } else { format!("Medarbejder {}", f.medarbejder_nr) };
    let titel = format!("Forløb {}, medarbejder {}", kort(f.foerste), f.medarbejder_nr);
    let side = Side {
        ramme: k.ramme(if fejl.is_empty() { titel } else { format!("Fejl: {titel}") }),
        h1,
        status: situation(f, k.idag),
        aaben: f.er_aabent(k.idag),
        id: f.id,
        version: f.version,
        noegle: ny_noegle()?,
        imens: imens(k, a, f, afvist),
        fejl,
        fakta: fakta(k, f),
        signaler: signals::alle(k, &f.medarbejder_nr),
        frister,
        alt,
        penge: (alt && k.bruger().ser_penge() && v.refusion.gives).then(|| med_links(k, f, &v)),
        plan: f.plan().filter(|_| alt).map(|p| Resume::ny(f, p)),
        maa_plan: maa(Oenske::TtaPlan) && f.er_aabent(k.idag),
        paamindelser: if alt { paamindelser(k, f, hele) } else { Vec::new() },
        historik,
        grupper,
    };
    Ok(html(status, &side))
}

/// What happened since the page was made that the refused form came from.
fn imens(k: &Kig<'_>, a: &forloeb::Ansaettelse, f: &Forloeb, afvist: Option<&Afvist>) -> Vec<Linje> {
    let Some(afvist) = afvist.filter(|a| a.problem.kode == "anden_version") else { return Vec::new() };
    let set = find(&afvist.indsendt, "version").and_then(|v| v.parse().ok()).unwrap_or(u64::MAX);
    historik::linjer(k, a, f, false).into_iter().filter(|l| l.version > set).collect()
}

/// [`refusion`], with the way to the ledger and, for HR, to the data sheet of the anmeldelse.
fn med_links(k: &Kig<'_>, f: &Forloeb, v: &Vurdering) -> Refusionsboks {
    let mut mere = vec![(format!("/forloeb/{}/refusion", f.id), "Se refusionen dag for dag, og hvordan den er regnet")];
    if k.bruger().er_hr() {
        mere.push((format!("/forloeb/{}/anmeldelse-ark", f.id), "Dataark til anmeldelsen i NemRefusion"));
    }
    Refusionsboks { mere, ..refusion(k, f, v) }
}

fn paamindelser(k: &Kig<'_>, f: &Forloeb, hele: &::forloeb::Ansaettelse) -> Vec<Paamindelse> {
    let bog = &k.stat.t.kerne.bog();
    let alle = hele.forloeb(bog).into_iter().find(|h| h.id == f.id);
    let alle = alle.map(|h| visning::paamindelser(&h, &vurder(&h, k.idag, bog), k.idag, bog)).unwrap_or_default();
    alle.into_iter()
        .map(|p| {
            let aarsag = p.aarsag.as_deref().map(|a| {
                forloeb::ord::Aflysning::fra_kode(a)
                    .map_or_else(|| a.to_owned(), |a| tekster::aflysningsnavn(a).to_owned())
            });
            let udfald = match (p.udfald, aarsag) {
                ("planlagt", _) => "Planlagt".to_owned(),
                ("sendt", _) => "Sendt".to_owned(),
                ("aflyst", a) => format!("Ikke sendt: {}", a.unwrap_or_default()),
                ("udskudt", _) => "Udskudt".to_owned(),
                (_, a) => format!("Kunne ikke leveres ({})", a.unwrap_or_default()),
            };
            Paamindelse {
                dag: begge(p.dag, k.idag),
                frist: if p.trin.starts_with("kalender-") { "Kalenderaftale" } else { tekster::fristnavn(p.frist) },
                til: tekster::modtagernavn(p.modtager_rolle),
                udfald,
                kode: p.udfald,
            }
        })
        .collect()
}
