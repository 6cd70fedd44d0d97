//! What each event does: to the registrations, which make the runs, and to the forløb that it speaks of.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::events::haendelse::{Afgoerelse, Haendelse, Udfald};
use crate::fold::ansaettelse::{Ansaettelse, Post};
use crate::fold::forloeb::{Afgjort, Faktum, Forloeb, Lederperiode, Periode};
use crate::fold::registrering::{Registrering, haenger_sammen, sorter};
use crate::ord::{Aarsag, Slutaarsag, Varighed};
use crate::rules::Regelbog;
use crate::rules::kalender::plus_dage;

/// Positions of the events that no longer count, each annulled by a later one.
pub(super) struct Annullerede(Vec<u64>);

impl Annullerede {
    pub(super) fn af(ansaettelse: &Ansaettelse) -> Self {
        let mut ude = Vec::new();
        for post in ansaettelse.poster() {
            if let Haendelse::HaendelseAnnulleret(h) = &post.haendelse {
                ude.push(h.haendelse);
            }
        }
        ude.sort_unstable();
        Self(ude)
    }

    pub(super) fn er(&self, post: &Post) -> bool {
        self.0.binary_search(&post.position).is_ok()
    }
}

/// The registrations of an employment in the order in which they came in, annulled ones too.
#[derive(Default)]
pub(super) struct Registreringer(pub(super) Vec<Registrering>);

impl Registreringer {
    pub(super) fn af(ansaettelse: &Ansaettelse, ude: &Annullerede, bog: &Regelbog) -> Self {
        let mut alle = Self::default();
        for post in ansaettelse.poster() {
            // What payroll has said it has said, though it no longer counts: the same file does not say it once more.
            if let Haendelse::FravaerRettet(h) = &post.haendelse
                && let (Some(linje), Some(r)) = (h.importeret(), alle.find(h.registrering))
            {
                r.importeret = Some(linje);
            }
            if !ude.er(post) {
                alle.anvend(post, bog);
            }
        }
        alle
    }

    /// Most events are about an absence that came in late.
    fn find(&mut self, id: Uuid) -> Option<&mut Registrering> {
        self.0.iter_mut().rev().find(|r| r.id == id)
    }

    fn anvend(&mut self, post: &Post, bog: &Regelbog) {
        match &post.haendelse {
            Haendelse::FravaerRegistreret(h) => {
                let slut_ved = h.sidste.map(|_| faktum(post, Slutaarsag::Raskmeldt));
                let ny = Registrering { orden: self.0.len(), slut_ved, ..Registrering::fra_haendelse(h) };
                match self.find(h.registrering) {
                    Some(gammel) => *gammel = ny,
                    None => self.0.push(ny),
                }
            }
            Haendelse::FravaerRettet(h) => {
                if let Some(r) = self.find(h.registrering) {
                    (r.aarsag, r.foerste, r.omfang_pct) = (h.aarsag, h.foerste, h.omfang_pct);
                    if r.sidste != h.sidste {
                        r.sidste = h.sidste;
                        // A corrected day of death is still a death.
                        let slut = r.slut_ved.as_ref().map_or(Slutaarsag::Raskmeldt, |s| s.hvad);
                        r.slut_ved = h.sidste.map(|_| faktum(post, slut));
                    }
                }
            }
            Haendelse::Raskmeldt(h) => {
                self.afslut(h.forloeb, h.sidste_fravaersdag, faktum(post, Slutaarsag::Raskmeldt), bog);
            }
            Haendelse::ForloebAfsluttet(h) => self.afslut(h.forloeb, h.dato, faktum(post, h.aarsag), bog),
            Haendelse::ForloebAnnulleret(h) => {
                for id in &h.registreringer {
                    if let Some(r) = self.find(*id) {
                        r.annulleret_af = Some(post.position);
                        r.slut_ved = Some(faktum(post, Slutaarsag::Annulleret));
                    }
                }
            }
            Haendelse::StamdataRegistreret(_)
            | Haendelse::PersonSlettet(_)
            | Haendelse::StedfortraederUdpeget(_)
            | Haendelse::FoersteKontaktHoldt(_)
            | Haendelse::SamtaleIndkaldt(_)
            | Haendelse::SamtaleRegistreret(_)
            | Haendelse::AnmeldelseRegistreret(_)
            | Haendelse::RefusionAnmodet(_)
            | Haendelse::FastTrackBesluttet(_)
            | Haendelse::OtteUgerRegistreret(_)
            | Haendelse::ArbejdsskadeAnmeldt(_)
            | Haendelse::DelvisRegistreret(_)
            | Haendelse::VarighedRettet(_)
            | Haendelse::HaendelseAnnulleret(_)
            | Haendelse::LederSkiftet(_)
            | Haendelse::KontaktpersonValgt(_)
            | Haendelse::ForloebTildelt(_)
            | Haendelse::TtaPlanLagt(_)
            | Haendelse::TtaEvalueret(_)
            | Haendelse::PaamindelserAfgjort(_)
            | Haendelse::PaamindelseSendesIgen(_) => {}
        }
    }

    /// Ends the last registration of the run that `forloeb` belongs to, as the registrations stand at this event.
    fn afslut(&mut self, forloeb: Uuid, dag: NaiveDate, ved: Faktum<Slutaarsag>, bog: &Regelbog) {
        let mut levende: Vec<&mut Registrering> =
            self.0.iter_mut().filter(|r| r.annulleret_af.is_none() && r.aarsag != Aarsag::BarnSyg).collect();
        sorter(&mut levende);
        let Some(mut sidste) = levende.iter().position(|r| r.id == forloeb) else { return };
        while levende.get(sidste + 1).is_some_and(|naeste| haenger_sammen(levende[sidste], naeste, bog)) {
            sidste += 1;
        }
        levende[sidste].sidste = Some(dag);
        levende[sidste].slut_ved = Some(ved);
    }
}

fn faktum<T>(post: &Post, hvad: T) -> Faktum<T> {
    Faktum { position: post.position, navn: post.haendelse.navn(), tid: post.tid, dag: post.dag, hvad }
}

/// Takes an event into the forløb it speaks of.
pub(super) fn tilfoej(f: &mut Forloeb, post: &Post) {
    let mut forvent = |varighed: Option<Varighed>| {
        if let Some(varighed) = varighed {
            f.forventet = varighed;
            f.forventninger.push((post.dag, varighed));
        }
    };
    match &post.haendelse {
        Haendelse::FravaerRegistreret(h) => forvent(h.forventet_varighed),
        Haendelse::FoersteKontaktHoldt(h) => {
            forvent(h.forventet_varighed);
            f.kontakter.push(faktum(post, h.clone()));
        }
        Haendelse::SamtaleIndkaldt(h) => f.indkaldt = Some(faktum(post, h.tidspunkt)),
        Haendelse::SamtaleRegistreret(h) => {
            forvent(h.forventet_varighed);
            f.samtaler.push(faktum(post, h.clone()));
        }
        Haendelse::AnmeldelseRegistreret(h) => f.anmeldelser.push(faktum(post, h.clone())),
        Haendelse::RefusionAnmodet(h) => f.krav.push(faktum(post, h.clone())),
        Haendelse::FastTrackBesluttet(h) => f.fast_track.push(faktum(post, h.clone())),
        Haendelse::OtteUgerRegistreret(h) => f.otte_uger.push(faktum(post, h.clone())),
        Haendelse::ArbejdsskadeAnmeldt(h) => f.easy.push(faktum(post, h.clone())),
        Haendelse::DelvisRegistreret(h) => delvis(&mut f.perioder, h.fra, h.omfang_pct),
        Haendelse::VarighedRettet(h) => forvent(Some(h.forventet_varighed)),
        Haendelse::LederSkiftet(h) => {
            let ny = Lederperiode { fra: h.fra, leder_nr: Some(h.leder_nr.clone()) };
            f.ledere = f.ledere.iter().cloned().chain([ny]).collect();
        }
        Haendelse::KontaktpersonValgt(h) => f.valgt_kontaktperson.clone_from(&h.kontaktperson_nr),
        Haendelse::ForloebTildelt(h) => f.tildelt.clone_from(&h.til),
        Haendelse::TtaPlanLagt(h) => f.planer.push(faktum(post, h.clone())),
        Haendelse::TtaEvalueret(h) => f.evalueringer.push(faktum(post, h.dato)),
        Haendelse::PaamindelserAfgjort(h) => {
            for Afgoerelse { noegle, dag, udfald } in h.alle() {
                f.afgjorte.insert(noegle, Afgjort { dag, udfald, tid: post.tid });
            }
        }
        Haendelse::PaamindelseSendesIgen(h) => {
            if f.afgjorte.get(&h.noegle).is_some_and(|a| matches!(a.udfald, Udfald::Fejlet { .. })) {
                f.afgjorte.remove(&h.noegle);
            }
        }
        // These shape the runs, see [`Registreringer::anvend`], or speak of the employment.
        Haendelse::FravaerRettet(_)
        | Haendelse::Raskmeldt(_)
        | Haendelse::ForloebAfsluttet(_)
        | Haendelse::ForloebAnnulleret(_)
        | Haendelse::HaendelseAnnulleret(_)
        | Haendelse::StamdataRegistreret(_)
        | Haendelse::StedfortraederUdpeget(_)
        | Haendelse::PersonSlettet(_) => {}
    }
}

/// A new extent from a day on, within the period that day lies in.
fn delvis(perioder: &mut Vec<Periode>, fra: NaiveDate, omfang_pct: u8) {
    // A first absence day that was corrected past it: the extent holds from that day.
    let fra = perioder.first().map_or(fra, |p| fra.max(p.fra));
    let Some(i) = perioder.iter().position(|p| p.fra <= fra && p.til.is_none_or(|t| fra <= t)) else { return };
    let til = perioder[i].til;
    if perioder[i].fra == fra {
        perioder[i].omfang_pct = omfang_pct;
    } else {
        perioder[i].til = Some(plus_dage(fra, -1));
        perioder.insert(i + 1, Periode { fra, til, omfang_pct });
    }
}
