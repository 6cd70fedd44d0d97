//! A plain service that keeps its events in PostgreSQL the usual way: axum, a pool of connections, and one transaction for
//! a command that reads the stream, decides, inserts an event and updates a row.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path as InPath, State};
use axum::http::{HeaderMap, StatusCode, header};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use tokio::sync::{Mutex, Semaphore};
use tokio_postgres::{Client, NoTls, Statement};

/// Connections of the pool.
const POOL: usize = 16;
/// How often a command is tried again when somebody else wrote to the same stream.
const TRIES: usize = 5;

const SCHEMA: &str = "
CREATE TABLE token (hash bytea PRIMARY KEY, role text NOT NULL);
CREATE TABLE forloeb (id text PRIMARY KEY, version bigint NOT NULL, contacts bigint NOT NULL);
CREATE TABLE event (
    position bigserial PRIMARY KEY, stream text NOT NULL, version bigint NOT NULL, body bytea NOT NULL,
    UNIQUE (stream, version)
);
";

struct Connection {
    client: Client,
    role: Statement,
    events: Statement,
    insert: Statement,
    update: Statement,
}

struct Pool {
    free: Semaphore,
    connections: Mutex<Vec<Connection>>,
}

/// Makes the tables: each stream with so many events of this body, and one token.
///
/// # Errors
/// The server refuses.
pub async fn fill(
    socket_folder: &Path,
    streams: &[String],
    events: i64,
    body: &[u8],
    token: &str,
) -> Result<(), tokio_postgres::Error> {
    let client = connect(socket_folder).await?;
    client.batch_execute(SCHEMA).await?;
    client.execute("INSERT INTO token VALUES ($1, 'hr')", &[&hash(token)]).await?;
    client.execute("INSERT INTO forloeb SELECT unnest($1::text[]), $2, 0", &[&streams, &events]).await?;
    let insert = "INSERT INTO event (stream, version, body) \
                  SELECT id, v, $2 FROM forloeb, generate_series(1, $1::bigint) v ORDER BY id, v";
    client.execute(insert, &[&events, &body]).await?;
    client.batch_execute("ANALYZE").await
}

/// Serves on a free port until the process ends; `ready` is told the address.
///
/// # Errors
/// The server or the port refuses.
pub async fn serve(socket_folder: &Path, ready: impl FnOnce(SocketAddr)) -> Result<(), Box<dyn std::error::Error>> {
    let mut connections = Vec::new();
    for _ in 0..POOL {
        let client = connect(socket_folder).await?;
        let role = client.prepare("SELECT role FROM token WHERE hash = $1").await?;
        let events = client.prepare("SELECT version, body FROM event WHERE stream = $1 ORDER BY version").await?;
        let insert = client.prepare("INSERT INTO event (stream, version, body) VALUES ($1, $2, $3)").await?;
        let update = client.prepare("UPDATE forloeb SET version = $2, contacts = contacts + 1 WHERE id = $1").await?;
        connections.push(Connection { client, role, events, insert, update });
    }
    let pool = Arc::new(Pool { free: Semaphore::new(POOL), connections: Mutex::new(connections) });
    let route = axum::routing::post(command);
    let app = axum::Router::new().route("/api/v1/forloeb/{id}/foerste-kontakt", route).with_state(pool);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    ready(listener.local_addr()?);
    Ok(axum::serve(listener, app).await?)
}

async fn command(
    State(pool): State<Arc<Pool>>,
    InPath(id): InPath<String>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Result<Json<Value>, StatusCode> {
    let internal = |_| StatusCode::INTERNAL_SERVER_ERROR;
    let token = headers.get(header::AUTHORIZATION).and_then(|h| h.to_str().ok()?.strip_prefix("Bearer "));
    let token = token.ok_or(StatusCode::UNAUTHORIZED)?;
    let bytes = serde_json::to_vec(&body).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    let _free = pool.free.acquire().await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    let mut connection = pool.connections.lock().await.pop().ok_or(StatusCode::SERVICE_UNAVAILABLE)?;
    let mut answer = Err(StatusCode::CONFLICT);
    for _ in 0..TRIES {
        answer = transaction(&mut connection, &id, token, &bytes).await.map_err(internal).and_then(|done| done);
        if answer != Err(StatusCode::CONFLICT) {
            break;
        }
    }
    pool.connections.lock().await.push(connection);
    answer.map(|()| Json(body))
}

async fn transaction(
    connection: &mut Connection,
    id: &str,
    token: &str,
    body: &[u8],
) -> Result<Result<(), StatusCode>, tokio_postgres::Error> {
    let Connection { client, role, events, insert, update } = connection;
    let transaction = client.transaction().await?;
    if transaction.query_opt(role, &[&hash(token)]).await?.is_none() {
        return Ok(Err(StatusCode::UNAUTHORIZED));
    }
    let mut version = 0;
    for row in transaction.query(events, &[&id]).await? {
        // What a decision needs is in the events: they are read, as any service that keeps them reads them.
        if serde_json::from_slice::<Value>(row.get(1)).is_err() {
            return Ok(Err(StatusCode::INTERNAL_SERVER_ERROR));
        }
        version = row.get::<_, i64>(0);
    }
    if version == 0 {
        return Ok(Err(StatusCode::NOT_FOUND));
    }
    match transaction.execute(insert, &[&id, &(version + 1), &body]).await {
        Err(error) if error.code() == Some(&tokio_postgres::error::SqlState::UNIQUE_VIOLATION) => {
            return Ok(Err(StatusCode::CONFLICT));
        }
        inserted => inserted?,
    };
    transaction.execute(update, &[&id, &(version + 1)]).await?;
    transaction.commit().await?;
    Ok(Ok(()))
}

fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

async fn connect(socket_folder: &Path) -> Result<Client, tokio_postgres::Error> {
    let mut config = tokio_postgres::Config::new();
    config.host_path(socket_folder).user("postgres").dbname("postgres");
    let (client, connection) = config.connect(NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}
