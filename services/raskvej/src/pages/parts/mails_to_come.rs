//! Which mails something that is not done yet would send: what would be planned after it, and is not now.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use forloeb::Forloeb;
use forloeb::frister::assess;
use forloeb::nyheder::Nyhed;
use forloeb::paamindelser::{Planlagt, planlagte};
use forloeb::words::{Fristart, Modtagerrolle};

use super::datoer::long;
use super::reader_view::ReaderView;
use crate::clock::{dag_in_denmark, time_of_day};
use crate::core::App;
use crate::paamindelser::modtager::Addresses;
use crate::paamindelser::{is_too_late, leaves};
use crate::politik_text::{and, modtager, upper};
use crate::sentences::{self, frist_name, nyhed_about, without_capital};

/// When mail that is ready now leaves, by the decision of the one that sends it.
pub(crate) struct Leaving {
    at: DateTime<Utc>,
    is_now: bool,
}

impl Leaving {
    pub(crate) fn of(app: &App) -> Self {
        let now = app.clock.now();
        let at = leaves(app, now);
        Self { at, is_now: at == now }
    }

    /// As it stands in a sentence: nu, or mandag den 9. februar 2026 kl. 7.00.
    pub(crate) fn said(&self) -> String {
        if self.is_now {
            return "nu".to_owned();
        }
        format!("{} kl. {}", long(dag_in_denmark(self.at)), sentences::time_of_day(time_of_day(self.at)))
    }

    /// It is before this.
    pub(crate) fn is_before(&self, time: DateTime<Utc>) -> bool {
        self.at < time
    }
}

/// Each in a sentence, the earliest first.
pub(crate) fn mails(k: &ReaderView<'_>, before: &Forloeb, after: &Forloeb) -> Vec<String> {
    let app: &App = &k.state.service.app;
    let book = app.book();
    let planned = |f: &Forloeb| planlagte(f, &assess(f, k.today, &book), k.today, &book);
    let before = planned(before);
    let (addresses, leaving) = (Addresses { app, hr_mail: None, today: k.today, opened: None }, Leaving::of(app));
    let mut said: BTreeMap<(NaiveDate, String), Vec<(Modtagerrolle, String)>> = BTreeMap::new();
    for one in planned(after).into_iter().filter(|one| !before.iter().any(|other| other.key == one.key)) {
        let reach = if !is_reached(addresses, after, &one) {
            Reach::Nowhere
        } else if is_too_late(after, &one.key, leaving.at) {
            Reach::TooLate
        } else {
            Reach::Mailbox
        };
        let (dag, what) = told(&leaving, &one, reach);
        said.entry((dag, what)).or_default().push((one.key.modtager, whom(k, &one)));
    }
    let sentence = |((_, what), mut whom): ((NaiveDate, String), Vec<(Modtagerrolle, String)>)| {
        whom.sort();
        let names: Vec<String> = whom.into_iter().map(|(_, name)| name).collect();
        format!("{} {what}.", upper(&and(&names)))
    };
    said.into_iter().map(sentence).collect()
}

/// Whom it is to. A colleague who takes part, and who is told that a meeting is not with them any more, have no other name than
/// their own.
fn whom(k: &ReaderView<'_>, one: &Planlagt) -> String {
    let key = &one.key;
    let is_called_off = key.indbydelse().is_some_and(|(_, aflyst)| aflyst);
    match &key.nr {
        Some(nr) if is_called_off || key.modtager == Modtagerrolle::Deltager => k.name(nr),
        _ => modtager(key.modtager).to_owned(),
    }
}

/// What is somebody's own has no way but their own mailbox; a reminder finds somebody else.
fn is_reached(addresses: Addresses<'_>, after: &Forloeb, one: &Planlagt) -> bool {
    let own = one.key.nyhed().is_some() || one.key.indbydelse().is_some();
    !own || addresses.modtager(after, one).is_some()
}

/// How far a mail comes.
enum Reach {
    Mailbox,
    Nowhere,
    /// It cannot leave before the meeting has begun.
    TooLate,
}

/// The day, and what is told, after whom it is to.
fn told(leaving: &Leaving, one: &Planlagt, reach: Reach) -> (NaiveDate, String) {
    let (key, day) = (&one.key, long(one.dag));
    let what = || if key.frist == Fristart::Samtale { "samtalen" } else { "opfølgningen på planen" };
    let meeting = || format!("{} {}", what(), long(key.generation));
    let leaves = dag_in_denmark(leaving.at);
    match (key.indbydelse(), key.nyhed(), reach) {
        (Some(_), _, Reach::Nowhere) | (_, Some(_), Reach::Nowhere) => {
            let said = "har ingen postkasse, der kan sendes til, og får ingen mail: giv selv besked";
            (leaves, said.to_owned())
        }
        (Some(_), _, Reach::TooLate) => {
            (leaves, format!("får ingen mail, for den kan ikke nå frem før {}: giv selv besked", what()))
        }
        (Some((_, true)), _, _) => {
            (leaves, format!("får et afbud på {} med en mail, der sendes {}", meeting(), leaving.said()))
        }
        (Some((_, false)), _, _) => {
            (leaves, format!("får {} i kalenderen med en mail, der sendes {}", meeting(), leaving.said()))
        }
        (None, Some(Nyhed::Plan), _) => {
            let said = "en mail om, at der er en plan at læse og svare på; mailen siger intet af det, der står i den";
            (one.dag, format!("får {day} {said}"))
        }
        (None, Some(nyhed), _) => (one.dag, format!("får {day} en mail med nyt: {}", nyhed_about(nyhed))),
        (None, None, _) => (one.dag, format!("får {day} en påmindelse: {}", without_capital(frist_name(key.frist)))),
    }
}
