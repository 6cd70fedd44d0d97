//! What more than one page is made of.

pub(crate) mod datoer;
pub(crate) mod formular;
pub(crate) mod formularer;
pub(crate) mod frist;
pub(crate) mod historik;
pub(crate) mod kig;
pub(crate) mod linjer;
pub(crate) mod ramme;
pub(crate) mod session;
