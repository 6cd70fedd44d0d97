//! Who has opened which version of a TTA plan. The log of look-ups carries it: it is noted before the page leaves, and kept as
//! long as other look-ups are.

use std::collections::BTreeMap;

use app::opslag::Content;
use chrono::{DateTime, Utc};
use forloeb::Forloeb;
use forloeb::words::Rolle;

use super::datoer::tidspunkt;
use super::state::PageState;
use crate::problem::Problem;
use crate::sentences::rolle_name;

/// Those who opened one version.
pub(crate) struct Seen {
    pub(crate) version: u32,
    /// Who, by role, and when last.
    pub(crate) by: Vec<String>,
}

/// By version, the newest first. People are told by their role: who looked up what by name is for those who search look-ups.
pub(crate) async fn seen(state: &PageState, f: &Forloeb) -> Result<Vec<Seen>, Problem> {
    let Some(first) = f.planer.first() else { return Ok(Vec::new()) };
    let app = &state.service.app;
    let (numbers, today) = {
        let projections = app.projections();
        (projections.numbers_like(&f.medarbejder_nr), projections.today())
    };
    let mut latest: BTreeMap<(u32, Rolle), DateTime<Utc>> = BTreeMap::new();
    let see = |opslag: app::opslag::Opslag| {
        if let (Content::TtaPlan, Some(version), Some(rolle)) = (opslag.content, opslag.version, opslag.reader.rolle)
            && opslag.forloeb.is_some_and(|id| f.called(id))
        {
            latest.insert((version, rolle), opslag.time);
        }
    };
    let read = app.opslag.each_about(&numbers, (first.dag, today), see).await;
    read.map_err(|error| Problem::internal(&error))?;
    let mut all: Vec<Seen> = Vec::new();
    for ((version, rolle), time) in latest.into_iter().rev() {
        let line = format!("{}, senest {}", rolle_name(rolle), tidspunkt(time));
        match all.last_mut().filter(|seen| seen.version == version) {
            Some(seen) => seen.by.push(line),
            None => all.push(Seen { version, by: vec![line] }),
        }
    }
    Ok(all)
}
