//! Only in the demonstration: the mails, and the clock that can be moved.

use std::time::Duration;

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use forloeb::haendelse::Udfald;

use super::datoer::{kort, tidspunkt};
use super::kig::Kig;
use super::parts::address::egen_sti;
use super::ramme::{Ramme, Sidefejl, html};
use super::session::{Inde, Par, find};
use super::{DemoBrev, Stat};
use crate::tekster::{aflysningsnavn, fristnavn, modtagernavn};
use crate::ur::{klokken, klokkeslaet};

/// Reminders not sent that are shown.
const HOEJST: usize = 100;

struct Brev {
    tid: String,
    brev: DemoBrev,
}

struct Tilbageholdt {
    dag: String,
    frist: &'static str,
    til: &'static str,
    hvorfor: String,
}

#[derive(Template)]
#[template(path = "demo_post.html")]
struct Side {
    ramme: Ramme,
    breve: Vec<Brev>,
    tilbageholdt: Vec<Tilbageholdt>,
}

pub(super) async fn post(State(stat): State<Stat>, inde: Inde) -> Result<Response, Sidefejl> {
    let breve = (stat.ind.post)().into_iter().map(|brev| Brev { tid: tidspunkt(brev.tid), brev }).collect();
    // From the log: what a command withheld is not in the projections. The demonstration is small enough for that.
    let kerne = &stat.t.kerne;
    let numre: Vec<String> = kerne.vis().numre().map(str::to_owned).collect();
    let mut afgjorte = Vec::new();
    for nr in numre {
        let hele = kerne.hele(&nr).await?;
        afgjorte.extend(hele.forloeb(&kerne.bog()).into_iter().flat_map(|f| f.afgjorte));
    }
    let vis = kerne.vis();
    let k = Kig::ny(&stat, &inde, &vis);
    let mut ikke: Vec<_> = afgjorte
        .into_iter()
        .filter_map(|(n, a)| {
            let hvorfor = match &a.udfald {
                Udfald::Sendt { .. } => return None,
                Udfald::Aflyst { aarsag } => format!("Ikke sendt: {}", aflysningsnavn(*aarsag)),
                Udfald::Udskudt { til } => format!("Udskudt til {}", tidspunkt(*til)),
                Udfald::Fejlet { grund } => format!("Kunne ikke leveres ({grund})"),
            };
            let (frist, til) = (fristnavn(n.frist), modtagernavn(n.modtager));
            Some((a.tid, Tilbageholdt { dag: kort(a.dag), frist, til, hvorfor }))
        })
        .collect();
    ikke.sort_by_key(|(tid, _)| std::cmp::Reverse(*tid));
    ikke.truncate(HOEJST);
    let tilbageholdt = ikke.into_iter().map(|(_, t)| t).collect();
    Ok(html(StatusCode::OK, &Side { ramme: k.ramme("Demo-post"), breve, tilbageholdt }))
}

/// How long a reader waits for the clock. What takes longer goes on by itself, and the pages show how far it is.
const VENT: Duration = Duration::from_secs(5);

/// Moves the clock a day or a week forward; what falls due on the way is sent. While it is on its way nothing more is
/// asked of it.
pub(super) async fn ur(State(stat): State<Stat>, _: Inde, Form(par): Form<Par>) -> Result<Response, Sidefejl> {
    let dage = match find(&par, "dage") {
        Some("7") => 7,
        _ => 1,
    };
    let nu = stat.t.kerne.ur.nu();
    let dag = forloeb::kalender::plus_dage(stat.t.kerne.ur.idag(), dage);
    let til = klokken(dag, klokkeslaet(nu));
    // On its own: a reader who goes away must not stop a mail between handing over and recording.
    if let Some(flytning) = stat.t.paamindelser.start_flytning(til)
        && let Ok(flyttet) = tokio::time::timeout(VENT, flytning).await
    {
        flyttet.map_err(Sidefejl::internal)?.map_err(Sidefejl::internal)?;
    }
    let tilbage = egen_sti(find(&par, "tilbage"));
    let tilbage = tilbage.split("ok=").next().unwrap_or("/").trim_end_matches(['?', '&']);
    Ok(Redirect::to(tilbage).into_response())
}
