//! What a plain program reaches at the same work: clients that wait, one thread that hashes, appends and syncs.

use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};
use tokio::sync::{mpsc, oneshot};

use crate::plain::reserved;
use crate::rounds::clients;

/// Events the thread takes at once, as many as the log.
const AT_ONCE: usize = 1024;

/// Clients, a queue, and one thread that for each event computes a SHA-256 that covers the one before and a CRC32C, writes
/// what was queued, calls `fdatasync` and answers. Nothing else of a log: no versions, no keys, no readers, no packing.
#[derive(Debug)]
pub struct Relay {
    path: PathBuf,
}

type Asked = (Vec<u8>, oneshot::Sender<()>);

impl Relay {
    /// One that writes to this file.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// Events a second of `event` bytes for `number` clients, and the average group.
    ///
    /// # Errors
    /// The file cannot be written.
    pub async fn rate(&self, number: usize, event: usize, time: Duration) -> io::Result<(f64, f64)> {
        let (ask, queue) = mpsc::channel::<Asked>(4096);
        let path = self.path.clone();
        let writer = std::thread::spawn(move || write(&path, queue));
        let ask = Arc::new(ask);
        let asking = Arc::clone(&ask);
        let load = clients(number, time, move |_, _| {
            let ask = Arc::clone(&asking);
            async move {
                let (answer, answered) = oneshot::channel();
                // Where the thread has ended its error is told below.
                let _ = ask.send((vec![b'x'; event], answer)).await;
                let _ = answered.await;
            }
        })
        .await;
        drop(ask);
        let groups = writer.join().map_err(|_| io::Error::other("the writing thread panicked"))??;
        Ok((load.rate(), load.calls as f64 / f64::from(groups.max(1))))
    }
}

fn write(path: &Path, mut queue: mpsc::Receiver<Asked>) -> io::Result<u32> {
    let (mut taken, mut buffer, mut before) = (Vec::new(), Vec::new(), [0_u8; 32]);
    let (mut file, mut room) = reserved(path)?;
    let (mut offset, mut groups) = (0, 0);
    loop {
        // As the log does: who was just answered often asks again before this thread could be woken.
        let until = Instant::now() + Duration::from_micros(100);
        while queue.is_empty() && !queue.is_closed() && Instant::now() < until {
            std::thread::yield_now();
        }
        if queue.blocking_recv_many(&mut taken, AT_ONCE) == 0 {
            return Ok(groups);
        }
        for (bytes, _) in &taken {
            before = Sha256::new().chain_update(before).chain_update(bytes).finalize().into();
            buffer.extend_from_slice(bytes);
            buffer.extend_from_slice(&crc32c::crc32c(bytes).to_le_bytes());
        }
        if offset + buffer.len() as u64 > room {
            (file, room) = reserved(path)?;
            offset = 0;
        }
        file.write_all_at(&buffer, offset)?;
        file.sync_data()?;
        offset += buffer.len() as u64;
        groups += 1;
        buffer.clear();
        for (_, answer) in taken.drain(..) {
            let _ = answer.send(());
        }
    }
}
