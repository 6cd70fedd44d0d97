//! Letters on paper, on the pages where they are printed: which the employee was given, and the form by which somebody says that they
//! gave one. Printing is the browser's, and says nothing of whether anybody was given what came out.

use forloeb::Forloeb;
use forloeb::forloeb::Fact;
use forloeb::haendelse::BrevGivet;
use forloeb::words::Brevart;
use texts::brev;
use uuid::Uuid;

use super::datoer::long;
use super::history::aktoer;
use super::page_form::{ErrorLine, PageForm, explanation, shown_again};
use super::reader_view::ReaderView;
use super::session::{LoggedIn, Pairs};
use super::state::PageState;
use super::submission::call;
use crate::access::Intent;
use crate::commands::Command;
use crate::commands::brev::{BrevRequest, ENTRY, form};
use crate::problem::Problem;
use crate::projections::Loan;
use crate::sentences::with_capital;

/// What there is to say of the letters of a kind.
pub(crate) struct LettersGiven {
    /// Each in a sentence, the newest first.
    pub(crate) said: Vec<String>,
    /// For whoever may say so, where there is a letter to give.
    pub(crate) page_form: Option<PageForm>,
}

impl LettersGiven {
    /// Of a forløb. `stands`: there is a letter to give.
    pub(crate) fn of(k: &ReaderView<'_>, loan: &Loan, f: &Forloeb, art: Brevart, stands: bool) -> Self {
        let records = loan.ansaettelse().records();
        let line = |fact: &Fact<BrevGivet>| {
            let by = records.iter().find(|record| record.position == fact.position);
            let by = by.map(|record| format!(", noteret af {}", aktoer(k, &record.aktoer)));
            let (day, name) = (with_capital(&long(fact.what.dato)), brev::name(fact.what.art));
            format!("{day}: {name}{}.", by.unwrap_or_default())
        };
        let of_kind = f.noteret.breve.iter().rev().filter(|fact| fact.what.art == art);
        let may = stands && k.may(f, Intent::Forloeb);
        Self { said: of_kind.map(line).collect(), page_form: may.then(|| PageForm::from(form(art, k.today))) }
    }

    /// The form again with what was typed and what is wrong with it; the lines of the summary.
    pub(crate) fn refused(&mut self, pairs: &Pairs, problem: &Problem) -> Vec<ErrorLine> {
        match &mut self.page_form {
            Some(page_form) => page_form.refused(pairs, problem),
            // It was given meanwhile, and there is nothing to give any more.
            None => vec![ErrorLine { felt: None, tekst: explanation(problem) }],
        }
    }
}

/// Records that a letter was given. What is refused is a problem to show the form again with.
///
/// # Errors
/// The forløb does not exist for the reader, they may not, or something failed inside.
pub(crate) async fn give(
    state: &PageState,
    logged_in: &LoggedIn,
    (id, art): (Uuid, Brevart),
    pairs: &Pairs,
) -> Result<Option<Problem>, Problem> {
    let app = &state.service.app;
    let given = form(art, app.clock.today()).given(pairs);
    match ENTRY.run(app, call(BrevRequest::NAME, &logged_in.user, Some(id), pairs, &given)).await {
        Ok(_) => Ok(None),
        Err(refusal) => shown_again(refusal).map(Some),
    }
}
