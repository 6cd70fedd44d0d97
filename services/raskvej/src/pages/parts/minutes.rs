//! The way from a talk or a meeting that was just recorded to its minutes: on the page of the forløb, and on the list that one comes
//! back to.

use forloeb::Forloeb;

use super::reader_view::ReaderView;

/// Address, and what leads there; none where nothing of the kind was just recorded, its minutes are written, or their form is not
/// offered to this reader.
pub(crate) fn minutes_to_write(
    k: &ReaderView<'_>,
    f: &Forloeb,
    offered: impl FnOnce(&str) -> bool,
) -> Option<(String, &'static str)> {
    let recorded = match k.logged_in.done()? {
        "samtale" => f.samtaler.last()?.position,
        "otte-uger" => f.otte_uger.last()?.position,
        "opfoelgning" => f.opfoelgninger.last()?.position,
        "evaluering" => f.evalueringer.last()?.position,
        _ => return None,
    };
    // What was not held has none.
    let held = f.moeder().into_iter().find(|moede| moede.position == recorded)?;
    if f.referat_of(held.position).is_some() {
        return None;
    }
    let name = format!("referat-{}", held.position);
    offered(&name).then(|| (format!("/forloeb/{}?vis={name}#f-{name}", f.id), "Skriv referat af mødet"))
}
