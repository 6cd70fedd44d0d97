//! From events to forløb: the fold that everything else reads.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use uuid::Uuid;

pub use crate::events::haendelse::Importeret;
pub use crate::fold::registrering::Registrering;
pub(crate) use crate::fold::registrering::overlap;

use crate::events::haendelse::{Haendelse, Stamdata};
use crate::fold::ansaettelse::Ansaettelse;
use crate::fold::forloeb::{Forloeb, Lederperiode, Periode};
use crate::fold::registrering::{haenger_sammen, sorter};
use crate::fold::virkning::{Annullerede, Registreringer, tilfoej};
use crate::ord::{Aarsag, Slutaarsag, Varighed};
use crate::rules::Regelbog;
use crate::rules::kalender::plus_dage;

/// The registrations that count, by first day.
pub(crate) fn registreringer(ansaettelse: &Ansaettelse, bog: &Regelbog) -> Vec<Registrering> {
    let Registreringer(mut alle) = Registreringer::af(ansaettelse, &Annullerede::af(ansaettelse), bog);
    alle.retain(|r| r.annulleret_af.is_none());
    sorter(&mut alle);
    alle
}

/// Every forløb, annulled ones last.
pub(crate) fn forloeb(ansaettelse: &Ansaettelse, bog: &Regelbog) -> Vec<Forloeb> {
    let Some(stamdata) = ansaettelse.stamdata().cloned().map(Arc::new) else { return Vec::new() };
    let ude = Annullerede::af(ansaettelse);
    let mut liste: Vec<Forloeb> = loeb(Registreringer::af(ansaettelse, &ude, bog), bog)
        .chunk_by(|foer, naeste| foer.0 == naeste.0)
        .map(|loeb| {
            let stamdata = stamdata_for(ansaettelse, loeb.last().and_then(|(_, r)| r.sidste), &stamdata);
            byg(ansaettelse, loeb, stamdata, bog)
        })
        .collect();
    tilfoej_fakta(ansaettelse, &ude, &mut liste);
    for i in 1..liste.len() {
        let (foer, denne) = (&liste[i - 1], &liste[i]);
        let graense = foer.sidste.map(|s| plus_dage(s, i64::from(denne.regler.parametre.tilbagefald_dage)));
        if graense.is_some_and(|g| denne.foerste <= g && denne.foerste > foer.foerste) && !er_annulleret(denne) {
            liste[i].tilbagefald_af = Some(liste[i - 1].id);
        }
    }
    liste
}

fn er_annulleret(f: &Forloeb) -> bool {
    f.slut_ved.as_ref().is_some_and(|s| s.hvad == Slutaarsag::Annulleret)
}

/// The registrations in maximal runs, each with the number of its run: by first day, and after them those that were
/// annulled together. A child's sickness is in none.
fn loeb(Registreringer(mut alle): Registreringer, bog: &Regelbog) -> Vec<(usize, Registrering)> {
    alle.retain(|r| r.aarsag != Aarsag::BarnSyg);
    sorter(&mut alle);
    alle.sort_by_key(|r| r.annulleret_af); // stable, and none comes first
    let mut ud: Vec<(usize, Registrering)> = Vec::with_capacity(alle.len());
    for r in alle {
        let nr = match ud.last() {
            None => 0,
            Some((nr, foer)) => {
                let sammen = foer.annulleret_af == r.annulleret_af
                    && (r.annulleret_af.is_some() || haenger_sammen(foer, &r, bog));
                if sammen { *nr } else { nr + 1 }
            }
        };
        ud.push((nr, r));
    }
    ud
}

/// The master data a forløb is judged by: while it is open what payroll says now; once it has ended what was known
/// then (or first, if nothing was), so that an agreement made later gives no right backwards. When the employment
/// ended is never a matter of when it was told.
fn stamdata_for(ansaettelse: &Ansaettelse, slut: Option<NaiveDate>, nu: &Arc<Stamdata>) -> Arc<Stamdata> {
    let Some(slut) = slut else { return Arc::clone(nu) };
    let mut da: Option<&Stamdata> = None;
    for post in ansaettelse.poster() {
        if let Haendelse::StamdataRegistreret(h) = &post.haendelse
            && (da.is_none() || post.dag <= slut)
        {
            da = Some(&h.stamdata);
        }
    }
    match da {
        Some(da) if *da != **nu => Arc::new(Stamdata { fratraadt: nu.fratraadt, ..da.clone() }),
        _ => Arc::clone(nu),
    }
}

/// The forløb of a run, before its facts. The run is never empty.
fn byg(ansaettelse: &Ansaettelse, loeb: &[(usize, Registrering)], stamdata: Arc<Stamdata>, bog: &Regelbog) -> Forloeb {
    let run = || loeb.iter().map(|(_, r)| r);
    let id = run().min_by_key(|r| r.orden).map_or(Uuid::nil(), |r| r.id);
    let (foerste, aarsag) = run().next().map_or((NaiveDate::MIN, Aarsag::Sygdom), |r| (r.foerste, r.aarsag));
    let sidste = run().next_back();
    Forloeb {
        id,
        alias: run().map(|r| r.id).filter(|i| *i != id).collect(),
        medarbejder_nr: ansaettelse.nr().to_owned(),
        version: 0,
        kendt: NaiveDate::MAX,
        regler: bog.gaeldende(foerste).clone(),
        stamdata,
        aarsag,
        foerste,
        sidste: sidste.and_then(|r| r.sidste),
        perioder: run().map(|r| Periode { fra: r.foerste, til: r.sidste, omfang_pct: r.omfang_pct }).collect(),
        slut_ved: sidste.and_then(|r| r.slut_ved.clone()),
        forventet: Varighed::Ukendt,
        forventninger: Vec::new(),
        slettet: ansaettelse.er_slettet(),
        tilbagefald_af: None,
        ledere: Arc::default(),
        valgt_kontaktperson: None,
        tildelt: None,
        kontakter: Vec::new(),
        indkaldt: None,
        samtaler: Vec::new(),
        anmeldelser: Vec::new(),
        krav: Vec::new(),
        fast_track: Vec::new(),
        otte_uger: Vec::new(),
        easy: Vec::new(),
        planer: Vec::new(),
        evalueringer: Vec::new(),
        afgjorte: BTreeMap::new(),
    }
}

/// Takes every event into the forløb it speaks of. An event that was annulled changes the version and nothing else: who
/// had read the forløb before must read it again.
fn tilfoej_fakta(ansaettelse: &Ansaettelse, ude: &Annullerede, liste: &mut [Forloeb]) {
    let mut ledere: Vec<Lederperiode> = Vec::new();
    let mut sidst = 0;
    for post in ansaettelse.poster() {
        let gyldig = !ude.er(post);
        if let Haendelse::StamdataRegistreret(h) = &post.haendelse
            && gyldig
            && ledere.last().is_none_or(|l| l.leder_nr != h.stamdata.leder_nr)
        {
            let fra = if ledere.is_empty() { NaiveDate::MIN } else { post.dag };
            ledere.push(Lederperiode { fra, leder_nr: h.stamdata.leder_nr.clone() });
        }
        let Some(id) = post.haendelse.forloeb() else { continue };
        // Most often it is the one the event before spoke of.
        let egen = liste.get(sidst).filter(|f| f.hedder(id)).map(|_| sidst);
        let Some(nr) = egen.or_else(|| liste.iter().position(|f| f.hedder(id))) else { continue };
        sidst = nr;
        let f = &mut liste[nr];
        if gyldig {
            f.kendt = f.kendt.min(post.dag);
            tilfoej(f, post);
        }
        if !post.haendelse.er_om_paamindelser() {
            f.version = f.version.max(post.version);
        }
    }
    let ledere: Arc<[Lederperiode]> = ledere.into();
    for f in liste {
        f.krav.sort_by_key(|k| k.hvad.fra);
        if f.ledere.is_empty() {
            f.ledere = Arc::clone(&ledere);
            continue;
        }
        let mut alle: Vec<_> = ledere.iter().chain(&*f.ledere).cloned().collect();
        alle.sort_by_key(|l| l.fra); // stable: of two from the same day, the leader chosen for this forløb wins
        f.ledere = alle.into();
    }
}
