//! How something works that was tried, agreed or done, as people are told.

use forloeb::words::{Samarbejde, Virkning};

/// What something that was tried has done.
#[must_use]
pub const fn virkning_name(v: Virkning) -> &'static str {
    match v {
        Virkning::Hjalp => "det hjalp",
        Virkning::HjalpDelvist => "det hjalp lidt",
        Virkning::HjalpIkke => "det hjalp ikke",
        Virkning::ForTidligt => "for tidligt at sige",
    }
}

/// How the help of colleagues works, as the answer to a question.
#[must_use]
pub const fn samarbejde_name(s: Samarbejde) -> &'static str {
    match s {
        Samarbejde::Godt => "Godt",
        Samarbejde::Delvist => "Delvist",
        Samarbejde::Ikke => "Ikke",
    }
}

/// The same in a sentence.
#[must_use]
pub const fn samarbejde_said(s: Samarbejde) -> &'static str {
    match s {
        Samarbejde::Godt => "kollegerne hjælper, som det er aftalt",
        Samarbejde::Delvist => "kollegerne hjælper delvist",
        Samarbejde::Ikke => "kollegernes hjælp virker ikke",
    }
}
