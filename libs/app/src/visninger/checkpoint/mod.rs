//! The projections at one position of the log, in one file: a start reads it, and then only what is newer.
//!
//! ```text
//! magic │ fingerprint │ position, hash of the log there │ day │ parts, each with its length │ CRC-32C of all before it
//! ```
//!
//! Losing it loses nothing but time. It is trusted when it is whole, was written by this very program under these very
//! rules, and the log has the same hash at its position; else everything is built anew. The file is written beside the
//! old one and takes its place when it is on disk.

mod gemt;
mod strimmel;

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, LazyLock};

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use eventlog::{Disk, Hash, Head, Named};
use forloeb::ord::Rolle;
use forloeb::{Forloeb, Regelbog};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

use super::Visninger;
use super::kartotek::{BLOK, Kartotek, Plads, Udgave};
use super::raekke::Raekke;
use super::sendte::Sendte;
use super::udledt::{Et, Tabt, tabt_siden};
use crate::durable::{self, PRIVATE};
use gemt::{GemtRaekke, fra_json, til_json};
use strimmel::{Laeser, Skriver};

/// The folder of the checkpoint in the data folder.
pub const MAPPE: &str = "visninger";
const FIL: &str = "checkpoint";
/// Its name until it is whole.
const NY_FIL: &str = "checkpoint.ny";
const MAGIC: &[u8; 8] = b"RVVISN05";
/// Of an absence that is not over, and of what has no day.
const INGEN_DAG: i32 = i32::MIN;
const INGEN_KORT: u32 = u32::MAX;
/// Bytes of a row of the card index in the file.
const PLADS: usize = 52;
/// Blocks of the card index that may wait to be unpacked.
const PAKKEDE_FORUD: usize = 16;
/// Forløb that are worth a thread of their own while they are read.
const PR_TRAAD: usize = 2000;
/// Parts in which the forløb are understood, at most.
const TRAADE: usize = 16;

/// Why a checkpoint is not used.
#[derive(Debug, Error)]
pub enum CheckpointFejl {
    /// It cannot be read.
    #[error("kan ikke læses: {0}")]
    Fil(#[from] io::Error),
    /// It is not whole.
    #[error("er beskadiget ({0})")]
    Beskadiget(&'static str),
    /// Another version of the program, or other rules, made it.
    #[error("er lavet af et andet program eller efter andre regler")]
    Fremmed,
    /// It does not belong to this log.
    #[error("hører ikke til denne log")]
    AndenLog,
    /// The log is damaged where it would be held against it, or after it.
    #[error("kan ikke bruges: loggen er beskadiget ved det eller efter det")]
    LogBeskadiget,
    /// It was made on a day that has not come yet.
    #[error("er lavet på en senere dag")]
    Fremtid,
}

/// A copy of the projections at one moment: cheap to take, and written while others go on.
#[derive(Debug)]
pub(crate) struct Oejeblik {
    hoved: Head,
    idag: NaiveDate,
    faelles: Faelles,
    raekker: Vec<GemtRaekke>,
    kartotek: Udgave,
    aktuelle: Vec<(u32, Arc<Forloeb>)>,
}

/// What belongs to no single employment.
#[derive(Debug, Serialize, Deserialize)]
struct Faelles {
    /// Microseconds since 1970.
    senest: Option<i64>,
    tokens: Vec<(String, Rolle, Option<String>)>,
    andre_fravaer_nr: Vec<(String, Uuid)>,
    /// As JSON: the keys of reminders are written by the domain.
    sendte: String,
    /// What was lost of forløb that are over, by their places in the card index: they are not among those that are read.
    tabte: Vec<(u32, Tabt)>,
}

/// A checkpoint whose beginning was read: what it is of.
#[derive(Debug)]
pub(crate) struct Fundet {
    laeser: Laeser<BufReader<File>>,
    hoved: Head,
    idag: NaiveDate,
}

/// The program, so that another one is told apart.
static PROGRAM: LazyLock<String> = LazyLock::new(|| {
    let sum = std::env::current_exe().and_then(|sti| kontrolsum(File::open(sti)?));
    let (bytes, sum) = sum.unwrap_or_default();
    format!("{} {bytes} {sum:08x}", env!("CARGO_PKG_VERSION"))
});

/// Reads through the program, which takes a while; later it is known.
pub(crate) fn kend_programmet() {
    LazyLock::force(&PROGRAM);
}

/// Tells programs and rules apart that could derive something else from the same events.
fn aftryk(bog: &Regelbog) -> [u8; 32] {
    *Hash::of(format!("{} {bog:?}", *PROGRAM).as_bytes()).as_bytes()
}

fn kontrolsum(mut fil: File) -> io::Result<(usize, u32)> {
    let (mut buffer, mut bytes, mut sum) = (vec![0; 1 << 20], 0, 0);
    loop {
        match fil.read(&mut buffer)? {
            0 => return Ok((bytes, sum)),
            n => {
                bytes += n;
                sum = crc32c::crc32c_append(sum, &buffer[..n]);
            }
        }
    }
}

fn dagtal(dag: Option<NaiveDate>) -> i32 {
    dag.map_or(INGEN_DAG, |d| d.num_days_from_ce())
}

fn dag(tal: i32) -> Result<Option<NaiveDate>, CheckpointFejl> {
    if tal == INGEN_DAG {
        return Ok(None);
    }
    NaiveDate::from_num_days_from_ce_opt(tal).map(Some).ok_or(CheckpointFejl::Beskadiget("en dag"))
}

impl Oejeblik {
    /// Position of the log.
    pub(crate) const fn position(&self) -> u64 {
        self.hoved.position
    }

    /// Writes it, in the place of the one before.
    ///
    /// # Errors
    /// The file system refuses; the one before is still there.
    pub(crate) fn skriv(&self, disk: &Disk, datamappe: &Path, bog: &Regelbog) -> io::Result<u64> {
        let mappe = datamappe.join(MAPPE);
        durable::create_folder(&mappe, PRIVATE)?;
        let ny = mappe.join(NY_FIL);
        let skrevet = self.skriv_ny(disk, &ny, bog).and_then(|(mut fil, bytes)| {
            disk.rename(&mut fil, &mappe.join(FIL))?;
            disk.sync_folder(&mappe)?;
            Ok(bytes)
        });
        if skrevet.is_err() {
            // Half of it is of no use, and may take the last room on the disk.
            let _ = disk.remove(&ny);
        }
        skrevet
    }

    fn skriv_ny(&self, disk: &Disk, ny: &Path, bog: &Regelbog) -> io::Result<(Named, u64)> {
        let til = Fremad { disk, fil: disk.create(ny)?, bytes: 0 };
        let mut skriver = Skriver::ny(BufWriter::with_capacity(1 << 20, til));
        self.indhold(&mut skriver, bog)?;
        let (ud, bytes) = skriver.slut()?;
        let Fremad { fil, .. } = ud.into_inner().map_err(io::IntoInnerError::into_error)?;
        disk.sync(&fil)?;
        Ok((fil, bytes))
    }

    fn indhold(&self, ud: &mut Skriver<impl Write>, bog: &Regelbog) -> io::Result<()> {
        ud.bytes(MAGIC)?;
        ud.bytes(&aftryk(bog))?;
        ud.bytes(&self.hoved.position.to_le_bytes())?;
        ud.bytes(self.hoved.hash.as_bytes())?;
        ud.bytes(&self.idag.num_days_from_ce().to_le_bytes())?;
        ud.post(&self.faelles)?;
        // First the card index: its table is built while the rest is read.
        ud.antal(self.kartotek.ansvar.len())?;
        self.kartotek.ansvar.iter().try_for_each(|ansvar| ud.post(&**ansvar))?;
        ud.antal(self.kartotek.blokke.iter().map(|b| b.len()).sum())?;
        for plads in self.kartotek.blokke.iter().flat_map(|b| b.iter()) {
            ud.bytes(&pakket(plads))?;
        }
        ud.antal(self.raekker.len())?;
        self.raekker.iter().try_for_each(|raekke| ud.post(raekke))?;
        ud.antal(self.aktuelle.len())?;
        for (plads, forloeb) in &self.aktuelle {
            let hvis = self.kartotek.plads(*plads).map(|p| p.ansaettelse as usize);
            ud.post(&(plads, til_json(forloeb, hvis.and_then(|nr| self.raekker.get(nr)))?))?;
        }
        Ok(())
    }
}

/// A file that is written from one end to the other.
struct Fremad<'a> {
    disk: &'a Disk,
    fil: Named,
    bytes: u64,
}

impl Write for Fremad<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.disk.write_at(&self.fil, bytes, self.bytes)?;
        self.bytes += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn pakket(p: &Plads) -> [u8; PLADS] {
    let mut ud = [0; PLADS];
    let kort = p.kort.as_ref();
    ud[..16].copy_from_slice(p.id.as_bytes());
    let tal = [
        p.ansaettelse,
        p.naeste,
        p.hoved,
        kort.map_or(INGEN_KORT, |k| k.ansvar),
        dagtal(kort.map(|k| k.foerste)).cast_unsigned(),
        dagtal(kort.and_then(|k| k.slut)).cast_unsigned(),
        dagtal(kort.and_then(|k| k.lovdag)).cast_unsigned(),
    ];
    let bits = kort.map_or(0, |k| k.statusser.bits()).to_le_bytes();
    ud[PLADS - bits.len()..].copy_from_slice(&bits);
    for (felt, tal) in ud[16..].as_chunks_mut().0.iter_mut().zip(tal) {
        *felt = tal.to_le_bytes();
    }
    ud
}

fn pakket_ud(bytes: &[u8; PLADS]) -> Result<Plads, CheckpointFejl> {
    let (id, tal) = bytes.split_at(16);
    let mut tal = tal.as_chunks().0.iter().map(|t| u32::from_le_bytes(*t));
    let mut naeste = || tal.next().unwrap_or_default();
    let id = Uuid::from_slice(id).map_err(|_| CheckpointFejl::Beskadiget("et id"))?;
    let (ansaettelse, naeste_plads, hoved, ansvar) = (naeste(), naeste(), naeste(), naeste());
    let (foerste, slut, lovdag) = (naeste(), naeste(), naeste());
    let (foerste, slut, lovdag) = (dag(foerste.cast_signed())?, dag(slut.cast_signed())?, dag(lovdag.cast_signed())?);
    let (lav, hoej) = (naeste(), naeste());
    let statusser = super::kort::Statusser::fra_bits(u64::from(hoej) << 32 | u64::from(lav));
    let kort = foerste.filter(|_| ansvar != INGEN_KORT).map(|foerste| super::kort::Kort {
        ansvar,
        foerste,
        slut,
        lovdag,
        statusser,
    });
    Ok(Plads { id, ansaettelse, naeste: naeste_plads, hoved, kort })
}

/// A block of the card index. It has room for what it holds and no more: there are thousands.
fn blok(bytes: &[u8]) -> Result<Arc<Vec<Plads>>, CheckpointFejl> {
    let pakkede = bytes.as_chunks().0;
    let mut raekker = Vec::with_capacity(pakkede.len());
    for pakket in pakkede {
        raekker.push(pakket_ud(pakket)?);
    }
    Ok(Arc::new(raekker))
}

impl Fundet {
    /// Reads the beginning of the checkpoint of a data folder; none where there is no checkpoint.
    ///
    /// # Errors
    /// It cannot be read, or another program made it.
    pub(crate) fn aabn(datamappe: &Path, bog: &Regelbog) -> Result<Option<Self>, CheckpointFejl> {
        let sti: PathBuf = datamappe.join(MAPPE).join(FIL);
        let fil = match File::open(sti) {
            Ok(fil) => fil,
            Err(fejl) if fejl.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(fejl) => return Err(fejl.into()),
        };
        let laengde = fil.metadata()?.len();
        let mut laeser = Laeser::ny(BufReader::with_capacity(1 << 20, fil), laengde)?;
        if laeser.faste::<8>()? != *MAGIC || laeser.faste::<32>()? != aftryk(bog) {
            return Err(CheckpointFejl::Fremmed);
        }
        let position = u64::from_le_bytes(laeser.faste()?);
        let hash = Hash(laeser.faste()?);
        let idag = dag(i32::from_le_bytes(laeser.faste()?))?.ok_or(CheckpointFejl::Beskadiget("dagen"))?;
        Ok(Some(Self { laeser, hoved: Head { position, hash }, idag }))
    }

    /// Where in the log it was made, and the hash the log must have there.
    pub(crate) const fn hoved(&self) -> Head {
        self.hoved
    }

    /// Reads the rest, seen on a day.
    ///
    /// # Errors
    /// It is not whole, or was made on a later day: what had come to rest by then may not have on this one.
    pub(crate) fn laes(self, bog: &Arc<Regelbog>, idag: NaiveDate) -> Result<Visninger, CheckpointFejl> {
        let Self { mut laeser, hoved, idag: lavet } = self;
        if lavet > idag {
            return Err(CheckpointFejl::Fremtid);
        }
        let mut vis = Visninger::nye(bog.clone(), idag);
        let faelles: Faelles = laeser.post()?;
        vis.saet_faelles(faelles, hoved)?;
        let ansvar = (0..laeser.antal(1)?).map(|_| Ok(Arc::new(laeser.post()?)));
        let ansvar = ansvar.collect::<Result<Vec<_>, CheckpointFejl>>()?;
        let antal = laeser.antal(PLADS)?;
        std::thread::scope(|traade| {
            // The card index is unpacked, and its table built, while the rest is read.
            let (pakkede, modtag) = sync_channel::<Vec<u8>>(PAKKEDE_FORUD);
            let kartotek = traade.spawn(move || {
                let blokke = modtag.iter().map(|pakket| blok(&pakket)).collect::<Result<_, CheckpointFejl>>()?;
                Kartotek::af(Udgave { blokke, ansvar }).ok_or(CheckpointFejl::Beskadiget("kartoteket"))
            });
            for foerste in (0..antal).step_by(BLOK) {
                let pakket = laeser.stykke((antal - foerste).min(BLOK) * PLADS)?.to_vec();
                if pakkede.send(pakket).is_err() {
                    break; // it has met something that is wrong, and says so below
                }
            }
            drop(pakkede);
            for _ in 0..laeser.antal(1)? {
                vis.saet_raekke(laeser.post::<GemtRaekke>()?)?;
            }
            let gik_i_panik = |_| CheckpointFejl::Beskadiget("kartoteket");
            vis.kartotek = kartotek.join().map_err(gik_i_panik)??;
            if vis.aktuelle.tabte().any(|(plads, _)| plads as usize >= vis.kartotek.antal()) {
                return Err(CheckpointFejl::Beskadiget("et tab uden forløb"));
            }
            let laest = {
                let udgave = vis.kartotek.udgave();
                let mut pladser = udgave.blokke.iter().flat_map(|b| b.iter());
                if !pladser.all(|p| (p.ansaettelse as usize) < vis.raekker.len()) {
                    return Err(CheckpointFejl::Beskadiget("et kort uden ansættelse"));
                }
                vis.laes_aktuelle(&udgave, &mut laeser)?
            };
            laeser.slut()?;
            for (plads, et) in laest {
                vis.saet_kort(plads, et);
            }
            Ok(vis)
        })
    }
}

impl Visninger {
    /// Everything as it is now, for writing.
    pub(crate) fn oejeblik(&self) -> Oejeblik {
        let tokens = self.tokens.iter().map(|(hash, (rolle, nr))| (hash.clone(), *rolle, nr.clone()));
        let faelles = Faelles {
            senest: self.senest.map(|t| t.timestamp_micros()),
            tokens: tokens.collect(),
            andre_fravaer_nr: self.andre_fravaer_nr.iter().map(|(nr, id)| (nr.clone(), *id)).collect(),
            // A map of dates to plain values has no way to fail.
            sendte: serde_json::to_string(&self.sendte).unwrap_or_default(),
            tabte: self.aktuelle.tabte().map(|(plads, tabt)| (plads, *tabt)).collect(),
        };
        Oejeblik {
            hoved: self.hoved,
            idag: self.idag,
            faelles,
            raekker: self.raekker.iter().map(GemtRaekke::af).collect(),
            kartotek: self.kartotek.udgave(),
            aktuelle: self.aktuelle.alle().map(|(plads, aktuel)| (plads, aktuel.forloeb.clone())).collect(),
        }
    }

    fn saet_faelles(&mut self, faelles: Faelles, hoved: Head) -> Result<(), CheckpointFejl> {
        self.hoved = hoved;
        self.senest = faelles.senest.and_then(DateTime::<Utc>::from_timestamp_micros);
        self.tokens = faelles.tokens.into_iter().map(|(hash, rolle, nr)| (hash, (rolle, nr))).collect();
        self.andre_fravaer_nr = faelles.andre_fravaer_nr.into_iter().collect();
        let sendte = serde_json::from_str::<Sendte>(&faelles.sendte);
        self.sendte = sendte.map_err(|_| CheckpointFejl::Beskadiget("det sendte"))?;
        faelles.tabte.into_iter().for_each(|(plads, tabt)| self.aktuelle.saet_tabt(plads, Some(tabt)));
        self.aktuelle.glem_tabte_foer(tabt_siden(self.idag));
        Ok(())
    }

    fn saet_raekke(&mut self, gemt: GemtRaekke) -> Result<(), CheckpointFejl> {
        let raekke = Raekke::from(gemt);
        let nr = raekke.nr.clone();
        let leder = raekke.stamdata.as_ref().and_then(|s| s.leder_nr.clone());
        let idx = u32::try_from(self.raekker.len()).map_err(|_| CheckpointFejl::Beskadiget("antallet"))?;
        if self.numre.insert(nr.clone(), idx).is_some() {
            return Err(CheckpointFejl::Beskadiget("et nummer står to gange"));
        }
        if let Some(leder) = leder {
            self.underordnede.entry(leder).or_default().insert(nr);
        }
        self.tilfoej_stedfortraedere(idx, raekke.stedfortraedere.as_deref());
        self.forfald.extend(raekke.naeste.map(|dag| (dag, idx)));
        self.raekker.push(raekke);
        Ok(())
    }

    /// The forløb that are not at rest, with their places in the card index: understood on other threads while the rest
    /// is read.
    fn laes_aktuelle(
        &self,
        kort: &Udgave,
        laeser: &mut Laeser<BufReader<File>>,
    ) -> Result<Vec<(u32, Et)>, CheckpointFejl> {
        let (bog, raekker, idag) = (&*self.bog, &self.raekker, self.idag);
        let en = move |(nr, json): &(u32, String)| {
            let plads = kort.plads(*nr)?;
            let stamdata = raekker.get(plads.ansaettelse as usize)?.stamdata.as_ref()?;
            let forloeb = fra_json(json.as_bytes(), stamdata, bog)?;
            let sidst = plads.kort.and_then(|k| kort.ansvar.get(k.ansvar as usize));
            let v = forloeb::frister::vurder(&forloeb, idag, bog);
            Some((*nr, Et::af(Arc::new(forloeb), &v, (idag, bog), sidst)))
        };
        let antal = laeser.antal(1)?;
        let pr_traad = antal.div_ceil(TRAADE).max(PR_TRAAD);
        let laest: Option<Vec<_>> = std::thread::scope(|traade| {
            let mut arbejde = Vec::new();
            for foerste in (0..antal).step_by(pr_traad) {
                let nogle = (foerste..antal.min(foerste + pr_traad)).map(|_| laeser.post::<(u32, String)>());
                let nogle = nogle.collect::<Result<Vec<_>, CheckpointFejl>>()?;
                arbejde.push(traade.spawn(move || nogle.iter().map(en).collect::<Option<Vec<_>>>()));
            }
            Ok::<_, CheckpointFejl>(arbejde.into_iter().map(|a| a.join().ok().flatten()).collect())
        })?;
        let laest = laest.ok_or(CheckpointFejl::Beskadiget("et forløb"))?;
        Ok(laest.into_iter().flatten().collect())
    }
}
