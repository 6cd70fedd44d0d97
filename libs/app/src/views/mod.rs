//! What is read, as typed views made of projections and access: the API renders them as JSON, the pages as HTML.

pub mod arbejdsmiljoe;
pub mod enheder;
pub mod forloeb;
pub mod groups;
pub mod known;
pub mod overview;
pub mod paamindelser;
pub mod person;
pub mod plan;
pub mod plan_daekning;
pub mod refusion;
pub mod regnskab;
pub mod signaler;
pub mod statistics;
pub mod uenighed;
