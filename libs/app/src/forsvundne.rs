//! What whole files of payroll no longer had, and nobody has decided anything about.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use forloeb::haendelse::Forsvundet;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::core::{App, OpenFolderError};
use crate::import::What;
use crate::places::{PersonPlace, in_places};
use crate::projections::Projections;

/// As many are told at a time: who has more looks at the file first.
pub const AT_MOST: usize = 500;

/// Something that is gone from payroll's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ForsvundetVisning)]
pub struct ForsvundetView {
    /// What it is.
    #[serde(rename = "hvad")]
    pub what: What,
    /// Employee number.
    pub medarbejder_nr: String,
    /// Id of the absence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registrering: Option<Uuid>,
    /// Payroll's number of the absence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fravaer_nr: Option<String>,
    /// First day of the absence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub foerste_fravaersdag: Option<NaiveDate>,
    /// Its last day, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sidste_fravaersdag: Option<NaiveDate>,
    /// The day on which a file had it no more.
    pub meldt: NaiveDate,
    /// The open forløb it is about.
    pub aabne_forloeb: Vec<Uuid>,
}

/// A page of what waits for somebody to decide.
#[derive(Debug)]
pub struct Forsvundne {
    /// Employees first, then absences, by number.
    pub all: Vec<ForsvundetView>,
    /// How much there is, that of other pages too.
    pub count: usize,
    /// After which place the next page begins, where there is one.
    pub next: Option<Place>,
}

/// A place in the list that may stand in an address: it names nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// An employee.
    Medarbejder(PersonPlace),
    /// An absence, by its id.
    Fravaer(Uuid),
}

impl Place {
    /// As an address has it.
    #[must_use]
    pub fn cursor(&self) -> String {
        match self {
            Self::Medarbejder(place) => format!("m_{}", place.cursor()),
            Self::Fravaer(id) => format!("f_{id}"),
        }
    }

    /// The place that an address names.
    #[must_use]
    pub fn from_cursor(text: &str) -> Option<Self> {
        match text.split_once('_')? {
            ("m", place) => PersonPlace::from_cursor(place).map(Self::Medarbejder),
            ("f", id) => Uuid::try_parse(id).ok().map(Self::Fravaer),
            _ => None,
        }
    }
}

/// One of the list, before anything of it is looked up.
struct Waiting {
    place: Place,
    nr: String,
    what: What,
    meldt: NaiveDate,
}

impl Waiting {
    /// Everything that waits, in the order of the places.
    fn all(projections: &Projections) -> Vec<Self> {
        let told: BTreeMap<&str, NaiveDate> = projections.forsvundne_medarbejdere().collect();
        let numbers = told.keys().map(|nr| (*nr).to_owned());
        let medarbejdere = in_places(numbers, projections, None).into_iter().filter_map(|(place, nr)| {
            let leads = projections.subordinates(&nr).next().is_some();
            let (what, meldt) = (if leads { What::Leder } else { What::Medarbejder }, *told.get(&*nr)?);
            Some(Self { place: Place::Medarbejder(place), nr, what, meldt })
        });
        let fravaer = projections.forsvundne_fravaer().map(|(nr, id, meldt)| Self {
            place: Place::Fravaer(id),
            nr: nr.to_owned(),
            what: What::Fravaer,
            meldt,
        });
        let mut all: Vec<Self> = medarbejdere.chain(fravaer).collect();
        all.sort_by_key(|one| one.place);
        all
    }

    /// As people read a page of it: employees first, by number.
    fn order(&self) -> (bool, &str, Place) {
        (self.what == What::Fravaer, &self.nr, self.place)
    }
}

/// What waits for somebody to decide, after a place where one is given; at most so many, and of an absence that somebody annulled
/// meanwhile nothing.
///
/// # Errors
/// The log cannot be read.
pub async fn forsvundne(app: &App, after: Option<Place>, at_most: usize) -> Result<Forsvundne, OpenFolderError> {
    let today = app.clock.today();
    let mut page = Waiting::all(&app.projections());
    let count = page.len();
    page.retain(|one| after.is_none_or(|after| one.place > after));
    let more = page.len() > at_most;
    page.truncate(at_most);
    let next = page.last().filter(|_| more).map(|last| last.place);
    page.sort_by(|one, other| one.order().cmp(&other.order()));
    let mut all = Vec::new();
    for Waiting { place, nr, what, meldt } in page {
        let loan = app.loan(&nr).await?;
        let Place::Fravaer(id) = place else {
            let open = loan.all().iter().filter(|f| f.is_aabent(today)).map(|f| f.id);
            all.push(ForsvundetView {
                what,
                registrering: None,
                fravaer_nr: None,
                foerste_fravaersdag: None,
                sidste_fravaersdag: None,
                meldt,
                aabne_forloeb: open.collect(),
                medarbejder_nr: nr,
            });
            continue;
        };
        let mut registreringer = loan.ansaettelse().registreringer(loan.book()).into_iter();
        // One that somebody annulled meanwhile waits for nobody.
        let Some(r) = registreringer.find(|r| r.id == id && r.forsvundet == Some(Forsvundet::Meldt)) else { continue };
        let open = loan.forloeb(id).filter(|f| f.is_aabent(today)).map(|f| f.id);
        all.push(ForsvundetView {
            what,
            registrering: Some(id),
            fravaer_nr: r.fravaer_nr,
            foerste_fravaersdag: Some(r.foerste),
            sidste_fravaersdag: r.sidste,
            meldt,
            aabne_forloeb: open.into_iter().collect(),
            medarbejder_nr: nr,
        });
    }
    Ok(Forsvundne { all, count, next })
}
