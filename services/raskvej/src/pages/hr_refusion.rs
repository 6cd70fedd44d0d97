//! Refusion in kroner by unit, for HR: of what is going on, and what was lost of what ended lately, so that it costs that
//! and not all there ever was.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::PageState;
use super::datoer::long;
use super::frame::{Frame, PageError};
use super::parts::next::Penge;
use super::parts::rows::Kind;
use super::reader_view::ReaderView;
use super::session::{LoggedIn, Search};
use crate::access::Intent;
use crate::danish::danish;
use crate::money::kroner;
use crate::projections::derived::tabt_since;
use crate::views::enheder::{Point, SUMS, Sum, points};
use doors::address::percent_encode;

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

#[derive(Template)]
#[template(path = "hr_refusion.html")]
struct Page {
    frame: Frame,
    /// The unit whose forløb are shown; none: all units.
    enhed: Option<String>,
    rows: Vec<Row>,
    total: Row,
    aarets_sats: bool,
    /// The first last day whose loss is counted.
    since: String,
    /// Where claims are registered.
    in_rows: String,
}

/// Every unit, or with `enhed` every forløb of one: from there each figure opens to its days.
pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    search: Search,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Overview)?;
    let k = ReaderView::new(&state, &logged_in);
    let chosen = search.tekst("enhed");
    let all = points(k.user(), &k.projections(), chosen);
    let (mut per_enhed, mut total): (BTreeMap<(&str, &str), Sum>, Sum) = Default::default();
    let (mut rows, mut enhed_navn) = (Vec::new(), None);
    for Point { ansvar, sum, row } in &all {
        if let Some((foerste, id, nr)) = row {
            enhed_navn = Some(ansvar.enhed_navn.clone());
            let path = format!("/forloeb/{id}/refusion");
            rows.push((*foerste, *id, Row::new(path, k.row(nr), *sum, false)));
        }
        per_enhed.entry((&ansvar.enhed_navn, &ansvar.enhed)).or_default().plus(*sum);
        total.plus(*sum);
    }
    rows.sort_by_key(|(foerste, id, _)| (*foerste, *id));
    let mut rows: Vec<_> = rows.into_iter().map(|(.., row)| row).collect();
    if chosen.is_none() {
        let mut enheder: Vec<_> = per_enhed.iter().collect();
        enheder.sort_by_cached_key(|((name, code), _)| (danish(name), *code));
        rows = (enheder.into_iter())
            .map(|((name, code), sum)| {
                let path = format!("/hr/refusion?enhed={}", percent_encode(code));
                Row::new(path, (*name).to_owned(), *sum, true).with_lists(Some(code))
            })
            .collect();
    }
    let enhed = chosen.map(|code| enhed_navn.unwrap_or_else(|| code.to_owned()));
    let page = Page {
        frame: k.frame("Refusion pr. enhed"),
        enhed,
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
