//! The feed for other systems: that something happened in a forløb, and on which day, never to whom.
//!
//! An event is told as a `CloudEvents` 1.0 object. What is told of it is a promise of its own, with a published schema: it
//! stays the same when the stored form changes, and a field is told only because it is written down here. Who somebody is, why
//! they are ill, how much, what was said and what it costs are not, and neither is an event that happens only where one of these
//! is so: that it is there would tell it.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use eventlog::Recorded;
use forloeb::Haendelse;
use forloeb::words::Anmeldelsestrin;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};
use uuid::Uuid;

use super::problem::Problem;
use super::{AppState, Search, System, with_next};
use crate::access::Intent;
use app::stored::{self, ANSAETTELSE, Unreadable};

const PATH: &str = "/api/v1/haendelser";
/// Most positions of the log that one answer goes through.
pub(super) const AT_MOST: usize = 10_000;
/// How many it goes through where nobody says.
const ORDINARY: usize = 1000;
/// The version of what is told of every event, so far.
const VERSION: u16 = 1;

/// That it happened is all there is to tell.
#[derive(Debug, Serialize, ToSchema)]
pub struct Alone {}

/// The day it happened.
#[derive(Debug, Serialize, ToSchema)]
pub struct OnDay {
    /// The day.
    dato: NaiveDate,
}

/// Something from a day on.
#[derive(Debug, Serialize, ToSchema)]
pub struct FromDay {
    /// The first day on which it holds.
    fra: NaiveDate,
}

/// A span of days, both included.
#[derive(Debug, Serialize, ToSchema)]
pub struct Span {
    /// First day.
    fra: NaiveDate,
    /// Last day, once it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    til: Option<NaiveDate>,
}

/// A meeting.
#[derive(Debug, Serialize, ToSchema)]
pub struct Meeting {
    /// When it is to be held.
    tidspunkt: DateTime<FixedOffset>,
}

/// A step of the anmeldelse.
#[derive(Debug, Serialize, ToSchema)]
pub struct Step {
    /// Which.
    #[schema(value_type = String)]
    trin: Anmeldelsestrin,
    /// The day it was taken.
    dato: NaiveDate,
}

/// A version of a plan.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanVersion {
    /// 1 for the first.
    version: u32,
}

/// Something earlier no longer counts.
#[derive(Debug, Serialize, ToSchema)]
pub struct Annulled {
    /// The `id` of what no longer counts.
    haendelse: String,
}

/// Says of every event there is what is told of it, or that nothing is.
macro_rules! told {
    (
        told { $($name:ident($h:ident) => $shape:ident { $($field:ident: $value:expr),* $(,)? };)+ }
        untold { $($quiet:ident)+ }
    ) => {
        /// What is told of an event.
        #[derive(Debug, Serialize)]
        #[serde(untagged)]
        enum Data { $($name($shape)),+ }

        impl Data {
            fn of(haendelse: &Haendelse) -> Option<Self> {
                match haendelse {
                    $(Haendelse::$name($h) => Some(Self::$name($shape { $($field: $value),* })),)+
                    $(Haendelse::$quiet(_) => None,)+
                }
            }
        }

        /// The events that are told, and the schema of what is told of each.
        const TOLD: &[(&str, fn() -> RefOr<Schema>)] = &[$((stringify!($name), <$shape as utoipa::PartialSchema>::schema)),+];
    };
}

told! {
    told {
        FravaerRegistreret(h) => Span { fra: h.foerste, til: h.sidste };
        FravaerRettet(h) => Span { fra: h.foerste, til: h.sidste };
        FravaerForsvundet(_h) => Alone {};
        SygemeldingKnyttet(h) => FromDay { fra: h.foerste };
        UenighedAfgjort(_h) => Alone {};
        FoersteKontaktHoldt(h) => OnDay { dato: h.dato };
        SamtaleIndkaldt(h) => Meeting { tidspunkt: h.tidspunkt };
        SamtaleBesvaret(_h) => Alone {};
        SamtaleRegistreret(h) => OnDay { dato: h.dato };
        ReferatSkrevet(_h) => Alone {};
        AftaleAfgjort(h) => OnDay { dato: h.dato };
        AnmeldelseRegistreret(h) => Step { trin: h.trin, dato: h.dato };
        AfbrydelseRegistreret(h) => Span { fra: h.fra, til: Some(h.til) };
        FastTrackBesluttet(h) => OnDay { dato: h.dato };
        OtteUgerRegistreret(h) => OnDay { dato: h.dato };
        OpfoelgningRegistreret(h) => OnDay { dato: h.dato };
        SlutForventet(h) => OnDay { dato: h.dato };
        ForloebAfventer(_h) => Alone {};
        PaamindelseBestilt(_h) => Alone {};
        KontaktForsoegt(h) => OnDay { dato: h.dato };
        BrevGivet(h) => OnDay { dato: h.dato };
        KommunensOpfoelgningBesluttet(h) => OnDay { dato: h.dato };
        DelvisRegistreret(h) => FromDay { fra: h.fra };
        Raskmeldt(h) => OnDay { dato: h.sidste_fravaersdag };
        HaendelseAnnulleret(h) => Annulled { haendelse: h.haendelse.to_string() };
        ForloebAnnulleret(_h) => Alone {};
        LederSkiftet(h) => FromDay { fra: h.fra };
        KontaktpersonValgt(_h) => Alone {};
        ForloebTildelt(_h) => Alone {};
        ForloebAfsluttet(h) => OnDay { dato: h.dato };
        TtaPlanLagt(h) => PlanVersion { version: h.version };
        TtaEgneOrdSkrevet(_h) => Alone {};
        TtaPlanUndtaget(_h) => Alone {};
        TtaPlanBesvaret(h) => PlanVersion { version: h.version };
        TtaBeskedBesvaret(h) => PlanVersion { version: h.version };
        TtaPlanDelt(h) => PlanVersion { version: h.version };
        TtaEvalueret(h) => OnDay { dato: h.dato };
        OvertagelseBesvaret(h) => OnDay { dato: h.dato };
    }
    // About a person and no forløb; payroll's numbers; how somebody wishes to be contacted; drafts, which are nothing yet; and
    // mails, of which there are more than of all the rest. And whatever says, by being there at all, why somebody is ill or
    // how long it is thought to last, or what they said: what the illness is of, or what at work was a cause, and what only
    // follows such a cause; claims, whose first day is another under a § 56 agreement and in a pregnancy; what a doctor is
    // asked; a yes to a fast track that was asked for, and a plan that was wished for, which are for the long illness; that
    // the leader is the wrong one.
    untold {
        StamdataRegistreret PersonSlettet MedarbejderForsvundet MedarbejderFlyttet AnsaettelseFortsat StedfortraederUdpeget
        SignalbrevOensket SignalbrevAfgjort
        OmsorgskollegaValgt FravaerNummereret FravaerKnyttet
        Paragraf56Besvaret VarighedRettet OenskerRegistreret ArbejdsaarsagSagt PaamindelserAfgjort PaamindelseSendesIgen TtaPlanKladdeGemt
        ArbejdsskadeAnmeldt ArbejdsskadeUndtaget ForanstaltningRegistreret RefusionAnmodet DispensationRegistreret
        MulighedserklaeringRegistreret FastTrackGodkendt FastholdelsesplanAnmodet FastholdelsesplanBesvaret
        LederBestridt LederBeholdt
    }
}

/// An event, as `CloudEvents` 1.0 has it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CloudEvent)]
pub struct Told {
    /// The version of `CloudEvents`.
    #[serde(rename = "specversion")]
    version: &'static str,
    /// Its position in the log: the next answer begins after it.
    id: String,
    /// The log.
    source: &'static str,
    /// What happened: `dk.raskvej.` and a name, and the version of what is told.
    #[serde(rename = "type")]
    kind: String,
    /// The forløb. A registration speaks of the forløb that it may have started.
    subject: Uuid,
    /// When it was recorded.
    time: DateTime<Utc>,
    /// How `data` is written.
    #[serde(rename = "datacontenttype")]
    content_type: &'static str,
    /// The name of the schema of `data`; `/api/events` says where it is.
    #[serde(rename = "dataschema")]
    schema: String,
    /// What is told of it.
    #[schema(value_type = Object)]
    data: Data,
}

/// The same name in a schema and in what is told by it.
fn schema_name(name: &str) -> String {
    format!("urn:raskvej:haendelse:{name}:{VERSION}")
}

/// What an event of this name is called in the feed.
fn event_type(name: &str) -> String {
    format!("dk.raskvej.{name}.v{VERSION}")
}

fn told(r: &Recorded) -> Result<Option<Told>, Problem> {
    if !r.stream.as_str().starts_with(ANSAETTELSE) {
        return Ok(None);
    }
    let time = stored::recorded_time(r).map_err(Unreadable::from)?;
    let haendelse = stored::read_record(r, time).map_err(Unreadable::from)?.haendelse;
    let (Some(subject), Some(data)) = (haendelse.forloeb(), Data::of(&haendelse)) else { return Ok(None) };
    Ok(Some(Told {
        version: "1.0",
        id: r.position.to_string(),
        source: PATH,
        kind: event_type(haendelse.name()),
        subject,
        time,
        content_type: "application/json",
        schema: schema_name(haendelse.name()),
        data,
    }))
}

/// What happened in all forløb, in order, one JSON object a line, without a word about whom.
#[utoipa::path(operation_id = "feed", get, path = "/api/v1/haendelser", tag = "systemer",
    params(("fra" = Option<u64>, Query, description = "Første position i loggen: én mere end id på det sidste, der blev læst; \
            1 som standard"),
        ("antal" = Option<usize>, Query, description = "Hvor meget af loggen der gennemgås, 1 til 10000; 1000 som standard. \
            Svaret rummer kun det, der fortælles"),
        ("type" = Option<String>, Query, description = "Kun hændelser af denne type, som den står i /api/events; kan gives flere gange")),
    responses((status = 200, body = Told, content_type = "application/x-ndjson",
            headers(("Link" = Option<String>, description = "Adressen på resten, hvis der er mere"))),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub async fn feed(State(state): State<AppState>, System(user): System, search: Search) -> Result<Response, Problem> {
    user.may_do(Intent::Feed)?;
    search.known_ones(&["fra", "antal", "type"])?;
    let wanted: Vec<&str> = search.0.iter().filter(|(name, _)| name == "type").map(|(_, kind)| kind.as_str()).collect();
    if wanted.iter().any(|kind| !TOLD.iter().any(|(name, _)| *kind == event_type(name))) {
        return Err(Problem::felt("type", "skal være en type fra /api/events, fx dk.raskvej.Raskmeldt.v1"));
    }
    let fra = search.read("fra", |s| s.parse::<u64>().ok(), "skal være en position, 1 eller mere")?.unwrap_or(1);
    let count =
        search.read("antal", |s| s.parse().ok().filter(|n| (1..=AT_MOST).contains(n)), "skal være 1 til 10000")?;
    let count = count.unwrap_or(ORDINARY);
    let events = state.app.log.read(fra.saturating_sub(1), count).await.map_err(|e| Problem::from(&e))?;
    let mut body = Vec::new();
    for r in &events {
        if let Some(told) = told(r)?.filter(|told| wanted.is_empty() || wanted.contains(&&*told.kind)) {
            serde_json::to_writer(&mut body, &told).map_err(|e| Problem::intern(&e))?;
            body.push(b'\n');
        }
    }
    let last = events.last().filter(|_| events.len() == count);
    let next = last.map(|last| search.onward(PATH, "fra", &(last.position + 1).to_string()));
    Ok(with_next(next, ([(header::CONTENT_TYPE, "application/x-ndjson")], body).into_response()))
}

/// Where the schema of what is told of an event is.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventType {
    /// As `type` has it in the feed.
    #[serde(rename = "type")]
    kind: String,
    /// As `dataschema` has it in the feed.
    #[serde(rename = "dataschema")]
    schema: String,
    /// The address of the schema.
    #[serde(rename = "skema")]
    address: String,
}

/// Every kind of event in the feed.
#[utoipa::path(operation_id = "haendelsestyper", get, path = "/api/events", tag = "systemer", security(()),
    responses((status = 200, body = Vec<EventType>)))]
pub async fn event_types() -> Json<Vec<EventType>> {
    let of = |name: &str| EventType {
        kind: event_type(name),
        schema: schema_name(name),
        address: format!("/api/events/{name}/{VERSION}"),
    };
    Json(TOLD.iter().map(|(name, _)| of(name)).collect())
}

/// A JSON Schema.
#[derive(Serialize, ToSchema)]
pub struct EventSchema {
    #[serde(rename = "$schema")]
    dialect: &'static str,
    #[serde(rename = "$id")]
    id: String,
    title: String,
    #[serde(flatten)]
    #[schema(value_type = Object)]
    schema: RefOr<Schema>,
}

/// The JSON Schema of `data` in the feed.
#[utoipa::path(operation_id = "haendelsesskema", get, path = "/api/events/{navn}/{version}", tag = "systemer", security(()),
    params(("navn" = String, Path, description = "Hændelsens navn"), ("version" = u16, Path, description = "Versionen af det, der fortælles")),
    responses((status = 200, body = EventSchema, content_type = "application/schema+json"), (status = 404, body = Problem)))]
pub async fn event_schema(Path((name, version)): Path<(String, String)>) -> Result<Response, Problem> {
    let known = TOLD.iter().find(|(told, _)| *told == name && version == VERSION.to_string());
    let (name, schema) = known.ok_or_else(Problem::not_found)?;
    let schema = EventSchema {
        dialect: "https://json-schema.org/draft/2020-12/schema",
        id: schema_name(name),
        title: (*name).to_owned(),
        schema: schema(),
    };
    let kind = HeaderValue::from_static("application/schema+json");
    Ok(([(header::CONTENT_TYPE, kind)], Json(schema)).into_response())
}

/// What is told of an event, for a test that holds it against its schema.
#[cfg(test)]
pub(crate) fn told_of(haendelse: &Haendelse) -> Option<serde_json::Value> {
    Data::of(haendelse).map(|data| serde_json::to_value(data).unwrap_or_default())
}
