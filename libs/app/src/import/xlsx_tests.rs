//! Workbooks made by hand, right and wrong: what is read of them, and what is refused.

use std::io::Write;

use zip::write::SimpleFileOptions;

use super::*;

const TYPES: &str =
    r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
const PACKAGE: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const RELATIONS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
const WORKBOOK: &str = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Ark1" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const STYLES: &str = r#"<?xml version="1.0"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;
const TEXTS: &str = r#"<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" uniqueCount="2"><si><t>Åse Ødum</t></si><si><t>b</t></si></sst>"#;

fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A workbook of one sheet, with some parts put in the place of the usual.
fn workbook(rows: &str, instead: &[(&str, &[u8])]) -> Vec<u8> {
    let sheet = format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
    );
    let usual: [(&str, &[u8]); 7] = [
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", PACKAGE.as_bytes()),
        ("xl/workbook.xml", WORKBOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", RELATIONS.as_bytes()),
        ("xl/styles.xml", STYLES.as_bytes()),
        ("xl/sharedStrings.xml", TEXTS.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ];
    let mut parts: Vec<(&str, &[u8])> =
        usual.into_iter().filter(|(name, _)| !instead.iter().any(|(n, _)| n == name)).collect();
    parts.extend_from_slice(instead);
    packed(&parts)
}

fn read(bytes: &[u8]) -> Vec<(u64, Result<Vec<String>, String>)> {
    let mut out = Vec::new();
    rows(bytes, |nr, values| {
        out.push((nr, values.map(|values| values.iter().map(|value| value.to_string()).collect())));
        ControlFlow::Continue(())
    });
    out
}

fn refused(bytes: &[u8]) -> String {
    let mut read = read(bytes);
    assert_eq!(read.len(), 1, "{read:?}");
    read.remove(0).1.unwrap_err()
}

#[test]
fn texts_numbers_and_days_are_read_as_they_would_be_written() {
    let read = read(&workbook(
        r#"<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1" t="s"><v>1</v></c><c r="C1"><v>3</v></c></row>
           <row r="3"><c r="A3" t="s"><v>0</v></c><c r="B3"><v>10203</v></c><c r="C3"><v>37.5</v></c></row>
           <row r="4"><c r="A4" s="1"><v>46059</v></c><c r="B4" s="1"><v>46059.5</v></c><c r="C4" s="1"><v>2958465</v></c></row>
           <row r="5"><c r="A5" t="b"><v>1</v></c><c r="C5"><f>A1</f><v>0.30000000000000004</v></c></row>
           <row r="6"><c r="B6" t="str"><v>x</v></c></row>
           <row r="7"><c r="A7" t="e"><v>#N/A</v></c></row>
           <row r="8"/>"#,
        &[],
    ));
    let row = |values: [&str; 3]| Ok(values.map(str::to_owned).to_vec());
    let expected = [
        (1, row(["a", "b", "3"])),
        (3, row(["Åse Ødum", "10203", "37.5"])),
        (4, row(["2026-02-06", "2026-02-06 12:00:00", "9999-12-31"])),
        (5, row(["ja", "", "0.3"])),
        (6, row(["", "x", ""])),
        (7, Err("felt 1 rummer en fejl fra regnearket".to_owned())),
    ];
    assert_eq!(read, expected);
}

#[test]
fn what_is_no_workbook_that_can_be_read_is_told_what_would_be() {
    let goods = workbook(r#"<row r="1"><c r="A1"><v>1</v></c></row>"#, &[]);
    assert_eq!(read(&goods).len(), 1);
    assert_eq!(refused(&goods[..goods.len() / 2]), UNREADABLE);
    assert_eq!(refused(&packed(&[("content.xml", b"<a/>")])), UNREADABLE, "another kind of document");
    assert!(refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1").contains("adgangskode"));
    let workbook_1904 = WORKBOOK.replace("<sheets>", "<workbookPr date1904=\"1\"/><sheets>");
    assert!(refused(&workbook("", &[("xl/workbook.xml", workbook_1904.as_bytes())])).contains("1904"));
    assert!(is_one(&goods) && !is_one(b"fravaer_nr;"));
}

#[test]
fn a_small_file_that_unpacks_to_much_is_refused_before_it_is_read() {
    let row = r#"<row r="1"><c r="A1"><v>1</v></c></row>"#;
    let large = vec![b' '; LARGEST_OTHER + 1];
    let bomb = workbook(row, &[("xl/sharedStrings.xml", &large)]);
    assert!(bomb.len() < 200_000);
    assert_eq!(refused(&bomb), TOO_LARGE);
    let event = vec![b' '; LONGEST_EVENT + 2];
    assert_eq!(refused(&workbook(row, &[("xl/worksheets/sheet1.xml", &event)])), TOO_LARGE);
    let comment = b"<worksheet><!-- <a> --></worksheet>";
    assert_eq!(refused(&workbook(row, &[("xl/worksheets/sheet1.xml", comment)])), UNREADABLE);
    for promise in ["\"99999999999999\"", " = '4000001'"] {
        let promised = TEXTS.replace("=\"2\"", &format!("={promise}").replace("= =", " ="));
        assert_eq!(refused(&workbook(row, &[("xl/sharedStrings.xml", promised.as_bytes())])), TOO_LARGE, "{promise}");
    }
    let parts: Vec<String> = (0..=MOST_PARTS).map(|nr| format!("p{nr}")).collect();
    let parts: Vec<(&str, &[u8])> = parts.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert_eq!(refused(&packed(&parts)), TOO_LARGE);
}

#[test]
fn the_whole_of_a_workbook_has_a_bound_too() {
    let tag = [b"<a>".as_slice(), &[b' '; 4000]].concat();
    let part = tag.repeat(LARGEST_OTHER / tag.len());
    let names: Vec<String> = (0..9).map(|nr| format!("p{nr}")).collect();
    let parts: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), part.as_slice())).collect();
    assert_eq!(refused(&packed(&parts)), TOO_LARGE);
}

#[test]
fn a_row_and_a_cell_have_a_bound_and_are_named() {
    let long = "x".repeat(LONGEST_CELL + 1);
    let read = read(&workbook(
        &format!(
            r#"<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>
               <row r="2"><c r="B2" t="str"><v>{long}</v></c></row>
               <row r="3"><c r="SG3"><v>1</v></c></row>
               <row r="4"><c r="A4"><v>4</v></c></row>
               <row r="1048576"><c r="A1048576"><v>5</v></c></row>"#
        ),
        &[],
    ));
    let said: Vec<_> = read.into_iter().map(|(nr, values)| (nr, values.err().unwrap_or_default())).collect();
    let expected = [
        (1, String::new()),
        (2, "felt 2 er på over 4000 tegn".to_owned()),
        (3, "linjen har over 500 felter".to_owned()),
        (4, String::new()),
        (1_048_576, String::new()),
    ];
    assert_eq!(said, expected);
}

/// Whatever the bytes are, there is an answer.
#[test]
fn any_bytes_are_read_or_refused() {
    let right = workbook(
        r#"<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>46059</v></c></row><row r="2"><c r="A2" t="str"><v>x</v></c></row>"#,
        &[],
    );
    let mut chance = chance::Random::new(11);
    let (mut taken, mut wrong) = (0, 0);
    for nr in 0..300 {
        let mut bytes = right.clone();
        for _ in 0..chance.between(1, 6) {
            let place = usize::try_from(chance.under(bytes.len() as u64)).unwrap();
            bytes[place] = u8::try_from(chance.under(256)).unwrap();
        }
        if nr % 5 == 0 {
            bytes.truncate(usize::try_from(chance.under(bytes.len() as u64)).unwrap());
        }
        for (_, row) in read(&bytes) {
            (taken, wrong) = (taken + u32::from(row.is_ok()), wrong + u32::from(row.is_err()));
        }
    }
    // And with the parts themselves spoiled, which the checksums of a packed file otherwise keep from the reader.
    let parts = [
        (
            "xl/worksheets/sheet1.xml",
            "<worksheet><dimension ref=\"A1:B2\"/><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\" s=\"1\"><v>0</v></c><c r=\"B1\"><f>A1</f><v>46059</v></c></row></sheetData></worksheet>",
        ),
        ("xl/sharedStrings.xml", TEXTS),
        ("xl/styles.xml", STYLES),
        ("xl/workbook.xml", WORKBOOK),
        ("xl/_rels/workbook.xml.rels", RELATIONS),
        ("_rels/.rels", PACKAGE),
    ];
    for nr in 0..900 {
        let (name, part) = parts[nr % parts.len()];
        let mut spoiled = part.as_bytes().to_vec();
        for _ in 0..chance.between(1, 4) {
            let place = usize::try_from(chance.under(spoiled.len() as u64)).unwrap();
            match chance.under(3) {
                0 => spoiled[place] = b"<>\"'/&=;09-x\xff"[usize::try_from(chance.under(13)).unwrap()],
                1 => drop(spoiled.remove(place)),
                _ => spoiled.insert(place, u8::try_from(chance.under(256)).unwrap()),
            }
        }
        for (_, row) in read(&workbook("", &[(name, &spoiled)])) {
            (taken, wrong) = (taken + u32::from(row.is_ok()), wrong + u32::from(row.is_err()));
        }
    }
    assert!(taken > 0 && wrong > 0, "{taken} {wrong}");
}
