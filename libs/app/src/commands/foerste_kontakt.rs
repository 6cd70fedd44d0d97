//! The first contact was made.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::FoersteKontaktHoldt;
use forloeb::words::{Kontaktform, Kontaktrolle, Kontaktsted, Rolle, Samtalegrund, TagetAf, Varighed};

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
        /// Where it was.
        sted: Option<Kontaktsted>,
        /// Why there is to be a further talk; empty where none is needed.
        grunde: Option<Vec<Samtalegrund>>,
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
        ("sted", Example::Text("hjemme")),
        ("grunde", Example::List(&[Example::Text("stoette")])),
    ];
}

impl OnForloeb for FoersteKontakt {
    const ACCESS: Intent = Intent::FoersteKontakt;

    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        if at.caller.rolle == Rolle::Medarbejder && self.taget_af != TagetAf::Medarbejder {
            return Err(Refusal::field(
                "taget_af",
                "skal være medarbejder, når det er dig selv, der har taget kontakten",
            ));
        }
        let mut grunde = self.grunde.unwrap_or_default();
        grunde.sort_unstable();
        grunde.dedup();
        Ok(Act::FoersteKontakt(FoersteKontaktHoldt {
            forloeb: f.id,
            dato: self.dato,
            form: self.form,
            kontaktperson_rolle: self.kontaktperson_rolle,
            taget_af: self.taget_af,
            forventet_varighed: self.forventet_varighed,
            arbejdsrelateret: self.arbejdsrelateret,
            sted: self.sted,
            grunde,
        }))
    }

    fn forms(at: &CommandContext<'_>, f: &Forloeb, _v: &Assessment) -> Vec<Form> {
        if at.caller.rolle == Rolle::Medarbejder {
            return own(at, f).into_iter().collect();
        }
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
        let taget_af = [("arbejdsplads", "Arbejdspladsen"), ("medarbejder", "Medarbejderen selv")];
        let fields = vec![
            Field::day("dato", "Dato for kontakten", at.today),
            Field::choice("form", "Hvordan var kontakten?", FORMS),
            Field::choice("kontaktperson_rolle", "Hvem havde kontakten på arbejdspladsens vegne?", ROLLER)
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
            Field::several("grunde", "Er der brug for en samtale mere?", GRUNDE)
                .aside("Brug for samtale")
                .help("Sæt kryds ved det, der passer. Du får at vide, hvad næste skridt er."),
            Field::choice("sted", "Hvor var kontakten?", STEDER).optional().aside("Hvor"),
        ];
        vec![Form::new(Self::NAME, "Registrér første kontakt", "Gem kontakten", fields)]
    }
}

/// How it was.
pub(super) const FORMS: &[(&str, &str)] =
    &[("telefon", "Telefon"), ("personlig", "Personligt møde"), ("sms", "Sms"), ("mail", "Mail")];

/// Who it was with on the workplace's side.
const ROLLER: &[(&str, &str)] = &[
    ("tr", "Tillidsrepræsentant (TR)"),
    ("amr", "Arbejdsmiljørepræsentant (AMR)"),
    ("leder", "Leder"),
    ("anden", "En anden kollega"),
];

/// Where it was.
const STEDER: &[(&str, &str)] =
    &[("hjemme", "Hjemme hos medarbejderen"), ("arbejdsplads", "På arbejdspladsen"), ("andet_sted", "Et andet sted")];

/// Why there is to be a further talk.
const GRUNDE: &[(&str, &str)] = &[
    ("langt_fravaer", "Fraværet ser ud til at vare længe"),
    ("stoette", "Der er brug for støtte"),
    ("arbejdet", "Noget på arbejdet er grunden, eller skal ændres"),
    ("arbejdsevne", "Arbejdsevnen kan være påvirket"),
];

/// The employee took contact, and records it themself; once it is done, nobody need.
fn own(at: &CommandContext<'_>, f: &Forloeb) -> Option<Form> {
    if !f.is_aabent(at.today) || !f.has_begun(at.today) || !f.kontakter.is_empty() {
        return None;
    }
    let fields = vec![
        Field::day("dato", "Hvornår talte I sammen?", at.today),
        Field::choice("form", "Hvordan?", FORMS),
        Field::choice("kontaktperson_rolle", "Med hvem?", ROLLER).holding("leder"),
        Field::fixed("taget_af", "medarbejder"),
        Field::choice("forventet_varighed", "Hvor længe tror du, du er væk?", VARIGHED).optional(),
    ];
    Some(
        Form::new(FoersteKontakt::NAME, "Du har selv taget den første kontakt", "Gem kontakten", fields).help(
            "Har du talt med din leder, TR, AMR eller en kollega, så skriv det her. Så behøver ingen ringe om det.",
        ),
    )
}
