//! The socket in the data folder: how commands of the terminal reach a running service.
//!
//! One connection carries one command, as lines of JSON: `{"ordre":…}`, then `{"fil":{"navn":…,"data":…}}` for the
//! files it brings along (in parts, base64), then `"klar"`. Back come [`Message`]s, the last one `{"slut":kode}`. The
//! service never touches a path of the caller. Only the owner of the folder can open the socket.

use std::fs::{DirBuilder, File, Permissions};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, BufWriter};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use crate::core::App;
use crate::owner;
use crate::sessions::Sessions;
use crate::terminal::backup;
use crate::terminal::output::Terminal;
use crate::terminal::session;
use crate::terminal::{Files, Message, Out, REFUSED, TerminalRequest, execute, from_base64, to_base64};
use app::failure::Malformed;

/// Name of the socket in the data folder.
pub const NAME: &str = "raskvej.sock";
/// Most bytes of a path that the kernel takes for a socket, and some to spare.
const LONGEST_PATH: usize = 100;
/// Most bytes that one command may send: two files of payroll as base64, and some to spare.
const AT_MOST: u64 = 256 << 20;
/// Most bytes of one line of it: what a backup knows of an earlier one is the longest.
const LONGEST_LINE: u64 = backup::LARGEST_MANIFEST;
/// Bytes of a file in one line.
const PIECE: usize = 48 << 10;
/// How long commands that are under way may go on when the service stops.
const DONE_WITHIN: Duration = Duration::from_secs(10);

/// What the caller sends.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Incoming {
    TerminalRequest(TerminalRequest),
    FileEntry {
        name: String,
        #[serde(serialize_with = "to_base64", deserialize_with = "from_base64")]
        data: Vec<u8>,
    },
    Klar,
}

/// The socket, open. It is gone from the folder when this is dropped.
#[derive(Debug)]
pub struct ControlSocket {
    listener: UnixListener,
    path: PathBuf,
}

impl Drop for ControlSocket {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

impl ControlSocket {
    /// Opens the socket. The caller has the log of the folder open, so one that is there already is left from a crash.
    ///
    /// # Errors
    /// The folder does not take it.
    pub fn open(folder: &Path) -> io::Result<Self> {
        // Made in a folder of our own, so that nobody else can reach it before it has its mode, and then moved.
        let cradle = folder.join(".sokkel");
        let _ = std::fs::remove_dir_all(&cradle);
        DirBuilder::new().mode(0o700).create(&cradle)?;
        let listener = {
            let (path, _folder) = short_path(&cradle)?;
            UnixListener::bind(path)?
        };
        let (new, path) = (cradle.join(NAME), folder.join(NAME));
        std::fs::set_permissions(&new, Permissions::from_mode(0o600))?;
        std::fs::rename(new, &path)?;
        std::fs::remove_dir(cradle)?;
        Ok(Self { listener, path })
    }

    /// Carries out commands until `stop` becomes true or its sender is gone; then those under way may end.
    pub async fn attend(self, app: Arc<App>, sessions: Sessions, mut stop: watch::Receiver<bool>) {
        let mut tasks = JoinSet::new();
        loop {
            tokio::select! {
                () = stopped(&mut stop) => break,
                Some(done) = tasks.join_next() => {
                    if done.is_err() {
                        tracing::error!("en kommando gik i panik");
                    }
                }
                connection = self.listener.accept() => match connection {
                    Ok((connection, _)) => {
                        let (app, sessions) = (app.clone(), sessions.clone());
                        tasks.spawn(async move {
                            if let Err(error) = one(&app, &sessions, connection).await {
                                tracing::info!(%error, "en kommando blev afbrudt");
                            }
                        });
                    }
                    Err(error) => {
                        tracing::warn!(%error, "soklen tager ingen forbindelser");
                        tokio::time::sleep(Duration::from_secs(1)).await;
                    }
                }
            }
        }
        drop(self);
        let _ = tokio::time::timeout(DONE_WITHIN, async { while tasks.join_next().await.is_some() {} }).await;
    }
}

/// Opens the socket; commands that come now wait until somebody carries them out. Without a socket the service goes
/// on: commands then find the folder in use.
#[must_use]
pub fn open(folder: &Path) -> Option<ControlSocket> {
    ControlSocket::open(folder)
        .inspect_err(|error| tracing::error!(%error, "soklen kan ikke åbnes; kommandoer når ikke tjenesten"))
        .ok()
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

/// The path under which the kernel reaches the socket in a folder, whatever the length of the folder's own path.
fn short_path(folder: &Path) -> io::Result<(PathBuf, Option<File>)> {
    let path = folder.join(NAME);
    if path.as_os_str().len() <= LONGEST_PATH {
        return Ok((path, None));
    }
    let aaben = File::open(folder)?;
    Ok((PathBuf::from(format!("/proc/self/fd/{}/{NAME}", aaben.as_raw_fd())), Some(aaben)))
}

async fn one(app: &Arc<App>, sessions: &Sessions, connection: UnixStream) -> io::Result<()> {
    let (input, out) = connection.into_split();
    let (terminal_request, files) = accept_terminal_request(input).await?;
    let (sig, messages) = Out::channel();
    let work = async {
        match terminal_request {
            // They are open here, and nowhere else.
            TerminalRequest::Session { what } => session::execute(sessions, what, &sig).await,
            other => execute(app, other, files, &sig).await,
        }
        drop(sig);
    };
    tokio::join!(work, send_messages(messages, out)).1
}

async fn accept_terminal_request(input: OwnedReadHalf) -> io::Result<(TerminalRequest, Files)> {
    let mut lines = BufReader::new(input.take(AT_MOST));
    let (mut line, mut terminal_request, mut files) = (Vec::new(), None, Files::new());
    loop {
        line.clear();
        (&mut lines).take(LONGEST_LINE).read_until(b'\n', &mut line).await?;
        match serde_json::from_slice(&line)
            .map_err(|e| io::Error::new(io::ErrorKind::InvalidData, Malformed::from(e)))?
        {
            Incoming::TerminalRequest(o) => terminal_request = Some(o),
            Incoming::FileEntry { name, data } => files.entry(name).or_default().extend(data),
            Incoming::Klar => break,
        }
    }
    terminal_request.map(|o| (o, files)).ok_or(io::ErrorKind::InvalidData.into())
}

async fn send_messages(mut messages: mpsc::Receiver<Message>, out: OwnedWriteHalf) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    while let Some(message) = messages.recv().await {
        send(&mut out, &message).await?;
        if messages.is_empty() {
            out.flush().await?;
        }
    }
    out.shutdown().await
}

async fn send<T: Serialize>(out: &mut BufWriter<OwnedWriteHalf>, message: &T) -> io::Result<()> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    out.write_all(&line).await
}

/// A connection to the service that has the folder open, if there is one.
pub async fn connect(folder: &Path) -> Option<UnixStream> {
    let (path, _folder) = short_path(folder).ok()?;
    match UnixStream::connect(&path).await {
        // The service may belong to somebody else than its folder does.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            let connection = owner::as_caller(|| std::os::unix::net::UnixStream::connect(&path)).ok()?;
            connection.set_nonblocking(true).ok()?;
            UnixStream::from_std(connection).ok()
        }
        answer => answer.ok(),
    }
}

/// Has the service carry out a command, and shows what it says; the exit code.
pub async fn ask_service(
    connection: UnixStream,
    terminal_request: TerminalRequest,
    files: Files,
    mut terminal: Terminal,
) -> u8 {
    let (input, out) = connection.into_split();
    match talk_with(input, out, terminal_request, files, |message| terminal.take(message)).await {
        Ok(Some(code)) => code,
        Ok(None) => terminal.decline("Tjenesten stoppede, før kommandoen var udført.", REFUSED),
        Err(error) => terminal.decline(&format!("Forbindelsen til tjenesten blev afbrudt: {error}"), REFUSED),
    }
}

async fn talk_with(
    input: OwnedReadHalf,
    out: OwnedWriteHalf,
    terminal_request: TerminalRequest,
    files: Files,
    mut accept: impl FnMut(Message) -> Option<u8>,
) -> io::Result<Option<u8>> {
    let mut out = BufWriter::new(out);
    send(&mut out, &Incoming::TerminalRequest(terminal_request)).await?;
    for (name, bytes) in files {
        send(&mut out, &Incoming::FileEntry { name: name.clone(), data: Vec::new() }).await?;
        for piece in bytes.chunks(PIECE) {
            send(&mut out, &Incoming::FileEntry { name: name.clone(), data: piece.to_vec() }).await?;
        }
    }
    send(&mut out, &Incoming::Klar).await?;
    out.flush().await?;
    let (mut lines, mut line) = (BufReader::new(input), Vec::new());
    loop {
        line.clear();
        if lines.read_until(b'\n', &mut line).await? == 0 {
            return Ok(None);
        }
        if let Some(code) = accept(serde_json::from_slice(&line)?) {
            return Ok(Some(code));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::Also;
    use crate::terminal::trial::{Answer, Trial, erase_request};
    use crate::terminal::{Format, execute};

    async fn through(folder: &Path, terminal_request: TerminalRequest, files: Files) -> Answer {
        let (input, out) = connect(folder).await.expect("the service listens").into_split();
        let mut answer = Answer::default();
        talk_with(input, out, terminal_request, files, |message| answer.take(message)).await.unwrap().expect("an end");
        answer
    }

    fn sessions(p: &Trial) -> Sessions {
        Sessions::open(p.path(), Arc::new(crate::clock::Clock::System)).unwrap()
    }

    async fn wait(folder: &Path) {
        while connect(folder).await.is_none() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    #[tokio::test]
    async fn a_command_says_the_same_through_the_socket_as_on_the_folder() {
        let p = Trial::small().await;
        let (stop, stopped) = watch::channel(false);
        let service = tokio::spawn(open(p.path()).unwrap().attend(p.app.clone(), sessions(&p), stopped));
        wait(p.path()).await;
        let terminal = [
            TerminalRequest::Replay { forloeb: None, til: None, format: Format::Json },
            TerminalRequest::Replay { forloeb: None, til: Some(p.app.clock.now()), format: Format::Text },
            TerminalRequest::Export { forloeb: None, earlier: Vec::new() },
            TerminalRequest::Backup { known_ones: Vec::new() },
            TerminalRequest::compare(),
            TerminalRequest::token_list(),
            TerminalRequest::TokenRevoke { id: "0f3a5c7e9b1d".to_owned() },
            erase_request("1", Also::default()),
            TerminalRequest::Import(crate::terminal::import::Asked::default()),
        ];
        let files = || Files::from([("fravaer".to_owned(), vec![b'x'; 3 * PIECE])]);
        for terminal_request in terminal {
            let direct = p.bed_with(terminal_request.clone(), files()).await;
            assert_eq!(through(p.path(), terminal_request.clone(), files()).await, direct, "{terminal_request:?}");
        }
        stop.send_replace(true);
        service.await.unwrap();
        assert!(!p.path().join(NAME).exists());
    }

    #[tokio::test]
    async fn only_the_owner_opens_the_socket_and_one_left_behind_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let rights = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        drop(std::os::unix::net::UnixListener::bind(folder.path().join(NAME)).unwrap()); // as a crash leaves it
        assert!(connect(folder.path()).await.is_none());
        let new = ControlSocket::open(folder.path()).unwrap();
        assert_eq!(rights(&folder.path().join(NAME)), 0o600);
        assert!(connect(folder.path()).await.is_some());
        drop(new);
        assert!(connect(folder.path()).await.is_none());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    /// As where a group shares the folder: root's command acts as the folder's owner, and the socket is somebody else's.
    #[test]
    fn root_reaches_a_service_that_does_not_own_the_folder() {
        const OWNER: u32 = 65_534;
        if !rustix::process::geteuid().is_root() {
            println!("not root: it cannot be tried to act as somebody else");
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let services = runtime();
        let _within = services.enter();
        let _control_socket = ControlSocket::open(folder.path()).unwrap();
        std::os::unix::fs::chown(folder.path(), Some(OWNER), Some(OWNER)).unwrap();
        // The change lasts as long as its thread.
        std::thread::scope(|threads| {
            threads.spawn(|| {
                owner::act_for(folder.path(), owner::For::Command).unwrap();
                assert!(std::os::unix::net::UnixStream::connect(folder.path().join(NAME)).is_err());
                assert!(runtime().block_on(connect(folder.path())).is_some());
            });
        });
    }

    #[tokio::test]
    async fn a_long_path_is_no_hindrance() {
        let folder = tempfile::tempdir().unwrap();
        let long = folder.path().join("x".repeat(150));
        std::fs::create_dir(&long).unwrap();
        let _control_socket = ControlSocket::open(&long).unwrap();
        assert!(connect(&long).await.is_some());
    }

    #[tokio::test]
    async fn a_call_cut_short_does_nothing() {
        let p = Trial::small().await;
        let before = p.app.log.head();
        let (one_end, other) = UnixStream::pair().unwrap();
        let (input, mut out) = one_end.into_split();
        out.write_all(b"{\"ordre\":{\"erase\":{\"medarbejder\":\"1005\",\"aarsag\":\"x\"}}}\n").await.unwrap();
        drop((input, out));
        assert!(one(&p.app, &sessions(&p), other).await.is_err());
        assert_eq!(p.app.log.head(), before);
        let (sig, modtager) = Out::channel();
        drop(modtager);
        execute(&p.app, TerminalRequest::Export { forloeb: None, earlier: Vec::new() }, Files::new(), &sig).await; // nobody listens: it ends
    }

    #[tokio::test]
    async fn a_line_without_an_end_is_not_read_to_it() {
        let p = Trial::small().await;
        let (one_end, other) = UnixStream::pair().unwrap();
        let (input, mut out) = one_end.into_split();
        let sends = tokio::spawn(async move {
            let piece = vec![b'x'; 1 << 20];
            let mut sent = 0;
            while sent <= 4 * LONGEST_LINE && out.write_all(&piece).await.is_ok() {
                sent += piece.len() as u64;
            }
            sent
        });
        assert!(one(&p.app, &sessions(&p), other).await.is_err());
        drop(input);
        let sent = sends.await.unwrap();
        assert!((LONGEST_LINE..2 * LONGEST_LINE).contains(&sent), "{sent} bytes");
    }
}
