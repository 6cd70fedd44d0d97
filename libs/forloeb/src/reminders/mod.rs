//! Of what people are reminded, and to which meetings they are invited: derived from the frister and from what was
//! sent before; and whether it was followed by what it asked for.

pub mod fulgt;
pub mod indbydelser;
pub mod loft;
pub mod paamindelser;
