//! A file that is written and read from one end to the other, with a checksum of all of it at the end.

use std::io::{self, Read, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::CheckpointFejl;

/// Bytes of the checksum.
const SUM: usize = 4;

#[derive(Debug)]
pub(super) struct Skriver<W> {
    ud: W,
    sum: u32,
    bytes: u64,
}

impl<W: Write> Skriver<W> {
    pub(super) const fn ny(ud: W) -> Self {
        Self { ud, sum: 0, bytes: 0 }
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.sum = crc32c::crc32c_append(self.sum, bytes);
        self.bytes += bytes.len() as u64;
        self.ud.write_all(bytes)
    }

    /// How many of something follow.
    pub(super) fn antal(&mut self, antal: usize) -> io::Result<()> {
        self.bytes(&(antal as u64).to_le_bytes())
    }

    /// A value, with its length before it.
    pub(super) fn post(&mut self, vaerdi: &impl Serialize) -> io::Result<()> {
        let bytes = postcard::to_stdvec(vaerdi).map_err(io::Error::other)?;
        let laengde = u32::try_from(bytes.len()).map_err(io::Error::other)?;
        self.bytes(&laengde.to_le_bytes())?;
        self.bytes(&bytes)
    }

    /// Adds the checksum; the writer, and how many bytes there are.
    pub(super) fn slut(mut self) -> io::Result<(W, u64)> {
        let sum = self.sum;
        self.bytes(&sum.to_le_bytes())?;
        self.ud.flush()?;
        Ok((self.ud, self.bytes))
    }
}

#[derive(Debug)]
pub(super) struct Laeser<R> {
    ind: R,
    sum: u32,
    rest: u64,
    buffer: Vec<u8>,
}

impl<R: Read> Laeser<R> {
    /// Over a file of this length.
    pub(super) fn ny(ind: R, laengde: u64) -> Result<Self, CheckpointFejl> {
        let rest = laengde.checked_sub(SUM as u64).ok_or(CheckpointFejl::Beskadiget("for kort"))?;
        Ok(Self { ind, sum: 0, rest, buffer: Vec::new() })
    }

    fn tag(&mut self, bytes: &mut [u8]) -> Result<(), CheckpointFejl> {
        self.rest = self.rest.checked_sub(bytes.len() as u64).ok_or(CheckpointFejl::Beskadiget("for kort"))?;
        self.ind.read_exact(bytes)?;
        self.sum = crc32c::crc32c_append(self.sum, bytes);
        Ok(())
    }

    /// So many bytes.
    pub(super) fn faste<const N: usize>(&mut self) -> Result<[u8; N], CheckpointFejl> {
        let mut bytes = [0; N];
        self.tag(&mut bytes)?;
        Ok(bytes)
    }

    /// How many follow of something that takes at least so many bytes each: never more than there is room for.
    pub(super) fn antal(&mut self, mindst: usize) -> Result<usize, CheckpointFejl> {
        let antal = u64::from_le_bytes(self.faste()?);
        if antal > self.rest / mindst as u64 {
            return Err(CheckpointFejl::Beskadiget("antallet"));
        }
        usize::try_from(antal).map_err(|_| CheckpointFejl::Beskadiget("antallet"))
    }

    /// A value.
    pub(super) fn post<T: DeserializeOwned>(&mut self) -> Result<T, CheckpointFejl> {
        let laengde = u32::from_le_bytes(self.faste()?);
        postcard::from_bytes(self.stykke(laengde as usize)?).map_err(|_| CheckpointFejl::Beskadiget("en post"))
    }

    /// So many bytes, read at once.
    pub(super) fn stykke(&mut self, laengde: usize) -> Result<&[u8], CheckpointFejl> {
        if laengde as u64 > self.rest {
            return Err(CheckpointFejl::Beskadiget("længden"));
        }
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.resize(laengde, 0);
        let laest = self.tag(&mut buffer);
        self.buffer = buffer;
        laest?;
        Ok(&self.buffer)
    }

    /// Everything was read, and the checksum is right.
    pub(super) fn slut(mut self) -> Result<(), CheckpointFejl> {
        let mut sum = [0; SUM];
        self.ind.read_exact(&mut sum)?;
        if self.rest != 0 || u32::from_le_bytes(sum) != self.sum {
            return Err(CheckpointFejl::Beskadiget("kontrolsummen passer ikke"));
        }
        Ok(())
    }
}
