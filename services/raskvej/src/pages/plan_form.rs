//! The form of the TTA plan: one section per principle, rows for steps that need no script, prefilled from the
//! newest version. Saving makes a new version.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use forloeb::Forloeb;
use forloeb::words::{Princip, Samtykke, Stoette, Ugedag};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::PageState;
use super::datoer::{as_iso, decimal, tidspunkt};
use super::frame::{Frame, PageError, html};
use super::lines;
use super::page_form::{ErrorLine, PageForm, explanation, sentence, shown_again};
use super::parts::confirmation::remark_code;
use super::parts::plan::{Reading, advice, princip, stoette, ugedag};
use super::parts::submission::{call, new_key};
use super::reader_view::{ReaderView, id};
use super::session::{Form, LoggedIn, Pairs, Search, find};
use crate::access::Intent;
use crate::commands::typed::{given, number};
use crate::commands::{Entry, tta_evaluering, tta_plan};
use crate::problem::Problem;
use crate::views::plan::{PlanView, show_plan};

/// Empty rows besides those that are filled in.
const EMPTY_TRIN: usize = 3;
const EMPTY_DATOER: usize = 2;
/// Rows that are looked at: one more than a plan may have, so that it is refused for that.
const MOST_ROWS: usize = 201;

/// A step's row.
pub(super) struct Row {
    pub(super) nr: usize,
    pub(super) fra: String,
    pub(super) til: String,
    pub(super) timer: String,
    /// Code, name, chosen.
    pub(super) dage: Vec<(&'static str, &'static str, bool)>,
    pub(super) input: String,
    pub(super) out: String,
    pub(super) hensyn: String,
    pub(super) principper: String,
    pub(super) error: Vec<String>,
}

impl Row {
    pub(super) fn is_empty(&self) -> bool {
        [&self.fra, &self.til, &self.timer, &self.input, &self.out, &self.hensyn].iter().all(|t| t.trim().is_empty())
            && !self.dage.iter().any(|d| d.2)
    }
}

/// Items of one principle, one a line.
pub(super) struct Tiltag {
    pub(super) code: &'static str,
    pub(super) number: usize,
    pub(super) name: &'static str,
    pub(super) tekst: String,
}

/// The form, as it is shown.
pub(super) struct PlanForm {
    pub(super) version: u64,
    pub(super) key: String,
    pub(super) error: Vec<ErrorLine>,
    pub(super) koordinator: String,
    pub(super) besked_error: Option<String>,
    pub(super) koordinator_error: Option<String>,
    pub(super) trin: Vec<Row>,
    pub(super) tiltag: Vec<Tiltag>,
    pub(super) samtykke: Vec<(&'static str, &'static str, bool)>,
    pub(super) besked: String,
    pub(super) godkendt: bool,
    pub(super) evalueringer: Vec<(usize, String)>,
    pub(super) evaluering_error: Option<String>,
    pub(super) stoette: Vec<(&'static str, &'static str, bool)>,
    /// Recording an evaluation, where there is a plan.
    pub(super) evaluering: Option<PageForm>,
    pub(super) kontakt: bool,
    /// The newest version cannot be opened: a new one, filled in with what is left of it, would lose the rest. What can
    /// be done about it instead.
    pub(super) advice: Option<&'static str>,
}

impl PlanForm {
    /// The form with the newest version in it; none for those who may not.
    pub(super) fn filled_in(k: &ReaderView<'_>, f: &Forloeb) -> Result<Option<Self>, PageError> {
        if !may(k, f) {
            return Ok(None);
        }
        let newest = f.plan().map(|p| show_plan(&k.state.service.app, k.user(), f, p.what.version));
        let newest = newest.transpose()?;
        let advice = newest.as_ref().and_then(|p| advice(p.unopened?));
        Ok(Some(Self { advice, ..Self::new(k, f, &fields(k, newest))? }))
    }

    /// The form with these fields.
    fn new(k: &ReaderView<'_>, f: &Forloeb, pairs: &Pairs) -> Result<Self, PageError> {
        let tekst = |name: &str| find(pairs, name).unwrap_or_default().to_owned();
        let chosen = |name: &str, code: &str| pairs.iter().any(|(n, v)| n == name && v == code);
        let mut trin: Vec<Row> = rows(pairs).into_iter().filter(|r| !r.is_empty()).collect();

        trin.extend((0..EMPTY_TRIN).map(|_| row(&[], 0)));
        for (nr, r) in trin.iter_mut().enumerate() {
            r.nr = nr;
        }
        let datoer = pairs.iter().filter(|(n, v)| n == "evaluering" && !v.trim().is_empty()).map(|(_, v)| v.clone());
        let datoer = datoer.chain((0..EMPTY_DATOER).map(|_| String::new())).enumerate().collect();
        Ok(Self {
            version: f.version,
            key: new_key()?,
            error: Vec::new(),
            koordinator: tekst("koordinator"),
            besked_error: None,
            koordinator_error: None,
            trin,
            tiltag: (Princip::ALL.iter())
                .map(|p| Tiltag {
                    code: p.code(),
                    number: p.number(),
                    name: princip(*p),
                    tekst: tekst(&format!("tiltag-{p}")),
                })
                .collect(),
            samtykke: [
                (Samtykke::Given, "Medarbejderen har givet samtykke"),
                (Samtykke::Declined, "Medarbejderen har ikke givet samtykke"),
                (Samtykke::NotNeeded, "Kontakt er ikke nødvendig"),
            ]
            .map(|(s, name)| (s.code(), name, chosen("sundhedsvaesen", s.code())))
            .into(),
            besked: tekst("besked"),
            godkendt: chosen("godkendt", "ja"),
            evalueringer: datoer,
            evaluering_error: None,
            stoette: Stoette::ALL.iter().map(|s| (s.code(), stoette(*s), chosen("stoette", s.code()))).collect(),
            evaluering: f.plan().map(|_| tta_evaluering::form(k.today).into()),
            kontakt: !f.kontakter.is_empty(),
            advice: None,
        })
    }

    /// Notes what was refused at its field.
    fn refused(&mut self, problem: &Problem) {
        for f in &problem.fields {
            let nr = f.felt.split_once('[').and_then(|(_, r)| r.split(']').next()?.parse::<usize>().ok());
            let line = |felt: &str, tekst: &str| ErrorLine { felt: Some(felt.to_owned()), tekst: tekst.to_owned() };
            match f.felt.split(['[', '.']).next().unwrap_or_default() {
                "trin" if nr.is_none() => {
                    let tekst = sentence("Trin", f);
                    self.error.push(line("trin-0", &tekst));
                    if let Some(first) = self.trin.first_mut() {
                        first.error.push(tekst);
                    }
                }
                "trin" => {
                    let nr = nr.unwrap_or(0);
                    let felt = f.felt.rsplit('.').next().unwrap_or_default();
                    let label = match felt {
                        "fra" => "Fra",
                        "til" => "Til",
                        "timer_pr_uge" => "Timer om ugen",
                        _ => "Trinnet",
                    };
                    let tekst = format!("Trin {}, {}", nr + 1, sentence(label, f));
                    self.error.push(line(&format!("trin-{nr}"), &tekst));
                    if let Some(r) = self.trin.get_mut(nr) {
                        r.error.push(tekst);
                    }
                }
                "koordinator" => {
                    let tekst = sentence("Koordinator", f);
                    self.error.push(line("koordinator", &tekst));
                    self.koordinator_error = Some(tekst);
                }
                "evalueringer" => {
                    let tekst = sentence("Evalueringsdato", f);
                    self.error.push(line("evaluering-0", &tekst));
                    self.evaluering_error = Some(tekst);
                }
                "besked_til_kolleger" => {
                    let tekst = sentence("Besked til kolleger", f);
                    self.error.push(line("besked", &tekst));
                    self.besked_error = Some(tekst);
                }
                _ => self.error.push(ErrorLine { felt: None, tekst: sentence("Et punkt i planen", f) }),
            }
        }
        if self.error.is_empty() {
            self.error.push(ErrorLine { felt: None, tekst: explanation(problem) });
        }
    }
}

fn may(k: &ReaderView<'_>, f: &Forloeb) -> bool {
    f.is_aabent(k.today) && k.may(f, Intent::TtaPlan)
}

/// A stored version as the fields of the form; of a plan that is not made yet, the reader as coordinator.
fn fields(k: &ReaderView<'_>, plan: Option<PlanView>) -> Pairs {
    let mut pairs = Pairs::new();
    let mut set = |name: String, value: String| pairs.push((name, value));
    let Some(plan) = plan else {
        if let (forloeb::words::Rolle::Koordinator | forloeb::words::Rolle::Leder, Some(nr)) =
            (k.user().rolle, &k.user().nr)
        {
            set("koordinator".into(), nr.clone());
        }
        return pairs;
    };
    set("koordinator".into(), plan.koordinator.unwrap_or_default());
    for (n, t) in plan.trin.iter().enumerate() {
        set(format!("trin-{n}-fra"), t.fra.to_string());
        set(format!("trin-{n}-til"), t.til.map(|d| d.to_string()).unwrap_or_default());
        set(format!("trin-{n}-timer"), decimal(t.timer_pr_uge));
        for d in &t.dage {
            set(format!("trin-{n}-dage"), d.to_string());
        }
        set(format!("trin-{n}-ind"), lines::shown(&t.opgaver_ind));
        set(format!("trin-{n}-ud"), lines::shown(&t.opgaver_ud));
        set(format!("trin-{n}-hensyn"), lines::shown(&t.hensyn));
        let principper: Vec<_> = t.principper.iter().map(|p| p.code()).collect();
        set(format!("trin-{n}-principper"), principper.join(" "));
    }
    for p in Princip::ALL {
        let own = plan.tiltag.iter().filter(|t| t.princip == *p).filter_map(|t| t.tekst.as_deref());
        set(format!("tiltag-{p}"), lines::shown(&own.collect::<Vec<_>>()));
    }
    set("sundhedsvaesen".into(), plan.sundhedsvaesen.map(|s| s.to_string()).unwrap_or_default());
    if let Some(besked) = plan.besked_til_kolleger {
        set("besked".into(), besked.tekst.unwrap_or_default());
        set("godkendt".into(), if besked.godkendt_af_medarbejder { "ja".into() } else { String::new() });
    }
    for dag in plan.evalueringer {
        set("evaluering".into(), dag.to_string());
    }
    for s in plan.stoette {
        set("stoette".into(), s.to_string());
    }
    pairs
}

/// The rows of steps in what was sent, in order. A plan that has more than the API takes is refused there, by name.
fn rows(pairs: &[(String, String)]) -> Vec<Row> {
    let mut rows: BTreeMap<usize, Pairs> = BTreeMap::new();
    for (name, value) in pairs {
        let Some((nr, felt)) = name.strip_prefix("trin-").and_then(|rest| rest.split_once('-')) else { continue };
        let Ok(nr) = nr.parse() else { continue };
        rows.entry(nr).or_default().push((felt.to_owned(), value.clone()));
    }
    rows.into_iter().take(MOST_ROWS).map(|(nr, fields)| row(&fields, nr)).collect()
}

/// One row, of its fields without their prefix.
fn row(pairs: &[(String, String)], nr: usize) -> Row {
    let tekst = |felt: &str| find(pairs, felt).unwrap_or_default().to_owned();
    let chosen = |d: Ugedag| pairs.iter().any(|(n, v)| n == "dage" && v == d.code());
    Row {
        nr,
        fra: as_iso(&tekst("fra")),
        til: as_iso(&tekst("til")),
        timer: tekst("timer"),
        dage: Ugedag::ALL.iter().map(|d| (d.code(), ugedag(*d), chosen(*d))).collect(),
        input: tekst("ind"),
        out: tekst("ud"),
        hensyn: tekst("hensyn"),
        principper: tekst("principper"),
        error: Vec::new(),
    }
}

/// What was sent, as the command is given it.
fn content(pairs: &[(String, String)]) -> Value {
    let mut out = Map::new();
    let mut set = |name: &str, value: Value| out.insert(name.to_owned(), value);
    if let Some(nr) = find(pairs, "koordinator") {
        set("koordinator", nr.into());
    }
    if let Some(samtykke) = find(pairs, "sundhedsvaesen") {
        set("sundhedsvaesen", samtykke.into());
    }
    if let Some(tekst) = find(pairs, "besked") {
        let godkendt = find(pairs, "godkendt") == Some("ja");
        let besked = given([("tekst", tekst.into()), ("godkendt_af_medarbejder", godkendt.into())]);
        set("besked_til_kolleger", besked);
    }
    let trin = rows(pairs).into_iter().filter(|r| !r.is_empty()).map(|r| {
        let mut t = Map::new();
        for (name, dag) in [("fra", &r.fra), ("til", &r.til)] {
            if !dag.is_empty() {
                t.insert(name.to_owned(), dag.as_str().into());
            }
        }
        if !r.timer.is_empty() {
            t.insert("timer_pr_uge".to_owned(), number(&r.timer));
        }
        t.insert("dage".to_owned(), r.dage.iter().filter(|d| d.2).map(|d| d.0).collect());
        t.insert("opgaver_ind".to_owned(), lines::read(&r.input).into());
        t.insert("opgaver_ud".to_owned(), lines::read(&r.out).into());
        t.insert("hensyn".to_owned(), lines::read(&r.hensyn).into());
        t.insert("principper".to_owned(), r.principper.split_whitespace().collect());
        Value::Object(t)
    });
    set("trin", trin.collect());
    let datoer = pairs.iter().filter(|(n, v)| n == "evaluering" && !v.trim().is_empty());
    set("evalueringer", datoer.map(|(_, v)| as_iso(v)).collect());
    set("stoette", pairs.iter().filter(|(n, _)| n == "stoette").map(|(_, v)| v.as_str()).collect());
    let tiltag = Princip::ALL.iter().flat_map(|p| {
        let tekst = find(pairs, &format!("tiltag-{p}")).unwrap_or_default();
        lines::read(tekst).into_iter().map(move |l| given([("tekst", l.into()), ("princip", p.code().into())]))
    });
    set("tiltag", tiltag.collect());
    Value::Object(out)
}

pub(super) async fn store(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Path(tekst): Path<String>,
    Form(pairs): Form,
) -> Result<Response, PageError> {
    let given = content(&pairs);
    let id = id(&tekst)?;
    send(&state, &logged_in, id, &tta_plan::ENTRY, (&pairs, &given), |k, f, problem| {
        let mut page_form = PlanForm::new(k, f, &pairs)?;
        page_form.refused(problem);
        Ok(page_form)
    })
    .await
}

pub(super) async fn evaluer(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Path(tekst): Path<String>,
    Form(pairs): Form,
) -> Result<Response, PageError> {
    let given = tta_evaluering::form(state.service.app.clock.today()).given(&pairs);
    let id = id(&tekst)?;
    send(&state, &logged_in, id, &tta_evaluering::ENTRY, (&pairs, &given), |k, f, problem| {
        let mut page_form = PlanForm::filled_in(k, f)?.ok_or_else(Problem::may_not)?;
        if let Some(e) = &mut page_form.evaluering {
            page_form.error = e.refused(&pairs, problem);
        }
        Ok(page_form)
    })
    .await
}

/// Carries one of the two out; refused, the page is shown again with the form.
async fn send(
    state: &PageState,
    logged_in: &LoggedIn,
    id: Uuid,
    entry: &Entry,
    (pairs, given): (&Pairs, &Value),
    page_form: impl FnOnce(&ReaderView<'_>, &Forloeb, &Problem) -> Result<PlanForm, PageError>,
) -> Result<Response, PageError> {
    let code = entry.code(None);
    let refusal = match entry.run(&state.service.app, call(code, &logged_in.user, Some(id), pairs, given)).await {
        Ok(outcome) => {
            let remark = remark_code(outcome.hints());
            return Ok(Redirect::to(&format!("/forloeb/{id}/plan?ok={code}{remark}")).into_response());
        }
        Err(refusal) => refusal,
    };
    let problem = shown_again(refusal)?;
    let loan = state.service.app.loan_forloeb(id).await?;
    let k = ReaderView::new(state, logged_in);
    let f = k.find(&loan, id, Intent::Plan)?;
    if !may(&k, f) {
        return Err(problem.into());
    }
    let page_form = Some(page_form(&k, f, &problem)?);
    Ok(html(problem.status_code(), &PlanPage { page_form, ..frame(&k, f, None, true)? }))
}

/// An earlier version.
struct Edition {
    version: u32,
    made: String,
}

#[derive(Template)]
#[template(path = "plan.html")]
struct PlanPage {
    frame: Frame,
    h1: String,
    id: Uuid,
    home: String,
    /// The version that is shown, where there is one.
    plan: Option<Reading>,
    newest: bool,
    editions: Vec<Edition>,
    page_form: Option<PlanForm>,
}

/// Everything around the form of a plan.
fn frame(k: &ReaderView<'_>, f: &Forloeb, shown: Option<u32>, error: bool) -> Result<PlanPage, PageError> {
    let newest = f.plan().map(|p| p.what.version);
    let version = shown.or(newest);
    let title = match shown {
        Some(v) => format!("TTA-plan, version {v}, medarbejder {}", f.medarbejder_nr),
        None => format!("TTA-plan, medarbejder {}", f.medarbejder_nr),
    };
    let medarbejder = k.user().rolle == forloeb::words::Rolle::Medarbejder;
    Ok(PlanPage {
        frame: k.frame(if error { format!("Fejl: {title}") } else { title }),
        h1: if medarbejder {
            "Din plan for at vende tilbage".to_owned()
        } else {
            format!("TTA-plan for {}", k.name(&f.medarbejder_nr))
        },
        id: f.id,
        home: if medarbejder { "/mig".to_owned() } else { format!("/forloeb/{}", f.id) },
        plan: version.map(|v| Reading::new(k, f, v)).transpose()?,
        newest: version == newest,
        editions: (f.planer.iter().rev())
            .filter(|p| Some(p.what.version) != version)
            .map(|p| Edition { version: p.what.version, made: tidspunkt(p.time) })
            .collect(),
        page_form: None,
    })
}

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Path(tekst): Path<String>,
    _: Search,
) -> Result<Response, PageError> {
    let loan = state.service.app.loan_forloeb(id(&tekst)?).await.map_err(Problem::from)?;
    let k = ReaderView::new(&state, &logged_in);
    let f = k.find(&loan, id(&tekst)?, Intent::Plan)?;
    let page_form = PlanForm::filled_in(&k, f)?;
    Ok(html(StatusCode::OK, &PlanPage { page_form, ..frame(&k, f, None, false)? }))
}

pub(super) async fn version(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Path((tekst, version)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let loan = state.service.app.loan_forloeb(id(&tekst)?).await.map_err(Problem::from)?;
    let k = ReaderView::new(&state, &logged_in);
    let f = k.find(&loan, id(&tekst)?, Intent::Plan)?;
    let version = version.parse().map_err(|_| Problem::not_found())?;
    Ok(html(StatusCode::OK, &frame(&k, f, Some(version), false)?))
}
