//! A browser: what a person does in it, and what it says of the pages.

use std::cell::Cell;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use systemtests::Chromedriver;
use tempfile::TempDir;
use thirtyfour::ChromeCapabilities;
use thirtyfour::extensions::query::ElementPollerWithTimeout;
use thirtyfour::prelude::*;
use tokio::sync::{Mutex, MutexGuard};

/// How long anything is waited for. Nothing takes this long; a machine that does much else may.
pub(crate) const PATIENCE: Duration = Duration::from_mins(2);
const POLL: Duration = Duration::from_millis(20);

/// A window, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window(pub(crate) u32, pub(crate) u32);

pub(crate) const DESKTOP: Window = Window(1280, 900);
pub(crate) const PHONE: Window = Window(390, 844);
/// The narrowest that everything has to work at (WCAG 1.4.10).
pub(crate) const NARROW: Window = Window(320, 640);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Colours {
    Light,
    Dark,
}

/// A running browser on one address. What is asked of it panics when it does not come about.
pub(crate) struct Browser {
    driver: WebDriver,
    /// Of the service.
    address: String,
    runs_scripts: Cell<bool>,
    _driver_process: Chromedriver,
    _profile: TempDir,
    _only_one: MutexGuard<'static, ()>,
}

/// One at a time: it is the largest program of the tests.
static ONLY_ONE: Mutex<()> = Mutex::const_new(());

fn capabilities(profile: &TempDir) -> ChromeCapabilities {
    let mut wanted = DesiredCapabilities::chrome();
    let flags = [
        "--headless=new",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-quic",
        "--no-first-run",
        "--hide-scrollbars",
        "--force-color-profile=srgb",
        "--lang=da",
        // Whatever a page would fetch elsewhere is not there, and is told by the log.
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    ];
    for flag in flags {
        wanted.add_arg(flag).unwrap();
    }
    // Chromium's sandbox does not start as root, which tests in a container run as. It only sees our own pages.
    if rustix::process::geteuid().is_root() {
        wanted.add_arg("--no-sandbox").unwrap();
    }
    wanted.add_arg(&format!("--user-data-dir={}", profile.path().display())).unwrap();
    wanted.set("goog:loggingPrefs", json!({ "browser": "ALL", "performance": "ALL" })).unwrap();
    wanted
}

impl Drop for Browser {
    /// A test that failed did not end its session, and the driver's library would wait for that. The process is ended instead.
    fn drop(&mut self) {
        // An error means that it has ended already.
        let _ = self.driver.clone().leak();
    }
}

impl Browser {
    /// Starts one on the service at this address.
    pub(crate) async fn start(address: &str) -> Self {
        let only_one = ONLY_ONE.lock().await;
        let profile = tempfile::tempdir().unwrap();
        let mut process = Chromedriver::start();
        let driver = WebDriver::builder(process.address(), capabilities(&profile))
            .poller(std::sync::Arc::new(ElementPollerWithTimeout::new(PATIENCE, POLL)))
            .request_timeout(PATIENCE * 2)
            .await
            .unwrap_or_else(|error| panic!("no browser: {error}\n{}", process.printout()));
        if let Some(id) = driver.handle().capabilities().get("goog:processID").and_then(Value::as_i64) {
            process.started(id.try_into().unwrap());
        }
        driver.set_page_load_timeout(PATIENCE).await.unwrap();
        driver.set_script_timeout(PATIENCE).await.unwrap();
        let browser = Self {
            driver,
            address: address.to_owned(),
            runs_scripts: Cell::new(true),
            _driver_process: process,
            _profile: profile,
            _only_one: only_one,
        };
        browser.window(DESKTOP).await;
        browser
    }

    /// Ends it, and waits until it has.
    pub(crate) async fn quit(self) {
        self.driver.clone().quit().await.unwrap();
    }

    async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let answer = self.driver.cdp().send_raw(command, parameters).await;
        answer.unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    /// A window of this size.
    pub(crate) async fn window(&self, Window(width, height): Window) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// What the person has chosen in their system.
    pub(crate) async fn colours(&self, colours: Colours) {
        let value = if colours == Colours::Dark { "dark" } else { "light" };
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": value }] });
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    /// What else they have chosen, by the names of media features.
    pub(crate) async fn wishes(&self, wishes: &[(&str, &str)]) {
        let one = |(name, value): &(&str, &str)| json!({ "name": name, "value": value });
        let features = json!({ "features": wishes.iter().map(one).collect::<Vec<_>>() });
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    /// The page as it is printed, or as it is on a screen again.
    pub(crate) async fn on_paper(&self, printed: bool) {
        let media = json!({ "media": if printed { "print" } else { "" } });
        self.devtools("Emulation.setEmulatedMedia", media).await;
    }

    /// The page as a printer gets it on A4: a PDF, in base64.
    pub(crate) async fn print(&self) -> String {
        let paper = json!({ "paperWidth": 8.27, "paperHeight": 11.69, "preferCSSPageSize": true });
        let answer = self.devtools("Page.printToPDF", paper).await;
        answer["data"].as_str().unwrap_or_else(|| panic!("no PDF: {answer}")).to_owned()
    }

    /// Whether pages may run scripts from here on.
    pub(crate) async fn pages_run_scripts(&self, may_run: bool) {
        self.runs_scripts.set(may_run);
        self.scripts(may_run).await;
    }

    async fn scripts(&self, may_run: bool) {
        self.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": !may_run })).await;
    }

    /// Goes to an address of the service, as by its address line.
    pub(crate) async fn go(&self, path: &str) {
        let address = format!("{}{path}", self.address);
        self.driver.goto(&address).await.unwrap_or_else(|error| panic!("{path}: {error}"));
    }

    /// Where the page is: path, query and anchor.
    pub(crate) async fn path(&self) -> String {
        let address = self.driver.current_url().await.unwrap().to_string();
        address.strip_prefix(&self.address).unwrap_or(&address).to_owned()
    }

    /// What JavaScript makes of it, with the arguments as `arguments`.
    pub(crate) async fn ask(&self, script: &str, arguments: Vec<Value>) -> Value {
        let answer = self.driver.execute(script, arguments).await;
        answer.unwrap_or_else(|error| panic!("{script}: {error}")).json().clone()
    }

    /// The same of a promise: what it comes to, or what went wrong. On a page that came without scripts, its own still do not
    /// run; ours may.
    pub(crate) async fn ask_and_wait(&self, promise: &str, arguments: Vec<Value>) -> Value {
        let script = format!(
            "const done = arguments[arguments.length - 1];\
             Promise.resolve().then(() => {{ {promise} }}).then(done, error => done({{ failed: String(error) }}));"
        );
        self.scripts(true).await;
        let answer = self.driver.execute_async(&script, arguments).await.unwrap();
        self.scripts(self.runs_scripts.get()).await;
        let answer = answer.json().clone();
        assert!(answer.get("failed").is_none(), "{answer}");
        answer
    }

    /// The first element, once it is there.
    pub(crate) async fn find(&self, css: &str) -> WebElement {
        let found = self.driver.query(By::Css(css)).first().await;
        match found {
            Ok(element) => element,
            Err(error) => panic!("no {css} on {}: {error}\n{}", self.path().await, self.text().await),
        }
    }

    /// The element of this kind that says this, once it is there.
    pub(crate) async fn saying(&self, css: &str, text: &str) -> WebElement {
        let end = Instant::now() + PATIENCE;
        let script = "return [...document.querySelectorAll(arguments[0])].find(e => \
                      e.textContent.replace(/\\s+/g, ' ').includes(arguments[1]))";
        loop {
            // Between two pages there is none to ask.
            let found = self.driver.execute(script, vec![json!(css), json!(text)]).await;
            if let Some(element) =
                found.ok().filter(|found| !found.json().is_null()).and_then(|found| found.element().ok())
            {
                return element;
            }
            assert!(Instant::now() < end, "no {css} with {text:?} on {}:\n{}", self.path().await, self.text().await);
            tokio::time::sleep(POLL).await;
        }
    }

    /// What a person reads on the page.
    pub(crate) async fn text(&self) -> String {
        let text = self.ask("return document.body ? document.body.innerText : ''", Vec::new()).await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until the page says it, loading it again by itself or not.
    pub(crate) async fn says(&self, text: &str) {
        let end = Instant::now() + PATIENCE;
        // Between two pages there is none to ask.
        while !self
            .driver
            .execute("return document.body.innerText.replace(/\\s+/g, ' ')", Vec::new())
            .await
            .is_ok_and(|told| told.json().as_str().is_some_and(|told| told.contains(text)))
        {
            assert!(Instant::now() < end, "{} never said {text:?}:\n{}", self.path().await, self.text().await);
            tokio::time::sleep(POLL).await;
        }
    }

    /// Waits until the page does not load itself again any more.
    pub(crate) async fn settles(&self) {
        let end = Instant::now() + PATIENCE;
        let script = "return document.readyState === 'complete' && !document.querySelector('meta[http-equiv=refresh]')";
        while !self.driver.execute(script, Vec::new()).await.is_ok_and(|told| told.json() == true) {
            assert!(Instant::now() < end, "still under way:\n{}", self.text().await);
            tokio::time::sleep(POLL).await;
        }
    }

    /// Does what leads to another page, and waits until that one is there.
    pub(crate) async fn onward(&self, act: impl Future<Output = WebDriverResult<()>>) {
        self.ask("window.before = true", Vec::new()).await;
        act.await.unwrap();
        let end = Instant::now() + PATIENCE;
        let script = "return window.before === undefined && document.readyState === 'complete'";
        while !self.driver.execute(script, Vec::new()).await.is_ok_and(|told| told.json() == true) {
            assert!(Instant::now() < end, "still on {}:\n{}", self.path().await, self.text().await);
            tokio::time::sleep(POLL).await;
        }
    }

    /// Presses what says this, and is on the next page.
    pub(crate) async fn press(&self, css: &str, text: &str) {
        let element = self.saying(css, text).await;
        self.onward(element.click()).await;
    }

    /// Presses what says this, and stays on the page.
    pub(crate) async fn press_within(&self, css: &str, text: &str) {
        self.saying(css, text).await.click().await.unwrap();
    }

    /// Types into what has the focus.
    pub(crate) async fn keys(&self, keys: &str) {
        self.driver.action_chain().send_keys(keys).perform().await.unwrap();
    }

    /// Presses Enter, and is on the next page.
    pub(crate) async fn enter(&self) {
        let enter = String::from(char::from(Key::Enter));
        let chain = self.driver.action_chain().send_keys(enter);
        self.onward(chain.perform()).await;
    }

    /// Presses Tab until what has the focus says this. Whatever has it on the way can be seen to have it.
    pub(crate) async fn tab_to(&self, text: &str) {
        let tab = String::from(char::from(Key::Tab));
        let script = "const e = document.activeElement, s = getComputedStyle(e); \
                      const label = e.labels && e.labels.length ? e.labels[0].textContent : ''; \
                      return [e.textContent + label, s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0, e.outerHTML]";
        for _ in 0..200 {
            self.keys(&tab).await;
            let focus = self.ask(script, Vec::new()).await;
            if focus[2].as_str().is_some_and(|html| html.starts_with("<body")) {
                continue; // past the last one, in the browser's own bar
            }
            assert_eq!(focus[1], true, "it cannot be seen that this has the focus: {}", focus[2]);
            if focus[0].as_str().is_some_and(|said| said.contains(text)) {
                return;
            }
        }
        panic!("Tab never came to {text:?} on {}", self.path().await);
    }

    /// Gives a field a value. How a date is typed is the browser's, and another in each language.
    pub(crate) async fn fill(&self, css: &str, value: &str) {
        let field = self.find(css).await;
        self.ask("arguments[0].value = arguments[1]", vec![field.to_json().unwrap(), json!(value)]).await;
    }

    /// A picture of what is in the window, as PNG.
    pub(crate) async fn picture(&self) -> Vec<u8> {
        self.driver.screenshot_as_png().await.unwrap()
    }

    /// What went wrong since it was last asked: what the console says, and requests to somewhere else.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let told = self.driver.get_log("browser").await.unwrap();
        let console = told.into_iter().filter(|entry| ["SEVERE", "WARNING"].contains(&entry.level.as_str()));
        // A form that is refused is answered with its status, and the page says why.
        let console = console.filter(|entry| !entry.message.contains("responded with a status of 422"));
        let mut all: Vec<String> = console.map(|entry| format!("the console: {}", entry.message)).collect();
        for entry in self.driver.get_log("performance").await.unwrap() {
            let entry: Value = serde_json::from_str(&entry.message).unwrap();
            let message = &entry["message"];
            if message["method"] != "Network.requestWillBeSent" {
                continue;
            }
            let address = message["params"]["request"]["url"].as_str().unwrap();
            // What the browser begins with is a page of its own.
            let own = ["chrome://", "chrome-untrusted://", "data:"].iter().any(|scheme| address.starts_with(scheme));
            if !own && !address.starts_with(&format!("{}/", self.address)) {
                all.push(format!("asked elsewhere: {address}"));
            }
        }
        all
    }
}
