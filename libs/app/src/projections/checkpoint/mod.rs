//! The projections at one position of the log, in one file: a start reads it, and then only what is newer.
//!
//! ```text
//! magic │ fingerprint │ position, hash of the log there │ day │ parts, each with its length │ CRC-32C of all before it
//! ```
//!
//! Losing it loses nothing but time. It is trusted when it is whole, was written by this very program under these very
//! rules, and the log has the same hash at its position; else everything is built anew. The file is written beside the
//! old one and takes its place when it is on disk.

mod before;
mod shown;
mod stored;
mod tape;

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, LazyLock};

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use eventlog::{Disk, Hash, Head, Named};
use forloeb::Regelbog;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

use super::Projections;
use super::aktuelle::Aktuel;
use super::card_index::{BLOCK, CardIndex, Edition, Place};
use super::derived::{DerivedForloeb, Tabt, tabt_since};
use super::forsvundne::Forsvundne;
use super::postkasser::Postkasser;
use super::row::Row;
use super::sendte::Sendte;
use super::sletningsstop::Sletningsstop;
use crate::durable::{self, PRIVATE};
use crate::token::Token;
#[cfg(test)]
pub(crate) use before::with_rows_as_before;
pub(crate) use before::{Before, keep};
pub use shown::Amount;
pub(crate) use shown::{SHOWN, Shown};
use stored::{StoredRow, from_json, to_json};
use tape::{Reader, Writer};

/// The folder of the checkpoint in the data folder.
pub const FOLDER: &str = "visninger";
const FILE: &str = "checkpoint";
/// Its name until it is whole.
const NEW_FILE: &str = "checkpoint.ny";
const MAGIC: &[u8; 8] = b"RVVISN08";
/// Of an absence that is not over, and of what has no day.
const NO_DAG: i32 = i32::MIN;
const NO_CARD: u32 = u32::MAX;
/// Bytes of a row of the card index in the file.
const PLACE: usize = 52;
/// Blocks of the card index that may wait to be unpacked.
const PACKED_IN_ADVANCE: usize = 16;
/// Forløb that are worth a thread of their own while they are read.
const PER_THREAD: usize = 2000;
/// Parts in which the forløb are understood, at most.
const THREADS: usize = 16;

/// Why a checkpoint is not used.
#[derive(Debug, Error)]
pub enum CheckpointError {
    /// It cannot be read.
    #[error("kan ikke læses: {0}")]
    File(#[from] io::Error),
    /// It is not whole.
    #[error("er beskadiget ({0})")]
    Damaged(&'static str),
    /// Another version of the program, or other rules, made it.
    #[error("er lavet af et andet program eller efter andre regler")]
    Foreign,
    /// It does not belong to this log.
    #[error("hører ikke til denne log")]
    OtherLog,
    /// The log is damaged where it would be held against it, or after it.
    #[error("kan ikke bruges: loggen er beskadiget ved det eller efter det")]
    LogDamaged,
    /// It was made on a day that has not come yet.
    #[error("er lavet på en senere dag")]
    Future,
}

/// A copy of the projections at one moment: cheap to take, and written while others go on.
#[derive(Debug)]
pub(crate) struct Moment {
    log_head: Head,
    today: NaiveDate,
    common: Common,
    rows: Vec<StoredRow>,
    card_index: Edition,
    aktuelle: Vec<(u32, Arc<Aktuel>)>,
}

/// What belongs to no single employment.
#[derive(Debug, Serialize, Deserialize)]
struct Common {
    /// Microseconds since 1970.
    latest: Option<i64>,
    tokens: Vec<(String, Token)>,
    others_fravaer_nr: Vec<(String, Uuid)>,
    /// As JSON: the keys of reminders are written by the domain.
    sendte: String,
    postkasser: String,
    forsvundne: String,
    sletningsstop: String,
    /// What was lost of forløb that are over, by their places in the card index: they are not among those that are read.
    tabte: Vec<(u32, Tabt)>,
}

/// A checkpoint whose beginning was read: what it is of.
#[derive(Debug)]
pub(crate) struct Found {
    reader: Reader<BufReader<File>>,
    log_head: Head,
    today: NaiveDate,
}

/// The program, so that another one is told apart.
static PROGRAM: LazyLock<String> = LazyLock::new(|| {
    let sum = std::env::current_exe().and_then(|path| checksum(File::open(path)?));
    let (bytes, sum) = sum.unwrap_or_default();
    format!("{} {bytes} {sum:08x}", env!("CARGO_PKG_VERSION"))
});

/// Reads through the program, which takes a while; later it is known.
pub(crate) fn know_program() {
    LazyLock::force(&PROGRAM);
}

/// Tells programs and rules apart that could derive something else from the same events.
fn fingerprint(book: &Regelbog) -> [u8; 32] {
    *Hash::of(format!("{} {book:?}", *PROGRAM).as_bytes()).as_bytes()
}

fn checksum(mut file: File) -> io::Result<(usize, u32)> {
    let (mut buffer, mut bytes, mut sum) = (vec![0; 1 << 20], 0, 0);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok((bytes, sum)),
            n => {
                bytes += n;
                sum = crc32c::crc32c_append(sum, &buffer[..n]);
            }
        }
    }
}

fn dagtal(dag: Option<NaiveDate>) -> i32 {
    dag.map_or(NO_DAG, |d| d.num_days_from_ce())
}

fn dag(figure: i32) -> Result<Option<NaiveDate>, CheckpointError> {
    if figure == NO_DAG {
        return Ok(None);
    }
    NaiveDate::from_num_days_from_ce_opt(figure).map(Some).ok_or(CheckpointError::Damaged("en dag"))
}

impl Moment {
    /// Position of the log.
    pub(crate) const fn position(&self) -> u64 {
        self.log_head.position
    }

    /// Writes it, in the place of the one before.
    ///
    /// # Errors
    /// The file system refuses; the one before is still there.
    pub(crate) fn write(&self, disk: &Disk, data_folder: &Path, book: &Regelbog) -> io::Result<u64> {
        let folder = data_folder.join(FOLDER);
        durable::create_folder(&folder, PRIVATE)?;
        let new = folder.join(NEW_FILE);
        let written = self.write_new(disk, &new, book).and_then(|(mut file, bytes)| {
            disk.rename(&mut file, &folder.join(FILE))?;
            disk.sync_folder(&folder)?;
            Ok(bytes)
        });
        if written.is_err() {
            // Half of it is of no use, and may take the last room on the disk.
            let _ = disk.remove(&new);
        }
        written
    }

    fn write_new(&self, disk: &Disk, new: &Path, book: &Regelbog) -> io::Result<(Named, u64)> {
        let til = Forwards { disk, file: disk.create(new)?, bytes: 0 };
        let mut writer = Writer::new(BufWriter::with_capacity(1 << 20, til));
        self.content(&mut writer, book)?;
        let (out, bytes) = writer.end()?;
        let Forwards { file, .. } = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        disk.sync(&file)?;
        Ok((file, bytes))
    }

    fn content(&self, out: &mut Writer<impl Write>, book: &Regelbog) -> io::Result<()> {
        out.bytes(MAGIC)?;
        out.bytes(&fingerprint(book))?;
        out.bytes(&self.log_head.position.to_le_bytes())?;
        out.bytes(self.log_head.hash.as_bytes())?;
        out.bytes(&self.today.num_days_from_ce().to_le_bytes())?;
        out.post(&self.common)?;
        // First the card index: its table is built while the rest is read.
        out.count(self.card_index.ansvar.len())?;
        self.card_index.ansvar.iter().try_for_each(|ansvar| out.post(&**ansvar))?;
        out.count(self.card_index.blocks.iter().map(|b| b.len()).sum())?;
        for place in self.card_index.blocks.iter().flat_map(|b| b.iter()) {
            out.bytes(&packed(place))?;
        }
        out.count(self.rows.len())?;
        self.rows.iter().try_for_each(|row| out.post(row))?;
        out.count(self.aktuelle.len())?;
        for (place, aktuel) in &self.aktuelle {
            let whose = self.card_index.place(*place).map(|p| p.ansaettelse as usize);
            out.post(&(place, to_json(&aktuel.forloeb, whose.and_then(|nr| self.rows.get(nr)))?))?;
        }
        let shown: Vec<(u32, Shown)> = self.shown().collect();
        out.count(shown.len())?;
        shown.iter().try_for_each(|(place, shown)| out.bytes(&shown.packed(*place)))
    }
}

/// A file that is written from one end to the other.
struct Forwards<'a> {
    disk: &'a Disk,
    file: Named,
    bytes: u64,
}

impl Write for Forwards<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.disk.write_at(&self.file, bytes, self.bytes)?;
        self.bytes += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn packed(p: &Place) -> [u8; PLACE] {
    let mut out = [0; PLACE];
    let card = p.card.as_ref();
    out[..16].copy_from_slice(p.id.as_bytes());
    let figure = [
        p.ansaettelse,
        p.next,
        p.log_head,
        card.map_or(NO_CARD, |k| k.ansvar),
        dagtal(card.map(|k| k.foerste)).cast_unsigned(),
        dagtal(card.and_then(|k| k.end)).cast_unsigned(),
        dagtal(card.and_then(|k| k.lovdag)).cast_unsigned(),
    ];
    let bits = card.map_or(0, |k| k.statuses.bits()).to_le_bytes();
    out[PLACE - bits.len()..].copy_from_slice(&bits);
    for (felt, figure) in out[16..].as_chunks_mut().0.iter_mut().zip(figure) {
        *felt = figure.to_le_bytes();
    }
    out
}

fn unpacked(bytes: &[u8; PLACE]) -> Result<Place, CheckpointError> {
    let (id, figure) = bytes.split_at(16);
    let mut figure = figure.as_chunks().0.iter().map(|t| u32::from_le_bytes(*t));
    let mut next = || figure.next().unwrap_or_default();
    let id = Uuid::from_slice(id).map_err(|_| CheckpointError::Damaged("et id"))?;
    let (ansaettelse, next_place, log_head, ansvar) = (next(), next(), next(), next());
    let (foerste, end, lovdag) = (next(), next(), next());
    let (foerste, end, lovdag) = (dag(foerste.cast_signed())?, dag(end.cast_signed())?, dag(lovdag.cast_signed())?);
    let (low, high) = (next(), next());
    let statuses = super::card::Statuses::from_bits(u64::from(high) << 32 | u64::from(low));
    let card = foerste.filter(|_| ansvar != NO_CARD).map(|foerste| super::card::Card {
        ansvar,
        foerste,
        end,
        lovdag,
        statuses,
    });
    Ok(Place { id, ansaettelse, next: next_place, log_head, card })
}

/// A block of the card index. It has room for what it holds and no more: there are thousands.
fn block(bytes: &[u8]) -> Result<Arc<Vec<Place>>, CheckpointError> {
    let packed_ones = bytes.as_chunks().0;
    let mut rows = Vec::with_capacity(packed_ones.len());
    for packed in packed_ones {
        rows.push(unpacked(packed)?);
    }
    Ok(Arc::new(rows))
}

impl Found {
    /// Reads the beginning of the checkpoint of a data folder; none where there is no checkpoint.
    ///
    /// # Errors
    /// It cannot be read, or another program made it.
    pub(crate) fn open(data_folder: &Path, book: &Regelbog) -> Result<Option<Self>, CheckpointError> {
        let path: PathBuf = data_folder.join(FOLDER).join(FILE);
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let length = file.metadata()?.len();
        let mut reader = Reader::new(BufReader::with_capacity(1 << 20, file), length)?;
        if reader.faste::<8>()? != *MAGIC || reader.faste::<32>()? != fingerprint(book) {
            return Err(CheckpointError::Foreign);
        }
        let position = u64::from_le_bytes(reader.faste()?);
        let hash = Hash(reader.faste()?);
        let today = dag(i32::from_le_bytes(reader.faste()?))?.ok_or(CheckpointError::Damaged("dagen"))?;
        Ok(Some(Self { reader, log_head: Head { position, hash }, today }))
    }

    /// Where in the log it was made, and the hash the log must have there.
    pub(crate) const fn log_head(&self) -> Head {
        self.log_head
    }

    /// Reads the rest, seen on a day.
    ///
    /// # Errors
    /// It is not whole, or was made on a later day: what had come to rest by then may not have on this one.
    pub(crate) fn read(self, book: &Arc<Regelbog>, today: NaiveDate) -> Result<Projections, CheckpointError> {
        let Self { mut reader, log_head, today: made } = self;
        if made > today {
            return Err(CheckpointError::Future);
        }
        let mut projections = Projections::empty(book.clone(), today);
        let common: Common = reader.post()?;
        projections.set_common(common, log_head)?;
        let ansvar = (0..reader.count(1)?).map(|_| Ok(Arc::new(reader.post()?)));
        let ansvar = ansvar.collect::<Result<Vec<_>, CheckpointError>>()?;
        let count = reader.count(PLACE)?;
        std::thread::scope(|threads| {
            // The card index is unpacked, and its table built, while the rest is read.
            let (packed_ones, accept) = sync_channel::<Vec<u8>>(PACKED_IN_ADVANCE);
            let card_index = threads.spawn(move || {
                let blocks = accept.iter().map(|packed| block(&packed)).collect::<Result<_, CheckpointError>>()?;
                CardIndex::af(Edition { blocks, ansvar }).ok_or(CheckpointError::Damaged("kartoteket"))
            });
            for foerste in (0..count).step_by(BLOCK) {
                let packed = reader.piece((count - foerste).min(BLOCK) * PLACE)?.to_vec();
                if packed_ones.send(packed).is_err() {
                    break; // it has met something that is wrong, and says so below
                }
            }
            drop(packed_ones);
            for _ in 0..reader.count(1)? {
                projections.set_row(reader.post::<StoredRow>()?)?;
            }
            let panicked = |_| CheckpointError::Damaged("kartoteket");
            projections.card_index = card_index.join().map_err(panicked)??;
            if projections.aktuelle.tabte().any(|(place, _)| place as usize >= projections.card_index.count()) {
                return Err(CheckpointError::Damaged("et tab uden forløb"));
            }
            let read = {
                let edition = projections.card_index.edition();
                let mut places = edition.blocks.iter().flat_map(|b| b.iter());
                if !places.all(|p| (p.ansaettelse as usize) < projections.rows.len()) {
                    return Err(CheckpointError::Damaged("et kort uden ansættelse"));
                }
                projections.read_aktuelle(&edition, &mut reader)?
            };
            for _ in 0..reader.count(SHOWN)? {
                reader.faste::<SHOWN>()?;
            }
            reader.end()?;
            for (place, one) in read {
                projections.set_card(place, one);
            }
            Ok(projections)
        })
    }
}

impl Projections {
    /// Everything as it is now, for writing.
    pub(crate) fn moment(&self) -> Moment {
        let tokens = self.tokens.iter().map(|(hash, token)| (hash.clone(), token.clone()));
        let common = Common {
            latest: self.latest.map(|t| t.timestamp_micros()),
            tokens: tokens.collect(),
            others_fravaer_nr: self.others_fravaer_nr.iter().map(|(nr, id)| (nr.clone(), *id)).collect(),
            // A map of dates to plain values has no way to fail.
            sendte: serde_json::to_string(&self.sendte).unwrap_or_default(),
            postkasser: serde_json::to_string(&self.postkasser).unwrap_or_default(),
            forsvundne: serde_json::to_string(&self.forsvundne).unwrap_or_default(),
            sletningsstop: serde_json::to_string(&self.sletningsstop).unwrap_or_default(),
            tabte: self.aktuelle.tabte().map(|(place, tabt)| (place, *tabt)).collect(),
        };
        Moment {
            log_head: self.log_head,
            today: self.today,
            common,
            rows: self.rows.iter().map(StoredRow::af).collect(),
            card_index: self.card_index.edition(),
            aktuelle: self.aktuelle.all().map(|(place, aktuel)| (place, aktuel.clone())).collect(),
        }
    }

    fn set_common(&mut self, common: Common, log_head: Head) -> Result<(), CheckpointError> {
        self.log_head = log_head;
        self.latest = common.latest.and_then(DateTime::<Utc>::from_timestamp_micros);
        self.tokens = common.tokens.into_iter().collect();
        self.others_fravaer_nr = common.others_fravaer_nr.into_iter().collect();
        let sendte = serde_json::from_str::<Sendte>(&common.sendte);
        self.sendte = sendte.map_err(|_| CheckpointError::Damaged("det sendte"))?;
        let postkasser = serde_json::from_str::<Postkasser>(&common.postkasser);
        self.postkasser = postkasser.map_err(|_| CheckpointError::Damaged("postkasserne"))?;
        let forsvundne = serde_json::from_str::<Forsvundne>(&common.forsvundne);
        self.forsvundne = forsvundne.map_err(|_| CheckpointError::Damaged("de forsvundne"))?;
        let held = serde_json::from_str::<Sletningsstop>(&common.sletningsstop);
        self.sletningsstop = held.map_err(|_| CheckpointError::Damaged("sletningsstop"))?;
        common.tabte.into_iter().for_each(|(place, tabt)| self.aktuelle.set_tabt(place, Some(tabt)));
        self.aktuelle.forget_tabte_before(tabt_since(self.today));
        Ok(())
    }

    fn set_row(&mut self, stored: StoredRow) -> Result<(), CheckpointError> {
        let row = Row::from(stored);
        let nr = row.nr.clone();
        let leder = row.stamdata.as_ref().and_then(|s| s.leder_nr.clone());
        let idx = u32::try_from(self.rows.len()).map_err(|_| CheckpointError::Damaged("antallet"))?;
        if self.numbers.insert(nr.clone(), idx).is_some() {
            return Err(CheckpointError::Damaged("et nummer står to gange"));
        }
        if let Some(leder) = leder {
            self.subordinates.entry(leder).or_default().insert(nr);
        }
        self.add_stedfortraedere(idx, row.stedfortraedere.as_deref());
        self.move_person(idx, None, row.person);
        self.forfald.extend(row.next.dag.map(|dag| (dag, idx)));
        self.indbydelser.extend(row.next.indbydelse.map(|dag| (dag, idx)));
        self.rows.push(row);
        self.keep_moved(idx, None);
        Ok(())
    }

    /// The forløb that are not at rest, with their places in the card index: understood on other threads while the rest
    /// is read.
    fn read_aktuelle(
        &self,
        card: &Edition,
        reader: &mut Reader<BufReader<File>>,
    ) -> Result<Vec<(u32, DerivedForloeb)>, CheckpointError> {
        let (book, rows, today) = (&*self.book, &self.rows, self.today);
        let one = move |(nr, json): &(u32, String)| {
            let place = card.place(*nr)?;
            let stamdata = rows.get(place.ansaettelse as usize)?.stamdata.as_ref()?;
            let forloeb = from_json(json.as_bytes(), stamdata, book)?;
            let last = place.card.and_then(|k| card.ansvar.get(k.ansvar as usize));
            let v = forloeb::frister::assess(&forloeb, today, book);
            Some((*nr, DerivedForloeb::af(Arc::new(forloeb), &v, (today, book), last)))
        };
        let count = reader.count(1)?;
        let per_thread = count.div_ceil(THREADS).max(PER_THREAD);
        let read: Option<Vec<_>> = std::thread::scope(|threads| {
            let mut work = Vec::new();
            for foerste in (0..count).step_by(per_thread) {
                let some = (foerste..count.min(foerste + per_thread)).map(|_| reader.post::<(u32, String)>());
                let some = some.collect::<Result<Vec<_>, CheckpointError>>()?;
                work.push(threads.spawn(move || some.iter().map(one).collect::<Option<Vec<_>>>()));
            }
            Ok::<_, CheckpointError>(work.into_iter().map(|a| a.join().ok().flatten()).collect())
        })?;
        let read = read.ok_or(CheckpointError::Damaged("et forløb"))?;
        Ok(read.into_iter().flatten().collect())
    }
}
