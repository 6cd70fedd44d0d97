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

use super::plan::{Bunke, Navn, message_id};
use app::durable;

/// Its name in the data folder.
const FIL: &str = "undervejs.json";

/// A mail that is on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Paavej {
    /// Message-ID.
    brev: String,
    /// What was in it.
    navne: BTreeSet<Navn>,
}

/// What is known of a mail on its way.
#[derive(Debug)]
struct Kendt {
    navne: BTreeSet<Navn>,
    /// It may have arrived: the process died, or the connection did.
    uvist: bool,
}

/// The mails on their way.
#[derive(Debug)]
pub(super) struct Undervejs {
    fil: PathBuf,
    breve: BTreeMap<String, Kendt>,
    efter_navn: HashMap<Navn, Vec<String>>,
    /// What is in the file is what is here.
    skrevet: bool,
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

impl Undervejs {
    /// What an earlier process left. A file that cannot be read is as none: it says nothing that the log needs.
    pub(super) fn aabn(mappe: &Path) -> Self {
        let fil = mappe.join(FIL);
        let laest = match std::fs::read(&fil) {
            Ok(bytes) => serde_json::from_slice::<Vec<Paavej>>(&bytes).unwrap_or_else(|_| {
                tracing::warn!("listen over mails undervejs kan ikke læses: en mail kan blive sendt to gange");
                Vec::new()
            }),
            Err(fejl) => {
                if fejl.kind() != io::ErrorKind::NotFound {
                    tracing::warn!(%fejl, "listen over mails undervejs kan ikke læses: en mail kan blive sendt to gange");
                }
                Vec::new()
            }
        };
        let mut ny = Self { fil, breve: BTreeMap::new(), efter_navn: HashMap::new(), skrevet: true };
        for Paavej { brev, navne } in laest {
            ny.tilfoej(brev, navne, true);
        }
        ny
    }

    fn tilfoej(&mut self, brev: String, navne: BTreeSet<Navn>, uvist: bool) {
        if self.breve.contains_key(&brev) {
            return; // the same mail again: what it held the first time is what may have arrived
        }
        for navn in &navne {
            self.efter_navn.entry(navn.clone()).or_default().push(brev.clone());
        }
        self.breve.insert(brev, Kendt { navne, uvist });
        self.skrevet = false;
    }

    fn fjern(&mut self, brev: &str) {
        let Some(kendt) = self.breve.remove(brev) else { return };
        self.skrevet = false;
        for navn in &kendt.navne {
            if let Some(breve) = self.efter_navn.get_mut(navn) {
                breve.retain(|b| b != brev);
                if breve.is_empty() {
                    self.efter_navn.remove(navn);
                }
            }
        }
    }

    /// Gives a mail to be its Message-ID. When some of it may have arrived at this very mailbox, only that is left in
    /// it, under the Message-ID it had.
    ///
    /// Answers whether it is such a repeat.
    pub(super) fn tilpas(&self, bunke: &mut Bunke, domaene: &str) -> bool {
        let samme = bunke
            .opgaver
            .iter()
            .flat_map(|(o, _)| self.efter_navn.get(&o.navn()).into_iter().flatten())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .filter_map(|brev| Some((brev, self.breve.get(brev).filter(|k| k.uvist)?)))
            .find(|(brev, k)| message_id(&k.navne, &bunke.postkasse, domaene) == **brev);
        match samme {
            Some((brev, k)) => {
                bunke.brev.clone_from(brev);
                bunke.opgaver.retain(|(o, _)| k.navne.contains(&o.navn()));
                true
            }
            None => {
                bunke.brev = message_id(&bunke.navne(), &bunke.postkasse, domaene);
                false
            }
        }
    }

    /// These mails are about to leave. Not before that is written down may any of them.
    pub(super) fn begynd(&mut self, bunker: &[Bunke]) {
        for bunke in bunker {
            self.tilfoej(bunke.brev.clone(), bunke.navne(), false);
        }
    }

    /// It may have arrived, and its outcome is not in the log.
    pub(super) fn uvist(&mut self, brev: &str) {
        if let Some(k) = self.breve.get_mut(brev) {
            k.uvist = true;
        }
    }

    /// This attempt did not arrive. An earlier one may have.
    pub(super) fn kom_ikke_frem(&mut self, brev: &str) {
        if self.breve.get(brev).is_some_and(|k| !k.uvist) {
            self.fjern(brev);
        }
    }

    /// What became of it is in the log.
    pub(super) fn afgjort(&mut self, brev: &str) {
        self.fjern(brev);
    }

    /// Forgets mails of which nothing is due any more.
    pub(super) fn behold(&mut self, forfaldent: &BTreeSet<Navn>) {
        let forbi: Vec<String> =
            self.breve.iter().filter(|(_, k)| k.navne.is_disjoint(forfaldent)).map(|(brev, _)| brev.clone()).collect();
        forbi.iter().for_each(|brev| self.fjern(brev));
    }

    pub(super) fn er_tom(&self) -> bool {
        self.breve.is_empty()
    }

    /// What is to be written for the file to be what is here; nothing where it is.
    ///
    /// # Errors
    /// It cannot be written as JSON.
    pub(super) fn pending(&self) -> io::Result<Option<Sheet>> {
        if self.skrevet {
            return Ok(None);
        }
        let breve: Vec<_> =
            self.breve.iter().map(|(brev, k)| Paavej { brev: brev.clone(), navne: k.navne.clone() }).collect();
        Ok(Some(Sheet { file: self.fil.clone(), bytes: serde_json::to_vec(&breve)? }))
    }

    /// What was to be written is.
    pub(super) const fn is_written(&mut self) {
        self.skrevet = true;
    }
}
