//! An employee whom no mail reaches, on a page: why, and what there is to print for them instead.

use forloeb::Forloeb;
use forloeb::frister::Assessment;

use super::datoer::long;
use super::reader_view::ReaderView;
use crate::access::Intent;
use crate::paamindelser::modtager::Unreached;
use crate::paamindelser::paper::title;

/// What whoever writes to them is told.
pub(crate) struct OnPaper {
    pub(crate) why: &'static str,
    /// What stands to be told, a line each.
    pub(crate) titles: Vec<String>,
    /// Where the letter is.
    pub(crate) path: String,
    /// The day on which they were last given a letter.
    pub(crate) given: Option<String>,
}

impl OnPaper {
    /// None where mails reach the employee as far as is known, where the reader is not one who writes to them, and where it is over
    /// and there is nothing to tell.
    pub(crate) fn of(k: &ReaderView<'_>, f: &Forloeb, v: &Assessment) -> Option<Self> {
        let writes = !f.erased && k.may(f, Intent::Whole) && k.may(f, Intent::Telefon);
        let mails = &k.state.service.paamindelser;
        let unreached = writes.then(|| mails.unreached(&f.medarbejder_nr))??;
        let titles: Vec<String> = mails.to_tell(f, v).iter().map(title).collect();
        let given = f.noteret.breve.last().map(|fact| long(fact.what.dato));
        let tells = !titles.is_empty() || f.is_aabent(k.today);
        tells.then(|| Self { why: why(unreached), titles, path: format!("/forloeb/{}/brev", f.id), given })
    }
}

/// Why no mail reaches them, and what would have to be mended.
pub(crate) const fn why(unreached: Unreached) -> &'static str {
    match unreached {
        Unreached::WithoutAddress => "Lønsystemet har ingen mailadresse, der kan sendes til.",
        Unreached::Gone => "Mailserveren siger, at postkassen ikke findes.",
        Unreached::Full => "Postkassen tog ikke imod mail i en hel arbejdsdag.",
    }
}
