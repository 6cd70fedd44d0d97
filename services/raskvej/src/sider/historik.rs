//! The history of a forløb in plain sentences: who did what, when, corrections and annulments included.

use std::collections::BTreeMap;

use forloeb::haendelse::{Afgoerelse, Noegle, Udfald};
use forloeb::ord::{
    FastTrackBeslutning, Fristart, Kontaktform, OtteUgerUdfald, Part, Rolle, Samtaleudfald, TagetAf, Varighed,
};
use forloeb::{Aktoer, Ansaettelse, Forloeb, Haendelse, Post};

use super::datoer::{decimal, lang, tidspunkt};
use super::formular::Formular;
use super::kig::Kig;
use crate::commands::annullering;
use crate::noegler::NoegleFejl;
use crate::tekster::{self, aarsagsnavn, dato, fristnavn, modtagernavn, slutnavn, trinnavn, varighedsnavn};

/// One line of the history.
pub(super) struct Linje {
    pub(super) position: u64,
    pub(super) version: u64,
    pub(super) tid: String,
    pub(super) iso: String,
    pub(super) hvem: String,
    pub(super) hvad: String,
    /// Free text, for those who may read it.
    pub(super) begrundelse: Option<String>,
    pub(super) annulleret: bool,
    /// About reminders only.
    pub(super) paamindelse: bool,
    pub(super) formular: Option<Formular>,
}

/// Name of an event in a few words.
pub(super) fn kort(navn: &str) -> String {
    match navn {
        "FoersteKontaktHoldt" => "Kontakten blev taget",
        "SamtaleRegistreret" => "Samtalen blev registreret",
        "AnmeldelseRegistreret" => "Anmeldelsen blev kvitteret",
        "FastTrackBesluttet" => "Fast track blev besluttet",
        "OtteUgerRegistreret" => "Opfølgningen blev registreret",
        "ArbejdsskadeAnmeldt" => "Arbejdsskaden er anmeldt i EASY",
        "RefusionAnmodet" => "Refusion er søgt til og med",
        "TtaEvalueret" => "Planen blev evalueret",
        "Raskmeldt" | "FravaerRegistreret" | "FravaerRettet" | "raskmeldt" => "Sidste fraværsdag var",
        "ForloebAfsluttet" | "fratraadt" | "doed" | "andet" => "Forløbet sluttede",
        "ForloebAnnulleret" | "annulleret" => "Forløbet er annulleret",
        andet => return andet.to_owned(),
    }
    .to_owned()
}

/// The lines of a forløb, newest first; with forms to annul for those who may.
pub(super) fn linjer(k: &Kig<'_>, a: &Ansaettelse, f: &Forloeb, maa_annullere: bool) -> Vec<Linje> {
    let annulleret: BTreeMap<u64, u64> = a
        .poster()
        .iter()
        .filter_map(|p| match &p.haendelse {
            Haendelse::HaendelseAnnulleret(h) => Some((h.haendelse, p.position)),
            _ => None,
        })
        .collect();
    let mut linjer: Vec<Linje> = a
        .poster()
        .iter()
        .filter(|p| p.haendelse.forloeb().is_some_and(|id| f.hedder(id)))
        .map(|p| {
            let ude = annulleret.contains_key(&p.position);
            let kan = maa_annullere && !ude && p.haendelse.kan_annulleres();
            Linje {
                position: p.position,
                version: p.version,
                tid: tidspunkt(p.tid),
                iso: p.tid.to_rfc3339(),
                hvem: aktoer(k, &p.aktoer),
                hvad: saetning(k, a, p),
                begrundelse: begrundelse(k, a.nr(), &p.haendelse),
                annulleret: ude,
                paamindelse: p.haendelse.er_om_paamindelser(),
                formular: kan.then(|| annullering::of_one(p.position).into()),
            }
        })
        .collect();
    linjer.reverse();
    linjer
}

/// Who acted, by role.
pub(super) fn aktoer(k: &Kig<'_>, a: &Aktoer) -> String {
    let navn = |nr: &str| super::kig::navn(k.stat, k.bruger(), k.vis, nr).unwrap_or_else(|| nr.to_owned());
    match (a.rolle, a.nr.as_deref()) {
        (Some(Rolle::Medarbejder), _) => "medarbejderen".to_owned(),
        (Some(rolle), Some(nr)) => format!("{} ({})", tekster::rollenavn(rolle), navn(nr)),
        (Some(rolle), None) => tekster::rollenavn(rolle).to_owned(),
        (None, Some("paamindelser")) => "Raskvej (påmindelser)".to_owned(),
        (None, Some("import")) => "lønsystemet (import)".to_owned(),
        (None, _) => "Raskvej".to_owned(),
    }
}

fn varighed(v: Option<Varighed>) -> String {
    v.map(|v| format!(" Forventet varighed: {}.", varighedsnavn(v))).unwrap_or_default()
}

/// One event as a sentence; no names, no free text.
pub(super) fn saetning(k: &Kig<'_>, a: &Ansaettelse, p: &Post) -> String {
    match &p.haendelse {
        Haendelse::StamdataRegistreret(_) => "Stamdata fra lønsystemet blev registreret.".to_owned(),
        Haendelse::PersonSlettet(_) => {
            "Personens nøgle blev slettet. Personlige oplysninger kan ikke læses mere.".to_owned()
        }
        Haendelse::FravaerRegistreret(h) => {
            let slut = h.sidste.map(|s| format!(" til {}", lang(s))).unwrap_or_default();
            format!(
                "Sygemelding fra {}{slut}: {}, {} % fravær.{}",
                lang(h.foerste),
                aarsagsnavn(h.aarsag),
                h.omfang_pct,
                varighed(h.forventet_varighed)
            )
        }
        Haendelse::FravaerRettet(h) => {
            let slut = h.sidste.map_or_else(|| "ikke slut".to_owned(), |s| format!("til {}", lang(s)));
            format!("Rettet: fravær fra {}, {slut}, {}, {} %.", lang(h.foerste), aarsagsnavn(h.aarsag), h.omfang_pct)
        }
        Haendelse::FoersteKontaktHoldt(h) => {
            let form = match h.form {
                Kontaktform::Telefon => "i telefonen",
                Kontaktform::Personlig => "ved et møde",
                Kontaktform::Sms => "på sms",
                Kontaktform::Mail => "på mail",
            };
            let af = match h.taget_af {
                TagetAf::Arbejdsplads => "arbejdspladsen",
                TagetAf::Medarbejder => "medarbejderen",
            };
            format!("Første kontakt {} {form}, taget af {af}.{}", lang(h.dato), varighed(h.forventet_varighed))
        }
        Haendelse::SamtaleIndkaldt(h) => {
            format!("Indkaldt til sygefraværssamtale {}.", tidspunkt(h.tidspunkt.to_utc()))
        }
        Haendelse::SamtaleRegistreret(h) => {
            let udfald = match h.udfald {
                Samtaleudfald::Holdt => "holdt",
                Samtaleudfald::HoldtTelefon => "holdt i telefonen",
                Samtaleudfald::DeltogIkke => "medarbejderen deltog ikke",
                Samtaleudfald::IkkeMulig => "ikke mulig",
                Samtaleudfald::UndtagetOpsagt => "undtaget, fordi medarbejderen fratræder",
            };
            format!("Sygefraværssamtale {}: {udfald}.{}", lang(h.dato), varighed(h.forventet_varighed))
        }
        Haendelse::AnmeldelseRegistreret(h) => {
            let nr = h.kvittering.as_ref().map(|k| format!(" (kvittering {k})")).unwrap_or_default();
            format!("Anmeldelsen blev {} {}{nr}.", trinnavn(h.trin), lang(h.dato))
        }
        Haendelse::ArbejdsskadeAnmeldt(h) => {
            let nr = h.sagsnummer.as_ref().map(|n| format!(" (sag {n})")).unwrap_or_default();
            format!("Arbejdsskaden blev anmeldt i EASY {}{nr}.", lang(h.dato))
        }
        Haendelse::RefusionAnmodet(h) => {
            #[expect(clippy::cast_precision_loss, reason = "amounts are far below 2^52 øre")]
            let kr = h.beloeb_oere.map(|o| format!(", {} kr.", decimal(o as f64 / 100.0))).unwrap_or_default();
            format!("Refusion søgt fra {} til {}{kr}.", dato(h.fra), dato(h.til))
        }
        Haendelse::FastTrackBesluttet(h) => {
            let hvad = match h.beslutning {
                FastTrackBeslutning::Anmodet => "Anmodet om fast track",
                FastTrackBeslutning::Fravalgt => "Fast track fravalgt",
            };
            let af = match h.af {
                Part::Arbejdsgiver => "arbejdsgiveren",
                Part::Medarbejder => "medarbejderen",
            };
            format!("{hvad} {} af {af}.", lang(h.dato))
        }
        Haendelse::OtteUgerRegistreret(h) => match h.udfald {
            OtteUgerUdfald::Holdt => format!("Otteugersopfølgning holdt {}.", lang(h.dato)),
            OtteUgerUdfald::IkkeNoedvendig => format!("Otteugersopfølgning ikke nødvendig ({}).", lang(h.dato)),
        },
        Haendelse::DelvisRegistreret(h) => format!("Fravær på {} % fra {}.", h.omfang_pct, lang(h.fra)),
        Haendelse::Raskmeldt(h) => format!("Raskmeldt. Sidste fraværsdag var {}.", lang(h.sidste_fravaersdag)),
        Haendelse::VarighedRettet(h) => {
            format!("Rettet: forventet varighed er {}.", varighedsnavn(h.forventet_varighed))
        }
        Haendelse::HaendelseAnnulleret(h) => {
            let den = a.poster().iter().find(|x| x.position == h.haendelse);
            let hvad = den.map_or_else(|| format!("hændelse {}", h.haendelse), |x| saetning(k, a, x));
            format!("Annulleret: “{hvad}”")
        }
        Haendelse::ForloebAnnulleret(_) => "Hele forløbet blev annulleret.".to_owned(),
        Haendelse::LederSkiftet(h) => format!("Ny leder fra {}: {}.", lang(h.fra), k.navn(&h.leder_nr)),
        Haendelse::StedfortraederUdpeget(h) => {
            let hvem = h.stedfortraeder_nr.as_ref().map_or_else(|| "Ingen".to_owned(), |nr| k.navn(nr));
            match (h.fra, h.til) {
                (Some(fra), Some(til)) => format!("{hvem} er stedfortræder fra {} til {}.", lang(fra), lang(til)),
                _ => format!("{hvem} er fast stedfortræder."),
            }
        }
        Haendelse::KontaktpersonValgt(h) => match &h.kontaktperson_nr {
            Some(nr) => format!("Medarbejderen har valgt {} som kontaktperson.", k.navn(nr)),
            None => "Medarbejderen har ikke længere valgt en kontaktperson.".to_owned(),
        },
        Haendelse::ForloebTildelt(h) => match &h.til {
            Some(nr) => format!("Tildelt til {}.", k.navn(nr)),
            None => "Ikke længere tildelt til nogen.".to_owned(),
        },
        Haendelse::ForloebAfsluttet(h) => format!("Forløbet sluttede {}: {}.", lang(h.dato), slutnavn(h.aarsag)),
        Haendelse::TtaPlanLagt(h) => format!("TTA-planens version {} blev lagt.", h.version),
        Haendelse::TtaEvalueret(h) => format!("TTA-planen blev evalueret {}.", lang(h.dato)),
        Haendelse::PaamindelserAfgjort(h) => h.alle().map(|a| paamindelse(&a)).collect::<Vec<_>>().join(" "),
        Haendelse::PaamindelseSendesIgen(h) => format!("{} skal sendes igen.", om(&h.noegle)),
    }
}

/// The name of a frist inside a sentence.
pub(super) fn lille(navn: &str) -> String {
    let mut tegn = navn.chars();
    tegn.next().map(|c| c.to_lowercase().chain(tegn).collect()).unwrap_or_default()
}

fn om(n: &Noegle) -> String {
    if let Some((_, aflyst)) = n.indbydelse() {
        let hvad = if n.frist == Fristart::TtaEvaluering { "opfølgningen" } else { "mødet" };
        let aftale = if aflyst { "Aflysning af" } else { "Kalenderaftale om" };
        return format!("{aftale} {hvad} til {}", modtagernavn(n.modtager));
    }
    format!("Påmindelse om {} til {}", lille(fristnavn(n.frist)), modtagernavn(n.modtager))
}

fn paamindelse(a: &Afgoerelse) -> String {
    let hvad = om(&a.noegle);
    match &a.udfald {
        Udfald::Sendt { .. } => format!("{hvad} sendt."),
        Udfald::Aflyst { aarsag } => format!("{hvad} ikke sendt: {}.", tekster::aflysningsnavn(*aarsag)),
        Udfald::Udskudt { til } => format!("{hvad} udskudt til {}.", tidspunkt(*til)),
        Udfald::Fejlet { grund } => format!("{hvad} kunne ikke leveres ({grund})."),
    }
}

/// Free text of an event, for those who may read it. What cannot be read is said, and not left out.
fn begrundelse(k: &Kig<'_>, nr: &str, h: &Haendelse) -> Option<String> {
    let tekst = match h {
        Haendelse::FravaerRettet(h) => k.tekst(nr, h.begrundelse.as_ref()?)?,
        Haendelse::FastTrackBesluttet(h) => k.tekst(nr, h.begrundelse.as_ref()?)?,
        Haendelse::VarighedRettet(h) => k.tekst(nr, &h.begrundelse)?,
        Haendelse::HaendelseAnnulleret(h) => k.tekst(nr, &h.begrundelse)?,
        Haendelse::ForloebAnnulleret(h) => k.tekst(nr, &h.begrundelse)?,
        Haendelse::DelvisRegistreret(h) => k.tekst(nr, h.begrundelse.as_ref()?)?,
        Haendelse::TtaEvalueret(h) => k.tekst(nr, h.fortroligt.as_ref()?)?,
        Haendelse::SamtaleIndkaldt(h) => k.tekst(nr, &h.fortroligt)?.map(|hvor| med_deltagere(&hvor, "sted")),
        Haendelse::OtteUgerRegistreret(h) => {
            k.tekst(nr, h.fortroligt.as_ref()?)?.map(|hvad| med_deltagere(&hvad, "begrundelse"))
        }
        _ => return None,
    };
    Some(tekst.unwrap_or_else(|fejl| match fejl {
        NoegleFejl::IngenNoegle => "(teksten er slettet)".to_owned(),
        _ => "(teksten kan ikke åbnes)".to_owned(),
    }))
}

/// A field and those who take part, in one line.
fn med_deltagere(hvad: &serde_json::Value, felt: &str) -> String {
    let med = hvad["deltagere"].as_array().into_iter().flatten().filter_map(|d| d.as_str());
    hvad[felt].as_str().into_iter().chain(med).collect::<Vec<_>>().join(", ")
}
