//! Refusion in kroner by unit, for HR: of what is going on, and what was lost of what ended lately, so that it costs that
//! and not all there ever was.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::Stat;
use super::datoer::{kroner, lang};
use super::kig::Kig;
use super::parts::address::sikker;
use super::ramme::{Ramme, Sidefejl, html};
use super::session::{Inde, Soeg};
use crate::dansk::dansk;
use crate::problem::Problem;
use crate::visninger::aktuelle::Aktuel;
use crate::visninger::kort::Ansvar;
use crate::visninger::udledt::{Kroner, Tabt, tabt_siden};

/// The sums: can be claimed, claimed, can be lost, lost by a late anmeldelse, lost by a late claim.
const SUMMER: usize = 5;

/// Sums of some forløb.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Sum {
    antal: usize,
    kr: [i64; SUMMER],
    fremmede_satser: bool,
}

impl Sum {
    fn af(aktuel: &Aktuel) -> Self {
        let d = &aktuel.dagen;
        Self::af_dele([d.kan_anmodes, d.anmodet, d.i_fare, d.mistet, d.for_sent_anmodet])
    }

    /// Over, and nothing can be had any more: only what it lost is left to tell.
    fn af_tabt(t: &Tabt) -> Self {
        Self::af_dele([None, None, None, t.mistet, t.for_sent_anmodet])
    }

    fn af_dele(dele: [Option<Kroner>; SUMMER]) -> Self {
        let kr = dele.map(|del| del.map_or(0, |k| k.kr));
        let fremmede_satser = dele.iter().flatten().any(|k| !k.egen_sats);
        Self { antal: 1, kr, fremmede_satser }
    }

    fn plus(&mut self, anden: Self) {
        self.antal += anden.antal;
        self.kr.iter_mut().zip(anden.kr).for_each(|(sum, kr)| *sum += kr);
        self.fremmede_satser |= anden.fremmede_satser;
    }
}

struct Raekke {
    sti: String,
    navn: String,
    antal: Option<usize>,
    kr: [String; SUMMER],
}

impl Raekke {
    fn ny(sti: String, navn: String, sum: Sum, med_antal: bool) -> Self {
        Self { sti, navn, antal: med_antal.then_some(sum.antal), kr: sum.kr.map(kroner) }
    }
}

#[derive(Template)]
#[template(path = "hr_refusion.html")]
struct Side {
    ramme: Ramme,
    /// The unit whose forløb are shown; none: all units.
    enhed: Option<String>,
    raekker: Vec<Raekke>,
    ialt: Raekke,
    aarets_sats: bool,
    /// The first last day whose loss is counted.
    siden: String,
}

/// Every unit, or with `enhed` every forløb of one: from there each figure opens to its days.
pub(super) async fn side(State(stat): State<Stat>, inde: Inde, soeg: Soeg) -> Result<Response, Sidefejl> {
    if !inde.bruger.er_hr() {
        return Err(Problem::maa_ikke().into());
    }
    let vis = stat.t.kerne.vis();
    let k = Kig::ny(&stat, &inde, &vis);
    let valgt = soeg.tekst("enhed");
    let (mut pr_enhed, mut ialt): (BTreeMap<(&str, &str), Sum>, Sum) = Default::default();
    let (mut raekker, mut enhed_navn) = (Vec::new(), None);
    let vil = |ansvar: &Ansvar| valgt.is_none_or(|enhed| ansvar.enhed == enhed);
    let i_gang = vis.i_gang_for(&inde.bruger, vil).map(|a| (vis.opslag_af(a), Sum::af(a)));
    let tabte = vis.tabte_for(&inde.bruger, vil).map(|(o, t)| (o, Sum::af_tabt(t)));
    for (o, sum) in i_gang.chain(tabte) {
        let ansvar = o.ansvar;
        if valgt.is_some() && sum.kr.iter().any(|kr| *kr != 0) {
            enhed_navn = Some(ansvar.enhed_navn.clone());
            let sti = format!("/forloeb/{}/refusion", o.id);
            raekker.push((o.kort.foerste, o.id, Raekke::ny(sti, k.navn(o.nr), sum, false)));
        }
        pr_enhed.entry((&ansvar.enhed_navn, &ansvar.enhed)).or_default().plus(sum);
        ialt.plus(sum);
    }
    raekker.sort_by_key(|(foerste, id, _)| (*foerste, *id));
    let mut raekker: Vec<_> = raekker.into_iter().map(|(.., raekke)| raekke).collect();
    if valgt.is_none() {
        let mut enheder: Vec<_> = pr_enhed.iter().collect();
        enheder.sort_by_cached_key(|((navn, kode), _)| (dansk(navn), *kode));
        raekker = (enheder.into_iter())
            .map(|((navn, kode), sum)| {
                let sti = format!("/hr/refusion?enhed={}", sikker(kode));
                Raekke::ny(sti, (*navn).to_owned(), *sum, true)
            })
            .collect();
    }
    let enhed = valgt.map(|kode| enhed_navn.unwrap_or_else(|| kode.to_owned()));
    let side = Side {
        ramme: k.ramme("Refusion pr. enhed"),
        enhed,
        raekker,
        aarets_sats: !ialt.fremmede_satser,
        siden: lang(tabt_siden(k.idag)),
        ialt: Raekke::ny(String::new(), String::new(), ialt, valgt.is_none()),
    };
    Ok(html(StatusCode::OK, &side))
}
