//! A forløb that is over, as a row of a list.

use chrono::NaiveDate;
use uuid::Uuid;

use super::datoer::dato_in_digits;
use super::reader_view::ReaderView;
use crate::projections::CardEntry;

/// The row.
pub(crate) struct OverRow {
    pub(crate) id: Uuid,
    pub(crate) path: String,
    pub(crate) who: String,
    pub(crate) enhed: String,
    pub(crate) leder: String,
    pub(crate) foerste: String,
    pub(crate) sidste: String,
    pub(crate) dage: i64,
    pub(crate) annulleret: bool,
}

/// A row before names are looked up.
pub(crate) struct Over {
    id: Uuid,
    nr: String,
    enhed: String,
    leder: Option<String>,
    foerste: NaiveDate,
    end: NaiveDate,
    annulleret: bool,
}

impl Over {
    /// Of a forløb that ended on this day.
    pub(crate) fn of(f: &CardEntry<'_>, end: NaiveDate) -> Self {
        Self {
            id: f.id,
            nr: f.nr.to_owned(),
            enhed: f.ansvar.enhed_navn.clone(),
            leder: f.ansvar.leder.clone(),
            foerste: f.card.foerste,
            end,
            annulleret: f.card.statuses.is_annulleret(),
        }
    }

    /// With names, for who reads.
    pub(crate) fn row(self, k: &ReaderView<'_>) -> OverRow {
        OverRow {
            id: self.id,
            path: format!("/forloeb/{}", self.id),
            who: k.row(&self.nr),
            enhed: self.enhed,
            leder: self.leder.as_deref().map_or_else(|| "Leder mangler".to_owned(), |nr| k.name(nr)),
            foerste: dato_in_digits(self.foerste),
            sidste: dato_in_digits(self.end),
            dage: (self.end - self.foerste).num_days() + 1,
            annulleret: self.annulleret,
        }
    }
}
