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
use eventlog::ReadError;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::cli::Urvalg;
use crate::demo;
use crate::http::problem::Problem;
use crate::http::{self, Tilstand};
use crate::kerne::{AabnFejl, Aabnet, Fremdrift, Kerne, KommandoFejl};
use crate::opstart::Doer;
use crate::paamindelser::{Paamindelser, Paamindelsesindstillinger};
use crate::post::{Afsender, PostFejl, Postvaesen};
use crate::regelfiler;
use crate::sider::{self, DemoBrev, Sideindstillinger};
use crate::sokkel::{self, Sokkel};
use crate::ur::{Ur, klokken};

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
    /// The address, the socket or the pages' sessions.
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
    Skrivning(Arc<str>),
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
    let afsender = Afsender::ny(&opsaetning.paamindelser.mail_fra, opsaetning.paamindelser.hr_mail.as_deref())?;
    let indgang = Indgang::aabn(&opsaetning).await?;
    let Some((kerne, sokkel)) = indgang.mens(aabn(&opsaetning, ur, &indgang.doer.fremdrift)).await? else {
        return Ok(());
    };
    let post = match &opsaetning.smtp_url {
        Some(url) => Postvaesen::smtp(url, afsender, opsaetning.smtp_forbindelser)?,
        None => {
            tracing::warn!("RASKVEJ_SMTP_URL er ikke sat: påmindelser venter, til der er en mailserver");
            Postvaesen::Ingen
        }
    };
    koer(indgang, kerne, sokkel, Arc::new(post), &opsaetning, false).await
}

/// Runs the demonstration; an empty folder gets its history first.
///
/// # Errors
/// As [`serve`], or its history could not be played.
pub async fn demonstration(opsaetning: Opsaetning) -> Result<(), DriftsFejl> {
    let afsender = Afsender::ny(&opsaetning.paamindelser.mail_fra, opsaetning.paamindelser.hr_mail.as_deref())?;
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
    let aabnet = loop {
        let mappe = opsaetning.mappe.clone();
        // Off the runtime: the door answers meanwhile.
        match tokio::task::spawn_blocking(move || Aabnet::aabn(&mappe)).await.unwrap_or(Err(ReadError::Closed.into())) {
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
    if kerne.log.head().position == 0 {
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
    if let Some(fejl) = &kerne.genopretning.fault {
        tracing::error!(%fejl, "loggen er beskadiget: der kan læses, men ikke skrives");
    }
    if let Some(revet) = &kerne.genopretning.torn {
        tracing::warn!(bytes = revet.bytes, fil = %revet.kept_as, "en halv skrivning fra sidst er lagt til side");
    }
    if kerne.genopretning.head_lost() {
        let linje = "filen hoved var væk eller kunne ikke læses: har loggen mistet sin slutning, er det ikke set her";
        tracing::warn!(hoved = ?kerne.genopretning.head_file, "{linje}; sammenlign med et segl eller en sikkerhedskopi");
    }
    let maalinger = maalinger()?;
    let paamindelser = Arc::new(Paamindelser::ny(kerne.clone(), post.clone(), &opsaetning.paamindelser)?);
    let tilstand = Tilstand {
        kerne: kerne.clone(),
        paamindelser: paamindelser.clone(),
        maalinger: maalinger.clone(),
        vis_maalinger: opsaetning.metrics_listen.is_none(),
    };
    let side = Sideindstillinger {
        demo: er_demo,
        base_url: opsaetning.paamindelser.base_url.clone(),
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
        opgaver.spawn(sokkel.betjen(kerne.clone(), stoppet.clone()));
    }
    opgaver.spawn({
        let (kerne, stoppet) = (kerne.clone(), stoppet.clone());
        async move { kerne.gem_undervejs(stoppet).await }
    });
    if kerne.ur.staar_stille() {
        if let Err(fejl) = paamindelser.tik().await {
            tracing::error!(%fejl, "påmindelser kunne ikke sendes ved opstart");
        }
    } else {
        opgaver.spawn(paamindelser.koer(stoppet.clone()));
    }
    if let Some(lytter) = maalelytter {
        opgaver.spawn(kun_maalinger(lytter, maalinger, stoppet.clone()));
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
