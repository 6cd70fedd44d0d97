//! What the API shows: the shapes of its answers.

use chrono::{DateTime, NaiveDate, Utc};
use forloeb::forloeb::{Forloeb, Situation};
use forloeb::frister::{Frist, Vurdering};
use forloeb::haendelse::{Noegle, Udfald};
use forloeb::ord::{Aarsag, Fristart, Friststatus, Modtagerrolle, Princip, Slutaarsag, Varighed};
use forloeb::paamindelser::planlagte;
use forloeb::refusion::{Dage, Refusion, Skoen};
use forloeb::tta::daekning;
use forloeb::{Aktoer, Regelbog};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::adgang::Bruger;
use crate::commands::send_igen::reminder_id;

/// Whether a forløb goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Still absent.
    Aaben,
    /// Over.
    Afsluttet,
}

/// A forløb as it stands today.
#[derive(Debug, Serialize, ToSchema)]
pub struct ForloebVisning {
    /// Id.
    pub id: Uuid,
    /// Version; also the `ETag`.
    pub version: u64,
    /// Employee number.
    pub medarbejder_nr: String,
    /// Unit.
    pub enhed: String,
    /// Employee number of the leader.
    pub leder_nr: Option<String>,
    /// Employee number of the colleague who makes the first contact; none: the leader does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kontaktperson_nr: Option<String>,
    /// Open or over.
    pub status: Status,
    /// How it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub afsluttet_aarsag: Option<Slutaarsag>,
    /// F, the first whole day of absence.
    pub foerste_fravaersdag: NaiveDate,
    /// Last day of absence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sidste_fravaersdag: Option<NaiveDate>,
    /// Today's day number; F is day 1. Once it is over, its length in days.
    pub dag: i64,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aarsag: Option<Aarsag>,
    /// Absence in percent today, or on the last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub omfang_pct: Option<u8>,
    /// Latest expectation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forventet_varighed: Option<Varighed>,
    /// The forløb it may be a relapse of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub muligt_tilbagefald_af: Option<Uuid>,
    /// Time agreed for the talk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub samtale_indkaldt_til: Option<String>,
    /// The frister.
    pub frister: Vec<FristVisning>,
    /// Refusion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusion: Option<RefusionVisning>,
    /// The newest plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tta_plan: Option<PlanHenvisning>,
}

/// A frist as it stands today.
#[derive(Debug, Serialize, ToSchema)]
pub struct FristVisning {
    /// Which.
    pub frist: Fristart,
    /// Opens.
    pub aabner: NaiveDate,
    /// The day people work towards.
    pub maaldag: NaiveDate,
    /// The day of the law.
    pub lovdag: NaiveDate,
    /// An earlier cut-off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intern: Option<NaiveDate>,
    /// Where it stands.
    pub status: Friststatus,
    /// Who acts.
    pub ansvarlig: Vec<Modtagerrolle>,
    /// Rule set.
    pub regelsaet: String,
    /// Law, paragraph or policy.
    pub kilde: String,
    /// What resolved it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loest_af: Option<LoesningVisning>,
    /// After a fast-track request: the kommune's own talk is expected by this day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kommunens_samtale: Option<NaiveDate>,
    /// How the dates were found, step by step; on the list of frister of one forløb.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub forklaring: Vec<String>,
}

/// What resolved a frist.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoesningVisning {
    /// Position of the event in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub haendelse: Option<u64>,
    /// Name of the event, or of the rule.
    #[serde(rename = "type")]
    pub slags: String,
    /// The day in the world.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dato: Option<NaiveDate>,
}

/// An inclusive span of days.
#[derive(Debug, Serialize, ToSchema)]
pub struct DageVisning {
    /// First day.
    pub fra: NaiveDate,
    /// Last day.
    pub til: NaiveDate,
    /// Calendar days.
    pub dage: i64,
}

/// An estimate in kroner, and what it rests on.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct SkoenVisning {
    /// Whole kroner.
    pub kr: i64,
    /// Year of the weekly rate used.
    pub sats_aar: i32,
    /// The rate is the days' own year's; otherwise the newest known was used.
    pub aarets_sats: bool,
}

/// Refusion as it stands today.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefusionVisning {
    /// There is refusion to get.
    pub gives: bool,
    /// Why from the first day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub foerstedagsret: Option<&'static str>,
    /// Last day the employer pays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sidste_arbejdsgiverdag: Option<NaiveDate>,
    /// First day of refusion.
    pub foerste_refusionsdag: NaiveDate,
    /// Last legal day of the anmeldelse.
    pub lovdag: NaiveDate,
    /// The day of the receipt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anmeldt: Option<NaiveDate>,
    /// Lost, or lost so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mistet: Option<DageVisning>,
    /// Estimate of what is lost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mistet_skoen: Option<SkoenVisning>,
    /// First day on which a receipt comes too late.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tab_begynder: Option<NaiveDate>,
    /// What is lost at once on that day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub i_fare: Option<SkoenVisning>,
    /// What a further working day then costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pr_dag: Option<SkoenVisning>,
    /// Oldest refusion day that is neither claimed nor lost by a late anmeldelse. It may have become too old to be
    /// claimed; the next claim begins on `kan_anmodes_fra`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aeldste_udaekkede: Option<NaiveDate>,
    /// First day of the next claim: never one that § 59 has taken. None before the receipt, and when every day is
    /// claimed or lost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kan_anmodes_fra: Option<NaiveDate>,
    /// Lost, because nobody claimed them in time.
    pub for_sent_anmodet: Vec<DageVisning>,
    /// Claims.
    pub krav: Vec<KravVisning>,
}

/// A claim.
#[derive(Debug, Serialize, ToSchema)]
pub struct KravVisning {
    /// Position of the event.
    pub haendelse: u64,
    /// First day.
    pub fra: NaiveDate,
    /// Last day.
    pub til: NaiveDate,
    /// Amount in kroner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beloeb: Option<f64>,
}

/// The newest plan of a forløb.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanHenvisning {
    /// Version.
    pub version: u32,
    /// Which principles it covers.
    pub principper: Vec<PrincipVisning>,
}

/// Whether a plan covers a principle.
#[derive(Debug, Serialize, ToSchema)]
pub struct PrincipVisning {
    /// Which.
    pub noegle: Princip,
    /// Its number, 1 to 7.
    pub nummer: usize,
    /// It is covered.
    pub daekket: bool,
    /// What is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mangler: Option<&'static str>,
}

/// A reminder, planned or with its outcome.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaamindelseVisning {
    /// Id; the same for the same reminder always.
    pub id: Uuid,
    /// For which frist.
    pub frist: Fristart,
    /// Step.
    pub trin: String,
    /// Planned day.
    pub dag: NaiveDate,
    /// To whom.
    pub modtager_rolle: Modtagerrolle,
    /// `planlagt`, `sendt`, `aflyst`, `udskudt` or `fejlet`.
    pub udfald: &'static str,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aarsag: Option<String>,
    /// When the outcome was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tidspunkt: Option<DateTime<Utc>>,
}

/// An event of the history.
#[derive(Debug, Serialize, ToSchema)]
pub struct HaendelseVisning {
    /// Place in the whole log.
    pub position: u64,
    /// Place in the employment's stream.
    pub version: u64,
    /// When we learnt it.
    pub tidspunkt: DateTime<Utc>,
    /// From whom.
    #[schema(value_type = Object)]
    pub aktoer: Aktoer,
    /// Name.
    #[serde(rename = "type")]
    pub slags: String,
    /// The open part; what is personal is sealed.
    #[schema(value_type = Object)]
    pub data: serde_json::Value,
    /// Chain hash of its commit.
    pub hash: String,
}

impl ForloebVisning {
    /// A forløb with its frister on a day.
    #[must_use]
    pub fn af(f: &Forloeb, v: &Vurdering, idag: NaiveDate) -> Self {
        let (status, afsluttet_aarsag, slut) = match f.situation(idag) {
            Situation::Aabent => (Status::Aaben, None, None),
            Situation::Slut { aarsag, sidste } => (Status::Afsluttet, Some(aarsag), Some(sidste)),
        };
        let dag = slut.unwrap_or(idag);
        Self {
            id: f.id,
            version: f.version,
            medarbejder_nr: f.medarbejder_nr.clone(),
            enhed: f.stamdata.enhed.clone(),
            leder_nr: f.leder(idag).map(str::to_owned),
            kontaktperson_nr: f.kontaktperson().map(str::to_owned),
            status,
            afsluttet_aarsag,
            foerste_fravaersdag: f.foerste,
            sidste_fravaersdag: slut.or(f.sidste),
            dag: f.dagnummer(dag),
            aarsag: Some(f.aarsag),
            omfang_pct: f.omfang(dag).or(f.perioder.last().map(|p| p.omfang_pct)),
            forventet_varighed: Some(f.forventet),
            muligt_tilbagefald_af: f.tilbagefald_af,
            samtale_indkaldt_til: f.indkaldt.as_ref().map(|i| i.hvad.to_rfc3339()),
            frister: v.frister.iter().map(FristVisning::af).collect(),
            refusion: Some(RefusionVisning::af(&v.refusion, f)),
            tta_plan: f.plan().map(|p| PlanHenvisning {
                version: p.hvad.version,
                principper: principper(&p.hvad.plan, !f.kontakter.is_empty()),
            }),
        }
    }
}

impl ForloebVisning {
    /// What this reader may see of it. A contact person sees what a first contact needs, and nothing of cause, money,
    /// talks or plan; a coordinator sees no money.
    #[must_use]
    pub fn til(mut self, bruger: &Bruger) -> Self {
        if !bruger.ser_hele_forloebet() {
            self.frister.retain(|f| f.ansvarlig.contains(&Modtagerrolle::Kontaktperson));
            (self.aarsag, self.omfang_pct, self.forventet_varighed, self.refusion) = (None, None, None, None);
            (self.muligt_tilbagefald_af, self.samtale_indkaldt_til, self.tta_plan) = (None, None, None);
        } else if !bruger.ser_penge() {
            self.refusion = None;
        }
        self
    }
}

/// Coverage of the seven principles.
#[must_use]
pub fn principper(plan: &forloeb::tta::Plan, foerste_kontakt: bool) -> Vec<PrincipVisning> {
    daekning(plan, foerste_kontakt)
        .into_iter()
        .map(|d| PrincipVisning {
            noegle: d.princip,
            nummer: d.princip.nummer(),
            daekket: d.mangler.is_none(),
            mangler: d.mangler.map(forloeb::tta::Mangel::kode),
        })
        .collect()
}

impl FristVisning {
    /// A frist.
    #[must_use]
    pub fn af(f: &Frist) -> Self {
        Self {
            frist: f.art,
            aabner: f.aabner,
            maaldag: f.maaldag,
            lovdag: f.lovdag,
            intern: f.intern,
            status: f.status,
            ansvarlig: f.ansvarlig.to_vec(),
            regelsaet: f.regelsaet.to_string(),
            kilde: f.kilde.to_string(),
            loest_af: f.loest_af.as_ref().map(|l| LoesningVisning {
                haendelse: l.position,
                slags: l.navn.to_owned(),
                dato: l.dato,
            }),
            kommunens_samtale: f.kommunens_samtale,
            forklaring: Vec::new(),
        }
    }
}

impl From<Dage> for DageVisning {
    fn from(d: Dage) -> Self {
        Self { fra: d.fra, til: d.til, dage: d.antal() }
    }
}

impl From<Skoen> for SkoenVisning {
    fn from(s: Skoen) -> Self {
        Self { kr: s.kr, sats_aar: s.sats_aar, aarets_sats: s.egen_sats }
    }
}

impl RefusionVisning {
    fn af(r: &Refusion, f: &Forloeb) -> Self {
        Self {
            gives: r.gives,
            foerstedagsret: r.foerstedagsret.map(forloeb::refusion::Foerstedagsret::kode),
            sidste_arbejdsgiverdag: r.sidste_arbejdsgiverdag,
            foerste_refusionsdag: r.foerste_refusionsdag,
            lovdag: r.lovdag,
            anmeldt: r.anmeldt,
            mistet: r.mistet.map(Into::into),
            mistet_skoen: r.mistet_skoen.map(Into::into),
            tab_begynder: r.tab_begynder,
            i_fare: r.i_fare.map(Into::into),
            pr_dag: r.kr_pr_dag.map(Into::into),
            aeldste_udaekkede: r.aeldste_udaekkede,
            kan_anmodes_fra: r.kan_anmodes_fra,
            for_sent_anmodet: r.for_sent_anmodet.iter().copied().map(Into::into).collect(),
            krav: f.krav.iter().map(KravVisning::af).collect(),
        }
    }
}

impl KravVisning {
    #[expect(clippy::cast_precision_loss, reason = "amounts are far below 2^52 øre")]
    pub(super) fn af(k: &forloeb::forloeb::Faktum<forloeb::haendelse::RefusionAnmodet>) -> Self {
        let beloeb = k.hvad.beloeb_oere.map(|oere| oere as f64 / 100.0);
        Self { haendelse: k.position, fra: k.hvad.fra, til: k.hvad.til, beloeb }
    }
}

/// Every reminder of a forløb: outcomes from the log, then what is planned, by day.
#[must_use]
pub fn paamindelser(f: &Forloeb, v: &Vurdering, idag: NaiveDate, bog: &Regelbog) -> Vec<PaamindelseVisning> {
    let id = |n: &Noegle| reminder_id(f.id, n);
    let mut liste: Vec<PaamindelseVisning> = f
        .afgjorte
        .iter()
        .map(|(n, a)| {
            let (udfald, aarsag) = match &a.udfald {
                Udfald::Sendt { .. } => ("sendt", None),
                Udfald::Aflyst { aarsag } => ("aflyst", Some(aarsag.to_string())),
                Udfald::Udskudt { til } => ("udskudt", Some(til.to_rfc3339())),
                Udfald::Fejlet { grund } => ("fejlet", Some(grund.clone())),
            };
            PaamindelseVisning {
                id: id(n),
                frist: n.frist,
                trin: n.trin.clone(),
                dag: a.dag,
                modtager_rolle: n.modtager,
                udfald,
                aarsag,
                tidspunkt: Some(a.tid),
            }
        })
        .collect();
    let planlagt = planlagte(f, v, idag, bog);
    // What was withheld and is planned again is planned.
    liste.retain(|p| p.udfald != "aflyst" || planlagt.iter().all(|q| id(&q.noegle) != p.id));
    let planlagt: Vec<_> = planlagt.into_iter().filter(|p| liste.iter().all(|l| l.id != id(&p.noegle))).collect();
    liste.extend(planlagt.into_iter().map(|p| PaamindelseVisning {
        id: id(&p.noegle),
        frist: p.noegle.frist,
        trin: p.noegle.trin,
        dag: p.dag,
        modtager_rolle: p.noegle.modtager,
        udfald: "planlagt",
        aarsag: None,
        tidspunkt: None,
    }));
    liste.sort_by(|a, b| (a.dag, a.frist, &a.trin, a.modtager_rolle).cmp(&(b.dag, b.frist, &b.trin, b.modtager_rolle)));
    liste
}
