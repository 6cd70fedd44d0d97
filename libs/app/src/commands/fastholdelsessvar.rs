//! The employer answers a wish for a fastholdelsesplan (§ 7 b stk. 2): it is made together, or refused with a reason.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::FastholdelsesplanBesvaret;
use forloeb::words;

use super::form::{Field, Form};
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown};
use crate::request;
use crate::sealed::{self, Beslutningsgrund};

request! {
    /// The answer to a wish for a fastholdelsesplan.
    #[schema(as = FastholdelsesplanSvar)] Fastholdelsessvar {
        /// Made, or refused.
        svar: words::Fastholdelsessvar,
        /// The day of the answer.
        dato: NaiveDate,
        /// Why it is refused; needed then.
        begrundelse: Option<String>,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<Fastholdelsessvar>();

impl Command for Fastholdelsessvar {
    const NAME: &'static str = "fastholdelsessvar";
    const SUMMARY: &'static str = "Answers a wish for a fastholdelsesplan: it is made, or refused with a reason.";
    const SEALS: &'static [sealed::Kind] = &[sealed::Kind::Beslutningsgrund];
    const TEXTS: &'static [&'static str] = &["begrundelse"];
    const SHOWN: Shown = Shown::Forloeb(Group::FollowUp);
    const DONE: &'static str = "Svaret er registreret. Medarbejderen kan se det på sin egen side.";
    const EXAMPLE: &'static [(&'static str, Example)] = &[
        ("svar", Example::Text("afvist")),
        ("dato", Example::Text("2026-02-06")),
        ("begrundelse", Example::Text("TTA-planen fra sidste uge dækker det samme")),
    ];
}

impl OnForloeb for Fastholdelsessvar {
    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { svar, dato, begrundelse } = self;
        let begrundelse = begrundelse.map(|b| at.seal(&f.medarbejder_nr, &Beslutningsgrund(b))).transpose()?;
        Ok(Act::BesvarFastholdelsesplan(FastholdelsesplanBesvaret { forloeb: f.id, svar, dato, begrundelse }))
    }

    fn forms(at: &CommandContext<'_>, f: &Forloeb, _v: &Assessment) -> Vec<Form> {
        if !f.sagt.awaits_fastholdelsessvar() {
            return Vec::new();
        }
        let choices = [("udarbejdes", "Ja, vi laver den sammen"), ("afvist", "Nej, den er ikke nødvendig")];
        let fields = vec![
            Field::choice("svar", "Laver I en fastholdelsesplan?", &choices),
            Field::day("dato", "Dato for svaret", at.today),
            Field::reason("Hvorfor ikke?")
                .optional()
                .help("Skal udfyldes ved nej; medarbejderen læser det. Skriv ikke om helbred."),
        ];
        vec![
            Form::new(Self::NAME, "Svar på ønsket om en fastholdelsesplan", "Gem svaret", fields).help(
                "Medarbejderen har bedt om en fastholdelsesplan (§ 7 b). Den skal være skriftlig og laves af jer sammen; en TTA-plan kan være den.",
            ),
        ]
    }
}
