//! A CSV file as it comes: semicolon, comma or tab; UTF-8 with or without BOM, or Windows-1252; any order of columns.

use std::borrow::Cow;

use csv::{ReaderBuilder, StringRecord};
use encoding_rs::{Encoding, WINDOWS_1252};

use super::{LINE, LineError};

/// A quoted field may hold line breaks; longer than this many lines it is a quote that nobody closed.
const AT_MOST_LINES: usize = 8;

/// What a file said.
#[derive(Debug)]
pub struct Parsed<T> {
    /// Good lines with their numbers.
    pub lines: Vec<(u64, T)>,
    /// What was wrong with the others.
    pub error: Vec<LineError>,
}

/// The fields of one line, by column name. What is wrong with them is gathered, so that a line tells it all at once.
#[derive(Debug)]
pub struct LineFields<'a> {
    line: u64,
    columns: &'a [String],
    values: &'a StringRecord,
    error: Vec<LineError>,
}

impl LineFields<'_> {
    /// The text of a column, without blanks around it; empty where the column is not in the file.
    #[must_use]
    pub fn tekst(&self, name: &str) -> &str {
        let place = self.columns.iter().position(|k| k == name);
        place.and_then(|p| self.values.get(p)).unwrap_or_default().trim()
    }

    /// The value of a column; none, and the reason kept, if it cannot be read.
    pub fn read<T>(&mut self, name: &str, acting_as: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        let parsed = acting_as(self.tekst(name));
        parsed.map_err(|error| self.error.push(LineError::new(self.line, name, error))).ok()
    }
}

/// Reads a file line by line. `paakraevet` are the columns that must be there.
pub fn read<T>(bytes: &[u8], required: &[&str], mut line: impl FnMut(&mut LineFields<'_>) -> Option<T>) -> Parsed<T> {
    let tekst = decode(bytes);
    let lines: Vec<&str> = tekst.lines().collect();
    let mut out = Parsed { lines: Vec::new(), error: Vec::new() };
    let Some(log_head) = lines.iter().position(|l| !l.trim().is_empty()) else {
        out.error.push(LineError::new(1, LINE, "filen er tom"));
        return out;
    };
    let separator = separator(lines[log_head]);
    let columns: Vec<String> = post(lines[log_head], separator)
        .map(|p| p.iter().map(|k| k.trim().to_lowercase()).collect())
        .unwrap_or_default();
    for name in required {
        let error = match columns.iter().filter(|k| k == name).count() {
            0 => "kolonnen mangler",
            1 => continue,
            _ => "kolonnen står der flere gange",
        };
        out.error.push(LineError::new(log_head as u64 + 1, name, error));
    }
    if !out.error.is_empty() {
        return out;
    }
    let mut next = log_head + 1;
    while next < lines.len() {
        let nr = next as u64 + 1;
        let (values, used) = one_record(&lines[next..], separator, columns.len());
        next += used;
        if values.iter().all(|v| v.trim().is_empty()) {
            continue;
        }
        if let Err(error) = count_fields(&values, &columns) {
            out.error.push(LineError::new(nr, LINE, error));
            continue;
        }
        let mut fields = LineFields { line: nr, columns: &columns, values: &values, error: Vec::new() };
        let parsed = line(&mut fields);
        match parsed {
            Some(value) if fields.error.is_empty() => out.lines.push((nr, value)),
            _ => out.error.append(&mut fields.error),
        }
    }
    out
}

fn count_fields(values: &StringRecord, columns: &[String]) -> Result<(), String> {
    // A separator after the last field is common and harmless.
    let surplus = values.iter().skip(columns.len()).any(|v| !v.trim().is_empty());
    let awaited = columns.len();
    match values.len() {
        count if count < awaited => Err(format!("linjen har {count} felter, ikke {awaited}")),
        count if surplus => Err(format!("linjen har {count} felter, ikke {awaited}")),
        _ => Ok(()),
    }
}

/// The text, whatever it was written in.
fn decode(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((coding, length)) = Encoding::for_bom(bytes) {
        return coding.decode_without_bom_handling(&bytes[length..]).0;
    }
    std::str::from_utf8(bytes).map_or_else(|_| WINDOWS_1252.decode_without_bom_handling(bytes).0, Cow::Borrowed)
}

/// The one that the header has most of.
fn separator(log_head: &str) -> u8 {
    let count = |character: &u8| log_head.bytes().filter(|b| b == character).count();
    *[b',', b'\t', b';'].iter().max_by_key(|character| count(character)).unwrap_or(&b';')
}

/// The record that begins here, and how many lines it takes. A quote that is never closed spoils its own line only.
fn one_record(lines: &[&str], separator: u8, awaited: usize) -> (StringRecord, usize) {
    let one = post(lines[0], separator).unwrap_or_default();
    if one.len() < awaited && lines[0].contains('"') {
        for count in 2..=AT_MOST_LINES.min(lines.len()) {
            if let Some(several) = post(&lines[..count].join("\n"), separator).filter(|p| p.len() == awaited) {
                return (several, count);
            }
        }
    }
    (one, 1)
}

/// The text as one record, if it is one.
fn post(tekst: &str, separator: u8) -> Option<StringRecord> {
    let mut reader = ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(tekst.len().max(1))
        .from_reader(tekst.as_bytes());
    let mut records = reader.records();
    let foerste = records.next()?.ok()?;
    records.next().is_none().then_some(foerste)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn par(bytes: &[u8]) -> Parsed<(String, String)> {
        read(bytes, &["a", "b"], |f| Some((f.tekst("a").to_owned(), f.tekst("b").to_owned())))
    }

    fn lines(bytes: &[u8]) -> Vec<(u64, String, String)> {
        let parsed = par(bytes);
        assert_eq!(parsed.error, []);
        parsed.lines.into_iter().map(|(nr, (a, b))| (nr, a, b)).collect()
    }

    #[test]
    fn the_same_content_in_any_form() {
        let awaited = vec![(2, "æøå".to_owned(), "1".to_owned()), (3, "x".to_owned(), "2".to_owned())];
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
            assert_eq!(lines(form), awaited, "{}", String::from_utf8_lossy(form));
        }
    }

    #[test]
    fn quoted_fields_may_hold_separators_line_breaks_and_quotes() {
        let parsed = lines(b"a;b\n\"x;y\";\"sagde \"\"ja\"\"\"\n\"to\nlinjer\";2\nO\"Brien;3\n");
        let awaited = [(2, "x;y", "sagde \"ja\""), (3, "to\nlinjer", "2"), (5, "O\"Brien", "3")];
        assert_eq!(parsed, awaited.map(|(nr, a, b)| (nr, a.to_owned(), b.to_owned())));
    }

    #[test]
    fn a_quote_that_nobody_closes_spoils_only_its_own_line() {
        let parsed = par(b"a;b\n1;2\n\"3;4\n5;6\n7;8\n");
        assert_eq!(parsed.lines.iter().map(|(nr, _)| *nr).collect::<Vec<_>>(), [2, 4, 5]);
        assert_eq!(parsed.error, [LineError::new(3, LINE, "linjen har 1 felter, ikke 2")]);
    }

    #[test]
    fn empty_lines_are_skipped_and_counted() {
        assert_eq!(lines(b"\na;b\n\n;\n1;2\n\n"), [(5, "1".to_owned(), "2".to_owned())]);
    }

    #[test]
    fn too_few_and_too_many_fields_are_refused_with_the_line_number() {
        let error: Vec<_> = par(b"a;b\n1\n1;2;3\n").error.into_iter().map(|f| (f.line, f.error)).collect();
        assert_eq!(error[0], (2, "linjen har 1 felter, ikke 2".to_owned()));
        assert_eq!(error[1], (3, "linjen har 3 felter, ikke 2".to_owned()));
    }

    #[test]
    fn missing_and_repeated_columns_are_named_and_nothing_is_taken_in() {
        let parsed = par(b"a;a;c\n1;2;3\n");
        assert!(parsed.lines.is_empty());
        assert_eq!(parsed.error[0], LineError::new(1, "a", "kolonnen står der flere gange"));
        assert_eq!(parsed.error[1], LineError::new(1, "b", "kolonnen mangler"));
        assert_eq!(par(b" \n").error, [LineError::new(1, LINE, "filen er tom")]);
    }
}
