//! A step of the anmeldelse to the handlekommune.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::AnmeldelseRegistreret;
use forloeb::words::{Aarsag, Anmeldelsestrin};

use super::form::{Field, Form, Kind};
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown, is_number};
use crate::request;
use crate::sealed::{self, Refusionsgrund};

request! {
    /// A step of the anmeldelse.
    Anmeldelse {
        /// Step.
        trin: Anmeldelsestrin,
        /// Day.
        dato: NaiveDate,
        /// Of a receipt: the day on which it was signed in NemRefusion. Needed where no earlier step says it.
        underskrevet_dato: Option<NaiveDate>,
        /// Receipt number. Needed for a receipt, or `uden_kvittering`.
        kvittering: Option<String>,
        /// Why there is no receipt number.
        uden_kvittering: Option<String>,
        /// Code of the kommune.
        kommune: Option<String>,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<Anmeldelse>();

impl Command for Anmeldelse {
    const NAME: &'static str = "anmeldelse";
    const SUMMARY: &'static str = "A step of the anmeldelse to the handlekommune.";
    const TEXTS: &'static [&'static str] = &["uden_kvittering"];
    const SEALS: &'static [sealed::Kind] = &[sealed::Kind::Refusionsgrund];
    const SHOWN: Shown = Shown::Forloeb(Group::Money);
    const DONE: &'static str = "Anmeldelsen er registreret.";
    const EXAMPLE: &'static [(&'static str, Example)] = &[
        ("trin", Example::Text("kvitteret")),
        ("dato", Example::Text("2026-02-06")),
        ("underskrevet_dato", Example::Text("2026-02-05")),
        ("kvittering", Example::Text("NR-1004")),
        ("uden_kvittering", Example::Text("NemRefusion viste intet nummer")),
        ("kommune", Example::Text("0727")),
    ];
}

impl Anmeldelse {
    /// A receipt says when it was signed, which is what counts (BEK 510/2024 § 1 stk. 5), and its number or why there is
    /// none. No other step says either.
    fn is_whole(&self, f: &Forloeb) -> Result<(), Refusal> {
        let said = self.underskrevet_dato.is_some();
        match self.trin {
            Anmeldelsestrin::Kvitteret if !said && f.awaits_kvittering().is_none() => Err(Refusal::field(
                "underskrevet_dato",
                "skal udfyldes: dagen, anmeldelsen blev underskrevet i NemRefusion. Det er den, der tæller",
            )),
            Anmeldelsestrin::Kvitteret if self.kvittering.is_none() && self.uden_kvittering.is_none() => Err(
                Refusal::field("kvittering", "skal udfyldes; er der intet nummer, så skriv hvorfor i uden_kvittering"),
            ),
            Anmeldelsestrin::Kvitteret => Ok(()),
            _ if said => Err(Refusal::field("underskrevet_dato", "hører kun til en kvittering; brug dato")),
            _ if self.uden_kvittering.is_some() => {
                Err(Refusal::field("uden_kvittering", "hører kun til en kvittering"))
            }
            _ => Ok(()),
        }
    }
}

impl OnForloeb for Anmeldelse {
    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        self.is_whole(f)?;
        let Self { trin, dato, underskrevet_dato, kvittering, uden_kvittering, kommune } = self;
        is_number(
            "kvittering",
            "skal være kvitteringens nummer: højst 60 bogstaver, tal og -/.",
            kvittering.as_deref(),
        )?;
        if !kommune.as_deref().is_none_or(|k| matches!(k.len(), 3 | 4) && k.bytes().all(|b| b.is_ascii_digit())) {
            return Err(Refusal::field("kommune", "skal være kommunens kode på 3 eller 4 cifre, fx 0727"));
        }
        let uden_kvittering = uden_kvittering.map(|b| at.seal(&f.medarbejder_nr, &Refusionsgrund(b))).transpose()?;
        Ok(Act::Anmeld(AnmeldelseRegistreret {
            forloeb: f.id,
            trin,
            dato,
            underskrevet_dato,
            uden_kvittering,
            kvittering,
            kommune,
        }))
    }

    fn forms(at: &CommandContext<'_>, f: &Forloeb, v: &Assessment) -> Vec<Form> {
        if !v.refusion.asks_for_anmeldelse {
            return Vec::new();
        }
        let trin = [
            ("klar", "Klargjort"),
            ("underskrevet", "Underskrevet og sendt i NemRefusion"),
            ("kvitteret", "Kvitteret"),
            ("afvist", "Afvist"),
        ];
        let underskrevet = Field::new("underskrevet_dato", "Underskrevet i NemRefusion den", Kind::Date).optional();
        let underskrevet = match f.awaits_kvittering() {
            Some(_) => underskrevet.help("Underskriften er registreret; lad feltet stå tomt."),
            None => underskrevet.help("Skal udfyldes ved en kvittering. Det er underskriftens dag, der tæller."),
        };
        let fields = vec![
            Field::choice("trin", "Hvor langt er anmeldelsen?", &trin),
            Field::day("dato", "Dato", at.today),
            underskrevet,
            Field::new("kvittering", "Kvitteringens nummer", Kind::Text)
                .optional()
                .help("Skal udfyldes ved en kvittering."),
            Field::new("uden_kvittering", "Hvorfor er der intet nummer?", Kind::Text)
                .optional()
                .help("Kun ved en kvittering uden nummer. Skriv ikke om helbred."),
            Field::new("kommune", "Handlekommunens kode", Kind::Text)
                .optional()
                .holding(f.anmeldt_kommune().unwrap_or(&f.stamdata_now(at.today).bopaelskommune))
                .help("3 eller 4 cifre, fx 0727."),
        ];
        let to = if f.aarsag == Aarsag::Graviditet { "Udbetaling Danmark" } else { "handlekommunen" };
        vec![
            Form::new(Self::NAME, "Registrér anmeldelse", "Gem trinnet", fields)
                .help(format!("Anmeldelsen til {to} tæller fra den dag, den er underskrevet, og er i orden, når kvitteringen er registreret.")),
        ]
    }
}
