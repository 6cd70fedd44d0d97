//! Decisions on absence registrations: what payroll and people tell, and what must hold of all registrations together.

use uuid::Uuid;

use crate::decide::afvisning::{Afvisning, Fejl, Regel, felt};
use crate::decide::sag::{FREM_DAGE, Nu, Svar};
use crate::events::haendelse::{Forseglet, FravaerRegistreret, FravaerRettet, Haendelse, Importeret};
use crate::fold::ansaettelse::Ansaettelse;
use crate::fold::udled::{Registrering, overlap};
use crate::ord::{Aarsag, Kilde};
use crate::rules::Regelbog;
use crate::rules::kalender::plus_dage;

/// How far ahead a last absence day may lie when a person registers it.
const RASKMELDING_FREM_DAGE: i64 = 31;
/// An absence comes in.
pub(super) fn registrer(a: &Ansaettelse, h: &FravaerRegistreret, nu: Nu, bog: &Regelbog) -> Svar {
    if h.kilde == Kilde::Person && h.aarsag == Aarsag::BarnSyg {
        return Err(felt("aarsag", Fejl::IntetForloeb));
    }
    if let Some(gammel) = registrering_med(a, h.registrering, bog) {
        // The same registration again: from a file read twice at once, or a repeated command without a key.
        return Err(overlapper(&gammel));
    }
    let ny = Registrering::fra_haendelse(h);
    datoer(a, &ny, h.kilde, nu, bog)?;
    Ok(vec![h.clone().into()])
}

/// Payroll says something else of an absence than it said last.
pub(super) fn aendr(a: &Ansaettelse, registrering: Uuid, linje: &Importeret, nu: Nu, bog: &Regelbog) -> Svar {
    let gammel = registrering_med(a, registrering, bog).ok_or(Afvisning::UkendtForloeb)?;
    if gammel.importeret == Some(*linje) {
        return Ok(Vec::new());
    }
    let ny = gammel.med_linje(linje);
    datoer(a, &ny, Kilde::Import, nu, bog)?;
    // Also where it says what stands already: the next line is compared with this one.
    let Importeret { aarsag, foerste, sidste, omfang_pct } = ny.vaerdier();
    let (registrering, linje) = (ny.id, (ny.vaerdier() != *linje).then_some(*linje));
    let (kilde, begrundelse) = (Kilde::Import, None);
    let rettet = FravaerRettet { registrering, aarsag, foerste, sidste, omfang_pct, kilde, begrundelse, linje };
    Ok(vec![rettet.into()])
}

/// Checks the dates of a registration on their own and against the employment.
pub(crate) fn datoer(
    a: &Ansaettelse,
    ny: &Registrering,
    kilde: Kilde,
    nu: Nu,
    bog: &Regelbog,
) -> Result<(), Afvisning> {
    let stamdata = a.stamdata().ok_or(Regel::UkendtAnsaettelse)?;
    if ny.foerste < bog.tidligste_dag() {
        return Err(felt("foerste_fravaersdag", Fejl::FoerTidligst(bog.tidligste_dag())));
    }
    let (senest_foerste, senest_sidste) = match kilde {
        Kilde::Person => (nu.dag, plus_dage(nu.dag, RASKMELDING_FREM_DAGE)),
        Kilde::Import => (plus_dage(nu.dag, FREM_DAGE), plus_dage(nu.dag, FREM_DAGE)),
    };
    if ny.foerste > senest_foerste {
        let fejl =
            if kilde == Kilde::Person { Fejl::Fremtid(senest_foerste) } else { Fejl::EfterSenest(senest_foerste) };
        return Err(felt("foerste_fravaersdag", fejl));
    }
    if let Some(sidste) = ny.sidste {
        if sidste < ny.foerste {
            return Err(felt("sidste_fravaersdag", Fejl::SlutFoerStart));
        }
        if sidste > senest_sidste {
            return Err(felt("sidste_fravaersdag", Fejl::EfterSenest(senest_sidste)));
        }
    }
    if !(1..=100).contains(&ny.omfang_pct) {
        return Err(felt("omfang_pct", Fejl::Interval { mindst: 1, hoejst: 100 }));
    }
    if ny.foerste < stamdata.ansat || stamdata.fratraadt.is_some_and(|f| ny.foerste > f) {
        return Err(Regel::IkkeAnsat.into());
    }
    Ok(())
}

/// A person's correction from one state of a registration to another; none when they are the same.
pub(crate) fn rettet(gammel: &Registrering, ny: &Registrering, begrundelse: Forseglet) -> Option<Haendelse> {
    (gammel.vaerdier() != ny.vaerdier()).then(|| {
        FravaerRettet {
            registrering: ny.id,
            aarsag: ny.aarsag,
            foerste: ny.foerste,
            sidste: ny.sidste,
            omfang_pct: ny.omfang_pct,
            kilde: Kilde::Person,
            begrundelse: Some(begrundelse),
            linje: None,
        }
        .into()
    })
}

/// The registration with this id, if it counts.
pub(super) fn registrering_med(a: &Ansaettelse, id: Uuid, bog: &Regelbog) -> Option<Registrering> {
    a.registreringer(bog).into_iter().find(|r| r.id == id)
}

fn overlapper(r: &Registrering) -> Afvisning {
    Regel::Overlapper { forloeb: r.id, fra: r.foerste, til: r.sidste }.into()
}

/// What must hold whatever was asked for: no day in two registrations, no end before its beginning.
pub(super) fn eftersyn(efter: &Ansaettelse, bog: &Regelbog) -> Result<(), Afvisning> {
    let registreringer = efter.registreringer(bog);
    if registreringer.iter().any(|r| r.sidste.is_some_and(|s| s < r.foerste)) {
        return Err(felt("sidste_fravaersdag", Fejl::SlutFoerStart));
    }
    match overlap(&registreringer) {
        Some((a, b)) => {
            Err(overlapper(if efter.poster().last().is_some_and(|p| p.haendelse.forloeb() == Some(a.id)) {
                b
            } else {
                a
            }))
        }
        None => Ok(()),
    }
}
