//! The rights of a folder's owner.
//!
//! The service's user owns the data folder, and is often one that nobody can log in as. Where root carries out a command
//! on it, everything made there would be root's, and the next start of the service could not read it. So the command
//! acts as the owner. What the caller brings along and takes away — files to read in, the file given as `--out` — is
//! read and written with the caller's own rights.
//!
//! Linux keeps these rights by thread, and a new thread has those of the one that made it: the change is made before
//! there are others. Who is called for stays in the real user id.

use std::fs::File;
use std::io;
use std::os::fd::IntoRawFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::process::{Gid, Uid, getegid, geteuid, getgid, getuid};
use rustix::thread::{set_thread_groups, set_thread_res_gid, set_thread_res_uid};

const SAME: Option<Uid> = None;
const SAME_GROUP: Option<Gid> = None;

/// How long the rights of the owner are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// By a command, which gives its caller what it made.
    Command,
    /// By a service, which has no caller.
    Good,
}

/// From here on root acts as the owner of a folder, if that is somebody else. Gives the path under which the folder is
/// reached from here on: the owner need not be allowed to enter the folders above it.
///
/// # Errors
/// The system does not let us.
pub fn act_for(folder: &Path, how_long: For) -> io::Result<PathBuf> {
    // Where there is no folder yet, the caller makes one.
    let Ok(open) = File::open(folder) else { return Ok(folder.to_owned()) };
    let found = open.metadata()?;
    let (uid, gid) = (Uid::from_raw(found.uid()), Gid::from_raw(found.gid()));
    if !geteuid().is_root() || uid.is_root() || !found.is_dir() {
        return Ok(folder.to_owned());
    }
    let real = (how_long == For::Good).then_some((uid, gid));
    let become_owner = || -> io::Result<()> {
        set_thread_groups(&[])?;
        set_thread_res_gid(real.map(|r| r.1), gid, real.map(|r| r.1))?;
        set_thread_res_uid(real.map(|r| r.0), uid, real.map(|r| r.0))?;
        Ok(())
    };
    become_owner().map_err(|error| {
        let (folder, uid, gid) = (folder.display(), uid.as_raw(), gid.as_raw());
        io::Error::new(
            error.kind(),
            format!(
                "{folder} ejes af bruger {uid}, og kommandoen kan ikke selv skifte til den ({error}). Kør den sådan: \
                 setpriv --reuid={uid} --regid={gid} --clear-groups raskvej …"
            ),
        )
    })?;
    match File::open(folder) {
        Ok(_) => Ok(folder.to_owned()),
        // Left open for as long as the process lives: this path leads to it.
        Err(_) => Ok(format!("/proc/self/fd/{}", open.into_raw_fd()).into()),
    }
}

/// Does something with the rights of who gave the command. Only the thread that has changed them can; any other has
/// nothing to change back.
///
/// # Errors
/// It failed, or the system does not let us.
pub fn as_caller<T>(act: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    let (uid, gid) = (geteuid(), getegid());
    let (caller, group) = (getuid(), getgid());
    if (uid, gid) == (caller, group) {
        return act();
    }
    // First what gives the right to the rest, and back in the other order.
    set_thread_res_uid(SAME, caller, SAME)?;
    let done = set_thread_res_gid(SAME_GROUP, group, SAME_GROUP).map_err(io::Error::from).and_then(|()| act());
    set_thread_res_gid(SAME_GROUP, gid, SAME_GROUP)?;
    set_thread_res_uid(SAME, uid, SAME)?;
    done
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, chown};

    use super::*;

    const NOBODY: u32 = 65_534;

    fn owner_of(path: &Path) -> (u32, u32) {
        let found = std::fs::metadata(path).unwrap();
        (found.uid(), found.gid())
    }

    #[test]
    fn what_a_command_makes_belongs_to_the_owner_and_what_it_gives_to_the_caller() {
        if !geteuid().is_root() {
            println!("not root: it cannot be tried to act as somebody else");
            return;
        }
        let place = tempfile::tempdir().unwrap();
        std::fs::set_permissions(place.path(), PermissionsExt::from_mode(0o755)).unwrap();
        let (data, out) = (place.path().join("data"), place.path().join("out"));
        std::fs::create_dir(&data).unwrap();
        chown(&data, Some(NOBODY), Some(NOBODY)).unwrap();
        // The change lasts as long as its thread.
        std::thread::scope(|scope| {
            scope.spawn(|| {
                assert_eq!(act_for(&data, For::Command).unwrap(), data);
                std::fs::write(data.join("here"), "").unwrap();
                std::thread::scope(|scope| {
                    scope.spawn(|| std::fs::write(data.join("there"), "").unwrap());
                });
                assert!(std::fs::write(&out, "").is_err(), "the owner may not");
                as_caller(|| std::fs::write(&out, "")).unwrap();
                std::fs::write(data.join("again"), "").unwrap();
            });
            scope.spawn(|| {
                act_for(&data, For::Good).unwrap();
                as_caller(|| std::fs::write(data.join("service"), "")).unwrap();
                assert!(set_thread_res_uid(SAME, Uid::ROOT, SAME).is_err(), "there is no way back");
            });
        });
        for name in ["here", "there", "again", "service"] {
            assert_eq!(owner_of(&data.join(name)), (NOBODY, NOBODY), "{name}");
        }
        assert_eq!(owner_of(&out).0, 0);
        std::fs::write(place.path().join("ours"), "").unwrap();
        assert_eq!(owner_of(&place.path().join("ours")).0, 0);
    }

    #[test]
    fn nothing_changes_in_a_folder_of_ones_own_or_without_one() {
        let place = tempfile::tempdir().unwrap();
        let before = (geteuid(), getegid());
        for folder in [place.path().to_owned(), place.path().join("not there")] {
            assert_eq!(act_for(&folder, For::Good).unwrap(), folder);
        }
        assert_eq!((geteuid(), getegid()), before);
    }
}
