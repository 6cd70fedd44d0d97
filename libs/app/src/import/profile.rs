//! How another system writes its files: which of its columns is which of ours, what its codes mean, what holds where it says
//! nothing. A profile is data, in TOML; the ready ones come with the product, and a workplace puts its own in the folder
//! `profiler/` of its data.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::days::Order;
use super::table::Columns;
use super::{fields, medarbejdere, rows};
use crate::bounds::{LARGEST_TEXT, read_text};

/// The folder in the data folder.
pub const FOLDER: &str = "profiler";
/// The profiles that come with the product. They are like what such systems write, and nobody has certified them.
pub const READY: [(&str, &str); 2] = [
    ("opus-lignende", include_str!("profiler/opus-lignende.toml")),
    ("sd-lignende", include_str!("profiler/sd-lignende.toml")),
];
/// Longest name of a profile.
const LONGEST_NAME: usize = 60;
/// Most files of the folder that are looked at.
const MOST_NAMES: usize = 100;

/// A profile.
#[derive(Debug, Clone, Default)]
pub struct Profile {
    pub(super) medarbejdere: Mapping,
    pub(super) fravaer: Mapping,
}

/// What a profile says of one kind of file; without a profile, nothing.
#[derive(Debug, Clone, Default)]
pub struct Mapping {
    is_there: bool,
    order: Option<Order>,
    columns: BTreeMap<String, Vec<String>>,
    standard: BTreeMap<String, String>,
    codes: BTreeMap<String, BTreeMap<String, String>>,
    left_out: BTreeMap<String, BTreeSet<String>>,
}

impl Mapping {
    /// There is no profile.
    pub(super) const fn is_none(&self) -> bool {
        !self.is_there
    }

    /// In which order day, month and year stand.
    pub(super) const fn order(&self) -> Option<Order> {
        self.order
    }

    /// The columns of the other system that make up one of ours; none: it is called as ours.
    pub(super) fn columns(&self, name: &str) -> Option<&[String]> {
        self.columns.get(name).map(Vec::as_slice)
    }

    /// What holds where the other system says nothing.
    pub(super) fn standard(&self, name: &str) -> Option<&str> {
        self.standard.get(name).map(String::as_str)
    }

    /// What stands between the parts of a value that several columns make up.
    #[expect(clippy::unused_self, reason = "the mapping decides")]
    pub(super) fn between(&self, name: &str) -> &'static str {
        if name.ends_with("_nr") { "-" } else { " " }
    }

    /// A value in our words; nothing where lines with it are left out.
    pub(super) fn code<'a>(&'a self, name: &str, written: &'a str) -> Result<Option<&'a str>, String> {
        if self.left_out.get(name).is_some_and(|codes| codes.contains(written)) {
            return Ok(None);
        }
        match self.codes.get(name) {
            Some(codes) if !written.is_empty() && self.standard(name) != Some(written) => match codes.get(written) {
                Some(ours) => Ok(Some(ours)),
                None => Err(format!(
                    "har en kode, som profilen ikke kender: skriv den under [….koder.{name}] eller i [….udelad]"
                )),
            },
            _ => Ok(Some(written)),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(rename = "navn")]
    _name: String,
    datoform: Option<Spanned<String>>,
    #[serde(default)]
    medarbejdere: WrittenFile,
    #[serde(default)]
    fravaer: WrittenFile,
}

type Named<T> = BTreeMap<Spanned<String>, T>;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFile {
    #[serde(default, rename = "kolonner")]
    columns: Named<OneOrMore>,
    #[serde(default)]
    standard: Named<Spanned<String>>,
    #[serde(default, rename = "koder")]
    codes: Named<Named<Spanned<String>>>,
    #[serde(default, rename = "udelad")]
    left_out: Named<BTreeSet<String>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl Profile {
    /// Reads a profile.
    ///
    /// # Errors
    /// Names the line, and says what would be right.
    pub fn read(text: &str) -> Result<Self, String> {
        let written: Written = toml::from_str(text).map_err(|error| {
            let line = error.span().map(|span| format!("linje {}: ", line_of(text, span))).unwrap_or_default();
            format!("{line}{}", error.message())
        })?;
        let order = written.datoform.map(|form| {
            let name = form.as_ref().to_lowercase().replace(['y', 'a'], "å").replace(['.', '/'], "-");
            let known = Order::ALL.iter().find(|(known, _)| *known == name).map(|(_, order)| *order);
            known.ok_or_else(|| {
                let forms: Vec<&str> = Order::ALL.iter().map(|(form, _)| *form).collect();
                at(text, &form, &format!("datoform skal være en af {}", forms.join(", ")))
            })
        });
        let order = order.transpose()?;
        Ok(Self {
            medarbejdere: written.medarbejdere.mapping(text, "medarbejdere", medarbejdere::COLUMNS, order)?,
            fravaer: written.fravaer.mapping(text, "fravaer", rows::COLUMNS, order)?,
        })
    }

    /// The names of those there are: the ready ones, and those in the data folder, as many as are told.
    #[must_use]
    pub fn names(data_folder: &Path) -> Vec<String> {
        let mut names: BTreeSet<String> = READY.iter().map(|(name, _)| (*name).to_owned()).collect();
        // Without the folder there are the ready ones.
        let entries = std::fs::read_dir(data_folder.join(FOLDER)).into_iter().flatten().flatten();
        let files = entries.take(MOST_NAMES).filter_map(|entry| entry.file_name().into_string().ok());
        names.extend(
            files.filter_map(|file| file.strip_suffix(".toml").filter(|name| is_name(name)).map(str::to_owned)),
        );
        names.into_iter().collect()
    }

    /// The profile of this name: one in the data folder, or one that comes with the product.
    ///
    /// # Errors
    /// There is none of that name, or it is wrong: then the file and the line are named.
    pub fn named(data_folder: &Path, name: &str) -> Result<Self, String> {
        if !is_name(name) {
            return Err("navnet på en profil rummer kun bogstaver, cifre, - og _".to_owned());
        }
        let path = data_folder.join(FOLDER).join(format!("{name}.toml"));
        let said = |error: String| format!("{FOLDER}/{name}.toml: {error}");
        match read_text(&path, LARGEST_TEXT) {
            Ok(text) => Self::read(&text).map_err(said),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let ready = READY.iter().find(|(known, _)| *known == name);
                let known: Vec<&str> = READY.iter().map(|(name, _)| *name).collect();
                let unknown =
                    || format!("profilen findes ikke: færdige er {}, og egne ligger i {FOLDER}/", known.join(" og "));
                ready.ok_or_else(unknown).and_then(|(_, text)| Self::read(text).map_err(said))
            }
            Err(error) => Err(said(error.to_string())),
        }
    }
}

impl WrittenFile {
    fn mapping(self, text: &str, part: &str, columns: Columns, order: Option<Order>) -> Result<Mapping, String> {
        let known: BTreeSet<&str> = columns.all().collect();
        let ours = |name: Spanned<String>| {
            if known.contains(name.as_ref().as_str()) {
                return Ok(name.into_inner());
            }
            let all: Vec<&str> = columns.all().collect();
            Err(at(text, &name, &format!("[{part}]: kolonnen findes ikke; der er {}", all.join(", "))))
        };
        let value = |name: &str, value: Spanned<String>| match fields::word(name, value.as_ref()) {
            Ok(()) => Ok(value.into_inner()),
            Err(error) => Err(at(text, &value, &format!("{name} {error}"))),
        };
        let mut out = Mapping { is_there: true, order, ..Mapping::default() };
        for (name, from) in self.columns {
            let from = match from {
                OneOrMore::One(one) => vec![one],
                OneOrMore::More(more) if more.is_empty() => {
                    return Err(at(text, &name, "der skal være mindst én kolonne"));
                }
                OneOrMore::More(more) => more,
            };
            out.columns.insert(ours(name)?, from);
        }
        for (name, standard) in self.standard {
            let name = ours(name)?;
            let standard = value(&name, standard)?;
            out.standard.insert(name, standard);
        }
        for (name, codes) in self.codes {
            let name = ours(name)?;
            let mut meant = BTreeMap::new();
            for (code, word) in codes {
                meant.insert(code.into_inner(), value(&name, word)?);
            }
            out.codes.insert(name, meant);
        }
        for (name, codes) in self.left_out {
            out.left_out.insert(ours(name)?, codes);
        }
        Ok(out)
    }
}

fn is_name(name: &str) -> bool {
    let may_stand = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(may_stand)
}

fn line_of(text: &str, span: Range<usize>) -> usize {
    text.as_bytes().iter().take(span.start).filter(|byte| **byte == b'\n').count() + 1
}

fn at<T>(text: &str, place: &Spanned<T>, error: &str) -> String {
    format!("linje {}: {error}", line_of(text, place.span()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "navn = \"Vores\"\ndatoform = \"dd.mm.yyyy\"\n[fravaer.kolonner]\nfravaer_nr = [\"Pnr\", \"Fra\"]\n\
                       aarsag = \"Kode\"\n[fravaer.standard]\nomfang_pct = \"100\"\n[fravaer.koder.aarsag]\n\
                       0400 = \"sygdom\"\n[fravaer.udelad]\naarsag = [\"0100\"]\n";

    #[test]
    fn columns_codes_and_standards_are_read() {
        let own = Profile::read(OWN).unwrap();
        let (m, nobody) = (&own.fravaer, &own.medarbejdere);
        assert_eq!((m.order(), nobody.order()), (Some(Order::DayThenMonth), Some(Order::DayThenMonth)));
        assert_eq!(m.columns("fravaer_nr"), Some(&["Pnr".to_owned(), "Fra".to_owned()][..]));
        assert_eq!((m.columns("medarbejder_nr"), m.standard("omfang_pct")), (None, Some("100")));
        assert_eq!((m.code("aarsag", "0400"), m.code("aarsag", "0100")), (Ok(Some("sygdom")), Ok(None)));
        let unknown = m.code("aarsag", "hemmelig").unwrap_err();
        assert!(unknown.contains("[….koder.aarsag]") && !unknown.contains("hemmelig"), "{unknown}");
        assert_eq!(nobody.code("rolle", "leder"), Ok(Some("leder")), "no codes, no other words");
        assert!(Mapping::default().is_none() && !m.is_none());
    }

    #[test]
    fn what_is_wrong_in_a_profile_is_told_with_its_line() {
        for (right, wrong, said) in [
            ("aarsag = \"Kode\"", "arsag = \"Kode\"", "linje 5: [fravaer]: kolonnen findes ikke; der er fravaer_nr, "),
            ("0400 = \"sygdom\"", "0400 = \"syg\"", "linje 9: aarsag skal være en af sygdom, "),
            ("omfang_pct = \"100\"", "omfang = \"100\"", "linje 7: [fravaer]: kolonnen findes ikke"),
            ("koder.aarsag", "koder.arsag", "linje 8: [fravaer]: kolonnen findes ikke"),
            ("aarsag = [\"0100\"]", "x = [\"0100\"]", "linje 11: [fravaer]: kolonnen findes ikke"),
            ("dd.mm.yyyy", "d.m", "linje 2: datoform skal være en af dd-mm-åååå, "),
            ("[\"Pnr\", \"Fra\"]", "[]", "linje 4: der skal være mindst én kolonne"),
            ("[fravaer.udelad]", "[fravaer.fjern]", "linje 10: "),
            ("navn = \"Vores\"", "navn = ", "linje 1: "),
        ] {
            assert!(OWN.contains(right), "{right}");
            let error = Profile::read(&OWN.replace(right, wrong)).unwrap_err();
            assert!(error.starts_with(said), "{error}");
        }
    }

    #[test]
    fn a_name_leads_to_a_file_of_the_folder_or_to_a_ready_one() {
        let folder = tempfile::tempdir().unwrap();
        for (name, _) in READY {
            let ready = Profile::named(folder.path(), name).unwrap();
            assert!(!ready.fravaer.is_none() && ready.fravaer.codes.contains_key("aarsag"), "{name}");
        }
        std::fs::create_dir(folder.path().join(FOLDER)).unwrap();
        std::fs::write(folder.path().join(FOLDER).join("vores.toml"), OWN).unwrap();
        std::fs::write(folder.path().join(FOLDER).join("forkert.toml"), OWN.replace("aarsag =", "x =")).unwrap();
        assert_eq!(Profile::named(folder.path(), "vores").unwrap().fravaer.standard("omfang_pct"), Some("100"));
        let error = |name: &str| Profile::named(folder.path(), name).unwrap_err();
        assert!(error("forkert").starts_with("profiler/forkert.toml: linje 5: "));
        assert_eq!(Profile::names(folder.path()), ["forkert", "opus-lignende", "sd-lignende", "vores"]);
        assert_eq!(Profile::names(&folder.path().join("intet")), ["opus-lignende", "sd-lignende"]);
        assert!(error("findes-ikke").starts_with("profilen findes ikke: færdige er opus-lignende og sd-lignende"));
        for outside in ["", "../vores", "vores.toml", "a/b", "/etc/passwd", &"x".repeat(61)] {
            assert!(error(outside).starts_with("navnet på en profil"), "{outside}");
        }
    }
}
