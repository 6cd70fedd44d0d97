//! People as rows: who they are, where they work, and how it stands.

use std::collections::BTreeSet;

use forloeb::words::Rolle;
use uuid::Uuid;

use super::datoer::dato_in_digits;
use super::places::place;
use super::reader_view::ReaderView;
use crate::access::Intent;
use crate::views::forloeb::Status;
use crate::views::person::{ForloebLine, PersonView};
use texts::danish::folded;

/// A person in a list.
pub(crate) struct PersonLine {
    pub(crate) path: String,
    /// Name, or number where the reader sees no names.
    pub(crate) who: String,
    pub(crate) nr: String,
    pub(crate) enhed: String,
    pub(crate) leder: String,
    /// The forløb that are open: address and words.
    pub(crate) open: Vec<(String, String)>,
    /// How many there have been that are over.
    pub(crate) over: usize,
}

/// The address of a person's page. Who has no place has no page.
pub(crate) fn person_path(k: &ReaderView<'_>, nr: &str) -> String {
    format!("/person/{}", place(k, nr).unwrap_or_default())
}

/// The address of a forløb for who reads: an auditor goes through it step by step.
pub(crate) fn case_path(k: &ReaderView<'_>, id: Uuid) -> String {
    if k.user().may_ever(Intent::Replay) { format!("/revision/forloeb/{id}") } else { format!("/forloeb/{id}") }
}

/// A forløb in a few words.
pub(crate) fn in_words(k: &ReaderView<'_>, line: &ForloebLine) -> String {
    let foerste = dato_in_digits(line.foerste_fravaersdag);
    match line.sidste_fravaersdag {
        None if line.foerste_fravaersdag > k.today => format!("fravær fra {foerste}"),
        None => format!("fravær siden {foerste}, dag {}", (k.today - line.foerste_fravaersdag).num_days() + 1),
        Some(sidste) => format!("fravær {foerste} til {}", dato_in_digits(sidste)),
    }
}

/// Rows of people; each is told of.
pub(crate) fn lines(k: &ReaderView<'_>, people: Vec<PersonView>) -> Vec<PersonLine> {
    let line = |person: PersonView| PersonLine {
        path: person_path(k, &person.medarbejder_nr),
        who: k.row(&person.medarbejder_nr),
        open: person.open().map(|line| (case_path(k, line.id), in_words(k, line))).collect(),
        over: person.forloeb.iter().filter(|line| line.status == Status::Afsluttet).count(),
        leder: person.leder_nr.as_deref().map_or_else(|| "Leder mangler".to_owned(), |nr| k.name(nr)),
        nr: person.medarbejder_nr,
        enhed: person.enhed_name,
    };
    people.into_iter().map(line).collect()
}

/// The forløb of these ids that the reader still may see, each as a row of its person, in this order.
pub(crate) fn seen(k: &ReaderView<'_>, ids: &[Uuid]) -> Vec<PersonLine> {
    let mut found: Vec<(String, ForloebLine, String, Option<String>)> = Vec::new();
    {
        let projections = k.projections();
        for id in ids {
            let Some(nr) = projections.whose(*id).filter(|nr| !projections.is_erased(nr)) else { continue };
            let Some(now) = projections.forloeb_id(*id) else { continue };
            let card = projections.cards_for(nr).find(|f| f.id == now);
            let Some(f) = card.filter(|f| projections.seen_by(k.user(), nr, f.card)) else { continue };
            found.push((nr.to_owned(), ForloebLine::of(&f), f.ansvar.enhed_navn.clone(), f.ansvar.leder.clone()));
        }
    }
    let line = |(nr, line, enhed, leder): (String, ForloebLine, String, Option<String>)| PersonLine {
        path: case_path(k, line.id),
        who: k.row(&nr),
        open: vec![(String::new(), in_words(k, &line))],
        over: 0,
        leder: leder.as_deref().map_or_else(|| "Leder mangler".to_owned(), |nr| k.name(nr)),
        nr,
        enhed,
    };
    found.into_iter().map(line).collect()
}

/// Some people that one of is chosen by name.
pub(crate) struct Chooser {
    /// Number, and what is shown: the name, with the number behind it, since two may be called the same.
    people: Vec<(String, String)>,
}

impl Chooser {
    /// These people, by name.
    pub(crate) fn new(k: &ReaderView<'_>, numbers: impl IntoIterator<Item = String>) -> Self {
        let shown = |(nr, name): (String, String)| {
            let shown = format!("{name} ({nr})");
            (nr, shown)
        };
        Self { people: k.people(numbers).into_iter().map(shown).collect() }
    }

    /// What is shown of each, in Danish order.
    pub(crate) fn shown(&self) -> Vec<String> {
        self.people.iter().map(|(_, shown)| shown.clone()).collect()
    }

    /// What is shown of one of them.
    pub(crate) fn shown_of(&self, nr: &str) -> Option<&str> {
        self.people.iter().find(|(one, _)| one == nr).map(|(_, shown)| shown.as_str())
    }

    /// The number of the one that was chosen or typed: as it is shown, by name alone, or by a number, which may be somebody
    /// else's.
    ///
    /// # Errors
    /// Nobody, or more than one of them, is called that: what to do about it.
    pub(crate) fn find(&self, typed: &str) -> Result<String, String> {
        let wanted = folded(typed);
        if let Some((nr, _)) = self.people.iter().find(|(nr, shown)| nr == typed || folded(shown) == wanted) {
            return Ok(nr.clone());
        }
        let name = |shown: &str| folded(shown.rsplit_once(" (").map_or(shown, |(name, _)| name));
        let called: Vec<_> = self.people.iter().filter(|(_, shown)| name(shown) == wanted).collect();
        match called[..] {
            [(nr, _)] => Ok(nr.clone()),
            [] if typed.len() <= 20 && typed.bytes().any(|b| b.is_ascii_digit()) && !typed.contains(' ') => {
                Ok(typed.to_owned())
            }
            [] => Err("kan ikke findes: vælg på listen, eller skriv medarbejdernummeret".to_owned()),
            _ => Err("er navnet på flere: vælg på listen, eller skriv medarbejdernummeret".to_owned()),
        }
    }
}

/// Those who can be found as leaders of what goes on: whoever leads something of it already.
pub(crate) fn ledere(k: &ReaderView<'_>) -> Chooser {
    let numbers: BTreeSet<String> = {
        let projections = k.projections();
        let all = projections.named_to(k.user(), |ansvar| ansvar.leder.as_deref()).into_iter();
        all.filter(|nr| projections.is_ansat(nr)).map(str::to_owned).collect()
    };
    Chooser::new(k, numbers)
}

/// Those who take on forløb in HR: who does so already, who comes with a token of HR, and the reader.
pub(crate) fn handlers(k: &ReaderView<'_>) -> Chooser {
    let numbers: BTreeSet<String> = {
        let projections = k.projections();
        let has = projections.named_to(k.user(), |ansvar| ansvar.tildelt.as_deref()).into_iter();
        let comes = projections.tokens().filter(|(_, token)| token.rolle == Rolle::Hr && !token.revoked);
        let comes = comes.filter_map(|(_, token)| token.nr.as_deref());
        let all = has.chain(comes).chain(k.user().nr.as_deref()).map(|nr| projections.current_nr(nr));
        all.filter(|nr| projections.is_ansat(nr) && k.user().reaches(nr, &projections)).map(str::to_owned).collect()
    };
    Chooser::new(k, numbers)
}
