//! The first sheet of a workbook, row by row.
//!
//! A workbook is a packed folder, and a small one can be unpacked to anything. Every part of it is gone through once, counted
//! and thrown away, before the library for workbooks sees it; that one then reads the sheet cell by cell.

use std::borrow::Cow;
use std::io::{Cursor, Read};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Reader, Xlsx, XlsxError};
use zip::ZipArchive;

use super::table::{LONGEST_CELL, MOST_COLUMNS, MOST_LINES, TooMuch, too_many_lines};

/// Most parts of a workbook.
const MOST_PARTS: usize = 1000;
/// A workbook, unpacked, in bytes.
const LARGEST_UNPACKED: u64 = 256 << 20;
/// A part that is no sheet, unpacked, in bytes: it is in memory while the sheet is read.
const LARGEST_OTHER: usize = 32 << 20;
/// Longest tag or text of a sheet, in bytes.
const LONGEST_EVENT: usize = 1 << 20;
/// Most texts that a workbook says that its cells share: room is made for as many.
const MOST_TEXTS: usize = 4_000_000;

const PACKED: &[u8] = b"PK\x03\x04";
/// A workbook of the old kind, and one behind a password.
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0";

const UNREADABLE: &str = "regnearket kan ikke læses: gem det som Excel-projektmappe (.xlsx), eller som CSV";
const TOO_LARGE: &str = "regnearket er for stort, når det er pakket ud: gem arket som CSV";

/// These bytes are a workbook, of this kind or the old one.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    bytes.starts_with(PACKED) || bytes.starts_with(COMPOUND)
}

/// Gives every row of the first sheet that has a cell, with its number and its cells, or what is wrong with it.
pub(super) fn rows(bytes: &[u8], mut row: impl FnMut(u64, Result<&[Cow<'_, str>], String>) -> ControlFlow<()>) {
    // The library gives up in the middle of some sheets that nobody's program writes.
    let read = catch_unwind(AssertUnwindSafe(|| {
        inspect(bytes)?;
        let opened: Result<Xlsx<_>, XlsxError> = Xlsx::new(Cursor::new(bytes));
        sheet(opened.map_err(|_| UNREADABLE)?, &mut row)
    }));
    let read = read.unwrap_or_else(|_| Err(UNREADABLE.to_owned()));
    if let Err(error) = read {
        let _ = row(1, Err(error));
    }
}

/// Unpacks everything once and keeps nothing.
fn inspect(bytes: &[u8]) -> Result<(), &'static str> {
    if bytes.starts_with(COMPOUND) {
        return Err("filen er et ældre regneark (.xls), eller den har en adgangskode: gem den som .xlsx eller CSV");
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| UNREADABLE)?;
    if archive.len() > MOST_PARTS {
        return Err(TOO_LARGE);
    }
    let mut room = LARGEST_UNPACKED;
    for nr in 0..archive.len() {
        let mut part = archive.by_index(nr).map_err(|_| UNREADABLE)?;
        let name = part.name().map_err(|_| UNREADABLE)?.to_lowercase();
        if name.contains("worksheets/") && !name.ends_with("sharedstrings.xml") {
            room = inspect_sheet(&mut part, room)?;
        } else {
            let at_most = room.min(LARGEST_OTHER as u64);
            let mut whole = Vec::new();
            (&mut part).take(at_most + 1).read_to_end(&mut whole).map_err(|_| UNREADABLE)?;
            room = room.checked_sub(whole.len() as u64).filter(|_| whole.len() <= LARGEST_OTHER).ok_or(TOO_LARGE)?;
            if promised_texts(&whole) > MOST_TEXTS {
                return Err(TOO_LARGE);
            }
        }
    }
    Ok(())
}

/// A sheet is read event by event: none of them may be long, and what can hold others within it is not in a sheet.
fn inspect_sheet(part: &mut impl Read, mut room: u64) -> Result<u64, &'static str> {
    let (mut buffer, mut since, mut opened) = (vec![0; 64 << 10], 0, false);
    loop {
        let length = part.read(&mut buffer).map_err(|_| UNREADABLE)?;
        if length == 0 {
            return Ok(room);
        }
        room = room.checked_sub(length as u64).ok_or(TOO_LARGE)?;
        for byte in &buffer[..length] {
            if opened && *byte == b'!' {
                return Err(UNREADABLE);
            }
            opened = *byte == b'<';
            since = if opened { 0 } else { since + 1 };
            if since > LONGEST_EVENT {
                return Err(TOO_LARGE);
            }
        }
    }
}

/// The largest number of texts that a part promises.
fn promised_texts(part: &[u8]) -> usize {
    const NAME: &[u8] = b"uniqueCount";
    let after = |place: usize| {
        let digits = part[place + NAME.len()..].iter().skip_while(|b| b" \t\r\n=\"'+".contains(b));
        let digits = digits.take_while(|b| b.is_ascii_digit());
        digits.fold(0_usize, |sum, digit| sum.saturating_mul(10).saturating_add(usize::from(digit - b'0')))
    };
    let named = part.windows(NAME.len()).enumerate().filter(|(_, there)| *there == NAME);
    named.map(|(place, _)| after(place)).max().unwrap_or_default()
}

fn sheet(
    mut workbook: Xlsx<Cursor<&[u8]>>,
    row: &mut impl FnMut(u64, Result<&[Cow<'_, str>], String>) -> ControlFlow<()>,
) -> Result<(), String> {
    if workbook.has_1904_epoch() {
        return Err("regnearket tæller datoer fra 1904: gem arket som CSV".to_owned());
    }
    let Some(name) = workbook.sheet_names().into_iter().next() else { return Err(UNREADABLE.to_owned()) };
    let mut cells = workbook.worksheet_cells_reader(&name).map_err(|_| UNREADABLE.to_owned())?;
    let mut current = Row { nr: 0, width: 0, values: Vec::new(), wrong: None };
    let mut is_last = false;
    while !is_last {
        let cell = cells.next_cell().map_err(|_| format!("efter række {}: {UNREADABLE}", current.nr))?;
        let nr = cell.as_ref().map_or(0, |cell| u64::from(cell.get_position().0) + 1);
        is_last = cell.is_none();
        if nr != current.nr {
            if current.finish(&mut *row).is_break() {
                return Ok(());
            }
            current.nr = nr;
        }
        if nr > MOST_LINES as u64 {
            return Err(too_many_lines());
        }
        if let Some(cell) = cell {
            current.put(cell.get_position().1 as usize, cell.get_value());
        }
    }
    Ok(())
}

/// The cells of a row.
struct Row<'a> {
    nr: u64,
    /// Cells of the header: cells at the end of a row may be missing.
    width: usize,
    values: Vec<Cow<'a, str>>,
    wrong: Option<String>,
}

impl<'a> Row<'a> {
    fn put(&mut self, place: usize, value: &DataRef<'a>) {
        if matches!(value, DataRef::Empty) || self.wrong.is_some() {
            return;
        }
        if place >= MOST_COLUMNS {
            self.wrong = Some(TooMuch::Columns.said());
            return;
        }
        match text(value) {
            Ok(text) if text.len() > LONGEST_CELL && text.chars().nth(LONGEST_CELL).is_some() => {
                self.wrong = Some(TooMuch::Cell(place + 1).said());
            }
            Ok(text) => {
                if self.values.len() <= place {
                    self.values.resize(place + 1, Cow::Borrowed(""));
                }
                self.values[place] = text;
            }
            Err(error) => self.wrong = Some(format!("felt {} {error}", place + 1)),
        }
    }

    fn finish(
        &mut self,
        row: &mut impl FnMut(u64, Result<&[Cow<'_, str>], String>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let proceeds = match self.wrong.take() {
            Some(wrong) => row(self.nr, Err(wrong)),
            None if self.values.is_empty() => ControlFlow::Continue(()),
            None => {
                self.width = if self.width == 0 { self.values.len() } else { self.width };
                if self.values.len() < self.width {
                    self.values.resize(self.width, Cow::Borrowed(""));
                }
                row(self.nr, Ok(&self.values))
            }
        };
        self.values.clear();
        proceeds
    }
}

/// A cell as somebody would have written it in a text.
fn text<'a>(value: &DataRef<'a>) -> Result<Cow<'a, str>, &'static str> {
    Ok(match value {
        DataRef::Empty => Cow::Borrowed(""),
        DataRef::SharedString(text) => Cow::Borrowed(*text),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cow::Owned(text.clone()),
        DataRef::Int(number) => Cow::Owned(number.to_string()),
        DataRef::Float(number) => Cow::Owned(figure(*number)),
        DataRef::Bool(yes) => Cow::Borrowed(if *yes { "ja" } else { "nej" }),
        DataRef::DateTime(time) if time.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
            Cow::Owned(match (hour, minute, second) {
                (0, 0, 0) => format!("{year:04}-{month:02}-{day:02}"),
                _ => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"),
            })
        }
        DataRef::DateTime(length) => Cow::Owned(figure(length.as_f64())),
        DataRef::Error(_) => return Err("rummer en fejl fra regnearket"),
    })
}

/// A number without the digits that only come of reckoning in binary.
fn figure(number: f64) -> String {
    let text = format!("{number:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
#[path = "xlsx_tests.rs"]
mod tests;
