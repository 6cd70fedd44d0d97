//! A command of the terminal reaches its folder: a running service carries it out, or it is carried out on the folder
//! itself.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use eventlog::{OpenError, Options};

use crate::bounds;
use crate::clock::Clock;
use crate::clock_guard;
use crate::control_socket;
use crate::core::{App, OpenFolderError, Opened, Outside, Progress};
use crate::import::LARGEST_FILE;
use crate::owner;
use crate::projections::Projections;
use crate::regel_files;
use crate::terminal::output::{OutFile, Terminal, write};
use crate::terminal::{DONE, Failure, Files, Out, REFUSED, TerminalRequest, clock, end, execute, import};

/// How long a command waits for a folder that another command, or a service about to start, has open.
const PATIENCE: Duration = Duration::from_secs(30);

/// Carries out a command for the terminal, through a running service or on the folder itself; the exit code.
pub async fn run(
    folder: &Path,
    terminal_request: TerminalRequest,
    files: &[(&str, PathBuf)],
    out: Option<OutFile>,
    outside: &Outside,
) -> u8 {
    run_on(folder, terminal_request, files, || Terminal::new(out), outside).await
}

/// The same, on a terminal that is made when the command can be carried out.
pub(crate) async fn run_on(
    folder: &Path,
    terminal_request: TerminalRequest,
    files: &[(&str, PathBuf)],
    terminal: impl FnOnce() -> Result<Terminal, Failure>,
    outside: &Outside,
) -> u8 {
    let prepared = || -> Result<_, Failure> {
        if !terminal_request.may_create() && !folder.join("journal").is_dir() {
            return Err(Failure::new(format!("{}: her er ingen data.", folder.display())));
        }
        let mut content = Files::new();
        for (name, path) in files {
            let bytes = owner::as_caller(|| bounds::read(path, largest(name)));
            let bytes = bytes.map_err(|e| Failure::new(format!("{}: {e}", path.display())))?;
            content.insert((*name).to_owned(), bytes);
        }
        Ok((content, terminal()?))
    };
    let (content, terminal) = match prepared() {
        Ok(ready) => ready,
        Err(denial) => return Terminal::without_file().decline(&denial.to_string(), denial.code()),
    };
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(connection) = control_socket::connect(folder).await {
            return control_socket::ask_service(connection, terminal_request, content, terminal).await;
        }
        if let TerminalRequest::Clock { today } = terminal_request {
            return match clock::without_service(folder, today) {
                Ok(line) => write(&line).map_or(REFUSED, |()| DONE),
                Err(denial) => terminal.decline(&denial.to_string(), denial.code()),
            };
        }
        match open(folder, outside).await {
            Ok(app) => return direct(app, terminal_request, content, terminal).await,
            // A service that is starting, or another command: it is there, or done, in a moment.
            Err(OpenFolderError::Log(OpenError::InUse { .. })) if Instant::now() < end => {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Err(error) => return terminal.decline(&error.to_string(), REFUSED),
        }
    }
}

/// Most bytes of a file that comes along, by its name.
fn largest(name: &str) -> usize {
    if [import::MEDARBEJDERE, import::FRAVAER].contains(&name) { LARGEST_FILE } else { bounds::LARGEST_TEXT }
}

/// Opens a folder for one command. Time never goes back behind what is known: where a test or a demonstration was moved
/// forward that is the log, and where a machine's clock was once wrong the log is not to be believed.
pub(crate) async fn open(folder: &Path, outside: &Outside) -> Result<Arc<App>, OpenFolderError> {
    let known = clock_guard::stored(folder);
    let opened = Opened::open_with(folder, Options::default(), outside)?;
    let clock = |projections: &Projections| Clock::shifted(known.or(projections.latest()));
    opened.build(clock, regel_files::fetch(folder)?, &Progress::default()).await
}

pub(crate) async fn direct(app: Arc<App>, terminal_request: TerminalRequest, files: Files, terminal: Terminal) -> u8 {
    let (out, modtager) = Out::channel();
    let follows = tokio::spawn({
        let app = app.clone();
        async move { app.follow_the_log().await }
    });
    let work = async {
        let work = async {
            // Nobody whom a restore brought back is in any answer.
            match app.carry_out_erasures().await {
                Err(error) if app.log.fault().is_none() => end(Err(error.into()), &out).await,
                _ => execute(&app, terminal_request, files, &out).await,
            }
        };
        let without_log = tokio::select! {
            () = work => None,
            stopped = follows => Some(stopped),
        };
        if let Some(Ok(Err(error))) = without_log {
            end(Err(error.into()), &out).await;
        }
        drop(out);
    };
    let ((), code) = tokio::join!(work, terminal.accept(modtager));
    app.close().await;
    code
}
