//! What HR's lists go through: a row for each forløb that goes on, kept from one page to the next.
//!
//! With a hundred thousand open forløb a page cannot ask each of them anew what there is to do. What a day says of a
//! forløb, and HR's tasks in it, are worked out when it changes; a page goes once through rows that lie beside each other.
//! The rows are in memory only and hold no names. A new day, or new rules, have all of them worked out anew.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use chrono::NaiveDate;
use forloeb::refusion::asks_paragraf_56;
use forloeb::words::Rolle;
use forloeb::{Oere, Regelbog};
use uuid::Uuid;

use super::next::{Next, Penge};
use super::work::{Doer, Seen, Work, is_led, is_signed, tasks, visible};
use crate::access::{Sight, User};
use crate::projections::aktuelle::Aktuel;
use crate::projections::card::Ansvar;
use crate::projections::{Followed, Projections, RowCard};
use crate::state::AppState;
use crate::views::enheder::Sum;

/// No district.
const NONE: u32 = 0;

/// One forløb, as lists ask about it.
pub(crate) struct Row {
    pub(crate) aktuel: Arc<Aktuel>,
    // What lists ask of every row lies here once more: to look further for each of them takes ten times as long.
    pub(crate) id: Uuid,
    pub(crate) nr: Box<str>,
    pub(crate) card: RowCard,
    pub(crate) running: bool,
    pub(crate) next: Option<Next>,
    /// What there is of each of [`Penge::ALL`].
    pub(crate) penge: [Oere; 3],
    /// What is in danger, or where nothing is, what is lost.
    pub(crate) fare: Oere,
    /// Somebody leads it: who does what in it follows from that, and is worked out anew where that changes.
    has_leder: bool,
    /// What is to be done.
    works: Box<[Work]>,
    /// A bit for each of [`super::work::Doing::ALL`] that is to be done by the reader.
    doings: u16,
    /// A bit for each frist that stands out.
    pub(crate) outstanding: u32,
    /// A bit for each status that one of its frister has.
    pub(crate) statuses: u16,
    /// Its anmeldelse is signed, and the receipt is awaited.
    pub(crate) is_signed: bool,
    /// Nobody has said whether a § 56 agreement covers it.
    pub(crate) asks_paragraf_56: bool,
    /// The number of its district.
    pub(crate) distrikt: u32,
    is_erased: bool,
    /// Where its number stands among names, once somebody has asked.
    pub(crate) name_slot: OnceLock<u32>,
    /// Of each kind of refusion, and whether one of them could not use its own year's rate.
    pub(crate) sum: Sum,
}

/// Whose some forløb are.
struct Group {
    ansvar: Arc<Ansvar>,
    /// Who leads them is employed.
    has_leder: bool,
}

/// The names of districts, each once.
#[derive(Default)]
struct Distrikter {
    names: Vec<Box<str>>,
    places: HashMap<Box<str>, u32>,
}

/// What is kept.
#[derive(Default)]
struct Kept {
    followed: Option<Followed>,
    today: NaiveDate,
    book: Option<Arc<Regelbog>>,
    rows: Vec<Row>,
    /// The projections' place of each row, and the row at a place.
    places: Vec<u32>,
    at: HashMap<u32, u32>,
    distrikter: Distrikter,
    /// By the number of the group, as they were when so much had been told of who is employed.
    groups: Vec<Option<Group>>,
    told: u64,
}

/// A place at which something has changed: what is there now; nothing where it is at rest.
struct News {
    place: u32,
    found: Option<Found>,
}

/// What there is at a place.
struct Found {
    seen: Seen,
    is_erased: bool,
}

/// HR's rows.
#[derive(Clone, Default)]
pub(crate) struct Board(Arc<RwLock<Kept>>);

/// What a reader sees of all that goes on.
pub(crate) struct Lines<'a>(Source<'a>);

enum Source<'a> {
    Kept {
        kept: RwLockReadGuard<'a, Kept>,
        /// The numbers of the rows they see; none: all.
        seen: Option<Vec<u32>>,
    },
    /// Of somebody who sees few.
    Own(Box<Kept>),
}

/// A row as a reader sees it.
#[derive(Clone, Copy)]
pub(crate) struct Line<'a> {
    pub(crate) row: &'a Row,
    pub(crate) ansvar: &'a Arc<Ansvar>,
    /// The number of whose it is, the same for all of theirs.
    pub(crate) group: usize,
    /// The code of the district of its unit; none where there is no district.
    pub(crate) distrikt: Option<&'a str>,
}

impl Distrikter {
    fn place(&mut self, name: Option<&str>) -> u32 {
        let Some(name) = name else { return NONE };
        if let Some(place) = self.places.get(name) {
            return *place;
        }
        self.names.push(name.into());
        let place = u32::try_from(self.names.len()).expect("fewer districts than forløb");
        self.places.insert(name.into(), place);
        place
    }

    fn name(&self, place: u32) -> Option<&str> {
        (place as usize).checked_sub(1).and_then(|nr| self.names.get(nr)).map(|name| &**name)
    }
}

impl Kept {
    /// The row of a forløb with what there is to do in it.
    fn row(&mut self, by: &Doer<'_>, seen: &Seen, book: &Regelbog, is_erased: bool) -> Row {
        let (aktuel, dagen) = (&seen.aktuel, &seen.aktuel.dagen);
        let works: Box<[Work]> = tasks(by, seen, book).collect();
        let frister = aktuel.card.statuses.all();
        let (outstanding, statuses) = frister.fold((0_u32, 0_u16), |(outstanding, statuses), (art, status)| {
            let stands_out = u32::from(status.outstanding());
            (outstanding | stands_out << art as u8, statuses | 1 << status as u8)
        });
        let doings = works.iter().filter(|work| !work.waits).fold(0, |all, work| all | 1_u16 << work.doing.place());
        Row {
            id: aktuel.forloeb.id,
            nr: aktuel.forloeb.medarbejder_nr.as_str().into(),
            card: aktuel.card,
            running: dagen.running,
            next: Next::of(aktuel, None),
            penge: Penge::ALL.map(|penge| penge.of(dagen)),
            fare: dagen.i_fare.or(dagen.mistet).map_or(Oere::ZERO, |skoen| skoen.beloeb),
            has_leder: seen.has_leder,
            works,
            doings,
            outstanding,
            statuses,
            is_signed: is_signed(aktuel),
            asks_paragraf_56: dagen.running && asks_paragraf_56(&aktuel.forloeb),
            distrikt: self.distrikter.place(aktuel.forloeb.stamdata_now(by.today).distrikt.as_deref()),
            is_erased,
            name_slot: OnceLock::new(),
            sum: Sum::of(aktuel),
            aktuel: aktuel.clone(),
        }
    }

    /// What is at a place now, in the place of what was there.
    fn set(&mut self, by: &Doer<'_>, news: News, book: &Regelbog) {
        let News { place, found } = news;
        let Some(Found { seen, is_erased }) = found else { return self.remove(place) };
        let row = self.row(by, &seen, book, is_erased);
        match self.at.get(&place) {
            Some(nr) => self.rows[*nr as usize] = row,
            None => {
                self.at.insert(place, u32::try_from(self.rows.len()).expect("fewer rows than places"));
                self.rows.push(row);
                self.places.push(place);
            }
        }
    }

    fn remove(&mut self, place: u32) {
        let Some(nr) = self.at.remove(&place) else { return };
        self.rows.swap_remove(nr as usize);
        self.places.swap_remove(nr as usize);
        if let Some(moved) = self.places.get(nr as usize) {
            self.at.insert(*moved, nr);
        }
    }

    /// What has changed since, to be worked out when the projections are let go.
    fn news(&mut self, projections: &Projections, book: &Arc<Regelbog>) -> (Vec<News>, Followed) {
        let today = projections.today();
        let holds = self.today == today && self.book.as_ref().is_some_and(|own| Arc::ptr_eq(own, book));
        let changed = self.followed.as_ref().filter(|_| holds).and_then(|last| projections.changed_since(last));
        let of = |place, aktuel: Option<&Arc<Aktuel>>| {
            let has_task = |one: &Aktuel| !one.forloeb.uenigheder.is_empty() || one.dagen.wished.is_some();
            let found = aktuel.filter(|one| one.dagen.running || has_task(one)).map(|one| {
                let (nr, ansvar) = (one.forloeb.medarbejder_nr.as_str(), projections.ansvar(&one.card).clone());
                let has_leder = is_led(projections, ansvar.leder.as_deref(), nr);
                // Who makes the contact hangs on who is at work, which is asked of nobody here: HR has what nobody leads.
                let seen =
                    Seen { aktuel: one.clone(), ansvar, has_leder, has_kontaktperson: false, is_kontaktperson: false };
                Found { seen, is_erased: projections.is_erased(nr) }
            });
            News { place, found }
        };
        let mut news: Vec<News> = match changed {
            Some(changed) => changed.into_iter().map(|place| of(place, projections.aktuel_at(place))).collect(),
            None => {
                *self = Self { today, book: Some(book.clone()), ..Self::default() };
                projections.aktuelle().map(|(place, aktuel)| of(place, Some(aktuel))).collect()
            }
        };
        if self.catch_up_groups(projections, &news) {
            let places = self.led_otherwise(projections);
            news.extend(places.into_iter().map(|place| of(place, projections.aktuel_at(place))));
        }
        (news, projections.followed())
    }

    /// The places of the rows that somebody leads now and nobody did, or the other way round.
    fn led_otherwise(&self, projections: &Projections) -> Vec<u32> {
        let is_changed = |row: &Row| {
            let group = self.groups.get(row.card.ansvar as usize).and_then(Option::as_ref);
            let leder = group.filter(|group| group.has_leder).and_then(|group| group.ansvar.leder.as_deref());
            row.has_leder != leder.is_some_and(|leder| !projections.is_same_person(leder, &row.nr))
        };
        self.rows.iter().zip(&self.places).filter(|(row, _)| is_changed(row)).map(|(_, place)| *place).collect()
    }

    /// Whose the rows are, and whether somebody leads them: all anew where something was told of who is employed, which is
    /// said, else only of what is new.
    fn catch_up_groups(&mut self, projections: &Projections, news: &[News]) -> bool {
        let is_told = self.told != projections.told();
        if is_told {
            self.groups.clear();
            self.told = projections.told();
        }
        let of_rows = self.groups.is_empty().then(|| self.rows.iter().map(|row| row.card.ansvar));
        let of_news = news.iter().filter_map(|one| Some(one.found.as_ref()?.seen.aktuel.card.ansvar));
        let met: Vec<u32> = of_rows.into_iter().flatten().chain(of_news).collect();
        for group in met {
            let place = group as usize;
            if self.groups.len() <= place {
                self.groups.resize_with(place + 1, || None);
            }
            self.groups[place].get_or_insert_with(|| {
                let ansvar = projections.ansvar_of_group_now(group);
                let has_leder = ansvar.leder.as_deref().is_some_and(|nr| projections.is_ansat(nr));
                Group { ansvar, has_leder }
            });
        }
        is_told
    }

    fn is_caught_up(&self, projections: &Projections, book: &Arc<Regelbog>) -> bool {
        self.today == projections.today()
            && self.book.as_ref().is_some_and(|own| Arc::ptr_eq(own, book))
            && self.told == projections.told()
            && self.followed.as_ref().and_then(|last| projections.changed_since(last)).is_some_and(|new| new.is_empty())
    }

    /// The numbers of the rows that somebody sees; none where they see all.
    fn seen_by(&self, user: &User, projections: &Projections) -> Option<Vec<u32>> {
        let mut sight = Sight::new(user, projections);
        if sight.sees_all() {
            return None;
        }
        let seen = (0_u32..).zip(&self.rows).filter(|(_, row)| sight.sees(row.id, &row.nr, &row.card, row.is_erased));
        Some(seen.map(|(nr, _)| nr).collect())
    }

    fn line(&self, nr: u32) -> Option<Line<'_>> {
        let row = self.rows.get(nr as usize)?;
        let group = row.card.ansvar as usize;
        let Group { ansvar, .. } = self.groups.get(group)?.as_ref()?;
        Some(Line { row, ansvar, group, distrikt: self.distrikter.name(row.distrikt) })
    }
}

impl Board {
    /// What a reader sees of all that goes on, as it is now. Whoever holds it asks for no other.
    pub(crate) fn lines<'a>(&'a self, service: &'a AppState, user: &User) -> Lines<'a> {
        if !user.is_hr() {
            return Lines(Source::Own(Box::new(own(service, user))));
        }
        let book = service.app.book();
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let is_caught_up = kept.is_caught_up(&service.app.projections(), &book);
        let kept = if is_caught_up {
            kept
        } else {
            drop(kept);
            let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
            let (news, followed) = kept.news(&service.app.projections(), &book);
            let (hr, today) = (User::new(Rolle::Hr, None), kept.today);
            let by = Doer { user: &hr, today, mine: BTreeSet::new(), paamindelser: &service.paamindelser };
            news.into_iter().for_each(|one| kept.set(&by, one, &book));
            kept.followed = Some(followed);
            RwLockWriteGuard::downgrade(kept)
        };
        let seen = kept.seen_by(user, &service.app.projections());
        Lines(Source::Kept { kept, seen })
    }
}

/// What somebody sees who sees few.
fn own(service: &AppState, user: &User) -> Kept {
    let (by, book) = (Doer::new(&service.app, user, &service.paamindelser), service.app.book());
    let mut kept = Kept { today: by.today, ..Kept::default() };
    for seen in visible(&service.app, user) {
        let row = kept.row(&by, &seen, &book, false);
        kept.rows.push(row);
        let place = seen.aktuel.card.ansvar as usize;
        if kept.groups.len() <= place {
            kept.groups.resize_with(place + 1, || None);
        }
        kept.groups[place] = Some(Group { ansvar: seen.ansvar, has_leder: seen.has_leder });
    }
    kept
}

impl Lines<'_> {
    fn kept(&self) -> &Kept {
        match &self.0 {
            Source::Kept { kept, .. } => kept,
            Source::Own(kept) => kept,
        }
    }

    /// All of them, in no order.
    pub(crate) fn all(&self) -> impl Iterator<Item = Line<'_>> {
        let kept = self.kept();
        let seen = match &self.0 {
            Source::Kept { seen, .. } => seen.as_ref(),
            Source::Own(_) => None,
        };
        let count = u32::try_from(kept.rows.len()).unwrap_or(u32::MAX);
        let every = seen.is_none().then_some(0..count).into_iter().flatten();
        every.chain(seen.into_iter().flatten().copied()).filter_map(|nr| kept.line(nr))
    }

    /// Whose they are, with the number of each; of others too, which is for putting in order and not for showing.
    pub(crate) fn groups(&self) -> impl Iterator<Item = (usize, &Ansvar)> {
        let groups = self.kept().groups.iter().enumerate();
        groups.filter_map(|(nr, group)| Some((nr, &*group.as_ref()?.ansvar)))
    }

    /// The codes of districts, likewise.
    pub(crate) fn distrikter(&self) -> impl Iterator<Item = &str> {
        self.kept().distrikter.names.iter().map(|name| &**name)
    }
}

impl<'a> Line<'a> {
    /// What is to be done, and what others are to do.
    pub(crate) fn works(self) -> impl Iterator<Item = Work> + 'a {
        self.row.works.iter().copied()
    }

    /// A bit for each of [`super::work::Doing::ALL`] that is to be done by the reader.
    pub(crate) const fn doings(self) -> u16 {
        self.row.doings
    }
}
