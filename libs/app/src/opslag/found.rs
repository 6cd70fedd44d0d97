//! Finding look-ups: about somebody or by who read, a page at a time, and going through all of them.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::sync::Arc;

use chrono::NaiveDate;
use eventlog::StreamId;
use forloeb::Aktoer;
use forloeb::words::Rolle;

use super::newest::{NewestFirst, OpslagPlace};
use super::{LISTS, Opslag, OpslagError, OpslagLog};
use crate::clock::dag_in_denmark;
use crate::room;

/// Look-ups read at once by who goes through all of them.
const AT_A_TIME: usize = 1000;

/// Look-ups that were found, the newest first.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The look-ups.
    pub all: Vec<Opslag>,
    /// Where the earlier ones of the period begin, where there are more.
    pub onward: Option<OpslagPlace>,
    /// How many were read to find these.
    pub looked_at: usize,
}

impl Found {
    /// A page of so many at most, of those that were found in the order they were noted.
    fn page(mut found: Vec<(OpslagPlace, Opslag)>, most: usize, looked_at: usize) -> Self {
        let onward = found.get(most).map(|(place, _)| *place);
        found.truncate(most);
        let mut all: Vec<Opslag> = found.into_iter().map(|(_, opslag)| opslag).collect();
        // Those that were noted together need not be in the order of their times.
        all.sort_by_key(|o| Reverse(o.time));
        Self { all, onward, looked_at }
    }
}

/// Who read: everybody, where nothing is said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Readers {
    /// One of these employee numbers, or a token with one of these names.
    pub nr: Option<Vec<String>>,
    /// In this role.
    pub rolle: Option<Rolle>,
}

impl Readers {
    /// Whether this one is meant.
    #[must_use]
    pub fn are(&self, reader: &Aktoer) -> bool {
        let named = |own: Option<&String>, wanted: &[String]| own.is_some_and(|own| wanted.contains(own));
        let is = |wanted: &Vec<String>| named(reader.nr.as_ref(), wanted) || named(reader.navn.as_ref(), wanted);
        self.nr.as_ref().is_none_or(is) && self.rolle.is_none_or(|rolle| reader.rolle == Some(rolle))
    }
}

impl OpslagLog {
    /// The look-ups about an employee from one day to another, at most `most`.
    ///
    /// # Errors
    /// They cannot be read.
    pub async fn about(&self, nr: &str, fra: NaiveDate, til: NaiveDate, most: usize) -> Result<Found, OpslagError> {
        self.about_any(&[nr.to_owned()], (fra, til), most, None).await
    }

    /// The same about somebody who has these numbers: who has moved was read about under the one before. `from`: from a place on, which
    /// is the first of them.
    ///
    /// # Errors
    /// They cannot be read.
    pub async fn about_any(
        &self,
        numbers: &[String],
        days: (NaiveDate, NaiveDate),
        most: usize,
        from: Option<OpslagPlace>,
    ) -> Result<Found, OpslagError> {
        self.about_any_by(numbers, &Readers::default(), days, most, from).await
    }

    /// The same, of those that these readers made.
    ///
    /// # Errors
    /// They cannot be read.
    pub async fn about_any_by(
        &self,
        numbers: &[String],
        readers: &Readers,
        days: (NaiveDate, NaiveDate),
        most: usize,
        from: Option<OpslagPlace>,
    ) -> Result<Found, OpslagError> {
        let own = numbers.iter().map(|nr| StreamId::new(format!("om/{nr}")).ok());
        let streams = own.chain([StreamId::new(LISTS).ok()]).flatten().collect();
        let (numbers, readers) = (numbers.to_vec(), readers.clone());
        let wanted =
            move |o: &Opslag| readers.are(&o.reader) && is_of(o, days) && o.about.iter().any(|nr| numbers.contains(nr));
        let mut walk = NewestFirst::new(self, Some(streams), days, from, wanted).await?;
        let mut found = Vec::new();
        while found.len() <= most {
            let Some(next) = walk.next().await? else { break };
            found.push(next);
        }
        Ok(Found::page(found, most, walk.looked_at()))
    }

    /// The look-ups that these readers made about anybody, from one day to another, at most `most`; `from` a place on, which is the
    /// first of them. `within` is given employee numbers and leaves those of whom may be told: a look-up is about these alone, and one
    /// that is about none of them is not there. It is asked once for a page, or a few times where much is left out.
    ///
    /// Goes through everybody's look-ups from that place on until there are enough, while whoever else goes through a whole log waits.
    ///
    /// # Errors
    /// They cannot be read.
    pub async fn found_by(
        &self,
        readers: &Readers,
        days: (NaiveDate, NaiveDate),
        most: usize,
        from: Option<OpslagPlace>,
        within: impl Fn(HashSet<String>) -> HashSet<String> + Send + Sync + 'static,
    ) -> Result<Found, OpslagError> {
        let _turn = room::to_go_through().await;
        let readers = readers.clone();
        let wanted = move |o: &Opslag| readers.are(&o.reader) && is_of(o, days);
        let mut walk = NewestFirst::new(self, None, days, from, wanted).await?;
        let within: Arc<Within> = Arc::new(within);
        let (mut found, mut asked) = (Vec::new(), Vec::new());
        while found.len() <= most {
            let next = walk.next().await?;
            let is_over = next.is_none();
            asked.extend(next);
            if is_over || asked.len() > most {
                found.extend(told(std::mem::take(&mut asked), Arc::clone(&within)).await?);
            }
            if is_over {
                break;
            }
        }
        Ok(Found::page(found, most, walk.looked_at()))
    }

    /// The look-ups about an employee alone, those of lists apart, from one day to another, in the order they were noted: a page
    /// that tells of one employee need not go through everybody's lists.
    ///
    /// # Errors
    /// They cannot be read.
    pub async fn each_about(
        &self,
        numbers: &[String],
        (fra, til): (NaiveDate, NaiveDate),
        mut see: impl FnMut(Opslag) + Send,
    ) -> Result<(), OpslagError> {
        for month in self.months(fra, til).await? {
            let journal = self.journal(month).await?;
            for stream in numbers.iter().filter_map(|nr| StreamId::new(format!("om/{nr}")).ok()) {
                let mut after = 0;
                loop {
                    let read = |events: Vec<eventlog::Recorded>| -> Result<_, OpslagError> {
                        let last = events.last().map(|r| r.version);
                        let read = events.iter().map(|r| Ok(serde_json::from_slice::<Opslag>(&r.body)?));
                        Ok((last, read.collect::<Result<Vec<_>, OpslagError>>()?))
                    };
                    let (last, found) = journal.work_on_stream(&stream, after, AT_A_TIME, read).await??;
                    found.into_iter().filter(|o| is_of(o, (fra, til))).for_each(&mut see);
                    let Some(last) = last else { break };
                    after = last;
                }
            }
        }
        Ok(())
    }

    /// Every look-up from one day to another, in the order they were noted, while whoever else goes through a whole log waits.
    ///
    /// # Errors
    /// They cannot be read.
    pub async fn each(&self, fra: NaiveDate, til: NaiveDate, mut see: impl FnMut(Opslag)) -> Result<(), OpslagError> {
        let _turn = room::to_go_through().await;
        for month in self.months(fra, til).await? {
            let journal = self.journal(month).await?;
            let mut after = 0;
            loop {
                let events = journal.read(after, AT_A_TIME).await?;
                let Some(last) = events.last() else { break };
                after = last.position;
                let read = move || -> Result<Vec<Opslag>, OpslagError> {
                    events.iter().map(|r| Ok(serde_json::from_slice::<Opslag>(&r.body)?)).collect()
                };
                let read = tokio::task::spawn_blocking(read).await.map_err(|_| OpslagError::Stopped)??;
                read.into_iter().filter(|o| is_of(o, (fra, til))).for_each(&mut see);
            }
        }
        Ok(())
    }
}

/// A look-up was made on one of these days.
fn is_of(opslag: &Opslag, (fra, til): (NaiveDate, NaiveDate)) -> bool {
    (fra..=til).contains(&dag_in_denmark(opslag.time))
}

/// Of employee numbers those of whom may be told.
type Within = dyn Fn(HashSet<String>) -> HashSet<String> + Send + Sync;

/// These look-ups as far as they may be told, worked out where it keeps no request waiting.
async fn told(all: Vec<(OpslagPlace, Opslag)>, within: Arc<Within>) -> Result<Vec<(OpslagPlace, Opslag)>, OpslagError> {
    let work = move || {
        let may = within(all.iter().flat_map(|(_, opslag)| &opslag.about).cloned().collect());
        let theirs = |(place, mut opslag): (OpslagPlace, Opslag)| {
            opslag.about.retain(|nr| may.contains(nr));
            (!opslag.about.is_empty()).then_some((place, opslag))
        };
        all.into_iter().filter_map(theirs).collect::<Vec<_>>()
    };
    tokio::task::spawn_blocking(work).await.map_err(|_| OpslagError::Stopped)
}
