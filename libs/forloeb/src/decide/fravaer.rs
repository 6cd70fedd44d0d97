//! Decisions on absence registrations: what payroll and people tell, and what must hold of all registrations together.

use uuid::Uuid;

use crate::decide::case::{Answer, FORWARD_DAGE, Now, with};
use crate::decide::refusal::{BrokenRegel, DomainRefusal, Mistake, felt};
use crate::decide::uenighed::{clipped, join, knyt};
use crate::events::haendelse::{Ciphertext, FravaerNummereret, FravaerRegistreret, FravaerRettet, Haendelse, Imported};
use crate::fold::ansaettelse::Ansaettelse;
use crate::fold::derive::{Registrering, overlap, perioder};
use crate::fold::uenighed::Vaelg;
use crate::procent::Procent;
use crate::rules::Regelbog;
use crate::rules::calendar::plus_dage;
use crate::words::{Aarsag, Kilde};

/// How far ahead a last absence day may lie when a person registers it.
const RASKMELDING_FORWARD_DAGE: i64 = 31;
/// An absence comes in, told by the employee or by somebody else.
pub(super) fn registrer(
    a: &Ansaettelse,
    (h, by_oneself): (&FravaerRegistreret, bool),
    now: Now,
    book: &Regelbog,
) -> Answer {
    if h.kilde == Kilde::Person && h.aarsag == Aarsag::BarnSyg {
        return Err(felt("aarsag", Mistake::NeverForloeb));
    }
    let all = a.registreringer(book);
    if let Some(old) = all.iter().find(|r| r.id == h.registrering) {
        // The same registration again: from a file read twice at once, or a repeated command without a key.
        return Err(overlaps(old));
    }
    let ansat_til = perioder(a, book).employment_til(h.foerste);
    let new = Registrering { ansat_til, ..Registrering::from_haendelse(h) };
    datoer(a, (None, &new), h.kilde, now, book)?;
    // What payroll tells from the first day under a new number on is the rest of what was told under the one before, and
    // says no other first day.
    let moved = a.before().filter(|before| h.kilde == Kilde::Import && h.foerste >= before.fra);
    let own: Vec<_> = all.into_iter().filter(|r| moved.is_none_or(|before| r.foerste >= before.fra)).collect();
    if let Some(joined) = join((a, &own, &new), (h, by_oneself), now, book) {
        return joined;
    }
    let registered = Haendelse::from(h.clone());
    Ok([registered].into_iter().chain(decided_before(a, h, now, book)).collect())
}

/// Payroll's next row of an absence of which it was decided that people are right: what stands is theirs, and what the row
/// says is kept beside it.
fn decided_before(a: &Ansaettelse, h: &FravaerRegistreret, now: Now, book: &Regelbog) -> Option<Haendelse> {
    let was_decided = a.records().iter().any(|record| {
        matches!(&record.haendelse, Haendelse::UenighedAfgjort(h) if h.vaelg == Vaelg::Person && h.fra.is_some())
    });
    if h.kilde != Kilde::Import || !was_decided {
        return None;
    }
    let after = with(a, &[Haendelse::from(h.clone())], now);
    let row = registrering_with(&after, h.registrering, book)?;
    let (line, decided) = (row.values(), row.as_decided().values());
    (decided != line).then(|| from_payroll(h.registrering, decided, Some(line)).into())
}

/// Payroll says something else of an absence than it said last.
pub(super) fn change(a: &Ansaettelse, registrering: Uuid, line: &Imported, now: Now, book: &Regelbog) -> Answer {
    let all = a.registreringer(book);
    let old = all.iter().find(|r| r.id == registrering).ok_or(DomainRefusal::UnknownForloeb)?;
    if old.imported == Some(*line) {
        return Ok(Vec::new());
    }
    let new = clipped(&all, old.with_line(line));
    datoer(a, (Some(old), &new), Kilde::Import, now, book)?;
    // Also where it says what stands already: the next line is compared with this one.
    Ok(vec![from_payroll(new.id, new.values(), (new.values() != *line).then_some(*line)).into()])
}

/// What a registration is after payroll spoke, and what payroll said, where that is something else.
const fn from_payroll(registrering: Uuid, is: Imported, line: Option<Imported>) -> FravaerRettet {
    let Imported { aarsag, foerste, sidste, omfang_pct, paragraf_56, raskmeldt } = is;
    let (kilde, begrundelse) = (Kilde::Import, None);
    FravaerRettet {
        registrering,
        aarsag,
        foerste,
        sidste,
        omfang_pct,
        kilde,
        begrundelse,
        line,
        paragraf_56,
        raskmeldt,
    }
}

/// Payroll tells of an absence in another row than before: all that was done of it stays.
pub(super) fn renumber(
    a: &Ansaettelse,
    registrering: Uuid,
    (before, fravaer_nr): (&str, &str),
    line: &Imported,
    now: Now,
    book: &Regelbog,
) -> Answer {
    let mut all = a.registreringer(book);
    let r = all.iter_mut().find(|r| r.id == registrering).ok_or(DomainRefusal::UnknownForloeb)?;
    let own = !r.is_by_hand() && r.fravaer_nr.as_deref() == Some(before);
    if !r.renumber(before, fravaer_nr) {
        return Ok(Vec::new());
    }
    let says = if own {
        change(a, registrering, line, now, book)?
    } else {
        knyt((a, &all), registrering, (fravaer_nr, *line), now, book)?
    };
    let (before, fravaer_nr) = (before.to_owned(), fravaer_nr.to_owned());
    Ok([FravaerNummereret { registrering, before, fravaer_nr }.into()].into_iter().chain(says).collect())
}

/// Checks the dates of a registration on their own and against the employment: what it is to be, and what it was before,
/// if it was there. What was accepted once is not refused for what payroll told since.
pub(crate) fn datoer(
    a: &Ansaettelse,
    (old, new): (Option<&Registrering>, &Registrering),
    kilde: Kilde,
    now: Now,
    book: &Regelbog,
) -> Result<(), DomainRefusal> {
    let perioder = perioder(a, book);
    let stamdata = perioder.on(new.foerste).ok_or(BrokenRegel::UnknownAnsaettelse)?;
    if new.foerste < book.earliest_dag() {
        return Err(felt("foerste_fravaersdag", Mistake::BeforeEarliest(book.earliest_dag())));
    }
    let (latest_foerste, latest_sidste) = match kilde {
        Kilde::Person => (now.dag, plus_dage(now.dag, RASKMELDING_FORWARD_DAGE)),
        Kilde::Import => (plus_dage(now.dag, FORWARD_DAGE), plus_dage(now.dag, FORWARD_DAGE)),
    };
    if new.foerste > latest_foerste {
        let error =
            if kilde == Kilde::Person { Mistake::Future(latest_foerste) } else { Mistake::AfterLatest(latest_foerste) };
        return Err(felt("foerste_fravaersdag", error));
    }
    if let Some(sidste) = new.sidste {
        if sidste < new.foerste {
            return Err(felt("sidste_fravaersdag", Mistake::EndBeforeStart));
        }
        if sidste > latest_sidste {
            return Err(felt("sidste_fravaersdag", Mistake::AfterLatest(latest_sidste)));
        }
    }
    if !(Procent::whole(1)..=Procent::FULL).contains(&new.omfang_pct) {
        return Err(felt("omfang_pct", Mistake::Interval { at_least: 1, at_most: 100 }));
    }
    let stands = old.is_some_and(|old| old.foerste == new.foerste);
    let outside = stamdata.ansat.is_some_and(|ansat| new.foerste < ansat)
        || stamdata.fratraadt.is_some_and(|fratraadt| new.foerste > fratraadt);
    if outside && !stands {
        return Err(BrokenRegel::NotAnsat.into());
    }
    Ok(())
}

/// A person's correction from one state of a registration to another; none when they are the same.
pub(crate) fn rettet(old: &Registrering, new: &Registrering, begrundelse: Ciphertext) -> Option<Haendelse> {
    (old.values() != new.values()).then(|| {
        FravaerRettet {
            registrering: new.id,
            aarsag: new.aarsag,
            foerste: new.foerste,
            sidste: new.sidste,
            omfang_pct: new.omfang_pct,
            kilde: Kilde::Person,
            begrundelse: Some(begrundelse),
            line: None,
            paragraf_56: new.paragraf_56,
            raskmeldt: new.raskmeldt,
        }
        .into()
    })
}

/// The registration with this id, if it counts.
pub(super) fn registrering_with(a: &Ansaettelse, id: Uuid, book: &Regelbog) -> Option<Registrering> {
    a.registreringer(book).into_iter().find(|r| r.id == id)
}

fn overlaps(r: &Registrering) -> DomainRefusal {
    BrokenRegel::Overlaps { forloeb: r.id, fra: r.foerste, til: r.sidste }.into()
}

/// What must hold whatever was asked for: no day in two registrations, no end before its beginning.
pub(super) fn inspection(after: &Ansaettelse, book: &Regelbog) -> Result<(), DomainRefusal> {
    let registreringer = after.registreringer(book);
    if registreringer.iter().any(|r| r.sidste.is_some_and(|s| s < r.foerste)) {
        return Err(felt("sidste_fravaersdag", Mistake::EndBeforeStart));
    }
    match overlap(&registreringer) {
        Some((a, b)) => Err(overlaps(if after.records().last().is_some_and(|p| p.haendelse.forloeb() == Some(a.id)) {
            b
        } else {
            a
        })),
        None => Ok(()),
    }
}
