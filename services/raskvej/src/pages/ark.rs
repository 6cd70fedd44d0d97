//! The data sheet of an anmeldelse: what NemRefusion is known to ask for, in an order of our own. For HR only.
//!
//! It holds name and CPR number, so each look at it is recorded before anything is shown: what cannot be recorded is not
//! shown.

use std::borrow::Cow;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use forloeb::anmeldelse::unsigned;
use forloeb::frister::{Assessment, assess};
use forloeb::refusion::ret::has_few_hours;
use forloeb::refusion::{Foerstedagsret, Refusion};
use forloeb::words::{
    Aarsag, Anmeldelsestrin, DelvisMulig, FastTrackBeslutning, Fristart, LoenUnderSygdom, Oenske, Part, Samtaleudfald,
    Varighed,
};
use forloeb::{Forloeb, Procent};
use uuid::Uuid;

use super::PageState;
use super::datoer::{decimal, long};
use super::frame::{Frame, PageError, html};
use super::history::without_capital;
use super::parts::sheet::csv;
use super::parts::submission::new_key;
use super::reader_view::{ReaderView, id};
use super::session::LoggedIn;
use crate::access::Intent;
use crate::problem::Problem;
use crate::projections::Opslagsformaal;
use crate::sentences;

/// A field of the form.
struct ArkField {
    name: &'static str,
    /// What to type; may be empty.
    value: String,
    /// What to do where it is missing, or to mind where it is not.
    note: Option<String>,
    missing: bool,
}

/// What to type in a field.
enum Value {
    Has(String),
    /// And what to mind.
    HasBut(String, String),
    /// And what to do about it.
    Missing(String),
    /// It is right to leave it empty as things stand, and why.
    Empty(String),
}

struct TrinLine {
    trin: &'static str,
    dato: String,
    position: u64,
}

#[derive(Template)]
#[template(path = "ark.html")]
struct Page {
    frame: Frame,
    who: String,
    id: Uuid,
    asked_for: bool,
    where_to: &'static str,
    fields: Vec<ArkField>,
    missing: usize,
    trin: Vec<TrinLine>,
    /// Prepared for this many working days, and not signed.
    unsigned: Option<u32>,
    /// The form that marks it as prepared: version, key and date.
    prepare: Option<(u64, String, String)>,
}

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Path(tekst): Path<String>,
) -> Result<Response, PageError> {
    let id = id(&tekst)?;
    only_roles_with_ark(&logged_in)?;
    let loan = state.service.app.loan_forloeb(id).await?;
    let k = ReaderView::new(&state, &logged_in);
    let f = k.find(&loan, id, Intent::Ark)?;
    if f.id != id {
        return Ok(Redirect::to(&format!("/forloeb/{}/anmeldelse-ark", f.id)).into_response()); // joined into another
    }
    note(&k, f, Opslagsformaal::AnmeldelseArk).await?;
    let book = &state.service.app.book();
    let v = assess(f, k.today, book);
    let (fields, r) = (fields(&k, f, &v), v.refusion);
    let next = f.anmeldelser.last().map(|a| a.what.trin);
    let can_prepared = r.asks_for_anmeldelse && matches!(next, None | Some(Anmeldelsestrin::Afvist));
    let page = Page {
        frame: k.frame(format!("Dataark til anmeldelse, medarbejder {}", f.medarbejder_nr)),
        who: k.name(&f.medarbejder_nr),
        id,
        asked_for: r.asks_for_anmeldelse,
        where_to: where_to(f),
        missing: fields.iter().filter(|felt| felt.missing).count(),
        fields,
        trin: (f.anmeldelser.iter())
            .map(|a| TrinLine {
                trin: sentences::trin_name(a.what.trin),
                dato: long(a.what.dato),
                position: a.position,
            })
            .collect(),
        unsigned: unsigned(f, k.today, book).map(|u| u.arbejdsdage),
        prepare: if can_prepared { Some((f.version, new_key()?, k.today.to_string())) } else { None },
    };
    Ok(html(StatusCode::OK, &page))
}

/// The same fields as a file for a spreadsheet.
pub(super) async fn file(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Path(tekst): Path<String>,
) -> Result<Response, PageError> {
    let id = id(&tekst)?;
    only_roles_with_ark(&logged_in)?;
    let loan = state.service.app.loan_forloeb(id).await?;
    let k = ReaderView::new(&state, &logged_in);
    let f = k.find(&loan, id, Intent::Ark)?;
    note(&k, f, Opslagsformaal::AnmeldelseArkFil).await?;
    let v = assess(f, k.today, &state.service.app.book());
    let fields = fields(&k, f, &v);
    let row =
        |felt: &ArkField| [felt.name.into(), felt.value.clone().into(), felt.note.clone().unwrap_or_default().into()];
    let heads = ["Felt", "Værdi", "Bemærkning"].map(Cow::from).to_vec();
    let rows = fields.iter().map(|felt| row(felt).to_vec());
    let body = csv(std::iter::once(heads).chain(rows)).map_err(PageError::internal)?;
    let heads = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"anmeldelse-{}.csv\"", f.id)),
    ];
    Ok((heads, body).into_response())
}

/// Who asks for the heads alone is shown nothing, so there is nothing to record.
pub(super) async fn heads(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Path(tekst): Path<String>,
) -> Result<StatusCode, PageError> {
    let id = id(&tekst)?;
    only_roles_with_ark(&logged_in)?;
    let loan = state.service.app.loan_forloeb(id).await?;
    ReaderView::new(&state, &logged_in).find(&loan, id, Intent::Ark)?;
    Ok(StatusCode::OK)
}

/// Whoever is never shown one is told so before anything is looked up.
fn only_roles_with_ark(logged_in: &LoggedIn) -> Result<(), PageError> {
    if logged_in.user.may_ever(Intent::Ark) { Ok(()) } else { Err(Problem::takes(Intent::Ark).into()) }
}

/// Records the look-up.
async fn note(k: &ReaderView<'_>, f: &Forloeb, formaal: Opslagsformaal) -> Result<(), PageError> {
    let aktoer = k.user().aktoer();
    k.state.service.app.registrer_opslag(&f.medarbejder_nr, f.id, formaal, &aktoer).await.map_err(Problem::from)?;
    Ok(())
}

const fn where_to(f: &Forloeb) -> &'static str {
    match f.aarsag {
        Aarsag::Graviditet => "Udbetaling Danmark",
        _ => "handlekommunen",
    }
}

/// Every field: who, the absence, what the employer pays, then what is said to the kommune.
fn fields(k: &ReaderView<'_>, f: &Forloeb, v: &Assessment) -> Vec<ArkField> {
    let r = &v.refusion;
    let s = f.stamdata_now(k.today);
    let details = k.details(&f.medarbejder_nr);
    let person = |value: Option<String>| {
        let value = value.filter(|v| !v.trim().is_empty());
        let why = if details.is_some() { "Findes ikke her" } else { "Kan ikke læses her" };
        value.map_or_else(|| Value::Missing(format!("{why}. Slå det op i lønsystemet.")), Value::Has)
    };
    let has = Value::Has;
    let missing = |note: &str| Value::Missing(note.to_owned());
    let sidste = f.known_end(k.today);
    let mut all: Vec<(&'static str, Value)> = vec![
        (
            "Arbejdsgiver (CVR-nummer og P-nummer)",
            missing("Raskvej kender ikke numrene. Vælg i NemRefusion det P-nummer, som medarbejderens enhed har."),
        ),
        ("Enhed", has(format!("{} ({})", s.enhed_navn, s.enhed))),
        ("CPR-nummer", person(details.as_ref().map(|o| o.cpr.show().clone()))),
        ("Navn", person(details.as_ref().map(|o| o.name.show().clone()))),
        (
            "Ansat fra",
            s.ansat.map_or_else(|| missing("Lønsystemet har ingen ansættelsesdato sendt."), |dag| has(dato(dag))),
        ),
        ("Ugentlige timer", has(decimal(s.timer_pr_uge))),
        ("Årsag", aarsag(f, r)),
        ("Første fraværsdag", has(dato(f.foerste))),
        ("Fuldt eller delvist fravær", omfang(k, f)),
        (
            "Sidste fraværsdag",
            sidste.map_or_else(
                || Value::Empty("Fraværet er ikke slut. Lad feltet stå tomt i NemRefusion.".to_owned()),
                |dag| has(dato(dag)),
            ),
        ),
        (
            "Første refusionsdag",
            match r.without_loen {
                Some(_) => Value::Empty("Ingen refusion: der betales ikke løn under sygdommen.".to_owned()),
                None => has(dato(r.foerste_refusionsdag)),
            },
        ),
        ("Løn under sygdom", loen(f, r)),
        ("Handlekommune", kommune(f.anmeldt_kommune(), s.bopaelskommune.trim())),
        ("Samtalen om sygefraværet (§ 7 a)", samtale(f)),
        ("Vurderet ved samtalen: kan medarbejderen vende delvist tilbage?", delvis_mulig(f)),
        ("Forventet varighed", varighed(f)),
        ("Anmodning om fast track", fast_track(f)),
        ("Kommunens opfølgning", kommunens_opfoelgning(f, v)),
        (
            "Frivilligt: hvilke funktioner i arbejdet er påvirket?",
            Value::Empty(format!("{VOLUNTARY} Skriv, hvad medarbejderen ikke kan på arbejdet, aldrig sygdommen.")),
        ),
        (
            "Frivilligt: hvor længe ventes det at vare?",
            Value::Empty(format!("{VOLUNTARY} Brug den forventede varighed ovenfor.")),
        ),
        ("Frivilligt: hvilke tilpasninger er prøvet?", tried(f)),
        ("Kvitteringens nummer", kvittering(f)),
    ];
    if matches!(r.foerstedagsret, Some(Foerstedagsret::Nyansat | Foerstedagsret::FewHours)) {
        all.push((
            "Arbejdet de seneste 8 uger før fraværet: timer, og tidligere ansættelser",
            missing(
                "Ved kort ansættelse eller få timer skal det oplyses. Raskvej kender det ikke; find det i lønsystemet.",
            ),
        ));
        all.push((
            "Aftalt løn",
            missing("Ved kort ansættelse skal den oplyses. Raskvej kender den ikke; find den i lønsystemet."),
        ));
    }
    let felt = |(name, value)| match value {
        Value::Has(value) => ArkField { name, value, note: None, missing: false },
        Value::HasBut(value, note) => ArkField { name, value, note: Some(note), missing: false },
        Value::Missing(note) => ArkField { name, value: String::new(), note: Some(note), missing: true },
        Value::Empty(note) => ArkField { name, value: String::new(), note: Some(note), missing: false },
    };
    all.into_iter().map(felt).collect()
}

/// § 40 stk. 4: the employer may tell it, and need not.
const VOLUNTARY: &str = "Kan stå tomt (§ 40 stk. 4).";

fn dato(dag: NaiveDate) -> String {
    dag.format("%d-%m-%Y").to_string()
}

/// The one that was written with the anmeldelse counts before payroll's, which may not know of an address that is new.
fn kommune(said: Option<&str>, by_payroll: &str) -> Value {
    // The same code is written with three figures, and with four.
    let is_same = |said: &str| said.trim_start_matches('0') == by_payroll.trim_start_matches('0');
    match said {
        Some(said) if is_same(said) => Value::Has(said.to_owned()),
        Some(said) if by_payroll.is_empty() => {
            Value::HasBut(said.to_owned(), "Skrevet ved anmeldelsen; lønsystemet har ikke oplyst den.".to_owned())
        }
        Some(said) => {
            Value::HasBut(said.to_owned(), format!("Skrevet ved anmeldelsen; lønsystemet siger {by_payroll}."))
        }
        None if by_payroll.is_empty() => Value::Missing(
            "Lønsystemet har ikke oplyst kommunen. Slå adressen op, og ret den i lønsystemet.".to_owned(),
        ),
        None => Value::Has(by_payroll.to_owned()),
    }
}

/// The newest talk, whatever came of it.
fn samtale(f: &Forloeb) -> Value {
    let Some(s) = f.samtaler.last().map(|s| &s.what) else {
        return Value::Empty("Der er ingen samtale registreret.".to_owned());
    };
    let how = match s.udfald {
        Samtaleudfald::Holdt => "Holdt ved et møde.",
        Samtaleudfald::HoldtTelefon => "Holdt i telefonen.",
        Samtaleudfald::DidNotAttend => "Medarbejderen deltog ikke.",
        Samtaleudfald::IkkeMulig => "Den var ikke mulig, heller ikke i telefonen.",
        Samtaleudfald::UndtagetOpsagt => "Undladt: medarbejderen er opsagt og fratræder inden 8 uger.",
    };
    Value::HasBut(dato(s.dato), how.to_owned())
}

fn delvis_mulig(f: &Forloeb) -> Value {
    match f.samtaler.iter().rev().find_map(|s| s.what.delvis_mulig) {
        Some(DelvisMulig::Ja) => Value::Has("Ja".to_owned()),
        Some(DelvisMulig::Nej) => Value::Has("Nej".to_owned()),
        Some(DelvisMulig::Unknown) | None => Value::Empty("Det er ikke vurderet endnu.".to_owned()),
    }
}

/// What the employer has decided, and what the kommune does by that.
fn kommunens_opfoelgning(f: &Forloeb, v: &Assessment) -> Value {
    let rolle = v.frist(Fristart::OtteUger).and_then(|frist| frist.kommunens_rolle).map(sentences::kommunens_rolle);
    let rolle = rolle.map(|rolle| format!("Kommunen: {}.", without_capital(rolle)));
    let wish = f.kommunens_opfoelgning.last().map(|b| match b.what.beslutning {
        Oenske::Oensket => "Ønskes",
        Oenske::Uoensket => "Ønskes ikke",
    });
    match (wish, rolle) {
        (Some(wish), Some(rolle)) => Value::HasBut(wish.to_owned(), rolle),
        (Some(wish), None) => Value::Has(wish.to_owned()),
        (None, Some(rolle)) => Value::Empty(format!("I har ikke taget stilling. {rolle}")),
        (None, None) => Value::Empty("I har ikke taget stilling.".to_owned()),
    }
}

fn tried(f: &Forloeb) -> Value {
    match f.plan() {
        Some(_) => Value::Empty(format!("{VOLUNTARY} Tilpasningerne står i TTA-planen på forløbets side.")),
        None => Value::Empty(format!("{VOLUNTARY} Spørg lederen; der er ingen TTA-plan.")),
    }
}

fn aarsag(f: &Forloeb, r: &Refusion) -> Value {
    let aarsag = sentences::aarsag_name(f.aarsag);
    match r.foerstedagsret {
        Some(Foerstedagsret::Paragraf56) if r.otherwise.is_some() => Value::HasBut(
            format!("{aarsag}, måske § 56-aftale"),
            "Ingen har svaret på, om fraværet skyldes det, § 56-aftalen handler om. Svar på forløbets side.".to_owned(),
        ),
        Some(Foerstedagsret::Paragraf56) => Value::Has(format!("{aarsag}, § 56-aftale")),
        Some(Foerstedagsret::FewHours) => Value::HasBut(
            format!("{aarsag}, under 74 timer på 8 uger"),
            "Regnet ud fra de ugentlige timer; se efter, hvad der faktisk er arbejdet.".to_owned(),
        ),
        Some(Foerstedagsret::Fleksjob) => Value::Has(format!("{aarsag}, fleksjob")),
        Some(Foerstedagsret::Nyansat) => Value::Has(format!("{aarsag}, ansat under 8 uger")),
        Some(Foerstedagsret::Graviditet) | None => Value::Has(aarsag.to_owned()),
    }
}

/// What payroll says of wages during sickness, as of F; where it says nothing they are paid, and somebody is to look.
fn loen(f: &Forloeb, r: &Refusion) -> Value {
    match f.stamdata_on(f.foerste).loen_under_sygdom {
        Some(LoenUnderSygdom::Nej) => Value::Has("Nej".to_owned()),
        Some(LoenUnderSygdom::Sygedagpenge) => {
            let value = "Nej, sygedagpenge i arbejdsgiverperioden".to_owned();
            match r.sidste_arbejdsgiverdag {
                Some(dag) => Value::HasBut(value, format!("De betales til og med {}.", long(dag))),
                None => Value::Has(value),
            }
        }
        Some(LoenUnderSygdom::Ja) => Value::Has("Ja".to_owned()),
        None => Value::HasBut("Ja".to_owned(), "Lønsystemet har ikke sagt det; det er det almindelige.".to_owned()),
    }
}

fn omfang(k: &ReaderView<'_>, f: &Forloeb) -> Value {
    let dag = f.slutdag(k.today).unwrap_or(k.today);
    let pct = f.omfang_or_last(dag);
    if pct >= Procent::FULL {
        return Value::Has("Fuldt fravær".to_owned());
    }
    let timer = f.stamdata_on(dag).timer_pr_uge * pct.decimal() / 100.0;
    let at_least = f.regler.parameters.delvis_mindst_timer;
    let value = format!("Delvist fravær, {} % ({} timer om ugen)", sentences::percent(pct), decimal(timer));
    if !has_few_hours(f, dag, pct) {
        return Value::Has(value);
    }
    let note =
        format!("Under {} timers fravær om ugen er ikke delvis sygdom i refusionens forstand.", decimal(at_least));
    Value::HasBut(value, note)
}

fn varighed(f: &Forloeb) -> Value {
    match f.forventet {
        Varighed::Unknown => {
            Value::Missing("Spørg lederen, hvad der blev sagt ved samtalen, og registrér det på forløbet.".to_owned())
        }
        known => Value::Has(sentences::varighed_name(known).to_owned()),
    }
}

fn fast_track(f: &Forloeb) -> Value {
    match f.fast_track.last().map(|b| &b.what) {
        None => Value::Missing("Der er ikke taget stilling. Spørg lederen, mens det kan nås.".to_owned()),
        Some(b) if (b.beslutning, b.af) == (FastTrackBeslutning::Fravalgt, Part::Medarbejder) => {
            Value::HasBut("Nej".to_owned(), format!("Medarbejderen sagde nej {}.", long(b.dato)))
        }
        Some(b) if b.beslutning == FastTrackBeslutning::Fravalgt => Value::Has("Nej".to_owned()),
        Some(b) if b.af == Part::Medarbejder => {
            Value::HasBut("Ja".to_owned(), format!("Anmodet af medarbejderen {}.", long(b.dato)))
        }
        Some(b) => {
            let asked = format!("Anmodet af arbejdsgiveren {}.", long(b.dato));
            let answer = f.fast_track_yes().map_or_else(
                || "Medarbejderen har ikke svaret.".to_owned(),
                |yes| format!("Medarbejderen sagde ja {}.", long(yes.what.dato)),
            );
            Value::HasBut("Ja".to_owned(), format!("{asked} {answer}"))
        }
    }
}

/// Typed by nobody: it comes back from NemRefusion, and only then is the anmeldelse receipted.
fn kvittering(f: &Forloeb) -> Value {
    let Some(k) = f.kvittering().map(|k| &k.what) else {
        let note = "Kommer, når anmeldelsen er underskrevet og sendt. Registrér den på forløbet.";
        return Value::Empty(note.to_owned());
    };
    let without_number = || Value::Empty(format!("Kvitteret {}, uden nummer.", long(k.dato)));
    k.kvittering.clone().map_or_else(without_number, Value::Has)
}
