//! Every setting in one table: what `raskvej indstillinger` tells, and what the page about them is made of.

use std::collections::BTreeMap;

use super::PREFIX;

/// A setting that there is.
#[derive(Debug, PartialEq, Eq)]
pub struct Known {
    /// In the file; in the environment in capitals, with the prefix.
    pub name: &'static str,
    /// What it is.
    pub what: &'static str,
    /// What holds where it is not set.
    pub standard: &'static str,
    /// It may hold a password, and is never shown.
    pub secret: bool,
}

const fn open(name: &'static str, what: &'static str, standard: &'static str) -> Known {
    Known { name, what, standard, secret: false }
}

const fn secret(name: &'static str, what: &'static str, standard: &'static str) -> Known {
    Known { name, what, standard, secret: true }
}

/// In the order people meet them.
pub const ALL: [Known; 30] = [
    open("data", "Datamappen", "gives med --data"),
    open("listen", "Adresse og port, tjenesten lytter på", "127.0.0.1:8080"),
    open("base_url", "Adressen, folk når siderne på; den står i mails", "mails venter"),
    secret(
        "smtp_url",
        "Mailserveren: smtp://vært:port, smtp://vært:port?tls=required eller smtps://vært",
        "mails venter",
    ),
    open("smtp_ca_fil", "PEM-fil med certifikater, som mailserverens også må være underskrevet med", "kun maskinens"),
    open("smtp_forbindelser", "Mails, der afleveres samtidig: 1 til 50", "16"),
    open("mail_fra", "Afsenderen af alle mails", "mails venter"),
    open("hr_mail", "HR's fælles postkasse", "HR's mails venter"),
    open(
        "alle_mails_til",
        "Til prøve: alle mails går til denne adresse, og siderne siger det",
        "mails går til modtagerne",
    ),
    open("medarbejderkopi", "Medarbejderen får besked, når lederen er mindet om en samtale: true eller false", "true"),
    open("mailtekster", "Filen med arbejdspladsens egne ord i mails om frister", "standardteksterne"),
    open(
        "omsorgskollega",
        "Medarbejderen kan på forhånd vælge en kollega, der må ringe ved sygdom: true eller false. Slås det fra, gælder valgene ikke",
        "false",
    ),
    open("norm_hr", "Åbne forløb, én i HR højst bør have: 1 til 10000", "ingen norm"),
    open("norm_koordinator", "Åbne forløb, én koordinator højst bør have: 1 til 10000", "ingen norm"),
    open("login", "Filen, der nævner dem, man kan logge ind hos", "kun adgangsnøgler"),
    open("hr_enheder", "Hvilke enheder nogle i HR arbejder for, som 9002=E101,E102;9003=E200", "hele arbejdspladsen"),
    secret("hovednoegle", "Hovednøglen, som personernes nøgler er pakket med; brug hellere filen", "ingen"),
    open("hovednoegle_fil", "Filen, hovednøglen står i", "unittens credential hovednoegle"),
    open("sletninger_fil", "En kopi af listen over sletninger, uden for datamappen", "ingen"),
    open("revisor_mail", "Revisors postkasse, som får loggens segl hver morgen", "ingen"),
    open("segl_mappe", "Mappen, som også får seglet", "ingen"),
    secret("segl_url", "Serveren, som også får seglet: https, eller denne maskine", "ingen"),
    open("opslag_maaneder", "Måneder, det kan ses, hvem der har slået op: 6 til 60", "24"),
    open("ur_spring_max_dage", "Dage, maskinens ur må springe frem, før påmindelser venter: 1 til 3650", "14"),
    open("forbindelser", "Forbindelser på samme tid: 16 til 50000", "1024"),
    open("betroet_proxy", "Proxyer, hvis X-Forwarded-For er til at tro på, som 127.0.0.1, 10.1.0.0/16", "ingen"),
    open("metrics_listen", "Adresse og port, hvor målingerne er for sig selv", "/metrics på listen"),
    open("log", "Hvilke loglinjer der skrives, som info eller raskvej=debug", "info; for kommandoer warn"),
    open("log_format", "Loglinjernes form: tekst eller json", "tekst"),
    open("indstillinger", "Filen, indstillingerne står i; kun i miljøet, ellers --indstillinger", "ingen"),
];

impl Known {
    /// Its name in the environment.
    #[must_use]
    pub fn variable(&self) -> String {
        format!("{PREFIX}{}", self.name.to_ascii_uppercase())
    }
}

/// What was given, and by what: a variable, or file and line of a file. A secret is not kept here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// By what.
    pub by: String,
    /// As it was written.
    pub value: Option<String>,
}

/// What was given, by name.
pub type AllGiven = BTreeMap<&'static str, Given>;

/// Notes what was given for a setting that there is.
pub(super) fn note(all: &mut AllGiven, name: &str, by: &str, tekst: &str) {
    if let Some(known) = ALL.iter().find(|known| known.name == name) {
        let value = (!known.secret).then(|| tekst.to_owned());
        all.insert(known.name, Given { by: by.to_owned(), value });
    }
}

/// The page about them (Markdown).
#[must_use]
pub fn page() -> String {
    let rows = ALL.iter().map(|known| {
        let what = known.what.replace('|', "\\|");
        format!("| `{}` | `{}` | {what} | {} |\n", known.name, known.variable(), known.standard)
    });
    let rows: String = rows.collect();
    format!(
        "# Indstillinger\n\n\
         Siden er skrevet af programmet: `raskvej indstillinger --side > docs/indstillinger.md`.\n\n\
         En indstilling står i en fil (TOML) under sit navn, eller i miljøet under sin variabel; miljøet går forud for filen, og et \
         flag for begge.\nEn, der er forkert eller ukendt, stopper starten og nævner sig selv. `raskvej indstillinger` viser, hvad der \
         gælder, og hvor det kommer fra,\nog efterprøver det, de peger på.\n\n\
         | navn | variabel | hvad | hvis den ikke er sat |\n|---|---|---|---|\n{rows}"
    )
}

#[cfg(test)]
mod tests {
    use super::super::Settings;
    use super::*;

    /// A name that is in the table can be set, and one that can be set is in the table: it is looked for in the code.
    #[test]
    fn the_table_has_every_setting_there_is() {
        for known in ALL.iter().filter(|known| known.name != "indstillinger") {
            assert!(Settings::default().set(known.name, "\u{1}").is_some(), "{} cannot be set", known.name);
        }
        let code = include_str!("../settings.rs");
        let arms = code.split_once("Some(match name {").unwrap().1.split_once("_ => return None").unwrap().0;
        let named = arms.lines().filter_map(|line| line.trim().strip_prefix('"')?.split_once('"'));
        for (name, _) in named {
            assert!(ALL.iter().any(|known| known.name == name), "{name} is not in the table");
        }
    }

    #[test]
    fn the_page_is_todays() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/indstillinger.md");
        let written = std::fs::read_to_string(path).unwrap();
        assert!(
            written == page(),
            "docs/indstillinger.md is old: `raskvej indstillinger --side > docs/indstillinger.md`"
        );
    }
}
