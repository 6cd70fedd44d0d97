//! `verify --tjeneste`: a service that runs, by its address. What it says is signed, or proven here; nothing else of it is
//! believed.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use eventlog::{Hash, merkle};
use mail::https::{Https, HttpsError, Method, WebAddress};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::seals::Seals;
use super::verify::say_sound;
use super::{DONE, Failure, Format, Out};
use crate::bounds;
use crate::checkpoint::{Note, NoteError, PublicKey};
use crate::clock::local;
use crate::dates;
use crate::keys::Confidential;
use crate::owner;
use crate::seal;
use crate::sentences;
use app::failure::Causes;

/// The variable that holds the token; it is never given on the command line, where others on the machine can read it.
pub const TOKEN: &str = "RASKVEJ_TOKEN";
/// Longest token, in bytes.
const LARGEST_TOKEN: usize = 4096;
/// How long an answer may take: a log of many years makes the hashes of its oldest segments anew.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running service, and the token it is asked with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    address: WebAddress,
    token: Confidential<String>,
    patience: Duration,
}

#[derive(Deserialize)]
struct Sealed {
    #[serde(rename = "segl")]
    seal: String,
    #[serde(rename = "noegle")]
    key: String,
}

#[derive(Deserialize)]
struct Proof {
    #[serde(rename = "sti")]
    path: Vec<String>,
}

impl Running {
    /// With the token in this file, else in the environment.
    ///
    /// # Errors
    /// There is none, or it is none.
    pub fn new(address: WebAddress, file: Option<&Path>, environment: Option<String>) -> Result<Self, Failure> {
        let token = match (file, environment) {
            (Some(file), _) => owner::as_caller(|| bounds::read_text(file, LARGEST_TOKEN))
                .map_err(|error| Failure::usage(format!("--token-fil: {}: {error}.", file.display())))?,
            (None, Some(token)) => token,
            (None, None) => {
                return Err(Failure::usage(format!(
                    "Adgangsnøglen mangler: sæt {TOKEN}, eller giv filen, den står i, med --token-fil. Den skal være en \
                     revisors."
                )));
            }
        };
        let token = token.trim().to_owned();
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Failure::usage("Adgangsnøglen skal være én linje, som raskvej token create skrev den."));
        }
        Ok(Self { address, token: Confidential::new(token), patience: PATIENCE })
    }
}

/// The conversation with it.
struct Conversation<'r> {
    with: &'r Running,
    https: Https,
}

impl Conversation<'_> {
    async fn ask(&self, what: &str, query: &[(&str, u64)]) -> Result<Vec<u8>, Failure> {
        let path = format!("api/v1/revision/{what}");
        let no_answer =
            |error: &HttpsError| Failure::new(format!("Tjenesten svarer ikke på /{path}: {}.", Causes(error)));
        let mut url = self.with.address.with(&path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query.iter().map(|(name, value)| (name, value.to_string())));
        }
        let request = self.https.request(Method::GET, url).bearer_auth(self.with.token.show());
        let request = request.build().map_err(|error| no_answer(&error.into()))?;
        let answer = self.https.send(request).await.map_err(|error| no_answer(&error))?;
        match answer.status.as_u16() {
            200 => Ok(answer.body),
            401 => Err(Failure::new("Tjenesten kender ikke adgangsnøglen, eller den er udløbet (401).")),
            403 => Err(Failure::new("Adgangsnøglen må ikke læse loggen: den skal være en revisors (403).")),
            status => Err(Failure::new(format!("Tjenesten svarede {status} på /{path}."))),
        }
    }

    async fn json<T: DeserializeOwned>(&self, what: &str, query: &[(&str, u64)]) -> Result<T, Failure> {
        serde_json::from_slice(&self.ask(what, query).await?).map_err(|_| unreadable(what))
    }

    /// The proof that the log of so many commits goes on from that of so many.
    async fn consistency(&self, old: u64, new: u64) -> Result<Vec<Hash>, Failure> {
        let what = "konsistens";
        let proof: Proof = self.json(what, &[("fra", old), ("til", new)]).await?;
        proof.path.iter().map(|hash| hash.parse().ok()).collect::<Option<_>>().ok_or_else(|| unreadable(what))
    }
}

fn unreadable(what: &str) -> Failure {
    Failure::new(format!("Tjenestens svar på /api/v1/revision/{what} kan ikke læses: det er ikke et svar fra Raskvej."))
}

/// Checks it, and says what was found.
pub(super) async fn in_order(
    running: &Running,
    noted: Option<&PublicKey>,
    seals: &Seals,
    format: Format,
    out: &Out,
) -> Result<u8, Failure> {
    let https = Https::new(running.address.url(), None, running.patience);
    let https = https.map_err(|error| Failure::new(Causes(&error).to_string()))?;
    let with = Conversation { with: running, https };
    let sealed: Sealed = with.json("segl", &[]).await?;
    let own = PublicKey::read(&sealed.key).ok_or_else(|| unreadable("segl"))?;
    let hex = own.hex();
    if noted.is_some_and(|key| *key != own) {
        return Err(Failure::new(format!("Tjenesten forsegler med en anden nøgle end den, der blev opgivet: {hex}.")));
    }
    let tree = seal::open(&sealed.seal, &hex);
    let tree = tree.ok_or_else(|| Failure::new(format!("Tjenestens segl er ikke underskrevet med nøglen {hex}.")))?;
    let note = with.ask("checkpoint", &[]).await?;
    let says = |error: NoteError| Failure::new(format!("Tjenestens checkpoint: {error}."));
    let note = std::str::from_utf8(&note).map_err(|_| unreadable("checkpoint"))?;
    let note = Note::read(note).map_err(says)?;
    let now = note.opened_by(&own).map_err(says)?;
    // It was said in two answers, one after the other: the log may have grown, and nothing else.
    let grown =
        if tree.commits <= now.commits { with.consistency(tree.commits, now.commits).await? } else { Vec::new() };
    if !merkle::extends((tree.commits, tree.root), (now.commits, now.root), &grown) {
        return Err(Failure::new(format!(
            "Tjenesten modsiger sig selv: dens checkpoint ({} skrivninger) fortsætter ikke det segl, den gav lige før ({} \
             skrivninger).",
            now.commits, tree.commits
        )));
    }
    let mut proofs: BTreeMap<u64, Vec<Hash>> = BTreeMap::new();
    for size in seals.sizes().range(..=now.commits) {
        proofs.insert(*size, with.consistency(*size, now.commits).await?);
    }
    let goes_on = |kept: &crate::checkpoint::Checkpoint| {
        let proof = proofs.get(&kept.commits)?;
        Some(merkle::extends((kept.commits, kept.root), (now.commits, now.root), proof))
    };
    let held = seals.hold(&own, now.commits, goes_on)?;
    say_sound(tree.head, &held, noted.is_some(), format, out).await?;
    let time = sealed.seal.lines().find_map(|line| line.strip_prefix("tid ")).and_then(|time| dates::time(time).ok());
    if let Some(time) = time.map(|time| time.to_utc()) {
        let clock = sentences::tidspunkt(local(time));
        let commits = sentences::count(now.commits, "skrivning", "skrivninger");
        out.error(format!("Tjenesten forseglede {commits}. Dens ur viste {clock}.")).await?;
    }
    if held.is_empty() {
        out.error(
            "Kun underskriften er efterprøvet. Giv de segl, der er gemt, med --seal: så bevises det, at loggen fortsætter dem.",
        )
        .await?;
    }
    out.error(match noted {
        Some(_) => "Forseglet med den nøgle, der blev opgivet.".to_owned(),
        None => format!("Forseglet med nøglen {hex}: sammenlign den med den, der er noteret uafhængigt."),
    })
    .await?;
    Ok(DONE)
}

#[cfg(test)]
mod tests;
