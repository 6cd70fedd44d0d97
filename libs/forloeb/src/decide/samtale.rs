//! Deciding what is asked of the talk: the invitation, the employee's answer to it, what came of it, its minutes, and what
//! was agreed.

use crate::decide::case::{Answer, Case};
use crate::decide::refusal::{BrokenRegel, Mistake, felt};
use crate::events::haendelse::{
    AftaleAfgjort, Aftalt, Ciphertext, Haendelse, ReferatSkrevet, SamtaleBesvaret, SamtaleIndkaldt, SamtaleRegistreret,
};
use crate::fold::forloeb::Situation;
use crate::rules::calendar::{dag_in_denmark, plus_dage};
use crate::words::{Aftaleejer, Samtaleudfald};
use chrono::NaiveDate;

/// The most agreements that may stand open in a forløb.
pub const MOST_AFTALER: usize = 50;
/// The most colleagues who get an invitation of their own.
pub const MOST_DELTAGERE: usize = 10;

/// The minutes of a talk or a meeting, before they are numbered.
#[derive(Debug, Clone, PartialEq)]
pub struct NewReferat {
    /// Position of the event that says that it was held.
    pub til: u64,
    /// What was agreed, in the order of its texts.
    pub aftaler: Vec<NewAftale>,
    /// It says why it stands in the place of earlier minutes.
    pub has_reason: bool,
    /// The words of it.
    pub confidential: Ciphertext,
}

/// Something that was agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewAftale {
    /// The agreement of the minutes before that it is; none: it is a new one.
    pub nr: Option<u32>,
    /// By when.
    pub senest: NaiveDate,
    /// Who does it.
    pub hvem: Aftaleejer,
}

impl Case<'_> {
    pub(super) fn indkald(&self, h: &SamtaleIndkaldt, situation: Situation) -> Answer {
        self.aabent(situation)?;
        self.planlagt("tidspunkt", dag_in_denmark(&h.tidspunkt))?;
        if dag_in_denmark(&h.tidspunkt) < self.now.dag {
            return Err(felt("tidspunkt", Mistake::BeforeEarliest(self.now.dag)));
        }
        if h.deltager_nr.len() > MOST_DELTAGERE {
            let most = i64::try_from(MOST_DELTAGERE).unwrap_or(i64::MAX);
            return Err(felt("deltager_nr", Mistake::Interval { at_least: 0, at_most: most }));
        }
        if let Some(svar) = h.imoedekommer
            && self.f.svar_to_act_on().is_none_or(|open| open.position != svar)
        {
            return Err(BrokenRegel::NoSamtalesvar.into());
        }
        Ok(vec![SamtaleIndkaldt { forloeb: self.f.id, ..h.clone() }.into()])
    }

    /// The employee answers the newest invitation, and may answer anew until the talk is recorded.
    pub(super) fn besvar_samtale(&self, h: &SamtaleBesvaret, situation: Situation) -> Answer {
        self.aabent(situation)?;
        let Some(indkaldt) = self.f.open_indkaldelse() else { return Err(BrokenRegel::NoIndkaldelse.into()) };
        if let Some(forslag) = h.forslag {
            let earliest = self.now.dag.max(self.f.foerste);
            if forslag.to_utc() <= self.now.time {
                return Err(felt("forslag", Mistake::BeforeEarliest(earliest)));
            }
            self.planlagt("forslag", dag_in_denmark(&forslag))?;
        }
        let new = SamtaleBesvaret { forloeb: self.f.id, indkaldelse: indkaldt.position, ..h.clone() };
        let same = |before: &SamtaleBesvaret| {
            (before.svar, before.forslag) == (new.svar, new.forslag)
                && before.confidential.is_none()
                && new.confidential.is_none()
        };
        let before = self.f.samtalesvar();
        if before.is_some_and(|before| same(&before.what)) {
            return Ok(Vec::new());
        }
        Ok(vec![new.into()])
    }

    pub(super) fn samtale(&self, h: &SamtaleRegistreret) -> Answer {
        self.under_way("dato", h.dato)?;
        if h.udfald == Samtaleudfald::UndtagetOpsagt {
            let dage = i64::from(self.f.regler.parameters.opsagt_undtagelse_dage);
            let latest = plus_dage(self.f.foerste, dage);
            if self.f.stamdata.fratraadt.is_some_and(|last| last > latest) {
                return Err(BrokenRegel::NotUndtaget { latest }.into());
            }
        }
        Ok(vec![SamtaleRegistreret { forloeb: self.f.id, ..h.clone() }.into()])
    }

    /// Minutes of what was held. A second time they stand in the place of the first, and say why.
    pub(super) fn skriv_referat(&self, new: &NewReferat) -> Answer {
        if self.f.moeder().iter().all(|m| m.position != new.til) {
            return Err(BrokenRegel::NoMoede.into());
        }
        let before = self.f.referat_of(new.til);
        if before.is_some() && !new.has_reason {
            return Err(felt("begrundelse", Mistake::Missing));
        }
        let standing = self.f.aftaler();
        let open_elsewhere = standing.iter().filter(|a| a.afgjort.is_none() && a.referat.what.til != new.til);
        if open_elsewhere.count() + new.aftaler.len() > MOST_AFTALER {
            return Err(BrokenRegel::TooManyAftaler { most: MOST_AFTALER }.into());
        }
        let known: Vec<Aftalt> = before.iter().flat_map(|r| &r.what.aftaler).copied().collect();
        let mut next = self.next_aftale_nr();
        let mut aftaler: Vec<Aftalt> = Vec::with_capacity(new.aftaler.len());
        for NewAftale { nr, senest, hvem } in new.aftaler.iter().copied() {
            self.planlagt("aftaler.senest", senest)?;
            // Who was to do it may be nobody any more: what stands as it was is no new agreement with them.
            let stands = known.iter().any(|a| Some(a.nr) == nr && a.hvem == hvem);
            if !stands && !self.has(hvem) {
                return Err(BrokenRegel::NobodyForAftale { hvem }.into());
            }
            if nr.is_some_and(|nr| known.iter().all(|a| a.nr != nr) || aftaler.iter().any(|a| a.nr == nr)) {
                return Err(BrokenRegel::UnknownAftale.into());
            }
            let nr = nr.unwrap_or(next);
            next = next.max(nr.saturating_add(1));
            aftaler.push(Aftalt { nr, senest, hvem });
        }
        let (forloeb, til, erstatter) = (self.f.id, new.til, before.map(|r| r.position));
        let confidential = new.confidential.clone();
        Ok(vec![ReferatSkrevet { forloeb, til, erstatter, aftaler, confidential }.into()])
    }

    /// What became of an agreement; the newest word counts.
    pub(super) fn afgoer_aftale(&self, h: &AftaleAfgjort) -> Answer {
        let Some(aftale) = self.f.aftale(h.nr) else { return Err(BrokenRegel::UnknownAftale.into()) };
        self.since_start("dato", h.dato)?;
        if aftale.afgjort.is_some_and(|before| (before.what.udfald, before.what.dato) == (h.udfald, h.dato)) {
            return Ok(Vec::new());
        }
        Ok(vec![AftaleAfgjort { forloeb: self.f.id, ..h.clone() }.into()])
    }

    /// Somebody is this to the case today.
    fn has(&self, hvem: Aftaleejer) -> bool {
        match hvem {
            Aftaleejer::Leder | Aftaleejer::Medarbejder | Aftaleejer::Hr => true,
            Aftaleejer::Koordinator => self.f.koordinator().is_some(),
            Aftaleejer::Kontaktperson => self.f.kontaktperson(self.now.dag).is_some(),
        }
    }

    /// One more than any that an agreement of the employment ever had, annulled ones too: two forløb may turn out to be one.
    fn next_aftale_nr(&self) -> u32 {
        let mut used = 0;
        for record in self.a.records() {
            if let Haendelse::ReferatSkrevet(h) = &record.haendelse {
                used = h.aftaler.iter().map(|a| a.nr).fold(used, u32::max);
            }
        }
        used.saturating_add(1)
    }
}
