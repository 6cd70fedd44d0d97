//! What happened: the events of an ansættelse (employment), in their newest stored form.
//!
//! An event says what happened in the world and when (`dato`); the record around it ([`crate::Record`]) says when we
//! learnt it and from whom. Names, addresses and free text are never here in the clear: they are [`Ciphertext`].

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use crate::events::afgoerelse::{Afgoerelse, Key, Tilbageholdt, Udfald};
use crate::events::declare::{haendelser, kinds};
use crate::oere::Oere;
use crate::plan::Plan;
use crate::procent::Procent;
use crate::words::{
    Aarsag, Anmeldelsestrin, Ansaettelsesform, DelvisMulig, FastTrackBeslutning, Kilde, Kontaktform, Kontaktrolle,
    LoenUnderSygdom, OtteUgerUdfald, Part, Samtaleudfald, Sletningsgrund, Slutaarsag, TagetAf, Ugedag, Varighed,
};

/// Personal data encrypted with the person's key. The domain carries it and cannot read it.
///
/// | text | what |
/// |---|---|
/// | `…` | base64; bound to the person |
/// | `2:…` | the same, bound besides to where it stands in the log |
/// | `2:…@place` | that, once it was read from the log: [`Ciphertext::stands_at`] |
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ciphertext(pub String);

impl Ciphertext {
    /// What is in front of a text that is bound to where it stands.
    pub const BOUND: &str = "2:";

    /// Whoever reads it from the log says where it stood: it is told from there, and never from what is stored with it. In
    /// the log itself there is no place, and nothing that is written there comes from what was read there.
    pub fn stands_at(&mut self, place: &str) {
        if self.0.starts_with(Self::BOUND) {
            self.0 = format!("{}@{place}", self.0);
        }
    }

    /// The base64 of a text that is bound, and where it stood; none where it is not bound.
    #[must_use]
    pub fn bound(&self) -> Option<(&str, &str)> {
        let rest = self.0.strip_prefix(Self::BOUND)?;
        Some(rest.rsplit_once('@').unwrap_or((rest, "")))
    }
}

impl std::fmt::Debug for Ciphertext {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ciphertext(…)")
    }
}

/// The open part of what payroll knows of an employment. Names and numbers of persons are in the sealed part.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
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
    /// First day of the employment; none where payroll does not say, as of those who are paid by the hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ansat: Option<NaiveDate>,
    /// Last day of the employment, once it is known.
    pub fratraadt: Option<NaiveDate>,
    /// Agreed weekly working hours; 0 where none are agreed, as of those who are paid by the hour.
    pub timer_pr_uge: f64,
    /// Code of the bopælskommune, as payroll writes it (`0727`).
    pub bopaelskommune: String,
    /// Has a § 56 agreement. It covers only the illness it was made for: whether an absence is of that one is asked of it.
    pub paragraf_56: bool,
    /// First day of the agreement, where payroll says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paragraf_56_fra: Option<NaiveDate>,
    /// Last day of the agreement, where payroll says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paragraf_56_til: Option<NaiveDate>,
    /// Employed in a fleksjob, which gives refusion from the first day.
    pub fleksjob: bool,
    /// Newly educated: some signals are given of these alone.
    pub nyuddannet: bool,
    /// Leads other employees.
    pub er_leder: bool,
    /// The weekdays on which the employee works, where payroll says; else Monday to Friday.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arbejdsdage: Option<Vec<Ugedag>>,
    /// What the employer pays during sickness, where payroll says; else wages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loen_under_sygdom: Option<LoenUnderSygdom>,
    /// The form of the employment, where payroll says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ansaettelsesform: Option<Ansaettelsesform>,
    /// Code of the district that the unit belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distrikt: Option<String>,
}

/// The values of a line of a payroll export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// Why the employee is away.
    pub aarsag: Aarsag,
    /// First whole day of absence.
    pub foerste: NaiveDate,
    /// Last day of absence, once payroll knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sidste: Option<NaiveDate>,
    /// Absence in percent of the working time.
    pub omfang_pct: Procent,
    /// Whether it is of the illness that a § 56 agreement was made for; none where payroll does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paragraf_56: Option<bool>,
    /// The employee reported fit again after the last day.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub raskmeldt: bool,
}

kinds! {
    /// What payroll tells about a person.
    Personoplysninger,
    /// Where the talk is, and who takes part.
    Indkaldelse,
    /// Why the eight-week follow-up was not necessary, and who took part in it.
    OtteUgersOpfoelgning,
    /// What came of an evaluation of the plan.
    Konklusion,
    /// Why fast track was decided for or against.
    FastTrackGrund,
    /// Why something was corrected.
    Rettelsesgrund,
    /// Why something was annulled.
    Annulleringsgrund,
    /// The words of a TTA plan.
    PlanTekster,
}

/// What is known of an employment without its events, and the event that says it. Who keeps something is asked by the
/// compiler about each of these, and not about every event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kept<'a> {
    /// What payroll tells, and whose key seals it.
    Stamdata(&'a StamdataRegistreret),
    /// The person's key is gone.
    Erasure(&'a PersonSlettet),
    /// Who acts for a leader.
    Stedfortraeder(&'a StedfortraederUdpeget),
    /// A registration, and payroll's number of it.
    Registrering(&'a FravaerRegistreret),
    /// Reminders that left, or did not.
    Afgoerelser(&'a PaamindelserAfgjort),
    /// A reminder that is tried again: its mailbox may be open.
    SendIgen(&'a PaamindelseSendesIgen),
    /// Nothing: it is read with the other events where somebody asks.
    Nothing,
}

haendelser! {
    /// Payroll's knowledge of the employment, whole, each time it changed.
    StamdataRegistreret(
        form 1, about none, keeps Stamdata, seal confidential as Personoplysninger, can_not annulleres
    ) {
        /// The open part.
        stamdata: Box<Stamdata>,
        /// Name, CPR, e-mail, telephone, title; none: unchanged since the last time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[serde(rename = "fortroligt")] confidential: Option<Ciphertext>,
        /// Whose key seals it.
        person: Uuid,
        /// The first day on which it holds; none: the day it was received.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        gaelder_fra: Option<NaiveDate>,
    }
    /// The person's key was destroyed: everything sealed is gone for good.
    PersonSlettet(form 1, about none, keeps Erasure, seal nothing, can_not annulleres) {
        /// Why, in the operator's words (not about the person).
        aarsag: String,
        /// Why, from the list; none in what was recorded before there was one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        grund: Option<Sletningsgrund>,
    }
    /// An absence registration came in.
    FravaerRegistreret(form 1, about registrering, keeps Registrering, seal nothing, can_not annulleres) {
        /// Id of the registration; the forløb it starts gets the same id.
        registrering: Uuid,
        /// Number of the absence in the payroll system.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fravaer_nr: Option<String>,
        /// Why the employee is away, as payroll codes it.
        aarsag: Aarsag,
        /// First whole day of absence.
        foerste: NaiveDate,
        /// Last day of absence, once known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sidste: Option<NaiveDate>,
        /// Absence in percent of the working time.
        omfang_pct: Procent,
        /// Expected duration, where it was said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        forventet_varighed: Option<Varighed>,
        /// Typed by a person, or read from payroll.
        kilde: Kilde,
        /// Whether it is of the illness that a § 56 agreement was made for, where it was said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        paragraf_56: Option<bool>,
        /// The employee reported fit again after the last day.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        raskmeldt: bool,
    }
    /// A registration was corrected; holds all its values after the correction.
    FravaerRettet(form 1, about registrering, keeps nothing, seal begrundelse as Rettelsesgrund, can annulleres) {
        /// The registration that is corrected.
        registrering: Uuid,
        /// Why the employee is away, as payroll codes it.
        aarsag: Aarsag,
        /// First whole day of absence.
        foerste: NaiveDate,
        /// Last day of absence, itself included; none while it goes on or is not known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sidste: Option<NaiveDate>,
        /// Absence in percent of the working time.
        omfang_pct: Procent,
        /// Typed by a person, or read from payroll.
        kilde: Kilde,
        /// Why it was corrected.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        begrundelse: Option<Ciphertext>,
        /// Payroll's line as it was, where people have corrected something else of it: the values above are both.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[serde(rename = "linje")] line: Option<Imported>,
        /// Whether it is of the illness that a § 56 agreement was made for, where it was said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        paragraf_56: Option<bool>,
        /// The employee reported fit again after the last day.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        raskmeldt: bool,
    }
    /// First contact was made.
    FoersteKontaktHoldt(form 1, about forloeb, keeps nothing, seal nothing, can annulleres) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// The day it happened.
        dato: NaiveDate,
        /// How contact was made.
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
    SamtaleIndkaldt(form 1, about forloeb, keeps nothing, seal confidential as Indkaldelse, can annulleres) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// When it is to be held.
        tidspunkt: DateTime<FixedOffset>,
        /// Place and participants.
        #[serde(rename = "fortroligt")] confidential: Ciphertext,
    }
    /// What came of the talk of § 7 a.
    SamtaleRegistreret(form 2, about forloeb, keeps nothing, seal nothing, can annulleres) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// The day it happened.
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
    AnmeldelseRegistreret(form 1, about forloeb, keeps nothing, seal nothing, can annulleres) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// How far the anmeldelse has come.
        trin: Anmeldelsestrin,
        /// The day it happened.
        dato: NaiveDate,
        /// Receipt number of NemRefusion.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kvittering: Option<String>,
        /// Code of the kommune it was sent to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kommune: Option<String>,
    }
    /// Refusion was claimed for a span of days.
    RefusionAnmodet(form 1, about forloeb, keeps nothing, seal nothing, can annulleres) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// First day, itself included.
        fra: NaiveDate,
        /// Last day, itself included.
        til: NaiveDate,
        /// The amount, where it is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        beloeb_oere: Option<Oere>,
    }
    /// Fast track was asked for or decided against.
    FastTrackBesluttet(form 1, about forloeb, keeps nothing, seal begrundelse as FastTrackGrund, can annulleres) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// Asked for, or decided against.
        beslutning: FastTrackBeslutning,
        /// Which side decided.
        af: Part,
        /// The day it happened.
        dato: NaiveDate,
        /// Why it was decided against, sealed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        begrundelse: Option<Ciphertext>,
    }
    /// The eight-week follow-up.
    OtteUgerRegistreret(
        form 1, about forloeb, keeps nothing, seal confidential as OtteUgersOpfoelgning, can annulleres
    ) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// The day it happened.
        dato: NaiveDate,
        /// What came of it.
        udfald: OtteUgerUdfald,
        /// Reason and participants.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[serde(rename = "fortroligt")] confidential: Option<Ciphertext>,
    }
    /// The injury at work was notified in EASY.
    ArbejdsskadeAnmeldt(form 1, about forloeb, keeps nothing, seal nothing, can annulleres) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// The day it happened.
        dato: NaiveDate,
        /// Case number of EASY.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sagsnummer: Option<String>,
    }
    /// The extent of the absence changed.
    DelvisRegistreret(form 1, about forloeb, keeps nothing, seal begrundelse as Rettelsesgrund, can annulleres) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// The first day on which it holds.
        fra: NaiveDate,
        /// Absence in percent of the working time.
        omfang_pct: Procent,
        /// Why, where it corrects what was registered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        begrundelse: Option<Ciphertext>,
    }
    /// Back at work.
    Raskmeldt(form 1, about forloeb, keeps nothing, seal nothing, can annulleres) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// Last day of absence.
        sidste_fravaersdag: NaiveDate,
    }
    /// The expected duration was corrected.
    VarighedRettet(form 1, about forloeb, keeps nothing, seal begrundelse as Rettelsesgrund, can annulleres) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// The expectation now.
        forventet_varighed: Varighed,
        /// The reason that was given, sealed.
        begrundelse: Ciphertext,
    }
    /// One event was a mistake and no longer counts.
    HaendelseAnnulleret(
        form 1, about forloeb, keeps nothing, seal begrundelse as Annulleringsgrund, can_not annulleres
    ) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// Position of the event that no longer counts.
        haendelse: u64,
        /// The reason that was given, sealed.
        begrundelse: Ciphertext,
    }
    /// The whole forløb was a mistake.
    ForloebAnnulleret(
        form 1, about forloeb, keeps nothing, seal begrundelse as Annulleringsgrund, can_not annulleres
    ) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// The registrations that no longer count.
        registreringer: Vec<Uuid>,
        /// The reason that was given, sealed.
        begrundelse: Ciphertext,
    }
    /// Another leader has the forløb.
    LederSkiftet(form 1, about forloeb, keeps nothing, seal nothing, can annulleres) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// Employee number of the new leader.
        leder_nr: String,
        /// The first day on which it holds.
        fra: NaiveDate,
    }
    /// A leader's substitute was named, for some days or until further notice.
    StedfortraederUdpeget(form 1, about none, keeps Stedfortraeder, seal nothing, can_not annulleres) {
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
    KontaktpersonValgt(form 1, about forloeb, keeps nothing, seal nothing, can annulleres) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// Employee number; none: TR, AMR or leader, as if nobody had been chosen.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kontaktperson_nr: Option<String>,
    }
    /// Somebody in HR has taken on the forløb, or nobody any more.
    ForloebTildelt(form 1, about forloeb, keeps nothing, seal nothing, can_not annulleres) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// Employee number; none: nobody.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        til: Option<String>,
    }
    /// Closed another way than by raskmelding.
    ForloebAfsluttet(form 1, about forloeb, keeps nothing, seal nothing, can annulleres) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// How it ended.
        aarsag: Slutaarsag,
        /// The last day of absence.
        dato: NaiveDate,
    }
    /// A version of the TTA plan; versions are never changed.
    TtaPlanLagt(form 1, about forloeb, keeps nothing, seal confidential as PlanTekster, can annulleres) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// 1 for the first.
        version: u32,
        /// Dates, hours and codes.
        plan: Box<Plan>,
        /// The words of the plan.
        #[serde(rename = "fortroligt")] confidential: Ciphertext,
    }
    /// The plan was evaluated.
    TtaEvalueret(form 1, about forloeb, keeps nothing, seal confidential as Konklusion, can annulleres) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// The day it happened.
        dato: NaiveDate,
        /// What was concluded.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[serde(rename = "fortroligt")] confidential: Option<Ciphertext>,
    }
    /// Outcomes of planned reminders.
    PaamindelserAfgjort(form 2, about forloeb, keeps Afgoerelser, seal nothing, can_not annulleres) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// Which, and what became of them, but for those that may come back.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        afgoerelser: Vec<Afgoerelse>,
        /// Those that were withheld and may come back.
        #[serde(default, skip_serializing_if = "Vec::is_empty", with = "crate::events::afgoerelse::tilbageholdte")]
        tilbageholdt: Vec<Tilbageholdt>,
    }
    /// A reminder that the mail server refused is to be tried once more.
    PaamindelseSendesIgen(form 1, about forloeb, keeps SendIgen, seal nothing, can_not annulleres) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// The reminder that is tried again.
        #[serde(rename = "noegle")] key: Key,
    }
}

impl Haendelse {
    /// Speaks of reminders only: nothing anybody edits changes with it, so the version of the forløb does not either.
    #[must_use]
    pub const fn is_about_paamindelser(&self) -> bool {
        matches!(self, Self::PaamindelserAfgjort(_) | Self::PaamindelseSendesIgen(_))
    }
}
