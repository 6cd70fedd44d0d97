//! The people of the demonstration. All invented; the CPR numbers have a day above 60 and belong to nobody.

use chrono::NaiveDate;
use forloeb::haendelse::Stamdata;

use crate::keys::Confidential;
use crate::sealed::Personoplysninger;
use forloeb::calendar::plus_dage as plus;

/// An employee of the demonstration.
pub(super) struct Person {
    pub(super) nr: &'static str,
    pub(super) name: &'static str,
    pub(super) stilling: &'static str,
    pub(super) enhed: usize,
    pub(super) leder: Option<&'static str>,
    pub(super) timer: f64,
    pub(super) special: Special,
}

/// What is special about an employment.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Special {
    Nothing,
    Leder,
    Paragraf56,
    Fleksjob,
    /// Employed so many days before today.
    Nyansat(i64),
    /// Leaves so many days after today.
    Fratraeder(i64),
}

const ENHEDER: [(&str, &str, &str, &str); 3] = [
    ("E000", "Socialområdet", "1002", "1003"),
    ("E101", "Botilbud Solsikken", "1002", "1003"),
    ("E102", "Botilbud Åkanden", "2002", "2003"),
];

const fn person(
    nr: &'static str,
    name: &'static str,
    stilling: &'static str,
    enhed: usize,
    leder: Option<&'static str>,
    timer: f64,
    special: Special,
) -> Person {
    Person { nr, name, stilling, enhed, leder, timer, special }
}

const A: Option<&str> = Some("1001");
const B: Option<&str> = Some("2001");

pub(super) const PERSONER: [Person; 27] = [
    person("9001", "Kirsten Overgaard", "Områdeleder", 0, None, 37.0, Special::Leder),
    person("9002", "Jørgen Holm", "HR-konsulent", 0, Some("9001"), 37.0, Special::Nothing),
    person("1001", "Lone Ærø", "Afdelingsleder", 1, Some("9001"), 37.0, Special::Leder),
    person("1002", "Peter Storm", "Socialpædagog (TR)", 1, A, 37.0, Special::Nothing),
    person("1003", "Amina Yusuf", "Socialpædagog (AMR)", 1, A, 34.0, Special::Nothing),
    person("1004", "Søren Bæk", "Omsorgsmedhjælper", 1, A, 32.0, Special::Nothing),
    person("1005", "Ida Nygård", "Socialpædagog", 1, A, 37.0, Special::Nothing),
    person("1006", "Mads Østergaard", "Socialpædagog", 1, A, 30.0, Special::Nothing),
    person("1007", "Karen Lund", "Social- og sundhedsassistent", 1, A, 32.0, Special::Nothing),
    person("1008", "Bo Åkjær", "Pædagogisk assistent", 1, A, 37.0, Special::Nothing),
    person("1009", "Fatima Hassan", "Socialpædagog", 1, A, 37.0, Special::Nothing),
    person("1010", "Torben Kjær", "Nattevagt", 1, A, 28.0, Special::Nothing),
    person("1011", "Line Sørensen", "Socialpædagog", 1, A, 30.0, Special::Nothing),
    person("1012", "Erik Møller", "Pedel", 1, A, 37.0, Special::Fleksjob),
    person("1013", "Julie Vang", "Socialpædagog", 1, A, 37.0, Special::Nyansat(60)),
    person("2001", "Henrik Øllgaard", "Afdelingsleder", 2, Some("9001"), 37.0, Special::Leder),
    person("2002", "Mette Krogh", "Socialpædagog (TR)", 2, B, 37.0, Special::Nothing),
    person("2003", "Ole Frandsen", "Socialpædagog (AMR)", 2, B, 32.0, Special::Nothing),
    person("2004", "Birgit Ågård", "Socialpædagog", 2, B, 37.0, Special::Nothing),
    person("2005", "Rasmus Dahl", "Omsorgsmedhjælper", 2, B, 30.0, Special::Nothing),
    person("2006", "Sofie Blæsild", "Socialpædagog", 2, B, 37.0, Special::Nothing),
    person("2007", "Niels Trøst", "Nattevagt", 2, B, 28.0, Special::Paragraf56),
    person("2008", "Anne Bisgård", "Social- og sundhedshjælper", 2, B, 32.0, Special::Fratraeder(-5)),
    person("2009", "Jonas Rør", "Socialpædagog", 2, B, 37.0, Special::Nothing),
    person("2010", "Camilla Skov", "Pædagogisk assistent", 2, B, 34.0, Special::Nothing),
    person("2011", "Ahmed Demir", "Socialpædagog", 2, B, 37.0, Special::Nothing),
    person("2012", "Grethe Kjærsgård", "Køkkenassistent", 2, B, 25.0, Special::Nothing),
];

impl Person {
    /// Master data as payroll would have it.
    pub(super) fn stamdata(&self, today: NaiveDate) -> Stamdata {
        let (enhed, enhed_navn, tr, amr) = ENHEDER[self.enhed.min(ENHEDER.len() - 1)];
        Stamdata {
            enhed: enhed.to_owned(),
            enhed_navn: enhed_navn.to_owned(),
            leder_nr: self.leder.map(str::to_owned),
            tr_nr: Some(tr.to_owned()),
            amr_nr: Some(amr.to_owned()),
            ansat: Some(match self.special {
                Special::Nyansat(dage) => plus(today, -dage),
                _ => plus(today, -2900),
            }),
            fratraadt: match self.special {
                Special::Fratraeder(dage) => Some(plus(today, dage)),
                _ => None,
            },
            timer_pr_uge: self.timer,
            bopaelskommune: "0727".to_owned(),
            paragraf_56: self.special == Special::Paragraf56,
            fleksjob: self.special == Special::Fleksjob,
            nyuddannet: false,
            er_leder: self.special == Special::Leder,
            ..Stamdata::default()
        }
    }

    /// What only those who may see it see.
    pub(super) fn details(&self) -> Personoplysninger {
        Personoplysninger {
            cpr: Confidential::new(format!("610180{}", self.nr)),
            name: Confidential::new(self.name.to_owned()),
            email: Confidential::new(format!("m{}@fiktivkommune.example", self.nr)),
            // No Danish number begins with 1: nobody is rung up by somebody who tries the demonstration.
            telefon: Confidential::new(format!("1000{}", self.nr)),
            stilling: Confidential::new(self.stilling.to_owned()),
        }
    }
}
