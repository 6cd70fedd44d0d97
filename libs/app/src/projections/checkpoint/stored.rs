//! Rows and forløb as they lie in a checkpoint.
//!
//! A forløb is written as JSON: what it is made of are values of stored events, and their forms are made for JSON.

mod sagt;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use forloeb::forloeb::{Afgjort, Fact, Later, Lederperiode, Periode};
use forloeb::haendelse::{
    AfbrydelseRegistreret, AftaleAfgjort, AnmeldelseRegistreret, ArbejdsskadeAnmeldt, ArbejdsskadeUndtaget, BrevGivet,
    Ciphertext, DispensationRegistreret, FastTrackBesluttet, FoersteKontaktHoldt, Key, KommunensOpfoelgningBesluttet,
    KontaktForsoegt, OpfoelgningRegistreret, OtteUgerRegistreret, ReferatSkrevet, RefusionAnmodet, SamtaleBesvaret,
    SamtaleIndkaldt, SamtaleRegistreret, Stamdata, TtaBeskedBesvaret, TtaEgneOrdSkrevet, TtaPlanBesvaret, TtaPlanDelt,
    TtaPlanKladdeGemt, TtaPlanLagt, TtaPlanUndtaget, Udfald,
};
use forloeb::laengde::ExpectedSlut;
use forloeb::noteret::{Bestilt, Noteret};
use forloeb::paamindelser::Waking;
use forloeb::rare::Rare;
use forloeb::refusion::Dage;
use forloeb::stamdata::Stamdataperiode;
use forloeb::stedfortraeder::Stedfortraedere;
use forloeb::tta::AboutPlan;
use forloeb::uenighed::Uenighed;
use forloeb::words::{Aarsag, Ansaettelsesform, LoenUnderSygdom, Slutaarsag, Ugedag, Varighed, Ventegrund};
use forloeb::{Forloeb, Haendelse, Procent, Regelbog};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use super::super::row::Row;
use sagt::{StoredSagt, fetch_sagt, store_sagt};

/// An employment.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct StoredRow {
    nr: Arc<str>,
    version: u64,
    stamdata: Option<RowStamdata>,
    perioder: Vec<(i32, RowStamdata)>,
    person: Option<Uuid>,
    earlier: Vec<Uuid>,
    erased: bool,
    confidential: Option<Arc<Ciphertext>>,
    stedfortraedere: Option<Box<Stedfortraedere>>,
    foerste: u32,
    told: Option<DateTime<Utc>>,
    is_doed: bool,
    flyttet_til: Option<Arc<str>>,
    fortsat: bool,
    anew: bool,
    next: Option<i32>,
    indbydelse: Option<i32>,
}

impl StoredRow {
    pub(super) fn af(r: &Row) -> Self {
        Self {
            nr: r.nr.clone(),
            version: r.version,
            stamdata: r.stamdata.clone().map(RowStamdata),
            perioder: r.perioder.iter().map(|p| (p.fra.num_days_from_ce(), RowStamdata(p.stamdata.clone()))).collect(),
            person: r.person,
            earlier: r.earlier.clone(),
            erased: r.erased,
            confidential: r.confidential.clone(),
            stedfortraedere: r.stedfortraedere.clone(),
            foerste: r.foerste,
            told: r.told,
            is_doed: r.is_doed,
            flyttet_til: r.flyttet_til.clone(),
            fortsat: r.fortsat,
            anew: r.anew,
            next: r.next.dag.map(|d| d.num_days_from_ce()),
            indbydelse: r.next.indbydelse.map(|d| d.num_days_from_ce()),
        }
    }
}

impl From<StoredRow> for Row {
    fn from(g: StoredRow) -> Self {
        Self {
            nr: g.nr,
            version: g.version,
            stamdata: g.stamdata.map(|RowStamdata(stamdata)| stamdata),
            perioder: g.perioder.into_iter().filter_map(period).collect(),
            person: g.person,
            earlier: g.earlier,
            erased: g.erased,
            confidential: g.confidential,
            stedfortraedere: g.stedfortraedere,
            foerste: g.foerste,
            told: g.told,
            is_doed: g.is_doed,
            flyttet_til: g.flyttet_til,
            fortsat: g.fortsat,
            anew: g.anew,
            next: Waking {
                dag: g.next.and_then(NaiveDate::from_num_days_from_ce_opt),
                indbydelse: g.indbydelse.and_then(NaiveDate::from_num_days_from_ce_opt),
            },
            loaded: None,
        }
    }
}

fn period((fra, RowStamdata(stamdata)): (i32, RowStamdata)) -> Option<Stamdataperiode> {
    Some(Stamdataperiode { fra: NaiveDate::from_num_days_from_ce_opt(fra)?, stamdata })
}

/// Master data of a row. A row is stored without the names of its fields, so that none of them may be left out.
#[derive(Debug)]
struct RowStamdata(Arc<Stamdata>);

impl Serialize for RowStamdata {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        EveryField::serialize(&self.0, s)
    }
}

impl<'de> Deserialize<'de> for RowStamdata {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        EveryField::deserialize(d).map(Arc::new).map(Self)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Stamdata")]
struct EveryField {
    enhed: String,
    enhed_navn: String,
    leder_nr: Option<String>,
    tr_nr: Option<String>,
    amr_nr: Option<String>,
    ansat: Option<NaiveDate>,
    fratraadt: Option<NaiveDate>,
    timer_pr_uge: f64,
    bopaelskommune: String,
    paragraf_56: bool,
    paragraf_56_fra: Option<NaiveDate>,
    paragraf_56_til: Option<NaiveDate>,
    fleksjob: bool,
    nyuddannet: bool,
    er_leder: bool,
    arbejdsdage: Option<Vec<Ugedag>>,
    loen_under_sygdom: Option<LoenUnderSygdom>,
    ansaettelsesform: Option<Ansaettelsesform>,
    distrikt: Option<String>,
}

/// A fact: position, name of the event, when, the day in Denmark, what.
type F<T> = (u64, String, DateTime<Utc>, NaiveDate, T);

#[derive(Serialize, Deserialize)]
struct StoredForloeb {
    id: Uuid,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    alias: Vec<Uuid>,
    nr: String,
    version: u64,
    known: i32,
    imported: bool,
    /// None: as the employment has it now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stamdata: Option<Stamdata>,
    /// By first day, where it differs by day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    masterdata: Vec<(i32, Stamdata)>,
    aarsag: Aarsag,
    foerste: NaiveDate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    arbejdsskade_fra: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sidste: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    perioder: Vec<(NaiveDate, Option<NaiveDate>, Procent)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    fridage: Vec<(NaiveDate, NaiveDate)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    uenigheder: Vec<Uenighed>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    end_at: Option<F<Slutaarsag>>,
    forventet: Varighed,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    forventninger: Vec<(NaiveDate, Varighed)>,
    erased: bool,
    later: Later,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tilbagefald_of: Option<Uuid>,
    /// Days since the year 1: the first leader has led for ever.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    ledere: Vec<(i32, i32, Option<String>)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    chosen_kontaktperson: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tildelt: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    kontakter: Vec<F<FoersteKontaktHoldt>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    indkaldt: Option<F<SamtaleIndkaldt>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    svar: Option<F<SamtaleBesvaret>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    samtaler: Vec<F<SamtaleRegistreret>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    referater: Vec<F<ReferatSkrevet>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    aftaler_afgjort: Vec<F<AftaleAfgjort>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    anmeldelser: Vec<F<AnmeldelseRegistreret>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    krav: Vec<F<RefusionAnmodet>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dispensation: Option<F<DispensationRegistreret>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    paragraf_56: Option<bool>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    afbrydelser: Vec<F<AfbrydelseRegistreret>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    fast_track: Vec<F<FastTrackBesluttet>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    otte_uger: Vec<F<OtteUgerRegistreret>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    easy: Vec<F<ArbejdsskadeAnmeldt>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    easy_undtaget: Vec<F<ArbejdsskadeUndtaget>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    kommunens_opfoelgning: Vec<F<KommunensOpfoelgningBesluttet>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    opfoelgninger: Vec<F<OpfoelgningRegistreret>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    slut_forventet: Option<F<ExpectedSlut>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    afventer: Option<(Ventegrund, NaiveDate)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    bestilt: Vec<Bestilt>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    kontaktforsoeg: Vec<F<KontaktForsoegt>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    breve: Vec<F<BrevGivet>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sagt: Option<StoredSagt>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    planer: Vec<F<TtaPlanLagt>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    evalueringer: Vec<F<NaiveDate>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tta: Option<StoredAboutPlan>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    afgjorte: Vec<(Key, NaiveDate, Udfald, DateTime<Utc>, bool)>,
}

#[derive(Serialize, Deserialize)]
struct StoredAboutPlan {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kladde: Option<F<TtaPlanKladdeGemt>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    egne_ord: Vec<F<TtaEgneOrdSkrevet>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    undtaget: Option<F<TtaPlanUndtaget>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    svar: Vec<F<TtaPlanBesvaret>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    beskedsvar: Vec<F<TtaBeskedBesvaret>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    delinger: Vec<F<TtaPlanDelt>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    chosen: Option<F<String>>,
}

impl StoredAboutPlan {
    fn af(tta: &AboutPlan) -> Self {
        Self {
            kladde: tta.kladde.as_ref().map(store),
            egne_ord: store_all(&tta.egne_ord),
            undtaget: tta.undtaget.as_ref().map(store),
            svar: store_all(&tta.svar),
            beskedsvar: store_all(&tta.beskedsvar),
            delinger: store_all(&tta.delinger),
            chosen: tta.chosen.as_ref().map(store),
        }
    }

    fn fetch(self) -> Option<AboutPlan> {
        Some(AboutPlan {
            kladde: fetch_maybe(self.kladde)?,
            egne_ord: fetch_all(self.egne_ord)?,
            undtaget: fetch_maybe(self.undtaget)?,
            svar: fetch_all(self.svar)?,
            beskedsvar: fetch_all(self.beskedsvar)?,
            delinger: fetch_all(self.delinger)?,
            chosen: fetch_maybe(self.chosen)?,
        })
    }
}

fn store<T: Clone>(f: &Fact<T>) -> F<T> {
    (f.position, f.name.to_owned(), f.time, f.dag, f.what.clone())
}

fn store_all<T: Clone>(facts: &[Fact<T>]) -> Vec<F<T>> {
    facts.iter().map(store).collect()
}

fn fetch<T>((position, name, time, dag, what): F<T>) -> Option<Fact<T>> {
    let name = Haendelse::FORMS.iter().find(|(n, _)| *n == name)?.0;
    Some(Fact { position, name, time, dag, what })
}

fn fetch_maybe<T>(fact: Option<F<T>>) -> Option<Option<Fact<T>>> {
    fact.map_or(Some(None), |f| fetch(f).map(Some))
}

fn fetch_all<T>(facts: Vec<F<T>>) -> Option<Vec<Fact<T>>> {
    facts.into_iter().map(fetch).collect()
}

fn store_leder(l: &Lederperiode) -> (i32, i32, Option<String>) {
    (l.fra.num_days_from_ce(), l.decided.num_days_from_ce(), l.leder_nr.clone())
}

/// A forløb as JSON; `nu` is what the employment has now.
pub(super) fn to_json(f: &Forloeb, now: Option<&StoredRow>) -> serde_json::Result<String> {
    let as_now = now.and_then(|r| r.stamdata.as_ref()).is_some_and(|RowStamdata(s)| *s == f.stamdata);
    serde_json::to_string(&StoredForloeb {
        id: f.id,
        alias: f.alias.clone(),
        nr: f.medarbejder_nr.clone(),
        version: f.version,
        known: f.known.num_days_from_ce(),
        imported: f.imported,
        stamdata: (!as_now).then(|| (*f.stamdata).clone()),
        masterdata: f.masterdata.iter().map(|p| (p.fra.num_days_from_ce(), (*p.stamdata).clone())).collect(),
        aarsag: f.aarsag,
        foerste: f.foerste,
        arbejdsskade_fra: f.arbejdsskade_fra,
        sidste: f.sidste,
        perioder: f.perioder.iter().map(|p| (p.fra, p.til, p.omfang_pct)).collect(),
        fridage: f.fridage.iter().map(|d| (d.fra, d.til)).collect(),
        uenigheder: f.uenigheder.clone(),
        end_at: f.end_at.as_ref().map(store),
        forventet: f.forventet,
        forventninger: f.forventninger.clone(),
        erased: f.erased,
        later: f.later,
        tilbagefald_of: f.tilbagefald_of,
        ledere: f.ledere.iter().map(store_leder).collect(),
        chosen_kontaktperson: f.chosen_kontaktperson.clone(),
        tildelt: f.tildelt.clone(),
        kontakter: store_all(&f.kontakter),
        indkaldt: f.indkaldt.as_deref().map(store),
        svar: f.svar.as_deref().map(store),
        samtaler: store_all(&f.samtaler),
        referater: store_all(&f.referater),
        aftaler_afgjort: store_all(&f.aftaler_afgjort),
        anmeldelser: store_all(&f.anmeldelser),
        krav: store_all(&f.krav),
        dispensation: f.dispensation.as_deref().map(store),
        paragraf_56: f.paragraf_56,
        afbrydelser: store_all(&f.afbrydelser),
        fast_track: store_all(&f.fast_track),
        otte_uger: store_all(&f.otte_uger),
        easy: store_all(&f.easy),
        easy_undtaget: store_all(&f.easy_undtaget),
        kommunens_opfoelgning: store_all(&f.kommunens_opfoelgning),
        opfoelgninger: store_all(&f.opfoelgninger),
        slut_forventet: f.slut_forventet.as_ref().map(store),
        afventer: f.afventer,
        bestilt: f.noteret.bestilt.clone(),
        kontaktforsoeg: store_all(&f.noteret.kontaktforsoeg),
        breve: store_all(&f.noteret.breve),
        sagt: f.sagt.is_something().then(|| store_sagt(&f.sagt)),
        planer: store_all(&f.planer),
        evalueringer: store_all(&f.evalueringer),
        tta: f.tta.is_something().then(|| StoredAboutPlan::af(&f.tta)),
        afgjorte: f.afgjorte.iter().map(|(n, a)| (n.clone(), a.dag, a.udfald.clone(), a.time, a.joined)).collect(),
    })
}

/// The forløb again; `stamdata` is the employment's own.
pub(super) fn from_json(json: &[u8], stamdata: &Arc<Stamdata>, book: &Regelbog) -> Option<Forloeb> {
    let g: StoredForloeb = serde_json::from_slice(json).ok()?;
    let dag = NaiveDate::from_num_days_from_ce_opt;
    let leder = |(fra, decided, leder_nr)| Some(Lederperiode { fra: dag(fra)?, decided: dag(decided)?, leder_nr });
    let ledere = g.ledere.into_iter().map(leder);
    let period = |(fra, stamdata)| Some(Stamdataperiode { fra: dag(fra)?, stamdata: Arc::new(stamdata) });
    let masterdata = g.masterdata.into_iter().map(period);
    let afgjorte =
        g.afgjorte.into_iter().map(|(key, dag, udfald, time, joined)| (key, Afgjort { dag, udfald, time, joined }));
    let foerste = g.foerste;
    let mut f = Forloeb {
        id: g.id,
        alias: g.alias,
        medarbejder_nr: g.nr,
        version: g.version,
        known: dag(g.known)?,
        imported: g.imported,
        regler: book.in_force(g.foerste).clone(),
        stamdata: g.stamdata.map_or_else(|| stamdata.clone(), Arc::new),
        masterdata: masterdata.collect::<Option<_>>()?,
        aarsag: g.aarsag,
        foerste: g.foerste,
        arbejdsskade_fra: g.arbejdsskade_fra,
        sidste: g.sidste,
        perioder: g.perioder.into_iter().map(|(fra, til, omfang_pct)| Periode { fra, til, omfang_pct }).collect(),
        fridage: g.fridage.into_iter().map(|(fra, til)| Dage { fra, til }).collect(),
        uenigheder: g.uenigheder,
        end_at: fetch_maybe(g.end_at)?,
        forventet: g.forventet,
        forventninger: g.forventninger,
        erased: g.erased,
        later: g.later,
        tilbagefald_of: g.tilbagefald_of,
        ledere: ledere.collect::<Option<_>>()?,
        chosen_kontaktperson: g.chosen_kontaktperson,
        tildelt: g.tildelt,
        kontakter: fetch_all(g.kontakter)?,
        indkaldt: fetch_maybe(g.indkaldt)?.map(Box::new),
        svar: fetch_maybe(g.svar)?.map(Box::new),
        samtaler: fetch_all(g.samtaler)?,
        referater: fetch_all(g.referater)?,
        aftaler_afgjort: fetch_all(g.aftaler_afgjort)?,
        anmeldelser: fetch_all(g.anmeldelser)?,
        krav: fetch_all(g.krav)?,
        dispensation: fetch_maybe(g.dispensation)?.map(Box::new),
        paragraf_56: g.paragraf_56,
        afbrydelser: fetch_all(g.afbrydelser)?,
        fast_track: fetch_all(g.fast_track)?,
        otte_uger: fetch_all(g.otte_uger)?,
        easy: fetch_all(g.easy)?,
        easy_undtaget: fetch_all(g.easy_undtaget)?,
        kommunens_opfoelgning: fetch_all(g.kommunens_opfoelgning)?,
        opfoelgninger: fetch_all(g.opfoelgninger)?,
        slut_forventet: fetch_maybe(g.slut_forventet)?,
        afventer: g.afventer,
        noteret: Noteret {
            bestilt: g.bestilt,
            kontaktforsoeg: fetch_all(g.kontaktforsoeg)?,
            breve: fetch_all(g.breve)?,
        }
        .into(),
        sagt: match g.sagt {
            Some(sagt) => fetch_sagt(sagt)?.into(),
            None => Rare::default(),
        },
        planer: fetch_all(g.planer)?,
        evalueringer: fetch_all(g.evalueringer)?,
        tta: match g.tta {
            Some(tta) => tta.fetch()?.into(),
            None => Rare::default(),
        },
        afgjorte: afgjorte.collect::<BTreeMap<_, _>>(),
    };
    // Where somebody worked on the first day, the periods say that are read only now.
    f.regler = book.in_force_at(foerste, f.stamdata_on(foerste).sted());
    Some(f)
}
