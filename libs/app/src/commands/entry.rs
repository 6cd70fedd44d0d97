//! What is registered of a command, and what is read from the list of all of them.

use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::forloeb::Situation;
use forloeb::frister::Assessment;
use forloeb::words::Slutaarsag;
use serde_json::Value;
use utoipa::openapi::{RefOr, Schema};

use super::form::Form;
use super::run::{self, Running};
use super::typed::Typed;
use super::{ALL, Call, Command, CommandContext, Example, OnEmployment, OnForloeb, Outcome, Refusal, Warned, Warning};
use crate::access::Intent;
use crate::core::App;
use crate::free_text::Hints;
use crate::sealed;

/// Schemas of OpenAPI, by name.
pub type Schemas = Vec<(String, RefOr<Schema>)>;

/// A command, as everybody who lists commands sees it.
pub struct Entry {
    pub name: &'static str,
    path: &'static str,
    operation: Option<&'static str>,
    /// What it is for, in OpenAPI.
    pub summary: &'static str,
    /// Its heading in OpenAPI.
    pub tag: &'static str,
    /// What the API answers with.
    pub answer: Answer,
    example: &'static [(&'static str, Example)],
    /// The kinds of text about a person that it seals.
    pub seals: &'static [sealed::Kind],
    /// Its fields in which people write what they like.
    pub texts: &'static [&'static str],
    /// Where its form is.
    pub shown: Shown,
    /// What a page says when it was done.
    pub done: &'static str,
    done_with_warning: &'static [Warned],
    code: &'static str,
    /// What it is about.
    pub about: About,
    run: for<'a> fn(&'a App, Call<'a>) -> Running<'a>,
    schemas: fn(&mut Schemas) -> String,
}

/// What a command is about, and who may ask.
pub enum About {
    /// One forløb.
    Forloeb(OnPage),
    /// An employment, or the workplace.
    Other {
        route: &'static str,
        /// What the caller must be allowed to.
        access: Intent,
    },
}

/// What there is of a command about a forløb besides: its forms on the page of the forløb.
pub struct OnPage {
    /// What the caller must be allowed to.
    pub access: Intent,
    /// Its route, of a command by which employees act for themselves.
    own_route: Option<&'static str>,
    forms: fn(&CommandContext<'_>, &Forloeb, &Assessment) -> Vec<Form>,
    form: fn(&CommandContext<'_>, &Forloeb, &Assessment, &str) -> Option<Form>,
    form_name: fn(&Typed) -> String,
    decide: fn(&CommandContext<'_>, &Forloeb, &Value) -> Result<Act, Refusal>,
}

/// What the API answers a command with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The forløb as it then stood.
    Forloeb,
    /// The same, of a forløb that was made: 201, and where it is.
    NewForloeb,
    /// What the newest plan covers.
    Plan,
    /// Who acts for a leader.
    Stedfortraedere,
    /// Whether a leader has a mail a week.
    Signalbrev,
    /// Whom the employee has chosen ahead.
    Omsorgskollega,
    /// The version of the employment after it.
    Forsvundet,
    /// The policy that was laid down: 201.
    Politik,
    /// The policy that was withdrawn.
    WithdrawnPolitik,
}

/// Where the form of a command is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// On the page of its forløb, under this heading.
    Forloeb(Group),
    /// On this page, which draws it itself.
    Page(&'static str),
    /// On no page, for this reason.
    Nowhere(&'static str),
}

/// A heading on the page of a forløb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Contacts, talks, and what is decided in them.
    FollowUp,
    /// The anmeldelse and what comes of it.
    Money,
    /// The absence itself.
    Absence,
    /// Whose it is, and its end.
    Rest,
}

impl Group {
    const ALL: [Self; 4] = [Self::FollowUp, Self::Money, Self::Absence, Self::Rest];

    /// The heading.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::FollowUp => "Opfølgning",
            Self::Money => "Anmeldelse og refusion",
            Self::Absence => "Fravær og rettelser",
            Self::Rest => "Leder, tildeling og afslutning",
        }
    }
}

impl Entry {
    /// A command about a forløb.
    pub(super) const fn on_forloeb<C: OnForloeb>() -> Self {
        let about = OnPage {
            access: C::ACCESS,
            own_route: C::OWN_ROUTE,
            forms: offered::<C>,
            form: C::form,
            form_name: C::form_name,
            decide: |at, f, given| C::read(Some(given))?.decide(at, f),
        };
        Self::new::<C>(About::Forloeb(about), |app, call| run::on_forloeb(app, call, |given| C::read(Some(given))))
    }

    /// A command about an employment.
    pub(super) const fn on_employment<C: OnEmployment>() -> Self {
        let about = About::Other { route: C::ROUTE, access: C::ACCESS };
        Self::new::<C>(about, |app, call| run::on_employment(app, call, |given| C::read(Some(given))))
    }

    pub(super) const fn new<C: Command>(about: About, run: for<'a> fn(&'a App, Call<'a>) -> Running<'a>) -> Self {
        Self {
            name: C::NAME,
            path: C::PATH,
            operation: C::OPERATION,
            summary: C::SUMMARY,
            tag: C::TAG,
            answer: C::ANSWER,
            example: C::EXAMPLE,
            seals: C::SEALS,
            texts: C::TEXTS,
            shown: C::SHOWN,
            done: C::DONE,
            done_with_warning: C::DONE_WITH_WARNING,
            code: C::CODE,
            about,
            run,
            schemas: |all| {
                all.push((C::name().into_owned(), C::schema()));
                C::schemas(all);
                C::name().into_owned()
            },
        }
    }

    #[must_use]
    pub fn route(&self) -> String {
        match &self.about {
            About::Forloeb(OnPage { own_route: Some(route), .. }) | About::Other { route, .. } => (*route).to_owned(),
            About::Forloeb(_) => format!("/api/v1/forloeb/{{id}}/{}", self.path),
        }
    }

    /// Its route names a forløb.
    #[must_use]
    pub const fn names_forloeb(&self) -> bool {
        matches!(&self.about, About::Forloeb(OnPage { own_route: None, .. }))
    }

    /// The fields of its request that stand in its route.
    pub fn in_path(&self) -> impl Iterator<Item = &'static str> {
        self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }

    /// Its name in OpenAPI.
    #[must_use]
    pub fn operation(&self) -> String {
        self.operation.map_or_else(|| self.name.replace('-', "_"), str::to_owned)
    }

    /// A request that can be read.
    #[must_use]
    pub fn example(&self) -> Value {
        Example::Fields(self.example).into()
    }

    /// Adds the schema of its request, and those it is made of; the name of it.
    pub fn schemas(&self, all: &mut Schemas) -> String {
        (self.schemas)(all)
    }

    /// Carries it out; it is durable and can be read when this is over.
    pub fn run<'a>(&self, app: &'a App, call: Call<'a>) -> Running<'a> {
        let hints = in_texts(self.texts, call.given);
        let running = (self.run)(app, call);
        Box::pin(async move {
            let mut outcome = running.await?;
            outcome.warnings.extend(hints);
            Ok(outcome)
        })
    }

    /// What stands in an address for what was done.
    #[must_use]
    pub fn code(&self, outcome: Option<&Outcome>) -> &'static str {
        let warned = outcome.and_then(|outcome| {
            let about = outcome.warnings.iter().find_map(|warning| warning.about())?;
            self.done_with_warning.iter().find(|warned| warned.about == about)
        });
        warned.map_or(self.code, |warned| warned.code)
    }
}

impl OnPage {
    /// The form of a name, for a caller who may.
    #[must_use]
    pub fn form(&self, at: &CommandContext<'_>, f: &Forloeb, v: &Assessment, name: &str) -> Option<Form> {
        if at.may(f, self.access) { (self.form)(at, f, v, name) } else { None }
    }

    /// The name of the form that this was typed in.
    #[must_use]
    pub fn form_name(&self, typed: &Typed) -> String {
        (self.form_name)(typed)
    }

    /// What the domain would be asked for; nothing is carried out.
    ///
    /// # Errors
    /// What was given cannot be read, or does not fit.
    pub fn decide(&self, at: &CommandContext<'_>, f: &Forloeb, given: &Value) -> Result<Act, Refusal> {
        (self.decide)(at, f, given)
    }
}

/// What stands in these texts that does not belong there.
pub(super) fn in_texts(texts: &[&'static str], given: &Value) -> Vec<Warning> {
    let found = texts.iter().map(|field| (*field, Hints::in_field(given, field)));
    found.filter(|(_, hints)| !hints.is_empty()).map(|(field, hints)| Warning::Text { field, hints }).collect()
}

/// The forms of a command for a caller who may: of an annulled forløb, none.
pub(super) fn offered<C: OnForloeb>(at: &CommandContext<'_>, f: &Forloeb, v: &Assessment) -> Vec<Form> {
    let annulled = matches!(f.situation(at.today), Situation::End { aarsag: Slutaarsag::Annulleret, .. });
    if annulled || !at.may(f, C::ACCESS) { Vec::new() } else { C::forms(at, f, v) }
}

/// The command about a forløb whose form is on its page, by name.
#[must_use]
pub fn on_forloeb(name: &str) -> Option<(&'static Entry, &'static OnPage)> {
    let entry = ALL.iter().copied().find(|entry| entry.name == name && matches!(entry.shown, Shown::Forloeb(_)))?;
    match &entry.about {
        About::Forloeb(about) => Some((entry, about)),
        About::Other { .. } => None,
    }
}

/// The forms of the page of a forløb: those of the commands that the caller may give, and that make sense as things stand.
#[must_use]
pub fn forms(at: &CommandContext<'_>, f: &Forloeb, v: &Assessment) -> Vec<(Group, Vec<Form>)> {
    let under = |group| {
        let entries = ALL.iter().filter(move |entry| entry.shown == Shown::Forloeb(group));
        entries.flat_map(|entry| match &entry.about {
            About::Forloeb(about) => (about.forms)(at, f, v),
            About::Other { .. } => Vec::new(),
        })
    };
    let all = Group::ALL.map(|group| (group, under(group).collect::<Vec<_>>()));
    all.into_iter().filter(|(_, forms)| !forms.is_empty()).collect()
}

/// What a page says by the code in its address.
#[must_use]
pub fn confirmation(code: &str) -> Option<&'static str> {
    ALL.iter().find_map(|entry| {
        let warned = entry.done_with_warning.iter().find(|warned| warned.code == code).map(|warned| warned.said);
        warned.or_else(|| (entry.code == code).then_some(entry.done))
    })
}
