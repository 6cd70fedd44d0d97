//! One mail: read the cases again, write it, hand it over, record what became of it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use forloeb::command::{Act, DomainCommand};
use forloeb::frister::assess;
use forloeb::haendelse::{Afgoerelse, Key, Udfald};
use forloeb::indbydelser::indbydelse;
use forloeb::nyheder::Nyhed;
use forloeb::paamindelser::planlagte;
use forloeb::words::{Aflysning, Modtagerrolle};
use forloeb::{Aktoer, Forloeb, Regelbog};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::calendar::{self, Envelope, Moede, Whose};
use super::crash;
use super::letter::{Frame, InPlaceOf, Point, Text, write};
use super::modtager::{Addresses, Modtager, Opened};
use super::nyt::Nyt;
use super::plan::{Delivery, MailDraft, Task, forfaldent, got_by, is_one_person, why_not};
use crate::transport::{Dispatch, MailTransport, OutgoingMail};
use app::clock::{dag_in_denmark, klokken, time_of_day};
use app::core::{App, CommandError, OpenFolderError};
use app::failure::Internal;
use app::mailtekster::Mailtekster;
use app::projections::{Loan, Postkasse};

/// An outcome that is to be in the log.
pub(super) type Afgjort = (Task, Udfald);

/// Outcomes that could not be written. No mail may leave before they are.
pub(super) struct Owed {
    pub(super) rest: Vec<Afgjort>,
    pub(super) error: CommandError,
}

/// What became of one mail.
pub(super) enum Dispatched {
    /// It is settled, and recorded.
    Afgjort,
    /// These are to be tried again later today.
    Later {
        /// What.
        tasks: Vec<Task>,
        /// Why, e.g. `smtp_451` or `forbindelse`.
        grund: String,
        /// The mail may have arrived all the same.
        uncertain: bool,
        /// It may be the mailbox that takes nothing.
        mailbox: bool,
    },
}

/// Everything that sending a mail needs.
pub(super) struct Dispatcher {
    pub(super) app: Arc<App>,
    pub(super) transport: Arc<MailTransport>,
    pub(super) hr_mail: Option<String>,
    pub(super) base_url: String,
    pub(super) domain: String,
    /// The address the mails are from.
    pub(super) fra: String,
    pub(super) medarbejder_copy: bool,
    /// The workplace's own words.
    pub(super) own: Mailtekster,
}

/// What becomes of a reminder in a mail that was sent or refused: it depends on whom it was for.
type Outcome = dyn Fn(&Task, &Modtager) -> Udfald + Send;

/// A mail read through just before it leaves.
#[derive(Default)]
struct ReadThrough {
    in_mail: Vec<(Task, Modtager)>,
    points: Vec<Point>,
    nyt: Vec<Nyt>,
    about_you: Vec<Uuid>,
    moede: Option<Moede>,
    /// When the invitation became due: the same whenever the mail leaves on this day.
    due: Option<DateTime<Utc>>,
    bortfaldne: Vec<Afgjort>,
}

impl Dispatcher {
    /// What is due of some employments.
    ///
    /// # Errors
    /// The log cannot be read.
    pub(super) async fn forfaldent(
        &self,
        numbers: &[String],
        today: NaiveDate,
    ) -> Result<Vec<(String, Vec<(Task, Delivery)>)>, OpenFolderError> {
        let mut out = Vec::with_capacity(numbers.len());
        for nr in numbers {
            let loan = self.app.loan(nr).await?;
            out.push((nr.clone(), self.due_of(&loan, today)));
        }
        Ok(out)
    }

    /// What is due of an employment that is borrowed.
    pub(super) fn due_of(&self, loan: &Loan, today: NaiveDate) -> Vec<(Task, Delivery)> {
        let leaves = leaves(&self.app, self.app.clock.now());
        let addresses = self.addresses(today, None);
        forfaldent(addresses, loan.nr(), loan.all(), loan.book(), leaves, self.medarbejder_copy)
    }

    /// Where mails go on a day.
    pub(super) fn addresses<'a>(&'a self, today: NaiveDate, opened: Option<&'a Opened>) -> Addresses<'a> {
        Addresses { app: &self.app, hr_mail: self.hr_mail.as_deref(), today, opened }
    }

    /// When a mail leaves that leaves now.
    pub(super) fn leaves(&self) -> DateTime<Utc> {
        leaves(&self.app, self.app.clock.now())
    }

    /// Sends one mail and records what became of it.
    pub(super) async fn send_out(&self, draft: &MailDraft, morning: DateTime<Utc>) -> Result<Dispatched, Owed> {
        draft.tasks.iter().for_each(|(o, _)| crash::panic("afsendelse", o.forloeb));
        let today = self.app.clock.today();
        let parsed = match self.read_again(draft, today).await {
            Ok(parsed) => parsed,
            // Nothing was sent, and nothing is owed.
            Err(error) => return Err(Owed { rest: Vec::new(), error: error.into() }),
        };
        let Some((_, modtager)) = parsed.in_mail.first() else {
            self.registrer(parsed.bortfaldne).await?;
            return Ok(Dispatched::Afgjort);
        };
        // What fell away just now takes nothing from the name: the mail may have left with it before.
        let message_id = draft.letter.clone();
        let frame = Frame { base_url: &self.base_url, answer_to_hr: self.hr_mail.is_some(), own: &self.own };
        let dato = parsed.due.unwrap_or(morning);
        let written = match &parsed.moede {
            Some(moede) => {
                let til = &modtager.address;
                let envelope = Envelope { fra: &self.fra, domain: &self.domain, til, dato };
                calendar::write(moede, &envelope, frame).map(|(tekst, part)| (tekst, Some(part)))
            }
            None => write(parsed.points, &parsed.nyt, &parsed.about_you, frame).map(|tekst| (tekst, None)),
        };
        let dispatch = match written {
            Ok((Text { subject, tekst }, calendar)) => {
                let outgoing_mail = OutgoingMail {
                    message_id: message_id.clone(),
                    dato,
                    til: modtager.address.clone(),
                    til_rolle: roller(&parsed.in_mail),
                    subject,
                    tekst,
                    calendar,
                    file: None,
                };
                crash::at("foer_aflevering");
                let dispatch = self.transport.send(&outgoing_mail).await;
                crash::at("efter_aflevering");
                dispatch
            }
            Err(_) => Dispatch::not_now("skabelon"),
        };
        let count = parsed.in_mail.len();
        let mut afgjorte = parsed.bortfaldne;
        let udfald: Box<Outcome> = match dispatch {
            Dispatch::Sendt => {
                tracing::info!(count, letter = message_id, "påmindelser er sendt");
                Box::new(move |o, m| Udfald::Sendt { letter: message_id.clone(), til: got_by(o, m) })
            }
            Dispatch::Final(grund) => {
                tracing::warn!(count, grund, "påmindelser kan ikke leveres");
                Box::new(move |_, m| Udfald::Fejlet { grund: grund.clone(), til: m.nr.clone() })
            }
            Dispatch::Temporary { grund, uncertain, mailbox } => {
                tracing::warn!(count, grund, "påmindelser er ikke sendt endnu");
                metrics::counter!("raskvej_mails_forgaeves_total", "grund" => grund.clone()).increment(1);
                self.registrer(afgjorte).await?;
                let tasks = parsed.in_mail.into_iter().map(|(o, _)| o).collect();
                return Ok(Dispatched::Later { tasks, grund, uncertain, mailbox });
            }
        };
        afgjorte.extend(parsed.in_mail.into_iter().map(|(o, m)| {
            let udfald = udfald(&o, &m);
            (o, udfald)
        }));
        self.registrer(afgjorte).await?;
        Ok(Dispatched::Afgjort)
    }

    /// Only what is still due for this very mailbox goes along.
    async fn read_again(&self, draft: &MailDraft, today: NaiveDate) -> Result<ReadThrough, OpenFolderError> {
        let numbers: BTreeSet<&String> = draft.tasks.iter().map(|(o, _)| &o.nr).collect();
        let loan = self.app.loan_many(numbers).await?;
        let forfaldent = loan.iter().flat_map(|loan| self.due_of(loan, today));
        let now: HashMap<_, _> = forfaldent.map(|(o, delivery)| (o.name(), (o, delivery))).collect();
        let book = &self.app.book();
        let mut out = ReadThrough::default();
        for (task, _) in &draft.tasks {
            let name = task.name();
            let Some(f) = loan.iter().find_map(|loan| loan.forloeb(task.forloeb)) else { continue };
            match now.get(&name) {
                Some((o, Delivery::Letter(m))) if m.mailbox() == draft.mailbox => {
                    let rolle = o.planlagt.key.modtager;
                    if let Some(indbydelse) = indbydelse(f, &name.1) {
                        let whose = Whose::of(rolle);
                        out.due = Some(self.became_due(f, &name.1, indbydelse.known, today));
                        out.moede = Some(Moede { forloeb: f.id, indbydelse, whose });
                    } else if let Some(nyhed) = name.1.nyhed() {
                        out.nyt.push(Nyt { forloeb: f.id, nyhed, in_place_of: self.in_place_of(f, o, m) });
                    } else if rolle == Modtagerrolle::Medarbejder && name.1.aftale().is_none() {
                        out.about_you.push(f.id);
                    } else {
                        let in_place_of = self.in_place_of(f, o, m);
                        out.points.extend(Point::new(f, &assess(f, today, book), &o.planlagt, today, in_place_of));
                    }
                    out.in_mail.push((o.clone(), m.clone()));
                }
                // Another mailbox, or nowhere: the next round sees to it.
                Some(_) => {}
                None => {
                    if let Some(aarsag) = bortfaldet(f, &name.1, today, book) {
                        out.bortfaldne.push((task.clone(), Udfald::Aflyst { aarsag }));
                    }
                }
            }
        }
        Ok(out)
    }

    /// It is not with the one it was planned for, by whichever of their numbers. The leader's leader is told as that, and not for
    /// anybody.
    fn in_place_of(&self, f: &Forloeb, o: &Task, m: &Modtager) -> Option<InPlaceOf> {
        let key = &o.planlagt.key;
        let instead = o.planlagt.instead_of(f);
        if m.nr.is_none() && instead.is_some_and(Udfald::was_given_up) {
            return Some(InPlaceOf::Full);
        }
        let nr = match (&m.nr, key.modtager) {
            (None, Modtagerrolle::Hr) => return o.planlagt.is_undelivered().then_some(InPlaceOf::Hr),
            (None, _) => return Some(InPlaceOf::Hr),
            (Some(_), Modtagerrolle::LedersLeder | Modtagerrolle::Hr | Modtagerrolle::Medarbejder) => return None,
            (Some(nr), _) => nr,
        };
        let projections = self.app.projections();
        let planned = key.nr.as_deref();
        if planned.is_some_and(|one| is_one_person(&projections, one, nr)) {
            return None;
        }
        let is_gone = |one: &str| projections.postkasse(projections.current_nr(one)) == Postkasse::Gone;
        let refused = instead.is_some() || planned.is_some_and(is_gone);
        let is_wish = key.nyhed() == Some(Nyhed::Oensker) && key.modtager == Modtagerrolle::Kontaktperson;
        Some(if is_wish && refused { InPlaceOf::Postkasse } else { InPlaceOf::Kollega })
    }

    /// An invitation is due when we learn of the meeting or the hours of sending begin, and after what the recipient was
    /// sent of it before.
    fn became_due(&self, f: &Forloeb, key: &Key, known: Option<DateTime<Utc>>, today: NaiveDate) -> DateTime<Utc> {
        let is_before = |n: &Key| n.frist == key.frist && n.indbydelse().is_some() && n.nr == key.nr;
        let sent = f.afgjorte.iter().filter(|(n, a)| is_before(n) && matches!(a.udfald, Udfald::Sendt { .. }));
        let opens = klokken(today, self.app.book().in_force(today).udsendelse.earliest);
        sent.map(|(_, a)| a.time).chain(known).max().map_or(opens, |latest| latest.max(opens))
    }

    /// Of what waited because nobody could be sent to: what is not due any more, and why.
    ///
    /// # Errors
    /// The log cannot be read.
    pub(super) async fn bortfaldne(
        &self,
        waited: Vec<Task>,
        today: NaiveDate,
    ) -> Result<Vec<Afgjort>, OpenFolderError> {
        let mut out = Vec::new();
        for task in waited {
            let loan = self.app.loan(&task.nr).await?;
            let Some(f) = loan.forloeb(task.forloeb) else { continue };
            match bortfaldet(f, &task.planlagt.key, today, loan.book()) {
                // It was open to the end, and there was never anybody to send it to.
                Some(Aflysning::Overtaken) => out.push((task, Udfald::Aflyst { aarsag: Aflysning::NoModtager })),
                Some(aarsag) => out.push((task, Udfald::Aflyst { aarsag })),
                None => {}
            }
        }
        Ok(out)
    }

    /// Writes outcomes to the log, one command per forløb, side by side.
    pub(super) async fn registrer(&self, afgjorte: Vec<Afgjort>) -> Result<(), Owed> {
        let mut per_forloeb: BTreeMap<(String, Uuid), Vec<Afgjort>> = BTreeMap::new();
        for (task, udfald) in afgjorte {
            per_forloeb.entry((task.nr.clone(), task.forloeb)).or_default().push((task, udfald));
        }
        let (mut running, mut which) = (JoinSet::new(), HashMap::new());
        let several = per_forloeb.len() > 1;
        for (number, ((nr, forloeb), afgjorte)) in per_forloeb.into_iter().enumerate() {
            let app = self.app.clone();
            let act = Act::AfgoerPaamindelser(afgjorte.iter().map(afgoerelse).collect());
            let task = running.spawn(async move {
                crash::hold("halvt_registreret", number).await;
                crash::panic("notering", forloeb);
                let command = DomainCommand::Forloeb { id: forloeb, if_version: None, act };
                app.execute(&nr, &command, &Aktoer::system("paamindelser"), None).await
            });
            which.insert(task.id(), afgjorte);
        }
        let mut owed: Option<Owed> = None;
        while let Some(done) = running.join_next_with_id().await {
            let (id, answer) = match done {
                Ok((id, answer)) => (id, answer),
                // What the panic said could be about a person.
                Err(error) => {
                    tracing::error!("noteringen af påmindelser gik i panik og gøres igen");
                    (error.id(), Err(Internal::panicked("udfaldet af en påmindelse er ikke noteret").into()))
                }
            };
            let afgjorte = which.remove(&id).unwrap_or_default();
            if several {
                crash::at("halvt_registreret");
            }
            match answer {
                Ok(executed) if executed.unchanged => {}
                Ok(_) => afgjorte.iter().for_each(|(_, udfald)| tally(udfald)),
                // The domain knows no such forløb any more: there is nothing to keep the outcome with.
                Err(CommandError::Afvist(_)) => tracing::warn!("udfaldet af en påmindelse blev afvist"),
                Err(error) => owed.get_or_insert(Owed { rest: Vec::new(), error }).rest.extend(afgjorte),
            }
        }
        owed.map_or(Ok(()), Err)
    }
}

/// When a mail that is ready now leaves: now, or when the hours of sending begin. Whoever promises somebody a mail asks here, as
/// the one that sends does.
#[must_use]
pub fn leaves(app: &App, now: DateTime<Utc>) -> DateTime<Utc> {
    let (book, dag, time) = (app.book(), dag_in_denmark(now), time_of_day(now));
    let hours = |dag| &book.in_force(dag).udsendelse;
    if book.calendar().is_arbejdsdag(dag) {
        if time < hours(dag).earliest {
            return klokken(dag, hours(dag).earliest);
        }
        if time < hours(dag).latest {
            return now;
        }
    }
    let next = book.calendar().shift(dag, 1);
    klokken(next, hours(next).earliest)
}

fn afgoerelse((task, udfald): &Afgjort) -> Afgoerelse {
    let (key, dag) = (task.planlagt.key.clone(), task.planlagt.dag);
    Afgoerelse { key, dag, udfald: udfald.clone() }
}

fn tally(udfald: &Udfald) {
    let udfald = match udfald {
        Udfald::Sendt { .. } => "sendt",
        Udfald::Aflyst { .. } => "aflyst",
        Udfald::Udskudt { .. } => "udskudt",
        Udfald::Fejlet { .. } => "fejlet",
    };
    metrics::counter!("raskvej_paamindelser_total", "udfald" => udfald).increment(1);
}

/// In which roles a mailbox gets a mail, for people.
fn roller(in_mail: &[(Task, Modtager)]) -> String {
    let rolle = |(o, m): &(Task, Modtager)| match (o.planlagt.key.modtager, &m.nr) {
        (_, None) => "HR",
        (Modtagerrolle::Medarbejder, _) => "medarbejder",
        (Modtagerrolle::Kontaktperson, _) => "kontaktperson",
        (Modtagerrolle::Koordinator, _) => "koordinator",
        (Modtagerrolle::LedersLeder, _) => "lederens leder",
        (Modtagerrolle::Deltager, _) => "deltager",
        (Modtagerrolle::Amr, _) => "AMR",
        (Modtagerrolle::Leder | Modtagerrolle::Hr, _) => "leder",
    };
    in_mail.iter().map(rolle).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" og ")
}

/// Why a reminder that was due a moment ago is not; none: it is, or it has its outcome.
fn bortfaldet(f: &Forloeb, key: &Key, today: NaiveDate, book: &Regelbog) -> Option<Aflysning> {
    let assessment = assess(f, today, book);
    let afgjort = f.afgjorte.get(key).is_some_and(|a| a.udfald.is_final());
    if afgjort || planlagte(f, &assessment, today, book).iter().any(|p| p.key == *key) {
        return None;
    }
    Some(why_not(f, &assessment, key, today, book))
}
