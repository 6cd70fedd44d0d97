//! PostgreSQL, started here for the measurement in a folder of its own, with `fsync` and `synchronous_commit` on.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, geteuid, kill_process};
use tempfile::TempDir;
use tokio_postgres::{Client, NoTls, Statement};

/// How long a start may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// Connections it takes.
const CONNECTIONS: usize = 80;

const SCHEMA: &str = "
CREATE TABLE events (
    position bigserial PRIMARY KEY, stream text NOT NULL, version bigint NOT NULL, body bytea NOT NULL,
    UNIQUE (stream, version)
);
CREATE FUNCTION append_event(s text, expected bigint, b bytea) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE actual bigint; at bigint;
BEGIN
    SELECT coalesce(max(version), 0) INTO actual FROM events WHERE stream = s;
    IF actual <> expected THEN RAISE EXCEPTION 'version % instead of %', actual, expected; END IF;
    INSERT INTO events (stream, version, body) VALUES (s, expected + 1, b) RETURNING position INTO at;
    RETURN at;
END $$;
";

/// A running server; it stops, and its files go, when this is dropped.
#[derive(Debug)]
pub struct Postgres {
    server: Child,
    folder: TempDir,
}

/// One connection.
#[derive(Debug)]
pub struct Appender {
    client: Client,
    append: Statement,
}

impl Postgres {
    /// Makes a cluster in a new folder under `parent` and starts it, listening on a socket there and nowhere else.
    ///
    /// # Errors
    /// It is not installed, or does not start; the text says which.
    pub async fn start(parent: &Path) -> Result<Self, String> {
        let bin = newest_bin().ok_or("PostgreSQL is not installed (Debian: postgresql)")?;
        let folder = tempfile::Builder::new().prefix("pg").tempdir_in(parent).map_err(|e| e.to_string())?;
        let root = geteuid().is_root();
        if root {
            run(Command::new("chown").arg("postgres:").arg(folder.path()))?;
        }
        let as_postgres = |program: PathBuf| {
            let mut command = Command::new(if root { Path::new("setpriv") } else { &program });
            if root {
                // PostgreSQL does not run as root.
                command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]).arg(&program);
            }
            command.current_dir(folder.path());
            command
        };
        let data = folder.path().join("data");
        run(as_postgres(bin.join("initdb"))
            .arg("-D")
            .arg(&data)
            .args(["-A", "trust", "-U", "postgres", "-E", "UTF8"]))?;
        let settings = [
            "fsync=on".to_owned(),
            "synchronous_commit=on".to_owned(),
            "listen_addresses=".to_owned(),
            format!("unix_socket_directories={}", folder.path().display()),
            format!("max_connections={CONNECTIONS}"),
        ];
        let server = as_postgres(bin.join("postgres"))
            .arg("-D")
            .arg(&data)
            .args(settings.iter().flat_map(|s| ["-c", s]))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| e.to_string())?;
        let postgres = Self { server, folder };
        let start = Instant::now();
        loop {
            match postgres.client().await {
                Ok(client) => {
                    client.batch_execute(SCHEMA).await.map_err(|e| e.to_string())?;
                    return Ok(postgres);
                }
                Err(error) if start.elapsed() > PATIENCE => return Err(format!("PostgreSQL does not answer: {error}")),
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
    }

    /// The folder of its socket, for those who connect by themselves.
    #[must_use]
    pub fn socket_folder(&self) -> &Path {
        self.folder.path()
    }

    async fn client(&self) -> Result<Client, tokio_postgres::Error> {
        let mut config = tokio_postgres::Config::new();
        config.host_path(self.folder.path()).user("postgres").dbname("postgres");
        let (client, connection) = config.connect(NoTls).await?;
        tokio::spawn(connection);
        Ok(client)
    }

    /// Connections for so many clients: one each, up to 64.
    ///
    /// # Errors
    /// The server refuses.
    pub async fn connect(&self, clients: usize) -> Result<Vec<Appender>, tokio_postgres::Error> {
        let mut appenders = Vec::new();
        for _ in 0..clients.min(64) {
            let client = self.client().await?;
            let append = client.prepare("SELECT append_event($1, $2, $3)").await?;
            appenders.push(Appender { client, append });
        }
        Ok(appenders)
    }
}

impl Appender {
    /// Inserts an event behind a version of its stream; returns when it is on disk.
    ///
    /// # Errors
    /// The server refuses.
    pub async fn append(&self, stream: &str, expected: u64, body: &[u8]) -> Result<i64, tokio_postgres::Error> {
        let expected = i64::try_from(expected).unwrap_or(i64::MAX);
        Ok(self.client.query_one(&self.append, &[&stream, &expected, &body]).await?.get(0))
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // SIGINT: stop at once, in order.
        if let Some(pid) = i32::try_from(self.server.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process(pid, Signal::INT);
        }
        let _ = self.server.wait();
    }
}

fn newest_bin() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?.filter_map(Result::ok);
    let newest = versions.filter_map(|v| v.file_name().to_str()?.parse::<u32>().ok()).max()?;
    let bin = PathBuf::from(format!("/usr/lib/postgresql/{newest}/bin"));
    bin.join("initdb").exists().then_some(bin)
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.stdin(Stdio::null()).output().map_err(|e| format!("{command:?}: {e}"))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr))),
    }
}
