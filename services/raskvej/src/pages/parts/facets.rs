//! The filters of HR's overview: what each can be, and how many fit it while the others are as they are. All of them are
//! counted in one go.

use std::cmp::Reverse;
use std::collections::HashMap;

use forloeb::words::{Fristart, Friststatus};

use super::marks::Marks;
use super::next::Penge;
use super::overview::{self, NOTHING, PATH, Point, Wanted, Which, named};
use super::reader_view::ReaderView;
use super::session::Search;
use super::work::Doing;
use crate::access::User;
use crate::core::OpenedNames;
use crate::danish::{NameKey, danish};
use crate::projections::card::Ansvar;
use crate::sentences;
use texts::standing::together;

/// A filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Facet {
    Enhed,
    Distrikt,
    Leder,
    Doing,
    Frist,
    Status,
    Penge,
    Tildelt,
}

impl Facet {
    /// In the order they are shown.
    pub(crate) const ALL: [Self; 8] =
        [Self::Enhed, Self::Distrikt, Self::Leder, Self::Doing, Self::Frist, Self::Status, Self::Penge, Self::Tildelt];

    /// The name of its parameter.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Enhed => "enhed",
            Self::Distrikt => "distrikt",
            Self::Leder => "leder",
            Self::Doing => "goer",
            Self::Frist => "frist",
            Self::Status => "status",
            Self::Penge => "penge",
            Self::Tildelt => "tildelt",
        }
    }

    /// Its place among those that are about whose a forløb is.
    const fn group(self) -> Option<usize> {
        match self {
            Self::Enhed => Some(0),
            Self::Leder => Some(1),
            Self::Tildelt => Some(2),
            Self::Distrikt | Self::Doing | Self::Frist | Self::Status | Self::Penge => None,
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Enhed => "Enhed",
            Self::Distrikt => "Distrikt",
            Self::Leder => "Leder",
            Self::Doing => "Opgave",
            Self::Frist => "Frist",
            Self::Status => "Status",
            Self::Penge => "Penge",
            Self::Tildelt => "Tildelt",
        }
    }
}

pub(crate) struct Alternative {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) count: usize,
    pub(crate) chosen: bool,
}

/// Most values of a filter to choose from: a longer list is no help to anybody, and would be most of the page.
pub(crate) const MOST: usize = 500;

pub(crate) struct Filter {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) alternatives: Vec<Alternative>,
    /// There are more than [`MOST`]: those that fit fewest are left out.
    pub(crate) is_cut: bool,
}

/// What a value of a filter is called.
fn name(names: &OpenedNames<'_>, met: &Met<'_>, facet: Facet, code: &str) -> String {
    let found = || met.0.iter().flatten().find(|ansvar| Point::value(ansvar, facet.code()) == code);
    let known = match facet {
        Facet::Frist => Fristart::from_code(code).map(sentences::frist_name),
        Facet::Status => Friststatus::from_code(code).map(together),
        Facet::Doing => Doing::ALL.into_iter().find(|doing| doing.code() == code).map(Doing::title),
        Facet::Penge => Penge::ALL.into_iter().find(|penge| penge.code() == code).map(Penge::title),
        Facet::Enhed | Facet::Distrikt | Facet::Leder | Facet::Tildelt => None,
    };
    match facet {
        Facet::Enhed => found().map_or_else(|| code.to_owned(), |ansvar| ansvar.enhed_navn.clone()),
        Facet::Distrikt | Facet::Leder | Facet::Tildelt if code == NOTHING => "Ingen".to_owned(),
        // Only who is in the list has a name: an address is no way from any number to one.
        Facet::Leder | Facet::Tildelt if found().is_some() => named(names, code).into_name(),
        Facet::Leder | Facet::Tildelt => format!("medarbejder {code}"),
        _ => known.unwrap_or(code).to_owned(),
    }
}

/// What the address asks for, and what it would ask for without each of its filters.
pub(crate) struct Asked {
    wanted: Option<Wanted>,
    without: Vec<(Facet, Option<Wanted>)>,
    frist: Option<Fristart>,
    status: Option<Friststatus>,
}

/// How many fit each value of each filter, the others being as they are.
#[derive(Default)]
pub(crate) struct Counts<'a> {
    frister: [usize; Fristart::ALL.len()],
    statuses: [usize; Friststatus::ALL.len()],
    doings: [usize; Doing::ALL.len()],
    penge: [usize; Penge::ALL.len()],
    distrikter: Vec<Counted<Option<&'a str>>>,
    /// By whose they are, of the unit, the leader, and whoever has taken it on, where the address asks for one of these.
    groups: [Vec<Counted<Option<&'a Ansvar>>>; 3],
    /// The same of all that fits: it is that of each of them that the address does not ask for.
    fits: Vec<Counted<Option<&'a Ansvar>>>,
}

/// Whose the forløb are that the reader sees, by the number of the group.
#[derive(Default)]
pub(crate) struct Met<'a>(Vec<Option<&'a Ansvar>>);

impl<'a> Met<'a> {
    /// One more.
    pub(crate) fn note(&mut self, point: &Point<'a>) {
        let nr = point.line.group;
        if self.0.len() <= nr {
            self.0.resize(nr + 1, None);
        }
        self.0[nr] = Some(point.line.ansvar);
    }
}

/// How many there are of something.
#[derive(Clone, Copy, Default)]
struct Counted<T> {
    what: T,
    count: usize,
}

/// Counts one of what has a number.
fn count_at<T: Default + Clone>(all: &mut Vec<Counted<T>>, nr: usize, what: T) {
    if all.len() <= nr {
        all.resize(nr + 1, Counted { what: T::default(), count: 0 });
    }
    all[nr].what = what;
    all[nr].count += 1;
}

impl Asked {
    pub(crate) fn of(k: &ReaderView<'_>, search: &Search) -> Self {
        let read = |without| Wanted::read(search, without).map(|wanted| wanted.by_any_nr(&k.projections()));
        let chosen = Facet::ALL.into_iter().filter(|facet| search.tekst(facet.code()).is_some());
        Self {
            wanted: read(None),
            without: chosen.map(|facet| (facet, read(Some(facet.code())))).collect(),
            frist: search.tekst("frist").and_then(Fristart::from_code),
            status: search.tekst("status").and_then(Friststatus::from_code),
        }
    }

    /// Counts one where it fits but for one filter at most; whether it fits them all.
    pub(crate) fn count<'a>(&self, user: &User, point: &Point<'a>, counts: &mut Counts<'a>) -> bool {
        let fits = point.fits(user, self.wanted.as_ref());
        if fits {
            count_at(&mut counts.fits, point.line.group, Some(&**point.line.ansvar));
            let of_fits = Facet::ALL.into_iter().filter(|facet| facet.group().is_none() && !self.asks(*facet));
            of_fits.for_each(|facet| self.count_in(facet, point, counts));
        }
        for (facet, wanted) in &self.without {
            if fits || point.fits(user, wanted.as_ref()) {
                self.count_in(*facet, point, counts);
            }
        }
        fits
    }

    fn asks(&self, facet: Facet) -> bool {
        self.without.iter().any(|(one, _)| *one == facet)
    }

    fn count_in<'a>(&self, facet: Facet, point: &Point<'a>, counts: &mut Counts<'a>) {
        if let Some(nr) = facet.group() {
            return count_at(&mut counts.groups[nr], point.line.group, Some(&**point.line.ansvar));
        }
        match facet {
            Facet::Enhed | Facet::Leder | Facet::Tildelt => {}
            Facet::Distrikt => {
                count_at(&mut counts.distrikter, point.line.row.distrikt as usize, Some(point.distrikt()));
            }
            Facet::Doing => point.doings().for_each(|place| counts.doings[place] += 1),
            Facet::Frist => point.arter(self.status).for_each(|place| counts.frister[place] += 1),
            Facet::Status => point.statuses(self.frist).for_each(|place| counts.statuses[place] += 1),
            Facet::Penge => {
                Penge::ALL.into_iter().filter(|penge| point.has(*penge)).for_each(|p| counts.penge[p as usize] += 1);
            }
        }
    }
}

impl<'a> Counts<'a> {
    /// By the codes that the values have in an address.
    fn by_code(&self, asked: &Asked, facet: Facet) -> HashMap<&'a str, usize> {
        fn listed<'a, T: Copy>(
            all: &[T],
            code: impl Fn(T) -> &'static str,
            counts: &[usize],
        ) -> HashMap<&'a str, usize> {
            all.iter().zip(counts).filter(|(_, n)| **n > 0).map(|(one, n)| (code(*one), *n)).collect()
        }
        let groups = match facet {
            Facet::Frist => return listed(Fristart::ALL, Fristart::code, &self.frister),
            Facet::Status => return listed(Friststatus::ALL, Friststatus::code, &self.statuses),
            Facet::Doing => return listed(&Doing::ALL, Doing::code, &self.doings),
            Facet::Penge => return listed(&Penge::ALL, Penge::code, &self.penge),
            Facet::Distrikt => {
                return self.distrikter.iter().filter_map(|one| Some((one.what?, one.count))).collect();
            }
            Facet::Enhed | Facet::Leder | Facet::Tildelt => self.by_group(asked, facet),
        };
        let mut count = HashMap::new();
        for (ansvar, n) in groups.iter().filter_map(|one| Some((one.what?, one.count))) {
            *count.entry(Point::value(ansvar, facet.code())).or_default() += n;
        }
        count
    }

    fn by_group(&self, asked: &Asked, facet: Facet) -> &[Counted<Option<&'a Ansvar>>] {
        facet.group().filter(|_| asked.asks(facet)).map_or(&self.fits, |nr| &self.groups[nr])
    }

    /// The names of the units that were counted, by code.
    fn enheder(&self, asked: &Asked) -> HashMap<&'a str, &'a str> {
        let all = self.by_group(asked, Facet::Enhed).iter().filter_map(|one| one.what);
        all.map(|ansvar| (ansvar.enhed.as_str(), ansvar.enhed_navn.as_str())).collect()
    }
}

/// A filter with what it can be, and how many fit each; none where there is nothing to choose.
pub(crate) fn filter(
    names: &OpenedNames<'_>,
    search: &Search,
    (asked, counts): (&Asked, &Counts<'_>),
    facet: Facet,
) -> Option<Filter> {
    let mut count = counts.by_code(asked, facet);
    let enheder = if facet == Facet::Enhed { counts.enheder(asked) } else { HashMap::new() };
    let chosen = search.tekst(facet.code());
    if facet == Facet::Distrikt && chosen.is_none() && count.keys().all(|code| *code == NOTHING) {
        return None;
    }
    if let Some(v) = chosen {
        count.entry(v).or_default();
    }
    let mut count: Vec<(&str, usize)> = count.into_iter().collect();
    let is_cut = count.len() > MOST;
    if is_cut {
        // What is chosen stays, and nobody's, whatever fits them.
        let stays = |code: &str| chosen == Some(code) || code == NOTHING;
        count.select_nth_unstable_by_key(MOST, |(code, n)| (!stays(code), Reverse(*n), *code));
        count.truncate(MOST);
    }
    let place = |code: &str, count: usize| match (facet, enheder.get(code)) {
        (Facet::Enhed, Some(name)) => danish(name),
        (Facet::Leder | Facet::Tildelt, _) if count > 0 && code != NOTHING => named(names, code),
        _ => danish(&name(names, &Met::default(), facet, code)),
    };
    let mut ordered: Vec<_> = count.into_iter().map(|(code, count)| (place(code, count), code, count)).collect();
    ordered.sort_unstable();
    let alternative = |(place, code, count): (NameKey, &str, usize)| Alternative {
        name: place.into_name(),
        code: code.to_owned(),
        count,
        chosen: chosen == Some(code),
    };
    let alternatives = ordered.into_iter().map(alternative).collect();
    Some(Filter { name: facet.code(), label: facet.label(), alternatives, is_cut })
}

pub(crate) fn marks(names: &OpenedNames<'_>, search: &Search, met: &Met<'_>) -> Marks {
    let mut marks = Marks::new(overview::address(PATH, &Search(Vec::new()), &[("vis", Which::of(search).code())]));
    for facet in Facet::ALL {
        let Some(code) = search.tekst(facet.code()) else { continue };
        let path = overview::address(PATH, search, &[(facet.code(), ""), ("side", ""), ("valgte", "")]);
        marks.push(facet.label(), &name(names, met, facet, code), path);
    }
    marks
}
