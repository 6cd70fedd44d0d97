//! The mail of the week about frequent absence, to the leaders who want it, as the service sends it: on the first working day of a
//! week, and only where there is something new.
//!
//! What it tells of is reckoned from the absences that were registered, and only for a leader's own unit: what is over of others is
//! forgotten here.

use chrono::{DateTime, NaiveDate, Utc};
use forloeb::command::DomainCommand;
use forloeb::haendelse::{SignalbrevAfgjort, Udfald};
use forloeb::regler::{SignalKind, Signalregel};
use forloeb::signalbrev::{leaves_on, monday};
use forloeb::words::Aarsag;
use forloeb::{Aktoer, Now, Regelbog};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::SyntheticError;
use super::apart::kolleger;
use super::deed::{Deed, Registrering};
use super::life::{Known, Life};
use super::paamindelse::REFUSED_PER_MILLE;
use super::scene::Scene;
use super::world::World;
use app::clock::klokken;

/// Weeks that are looked at for one with a working day.
const WEEKS: usize = 4;

/// An absence that was registered.
#[derive(Debug, Clone, Copy)]
struct Begun {
    foerste: NaiveDate,
    aarsag: Aarsag,
    registered: Known,
}

/// What of an employee may count as frequent absence.
#[derive(Debug, Default)]
pub(crate) struct OftenAway {
    /// The absences that began lately, in the order in which they were registered.
    begun: Vec<Begun>,
    /// The day of the last talk about it.
    talk: Option<NaiveDate>,
}

impl OftenAway {
    /// It was talked about.
    pub(super) fn talked(&mut self, dag: NaiveDate) {
        self.talk = Some(dag);
    }

    /// An absence was annulled.
    pub(super) fn annulled(&mut self, id: Uuid) {
        self.begun.retain(|begun| begun.registered.id != id);
    }

    /// The newest absence, where there are as many as the workplace calls frequent and nobody has talked about it since.
    fn newest(&self, book: &Regelbog, dag: NaiveDate) -> Option<Known> {
        let regel = frequent(book, dag)?;
        let window = regel.window_from(dag)..=dag;
        let counts = |begun: &&Begun| window.contains(&begun.foerste) && regel.medregn.contains(&begun.aarsag);
        let count = self.begun.iter().filter(counts).count();
        let newest = self.begun.iter().filter(counts).max_by_key(|begun| begun.foerste)?;
        let often = u32::try_from(count).is_ok_and(|count| count >= regel.count);
        let is_news = self.talk.is_none_or(|talk| talk < newest.foerste);
        (often && is_news).then_some(newest.registered)
    }
}

/// How many absences in how many months the workplace calls frequent, where it does.
pub(super) fn frequent(book: &Regelbog, dag: NaiveDate) -> Option<&Signalregel> {
    book.in_force(dag).signaler.iter().find(|regel| regel.kind == SignalKind::Perioder && !regel.kun_nyuddannet)
}

/// The mail of a week to a leader has a Message-ID of its own, beside that of the morning's reminders.
pub(crate) fn mail_of_the_week(week: NaiveDate, distrikt: u32, leder: &str) -> String {
    let sum = Sha256::digest(format!("uge {week} {distrikt} {leder}"));
    let hex: String = sum.iter().take(16).map(|b| format!("{b:02x}")).collect();
    format!("{hex}@arbejdsplads.example")
}

/// The morning of the next week after a day on which such mails leave.
fn next_morning(book: &Regelbog, dag: NaiveDate) -> Option<DateTime<Utc>> {
    let mut weeks = monday(dag).iter_weeks().skip(1).take(WEEKS);
    let first = weeks.find_map(|monday| leaves_on(book.calendar(), monday))?;
    let hours = &book.in_force(first).udsendelse;
    Some(klokken(first, hours.klokken.max(hours.earliest)))
}

impl Life {
    /// A row was registered: where it is the first of an absence, that one counts from now on. A row that was joined with what was
    /// there counts no second time.
    pub(super) fn counts_from_now(&self, s: &mut Scene<'_>, r: &Registrering, dag: NaiveDate) {
        let Some(registered) = self.known(r.nr).copied() else { return };
        let OftenAway { begun, .. } = &mut s.often[self.place];
        let is_first = self.begun.iter().any(|(foerste, _)| *foerste == r.foerste);
        if !is_first || begun.iter().any(|one| one.registered.id == registered.id) {
            return;
        }
        if let Some(regel) = frequent(s.book, dag) {
            let fra = regel.window_from(dag);
            begun.retain(|one| one.foerste >= fra);
        }
        begun.push(Begun { foerste: r.foerste, aarsag: r.aarsag, registered });
    }

    /// The mail of the week leaves next on a day after this one.
    pub(super) fn put_mail_of_the_week(&mut self, s: &Scene<'_>, dag: NaiveDate) {
        if let Some(time) = next_morning(s.book, dag) {
            self.put((time, Deed::Signalbrev));
        }
    }

    /// It leaves, where the leader still wants it and there is something new.
    pub(super) fn send_mail_of_the_week(&mut self, s: &mut Scene<'_>, now: Now) -> Result<(), SyntheticError> {
        let brev = self.a.signalbrev();
        if !brev.ugentligt || !s.world.is_ansat(self.place, now.dag) {
            return Ok(()); // and none after it
        }
        self.put_mail_of_the_week(s, now.dag);
        let told = self.signals(s, now.dag);
        let perioder: Vec<Uuid> = told.iter().map(|known| known.id).collect();
        if !brev.is_news(&perioder) {
            return Ok(());
        }
        let (uge, nr) = (monday(now.dag), s.world.medarbejder(self.place).nr.to_string());
        let udfald = if self.apart.per_mille(REFUSED_PER_MILLE) {
            Udfald::Fejlet { grund: "smtp_550".to_owned(), til: Some(nr) }
        } else {
            Udfald::Sendt { letter: mail_of_the_week(uge, 0, &nr), til: Some(nr) }
        };
        let command = DomainCommand::AfgoerSignalbrev(SignalbrevAfgjort { uge, perioder, udfald });
        // The ids are of others: those of other districts follow from what is known of them.
        let own = std::mem::replace(&mut self.registreringer, told);
        let done = self.execute(s, &command, &Aktoer::system("signalbreve"), now);
        self.registreringer = own;
        done.map(drop)
    }

    /// The newest absence of everybody in the leader's unit who is away often, and whom they lead.
    fn signals(&self, s: &Scene<'_>, dag: NaiveDate) -> Vec<Known> {
        let own = s.world.medarbejder(self.place).nr;
        let unit = kolleger(s.world, self.place).into_iter().filter_map(|nr| World::place(&nr.to_string()));
        let led = unit.filter(|place| s.world.is_ansat(*place, dag) && s.world.leder(*place, dag) == Some(own));
        led.filter_map(|place| s.often[place].newest(s.book, dag)).collect()
    }
}
