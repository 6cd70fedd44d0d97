//! Mail: reminders from the moment they are due until it is recorded what came of them.
//!
//! [`aftaler`] tells HR of agreements that run out, where there is no forløb to be reminded about.
//! [`certificate`] says when a server's certificate ends. [`certificates`] tells HR that somebody was erased. [`checkpoints`] lets the morning's seal of the log leave.
//! [`paamindelser`] decides nothing about the law: the domain says what is due, and to whom. [`transport`] holds the
//! conversation with the mail server, and [`https`] that with any other server. [`signalbreve`] is the mail a week that leaders may wish for. [`once`] is the way of what HR is told once, beside the reminders.

pub mod aftaler;
pub mod certificate;
pub mod certificates;
pub mod checkpoints;
pub mod https;
pub mod once;
pub mod paamindelser;
pub mod signalbreve;
pub mod transport;
mod weekly;
