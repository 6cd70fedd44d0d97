//! Whether something at work was a cause, as a class, and whether the AMR may know. It becomes a task to prevent it.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::ArbejdsaarsagSagt;
use forloeb::words::{Aarsag, Arbejdsmiljoeaarsag, Arbejdsskadesvar, Rolle};

use super::form::{Field, Form, Kind};
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown};
use crate::access::Intent;
use crate::request;
use texts::sentences::{arbejdsaarsag_name, long_dato};

request! {
    /// Whether something at work was a cause.
    Arbejdsaarsag {
        /// The day it was said; today unless said.
        dato: Option<NaiveDate>,
        /// What, as a class; `ingen` where it was nothing at work after all.
        aarsag: Arbejdsmiljoeaarsag,
        /// The employee says that the AMR may know of it; no unless said.
        amr_maa_vide: Option<bool>,
        /// Whether it may be an injury at work; nobody says where nothing is said, and what was said before of the same cause stands.
        arbejdsskade: Option<Arbejdsskadesvar>,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<Arbejdsaarsag>();

impl Command for Arbejdsaarsag {
    const NAME: &'static str = "arbejdsaarsag";
    const SUMMARY: &'static str = "Whether something at work was a cause, and whether the AMR may know of it.";
    const SHOWN: Shown = Shown::Forloeb(Group::FollowUp);
    const DONE: &'static str = "Det er registreret. Nu skal der besluttes, hvad der skal gøres, så det ikke sker igen.";
    const EXAMPLE: &'static [(&'static str, Example)] = &[
        ("dato", Example::Text("2026-02-06")),
        ("aarsag", Example::Text("arbejdspres")),
        ("amr_maa_vide", Example::Yes(true)),
        ("arbejdsskade", Example::Text("ved_ikke")),
    ];
}

impl OnForloeb for Arbejdsaarsag {
    const ACCESS: Intent = Intent::Arbejdsaarsag;

    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { dato, aarsag, amr_maa_vide, arbejdsskade } = self;
        let (dato, amr) = (dato.unwrap_or(at.today), amr_maa_vide.unwrap_or(false));
        Ok(Act::SigArbejdsaarsag(ArbejdsaarsagSagt { forloeb: f.id, dato, aarsag, amr, arbejdsskade }))
    }

    fn forms(at: &CommandContext<'_>, f: &Forloeb, _v: &Assessment) -> Vec<Form> {
        if !f.has_begun(at.today) {
            return Vec::new();
        }
        let own = at.caller.rolle == Rolle::Medarbejder;
        let said = f.sagt.arbejdsaarsag.as_ref();
        let choices: Vec<(&str, &str)> = Arbejdsmiljoeaarsag::ALL
            .iter()
            // That it was nothing takes back what was said.
            .filter(|one| said.is_some() || **one != Arbejdsmiljoeaarsag::Ingen)
            .map(|one| (one.code(), arbejdsaarsag_name(*one)))
            .collect();
        let amr = if own {
            "Må arbejdsmiljørepræsentanten (AMR) vide det?"
        } else {
            "Har medarbejderen sagt, at AMR må vide det?"
        };
        let injury = [("ja", "Ja"), ("nej", "Nej"), ("ved_ikke", "Ved ikke")];
        let fields = vec![
            Field::day("dato", "Dato", at.today).aside("Sagt"),
            Field::choice("aarsag", "Hvad på arbejdet?", &choices),
            Field::new("amr_maa_vide", amr, Kind::YesNo).help(
                "Ved et ja får AMR at vide, hvem det er, at der er et fravær, hvilken slags årsag, og om det kan være en \
                 arbejdsskade. Ikke andet.",
            ),
            Field::choice("arbejdsskade", "Kan det være en arbejdsskade?", &injury)
                .optional()
                .help("En skade, der kommer af arbejdet eller af forholdene på det. Skriv ikke hvilken."),
        ];
        let before = said.map_or_else(String::new, |said| {
            format!("Sagt {}: {}. ", long_dato(said.what.dato), arbejdsaarsag_name(said.what.aarsag))
        });
        let injury = if f.aarsag == Aarsag::Arbejdsskade || own {
            ""
        } else {
            " Er det en arbejdsskade, så ret også fraværets årsag: så passes der på fristen i EASY."
        };
        let help = format!(
            "{before}Vælg kun en slags. Skriv ikke, hvad der skete, eller hvad det har gjort ved nogen.{injury}"
        );
        let help = if own {
            format!(
                "{help} Din leder, den, der træder til for din leder, din leders leder, koordinatoren på din plan og HR kan se, hvad du vælger, og din leder skal tage stilling til, hvad der gøres. Vil du hellere tale med andre først, så gå til HR eller AMR."
            )
        } else {
            help
        };
        let title = if own { "Var noget på arbejdet en årsag?" } else { "Noget på arbejdet var en årsag" };
        vec![Form::new(Self::NAME, title, "Gem årsagen", fields).help(&help)]
    }
}
