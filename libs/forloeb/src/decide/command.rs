//! What can be asked for. A command carries what it wants recorded in the shape of the event it leads to.

use chrono::NaiveDate;
use uuid::Uuid;

pub use crate::decide::act::Act;
pub use crate::decide::rettelse::Rettelse;
pub use crate::decide::samtale::{MOST_AFTALER, MOST_DELTAGERE, NewAftale, NewReferat};
pub use crate::decide::uenighed::Valg;

use crate::events::haendelse::{
    AnsaettelseFortsat, Forsvundet, FravaerKnyttet, FravaerRegistreret, Imported, MedarbejderFlyttet,
    OmsorgskollegaValgt, SignalbrevAfgjort, SignalbrevOensket, StamdataRegistreret, StedfortraederUdpeget,
};
use crate::words::Sletningsgrund;

/// A command to one ansættelse.
#[derive(Debug, Clone, PartialEq)]
pub enum DomainCommand {
    /// Payroll tells what it knows; nothing happens when nothing changed.
    RegistrerStamdata(Box<StamdataRegistreret>),
    /// An absence comes in.
    RegistrerFravaer(FravaerRegistreret),
    /// The employee reports themself sick. Who has told the same already, or tells it afterwards, has told one fact.
    ReportOneself(FravaerRegistreret),
    /// Payroll says something else of an absence than it said last.
    ChangeFravaer {
        /// Id of the registration.
        registrering: Uuid,
        /// What it says now; only what differs from what it said last is to change.
        line: Imported,
    },
    /// Payroll tells of an absence in another row than before.
    RenumberFravaer {
        /// Id of the registration.
        registrering: Uuid,
        /// The number of the row before.
        before: String,
        /// The number of the row.
        fravaer_nr: String,
        /// What the row says.
        line: Imported,
    },
    /// A whole file of payroll has an absence no more, or what somebody decides of that.
    FravaerGone {
        /// Id of the registration.
        registrering: Uuid,
        /// That it is told, or what is decided.
        stand: Forsvundet,
        /// The last day of absence, where it ended.
        sidste: Option<NaiveDate>,
    },
    /// A whole file of payroll has the employee no more, or what somebody decides of that.
    MedarbejderGone {
        /// That it is told, or what is decided.
        stand: Forsvundet,
        /// The last day of the employment, where it ended.
        fratraadt: Option<NaiveDate>,
    },
    /// Another employee number of the same person goes on with this employment.
    Flyt(MedarbejderFlyttet),
    /// This employment goes on with what was told under another employee number of the same person.
    Fortsaet(Box<AnsaettelseFortsat>),
    /// Payroll's row says this of a registration that people have spoken of; nothing happens where it has said so and
    /// nobody has said anything else since.
    KnytFravaer(FravaerKnyttet),
    /// The person's key is destroyed.
    ErasePerson {
        /// Why, from the list.
        grund: Sletningsgrund,
        /// Why, in the operator's words (not about the person).
        aarsag: String,
    },
    /// Who acts for this leader.
    UdpegStedfortraeder(StedfortraederUdpeget),
    /// Whether this leader wants a mail a week about signals of frequent absence.
    OenskSignalbrev(SignalbrevOensket),
    /// What became of that mail; nothing happens where there was one that week, or it is not wanted any more.
    AfgoerSignalbrev(SignalbrevAfgjort),
    /// Who may ring this employee, should they fall ill.
    ChooseOmsorgskollega(OmsorgskollegaValgt),
    /// Something about one forløb.
    Forloeb {
        /// Which; an id that was joined into another is understood.
        id: Uuid,
        /// Only if it still has this version.
        if_version: Option<u64>,
        /// What is asked of it.
        act: Act,
    },
}
