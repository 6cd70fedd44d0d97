//! A file as rows under a header, whatever it was written in, and the fields of a row by the name of their column.
//!
//! A file is somebody else's, and may be anything. No line, field or list of errors is kept that is longer than its bound.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

use chrono::NaiveDate;

use super::days::{self, Forms};
use super::findings::Findings;
use super::profile::Mapping;
use super::{LINE, LineError, csv, fields, xlsx};

/// Most lines of a file.
pub const MOST_LINES: usize = 1_100_000;
/// Longest line, in bytes, and longest record where a quoted field holds line breaks.
pub const LONGEST_LINE: usize = 64 << 10;
/// Most columns.
pub const MOST_COLUMNS: usize = 500;
/// Longest field, in characters. Most fields that are used have a narrower bound of their own.
pub const LONGEST_CELL: usize = 4000;
/// So much of the name of a column is repeated to people.
const SHOWN_NAME: usize = 60;

/// The columns of a kind of file.
#[derive(Debug, Clone, Copy)]
pub struct Columns {
    /// Those that must be there.
    pub required: &'static [&'static str],
    /// Those that may be left out.
    pub optional: &'static [&'static str],
}

impl Columns {
    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &'static str> {
        self.required.iter().chain(self.optional).copied()
    }
}

/// What a file said.
#[derive(Debug)]
pub struct Parsed<T> {
    /// Good lines with their numbers.
    pub lines: Vec<(u64, T)>,
    /// What was wrong with the others.
    pub error: Findings,
    /// What is read and ought to be looked at.
    pub warnings: Findings,
    /// Lines that the profile leaves out.
    pub left_out: u64,
}

/// What was found in a file beside its good lines.
#[derive(Debug, Default)]
pub struct Found {
    /// What was wrong with other lines.
    pub error: Findings,
    /// What is read and ought to be looked at.
    pub warnings: Findings,
    /// Lines that the profile leaves out.
    pub left_out: u64,
}

/// Where the value of a column comes from.
#[derive(Debug, Default)]
struct Source {
    places: Vec<usize>,
}

/// The fields of one line, by column name. What is wrong with them is gathered, so that a line tells it all at once.
#[derive(Debug)]
pub struct LineFields<'a> {
    line: u64,
    sources: &'a BTreeMap<&'static str, Source>,
    mapping: &'a Mapping,
    forms: Forms,
    values: &'a [Cow<'a, str>],
    error: Vec<LineError>,
    warnings: Vec<LineError>,
    left_out: bool,
}

impl LineFields<'_> {
    /// The text of a column, without blanks around it; empty where the column is not in the file.
    #[must_use]
    pub fn tekst(&self, name: &str) -> Cow<'_, str> {
        let value = |place: &usize| self.values.get(*place).map(|value| value.trim()).unwrap_or_default();
        let written = match self.sources.get(name).map_or(&[][..], |source| &source.places) {
            [] => Cow::Borrowed(""),
            [place] => Cow::Borrowed(value(place)),
            several => {
                let parts: Vec<&str> = several.iter().map(value).filter(|part| !part.is_empty()).collect();
                Cow::Owned(parts.join(self.mapping.between(name)))
            }
        };
        match self.mapping.standard(name) {
            Some(standard) if written.is_empty() => Cow::Borrowed(standard),
            _ => written,
        }
    }

    /// The value of a column; none, and the reason kept, if it cannot be read, and none where the profile leaves lines
    /// with such a code out.
    pub fn read<T>(&mut self, name: &str, parse: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        let parsed = {
            let written = self.tekst(name);
            match self.mapping.code(name, &written) {
                Ok(Some(text)) => parse(text),
                Ok(None) => {
                    self.left_out = true;
                    return None;
                }
                Err(error) => Err(error),
            }
        };
        parsed.map_err(|error| self.error.push(LineError::new(self.line, name, error))).ok()
    }

    /// A day.
    pub fn dato(&mut self, name: &str) -> Option<NaiveDate> {
        let forms = self.forms;
        self.read(name, |text| days::dato(text, forms))
    }

    /// A day that may be left out.
    pub fn maybe_dato(&mut self, name: &str) -> Option<Option<NaiveDate>> {
        let forms = self.forms;
        self.read(name, |text| days::maybe_dato(text, forms))
    }

    /// A last day, which may be left out, or written as the end of time, and does not lie before the first; the second
    /// text says what is wrong if it does.
    pub fn slutdag(&mut self, name: &str, foerste: Option<NaiveDate>, before: &str) -> Option<Option<NaiveDate>> {
        let forms = self.forms;
        self.read(name, |text| match (days::maybe_slutdag(text, forms)?, foerste) {
            (Some(sidste), Some(foerste)) if sidste < foerste => Err(before.to_owned()),
            (sidste, _) => Ok(sidste),
        })
    }

    /// A time of recording, which is tried and not used.
    pub fn tidspunkt(&mut self, name: &str) {
        let forms = self.forms;
        self.read(name, |text| fields::maybe_tidspunkt(text, forms));
    }

    /// The profile leaves the line out, as far as it is read.
    #[must_use]
    pub const fn is_left_out(&self) -> bool {
        self.left_out
    }

    /// Says that a field cannot be as it is, for what stands in another one.
    pub fn refuse(&mut self, name: &str, text: impl Into<String>) {
        self.error.push(LineError::new(self.line, name, text));
    }

    /// Says that a field ought to be looked at.
    pub fn warn(&mut self, name: &str, text: impl Into<String>) {
        self.warnings.push(LineError::new(self.line, name, text));
    }
}

/// Reads a file row by row: what its bytes say that it is, a workbook or a text, read as the profile says.
pub fn read<T>(
    bytes: &[u8],
    columns: Columns,
    mapping: &Mapping,
    line: impl FnMut(&mut LineFields<'_>) -> Option<T>,
) -> Parsed<T> {
    let mut lines = Vec::new();
    let Found { error, warnings, left_out } = each(bytes, columns, mapping, line, |nr, value| lines.push((nr, value)));
    Parsed { lines, error, warnings, left_out }
}

/// The same, for who keeps the good lines in a way of their own: `take` gets each of them with its number.
pub fn each<T>(
    bytes: &[u8],
    columns: Columns,
    mapping: &Mapping,
    line: impl FnMut(&mut LineFields<'_>) -> Option<T>,
    take: impl FnMut(u64, T),
) -> Found {
    let is_sheet = xlsx::is_one(bytes);
    let forms = Forms { order: mapping.order(), serials: is_sheet };
    let mut reading = Reading { columns, mapping, forms, header: None, line, take, out: Found::default() };
    if is_sheet {
        xlsx::rows(bytes, |nr, values| reading.row(nr, values));
    } else {
        csv::rows(bytes, |nr, values| reading.row(nr, values));
    }
    let Reading { header, mut out, .. } = reading;
    if header.is_none() && out.error.is_empty() {
        out.error.take(LineError::new(1, LINE, "filen er tom"));
    }
    out
}

/// A header: where each column that is used stands, and how many fields a line has.
#[derive(Debug)]
struct Header {
    sources: BTreeMap<&'static str, Source>,
    expected: usize,
}

struct Reading<'a, F, K> {
    columns: Columns,
    mapping: &'a Mapping,
    forms: Forms,
    header: Option<Header>,
    line: F,
    take: K,
    out: Found,
}

impl<T, F: FnMut(&mut LineFields<'_>) -> Option<T>, K: FnMut(u64, T)> Reading<'_, F, K> {
    fn row(&mut self, nr: u64, values: Result<&[Cow<'_, str>], String>) -> ControlFlow<()> {
        let values = match values {
            Ok(values) => values,
            Err(error) => {
                self.out.error.take(LineError::new(nr, LINE, error));
                return if self.header.is_some() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) };
            }
        };
        if values.iter().all(|v| v.trim().is_empty()) {
            return ControlFlow::Continue(());
        }
        let Some(header) = &self.header else { return self.begin(nr, values) };
        if let Err(error) = count_fields(values, header.expected) {
            self.out.error.take(LineError::new(nr, LINE, error));
            return ControlFlow::Continue(());
        }
        let mut fields = LineFields {
            line: nr,
            sources: &header.sources,
            mapping: self.mapping,
            forms: self.forms,
            values,
            error: Vec::new(),
            warnings: Vec::new(),
            left_out: false,
        };
        let parsed = (self.line)(&mut fields);
        let LineFields { error, warnings, left_out, .. } = fields;
        match parsed {
            _ if left_out => self.out.left_out += 1,
            Some(value) if error.is_empty() => {
                self.out.warnings.line(warnings);
                (self.take)(nr, value);
            }
            _ => self.out.error.line(error),
        }
        ControlFlow::Continue(())
    }

    /// The header: nothing goes in where a column of it is missing, or stands there twice.
    fn begin(&mut self, nr: u64, values: &[Cow<'_, str>]) -> ControlFlow<()> {
        let names: Vec<String> = values.iter().map(|name| normal(name)).collect();
        let places = |name: &str| -> Vec<usize> {
            names.iter().enumerate().filter(|(_, there)| *there == name).map(|(place, _)| place).collect()
        };
        let (mut sources, mut used) = (BTreeMap::new(), Vec::new());
        for name in self.columns.all() {
            let own = [name.to_owned()];
            let mapped = self.mapping.columns(name);
            let mut source = Source::default();
            for wanted in mapped.unwrap_or(&own) {
                let said = |what: &str| match mapped {
                    Some(_) => format!("kolonnen »{}«, som profilen læser den i, {what}", shown(wanted)),
                    None => format!("kolonnen {what}"),
                };
                match places(&normal(wanted))[..] {
                    [place] => source.places.push(place),
                    [] if mapped.is_none()
                        && (!self.columns.required.contains(&name) || self.mapping.standard(name).is_some()) => {}
                    [] => self.out.error.take(LineError::new(nr, name, said("mangler"))),
                    _ => self.out.error.take(LineError::new(nr, name, said("står der flere gange"))),
                }
            }
            used.extend_from_slice(&source.places);
            sources.insert(name, source);
        }
        if !self.out.error.is_empty() {
            return ControlFlow::Break(());
        }
        // Who has a profile has said which columns are meant.
        let unknown =
            values.iter().enumerate().filter(|(place, name)| !used.contains(place) && !name.trim().is_empty());
        if self.mapping.is_none() {
            let said = unknown.map(|(_, name)| LineError::new(nr, &shown(name), "kolonnen kendes ikke og bruges ikke"));
            self.out.warnings.line(said);
        }
        self.header = Some(Header { sources, expected: names.len() });
        ControlFlow::Continue(())
    }
}

fn shown(name: &str) -> String {
    name.trim().chars().filter(|sign| !sign.is_control()).take(SHOWN_NAME).collect()
}

/// The name of a column as it is looked for: in small letters, `_` for blanks and hyphens, `ae`, `oe` and `aa`.
fn normal(name: &str) -> String {
    let name = name.trim().trim_start_matches('\u{feff}').to_lowercase();
    let words: Vec<&str> = name
        .split(|sign: char| sign.is_whitespace() || sign == '-' || sign == '_')
        .filter(|word| !word.is_empty())
        .collect();
    words.join("_").replace('æ', "ae").replace('ø', "oe").replace('å', "aa")
}

fn count_fields(values: &[Cow<'_, str>], expected: usize) -> Result<(), String> {
    // A separator after the last field is common and harmless.
    let surplus = values.iter().skip(expected).any(|v| !v.trim().is_empty());
    match values.len() {
        1 if expected != 1 => Err(format!("linjen har 1 felt, ikke {expected}")),
        count if count < expected || surplus => Err(format!("linjen har {count} felter, ikke {expected}")),
        _ => Ok(()),
    }
}

/// What a line has too much of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TooMuch {
    Bytes,
    Columns,
    /// The field of this number.
    Cell(usize),
}

impl TooMuch {
    pub(super) fn said(self) -> String {
        match self {
            Self::Bytes => format!("linjen er på over {LONGEST_LINE} bytes"),
            Self::Columns => format!("linjen har over {MOST_COLUMNS} felter"),
            Self::Cell(nr) => format!("felt {nr} er på over {LONGEST_CELL} tegn"),
        }
    }
}

/// What is said of a file that has more lines than its bound.
pub(super) fn too_many_lines() -> String {
    format!("filen har over {MOST_LINES} linjer: del den op i flere filer")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn par(bytes: &[u8]) -> Parsed<(String, String)> {
        let columns = Columns { required: &["a", "b"], optional: &["foerste_dag"] };
        read(bytes, columns, &Mapping::default(), |f| Some((f.tekst("a").into_owned(), f.tekst("b").into_owned())))
    }

    fn lines(bytes: &[u8]) -> Vec<(u64, String, String)> {
        let parsed = par(bytes);
        assert_eq!(parsed.error.first(), []);
        parsed.lines.into_iter().map(|(nr, (a, b))| (nr, a, b)).collect()
    }

    #[test]
    fn the_same_content_in_any_form() {
        let expected = vec![(2, "æøå".to_owned(), "1".to_owned()), (3, "x".to_owned(), "2".to_owned())];
        let forms: [&[u8]; 9] = [
            "a;b\r\næøå;1\r\nx;2\r\n".as_bytes(),
            "\u{feff}a;b\næøå;1\nx;2".as_bytes(),
            "a,b\næøå,1\nx,2\n".as_bytes(),
            "a\tb\næøå\t1\nx\t2\n".as_bytes(),
            b"a;b\n\xe6\xf8\xe5;1\nx;2\n",
            "b;andet;a\n1;;æøå\n2;9;x\n".as_bytes(),
            " A ; B \n æøå ;\u{a0}1\nx;2;\n".as_bytes(),
            "a;b\n\"æøå\";\"1\"\n\"x\";2\n".as_bytes(),
            &[&[0xff, 0xfe], &"a;b\næøå;1\nx;2\n".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()[..]]
                .concat(),
        ];
        for form in forms {
            assert_eq!(lines(form), expected, "{}", String::from_utf8_lossy(form));
        }
    }

    #[test]
    fn quoted_fields_may_hold_separators_line_breaks_and_quotes() {
        let parsed = lines(b"a;b\n\"x;y\";\"sagde \"\"ja\"\"\"\n\"to\nlinjer\";2\nO\"Brien;3\n");
        let expected = [(2, "x;y", "sagde \"ja\""), (3, "to\nlinjer", "2"), (5, "O\"Brien", "3")];
        assert_eq!(parsed, expected.map(|(nr, a, b)| (nr, a.to_owned(), b.to_owned())));
    }

    #[test]
    fn a_quote_that_nobody_closes_spoils_only_its_own_line() {
        let parsed = par(b"a;b\n1;2\n\"3;4\n5;6\n7;8\n");
        assert_eq!(parsed.lines.iter().map(|(nr, _)| *nr).collect::<Vec<_>>(), [2, 4, 5]);
        assert_eq!(parsed.error.first(), [LineError::new(3, LINE, "linjen har 1 felt, ikke 2")]);
    }

    #[test]
    fn empty_lines_are_skipped_and_counted() {
        assert_eq!(lines(b"\na;b\n\n;\n1;2\n\n"), [(5, "1".to_owned(), "2".to_owned())]);
    }

    #[test]
    fn too_few_and_too_many_fields_are_refused_with_the_line_number() {
        let error: Vec<_> = par(b"a;b\n1\n1;2;3\n").error.first().into_iter().map(|f| (f.line, f.error)).collect();
        assert_eq!(error[0], (2, "linjen har 1 felt, ikke 2".to_owned()));
        assert_eq!(error[1], (3, "linjen har 3 felter, ikke 2".to_owned()));
    }

    #[test]
    fn missing_and_repeated_columns_are_named_and_nothing_is_taken_in() {
        let parsed = par(b"a;a;c\n1;2;3\n");
        assert!(parsed.lines.is_empty());
        assert_eq!(parsed.error.first()[0], LineError::new(1, "a", "kolonnen står der flere gange"));
        assert_eq!(parsed.error.first()[1], LineError::new(1, "b", "kolonnen mangler"));
        assert_eq!(par(b" \n").error.first(), [LineError::new(1, LINE, "filen er tom")]);
    }

    #[test]
    fn a_line_a_field_and_a_file_have_a_bound_and_are_named() {
        let said =
            |csv: &str| par(csv.as_bytes()).error.first().into_iter().map(|f| (f.line, f.error)).collect::<Vec<_>>();
        let long = "x".repeat(LONGEST_LINE + 1);
        let (bytes, columns) = ("linjen er på over 65536 bytes", "linjen har over 500 felter");
        assert_eq!(said(&long), [(1, bytes.to_owned())]);
        assert_eq!(said(&format!("a;b\n1;2\n{long}\n3;4")), [(3, bytes.to_owned())]);
        assert_eq!(said(&format!("a;b{}\n1;2", ";".repeat(MOST_COLUMNS))), [(1, columns.to_owned())]);
        assert_eq!(said(&format!("a;b\n1;2{}", ";".repeat(MOST_COLUMNS))), [(2, columns.to_owned())]);
        let cell = "æ".repeat(LONGEST_CELL);
        assert_eq!(said(&format!("a;b\n1;{cell}")), []);
        assert_eq!(said(&format!("a;b\n1;{cell}æ")), [(2, "felt 2 er på over 4000 tegn".to_owned())]);
        let lines = format!("a;b\n{}", "1;2\n".repeat(MOST_LINES));
        let over = "filen har over 1100000 linjer: del den op i flere filer".to_owned();
        assert_eq!(said(&lines), [(MOST_LINES as u64 + 1, over)]);
        assert_eq!(par(&lines.as_bytes()[..lines.len() - 4]).lines.len(), MOST_LINES - 1);
    }

    #[test]
    fn a_quoted_field_with_line_breaks_stays_under_the_bound_of_a_line() {
        let half = "x".repeat(LONGEST_LINE / 2);
        let parsed = par(format!("a;b\n\"{half}\n{half}\";2\n1;2\n").as_bytes());
        assert_eq!(parsed.lines.len(), 1);
        assert_eq!(parsed.error.first().iter().map(|f| f.line).collect::<Vec<_>>(), [2, 3]);
    }
}
