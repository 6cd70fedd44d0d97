//! Decisions that take back or change what was registered: corrections and annulments.

use chrono::NaiveDate;

use crate::decide::case::{Answer, Case};
use crate::decide::fravaer::{datoer, rettet};
use crate::decide::refusal::{BrokenRegel, DomainRefusal, FieldError, Mistake, felt};
use crate::events::haendelse::{
    Ciphertext, DelvisRegistreret, ForloebAnnulleret, Haendelse, HaendelseAnnulleret, VarighedRettet,
};
use crate::fold::derive::Registrering;
use crate::procent::Procent;
use crate::words::{Aarsag, Kilde, Varighed};

/// What can be corrected on a forløb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rettelse {
    /// The first absence day.
    FoersteFravaersdag(NaiveDate),
    /// The last absence day; none: it is not over after all.
    SidsteFravaersdag(Option<NaiveDate>),
    /// Why.
    Aarsag(Aarsag),
    /// Extent of the latest registration.
    OmfangPct(Procent),
    /// How long it is expected to last.
    ForventetVarighed(Varighed),
}

impl Case<'_> {
    pub(super) fn rettelse(&self, rettelse: Rettelse, begrundelse: &Ciphertext) -> Answer {
        let registreringer = self.registreringer();
        let (Some(foerste), Some(sidste)) = (registreringer.first(), registreringer.last()) else {
            return Err(DomainRefusal::UnknownForloeb);
        };
        let (old, new) = match rettelse {
            Rettelse::ForventetVarighed(forventet_varighed) => {
                let h = VarighedRettet { forloeb: self.f.id, forventet_varighed, begrundelse: begrundelse.clone() };
                return Ok(if self.f.forventet == forventet_varighed { Vec::new() } else { vec![h.into()] });
            }
            Rettelse::FoersteFravaersdag(dag) => {
                // Somebody went home ill the day before: what is wrong is the first whole day.
                let foerste = registreringer.iter().find(|r| r.foerste == self.f.foerste).unwrap_or(foerste);
                (foerste, Registrering { foerste: dag, ..foerste.clone() })
            }
            Rettelse::SidsteFravaersdag(Some(_)) if sidste.sidste.is_none() => {
                // Ending an open forløb is a raskmelding, not a correction.
                return Err(felt("felt", Mistake::CannotBeRettet));
            }
            Rettelse::SidsteFravaersdag(dag) => (sidste, Registrering { sidste: dag, ..sidste.clone() }),
            Rettelse::Aarsag(Aarsag::BarnSyg) => return Err(felt("ny_vaerdi", Mistake::NeverForloeb)),
            Rettelse::Aarsag(aarsag) => {
                // Payroll may have told of the one absence in many rows.
                let mut rows = registreringer.iter().filter(|r| r.aarsag == self.f.aarsag);
                return rows.try_fold(Vec::new(), |mut all, old| {
                    let new = Registrering { aarsag, ..old.clone() };
                    datoer(self.a, (Some(old), &new), Kilde::Person, self.now, self.book).map_err(as_new_value)?;
                    all.extend(rettet(old, &new, begrundelse.clone()));
                    Ok(all)
                });
            }
            Rettelse::OmfangPct(omfang_pct) => match self.f.perioder.last() {
                Some(p) if p.fra > sidste.foerste => {
                    let (forloeb, fra, begrundelse) = (self.f.id, p.fra, Some(begrundelse.clone()));
                    return self
                        .delvis(&DelvisRegistreret { forloeb, fra, omfang_pct, begrundelse })
                        .map_err(as_new_value);
                }
                _ => (sidste, Registrering { omfang_pct, ..sidste.clone() }),
            },
        };
        datoer(self.a, (Some(old), &new), Kilde::Person, self.now, self.book).map_err(as_new_value)?;
        Ok(rettet(old, &new, begrundelse.clone()).into_iter().collect())
    }

    pub(super) fn annuller_one(&self, position: u64, begrundelse: &Ciphertext) -> Answer {
        let record = self.a.records().iter().find(|p| p.position == position);
        let record = record
            .filter(|p| p.haendelse.forloeb().is_some_and(|id| self.f.called(id)))
            .ok_or(BrokenRegel::UnknownHaendelse)?;
        let already = self
            .a
            .records()
            .iter()
            .any(|p| matches!(&p.haendelse, Haendelse::HaendelseAnnulleret(h) if h.haendelse == position));
        if already || !record.haendelse.can_annulleres() {
            return Err(BrokenRegel::CannotBeAnnulleret.into());
        }
        let begrundelse = begrundelse.clone();
        Ok(vec![HaendelseAnnulleret { forloeb: self.f.id, haendelse: position, begrundelse }.into()])
    }

    pub(super) fn annuller_whole(&self, begrundelse: &Ciphertext) -> Vec<Haendelse> {
        let registreringer = self.registreringer().into_iter().map(|r| r.id).collect();
        vec![ForloebAnnulleret { forloeb: self.f.id, registreringer, begrundelse: begrundelse.clone() }.into()]
    }
}

/// In a correction the value stands in the field `ny_vaerdi`.
fn as_new_value(domain_refusal: DomainRefusal) -> DomainRefusal {
    match domain_refusal {
        DomainRefusal::Fields(fields) => {
            DomainRefusal::Fields(fields.into_iter().map(|f| FieldError { felt: "ny_vaerdi", ..f }).collect())
        }
        DomainRefusal::UnknownForloeb | DomainRefusal::BrokenRegel(_) | DomainRefusal::OtherVersion { .. } => {
            domain_refusal
        }
    }
}
