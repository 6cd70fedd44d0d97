//! Finding look-ups: about somebody or by who read, and going through all of them.

use std::collections::VecDeque;
use std::sync::Arc;

use chrono::NaiveDate;
use eventlog::StreamId;
use forloeb::Aktoer;
use forloeb::words::Rolle;

use super::{AT_A_TIME, LISTS, Opslag, OpslagError, OpslagLog};
use crate::clock::dag_in_denmark;

/// Look-ups that were found, the newest first.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The look-ups.
    pub all: Vec<Opslag>,
    /// There are more, earlier in the period.
    pub more: bool,
    /// How many those are.
    pub earlier: usize,
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

    /// The same about somebody who has these numbers: who has moved was read about under the one before. `of_oldest`: of so many
    /// of the oldest of the period.
    ///
    /// # Errors
    /// They cannot be read.
    pub async fn about_any(
        &self,
        numbers: &[String],
        (fra, til): (NaiveDate, NaiveDate),
        most: usize,
        of_oldest: Option<usize>,
    ) -> Result<Found, OpslagError> {
        self.about_any_by(numbers, &Readers::default(), (fra, til), most, of_oldest).await
    }

    /// The same, of those that these readers made.
    ///
    /// # Errors
    /// They cannot be read.
    pub async fn about_any_by(
        &self,
        numbers: &[String],
        readers: &Readers,
        (fra, til): (NaiveDate, NaiveDate),
        most: usize,
        of_oldest: Option<usize>,
    ) -> Result<Found, OpslagError> {
        let own = numbers.iter().map(|nr| StreamId::new(format!("om/{nr}")).ok());
        let streams: Vec<_> = own.chain([StreamId::new(LISTS).ok()]).flatten().collect();
        let numbers: Arc<[String]> = numbers.into();
        let mut all = Vec::new();
        for month in self.months(fra, til).await? {
            let journal = self.journal(month).await?;
            for stream in &streams {
                let mut after = 0;
                loop {
                    let numbers = numbers.clone();
                    let about = move |events: Vec<eventlog::Recorded>| -> Result<_, OpslagError> {
                        let last = events.last().map(|r| r.version);
                        let read = events.iter().map(|r| Ok(serde_json::from_slice::<Opslag>(&r.body)?));
                        let about =
                            read.filter(|o| o.as_ref().map_or(true, |o| o.about.iter().any(|nr| numbers.contains(nr))));
                        Ok((last, about.collect::<Result<Vec<_>, OpslagError>>()?))
                    };
                    let (last, found) = journal.work_on_stream(stream, after, AT_A_TIME, about).await??;
                    let wanted = |o: &Opslag| readers.are(&o.reader) && (fra..=til).contains(&dag_in_denmark(o.time));
                    all.extend(found.into_iter().filter(wanted));
                    let Some(last) = last else { break };
                    after = last;
                }
            }
        }
        all.reverse(); // of one time the one that was noted last comes first
        all.sort_by_key(|o| std::cmp::Reverse(o.time));
        // Counted from the oldest on: new ones move no page.
        if let Some(of) = of_oldest {
            all.drain(..all.len().saturating_sub(of));
        }
        let earlier = all.len().saturating_sub(most);
        all.truncate(most);
        Ok(Found { all, more: earlier > 0, earlier })
    }

    /// The look-ups of everybody from one day to another of whom `keep` leaves somebody that they were about, at most `most`: what
    /// it takes out of them is told of nobody. `of_oldest`: of so many of the oldest of the period. Goes through every look-up
    /// of the period.
    ///
    /// # Errors
    /// They cannot be read.
    pub async fn found_by(
        &self,
        (fra, til): (NaiveDate, NaiveDate),
        most: usize,
        of_oldest: Option<usize>,
        mut keep: impl FnMut(&mut Opslag) + Send,
    ) -> Result<Found, OpslagError> {
        let (mut newest, mut count) = (VecDeque::new(), 0_usize);
        self.each(fra, til, |mut opslag| {
            if of_oldest.is_some_and(|of| count >= of) {
                return;
            }
            keep(&mut opslag);
            if !opslag.about.is_empty() {
                count += 1;
                newest.push_back(opslag);
                if newest.len() > most {
                    newest.pop_front();
                }
            }
        })
        .await?;
        let mut all: Vec<Opslag> = newest.into();
        all.reverse();
        all.sort_by_key(|o| std::cmp::Reverse(o.time));
        let earlier = count - all.len();
        Ok(Found { all, more: earlier > 0, earlier })
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
                    found.into_iter().filter(|o| (fra..=til).contains(&dag_in_denmark(o.time))).for_each(&mut see);
                    let Some(last) = last else { break };
                    after = last;
                }
            }
        }
        Ok(())
    }

    /// Every look-up from one day to another, in the order they were noted.
    ///
    /// # Errors
    /// They cannot be read.
    pub async fn each(&self, fra: NaiveDate, til: NaiveDate, mut see: impl FnMut(Opslag)) -> Result<(), OpslagError> {
        for month in self.months(fra, til).await? {
            let journal = self.journal(month).await?;
            let mut after = 0;
            loop {
                let events = journal.read(after, AT_A_TIME).await?;
                let Some(last) = events.last() else { break };
                after = last.position;
                for r in &events {
                    let opslag: Opslag = serde_json::from_slice(&r.body)?;
                    if (fra..=til).contains(&dag_in_denmark(opslag.time)) {
                        see(opslag);
                    }
                }
            }
        }
        Ok(())
    }
}
