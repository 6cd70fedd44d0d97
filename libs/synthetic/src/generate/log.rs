//! What was decided, as commits of the log: in every district, in the streams and with the metadata of the service.

use std::cell::RefCell;
use std::collections::BTreeMap;

use eventlog::{Append, NewEvent, StreamId};
use tokio::sync::mpsc;

use super::mirror::Mirror;
use crate::invented::SyntheticError;
use crate::invented::outlet::{Commit, Outlet};
use app::keys::Keys;
use app::projections::{ANSAETTELSE, Meta};

/// Commits handed to the log at once.
const PILE: usize = 256;

/// The way to the one who writes.
pub(super) struct TheLog<'a> {
    keys: &'a Keys,
    /// Most events.
    at_most: u64,
    out: &'a mpsc::Sender<Vec<Append>>,
    /// Commits on their way.
    pile: Vec<Append>,
    count: BTreeMap<String, u64>,
}

impl<'a> TheLog<'a> {
    pub(super) fn new(keys: &'a Keys, at_most: u64, out: &'a mpsc::Sender<Vec<Append>>) -> Self {
        Self { keys, at_most, out, pile: Vec::new(), count: BTreeMap::new() }
    }

    /// Hands over what is left; how many there were of each event.
    pub(super) fn done(mut self) -> BTreeMap<String, u64> {
        self.send();
        self.count
    }

    fn send(&mut self) -> bool {
        let pile = std::mem::take(&mut self.pile);
        for event in pile.iter().flat_map(|append| &append.events) {
            match self.count.get_mut(&event.kind) {
                Some(n) => *n += 1,
                None => drop(self.count.insert(event.kind.clone(), 1)),
            }
        }
        self.out.blocking_send(pile).is_ok()
    }
}

impl Outlet for TheLog<'_> {
    fn take(&mut self, c: &Commit<'_>) -> Result<(), SyntheticError> {
        let nr = c.world.medarbejder(c.place).nr.to_string();
        for distrikt in 0..c.world.distrikter {
            let mirror = Mirror {
                world: c.world,
                keys: self.keys,
                place: c.place,
                known_ones: c.known_ones,
                distrikt,
                now: c.now,
                commits: c.commits,
                copied: RefCell::default(),
            };
            let aktoer = mirror.aktoer(c.aktoer);
            let mut events = Vec::with_capacity(c.haendelser.len());
            for h in c.haendelser {
                let body = if distrikt == 0 { h.to_json()? } else { mirror.haendelse(h)?.to_json()? };
                events.push(NewEvent { kind: h.name().to_owned(), form: h.form(), body });
            }
            self.pile.push(Append {
                stream: StreamId::new(format!("{ANSAETTELSE}{}", c.world.nr_in(distrikt, &nr)))?,
                expected: c.version,
                time: c.now.time.timestamp_micros(),
                idempotency: mirror.idempotency(&aktoer, c.key, &events[0].body),
                meta: serde_json::to_vec(&Meta { aktoer })?,
                events,
            });
        }
        Ok(())
    }

    fn onward(&mut self, position: u64) -> bool {
        if position > self.at_most {
            // Whole commands only: what does not fit is left out, with everything after it.
            let mut position = position;
            while position > self.at_most
                && let Some(sidste) = self.pile.pop()
            {
                position -= sidste.events.len() as u64;
            }
            return false;
        }
        self.pile.len() < PILE || self.send() // where it cannot, the log says why
    }
}
