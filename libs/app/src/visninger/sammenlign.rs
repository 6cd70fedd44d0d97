//! Compared with what the log says, an employment at a time. A difference is named by its key, never by what it says.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDate;
use uuid::Uuid;

use super::aktuelle::Optalt;
use super::byg::{Bygget, Stykke};
use super::kartotek::INGEN;
use super::kort::{Ansvar, Kort};
use super::sendte::{Sendt, Sendte};
use super::udledt::Et;
use super::{Raekke, Visninger};

const MANGLER: &str = "mangler";
const ANDERLEDES: &str = "er anderledes";
const FOR_MEGET: &str = "er for meget";

/// The live row has moved on, or the day has turned: this one is to be built again and compared again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bagud;

/// What was compared so far.
#[derive(Debug, Default)]
pub(crate) struct Sammenligning {
    /// The differences.
    pub(crate) forskelle: BTreeSet<String>,
    set: BTreeSet<Arc<str>>,
    sendte: Sendte,
}

impl Sammenligning {
    /// Compares one stream, built on `idag`.
    ///
    /// # Errors
    /// It was built from other events, or on another day, than the live rows.
    pub(crate) fn tag(&mut self, live: &Visninger, stykke: &Stykke, idag: NaiveDate) -> Result<(), Bagud> {
        match stykke {
            Stykke::Adgang(tokens, _) => {
                for t in tokens {
                    let hvad = match live.token(&t.hash) {
                        None => MANGLER,
                        Some(har) if *har != (t.rolle, t.nr.clone()) => ANDERLEDES,
                        Some(_) => continue,
                    };
                    self.forskelle.insert(format!("token {}: {hvad}", t.hash));
                }
            }
            Stykke::Politik(_) => {}
            Stykke::Ansaettelse(bygget) => {
                let nr = &bygget.raekke.nr;
                if live.idag() != idag || (live.raekke(nr).is_some() && live.version(nr) != bygget.raekke.version) {
                    return Err(Bagud);
                }
                self.set.insert(nr.clone());
                self.sendte.tag_med(bygget.sendte.clone());
                live.forskelle(bygget, &mut |noegle, hvad| {
                    self.forskelle.insert(format!("{noegle}: {hvad}"));
                });
            }
        }
        Ok(())
    }

    /// Employments that are live and were not compared: made since, or never in the log.
    pub(crate) fn resten(&self, live: &Visninger) -> Vec<String> {
        live.numre().filter(|nr| !self.set.contains(*nr)).map(str::to_owned).collect()
    }

    /// An employment that the log does not know.
    pub(crate) fn for_meget(&mut self, nr: &str) {
        self.forskelle.insert(format!("ansaettelse {nr}: {FOR_MEGET}"));
    }

    /// What holds for all employments together, once all are compared; `hoved` is the position they were built to.
    pub(crate) fn slut(&mut self, live: &Visninger, hoved: u64) {
        let mut optalt = Optalt::default();
        live.aktuelle.alle().for_each(|(_, aktuel)| optalt.tael(aktuel, true));
        live.aktuelle.tabte().for_each(|(_, t)| optalt.tael_tab([t.mistet, t.for_sent_anmodet], true));
        let i_orden = live.aktuelle.aabne(None).count() == optalt.aabne;
        if optalt != *live.optalt() || !i_orden {
            self.forskelle.insert(format!("optalt: {ANDERLEDES}"));
        }
        let (har, ventet) = (live.sendte.ordnet(), self.sendte.ordnet());
        let aeldste = har.keys().next().copied();
        let en = |alle: &BTreeMap<NaiveDate, Vec<Sendt>>| -> BTreeSet<(NaiveDate, Sendt)> {
            let nye = alle.iter().filter(|(dag, _)| aeldste.is_none_or(|a| **dag >= a));
            nye.flat_map(|(dag, sendte)| sendte.iter().map(|s| (*dag, s.clone()))).collect()
        };
        let (har, ventet) = (en(&har), en(&ventet));
        for (_, s) in ventet.difference(&har) {
            self.forskelle.insert(format!("sendt {}: {MANGLER}", s.forloeb));
        }
        // What was sent since is live and was not built.
        for (_, s) in har.difference(&ventet).filter(|_| live.position() == hoved) {
            self.forskelle.insert(format!("sendt {}: {FOR_MEGET}", s.forloeb));
        }
    }
}

impl Visninger {
    fn forskelle(&self, bygget: &Bygget, sig: &mut impl FnMut(String, &'static str)) {
        let ny = &bygget.raekke;
        let nr = &ny.nr;
        let Some(idx) = self.numre.get(nr).copied() else { return sig(format!("ansaettelse {nr}"), MANGLER) };
        let har = &self.raekker[idx as usize];
        if !er_ens(har, ny) {
            sig(format!("ansaettelse {nr}"), ANDERLEDES);
        }
        let leder = ny.stamdata.as_ref().and_then(|s| s.leder_nr.as_deref());
        if leder.is_some_and(|l| !self.underordnede(l).any(|under| *under == **nr)) {
            sig(format!("underordnede {nr}"), MANGLER);
        }
        let mangler = |nr: &str| self.staar_ind.get(nr).is_none_or(|ledere| !ledere.contains(&idx));
        if ny.stedfortraedere.iter().flat_map(|s| s.alle()).any(mangler) {
            sig(format!("stedfortraeder {nr}"), MANGLER);
        }
        let naeste = har.naeste.filter(|dag| self.forfald.contains(&(*dag, idx)));
        if let Some(hvad) = forfaldsforskel(naeste, bygget.udledt.naeste) {
            sig(format!("forfald {nr}"), hvad);
        }
        let forloeb = &bygget.udledt.forloeb;
        let ventet: BTreeMap<Uuid, Option<Uuid>> = (bygget.udledt.registreringer.iter())
            .map(|(id, hoved)| (*id, hoved.map(|h| forloeb[h].forloeb.id)))
            .collect();
        let pladser: BTreeMap<Uuid, u32> = self.pladser(idx).map(|p| (self.kartotek.plads(p).id, p)).collect();
        for (id, hoved) in &ventet {
            match pladser.get(id) {
                None => sig(format!("id {id}"), MANGLER),
                Some(_) if self.kartotek.find(*id) != pladser.get(id).copied() => sig(format!("id {id}"), ANDERLEDES),
                Some(_) if self.forloeb_id(*id) != *hoved => sig(format!("id {id}"), ANDERLEDES),
                Some(_) => {}
            }
        }
        let ventede: BTreeMap<Uuid, &Et> = forloeb.iter().map(|et| (et.forloeb.id, et)).collect();
        for (id, plads) in &pladser {
            if !ventet.contains_key(id) {
                sig(format!("id {id}"), FOR_MEGET);
            }
            let hvad = match (self.kartotek.plads(*plads).kort, ventede.get(id)) {
                (None, None) => continue,
                (Some(_), None) => FOR_MEGET,
                (None, Some(_)) => MANGLER,
                (Some(har), Some(et)) => {
                    let kort: Kort<&Ansvar> = har.med(|a| &**self.kartotek.ansvar(a));
                    let ventet: Kort<&Ansvar> = et.kort.laant();
                    if kort == ventet && self.er_ens_aktuel(*plads, et) {
                        continue;
                    }
                    ANDERLEDES
                }
            };
            sig(format!("forloeb {id}"), hvad);
        }
    }

    fn er_ens_aktuel(&self, plads: u32, et: &Et) -> bool {
        if self.aktuelle.tabt(plads) != et.tabt.as_ref() {
            return false;
        }
        match (self.aktuelle.find(plads), et.dagen) {
            (None, None) => true,
            (Some(har), Some(dagen)) => {
                har.dagen == dagen
                    && self.kartotek.plads(plads).kort == Some(har.kort)
                    && self.kartotek.plads(plads).hoved != INGEN
                    && format!("{:?}", har.forloeb) == format!("{:?}", et.forloeb)
            }
            _ => false,
        }
    }
}

fn er_ens(a: &Raekke, b: &Raekke) -> bool {
    let uden = |r: &Raekke| (r.version, r.person, r.tidligere.clone(), r.slettet);
    uden(a) == uden(b)
        && a.stamdata == b.stamdata
        && a.fortroligt == b.fortroligt
        && a.stedfortraedere == b.stedfortraedere
}

/// A due day may come too early (a date that passed can make a reminder pointless, and the look at it finds that out);
/// it may never come too late, or not at all.
fn forfaldsforskel(har: Option<NaiveDate>, ventet: Option<NaiveDate>) -> Option<&'static str> {
    match (har, ventet) {
        (None, Some(_)) => Some(MANGLER),
        (Some(har), Some(ventet)) if har > ventet => Some("kommer for sent"),
        _ => None,
    }
}
