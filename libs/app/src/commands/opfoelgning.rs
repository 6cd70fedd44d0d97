//! A follow-up beside the one at eight weeks: during a long absence, after the return, or about frequent absence.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::OpfoelgningRegistreret;
use forloeb::words::{Fristart, Opfoelgningsart, OtteUgerUdfald, Samarbejde, Virkning};

use super::form::{Field, Form, Kind};
use super::opfoelgning_retur;
use super::tta_evaluering::Tried;
use super::typed::{Typed, find};
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown};
use crate::request;
use crate::sealed::{self, Aftale, Opfoelgningsaftaler};

request! {
    /// A follow-up.
    Opfoelgning {
        /// Which.
        art: Opfoelgningsart,
        /// Day.
        dato: NaiveDate,
        /// What came of it.
        udfald: OtteUgerUdfald,
        /// What was done before it, as the considerations and the measures of the plan, and what each has done; of a follow-up
        /// that was held.
        #[schema(required = false)]
        proevet: Vec<Tried>,
        /// How the help of colleagues works, where the employee has approved a message to them.
        samarbejde: Option<Samarbejde>,
        /// What has come of what is done about a cause at work, where something is.
        foranstaltning: Option<Virkning>,
        /// What was agreed.
        #[schema(required = false)]
        aftaler: Vec<AftaleRequest>,
        /// What was agreed, one agreement a text: as a form of the pages asks.
        #[schema(required = false)]
        aftalt: Vec<String>,
    }
}

request! {
    /// An agreement.
    #[schema(as = AftaleAnmodning)] AftaleRequest {
        /// What.
        text as "tekst": String,
        /// By when.
        latest as "senest": Option<NaiveDate>,
        /// Who does it.
        who as "hvem": Option<String>,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<Opfoelgning>();

impl Command for Opfoelgning {
    const NAME: &'static str = "opfoelgning";
    const SUMMARY: &'static str = "A follow-up during a long absence, after the return, or about frequent absence.";
    const SEALS: &'static [sealed::Kind] = &[sealed::Kind::Opfoelgningsaftaler];
    const TEXTS: &'static [&'static str] = &["aftaler.hvem", "aftaler.tekst", "aftalt", "proevet.tekst"];
    const SHOWN: Shown = Shown::Forloeb(Group::FollowUp);
    const DONE: &'static str = "Opfølgningen er registreret.";
    const EXAMPLE: &'static [(&'static str, Example)] = &[
        ("art", Example::Text("efter_retur")),
        ("dato", Example::Text("2026-02-06")),
        ("udfald", Example::Text("holdt")),
        (
            "proevet",
            Example::List(&[Example::Fields(&[
                ("tekst", Example::Text("Ingen aftenvagter")),
                ("virkning", Example::Text("hjalp")),
            ])]),
        ),
        ("samarbejde", Example::Text("delvist")),
        ("foranstaltning", Example::Text("for_tidligt")),
        (
            "aftaler",
            Example::List(&[Example::Fields(&[
                ("tekst", Example::Text("Vagtplanen gennemgås")),
                ("senest", Example::Text("2026-03-02")),
                ("hvem", Example::Text("Lederen")),
            ])]),
        ),
        ("aftalt", Example::List(&[Example::Text("Vi taler sammen igen om en måned")])),
    ];
}

impl OnForloeb for Opfoelgning {
    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { art, dato, udfald, proevet, samarbejde, foranstaltning, aftaler, aftalt } = self;
        let full = aftaler.into_iter().map(|AftaleRequest { text, latest, who }| Aftale { text, latest, who });
        let short = aftalt.into_iter().map(|text| Aftale { text, latest: None, who: None });
        let virkninger = proevet.iter().map(|tried| tried.virkning).collect();
        let tried = proevet.into_iter().map(|tried| tried.text).collect();
        let words = Opfoelgningsaftaler { aftaler: full.chain(short).collect(), tried };
        let said = words != Opfoelgningsaftaler::default();
        let confidential = said.then(|| at.seal(&f.medarbejder_nr, &words)).transpose()?;
        Ok(Act::Opfoelgning(OpfoelgningRegistreret {
            forloeb: f.id,
            art,
            dato,
            udfald,
            virkninger,
            samarbejde,
            foranstaltning,
            confidential,
        }))
    }

    /// After the return one of its own, which asks by what was done.
    fn forms(at: &CommandContext<'_>, f: &Forloeb, v: &Assessment) -> Vec<Form> {
        let there_is = |art| v.frist(art).is_some();
        let mut arter = vec![("hyppigt_fravaer", "Samtale om hyppigt fravær")];
        if there_is(Fristart::VidereOpfoelgning) {
            arter.insert(0, ("videre", "Opfølgning under et langt fravær"));
        }
        let only = if arter.len() == 1 { arter[0].0 } else { "" };
        let mut fields = vec![Field::choice("art", "Hvilken opfølgning?", &arter).holding(only)];
        fields.extend(when_and_what(at.today));
        fields.push(agreed());
        let mut forms = vec![Form::new(Self::NAME, "Registrér anden opfølgning", "Gem opfølgningen", fields)];
        if there_is(Fristart::OpfoelgningEfterRetur) {
            forms.insert(0, opfoelgning_retur::form(at, f));
        }
        forms
    }

    fn form_name(typed: &Typed) -> String {
        let after = find(typed, "art") == Some(Opfoelgningsart::EfterRetur.code());
        if after { opfoelgning_retur::FORM.to_owned() } else { Self::NAME.to_owned() }
    }
}

/// When it was, and whether it was held.
pub(super) fn when_and_what(today: NaiveDate) -> [Field; 2] {
    let udfald = [("holdt", "Opfølgningen er holdt"), ("ikke_noedvendig", "Opfølgning er ikke nødvendig")];
    [Field::day("dato", "Dato", today), Field::choice("udfald", "Hvad skete der?", &udfald)]
}

/// What was agreed.
pub(super) fn agreed() -> Field {
    let help = "Én aftale på hver linje. Skriv ikke om helbred.";
    Field::new("aftalt", "Hvad aftalte I?", Kind::Lines).optional().help(help)
}
