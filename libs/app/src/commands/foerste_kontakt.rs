//! The first contact was made.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::FoersteKontaktHoldt;
use forloeb::words::{Kontaktform, Kontaktrolle, Rolle, TagetAf, Varighed};

use super::form::{Field, Form, Kind};
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown, VARIGHED};
use crate::access::Intent;
use crate::request;

request! {
    /// First contact.
    FoersteKontakt {
        /// Day.
        dato: NaiveDate,
        /// How.
        form: Kontaktform,
        /// Who on the workplace's side.
        kontaktperson_rolle: Kontaktrolle,
        /// Who took it.
        taget_af: TagetAf,
        /// What the employee expects.
        forventet_varighed: Option<Varighed>,
        /// Whether conditions at work play a part.
        arbejdsrelateret: Option<bool>,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<FoersteKontakt>();

impl Command for FoersteKontakt {
    const NAME: &'static str = "foerste-kontakt";
    const SUMMARY: &'static str = "First contact was made.";
    const SHOWN: Shown = Shown::Forloeb(Group::FollowUp);
    const DONE: &'static str = "Kontakten er registreret.";
    const EXAMPLE: &'static [(&'static str, Example)] = &[
        ("dato", Example::Text("2026-01-14")),
        ("form", Example::Text("telefon")),
        ("kontaktperson_rolle", Example::Text("leder")),
        ("taget_af", Example::Text("arbejdsplads")),
        ("forventet_varighed", Example::Text("ukendt")),
        ("arbejdsrelateret", Example::Yes(false)),
    ];
}

impl OnForloeb for FoersteKontakt {
    const ACCESS: Intent = Intent::FoersteKontakt;

    fn decide(self, _at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        Ok(Act::FoersteKontakt(FoersteKontaktHoldt {
            forloeb: f.id,
            dato: self.dato,
            form: self.form,
            kontaktperson_rolle: self.kontaktperson_rolle,
            taget_af: self.taget_af,
            forventet_varighed: self.forventet_varighed,
            arbejdsrelateret: self.arbejdsrelateret,
        }))
    }

    fn forms(at: &CommandContext<'_>, f: &Forloeb, _v: &Assessment) -> Vec<Form> {
        let nr = at.caller.nr.as_deref();
        let is = |said: &Option<String>| {
            nr.zip(said.as_deref()).is_some_and(|(own, said)| at.projections().is_same_nr(own, said))
        };
        let rolle = match at.caller.rolle {
            Rolle::Leder => "leder",
            Rolle::Kontaktperson if is(&f.stamdata_now(at.today).tr_nr) => "tr",
            Rolle::Kontaktperson if is(&f.stamdata_now(at.today).amr_nr) => "amr",
            _ => "",
        };
        let forms = [("telefon", "Telefon"), ("personlig", "Personligt møde"), ("sms", "Sms"), ("mail", "Mail")];
        let roller = [
            ("tr", "Tillidsrepræsentant (TR)"),
            ("amr", "Arbejdsmiljørepræsentant (AMR)"),
            ("leder", "Leder"),
            ("anden", "En anden kollega"),
        ];
        let taget_af = [("arbejdsplads", "Arbejdspladsen"), ("medarbejder", "Medarbejderen selv")];
        let fields = vec![
            Field::day("dato", "Dato for kontakten", at.today),
            Field::choice("form", "Hvordan var kontakten?", &forms),
            Field::choice("kontaktperson_rolle", "Hvem havde kontakten på arbejdspladsens vegne?", &roller)
                .holding(rolle)
                .aside("Ved"),
            Field::choice("taget_af", "Hvem tog kontakten?", &taget_af).holding("arbejdsplads").aside("Taget af"),
            Field::choice("forventet_varighed", "Hvor længe venter medarbejderen at være væk?", VARIGHED)
                .optional()
                .aside("Ventes væk"),
            Field::new("arbejdsrelateret", "Spiller forhold på arbejdet en rolle?", Kind::YesNo)
                .optional()
                .aside("Arbejdet spiller en rolle")
                .help("Spørg ikke om diagnose. Svaret skal kun bruges til at hjælpe."),
        ];
        vec![Form::new(Self::NAME, "Registrér første kontakt", "Gem kontakten", fields)]
    }
}
