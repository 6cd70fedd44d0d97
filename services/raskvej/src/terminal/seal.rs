//! `seal`: a checkpoint of the log as it is now, for somebody who does not own the log.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use lettre::Address;

use super::output::{OutFile, Terminal, to_stderr};
use super::{DONE, Failure, Out, TerminalRequest, without_damage};
use crate::ask;
use crate::checkpoint::Note;
use crate::checkpoints::{Sealed, letter};
use crate::clock::Clock;
use crate::core::{App, Outside};
use crate::seal::Seal;
use crate::sentences;
use crate::settings::Settings;
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
    let transport = match transport(settings) {
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
fn transport(settings: &Settings) -> Result<MailTransport, Failure> {
    let missing = |name| Failure::new(format!("--mail: {name} er ikke sat. Uden den kan seglet ikke sendes."));
    let url = settings.smtp_url.as_ref().ok_or_else(|| missing("RASKVEJ_SMTP_URL"))?;
    let from = settings.mail_from.as_ref().ok_or_else(|| missing("RASKVEJ_MAIL_FRA"))?;
    let sender = MailSender::new(&from.to_string(), None);
    let transport =
        sender.and_then(|sender| MailTransport::smtp(url.show(), settings.smtp_ca_file.as_deref(), sender, 1));
    transport.map_err(|error| Failure::new(error.to_string()))
}

async fn send(folder: &Path, transport: &MailTransport, to: &Address, note: &[u8]) -> Result<(), Failure> {
    let own = Seal::of_folder(folder).map_err(|error| Failure::new(error.to_string()))?;
    let key = own.ok_or_else(|| Failure::new("Nøglen til seglet er væk."))?.public_key();
    let commits = Note::find(note).map_err(|error| Failure::new(error.to_string()))?.claims().commits;
    let sealed = Sealed { note: String::from_utf8_lossy(note).into_owned(), key, commits };
    match transport.send(&letter(&sealed, &to.to_string(), Clock::System.now())).await {
        Dispatch::Sendt => Ok(()),
        Dispatch::Temporary { grund, .. } | Dispatch::Final(grund) => {
            Err(Failure::new(format!("Seglet er lavet, men kunne ikke sendes: {grund}.")))
        }
    }
}

pub(super) async fn seal(app: &Arc<App>, only_key: bool, into_file: bool, out: &Out) -> Result<u8, Failure> {
    let seal = app.seal().await.map_err(|error| Failure::new(error.to_string()))?;
    let key = seal.public_key();
    if only_key {
        out.out(key.hex()).await?;
        out.out(key.note_key()).await?;
        out.error(
            "Notér en af de to (det er den samme nøgle, skrevet på to måder) et andet sted end her. verify tager begge.",
        )
        .await?;
        return Ok(DONE);
    }
    without_damage(app)?;
    let tree = app.log.commit_tree().await?;
    let note = seal.checkpoint(&tree);
    if !into_file {
        for line in note.lines() {
            out.out(line).await?;
        }
    }
    out.data(note.into_bytes()).await?;
    let commits = sentences::count(tree.commits, "skrivning", "skrivninger");
    out.error(format!(
        "Forseglet: {commits}, {} hændelser, med nøglen {}. Seglet beviser kun noget, når en anden end den, der driver \
         tjenesten, har det.",
        tree.head.position,
        key.hex()
    ))
    .await?;
    Ok(DONE)
}
