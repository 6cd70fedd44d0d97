//! The look-up of every answer that tells something about somebody's absence. It is noted before the answer leaves, and
//! where it cannot be noted the answer does not leave.
//!
//! An address with a forløb in it is a look-up of that forløb, whichever route answers: no route has to think of it. A
//! list says with [`Shown`] who stands on it, and whatever tells of a forløb that its address does not name, which with
//! [`ForloebShown`]. A refusal by the rules tells how a forløb stands, and is a look-up as well.

use std::collections::HashSet;
use std::convert::Infallible;
use std::sync::{Arc, OnceLock};

use axum::extract::{FromRequestParts, MatchedPath, RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use eventlog::Recorded;
use forloeb::calendar::plus_dage;
use forloeb::words::Rolle;
use uuid::Uuid;

use crate::access::User;
use crate::core::App;
use crate::problem::Problem;
use crate::projections::ANSAETTELSE;
use app::free_text::Hints;
use app::opslag::unusual::{Reason, Unusual};
use app::opslag::{Content, Formaal, Found, Opslag, OpslagPlace, Readers};

/// Header in which somebody without a relation to the employee says what they read for: an auditor.
pub(crate) const FORMAAL: &str = "raskvej-formaal";
/// Header in which an answer of the API says what seems to stand in a purpose and does not belong there.
pub(crate) const WARNING: HeaderName = HeaderName::from_static("raskvej-advarsel");
/// Longest purpose, in characters.
pub(crate) const LONGEST_FORMAAL: usize = 200;

/// Who asks, once they are known.
#[derive(Clone, Default)]
pub(crate) struct Reader(Arc<OnceLock<(User, Option<String>)>>);

impl Reader {
    /// Tells who asks, and the purpose they have said before, where they have.
    pub(crate) fn is(parts: &Parts, user: &User, said: Option<String>) {
        if let Some(reader) = parts.extensions.get::<Self>() {
            // Who was found first is who the answer is made for.
            let _ = reader.0.set((user.clone(), said));
        }
    }
}

/// Employee numbers of whom an answer tells something, beside the one whose forløb the address names.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    numbers: Arc<Vec<String>>,
    content: Content,
}

impl Shown {
    pub(crate) fn of(numbers: impl IntoIterator<Item = String>) -> Self {
        let mut numbers: Vec<_> = numbers.into_iter().collect();
        numbers.sort_unstable();
        numbers.dedup();
        Self { numbers: Arc::new(numbers), content: Content::List }
    }

    /// Those whose forløb these are.
    pub(crate) fn of_forloeb(app: &App, ids: impl IntoIterator<Item = Uuid>) -> Self {
        let projections = app.projections();
        Self::of(ids.into_iter().filter_map(|id| projections.whose(id).map(str::to_owned)))
    }

    /// The same, where it is something else than the rows of a list.
    pub(crate) fn with_content(self, content: Content) -> Self {
        Self { content, ..self }
    }

    /// The employees whose streams these events of the log are in.
    pub(crate) fn of_events(events: &[Recorded]) -> Self {
        let nr = |r: &Recorded| r.stream.as_str().strip_prefix(ANSAETTELSE).map(str::to_owned);
        Self::of(events.iter().filter_map(nr))
    }

    /// The answer, with who stands in it.
    pub(crate) fn in_answer(self, answer: impl IntoResponse) -> Response {
        let mut answer = answer.into_response();
        answer.extensions_mut().insert(self);
        answer
    }
}

/// A forløb that an answer tells of, and what, where the address does not say so.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ForloebShown {
    id: Uuid,
    content: Content,
}

impl ForloebShown {
    pub(crate) const fn new(id: Uuid, content: Content) -> Self {
        Self { id, content }
    }

    /// The answer, with the forløb that it tells of.
    pub(crate) fn in_answer(self, answer: impl IntoResponse) -> Response {
        let mut answer = answer.into_response();
        answer.extensions_mut().insert(self);
        answer
    }
}

/// The rules turned down what was asked, and the reason tells how a forløb stands.
pub(crate) const fn is_refusal(status: StatusCode) -> bool {
    matches!(status.as_u16(), 409 | 412 | 422)
}

/// What an answer tells of one forløb: what, whose, and which version of a plan, where the address names one.
#[derive(Clone, Copy)]
struct OfForloeb {
    content: Content,
    id: Uuid,
    version: Option<u32>,
}

/// What an address tells about, as the router has read it.
pub(crate) struct Asked(Option<OfForloeb>);

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let route = parts.extensions.get::<MatchedPath>();
        let content = route.and_then(|route| content(&parts.method, route.as_str()));
        let Some(content) = content else { return Ok(Self(None)) };
        let Ok(params) = RawPathParams::from_request_parts(parts, state).await else { return Ok(Self(None)) };
        let param = |named: &str| params.iter().find(|(name, _)| *name == named).map(|(_, value)| value);
        let id = param("id").and_then(|id| Uuid::try_parse(id).ok());
        let version = param("version").and_then(|version| version.parse().ok());
        Ok(Self(id.map(|id| OfForloeb { content, id, version })))
    }
}

/// Notes what an answer tells, and lets it leave. `tells` says of method and status whether an answer tells anything.
///
/// # Errors
/// It cannot be noted.
pub(crate) async fn note(
    app: &App,
    tells: fn(&Method, StatusCode) -> bool,
    Asked(of_forloeb): Asked,
    mut request: Request,
    onward: Next,
) -> Result<Response, Problem> {
    let (method, said) = (request.method().clone(), said(request.headers()));
    let reader = Reader::default();
    request.extensions_mut().insert(reader.clone());
    let mut answer = onward.run(request).await;
    said.iter().for_each(|said| warn(answer.headers_mut(), said));
    let status = answer.status();
    let says_so = status.is_success() || is_refusal(status);
    let by_address = tells(&method, status);
    // A search is sent, and so is a command that changes nothing: they tell of somebody all the same.
    let shown = answer.extensions().get::<Shown>().filter(|_| by_address || says_so);
    let elsewhere = answer.extensions().get::<ForloebShown>().filter(|_| by_address || says_so);
    let elsewhere = elsewhere.map(|&ForloebShown { id, content }| OfForloeb { content, id, version: None });
    let of_forloeb = of_forloeb.filter(|_| by_address).or(elsewhere);
    // The heads of a page tell of nobody.
    if let Some((user, before)) = reader.0.get().filter(|_| method != Method::HEAD) {
        let said = said.or_else(|| before.clone()).map_or(Formaal::Unsaid, |tekst| Formaal::Said { tekst });
        if let Some(of_forloeb) = of_forloeb {
            note_forloeb(app, user, said.clone(), of_forloeb, status).await?;
        }
        if let Some(Shown { numbers, content }) = shown {
            let (time, reader, formaal) = (app.clock.now(), user.aktoer(), user.formaal_of_list(said));
            let (about, content) = (numbers.to_vec(), *content);
            note_one(app, Opslag { time, reader, formaal, content, about, forloeb: None, version: None }).await?;
        }
    }
    Ok(answer)
}

async fn note_forloeb(
    app: &App,
    user: &User,
    said: Formaal,
    OfForloeb { content, id, version }: OfForloeb,
    status: StatusCode,
) -> Result<(), Problem> {
    let loan = app.loan_forloeb(id).await?;
    let Some(f) = loan.forloeb(id) else { return Ok(()) };
    let (formaal, sees) = {
        let projections = app.projections();
        let today = projections.today();
        (user.formaal(f, said, &projections, today), user.sees(f, &projections, today))
    };
    // What cannot be read is refused before it is asked whose it is: who does not see the forløb was told nothing of it.
    if !sees && !status.is_success() {
        return Ok(());
    }
    let (time, reader, about) = (app.clock.now(), user.aktoer(), vec![f.medarbejder_nr.clone()]);
    // Who opens the plan without saying which version opens the one that counts.
    let newest = || f.plan().map(|plan| plan.what.version);
    let version = if content == Content::TtaPlan { version.or_else(newest) } else { None };
    note_one(app, Opslag { time, reader, formaal, content, about, forloeb: Some(f.id), version }).await
}

async fn note_one(app: &App, opslag: Opslag) -> Result<(), Problem> {
    app.opslag.note(opslag).await.map_err(|error| Problem::not_noted(&*error))
}

/// What a route with a forløb in its address tells; nothing where there is none in it.
fn content(method: &Method, route: &str) -> Option<Content> {
    let (before, rest) = route.split_once("/forloeb/{id}")?;
    // By its address a command of the API tells something only where it is turned down: that is how the forløb stands, and no
    // plan or sum.
    if *method == Method::POST && before.starts_with("/api/") {
        return Some(Content::Forloeb);
    }
    Some(match rest.split('/').nth(1).unwrap_or_default() {
        "frister" => Content::Frister,
        "historik" => Content::History,
        "paamindelser" => Content::Paamindelser,
        "refusion" => Content::Refusion,
        "tta-plan" | "plan" => Content::TtaPlan,
        "signaler" => Content::Medarbejder,
        "anmeldelse-ark" | "anmeldelse-ark.csv" => Content::AnmeldelseArk,
        _ => Content::Forloeb,
    })
}

/// Says in an answer what kind of thing stands in a purpose and does not belong there, and not a word of it. It is noted as
/// it was written all the same.
pub(crate) fn warn(heads: &mut HeaderMap, formaal: &str) {
    let codes = match Hints::of(formaal) {
        Hints { cpr: false, health: false } => return,
        Hints { cpr: true, health: false } => "formaal-cpr",
        Hints { cpr: false, health: true } => "formaal-helbred",
        Hints { cpr: true, health: true } => "formaal-cpr, formaal-helbred",
    };
    heads.insert(WARNING, HeaderValue::from_static(codes));
}

/// The purpose in a request: UTF-8, without control characters, and short.
pub(crate) fn said(heads: &HeaderMap) -> Option<String> {
    let tekst = std::str::from_utf8(heads.get(FORMAAL)?.as_bytes()).ok()?;
    cleaned(tekst)
}

/// A purpose as it is kept; nothing where none was said.
pub(crate) fn cleaned(tekst: &str) -> Option<String> {
    let kept = tekst.chars().filter(|c| !c.is_control()).take(LONGEST_FORMAAL).collect::<String>();
    let kept = kept.trim();
    (!kept.is_empty()).then(|| kept.to_owned())
}

/// Most look-ups that are shown at once.
pub(crate) const AT_MOST: usize = 500;
/// Days that are searched where nothing else is asked.
const DAYS: i64 = 30;

/// The days that are searched, both counted.
#[derive(Clone, Copy)]
pub(crate) struct Period {
    pub(crate) fra: NaiveDate,
    pub(crate) til: NaiveDate,
}

impl Period {
    /// Up to today, and thirty days, where nothing else is said; nothing where the first day is after the last.
    pub(crate) fn new(fra: Option<NaiveDate>, til: Option<NaiveDate>, today: NaiveDate) -> Option<Self> {
        let til = til.unwrap_or(today);
        let fra = fra.unwrap_or_else(|| plus_dage(til, -DAYS));
        (fra <= til).then_some(Self { fra, til })
    }
}

/// Which look-ups somebody searches for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    /// About this employee; about anybody, where nobody is named.
    pub(crate) about: Option<String>,
    /// By whoever has this employee number, or came with the token of this name.
    pub(crate) by: Option<String>,
    /// In this role.
    pub(crate) rolle: Option<Rolle>,
    /// From this one on, which is the first that is shown: how one goes on to earlier ones.
    pub(crate) from: Option<OpslagPlace>,
}

impl Wanted {
    /// Nothing is asked for, so only what somebody ought to look at is meant.
    pub(crate) const fn is_nothing(&self) -> bool {
        self.about.is_none() && self.by.is_none() && self.rolle.is_none()
    }
}

/// The look-ups that somebody searches for, as far as this user may search them, the newest first.
pub(crate) async fn search(app: &Arc<App>, user: &User, wanted: &Wanted, period: Period) -> Result<Found, Problem> {
    let days = (period.fra, period.til);
    let readers = {
        let projections = app.projections();
        // Who has moved read under the number before.
        let named = |text: &String| {
            let mut numbers = projections.numbers_like(text);
            numbers.push(text.clone());
            numbers
        };
        Readers { nr: wanted.by.as_ref().map(named), rolle: wanted.rolle }
    };
    let found = if let Some(nr) = &wanted.about {
        let numbers = {
            let projections = app.projections();
            if !user.searches_opslag_about(nr, &projections) {
                return Err(Problem::not_found());
            }
            projections.numbers_like(nr)
        };
        app.opslag.about_any_by(&numbers, &readers, days, AT_MOST, wanted.from).await
    } else {
        let (asked, user) = (Arc::clone(app), user.clone());
        let within = move |numbers| searched(&asked, &user, numbers);
        app.opslag.found_by(&readers, days, AT_MOST, wanted.from, within).await
    };
    found.map_err(|error| Problem::internal(&error))
}

/// Of these employee numbers those whose look-ups this user may search: the projections are asked for once for all of them.
fn searched(app: &App, user: &User, mut numbers: HashSet<String>) -> HashSet<String> {
    let projections = app.projections();
    numbers.retain(|nr| user.searches_opslag_about(nr, &projections));
    numbers
}

/// The look-ups about an employee that others made, under every number they have had: all that are kept, the newest first.
pub(crate) async fn by_others(app: &App, nr: &str, from: Option<OpslagPlace>) -> Result<Found, Problem> {
    let numbers = app.projections().numbers_like(nr);
    let found = app.opslag.about_any(&numbers, (NaiveDate::MIN, NaiveDate::MAX), AT_MOST, from).await;
    let mut found = found.map_err(|error| Problem::internal(&error))?;
    found.all.retain(|opslag| opslag.formaal != Formaal::Own);
    Ok(found)
}

/// The look-ups about an employee, as far as this user may search them.
#[cfg(test)]
pub(crate) async fn about(app: &Arc<App>, user: &User, nr: &str, period: Period) -> Result<Found, Problem> {
    search(app, user, &Wanted { about: Some(nr.to_owned()), ..Wanted::default() }, period).await
}

/// The unusual look-ups about those whom this user may search, each with all of them, and whether the period has earlier ones that are
/// not among these.
pub(crate) async fn unusual(
    app: &App,
    user: &User,
    period: Period,
) -> Result<(Vec<(Opslag, Vec<Reason>)>, bool), Problem> {
    let mut unusual = Unusual::default();
    let any_of_theirs = |about: &[String]| {
        let projections = app.projections();
        about.iter().any(|nr| user.searches_opslag_about(nr, &projections))
    };
    let each = app.opslag.each(period.fra, period.til, |opslag| unusual.see(opslag, any_of_theirs)).await;
    each.map_err(|error| Problem::internal(&error))?;
    let is_cut = unusual.is_cut();
    let found = unusual.found();
    let numbers = found.iter().flat_map(|(opslag, _)| &opslag.about).cloned().collect();
    let may = searched(app, user, numbers);
    let mine = found.into_iter().filter_map(|(mut opslag, why)| {
        opslag.about.retain(|nr| may.contains(nr));
        (!opslag.about.is_empty()).then(|| (opslag, why.into_iter().collect()))
    });
    Ok((mine.collect(), is_cut))
}
