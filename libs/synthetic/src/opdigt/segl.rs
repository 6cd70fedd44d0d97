//! What becomes of the personal part of an event.

use crate::Medarbejder;
use forloeb::haendelse::Forseglet;
use uuid::Uuid;

use app::noegler::{Fortrolig, NoegleFejl, Noegler};
use app::sealed::{self, Sealed};

/// Where the keys of the invented people are.
#[derive(Clone, Copy)]
pub(crate) enum Segl<'a> {
    /// In a store: what is sealed can be opened again.
    Noegler(&'a Noegler),
    /// Nowhere: nobody will open it.
    Intet,
}

impl Segl<'_> {
    /// Whose key each of them has.
    ///
    /// # Errors
    /// The keys could not be made.
    pub(crate) fn personer(self, folk: &[Medarbejder]) -> Result<Vec<Uuid>, NoegleFejl> {
        match self {
            Self::Noegler(noegler) => {
                let id: Vec<_> = folk.iter().map(|m| noegler.person(&Fortrolig::ny(m.cpr.clone()))).collect();
                noegler.opret(&id)?;
                Ok(id)
            }
            Self::Intet => Ok(folk.iter().map(|m| Uuid::from_u128(m.nr.into())).collect()),
        }
    }

    /// Seals it.
    ///
    /// # Errors
    /// There is no such key.
    pub(crate) fn forsegl<T: Sealed>(self, person: Uuid, hvad: &T) -> Result<Forseglet, NoegleFejl> {
        match self {
            Self::Noegler(noegler) => sealed::seal(noegler, person, hvad),
            Self::Intet => Ok(Forseglet(String::new())),
        }
    }
}
