//! What is known of an employment by those who do not keep its events.

use crate::events::haendelse::{
    FravaerForsvundet, FravaerNummereret, FravaerRegistreret, MedarbejderForsvundet, PaamindelseSendesIgen,
    PaamindelserAfgjort, PersonSlettet, StamdataRegistreret, StedfortraederUdpeget,
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
    /// Reminders that left, or did not.
    Afgoerelser(&'a PaamindelserAfgjort),
    /// A reminder that is tried again: its mailbox may be open.
    SendIgen(&'a PaamindelseSendesIgen),
    /// Nothing: it is read with the other events where somebody asks.
    Nothing,
}
