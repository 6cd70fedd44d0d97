//! What a session knows of the login at a provider that it rests on.

use doors::logout::Ended;
use serde::{Deserialize, Serialize};

use crate::token::fingerprint;

/// The login at a provider that a session rests on: hashes, by which what the provider says later is known again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AtProvider {
    subject: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session: Option<String>,
}

impl AtProvider {
    /// Of a provider, its name of somebody, and its name of their session there, where it has one.
    pub(crate) fn new(issuer: &str, subject: &str, session: Option<&str>) -> Self {
        Self { subject: login(issuer, subject), session: session.map(|session| session_there(issuer, session)) }
    }

    /// Whether it has ended. Where the provider names the session, that one alone; where we do not know which it was, each
    /// of that person's.
    pub(super) fn is_over(&self, issuer: &str, ended: &Ended) -> bool {
        let subject = ended.subject.as_deref().map(|subject| login(issuer, subject));
        let theirs = subject.as_ref().is_none_or(|subject| *subject == self.subject);
        let told = ended.session.as_deref().map(|session| session_there(issuer, session));
        theirs
            && match (told, &self.session) {
                (None, _) => true,
                (Some(_), None) => subject.is_some(),
                (Some(told), Some(own)) => told == *own,
            }
    }
}

/// A login at a provider, as it is kept.
pub(super) fn login(issuer: &str, subject: &str) -> String {
    fingerprint(&format!("{issuer}\n{subject}"))
}

/// A session at a provider, as it is kept; never what a login would be.
fn session_there(issuer: &str, session: &str) -> String {
    fingerprint(&format!("{issuer}\nsid\n{session}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUER: &str = "https://login.example";

    fn ended(subject: Option<&str>, session: Option<&str>) -> Ended {
        let text = |text: &str| text.to_owned();
        Ended { subject: subject.map(text), session: session.map(text), name: text("a1") }
    }

    #[test]
    fn one_session_ends_or_all_of_a_person_and_never_of_others() {
        let here = AtProvider::new(ISSUER, "hanne", Some("s1"));
        let unnamed = AtProvider::new(ISSUER, "hanne", None);
        for (subject, session, ends, ends_unnamed) in [
            (Some("hanne"), Some("s1"), true, true),
            (Some("hanne"), Some("s2"), false, true),
            (Some("hanne"), None, true, true),
            (None, Some("s1"), true, false),
            (None, Some("s2"), false, false),
            (Some("jens"), Some("s1"), false, false),
            (Some("jens"), None, false, false),
        ] {
            let told = ended(subject, session);
            assert_eq!((here.is_over(ISSUER, &told), unnamed.is_over(ISSUER, &told)), (ends, ends_unnamed), "{told:?}");
            assert!(!here.is_over("https://en-anden.example", &told), "another provider's {told:?}");
        }
    }
}
