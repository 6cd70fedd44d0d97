//! A form on a page: the command's own form, what was typed in it, and what is wrong.

use crate::commands::Refusal;
use crate::commands::form::{Field, Form, Kind};
use crate::commands::request::Wrong;
use crate::commands::typed::{Typed, find, iso, local};
use crate::problem::{self, How, Problem};

/// A field of a form on a page.
pub(crate) struct Felt {
    pub(crate) field: Field,
    pub(crate) id: String,
    pub(crate) fejl: Option<String>,
}

/// A line of the error summary.
pub(crate) struct Fejllinje {
    /// Id of the field, if it is about one.
    pub(crate) felt: Option<String>,
    pub(crate) tekst: String,
}

/// A form on a page. The id of its place there is `f-` and its name.
pub(crate) struct Formular {
    pub(crate) form: Form,
    pub(crate) felter: Vec<Felt>,
    pub(crate) aaben: bool,
}

impl From<Form> for Formular {
    fn from(mut form: Form) -> Self {
        let felt = |field: Field| Felt { id: format!("f-{}-{}", form.name, field.name), field, fejl: None };
        let felter = std::mem::take(&mut form.fields).into_iter().map(felt).collect();
        Self { form, felter, aaben: false }
    }
}

impl Felt {
    /// Typed as a number.
    pub(crate) fn tal(&self) -> bool {
        self.field.kind == Kind::Number
    }

    /// Which control the template draws.
    pub(crate) fn kontrol(&self) -> &'static str {
        match self.field.kind {
            Kind::Person => "liste",
            Kind::Choice if self.field.choices.len() > 5 => "liste",
            Kind::Choice | Kind::YesNo => "radio",
            Kind::Long | Kind::Lines => "lang",
            Kind::Hidden | Kind::HiddenNumber => "skjult",
            Kind::Date | Kind::DateOrNothing | Kind::Time | Kind::Text | Kind::Number => "linje",
        }
    }

    /// The input's type: what is not a date is kept in a text field, where it can be read and mended.
    pub(crate) fn type_(&self) -> &'static str {
        let value = &self.field.value;
        let tom = value.is_empty();
        let dato = || tom || value.parse::<chrono::NaiveDate>().is_ok();
        match self.field.kind {
            Kind::Date | Kind::DateOrNothing if dato() => "date",
            Kind::Time if tom || local(value).is_some() => "datetime-local",
            _ => "text",
        }
    }

    pub(crate) fn muligheder(&self) -> Vec<(&str, &str, bool)> {
        let mut alle: Vec<(&str, &str)> = match self.field.kind {
            Kind::YesNo => vec![("ja", "Ja"), ("nej", "Nej")],
            _ => self.field.choices.iter().map(|c| (&*c.code, &*c.text)).collect(),
        };
        if !self.field.required && self.kontrol() == "radio" {
            alle.push(("", "Ikke oplyst"));
        }
        alle.into_iter().map(|(kode, tekst)| (kode, tekst, kode == self.field.value)).collect()
    }

    /// What `aria-describedby` names.
    pub(crate) fn beskrevet(&self) -> String {
        let hjaelp = (!self.field.help.is_empty()).then(|| format!("{}-hjaelp", self.id));
        let fejl = self.fejl.is_some().then(|| format!("{}-fejl", self.id));
        hjaelp.into_iter().chain(fejl).collect::<Vec<_>>().join(" ")
    }
}

impl Formular {
    /// Shows what was typed again, with what is wrong; the lines of the summary.
    pub(crate) fn afvist(&mut self, indsendt: &Typed, problem: &Problem) -> Vec<Fejllinje> {
        self.aaben = true;
        for Felt { field, .. } in &mut self.felter {
            field.value = find(indsendt, field.name).unwrap_or_default().to_owned();
            if field.kind == Kind::Date {
                field.value = iso(&field.value);
            }
        }
        let mut linjer = Vec::new();
        for f in &problem.felter {
            let rod = f.felt.split(['[', '.']).next().unwrap_or_default();
            let felt = self.felter.iter_mut().find(|x| x.field.name == rod && x.kontrol() != "skjult");
            let tekst = saetning(felt.as_ref().map_or(rod, |x| x.field.label), f);
            if let Some(felt) = felt {
                felt.fejl.get_or_insert_with(|| tekst.clone());
                linjer.push(Fejllinje { felt: Some(felt.id.clone()), tekst });
            } else {
                linjer.push(Fejllinje { felt: None, tekst });
            }
        }
        if linjer.is_empty() {
            linjer.push(Fejllinje { felt: None, tekst: forklaring(problem) });
        }
        linjer
    }
}

/// A refusal after which the page is shown again, with what was typed; any other is a page of its own.
pub(crate) fn vises_igen(refusal: Refusal) -> Result<Problem, Problem> {
    let problem = Problem::from(refusal);
    if matches!(problem.status, 409 | 412 | 422 | 503) { Ok(problem) } else { Err(problem) }
}

/// What is wrong with a field, as a sentence for somebody who fills in a form.
pub(crate) fn saetning(label: &str, felt: &problem::Felt) -> String {
    let fejl = match &felt.how {
        How::Sentence => return felt.fejl.clone(),
        How::Wrong(Wrong::NotADay) => "skal være en dato, fx 5.1.2026",
        How::Wrong(Wrong::NotATime) => "skal være en dato og et klokkeslæt",
        How::Wrong(Wrong::NotOneOf(_)) => "skal være en af mulighederne",
        How::Wrong(Wrong::NotYesOrNo) => "skal være ja eller nej",
        How::Wrong(Wrong::NotText) => "skal være tekst",
        How::Wrong(Wrong::NotANumber) => "skal være et tal",
        How::Wrong(Wrong::NotWhole) => "skal være et helt tal",
        How::Wrong(Wrong::NotSmall) => "skal være et helt tal fra 0 til 255",
        How::Wrong(_) | How::Continues => felt.fejl.as_str(),
    };
    let fejl = fejl.trim_end_matches('.');
    if label.ends_with('?') { format!("{label} Svaret {fejl}.") } else { format!("{label}: {fejl}.") }
}

/// A refusal that is not about one field.
pub(crate) fn forklaring(problem: &Problem) -> String {
    match problem.kode.as_str() {
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
