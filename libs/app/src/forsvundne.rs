//! What whole files of payroll no longer had, and nobody has decided anything about.

use chrono::NaiveDate;
use forloeb::haendelse::Forsvundet;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::core::{App, OpenFolderError};
use crate::import::What;

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

/// What waits for somebody to decide, employees first, by number; and how much there is in all.
///
/// # Errors
/// The log cannot be read.
pub async fn forsvundne(app: &App) -> Result<(Vec<ForsvundetView>, usize), OpenFolderError> {
    let today = app.clock.today();
    let (medarbejdere, fravaer): (Vec<_>, Vec<_>) = {
        let projections = app.projections();
        let medarbejdere = projections.forsvundne_medarbejdere().map(|(nr, dag)| {
            let leads = projections.subordinates(nr).next().is_some();
            (if leads { What::Leder } else { What::Medarbejder }, nr.to_owned(), dag)
        });
        let fravaer = projections.forsvundne_fravaer().map(|(nr, id, dag)| (nr.to_owned(), id, dag));
        (medarbejdere.collect(), fravaer.collect())
    };
    let all = medarbejdere.len() + fravaer.len();
    let mut out = Vec::new();
    for (what, nr, meldt) in medarbejdere.into_iter().take(AT_MOST) {
        let loan = app.loan(&nr).await?;
        let open = loan.all().iter().filter(|f| f.is_aabent(today)).map(|f| f.id);
        out.push(ForsvundetView {
            what,
            registrering: None,
            fravaer_nr: None,
            foerste_fravaersdag: None,
            sidste_fravaersdag: None,
            meldt,
            aabne_forloeb: open.collect(),
            medarbejder_nr: nr,
        });
    }
    for (nr, id, meldt) in fravaer.into_iter().take(AT_MOST.saturating_sub(out.len())) {
        let loan = app.loan(&nr).await?;
        let mut all = loan.ansaettelse().registreringer(loan.book()).into_iter();
        // One that somebody annulled meanwhile waits for nobody.
        let Some(r) = all.find(|r| r.id == id && r.forsvundet == Some(Forsvundet::Meldt)) else { continue };
        let open = loan.forloeb(id).filter(|f| f.is_aabent(today)).map(|f| f.id);
        out.push(ForsvundetView {
            what: What::Fravaer,
            registrering: Some(id),
            fravaer_nr: r.fravaer_nr,
            foerste_fravaersdag: Some(r.foerste),
            sidste_fravaersdag: r.sidste,
            meldt,
            aabne_forloeb: open.into_iter().collect(),
            medarbejder_nr: nr,
        });
    }
    Ok((out, all))
}
