//! The frister of a forløb on a day: when, who, where it stands, and what made it so.

use std::sync::Arc;

use chrono::NaiveDate;

use crate::events::haendelse::SamtaleRegistreret;
pub use crate::fold::forloeb::Loesning;
use crate::fold::forloeb::{Faktum, Forloeb, Situation};
use crate::ord::{
    Aarsag, FastTrackBeslutning, Fristart, Friststatus, Modtagerrolle, OtteUgerUdfald, Samtaleudfald, Slutaarsag,
    Varighed,
};
use crate::refusion::{Refusion, betingelse, refusion};
use crate::rules::kalender::plus_dage;
use crate::rules::{Formel, Fristregel, Regelbog};

/// One frist of a forløb, as it stands on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Frist {
    /// What must have happened.
    pub art: Fristart,
    /// The first day on which it can be done.
    pub aabner: NaiveDate,
    /// The day people work towards.
    pub maaldag: NaiveDate,
    /// The day of the law.
    pub lovdag: NaiveDate,
    /// An earlier cut-off shown beside it.
    pub intern: Option<NaiveDate>,
    /// Where it stands.
    pub status: Friststatus,
    /// Who acts, first choice first.
    pub ansvarlig: Arc<[Modtagerrolle]>,
    /// Name of the rule set.
    pub regelsaet: Arc<str>,
    /// Law, paragraph or policy.
    pub kilde: Arc<str>,
    /// The event that resolved it, or made it pointless.
    pub loest_af: Option<Loesning>,
    /// About money.
    pub penge: bool,
    /// Stays due after raskmelding, as money does.
    pub forbliver: bool,
    /// How its dates were found.
    pub afledning: Afledning,
    /// Fast track was asked for: the kommune's own talk is expected by this day (§ 13 b stk. 2).
    pub kommunens_samtale: Option<NaiveDate>,
}

/// How the dates of a frist follow from one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Afledning {
    /// The day they are counted from: F, the oldest unclaimed refusion day, or the plan's evaluation date.
    pub fra: NaiveDate,
    /// How the day it opens is found.
    pub aabner: Formel,
    /// How the day people work towards is found.
    pub maaldag: Formel,
    /// The day of the law.
    pub lovdag: Formel,
    /// The earlier cut-off.
    pub intern: Option<Formel>,
}

/// Everything that is computed for a forløb on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Vurdering {
    /// The frister in the order of the line 14 days / 4 weeks / 5 weeks / 8 weeks.
    pub frister: Vec<Frist>,
    /// Refusion of the same forløb on the same day.
    pub refusion: Refusion,
}

impl Vurdering {
    /// The frist of a kind; of several contacts the first that stands out, else the last.
    #[must_use]
    pub fn frist(&self, art: Fristart) -> Option<&Frist> {
        let mut af_art = self.frister.iter().filter(|f| f.art == art);
        af_art.clone().find(|f| f.status.udestaar()).or_else(|| af_art.next_back())
    }

    /// Somebody still has something to do or to save: it is open, or over with money that can still be had.
    #[must_use]
    pub fn er_i_gang(&self, f: &Forloeb, idag: NaiveDate) -> bool {
        f.er_aabent(idag)
            || self
                .frister
                .iter()
                .any(|fr| fr.forbliver && fr.status.udestaar() && !(fr.penge && self.refusion.endeligt_tabt(f, idag)))
    }
}

/// Computes the frister and the refusion of a forløb.
#[must_use]
pub fn vurder(f: &Forloeb, idag: NaiveDate, bog: &Regelbog) -> Vurdering {
    let hvornaar = Hvornaar { f, idag, bog };
    let anmeldelse = hvornaar.regel(Fristart::Anmeldelse);
    let lovdag = anmeldelse.lovdag.beregn(f.foerste, bog.kalender());
    let refusion = refusion(f, lovdag, idag, bog);
    let mut frister = vec![
        hvornaar.foerste_kontakt(),
        hvornaar.samtale(),
        hvornaar.anmeldelse(&refusion),
        hvornaar.fast_track(),
        hvornaar.otte_uger(),
        hvornaar.refusionsanmodning(&refusion),
    ];
    frister.extend(hvornaar.tta_evaluering());
    frister.extend(hvornaar.kontakter());
    frister.extend(hvornaar.easy());
    Vurdering { frister, refusion }
}

struct Hvornaar<'a> {
    f: &'a Forloeb,
    idag: NaiveDate,
    bog: &'a Regelbog,
}

/// Resolved, and as what.
type Loest = Option<(Friststatus, Loesning)>;

impl Hvornaar<'_> {
    fn regel(&self, art: Fristart) -> &Fristregel {
        self.f
            .regler
            .frist(art, betingelse(self.f, self.idag))
            .expect("a rule set is only read when it has a row for every frist")
    }

    fn frist(&self, art: Fristart, fra: NaiveDate, loest: Loest) -> Frist {
        self.efter_regel(self.regel(art), fra, loest)
    }

    /// The frist of a rule counted from `fra`, with its status from the dates alone.
    fn efter_regel(&self, regel: &Fristregel, fra: NaiveDate, loest: Loest) -> Frist {
        let kalender = self.bog.kalender();
        // A contact on the first day of somebody who falls ill on a Saturday.
        let maaldag = regel.maaldag.beregn(fra, kalender).max(fra);
        let mut frist = Frist {
            art: regel.art,
            aabner: regel.aabner.beregn(fra, kalender).min(maaldag),
            maaldag,
            lovdag: regel.lovdag.beregn(fra, kalender),
            intern: regel.intern.map(|i| i.beregn(fra, kalender)),
            status: Friststatus::Aaben,
            ansvarlig: regel.ansvarlig.clone(),
            regelsaet: self.f.regler.navn.clone(),
            kilde: regel.kilde.clone(),
            loest_af: None,
            penge: regel.penge,
            forbliver: regel.penge || regel.forbliver,
            afledning: Afledning {
                fra,
                aabner: regel.aabner,
                maaldag: regel.maaldag,
                lovdag: regel.lovdag,
                intern: regel.intern,
            },
            kommunens_samtale: None,
        };
        frist.status = self.af_datoer(&frist, regel.tabes);
        if let Some((status, ved)) = loest.or_else(|| self.bortfald(&frist, regel.tabes)) {
            (frist.status, frist.loest_af) = (status, Some(ved));
        }
        frist
    }

    fn af_datoer(&self, frist: &Frist, tabes: bool) -> Friststatus {
        let varsel = i32::try_from(self.f.regler.parametre.forfalder_arbejdsdage).unwrap_or(i32::MAX);
        let kalender = self.bog.kalender();
        if self.idag < frist.aabner {
            Friststatus::Kommende
        } else if tabes && self.idag > frist.lovdag {
            Friststatus::Tabt
        } else if self.idag > frist.maaldag {
            Friststatus::Overskredet
        } else if self.idag >= kalender.forskyd(frist.maaldag, -varsel) {
            Friststatus::Forfalder
        } else {
            Friststatus::Aaben
        }
    }

    /// What raskmelding, or the end of the employment, makes pointless: everything but money whose target had not
    /// come while the employee was still away.
    fn bortfald(&self, frist: &Frist, tabes: bool) -> Loest {
        let Situation::Slut { aarsag, sidste } = self.f.situation(self.idag) else { return None };
        let annulleret = aarsag == Slutaarsag::Annulleret;
        let i_tide = sidste < frist.maaldag || (tabes && sidste < frist.lovdag);
        (annulleret || (!frist.forbliver && i_tide))
            .then(|| (Friststatus::Bortfaldet, self.slut_loesning(aarsag, sidste)))
    }

    fn slut_loesning(&self, aarsag: Slutaarsag, sidste: NaiveDate) -> Loesning {
        match &self.f.slut_ved {
            Some(slut) if slut.hvad == aarsag => {
                let dato = if aarsag == Slutaarsag::Annulleret { slut.dag } else { sidste };
                Loesning { position: Some(slut.position), navn: slut.navn, dato: Some(dato) }
            }
            _ => Loesning { position: None, navn: aarsag.kode(), dato: Some(sidste) },
        }
    }

    fn foerste_kontakt(&self) -> Frist {
        let loest = self.f.kontakter.first().map(|k| (Friststatus::Opfyldt, k.loeser(k.hvad.dato)));
        self.frist(Fristart::FoersteKontakt, self.f.foerste, loest)
    }

    /// The further contacts of the workplace's model. One is resolved by a contact after the day of the one before it,
    /// so a contact counts for every point up to the first one on or after its day.
    fn kontakter(&self) -> Vec<Frist> {
        let kalender = self.bog.kalender();
        let lovdag = |regel: &Fristregel| regel.lovdag.beregn(self.f.foerste, kalender);
        let mut foer = lovdag(self.regel(Fristart::FoersteKontakt));
        let mut regler: Vec<_> = self.f.regler.frister.iter().filter(|r| r.art == Fristart::Kontakt).collect();
        regler.sort_by_key(|r| lovdag(r));
        regler
            .into_iter()
            .map(|regel| {
                let kontakt = self.f.kontakter.iter().filter(|k| k.hvad.dato > foer).min_by_key(|k| k.hvad.dato);
                foer = lovdag(regel);
                let loest = kontakt.map(|k| (Friststatus::Opfyldt, k.loeser(k.hvad.dato)));
                self.efter_regel(regel, self.f.foerste, loest)
            })
            .collect()
    }

    /// Only of an injury at work.
    fn easy(&self) -> Option<Frist> {
        if self.f.aarsag != Aarsag::Arbejdsskade {
            return None;
        }
        let anmeldt = self.f.easy.first().map(|e| (Friststatus::Opfyldt, e.loeser(e.hvad.dato)));
        let lovdag = self.regel(Fristart::Easy).lovdag.beregn(self.f.foerste, self.bog.kalender());
        // History that came with an import: over, and too late, before anybody could have been told.
        let kendt = self.f.kendt;
        let historie = (lovdag < kendt && self.f.slutdag(self.idag).is_some_and(|s| s < kendt)).then_some((
            Friststatus::Bortfaldet,
            Loesning { position: None, navn: "kendt_efter_fristen", dato: Some(kendt) },
        ));
        Some(self.frist(Fristart::Easy, self.f.foerste, anmeldt.or(historie)))
    }

    fn samtale(&self) -> Frist {
        use Samtaleudfald::{DeltogIkke, Holdt, HoldtTelefon, IkkeMulig, UndtagetOpsagt};
        let dage = i64::from(self.f.regler.parametre.opsagt_undtagelse_dage);
        let senest = plus_dage(self.f.foerste, dage);
        // § 7 a: exempt only as long as the employee leaves in time.
        let gaelder = |s: &Faktum<SamtaleRegistreret>| {
            s.hvad.udfald != UndtagetOpsagt || self.f.stamdata.fratraadt.is_none_or(|f| f <= senest)
        };
        let som = |status, valg: &[Samtaleudfald]| {
            let s = self.f.samtaler.iter().find(|s| valg.contains(&s.hvad.udfald) && gaelder(s))?;
            Some((status, s.loeser(s.hvad.dato)))
        };
        let loest = som(Friststatus::Opfyldt, &[Holdt, HoldtTelefon, DeltogIkke])
            .or_else(|| som(Friststatus::Undtaget, &[IkkeMulig, UndtagetOpsagt]));
        self.frist(Fristart::Samtale, self.f.foerste, loest)
    }

    fn anmeldelse(&self, refusion: &Refusion) -> Frist {
        let kvitteret = self.f.kvittering().map(|k| (Friststatus::Opfyldt, k.loeser(k.hvad.dato)));
        let loest = kvitteret.or_else(|| self.intet_at_hente(refusion));
        self.frist(Fristart::Anmeldelse, self.f.foerste, loest)
    }

    /// The absence ended, or is known to end, within the employer period without refusion from the first day.
    fn intet_at_hente(&self, refusion: &Refusion) -> Loest {
        let sidste = self.f.kendt_slut(self.idag).filter(|_| !refusion.gives)?;
        let aarsag = match self.f.situation(self.idag) {
            Situation::Slut { aarsag, .. } => aarsag,
            Situation::Aabent => self.f.slut_ved.as_ref().map_or(Slutaarsag::Raskmeldt, |s| s.hvad),
        };
        Some((Friststatus::Bortfaldet, self.slut_loesning(aarsag, sidste)))
    }

    fn fast_track(&self) -> Frist {
        let besluttet = self.f.fast_track.last().map(|b| (Friststatus::Opfyldt, b.loeser(b.hvad.dato)));
        let kort = || Loesning { position: None, navn: Varighed::UnderOtteUger.kode(), dato: None };
        // It comes back when the expectation changes in time: what we learnt after the last day changes nothing.
        let lovdag = self.regel(Fristart::FastTrack).lovdag.beregn(self.f.foerste, self.bog.kalender());
        let forventet = self.f.forventet_paa(lovdag.min(self.idag));
        let undtaget = (forventet == Varighed::UnderOtteUger).then(|| (Friststatus::Undtaget, kort()));
        self.frist(Fristart::FastTrack, self.f.foerste, besluttet.or(undtaget))
    }

    fn otte_uger(&self) -> Frist {
        let loest = self.f.otte_uger.last().map(|o| {
            let status = match o.hvad.udfald {
                OtteUgerUdfald::Holdt => Friststatus::Opfyldt,
                OtteUgerUdfald::IkkeNoedvendig => Friststatus::Undtaget,
            };
            (status, o.loeser(o.hvad.dato))
        });
        let mut frist = self.frist(Fristart::OtteUger, self.f.foerste, loest);
        let dage = i64::from(self.f.regler.parametre.kommunens_samtale_dage);
        frist.kommunens_samtale = (self.f.fast_track.iter().rev())
            .find(|b| b.hvad.beslutning == FastTrackBeslutning::Anmodet)
            .map(|b| plus_dage(b.hvad.dato, dage));
        frist
    }

    fn refusionsanmodning(&self, refusion: &Refusion) -> Frist {
        let r = refusion.aeldste_udaekkede;
        let alt_anmodet = self.f.krav.last().filter(|_| r.is_none());
        let loest = match (alt_anmodet, r) {
            (Some(krav), _) => Some((Friststatus::Opfyldt, krav.loeser(krav.hvad.til))),
            // Over, and no day left to claim: too short, or every day lost.
            (None, None) => match self.f.situation(self.idag) {
                Situation::Slut { aarsag, sidste } => {
                    Some((Friststatus::Bortfaldet, self.slut_loesning(aarsag, sidste)))
                }
                Situation::Aabent => None,
            },
            (None, Some(_)) => None,
        };
        let mut frist = self.frist(Fristart::Refusionsanmodning, r.unwrap_or(refusion.foerste_refusionsdag), loest);
        match refusion.anmeldt {
            Some(dag) => frist.aabner = frist.aabner.max(dag),
            // It cannot be claimed before the anmeldelse is receipted, so it is not open before.
            None if frist.status.udestaar() => frist.status = Friststatus::Kommende,
            None => {}
        }
        if frist.status.udestaar() && self.idag < frist.aabner {
            frist.status = Friststatus::Kommende;
        }
        frist
    }

    /// The earliest evaluation date of the newest plan that is not evaluated; else the last one, as evaluated. An
    /// evaluation takes every date up to its own day, or else the next one: it may be held a little early.
    fn tta_evaluering(&self) -> Option<Frist> {
        let plan = self.f.plan()?;
        let mut datoer = plan.hvad.plan.evalueringer.clone();
        datoer.sort_unstable();
        let til_og_med = |dag: NaiveDate| datoer.iter().filter(|d| **d <= dag).count();
        let (foer, efter): (Vec<_>, Vec<_>) = self.f.evalueringer.iter().partition(|e| e.position < plan.position);
        let mut taget = foer.iter().map(|e| til_og_med(e.hvad)).max().unwrap_or(0);
        let mut senest = foer.last().copied().filter(|_| taget > 0);
        for e in efter {
            let allerede = taget > 0 && datoer.get(taget - 1).is_some_and(|d| *d >= e.hvad);
            taget = til_og_med(e.hvad).max(taget + usize::from(til_og_med(e.hvad) <= taget && !allerede));
            senest = Some(e);
        }
        let naeste = datoer.get(taget).copied();
        let loest = senest.filter(|_| naeste.is_none()).map(|e| (Friststatus::Opfyldt, e.loeser(e.hvad)));
        let mut frist = self.frist(Fristart::TtaEvaluering, naeste.or(datoer.last().copied())?, loest);
        frist.aabner = plan.dag.min(frist.maaldag);
        if frist.status == Friststatus::Kommende {
            frist.status = self.af_datoer(&frist, false); // it opens with the plan, not on its own day
        }
        Some(frist)
    }
}
