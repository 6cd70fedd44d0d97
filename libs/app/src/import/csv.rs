//! A CSV file as it comes: semicolon, comma or tab, named in a line of its own or not, written in anything that
//! [`super::encoding`] reads.
//!
//! It is gone through line by line, and no line or field is kept that is longer than its bound.

use std::borrow::Cow;
use std::ops::ControlFlow;

use super::encoding::{Coding, coding};
use super::table::{LONGEST_CELL, LONGEST_LINE, MOST_COLUMNS, MOST_LINES, TooMuch, too_many_lines};

/// A quoted field may hold line breaks; longer than this many lines it is a quote that nobody closed.
const AT_MOST_LINES: usize = 8;

/// Why a line is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrong {
    TooMuch(TooMuch),
    Broken(Coding),
}

impl Wrong {
    fn said(self) -> String {
        match self {
            Self::TooMuch(much) => much.said(),
            Self::Broken(coding) => coding.broken().to_owned(),
        }
    }
}

/// Gives every line of a file that is not blank, with its number and its fields, or what is wrong with it.
pub(super) fn rows(bytes: &[u8], mut row: impl FnMut(u64, Result<&[Cow<'_, str>], String>) -> ControlFlow<()>) {
    let (bytes, coding) = coding(bytes);
    if coding.has_more_lines(bytes, MOST_LINES) {
        let _ = row(MOST_LINES as u64 + 1, Err(too_many_lines()));
        return;
    }
    let mut lines = Lines { rest: bytes, coding, next: 1 };
    let mut named = None;
    let header = loop {
        match lines.next() {
            None => return,
            Some((_, line)) if is_blank(&line) => {}
            Some((_, Ok(line))) if named.is_none() && named_separator(&line).is_some() => {
                named = named_separator(&line);
            }
            Some(header) => break header,
        }
    };
    let (separator, mut expected) = match &header.1 {
        Ok(line) => (named.unwrap_or_else(|| separator(line)), None),
        Err(_) => (b';', None),
    };
    let mut line = Some(header);
    while let Some((nr, text)) = line {
        let text = text.map(|text| match expected {
            Some(expected) => lines.with_line_breaks(text, separator, expected),
            None => text,
        });
        let proceeds = match text.as_deref().map_err(|wrong| *wrong).and_then(|text| record(text, separator)) {
            Ok(Record::Whole(values) | Record::Open(values)) => {
                expected.get_or_insert(values.len());
                row(nr, Ok(&values))
            }
            Err(wrong) => row(nr, Err(wrong.said())),
        };
        if proceeds.is_break() {
            return;
        }
        line = lines.next();
    }
}

/// The lines of a file with their numbers, each made into text when it is asked for.
struct Lines<'a> {
    rest: &'a [u8],
    coding: Coding,
    /// Number of the next line.
    next: u64,
}

type Line<'a> = Result<Cow<'a, str>, Wrong>;

fn is_blank(line: &Line<'_>) -> bool {
    line.as_ref().is_ok_and(|line| line.trim().is_empty())
}

impl<'a> Iterator for Lines<'a> {
    type Item = (u64, Line<'a>);

    fn next(&mut self) -> Option<(u64, Line<'a>)> {
        if self.rest.is_empty() {
            return None;
        }
        let (end, next) = self.coding.line_end(self.rest).unwrap_or((self.rest.len(), self.rest.len()));
        let (line, nr) = (&self.rest[..end], self.next);
        (self.rest, self.next) = (&self.rest[next..], nr + 1);
        if line.len() > LONGEST_LINE {
            return Some((nr, Err(Wrong::TooMuch(TooMuch::Bytes))));
        }
        Some((nr, self.coding.text(line).ok_or(Wrong::Broken(self.coding))))
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

/// The separator that a line before the header names, as spreadsheets write and read it.
fn named_separator(line: &str) -> Option<u8> {
    // What somebody sends need not end a letter at the fourth byte.
    let (begins, rest) = line.trim_start().trim_start_matches('"').split_at_checked(4)?;
    let named = *rest.as_bytes().first()?;
    let alone = rest.chars().all(|sign| sign == char::from(named) || sign == '"' || sign.is_whitespace());
    (begins.eq_ignore_ascii_case("sep=") && b";,\t|".contains(&named) && alone).then_some(named)
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
fn record(text: &str, separator: u8) -> Result<Record<'_>, Wrong> {
    let (mut fields, mut rest, mut open) = (Vec::new(), Some(text), false);
    while let Some(text) = rest {
        if fields.len() == MOST_COLUMNS {
            return Err(Wrong::TooMuch(TooMuch::Columns));
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
            return Err(Wrong::TooMuch(TooMuch::Cell(fields.len() + 1)));
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

    #[test]
    fn a_separator_may_be_named_before_the_header() {
        for (line, separator) in
            [("sep=;", b';'), ("SEP=,", b','), ("sep=\t", b'\t'), ("\"sep=|\"", b'|'), ("sep=;;;;", b';')]
        {
            assert_eq!(named_separator(line), Some(separator), "{line:?}");
        }
        for other in
            ["", "sep", "sep=", "sep=x", "sep=;a", "septic;b", "æøå;b", "sep=;,", "Ansættelsesnr;Navn", "sepæ;"]
        {
            assert_eq!(named_separator(other), None, "{other:?}");
        }
    }

    /// What is written with and without quotes is read as the library for it does.
    #[test]
    fn records_are_read_as_the_csv_library_does() {
        let mut chance = chance::Random::new(7);
        let signs = ['a', '"', ';', ' ', 'æ', '"', ';'];
        for _ in 0..20_000 {
            let text: String =
                (0..chance.under(12)).map(|_| signs[usize::try_from(chance.under(7)).unwrap()]).collect();
            let mut reader = ::csv::ReaderBuilder::new()
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
