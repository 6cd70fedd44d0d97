//! The words of the mail a week about signals of frequent absence: how many people, and where to read of them.

use chrono::NaiveDate;
use texts::sentences;

use crate::once::{Letter, day};

/// The mail to a leader, of so many people.
pub(crate) fn letter(leder: &str, people: usize, week: NaiveDate, at: &str) -> Letter<'static> {
    let people = sentences::count(people as u64, "medarbejder", "medarbejdere");
    let tekst = format!(
        "Til lederen\n\nDer er {people} med signal om hyppigt fravær, og der er nyt, du ikke har fået mail om. Se dem i Raskvej \
         under Hyppigt fravær{at}.\n\nEt signal siger kun, at der er grund til en samtale. Det ændrer ingen frist.\n\nDu får \
         højst én mail om ugen, fordi du har bedt om den. Du kan slå den fra samme sted.\n"
    );
    Letter {
        kind: "signalbrev\n",
        about: vec![leder.to_owned(), week.to_string()],
        subject: "Raskvej: nyt om hyppigt fravær".to_owned(),
        tekst,
    }
}

/// The mail about two invented people.
pub(crate) fn example(at: &str) -> Letter<'static> {
    letter("", 2, day(2026, 2, 2), at)
}
