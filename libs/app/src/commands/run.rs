//! Carrying a command out: borrow, access, repetition, the typed request, decide, write.

use std::borrow::Cow;
use std::pin::Pin;

use eventlog::Idempotency;
use forloeb::command::{Act, DomainCommand};
use forloeb::forloeb::Situation;
use forloeb::frister::Assessment;
use forloeb::refusal::BrokenRegel;
use forloeb::words::Slutaarsag;
use forloeb::{Ansaettelse, Forloeb, Record};
use serde_json::Value;
use uuid::Uuid;

use super::request::WrongFields;
use super::{CommandContext, OnEmployment, OnForloeb, Refusal, Warning};
use crate::access::{Intent, User};
use crate::core::{App, Executed};
use crate::free_text::Hints;
use crate::politik::Fastsat;
use crate::projections::Loan;

/// A command as it came in: with fields to read its request from, or with the request itself.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a, Given = &'a Value> {
    /// Who asks.
    pub caller: &'a User,
    /// The forløb it is about, where it is about one.
    pub forloeb: Option<Uuid>,
    /// What was given.
    pub given: Given,
    /// Only if the forløb still has this version.
    pub if_version: Option<u64>,
    /// The caller's key: the same command twice is one.
    pub once: Option<Idempotency>,
}

/// What a command led to.
#[derive(Debug)]
pub struct Outcome {
    /// What it left behind. Of a repeated command, what it left the first time.
    pub left: Left,
    /// What the caller should know, though it was done.
    pub warnings: Vec<Warning>,
}

impl Outcome {
    /// The version of the forløb that it left behind, where it was about one.
    #[must_use]
    pub fn version(&self) -> Option<u64> {
        match &self.left {
            Left::Forloeb { id, after } => after.find(*id).ok().map(|f| f.version),
            Left::Employment(_) | Left::Policy(_) => None,
        }
    }

    /// The forløb that it tells of, where no event says so: nothing had to be written, or it was written the first time. Who is
    /// answered has read it, as by asking for it.
    #[must_use]
    pub fn only_read(&self) -> Option<Uuid> {
        match &self.left {
            Left::Forloeb { id, after } => (after.done.unchanged || after.done.repeated).then_some(*id),
            Left::Employment(_) | Left::Policy(_) => None,
        }
    }

    /// What stands in the texts that were given and does not belong there.
    #[must_use]
    pub fn hints(&self) -> Hints {
        all_hints(&self.warnings)
    }
}

fn all_hints(warnings: &[Warning]) -> Hints {
    warnings.iter().fold(Hints::default(), |all, warning| match warning {
        Warning::Text { hints, .. } => all.and(*hints),
        Warning::CountsAsBackAtWork { .. }
        | Warning::KnownByPayroll { .. }
        | Warning::KnownByPeople
        | Warning::MoreHoursThanEmployed { .. } => all,
    })
}

/// A forløb as a command would leave it. Nothing of it is written.
#[derive(Debug)]
pub struct WouldBe {
    id: Uuid,
    before: Loan,
    after: Loan,
    /// What the caller should know before it is done.
    pub warnings: Vec<Warning>,
}

impl WouldBe {
    /// The forløb as it is.
    ///
    /// # Errors
    /// There is none.
    pub fn before(&self) -> Result<&Forloeb, Refusal> {
        self.before.forloeb(self.id).map(AsRef::as_ref).ok_or(Refusal::NotFound)
    }

    /// The same as it would be.
    ///
    /// # Errors
    /// The command would leave none.
    pub fn after(&self) -> Result<&Forloeb, Refusal> {
        self.after.forloeb(self.id).map(AsRef::as_ref).ok_or(Refusal::NotFound)
    }

    /// What stands in the texts that were given and does not belong there.
    #[must_use]
    pub fn hints(&self) -> Hints {
        all_hints(&self.warnings)
    }
}

/// What a command left behind.
#[derive(Debug)]
pub enum Left {
    /// A forløb of an employment.
    Forloeb {
        /// Which.
        id: Uuid,
        /// The employment.
        after: After,
    },
    Employment(After),
    Policy(Box<Fastsat>),
}

/// An employment right after a command.
#[derive(Debug)]
pub struct After {
    loan: Loan,
    /// The version, the day it was decided, whether anything was written, and whether it was a repetition.
    pub done: Executed,
}

impl After {
    async fn of(app: &App, nr: &str, done: Executed) -> Result<Self, Refusal> {
        let now = app.loan(nr).await?;
        if now.ansaettelse().version() == 0 {
            return Err(Refusal::NotFound);
        }
        Ok(Self { loan: now.at_version(done.version), done })
    }

    /// The frister and the refusion of one of its forløb on the day it was decided.
    #[must_use]
    pub fn assessment(&self, f: &Forloeb) -> Cow<'_, Assessment> {
        self.loan.assessment(f, self.done.dag)
    }

    #[must_use]
    pub fn employment(&self) -> &Ansaettelse {
        self.loan.ansaettelse()
    }

    /// A forløb of it.
    ///
    /// # Errors
    /// There is none with this id.
    pub fn find(&self, id: Uuid) -> Result<&Forloeb, Refusal> {
        self.loan.forloeb(id).map(AsRef::as_ref).ok_or(Refusal::NotFound)
    }
}

/// A command being carried out.
pub type Running<'a> = Pin<Box<dyn Future<Output = Result<Outcome, Refusal>> + Send + 'a>>;

/// A command being tried out.
pub type Asking<'a> = Pin<Box<dyn Future<Output = Result<WouldBe, Refusal>> + Send + 'a>>;

/// Access comes before what was given: who may not write is not told what would be right. A repetition is answered before
/// anything is looked up: what has changed since the first time is no reason to refuse the second.
pub(super) fn on_forloeb<'a, C: OnForloeb, Given: Send + 'a>(
    app: &'a App,
    call: Call<'a, Given>,
    read: fn(Given) -> Result<C, WrongFields>,
) -> Running<'a> {
    Box::pin(async move {
        let id = match call.forloeb {
            Some(id) => id,
            None => own_forloeb(app, call.caller, C::ACCESS).await?,
        };
        let loan = app.loan_forloeb(id).await?;
        let access = call.caller.may_change(&loan, id, C::ACCESS, &app.projections(), app.clock.today())?;
        let f = access.forloeb();
        let nr = &f.medarbejder_nr;
        let request = read(call.given)?;
        if let Some(repeated) = app.repeated(call.once).await? {
            let after = After::of(app, nr, repeated).await?;
            let warnings = warned(call.caller, &request, after.find(f.id)?);
            return Ok(Outcome { left: Left::Forloeb { id: f.id, after }, warnings });
        }
        let warnings = warned(call.caller, &request, f);
        let act = asked(app, call.caller, &loan, f, request)?;
        let command = DomainCommand::Forloeb { id: f.id, if_version: call.if_version, act };
        let done = app.execute(nr, &command, access.aktoer(), call.once).await?;
        Ok(Outcome { left: Left::Forloeb { id: f.id, after: After::of(app, nr, done).await? }, warnings })
    })
}

/// As [`on_forloeb`], up to where something would be written: who may, what is wrong, and what the rules say of it.
pub(super) fn would<'a, C: OnForloeb>(app: &'a App, call: Call<'a>) -> Asking<'a> {
    Box::pin(async move {
        let id = call.forloeb.ok_or(Refusal::NotFound)?;
        let loan = app.loan_forloeb(id).await?;
        let access = call.caller.may_change(&loan, id, C::ACCESS, &app.projections(), app.clock.today())?;
        let f = access.forloeb();
        let request = C::read(Some(call.given))?;
        let mut warnings = warned(call.caller, &request, f);
        warnings.extend(super::entry::in_texts(C::TEXTS, call.given));
        let act = asked(app, call.caller, &loan, f, request)?;
        let command = DomainCommand::Forloeb { id: f.id, if_version: call.if_version, act };
        let mut draft = app.draft(loan.clone());
        draft.decide(&command, access.aktoer())?;
        Ok(WouldBe { id: f.id, before: loan, after: draft.would().clone(), warnings })
    })
}

/// What the domain is asked for. What an employee has said not everybody annuls.
fn asked<C: OnForloeb>(app: &App, caller: &User, loan: &Loan, f: &Forloeb, request: C) -> Result<Act, Refusal> {
    let act = request.decide(&CommandContext::new(app, caller), f)?;
    if let Act::Annuller { haendelse, .. } = &act
        && annuls_their_word(caller, loan.ansaettelse(), f, *haendelse)
    {
        return Err(Refusal::Decided(BrokenRegel::SaidByMedarbejder.into()));
    }
    Ok(act)
}

/// What would be annulled is what the employee has said: the event, or a whole forløb in which they have said something.
fn annuls_their_word(caller: &User, a: &Ansaettelse, f: &Forloeb, position: Option<u64>) -> bool {
    let is_it = |record: &Record| match position {
        Some(position) => record.position == position,
        None => record.haendelse.forloeb().is_some_and(|id| f.called(id)),
    };
    a.records().iter().any(|record| is_it(record) && !caller.may_annul(record))
}

/// The newest forløb of the caller's own that was no mistake: what an employee says of themself is about that one.
async fn own_forloeb(app: &App, caller: &User, access: Intent) -> Result<Uuid, Refusal> {
    if !caller.may_ever(access) {
        return Err(Refusal::NotAllowed(access));
    }
    let loan = app.loan(caller.nr.as_deref().ok_or(Refusal::NotFound)?).await?;
    let today = app.clock.today();
    let annulled = |f: &Forloeb| matches!(f.situation(today), Situation::End { aarsag: Slutaarsag::Annulleret, .. });
    let newest = loan.all().iter().filter(|f| !annulled(f)).max_by_key(|f| f.foerste);
    newest.map(|f| f.id).ok_or_else(|| Refusal::Decided(BrokenRegel::NoForloeb.into()))
}

/// What the caller should know: of money only who may see money.
fn warned<C: OnForloeb>(caller: &User, request: &C, f: &Forloeb) -> Vec<Warning> {
    for_the_caller(caller, request.warnings(f))
}

fn for_the_caller(caller: &User, mut warnings: Vec<Warning>) -> Vec<Warning> {
    warnings.retain(|warning| match warning {
        Warning::CountsAsBackAtWork { .. } => caller.sees_penge(),
        Warning::KnownByPayroll { .. }
        | Warning::KnownByPeople
        | Warning::MoreHoursThanEmployed { .. }
        | Warning::Text { .. } => true,
    });
    warnings
}

/// As [`on_forloeb`], where the request says whose employment it is.
pub(super) fn on_employment<'a, C: OnEmployment, Given: Send + 'a>(
    app: &'a App,
    call: Call<'a, Given>,
    read: fn(Given) -> Result<C, WrongFields>,
) -> Running<'a> {
    Box::pin(async move {
        if !call.caller.may_ever(C::ACCESS) {
            return Err(Refusal::NotAllowed(C::ACCESS));
        }
        let request = read(call.given)?;
        request.may(call.caller, &app.projections())?;
        let nr = request.employment(call.caller).to_owned();
        let done = match app.repeated(call.once).await? {
            Some(repeated) => repeated,
            None => {
                let command = request.decide(&CommandContext::new(app, call.caller))?;
                app.execute(&nr, &command, &call.caller.aktoer(), call.once).await?
            }
        };
        let left = C::left(After::of(app, &nr, done).await?)?;
        let warnings = for_the_caller(call.caller, C::warnings(&left));
        Ok(Outcome { left, warnings })
    })
}
