//! Of what people are reminded, and to which meetings they are invited: derived from the frister and from what was
//! sent before.

pub mod indbydelser;
pub mod paamindelser;
