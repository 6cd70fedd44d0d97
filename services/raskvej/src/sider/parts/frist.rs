//! One frist as people read it: what to do, by when, where it stands, and how the dates were found.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::forloeb::Situation;
use forloeb::frister::{Frist, Vurdering};
use forloeb::ord::{Anmeldelsestrin, Fristart, Friststatus, Slutaarsag};

use super::datoer::{begge, kroner, lang};
use super::kig::Kig;
use crate::{forklaring, tekster};

/// A row of the line 14 days / 4 weeks / 5 weeks / 8 weeks.
pub(crate) struct Fristraekke {
    pub(crate) navn: &'static str,
    /// Where on the line: "14 dage".
    pub(crate) hvornaar: &'static str,
    /// Code, for the badge's colour.
    pub(crate) kode: &'static str,
    pub(crate) status: &'static str,
    pub(crate) maaldag: String,
    pub(crate) lovdag: String,
    pub(crate) intern: Option<String>,
    pub(crate) ansvarlig: String,
    /// What made the status so.
    pub(crate) fordi: Option<String>,
    pub(crate) kommunens_samtale: Option<String>,
    /// "Sådan er fristen beregnet", line by line.
    pub(crate) beregning: Vec<String>,
    /// The form that resolves it, for those who may.
    pub(crate) formular: Option<&'static str>,
}

/// The status with a capital, as a badge says it.
pub(crate) const fn badge(status: Friststatus) -> &'static str {
    match status {
        Friststatus::Kommende => "Kommende",
        Friststatus::Aaben => "Åben",
        Friststatus::Forfalder => "Forfalder snart",
        Friststatus::Overskredet => "Overskredet",
        Friststatus::Tabt => "Tabt",
        Friststatus::Opfyldt => "Opfyldt",
        Friststatus::Undtaget => "Undtaget",
        Friststatus::Bortfaldet => "Bortfaldet",
    }
}

const fn hvornaar(art: Fristart) -> &'static str {
    match art {
        Fristart::FoersteKontakt => "14 dage",
        Fristart::Samtale => "4 uger",
        Fristart::Anmeldelse | Fristart::FastTrack => "5 uger",
        Fristart::OtteUger => "8 uger",
        Fristart::Refusionsanmodning => "3 måneder",
        Fristart::TtaEvaluering => "planens dato",
        Fristart::Kontakt => "aftalt dag",
        Fristart::Easy => "14 dage",
    }
}

/// The form that resolves a frist.
pub(crate) const fn formular(art: Fristart) -> &'static str {
    match art {
        Fristart::FoersteKontakt | Fristart::Kontakt => "foerste-kontakt",
        Fristart::Samtale => "samtale",
        Fristart::Anmeldelse => "anmeldelse",
        Fristart::FastTrack => "fast-track",
        Fristart::OtteUger => "otte-uger",
        Fristart::Refusionsanmodning => "refusionsanmodning",
        Fristart::TtaEvaluering => "evaluering",
        Fristart::Easy => "arbejdsskade",
    }
}

/// Address of the form that resolves a frist.
pub(crate) fn link(f: &Forloeb, art: Fristart) -> String {
    let navn = formular(art);
    match art {
        Fristart::TtaEvaluering => format!("/forloeb/{}/plan#f-{navn}", f.id),
        _ => format!("/forloeb/{}?vis={navn}#f-{navn}", f.id),
    }
}

impl Fristraekke {
    pub(crate) fn ny(k: &Kig<'_>, f: &Forloeb, frist: &Frist, kan: &dyn Fn(&str) -> bool) -> Self {
        let navn = formular(frist.art);
        let ansvarlig: Vec<_> = frist.ansvarlig.iter().map(|m| tekster::modtagernavn(*m)).collect();
        Self {
            navn: tekster::fristnavn(frist.art),
            hvornaar: hvornaar(frist.art),
            kode: frist.status.kode(),
            status: badge(frist.status),
            maaldag: begge(frist.maaldag, k.idag),
            lovdag: begge(frist.lovdag, k.idag),
            intern: frist.intern.map(|d| begge(d, k.idag)),
            ansvarlig: ansvarlig.join(if frist.art == Fristart::FoersteKontakt { ", ellers " } else { " og " }),
            fordi: fordi(frist),
            kommunens_samtale: frist.kommunens_samtale.map(|d| begge(d, k.idag)),
            beregning: forklaring::frist(f, frist),
            formular: (frist.status.udestaar() && frist.status != Friststatus::Kommende && kan(navn)).then_some(navn),
        }
    }
}

fn fordi(frist: &Frist) -> Option<String> {
    let dato = |d: Option<NaiveDate>| d.map(|d| format!(" {}", lang(d))).unwrap_or_default();
    if let Some(l) = &frist.loest_af {
        let hvad = match l.navn {
            "under_8_uger" => return Some("Fraværet ventes at vare under 8 uger.".to_owned()),
            navn => super::historik::kort(navn),
        };
        return Some(format!("{hvad}{}.", dato(l.dato)));
    }
    match frist.status {
        Friststatus::Overskredet => Some(format!("Måldagen var {}.", lang(frist.maaldag))),
        Friststatus::Tabt => Some(format!("Sidste dag efter reglerne var {}.", lang(frist.lovdag))),
        Friststatus::Kommende if frist.art == Fristart::Refusionsanmodning => {
            Some("Kan søges, når anmeldelsen er kvitteret og den første refusionsdag er gået.".to_owned())
        }
        Friststatus::Kommende => Some(format!("Begynder {}.", lang(frist.aabner))),
        _ => None,
    }
}

/// What somebody has to do, in one sentence that blames nobody.
pub(crate) fn opgave(f: &Forloeb, v: &Vurdering, frist: &Frist) -> String {
    let hvad = match frist.art {
        Fristart::FoersteKontakt => "Kontakt medarbejderen",
        Fristart::Samtale => "Hold sygefraværssamtalen",
        Fristart::Anmeldelse => anmeld(f),
        Fristart::FastTrack => "Tag stilling til fast track",
        Fristart::OtteUger => "Hold otteugersopfølgningen",
        Fristart::Refusionsanmodning => "Søg refusion",
        Fristart::TtaEvaluering => "Evaluér TTA-planen",
        Fristart::Kontakt => "Kontakt medarbejderen igen",
        Fristart::Easy => "Anmeld arbejdsskaden i EASY",
    };
    let dag = lang(frist.maaldag);
    match (frist.status, frist.art) {
        (Friststatus::Tabt, Fristart::FastTrack) => {
            format!("Fast track kunne bruges til og med {}; det kan ikke længere nås", lang(frist.lovdag))
        }
        (Friststatus::Tabt, Fristart::Anmeldelse) => {
            let pr_dag = v.refusion.kr_pr_dag.map(|s| format!("; hver arbejdsdag koster ca. {}", kroner(s.kr)));
            format!("{hvad} nu; fristen var {}{}", lang(frist.lovdag), pr_dag.unwrap_or_default())
        }
        (Friststatus::Overskredet | Friststatus::Tabt, _) => format!("{hvad} nu; målet var {dag}"),
        _ => format!("{hvad} senest {dag}"),
    }
}

fn anmeld(f: &Forloeb) -> &'static str {
    match f.anmeldelser.last().map(|a| a.hvad.trin) {
        None => "Anmeld fraværet",
        Some(Anmeldelsestrin::Klar) => "Underskriv anmeldelsen",
        Some(Anmeldelsestrin::Underskrevet | Anmeldelsestrin::Kvitteret) => "Find kvitteringen for anmeldelsen",
        Some(Anmeldelsestrin::Afvist) => "Anmeld fraværet igen, den sidste anmeldelse blev afvist",
    }
}

/// Open, or how it ended.
pub(crate) fn situation(f: &Forloeb, idag: NaiveDate) -> String {
    match f.situation(idag) {
        Situation::Aabent => "Åbent".to_owned(),
        Situation::Slut { aarsag: Slutaarsag::Annulleret, .. } => "Annulleret".to_owned(),
        Situation::Slut { aarsag, sidste } => {
            format!("Slut: {}, sidste fraværsdag {}", tekster::slutnavn(aarsag), lang(sidste))
        }
    }
}
