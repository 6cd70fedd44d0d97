//! What people have chosen in their system is heeded: colours of their own, and that nothing moves.

use serde_json::Value;

use crate::chromium::{Browser, DESKTOP, PHONE};
use crate::place::{Place, log_in_as};

/// What has no edge, and could be told by its background only, which is not there any more.
const WITHOUT_EDGE: &str = "\
    const edges = e => { const s = getComputedStyle(e);
        return ['Top', 'Right', 'Bottom', 'Left'].some(side => s['border' + side + 'Style'] !== 'none' && parseFloat(s['border' + side + 'Width']) > 0); };
    const told = [...document.querySelectorAll('.besked, .boks, .fejlboks, .demo, .badge, .knap, .knap-lille, .knap-lys, .person, input, select, textarea')];
    return told.filter(e => e.getClientRects().length && !['radio', 'checkbox', 'hidden', 'range', 'file'].includes(e.type) && !edges(e))
        .map(e => e.outerHTML.slice(0, 120)).slice(0, 5);";

/// The page that one is on has to be told from the others by more than a background.
const WHERE_ONE_IS: &str = "\
    return [...document.querySelectorAll('.menu a[aria-current], .sider a[aria-current]')].filter(e => e.getClientRects().length)
        .filter(e => getComputedStyle(e).outlineStyle === 'none').map(e => e.outerHTML.slice(0, 120));";

/// What would move.
const MOVES: &str = "\
    const long = times => times.split(',').some(time => parseFloat(time) > 0);
    const moves = e => { const s = getComputedStyle(e);
        return s.animationName !== 'none' || long(s.transitionDuration) || s.scrollBehavior === 'smooth'; };
    return [...document.querySelectorAll('*')].filter(moves).map(e => e.outerHTML.slice(0, 120)).slice(0, 5);";

async fn none(browser: &Browser, script: &str, what: &str) {
    let found = browser.ask(script, Vec::new()).await;
    assert_eq!(found, Value::Array(Vec::new()), "{what} on {}", browser.path().await);
}

#[tokio::test]
async fn forced_colours_and_no_motion_are_heeded() {
    let place = Place::open();
    let browser = place.browser().await;
    browser.wishes(&[("forced-colors", "active"), ("prefers-reduced-motion", "reduce")]).await;
    for media in ["(forced-colors: active)", "(prefers-reduced-motion: reduce)"] {
        let heard = browser.ask("return matchMedia(arguments[0]).matches", vec![media.into()]).await;
        assert_eq!(heard, true, "{media}");
    }
    log_in_as(&browser, "hr").await;
    let forloeb = format!("/forloeb/{}", place.forloeb_of("hr"));
    // The last has something wrong.
    for path in ["/", "/hr", &forloeb, "/hr/raekker/kvittering", "/hr/indlaesning", "/stil", "/hr/afsluttede?fra=x"] {
        for window in [DESKTOP, PHONE] {
            browser.window(window).await;
            browser.go(path).await;
            none(&browser, WITHOUT_EDGE, "no edge").await;
            none(&browser, WHERE_ONE_IS, "where one is").await;
            none(&browser, MOVES, "moves").await;
        }
        browser.window(DESKTOP).await;
        // Whatever has the focus on the way can be seen to have it: `tab_to` looks.
        browser.tab_to("Søg").await;
        let folder = std::env::var_os("RASKVEJ_PICTURES");
        if let Some(folder) = folder {
            let name = format!("tvungne-farver{}.png", path.split('?').next().unwrap_or_default().replace('/', "-"));
            std::fs::write(std::path::Path::new(&folder).join(name), browser.picture().await).unwrap();
        }
    }
    browser.quit().await;
}
