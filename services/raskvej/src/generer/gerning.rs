//! What happens in one absence, from the first day to the last claim: drawn at its beginning, done when its time comes.
//!
//! Only what people and payroll *try* is drawn here. Whether it leads to an event is decided by the domain, as in life.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Utc, Weekday};
use forloeb::Regelbog;
use forloeb::ord::{Aarsag, Anmeldelsestrin, Kilde, Varighed};
use syntetisk::{Tilfaeldig, dage_mellem};

use crate::ur::klokken;

/// Something that is to happen to one employee.
#[derive(Debug, Clone)]
pub(super) enum Gerning {
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
}

/// A span of absence, with the number it has among those of its employee.
#[derive(Debug, Clone, Copy)]
pub(super) struct Registrering {
    pub(super) nr: u32,
    pub(super) aarsag: Aarsag,
    pub(super) foerste: NaiveDate,
    pub(super) sidste: Option<NaiveDate>,
    pub(super) omfang_pct: u8,
    pub(super) kilde: Kilde,
    pub(super) forventet: Option<Varighed>,
}

/// What is done with a forløb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hvad {
    Kontakt,
    Indkald,
    Samtale,
    /// The talk was recorded on the wrong forløb.
    FortrydSamtale,
    Anmeld(Anmeldelsestrin),
    Krav,
    FastTrack,
    OtteUger,
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
pub(super) struct Ramme<'a> {
    pub(super) bog: &'a Regelbog,
    /// About when it begins.
    pub(super) dag: NaiveDate,
    /// Last day of the employment, where it ends.
    pub(super) fratraadt: Option<NaiveDate>,
    pub(super) kvinde: bool,
    /// Refusion may run from the first day.
    pub(super) foerstedagsret: bool,
    /// The first number of a registration that is free.
    pub(super) nr: u32,
}

/// Everything that is to happen, with its time, in no order; and the last day of absence.
pub(super) struct Fravaer {
    pub(super) gerninger: Vec<(DateTime<Utc>, Gerning)>,
    pub(super) slut: NaiveDate,
}

impl Ramme<'_> {
    /// Draws one absence; none when the employment is over by then.
    pub(super) fn fravaer(&self, t: &mut Tilfaeldig) -> Option<Fravaer> {
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
struct Forloebet<'a, 'b> {
    ramme: &'a Ramme<'a>,
    t: &'b mut Tilfaeldig,
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

    fn plus(&self, dage: u64) -> NaiveDate {
        self.foerste + Days::new(dage)
    }

    /// Payroll's file comes early every morning.
    fn loen(&mut self, dag: NaiveDate, gerning: Gerning) {
        let tid = klokken(dag, kl(5, 30, self.t.under(20 * 60)));
        self.ud.push((tid, gerning));
    }

    /// People do things in office hours of working days.
    fn folk(&mut self, dag: NaiveDate, hvad: Hvad) {
        let dag = self.ramme.bog.kalender().wd_plus(dag);
        let tid = klokken(dag, kl(8, 5, self.t.under(7 * 3600)));
        self.ud.push((tid, Gerning::Hos(self.ramme.nr, hvad)));
    }

    /// Of a number of days, one between both.
    fn mellem(&mut self, fra: u64, til: u64) -> NaiveDate {
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
            self.penge(dage);
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
        self.opfoelgning(dage);
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

    fn opfoelgning(&mut self, dage: u64) {
        let er_der = |dag: u64| dage > dag;
        if er_der(12) && self.t.promille(880) {
            let dag = if self.t.promille(880) { self.mellem(6, 12) } else { self.mellem(13, 24) };
            self.folk(dag, Hvad::Kontakt);
        }
        if er_der(26) {
            if self.t.promille(750) {
                let dag = self.mellem(16, 21);
                self.folk(dag, Hvad::Indkald);
            }
            if self.t.promille(920) {
                let dag = if self.t.promille(900) { self.mellem(22, 26) } else { self.mellem(27, 40) };
                self.folk(dag, Hvad::Samtale);
                if self.t.promille(40) {
                    self.folk(dag + Days::new(1), Hvad::FortrydSamtale);
                    self.folk(dag + Days::new(4), Hvad::Samtale);
                }
            }
        }
        if er_der(34) && self.t.promille(700) {
            let dag = self.mellem(27, 33);
            self.folk(dag, Hvad::FastTrack);
        }
        if er_der(45) && self.t.promille(600) {
            self.planer(dage);
        }
        if er_der(40) && self.t.promille(450) {
            self.gradvist(dage);
        }
        if er_der(55) && self.t.promille(880) {
            let dag = self.mellem(44, 58);
            self.folk(dag, Hvad::OtteUger);
        }
    }

    /// A TTA plan, its evaluations, and now and then another version.
    fn planer(&mut self, dage: u64) {
        let mut lagt = self.t.mellem(28, 40);
        for _ in 0..self.t.mellem(1, 3) {
            let evaluering = lagt + self.t.mellem(14, 35);
            if lagt >= dage {
                break;
            }
            let evalueringsdag = self.plus(evaluering);
            self.folk(self.plus(lagt), Hvad::Plan { evaluering: evalueringsdag });
            if evaluering < dage && self.t.promille(800) {
                let dag = if self.t.promille(850) { evalueringsdag } else { evalueringsdag + Days::new(6) };
                self.folk(dag, Hvad::Evaluer);
            }
            lagt = evaluering + self.t.mellem(1, 10);
        }
    }

    /// Back step by step.
    fn gradvist(&mut self, dage: u64) {
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

    /// The anmeldelse and the claims.
    fn penge(&mut self, dage: u64) {
        use Anmeldelsestrin::{Afvist, Klar, Kvitteret, Underskrevet};
        let (klar, kvitteret) = match self.t.under(1000) {
            0..40 => return, // forgotten: the money is lost
            40..90 => (self.t.mellem(30, 36), self.t.mellem(37, 60)),
            _ => (self.t.mellem(22, 26), self.t.mellem(27, 33)),
        };
        if self.t.promille(700) {
            self.folk(self.plus(klar), Hvad::Anmeld(Klar));
        }
        let underskrevet = self.mellem(klar + 1, kvitteret);
        self.folk(underskrevet, Hvad::Anmeld(Underskrevet));
        self.folk(self.plus(kvitteret), Hvad::Anmeld(Kvitteret));
        if self.t.promille(25) {
            self.folk(self.plus(kvitteret + 2), Hvad::Anmeld(Afvist));
            self.folk(self.plus(kvitteret + 5), Hvad::Anmeld(Kvitteret));
        }
        let mut krav = kvitteret + self.t.mellem(20, 35);
        while krav < dage {
            self.folk(self.plus(krav), Hvad::Krav);
            krav += self.t.mellem(28, 45);
        }
        let efter = dage.max(kvitteret) + self.t.mellem(6, 40);
        self.folk(self.plus(efter), Hvad::Krav);
    }
}

/// A time of day, and some seconds after it.
fn kl(time: u32, minut: u32, sekunder: u64) -> NaiveTime {
    let sekunder = i64::try_from(sekunder).unwrap_or(0);
    let start = NaiveTime::from_hms_opt(time, minut, 0).unwrap_or(NaiveTime::MIN);
    start.overflowing_add_signed(chrono::TimeDelta::seconds(sekunder)).0
}

/// When payroll's file of a day is read.
pub(super) fn loenfil(dag: NaiveDate) -> DateTime<Utc> {
    klokken(dag, kl(5, 15, 0))
}
