//! Payroll and people say different things of one absence: HR decides who is right.

use forloeb::Forloeb;
use forloeb::command::{Act, Valg};
use forloeb::frister::Assessment;
use forloeb::uenighed::{Statement, Uenighed, Uenighedsfelt, Vaelg};

use super::form::{Choice, Field, Form};
use super::typed::{Typed, find};
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown};
use crate::access::Intent;
use crate::request;
use crate::sealed::{self, Rettelsesgrund};
use texts::uenighed::{says, subject_name};

request! {
    /// Who is right about an absence.
    UenighedAfgoerelse {
        /// Which disagreement, by the id in the list of them.
        uenighed: String,
        /// loen: payroll; person: what a person said.
        vaelg: Vaelg,
        /// Why.
        begrundelse: String,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<UenighedAfgoerelse>();

impl Command for UenighedAfgoerelse {
    const NAME: &'static str = "uenighed";
    const SUMMARY: &'static str = "Decides who is right where payroll and a person say different things of an absence.";
    const SEALS: &'static [sealed::Kind] = &[sealed::Kind::Rettelsesgrund];
    const TEXTS: &'static [&'static str] = &["begrundelse"];
    const SHOWN: Shown = Shown::Forloeb(Group::Absence);
    const DONE: &'static str = "Uenigheden er afgjort, og forløbet er regnet efter.";
    const EXAMPLE: &'static [(&'static str, Example)] = &[
        ("uenighed", Example::Text("0198f3a0-5c00-7000-8000-000000000001.sidste_fravaersdag.4711")),
        ("vaelg", Example::Text("person")),
        ("begrundelse", Example::Text("Lederen har set medarbejderen på arbejde")),
    ];
}

impl OnForloeb for UenighedAfgoerelse {
    const ACCESS: Intent = Intent::Uenighed;

    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { uenighed, vaelg, begrundelse } = self;
        let said = "skal være id'et på en uenighed, som det står på listen";
        let (registrering, felt, position) =
            Uenighed::of_id(&uenighed).ok_or_else(|| Refusal::field("uenighed", said))?;
        if !f.called(registrering) {
            return Err(Refusal::field("uenighed", said));
        }
        let begrundelse = at.seal(&f.medarbejder_nr, &Rettelsesgrund(begrundelse))?;
        Ok(Act::AfgoerUenighed(Valg { registrering, felt, position, vaelg, begrundelse }))
    }

    /// One form for each.
    fn forms(_at: &CommandContext<'_>, f: &Forloeb, _v: &Assessment) -> Vec<Form> {
        f.uenigheder.iter().map(form).collect()
    }

    fn form_name(typed: &Typed) -> String {
        find(typed, "uenighed").map_or_else(|| Self::NAME.to_owned(), name)
    }
}

/// The name of the form of a disagreement.
#[must_use]
pub fn name(id: &str) -> String {
    format!("uenighed-{}", id.replace('.', "-"))
}

fn form(u: &Uenighed) -> Form {
    let choice = |vaelg: Vaelg, who: &str, said: Statement| Choice {
        code: vaelg.code().into(),
        text: format!("{who}: {}", says(u.felt, said)).into(),
    };
    let choices = vec![
        choice(Vaelg::Loen, "Lønsystemet har ret", u.loen),
        choice(Vaelg::Person, "Arbejdspladsen har ret", u.person),
    ];
    let fields = vec![
        Field::fixed("uenighed", u.id()),
        Field { choices, ..Field::choice("vaelg", "Hvad er rigtigt?", &[]) },
        Field::reason("Hvorfor?"),
    ];
    let title = match u.felt {
        Uenighedsfelt::Foerste => "Afgør: hvornår begyndte fraværet?",
        Uenighedsfelt::Sidste => "Afgør: hvornår sluttede fraværet?",
        Uenighedsfelt::Aarsag => "Afgør: hvad er årsagen til fraværet?",
        Uenighedsfelt::Omfang => "Afgør: hvor meget er medarbejderen væk?",
    };
    let help = format!(
        "De to er uenige om {}. Spørg lederen eller lønkontoret, før du afgør det: frister og refusion regnes om efter det, \
         du vælger. Det andet bliver stående i historikken, og siger lønsystemet senere noget nyt, bliver du spurgt igen.",
        subject_name(u.felt)
    );
    Form::new(UenighedAfgoerelse::NAME, title, "Afgør uenigheden", fields).named(name(&u.id())).help(help)
}
