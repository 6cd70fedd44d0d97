//! Looking up employments, people and tokens.

use std::collections::BTreeSet;
use std::sync::Arc;

use forloeb::haendelse::{Forseglet, Stamdata};
use forloeb::ord::Rolle;
use forloeb::stedfortraeder::Stedfortraedere;
use forloeb::{Ansaettelse, Forloeb};
use uuid::Uuid;

use super::raekke::Raekke;
use super::{IkkeLaant, Visninger, registrering_af};
use crate::noegler::Noegler;
use crate::sealed::{self, OpenError, Personoplysninger, Sealed};

/// A key that two employees have had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeltNoegle<'a> {
    /// Employee number of the other one, who is not erased.
    pub anden: &'a str,
    /// It is the other one's now, and so it is kept; else it was theirs once, is nobody's now, and is destroyed.
    pub beholdt: bool,
}

impl Visninger {
    pub(super) fn raekke(&self, nr: &str) -> Option<&Raekke> {
        self.numre.get(nr).map(|idx| &self.raekker[*idx as usize])
    }

    /// One employment with its events; none if there is no such employment.
    ///
    /// # Errors
    /// It was not borrowed.
    pub fn ansaettelse(&self, nr: &str) -> Result<Option<&Arc<Ansaettelse>>, IkkeLaant> {
        let Some(raekke) = self.raekke(nr) else { return Ok(None) };
        raekke.indlaest.as_ref().map(|i| Some(&i.ansaettelse)).ok_or(IkkeLaant)
    }

    /// Every employee number, in no order.
    pub fn numre(&self) -> impl Iterator<Item = &str> {
        self.raekker.iter().map(|r| &*r.nr)
    }

    /// Version of an employment's stream; 0 for one that does not exist.
    #[must_use]
    pub fn version(&self, nr: &str) -> u64 {
        self.raekke(nr).map_or(0, |r| r.version)
    }

    /// Master data of an employment.
    #[must_use]
    pub fn stamdata(&self, nr: &str) -> Option<&Stamdata> {
        self.raekke(nr)?.stamdata.as_deref()
    }

    /// Whose key seals the personal data of an employment.
    #[must_use]
    pub fn person(&self, nr: &str) -> Option<Uuid> {
        self.raekke(nr)?.person
    }

    /// One person may have two employments.
    #[must_use]
    pub fn er_samme_person(&self, a: &str, b: &str) -> bool {
        a == b || self.person(a).is_some_and(|p| Some(p) == self.person(b))
    }

    /// The person of an employment was erased.
    #[must_use]
    pub fn er_slettet(&self, nr: &str) -> bool {
        self.raekke(nr).is_some_and(|r| r.slettet)
    }

    /// The sealed part of the master data, and whose key opens it.
    #[must_use]
    pub fn fortroligt(&self, nr: &str) -> Option<(Uuid, &Forseglet)> {
        let raekke = self.raekke(nr)?;
        Some((raekke.person?, &**raekke.fortroligt.as_ref()?))
    }

    /// Opens something that is sealed about an employment, whoever it was for: a personnummer that was corrected leaves
    /// behind what was written before. Of somebody who was erased nothing is opened, though a number they once had by
    /// mistake may be another employee's, whose key is still there.
    ///
    /// # Errors
    /// It cannot be opened: that is never the same as empty.
    pub fn luk_op<T: Sealed>(&self, noegler: &Noegler, nr: &str, forseglet: &Forseglet) -> Result<T, OpenError> {
        let raekke = self.raekke(nr).ok_or(OpenError::NoKey)?;
        if raekke.slettet {
            return Err(OpenError::Erased);
        }
        sealed::open(noegler, raekke.personer(), forseglet).map_err(|fejl| match fejl {
            OpenError::NoKey if self.har_mistet_en_noegle(raekke) => OpenError::Erased,
            fejl => fejl,
        })
    }

    /// One of the keys of an employment went with somebody else, who was erased and whose number it was.
    fn har_mistet_en_noegle(&self, raekke: &Raekke) -> bool {
        let mut slettede = self.raekker.iter().filter(|r| r.slettet).flat_map(Raekke::personer);
        slettede.any(|slettet| raekke.personer().any(|person| person == slettet))
    }

    /// What payroll tells about the person of an employment; none where it has told nothing.
    ///
    /// # Errors
    /// It cannot be opened.
    pub fn oplysninger(&self, noegler: &Noegler, nr: &str) -> Option<Result<Personoplysninger, OpenError>> {
        let (_, forseglet) = self.fortroligt(nr)?;
        Some(self.luk_op(noegler, nr, forseglet))
    }

    /// Persons who were erased: no file may bring them back. A number that was theirs by mistake may be somebody's.
    #[must_use]
    pub fn slettede_nu(&self) -> BTreeSet<Uuid> {
        self.raekker.iter().filter(|r| r.slettet).filter_map(|r| r.person).collect()
    }

    /// The keys that an employment has had in common with other persons' who are not erased, because one of them had a
    /// wrong personnummer for a while: what becomes of them when this one is erased.
    #[must_use]
    pub fn delte_noegler(&self, nr: &str) -> Vec<DeltNoegle<'_>> {
        let Some(raekke) = self.raekke(nr) else { return Vec::new() };
        let andre: Vec<&Raekke> = self.raekker.iter().filter(|r| !r.slettet && r.person != raekke.person).collect();
        let er_nogens = |person: Uuid| andre.iter().any(|r| r.person == Some(person));
        let mut delte = Vec::new();
        for anden in &andre {
            if raekke.personer().any(|person| Some(person) == anden.person) {
                delte.push(DeltNoegle { anden: &anden.nr, beholdt: true });
            }
            if raekke.personer().any(|person| anden.tidligere.contains(&person) && !er_nogens(person)) {
                delte.push(DeltNoegle { anden: &anden.nr, beholdt: false });
            }
        }
        delte
    }

    /// Persons whose keys are to be gone: everybody an erased employment was ever sealed for, except who is somebody
    /// else now (a personnummer that had been mistyped).
    #[must_use]
    pub fn slettede_personer(&self) -> BTreeSet<Uuid> {
        let (slettede, andre): (Vec<_>, Vec<_>) = self.raekker.iter().partition(|r| r.slettet);
        let mut personer: BTreeSet<Uuid> = slettede.iter().flat_map(|r| r.personer()).collect();
        if !personer.is_empty() {
            andre.iter().filter_map(|r| r.person).for_each(|person| {
                personer.remove(&person);
            });
        }
        personer
    }

    /// Employee numbers of a person, those of employments that ended too.
    pub fn numre_for(&self, person: Uuid) -> impl Iterator<Item = &str> {
        self.raekker.iter().filter(move |r| r.person == Some(person)).map(|r| &*r.nr)
    }

    /// Employee numbers whose leader this is now.
    pub fn underordnede(&self, leder_nr: &str) -> impl Iterator<Item = &str> {
        self.underordnede.get(leder_nr).into_iter().flatten().map(|nr| &**nr)
    }

    /// Who acts for a leader, if anybody was ever named.
    #[must_use]
    pub fn stedfortraedere(&self, leder_nr: &str) -> Option<&Stedfortraedere> {
        self.raekke(leder_nr)?.stedfortraedere.as_deref()
    }

    /// Employee numbers of the leaders somebody may act for today.
    pub fn staar_ind_for<'a>(&'a self, nr: &'a str) -> impl Iterator<Item = &'a str> {
        let ledere = self.staar_ind.get(nr).into_iter().flatten().map(|idx| &self.raekker[*idx as usize]);
        ledere.filter(move |r| r.stedfortraedere.as_ref().is_some_and(|s| s.er(nr, self.idag))).map(|r| &*r.nr)
    }

    /// Employee numbers of those somebody leads today, directly or for a leader they may act for.
    #[must_use]
    pub fn ledte<'a>(&'a self, nr: &'a str) -> BTreeSet<&'a str> {
        self.staar_ind_for(nr).chain([nr]).flat_map(|leder| self.underordnede(leder)).collect()
    }

    /// Leaders who have a substitute, now or on days to come, in no order.
    pub fn med_stedfortraeder(&self) -> impl Iterator<Item = (&str, &Stedfortraedere)> {
        let ledere: BTreeSet<u32> = self.staar_ind.values().flatten().copied().collect();
        let ledere = ledere.into_iter().map(|idx| &self.raekker[idx as usize]);
        let med = ledere.filter_map(|r| Some((&*r.nr, r.stedfortraedere.as_deref()?)));
        med.filter(|(_, s)| s.fast().is_some() || s.perioder(self.idag).next().is_some())
    }

    /// At work today as far as is known here: employed, not ill in full, and nobody was named to stand in today.
    #[must_use]
    pub fn er_paa_arbejde(&self, nr: &str) -> bool {
        let idag = self.idag;
        let syg = |f: &Forloeb| f.er_aabent(idag) && f.omfang(idag) == Some(100);
        let vaek = self.stedfortraedere(nr).is_some_and(|s| s.paa(idag).is_some());
        self.er_ansat(nr) && !vaek && !self.aktuelle_for(nr).any(|a| syg(&a.forloeb))
    }

    /// Employed today, and not erased.
    #[must_use]
    pub fn er_ansat(&self, nr: &str) -> bool {
        let ansat = |r: &Raekke| r.stamdata.as_ref().is_some_and(|s| s.fratraadt.is_none_or(|dag| dag >= self.idag));
        self.raekke(nr).is_some_and(|r| !r.slettet && ansat(r))
    }

    /// The colleagues an employee can choose to be contacted by: those under the same leader, and the representatives.
    #[must_use]
    pub fn kolleger(&self, f: &Forloeb) -> BTreeSet<&str> {
        let egne = f.leder(self.idag).into_iter().flat_map(|leder| self.underordnede(leder));
        let faste = [&f.valgt_kontaktperson, &f.stamdata.tr_nr, &f.stamdata.amr_nr].into_iter().flatten();
        // As the table has them: what is asked for lives as long as the projections.
        let faste = faste.filter_map(|nr| self.raekke(nr)).map(|r| &*r.nr);
        let andre = |nr: &&str| self.er_ansat(nr) && !self.er_samme_person(nr, &f.medarbejder_nr);
        egne.chain(faste).filter(andre).collect()
    }

    /// Who can be named to act for a leader, HR apart: the leader's own leader, the other leaders there, and the
    /// leader's own people.
    #[must_use]
    pub fn kan_traede_til(&self, leder_nr: &str) -> BTreeSet<&str> {
        let chef = self.stamdata(leder_nr).and_then(|s| s.leder_nr.as_deref());
        let sideordnede = chef.into_iter().flat_map(|chef| self.underordnede(chef));
        let sideordnede = sideordnede.filter(|nr| self.underordnede(nr).next().is_some());
        let alle = chef.into_iter().chain(sideordnede).chain(self.underordnede(leder_nr));
        alle.filter(|nr| self.er_ansat(nr) && !self.er_samme_person(nr, leder_nr)).collect()
    }

    /// To which employee and registration a number of payroll belongs.
    #[must_use]
    pub fn fravaer_nr(&self, fravaer_nr: &str) -> Option<(&str, Uuid)> {
        let andet = self.andre_fravaer_nr.get(fravaer_nr).copied();
        let id = andet.unwrap_or_else(|| registrering_af(fravaer_nr));
        Some((self.hvis(id)?, id))
    }

    /// The hashes of every token.
    pub(crate) fn tokens(&self) -> Vec<String> {
        self.tokens.keys().cloned().collect()
    }

    /// Role and employee number of a token, by its hash.
    #[must_use]
    pub fn token(&self, hash: &str) -> Option<&(Rolle, Option<String>)> {
        self.tokens.get(hash)
    }
}
