//! A file that is written and read from one end to the other, with a checksum of all of it at the end.

use std::io::{self, Read, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::CheckpointError;

/// Bytes of the checksum.
const SUM: usize = 4;

#[derive(Debug)]
pub(super) struct Writer<W> {
    out: W,
    sum: u32,
    bytes: u64,
}

impl<W: Write> Writer<W> {
    pub(super) const fn new(out: W) -> Self {
        Self { out, sum: 0, bytes: 0 }
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.sum = crc32c::crc32c_append(self.sum, bytes);
        self.bytes += bytes.len() as u64;
        self.out.write_all(bytes)
    }

    /// How many of something follow.
    pub(super) fn count(&mut self, count: usize) -> io::Result<()> {
        self.bytes(&(count as u64).to_le_bytes())
    }

    /// A value, with its length before it.
    pub(super) fn post(&mut self, value: &impl Serialize) -> io::Result<()> {
        let bytes = postcard::to_stdvec(value).map_err(io::Error::other)?;
        let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
        self.bytes(&length.to_le_bytes())?;
        self.bytes(&bytes)
    }

    /// Adds the checksum; the writer, and how many bytes there are.
    pub(super) fn end(mut self) -> io::Result<(W, u64)> {
        let sum = self.sum;
        self.bytes(&sum.to_le_bytes())?;
        self.out.flush()?;
        Ok((self.out, self.bytes))
    }
}

#[derive(Debug)]
pub(super) struct Reader<R> {
    input: R,
    sum: u32,
    rest: u64,
    buffer: Vec<u8>,
}

impl<R: Read> Reader<R> {
    /// Over a file of this length.
    pub(super) fn new(input: R, length: u64) -> Result<Self, CheckpointError> {
        let rest = length.checked_sub(SUM as u64).ok_or(CheckpointError::Damaged("for kort"))?;
        Ok(Self { input, sum: 0, rest, buffer: Vec::new() })
    }

    fn take(&mut self, bytes: &mut [u8]) -> Result<(), CheckpointError> {
        self.rest = self.rest.checked_sub(bytes.len() as u64).ok_or(CheckpointError::Damaged("for kort"))?;
        self.input.read_exact(bytes)?;
        self.sum = crc32c::crc32c_append(self.sum, bytes);
        Ok(())
    }

    /// So many bytes.
    pub(super) fn faste<const N: usize>(&mut self) -> Result<[u8; N], CheckpointError> {
        let mut bytes = [0; N];
        self.take(&mut bytes)?;
        Ok(bytes)
    }

    /// How many follow of something that takes at least so many bytes each: never more than there is room for.
    pub(super) fn count(&mut self, at_least: usize) -> Result<usize, CheckpointError> {
        let count = u64::from_le_bytes(self.faste()?);
        if count > self.rest / at_least as u64 {
            return Err(CheckpointError::Damaged("antallet"));
        }
        usize::try_from(count).map_err(|_| CheckpointError::Damaged("antallet"))
    }

    /// A value.
    pub(super) fn post<T: DeserializeOwned>(&mut self) -> Result<T, CheckpointError> {
        let length = u32::from_le_bytes(self.faste()?);
        postcard::from_bytes(self.piece(length as usize)?).map_err(|_| CheckpointError::Damaged("en post"))
    }

    /// Passes over a value.
    pub(super) fn pass(&mut self) -> Result<(), CheckpointError> {
        let length = u32::from_le_bytes(self.faste()?);
        self.piece(length as usize).map(drop)
    }

    /// So many bytes, read at once.
    pub(super) fn piece(&mut self, length: usize) -> Result<&[u8], CheckpointError> {
        if length as u64 > self.rest {
            return Err(CheckpointError::Damaged("længden"));
        }
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.resize(length, 0);
        let read = self.take(&mut buffer);
        self.buffer = buffer;
        read?;
        Ok(&self.buffer)
    }

    /// Everything was read, and the checksum is right.
    pub(super) fn end(mut self) -> Result<(), CheckpointError> {
        let mut sum = [0; SUM];
        self.input.read_exact(&mut sum)?;
        if self.rest != 0 || u32::from_le_bytes(sum) != self.sum {
            return Err(CheckpointError::Damaged("kontrolsummen passer ikke"));
        }
        Ok(())
    }
}
