//! The history of a forløb in plain sentences: who did what, when, corrections and annulments included.

use std::collections::BTreeSet;

use forloeb::forloeb::Later;
use forloeb::frister::assess;
use forloeb::refusion::Dage;
use forloeb::words::{Fristart, Rolle, Virkning};
use forloeb::{Aktoer, Ansaettelse, Forloeb, Haendelse};
use uuid::Uuid;

use super::datoer::{long, tidspunkt};
use super::names::name;
use super::page_form::PageForm;
use super::reader_view::ReaderView;
use crate::commands::annullering;
pub(crate) use crate::happening::sentence;
use crate::reference::reference;
use crate::sealed::{
    Aftale, Annulleringsgrund, Beslutningsgrund, EgneOrd, FastTrackGrund, Foranstaltning, Indkaldelse, Kind,
    Konklusion, OpenError, Opfoelgningsaftaler, OtteUgersOpfoelgning, Planbemaerkning, Planmodtager, Referat,
    Refusionsgrund, Rettelsesgrund, Samtalebemaerkning,
};
use crate::sentences;
pub(crate) use crate::sentences::without_capital;
use texts::virkning::virkning_name;

/// One line of the history.
pub(crate) struct Line {
    pub(crate) position: u64,
    pub(crate) version: u64,
    pub(crate) time: String,
    pub(crate) iso: String,
    pub(crate) who: String,
    pub(crate) what: String,
    /// Free text, for those who may read it.
    pub(crate) begrundelse: Option<String>,
    pub(crate) annulleret: bool,
    /// About reminders only.
    pub(crate) paamindelse: bool,
    pub(crate) page_form: Option<PageForm>,
}

/// Name of an event in a few words.
pub(crate) fn event_in_short(name: &str) -> String {
    match name {
        "FoersteKontaktHoldt" => "Kontakten blev taget",
        "SamtaleRegistreret" => "Samtalen blev registreret",
        "AnmeldelseRegistreret" => "Anmeldelsen blev kvitteret",
        "FastTrackBesluttet" => "Fast track blev besluttet",
        "OtteUgerRegistreret" => "Opfølgningen blev registreret",
        "ArbejdsskadeUndtaget" => "Skaden skal ikke anmeldes",
        "OpfoelgningRegistreret" => "Opfølgningen blev registreret",
        "ArbejdsskadeAnmeldt" => "Arbejdsskaden er anmeldt i EASY",
        "RefusionAnmodet" => "Refusion er søgt til og med",
        "LederBeholdt" => "Det blev afgjort, at lederen er den rigtige",
        "LederSkiftet" => "Forløbet fik en anden leder",
        "OvertagelseBesvaret" => "Lederen svarede på, om forløbet overtages",
        "ForanstaltningRegistreret" => "Det blev besluttet, hvad der gøres",
        "TtaEvalueret" => "Planen blev evalueret",
        "AftaleAfgjort" => "Der blev gjort noget ved aftalen",
        "Raskmeldt" | "FravaerRegistreret" | "FravaerRettet" | "raskmeldt" => "Sidste fraværsdag var",
        "ForloebAfsluttet" | "fratraadt" | "doed" | "andet" => "Forløbet sluttede",
        "ForloebAnnulleret" | "annulleret" => "Forløbet er annulleret",
        "FravaerForsvundet" | "AnsaettelseFortsat" | "UenighedAfgjort" => "Sidste fraværsdag blev",
        "ingen_refusion" => "Der er ikke refusion at søge",
        // People are never shown a name of the program.
        _ => "Det blev registreret",
    }
    .to_owned()
}

/// The lines of a forløb, newest first; with forms to annul for those who may.
pub(crate) fn lines(k: &ReaderView<'_>, a: &Ansaettelse, f: &Forloeb, may_annullere: bool) -> Vec<Line> {
    let mut annulleret = BTreeSet::new();
    for post in a.records() {
        if let Haendelse::HaendelseAnnulleret(h) = &post.haendelse {
            annulleret.insert(h.haendelse);
        }
    }
    let moved = |h: &Haendelse| matches!(h, Haendelse::AnsaettelseFortsat(_)) && a.flyttet_under(f).is_some();
    let joined = a.joined(f, &k.state.service.app.book());
    let next = taken_over(k, f);
    let is_next =
        |h: &Haendelse| matches!((h, next), (Haendelse::FravaerRegistreret(h), Some(next)) if h.registrering == next);
    let chosen = a.omsorgsvalg_in(f);
    let mut lines: Vec<Line> = a
        .records()
        .iter()
        .filter(|p| {
            let own = p.haendelse.forloeb().is_some_and(|id| f.called(id));
            let own = own || moved(&p.haendelse) || chosen.contains(&p.position) || is_next(&p.haendelse);
            own && k.user().sees_event(&p.haendelse)
        })
        .map(|p| {
            let outside = annulleret.contains(&p.position);
            let next = is_next(&p.haendelse);
            let can = may_annullere && !outside && !next && p.haendelse.can_annulleres() && k.user().may_annul(p);
            Line {
                position: p.position,
                version: p.version,
                time: tidspunkt(p.time),
                iso: p.time.to_rfc3339(),
                who: aktoer(k, &p.aktoer),
                what: if next { TAKEN_OVER.to_owned() } else { sentence(&|nr| k.name(nr), a, p) }
                    + &absorbed(&joined, &p.haendelse).unwrap_or_default(),
                begrundelse: begrundelse(k, a.nr(), &p.haendelse),
                annulleret: outside,
                paamindelse: p.haendelse.is_about_paamindelser(),
                page_form: can.then(|| annullering::of_one(p.position).into()),
            }
        })
        // Of reminders that only the auditor is told of nothing is left to say.
        .filter(|line| !line.what.is_empty())
        .collect();
    lines.reverse();
    lines
}

/// What the history of a forløb says where the one after it began.
const TAKEN_OVER: &str = "Et nyt forløb begyndte. Opfølgningen efter tilbagevenden hører nu til det";

/// The forløb after it, by which nobody follows up on this return any more: for who may see that one.
fn taken_over(k: &ReaderView<'_>, f: &Forloeb) -> Option<Uuid> {
    let Later::Forloeb { id, .. } = f.later else { return None };
    let v = assess(f, k.today, &k.state.service.app.book());
    let over = v.frist(Fristart::OpfoelgningEfterRetur)?.loest_af.as_ref()?.name == "overtaget";
    (over && k.projections().sees_forloeb(k.user(), id)).then_some(id)
}

/// What was a forløb of its own before days off were looked past, and is known to people by a reference of its own.
fn absorbed(joined: &[(Uuid, Dage)], h: &Haendelse) -> Option<String> {
    let Haendelse::FravaerRegistreret(h) = h else { return None };
    let (id, dage) = joined.iter().find(|(id, _)| *id == h.registrering)?;
    let over = if dage.fra == dage.til { long(dage.fra) } else { format!("{} til {}", long(dage.fra), long(dage.til)) };
    Some(format!(
        ". Det var et forløb for sig, med referencen {}, og er nu en del af dette: imellem er kun fridage ({over}). Det, der er \
         gjort ved det, står her",
        reference(*id)
    ))
}

/// Who acted, by role.
pub(crate) fn aktoer(k: &ReaderView<'_>, a: &Aktoer) -> String {
    let name = |nr: &str| name(k.state, k.user(), nr).unwrap_or_else(|| nr.to_owned());
    match (a.rolle, a.nr.as_deref()) {
        (Some(Rolle::Medarbejder), _) => "medarbejderen".to_owned(),
        (Some(rolle), nr) => {
            let who: Vec<String> = nr.map(name).into_iter().chain(a.navn.clone()).collect();
            let rolle = sentences::rolle_name(rolle);
            if who.is_empty() { rolle.to_owned() } else { format!("{rolle} ({})", who.join(", ")) }
        }
        (None, Some("paamindelser")) => "Raskvej (påmindelser)".to_owned(),
        (None, Some("import")) => "lønsystemet (import)".to_owned(),
        (None, _) => "Raskvej".to_owned(),
    }
}

/// Free text of an event, for those who may read it. What cannot be read is said, and not left out.
fn begrundelse(k: &ReaderView<'_>, nr: &str, h: &Haendelse) -> Option<String> {
    let (kind, sealed) = h.sealed()?;
    let parsed = match kind {
        Kind::FastTrackGrund => k.tekst(nr, sealed)?.map(|FastTrackGrund(tekst)| tekst),
        Kind::Refusionsgrund => k.tekst(nr, sealed)?.map(|Refusionsgrund(tekst)| tekst),
        Kind::Rettelsesgrund => k.tekst(nr, sealed)?.map(|Rettelsesgrund(tekst)| tekst),
        Kind::Annulleringsgrund => k.tekst(nr, sealed)?.map(|Annulleringsgrund(tekst)| tekst),
        Kind::Beslutningsgrund => k.tekst(nr, sealed)?.map(|Beslutningsgrund(tekst)| tekst),
        Kind::Foranstaltning => k.tekst(nr, sealed)?.map(|Foranstaltning(tekst)| tekst),
        Kind::Opfoelgningsaftaler => {
            let virkninger = if let Haendelse::OpfoelgningRegistreret(h) = h { &h.virkninger[..] } else { &[] };
            k.tekst(nr, sealed)?.map(|Opfoelgningsaftaler { aftaler: agreed, tried }| {
                let agreed = Some(aftaler(agreed)).filter(|agreed| !agreed.is_empty());
                said_of(&tried, virkninger).into_iter().chain(agreed).collect::<Vec<_>>().join("; ")
            })
        }
        Kind::Konklusion => {
            let virkninger = if let Haendelse::TtaEvalueret(h) = h { &h.virkninger[..] } else { &[] };
            k.tekst(nr, sealed)?.map(|said: Konklusion| evaluated(said, virkninger))
        }
        Kind::EgneOrd => k.tekst(nr, sealed)?.map(|EgneOrd { ord, maal, netvaerk }| {
            ord.into_iter()
                .chain(maal.map(|maal| format!("Mål: {maal}")))
                .chain(netvaerk)
                .collect::<Vec<_>>()
                .join("; ")
        }),
        Kind::Planbemaerkning => k.tekst(nr, sealed)?.map(|Planbemaerkning(tekst)| tekst),
        Kind::Planmodtager => k.tekst(nr, sealed)?.map(|Planmodtager(med)| format!("Delt med {med}")),
        Kind::Indkaldelse => {
            // The letter is shown on a page of its own.
            let whereabouts = k.tekst(nr, sealed)?;
            whereabouts.map(|Indkaldelse { sted, deltagere, formaal, brev: _ }| {
                with_deltagere(Some(sted), formaal.into_iter().chain(deltagere).collect())
            })
        }
        Kind::Samtalebemaerkning => {
            let said = k.tekst(nr, sealed)?;
            said.map(|Samtalebemaerkning { sted, deltagere, bemaerkning }| {
                with_deltagere(sted, deltagere.into_iter().chain(bemaerkning).collect())
            })
        }
        Kind::Referat => {
            let written = k.tekst(nr, sealed)?;
            written.map(|Referat { tekst, aftaler, begrundelse }| {
                let why = begrundelse.map(|why| format!("Begrundelse: {why}"));
                std::iter::once(tekst).chain(aftaler).chain(why).collect::<Vec<_>>().join("; ")
            })
        }
        Kind::OtteUgersOpfoelgning => {
            let what = k.tekst(nr, sealed)?;
            what.map(|OtteUgersOpfoelgning { begrundelse, deltagere }| with_deltagere(begrundelse, deltagere))
        }
        // They are shown in places of their own, to fewer people.
        Kind::Personoplysninger | Kind::PlanTekster | Kind::PlanKladde | Kind::Oensker => return None,
    };
    Some(parsed.unwrap_or_else(|error: OpenError| format!("({error})")))
}

/// What was concluded, and what was tried with what it has done, in one line.
fn evaluated(said: Konklusion, virkninger: &[Virkning]) -> String {
    let tried = said_of(&said.tried, virkninger);
    said.konklusion.into_iter().chain(tried).collect::<Vec<_>>().join("; ")
}

/// What was tried, and what each has done.
fn said_of(tried: &[String], virkninger: &[Virkning]) -> Option<String> {
    let both = tried.iter().zip(virkninger);
    let all: Vec<String> = both.map(|(tried, virkning)| format!("{tried} ({})", virkning_name(*virkning))).collect();
    (!all.is_empty()).then(|| format!("Prøvet: {}", all.join(", ")))
}

/// What was agreed, in one line.
fn aftaler(all: Vec<Aftale>) -> String {
    let one = |Aftale { text, latest, who }: Aftale| {
        let latest = latest.map(|dag| format!("senest {}", sentences::long_dato(dag)));
        let more: Vec<String> = who.into_iter().chain(latest).collect();
        if more.is_empty() { text } else { format!("{text} ({})", more.join(", ")) }
    };
    all.into_iter().map(one).collect::<Vec<_>>().join("; ")
}

/// A text and those who take part, in one line.
fn with_deltagere(tekst: Option<String>, deltagere: Vec<String>) -> String {
    tekst.into_iter().chain(deltagere).collect::<Vec<_>>().join(", ")
}
