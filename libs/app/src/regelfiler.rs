//! The rule files of a data folder: `regler/*.toml` over those that come with the product.
//!
//! `satser.toml` adds years or replaces their rate, `kalender.toml` replaces the calendar's exceptions, and every other
//! file is a rule set: of the name of one that is there already it takes its place, otherwise it stands beside it.

use std::collections::BTreeMap;
use std::path::Path;

use forloeb::Regelbog;
use forloeb::regler::{INDBYGGEDE, RegelFejl};

/// The folder in the data folder.
pub const MAPPE: &str = "regler";
const KALENDER: &str = "kalender.toml";
const SATSER: &str = "satser.toml";

/// The rules of a data folder.
///
/// # Errors
/// Names the file, the line and the field.
pub fn hent(datamappe: &Path) -> Result<Regelbog, RegelFejl> {
    let egne = laes(&datamappe.join(MAPPE))?;
    let [standard, (_, kalender), (_, satser)] = INDBYGGEDE;
    let mut saet: Vec<(&str, &str)> = Vec::new();
    if !egne.iter().any(|(fil, tekst)| er_saet(fil) && navn(tekst) == navn(standard.1)) {
        saet.push(standard);
    }
    saet.extend(egne.iter().filter(|(fil, _)| er_saet(fil)).map(|(fil, tekst)| (fil.as_str(), tekst.as_str())));
    let kalender = egne.get(KALENDER).map_or(kalender, String::as_str);
    let bog = Regelbog::laes(&saet, kalender, satser)?;
    match egne.get(SATSER) {
        Some(egne) => bog.med_satser(egne),
        None => Ok(bog),
    }
}

fn er_saet(fil: &str) -> bool {
    fil != KALENDER && fil != SATSER
}

/// The line that names a rule set; the reading itself finds whatever is wrong with it.
fn navn(tekst: &str) -> Option<&str> {
    tekst.lines().find_map(|l| l.trim().strip_prefix("navn")?.trim_start().strip_prefix('=')).map(str::trim)
}

/// The rule files of a folder, by name; none where there is no such folder.
///
/// # Errors
/// Names the file that cannot be read.
pub fn laes(mappe: &Path) -> Result<BTreeMap<String, String>, RegelFejl> {
    let fejl = |fil: &Path, fejl: std::io::Error| RegelFejl { fil: fil.display().to_string(), fejl: fejl.to_string() };
    let poster = match std::fs::read_dir(mappe) {
        Ok(poster) => poster,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(e) => return Err(fejl(mappe, e)),
    };
    let mut filer = BTreeMap::new();
    for post in poster {
        let sti = post.map_err(|e| fejl(mappe, e))?.path();
        let Some(fil) = sti.file_name().and_then(|n| n.to_str()) else { continue };
        if sti.extension().is_some_and(|e| e == "toml") {
            filer.insert(fil.to_owned(), std::fs::read_to_string(&sti).map_err(|e| fejl(&sti, e))?);
        }
    }
    Ok(filer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn med(filer: &[(&str, &str)]) -> Result<Regelbog, RegelFejl> {
        let mappe = tempfile::tempdir().unwrap();
        std::fs::create_dir(mappe.path().join(MAPPE)).unwrap();
        for (navn, tekst) in filer {
            std::fs::write(mappe.path().join(MAPPE).join(navn), tekst).unwrap();
        }
        hent(mappe.path())
    }

    #[test]
    fn egne_satser_laegges_til() {
        let bog = med(&[(SATSER, "[[sats]]\naar = 2026\nkr_pr_uge = 5000\nkilde = \"prøve\"\n")]).unwrap();
        let (sats, egen) = bog.sats("2026-05-01".parse().unwrap()).unwrap();
        assert_eq!((sats.kr_pr_uge, egen), (5000, true));
        assert_eq!(bog.sats("2024-05-01".parse().unwrap()).unwrap().0.kr_pr_uge, 4695, "the others are still there");
    }

    #[test]
    fn et_nyt_regelsaet_kraever_at_det_gamle_slutter() {
        let standard = INDBYGGEDE[0].1;
        let nyt = standard.replace("navn = \"standard\"", "navn = \"2027\"").replace("2012-03-05", "2027-01-01");
        let fejl = med(&[("2027.toml", &nyt)]).unwrap_err();
        assert_eq!(fejl.fil, "2027.toml");
        let gammelt = standard.replace("2012-03-05", "2012-03-05\ngaelder_til = 2026-12-31");
        let bog = med(&[("2027.toml", &nyt), ("standard.toml", &gammelt)]).unwrap();
        assert_eq!(bog.gaeldende("2027-01-01".parse().unwrap()).navn.as_ref(), "2027");
        assert_eq!(hent(Path::new("findes-ikke")).unwrap().saet().len(), 1);
    }
}
