//! Somebody at a page, in one of two ways: with a finger, on a phone whose browser runs no script, or with the keyboard alone.

use serde_json::Value;

use crate::chromium::{Browser, DESKTOP, PHONE};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Finger,
    Keyboard,
}

pub(crate) struct Person<'a> {
    browser: &'a Browser,
    way: Way,
}

impl<'a> Person<'a> {
    pub(crate) async fn at(browser: &'a Browser, way: Way) -> Self {
        match way {
            Way::Finger => {
                browser.window(PHONE).await;
                browser.pages_run_scripts(false).await;
            }
            Way::Keyboard => browser.window(DESKTOP).await,
        }
        Self { browser, way }
    }

    /// By what says this, to another page.
    pub(crate) async fn goes(&self, css: &str, text: &str) {
        match self.way {
            Way::Finger => self.browser.press(css, text).await,
            Way::Keyboard => {
                self.comes_to(text).await;
                self.browser.enter().await;
            }
        }
    }

    /// An answer that says this, or what is folded under it.
    pub(crate) async fn chooses(&self, css: &str, text: &str) {
        match self.way {
            Way::Finger => self.browser.press_within(css, text).await,
            Way::Keyboard => {
                self.comes_to(text).await;
                self.browser.keys(" ").await;
            }
        }
    }

    /// Into a field, by its place or by its label.
    pub(crate) async fn writes(&self, css: &str, label: &str, text: &str) {
        match self.way {
            Way::Finger => self.browser.find(css).await.send_keys(text).await.unwrap(),
            Way::Keyboard => {
                self.comes_to(label).await;
                self.browser.keys(text).await;
            }
        }
    }

    /// With Tab. What scrolls has the focus on the way, and says everything that stands in it.
    async fn comes_to(&self, text: &str) {
        let script = "return document.activeElement.matches('a, button, summary, input, textarea, select')";
        for _ in 0..5 {
            self.browser.tab_to(text).await;
            if self.browser.ask(script, Vec::new()).await == Value::Bool(true) {
                return;
            }
        }
        panic!("nothing with {text:?} can be used on {}", self.browser.path().await);
    }
}
