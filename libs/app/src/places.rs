//! A place in a list of employees that may stand in an address: it names nobody.
//!
//! The order is that of the random ids that persons have in the log, and of whoever has several numbers that in which these became
//! known. A place is a number's own and no count: who comes to the list or leaves it moves no other place, also where it is another
//! number of the same person. Only where the projections are built anew may the numbers of one person come in another order.

use uuid::Uuid;

use crate::projections::Projections;

/// The place of an employee: whose the number is, and where its row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PersonPlace {
    person: Uuid,
    row: u32,
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
        format!("{}_{}", self.person, self.row)
    }

    /// The place that an address names.
    #[must_use]
    pub fn from_cursor(text: &str) -> Option<Self> {
        let (person, row) = text.split_once('_')?;
        Some(Self { person: Uuid::try_parse(person).ok()?, row: row.parse().ok()? })
    }
}

/// These employees in the order of their places, each once; those after a place, where one is given. A number that nothing was ever
/// told of has no place.
#[must_use]
pub fn in_places(
    numbers: impl IntoIterator<Item = String>,
    projections: &Projections,
    after: Option<PersonPlace>,
) -> Vec<(PersonPlace, String)> {
    let placed = numbers.into_iter().filter_map(|nr| {
        let (person, row) = projections.person_and_row(&nr)?;
        Some((PersonPlace { person, row }, nr))
    });
    let mut placed: Vec<(PersonPlace, String)> =
        placed.filter(|(place, _)| after.is_none_or(|after| *place > after)).collect();
    placed.sort_unstable();
    placed.dedup();
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
        // Whoever leaves the list or comes to it between two pages moves nobody, another number of the same person either.
        let place = |nr: &str| all.iter().find(|(_, other)| other == nr).unwrap().0;
        let after_1005 = |left: &[&str]| {
            let left = left.iter().map(|nr| (*nr).to_owned());
            let found = in_places(left, &sted.app.projections(), Some(place("1005"))).into_iter();
            found.map(|(_, nr)| nr).filter(|nr| nr != "1007").collect::<Vec<_>>()
        };
        assert_eq!(after_1005(&["1005", "1006", "1007"]), ["1006"]);
        assert_eq!(after_1005(&["1006", "1007"]), ["1006"], "1005 is not on the list any more");
        assert_eq!(after_1005(&["1007"]), Vec::<String>::new());
        sted.ansat("1004", &details("1005", "Kanin Fugl", "kanin@arbejde.example"), |_| {}).await;
        assert_eq!(after_1005(&["1004", "1005", "1006"]), ["1006", "1004"], "in the order in which they became known");
        for text in
            ["", "1005", "1005_0", "00000000-0000-0000-0000-000000000007", "00000000-0000-0000-0000-000000000007_x"]
        {
            assert_eq!(PersonPlace::from_cursor(text), None, "{text}");
        }
    }
}
