//! A place in a list of employees that may stand in an address: it names nobody.
//!
//! The order is that of the random ids that persons have in the log, and of whoever has several numbers that of the numbers. Who
//! comes to the list or leaves it meanwhile moves no place of another person.

use uuid::Uuid;

use crate::projections::Projections;

/// The place of an employee: whose the number is, and which of their numbers on the list it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PersonPlace {
    person: Uuid,
    nth: usize,
}

impl PersonPlace {
    /// The place of an employee among all the numbers of their person; none: nobody has this number.
    #[must_use]
    pub fn of(nr: &str, projections: &Projections) -> Option<Self> {
        let person = projections.person(nr)?;
        let all = in_places(projections.numbers_for(person).map(str::to_owned), projections, None);
        all.into_iter().find(|(_, own)| own == nr).map(|(place, _)| place)
    }

    /// The employee number that has this place among all of its person's; none: nobody does.
    #[must_use]
    pub fn number(&self, projections: &Projections) -> Option<String> {
        let all = in_places(projections.numbers_for(self.person).map(str::to_owned), projections, None);
        all.into_iter().find(|(place, _)| place == self).map(|(_, nr)| nr)
    }

    /// As an address has it.
    #[must_use]
    pub fn cursor(&self) -> String {
        format!("{}_{}", self.person, self.nth)
    }

    /// The place that an address names.
    #[must_use]
    pub fn from_cursor(text: &str) -> Option<Self> {
        let (person, nth) = text.split_once('_')?;
        Some(Self { person: Uuid::try_parse(person).ok()?, nth: nth.parse().ok()? })
    }
}

/// These employees in the order of their places, each once; those after a place, where one is given.
#[must_use]
pub fn in_places(
    numbers: impl IntoIterator<Item = String>,
    projections: &Projections,
    after: Option<PersonPlace>,
) -> Vec<(PersonPlace, String)> {
    let whose = |nr: String| (projections.person(&nr).unwrap_or_default(), nr);
    let mut all: Vec<(Uuid, String)> = numbers.into_iter().map(whose).collect();
    all.sort_unstable();
    all.dedup();
    let mut placed: Vec<(PersonPlace, String)> = Vec::with_capacity(all.len());
    for (person, nr) in all {
        let nth = placed.last().filter(|(place, _)| place.person == person).map_or(0, |(place, _)| place.nth + 1);
        placed.push((PersonPlace { person, nth }, nr));
    }
    placed.retain(|(place, _)| after.is_none_or(|after| *place > after));
    placed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workplace::{Workplace, details, standing_still};

    /// 1005 and 1006 are one person with two numbers, and 1007 is another: whose id is the smaller is chance.
    #[tokio::test]
    async fn each_number_has_a_place_of_its_own_and_one_goes_on_after_any() {
        let sted = Workplace::empty(standing_still("2026-02-10T08:00:00Z")).await;
        for (nr, person) in [("1005", "1005"), ("1006", "1005"), ("1007", "1007")] {
            sted.ansat(nr, &details(person, "Kanin Fugl", "kanin@arbejde.example"), |_| {}).await;
        }
        let numbers = || ["1007", "1006", "1005", "1006"].map(str::to_owned);
        let placed = |after| in_places(numbers(), &sted.app.projections(), after);
        let all = placed(None);
        let order: Vec<&str> = all.iter().map(|(_, nr)| nr.as_str()).collect();
        assert!(order == ["1005", "1006", "1007"] || order == ["1007", "1005", "1006"], "{order:?}");
        for (n, (place, nr)) in all.iter().enumerate() {
            let again = PersonPlace::from_cursor(&place.cursor());
            assert_eq!(again, Some(*place), "{nr}");
            assert_eq!(placed(again), all[n + 1..]);
        }
        for nr in ["1005", "1006", "1007"] {
            let place = PersonPlace::of(nr, &sted.app.projections()).unwrap();
            assert!(!place.cursor().contains("100"), "{}", place.cursor());
            assert_eq!(place.number(&sted.app.projections()).as_deref(), Some(nr));
        }
        let nobody = PersonPlace::from_cursor("00000000-0000-0000-0000-000000000007_0").unwrap();
        assert_eq!(PersonPlace::of("4711", &sted.app.projections()), None);
        assert_eq!(nobody.number(&sted.app.projections()), None);
        for text in
            ["", "1005", "1005_0", "00000000-0000-0000-0000-000000000007", "00000000-0000-0000-0000-000000000007_x"]
        {
            assert_eq!(PersonPlace::from_cursor(text), None, "{text}");
        }
    }
}
