//! The file `hoved`: the head of the log, written elsewhere, so that a journal that lost its end is noticed.
//!
//! One line of text: `raskvej hoved 1 <position> <hash> <CRC32C of what is before it, hexadecimal>`.

use std::{fs, io, path::Path};

use crate::{Hash, Head, disk::Disk};

/// What the file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stored {
    Missing,
    Damaged,
    Head(Head),
}

pub(crate) fn read(path: &Path) -> io::Result<Stored> {
    match fs::read(path) {
        Ok(bytes) => Ok(parse(&bytes).map_or(Stored::Damaged, Stored::Head)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Stored::Missing),
        Err(error) => Err(error),
    }
}

/// What it means that there is no head to hold the journal against, for a line of the log.
pub(crate) const MEANING: &str =
    "had the journal lost its end before now, it would not be noticed here: hold it against a seal or a backup";

/// Most damaged heads that are kept; one more takes the place of the last.
const KEPT: u32 = 100;

/// Gives a head that cannot be read a name of its own, so that nothing overwrites it; the name.
pub(crate) fn put_aside(disk: &Disk, path: &Path) -> io::Result<String> {
    let name = |nth: u32| format!("{}.damaged-{nth}", path.file_name().unwrap_or_default().to_string_lossy());
    let name = (1..KEPT).map(name).find(|name| !path.with_file_name(name).exists()).unwrap_or_else(|| name(KEPT));
    disk.rename(&mut Disk::open(path)?, &path.with_file_name(&name))?;
    disk.sync_folder(path.parent().unwrap_or(Path::new(".")))?;
    Ok(name)
}

pub(crate) fn write(disk: &Disk, path: &Path, head: Head) -> io::Result<()> {
    disk.replace(path, line(head).as_bytes())
}

fn line(head: Head) -> String {
    let text = format!("raskvej hoved 1 {} {} ", head.position, head.hash);
    let crc = crc32c::crc32c(text.as_bytes());
    format!("{text}{crc:08x}\n")
}

fn parse(bytes: &[u8]) -> Option<Head> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut words = text.strip_prefix("raskvej hoved 1 ")?.split(' ');
    let position = words.next()?.parse().ok()?;
    let hash: Hash = words.next()?.parse().ok()?;
    let head = Head { position, hash };
    // Only the very line that would be written is whole.
    (line(head) == text).then_some(head)
}
