//! What opening a log found and did, as data.

use crate::Fault;

/// What opening a log found and did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovery {
    /// Events in the log.
    pub events: u64,
    /// Segments in the log, packed or not.
    pub segments: usize,
    /// A tail that a crash left half written; it was put aside and cut.
    pub torn: Option<Torn>,
    /// What became of the index.
    pub index: IndexState,
    /// What became of the head written elsewhere.
    pub head_file: HeadFile,
    /// The journal is damaged: reads up to there work, appends do not.
    pub fault: Option<Fault>,
}

impl Recovery {
    /// There are events, and the file that says how far they had come was lost or garbled: had the journal lost its end
    /// too, nothing but the index would have told.
    #[must_use]
    pub fn head_lost(&self) -> bool {
        self.events > 0 && self.head_file != HeadFile::Whole
    }
}

/// A tail that was cut. None of it had been acknowledged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Torn {
    /// File name of the segment.
    pub segment: String,
    /// Offset where it began.
    pub offset: u64,
    /// Bytes put aside.
    pub bytes: u64,
    /// Name of the file in `journal/torn`.
    pub kept_as: String,
}

/// What became of the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IndexState {
    /// It had everything.
    Current,
    /// It lacked some events.
    CaughtUp {
        /// Events it lacked.
        events: u64,
    },
    /// It was built from the journal.
    Rebuilt {
        /// What was wrong with it, in words for a line of the log.
        why: String,
    },
}

/// What became of the file with the head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeadFile {
    /// It agrees with the journal, or says what is missing.
    Whole,
    /// There was none, as in a new or restored log.
    Missing,
    /// It could not be read as a head; it was put aside. The journal was checked without it.
    Damaged,
}
