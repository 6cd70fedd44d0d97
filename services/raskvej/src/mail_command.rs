//! `raskvej mail test`: one mail to the mail server of the settings, which says whether it was taken.

use lettre::Address;
use sha2::{Digest, Sha256};

use crate::clock::Clock;
use crate::keys::Confidential;
use crate::paamindelser::examples::Example;
use crate::seal_command;
use crate::sentences::waiting_grund;
use crate::settings::Settings;
use crate::terminal::output::{Terminal, to_stderr};
use crate::terminal::{DONE, Failure, REFUSED};
use crate::transport::{Dispatch, MailTransport, OutgoingMail};

const SUBJECT: &str = "Prøve fra Raskvej";
const TEXT: &str =
    "Hej\n\nMailen er sendt for at se, om mails fra Raskvej kommer frem. Det gør de. Du skal ikke gøre noget.\n";

/// Sends one, and says what became of it; the exit code.
pub async fn run(settings: &Settings, to: &Address) -> u8 {
    if let Some(error) = settings.own_words().trouble() {
        to_stderr(&format!("Egne mailtekster bruges ikke: {error}. Påmindelser sendes med standardteksten."));
    }
    let transport = seal_command::transport(settings, "mailen");
    match transport {
        Ok(transport) => send(&transport, to).await,
        Err(denial) => Terminal::without_file().decline(&denial.to_string(), denial.code()),
    }
}

async fn send(transport: &MailTransport, to: &Address) -> u8 {
    match transport.send(&letter(to)).await {
        Dispatch::Sendt => {
            to_stderr("Mailserveren har taget imod mailen. Kommer den ikke frem, så se efter i mailserverens log.");
            DONE
        }
        Dispatch::Temporary { grund, .. } => {
            to_stderr(&Failure::new(format!("Mailen er ikke sendt: {}.", waiting_grund(&grund))).to_string());
            REFUSED
        }
        Dispatch::Final(grund) => {
            to_stderr(&format!("Mailserveren afviser mailen for altid: {grund}."));
            REFUSED
        }
    }
}

/// The mail among the others that HR can read.
pub fn example() -> Example {
    let (about, when) = ("Prøve af mailserveren", "når den, der driver Raskvej, prøver det med en kommando");
    Example { about, when, subject: SUBJECT.to_owned(), tekst: TEXT.to_owned(), part: None, own: false }
}

fn letter(to: &Address) -> OutgoingMail {
    let now = Clock::System.now();
    let id =
        Sha256::digest(format!("{to}\n{now}")).iter().take(16).map(|byte| format!("{byte:02x}")).collect::<String>();
    OutgoingMail {
        message_id: format!("{id}@{}", to.domain()),
        dato: now,
        til: Confidential::new(to.to_string()),
        til_rolle: "den, der prøver".to_owned(),
        subject: SUBJECT.to_owned(),
        tekst: TEXT.to_owned(),
        calendar: None,
        file: None,
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;

    fn settings(mailbox: &systemtests::Mailbox) -> Settings {
        let rows = [("RASKVEJ_SMTP_URL", mailbox.url()), ("RASKVEJ_MAIL_FRA", "raskvej@kommune.test".to_owned())];
        Settings::fetch(None, rows.map(|(name, value)| (OsString::from(name), OsString::from(value)))).unwrap()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn one_mail_is_sent_and_what_became_of_it_is_the_exit_code() {
        let mailbox = systemtests::Mailbox::start();
        let to: Address = "drift@kommune.test".parse().unwrap();
        assert_eq!(run(&settings(&mailbox), &to).await, DONE);
        let letters = mailbox.letters();
        assert_eq!((letters.len(), letters[0].subject.as_str()), (1, "Prøve fra Raskvej"));
        assert_eq!(letters[0].envelope_to, ["drift@kommune.test"]);
        mailbox.request(&[systemtests::Requested::Refuse(550)]);
        assert_eq!(run(&settings(&mailbox), &to).await, REFUSED);
        assert_eq!(run(&Settings::default(), &to).await, REFUSED, "no server is set");
    }
}
