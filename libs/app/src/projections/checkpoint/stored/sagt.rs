//! What the employee said in a forløb, as it lies in a checkpoint.

use chrono::NaiveDate;
use forloeb::haendelse::{
    ArbejdsaarsagSagt, Ciphertext, FastTrackGodkendt, FastholdelsesplanBesvaret, ForanstaltningRegistreret,
    MulighedserklaeringRegistreret, OvertagelseBesvaret,
};
use forloeb::sagt::{Overtagelse, Sagt};
use forloeb::words::FastTrackBeslutning;

use super::{F, fetch_all, fetch_maybe, store, store_all};

/// The wishes and who may ring, that the leader is the wrong one and the answer to it, the wish for a fastholdelsesplan and its
/// answer, the mulighedserklæringer, and the words on fast track.
pub(super) type StoredSagt = (
    (Option<F<Option<Ciphertext>>>, Option<String>),
    Option<F<Option<String>>>,
    Option<F<Ciphertext>>,
    Option<F<NaiveDate>>,
    Option<F<FastholdelsesplanBesvaret>>,
    Vec<F<MulighedserklaeringRegistreret>>,
    StoredCause,
    StoredFastTrack,
);

/// The yes to fast track, and what else the employee told of it themself.
type StoredFastTrack = (Option<F<FastTrackGodkendt>>, Option<F<FastTrackBeslutning>>);

/// The cause at work and what is done about it, who was asked whether they take the forløb, and what they answered.
pub(super) type StoredCause = (
    Option<F<ArbejdsaarsagSagt>>,
    Vec<F<ForanstaltningRegistreret>>,
    Option<F<Overtagelse>>,
    Option<F<OvertagelseBesvaret>>,
);

pub(super) fn store_sagt(s: &Sagt) -> StoredSagt {
    let (plan, answer) = (s.fastholdelsesplan.as_ref().map(store), s.fastholdelsessvar.as_ref().map(store));
    let (wrong, kept) = (s.bestridt.as_ref().map(store), s.beholdt.as_ref().map(store));
    let steps = store_all(&s.mulighedserklaeringer);
    let wishes = (s.oensker.as_ref().map(store), s.omsorgskollega.clone());
    let fast_track = (s.fast_track_yes.as_ref().map(store), s.fast_track_said.as_ref().map(store));
    (wishes, wrong, kept, plan, answer, steps, store_cause(s), fast_track)
}

fn store_cause(s: &Sagt) -> StoredCause {
    let (asked, svar) = (s.overtagelse.as_ref().map(store), s.overtagelsessvar.as_ref().map(store));
    (s.arbejdsaarsag.as_ref().map(store), store_all(&s.foranstaltninger), asked, svar)
}

pub(super) fn fetch_sagt(
    ((oensker, omsorgskollega), wrong, kept, plan, answer, steps, cause, (yes, fast_track)): StoredSagt,
) -> Option<Sagt> {
    let (said, done, asked, svar) = cause;
    Some(Sagt {
        oensker: fetch_maybe(oensker)?,
        omsorgskollega,
        bestridt: fetch_maybe(wrong)?,
        beholdt: fetch_maybe(kept)?,
        fastholdelsesplan: fetch_maybe(plan)?,
        fastholdelsessvar: fetch_maybe(answer)?,
        mulighedserklaeringer: fetch_all(steps)?,
        arbejdsaarsag: fetch_maybe(said)?,
        foranstaltninger: fetch_all(done)?,
        overtagelse: fetch_maybe(asked)?,
        overtagelsessvar: fetch_maybe(svar)?,
        fast_track_yes: fetch_maybe(yes)?,
        fast_track_said: fetch_maybe(fast_track)?,
    })
}
