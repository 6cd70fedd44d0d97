//! Files that somebody gives us are read up to a bound, whatever they are: a device has no end.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// Largest file of rules, policies or settings, in bytes.
pub const LARGEST_TEXT: usize = 1 << 20;

/// Reads a file of at most so many bytes.
///
/// # Errors
/// It cannot be read, or there is more.
pub fn read(path: &Path, at_most: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(at_most as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > at_most {
        let error = format!("filen er på over {}", size(at_most));
        return Err(io::Error::new(ErrorKind::FileTooLarge, error));
    }
    Ok(bytes)
}

/// Reads a file of text of at most so many bytes.
///
/// # Errors
/// As [`read`], or it is not UTF-8.
pub fn read_text(path: &Path, at_most: usize) -> io::Result<String> {
    let text = String::from_utf8(read(path, at_most)?);
    text.map_err(|_| io::Error::new(ErrorKind::InvalidData, "filen er ikke tekst i UTF-8"))
}

/// A bound as it is told to people.
#[must_use]
pub fn size(bytes: usize) -> String {
    if bytes >= 1 << 20 { format!("{} MB", bytes >> 20) } else { format!("{} KB", bytes >> 10) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_an_end_is_refused_and_one_at_the_bound_is_read() {
        let error = read(Path::new("/dev/zero"), LARGEST_TEXT).unwrap_err();
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::FileTooLarge, "filen er på over 1 MB"));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fil");
        std::fs::write(&path, [b'x'; 2048]).unwrap();
        assert_eq!(read_text(&path, 2048).unwrap().len(), 2048);
        assert_eq!(read(&path, 2047).unwrap_err().to_string(), "filen er på over 1 KB");
    }
}
