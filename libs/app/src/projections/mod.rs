//! Projections: what is read.
//!
//! **Memory follows what goes on, not what has been.** Of every employment there is a small row, of every registration
//! a row of 52 bytes (`kartotek`), and of every forløb that is not at rest the forløb itself ([`aktuelle`]). The
//! events of an employment are in memory only while somebody has borrowed them ([`Loan`]), and a bounded number of them
//! for a while after. Forløb are not looked up here: whoever wants those of an employment reads them in a loan of it.
//!
//! Everything that depends on the day holds for [`Projections::today`].

pub mod aktuelle;
mod ansatte;
mod build;
pub mod card;
mod card_index;
mod cards;
mod changes;
pub mod checkpoint;
mod compare;
mod day;
pub mod derived;
mod flytninger;
mod forsvundne;
mod kontaktperson;
mod loan;
mod postkasser;
mod renamed;
mod row;
mod sendte;
mod sletningsstop;
mod steder;
mod step;
#[cfg(test)]
mod tests;
mod upgrade;

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, OnceLock};

use chrono::{DateTime, NaiveDate, Utc};
use eventlog::Head;
use forloeb::calendar::Dage;
use forloeb::frister::Assessment;
use forloeb::stedfortraeder::Stedfortraedere;
use forloeb::{Forloeb, Regelbog};
use uuid::Uuid;

pub use crate::stored::{
    ACCESS, ANSAETTELSE, AccessEvent, Meta, OPSLAG, OpslagNoteret, Opslagsformaal, POLITIK, ProjectionError,
    TokenTilbagekaldt, TokenUdstedt, WITHOUT_EFFECT, open_part, read_record,
};
use crate::token::Token;
use aktuelle::{Aktuel, Aktuelle};
pub use ansatte::SharedKey;
pub(crate) use build::{Piece, build};
use card::Ansvar;
pub use card_index::{AllRegistreringer, Cards, Indexed, RowCard};
use card_index::{CardIndex, NOTHING, Place};
pub use changes::Followed;
pub use checkpoint::Amount;
pub(crate) use compare::{Behind, Comparison};
use derived::{Derived, DerivedForloeb};
pub(crate) use flytninger::{Flytning, Would};
use forsvundne::Forsvundne;
pub use postkasser::Postkasse;
use postkasser::Postkasser;
use renamed::New;
pub(crate) use renamed::Renamed;
pub use row::Loan;
use row::Row;
pub use sendte::Sendt;
use sendte::Sendte;
use sletningsstop::Sletningsstop;
pub use steder::Steder;
pub(crate) use step::{Refreshed, Step};
pub(crate) use upgrade::changes;
pub use upgrade::{Change, Said};

/// What is kept for a while of employments that nobody has borrowed, as many events, or as much of their forløb. In tests
/// none: what was not borrowed is missed.
const REMEMBERED: usize = if cfg!(test) { 0 } else { 30_000 };
/// A registration of payroll has an id that follows from its number: the same on every import. Never to be changed.
const NAMESPACE: Uuid = Uuid::from_u128(0xf697921532ce40bf96e4459008db3162);

/// The id of the registration with a number of payroll.
#[must_use]
pub fn registrering_of(fravaer_nr: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE, fravaer_nr.as_bytes())
}

/// A table of numbers and ids: its hash is seeded anew at each start, and cheaper than the one that comes with `HashMap`.
type Table<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// A forløb and what it belongs to.
#[derive(Debug, Clone)]
pub struct Case {
    pub forloeb: Arc<Forloeb>,
    /// Frister and refusion on the day it was asked for.
    pub assessment: Assessment,
}

/// The card of a forløb, and whose it is.
#[derive(Debug, Clone, Copy)]
pub struct CardEntry<'a> {
    pub id: Uuid,
    /// Employee number.
    pub nr: &'a str,
    pub card: &'a RowCard,
    /// Whose it is.
    pub ansvar: &'a Arc<Ansvar>,
}

/// Whether the events of an employment can be had at once.
#[derive(Debug)]
pub(crate) enum LoanAnswer {
    /// They are in memory, or there are none.
    Lent(Loan),
    /// They are to be read from the log, up to this version.
    NotInMemory(u64),
}

/// Everything that is read.
#[derive(Debug)]
pub struct Projections {
    book: Arc<Regelbog>,
    today: NaiveDate,
    log_head: Head,
    latest: Option<DateTime<Utc>>,
    rows: Vec<Row>,
    numbers: Table<Arc<str>, u32>,
    /// The employments of each person, in the order of the rows.
    by_person: Table<Uuid, Vec<u32>>,
    card_index: CardIndex,
    aktuelle: Aktuelle,
    forfald: BTreeSet<(NaiveDate, u32)>,
    /// The days of [`Self::forfald`] that are about invitations.
    indbydelser: BTreeSet<(NaiveDate, u32)>,
    subordinates: Table<String, BTreeSet<Arc<str>>>,
    /// The numbers that somebody has moved from, by the one each leads to.
    moved_from: Table<Arc<str>, BTreeSet<Arc<str>>>,
    /// Whom somebody was ever named to stand in for; on which days, and whether still, the row says.
    stands_in: Table<String, BTreeSet<u32>>,
    /// Numbers of payroll whose registration has an id that does not follow from them: none that an import made.
    others_fravaer_nr: Table<String, Uuid>,
    sendte: Sendte,
    postkasser: Postkasser,
    forsvundne: Forsvundne,
    sletningsstop: Sletningsstop,
    /// The setting `omsorgskollega`: a service says it once, after a start.
    omsorgskolleger: bool,
    /// How often something was told of who is employed here, or of which number goes on.
    told: u64,
    /// Where somebody is employed, where it was asked since payroll told something new.
    steder: OnceLock<Steder>,
    /// The rows of those with a § 56 agreement, where it was asked since payroll told something new.
    with_aftale: OnceLock<Vec<u32>>,
    /// Whose name is new.
    renamed: New,
    /// By their hash.
    tokens: Table<String, Token>,
    /// Those whose events are in memory, the one that is looked at next for forgetting first.
    loaded: VecDeque<u32>,
    loaded_weight: usize,
}

impl Projections {
    /// Nothing yet, seen on a day.
    #[must_use]
    pub fn empty(book: Arc<Regelbog>, today: NaiveDate) -> Self {
        Self {
            book,
            today,
            log_head: Head::EMPTY,
            latest: None,
            rows: Vec::new(),
            numbers: Table::default(),
            by_person: Table::default(),
            card_index: CardIndex::default(),
            aktuelle: Aktuelle::default(),
            forfald: BTreeSet::new(),
            indbydelser: BTreeSet::new(),
            subordinates: Table::default(),
            moved_from: Table::default(),
            stands_in: Table::default(),
            others_fravaer_nr: Table::default(),
            sendte: Sendte::default(),
            postkasser: Postkasser::default(),
            forsvundne: Forsvundne::default(),
            sletningsstop: Sletningsstop::default(),
            omsorgskolleger: false,
            told: 0,
            steder: OnceLock::new(),
            with_aftale: OnceLock::new(),
            renamed: New::default(),
            tokens: Table::default(),
            loaded: VecDeque::new(),
            loaded_weight: 0,
        }
    }

    /// Nothing yet, but when the log was last written to.
    #[must_use]
    pub(crate) fn new_after(book: Arc<Regelbog>, latest: Option<DateTime<Utc>>) -> Self {
        Self { latest, ..Self::empty(book, NaiveDate::MIN) }
    }

    fn row_nr(&mut self, nr: &str) -> u32 {
        if let Some(idx) = self.numbers.get(nr) {
            return *idx;
        }
        let idx = u32::try_from(self.rows.len()).expect("fewer than 2^32 employments fit in memory");
        let nr: Arc<str> = Arc::from(nr);
        self.rows.push(Row::new(nr.clone()));
        self.numbers.insert(nr, idx);
        idx
    }

    /// An employment is another person's than before.
    fn move_person(&mut self, idx: u32, before: Option<Uuid>, now: Option<Uuid>) {
        if before == now {
            return;
        }
        if let Some(before) = before
            && let Some(those) = self.by_person.get_mut(&before)
        {
            those.retain(|one| *one != idx);
            if those.is_empty() {
                self.by_person.remove(&before);
            }
        }
        if let Some(now) = now {
            let those = self.by_person.entry(now).or_default();
            if let Err(at) = those.binary_search(&idx) {
                those.insert(at, idx);
            }
        }
    }

    fn move_under(&mut self, nr: Arc<str>, fra: Option<String>, til: Option<String>) {
        if let Some(under) = fra.and_then(|f| self.subordinates.get_mut(&f)) {
            under.remove(&nr);
        }
        if let Some(til) = til {
            self.subordinates.entry(til).or_default().insert(nr);
        }
    }

    fn add_stedfortraedere(&mut self, leder: u32, named: Option<&Stedfortraedere>) {
        for nr in named.into_iter().flat_map(Stedfortraedere::all) {
            self.stands_in.entry(nr.to_owned()).or_default().insert(leder);
        }
    }

    /// Puts what follows from one employment in the place of what followed before.
    fn introduce(&mut self, idx: u32, derived: Derived) {
        let old_ones: Vec<u32> = self.places(idx).collect();
        for place in old_ones {
            self.aktuelle.remove(place);
            self.aktuelle.set_tabt(place, None);
        }
        let places: Vec<Option<u32>> = derived.registreringer.iter().map(|(id, _)| self.place_to(idx, *id)).collect();
        // A forløb has the id of its first registration, so its row is that registration's.
        let mut heads: Vec<u32> = vec![NOTHING; derived.forloeb.len()];
        for ((id, log_head), place) in derived.registreringer.iter().zip(&places) {
            if let (Some(log_head), Some(place)) = (log_head, place)
                && derived.forloeb[*log_head].forloeb.id == *id
            {
                heads[*log_head] = *place;
            }
        }
        for ((_, log_head), place) in derived.registreringer.iter().zip(&places) {
            let Some(place) = place else { continue };
            let log_head = log_head.map_or(NOTHING, |h| heads[h]);
            self.card_index.change(*place, |p| {
                p.log_head = log_head;
                p.card = p.card.filter(|_| log_head == *place);
            });
        }
        for (one, place) in derived.forloeb.into_iter().zip(heads) {
            if place != NOTHING {
                self.set_card(place, one);
            }
        }
        let row = &mut self.rows[idx as usize];
        let before = std::mem::replace(&mut row.next, derived.next);
        self.told += u64::from(row.is_doed != derived.is_doed);
        row.is_doed = derived.is_doed;
        for (index, before, next) in [
            (&mut self.forfald, before.dag, derived.next.dag),
            (&mut self.indbydelser, before.indbydelse, derived.next.indbydelse),
        ] {
            if let Some(dag) = before {
                index.remove(&(dag, idx));
            }
            if let Some(dag) = next {
                index.insert((dag, idx));
            }
        }
    }

    fn set_card(&mut self, place: u32, one: DerivedForloeb) {
        let card = one.card.with(|ansvar| self.card_index.ansvar_nr(ansvar));
        self.card_index.change(place, |p| p.card = Some(card));
        self.aktuelle.set_tabt(place, one.tabt);
        match one.dagen {
            Some(dagen) => self.aktuelle.set(place, Arc::new(Aktuel { forloeb: one.forloeb, card, dagen })),
            None => self.aktuelle.remove(place),
        }
    }

    /// The row of a registration; none if another employment has it, which no command lets happen. Of one that has moved
    /// it is taken over.
    fn place_to(&mut self, idx: u32, id: Uuid) -> Option<u32> {
        if let Some(place) = self.card_index.find(id) {
            let owner = self.card_index.place(place).ansaettelse;
            if owner != idx && self.rows[owner as usize].flyttet_til.is_some() {
                self.take_place(place, owner, idx);
                return Some(place);
            }
            return (owner == idx).then_some(place);
        }
        let row = &mut self.rows[idx as usize];
        let new = Place { id, ansaettelse: idx, next: row.foerste, log_head: NOTHING, card: None };
        row.foerste = self.card_index.add(new);
        Some(row.foerste)
    }

    /// A registration belongs to the number after from now on.
    fn take_place(&mut self, place: u32, owner: u32, idx: u32) {
        let after = self.card_index.place(place).next;
        let before = self.places(owner).find(|before| self.card_index.place(*before).next == place);
        match before {
            Some(before) => self.card_index.change(before, |p| p.next = after),
            None => self.rows[owner as usize].foerste = after,
        }
        self.aktuelle.remove(place);
        self.aktuelle.set_tabt(place, None);
        let row = &mut self.rows[idx as usize];
        let next = std::mem::replace(&mut row.foerste, place);
        self.card_index.change(place, |p| (p.ansaettelse, p.next, p.log_head, p.card) = (idx, next, NOTHING, None));
    }

    /// The rows of an employment in the card index.
    fn places(&self, idx: u32) -> impl Iterator<Item = u32> {
        let exists = |place: u32| (place != NOTHING).then_some(place);
        let foerste = self.rows.get(idx as usize).and_then(|r| exists(r.foerste));
        std::iter::successors(foerste, move |place| exists(self.card_index.place(*place).next))
    }

    /// The day everything here is seen on.
    #[must_use]
    pub const fn today(&self) -> NaiveDate {
        self.today
    }

    /// The rules, the workplace's policies laid over them.
    #[must_use]
    pub(crate) const fn book(&self) -> &Arc<Regelbog> {
        &self.book
    }

    /// Position of the last event taken in.
    #[must_use]
    pub const fn position(&self) -> u64 {
        self.log_head.position
    }

    /// Recorded time of the newest event.
    #[must_use]
    pub const fn latest(&self) -> Option<DateTime<Utc>> {
        self.latest
    }
}

/// Reminders.
impl Projections {
    /// Employee numbers with something due on or before a day.
    pub fn forfaldne(&self, up_to_and_including: NaiveDate) -> impl Iterator<Item = &str> {
        let forfaldne = self.forfald.range(..=(up_to_and_including, u32::MAX));
        forfaldne.map(|(_, idx)| &*self.rows[*idx as usize].nr)
    }

    /// Employments with an invitation to send, or to look at, on or before a day: their number and the version of each.
    #[must_use]
    pub fn indbydelser(&self, up_to_and_including: NaiveDate) -> Vec<(String, u64)> {
        let due = self.indbydelser.range(..=(up_to_and_including, u32::MAX)).map(|(_, idx)| &self.rows[*idx as usize]);
        due.map(|row| (row.nr.to_string(), row.version)).collect()
    }

    /// The earliest day on which there is an invitation to send, or to look at.
    #[must_use]
    pub fn foerste_indbydelse(&self) -> Option<NaiveDate> {
        self.indbydelser.first().map(|(dag, _)| *dag)
    }

    /// How somebody's mailbox takes mail.
    #[must_use]
    pub fn postkasse(&self, nr: &str) -> Postkasse {
        self.postkasser.of(nr, self.row(nr).and_then(|row| row.told))
    }

    /// Whose mailboxes take no mail as far as is known, and how it is with each.
    pub fn closed_postkasser(&self) -> impl Iterator<Item = (&str, Postkasse)> {
        let all = self.postkasser.numbers().map(|nr| (nr, self.postkasse(nr)));
        all.filter(|(_, postkasse)| *postkasse != Postkasse::Open)
    }

    /// The earliest day on which anything is due.
    #[must_use]
    pub fn foerste_forfald(&self) -> Option<NaiveDate> {
        self.forfald.first().map(|(dag, _)| *dag)
    }

    /// The reminders that were sent on a day, one of the latest on which any were, and the forløb each is about now.
    pub fn sendte(&self, dag: NaiveDate) -> impl Iterator<Item = (Uuid, &Sendt)> {
        self.sendte.on(dag).iter().filter_map(|sendt| Some((self.forloeb_id(sendt.forloeb)?, sendt)))
    }

    /// How many mails with reminders somebody was sent on these days, which are among the last seven, by whichever of their
    /// numbers.
    #[must_use]
    pub fn mails_to(&self, nr: &str, dage: Dage) -> usize {
        self.sendte.mails_to(&self.all_numbers_of(nr), dage)
    }

    /// The reminders of the latest days on which any left.
    pub fn latest_sendte(&self) -> impl Iterator<Item = &Sendt> {
        self.sendte.all()
    }
}

#[cfg(any(test, feature = "testing"))]
impl Projections {
    /// Two mistakes: an employment that is forgotten by its due day, and one that the log does not know.
    pub fn plant(&mut self, without_forfald: &str, foreign: &str) {
        let idx = self.numbers[without_forfald];
        self.forfald.retain(|(_, whose)| *whose != idx);
        self.row_nr(foreign);
    }
}
