//! The demonstration: a small workplace with a forløb at every stage, relative to today.
//!
//! Its history is lived, not written: the clock starts eleven weeks ago and is moved from one event to the next, so
//! every reminder in the mailbox left on its morning, by the same code that serves a real workplace. What people do in it
//! are the commands of `app::commands`, asked by who may: nothing is shown that a person could not have done.

mod arbejdsplads;

use std::sync::Arc;

use chrono::{NaiveDate, NaiveTime};
use forloeb::calendar::plus_dage;
use forloeb::command::DomainCommand;
use forloeb::haendelse::StamdataRegistreret;
use forloeb::words::{
    Anmeldelsestrin, DelvisMulig, FastTrackBeslutning, Indkaldelsesart, Kontaktform, Kontaktrolle, OtteUgerUdfald,
    Part, Princip, Rolle, Samtaleudfald, Samtykke, Stoette, TagetAf, Ugedag, Varighed,
};
use forloeb::{Aktoer, Procent};
use uuid::Uuid;

use crate::access::User;
use crate::clock::klokken;
use crate::commands::anmeldelse::Anmeldelse;
use crate::commands::annullering::Annullering;
use crate::commands::delvis::Delvis;
use crate::commands::fast_track::FastTrack;
use crate::commands::foerste_kontakt::FoersteKontakt;
use crate::commands::otte_uger::OtteUger;
use crate::commands::raskmelding::Raskmelding;
use crate::commands::refusionsanmodning::Refusionsanmodning;
use crate::commands::rettelse::RettelseRequest;
use crate::commands::samtale::Samtale;
use crate::commands::samtale_indkaldelse::SamtaleIndkaldelse;
use crate::commands::sygemelding::Sygemelding;
use crate::commands::tta_plan::{
    BeskedRequest, PlanRequest, SkaanehensynRequest, SkemadagRequest, TiltagRequest, TrinRequest,
};
use crate::commands::{Call, OnEmployment, OnForloeb, Refusal};
use crate::core::{App, CommandError};
use crate::paamindelser::Paamindelser;
use crate::pages::DemoPerson;
use crate::sealed::seal;
use arbejdsplads::PERSONER;

/// Days of history.
pub const DAGE: i64 = 77;

/// The persons one can log in as, with what the button says.
#[must_use]
pub fn personer() -> Vec<DemoPerson> {
    let person = |rolle, nr: &str, tekst: &str| DemoPerson {
        rolle,
        nr: (!nr.is_empty()).then(|| nr.to_owned()),
        tekst: tekst.to_owned(),
    };
    vec![
        person(Rolle::Leder, "1001", "Lone Ærø, Botilbud Solsikken"),
        person(Rolle::Leder, "2001", "Henrik Øllgaard, Botilbud Åkanden"),
        person(Rolle::Hr, "9002", "Jørgen Holm"),
        person(Rolle::Revisor, "", "kan se alt og ændre intet"),
        person(Rolle::Kontaktperson, "1002", "Peter Storm, TR"),
        person(Rolle::Koordinator, "2002", "Mette Krogh"),
        person(Rolle::Medarbejder, "2004", "Birgit Ågård"),
        person(Rolle::Drift, "", "ser ingen forløb"),
    ]
}

/// What happens to somebody on a day, counted from today.
struct Scene {
    dag: i64,
    nr: &'static str,
    what: Deed,
}

#[derive(Clone)]
enum Deed {
    Syg { forventet: Varighed },
    Kontakt(Varighed),
    Indkaldt { til: i64 },
    Samtale(Samtaleudfald),
    Anmeldelse(Anmeldelsestrin),
    Krav { fra: i64, til: i64 },
    FastTrack(FastTrackBeslutning),
    OtteUger,
    Delvis(u8),
    Plan { evaluering: i64, full: bool },
    Rask { sidste: i64 },
    Move { til: i64 },
    Annulleret,
}

fn script() -> Vec<Scene> {
    use Anmeldelsestrin::{Klar, Kvitteret, Underskrevet};
    use Deed::{
        Anmeldelse, Annulleret, Delvis, FastTrack, Indkaldt, Kontakt, Krav, Move, OtteUger, Plan, Rask, Samtale, Syg,
    };
    use Varighed::{OverOtteUger, UnderOtteUger, Unknown};
    let syg = Syg { forventet: Unknown };
    let cases: [(&'static str, Vec<(i64, Deed)>); 17] = [
        ("1004", vec![(-3, syg.clone())]),
        ("1005", vec![(-11, syg.clone())]),
        ("1006", vec![(-17, syg.clone())]),
        ("1007", vec![(-20, syg.clone()), (-9, Kontakt(OverOtteUger)), (-2, Indkaldt { til: 3 })]),
        ("1008", vec![(-31, syg.clone()), (-20, Kontakt(Unknown)), (-4, Anmeldelse(Klar))]),
        (
            "1009",
            vec![
                (-34, syg.clone()),
                (-24, Kontakt(OverOtteUger)),
                (-9, Samtale(Samtaleudfald::Holdt)),
                (-6, FastTrack(FastTrackBeslutning::Fravalgt)),
                (-5, Anmeldelse(Klar)),
                (-3, Anmeldelse(Underskrevet)),
            ],
        ),
        ("1010", vec![(-40, syg.clone()), (-31, Rask { sidste: -31 }), (-10, syg.clone())]),
        ("1011", vec![(-24, syg.clone()), (-15, Kontakt(UnderOtteUger)), (-13, Move { til: -22 })]),
        ("1012", vec![(-8, syg.clone()), (-6, Annulleret)]),
        ("1013", vec![(-30, syg.clone()), (-15, Rask { sidste: -15 })]),
        (
            "2004",
            vec![
                (-62, Syg { forventet: Unknown }),
                (-50, Kontakt(OverOtteUger)),
                (-39, Indkaldt { til: -37 }),
                (-37, Samtale(Samtaleudfald::Holdt)),
                (-35, FastTrack(FastTrackBeslutning::Anmodet)),
                (-33, Anmeldelse(Klar)),
                (-32, Anmeldelse(Underskrevet)),
                (-31, Anmeldelse(Kvitteret)),
                (-28, Plan { evaluering: -14, full: false }),
                (-21, Delvis(60)),
                (-13, Plan { evaluering: 6, full: true }),
                (-10, Krav { fra: -32, til: -12 }),
                (-9, OtteUger),
            ],
        ),
        (
            "2005",
            vec![
                (-51, syg.clone()),
                (-41, Kontakt(OverOtteUger)),
                (-26, Samtale(Samtaleudfald::HoldtTelefon)),
                (-21, Anmeldelse(Underskrevet)),
                (-20, Anmeldelse(Kvitteret)),
                (-19, Plan { evaluering: 2, full: false }),
                (-18, Delvis(50)),
            ],
        ),
        ("2006", vec![(-33, syg.clone()), (-23, Kontakt(Unknown)), (-2, Rask { sidste: -2 })]),
        ("2007", vec![(-26, syg.clone()), (-20, Rask { sidste: -20 })]),
        ("2008", vec![(-47, syg.clone()), (-36, Kontakt(Unknown)), (-21, Samtale(Samtaleudfald::Holdt))]),
        ("2009", vec![(-46, syg.clone()), (-34, Kontakt(Unknown)), (-20, Samtale(Samtaleudfald::DidNotAttend))]),
        ("2010", vec![(0, Syg { forventet: UnderOtteUger })]),
    ];
    let mut scenes: Vec<Scene> = cases
        .into_iter()
        .flat_map(|(nr, deeds)| deeds.into_iter().map(move |(dag, what)| Scene { dag, nr, what }))
        .collect();
    scenes.sort_by_key(|s| s.dag); // stable: what happens to one person on a day keeps its order
    scenes
}

/// Plays the history up to today. The clock must stand still at its beginning.
///
/// # Errors
/// The log or the keys failed; a scene that is refused is a mistake in the script, which a test plays.
pub async fn play(app: &Arc<App>, paamindelser: &Paamindelser, today: NaiveDate) -> Result<(), Refusal> {
    let scene = Director { app, today };
    scene.ansaet().await?;
    for s in script() {
        let time = klokken(plus_dage(today, s.dag), NaiveTime::from_hms_opt(7, 15, 0).unwrap_or_default());
        if let Err(error) = paamindelser.move_clock(time.max(app.clock.now())).await {
            tracing::warn!(%error, "en påmindelse i demonstrationen kunne ikke sendes");
        }
        scene.play(&s).await?;
    }
    Ok(())
}

struct Director<'a> {
    app: &'a Arc<App>,
    today: NaiveDate,
}

/// Somebody who has a forløb before them.
struct Asking<'a> {
    app: &'a App,
    caller: &'a User,
    forloeb: Option<Uuid>,
}

impl Asking<'_> {
    async fn ask<C: OnForloeb>(&self, given: C) -> Result<(), Refusal> {
        let call = Call { caller: self.caller, forloeb: self.forloeb, given, if_version: None, once: None };
        C::run(self.app, call).await.map(drop)
    }
}

impl Director<'_> {
    /// As payroll's file does it: no person asks for it.
    async fn ansaet(&self) -> Result<(), CommandError> {
        let details: Vec<_> = PERSONER.iter().map(|p| (p, p.details())).collect();
        let persons = self.app.keys.persons(details.iter().map(|(_, o)| &o.cpr))?;
        for ((p, o), person) in details.into_iter().zip(persons) {
            let confidential = Some(seal(&self.app.keys, person, &o)?);
            let stamdata = Box::new(p.stamdata(self.today));
            let h = StamdataRegistreret { stamdata, confidential, person, gaelder_fra: None };
            let command = DomainCommand::RegistrerStamdata(Box::new(h));
            self.app.execute(p.nr, &command, &Aktoer::system("import"), None).await?;
        }
        Ok(())
    }

    fn dag(&self, dag: i64) -> NaiveDate {
        plus_dage(self.today, dag)
    }

    /// People meet on working days, whatever day the demonstration is started on.
    fn moededag(&self, dag: i64) -> NaiveDate {
        self.app.book().calendar().wd_plus(self.dag(dag))
    }

    /// The one it is left to does it, as they would on a page.
    async fn play(&self, s: &Scene) -> Result<(), Refusal> {
        let leder = PERSONER.iter().find(|p| p.nr == s.nr).and_then(|p| p.leder);
        let leder = User::new(Rolle::Leder, leder.map(str::to_owned));
        let hr = User::new(Rolle::Hr, Some("9002".to_owned()));
        let dato = self.dag(s.dag);
        if let Deed::Syg { forventet } = s.what {
            let given = Sygemelding {
                medarbejder_nr: s.nr.to_owned(),
                foerste_fravaersdag: dato,
                aarsag: None,
                omfang_pct: None,
                forventet_varighed: Some(forventet),
            };
            let call = Call { caller: &leder, forloeb: None, given, if_version: None, once: None };
            return Sygemelding::run(self.app, call).await.map(drop);
        }
        let forloeb = self.app.forloeb_for(s.nr).await?.iter().max_by_key(|f| f.foerste).map(|f| f.id);
        let (leder, hr) =
            (Asking { app: self.app, caller: &leder, forloeb }, Asking { app: self.app, caller: &hr, forloeb });
        match &s.what {
            Deed::Syg { .. } => Ok(()),
            Deed::Annulleret => {
                let begrundelse = "Registreret på den forkerte medarbejder".into();
                leder.ask(Annullering { haendelse: None, begrundelse }).await
            }
            Deed::Kontakt(forventet) => {
                let kontakt = FoersteKontakt {
                    dato,
                    form: Kontaktform::Telefon,
                    kontaktperson_rolle: Kontaktrolle::Tr,
                    taget_af: TagetAf::Arbejdsplads,
                    forventet_varighed: Some(*forventet),
                    arbejdsrelateret: None,
                    sted: None,
                    grunde: None,
                };
                leder.ask(kontakt).await
            }
            Deed::Indkaldt { til } => {
                let ti = NaiveTime::from_hms_opt(10, 0, 0).unwrap_or_default();
                let tidspunkt =
                    klokken(self.moededag(*til), ti).with_timezone(&chrono_tz::Europe::Copenhagen).fixed_offset();
                let deltagere = vec!["Tillidsrepræsentanten".into()];
                let invitation = SamtaleIndkaldelse {
                    tidspunkt,
                    place: "Kontoret på Solsikken".into(),
                    deltagere,
                    deltager_nr: Vec::new(),
                    art: Some(Indkaldelsesart::Indbudt),
                    telefonisk: None,
                    formaal: None,
                };
                leder.ask(invitation).await
            }
            Deed::Samtale(udfald) => {
                let (forventet_varighed, delvis_mulig) = (Some(Varighed::OverOtteUger), Some(DelvisMulig::Ja));
                leder.ask(Samtale { dato, udfald: *udfald, forventet_varighed, delvis_mulig }).await
            }
            Deed::Anmeldelse(trin) => {
                let kvittering = (*trin == Anmeldelsestrin::Kvitteret).then(|| format!("NR-{}", s.nr));
                let (underskrevet_dato, uden_kvittering) = (None, None);
                let kommune = Some("0727".to_owned());
                hr.ask(Anmeldelse { trin: *trin, dato, underskrevet_dato, kvittering, uden_kvittering, kommune }).await
            }
            Deed::Krav { fra, til } => {
                let (fra, til) = (self.dag(*fra), self.dag(*til));
                hr.ask(Refusionsanmodning { fra, til, beloeb: None, beloeb_oere: None, underskrevet_dato: None }).await
            }
            Deed::FastTrack(beslutning) => {
                let begrundelse = Some("Vi har selv en plan, der virker".into());
                leder.ask(FastTrack { beslutning: *beslutning, by: Part::Arbejdsgiver, dato, begrundelse }).await
            }
            Deed::OtteUger => {
                let udfald = OtteUgerUdfald::Holdt;
                leder.ask(OtteUger { dato, udfald, begrundelse: None, deltagere: Vec::new() }).await
            }
            Deed::Delvis(omfang_pct) => leder.ask(Delvis { fra: dato, omfang_pct: Procent::whole(*omfang_pct) }).await,
            Deed::Rask { sidste } => leder.ask(Raskmelding { sidste_fravaersdag: self.dag(*sidste) }).await,
            Deed::Move { til } => {
                let ny_vaerdi = self.dag(*til).to_string().into();
                let begrundelse = "De to første dage var ferie".into();
                leder.ask(RettelseRequest { field: "foerste_fravaersdag".into(), ny_vaerdi, begrundelse }).await
            }
            Deed::Plan { evaluering, full } => leder.ask(self.plan(dato, *evaluering, *full)).await,
        }
    }

    fn plan(&self, fra: NaiveDate, evaluering: i64, full: bool) -> PlanRequest {
        let trin = |fra, til, timer: f64, dage: &[Ugedag]| TrinRequest {
            fra: Some(fra),
            til,
            timer_pr_uge: None,
            skema: dage.iter().map(|dag| SkemadagRequest { dag: *dag, timer }).collect(),
            dage: Vec::new(),
            opgaver_ind: vec!["Planlægning og kontaktperson for to beboere".to_owned()],
            opgaver_ud: vec!["Nattevagter".to_owned(), "Alene-arbejde".to_owned()],
            hensyn: vec!["Mulighed for pauser efter behov".to_owned()],
            principper: Vec::new(),
        };
        let other = plus_dage(fra, 14);
        let tiltag = |text: &str, princip| TiltagRequest { text: text.to_owned(), princip };
        PlanRequest {
            aftalt: Some("Vi begynder med tre korte dagvagter og ser på det hver anden uge.".to_owned()),
            koordinator: Some("2002".to_owned()),
            trin: vec![
                trin(fra, Some(plus_dage(other, -1)), 4.0, &[Ugedag::Man, Ugedag::Ons, Ugedag::Fre]),
                trin(other, None, 6.0, &[Ugedag::Man, Ugedag::Tir, Ugedag::Tor]),
            ],
            sundhedsvaesen: full.then_some(Samtykke::NotNeeded),
            besked_til_kolleger: full.then(|| BeskedRequest {
                text: "Jeg er tilbage på nedsat tid og tager dagvagter den første tid.".to_owned(),
                godkendt_af_medarbejder: true,
            }),
            evalueringer: vec![self.moededag(evaluering)],
            stoette: vec![Stoette::DelvisRaskmelding],
            tiltag: if full {
                vec![
                    tiltag("Vagtplanen gennemgås med arbejdsmiljøgruppen", Princip::Safety),
                    tiltag("Lederen har talt med HR om gradvis opstart", Princip::Knowledge),
                ]
            } else {
                Vec::new()
            },
            skaanehensyn: vec![SkaanehensynRequest {
                text: "Ingen tunge løft alene".to_owned(),
                til: Some(plus_dage(fra, 60)),
                varig: None,
            }],
            kladde: None,
            erstat_ulaeselig: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use app::workplace::Workplace;
    use forloeb::words::{Fristart, Friststatus};

    use super::*;
    use crate::clock::Clock;
    use crate::paamindelser::PaamindelseSettings;
    use crate::transport::{MailSender, MailTransport};

    /// The script on any day of the week, over New Year too: nothing in it is refused, and every stage is there.
    #[tokio::test(flavor = "multi_thread")]
    async fn the_history_plays_on_any_day_and_shows_each_step() {
        for today in ["2026-11-22", "2027-01-01", "2028-02-29", "2026-04-06"] {
            let today: NaiveDate = today.parse().unwrap();
            let six = NaiveTime::from_hms_opt(6, 0, 0).unwrap();
            let place = Workplace::empty(Clock::standing_still(klokken(plus_dage(today, -DAGE), six))).await;
            let app = &place.app;
            let mail_from = "raskvej@arbejde.example".to_owned();
            let post =
                MailTransport::folder(&place.path().join("post"), MailSender::new(&mail_from, None).unwrap()).unwrap();
            let post = Arc::new(post);
            let settings = PaamindelseSettings {
                hr_mail: Some("hr@arbejde.example".to_owned()),
                base_url: Some("http://127.0.0.1:8080".to_owned()),
                mail_from: Some(mail_from),
                medarbejder_copy: true,
                mailtekster: crate::mailtekster::TextFile::default(),
            };
            let paamindelser = Paamindelser::new(app.clone(), post.clone(), &settings).unwrap();
            play(app, &paamindelser, today).await.unwrap();
            let projections = app.projections();
            let book = app.book();
            let cases: Vec<_> = projections.running().map(|a| a.case(today, &book)).collect();
            let aabne = cases.iter().filter(|s| s.forloeb.is_aabent(today)).count();
            assert!((10..=13).contains(&aabne), "{today}: {aabne} open");
            let set: BTreeSet<Friststatus> =
                cases.iter().flat_map(|s| &s.assessment.frister).map(|f| f.status).collect();
            for status in [Friststatus::Forfalder, Friststatus::Overskredet, Friststatus::Tabt, Friststatus::Opfyldt] {
                assert!(set.contains(&status), "{today}: nothing is {status}");
            }
            let tabt =
                |art| cases.iter().any(|s| s.assessment.frist(art).is_some_and(|f| f.status == Friststatus::Tabt));
            assert!(tabt(Fristart::Anmeldelse), "{today}: no refusion is being lost");
            assert!(cases.iter().any(|s| s.forloeb.planer.len() == 2), "{today}: no plan in its second version");
            assert!(post.stored(200).unwrap().len() > 20, "{today}: hardly any mail left");
        }
    }
}
