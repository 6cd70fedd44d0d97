//! What happens in one absence, from the first day to the last claim: drawn at its beginning, done when its time comes.
//!
//! Only what people and payroll *try* is drawn here. Whether it leads to an event is decided by the domain, as in life.

use crate::dage_mellem;
use chance::Tilfaeldig;
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Utc, Weekday};
use forloeb::Regelbog;
use forloeb::ord::{Aarsag, Anmeldelsestrin, Fristart, Kilde, Varighed};

use super::folk::Folk;
use app::ur::klokken;

/// Something that is to happen to one employee.
#[derive(Debug, Clone)]
pub(crate) enum Gerning {
    /// Payroll tells what it knows of the employment.
    Stamdata,
    /// The next absence begins, and is drawn.
    Syg,
    /// An absence comes in.
    Registrer(Registrering),
    /// Payroll changes a registration.
    Loenret(Registrering),
    /// Somebody does something with the forløb of a registration.
    Hos(u32, Hvad),
    /// Somebody looks at a frist of the forløb of a registration, and does this if it still is to be done.
    Loes(u32, Fristart, Hvad),
}

/// A span of absence, with the number it has among those of its employee.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Registrering {
    pub(crate) nr: u32,
    pub(crate) aarsag: Aarsag,
    pub(crate) foerste: NaiveDate,
    pub(crate) sidste: Option<NaiveDate>,
    pub(crate) omfang_pct: u8,
    pub(crate) kilde: Kilde,
    pub(crate) forventet: Option<Varighed>,
}

/// What is done with a forløb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hvad {
    Kontakt,
    Indkald,
    Samtale,
    /// The talk was recorded on the wrong forløb.
    FortrydSamtale,
    Anmeld(Anmeldelsestrin),
    Krav,
    /// As `Krav`, by somebody who knows that what is too old is lost.
    KravDerNaas,
    FastTrack,
    OtteUger,
    Easy,
    Plan {
        evaluering: NaiveDate,
    },
    Evaluer,
    Delvis(u8),
    Rask(NaiveDate),
    RetFoerste(NaiveDate),
    RetSidste(NaiveDate),
    RetVarighed(Varighed),
    Annuller,
    SkiftLeder,
    Tildel,
    Afslut(NaiveDate),
}

/// What an absence is drawn from.
pub(crate) struct Ramme<'a> {
    pub(crate) bog: &'a Regelbog,
    pub(crate) folk: &'a dyn Folk,
    /// Who leads the employee by then.
    pub(crate) leder: Option<u32>,
    /// About when it begins.
    pub(crate) dag: NaiveDate,
    /// Last day of the employment, where it ends.
    pub(crate) fratraadt: Option<NaiveDate>,
    pub(crate) kvinde: bool,
    /// Refusion may run from the first day.
    pub(crate) foerstedagsret: bool,
    /// The first number of a registration that is free.
    pub(crate) nr: u32,
}

/// Everything that is to happen, with its time, in no order; and the last day of absence.
pub(crate) struct Fravaer {
    pub(crate) gerninger: Vec<(DateTime<Utc>, Gerning)>,
    pub(crate) slut: NaiveDate,
}

impl Ramme<'_> {
    /// Draws one absence; none when the employment is over by then.
    pub(crate) fn fravaer(&self, t: &mut Tilfaeldig) -> Option<Fravaer> {
        // People fall ill on days they work, mostly.
        let foerste = match self.dag.weekday() {
            Weekday::Sat if t.promille(800) => self.dag + Days::new(2),
            Weekday::Sun if t.promille(800) => self.dag + Days::new(1),
            _ => self.dag,
        };
        let (aarsag, dage) = self.slags(t);
        let planlagt = foerste + Days::new(dage - 1);
        let slut = self.fratraadt.map_or(planlagt, |f| f.min(planlagt));
        if slut < foerste {
            return None;
        }
        let forloebet =
            Forloebet { ramme: self, t, aarsag, foerste, slut, fratraeder: slut < planlagt, ud: Vec::new() };
        Some(Fravaer { gerninger: forloebet.tegn(), slut })
    }

    fn slags(&self, t: &mut Tilfaeldig) -> (Aarsag, u64) {
        match t.under(1000) {
            0..110 => (Aarsag::BarnSyg, t.mellem(1, 2)),
            110..118 => (Aarsag::Arbejdsskade, t.mellem(2, 40)),
            118..126 if self.kvinde => (Aarsag::Graviditet, t.mellem(10, 110)),
            126..166 => (Aarsag::Sygdom, t.mellem(6, 29)),
            166..175 => (Aarsag::Sygdom, t.mellem(30, 75)),
            175..178 => (Aarsag::Sygdom, t.mellem(76, 300)),
            _ => (Aarsag::Sygdom, t.af(&[1, 1, 1, 2, 2, 2, 3, 3, 4, 5])),
        }
    }
}

/// One absence on its way to becoming a list.
pub(crate) struct Forloebet<'a, 'b> {
    pub(crate) ramme: &'a Ramme<'a>,
    pub(crate) t: &'b mut Tilfaeldig,
    aarsag: Aarsag,
    foerste: NaiveDate,
    slut: NaiveDate,
    /// The employment ends before the absence would.
    fratraeder: bool,
    ud: Vec<(DateTime<Utc>, Gerning)>,
}

impl Forloebet<'_, '_> {
    fn dage(&self) -> u64 {
        dage_mellem(self.foerste, self.slut) + 1
    }

    pub(crate) const fn aarsag(&self) -> Aarsag {
        self.aarsag
    }

    pub(crate) fn plus(&self, dage: u64) -> NaiveDate {
        self.foerste + Days::new(dage)
    }

    /// Payroll's file comes early every morning.
    fn loen(&mut self, dag: NaiveDate, gerning: Gerning) {
        let tid = klokken(dag, kl(5, 30, self.t.under(20 * 60)));
        self.ud.push((tid, gerning));
    }

    /// People do things in office hours of working days.
    pub(crate) fn folk(&mut self, dag: NaiveDate, hvad: Hvad) {
        let tid = arbejdstid(self.ramme.bog, dag, self.t);
        self.ud.push((tid, Gerning::Hos(self.ramme.nr, hvad)));
    }

    /// As [`Self::folk`], if the frist still is to be seen to by then.
    pub(crate) fn loes(&mut self, dag: NaiveDate, art: Fristart, hvad: Hvad) {
        let tid = arbejdstid(self.ramme.bog, dag, self.t);
        self.ud.push((tid, Gerning::Loes(self.ramme.nr, art, hvad)));
    }

    /// Of a number of days, one between both.
    pub(crate) fn mellem(&mut self, fra: u64, til: u64) -> NaiveDate {
        let dage = self.t.mellem(fra, til);
        self.plus(dage)
    }

    fn tegn(mut self) -> Vec<(DateTime<Utc>, Gerning)> {
        let dage = self.dage();
        let lukket = self.aarsag == Aarsag::BarnSyg || (dage <= 5 && !self.fratraeder && self.t.promille(650));
        if lukket {
            self.efter_hjemkomst();
        } else {
            self.undervejs(dage);
        }
        if self.ramme.foerstedagsret || self.aarsag == Aarsag::Graviditet || dage > 30 {
            self.ramme.folk.penge(&mut self, dage);
        }
        self.ud
    }

    /// Payroll learns of it when it is over.
    fn efter_hjemkomst(&mut self) {
        let (nr, aarsag, foerste) = (self.ramme.nr, self.aarsag, self.foerste);
        let r = Registrering {
            nr,
            aarsag,
            foerste,
            sidste: Some(self.slut),
            omfang_pct: 100,
            kilde: Kilde::Import,
            forventet: None,
        };
        let kendt = self.slut + Days::new(self.t.mellem(1, 4));
        self.loen(kendt, Gerning::Registrer(r));
        if self.t.promille(15) && self.foerste < self.slut {
            // Payroll had the last day wrong.
            let rettet = Registrering { sidste: self.slut.pred_opt(), ..r };
            let dag = kendt + Days::new(self.t.mellem(1, 10));
            self.loen(dag, Gerning::Loenret(rettet));
        }
    }

    /// It is known while it goes on.
    fn undervejs(&mut self, dage: u64) {
        let kilde =
            if self.aarsag != Aarsag::Arbejdsskade && self.t.promille(700) { Kilde::Import } else { Kilde::Person };
        let forventet = (kilde == Kilde::Person && dage > 5 && self.t.promille(400)).then(|| self.forventning(dage));
        let (nr, aarsag, foerste) = (self.ramme.nr, self.aarsag, self.foerste);
        let r = Registrering { nr, aarsag, foerste, sidste: None, omfang_pct: 100, kilde, forventet };
        let kendt = if self.t.promille(60) { self.mellem(1, 4).min(self.slut.max(foerste)) } else { foerste };
        match kilde {
            Kilde::Import => self.loen(kendt, Gerning::Registrer(r)),
            Kilde::Person => {
                let tid = klokken(kendt, kl(6, 30, self.t.under(3600)));
                self.ud.push((tid, Gerning::Registrer(r)));
            }
        }
        self.rettelser(dage);
        self.ramme.folk.opfoelgning(self, dage);
        self.slutning(r, dage);
    }

    fn forventning(&mut self, dage: u64) -> Varighed {
        match self.t.under(10) {
            0..3 => Varighed::Ukendt,
            3..9 if dage > 56 => Varighed::OverOtteUger,
            _ => Varighed::UnderOtteUger,
        }
    }

    fn rettelser(&mut self, dage: u64) {
        if dage > 3 && self.t.promille(20) {
            let (dag, ny) = (self.mellem(2, 6), self.plus(1));
            self.folk(dag, Hvad::RetFoerste(ny));
        }
        if self.t.promille(8) {
            let dag = self.mellem(0, 4);
            self.folk(dag, Hvad::Annuller);
        }
        if dage > 20 && self.t.promille(60) {
            let dag = self.mellem(15, 20);
            self.folk(dag, Hvad::SkiftLeder);
        }
        if dage > 25 && self.t.promille(350) {
            let dag = self.mellem(21, 25);
            self.folk(dag, Hvad::Tildel);
        }
        if dage > 40 && self.t.promille(150) {
            let (dag, varighed) = (self.mellem(30, 40), self.forventning(dage));
            self.folk(dag, Hvad::RetVarighed(varighed));
        }
    }

    /// Back step by step.
    pub(crate) fn gradvist(&mut self, dage: u64) {
        let trin: &[u8] = if dage > 90 { &[80, 60, 40, 20] } else { &[60, 40] };
        let antal = u64::try_from(trin.len()).unwrap_or(1);
        let (fra, skridt) = (dage / 2, dage / 2 / (antal + 1));
        for (n, pct) in (0..).zip(trin) {
            self.folk(self.plus(fra + n * skridt), Hvad::Delvis(*pct));
        }
    }

    fn slutning(&mut self, r: Registrering, dage: u64) {
        if self.fratraeder {
            if self.t.promille(700) {
                self.folk(self.slut + Days::new(1), Hvad::Afslut(self.slut));
            }
            return; // the rest were forgotten
        }
        let rask = self.slut;
        if dage > 20 && self.t.promille(60) {
            self.folk(rask, Hvad::Afslut(rask)); // on to something else than the job as it was
            return;
        }
        if r.kilde == Kilde::Import && self.t.promille(800) {
            if dage > 20 && self.t.promille(120) {
                // Payroll has the partial absence as a line of its own, from the day after.
                let fra = self.plus(dage * 2 / 3);
                self.loen(fra, Gerning::Loenret(Registrering { sidste: fra.pred_opt(), ..r }));
                let delvis = Registrering { nr: r.nr + 1, foerste: fra, omfang_pct: 50, ..r };
                self.ud.push((klokken(fra, kl(5, 55, 0)), Gerning::Registrer(delvis)));
                self.loen(rask + Days::new(1), Gerning::Loenret(Registrering { sidste: Some(rask), ..delvis }));
                return;
            }
            let kendt = rask + Days::new(self.t.mellem(1, 3));
            self.loen(kendt, Gerning::Loenret(Registrering { sidste: Some(rask), ..r }));
        } else {
            let kendt = rask + Days::new(self.t.under(2));
            self.folk(kendt, Hvad::Rask(rask));
            if self.t.promille(20) && self.foerste < rask {
                let dag = kendt + Days::new(3);
                self.folk(dag, Hvad::RetSidste(rask - Days::new(1)));
            }
        }
    }
}

/// A time of day, and some seconds after it.
fn kl(time: u32, minut: u32, sekunder: u64) -> NaiveTime {
    let sekunder = i64::try_from(sekunder).unwrap_or(0);
    let start = NaiveTime::from_hms_opt(time, minut, 0).unwrap_or(NaiveTime::MIN);
    start.overflowing_add_signed(chrono::TimeDelta::seconds(sekunder)).0
}

/// A moment in the office hours of a day, or of the next working day.
pub(crate) fn arbejdstid(bog: &Regelbog, dag: NaiveDate, t: &mut Tilfaeldig) -> DateTime<Utc> {
    klokken(bog.kalender().wd_plus(dag), kl(8, 5, t.under(7 * 3600)))
}

/// When payroll's file of a day is read.
pub(crate) fn loenfil(dag: NaiveDate) -> DateTime<Utc> {
    klokken(dag, kl(5, 15, 0))
}
