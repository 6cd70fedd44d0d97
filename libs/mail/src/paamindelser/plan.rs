//! What is due on a day, to whom, and how it is put together into mails.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::frister::{Vurdering, vurder};
use forloeb::haendelse::{Noegle, Udfald};
use forloeb::ord::{Aflysning, Friststatus, Modtagerrolle, Slutaarsag};
use forloeb::paamindelser::{Planlagt, forfaldne, planlagte};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::modtager::{Modtager, Opslag};
use app::noegler::Fortrolig;
use app::ur::dag_i_danmark;
use app::visninger::{Laan, Visninger};

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
    /// Nobody can be sent to today, not even HR: it waits while its step is open.
    UdenModtager {
        /// The log says already that it waits.
        noteret: bool,
    },
}

/// What is due of one employment, which is borrowed.
pub(super) fn forfaldent(opslag: Opslag<'_>, laan: &Laan, medarbejderkopi: bool) -> Vec<(Opgave, Vej)> {
    let (mut ud, nr, bog) = (Vec::new(), laan.nr(), laan.bog());
    for f in laan.alle().iter() {
        let vurdering = vurder(f, opslag.idag, bog);
        let plan = planlagte(f, &vurdering, opslag.idag, bog);
        let (send, overhalet) = forfaldne(&plan, opslag.idag);
        let opgave = |planlagt| Opgave { nr: nr.to_owned(), forloeb: f.id, planlagt };
        ud.extend(send.into_iter().map(|p| {
            let vej = vej(opslag, f, &p.noegle, medarbejderkopi);
            (opgave(p), vej)
        }));
        ud.extend(overhalet.into_iter().map(|p| (opgave(p), Vej::Ingen(Aflysning::Overhalet))));
        ud.extend(udskudte_der_er_forbi(f, &plan, opslag.idag).map(|p| {
            let aarsag = hvorfor_ikke(f, &vurdering, &p.noegle, opslag.idag);
            (opgave(p), Vej::Ingen(aarsag))
        }));
    }
    ud
}

/// What was put off until this day and that time alone has made pointless since: its outcome is not to stay "put off".
fn udskudte_der_er_forbi<'f>(
    f: &'f Forloeb,
    plan: &'f [Planlagt],
    idag: NaiveDate,
) -> impl Iterator<Item = Planlagt> + 'f {
    f.afgjorte.iter().filter_map(move |(noegle, a)| {
        let Udfald::Udskudt { til } = &a.udfald else { return None };
        let forbi = dag_i_danmark(*til) == idag && plan.iter().all(|p| p.noegle != *noegle);
        forbi.then(|| Planlagt { dag: a.dag, noegle: noegle.clone(), sidste_chance: false })
    })
}

/// Why a reminder is not planned any more: what a command made pointless the command has recorded itself.
pub(super) fn hvorfor_ikke(f: &Forloeb, vurdering: &Vurdering, noegle: &Noegle, idag: NaiveDate) -> Aflysning {
    let frist = vurdering.frist(noegle.frist);
    match (&f.slut_ved, frist) {
        (Some(slut), _) if slut.hvad == Slutaarsag::Annulleret => Aflysning::Annulleret,
        // The day of the meeting came and went.
        _ if noegle.indbydelse().is_some() && noegle.generation < idag => Aflysning::Overhalet,
        (_, Some(fr)) if fr.lovdag != noegle.generation => Aflysning::Rettet,
        (_, Some(fr)) if matches!(fr.status, Friststatus::Opfyldt | Friststatus::Undtaget) => Aflysning::Loest,
        _ if !f.er_aabent(idag) => Aflysning::Afsluttet,
        (_, Some(fr)) if fr.status.udestaar() => Aflysning::Lederskifte,
        _ => Aflysning::Rettet,
    }
}

fn vej(opslag: Opslag<'_>, f: &Forloeb, noegle: &Noegle, medarbejderkopi: bool) -> Vej {
    let kopi = noegle.modtager == Modtagerrolle::Medarbejder && noegle.indbydelse().is_none();
    if kopi && !medarbejderkopi {
        return Vej::Ingen(Aflysning::SlaaetFra);
    }
    let noteret = || f.afgjorte.get(noegle).is_some_and(|a| matches!(a.udfald, Udfald::Udskudt { .. }));
    opslag.modtager(f, noegle).map_or_else(|| Vej::UdenModtager { noteret: noteret() }, Vej::Brev)
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

/// The digests of a day that the log knows of, by recipient: what a mail held, by its Message-ID.
pub(super) type Sendte = HashMap<Option<String>, BTreeMap<String, BTreeSet<Navn>>>;

/// Reads from the projections which digests have left on a day. An invitation is a mail of its own, beside the digest.
pub(super) fn sendte(vis: &Visninger, dag: NaiveDate) -> Sendte {
    let mut ud = Sendte::new();
    for (forloeb, sendt) in vis.sendte(dag).filter(|(_, sendt)| sendt.noegle.indbydelse().is_none()) {
        let breve = ud.entry(sendt.til.clone()).or_default();
        breve.entry(sendt.brev.clone()).or_default().insert((forloeb, sendt.noegle.clone()));
    }
    ud
}

/// The mails of the latest days that the log knows to be handed over, whole or in part.
pub(super) fn noterede(vis: &Visninger) -> BTreeSet<String> {
    vis.senest_sendte().map(|sendt| sendt.brev.clone()).collect()
}
