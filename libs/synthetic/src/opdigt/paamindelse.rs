//! The reminder worker's morning, for one employee: what left, and what did not, as it stands in the log.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use forloeb::frister::vurder;
use forloeb::haendelse::{Afgoerelse, Udfald};
use forloeb::kommando::{Handling, Kommando};
use forloeb::ord::Aflysning;
use forloeb::paamindelser::{Planlagt, forfaldne, planlagte};
use forloeb::{Aktoer, Nu};
use sha2::{Digest, Sha256};

use super::OpdigtFejl;
use super::folk::Laest;
use super::liv::Liv;
use super::scene::Scene;

/// Times in a thousand that a mail server refuses a mailbox for good.
const AFVIST_PROMILLE: u64 = 2;

impl Liv {
    /// Everything that is due: one command for what is not sent, and one for each mail.
    pub(crate) fn paamind(&mut self, s: &mut Scene<'_>, nu: Nu) -> Result<(), OpdigtFejl> {
        for f in self.a.forloeb(s.bog) {
            let v = vurder(&f, nu.dag, s.bog);
            let plan = planlagte(&f, &v, nu.dag, s.bog);
            let (send, overhalet) = forfaldne(&plan, nu.dag);
            let usendt = overhalet.into_iter().map(|p| {
                let udfald = Udfald::Aflyst { aarsag: Aflysning::Overhalet };
                Afgoerelse { noegle: p.noegle, dag: p.dag, udfald }
            });
            let mut breve: BTreeMap<Option<String>, Vec<(Planlagt, Udfald)>> = BTreeMap::new();
            for p in send {
                let til = s.modtager(&f, &p.noegle, nu.dag);
                let udfald = Udfald::Sendt { brev: brev(nu.dag, 0, til.as_deref()), til: til.clone() };
                breve.entry(til).or_default().push((p, udfald));
            }
            self.afgoer(s, f.id, usendt.collect(), nu)?;
            for (til, brev) in breve {
                let afvist = til.is_some() && self.t.promille(AFVIST_PROMILLE);
                let afgoerelser = brev.iter().map(|(p, sendt)| {
                    let udfald = if afvist { Udfald::Fejlet { grund: "smtp_550".to_owned() } } else { sendt.clone() };
                    Afgoerelse { noegle: p.noegle.clone(), dag: p.dag, udfald }
                });
                self.afgoer(s, f.id, afgoerelser.collect(), nu)?;
                for (planlagt, _) in brev.iter().filter(|_| !afvist) {
                    self.laest(s, &Laest { f: &f, v: &v, planlagt, laeser: til.as_deref(), nu });
                }
            }
        }
        Ok(())
    }

    fn afgoer(
        &mut self,
        s: &mut Scene<'_>,
        id: uuid::Uuid,
        afgoerelser: Vec<Afgoerelse>,
        nu: Nu,
    ) -> Result<(), OpdigtFejl> {
        if afgoerelser.is_empty() {
            return Ok(());
        }
        let handling = Handling::AfgoerPaamindelser(afgoerelser);
        let kommando = Kommando::Forloeb { id, hvis_version: None, handling };
        self.udfoer(s, &kommando, &Aktoer::system("paamindelser"), nu).map(drop)
    }
}

/// One mail to each mailbox and morning: everything in it has the same Message-ID. Every district has its own HR.
pub(crate) fn brev(dag: NaiveDate, distrikt: u32, til: Option<&str>) -> String {
    let sum = Sha256::digest(format!("{dag} {distrikt} {}", til.unwrap_or("hr")));
    let hex: String = sum.iter().take(16).map(|b| format!("{b:02x}")).collect();
    format!("{hex}@arbejdsplads.example")
}
