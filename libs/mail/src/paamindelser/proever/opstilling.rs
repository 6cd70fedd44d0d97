//! A data folder, a clock that stands still, a real SMTP server, and a small workplace.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, NaiveDate, Utc};
use forloeb::haendelse::{FravaerRegistreret, Noegle, Raskmeldt, Stamdata, StamdataRegistreret, Udfald};
use forloeb::kommando::{Handling, Kommando};
use forloeb::ord::{Aarsag, Kilde};
use forloeb::{Aktoer, Forloeb, Regelbog};
use std::sync::Arc;
use systemtests::{Brev, Postkasse};
use tempfile::TempDir;
use uuid::Uuid;

use super::super::{Paamindelser, Paamindelsesindstillinger};
use crate::post::{Afsender, FORBINDELSER, Postvaesen};
use app::kerne::Kerne;
use app::noegler::Fortrolig;
use app::sealed::{Personoplysninger, seal};
use app::ur::Ur;

/// Whose a mailbox is, without the domain.
pub(super) const HR: &str = "hr-postkasse";
const FRA: &str = "opfoelgning@kommune.test";

pub(super) struct Opstilling {
    pub(super) kerne: Arc<Kerne>,
    pub(super) post: Postkasse,
    pub(super) arbejder: Arc<Paamindelser>,
    indstillinger: Paamindelsesindstillinger,
    pub(super) mappe: TempDir,
}

pub(super) fn dag(tekst: &str) -> NaiveDate {
    tekst.parse().unwrap()
}

pub(super) fn tid(tekst: &str) -> DateTime<Utc> {
    format!("{tekst}:00+01:00").parse().unwrap() // every date used here is in winter
}

/// The employee number is also the seed of everything about the person.
pub(super) fn person(nr: &str, email: &str) -> Personoplysninger {
    Personoplysninger {
        cpr: Fortrolig::ny(format!("01017{nr}")),
        navn: Fortrolig::ny(format!("Åse{nr} Ærøskøbing")),
        email: Fortrolig::ny(email.to_owned()),
        telefon: Fortrolig::ny(format!("222{nr}")),
        stilling: Fortrolig::ny("Pædagog".to_owned()),
    }
}

impl Opstilling {
    /// 10010 and 10011 with leader 10001 (whose leader is 10000), TR 10002 and AMR 10003.
    pub(super) async fn ny(nu: &str) -> Self {
        Self::med(nu, |_| {}).await
    }

    pub(super) async fn med(nu: &str, ret: impl FnOnce(&mut Paamindelsesindstillinger)) -> Self {
        let mappe = tempfile::tempdir().unwrap();
        let kerne = kerne(mappe.path(), nu).await;
        let mut indstillinger = indstillinger();
        ret(&mut indstillinger);
        let post = Postkasse::start();
        let arbejder = arbejder(&kerne, &post.url(), &indstillinger);
        let ny = Self { kerne, post, arbejder, indstillinger, mappe };
        for (nr, navn, leder) in [
            ("10000", "chef", None),
            ("10001", "leder", Some("10000")),
            ("10002", "tr", Some("10001")),
            ("10003", "amr", Some("10001")),
            ("10010", "maria", Some("10001")),
            ("10011", "ib", Some("10001")),
        ] {
            ny.ansat(nr, &format!("{navn}@kommune.test"), |s| s.leder_nr = leder.map(str::to_owned)).await;
        }
        ny
    }

    /// The process dies and starts again: what was only in memory is gone.
    pub(super) fn genstart(&mut self) {
        self.arbejder = arbejder(&self.kerne, &self.post.url(), &self.indstillinger);
    }

    /// The service stops, and starts on a machine's clock that shows this.
    pub(super) async fn start(&mut self, nu: &str) {
        self.kerne.luk().await;
        self.kerne = aabn(self.mappe.path(), Ur::efterlignet(tid(nu))).await;
        self.genstart();
    }

    /// As [`Self::genstart`], with other settings.
    pub(super) fn genstart_med(&mut self, ret: impl FnOnce(&mut Paamindelsesindstillinger)) {
        ret(&mut self.indstillinger);
        self.genstart();
    }

    /// How many times the list of a tick may be gone through.
    pub(super) fn saet_runder(&mut self, runder: usize) {
        Arc::get_mut(&mut self.arbejder).unwrap().runder = runder;
    }

    pub(super) async fn ansat(&self, nr: &str, email: &str, ret: impl FnOnce(&mut Stamdata)) {
        let mut stamdata = self.kerne.vis().stamdata(nr).cloned().unwrap_or(Stamdata {
            enhed: "E101".into(),
            enhed_navn: "Solsikken".into(),
            leder_nr: None,
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
        let oplysninger = person(nr, email);
        let person = self.kerne.noegler.person(&oplysninger.cpr);
        self.kerne.noegler.opret(&[person]).unwrap();
        let fortroligt = Some(seal(&self.kerne.noegler, person, &oplysninger).unwrap());
        self.goer(
            nr,
            Kommando::RegistrerStamdata(Box::new(StamdataRegistreret {
                stamdata: Box::new(stamdata),
                fortroligt,
                person,
            })),
        )
        .await;
    }

    pub(super) async fn goer(&self, nr: &str, kommando: Kommando) {
        self.kerne.udfoer(nr, &kommando, &Aktoer::system("proeve"), None).await.unwrap();
    }

    /// Away from this day on, in full.
    pub(super) async fn vaek(&self, nr: &str, foerste: &str) -> Uuid {
        let registrering = Uuid::from_u128(nr.parse::<u128>().unwrap() << 96 | 7);
        let h = FravaerRegistreret {
            registrering,
            fravaer_nr: None,
            aarsag: Aarsag::Sygdom,
            foerste: dag(foerste),
            sidste: None,
            omfang_pct: 100,
            forventet_varighed: None,
            kilde: Kilde::Person,
        };
        self.goer(nr, Kommando::RegistrerFravaer(h)).await;
        registrering
    }

    pub(super) async fn handl(&self, nr: &str, handling: Handling) {
        let id = self.forloeb(nr).await.id;
        self.goer(nr, Kommando::Forloeb { id, hvis_version: None, handling }).await;
    }

    pub(super) async fn raskmeld(&self, nr: &str, sidste: &str) {
        let h = Raskmeldt { forloeb: Uuid::nil(), sidste_fravaersdag: dag(sidste) };
        self.handl(nr, Handling::Raskmeld(h)).await;
    }

    pub(super) async fn forloeb(&self, nr: &str) -> Arc<Forloeb> {
        self.kerne.forloeb_for(nr).await.unwrap().last().unwrap().clone()
    }

    pub(super) async fn til(&self, naar: &str) {
        self.arbejder.flyt_ur(tid(naar)).await.unwrap();
    }

    /// Every mail so far, as `day whose subject`, by day and mailbox.
    pub(super) fn linjer(&self) -> Vec<String> {
        let mut linjer: Vec<_> = self.post.breve().iter().map(linje).collect();
        linjer.sort_unstable();
        linjer
    }

    /// The outcomes of an employee's newest forløb by key, from the log.
    pub(super) async fn udfald(&self, nr: &str) -> BTreeMap<Noegle, Udfald> {
        udfald(&self.kerne, nr).await
    }
}

/// The outcomes of an employee's newest forløb by key, from the log.
pub(super) async fn udfald(kerne: &Kerne, nr: &str) -> BTreeMap<Noegle, Udfald> {
    let hele = kerne.hele(nr).await.unwrap();
    let id = kerne.forloeb_for(nr).await.unwrap().last().unwrap().id;
    let f = hele.forloeb(&kerne.bog()).into_iter().find(|f| f.hedder(id)).unwrap();
    f.afgjorte.iter().map(|(n, a)| (n.clone(), a.udfald.clone())).collect()
}

/// A data folder, opened with a clock that stands.
pub(super) async fn kerne(mappe: &Path, nu: &str) -> Arc<Kerne> {
    aabn(mappe, Ur::stillestaaende(tid(nu))).await
}

async fn aabn(mappe: &Path, ur: Ur) -> Arc<Kerne> {
    let kerne = Kerne::aabn(mappe, |_| ur.clone(), Regelbog::indbygget()).await.unwrap();
    let foelger = kerne.clone();
    tokio::spawn(async move { foelger.foelg_loggen().await });
    kerne
}

pub(super) fn indstillinger() -> Paamindelsesindstillinger {
    Paamindelsesindstillinger {
        hr_mail: Some(format!("{HR}@kommune.test")),
        base_url: Some("https://opfoelgning.test/".into()),
        mail_fra: Some(FRA.into()),
        medarbejderkopi: true,
    }
}

pub(super) fn arbejder(kerne: &Arc<Kerne>, url: &str, indstillinger: &Paamindelsesindstillinger) -> Arc<Paamindelser> {
    let afsender = Afsender::ny(FRA, indstillinger.hr_mail.as_deref()).unwrap();
    let post = Arc::new(Postvaesen::smtp(url, afsender, FORBINDELSER).unwrap());
    Arc::new(Paamindelser::ny(kerne.clone(), post, indstillinger).unwrap())
}

fn linje(b: &Brev) -> String {
    let dato = b.hoved("Date").unwrap();
    let dato = DateTime::parse_from_rfc2822(&dato).unwrap().with_timezone(&chrono_tz::Europe::Copenhagen);
    let hvem = b.konvolut_til[0].split('@').next().unwrap();
    format!("{} {hvem} {}", dato.format("%Y-%m-%d"), b.emne)
}
