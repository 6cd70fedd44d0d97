//! What is due and has not left, and why: read from the log, so that a restart or the end of a day hides nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::haendelse::Udfald;
use forloeb::ord::{Fristart, Modtagerrolle};
use uuid::Uuid;

use super::Paamindelser;
use super::plan::{Opgave, Vej};
use app::kerne::AabnFejl;

/// Employments that are looked at at most: a page is to answer in the middle of the largest morning too.
const HOEJST: usize = 2000;

/// It goes with the next morning's mail, and nothing is wrong.
const MORGEN: &str = "morgen";

/// One reminder or invitation that is due and has not left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ventende {
    /// Of which forløb.
    pub forloeb: Uuid,
    /// For which frist.
    pub frist: Fristart,
    /// To whom.
    pub modtager: Modtagerrolle,
    /// The day it was planned for.
    pub dag: NaiveDate,
    /// Why, by a stable code, e.g. `smtp_451` or `ingen_hr_mail`.
    pub grund: String,
}

impl Ventende {
    /// Somebody has to do something before it can leave, or it should have left already.
    #[must_use]
    pub fn er_i_vanskeligheder(&self) -> bool {
        self.grund != MORGEN
    }
}

/// What waits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Venteliste {
    /// In the order of the days.
    pub ventende: Vec<Ventende>,
    /// There are more than were looked at.
    pub flere: bool,
}

impl Paamindelser {
    /// Settings without which mails, or HR's, wait.
    #[must_use]
    pub fn mangler(&self) -> &[&'static str] {
        &self.mangler
    }

    /// What is due today and has not left.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn ventende(&self) -> Result<Venteliste, AabnFejl> {
        let (idag, mut numre) = {
            let vis = self.kerne.vis();
            (vis.idag(), vis.forfaldne(vis.idag()))
        };
        let flere = numre.len() > HOEJST;
        numre.truncate(HOEJST);
        let mut ventende = Vec::new();
        for nr in numre {
            let laan = self.kerne.laan(&nr).await?;
            for (opgave, vej) in self.udsender.due_of(&laan, idag) {
                let Some(grund) = self.ventegrund(&opgave, &vej, laan.forloeb(opgave.forloeb)) else { continue };
                ventende.push(Ventende {
                    forloeb: opgave.forloeb,
                    frist: opgave.planlagt.noegle.frist,
                    modtager: opgave.planlagt.noegle.modtager,
                    dag: opgave.planlagt.dag,
                    grund,
                });
            }
        }
        ventende.sort_by_key(|v| (v.dag, v.forloeb, v.frist, v.modtager));
        Ok(Venteliste { ventende, flere })
    }

    /// Why one waits; none: it does not, or nobody misses it.
    fn ventegrund(&self, opgave: &Opgave, vej: &Vej, f: Option<&Arc<Forloeb>>) -> Option<String> {
        let noegle = &opgave.planlagt.noegle;
        let er_indbydelse = noegle.indbydelse().is_some();
        match vej {
            Vej::Ingen(_) => return None,
            // The employee's copy asks nobody to do anything: who has no mailbox does not have one to mend.
            Vej::UdenModtager { .. } if noegle.modtager == Modtagerrolle::Medarbejder && !er_indbydelse => {
                return None;
            }
            Vej::UdenModtager { .. } => {
                let hr_ville_faa_den = !er_indbydelse || noegle.nr.is_none();
                let uden_hr = self.udsender.hr_mail.is_none() && hr_ville_faa_den;
                return Some(if uden_hr { "ingen_hr_mail" } else { "ingen_adresse" }.to_owned());
            }
            Vej::Brev(_) => {}
        }
        if let Some(grund) = self.udsender.post.venter_paa() {
            return Some(grund.to_owned());
        }
        let navn = opgave.navn();
        let (proevet, i_gang) = {
            let tilstand = self.tilstand();
            (tilstand.grund(&navn).cloned(), tilstand.er_i_gang(opgave))
        };
        if proevet.is_some() {
            return proevet;
        }
        let udskudt =
            f.is_some_and(|f| f.afgjorte.get(noegle).is_some_and(|a| matches!(a.udfald, Udfald::Udskudt { .. })));
        let grund = match (udskudt, i_gang) {
            (true, _) => "udskudt",
            (false, true) => "undervejs",
            (false, false) => MORGEN,
        };
        Some(grund.to_owned())
    }

    /// Tells the metrics how many wait, by reason.
    pub(super) async fn maal_ventende(&self) {
        // What cannot be read here could not be read by the tick either, and that was told.
        let Ok(liste) = self.ventende().await else { return };
        let mut antal: BTreeMap<String, u32> = BTreeMap::new();
        for v in liste.ventende.into_iter().filter(Ventende::er_i_vanskeligheder) {
            *antal.entry(v.grund).or_default() += 1;
        }
        // A reason that is gone is told as none: a gauge otherwise stays where it was.
        let foer = std::mem::replace(&mut self.tilstand().maalte, antal.keys().cloned().collect());
        for grund in foer {
            antal.entry(grund).or_default();
        }
        for (grund, antal) in antal {
            metrics::gauge!("raskvej_paamindelser_venter", "grund" => grund).set(antal);
        }
    }
}
