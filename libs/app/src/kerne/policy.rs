//! Laying down a policy of the workplace.

use chrono::NaiveDate;
use forloeb::Aktoer;
use forloeb::politik::PolitikFastsat;

use super::append::{Decided, Decision, One, Outcome};
use super::{Kerne, KommandoFejl};
use crate::failure::Internal;
use crate::politik::{PolitikFejl, laes};
use crate::stored::{POLITIK, Unreadable, laes_politik};

/// A policy that is laid down, unless it is the newest already.
struct LayDown {
    policy: PolitikFastsat,
    event: One,
}

impl Decision for LayDown {
    type Nothing = u64;

    async fn decide(&mut self, kerne: &Kerne, _: Option<u64>) -> Result<Decided<u64>, KommandoFejl> {
        let stream = &self.event.stream;
        let version = kerne.log.stream_version(stream).await?;
        if let Some(newest) = kerne.log.read_stream(stream, version.saturating_sub(1), 1).await?.first()
            && laes_politik(newest).map_err(Unreadable::from)?.as_ref() == Some(&self.policy)
        {
            return Ok(Decided::Nothing(newest.position)); // sent twice it is one
        }
        Ok(Decided::Append(self.event.at(version)))
    }
}

impl Kerne {
    /// Lays down a policy for absences that begin on a day or later. What has begun keeps its rules.
    ///
    /// # Errors
    /// See [`PolitikFejl`]; nothing was written.
    pub async fn fastsaet_politik(&self, fra: NaiveDate, tekst: &str, aktoer: &Aktoer) -> Result<u64, PolitikFejl> {
        let nu = self.ur.nu_og_dag();
        let tidligst = nu.dag.succ_opt().unwrap_or(nu.dag);
        if fra < tidligst {
            return Err(PolitikFejl::ForTidligt(tidligst));
        }
        laes(tekst, fra, &self.bog())?;
        let policy = PolitikFastsat { fra, politik: tekst.to_owned() };
        let event = One::new(POLITIK, (PolitikFastsat::NAVN, PolitikFastsat::FORM), nu, &policy)?;
        match self.append(aktoer, None, LayDown { policy, event }).await? {
            Outcome::Written { last: position, .. } | Outcome::Nothing(position) => Ok(position),
            Outcome::Repeated(_) => {
                let fejl = Internal::new("politikken blev taget for en gentagelse", "den har ingen nøgle");
                Err(KommandoFejl::from(fejl).into())
            }
        }
    }
}
