//! Words that stand nowhere else, and what they are words of.

use super::canaries::{EMAIL, NAME};

/// What each canary is, and how it is written.
pub(super) const CANARIES: [(&str, &str); 24] = [
    ("name", NAME),
    ("family name", "Kvidderfugl"),
    ("CPR number", "6906850057"),
    ("CPR number with a hyphen", "690685-0057"),
    ("mail address", EMAIL),
    ("telephone", "+45 20 91 37 46"),
    ("position", "Fjerplukkermester"),
    ("place of the talk", "Voliere Bagved Æbletræet"),
    ("who takes part in the talk", "Onkel Gråspurv"),
    ("message of the plan", "Jeg flyver lavt og lander blødt"),
    ("task of the plan", "Redebygning om natten"),
    ("consideration of the plan", "Frøpauser ved vinduet"),
    ("what is agreed in the plan", "Redekassen males langsomt"),
    ("draft of the plan", "Halvt bygget af kviste"),
    ("employee's own words", "Vil hellere pippe stille"),
    ("whom the plan was shared with", "Storkeforeningens kontor"),
    ("why no plan is needed", "Flyver af sig selv til foråret"),
    ("what was tried", "Sad på en lavere gren"),
    ("conclusion", "Vingen bruges en time mere"),
    ("reason of a correction", "Fejltastet af papegøjen"),
    ("reason of fast track", "Næbbet klarer det selv"),
    ("reason of the eight weeks", "Fjerdragten vokser ud igen"),
    ("minutes", "Solsorten sang for os alle"),
    ("agreement", "Kvisten bæres hjem mandag"),
];
