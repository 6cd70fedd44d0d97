//! The disk itself: append, sync, again.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Bytes reserved at a time.
const ROOM: u64 = 16 << 20;

/// An empty file, and the bytes reserved for it.
pub(crate) fn reserved(path: &Path) -> io::Result<(File, u64)> {
    let file = File::create(path)?;
    rustix::fs::fallocate(&file, rustix::fs::FallocateFlags::empty(), 0, ROOM)?;
    file.sync_all()?;
    Ok((file, ROOM))
}

/// A plain program that appends to a file whose room is reserved, and calls `fdatasync` after each group.
#[derive(Debug)]
pub struct Plain {
    path: PathBuf,
}

impl Plain {
    /// One that writes to this file.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// Events a second, in groups of `group` events of `event` bytes. Reserving room is not counted.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn rate(&self, group: usize, event: usize, time: Duration) -> io::Result<f64> {
        let bytes = vec![b'x'; group * event];
        let (mut file, mut room) = reserved(&self.path)?;
        let (mut offset, mut events) = (0, 0_u32);
        let (mut start, mut elapsed) = (Instant::now(), Duration::ZERO);
        while elapsed + start.elapsed() < time {
            if offset + bytes.len() as u64 > room {
                elapsed += start.elapsed();
                (file, room) = reserved(&self.path)?;
                offset = 0;
                start = Instant::now();
            }
            file.write_all_at(&bytes, offset)?;
            file.sync_data()?;
            offset += bytes.len() as u64;
            events += u32::try_from(group).unwrap_or(u32::MAX);
        }
        Ok(f64::from(events) / (elapsed + start.elapsed()).as_secs_f64())
    }
}
