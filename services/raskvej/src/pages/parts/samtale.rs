//! The talk that an employee is invited to, on a page: when and where, what the employee answered, and what one can do.

use forloeb::Forloeb;
use forloeb::forloeb::Fact;
use forloeb::haendelse::{SamtaleBesvaret, SamtaleIndkaldt};
use forloeb::words::{Indkaldelsesart, Samtalesvar};
use uuid::Uuid;

use super::datoer::tidspunkt;
use super::page_form::PageForm;
use super::page_forms::FormGroup;
use super::reader_view::ReaderView;
use crate::sealed::{Indkaldelse, Samtalebemaerkning};

/// The talk that is to be held.
pub(crate) struct Talk {
    pub(crate) when: String,
    pub(crate) telefonisk: bool,
    /// The employee is summoned, and not only invited.
    pub(crate) summoned: bool,
    /// Where; or why that cannot be read.
    pub(crate) sted: Option<String>,
    pub(crate) deltagere: Vec<String>,
    /// It was moved to what the employee proposed.
    pub(crate) moved: bool,
    pub(crate) answer: Option<Answer>,
    /// What the reader can do about it.
    pub(crate) page_forms: Vec<PageForm>,
    /// Where a talk by telephone is arranged.
    pub(crate) arrange: Option<String>,
    /// Where the letter is.
    pub(crate) letter: String,
}

/// What the employee answered.
pub(crate) struct Answer {
    pub(crate) svar: Samtalesvar,
    pub(crate) given: String,
    pub(crate) forslag: Option<String>,
    pub(crate) sted: Option<String>,
    pub(crate) deltagere: Vec<String>,
    pub(crate) bemaerkning: Option<String>,
}

impl Answer {
    pub(crate) fn comes(&self) -> bool {
        self.svar == Samtalesvar::Kommer
    }

    pub(crate) fn proposes(&self) -> bool {
        self.svar == Samtalesvar::AndenTid
    }
}

impl Talk {
    /// None where nobody is invited, or something was recorded of the talk. The forms about it are taken from the groups, where
    /// they would stand among many others.
    pub(crate) fn of(k: &ReaderView<'_>, f: &Forloeb, groups: &mut Vec<FormGroup>) -> Option<Self> {
        let page_forms = taken(groups, &["samtale-svar", "samtale-anden-tid"]);
        let indkaldt = f.open_indkaldelse().filter(|_| f.is_aabent(k.today) && k.user().sees_whole_forloeb())?;
        let offered = groups.iter().flat_map(|g| &g.page_forms).any(|x| x.form.name == "samtale-indkaldelse");
        let answer = f.samtalesvar().map(|svar| answer(k, f, svar));
        Some(Self { answer, page_forms, ..Self::arranged(k, f, indkaldt, offered) })
    }

    fn arranged(k: &ReaderView<'_>, f: &Forloeb, indkaldt: &Fact<SamtaleIndkaldt>, offered: bool) -> Self {
        let words = k.tekst::<Indkaldelse>(&f.medarbejder_nr, &indkaldt.what.confidential);
        let (sted, deltagere) = match words {
            Some(Ok(words)) => {
                let colleagues = indkaldt.what.deltager_nr.iter().map(|nr| k.name(nr));
                (Some(words.sted), words.deltagere.into_iter().chain(colleagues).collect())
            }
            Some(Err(error)) => (Some(format!("({error})")), Vec::new()),
            None => (None, Vec::new()),
        };
        Self {
            when: tidspunkt(indkaldt.what.tidspunkt.to_utc()),
            telefonisk: indkaldt.what.telefonisk,
            summoned: indkaldt.what.art == Some(Indkaldelsesart::Indkaldt),
            sted,
            deltagere,
            moved: indkaldt.what.imoedekommer.is_some(),
            answer: None,
            page_forms: Vec::new(),
            arrange: offered.then(|| format!("/forloeb/{}?vis=samtale-indkaldelse#f-samtale-indkaldelse", f.id)),
            letter: letters_path(f.id),
        }
    }
}

/// Where the letters of a forløb are.
pub(crate) fn letters_path(id: Uuid) -> String {
    format!("/forloeb/{id}/indkaldelse")
}

fn answer(k: &ReaderView<'_>, f: &Forloeb, svar: &Fact<SamtaleBesvaret>) -> Answer {
    let sealed = svar.what.confidential.as_ref();
    let words = sealed.and_then(|sealed| k.tekst::<Samtalebemaerkning>(&f.medarbejder_nr, sealed));
    let (sted, deltagere, bemaerkning) = match words {
        Some(Ok(words)) => (words.sted, words.deltagere, words.bemaerkning),
        Some(Err(error)) => (None, Vec::new(), Some(format!("({error})"))),
        None => (None, Vec::new(), None),
    };
    Answer {
        svar: svar.what.svar,
        given: tidspunkt(svar.time),
        forslag: svar.what.forslag.map(|time| tidspunkt(time.to_utc())),
        sted,
        deltagere,
        bemaerkning,
    }
}

/// The forms of these commands, which then stand in no group any more.
pub(crate) fn taken(groups: &mut Vec<FormGroup>, actions: &[&str]) -> Vec<PageForm> {
    let mut all = Vec::new();
    for group in groups.iter_mut() {
        let forms = std::mem::take(&mut group.page_forms);
        let (mine, rest): (Vec<_>, Vec<_>) = forms.into_iter().partition(|x| actions.contains(&x.form.action));
        group.page_forms = rest;
        all.extend(mine);
    }
    groups.retain(|group| !group.page_forms.is_empty());
    all
}
