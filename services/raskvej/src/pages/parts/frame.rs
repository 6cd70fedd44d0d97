//! The frame around every page: navigation, headers of the answer, and errors as pages.

use std::any::Any;

use app::free_text::Hints;
use askama::Template;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use forloeb::words::Rolle;
use tower_http::csrf::ProtectionError;
use tower_sessions::Session;
use uuid::Uuid;

use super::assets::FINGERPRINT;
use super::datoer;
pub(crate) use super::fault::PageError;
use super::names::name;
use super::session::{LoggedIn, SessionEnd};
use super::state::PageState;
use crate::access::{Intent, Scope};
use crate::lookups::{self, Asked};
use crate::problem::Problem;
use crate::request_id;
use crate::sentences;
use app::held::nothing_while;

const HEADS: [(HeaderName, &str); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; \
         form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    // Nothing here asks for them, so nothing that gets into a page can. The clipboard is used: a button copies.
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=()",
    ),
];
/// A year: who has been here over https does not come in the clear again.
const ONLY_HTTPS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// The lists that are told when there may be something new on them.
const FOLLOWING: [&str; 14] = [
    "/",
    "/afsluttede",
    "/hr",
    "/hr/afsluttede",
    "/hr/breve",
    "/hr/breve/alle",
    "/hr/fordeling",
    "/hr/forsvundne",
    "/hr/opbevaring",
    "/hr/refusion",
    "/hr/uenigheder",
    "/mig",
    "/revision/log",
    "/signaler",
];

/// As many units are named in the header.
const NAMED: usize = 3;

/// A link of the navigation.
pub(crate) struct MenuItem {
    pub(crate) path: &'static str,
    pub(crate) tekst: &'static str,
    pub(crate) here: bool,
}

/// What somebody without a relation to those they read about reads for.
pub(crate) struct ReadsFor {
    /// What they have said; nothing yet.
    pub(crate) said: Option<String>,
    /// What seems to stand in it and does not belong there.
    pub(crate) hint: Option<&'static str>,
    /// Where the form comes back to.
    pub(crate) back: String,
}

impl ReadsFor {
    fn new(logged_in: &LoggedIn) -> Self {
        let said = logged_in.formaal.clone();
        let hint = said.as_deref().and_then(|said| Hints::of(said).said_of_formaal());
        Self { said, hint, back: logged_in.path.clone() }
    }
}

/// What the frame shows around a page.
pub(crate) struct Frame {
    /// Title without the product's name.
    pub(crate) title: String,
    pub(crate) fingerprint: &'static str,
    pub(crate) menu: Vec<MenuItem>,
    /// Who is logged in: name where there is one, and role.
    pub(crate) who: Option<(Option<String>, &'static str)>,
    /// The units they work for, where it is not the whole workplace.
    pub(crate) enheder: Option<String>,
    /// They have other roles that they can change to.
    pub(crate) several: bool,
    /// Whom to ask.
    pub(crate) hr_mail: Option<String>,
    /// The demonstration's date, where its buttons come back to, and whether its clock is on its way.
    pub(crate) demo: Option<(String, String, bool)>,
    /// Every mail goes to one mailbox.
    pub(crate) mail_to_one: bool,
    /// Why reminders wait for somebody to look at the clock, for HR.
    pub(crate) clock: Option<String>,
    /// For who has no relation to those they read about: what they read for.
    pub(crate) formaal: Option<ReadsFor>,
    /// They may search for people: the field stands on every page but the one that has it itself.
    pub(crate) finds: bool,
    /// When their session ends.
    pub(crate) end: Option<SessionEnd>,
    /// How far the log was read for a page that is told when there may be something new on it.
    pub(crate) follows: Option<u64>,
    /// Short confirmation of what was just done.
    pub(crate) confirmation: Option<&'static str>,
    /// What comes next after that: its address, and what it is.
    pub(crate) onward: Option<(String, &'static str)>,
    /// What was just saved says more than it should.
    pub(crate) remark: Option<&'static str>,
}

impl Frame {
    /// The frame of a page for somebody who is logged in.
    pub(crate) fn new(state: &PageState, logged_in: &LoggedIn, title: impl Into<String>) -> Self {
        let user = &logged_in.user;
        let name = user.nr.as_deref().and_then(|nr| name(state, user, nr));
        let here = logged_in.path.split('?').next().unwrap_or_default();
        let point = |path, tekst| MenuItem { path, tekst, here: path == here };
        let mut menu = match user.rolle {
            Rolle::Hr => vec![
                point("/", "Arbejdsliste"),
                point("/hr", "Overblik"),
                point("/hr/statistik", "Statistik"),
                point("/hr/regler", "Regler"),
                point("/hr/breve", "Mails"),
                point("/signaler", "Hyppigt fravær"),
                point("/stedfortraeder", "Stedfortrædere"),
                point("/opslag", "Opslag"),
                point("/hr/opbevaring", "Opbevaring"),
                point("/hr/indsigt", "Indsigt"),
                point("/forloeb/ny", "Ny sygemelding"),
            ],
            Rolle::Leder => vec![
                point("/", "Arbejdsliste"),
                point("/forloeb/ny", "Ny sygemelding"),
                point("/signaler", "Hyppigt fravær"),
                point("/stedfortraeder", "Stedfortræder"),
            ],
            Rolle::Revisor => {
                vec![point("/revision", "Revision"), point("/revision/log", "Hele loggen"), point("/opslag", "Opslag")]
            }
            Rolle::Medarbejder => vec![point("/mig", "Mit forløb"), point("/mig/opslag", "Hvem har set det")],
            Rolle::Kontaktperson | Rolle::Koordinator | Rolle::Drift | Rolle::System => {
                vec![point("/", "Arbejdsliste")]
            }
        };
        if user.may_do(Intent::Import).is_ok() {
            menu.push(point("/hr/indlaesning", "Indlæsning"));
        }
        if state.settings.demo {
            menu.push(point("/demo/post", "Demo-post"));
        }
        Self {
            menu,
            who: Some((name, sentences::rolle_name(user.rolle))),
            enheder: enheder(&user.scope),
            several: logged_in.several,
            hr_mail: state.settings.hr_mail.clone(),
            demo: (state.settings.demo).then(|| {
                (
                    datoer::long(state.service.app.clock.today()),
                    logged_in.path.clone(),
                    state.service.paamindelser.moves(),
                )
            }),
            mail_to_one: state.settings.mail_to_one,
            clock: state.service.app.clock_guard.doubt().filter(|_| user.is_hr()).map(|doubt| doubt.text()),
            formaal: (user.rolle == Rolle::Revisor).then(|| ReadsFor::new(logged_in)),
            finds: user.may_ever(Intent::Find) && here != "/find" && !here.starts_with("/find/"),
            end: logged_in.end.clone(),
            follows: FOLLOWING.contains(&here).then_some(logged_in.position),
            confirmation: logged_in.confirmation(),
            remark: logged_in.remark(),
            ..Self::empty(title)
        }
    }

    /// The frame of a page that anybody may read, logged in or not.
    pub(crate) fn of_anybody(state: &PageState, logged_in: Option<&LoggedIn>, title: &str) -> Self {
        let nobody = || Self { mail_to_one: state.settings.mail_to_one, ..Self::empty(title) };
        logged_in.map_or_else(nobody, |logged_in| Self::new(state, logged_in, title))
    }

    /// The frame of a page for nobody in particular.
    pub(crate) fn empty(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            fingerprint: &FINGERPRINT,
            menu: Vec::new(),
            who: None,
            enheder: None,
            several: false,
            hr_mail: None,
            demo: None,
            mail_to_one: false,
            clock: None,
            formaal: None,
            finds: false,
            end: None,
            follows: None,
            confirmation: None,
            onward: None,
            remark: None,
        }
    }
}

/// The units of somebody whose role reaches some only, as payroll calls them.
fn enheder(scope: &Scope) -> Option<String> {
    match scope {
        Scope::All => None,
        Scope::Enheder(codes) if codes.is_empty() => Some("ingen enheder".to_owned()),
        Scope::Enheder(codes) => {
            let named: Vec<&str> = codes.iter().take(NAMED).map(String::as_str).collect();
            let others = match codes.len().saturating_sub(NAMED) {
                0 => String::new(),
                1 => " og en anden".to_owned(),
                others => format!(" og {others} andre"),
            };
            let word = if codes.len() == 1 { "kun enhed" } else { "kun enhederne" };
            Some(format!("{word} {}{others}", named.join(", ")))
        }
    }
}

/// A rendered template as an answer.
pub(crate) fn html(status: StatusCode, page: &impl Template) -> Response {
    nothing_while("a page was rendered");
    match page.render() {
        Ok(tekst) => (status, Html(tekst)).into_response(),
        Err(error) => PageError::internal(error).into_response(),
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    frame: Frame,
    tekst: String,
    home: bool,
    /// Where it is explained what the reader's role sees, on the page of what does not exist for them.
    why: Option<String>,
    /// The name of the request, where it is somebody's at the service to look into.
    name: Option<String>,
    /// It is their role that keeps them out.
    role: bool,
    /// They sent a form, and nothing of it is saved.
    not_saved: bool,
}

/// Sets the headers of every page, and puts errors into the frame.
pub(crate) async fn wrap(State(state): State<PageState>, mut request: Request, onward: Next) -> Response {
    let session = request.extensions().get::<Session>();
    let logged_in = LoggedIn::of(&state, session, request.method(), request.uri()).await;
    // The page itself need not ask again.
    if let Some(logged_in) = &logged_in {
        request.extensions_mut().insert(logged_in.clone());
    }
    let route = request.extensions().get::<MatchedPath>().map_or_else(String::new, |route| route.as_str().to_owned());
    let sent = request.method() == Method::POST;
    // The id that an address of a forløb has in it, and nothing else of the address.
    let asked = request.uri().path().split('/').find_map(|part| Uuid::try_parse(part).ok());
    let mut answer = onward.run(request).await;
    let problem = if answer.extensions().get::<ProtectionError>().is_some() {
        let detail = "Formularen blev sendt fra et andet sted end denne tjeneste, og intet er gemt. Gå til siden igen, \
                      og udfyld den der.";
        Some(Problem::new(StatusCode::FORBIDDEN, "fremmed_formular", "Formularen kan ikke bruges", detail))
    } else {
        answer.extensions().get::<PageError>().map(|error| error.told(&route))
    };
    if let Some(problem) = problem {
        let title = title(&problem);
        let frame = match &logged_in {
            Some(logged_in) => Frame::new(&state, logged_in, title),
            None => Frame::empty(title),
        };
        let role = problem.code == "ikke_tilladt";
        let why =
            asked.filter(|_| (problem.status == 404 || role) && logged_in.is_some()).map(|id| format!("/adgang/{id}"));
        let name = request_id::current().filter(|_| problem.status == 500);
        // Where something failed inside nobody knows; and a form from elsewhere is told so already.
        let refused = problem.status_code().is_client_error() && problem.code != "fremmed_formular";
        let (home, not_saved) = (logged_in.is_some(), sent && refused && logged_in.is_some());
        let page = ErrorPage { frame, tekst: problem.detail.clone(), home, why, name, role, not_saved };
        let told = match page.render() {
            Ok(tekst) => (problem.status_code(), Html(tekst)).into_response(),
            Err(error) => (problem.status_code(), error.to_string()).into_response(),
        };
        let before = std::mem::replace(&mut answer, told);
        for name in [header::SET_COOKIE, header::ALLOW] {
            for value in before.headers().get_all(&name) {
                answer.headers_mut().append(&name, value.clone());
            }
        }
        if let Some(seconds) = problem.retry_after {
            answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
    }
    if state.settings.is_secure() {
        answer.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, ONLY_HTTPS);
    }
    for (name, value) in HEADS {
        answer.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    answer
}

/// What a page tells about somebody is noted before it leaves.
pub(crate) async fn noted(
    State(state): State<PageState>,
    asked: Asked,
    request: Request,
    onward: Next,
) -> Result<Response, PageError> {
    // A form that is refused shows the page it was on, and so does an address with something wrong in it; one that is answered
    // with a page shows what it is about before it is done.
    let tells = |method: &Method, status: StatusCode| match *method {
        Method::GET => status.is_success() || status == StatusCode::UNPROCESSABLE_ENTITY,
        Method::POST => {
            let refused = status.is_client_error() && !matches!(status.as_u16(), 401 | 403 | 404 | 405);
            refused || status == StatusCode::OK
        }
        _ => false,
    };
    Ok(lookups::note(&state.service.app, tells, asked, request, onward).await?)
}

fn title(problem: &Problem) -> String {
    match problem.status {
        404 => "Siden findes ikke".to_owned(),
        403 if problem.code == "ikke_tilladt" => "Ikke adgang".to_owned(),
        500 => "Noget gik galt".to_owned(),
        _ => problem.title.clone(),
    }
}

/// An address that does not exist.
pub(crate) async fn unknown(uri: Uri) -> Response {
    if uri.path().starts_with("/api") {
        return Problem::unknown_route().into_response();
    }
    PageError::from(Problem::not_found()).into_response()
}

/// An address that exists and is not used like that.
pub(crate) async fn wrong_method() -> PageError {
    let detail = "Adressen kan ikke bruges på den måde. Gå til forsiden, og find vej derfra.";
    PageError::from(Problem::new(StatusCode::METHOD_NOT_ALLOWED, "forkert_metode", "Forkert adresse", detail))
}

/// A page that panicked.
pub(crate) fn panic(_: Box<dyn Any + Send + 'static>) -> Response {
    PageError::from(Problem::intern(&"en side gik i stå")).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_works_for_some_units_reads_which() {
        let told = |codes: &[&str]| enheder(&Scope::Enheder(codes.iter().map(|&code| code.to_owned()).collect()));
        assert_eq!(enheder(&Scope::All), None);
        for (codes, tekst) in [
            (&[][..], "ingen enheder"),
            (&["E1"], "kun enhed E1"),
            (&["E1", "E2", "E3"], "kun enhederne E1, E2, E3"),
            (&["E1", "E2", "E3", "E4"], "kun enhederne E1, E2, E3 og en anden"),
            (&["E1", "E2", "E3", "E4", "E5"], "kun enhederne E1, E2, E3 og 2 andre"),
        ] {
            assert_eq!(told(codes).as_deref(), Some(tekst));
        }
    }
}
