//! Fast track that the employer has asked for: what it means, for the employee who may say yes or no to it, and what they have
//! answered, for those who asked.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::frister::Assessment;
use forloeb::words::Fristart;

use super::datoer::long;
use super::page_form::PageForm;
use super::page_forms::FormGroup;
use super::reader_view::ReaderView;
use super::samtale::taken;

/// What the employee is told of it.
pub(crate) struct FastTrack {
    /// The day it was asked for.
    pub(crate) asked: String,
    /// The day by which the kommune's talk is expected.
    pub(crate) samtale: Option<String>,
    /// The day on which they said yes.
    pub(crate) yes: Option<String>,
    /// Yes, while they have not said it, and no.
    pub(crate) page_forms: Vec<PageForm>,
}

impl FastTrack {
    /// None where the employer has not asked, or something was decided after it. The forms about it are taken from the groups.
    pub(crate) fn of(k: &ReaderView<'_>, f: &Forloeb, v: &Assessment, groups: &mut Vec<FormGroup>) -> Option<Self> {
        let asked = f.fast_track_asked().filter(|_| f.is_aabent(k.today))?;
        Some(Self {
            asked: long(asked.what.dato),
            samtale: kommunens_samtale(v).map(long),
            yes: f.fast_track_yes().map(|yes| long(yes.what.dato)),
            page_forms: taken(groups, &["fast-track"]),
        })
    }
}

fn kommunens_samtale(v: &Assessment) -> Option<NaiveDate> {
    v.frist(Fristart::OtteUger)?.kommunens_samtale
}

/// What the employee has answered to what the employer asked for; none where that is nothing.
pub(crate) fn answer(f: &Forloeb, today: NaiveDate) -> Option<String> {
    let asked = f.fast_track_asked()?;
    match f.fast_track_yes() {
        Some(yes) => Some(format!("Medarbejderen sagde ja til fast track {}.", long(yes.what.dato))),
        None => f
            .is_aabent(today)
            .then(|| format!("Medarbejderen har ikke svaret på fast track, som I bad om {}.", long(asked.what.dato))),
    }
}

/// The same at the top of the page, until the kommune's talk is expected to have been held.
pub(crate) fn awaited(f: &Forloeb, v: &Assessment, today: NaiveDate) -> Option<String> {
    answer(f, today).filter(|_| kommunens_samtale(v).is_some_and(|dag| dag >= today))
}
