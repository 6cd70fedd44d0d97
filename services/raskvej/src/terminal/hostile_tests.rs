//! Archives and bundles that somebody made to do harm: what they say of themselves is not believed.

use std::io::Write;
use std::path::Path;

use tar::{Builder, EntryType, GnuHeader, Header};

use super::restore::recreate;
use super::*;
use crate::bundle;
use crate::core::Outside;

/// A header for something in an archive.
fn header(kind: EntryType, name: &str, size: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    let gnu: &mut GnuHeader = header.as_gnu_mut().unwrap();
    gnu.name[..name.len()].copy_from_slice(name.as_bytes()); // as it is: the library would refuse some
    header.set_size(size);
    header.set_mode(0o600);
    header.set_cksum();
    header
}

fn refused(archive: &[u8], work: &Path) -> String {
    let (file, folder) = (work.join("kopi.tar"), work.join("ny"));
    std::fs::write(&file, archive).unwrap();
    let denial = recreate(&[file], None, &folder).expect_err("it is no backup").to_string();
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0, "nothing is left behind");
    let beside = std::fs::read_dir(work).unwrap().count();
    assert_eq!(beside, 2, "nothing was written beside the folder");
    denial
}

fn archive(entries: &[(Header, &[u8])]) -> Vec<u8> {
    let mut tar = Builder::new(Vec::new());
    for (header, bytes) in entries {
        tar.get_mut().write_all(header.as_bytes()).unwrap();
        tar.get_mut().write_all(bytes).unwrap();
        tar.get_mut().write_all(&vec![0; bytes.len().next_multiple_of(512) - bytes.len()]).unwrap();
    }
    tar.into_inner().unwrap()
}

#[test]
fn an_archive_takes_no_more_room_than_it_is_long() {
    let work = tempfile::tempdir().unwrap();
    let segment = "journal/seg-00000000000000000001.rvj";
    let terabyte = 1 << 40;
    let alone = |kind, name: &str, size, bytes: &[u8]| archive(&[(header(kind, name, size), bytes)]);
    let mut holes = header(EntryType::GNUSparse, segment, 0);
    holes.as_gnu_mut().unwrap().set_real_size(terabyte);
    let piece = &mut holes.as_gnu_mut().unwrap().sparse[0];
    piece.set_offset(terabyte);
    piece.set_length(0);
    holes.set_cksum();
    for (what, archive, said) in [
        ("a file with holes", archive(&[(holes, b"")]), "almindelige filer"),
        ("a size that is not there", alone(EntryType::Regular, segment, terabyte, b"x"), "Sikkerhedskopien"),
        ("a name without end", alone(EntryType::GNULongName, "././@LongLink", 4 << 20, &vec![b'x'; 4 << 20]), ""),
        ("a link", alone(EntryType::Symlink, segment, 0, b""), "almindelige filer"),
        ("a device", alone(EntryType::Char, segment, 0, b""), "almindelige filer"),
        ("a way out", alone(EntryType::Regular, "../ude", 1, b"x"), "kan ikke læses"),
        ("a manifest that is none", alone(EntryType::Regular, "manifest.json", 1, b"["), "kan ikke læses"),
    ] {
        let denial = refused(&archive, work.path());
        assert!(denial.contains(said), "{what}: {denial}");
    }
}

/// The form that the library writes a long name in is none of these.
#[tokio::test]
async fn a_rule_file_with_a_long_name_is_restored() {
    let p = trial::Trial::small().await;
    let name = format!("regler/{}.toml", "x".repeat(150));
    std::fs::create_dir(p.path().join("regler")).unwrap();
    std::fs::write(p.path().join(&name), "# vores").unwrap();
    let answer = p.bed(TerminalRequest::Backup { known_ones: Vec::new() }).await;
    let work = tempfile::tempdir().unwrap();
    let (file, folder) = (work.path().join("kopi.tar"), work.path().join("ny"));
    std::fs::write(&file, answer.data).unwrap();
    assert_eq!(recreate(&[file], None, &folder).unwrap().head, p.app.log.head());
    assert_eq!(std::fs::read_to_string(folder.join(name)).unwrap(), "# vores");
    p.close().await;
}

#[test]
fn a_bundle_is_read_line_by_line_and_a_line_has_a_bound() {
    let endless = io::Read::take(io::repeat(b'x'), 1 << 30);
    let mut read = 0;
    let error = bundle::verify(Counting(endless, &mut read), |_, _| {}).unwrap_err().to_string();
    assert!(error.contains("linje 1"), "{error}");
    assert!(read < 16 << 20, "{read} bytes were read");
    let deep = format!("{}\n", "[".repeat(1 << 20));
    assert!(bundle::verify(deep.as_bytes(), |_, _| {}).unwrap_err().to_string().contains("linje 1"));
}

struct Counting<'a, R>(R, &'a mut u64);

impl<R: io::Read> io::Read for Counting<'_, R> {
    fn read(&mut self, til: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(til)?;
        *self.1 += read as u64;
        Ok(read)
    }
}

#[tokio::test]
async fn a_file_without_an_end_is_not_read_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let p = trial::Trial::i(folder).await;
    let folder = p.close().await;
    for (request, name) in [
        (TerminalRequest::Import(import::Asked::default()), import::FRAVAER),
        (TerminalRequest::WhatIf { asked: what_if::Asked::default(), format: Format::Text }, what_if::FILE),
    ] {
        assert_eq!(
            crate::ask::run(folder.path(), request, &[(name, "/dev/zero".into())], None, &Outside::default()).await,
            REFUSED
        );
    }
}
