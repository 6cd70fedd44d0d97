//! What more than one page is made of. Nothing here imports a page.

pub(crate) mod address;
pub(crate) mod assets;
pub(crate) mod confirmation;
pub(crate) mod datoer;
pub(crate) mod estimate;
pub(crate) mod facts;
pub(crate) mod fault;
pub(crate) mod formular;
pub(crate) mod formularer;
pub(crate) mod frist;
pub(crate) mod historik;
pub(crate) mod kig;
pub(crate) mod linjer;
pub(crate) mod names;
pub(crate) mod plan;
pub(crate) mod ramme;
pub(crate) mod session;
pub(crate) mod sessioner;
pub(crate) mod signals;
pub(crate) mod state;
pub(crate) mod submission;
