//! What more than one page is made of. Nothing here imports a page.

pub(crate) mod address;
pub(crate) mod assets;
pub(crate) mod confirmation;
pub(crate) mod cookies;
pub(crate) mod datoer;
pub(crate) mod entry;
pub(crate) mod estimate;
pub(crate) mod facts;
pub(crate) mod fault;
pub(crate) mod frame;
pub(crate) mod frist;
pub(crate) mod history;
pub(crate) mod kept;
pub(crate) mod late;
pub(crate) mod lines;
pub(crate) mod names;
pub(crate) mod page_form;
pub(crate) mod page_forms;
pub(crate) mod plan;
pub(crate) mod reader_view;
pub(crate) mod regel_lines;
pub(crate) mod session;
pub(crate) mod signals;
pub(crate) mod state;
pub(crate) mod submission;
pub(crate) mod what_if;
