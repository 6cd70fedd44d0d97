//! The reminder worker's morning, for one employee: what left, and what did not, as it stands in the log.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use forloeb::command::{Act, DomainCommand};
use forloeb::frister::assess;
use forloeb::haendelse::{Afgoerelse, Udfald};
use forloeb::paamindelser::{Planlagt, forfaldne, planlagte};
use forloeb::words::Aflysning;
use forloeb::{Aktoer, Now};
use sha2::{Digest, Sha256};

use super::SyntheticError;
use super::life::Life;
use super::people::ReadPaamindelse;
use super::scene::Scene;

/// Times in a thousand that a mail server refuses a mailbox for good.
pub(super) const REFUSED_PER_MILLE: u64 = 2;

impl Life {
    /// Everything that is due: one command for what is not sent, and one for each mail.
    pub(crate) fn paamind(&mut self, s: &mut Scene<'_>, now: Now) -> Result<(), SyntheticError> {
        for f in self.a.forloeb(s.book) {
            let v = assess(&f, now.dag, s.book);
            let plan = planlagte(&f, &v, now.dag, s.book);
            let (send, overtaken) = forfaldne(&plan, now.dag);
            let unsent = overtaken.into_iter().map(|p| {
                let udfald = Udfald::Aflyst { aarsag: Aflysning::Overtaken };
                Afgoerelse { key: p.key, dag: p.dag, udfald }
            });
            let mut letters: BTreeMap<Option<String>, Vec<(Planlagt, Udfald)>> = BTreeMap::new();
            for p in send {
                let til = s.modtager(&f, &p.key, now.dag);
                let udfald = Udfald::Sendt { letter: letter(now.dag, 0, til.as_deref()), til: til.clone() };
                letters.entry(til).or_default().push((p, udfald));
            }
            self.afgoer(s, f.id, unsent.collect(), now)?;
            for (til, letter) in letters {
                let refused = til.is_some() && self.t.per_mille(REFUSED_PER_MILLE);
                let afgoerelser = letter.iter().map(|(p, sendt)| {
                    let udfald = if refused {
                        Udfald::Fejlet { grund: "smtp_550".to_owned(), til: None }
                    } else {
                        sendt.clone()
                    };
                    Afgoerelse { key: p.key.clone(), dag: p.dag, udfald }
                });
                self.afgoer(s, f.id, afgoerelser.collect(), now)?;
                for (planlagt, _) in letter.iter().filter(|_| !refused) {
                    self.read(s, &ReadPaamindelse { f: &f, v: &v, planlagt, reader: til.as_deref(), now });
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
        now: Now,
    ) -> Result<(), SyntheticError> {
        if afgoerelser.is_empty() {
            return Ok(());
        }
        let act = Act::AfgoerPaamindelser(afgoerelser);
        let command = DomainCommand::Forloeb { id, if_version: None, act };
        self.execute(s, &command, &Aktoer::system("paamindelser"), now).map(drop)
    }
}

/// One mail to each mailbox and morning: everything in it has the same Message-ID. Every district has its own HR.
pub(crate) fn letter(dag: NaiveDate, distrikt: u32, til: Option<&str>) -> String {
    let sum = Sha256::digest(format!("{dag} {distrikt} {}", til.unwrap_or("hr")));
    let hex: String = sum.iter().take(16).map(|b| format!("{b:02x}")).collect();
    format!("{hex}@arbejdsplads.example")
}
