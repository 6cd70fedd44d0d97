//! A form on a page: the command's own form, what was typed in it, and what is wrong.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::commands::Refusal;
use crate::commands::form::{Field, Form, Kind, in_row};
use crate::commands::request::Wrong;
use crate::commands::typed::{Typed, iso, local};
use crate::problem::{self, How, Problem};

/// Longest alternative, in characters, of those that stand beside each other.
const SHORT: usize = 18;

/// A field of a form on a page.
pub(crate) struct FormField {
    pub(crate) field: Field,
    pub(crate) id: String,
    pub(crate) error: Option<String>,
}

/// A line of the error summary.
pub(crate) struct ErrorLine {
    /// Id of the field, if it is about one.
    pub(crate) felt: Option<String>,
    pub(crate) tekst: String,
}

/// A form on a page. The id of its place there is `f-` and its name.
pub(crate) struct PageForm {
    pub(crate) form: Form,
    pub(crate) fields: Vec<FormField>,
    pub(crate) aaben: bool,
}

impl From<Form> for PageForm {
    fn from(mut form: Form) -> Self {
        let fields =
            std::mem::take(&mut form.fields).into_iter().map(|field| FormField::of(&form.name, field)).collect();
        Self { form, fields, aaben: false }
    }
}

/// What a list offers: value, what it is called, and whether it is the one that is chosen.
type Choices<'a> = Vec<(&'a str, &'a str, bool)>;

impl FormField {
    /// A field of the form of this name.
    pub(crate) fn of(form: &str, field: Field) -> Self {
        Self { id: format!("f-{form}-{}", field.name), field, error: None }
    }

    /// Typed as a number.
    pub(crate) fn figure(&self) -> bool {
        self.field.kind == Kind::Number
    }

    /// Which control the template draws.
    pub(crate) fn control(&self) -> &'static str {
        match self.field.kind {
            Kind::Person => "liste",
            Kind::People => "personer",
            Kind::Several => "flere",
            Kind::Choice if self.field.choices.len() > 5 => "liste",
            Kind::Choice | Kind::YesNo => "radio",
            Kind::Long | Kind::Lines => "lang",
            Kind::Hidden | Kind::HiddenNumber | Kind::HiddenYes => "skjult",
            Kind::Date | Kind::DateOrNothing | Kind::Time | Kind::Text | Kind::Number => "linje",
        }
    }

    /// The input's type: what is not a date is kept in a text field, where it can be read and mended.
    pub(crate) fn type_(&self) -> &'static str {
        let value = &self.field.value;
        let empty = value.is_empty();
        let dato = || empty || value.parse::<chrono::NaiveDate>().is_ok();
        match self.field.kind {
            Kind::Date | Kind::DateOrNothing if dato() => "date",
            Kind::Time if empty || local(value).is_some() => "datetime-local",
            _ => "text",
        }
    }

    pub(crate) fn alternatives(&self) -> Vec<(&str, &str, bool)> {
        let mut all: Vec<(&str, &str)> = match self.field.kind {
            Kind::YesNo => vec![("ja", "Ja"), ("nej", "Nej")],
            _ => self.field.choices.iter().map(|c| (&*c.code, &*c.text)).collect(),
        };
        if !self.field.required && self.control() == "radio" {
            all.push(("", "Ikke oplyst"));
        }
        // The first of a list is not chosen for whoever overlooks it.
        if self.field.kind == Kind::Choice && self.control() == "liste" {
            all.insert(0, ("", if self.field.required { "Vælg" } else { "Ikke oplyst" }));
        }
        let chosen = |code: &str| match self.field.kind {
            Kind::Several => self.field.value.split(',').any(|one| one == code),
            Kind::Lines => self.field.value.lines().any(|one| one.trim() == code),
            _ => code == self.field.value,
        };
        all.into_iter().map(|(code, tekst)| (code, tekst, chosen(code))).collect()
    }

    /// What was written beside the items that are ticked.
    pub(crate) fn beside(&self) -> Cow<'_, str> {
        if self.field.choices.is_empty() {
            return Cow::Borrowed(&self.field.value);
        }
        let ticked = |line: &&str| self.field.choices.iter().any(|choice| choice.code == line.trim());
        Cow::Owned(self.field.value.lines().filter(|line| !ticked(line)).collect::<Vec<_>>().join("\n"))
    }

    /// The lists that people are chosen from, each with its number and who is chosen in it.
    pub(crate) fn lists(&self) -> Vec<(usize, Choices<'_>)> {
        let list = |chosen: &str| {
            self.field
                .choices
                .iter()
                .map(|choice| (&*choice.code, &*choice.text, choice.code == chosen))
                .collect::<Vec<_>>()
        };
        (1..).zip(self.field.value.split(',').map(list)).collect()
    }

    /// One of a list has to be chosen.
    pub(crate) fn has_to_be_chosen(&self) -> bool {
        self.field.kind == Kind::Choice && self.field.required
    }

    /// Its alternatives are so short that they stand beside each other.
    pub(crate) fn short(&self) -> bool {
        self.alternatives().iter().all(|(_, text, _)| text.chars().count() <= SHORT)
    }

    /// What stands in it, as its fold says.
    fn aside(&self) -> Option<String> {
        let chosen = self.alternatives().into_iter().find(|(code, _, chosen)| *chosen && !code.is_empty());
        let text = chosen.map_or(&*self.field.value, |(_, text, _)| text);
        // A day as people write it; what was typed and is none stays as it was typed.
        let is_day = matches!(self.field.kind, Kind::Date | Kind::DateOrNothing);
        let day = is_day.then(|| text.parse().ok()).flatten().map(crate::sentences::dato);
        // What was written has a point of its own at the end, and so has the sentence that it becomes part of.
        let said = day.as_deref().unwrap_or(text).trim_end().trim_end_matches('.');
        self.field.aside.filter(|_| !said.is_empty()).map(|called| format!("{called}: {said}"))
    }

    /// What `aria-describedby` names.
    pub(crate) fn described(&self) -> String {
        let help = (!self.field.help.is_empty()).then(|| format!("{}-hjaelp", self.id));
        let error = self.error.is_some().then(|| format!("{}-fejl", self.id));
        help.into_iter().chain(error).collect::<Vec<_>>().join(" ")
    }
}

impl PageForm {
    /// Where its words are explained.
    pub(crate) fn words(&self) -> &'static str {
        words_of(self.form.action)
    }

    /// The fields that are asked first.
    pub(crate) fn first(&self) -> impl Iterator<Item = &FormField> {
        self.fields.iter().filter(|felt| felt.field.aside.is_none())
    }

    /// The fields that stand folded.
    pub(crate) fn folded(&self) -> Vec<&FormField> {
        self.fields.iter().filter(|felt| felt.field.aside.is_some()).collect()
    }

    /// The fold is open: something in it is missing, or wrong.
    pub(crate) fn unfolds(&self) -> bool {
        self.folded().iter().any(|felt| felt.error.is_some() || (felt.field.required && felt.field.value.is_empty()))
    }

    /// What stands in the fold.
    pub(crate) fn fold_says(&self) -> String {
        let said: Vec<String> = self.folded().into_iter().filter_map(FormField::aside).collect();
        if said.is_empty() {
            return "Skriv mere".to_owned();
        }
        let said = said.join(", ");
        let point = if said.ends_with(['!', '?', '…']) { "" } else { "." };
        format!("{said}{point} Ret, eller skriv mere")
    }

    /// The field that a fault in a list is about: `aftaler[1].senest` is of the second row that was filled in.
    fn in_row(&self, submitted: &Typed, felt: &str) -> Option<&'static str> {
        let (list, rest) = felt.split_once('[')?;
        let (n, name) = rest.split_once("].")?;
        let typed = |x: &&FormField| x.control() != "skjult" && x.field.typed(submitted).is_some();
        let places = self.fields.iter().filter(typed).filter_map(|x| in_row(x.field.name));
        let rows: BTreeSet<_> = places.filter(|(of, ..)| *of == list).map(|(_, row, _)| row).collect();
        let row = rows.into_iter().nth(n.parse().ok()?)?;
        self.fields.iter().map(|x| x.field.name).find(|own| in_row(own) == Some((list, row, name)))
    }

    /// It asks for people, and has a button for one more of them.
    pub(crate) fn takes_people(&self) -> bool {
        self.fields.iter().any(|felt| felt.field.kind == Kind::People)
    }

    /// Shows what was typed again, with room for one more of the people.
    pub(crate) fn more(&mut self, submitted: &Typed) {
        self.fill(submitted);
        for FormField { field, .. } in self.fields.iter_mut().filter(|felt| felt.field.kind == Kind::People) {
            field.value.push(',');
        }
    }

    /// Shows what was typed again.
    pub(crate) fn fill(&mut self, submitted: &Typed) {
        self.aaben = true;
        for FormField { field, .. } in &mut self.fields {
            field.value = field.typed(submitted).unwrap_or_default().into_owned();
            if field.kind == Kind::Date {
                field.value = iso(&field.value);
            }
        }
    }

    /// Shows what was typed again, with what is wrong; the lines of the summary.
    pub(crate) fn refused(&mut self, submitted: &Typed, problem: &Problem) -> Vec<ErrorLine> {
        self.fill(submitted);
        let mut lines = Vec::new();
        let in_rows: Vec<_> = problem.fields.iter().map(|f| self.in_row(submitted, &f.felt)).collect();
        for (f, in_row) in problem.fields.iter().zip(in_rows) {
            let root = f.felt.split(['[', '.']).next().unwrap_or_default();
            let felt =
                self.fields.iter_mut().find(|x| x.field.name == in_row.unwrap_or(root) && x.control() != "skjult");
            let tekst = sentence(felt.as_ref().map_or(root, |x| &*x.field.label), f);
            if let Some(felt) = felt {
                felt.error.get_or_insert_with(|| tekst.clone());
                lines.push(ErrorLine { felt: Some(felt.id.clone()), tekst });
            } else {
                lines.push(ErrorLine { felt: None, tekst });
            }
        }
        if lines.is_empty() {
            lines.push(ErrorLine { felt: None, tekst: explanation(problem) });
        }
        lines
    }
}

/// The section of help that explains the words of a command's form: its anchor. `docs/ordliste.md` has them.
pub(crate) fn words_of(command: &str) -> &'static str {
    match command {
        "anmeldelse"
        | "refusionsanmodning"
        | "dispensation"
        | "paragraf-56"
        | "arbejdsskade"
        | "kommunens-opfoelgning" => "ord-om-anmeldelse-og-refusion",
        "sygemelding" | "raskmelding" | "egen-sygemelding" | "egen-raskmelding" | "delvis" | "afbrydelse"
        | "rettelse" | "annullering" | "uenighed" | "forsvundet" => "ord-om-fravaeret",
        "lederskifte" | "forkert-leder" | "leder-beholdt" | "tildeling" | "stedfortraeder" | "kontaktperson"
        | "omsorgskollega" | "afslutning" => "ord-om-hvem-der-goer-hvad",
        _ => "ord-om-opfoelgning",
    }
}

/// A refusal after which the page is shown again, with what was typed; any other is a page of its own.
pub(crate) fn shown_again(refusal: Refusal) -> Result<Problem, Problem> {
    let problem = Problem::from(refusal);
    if matches!(problem.status, 409 | 412 | 422 | 503) { Ok(problem) } else { Err(problem) }
}

/// What is wrong with a field, as a sentence for somebody who fills in a form.
pub(crate) fn sentence(label: &str, felt: &problem::FormField) -> String {
    let error = match &felt.how {
        How::Sentence => return felt.error.clone(),
        How::Wrong(Wrong::NotADay) => "skal være en dato, fx 5.1.2026",
        How::Wrong(Wrong::NotATime) => "skal være en dato og et klokkeslæt",
        How::Wrong(Wrong::NotOneOf(_)) => "skal være en af mulighederne",
        How::Wrong(Wrong::NotYesOrNo) => "skal være ja eller nej",
        How::Wrong(Wrong::NotText) => "skal være tekst",
        How::Wrong(Wrong::NotANumber) => "skal være et tal",
        How::Wrong(Wrong::NotWhole) => "skal være et helt tal",
        How::Wrong(Wrong::NotAPercentage) => "skal være et tal i procent med højst to decimaler, fx 33,33",
        How::Wrong(_) | How::Continues => felt.error.as_str(),
    };
    let error = error.trim_end_matches('.');
    if label.ends_with('?') { format!("{label} Svaret {error}.") } else { format!("{label}: {error}.") }
}

/// A refusal that is not about one field.
pub(crate) fn explanation(problem: &Problem) -> String {
    match problem.code.as_str() {
        "anden_version" => {
            "Nogen har ændret forløbet, mens du skrev. Det nye står herunder, og det, du skrev, er bevaret. Se det \
             igennem, og send igen, hvis det stadig er rigtigt."
        }
        "noegle_genbrugt" => {
            "Formularen er allerede sendt én gang. Se i historikken, hvad der er gemt. Send igen, hvis der skal gemmes \
             mere."
        }
        _ => return problem.detail.clone(),
    }
    .to_owned()
}

/// What is wrong with a field.
pub(crate) fn line(felt: &str, tekst: &str) -> ErrorLine {
    ErrorLine { felt: Some(felt.to_owned()), tekst: tekst.to_owned() }
}

/// A whole number; none where nothing is typed.
pub(crate) fn number(typed: &str, felt: &str, label: &str, wrong: &mut Vec<ErrorLine>) -> Option<u32> {
    if typed.is_empty() {
        return None;
    }
    // Ten years are beyond anything that is counted here: what is too large by itself is said by the rules.
    match typed.parse::<u32>() {
        Ok(n) if n <= 100_000 => Some(n),
        _ => {
            wrong.push(line(felt, &format!("{label} skal være et helt tal.")));
            None
        }
    }
}
