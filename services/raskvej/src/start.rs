//! From the command line to the command: settings, log lines, runtime.

use std::ffi::OsString;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Parser;
use tracing_subscriber::EnvFilter;

use crate::cli::{Demo, Kald, Kommando, Token, Urvalg};
use crate::generer::Valg;
use crate::indstillinger::{Indstillinger, LogFormat};
use crate::ordrer::terminal::{OutFile, Terminal, meld};
use crate::ordrer::{
    AFVIST, FORKERT_BRUG, GJORT, Ordre, backup, generer, hvad_hvis, import, koer, politik, regler, restore, simulate,
    verify,
};
use crate::owner::{self, For};
use crate::paamindelser::Paamindelsesindstillinger;
use crate::serve::{DriftsFejl, Opsaetning, demonstration, serve};
use crate::simuler;
use crate::ur::Ur;

/// Where the demonstration keeps its data.
const DEMO: &str = "./data/demo";

/// Carries out what the command line says; the exit code.
#[must_use]
pub fn start(argumenter: impl IntoIterator<Item = OsString>) -> u8 {
    let kald = match Kald::try_parse_from(argumenter) {
        Ok(kald) => kald,
        Err(fejl) => {
            // Help and version go to stdout, what is wrong to stderr.
            let _ = fejl.print();
            return u8::try_from(fejl.exit_code()).unwrap_or(FORKERT_BRUG);
        }
    };
    let indstillinger = match Indstillinger::hent(kald.indstillinger.as_deref(), std::env::vars_os()) {
        Ok(indstillinger) => indstillinger,
        Err(fejl) => {
            meld(&fejl.to_string());
            return AFVIST;
        }
    };
    let mut kommando = kald.kommando.unwrap_or_else(|| Kommando::Demo(Demo::default()));
    log(&indstillinger, matches!(kommando, Kommando::Demo(_) | Kommando::Serve(_)));
    // Before there is a second thread.
    if let Err(fejl) = som_ejeren(&mut kommando, &indstillinger) {
        meld(&fejl.to_string());
        return AFVIST;
    }
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(fejl) => {
            meld(&fejl.to_string());
            return AFVIST;
        }
    };
    runtime.block_on(udfoer(kommando, indstillinger))
}

/// Has a command act as the owner of its data folder.
fn som_ejeren(kommando: &mut Kommando, indstillinger: &Indstillinger) -> io::Result<()> {
    let standard = matches!(kommando, Kommando::Demo(_)).then(|| DEMO.into());
    let laenge = if matches!(kommando, Kommando::Demo(_) | Kommando::Serve(_)) { For::Good } else { For::Command };
    let Some(data) = kommando.data_mut() else { return Ok(()) };
    if let Some(mappe) = data.take().or_else(|| indstillinger.data.clone()).or(standard) {
        *data = Some(owner::act_for(&mappe, laenge)?);
    }
    Ok(())
}

/// Log lines go to stderr, without colours. A command says what it has to say itself, and logs only trouble.
fn log(indstillinger: &Indstillinger, tjeneste: bool) {
    let standard = if tjeneste { "info" } else { "warn" };
    let filter = EnvFilter::new(with_libraries(indstillinger.log.as_deref().unwrap_or(standard)));
    let linjer = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    let sat = match indstillinger.log_format {
        LogFormat::Tekst => linjer.try_init(),
        LogFormat::Json => linjer.json().try_init(),
    };
    if let Err(fejl) = sat {
        meld(&fejl.to_string());
    }
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

async fn udfoer(kommando: Kommando, mut indstillinger: Indstillinger) -> u8 {
    let (data, ordre, filer, out): (_, _, Vec<(&str, PathBuf)>, Option<OutFile>) = match kommando {
        Kommando::Demo(demo) => {
            indstillinger.listen = demo.listen.or(indstillinger.listen);
            let mappe = demo.data.or(indstillinger.data.take()).unwrap_or_else(|| DEMO.into());
            if indstillinger.hr_mail.is_none() {
                indstillinger.hr_mail = "hr@fiktivkommune.example".parse().ok();
            }
            invent_addresses(&mut indstillinger);
            return tjeneste(demonstration(opsaetning(&indstillinger, mappe))).await;
        }
        Kommando::Serve(s) => {
            indstillinger.listen = s.listen.or(indstillinger.listen);
            let Some(mappe) = mappe(s.data.mappe, &indstillinger) else { return FORKERT_BRUG };
            if matches!(s.clock, Urvalg::Fast(_)) && invent_addresses(&mut indstillinger) {
                tracing::warn!("uret står stille til prøve: den afsender og den adresse, der ikke er sat, er opfundne");
            }
            return tjeneste(serve(opsaetning(&indstillinger, mappe), s.clock)).await;
        }
        Kommando::Verify(v) => {
            let hvad = match v.bundle {
                Some(fil) => verify::Hvad::Bundt(fil, v.noegle),
                None => match mappe(v.data.mappe, &indstillinger) {
                    Some(mappe) => verify::Hvad::Mappe(mappe),
                    None => return FORKERT_BRUG,
                },
            };
            return verify::koer(hvad).await;
        }
        Kommando::Restore(r) => {
            let Some(mappe) = mappe(r.data.mappe, &indstillinger) else { return FORKERT_BRUG };
            let til = r.til.map(restore::Til::Tid).or(r.til_position.map(restore::Til::Position));
            return restore::koer(&r.from, til, &mappe);
        }
        Kommando::Generer(g) => {
            let Some(mappe) = mappe(g.data.mappe, &indstillinger) else { return FORKERT_BRUG };
            let til = g.til.unwrap_or_else(|| Ur::System.idag());
            let medarbejdere = g.medarbejdere / g.distrikter;
            if medarbejdere < 8 {
                meld("--distrikter er for mange: der skal være mindst 8 medarbejdere i hvert");
                return FORKERT_BRUG;
            }
            let (aar, froe, distrikter, haendelser) = (g.aar, g.froe, g.distrikter, g.haendelser);
            let valg = Valg { medarbejdere, distrikter, aar, froe, til, haendelser };
            return generer::koer(&mappe, &valg).await;
        }
        Kommando::Simulate(s) => {
            let valg = simuler::Valg { medarbejdere: s.medarbejdere, aar: s.aar, froe: s.froe, til: s.til };
            return simulate::koer(valg, s.regler.as_deref(), s.format).await;
        }
        Kommando::Regler(r) => {
            let mappe = r.data.mappe.or_else(|| indstillinger.data.clone());
            return regler::koer(mappe.as_deref(), r.skriv.as_deref(), r.side);
        }
        Kommando::Politik(p) => {
            let filer = p.fastsaet.map(|fil| (politik::FIL, fil)).into_iter().collect();
            (p.data, Ordre::Politik { fra: p.fra }, filer, None)
        }
        Kommando::Whatif(w) => {
            let ordre = Ordre::HvadHvis { fra: w.fra, til: w.til, format: w.format };
            (w.data, ordre, vec![(hvad_hvis::FIL, w.regler)], None)
        }
        Kommando::Import(i) => {
            let filer = [(import::MEDARBEJDERE, i.medarbejdere), (import::FRAVAER, i.fravaer)];
            let filer = filer.into_iter().filter_map(|(navn, sti)| Some((navn, sti?))).collect();
            (i.data, Ordre::Import, filer, None)
        }
        Kommando::Token { hvad: Token::Create(t) } => {
            (t.data, Ordre::Token { rolle: t.rolle, medarbejder: t.medarbejder }, Vec::new(), None)
        }
        Kommando::Replay(r) => {
            (r.data, Ordre::Replay { forloeb: r.forloeb, til: r.til, format: r.format }, Vec::new(), None)
        }
        Kommando::Export(e) => {
            let out = OutFile { path: e.out, overwrite: e.overskriv };
            (e.data, Ordre::Export { forloeb: e.forloeb }, Vec::new(), Some(out))
        }
        Kommando::Backup(b) => {
            let kendte = b.siden.as_deref().map_or(Ok(Vec::new()), |siden| {
                let kendte = backup::kendte(siden)?;
                backup::maa_skrives(&b.out, siden, &kendte).map(|()| kendte)
            });
            let kendte = match kendte {
                Ok(kendte) => kendte,
                Err(afslag) => return Terminal::uden_fil().afslaa(&afslag.to_string(), afslag.kode()),
            };
            let out = OutFile { path: b.out, overwrite: b.overskriv };
            (b.data, Ordre::Backup { kendte }, Vec::new(), Some(out))
        }
        Kommando::Rebuild(r) => (r.data, Ordre::Rebuild { compare: r.compare }, Vec::new(), None),
        Kommando::Ur { data, idag } => (data, Ordre::Ur { idag }, Vec::new(), None),
        Kommando::Erase(e) => {
            let (medarbejder, aarsag, ogsaa_andres) = (e.medarbejder, e.aarsag, e.ogsaa_andres);
            (e.data, Ordre::Erase { medarbejder, aarsag, ogsaa_andres }, Vec::new(), None)
        }
    };
    let Some(mappe) = mappe(data.mappe, &indstillinger) else { return FORKERT_BRUG };
    koer(&mappe, ordre, &filer, out).await
}

fn mappe(flag: Option<PathBuf>, indstillinger: &Indstillinger) -> Option<PathBuf> {
    let mappe = flag.or_else(|| indstillinger.data.clone()).filter(|m| *m != Path::new(""));
    if mappe.is_none() {
        meld("--data mangler: hvilken datamappe?");
    }
    mappe
}

async fn tjeneste(svar: impl Future<Output = Result<(), DriftsFejl>>) -> u8 {
    match svar.await {
        Ok(()) => GJORT,
        Err(fejl) => {
            meld(&fejl.to_string());
            AFVIST
        }
    }
}

/// Sender and address of a service that nobody depends on: a demonstration, or one on a clock that is moved by hand.
/// Whether one was missing.
fn invent_addresses(indstillinger: &mut Indstillinger) -> bool {
    let missing = indstillinger.mail_fra.is_none() || indstillinger.base_url.is_none();
    if indstillinger.mail_fra.is_none() {
        indstillinger.mail_fra = "raskvej@fiktivkommune.example".parse().ok();
    }
    if indstillinger.base_url.is_none() {
        indstillinger.base_url = Some(format!("http://{}", lytter(indstillinger)));
    }
    missing
}

fn lytter(indstillinger: &Indstillinger) -> SocketAddr {
    indstillinger.listen.unwrap_or(([127, 0, 0, 1], 8080).into())
}

/// How the service is to run, from the settings. What mails need and nobody has set stays unset: they wait for it.
fn opsaetning(indstillinger: &Indstillinger, mappe: PathBuf) -> Opsaetning {
    let listen = lytter(indstillinger);
    let tekst = |adresse: &lettre::Address| adresse.to_string();
    Opsaetning {
        mappe,
        listen,
        metrics_listen: indstillinger.metrics_listen,
        smtp_url: indstillinger.smtp_url.as_ref().map(|u| u.vis().to_owned()),
        smtp_forbindelser: indstillinger.smtp_forbindelser,
        ur_spring_max_dage: indstillinger.ur_spring_max_dage,
        paamindelser: Paamindelsesindstillinger {
            hr_mail: indstillinger.hr_mail.as_ref().map(tekst),
            base_url: indstillinger.base_url.clone(),
            mail_fra: indstillinger.mail_fra.as_ref().map(tekst),
            medarbejderkopi: indstillinger.medarbejderkopi,
        },
    }
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
