//! What happened, as it is stored for ever: the events, and how every form ever written is read.

mod afgoerelse;
pub(crate) mod aktoer;
pub(crate) mod carried;
mod ciphertext;
mod declare;
pub mod form;
pub mod haendelse;
mod kept;
mod medarbejder;
mod samtale;
mod stamdata;
mod tta;
