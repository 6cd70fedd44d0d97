//! The forms on the page of a forløb, under their headings.

use forloeb::Forloeb;
use forloeb::frister::Vurdering;

use super::formular::Formular;
use super::kig::Kig;
use crate::commands;

/// Forms under one heading.
pub(crate) struct Gruppe {
    pub(crate) titel: &'static str,
    pub(crate) formularer: Vec<Formular>,
}

/// Every form for this reader.
pub(crate) fn alle(k: &Kig<'_>, f: &Forloeb, v: &Vurdering) -> Vec<Gruppe> {
    let gruppe = |(group, forms): (commands::Group, Vec<_>)| Gruppe {
        titel: group.title(),
        formularer: forms.into_iter().map(Formular::from).collect(),
    };
    commands::forms(&k.at(), f, v).into_iter().map(gruppe).collect()
}
