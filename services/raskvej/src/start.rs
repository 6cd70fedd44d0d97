//! From the command line to the command: settings, log lines, runtime.

use std::ffi::OsString;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Parser;
use forloeb::words::Sletningsgrund;
use tracing_subscriber::EnvFilter;

use crate::ask;
use crate::checkpoints::CheckpointSettings;
use crate::cli::{Access, CliCommand, CommandLine, Demo, Key, MailCommand, Token, TokenCreate, manual};
use crate::clock::Clock;
use crate::clock_choice::ClockChoice;
use crate::connections;
use crate::core::Outside;
use crate::eftersyn;
use crate::generate::Choices;
use crate::login::{self, LoginSettings};
use crate::mail_command;
use crate::master_key;
use crate::owner::{self, For};
use crate::paamindelser::PaamindelseSettings;
use crate::seal_command;
use crate::serve::{ServiceError, Setup, demonstration, serve};
use crate::settings::{LogFormat, Settings};
use crate::settings_command;
use crate::setup_command;
use crate::simulation;
use crate::stopping;
use crate::terminal::output::{OutFile, Terminal, to_stderr};
use crate::terminal::running::Running;
use crate::terminal::{
    Also, DONE, REFUSED, TerminalRequest, WRONG_USAGE, access, backup, export, generate, import, key, politik, regler,
    restore, retention, running, simulate, token, verify, what_if,
};

/// Where the demonstration keeps its data.
const DEMO: &str = "./data/demo";
/// Libraries that say things which any stranger can make them say: a line for every cookie that is not a session's, and the
/// address of every page that was asked for, with whatever somebody wrote there.
const QUIET: &str = "tower_sessions=off,tower_sessions_core=off,tower_http=off";
/// Who has named a data folder in the settings may mean the service, or the demonstration: we do not guess.
const DATA_IS_FOR_SERVE: &str = "Indstillingen data (RASKVEJ_DATA) er sat. Den er tjenestens mappe, og demonstrationen bruger \
                                 den ikke. Start tjenesten med raskvej serve, eller giv demonstrationen en mappe for sig: \
                                 raskvej demo --data MAPPE.";

/// Carries out what the command line says; the exit code.
#[must_use]
pub fn start(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let call = match CommandLine::try_parse_from(arguments) {
        Ok(call) => call,
        Err(error) => {
            // Help and version go to stdout, what is wrong to stderr.
            let _ = error.print();
            return u8::try_from(error.exit_code()).unwrap_or(WRONG_USAGE);
        }
    };
    let settings = match Settings::fetch(call.settings.as_deref(), std::env::vars_os()) {
        Ok(settings) => settings,
        Err(error) => {
            to_stderr(&error.to_string());
            return REFUSED;
        }
    };
    let master = match master_key::fetch(&settings, std::env::var_os("CREDENTIALS_DIRECTORY")) {
        Ok(master) => master,
        Err(error) => {
            to_stderr(&error.to_string());
            return REFUSED;
        }
    };
    let outside = Outside { master, erasures: settings.erasures.clone() };
    let mut command = call.command.unwrap_or_else(|| CliCommand::Demo(Demo::default()));
    if let CliCommand::Demo(Demo { data: None, .. }) = command
        && settings.data.is_some()
    {
        to_stderr(DATA_IS_FOR_SERVE);
        return WRONG_USAGE;
    }
    log(&settings, matches!(command, CliCommand::Demo(_) | CliCommand::Serve(_)));
    guard_process(matches!(command, CliCommand::Demo(_) | CliCommand::Serve(_)));
    // Before there is a second thread.
    if let Err(error) = as_owner(&mut command, &settings) {
        to_stderr(&error.to_string());
        return REFUSED;
    }
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            to_stderr(&error.to_string());
            return REFUSED;
        }
    };
    let code = runtime.block_on(execute(command, settings, outside));
    stopping::end(runtime);
    code
}

/// Has a command act as the owner of its data folder.
fn as_owner(command: &mut CliCommand, settings: &Settings) -> io::Result<()> {
    let standard = match command {
        CliCommand::Demo(_) => Some(DEMO.into()),
        _ => settings.data.clone(),
    };
    let long = if matches!(command, CliCommand::Demo(_) | CliCommand::Serve(_)) { For::Good } else { For::Command };
    let Some(data) = command.data_mut() else { return Ok(()) };
    if let Some(folder) = data.take().or(standard) {
        *data = Some(owner::act_for(&folder, long)?);
    }
    Ok(())
}

/// What the process makes is its owner's alone. A service can open as many files as it may, and leaves no image of its
/// memory, where names and keys are, when it ends by a fault.
fn guard_process(service: bool) {
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    if service {
        connections::raise_descriptors();
        let none = rustix::process::Rlimit { current: Some(0), maximum: Some(0) };
        // The unit says so too.
        let _ = rustix::process::setrlimit(rustix::process::Resource::Core, none);
    }
}

/// Log lines go to stderr, without colours. A command says what it has to say itself, and logs only trouble.
fn log(settings: &Settings, service: bool) {
    let standard = if service { "info" } else { "warn" };
    let filter = wanted(settings.log.as_deref().unwrap_or(standard));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    let sat = match settings.log_format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
    if let Err(error) = sat {
        to_stderr(&error.to_string());
    }
}

/// Which log lines are written for who asks for these.
pub(crate) fn wanted(lines: &str) -> EnvFilter {
    EnvFilter::new(with_libraries(&format!("{QUIET},{lines}")))
}

/// Who asks for the lines of `raskvej` means the program, and not only the crate that has its name.
fn with_libraries(filter: &str) -> String {
    let directive = |directive: &str| match directive.trim().split_once('=') {
        Some(("raskvej", level)) => {
            ["raskvej", "app", "eventlog", "mail", "synthetic"].map(|name| format!("{name}={level}")).join(",")
        }
        _ => directive.to_owned(),
    };
    filter.split(',').map(directive).collect::<Vec<_>>().join(",")
}

async fn execute(command: CliCommand, mut settings: Settings, outside: Outside) -> u8 {
    let (data, terminal_request, files, out): (_, _, Vec<(&str, PathBuf)>, Option<OutFile>) = match command {
        CliCommand::Demo(demo) => {
            settings.listen = demo.listen.or(settings.listen);
            let folder = demo.data.unwrap_or_else(|| DEMO.into());
            if settings.hr_mail.is_none() {
                settings.hr_mail = "hr@fiktivkommune.example".parse().ok();
            }
            invent_addresses(&mut settings);
            return service(demonstration(setup(&settings, folder, outside), demo.clock)).await;
        }
        CliCommand::Serve(s) => {
            settings.listen = s.listen.or(settings.listen);
            let Some(folder) = folder(s.data.folder, &settings) else { return WRONG_USAGE };
            if matches!(s.clock, ClockChoice::Fixed(_)) && invent_addresses(&mut settings) {
                tracing::warn!("uret står stille til prøve: den afsender og den adresse, der ikke er sat, er opfundne");
            }
            let login = match providers(&settings) {
                Ok(login) => login,
                Err(error) => {
                    to_stderr(&error);
                    return REFUSED;
                }
            };
            return service(serve(Setup { login, ..setup(&settings, folder, outside) }, s.clock)).await;
        }
        CliCommand::Setup(s) => {
            let Some(folder) = folder(s.data.folder.clone(), &settings) else { return WRONG_USAGE };
            return setup_command::run(&folder, &s, &settings, outside).await;
        }
        CliCommand::Settings { page, told } => {
            let found = providers(&settings).map(|all| all.len());
            let setup = setup(&settings, settings.data.clone().unwrap_or_default(), outside);
            return settings_command::run(&settings, &setup, found, page, told.format);
        }
        CliCommand::Eftersyn { data, told } => {
            let Some(folder) = folder(data.folder, &settings) else { return WRONG_USAGE };
            let providers = providers(&settings);
            let outside = Outside { master: master_key::of(&folder, outside.master), ..outside };
            let setup = setup(&settings, folder, outside);
            return eftersyn::run(&settings, &setup, providers, told.format).await;
        }
        CliCommand::Mail { what: MailCommand::Test { til } } => return mail_command::run(&settings, &til).await,
        CliCommand::Manual { out } => return manual::write(&out),
        CliCommand::Completion { shell } => return manual::completion(shell),
        CliCommand::Verify(v) => {
            let what = match (v.bundle, v.service) {
                (Some(file), _) => verify::What::Bundle(file),
                (None, Some(address)) => {
                    match Running::new(address, v.token_file.as_deref(), std::env::var(running::TOKEN).ok()) {
                        Ok(running) => verify::What::Service(running),
                        Err(denial) => return Terminal::without_file().decline(&denial.to_string(), denial.code()),
                    }
                }
                (None, None) => match folder(v.data.folder, &settings) {
                    Some(folder) => verify::What::Folder(folder),
                    None => return WRONG_USAGE,
                },
            };
            return verify::run(verify::Check { what, key: v.key, seals: v.seals, format: v.told.format }).await;
        }
        CliCommand::Restore(r) => {
            let Some(folder) = folder(r.data.folder, &settings) else { return WRONG_USAGE };
            let til = r.til.map(restore::Until::Time).or(r.to_position.map(restore::Until::Position));
            if let Err(denial) = restore::has_a_list(&r.erasures, &outside, r.without_list) {
                return Terminal::without_file().decline(&denial.to_string(), denial.code());
            }
            return restore::run(&r.from, til, &r.erasures, &outside, &folder);
        }
        CliCommand::Generate(g) => {
            let Some(folder) = folder(g.data.folder, &settings) else { return WRONG_USAGE };
            let til = g.til.unwrap_or_else(|| Clock::System.today());
            let medarbejdere = g.medarbejdere / g.distrikter;
            if medarbejdere < 8 {
                to_stderr("--distrikter er for mange: der skal være mindst 8 medarbejdere i hvert");
                return WRONG_USAGE;
            }
            let (aar, seed, distrikter, haendelser) = (g.aar, g.seed, g.distrikter, g.haendelser);
            let choices = Choices { medarbejdere, distrikter, aar, seed, til, haendelser };
            return generate::run(&folder, &choices).await;
        }
        CliCommand::Simulate(s) => {
            let choices = simulation::Choices { medarbejdere: s.medarbejdere, aar: s.aar, seed: s.seed, til: s.til };
            return simulate::run(choices, s.regler.as_deref(), s.format).await;
        }
        CliCommand::Regler(r) => {
            let folder = r.data.folder.or_else(|| settings.data.clone());
            return regler::run(folder.as_deref(), r.write.as_deref(), r.page);
        }
        CliCommand::Politik(p) => {
            let files = p.fastsaet.map(|file| (politik::FILE, file)).into_iter().collect();
            (p.data, TerminalRequest::Politik { fra: p.fra }, files, None)
        }
        CliCommand::Whatif(w) => {
            let asked = what_if::Asked { fra: w.fra, til: w.til, som_om: w.som_om, antal: w.antal, efter: w.efter };
            let terminal_request = TerminalRequest::WhatIf { asked, format: w.format };
            (w.data, terminal_request, vec![(what_if::FILE, w.regler)], None)
        }
        CliCommand::Import(i) => {
            let hele = match i.whole() {
                Ok(hele) => hele,
                Err(error) => {
                    to_stderr(error);
                    return WRONG_USAGE;
                }
            };
            let (profil, profile) = match i.profile.map(|given| (is_file(&given), given)) {
                Some((true, path)) => (None, Some(path)),
                Some((false, name)) => (Some(name.display().to_string()), None),
                None => (None, None),
            };
            let files =
                [(import::MEDARBEJDERE, i.medarbejdere), (import::FRAVAER, i.fravaer), (import::PROFILE, profile)];
            let files = files.into_iter().filter_map(|(name, path)| Some((name, path?))).collect();
            let asked = import::Asked { profil, proeve: i.on_trial, rapport: i.report.is_some(), hele };
            let out = i.report.map(|path| OutFile { path, overwrite: i.overwrite });
            (i.data, TerminalRequest::Import(asked), files, out)
        }
        CliCommand::Token { what: Token::Create(t) } => {
            let TokenCreate { data, rolle, medarbejder, navn, udloeber } = t;
            let wanted = token::Wanted { rolle, medarbejder, navn, udloeber };
            (data, TerminalRequest::Token(wanted), Vec::new(), None)
        }
        CliCommand::Token { what: Token::List { data, told } } => {
            (data, TerminalRequest::TokenList { format: told.format }, Vec::new(), None)
        }
        CliCommand::Token { what: Token::Revoke { id, data } } => {
            (data, TerminalRequest::TokenRevoke { id }, Vec::new(), None)
        }
        CliCommand::Session { what } => {
            let (data, what) = what.asked();
            (data, TerminalRequest::Session { what }, Vec::new(), None)
        }
        CliCommand::Key { what: Key::Rotate(r) } => {
            (r.data, TerminalRequest::RotateMaster, vec![(key::FILE, r.new)], None)
        }
        CliCommand::Retention(r) => {
            let hold = |medarbejder, gaelder| retention::What::Hold {
                medarbejder,
                gaelder,
                aarsag: r.aarsag.clone().unwrap_or_default(),
            };
            let what = match (r.stop.clone(), r.lift.clone()) {
                (Some(nr), _) => hold(nr, true),
                (None, Some(nr)) => hold(nr, false),
                (None, None) if r.carry_out => retention::What::CarryOut,
                (None, None) => retention::What::List { format: r.told.format },
            };
            (r.data, TerminalRequest::Retention(what), Vec::new(), None)
        }
        CliCommand::Insight(i) => {
            let out = OutFile { path: i.out, overwrite: false };
            let request = TerminalRequest::Insight { medarbejder: i.medarbejder, formaal: i.formaal, format: i.format };
            (i.data, request, Vec::new(), Some(out))
        }
        CliCommand::Access(Access::Table) => return access::table(),
        CliCommand::Access(Access::Explain { data, medarbejder, forloeb }) => {
            (data, TerminalRequest::Explain { medarbejder, forloeb }, Vec::new(), None)
        }
        CliCommand::Replay(r) => {
            (r.data, TerminalRequest::Replay { forloeb: r.forloeb, til: r.til, format: r.format }, Vec::new(), None)
        }
        CliCommand::Seal(s) => {
            let Some(folder) = folder(s.data.folder, &settings) else { return WRONG_USAGE };
            let out = s.out.map(|path| OutFile { path, overwrite: s.overwrite });
            let outside = Outside { master: master_key::of(&folder, outside.master), ..outside };
            return seal_command::run(&folder, out, s.only_key, s.mail.as_ref(), &settings, &outside).await;
        }
        CliCommand::Export(e) => {
            let out = OutFile { path: e.out, overwrite: e.overwrite };
            let earlier = match export::Kept::of(&e.seals) {
                Ok(earlier) => earlier,
                Err(denial) => return Terminal::without_file().decline(&denial.to_string(), denial.code()),
            };
            (e.data, TerminalRequest::Export { forloeb: e.forloeb, earlier }, Vec::new(), Some(out))
        }
        CliCommand::Backup(b) => {
            let known_ones = b.since.as_deref().map_or(Ok(Vec::new()), |since| {
                let known_ones = backup::known_ones(since)?;
                backup::may_be_written(&b.out, since, &known_ones).map(|()| known_ones)
            });
            let known_ones = match known_ones {
                Ok(known_ones) => known_ones,
                Err(denial) => return Terminal::without_file().decline(&denial.to_string(), denial.code()),
            };
            let out = OutFile { path: b.out, overwrite: b.overwrite };
            (b.data, TerminalRequest::Backup { known_ones }, Vec::new(), Some(out))
        }
        CliCommand::Rebuild(r) => {
            let request = TerminalRequest::Rebuild { compare: r.compare, format: r.told.format };
            (r.data, request, Vec::new(), None)
        }
        CliCommand::Clock { data, today } => (data, TerminalRequest::Clock { today }, Vec::new(), None),
        CliCommand::Erase(e) => {
            let also =
                Also { others: e.also_others, open: e.also_open, refusion: e.also_refusion, employed: e.also_employed };
            let request = TerminalRequest::Erase {
                medarbejder: e.medarbejder,
                grund: e.grund.unwrap_or(Sletningsgrund::Andet),
                aarsag: e.aarsag.unwrap_or_default(),
                also,
                to_file: e.certificate.is_some(),
                proeve: e.on_trial,
            };
            let out = e.certificate.map(|path| OutFile { path, overwrite: false });
            (e.data, request, Vec::new(), out)
        }
    };
    let Some(folder) = folder(data.folder, &settings) else { return WRONG_USAGE };
    let outside = Outside { master: master_key::of(&folder, outside.master), ..outside };
    ask::run(&folder, terminal_request, &files, out, &outside).await
}

fn folder(flag: Option<PathBuf>, settings: &Settings) -> Option<PathBuf> {
    let folder = flag.or_else(|| settings.data.clone()).filter(|m| *m != Path::new(""));
    if folder.is_none() {
        to_stderr("--data mangler: hvilken datamappe?");
    }
    folder
}

async fn service(answer: impl Future<Output = Result<(), ServiceError>>) -> u8 {
    match answer.await {
        Ok(()) => DONE,
        Err(error) => {
            to_stderr(&error.to_string());
            REFUSED
        }
    }
}

/// Sender and address of a service that nobody depends on: a demonstration, or one on a clock that is moved by hand.
/// Whether one was missing.
fn invent_addresses(settings: &mut Settings) -> bool {
    let missing = settings.mail_from.is_none() || settings.base_url.is_none();
    if settings.mail_from.is_none() {
        settings.mail_from = "raskvej@fiktivkommune.example".parse().ok();
    }
    if settings.base_url.is_none() {
        settings.base_url = Some(format!("http://{}", listener(settings)));
    }
    missing
}

fn listener(settings: &Settings) -> SocketAddr {
    settings.listen.unwrap_or(([127, 0, 0, 1], 8080).into())
}

/// Where people log in. They come back to an address, and so it has to be said.
fn providers(settings: &Settings) -> Result<Vec<LoginSettings>, String> {
    let Some(file) = &settings.login else { return Ok(Vec::new()) };
    if settings.base_url.is_none() {
        return Err("RASKVEJ_LOGIN: RASKVEJ_BASE_URL er ikke sat, og til den kommer folk tilbage".to_owned());
    }
    login::settings::read(file, |name| std::env::var(name).ok()).map_err(|error| error.to_string())
}

/// How the service is to run, from the settings. What mails need and nobody has set stays unset: they wait for it.
pub(crate) fn setup(settings: &Settings, folder: PathBuf, outside: Outside) -> Setup {
    let listen = listener(settings);
    let tekst = |address: &lettre::Address| address.to_string();
    Setup {
        folder,
        outside,
        listen,
        metrics_listen: settings.metrics_listen,
        connections: settings.connections,
        trusted_proxies: settings.trusted_proxies.clone(),
        smtp_url: settings.smtp_url.as_ref().map(|u| u.show().to_owned()),
        smtp_ca_file: settings.smtp_ca_file.clone(),
        all_mail_to: settings.all_mail_to.clone(),
        smtp_connections: settings.smtp_connections,
        login: Vec::new(),
        clock_jump_max_dage: settings.clock_jump_max_dage,
        opslag_months: settings.opslag_months,
        checkpoints: CheckpointSettings {
            mail: settings.revisor_mail.as_ref().map(tekst),
            folder: settings.seal_folder.clone(),
            server: settings.seal_server.clone(),
        },
        hr_enheder: settings.hr_enheder.clone(),
        omsorgskollega: settings.omsorgskollega,
        normer: settings.normer,
        paamindelser: PaamindelseSettings {
            hr_mail: settings.hr_mail.as_ref().map(tekst),
            base_url: settings.base_url.clone(),
            mail_from: settings.mail_from.as_ref().map(tekst),
            medarbejder_copy: settings.medarbejder_copy,
            mailtekster: settings.own_words(),
        },
    }
}

/// A profile is given as a file, and not by its name.
fn is_file(profile: &Path) -> bool {
    profile.extension().is_some() || profile.components().nth(1).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_the_program_are_those_of_all_its_crates() {
        let filter = with_libraries("warn,raskvej=debug,hyper=info");
        assert_eq!(filter, "warn,raskvej=debug,app=debug,eventlog=debug,mail=debug,synthetic=debug,hyper=info");
        assert!(EnvFilter::try_new(filter).is_ok());
        assert_eq!(with_libraries("info"), "info");
    }
}
