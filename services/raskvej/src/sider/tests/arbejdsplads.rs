//! A small workplace in a folder of its own, with a clock that stands still, and a browser without a screen.

use std::sync::Arc;

use ::forloeb::haendelse::{FravaerRegistreret, Stamdata, StamdataRegistreret};
use ::forloeb::kommando::Kommando;
use ::forloeb::ord::{Aarsag, Kilde, Rolle, Varighed};
use ::forloeb::{Aktoer, Regelbog};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use chrono::NaiveDate;
use metrics_exporter_prometheus::PrometheusBuilder;
use tower::ServiceExt;
use uuid::Uuid;

use crate::kerne::Kerne;
use crate::noegler::Fortrolig;
use crate::paamindelser::{Paamindelser, Paamindelsesindstillinger};
use crate::post::{Postvaesen, UDEN_MAILSERVER};
use crate::sealed::{Personoplysninger, seal};
use crate::sider::{DemoBrev, DemoPerson, Sideindstillinger, router};
use crate::state::Tilstand;
use crate::ur::Ur;

pub(super) const LEDER: &str = "10001";
pub(super) const TR: &str = "10002";
pub(super) const SYG: &str = "10010";
pub(super) const NAVN: &str = "Åse Ærlig <b>";
pub(super) const ANDEN_LEDER: &str = "20001";

pub(super) struct Arbejdsplads {
    _mappe: tempfile::TempDir,
    pub(super) kerne: Arc<Kerne>,
    pub(super) sider: Router,
    /// Reported sick by the leader 10001, day 33 today.
    pub(super) forloeb: Uuid,
    /// Of an employee of another leader.
    pub(super) fremmed: Uuid,
}

pub(super) struct Svar {
    pub(super) status: StatusCode,
    pub(super) hoveder: axum::http::HeaderMap,
    pub(super) tekst: String,
}

impl Svar {
    pub(super) fn sted(&self) -> &str {
        self.hoveder.get(header::LOCATION).map_or("", |h| h.to_str().unwrap())
    }
}

fn dag(tekst: &str) -> NaiveDate {
    tekst.parse().unwrap()
}

/// Everything the pages need; the one place that knows how the service is put together.
pub(crate) fn tilstand(kerne: &Arc<Kerne>) -> Tilstand {
    Tilstand {
        kerne: kerne.clone(),
        paamindelser: Arc::new(arbejder(kerne)),
        maalinger: PrometheusBuilder::new().build_recorder().handle(),
        vis_maalinger: true,
    }
}

fn arbejder(kerne: &Arc<Kerne>) -> Paamindelser {
    let indstillinger = Paamindelsesindstillinger {
        hr_mail: Some("hr@arbejde.example".into()),
        base_url: Some("http://127.0.0.1:8080".into()),
        mail_fra: Some("raskvej@arbejde.example".into()),
        medarbejderkopi: true,
    };
    Paamindelser::ny(kerne.clone(), Arc::new(Postvaesen::Ingen(UDEN_MAILSERVER)), &indstillinger).unwrap()
}

impl Arbejdsplads {
    /// Friday 6 February 2026: Monday 5 January is 33 days ago.
    pub(super) async fn aabn() -> Self {
        Self::aabn_som(true).await
    }

    pub(super) async fn aabn_som(demo: bool) -> Self {
        Self::paa(Ur::stillestaaende("2026-02-06T09:00:00Z".parse().unwrap()), demo).await
    }

    pub(super) async fn paa(ur: Ur, demo: bool) -> Self {
        let mappe = tempfile::tempdir().unwrap();
        let nu = ur.nu();
        let kerne = Kerne::aabn(mappe.path(), |_| ur.clone(), Regelbog::indbygget()).await.unwrap();
        let foelger = kerne.clone();
        tokio::spawn(async move { foelger.foelg_loggen().await });
        for (nr, navn, leder, enhed) in [
            (LEDER, "Maria Madsen", Some("30001"), "E101"),
            (TR, "Mohammed Nielsen", Some(LEDER), "E101"),
            ("10003", "Ida Iversen", Some(LEDER), "E101"),
            (SYG, NAVN, Some(LEDER), "E101"),
            ("10011", "Bo Berg", Some(LEDER), "E101"),
            ("20001", "Lone Lund", Some("30001"), "E102"),
            ("20010", "Ole Olsen", Some("20001"), "E102"),
            ("30001", "Direktør Dahl", None, "E100"),
        ] {
            ansaet(&kerne, nr, navn, leder, enhed).await;
        }
        let forloeb = sygemeld(&kerne, SYG, "2026-01-05", None).await;
        let fremmed = sygemeld(&kerne, "20010", "2026-01-19", None).await;
        sygemeld(&kerne, "10011", "2026-01-05", Some("2026-02-05")).await;
        let rolle =
            |rolle, nr: &str| DemoPerson { rolle, nr: (!nr.is_empty()).then(|| nr.to_owned()), tekst: String::new() };
        let brev = DemoBrev {
            tid: nu,
            emne: "Husk: anmeldelse senest 6. februar".into(),
            til: "leder".into(),
            tekst: "Log ind for at se mere.".into(),
        };
        let indstillinger = Sideindstillinger {
            demo,
            base_url: if demo { "http://127.0.0.1:8080".into() } else { "https://raskvej.example".into() },
            demo_personer: vec![
                rolle(Rolle::Leder, LEDER),
                rolle(Rolle::Hr, ""),
                rolle(Rolle::Revisor, ""),
                rolle(Rolle::Kontaktperson, TR),
                rolle(Rolle::Koordinator, TR),
                rolle(Rolle::Medarbejder, SYG),
                rolle(Rolle::Drift, ""),
                rolle(Rolle::Leder, ANDEN_LEDER),
            ],
            post: Arc::new(move || vec![brev.clone()]),
        };
        let sider = router(tilstand(&kerne), indstillinger).unwrap();
        Self { _mappe: mappe, kerne, sider, forloeb, fremmed }
    }

    /// Logs in with the button of a role; of the second leader by number.
    pub(super) async fn som(&self, rolle: Rolle) -> Besoeg<'_> {
        let alle = [
            Rolle::Leder,
            Rolle::Hr,
            Rolle::Revisor,
            Rolle::Kontaktperson,
            Rolle::Koordinator,
            Rolle::Medarbejder,
            Rolle::Drift,
        ];
        self.som_nr(alle.iter().position(|r| *r == rolle).unwrap()).await
    }

    pub(super) async fn som_nr(&self, nr: usize) -> Besoeg<'_> {
        let svar = self.send("POST", "/log-ind", &format!("person={nr}"), "").await;
        assert_eq!(svar.status, StatusCode::SEE_OTHER);
        let cookie = svar.hoveder[header::SET_COOKIE].to_str().unwrap();
        Besoeg { sted: self, cookie: cookie.split(';').next().unwrap().to_owned() }
    }

    pub(super) async fn send(&self, metode: &str, sti: &str, krop: &str, cookie: &str) -> Svar {
        let anmodning = Request::builder()
            .method(metode)
            .uri(sti)
            .header(header::HOST, "127.0.0.1:8080")
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(krop.to_owned()))
            .unwrap();
        self.svar(anmodning).await
    }

    pub(super) async fn svar(&self, anmodning: Request<Body>) -> Svar {
        let svar = self.sider.clone().oneshot(anmodning).await.unwrap();
        let (status, hoveder) = (svar.status(), svar.headers().clone());
        let bytes = axum::body::to_bytes(svar.into_body(), 1 << 24).await.unwrap();
        Svar { status, hoveder, tekst: String::from_utf8(bytes.to_vec()).unwrap() }
    }
}

/// Somebody who is logged in.
pub(super) struct Besoeg<'a> {
    sted: &'a Arbejdsplads,
    pub(super) cookie: String,
}

impl Besoeg<'_> {
    pub(super) async fn hent(&self, sti: &str) -> Svar {
        self.sted.send("GET", sti, "", &self.cookie).await
    }

    pub(super) async fn send(&self, sti: &str, krop: &str) -> Svar {
        self.sted.send("POST", sti, krop, &self.cookie).await
    }
}

pub(super) async fn ansaet(kerne: &Kerne, nr: &str, navn: &str, leder: Option<&str>, enhed: &str) {
    let ny = |t: &str| Fortrolig::ny(t.to_owned());
    let person = kerne.noegler.person(&ny(nr));
    kerne.noegler.opret(&[person]).unwrap();
    let oplysninger = Personoplysninger {
        cpr: ny(nr),
        navn: ny(navn),
        email: ny("a@b.example"),
        telefon: ny(""),
        stilling: ny("Pædagog"),
    };
    let stamdata = Stamdata {
        enhed: enhed.into(),
        enhed_navn: format!("Botilbud {enhed}"),
        leder_nr: leder.map(str::to_owned),
        tr_nr: Some(TR.into()),
        amr_nr: Some("10003".into()),
        ansat: dag("2015-03-01"),
        fratraadt: None,
        timer_pr_uge: 37.0,
        bopaelskommune: "0727".into(),
        paragraf_56: false,
        fleksjob: false,
        nyuddannet: false,
        er_leder: nr.ends_with("001"),
    };
    let fortroligt = Some(seal(&kerne.noegler, person, &oplysninger).unwrap());
    let kommando =
        Kommando::RegistrerStamdata(Box::new(StamdataRegistreret { stamdata: Box::new(stamdata), fortroligt, person }));
    kerne.udfoer(nr, &kommando, &Aktoer::system("import"), None).await.unwrap();
}

pub(super) async fn sygemeld(kerne: &Kerne, nr: &str, foerste: &str, sidste: Option<&str>) -> Uuid {
    let registrering = Uuid::new_v5(&Uuid::nil(), format!("{nr} {foerste}").as_bytes());
    let kommando = Kommando::RegistrerFravaer(FravaerRegistreret {
        registrering,
        fravaer_nr: None,
        aarsag: Aarsag::Sygdom,
        foerste: dag(foerste),
        sidste: sidste.map(dag),
        omfang_pct: 100,
        forventet_varighed: Some(Varighed::Ukendt),
        kilde: Kilde::Import,
    });
    kerne.udfoer(nr, &kommando, &Aktoer::system("import"), None).await.unwrap();
    registrering
}
