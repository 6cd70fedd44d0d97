//! A cause at work that may be an injury at work: the leader and HR put the cause of the absence right, for it is that which
//! starts the clock to EASY.

use forloeb::Forloeb;
use forloeb::words::{Arbejdsskadesvar, Fristart};

use super::datoer::long;
use super::page_forms::FormGroup;
use super::reader_view::ReaderView;

/// The form by which the cause of the absence is put right.
const FORM: &str = "rettelse-aarsag";

/// What is to be done about it.
pub(crate) struct Injury {
    /// By when it is to be notified, and where that is from.
    pub(crate) said: String,
    /// Where the cause is put right.
    pub(crate) path: String,
}

impl Injury {
    /// None where nobody has said that it may be one, the absence counts as one already, or the reader cannot put that right.
    pub(crate) fn of(k: &ReaderView<'_>, f: &Forloeb, groups: &[FormGroup]) -> Option<Self> {
        let answer = f.sagt.cause()?.what.arbejdsskade;
        let is_open = answer == Some(Arbejdsskadesvar::Ja) && f.arbejdsskade_fra.is_none();
        let offered = groups.iter().flat_map(|group| &group.page_forms).any(|form| form.form.name == FORM);
        let regel = f.regler.frist(Fristart::Easy, None).filter(|_| is_open && offered)?;
        let lovdag = regel.lovdag.compute(f.foerste, k.state.service.app.book().calendar());
        let (was, day) = (if lovdag < k.today { "var" } else { "er" }, long(lovdag));
        let said = format!("Fristen for anmeldelsen {was} {day}. {}.", regel.kilde);
        Some(Self { said, path: format!("/forloeb/{}?vis={FORM}#f-{FORM}", f.id) })
    }
}
