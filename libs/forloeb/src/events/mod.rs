//! What happened, as it is stored for ever: the events, and how every form ever written is read.

mod afgoerelse;
mod ciphertext;
mod declare;
pub mod form;
pub mod haendelse;
mod kept;
mod stamdata;
