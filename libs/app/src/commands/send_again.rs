//! A reminder that the mail server refused is sent again.

use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::assess;
use forloeb::paamindelser::planlagte;
use uuid::Uuid;

use super::{Command, CommandContext, Entry, Example, OnForloeb, Refusal, Shown};
use crate::access::Intent;
use crate::fejlede::paamindelse_id;
use crate::request;

request! {
    /// Which reminder.
    #[schema(as = SendIgen)] SendAgain {
        /// Its id, from the list of those that were refused.
        paamindelse: Uuid,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<SendAgain>();

impl Command for SendAgain {
    const NAME: &'static str = "send-igen";
    const SUMMARY: &'static str = "A reminder that the mail server refused is sent again the next working morning.";
    const SHOWN: Shown = Shown::Page("/hr/breve");
    const DONE: &'static str = "Påmindelsen sendes igen kl. 8 den næste arbejdsdag.";
    const EXAMPLE: &'static [(&'static str, Example)] =
        &[("paamindelse", Example::Text("0198f3a0-5c00-7000-8000-000000000001"))];
}

impl OnForloeb for SendAgain {
    const ACCESS: Intent = Intent::SendAgain;

    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let book = &at.app.book();
        // One that is to be sent again is planned again: the same command repeated finds it there.
        let planned = planlagte(f, &assess(f, at.today, book), at.today, book).into_iter().map(|p| p.key);
        let mut keys = f.afgjorte.keys().cloned().chain(planned);
        let key = keys.find(|key| paamindelse_id(f.id, key) == self.paamindelse);
        let key = key.ok_or_else(|| Refusal::field("paamindelse", "forløbet har ingen påmindelse med dette id"))?;
        Ok(Act::SendAgain(key))
    }
}
