//! What an error of the file system means for whoever met it: one place decides, everybody asks here.
//!
//! An interrupted call (EINTR) is none of these: [`Disk`](crate::Disk) and the standard library do it again.

use std::{fmt, io};

use rustix::io::Errno;

use crate::error::of_the_system;

/// What an error of the file system means, and so what is right to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trouble {
    /// There is no room for more: the disk is full, a quota is used up, or a file may not become larger. It can be tried
    /// again; what is there can be read.
    NoRoom,
    /// The process, or the machine, has as many files open as it may. It can be tried again in a moment.
    NoDescriptors,
    /// The file system takes no writes, also because the kernel made it so after a fault. What is there can be read.
    ReadOnly,
    /// The device or the file system under the file failed: what was to be read may be gone, what was to be written too.
    Device,
    /// Anything else, a missing right among it. Trying again does not help until somebody has changed something.
    Other,
}

impl Trouble {
    /// What this error means.
    #[must_use]
    pub fn of(error: &io::Error) -> Trouble {
        let errno = of_the_system(error).and_then(Errno::from_io_error);
        let Some(errno) = errno else { return Trouble::of_kind(error.kind()) };
        match errno {
            Errno::NOSPC | Errno::DQUOT | Errno::FBIG => Trouble::NoRoom,
            Errno::MFILE | Errno::NFILE => Trouble::NoDescriptors,
            Errno::ROFS => Trouble::ReadOnly,
            // What ext4, XFS, btrfs and the layers below them say of bytes whose own checksum does not fit.
            Errno::IO | Errno::UCLEAN | Errno::BADMSG | Errno::NODATA | Errno::NXIO | Errno::REMOTEIO => {
                Trouble::Device
            }
            _ => Trouble::Other,
        }
    }

    /// Of an error that did not come from the system itself but says the same.
    fn of_kind(kind: io::ErrorKind) -> Trouble {
        match kind {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => Trouble::NoRoom,
            io::ErrorKind::ReadOnlyFilesystem => Trouble::ReadOnly,
            _ => Trouble::Other,
        }
    }

    /// It may pass by itself, or when somebody makes room: a call that changed nothing can be made again later.
    #[must_use]
    pub fn may_pass(self) -> bool {
        matches!(self, Trouble::NoRoom | Trouble::NoDescriptors | Trouble::ReadOnly)
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Trouble::NoRoom => "there is no room for more",
            Trouble::NoDescriptors => "too many files are open",
            Trouble::ReadOnly => "the file system is read-only",
            Trouble::Device => "the device failed",
            Trouble::Other => "the system refused",
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{AppendError, Cause, ReadError, ReadOnlyReason, pack::NotPacked};

    #[test]
    fn an_error_means_one_thing_wherever_it_is_met() {
        let expected = [
            (Errno::NOSPC, Trouble::NoRoom),
            (Errno::DQUOT, Trouble::NoRoom),
            (Errno::FBIG, Trouble::NoRoom),
            (Errno::MFILE, Trouble::NoDescriptors),
            (Errno::NFILE, Trouble::NoDescriptors),
            (Errno::ROFS, Trouble::ReadOnly),
            (Errno::IO, Trouble::Device),
            (Errno::UCLEAN, Trouble::Device),
            (Errno::ACCESS, Trouble::Other),
            (Errno::NOENT, Trouble::Other),
        ];
        for (errno, trouble) in expected {
            assert_eq!(Trouble::of(&io::Error::from(errno)), trouble, "{errno:?}");
        }
        // Also where others have been made of it since.
        let read = ReadError::io("read a segment")(Errno::MFILE.into());
        assert_eq!(Trouble::of(&io::Error::other(read.clone())), Trouble::NoDescriptors);
        assert_eq!(Trouble::of(&read.into_io()), Trouble::NoDescriptors);
        let written = AppendError::Poisoned { reason: Cause::doing("write", Errno::NOSPC.into()) };
        assert_eq!(
            written.to_string(),
            "the log is stopped after a failed write: write: No space left on device (os error 28)"
        );
        assert_eq!(Trouble::of(&io::Error::other(written)), Trouble::NoRoom);
        let packed = Cause::new(Arc::new(NotPacked::from(io::Error::from(Errno::DQUOT))));
        let refused = AppendError::ReadOnly { reason: ReadOnlyReason::NotPacked { what: packed } };
        assert_eq!(Trouble::of(&io::Error::other(refused)), Trouble::NoRoom);
        assert_eq!(Trouble::of(&io::ErrorKind::StorageFull.into()), Trouble::NoRoom);
        assert_eq!(Trouble::of(&io::ErrorKind::QuotaExceeded.into()), Trouble::NoRoom);
        assert_eq!(Trouble::of(&io::Error::other("made to fail")), Trouble::Other);
    }
}
