//! The page of one forløb: facts, the line of frister, refusion, plan, reminders, history, and the forms.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use forloeb::Forloeb;
use forloeb::frister::{Vurdering, vurder};
use forloeb::ord::{Modtagerrolle, Rolle};
use forloeb::refusion::{Dage, Foerstedagsret};
use forloeb::regnskab::{Dagsstand, regnskab};
use uuid::Uuid;

use super::datoer::{begge, dage, decimal, lang, tidspunkt};
use super::formular::Fejllinje;
use super::formularer::Gruppe;
use super::frist::{Fristraekke, situation};
use super::historik::Linje;
use super::kig::{Kig, id};
use super::ramme::{Ramme, Sidefejl, html};
use super::regnskab::Forklaret;
use super::session::{Inde, Soeg};
use super::signaler::{self, Signalpunkt};
use super::{Stat, formularer, historik, plan};
use crate::adgang::Oenske;
use crate::http::problem::Problem;
use crate::http::visning;
use crate::tekster;

/// A form that was refused: the page is shown again with it.
pub(super) struct Afvist {
    pub(super) formular: String,
    pub(super) indsendt: Vec<(String, String)>,
    pub(super) problem: Problem,
}

/// A row of the facts.
pub(super) struct Fakta {
    pub(super) navn: &'static str,
    pub(super) vaerdi: String,
    pub(super) sti: Option<String>,
}

pub(super) struct Refusionsboks {
    pub(super) fakta: Vec<Fakta>,
    pub(super) beloeb: Vec<Forklaret>,
    pub(super) krav: Vec<(String, String)>,
    pub(super) fare: bool,
    /// Pages that say more: address and text.
    pub(super) mere: Vec<(String, &'static str)>,
}

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
    plan: Option<plan::Resume>,
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
    let _laan = stat.t.kerne.laan_forloeb(id(&tekst)?).await.map_err(Problem::from)?;
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
    Ok(kerne.hele(&nr).await.map_err(Problem::from)?)
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
    let a = k.vis.ansaettelse(&f.medarbejder_nr).map_err(Problem::from)?.ok_or_else(Problem::findes_ikke)?;
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
        fejl = super::indsend::uden_formular(afvist);
    }
    let status = afvist.map_or(StatusCode::OK, |a| a.problem.statuskode());
    let kan = |navn: &str| grupper.iter().any(|g| g.formularer.iter().any(|f| f.form.name == navn));
    let frister: Vec<_> = (v.frister.iter())
        .filter(|fr| alt || fr.ansvarlig.contains(&Modtagerrolle::Kontaktperson))
        .map(|fr| Fristraekke::ny(k, f, fr, &kan))
        .collect();
    let h1 =
        if k.bruger().ser_navne() { k.navn(&f.medarbejder_nr) } else { format!("Medarbejder {}", f.medarbejder_nr) };
    let titel = format!("Forløb {}, medarbejder {}", super::datoer::kort(f.foerste), f.medarbejder_nr);
    let side = Side {
        ramme: k.ramme(if fejl.is_empty() { titel } else { format!("Fejl: {titel}") }),
        h1,
        status: situation(f, k.idag),
        aaben: f.er_aabent(k.idag),
        id: f.id,
        version: f.version,
        noegle: super::indsend::ny_noegle()?,
        imens: imens(k, a, f, afvist),
        fejl,
        fakta: fakta(k, f),
        signaler: signaler::alle(k, &f.medarbejder_nr),
        frister,
        alt,
        penge: (alt && k.bruger().ser_penge() && v.refusion.gives).then(|| med_links(k, f, &v)),
        plan: f.plan().filter(|_| alt).map(|p| plan::Resume::ny(f, p)),
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
    let set = super::session::find(&afvist.indsendt, "version").and_then(|v| v.parse().ok()).unwrap_or(u64::MAX);
    historik::linjer(k, a, f, false).into_iter().filter(|l| l.version > set).collect()
}

/// The structured list of facts.
pub(super) fn fakta(k: &Kig<'_>, f: &Forloeb) -> Vec<Fakta> {
    let ny = |navn, vaerdi: String| Fakta { navn, vaerdi, sti: None };
    let aabent = f.er_aabent(k.idag);
    let dag = f.slutdag(k.idag).unwrap_or(k.idag);
    let mut fakta = vec![
        ny("Medarbejdernummer", f.medarbejder_nr.clone()),
        ny("Enhed", format!("{} ({})", f.stamdata.enhed_navn, f.stamdata.enhed)),
        ny("Leder", f.leder(k.idag).map_or_else(|| "Ingen leder registreret".to_owned(), |nr| k.navn(nr))),
        ny("Første fraværsdag", lang(f.foerste)),
    ];
    if aabent {
        fakta.push(ny("I dag", format!("Dag {}", f.dagnummer(dag))));
    } else {
        fakta.push(ny("Sidste fraværsdag", lang(dag)));
        fakta.push(ny("Varighed", dage(f.dagnummer(dag))));
    }
    if !k.bruger().ser_hele_forloebet() {
        return fakta;
    }
    let omfang = f.omfang(dag).or(f.perioder.last().map(|p| p.omfang_pct)).unwrap_or(100);
    fakta.push(ny("Årsag", tekster::aarsagsnavn(f.aarsag).to_owned()));
    fakta.push(ny("Omfang", format!("{omfang} % af {} timer om ugen", decimal(f.stamdata.timer_pr_uge))));
    fakta.push(ny("Forventet varighed", tekster::varighedsnavn(f.forventet).to_owned()));
    if let Some(i) = f.indkaldt.as_ref().filter(|_| aabent && f.samtaler.is_empty()) {
        fakta.push(ny("Indkaldt til samtale", tidspunkt(i.hvad.to_utc())));
    }
    if let Some(nr) = f.kontaktperson() {
        fakta.push(ny("Kontaktperson", k.navn(nr)));
    }
    if let Some(nr) = &f.tildelt {
        fakta.push(ny("Tildelt", k.navn(nr)));
    }
    if let Some(foer) = f.tilbagefald_af.filter(|id| k.find(*id).is_ok()) {
        let sti = Some(format!("/forloeb/{foer}"));
        fakta.push(Fakta { navn: "Muligt tilbagefald", vaerdi: "Se det tidligere forløb".to_owned(), sti });
    }
    fakta
}

/// What there is to get, to lose, and already lost.
pub(super) fn refusion(k: &Kig<'_>, f: &Forloeb, v: &Vurdering) -> Refusionsboks {
    let r = &v.refusion;
    let ny = |navn, vaerdi: String| Fakta { navn, vaerdi, sti: None };
    let hvorfor = r.foerstedagsret.map(|ret| match ret {
        Foerstedagsret::Paragraf56 => " (§ 56-aftale)",
        Foerstedagsret::Fleksjob => " (fleksjob)",
        Foerstedagsret::Nyansat => " (ansat under 8 uger)",
        Foerstedagsret::Graviditet => " (graviditetsbetinget fravær)",
    });
    let mut fakta = vec![ny("Første refusionsdag", lang(r.foerste_refusionsdag) + hvorfor.unwrap_or_default())];
    match (r.anmeldt, r.tab_begynder) {
        (Some(dag), _) => fakta.push(ny("Kvitteret", lang(dag))),
        (None, Some(dag)) if dag > k.idag => fakta.push(ny("Tabet begynder", begge(dag, k.idag))),
        (None, Some(dag)) => fakta.push(ny("Tabet begyndte", begge(dag, k.idag))),
        (None, None) => {}
    }
    if let Some(dag) = r.kan_anmodes_fra {
        fakta.push(ny("Næste dag, der kan søges for", lang(dag)));
    }
    let spaend = |d: &Dage| format!("{} til {} ({})", lang(d.fra), lang(d.til), dage(d.antal()));
    if let Some(m) = &r.mistet {
        fakta.push(ny("Mistede dage", spaend(m)));
    }
    if !r.for_sent_anmodet.is_empty() {
        let alle: Vec<_> = r.for_sent_anmodet.iter().map(spaend).collect();
        fakta.push(ny("Mistede dage, fordi der blev søgt for sent", alle.join(", ")));
    }
    let bog = k.stat.t.kerne.bog();
    let g = regnskab(f, r, k.idag, &bog);
    let beloeb = [
        Forklaret::ny("Mistes, hvis fristen overskrides", g.led(|s| s.i_fare)),
        Forklaret::ny("Mistet", g.led(|s| s.stand == Dagsstand::ForSentAnmeldt)),
        Forklaret::ny("Mistet, fordi der blev søgt for sent", g.led(|s| s.stand == Dagsstand::ForSentAnmodet)),
        Forklaret::ny("Pr. arbejdsdag", &g.pr_arbejdsdag),
    ];
    Refusionsboks {
        fakta,
        beloeb: beloeb.into_iter().flatten().collect(),
        krav: (f.krav.iter())
            .map(|krav| {
                let fra_til = format!("{} til {}", lang(krav.hvad.fra), lang(krav.hvad.til));
                #[expect(clippy::cast_precision_loss, reason = "amounts are far below 2^52 øre")]
                let kr = krav.hvad.beloeb_oere.map(|o| format!("{} kr.", decimal(o as f64 / 100.0)));
                (fra_til, kr.unwrap_or_else(|| "beløb ikke angivet".to_owned()))
            })
            .collect(),
        fare: r.anmeldt.is_none(),
        mere: Vec::new(),
    }
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
