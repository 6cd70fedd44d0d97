//! The frister of a forløb on a day: when, who, where it stands, and what made it so.

use std::sync::Arc;

use chrono::NaiveDate;

use crate::events::haendelse::{Key, SamtaleRegistreret};
pub use crate::fold::forloeb::Loesning;
use crate::fold::forloeb::{Fact, Forloeb, Situation};
use crate::refusion::{Refusion, anmeldelse_from, condition, refusion};
use crate::rules::calendar::plus_dage;
use crate::rules::{Condition, Formula, Fristregel, Regelbog};
use crate::words::{
    FastTrackBeslutning, Fristart, Friststatus, KommunensRolle, Modtagerrolle, OtteUgerUdfald, Samtaleudfald,
    Slutaarsag, Varighed,
};

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
    pub derivation: Derivation,
    /// Fast track was asked for: the kommune's own talk is expected by this day (§ 13 b stk. 2).
    pub kommunens_samtale: Option<NaiveDate>,
    /// Of the follow-up at eight weeks, while the kommune pays: what it is expected to do by then.
    pub kommunens_rolle: Option<KommunensRolle>,
    /// Number of the agreement that is to be kept by then.
    pub aftale: Option<u32>,
}

impl Frist {
    /// Days from its last lawful day to the first day on which it was done, in whichever order that was recorded, where
    /// that was too late. Said of what is done by one act with a day of its own, and of nothing else: an anmeldelse counts by
    /// its signing and not by its receipt, and what a later word replaces was done by the first.
    #[must_use]
    pub fn dage_for_sent(&self, f: &Forloeb) -> Option<i64> {
        use Samtaleudfald::{DidNotAttend, Holdt, HoldtTelefon};
        let held = |s: &&Fact<SamtaleRegistreret>| matches!(s.what.udfald, Holdt | HoldtTelefon | DidNotAttend);
        if self.status != Friststatus::Opfyldt {
            return None;
        }
        let done = match self.art {
            Fristart::FoersteKontakt => f.kontakter.iter().map(|k| k.what.dato).min(),
            Fristart::Samtale => f.samtaler.iter().filter(held).map(|s| s.what.dato).min(),
            Fristart::Easy => f.easy.iter().map(|e| e.what.dato).min(),
            Fristart::Kontakt | Fristart::Aftale | Fristart::Skaanehensyn => {
                self.loest_af.as_ref().and_then(|l| l.dato)
            }
            Fristart::Anmeldelse
            | Fristart::FastTrack
            | Fristart::OtteUger
            | Fristart::Refusionsanmodning
            | Fristart::TtaEvaluering
            | Fristart::VidereOpfoelgning
            | Fristart::OpfoelgningEfterRetur
            | Fristart::Paragraf56Fornyelse
            | Fristart::ForkertLeder
            | Fristart::ForventetSlut
            | Fristart::Overtagelse
            | Fristart::Forebyggelse => None,
        };
        Some((done? - self.lovdag).num_days()).filter(|dage| *dage > 0)
    }
}

/// How the dates of a frist follow from one day. Where a dispensation gives longer to claim, its formulas are not those of the
/// rule set, and they are counted from F.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Derivation {
    /// The day they are counted from: F, the oldest unclaimed refusion day, or the plan's evaluation date.
    pub fra: NaiveDate,
    /// How the day it opens is found.
    pub aabner: Formula,
    /// How the day people work towards is found.
    pub maaldag: Formula,
    /// The day of the law.
    pub lovdag: Formula,
    /// The earlier cut-off.
    pub intern: Option<Formula>,
}

/// Everything that is computed for a forløb on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// The frister in the order of the line 14 days / 4 weeks / 5 weeks / 8 weeks.
    pub frister: Vec<Frist>,
    /// Refusion of the same forløb on the same day.
    pub refusion: Refusion,
}

impl Assessment {
    /// The frist of a kind; of several contacts the first that stands out, else the last.
    #[must_use]
    pub fn frist(&self, art: Fristart) -> Option<&Frist> {
        let mut of_art = self.frister.iter().filter(|f| f.art == art);
        of_art.clone().find(|f| f.status.outstanding()).or_else(|| of_art.next_back())
    }

    /// [`Self::frist`] of every kind, in the order of [`Fristart::ALL`].
    #[must_use]
    pub fn by_art(&self) -> [Option<&Frist>; Fristart::ALL.len()] {
        let mut all: [Option<&Frist>; Fristart::ALL.len()] = [None; _];
        for frist in &self.frister {
            let found = &mut all[frist.art as usize];
            *found = found.filter(|before| before.status.outstanding()).or(Some(frist));
        }
        all
    }

    /// The frist that a reminder is about; of several contacts or agreements the one it was planned for.
    #[must_use]
    pub fn frist_of(&self, key: &Key) -> Option<&Frist> {
        if key.frist != Fristart::Aftale {
            return self.frist(key.frist);
        }
        self.frister.iter().find(|f| f.aftale.is_some() && f.aftale == key.aftale())
    }

    /// Somebody still has something to do or to save: it is open, or over with money that can still be had.
    #[must_use]
    pub fn is_running(&self, f: &Forloeb, today: NaiveDate) -> bool {
        f.is_aabent(today)
            || self
                .frister
                .iter()
                .any(|fr| fr.forbliver && fr.status.outstanding() && !(fr.penge && self.refusion.all_tabt(f, today)))
    }
}

/// Computes the frister and the refusion of a forløb.
#[must_use]
pub fn assess(f: &Forloeb, today: NaiveDate, book: &Regelbog) -> Assessment {
    let when = OnDay { f, today, book, condition: condition(f, today) };
    let anmeldelse = when.regel(Fristart::Anmeldelse);
    let lovdag = anmeldelse.lovdag.compute(anmeldelse_from(f), book.calendar());
    let refusion = refusion(f, lovdag, today, book);
    // Most have six, and one or two besides.
    let mut frister = Vec::with_capacity(8);
    for art in Fristart::ALL {
        match art {
            Fristart::FoersteKontakt => frister.push(when.foerste_kontakt()),
            Fristart::Samtale => frister.push(when.samtale()),
            Fristart::Anmeldelse => frister.push(when.anmeldelse(&refusion)),
            Fristart::FastTrack => frister.push(when.fast_track()),
            Fristart::OtteUger => frister.push(when.otte_uger()),
            Fristart::Refusionsanmodning => frister.push(when.refusionsanmodning(&refusion)),
            Fristart::TtaEvaluering => frister.extend(when.tta_evaluering()),
            Fristart::Kontakt => frister.extend(when.kontakter()),
            Fristart::Easy => frister.extend(when.easy()),
            Fristart::VidereOpfoelgning => frister.extend(when.videre_opfoelgning(&frister)),
            Fristart::OpfoelgningEfterRetur => frister.extend(when.efter_retur()),
            Fristart::Paragraf56Fornyelse => frister.extend(when.fornyelse()),
            Fristart::ForkertLeder => frister.extend(when.forkert_leder()),
            Fristart::Aftale => frister.extend(when.aftaler()),
            Fristart::ForventetSlut => frister.extend(when.forventet_slut()),
            Fristart::Overtagelse => frister.extend(when.overtagelse()),
            Fristart::Forebyggelse => frister.extend(when.forebyggelse()),
            Fristart::Skaanehensyn => frister.extend(when.skaanehensyn()),
        }
    }
    Assessment { frister, refusion }
}

pub(super) struct OnDay<'a> {
    pub(super) f: &'a Forloeb,
    pub(super) today: NaiveDate,
    pub(super) book: &'a Regelbog,
    /// Which rows hold before the general ones.
    pub(super) condition: Option<Condition>,
}

/// Resolved, and as what.
pub(super) type Loest = Option<(Friststatus, Loesning)>;

impl OnDay<'_> {
    pub(super) fn regel(&self, art: Fristart) -> &Fristregel {
        self.f.regler.frist(art, self.condition).expect("a rule set is only read when it has a row for every frist")
    }

    fn frist(&self, art: Fristart, fra: NaiveDate, loest: Loest) -> Frist {
        self.after_regel(self.regel(art), fra, loest)
    }

    /// The frist of a rule counted from `fra`, with its status from the dates alone.
    pub(super) fn after_regel(&self, regel: &Fristregel, fra: NaiveDate, loest: Loest) -> Frist {
        let calendar = self.book.calendar();
        let maaldag = regel.maaldag_from(fra, calendar);
        let mut frist = Frist {
            art: regel.art,
            aabner: regel.aabner.compute(fra, calendar).min(maaldag),
            maaldag,
            lovdag: regel.lovdag.compute(fra, calendar),
            intern: regel.intern.map(|i| i.compute(fra, calendar)),
            status: Friststatus::Aaben,
            ansvarlig: regel.ansvarlig.clone(),
            regelsaet: self.f.regler.name.clone(),
            kilde: regel.kilde.clone(),
            loest_af: None,
            penge: regel.penge,
            forbliver: regel.penge || regel.forbliver,
            derivation: Derivation {
                fra,
                aabner: regel.aabner,
                maaldag: regel.maaldag,
                lovdag: regel.lovdag,
                intern: regel.intern,
            },
            kommunens_samtale: None,
            kommunens_rolle: None,
            aftale: None,
        };
        frist.status = self.of_datoer(&frist, regel.tabes);
        if let Some((status, at)) = loest.or_else(|| self.bortfald(&frist, regel.tabes)) {
            (frist.status, frist.loest_af) = (status, Some(at));
        }
        frist
    }

    pub(super) fn of_datoer(&self, frist: &Frist, tabes: bool) -> Friststatus {
        let notice = i32::try_from(self.f.regler.parameters.forfalder_arbejdsdage).unwrap_or(i32::MAX);
        let calendar = self.book.calendar();
        if self.today < frist.aabner {
            Friststatus::Coming
        } else if tabes && self.today > frist.lovdag {
            Friststatus::Tabt
        } else if self.today > frist.maaldag {
            Friststatus::Overskredet
        } else if self.today >= calendar.shift(frist.maaldag, -notice) {
            Friststatus::Forfalder
        } else {
            Friststatus::Aaben
        }
    }

    /// What raskmelding, or the end of the employment, makes pointless: everything but money whose target had not
    /// come while the employee was still away.
    fn bortfald(&self, frist: &Frist, tabes: bool) -> Loest {
        let Situation::End { aarsag, sidste } = self.f.situation(self.today) else { return None };
        let annulleret = aarsag == Slutaarsag::Annulleret;
        let in_time = sidste < frist.maaldag || (tabes && sidste < frist.lovdag);
        (annulleret || (!frist.forbliver && in_time))
            .then(|| (Friststatus::Bortfaldet, self.end_loesning(aarsag, sidste)))
    }

    pub(super) fn end_loesning(&self, aarsag: Slutaarsag, sidste: NaiveDate) -> Loesning {
        match &self.f.end_at {
            Some(end) if end.what == aarsag => {
                let dato = if aarsag == Slutaarsag::Annulleret { end.dag } else { sidste };
                Loesning { position: Some(end.position), name: end.name, dato: Some(dato) }
            }
            _ => Loesning { position: None, name: aarsag.code(), dato: Some(sidste) },
        }
    }

    fn foerste_kontakt(&self) -> Frist {
        let loest = self.f.kontakter.first().map(|k| (Friststatus::Opfyldt, k.resolution(k.what.dato)));
        self.frist(Fristart::FoersteKontakt, self.f.foerste, loest)
    }

    /// The further contacts of the workplace's model. One is resolved by a contact after the day of the one before it,
    /// so a contact counts for every point up to the first one on or after its day.
    fn kontakter(&self) -> Vec<Frist> {
        let calendar = self.book.calendar();
        let lovdag = |regel: &Fristregel| regel.lovdag.compute(self.f.foerste, calendar);
        let mut before = lovdag(self.regel(Fristart::FoersteKontakt));
        let mut regler: Vec<_> = self.f.regler.frister.iter().filter(|r| r.art == Fristart::Kontakt).collect();
        regler.sort_by_key(|r| lovdag(r));
        regler
            .into_iter()
            .map(|regel| {
                let kontakt = self.f.kontakter.iter().filter(|k| k.what.dato > before).min_by_key(|k| k.what.dato);
                before = lovdag(regel);
                let loest = kontakt.map(|k| (Friststatus::Opfyldt, k.resolution(k.what.dato)));
                self.after_regel(regel, self.f.foerste, loest)
            })
            .collect()
    }

    fn samtale(&self) -> Frist {
        use Samtaleudfald::{DidNotAttend, Holdt, HoldtTelefon, IkkeMulig, UndtagetOpsagt};
        let dage = i64::from(self.f.regler.parameters.opsagt_undtagelse_dage);
        let latest = plus_dage(self.f.foerste, dage);
        // § 7 a: exempt only as long as the employee leaves in time.
        let gaelder = |s: &Fact<SamtaleRegistreret>| {
            s.what.udfald != UndtagetOpsagt || self.f.stamdata.fratraadt.is_none_or(|f| f <= latest)
        };
        let resolved_as = |status, choices: &[Samtaleudfald]| {
            let s = self.f.samtaler.iter().find(|s| choices.contains(&s.what.udfald) && gaelder(s))?;
            Some((status, s.resolution(s.what.dato)))
        };
        let loest = resolved_as(Friststatus::Opfyldt, &[Holdt, HoldtTelefon, DidNotAttend])
            .or_else(|| resolved_as(Friststatus::Undtaget, &[IkkeMulig, UndtagetOpsagt]));
        let mut frist = self.frist(Fristart::Samtale, self.f.foerste, loest);
        // Payroll knows it before anybody says so, and takes it back when the day moves.
        let fratraadt = self.f.stamdata.fratraadt.filter(|fratraadt| *fratraadt <= latest);
        if let Some(fratraadt) = fratraadt.filter(|_| frist.status.outstanding()) {
            let leaves = Loesning { position: None, name: Slutaarsag::Fratraadt.code(), dato: Some(fratraadt) };
            (frist.status, frist.loest_af) = (Friststatus::Undtaget, Some(leaves));
        }
        frist
    }

    fn anmeldelse(&self, refusion: &Refusion) -> Frist {
        let kvitteret = self.f.kvittering().map(|k| (Friststatus::Opfyldt, k.resolution(k.what.dato)));
        let loest = kvitteret.or_else(|| self.nothing_to_claim(refusion));
        let mut frist = self.frist(Fristart::Anmeldelse, anmeldelse_from(self.f), loest);
        if refusion.without_loen.is_some() {
            self.for_the_employee(&mut frist);
        }
        // Signed in time, and the receipt is awaited: nothing is lost.
        if frist.status == Friststatus::Tabt && refusion.awaits_kvittering.is_some_and(|dag| dag <= frist.lovdag) {
            frist.status = Friststatus::Overskredet;
        }
        frist
    }

    /// The employer gets nothing, and the kommune is told for the employee's sake: nothing is lost by the employer, and it
    /// lapses when it is too late for the employee, too.
    fn for_the_employee(&self, frist: &mut Frist) {
        if frist.status == Friststatus::Tabt {
            frist.status = Friststatus::Overskredet;
        }
        let lapses = plus_dage(frist.lovdag, i64::from(self.regel(Fristart::Anmeldelse).bortfalder_dage));
        let over = (lapses > frist.lovdag && self.today > lapses).then_some(Loesning {
            position: None,
            name: "for_gammelt_fravaer",
            dato: Some(lapses),
        });
        if let Some(at) = over.or_else(|| self.story(frist.lovdag)).filter(|_| frist.status.outstanding()) {
            (frist.status, frist.loest_af) = (Friststatus::Bortfaldet, Some(at));
        }
    }

    /// History that came with an import: over, and too late, before anybody could have been told.
    pub(super) fn story(&self, lovdag: NaiveDate) -> Option<Loesning> {
        let known = self.f.known;
        (lovdag < known && self.f.slutdag(self.today).is_some_and(|s| s < known)).then_some(Loesning {
            position: None,
            name: "kendt_efter_fristen",
            dato: Some(known),
        })
    }

    /// The absence, or the employment, ended or is known to end within the employer period, without refusion from the first day.
    fn nothing_to_claim(&self, refusion: &Refusion) -> Loest {
        let sidste = self.f.known_end(self.today).filter(|_| !refusion.asks_for_anmeldelse)?;
        let aarsag = match self.f.situation(self.today) {
            Situation::End { aarsag, .. } => aarsag,
            Situation::Aabent if self.f.leaves() == Some(sidste) => Slutaarsag::Fratraadt,
            Situation::Aabent => self.f.end_at.as_ref().map_or(Slutaarsag::Raskmeldt, |s| s.what),
        };
        Some((Friststatus::Bortfaldet, self.end_loesning(aarsag, sidste)))
    }

    fn fast_track(&self) -> Frist {
        let besluttet = self.f.fast_track.last().map(|b| (Friststatus::Opfyldt, b.resolution(b.what.dato)));
        let short = || Loesning { position: None, name: Varighed::UnderOtteUger.code(), dato: None };
        // It comes back when the expectation changes in time: what we learnt after the last day changes nothing.
        let lovdag = self.regel(Fristart::FastTrack).lovdag.compute(self.f.foerste, self.book.calendar());
        let forventet = self.f.forventet_on(lovdag.min(self.today));
        let undtaget = (forventet == Varighed::UnderOtteUger).then(|| (Friststatus::Undtaget, short()));
        self.frist(Fristart::FastTrack, self.f.foerste, besluttet.or(undtaget))
    }

    fn otte_uger(&self) -> Frist {
        let loest = self.f.otte_uger.last().map(|o| {
            let status = match o.what.udfald {
                OtteUgerUdfald::Holdt => Friststatus::Opfyldt,
                OtteUgerUdfald::IkkeNoedvendig => Friststatus::Undtaget,
            };
            (status, o.resolution(o.what.dato))
        });
        let mut frist = self.frist(Fristart::OtteUger, self.f.foerste, loest);
        let dage = i64::from(self.f.regler.parameters.kommunens_samtale_dage);
        // The newest word counts: what the employer asked for the employee may have said no to.
        frist.kommunens_samtale = (self.f.fast_track.last())
            .filter(|b| b.what.beslutning == FastTrackBeslutning::Anmodet)
            .map(|b| plus_dage(b.what.dato, dage));
        frist.kommunens_rolle = self.kommunens_rolle(frist.kommunens_samtale.is_some());
        frist
    }

    /// The earliest evaluation date of the newest plan that is not evaluated; else the last one, as evaluated. An
    /// evaluation takes every date up to its own day, or else the next one: it may be held a little early. Where no plan is
    /// needed for a while, the day on which that ends takes the place of every date before it.
    fn tta_evaluering(&self) -> Option<Frist> {
        let undtaget = self.f.plan_undtaget();
        let planned = self.f.plan().map_or(&[][..], |plan| &plan.what.plan.evalueringer).iter().copied();
        let looked_at = undtaget.map(|u| u.what.til);
        let mut datoer: Vec<NaiveDate> =
            planned.filter(|d| looked_at.is_none_or(|til| til < *d)).chain(looked_at).collect();
        datoer.sort_unstable();
        let (made, known) = match (undtaget, self.f.plan()) {
            (Some(u), _) => (u.position, u.dag),
            (None, Some(plan)) => (plan.position, plan.dag),
            (None, None) => return None,
        };
        let up_to_and_including = |dag: NaiveDate| datoer.iter().filter(|d| **d <= dag).count();
        let (before, after): (Vec<_>, Vec<_>) = self.f.evalueringer.iter().partition(|e| e.position < made);
        let mut taget = before.iter().map(|e| up_to_and_including(e.what)).max().unwrap_or(0);
        let mut latest = before.last().copied().filter(|_| taget > 0);
        for e in after {
            let already = taget > 0 && datoer.get(taget - 1).is_some_and(|d| *d >= e.what);
            taget =
                up_to_and_including(e.what).max(taget + usize::from(up_to_and_including(e.what) <= taget && !already));
            latest = Some(e);
        }
        let next = datoer.get(taget).copied();
        let loest = latest.filter(|_| next.is_none()).map(|e| (Friststatus::Opfyldt, e.resolution(e.what)));
        let mut frist = self.frist(Fristart::TtaEvaluering, next.or(datoer.last().copied())?, loest);
        frist.aabner = known.min(frist.maaldag);
        if frist.status == Friststatus::Coming {
            frist.status = self.of_datoer(&frist, false); // it opens with the plan, not on its own day
        }
        Some(frist)
    }
}
