//! `regler`

use std::io::{ErrorKind, Write};
use std::path::Path;

use forloeb::Regelbog;
use forloeb::politik::EKSEMPLER;
use forloeb::regler::INDBYGGEDE;

use super::terminal::{meld, skriv};
use super::{AFVIST, GJORT};
use crate::durable::{self, Existing, NewFile};
use crate::tekster::dato;
use crate::{regelfiler, regelside};

/// Tells the rules of a folder, writes the files that come with the product, or the page about them; the exit code.
pub fn koer(datamappe: Option<&Path>, til: Option<&Path>, side: bool) -> u8 {
    let svar = match til {
        Some(til) => skriv_filer(til),
        None if side => skriv(&regelside::side(&Regelbog::indbygget())).map_err(|e| e.to_string()),
        None => fortael(datamappe),
    };
    match svar {
        Ok(()) => GJORT,
        Err(fejl) => {
            meld(&fejl);
            AFVIST
        }
    }
}

fn skriv_filer(mappe: &Path) -> Result<(), String> {
    let eksempler = EKSEMPLER.map(|(navn, tekst)| (format!("kontaktmodel-{navn}.toml"), tekst));
    let filer = INDBYGGEDE.iter().map(|(navn, tekst)| ((*navn).to_owned(), *tekst)).chain(eksempler);
    durable::create_folder(mappe, 0o777).map_err(|e| format!("{}: {e}", mappe.display()))?;
    for (navn, tekst) in filer {
        let sti = mappe.join(navn);
        let skrevet = NewFile::create(&sti, 0o666).and_then(|mut ny| {
            ny.write_all(tekst.as_bytes())?;
            ny.finish(Existing::Keep)
        });
        skrevet.map_err(|e| match e.kind() {
            ErrorKind::AlreadyExists => format!("{}: filen findes i forvejen og overskrives ikke", sti.display()),
            _ => format!("{}: {e}", sti.display()),
        })?;
    }
    Ok(())
}

fn fortael(datamappe: Option<&Path>) -> Result<(), String> {
    let bog = match datamappe {
        Some(mappe) => regelfiler::hent(mappe).map_err(|e| e.to_string())?,
        None => Regelbog::indbygget(),
    };
    for saet in bog.saet() {
        let til = saet.gaelder_til.map_or_else(|| "og frem".to_owned(), |til| format!("til {}", dato(til)));
        let linje = format!("{}: for fravær, der begynder {} {til}", saet.navn, dato(saet.gaelder_fra));
        skriv(&linje).map_err(|e| e.to_string())?;
    }
    for sats in bog.satser() {
        skriv(&format!("sats {}: {} kr. om ugen ({})", sats.aar, sats.kr_pr_uge, sats.kilde))
            .map_err(|e| e.to_string())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::durable::seen;

    #[test]
    fn regelfilerne_er_der_efter_et_stroemsvigt_og_overskrives_ikke() {
        let mappe = tempfile::tempdir().unwrap();
        let til = mappe.path().join("nye/regler");
        let (kode, navne) = seen::during(|| koer(None, Some(&til), false));
        assert_eq!(kode, GJORT);
        assert_eq!(navne.named.len(), 2 + INDBYGGEDE.len() + EKSEMPLER.len());
        assert!(navne.unsafe_names.is_empty(), "{navne:?}");
        std::fs::write(til.join(INDBYGGEDE[0].0), "rettet").unwrap();
        assert_eq!(koer(None, Some(&til), false), AFVIST);
        assert_eq!(std::fs::read_to_string(til.join(INDBYGGEDE[0].0)).unwrap(), "rettet");
    }
}
