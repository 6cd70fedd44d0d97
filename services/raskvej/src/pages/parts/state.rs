//! What every page works with, and what the pages are told at start.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use forloeb::words::Rolle;
use tokio::sync::watch;

use super::board::Board;
use super::kept::Kept;
use super::live::Live;
use super::memory::Memory;
use crate::login::Login;
use crate::sessions::Sessions;
use crate::state::AppState;

/// One mail of the demonstration's folder.
#[derive(Debug, Clone)]
pub struct DemoLetter {
    /// When it was sent.
    pub time: DateTime<Utc>,
    pub subject: String,
    /// To whom, by role.
    pub til: String,
    /// The text.
    pub tekst: String,
}

/// Somebody to log in as in the demonstration.
#[derive(Debug, Clone)]
pub struct DemoPerson {
    /// In this role.
    pub rolle: Rolle,
    /// Employee number, where the role is a person's.
    pub nr: Option<String>,
    /// What the button says besides the role.
    pub tekst: String,
}

/// What the pages are told at start.
pub struct PageSettings {
    /// The demonstration: log in by button, a clock that can be moved, mails to look at.
    pub demo: bool,
    /// Every mail goes to one mailbox, and every page says so.
    pub mail_to_one: bool,
    /// Address that people use, e.g. `https://raskvej.kommune.dk`; with https the cookie is `Secure`.
    pub base_url: String,
    /// Whom people ask: HR's shared mailbox.
    pub hr_mail: Option<String>,
    /// Who one can log in as in the demonstration.
    pub demo_personer: Vec<DemoPerson>,
    /// The providers that one can log in at.
    pub login: Login,
    /// Reads the demonstration's mails, newest first.
    pub post: Arc<dyn Fn() -> Vec<DemoLetter> + Send + Sync>,
    /// Becomes true when the service is told to stop: pages that follow the log are not followed any more.
    pub stopped: watch::Receiver<bool>,
}

impl PageSettings {
    /// People reach the pages over https.
    pub(crate) fn is_secure(&self) -> bool {
        self.base_url.starts_with("https:")
    }
}

impl std::fmt::Debug for PageSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PageSettings").field("demo", &self.demo).finish_non_exhaustive()
    }
}

/// What every page works with.
#[derive(Clone)]
pub(crate) struct PageState {
    pub(crate) service: AppState,
    pub(crate) settings: Arc<PageSettings>,
    pub(crate) sessions: Sessions,
    pub(crate) kept: Kept,
    pub(crate) memory: Memory,
    /// What HR's lists go through.
    pub(crate) board: Board,
    /// Room for pages that follow the log.
    pub(crate) live: Live,
}
