//! What leaders are asked beside the talks: whether they take a forløb, and what is done about a cause at work.

use crate::deadlines::frister::{Frist, OnDay};
use crate::fold::forloeb::Loesning;
use crate::words::{Fristart, Friststatus, Modtagerrolle};

impl OnDay<'_> {
    /// From the first day on which a leader has a forløb that they were given, until they say whether they take it, or somebody
    /// else leads it. Who says nothing leads it all the same.
    pub(super) fn overtagelse(&self) -> Option<Frist> {
        let asked = self.f.sagt.overtagelse.as_ref()?;
        let regel = self.maybe_regel(Fristart::Overtagelse)?;
        let fra = asked.what.fra.max(asked.dag);
        let loest = match &self.f.sagt.overtagelsessvar {
            Some(svar) if self.f.sagt.asked_to_take().is_none() => Some(svar.resolution(svar.what.dato)),
            _ if fra <= self.today && self.f.asked_to_take(self.today).is_none() => {
                Some(Loesning { position: None, name: "LederSkiftet", dato: None })
            }
            _ => None,
        };
        Some(self.after_regel(regel, fra, loest.map(|at| (Friststatus::Opfyldt, at))))
    }

    /// From the day on which it was said that something at work was a cause, until something is done about it; then from the day
    /// on which one looks whether that helped. It stays when the employee is back, for it is for those who come after, too; it ends
    /// with the employment, also where that ends after the return: what helped is found out together with the employee.
    pub(super) fn forebyggelse(&self) -> Option<Frist> {
        let said = self.f.sagt.cause()?;
        let regel = self.maybe_regel(Fristart::Forebyggelse)?;
        let done = self.f.sagt.foranstaltning();
        let opfoelgning = done.and_then(|done| done.what.opfoelgning);
        let loest = done.filter(|_| opfoelgning.is_none());
        let loest = loest.map(|done| (Friststatus::Opfyldt, done.resolution(done.what.dato)));
        let fra = opfoelgning.unwrap_or(said.what.dato);
        let mut frist = self.after_regel(regel, fra, loest.or_else(|| self.lapsed(fra, regel)));
        if self.f.amr(self.today).is_none() {
            let others = frist.ansvarlig.iter().copied().filter(|one| *one != Modtagerrolle::Amr);
            frist.ansvarlig = others.collect::<Vec<_>>().into();
        }
        Some(frist)
    }
}
