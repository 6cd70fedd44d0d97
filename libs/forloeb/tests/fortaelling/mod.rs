//! A case told day by day: the tests read like cases with dates.
#![allow(dead_code, missing_docs, unreachable_pub)] // each test program uses its own part

use chrono::{DateTime, NaiveDate, Utc};
use forloeb::afvisning::{Afvisning, Fejl, Feltfejl};
use forloeb::frister::{Frist, Vurdering, vurder};
use forloeb::haendelse::*;
use forloeb::kommando::{Handling, Kommando, Rettelse};
use forloeb::ord::*;
use forloeb::paamindelser::{Planlagt, forfaldne, planlagte};
use forloeb::politik::Politik;
use forloeb::{Aktoer, Ansaettelse, Forloeb, Haendelse, Nu, Post, Regelbog, beslut};
use uuid::Uuid;

pub mod tilstand;

pub fn dag(tekst: &str) -> NaiveDate {
    tekst.parse().unwrap_or_else(|_| panic!("'{tekst}' is not a date"))
}

/// A refusal of one field.
pub fn felt(felt: &'static str, fejl: Fejl) -> Afvisning {
    Afvisning::Felter(vec![Feltfejl { felt, fejl }])
}

pub fn seglet() -> Forseglet {
    Forseglet("AAAA".into())
}

pub struct Fortaelling {
    pub a: Ansaettelse,
    bog: Regelbog,
    pub idag: NaiveDate,
    naeste_id: u128,
    position: u64,
    pub sendt: Vec<String>,
    /// What was sent, line by line.
    pub sendte: Vec<Planlagt>,
}

impl Fortaelling {
    /// Maria, employed since 2015, 37 hours, leader 10001, TR 10002, AMR 10003.
    pub fn ansat() -> Self {
        let mut ny = Self {
            a: Ansaettelse::ny("10010"),
            bog: Regelbog::indbygget(),
            idag: dag("2020-01-01"),
            naeste_id: 1,
            position: 0,
            sendt: Vec::new(),
            sendte: Vec::new(),
        };
        ny.stamdata(|_| {});
        ny
    }

    /// As [`Self::ansat`], reported sick on her first absence day.
    pub fn sygemeldt(f: &str) -> Self {
        let mut ny = Self::ansat();
        ny.den(f).sygemeld(f);
        ny
    }

    pub fn sygemeldt_dag(f: NaiveDate) -> Self {
        Self::sygemeldt(&f.to_string())
    }

    pub fn bog(&self) -> &Regelbog {
        &self.bog
    }

    /// The workplace lays down a policy for absences from this day on.
    pub fn politik(&mut self, fra: &str, tekst: &str) -> &mut Self {
        let saet = self.bog.saet().iter().map(AsRef::as_ref);
        let politik = Politik::laes(tekst, saet, self.bog.kalender()).unwrap_or_else(|fejl| panic!("{fejl}"));
        self.bog = self.bog.med_politik(&[(dag(fra), politik)]);
        self
    }

    pub fn den(&mut self, tekst: &str) -> &mut Self {
        self.idag = dag(tekst);
        self
    }

    fn nu(&self) -> Nu {
        Nu { tid: tid(self.idag), dag: self.idag }
    }

    pub fn proev(&mut self, kommando: &Kommando) -> Result<Vec<Haendelse>, Afvisning> {
        let haendelser = beslut(&self.a, kommando, self.nu(), &self.bog)?;
        for h in &haendelser {
            self.position += 1;
            self.a.anvend(Post {
                position: self.position,
                version: self.a.version() + 1,
                tid: tid(self.idag),
                dag: self.idag,
                aktoer: Aktoer::system("test"),
                haendelse: h.clone(),
            });
        }
        Ok(haendelser)
    }

    pub fn goer(&mut self, kommando: &Kommando) -> Vec<Haendelse> {
        self.proev(kommando).unwrap_or_else(|a| panic!("{}: {kommando:?} blev afvist: {a:?}", self.idag))
    }

    pub fn stamdata(&mut self, ret: impl FnOnce(&mut Stamdata)) -> &mut Self {
        let mut stamdata = self.a.stamdata().cloned().unwrap_or(Stamdata {
            enhed: "E101".into(),
            enhed_navn: "Botilbud Solsikken".into(),
            leder_nr: Some("10001".into()),
            tr_nr: Some("10002".into()),
            amr_nr: Some("10003".into()),
            ansat: dag("2015-03-01"),
            fratraadt: None,
            timer_pr_uge: 37.0,
            bopaelskommune: "0727".into(),
            paragraf_56: false,
            fleksjob: false,
            nyuddannet: false,
            er_leder: false,
        });
        ret(&mut stamdata);
        let h = StamdataRegistreret { stamdata: Box::new(stamdata), fortroligt: None, person: Uuid::from_u128(99) };
        self.goer(&Kommando::RegistrerStamdata(Box::new(h)));
        self
    }

    pub fn registrering(&mut self, foerste: &str, sidste: Option<&str>, pct: u8, kilde: Kilde) -> Kommando {
        self.naeste_id += 1;
        Kommando::RegistrerFravaer(FravaerRegistreret {
            registrering: Uuid::from_u128(self.naeste_id),
            fravaer_nr: None,
            aarsag: Aarsag::Sygdom,
            foerste: dag(foerste),
            sidste: sidste.map(dag),
            omfang_pct: pct,
            forventet_varighed: None,
            kilde,
        })
    }

    pub fn sygemeld(&mut self, foerste: &str) -> &mut Self {
        let k = self.registrering(foerste, None, 100, Kilde::Person);
        self.goer(&k);
        self
    }

    pub fn import(&mut self, foerste: &str, sidste: Option<&str>, pct: u8) -> &mut Self {
        let k = self.registrering(foerste, sidste, pct, Kilde::Import);
        self.goer(&k);
        self
    }

    pub fn liste(&self) -> Vec<Forloeb> {
        self.a.forloeb(&self.bog)
    }

    /// The newest forløb.
    pub fn forloeb(&self) -> Forloeb {
        self.liste().into_iter().max_by_key(|f| f.foerste).expect("there is a forløb")
    }

    pub fn paa(&self, handling: Handling) -> Kommando {
        Kommando::Forloeb { id: self.forloeb().id, hvis_version: None, handling }
    }

    pub fn handl(&mut self, handling: Handling) -> &mut Self {
        let k = self.paa(handling);
        self.goer(&k);
        self
    }

    pub fn afvist(&mut self, handling: Handling) -> Afvisning {
        let k = self.paa(handling);
        self.proev(&k).expect_err("should have been refused")
    }

    pub fn kontakt(&mut self) -> &mut Self {
        let h = kontakt(self.idag);
        self.handl(Handling::FoersteKontakt(h))
    }

    pub fn samtale(&mut self, udfald: Samtaleudfald) -> &mut Self {
        let h = SamtaleRegistreret {
            forloeb: Uuid::nil(),
            dato: self.idag,
            udfald,
            forventet_varighed: None,
            delvis_mulig: None,
        };
        self.handl(Handling::Samtale(h))
    }

    pub fn anmeldelse(&self, trin: Anmeldelsestrin, dato: &str) -> Handling {
        let (forloeb, dato) = (Uuid::nil(), dag(dato));
        Handling::Anmeld(AnmeldelseRegistreret { forloeb, trin, dato, kvittering: None, kommune: None })
    }

    pub fn kvitteret(&mut self) -> &mut Self {
        let h = self.anmeldelse(Anmeldelsestrin::Kvitteret, &self.idag.to_string());
        self.handl(h)
    }

    pub fn krav(&self, fra: &str, til: &str) -> Handling {
        let (forloeb, fra, til) = (Uuid::nil(), dag(fra), dag(til));
        Handling::AnmodRefusion(RefusionAnmodet { forloeb, fra, til, beloeb_oere: None })
    }

    pub fn raskmeldt(&mut self, sidste: &str) -> &mut Self {
        let h = Raskmeldt { forloeb: Uuid::nil(), sidste_fravaersdag: dag(sidste) };
        self.handl(Handling::Raskmeld(h))
    }

    pub fn ret(&mut self, rettelse: Rettelse) -> &mut Self {
        self.handl(Handling::Ret { rettelse, begrundelse: seglet() })
    }

    pub fn vurdering(&self) -> Vurdering {
        vurder(&self.forloeb(), self.idag, &self.bog)
    }

    pub fn frist(&self, art: Fristart) -> Frist {
        self.vurdering().frist(art).unwrap_or_else(|| panic!("no {art}")).clone()
    }

    pub fn status(&self, art: Fristart) -> Friststatus {
        self.frist(art).status
    }

    pub fn planlagte(&self) -> Vec<Planlagt> {
        planlagte(&self.forloeb(), &self.vurdering(), self.idag, &self.bog)
    }

    /// Every working morning from today through `til`: sends what is due and records it. Returns what left, as
    /// `date frist trin -> recipient`.
    pub fn lad_tiden_gaa(&mut self, til: &str) -> &mut Self {
        while self.idag < dag(til) {
            self.idag = self.idag.succ_opt().expect("not the end of time");
            if self.bog.kalender().er_arbejdsdag(self.idag) {
                self.morgen();
            }
        }
        self
    }

    pub fn morgen(&mut self) {
        for f in self.liste() {
            let v = vurder(&f, self.idag, &self.bog);
            let (send, overhalet) = forfaldne(&planlagte(&f, &v, self.idag, &self.bog), self.idag);
            let mut afgoerelser = Vec::new();
            for p in send {
                let n = &p.noegle;
                self.sendt.push(format!("{} {} {} -> {}", self.idag, n.frist, n.trin, n.modtager));
                self.sendte.push(p.clone());
                let udfald = Udfald::Sendt { brev: "x".into(), til: n.nr.clone() };
                afgoerelser.push(Afgoerelse { noegle: p.noegle, dag: p.dag, udfald });
            }
            for p in overhalet {
                let udfald = Udfald::Aflyst { aarsag: Aflysning::Overhalet };
                afgoerelser.push(Afgoerelse { noegle: p.noegle, dag: p.dag, udfald });
            }
            if !afgoerelser.is_empty() {
                let handling = Handling::AfgoerPaamindelser(afgoerelser);
                self.goer(&Kommando::Forloeb { id: f.id, hvis_version: None, handling });
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
    }
}

/// Noon in Denmark, whatever the clock change says.
fn tid(dag: NaiveDate) -> DateTime<Utc> {
    dag.and_hms_opt(11, 0, 0).expect("eleven exists every day").and_utc()
}
