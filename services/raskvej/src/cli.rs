//! The commands of the terminal and their flags.

mod access;
mod import;
mod invented;
mod mail;
pub mod manual;
mod personal;
mod proof;
mod session;
mod setup;
#[cfg(test)]
mod tests;
mod token;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use clap::{Args, Parser, Subcommand, ValueEnum};
use uuid::Uuid;

use crate::clock::klokken;
use crate::clock_choice::ClockChoice;
use crate::dates;
use crate::terminal::Format;
use crate::what_if::Place;
pub use import::Import;
pub use invented::{Generate, Simulate};
pub use mail::MailCommand;
pub use proof::{Seal, Verify};
pub use session::Session;
pub use setup::NewWorkplace;
pub use token::{Token, TokenCreate};

pub use access::Access;
pub use personal::{Erase, Insight, Key, KeyRotate, Retention};

const TEMPLATE: &str = "{about-with-newline}\nBrug: {usage}\n\n{all-args}{after-help}";

/// What is shown under the help of all commands.
const EXAMPLES: &str = "\
Uden kommando: demo. Slutkoder: 0 gjort, 1 afvist eller fundet forkert, 2 forkert brug.

Eksempler:
  raskvej demo
  raskvej setup --data /var/lib/raskvej
  raskvej import --data /var/lib/raskvej --medarbejdere medarbejdere.csv --proeve
  raskvej token create --data /var/lib/raskvej --rolle hr --navn \"HR-kontoret\"
  raskvej backup --data /var/lib/raskvej --out raskvej.tar
  raskvej verify --data /var/lib/raskvej --format json";

/// The version, and the commit where whoever built it said which (`RASKVEJ_COMMIT`).
static VERSION: LazyLock<String> = LazyLock::new(|| match option_env!("RASKVEJ_COMMIT") {
    Some(commit) if !commit.is_empty() => format!("{} ({commit})", env!("CARGO_PKG_VERSION")),
    _ => env!("CARGO_PKG_VERSION").to_owned(),
});

/// Raskvej: opfølgning på sygefravær.
#[derive(Debug, Parser)]
#[command(
    name = "raskvej",
    version = VERSION.as_str(),
    about = "Opfølgning på sygefravær på danske arbejdspladser",
    help_template = TEMPLATE,
    disable_help_flag = true,
    disable_version_flag = true,
    disable_help_subcommand = true,
    subcommand_help_heading = "Kommandoer",
    after_help = EXAMPLES,
    subcommand_precedence_over_arg = true
)]
pub struct CommandLine {
    /// Fil med indstillinger (TOML); ellers RASKVEJ_INDSTILLINGER
    #[arg(long, global = true, value_name = "FIL")]
    #[arg(id = "indstillinger", long = "indstillinger")]
    pub settings: Option<PathBuf>,
    /// Vis hjælp
    #[arg(short = 'h', long = "help", global = true, action = clap::ArgAction::Help)]
    #[arg(id = "hjaelp")]
    help: Option<bool>,
    /// Vis version
    #[arg(short = 'V', long, action = clap::ArgAction::Version)]
    version: Option<bool>,
    /// What to do.
    #[command(subcommand)]
    pub command: Option<CliCommand>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum CliCommand {
    /// Start en demonstration med en opdigtet arbejdsplads
    #[command(help_template = TEMPLATE)]
    Demo(Demo),
    /// Start tjenesten
    #[command(help_template = TEMPLATE)]
    Serve(Serve),
    /// Gør en ny datamappe klar: hovednøgle, indstillinger og den første adgang. Ændrer intet, der findes
    #[command(help_template = TEMPLATE)]
    Setup(NewWorkplace),
    /// Indlæs medarbejdere og fravær fra lønsystemets filer
    #[command(help_template = TEMPLATE)]
    Import(Import),
    /// Adgangsnøgler
    #[command(help_template = TEMPLATE, subcommand_help_heading = "Kommandoer", disable_help_subcommand = true)]
    Token {
        /// What with the token.
        #[command(subcommand)]
        what: Token,
    },
    /// Hvem der er logget ind på siderne
    #[command(help_template = TEMPLATE, subcommand_help_heading = "Kommandoer", disable_help_subcommand = true)]
    Session {
        /// What with the sessions.
        #[command(subcommand)]
        what: Session,
    },
    /// Vis, hvilke indstillinger der gælder, og hvor de kommer fra; efterprøv dem
    #[command(name = "indstillinger", help_template = TEMPLATE)]
    Settings {
        /// Skriv siden om indstillingerne (Markdown)
        #[arg(id = "side", long = "side")]
        page: bool,
        /// Form.
        #[command(flatten)]
        told: Told,
    },
    /// Se efter alt, der kan være galt: indstillinger, mappe, log, nøgler, ur, mailserver, login, segl og mails
    #[command(help_template = TEMPLATE)]
    Eftersyn {
        /// Which folder.
        #[command(flatten)]
        data: Data,
        /// Form.
        #[command(flatten)]
        told: Told,
    },
    /// Prøv mailserveren
    #[command(help_template = TEMPLATE, subcommand_help_heading = "Kommandoer", disable_help_subcommand = true)]
    Mail {
        /// What with it.
        #[command(subcommand)]
        what: MailCommand,
    },
    /// Skriv manualsider (man) i en mappe
    #[command(help_template = TEMPLATE)]
    Manual {
        /// Mappen; den laves, hvis den ikke findes
        #[arg(long, value_name = "MAPPE")]
        out: PathBuf,
    },
    /// Skriv det, en skal fuldfører kommandoer med: bash, elvish, fish, powershell eller zsh
    #[command(help_template = TEMPLATE)]
    Completion {
        /// Skallen
        #[arg(value_name = "SKAL", hide_possible_values = true)]
        shell: clap_complete::Shell,
    },
    /// Hovednøglen, som personernes nøgler er pakket med
    #[command(name = "noegle")]
    #[command(help_template = TEMPLATE, subcommand_help_heading = "Kommandoer", disable_help_subcommand = true)]
    Key {
        /// What with it.
        #[command(subcommand)]
        what: Key,
    },
    /// Hvem der må se og gøre hvad, og hvorfor
    #[command(subcommand, help_template = TEMPLATE, subcommand_help_heading = "Kommandoer")]
    #[command(disable_help_subcommand = true)]
    Access(Access),
    /// Vis historikken, eller hvad der var kendt på et tidspunkt
    #[command(help_template = TEMPLATE)]
    Replay(Replay),
    /// Efterprøv alle kontrolsummer, kæden og rækkefølgen
    #[command(help_template = TEMPLATE)]
    Verify(Box<Verify>),
    /// Forsegl loggen, som den er nu: et underskrevet segl, der skal gemmes af en anden end den, der driver tjenesten
    #[command(help_template = TEMPLATE)]
    Seal(Seal),
    /// Skriv et bundt, som verify --bundle kan efterprøve uden tjenesten
    #[command(help_template = TEMPLATE)]
    Export(Export),
    /// Skriv en sikkerhedskopi, også mens tjenesten kører
    #[command(help_template = TEMPLATE)]
    Backup(Backup),
    /// Genskab en datamappe fra en sikkerhedskopi
    #[command(help_template = TEMPLATE)]
    Restore(Restore),
    /// Byg visningerne på ny fra loggen
    #[command(help_template = TEMPLATE)]
    Rebuild(Rebuild),
    /// Vis arbejdspladsens politikker, eller fastsæt en ny
    #[command(help_template = TEMPLATE)]
    Politik(Politik),
    /// Vis reglerne, der gælder, skriv de indbyggede regelfiler, eller skriv siden om reglerne
    #[command(help_template = TEMPLATE)]
    Regler(Regler),
    /// Afspil historikken under andre regler, og vis, hvad der ville være anderledes
    #[command(help_template = TEMPLATE)]
    Whatif(Whatif),
    /// Lad en opdigtet arbejdsplads leve på et hurtigt ur, og vis, hvad der skete; skriver intet
    #[command(help_template = TEMPLATE)]
    Simulate(Simulate),
    /// Vis, om maskinens ur kan passe, eller bekræft datoen, når påmindelser venter på det
    #[command(name = "ur")]
    #[command(help_template = TEMPLATE)]
    Clock {
        /// Which folder.
        #[command(flatten)]
        data: Data,
        /// Dagens dato: bekræfter, at uret er rigtigt, hvis det viser den samme
        #[arg(long, value_name = "DATO", value_parser = dates::day)]
        #[arg(id = "idag", long = "idag")]
        today: Option<NaiveDate>,
    },
    /// Slet en persons oplysninger for altid
    #[command(help_template = TEMPLATE)]
    Erase(Erase),
    /// Vis, hvis oplysninger opbevaringsfristen er udløbet for, slet dem, eller sæt et sletningsstop
    #[command(help_template = TEMPLATE)]
    Retention(Retention),
    /// Skriv alt, der er registreret om en person, i én fil (indsigt, artikel 15)
    #[command(name = "indsigt")]
    #[command(help_template = TEMPLATE)]
    Insight(Insight),
    /// Skriv en opdigtet kommunes historik i en ny datamappe: syntetisk, til prøver og målinger, uden hemmelige nøgler
    #[command(name = "generer")]
    #[command(help_template = TEMPLATE, hide = true)]
    Generate(Generate),
}

impl CliCommand {
    /// The folder it works in and may write in, as given.
    pub fn data_mut(&mut self) -> Option<&mut Option<PathBuf>> {
        let data = match self {
            Self::Demo(d) => return Some(&mut d.data),
            Self::Serve(s) => &mut s.data,
            Self::Setup(s) => &mut s.data,
            Self::Import(i) => &mut i.data,
            Self::Token { what: Token::Create(t) } => &mut t.data,
            Self::Token { what: Token::List { data, .. } | Token::Revoke { data, .. } } => data,
            Self::Session { what } => what.data_mut(),
            Self::Key { what: Key::Rotate(r) } => &mut r.data,
            Self::Access(Access::Explain { data, .. }) => data,
            Self::Replay(r) => &mut r.data,
            Self::Seal(s) => &mut s.data,
            Self::Export(e) => &mut e.data,
            Self::Backup(b) => &mut b.data,
            Self::Restore(r) => &mut r.data,
            Self::Rebuild(r) => &mut r.data,
            Self::Politik(p) => &mut p.data,
            Self::Whatif(w) => &mut w.data,
            Self::Erase(e) => &mut e.data,
            Self::Retention(r) => &mut r.data,
            Self::Insight(i) => &mut i.data,
            Self::Generate(g) => &mut g.data,
            Self::Clock { data, .. } | Self::Eftersyn { data, .. } => data,
            // They only read, or need none.
            Self::Settings { .. } | Self::Mail { .. } | Self::Manual { .. } | Self::Completion { .. } => return None,
            Self::Verify(_) | Self::Regler(_) | Self::Simulate(_) | Self::Access(Access::Table) => {
                return None;
            }
        };
        Some(&mut data.folder)
    }
}

/// Which folder.
#[derive(Debug, Args)]
pub struct Data {
    /// Datamappen; ellers indstillingen data
    #[arg(long = "data", value_name = "MAPPE")]
    #[arg(id = "mappe")]
    pub folder: Option<PathBuf>,
}

/// How something is told.
#[derive(Debug, Args)]
pub struct Told {
    /// text eller json
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text, hide_default_value = true, hide_possible_values = true)]
    pub format: Format,
}

/// `demo`
#[derive(Debug, Default, Args)]
pub struct Demo {
    /// Datamappen: ny, tom eller lavet af demonstrationen; aldrig indstillingen data [standard: ./data/demo]
    #[arg(long, value_name = "MAPPE")]
    pub data: Option<PathBuf>,
    /// Adresse at lytte på [standard: 127.0.0.1:8080]
    #[arg(long, value_name = "ADRESSE")]
    pub listen: Option<SocketAddr>,
    /// Uret: system, eller til prøver og billeder en fast dag (RFC 3339), som historien fører frem til
    #[arg(long, value_name = "TID", default_value = "system", value_parser = ClockChoice::read, hide_default_value = true)]
    pub clock: ClockChoice,
}

/// `serve`
#[derive(Debug, Args)]
pub struct Serve {
    /// Which folder.
    #[command(flatten)]
    pub data: Data,
    /// Adresse at lytte på [standard: 127.0.0.1:8080]
    #[arg(long, value_name = "ADRESSE")]
    pub listen: Option<SocketAddr>,
    /// Uret: system, eller til prøver en fast start (RFC 3339), der står stille, til den flyttes
    #[arg(long, value_name = "TID", default_value = "system", value_parser = ClockChoice::read, hide_default_value = true)]
    pub clock: ClockChoice,
}

/// A line on stdout, at once. Who closed the other end has seen enough.
pub fn out(line: &str) {
    let _ = crate::terminal::output::write(line);
}

/// `replay`
#[derive(Debug, Args)]
pub struct Replay {
    /// Which folder.
    #[command(flatten)]
    pub data: Data,
    /// Kun dette forløb
    #[arg(long, value_name = "ID")]
    pub forloeb: Option<Uuid>,
    /// Som det var kendt på dette tidspunkt (RFC 3339, eller en dato: til og med den dag)
    #[arg(long, value_name = "TID", value_parser = tidspunkt)]
    pub til: Option<DateTime<Utc>>,
    /// text eller json
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text, hide_default_value = true, hide_possible_values = true)]
    pub format: Format,
}

/// `export`
#[derive(Debug, Args)]
pub struct Export {
    /// Which folder.
    #[command(flatten)]
    pub data: Data,
    /// Kun dette forløbs ansættelse, med bevis for at det er det hele
    #[arg(long, value_name = "ID")]
    pub forloeb: Option<Uuid>,
    /// Et segl, som nogen har gemt: bundtet om forløbet kan holdes op mod det. Kan gives flere gange
    #[arg(long = "seal", value_name = "FIL", requires = "forloeb")]
    pub seals: Vec<PathBuf>,
    /// Filen, der skrives
    #[arg(long, value_name = "FIL")]
    pub out: PathBuf,
    /// Erstat filen, hvis den findes
    #[arg(long)]
    #[arg(id = "overskriv", long = "overskriv")]
    pub overwrite: bool,
}

/// `backup`
#[derive(Debug, Args)]
pub struct Backup {
    /// Which folder.
    #[command(flatten)]
    pub data: Data,
    /// Filen, der skrives; den rummer nøglerne og skal opbevares som dem
    #[arg(long, value_name = "FIL")]
    pub out: PathBuf,
    /// Erstat filen, hvis den findes
    #[arg(long)]
    #[arg(id = "overskriv", long = "overskriv")]
    pub overwrite: bool,
    /// En tidligere sikkerhedskopi: kun det nye siden den skrives, og den skal bevares
    #[arg(long, value_name = "FIL")]
    #[arg(id = "siden", long = "siden")]
    pub since: Option<PathBuf>,
}

/// `restore`
#[derive(Debug, Args)]
pub struct Restore {
    /// Sikkerhedskopien; gentages for de tidligere, den bygger på
    #[arg(long, value_name = "FIL", required = true)]
    pub from: Vec<PathBuf>,
    /// Kun det, der var registreret til og med dette tidspunkt (RFC 3339, eller en dato: til og med den dag)
    #[arg(long, value_name = "TID", value_parser = tidspunkt)]
    pub til: Option<DateTime<Utc>>,
    /// Kun det til og med denne plads i loggen
    #[arg(id = "til_position", long = "til-position", value_name = "POSITION", conflicts_with = "til")]
    pub to_position: Option<u64>,
    /// Listen over sletninger: de, der er slettet siden, slettes igen; gentages for flere
    #[arg(id = "sletninger", long = "sletninger", value_name = "FIL")]
    pub erasures: Vec<PathBuf>,
    /// Også når den liste over sletninger, som indstillingerne nævner, ikke findes: de, der er slettet siden, kan komme tilbage
    #[arg(id = "uden_liste", long = "uden-liste")]
    pub without_list: bool,
    /// Which folder.
    #[command(flatten)]
    pub data: Data,
}

/// `rebuild`
#[derive(Debug, Args)]
pub struct Rebuild {
    /// Which folder.
    #[command(flatten)]
    pub data: Data,
    /// Vis kun forskelle til de nuværende visninger; ændrer intet
    #[arg(long)]
    pub compare: bool,
    /// Form.
    #[command(flatten)]
    pub told: Told,
}

/// `politik`
#[derive(Debug, Args)]
pub struct Politik {
    /// Which folder.
    #[command(flatten)]
    pub data: Data,
    /// Fil med den nye politik (TOML); uden den vises de fastsatte
    #[arg(long, value_name = "FIL", requires = "fra")]
    pub fastsaet: Option<PathBuf>,
    /// Første fraværsdag, politikken gælder fra; tidligst i morgen
    #[arg(long, value_name = "DATO", value_parser = dates::day, requires = "fastsaet")]
    pub fra: Option<NaiveDate>,
}

/// `regler`
#[derive(Debug, Args)]
pub struct Regler {
    /// Which folder.
    #[command(flatten)]
    pub data: Data,
    /// Skriv de indbyggede regelfiler og eksemplerne på kontaktmodeller i denne mappe
    #[arg(long, value_name = "MAPPE")]
    #[arg(id = "skriv", long = "skriv")]
    pub write: Option<PathBuf>,
    /// Skriv siden om de indbyggede regler (Markdown)
    #[arg(long, conflicts_with = "skriv")]
    #[arg(id = "side", long = "side")]
    pub page: bool,
}

/// `whatif`
#[derive(Debug, Args)]
pub struct Whatif {
    /// Which folder.
    #[command(flatten)]
    pub data: Data,
    /// Fil med et regelsæt eller en politik (TOML)
    #[arg(long, value_name = "FIL")]
    pub regler: PathBuf,
    /// Første fraværsdag tidligst denne dag
    #[arg(long, value_name = "DATO", value_parser = dates::day)]
    pub fra: Option<NaiveDate>,
    /// Første fraværsdag senest denne dag
    #[arg(long, value_name = "DATO", value_parser = dates::day)]
    pub til: Option<NaiveDate>,
    /// Prøv reglerne, som om de gjaldt fra denne dag
    #[arg(long, value_name = "DATO", value_parser = dates::day)]
    #[arg(long = "som-om")]
    pub som_om: Option<NaiveDate>,
    /// Vis så mange forløb, der ville være anderledes (50)
    #[arg(long, value_name = "ANTAL")]
    pub antal: Option<usize>,
    /// Vis de næste: det sted, det forrige svar sluttede ved
    #[arg(long, value_name = "STED", value_parser = Place::from_str)]
    pub efter: Option<Place>,
    /// text eller json
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text, hide_default_value = true, hide_possible_values = true)]
    pub format: Format,
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Text, Self::Json]
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(match self {
            Self::Text => "text",
            Self::Json => "json",
        }))
    }
}

fn tidspunkt(tekst: &str) -> Result<DateTime<Utc>, &'static str> {
    let dag = match dates::time(tekst) {
        Ok(time) => return Ok(time.to_utc()),
        Err(dates::OUTSIDE) => return Err(dates::OUTSIDE),
        Err(_) => dates::day(tekst).map_err(|error| match error {
            dates::DAY => "skal være et tidspunkt som 2026-02-06T08:00:00+01:00, eller en dato",
            error => error,
        })?,
    };
    let next = dag.succ_opt().ok_or(dates::OUTSIDE)?;
    Ok(klokken(next, chrono::NaiveTime::MIN) - TimeDelta::microseconds(1))
}
