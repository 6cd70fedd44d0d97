//! `seal` from the command line: the log is sealed by whoever has the folder, and the process that was asked sends the seal
//! where somebody named an address.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use lettre::Address;

use crate::ask;
use crate::checkpoint::Note;
use crate::checkpoints::{Sealed, letter};
use crate::clock::Clock;
use crate::core::Outside;
use crate::seal::Seal;
use crate::settings::Settings;
use crate::terminal::output::{OutFile, Terminal, to_stderr};
use crate::terminal::{DONE, Failure, TerminalRequest};
use crate::transport::{Dispatch, MailSender, MailTransport};

/// Seals the log of a folder, and sends the seal where somebody named an address; the exit code.
pub async fn run(
    folder: &Path,
    out: Option<OutFile>,
    only_key: bool,
    to: Option<&Address>,
    settings: &Settings,
    outside: &Outside,
) -> u8 {
    let terminal_request = TerminalRequest::Seal { only_key, into_file: out.is_some() };
    let Some(to) = to else { return ask::run(folder, terminal_request, &[], out, outside).await };
    let transport = match transport(settings, "seglet") {
        Ok(transport) => transport,
        Err(denial) => return Terminal::without_file().decline(&denial.to_string(), denial.code()),
    };
    let note = Arc::<Mutex<Vec<u8>>>::default();
    let terminal = || Ok(Terminal::new(out)?.copied_to(note.clone()));
    let code = ask::run_on(folder, terminal_request, &[], terminal, outside).await;
    if code != DONE {
        return code;
    }
    let note = note.lock().unwrap_or_else(PoisonError::into_inner).clone();
    match send(folder, &transport, to, &note).await {
        Ok(()) => {
            to_stderr("Seglet er sendt.");
            DONE
        }
        Err(denial) => Terminal::without_file().decline(&denial.to_string(), denial.code()),
    }
}

/// The mail server of the settings: the process that is asked sends the mail, also where a service seals.
pub(crate) fn transport(settings: &Settings, what: &str) -> Result<MailTransport, Failure> {
    let missing = |name| Failure::new(format!("{name} er ikke sat. Uden den kan {what} ikke sendes."));
    let url = settings.smtp_url.as_ref().ok_or_else(|| missing("RASKVEJ_SMTP_URL"))?;
    let from = settings.mail_from.as_ref().ok_or_else(|| missing("RASKVEJ_MAIL_FRA"))?;
    let sender = MailSender::new(from.as_ref(), None).map(|sender| sender.instead(settings.all_mail_to.clone()));
    let transport =
        sender.and_then(|sender| MailTransport::smtp(url.show(), settings.smtp_ca_file.as_deref(), sender, 1));
    transport.map_err(|error| Failure::new(error.to_string()))
}

async fn send(folder: &Path, transport: &MailTransport, to: &Address, note: &[u8]) -> Result<(), Failure> {
    let own = Seal::of_folder(folder).map_err(|error| Failure::new(error.to_string()))?;
    let key = own.ok_or_else(|| Failure::new("Nøglen til seglet er væk."))?.public_key();
    let commits = Note::find(note).map_err(|error| Failure::new(error.to_string()))?.claims().commits;
    let sealed = Sealed { note: String::from_utf8_lossy(note).into_owned(), key, commits };
    match transport.send(&letter(&sealed, to.as_ref(), Clock::System.now())).await {
        Dispatch::Sendt => Ok(()),
        Dispatch::Temporary { grund, .. } | Dispatch::Final(grund) => {
            Err(Failure::new(format!("Seglet er lavet, men kunne ikke sendes: {grund}.")))
        }
    }
}
