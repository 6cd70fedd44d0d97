//! The form of the TTA plan: one section per principle, rows for steps that need no script, prefilled from the
//! newest version. Saving makes a new version.

use std::collections::BTreeMap;

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use forloeb::Forloeb;
use forloeb::ord::{Princip, Samtykke, Stoette, Ugedag};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::Stat;
use super::datoer::{decimal, som_iso, tidspunkt};
use super::formular::{Fejllinje, Formular, forklaring, saetning, vises_igen};
use super::kig::{Kig, id};
use super::linjer;
use super::parts::plan::{Laesning, princip, raad, stoette, ugedag};
use super::parts::submission::{call, ny_noegle};
use super::ramme::{Ramme, Sidefejl, html};
use super::session::{Inde, Par, Soeg, find};
use crate::adgang::Oenske;
use crate::commands::typed::{given, number};
use crate::commands::{Entry, tta_evaluering, tta_plan};
use crate::problem::Problem;
use crate::views::plan::{PlanVisning, vis_plan_i};

/// Empty rows besides those that are filled in.
const TOMME_TRIN: usize = 3;
const TOMME_DATOER: usize = 2;

/// A step's row.
pub(super) struct Raekke {
    pub(super) nr: usize,
    pub(super) fra: String,
    pub(super) til: String,
    pub(super) timer: String,
    /// Code, name, chosen.
    pub(super) dage: Vec<(&'static str, &'static str, bool)>,
    pub(super) ind: String,
    pub(super) ud: String,
    pub(super) hensyn: String,
    pub(super) principper: String,
    pub(super) fejl: Vec<String>,
}

impl Raekke {
    pub(super) fn er_tom(&self) -> bool {
        [&self.fra, &self.til, &self.timer, &self.ind, &self.ud, &self.hensyn].iter().all(|t| t.trim().is_empty())
            && !self.dage.iter().any(|d| d.2)
    }
}

/// Items of one principle, one a line.
pub(super) struct Tiltag {
    pub(super) kode: &'static str,
    pub(super) nummer: usize,
    pub(super) navn: &'static str,
    pub(super) tekst: String,
}

/// The form, as it is shown.
pub(super) struct Planformular {
    pub(super) version: u64,
    pub(super) noegle: String,
    pub(super) fejl: Vec<Fejllinje>,
    pub(super) koordinator: String,
    pub(super) koordinator_fejl: Option<String>,
    pub(super) trin: Vec<Raekke>,
    pub(super) tiltag: Vec<Tiltag>,
    pub(super) samtykke: Vec<(&'static str, &'static str, bool)>,
    pub(super) besked: String,
    pub(super) godkendt: bool,
    pub(super) evalueringer: Vec<(usize, String)>,
    pub(super) evaluering_fejl: Option<String>,
    pub(super) stoette: Vec<(&'static str, &'static str, bool)>,
    /// Recording an evaluation, where there is a plan.
    pub(super) evaluering: Option<Formular>,
    pub(super) kontakt: bool,
    /// The newest version cannot be opened: a new one, filled in with what is left of it, would lose the rest. What can
    /// be done about it instead.
    pub(super) raad: Option<&'static str>,
}

impl Planformular {
    /// The form with the newest version in it; none for those who may not.
    pub(super) fn udfyldt(k: &Kig<'_>, f: &Forloeb) -> Result<Option<Self>, Sidefejl> {
        if !maa(k, f) {
            return Ok(None);
        }
        let nyeste = f.plan().map(|p| vis_plan_i(&k.stat.t.kerne, k.vis, k.bruger(), f.id, p.hvad.version));
        let nyeste = nyeste.transpose()?;
        let raad = nyeste.as_ref().and_then(|p| raad(p.uaabnet?));
        Ok(Some(Self { raad, ..Self::ny(k, f, &felter(k, nyeste))? }))
    }

    /// The form with these fields.
    fn ny(k: &Kig<'_>, f: &Forloeb, par: &Par) -> Result<Self, Sidefejl> {
        let tekst = |navn: &str| find(par, navn).unwrap_or_default().to_owned();
        let valgt = |navn: &str, kode: &str| par.iter().any(|(n, v)| n == navn && v == kode);
        let mut trin: Vec<Raekke> = raekker(par).into_iter().filter(|r| !r.er_tom()).collect();

        trin.extend((0..TOMME_TRIN).map(|_| raekke(&[], 0)));
        for (nr, r) in trin.iter_mut().enumerate() {
            r.nr = nr;
        }
        let datoer = par.iter().filter(|(n, v)| n == "evaluering" && !v.trim().is_empty()).map(|(_, v)| v.clone());
        let datoer = datoer.chain((0..TOMME_DATOER).map(|_| String::new())).enumerate().collect();
        Ok(Self {
            version: f.version,
            noegle: ny_noegle()?,
            fejl: Vec::new(),
            koordinator: tekst("koordinator"),
            koordinator_fejl: None,
            trin,
            tiltag: (Princip::ALLE.iter())
                .map(|p| Tiltag {
                    kode: p.kode(),
                    nummer: p.nummer(),
                    navn: princip(*p),
                    tekst: tekst(&format!("tiltag-{p}")),
                })
                .collect(),
            samtykke: [
                (Samtykke::Givet, "Medarbejderen har givet samtykke"),
                (Samtykke::Afslaaet, "Medarbejderen har ikke givet samtykke"),
                (Samtykke::IkkeNoedvendigt, "Kontakt er ikke nødvendig"),
            ]
            .map(|(s, navn)| (s.kode(), navn, valgt("sundhedsvaesen", s.kode())))
            .into(),
            besked: tekst("besked"),
            godkendt: valgt("godkendt", "ja"),
            evalueringer: datoer,
            evaluering_fejl: None,
            stoette: Stoette::ALLE.iter().map(|s| (s.kode(), stoette(*s), valgt("stoette", s.kode()))).collect(),
            evaluering: f.plan().map(|_| tta_evaluering::form(k.idag).into()),
            kontakt: !f.kontakter.is_empty(),
            raad: None,
        })
    }

    /// Notes what was refused at its field.
    fn afvist(&mut self, problem: &Problem) {
        for f in &problem.felter {
            let nr = f.felt.split_once('[').and_then(|(_, r)| r.split(']').next()?.parse::<usize>().ok());
            let linje = |felt: &str, tekst: &str| Fejllinje { felt: Some(felt.to_owned()), tekst: tekst.to_owned() };
            match f.felt.split(['[', '.']).next().unwrap_or_default() {
                "trin" if nr.is_none() => self.fejl.push(linje("trin-0", &saetning("Trin", f))),
                "trin" => {
                    let nr = nr.unwrap_or(0);
                    let felt = f.felt.rsplit('.').next().unwrap_or_default();
                    let label = match felt {
                        "fra" => "Fra",
                        "til" => "Til",
                        "timer_pr_uge" => "Timer om ugen",
                        _ => "Trinnet",
                    };
                    let tekst = format!("Trin {}, {}", nr + 1, saetning(label, f));
                    self.fejl.push(linje(&format!("trin-{nr}"), &tekst));
                    if let Some(r) = self.trin.get_mut(nr) {
                        r.fejl.push(tekst);
                    }
                }
                "koordinator" => {
                    let tekst = saetning("Koordinator", f);
                    self.fejl.push(linje("koordinator", &tekst));
                    self.koordinator_fejl = Some(tekst);
                }
                "evalueringer" => {
                    let tekst = saetning("Evalueringsdato", f);
                    self.fejl.push(linje("evaluering-0", &tekst));
                    self.evaluering_fejl = Some(tekst);
                }
                "besked_til_kolleger" => self.fejl.push(linje("besked", &saetning("Besked til kolleger", f))),
                _ => self.fejl.push(Fejllinje { felt: None, tekst: saetning("Et punkt i planen", f) }),
            }
        }
        if self.fejl.is_empty() {
            self.fejl.push(Fejllinje { felt: None, tekst: forklaring(problem) });
        }
    }
}

fn maa(k: &Kig<'_>, f: &Forloeb) -> bool {
    f.er_aabent(k.idag) && k.bruger().maa_aendre(f.id, Oenske::TtaPlan, k.vis, k.idag).is_ok()
}

/// A stored version as the fields of the form; of a plan that is not made yet, the reader as coordinator.
fn felter(k: &Kig<'_>, plan: Option<PlanVisning>) -> Par {
    let mut par = Par::new();
    let mut saet = |navn: String, vaerdi: String| par.push((navn, vaerdi));
    let Some(plan) = plan else {
        if let (forloeb::ord::Rolle::Koordinator | forloeb::ord::Rolle::Leder, Some(nr)) =
            (k.bruger().rolle, &k.bruger().nr)
        {
            saet("koordinator".into(), nr.clone());
        }
        return par;
    };
    saet("koordinator".into(), plan.koordinator.unwrap_or_default());
    for (n, t) in plan.trin.iter().enumerate() {
        saet(format!("trin-{n}-fra"), t.fra.to_string());
        saet(format!("trin-{n}-til"), t.til.map(|d| d.to_string()).unwrap_or_default());
        saet(format!("trin-{n}-timer"), decimal(t.timer_pr_uge));
        for d in &t.dage {
            saet(format!("trin-{n}-dage"), d.to_string());
        }
        saet(format!("trin-{n}-ind"), linjer::shown(&t.opgaver_ind));
        saet(format!("trin-{n}-ud"), linjer::shown(&t.opgaver_ud));
        saet(format!("trin-{n}-hensyn"), linjer::shown(&t.hensyn));
        let principper: Vec<_> = t.principper.iter().map(|p| p.kode()).collect();
        saet(format!("trin-{n}-principper"), principper.join(" "));
    }
    for p in Princip::ALLE {
        let egne = plan.tiltag.iter().filter(|t| t.princip == *p).filter_map(|t| t.tekst.as_deref());
        saet(format!("tiltag-{p}"), linjer::shown(&egne.collect::<Vec<_>>()));
    }
    saet("sundhedsvaesen".into(), plan.sundhedsvaesen.map(|s| s.to_string()).unwrap_or_default());
    if let Some(besked) = plan.besked_til_kolleger {
        saet("besked".into(), besked.tekst.unwrap_or_default());
        saet("godkendt".into(), if besked.godkendt_af_medarbejder { "ja".into() } else { String::new() });
    }
    for dag in plan.evalueringer {
        saet("evaluering".into(), dag.to_string());
    }
    for s in plan.stoette {
        saet("stoette".into(), s.to_string());
    }
    par
}

/// The rows of steps in what was sent, in order. A plan that has more than the API takes is refused there, by name.
fn raekker(par: &[(String, String)]) -> Vec<Raekke> {
    let mut rows: BTreeMap<usize, Par> = BTreeMap::new();
    for (navn, vaerdi) in par {
        let Some((nr, felt)) = navn.strip_prefix("trin-").and_then(|resten| resten.split_once('-')) else { continue };
        let Ok(nr) = nr.parse() else { continue };
        rows.entry(nr).or_default().push((felt.to_owned(), vaerdi.clone()));
    }
    rows.into_iter().map(|(nr, felter)| raekke(&felter, nr)).collect()
}

/// One row, of its fields without their prefix.
fn raekke(par: &[(String, String)], nr: usize) -> Raekke {
    let tekst = |felt: &str| find(par, felt).unwrap_or_default().to_owned();
    let valgt = |d: Ugedag| par.iter().any(|(n, v)| n == "dage" && v == d.kode());
    Raekke {
        nr,
        fra: som_iso(&tekst("fra")),
        til: som_iso(&tekst("til")),
        timer: tekst("timer"),
        dage: Ugedag::ALLE.iter().map(|d| (d.kode(), ugedag(*d), valgt(*d))).collect(),
        ind: tekst("ind"),
        ud: tekst("ud"),
        hensyn: tekst("hensyn"),
        principper: tekst("principper"),
        fejl: Vec::new(),
    }
}

/// What was sent, as the command is given it.
fn indhold(par: &[(String, String)]) -> Value {
    let mut ud = Map::new();
    let mut saet = |navn: &str, vaerdi: Value| ud.insert(navn.to_owned(), vaerdi);
    if let Some(nr) = find(par, "koordinator") {
        saet("koordinator", nr.into());
    }
    if let Some(samtykke) = find(par, "sundhedsvaesen") {
        saet("sundhedsvaesen", samtykke.into());
    }
    if let Some(tekst) = find(par, "besked") {
        let godkendt = find(par, "godkendt") == Some("ja");
        let besked = given([("tekst", tekst.into()), ("godkendt_af_medarbejder", godkendt.into())]);
        saet("besked_til_kolleger", besked);
    }
    let trin = raekker(par).into_iter().filter(|r| !r.er_tom()).map(|r| {
        let mut t = Map::new();
        for (navn, dag) in [("fra", &r.fra), ("til", &r.til)] {
            if !dag.is_empty() {
                t.insert(navn.to_owned(), dag.as_str().into());
            }
        }
        if !r.timer.is_empty() {
            t.insert("timer_pr_uge".to_owned(), number(&r.timer));
        }
        t.insert("dage".to_owned(), r.dage.iter().filter(|d| d.2).map(|d| d.0).collect());
        t.insert("opgaver_ind".to_owned(), linjer::read(&r.ind).into());
        t.insert("opgaver_ud".to_owned(), linjer::read(&r.ud).into());
        t.insert("hensyn".to_owned(), linjer::read(&r.hensyn).into());
        t.insert("principper".to_owned(), r.principper.split_whitespace().collect());
        Value::Object(t)
    });
    saet("trin", trin.collect());
    let datoer = par.iter().filter(|(n, v)| n == "evaluering" && !v.trim().is_empty());
    saet("evalueringer", datoer.map(|(_, v)| som_iso(v)).collect());
    saet("stoette", par.iter().filter(|(n, _)| n == "stoette").map(|(_, v)| v.as_str()).collect());
    let tiltag = Princip::ALLE.iter().flat_map(|p| {
        let tekst = find(par, &format!("tiltag-{p}")).unwrap_or_default();
        linjer::read(tekst).into_iter().map(move |l| given([("tekst", l.into()), ("princip", p.kode().into())]))
    });
    saet("tiltag", tiltag.collect());
    Value::Object(ud)
}

pub(super) async fn gem(
    State(stat): State<Stat>,
    inde: Inde,
    Path(tekst): Path<String>,
    Form(par): Form<Par>,
) -> Result<Response, Sidefejl> {
    let given = indhold(&par);
    let id = id(&tekst)?;
    let _laan = stat.t.kerne.laan_forloeb(id).await.map_err(Problem::from)?;
    send(&stat, &inde, id, &tta_plan::ENTRY, (&par, &given), |k, f, problem| {
        let mut formular = Planformular::ny(k, f, &par)?;
        formular.afvist(problem);
        Ok(formular)
    })
    .await
}

pub(super) async fn evaluer(
    State(stat): State<Stat>,
    inde: Inde,
    Path(tekst): Path<String>,
    Form(par): Form<Par>,
) -> Result<Response, Sidefejl> {
    let given = tta_evaluering::form(stat.t.kerne.ur.idag()).given(&par);
    let id = id(&tekst)?;
    let _laan = stat.t.kerne.laan_forloeb(id).await.map_err(Problem::from)?;
    send(&stat, &inde, id, &tta_evaluering::ENTRY, (&par, &given), |k, f, problem| {
        let mut formular = Planformular::udfyldt(k, f)?.ok_or_else(Problem::maa_ikke)?;
        if let Some(e) = &mut formular.evaluering {
            formular.fejl = e.afvist(&par, problem);
        }
        Ok(formular)
    })
    .await
}

/// Carries one of the two out; refused, the page is shown again with the form.
async fn send(
    stat: &Stat,
    inde: &Inde,
    id: Uuid,
    entry: &Entry,
    (par, given): (&Par, &Value),
    formular: impl FnOnce(&Kig<'_>, &Forloeb, &Problem) -> Result<Planformular, Sidefejl>,
) -> Result<Response, Sidefejl> {
    let code = entry.code(None);
    let Err(refusal) = entry.run(&stat.t.kerne, call(code, &inde.bruger, Some(id), par, given)).await else {
        return Ok(Redirect::to(&format!("/forloeb/{id}/plan?ok={code}")).into_response());
    };
    let problem = vises_igen(refusal)?;
    let vis = stat.t.kerne.vis();
    let k = Kig::ny(stat, inde, &vis);
    let f = k.find(id)?;
    if !maa(&k, &f) {
        return Err(problem.into());
    }
    let formular = Some(formular(&k, &f, &problem)?);
    Ok(html(problem.statuskode(), &Planside { formular, ..ramme(&k, &f, None, true)? }))
}

/// An earlier version.
struct Udgave {
    version: u32,
    lagt: String,
}

#[derive(Template)]
#[template(path = "plan.html")]
struct Planside {
    ramme: Ramme,
    h1: String,
    id: Uuid,
    hjem: String,
    /// The version that is shown, where there is one.
    plan: Option<Laesning>,
    nyeste: bool,
    udgaver: Vec<Udgave>,
    formular: Option<Planformular>,
}

/// Everything around the form of a plan.
fn ramme(k: &Kig<'_>, f: &Forloeb, vist: Option<u32>, fejl: bool) -> Result<Planside, Sidefejl> {
    if !k.bruger().ser_hele_forloebet() {
        return Err(Problem::maa_ikke().into());
    }
    let nyeste = f.plan().map(|p| p.hvad.version);
    let version = vist.or(nyeste);
    let titel = match vist {
        Some(v) => format!("TTA-plan, version {v}, medarbejder {}", f.medarbejder_nr),
        None => format!("TTA-plan, medarbejder {}", f.medarbejder_nr),
    };
    let medarbejder = k.bruger().rolle == forloeb::ord::Rolle::Medarbejder;
    Ok(Planside {
        ramme: k.ramme(if fejl { format!("Fejl: {titel}") } else { titel }),
        h1: if medarbejder {
            "Din plan for at vende tilbage".to_owned()
        } else {
            format!("TTA-plan for {}", k.navn(&f.medarbejder_nr))
        },
        id: f.id,
        hjem: if medarbejder { "/mig".to_owned() } else { format!("/forloeb/{}", f.id) },
        plan: version.map(|v| Laesning::ny(k, f, v)).transpose()?,
        nyeste: version == nyeste,
        udgaver: (f.planer.iter().rev())
            .filter(|p| Some(p.hvad.version) != version)
            .map(|p| Udgave { version: p.hvad.version, lagt: tidspunkt(p.tid) })
            .collect(),
        formular: None,
    })
}

pub(super) async fn side(
    State(stat): State<Stat>,
    inde: Inde,
    Path(tekst): Path<String>,
    _: Soeg,
) -> Result<Response, Sidefejl> {
    let _laan = stat.t.kerne.laan_forloeb(id(&tekst)?).await.map_err(Problem::from)?;
    let vis = stat.t.kerne.vis();
    let k = Kig::ny(&stat, &inde, &vis);
    let f = k.find(id(&tekst)?)?;
    let formular = Planformular::udfyldt(&k, &f)?;
    Ok(html(StatusCode::OK, &Planside { formular, ..ramme(&k, &f, None, false)? }))
}

pub(super) async fn version(
    State(stat): State<Stat>,
    inde: Inde,
    Path((tekst, version)): Path<(String, String)>,
) -> Result<Response, Sidefejl> {
    let _laan = stat.t.kerne.laan_forloeb(id(&tekst)?).await.map_err(Problem::from)?;
    let vis = stat.t.kerne.vis();
    let k = Kig::ny(&stat, &inde, &vis);
    let f = k.find(id(&tekst)?)?;
    let version = version.parse().map_err(|_| Problem::findes_ikke())?;
    Ok(html(StatusCode::OK, &ramme(&k, &f, Some(version), false)?))
}
