//! A CSV file as it comes: semicolon, comma or tab; UTF-8 with or without BOM, or Windows-1252; any order of columns.

use std::borrow::Cow;

use csv::{ReaderBuilder, StringRecord};
use encoding_rs::{Encoding, WINDOWS_1252};

use super::{LINJEN, Linjefejl};

/// A quoted field may hold line breaks; longer than this many lines it is a quote that nobody closed.
const HOEJST_LINJER: usize = 8;

/// What a file said.
#[derive(Debug)]
pub struct Laest<T> {
    /// Good lines with their numbers.
    pub linjer: Vec<(u64, T)>,
    /// What was wrong with the others.
    pub fejl: Vec<Linjefejl>,
}

/// The fields of one line, by column name. What is wrong with them is gathered, so that a line tells it all at once.
#[derive(Debug)]
pub struct Felter<'a> {
    linje: u64,
    kolonner: &'a [String],
    vaerdier: &'a StringRecord,
    fejl: Vec<Linjefejl>,
}

impl Felter<'_> {
    /// The text of a column, without blanks around it; empty where the column is not in the file.
    #[must_use]
    pub fn tekst(&self, navn: &str) -> &str {
        let plads = self.kolonner.iter().position(|k| k == navn);
        plads.and_then(|p| self.vaerdier.get(p)).unwrap_or_default().trim()
    }

    /// The value of a column; none, and the reason kept, if it cannot be read.
    pub fn laes<T>(&mut self, navn: &str, som: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        let laest = som(self.tekst(navn));
        laest.map_err(|fejl| self.fejl.push(Linjefejl::ny(self.linje, navn, fejl))).ok()
    }
}

/// Reads a file line by line. `paakraevet` are the columns that must be there.
pub fn laes<T>(bytes: &[u8], paakraevet: &[&str], mut linje: impl FnMut(&mut Felter<'_>) -> Option<T>) -> Laest<T> {
    let tekst = afkod(bytes);
    let linjer: Vec<&str> = tekst.lines().collect();
    let mut ud = Laest { linjer: Vec::new(), fejl: Vec::new() };
    let Some(hoved) = linjer.iter().position(|l| !l.trim().is_empty()) else {
        ud.fejl.push(Linjefejl::ny(1, LINJEN, "filen er tom"));
        return ud;
    };
    let skilletegn = skilletegn(linjer[hoved]);
    let kolonner: Vec<String> = post(linjer[hoved], skilletegn)
        .map(|p| p.iter().map(|k| k.trim().to_lowercase()).collect())
        .unwrap_or_default();
    for navn in paakraevet {
        let fejl = match kolonner.iter().filter(|k| k == navn).count() {
            0 => "kolonnen mangler",
            1 => continue,
            _ => "kolonnen står der flere gange",
        };
        ud.fejl.push(Linjefejl::ny(hoved as u64 + 1, navn, fejl));
    }
    if !ud.fejl.is_empty() {
        return ud;
    }
    let mut naeste = hoved + 1;
    while naeste < linjer.len() {
        let nr = naeste as u64 + 1;
        let (vaerdier, brugt) = en_post(&linjer[naeste..], skilletegn, kolonner.len());
        naeste += brugt;
        if vaerdier.iter().all(|v| v.trim().is_empty()) {
            continue;
        }
        if let Err(fejl) = antal_felter(&vaerdier, &kolonner) {
            ud.fejl.push(Linjefejl::ny(nr, LINJEN, fejl));
            continue;
        }
        let mut felter = Felter { linje: nr, kolonner: &kolonner, vaerdier: &vaerdier, fejl: Vec::new() };
        let laest = linje(&mut felter);
        match laest {
            Some(vaerdi) if felter.fejl.is_empty() => ud.linjer.push((nr, vaerdi)),
            _ => ud.fejl.append(&mut felter.fejl),
        }
    }
    ud
}

fn antal_felter(vaerdier: &StringRecord, kolonner: &[String]) -> Result<(), String> {
    // A separator after the last field is common and harmless.
    let overskud = vaerdier.iter().skip(kolonner.len()).any(|v| !v.trim().is_empty());
    let ventet = kolonner.len();
    match vaerdier.len() {
        antal if antal < ventet => Err(format!("linjen har {antal} felter, ikke {ventet}")),
        antal if overskud => Err(format!("linjen har {antal} felter, ikke {ventet}")),
        _ => Ok(()),
    }
}

/// The text, whatever it was written in.
fn afkod(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((kodning, laengde)) = Encoding::for_bom(bytes) {
        return kodning.decode_without_bom_handling(&bytes[laengde..]).0;
    }
    std::str::from_utf8(bytes).map_or_else(|_| WINDOWS_1252.decode_without_bom_handling(bytes).0, Cow::Borrowed)
}

/// The one that the header has most of.
fn skilletegn(hoved: &str) -> u8 {
    let antal = |tegn: &u8| hoved.bytes().filter(|b| b == tegn).count();
    *[b',', b'\t', b';'].iter().max_by_key(|tegn| antal(tegn)).unwrap_or(&b';')
}

/// The record that begins here, and how many lines it takes. A quote that is never closed spoils its own line only.
fn en_post(linjer: &[&str], skilletegn: u8, ventet: usize) -> (StringRecord, usize) {
    let en = post(linjer[0], skilletegn).unwrap_or_default();
    if en.len() < ventet && linjer[0].contains('"') {
        for antal in 2..=HOEJST_LINJER.min(linjer.len()) {
            if let Some(flere) = post(&linjer[..antal].join("\n"), skilletegn).filter(|p| p.len() == ventet) {
                return (flere, antal);
            }
        }
    }
    (en, 1)
}

/// The text as one record, if it is one.
fn post(tekst: &str, skilletegn: u8) -> Option<StringRecord> {
    let mut laeser = ReaderBuilder::new()
        .delimiter(skilletegn)
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(tekst.len().max(1))
        .from_reader(tekst.as_bytes());
    let mut poster = laeser.records();
    let foerste = poster.next()?.ok()?;
    poster.next().is_none().then_some(foerste)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn par(bytes: &[u8]) -> Laest<(String, String)> {
        laes(bytes, &["a", "b"], |f| Some((f.tekst("a").to_owned(), f.tekst("b").to_owned())))
    }

    fn linjer(bytes: &[u8]) -> Vec<(u64, String, String)> {
        let laest = par(bytes);
        assert_eq!(laest.fejl, []);
        laest.linjer.into_iter().map(|(nr, (a, b))| (nr, a, b)).collect()
    }

    #[test]
    fn samme_indhold_i_enhver_form() {
        let ventet = vec![(2, "æøå".to_owned(), "1".to_owned()), (3, "x".to_owned(), "2".to_owned())];
        let former: [&[u8]; 9] = [
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
        for form in former {
            assert_eq!(linjer(form), ventet, "{}", String::from_utf8_lossy(form));
        }
    }

    #[test]
    fn felter_i_anfoerselstegn_kan_rumme_skilletegn_linjeskift_og_anfoerselstegn() {
        let laest = linjer(b"a;b\n\"x;y\";\"sagde \"\"ja\"\"\"\n\"to\nlinjer\";2\nO\"Brien;3\n");
        let ventet = [(2, "x;y", "sagde \"ja\""), (3, "to\nlinjer", "2"), (5, "O\"Brien", "3")];
        assert_eq!(laest, ventet.map(|(nr, a, b)| (nr, a.to_owned(), b.to_owned())));
    }

    #[test]
    fn et_anfoerselstegn_som_ingen_lukker_spolerer_kun_sin_egen_linje() {
        let laest = par(b"a;b\n1;2\n\"3;4\n5;6\n7;8\n");
        assert_eq!(laest.linjer.iter().map(|(nr, _)| *nr).collect::<Vec<_>>(), [2, 4, 5]);
        assert_eq!(laest.fejl, [Linjefejl::ny(3, LINJEN, "linjen har 1 felter, ikke 2")]);
    }

    #[test]
    fn tomme_linjer_springes_over_og_taelles_med() {
        assert_eq!(linjer(b"\na;b\n\n;\n1;2\n\n"), [(5, "1".to_owned(), "2".to_owned())]);
    }

    #[test]
    fn for_faa_og_for_mange_felter_afvises_med_linjens_nummer() {
        let fejl: Vec<_> = par(b"a;b\n1\n1;2;3\n").fejl.into_iter().map(|f| (f.linje, f.fejl)).collect();
        assert_eq!(fejl[0], (2, "linjen har 1 felter, ikke 2".to_owned()));
        assert_eq!(fejl[1], (3, "linjen har 3 felter, ikke 2".to_owned()));
    }

    #[test]
    fn manglende_og_gentagne_kolonner_naevnes_og_intet_tages_ind() {
        let laest = par(b"a;a;c\n1;2;3\n");
        assert!(laest.linjer.is_empty());
        assert_eq!(laest.fejl[0], Linjefejl::ny(1, "a", "kolonnen står der flere gange"));
        assert_eq!(laest.fejl[1], Linjefejl::ny(1, "b", "kolonnen mangler"));
        assert_eq!(par(b" \n").fejl, [Linjefejl::ny(1, LINJEN, "filen er tom")]);
    }
}
