//! What happened: the events of an ansættelse (employment), in their newest stored form.
//!
//! An event says what happened in the world and when (`dato`); the record around it ([`crate::Post`]) says when we
//! learnt it and from whom. Names, addresses and free text are never here in the clear: they are [`Forseglet`].

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use crate::events::afgoerelse::{Afgoerelse, Noegle, Tilbageholdt, Udfald};
use crate::fold::udled::Importeret;
use crate::ord::{
    Aarsag, Anmeldelsestrin, DelvisMulig, FastTrackBeslutning, Kilde, Kontaktform, Kontaktrolle, OtteUgerUdfald, Part,
    Samtaleudfald, Slutaarsag, TagetAf, Varighed,
};
use crate::plan::Plan;

/// Personal data encrypted with the person's key (base64). The domain carries it and cannot read it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Forseglet(pub String);

impl std::fmt::Debug for Forseglet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Forseglet(…)")
    }
}

/// The open part of what payroll knows of an employment. Names and numbers of persons are in the sealed part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stamdata {
    /// Code of the unit.
    pub enhed: String,
    /// Name of the unit.
    pub enhed_navn: String,
    /// Employee number of the leader.
    pub leder_nr: Option<String>,
    /// Employee number of the tillidsrepræsentant.
    pub tr_nr: Option<String>,
    /// Employee number of the arbejdsmiljørepræsentant.
    pub amr_nr: Option<String>,
    /// First day of the employment.
    pub ansat: NaiveDate,
    /// Last day of the employment, once it is known.
    pub fratraadt: Option<NaiveDate>,
    /// Weekly hours.
    pub timer_pr_uge: f64,
    /// Code of the bopælskommune, as payroll writes it (`0727`).
    pub bopaelskommune: String,
    /// Has a § 56 agreement.
    pub paragraf_56: bool,
    /// Fleksjob.
    pub fleksjob: bool,
    /// Newly educated.
    pub nyuddannet: bool,
    /// Leads others.
    pub er_leder: bool,
}

/// Defines the event enum and the mapping to names: an event missing somewhere is a compile error.
macro_rules! haendelser {
    ($($(#[$m:meta])* $navn:ident($form:literal) { $($(#[$fm:meta])* $felt:ident: $type:ty),* $(,)? })+) => {
        /// An event of one ansættelse.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Haendelse { $($(#[$m])* $navn($navn)),+ }

        $(
            $(#[$m])*
            #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
            pub struct $navn { $($(#[$fm])* pub $felt: $type),* }

            impl From<$navn> for Haendelse {
                fn from(h: $navn) -> Self { Self::$navn(h) }
            }
        )+

        impl Haendelse {
            /// Name and newest stored form of every event.
            pub const FORMER: &'static [(&'static str, u16)] = &[$((stringify!($navn), $form)),+];

            /// The name under which it is stored.
            #[must_use]
            pub const fn navn(&self) -> &'static str {
                match self { $(Self::$navn(_) => stringify!($navn)),+ }
            }

            /// Number of the stored form that [`Haendelse::til_json`] writes.
            #[must_use]
            pub const fn form(&self) -> u16 {
                match self { $(Self::$navn(_) => $form),+ }
            }

            /// The newest stored form.
            ///
            /// # Errors
            /// Only if a number cannot be written as JSON (not a number, infinite).
            pub fn til_json(&self) -> Result<Vec<u8>, serde_json::Error> {
                match self { $(Self::$navn(h) => serde_json::to_vec(h)),+ }
            }

            /// Reads the newest stored form of an event; `None` for an unknown name.
            pub(crate) fn fra_nyeste(navn: &str, krop: &[u8]) -> Option<Result<Self, serde_json::Error>> {
                match navn {
                    $(stringify!($navn) => Some(serde_json::from_slice(krop).map(Self::$navn)),)+
                    _ => None,
                }
            }
        }
    };
}

haendelser! {
    /// Payroll's knowledge of the employment, whole, each time it changed.
    StamdataRegistreret(1) {
        /// The open part.
        stamdata: Box<Stamdata>,
        /// Name, CPR, e-mail, telephone, title; none: unchanged since the last time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fortroligt: Option<Forseglet>,
        /// Whose key seals it.
        person: Uuid,
    }
    /// The person's key was destroyed: everything sealed is gone for good.
    PersonSlettet(1) {
        /// Why, in the operator's words (not about the person).
        aarsag: String,
    }
    /// An absence registration came in.
    FravaerRegistreret(1) {
        /// Id of the registration; the forløb it starts gets the same id.
        registrering: Uuid,
        /// Payroll's number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fravaer_nr: Option<String>,
        /// Why.
        aarsag: Aarsag,
        /// First whole day of absence.
        foerste: NaiveDate,
        /// Last day of absence, once known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sidste: Option<NaiveDate>,
        /// Absence in percent of the working time.
        omfang_pct: u8,
        /// Expected duration, where it was said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        forventet_varighed: Option<Varighed>,
        /// From where.
        kilde: Kilde,
    }
    /// A registration was corrected; holds all its values after the correction.
    FravaerRettet(1) {
        /// Which.
        registrering: Uuid,
        /// Why.
        aarsag: Aarsag,
        /// First day.
        foerste: NaiveDate,
        /// Last day.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sidste: Option<NaiveDate>,
        /// Absence in percent.
        omfang_pct: u8,
        /// From where.
        kilde: Kilde,
        /// Why it was corrected.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        begrundelse: Option<Forseglet>,
        /// Payroll's line as it was, where people have corrected something else of it: the values above are both.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        linje: Option<Importeret>,
    }
    /// First contact was made.
    FoersteKontaktHoldt(1) {
        /// Forløb.
        forloeb: Uuid,
        /// Day.
        dato: NaiveDate,
        /// How.
        form: Kontaktform,
        /// Who on the workplace's side.
        kontaktperson_rolle: Kontaktrolle,
        /// Who took it.
        taget_af: TagetAf,
        /// What the employee expects.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        forventet_varighed: Option<Varighed>,
        /// Whether conditions at work play a part.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        arbejdsrelateret: Option<bool>,
    }
    /// The employee was invited to the talk.
    SamtaleIndkaldt(1) {
        /// Forløb.
        forloeb: Uuid,
        /// When it is to be held.
        tidspunkt: DateTime<FixedOffset>,
        /// Place and participants.
        fortroligt: Forseglet,
    }
    /// What came of the talk of § 7 a.
    SamtaleRegistreret(2) {
        /// Forløb.
        forloeb: Uuid,
        /// Day.
        dato: NaiveDate,
        /// What came of it.
        udfald: Samtaleudfald,
        /// Expected duration after the talk.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        forventet_varighed: Option<Varighed>,
        /// Whether a partial return is possible.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        delvis_mulig: Option<DelvisMulig>,
    }
    /// A step of the anmeldelse.
    AnmeldelseRegistreret(1) {
        /// Forløb.
        forloeb: Uuid,
        /// Step.
        trin: Anmeldelsestrin,
        /// Day.
        dato: NaiveDate,
        /// Receipt number of NemRefusion.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kvittering: Option<String>,
        /// Code of the kommune it was sent to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kommune: Option<String>,
    }
    /// Refusion was claimed for a span of days.
    RefusionAnmodet(1) {
        /// Forløb.
        forloeb: Uuid,
        /// First day.
        fra: NaiveDate,
        /// Last day.
        til: NaiveDate,
        /// Amount in øre, where it is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        beloeb_oere: Option<i64>,
    }
    /// Fast track was asked for or decided against.
    FastTrackBesluttet(1) {
        /// Forløb.
        forloeb: Uuid,
        /// Decision.
        beslutning: FastTrackBeslutning,
        /// By whom.
        af: Part,
        /// Day.
        dato: NaiveDate,
        /// Why not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        begrundelse: Option<Forseglet>,
    }
    /// The eight-week follow-up.
    OtteUgerRegistreret(1) {
        /// Forløb.
        forloeb: Uuid,
        /// Day.
        dato: NaiveDate,
        /// What came of it.
        udfald: OtteUgerUdfald,
        /// Reason and participants.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fortroligt: Option<Forseglet>,
    }
    /// The injury at work was notified in EASY.
    ArbejdsskadeAnmeldt(1) {
        /// Forløb.
        forloeb: Uuid,
        /// Day.
        dato: NaiveDate,
        /// Case number of EASY.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sagsnummer: Option<String>,
    }
    /// The extent of the absence changed.
    DelvisRegistreret(1) {
        /// Forløb.
        forloeb: Uuid,
        /// From this day.
        fra: NaiveDate,
        /// Absence in percent.
        omfang_pct: u8,
        /// Why, where it corrects what was registered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        begrundelse: Option<Forseglet>,
    }
    /// Back at work.
    Raskmeldt(1) {
        /// Forløb.
        forloeb: Uuid,
        /// Last day of absence.
        sidste_fravaersdag: NaiveDate,
    }
    /// The expected duration was corrected.
    VarighedRettet(1) {
        /// Forløb.
        forloeb: Uuid,
        /// The expectation now.
        forventet_varighed: Varighed,
        /// Why.
        begrundelse: Forseglet,
    }
    /// One event was a mistake and no longer counts.
    HaendelseAnnulleret(1) {
        /// Forløb.
        forloeb: Uuid,
        /// Position of the event that no longer counts.
        haendelse: u64,
        /// Why.
        begrundelse: Forseglet,
    }
    /// The whole forløb was a mistake.
    ForloebAnnulleret(1) {
        /// Forløb.
        forloeb: Uuid,
        /// The registrations that no longer count.
        registreringer: Vec<Uuid>,
        /// Why.
        begrundelse: Forseglet,
    }
    /// Another leader has the forløb.
    LederSkiftet(1) {
        /// Forløb.
        forloeb: Uuid,
        /// Employee number of the new leader.
        leder_nr: String,
        /// From this day.
        fra: NaiveDate,
    }
    /// A leader's substitute was named, for some days or until further notice.
    StedfortraederUdpeget(1) {
        /// Employee number of the substitute; none: nobody any more.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stedfortraeder_nr: Option<String>,
        /// First day on which the leader is away; none: whenever the leader turns out not to be there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fra: Option<NaiveDate>,
        /// Last day on which the leader is away.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        til: Option<NaiveDate>,
    }
    /// The employee chose the colleague who is to make contact.
    KontaktpersonValgt(1) {
        /// Forløb.
        forloeb: Uuid,
        /// Employee number; none: TR, AMR or leader, as if nobody had been chosen.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kontaktperson_nr: Option<String>,
    }
    /// Somebody in HR has taken on the forløb, or nobody any more.
    ForloebTildelt(1) {
        /// Forløb.
        forloeb: Uuid,
        /// Employee number; none: nobody.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        til: Option<String>,
    }
    /// Closed another way than by raskmelding.
    ForloebAfsluttet(1) {
        /// Forløb.
        forloeb: Uuid,
        /// How.
        aarsag: Slutaarsag,
        /// Last day.
        dato: NaiveDate,
    }
    /// A version of the TTA plan; versions are never changed.
    TtaPlanLagt(1) {
        /// Forløb.
        forloeb: Uuid,
        /// 1 for the first.
        version: u32,
        /// Dates, hours and codes.
        plan: Box<Plan>,
        /// The words of the plan.
        fortroligt: Forseglet,
    }
    /// The plan was evaluated.
    TtaEvalueret(1) {
        /// Forløb.
        forloeb: Uuid,
        /// Day.
        dato: NaiveDate,
        /// What was concluded.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fortroligt: Option<Forseglet>,
    }
    /// Outcomes of planned reminders.
    PaamindelserAfgjort(2) {
        /// Forløb.
        forloeb: Uuid,
        /// Which, and what became of them, but for those that may come back.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        afgoerelser: Vec<Afgoerelse>,
        /// Those that were withheld and may come back.
        #[serde(default, skip_serializing_if = "Vec::is_empty", with = "crate::events::afgoerelse::tilbageholdte")]
        tilbageholdt: Vec<Tilbageholdt>,
    }
    /// A reminder that the mail server refused is to be tried once more.
    PaamindelseSendesIgen(1) {
        /// Forløb.
        forloeb: Uuid,
        /// Which.
        noegle: Noegle,
    }
}

impl Haendelse {
    /// The forløb it speaks of; a registration speaks of the forløb it may have started.
    #[must_use]
    pub const fn forloeb(&self) -> Option<Uuid> {
        match self {
            Self::StamdataRegistreret(_) | Self::PersonSlettet(_) | Self::StedfortraederUdpeget(_) => None,
            Self::FravaerRegistreret(h) => Some(h.registrering),
            Self::FravaerRettet(h) => Some(h.registrering),
            Self::FoersteKontaktHoldt(h) => Some(h.forloeb),
            Self::SamtaleIndkaldt(h) => Some(h.forloeb),
            Self::SamtaleRegistreret(h) => Some(h.forloeb),
            Self::AnmeldelseRegistreret(h) => Some(h.forloeb),
            Self::RefusionAnmodet(h) => Some(h.forloeb),
            Self::FastTrackBesluttet(h) => Some(h.forloeb),
            Self::OtteUgerRegistreret(h) => Some(h.forloeb),
            Self::ArbejdsskadeAnmeldt(h) => Some(h.forloeb),
            Self::DelvisRegistreret(h) => Some(h.forloeb),
            Self::Raskmeldt(h) => Some(h.forloeb),
            Self::VarighedRettet(h) => Some(h.forloeb),
            Self::HaendelseAnnulleret(h) => Some(h.forloeb),
            Self::ForloebAnnulleret(h) => Some(h.forloeb),
            Self::LederSkiftet(h) => Some(h.forloeb),
            Self::KontaktpersonValgt(h) => Some(h.forloeb),
            Self::ForloebTildelt(h) => Some(h.forloeb),
            Self::ForloebAfsluttet(h) => Some(h.forloeb),
            Self::TtaPlanLagt(h) => Some(h.forloeb),
            Self::TtaEvalueret(h) => Some(h.forloeb),
            Self::PaamindelserAfgjort(h) => Some(h.forloeb),
            Self::PaamindelseSendesIgen(h) => Some(h.forloeb),
        }
    }

    /// Speaks of reminders only: nothing anybody edits changes with it, so the version of the forløb does not either.
    #[must_use]
    pub const fn er_om_paamindelser(&self) -> bool {
        matches!(self, Self::PaamindelserAfgjort(_) | Self::PaamindelseSendesIgen(_))
    }

    /// May be annulled one by one. Registrations are corrected or annulled with their forløb; what is itself an
    /// annulment, an outcome of a reminder or master data stays.
    #[must_use]
    pub const fn kan_annulleres(&self) -> bool {
        match self {
            Self::FoersteKontaktHoldt(_)
            | Self::SamtaleIndkaldt(_)
            | Self::SamtaleRegistreret(_)
            | Self::AnmeldelseRegistreret(_)
            | Self::RefusionAnmodet(_)
            | Self::FastTrackBesluttet(_)
            | Self::OtteUgerRegistreret(_)
            | Self::ArbejdsskadeAnmeldt(_)
            | Self::DelvisRegistreret(_)
            | Self::Raskmeldt(_)
            | Self::VarighedRettet(_)
            | Self::LederSkiftet(_)
            | Self::KontaktpersonValgt(_)
            | Self::ForloebAfsluttet(_)
            | Self::TtaPlanLagt(_)
            | Self::TtaEvalueret(_)
            | Self::FravaerRettet(_) => true,
            Self::StamdataRegistreret(_)
            | Self::PersonSlettet(_)
            | Self::StedfortraederUdpeget(_)
            | Self::FravaerRegistreret(_)
            | Self::HaendelseAnnulleret(_)
            | Self::ForloebAnnulleret(_)
            | Self::ForloebTildelt(_)
            | Self::PaamindelserAfgjort(_)
            | Self::PaamindelseSendesIgen(_) => false,
        }
    }
}
