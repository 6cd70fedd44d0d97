//! Why a command was refused: data and stable codes. The words people read are made outside the domain.

use chrono::NaiveDate;
use uuid::Uuid;

/// A refused command. Nothing was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Afvisning {
    /// There is no such forløb on this employment.
    UkendtForloeb,
    /// Values of fields are wrong by themselves.
    Felter(Vec<Feltfejl>),
    /// The rules refuse it as things stand.
    Regel(Regel),
    /// `If-Match` named another version.
    AndenVersion {
        /// The version it has.
        nu: u64,
    },
}

/// A field with a wrong value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feltfejl {
    /// Name of the field, as in the API.
    pub felt: &'static str,
    /// What is wrong.
    pub fejl: Fejl,
}

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fejl {
    /// Must be there.
    Mangler,
    /// Lies in the future; the latest allowed day.
    Fremtid(NaiveDate),
    /// Lies before the earliest allowed day.
    FoerTidligst(NaiveDate),
    /// Lies after the latest allowed day.
    EfterSenest(NaiveDate),
    /// The end lies before the beginning.
    SlutFoerStart,
    /// Not within these bounds.
    Interval {
        /// The smallest value that is allowed.
        mindst: i64,
        /// The largest value that is allowed.
        hoejst: i64,
    },
    /// `barn_syg` never becomes a forløb.
    IntetForloeb,
    /// Nobody has this employee number.
    UkendtMedarbejder,
    /// Cannot be the employee.
    SelvSamme,
    /// This field cannot be corrected, or not to this value.
    KanIkkeRettes,
    /// Too long; the most characters allowed.
    ForLang(usize),
}

/// A rule that says no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Regel {
    /// The employment is not known.
    UkendtAnsaettelse,
    /// The person was erased.
    PersonSlettet,
    /// Another registration already holds a day of this one.
    Overlapper {
        /// The forløb it overlaps.
        forloeb: Uuid,
        /// Its first day.
        fra: NaiveDate,
        /// Its last day.
        til: Option<NaiveDate>,
    },
    /// The forløb is over.
    ForloebAfsluttet,
    /// The forløb is annulled.
    ForloebAnnulleret,
    /// The employment had ended, or not begun, on that day.
    IkkeAnsat,
    /// No talk is required only when the employee leaves by this day.
    IkkeUndtaget {
        /// F plus eight weeks.
        senest: NaiveDate,
    },
    /// The anmeldelse is receipted already.
    AlleredeKvitteret,
    /// There is nothing that could be rejected.
    IntetAtAfvise,
    /// There is no anmeldelse for this absence.
    IngenAnmeldelse,
    /// Claims need a receipted anmeldelse.
    ManglerKvittering,
    /// The claim covers days that are claimed already, or that were lost.
    KravOverlapper {
        /// The first day that can be claimed.
        naeste: NaiveDate,
    },
    /// The claim would leave a gap.
    KravMedHul {
        /// The first day that must be claimed.
        naeste: NaiveDate,
    },
    /// The claim goes beyond the last absence day.
    KravEfterSlut {
        /// The last absence day.
        sidste: NaiveDate,
    },
    /// Every day is claimed or lost.
    IntetAtAnmode,
    /// Fast track was asked for already.
    AlleredeAnmodet,
    /// Too late for fast track.
    FastTrackForSent {
        /// The last day.
        lovdag: NaiveDate,
    },
    /// The absence is no injury at work.
    IngenArbejdsskade,
    /// The injury is notified in EASY already.
    AlleredeIEasy,
    /// The event does not exist on this forløb.
    UkendtHaendelse,
    /// The event cannot be annulled, or is annulled already.
    KanIkkeAnnulleres,
    /// There is no plan to evaluate.
    IngenPlan,
    /// The employee number belongs to another employee's registration.
    FravaerHosAnden,
    /// The reminder was not refused by the mail server, or is to be sent again already.
    IkkeFejlet,
    /// Nobody is to be reminded of it any more.
    IntetAtMindeOm,
}

impl Regel {
    /// The code by which it is stored, filtered and sent through the API; never changes.
    #[must_use]
    pub const fn kode(&self) -> &'static str {
        match self {
            Self::UkendtAnsaettelse => "ukendt_ansaettelse",
            Self::PersonSlettet => "person_slettet",
            Self::Overlapper { .. } => "overlapper",
            Self::ForloebAfsluttet => "forloeb_afsluttet",
            Self::ForloebAnnulleret => "forloeb_annulleret",
            Self::IkkeAnsat => "ikke_ansat",
            Self::IkkeUndtaget { .. } => "ikke_undtaget",
            Self::AlleredeKvitteret => "allerede_kvitteret",
            Self::IntetAtAfvise => "intet_at_afvise",
            Self::IngenAnmeldelse => "ingen_anmeldelse",
            Self::ManglerKvittering => "mangler_kvittering",
            Self::KravOverlapper { .. } => "krav_overlapper",
            Self::KravMedHul { .. } => "krav_med_hul",
            Self::KravEfterSlut { .. } => "krav_efter_slut",
            Self::IntetAtAnmode => "intet_at_anmode",
            Self::AlleredeAnmodet => "allerede_anmodet",
            Self::FastTrackForSent { .. } => "fast_track_for_sent",
            Self::IngenArbejdsskade => "ingen_arbejdsskade",
            Self::AlleredeIEasy => "allerede_i_easy",
            Self::UkendtHaendelse => "ukendt_haendelse",
            Self::KanIkkeAnnulleres => "kan_ikke_annulleres",
            Self::IngenPlan => "ingen_plan",
            Self::FravaerHosAnden => "fravaer_hos_anden",
            Self::IkkeFejlet => "ikke_fejlet",
            Self::IntetAtMindeOm => "intet_at_minde_om",
        }
    }

    /// The field of the command that the refusal is about, where there is one.
    #[must_use]
    pub const fn felt(&self) -> Option<&'static str> {
        match self {
            Self::Overlapper { .. } | Self::IkkeAnsat => Some("foerste_fravaersdag"),
            Self::IkkeUndtaget { .. } => Some("udfald"),
            Self::AlleredeKvitteret | Self::IntetAtAfvise => Some("trin"),
            Self::KravOverlapper { .. } | Self::KravMedHul { .. } => Some("fra"),
            Self::KravEfterSlut { .. } => Some("til"),
            Self::AlleredeAnmodet => Some("beslutning"),
            Self::FastTrackForSent { .. } => Some("dato"),
            Self::UkendtHaendelse | Self::KanIkkeAnnulleres => Some("haendelse"),
            Self::FravaerHosAnden => Some("medarbejder_nr"),
            Self::IkkeFejlet | Self::IntetAtMindeOm => Some("paamindelse"),
            Self::UkendtAnsaettelse
            | Self::PersonSlettet
            | Self::ForloebAfsluttet
            | Self::ForloebAnnulleret
            | Self::IngenAnmeldelse
            | Self::IngenArbejdsskade
            | Self::AlleredeIEasy
            | Self::ManglerKvittering
            | Self::IntetAtAnmode
            | Self::IngenPlan => None,
        }
    }
}

impl From<Regel> for Afvisning {
    fn from(regel: Regel) -> Self {
        Self::Regel(regel)
    }
}

/// One wrong field.
pub(crate) fn felt(felt: &'static str, fejl: Fejl) -> Afvisning {
    Afvisning::Felter(vec![Feltfejl { felt, fejl }])
}
