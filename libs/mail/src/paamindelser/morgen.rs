//! One tick that sends: the morning's list, or what is tried again later in the day.
//!
//! The list is fixed when the morning begins. Things come in all day, and a round that read what is due anew would
//! never end while they do: the same leader would get mail after mail, and HR's, which comes last, would not leave.

use std::collections::{BTreeSet, HashMap};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, NaiveDate, Utc};
use forloeb::haendelse::Udfald;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::plan::{self, Bunke, Opgave, Sendte, Vej, bunker};
use super::tilstand::{self, Koersel};
use super::udsending::{Afgjort, Udsendt};
use super::{Paamindelser, PaamindelsesFejl, nedbrud};
use app::ur::{dag_i_danmark, klokken};

/// Mails on their way at the same time, from reading the cases again to the outcome in the log: outcomes that are recorded
/// together share a sync of the disk.
const SAMTIDIGE: usize = 64;
/// More rounds than this in one tick mean that something is wrong: each sends, records or puts off all it found.
pub(super) const RUNDER: usize = 16;

/// What a tick goes by from its first round to its last.
struct Rammer {
    idag: NaiveDate,
    /// Employments with something due when it began.
    numre: Vec<String>,
    /// At start: what left today before the process did, and which mails the log knows to be handed over.
    foer: Option<(Sendte, BTreeSet<String>)>,
    naeste_morgen: DateTime<Utc>,
}

/// What there is to do in a round.
struct Runde {
    afgjorte: Vec<Afgjort>,
    bunker: Vec<Bunke>,
}

impl Runde {
    fn antal(&self) -> usize {
        self.afgjorte.len() + self.bunker.iter().map(|b| b.opgaver.len()).sum::<usize>()
    }
}

impl Paamindelser {
    pub(super) async fn koer_dagen(
        &self,
        mut koersel: Koersel,
        idag: NaiveDate,
        morgen: DateTime<Utc>,
    ) -> Result<(), PaamindelsesFejl> {
        let rammer = {
            let vis = self.kerne.vis();
            Rammer {
                idag,
                numre: koersel.numre().unwrap_or_else(|| vis.forfaldne(idag)),
                foer: koersel.opstart.then(|| (plan::sendte(&vis, idag), plan::noterede(&vis))),
                naeste_morgen: self.naeste_morgen(idag),
            }
        };
        for nummer in 1..=self.runder {
            let Runde { afgjorte, mut bunker } = self.naeste_runde(&mut koersel, &rammer).await?;
            // HR's mail is the last: what others cannot get goes into it. It leaves, whatever became of the others.
            if nummer < self.runder && bunker.iter().any(|b| !b.hr) {
                bunker.retain(|b| !b.hr);
            }
            let intet = bunker.is_empty() && afgjorte.is_empty();
            self.afregn(self.udsender.registrer(afgjorte).await)?;
            if intet {
                return Ok(());
            }
            self.send(&mut koersel, bunker, morgen).await?;
        }
        match self.naeste_runde(&mut koersel, &rammer).await?.antal() {
            0 => Ok(()),
            antal => {
                metrics::counter!("raskvej_morgener_ufaerdige_total").increment(1);
                Err(PaamindelsesFejl::Ufaerdig(antal))
            }
        }
    }

    /// What is left of the list: outcomes that need no mail, and mails.
    async fn naeste_runde(&self, koersel: &mut Koersel, rammer: &Rammer) -> Result<Runde, PaamindelsesFejl> {
        let forfaldent = self.udsender.forfaldent(&rammer.numre, rammer.idag).await?;
        // Rows that time alone has made pointless would be looked at again in every tick.
        let tomme: Vec<_> = forfaldent.iter().filter(|(_, f)| f.is_empty()).map(|(nr, _)| nr.clone()).collect();
        self.kerne.genopfrisk(&tomme).await?;

        self.glem_det_der_er_forbi(&forfaldent).await?;
        let mut afgjorte: Vec<Afgjort> = Vec::new();
        let forbi = self.tilstand().fastlaeg(koersel, rammer.idag, &rammer.numre, &forfaldent);
        afgjorte.extend(self.udsender.bortfaldne(forbi, rammer.idag).await?);

        let mut breve = Vec::new();
        for (opgave, vej) in forfaldent.into_iter().flat_map(|(_, f)| f).filter(|(o, _)| koersel.tager(o)) {
            match vej {
                Vej::Brev(modtager) => breve.push((opgave, modtager)),
                Vej::Ingen(aarsag) => afgjorte.push((opgave, Udfald::Aflyst { aarsag })),
                Vej::UdenModtager { noteret } => {
                    self.tilstand().er_uden_modtager(&opgave);
                    if !noteret {
                        afgjorte.push((opgave, Udfald::Udskudt { til: rammer.naeste_morgen }));
                    }
                }
            }
        }
        let mut bunker = bunker(breve, self.udsender.hr_mail.as_deref());
        for bunke in &mut bunker {
            let hele = bunke.opgaver.iter().map(|(o, _)| o.clone()).collect();
            self.tilstand().begraens(koersel, bunke);
            let igen = self.undervejs().tilpas(bunke, &self.udsender.domaene);
            self.hold_tilbage(koersel, hele, bunke);
            let Some((sendte, noterede)) = &rammer.foer else { continue };
            if !igen {
                let udfald = Udfald::Udskudt { til: rammer.naeste_morgen };
                afgjorte.extend(tilstand::allerede_sendt(sendte, bunke, &self.udsender.domaene, &udfald));
            } else if noterede.contains(&bunke.brev) {
                afgjorte.extend(tilstand::noter(bunke)); // the log has part of it: all of it was handed over
            }
        }
        bunker.retain(|b| !b.opgaver.is_empty());
        koersel.er_afgjort(&afgjorte);
        Ok(Runde { afgjorte, bunker })
    }

    /// What is not in a mail because the mail is to be the one it was follows when that has left, on the same day.
    fn hold_tilbage(&self, koersel: &mut Koersel, mut hele: Vec<Opgave>, bunke: &Bunke) {
        hele.retain(|o| bunke.opgaver.iter().all(|(med, _)| med != o));
        if !hele.is_empty() {
            self.tilstand().hold(koersel, hele);
        }
    }

    /// A mail of which nothing is due any more is nobody's business.
    async fn glem_det_der_er_forbi(&self, forfaldent: &[(String, Vec<(Opgave, Vej)>)]) -> io::Result<()> {
        {
            let mut undervejs = self.undervejs();
            if !undervejs.er_tom() {
                undervejs.behold(&forfaldent.iter().flat_map(|(_, f)| f).map(|(o, _)| o.navn()).collect());
            }
        }
        self.write_undervejs().await
    }

    /// Writes down which mails are on their way. Only a tick does, and one tick at a time.
    async fn write_undervejs(&self) -> io::Result<()> {
        let Some(sheet) = self.undervejs().pending()? else { return Ok(()) };
        tokio::task::spawn_blocking(move || sheet.write())
            .await
            .map_err(|_| io::Error::other("skrivningen gik i panik"))??;
        self.undervejs().is_written();
        Ok(())
    }

    /// Sends mails, some at a time, and remembers what is to be tried again.
    async fn send(
        &self,
        koersel: &mut Koersel,
        bunker: Vec<Bunke>,
        morgen: DateTime<Utc>,
    ) -> Result<(), PaamindelsesFejl> {
        self.undervejs().begynd(&bunker);
        self.write_undervejs().await?;
        let plads = Arc::new(Semaphore::new(SAMTIDIGE));
        // What cannot be recorded must not be sent: the first outcome that the log refuses stops the rest.
        let stop = Arc::new(AtomicBool::new(false));
        let (mut i_gang, mut hvilke) = (JoinSet::new(), HashMap::new());
        for bunke in bunker {
            let (udsender, plads, stop) = (self.udsender.clone(), plads.clone(), stop.clone());
            let bunke = Arc::new(bunke);
            let sendes = bunke.clone();
            let opgave = i_gang.spawn(async move {
                let _plads = plads.acquire_owned().await;
                if stop.load(Ordering::Acquire) {
                    return None;
                }
                let svar = udsender.udsend(&sendes, morgen).await;
                if svar.is_err() {
                    stop.store(true, Ordering::Release);
                }
                Some(svar)
            });
            hvilke.insert(opgave.id(), bunke);
        }
        let mut alt_vel = Ok(());
        while let Some(faerdig) = i_gang.join_next_with_id().await {
            let (id, svar) = match faerdig {
                Ok((id, svar)) => (id, svar),
                Err(fejl) => (fejl.id(), Some(Ok(gik_i_panik(hvilke.get(&fejl.id()).map(AsRef::as_ref))))),
            };
            let (Some(bunke), Some(svar)) = (hvilke.remove(&id), svar) else { continue };
            let (plads, brev) = (bunke.plads(), &bunke.brev);
            let forsoeg = koersel.proevet(&plads);
            match self.afregn(svar) {
                Ok(Udsendt::Afgjort) => self.undervejs().afgjort(brev),
                Ok(Udsendt::Senere { opgaver, grund, uvist }) => {
                    if uvist {
                        self.undervejs().uvist(brev);
                    } else {
                        self.undervejs().kom_ikke_frem(brev);
                    }
                    let nu = self.kerne.ur.nu();
                    let dag = dag_i_danmark(nu);
                    let lukker = klokken(dag, self.kerne.bog().gaeldende(dag).udsendelse.senest);
                    self.tilstand().vent(plads, opgaver, &grund, forsoeg, nu, lukker);
                    nedbrud::ved("under_ventetid");
                }
                Err(fejl) => {
                    self.undervejs().uvist(brev);
                    alt_vel = Err(fejl);
                }
            }
            nedbrud::ved("mellem_breve");
        }
        self.write_undervejs().await?;
        alt_vel
    }
}

/// A task that panicked may have handed its mail over. What the panic said could be about a person, so it is not told.
fn gik_i_panik(bunke: Option<&Bunke>) -> Udsendt {
    let opgaver: Vec<Opgave> = bunke.iter().flat_map(|b| &b.opgaver).map(|(o, _)| o.clone()).collect();
    tracing::error!(antal = opgaver.len(), "afsendelsen af en mail gik i panik og prøves igen");
    metrics::counter!("raskvej_mails_forgaeves_total", "grund" => "panik").increment(1);
    Udsendt::Senere { opgaver, grund: "panik".to_owned(), uvist: true }
}
