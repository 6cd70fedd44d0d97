//! `raskvej eftersyn`: everything that can be wrong, looked at once, a line for each thing: what was found, and what to do.
//!
//! The folder, the settings and other servers are looked at from here, with what the service itself uses. What only who has the
//! folder open can see is asked of a running service, or seen by opening the folder. Nothing is sent and nothing is changed.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use eventlog::{OpenError, Options};
use mail::certificate;

use crate::ask;
use crate::checkpoints;
use crate::clock::Clock;
use crate::control_socket;
use crate::core::OpenFolderError;
use crate::erasures::{self, Erasures};
use crate::login::{Login, LoginSettings};
use crate::sentences;
use crate::serve::Setup;
use crate::service_setup::mail_transport;
use crate::settings::Settings;
use crate::settings_command::faults;
use crate::terminal::eftersyn::{Finding, Grade};
use crate::terminal::output::{Terminal, write};
use crate::terminal::{DONE, Files, Format, REFUSED, TerminalRequest};
use app::failure::Causes;
use mail::https::{Https, HttpsError, Method, WebAddress};

/// With less than this the disk is to be looked at, in bytes; the log stops taking commands long after.
const LITTLE_ROOM: u64 = 2 << 30;
/// A certificate that ends within so many days is to be looked at.
const ENDS_SOON: TimeDelta = TimeDelta::days(21);
/// How long the service itself may take to answer at its own address.
const PATIENCE: Duration = Duration::from_secs(10);

/// Looks at everything, and tells; the exit code.
pub(crate) async fn run(
    settings: &Settings,
    setup: &Setup,
    providers: Result<Vec<LoginSettings>, String>,
    format: Format,
) -> u8 {
    let mut told = Told { format, worst: Grade::Ok };
    let now = Clock::System.now();
    told.all(of_settings(settings, setup, &providers));
    let folder = &setup.folder;
    let there = folder.join("journal").is_dir();
    told.all(of_folder(folder, there));
    let mut inside = DONE;
    if there {
        told.all([of_log(folder).await]);
        inside = of_the_open_folder(setup, &mut told).await;
    }
    told.all(of_mail_server(setup, now).await);
    told.all(of_logins(setup, providers.unwrap_or_default()).await);
    told.all(of_address(setup, now).await);
    told.all(of_seals(setup, now));
    told.all([of_erasures(setup)]);
    if told.worst == Grade::Fejl || inside != DONE { REFUSED } else { DONE }
}

/// What has been told.
struct Told {
    format: Format,
    worst: Grade,
}

impl Told {
    fn all(&mut self, findings: impl IntoIterator<Item = Finding>) {
        for finding in findings {
            self.worst = self.worst.max(finding.grade);
            if let Ok(line) = finding.line(self.format) {
                let _who_closed_the_pipe_has_seen_enough = write(&line);
            }
        }
    }
}

fn of_settings(settings: &Settings, setup: &Setup, providers: &Result<Vec<LoginSettings>, String>) -> Vec<Finding> {
    const WHAT: &str = "indstillinger";
    let found = providers.as_ref().map(Vec::len).map_err(Clone::clone);
    let to_do = "ret indstillingen; raskvej indstillinger viser dem alle";
    let mut all: Vec<Finding> =
        faults(settings, setup, found).into_iter().map(|fault| Finding::fejl(WHAT, fault, to_do)).collect();
    for name in setup.paamindelser.missing() {
        let said = format!("{name} er ikke sat: {}", sentences::without_setting(name));
        all.push(Finding::advarsel(WHAT, said, format!("sæt {name}")));
    }
    if all.is_empty() {
        all.push(Finding::ok(WHAT, "kan bruges, og det, de peger på, er der"));
    }
    all
}

fn of_folder(folder: &Path, there: bool) -> Vec<Finding> {
    const WHAT: &str = "datamappe";
    let shown = folder.display();
    if !there {
        return vec![Finding::fejl(
            WHAT,
            format!("{shown}: her er ingen data"),
            "lav den med raskvej setup --data MAPPE",
        )];
    }
    let mode = std::fs::metadata(folder).map(|data| data.permissions().mode() & 0o777);
    let rights = match mode {
        Err(error) => Finding::fejl(WHAT, format!("{shown}: {error}"), "se efter, om mappen kan læses"),
        Ok(mode) if mode & 0o077 != 0 => {
            let said = format!("{shown}: andre på maskinen end ejeren har adgang ({mode:03o})");
            Finding::advarsel(WHAT, said, format!("chmod 700 {shown}"))
        }
        Ok(_) => Finding::ok(WHAT, format!("{shown}: kun ejeren har adgang")),
    };
    vec![rights, of_disk(folder)]
}

fn of_disk(folder: &Path) -> Finding {
    const WHAT: &str = "disk";
    let free = match rustix::fs::statvfs(folder) {
        Ok(disk) => disk.f_bavail.saturating_mul(disk.f_frsize),
        Err(error) => return Finding::fejl(WHAT, error.to_string(), "se efter, om disken svarer"),
    };
    let said = format!("{} MB ledig", sentences::figure(free >> 20));
    if free < Options::default().keep_free {
        Finding::fejl(WHAT, format!("{said}: der kan ikke skrives"), "ryd op, eller giv den mere plads")
    } else if free < LITTLE_ROOM {
        Finding::advarsel(WHAT, said, "giv den mere plads, før den er fuld")
    } else {
        Finding::ok(WHAT, said)
    }
}

/// Every hash and checksum of the files, as `verify` has it: they can be read while a service writes them.
async fn of_log(folder: &Path) -> Finding {
    const WHAT: &str = "log";
    let folder = folder.to_owned();
    match tokio::task::spawn_blocking(move || eventlog::verify(&folder, &mut |_, _| {})).await {
        Ok(Ok(found)) => {
            let events = sentences::count(found.events, "hændelse", "hændelser");
            Finding::ok(WHAT, format!("alle kontrolsummer og kæden er i orden: {events}, hoved {}", found.head.hash))
        }
        Ok(Err(breach)) => Finding::fejl(WHAT, sentences::breach(&breach), "se docs/operations.md (Damage)"),
        Err(_) => Finding::fejl(WHAT, "efterprøvningen gik i panik", "prøv raskvej verify --data MAPPE"),
    }
}

/// Asks the service that has the folder open, or opens it; the exit code of what was told there.
async fn of_the_open_folder(setup: &Setup, told: &mut Told) -> u8 {
    const WHAT: &str = "tjeneste";
    let request = TerminalRequest::Eftersyn { format: told.format };
    if let Some(connection) = control_socket::connect(&setup.folder).await {
        told.all([Finding::ok(WHAT, "kører på mappen")]);
        return control_socket::ask_service(connection, request, Files::new(), Terminal::without_file()).await;
    }
    match ask::open(&setup.folder, &setup.outside).await {
        Ok(app) => {
            let to_do = "start den, hvis den skulle køre: raskvej serve";
            told.all([Finding::advarsel(WHAT, "kører ikke på mappen", to_do)]);
            ask::direct(app, request, Files::new(), Terminal::without_file()).await
        }
        Err(OpenFolderError::Log(OpenError::InUse { .. })) => {
            let said = "er ved at starte eller stoppe, eller en anden kommando har mappen åben";
            told.all([Finding::advarsel(WHAT, said, "prøv igen om lidt")]);
            DONE
        }
        Err(error) => {
            let said = format!("kan ikke starte på mappen: {}", Causes(&error));
            told.all([Finding::fejl(WHAT, said, "se docs/operations.md (Damage)")]);
            DONE
        }
    }
}

async fn of_mail_server(setup: &Setup, now: DateTime<Utc>) -> Vec<Finding> {
    const WHAT: &str = "mailserver";
    // That it cannot be made, or what it lacks, is said of the settings.
    let Ok(transport) = mail_transport(setup) else { return Vec::new() };
    let to_do = "prøv den med raskvej mail test --til ADRESSE, og se på mailserveren og på RASKVEJ_SMTP_URL";
    match transport.reach().await {
        Ok(certificate) => {
            let mut all = vec![Finding::ok(WHAT, "svarer og tager imod os; der er ikke sendt noget")];
            all.extend(certificate.and_then(|der| of_certificate("mailserverens certifikat", &der, now)));
            all
        }
        Err(grund) if transport.waiting_on().is_some() => {
            vec![Finding::advarsel(WHAT, sentences::waiting_grund(&grund), "sæt det, der mangler i indstillingerne")]
        }
        Err(grund) => vec![Finding::fejl(WHAT, sentences::waiting_grund(&grund), to_do)],
    }
}

async fn of_logins(setup: &Setup, providers: Vec<LoginSettings>) -> Vec<Finding> {
    const WHAT: &str = "login";
    if providers.is_empty() {
        let to_do = "sæt RASKVEJ_LOGIN, hvis folk skal logge ind med arbejdspladsens login";
        return vec![Finding::advarsel(WHAT, "ingen udbyder er sat: der logges kun ind med adgangsnøgler", to_do)];
    }
    let base_url = setup.paamindelser.base_url.as_deref().unwrap_or_default();
    let login = match Login::new(providers, base_url) {
        Ok(login) => login,
        Err(error) => return vec![Finding::fejl(WHAT, error.to_string(), "ret filen i RASKVEJ_LOGIN")],
    };
    let finding = |(name, answer): (&str, Result<usize, String>)| match answer {
        Ok(keys) => Finding::ok(WHAT, format!("{name} svarer; {}", sentences::count(keys as u64, "nøgle", "nøgler"))),
        Err(error) => Finding::fejl(WHAT, format!("{name}: {error}"), "se på udbyderen, og på filen i RASKVEJ_LOGIN"),
    };
    login.look().await.into_iter().map(finding).collect()
}

/// The address that mails lead to: does it lead here?
async fn of_address(setup: &Setup, now: DateTime<Utc>) -> Vec<Finding> {
    const WHAT: &str = "adresse";
    let Some(base_url) = &setup.paamindelser.base_url else { return Vec::new() };
    let to_do = "se efter, om tjenesten kører, og om RASKVEJ_BASE_URL og proxyen foran er rigtige";
    let address = match WebAddress::read(base_url) {
        Ok(address) => address,
        Err(error) => return vec![Finding::advarsel(WHAT, format!("RASKVEJ_BASE_URL {error}"), "brug https")],
    };
    let asked = async {
        let server = Https::new(address.url(), None, PATIENCE)?;
        server.send(server.request(Method::GET, address.with("healthz")).build()?).await
    };
    match asked.await {
        Ok(answer) if answer.status.is_success() => {
            let mut all = vec![Finding::ok(WHAT, "RASKVEJ_BASE_URL fører til en tjeneste, der svarer")];
            let certificate = answer.certificate.as_deref();
            all.extend(certificate.and_then(|der| of_certificate("adressens certifikat", der, now)));
            all
        }
        Ok(answer) => {
            vec![Finding::advarsel(WHAT, format!("RASKVEJ_BASE_URL svarede {}", answer.status.as_u16()), to_do)]
        }
        Err(error @ HttpsError::NoAnswer(_)) => {
            let said = format!("RASKVEJ_BASE_URL giver ikke svar herfra: {}", Causes(&error));
            vec![Finding::advarsel(WHAT, said, to_do)]
        }
        Err(error) => vec![Finding::advarsel(WHAT, Causes(&error).to_string(), to_do)],
    }
}

fn of_certificate(what: &'static str, der: &[u8], now: DateTime<Utc>) -> Option<Finding> {
    let end = certificate::ends(der)?;
    let said = format!("gælder til {}", sentences::dato(app::clock::dag_in_denmark(end)));
    Some(if end - now < ENDS_SOON {
        Finding::advarsel(what, said, "forny det i tide")
    } else {
        Finding::ok(what, said)
    })
}

/// Whether the log's seal leaves for somebody else, and whether the latest did.
fn of_seals(setup: &Setup, now: DateTime<Utc>) -> Vec<Finding> {
    const WHAT: &str = "segl";
    let ways = [
        ("mail", "RASKVEJ_REVISOR_MAIL", setup.checkpoints.mail.is_some()),
        ("mappe", "RASKVEJ_SEGL_MAPPE", setup.checkpoints.folder.is_some()),
        ("url", "RASKVEJ_SEGL_URL", setup.checkpoints.server.is_some()),
    ];
    let wanted: Vec<_> = ways.iter().filter(|(_, _, wanted)| *wanted).collect();
    if wanted.is_empty() {
        let said = "loggens segl sendes ingen steder hen: ingen uden for maskinen kan se, om loggen er skrevet om";
        let to_do = "sæt RASKVEJ_REVISOR_MAIL, RASKVEJ_SEGL_MAPPE eller RASKVEJ_SEGL_URL";
        return vec![Finding::advarsel(WHAT, said, to_do)];
    }
    let left = checkpoints::left(&setup.folder);
    // One that is ahead is from a clock that was.
    let days = app::clock::dag_in_denmark(now - TimeDelta::days(1))..=app::clock::dag_in_denmark(now);
    let finding = |(way, name, _): &(&str, &str, bool)| match left.get(*way) {
        Some(day) if days.contains(day) => Finding::ok(WHAT, format!("sendt med {way} {}", sentences::dato(*day))),
        Some(day) => {
            let said = format!("sidst sendt med {way} {}", sentences::dato(*day));
            Finding::advarsel(WHAT, said, format!("se efter, hvad der er i vejen med {name}"))
        }
        None => Finding::advarsel(WHAT, format!("aldrig sendt med {way}"), format!("se efter, om {name} er rigtig")),
    };
    wanted.into_iter().map(finding).collect()
}

/// Whether the list of erasures outlives a restore: it is kept outside of the folder, is there, and is that of this log.
fn of_erasures(setup: &Setup) -> Finding {
    const WHAT: &str = "sletninger";
    let Some(file) = &setup.outside.erasures else {
        let said = "listen over sletninger er kun i datamappen: en ældre sikkerhedskopi kan bringe slettede tilbage";
        return Finding::advarsel(WHAT, said, "sæt RASKVEJ_SLETNINGER_FIL");
    };
    let looked = Erasures::new(&setup.folder, Some(file)).look(&setup.folder, false);
    match looked.and_then(|()| Ok(erasures::read(file)?.len())) {
        Ok(count) => {
            let persons = sentences::count(count as u64, "person", "personer");
            Finding::ok(WHAT, format!("{persons} på listen uden for datamappen"))
        }
        Err(error) => Finding::fejl(WHAT, Causes(&error).to_string(), "se docs/operations.md (Backups)"),
    }
}

#[cfg(test)]
mod tests;
