//! Everything that was open at a time, as it was known then.

use chrono::{DateTime, NaiveDate, Utc};
use forloeb::frister::{Frist, assess};
use uuid::Uuid;

use crate::clock::dag_in_denmark;
use crate::core::{App, OpenFolderError};
use crate::room;

/// A forløb that was open.
#[derive(Debug, Clone)]
pub struct OpenThen {
    /// Its id.
    pub id: Uuid,
    /// Employee number then.
    pub medarbejder_nr: String,
    /// Code of the unit then.
    pub enhed: String,
    /// Its name.
    pub enhed_navn: String,
    /// First absence day as it was known.
    pub foerste: NaiveDate,
    /// Its day number then.
    pub dag: i64,
    /// What was to be done next; none where all was done.
    pub next: Option<Frist>,
}

/// The forløb that were open, as it was known then and on that day, by first absence day. Goes through the whole log, also
/// for who shows a page of them alone, while whoever else goes through a whole log waits.
///
/// # Errors
/// The log cannot be read.
pub async fn open_at(app: &App, time: DateTime<Utc>) -> Result<Vec<OpenThen>, OpenFolderError> {
    let _turn = room::to_go_through().await;
    let (book, dag) = (&app.book(), dag_in_denmark(time));
    let mut found = Vec::new();
    let mut walk = app.go_through();
    while let Some(a) = walk.next().await? {
        if a.records().first().is_none_or(|p| p.time > time) {
            continue;
        }
        for f in a.known(time).forloeb(book).into_iter().filter(|f| f.is_aabent(dag) && f.foerste <= dag) {
            let v = assess(&f, dag, book);
            let next = v.frister.iter().filter(|fr| fr.status.outstanding()).min_by_key(|fr| fr.maaldag).cloned();
            let stamdata = f.stamdata_now(dag);
            found.push(OpenThen {
                id: f.id,
                medarbejder_nr: f.medarbejder_nr.clone(),
                enhed: stamdata.enhed.clone(),
                enhed_navn: stamdata.enhed_navn.clone(),
                foerste: f.foerste,
                dag: f.dag_number(dag),
                next,
            });
        }
    }
    // What was known at a time is always the same, and so is the order: somebody may go on from a place in it.
    found.sort_by(|a, b| (a.foerste, &a.medarbejder_nr, a.id).cmp(&(b.foerste, &b.medarbejder_nr, b.id)));
    Ok(found)
}
