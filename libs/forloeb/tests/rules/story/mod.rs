//! A case told day by day: the tests read like cases with dates.
#![expect(unreachable_pub, reason = "one of its files is read by another crate, too")]

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use forloeb::command::{Act, DomainCommand, Rettelse};
use forloeb::frister::{Assessment, Frist, assess};
use forloeb::haendelse::*;
use forloeb::paamindelser::{Planlagt, forfaldne, planlagte};
use forloeb::politik::{LaidDown, Politik, PolitikFastsat};
use forloeb::refusal::{DomainRefusal, FieldError, Mistake};
use forloeb::regler::{BUILT_IN, CALENDAR, SATSER};
use forloeb::words::*;
use forloeb::{Aktoer, Ansaettelse, Forloeb, Haendelse, Now, Procent, Record, Regelbog, decide};
use uuid::Uuid;

pub mod state;

pub fn dag(tekst: &str) -> NaiveDate {
    tekst.parse().unwrap_or_else(|_| panic!("'{tekst}' is not a date"))
}

/// A refusal of one field.
pub fn felt(felt: &'static str, error: Mistake) -> DomainRefusal {
    DomainRefusal::Fields(vec![FieldError { felt, error }])
}

pub fn seal() -> Ciphertext {
    Ciphertext("AAAA".into())
}

#[derive(Clone)]
pub struct Story {
    pub a: Ansaettelse,
    book: Regelbog,
    pub today: NaiveDate,
    next_id: u128,
    position: u64,
    /// Who does what is done from now on.
    aktoer: Aktoer,
    /// Policies that were laid down.
    politikker: u64,
    pub sendt: Vec<String>,
    /// What was sent, line by line.
    pub sendte: Vec<Planlagt>,
    /// As it stands under the numbers they moved from, the last one last.
    pub left: Vec<Ansaettelse>,
}

impl Story {
    /// Maria, employed since 2015, 37 hours, leader 10001, TR 10002, AMR 10003.
    pub fn ansat() -> Self {
        let mut new = Self {
            a: Ansaettelse::new("10010"),
            book: Regelbog::built_in(),
            today: dag("2020-01-01"),
            next_id: 1,
            position: 0,
            aktoer: Aktoer::system("test"),
            politikker: 0,
            sendt: Vec::new(),
            sendte: Vec::new(),
            left: Vec::new(),
        };
        new.stamdata(|_| {});
        new
    }

    /// As [`Self::ansat`], reported sick on her first absence day.
    pub fn sygemeldt(f: &str) -> Self {
        let mut new = Self::ansat();
        new.it(f).sygemeld(f);
        new
    }

    pub fn sygemeldt_dag(f: NaiveDate) -> Self {
        Self::sygemeldt(&f.to_string())
    }

    pub fn book(&self) -> &Regelbog {
        &self.book
    }

    /// The workplace lays down a policy for absences from this day on.
    pub fn politik(&mut self, fra: &str, tekst: &str) -> &mut Self {
        let set = self.book.set().iter().map(AsRef::as_ref);
        let politik = Politik::read(tekst, set, self.book.calendar()).unwrap_or_else(|error| panic!("{error}"));
        self.politikker += 1;
        self.book = self.book.and_politik(LaidDown::new(self.politikker, dag(fra), politik));
        self
    }

    /// The workplace withdraws the policy that was the nth to be laid down, for absences from this day on.
    pub fn withdraw(&mut self, nr: u64, fra: &str) -> &mut Self {
        self.book = self.book.without_politik(nr, dag(fra));
        self
    }

    /// A policy that somebody laid down long ago.
    pub fn stored(&mut self, stored: &PolitikFastsat) -> &mut Self {
        let politik = Politik::read_stored(stored).unwrap_or_else(|error| panic!("{error}"));
        self.politikker += 1;
        self.book = self.book.and_politik(LaidDown::new(self.politikker, stored.fra, politik));
        self
    }

    /// The rules as they would be with this changed in the rule set.
    pub fn rules(&mut self, from: &str, to: &str) -> &mut Self {
        let text = BUILT_IN[0].1.replacen(from, to, 1);
        assert_ne!(text, BUILT_IN[0].1);
        self.book = Regelbog::read(&[("lokal.toml", &text)], CALENDAR.1, SATSER.1).unwrap_or_else(|e| panic!("{e:?}"));
        self
    }

    pub fn it(&mut self, tekst: &str) -> &mut Self {
        self.today = dag(tekst);
        self
    }

    /// Somebody in a role does what is done from now on.
    pub fn by(&mut self, rolle: Rolle, nr: &str) -> &mut Self {
        self.aktoer = Aktoer::new(rolle, Some(nr.to_owned()));
        self
    }

    fn now(&self) -> Now {
        Now { time: time(self.today), dag: self.today }
    }

    pub fn attempt(&mut self, command: &DomainCommand) -> Result<Vec<Haendelse>, DomainRefusal> {
        let haendelser = decide(&self.a, command, self.now(), &self.book)?;
        let before: Vec<_> = self.a.forloeb(&self.book).into_iter().map(Arc::new).collect();
        let version = self.a.version();
        for h in &haendelser {
            self.position += 1;
            self.a.apply(Record {
                position: self.position,
                version: self.a.version() + 1,
                time: time(self.today),
                dag: self.today,
                aktoer: self.aktoer.clone(),
                haendelse: h.clone(),
            });
        }
        let (onward, anew) = (self.a.forloeb_after(version, &before, &self.book), self.a.forloeb(&self.book));
        assert!(onward.iter().map(AsRef::as_ref).eq(&anew), "{command:?}: {onward:?} and not {anew:?}");
        Ok(haendelser)
    }

    pub fn perform(&mut self, command: &DomainCommand) -> Vec<Haendelse> {
        self.attempt(command).unwrap_or_else(|a| panic!("{}: {command:?} blev afvist: {a:?}", self.today))
    }

    pub fn stamdata(&mut self, ret: impl FnOnce(&mut Stamdata)) -> &mut Self {
        self.stamdata_fra(None, ret)
    }

    /// Payroll says from which day on it holds.
    pub fn stamdata_fra(&mut self, fra: Option<&str>, ret: impl FnOnce(&mut Stamdata)) -> &mut Self {
        let mut stamdata = self.a.stamdata().cloned().unwrap_or(Stamdata {
            enhed: "E101".into(),
            enhed_navn: "Botilbud Solsikken".into(),
            leder_nr: Some("10001".into()),
            tr_nr: Some("10002".into()),
            amr_nr: Some("10003".into()),
            ansat: Some(dag("2015-03-01")),
            fratraadt: None,
            timer_pr_uge: 37.0,
            bopaelskommune: "0727".into(),
            paragraf_56: false,
            fleksjob: false,
            nyuddannet: false,
            er_leder: false,
            ..Stamdata::default()
        });
        ret(&mut stamdata);
        let h = StamdataRegistreret {
            stamdata: Box::new(stamdata),
            confidential: None,
            person: Uuid::from_u128(99),
            gaelder_fra: fra.map(dag),
        };
        self.perform(&DomainCommand::RegistrerStamdata(Box::new(h)));
        self
    }

    /// Payroll has them under another number, which begins on `fra`; the one before ended on `til`.
    pub fn flyt(&mut self, days: (&str, &str), ret: impl FnOnce(&mut Stamdata)) -> &mut Self {
        let new = Ansaettelse::new(&format!("{}1", self.a.nr()));
        self.flyt_to(new, days, ret)
    }

    /// The same, back to the number they moved from last.
    pub fn flyt_back(&mut self, days: (&str, &str), ret: impl FnOnce(&mut Stamdata)) -> &mut Self {
        let left = self.left.pop().expect("they have moved");
        self.flyt_to(left, days, ret)
    }

    fn flyt_to(&mut self, to: Ansaettelse, (fra, til): (&str, &str), ret: impl FnOnce(&mut Stamdata)) -> &mut Self {
        self.stamdata(|s| s.fratraadt = Some(dag(til)));
        let (fra_nr, til_nr) = (self.a.nr().to_owned(), to.nr().to_owned());
        self.perform(&DomainCommand::Flyt(MedarbejderFlyttet { til_nr, fra: dag(fra) }));
        let mut after = self.a.stamdata().expect("it was told").clone();
        (after.ansat, after.fratraadt) = (Some(dag(fra)), None);
        let before = self.a.to_carry();
        self.left.push(std::mem::replace(&mut self.a, to));
        self.stamdata(|s| {
            *s = after;
            ret(s);
        });
        let goes_on = AnsaettelseFortsat { fra_nr, fra: dag(fra), til: dag(til), before, flere: false };
        self.perform(&DomainCommand::Fortsaet(Box::new(goes_on)));
        self
    }

    pub fn registrering(&mut self, foerste: &str, sidste: Option<&str>, pct: u8, kilde: Kilde) -> DomainCommand {
        self.next_id += 1;
        DomainCommand::RegistrerFravaer(FravaerRegistreret {
            registrering: Uuid::from_u128(self.next_id),
            fravaer_nr: None,
            aarsag: Aarsag::Sygdom,
            foerste: dag(foerste),
            sidste: sidste.map(dag),
            omfang_pct: Procent::whole(pct),
            forventet_varighed: None,
            kilde,
            paragraf_56: None,
            raskmeldt: false,
        })
    }

    pub fn sygemeld(&mut self, foerste: &str) -> &mut Self {
        let k = self.registrering(foerste, None, 100, Kilde::Person);
        self.perform(&k);
        self
    }

    pub fn import(&mut self, foerste: &str, sidste: Option<&str>, pct: u8) -> &mut Self {
        let k = self.registrering(foerste, sidste, pct, Kilde::Import);
        self.perform(&k);
        self
    }

    pub fn list(&self) -> Vec<Forloeb> {
        self.a.forloeb(&self.book)
    }

    /// The newest forløb.
    pub fn forloeb(&self) -> Forloeb {
        self.list().into_iter().max_by_key(|f| f.foerste).expect("there is a forløb")
    }

    pub fn on(&self, act: Act) -> DomainCommand {
        DomainCommand::Forloeb { id: self.forloeb().id, if_version: None, act }
    }

    pub fn act(&mut self, act: Act) -> &mut Self {
        let k = self.on(act);
        self.perform(&k);
        self
    }

    pub fn refused(&mut self, act: Act) -> DomainRefusal {
        let k = self.on(act);
        self.attempt(&k).expect_err("should have been refused")
    }

    pub fn kontakt(&mut self) -> &mut Self {
        let h = kontakt(self.today);
        self.act(Act::FoersteKontakt(h))
    }

    pub fn samtale(&mut self, udfald: Samtaleudfald) -> &mut Self {
        let h = SamtaleRegistreret {
            forloeb: Uuid::nil(),
            dato: self.today,
            udfald,
            forventet_varighed: None,
            delvis_mulig: None,
        };
        self.act(Act::Samtale(h))
    }

    pub fn anmeldelse(&self, trin: Anmeldelsestrin, dato: &str) -> Act {
        let (forloeb, dato) = (Uuid::nil(), dag(dato));
        Act::Anmeld(AnmeldelseRegistreret {
            forloeb,
            trin,
            dato,
            underskrevet_dato: None,
            uden_kvittering: None,
            kvittering: None,
            kommune: None,
        })
    }

    pub fn kvitteret(&mut self) -> &mut Self {
        let h = self.anmeldelse(Anmeldelsestrin::Kvitteret, &self.today.to_string());
        self.act(h)
    }

    pub fn krav(&self, fra: &str, til: &str) -> Act {
        let (forloeb, fra, til) = (Uuid::nil(), dag(fra), dag(til));
        Act::AnmodRefusion(RefusionAnmodet { forloeb, fra, til, beloeb_oere: None, underskrevet_dato: None })
    }

    pub fn raskmeldt(&mut self, sidste: &str) -> &mut Self {
        let h = Raskmeldt { forloeb: Uuid::nil(), sidste_fravaersdag: dag(sidste) };
        self.act(Act::Raskmeld(h))
    }

    pub fn ret(&mut self, rettelse: Rettelse) -> &mut Self {
        self.act(Act::Rettelse { rettelse, begrundelse: seal() })
    }

    pub fn assessment(&self) -> Assessment {
        assess(&self.forloeb(), self.today, &self.book)
    }

    pub fn frist(&self, art: Fristart) -> Frist {
        self.assessment().frist(art).unwrap_or_else(|| panic!("no {art}")).clone()
    }

    pub fn status(&self, art: Fristart) -> Friststatus {
        self.frist(art).status
    }

    pub fn planlagte(&self) -> Vec<Planlagt> {
        planlagte(&self.forloeb(), &self.assessment(), self.today, &self.book)
    }

    /// Every working morning from today through `til`: sends what is due and records it. Returns what left, as
    /// `date frist trin -> recipient`.
    pub fn let_time_pass(&mut self, til: &str) -> &mut Self {
        while self.today < dag(til) {
            self.today = self.today.succ_opt().expect("not the end of time");
            if self.book.calendar().is_arbejdsdag(self.today) {
                self.morning();
            }
        }
        self
    }

    pub fn morning(&mut self) {
        for f in self.list() {
            let v = assess(&f, self.today, &self.book);
            let (send, overtaken) = forfaldne(&planlagte(&f, &v, self.today, &self.book), self.today);
            let mut afgoerelser = Vec::new();
            for p in send {
                let n = &p.key;
                self.sendt.push(format!("{} {} {} -> {}", self.today, n.frist, n.trin, n.modtager));
                self.sendte.push(p.clone());
                let udfald = Udfald::Sendt { letter: "x".into(), til: n.nr.clone() };
                afgoerelser.push(Afgoerelse { key: p.key, dag: p.dag, udfald });
            }
            for p in overtaken {
                let udfald = Udfald::Aflyst { aarsag: Aflysning::Overtaken };
                afgoerelser.push(Afgoerelse { key: p.key, dag: p.dag, udfald });
            }
            if !afgoerelser.is_empty() {
                let act = Act::AfgoerPaamindelser(afgoerelser);
                self.perform(&DomainCommand::Forloeb { id: f.id, if_version: None, act });
            }
        }
    }
}

pub fn kontakt(dato: NaiveDate) -> FoersteKontaktHoldt {
    FoersteKontaktHoldt {
        forloeb: Uuid::nil(),
        dato,
        form: Kontaktform::Telefon,
        kontaktperson_rolle: Kontaktrolle::Tr,
        taget_af: TagetAf::Arbejdsplads,
        forventet_varighed: None,
        arbejdsrelateret: None,
        sted: None,
        grunde: Vec::new(),
    }
}

/// Noon in Denmark, whatever the clock change says.
fn time(dag: NaiveDate) -> DateTime<Utc> {
    dag.and_hms_opt(11, 0, 0).expect("eleven exists every day").and_utc()
}
