//! Whether a reminder that was sent was followed by what it asked for: done on the day it was handed over, or on one of the two
//! arbejdsdage after it, and recorded after it left.
//!
//! One reminder is what was sent of one frist of one forløb on one day, whoever it went to: what is done is done once.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::events::haendelse::{Haendelse, Key, Udfald};
use crate::fold::annullerede::Annullerede;
use crate::fold::ansaettelse::{Ansaettelse, Record};
use crate::fold::forloeb::Forloeb;
use crate::procent::Procent;
use crate::rules::Regelbog;
use crate::rules::calendar::{Dage, dag_in_denmark};
use crate::words::{
    Anmeldelsestrin, Fristart, Modtagerrolle, Opfoelgningsart, OtteUgerUdfald, Samtaleudfald, Slutaarsag,
};

/// So many arbejdsdage after the day on which it was handed over are counted still.
pub const ARBEJDSDAGE: u32 = 2;
/// Whose forløb ended longer before the days that are asked about than this is not looked at: what can be sent after an end is
/// about money, which is lost by then, or about what was agreed.
pub const LOOKED_BACK_DAGE: i64 = 184;

/// A reminder that was sent, so long ago that it is known whether it was followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendtPaamindelse {
    /// Of which forløb.
    pub forloeb: Uuid,
    /// Code and name of the unit that the forløb belongs to now.
    pub enhed: (String, String),
    /// Of which kind of frist.
    pub frist: Fristart,
    /// The day on which it was handed over.
    pub dag: NaiveDate,
    /// What it asked for was done in time.
    pub fulgt: bool,
}

/// What was sent of an employment on these days. Those of a forløb that was a mistake, or of somebody who was erased, and those
/// whose days have not all passed are left out.
#[must_use]
pub fn sendte_paamindelser(a: &Ansaettelse, sent: Dage, today: NaiveDate, book: &Regelbog) -> Vec<SendtPaamindelse> {
    let within = |dag: NaiveDate| (sent.fra..=sent.til).contains(&dag);
    let reminds = |r: &Record| within(r.dag) && r.haendelse.is_about_paamindelser();
    // Most are never reminded about, and what follows from their events is not worked out.
    if a.is_erased() || !a.records().iter().any(|record| reminds(record)) {
        return Vec::new();
    }
    let annullerede = Annullerede::af(a);
    let deadline = |dag| book.calendar().shift(dag, i32::try_from(ARBEJDSDAGE).unwrap_or(i32::MAX));
    let mut out = Vec::new();
    for f in a.forloeb(book) {
        if f.end_at.as_ref().is_some_and(|end| end.what == Slutaarsag::Annulleret) {
            continue;
        }
        let sendte = sendte(&f, |dag| within(dag) && deadline(dag) < today);
        let about_it = |record: &Record| record.haendelse.forloeb().is_some_and(|id| f.called(id));
        let mut acts: Vec<Act> = Vec::new();
        if !sendte.is_empty() {
            let valid = a.records().iter().filter(|record| about_it(record) && !annullerede.is(record));
            acts.extend(valid.filter_map(|record| act(record)));
        }
        for ((frist, aftale, dag), left) in sendte {
            let asks_for_contact = frist == Fristart::ForventetSlut && !names_slut(&acts, left);
            let answers = |act: &Act| {
                (act.frister.contains(&frist) || asks_for_contact && act.in_touch)
                    && act.aftale == aftale
                    && act.told >= left
                    && (dag..=deadline(dag)).contains(&act.dato)
            };
            let now = f.stamdata_now(today);
            let enhed = (now.enhed.clone(), now.enhed_navn.clone());
            out.push(SendtPaamindelse { forloeb: f.id, enhed, frist, dag, fulgt: acts.iter().any(answers) });
        }
    }
    out
}

/// When what was sent of each frist left first on each day.
fn sendte(
    f: &Forloeb,
    counts: impl Fn(NaiveDate) -> bool,
) -> BTreeMap<(Fristart, Option<u32>, NaiveDate), DateTime<Utc>> {
    let mut sendte = BTreeMap::new();
    for (key, afgjort) in &f.afgjorte {
        let dag = dag_in_denmark(&afgjort.time);
        if !matches!(afgjort.udfald, Udfald::Sendt { .. }) || !asks_for_an_act(key) || !counts(dag) {
            continue;
        }
        let first = sendte.entry((key.frist, key.aftale(), dag)).or_insert(afgjort.time);
        *first = afgjort.time.min(*first);
    }
    sendte
}

/// Somebody is asked to do what is recorded here. An invitation asks for nothing, nor do news, nor the employee's copy of what
/// the leader is told; and a § 56 agreement is renewed in payroll.
fn asks_for_an_act(key: &Key) -> bool {
    let copy = key.modtager == Modtagerrolle::Medarbejder && key.aftale().is_none();
    key.indbydelse().is_none() && key.nyhed().is_none() && !copy && key.frist != Fristart::Paragraf56Fornyelse
}

/// What somebody did that a reminder asks for.
struct Act {
    frister: &'static [Fristart],
    /// Number of the agreement that it is about.
    aftale: Option<u32>,
    /// It shows that they were in touch: that is what is asked for where nobody has named a day for the end.
    in_touch: bool,
    /// Somebody asked until when it is expected to go on, and a day was named.
    names_slut: Option<bool>,
    /// The day it was done, as was told.
    dato: NaiveDate,
    /// When it was told.
    told: DateTime<Utc>,
}

/// A day had been named for the end when a reminder left.
fn names_slut(acts: &[Act], left: DateTime<Utc>) -> bool {
    acts.iter().rev().filter(|act| act.told < left).find_map(|act| act.names_slut).unwrap_or(false)
}

/// It shows that they were in touch, as [`Forloeb::in_touch`] has it.
fn shows_contact(haendelse: &Haendelse) -> bool {
    if let Haendelse::SamtaleRegistreret(h) = haendelse {
        matches!(h.udfald, Samtaleudfald::Holdt | Samtaleudfald::HoldtTelefon)
    } else if let Haendelse::OtteUgerRegistreret(h) = haendelse {
        h.udfald == OtteUgerUdfald::Holdt
    } else if let Haendelse::OpfoelgningRegistreret(h) = haendelse {
        h.udfald == OtteUgerUdfald::Holdt
    } else if let Haendelse::DelvisRegistreret(h) = haendelse {
        h.omfang_pct < Procent::FULL
    } else if let Haendelse::ReferatSkrevet(h) = haendelse {
        h.erstatter.is_none()
    } else {
        matches!(haendelse, Haendelse::FoersteKontaktHoldt(_) | Haendelse::TtaEvalueret(_))
    }
}

fn act(record: &Record) -> Option<Act> {
    use Fristart as F;
    let (mut nr, mut names_slut) = (None, None);
    let (frister, dato): (&'static [F], NaiveDate) = if let Haendelse::FoersteKontaktHoldt(h) = &record.haendelse {
        (&[F::FoersteKontakt, F::Kontakt], h.dato)
    } else if let Haendelse::SamtaleRegistreret(h) = &record.haendelse {
        (&[F::Samtale], h.dato)
    } else if let Haendelse::AnmeldelseRegistreret(h) = &record.haendelse {
        let done = matches!(h.trin, Anmeldelsestrin::Underskrevet | Anmeldelsestrin::Kvitteret);
        (if done { &[F::Anmeldelse] } else { &[] }, h.dato)
    } else if let Haendelse::RefusionAnmodet(h) = &record.haendelse {
        (&[F::Refusionsanmodning], h.underskrevet_dato.unwrap_or(record.dag))
    } else if let Haendelse::FastTrackBesluttet(h) = &record.haendelse {
        (&[F::FastTrack], h.dato)
    } else if let Haendelse::OtteUgerRegistreret(h) = &record.haendelse {
        (&[F::OtteUger, F::VidereOpfoelgning, F::Skaanehensyn], h.dato)
    } else if let Haendelse::OpfoelgningRegistreret(h) = &record.haendelse {
        let frister: &[F] = match h.art {
            Opfoelgningsart::Videre => &[F::VidereOpfoelgning, F::Skaanehensyn],
            Opfoelgningsart::EfterRetur => &[F::OpfoelgningEfterRetur, F::Skaanehensyn],
            Opfoelgningsart::HyppigtFravaer => &[],
        };
        (frister, h.dato)
    } else if let Haendelse::TtaEvalueret(h) = &record.haendelse {
        (&[F::TtaEvaluering, F::VidereOpfoelgning, F::Skaanehensyn], h.dato)
    } else if let Haendelse::TtaPlanUndtaget(_) = &record.haendelse {
        (&[F::TtaEvaluering, F::Skaanehensyn], record.dag)
    } else if let Haendelse::TtaPlanLagt(_) = &record.haendelse {
        (&[F::Skaanehensyn], record.dag)
    } else if let Haendelse::ArbejdsskadeAnmeldt(h) = &record.haendelse {
        (&[F::Easy], h.dato)
    } else if let Haendelse::ArbejdsskadeUndtaget(h) = &record.haendelse {
        (&[F::Easy], h.dato)
    } else if let Haendelse::SlutForventet(h) = &record.haendelse {
        names_slut = Some(h.sidste.is_some());
        (&[F::ForventetSlut], h.dato)
    } else if matches!(record.haendelse, Haendelse::DelvisRegistreret(_) | Haendelse::ReferatSkrevet(_)) {
        (&[], record.dag)
    } else if matches!(record.haendelse, Haendelse::Raskmeldt(_) | Haendelse::ForloebAfsluttet(_)) {
        // The last day of absence lies before the day on which somebody tells of it.
        (&[F::ForventetSlut], record.dag)
    } else if matches!(record.haendelse, Haendelse::LederSkiftet(_)) {
        (&[F::ForkertLeder, F::Overtagelse], record.dag)
    } else if matches!(record.haendelse, Haendelse::LederBeholdt(_)) {
        (&[F::ForkertLeder], record.dag)
    } else if let Haendelse::OvertagelseBesvaret(h) = &record.haendelse {
        (&[F::Overtagelse], h.dato)
    } else if let Haendelse::ForanstaltningRegistreret(h) = &record.haendelse {
        (&[F::Forebyggelse], h.dato)
    } else if let Haendelse::AftaleAfgjort(h) = &record.haendelse {
        nr = Some(h.nr);
        (&[F::Aftale], h.dato)
    } else {
        return None;
    };
    let in_touch = shows_contact(&record.haendelse);
    Some(Act { frister, aftale: nr, in_touch, names_slut, dato, told: record.time })
}
