//! What follows from the events of one employment on a day. Pure: live, rebuilt and compared it is the same function.

use std::sync::Arc;

use chrono::{Months, NaiveDate};
use forloeb::forloeb::Afgjort;
use forloeb::frister::{Vurdering, vurder};
use forloeb::haendelse::{Noegle, Stamdata, Udfald};
use forloeb::ord::{Fristart, Modtagerrolle};
use forloeb::paamindelser::naeste_dag;
use forloeb::refusion::Skoen;
use forloeb::regnskab::{Dagsstand, regnskab};
use forloeb::skoen::led;
use forloeb::{Ansaettelse, Forloeb, Haendelse, Regelbog};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::kort::{Ansvar, Kort};

/// What follows from one employment.
#[derive(Debug, Clone)]
pub struct Udledt {
    /// Every registration, and which of the forløb it is part of.
    pub registreringer: Vec<(Uuid, Option<usize>)>,
    /// Every forløb.
    pub forloeb: Vec<Et>,
    /// The day of the earliest reminder.
    pub naeste: Option<NaiveDate>,
}

/// One forløb.
#[derive(Debug, Clone)]
pub struct Et {
    /// The forløb.
    pub forloeb: Arc<Forloeb>,
    /// Its card.
    pub kort: Kort<Arc<Ansvar>>,
    /// What the day says of it, unless it is at rest.
    pub dagen: Option<Dagen>,
    /// What it lost, if it is over and nothing can be had any more.
    pub tabt: Option<Tabt>,
}

/// An estimate in whole kroner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kroner {
    /// Kroner.
    pub kr: i64,
    /// With its own year's rate.
    pub egen_sats: bool,
}

impl From<Skoen> for Kroner {
    fn from(s: Skoen) -> Self {
        Self { kr: s.kr, egen_sats: s.egen_sats }
    }
}

/// What is lost is still told so many months after the forløb ended.
const TABT_MAANEDER: u32 = 12;

/// The first last day of absence whose loss is told on a day. Losses stay losses; but a sum needs a period, and what is
/// told costs what is kept.
#[must_use]
pub fn tabt_siden(idag: NaiveDate) -> NaiveDate {
    idag.checked_sub_months(Months::new(TABT_MAANEDER)).unwrap_or(NaiveDate::MIN)
}

/// What a forløb lost that is over, and of which nothing can be had any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tabt {
    /// Its last day of absence.
    pub slut: NaiveDate,
    /// Lost, because the anmeldelse was late.
    pub mistet: Option<Kroner>,
    /// Lost, because nobody claimed in time.
    pub for_sent_anmodet: Option<Kroner>,
}

impl Tabt {
    /// None where nothing was lost, or where it ended too long ago.
    fn af(f: &Forloeb, v: &Vurdering, idag: NaiveDate, bog: &Regelbog) -> Option<Self> {
        let slut = f.slutdag(idag).filter(|slut| *slut >= tabt_siden(idag))?;
        let r = &v.refusion;
        let for_sent: Vec<_> = r.for_sent_anmodet.iter().flat_map(|dage| led(f, *dage, bog)).collect();
        let for_sent_anmodet = Skoen::af(&for_sent).map(Kroner::from);
        let tabt = Self { slut, mistet: r.mistet_skoen.map(Kroner::from), for_sent_anmodet };
        (tabt.mistet.is_some() || tabt.for_sent_anmodet.is_some()).then_some(tabt)
    }
}

/// What a day says of a forløb that is not at rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dagen {
    /// It is open, or over with money that can still be had.
    pub i_gang: bool,
    /// The target of each frist, in the order of [`Fristart::ALLE`].
    pub maaldage: [Option<NaiveDate>; Fristart::ALLE.len()],
    /// The frister about money, one bit each.
    penge: u16,
    /// Who acts on each frist, one bit for each role.
    ansvarlig: [u8; Fristart::ALLE.len()],
    /// A reminder of a frist that stands out was refused for good.
    pub ulevereret: bool,
    /// Lost at once if the anmeldelse is not receipted in time.
    pub i_fare: Option<Kroner>,
    /// Lost so far, because the anmeldelse was late.
    pub mistet: Option<Kroner>,
    /// Can be claimed today.
    pub kan_anmodes: Option<Kroner>,
    /// Claimed, by the estimate.
    pub anmodet: Option<Kroner>,
    /// Lost, because nobody claimed in time.
    pub for_sent_anmodet: Option<Kroner>,
}

impl Dagen {
    /// None for a forløb at rest: over, with nothing that time alone can change any more.
    fn af(f: &Forloeb, v: &Vurdering, idag: NaiveDate, bog: &Regelbog) -> Option<Self> {
        let i_gang = v.er_i_gang(f, idag);
        if !i_gang && f.slutdag(idag).is_some_and(|slut| slut < idag) {
            return None;
        }
        let (mut maaldage, mut penge, mut ansvarlig) = ([None; Fristart::ALLE.len()], 0, [0; Fristart::ALLE.len()]);
        for frist in Fristart::ALLE.iter().filter_map(|art| v.frist(*art)) {
            ansvarlig[frist.art as usize] = frist.ansvarlig.iter().fold(0, |alle, m| alle | 1 << *m as u8);
            maaldage[frist.art as usize] = Some(frist.maaldag);
            penge |= u16::from(frist.penge) << frist.art as u8;
        }
        let r = &v.refusion;
        // Most of what goes on waits for its receipt, and then there is nothing claimed and nothing to claim.
        let regnskab = (r.anmeldt.is_some() || !f.krav.is_empty()).then(|| regnskab(f, r, idag, bog));
        let sum = |stand| regnskab.as_ref().and_then(|g| g.sum(stand)).map(Kroner::from);
        Some(Self {
            i_gang,
            maaldage,
            penge,
            ansvarlig,
            ulevereret: ulevereret(f, v).is_some(),
            i_fare: r.i_fare.map(Kroner::from),
            mistet: r.mistet_skoen.map(Kroner::from),
            kan_anmodes: sum(Dagsstand::KanAnmodes),
            anmodet: sum(Dagsstand::Anmodet),
            for_sent_anmodet: sum(Dagsstand::ForSentAnmodet),
        })
    }

    /// Somebody in this role acts on a frist.
    #[must_use]
    pub const fn er_ansvarlig(&self, art: Fristart, rolle: Modtagerrolle) -> bool {
        self.ansvarlig[art as usize] >> rolle as u8 & 1 == 1
    }

    /// A frist is about money.
    #[must_use]
    pub const fn er_penge(&self, art: Fristart) -> bool {
        self.penge >> art as u8 & 1 == 1
    }
}

/// A reminder that the mail server refused for good, of a frist that stands out.
#[must_use]
pub fn ulevereret<'f>(f: &'f Forloeb, v: &Vurdering) -> Option<(&'f Noegle, &'f Afgjort)> {
    f.afgjorte.iter().find(|(n, a)| {
        matches!(a.udfald, Udfald::Fejlet { .. }) && v.frist(n.frist).is_some_and(|fr| fr.status.udestaar())
    })
}

const _: () = assert!(Fristart::ALLE.len() <= 16 && Modtagerrolle::ALLE.len() <= 8);

impl Et {
    /// A forløb on a day.
    pub(super) fn af(
        forloeb: Arc<Forloeb>,
        v: &Vurdering,
        (idag, bog): (NaiveDate, &Regelbog),
        sidst: Option<&Arc<Ansvar>>,
    ) -> Self {
        let kort = Kort::af(&forloeb, v, idag, sidst);
        let dagen = Dagen::af(&forloeb, v, idag, bog);
        let tabt = if dagen.is_some_and(|d| d.i_gang) { None } else { Tabt::af(&forloeb, v, idag, bog) };
        Self { forloeb, kort, dagen, tabt }
    }
}

/// Derives it. `stamdata` is what payroll says now; forløb that are judged by it share it.
#[must_use]
pub fn udled(ansaettelse: &Ansaettelse, stamdata: Option<&Arc<Stamdata>>, idag: NaiveDate, bog: &Regelbog) -> Udledt {
    let forloeb = ansaettelse.forloeb(bog).into_iter().map(|mut f| {
        if let Some(faelles) = stamdata.filter(|s| ***s == *f.stamdata) {
            f.stamdata = Arc::clone(faelles);
        }
        Arc::new(f)
    });
    on_day(ansaettelse, forloeb, idag, bog)
}

/// The same of forløb that were derived before.
pub(super) fn on_day(
    ansaettelse: &Ansaettelse,
    alle: impl IntoIterator<Item = Arc<Forloeb>>,
    idag: NaiveDate,
    bog: &Regelbog,
) -> Udledt {
    let (mut forloeb, mut naeste): (Vec<Et>, Option<NaiveDate>) = (Vec::new(), None);
    for f in alle {
        let v = vurder(&f, idag, bog);
        let paamindes = naeste_dag(&f, &v, idag, bog);
        naeste = naeste.into_iter().chain(paamindes).min();
        let et = Et::af(f, &v, (idag, bog), forloeb.last().map(|et| &et.kort.ansvar));
        forloeb.push(et);
    }
    let registreringer = ansaettelse.poster().iter().filter_map(|p| {
        let Haendelse::FravaerRegistreret(h) = &p.haendelse else { return None };
        Some(h.registrering)
    });
    let hoved = |id| forloeb.iter().position(|et| et.forloeb.hedder(id));
    Udledt { registreringer: registreringer.map(|id| (id, hoved(id))).collect(), forloeb, naeste }
}
