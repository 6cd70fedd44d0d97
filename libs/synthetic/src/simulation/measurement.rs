//! What is counted while the years go by.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use forloeb::frister::{Assessment, Frist};
use forloeb::haendelse::{Haendelse, Udfald};
use forloeb::regnskab::{Dagsstand, regnskab};
use forloeb::words::{Aflysning, Fristart, Friststatus, Slutaarsag};
use forloeb::{Forloeb, Oere, Regelbog};

use super::Choices;
use super::flid::{Flid, Staff};
use super::report::{Frister, Letters, Report, Tab};
use crate::invented::SyntheticError;
use crate::invented::outlet::{Commit, Outlet};

/// Year and number of an ISO week.
type Uge = (i32, u32);

/// Takes what happens, and counts it.
pub(super) struct Measurement<'a> {
    staff: &'a Staff,
    book: &'a Regelbog,
    forloeb: u64,
    flytninger: u64,
    sendt: BTreeMap<Fristart, u64>,
    aflyst: BTreeMap<Aflysning, u64>,
    fejlet: u64,
    /// Mails to each employee in each ISO week; HR's have no number.
    letters: BTreeMap<(Option<u32>, Uge), BTreeSet<String>>,
    /// By the diligence of whoever led in the end; none: there was no leader.
    frister: BTreeMap<(Fristart, Option<Flid>), Frister>,
    tab: BTreeMap<Option<Flid>, Tab>,
}

impl<'a> Measurement<'a> {
    pub(super) fn new(staff: &'a Staff, book: &'a Regelbog) -> Self {
        Self {
            staff,
            book,
            forloeb: 0,
            flytninger: 0,
            sendt: BTreeMap::new(),
            aflyst: BTreeMap::new(),
            fejlet: 0,
            letters: BTreeMap::new(),
            frister: BTreeMap::new(),
            tab: BTreeMap::new(),
        }
    }

    pub(super) fn report(self, choices: &Choices, refused_ones: u64) -> Report {
        let mut uger: BTreeMap<Option<u32>, Vec<u64>> = BTreeMap::new();
        for ((nr, _), letters) in &self.letters {
            uger.entry(*nr).or_default().push(letters.len() as u64);
        }
        let hr = uger.remove(&None).unwrap_or_default();
        let others: Vec<u64> = uger.into_values().flatten().collect();
        Report {
            medarbejdere: choices.medarbejdere,
            aar: choices.aar,
            seed: choices.seed,
            til: choices.til,
            forloeb: self.forloeb,
            flytninger: self.flytninger,
            refused_ones,
            sendt: self.sendt,
            aflyst: self.aflyst,
            fejlet: self.fejlet,
            letters: Letters::af(&others),
            breve_hr: Letters::af(&hr),
            frister: self.frister,
            tab: self.tab,
        }
    }

    /// A mail reached somebody.
    fn letter(&mut self, til: Option<&str>, dag: NaiveDate, letter: &str) {
        let (nr, uge) = (til.and_then(|nr| nr.parse().ok()), dag.iso_week());
        self.letters.entry((nr, (uge.year(), uge.week()))).or_default().insert(letter.to_owned());
    }

    /// Whether days became too old to claim says the ledger: the last of several claims may well be late for the first
    /// refusion day.
    fn tallying(&mut self, f: &Forloeb, frist: &Frist, soegt_for_sent: bool, flid: Option<Flid>) {
        let tallying = self.frister.entry((frist.art, flid)).or_default();
        match frist.status {
            Friststatus::Opfyldt if frist.art == Fristart::Refusionsanmodning => {
                if soegt_for_sent {
                    tallying.for_sent += 1;
                } else {
                    tallying.til_tiden += 1;
                }
            }
            Friststatus::Opfyldt => {
                let dato = frist.loest_af.as_ref().and_then(|l| l.dato);
                if dato.is_some_and(|d| d <= frist.lovdag) { tallying.til_tiden += 1 } else { tallying.for_sent += 1 }
            }
            Friststatus::Overskredet | Friststatus::Tabt => tallying.never += 1,
            Friststatus::Undtaget => tallying.undtaget += 1,
            Friststatus::Bortfaldet => {}
            Friststatus::Coming | Friststatus::Aaben | Friststatus::Forfalder => {
                tallying.aabne += u64::from(f.sidste.is_none());
            }
        }
    }
}

impl Outlet for Measurement<'_> {
    fn take(&mut self, c: &Commit<'_>) -> Result<(), SyntheticError> {
        for h in c.haendelser {
            self.flytninger += u64::from(matches!(h, Haendelse::AnsaettelseFortsat(_)));
            // The mail of the week about frequent absence is one more in the leader's mailbox.
            if let Haendelse::SignalbrevAfgjort(h) = h
                && let Udfald::Sendt { letter, til } = &h.udfald
            {
                self.letter(til.as_deref(), c.now.dag, letter);
            }
            let Haendelse::PaamindelserAfgjort(h) = h else { continue };
            for a in h.all() {
                match &a.udfald {
                    Udfald::Sendt { letter, til } => {
                        *self.sendt.entry(a.key.frist).or_default() += 1;
                        self.letter(til.as_deref(), c.now.dag, letter);
                    }
                    Udfald::Aflyst { aarsag } => *self.aflyst.entry(*aarsag).or_default() += 1,
                    Udfald::Fejlet { .. } => self.fejlet += 1,
                    Udfald::Udskudt { .. } => {}
                }
            }
        }
        Ok(())
    }

    fn past(&mut self, forloeb: &[(&Forloeb, Assessment)], dag: NaiveDate) {
        for (f, v) in forloeb {
            if f.end_at.as_ref().is_some_and(|s| s.what == Slutaarsag::Annulleret) {
                continue;
            }
            self.forloeb += 1;
            let flid = f.leder(dag).and_then(|nr| nr.parse().ok()).map(|nr| self.staff.flid(nr));
            let regnskab = regnskab(f, &v.refusion, dag, self.book);
            let sum = |stand| regnskab.sum(stand).map_or(Oere::ZERO, |s| s.beloeb);
            let (anmeldt, anmodet) = (sum(Dagsstand::AnmeldtTooLate), sum(Dagsstand::AnmodetTooLate));
            v.frister.iter().for_each(|frist| self.tallying(f, frist, anmodet > Oere::ZERO, flid));
            let tab = self.tab.entry(flid).or_default();
            tab.forloeb_med_refusion += u64::from(v.refusion.gives);
            tab.for_sent_anmeldt += anmeldt;
            tab.for_sent_anmodet += anmodet;
            tab.soegt += sum(Dagsstand::Anmodet);
            tab.forloeb_med_tab += u64::from(anmeldt + anmodet > Oere::ZERO);
        }
    }
}
