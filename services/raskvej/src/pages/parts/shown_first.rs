//! What cannot be undone is shown before it is done. The page that shows it carries what was typed in hidden fields, and what
//! stands for all of it; only a form that sends both back as they were is carried out, and any other is shown first.
//!
//! What was typed stays with the browser: a restart, a second tab and a session that ends meanwhile lose nothing of it, and
//! nothing grows here.

use super::fault::PageError;
use super::session::{Pairs, find};
use super::submission::{mark, new_key};
use crate::commands::typed::Typed;

/// The name of the buttons.
const PRESSED: &str = "goer";
/// The button that does it, on the page that shows it.
const DO: &str = "gem";
/// The button that goes back to the form.
const BACK: &str = "ret";
/// The name of the field with what stands for what was shown.
const SHOWN: &str = "vist";

/// What a form sent.
pub(crate) struct Sent {
    /// Which button was pressed, where one was.
    pub(crate) pressed: Option<String>,
    /// What was typed.
    pub(crate) fields: Pairs,
    /// What stands for what was shown before, where something was.
    shown: Option<String>,
}

impl Sent {
    pub(crate) fn of(pairs: Pairs) -> Self {
        let own = |name: &str| find(&pairs, name).map(str::to_owned);
        let (pressed, shown) = (own(PRESSED), own(SHOWN));
        let fields = pairs.into_iter().filter(|(name, _)| ![PRESSED, SHOWN].contains(&name.as_str())).collect();
        Self { pressed, fields, shown }
    }

    /// It is not to be done as it was shown: back to the form.
    pub(crate) fn goes_back(&self) -> bool {
        self.pressed.as_deref() == Some(BACK)
    }

    /// It is to be done, and this is what was shown.
    pub(crate) fn is_confirmed(&self) -> bool {
        self.pressed.as_deref() == Some(DO) && self.shown.as_ref() == Some(&mark(&self.fields))
    }
}

/// What the page that shows it sends on: all that was typed, about this version of the forløb.
pub(crate) fn hidden(fields: &Typed, version: u64) -> Result<Pairs, PageError> {
    let key = find(fields, "noegle").map_or_else(new_key, |key| Ok(key.to_owned()))?;
    let typed = fields.iter().filter(|(name, _)| !["version", "noegle"].contains(&name.as_str()));
    let mut hidden: Pairs = typed.cloned().collect();
    hidden.push(("version".to_owned(), version.to_string()));
    hidden.push((SHOWN.to_owned(), mark(&hidden)));
    hidden.push(("noegle".to_owned(), key));
    Ok(hidden)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(fields: &[(&str, &str)]) -> Pairs {
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    /// What a browser sends of the page.
    fn sent_back(hidden: &Pairs, pressed: &str) -> Pairs {
        hidden.iter().cloned().chain(typed(&[(PRESSED, pressed)])).collect()
    }

    #[test]
    fn only_what_was_shown_is_done() {
        let first = Sent::of(typed(&[("version", "7"), ("noegle", "k"), ("aftalt", "To\r\nlinjer"), (PRESSED, DO)]));
        assert!(!first.is_confirmed(), "nothing was shown yet");
        assert_eq!(first.fields, typed(&[("version", "7"), ("noegle", "k"), ("aftalt", "To\r\nlinjer")]));
        let hidden = hidden(&first.fields, 7).unwrap();
        assert_eq!(find(&hidden, "noegle"), Some("k"), "it still is the same form");
        assert!(Sent::of(sent_back(&hidden, DO)).is_confirmed());
        assert!(!Sent::of(sent_back(&hidden, BACK)).is_confirmed());
        // A browser that writes line breaks otherwise sends the same; one word more, or another version, is not.
        let with = |name: &str, value: &str| {
            let mut other = hidden.clone();
            other.iter_mut().filter(|(n, _)| n == name).for_each(|(_, v)| value.clone_into(v));
            Sent::of(sent_back(&other, DO)).is_confirmed()
        };
        assert_eq!(
            [with("aftalt", "To\nlinjer"), with("aftalt", "To linjer"), with("version", "8"), with("noegle", "x")],
            [true, false, false, true]
        );
        let mut more = sent_back(&hidden, DO);
        more.push(("besked".to_owned(), "Nej".to_owned()));
        assert!(!Sent::of(more).is_confirmed());
    }
}
