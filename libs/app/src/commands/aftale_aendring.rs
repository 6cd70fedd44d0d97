//! Another day for something that was agreed, or another who does it. The minutes that it stands in are written again with it,
//! so that what was agreed before can still be read, and why it was changed.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::command::{Act, NewAftale, NewReferat};
use forloeb::frister::Assessment;
use forloeb::refusal::BrokenRegel;
use forloeb::samtale::Aftale;
use forloeb::words::Aftaleejer;

use super::form::{Field, Form, Kind};
use super::referat::owners;
use super::typed::{Typed, find};
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown};
use crate::request;
use crate::sealed::{self, Referat};

request! {
    /// What is agreed instead.
    #[schema(as = AftaleAendring)] AftaleChange {
        /// Number of the agreement; it stands in the address.
        #[schema(ignore)]
        nr: u64,
        /// By when, today or later.
        latest as "senest": NaiveDate,
        /// Who does it; the same as before unless said.
        who as "hvem": Option<Aftaleejer>,
        /// Why.
        begrundelse: String,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<AftaleChange>();

impl Command for AftaleChange {
    const NAME: &'static str = "aftale-aendring";
    const PATH: &'static str = "aftale/{nr}/aendring";
    const SUMMARY: &'static str = "Another day for something that was agreed, or another who does it.";
    const SEALS: &'static [sealed::Kind] = &[sealed::Kind::Referat];
    const TEXTS: &'static [&'static str] = &["begrundelse"];
    const SHOWN: Shown = Shown::Forloeb(Group::FollowUp);
    const DONE: &'static str = "Aftalen er ændret. Den gamle dag og grunden kan læses i historikken.";
    const EXAMPLE: &'static [(&'static str, Example)] = &[
        ("senest", Example::Text("2027-01-15")),
        ("hvem", Example::Text("leder")),
        ("begrundelse", Example::Text("Vagtplanen kommer først i næste uge")),
    ];
}

impl OnForloeb for AftaleChange {
    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { nr, latest, who, begrundelse } = self;
        let nr = u32::try_from(nr).map_err(|_| Refusal::NotFound)?;
        let changed = f.aftale(nr).ok_or_else(|| Refusal::Decided(BrokenRegel::UnknownAftale.into()))?;
        if changed.afgjort.is_some() {
            return Err(Refusal::field("nr", "skal være en åben aftale: der er registreret, hvad der blev af den"));
        }
        let who = who.unwrap_or(changed.hvem);
        if (latest, who) == (changed.senest, changed.hvem) {
            return Err(Refusal::field("senest", "skal være en anden dag, eller der skal være en anden, der gør det"));
        }
        if latest < at.today {
            return Err(Refusal::field("senest", "skal være i dag eller senere"));
        }
        let referat = changed.referat;
        let unreadable =
            |_| Refusal::field("nr", "kan ikke ændres: referatet kan ikke læses, så skriv det om i stedet");
        let words: Referat = at.app.unlock(&f.medarbejder_nr, &referat.what.confidential).map_err(unreadable)?;
        let aftaler = referat.what.aftaler.iter().map(|a| match a.nr == nr {
            true => NewAftale { nr: Some(nr), senest: latest, hvem: who },
            false => NewAftale { nr: Some(a.nr), senest: a.senest, hvem: a.hvem },
        });
        let aftaler = aftaler.collect();
        let words = Referat { begrundelse: Some(begrundelse), ..words };
        let confidential = at.seal(&f.medarbejder_nr, &words)?;
        Ok(Act::SkrivReferat(NewReferat { til: referat.what.til, aftaler, has_reason: true, confidential }))
    }

    /// One for each that stands open.
    fn forms(at: &CommandContext<'_>, f: &Forloeb, _v: &Assessment) -> Vec<Form> {
        f.aftaler().iter().filter(|a| a.afgjort.is_none()).map(|a| form(at, f, a)).collect()
    }

    fn form_name(typed: &Typed) -> String {
        find(typed, "nr").map_or_else(|| Self::NAME.to_owned(), |nr| format!("{}-{nr}", Self::NAME))
    }
}

fn form(at: &CommandContext<'_>, f: &Forloeb, aftale: &Aftale<'_>) -> Form {
    let fields = vec![
        Field { kind: Kind::HiddenNumber, ..Field::fixed("nr", aftale.nr) },
        Field::day("senest", "Senest", aftale.senest.max(at.today)),
        Field::person("hvem", "Hvem gør det?", "Den samme", owners(at, f)).optional().holding(aftale.hvem.code()),
        Field::reason("Hvorfor?").help("Alle, der kan læse referatet, kan læse det. Skriv ikke om helbred."),
    ];
    Form::new(AftaleChange::NAME, "Aftal en anden dag", "Gem ændringen", fields).named(format!(
        "{}-{}",
        AftaleChange::NAME,
        aftale.nr
    ))
}
