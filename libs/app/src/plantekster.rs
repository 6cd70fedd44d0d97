//! The words of a TTA plan, as they are sealed.

use serde::{Deserialize, Serialize};

/// The words of a plan, as they are sealed.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct PlanTekster {
    /// Of each step: tasks in, tasks out, considerations.
    pub trin: Vec<TrinTekster>,
    /// The message to colleagues.
    pub besked: Option<String>,
    /// Of each item.
    pub tiltag: Vec<String>,
}

/// The words of a step.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct TrinTekster {
    /// Tasks that are done.
    pub ind: Vec<String>,
    /// Tasks that are not done.
    pub ud: Vec<String>,
    /// Considerations.
    pub hensyn: Vec<String>,
}
