//! What the forløb before left behind, where the same is asked anew: it is offered, and holds when somebody has said it again.

use std::sync::Arc;

use forloeb::{Forloeb, Haendelse, forrige};

use super::datoer::long;
use super::page_form::PageForm;
use super::page_forms::FormGroup;
use super::reader_view::ReaderView;
use crate::access::Intent;
use crate::commands::{oensker, tildeling};
use crate::projections::Loan;
use crate::sealed::Oensker;

/// The forløb before, with what the reader may take over from it.
pub(crate) struct Before {
    pub(crate) path: String,
    /// Its last day.
    pub(crate) ended: String,
    /// Where the plan of it can be gone on with.
    pub(crate) plan: Option<String>,
    /// Who had it, and the form that gives this one to the same.
    pub(crate) tildelt: Option<(String, PageForm)>,
}

impl Before {
    /// None where there is nothing to take over, or the reader may not see it.
    pub(crate) fn of(k: &ReaderView<'_>, loan: &Loan, f: &Forloeb, groups: &[FormGroup]) -> Option<Self> {
        let before = forrige(loan.all(), f).filter(|_| f.is_aabent(k.today))?;
        k.find(loan, before.id, Intent::See).ok()?;
        let can = |name: &str| groups.iter().any(|g| g.page_forms.iter().any(|form| form.form.name == name));
        let is_free = f.tildelt.is_none() && can("tildeling") && !has_said(loan, f, is_tildelt);
        let nr = before.tildelt.as_deref().filter(|nr| is_free && k.projections().is_ansat(nr));
        let nr = nr.map(|nr| k.projections().current_nr(nr).to_owned());
        let tildelt = nr.map(|nr| (k.name(&nr), PageForm::from(tildeling::to_the_same(&nr))));
        let plan = plan(k, loan, f).map(|_| format!("/forloeb/{}/plan?{FORRIGE}=ja", f.id));
        let (path, ended) = (format!("/forloeb/{}", before.id), before.sidste.map(long).unwrap_or_default());
        (tildelt.is_some() || plan.is_some()).then_some(Self { path, ended, plan, tildelt })
    }
}

/// The parameter of the address of the plan that asks for the plan of the forløb before.
pub(crate) const FORRIGE: &str = "forrige";

/// The forløb before, where its plan can be gone on with: nobody has begun on a new one.
pub(crate) fn plan<'l>(k: &ReaderView<'_>, loan: &'l Loan, f: &Forloeb) -> Option<&'l Arc<Forloeb>> {
    let begun = f.plan().is_some() || f.tta.kladde.is_some();
    let before = forrige(loan.all(), f).filter(|before| !begun && before.plan().is_some())?;
    (k.may(f, Intent::TtaPlan) && k.find(loan, before.id, Intent::Plan).is_ok()).then_some(before)
}

/// Their own earlier wishes, and the contact person they chose, stand in the forms of the employee until they have said
/// something else.
pub(crate) fn propose(k: &ReaderView<'_>, loan: &Loan, f: &Forloeb, page_forms: &mut [PageForm]) {
    let Some(before) = forrige(loan.all(), f) else { return };
    let said = long(before.sidste.unwrap_or(before.foerste));
    let note =
        format!("Det her sagde du i dit forrige forløb, som sluttede {said}. Det gælder først nu, når du gemmer det.");
    for page_form in page_forms {
        match &*page_form.form.name {
            "oensker" if f.sagt.oensker.is_none() => {
                let wishes = before.sagt.wishes().and_then(|sealed| k.tekst::<Oensker>(&f.medarbejder_nr, sealed));
                let Some(Ok(wishes)) = wishes else { continue };
                *page_form = PageForm::from(oensker::form(&wishes));
            }
            "kontaktperson" if f.chosen_kontaktperson.is_none() && !has_said(loan, f, is_chosen) => {
                let Some(chosen) = before.chosen_kontaktperson.as_deref() else { continue };
                let chosen = k.projections().current_nr(chosen).to_owned();
                let field = page_form.fields.iter_mut().find(|field| field.field.name == "kontaktperson_nr");
                let field = field.filter(|field| field.field.choices.iter().any(|choice| choice.code == chosen));
                let Some(field) = field else { continue };
                field.field.value = chosen;
            }
            _ => continue,
        }
        page_form.form.help = format!("{note} {}", page_form.form.help);
    }
}

/// Something of this kind was said in this forløb already, though nothing of it may stand.
fn has_said(loan: &Loan, f: &Forloeb, is: fn(&Haendelse) -> bool) -> bool {
    let about = |h: &Haendelse| h.forloeb().is_some_and(|id| f.called(id));
    loan.ansaettelse().records().iter().any(|record| is(&record.haendelse) && about(&record.haendelse))
}

const fn is_tildelt(h: &Haendelse) -> bool {
    matches!(h, Haendelse::ForloebTildelt(_))
}

const fn is_chosen(h: &Haendelse) -> bool {
    matches!(h, Haendelse::KontaktpersonValgt(_))
}
