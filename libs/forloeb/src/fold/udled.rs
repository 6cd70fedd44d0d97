//! From events to forløb: the fold that everything else reads.

use std::collections::{BTreeMap, BTreeSet};

use std::sync::Arc;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::events::haendelse::{Afgoerelse, FravaerRegistreret, FravaerRettet, Haendelse, Stamdata, Udfald};
use crate::fold::ansaettelse::{Ansaettelse, Post};
use crate::fold::forloeb::{Afgjort, Faktum, Forloeb, Lederperiode, Periode};
use crate::ord::{Aarsag, Kilde, Slutaarsag, Varighed};
use crate::rules::kalender::plus_dage;
use crate::rules::regler::Regelbog;

/// An absence registration as it stands after corrections.
#[derive(Debug, Clone, PartialEq)]
pub struct Registrering {
    /// Its id.
    pub id: Uuid,
    /// Payroll's number.
    pub fravaer_nr: Option<String>,
    /// Why.
    pub aarsag: Aarsag,
    /// First day.
    pub foerste: NaiveDate,
    /// Last day.
    pub sidste: Option<NaiveDate>,
    /// Absence in percent.
    pub omfang_pct: u8,
    /// What payroll last told of it, if it came from there: a file read again is compared with this, so that it does
    /// not undo what people have registered since.
    pub importeret: Option<Importeret>,
    pub(crate) orden: usize,
    pub(crate) slut_ved: Option<Faktum<Slutaarsag>>,
    pub(crate) annulleret_af: Option<u64>,
}

/// The values of a line of a payroll export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Importeret {
    /// Why.
    pub aarsag: Aarsag,
    /// First day.
    pub foerste: NaiveDate,
    /// Last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sidste: Option<NaiveDate>,
    /// Absence in percent.
    pub omfang_pct: u8,
}

impl FravaerRettet {
    /// What payroll said, where it was payroll that corrected.
    fn importeret(&self) -> Option<Importeret> {
        let Self { aarsag, foerste, sidste, omfang_pct, .. } = *self;
        let alt = Importeret { aarsag, foerste, sidste, omfang_pct };
        (self.kilde == Kilde::Import).then(|| self.linje.unwrap_or(alt))
    }
}

impl Registrering {
    /// As it came in.
    pub(crate) fn fra_haendelse(h: &FravaerRegistreret) -> Self {
        let ny = Self {
            id: h.registrering,
            fravaer_nr: h.fravaer_nr.clone(),
            aarsag: h.aarsag,
            foerste: h.foerste,
            sidste: h.sidste,
            omfang_pct: h.omfang_pct,
            importeret: None,
            orden: 0,
            slut_ved: None,
            annulleret_af: None,
        };
        Self { importeret: (h.kilde == Kilde::Import).then(|| ny.vaerdier()), ..ny }
    }

    /// As it is when payroll says this: what payroll says now as it said it last, people may have corrected since.
    #[must_use]
    pub fn med_linje(&self, linje: &Importeret) -> Self {
        let sidst = self.importeret.as_ref();
        Self {
            aarsag: nyt(sidst.map(|s| s.aarsag), linje.aarsag, self.aarsag),
            foerste: nyt(sidst.map(|s| s.foerste), linje.foerste, self.foerste),
            sidste: nyt(sidst.map(|s| s.sidste), linje.sidste, self.sidste),
            omfang_pct: nyt(sidst.map(|s| s.omfang_pct), linje.omfang_pct, self.omfang_pct),
            ..self.clone()
        }
    }

    /// The values that payroll's lines have too.
    #[must_use]
    pub const fn vaerdier(&self) -> Importeret {
        let Self { aarsag, foerste, sidste, omfang_pct, .. } = *self;
        Importeret { aarsag, foerste, sidste, omfang_pct }
    }

    /// A day lies in it.
    #[must_use]
    pub fn rammer(&self, dag: NaiveDate) -> bool {
        self.foerste <= dag && self.sidste.is_none_or(|s| dag <= s)
    }

    fn overlapper(&self, anden: &Self) -> bool {
        self.sidste.is_none_or(|s| anden.foerste <= s) && anden.sidste.is_none_or(|s| self.foerste <= s)
    }
}

/// A value of payroll where it is news, else the one that stands.
fn nyt<T: PartialEq>(sidst: Option<T>, linje: T, staar: T) -> T {
    if sidst.is_some_and(|sidst| sidst == linje) { staar } else { linje }
}

/// Two registrations of one employment that claim the same day, if there are any.
pub(crate) fn overlap(registreringer: &[Registrering]) -> Option<(&Registrering, &Registrering)> {
    registreringer.windows(2).find_map(|par| par[0].overlapper(&par[1]).then_some((&par[0], &par[1])))
}

/// The registrations that count, by first day.
pub(crate) fn registreringer(ansaettelse: &Ansaettelse, bog: &Regelbog) -> Vec<Registrering> {
    fold(ansaettelse, bog).into_values().filter(|r| r.annulleret_af.is_none()).collect::<Sorteret>().0
}

/// Every forløb, annulled ones last.
pub(crate) fn forloeb(ansaettelse: &Ansaettelse, bog: &Regelbog) -> Vec<Forloeb> {
    let Some(stamdata) = ansaettelse.stamdata().cloned().map(Arc::new) else { return Vec::new() };
    let (levende, annullerede): (Vec<_>, Vec<_>) = fold(ansaettelse, bog)
        .into_values()
        .filter(|r| r.aarsag != Aarsag::BarnSyg)
        .partition(|r| r.annulleret_af.is_none());
    let mut loeb = rul(levende, bog);
    let mut grupper: BTreeMap<u64, Vec<Registrering>> = BTreeMap::new();
    for registrering in annullerede {
        grupper.entry(registrering.annulleret_af.unwrap_or_default()).or_default().push(registrering);
    }
    loeb.extend(grupper.into_values().map(|g| g.into_iter().collect::<Sorteret>().0));

    let mut liste: Vec<Forloeb> = loeb
        .into_iter()
        .map(|l| {
            let stamdata = stamdata_for(ansaettelse, l.last().and_then(|r| r.sidste), &stamdata);
            let slettet = ansaettelse.er_slettet();
            Forloeb { slettet, ..byg(ansaettelse.nr(), &l, stamdata, bog) }
        })
        .collect();
    tilfoej_fakta(ansaettelse, &mut liste);
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

/// Positions of events that no longer count.
fn annullerede(poster: &[Arc<Post>]) -> BTreeSet<u64> {
    poster
        .iter()
        .filter_map(|p| match &p.haendelse {
            Haendelse::HaendelseAnnulleret(h) => Some(h.haendelse),
            _ => None,
        })
        .collect()
}

/// Events that count, in order.
fn gyldige(ansaettelse: &Ansaettelse) -> impl Iterator<Item = &Post> {
    let ude = annullerede(ansaettelse.poster());
    ansaettelse.poster().iter().map(AsRef::as_ref).filter(move |p: &&Post| !ude.contains(&p.position))
}

fn fold(ansaettelse: &Ansaettelse, bog: &Regelbog) -> BTreeMap<Uuid, Registrering> {
    let mut alle: BTreeMap<Uuid, Registrering> = BTreeMap::new();
    let ude = annullerede(ansaettelse.poster());
    for post in ansaettelse.poster() {
        // What payroll has said it has said, though it no longer counts: the same file does not say it once more.
        if let Haendelse::FravaerRettet(h) = &post.haendelse
            && let (Some(linje), Some(r)) = (h.importeret(), alle.get_mut(&h.registrering))
        {
            r.importeret = Some(linje);
        }
        if ude.contains(&post.position) {
            continue;
        }
        match &post.haendelse {
            Haendelse::FravaerRegistreret(h) => {
                let slut_ved = h.sidste.map(|_| faktum(post, Slutaarsag::Raskmeldt));
                let ny = Registrering { orden: alle.len(), slut_ved, ..Registrering::fra_haendelse(h) };
                alle.insert(h.registrering, ny);
            }
            Haendelse::FravaerRettet(h) => {
                if let Some(r) = alle.get_mut(&h.registrering) {
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
                afslut(&mut alle, h.forloeb, h.sidste_fravaersdag, faktum(post, Slutaarsag::Raskmeldt), bog);
            }
            Haendelse::ForloebAfsluttet(h) => afslut(&mut alle, h.forloeb, h.dato, faktum(post, h.aarsag), bog),
            Haendelse::ForloebAnnulleret(h) => {
                for id in &h.registreringer {
                    if let Some(r) = alle.get_mut(id) {
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
    alle
}

/// Ends the last registration of the run that `forloeb` belongs to, as the registrations stand at this event.
fn afslut(
    alle: &mut BTreeMap<Uuid, Registrering>,
    forloeb: Uuid,
    dag: NaiveDate,
    ved: Faktum<Slutaarsag>,
    bog: &Regelbog,
) {
    let levende: Vec<_> =
        alle.values().filter(|r| r.annulleret_af.is_none() && r.aarsag != Aarsag::BarnSyg).cloned().collect();
    let loeb = rul(levende, bog).into_iter().find(|l| l.iter().any(|r| r.id == forloeb));
    let sidste = loeb.and_then(|l| l.last().map(|r| r.id)).and_then(|id| alle.get_mut(&id));
    if let Some(r) = sidste {
        r.sidste = Some(dag);
        r.slut_ved = Some(ved);
    }
}

/// Groups registrations into maximal runs.
fn rul(registreringer: Vec<Registrering>, bog: &Regelbog) -> Vec<Vec<Registrering>> {
    let mut loeb: Vec<Vec<Registrering>> = Vec::new();
    for r in registreringer.into_iter().collect::<Sorteret>().0 {
        let hul = i64::from(bog.gaeldende(r.foerste).parametre.max_hul_dage);
        match loeb.last_mut() {
            Some(l) if l.last().is_some_and(|f| f.sidste.is_none_or(|s| r.foerste <= plus_dage(s, hul + 1))) => {
                l.push(r);
            }
            _ => loeb.push(vec![r]),
        }
    }
    loeb
}

/// Registrations by first day.
struct Sorteret(Vec<Registrering>);

impl FromIterator<Registrering> for Sorteret {
    fn from_iter<I: IntoIterator<Item = Registrering>>(iter: I) -> Self {
        let mut liste: Vec<_> = iter.into_iter().collect();
        liste.sort_by_key(|r| (r.foerste, r.orden));
        Self(liste)
    }
}

fn faktum<T>(post: &Post, hvad: T) -> Faktum<T> {
    Faktum { position: post.position, navn: post.haendelse.navn(), tid: post.tid, dag: post.dag, hvad }
}

/// The forløb of a run, before its facts. The run is never empty.
fn byg(nr: &str, loeb: &[Registrering], stamdata: Arc<Stamdata>, bog: &Regelbog) -> Forloeb {
    let id = loeb.iter().min_by_key(|r| r.orden).map_or(Uuid::nil(), |r| r.id);
    let (foerste, aarsag) = loeb.first().map_or((NaiveDate::MIN, Aarsag::Sygdom), |r| (r.foerste, r.aarsag));
    let sidste = loeb.last();
    Forloeb {
        id,
        alias: loeb.iter().map(|r| r.id).filter(|i| *i != id).collect(),
        medarbejder_nr: nr.to_owned(),
        version: 0,
        kendt: NaiveDate::MAX,
        regler: bog.gaeldende(foerste).clone(),
        stamdata,
        aarsag,
        foerste,
        sidste: sidste.and_then(|r| r.sidste),
        perioder: loeb.iter().map(|r| Periode { fra: r.foerste, til: r.sidste, omfang_pct: r.omfang_pct }).collect(),
        slut_ved: sidste.and_then(|r| r.slut_ved.clone()),
        forventet: Varighed::Ukendt,
        forventninger: Vec::new(),
        slettet: false,
        tilbagefald_af: None,
        ledere: Vec::new(),
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

fn tilfoej_fakta(ansaettelse: &Ansaettelse, liste: &mut [Forloeb]) {
    let mut ledere: Vec<Lederperiode> = Vec::new();
    for post in gyldige(ansaettelse) {
        if let Haendelse::StamdataRegistreret(h) = &post.haendelse
            && ledere.last().is_none_or(|l| l.leder_nr != h.stamdata.leder_nr)
        {
            let fra = if ledere.is_empty() { NaiveDate::MIN } else { post.dag };
            ledere.push(Lederperiode { fra, leder_nr: h.stamdata.leder_nr.clone() });
        }
        let Some(id) = post.haendelse.forloeb() else { continue };
        if let Some(f) = liste.iter_mut().find(|f| f.hedder(id)) {
            f.kendt = f.kendt.min(post.dag);
            tilfoej(f, post);
        }
    }
    // Annulments of single events count for the version too: they were skipped above only as facts.
    for post in ansaettelse.poster() {
        let Some(f) = post.haendelse.forloeb().and_then(|id| liste.iter_mut().find(|f| f.hedder(id))) else { continue };
        if !post.haendelse.er_om_paamindelser() {
            f.version = f.version.max(post.version);
        }
    }
    for f in liste {
        let egne = std::mem::replace(&mut f.ledere, ledere.clone());
        f.ledere.extend(egne);
        f.ledere.sort_by_key(|l| l.fra); // stable: of two from the same day, the leader chosen for this forløb wins
        f.krav.sort_by_key(|k| k.hvad.fra);
    }
}

fn tilfoej(f: &mut Forloeb, post: &Post) {
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
            f.ledere.push(Lederperiode { fra: h.fra, leder_nr: Some(h.leder_nr.clone()) });
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
        // These shape the runs, see `fold`.
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
