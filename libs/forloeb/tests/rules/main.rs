//! The domain's tests, in one program: each file is a subject, and [`story`] is how a case is told.

mod bounds;
mod cases;
mod forms;
mod politik;
mod politik_slut;
mod properties;
mod regnskab;
mod signaler;
mod stories;
mod stories_aftaler;
mod stories_flytning;
mod stories_frister;
mod stories_laengde;
mod stories_paamindelser;
mod stories_penge;
mod stories_penge_ret;
mod stories_plan;
mod stories_refusion;
mod stories_rows;
mod stories_sagt;
mod stories_samtale;
mod stories_stamdata;
mod stories_uenighed;
mod story;
mod vectors;
mod what_if;
