//! A CSV file as it comes: semicolon, comma or tab; UTF-8 with or without BOM, or Windows-1252; any order of columns.
//!
//! A file is somebody else's, and may be anything. It is gone through line by line, and no line, field or list of errors
//! is kept that is longer than its bound.

use std::borrow::Cow;
use std::collections::BTreeMap;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use super::findings::Findings;
use super::{LINE, LineError};

/// Most lines of a file.
pub const MOST_LINES: usize = 500_000;
/// Longest line, in bytes, and longest record where a quoted field holds line breaks.
pub const LONGEST_LINE: usize = 64 << 10;
/// Most columns.
pub const MOST_COLUMNS: usize = 500;
/// Longest field, in characters. Most fields that are used have a narrower bound of their own.
pub const LONGEST_CELL: usize = 4000;
/// A quoted field may hold line breaks; longer than this many lines it is a quote that nobody closed.
const AT_MOST_LINES: usize = 8;

/// What a file said.
#[derive(Debug)]
pub struct Parsed<T> {
    /// Good lines with their numbers.
    pub lines: Vec<(u64, T)>,
    /// What was wrong with the others.
    pub error: Findings,
}

/// The fields of one line, by column name. What is wrong with them is gathered, so that a line tells it all at once.
#[derive(Debug)]
pub struct LineFields<'a> {
    line: u64,
    columns: &'a BTreeMap<String, usize>,
    values: &'a [Cow<'a, str>],
    error: Vec<LineError>,
}

impl LineFields<'_> {
    /// The text of a column, without blanks around it; empty where the column is not in the file.
    #[must_use]
    pub fn tekst(&self, name: &str) -> &str {
        self.columns.get(name).and_then(|place| self.values.get(*place)).map(|value| value.trim()).unwrap_or_default()
    }

    /// The value of a column; none, and the reason kept, if it cannot be read.
    pub fn read<T>(&mut self, name: &str, parse: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        let parsed = parse(self.tekst(name));
        parsed.map_err(|error| self.error.push(LineError::new(self.line, name, error))).ok()
    }
}

/// Reads a file line by line. `paakraevet` are the columns that must be there.
pub fn read<T>(bytes: &[u8], required: &[&str], mut line: impl FnMut(&mut LineFields<'_>) -> Option<T>) -> Parsed<T> {
    let mut out = Parsed { lines: Vec::new(), error: Findings::default() };
    let (bytes, coding) = coding(bytes);
    if bytes.iter().filter(|byte| **byte == b'\n').nth(MOST_LINES).is_some() {
        let error = format!("filen har over {MOST_LINES} linjer: del den op i flere filer");
        out.error.take(LineError::new(MOST_LINES as u64 + 1, LINE, error));
        return out;
    }
    let mut lines = Lines { rest: &bytes, coding, next: 1 };
    let Some((nr, header)) = lines.by_ref().find(|(_, line)| !is_blank(line)) else {
        out.error.take(LineError::new(1, LINE, "filen er tom"));
        return out;
    };
    let separator = header.as_ref().map_or(b';', |line| separator(line));
    let head = header.and_then(|line| match record(&line, separator) {
        Ok(Record::Whole(names) | Record::Open(names)) => {
            Ok(names.iter().map(|name| name.trim().to_lowercase()).collect::<Vec<_>>())
        }
        Err(wrong) => Err(wrong),
    });
    let names = match head {
        Ok(names) => names,
        Err(wrong) => {
            out.error.take(LineError::new(nr, LINE, wrong.said()));
            return out;
        }
    };
    let missing = required.iter().filter_map(|name| {
        let error = match names.iter().filter(|k| k == name).count() {
            0 => "kolonnen mangler",
            1 => return None,
            _ => "kolonnen står der flere gange",
        };
        Some(LineError::new(nr, name, error))
    });
    out.error.line(missing);
    if !out.error.is_empty() {
        return out;
    }
    let (expected, mut columns) = (names.len(), BTreeMap::new());
    for (place, name) in names.into_iter().enumerate() {
        columns.entry(name).or_insert(place);
    }
    while let Some((nr, text)) = lines.next() {
        let text = match text {
            Ok(text) => lines.with_line_breaks(text, separator, expected),
            Err(wrong) => {
                out.error.take(LineError::new(nr, LINE, wrong.said()));
                continue;
            }
        };
        let values = match record(&text, separator) {
            Ok(Record::Whole(values) | Record::Open(values)) => values,
            Err(wrong) => {
                out.error.take(LineError::new(nr, LINE, wrong.said()));
                continue;
            }
        };
        if values.iter().all(|v| v.trim().is_empty()) {
            continue;
        }
        if let Err(error) = count_fields(&values, expected) {
            out.error.take(LineError::new(nr, LINE, error));
            continue;
        }
        let mut fields = LineFields { line: nr, columns: &columns, values: &values, error: Vec::new() };
        let parsed = line(&mut fields);
        match parsed {
            Some(value) if fields.error.is_empty() => out.lines.push((nr, value)),
            _ => out.error.line(fields.error),
        }
    }
    out
}

fn count_fields(values: &[Cow<'_, str>], expected: usize) -> Result<(), String> {
    // A separator after the last field is common and harmless.
    let surplus = values.iter().skip(expected).any(|v| !v.trim().is_empty());
    match values.len() {
        count if count < expected || surplus => Err(format!("linjen har {count} felter, ikke {expected}")),
        _ => Ok(()),
    }
}

/// What a line has too much of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TooMuch {
    Bytes,
    Columns,
    /// The field of this number.
    Cell(usize),
}

impl TooMuch {
    fn said(self) -> String {
        match self {
            Self::Bytes => format!("linjen er på over {LONGEST_LINE} bytes"),
            Self::Columns => format!("linjen har over {MOST_COLUMNS} felter"),
            Self::Cell(nr) => format!("felt {nr} er på over {LONGEST_CELL} tegn"),
        }
    }
}

/// How the bytes of a line become text.
#[derive(Debug, Clone, Copy)]
enum Coding {
    Utf8,
    Windows,
}

/// The bytes with a line end that can be looked for, and what they are written in.
fn coding(bytes: &[u8]) -> (Cow<'_, [u8]>, Coding) {
    match Encoding::for_bom(bytes) {
        Some((utf8, length)) if utf8 == UTF_8 => (Cow::Borrowed(&bytes[length..]), Coding::Utf8),
        // UTF-16: a line end is two bytes in it, and so is half of many a letter.
        Some((other, length)) => {
            let text = other.decode_without_bom_handling(&bytes[length..]).0;
            (Cow::Owned(text.into_owned().into_bytes()), Coding::Utf8)
        }
        None if std::str::from_utf8(bytes).is_ok() => (Cow::Borrowed(bytes), Coding::Utf8),
        None => (Cow::Borrowed(bytes), Coding::Windows),
    }
}

/// The lines of a file with their numbers, each made into text when it is asked for.
struct Lines<'a> {
    rest: &'a [u8],
    coding: Coding,
    /// Number of the next line.
    next: u64,
}

type Line<'a> = Result<Cow<'a, str>, TooMuch>;

fn is_blank(line: &Line<'_>) -> bool {
    line.as_ref().is_ok_and(|line| line.trim().is_empty())
}

impl<'a> Iterator for Lines<'a> {
    type Item = (u64, Line<'a>);

    fn next(&mut self) -> Option<(u64, Line<'a>)> {
        if self.rest.is_empty() {
            return None;
        }
        let end = self.rest.iter().position(|byte| *byte == b'\n');
        let (line, rest) = end.map_or((self.rest, &[][..]), |end| (&self.rest[..end], &self.rest[end + 1..]));
        let nr = self.next;
        (self.rest, self.next) = (rest, nr + 1);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.len() > LONGEST_LINE {
            return Some((nr, Err(TooMuch::Bytes)));
        }
        let text = match self.coding {
            Coding::Utf8 => String::from_utf8_lossy(line),
            Coding::Windows => WINDOWS_1252.decode_without_bom_handling(line).0,
        };
        Some((nr, Ok(text)))
    }
}

impl<'a> Lines<'a> {
    /// The line, with those after it that a quoted field of it goes on in. A quote that is never closed spoils its own line
    /// only.
    fn with_line_breaks(&mut self, line: Cow<'a, str>, separator: u8, expected: usize) -> Cow<'a, str> {
        let is_open = |text: &str| matches!(record(text, separator), Ok(Record::Open(v)) if v.len() < expected);
        if !line.contains('"') || !is_open(&line) {
            return line;
        }
        let mut ahead = Lines { rest: self.rest, coding: self.coding, next: self.next };
        let mut several = line.clone().into_owned();
        for _ in 1..AT_MOST_LINES {
            let Some((_, Ok(more))) = ahead.next() else { break };
            if several.len() + 1 + more.len() > LONGEST_LINE {
                break;
            }
            several.push('\n');
            several.push_str(&more);
            match record(&several, separator) {
                Ok(Record::Whole(v) | Record::Open(v)) if v.len() == expected => {
                    *self = ahead;
                    return Cow::Owned(several);
                }
                Ok(Record::Open(_)) => {}
                _ => break,
            }
        }
        line
    }
}

/// The one that the header has most of.
fn separator(header: &str) -> u8 {
    let count = |character: &u8| header.bytes().filter(|b| b == character).count();
    *[b',', b'\t', b';'].iter().max_by_key(|character| count(character)).unwrap_or(&b';')
}

/// One record.
#[derive(Debug, PartialEq, Eq)]
enum Record<'a> {
    Whole(Vec<Cow<'a, str>>),
    /// Its last field begins with a quote that is not closed.
    Open(Vec<Cow<'a, str>>),
}

/// The fields of a record. A field that begins with a quote goes to the next one that is not doubled; a quote elsewhere is
/// a sign like others.
fn record(text: &str, separator: u8) -> Result<Record<'_>, TooMuch> {
    let (mut fields, mut rest, mut open) = (Vec::new(), Some(text), false);
    while let Some(text) = rest {
        if fields.len() == MOST_COLUMNS {
            return Err(TooMuch::Columns);
        }
        let field;
        (field, rest, open) = match text.strip_prefix('"') {
            Some(quoted) => quoted_field(quoted, separator),
            None => {
                let (field, rest) = to_separator(text, separator);
                (Cow::Borrowed(field), rest, false)
            }
        };
        if field.len() > LONGEST_CELL && field.chars().nth(LONGEST_CELL).is_some() {
            return Err(TooMuch::Cell(fields.len() + 1));
        }
        fields.push(field);
    }
    Ok(if open { Record::Open(fields) } else { Record::Whole(fields) })
}

fn to_separator(text: &str, separator: u8) -> (&str, Option<&str>) {
    text.split_once(char::from(separator)).map_or((text, None), |(field, rest)| (field, Some(rest)))
}

/// A field after its first quote, what comes after it, and whether its quote was never closed.
fn quoted_field(mut text: &str, separator: u8) -> (Cow<'_, str>, Option<&str>, bool) {
    let mut field = Cow::Borrowed("");
    loop {
        let Some((before, after)) = text.split_once('"') else {
            field += text;
            return (field, None, true);
        };
        field += before;
        if let Some(after) = after.strip_prefix('"') {
            field += "\"";
            text = after;
            continue;
        }
        let (more, rest) = to_separator(after, separator);
        field += more;
        return (field, rest, false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn par(bytes: &[u8]) -> Parsed<(String, String)> {
        read(bytes, &["a", "b"], |f| Some((f.tekst("a").to_owned(), f.tekst("b").to_owned())))
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
        assert_eq!(parsed.error.first(), [LineError::new(3, LINE, "linjen har 1 felter, ikke 2")]);
    }

    #[test]
    fn empty_lines_are_skipped_and_counted() {
        assert_eq!(lines(b"\na;b\n\n;\n1;2\n\n"), [(5, "1".to_owned(), "2".to_owned())]);
    }

    #[test]
    fn too_few_and_too_many_fields_are_refused_with_the_line_number() {
        let error: Vec<_> = par(b"a;b\n1\n1;2;3\n").error.first().into_iter().map(|f| (f.line, f.error)).collect();
        assert_eq!(error[0], (2, "linjen har 1 felter, ikke 2".to_owned()));
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
        let over = "filen har over 500000 linjer: del den op i flere filer".to_owned();
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

    /// What is written with and without quotes is read as the library for it does.
    #[test]
    fn records_are_read_as_the_csv_library_does() {
        let mut chance = chance::Random::new(7);
        let signs = ['a', '"', ';', ' ', 'æ', '"', ';'];
        for _ in 0..20_000 {
            let text: String =
                (0..chance.under(12)).map(|_| signs[usize::try_from(chance.under(7)).unwrap()]).collect();
            let mut reader = csv::ReaderBuilder::new()
                .delimiter(b';')
                .has_headers(false)
                .flexible(true)
                .from_reader(text.as_bytes());
            let expected = reader.records().next().map(|r| r.unwrap());
            let (Record::Whole(fields) | Record::Open(fields)) = record(&text, b';').unwrap();
            match expected {
                Some(expected) => assert_eq!(fields, expected.iter().collect::<Vec<_>>(), "{text:?}"),
                None => assert!(fields.iter().all(|f| f.is_empty()), "{text:?}"),
            }
        }
    }
}
