//! Cookies beside the session's: small, for a while, and for nobody but us.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

use super::fault::PageError;
use super::state::PageState;

/// A cookie by its purpose.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cookie {
    /// Who is logged in.
    Session,
    /// A login on its way, sealed.
    Ticket,
    /// The way to a form that was sent after the session had ended.
    Kept,
}

impl Cookie {
    /// Its name. Over https the browser itself sees to it that no other host and no page in the clear sets it.
    pub(crate) const fn name(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Session, false) => "raskvej_session",
            (Self::Session, true) => "__Host-raskvej_session",
            (Self::Ticket, false) => "raskvej_billet",
            (Self::Ticket, true) => "__Host-raskvej_billet",
            (Self::Kept, false) => "raskvej_skrevet",
            (Self::Kept, true) => "__Host-raskvej_skrevet",
        }
    }

    /// What a browser sends of it.
    pub(crate) fn read(self, state: &PageState, heads: &HeaderMap) -> Option<String> {
        doors::heads::cookie(heads, self.name(state.settings.is_secure())).map(str::to_owned)
    }

    /// Has the browser keep it for some seconds; none: take it away.
    pub(crate) fn set(
        self,
        state: &PageState,
        answer: &mut Response,
        value: &str,
        seconds: u32,
    ) -> Result<(), PageError> {
        let secure = state.settings.is_secure();
        let end = if secure { "; Secure" } else { "" };
        let text = format!("{}={value}; HttpOnly; SameSite=Lax; Path=/; Max-Age={seconds}{end}", self.name(secure));
        let head = HeaderValue::try_from(text).map_err(PageError::internal)?;
        answer.headers_mut().append(header::SET_COOKIE, head);
        Ok(())
    }
}
