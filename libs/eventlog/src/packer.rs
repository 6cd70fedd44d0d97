//! The thread behind the writer: packs full segments, brings them into the index, and writes down the head.

use std::{
    os::unix::fs::FileExt as _,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::Ordering::Relaxed,
        mpsc::{Receiver, RecvTimeoutError},
    },
    thread,
    time::Duration,
};

use tracing::warn;

use crate::{
    Head, ReadError, head_file,
    index::{Index, Marker},
    pack::{Item, NotPacked, items, pack},
    packed::{Packed, tiles_over},
    seen::Seen,
    segment::Raw,
    shared::{Shared, hold, read, write},
};

/// How often the head is written down.
const HEAD_EVERY: Duration = Duration::from_secs(1);
/// Commits forgotten while readers and the writer wait.
const AT_ONCE: usize = 256;

pub(crate) struct Packer {
    shared: Arc<Shared>,
    /// One message for each segment that is full; nobody sends any more when the writer has ended.
    full: Receiver<()>,
    written: Head,
    /// Keys the filter had when it was last saved.
    saved: u64,
}

impl Packer {
    /// `written` is the head that the file with the head has.
    pub(crate) fn new(shared: Arc<Shared>, full: Receiver<()>, written: Head) -> Packer {
        let saved = read(&shared.seen).up_to;
        Packer { shared, full, written, saved }
    }

    /// Ends when the writer has ended, and closes the log.
    pub(crate) fn run(mut self) {
        // Those who wait for an answer come first. A thread of its own has a priority of its own on Linux; where it may
        // not be lowered, nothing is lost but speed.
        let _ = rustix::process::setpriority_process(Some(rustix::thread::gettid()), 19);
        let mut open = true;
        while open {
            // One at a time: the head is written in between, and an end is noticed.
            let more = self.pack_one();
            let wait = if more { Duration::ZERO } else { HEAD_EVERY };
            open = !matches!(self.full.recv_timeout(wait), Err(RecvTimeoutError::Disconnected));
            self.write_head();
        }
        self.close();
    }

    /// Packs the first full segment; says whether there may be another.
    fn pack_one(&mut self) -> bool {
        if !self.shared.options.pack || self.shared.fault.get().is_some() {
            return false;
        }
        let Some(raw) = read(&self.shared.segments).to_pack() else { return false };
        // The writer may be waiting for this thread, so it must not end before the writer does.
        let packed = catch_unwind(AssertUnwindSafe(|| self.pack(&raw))).unwrap_or(Err(NotPacked::Panicked));
        // The raw segment serves as well. It is tried again in a second.
        let failed = packed.err();
        if let Some(error) = &failed {
            warn!(%error, first = raw.first, "a segment could not be packed");
        }
        let more = failed.is_none();
        *hold(&self.shared.not_packed) = failed.map(Arc::new);
        more
    }

    fn pack(&mut self, raw: &Raw) -> Result<(), NotPacked> {
        let Shared { disk, folder, .. } = &*self.shared;
        let mut bytes = vec![0; usize::try_from(raw.end).unwrap_or(usize::MAX)];
        raw.file.read_exact_at(&mut bytes, 0)?;
        let (header, items) = items(raw.first, &bytes).map_err(NotPacked::Damaged)?;
        let packed = Arc::new(pack(disk, &folder.packed(raw.first), &header, raw.leaf, &items)?);
        self.take_over(&packed, &items);
        write(&self.shared.tail).shrink();
        disk.remove(&folder.segment(raw.first))?;
        self.save_seen(false);
        Ok(())
    }

    /// From here on the commits are found through the index and in the packed segment.
    fn take_over(&self, packed: &Arc<Packed>, items: &[Item<'_>]) {
        // After a failure nothing may follow: the index would have a hole. The next start builds it anew.
        if !self.shared.index_broken.load(Relaxed) {
            // A failure marks the index as broken; then reads say so.
            let _: Result<(), ReadError> = self.shared.with_index(|index| {
                let mut sorted: Vec<&Item<'_>> = items.iter().collect();
                sorted.sort_unstable_by_key(|item| (item.stream, item.version));
                for of_stream in sorted.chunk_by(|one, other| one.stream == other.stream) {
                    let (first, last) = (of_stream[0], of_stream[of_stream.len() - 1]);
                    let version = last.version + u64::from(last.count) - 1;
                    index.add(first.stream, packed.footer.first, first.version, version, last.hash)?;
                }
                let hashes: Vec<_> = items.iter().map(|item| item.hash).collect();
                let tiles = tiles_over(packed.footer.leaf, &hashes);
                index.set_tiles(packed.footer.first, packed.footer.after, &tiles)?;
                index.set_applied(packed.head())
            });
        }
        let short = |item: &Item<'_>| item.idempotency.map(|known| known.key);
        for some in items.chunks(AT_ONCE) {
            let mut seen = write(&self.shared.seen);
            some.iter().filter_map(short).for_each(|key| seen.insert_key(&key));
        }
        write(&self.shared.seen).up_to = packed.footer.last;
        let _settled = hold(&self.shared.settled);
        write(&self.shared.segments).replace(Arc::clone(packed));
        for some in items.chunks(AT_ONCE) {
            write(&self.shared.tail).forget(some.iter().map(|item| (item.stream, short(item))));
        }
    }

    /// Saves the filter when a good part of it is new: then a start has little to add, and saving costs little for each key.
    fn save_seen(&mut self, at_end: bool) {
        let up_to = read(&self.shared.seen).up_to;
        if up_to == self.saved || (!at_end && up_to < self.saved + self.saved / 4) {
            return;
        }
        let bytes = read(&self.shared.seen).encode();
        match Seen::save(&self.shared.disk, &self.shared.folder.seen, &bytes) {
            Ok(()) => self.saved = up_to,
            // The next start makes it again.
            Err(error) => warn!(%error, "the filter over keys could not be saved"),
        }
    }

    fn write_head(&mut self) {
        let head = self.shared.head();
        // A damaged log keeps what is known of its end.
        if head == self.written || self.shared.fault.get().is_some() {
            return;
        }
        match head_file::write(&self.shared.disk, &self.shared.folder.head, head) {
            Ok(()) => self.written = head,
            // The journal does not depend on it.
            Err(error) => warn!(%error, "the head could not be written"),
        }
    }

    fn close(mut self) {
        self.save_seen(true);
        let index = write(&self.shared.index).take();
        let closed = index.map(|index| alone(index).close());
        match closed {
            _ if self.shared.index_broken.load(Relaxed) => self.shared.distrust_index(),
            Some(Ok(())) => {
                if let Err(error) = Marker(&self.shared.folder.index_open).closed(&self.shared.disk) {
                    warn!(%error, "the index could not be marked as closed");
                }
            }
            Some(Err(error)) => {
                warn!(%error, "the index could not be closed");
                self.shared.distrust_index();
            }
            None => {}
        }
        drop(hold(&self.shared.lock).take());
        self.shared.state.send_modify(|state| state.closed = true);
    }
}

/// The index when nobody looks anything up in it any more; who still does is soon through.
fn alone(mut index: Arc<Index>) -> Index {
    loop {
        match Arc::try_unwrap(index) {
            Ok(index) => return index,
            Err(held) => index = held,
        }
        thread::sleep(Duration::from_millis(1));
    }
}
