//! One forløb step by step for the auditor, as it was known at a time: by date, or by the moments at which something was told.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use chrono::{DateTime, Utc};
use forloeb::frister::assess;
use uuid::Uuid;

use super::PageState;
use super::datoer::tidspunkt;
use super::frame::{Frame, PageError, html};
use super::frist::{FristRow, situation};
use super::parts::audited::Audited;
use super::parts::facts::{Facts, RefusionBox, facts, refusion};
use super::parts::known;
use super::parts::mistakes::Mistakes;
use super::parts::trin::{Step, hashes};
use super::session::{LoggedIn, Search};
use crate::clock::dag_in_denmark;
use crate::reference::reference;

/// Where one stands among the moments of a forløb.
struct Slider {
    /// Number of the moment that is shown; 0 before the first.
    at: usize,
    /// How many there are.
    count: usize,
    /// Each with its time, for the marks of the slider.
    moments: Vec<(usize, String)>,
    /// Nothing else is asked than how it is now.
    now: bool,
}

impl Slider {
    fn new(all: &[DateTime<Utc>], time: Option<DateTime<Utc>>) -> Self {
        let at = time.map_or(all.len(), |time| all.partition_point(|moment| *moment <= time));
        let moments = all.iter().enumerate().map(|(n, moment)| (n + 1, tidspunkt(*moment))).collect();
        Self { at, count: all.len(), moments, now: time.is_none() }
    }

    /// When the moment was that is shown.
    fn when(&self) -> Option<&str> {
        self.moments.get(self.at.checked_sub(1)?).map(|(_, time)| time.as_str())
    }

    fn previous(&self) -> Option<usize> {
        self.at.checked_sub(1).filter(|at| *at > 0)
    }

    fn next(&self) -> Option<usize> {
        (self.at < self.count).then_some(self.at + 1)
    }

    /// Where the slider stands: before the first moment at that.
    fn value(&self) -> usize {
        self.at.max(1)
    }
}

#[derive(Template)]
#[template(path = "revision_forloeb.html")]
struct Page {
    frame: Frame,
    id: Uuid,
    reference: String,
    known: Option<String>,
    known_field: String,
    error: Mistakes,
    status: String,
    facts: Vec<Facts>,
    frister: Vec<FristRow>,
    penge: Option<RefusionBox>,
    slider: Slider,
    trin: Vec<Step>,
    later: usize,
}

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Path(tekst): Path<String>,
    search: Search,
) -> Result<Response, PageError> {
    let app = &state.service.app;
    let audited = Audited::of(&state, &logged_in, &tekst).await?;
    let mut trin = audited.steps();
    let Audited { k, loan, id, whole } = audited;
    let mut moments: Vec<DateTime<Utc>> = trin.iter().map(|step| step.at).collect();
    moments.sort_unstable();
    moments.dedup();
    let now = app.clock.now();
    let (time, error) = match time(&search, &moments, now) {
        Ok(time) => (time, Mistakes::default()),
        Err(error) => (None, error),
    };
    let mut hashes = hashes(app, &whole).await?;
    for step in &mut trin {
        step.hash = hashes.remove(&step.position).unwrap_or_default();
    }
    let later = trin.iter().filter(|step| time.is_some_and(|time| step.at > time)).count();
    trin.retain(|step| time.is_none_or(|time| step.at <= time));
    let a = time.map_or_else(|| whole.clone(), |time| whole.known_of(id, time));
    let today = time.map_or(k.today, dag_in_denmark);
    let k = k.on(today);
    let f = a.forloeb(&app.book()).into_iter().find(|f| f.called(id));
    let v = f.as_ref().map(|f| assess(f, k.today, &app.book()));
    let known_parts = f.as_ref().zip(v.as_ref());
    let page = Page {
        frame: k.frame(error.in_title(&format!("Revision af forløb {id}"))),
        id,
        reference: reference(id),
        known: time.map(tidspunkt),
        known_field: known::field(time.unwrap_or(now)),
        status: f.as_ref().map_or_else(|| "Ikke kendt endnu".to_owned(), |f| situation(f, k.today)),
        facts: f.as_ref().map_or_else(Vec::new, |f| facts(&k, &loan, f)),
        frister: known_parts
            .map_or_else(Vec::new, |(f, v)| v.frister.iter().map(|fr| FristRow::new(&k, f, fr, &|_| false)).collect()),
        penge: known_parts.filter(|(_, v)| v.refusion.gives).map(|(f, v)| refusion(&k, f, v)),
        slider: Slider::new(&moments, time),
        trin,
        later,
        error,
    };
    Ok(html(page.error.status(), &page))
}

/// The time that is asked for: of a moment by its number, or any.
fn time(search: &Search, moments: &[DateTime<Utc>], now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, Mistakes> {
    let Some(tekst) = search.tekst("trin") else {
        return known::asked(search, now).map_err(|wrong| Mistakes::at_field("kendt", wrong));
    };
    let number = tekst.parse::<usize>().ok().and_then(|number| moments.get(number.checked_sub(1)?));
    number.map(|moment| Some(*moment)).ok_or_else(|| match moments.len() {
        0 => Mistakes::of_form("Forløbet har ingen trin at vise endnu."),
        last => Mistakes::at_field("skyder", format!("Skriv et trin fra 1 til {last}.")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(tekst: &str) -> DateTime<Utc> {
        tekst.parse().unwrap()
    }

    #[test]
    fn one_stands_at_the_latest_moment_that_was_known() {
        let all = [at("2026-02-02T08:00:00Z"), at("2026-02-05T11:00:00Z")];
        let stands = |time| {
            let slider = Slider::new(&all, time);
            (slider.at, slider.previous(), slider.next(), slider.value())
        };
        assert_eq!(stands(None), (2, Some(1), None, 2));
        assert_eq!(stands(Some(at("2026-02-02T08:00:00Z"))), (1, None, Some(2), 1));
        assert_eq!(stands(Some(at("2026-02-01T08:00:00Z"))), (0, None, Some(1), 1), "before it began");
        assert_eq!(Slider::new(&all, Some(at("2026-02-04T08:00:00Z"))).when(), Some("2. februar 2026 kl. 9.00"));
    }
}
