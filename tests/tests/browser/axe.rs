//! What axe-core says of a page: what somebody with a screen reader, a keyboard, or weak eyes would stumble over.

use std::sync::LazyLock;

use serde_json::json;
use systemtests::file;

use crate::chromium::Browser;

static SOURCE: LazyLock<String> = LazyLock::new(|| {
    let path = file("../target/axe/node_modules/axe-core/axe.min.js");
    std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; `cargo xtask test --kun tools` installs it", path.display()))
});

/// Which of its rules.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Rules {
    /// All of them, what is only good practice too.
    All,
    /// Whether what is written can be told from what is behind it.
    Contrast,
    /// What a narrow window can change: whether one hits what one aims at, and reaches what does not fit.
    Narrow,
}

/// What is wrong on the page as it stands, a line each.
pub(crate) async fn violations(browser: &Browser, rules: Rules) -> Vec<String> {
    if browser.ask("return typeof window.axe", Vec::new()).await == "undefined" {
        browser.ask(&SOURCE, Vec::new()).await;
    }
    let options = match rules {
        Rules::All => json!({ "resultTypes": ["violations"], "rules": { "target-size": { "enabled": true } } }),
        Rules::Contrast => json!({ "resultTypes": ["violations"], "runOnly": ["color-contrast"] }),
        Rules::Narrow => {
            json!({ "resultTypes": ["violations"], "runOnly": ["target-size", "scrollable-region-focusable"] })
        }
    };
    let script = "return axe.run(document, arguments[0]).then(found => found.violations.flatMap(v => \
                  v.nodes.map(n => v.id + ': ' + n.html.slice(0, 200) + ' ' + (n.any[0]?.message ?? v.help))))";
    let found = browser.ask_and_wait(script, vec![options]).await;
    found.as_array().unwrap().iter().map(|line| line.as_str().unwrap().to_owned()).collect()
}
