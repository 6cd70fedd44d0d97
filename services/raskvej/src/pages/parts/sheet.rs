//! A table as a file for a spreadsheet: CSV as Danish ones open it, or a workbook. A value is never a formula.

use std::borrow::Cow;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use chrono::{Datelike, NaiveDate};
use forloeb::Oere;
use texts::money::for_spreadsheet;

use super::datoer::dato_in_digits;

/// What stands in a cell.
pub(crate) enum SheetCell {
    Text(String),
    Day(NaiveDate),
    Count(i64),
    Amount(Oere),
}

/// A text that a spreadsheet takes for what it is: one that begins as a formula does has a mark before it.
fn harmless(tekst: &str) -> Cow<'_, str> {
    let formula = tekst.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    if formula { format!("'{tekst}").into() } else { tekst.into() }
}

/// Semicolons, CRLF and a byte order mark, as spreadsheets in Denmark expect.
pub(crate) fn csv<'a>(rows: impl IntoIterator<Item = Vec<Cow<'a, str>>>) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(b';')
        .terminator(csv::Terminator::CRLF)
        .from_writer("\u{feff}".as_bytes().to_vec());
    for row in rows {
        writer.write_record(row.iter().map(|tekst| harmless(tekst).into_owned()))?;
    }
    writer.into_inner().map_err(|e| csv::Error::from(std::io::Error::other(e.to_string())))
}

impl SheetCell {
    /// As it stands in a CSV.
    pub(crate) fn into_text(self) -> String {
        match self {
            Self::Text(tekst) => tekst,
            Self::Day(dag) => dato_in_digits(dag),
            Self::Count(n) => n.to_string(),
            Self::Amount(amount) => for_spreadsheet(amount, ','),
        }
    }
}

/// A workbook of one sheet: numbers and days are such, and a text is never read as anything else.
pub(crate) fn xlsx(
    name: &str,
    today: NaiveDate,
    heads: &[&str],
    rows: impl IntoIterator<Item = Vec<SheetCell>>,
) -> Result<Vec<u8>, XlsxError> {
    let day = |day: NaiveDate| {
        ExcelDateTime::from_ymd(u16::try_from(day.year()).unwrap_or(1900), to_u8(day.month()), to_u8(day.day()))
    };
    let mut workbook = Workbook::new();
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&day(today)?));
    let (head, money, date) = (
        Format::new().set_bold(),
        Format::new().set_num_format("#,##0.00"),
        Format::new().set_num_format("dd-mm-yyyy"),
    );
    let sheet = workbook.add_worksheet().set_name(name)?;
    for (place, title) in (0_u16..).zip(heads) {
        sheet.set_column_width(place, 20)?.write_with_format(0, place, *title, &head)?;
    }
    for (line, row) in (1_u32..).zip(rows) {
        for (place, cell) in (0_u16..).zip(row) {
            match cell {
                SheetCell::Text(tekst) => sheet.write_string(line, place, tekst)?,
                SheetCell::Day(dag) => sheet.write_datetime_with_format(line, place, day(dag)?, &date)?,
                SheetCell::Count(n) => sheet.write_number(line, place, as_number(&n.to_string()))?,
                SheetCell::Amount(amount) => {
                    sheet.write_number_with_format(line, place, as_number(&for_spreadsheet(amount, '.')), &money)?
                }
            };
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    workbook.save_to_buffer()
}

fn to_u8(n: u32) -> u8 {
    u8::try_from(n).unwrap_or(1)
}

/// The digits of a number, which a workbook keeps as a float.
fn as_number(digits: &str) -> f64 {
    digits.parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_of_a_file_is_a_formula() {
        let row = ["=1+1", "+45", "-5", "@A1", "\tx", "Åse; \"b\"", "1-2"].map(Cow::from).to_vec();
        let file = String::from_utf8(csv([row]).unwrap()).unwrap();
        assert_eq!(file, "\u{feff}'=1+1;'+45;'-5;'@A1;'\tx;\"Åse; \"\"b\"\"\";1-2\r\n");
    }
}
