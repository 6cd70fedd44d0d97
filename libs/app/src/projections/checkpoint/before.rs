//! What another program, or other rules, had shown: the cards of a checkpoint that a start could not use. It is kept, so
//! that whoever upgrades can be told what changed by it.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::Path;

use chrono::NaiveDate;
use eventlog::{Hash, Head};
use uuid::Uuid;

use super::{CheckpointError, FILE, FOLDER, MAGIC, PLACE, Reader, SHOWN, Shown, dag, unpacked};
use crate::projections::card::{Card, Statuses};
use crate::projections::card_index::NOTHING;

/// Its name, once it is of no use for a start.
const BEFORE: &str = "checkpoint.foer";

/// How a checkpoint began before it held kroner and what waits, and when there was room for fifteen kinds of frister.
const WITHOUT_SHOWN: &[u8; 8] = b"RVVISN05";

/// Every forløb as it was shown at a position of the log, on a day.
#[derive(Debug)]
pub(crate) struct Before {
    pub(crate) log_head: Head,
    pub(crate) today: NaiveDate,
    /// By the id of the forløb.
    pub(crate) cards: BTreeMap<Uuid, Card<u32>>,
    /// By the id of a registration: the forløb it was part of.
    pub(crate) part_of: BTreeMap<Uuid, Uuid>,
    /// Kroner and what waited, by the id of the forløb, where anything did; none where the program before did not keep it.
    pub(crate) shown: Option<BTreeMap<Uuid, Shown>>,
}

/// Keeps the checkpoint of another program or of other rules beside the one that takes its place.
///
/// # Errors
/// The file system refuses; only the comparison is lost by it.
pub(crate) fn keep(data_folder: &Path) -> io::Result<()> {
    let folder = data_folder.join(FOLDER);
    fs::rename(folder.join(FILE), folder.join(BEFORE))
}

impl Before {
    /// Reads what was kept; none where nothing was.
    ///
    /// # Errors
    /// It is not whole, or has a form that this program does not know.
    pub(crate) fn open(data_folder: &Path) -> Result<Option<Self>, CheckpointError> {
        let file = match File::open(data_folder.join(FOLDER).join(BEFORE)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let length = file.metadata()?.len();
        let mut reader = Reader::new(BufReader::with_capacity(1 << 20, file), length)?;
        let magic = reader.faste::<8>()?;
        if magic != *MAGIC && magic != *WITHOUT_SHOWN {
            return Err(CheckpointError::Foreign);
        }
        reader.faste::<32>()?;
        let position = u64::from_le_bytes(reader.faste()?);
        let hash = Hash(reader.faste()?);
        let today = dag(i32::from_le_bytes(reader.faste()?))?.ok_or(CheckpointError::Damaged("dagen"))?;
        // What all have in common, and whose the cards are: another program may have written them otherwise.
        reader.pass()?;
        for _ in 0..reader.count(1)? {
            reader.pass()?;
        }
        let mut places = Vec::new();
        for _ in 0..reader.count(PLACE)? {
            let mut place = unpacked(&reader.faste()?)?;
            if let Some(card) = place.card.as_mut().filter(|_| magic == *WITHOUT_SHOWN) {
                card.statuses = Statuses::from_bits_before(card.statuses.bits());
            }
            places.push(place);
        }
        for _rows_and_aktuelle in 0..2 {
            for _ in 0..reader.count(1)? {
                reader.pass()?;
            }
        }
        let mut shown = None;
        if magic == *MAGIC {
            let mut all = BTreeMap::new();
            for _ in 0..reader.count(SHOWN)? {
                let (place, one) = Shown::unpacked(&reader.faste()?)?;
                let place = places.get(place as usize).ok_or(CheckpointError::Damaged("et beløb uden forløb"))?;
                all.insert(place.id, one);
            }
            shown = Some(all);
        }
        reader.end()?;
        let cards = places.iter().filter_map(|p| Some((p.id, p.card?))).collect();
        let part_of = places.iter().filter(|p| p.log_head != NOTHING);
        let part_of = part_of.filter_map(|p| Some((p.id, places.get(p.log_head as usize)?.id))).collect();
        Ok(Some(Self { log_head: Head { position, hash }, today, cards, part_of, shown }))
    }
}

/// The bytes of a checkpoint without its checksum, as the program before began it and wrote its rows.
#[cfg(test)]
pub(crate) fn with_rows_as_before(bytes: &[u8]) -> Vec<u8> {
    const COUNT: usize = 8;
    let number =
        |at: usize, long: usize| bytes[at..at + long].iter().rev().fold(0, |all, byte| all << 8 | usize::from(*byte));
    let pass = |at: usize| at + 4 + number(at, 4);
    let ansvar = pass(8 + 32 + 8 + 32 + 4);
    let rows = (0..number(ansvar, COUNT)).fold(ansvar + COUNT, |at, _| pass(at));
    let end = rows + COUNT + number(rows, COUNT) * PLACE;
    let row = |row: &[u8]| {
        let card = unpacked(row.try_into().expect("a row")).expect("a row").card;
        let statuses = card.map_or(0, |card| card.statuses.bits_before()).to_le_bytes();
        [&row[..PLACE - statuses.len()], &statuses].concat()
    };
    let rewritten: Vec<u8> = bytes[rows + COUNT..end].chunks(PLACE).flat_map(row).collect();
    [WITHOUT_SHOWN, &bytes[8..rows + COUNT], &rewritten, &bytes[end..]].concat()
}
