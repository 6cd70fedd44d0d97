//! Somebody begins in another unit under another number, the day after the last one under the number before: what was
//! recorded there goes on here, as the service has it, and so does what is still to happen.

use chrono::{DateTime, Utc};
use forloeb::command::DomainCommand;
use forloeb::haendelse::{AnsaettelseFortsat, FravaerRegistreret, MedarbejderFlyttet};
use forloeb::words::Kilde;
use forloeb::{Aktoer, Now, decide};

use super::SyntheticError;
use super::deed::Deed;
use super::life::{Known, Life};
use super::scene::Scene;
use app::clock::dag_in_denmark;
use app::projections::registrering_of;

impl Life {
    /// Goes on with the life under the number before. Where the absences of both do not fit together, both stay as they are.
    pub(super) fn go_on(
        &mut self,
        before: &mut Self,
        s: &mut Scene<'_>,
        time: DateTime<Utc>,
    ) -> Result<(), SyntheticError> {
        let now = Now { time, dag: dag_in_denmark(time) };
        let import = Aktoer::system("import");
        before.forget_what_is_over(s, now.dag);
        let fra = s.world.medarbejder(self.place).ansat;
        let Some(til) = fra.pred_opt() else { return Ok(()) };
        let goes_on = |before: &Self| {
            let (fra_nr, before) = (before.a.nr().to_owned(), before.a.to_carry());
            DomainCommand::Fortsaet(Box::new(AnsaettelseFortsat { fra_nr, fra, til, before, flere: false }))
        };
        // Nothing is closed under the number before that could not go on.
        if decide(&self.a, &goes_on(before), now, s.book).is_err() {
            s.refused_ones += 1;
            return Ok(());
        }
        let moves = DomainCommand::Flyt(MedarbejderFlyttet { til_nr: self.a.nr().to_owned(), fra });
        before.execute(s, &moves, &import, now)?;
        self.execute(s, &goes_on(before), &import, now)?;

        self.registreringer = std::mem::take(&mut before.registreringer);
        self.next_nr = before.next_nr;
        self.has_forloeb |= std::mem::take(&mut before.has_forloeb);
        s.away[before.place] = false;
        s.often[self.place] = std::mem::take(&mut s.often[before.place]);
        (before.tick, before.at_rest) = (None, None);
        for (time, deed) in std::mem::take(&mut before.agenda) {
            if !deed.is_of_the_employment() {
                self.put((time, deed));
            }
        }
        if let Some(end) = before.away_until.filter(|end| *end >= fra) {
            self.away_until = Some(end);
            self.agenda.retain(|(_, deed)| !matches!(deed, Deed::Syg));
            let gap = self.gap();
            self.put_fravaer(end, gap);
        }
        self.rows_under_the_number_after(s, now)?;
        self.afterwards(s, now)
    }

    /// Payroll has a row of its own under the number after for each absence that goes on, from its first day, and tells the
    /// end in that one.
    fn rows_under_the_number_after(&mut self, s: &mut Scene<'_>, now: Now) -> Result<(), SyntheticError> {
        let fra = s.world.medarbejder(self.place).ansat;
        let open = self.a.registreringer(s.book).into_iter();
        let open = open.filter(|r| r.sidste.is_none() && r.foerste < fra && !r.is_by_hand() && r.forsvundet.is_none());
        for r in open.collect::<Vec<_>>() {
            let Some(nr) = self.registreringer.iter().find(|known| known.id == r.id).map(|known| known.nr) else {
                continue;
            };
            let number = s.next_fravaer_nr();
            let registrering = registrering_of(&number.to_string());
            let row = FravaerRegistreret {
                registrering,
                fravaer_nr: Some(number.to_string()),
                aarsag: r.aarsag,
                foerste: fra,
                sidste: None,
                omfang_pct: r.omfang_pct,
                forventet_varighed: None,
                kilde: Kilde::Import,
                paragraf_56: None,
                raskmeldt: false,
            };
            if !self.execute(s, &DomainCommand::RegistrerFravaer(row), &Aktoer::system("import"), now)? {
                continue;
            }
            // What payroll was to say of the row before it says of this one; people go on with the forløb they had.
            let new = self.next_nr;
            self.next_nr += 1;
            self.registreringer.push(Known {
                nr: new,
                id: registrering,
                fravaer_nr: Some(number),
                number: Some(number),
            });
            for (_, deed) in &mut self.agenda {
                match deed {
                    Deed::Loenret(row) if row.nr == nr => (row.nr, row.foerste) = (new, row.foerste.max(fra)),
                    Deed::Gone(of) | Deed::Found(of, ..) | Deed::Renumber(of) if *of == nr => *of = new,
                    _ => {}
                }
            }
        }
        Ok(())
    }
}
