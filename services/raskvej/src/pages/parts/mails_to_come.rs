//! Which mails something that is not done yet would send: what would be planned after it, and is not now.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::frister::assess;
use forloeb::nyheder::Nyhed;
use forloeb::paamindelser::{Planlagt, planlagte};
use forloeb::words::{Fristart, Modtagerrolle};

use super::datoer::long;
use super::reader_view::ReaderView;
use crate::core::App;
use crate::paamindelser::modtager::Addresses;
use crate::politik_text::{and, modtager, upper};
use crate::sentences::without_capital;
use crate::sentences::{frist_name, nyhed_name};

/// Each in a sentence, the earliest first.
pub(crate) fn mails(k: &ReaderView<'_>, before: &Forloeb, after: &Forloeb) -> Vec<String> {
    let app: &App = &k.state.service.app;
    let book = app.book();
    let planned = |f: &Forloeb| planlagte(f, &assess(f, k.today, &book), k.today, &book);
    let before = planned(before);
    let addresses = Addresses { app, hr_mail: None, today: k.today, opened: None };
    let mut said: BTreeMap<(NaiveDate, String), Vec<(Modtagerrolle, String)>> = BTreeMap::new();
    for one in planned(after).into_iter().filter(|one| !before.iter().any(|other| other.key == one.key)) {
        let (dag, what) = told(k.today, &one, is_reached(addresses, after, &one));
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

/// The day, and what is told, after whom it is to.
fn told(today: NaiveDate, one: &Planlagt, is_reached: bool) -> (NaiveDate, String) {
    let (key, day) = (&one.key, long(one.dag));
    let meeting = || {
        let what = if key.frist == Fristart::Samtale { "samtalen" } else { "opfølgningen på planen" };
        format!("{what} {}", long(key.generation))
    };
    match (key.indbydelse(), key.nyhed()) {
        (Some(_), _) | (_, Some(_)) if !is_reached => {
            let said = "har ingen postkasse, der kan sendes til, og får ingen mail: giv selv besked";
            (today, said.to_owned())
        }
        (Some((_, true)), _) => (today, format!("får et afbud på {} med det samme", meeting())),
        (Some((_, false)), _) => {
            (today, format!("får {} i kalenderen med en mail, der sendes med det samme", meeting()))
        }
        (None, Some(Nyhed::Plan)) => {
            let said = "en mail om, at der er en plan at læse og svare på; mailen siger intet af det, der står i den";
            (one.dag, format!("får {day} {said}"))
        }
        (None, Some(nyhed)) => (one.dag, format!("får {day} en mail: {}", nyhed_name(nyhed))),
        (None, None) => (one.dag, format!("får {day} en påmindelse: {}", without_capital(frist_name(key.frist)))),
    }
}
