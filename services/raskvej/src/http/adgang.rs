//! Why the caller may, or may not.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::problem::Problem;
use super::{AppState, Caller};
use crate::access::table::Rule;
use crate::access::{Explanation, User};
use crate::core::App;
use crate::lookups::ForloebShown;
use app::opslag::Content;

/// Why the caller may, or may not, see a forløb. Of one that does not exist for them it is told what is told of one that
/// does not exist: the rules of their role.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Adgang)]
pub struct AccessView {
    /// The caller sees it.
    pub adgang: bool,
    /// The role they come in.
    pub rolle: &'static str,
    /// What they are to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relation: Option<Told>,
    /// How it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tilstand: Option<Told>,
    /// What they may do with it.
    #[serde(rename = "maa")]
    pub may: Vec<Told>,
    /// Why.
    #[serde(rename = "fordi")]
    pub because: Vec<&'static str>,
    /// Where they do not see it: what would let their role see a forløb.
    #[serde(rename = "regler")]
    pub rules: Vec<RuleView>,
}

/// A code, and how people are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Forklaret)]
pub struct Told {
    /// The code.
    #[serde(rename = "kode")]
    pub code: &'static str,
    /// The words.
    pub tekst: &'static str,
}

/// What would let a role see a forløb.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Adgangsregel)]
pub struct RuleView {
    /// One of these.
    #[serde(rename = "relationer")]
    pub relations: Vec<Told>,
    /// While it stands like one of these.
    #[serde(rename = "tilstande")]
    pub states: Vec<Told>,
    /// Why.
    #[serde(rename = "fordi")]
    pub because: &'static str,
}

/// What is told of a forløb that does not exist, for this caller or at all.
const UNKNOWN: &str =
    "Enten findes forløbet ikke, eller også har du ikke en relation til det, der giver adgang i din rolle.";

macro_rules! told {
    ($all:expr) => {
        $all.iter().map(|one| Told { code: one.code(), tekst: one.says() }).collect()
    };
}

impl From<Explanation> for AccessView {
    fn from(e: Explanation) -> Self {
        Self {
            adgang: true,
            rolle: e.rolle.code(),
            relation: Some(Told { code: e.relation.code(), tekst: e.relation.says() }),
            tilstand: Some(Told { code: e.state.code(), tekst: e.state.says() }),
            may: told!(e.may),
            because: e.because,
            rules: Vec::new(),
        }
    }
}

impl AccessView {
    /// Of a forløb that does not exist for somebody.
    #[must_use]
    pub fn unknown(user: &User) -> Self {
        let rule = |rule: &Rule| RuleView {
            relations: told!(rule.relations),
            states: told!(rule.states),
            because: rule.because,
        };
        Self {
            adgang: false,
            rolle: user.rolle.code(),
            relation: None,
            tilstand: None,
            may: Vec::new(),
            because: vec![UNKNOWN],
            rules: user.rules_of_seeing().map(rule).collect(),
        }
    }

    /// The answer that tells this of what was asked for: who sees the forløb has read that it is there, and how it stands.
    pub(crate) fn told(asked: &str, sees: bool, answer: impl IntoResponse) -> Response {
        match Uuid::try_parse(asked) {
            Ok(id) if sees => ForloebShown::new(id, Content::Access).in_answer(answer),
            _ => answer.into_response(),
        }
    }

    /// What a caller is told of what they ask for.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn of(app: &App, user: &User, asked: &str) -> Result<Self, Problem> {
        let Ok(id) = Uuid::try_parse(asked) else { return Ok(Self::unknown(user)) };
        let loan = app.loan_forloeb(id).await?;
        let projections = app.projections();
        let explained = loan.forloeb(id).map(|f| user.explained(f, &projections, projections.today()));
        Ok(explained.filter(Explanation::sees).map_or_else(|| Self::unknown(user), Self::from))
    }
}

/// Why the caller may, or may not, see a forløb and act on it.
#[utoipa::path(operation_id = "adgang", get, path = "/api/v1/adgang/{forloeb}", tag = "adgang",
    params(("forloeb" = String, Path, description = "Forløbets id")),
    responses((status = 200, body = AccessView), (status = 401, body = Problem)))]
pub async fn fetch(
    State(state): State<AppState>,
    Caller(user): Caller,
    Path(asked): Path<String>,
) -> Result<Response, Problem> {
    let view = AccessView::of(&state.app, &user, &asked).await?;
    Ok(AccessView::told(&asked, view.adgang, Json(view)))
}
