//! The filters in use on a list: each can be taken away by itself, and all at once.

/// A filter in use.
pub(crate) struct Mark {
    pub(crate) tekst: String,
    /// The list without it.
    pub(crate) path: String,
}

/// The filters in use, and the list without any.
pub(crate) struct Marks {
    pub(crate) all: Vec<Mark>,
    pub(crate) reset: String,
}

impl Marks {
    /// None yet, of a list that is at this address without any.
    pub(crate) fn new(reset: impl Into<String>) -> Self {
        Self { all: Vec::new(), reset: reset.into() }
    }

    /// One more: what it is called, what it is set to, and the list without it.
    pub(crate) fn push(&mut self, label: &str, value: &str, path: String) {
        self.all.push(Mark { tekst: format!("{label}: {value}"), path });
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}
