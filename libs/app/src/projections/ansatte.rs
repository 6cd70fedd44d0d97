//! Looking up employments, people and tokens.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use forloeb::haendelse::{Ciphertext, Stamdata};
use forloeb::stedfortraeder::Stedfortraedere;
use forloeb::{Forloeb, Procent};
use uuid::Uuid;

use super::row::Row;
use super::{Projections, registrering_of};
use crate::sealed::OpenError;
use crate::stored::{AccessEvent, TokenUdstedt};
use crate::token::Token;

/// A key that two employees have had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SharedKey<'a> {
    /// Employee number of the other one, who is not erased.
    pub other: &'a str,
    /// It is the other one's now, and so it is kept; else it was theirs once, is nobody's now, and is destroyed.
    pub kept: bool,
}

impl Projections {
    pub(super) fn row(&self, nr: &str) -> Option<&Row> {
        self.numbers.get(nr).map(|idx| &self.rows[*idx as usize])
    }

    /// Every employee number, in no order.
    pub fn numbers(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().map(|r| &*r.nr)
    }

    /// Version of an employment's stream; 0 for one that does not exist.
    #[must_use]
    pub fn version(&self, nr: &str) -> u64 {
        self.row(nr).map_or(0, |r| r.version)
    }

    /// Master data of an employment.
    #[must_use]
    pub fn stamdata(&self, nr: &str) -> Option<&Stamdata> {
        self.row(nr)?.stamdata.as_deref()
    }

    /// The § 56 agreements with a last day, as payroll now has them, of those who can still renew them: employee number, what
    /// payroll says of them, and that day.
    ///
    /// Everybody is gone through once after payroll told something new, and not again until it does.
    pub fn aftaler(&self) -> impl Iterator<Item = (&str, &Stamdata, NaiveDate)> {
        let has = |r: &Row| {
            let s = r.perioder.last().map(|p| &p.stamdata).or(r.stamdata.as_ref());
            s.is_some_and(|s| s.paragraf_56 && s.paragraf_56_til.is_some())
        };
        let found = self.with_aftale.get_or_init(|| {
            let all = (0_u32..).zip(&self.rows).filter(|(_, row)| has(row));
            all.map(|(nr, _)| nr).collect()
        });
        found.iter().map(|nr| &self.rows[*nr as usize]).filter(|r| !r.erased && !r.is_doed).filter_map(|r| {
            let s = r.perioder.last().map(|p| &p.stamdata).or(r.stamdata.as_ref())?;
            let til = s.paragraf_56_til.filter(|_| s.paragraf_56)?;
            s.fratraadt.is_none_or(|fratraadt| fratraadt > til).then_some((&*r.nr, &**s, til))
        })
    }

    /// Whose key seals the personal data of an employment.
    #[must_use]
    pub fn person(&self, nr: &str) -> Option<Uuid> {
        self.row(nr)?.person
    }

    /// Whose an employment is, and where its row stands: a row stays where it is, whatever is told of it or of others.
    pub(crate) fn person_and_row(&self, nr: &str) -> Option<(Uuid, u32)> {
        let row = *self.numbers.get(nr)?;
        Some((self.rows[row as usize].person.unwrap_or_default(), row))
    }

    /// One person may have two employments.
    #[must_use]
    pub fn is_same_person(&self, a: &str, b: &str) -> bool {
        a == b || self.person(a).is_some_and(|p| Some(p) == self.person(b))
    }

    /// The person of an employment was erased.
    #[must_use]
    pub fn is_erased(&self, nr: &str) -> bool {
        self.row(nr).is_some_and(|r| r.erased)
    }

    /// The sealed part of the master data, and whose key opens it.
    #[must_use]
    pub fn confidential(&self, nr: &str) -> Option<(Uuid, &Arc<Ciphertext>)> {
        let row = self.row(nr)?;
        Some((row.person?, row.confidential.as_ref()?))
    }

    /// Everybody whose key may open what is sealed about an employment, the newest first.
    ///
    /// # Errors
    /// Nobody's does: the person was erased, or there is no such employment.
    pub(crate) fn sealed_for(&self, nr: &str) -> Result<Vec<Uuid>, OpenError> {
        let row = self.row(nr).ok_or(OpenError::NoKey)?;
        if row.erased { Err(OpenError::Erased) } else { Ok(row.personer().collect()) }
    }

    /// One of the keys of an employment went with somebody else, who was erased and whose number it was.
    pub(crate) fn has_lost_a_key(&self, nr: &str) -> bool {
        let Some(row) = self.row(nr) else { return false };
        let mut erased_ones = self.rows.iter().filter(|r| r.erased).flat_map(Row::personer);
        erased_ones.any(|erased| row.personer().any(|person| person == erased))
    }

    /// The keys that an employment has had in common with other persons' who are not erased, because one of them had a
    /// wrong personnummer for a while: what becomes of them when this one is erased.
    #[must_use]
    pub fn shared_keys(&self, nr: &str) -> Vec<SharedKey<'_>> {
        let Some(row) = self.row(nr) else { return Vec::new() };
        let others: Vec<&Row> = self.rows.iter().filter(|r| !r.erased && r.person != row.person).collect();
        let is_somebodys = |person: Uuid| others.iter().any(|r| r.person == Some(person));
        let mut shared_ones = Vec::new();
        for other in &others {
            if row.personer().any(|person| Some(person) == other.person) {
                shared_ones.push(SharedKey { other: &other.nr, kept: true });
            }
            if row.personer().any(|person| other.earlier.contains(&person) && !is_somebodys(person)) {
                shared_ones.push(SharedKey { other: &other.nr, kept: false });
            }
        }
        shared_ones
    }

    /// Persons whose keys are to be gone: everybody an erased employment was ever sealed for, except who is somebody
    /// else now (a personnummer that had been mistyped).
    #[must_use]
    pub fn erased_personer(&self) -> BTreeSet<Uuid> {
        let (erased_ones, others): (Vec<_>, Vec<_>) = self.rows.iter().partition(|r| r.erased);
        let mut personer: BTreeSet<Uuid> = erased_ones.iter().flat_map(|r| r.personer()).collect();
        if !personer.is_empty() {
            others.iter().filter_map(|r| r.person).for_each(|person| {
                personer.remove(&person);
            });
        }
        personer
    }

    /// Employee numbers of everybody who was erased, and the persons each of them has been.
    #[must_use]
    pub fn erased_numbers(&self) -> Vec<(String, BTreeSet<Uuid>)> {
        let erased_ones = self.rows.iter().filter(|r| r.erased);
        erased_ones.map(|r| (r.nr.to_string(), r.personer().collect())).collect()
    }

    /// Employee numbers of a person, those of employments that ended too.
    pub fn numbers_for(&self, person: Uuid) -> impl Iterator<Item = &str> {
        self.by_person.get(&person).into_iter().flatten().map(|idx| &*self.rows[*idx as usize].nr)
    }

    /// Every employee number of whoever has this one, itself among them.
    pub(crate) fn employments_of<'a>(&'a self, nr: &'a str) -> impl Iterator<Item = &'a str> {
        let others = self.person(nr).into_iter().flat_map(|person| self.numbers_for(person));
        others.filter(move |other| *other != nr).chain([nr])
    }

    /// Employee numbers of several people, by person.
    pub(crate) fn numbers_of(&self, persons: &BTreeSet<Uuid>) -> BTreeMap<Uuid, Vec<&str>> {
        let of = |person: &Uuid| (*person, self.numbers_for(*person).collect::<Vec<_>>());
        persons.iter().map(of).filter(|(_, numbers)| !numbers.is_empty()).collect()
    }

    /// Employee numbers of which payroll says now that this very number leads them.
    pub(super) fn under(&self, leder_nr: &str) -> impl Iterator<Item = &str> {
        self.subordinates.get(leder_nr).into_iter().flatten().map(|nr| &**nr)
    }

    /// Employee numbers of those whom somebody leads now. Payroll may go on naming a leader by a number they have moved from.
    pub fn subordinates(&self, leder_nr: &str) -> impl Iterator<Item = &str> {
        let numbers: Vec<_> =
            self.all_numbers_of(leder_nr).into_iter().filter_map(|nr| self.subordinates.get(nr)).collect();
        numbers.into_iter().flatten().map(|nr| &**nr).filter(|nr| !self.is_flyttet(nr))
    }

    /// Employee numbers of everybody who leads somebody, or of whom payroll says that they lead, as they are now.
    #[must_use]
    pub fn ledere(&self) -> BTreeSet<String> {
        let leads = self.subordinates.iter().filter(|(_, people)| !people.is_empty()).map(|(nr, _)| &**nr);
        let said = self.rows.iter().filter(|row| row.stamdata.as_ref().is_some_and(|s| s.er_leder)).map(|row| &*row.nr);
        leads.chain(said).map(|nr| self.current_nr(nr).to_owned()).collect()
    }

    /// Somebody is among [`Self::ledere`], by the number they have now.
    #[must_use]
    pub fn leads(&self, nr: &str) -> bool {
        self.subordinates(nr).next().is_some() || self.stamdata(self.current_nr(nr)).is_some_and(|s| s.er_leder)
    }

    /// Employee number of somebody's leader, as payroll says it of the number they have now.
    #[must_use]
    pub fn leder_for(&self, nr: &str) -> Option<&str> {
        self.stamdata(self.current_nr(nr))?.leder_nr.as_deref()
    }

    /// Who acts for a leader, if anybody was ever named.
    #[must_use]
    pub fn stedfortraedere(&self, leder_nr: &str) -> Option<&Stedfortraedere> {
        self.row(self.current_nr(leder_nr))?.stedfortraedere.as_deref()
    }

    /// Is named among these to act on the day everything is seen on, by whichever of their numbers.
    pub(crate) fn is_named(&self, named: &Stedfortraedere, nr: &str) -> bool {
        [named.fast(), named.on(self.today)].into_iter().flatten().any(|one| self.is_same_nr(one, nr))
    }

    /// Employee numbers of the leaders somebody may act for today.
    pub fn stands_in_for<'a>(&'a self, nr: &'a str) -> impl Iterator<Item = &'a str> {
        let ledere: BTreeSet<u32> =
            self.all_numbers_of(nr).into_iter().filter_map(|nr| self.stands_in.get(nr)).flatten().copied().collect();
        let ledere = ledere.into_iter().map(|idx| &self.rows[idx as usize]).filter(|r| r.flyttet_til.is_none());
        ledere.filter(move |r| r.stedfortraedere.as_ref().is_some_and(|s| self.is_named(s, nr))).map(|r| &*r.nr)
    }

    /// Employee numbers of those somebody leads today, directly or for a leader they may act for.
    #[must_use]
    pub fn searched<'a>(&'a self, nr: &'a str) -> BTreeSet<&'a str> {
        self.stands_in_for(nr).chain([nr]).flat_map(|leder| self.subordinates(leder)).collect()
    }

    /// Leaders who have a substitute, now or on days to come, in no order.
    pub fn with_stedfortraeder(&self) -> impl Iterator<Item = (&str, &Stedfortraedere)> {
        let ledere: BTreeSet<u32> = self.stands_in.values().flatten().copied().collect();
        let ledere = ledere.into_iter().map(|idx| &self.rows[idx as usize]).filter(|r| r.flyttet_til.is_none());
        let with = ledere.filter_map(|r| Some((&*r.nr, r.stedfortraedere.as_deref()?)));
        with.filter(|(_, s)| s.fast().is_some() || s.perioder(self.today).next().is_some())
    }

    /// At work today as far as is known here: employed, not ill in full, and nobody was named to stand in today.
    #[must_use]
    pub fn is_at_work(&self, nr: &str) -> bool {
        let (today, nr) = (self.today, self.current_nr(nr));
        let syg = |f: &Forloeb| f.is_aabent(today) && f.omfang(today) == Some(Procent::FULL);
        let away = self.stedfortraedere(nr).is_some_and(|s| s.on(today).is_some());
        self.is_ansat(nr) && !away && !self.aktuelle_for(nr).any(|a| syg(&a.forloeb))
    }

    /// Employed today, alive, not erased, and not gone from payroll's file: the person, by whichever of their numbers.
    #[must_use]
    pub fn is_ansat(&self, nr: &str) -> bool {
        let nr = self.current_nr(nr);
        self.is_employed(nr) && !self.is_forsvundet(nr)
    }

    /// How often something was told of who is employed here, or of which number goes on: on the same day, what follows from
    /// that ([`Self::is_ansat`], [`Self::current_nr`]) is as it was while this is.
    #[must_use]
    pub const fn told(&self) -> u64 {
        self.told
    }

    /// Employed today, alive, and not erased.
    #[must_use]
    pub fn is_employed(&self, nr: &str) -> bool {
        let ansat = |r: &Row| r.stamdata.as_ref().is_some_and(|s| s.fratraadt.is_none_or(|dag| dag >= self.today));
        self.row(nr).is_some_and(|r| !r.erased && !r.is_doed && ansat(r))
    }

    /// Who can be given a forløb by its leader: the leaders around them, and who stands in for them.
    #[must_use]
    pub fn can_lead(&self, f: &Forloeb) -> BTreeSet<String> {
        let Some(now) = f.leder(self.today) else { return BTreeSet::new() };
        let chef = self.leder_for(now);
        let is_leder =
            |nr: &&str| self.subordinates(nr).next().is_some() || self.stamdata(nr).is_some_and(|s| s.er_leder);
        let beside = chef.into_iter().flat_map(|chef| self.subordinates(chef)).filter(is_leder);
        let under = self.subordinates(now).filter(is_leder);
        let stands_in = self.stedfortraedere(now).into_iter().flat_map(Stedfortraedere::all);
        self.others(chef.into_iter().chain(beside).chain(under).chain(stands_in).chain([now]), f)
    }

    /// Who can coordinate the plan of a forløb, as far as those know who see no more than it: the colleagues and
    /// representatives, the leaders, and those who have a part in it already.
    #[must_use]
    pub fn can_coordinate(&self, f: &Forloeb) -> BTreeSet<String> {
        let leder = f.leder(self.today);
        let chef = leder.and_then(|l| self.leder_for(l));
        let stands_in = leder.and_then(|l| self.stedfortraedere(l)).into_iter().flat_map(Stedfortraedere::all);
        let parts = [leder, chef, f.koordinator(), self.kontaktperson(f, self.today), f.tildelt.as_deref()]
            .into_iter()
            .flatten();
        self.others(self.kolleger(f).into_iter().chain(stands_in).chain(parts), f)
    }

    fn others<'a>(&self, near: impl Iterator<Item = &'a str>, f: &Forloeb) -> BTreeSet<String> {
        let others = near
            .map(|nr| self.current_nr(nr))
            .filter(|nr| self.is_ansat(nr) && !self.is_same_person(nr, &f.medarbejder_nr));
        others.map(str::to_owned).collect()
    }

    /// Who can be named to act for a leader, HR apart: the leader's own leader, the other leaders there, and the
    /// leader's own people.
    #[must_use]
    pub fn can_stand_in(&self, leder_nr: &str) -> BTreeSet<&str> {
        let chef = self.leder_for(leder_nr).map(|nr| self.current_nr(nr));
        let parallel = chef.into_iter().flat_map(|chef| self.subordinates(chef));
        let parallel = parallel.filter(|nr| self.subordinates(nr).next().is_some());
        let all = chef.into_iter().chain(parallel).chain(self.subordinates(leder_nr));
        all.filter(|nr| self.is_ansat(nr) && !self.is_same_person(nr, leder_nr)).collect()
    }

    /// To which employee and registration a number of payroll belongs.
    #[must_use]
    pub fn fravaer_nr(&self, fravaer_nr: &str) -> Option<(&str, Uuid)> {
        let other = self.others_fravaer_nr.get(fravaer_nr).copied();
        let id = other.unwrap_or_else(|| registrering_of(fravaer_nr));
        Some((self.whose(id)?, id))
    }

    /// Every token there ever was, by its hash, in no order.
    pub fn tokens(&self) -> impl Iterator<Item = (&str, &Token)> {
        self.tokens.iter().map(|(hash, token)| (hash.as_str(), token))
    }

    /// A token, by its hash.
    #[must_use]
    pub fn token(&self, hash: &str) -> Option<&Token> {
        self.tokens.get(hash)
    }

    /// Takes in what happened to a token.
    pub(super) fn take_access(&mut self, time: DateTime<Utc>, event: AccessEvent) {
        match event {
            AccessEvent::Issued(issued) => {
                let TokenUdstedt { hash, rolle, nr, navn, udloeber } = issued;
                self.tokens.insert(hash, Token { rolle, nr, navn, made: time, udloeber, revoked: false });
            }
            AccessEvent::Revoked(revoked) => {
                if let Some(token) = self.tokens.get_mut(&revoked.hash) {
                    token.revoked = true;
                }
            }
        }
    }
}
