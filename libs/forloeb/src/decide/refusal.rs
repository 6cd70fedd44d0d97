//! Why a command was refused: data and stable codes. The words people read are made outside the domain.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::words::Aftaleejer;

/// A refused command. Nothing was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DomainRefusal {
    /// There is no such forløb on this employment.
    UnknownForloeb,
    /// Values of fields are wrong by themselves.
    Fields(Vec<FieldError>),
    /// The rules refuse it as things stand.
    BrokenRegel(BrokenRegel),
    /// `If-Match` named another version.
    OtherVersion {
        /// The version it has.
        now: u64,
    },
}

/// A field with a wrong value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Name of the field, as in the API.
    pub felt: &'static str,
    /// What is wrong.
    pub error: Mistake,
}

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mistake {
    /// Must be there.
    Missing,
    /// Lies in the future; the latest allowed day.
    Future(NaiveDate),
    /// Lies before the earliest allowed day.
    BeforeEarliest(NaiveDate),
    /// Lies after the latest allowed day.
    AfterLatest(NaiveDate),
    /// Must be a working day; the next one.
    NoArbejdsdag(NaiveDate),
    /// The end lies before the beginning.
    EndBeforeStart,
    /// Not within these bounds.
    Interval {
        /// The smallest value that is allowed.
        at_least: i64,
        /// The largest value that is allowed.
        at_most: i64,
    },
    /// `barn_syg` never becomes a forløb.
    NeverForloeb,
    /// Nobody has this employee number.
    UnknownMedarbejder,
    /// Cannot be the employee.
    SamePerson,
    /// This field cannot be corrected, or not to this value.
    CannotBeRettet,
    /// Too long; the most characters allowed.
    TooLong(usize),
    /// A plan in which nothing is agreed, to be done or to be told.
    NothingAgreed,
}

/// A rule that says no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BrokenRegel {
    /// The employment is not known.
    UnknownAnsaettelse,
    /// The person was erased.
    PersonSlettet,
    /// Another registration already holds a day of this one.
    Overlaps {
        /// The forløb it overlaps.
        forloeb: Uuid,
        /// Its first day.
        fra: NaiveDate,
        /// Its last day.
        til: Option<NaiveDate>,
    },
    /// The forløb is over.
    ForloebAfsluttet,
    /// The employee has no forløb to speak of.
    NoForloeb,
    /// Nobody has asked for what is answered.
    NoAnmodning,
    /// The forløb is annulled.
    ForloebAnnulleret,
    /// The employment had ended, or not begun, on that day.
    NotAnsat,
    /// Another employee number goes on with the employment.
    Flyttet,
    /// No talk is required only when the employee leaves by this day.
    NotUndtaget {
        /// F plus eight weeks.
        latest: NaiveDate,
    },
    /// The anmeldelse is receipted already.
    AlreadyKvitteret,
    /// There is nothing that could be rejected.
    NothingToRefuse,
    /// There is no anmeldelse for this absence.
    NoAnmeldelse,
    /// Claims need a receipted anmeldelse.
    MissingKvittering,
    /// The claim covers days that are claimed already, or that were lost.
    KravOverlaps {
        /// The first day that can be claimed.
        next: NaiveDate,
    },
    /// The claim would leave a gap.
    KravWithGap {
        /// The first day that must be claimed.
        next: NaiveDate,
    },
    /// The claim goes beyond the last absence day.
    KravAfterEnd {
        /// The last absence day.
        sidste: NaiveDate,
    },
    /// Every day is claimed or lost.
    NothingToAnmode,
    /// A day of the claim is one of too few hours away (§ 7), and gives none.
    KravOfFewHours {
        /// The first such day.
        dag: NaiveDate,
    },
    /// The claim begins in holiday or time off.
    KravInAfbrydelse,
    /// Another afbrydelse holds a day of this one.
    AlreadyAfbrudt,
    /// No day is lost that a dispensation could give back.
    NothingMistet,
    /// Fast track was asked for already.
    AlreadyAnmodet,
    /// Too late for fast track.
    FastTrackTooLate {
        /// The last day.
        lovdag: NaiveDate,
    },
    /// The absence is no injury at work.
    NoArbejdsskade,
    /// The absence goes on: nobody has come back yet.
    NotBack,
    /// The injury is notified in EASY already.
    AlreadyInEasy,
    /// The event does not exist on this forløb.
    UnknownHaendelse,
    /// The event cannot be annulled, or is annulled already.
    CannotBeAnnulleret,
    /// The employee has said it themself, or something in what would be annulled.
    SaidByMedarbejder,
    /// There is no plan, or no such version of it.
    NoPlan,
    /// The version of the plan has no message to colleagues.
    NoBesked,
    /// The employee has approved no message to colleagues: nothing was agreed with them.
    BeskedNotApproved,
    /// Nothing is done about a cause at work.
    NoForanstaltning,
    /// It was not held, so nothing came of it.
    NotHeld,
    /// The employee number belongs to another employee's registration.
    FravaerAtOther,
    /// The reminder was not refused by the mail server, or is to be sent again already.
    NotFejlet,
    /// Nobody is to be reminded of it any more.
    NothingToRemindOf,
    /// No file of payroll has told that it is gone, or it was decided already.
    NotForsvundet,
    /// A whole file of payroll lacks implausibly much of what is under way: it was cut on the way.
    TooManyForsvundne {
        /// So many are gone.
        gone: u64,
        /// Of so many.
        all: u64,
    },
    /// Payroll and people agree on that day.
    NoUenighed,
    /// Who is right has been decided.
    UenighedAfgjort {
        /// The day on which it was.
        dag: NaiveDate,
    },
    /// Payroll or a person has said something else since it was looked at.
    UenighedMoved,
    /// The employee is invited to no talk, or something has been recorded of it.
    NoIndkaldelse,
    /// There is no such answer that waits for somebody, or the talk was arranged anew since.
    NoSamtalesvar,
    /// There is no talk or meeting there that was held.
    NoMoede,
    /// There is no agreement with this number, or the minutes have it twice.
    UnknownAftale,
    /// Nobody is this to the case.
    NobodyForAftale {
        /// What they would be.
        hvem: Aftaleejer,
    },
    /// More agreements would stand open than anybody can keep.
    TooManyAftaler {
        /// The most there may be.
        most: usize,
    },
    /// The employee has said no to fast track, and the employer cannot ask after that.
    FastTrackDeclined,
}

impl BrokenRegel {
    /// The code by which it is stored, filtered and sent through the API; never changes.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownAnsaettelse => "ukendt_ansaettelse",
            Self::PersonSlettet => "person_slettet",
            Self::Overlaps { .. } => "overlapper",
            Self::ForloebAfsluttet => "forloeb_afsluttet",
            Self::NoForloeb => "intet_forloeb",
            Self::NoAnmodning => "ingen_anmodning",
            Self::ForloebAnnulleret => "forloeb_annulleret",
            Self::NotAnsat => "ikke_ansat",
            Self::Flyttet => "flyttet",
            Self::NotUndtaget { .. } => "ikke_undtaget",
            Self::AlreadyKvitteret => "allerede_kvitteret",
            Self::NothingToRefuse => "intet_at_afvise",
            Self::NoAnmeldelse => "ingen_anmeldelse",
            Self::MissingKvittering => "mangler_kvittering",
            Self::KravOverlaps { .. } => "krav_overlapper",
            Self::KravWithGap { .. } => "krav_med_hul",
            Self::KravAfterEnd { .. } => "krav_efter_slut",
            Self::NothingToAnmode => "intet_at_anmode",
            Self::KravOfFewHours { .. } => "krav_for_faa_timer",
            Self::KravInAfbrydelse => "krav_i_afbrydelse",
            Self::AlreadyAfbrudt => "allerede_afbrudt",
            Self::NothingMistet => "intet_mistet",
            Self::AlreadyAnmodet => "allerede_anmodet",
            Self::FastTrackTooLate { .. } => "fast_track_for_sent",
            Self::NoArbejdsskade => "ingen_arbejdsskade",
            Self::NotBack => "ikke_tilbage",
            Self::AlreadyInEasy => "allerede_i_easy",
            Self::UnknownHaendelse => "ukendt_haendelse",
            Self::CannotBeAnnulleret => "kan_ikke_annulleres",
            Self::SaidByMedarbejder => "medarbejderens_ord",
            Self::NoPlan => "ingen_plan",
            Self::NoBesked => "ingen_besked",
            Self::BeskedNotApproved => "besked_ikke_godkendt",
            Self::NoForanstaltning => "ingen_foranstaltning",
            Self::NotHeld => "ikke_holdt",
            Self::FravaerAtOther => "fravaer_hos_anden",
            Self::NotFejlet => "ikke_fejlet",
            Self::NothingToRemindOf => "intet_at_minde_om",
            Self::NotForsvundet => "ikke_forsvundet",
            Self::TooManyForsvundne { .. } => "for_mange_forsvundne",
            Self::NoUenighed => "ingen_uenighed",
            Self::UenighedAfgjort { .. } => "uenighed_afgjort",
            Self::UenighedMoved => "uenighed_aendret",
            Self::NoIndkaldelse => "ingen_indkaldelse",
            Self::NoSamtalesvar => "intet_svar",
            Self::NoMoede => "intet_moede",
            Self::UnknownAftale => "ukendt_aftale",
            Self::NobodyForAftale { .. } => "ingen_til_aftalen",
            Self::TooManyAftaler { .. } => "for_mange_aftaler",
            Self::FastTrackDeclined => "fast_track_afslaaet",
        }
    }

    /// The field of the command that the refusal is about, where there is one.
    #[must_use]
    pub const fn felt(&self) -> Option<&'static str> {
        match self {
            Self::Overlaps { .. } | Self::NotAnsat => Some("foerste_fravaersdag"),
            Self::NotUndtaget { .. } | Self::NotHeld => Some("udfald"),
            Self::BeskedNotApproved => Some("samarbejde"),
            Self::NoForanstaltning => Some("foranstaltning"),
            Self::AlreadyKvitteret | Self::NothingToRefuse => Some("trin"),
            Self::KravOverlaps { .. }
            | Self::KravWithGap { .. }
            | Self::KravOfFewHours { .. }
            | Self::KravInAfbrydelse
            | Self::AlreadyAfbrudt => Some("fra"),
            Self::KravAfterEnd { .. } => Some("til"),
            Self::AlreadyAnmodet | Self::FastTrackDeclined => Some("beslutning"),
            Self::NoSamtalesvar => Some("svar"),
            Self::NoMoede => Some("til"),
            Self::UnknownAftale => Some("nr"),
            Self::NobodyForAftale { .. } | Self::TooManyAftaler { .. } => Some("aftaler"),
            Self::FastTrackTooLate { .. } => Some("dato"),
            Self::UnknownHaendelse | Self::CannotBeAnnulleret => Some("haendelse"),
            Self::FravaerAtOther | Self::Flyttet => Some("medarbejder_nr"),
            Self::NotFejlet | Self::NothingToRemindOf => Some("paamindelse"),
            Self::NotForsvundet => Some("udfald"),
            Self::NoUenighed | Self::UenighedAfgjort { .. } | Self::UenighedMoved => Some("uenighed"),
            Self::UnknownAnsaettelse
            | Self::TooManyForsvundne { .. }
            | Self::PersonSlettet
            | Self::ForloebAfsluttet
            | Self::NoForloeb
            | Self::NoAnmodning
            | Self::ForloebAnnulleret
            | Self::SaidByMedarbejder
            | Self::NoAnmeldelse
            | Self::NoArbejdsskade
            | Self::NotBack
            | Self::AlreadyInEasy
            | Self::NoIndkaldelse
            | Self::MissingKvittering
            | Self::NothingToAnmode
            | Self::NothingMistet
            | Self::NoBesked
            | Self::NoPlan => None,
        }
    }
}

impl From<BrokenRegel> for DomainRefusal {
    fn from(regel: BrokenRegel) -> Self {
        Self::BrokenRegel(regel)
    }
}

/// One wrong field.
pub(crate) fn felt(felt: &'static str, error: Mistake) -> DomainRefusal {
    DomainRefusal::Fields(vec![FieldError { felt, error }])
}
