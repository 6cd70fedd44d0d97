//! Minutes of a talk or a meeting, with what was agreed: by when, and who does it.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::command::{Act, NewAftale, NewReferat};
use forloeb::frister::Assessment;
use forloeb::samtale::Moede;
use forloeb::words::Aftaleejer;
use texts::samtaleemner::help_with_minutes;
use texts::sentences::{aftaleejer_name, long_dato, moede_name};

use super::form::{Field, Form, Kind, Row};
use super::typed::{Typed, find};
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown};
use crate::request;
use crate::sealed::{self, Referat};

request! {
    /// Minutes.
    #[schema(as = ReferatSkrivelse)] ReferatRequest {
        /// Position of the event that says that the talk or the meeting was held.
        til: u64,
        /// What was talked about.
        tekst: String,
        /// What was agreed, at most fifty.
        #[schema(required = false)]
        aftaler: Vec<AftaleInReferat>,
        /// Why it stands in the place of earlier minutes; needed when it does.
        begrundelse: Option<String>,
    }
}

request! {
    /// Something that was agreed.
    #[schema(as = ReferatAftale)] AftaleInReferat {
        /// What.
        text as "tekst": String,
        /// By when.
        latest as "senest": NaiveDate,
        /// Who does it.
        who as "hvem": Aftaleejer,
        /// Of minutes that stand in the place of others: the agreement of those that it is.
        nr: Option<u64>,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<ReferatRequest>();

/// Meetings that a form is offered for: the latest.
const OFFERED: usize = 5;
/// Lines for agreements that are empty.
const EMPTY_LINES: usize = 3;
/// Lines that are seen at once.
const SEEN: usize = 2;

impl Command for ReferatRequest {
    const NAME: &'static str = "referat";
    const SUMMARY: &'static str = "Minutes of a talk or a meeting, with what was agreed.";
    const SEALS: &'static [sealed::Kind] = &[sealed::Kind::Referat];
    const TEXTS: &'static [&'static str] = &["tekst", "aftaler.tekst", "begrundelse"];
    const SHOWN: Shown = Shown::Forloeb(Group::FollowUp);
    const DONE: &'static str = "Referatet er gemt. Medarbejderen kan se det nu.";
    const EXAMPLE: &'static [(&'static str, Example)] = &[
        ("til", Example::Whole(9)),
        ("tekst", Example::Text("Vi begynder med tre korte dage om ugen")),
        (
            "aftaler",
            Example::List(&[Example::Fields(&[
                ("tekst", Example::Text("Ny vagtplan")),
                ("senest", Example::Text("2026-02-13")),
                ("hvem", Example::Text("leder")),
            ])]),
        ),
        ("begrundelse", Example::Text("En dag var skrevet forkert")),
    ];
}

impl OnForloeb for ReferatRequest {
    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { til, tekst, aftaler, begrundelse } = self;
        let has_reason = begrundelse.is_some();
        let (mut words, mut open) = (Vec::new(), Vec::new());
        for AftaleInReferat { text, latest, who, nr } in aftaler {
            let nr = nr.map(u32::try_from).transpose();
            let nr = nr.map_err(|_| Refusal::field("aftaler", "kan ikke have et nummer, der ikke er en aftales"))?;
            words.push(text);
            open.push(NewAftale { nr, senest: latest, hvem: who });
        }
        let confidential = at.seal(&f.medarbejder_nr, &Referat { tekst, aftaler: words, begrundelse })?;
        Ok(Act::SkrivReferat(NewReferat { til, aftaler: open, has_reason, confidential }))
    }

    /// Of each meeting one: the minutes, or what stands in their place.
    fn forms(at: &CommandContext<'_>, f: &Forloeb, _v: &Assessment) -> Vec<Form> {
        let moeder = f.moeder();
        moeder.iter().rev().take(OFFERED).filter_map(|moede| form(at, f, moede)).collect()
    }

    fn form_name(typed: &Typed) -> String {
        find(typed, "til").map_or_else(|| Self::NAME.to_owned(), |til| format!("{}-{til}", Self::NAME))
    }
}

fn form(at: &CommandContext<'_>, f: &Forloeb, moede: &Moede) -> Option<Form> {
    let before = f.referat_of(moede.position);
    let words = match before {
        Some(before) => Some(at.app.unlock::<Referat>(&f.medarbejder_nr, &before.what.confidential).ok()?),
        None => None,
    };
    let held: Vec<_> = before.iter().flat_map(|r| &r.what.aftaler).collect();
    // More than there are lines for are put right through the API.
    let lines = (held.len() + EMPTY_LINES <= Row::ALL.len()).then_some(held.len() + EMPTY_LINES)?;
    let mut fields = vec![
        Field { kind: Kind::HiddenNumber, ..Field::fixed("til", moede.position) },
        Field::new("tekst", "Hvad talte I om?", Kind::Long)
            .holding(words.as_ref().map_or("", |w| w.tekst.as_str()))
            .help(format!(
                "Medarbejderen ser referatet med det samme. {} Teksten gemmes krypteret.",
                help_with_minutes()
            )),
    ];
    let who: Vec<(String, String)> = owners(at, f);
    for (n, row) in Row::ALL.iter().take(lines).enumerate() {
        let aftale = held.get(n);
        let text = words.as_ref().and_then(|w| w.aftaler.get(n)).map_or("", String::as_str);
        let mut line = vec![
            Field::new(row.text, row.label, Kind::Text).holding(text).optional(),
            Field::new(row.latest, "Senest", Kind::Date)
                .holding(aftale.map_or(String::new(), |a| a.senest.to_string())),
            Field::person(row.who, "Hvem gør det?", "Vælg", who.clone()).holding(aftale.map_or("", |a| a.hvem.code())),
        ];
        line.iter_mut().for_each(|field| field.required = false);
        if n >= SEEN.max(held.len()) {
            line = line.into_iter().map(|field| field.aside("Flere aftaler")).collect();
        }
        line.extend(aftale.map(|a| Field { kind: Kind::HiddenNumber, ..Field::fixed(row.nr, a.nr) }));
        fields.append(&mut line);
    }
    let (title, button) = match before {
        None => ("Skriv referat", "Gem referatet"),
        Some(_) => {
            fields.push(Field::reason("Hvorfor skrives det om?"));
            ("Skriv referatet om", "Gem det nye referat")
        }
    };
    let help = format!("Om {} {}.", moede_name(moede.name), long_dato(moede.dato));
    let help = if before.is_some() {
        format!("{help} Det gamle kan stadig læses, og begrundelsen står ved det nye.")
    } else {
        help
    };
    let form = Form::new(ReferatRequest::NAME, title, button, fields).help(help);
    Some(form.named(format!("{}-{}", ReferatRequest::NAME, moede.position)))
}

/// Who can do what is agreed: code, and what people are told.
pub(super) fn owners(at: &CommandContext<'_>, f: &Forloeb) -> Vec<(String, String)> {
    let there_is = |hvem: &Aftaleejer| match hvem {
        Aftaleejer::Leder | Aftaleejer::Medarbejder | Aftaleejer::Hr => true,
        Aftaleejer::Koordinator => f.koordinator().is_some(),
        Aftaleejer::Kontaktperson => at.projections().kontaktperson(f, at.today).is_some(),
    };
    let all = Aftaleejer::ALL.iter().filter(|hvem| there_is(hvem));
    all.map(|hvem| (hvem.code().to_owned(), aftaleejer_name(*hvem).to_owned())).collect()
}
