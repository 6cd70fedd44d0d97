//! What is counted while the years go by.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use forloeb::frister::{Frist, Vurdering};
use forloeb::haendelse::{Haendelse, Udfald};
use forloeb::ord::{Aflysning, Fristart, Friststatus, Slutaarsag};
use forloeb::regnskab::{Dagsstand, regnskab};
use forloeb::{Forloeb, Regelbog};

use super::Valg;
use super::flid::{Flid, Personale};
use super::rapport::{Breve, Frister, Rapport, Tab};
use crate::opdigt::OpdigtFejl;
use crate::opdigt::udgang::{Commit, Udgang};

/// Year and number of an ISO week.
type Uge = (i32, u32);

/// Takes what happens, and counts it.
pub(super) struct Maaling<'a> {
    personale: &'a Personale,
    bog: &'a Regelbog,
    forloeb: u64,
    sendt: BTreeMap<Fristart, u64>,
    aflyst: BTreeMap<Aflysning, u64>,
    fejlet: u64,
    /// Mails to each employee in each ISO week; HR's have no number.
    breve: BTreeMap<(Option<u32>, Uge), BTreeSet<String>>,
    /// By the diligence of whoever led in the end; none: there was no leader.
    frister: BTreeMap<(Fristart, Option<Flid>), Frister>,
    tab: BTreeMap<Option<Flid>, Tab>,
}

impl<'a> Maaling<'a> {
    pub(super) fn ny(personale: &'a Personale, bog: &'a Regelbog) -> Self {
        Self {
            personale,
            bog,
            forloeb: 0,
            sendt: BTreeMap::new(),
            aflyst: BTreeMap::new(),
            fejlet: 0,
            breve: BTreeMap::new(),
            frister: BTreeMap::new(),
            tab: BTreeMap::new(),
        }
    }

    pub(super) fn rapport(self, valg: &Valg, afviste: u64) -> Rapport {
        let mut uger: BTreeMap<Option<u32>, Vec<u64>> = BTreeMap::new();
        for ((nr, _), breve) in &self.breve {
            uger.entry(*nr).or_default().push(breve.len() as u64);
        }
        let hr = uger.remove(&None).unwrap_or_default();
        let andre: Vec<u64> = uger.into_values().flatten().collect();
        Rapport {
            medarbejdere: valg.medarbejdere,
            aar: valg.aar,
            froe: valg.froe,
            til: valg.til,
            forloeb: self.forloeb,
            afviste,
            sendt: self.sendt,
            aflyst: self.aflyst,
            fejlet: self.fejlet,
            breve: Breve::af(&andre),
            breve_hr: Breve::af(&hr),
            frister: self.frister,
            tab: self.tab,
        }
    }

    /// Whether days became too old to claim says the ledger: the last of several claims may well be late for the first
    /// refusion day.
    fn taelling(&mut self, f: &Forloeb, frist: &Frist, soegt_for_sent: bool, flid: Option<Flid>) {
        let taelling = self.frister.entry((frist.art, flid)).or_default();
        match frist.status {
            Friststatus::Opfyldt if frist.art == Fristart::Refusionsanmodning => {
                if soegt_for_sent {
                    taelling.for_sent += 1;
                } else {
                    taelling.til_tiden += 1;
                }
            }
            Friststatus::Opfyldt => {
                let dato = frist.loest_af.as_ref().and_then(|l| l.dato);
                if dato.is_some_and(|d| d <= frist.lovdag) { taelling.til_tiden += 1 } else { taelling.for_sent += 1 }
            }
            Friststatus::Overskredet | Friststatus::Tabt => taelling.aldrig += 1,
            Friststatus::Undtaget => taelling.undtaget += 1,
            Friststatus::Bortfaldet => {}
            Friststatus::Kommende | Friststatus::Aaben | Friststatus::Forfalder => {
                taelling.aabne += u64::from(f.sidste.is_none());
            }
        }
    }
}

impl Udgang for Maaling<'_> {
    fn tag(&mut self, c: &Commit<'_>) -> Result<(), OpdigtFejl> {
        for h in c.haendelser {
            let Haendelse::PaamindelserAfgjort(h) = h else { continue };
            for a in h.alle() {
                match &a.udfald {
                    Udfald::Sendt { brev, til } => {
                        *self.sendt.entry(a.noegle.frist).or_default() += 1;
                        let (nr, uge) = (til.as_ref().and_then(|nr| nr.parse().ok()), c.nu.dag.iso_week());
                        self.breve.entry((nr, (uge.year(), uge.week()))).or_default().insert(brev.clone());
                    }
                    Udfald::Aflyst { aarsag } => *self.aflyst.entry(*aarsag).or_default() += 1,
                    Udfald::Fejlet { .. } => self.fejlet += 1,
                    Udfald::Udskudt { .. } => {}
                }
            }
        }
        Ok(())
    }

    fn forbi(&mut self, forloeb: &[(&Forloeb, Vurdering)], dag: NaiveDate) {
        for (f, v) in forloeb {
            if f.slut_ved.as_ref().is_some_and(|s| s.hvad == Slutaarsag::Annulleret) {
                continue;
            }
            self.forloeb += 1;
            let flid = f.leder(dag).and_then(|nr| nr.parse().ok()).map(|nr| self.personale.flid(nr));
            let regnskab = regnskab(f, &v.refusion, dag, self.bog);
            let kr = |stand| regnskab.sum(stand).map_or(0, |s| s.kr);
            let (anmeldt, anmodet) = (kr(Dagsstand::ForSentAnmeldt), kr(Dagsstand::ForSentAnmodet));
            v.frister.iter().for_each(|frist| self.taelling(f, frist, anmodet > 0, flid));
            let tab = self.tab.entry(flid).or_default();
            tab.forloeb_med_refusion += u64::from(v.refusion.gives);
            tab.kr_for_sent_anmeldt += anmeldt;
            tab.kr_for_sent_anmodet += anmodet;
            tab.kr_soegt += kr(Dagsstand::Anmodet);
            tab.forloeb_med_tab += u64::from(anmeldt + anmodet > 0);
        }
    }
}
