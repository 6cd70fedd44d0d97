//! The form of a command: its fields, and how what was typed in them becomes what the command is given.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Display;

use chrono::NaiveDate;
use serde_json::{Map, Value};

use super::typed::{Typed, find, iso, number, time};

/// The name of the answer to whether somebody is sure. It is the page's question: no command has such a field.
pub const SURE: &str = "sikker";

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A day.
    Date,
    /// A day and a time of it.
    Time,
    /// One line of text.
    Text,
    /// Several lines of text.
    Long,
    /// A list, one item a line. Items that somebody has named already are its choices, and are ticked.
    Lines,
    Number,
    /// One of some words; few of them are shown at once, many as a list to choose from.
    Choice,
    /// Any of some words, or none.
    Several,
    /// One of some people, by employee number; or nobody.
    Person,
    /// Any of some people, by employee number, each from a list of its own; or nobody.
    People,
    /// Yes or no.
    YesNo,
    /// A date that may be taken away.
    DateOrNothing,
    /// Not shown: a fixed text.
    Hidden,
    /// Not shown: a fixed number.
    HiddenNumber,
    /// Not shown: yes.
    HiddenYes,
}

/// One of the words a field can have.
#[derive(Debug, Clone)]
pub struct Choice {
    /// As the command is given it.
    pub code: Cow<'static, str>,
    /// As it is shown.
    pub text: Cow<'static, str>,
}

#[derive(Debug, Clone)]
pub struct Field {
    /// Its name in the command.
    pub name: &'static str,
    /// What is asked.
    pub label: Cow<'static, str>,
    /// What helps with the answer.
    pub help: String,
    /// What it holds.
    pub kind: Kind,
    /// The words it can have.
    pub choices: Vec<Choice>,
    /// What stands in it before anybody types.
    pub value: String,
    /// It must be filled in.
    pub required: bool,
    /// It can wait, folded, and is called so where the fold says what stands in it: what is filled in already, or need
    /// not be.
    pub aside: Option<&'static str>,
}

#[derive(Debug, Clone)]
pub struct Form {
    /// Its own name on its page: a command can have several forms.
    pub name: String,
    /// Last part of the address it is sent to.
    pub action: &'static str,
    /// What it is for.
    pub title: &'static str,
    /// What to know before it is filled in.
    pub help: String,
    /// What its button says.
    pub button: &'static str,
    pub fields: Vec<Field>,
    /// What it does cannot be undone by sending another one.
    pub serious: bool,
}

impl Field {
    /// A field that must be filled in, and is empty.
    #[must_use]
    pub const fn new(name: &'static str, label: &'static str, kind: Kind) -> Self {
        Self {
            name,
            label: Cow::Borrowed(label),
            help: String::new(),
            kind,
            choices: Vec::new(),
            value: String::new(),
            required: true,
            aside: None,
        }
    }

    /// A day, today unless it is changed.
    #[must_use]
    pub fn day(name: &'static str, label: &'static str, today: NaiveDate) -> Self {
        Self::new(name, label, Kind::Date).holding(today)
    }

    /// One of these words: code, and text.
    #[must_use]
    pub fn choice(name: &'static str, label: &'static str, choices: &[(&'static str, &'static str)]) -> Self {
        let choices = choices.iter().map(|&(code, text)| Choice { code: code.into(), text: text.into() }).collect();
        Self { choices, ..Self::new(name, label, Kind::Choice) }
    }

    /// Any of these people, chosen one by one as [`Self::person`] has it.
    #[must_use]
    pub fn people(
        name: &'static str,
        label: &'static str,
        nobody: &'static str,
        people: Vec<(String, String)>,
    ) -> Self {
        Self { kind: Kind::People, ..Self::person(name, label, nobody, people) }.optional()
    }

    /// One of these people, by number and name; `nobody` says what it means that none is chosen.
    #[must_use]
    pub fn person(
        name: &'static str,
        label: &'static str,
        nobody: &'static str,
        people: Vec<(String, String)>,
    ) -> Self {
        let nobody = Choice { code: "".into(), text: nobody.into() };
        let people = people.into_iter().map(|(nr, name)| Choice { code: nr.into(), text: name.into() });
        Self { choices: std::iter::once(nobody).chain(people).collect(), ..Self::new(name, label, Kind::Person) }
    }

    /// Free text that is sealed.
    #[must_use]
    pub fn reason(label: &'static str) -> Self {
        Self::new("begrundelse", label, Kind::Long).help("Skriv ikke om helbred. Teksten gemmes krypteret.")
    }

    /// A fixed value that is not shown.
    #[must_use]
    pub fn fixed(name: &'static str, value: impl Display) -> Self {
        Self::new(name, "", Kind::Hidden).holding(value)
    }

    /// With this in it.
    #[must_use]
    pub fn holding(mut self, value: impl Display) -> Self {
        self.value = value.to_string();
        self
    }

    /// Asked in these words, which are of this case.
    #[must_use]
    pub fn called(mut self, label: String) -> Self {
        self.label = Cow::Owned(label);
        self
    }

    /// With this help.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// It may be left empty.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    /// It can wait, folded, and is called this there.
    #[must_use]
    pub const fn aside(mut self, called: &'static str) -> Self {
        self.aside = Some(called);
        self
    }

    /// What was typed in it; of several words or people all, with commas between, and of a list what was ticked and what was
    /// written, in lines. None where nothing was.
    #[must_use]
    pub fn typed<'t>(&self, typed: &'t Typed) -> Option<Cow<'t, str>> {
        let between = match self.kind {
            Kind::Several | Kind::People => ",",
            Kind::Lines => "\n",
            _ => return find(typed, self.name).map(Cow::Borrowed),
        };
        let all = typed.iter().filter(|(name, value)| name == self.name && !value.trim().is_empty());
        let all: Vec<&str> = all.map(|(_, value)| value.trim()).collect();
        (!all.is_empty()).then(|| Cow::Owned(all.join(between)))
    }

    /// Any of these words, or none: code, and text.
    #[must_use]
    pub fn several(name: &'static str, label: &'static str, choices: &[(&'static str, &'static str)]) -> Self {
        Self { kind: Kind::Several, ..Self::choice(name, label, choices) }.optional()
    }

    fn given(&self, text: &str) -> Value {
        match self.kind {
            Kind::Date | Kind::DateOrNothing => iso(text).into(),
            Kind::Time => time(text),
            Kind::Lines => text.lines().map(str::trim).filter(|l| !l.is_empty()).collect(),
            Kind::Number | Kind::HiddenNumber => number(text),
            Kind::HiddenYes => true.into(),
            Kind::Several | Kind::People => text.split(',').collect(),
            Kind::YesNo if matches!(text, "ja" | "nej") => (text == "ja").into(),
            Kind::YesNo | Kind::Text | Kind::Long | Kind::Choice | Kind::Person | Kind::Hidden => text.into(),
        }
    }
}

impl Form {
    /// The form of a command that has one.
    #[must_use]
    pub fn new(command: &'static str, title: &'static str, button: &'static str, fields: Vec<Field>) -> Self {
        Self { name: command.to_owned(), action: command, title, help: String::new(), button, fields, serious: false }
    }

    /// One of several of its command, by this name.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// With this help.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// What it does cannot be undone by sending another one: it is done for whoever answers yes to this question.
    #[must_use]
    pub fn serious(mut self, question: &'static str, yes: &'static str) -> Self {
        self.serious = true;
        self.fields.push(Field::choice(SURE, question, &[("ja", yes)]));
        self
    }

    /// Whoever sent this is sure, or need not be; else the field that says so.
    ///
    /// # Errors
    /// The name of the field.
    pub fn sure(&self, typed: &Typed) -> Result<(), &'static str> {
        if !self.serious || find(typed, SURE) == Some("ja") { Ok(()) } else { Err(SURE) }
    }

    /// What the command is given: empty fields are left out, and so are rows in which nothing was typed.
    #[must_use]
    pub fn given(&self, typed: &Typed) -> Value {
        let mut given = Map::new();
        for (list, rows) in self.rows(typed) {
            given.insert(list.to_owned(), rows);
        }
        for field in self.fields.iter().filter(|field| field.name != SURE && in_row(field.name).is_none()) {
            match field.typed(typed).as_deref() {
                Some(text) => given.insert(field.name.to_owned(), field.given(text)),
                None if field.kind == Kind::DateOrNothing => given.insert(field.name.to_owned(), Value::Null),
                None => None,
            };
        }
        Value::Object(given)
    }

    /// The lists that are typed in rows, each row an object.
    fn rows(&self, typed: &Typed) -> BTreeMap<&'static str, Value> {
        let mut lists: BTreeMap<&str, BTreeMap<&str, TypedRow>> = BTreeMap::new();
        for field in &self.fields {
            let Some((list, row, name)) = in_row(field.name) else { continue };
            let (was_typed, row) = lists.entry(list).or_default().entry(row).or_default();
            if let Some(text) = find(typed, field.name) {
                *was_typed |= !matches!(field.kind, Kind::Hidden | Kind::HiddenNumber);
                row.insert(name.to_owned(), field.given(text));
            }
        }
        let filled = |rows: BTreeMap<&str, TypedRow>| {
            rows.into_values().filter(|(was_typed, _)| *was_typed).map(|(_, row)| Value::Object(row)).collect()
        };
        lists.into_iter().map(|(list, rows)| (list, filled(rows))).collect()
    }
}

/// Whether something was typed in a row of a list, and its fields.
type TypedRow = (bool, Map<String, Value>);

/// The list, the row and the field in it, of a name like `aftaler.02.senest`.
#[must_use]
pub fn in_row(name: &'static str) -> Option<(&'static str, &'static str, &'static str)> {
    let (list, rest) = name.split_once('.')?;
    let (row, field) = rest.split_once('.')?;
    Some((list, row, field))
}

/// The names of the fields of one row of agreements.
#[derive(Debug)]
pub struct Row {
    /// What is asked.
    pub label: &'static str,
    pub text: &'static str,
    pub latest: &'static str,
    pub who: &'static str,
    pub nr: &'static str,
}

macro_rules! rows {
    ($($n:literal),+) => {
        &[$(Row {
            label: concat!("Aftale ", $n),
            text: concat!("aftaler.", $n, ".tekst"),
            latest: concat!("aftaler.", $n, ".senest"),
            who: concat!("aftaler.", $n, ".hvem"),
            nr: concat!("aftaler.", $n, ".nr"),
        }),+]
    };
}

impl Row {
    /// The rows that a form can have.
    pub const ALL: &'static [Self] = rows!("01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12");
}

/// The names of the fields of one row of what was tried.
#[derive(Debug)]
pub struct TriedRow {
    pub text: &'static str,
    pub virkning: &'static str,
}

macro_rules! tried_rows {
    ($($n:literal),+) => {
        &[$(TriedRow {
            text: concat!("proevet.", $n, ".tekst"),
            virkning: concat!("proevet.", $n, ".virkning"),
        }),+]
    };
}

impl TriedRow {
    /// The rows that a form can have.
    pub const ALL: &'static [Self] =
        tried_rows!("01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12");
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_typed_becomes_what_the_command_is_given() {
        let form = Form::new(
            "x",
            "X",
            "Gem",
            vec![
                Field::new("dato", "Dato", Kind::Date),
                Field::new("timer", "Timer", Kind::Number),
                Field::new("pct", "Procent", Kind::Number),
                Field::new("beloeb", "Beløb", Kind::Number),
                Field::new("ja", "Ja", Kind::YesNo),
                Field::new("liste", "Liste", Kind::Lines),
                Field::new("tid", "Tid", Kind::Time),
                Field::new("tom", "Tom", Kind::Text),
            ],
        );
        let typed = [
            ("dato", "5.1.2026"),
            ("timer", "7,4"),
            ("pct", "50 %"),
            ("beloeb", "12.345,50 kr."),
            ("ja", "nej"),
            ("liste", "TR\r\n\r\n AMR "),
            ("tid", "2026-01-29T10:00"),
            ("tom", "  "),
        ]
        .map(|(n, v)| (n.to_owned(), v.to_owned()));
        assert_eq!(
            form.given(&typed),
            json!({"dato": "2026-01-05", "timer": 7.4, "pct": 50, "beloeb": 12345.5, "ja": false,
                   "liste": ["TR", "AMR"], "tid": "2026-01-29T10:00:00+01:00"})
        );
    }

    #[test]
    fn what_is_ticked_comes_before_what_is_written_and_people_are_chosen_one_by_one() {
        let fields = vec![
            Field::new("deltagere", "Andre deltagere", Kind::Lines),
            Field::people("deltager_nr", "Kolleger", "Ingen", vec![("1002".to_owned(), "Ida".to_owned())]),
        ];
        let form = Form::new("x", "X", "Gem", fields);
        let typed = [
            ("deltagere", "Min bror, Ole"),
            ("deltagere", "TR\r\nAMR"),
            ("deltager_nr", "1002"),
            ("deltager_nr", ""),
            ("deltager_nr", "1003"),
        ]
        .map(|(n, v)| (n.to_owned(), v.to_owned()));
        let expected = json!({"deltagere": ["Min bror, Ole", "TR", "AMR"], "deltager_nr": ["1002", "1003"]});
        assert_eq!(form.given(&typed), expected);
        assert_eq!(form.given(&[("deltager_nr".to_owned(), String::new())]), json!({}), "nobody is chosen");
    }

    #[test]
    fn what_is_typed_in_rows_becomes_a_list_without_the_empty_rows() {
        let row = |n: usize| {
            let row = &Row::ALL[n];
            let nr = Field { kind: Kind::HiddenNumber, ..Field::fixed(row.nr, 7) };
            [Field::new(row.text, row.label, Kind::Text), Field::new(row.latest, "Senest", Kind::Date), nr]
        };
        let form = Form::new("x", "X", "Gem", [0, 1, 2].into_iter().flat_map(row).collect());
        let typed = [
            ("aftaler.01.tekst", "Ring"),
            ("aftaler.01.senest", "13.2.2026"),
            ("aftaler.02.nr", "7"),
            ("aftaler.03.tekst", "Skriv"),
            ("aftaler.03.nr", "8"),
        ]
        .map(|(n, v)| (n.to_owned(), v.to_owned()));
        let expected = json!({"aftaler": [{"tekst": "Ring", "senest": "2026-02-13"}, {"tekst": "Skriv", "nr": 8}]});
        assert_eq!(form.given(&typed), expected);
    }
}
