//! How the service is to run, and where its mails go.

use std::net::SocketAddr;
use std::path::PathBuf;

use ipnet::IpNet;
use lettre::Address;

use crate::access::HrEnheder;
use crate::checkpoints::CheckpointSettings;
use crate::core::Outside;
use crate::login::LoginSettings;
use crate::paamindelser::PaamindelseSettings;
use crate::state::Normer;
use crate::transport::{MailError, MailSender, MailTransport, WITHOUT_MAILSERVER};

/// How the service is to run.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The data folder.
    pub folder: PathBuf,
    /// What is kept outside of it.
    pub outside: Outside,
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where to serve metrics, if not with the rest.
    pub metrics_listen: Option<SocketAddr>,
    /// Connections at the same time.
    pub connections: usize,
    /// Proxies that are believed about whom they ask for.
    pub trusted_proxies: Vec<IpNet>,
    /// Mail server; without one mails wait.
    pub smtp_url: Option<String>,
    /// Where every mail goes instead of to whom it is for.
    pub all_mail_to: Option<Address>,
    /// Certificates that its own may be signed with, beside those that the machine trusts.
    pub smtp_ca_file: Option<PathBuf>,
    /// Connections to it at the same time.
    pub smtp_connections: u32,
    /// Where people log in.
    pub login: Vec<LoginSettings>,
    /// Days the machine's clock may go ahead of what is known before reminders wait for somebody's word.
    pub clock_jump_max_dage: u32,
    /// Months that look-ups are kept.
    pub opslag_months: u32,
    /// The units that some in HR work for.
    pub hr_enheder: HrEnheder,
    /// Employees can choose ahead who may ring them, should they fall ill.
    pub omsorgskollega: bool,
    /// How many open forløb one is to have at most.
    pub normer: Normer,
    /// Sender and recipients of mails.
    pub paamindelser: PaamindelseSettings,
    /// Where the morning's seal of the log leaves for.
    pub checkpoints: CheckpointSettings,
}

/// Where mails go: to the server, when all is set that a mail needs.
pub(crate) fn mail_transport(setup: &Setup) -> Result<MailTransport, MailError> {
    let PaamindelseSettings { mail_from, base_url, hr_mail, .. } = &setup.paamindelser;
    let Some(url) = &setup.smtp_url else { return Ok(MailTransport::Nothing(WITHOUT_MAILSERVER)) };
    let Some(fra) = mail_from else { return Ok(MailTransport::Nothing("ingen_afsender")) };
    if base_url.is_none() {
        return Ok(MailTransport::Nothing("ingen_base_url"));
    }
    let sender = MailSender::new(fra, hr_mail.as_deref())?.instead(setup.all_mail_to.clone());
    MailTransport::smtp(url, setup.smtp_ca_file.as_deref(), sender, setup.smtp_connections)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is not set has no default: the service starts, mails wait, and the reason is told.
    #[tokio::test]
    async fn a_missing_setting_makes_mails_wait_and_is_told() {
        let whole = Setup {
            folder: PathBuf::from("intet"),
            outside: Outside::default(),
            listen: ([127, 0, 0, 1], 0).into(),
            metrics_listen: None,
            connections: 16,
            trusted_proxies: Vec::new(),
            smtp_ca_file: None,
            all_mail_to: None,
            smtp_url: Some("smtp://127.0.0.1:9".to_owned()),
            smtp_connections: 1,
            login: Vec::new(),
            clock_jump_max_dage: 14,
            opslag_months: 24,
            checkpoints: CheckpointSettings::default(),
            hr_enheder: HrEnheder::default(),
            omsorgskollega: false,
            normer: Normer::default(),
            paamindelser: PaamindelseSettings {
                hr_mail: Some("hr@kommune.test".to_owned()),
                base_url: Some("https://raskvej.test".to_owned()),
                mail_from: Some("raskvej@kommune.test".to_owned()),
                medarbejder_copy: true,
                mailtekster: crate::mailtekster::TextFile::default(),
            },
        };
        let grund = |ret: &dyn Fn(&mut Setup)| {
            let mut o = whole.clone();
            ret(&mut o);
            (mail_transport(&o).unwrap().waiting_on(), o.paamindelser.missing())
        };
        assert_eq!(grund(&|_| ()), (None, vec![]));
        assert_eq!(grund(&|o| o.smtp_url = None), (Some(WITHOUT_MAILSERVER), vec![]));
        assert_eq!(grund(&|o| o.paamindelser.mail_from = None), (Some("ingen_afsender"), vec!["RASKVEJ_MAIL_FRA"]));
        assert_eq!(grund(&|o| o.paamindelser.base_url = None), (Some("ingen_base_url"), vec!["RASKVEJ_BASE_URL"]));
        assert_eq!(grund(&|o| o.paamindelser.hr_mail = None), (None, vec!["RASKVEJ_HR_MAIL"]), "only HR's wait");
    }
}
