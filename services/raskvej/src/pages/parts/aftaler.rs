//! § 56 on HR's page: absences of which nobody has said whether their agreement covers them, and agreements that run out.

use super::datoer::{both, long};
use super::overview::Point;
use super::reader_view::ReaderView;

/// Lines of each list.
const AT_MOST: usize = 25;

/// One line: who, what about them, and where to go.
pub(crate) struct AftaleLine {
    pub(crate) who: String,
    pub(crate) what: String,
    pub(crate) path: Option<String>,
}

/// Both lists, and how many there are in all.
pub(crate) struct Aftaler {
    pub(crate) asked: Vec<AftaleLine>,
    pub(crate) asked_count: usize,
    pub(crate) ending: Vec<AftaleLine>,
    pub(crate) ending_count: usize,
}

impl Aftaler {
    /// Of what goes on and the reader may see: `unanswered`, of which nobody has said it; none where there is nothing to say.
    pub(crate) fn new(k: &ReaderView<'_>, unanswered: &[Point<'_>]) -> Option<Self> {
        let mut asked: Vec<_> = unanswered.iter().map(|point| &point.aktuel().forloeb).collect();
        asked.sort_by_key(|f| (f.foerste, f.id));
        let book = k.state.service.app.book();
        let ending: Vec<_> = {
            let projections = k.projections();
            let newest = |nr: &str| projections.cards_for(nr).max_by_key(|f| f.card.foerste).map(|f| f.id);
            let all = projections.aftaler_for(k.user(), k.today, &book).into_iter();
            all.map(|(nr, til)| (nr.to_owned(), til, newest(nr))).collect()
        };
        let (asked_count, ending_count) = (asked.len(), ending.len());
        let asked = asked.into_iter().take(AT_MOST).map(|f| AftaleLine {
            who: k.row(&f.medarbejder_nr),
            what: format!("fraværet begyndte {}", long(f.foerste)),
            path: Some(format!("/forloeb/{}?vis=paragraf-56#f-paragraf-56", f.id)),
        });
        let ending = ending.into_iter().take(AT_MOST).map(|(nr, til, id)| AftaleLine {
            who: k.row(&nr),
            what: format!("udløber {}", both(til, k.today)),
            path: id.map(|id| format!("/forloeb/{id}")),
        });
        let all = Self { asked: asked.collect(), asked_count, ending: ending.collect(), ending_count };
        (asked_count + ending_count > 0).then_some(all)
    }
}
