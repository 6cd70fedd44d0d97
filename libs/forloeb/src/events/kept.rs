//! What an event may declare of itself: what of it is kept without reading it again, and what is sealed in it.

use crate::events::declare::kinds;
use crate::events::haendelse::{
    AnsaettelseFortsat, FravaerForsvundet, FravaerKnyttet, FravaerNummereret, FravaerRegistreret, MedarbejderFlyttet,
    MedarbejderForsvundet, PaamindelseSendesIgen, PaamindelserAfgjort, PersonSlettet, StamdataRegistreret,
    StedfortraederUdpeget,
};

code_words! {
    /// What became of something that a whole file of payroll no longer had.
    Forsvundet {
        /// It was told, and nobody has decided anything.
        Meldt = "meldt",
        /// It is kept: payroll's file is wrong.
        Beholdt = "beholdt",
        /// It ended.
        Afsluttet = "afsluttet",
        /// It never was.
        Annulleret = "annulleret",
        /// A later file had it again.
        KommetIgen = "kommet_igen",
    }
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
    /// Why there is no receipt number, or why a dispensation was given.
    Refusionsgrund,
    /// Why an injury need not be notified, or the kommune's follow-up is wished or not.
    Beslutningsgrund,
    /// What was agreed at a follow-up.
    Opfoelgningsaftaler,
    /// What is done about a cause at work.
    Foranstaltning,
    /// How the employee wishes to be contacted.
    Oensker,
    /// What the employee says beside an answer to an invitation.
    Samtalebemaerkning,
    /// The minutes of a talk or a meeting, and the words of what was agreed.
    Referat,
    /// A TTA plan that is not made yet.
    PlanKladde,
    /// What an employee wants of the plan, in their own words.
    EgneOrd,
    /// What an employee remarks about a version of the plan.
    Planbemaerkning,
    /// With whom a version of the plan was shared.
    Planmodtager,
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
    /// Payroll's new number of a registration.
    Nummer(&'a FravaerNummereret),
    /// An absence that payroll no longer has.
    Fravaer(&'a FravaerForsvundet),
    /// The employee, whom payroll no longer has.
    Medarbejder(&'a MedarbejderForsvundet),
    /// Another employee number goes on with it.
    Flyttet(&'a MedarbejderFlyttet),
    /// It goes on with what was told under another employee number.
    Fortsat(&'a AnsaettelseFortsat),
    /// A row of payroll about a registration that was there before it.
    Knyttet(&'a FravaerKnyttet),
    /// Reminders that left, or did not.
    Afgoerelser(&'a PaamindelserAfgjort),
    /// A reminder that is tried again: its mailbox may be open.
    SendIgen(&'a PaamindelseSendesIgen),
    /// Nothing: it is read with the other events where somebody asks.
    Nothing,
}
