//! Somebody tried to reach the employee, and nobody answered: it is noted, and no frist is resolved by it.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::KontaktForsoegt;
use forloeb::words::{Kontaktform, Rolle};

use super::foerste_kontakt::FORMS;
use super::form::{Field, Form};
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown};
use crate::access::Intent;
use crate::request;
use texts::sentences::{count, long_dato};

request! {
    /// An attempt that nobody answered.
    Kontaktforsoeg {
        /// Day.
        dato: NaiveDate,
        /// How.
        form: Kontaktform,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<Kontaktforsoeg>();

impl Command for Kontaktforsoeg {
    const NAME: &'static str = "kontaktforsoeg";
    const SUMMARY: &'static str =
        "Somebody tried to reach the employee, and nobody answered; the first contact is still to be made.";
    const SHOWN: Shown = Shown::Forloeb(Group::FollowUp);
    const DONE: &'static str = "Forsøget er noteret. Den første kontakt mangler stadig.";
    const EXAMPLE: &'static [(&'static str, Example)] =
        &[("dato", Example::Text("2026-01-12")), ("form", Example::Text("telefon"))];
}

impl OnForloeb for Kontaktforsoeg {
    const ACCESS: Intent = Intent::FoersteKontakt;

    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        if at.caller.rolle == Rolle::Medarbejder {
            return Err(Refusal::field("form", "noteres af den, der har prøvet at få kontakt med dig"));
        }
        Ok(Act::TryKontakt(KontaktForsoegt { forloeb: f.id, dato: self.dato, form: self.form }))
    }

    /// Until there is a contact.
    fn forms(at: &CommandContext<'_>, f: &Forloeb, _v: &Assessment) -> Vec<Form> {
        let own = at.caller.rolle == Rolle::Medarbejder;
        if own || !f.kontakter.is_empty() || !f.is_aabent(at.today) || !f.has_begun(at.today) {
            return Vec::new();
        }
        let before = &f.noteret.kontaktforsoeg;
        let known = before.last().map_or_else(String::new, |last| {
            let times = count(u64::try_from(before.len()).unwrap_or(u64::MAX), "gang", "gange");
            format!("Forsøgt {times}, senest {}. ", long_dato(last.what.dato))
        });
        let fields = vec![
            Field::day("dato", "Hvornår prøvede du?", at.today),
            Field::choice("form", "Hvordan?", FORMS).holding("telefon"),
        ];
        let help =
            format!("{known}Så står det, at I har prøvet. Det er ikke en kontakt: prøv igen, fx på en anden måde.");
        vec![Form::new(Self::NAME, "Fik ikke svar", "Notér forsøget", fields).help(&help)]
    }
}
