//! What commands would lead to, decided one after the other on a draft of an employment; and writing all of it at once.

use forloeb::command::DomainCommand;
use forloeb::{Aktoer, Ansaettelse, Haendelse, Now, Record, decide_on};

use super::append::{Decided, Decision, Outcome};
use super::{App, CommandError};
use crate::projections::Loan;

/// An employment as some commands would leave it.
pub(crate) struct Draft {
    /// As it is. It stays in memory for as long as the draft.
    base: Loan,
    would: Loan,
    now: Now,
}

impl Draft {
    /// The employment as it would be.
    pub(crate) const fn would(&self) -> &Loan {
        &self.would
    }

    /// Decides a command as [`App::execute`] does, and writes nothing; whether there would be anything to write.
    ///
    /// # Errors
    /// It would be refused.
    pub(crate) fn decide(&mut self, domain_command: &DomainCommand, aktoer: &Aktoer) -> Result<bool, CommandError> {
        let (before, now, book) = (self.would.ansaettelse(), self.now, self.would.book());
        let haendelser =
            decide_on(before, self.would.all(), domain_command, now, book).map_err(CommandError::Afvist)?;
        if haendelser.is_empty() {
            return Ok(false);
        }
        let mut after = Ansaettelse::clone(before);
        for (version, haendelse) in (before.version() + 1..).zip(haendelser) {
            // After everything that the log holds.
            let (position, aktoer) = (u64::MAX / 2 + version, aktoer.clone());
            after.apply(Record { position, version, time: now.time, dag: now.dag, aktoer, haendelse });
        }
        self.would = self.would.followed_by(after);
        Ok(true)
    }

    /// What was decided, in order.
    fn haendelser(&self) -> impl Iterator<Item = Haendelse> {
        let version = self.base.ansaettelse().version();
        let new = self.would.ansaettelse().records().iter().filter(move |record| record.version > version);
        new.map(|record| record.haendelse.clone())
    }
}

impl App {
    /// A draft of an employment, seen at this moment.
    pub(crate) fn draft(&self, base: Loan) -> Draft {
        Draft { would: base.clone(), base, now: self.clock.now_and_dag() }
    }

    /// Writes what was decided on a draft, in one commit, and returns when it can be read; false where somebody else has
    /// written to the employment meanwhile, and nothing is written.
    ///
    /// # Errors
    /// See [`App::execute`].
    pub(crate) async fn write_draft(&self, draft: Draft, aktoer: &Aktoer) -> Result<bool, CommandError> {
        if draft.haendelser().next().is_none() {
            return Ok(true);
        }
        Ok(match self.append(aktoer, None, draft).await? {
            Outcome::Nothing(Overtaken) => false,
            Outcome::Written { .. } | Outcome::Repeated(_) => true,
        })
    }
}

/// Somebody else was first.
pub(crate) struct Overtaken;

impl Decision for Draft {
    type Nothing = Overtaken;

    async fn decide(&mut self, app: &App, overtaken: Option<u64>) -> Result<Decided<Overtaken>, CommandError> {
        if let Some(actual) = overtaken {
            app.wait_on_version(self.base.nr(), actual).await?;
            return Ok(Decided::Nothing(Overtaken));
        }
        let version = self.base.ansaettelse().version();
        Ok(Decided::Append(app.to_write(self.base.nr(), version, self.now, self.haendelser())?))
    }
}

#[cfg(test)]
mod tests {
    use forloeb::Procent;
    use forloeb::haendelse::FravaerRegistreret;
    use forloeb::words::{Aarsag, Kilde};
    use uuid::Uuid;

    use super::*;
    use crate::workplace::{Workplace, day, details, standing_still};

    fn ill(foerste: &str, sidste: &str) -> DomainCommand {
        DomainCommand::RegistrerFravaer(FravaerRegistreret {
            registrering: Uuid::new_v5(&Uuid::nil(), foerste.as_bytes()),
            fravaer_nr: None,
            aarsag: Aarsag::Sygdom,
            foerste: day(foerste),
            sidste: Some(day(sidste)),
            omfang_pct: Procent::FULL,
            forventet_varighed: None,
            kilde: Kilde::Import,
            paragraf_56: None,
            raskmeldt: false,
        })
    }

    #[tokio::test]
    async fn a_draft_is_written_in_one_commit_or_not_at_all() {
        let place = Workplace::empty(standing_still("2026-03-02T08:00:00+01:00")).await;
        let import = Aktoer::system("import");
        place.ansat("10", &details("10", "Bo", "bo@arbejdsplads.example"), |_| {}).await;

        // Two absences, each decided on what the one before it left; the third would overlap.
        let mut draft = place.app.draft(place.app.loan("10").await.unwrap());
        assert!(draft.decide(&ill("2026-01-05", "2026-01-07"), &import).unwrap());
        assert!(draft.decide(&ill("2026-02-02", "2026-02-03"), &import).unwrap());
        assert!(draft.decide(&ill("2026-02-03", "2026-02-05"), &import).is_err());
        assert_eq!(place.app.forloeb_for("10").await.unwrap().len(), 0, "nothing is written yet");
        assert!(place.app.write_draft(draft, &import).await.unwrap());
        assert_eq!(place.app.forloeb_for("10").await.unwrap().len(), 2);
        let written = place.app.log.read(1, 10).await.unwrap();
        assert_eq!(written.len(), 2);
        assert_eq!(written[0].hash, written[1].hash, "one commit");

        // Somebody else writes to the employment meanwhile: nothing of the draft is written.
        let mut draft = place.app.draft(place.app.loan("10").await.unwrap());
        assert!(draft.decide(&ill("2026-02-16", "2026-02-17"), &import).unwrap());
        place.perform("10", &ill("2026-02-23", "2026-02-24")).await;
        assert!(!place.app.write_draft(draft, &import).await.unwrap());
        assert_eq!(place.app.forloeb_for("10").await.unwrap().len(), 3);
        place.close().await;
    }
}
