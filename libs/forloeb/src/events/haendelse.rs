//! What happened: the events of an ansættelse (employment), in their newest stored form.
//!
//! An event says what happened in the world and when (`dato`); the record around it ([`crate::Record`]) says when we
//! learnt it and from whom. Names, addresses and free text are never here in the clear: they are [`Ciphertext`].

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use crate::events::afgoerelse::{Afgoerelse, Key, Tilbageholdt, Udfald};
pub use crate::events::carried::Carried;
pub use crate::events::ciphertext::Ciphertext;
use crate::events::declare::haendelser;
pub use crate::events::kept::{Forsvundet, Kept, Kind};
use crate::events::medarbejder::with_medarbejder;
pub use crate::events::samtale::{
    AftaleAfgjort, Aftalt, ReferatSkrevet, SamtaleBesvaret, SamtaleIndkaldt, SamtaleRegistreret,
};
pub use crate::events::stamdata::{Imported, Stamdata};
use crate::events::tta::with_those_of_tta;
use crate::oere::Oere;
use crate::plan::Plan;
use crate::procent::Procent;
use crate::uenighed::{Uenighedsfelt, Vaelg};
use crate::words::{
    Aarsag, Afbrydelsesaarsag, Anmeldelsestrin, Arbejdsmiljoeaarsag, Arbejdsskadesvar, Brevart, FastTrackBeslutning,
    Fastholdelsessvar, Fristart, Kilde, Kontaktform, Kontaktrolle, Kontaktsted, Mulighedstrin, Oenske, Opfoelgningsart,
    OtteUgerUdfald, Overtagelsessvar, Part, Plansvar, Samarbejde, Samtalegrund, Sletningsgrund, Slutaarsag, TagetAf,
    Varighed, Ventegrund, Virkning,
};

with_medarbejder! { with_those_of_tta! {
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
        #[serde(default, skip_serializing_if = "Option::is_none")] gaelder_fra: Option<NaiveDate>,
    }
    /// The person's key was destroyed: everything sealed is gone for good.
    PersonSlettet(form 1, about none, keeps Erasure, seal nothing, can_not annulleres) {
        /// Why, in the operator's words (not about the person).
        aarsag: String,
        /// Why, from the list; none in what was recorded before there was one.
        #[serde(default, skip_serializing_if = "Option::is_none")] grund: Option<Sletningsgrund>,
    }
    /// An absence registration came in.
    FravaerRegistreret(form 1, about registrering, keeps Registrering, seal nothing, can_not annulleres) {
        /// Id of the registration; the forløb it starts gets the same id.
        registrering: Uuid,
        /// Number of the absence in the payroll system.
        #[serde(default, skip_serializing_if = "Option::is_none")] fravaer_nr: Option<String>,
        /// Why the employee is away, as payroll codes it.
        aarsag: Aarsag,
        /// First whole day of absence.
        foerste: NaiveDate,
        /// Last day of absence, once known.
        #[serde(default, skip_serializing_if = "Option::is_none")] sidste: Option<NaiveDate>,
        /// Absence in percent of the working time.
        omfang_pct: Procent,
        /// Expected duration, where it was said.
        #[serde(default, skip_serializing_if = "Option::is_none")] forventet_varighed: Option<Varighed>,
        /// Typed by a person, or read from payroll.
        kilde: Kilde,
        /// Whether it is of the illness that a § 56 agreement was made for, where it was said.
        #[serde(default, skip_serializing_if = "Option::is_none")] paragraf_56: Option<bool>,
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
        #[serde(default, skip_serializing_if = "Option::is_none")] sidste: Option<NaiveDate>,
        /// Absence in percent of the working time.
        omfang_pct: Procent,
        /// Typed by a person, or read from payroll.
        kilde: Kilde,
        /// Why it was corrected.
        #[serde(default, skip_serializing_if = "Option::is_none")] begrundelse: Option<Ciphertext>,
        /// Payroll's line as it was, where people have corrected something else of it: the values above are both.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[serde(rename = "linje")] line: Option<Imported>,
        /// Whether it is of the illness that a § 56 agreement was made for, where it was said.
        #[serde(default, skip_serializing_if = "Option::is_none")] paragraf_56: Option<bool>,
        /// The employee reported fit again after the last day.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        raskmeldt: bool,
    }
    /// Payroll tells of an absence in another row than before.
    FravaerNummereret(form 1, about registrering, keeps Nummer, seal nothing, can_not annulleres) {
        /// The registration.
        registrering: Uuid,
        /// Number of the row before.
        #[serde(rename = "foer")] before: String,
        /// Its number from here on.
        fravaer_nr: String,
    }
    /// A file of payroll that was to hold everything had an absence no more, or what became of that.
    FravaerForsvundet(form 1, about registrering, keeps Fravaer, seal nothing, can_not annulleres) {
        /// The registration.
        registrering: Uuid,
        /// That it was told, or what was decided.
        stand: Forsvundet,
        /// The last day of absence, where it ended.
        #[serde(default, skip_serializing_if = "Option::is_none")] sidste: Option<NaiveDate>,
        /// The registration that its forløb goes on with, where it no longer counts and others of the forløb do.
        #[serde(default, skip_serializing_if = "Option::is_none")] videre: Option<Uuid>,
    }
    /// A file of payroll that was to hold everybody had the employee no more, or what became of that.
    MedarbejderForsvundet(form 1, about none, keeps Medarbejder, seal nothing, can_not annulleres) {
        /// That it was told, or what was decided.
        stand: Forsvundet,
    }
    /// The employee has another employee number from a day on: what was told of this one goes on there.
    MedarbejderFlyttet(form 1, about none, keeps Flyttet, seal nothing, can_not annulleres) {
        /// The employee number from then on.
        til_nr: String,
        /// The first day under it.
        fra: NaiveDate,
    }
    /// The employee had another employee number at the same workplace before: what was told of that one goes on here.
    AnsaettelseFortsat(form 1, about none, keeps Fortsat, seal nothing, can_not annulleres) {
        /// The employee number before.
        fra_nr: String,
        /// The first day under this one.
        fra: NaiveDate,
        /// The last day under the one before.
        til: NaiveDate,
        /// What was recorded there, in order, after what came with those before this one.
        #[serde(rename = "foer")] before: Vec<Carried>,
        /// More is to follow: only with the last one it goes on here.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        flere: bool,
    }
    /// Payroll's row is about a registration that people have spoken of, and says this; what stands is not moved by it.
    FravaerKnyttet(form 1, about registrering, keeps Knyttet, seal nothing, can_not annulleres) {
        /// The registration that it is about.
        registrering: Uuid,
        /// Number of the row in the payroll system.
        fravaer_nr: String,
        /// What it says.
        #[serde(rename = "linje")] line: Imported,
    }
    /// A person reported sick whom payroll, or the employee and somebody else, had told of already: both are one
    /// registration.
    SygemeldingKnyttet(form 1, about registrering, keeps nothing, seal nothing, can annulleres) {
        /// The registration that was there.
        registrering: Uuid,
        /// First whole day of absence, as the person says.
        foerste: NaiveDate,
        /// Absence in percent of the working time, as the person says.
        omfang_pct: Procent,
        /// Expected duration, where it was said.
        #[serde(default, skip_serializing_if = "Option::is_none")] forventet_varighed: Option<Varighed>,
        /// Whether it is of the illness that a § 56 agreement was made for, where it was said.
        #[serde(default, skip_serializing_if = "Option::is_none")] paragraf_56: Option<bool>,
        /// Why the employee is away, as the person says; none in what was recorded before it was asked.
        #[serde(default, skip_serializing_if = "Option::is_none")] aarsag: Option<Aarsag>,
    }
    /// Payroll and a person said different things of an absence, and somebody decided.
    UenighedAfgjort(form 1, about registrering, keeps nothing, seal begrundelse as Rettelsesgrund, can_not annulleres) {
        /// The registration that it is about.
        registrering: Uuid,
        /// What of it.
        felt: Uenighedsfelt,
        /// Who was right.
        vaelg: Vaelg,
        /// The day that payroll said; none: it went on.
        #[serde(default, skip_serializing_if = "Option::is_none")] loen: Option<NaiveDate>,
        /// The day that the person said; none: it went on.
        #[serde(default, skip_serializing_if = "Option::is_none")] person: Option<NaiveDate>,
        /// Of a cause or an extent: the first day on which they differed.
        #[serde(default, skip_serializing_if = "Option::is_none")] fra: Option<NaiveDate>,
        /// The cause that payroll said.
        #[serde(default, skip_serializing_if = "Option::is_none")] loen_aarsag: Option<Aarsag>,
        /// The cause that the person said.
        #[serde(default, skip_serializing_if = "Option::is_none")] person_aarsag: Option<Aarsag>,
        /// The extent that payroll said.
        #[serde(default, skip_serializing_if = "Option::is_none")] loen_omfang_pct: Option<Procent>,
        /// The extent that the person said.
        #[serde(default, skip_serializing_if = "Option::is_none")] person_omfang_pct: Option<Procent>,
        /// Why, sealed.
        begrundelse: Ciphertext,
    }
    /// The employee was invited to the talk.
    SamtaleIndkaldt(form 1, about forloeb, keeps nothing, seal confidential as Indkaldelse, can annulleres);
    /// The employee answered an invitation to the talk.
    SamtaleBesvaret(form 1, about forloeb, keeps nothing, seal confidential as Samtalebemaerkning, can annulleres);
    /// What came of the talk of § 7 a.
    SamtaleRegistreret(form 2, about forloeb, keeps nothing, seal nothing, can annulleres);
    /// Minutes of a talk or a meeting were written; what was written before is never changed.
    ReferatSkrevet(form 1, about forloeb, keeps nothing, seal confidential as Referat, can annulleres);
    /// Something that was agreed was done, or is not to be done any more.
    AftaleAfgjort(form 1, about forloeb, keeps nothing, seal nothing, can annulleres);
    /// A step of the anmeldelse.
    AnmeldelseRegistreret(
        form 1, about forloeb, keeps nothing, seal uden_kvittering as Refusionsgrund, can annulleres
    ) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// How far the anmeldelse has come.
        trin: Anmeldelsestrin,
        /// The day it happened.
        dato: NaiveDate,
        /// Of a receipt: the day on which what is receipted was signed, where no earlier step says it.
        #[serde(default, skip_serializing_if = "Option::is_none")] underskrevet_dato: Option<NaiveDate>,
        /// Why there is no receipt number, sealed.
        #[serde(default, skip_serializing_if = "Option::is_none")] uden_kvittering: Option<Ciphertext>,
        /// Receipt number of NemRefusion.
        #[serde(default, skip_serializing_if = "Option::is_none")] kvittering: Option<String>,
        /// Code of the kommune it was sent to.
        #[serde(default, skip_serializing_if = "Option::is_none")] kommune: Option<String>,
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
        #[serde(default, skip_serializing_if = "Option::is_none")] beloeb_oere: Option<Oere>,
        /// The day on which the claim was signed; none: the day it was recorded.
        #[serde(default, skip_serializing_if = "Option::is_none")] underskrevet_dato: Option<NaiveDate>,
    }
    /// The kommune gives back days that were lost by a late anmeldelse or a late claim (§ 59 stk. 6).
    DispensationRegistreret(
        form 1, about forloeb, keeps nothing, seal begrundelse as Refusionsgrund, can annulleres
    ) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// The first day that is given back.
        fra: NaiveDate,
        /// The day of the decision.
        dato: NaiveDate,
        /// Which ground, and why, sealed.
        begrundelse: Ciphertext,
        /// Number of the kommune's answer.
        #[serde(default, skip_serializing_if = "Option::is_none")] kvittering: Option<String>,
    }
    /// The absence is, or is not, of the illness that the § 56 agreement was made for. Which illness is never said.
    Paragraf56Besvaret(form 1, about forloeb, keeps nothing, seal nothing, can annulleres) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// It is.
        gaelder: bool,
    }
    /// Holiday, or time off, taken during the illness by agreement: the period goes on, and those days give no refusion.
    AfbrydelseRegistreret(form 1, about forloeb, keeps nothing, seal nothing, can annulleres) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// First day, itself included.
        fra: NaiveDate,
        /// Last day, itself included.
        til: NaiveDate,
        /// What was taken.
        aarsag: Afbrydelsesaarsag,
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
        #[serde(default, skip_serializing_if = "Option::is_none")] begrundelse: Option<Ciphertext>,
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
        #[serde(default, skip_serializing_if = "Option::is_none")] sagsnummer: Option<String>,
    }
    /// The injury at work need not be notified in EASY.
    ArbejdsskadeUndtaget(
        form 1, about forloeb, keeps nothing, seal begrundelse as Beslutningsgrund, can annulleres
    ) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// The day it was decided.
        dato: NaiveDate,
        /// The reason that was given, sealed.
        begrundelse: Ciphertext,
    }
    /// The employer decided whether it wishes that the kommune follows up (§ 13 f).
    KommunensOpfoelgningBesluttet(
        form 1, about forloeb, keeps nothing, seal begrundelse as Beslutningsgrund, can annulleres
    ) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// Wished, or not.
        beslutning: Oenske,
        /// The day it was decided.
        dato: NaiveDate,
        /// The reason that was given, sealed.
        #[serde(default, skip_serializing_if = "Option::is_none")] begrundelse: Option<Ciphertext>,
    }
    /// A follow-up beside the one at eight weeks.
    OpfoelgningRegistreret(
        form 1, about forloeb, keeps nothing, seal confidential as Opfoelgningsaftaler, can annulleres
    ) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// Which follow-up.
        art: Opfoelgningsart,
        /// The day it happened.
        dato: NaiveDate,
        /// What came of it.
        udfald: OtteUgerUdfald,
        /// What each thing that was done has done, in the order in which it is told of.
        #[serde(default, skip_serializing_if = "Vec::is_empty")] virkninger: Vec<Virkning>,
        /// How the help of colleagues works.
        #[serde(default, skip_serializing_if = "Option::is_none")] samarbejde: Option<Samarbejde>,
        /// What has come of what is done about a cause at work.
        #[serde(default, skip_serializing_if = "Option::is_none")] foranstaltning: Option<Virkning>,
        /// What was agreed, and what was done.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[serde(rename = "fortroligt")] confidential: Option<Ciphertext>,
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
        #[serde(default, skip_serializing_if = "Option::is_none")] begrundelse: Option<Ciphertext>,
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
        /// The new leader is asked whether they take it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")] spoerges: bool,
    }
    /// A leader's substitute was named, for some days or until further notice.
    StedfortraederUdpeget(form 1, about none, keeps Stedfortraeder, seal nothing, can_not annulleres) {
        /// Employee number of the substitute; none: nobody any more.
        #[serde(default, skip_serializing_if = "Option::is_none")] stedfortraeder_nr: Option<String>,
        /// First day on which the leader is away; none: whenever the leader turns out not to be there.
        #[serde(default, skip_serializing_if = "Option::is_none")] fra: Option<NaiveDate>,
        /// Last day on which the leader is away.
        #[serde(default, skip_serializing_if = "Option::is_none")] til: Option<NaiveDate>,
    }
    /// A leader wants a mail a week about signals of frequent absence, or no more.
    SignalbrevOensket(form 1, about none, keeps nothing, seal nothing, can_not annulleres) {
        /// They want it.
        ugentligt: bool,
    }
    /// That mail left, or was refused for good.
    SignalbrevAfgjort(form 1, about none, keeps nothing, seal nothing, can_not annulleres) {
        /// The Monday of its week.
        uge: NaiveDate,
        /// The newest absence of everybody it was about: what comes after is news.
        perioder: Vec<Uuid>,
        /// What became of it.
        udfald: Udfald,
    }
    /// Somebody in HR has taken on the forløb, or nobody any more.
    ForloebTildelt(form 1, about forloeb, keeps nothing, seal nothing, can_not annulleres) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// Employee number; none: nobody.
        #[serde(default, skip_serializing_if = "Option::is_none")] til: Option<String>,
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
} }

impl Haendelse {
    /// Speaks of reminders only: nothing anybody edits changes with it, so the version of the forløb does not either.
    #[must_use]
    pub const fn is_about_paamindelser(&self) -> bool {
        matches!(self, Self::PaamindelserAfgjort(_) | Self::PaamindelseSendesIgen(_))
    }

    /// Speaks of somebody as a leader, and so of no absence of their own.
    #[must_use]
    pub const fn is_about_a_leder(&self) -> bool {
        matches!(self, Self::StedfortraederUdpeget(_) | Self::SignalbrevOensket(_) | Self::SignalbrevAfgjort(_))
    }
}
