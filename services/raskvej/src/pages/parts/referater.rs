//! Minutes of talks and meetings, and what was agreed in them, on a page.

use forloeb::Forloeb;
use forloeb::forloeb::Fact;
use forloeb::frister::{Assessment, Frist};
use forloeb::haendelse::ReferatSkrevet;
use forloeb::samtale::Aftale;
use forloeb::words::{Aftaleejer, Rolle};

use super::datoer::{both, long, tidspunkt};
use super::frist::label;
use super::page_form::PageForm;
use super::page_forms::FormGroup;
use super::reader_view::ReaderView;
use super::samtale::taken;
use crate::commands::aftale::keeps;
use crate::sealed::Referat;
use crate::sentences::{aftaleejer_name, moede_name, with_capital};

/// What was agreed.
pub(crate) struct Agreed {
    pub(crate) nr: u32,
    pub(crate) text: String,
    pub(crate) who: &'static str,
    pub(crate) latest: String,
    pub(crate) status: String,
    pub(crate) code: &'static str,
    /// The reader can say what became of it.
    open: bool,
    pub(crate) page_form: Option<PageForm>,
    /// The form for another day.
    pub(crate) change: Option<PageForm>,
}

/// Minutes.
pub(crate) struct Minutes {
    pub(crate) position: u64,
    /// Of what, and when it was held.
    pub(crate) heading: String,
    pub(crate) written: String,
    pub(crate) text: String,
    pub(crate) begrundelse: Option<String>,
    /// What was agreed by them, in a line each.
    pub(crate) aftaler: Vec<String>,
    /// Later ones stand in their place.
    pub(crate) replaced: bool,
}

/// The minutes and what was agreed, of a forløb.
pub(crate) struct Talks {
    pub(crate) agreed: Vec<Agreed>,
    pub(crate) minutes: Vec<Minutes>,
}

impl Talks {
    /// What this reader sees of it: who is only asked to make the contact, what they are to do themself.
    pub(crate) fn of(k: &ReaderView<'_>, f: &Forloeb, v: &Assessment, groups: &mut Vec<FormGroup>) -> Self {
        let mut forms = taken(groups, &["aftale", "aftale-aendring"]);
        let whole = k.user().sees_whole_forloeb();
        let seen = |a: &Aftale<'_>| whole || keeps(k.user().rolle, a.hvem);
        let agreed = f.aftaler().into_iter().filter(seen).map(|a| {
            let mut form = |name| {
                let is = |form: &PageForm| form.form.name == format!("{name}-{}", a.nr);
                forms.iter().position(is).map(|at| forms.remove(at))
            };
            let (settle, change) = (form("aftale"), form("aftale-aendring"));
            agreed(k, f, v, &a, (settle, change))
        });
        let agreed = agreed.collect();
        let minutes = f.referater.iter().rev().filter(|_| whole).map(|r| minutes(k, f, r)).collect();
        Self { agreed, minutes }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.agreed.is_empty() && self.minutes.is_empty()
    }

    /// There is a form of this name by which one says what became of something.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.agreed.iter().any(|a| a.page_form.as_ref().is_some_and(|form| form.form.name == name))
    }

    /// That form, with what was agreed above it; it then stands nowhere else.
    pub(crate) fn take(&mut self, name: &str) -> Option<PageForm> {
        let agreed =
            self.agreed.iter_mut().find(|a| a.page_form.as_ref().is_some_and(|form| form.form.name == name))?;
        let mut form = agreed.page_form.take()?;
        form.form.help.clone_from(&agreed.text);
        Some(form)
    }

    /// The forms of what stands open.
    pub(crate) fn page_forms(&mut self) -> impl Iterator<Item = &mut PageForm> {
        self.agreed.iter_mut().flat_map(|a| a.page_form.iter_mut().chain(&mut a.change))
    }

    /// The minutes that count.
    pub(crate) fn in_force(&self) -> impl Iterator<Item = &Minutes> {
        self.minutes.iter().filter(|m| !m.replaced)
    }

    /// Those that others stand in the place of.
    pub(crate) fn replaced(&self) -> Vec<&Minutes> {
        self.minutes.iter().filter(|m| m.replaced).collect()
    }

    /// What stands open, and what is settled.
    pub(crate) fn in_short(&self) -> String {
        let open = self.agreed.iter().filter(|a| a.open).count();
        match (open, self.agreed.len()) {
            (_, 0) => "Ingen aftaler".to_owned(),
            (0, _) => "Intet for dig at gøre".to_owned(),
            (open, _) => crate::sentences::count(open as u64, "åben aftale", "åbne aftaler"),
        }
    }
}

fn agreed(
    k: &ReaderView<'_>,
    f: &Forloeb,
    v: &Assessment,
    a: &Aftale<'_>,
    forms: (Option<PageForm>, Option<PageForm>),
) -> Agreed {
    let (page_form, change) = forms;
    let words = words(k, f, a.referat);
    let text = match words {
        Some(Ok(words)) => words.aftaler.get(a.place).cloned().unwrap_or_default(),
        Some(Err(why)) => why,
        None => format!("Aftale {}", a.nr),
    };
    let frist: Option<&Frist> = v.frister.iter().find(|frist| frist.aftale == Some(a.nr));
    let (status, code) = frist.map_or_else(|| (String::new(), "aaben"), |frist| label(frist, k.today));
    let own = k.user().rolle == Rolle::Medarbejder && a.hvem == Aftaleejer::Medarbejder;
    Agreed {
        nr: a.nr,
        text,
        who: if own { "du" } else { aftaleejer_name(a.hvem) },
        latest: both(a.senest, k.today),
        status,
        code,
        open: page_form.is_some(),
        page_form,
        change,
    }
}

fn minutes(k: &ReaderView<'_>, f: &Forloeb, referat: &Fact<ReferatSkrevet>) -> Minutes {
    let moede = f.moeder().into_iter().find(|m| m.position == referat.what.til);
    let heading = moede.map_or_else(
        || "Et møde, der siden er annulleret".to_owned(),
        |m| format!("{} {}", with_capital(moede_name(m.name)), long(m.dato)),
    );
    let (text, texts, begrundelse) = match words(k, f, referat) {
        Some(Ok(Referat { tekst, aftaler, begrundelse })) => (tekst, aftaler, begrundelse),
        Some(Err(why)) => (why, Vec::new(), None),
        None => ("Teksten vises ikke for din rolle.".to_owned(), Vec::new(), None),
    };
    let line = |(n, a): (usize, &forloeb::haendelse::Aftalt)| {
        let text = texts.get(n).cloned().unwrap_or_else(|| format!("Aftale {}", a.nr));
        format!("{text} ({}, senest {})", aftaleejer_name(a.hvem), long(a.senest))
    };
    Minutes {
        position: referat.position,
        heading,
        written: tidspunkt(referat.time),
        text,
        begrundelse,
        aftaler: referat.what.aftaler.iter().enumerate().map(line).collect(),
        replaced: f.referater.iter().any(|later| later.what.erstatter == Some(referat.position)),
    }
}

/// The words of minutes, or why they cannot be read; none for who reads no names.
fn words(k: &ReaderView<'_>, f: &Forloeb, referat: &Fact<ReferatSkrevet>) -> Option<Result<Referat, String>> {
    let words = k.tekst::<Referat>(&f.medarbejder_nr, &referat.what.confidential)?;
    Some(words.map_err(|error| format!("({error})")))
}
