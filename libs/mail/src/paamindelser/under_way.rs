//! Which mails are being handed over: written down before the first of a round leaves.
//!
//! A process that dies between handing over and recording cannot know whether a mail arrived. After the start the plan
//! may be another one: somebody is back at work, a day has passed and something new is due. A digest made from that
//! plan would be another mail. So the mail keeps the Message-ID it may have left with, holds of its reminders what is
//! still true, and takes on nothing new; what has come since follows in a mail of its own.
//!
//! One small file in the data folder. It holds no address: the Message-ID says whose mailbox it was. Without the file
//! nothing is lost, and at most one round of mails leaves again under new Message-IDs.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::plan::{MailDraft, Name, message_id};
use app::durable;

/// Its name in the data folder.
const FILE: &str = "undervejs.json";

/// A mail that is on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct MailUnderWay {
    /// Message-ID.
    #[serde(rename = "brev")]
    letter: String,
    /// What was in it.
    #[serde(rename = "navne")]
    names: BTreeSet<Name>,
    /// How many times it was handed over, or may have been.
    #[serde(rename = "forsoeg", default)]
    attempts: u32,
}

/// What is known of a mail on its way.
#[derive(Debug)]
struct Known {
    names: BTreeSet<Name>,
    attempts: u32,
    /// It may have arrived: the process died, or the connection did.
    uncertain: bool,
}

/// The mails on their way.
#[derive(Debug)]
pub(super) struct UnderWay {
    file: PathBuf,
    letters: BTreeMap<String, Known>,
    by_name: HashMap<Name, Vec<String>>,
    /// What is in the file is what is here.
    written: bool,
}

/// The file as it is to be: written aside, synced and moved.
pub(super) struct Sheet {
    file: PathBuf,
    bytes: Vec<u8>,
}

impl Sheet {
    pub(super) fn write(&self) -> io::Result<()> {
        durable::replace(&self.file, &self.bytes)
    }
}

impl UnderWay {
    /// What an earlier process left. A file that cannot be read is as none: it says nothing that the log needs.
    pub(super) fn open(folder: &Path) -> Self {
        let file = folder.join(FILE);
        let parsed = match std::fs::read(&file) {
            Ok(bytes) => serde_json::from_slice::<Vec<MailUnderWay>>(&bytes).unwrap_or_else(|_| {
                tracing::warn!("listen over mails undervejs kan ikke læses: en mail kan blive sendt to gange");
                Vec::new()
            }),
            Err(error) => {
                if error.kind() != io::ErrorKind::NotFound {
                    tracing::warn!(%error, "listen over mails undervejs kan ikke læses: en mail kan blive sendt to gange");
                }
                Vec::new()
            }
        };
        let mut new = Self { file, letters: BTreeMap::new(), by_name: HashMap::new(), written: true };
        for MailUnderWay { letter, names, attempts } in parsed {
            new.add(letter, names, true, attempts);
        }
        new
    }

    fn add(&mut self, letter: String, names: BTreeSet<Name>, uncertain: bool, attempts: u32) {
        if let Some(known) = self.letters.get_mut(&letter) {
            known.attempts += attempts;
            self.written = false;
            return; // the same mail again: what it held the first time is what may have arrived
        }
        for name in &names {
            self.by_name.entry(name.clone()).or_default().push(letter.clone());
        }
        self.letters.insert(letter, Known { names, attempts, uncertain });
        self.written = false;
    }

    fn remove(&mut self, letter: &str) {
        let Some(known) = self.letters.remove(letter) else { return };
        self.written = false;
        for name in &known.names {
            if let Some(letters) = self.by_name.get_mut(name) {
                letters.retain(|b| b != letter);
                if letters.is_empty() {
                    self.by_name.remove(name);
                }
            }
        }
    }

    /// Gives a mail to be its Message-ID. When some of it may have arrived at this very mailbox, only that is left in
    /// it, under the Message-ID it had.
    ///
    /// Answers whether it is such a repeat.
    pub(super) fn adjust(&self, draft: &mut MailDraft, domain: &str) -> bool {
        let same = draft
            .tasks
            .iter()
            .flat_map(|(o, _)| self.by_name.get(&o.name()).into_iter().flatten())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .filter_map(|letter| Some((letter, self.letters.get(letter).filter(|k| k.uncertain)?)))
            .find(|(letter, k)| message_id(&k.names, &draft.mailbox, domain) == **letter);
        match same {
            Some((letter, k)) => {
                draft.letter.clone_from(letter);
                draft.tasks.retain(|(o, _)| k.names.contains(&o.name()));
                true
            }
            None => {
                draft.letter = message_id(&draft.names(), &draft.mailbox, domain);
                false
            }
        }
    }

    /// These mails are about to leave. Not before that is written down may any of them.
    pub(super) fn begin(&mut self, drafts: &[MailDraft]) {
        for draft in drafts {
            self.add(draft.letter.clone(), draft.names(), false, 1);
        }
    }

    /// It may have arrived, and its outcome is not in the log. Answers how many times it may have.
    pub(super) fn uncertain(&mut self, letter: &str) -> u32 {
        let Some(k) = self.letters.get_mut(letter) else { return 0 };
        k.uncertain = true;
        k.attempts
    }

    /// This attempt did not arrive. An earlier one may have.
    pub(super) fn did_not_arrive(&mut self, letter: &str) {
        match self.letters.get_mut(letter) {
            Some(k) if k.uncertain => k.attempts = k.attempts.saturating_sub(1),
            Some(_) => self.remove(letter),
            None => {}
        }
    }

    /// What became of it is in the log.
    pub(super) fn afgjort(&mut self, letter: &str) {
        self.remove(letter);
    }

    /// Forgets mails of which nothing is due any more.
    pub(super) fn keep(&mut self, forfaldent: &BTreeSet<Name>) {
        let past: Vec<String> = self
            .letters
            .iter()
            .filter(|(_, k)| k.names.is_disjoint(forfaldent))
            .map(|(letter, _)| letter.clone())
            .collect();
        past.iter().for_each(|letter| self.remove(letter));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.letters.is_empty()
    }

    /// What is to be written for the file to be what is here; nothing where it is.
    ///
    /// # Errors
    /// It cannot be written as JSON.
    pub(super) fn pending(&self) -> io::Result<Option<Sheet>> {
        if self.written {
            return Ok(None);
        }
        let letters: Vec<_> = self
            .letters
            .iter()
            .map(|(letter, k)| MailUnderWay { letter: letter.clone(), names: k.names.clone(), attempts: k.attempts })
            .collect();
        Ok(Some(Sheet { file: self.file.clone(), bytes: serde_json::to_vec(&letters)? }))
    }

    /// What was to be written is.
    pub(super) const fn note_written(&mut self) {
        self.written = true;
    }
}
