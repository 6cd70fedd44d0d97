//! The data sheet of an anmeldelse: every field HR types in NemRefusion, in the order of the form. For HR only.
//!
//! It holds name and CPR number, so each look at it is recorded before anything is shown: what cannot be recorded is not
//! shown.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use forloeb::Forloeb;
use forloeb::anmeldelse::usigneret;
use forloeb::frister::vurder;
use forloeb::ord::{Aarsag, Anmeldelsestrin, FastTrackBeslutning, Part, Varighed};
use forloeb::refusion::{Foerstedagsret, Refusion};
use uuid::Uuid;

use super::Stat;
use super::datoer::{decimal, lang};
use super::kig::{Kig, id};
use super::parts::submission::ny_noegle;
use super::ramme::{Ramme, Sidefejl, html};
use super::session::Inde;
use crate::problem::Problem;
use crate::tekster;
use crate::visninger::Opslagsformaal;

/// A field of the form.
struct Arkfelt {
    navn: &'static str,
    /// What to type; may be empty.
    vaerdi: String,
    /// What to do where it is missing, or to mind where it is not.
    note: Option<String>,
    mangler: bool,
}

/// What to type in a field.
enum Vaerdi {
    Har(String),
    /// And what to mind.
    HarMen(String, String),
    /// And what to do about it.
    Mangler(String),
    /// It is right to leave it empty as things stand, and why.
    Tom(String),
}

struct Trinlinje {
    trin: &'static str,
    dato: String,
    position: u64,
}

#[derive(Template)]
#[template(path = "ark.html")]
struct Side {
    ramme: Ramme,
    id: Uuid,
    gives: bool,
    hvortil: &'static str,
    felter: Vec<Arkfelt>,
    mangler: usize,
    trin: Vec<Trinlinje>,
    /// Prepared for this many working days, and not signed.
    usigneret: Option<u32>,
    /// The form that marks it as prepared: version, key and date.
    klargoer: Option<(u64, String, String)>,
}

pub(super) async fn side(
    State(stat): State<Stat>,
    inde: Inde,
    Path(tekst): Path<String>,
) -> Result<Response, Sidefejl> {
    let id = id(&tekst)?;
    if !inde.bruger.er_hr() {
        return Err(Problem::maa_ikke().into());
    }
    let _laan = stat.t.kerne.laan_forloeb(id).await?;
    let nu = inde.bruger.find(id, &stat.t.kerne.vis(), stat.t.kerne.ur.idag())?.id;
    if nu != id {
        return Ok(Redirect::to(&format!("/forloeb/{nu}/anmeldelse-ark")).into_response()); // joined into another
    }
    noter(&stat, &inde, id, Opslagsformaal::AnmeldelseArk).await?;
    let vis = stat.t.kerne.vis();
    let k = Kig::ny(&stat, &inde, &vis);
    let f = k.find(id)?;
    let bog = &stat.t.kerne.bog();
    let r = vurder(&f, k.idag, bog).refusion;
    let felter = felter(&k, &f, &r);
    let naeste = f.anmeldelser.last().map(|a| a.hvad.trin);
    let kan_klargoeres = r.gives && matches!(naeste, None | Some(Anmeldelsestrin::Afvist));
    let side = Side {
        ramme: k.ramme(format!("Dataark til anmeldelse, medarbejder {}", f.medarbejder_nr)),
        id,
        gives: r.gives,
        hvortil: hvortil(&f),
        mangler: felter.iter().filter(|felt| felt.mangler).count(),
        felter,
        trin: (f.anmeldelser.iter())
            .map(|a| Trinlinje { trin: tekster::trinnavn(a.hvad.trin), dato: lang(a.hvad.dato), position: a.position })
            .collect(),
        usigneret: usigneret(&f, k.idag, bog).map(|u| u.arbejdsdage),
        klargoer: if kan_klargoeres { Some((f.version, ny_noegle()?, k.idag.to_string())) } else { None },
    };
    Ok(html(StatusCode::OK, &side))
}

/// The same fields as a file for a spreadsheet.
pub(super) async fn fil(State(stat): State<Stat>, inde: Inde, Path(tekst): Path<String>) -> Result<Response, Sidefejl> {
    let id = id(&tekst)?;
    if !inde.bruger.er_hr() {
        return Err(Problem::maa_ikke().into());
    }
    let _laan = stat.t.kerne.laan_forloeb(id).await?;
    let id = noter(&stat, &inde, id, Opslagsformaal::AnmeldelseArkFil).await?;
    let vis = stat.t.kerne.vis();
    let k = Kig::ny(&stat, &inde, &vis);
    let f = k.find(id)?;
    let r = vurder(&f, k.idag, &stat.t.kerne.bog()).refusion;
    let krop = csv(&felter(&k, &f, &r)).map_err(Sidefejl::internal)?;
    let hoveder = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"anmeldelse-{id}.csv\"")),
    ];
    Ok((hoveder, krop).into_response())
}

/// Records the look-up, and returns the id of the forløb as it is now.
async fn noter(stat: &Stat, inde: &Inde, id: Uuid, formaal: Opslagsformaal) -> Result<Uuid, Sidefejl> {
    let kerne = &stat.t.kerne;
    let (nu, nr) = {
        let f = inde.bruger.find(id, &kerne.vis(), kerne.ur.idag())?;
        (f.id, f.medarbejder_nr.clone())
    };
    kerne.registrer_opslag(&nr, nu, formaal, &inde.bruger.aktoer()).await.map_err(Problem::from)?;
    Ok(nu)
}

const fn hvortil(f: &Forloeb) -> &'static str {
    match f.aarsag {
        Aarsag::Graviditet => "Udbetaling Danmark",
        _ => "bopælskommunen",
    }
}

/// Semicolons, CRLF and a byte order mark, as spreadsheets in Denmark expect; a value is never a formula.
fn csv(felter: &[Arkfelt]) -> Result<Vec<u8>, csv::Error> {
    let mut skriver = csv::WriterBuilder::new()
        .delimiter(b';')
        .terminator(csv::Terminator::CRLF)
        .from_writer("\u{feff}".as_bytes().to_vec());
    skriver.write_record(["Felt", "Værdi", "Bemærkning"])?;
    for felt in felter {
        let tekst = &felt.vaerdi;
        let formel = tekst.starts_with(['=', '+', '-', '@', '\t']);
        let vaerdi = if formel { format!("'{tekst}") } else { tekst.clone() };
        skriver.write_record([felt.navn, &vaerdi, felt.note.as_deref().unwrap_or_default()])?;
    }
    skriver.into_inner().map_err(|e| csv::Error::from(std::io::Error::other(e.to_string())))
}

/// Every field in the order of the form.
fn felter(k: &Kig<'_>, f: &Forloeb, r: &Refusion) -> Vec<Arkfelt> {
    let s = &f.stamdata;
    let oplysninger = k.oplysninger(&f.medarbejder_nr);
    let person = |vaerdi: Option<String>| {
        let vaerdi = vaerdi.filter(|v| !v.trim().is_empty());
        let hvorfor = if oplysninger.is_some() { "Findes ikke her" } else { "Kan ikke læses her" };
        vaerdi.map_or_else(|| Vaerdi::Mangler(format!("{hvorfor}. Slå det op i lønsystemet.")), Vaerdi::Har)
    };
    let har = Vaerdi::Har;
    let mangler = |note: &str| Vaerdi::Mangler(note.to_owned());
    let dato = |dag: chrono::NaiveDate| dag.format("%d-%m-%Y").to_string();
    let sidste = f.kendt_slut(k.idag);
    let alle: [(&'static str, Vaerdi); 16] = [
        (
            "Arbejdsgiver (CVR-nummer og P-nummer)",
            mangler("Raskvej kender ikke numrene. Vælg i NemRefusion det P-nummer, som medarbejderens enhed har."),
        ),
        ("Enhed", har(format!("{} ({})", s.enhed_navn, s.enhed))),
        ("CPR-nummer", person(oplysninger.as_ref().map(|o| o.cpr.vis().clone()))),
        ("Navn", person(oplysninger.as_ref().map(|o| o.navn.vis().clone()))),
        ("Ansat fra", har(dato(s.ansat))),
        ("Ugentlige timer", har(decimal(s.timer_pr_uge))),
        ("Årsag", aarsag(f, r)),
        ("Første fraværsdag", har(dato(f.foerste))),
        ("Fuldt eller delvist fravær", omfang(k, f)),
        (
            "Sidste fraværsdag",
            sidste.map_or_else(
                || Vaerdi::Tom("Fraværet er ikke slut. Lad feltet stå tomt i NemRefusion.".to_owned()),
                |dag| har(dato(dag)),
            ),
        ),
        ("Første refusionsdag", har(dato(r.foerste_refusionsdag))),
        ("Løn under sygdom", har("Ja".to_owned())),
        (
            "Bopælskommune",
            if s.bopaelskommune.trim().is_empty() {
                mangler("Lønsystemet har ikke oplyst kommunen. Slå adressen op, og ret den i lønsystemet.")
            } else {
                har(s.bopaelskommune.clone())
            },
        ),
        ("Forventet varighed", varighed(f)),
        ("Anmodning om fast track", fast_track(f)),
        ("Kvitteringens nummer", kvittering(f)),
    ];
    let felt = |(navn, vaerdi)| match vaerdi {
        Vaerdi::Har(vaerdi) => Arkfelt { navn, vaerdi, note: None, mangler: false },
        Vaerdi::HarMen(vaerdi, note) => Arkfelt { navn, vaerdi, note: Some(note), mangler: false },
        Vaerdi::Mangler(note) => Arkfelt { navn, vaerdi: String::new(), note: Some(note), mangler: true },
        Vaerdi::Tom(note) => Arkfelt { navn, vaerdi: String::new(), note: Some(note), mangler: false },
    };
    alle.into_iter().map(felt).collect()
}

fn aarsag(f: &Forloeb, r: &Refusion) -> Vaerdi {
    let aarsag = tekster::aarsagsnavn(f.aarsag);
    match r.foerstedagsret {
        Some(Foerstedagsret::Paragraf56) => Vaerdi::HarMen(
            format!("{aarsag}, § 56-aftale"),
            "Gælder kun, når fraværet skyldes det, § 56-aftalen handler om.".to_owned(),
        ),
        Some(Foerstedagsret::Fleksjob) => Vaerdi::Har(format!("{aarsag}, fleksjob")),
        Some(Foerstedagsret::Nyansat) => Vaerdi::Har(format!("{aarsag}, ansat under 8 uger")),
        Some(Foerstedagsret::Graviditet) | None => Vaerdi::Har(aarsag.to_owned()),
    }
}

fn omfang(k: &Kig<'_>, f: &Forloeb) -> Vaerdi {
    let dag = f.slutdag(k.idag).unwrap_or(k.idag);
    let pct = f.omfang(dag).or(f.perioder.last().map(|p| p.omfang_pct)).unwrap_or(100);
    if pct >= 100 {
        return Vaerdi::Har("Fuldt fravær".to_owned());
    }
    let timer = f.stamdata.timer_pr_uge * f64::from(pct) / 100.0;
    let mindst = f.regler.parametre.delvis_mindst_timer;
    let vaerdi = format!("Delvist fravær, {pct} % ({} timer om ugen)", decimal(timer));
    if timer >= mindst {
        return Vaerdi::Har(vaerdi);
    }
    let note = format!("Under {} timers fravær om ugen er ikke delvis sygdom i refusionens forstand.", decimal(mindst));
    Vaerdi::HarMen(vaerdi, note)
}

fn varighed(f: &Forloeb) -> Vaerdi {
    match f.forventet {
        Varighed::Ukendt => {
            Vaerdi::Mangler("Spørg lederen, hvad der blev sagt ved samtalen, og registrér det på forløbet.".to_owned())
        }
        kendt => Vaerdi::Har(tekster::varighedsnavn(kendt).to_owned()),
    }
}

fn fast_track(f: &Forloeb) -> Vaerdi {
    match f.fast_track.last().map(|b| &b.hvad) {
        None => Vaerdi::Mangler("Der er ikke taget stilling. Spørg lederen, mens det kan nås.".to_owned()),
        Some(b) if b.beslutning == FastTrackBeslutning::Fravalgt => Vaerdi::Har("Nej".to_owned()),
        Some(b) => {
            let af = if b.af == Part::Arbejdsgiver { "arbejdsgiveren" } else { "medarbejderen" };
            Vaerdi::HarMen("Ja".to_owned(), format!("Anmodet af {af} {}.", lang(b.dato)))
        }
    }
}

/// Typed by nobody: it comes back from NemRefusion, and only then is the anmeldelse receipted.
fn kvittering(f: &Forloeb) -> Vaerdi {
    let Some(k) = f.kvittering().map(|k| &k.hvad) else {
        let note = "Kommer, når anmeldelsen er underskrevet og sendt. Registrér den på forløbet.";
        return Vaerdi::Tom(note.to_owned());
    };
    let uden_nummer = || Vaerdi::Tom(format!("Kvitteret {}, uden nummer.", lang(k.dato)));
    k.kvittering.clone().map_or_else(uden_nummer, Vaerdi::Har)
}
