//! Whom the employee has chosen ahead to ring them, should they fall ill, with the form that chooses another: on their own page,
//! ill or not.

use super::page_form::PageForm;
use super::reader_view::ReaderView;
use crate::commands::omsorgskollega::form;
use crate::projections::Loan;

/// The choice as it stands, and the form that makes another.
pub(crate) struct Choice {
    pub(crate) said: String,
    pub(crate) page_form: PageForm,
}

/// Where the workplace has such choices, and the employee is still here.
pub(crate) fn choice(k: &ReaderView<'_>, loan: &Loan) -> Option<Choice> {
    let (nr, chosen) = (loan.nr(), loan.ansaettelse().omsorgskollega());
    let (offered, chosen, near) = {
        let projections = k.projections();
        let chosen = chosen.map(|nr| projections.current_nr(nr).to_owned());
        let near = chosen.as_deref().is_some_and(|one| projections.own_kolleger(nr).contains(one));
        (projections.has_omsorgskolleger() && projections.is_ansat(nr), chosen, near)
    };
    let said = match &chosen {
        None => "Du har ikke valgt nogen.".to_owned(),
        Some(one) if near => format!("Du har valgt {}.", k.name(one)),
        Some(one) => format!(
            "Du har valgt {}, men valget gælder ikke lige nu: Det skal være en kollega under samme leder, tillidsrepræsentanten \
             eller arbejdsmiljørepræsentanten.",
            k.name(one)
        ),
    };
    offered.then(|| Choice { said, page_form: form(&k.at(), nr, chosen.as_deref()).into() })
}
