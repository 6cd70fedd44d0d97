//! What the API shows: the shapes of its answers.

use chrono::{DateTime, NaiveDate, Utc};
use forloeb::forloeb::{Forloeb, Situation};
use forloeb::frister::{Assessment, Frist};
use forloeb::oere::whole_kroner;
use forloeb::refusion::{Dage, Skoen};
use forloeb::samtale::Aftale;
use forloeb::tta::daekning;
use forloeb::words::{
    Aarsag, Aftaleejer, Aftaleudfald, Fristart, Friststatus, KommunensRolle, Modtagerrolle, Princip, Samtalesvar,
    Slutaarsag, Varighed, Ventegrund,
};
use forloeb::{Aktoer, Oere, Procent};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::refusion::RefusionView;
use crate::access::User;
use crate::projections::Projections;

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
#[schema(as = ForloebVisning)]
pub struct ForloebView {
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
    /// Today's day number; F is day 1, and 0 says that it has not begun. Once it is over, its length in days.
    pub dag: i64,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aarsag: Option<Aarsag>,
    /// Absence in percent today, or on the last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub omfang_pct: Option<Procent>,
    /// Latest expectation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forventet_varighed: Option<Varighed>,
    /// The last day of absence that is expected, where somebody has said one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forventet_sidste: Option<NaiveDate>,
    /// The day on which the employee asked for a fastholdelsesplan (§ 7 b), while somebody has to answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fastholdelsesplan_anmodet: Option<NaiveDate>,
    /// The day on which the employee said yes to the fast track that the employer asked for (§ 7 c), while nothing was decided
    /// after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fast_track_godkendt: Option<NaiveDate>,
    /// Whom it waits for, while it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub afventer: Option<AfventerView>,
    /// The forløb it may be a relapse of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub muligt_tilbagefald_af: Option<Uuid>,
    /// Time agreed for the talk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub samtale_indkaldt_til: Option<String>,
    /// What the employee answered to the newest invitation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub samtale_svar: Option<SamtalesvarView>,
    /// What was agreed in talks and meetings, without its words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aftaler: Vec<AftaleView>,
    /// The frister.
    pub frister: Vec<FristView>,
    /// Refusion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusion: Option<RefusionView>,
    /// The newest plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tta_plan: Option<PlanReference>,
    /// No plan is needed until this day, where that was decided and no version was made since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tta_plan_ikke_noedvendig_til: Option<NaiveDate>,
}

/// Whom a forløb waits for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AfventerVisning)]
pub struct AfventerView {
    /// Whom.
    pub grund: Ventegrund,
    /// Until when, that day included.
    pub til: NaiveDate,
}

/// The employee's answer to an invitation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SamtalesvarVisning)]
pub struct SamtalesvarView {
    /// Position of the answer: who says yes to a proposal names it.
    pub position: u64,
    /// The answer.
    pub svar: Samtalesvar,
    /// The time that suits the employee better.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forslag: Option<String>,
    /// When it was given.
    pub tidspunkt: DateTime<Utc>,
}

/// Something that was agreed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AftaleVisning)]
pub struct AftaleView {
    /// Its number.
    pub nr: u32,
    /// By when.
    pub senest: NaiveDate,
    /// Who does it.
    pub hvem: Aftaleejer,
    /// Position of the minutes that it stands in.
    pub referat: u64,
    /// What became of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub udfald: Option<Aftaleudfald>,
    /// The day that happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dato: Option<NaiveDate>,
}

impl AftaleView {
    fn af(a: &Aftale<'_>) -> Self {
        let (udfald, dato) = a.afgjort.map(|done| (done.what.udfald, done.what.dato)).unzip();
        Self { nr: a.nr, senest: a.senest, hvem: a.hvem, referat: a.referat.position, udfald, dato }
    }
}

/// A frist as it stands today.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FristVisning)]
pub struct FristView {
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
    pub loest_af: Option<LoesningView>,
    /// After a fast-track request: the kommune's own talk is expected by this day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kommunens_samtale: Option<NaiveDate>,
    /// Of the follow-up at eight weeks: what the kommune is expected to do by then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kommunens_rolle: Option<KommunensRolle>,
    /// Number of the agreement that is to be kept by then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aftale: Option<u32>,
    /// How the dates were found, step by step; on the list of frister of one forløb.
    #[serde(rename = "forklaring")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub explanation: Vec<String>,
}

/// What resolved a frist.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LoesningVisning)]
pub struct LoesningView {
    /// Position of the event in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub haendelse: Option<u64>,
    /// Name of the event, or of the rule.
    #[serde(rename = "type")]
    pub kind: String,
    /// The day in the world.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dato: Option<NaiveDate>,
}

/// An inclusive span of days.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DageVisning)]
pub struct DageView {
    /// First day.
    pub fra: NaiveDate,
    /// Last day.
    pub til: NaiveDate,
    /// Calendar days.
    pub dage: i64,
}

/// An estimate in kroner, and what it rests on.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = SkoenVisning)]
pub struct SkoenView {
    /// Whole kroner; `beloeb_oere` takes its place.
    #[serde(rename = "kr", with = "whole_kroner")]
    #[schema(value_type = i64, deprecated)]
    pub beloeb: Oere,
    /// The estimate in øre; it is rounded to whole kroner.
    #[schema(value_type = i64)]
    pub beloeb_oere: Oere,
    /// Year of the weekly rate used.
    pub sats_aar: i32,
    /// The rate is the days' own year's; otherwise the newest known was used.
    pub aarets_sats: bool,
}

/// The newest plan of a forløb.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlanHenvisning)]
pub struct PlanReference {
    /// Version.
    pub version: u32,
    /// Which principles it covers.
    pub principper: Vec<PrincipView>,
}

/// Whether a plan covers a principle.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PrincipVisning)]
pub struct PrincipView {
    /// Which.
    #[serde(rename = "noegle")]
    pub key: Princip,
    /// Its number, 1 to 7.
    #[serde(rename = "nummer")]
    pub number: usize,
    /// It is covered.
    pub daekket: bool,
    /// What is missing.
    #[serde(rename = "mangler")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<&'static str>,
}

/// An event of the history.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HaendelseVisning)]
pub struct HaendelseView {
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
    pub kind: String,
    /// The open part; what is personal is sealed.
    #[schema(value_type = Object)]
    pub data: serde_json::Value,
    /// Chain hash of its commit.
    pub hash: String,
}

impl ForloebView {
    /// A forløb with its frister on a day.
    #[must_use]
    pub fn af(f: &Forloeb, v: &Assessment, today: NaiveDate) -> Self {
        let (status, afsluttet_aarsag, end) = match f.situation(today) {
            Situation::Aabent => (Status::Aaben, None, None),
            Situation::End { aarsag, sidste } => (Status::Afsluttet, Some(aarsag), Some(sidste)),
        };
        let dag = end.unwrap_or(today);
        Self {
            id: f.id,
            version: f.version,
            medarbejder_nr: f.medarbejder_nr.clone(),
            enhed: f.stamdata_now(dag).enhed.clone(),
            leder_nr: f.leder(today).map(str::to_owned),
            kontaktperson_nr: f.kontaktperson(dag).map(str::to_owned),
            status,
            afsluttet_aarsag,
            foerste_fravaersdag: f.foerste,
            sidste_fravaersdag: end.or(f.sidste),
            dag: f.dag_number(dag),
            aarsag: Some(f.aarsag),
            omfang_pct: Some(f.omfang_or_last(dag)),
            forventet_varighed: Some(f.forventet),
            forventet_sidste: f.expected_sidste(),
            fastholdelsesplan_anmodet: f.unanswered_wish(today).map(|asked| asked.what),
            fast_track_godkendt: f.fast_track_yes().map(|yes| yes.what.dato),
            afventer: f.afventer_on(dag).map(|(grund, til)| AfventerView { grund, til }),
            muligt_tilbagefald_af: f.tilbagefald_of,
            samtale_indkaldt_til: f.indkaldt.as_ref().map(|i| i.what.tidspunkt.to_rfc3339()),
            samtale_svar: f.samtalesvar().map(|s| SamtalesvarView {
                position: s.position,
                svar: s.what.svar,
                forslag: s.what.forslag.map(|time| time.to_rfc3339()),
                tidspunkt: s.time,
            }),
            aftaler: f.aftaler().iter().map(AftaleView::af).collect(),
            frister: v.frister.iter().map(FristView::af).collect(),
            refusion: Some(RefusionView::af(&v.refusion, f)),
            tta_plan: f.plan().map(|p| PlanReference {
                version: p.what.version,
                principper: principper(&p.what.plan, f.beside_plan(Some(p.what.version))),
            }),
            tta_plan_ikke_noedvendig_til: f.plan_undtaget().map(|u| u.what.til),
        }
    }
}

impl ForloebView {
    /// What this reader may see of it. A contact person sees what a first contact needs, and nothing of cause, money,
    /// talks or plan; a coordinator sees no money.
    #[must_use]
    pub fn til(mut self, f: &Forloeb, user: &User, projections: &Projections) -> Self {
        if matches!(self.status, Status::Aaben) {
            self.kontaktperson_nr = projections.kontaktperson(f, projections.today()).map(str::to_owned);
        }
        let today = projections.today();
        self.frister.retain(|one| user.sees_frist_of(f, (one.frist, one.ansvarlig.as_slice()), projections, today));
        // An earlier leader's is no news for a later one.
        self.muligt_tilbagefald_af = self.muligt_tilbagefald_af.filter(|id| projections.sees_forloeb(user, *id));
        if !user.sees_whole_forloeb() {
            (self.aarsag, self.omfang_pct, self.forventet_varighed, self.refusion) = (None, None, None, None);
            (self.muligt_tilbagefald_af, self.samtale_indkaldt_til, self.tta_plan) = (None, None, None);
            (self.forventet_sidste, self.afventer, self.fastholdelsesplan_anmodet) = (None, None, None);
            (self.samtale_svar, self.aftaler, self.fast_track_godkendt) = (None, Vec::new(), None);
            self.tta_plan_ikke_noedvendig_til = None;
        } else if !user.sees_penge() {
            self.refusion = None;
        }
        self
    }
}

/// Coverage of the seven principles.
#[must_use]
pub fn principper(plan: &forloeb::tta::Plan, beside: forloeb::tta::Beside) -> Vec<PrincipView> {
    daekning(plan, beside)
        .into_iter()
        .map(|d| PrincipView {
            key: d.princip,
            number: d.princip.number(),
            daekket: d.missing.is_none(),
            missing: d.missing.map(forloeb::tta::Lack::code),
        })
        .collect()
}

impl FristView {
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
            loest_af: f.loest_af.as_ref().map(LoesningView::af),
            kommunens_samtale: f.kommunens_samtale,
            kommunens_rolle: f.kommunens_rolle,
            aftale: f.aftale,
            explanation: Vec::new(),
        }
    }
}

impl From<Dage> for DageView {
    fn from(d: Dage) -> Self {
        Self { fra: d.fra, til: d.til, dage: d.count() }
    }
}

impl From<Skoen> for SkoenView {
    fn from(s: Skoen) -> Self {
        Self { beloeb: s.beloeb, beloeb_oere: s.beloeb, sats_aar: s.sats_aar, aarets_sats: s.own_sats }
    }
}

impl LoesningView {
    /// As the domain has it.
    #[must_use]
    pub fn af(l: &forloeb::frister::Loesning) -> Self {
        Self { haendelse: l.position, kind: l.name.to_owned(), dato: l.dato }
    }
}
