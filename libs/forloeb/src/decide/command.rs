//! What can be asked for. A command carries what it wants recorded in the shape of the event it leads to.

use uuid::Uuid;

pub use crate::decide::act::Act;
pub use crate::decide::rettelse::Rettelse;
pub use crate::decide::uenighed::Valg;

use crate::events::haendelse::{
    FravaerKnyttet, FravaerRegistreret, Imported, StamdataRegistreret, StedfortraederUdpeget,
};
use crate::words::Sletningsgrund;

/// A command to one ansættelse.
#[derive(Debug, Clone, PartialEq)]
pub enum DomainCommand {
    /// Payroll tells what it knows; nothing happens when nothing changed.
    RegistrerStamdata(Box<StamdataRegistreret>),
    /// An absence comes in.
    RegistrerFravaer(FravaerRegistreret),
    /// Payroll says something else of an absence than it said last.
    ChangeFravaer {
        /// Id of the registration.
        registrering: Uuid,
        /// What it says now; only what differs from what it said last is to change.
        line: Imported,
    },
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
