//! The OpenAPI document: what holds for every operation is written here once, so that no route can forget it.
//!
//! An error is documented as it is sent: its status, `application/problem+json`, and the schema of [`Problem`]. Which there
//! can be follows from what an operation takes: a body, a parameter of the address, an id, a token.

use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{Ref, RefOr, Required, Response, ResponseBuilder};
use utoipa::{OpenApi, ToSchema};

use super::problem::Problem;
use super::{AT_MOST, feed, list, paamindelser, prefer, revision};
use crate::retention;

/// What every error is sent as.
const PROBLEM_JSON: &str = "application/problem+json";
/// Statuses of which the answer says when to try again.
const WITH_RETRY_AFTER: [u16; 2] = [429, 503];
/// The header in which a caller says how much they want.
const PREFER: &str = "Prefer";
/// How much of a list one may ask for at a time: the address, the parameter, and the most that is taken. The least is one.
const BOUNDS: [(&str, &str, usize); 10] = [
    ("/api/v1/forloeb", "limit", list::AT_MOST),
    ("/api/v1/forsvundne", "limit", AT_MOST),
    ("/api/v1/haendelser", "antal", feed::AT_MOST),
    ("/api/v1/opbevaring", "limit", retention::AT_MOST),
    ("/api/v1/paamindelser", "limit", paamindelser::AT_MOST),
    ("/api/v1/paamindelser/fejlede", "limit", AT_MOST),
    ("/api/v1/revision/haendelser", "antal", revision::AT_MOST),
    ("/api/v1/revision/tilstand", "limit", AT_MOST),
    ("/api/v1/signaler", "limit", AT_MOST),
    ("/api/v1/uenigheder", "limit", AT_MOST),
];

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Raskvej",
        description = "Opfølgning af sygefravær. Fejl er application/problem+json. En kommando besvares, når dens \
                       hændelser er gemt, og enhver senere læsning ser dem. Hver læsning af et forløb noteres, og svaret på en \
                       kommando, der intet ændrede eller blev afvist, er en læsning. En revisor har ingen tilknytning til \
                       medarbejderen og skriver formålet i headeren Raskvej-Formaal; det kan udelades, men så står læsningen blandt \
                       dem, nogen bør se på, som en uden formål. Ser et formål ud til at rumme et \
                       CPR-nummer eller en sygdom, noteres det alligevel, og svaret siger det i headeren \
                       Raskvej-Advarsel: formaal-cpr, formaal-helbred."
    ),
    components(schemas(Problem)),
    security(("token" = [])),
    modifiers(&Token)
)]
pub(super) struct Document;

struct Token;

impl utoipa::Modify for Token {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
        let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        api.components.get_or_insert_default().add_security_scheme("token", SecurityScheme::Http(token));
    }
}

/// Documents the errors of every operation.
pub(super) fn with_errors(mut api: utoipa::openapi::OpenApi) -> utoipa::openapi::OpenApi {
    for (path, item) in &mut api.paths.paths {
        let PathItem { get, post, .. } = item;
        for operation in [get, post].into_iter().flatten() {
            let mut statuses = of_operation(path, operation);
            statuses.extend(operation.responses.responses.keys().filter_map(|status| status.parse::<u16>().ok()));
            for status in statuses.into_iter().filter(|status| *status >= 400) {
                operation.responses.responses.insert(status.to_string(), RefOr::T(error(status)));
            }
        }
    }
    api
}

/// Documents how much of a list one may ask for at a time.
pub(super) fn with_bounds(mut api: utoipa::openapi::OpenApi) -> utoipa::openapi::OpenApi {
    for (path, name, at_most) in BOUNDS {
        let operation = api.paths.paths.get_mut(path).and_then(|item| item.get.as_mut());
        for parameter in operation.and_then(|operation| operation.parameters.as_mut()).into_iter().flatten() {
            if let RefOr::T(parameter) = parameter
                && parameter.name == name
                && let Some(RefOr::T(Schema::Object(schema))) = &mut parameter.schema
            {
                schema.minimum = Some(1_usize.into());
                schema.maximum = Some(at_most.into());
            }
        }
    }
    api
}

/// Documents that whoever has something done may want no more than to know that it is.
pub(super) fn with_prefer(mut api: utoipa::openapi::OpenApi) -> utoipa::openapi::OpenApi {
    for (_, item) in api.paths.paths.iter_mut().filter(|(path, _)| !prefer::QUESTIONS.contains(&path.as_str())) {
        let Some(operation) = &mut item.post else { continue };
        let parameters = operation.parameters.get_or_insert_default();
        // A command says it by itself.
        if parameters.iter().any(|one| matches!(one, RefOr::T(one) if one.name == PREFER)) {
            continue;
        }
        let text = ObjectBuilder::new().schema_type(SchemaType::from_iter([Type::String, Type::Null])).build();
        let header = ParameterBuilder::new()
            .name(PREFER)
            .parameter_in(ParameterIn::Header)
            .description(Some(prefer::SAYS))
            .required(Required::False)
            .schema(Some(text));
        parameters.push(RefOr::T(header.build()));
        let done = ResponseBuilder::new().description(prefer::DONE).build();
        operation.responses.responses.insert("204".to_owned(), RefOr::T(done));
    }
    api
}

/// The errors that follow from what an operation takes.
fn of_operation(path: &str, operation: &Operation) -> Vec<u16> {
    let mut statuses = vec![405, 414, 500, 503];
    // Health, metrics and what is published ask for no token.
    if path.starts_with("/api/") && operation.security.is_none() {
        statuses.extend([401, 403, 429]);
    }
    if operation.request_body.is_some() {
        statuses.extend([400, 413, 415, 422]);
    }
    let parameters = operation.parameters.iter().flatten().filter_map(|parameter| match parameter {
        RefOr::T(parameter) => Some(&parameter.parameter_in),
        RefOr::Ref(_) => None,
    });
    for place in parameters {
        match place {
            ParameterIn::Path => statuses.push(404),
            _ => statuses.extend([400, 422]),
        }
    }
    statuses
}

fn error(status: u16) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(Problem::name()))).build();
    let response = ResponseBuilder::new().description(says(status)).content(PROBLEM_JSON, content);
    if !WITH_RETRY_AFTER.contains(&status) {
        return response.build();
    }
    let seconds = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).build();
    let header =
        HeaderBuilder::new().description(Some("Sekunder, til der kan prøves igen")).schema(Some(seconds)).build();
    response.header("Retry-After", header).build()
}

/// What an error is, in a few words.
const fn says(status: u16) -> &'static str {
    match status {
        400 => "Forespørgslen kan ikke læses",
        401 => "Ikke logget ind: send et token, der virker",
        403 => "Rollen giver ikke adgang",
        404 => "Findes ikke, eller ikke for den, der spørger",
        405 => "Metoden kan ikke bruges på adressen",
        409 => "Reglerne tillader det ikke; kode siger hvorfor",
        412 => "If-Match passer ikke til forløbets version",
        413 => "For meget på én gang",
        414 => "Adressen er for lang",
        415 => "Forkert indholdstype",
        422 => "Felter er ikke udfyldt rigtigt; felter siger hvilke",
        429 => "For mange token, der ikke virker, fra samme adresse; et, der virker, kan bruges imens",
        503 => "Kan ikke lade sig gøre lige nu; kode siger hvorfor",
        _ => "Intern fejl; intet er gemt",
    }
}
