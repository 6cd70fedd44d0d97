//! Refusion in kroner by unit, for HR: of what is going on, and what was lost of what ended lately, so that it costs that
//! and not all there ever was.

use std::cmp::Reverse;

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::PageState;
use super::datoer::long;
use super::frame::{Frame, PageError};
use super::parts::next::Penge;
use super::parts::page_size::{PARAMETER, PageSize};
use super::parts::rows::Kind;
use super::reader_view::ReaderView;
use super::session::{LoggedIn, Search};
use crate::access::Intent;
use crate::danish::danish;
use crate::money::kroner;
use crate::projections::derived::tabt_since;
use crate::views::enheder::{Point, SUMS, Sum, points_in, with_tabte};
use doors::address::percent_encode;

/// Where it is.
const PATH: &str = "/hr/refusion";

struct Row {
    path: String,
    name: String,
    count: Option<usize>,
    kr: [String; SUMS],
    /// Where those are that a sum is of, where all of them go on.
    lists: [Option<String>; SUMS],
}

impl Row {
    fn new(path: String, name: String, sum: Sum, with_count: bool) -> Self {
        let lists = [const { None }; SUMS];
        Self { path, name, count: with_count.then_some(sum.count), kr: sum.sums.map(kroner), lists }
    }

    /// What can be claimed and what can be lost, of a unit or of all of them, as the overview lists it: the same sums.
    fn with_lists(mut self, enhed: Option<&str>) -> Self {
        let enhed = enhed.map_or_else(String::new, |code| format!("&enhed={}", percent_encode(code)));
        let list = |penge: Penge| Some(format!("/hr?vis=alle{enhed}&penge={}#forloeb", penge.code()));
        self.lists[0] = list(Penge::CanBeClaimed);
        self.lists[2] = list(Penge::CanBeLost);
        self
    }
}

/// A column of a sum: its code in an address, and its name.
const COLUMNS: [(&str, &str); SUMS] = [
    ("kan-soeges", "Kan søges"),
    ("soegt", "Søgt"),
    ("kan-mistes", "Kan mistes"),
    ("anmeldt-for-sent", "Mistet: anmeldt for sent"),
    ("soegt-for-sent", "Mistet: søgt for sent"),
];
/// Rows of a page where nobody chooses.
const STANDARD: usize = 100;

struct Head {
    name: &'static str,
    path: String,
    /// `aria-sort`, on the one column that is sorted by.
    sort: Option<&'static str>,
    figure: bool,
}

#[derive(Template)]
#[template(path = "hr_refusion.html")]
struct Page {
    frame: Frame,
    /// The unit whose forløb are shown; none: all units.
    enhed: Option<String>,
    heads: Vec<Head>,
    rows: Vec<Row>,
    total: Row,
    count: usize,
    first: usize,
    last: usize,
    previous: Option<String>,
    next: Option<String>,
    per_page: Vec<(usize, String, bool)>,
    aarets_sats: bool,
    /// The first last day whose loss is counted.
    since: String,
    /// Where claims are registered.
    in_rows: String,
}

/// What the address asks for.
struct Asked<'a> {
    enhed: Option<&'a str>,
    /// The column that the rows are put in order by, the largest first; by name or first day where none is asked for.
    sort: Option<usize>,
    size: PageSize,
    page: usize,
}

impl<'a> Asked<'a> {
    fn of(search: &'a Search) -> Self {
        let column = |code: &str| COLUMNS.iter().position(|(one, _)| *one == code);
        Self {
            enhed: search.tekst("enhed"),
            sort: search.tekst("sort").and_then(column),
            size: PageSize::of(search, STANDARD),
            page: search.tekst("side").and_then(|page| page.parse().ok()).unwrap_or(1_usize).max(1),
        }
    }

    fn address(&self, sort: Option<usize>, size: PageSize, page: usize) -> String {
        let (rows, page) = (size.in_address(), (page > 1).then(|| page.to_string()));
        let pairs = [
            ("enhed", self.enhed),
            ("sort", sort.map(|at| COLUMNS[at].0)),
            (PARAMETER, rows.as_deref()),
            ("side", page.as_deref()),
        ];
        let pairs = pairs.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", percent_encode(value?))));
        let pairs: Vec<String> = pairs.collect();
        if pairs.is_empty() { PATH.to_owned() } else { format!("{PATH}?{}", pairs.join("&")) }
    }

    fn heads(&self) -> Vec<Head> {
        let first = Head {
            name: if self.enhed.is_some() { "Medarbejder" } else { "Enhed" },
            path: self.address(None, self.size, 1),
            sort: self.sort.is_none().then_some("ascending"),
            figure: false,
        };
        let of_sum = |(at, (_, name)): (usize, &(&'static str, &'static str))| Head {
            name,
            path: self.address(Some(at), self.size, 1),
            sort: (self.sort == Some(at)).then_some("descending"),
            figure: true,
        };
        std::iter::once(first).chain(COLUMNS.iter().enumerate().map(of_sum)).collect()
    }
}

/// Every unit, or with `enhed` every forløb of one: from there each figure opens to its days.
pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    search: Search,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Overview)?;
    let (k, asked) = (ReaderView::new(&state, &logged_in), Asked::of(&search));
    let chosen = asked.enhed;
    let (mut lines, name, total) = match chosen {
        Some(enhed) => of_enhed(&k, enhed),
        None => of_all(&k),
    };
    if let Some(at) = asked.sort {
        lines.sort_by_key(|(sum, _)| Reverse(sum.sums[at]));
    }
    let (count, size) = (lines.len(), asked.size);
    let page = asked.page.min(size.last(count));
    let skipped = (page - 1) * size.rows;
    let rows: Vec<Row> = lines.into_iter().skip(skipped).take(size.rows).map(|(sum, line)| line.row(&k, sum)).collect();
    let page = Page {
        frame: k.frame("Refusion pr. enhed"),
        enhed: chosen.map(|code| name.unwrap_or_else(|| code.to_owned())),
        heads: asked.heads(),
        count,
        first: skipped + usize::from(count > 0),
        last: skipped + rows.len(),
        previous: (page > 1).then(|| asked.address(asked.sort, size, page - 1)),
        next: (skipped + rows.len() < count).then(|| asked.address(asked.sort, size, page + 1)),
        per_page: size.choices(count, |size| asked.address(asked.sort, size, 1)),
        rows,
        aarets_sats: !total.foreign_satser,
        since: long(tabt_since(k.today)),
        total: Row::new(String::new(), String::new(), total, chosen.is_none()).with_lists(chosen),
        in_rows: chosen.map_or_else(
            || Kind::Claim.path(),
            |code| format!("{}?enhed={}", Kind::Claim.path(), percent_encode(code)),
        ),
    };
    Ok(k.list(&page))
}

/// What a row is about; only those that are shown are written out.
enum Line {
    Enhed { code: String, name: String },
    Forloeb(Point),
}

impl Line {
    fn row(self, k: &ReaderView<'_>, sum: Sum) -> Row {
        match self {
            Self::Enhed { code, name } => {
                let path = format!("{PATH}?enhed={}", percent_encode(&code));
                Row::new(path, name, sum, true).with_lists(Some(&code))
            }
            Self::Forloeb(Point { id, nr, .. }) => Row::new(format!("/forloeb/{id}/refusion"), k.row(&nr), sum, false),
        }
    }
}

/// The rows in the order they have where nobody chooses, the name of what is chosen, and the sum of all of it.
type Lines = (Vec<(Sum, Line)>, Option<String>, Sum);

fn of_all(k: &ReaderView<'_>) -> Lines {
    let mut total = Sum::default();
    let mut groups: Vec<Sum> = Vec::new();
    for line in k.state.board.lines(&k.state.service, k.user()).all().filter(|line| line.row.running) {
        if groups.len() <= line.group {
            groups.resize(line.group + 1, Sum::default());
        }
        groups[line.group].plus(line.row.sum);
    }
    let groups = (0..).zip(groups).filter(|(_, sum)| sum.count > 0);
    let mut all: Vec<_> = with_tabte(k.user(), &k.projections(), groups).into_iter().collect();
    all.iter().for_each(|(_, sum)| total.plus(*sum));
    all.sort_by_cached_key(|((code, name), _)| (danish(name), code.clone()));
    (all.into_iter().map(|((code, name), sum)| (sum, Line::Enhed { code, name })).collect(), None, total)
}

fn of_enhed(k: &ReaderView<'_>, enhed: &str) -> Lines {
    let (mut points, name, total) = points_in(k.user(), &k.projections(), enhed);
    points.sort_by_key(|point| (point.foerste, point.id));
    (points.into_iter().map(|point| (point.sum, Line::Forloeb(point))).collect(), name, total)
}
