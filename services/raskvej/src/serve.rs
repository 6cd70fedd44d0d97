//! The service put together: started, watched, and stopped in order.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{NaiveDate, NaiveTime};
use eventlog::Options;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::aftaler::Aftaler;
use crate::answers;
use crate::bundle_file::BundleRoom;
use crate::certificates::Certificates;
use crate::checkpoints::Checkpoints;
use crate::clock::{Clock, klokken};
use crate::clock_choice::ClockChoice;
use crate::clock_guard;
use crate::commands::Refusal;
use crate::connections::Limits;
use crate::control_socket::{self, ControlSocket};
use crate::core::{App, OpenFolderError, Opened, Outside, Progress};
use crate::demo;
use crate::demo_folder::{self, FolderDenial};
use crate::http::{self, AppState};
use crate::login::{Login, LoginSettingsError};
use crate::master_key;
use crate::measurements::{self, measurements};
use crate::once::HrMailbox;
use crate::paamindelser::{PaamindelseSettings, Paamindelser};
use crate::pages::{self, DemoLetter, PageSettings};
use crate::regel_files;
use crate::sentences;
pub use crate::service_setup::Setup;
use crate::service_setup::mail_transport;
use crate::sessions::Sessions;
use crate::signalbreve::Signalbreve;
use crate::startup::Door;
use crate::stopping::{self, UnderWay};
use crate::terminal::token;
use crate::transport::{MailError, MailSender, MailTransport};
use crate::uploads::Uploads;
use crate::wrong_tries::WrongTries;
use app::failure::Internal;

/// Most mails shown in the demonstration.
const SHOWN_LETTERS: usize = 200;
/// How long to wait for a folder that a command of the terminal has open.
const WAIT_ON_FOLDER: Duration = Duration::from_secs(5);

/// Why the service did not start, or stopped by itself.
#[derive(Debug, Error)]
pub enum ServiceError {
    /// The data folder is somebody else's.
    #[error(transparent)]
    Folder(#[from] FolderDenial),
    /// The data folder.
    #[error(transparent)]
    Open(#[from] OpenFolderError),
    /// The mail settings.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// The address, the socket, the pages' sessions or a file beside them.
    #[error("{what}: {error}")]
    Net {
        /// What was being done.
        what: String,
        /// What the system said.
        error: std::io::Error,
    },
    /// The sessions of the pages.
    #[error("sessioner: {0}")]
    Sessions(#[from] sled::Error),
    /// Where people log in.
    #[error(transparent)]
    Login(#[from] LoginSettingsError),
    /// The metrics could not be set up.
    #[error("målinger: {0}")]
    Measurements(String),
    /// A write to the journal failed. What was acknowledged is in the log; the next start recovers.
    #[error("en skrivning til loggen mislykkedes, og tjenesten stopper: {0}")]
    Writing(#[source] eventlog::Cause),
    /// The projections can no longer follow the log.
    #[error("visningerne kan ikke længere følge loggen; næste start bygger dem på ny")]
    Projections,
    /// The history of the demonstration.
    #[error("demonstrationen kunne ikke spilles: {0}")]
    Demo(#[from] Refusal),
}

/// Runs the service until it is told to stop.
///
/// # Errors
/// It could not start, or a write to the journal failed.
pub async fn serve(setup: Setup, clock_choice: ClockChoice) -> Result<(), ServiceError> {
    let clock = move |projections: &crate::projections::Projections| clock_choice.of_service(projections.latest());
    demo_folder::refuse_demonstration(&setup.folder)?;
    let post = mail_transport(&setup)?;
    let entrance = Entrance::open(&setup).await?;
    let Some((app, control_socket)) = entrance.meanwhile(open(&setup, clock, &entrance.door.progress)).await? else {
        return Ok(());
    };
    run(entrance, app, control_socket, Arc::new(post), &setup, false).await
}

/// Runs the demonstration, in a folder of its own; an empty one gets its history first.
///
/// # Errors
/// As [`serve`], or the folder is somebody's, or its history could not be played.
pub async fn demonstration(mut setup: Setup, clock_choice: ClockChoice) -> Result<(), ServiceError> {
    let PaamindelseSettings { mail_from, hr_mail, .. } = &setup.paamindelser;
    let fra = mail_from.as_deref().ok_or(MailError::MailAddress("RASKVEJ_MAIL_FRA"))?;
    let sender = MailSender::new(fra, hr_mail.as_deref())?;
    demo_folder::take_for_demonstration(&setup.folder)?;
    let own = master_key::make_for_demonstration(&setup.folder);
    let own = own.map_err(|error| ServiceError::Net { what: "demonstrationens hovednøgle".to_owned(), error })?;
    setup.outside = Outside { master: Some(own), erasures: None };
    let post = Arc::new(MailTransport::folder(&setup.folder.join("post"), sender)?);
    let entrance = Entrance::open(&setup).await?;
    let clock = |projections: &crate::projections::Projections| clock_choice.of_demonstration(projections.latest());
    let start = async {
        play_history(&setup, post.clone(), clock_choice.today()).await?;
        Ok::<_, ServiceError>(open(&setup, clock, &entrance.door.progress).await?)
    };
    let Some((app, control_socket)) = entrance.meanwhile(start).await? else { return Ok(()) };
    run(entrance, app, control_socket, post, &setup, true).await
}

/// The door, open, and the way to close it.
struct Entrance {
    door: Door,
    address: SocketAddr,
    stop: watch::Sender<bool>,
    serves: JoinHandle<()>,
}

impl Entrance {
    async fn open(setup: &Setup) -> Result<Self, ServiceError> {
        let listener = bind(setup.listen).await?;
        let address =
            listener.local_addr().map_err(|error| ServiceError::Net { what: "adressen".to_owned(), error })?;
        let (stop, stopped) = watch::channel(false);
        let door = Door::default();
        let serves = door.attend(listener, Limits::of(setup.connections), stopped);
        Ok(Self { door, address, stop, serves })
    }

    /// Waits for the start; nothing if the service is told to stop before it is over.
    async fn meanwhile<T>(
        &self,
        start: impl Future<Output = Result<T, impl Into<ServiceError>>>,
    ) -> Result<Option<T>, ServiceError> {
        tokio::select! {
            answer = start => answer.map(Some).map_err(Into::into),
            () = stopping::signal() => Ok(None),
        }
    }
}

/// Opens the folder; waits a little for a command of the terminal that has it.
async fn open(
    setup: &Setup,
    clock: impl Fn(&crate::projections::Projections) -> Clock,
    progress: &Progress,
) -> Result<(Arc<App>, Option<ControlSocket>), OpenFolderError> {
    let end = Instant::now() + WAIT_ON_FOLDER;
    let panic = || Internal::panicked("loggen blev ikke åbnet");
    let opened = loop {
        let (folder, outside) = (setup.folder.clone(), setup.outside.clone());
        // Off the runtime: the door answers meanwhile.
        let opened = move || Opened::open_with(&folder, Options::default(), &outside);
        match tokio::task::spawn_blocking(opened).await.unwrap_or_else(|_| Err(panic().into())) {
            Err(OpenFolderError::Log(eventlog::OpenError::InUse { .. })) if Instant::now() < end => {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            answer => break answer?,
        }
    };
    let control_socket = control_socket::open(opened.folder());
    let book = regel_files::fetch(&setup.folder)?;
    Ok((opened.build(clock, book, progress).await?, control_socket))
}

/// Plays the history of the demonstration into an empty folder, on a clock that stands still between events.
async fn play_history(setup: &Setup, post: Arc<MailTransport>, today: NaiveDate) -> Result<(), ServiceError> {
    let start = forloeb::calendar::plus_dage(today, -demo::DAGE);
    let begin = klokken(start, NaiveTime::from_hms_opt(6, 0, 0).unwrap_or_default());
    let book = regel_files::fetch(&setup.folder).map_err(OpenFolderError::from)?;
    let opened = Opened::open_with(&setup.folder, Options::default(), &setup.outside)?;
    let app = opened.build(|_| Clock::standing_still(begin), book, &Progress::default()).await?;
    if app.is_new() {
        tracing::info!("lægger demonstrationens historie ind");
        let paamindelser = Paamindelser::new(app.clone(), post, &setup.paamindelser)?;
        let follows = tokio::spawn({
            let app = app.clone();
            async move { app.follow_the_log().await }
        });
        demo::play(&app, &paamindelser, today).await?;
        app.close().await;
        let _ = follows.await;
    } else {
        app.log.clone().close().await;
    }
    Ok(())
}

async fn run(
    entrance: Entrance,
    app: Arc<App>,
    control_socket: Option<ControlSocket>,
    post: Arc<MailTransport>,
    setup: &Setup,
    is_demo: bool,
) -> Result<(), ServiceError> {
    if let Some(torn) = &app.recovery.torn {
        tracing::warn!(bytes = torn.bytes, file = %torn.kept_as, "en halv skrivning fra sidst er lagt til side");
    }
    if app.recovery.head_lost() {
        let line = "filen hoved var væk eller kunne ikke læses: har loggen mistet sin slutning, er det ikke set her";
        tracing::warn!(log_head = ?app.recovery.head_file, "{line}; sammenlign med et segl eller en sikkerhedskopi");
    }
    if !app.keys.is_wrapped() {
        tracing::warn!(
            "nøglefilen er ikke pakket med en hovednøgle: hvem der har mappen eller en sikkerhedskopi, kan læse alle navne. \
             Sæt RASKVEJ_HOVEDNOEGLE_FIL; deploy/README.md viser hvordan"
        );
    }
    if app.clock.is_machines() {
        app.clock_guard.limit(setup.clock_jump_max_dage);
    } else {
        let forgotten = clock_guard::forget(&app.folder);
        forgotten.map_err(|error| ServiceError::Net { what: "den kendte tid".to_owned(), error })?;
    }
    let measurements = measurements().map_err(|error| ServiceError::Measurements(error.to_string()))?;
    token::say_loose(&app);
    app.hr_enheder.get_or_init(|| setup.hr_enheder.clone());
    app.allow_omsorgskolleger(setup.omsorgskollega);
    let paamindelser = Arc::new(Paamindelser::new(app.clone(), post.clone(), &setup.paamindelser)?);
    if setup.all_mail_to.is_some() {
        tracing::warn!("RASKVEJ_ALLE_MAILS_TIL er sat: alle mails går til den, og ikke til dem, de er til");
    }
    // It stops no start, for everything but the mails works without it. HR's page about mails says it too.
    for name in paamindelser.missing() {
        tracing::warn!("{name} er ikke sat: {}", sentences::without_setting(name));
        metrics::gauge!("raskvej_indstilling_mangler", "navn" => *name).set(1);
    }
    if let Some(error) = setup.paamindelser.mailtekster.trouble() {
        tracing::error!(error, "egne mailtekster bruges ikke: mails sendes med standardteksten");
    }
    let checkpoints = Arc::new(Checkpoints::new(app.clone(), post.clone(), setup.checkpoints.clone()));
    if checkpoints.leave_for_nowhere() && !is_demo {
        tracing::warn!(
            "hverken RASKVEJ_REVISOR_MAIL, RASKVEJ_SEGL_MAPPE eller RASKVEJ_SEGL_URL er sat: ingen uden for tjenesten får \
             loggens segl"
        );
    }
    let PaamindelseSettings { hr_mail, base_url, .. } = setup.paamindelser.clone();
    let hr = HrMailbox::new(app.clone(), post.clone(), hr_mail.clone(), base_url);
    let (aftaler, certificates) = (Arc::new(Aftaler::new(hr.clone())), Arc::new(Certificates::new(hr.clone())));
    let signalbreve = Arc::new(Signalbreve::new(hr));
    let state = AppState {
        app: app.clone(),
        paamindelser: paamindelser.clone(),
        measurements: measurements.clone(),
        wrong_tries: Arc::new(WrongTries::new(setup.trusted_proxies.clone())),
        show_measurements: setup.metrics_listen.is_none(),
        normer: setup.normer,
        uploads: Uploads::default(),
        bundles: BundleRoom::default(),
    };
    let (uploads, last_mails) = (state.uploads.clone(), post.clone());
    // The pages are reached where they are until somebody says otherwise; mails, which are read elsewhere, are not.
    let base_url = setup.paamindelser.base_url.clone().unwrap_or_else(|| format!("http://{}", setup.listen));
    let page = PageSettings {
        demo: is_demo,
        mail_to_one: setup.all_mail_to.is_some(),
        login: Login::new(setup.login.clone(), &base_url)?,
        base_url,
        hr_mail,
        demo_personer: if is_demo { demo::personer() } else { Vec::new() },
        post: Arc::new(move || stored_letters(&post)),
        stopped: entrance.stop.subscribe(),
    };
    // By the machine's own clock: moving the demonstration's does not log anybody out.
    let sessions = Sessions::open(&app.folder, Arc::new(Clock::System))?;
    let pages = pages::router(state.clone(), page, sessions.clone());
    let routes = answers::on_their_way(http::router(state).merge(pages));

    let Entrance { door, address, stop, serves } = entrance;
    let stopped = stop.subscribe();
    let measuring_listener = match setup.metrics_listen {
        Some(address) => Some(bind(address).await?),
        None => None,
    };
    let mut tasks = tokio::task::JoinSet::new();
    let follows = tokio::spawn({
        let app = app.clone();
        async move { app.follow_the_log().await }
    });
    // Nobody whom a restore brought back is in any answer. Of a damaged log nothing is written; their keys are gone all the
    // same.
    match app.carry_out_erasures().await {
        Ok(0) => {}
        Ok(count) => tracing::warn!(count, "loggen er ældre end listen over sletninger: de er gentaget"),
        Err(error) if app.log.fault().is_some() => tracing::error!(%error, "sletninger kan ikke gentages i loggen"),
        Err(error) => return Err(OpenFolderError::from(Internal::new("sletninger kan ikke gentages", error)).into()),
    }
    tasks.spawn({
        let (sessions, app, stopped) = (sessions.clone(), app.clone(), stopped.clone());
        watched("sessioner for slettede", async move { sessions.follow_erasures(&app, stopped).await })
    });
    if let Some(control_socket) = control_socket {
        tasks.spawn(watched("terminalens ordrer", control_socket.attend(app.clone(), sessions, stopped.clone())));
    }
    tasks.spawn({
        let (app, stopped) = (app.clone(), stopped.clone());
        watched("visningernes gemte stand", async move { app.store_under_way(stopped).await })
    });
    tasks.spawn({
        let (app, stopped) = (app.clone(), stopped.clone());
        watched("navnene, der søges i", async move { app.keep_names(stopped).await })
    });
    tasks.spawn({
        let (app, stopped, kept) = (app.clone(), stopped.clone(), setup.opslag_months);
        watched("opslagenes oprydning", async move { app.upkeep_opslag(kept, stopped).await })
    });
    tasks.spawn({
        let (app, stopped) = (app.clone(), stopped.clone());
        async move { app.watch_health(stopped).await }
    });
    if app.clock.stands_still() {
        if let Err(error) = paamindelser.tick().await {
            tracing::error!(%error, "påmindelser kunne ikke sendes ved opstart");
        }
    } else {
        tasks.spawn(watched("påmindelserne", paamindelser.run(stopped.clone())));
    }
    tasks.spawn(watched("loggens segl", checkpoints.run(stopped.clone())));
    tasks.spawn(watched("mails om sletninger", certificates.run(stopped.clone())));
    tasks.spawn(watched("mails om aftaler", aftaler.run(stopped.clone())));
    tasks.spawn(watched("mails om hyppigt fravær", signalbreve.run(stopped.clone())));
    tasks.spawn(watched("målingernes oprydning", measurements::upkeep(measurements.clone(), stopped.clone())));
    if let Some(listener) = measuring_listener {
        tasks.spawn(watched("målingerne", measurements::alone(listener, measurements, stopped.clone())));
    }
    door.ready(routes);
    crate::cli::out(&format!("lytter på http://{address}"));
    if is_demo {
        crate::cli::out(&format!("log ind på http://{address}/log-ind, se mails på http://{address}/demo/post"));
    }

    let mut serves = serves;
    let follows_stop = follows.abort_handle();
    let udfald = tokio::select! {
        ended = &mut serves => ended
            .map_err(|error| ServiceError::Net { what: "serveren".to_owned(), error: std::io::Error::other(error) }),
        () = stopping::signal() => Ok(()),
        grund = app.log.poisoned() => Err(ServiceError::Writing(grund)),
        answer = follows => match answer {
            Ok(Err(error)) => Err(error.into()),
            Ok(Ok(())) => Ok(()),
            Err(_) => Err(ServiceError::Projections),
        },
    };
    if matches!(udfald, Err(ServiceError::Writing(_))) {
        return udfald; // nothing more may be answered as if it were kept
    }
    stop.send_replace(true);
    last_mails.stop();
    let under_way = UnderWay {
        // A task that has ended is not asked again.
        requests: async { if serves.is_finished() { Ok(()) } else { serves.await } },
        files: uploads.at_rest(),
        tasks: async { while tasks.join_next().await.is_some() {} },
    };
    under_way.finish(stopping::UNDER_WAY).await;
    app.close().await;
    follows_stop.abort();
    udfald
}

/// A task that nobody waits for while the service runs: a panic ends it, and is told. What it said could be about a
/// person.
async fn watched(name: &'static str, task: impl Future<Output = ()> + Send + 'static) {
    if tokio::spawn(task).await.is_err_and(|error| error.is_panic()) {
        tracing::error!(task = name, "en opgave gik i panik og er ikke i gang mere");
    }
}

fn stored_letters(post: &MailTransport) -> Vec<DemoLetter> {
    let letters = post.stored(SHOWN_LETTERS).unwrap_or_default();
    letters
        .into_iter()
        .map(|b| DemoLetter { time: b.dato, subject: b.subject, til: b.til_rolle, tekst: b.tekst })
        .collect()
}

async fn bind(address: SocketAddr) -> Result<TcpListener, ServiceError> {
    TcpListener::bind(address).await.map_err(|error| ServiceError::Net { what: format!("lytte på {address}"), error })
}
