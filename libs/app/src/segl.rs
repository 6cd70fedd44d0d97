//! The seal (segl): what the log comes to at one head, signed, so that whoever has it can tell later whether they are
//! shown the same log.
//!
//! The text is a *checkpoint* in a *signed note*, the form that transparency logs use (C2SP, `tlog-checkpoint` and
//! `signed-note`), signed with Ed25519:
//!
//! ```text
//! raskvej/<first 16 hexadecimal digits of SHA-256 of the public key>
//! <number of commits>
//! <root of the tree over commits, base64>
//! haendelser <number of events>
//! hoved <chain hash of the last commit, hexadecimal>
//! stroemme <number of streams> <root of the tree over streams, base64>
//! tid <when it was signed, RFC 3339>
//!
//! — <the first line> <base64 of 4 bytes of the key's hash and 64 bytes of signature>
//! ```
//!
//! The key is made when a seal is asked for the first time, in `noegler/segl`, and goes into backups.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::{DateTime, SecondsFormat, Utc};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use eventlog::{Hash, Head, TreeHead};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::durable::{self, Existing, NewFile, SECRET};
use crate::noegler::tilfaeldige;

/// Where the key is, in the data folder and in a backup.
pub const FIL: &str = "noegler/segl";
const MAERKE: &[u8; 16] = b"raskvej-segl-1\0\0";
const LAENGDE: usize = 64;
/// Of the kinds of signature in a signed note, Ed25519.
const ED25519: u8 = 1;

/// The key that seals.
pub struct Segl(SigningKey);

impl std::fmt::Debug for Segl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Segl(…)")
    }
}

/// Why there is no key to seal with.
#[derive(Debug, Error)]
pub enum SeglFejl {
    /// The file cannot be read or made.
    #[error("seglets nøgle: {0}")]
    Fil(#[from] io::Error),
    /// The file is not what was written.
    #[error("seglets nøgle (noegler/segl) er beskadiget: hent den fra en sikkerhedskopi")]
    Beskadiget,
}

impl Segl {
    /// The key of a data folder, made where there is none. Two that make it at once get the same.
    ///
    /// # Errors
    /// It cannot be read or made, or is damaged.
    pub fn i(mappe: &Path) -> Result<Self, SeglFejl> {
        let sti = mappe.join(FIL);
        let bytes = match fs::read(&sti) {
            // Who made it may have been killed before its name was synced, and what it seals is to be opened later.
            Ok(bytes) => durable::sync_names(&sti).map(|()| bytes)?,
            Err(fejl) if fejl.kind() == io::ErrorKind::NotFound => {
                lav(&sti)?;
                fs::read(&sti)?
            }
            Err(fejl) => return Err(fejl.into()),
        };
        Self::laes(&bytes)
    }

    fn laes(bytes: &[u8]) -> Result<Self, SeglFejl> {
        let noegle = bytes.strip_prefix(MAERKE).and_then(|rest| rest.first_chunk::<32>());
        let hel = bytes.len() == LAENGDE && bytes[48..] == sum(bytes);
        noegle.filter(|_| hel).map(|noegle| Self(SigningKey::from_bytes(noegle))).ok_or(SeglFejl::Beskadiget)
    }

    /// The public key, in hexadecimal.
    #[must_use]
    pub fn offentlig(&self) -> String {
        Hash(self.0.verifying_key().to_bytes()).to_string()
    }

    /// Seals what the log comes to.
    #[must_use]
    pub fn forsegl(&self, trae: &TreeHead, tid: DateTime<Utc>) -> String {
        let noegle = self.0.verifying_key();
        let navn = navn(&noegle);
        let Head { position, hash } = trae.head;
        let tid = tid.to_rfc3339_opts(SecondsFormat::Secs, true);
        let (rod, stroemmenes) = (BASE64.encode(trae.root.0), BASE64.encode(trae.streams_root.0));
        let (commits, stroemme) = (trae.commits, trae.streams);
        let tekst = format!(
            "{navn}\n{commits}\n{rod}\nhaendelser {position}\nhoved {hash}\nstroemme {stroemme} {stroemmenes}\ntid {tid}\n"
        );
        let underskrift = [&noegle_id(&navn, &noegle)[..], &self.0.sign(tekst.as_bytes()).to_bytes()].concat();
        format!("{tekst}\n— {navn} {}\n", BASE64.encode(underskrift))
    }
}

fn lav(sti: &Path) -> Result<(), SeglFejl> {
    let mut bytes = [0; LAENGDE];
    bytes[..16].copy_from_slice(MAERKE);
    tilfaeldige(&mut bytes[16..48]).map_err(io::Error::other)?;
    let sum = sum(&bytes);
    bytes[48..].copy_from_slice(&sum);
    let mut ny = NewFile::create(sti, SECRET)?;
    ny.write_all(&bytes)?;
    match ny.finish(Existing::Keep) {
        // Whoever was first has made the key.
        Err(fejl) if fejl.kind() == io::ErrorKind::AlreadyExists => Ok(durable::sync_names(sti)?),
        lagt => Ok(lagt?),
    }
}

fn sum(bytes: &[u8]) -> [u8; 16] {
    let mut sum = [0; 16];
    sum.copy_from_slice(&Sha256::digest(&bytes[..48])[..16]);
    sum
}

fn navn(noegle: &VerifyingKey) -> String {
    format!("raskvej/{}", &Hash::of(noegle.as_bytes()).to_string()[..16])
}

fn noegle_id(navn: &str, noegle: &VerifyingKey) -> [u8; 4] {
    let hash =
        Sha256::new().chain_update(navn).chain_update([b'\n', ED25519]).chain_update(noegle.as_bytes()).finalize();
    [hash[0], hash[1], hash[2], hash[3]]
}

/// What a seal says, when its signature is right for this public key; nothing otherwise.
#[must_use]
pub fn aabn(segl: &str, offentlig: &str) -> Option<TreeHead> {
    let noegle: Hash = offentlig.parse().ok().filter(|hash: &Hash| hash.to_string() == offentlig)?;
    let noegle = VerifyingKey::from_bytes(&noegle.0).ok()?;
    let (tekst, underskrifter) = segl.split_once("\n\n")?;
    let tekst = format!("{tekst}\n");
    let navn = navn(&noegle);
    let bytes = underskrifter.strip_prefix("— ")?.strip_suffix('\n')?.strip_prefix(&*navn)?.strip_prefix(' ')?;
    let bytes = BASE64.decode(bytes).ok()?;
    let (id, underskrift) = bytes.split_first_chunk::<4>()?;
    let underskrift = Signature::from_slice(underskrift).ok()?;
    if *id != noegle_id(&navn, &noegle) || noegle.verify_strict(tekst.as_bytes(), &underskrift).is_err() {
        return None;
    }
    let mut linjer = tekst.lines();
    let hash = |tekst: &str| BASE64.decode(tekst).ok()?.try_into().map(Hash).ok();
    (linjer.next()? == navn).then_some(())?;
    let (commits, root) = (linjer.next()?.parse().ok()?, hash(linjer.next()?)?);
    let position = linjer.next()?.strip_prefix("haendelser ")?.parse().ok()?;
    let head = Head { position, hash: linjer.next()?.strip_prefix("hoved ")?.parse().ok()? };
    let (streams, streams_root) = linjer.next()?.strip_prefix("stroemme ")?.split_once(' ')?;
    let trae = TreeHead { head, commits, root, streams: streams.parse().ok()?, streams_root: hash(streams_root)? };
    DateTime::parse_from_rfc3339(linjer.next()?.strip_prefix("tid ")?).ok()?;
    linjer.next().is_none().then_some(trae)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::durable::seen;

    fn trae() -> TreeHead {
        let head = Head { position: 7, hash: Hash([1; 32]) };
        TreeHead { head, commits: 5, root: Hash([2; 32]), streams: 2, streams_root: Hash([3; 32]) }
    }

    #[test]
    fn et_segl_kan_aabnes_med_sin_noegle_og_kun_uaendret() {
        let mappe = tempfile::tempdir().unwrap();
        fs::create_dir(mappe.path().join("noegler")).unwrap();
        let noegle = Segl::i(mappe.path()).unwrap();
        let segl = noegle.forsegl(&trae(), "2026-11-20T10:00:00Z".parse().unwrap());
        assert_eq!(aabn(&segl, &noegle.offentlig()), Some(trae()));
        assert_eq!(Segl::i(mappe.path()).unwrap().offentlig(), noegle.offentlig(), "the same after a restart");
        let anden = Segl(SigningKey::from_bytes(&[9; 32]));
        assert_eq!(aabn(&segl, &anden.offentlig()), None);
        for sted in 0..segl.len() {
            let mut bytes = segl.clone().into_bytes();
            bytes[sted] ^= 1;
            let Ok(aendret) = String::from_utf8(bytes) else { continue };
            assert_eq!(aabn(&aendret, &noegle.offentlig()), None, "byte {sted}");
        }
    }

    #[test]
    fn noeglen_er_der_efter_et_stroemsvigt_ogsaa_naar_den_blev_lavet_foer_et_nedbrud() {
        let mappe = tempfile::tempdir().unwrap();
        let sti = mappe.path().join(FIL);
        fs::create_dir(mappe.path().join("noegler")).unwrap();
        let (_, navne) = seen::during(|| Segl::i(mappe.path()).unwrap());
        assert!(navne.named.contains(&sti) && navne.unsafe_names.is_empty(), "{navne:?}");
        let (_, navne) = seen::during(|| Segl::i(mappe.path()).unwrap());
        assert!(sti.ancestors().skip(1).all(|over| navne.synced.contains(over)), "{navne:?}");
        assert_eq!(fs::read_dir(mappe.path().join("noegler")).unwrap().count(), 1);
    }

    #[test]
    fn en_beskadiget_noegle_siges() {
        let mappe = tempfile::tempdir().unwrap();
        fs::create_dir(mappe.path().join("noegler")).unwrap();
        Segl::i(mappe.path()).unwrap();
        let mut bytes = fs::read(mappe.path().join(FIL)).unwrap();
        bytes[20] ^= 1;
        fs::write(mappe.path().join(FIL), bytes).unwrap();
        assert!(matches!(Segl::i(mappe.path()), Err(SeglFejl::Beskadiget)));
    }
}
