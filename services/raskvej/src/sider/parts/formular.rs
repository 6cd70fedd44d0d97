//! A form: its fields, what was typed in them, what is wrong, and how they become the JSON of a command.

use std::borrow::Cow;

use chrono::NaiveDateTime;
use chrono_tz::Europe::Copenhagen;
use serde_json::{Map, Number, Value};

use super::datoer::som_iso;
use super::session::find;
use crate::problem::Problem;
use crate::ur::klokken;

/// What a field holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slags {
    Dato,
    Tidspunkt,
    Tekst,
    /// Several lines of text.
    Lang,
    /// A list, one item a line.
    Linjer,
    Tal,
    /// One of some words; few of them are shown at once, many as a list to choose from.
    Valg,
    /// One of some people, by employee number; or nobody.
    Person,
    JaNej,
    /// A date that may be taken away.
    DatoEllerIntet,
    /// Not shown: a fixed text.
    Skjult,
    /// Not shown: a fixed number.
    SkjultTal,
}

/// One of the words a field can have.
pub(crate) struct Mulighed {
    pub(crate) kode: Cow<'static, str>,
    pub(crate) tekst: Cow<'static, str>,
}

/// A field.
pub(crate) struct Felt {
    pub(crate) navn: &'static str,
    pub(crate) id: String,
    pub(crate) label: &'static str,
    pub(crate) hjaelp: String,
    pub(crate) slags: Slags,
    pub(crate) valg: Vec<Mulighed>,
    pub(crate) vaerdi: String,
    pub(crate) kraevet: bool,
    pub(crate) fejl: Option<String>,
}

/// A line of the error summary.
pub(crate) struct Fejllinje {
    /// Id of the field, if it is about one.
    pub(crate) felt: Option<String>,
    pub(crate) tekst: String,
}

/// A form.
pub(crate) struct Formular {
    /// Its own name; the id of its place on the page is `f-` and this.
    pub(crate) navn: String,
    /// Last part of the address it is sent to.
    pub(crate) kommando: &'static str,
    pub(crate) titel: &'static str,
    pub(crate) hjaelp: String,
    pub(crate) knap: &'static str,
    pub(crate) felter: Vec<Felt>,
    pub(crate) aaben: bool,
    /// Cannot be undone by sending another one.
    pub(crate) alvorlig: bool,
}

impl Felt {
    pub(crate) fn ny(navn: &'static str, label: &'static str, slags: Slags) -> Self {
        let (id, hjaelp, vaerdi) = (String::new(), String::new(), String::new());
        Self { navn, id, label, hjaelp, slags, valg: Vec::new(), vaerdi, kraevet: true, fejl: None }
    }

    pub(crate) fn valg(navn: &'static str, label: &'static str, valg: &[(&'static str, &'static str)]) -> Self {
        let valg = valg.iter().map(|&(kode, tekst)| Mulighed { kode: kode.into(), tekst: tekst.into() }).collect();
        Self { valg, ..Self::ny(navn, label, Slags::Valg) }
    }

    /// One of these people, by number and name; `ingen` says what it means that none is chosen.
    pub(crate) fn person(
        navn: &'static str,
        label: &'static str,
        ingen: &'static str,
        folk: Vec<(String, String)>,
    ) -> Self {
        let ingen = Mulighed { kode: "".into(), tekst: ingen.into() };
        let folk = folk.into_iter().map(|(nr, navn)| Mulighed { kode: nr.into(), tekst: navn.into() });
        Self { valg: std::iter::once(ingen).chain(folk).collect(), ..Self::ny(navn, label, Slags::Person) }
    }

    pub(crate) fn med(mut self, vaerdi: impl std::fmt::Display) -> Self {
        self.vaerdi = vaerdi.to_string();
        self
    }

    pub(crate) fn hjaelp(mut self, hjaelp: impl Into<String>) -> Self {
        self.hjaelp = hjaelp.into();
        self
    }

    pub(crate) fn frivillig(mut self) -> Self {
        self.kraevet = false;
        self
    }

    /// Typed as a number.
    pub(crate) fn tal(&self) -> bool {
        self.slags == Slags::Tal
    }

    /// Which control the template draws.
    pub(crate) fn kontrol(&self) -> &'static str {
        match self.slags {
            Slags::Person => "liste",
            Slags::Valg if self.valg.len() > 5 => "liste",
            Slags::Valg | Slags::JaNej => "radio",
            Slags::Lang | Slags::Linjer => "lang",
            Slags::Skjult | Slags::SkjultTal => "skjult",
            _ => "linje",
        }
    }

    /// The input's type: what is not a date is kept in a text field, where it can be read and mended.
    pub(crate) fn type_(&self) -> &'static str {
        let tom = self.vaerdi.is_empty();
        let dato = || tom || self.vaerdi.parse::<chrono::NaiveDate>().is_ok();
        match self.slags {
            Slags::Dato | Slags::DatoEllerIntet if dato() => "date",
            Slags::Tidspunkt if tom || lokal(&self.vaerdi).is_some() => "datetime-local",
            _ => "text",
        }
    }

    pub(crate) fn muligheder(&self) -> Vec<(&str, &str, bool)> {
        let mut alle: Vec<(&str, &str)> = match self.slags {
            Slags::JaNej => vec![("ja", "Ja"), ("nej", "Nej")],
            _ => self.valg.iter().map(|m| (&*m.kode, &*m.tekst)).collect(),
        };
        if !self.kraevet && self.kontrol() == "radio" {
            alle.push(("", "Ikke oplyst"));
        }
        alle.into_iter().map(|(kode, tekst)| (kode, tekst, kode == self.vaerdi)).collect()
    }

    /// What `aria-describedby` names.
    pub(crate) fn beskrevet(&self) -> String {
        let hjaelp = (!self.hjaelp.is_empty()).then(|| format!("{}-hjaelp", self.id));
        let fejl = self.fejl.is_some().then(|| format!("{}-fejl", self.id));
        hjaelp.into_iter().chain(fejl).collect::<Vec<_>>().join(" ")
    }

    fn json(&self, tekst: &str) -> Value {
        match self.slags {
            Slags::Dato | Slags::DatoEllerIntet => som_iso(tekst).into(),
            Slags::Tidspunkt => lokal(tekst)
                .map(|t| klokken(t.date(), t.time()).with_timezone(&Copenhagen).to_rfc3339())
                .unwrap_or_else(|| tekst.to_owned())
                .into(),
            Slags::Linjer => tekst.lines().map(str::trim).filter(|l| !l.is_empty()).collect(),
            Slags::Tal | Slags::SkjultTal => tal(tekst),
            Slags::JaNej if matches!(tekst, "ja" | "nej") => (tekst == "ja").into(),
            _ => tekst.into(),
        }
    }
}

fn lokal(tekst: &str) -> Option<NaiveDateTime> {
    ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"].iter().find_map(|f| NaiveDateTime::parse_from_str(tekst, f).ok())
}

/// A number as people type it: a decimal comma, and points between thousands. What is not one stays text.
pub(crate) fn tal(tekst: &str) -> Value {
    let uden_enhed = tekst.trim().trim_end_matches("kr.").trim_end_matches('%').trim();
    let tekst_tal = if uden_enhed.contains(',') {
        uden_enhed.replace('.', "").replace(',', ".")
    } else if tusinder(uden_enhed) {
        uden_enhed.replace('.', "")
    } else {
        uden_enhed.to_owned()
    };
    let helt = tekst_tal.parse::<u64>().ok().map(Number::from);
    let tal = helt.or_else(|| tekst_tal.parse::<f64>().ok().and_then(Number::from_f64));
    tal.map_or_else(|| tekst.into(), Value::Number)
}

/// 12.345 is twelve thousand; 7.4 is seven and a bit.
fn tusinder(tekst: &str) -> bool {
    let mut dele = tekst.split('.');
    let foerste = dele.next().is_some_and(|d| (1..=3).contains(&d.len()));
    let resten: Vec<_> = dele.collect();
    foerste && !resten.is_empty() && resten.iter().all(|d| d.len() == 3)
}

impl Formular {
    pub(crate) fn ny(kommando: &'static str, titel: &'static str, knap: &'static str, felter: Vec<Felt>) -> Self {
        Self::med_navn(kommando.to_owned(), kommando, titel, knap, felter)
    }

    pub(crate) fn med_navn(
        navn: String,
        kommando: &'static str,
        titel: &'static str,
        knap: &'static str,
        mut felter: Vec<Felt>,
    ) -> Self {
        for felt in &mut felter {
            felt.id = format!("f-{navn}-{}", felt.navn);
        }
        Self { navn, kommando, titel, hjaelp: String::new(), knap, felter, aaben: false, alvorlig: false }
    }

    pub(crate) fn hjaelp(mut self, hjaelp: impl Into<String>) -> Self {
        self.hjaelp = hjaelp.into();
        self
    }

    pub(crate) fn alvorlig(mut self) -> Self {
        self.alvorlig = true;
        self
    }

    /// The JSON of the command: empty fields are left out.
    pub(crate) fn json(&self, indsendt: &[(String, String)]) -> Value {
        let mut ud = Map::new();
        for felt in &self.felter {
            match find(indsendt, felt.navn) {
                Some(tekst) => ud.insert(felt.navn.to_owned(), felt.json(tekst)),
                None if felt.slags == Slags::DatoEllerIntet => ud.insert(felt.navn.to_owned(), Value::Null),
                None => None,
            };
        }
        Value::Object(ud)
    }

    /// Shows what was typed again, with what is wrong; the lines of the summary.
    pub(crate) fn afvist(&mut self, indsendt: &[(String, String)], problem: &Problem) -> Vec<Fejllinje> {
        self.aaben = true;
        for felt in &mut self.felter {
            felt.vaerdi = find(indsendt, felt.navn).unwrap_or_default().to_owned();
            if felt.slags == Slags::Dato {
                felt.vaerdi = som_iso(&felt.vaerdi);
            }
        }
        let mut linjer = Vec::new();
        for f in &problem.felter {
            let rod = f.felt.split(['[', '.']).next().unwrap_or_default();
            let felt = self.felter.iter_mut().find(|x| x.navn == rod && x.kontrol() != "skjult");
            let tekst = saetning(felt.as_ref().map_or(rod, |x| x.label), &f.fejl);
            if let Some(felt) = felt {
                felt.fejl.get_or_insert_with(|| tekst.clone());
                linjer.push(Fejllinje { felt: Some(felt.id.clone()), tekst });
            } else {
                linjer.push(Fejllinje { felt: None, tekst });
            }
        }
        if linjer.is_empty() {
            linjer.push(Fejllinje { felt: None, tekst: forklaring(problem) });
        }
        linjer
    }
}

/// What is wrong with a field, as a sentence for somebody who fills in a form.
pub(crate) fn saetning(label: &str, fejl: &str) -> String {
    let fejl = match fejl {
        f if f.starts_with("skal være en dato som") => "skal være en dato, fx 5.1.2026",
        f if f.starts_with("skal være et tidspunkt som") => "skal være en dato og et klokkeslæt",
        f if f.starts_with("skal være en af") => "skal være en af mulighederne",
        f if f.starts_with("skal være true") => "skal være ja eller nej",
        f => f.trim_end_matches(", uden anførselstegn").trim_end_matches(" i anførselstegn"),
    };
    if fejl.starts_with(char::is_uppercase) {
        return fejl.to_owned();
    }
    let fejl = fejl.trim_end_matches('.');
    if label.ends_with('?') { format!("{label} Svaret {fejl}.") } else { format!("{label}: {fejl}.") }
}

/// A refusal that is not about one field.
pub(crate) fn forklaring(problem: &Problem) -> String {
    match problem.kode.as_str() {
        "anden_version" => {
            "Nogen har ændret forløbet, mens du skrev. Det nye står herunder, og det, du skrev, er bevaret. Se det \
             igennem, og send igen, hvis det stadig er rigtigt."
        }
        "noegle_genbrugt" => {
            "Formularen er allerede sendt én gang. Se i historikken, hvad der er gemt. Send igen, hvis der skal gemmes \
             mere."
        }
        _ => return problem.detail.clone(),
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn felter_bliver_til_kommandoens_json() {
        let formular = Formular::ny(
            "x",
            "X",
            "Gem",
            vec![
                Felt::ny("dato", "Dato", Slags::Dato),
                Felt::ny("timer", "Timer", Slags::Tal),
                Felt::ny("pct", "Procent", Slags::Tal),
                Felt::ny("beloeb", "Beløb", Slags::Tal),
                Felt::ny("ja", "Ja", Slags::JaNej),
                Felt::ny("liste", "Liste", Slags::Linjer),
                Felt::ny("tid", "Tid", Slags::Tidspunkt),
                Felt::ny("tom", "Tom", Slags::Tekst),
            ],
        );
        let indsendt = [
            ("dato", "5.1.2026"),
            ("timer", "7,4"),
            ("pct", "50 %"),
            ("beloeb", "12.345,50 kr."),
            ("ja", "nej"),
            ("liste", "TR\r\n\r\n AMR "),
            ("tid", "2026-01-29T10:00"),
            ("tom", "  "),
        ]
        .map(|(n, v)| (n.to_owned(), v.to_owned()));
        assert_eq!(
            formular.json(&indsendt),
            json!({"dato": "2026-01-05", "timer": 7.4, "pct": 50, "beloeb": 12345.5, "ja": false,
                   "liste": ["TR", "AMR"], "tid": "2026-01-29T10:00:00+01:00"})
        );
        assert_eq!([tal("12.345"), tal("7.4"), tal("mange")], [json!(12345), json!(7.4), json!("mange")]);
    }
}
