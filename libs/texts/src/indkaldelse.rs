//! The letter by which an employee is asked to come to the talk of § 7 a.
//!
//! It is written once, when the invitation is recorded, and kept sealed as it was: so it may name people, and nothing in
//! it says why somebody is away.

use chrono::NaiveDate;
use forloeb::words::Indkaldelsesart;

use crate::brev::letter;

/// What a letter says.
#[derive(Debug, Clone, Copy)]
pub struct Letter<'a> {
    /// Whom it is to, where the name is known.
    pub name: Option<&'a str>,
    /// The day it is written.
    pub written: NaiveDate,
    /// When the talk is, in words.
    pub when: &'a str,
    /// Invited or summoned; invited where nobody said.
    pub art: Option<Indkaldelsesart>,
    /// It is held by telephone.
    pub telefonisk: bool,
    /// Where, or on which number.
    pub sted: &'a str,
    /// What it is about, beside what every such talk is about.
    pub formaal: Option<&'a str>,
    /// Who takes part besides leader and employee.
    pub deltagere: &'a [String],
    /// Who asks, where the name is known.
    pub sender: Option<&'a str>,
}

const ABOUT: &str = "Samtalen handler om, hvordan og hvornår du kan vende tilbage til arbejdet, og hvad vi kan gøre for, at det \
                     lykkes. Du behøver ikke fortælle, hvad du fejler, og vi spørger ikke om det.";
const BISIDDER: &str = "Du må gerne tage en bisidder med, fx din tillidsrepræsentant eller en, du stoler på.";
const CHANGES: &str = "Passer tiden eller stedet ikke, så foreslå noget andet. Er du for syg til at komme, så sig til: så kan vi \
                       tale sammen i telefonen, hvis du kan klare det. Du svarer på din side i Raskvej under Mit forløb, eller \
                       du kan ringe til mig.";
const LAW: &str = "Samtalen er en del af opfølgningen på sygefravær (sygedagpengeloven § 7 a). Er du for syg til at deltage, \
                   får det ingen betydning for din ret til sygedagpenge.";

impl Letter<'_> {
    /// The letter, paragraph by paragraph, with an empty line between them.
    #[must_use]
    pub fn text(&self) -> String {
        let asked = match self.art {
            Some(Indkaldelsesart::Indkaldt) => format!("Du indkaldes til en samtale {}.", self.when),
            Some(Indkaldelsesart::Indbudt) | None => format!("Du inviteres til en samtale {}.", self.when),
        };
        let place = if self.telefonisk {
            format!("Samtalen er i telefonen: {}.", without_point(self.sted))
        } else {
            format!("Stedet er {}.", without_point(self.sted))
        };
        let mut all = vec![format!("{asked} {place}"), ABOUT.to_owned()];
        all.extend(self.formaal.map(|formaal| format!("Vi vil især tale om: {}.", without_point(formaal))));
        if !self.deltagere.is_empty() {
            all.push(format!("Foruden dig og mig deltager {}.", self.deltagere.join(", ")));
        }
        all.extend([BISIDDER, CHANGES, LAW].map(str::to_owned));
        letter(self.written, self.name, all, self.sender)
    }
}

fn without_point(text: &str) -> &str {
    text.trim().trim_end_matches('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_letter_says_when_where_who_and_that_one_may_say_no() {
        let deltagere = ["Tillidsrepræsentanten".to_owned()];
        let letter = Letter {
            name: Some("Åse Ærlig"),
            written: NaiveDate::from_ymd_opt(2026, 1, 22).unwrap(),
            when: "torsdag den 29. januar 2026 kl. 10.00",
            art: Some(Indkaldelsesart::Indkaldt),
            telefonisk: false,
            sted: "Lederens kontor.",
            formaal: Some("Dine vagter i februar"),
            deltagere: &deltagere,
            sender: Some("Lene Leder"),
        };
        let text = letter.text();
        for said in [
            "torsdag den 22. januar 2026\n\nKære Åse Ærlig\n\nDu indkaldes til en samtale torsdag den 29. januar 2026 kl. 10.00. \
             Stedet er Lederens kontor.\n\n",
            "Vi vil især tale om: Dine vagter i februar.",
            "Foruden dig og mig deltager Tillidsrepræsentanten.",
            "bisidder",
            "ingen betydning for din ret til sygedagpenge",
        ] {
            assert!(text.contains(said), "{said}\n\n{text}");
        }
        assert!(text.ends_with("Venlig hilsen\nLene Leder"), "{text}");
        let by_telephone = Letter { telefonisk: true, sted: "jeg ringer til dig", art: None, name: None, ..letter };
        let text = by_telephone.text();
        assert!(text.contains("Hej\n\nDu inviteres til en samtale"), "{text}");
        assert!(text.contains("Samtalen er i telefonen: jeg ringer til dig."), "{text}");
    }
}
