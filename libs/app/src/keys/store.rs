//! The key store of one employer: whose key is whose, and what is sealed and opened with it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, RwLock, RwLockReadGuard};

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use eventlog::{Disk, Named};
use forloeb::haendelse::Ciphertext;
use uuid::Uuid;

use super::file::{self, Contents, Fingerprint, Person, Secrets};
use super::master::{Master, cipher};
use super::{Confidential, KeyError, Randomness, Source, first_form};
use crate::durable;
use crate::held::nothing_while;

const NONCE: usize = 24;
/// The name of the key file in its folder.
const NAME: &str = "noegler";

/// The key store of one employer.
pub struct Keys {
    disk: Disk,
    path: PathBuf,
    /// Held while the file is written and synced; who seals or opens does not wait for it.
    writer: Mutex<Writer>,
    known: RwLock<Known>,
    randomness: Randomness,
}

/// Whoever writes the key file.
struct Writer {
    file: Named,
    form: Form,
    master: Option<Master>,
}

/// How the file is written.
enum Form {
    /// As before: persons are erased in it, and nobody comes in.
    First,
    Second {
        secrets: Secrets,
        /// Slots that count, or may.
        count: usize,
        wrapped: bool,
    },
}

/// Who has a key.
struct Known {
    keys: HashMap<Uuid, Held>,
    lookup: Lookup,
}

struct Held {
    place: usize,
    key: XChaCha20Poly1305,
    fingerprint: Option<Fingerprint>,
}

/// How a person is found by their CPR number.
enum Lookup {
    Pepper([u8; 32]),
    Fingerprints { secrets: Secrets, persons: HashMap<Fingerprint, Uuid> },
}

impl Known {
    fn insert(&mut self, place: usize, person: &Person) {
        let held = Held { place, key: cipher(&person.key), fingerprint: person.fingerprint };
        self.keys.insert(person.id, held);
        if let (Lookup::Fingerprints { persons, .. }, Some(fingerprint)) = (&mut self.lookup, person.fingerprint) {
            persons.insert(fingerprint, person.id);
        }
    }

    fn remove(&mut self, person: Uuid) {
        let held = self.keys.remove(&person);
        if let (Lookup::Fingerprints { persons, .. }, Some(Held { fingerprint: Some(f), .. })) =
            (&mut self.lookup, held)
        {
            persons.remove(&f);
        }
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}

impl Keys {
    /// Opens the key store in a folder that no master key wraps. Only where `new` is allowed, beside an empty log, is a
    /// missing one made: without its keys nothing in a log can be read.
    ///
    /// # Errors
    /// The file is missing, cannot be read, or holds a damaged slot, or it is wrapped.
    pub fn open(folder: &Path, new: bool) -> Result<Self, KeyError> {
        Self::open_on(Disk::default(), folder, new, None)
    }

    /// The same, written through this disk, and wrapped by this master key from now on where it was not before.
    ///
    /// # Errors
    /// As [`Self::open`]; or it is wrapped by another master key.
    pub fn open_on(disk: Disk, folder: &Path, new: bool, master: Option<Master>) -> Result<Self, KeyError> {
        Self::open_with(disk, folder, new, master, Randomness::OperatingSystem)
    }

    /// A new key store of **synthetic** persons: everything in it follows from `source`, so it protects nothing and must
    /// never hold a real person.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn synthetic(folder: &Path, source: Source) -> Result<Self, KeyError> {
        Self::open_with(Disk::default(), folder, true, None, Randomness::Given(Mutex::new(source)))
    }

    /// Looks through the key file of a folder without opening it, which needs no master key.
    ///
    /// # Errors
    /// It is missing, cannot be read, or is damaged.
    pub fn check(folder: &Path) -> Result<(), KeyError> {
        match std::fs::read(folder.join(NAME)) {
            Ok(bytes) => file::check(&bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(KeyError::Missing),
            Err(error) => Err(error.into()),
        }
    }

    fn open_with(
        disk: Disk,
        folder: &Path,
        new: bool,
        master: Option<Master>,
        randomness: Randomness,
    ) -> Result<Self, KeyError> {
        let path = folder.join(NAME);
        if new && is_not_made(&path)? {
            durable::create_folder(folder, durable::PRIVATE)?;
            let empty = file::compose(&Secrets::new(&randomness)?, &[], master.as_ref(), &randomness)?;
            durable::replace(&path, &empty)?;
        }
        let (named, bytes) = open_file(&path)?;
        let (form, lookup, persons) = match file::read(&bytes, master.as_ref())? {
            Contents::First(first) => (Form::First, Lookup::Pepper(first.pepper), first.persons),
            Contents::Second(read) => {
                let lookup = Lookup::Fingerprints { secrets: read.secrets.clone(), persons: HashMap::new() };
                let form = Form::Second { secrets: read.secrets, count: read.count, wrapped: read.wrapped };
                (form, lookup, read.persons)
            }
        };
        let mut known = Known { keys: HashMap::with_capacity(persons.len()), lookup };
        persons.iter().for_each(|(place, person)| known.insert(*place, person));
        let unwrapped = matches!(form, Form::Second { wrapped: false, .. }) && master.is_some();
        let writer = Mutex::new(Writer { file: named, form, master: master.clone() });
        let keys = Self { disk, path, writer, known: RwLock::new(known), randomness };
        if let Some(master) = master.filter(|_| unwrapped) {
            keys.rewrap(master)?;
        }
        Ok(keys)
    }

    /// The id of a person, where they have one. Two employments of one person share it; it says nothing of the CPR number.
    #[must_use]
    pub fn person(&self, cpr: &Confidential<String>) -> Option<Uuid> {
        let known = self.known();
        match &known.lookup {
            Lookup::Pepper(pepper) => Some(first_form::person(pepper, cpr)).filter(|id| known.keys.contains_key(id)),
            Lookup::Fingerprints { secrets, persons } => persons.get(&secrets.fingerprint(cpr)).copied(),
        }
    }

    /// The ids of persons by their CPR numbers, in this order. Who is not known yet gets a new one, and a key, durable before
    /// this returns.
    ///
    /// # Errors
    /// Nothing was made.
    pub fn persons<'a>(&self, cpr: impl IntoIterator<Item = &'a Confidential<String>>) -> Result<Vec<Uuid>, KeyError> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let Form::Second { secrets, count, .. } = &mut writer.form else {
            let known = cpr.into_iter().map(|cpr| self.person(cpr).ok_or(KeyError::FirstForm));
            return known.collect();
        };
        let (mut ids, mut new_ones, mut met) = (Vec::new(), Vec::new(), HashMap::new());
        for cpr in cpr {
            if let Some(id) = self.person(cpr) {
                ids.push(id);
                continue;
            }
            ids.push(match met.entry(secrets.fingerprint(cpr)) {
                Entry::Occupied(known) => *known.get(),
                Entry::Vacant(place) => {
                    let person = self.new_person(*place.key())?;
                    place.insert(person.id);
                    new_ones.push(person);
                    person_id(&new_ones)
                }
            });
        }
        if new_ones.is_empty() {
            return Ok(ids);
        }
        let before = *count;
        let mut bytes = Vec::with_capacity(new_ones.len() * file::SLOT);
        for (place, person) in (before + 1..).zip(&new_ones) {
            bytes.extend_from_slice(&secrets.slot(place, person, &self.randomness)?);
        }
        let after = before + new_ones.len();
        self.disk.write_at(&writer.file, &bytes, file::begins(before + 1))?;
        self.disk.sync(&writer.file)?;
        let figure = file::count_field(after);
        let counted =
            self.disk.write_at(&writer.file, &figure, file::COUNT).and_then(|()| self.disk.sync(&writer.file));
        // Also when it failed: the number may be on the disk all the same, and the slots it counts must not be written again.
        if let Form::Second { count, .. } = &mut writer.form {
            *count = after;
        }
        counted?;
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        for (place, person) in (before + 1..).zip(&new_ones) {
            known.insert(place, person);
        }
        Ok(ids)
    }

    fn new_person(&self, fingerprint: Fingerprint) -> Result<Person, KeyError> {
        let (mut id, mut key) = ([0; 16], [0; 32]);
        self.randomness.fill(&mut id)?;
        self.randomness.fill(&mut key)?;
        Ok(Person { id: uuid::Builder::from_random_bytes(id).into_uuid(), key, fingerprint: Some(fingerprint) })
    }

    /// Destroys a person's key, and with it whose CPR number it was: overwritten in place and synced. Whether there was one.
    ///
    /// # Errors
    /// The file could not be written; the key may still be there.
    pub fn erase(&self, person: Uuid) -> Result<bool, KeyError> {
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(place) = self.known().keys.get(&person).map(|held| held.place) else { return Ok(false) };
        match writer.form {
            Form::First => self.disk.write_at(&writer.file, &first_form::erased(), first_form::begins(place))?,
            Form::Second { .. } => self.disk.write_at(&writer.file, &file::erased(), file::begins(place))?,
        }
        self.disk.sync(&writer.file)?;
        self.known.write().unwrap_or_else(PoisonError::into_inner).remove(person);
        Ok(true)
    }

    /// The file has the form it had before persons had random ids: [`Self::upgrade`] is to be told whose CPR number is whose.
    #[must_use]
    pub fn has_first_form(&self) -> bool {
        matches!(self.known().lookup, Lookup::Pepper(_))
    }

    /// A master key wraps the file.
    #[must_use]
    pub fn is_wrapped(&self) -> bool {
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        matches!(writer.form, Form::Second { wrapped: true, .. })
    }

    /// Writes a file of the first form anew in that of today. The persons keep their ids; which CPR number is whose is told
    /// here, for the secret by which it could be reckoned goes with the old file.
    ///
    /// # Errors
    /// The file is as it was.
    pub fn upgrade(&self, whose: impl IntoIterator<Item = (Uuid, Confidential<String>)>) -> Result<(), KeyError> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        if !matches!(writer.form, Form::First) {
            return Ok(());
        }
        let secrets = Secrets::new(&self.randomness)?;
        let fingerprints: HashMap<Uuid, Fingerprint> =
            whose.into_iter().map(|(id, cpr)| (id, secrets.fingerprint(&cpr))).collect();
        let persons = self.stored(&writer)?.into_iter();
        let persons = persons.map(|person| Person { fingerprint: fingerprints.get(&person.id).copied(), ..person });
        let master = writer.master.clone();
        self.write_anew(&mut writer, secrets, &persons.collect::<Vec<_>>(), master)
    }

    /// Wraps the file with another master key, and every slot in it with another key: what was copied of it before opens with
    /// the old master key alone.
    ///
    /// # Errors
    /// The file is as it was.
    pub fn rewrap(&self, master: Master) -> Result<(), KeyError> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let Form::Second { secrets, .. } = &writer.form else { return Err(KeyError::FirstForm) };
        let secrets = secrets.rewrapped(&self.randomness)?;
        let persons = self.stored(&writer)?;
        self.write_anew(&mut writer, secrets, &persons, Some(master))
    }

    /// Everybody who is in the file.
    fn stored(&self, writer: &Writer) -> Result<Vec<Person>, KeyError> {
        let bytes = std::fs::read(&self.path)?;
        let persons = match file::read(&bytes, writer.master.as_ref())? {
            Contents::First(first) => first.persons,
            Contents::Second(read) => read.persons,
        };
        Ok(persons.into_iter().map(|(_, person)| person).collect())
    }

    /// Puts a new file in the place of the old one, which is overwritten: it held what is to be gone.
    fn write_anew(
        &self,
        writer: &mut Writer,
        secrets: Secrets,
        persons: &[Person],
        master: Option<Master>,
    ) -> Result<(), KeyError> {
        let bytes = file::compose(&secrets, persons, master.as_ref(), &self.randomness)?;
        let mut old = OpenOptions::new().write(true).open(&self.path)?;
        durable::replace(&self.path, &bytes)?;
        let (file, _) = open_file(&self.path)?;
        let mut known = Known {
            keys: HashMap::with_capacity(persons.len()),
            lookup: Lookup::Fingerprints { secrets: secrets.clone(), persons: HashMap::new() },
        };
        (1..).zip(persons).for_each(|(place, person)| known.insert(place, person));
        let form = Form::Second { secrets, count: persons.len(), wrapped: master.is_some() };
        *writer = Writer { file, form, master };
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = known;
        if let Err(error) = overwrite(&mut old) {
            tracing::warn!(%error, "den gamle nøglefil har ikke noget navn mere, men kunne ikke overskrives");
        }
        Ok(())
    }

    fn known(&self) -> RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn key(&self, person: Uuid) -> Result<XChaCha20Poly1305, KeyError> {
        self.known().keys.get(&person).map(|held| held.key.clone()).ok_or(KeyError::KeyGone)
    }

    /// Seals some bytes with the person's key, which must have been made. What may be in them is said by
    /// [`crate::sealed`].
    ///
    /// # Errors
    /// There is no key, or no random number.
    pub fn seal(&self, person: Uuid, plaintext: &[u8]) -> Result<Ciphertext, KeyError> {
        nothing_while("something was sealed");
        let mut bytes = vec![0; NONCE];
        self.randomness.fill(&mut bytes)?;
        let nonce = nonce(&bytes).ok_or(KeyError::Changed)?;
        let key = self.key(person)?;
        let payload = Payload { msg: plaintext, aad: person.as_bytes() };
        let sealed = key.encrypt(&nonce, payload).map_err(|_| KeyError::Changed)?;
        bytes.extend_from_slice(&sealed);
        Ok(Ciphertext(BASE64.encode(bytes)))
    }

    /// Opens what was sealed for a person.
    ///
    /// # Errors
    /// The key was destroyed, or it is not what was sealed for this person.
    pub fn unlock(&self, person: Uuid, sealed: &Ciphertext) -> Result<Vec<u8>, KeyError> {
        nothing_while("something sealed was opened");
        let bytes = BASE64.decode(&sealed.0).map_err(|_| KeyError::Changed)?;
        let (first, rest) = bytes.split_at_checked(NONCE).ok_or(KeyError::Changed)?;
        let nonce = nonce(first).ok_or(KeyError::Changed)?;
        let key = self.key(person)?;
        let payload = Payload { msg: rest, aad: person.as_bytes() };
        key.decrypt(&nonce, payload).map_err(|_| KeyError::Changed)
    }
}

fn person_id(new_ones: &[Person]) -> Uuid {
    new_ones.last().map(|person| person.id).unwrap_or_default()
}

/// Opens a key file, and reads all of it.
fn open_file(path: &Path) -> Result<(Named, Vec<u8>), KeyError> {
    let file = Disk::open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => KeyError::Missing,
        _ => KeyError::File(error),
    })?;
    // Whoever made it may have been killed before it was on disk, and a key in it is to be there after a power cut.
    file.file().sync_all()?;
    durable::sync_names(path)?;
    let mut bytes = Vec::new();
    file.file().read_to_end(&mut bytes)?;
    Ok((file, bytes))
}

/// There is no file, or one in which nothing was written: a start was interrupted in the middle of it. What anything was
/// written in may hold keys, and is never made anew.
fn is_not_made(path: &Path) -> io::Result<bool> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(bytes.len() < 2 * first_form::SLOT || bytes.iter().all(|byte| *byte == 0)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

/// Zeros over all of it.
fn overwrite(file: &mut File) -> io::Result<()> {
    let length = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(0))?;
    io::copy(&mut io::repeat(0).take(length), file)?;
    file.flush()?;
    file.sync_all()
}

fn nonce(bytes: &[u8]) -> Option<XNonce> {
    XNonce::try_from(bytes).ok()
}
