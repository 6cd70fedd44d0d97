//! The demonstration: a small workplace with a forløb at every stage, relative to today.
//!
//! Its history is lived, not written: the clock starts eleven weeks ago and is moved from one event to the next, so
//! every reminder in the mailbox left on its morning, by the same code that serves a real workplace.

mod arbejdsplads;

use std::sync::Arc;

use chrono::{NaiveDate, NaiveTime};
use forloeb::Aktoer;
use forloeb::haendelse::{
    AnmeldelseRegistreret, DelvisRegistreret, FastTrackBesluttet, FoersteKontaktHoldt, FravaerRegistreret,
    OtteUgerRegistreret, Raskmeldt, RefusionAnmodet, SamtaleIndkaldt, SamtaleRegistreret, StamdataRegistreret,
};
use forloeb::kalender::plus_dage;
use forloeb::kommando::{Handling, Kommando, Rettelse};
use forloeb::ord::{
    Aarsag, Anmeldelsestrin, DelvisMulig, FastTrackBeslutning, Kilde, Kontaktform, Kontaktrolle, OtteUgerUdfald, Part,
    Princip, Rolle, Samtaleudfald, Samtykke, Stoette, TagetAf, Ugedag, Varighed,
};
use uuid::Uuid;

use crate::commands::tta_plan::{BeskedAnmodning, PlanAnmodning, TiltagAnmodning, TrinAnmodning};
use crate::kerne::{Kerne, KommandoFejl};
use crate::noegler::tilfaeldige;
use crate::paamindelser::Paamindelser;
use crate::sealed::{Annulleringsgrund, FastTrackGrund, Indkaldelse, Personoplysninger, Rettelsesgrund, seal};
use crate::sider::DemoPerson;
use crate::ur::klokken;
use arbejdsplads::PERSONER;

/// Days of history.
pub const DAGE: i64 = 77;

/// The persons one can log in as, with what the button says.
#[must_use]
pub fn personer() -> Vec<DemoPerson> {
    let som = |rolle, nr: &str, tekst: &str| DemoPerson {
        rolle,
        nr: (!nr.is_empty()).then(|| nr.to_owned()),
        tekst: tekst.to_owned(),
    };
    vec![
        som(Rolle::Leder, "1001", "Lone Ærø, Botilbud Solsikken"),
        som(Rolle::Leder, "2001", "Henrik Øllgaard, Botilbud Åkanden"),
        som(Rolle::Hr, "9002", "Jørgen Holm"),
        som(Rolle::Revisor, "", "kan se alt og ændre intet"),
        som(Rolle::Kontaktperson, "1002", "Peter Storm, TR"),
        som(Rolle::Koordinator, "2002", "Mette Krogh"),
        som(Rolle::Medarbejder, "2004", "Birgit Ågård"),
        som(Rolle::Drift, "", "ser ingen forløb"),
    ]
}

/// What happens to somebody on a day, counted from today.
struct Scene {
    dag: i64,
    nr: &'static str,
    hvad: Gerning,
}

#[derive(Clone)]
enum Gerning {
    Syg { forventet: Varighed },
    Kontakt(Varighed),
    Indkaldt { til: i64 },
    Samtale(Samtaleudfald),
    Anmeldelse(Anmeldelsestrin),
    Krav { fra: i64, til: i64 },
    FastTrack(FastTrackBeslutning),
    OtteUger,
    Delvis(u8),
    Plan { evaluering: i64, fuld: bool },
    Rask { sidste: i64 },
    Flyt { til: i64 },
    Annulleret,
}

fn manus() -> Vec<Scene> {
    use Anmeldelsestrin::{Klar, Kvitteret, Underskrevet};
    use Gerning::{
        Anmeldelse, Annulleret, Delvis, FastTrack, Flyt, Indkaldt, Kontakt, Krav, OtteUger, Plan, Rask, Samtale, Syg,
    };
    use Varighed::{OverOtteUger, Ukendt, UnderOtteUger};
    let syg = Syg { forventet: Ukendt };
    let sager: [(&'static str, Vec<(i64, Gerning)>); 17] = [
        ("1004", vec![(-3, syg.clone())]),
        ("1005", vec![(-11, syg.clone())]),
        ("1006", vec![(-17, syg.clone())]),
        ("1007", vec![(-20, syg.clone()), (-9, Kontakt(OverOtteUger)), (-2, Indkaldt { til: 3 })]),
        ("1008", vec![(-31, syg.clone()), (-20, Kontakt(Ukendt)), (-4, Anmeldelse(Klar))]),
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
        ("1011", vec![(-24, syg.clone()), (-15, Kontakt(UnderOtteUger)), (-13, Flyt { til: -22 })]),
        ("1012", vec![(-8, syg.clone()), (-6, Annulleret)]),
        ("1013", vec![(-30, syg.clone()), (-15, Rask { sidste: -15 })]),
        (
            "2004",
            vec![
                (-62, Syg { forventet: Ukendt }),
                (-50, Kontakt(OverOtteUger)),
                (-39, Indkaldt { til: -37 }),
                (-37, Samtale(Samtaleudfald::Holdt)),
                (-35, FastTrack(FastTrackBeslutning::Anmodet)),
                (-33, Anmeldelse(Klar)),
                (-32, Anmeldelse(Underskrevet)),
                (-31, Anmeldelse(Kvitteret)),
                (-28, Plan { evaluering: -14, fuld: false }),
                (-21, Delvis(60)),
                (-13, Plan { evaluering: 6, fuld: true }),
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
                (-20, Anmeldelse(Kvitteret)),
                (-19, Plan { evaluering: 2, fuld: false }),
                (-18, Delvis(50)),
            ],
        ),
        ("2006", vec![(-33, syg.clone()), (-23, Kontakt(Ukendt)), (-2, Rask { sidste: -2 })]),
        ("2007", vec![(-26, syg.clone()), (-20, Rask { sidste: -20 })]),
        ("2008", vec![(-47, syg.clone()), (-36, Kontakt(Ukendt)), (-21, Samtale(Samtaleudfald::Holdt))]),
        ("2009", vec![(-46, syg.clone()), (-34, Kontakt(Ukendt)), (-20, Samtale(Samtaleudfald::DeltogIkke))]),
        ("2010", vec![(0, Syg { forventet: UnderOtteUger })]),
    ];
    let mut scener: Vec<Scene> = sager
        .into_iter()
        .flat_map(|(nr, gerninger)| gerninger.into_iter().map(move |(dag, hvad)| Scene { dag, nr, hvad }))
        .collect();
    scener.sort_by_key(|s| s.dag); // stable: what happens to one person on a day keeps its order
    scener
}

/// Plays the history up to today. The clock must stand still at its beginning.
///
/// # Errors
/// The log or the keys failed; a scene that the rules refuse is a mistake in the script, which a test plays.
pub async fn spil(kerne: &Arc<Kerne>, paamindelser: &Paamindelser, idag: NaiveDate) -> Result<(), KommandoFejl> {
    let scene = Instruktoer { kerne, idag };
    scene.ansaet().await?;
    for s in manus() {
        let tid = klokken(plus_dage(idag, s.dag), NaiveTime::from_hms_opt(7, 15, 0).unwrap_or_default());
        if let Err(fejl) = paamindelser.flyt_ur(tid.max(kerne.ur.nu())).await {
            tracing::warn!(%fejl, "en påmindelse i demonstrationen kunne ikke sendes");
        }
        scene.spil(&s).await?;
    }
    Ok(())
}

struct Instruktoer<'a> {
    kerne: &'a Arc<Kerne>,
    idag: NaiveDate,
}

impl Instruktoer<'_> {
    async fn ansaet(&self) -> Result<(), KommandoFejl> {
        let oplysninger: Vec<_> = PERSONER.iter().map(|p| (p, p.oplysninger())).collect();
        let id = |o: &Personoplysninger| self.kerne.noegler.person(&o.cpr);
        self.kerne.noegler.opret(&oplysninger.iter().map(|(_, o)| id(o)).collect::<Vec<_>>())?;
        for (p, o) in oplysninger {
            let person = id(&o);
            let fortroligt = Some(seal(&self.kerne.noegler, person, &o)?);
            let stamdata = Box::new(p.stamdata(self.idag));
            let h = StamdataRegistreret { stamdata, fortroligt, person };
            let kommando = Kommando::RegistrerStamdata(Box::new(h));
            self.kerne.udfoer(p.nr, &kommando, &Aktoer::system("import"), None).await?;
        }
        Ok(())
    }

    fn dag(&self, dag: i64) -> NaiveDate {
        plus_dage(self.idag, dag)
    }

    /// People meet on working days, whatever day the demonstration is started on.
    fn moededag(&self, dag: i64) -> NaiveDate {
        self.kerne.bog().kalender().wd_plus(self.dag(dag))
    }

    async fn spil(&self, s: &Scene) -> Result<(), KommandoFejl> {
        let leder = PERSONER.iter().find(|p| p.nr == s.nr).and_then(|p| p.leder);
        let aktoer = match s.hvad {
            Gerning::Anmeldelse(_) | Gerning::Krav { .. } => {
                Aktoer { rolle: Some(Rolle::Hr), nr: Some("9002".to_owned()) }
            }
            _ => Aktoer { rolle: Some(Rolle::Leder), nr: leder.map(str::to_owned) },
        };
        let dato = self.dag(s.dag);
        let kommando = if let Gerning::Syg { forventet } = s.hvad {
            let mut id = [0; 10];
            tilfaeldige(&mut id)?;
            let ms = u64::try_from(self.kerne.ur.nu().timestamp_millis()).unwrap_or_default();
            Kommando::RegistrerFravaer(FravaerRegistreret {
                registrering: uuid::Builder::from_unix_timestamp_millis(ms, &id).into_uuid(),
                fravaer_nr: None,
                aarsag: Aarsag::Sygdom,
                foerste: dato,
                sidste: None,
                omfang_pct: 100,
                forventet_varighed: Some(forventet),
                kilde: Kilde::Person,
            })
        } else {
            let seneste = self.kerne.forloeb_for(s.nr).await?.iter().max_by_key(|f| f.foerste).map(|f| f.id);
            let id = seneste.unwrap_or_default();
            Kommando::Forloeb { id, hvis_version: None, handling: self.handling(s, dato, id)? }
        };
        self.kerne.udfoer(s.nr, &kommando, &aktoer, None).await.map(drop)
    }

    fn handling(&self, s: &Scene, dato: NaiveDate, forloeb: Uuid) -> Result<Handling, KommandoFejl> {
        let person = self.kerne.vis().person(s.nr).unwrap_or_default();
        let noegler = &self.kerne.noegler;
        Ok(match &s.hvad {
            Gerning::Syg { .. } | Gerning::Annulleret => Handling::Annuller {
                haendelse: None,
                begrundelse: seal(
                    noegler,
                    person,
                    &Annulleringsgrund("Registreret på den forkerte medarbejder".into()),
                )?,
            },
            Gerning::Kontakt(forventet) => Handling::FoersteKontakt(FoersteKontaktHoldt {
                forloeb,
                dato,
                form: Kontaktform::Telefon,
                kontaktperson_rolle: Kontaktrolle::Tr,
                taget_af: TagetAf::Arbejdsplads,
                forventet_varighed: Some(*forventet),
                arbejdsrelateret: None,
            }),
            Gerning::Indkaldt { til } => {
                let ti = NaiveTime::from_hms_opt(10, 0, 0).unwrap_or_default();
                let tidspunkt =
                    klokken(self.moededag(*til), ti).with_timezone(&chrono_tz::Europe::Copenhagen).fixed_offset();
                let hvor = Indkaldelse {
                    sted: "Kontoret på Solsikken".into(),
                    deltagere: vec!["Tillidsrepræsentanten".into()],
                };
                let fortroligt = seal(noegler, person, &hvor)?;
                Handling::IndkaldSamtale(SamtaleIndkaldt { forloeb, tidspunkt, fortroligt })
            }
            Gerning::Samtale(udfald) => Handling::Samtale(SamtaleRegistreret {
                forloeb,
                dato,
                udfald: *udfald,
                forventet_varighed: Some(Varighed::OverOtteUger),
                delvis_mulig: Some(DelvisMulig::Ja),
            }),
            Gerning::Anmeldelse(trin) => Handling::Anmeld(AnmeldelseRegistreret {
                forloeb,
                trin: *trin,
                dato,
                kvittering: (*trin == Anmeldelsestrin::Kvitteret).then(|| format!("NR-{}", s.nr)),
                kommune: Some("0727".to_owned()),
            }),
            Gerning::Krav { fra, til } => Handling::AnmodRefusion(RefusionAnmodet {
                forloeb,
                fra: self.dag(*fra),
                til: self.dag(*til),
                beloeb_oere: None,
            }),
            Gerning::FastTrack(beslutning) => Handling::FastTrack(FastTrackBesluttet {
                forloeb,
                beslutning: *beslutning,
                af: Part::Arbejdsgiver,
                dato,
                begrundelse: Some(seal(noegler, person, &FastTrackGrund("Vi har selv en plan, der virker".into()))?),
            }),
            Gerning::OtteUger => Handling::OtteUger(OtteUgerRegistreret {
                forloeb,
                dato,
                udfald: OtteUgerUdfald::Holdt,
                fortroligt: None,
            }),
            Gerning::Delvis(omfang_pct) => {
                Handling::Delvis(DelvisRegistreret { forloeb, fra: dato, omfang_pct: *omfang_pct, begrundelse: None })
            }
            Gerning::Rask { sidste } => {
                Handling::Raskmeld(Raskmeldt { forloeb, sidste_fravaersdag: self.dag(*sidste) })
            }
            Gerning::Flyt { til } => Handling::Ret {
                rettelse: Rettelse::FoersteFravaersdag(self.dag(*til)),
                begrundelse: seal(noegler, person, &Rettelsesgrund("De to første dage var ferie".into()))?,
            },
            Gerning::Plan { evaluering, fuld } => {
                let (plan, tekster) = self.plan(dato, *evaluering, *fuld).del();
                Handling::LaegPlan { plan, fortroligt: seal(noegler, person, &tekster)? }
            }
        })
    }

    fn plan(&self, fra: NaiveDate, evaluering: i64, fuld: bool) -> PlanAnmodning {
        let trin = |fra, til, timer_pr_uge, dage: &[Ugedag]| TrinAnmodning {
            fra,
            til,
            timer_pr_uge,
            dage: dage.to_vec(),
            opgaver_ind: vec!["Planlægning og kontaktperson for to beboere".to_owned()],
            opgaver_ud: vec!["Nattevagter".to_owned(), "Alene-arbejde".to_owned()],
            hensyn: vec!["Mulighed for pauser efter behov".to_owned()],
            principper: Vec::new(),
        };
        let anden = plus_dage(fra, 14);
        let tiltag = |tekst: &str, princip| TiltagAnmodning { tekst: tekst.to_owned(), princip };
        PlanAnmodning {
            koordinator: Some("2002".to_owned()),
            trin: vec![
                trin(fra, Some(plus_dage(anden, -1)), 12.0, &[Ugedag::Man, Ugedag::Ons, Ugedag::Fre]),
                trin(anden, None, 18.0, &[Ugedag::Man, Ugedag::Tir, Ugedag::Tor]),
            ],
            sundhedsvaesen: fuld.then_some(Samtykke::IkkeNoedvendigt),
            besked_til_kolleger: fuld.then(|| BeskedAnmodning {
                tekst: "Jeg er tilbage på nedsat tid og tager dagvagter den første tid.".to_owned(),
                godkendt_af_medarbejder: true,
            }),
            evalueringer: vec![self.moededag(evaluering)],
            stoette: vec![Stoette::DelvisRaskmelding],
            tiltag: if fuld {
                vec![
                    tiltag("Vagtplanen gennemgås med arbejdsmiljøgruppen", Princip::Sikkerhed),
                    tiltag("Lederen har talt med HR om gradvis opstart", Princip::Viden),
                ]
            } else {
                Vec::new()
            },
            erstat_ulaeselig: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use forloeb::Regelbog;
    use forloeb::ord::{Fristart, Friststatus};

    use super::*;
    use crate::paamindelser::Paamindelsesindstillinger;
    use crate::post::{Afsender, Postvaesen};
    use crate::ur::Ur;

    /// The script on any day of the week, over New Year too: nothing in it is refused, and every stage is there.
    #[tokio::test(flavor = "multi_thread")]
    async fn historien_kan_spilles_paa_enhver_dag_og_viser_hvert_trin() {
        for idag in ["2026-11-22", "2027-01-01", "2028-02-29", "2026-04-06"] {
            let idag: NaiveDate = idag.parse().unwrap();
            let mappe = tempfile::tempdir().unwrap();
            let seks = NaiveTime::from_hms_opt(6, 0, 0).unwrap();
            let ur = |_: &crate::visninger::Visninger| Ur::stillestaaende(klokken(plus_dage(idag, -DAGE), seks));
            let kerne = Kerne::aabn(mappe.path(), ur, Regelbog::indbygget()).await.unwrap();
            let foelger = kerne.clone();
            tokio::spawn(async move { foelger.foelg_loggen().await });
            let mail_fra = "raskvej@arbejde.example".to_owned();
            let post = Postvaesen::mappe(&mappe.path().join("post"), Afsender::ny(&mail_fra, None).unwrap()).unwrap();
            let post = Arc::new(post);
            let indstillinger = Paamindelsesindstillinger {
                hr_mail: Some("hr@arbejde.example".to_owned()),
                base_url: Some("http://127.0.0.1:8080".to_owned()),
                mail_fra: Some(mail_fra),
                medarbejderkopi: true,
            };
            let paamindelser = Paamindelser::ny(kerne.clone(), post.clone(), &indstillinger).unwrap();
            spil(&kerne, &paamindelser, idag).await.unwrap();
            let vis = kerne.vis();
            let sager: Vec<_> = vis.i_gang().map(|a| vis.sag(a)).collect();
            let aabne = sager.iter().filter(|s| s.forloeb.er_aabent(idag)).count();
            assert!((10..=13).contains(&aabne), "{idag}: {aabne} open");
            let set: BTreeSet<Friststatus> =
                sager.iter().flat_map(|s| &s.vurdering.frister).map(|f| f.status).collect();
            for status in [Friststatus::Forfalder, Friststatus::Overskredet, Friststatus::Tabt, Friststatus::Opfyldt] {
                assert!(set.contains(&status), "{idag}: nothing is {status}");
            }
            let tabt =
                |art| sager.iter().any(|s| s.vurdering.frist(art).is_some_and(|f| f.status == Friststatus::Tabt));
            assert!(tabt(Fristart::Anmeldelse), "{idag}: no refusion is being lost");
            assert!(sager.iter().any(|s| s.forloeb.planer.len() == 2), "{idag}: no plan in its second version");
            assert!(post.gemte(200).unwrap().len() > 20, "{idag}: hardly any mail left");
        }
    }
}
