//! What a follow-up found out, on a page: how what was done works, that of the plan, of colleagues, and of a cause at work.

use forloeb::Forloeb;
use forloeb::forloeb::Fact;
use forloeb::haendelse::OpfoelgningRegistreret;
use texts::virkning::{samarbejde_said, virkning_name};

use super::datoer::long;
use super::reader_view::ReaderView;
use crate::sealed::Opfoelgningsaftaler;
use crate::sentences::with_capital;

/// A follow-up at which it was said how something works.
pub(crate) struct FollowedUp {
    /// The day it was held.
    pub(crate) when: String,
    /// What was said, a line for each thing.
    pub(crate) lines: Vec<String>,
}

/// Those of a forløb that count, the newest first; of what the reader may not read it is said how it works, and not what it is.
pub(crate) fn followed_up(k: &ReaderView<'_>, f: &Forloeb) -> Vec<FollowedUp> {
    let all = f.opfoelgninger.iter().rev().map(|one| FollowedUp { when: long(one.what.dato), lines: lines(k, f, one) });
    all.filter(|one| !one.lines.is_empty()).collect()
}

fn lines(k: &ReaderView<'_>, f: &Forloeb, one: &Fact<OpfoelgningRegistreret>) -> Vec<String> {
    let OpfoelgningRegistreret { virkninger, samarbejde, foranstaltning, confidential, .. } = &one.what;
    let sealed = confidential.as_ref().filter(|_| !virkninger.is_empty());
    let opened = sealed.and_then(|sealed| k.tekst::<Opfoelgningsaftaler>(&f.medarbejder_nr, sealed));
    let (tried, unopened) = match opened {
        None => (Vec::new(), None),
        Some(Ok(words)) => (words.tried, None),
        Some(Err(error)) => (Vec::new(), Some(format!("({error})"))),
    };
    let line = |(n, virkning): (usize, &_)| {
        let what = tried.get(n).or(unopened.as_ref()).map_or("Noget, der er gjort", String::as_str);
        format!("{what}: {}", virkning_name(*virkning))
    };
    let mut lines: Vec<String> = virkninger.iter().enumerate().map(line).collect();
    lines.extend(samarbejde.map(|samarbejde| with_capital(samarbejde_said(samarbejde))));
    lines.extend(foranstaltning.map(|done| format!("Det, der gøres på arbejdet: {}", virkning_name(done))));
    lines
}
