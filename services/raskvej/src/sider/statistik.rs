//! The yearly statistic by unit. A forløb counts in the year it ends; groups under five people are not shown, and
//! sums are made of what is shown, so that nothing hidden can be worked out.

use std::collections::{BTreeSet, HashMap};

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::Datelike;
use forloeb::ord::Friststatus;

use super::Stat;
use super::kig::Kig;
use super::ramme::{Ramme, Sidefejl, html};
use super::session::{Inde, Soeg};
use crate::dansk::dansk;
use crate::problem::Problem;
use crate::tekster::tal;
use crate::visninger::kort::{Statusser, TIL_TIDEN};

/// Fewer people than this are not shown.
const MINDST: usize = 5;
/// At most this many days is short absence.
const KORT_DAGE: i64 = 14;

/// What is counted of one unit.
#[derive(Default, Clone)]
struct Taelling<'a> {
    personer: BTreeSet<&'a str>,
    korte: BTreeSet<&'a str>,
    lange: BTreeSet<&'a str>,
    aabne: BTreeSet<&'a str>,
    slut: u64,
    kort: u64,
    lang: u64,
    dage: u64,
    /// By frist: those it was due for, and the forløb where it was done in time.
    frister: [(BTreeSet<&'a str>, u64, u64); TIL_TIDEN.len()],
}

struct Raekke {
    enhed: String,
    celler: Vec<String>,
}

#[derive(Template)]
#[template(path = "statistik.html")]
struct Side {
    ramme: Ramme,
    aar: i32,
    tidligere: i32,
    senere: Option<i32>,
    raekker: Vec<Raekke>,
    ialt: Vec<String>,
    skjulte: usize,
}

pub(super) async fn side(State(stat): State<Stat>, inde: Inde, soeg: Soeg) -> Result<Response, Sidefejl> {
    if !inde.bruger.er_hr() {
        return Err(Problem::maa_ikke().into());
    }
    let vis = stat.t.kerne.vis();
    let k = Kig::ny(&stat, &inde, &vis);
    let iaar = k.idag.year();
    let aar = soeg.tekst("aar").and_then(|a| a.parse().ok()).filter(|a| (2000..=iaar).contains(a)).unwrap_or(iaar);
    let mut pr_enhed: HashMap<(&str, &str), Taelling<'_>> = HashMap::new();
    for f in vis.kort() {
        let dage = match f.kort.slut {
            _ if f.kort.statusser.er_annulleret() => continue,
            Some(slut) if slut.year() == aar => Some((slut - f.kort.foerste).num_days() + 1),
            None if aar == iaar => None,
            _ => continue,
        };
        let t = pr_enhed.entry((&f.ansvar.enhed_navn, &f.ansvar.enhed)).or_default();
        t.tael(f.nr, dage, f.kort.statusser);
    }
    let mut enheder: Vec<_> = pr_enhed.into_iter().collect();
    enheder.sort_by_cached_key(|((navn, kode), _)| (dansk(navn), *kode));
    let (viste, skjulte): (Vec<_>, Vec<_>) = enheder.into_iter().partition(|(_, t)| t.personer.len() >= MINDST);
    let side = Side {
        ramme: k.ramme("Statistik"),
        aar,
        tidligere: aar - 1,
        senere: (aar < iaar).then_some(aar + 1),
        ialt: ialt(&viste.iter().map(|(_, t)| t).collect::<Vec<_>>()),
        raekker: viste
            .iter()
            .map(|((enhed, _), t)| Raekke { enhed: (*enhed).to_owned(), celler: t.celler() })
            .collect(),
        skjulte: skjulte.len(),
    };
    Ok(html(StatusCode::OK, &side))
}

impl<'a> Taelling<'a> {
    fn tael(&mut self, nr: &'a str, dage: Option<i64>, statusser: Statusser) {
        self.personer.insert(nr);
        match dage {
            None => drop(self.aabne.insert(nr)),
            Some(dage) => {
                self.slut += 1;
                self.dage += dage.unsigned_abs();
                let kort = dage <= KORT_DAGE;
                if kort { &mut self.korte } else { &mut self.lange }.insert(nr);
                *if kort { &mut self.kort } else { &mut self.lang } += 1;
            }
        }
        for (art, (personer, skulle, naaet)) in TIL_TIDEN.iter().zip(&mut self.frister) {
            match statusser.status(*art) {
                Some(Friststatus::Opfyldt) => *naaet += u64::from(statusser.til_tiden(*art)),
                Some(Friststatus::Overskredet | Friststatus::Tabt) => {}
                _ => continue,
            }
            personer.insert(nr);
            *skulle += 1;
        }
    }

    /// What can be shown: those open, those over, and those split by length. Short and long are shown together or
    /// not at all: one follows from the other.
    fn viser(&self) -> [bool; 3] {
        let nok = |n: usize| n == 0 || n >= MINDST;
        let slut = nok(self.korte.union(&self.lange).count());
        [nok(self.aabne.len()), slut, slut && nok(self.korte.len()) && nok(self.lange.len())]
    }

    /// Open, over, days, short, long.
    fn tal(&self) -> [Option<u64>; 5] {
        let [aabne, slut, laengde] = self.viser();
        let vis = |ja: bool, n: u64| ja.then_some(n);
        [
            vis(aabne, self.aabne.len() as u64),
            vis(slut, self.slut),
            vis(slut, self.dage),
            vis(laengde, self.kort),
            vis(laengde, self.lang),
        ]
    }

    fn celler(&self) -> Vec<String> {
        let mut celler: Vec<_> = self.tal().map(|n| n.map_or_else(|| "skjult".to_owned(), tal)).into();
        celler.extend(self.frister.iter().map(|(personer, skulle, naaet)| match personer.len() {
            n if (1..MINDST).contains(&n) => "skjult".to_owned(),
            _ => procent(*naaet, *skulle),
        }));
        celler
    }
}

fn procent(naaet: u64, skulle: u64) -> String {
    (naaet * 100).checked_div(skulle).map_or_else(|| "–".to_owned(), |pct| format!("{pct} %"))
}

/// Sums of the cells that are shown; what is hidden is in none of them.
fn ialt(viste: &[&Taelling<'_>]) -> Vec<String> {
    // Where every number is hidden, so is their sum: a zero would be told as one.
    let sum = |n: usize| {
        let vises: Vec<u64> = viste.iter().filter_map(|t| t.tal()[n]).collect();
        if vises.is_empty() { "skjult".to_owned() } else { tal(vises.into_iter().sum()) }
    };
    let mut celler: Vec<_> = (0..5).map(sum).collect();
    celler.extend((0..TIL_TIDEN.len()).map(|i| {
        let dele = viste.iter().map(|t| &t.frister[i]).filter(|(p, ..)| p.len() >= MINDST);
        let (skulle, naaet) = dele.fold((0, 0), |(s, n), (_, a, b)| (s + a, n + b));
        procent(naaet, skulle)
    }));
    celler
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taelling(korte: usize, lange: usize) -> Taelling<'static> {
        const NUMRE: &str = "abcdefghijklmnopqrstuvwxyz";
        let nr = |slags: &str, n: usize| {
            let fra = if slags == "k" { NUMRE } else { "ABCDEFGHIJKLMNOPQRSTUVWXYZ" };
            (0..n).map(|i| &fra[i..=i]).collect::<BTreeSet<_>>()
        };
        let (korte, lange) = (nr("k", korte), nr("l", lange));
        Taelling {
            personer: korte.union(&lange).copied().collect(),
            kort: korte.len() as u64,
            lang: lange.len() as u64,
            slut: (korte.len() + lange.len()) as u64,
            korte,
            lange,
            ..Taelling::default()
        }
    }

    #[test]
    fn en_lille_gruppe_kan_hverken_ses_eller_regnes_ud() {
        let (stor, skaev) = (taelling(6, 7), taelling(20, 2));
        assert_eq!(&stor.celler()[3..5], ["6", "7"]);
        assert_eq!(&skaev.celler()[3..5], ["skjult", "skjult"], "20 of 22 would tell the 2");
        assert_eq!(&ialt(&[&stor, &skaev])[3..5], ["6", "7"], "the sum holds only what is shown");
        assert_eq!(&ialt(&[&stor, &skaev])[1], "35");
    }
}
