//! Random histories: live, from a checkpoint, built anew and worked out the long way, it is the same.

mod checkpoints;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chance::Tilfaeldig;
use chrono::{DateTime, NaiveDate, Utc};
use eventlog::{Append, NewEvent, StreamId};
use forloeb::forloeb::Situation;
use forloeb::frister::{Vurdering, vurder};
use forloeb::haendelse::{
    Afgoerelse, AnmeldelseRegistreret, FoersteKontaktHoldt, ForloebAnnulleret, ForloebTildelt, Forseglet,
    FravaerRegistreret, FravaerRettet, HaendelseAnnulleret, KontaktpersonValgt, LederSkiftet, Noegle,
    PaamindelseSendesIgen, PaamindelserAfgjort, PersonSlettet, Raskmeldt, Stamdata, StamdataRegistreret,
    StedfortraederUdpeget, TtaPlanLagt, Udfald,
};
use forloeb::kalender::plus_dage;
use forloeb::ord::{
    Aarsag, Aflysning, Anmeldelsestrin, Fristart, Friststatus, Kilde, Kontaktform, Kontaktrolle, Modtagerrolle, Rolle,
    Slutaarsag, TagetAf,
};
use forloeb::regnskab::{Dagsstand, regnskab};
use forloeb::tta::Plan;
use forloeb::{Aktoer, Forloeb, Haendelse, Regelbog};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::aktuelle::Orden;
use super::checkpoint::MAPPE;
use super::kort::Kort;
use super::{ANSAETTELSE, Meta, Visninger};
use crate::adgang::Bruger;
use crate::kerne::{AabnFejl, Kerne, Start};
use crate::lister::{Filter, Sortering, Whose};
use crate::ur::{Ur, dag_i_danmark, klokken};

const NUMRE: [&str; 4] = ["10", "11", "12", "13"];
const TRIN: usize = 60;
const LAESERE: [(Rolle, Option<&str>); 7] = [
    (Rolle::Hr, None),
    (Rolle::Leder, Some("90")),
    (Rolle::Leder, Some("10")),
    (Rolle::Kontaktperson, Some("80")),
    (Rolle::Koordinator, Some("60")),
    (Rolle::Medarbejder, Some("11")),
    (Rolle::Drift, None),
];

/// A data folder that is opened and closed, and a clock that goes forward in jumps.
pub(super) struct Sted {
    mappe: TempDir,
    tid: DateTime<Utc>,
    pub(super) kerne: Arc<Kerne>,
    foelger: JoinHandle<Result<(), AabnFejl>>,
    registreringer: BTreeMap<&'static str, Vec<Uuid>>,
}

async fn aabn(mappe: &TempDir, tid: DateTime<Utc>) -> (Arc<Kerne>, JoinHandle<Result<(), AabnFejl>>) {
    let ur = |_: &Visninger| Ur::stillestaaende(tid);
    let kerne = Kerne::aabn(mappe.path(), ur, Regelbog::indbygget()).await.unwrap();
    let foelger = kerne.clone();
    (kerne, tokio::spawn(async move { foelger.foelg_loggen().await }))
}

impl Sted {
    pub(super) async fn nyt() -> Self {
        let (mappe, tid) = (tempfile::tempdir().unwrap(), "2026-01-05T08:00:00Z".parse().unwrap());
        let (kerne, foelger) = aabn(&mappe, tid).await;
        Self { mappe, tid, kerne, foelger, registreringer: BTreeMap::new() }
    }

    pub(super) fn idag(&self) -> NaiveDate {
        dag_i_danmark(self.tid)
    }

    async fn skriv(&self, nr: &str, haendelse: impl Into<Haendelse>) {
        let h = haendelse.into();
        let stream = StreamId::new(format!("{ANSAETTELSE}{nr}")).unwrap();
        let event = NewEvent { kind: h.navn().to_owned(), form: h.form(), body: h.til_json().unwrap() };
        let append = Append {
            expected: self.kerne.log.stream_version(&stream).await.unwrap(),
            stream,
            time: self.tid.timestamp_micros(),
            meta: serde_json::to_vec(&Meta { aktoer: Aktoer::system("prøve") }).unwrap(),
            events: vec![event],
            idempotency: None,
        };
        let skrevet = self.kerne.log.append(append).await.unwrap();
        while self.kerne.vis().position() < skrevet.last {
            tokio::task::yield_now().await;
        }
    }

    /// Closed in order, or left behind as a crash leaves it, and opened again.
    async fn genstart(&mut self, i_orden: bool) {
        if i_orden {
            self.kerne.luk().await;
        } else {
            self.kerne.log.clone().close().await;
        }
        let (kerne, foelger) = {
            let gammel = std::mem::replace(&mut self.foelger, tokio::spawn(async { Ok(()) }));
            gammel.await.unwrap().unwrap();
            aabn(&self.mappe, self.tid).await
        };
        (self.kerne, self.foelger) = (kerne, foelger);
    }

    fn frem(&mut self, dage: i64) {
        let kl = chrono::NaiveTime::from_hms_opt(9, 0, 0).unwrap();
        self.tid = klokken(plus_dage(self.idag(), dage), kl);
        assert!(self.kerne.ur.flyt(self.tid));
    }

    pub(super) async fn tilfaeldig_haendelse(&mut self, t: &mut Tilfaeldig) {
        let nr = t.af(&NUMRE);
        let idag = self.idag();
        let kendte = self.registreringer.get(nr).cloned().unwrap_or_default();
        if kendte.is_empty() || t.under(8) == 0 {
            self.skriv(nr, stamdata(t, idag)).await;
        }
        if kendte.is_empty() || t.under(3) == 0 {
            let registrering = Uuid::from_u128(u128::from(t.under(u64::MAX >> 32)) << 64 | u128::from(t.naeste()));
            self.registreringer.entry(nr).or_default().push(registrering);
            return self.skriv(nr, fravaer(t, idag, registrering)).await;
        }
        if t.under(6) == 0 {
            // Who stands in for the one that leads sees what it sees, on those days.
            let periode = (t.under(3) > 0).then(|| (plus_dage(idag, -2), plus_dage(idag, 4)));
            let (fra, til) = periode.unzip();
            let stedfortraeder_nr = t.af(&[None, Some("90"), Some("91")]).map(str::to_owned);
            return self.skriv("10", StedfortraederUdpeget { stedfortraeder_nr, fra, til }).await;
        }
        let forloeb = t.af(&kendte);
        let haendelse = en_haendelse(t, idag, forloeb, self.kerne.log.head().position);
        self.skriv(nr, haendelse).await;
    }
}

fn stamdata(t: &mut Tilfaeldig, idag: NaiveDate) -> StamdataRegistreret {
    let enhed = t.af(&["E1", "E2"]);
    StamdataRegistreret {
        stamdata: Box::new(Stamdata {
            enhed: enhed.to_owned(),
            enhed_navn: format!("Enhed {enhed}"),
            leder_nr: t.af(&[None, Some("10"), Some("90"), Some("91")]).map(str::to_owned),
            tr_nr: t.af(&[None, Some("80")]).map(str::to_owned),
            amr_nr: None,
            ansat: plus_dage(idag, -400),
            fratraadt: (t.under(12) == 0).then(|| plus_dage(idag, 20)),
            timer_pr_uge: 37.0,
            bopaelskommune: "0727".to_owned(),
            paragraf_56: t.under(4) == 0,
            fleksjob: false,
            nyuddannet: false,
            er_leder: false,
        }),
        fortroligt: (t.under(2) == 0).then(|| Forseglet("lukket".to_owned())),
        person: Uuid::from_u128(u128::from(t.under(3)) + 1),
    }
}

fn fravaer(t: &mut Tilfaeldig, idag: NaiveDate, registrering: Uuid) -> FravaerRegistreret {
    let foerste = plus_dage(idag, -i64::try_from(t.under(60)).unwrap());
    let laengde = i64::try_from(t.under(50)).unwrap();
    FravaerRegistreret {
        registrering,
        fravaer_nr: (t.under(3) == 0).then(|| format!("f{}", t.under(1000))),
        aarsag: t.af(&[Aarsag::Sygdom, Aarsag::Sygdom, Aarsag::BarnSyg, Aarsag::Graviditet]),
        foerste,
        sidste: (t.under(2) == 0).then(|| plus_dage(foerste, laengde)),
        omfang_pct: 100,
        forventet_varighed: None,
        kilde: Kilde::Person,
    }
}

fn en_haendelse(t: &mut Tilfaeldig, idag: NaiveDate, forloeb: Uuid, sidste: u64) -> Haendelse {
    let dag = plus_dage(idag, -i64::try_from(t.under(20)).unwrap());
    let begrundelse = Forseglet("hvorfor".to_owned());
    match t.under(13) {
        0 => Raskmeldt { forloeb, sidste_fravaersdag: plus_dage(dag, 10) }.into(),
        1 | 2 => FravaerRettet {
            registrering: forloeb,
            aarsag: t.af(&[Aarsag::Sygdom, Aarsag::BarnSyg]),
            foerste: plus_dage(dag, -30),
            sidste: (t.under(2) == 0).then_some(dag),
            omfang_pct: 50,
            kilde: Kilde::Import,
            begrundelse: None,
            linje: None,
        }
        .into(),
        3 => ForloebAnnulleret { forloeb, registreringer: vec![forloeb], begrundelse }.into(),
        4 => LederSkiftet { forloeb, leder_nr: t.af(&["90", "91"]).to_owned(), fra: dag }.into(),
        5 => ForloebTildelt { forloeb, til: Some("70".to_owned()) }.into(),
        6 => AnmeldelseRegistreret {
            forloeb,
            trin: t.af(&[Anmeldelsestrin::Kvitteret, Anmeldelsestrin::Underskrevet, Anmeldelsestrin::Afvist]),
            dato: dag,
            kvittering: None,
            kommune: None,
        }
        .into(),
        7 => FoersteKontaktHoldt {
            forloeb,
            dato: dag,
            form: Kontaktform::Telefon,
            kontaktperson_rolle: Kontaktrolle::Tr,
            taget_af: TagetAf::Arbejdsplads,
            forventet_varighed: None,
            arbejdsrelateret: None,
        }
        .into(),
        8 => HaendelseAnnulleret { forloeb, haendelse: t.under(sidste) + 1, begrundelse }.into(),
        9 => TtaPlanLagt {
            forloeb,
            version: 1,
            plan: Box::new(Plan { koordinator: Some("60".to_owned()), evalueringer: vec![idag], ..Plan::default() }),
            fortroligt: begrundelse,
        }
        .into(),
        11 => {
            let kontaktperson_nr = t.af(&[None, Some("80"), Some("81")]).map(str::to_owned);
            KontaktpersonValgt { forloeb, kontaktperson_nr }.into()
        }
        10 if t.under(10) == 0 => PersonSlettet { aarsag: "prøve".to_owned() }.into(),
        10 => PaamindelseSendesIgen { forloeb, noegle: afgoerelse(t, idag).noegle }.into(),
        _ => PaamindelserAfgjort::ny(forloeb, [afgoerelse(t, idag)]).into(),
    }
}

fn afgoerelse(t: &mut Tilfaeldig, idag: NaiveDate) -> Afgoerelse {
    let noegle = Noegle {
        frist: t.af(Fristart::ALLE),
        trin: t.af(&["t-2", "t+1"]).to_owned(),
        modtager: t.af(Modtagerrolle::ALLE),
        nr: None,
        generation: plus_dage(idag, 5),
    };
    let udfald = match t.under(4) {
        0 => Udfald::Aflyst { aarsag: Aflysning::Loest },
        1 => Udfald::Fejlet { grund: "smtp_550".to_owned() },
        _ => Udfald::Sendt { brev: format!("{}@kommune.test", t.under(5)), til: Some("90".to_owned()) },
    };
    Afgoerelse { noegle, dag: idag, udfald }
}

/// What the long way says: every employment read from the log, and everything derived.
async fn lang_vej(kerne: &Kerne) -> Vec<(Forloeb, Vurdering)> {
    let idag = kerne.vis().idag();
    let mut ud = Vec::new();
    for nr in NUMRE {
        let hele = kerne.hele(nr).await.unwrap();
        let alle = hele.forloeb(&kerne.bog()).into_iter();
        ud.extend(alle.map(|f| {
            let v = vurder(&f, idag, &kerne.bog());
            (f, v)
        }));
    }
    ud
}

/// What lists are asked for: everything a filter can say, alone and together.
fn filtre() -> Vec<Filter> {
    let aabne = || Filter { aabne: Some(true), ..Filter::default() };
    let leder = |hvis| Filter { leder_nr: Some(hvis), ..aabne() };
    vec![
        aabne(),
        Filter { frist: Some(Fristart::Samtale), ..aabne() },
        Filter { frist_status: Some(Friststatus::Overskredet), ..aabne() },
        Filter { frist: Some(Fristart::FoersteKontakt), frist_status: Some(Friststatus::Opfyldt), ..Filter::default() },
        leder(Whose::Nobodys),
        leder(Whose::of("90")),
        Filter { tildelt: Some(Whose::Nobodys), aabne: None, ..leder(Whose::of("90")) },
        Filter { enhed: Some("E1".to_owned()), ..Filter::default() },
        Filter { medarbejder_nr: Some("11".to_owned()), ..Filter::default() },
        Filter { aabne: Some(false), ..Filter::default() },
        Filter { aabne: Some(false), frist: Some(Fristart::Samtale), ..Filter::default() },
    ]
}

/// A filter said once more, of the forløb itself instead of its card.
fn skal_passe(filter: &Filter, f: &Forloeb, v: &Vurdering, idag: NaiveDate) -> bool {
    let hvis = |oensket: &Option<Whose>, har: Option<&str>| match oensket {
        None => true,
        Some(Whose::Nobodys) => har.is_none(),
        Some(Whose::Of(nr)) => har == Some(nr.as_str()),
    };
    let frist = |fr: &forloeb::frister::Frist| {
        filter.frist.is_none_or(|art| art == fr.art)
            && filter.frist_status.map_or_else(|| fr.status.udestaar(), |status| status == fr.status)
    };
    filter.aabne.is_none_or(|aabne| aabne == f.er_aabent(idag))
        && filter.enhed.as_ref().is_none_or(|enhed| *enhed == f.stamdata.enhed)
        && filter.medarbejder_nr.as_ref().is_none_or(|nr| *nr == f.medarbejder_nr)
        && hvis(&filter.leder_nr, f.leder(idag))
        && hvis(&filter.tildelt, f.tildelt.as_deref())
        && (filter.frist.is_none() && filter.frist_status.is_none() || v.frister.iter().any(frist))
}

/// Pages of three, one after another, are what fits and may be seen, in order, and each once.
fn efterproev_liste(bruger: &Bruger, vis: &Visninger, ventet: &[(Forloeb, Vurdering)], hvor: &str) {
    let idag = vis.idag();
    let ordener = [Sortering::Frist, Sortering::Enhed { ned: true }, Sortering::Foerste { ned: false }];
    for (filter, sort) in filtre().iter().flat_map(|filter| ordener.map(|sort| (filter, sort))) {
        let (mut har, mut efter) = (Vec::new(), None);
        loop {
            let side = filter.side(bruger, vis, sort, efter.as_ref(), 3);
            har.extend(side.ids());
            efter = side.sidste().cloned();
            if !side.er_flere() {
                break;
            }
        }
        let passer = |f: &Forloeb, v: &Vurdering| skal_passe(filter, f, v, idag) && bruger.ser(f, vis, idag);
        let mut skal: Vec<_> = ventet.iter().filter(|(f, v)| passer(f, v)).collect();
        let lovdag = |v: &Vurdering| v.frister.iter().filter(|f| f.status.udestaar()).map(|f| f.lovdag).min();
        match sort {
            Sortering::Frist => skal.sort_by_key(|(f, v)| (lovdag(v).is_none(), lovdag(v), f.foerste, f.id)),
            Sortering::Enhed { .. } => {
                skal.sort_by_key(|(f, _)| std::cmp::Reverse((f.stamdata.enhed.clone(), f.foerste, f.id)));
            }
            _ => skal.sort_by_key(|(f, _)| (f.foerste, f.id)),
        }
        assert_eq!(har, skal.iter().map(|(f, _)| f.id).collect::<Vec<_>>(), "{hvor}: {sort:?} of {filter:?}");
    }
}

async fn efterproev(sted: &Sted, hvor: &str) {
    let kerne = &sted.kerne;
    assert_eq!(kerne.sammenlign().await.unwrap().1, BTreeSet::new(), "{hvor}");
    let ventet = lang_vej(kerne).await;
    {
        let vis = kerne.vis();
        let idag = vis.idag();
        let har: BTreeMap<Uuid, _> = vis.kort().map(|f| (f.id, (f.nr, f.kort.med(|_| f.ansvar.clone())))).collect();
        let kort = |f, v| Kort::af(f, v, idag, None).med(|a| (*a).clone());
        let skal: BTreeMap<Uuid, _> =
            ventet.iter().map(|(f, v)| (f.id, (f.medarbejder_nr.as_str(), kort(f, v)))).collect();
        assert_eq!(har, skal, "{hvor}: the cards");
        let i_gang: BTreeSet<Uuid> = vis.i_gang().map(|a| a.forloeb.id).collect();
        let skal = ventet.iter().filter(|(f, v)| v.er_i_gang(f, idag)).map(|(f, _)| f.id).collect();
        assert_eq!(i_gang, skal, "{hvor}: what goes on");
        for (rolle, nr) in LAESERE {
            let bruger = Bruger { rolle, nr: nr.map(str::to_owned) };
            let har: BTreeSet<Uuid> = vis.i_gang_for(&bruger, |_| true).map(|a| a.forloeb.id).collect();
            let i_gang = ventet.iter().filter(|(f, v)| v.er_i_gang(f, idag) && bruger.ser(f, &vis, idag));
            assert_eq!(har, i_gang.map(|(f, _)| f.id).collect(), "{hvor}: what {rolle} sees");
            efterproev_liste(&bruger, &vis, &ventet, hvor);
        }
        let aabne: Vec<Uuid> = vis.aabne(None).map(|(orden, _)| orden.id).collect();
        let mut skal: Vec<_> = ventet.iter().filter(|(f, _)| f.situation(idag) == Situation::Aabent).collect();
        let lovdag = |v: &Vurdering| v.frister.iter().filter(|f| f.status.udestaar()).map(|f| f.lovdag).min();
        skal.sort_by_key(|(f, v)| (lovdag(v).is_none(), lovdag(v), f.foerste, f.id));
        assert_eq!(aabne, skal.iter().map(|(f, _)| f.id).collect::<Vec<_>>(), "{hvor}: the list");
        for (n, id) in aabne.iter().enumerate() {
            let orden = vis.aabne(None).find(|(orden, _)| orden.id == *id).map(|(orden, _): (Orden, _)| orden);
            let resten: Vec<Uuid> = vis.aabne(orden).map(|(orden, _)| orden.id).collect();
            assert_eq!(resten, aabne[n + 1..], "{hvor}: a page begins where the last one ended");
        }
        let o = vis.optalt();
        let talt = |art, status| {
            skal.iter().filter(|(_, v)| v.frister.iter().any(|f| f.art == art && f.status == status)).count()
        };
        assert_eq!(o.aabne, skal.len(), "{hvor}");
        for art in Fristart::ALLE {
            for status in Friststatus::ALLE {
                assert_eq!(o.frister[*art as usize][*status as usize], talt(*art, *status), "{hvor}: {art} {status}");
            }
        }
        // Whatever is lost of what is open or ended within twelve months, by the ledger, day by day.
        let bog = sted.kerne.bog();
        let siden = idag.checked_sub_months(chrono::Months::new(12)).unwrap();
        let mistet: i64 = (ventet.iter())
            .filter(|(f, v)| v.er_i_gang(f, idag) || f.slutdag(idag).is_some_and(|slut| slut >= siden))
            .map(|(f, v)| {
                let g = regnskab(f, &v.refusion, idag, &bog);
                let sum = |stand| g.sum(stand).map_or(0, |s| s.kr);
                sum(Dagsstand::ForSentAnmeldt) + sum(Dagsstand::ForSentAnmodet)
            })
            .sum();
        assert_eq!(o.mistet_kr, mistet, "{hvor}");
        let sendt: BTreeSet<(Uuid, Noegle)> = vis.sendte(idag).map(|(id, s)| (id, s.noegle.clone())).collect();
        let skal = ventet.iter().flat_map(|(f, _)| {
            let idags = f.afgjorte.iter().filter(|(_, a)| dag_i_danmark(a.tid) == idag);
            idags.filter(|(_, a)| matches!(a.udfald, Udfald::Sendt { .. })).map(|(n, _)| (f.id, n.clone()))
        });
        assert!(skal.collect::<BTreeSet<_>>().is_subset(&sendt), "{hvor}: what was sent today");
    }
    for (nr, ids) in &sted.registreringer {
        let egne: Vec<&Forloeb> = ventet.iter().map(|(f, _)| f).filter(|f| f.medarbejder_nr == *nr).collect();
        let kort = |f: &Forloeb| {
            // What a command withheld is only in the log.
            let mut f = f.clone();
            f.afgjorte.retain(|_, a| a.udfald.er_endelig() || !matches!(a.udfald, Udfald::Aflyst { .. }));
            format!("{f:?}")
        };
        let har = kerne.forloeb_for(nr).await.unwrap();
        assert_eq!(
            har.iter().map(|f| kort(f)).collect::<Vec<_>>(),
            egne.iter().map(|f| kort(f)).collect::<Vec<_>>(),
            "{hvor}"
        );
        for id in ids {
            assert_eq!(kerne.vis().hvis(*id), Some(*nr), "{hvor}");
            let fundet = kerne.forloeb(*id).await.unwrap().map(|f| f.id);
            assert_eq!(fundet, egne.iter().find(|f| f.hedder(*id)).map(|f| f.id), "{hvor}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn levende_fra_checkpoint_og_paa_ny_er_det_samme_som_den_lange_vej() {
    let (mut fra_checkpoint, mut annullerede) = (0, 0);
    let antal = if systemtests::stor() { 60 } else { 5 };
    for froe in 1..=antal {
        let (mut t, mut sted) = (Tilfaeldig::ny(froe), Sted::nyt().await);
        for trin in 0..TRIN {
            match t.under(12) {
                0 => sted.frem(i64::try_from(t.under(40)).unwrap() + 1),
                1 => sted.kerne.gem().await,
                2 => {
                    sted.genstart(t.under(2) == 0).await;
                    fra_checkpoint += usize::from(matches!(sted.kerne.start, Start::Checkpoint { .. }));
                }
                _ => sted.tilfaeldig_haendelse(&mut t).await,
            }
            if trin % 5 == 4 {
                efterproev(&sted, &format!("seed {froe}, step {trin}")).await;
            }
        }
        sted.kerne.genopbyg(&crate::kerne::Fremdrift::default()).await.unwrap();
        efterproev(&sted, &format!("seed {froe}, built anew")).await;
        std::fs::remove_dir_all(sted.mappe.path().join(MAPPE)).unwrap_or_default();
        sted.genstart(false).await;
        assert!(matches!(sted.kerne.start, Start::PaaNy(None)));
        efterproev(&sted, &format!("seed {froe}, without its checkpoint")).await;
        annullerede += lang_vej(&sted.kerne)
            .await
            .iter()
            .filter(|(f, _)| f.slut_ved.as_ref().is_some_and(|s| s.hvad == Slutaarsag::Annulleret))
            .count();
    }
    println!("{antal} histories of {TRIN} steps, {fra_checkpoint} starts from a checkpoint, {annullerede} annulled");
    assert!(fra_checkpoint > 5 && annullerede > 0, "the histories are too tame");
}

#[tokio::test(flavor = "multi_thread")]
async fn uden_laan_er_det_en_fejl_og_med_laan_foelger_det_loggen() {
    let sted = checkpoints::med_checkpoint().await;
    let (id, nr) = {
        let vis = sted.kerne.vis();
        let mut slut = vis.kort().filter(|f| f.kort.slut.is_some_and(|s| s < sted.idag()));
        let hviler = slut.find(|f| vis.find(f.id).is_err()).expect("one of them is at rest");
        (hviler.id, hviler.nr.to_owned())
    };
    assert!(sted.kerne.vis().forloeb_for(&nr).is_err() && sted.kerne.vis().ansaettelse(&nr).is_err());
    let laan = sted.kerne.laan(&nr).await.unwrap();
    sted.skriv(&nr, ForloebTildelt { forloeb: id, til: Some("77".to_owned()) }).await;
    assert_eq!(sted.kerne.vis().find(id).unwrap().unwrap().tildelt.as_deref(), Some("77"));
    assert_eq!(sted.kerne.vis().ansaettelse(&nr).unwrap().unwrap().version(), sted.kerne.vis().version(&nr));
    assert_eq!(laan.forloeb(id).unwrap().tildelt, None, "it is as it was when it was borrowed");
    let nu = sted.kerne.laan(&nr).await.unwrap();
    let derived = sted.kerne.vis().find(id).unwrap().unwrap();
    assert!(Arc::ptr_eq(nu.forloeb(id).unwrap(), &derived), "nobody derives it again");
    assert_eq!(nu.ansaettelse().version(), sted.kerne.vis().version(&nr));
    let before = nu.ved_version(laan.ansaettelse().version());
    assert_eq!(before.alle(), laan.alle(), "and it can be had as it was");
    drop((laan, nu));
    sted.skriv("13", PersonSlettet { aarsag: "prøve".to_owned() }).await;
    assert!(sted.kerne.vis().find(id).is_err(), "given back, it is forgotten");
    assert_eq!(sted.kerne.vis().find(Uuid::nil()).unwrap().map(|f| f.id), None, "what does not exist is no error");
}
