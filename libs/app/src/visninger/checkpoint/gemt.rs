//! Rows and forløb as they lie in a checkpoint.
//!
//! A forløb is written as JSON: what it is made of are values of stored events, and their forms are made for JSON.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, Utc};
use forloeb::forloeb::{Afgjort, Faktum, Lederperiode, Periode};
use forloeb::haendelse::{
    AnmeldelseRegistreret, ArbejdsskadeAnmeldt, FastTrackBesluttet, FoersteKontaktHoldt, Forseglet, Noegle,
    OtteUgerRegistreret, RefusionAnmodet, SamtaleRegistreret, Stamdata, TtaPlanLagt, Udfald,
};
use forloeb::ord::{Aarsag, Slutaarsag, Varighed};
use forloeb::stedfortraeder::Stedfortraedere;
use forloeb::{Forloeb, Haendelse, Regelbog};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::super::raekke::Raekke;

/// An employment.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct GemtRaekke {
    nr: Arc<str>,
    version: u64,
    stamdata: Option<Arc<Stamdata>>,
    person: Option<Uuid>,
    tidligere: Vec<Uuid>,
    slettet: bool,
    fortroligt: Option<Arc<Forseglet>>,
    stedfortraedere: Option<Box<Stedfortraedere>>,
    foerste: u32,
    naeste: Option<i32>,
}

impl GemtRaekke {
    pub(super) fn af(r: &Raekke) -> Self {
        Self {
            nr: r.nr.clone(),
            version: r.version,
            stamdata: r.stamdata.clone(),
            person: r.person,
            tidligere: r.tidligere.clone(),
            slettet: r.slettet,
            fortroligt: r.fortroligt.clone(),
            stedfortraedere: r.stedfortraedere.clone(),
            foerste: r.foerste,
            naeste: r.naeste.map(|d| d.num_days_from_ce()),
        }
    }
}

impl From<GemtRaekke> for Raekke {
    fn from(g: GemtRaekke) -> Self {
        Self {
            nr: g.nr,
            version: g.version,
            stamdata: g.stamdata,
            person: g.person,
            tidligere: g.tidligere,
            slettet: g.slettet,
            fortroligt: g.fortroligt,
            stedfortraedere: g.stedfortraedere,
            foerste: g.foerste,
            naeste: g.naeste.and_then(NaiveDate::from_num_days_from_ce_opt),
            indlaest: None,
        }
    }
}

/// A fact: position, name of the event, when, the day in Denmark, what.
type F<T> = (u64, String, DateTime<Utc>, NaiveDate, T);

#[derive(Serialize, Deserialize)]
struct GemtForloeb {
    id: Uuid,
    alias: Vec<Uuid>,
    nr: String,
    version: u64,
    kendt: i32,
    /// None: as the employment has it now.
    stamdata: Option<Stamdata>,
    aarsag: Aarsag,
    foerste: NaiveDate,
    sidste: Option<NaiveDate>,
    perioder: Vec<(NaiveDate, Option<NaiveDate>, u8)>,
    slut_ved: Option<F<Slutaarsag>>,
    forventet: Varighed,
    forventninger: Vec<(NaiveDate, Varighed)>,
    slettet: bool,
    tilbagefald_af: Option<Uuid>,
    /// Days since the year 1: the first leader has led for ever.
    ledere: Vec<(i32, Option<String>)>,
    valgt_kontaktperson: Option<String>,
    tildelt: Option<String>,
    kontakter: Vec<F<FoersteKontaktHoldt>>,
    indkaldt: Option<F<DateTime<FixedOffset>>>,
    samtaler: Vec<F<SamtaleRegistreret>>,
    anmeldelser: Vec<F<AnmeldelseRegistreret>>,
    krav: Vec<F<RefusionAnmodet>>,
    fast_track: Vec<F<FastTrackBesluttet>>,
    otte_uger: Vec<F<OtteUgerRegistreret>>,
    easy: Vec<F<ArbejdsskadeAnmeldt>>,
    planer: Vec<F<TtaPlanLagt>>,
    evalueringer: Vec<F<NaiveDate>>,
    afgjorte: Vec<(Noegle, NaiveDate, Udfald, DateTime<Utc>)>,
}

fn gem<T: Clone>(f: &Faktum<T>) -> F<T> {
    (f.position, f.navn.to_owned(), f.tid, f.dag, f.hvad.clone())
}

fn gem_alle<T: Clone>(fakta: &[Faktum<T>]) -> Vec<F<T>> {
    fakta.iter().map(gem).collect()
}

fn hent<T>((position, navn, tid, dag, hvad): F<T>) -> Option<Faktum<T>> {
    let navn = Haendelse::FORMER.iter().find(|(n, _)| *n == navn)?.0;
    Some(Faktum { position, navn, tid, dag, hvad })
}

fn hent_maaske<T>(faktum: Option<F<T>>) -> Option<Option<Faktum<T>>> {
    faktum.map_or(Some(None), |f| hent(f).map(Some))
}

fn hent_alle<T>(fakta: Vec<F<T>>) -> Option<Vec<Faktum<T>>> {
    fakta.into_iter().map(hent).collect()
}

/// A forløb as JSON; `nu` is what the employment has now.
pub(super) fn til_json(f: &Forloeb, nu: Option<&GemtRaekke>) -> serde_json::Result<String> {
    let som_nu = nu.and_then(|r| r.stamdata.as_deref()).is_some_and(|s| *s == *f.stamdata);
    serde_json::to_string(&GemtForloeb {
        id: f.id,
        alias: f.alias.clone(),
        nr: f.medarbejder_nr.clone(),
        version: f.version,
        kendt: f.kendt.num_days_from_ce(),
        stamdata: (!som_nu).then(|| (*f.stamdata).clone()),
        aarsag: f.aarsag,
        foerste: f.foerste,
        sidste: f.sidste,
        perioder: f.perioder.iter().map(|p| (p.fra, p.til, p.omfang_pct)).collect(),
        slut_ved: f.slut_ved.as_ref().map(gem),
        forventet: f.forventet,
        forventninger: f.forventninger.clone(),
        slettet: f.slettet,
        tilbagefald_af: f.tilbagefald_af,
        ledere: f.ledere.iter().map(|l| (l.fra.num_days_from_ce(), l.leder_nr.clone())).collect(),
        valgt_kontaktperson: f.valgt_kontaktperson.clone(),
        tildelt: f.tildelt.clone(),
        kontakter: gem_alle(&f.kontakter),
        indkaldt: f.indkaldt.as_ref().map(gem),
        samtaler: gem_alle(&f.samtaler),
        anmeldelser: gem_alle(&f.anmeldelser),
        krav: gem_alle(&f.krav),
        fast_track: gem_alle(&f.fast_track),
        otte_uger: gem_alle(&f.otte_uger),
        easy: gem_alle(&f.easy),
        planer: gem_alle(&f.planer),
        evalueringer: gem_alle(&f.evalueringer),
        afgjorte: f.afgjorte.iter().map(|(n, a)| (n.clone(), a.dag, a.udfald.clone(), a.tid)).collect(),
    })
}

/// The forløb again; `stamdata` is the employment's own.
pub(super) fn fra_json(json: &[u8], stamdata: &Arc<Stamdata>, bog: &Regelbog) -> Option<Forloeb> {
    let g: GemtForloeb = serde_json::from_slice(json).ok()?;
    let dag = NaiveDate::from_num_days_from_ce_opt;
    let ledere = g.ledere.into_iter().map(|(fra, leder_nr)| Some(Lederperiode { fra: dag(fra)?, leder_nr }));
    let afgjorte = g.afgjorte.into_iter().map(|(noegle, dag, udfald, tid)| (noegle, Afgjort { dag, udfald, tid }));
    Some(Forloeb {
        id: g.id,
        alias: g.alias,
        medarbejder_nr: g.nr,
        version: g.version,
        kendt: dag(g.kendt)?,
        regler: bog.gaeldende(g.foerste).clone(),
        stamdata: g.stamdata.map_or_else(|| stamdata.clone(), Arc::new),
        aarsag: g.aarsag,
        foerste: g.foerste,
        sidste: g.sidste,
        perioder: g.perioder.into_iter().map(|(fra, til, omfang_pct)| Periode { fra, til, omfang_pct }).collect(),
        slut_ved: hent_maaske(g.slut_ved)?,
        forventet: g.forventet,
        forventninger: g.forventninger,
        slettet: g.slettet,
        tilbagefald_af: g.tilbagefald_af,
        ledere: ledere.collect::<Option<_>>()?,
        valgt_kontaktperson: g.valgt_kontaktperson,
        tildelt: g.tildelt,
        kontakter: hent_alle(g.kontakter)?,
        indkaldt: hent_maaske(g.indkaldt)?,
        samtaler: hent_alle(g.samtaler)?,
        anmeldelser: hent_alle(g.anmeldelser)?,
        krav: hent_alle(g.krav)?,
        fast_track: hent_alle(g.fast_track)?,
        otte_uger: hent_alle(g.otte_uger)?,
        easy: hent_alle(g.easy)?,
        planer: hent_alle(g.planer)?,
        evalueringer: hent_alle(g.evalueringer)?,
        afgjorte: afgjorte.collect::<BTreeMap<_, _>>(),
    })
}
