//! What was decided, as commits of the log: in every district, in the streams and with the metadata of the service.

use std::collections::BTreeMap;

use eventlog::{Append, NewEvent, StreamId};
use tokio::sync::mpsc;

use super::spejl::Spejl;
use crate::opdigt::OpdigtFejl;
use crate::opdigt::udgang::{Commit, Udgang};
use app::noegler::Noegler;
use app::visninger::{ANSAETTELSE, Meta};

/// Commits handed to the log at once.
const BUNKE: usize = 256;

/// The way to the one who writes.
pub(super) struct Loggen<'a> {
    noegler: &'a Noegler,
    /// Most events.
    hoejst: u64,
    ud: &'a mpsc::Sender<Vec<Append>>,
    /// Commits on their way.
    bunke: Vec<Append>,
    antal: BTreeMap<String, u64>,
}

impl<'a> Loggen<'a> {
    pub(super) fn ny(noegler: &'a Noegler, hoejst: u64, ud: &'a mpsc::Sender<Vec<Append>>) -> Self {
        Self { noegler, hoejst, ud, bunke: Vec::new(), antal: BTreeMap::new() }
    }

    /// Hands over what is left; how many there were of each event.
    pub(super) fn faerdig(mut self) -> BTreeMap<String, u64> {
        self.send();
        self.antal
    }

    fn send(&mut self) -> bool {
        let bunke = std::mem::take(&mut self.bunke);
        for event in bunke.iter().flat_map(|append| &append.events) {
            match self.antal.get_mut(&event.kind) {
                Some(n) => *n += 1,
                None => drop(self.antal.insert(event.kind.clone(), 1)),
            }
        }
        self.ud.blocking_send(bunke).is_ok()
    }
}

impl Udgang for Loggen<'_> {
    fn tag(&mut self, c: &Commit<'_>) -> Result<(), OpdigtFejl> {
        let nr = c.verden.medarbejder(c.plads).nr.to_string();
        for distrikt in 0..c.verden.distrikter {
            let spejl = Spejl {
                verden: c.verden,
                noegler: self.noegler,
                plads: c.plads,
                kendte: c.kendte,
                distrikt,
                nu: c.nu,
                samtale_commit: c.samtale_commit,
            };
            let aktoer = spejl.aktoer(c.aktoer);
            let mut events = Vec::with_capacity(c.haendelser.len());
            for h in c.haendelser {
                let body = if distrikt == 0 { h.til_json()? } else { spejl.haendelse(h)?.til_json()? };
                events.push(NewEvent { kind: h.navn().to_owned(), form: h.form(), body });
            }
            self.bunke.push(Append {
                stream: StreamId::new(format!("{ANSAETTELSE}{}", c.verden.nr_i(distrikt, &nr)))?,
                expected: c.version,
                time: c.nu.tid.timestamp_micros(),
                idempotency: spejl.idempotens(&aktoer, c.noegle, &events[0].body),
                meta: serde_json::to_vec(&Meta { aktoer })?,
                events,
            });
        }
        Ok(())
    }

    fn videre(&mut self, position: u64) -> bool {
        if position > self.hoejst {
            // Whole commands only: what does not fit is left out, with everything after it.
            let mut position = position;
            while position > self.hoejst
                && let Some(sidste) = self.bunke.pop()
            {
                position -= sidste.events.len() as u64;
            }
            return false;
        }
        self.bunke.len() < BUNKE || self.send() // where it cannot, the log says why
    }
}
