//! Help: the guides of `docs/`, a section at a time, and searching in them. Whoever comes may read it, logged in or not.

use std::sync::LazyLock;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::{Method, StatusCode, Uri};
use axum::response::Response;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html as markdown};
use tower_sessions::Session;

use super::PageState;
use super::frame::{Frame, html};
use super::session::{LoggedIn, Search};
use crate::danish::folded;

/// Longest text that is searched for, in characters.
const LONGEST: usize = 100;
const GUIDES: [&str; 8] = [
    include_str!("../../../../docs/brugervejledning/README.md"),
    include_str!("../../../../docs/brugervejledning/leder.md"),
    include_str!("../../../../docs/brugervejledning/medarbejder.md"),
    include_str!("../../../../docs/brugervejledning/kontaktperson.md"),
    include_str!("../../../../docs/brugervejledning/koordinator.md"),
    include_str!("../../../../docs/brugervejledning/hr.md"),
    include_str!("../../../../docs/ordliste.md"),
    include_str!("../../../../docs/revision.md"),
];

/// A section of a guide.
struct Section {
    /// Its anchor: its name, as an address has it. Forms lead here.
    id: String,
    title: String,
    /// Of which guide.
    guide: String,
    html: String,
    /// What stands in it, as it is searched.
    words: String,
}

static SECTIONS: LazyLock<Vec<Section>> = LazyLock::new(|| GUIDES.into_iter().flat_map(sections).collect());

#[derive(Template)]
#[template(path = "hjaelp.html")]
struct Page {
    frame: Frame,
    q: String,
    longest: usize,
    sections: Vec<&'static Section>,
}

pub(super) async fn page(
    State(state): State<PageState>,
    Extension(session): Extension<Session>,
    method: Method,
    uri: Uri,
    search: Search,
) -> Response {
    let logged_in = LoggedIn::of(&state, Some(&session), &method, &uri).await;
    let q: String = search.typed("q").chars().take(LONGEST).collect();
    let frame = Frame::of_anybody(&state, logged_in.as_ref(), "Hjælp");
    html(StatusCode::OK, &Page { frame, sections: found(&q), q, longest: LONGEST })
}

/// The sections that have every word of what is searched for.
fn found(q: &str) -> Vec<&'static Section> {
    let asked = folded(q);
    let has = |section: &&Section| asked.split(' ').all(|word| section.words.contains(word));
    SECTIONS.iter().filter(has).collect()
}

/// The sections of a guide: what stands under a heading of the second level, up to the next.
fn sections(guide: &'static str) -> Vec<Section> {
    let (title, rest) = guide.trim_start_matches("# ").split_once('\n').unwrap_or((guide, ""));
    let parts = rest.split("\n## ").enumerate();
    let section = |(nth, part): (usize, &'static str)| {
        let (name, text) = if nth == 0 { (title, part) } else { part.split_once('\n').unwrap_or((part, "")) };
        let html = rendered(name, text);
        Section {
            id: anchor(name),
            title: name.to_owned(),
            guide: title.to_owned(),
            words: folded(&format!("{name} {text}")),
            html,
        }
    };
    parts.filter(|(_, part)| !part.trim().is_empty()).map(section).collect()
}

fn anchor(name: &str) -> String {
    let word = |word: &str| word.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let words = folded(name).split(' ').map(word).filter(|word| !word.is_empty()).collect::<Vec<_>>();
    words.join("-")
}

/// As HTML. Links lead to other documents, which are not here, so they are words; tables can be scrolled.
fn rendered(name: &str, text: &str) -> String {
    let mut tables = 0;
    let events = Parser::new_ext(text, Options::ENABLE_TABLES).filter_map(|event| match event {
        Event::Start(Tag::Link { .. } | Tag::Image { .. }) | Event::End(TagEnd::Link | TagEnd::Image) => None,
        Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
        other => Some(other),
    });
    let mut html = String::new();
    markdown::push_html(&mut html, events);
    let mut scrolled = String::with_capacity(html.len());
    for (nth, part) in html.split("<table>").enumerate() {
        if nth > 0 {
            tables += 1;
            scrolled += &format!(
                "<div class=\"rulbar\" role=\"region\" aria-label=\"Tabel {tables}: {name}\" tabindex=\"0\"><table>"
            );
        }
        scrolled += part;
    }
    scrolled.replace("</table>", "</table></div>").replace("<th>", "<th scope=\"col\">")
}

#[cfg(test)]
mod tests {
    use super::super::parts::page_form::words_of;
    use super::*;

    #[test]
    fn a_section_is_found_by_its_words_however_they_are_written() {
        let titles = |q| found(q).into_iter().map(|section| section.title.as_str()).collect::<Vec<_>>();
        assert!(titles("stedfortræder ferie").contains(&"Til dig, der er leder"));
        assert_eq!(titles("STEDFORTRAEDER ferie"), titles("stedfortræder ferie"));
        assert!(titles("segl").contains(&"Hver morgen"), "the auditor's guide, too");
        assert!(titles("flyvemaskine").is_empty());
        assert_eq!(titles("").len(), SECTIONS.len());
    }

    #[test]
    fn every_word_that_a_form_leads_to_is_explained() {
        let words = crate::commands::ALL.iter().map(|entry| words_of(entry.name)).chain(["ord-om-fravaeret"]);
        for section in words {
            assert!(SECTIONS.iter().any(|one| one.id == section), "{section} is no section of docs/ordliste.md");
        }
        assert!(found("arbejdsgiverperiode").iter().any(|section| section.guide == "Ordliste"));
    }

    #[test]
    fn a_guide_is_words_and_tables_and_no_links() {
        let all: String = SECTIONS.iter().map(|section| &*section.html).collect();
        assert!(!all.contains("<a ") && !all.contains("<img") && !all.contains("<script"));
        assert!(all.contains("role=\"region\"") && all.contains("<th scope=\"col\">"));
        let mut ids: Vec<_> = SECTIONS.iter().map(|section| &section.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), SECTIONS.len());
    }
}
