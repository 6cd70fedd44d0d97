//! What people do with a forløb, as the command it becomes.

use chrono::{Days, NaiveTime, TimeZone};
use chrono_tz::Europe::Copenhagen;
use forloeb::calendar::plus_maaneder;
use forloeb::command::{Act, DomainCommand, Rettelse};
use forloeb::forloeb::Forloeb;
use forloeb::frister::assess;
use forloeb::haendelse::{
    AfbrydelseRegistreret, AnmeldelseRegistreret, ArbejdsskadeAnmeldt, Ciphertext, DelvisRegistreret,
    DispensationRegistreret, FastTrackBesluttet, FoersteKontaktHoldt, ForloebAfsluttet, ForloebTildelt, Haendelse,
    LederSkiftet, OpfoelgningRegistreret, OtteUgerRegistreret, Paragraf56Besvaret, Raskmeldt, RefusionAnmodet,
    SamtaleIndkaldt, SamtaleRegistreret, TtaEvalueret,
};
use forloeb::tta::{Plan, Plantrin};
use forloeb::words::{
    Afbrydelsesaarsag, Anmeldelsestrin, DelvisMulig, FastTrackBeslutning, Fristart, Kontaktform, Kontaktrolle,
    Opfoelgningsart, OtteUgerUdfald, Part, Princip, Rolle, Samarbejde, Samtaleudfald, Samtykke, Slutaarsag, Stoette,
    TagetAf, Ugedag, Varighed, Virkning,
};
use forloeb::{Aktoer, Now, Oere, Procent};
use uuid::Uuid;

use super::SyntheticError;
use super::deed::What;
use super::life::Life;
use super::scene::Scene;
use app::sealed::{
    Annulleringsgrund, FastTrackGrund, Indkaldelse, Konklusion, Opfoelgningsaftaler, OtteUgersOpfoelgning, PlanTekster,
    Refusionsgrund, Rettelsesgrund, Sealed, TrinTexts,
};

/// Invented reasons; nothing about anybody.
const BEGRUNDELSER: [&str; 5] = [
    "Datoen var skrevet forkert",
    "Registreret ved en fejl",
    "Aftalt med medarbejderen i telefonen",
    "Oplyst af lønkontoret efter gennemgang af vagtplanen",
    "Medarbejderen er allerede i gang med at vende tilbage og følger den aftalte plan",
];
const HR: &str = "HR-konsulent";
const HENSYN: &str = "ingen aftenvagter";
const LOCATIONS: [&str; 4] = ["Lederens kontor", "Mødelokale 2", "Telefon", "Teams"];
const TASKS: [&str; 5] =
    ["dokumentation", "dagvagter", "mødevagt i reception", "indkøb og aktiviteter", "oplæring af ny kollega"];

impl Life {
    /// Does it, if the forløb is still there and the domain allows it. Whether it led to anything.
    pub(crate) fn perform(
        &mut self,
        s: &mut Scene<'_>,
        id: Uuid,
        what: What,
        now: Now,
    ) -> Result<bool, SyntheticError> {
        let Some(f) = self.a.forloeb(s.book).into_iter().find(|f| f.called(id)) else { return Ok(false) };
        let leder = self.leder_or_hr(s, now.dag);
        let hr = Aktoer::new(Rolle::Hr, None);
        let dag = now.dag;
        let forloeb = f.id;
        let (aktoer, act) = match what {
            What::Kontakt => self.kontakt(&f, leder, now),
            What::Indkald => {
                let about = dag + Days::new(self.t.between(3, 7));
                let local =
                    s.book.calendar().wd_plus(about).and_time(NaiveTime::from_hms_opt(10, 0, 0).unwrap_or_default());
                let Some(tidspunkt) = Copenhagen.from_local_datetime(&local).earliest() else { return Ok(false) };
                let whereabouts = Indkaldelse {
                    sted: self.t.af(&LOCATIONS).to_owned(),
                    deltagere: vec![HR.to_owned()],
                    formaal: None,
                    brev: None,
                };
                let confidential = self.seal(s, &whereabouts)?;
                (leder, Act::IndkaldSamtale(SamtaleIndkaldt::new(forloeb, tidspunkt.fixed_offset(), confidential)))
            }
            What::Samtale => (leder, self.samtale(&f, now)),
            What::UndoSamtale => {
                let samtale = |h: &Haendelse| matches!(h, Haendelse::SamtaleRegistreret(h) if f.called(h.forloeb));
                let Some(post) = self.a.records().iter().rev().find(|p| samtale(&p.haendelse)) else {
                    return Ok(false);
                };
                let position = post.position;
                (leder, Act::Annuller { haendelse: Some(position), begrundelse: self.grund(s, Annulleringsgrund)? })
            }
            What::Anmeld(trin) => {
                let kvittering =
                    (trin == Anmeldelsestrin::Kvitteret).then(|| format!("NR-{}", self.t.under(100_000_000)));
                let kommune = Some(f.stamdata.bopaelskommune.clone());
                (
                    hr,
                    Act::Anmeld(AnmeldelseRegistreret {
                        forloeb,
                        trin,
                        dato: dag,
                        underskrevet_dato: None,
                        uden_kvittering: None,
                        kvittering,
                        kommune,
                    }),
                )
            }
            What::Krav | What::KravThatReached => match self.krav(s, &f, what == What::KravThatReached, now) {
                Some(krav) => (hr, Act::AnmodRefusion(krav)),
                None => return Ok(false),
            },
            What::FastTrack => self.fast_track(s, &f, leder, now)?,
            What::OtteUger => {
                let (udfald, confidential) = if self.t.per_mille(800) {
                    let what = OtteUgersOpfoelgning { begrundelse: None, deltagere: vec![HR.to_owned()] };
                    (OtteUgerUdfald::Holdt, self.seal(s, &what)?)
                } else {
                    let begrundelse = Some(self.t.af(&BEGRUNDELSER).to_owned());
                    let what = OtteUgersOpfoelgning { begrundelse, deltagere: Vec::new() };
                    (OtteUgerUdfald::IkkeNoedvendig, self.seal(s, &what)?)
                };
                let confidential = Some(confidential);
                (leder, Act::OtteUger(OtteUgerRegistreret { forloeb, dato: dag, udfald, confidential }))
            }
            What::Easy => {
                (leder, Act::AnmeldArbejdsskade(ArbejdsskadeAnmeldt { forloeb, dato: dag, sagsnummer: None }))
            }
            What::Plan { evaluering } => {
                let (plan, texts) = self.plan(s, &f, evaluering, now);
                let confidential = self.seal(s, &texts)?;
                (leder, Act::PutPlan { plan, aftalt: texts.aftalt.is_some(), confidential })
            }
            What::Evaluer => {
                let confidential =
                    Some(self.grund(s, |said| Konklusion { konklusion: Some(said), ..Konklusion::default() })?);
                (leder, Act::EvaluerPlan(TtaEvalueret { forloeb, dato: dag, virkninger: Vec::new(), confidential }))
            }
            What::Delvis(omfang_pct) => {
                let omfang_pct = Procent::whole(omfang_pct);
                (leder, Act::Delvis(DelvisRegistreret { forloeb, fra: dag, omfang_pct, begrundelse: None }))
            }
            What::Rask(sidste_fravaersdag) => (leder, Act::Raskmeld(Raskmeldt { forloeb, sidste_fravaersdag })),
            What::RetFoerste(new) => (leder, self.ret(s, Rettelse::FoersteFravaersdag(new))?),
            What::RetSidste(new) => (leder, self.ret(s, Rettelse::SidsteFravaersdag(Some(new)))?),
            What::RetVarighed(new) => (leder, self.ret(s, Rettelse::ForventetVarighed(new))?),
            What::Annuller => (hr, Act::Annuller { haendelse: None, begrundelse: self.grund(s, Annulleringsgrund)? }),
            What::SkiftLeder => {
                let m = s.world.medarbejder(self.place);
                let leder_nr = if m.nr == m.tr_nr { m.amr_nr } else { m.tr_nr }.to_string();
                (hr, Act::SkiftLeder(LederSkiftet { forloeb, leder_nr, fra: dag, spoerges: false }))
            }
            What::Tildel => {
                let hr_place = usize::try_from(self.t.under(s.world.count() as u64)).unwrap_or(0);
                let til = Some(s.world.medarbejder(hr_place).nr.to_string());
                (hr, Act::Tildel(ForloebTildelt { forloeb, til }))
            }
            What::Ferie(fra, til) => {
                let til = f.slutdag(dag).map_or(til, |sidste| til.min(sidste));
                let aarsag = Afbrydelsesaarsag::Ferie;
                (leder, Act::Afbryd(AfbrydelseRegistreret { forloeb, fra, til, aarsag }))
            }
            What::Paragraf56(gaelder) => (leder, Act::BesvarParagraf56(Paragraf56Besvaret { forloeb, gaelder })),
            What::Dispenser => {
                let Some(mistet) = assess(&f, dag, s.book).refusion.mistet else { return Ok(false) };
                let (fra, begrundelse) = (mistet.fra, self.grund(s, Refusionsgrund)?);
                let dispensation = DispensationRegistreret { forloeb, fra, dato: dag, begrundelse, kvittering: None };
                (hr, Act::Dispenser(dispensation))
            }
            What::Opfoelgning(art) => {
                // After the return somebody asks how what the plan had works; nothing is drawn for it.
                let asked = art == Opfoelgningsart::EfterRetur && f.plan().is_some();
                let words = Opfoelgningsaftaler { tried: vec![HENSYN.to_owned()], ..Opfoelgningsaftaler::default() };
                let opfoelgning = OpfoelgningRegistreret {
                    forloeb,
                    art,
                    dato: dag,
                    udfald: OtteUgerUdfald::Holdt,
                    virkninger: if asked { vec![Virkning::Hjalp] } else { Vec::new() },
                    samarbejde: f.approved_besked().filter(|_| asked).map(|_| Samarbejde::Godt),
                    foranstaltning: None,
                    confidential: asked.then(|| self.seal(s, &words)).transpose()?,
                };
                (leder, Act::Opfoelgning(opfoelgning))
            }
            What::Afgoer(vaelg) => match self.who_is_right(s, &f, vaelg)? {
                Some(act) => (hr, act),
                None => return Ok(false),
            },
            What::Sagt(sagt) => match self.sagt(s, &f, sagt, now)? {
                Some(said) => said,
                None => return Ok(false),
            },
            What::Afslut(dato) => {
                let aarsag = if f.stamdata.fratraadt.is_some() { Slutaarsag::Fratraadt } else { Slutaarsag::Andet };
                (hr, Act::Afslut(ForloebAfsluttet { forloeb, aarsag, dato }))
            }
        };
        let command = DomainCommand::Forloeb { id, if_version: None, act };
        self.execute(s, &command, &aktoer, now)
    }

    pub(super) fn seal<T: Sealed>(&self, s: &Scene<'_>, what: &T) -> Result<Ciphertext, SyntheticError> {
        Ok(s.seal.seal(s.world.person(self.place), what)?)
    }

    pub(super) fn grund<T: Sealed>(
        &mut self,
        s: &Scene<'_>,
        kind: fn(String) -> T,
    ) -> Result<Ciphertext, SyntheticError> {
        let why = self.t.af(&BEGRUNDELSER);
        self.seal(s, &kind(why.to_owned()))
    }

    fn ret(&mut self, s: &Scene<'_>, rettelse: Rettelse) -> Result<Act, SyntheticError> {
        Ok(Act::Rettelse { rettelse, begrundelse: self.grund(s, Rettelsesgrund)? })
    }

    fn kontakt(&mut self, f: &Forloeb, leder: Aktoer, now: Now) -> (Aktoer, Act) {
        let kontaktperson = f.kontaktperson(now.dag).map(str::to_owned).filter(|_| self.t.per_mille(500));
        let (aktoer, kontaktperson_rolle) = match kontaktperson {
            Some(nr) => {
                let rolle = if f.stamdata.tr_nr.as_ref() == Some(&nr) {
                    Kontaktrolle::Tr
                } else if f.stamdata.amr_nr.as_ref() == Some(&nr) {
                    Kontaktrolle::Amr
                } else {
                    Kontaktrolle::Anden
                };
                (Aktoer::new(Rolle::Kontaktperson, Some(nr)), rolle)
            }
            None => (leder, Kontaktrolle::Leder),
        };
        let act = Act::FoersteKontakt(FoersteKontaktHoldt {
            forloeb: f.id,
            // Some write it down the day after.
            dato: (now.dag - Days::new(self.t.under(2))).max(f.foerste),
            form: self.t.af(&[Kontaktform::Telefon, Kontaktform::Telefon, Kontaktform::Personal, Kontaktform::Sms]),
            kontaktperson_rolle,
            taget_af: if self.t.per_mille(850) { TagetAf::Arbejdsplads } else { TagetAf::Medarbejder },
            forventet_varighed: Some(self.varighed()),
            arbejdsrelateret: self.t.af(&[None, Some(false), Some(false), Some(true)]),
            sted: None,
            grunde: Vec::new(),
        });
        (aktoer, act)
    }

    fn varighed(&mut self) -> Varighed {
        self.t.af(&[Varighed::UnderOtteUger, Varighed::UnderOtteUger, Varighed::Unknown, Varighed::OverOtteUger])
    }

    fn samtale(&mut self, f: &Forloeb, now: Now) -> Act {
        use Samtaleudfald::{DidNotAttend, Holdt, HoldtTelefon, IkkeMulig};
        Act::Samtale(SamtaleRegistreret {
            forloeb: f.id,
            dato: now.dag,
            udfald: self.t.af(&[Holdt, Holdt, Holdt, HoldtTelefon, HoldtTelefon, DidNotAttend, IkkeMulig]),
            forventet_varighed: Some(self.varighed()),
            delvis_mulig: Some(self.t.af(&[DelvisMulig::Ja, DelvisMulig::Nej, DelvisMulig::Unknown])),
        })
    }

    /// From the oldest day that is not claimed, or not too old (`naas`), to yesterday or the last day of absence.
    fn krav(&mut self, s: &Scene<'_>, f: &Forloeb, reached: bool, now: Now) -> Option<RefusionAnmodet> {
        let mut fra = assess(f, now.dag, s.book).refusion.aeldste_udaekkede?;
        let maaneder = f.regler.frist(Fristart::Refusionsanmodning, None)?.lovdag.maaneder;
        while reached && plus_maaneder(fra, maaneder) < now.dag {
            fra = fra + Days::new(1);
        }
        let yesterday = now.dag - Days::new(1);
        let til = f.slutdag(now.dag).map_or(yesterday, |sidste| sidste.min(yesterday));
        let kroner = self.t.per_mille(700).then(|| self.t.between(2_000, 40_000));
        let beloeb_oere = kroner.map(|kroner| Oere::from_kroner(i64::try_from(kroner).unwrap_or(0)));
        (fra <= til).then_some(RefusionAnmodet { forloeb: f.id, fra, til, beloeb_oere, underskrevet_dato: None })
    }

    fn fast_track(
        &mut self,
        s: &Scene<'_>,
        f: &Forloeb,
        leder: Aktoer,
        now: Now,
    ) -> Result<(Aktoer, Act), SyntheticError> {
        let medarbejder = Aktoer::new(Rolle::Medarbejder, Some(f.medarbejder_nr.clone()));
        let (aktoer, af, beslutning) = match self.t.under(10) {
            0 => (medarbejder, Part::Medarbejder, FastTrackBeslutning::Anmodet),
            1..4 => (leder, Part::Arbejdsgiver, FastTrackBeslutning::Anmodet),
            _ => (leder, Part::Arbejdsgiver, FastTrackBeslutning::Fravalgt),
        };
        // Nobody here says yes to what the employer asked for: who asks once more is refused.
        let af = if f.fast_track_asked().is_some() { Part::Arbejdsgiver } else { af };
        let begrundelse =
            (beslutning == FastTrackBeslutning::Fravalgt).then(|| self.grund(s, FastTrackGrund)).transpose()?;
        let dato = now.dag;
        Ok((aktoer, Act::FastTrack(FastTrackBesluttet { forloeb: f.id, beslutning, af, dato, begrundelse })))
    }

    fn plan(&mut self, s: &Scene<'_>, f: &Forloeb, evaluering: chrono::NaiveDate, now: Now) -> (Plan, PlanTekster) {
        let m = s.world.medarbejder(self.place);
        let koordinator = if m.nr == m.amr_nr { m.tr_nr } else { m.amr_nr }.to_string();
        let half = evaluering.max(now.dag + Days::new(2)) - Days::new(1);
        let (skaanehensyn, considered) = self.skaanehensyn(evaluering);
        let timer = f.stamdata.timer_pr_uge;
        let trin = |fra, til, timer_pr_uge, dage: &[Ugedag]| Plantrin {
            fra,
            til,
            timer_pr_uge,
            dage: dage.to_vec(),
            principper: vec![Princip::Kolleger],
            skema: Vec::new(),
        };
        let plan = Plan {
            koordinator: Some(koordinator),
            trin: vec![
                trin(now.dag, Some(half), (timer / 3.0).round(), &[Ugedag::Man, Ugedag::Ons]),
                trin(half + Days::new(1), None, (timer / 2.0).round(), &[Ugedag::Man, Ugedag::Tir, Ugedag::Tor]),
            ],
            sundhedsvaesen: self.t.af(&[None, Some(Samtykke::Given), Some(Samtykke::NotNeeded)]),
            besked_godkendt: self.t.af(&[None, Some(true), Some(true), Some(false)]),
            evalueringer: vec![evaluering],
            stoette: vec![Stoette::DelvisRaskmelding],
            tiltag: vec![Princip::Safety, Princip::Knowledge],
            skaanehensyn,
        };
        let mut tasks = || vec![self.t.af(&TASKS).to_owned(), self.t.af(&TASKS).to_owned()];
        let mut words = || TrinTexts { input: tasks(), out: tasks(), hensyn: vec![HENSYN.to_owned()] };
        let texts = PlanTekster {
            trin: vec![words(), words()],
            skaanehensyn: considered,
            besked: plan.besked_godkendt.map(|_| "Er tilbage på nedsat tid fra på mandag".to_owned()),
            tiltag: vec!["gennemgang af forflytninger".to_owned(), "kort orientering på personalemødet".to_owned()],
            ..PlanTekster::default()
        };
        (plan, texts)
    }
}
