//! What is asked of a forløb to know what somebody is to it.

use crate::projections::Projections;
use crate::projections::card::Ansvar;

/// What decides who sees a forløb.
#[derive(Debug, Clone, Copy)]
pub struct Visibility<'a> {
    /// Whose it is.
    pub medarbejder_nr: &'a str,
    /// Code of the unit that payroll has the employee in.
    pub enhed: &'a str,
    /// Who leads it.
    pub leder: Option<&'a str>,
    /// Who makes the first contact.
    pub kontaktperson: Option<&'a str>,
    /// Who coordinates the plan.
    pub koordinator: Option<&'a str>,
    /// The AMR who may know of a cause at work.
    pub amr: Option<&'a str>,
    /// It is open.
    pub aabent: bool,
    /// The whole of it was a mistake.
    pub annulleret: bool,
}

/// Whose a case is, besides the employee.
#[derive(Debug, Clone, Copy)]
pub(super) struct Belongs<'a> {
    pub(super) enhed: &'a str,
    pub(super) leder: Option<&'a str>,
    pub(super) kontaktperson: Option<&'a str>,
    pub(super) koordinator: Option<&'a str>,
    pub(super) amr: Option<&'a str>,
}

impl<'a> Belongs<'a> {
    pub(super) fn of(ansvar: &'a Ansvar, projections: &Projections) -> Self {
        let (leder, kontaktperson) = (ansvar.leder.as_deref(), projections.kontaktperson_of(ansvar));
        let (koordinator, amr) = (ansvar.koordinator.as_deref(), ansvar.amr.as_deref());
        Self { enhed: &ansvar.enhed, leder, kontaktperson, koordinator, amr }
    }
}
