//! Cuts a log that is not open back to an earlier end, for a restore to a point in time.

use std::{fs, io, path::Path, sync::Arc};

use crate::{
    Commit, Fault, Head, OpenError, ReadError,
    cache::Cache,
    disk::Disk,
    frame::{decode_commit, put_frame},
    head_file,
    pack::items,
    packed::{Packed, Unopened},
    segment::{Active, Folder, Prepared, packed_name},
};

/// Removes from the log in a folder the first commit that `keep` says no to, and every one after it. Where it ends then.
///
/// The index goes too, and is made again when the log is opened. Only for a folder that nobody has open, and of which
/// there is another copy: what is cut is gone.
///
/// # Errors
/// The file system refuses, or a segment is damaged before the place where it would be cut.
pub fn cut(folder: &Path, keep: &mut dyn FnMut(&Commit) -> bool) -> Result<Head, OpenError> {
    let disk = Disk::new(None);
    let folder = Folder::new(folder);
    let failed = OpenError::io("cut the journal", &folder.journal);
    cut_journal(&disk, &folder, keep).map_err(failed)
}

/// Tells the commits of a log that is not open, in order.
///
/// # Errors
/// The file system refuses, or a segment is damaged.
pub fn each_commit(folder: &Path, see: &mut dyn FnMut(&Commit)) -> Result<(), OpenError> {
    let folder = Folder::new(folder);
    let mut see_all = || -> io::Result<()> {
        for names in folder.segments()? {
            commits(&folder, names.first, names.packed)?.iter().for_each(|(commit, ..)| see(commit));
        }
        Ok(())
    };
    see_all().map_err(OpenError::io("read the journal", &folder.journal))
}

fn cut_journal(disk: &Disk, folder: &Folder, keep: &mut dyn FnMut(&Commit) -> bool) -> io::Result<Head> {
    let mut head = Head::EMPTY;
    let mut cut = false;
    for names in folder.segments()? {
        let files = [(names.packed, folder.packed(names.first)), (names.raw, folder.segment(names.first))];
        let files: Vec<_> = files.into_iter().filter(|(there, _)| *there).map(|(_, path)| path).collect();
        if !cut {
            let commits = commits(folder, names.first, names.packed)?;
            let kept = commits.iter().take_while(|commit| keep(&commit.0)).count();
            cut = kept < commits.len();
            if cut {
                // Written anew as a raw segment of what is kept, in the place of whatever was there.
                let before = head;
                let prepared = Prepared::new(disk, folder, before, room(&commits[..kept]))?;
                let (active, _) = prepared.install(disk, folder, 0)?;
                head = write(disk, &active, before, &commits[..kept])?;
                if names.packed {
                    disk.remove(&folder.packed(names.first))?;
                }
                continue;
            }
            if let Some((_, _, last)) = commits.last() {
                head = *last;
            }
            continue;
        }
        files.iter().try_for_each(|path| disk.remove(path))?;
    }
    disk.sync_folder(&folder.journal)?;
    for (lost, path) in
        [(fs::remove_dir_all(&folder.index), &folder.index), (fs::remove_file(&folder.seen), &folder.seen)]
    {
        match lost {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(io::Error::new(error.kind(), format!("{}: {error}", path.display())));
            }
            _ => {}
        }
    }
    head_file::write(disk, &folder.head, head)?;
    Ok(head)
}

type Kept = (Commit, Vec<u8>, Head);

/// The commits of a segment in order, with their bodies and the head after each.
fn commits(folder: &Folder, first: u64, packed: bool) -> io::Result<Vec<Kept>> {
    let kept = |body: &[u8], hash| -> io::Result<Kept> {
        let commit = decode_commit(body).map_err(|what| io::Error::new(io::ErrorKind::InvalidData, what))?;
        let head = Head { position: commit.last(), hash };
        Ok((commit, body.to_vec(), head))
    };
    if !packed {
        let bytes = fs::read(folder.segment(first))?;
        let (_, items) = items(first, &bytes).map_err(|fault| ReadError::Damaged(fault).into_io())?;
        return items.iter().map(|item| kept(item.body, item.hash)).collect();
    }
    let packed = match Packed::open(&Disk::default(), &folder.packed(first)) {
        Ok(packed) => Arc::new(packed),
        Err(Unopened::Io(error)) => return Err(error),
        Err(Unopened::Damaged(offset, what)) => {
            let segment = packed_name(first);
            return Err(ReadError::Damaged(Fault { segment, offset, position: first, what }).into_io());
        }
    };
    let cache = Cache::new(64 << 20);
    let commit = |nth| -> Result<io::Result<Kept>, ReadError> {
        packed.commit(nth, &cache, |found| Ok(kept(found.body, packed.checked_hash(nth, found.body)?)))?
    };
    (0..packed.footer.commits).map(|nth| commit(nth).map_err(ReadError::into_io)?).collect()
}

fn room(commits: &[Kept]) -> u64 {
    let bytes: usize = commits.iter().map(|(_, body, _)| body.len() + crate::frame::FRAME_OVERHEAD).sum();
    (bytes + crate::frame::SEGMENT_HEADER) as u64
}

fn write(disk: &Disk, active: &Active, before: Head, commits: &[Kept]) -> io::Result<Head> {
    let mut bytes = Vec::new();
    let mut head = before;
    for (_, body, after) in commits {
        let hash = put_frame(&mut bytes, active.salt, head.hash, |out| out.extend_from_slice(body));
        if hash != after.hash {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the chain of hashes is broken"));
        }
        head = *after;
    }
    disk.write_at(&active.file, &bytes, active.end)?;
    disk.sync(&active.file)?;
    Ok(head)
}
