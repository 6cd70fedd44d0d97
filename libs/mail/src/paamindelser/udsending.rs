//! One mail: read the cases again, write it, hand it over, record what became of it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use forloeb::frister::vurder;
use forloeb::haendelse::{Afgoerelse, Noegle, Udfald};
use forloeb::indbydelser::indbydelse;
use forloeb::kommando::{Handling, Kommando};
use forloeb::ord::{Aflysning, Modtagerrolle};
use forloeb::paamindelser::planlagte;
use forloeb::{Aktoer, Forloeb, Regelbog};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::brev::{IStedet, Punkt, Ramme, Tekst, skriv};
use super::kalender::{self, Konvolut, Moede};
use super::modtager::{Modtager, Opslag};
use super::nedbrud;
use super::plan::{Bunke, Opgave, Vej, forfaldent, hvorfor_ikke};
use crate::post::{Afsendelse, Forsendelse, Postvaesen};
use app::failure::Internal;
use app::kerne::{AabnFejl, Kerne, KommandoFejl};
use app::visninger::Laan;

/// An outcome that is to be in the log.
pub(super) type Afgjort = (Opgave, Udfald);

/// Outcomes that could not be written. No mail may leave before they are.
pub(super) struct Gaeld {
    pub(super) rest: Vec<Afgjort>,
    pub(super) fejl: KommandoFejl,
}

/// What became of one mail.
pub(super) enum Udsendt {
    /// It is settled, and recorded.
    Afgjort,
    /// These are to be tried again later today.
    Senere {
        /// What.
        opgaver: Vec<Opgave>,
        /// Why, e.g. `smtp_451` or `forbindelse`.
        grund: String,
        /// The mail may have arrived all the same.
        uvist: bool,
    },
}

/// Everything that sending a mail needs.
pub(super) struct Udsender {
    pub(super) kerne: Arc<Kerne>,
    pub(super) post: Arc<Postvaesen>,
    pub(super) hr_mail: Option<String>,
    pub(super) base_url: String,
    pub(super) domaene: String,
    /// The address the mails are from.
    pub(super) fra: String,
    pub(super) medarbejderkopi: bool,
}

/// A mail read through just before it leaves.
#[derive(Default)]
struct Gennemlaest {
    med: Vec<(Opgave, Modtager)>,
    punkter: Vec<Punkt>,
    om_dig: Vec<Uuid>,
    moede: Option<Moede>,
    bortfaldne: Vec<Afgjort>,
}

impl Udsender {
    /// What is due of some employments.
    ///
    /// # Errors
    /// The log cannot be read.
    pub(super) async fn forfaldent(
        &self,
        numre: &[String],
        idag: NaiveDate,
    ) -> Result<Vec<(String, Vec<(Opgave, Vej)>)>, AabnFejl> {
        let mut ud = Vec::with_capacity(numre.len());
        for nr in numre {
            let laan = self.kerne.laan(nr).await?;
            ud.push((nr.clone(), self.due_of(&laan, idag)));
        }
        Ok(ud)
    }

    /// What is due of an employment that is borrowed.
    pub(super) fn due_of(&self, laan: &Laan, idag: NaiveDate) -> Vec<(Opgave, Vej)> {
        let vis = self.kerne.vis();
        let (noegler, hr_mail) = (&*self.kerne.noegler, self.hr_mail.as_deref());
        forfaldent(Opslag { vis: &vis, noegler, hr_mail, idag }, laan, self.medarbejderkopi)
    }

    /// Sends one mail and records what became of it.
    pub(super) async fn udsend(&self, bunke: &Bunke, morgen: DateTime<Utc>) -> Result<Udsendt, Gaeld> {
        bunke.opgaver.iter().for_each(|(o, _)| nedbrud::panik("afsendelse", o.forloeb));
        let idag = self.kerne.ur.idag();
        let laest = match self.laes_igen(bunke, idag).await {
            Ok(laest) => laest,
            // Nothing was sent, and nothing is owed.
            Err(fejl) => return Err(Gaeld { rest: Vec::new(), fejl: fejl.into() }),
        };
        let Some((_, modtager)) = laest.med.first() else {
            self.registrer(laest.bortfaldne).await?;
            return Ok(Udsendt::Afgjort);
        };
        // What fell away just now takes nothing from the name: the mail may have left with it before.
        let message_id = bunke.brev.clone();
        let ramme = Ramme { base_url: &self.base_url, svar_til_hr: self.hr_mail.is_some() };
        let skrevet = match &laest.moede {
            Some(moede) => {
                let til = &modtager.adresse;
                let konvolut = Konvolut { fra: &self.fra, domaene: &self.domaene, til, dato: morgen };
                kalender::skriv(moede, &konvolut, ramme).map(|(tekst, del)| (tekst, Some(del)))
            }
            None => skriv(laest.punkter, &laest.om_dig, ramme).map(|tekst| (tekst, None)),
        };
        let afsendelse = match skrevet {
            Ok((Tekst { emne, tekst }, kalender)) => {
                let forsendelse = Forsendelse {
                    message_id: message_id.clone(),
                    dato: morgen,
                    til: modtager.adresse.clone(),
                    til_rolle: roller(&laest.med),
                    emne,
                    tekst,
                    kalender,
                };
                nedbrud::ved("foer_aflevering");
                let afsendelse = self.post.send(&forsendelse).await;
                nedbrud::ved("efter_aflevering");
                afsendelse
            }
            Err(_) => Afsendelse::ikke_nu("skabelon"),
        };
        let antal = laest.med.len();
        let mut afgjorte = laest.bortfaldne;
        let udfald: Box<dyn Fn(&Modtager) -> Udfald + Send> = match afsendelse {
            Afsendelse::Sendt => {
                tracing::info!(antal, brev = message_id, "påmindelser er sendt");
                Box::new(move |m| Udfald::Sendt { brev: message_id.clone(), til: m.nr.clone() })
            }
            Afsendelse::Endelig(grund) => {
                tracing::warn!(antal, grund, "påmindelser kan ikke leveres");
                Box::new(move |_| Udfald::Fejlet { grund: grund.clone() })
            }
            Afsendelse::Midlertidig { grund, uvist } => {
                tracing::warn!(antal, grund, "påmindelser er ikke sendt endnu");
                metrics::counter!("raskvej_mails_forgaeves_total", "grund" => grund.clone()).increment(1);
                self.registrer(afgjorte).await?;
                let opgaver = laest.med.into_iter().map(|(o, _)| o).collect();
                return Ok(Udsendt::Senere { opgaver, grund, uvist });
            }
        };
        afgjorte.extend(laest.med.into_iter().map(|(o, m)| (o, udfald(&m))));
        self.registrer(afgjorte).await?;
        Ok(Udsendt::Afgjort)
    }

    /// Only what is still due for this very mailbox goes along.
    async fn laes_igen(&self, bunke: &Bunke, idag: NaiveDate) -> Result<Gennemlaest, AabnFejl> {
        let numre: BTreeSet<&String> = bunke.opgaver.iter().map(|(o, _)| &o.nr).collect();
        let laan = self.kerne.laan_mange(numre).await?;
        let forfaldent = laan.iter().flat_map(|laan| self.due_of(laan, idag));
        let nu: HashMap<_, _> = forfaldent.map(|(o, vej)| (o.navn(), (o, vej))).collect();
        let bog = &self.kerne.bog();
        let mut ud = Gennemlaest::default();
        for (opgave, _) in &bunke.opgaver {
            let navn = opgave.navn();
            let Some(f) = laan.iter().find_map(|laan| laan.forloeb(opgave.forloeb)) else { continue };
            match nu.get(&navn) {
                Some((o, Vej::Brev(m))) if m.postkasse() == bunke.postkasse => {
                    let rolle = o.planlagt.noegle.modtager;
                    if let Some(indbydelse) = indbydelse(f, &navn.1) {
                        let medarbejder = rolle == Modtagerrolle::Medarbejder;
                        ud.moede = Some(Moede { forloeb: f.id, indbydelse, medarbejder });
                    } else if rolle == Modtagerrolle::Medarbejder {
                        ud.om_dig.push(f.id);
                    } else {
                        let i_stedet = i_stedet(o, m);
                        ud.punkter.extend(Punkt::ny(f, &vurder(f, idag, bog), &o.planlagt, idag, i_stedet));
                    }
                    ud.med.push((o.clone(), m.clone()));
                }
                // Another mailbox, or nowhere: the next round sees to it.
                Some(_) => {}
                None => {
                    if let Some(aarsag) = bortfaldet(f, &navn.1, idag, bog) {
                        ud.bortfaldne.push((opgave.clone(), Udfald::Aflyst { aarsag }));
                    }
                }
            }
        }
        Ok(ud)
    }

    /// Of what waited because nobody could be sent to: what is not due any more, and why.
    ///
    /// # Errors
    /// The log cannot be read.
    pub(super) async fn bortfaldne(&self, ventede: Vec<Opgave>, idag: NaiveDate) -> Result<Vec<Afgjort>, AabnFejl> {
        let mut ud = Vec::new();
        for opgave in ventede {
            let laan = self.kerne.laan(&opgave.nr).await?;
            let Some(f) = laan.forloeb(opgave.forloeb) else { continue };
            match bortfaldet(f, &opgave.planlagt.noegle, idag, laan.bog()) {
                // It was open to the end, and there was never anybody to send it to.
                Some(Aflysning::Overhalet) => ud.push((opgave, Udfald::Aflyst { aarsag: Aflysning::IngenModtager })),
                Some(aarsag) => ud.push((opgave, Udfald::Aflyst { aarsag })),
                None => {}
            }
        }
        Ok(ud)
    }

    /// Writes outcomes to the log, one command per forløb, side by side.
    pub(super) async fn registrer(&self, afgjorte: Vec<Afgjort>) -> Result<(), Gaeld> {
        let mut pr_forloeb: BTreeMap<(String, Uuid), Vec<Afgjort>> = BTreeMap::new();
        for (opgave, udfald) in afgjorte {
            pr_forloeb.entry((opgave.nr.clone(), opgave.forloeb)).or_default().push((opgave, udfald));
        }
        let (mut i_gang, mut hvilke) = (JoinSet::new(), HashMap::new());
        let flere = pr_forloeb.len() > 1;
        for (nummer, ((nr, forloeb), afgjorte)) in pr_forloeb.into_iter().enumerate() {
            let kerne = self.kerne.clone();
            let handling = Handling::AfgoerPaamindelser(afgjorte.iter().map(afgoerelse).collect());
            let opgave = i_gang.spawn(async move {
                nedbrud::hold("halvt_registreret", nummer).await;
                nedbrud::panik("notering", forloeb);
                let kommando = Kommando::Forloeb { id: forloeb, hvis_version: None, handling };
                kerne.udfoer(&nr, &kommando, &Aktoer::system("paamindelser"), None).await
            });
            hvilke.insert(opgave.id(), afgjorte);
        }
        let mut gaeld: Option<Gaeld> = None;
        while let Some(faerdig) = i_gang.join_next_with_id().await {
            let (id, svar) = match faerdig {
                Ok((id, svar)) => (id, svar),
                // What the panic said could be about a person.
                Err(fejl) => {
                    tracing::error!("noteringen af påmindelser gik i panik og gøres igen");
                    (fejl.id(), Err(Internal::panicked("udfaldet af en påmindelse er ikke noteret").into()))
                }
            };
            let afgjorte = hvilke.remove(&id).unwrap_or_default();
            if flere {
                nedbrud::ved("halvt_registreret");
            }
            match svar {
                Ok(udfoert) if udfoert.uaendret => {}
                Ok(_) => afgjorte.iter().for_each(|(_, udfald)| tael(udfald)),
                // The domain knows no such forløb any more: there is nothing to keep the outcome with.
                Err(KommandoFejl::Afvist(_)) => tracing::warn!("udfaldet af en påmindelse blev afvist"),
                Err(fejl) => gaeld.get_or_insert(Gaeld { rest: Vec::new(), fejl }).rest.extend(afgjorte),
            }
        }
        gaeld.map_or(Ok(()), Err)
    }
}

/// It is not with the one it was planned for. The leader's leader is told as that, and not for anybody.
fn i_stedet(o: &Opgave, m: &Modtager) -> Option<IStedet> {
    let noegle = &o.planlagt.noegle;
    match (&m.nr, noegle.modtager) {
        (None, Modtagerrolle::Hr) => o.planlagt.er_uleveret().then_some(IStedet::Hr),
        (None, _) => Some(IStedet::Hr),
        (Some(_), Modtagerrolle::LedersLeder | Modtagerrolle::Hr | Modtagerrolle::Medarbejder) => None,
        (Some(_), _) => (m.nr != noegle.nr).then_some(IStedet::Kollega),
    }
}

fn afgoerelse((opgave, udfald): &Afgjort) -> Afgoerelse {
    let (noegle, dag) = (opgave.planlagt.noegle.clone(), opgave.planlagt.dag);
    Afgoerelse { noegle, dag, udfald: udfald.clone() }
}

fn tael(udfald: &Udfald) {
    let udfald = match udfald {
        Udfald::Sendt { .. } => "sendt",
        Udfald::Aflyst { .. } => "aflyst",
        Udfald::Udskudt { .. } => "udskudt",
        Udfald::Fejlet { .. } => "fejlet",
    };
    metrics::counter!("raskvej_paamindelser_total", "udfald" => udfald).increment(1);
}

/// In which roles a mailbox gets a mail, for people.
fn roller(med: &[(Opgave, Modtager)]) -> String {
    let rolle = |(o, m): &(Opgave, Modtager)| match (o.planlagt.noegle.modtager, &m.nr) {
        (_, None) => "HR",
        (Modtagerrolle::Medarbejder, _) => "medarbejder",
        (Modtagerrolle::Kontaktperson, _) => "kontaktperson",
        (Modtagerrolle::Koordinator, _) => "koordinator",
        (Modtagerrolle::LedersLeder, _) => "lederens leder",
        (Modtagerrolle::Leder | Modtagerrolle::Hr, _) => "leder",
    };
    med.iter().map(rolle).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" og ")
}

/// Why a reminder that was due a moment ago is not; none: it is, or it has its outcome.
fn bortfaldet(f: &Forloeb, noegle: &Noegle, idag: NaiveDate, bog: &Regelbog) -> Option<Aflysning> {
    let vurdering = vurder(f, idag, bog);
    let afgjort = f.afgjorte.get(noegle).is_some_and(|a| a.udfald.er_endelig());
    if afgjort || planlagte(f, &vurdering, idag, bog).iter().any(|p| p.noegle == *noegle) {
        return None;
    }
    Some(hvorfor_ikke(f, &vurdering, noegle, idag))
}
