//! What a person does with a finger on a phone, counted: a tap on something, and a field that is filled in. No step knows an
//! address but that of a mail: whatever page is come to, the one before leads to it, by something that can be seen there.

use thirtyfour::prelude::*;

use crate::chromium::Browser;

/// Of an element: nothing that it is in is folded.
const IS_SEEN: &str = "return arguments[0].checkVisibility()";

pub(crate) struct Finger<'a> {
    browser: &'a Browser,
    pub(crate) taps: u32,
    pub(crate) fields: u32,
    /// What was done, in order.
    steps: Vec<String>,
}

impl<'a> Finger<'a> {
    pub(crate) const fn on(browser: &'a Browser) -> Self {
        Self { browser, taps: 0, fields: 0, steps: Vec::new() }
    }

    fn did(&mut self, what: &str) {
        self.taps += 1;
        self.steps.push(format!("taps {what:?}"));
    }

    async fn seen(&self, element: &WebElement, what: &str) {
        let is_seen = self.browser.ask(IS_SEEN, vec![element.to_json().unwrap()]).await;
        assert_eq!(is_seen, true, "{what} is folded on {}, after {:#?}", self.browser.path().await, self.steps);
    }

    /// On what stays on the page.
    pub(crate) async fn taps(&mut self, css: &str, text: &str) {
        let element = self.browser.saying(css, text).await;
        self.seen(&element, text).await;
        element.click().await.unwrap();
        self.did(text);
    }

    /// On what leads to another page.
    pub(crate) async fn presses(&mut self, css: &str, text: &str) {
        let element = self.browser.saying(css, text).await;
        self.seen(&element, text).await;
        self.browser.onward(element.click()).await;
        self.did(text);
    }

    /// On a link in a mail.
    pub(crate) async fn opens(&mut self, link: &str) {
        self.browser.go(link).await;
        self.did("the link in the mail");
    }

    /// Types into a field.
    pub(crate) async fn types(&mut self, css: &str, text: &str) {
        let field = self.browser.find(css).await;
        self.seen(&field, css).await;
        field.scroll_into_view().await.unwrap();
        field.send_keys(text).await.unwrap();
        self.filled(css, text);
    }

    /// Chooses a day in a field, or one of a list.
    pub(crate) async fn chooses(&mut self, css: &str, value: &str) {
        let field = self.browser.find(css).await;
        self.seen(&field, css).await;
        self.browser.fill(css, value).await;
        self.filled(css, value);
    }

    fn filled(&mut self, css: &str, value: &str) {
        self.fields += 1;
        self.steps.push(format!("fills in {css} with {value:?}"));
    }

    /// What was done, a line each, and how much that was.
    pub(crate) fn told(&self) -> String {
        let lines = (1..).zip(&self.steps).map(|(n, step)| format!("{n:>3}. {step}\n"));
        format!("{} taps and {} fields:\n{}", self.taps, self.fields, lines.collect::<String>())
    }
}
