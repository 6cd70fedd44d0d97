//! `medarbejdere.csv`: who is employed, where, under whom.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use forloeb::Aktoer;
use forloeb::afvisning::{Fejl, Regel};
use forloeb::haendelse::{Forseglet, Stamdata, StamdataRegistreret};
use forloeb::kommando::Kommando;
use uuid::Uuid;

use super::tabel::{self, Felter, Laest};
use super::{EN_AD_GANGEN, Linjefejl, Rapport, felter, parallelt};
use crate::kerne::{Kerne, KommandoFejl, off_the_runtime};
use crate::noegler::Fortrolig;
use crate::sealed::{self, Personoplysninger};
use texts::tekster;

const KOLONNER: [&str; 19] = [
    "medarbejder_nr",
    "cpr",
    "navn",
    "email",
    "telefon",
    "stilling",
    "enhed",
    "enhed_navn",
    "leder_nr",
    "tr_nr",
    "amr_nr",
    "ansat_dato",
    "fratraadt_dato",
    "timer_pr_uge",
    "bopaelskommune",
    "paragraf_56",
    "fleksjob",
    "nyuddannet",
    "rolle",
];

/// One line.
#[derive(Debug, Clone)]
struct Medarbejder {
    nr: String,
    stamdata: Stamdata,
    fortroligt: Personoplysninger,
    /// What is wrong with the mail address, which is no reason to leave somebody out.
    om_email: Option<&'static str>,
}

/// Takes in a file. `fremdrift` is told lines so far and in all.
///
/// # Errors
/// The log, or the key file, cannot be written: what was reported before stays in.
pub async fn medarbejdere(
    kerne: &Arc<Kerne>,
    bytes: impl Into<Vec<u8>>,
    aktoer: &Aktoer,
    fremdrift: &(dyn Fn(u64, u64) + Sync),
) -> Result<Rapport, KommandoFejl> {
    let (bytes, noegler) = (bytes.into(), kerne.noegler.clone());
    let laest = off_the_runtime(move || {
        let laest = laes(&bytes);
        let med_person = |(linje, m): (u64, Medarbejder)| (linje, noegler.person(&m.fortroligt.cpr), m);
        (laest.linjer.into_iter().map(med_person).collect::<Vec<_>>(), laest.fejl)
    });
    let (laeste, fejl) = laest.await?;
    let _alene = EN_AD_GANGEN.lock().await;
    let mut rapport = Rapport { fejl, ..Rapport::default() };
    let mut linjer = Vec::with_capacity(laeste.len());
    {
        let vis = kerne.vis();
        let slettede = vis.slettede_nu();
        for (linje, person, m) in laeste {
            if slettede.contains(&person) || vis.er_slettet(&m.nr) {
                let fejl = tekster::regel(&Regel::PersonSlettet);
                rapport.fejl.push(Linjefejl::ny(linje, "medarbejder_nr", fejl));
            } else {
                linjer.push((linje, person, m));
            }
        }
        let i_filen: BTreeSet<&str> = linjer.iter().map(|(_, _, m)| m.nr.as_str()).collect();
        let kendt = |nr: &str| i_filen.contains(nr) || vis.stamdata(nr).is_some();
        rapport.advarsler.extend(linjer.iter().flat_map(|(linje, _, m)| advarsler(*linje, m, kendt)));
    }
    // In one go: a key is on disk before anything is sealed with it.
    let (personer, noegler) = (linjer.iter().map(|(_, person, _)| *person).collect::<Vec<_>>(), kerne.noegler.clone());
    off_the_runtime(move || noegler.opret(&personer)).await??;
    let opgaver = linjer.into_iter().map(|linje| (1, linje)).collect();
    parallelt(&mut rapport, opgaver, fremdrift, |(linje, person, mut m)| {
        let (kerne, aktoer) = (kerne.clone(), aktoer.clone());
        // Who is their own leader has none: nobody is to be reminded of their own absence, or to follow it up.
        m.stamdata.leder_nr = m.stamdata.leder_nr.filter(|leder| *leder != m.nr);
        async move { tag_ind(&kerne, linje, person, m, &aktoer).await }
    })
    .await?;
    Ok(rapport)
}

async fn tag_ind(
    kerne: &Kerne,
    linje: u64,
    person: Uuid,
    m: Medarbejder,
    aktoer: &Aktoer,
) -> Result<Rapport, KommandoFejl> {
    let kendt = kerne.vis().stamdata(&m.nr).is_some();
    let fortroligt = forseglet(kerne, person, &m)?;
    let kommando = Kommando::RegistrerStamdata(Box::new(StamdataRegistreret {
        stamdata: Box::new(m.stamdata),
        fortroligt,
        person,
    }));
    let mut rapport = Rapport::default();
    match kerne.udfoer(&m.nr, &kommando, aktoer, None).await {
        Ok(udfoert) if udfoert.uaendret => rapport.uaendret = 1,
        Ok(_) if kendt => rapport.aendret = 1,
        Ok(_) => rapport.oprettet = 1,
        Err(fejl) => rapport.afvist(linje, fejl)?,
    }
    Ok(rapport)
}

/// The personal part, sealed; none where it says what was sealed before: nothing is to change then.
fn forseglet(kerne: &Kerne, person: Uuid, m: &Medarbejder) -> Result<Option<Forseglet>, KommandoFejl> {
    let gemt = kerne.vis().fortroligt(&m.nr).filter(|(hvis, _)| *hvis == person).map(|(_, f)| f.clone());
    let uaendret = gemt.is_some_and(|f| {
        let gammel: Result<Personoplysninger, _> = sealed::open(&kerne.noegler, [person], &f);
        gammel.is_ok_and(|gammel| gammel == m.fortroligt)
    });
    if uaendret { Ok(None) } else { Ok(Some(sealed::seal(&kerne.noegler, person, &m.fortroligt)?)) }
}

fn advarsler<'a>(linje: u64, m: &'a Medarbejder, kendt: impl Fn(&str) -> bool) -> impl Iterator<Item = Linjefejl> + 'a {
    let s = &m.stamdata;
    let mut ud: Vec<_> = m.om_email.iter().map(|om| Linjefejl::ny(linje, "email", *om)).collect();
    for (felt, nr) in [("leder_nr", &s.leder_nr), ("tr_nr", &s.tr_nr), ("amr_nr", &s.amr_nr)] {
        let Some(nr) = nr else { continue };
        if *nr == m.nr && felt == "leder_nr" {
            ud.push(Linjefejl::ny(linje, felt, "er medarbejderen selv; regnes som ingen leder"));
        } else if !kendt(nr) {
            ud.push(Linjefejl::ny(linje, felt, tekster::fejl(&Fejl::UkendtMedarbejder)));
        }
    }
    ud.into_iter()
}

fn laes(bytes: &[u8]) -> Laest<Medarbejder> {
    let mut laest = tabel::laes(bytes, &KOLONNER, linje);
    let mut foerste: BTreeMap<String, u64> = BTreeMap::new();
    let (linjer, gentagne): (Vec<_>, Vec<_>) = laest
        .linjer
        .into_iter()
        .map(|(linje, m)| (linje, *foerste.entry(m.nr.clone()).or_insert(linje), m))
        .partition(|(linje, foerste, _)| linje == foerste);
    laest.fejl.extend(
        gentagne
            .into_iter()
            .map(|(linje, foerste, _)| Linjefejl::ny(linje, "medarbejder_nr", format!("står også i linje {foerste}"))),
    );
    laest.linjer = linjer.into_iter().map(|(linje, _, m)| (linje, m)).collect();
    laest
}

/// Every field is read before the line is given up, so that it tells everything that is wrong with it.
fn linje(f: &mut Felter<'_>) -> Option<Medarbejder> {
    let nr = f.laes("medarbejder_nr", felter::nr);
    let cpr = f.laes("cpr", felter::cpr);
    let navn = f.laes("navn", felter::navn);
    let (email, om_email) = felter::email(f.tekst("email"));
    let telefon = f.laes("telefon", felter::maaske_tekst);
    let stilling = f.laes("stilling", felter::maaske_tekst);
    let enhed = f.laes("enhed", felter::kode);
    let enhed_navn = f.laes("enhed_navn", felter::maaske_tekst);
    let leder_nr = f.laes("leder_nr", felter::maaske_nr);
    let tr_nr = f.laes("tr_nr", felter::maaske_nr);
    let amr_nr = f.laes("amr_nr", felter::maaske_nr);
    let ansat = f.laes("ansat_dato", felter::dato);
    let fratraadt = f.laes("fratraadt_dato", |tekst| match (felter::maaske_dato(tekst)?, ansat) {
        (Some(fratraadt), Some(ansat)) if fratraadt < ansat => Err("ligger før ansættelsen".to_owned()),
        (fratraadt, _) => Ok(fratraadt),
    });
    let timer_pr_uge = f.laes("timer_pr_uge", felter::timer);
    let bopaelskommune = f.laes("bopaelskommune", felter::kommune);
    let paragraf_56 = f.laes("paragraf_56", felter::ja_nej);
    let fleksjob = f.laes("fleksjob", felter::ja_nej);
    let nyuddannet = f.laes("nyuddannet", felter::ja_nej);
    let er_leder = f.laes("rolle", felter::rolle);
    Some(Medarbejder {
        nr: nr?,
        stamdata: Stamdata {
            enhed: enhed?,
            enhed_navn: enhed_navn?,
            leder_nr: leder_nr?,
            tr_nr: tr_nr?,
            amr_nr: amr_nr?,
            ansat: ansat?,
            fratraadt: fratraadt?,
            timer_pr_uge: timer_pr_uge?,
            bopaelskommune: bopaelskommune?,
            paragraf_56: paragraf_56?,
            fleksjob: fleksjob?,
            nyuddannet: nyuddannet?,
            er_leder: er_leder?,
        },
        fortroligt: Personoplysninger {
            cpr: Fortrolig::ny(cpr?),
            navn: Fortrolig::ny(navn?),
            email: Fortrolig::ny(email),
            telefon: Fortrolig::ny(telefon?),
            stilling: Fortrolig::ny(stilling?),
        },
        om_email,
    })
}
