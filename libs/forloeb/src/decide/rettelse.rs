//! Decisions that take back or change what was registered: corrections and annulments.

use chrono::NaiveDate;

use crate::decide::afvisning::{Afvisning, Fejl, Feltfejl, Regel, felt};
use crate::decide::fravaer::{datoer, rettet};
use crate::decide::sag::{Sag, Svar};
use crate::events::haendelse::{
    DelvisRegistreret, ForloebAnnulleret, Forseglet, Haendelse, HaendelseAnnulleret, VarighedRettet,
};
use crate::fold::udled::Registrering;
use crate::ord::{Aarsag, Kilde, Varighed};

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
    OmfangPct(u8),
    /// How long it is expected to last.
    ForventetVarighed(Varighed),
}

impl Sag<'_> {
    pub(super) fn ret(&self, rettelse: Rettelse, begrundelse: &Forseglet) -> Svar {
        let registreringer = self.registreringer();
        let (Some(foerste), Some(sidste)) = (registreringer.first(), registreringer.last()) else {
            return Err(Afvisning::UkendtForloeb);
        };
        let (gammel, ny) = match rettelse {
            Rettelse::ForventetVarighed(forventet_varighed) => {
                let h = VarighedRettet { forloeb: self.f.id, forventet_varighed, begrundelse: begrundelse.clone() };
                return Ok(if self.f.forventet == forventet_varighed { Vec::new() } else { vec![h.into()] });
            }
            Rettelse::FoersteFravaersdag(dag) => (foerste, Registrering { foerste: dag, ..foerste.clone() }),
            Rettelse::SidsteFravaersdag(Some(_)) if sidste.sidste.is_none() => {
                // Ending an open forløb is a raskmelding, not a correction.
                return Err(felt("felt", Fejl::KanIkkeRettes));
            }
            Rettelse::SidsteFravaersdag(dag) => (sidste, Registrering { sidste: dag, ..sidste.clone() }),
            Rettelse::Aarsag(Aarsag::BarnSyg) => return Err(felt("ny_vaerdi", Fejl::IntetForloeb)),
            Rettelse::Aarsag(aarsag) => (foerste, Registrering { aarsag, ..foerste.clone() }),
            Rettelse::OmfangPct(omfang_pct) => match self.f.perioder.last() {
                Some(p) if p.fra > sidste.foerste => {
                    let (forloeb, fra, begrundelse) = (self.f.id, p.fra, Some(begrundelse.clone()));
                    return self
                        .delvis(&DelvisRegistreret { forloeb, fra, omfang_pct, begrundelse })
                        .map_err(som_ny_vaerdi);
                }
                _ => (sidste, Registrering { omfang_pct, ..sidste.clone() }),
            },
        };
        datoer(self.a, &ny, Kilde::Person, self.nu, self.bog).map_err(som_ny_vaerdi)?;
        Ok(rettet(gammel, &ny, begrundelse.clone()).into_iter().collect())
    }

    pub(super) fn annuller_en(&self, position: u64, begrundelse: &Forseglet) -> Svar {
        let post = self.a.poster().iter().find(|p| p.position == position);
        let post =
            post.filter(|p| p.haendelse.forloeb().is_some_and(|id| self.f.hedder(id))).ok_or(Regel::UkendtHaendelse)?;
        let allerede = self
            .a
            .poster()
            .iter()
            .any(|p| matches!(&p.haendelse, Haendelse::HaendelseAnnulleret(h) if h.haendelse == position));
        if allerede || !post.haendelse.kan_annulleres() {
            return Err(Regel::KanIkkeAnnulleres.into());
        }
        let begrundelse = begrundelse.clone();
        Ok(vec![HaendelseAnnulleret { forloeb: self.f.id, haendelse: position, begrundelse }.into()])
    }

    pub(super) fn annuller_hele(&self, begrundelse: &Forseglet) -> Vec<Haendelse> {
        let registreringer = self.registreringer().into_iter().map(|r| r.id).collect();
        vec![ForloebAnnulleret { forloeb: self.f.id, registreringer, begrundelse: begrundelse.clone() }.into()]
    }
}

/// In a correction the value stands in the field `ny_vaerdi`.
fn som_ny_vaerdi(afvisning: Afvisning) -> Afvisning {
    match afvisning {
        Afvisning::Felter(felter) => {
            Afvisning::Felter(felter.into_iter().map(|f| Feltfejl { felt: "ny_vaerdi", ..f }).collect())
        }
        Afvisning::UkendtForloeb | Afvisning::Regel(_) | Afvisning::AndenVersion { .. } => afvisning,
    }
}
