//! The frame around every page: navigation, headers of the answer, and errors as pages.

use std::any::Any;

use askama::Template;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use forloeb::ord::Rolle;
use tower_http::csrf::ProtectionError;

use super::assets::AFTRYK;
use super::datoer;
pub(crate) use super::fault::Sidefejl;
use super::names::navn;
use super::session::Inde;
use super::state::Stat;
use crate::problem::Problem;
use crate::tekster;
use crate::visninger::Visninger;

const HOVEDER: [(HeaderName, &str); 4] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; \
         form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
];

/// A link of the navigation.
pub(crate) struct Punkt {
    pub(crate) sti: &'static str,
    pub(crate) tekst: &'static str,
    pub(crate) her: bool,
}

/// What the frame shows around a page.
pub(crate) struct Ramme {
    /// Title without the product's name.
    pub(crate) titel: String,
    pub(crate) aftryk: &'static str,
    pub(crate) menu: Vec<Punkt>,
    /// Who is logged in: name where there is one, and role.
    pub(crate) hvem: Option<(Option<String>, &'static str)>,
    /// The demonstration's date, where its buttons come back to, and whether its clock is on its way.
    pub(crate) demo: Option<(String, String, bool)>,
    /// Why reminders wait for somebody to look at the clock, for HR.
    pub(crate) ur: Option<String>,
    /// Short confirmation of what was just done.
    pub(crate) besked: Option<&'static str>,
}

impl Ramme {
    /// The frame of a page for somebody who is logged in.
    pub(crate) fn ny(stat: &Stat, inde: &Inde, vis: &Visninger, titel: impl Into<String>) -> Self {
        let bruger = &inde.bruger;
        let navn = bruger.nr.as_deref().and_then(|nr| navn(stat, bruger, vis, nr));
        let her = inde.sti.split('?').next().unwrap_or_default();
        let punkt = |sti, tekst| Punkt { sti, tekst, her: sti == her };
        let mut menu = match bruger.rolle {
            Rolle::Hr => vec![
                punkt("/", "Arbejdsliste"),
                punkt("/hr", "Overblik"),
                punkt("/hr/statistik", "Statistik"),
                punkt("/hr/regler", "Regler"),
                punkt("/hr/breve", "Mails"),
                punkt("/signaler", "Hyppigt fravær"),
                punkt("/stedfortraeder", "Stedfortrædere"),
                punkt("/forloeb/ny", "Ny sygemelding"),
            ],
            Rolle::Leder => vec![
                punkt("/", "Arbejdsliste"),
                punkt("/forloeb/ny", "Ny sygemelding"),
                punkt("/signaler", "Hyppigt fravær"),
                punkt("/stedfortraeder", "Stedfortræder"),
            ],
            Rolle::Revisor => vec![punkt("/revision", "Revision"), punkt("/revision/log", "Hele loggen")],
            Rolle::Medarbejder => vec![punkt("/mig", "Mit forløb")],
            Rolle::Kontaktperson | Rolle::Koordinator | Rolle::Drift => vec![punkt("/", "Arbejdsliste")],
        };
        if stat.ind.demo {
            menu.push(punkt("/demo/post", "Demo-post"));
        }
        Self {
            menu,
            hvem: Some((navn, tekster::rollenavn(bruger.rolle))),
            demo: (stat.ind.demo)
                .then(|| (datoer::lang(stat.t.kerne.ur.idag()), inde.sti.clone(), stat.t.paamindelser.flytter())),
            ur: stat.t.kerne.clock.doubt().filter(|_| bruger.er_hr()).map(|doubt| doubt.text()),
            besked: inde.besked(),
            ..Self::tom(titel)
        }
    }

    /// The frame of a page for nobody in particular.
    pub(crate) fn tom(titel: impl Into<String>) -> Self {
        Self { titel: titel.into(), aftryk: &AFTRYK, menu: Vec::new(), hvem: None, demo: None, ur: None, besked: None }
    }
}

/// A rendered template as an answer.
pub(crate) fn html(status: StatusCode, side: &impl Template) -> Response {
    match side.render() {
        Ok(tekst) => (status, Html(tekst)).into_response(),
        Err(fejl) => Sidefejl::internal(fejl).into_response(),
    }
}

#[derive(Template)]
#[template(path = "fejl.html")]
struct Fejlside {
    ramme: Ramme,
    tekst: String,
    hjem: bool,
}

/// Sets the headers of every page, and puts errors into the frame.
pub(crate) async fn indfat(State(stat): State<Stat>, anmodning: Request, videre: Next) -> Response {
    let inde = Inde::af_hoveder(&stat, anmodning.headers(), anmodning.uri());
    let rute = anmodning.extensions().get::<MatchedPath>().map_or_else(String::new, |rute| rute.as_str().to_owned());
    let mut svar = videre.run(anmodning).await;
    let problem = if svar.extensions().get::<ProtectionError>().is_some() {
        let detail = "Formularen blev sendt fra et andet sted end denne tjeneste, og intet er gemt. Gå til siden igen, \
                      og udfyld den der.";
        Some(Problem::ny(StatusCode::FORBIDDEN, "fremmed_formular", "Formularen kan ikke bruges", detail))
    } else {
        svar.extensions().get::<Sidefejl>().map(|fejl| fejl.told(&rute))
    };
    if let Some(problem) = problem {
        let titel = titel(&problem);
        let ramme = match &inde {
            Some(inde) => Ramme::ny(&stat, inde, &stat.t.kerne.vis(), titel),
            None => Ramme::tom(titel),
        };
        let side = Fejlside { ramme, tekst: problem.detail.clone(), hjem: inde.is_some() };
        svar = match side.render() {
            Ok(tekst) => (problem.statuskode(), Html(tekst)).into_response(),
            Err(fejl) => (problem.statuskode(), fejl.to_string()).into_response(),
        };
    }
    for (navn, vaerdi) in HOVEDER {
        svar.headers_mut().entry(navn).or_insert(HeaderValue::from_static(vaerdi));
    }
    svar
}

fn titel(problem: &Problem) -> String {
    match problem.status {
        404 => "Siden findes ikke".to_owned(),
        403 if problem.kode == "ikke_tilladt" => "Ikke adgang".to_owned(),
        500 => "Noget gik galt".to_owned(),
        _ => problem.title.clone(),
    }
}

/// An address that does not exist.
pub(crate) async fn ukendt(uri: Uri) -> Response {
    if uri.path().starts_with("/api") {
        return Problem::unknown_route().into_response();
    }
    Sidefejl::from(Problem::findes_ikke()).into_response()
}

/// An address that exists and is not used like that.
pub(crate) async fn forkert_metode() -> Sidefejl {
    let detail = "Adressen kan ikke bruges på den måde. Gå til forsiden, og find vej derfra.";
    Sidefejl::from(Problem::ny(StatusCode::METHOD_NOT_ALLOWED, "forkert_metode", "Forkert adresse", detail))
}

/// A page that panicked.
pub(crate) fn panik(_: Box<dyn Any + Send + 'static>) -> Response {
    Sidefejl::from(Problem::intern(&"en side gik i stå")).into_response()
}
