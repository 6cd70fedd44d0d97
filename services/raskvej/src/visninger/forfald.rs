//! The index by due date, in sled: a tick costs what is due, not what is open.
//!
//! One entry per employment that has a reminder before it, under the day of the earliest one. Losing it loses
//! nothing: it is made again from the projections.

use std::path::Path;

use chrono::{Datelike, NaiveDate};
use sled::{Batch, Db, Tree};

const POSITION: &[u8] = b"position";

/// Who is due when.
#[derive(Debug, Clone)]
pub struct Forfald {
    db: Db,
    efter_dag: Tree,
    efter_nr: Tree,
}

impl Forfald {
    /// Opens the index, or begins an empty one where it is missing or unreadable.
    ///
    /// # Errors
    /// Not even an empty one can be made.
    pub fn aabn(mappe: &Path) -> sled::Result<Self> {
        match Self::proev(mappe) {
            Ok(index) => Ok(index),
            Err(fejl) => {
                tracing::warn!(%fejl, "indekset over forfaldsdage kan ikke læses og laves på ny");
                std::fs::remove_dir_all(mappe).map_err(sled::Error::Io)?;
                Self::proev(mappe)
            }
        }
    }

    fn proev(mappe: &Path) -> sled::Result<Self> {
        let mappe = mappe.to_owned();
        // sled 0.34 can panic on files that a crash or a hand has damaged.
        std::panic::catch_unwind(move || {
            let db = sled::Config::new().path(&mappe).cache_capacity(8 << 20).open()?;
            Ok(Self { efter_dag: db.open_tree("efter_dag")?, efter_nr: db.open_tree("efter_nr")?, db })
        })
        .unwrap_or_else(|_| Err(sled::Error::Unsupported("beskadiget".to_owned())))
    }

    /// Position of the log up to which it is right.
    ///
    /// # Errors
    /// sled failed.
    pub fn position(&self) -> sled::Result<u64> {
        let bytes = self.db.get(POSITION)?;
        Ok(bytes.and_then(|b| b.as_ref().try_into().ok().map(u64::from_be_bytes)).unwrap_or(0))
    }

    /// Empties it.
    ///
    /// # Errors
    /// sled failed.
    pub fn toem(&self) -> sled::Result<()> {
        self.efter_dag.clear()?;
        self.efter_nr.clear()?;
        self.db.remove(POSITION).map(drop)
    }

    /// Sets the next due day of employments, and how far the log was taken in.
    ///
    /// # Errors
    /// sled failed.
    pub fn saet<'a>(
        &self,
        naeste: impl IntoIterator<Item = (&'a str, Option<NaiveDate>)>,
        position: u64,
    ) -> sled::Result<()> {
        let (mut efter_dag, mut efter_nr) = (Batch::default(), Batch::default());
        for (nr, dag) in naeste {
            if let Some(gammel) = self.efter_nr.get(nr)? {
                efter_dag.remove(noegle(&gammel, nr));
            }
            match dag {
                Some(dag) => {
                    let dag = dagtal(dag);
                    efter_nr.insert(nr.as_bytes(), &dag);
                    efter_dag.insert(noegle(&dag, nr), &[]);
                }
                None => efter_nr.remove(nr.as_bytes()),
            }
        }
        self.efter_dag.apply_batch(efter_dag)?;
        self.efter_nr.apply_batch(efter_nr)?;
        self.db.insert(POSITION, &position.to_be_bytes()).map(drop)
    }

    /// Employee numbers with something due on or before a day.
    ///
    /// # Errors
    /// sled failed.
    pub fn forfaldne(&self, til_og_med: NaiveDate) -> sled::Result<Vec<String>> {
        let slut = dagtal(til_og_med.succ_opt().unwrap_or(til_og_med));
        let raekke = self.efter_dag.range(..slut.to_vec()).keys();
        raekke.map(|k| Ok(String::from_utf8_lossy(k?.get(4..).unwrap_or_default()).into_owned())).collect()
    }

    /// The earliest day on which anything is due.
    ///
    /// # Errors
    /// sled failed.
    pub fn foerste(&self) -> sled::Result<Option<NaiveDate>> {
        Ok(self.efter_dag.first()?.and_then(|(k, _)| {
            let dage = u32::from_be_bytes(k.get(..4)?.try_into().ok()?);
            NaiveDate::from_num_days_from_ce_opt(i32::try_from(dage).ok()?)
        }))
    }

    /// Every row, for comparing with one that is built anew.
    ///
    /// # Errors
    /// sled failed.
    pub fn alle(&self) -> sled::Result<Vec<(String, Vec<u8>)>> {
        self.efter_nr
            .iter()
            .map(|par| par.map(|(nr, dag)| (String::from_utf8_lossy(&nr).into_owned(), dag.to_vec())))
            .collect()
    }
}

fn dagtal(dag: NaiveDate) -> [u8; 4] {
    u32::try_from(dag.num_days_from_ce()).unwrap_or(0).to_be_bytes()
}

fn noegle(dag: &[u8], nr: &str) -> Vec<u8> {
    [dag, nr.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dag(tekst: &str) -> NaiveDate {
        tekst.parse().unwrap()
    }

    #[test]
    fn kun_det_forfaldne_findes_og_kun_paa_sin_nyeste_dag() {
        let mappe = tempfile::tempdir().unwrap();
        let index = Forfald::aabn(mappe.path()).unwrap();
        index.saet([("10001", Some(dag("2026-01-14"))), ("10002", Some(dag("2026-01-15")))], 2).unwrap();
        assert_eq!(index.forfaldne(dag("2026-01-14")).unwrap(), ["10001"]);
        index.saet([("10001", Some(dag("2026-01-20"))), ("10002", None)], 3).unwrap();
        assert!(index.forfaldne(dag("2026-01-19")).unwrap().is_empty());
        assert_eq!(index.foerste().unwrap(), Some(dag("2026-01-20")));
        assert_eq!(index.position().unwrap(), 3);
    }

    #[test]
    fn et_beskadiget_indeks_begynder_forfra() {
        let mappe = tempfile::tempdir().unwrap();
        std::fs::write(mappe.path().join("conf"), b"not sled").unwrap();
        std::fs::write(mappe.path().join("db"), vec![7; 4096]).unwrap();
        assert_eq!(Forfald::aabn(mappe.path()).unwrap().position().unwrap(), 0);
    }
}
