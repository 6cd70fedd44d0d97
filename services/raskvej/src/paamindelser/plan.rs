//! What is due on a day, to whom, and how it is put together into mails.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use forloeb::frister::vurder;
use forloeb::haendelse::Noegle;
use forloeb::ord::{Aflysning, Modtagerrolle};
use forloeb::paamindelser::{Planlagt, forfaldne, planlagte};
use forloeb::{Forloeb, Regelbog};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::modtager::{Modtager, Opslag};
use crate::noegler::Fortrolig;
use crate::visninger::{IkkeLaant, Visninger};

/// One reminder, as the log names it: the forløb and the key.
pub(super) type Navn = (Uuid, Noegle);

/// One reminder that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Opgave {
    /// Whose employment.
    pub(super) nr: String,
    /// Which forløb.
    pub(super) forloeb: Uuid,
    /// The reminder.
    pub(super) planlagt: Planlagt,
}

impl Opgave {
    pub(super) fn navn(&self) -> Navn {
        (self.forloeb, self.planlagt.noegle.clone())
    }
}

/// What is to become of it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Vej {
    /// Into a mail.
    Brev(Modtager),
    /// Nowhere, for this reason.
    Ingen(Aflysning),
}

/// What is due of one employment, which is borrowed.
pub(super) fn forfaldent(
    opslag: Opslag<'_>,
    bog: &Regelbog,
    medarbejderkopi: bool,
    nr: &str,
) -> Result<Vec<(Opgave, Vej)>, IkkeLaant> {
    let mut ud = Vec::new();
    for f in &opslag.vis.forloeb_for(nr)? {
        let plan = planlagte(f, &vurder(f, opslag.idag, bog), opslag.idag, bog);
        let (send, overhalet) = forfaldne(&plan, opslag.idag);
        let opgave = |planlagt| Opgave { nr: nr.to_owned(), forloeb: f.id, planlagt };
        ud.extend(send.into_iter().map(|p| {
            let vej = vej(opslag, f, &p.noegle, medarbejderkopi);
            (opgave(p), vej)
        }));
        ud.extend(overhalet.into_iter().map(|p| (opgave(p), Vej::Ingen(Aflysning::Overhalet))));
    }
    Ok(ud)
}

fn vej(opslag: Opslag<'_>, f: &Forloeb, noegle: &Noegle, medarbejderkopi: bool) -> Vej {
    let kopi = noegle.modtager == Modtagerrolle::Medarbejder && noegle.indbydelse().is_none();
    if kopi && !medarbejderkopi {
        return Vej::Ingen(Aflysning::SlaaetFra);
    }
    opslag.modtager(f, noegle).map_or(Vej::Ingen(Aflysning::IngenModtager), Vej::Brev)
}

/// One mail to be: everything that is due for one mailbox.
#[derive(Debug, Clone)]
pub(super) struct Bunke {
    /// The mailbox.
    pub(super) postkasse: Fortrolig<String>,
    /// It is HR's.
    pub(super) hr: bool,
    /// What goes into it, and who it goes to.
    pub(super) opgaver: Vec<(Opgave, Modtager)>,
    /// It is an invitation to the calendar, alone in its mail.
    pub(super) indbydelse: bool,
    /// Its Message-ID, once it is known what goes into it.
    pub(super) brev: String,
}

impl Bunke {
    /// What tells mails apart that wait: the mailbox, and of an invitation which it is.
    pub(super) fn plads(&self) -> String {
        match self.opgaver.first().filter(|_| self.indbydelse) {
            Some((o, _)) => format!("{}\n{} {}", self.postkasse.vis(), o.forloeb, o.planlagt.noegle.trin),
            None => self.postkasse.vis().clone(),
        }
    }

    /// What goes into it, as the log names it.
    pub(super) fn navne(&self) -> BTreeSet<Navn> {
        self.opgaver.iter().map(|(o, _)| o.navn()).collect()
    }
}

/// Which mail something goes into: whose mailbox, and the invitation that is alone in it.
type Plads = (String, Option<Navn>);

/// One mail per mailbox, in the order of the mailboxes, and one for each invitation: a calendar takes one at a time.
pub(super) fn bunker(opgaver: impl IntoIterator<Item = (Opgave, Modtager)>, hr_mail: Option<&str>) -> Vec<Bunke> {
    let mut efter_postkasse: BTreeMap<Plads, Vec<(Opgave, Modtager)>> = BTreeMap::new();
    for (opgave, modtager) in opgaver {
        let alene = opgave.planlagt.noegle.indbydelse().map(|_| opgave.navn());
        let plads = (modtager.postkasse().vis().clone(), alene);
        efter_postkasse.entry(plads).or_default().push((opgave, modtager));
    }
    let hr = hr_mail.map(str::to_lowercase);
    let bunke = |((postkasse, alene), opgaver): (Plads, _)| Bunke {
        indbydelse: alene.is_some(),
        hr: Some(&postkasse) == hr.as_ref(),
        postkasse: Fortrolig::ny(postkasse),
        opgaver,
        brev: String::new(),
    };
    efter_postkasse.into_iter().map(bunke).collect()
}

/// The Message-ID of a mail follows from what is in it and who it is for: the same mail again has the same.
pub(super) fn message_id(navne: &BTreeSet<Navn>, postkasse: &Fortrolig<String>, domaene: &str) -> String {
    let mut sum = Sha256::new();
    for (forloeb, n) in navne {
        let nr = n.nr.as_deref().unwrap_or_default();
        sum.update(format!("{forloeb} {} {} {} {nr} {}\n", n.frist, n.trin, n.modtager, n.generation));
    }
    sum.update(postkasse.vis());
    let hex: String = sum.finalize().iter().take(16).map(|b| format!("{b:02x}")).collect();
    format!("{hex}@{domaene}")
}

/// The mails of a day that the log knows of, by recipient: what a mail held, by its Message-ID.
pub(super) type Sendte = HashMap<Option<String>, BTreeMap<String, BTreeSet<Navn>>>;

/// Reads from the projections which mails have left on a day.
pub(super) fn sendte(vis: &Visninger, dag: NaiveDate) -> Sendte {
    let mut ud = Sendte::new();
    for (forloeb, sendt) in vis.sendte(dag) {
        let breve = ud.entry(sendt.til.clone()).or_default();
        breve.entry(sendt.brev.clone()).or_default().insert((forloeb, sendt.noegle.clone()));
    }
    ud
}

/// The mails of the latest days that the log knows to be handed over, whole or in part.
pub(super) fn noterede(vis: &Visninger) -> BTreeSet<String> {
    vis.senest_sendte().map(|sendt| sendt.brev.clone()).collect()
}
