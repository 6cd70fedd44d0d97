//! What a process prints, line by line, while it runs.

use std::io::{BufRead, BufReader, Read};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

#[derive(Debug, Default)]
struct Tilstand {
    linjer: Vec<String>,
    lukket: bool,
}

/// The lines a process has printed so far. A thread reads them, so the process never stands still on a full pipe.
#[derive(Clone, Debug, Default)]
pub struct Linjer(Arc<(Mutex<Tilstand>, Condvar)>);

impl Linjer {
    /// Begins to read; ends when the process closes its end.
    pub(crate) fn laes(kilde: impl Read + Send + 'static) -> Self {
        let linjer = Self::default();
        let skriver = linjer.clone();
        std::thread::spawn(move || {
            let mut kilde = BufReader::new(kilde);
            let mut raa = Vec::new();
            // A line that is not UTF-8 is still a line to look at.
            while matches!(kilde.read_until(b'\n', &mut raa), Ok(n) if n > 0) {
                let tekst = String::from_utf8_lossy(&raa).trim_end_matches(['\r', '\n']).to_owned();
                skriver.laas().linjer.push(tekst);
                skriver.0.1.notify_all();
                raa.clear();
            }
            skriver.laas().lukket = true;
            skriver.0.1.notify_all();
        });
        linjer
    }

    /// Everything so far.
    #[must_use]
    pub fn alle(&self) -> Vec<String> {
        self.laas().linjer.clone()
    }

    /// Everything so far as one text.
    #[must_use]
    pub fn tekst(&self) -> String {
        self.laas().linjer.join("\n")
    }

    /// Waits for a line that `find` knows; none when the process closed its end or `frist` passed first.
    pub fn vent_paa<T>(&self, frist: Duration, mut find: impl FnMut(&str) -> Option<T>) -> Option<T> {
        let slut = Instant::now() + frist;
        let mut set = 0;
        let mut tilstand = self.laas();
        loop {
            if let Some(fundet) = tilstand.linjer[set..].iter().find_map(|linje| find(linje)) {
                return Some(fundet);
            }
            set = tilstand.linjer.len();
            let rest = slut.saturating_duration_since(Instant::now());
            if tilstand.lukket || rest.is_zero() {
                return None;
            }
            tilstand = self.0.1.wait_timeout(tilstand, rest).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Waits until the process has closed its end, so that nothing of what it printed is missing.
    pub(crate) fn vent_paa_slut(&self, frist: Duration) {
        let _ingen: Option<()> = self.vent_paa(frist, |_| None);
    }

    fn laas(&self) -> MutexGuard<'_, Tilstand> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
