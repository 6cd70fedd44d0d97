//! How the employee wishes to be contacted: said to who makes contact, and to nobody else. The newest word counts.

use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::OenskerRegistreret;
use forloeb::words::{Kontaktform, Kontakttakt, Rolle};

use super::form::{Field, Form, Kind};
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown};
use crate::access::Intent;
use crate::request;
use crate::sealed;

/// The most characters of a telephone number, and of an address.
const SHORT: usize = 100;

request! {
    /// How the employee wishes to be contacted.
    Oensker {
        /// To be left in peace, but for what must be.
        ro: Option<bool>,
        /// News from the workplace.
        information: Option<bool>,
        /// To be asked to meetings.
        moeder: Option<bool>,
        /// To be asked along when colleagues meet.
        invitationer: Option<bool>,
        /// How often to hear from the workplace.
        hvor_tit: Option<Kontakttakt>,
        /// How, best of all.
        form: Option<Kontaktform>,
        /// Telephone, where it is another than payroll's.
        telefon: Option<String>,
        /// E-mail, where it is another than payroll's.
        mail: Option<String>,
        /// What else there is to know.
        bemaerkning: Option<String>,
        /// Takes back everything that was said; nothing else may stand beside it.
        traek_tilbage: Option<bool>,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<Oensker>();

/// The form that takes the wishes back.
const BACK: &str = "oensker-tilbage";

impl Command for Oensker {
    const NAME: &'static str = "oensker";
    const SUMMARY: &'static str = "The employee says how they wish to be contacted, or takes that back.";
    const SEALS: &'static [sealed::Kind] = &[sealed::Kind::Oensker];
    const TEXTS: &'static [&'static str] = &["telefon", "mail", "bemaerkning"];
    const SHOWN: Shown = Shown::Forloeb(Group::FollowUp);
    const DONE: &'static str = "Dine ønsker er gemt som de nu står.";
    const EXAMPLE: &'static [(&'static str, Example)] = &[
        ("ro", Example::Yes(false)),
        ("information", Example::Yes(true)),
        ("moeder", Example::Yes(false)),
        ("invitationer", Example::Yes(true)),
        ("hvor_tit", Example::Text("hver_uge")),
        ("form", Example::Text("telefon")),
        ("telefon", Example::Text("10 00 10 08")),
        ("mail", Example::Text("mig@hjemme.example")),
        ("bemaerkning", Example::Text("Helst om formiddagen")),
        ("traek_tilbage", Example::Yes(false)),
    ];
}

impl OnForloeb for Oensker {
    const ACCESS: Intent = Intent::ForOneself;
    const OWN_ROUTE: Option<&'static str> = Some("/api/v1/mig/oensker");

    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let back = self.traek_tilbage == Some(true);
        for (field, text) in [("telefon", &self.telefon), ("mail", &self.mail)] {
            if text.as_ref().is_some_and(|text| text.chars().count() > SHORT) {
                return Err(Refusal::field(field, "kan højst være 100 tegn"));
            }
        }
        if self.mail.as_ref().is_some_and(|mail| !mail.contains('@')) {
            return Err(Refusal::field("mail", "skal være en mailadresse, fx navn@eksempel.dk"));
        }
        let wishes = self.sealed();
        let says_nothing = wishes == sealed::Oensker::default();
        if back && !says_nothing {
            return Err(Refusal::field("traek_tilbage", "kan ikke stå sammen med ønsker: gør det ene eller det andet"));
        }
        if !back && says_nothing {
            return Err(Refusal::field("ro", "mangler: sig mindst ét ønske, eller træk dem tilbage"));
        }
        let confidential = (!back).then(|| at.seal(&f.medarbejder_nr, &wishes)).transpose()?;
        Ok(Act::Oensk(OenskerRegistreret { forloeb: f.id, confidential }))
    }

    /// The wishes as they stand can be changed, or taken back.
    fn forms(at: &CommandContext<'_>, f: &Forloeb, _v: &Assessment) -> Vec<Form> {
        if at.caller.rolle != Rolle::Medarbejder || !f.is_aabent(at.today) {
            return Vec::new();
        }
        let said = f.sagt.wishes().and_then(|sealed| at.app.unlock::<sealed::Oensker>(&f.medarbejder_nr, sealed).ok());
        let mut forms = vec![form(&said.clone().unwrap_or_default())];
        if f.sagt.wishes().is_some() {
            forms.push(
                Form::new(
                    Self::NAME,
                    "Træk dine ønsker tilbage",
                    "Træk dem tilbage",
                    vec![Field::new("traek_tilbage", "", Kind::HiddenYes).holding("ja")],
                )
                .named(BACK)
                .help("Så står der ikke længere noget om, hvordan du vil kontaktes. Du kan altid sige det igen."),
            );
        }
        forms
    }

    fn form_name(typed: &super::typed::Typed) -> String {
        let back = super::typed::find(typed, "traek_tilbage").is_some();
        if back { BACK.to_owned() } else { Self::NAME.to_owned() }
    }
}

impl Oensker {
    fn sealed(self) -> sealed::Oensker {
        sealed::Oensker {
            peace: self.ro,
            information: self.information,
            meetings: self.moeder,
            invitations: self.invitationer,
            hvor_tit: self.hvor_tit,
            form: self.form,
            telefon: self.telefon,
            mail: self.mail,
            bemaerkning: self.bemaerkning,
        }
    }
}

/// The form that says them, with these in it.
#[must_use]
pub fn form(said: &sealed::Oensker) -> Form {
    let yes_no = |name, label, value: Option<bool>| {
        let field = Field::new(name, label, Kind::YesNo).optional();
        match value {
            Some(yes) => field.holding(if yes { "ja" } else { "nej" }),
            None => field,
        }
    };
    let tit = [
        ("hver_uge", "Hver uge"),
        ("hver_anden_uge", "Hver anden uge"),
        ("hver_maaned", "Hver måned"),
        ("efter_aftale", "Når vi aftaler det"),
    ];
    let forms = [("telefon", "Telefon"), ("sms", "Sms"), ("mail", "Mail"), ("personlig", "Personligt møde")];
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let fields = vec![
        yes_no("ro", "Vil du helst have ro?", said.peace)
            .help("Ja betyder, at de kun kontakter dig om det, de skal: fx samtalen inden fire uger."),
        yes_no("information", "Vil du gerne høre nyt fra arbejdspladsen?", said.information),
        yes_no("moeder", "Vil du inviteres til møder?", said.meetings).help("Du kan altid sige nej til den enkelte."),
        yes_no("invitationer", "Vil du inviteres med, når I gør noget hyggeligt?", said.invitations),
        Field::choice("hvor_tit", "Hvor tit vil du gerne høre fra os?", &tit)
            .optional()
            .holding(said.hvor_tit.map_or("", Kontakttakt::code)),
        Field::choice("form", "Hvordan helst?", &forms).optional().holding(said.form.map_or("", Kontaktform::code)),
        Field::new("telefon", "Telefon", Kind::Text)
            .optional()
            .holding(text(&said.telefon))
            .help("Kun hvis det er et andet nummer end det, arbejdspladsen har."),
        Field::new("mail", "Mail", Kind::Text).optional().holding(text(&said.mail)),
        Field::new("bemaerkning", "Andet, de skal vide", Kind::Long)
            .optional()
            .holding(text(&said.bemaerkning))
            .help("Skriv ikke om helbred. Teksten gemmes krypteret."),
    ];
    Form::new(Oensker::NAME, "Sådan vil du gerne kontaktes", "Gem dine ønsker", fields).help(
        "Det kan kun din leder, en stedfortræder for lederen og din kontaktperson se, og kun mens du er væk. Det nyeste gælder.",
    )
}
