//! Insight (indsigt, article 15): everything that is held about a person, in all their employments, as data and as Danish to
//! read. Other people are told by their employee numbers, and who looked something up by their role.

use std::sync::Arc;

use app::core::{App, OpenFolderError};
use app::failure::Internal;
use app::opslag::{Content, Formaal, Opslag, OpslagError};
use app::retention::{self, Opbevaring};
use app::sealed::{
    Annulleringsgrund, Beslutningsgrund, EgneOrd, FastTrackGrund, Foranstaltning, Indkaldelse, Kind, Konklusion,
    Oensker, OpenError, Opfoelgningsaftaler, OtteUgersOpfoelgning, Personoplysninger, PlanKladde, PlanTekster,
    Planbemaerkning, Planmodtager, Referat, Refusionsgrund, Rettelsesgrund, Samtalebemaerkning, Sealed,
};
use app::views::forloeb::ForloebView;
use chrono::{DateTime, NaiveDate, Utc};
use forloeb::frister::assess;
use forloeb::haendelse::Ciphertext;
use forloeb::words::Rolle;
use forloeb::{Aktoer, Ansaettelse};
use serde::Serialize;
use serde_json::{Map, Value};
use thiserror::Error;
use tokio::sync::Semaphore;
use utoipa::ToSchema;

use crate::clock::local;
use crate::happening;
use crate::sentences;

/// Files that are put together at a time: each is in memory as a whole. One more waits.
const AT_A_TIME: usize = 2;
/// Room for these.
static ROOM: Semaphore = Semaphore::const_new(AT_A_TIME);
/// Most events of one person: more than a long working life with an absence every week has.
const MOST_EVENTS: usize = 50_000;
/// Most look-ups that are told of each employment, the newest.
const MOST_LOOKED_UP: usize = 20_000;

/// How the file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// In Danish, to be read.
    Text,
    /// As one JSON object.
    Json,
}

impl Written {
    /// As whoever asks names it.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "json" => Some(Self::Json),
            "tekst" => Some(Self::Text),
            _ => None,
        }
    }
}

/// Who asks for an insight, about whom and what for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Employee number.
    pub nr: String,
    /// Who takes it out.
    pub reader: Aktoer,
    /// What for.
    pub formaal: Formaal,
}

/// Why there is no file.
#[derive(Debug, Error)]
pub enum InsightError {
    /// Nobody has the number.
    #[error("nummeret findes ikke")]
    Unknown,
    /// It would be larger than one file may be.
    #[error("der er for meget til én fil")]
    TooLarge,
    /// That it is taken cannot be noted.
    #[error("opslaget kan ikke noteres")]
    NotNoted(#[source] Arc<OpslagError>),
    /// The log or the file of periods cannot be read.
    #[error(transparent)]
    Open(#[from] OpenFolderError),
}

impl From<Internal> for InsightError {
    fn from(error: Internal) -> Self {
        Self::Open(error.into())
    }
}

/// Everything about one person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Indsigt)]
pub struct Insight {
    /// When it was put together.
    pub dannet: DateTime<Utc>,
    /// What it is held for, and what the person can do about it.
    pub om: About,
    /// The person's employments.
    pub ansaettelser: Vec<Employment>,
}

/// What article 15 wants told beside the data.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IndsigtOm)]
pub struct About {
    /// What it is held for.
    pub formaal: &'static str,
    /// The law that it rests on.
    pub grundlag: &'static str,
    /// Where it comes from.
    pub kilder: &'static str,
    /// Who gets it.
    pub modtagere: &'static str,
    /// How long it is kept.
    pub opbevaring: Vec<String>,
    /// What the person can ask for.
    pub rettigheder: &'static str,
}

/// One employment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IndsigtAnsaettelse)]
pub struct Employment {
    /// Employee number.
    pub medarbejder_nr: String,
    /// What payroll tells: name, CPR number, mail, telephone, title; or why it cannot be read.
    pub personoplysninger: Value,
    /// The forløb, as they stand today.
    pub forloeb: Vec<ForloebView>,
    /// Everything that was recorded, the oldest first.
    pub haendelser: Vec<Happened>,
    /// Everybody who looked up what is sealed.
    pub opslag: Vec<LookedUp>,
    /// There are earlier look-ups than those told.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub flere_opslag: bool,
    /// Nothing of theirs is erased for the time being: why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sletningsstop: Option<String>,
}

/// One event.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IndsigtHaendelse)]
pub struct Happened {
    /// Position in the log.
    pub position: u64,
    /// When it was recorded.
    pub tidspunkt: DateTime<Utc>,
    /// By whom.
    pub hvem: String,
    /// What happened, in a sentence.
    pub hvad: String,
    /// Name of the event.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Its open fields.
    #[schema(value_type = Object)]
    pub data: Map<String, Value>,
    /// What was sealed in it; or why it cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tekst: Option<Value>,
}

/// A look-up.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IndsigtOpslag)]
pub struct LookedUp {
    /// When.
    pub tidspunkt: DateTime<Utc>,
    /// In which role.
    pub rolle: String,
    /// What for.
    pub formaal: String,
    /// What was read.
    pub indhold: String,
}

const FORMAAL: &str = "At følge op på sygefravær efter sygedagpengeloven §§ 7 a-7 e, og at anmelde fravær og søge refusion \
                       efter §§ 40 og 56-59.";
const GRUNDLAG: &str = "Databeskyttelseslovens § 12 (ansættelsesforhold) og § 11 (CPR-nummer), jf. \
                        databeskyttelsesforordningens artikel 6 og 9. Arbejdspladsen er dataansvarlig.";
const KILDER: &str = "Arbejdspladsens lønsystem, lederen, HR og medarbejderen selv.";
const MODTAGERE: &str = "Lederen og den, der leder i lederens sted, HR, den valgte kontaktperson og koordinatoren, hver med det, \
                         de har brug for. Kommunen får anmeldelsen og anmodningen om refusion fra arbejdspladsen. Mails fra \
                         Raskvej nævner hverken navn eller årsag.";
const RETTIGHEDER: &str = "Du kan bede om at få oplysninger rettet, slettet eller begrænset og gøre indsigelse hos din \
                           arbejdsplads, og du kan klage til Datatilsynet.";

/// Everything about the person who has an employee number, as a file. That it is taken is noted first, so it stands in it.
///
/// # Errors
/// See [`InsightError`].
pub async fn file(app: &Arc<App>, asked: Asked, written: Written) -> Result<Vec<u8>, InsightError> {
    let _room = ROOM.acquire().await; // nobody closes it
    let insight = insight(app, asked).await?;
    off_the_runtime(move || match written {
        Written::Text => Ok(insight.text().into_bytes()),
        Written::Json => serde_json::to_vec_pretty(&insight)
            .map_err(|error| Internal::new("indsigten kan ikke skrives", std::io::Error::other(error)).into()),
    })
    .await?
}

async fn insight(app: &Arc<App>, Asked { nr, reader, formaal }: Asked) -> Result<Insight, InsightError> {
    let mut numbers: Vec<String> = {
        let projections = app.projections();
        let person = projections.person(&nr).ok_or(InsightError::Unknown)?;
        projections.numbers_for(person).map(str::to_owned).collect()
    };
    numbers.sort();
    let (time, content, about) = (app.clock.now(), Content::Insight, numbers.clone());
    let opslag = Opslag { time, reader, formaal, content, about, forloeb: None, version: None };
    app.opslag.note(opslag).await.map_err(InsightError::NotNoted)?;
    let (mut ansaettelser, mut events) = (Vec::new(), 0);
    for nr in &numbers {
        let ansaettelse = app.whole(nr).await?;
        events += ansaettelse.stream().count();
        if events > MOST_EVENTS {
            return Err(InsightError::TooLarge);
        }
        ansaettelser.push(employment(app, nr, ansaettelse).await?);
    }
    let opbevaring = retention::fetch(app)?.iter().map(period).collect();
    let om = About {
        formaal: FORMAAL,
        grundlag: GRUNDLAG,
        kilder: KILDER,
        modtagere: MODTAGERE,
        opbevaring,
        rettigheder: RETTIGHEDER,
    };
    Ok(Insight { dannet: app.clock.now(), om, ansaettelser })
}

/// Computes for long where that keeps nobody's request waiting.
async fn off_the_runtime<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Internal> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Internal::panicked("indsigten blev ikke samlet færdig"))
}

fn period(kind: &Opbevaring) -> String {
    format!("{}: {} år ({}). {}", kind.formaal, kind.aar, kind.sikkerhed.name(), kind.kilde)
}

async fn employment(app: &Arc<App>, nr: &str, ansaettelse: Ansaettelse) -> Result<Employment, InsightError> {
    let (looked_up, flere_opslag) = looked_up(app, nr).await?;
    let sletningsstop = app.hold(nr).await.map_err(OpenFolderError::from)?;
    let (app, medarbejder_nr) = (app.clone(), nr.to_owned());
    let put_together = move || {
        let (today, book) = (app.clock.today(), app.book());
        let forloeb = ansaettelse.forloeb(&book);
        let forloeb = forloeb.iter().map(|f| ForloebView::af(f, &assess(f, today, &book), today)).collect();
        let personoplysninger = app.details(&medarbejder_nr).map_or(Value::Null, opened);
        let haendelser = happened(&app, &medarbejder_nr, &ansaettelse);
        let opslag = looked_up;
        Employment { medarbejder_nr, personoplysninger, forloeb, haendelser, opslag, flere_opslag, sletningsstop }
    };
    Ok(off_the_runtime(put_together).await?)
}

fn happened(app: &App, nr: &str, ansaettelse: &Ansaettelse) -> Vec<Happened> {
    let of = |record: &Arc<forloeb::Record>| {
        let written = record.haendelse.to_json().ok().and_then(|json| serde_json::from_slice(&json).ok());
        let mut data: Map<String, Value> = written.unwrap_or_default();
        let tekst = record.haendelse.sealed().map(|(kind, sealed)| text(app, nr, kind, sealed));
        if tekst.is_some() {
            data.retain(|name, _| name != "fortroligt" && name != "begrundelse");
        }
        // What was carried from the employee number before stands there.
        data.remove("foer");
        Happened {
            position: record.position,
            tidspunkt: record.time,
            hvem: who(&record.aktoer),
            hvad: happening::sentence(&|nr| format!("medarbejder {nr}"), ansaettelse, record),
            kind: record.haendelse.name(),
            data,
            tekst,
        }
    };
    ansaettelse.stream().map(of).collect()
}

/// The look-ups there is a record of, the oldest first, and whether there are earlier ones: those of the CPR number, which
/// are kept with the log, and those of everything else, as long as they are kept.
async fn looked_up(app: &App, nr: &str) -> Result<(Vec<LookedUp>, bool), OpenFolderError> {
    let of = |(tidspunkt, aktoer, noted): app::core::CprOpslag| LookedUp {
        tidspunkt,
        rolle: role(&aktoer),
        formaal: noted.formaal.name().to_owned(),
        indhold: "navn og CPR-nummer".to_owned(),
    };
    let mut all: Vec<LookedUp> = app.every_cpr_opslag(nr).await?.into_iter().map(of).collect();
    let (fra, til) = (NaiveDate::default(), app.clock.today());
    let found = app.opslag.about(nr, fra, til, MOST_LOOKED_UP).await;
    let found = found.map_err(|error| Internal::new("opslagene kan ikke læses", error))?;
    all.extend(found.all.into_iter().map(|opslag| LookedUp {
        tidspunkt: opslag.time,
        rolle: role(&opslag.reader),
        formaal: opslag.formaal.name().to_owned(),
        indhold: opslag.what(),
    }));
    all.sort_by_key(|opslag| opslag.tidspunkt);
    Ok((all, found.onward.is_some()))
}

fn role(aktoer: &Aktoer) -> String {
    aktoer.rolle.map_or("Raskvej", sentences::rolle_name).to_owned()
}

fn who(aktoer: &Aktoer) -> String {
    match (aktoer.rolle, aktoer.nr.as_deref()) {
        (Some(Rolle::Medarbejder), _) => "medarbejderen".to_owned(),
        (Some(rolle), Some(nr)) => format!("{} ({nr})", sentences::rolle_name(rolle)),
        (Some(rolle), None) => sentences::rolle_name(rolle).to_owned(),
        (None, Some("import")) => "lønsystemet".to_owned(),
        (None, _) => "Raskvej".to_owned(),
    }
}

fn text(app: &App, nr: &str, kind: Kind, sealed: &Ciphertext) -> Value {
    fn of<T: Sealed>(app: &App, nr: &str, sealed: &Ciphertext) -> Value {
        opened(app.unlock::<T>(nr, sealed))
    }
    match kind {
        Kind::Personoplysninger => of::<Personoplysninger>(app, nr, sealed),
        Kind::Indkaldelse => of::<Indkaldelse>(app, nr, sealed),
        Kind::OtteUgersOpfoelgning => of::<OtteUgersOpfoelgning>(app, nr, sealed),
        Kind::Konklusion => of::<Konklusion>(app, nr, sealed),
        Kind::FastTrackGrund => of::<FastTrackGrund>(app, nr, sealed),
        Kind::Rettelsesgrund => of::<Rettelsesgrund>(app, nr, sealed),
        Kind::Annulleringsgrund => of::<Annulleringsgrund>(app, nr, sealed),
        Kind::Beslutningsgrund => of::<Beslutningsgrund>(app, nr, sealed),
        Kind::Foranstaltning => of::<Foranstaltning>(app, nr, sealed),
        Kind::Opfoelgningsaftaler => of::<Opfoelgningsaftaler>(app, nr, sealed),
        Kind::Oensker => of::<Oensker>(app, nr, sealed),
        Kind::PlanTekster => of::<PlanTekster>(app, nr, sealed),
        Kind::PlanKladde => of::<PlanKladde>(app, nr, sealed),
        Kind::EgneOrd => of::<EgneOrd>(app, nr, sealed),
        Kind::Planbemaerkning => of::<Planbemaerkning>(app, nr, sealed),
        Kind::Planmodtager => of::<Planmodtager>(app, nr, sealed),
        Kind::Refusionsgrund => of::<Refusionsgrund>(app, nr, sealed),
        Kind::Samtalebemaerkning => of::<Samtalebemaerkning>(app, nr, sealed),
        Kind::Referat => of::<Referat>(app, nr, sealed),
    }
}

fn opened<T: Sealed>(text: Result<T, OpenError>) -> Value {
    text.map_or_else(
        |error| Value::from(format!("({error})")),
        |text| serde_json::to_value(text).unwrap_or_else(|_| Value::from("(kan ikke skrives)")),
    )
}

impl Insight {
    /// The same in Danish, to be read and printed.
    #[must_use]
    pub fn text(&self) -> String {
        let About { formaal, grundlag, kilder, modtagere, opbevaring, rettigheder } = &self.om;
        let mut lines = vec![
            "Indsigt i, hvad Raskvej har om dig".to_owned(),
            format!("Dannet {}", at(self.dannet)),
            String::new(),
            format!("Formål: {formaal}"),
            format!("Grundlag: {grundlag}"),
            format!("Kilder: {kilder}"),
            format!("Modtagere: {modtagere}"),
            "Opbevaring (alt slettes på én gang, når den sidste frist, der gælder for dig, er udløbet):".to_owned(),
        ];
        lines.extend(opbevaring.iter().map(|period| format!("  {period}")));
        lines.push(format!("Rettigheder: {rettigheder}"));
        self.ansaettelser.iter().for_each(|employment| employment.tell(&mut lines));
        lines.push(String::new());
        lines.join("\n")
    }
}

impl Employment {
    fn tell(&self, lines: &mut Vec<String>) {
        lines.extend([String::new(), format!("Ansættelse {}", self.medarbejder_nr)]);
        fields(&self.personoplysninger, 1, lines);
        if let Some(why) = &self.sletningsstop {
            lines.push(format!("  Sletningsstop: {why}"));
        }
        lines.extend([String::new(), "Hvad der er registreret".to_owned()]);
        for happened in &self.haendelser {
            lines.push(format!("  {}, {}: {}", at(happened.tidspunkt), happened.hvem, happened.hvad));
            fields(&Value::Object(happened.data.clone()), 2, lines);
            if let Some(text) = &happened.tekst {
                fields(text, 2, lines);
            }
        }
        lines.extend([String::new(), "Hvem der har slået dine oplysninger op".to_owned()]);
        if self.opslag.is_empty() {
            lines.push("  Der er ikke noteret noget opslag.".to_owned());
        }
        if self.flere_opslag {
            lines.push("  Der er tidligere opslag, som ikke er med her.".to_owned());
        }
        for LookedUp { tidspunkt, rolle, formaal, indhold } in &self.opslag {
            lines.push(format!("  {}, {rolle}: {indhold} ({formaal})", at(*tidspunkt)));
        }
    }
}

fn at(time: DateTime<Utc>) -> String {
    local(time).format("%d-%m-%Y %H:%M").to_string()
}

/// Every field on a line of its own, as deep as it stands.
fn fields(value: &Value, depth: usize, lines: &mut Vec<String>) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                match value {
                    Value::Object(_) | Value::Array(_) => {
                        lines.push(format!("{indent}{name}:"));
                        fields(value, depth + 1, lines);
                    }
                    Value::Null => {}
                    value => lines.push(format!("{indent}{name}: {}", plain(value))),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| fields(value, depth, lines)),
        Value::Null => {}
        value => lines.push(format!("{indent}{}", plain(value))),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "ja".to_owned(),
        Value::Bool(false) => "nej".to_owned(),
        value => value.to_string(),
    }
}
