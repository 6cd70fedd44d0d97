//! Of what people are reminded, to which meetings they are invited, and what news they are told: derived from the frister,
//! from what was recorded and from what was sent before; and whether it was followed by what it asked for.

pub mod fulgt;
pub mod indbydelser;
pub mod loft;
pub mod nyheder;
pub mod paamindelser;
pub mod to_tell;
