//! What payroll's files do beside telling of absences: rows vanish and come again, or stand under another number, and there
//! are rows about what people registered by hand, which say another day now and then. HR decides.

use chrono::{Days, NaiveDate};
use forloeb::command::{Act, DomainCommand, Valg};
use forloeb::derive::Imported;
use forloeb::forloeb::Forloeb;
use forloeb::haendelse::{Forsvundet, FravaerKnyttet};
use forloeb::uenighed::Vaelg;
use forloeb::words::{Kilde, Rolle};
use forloeb::{Aktoer, Now};

use super::SyntheticError;
use super::deed::{Deed, Forloebet, Registrering, What};
use super::life::Life;
use super::scene::Scene;
use app::sealed::Rettelsesgrund;

/// Times in a thousand that payroll has a row about what people registered by hand, too.
const ALSO_PER_MILLE: u64 = 450;
/// Times in a thousand that a file that holds everything lacks a row.
const GONE_PER_MILLE: u64 = 25;
/// Times in a thousand that it stands under another number.
const RENUMBERED_PER_MILLE: u64 = 15;
/// Times in a thousand that somebody decides a disagreement.
const DECIDED_PER_MILLE: u64 = 700;

impl Forloebet<'_, '_> {
    /// Payroll's row about what people registered by hand, where there is one. One in five says another first day, and
    /// one in five another last day.
    pub(super) fn also_in_payroll(&mut self, r: Registrering) {
        if !self.t.per_mille(ALSO_PER_MILLE) {
            return;
        }
        let near = |t: &mut chance::Random, dag: NaiveDate| match t.under(10) {
            0 => dag + Days::new(1),
            1 => dag - Days::new(1),
            _ => dag,
        };
        let foerste = near(self.t, self.foerste);
        let row = Registrering { nr: r.nr + 1, foerste, sidste: None, kilde: Kilde::Import, forventet: None, ..r };
        let known = self.between(0, 3).max(foerste);
        self.loen(known, Deed::Registrer(row));
        let sidste = near(self.t, self.end).max(foerste);
        let learnt = self.end.max(known) + Days::new(self.t.between(1, 3));
        self.loen(learnt, Deed::Loenret(Registrering { sidste: Some(sidste), ..row }));
        for dag in [known, learnt] {
            if self.t.per_mille(DECIDED_PER_MILLE) {
                let dag = dag + Days::new(self.t.between(3, 9));
                let vaelg = self.t.af(&[Vaelg::Loen, Vaelg::Person]);
                self.people(dag, What::Afgoer(vaelg));
            }
        }
    }

    /// A row of payroll that was told on a day is gone from a later file, or stands under another number in it.
    pub(super) fn vanish(&mut self, r: Registrering, told: NaiveDate) {
        if self.t.per_mille(RENUMBERED_PER_MILLE) {
            let dag = told + Days::new(self.t.between(1, 6));
            self.loen(dag, Deed::Renumber(r.nr));
        }
        if !self.t.per_mille(GONE_PER_MILLE) {
            return;
        }
        let dag = told + Days::new(self.t.between(1, 12));
        self.loen(dag, Deed::Gone(r.nr));
        let then = dag + Days::new(self.t.between(1, 9));
        match self.t.under(10) {
            0..5 => self.loen(then, Deed::Found(r.nr, Forsvundet::KommetIgen, None)),
            5..7 => self.hr(then, Deed::Found(r.nr, Forsvundet::Beholdt, None)),
            7..9 => self.hr(then, Deed::Found(r.nr, Forsvundet::Annulleret, None)),
            _ => {
                let sidste = (dag - Days::new(1)).max(r.foerste);
                self.hr(then, Deed::Found(r.nr, Forsvundet::Afsluttet, Some(sidste)));
            }
        }
    }
}

/// Payroll's own files have what came again; everything else is HR's to say.
fn who_says(stand: Forsvundet) -> Aktoer {
    match stand {
        Forsvundet::Meldt | Forsvundet::KommetIgen => Aktoer::system("import"),
        Forsvundet::Beholdt | Forsvundet::Afsluttet | Forsvundet::Annulleret => Aktoer::new(Rolle::Hr, None),
    }
}

impl Life {
    /// A registration is gone, or something becomes of one that is.
    pub(super) fn vanished(
        &mut self,
        s: &mut Scene<'_>,
        nr: u32,
        (stand, sidste): (Forsvundet, Option<NaiveDate>),
        now: Now,
    ) -> Result<(), SyntheticError> {
        let Some(registrering) = self.known(nr).map(|known| known.id) else { return Ok(()) };
        let command = DomainCommand::FravaerGone { registrering, stand, sidste };
        self.execute(s, &command, &who_says(stand), now).map(drop)
    }

    /// The employee is gone from a file of everybody, or something becomes of that.
    pub(super) fn employee(&mut self, s: &mut Scene<'_>, stand: Forsvundet, now: Now) -> Result<(), SyntheticError> {
        let command = DomainCommand::MedarbejderGone { stand, fratraadt: None };
        self.execute(s, &command, &who_says(stand), now).map(drop)
    }

    /// Payroll has the same in another row.
    pub(super) fn renumber(&mut self, s: &mut Scene<'_>, nr: u32, now: Now) -> Result<(), SyntheticError> {
        let Some(known) = self.known(nr) else { return Ok(()) };
        let (registrering, Some(number)) = (known.id, known.number) else { return Ok(()) };
        let before = number.to_string();
        let of_all = self.a.registreringer(s.book);
        let Some(line) = of_all.iter().find(|r| r.id == registrering).and_then(|r| r.row(&before)).copied() else {
            return Ok(());
        };
        let new = s.next_fravaer_nr();
        let command = DomainCommand::RenumberFravaer { registrering, before, fravaer_nr: new.to_string(), line };
        if self.execute(s, &command, &Aktoer::system("import"), now)?
            && let Some(known) = self.known_mut(nr)
        {
            known.number = Some(new);
        }
        Ok(())
    }

    /// Payroll tells of a registration again, and otherwise. What was gone is there again by that; a row about what people
    /// have spoken of is told beside theirs.
    pub(super) fn loenret(&mut self, s: &mut Scene<'_>, r: &Registrering, now: Now) -> Result<(), SyntheticError> {
        let Some(known) = self.known(r.nr) else { return Ok(()) };
        let (registrering, number) = (known.id, known.number);
        let (aarsag, foerste, sidste, omfang_pct) = (r.aarsag, r.foerste, r.sidste, r.omfang_pct);
        let line = Imported { aarsag, foerste, sidste, omfang_pct, paragraf_56: None, raskmeldt: false };
        let of_all = self.a.every_registrering(s.book);
        let Some(stands) = of_all.into_iter().find(|r| r.id == registrering) else { return Ok(()) };
        if stands.forsvundet.is_some() {
            self.vanished(s, r.nr, (Forsvundet::KommetIgen, None), now)?;
        }
        let command = match number {
            Some(number) if stands.is_by_hand() => {
                DomainCommand::KnytFravaer(FravaerKnyttet { registrering, fravaer_nr: number.to_string(), line })
            }
            _ => DomainCommand::ChangeFravaer { registrering, line },
        };
        self.execute(s, &command, &Aktoer::system("import"), now).map(drop)
    }

    /// Who is right about the first day that payroll and a person disagree on; none where they agree.
    pub(super) fn who_is_right(
        &mut self,
        s: &Scene<'_>,
        f: &Forloeb,
        vaelg: Vaelg,
    ) -> Result<Option<Act>, SyntheticError> {
        let Some(u) = f.uenigheder.first() else { return Ok(None) };
        let (registrering, felt, position) = (u.registrering, u.felt, u.position);
        let begrundelse = self.grund(s, Rettelsesgrund)?;
        Ok(Some(Act::AfgoerUenighed(Valg { registrering, felt, position, vaelg, begrundelse })))
    }
}
