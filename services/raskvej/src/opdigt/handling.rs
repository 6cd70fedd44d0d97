//! What people do with a forløb, as the command it becomes.

use chrono::{Days, NaiveTime, TimeZone};
use chrono_tz::Europe::Copenhagen;
use forloeb::forloeb::Forloeb;
use forloeb::frister::vurder;
use forloeb::haendelse::{
    AnmeldelseRegistreret, ArbejdsskadeAnmeldt, DelvisRegistreret, FastTrackBesluttet, FoersteKontaktHoldt,
    ForloebAfsluttet, ForloebTildelt, Forseglet, Haendelse, LederSkiftet, OtteUgerRegistreret, Raskmeldt,
    RefusionAnmodet, SamtaleIndkaldt, SamtaleRegistreret, TtaEvalueret,
};
use forloeb::kalender::plus_maaneder;
use forloeb::kommando::{Handling, Kommando, Rettelse};
use forloeb::ord::{
    Anmeldelsestrin, DelvisMulig, FastTrackBeslutning, Fristart, Kontaktform, Kontaktrolle, OtteUgerUdfald, Part,
    Princip, Rolle, Samtaleudfald, Samtykke, Slutaarsag, Stoette, TagetAf, Ugedag, Varighed,
};
use forloeb::tta::{Plan, Plantrin};
use forloeb::{Aktoer, Nu};
use serde::Serialize;
use uuid::Uuid;

use super::OpdigtFejl;
use super::gerning::Hvad;
use super::liv::Liv;
use super::scene::Scene;
use crate::commands::tta_plan::{PlanTekster, TrinTekster};

/// Invented reasons; nothing about anybody.
const BEGRUNDELSER: [&str; 5] = [
    "Datoen var skrevet forkert",
    "Registreret ved en fejl",
    "Aftalt med medarbejderen i telefonen",
    "Oplyst af lønkontoret efter gennemgang af vagtplanen",
    "Medarbejderen er allerede i gang med at vende tilbage og følger den aftalte plan",
];
const STEDER: [&str; 4] = ["Lederens kontor", "Mødelokale 2", "Telefon", "Teams"];
const OPGAVER: [&str; 5] =
    ["dokumentation", "dagvagter", "mødevagt i reception", "indkøb og aktiviteter", "oplæring af ny kollega"];

impl Liv {
    /// Does it, if the forløb is still there and the domain allows it.
    pub(crate) fn goer(&mut self, s: &mut Scene<'_>, id: Uuid, hvad: Hvad, nu: Nu) -> Result<(), OpdigtFejl> {
        let Some(f) = self.a.forloeb(s.bog).into_iter().find(|f| f.hedder(id)) else { return Ok(()) };
        let leder = self.leder_eller_hr(s, nu.dag);
        let hr = Aktoer { rolle: Some(Rolle::Hr), nr: None };
        let dag = nu.dag;
        let forloeb = f.id;
        let (aktoer, handling) = match hvad {
            Hvad::Kontakt => self.kontakt(&f, leder, nu),
            Hvad::Indkald => {
                let om = dag + Days::new(self.t.mellem(3, 7));
                let lokal =
                    s.bog.kalender().wd_plus(om).and_time(NaiveTime::from_hms_opt(10, 0, 0).unwrap_or_default());
                let Some(tidspunkt) = Copenhagen.from_local_datetime(&lokal).earliest() else { return Ok(()) };
                let hvor = serde_json::json!({ "sted": self.t.af(&STEDER), "deltagere": ["HR-konsulent"] });
                let fortroligt = self.forsegl(s, &hvor)?;
                (
                    leder,
                    Handling::IndkaldSamtale(SamtaleIndkaldt {
                        forloeb,
                        tidspunkt: tidspunkt.fixed_offset(),
                        fortroligt,
                    }),
                )
            }
            Hvad::Samtale => (leder, self.samtale(&f, nu)),
            Hvad::FortrydSamtale => {
                let samtale = |h: &Haendelse| matches!(h, Haendelse::SamtaleRegistreret(h) if f.hedder(h.forloeb));
                let Some(post) = self.a.poster().iter().rev().find(|p| samtale(&p.haendelse)) else { return Ok(()) };
                let position = post.position;
                (leder, Handling::Annuller { haendelse: Some(position), begrundelse: self.begrundelse(s)? })
            }
            Hvad::Anmeld(trin) => {
                let kvittering =
                    (trin == Anmeldelsestrin::Kvitteret).then(|| format!("NR-{}", self.t.under(100_000_000)));
                let kommune = Some(f.stamdata.bopaelskommune.clone());
                (hr, Handling::Anmeld(AnmeldelseRegistreret { forloeb, trin, dato: dag, kvittering, kommune }))
            }
            Hvad::Krav | Hvad::KravDerNaas => match self.krav(s, &f, hvad == Hvad::KravDerNaas, nu) {
                Some(krav) => (hr, Handling::AnmodRefusion(krav)),
                None => return Ok(()),
            },
            Hvad::FastTrack => self.fast_track(s, &f, leder, nu)?,
            Hvad::OtteUger => {
                let (udfald, fortroligt) = if self.t.promille(800) {
                    let hvad = serde_json::json!({ "begrundelse": null, "deltagere": ["HR-konsulent"] });
                    (OtteUgerUdfald::Holdt, self.forsegl(s, &hvad)?)
                } else {
                    let hvad = serde_json::json!({ "begrundelse": self.t.af(&BEGRUNDELSER), "deltagere": [] });
                    (OtteUgerUdfald::IkkeNoedvendig, self.forsegl(s, &hvad)?)
                };
                let fortroligt = Some(fortroligt);
                (leder, Handling::OtteUger(OtteUgerRegistreret { forloeb, dato: dag, udfald, fortroligt }))
            }
            Hvad::Easy => {
                (leder, Handling::AnmeldArbejdsskade(ArbejdsskadeAnmeldt { forloeb, dato: dag, sagsnummer: None }))
            }
            Hvad::Plan { evaluering } => {
                let (plan, tekster) = self.plan(s, &f, evaluering, nu);
                let fortroligt = self.forsegl(s, &tekster)?;
                (leder, Handling::LaegPlan { plan, fortroligt })
            }
            Hvad::Evaluer => {
                let fortroligt = Some(self.begrundelse(s)?);
                (leder, Handling::EvaluerPlan(TtaEvalueret { forloeb, dato: dag, fortroligt }))
            }
            Hvad::Delvis(omfang_pct) => {
                (leder, Handling::Delvis(DelvisRegistreret { forloeb, fra: dag, omfang_pct, begrundelse: None }))
            }
            Hvad::Rask(sidste_fravaersdag) => (leder, Handling::Raskmeld(Raskmeldt { forloeb, sidste_fravaersdag })),
            Hvad::RetFoerste(ny) => (leder, self.ret(s, Rettelse::FoersteFravaersdag(ny))?),
            Hvad::RetSidste(ny) => (leder, self.ret(s, Rettelse::SidsteFravaersdag(Some(ny)))?),
            Hvad::RetVarighed(ny) => (leder, self.ret(s, Rettelse::ForventetVarighed(ny))?),
            Hvad::Annuller => (hr, Handling::Annuller { haendelse: None, begrundelse: self.begrundelse(s)? }),
            Hvad::SkiftLeder => {
                let m = s.verden.medarbejder(self.plads);
                let leder_nr = if m.nr == m.tr_nr { m.amr_nr } else { m.tr_nr }.to_string();
                (hr, Handling::SkiftLeder(LederSkiftet { forloeb, leder_nr, fra: dag }))
            }
            Hvad::Tildel => {
                let hr_plads = usize::try_from(self.t.under(s.verden.antal() as u64)).unwrap_or(0);
                let til = Some(s.verden.medarbejder(hr_plads).nr.to_string());
                (hr, Handling::Tildel(ForloebTildelt { forloeb, til }))
            }
            Hvad::Afslut(dato) => {
                let aarsag = if f.stamdata.fratraadt.is_some() { Slutaarsag::Fratraadt } else { Slutaarsag::Andet };
                (hr, Handling::Afslut(ForloebAfsluttet { forloeb, aarsag, dato }))
            }
        };
        let kommando = Kommando::Forloeb { id, hvis_version: None, handling };
        self.udfoer(s, &kommando, &aktoer, nu).map(drop)
    }

    fn forsegl<T: Serialize>(&self, s: &Scene<'_>, hvad: &T) -> Result<Forseglet, OpdigtFejl> {
        Ok(s.segl.forsegl(s.verden.person(self.plads), hvad)?)
    }

    fn begrundelse(&mut self, s: &Scene<'_>) -> Result<Forseglet, OpdigtFejl> {
        let hvad = self.t.af(&BEGRUNDELSER);
        self.forsegl(s, &hvad)
    }

    fn ret(&mut self, s: &Scene<'_>, rettelse: Rettelse) -> Result<Handling, OpdigtFejl> {
        Ok(Handling::Ret { rettelse, begrundelse: self.begrundelse(s)? })
    }

    fn kontakt(&mut self, f: &Forloeb, leder: Aktoer, nu: Nu) -> (Aktoer, Handling) {
        let kontaktperson = f.kontaktperson().map(str::to_owned).filter(|_| self.t.promille(500));
        let (aktoer, kontaktperson_rolle) = match kontaktperson {
            Some(nr) => {
                let rolle = if f.stamdata.tr_nr.as_ref() == Some(&nr) { Kontaktrolle::Tr } else { Kontaktrolle::Amr };
                (Aktoer { rolle: Some(Rolle::Kontaktperson), nr: Some(nr) }, rolle)
            }
            None => (leder, Kontaktrolle::Leder),
        };
        let handling = Handling::FoersteKontakt(FoersteKontaktHoldt {
            forloeb: f.id,
            // Some write it down the day after.
            dato: (nu.dag - Days::new(self.t.under(2))).max(f.foerste),
            form: self.t.af(&[Kontaktform::Telefon, Kontaktform::Telefon, Kontaktform::Personlig, Kontaktform::Sms]),
            kontaktperson_rolle,
            taget_af: if self.t.promille(850) { TagetAf::Arbejdsplads } else { TagetAf::Medarbejder },
            forventet_varighed: Some(self.varighed()),
            arbejdsrelateret: self.t.af(&[None, Some(false), Some(false), Some(true)]),
        });
        (aktoer, handling)
    }

    fn varighed(&mut self) -> Varighed {
        self.t.af(&[Varighed::UnderOtteUger, Varighed::UnderOtteUger, Varighed::Ukendt, Varighed::OverOtteUger])
    }

    fn samtale(&mut self, f: &Forloeb, nu: Nu) -> Handling {
        use Samtaleudfald::{DeltogIkke, Holdt, HoldtTelefon, IkkeMulig};
        Handling::Samtale(SamtaleRegistreret {
            forloeb: f.id,
            dato: nu.dag,
            udfald: self.t.af(&[Holdt, Holdt, Holdt, HoldtTelefon, HoldtTelefon, DeltogIkke, IkkeMulig]),
            forventet_varighed: Some(self.varighed()),
            delvis_mulig: Some(self.t.af(&[DelvisMulig::Ja, DelvisMulig::Nej, DelvisMulig::Ukendt])),
        })
    }

    /// From the oldest day that is not claimed, or not too old (`naas`), to yesterday or the last day of absence.
    fn krav(&mut self, s: &Scene<'_>, f: &Forloeb, naas: bool, nu: Nu) -> Option<RefusionAnmodet> {
        let mut fra = vurder(f, nu.dag, s.bog).refusion.aeldste_udaekkede?;
        let maaneder = f.regler.frist(Fristart::Refusionsanmodning, None)?.lovdag.maaneder;
        while naas && plus_maaneder(fra, maaneder) < nu.dag {
            fra = fra + Days::new(1);
        }
        let i_gaar = nu.dag - Days::new(1);
        let til = f.slutdag(nu.dag).map_or(i_gaar, |sidste| sidste.min(i_gaar));
        let beloeb_oere = self.t.promille(700).then(|| i64::try_from(self.t.mellem(2_000, 40_000)).unwrap_or(0) * 100);
        (fra <= til).then_some(RefusionAnmodet { forloeb: f.id, fra, til, beloeb_oere })
    }

    fn fast_track(
        &mut self,
        s: &Scene<'_>,
        f: &Forloeb,
        leder: Aktoer,
        nu: Nu,
    ) -> Result<(Aktoer, Handling), OpdigtFejl> {
        let medarbejder = Aktoer { rolle: Some(Rolle::Medarbejder), nr: Some(f.medarbejder_nr.clone()) };
        let (aktoer, af, beslutning) = match self.t.under(10) {
            0 => (medarbejder, Part::Medarbejder, FastTrackBeslutning::Anmodet),
            1..4 => (leder, Part::Arbejdsgiver, FastTrackBeslutning::Anmodet),
            _ => (leder, Part::Arbejdsgiver, FastTrackBeslutning::Fravalgt),
        };
        let begrundelse = (beslutning == FastTrackBeslutning::Fravalgt).then(|| self.begrundelse(s)).transpose()?;
        let dato = nu.dag;
        Ok((aktoer, Handling::FastTrack(FastTrackBesluttet { forloeb: f.id, beslutning, af, dato, begrundelse })))
    }

    fn plan(&mut self, s: &Scene<'_>, f: &Forloeb, evaluering: chrono::NaiveDate, nu: Nu) -> (Plan, PlanTekster) {
        let m = s.verden.medarbejder(self.plads);
        let koordinator = if m.nr == m.amr_nr { m.tr_nr } else { m.amr_nr }.to_string();
        let halvdelen = evaluering.max(nu.dag + Days::new(2)) - Days::new(1);
        let timer = f.stamdata.timer_pr_uge;
        let trin = |fra, til, timer_pr_uge, dage: &[Ugedag]| Plantrin {
            fra,
            til,
            timer_pr_uge,
            dage: dage.to_vec(),
            principper: vec![Princip::Kolleger],
        };
        let plan = Plan {
            koordinator: Some(koordinator),
            trin: vec![
                trin(nu.dag, Some(halvdelen), (timer / 3.0).round(), &[Ugedag::Man, Ugedag::Ons]),
                trin(halvdelen + Days::new(1), None, (timer / 2.0).round(), &[Ugedag::Man, Ugedag::Tir, Ugedag::Tor]),
            ],
            sundhedsvaesen: self.t.af(&[None, Some(Samtykke::Givet), Some(Samtykke::IkkeNoedvendigt)]),
            besked_godkendt: self.t.af(&[None, Some(true), Some(true), Some(false)]),
            evalueringer: vec![evaluering],
            stoette: vec![Stoette::DelvisRaskmelding],
            tiltag: vec![Princip::Sikkerhed, Princip::Viden],
        };
        let mut opgaver = || vec![self.t.af(&OPGAVER).to_owned(), self.t.af(&OPGAVER).to_owned()];
        let mut ord = || TrinTekster { ind: opgaver(), ud: opgaver(), hensyn: vec!["ingen aftenvagter".to_owned()] };
        let tekster = PlanTekster {
            trin: vec![ord(), ord()],
            besked: plan.besked_godkendt.map(|_| "Er tilbage på nedsat tid fra på mandag".to_owned()),
            tiltag: vec!["gennemgang af forflytninger".to_owned(), "kort orientering på personalemødet".to_owned()],
        };
        (plan, tekster)
    }
}
