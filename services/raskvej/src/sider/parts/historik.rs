//! The history of a forløb in plain sentences: who did what, when, corrections and annulments included.

use std::collections::BTreeSet;

use forloeb::haendelse::{Afgoerelse, Noegle, Udfald};
use forloeb::ord::{
    FastTrackBeslutning, Fristart, Kontaktform, OtteUgerUdfald, Part, Rolle, Samtaleudfald, TagetAf, Varighed,
};
use forloeb::{Aktoer, Ansaettelse, Forloeb, Haendelse, Post};

use super::datoer::{kroner_og_oere, lang, tidspunkt};
use super::formular::Formular;
use super::kig::Kig;
use super::names::navn;
use crate::commands::annullering;
use crate::sealed::{
    self, Annulleringsgrund, FastTrackGrund, Indkaldelse, Kind, Konklusion, OpenError, OtteUgersOpfoelgning,
    Rettelsesgrund,
};
use crate::tekster::{self, aarsagsnavn, dato, fristnavn, modtagernavn, slutnavn, trinnavn, varighedsnavn};

/// One line of the history.
pub(crate) struct Linje {
    pub(crate) position: u64,
    pub(crate) version: u64,
    pub(crate) tid: String,
    pub(crate) iso: String,
    pub(crate) hvem: String,
    pub(crate) hvad: String,
    /// Free text, for those who may read it.
    pub(crate) begrundelse: Option<String>,
    pub(crate) annulleret: bool,
    /// About reminders only.
    pub(crate) paamindelse: bool,
    pub(crate) formular: Option<Formular>,
}

/// Name of an event in a few words.
pub(crate) fn kort(navn: &str) -> String {
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
pub(crate) fn linjer(k: &Kig<'_>, a: &Ansaettelse, f: &Forloeb, maa_annullere: bool) -> Vec<Linje> {
    let mut annulleret = BTreeSet::new();
    for post in a.poster() {
        if let Haendelse::HaendelseAnnulleret(h) = &post.haendelse {
            annulleret.insert(h.haendelse);
        }
    }
    let mut linjer: Vec<Linje> = a
        .poster()
        .iter()
        .filter(|p| p.haendelse.forloeb().is_some_and(|id| f.hedder(id)))
        .map(|p| {
            let ude = annulleret.contains(&p.position);
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
pub(crate) fn aktoer(k: &Kig<'_>, a: &Aktoer) -> String {
    let navn = |nr: &str| navn(k.stat, k.bruger(), k.vis, nr).unwrap_or_else(|| nr.to_owned());
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
pub(crate) fn saetning(k: &Kig<'_>, a: &Ansaettelse, p: &Post) -> String {
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
            let kr = h.beloeb_oere.map_or_else(|| ".".to_owned(), |oere| format!(", {}", kroner_og_oere(oere)));
            format!("Refusion søgt fra {} til {}{kr}", dato(h.fra), dato(h.til))
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
pub(crate) fn lille(navn: &str) -> String {
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
    let (kind, forseglet) = sealed::part(h)?;
    let laest = match kind {
        Kind::FastTrackGrund => k.tekst(nr, forseglet)?.map(|FastTrackGrund(tekst)| tekst),
        Kind::Rettelsesgrund => k.tekst(nr, forseglet)?.map(|Rettelsesgrund(tekst)| tekst),
        Kind::Annulleringsgrund => k.tekst(nr, forseglet)?.map(|Annulleringsgrund(tekst)| tekst),
        Kind::Konklusion => k.tekst(nr, forseglet)?.map(|Konklusion(tekst)| tekst),
        Kind::Indkaldelse => {
            let hvor = k.tekst(nr, forseglet)?;
            hvor.map(|Indkaldelse { sted, deltagere }| med_deltagere(Some(sted), deltagere))
        }
        Kind::OtteUgersOpfoelgning => {
            let hvad = k.tekst(nr, forseglet)?;
            hvad.map(|OtteUgersOpfoelgning { begrundelse, deltagere }| med_deltagere(begrundelse, deltagere))
        }
        // They are shown on pages of their own.
        Kind::Personoplysninger | Kind::PlanTekster => return None,
    };
    Some(laest.unwrap_or_else(|fejl: OpenError| format!("({fejl})")))
}

/// A text and those who take part, in one line.
fn med_deltagere(tekst: Option<String>, deltagere: Vec<String>) -> String {
    tekst.into_iter().chain(deltagere).collect::<Vec<_>>().join(", ")
}
