//! The commands of the API: a route and an OpenAPI operation for each one that is registered, and the answers.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn, Paths};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{Ref, Required, ResponseBuilder};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};
use uuid::Uuid;

use super::body::CommandBody;
use super::enheder::SignalbrevView;
use super::forsvundne::Decided;
use super::politik::PolitikView;
use super::prefer::{self, as_wanted};
use super::problem::Problem;
use super::stedfortraeder::StedfortraederView;
use super::view::ForloebView;
use super::{AppState, Caller, Id, Numbers, with_etag};
use crate::access::{Intent, User};
use crate::commands::{self, Answer, Entry, Left, Outcome, Refusal, Schemas, Warning};
use crate::core::App;
use crate::lookups::{ForloebShown, Shown};
use crate::views::plan::PlanAnswer;
use app::opslag::Content;

/// The answer to a command: the forløb as it then stood.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Svar)]
pub struct ForloebAnswer {
    /// The forløb.
    #[serde(flatten)]
    pub forloeb: ForloebView,
    /// What the caller should know, though it was done.
    #[serde(rename = "advarsler")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// Whom the employee has chosen ahead.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OmsorgskollegaVisning)]
pub struct OmsorgskollegaView {
    /// Employee number; none: nobody.
    pub kollega_nr: Option<String>,
}

/// Adds every command there is.
pub(super) fn routes(router: OpenApiRouter<AppState>) -> OpenApiRouter<AppState> {
    commands::ALL.iter().fold(router, |router, entry| router.routes(route(entry)))
}

fn route(entry: &'static Entry) -> UtoipaMethodRouter<AppState> {
    let handler = if entry.names_forloeb() {
        post(
            move |State(state): State<AppState>,
                  Caller(caller): Caller,
                  Id(id): Id,
                  Numbers(numbers): Numbers,
                  body: CommandBody| async move {
                let body = body.with(numbers).map_err(Refusal::from)?;
                carry_out(&state.app, entry, &caller, Some(id), &body).await
            },
        )
    } else {
        post(move |State(state): State<AppState>, Caller(caller): Caller, body: CommandBody| async move {
            carry_out(&state.app, entry, &caller, None, &body).await
        })
    };
    let (mut schemas, mut paths) = (Vec::new(), Paths::new());
    let request = entry.schemas(&mut schemas);
    let answer = match entry.answer {
        Answer::Forloeb | Answer::NewForloeb => schema_of::<ForloebAnswer>(&mut schemas),
        Answer::Plan => schema_of::<PlanAnswer>(&mut schemas),
        Answer::Stedfortraedere => schema_of::<StedfortraederView>(&mut schemas),
        Answer::Signalbrev => schema_of::<SignalbrevView>(&mut schemas),
        Answer::Omsorgskollega => schema_of::<OmsorgskollegaView>(&mut schemas),
        Answer::Forsvundet => schema_of::<Decided>(&mut schemas),
        Answer::Politik | Answer::WithdrawnPolitik => schema_of::<PolitikView>(&mut schemas),
    };
    paths.add_path_operation(entry.route(), vec![HttpMethod::Post], operation(entry, &request, &answer).build());
    (schemas, paths, handler)
}

async fn carry_out(
    app: &App,
    entry: &Entry,
    caller: &User,
    forloeb: Option<Uuid>,
    body: &CommandBody,
) -> Result<Response, Problem> {
    match entry.run(app, body.call(caller, forloeb)).await {
        Ok(outcome) => answer_as_wanted(app, entry.answer, caller, outcome, body),
        Err(refusal) => Ok(turned_down(app, entry.answer, caller, refusal.into(), body)),
    }
}

/// A sygemelding that the rules turn down tells of the absence there is. Of whom, the request says, where it is somebody whom the
/// caller may report sick.
fn turned_down(app: &App, answered: Answer, caller: &User, problem: Problem, body: &CommandBody) -> Response {
    let refused = answered == Answer::NewForloeb && problem.status_code() == StatusCode::CONFLICT;
    let nr = body.medarbejder_nr().filter(|nr| refused && caller.may_sygemelde(nr, &app.projections()).is_ok());
    Shown::of(nr.map(str::to_owned)).with_content(Content::Person).in_answer(problem)
}

/// The answer to a command, as far as the caller wants it. One that wrote no event is read, as what is asked for is.
pub(super) fn answer_as_wanted(
    app: &App,
    answered: Answer,
    caller: &User,
    outcome: Outcome,
    body: &CommandBody,
) -> Result<Response, Problem> {
    let minimal = body.minimal && outcome.warnings.is_empty();
    let content = if answered == Answer::Plan { Content::TtaPlan } else { Content::Forloeb };
    let read = outcome.only_read().map(|id| ForloebShown::new(id, content));
    let answer = as_wanted(minimal, answer(app, answered, caller, outcome)?);
    Ok(match read {
        Some(read) => read.in_answer(answer),
        None => answer,
    })
}

fn answer(app: &App, answer: Answer, caller: &User, outcome: Outcome) -> Result<Response, Problem> {
    let Outcome { left, warnings } = outcome;
    match left {
        Left::Policy(policy) => {
            let status = if answer == Answer::Politik { StatusCode::CREATED } else { StatusCode::OK };
            Ok((status, Json(PolitikView::from(*policy))).into_response())
        }
        Left::Employment(after) if answer == Answer::Forsvundet => {
            let medarbejder_nr = after.employment().nr().to_owned();
            Ok(Json(Decided { medarbejder_nr, version: after.employment().version() }).into_response())
        }
        Left::Employment(after) if answer == Answer::Signalbrev => {
            Ok(Json(SignalbrevView { ugentligt: after.employment().signalbrev().ugentligt }).into_response())
        }
        Left::Employment(after) if answer == Answer::Omsorgskollega => {
            let kollega_nr = after.employment().omsorgskollega().map(str::to_owned);
            Ok(Json(OmsorgskollegaView { kollega_nr }).into_response())
        }
        Left::Employment(after) => {
            let (leader, substitutes) = (after.employment(), after.employment().stedfortraedere());
            let shown = StedfortraederView::af(leader.nr(), Some(&substitutes), after.done.dag);
            Ok(Json(shown).into_response())
        }
        Left::Forloeb { id, after } => {
            let (f, day) = (after.find(id)?, after.done.dag);
            if answer == Answer::Plan {
                let sees_kladde = caller.may_with(f, Intent::TtaPlan, &app.projections(), day).is_ok();
                let shown = PlanAnswer::af(f, sees_kladde);
                let shown = PlanAnswer { warnings: warnings.iter().map(warning).collect(), ..shown };
                return Ok(with_etag(shown.forloeb_version, Json(shown)));
            }
            let forloeb = ForloebView::af(f, &after.assessment(f), day).til(f, caller, &app.projections());
            let warnings = warnings.iter().map(warning).collect();
            let mut forloeb_answer = with_etag(forloeb.version, Json(ForloebAnswer { forloeb, warnings }));
            if answer == Answer::NewForloeb {
                *forloeb_answer.status_mut() = StatusCode::CREATED;
                if let Ok(place) = HeaderValue::try_from(format!("/api/v1/forloeb/{id}")) {
                    forloeb_answer.headers_mut().insert(header::LOCATION, place);
                }
            }
            Ok(forloeb_answer)
        }
    }
}

/// With as many decimals as there are, up to two.
fn decimal(hours: f64) -> String {
    let text = format!("{hours:.2}");
    text.trim_end_matches('0').trim_end_matches('.').replace('.', ",")
}

fn warning(warning: &Warning) -> String {
    match warning {
        Warning::CountsAsBackAtWork { hours, least } => {
            let hours = decimal(*hours);
            format!(
                "Fraværet bliver på {hours} timer om ugen. Under {least:.0} timer regnes som fuldt raskmeldt i \
                 refusionens forstand."
            )
        }
        Warning::KnownByPayroll { differs } => {
            let known = "Lønsystemet havde allerede meldt fraværet; de to er lagt sammen til ét forløb.";
            let differs = if *differs { " De siger ikke det samme om dagene: HR afgør det." } else { "" };
            format!("{known}{differs}")
        }
        Warning::KnownByPeople => "Fraværet var allerede meldt her; de to er lagt sammen til ét forløb.".to_owned(),
        Warning::MoreHoursThanEmployed { hours, employed } => {
            format!("Et trin har {} timer om ugen. Ansættelsen er på {}.", decimal(*hours), decimal(*employed))
        }
        Warning::Text { field, hints } => format!("{field}: {}", hints.said().unwrap_or_default()),
    }
}

fn schema_of<T: ToSchema>(schemas: &mut Schemas) -> String {
    schemas.push((T::name().into_owned(), T::schema()));
    T::schemas(schemas);
    T::name().into_owned()
}

const ID: (&str, ParameterIn, &str) = ("id", ParameterIn::Path, "Forløbets id");
const IF_MATCH: (&str, ParameterIn, &str) =
    ("If-Match", ParameterIn::Header, "ETag: kun hvis forløbet stadig er i den version");
const KEY: (&str, ParameterIn, &str) =
    ("Idempotency-Key", ParameterIn::Header, "Samme nøgle, samme svar, kun én hændelse");
const PREFER: (&str, ParameterIn, &str) = ("Prefer", ParameterIn::Header, prefer::SAYS);

/// What an answer means for the document: its parameters, the status of what was done, and of what was not.
type Documented = (&'static [(&'static str, ParameterIn, &'static str)], u16, &'static [u16]);

const fn documented(answer: Answer) -> Documented {
    match answer {
        Answer::Forloeb => (&[ID, IF_MATCH, KEY, PREFER], 200, &[400, 401, 403, 404, 409, 412, 422, 503]),
        Answer::Plan => (&[ID, IF_MATCH, KEY, PREFER], 200, &[400, 401, 403, 404, 409, 412, 422, 503]),
        Answer::NewForloeb => (&[KEY, PREFER], 201, &[400, 401, 403, 409, 422, 503]),
        Answer::Stedfortraedere | Answer::Omsorgskollega => (&[KEY, PREFER], 200, &[400, 401, 403, 409, 422, 503]),
        Answer::Signalbrev => (&[KEY, PREFER], 200, &[400, 401, 403, 404, 409, 422, 503]),
        Answer::Forsvundet => (&[KEY, PREFER], 200, &[400, 401, 403, 404, 409, 422, 503]),
        Answer::Politik => (&[KEY, PREFER], 201, &[400, 401, 403, 409, 422, 503]),
        Answer::WithdrawnPolitik => (&[KEY, PREFER], 200, &[400, 401, 403, 409, 422, 503]),
    }
}

fn json(schema: &str) -> ContentBuilder {
    ContentBuilder::new().schema(Some(Ref::from_schema_name(schema)))
}

fn operation(entry: &Entry, request: &str, answer: &str) -> OperationBuilder {
    let body = json(request).example(Some(entry.example())).build();
    let body = RequestBodyBuilder::new().content("application/json", body).required(Some(Required::True)).build();
    let (parameters, done, not_done) = documented(entry.answer);
    let response = |schema: &str| ResponseBuilder::new().content("application/json", json(schema).build()).build();
    let mut operation = OperationBuilder::new()
        .tag(entry.tag)
        .summary(Some(entry.summary))
        .operation_id(Some(entry.operation()))
        .request_body(Some(body))
        .response(done.to_string(), response(answer));
    if done == 200 {
        operation = operation.response("204", ResponseBuilder::new().description(prefer::DONE).build());
    }
    for status in not_done {
        operation = operation.response(status.to_string(), response(&Problem::name()));
    }
    for name in entry.in_path() {
        operation = operation.parameter(
            ParameterBuilder::new()
                .name(name)
                .parameter_in(ParameterIn::Path)
                .description(Some(if name == "version" { "Planens version" } else { "Nummer i forløbet" }))
                .required(Required::True)
                .schema(Some(ObjectBuilder::new().schema_type(SchemaType::new(Type::Integer)).build())),
        );
    }
    let of_route = |place: &ParameterIn| *place != ParameterIn::Path || entry.names_forloeb();
    for (name, place, description) in parameters.iter().filter(|(_, place, _)| of_route(place)) {
        let text = match place {
            ParameterIn::Path => SchemaType::new(Type::String),
            _ => SchemaType::from_iter([Type::String, Type::Null]),
        };
        let required = if *place == ParameterIn::Path { Required::True } else { Required::False };
        operation = operation.parameter(
            ParameterBuilder::new()
                .name(*name)
                .parameter_in(place.clone())
                .description(Some(*description))
                .required(required)
                .schema(Some(ObjectBuilder::new().schema_type(text).build())),
        );
    }
    operation
}
