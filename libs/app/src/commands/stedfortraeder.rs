//! Who acts for a leader: on the days when the leader is away, or whenever the leader turns out not to be there.

use chrono::NaiveDate;
use forloeb::command::DomainCommand;
use forloeb::haendelse::StedfortraederUdpeget;

use super::form::{Field, Form, Kind};
use super::{After, Answer, Command, CommandContext, Entry, Example, Left, OnEmployment, Refusal, Shown};
use crate::access::{Denial, Intent, User};
use crate::projections::Projections;
use crate::request;

request! {
    /// Who acts for a leader: on some days, or whenever the leader turns out not to be there.
    Udpegning {
        /// Employee number of the leader.
        leder_nr: String,
        /// Employee number of the substitute; nobody unless said.
        stedfortraeder_nr: Option<String>,
        /// First day on which the leader is away.
        fra: Option<NaiveDate>,
        /// Last day on which the leader is away.
        til: Option<NaiveDate>,
    }
}

pub static ENTRY: Entry = Entry::on_employment::<Udpegning>();

impl Command for Udpegning {
    const NAME: &'static str = "stedfortraeder";
    const OPERATION: Option<&'static str> = Some("udpeg");
    const SUMMARY: &'static str = "Names who acts for a leader: on the days from `fra` to `til`, when the leader is away; without days, whenever the\nleader turns out not to be there. Without `stedfortraeder_nr` nobody does any more.";
    const TAG: &'static str = "stedfortraeder";
    const ANSWER: Answer = Answer::Stedfortraedere;
    const SHOWN: Shown = Shown::Page("/stedfortraeder");
    const DONE: &'static str = "Det er registreret, hvem der træder til.";
    const EXAMPLE: &'static [(&'static str, Example)] = &[
        ("leder_nr", Example::Text("1001")),
        ("stedfortraeder_nr", Example::Text("1003")),
        ("fra", Example::Text("2026-02-16")),
        ("til", Example::Text("2026-02-20")),
    ];
}

impl OnEmployment for Udpegning {
    const ROUTE: &'static str = "/api/v1/stedfortraeder";
    const ACCESS: Intent = Intent::Udpegning;

    fn employment<'a>(&'a self, _caller: &'a User) -> &'a str {
        &self.leder_nr
    }

    fn may(&self, caller: &User, projections: &Projections) -> Result<(), Refusal> {
        caller.may_udpege(&self.leder_nr, projections).map_err(|denial| match denial {
            Denial::NotFound => Refusal::field("leder_nr", "ingen leder, du kan udpege for, har dette nummer"),
            denial => denial.into(),
        })
    }

    fn decide(self, at: &CommandContext<'_>) -> Result<DomainCommand, Refusal> {
        let Self { leder_nr, stedfortraeder_nr, fra, til } = self;
        if let Some(nr) = &stedfortraeder_nr {
            let near = {
                let projections = at.projections();
                let in_reach = at.caller.is_hr() && at.caller.reaches(nr, &projections);
                let other = !projections.is_same_person(nr, &leder_nr);
                other && (in_reach || projections.can_stand_in(&leder_nr).contains(nr.as_str()))
            };
            if *nr == leder_nr {
                return Err(Refusal::field("stedfortraeder_nr", "kan ikke være lederen selv"));
            }
            // Numbers are not for trying out: HR can name anybody, a leader those who are near.
            if !near {
                let said = "skal være lederens egen leder, en leder ved siden af eller en af lederens medarbejdere";
                return Err(Refusal::field("stedfortraeder_nr", said));
            }
            at.employed("stedfortraeder_nr", nr, til.unwrap_or(at.today))?;
        }
        Ok(DomainCommand::UdpegStedfortraeder(StedfortraederUdpeget { stedfortraeder_nr, fra, til }))
    }

    fn left(after: After) -> Result<Left, Refusal> {
        Ok(Left::Employment(after))
    }
}

/// The forms for a leader: some days, and until further notice.
#[must_use]
pub fn forms(at: &CommandContext<'_>, leder_nr: &str) -> Vec<Form> {
    let (fast, numbers) = {
        let projections = at.projections();
        let fast = projections.stedfortraedere(leder_nr).and_then(|s| s.fast()).map(|nr| projections.current_nr(nr));
        let mut numbers = projections.can_stand_in(leder_nr);
        numbers.extend(fast); // whom HR named may be somebody else
        (fast.map(str::to_owned), numbers.into_iter().map(str::to_owned).collect::<Vec<_>>())
    };
    let people = at.people(numbers);
    let nr = |label, nobody| Field::person("stedfortraeder_nr", label, nobody, people.clone());
    let days = vec![
        Field::new("fra", "Første dag væk", Kind::Date),
        Field::new("til", "Sidste dag væk", Kind::Date),
        nr("Stedfortræder i de dage", "Vælg stedfortræder"),
    ];
    let always = nr("Fast stedfortræder", "Ingen").holding(fast.as_deref().unwrap_or_default());
    vec![
        Form::new(Udpegning::NAME, "Væk i nogle dage", "Gem", days).named("periode").help(
            "I de dage får stedfortræderen alle lederens påmindelser. Skal ingen træde til, så vælg lederens egen leder. Er en anden udpeget i nogle \
             af dagene, gælder den nye i dem, og den anden har resten.",
        ),
        Form::new(Udpegning::NAME, "Når lederen uventet ikke er der", "Gem", vec![always]).named("fast").help(
            "Den faste stedfortræder får påmindelserne, når lederen selv er sygemeldt eller ikke kan få mail.",
        ),
    ]
}

/// The form that takes some days away again.
#[must_use]
pub fn removal() -> Form {
    let fields = vec![Field::new("fra", "", Kind::Hidden), Field::new("til", "", Kind::Hidden)];
    Form::new(Udpegning::NAME, "Fjern", "Fjern", fields).named("fjern")
}
