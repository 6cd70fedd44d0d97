//! Which frister somebody sees.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::words::{Fristart, Friststatus, Modtagerrolle};

use super::{User, table};
use crate::projections::Projections;
use crate::projections::card::Statuses;

impl User {
    /// Where the frister stand that the caller may see.
    pub fn statuses(&self, statuses: Statuses) -> impl Iterator<Item = (Fristart, Friststatus)> {
        statuses.all().filter(|(art, _)| self.sees_frist(*art))
    }

    /// May see a frist of this kind where they see the forløb. What is hidden is not counted, filtered or sorted by either.
    #[must_use]
    pub const fn sees_frist(&self, art: Fristart) -> bool {
        self.may_ever(table::of_frist(art))
    }

    /// May see a frist of this kind of a forløb: they may read what it stands in, or it is they who do what it asks for. Mails about
    /// it go to nobody else.
    #[must_use]
    pub fn sees_frist_in(&self, f: &Forloeb, art: Fristart, projections: &Projections, today: NaiveDate) -> bool {
        let may = |intent| self.may_with(f, intent, projections, today).is_ok();
        may(table::of_frist(art)) || table::act_of_frist(art).is_some_and(may)
    }

    /// May see one frist of a forløb that is shown to them: one of a kind that they see, or one that it is theirs to do something
    /// about. Of what was agreed, who reads nothing of the talks sees what they keep themself.
    #[must_use]
    pub fn sees_frist_of(
        &self,
        f: &Forloeb,
        (art, ansvarlig): (Fristart, &[Modtagerrolle]),
        projections: &Projections,
        today: NaiveDate,
    ) -> bool {
        let own = || art != Fristart::Aftale || ansvarlig.contains(&Modtagerrolle::Kontaktperson);
        self.sees_frist(art) || (own() && self.sees_frist_in(f, art, projections, today))
    }
}
