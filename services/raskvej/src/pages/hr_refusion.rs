//! Refusion in kroner by unit, for HR: of what is going on, and what was lost of what ended lately, so that it costs that
//! and not all there ever was.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use chrono::NaiveDate;
use forloeb::Oere;
use uuid::Uuid;

use super::PageState;
use super::datoer::long;
use super::frame::{Frame, PageError};
use super::parts::overview::Penge;
use super::parts::rows::Kind;
use super::reader_view::ReaderView;
use super::session::{LoggedIn, Search};
use crate::access::Intent;
use crate::danish::danish;
use crate::money::kroner;
use crate::projections::CardEntry;
use crate::projections::aktuelle::Aktuel;
use crate::projections::card::Ansvar;
use crate::projections::derived::{SkoenBeloeb, Tabt, tabt_since};
use doors::address::percent_encode;

/// The sums: can be claimed, claimed, can be lost, lost by a late anmeldelse, lost by a late claim.
const SUMS: usize = 5;

/// Sums of some forløb.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Sum {
    count: usize,
    sums: [Oere; SUMS],
    foreign_satser: bool,
}

impl Sum {
    fn af(aktuel: &Aktuel) -> Self {
        let d = &aktuel.dagen;
        Self::of_parts([d.kan_anmodes, d.anmodet, d.i_fare, d.mistet, d.for_sent_anmodet])
    }

    /// Over, and nothing can be had any more: only what it lost is left to tell.
    fn of_tabt(t: &Tabt) -> Self {
        Self::of_parts([None, None, None, t.mistet, t.for_sent_anmodet])
    }

    fn of_parts(parts: [Option<SkoenBeloeb>; SUMS]) -> Self {
        let sums = parts.map(|del| del.map_or(Oere::ZERO, |k| k.beloeb));
        let foreign_satser = parts.iter().flatten().any(|k| !k.own_sats);
        Self { count: 1, sums, foreign_satser }
    }

    fn plus(&mut self, other: Self) {
        self.count += other.count;
        self.sums.iter_mut().zip(other.sums).for_each(|(sum, more)| *sum += more);
        self.foreign_satser |= other.foreign_satser;
    }
}

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

/// One forløb as the sums see it.
struct Point {
    ansvar: Arc<Ansvar>,
    sum: Sum,
    /// Its first day, its id and whose it is, where it is to have a row of its own.
    row: Option<(NaiveDate, Uuid, String)>,
}

/// Every forløb with something in it, of one unit or of all. A unit's have rows of their own.
fn all(k: &ReaderView<'_>, chosen: Option<&str>) -> Vec<Point> {
    let will = |ansvar: &Ansvar| chosen.is_none_or(|enhed| ansvar.enhed == enhed);
    let projections = k.projections();
    let running = projections.running_for(k.user(), will).map(|a| (projections.card_entry_of(a), Sum::af(a)));
    let tabte = projections.tabte_for(k.user(), will).map(|(o, t)| (o, Sum::of_tabt(t)));
    let point = |(o, sum): (CardEntry<'_>, Sum)| {
        let own = chosen.is_some() && sum.sums.iter().any(|sum| *sum != Oere::ZERO);
        Point { ansvar: o.ansvar.clone(), sum, row: own.then(|| (o.card.foerste, o.id, o.nr.to_owned())) }
    };
    running.chain(tabte).map(point).collect()
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
    let all = all(&k, chosen);
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
