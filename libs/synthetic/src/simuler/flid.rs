//! What is assumed about people: how diligent they are, and what a reminder makes them do.

use chance::Tilfaeldig;
use chrono::{Days, NaiveDate};
use forloeb::haendelse::Udfald;
use forloeb::ord::{Aarsag, Anmeldelsestrin, Fristart, Modtagerrolle};
use forloeb::regler::Fra;
use serde::Serialize;

use crate::opdigt::folk::{Folk, Laest};
use crate::opdigt::gerning::{Forloebet, Hvad};

/// How a person goes about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Flid {
    /// Sees to it before anybody reminds them.
    Omhyggelig,
    /// Sees to it when reminded.
    Paamindet,
    /// Sees to it late, if a second reminder or the last chance comes.
    Travl,
    /// Seldom sees to it.
    Forsoemmelig,
}

/// What follows from it. Shares are times in a thousand, and of each frist and reminder for itself.
#[derive(Debug, Clone, Copy)]
struct Vaner {
    /// Sees to a frist in the week before its first reminder.
    selv: u64,
    /// Sees to it because of a first reminder.
    foerst: u64,
    /// Because of one that is not the first, says that it is the last chance, or comes after the target.
    siden: u64,
    /// So many days after the reminder, from and to; 0 is the same day.
    om_dage: (u64, u64),
}

/// HR is one mailbox with its own habits. It answers for receipts and claims.
const HR: Vaner = Vaner { selv: 800, foerst: 850, siden: 950, om_dage: (0, 3) };
/// HR sends an anmeldelse that no leader has prepared: on a first reminder, and on a later one.
const HR_UFORBEREDT: (u64, u64) = (100, 450);
/// HR claims every month without being reminded.
const HR_KRAV: u64 = 700;
/// A receipt turns out to be a rejection.
const AFVIST: u64 = 25;
/// A talk was recorded on the wrong forløb.
const FORTRUDT: u64 = 40;
/// Of those who make plans at all, and of those who come back step by step.
const PLAN: u64 = 600;
const GRADVIST: u64 = 450;
/// Days before a first reminder in which somebody sees to it by themselves.
const UGEN_FOER: u64 = 7;

impl Flid {
    /// Every kind, the most diligent first.
    pub const ALLE: [Self; 4] = [Self::Omhyggelig, Self::Paamindet, Self::Travl, Self::Forsoemmelig];

    /// Its word.
    #[must_use]
    pub const fn kode(self) -> &'static str {
        match self {
            Self::Omhyggelig => "omhyggelig",
            Self::Paamindet => "påmindet",
            Self::Travl => "travl",
            Self::Forsoemmelig => "forsømmelig",
        }
    }

    const fn vaner(self) -> Vaner {
        match self {
            Self::Omhyggelig => Vaner { selv: 930, foerst: 950, siden: 980, om_dage: (0, 1) },
            Self::Paamindet => Vaner { selv: 150, foerst: 750, siden: 850, om_dage: (0, 3) },
            Self::Travl => Vaner { selv: 40, foerst: 80, siden: 500, om_dage: (1, 5) },
            Self::Forsoemmelig => Vaner { selv: 0, foerst: 30, siden: 90, om_dage: (2, 10) },
        }
    }
}

/// Everybody, each with the diligence they have throughout.
pub(super) struct Personale {
    froe: u64,
}

impl Personale {
    pub(super) const fn ny(froe: u64) -> Self {
        Self { froe }
    }

    /// The diligence of an employee number.
    pub(super) fn flid(&self, nr: u32) -> Flid {
        // Another sequence than any that people or days are drawn from.
        let mut t = Tilfaeldig::ny(self.froe ^ 0x666c_6964 ^ (u64::from(nr) << 32));
        match t.under(100) {
            0..25 => Flid::Omhyggelig,
            25..65 => Flid::Paamindet,
            65..90 => Flid::Travl,
            _ => Flid::Forsoemmelig,
        }
    }

    fn vaner(&self, nr: Option<&str>) -> Vaner {
        nr.and_then(|nr| nr.parse().ok()).map_or(HR, |nr| self.flid(nr).vaner())
    }

    /// A leader prepared the anmeldelse; HR sees it, mostly.
    fn hr_sender(fra: NaiveDate, t: &mut Tilfaeldig) -> Vec<(NaiveDate, Hvad)> {
        if !t.promille(HR.selv) {
            return Vec::new();
        }
        let sendt = fra + Days::new(t.mellem(1, 3));
        let svar = sendt + Days::new(t.mellem(1, 4));
        vec![(sendt, Hvad::Anmeld(Anmeldelsestrin::Underskrevet)), (svar, Hvad::Anmeld(Anmeldelsestrin::Kvitteret))]
    }

    fn anmeldelse(&self, laest: &Laest<'_>, siden: bool, t: &mut Tilfaeldig) -> Vec<(NaiveDate, Hvad)> {
        let klar = laest.f.anmeldelser.last().is_some_and(|a| a.hvad.trin != Anmeldelsestrin::Afvist);
        let vaner = self.vaner(laest.laeser);
        let goer = match (laest.laeser, klar) {
            (Some(_), true) => return Vec::new(), // their part is done
            (Some(_), false) | (None, true) => t.promille(if siden { vaner.siden } else { vaner.foerst }),
            (None, false) => t.promille(if siden { HR_UFORBEREDT.1 } else { HR_UFORBEREDT.0 }),
        };
        if !goer {
            return Vec::new();
        }
        let dag = laest.nu.dag + Days::new(t.mellem(vaner.om_dage.0, vaner.om_dage.1));
        if laest.laeser.is_some() {
            let mut ud = vec![(dag, Hvad::Anmeld(Anmeldelsestrin::Klar))];
            ud.extend(Self::hr_sender(dag, t));
            return ud;
        }
        let svar = dag + Days::new(t.mellem(1, 4));
        vec![(dag, Hvad::Anmeld(Anmeldelsestrin::Underskrevet)), (svar, Hvad::Anmeld(Anmeldelsestrin::Kvitteret))]
    }
}

/// A day in the week before the first reminder of a frist, as the rule set has it.
fn foer_paamindelsen(f: &mut Forloebet<'_, '_>, art: Fristart) -> Option<NaiveDate> {
    let (foerste, kalender) = (f.plus(0), f.ramme.bog.kalender());
    let regler = f.ramme.bog.gaeldende(foerste);
    let frist = regler.frist(art, None)?;
    let paamindelser = regler.paamindelser.iter().filter(|r| r.frist == art).map(|r| {
        let fra = match r.fra {
            Fra::Aabner => frist.aabner,
            Fra::Maaldag => frist.maaldag,
            Fra::Lovdag => frist.lovdag,
        };
        r.dag(fra.beregn(foerste, kalender), kalender)
    });
    let dag = paamindelser.min()? - Days::new(f.t.mellem(1, UGEN_FOER));
    Some(dag.max(foerste))
}

/// What resolves it, where a person on the leader's side can.
fn loesning(art: Fristart) -> Option<Hvad> {
    match art {
        Fristart::FoersteKontakt | Fristart::Kontakt => Some(Hvad::Kontakt),
        Fristart::Samtale => Some(Hvad::Samtale),
        Fristart::FastTrack => Some(Hvad::FastTrack),
        Fristart::OtteUger => Some(Hvad::OtteUger),
        Fristart::TtaEvaluering => Some(Hvad::Evaluer),
        Fristart::Easy => Some(Hvad::Easy),
        Fristart::Anmeldelse | Fristart::Refusionsanmodning => None,
    }
}

impl Folk for Personale {
    fn opfoelgning(&self, f: &mut Forloebet<'_, '_>, dage: u64) {
        let vaner = f.ramme.leder.map_or(HR, |nr| self.flid(nr).vaner());
        let slut = f.plus(dage);
        for art in [Fristart::FoersteKontakt, Fristart::Samtale, Fristart::FastTrack, Fristart::OtteUger] {
            let (selv, dag) = (f.t.promille(vaner.selv), foer_paamindelsen(f, art));
            if let (true, Some(dag), Some(hvad)) = (selv, dag.filter(|d| *d < slut), loesning(art)) {
                f.loes(dag, art, hvad);
                if art == Fristart::Samtale {
                    f.folk((dag - Days::new(4)).max(f.plus(0)), Hvad::Indkald);
                    if f.t.promille(FORTRUDT) {
                        f.folk(dag + Days::new(1), Hvad::FortrydSamtale);
                    }
                }
            }
        }
        if f.aarsag() == Aarsag::Arbejdsskade && f.t.promille(vaner.selv) {
            let dag = f.mellem(1, 8);
            f.loes(dag, Fristart::Easy, Hvad::Easy);
        }
        if dage > 45 && f.t.promille(vaner.selv * PLAN / 1000) {
            let lagt = f.t.mellem(28, 40);
            let evaluering = f.mellem(lagt + 14, lagt + 35);
            f.folk(f.plus(lagt), Hvad::Plan { evaluering });
            if f.t.promille(vaner.selv) {
                f.loes(evaluering - Days::new(5), Fristart::TtaEvaluering, Hvad::Evaluer);
            }
        }
        if dage > 40 && f.t.promille(GRADVIST) {
            f.gradvist(dage);
        }
    }

    fn penge(&self, f: &mut Forloebet<'_, '_>, dage: u64) {
        let vaner = f.ramme.leder.map_or(HR, |nr| self.flid(nr).vaner());
        let (selv, klar) = (f.t.promille(vaner.selv), foer_paamindelsen(f, Fristart::Anmeldelse));
        if let (true, Some(klar)) = (selv, klar) {
            f.loes(klar, Fristart::Anmeldelse, Hvad::Anmeld(Anmeldelsestrin::Klar));
            let sendt = Self::hr_sender(klar, f.t);
            if let Some((svar, _)) = sendt.last().filter(|_| f.t.promille(AFVIST)) {
                f.folk(*svar + Days::new(2), Hvad::Anmeld(Anmeldelsestrin::Afvist));
            }
            for (dag, hvad) in sendt {
                f.loes(dag, Fristart::Anmeldelse, hvad);
            }
        }
        if f.t.promille(HR_KRAV) {
            let mut krav = dage.min(f.t.mellem(45, 70));
            while krav < dage {
                f.loes(f.plus(krav), Fristart::Refusionsanmodning, Hvad::KravDerNaas);
                krav += f.t.mellem(28, 45);
            }
            let efter = f.mellem(dage + 6, dage + 40);
            f.loes(efter, Fristart::Refusionsanmodning, Hvad::KravDerNaas);
        }
    }

    fn paamindet(&self, laest: &Laest<'_>, t: &mut Tilfaeldig) -> Vec<(NaiveDate, Fristart, Hvad)> {
        let (noegle, dag) = (&laest.planlagt.noegle, laest.nu.dag);
        let art = noegle.frist;
        if noegle.modtager == Modtagerrolle::Medarbejder {
            return Vec::new(); // the neutral copy asks for nothing
        }
        let passeret = laest.v.frist(art).is_some_and(|fr| dag > fr.maaldag);
        let foer = laest.f.afgjorte.iter().any(|(n, a)| {
            let samme = (n.frist, n.modtager, n.generation) == (art, noegle.modtager, noegle.generation);
            samme && matches!(a.udfald, Udfald::Sendt { .. })
        });
        let siden = foer || passeret || laest.planlagt.sidste_chance;
        if art == Fristart::Anmeldelse {
            return self.anmeldelse(laest, siden, t).into_iter().map(|(dag, hvad)| (dag, art, hvad)).collect();
        }
        // HR cannot hold a talk, nor can a leader's leader: they get hold of the leader, who is as they are.
        let selv =
            loesning(art).is_none() || !matches!(noegle.modtager, Modtagerrolle::Hr | Modtagerrolle::LedersLeder);
        let vaner = self.vaner(if selv { laest.laeser } else { laest.f.leder(dag).or(laest.laeser) });
        if !t.promille(if siden { vaner.siden } else { vaner.foerst }) {
            return Vec::new();
        }
        let dag = dag + Days::new(t.mellem(vaner.om_dage.0, vaner.om_dage.1));
        vec![(dag, art, loesning(art).unwrap_or(Hvad::KravDerNaas))]
    }
}
