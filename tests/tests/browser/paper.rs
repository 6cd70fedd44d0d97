//! What comes out of a printer: the page as PDF on A4, and what stands on each of its sheets.

use serde_json::{Value, json};

use crate::chromium::Browser;
use crate::place::{FRAVAER, MEDARBEJDERE, Place, log_in_as};

const READ: &str = include_str!("paper.js");

/// The margin that a browser leaves, 0.4 inches, in points. What is beyond it is cut away.
const EDGE: f64 = 28.8;
/// Points. The text is 11; a page that is too wide is made smaller by the browser until it fits.
const SMALLEST: f64 = 10.0;

/// What one can press or go to, and that paper has no use for.
const PRESSED: &str = "\
    const all = document.querySelectorAll('nav, form, button, input, select, textarea, .spring, .hvem a, \
        main a:not([href^=\"tel:\"], [href^=\"mailto:\"])');
    return [...all].filter(e => e.checkVisibility()).map(e => e.outerHTML.slice(0, 120));";

/// What the page says where this is, without its spaces: on paper the lines break elsewhere.
const SAYS: &str = "\
    return [...document.querySelectorAll(arguments[0])].map(e => e.textContent.normalize('NFKC').replace(/\\s+/g, ''));";

/// The headings, paragraphs and points of a plan that are printed.
const PLAN: &str =
    "#udgave, section[aria-labelledby=udgave] :is(h3, p, dd, ul > li:not(:has(.ikke-print))):not(.ikke-print *)";

#[derive(Debug)]
struct Sheet {
    text: String,
    /// Its width, and where its last letter to the right begins.
    width: f64,
    right: f64,
    /// The size of its smallest text.
    smallest: f64,
}

impl Sheet {
    fn read(told: &Value) -> Self {
        // Of a blank one there is no last letter and no text: it has the size nothing, which is too small.
        let number = |name: &str| told[name].as_f64().unwrap_or_default();
        let text = told["text"].as_str().unwrap().to_owned();
        Self { text, width: number("width"), right: number("right"), smallest: number("smallest") }
    }

    /// Without its spaces.
    fn letters(&self) -> String {
        self.text.split_whitespace().collect()
    }
}

/// The sheets that the page is printed on: nothing to press is on them, and nothing is cut away or made small.
async fn printed(browser: &Browser) -> Vec<Sheet> {
    let path = browser.path().await;
    browser.on_paper(true).await;
    assert_eq!(browser.ask(PRESSED, Vec::new()).await, json!([]), "{path}");
    browser.on_paper(false).await;
    let document = browser.print().await;
    let told = browser.ask_and_wait(READ, vec![json!(document)]).await;
    let sheets: Vec<Sheet> = told.as_array().unwrap().iter().map(Sheet::read).collect();
    for sheet in &sheets {
        assert!(sheet.right < sheet.width - EDGE, "{path}: cut to the right: {sheet:?}");
        assert!(sheet.smallest > SMALLEST, "{path}: too small to read, or blank: {sheet:?}");
        for menu in ["Spring til indholdet", "Log ud", "Skift rolle", "Tilbage til", "Demonstration."] {
            assert!(!sheet.text.contains(menu), "{path}: {menu}: {}", sheet.text);
        }
    }
    sheets
}

/// What the page says there, each without its spaces.
async fn says(browser: &Browser, css: &str) -> Vec<String> {
    let all = browser.ask(SAYS, vec![json!(css)]).await;
    all.as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect()
}

impl Place {
    /// The forløb of somebody without a mail, away since 2 November, whom the leader of Åkanden has invited to Tuesday
    /// 24 November at ten.
    fn without_mail(&self) -> String {
        let hr = self.service.token("hr", Some("9002"));
        let person = "4100;0101904100;Else Nørgaard;;;Pædagog;E102;Botilbud Åkanden;2001;2002;2003;01-08-2009;;37;0727;\
                      nej;nej;nej;medarbejder\n";
        let absence = "84100;4100;sygdom;02-11-2026;;100\n";
        for (what, csv) in
            [("medarbejdere", format!("{MEDARBEJDERE}{person}")), ("fravaer", format!("{FRAVAER}{absence}"))]
        {
            let answer = self.service.post_csv(&hr, &format!("/api/v1/import/{what}"), csv.as_bytes()).with_status(200);
            assert_eq!(answer.json()["fejl"], json!([]), "{}", answer.tekst());
        }
        let list = self.service.get(&hr, "/api/v1/forloeb?limit=500&enhed=E102").with_status(200).json();
        let own = list["forloeb"].as_array().unwrap().iter().find(|f| f["medarbejder_nr"] == "4100").unwrap();
        let id = own["id"].as_str().unwrap().to_owned();
        let leder = self.service.token("leder", Some("2001"));
        let invitation = json!({ "tidspunkt": "2026-11-24T10:00:00+01:00", "sted": "Kontoret på Åkanden" });
        let answer = self.service.post(&leder, &format!("/api/v1/forloeb/{id}/samtale-indkaldelse"), &invitation);
        assert!(answer.status < 300, "{}", answer.tekst());
        id
    }
}

/// A sheet may come away from the others: on each of them stands whose it is.
#[tokio::test]
async fn a_plan_and_a_case_say_on_every_sheet_whose_they_are() {
    let place = Place::open();
    let browser = place.browser().await;
    log_in_as(&browser, "leder").await;
    let case = format!("/forloeb/{}", place.forloeb_of("leder"));
    for (path, whose) in [(format!("{case}/plan"), "TTA-plan for Birgit Ågård"), (case, "Birgit Ågård")] {
        browser.go(&path).await;
        let sheets = printed(&browser).await;
        assert!(sheets.len() > 1, "{path}: one sheet says nothing of the next: {sheets:#?}");
        for sheet in &sheets {
            assert!(sheet.text.contains(whose), "{path}: {}", sheet.text);
        }
    }
    // All of the plan is there: its version, what was agreed, and its last words, where colleagues may be told.
    browser.go(&format!("/forloeb/{}/plan", place.forloeb_of("leder"))).await;
    let all: String = printed(&browser).await.iter().map(Sheet::letters).collect();
    for said in says(&browser, PLAN).await {
        assert!(all.contains(&said), "{said}: {all}");
    }
    browser.quit().await;
}

/// A table that is longer than a sheet has its heads on each, no row is divided, and its sum is where it ends.
#[tokio::test]
async fn the_statistics_are_printed_with_whole_rows_and_one_sum() {
    let place = Place::open();
    let browser = place.browser().await;
    log_in_as(&browser, "hr").await;
    browser.go("/hr/statistik").await;
    // As many units as a municipality has: the two of the demonstration, thirty more times.
    let many = "const body = document.querySelector('tbody'), rows = [...body.rows]; \
                for (let time = 0; time < 30; time++) rows.forEach(row => body.append(row.cloneNode(true))); \
                return rows.length;";
    assert_eq!(browser.ask(many, Vec::new()).await, 2);
    let sheets = printed(&browser).await;
    assert!(sheets.len() > 2, "{sheets:#?}");
    let texts: Vec<String> = sheets.iter().map(Sheet::letters).collect();
    let heads = says(&browser, "thead th").await;
    assert_eq!(heads.len(), 9, "{heads:?}");
    for unit in ["BotilbudSolsikken", "BotilbudÅkanden"] {
        let rows: usize = texts.iter().map(|text| text.matches(unit).count()).sum();
        assert_eq!(rows, 31, "{unit}: {texts:#?}");
        for text in texts.iter().filter(|text| text.contains(unit)) {
            for head in &heads {
                assert!(text.contains(head.as_str()), "{head}: {text}");
            }
        }
    }
    let sums: usize = texts.iter().map(|text| text.matches("Ialtudendetskjulte").count()).sum();
    assert_eq!(sums, 1, "{texts:#?}");
    browser.quit().await;
}

/// On paper a letter is that letter, on one sheet: no head of ours above it, and nothing of the page around it.
#[tokio::test]
async fn letters_are_printed_as_letters() {
    let place = Place::open();
    let id = place.without_mail();
    let browser = place.browser().await;
    log_in_as(&browser, "leder").await;
    for (path, when) in [("brev", "tirsdag den 24. november 2026 kl. 10.00"), ("indkaldelse", "Kontoret på Åkanden")]
    {
        browser.go(&format!("/forloeb/{id}/{path}")).await;
        let sheets = printed(&browser).await;
        assert_eq!(sheets.len(), 1, "{path}: {sheets:#?}");
        let text = &sheets[0].text;
        for said in ["Kære Else Nørgaard", when, "Venlig hilsen"] {
            assert!(text.contains(said), "{path}: {said}: {text}");
        }
        for around in ["Henrik Øllgaard, leder", "Print brevet", "Jeg har givet"] {
            assert!(!text.contains(around), "{path}: {around}: {text}");
        }
        let letter = says(&browser, ".brev pre").await;
        assert_eq!(letter.len(), 1, "{path}");
        assert!(sheets[0].letters().contains(&letter[0]), "{path}: {letter:?}: {text}");
    }
    browser.quit().await;
}
