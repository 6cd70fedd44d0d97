//! The service put together: started, watched, and stopped in order.

use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::cli::Urvalg;
use crate::clock_guard;
use crate::demo;
use crate::http::problem::Problem;
use crate::http::{self, Tilstand};
use crate::kerne::{AabnFejl, Aabnet, Fremdrift, Kerne, KommandoFejl};
use crate::opstart::Doer;
use crate::paamindelser::{Paamindelser, Paamindelsesindstillinger};
use crate::post::{Afsender, PostFejl, Postvaesen, UDEN_MAILSERVER};
use crate::regelfiler;
use crate::sider::{self, DemoBrev, Sideindstillinger};
use crate::sokkel::{self, Sokkel};
use crate::tekster;
use crate::ur::{Ur, klokken};
use app::failure::Internal;

/// Most mails shown in the demonstration.
const VISTE_BREVE: usize = 200;
/// How long to wait for a folder that a command of the terminal has open.
const VENT_PAA_MAPPEN: Duration = Duration::from_secs(5);
/// How long mails that are being handed over may take when the service is stopped: what has left must be recorded.
const SIDSTE_MAILS: Duration = Duration::from_secs(65);
/// How long requests under way may take when the service is stopped.
const NEDLUKNING: Duration = Duration::from_secs(20);

/// How the service is to run.
#[derive(Debug, Clone)]
pub struct Opsaetning {
    /// The data folder.
    pub mappe: PathBuf,
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where to serve metrics, if not with the rest.
    pub metrics_listen: Option<SocketAddr>,
    /// Mail server; without one mails wait.
    pub smtp_url: Option<String>,
    /// Connections to it at the same time.
    pub smtp_forbindelser: u32,
    /// Days the machine's clock may go ahead of what is known before reminders wait for somebody's word.
    pub ur_spring_max_dage: u32,
    /// Sender and recipients of mails.
    pub paamindelser: Paamindelsesindstillinger,
}

/// Why the service did not start, or stopped by itself.
#[derive(Debug, Error)]
pub enum DriftsFejl {
    /// The data folder.
    #[error(transparent)]
    Aabn(#[from] AabnFejl),
    /// The mail settings.
    #[error(transparent)]
    Post(#[from] PostFejl),
    /// The address, the socket, the pages' sessions or a file beside them.
    #[error("{hvad}: {fejl}")]
    Net {
        /// What was being done.
        hvad: String,
        /// What the system said.
        fejl: std::io::Error,
    },
    /// The sessions of the pages.
    #[error("sessioner: {0}")]
    Sessioner(String),
    /// The metrics could not be set up.
    #[error("målinger: {0}")]
    Maalinger(String),
    /// A write to the journal failed. What was acknowledged is in the log; the next start recovers.
    #[error("en skrivning til loggen mislykkedes, og tjenesten stopper: {0}")]
    Skrivning(#[source] eventlog::Cause),
    /// The projections can no longer follow the log.
    #[error("visningerne kan ikke længere følge loggen; næste start bygger dem på ny")]
    Visninger,
    /// The history of the demonstration.
    #[error("demonstrationen kunne ikke spilles: {0}")]
    Demo(#[from] KommandoFejl),
}

/// Runs the service until it is told to stop.
///
/// # Errors
/// It could not start, or a write to the journal failed.
pub async fn serve(opsaetning: Opsaetning, urvalg: Urvalg) -> Result<(), DriftsFejl> {
    let ur = move |vis: &crate::visninger::Visninger| match (urvalg, vis.senest()) {
        (Urvalg::System, _) => Ur::System,
        (Urvalg::Fast(tid), Some(senest)) if tid < senest => {
            tracing::warn!("uret begynder ved loggens seneste hændelse: det går kun frem");
            Ur::stillestaaende(senest)
        }
        (Urvalg::Fast(tid), _) => Ur::stillestaaende(tid),
    };
    let post = postvaesen(&opsaetning)?;
    let indgang = Indgang::aabn(&opsaetning).await?;
    let Some((kerne, sokkel)) = indgang.mens(aabn(&opsaetning, ur, &indgang.doer.fremdrift)).await? else {
        return Ok(());
    };
    koer(indgang, kerne, sokkel, Arc::new(post), &opsaetning, false).await
}

/// Where mails go: to the server, when all is set that a mail needs.
fn postvaesen(opsaetning: &Opsaetning) -> Result<Postvaesen, PostFejl> {
    let Paamindelsesindstillinger { mail_fra, base_url, hr_mail, .. } = &opsaetning.paamindelser;
    let Some(url) = &opsaetning.smtp_url else { return Ok(Postvaesen::Ingen(UDEN_MAILSERVER)) };
    let Some(fra) = mail_fra else { return Ok(Postvaesen::Ingen("ingen_afsender")) };
    if base_url.is_none() {
        return Ok(Postvaesen::Ingen("ingen_base_url"));
    }
    Postvaesen::smtp(url, Afsender::ny(fra, hr_mail.as_deref())?, opsaetning.smtp_forbindelser)
}

/// Runs the demonstration; an empty folder gets its history first.
///
/// # Errors
/// As [`serve`], or its history could not be played.
pub async fn demonstration(opsaetning: Opsaetning) -> Result<(), DriftsFejl> {
    let Paamindelsesindstillinger { mail_fra, hr_mail, .. } = &opsaetning.paamindelser;
    let fra = mail_fra.as_deref().ok_or(PostFejl::Adresse("RASKVEJ_MAIL_FRA"))?;
    let afsender = Afsender::ny(fra, hr_mail.as_deref())?;
    let post = Arc::new(Postvaesen::mappe(&opsaetning.mappe.join("post"), afsender)?);
    let indgang = Indgang::aabn(&opsaetning).await?;
    let ur = |vis: &crate::visninger::Visninger| Ur::forskudt(vis.senest());
    let start = async {
        spil_historien(&opsaetning, post.clone()).await?;
        Ok::<_, DriftsFejl>(aabn(&opsaetning, ur, &indgang.doer.fremdrift).await?)
    };
    let Some((kerne, sokkel)) = indgang.mens(start).await? else { return Ok(()) };
    koer(indgang, kerne, sokkel, post, &opsaetning, true).await
}

/// The door, open, and the way to close it.
struct Indgang {
    doer: Doer,
    adresse: SocketAddr,
    stop: watch::Sender<bool>,
    serverer: JoinHandle<std::io::Result<()>>,
}

impl Indgang {
    async fn aabn(opsaetning: &Opsaetning) -> Result<Self, DriftsFejl> {
        let lytter = bind(opsaetning.listen).await?;
        let adresse = lytter.local_addr().map_err(|fejl| DriftsFejl::Net { hvad: "adressen".to_owned(), fejl })?;
        let (stop, stoppet) = watch::channel(false);
        let doer = Doer::default();
        let serverer = doer.betjen(lytter, stoppet);
        Ok(Self { doer, adresse, stop, serverer })
    }

    /// Waits for the start; nothing if the service is told to stop before it is over.
    async fn mens<T>(
        &self,
        start: impl Future<Output = Result<T, impl Into<DriftsFejl>>>,
    ) -> Result<Option<T>, DriftsFejl> {
        tokio::select! {
            svar = start => svar.map(Some).map_err(Into::into),
            () = signal() => Ok(None),
        }
    }
}

/// Opens the folder; waits a little for a command of the terminal that has it.
async fn aabn(
    opsaetning: &Opsaetning,
    ur: impl Fn(&crate::visninger::Visninger) -> Ur,
    fremdrift: &Fremdrift,
) -> Result<(Arc<Kerne>, Option<Sokkel>), AabnFejl> {
    let slut = Instant::now() + VENT_PAA_MAPPEN;
    let panik = || Internal::panicked("loggen blev ikke åbnet");
    let aabnet = loop {
        let mappe = opsaetning.mappe.clone();
        // Off the runtime: the door answers meanwhile.
        match tokio::task::spawn_blocking(move || Aabnet::aabn(&mappe)).await.unwrap_or_else(|_| Err(panik().into())) {
            Err(AabnFejl::Log(eventlog::OpenError::InUse { .. })) if Instant::now() < slut => {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            svar => break svar?,
        }
    };
    let sokkel = sokkel::aabn(aabnet.mappe());
    let bog = regelfiler::hent(&opsaetning.mappe)?;
    Ok((aabnet.byg(ur, bog, fremdrift).await?, sokkel))
}

/// Plays the history of the demonstration into an empty folder, on a clock that stands still between events.
async fn spil_historien(opsaetning: &Opsaetning, post: Arc<Postvaesen>) -> Result<(), DriftsFejl> {
    let idag = Ur::System.idag();
    let start = forloeb::kalender::plus_dage(idag, -demo::DAGE);
    let begynd = klokken(start, chrono::NaiveTime::from_hms_opt(6, 0, 0).unwrap_or_default());
    let bog = regelfiler::hent(&opsaetning.mappe).map_err(AabnFejl::from)?;
    let kerne = Kerne::aabn(&opsaetning.mappe, |_| Ur::stillestaaende(begynd), bog).await?;
    if kerne.er_ny() {
        tracing::info!("lægger demonstrationens historie ind");
        let paamindelser = Paamindelser::ny(kerne.clone(), post, &opsaetning.paamindelser)?;
        let foelger = tokio::spawn({
            let kerne = kerne.clone();
            async move { kerne.foelg_loggen().await }
        });
        demo::spil(&kerne, &paamindelser, idag).await?;
        kerne.luk().await;
        let _ = foelger.await;
    } else {
        kerne.log.clone().close().await;
    }
    Ok(())
}

async fn koer(
    indgang: Indgang,
    kerne: Arc<Kerne>,
    sokkel: Option<Sokkel>,
    post: Arc<Postvaesen>,
    opsaetning: &Opsaetning,
    er_demo: bool,
) -> Result<(), DriftsFejl> {
    if let Some(revet) = &kerne.genopretning.torn {
        tracing::warn!(bytes = revet.bytes, fil = %revet.kept_as, "en halv skrivning fra sidst er lagt til side");
    }
    if kerne.genopretning.head_lost() {
        let linje = "filen hoved var væk eller kunne ikke læses: har loggen mistet sin slutning, er det ikke set her";
        tracing::warn!(hoved = ?kerne.genopretning.head_file, "{linje}; sammenlign med et segl eller en sikkerhedskopi");
    }
    if kerne.ur.er_maskinens() {
        kerne.clock.limit(opsaetning.ur_spring_max_dage);
    } else {
        let glemt = clock_guard::forget(&kerne.mappe);
        glemt.map_err(|fejl| DriftsFejl::Net { hvad: "den kendte tid".to_owned(), fejl })?;
    }
    let maalinger = maalinger()?;
    let paamindelser = Arc::new(Paamindelser::ny(kerne.clone(), post.clone(), &opsaetning.paamindelser)?);
    // It stops no start, for everything but the mails works without it. HR's page about mails says it too.
    for navn in paamindelser.mangler() {
        tracing::warn!("{navn} er ikke sat: {}", tekster::uden_indstilling(navn));
        metrics::gauge!("raskvej_indstilling_mangler", "navn" => *navn).set(1);
    }
    let tilstand = Tilstand {
        kerne: kerne.clone(),
        paamindelser: paamindelser.clone(),
        maalinger: maalinger.clone(),
        vis_maalinger: opsaetning.metrics_listen.is_none(),
    };
    let side = Sideindstillinger {
        demo: er_demo,
        // The pages are reached where they are until somebody says otherwise; mails, which are read elsewhere, are not.
        base_url: opsaetning.paamindelser.base_url.clone().unwrap_or_else(|| format!("http://{}", opsaetning.listen)),
        demo_personer: if er_demo { demo::personer() } else { Vec::new() },
        post: Arc::new(move || gemte_breve(&post)),
    };
    let sider = sider::router(tilstand.clone(), side).map_err(|e| DriftsFejl::Sessioner(e.to_string()))?;
    let app = http::router(tilstand).merge(sider).layer(middleware::from_fn(maal)).layer(
        tower_http::catch_panic::CatchPanicLayer::custom(|_| Problem::intern(&"en rute gik i panik").into_response()),
    );

    let Indgang { doer, adresse, stop, serverer } = indgang;
    let stoppet = stop.subscribe();
    let maalelytter = match opsaetning.metrics_listen {
        Some(adresse) => Some(bind(adresse).await?),
        None => None,
    };
    let mut opgaver = tokio::task::JoinSet::new();
    let foelger = tokio::spawn({
        let kerne = kerne.clone();
        async move { kerne.foelg_loggen().await }
    });
    if let Some(sokkel) = sokkel {
        opgaver.spawn(overvaaget("terminalens ordrer", sokkel.betjen(kerne.clone(), stoppet.clone())));
    }
    opgaver.spawn({
        let (kerne, stoppet) = (kerne.clone(), stoppet.clone());
        overvaaget("visningernes gemte stand", async move { kerne.gem_undervejs(stoppet).await })
    });
    opgaver.spawn({
        let (kerne, stoppet) = (kerne.clone(), stoppet.clone());
        async move { kerne.watch_health(stoppet).await }
    });
    if kerne.ur.staar_stille() {
        if let Err(fejl) = paamindelser.tik().await {
            tracing::error!(%fejl, "påmindelser kunne ikke sendes ved opstart");
        }
    } else {
        opgaver.spawn(overvaaget("påmindelserne", paamindelser.koer(stoppet.clone())));
    }
    if let Some(lytter) = maalelytter {
        opgaver.spawn(overvaaget("målingerne", kun_maalinger(lytter, maalinger, stoppet.clone())));
    }
    doer.klar(app);
    crate::cli::ud(&format!("lytter på http://{adresse}"));
    if er_demo {
        crate::cli::ud(&format!("log ind på http://{adresse}/log-ind, se mails på http://{adresse}/demo/post"));
    }

    let mut serverer = serverer;
    let foelger_stop = foelger.abort_handle();
    let udfald = tokio::select! {
        svar = &mut serverer => svar
            .unwrap_or_else(|fejl| Err(std::io::Error::other(fejl)))
            .map_err(|fejl| DriftsFejl::Net { hvad: "serveren".to_owned(), fejl }),
        () = signal() => Ok(()),
        grund = kerne.log.poisoned() => Err(DriftsFejl::Skrivning(grund)),
        svar = foelger => match svar {
            Ok(Err(fejl)) => Err(fejl.into()),
            Ok(Ok(())) => Ok(()),
            Err(_) => Err(DriftsFejl::Visninger),
        },
    };
    if matches!(udfald, Err(DriftsFejl::Skrivning(_))) {
        return udfald; // nothing more may be answered as if it were kept
    }
    stop.send_replace(true);
    let _ = tokio::time::timeout(NEDLUKNING, serverer).await;
    let _ = tokio::time::timeout(SIDSTE_MAILS, async { while opgaver.join_next().await.is_some() {} }).await;
    kerne.luk().await;
    foelger_stop.abort();
    udfald
}

/// A task that nobody waits for while the service runs: a panic ends it, and is told. What it said could be about a
/// person.
async fn overvaaget(navn: &'static str, opgave: impl Future<Output = ()> + Send + 'static) {
    if tokio::spawn(opgave).await.is_err_and(|fejl| fejl.is_panic()) {
        tracing::error!(opgave = navn, "en opgave gik i panik og er ikke i gang mere");
    }
}

fn gemte_breve(post: &Postvaesen) -> Vec<DemoBrev> {
    let breve = post.gemte(VISTE_BREVE).unwrap_or_default();
    breve.into_iter().map(|b| DemoBrev { tid: b.dato, emne: b.emne, til: b.til_rolle, tekst: b.tekst }).collect()
}

async fn bind(adresse: SocketAddr) -> Result<TcpListener, DriftsFejl> {
    TcpListener::bind(adresse).await.map_err(|fejl| DriftsFejl::Net { hvad: format!("lytte på {adresse}"), fejl })
}

async fn stoppes(mut stoppet: watch::Receiver<bool>) {
    let _ = stoppet.wait_for(|s| *s).await;
}

/// SIGTERM or Ctrl-C.
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut term) => tokio::select! {
            _ = term.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        },
        Err(_) => {
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}

fn maalinger() -> Result<PrometheusHandle, DriftsFejl> {
    let spande = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0];
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("sekunder".to_owned()), &spande)
        .and_then(PrometheusBuilder::install_recorder)
        .map_err(|e| DriftsFejl::Maalinger(e.to_string()))
}

/// Counts and times requests by route, never by path: ids stay out of the metrics.
async fn maal(rute: Option<MatchedPath>, req: Request, naeste: Next) -> Response {
    let metode = req.method().to_string();
    let rute = rute.map_or_else(|| "ukendt".to_owned(), |r| r.as_str().to_owned());
    let start = Instant::now();
    let svar = naeste.run(req).await;
    let status = svar.status().as_u16().to_string();
    metrics::counter!("raskvej_http_total", "metode" => metode, "rute" => rute.clone(), "status" => status)
        .increment(1);
    metrics::histogram!("raskvej_http_sekunder", "rute" => rute).record(start.elapsed());
    svar
}

fn kun_maalinger(
    lytter: TcpListener,
    maalinger: PrometheusHandle,
    stoppet: watch::Receiver<bool>,
) -> impl Future<Output = ()> {
    let app = Router::new().route("/metrics", axum::routing::get(move || async move { maalinger.render() }));
    async move {
        let _ = axum::serve(lytter, app).with_graceful_shutdown(stoppes(stoppet)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is not set has no default: the service starts, mails wait, and the reason is told.
    #[tokio::test]
    async fn en_indstilling_der_mangler_lader_mails_vente_og_siges() {
        let hel = Opsaetning {
            mappe: PathBuf::from("intet"),
            listen: ([127, 0, 0, 1], 0).into(),
            metrics_listen: None,
            smtp_url: Some("smtp://127.0.0.1:9".to_owned()),
            smtp_forbindelser: 1,
            ur_spring_max_dage: 14,
            paamindelser: Paamindelsesindstillinger {
                hr_mail: Some("hr@kommune.test".to_owned()),
                base_url: Some("https://raskvej.test".to_owned()),
                mail_fra: Some("raskvej@kommune.test".to_owned()),
                medarbejderkopi: true,
            },
        };
        let grund = |ret: &dyn Fn(&mut Opsaetning)| {
            let mut o = hel.clone();
            ret(&mut o);
            (postvaesen(&o).unwrap().venter_paa(), o.paamindelser.mangler())
        };
        assert_eq!(grund(&|_| ()), (None, vec![]));
        assert_eq!(grund(&|o| o.smtp_url = None), (Some(UDEN_MAILSERVER), vec![]));
        assert_eq!(grund(&|o| o.paamindelser.mail_fra = None), (Some("ingen_afsender"), vec!["RASKVEJ_MAIL_FRA"]));
        assert_eq!(grund(&|o| o.paamindelser.base_url = None), (Some("ingen_base_url"), vec!["RASKVEJ_BASE_URL"]));
        assert_eq!(grund(&|o| o.paamindelser.hr_mail = None), (None, vec!["RASKVEJ_HR_MAIL"]), "only HR's wait");
    }
}
