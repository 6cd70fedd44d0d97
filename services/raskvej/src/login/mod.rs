//! Logging in at a provider of OpenID Connect: out to it with a ticket, back with a code, and who that is.
//!
//! The provider says who somebody is and which roles they have. It is never asked whose cases they may see: that is
//! payroll's to say, and what a claim says of units only narrows it.

mod ended;
mod fetch;
mod grants;
#[cfg(test)]
pub(crate) mod imitated;
mod provider;
pub mod settings;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use doors::logout::Ended;
use doors::ticket::{KEY, NONCE, Tickets};

use crate::keys::fill_random;
use crate::sessions::Grant;
pub(crate) use ended::NotEnded;
use provider::Provider;
pub use settings::{LoginSettings, LoginSettingsError};

/// Why a login came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LoginFault {
    /// There is no provider of this name.
    Unknown,
    /// The provider does not answer, or not in time.
    Away,
    /// Too many log in at the same time.
    Busy,
    /// Not begun in this browser, begun too long ago, or over already.
    Stale,
    /// The person said no at the provider, or the provider did.
    Denied,
    /// What the provider answered does not hold.
    Invalid,
    /// The claim with the employee number is not there, or not one number.
    WithoutNumber,
}

impl LoginFault {
    /// For log lines.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Unknown => "ukendt_udbyder",
            Self::Away => "udbyder_vaek",
            Self::Busy => "travlt",
            Self::Stale => "foraeldet",
            Self::Denied => "afbrudt",
            Self::Invalid => "ugyldigt_svar",
            Self::WithoutNumber => "intet_medarbejdernummer",
        }
    }
}

/// Whom a provider says somebody is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) issuer: String,
    /// The provider's name of them.
    pub(crate) subject: String,
    /// The provider's name of the session there, where it has one.
    pub(crate) session: Option<String>,
    /// Employee number.
    pub(crate) nr: String,
    /// Their roles, each once; none when nothing of what the provider says gives one.
    pub(crate) grants: Vec<Grant>,
}

/// What comes back from a provider in the address.
#[derive(Debug, Default)]
pub(crate) struct Callback<'a> {
    pub(crate) code: Option<&'a str>,
    pub(crate) state: Option<&'a str>,
    /// Who it is from, where the provider says so (RFC 9207).
    pub(crate) issuer: Option<&'a str>,
    /// Some error; which one is the provider's own word, and not repeated.
    pub(crate) is_error: bool,
}

/// The providers that one can log in at.
#[derive(Debug)]
pub struct Login {
    providers: Vec<Arc<Provider>>,
    tickets: Tickets,
}

impl Login {
    /// The providers of the settings, for a service that is reached under an address.
    ///
    /// # Errors
    /// A certificate file cannot be read, or the machine has no random numbers.
    pub fn new(settings: Vec<LoginSettings>, base_url: &str) -> Result<Self, LoginSettingsError> {
        let provider = |settings| Provider::new(settings, base_url).map(Arc::new);
        let providers = settings.into_iter().map(provider).collect::<Result<_, _>>()?;
        // A key of this process: a restart ends the logins that are on their way.
        let mut key = [0; KEY];
        fill_random(&mut key).map_err(|error| LoginSettingsError::new("login", error.to_string()))?;
        Ok(Self { providers, tickets: Tickets::new(key) })
    }

    /// Code and name of each, in the order of the settings.
    pub(crate) fn names(&self) -> impl Iterator<Item = (&str, &str)> {
        self.providers.iter().map(|provider| (provider.settings.code.as_str(), provider.settings.name.as_str()))
    }

    /// The name of a provider, for people.
    pub(crate) fn name(&self, code: &str) -> Option<&str> {
        self.find(code).ok().map(|provider| provider.settings.name.as_str())
    }

    /// What came of asking each, by its name: how many keys it signs with, or why nobody could log in there.
    pub(crate) async fn look(&self) -> Vec<(&str, Result<usize, String>)> {
        let mut all = Vec::new();
        for provider in &self.providers {
            all.push((provider.settings.name.as_str(), provider.answers().await));
        }
        all
    }

    fn find(&self, code: &str) -> Result<&Arc<Provider>, LoginFault> {
        self.providers.iter().find(|provider| provider.settings.code == code).ok_or(LoginFault::Unknown)
    }

    /// Where to send somebody who wants to log in, and the ticket that their browser keeps meanwhile.
    pub(crate) async fn begin(
        &self,
        code: &str,
        onward: &str,
        now: DateTime<Utc>,
    ) -> Result<(String, String), LoginFault> {
        let (address, ticket) = self.find(code)?.begin(onward, now).await?;
        let mut nonce = [0; NONCE];
        fill_random(&mut nonce).map_err(|_| LoginFault::Invalid)?;
        Ok((address, self.tickets.seal(&ticket, nonce).ok_or(LoginFault::Invalid)?))
    }

    /// Who comes back, and where they were on their way to.
    pub(crate) async fn finish(
        &self,
        code: &str,
        ticket: Option<&str>,
        callback: &Callback<'_>,
        now: DateTime<Utc>,
    ) -> Result<(Identity, String), LoginFault> {
        let provider = self.find(code)?;
        let ticket = ticket.and_then(|sealed| self.tickets.open(sealed)).ok_or(LoginFault::Stale)?;
        if ticket.provider != code || ticket.is_over(now) || callback.state != Some(ticket.state.as_str()) {
            return Err(LoginFault::Stale);
        }
        if callback.issuer.is_some_and(|issuer| issuer != provider.settings.issuer.as_str()) {
            return Err(LoginFault::Invalid);
        }
        let answer = callback.code.filter(|_| !callback.is_error).ok_or(LoginFault::Denied)?;
        let identity = provider.finish(&ticket, answer, now).await?;
        Ok((identity, ticket.onward))
    }

    /// Whose login has ended, as a provider says it itself; and which provider that is.
    pub(crate) async fn ended(&self, code: &str, token: &str, now: DateTime<Utc>) -> Result<(String, Ended), NotEnded> {
        let provider = self.find(code).map_err(|_| NotEnded::UnknownProvider)?;
        let ended = provider.ended(token, now).await?;
        Ok((provider.settings.issuer.as_str().to_owned(), ended))
    }

    /// Where to log out at the provider too, if it has such a place.
    pub(crate) async fn log_out(&self, code: &str, now: DateTime<Utc>) -> Option<String> {
        self.find(code).ok()?.log_out(now).await
    }
}
