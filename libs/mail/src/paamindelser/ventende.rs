//! What is due and has not left, and why: read from the log, so that a restart or the end of a day hides nothing.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, MutexGuard, PoisonError};

use chrono::{DateTime, NaiveDate, Utc};
use forloeb::haendelse::Udfald;
use forloeb::loft::mails_had;
use forloeb::paamindelser::Planlagt;
use forloeb::words::{Fristart, Modtagerrolle};
use forloeb::{Forloeb, Regelbog};
use uuid::Uuid;

use super::Paamindelser;
use super::modtager::Opened;
use super::plan::{Delivery, Task, delivery_now, task, to_send};
use app::core::OpenFolderError;

/// Employments that are looked at at most: a page is to answer in the middle of the largest morning too.
const AT_MOST: usize = 2000;

/// It goes with the next morning's mail, and nothing is wrong.
const MORNING: &str = "morgen";

/// One reminder or invitation that is due and has not left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ventende {
    /// Of which forløb.
    pub forloeb: Uuid,
    /// For which frist.
    pub frist: Fristart,
    /// Its step.
    pub trin: String,
    /// To whom.
    pub modtager: Modtagerrolle,
    /// The day it was planned for.
    pub dag: NaiveDate,
    /// Why, by a stable code, e.g. `smtp_451` or `ingen_hr_mail`.
    pub grund: String,
}

impl Ventende {
    /// Somebody has to do something before it can leave, or it should have left already. What waits for room does not.
    #[must_use]
    pub fn is_in_trouble(&self) -> bool {
        self.grund != MORNING && mails_had(&self.grund).is_none()
    }
}

/// What is due, and the forløb it is about.
type Due = (Vec<(Task, Delivery)>, Vec<Arc<Forloeb>>);

/// What is to leave of the forløb that were looked at last: the same plan holds while the forløb, the day and the rules are the
/// same. Of as many employments as a list has.
#[derive(Default)]
pub(super) struct Planned {
    today: NaiveDate,
    book: Option<Arc<Regelbog>>,
    all: HashMap<Uuid, (Arc<Forloeb>, Arc<[Planlagt]>)>,
}

/// What one list looks things up in.
struct Looked<'a> {
    opened: &'a Opened,
    leaves: DateTime<Utc>,
    before: Planned,
    now: Planned,
}

impl Looked<'_> {
    fn planned(&mut self, f: &Arc<Forloeb>) -> Arc<[Planlagt]> {
        let (before, now) = (&mut self.before, &mut self.now);
        let Some(book) = &now.book else { return Arc::default() };
        let holds = before.today == now.today && before.book.as_ref().is_some_and(|before| Arc::ptr_eq(before, book));
        let known = before.all.remove(&f.id).filter(|(one, _)| holds && Arc::ptr_eq(one, f));
        let planned = known.map_or_else(|| to_send(f, now.today, book).into(), |(_, planned)| planned);
        now.all.insert(f.id, (f.clone(), planned.clone()));
        planned
    }
}

/// What waits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WaitingList {
    /// In the order of the days.
    pub ventende: Vec<Ventende>,
    /// There are more than were looked at.
    pub more: bool,
}

impl Paamindelser {
    /// Settings without which mails, or HR's, wait.
    #[must_use]
    pub fn missing(&self) -> &[&'static str] {
        &self.missing
    }

    /// Why nothing leaves at all, or nothing to HR, whatever is due: a setting is missing.
    #[must_use]
    pub fn withheld(&self) -> Option<&'static str> {
        let without_hr = self.dispatcher.hr_mail.is_none().then_some("ingen_hr_mail");
        self.dispatcher.transport.waiting_on().or(without_hr)
    }

    /// What is due today and has not left.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn ventende(&self) -> Result<WaitingList, OpenFolderError> {
        let (today, mut numbers) = {
            let projections = self.app.projections();
            let forfaldne = projections.forfaldne(projections.today()).take(AT_MOST + 1);
            (projections.today(), forfaldne.map(str::to_owned).collect::<Vec<_>>())
        };
        let more = numbers.len() > AT_MOST;
        numbers.truncate(AT_MOST);
        let (mut ventende, opened, book) = (Vec::new(), Opened::default(), self.app.book());
        let before = std::mem::take(&mut *self.planned());
        let now = Planned { today, book: Some(book), all: HashMap::new() };
        let mut looked = Looked { opened: &opened, leaves: self.dispatcher.leaves(), before, now };
        for nr in numbers {
            let (due, forloeb) = self.due_now(&nr, today, &mut looked).await?;
            self.state().note_siden(due.iter().map(|(task, _)| task));
            for (task, delivery) in due {
                let f = forloeb.iter().find(|f| f.called(task.forloeb));
                let Some(grund) = self.waiting_grund(&task, &delivery, f) else { continue };
                ventende.push(Ventende {
                    forloeb: task.forloeb,
                    frist: task.planlagt.key.frist,
                    trin: task.planlagt.key.trin,
                    modtager: task.planlagt.key.modtager,
                    dag: task.planlagt.dag,
                    grund,
                });
            }
        }
        *self.planned() = looked.now;
        ventende.sort_by_key(|v| (v.dag, v.forloeb, v.frist, v.modtager));
        Ok(WaitingList { ventende, more })
    }

    /// What is due of an employment, and its forløb. What goes on is in memory, and only that is looked at where nothing else
    /// can wait: the events of everybody who is reminded of something are not read for a list.
    async fn due_now(&self, nr: &str, today: NaiveDate, looked: &mut Looked<'_>) -> Result<Due, OpenFolderError> {
        let here = {
            let projections = self.app.projections();
            projections.all_reminded_of(nr).filter(|_| projections.today() == today)
        };
        let Some(forloeb) = here else {
            let loan = self.app.loan(nr).await?;
            return Ok((self.dispatcher.due_of(&loan, today), loan.all().to_vec()));
        };
        let (addresses, copy) =
            (self.dispatcher.addresses(today, Some(looked.opened)), self.dispatcher.medarbejder_copy);
        let mut due = Vec::new();
        for f in &forloeb {
            for p in looked.planned(f).iter() {
                due.push((task(nr, f, p.clone()), delivery_now(addresses, f, p, looked.leaves, copy)));
            }
        }
        #[cfg(test)]
        self.is_as_the_log_says(nr, today, &due).await;
        Ok((due, forloeb))
    }

    /// Every list of every test is compared with what the events say.
    #[cfg(test)]
    async fn is_as_the_log_says(&self, nr: &str, today: NaiveDate, due: &[(Task, Delivery)]) {
        let waits = |(_, delivery): &&(Task, Delivery)| !matches!(delivery, Delivery::Nothing(_));
        let said = self.dispatcher.due_of(&self.app.loan(nr).await.unwrap(), today);
        assert_eq!(due.iter().filter(waits).collect::<Vec<_>>(), said.iter().filter(waits).collect::<Vec<_>>());
    }

    fn planned(&self) -> MutexGuard<'_, Planned> {
        self.planned.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Why one waits; none: it does not, or nobody misses it.
    fn waiting_grund(&self, task: &Task, delivery: &Delivery, f: Option<&Arc<Forloeb>>) -> Option<String> {
        let key = &task.planlagt.key;
        let is_indbydelse = key.indbydelse().is_some();
        match delivery {
            Delivery::Nothing(_) => return None,
            // The employee's copy asks nobody to do anything: who has no mailbox does not have one to mend.
            Delivery::WithoutModtager { .. } if key.modtager == Modtagerrolle::Medarbejder && !is_indbydelse => {
                return None;
            }
            Delivery::WithoutModtager { .. } => {
                let hr_would_get_it = !is_indbydelse || key.nr.is_none();
                let without_hr = self.dispatcher.hr_mail.is_none() && hr_would_get_it;
                return Some(if without_hr { "ingen_hr_mail" } else { "ingen_adresse" }.to_owned());
            }
            Delivery::Letter(_) => {}
        }
        if let Some(grund) = self.dispatcher.transport.waiting_on() {
            return Some(grund.to_owned());
        }
        let name = task.name();
        let (tried, running) = {
            let state = self.state();
            (state.grund(&name).cloned(), state.is_running(task))
        };
        if tried.is_some() {
            return tried;
        }
        let grund = match (f.and_then(|f| f.afgjorte.get(key)).map(|a| &a.udfald), running) {
            // The log keeps why over a night, and over a start.
            (Some(Udfald::Udskudt { grund: Some(grund), .. }), _) => grund,
            (Some(Udfald::Udskudt { .. }), _) => "udskudt",
            (_, true) => "undervejs",
            (_, false) => MORNING,
        };
        Some(grund.to_owned())
    }

    /// Tells the metrics how many wait, by reason.
    pub(super) async fn measure_ventende(&self) {
        // What cannot be read here could not be read by the tick either, and that was told.
        let Ok(list) = self.ventende().await else { return };
        let mut count: BTreeMap<String, u32> = BTreeMap::new();
        for v in list.ventende.into_iter().filter(Ventende::is_in_trouble) {
            *count.entry(v.grund).or_default() += 1;
        }
        // A reason that is gone is told as none: a gauge otherwise stays where it was.
        let before = std::mem::replace(&mut self.state().measured, count.keys().cloned().collect());
        for grund in before {
            count.entry(grund).or_default();
        }
        for (grund, count) in count {
            metrics::gauge!("raskvej_paamindelser_venter", "grund" => grund).set(count);
        }
    }
}
