//! The master key (hovednøgle), which wraps the key file. It lies outside the data folder, so that neither a copy of the
//! folder nor a backup opens anything by itself.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use sha2::{Digest, Sha256};

/// The bytes of a master key.
const LENGTH: usize = 32;
/// In front of the key, where its mark is made: so the mark is no hash that is used for anything else.
const MARK: &[u8] = b"raskvej hovednoegle";

/// A key that wraps a key file. It is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Master([u8; LENGTH]);

impl std::fmt::Debug for Master {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Master(…)")
    }
}

/// By which master keys are told apart. It is no secret: it stands in the key file and in messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MasterMark(pub(super) [u8; 16]);

impl std::fmt::Display for MasterMark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0[..4].iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl MasterMark {
    /// What stands in a key file that no master key wraps.
    pub(super) const NOBODYS: Self = Self([0; 16]);
}

impl Master {
    /// Reads what `openssl rand -base64 32` writes; blanks and the end of the line around it do not count.
    ///
    /// # Errors
    /// What would be right, without a word of what stood there.
    pub fn read(text: &str) -> Result<Self, &'static str> {
        const WRONG: &str = "skal være 32 tilfældige byte i base64, som openssl rand -base64 32 skriver dem";
        let bytes = BASE64.decode(text.trim()).map_err(|_| WRONG)?;
        let key = <[u8; LENGTH]>::try_from(bytes).map_err(|_| WRONG)?;
        if key == [0; LENGTH] { Err(WRONG) } else { Ok(Self(key)) }
    }

    /// A new one from 32 random bytes.
    #[must_use]
    pub const fn new(bytes: [u8; LENGTH]) -> Self {
        Self(bytes)
    }

    /// As it is written in a file.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}\n", BASE64.encode(self.0))
    }

    /// By which it is told apart from others.
    #[must_use]
    pub fn mark(&self) -> MasterMark {
        let hash = Sha256::new().chain_update(MARK).chain_update(self.0).finalize();
        let mut mark = [0; 16];
        mark.copy_from_slice(&hash[..16]);
        MasterMark(mark)
    }

    pub(super) fn cipher(&self) -> XChaCha20Poly1305 {
        cipher(&self.0)
    }
}

/// What wraps a key file that has no master key: everybody knows it, so the file is as open as it looks.
pub(super) fn nobodys_cipher() -> XChaCha20Poly1305 {
    cipher(&[0; LENGTH])
}

pub(super) fn cipher(key: &[u8; LENGTH]) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&(*key).into())
}
