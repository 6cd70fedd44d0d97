//! The mails of the demonstration, as its page shows them.

use serde_json::{Value, json};

use crate::chromium::Browser;

/// The texts of the mails to a role, the newest first.
const TEXTS: &str = "\
    return [...document.querySelectorAll('.brev')].filter(e => e.querySelector('.meta').textContent.startsWith(`Til ${arguments[0]},`))
        .map(e => e.querySelector('pre').textContent);";

/// Where the newest mail to a role leads of those that say this: the path of the first link after it.
pub(crate) async fn link(browser: &Browser, role: &str, said: &str) -> String {
    browser.go("/demo/post").await;
    let letters = browser.ask(TEXTS, vec![json!(role)]).await;
    let letters: Vec<&str> = letters.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let after = letters.iter().find_map(|letter| letter.split_once(said)).map(|(_, after)| after);
    let link = after.and_then(|after| after.lines().find_map(|line| line.split_once(": http://127.0.0.1:8080")));
    link.unwrap_or_else(|| panic!("no mail to {role} says {said:?} and leads somewhere: {letters:#?}")).1.to_owned()
}
