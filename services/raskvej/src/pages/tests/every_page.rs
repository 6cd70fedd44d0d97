//! Every page there is, in every role that has it, of a workplace where much has happened: how its texts are written, what its links
//! are called for who does not see them, and that no address says about whom it is.

use std::collections::BTreeSet;

use ::forloeb::haendelse::Udfald;
use ::forloeb::words::Rolle;
use axum::http::StatusCode;
use chrono::TimeDelta;
use systemtests::pages::PAGES;

use super::arbejdsplads::{Arbejdsplads, LEDER, ROLLER, SYG, TR, Visit};
use super::brev::{came_to, invite};
use super::indlaesning::{absences, tried};

/// Everybody's number here.
const NUMBERS: [&str; 8] = [LEDER, TR, "10003", SYG, "10011", "20001", "20010", "30001"];
/// Parameters that name whose work a list is narrowed to: who leads, and who in HR has taken it on. `docs/privacy.md` says why.
const AT_WORK: [&str; 2] = ["leder", "tildelt"];
/// Fields in which an employee is named; a form that asks for one sends it, and not in its address.
const NAMES_SOMEBODY: [&str; 10] =
    ["q", "sag", "nr", "navn", "cpr", "medarbejder", "medarbejder_nr", "leder_nr", "modtager_nr", "laest_af"];
/// Tags that stand inside a text.
const INSIDE: [&str; 10] = ["a", "abbr", "b", "code", "em", "i", "small", "span", "strong", "time"];
/// What is no text of ours, or is none that is read.
const NO_TEXT: [&str; 4] = ["code", "script", "style", "textarea"];
const UGEDAGE: [&str; 7] = ["mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"];

const PLAN: &str = "aftalt=Vi+ser+tiden+an&trin-0-fra=2026-02-16&trin-0-man=3,5&trin-0-ons=4&trin-0-ind=Kontor&\
                    skaane-0-tekst=Ingen+l%C3%B8ft&skaane-0-til=31.5.2026&evaluering=2.3.2026&koordinator=10002";

/// A page that was shown: whose, its route, and what it says.
struct Shown {
    name: String,
    html: String,
}

async fn done(visit: &Visit<'_>, path: &str, body: &str) {
    let answer = visit.send(path, body).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path} {body}: {}", answer.tekst);
}

/// Held and written down, expected, planned, invited; somebody has no mailbox, and a hold is set.
async fn much_happens(sted: &Arbejdsplads) {
    let (leder, hr) = (sted.acting_as(Rolle::Leder).await, sted.acting_as(Rolle::Hr).await);
    let case = format!("/forloeb/{}", sted.forloeb);
    for (path, body) in [
        ("foerste-kontakt", "dato=16.1.2026&form=telefon&kontaktperson_rolle=leder&taget_af=arbejdsplads"),
        ("samtale", "dato=29.1.2026&udfald=holdt"),
        ("forventet-slut", "dato=2026-02-06&forventet_sidste="),
        ("afventer", "grund=kommunen&til=2026-02-12"),
    ] {
        done(&leder, &format!("{case}/{path}"), body).await;
    }
    let til = sted.app.forloeb(sted.forloeb).await.unwrap().unwrap().moeder()[0].position;
    let referat = format!(
        "til={til}&tekst=Korte+dage.&aftaler.01.tekst=Ring+p%C3%A5+fredag.&aftaler.01.senest=10.2.2026&\
         aftaler.01.hvem=medarbejder"
    );
    done(&leder, &format!("{case}/referat"), &referat).await;
    let plan = leder.send_shown(&format!("{case}/plan"), PLAN).await;
    assert_eq!(plan.status, StatusCode::SEE_OTHER, "{}", plan.tekst);
    done(&leder, "/signaler", "ugentligt=ja").await;
    done(&hr, "/hr/opbevaring", "medarbejder_nr=10003&aarsag=retssag&hvad=stop").await;
    let stands_in =
        format!("noegle=n1&leder_nr={LEDER}&formular=periode&fra=2026-02-06&til=2026-02-13&stedfortraeder_nr=20001");
    done(&leder, "/stedfortraeder", &stands_in).await;
    // What a mailbox said before payroll last told of somebody says nothing of the address they have now.
    assert!(sted.app.clock.move_to(sted.app.clock.now() + TimeDelta::minutes(1)));
    invite(sted).await;
    came_to(sted, &Udfald::Fejlet { grund: "smtp_550".into(), til: Some(SYG.to_owned()) }).await;
}

/// What stands for something in the addresses of the list of pages.
async fn there(sted: &Arbejdsplads, visit: &Visit<'_>, rolle: Rolle) -> Vec<(&'static str, String)> {
    let id = sted.forloeb.to_string();
    let mut there = vec![("{id}", id.clone()), ("{forloeb}", id), ("{version}", "1".into()), ("{nr}", sted.place(SYG))];
    let found = visit.send("/find", "q=be").await;
    if let Some(search) = found.sted().strip_prefix("/find/") {
        there.push(("{soegning}", search.to_owned()));
    }
    if rolle == Rolle::Hr {
        let (file, _) = tried(sted, visit, "fravaer", "", &absences()).await;
        there.push(("{indlaesning}", file.trim_start_matches("/hr/indlaesning/").to_owned()));
        let politik = "politik=navn+%3D+%22vores%22%0Akontaktmodel+%3D+%5B1%2C+5%2C+14%5D";
        let fixed = format!("{politik}&fra=2026-02-09&hvad=fastsaet&med=lokal_med&med_dato=2026-02-01");
        visit.send("/hr/regler", &fixed).await;
        let page = visit.fetch("/hr/regler").await.tekst;
        let nr = page.split("tilbagetraekning?politik=").nth(1).and_then(|rest| rest.split('"').next());
        there.push(("{politik}", nr.unwrap().to_owned()));
    }
    there
}

/// Every page of the list that there is here for who has it.
async fn shown(sted: &Arbejdsplads) -> Vec<Shown> {
    let mut all = Vec::new();
    for page in PAGES.iter().filter(|page| page.roles.is_empty()) {
        let answer = sted.send("GET", page.at, "", "").await;
        assert_eq!(answer.status, StatusCode::OK, "{}", page.route);
        all.push(Shown { name: page.route.to_owned(), html: answer.tekst });
    }
    for rolle in ROLLER {
        let visit = sted.acting_as(rolle).await;
        let there = there(sted, &visit, rolle).await;
        for page in PAGES.iter().filter(|page| page.roles.contains(&rolle.code())) {
            let path = there.iter().fold(page.at.to_owned(), |path, (name, value)| path.replace(name, value));
            let answer = visit.fetch(&path).await;
            // Who coordinates nothing has no case, and some are led on.
            if answer.status == StatusCode::OK && !path.contains('{') {
                all.push(Shown { name: format!("{rolle} {path}"), html: answer.tekst });
            }
        }
    }
    assert!(all.len() > 90, "{}", all.len());
    all
}

fn unescaped(text: &str) -> String {
    let codes = [
        ("&nbsp;", "\u{a0}"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ];
    codes.iter().fold(text.to_owned(), |text, (code, character)| text.replace(code, character))
}

/// The texts of a page, each from a tag that breaks it to the next; and its pieces as they are written.
fn texts(html: &str) -> (Vec<String>, Vec<String>) {
    let (mut whole, mut pieces, mut hidden) = (vec![String::new()], Vec::new(), None);
    for piece in html.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap_or((piece, ""));
        let name = tag.trim_start_matches('/').split([' ', '\n', '/']).next().unwrap_or_default();
        let last = whole.len() - 1;
        if hidden.is_none() && NO_TEXT.contains(&name) && !tag.starts_with('/') {
            hidden = Some(name);
            whole[last].push('x');
        } else if hidden == Some(name) && tag.starts_with('/') {
            hidden = None;
        }
        if !INSIDE.contains(&name) {
            whole.push(String::new());
        }
        if hidden.is_none() {
            let text = unescaped(text);
            whole.last_mut().unwrap().push_str(&text);
            pieces.push(text);
        }
    }
    (whole, pieces)
}

/// What no Danish text has, where it is put together of parts that do not fit.
fn badly_written(html: &str) -> Vec<String> {
    let (whole, pieces) = texts(html);
    let mut faults = Vec::new();
    for text in whole {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let said = format!(" {} ", text.to_lowercase());
        let day = UGEDAGE.iter().any(|day| said.contains(&format!(" den {day}")));
        let twice = (0..10).any(|digit| said.contains(&format!(" den den {digit}")));
        let points = ["..", "?.", "!.", ":.", ",.", ";.", ",,", " ,", " . ", " ; "];
        if day || twice || points.iter().any(|wrong| said.contains(wrong)) {
            faults.push(text);
        }
    }
    let gaps = pieces.iter().flat_map(|piece| piece.lines()).map(str::trim).filter(|line| line.contains("  "));
    faults.extend(gaps.map(str::to_owned));
    faults
}

#[tokio::test]
async fn every_text_is_put_together_as_danish_is_written() {
    for wrong in [
        "<p>Den fredag den 6. februar kunne ingen sige det.</p>",
        "<p>Aftalt: Vi ses.<strong>.</strong></p>",
        "<p>Hvornår?.</p>",
        "<pre>Husk  det</pre>",
        "<p>Læs, <a>det</a> , der står.</p>",
        "<p>senest den den 6. februar</p>",
    ] {
        assert_eq!(badly_written(wrong).len(), 1, "{wrong}");
    }
    let right = "<p>Skriv i <code>a..b</code>. Den, den fandt. 1.000 m.m.</p>\n  <p>Fredag den 6. februar.</p>";
    assert_eq!(badly_written(right), Vec::<String>::new());
    let sted = Arbejdsplads::open().await;
    much_happens(&sted).await;
    let mut faults = BTreeSet::new();
    // The licences of others are in their words.
    for page in shown(&sted).await.iter().filter(|page| page.name != "/licenser") {
        faults.extend(badly_written(&page.html).into_iter().map(|fault| format!("{}: {fault}", page.name)));
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// A label, and the text that is seen where it stands: of every link and button that has both.
fn labelled(html: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for tag in ["a", "button", "summary"] {
        for element in html.split(&format!("<{tag} ")).skip(1) {
            let (heads, rest) = element.split_once('>').unwrap();
            let Some((_, label)) = heads.split_once("aria-label=\"") else { continue };
            let label = unescaped(label.split('"').next().unwrap());
            let inside = rest.split(&format!("</{tag}>")).next().unwrap_or_default();
            let mut seen = String::new();
            let mut parts = inside.split("<span class=\"skjult-tekst\">");
            seen.push_str(parts.next().unwrap_or_default());
            parts.for_each(|part| seen.push_str(part.split_once("</span>").map_or("", |(_, after)| after)));
            let seen: String = texts(&format!("<p>{seen}")).0.concat();
            let words = seen.replace(['…', '\u{a0}'], " ").split_whitespace().collect::<Vec<_>>().join(" ");
            if !words.is_empty() {
                all.push((label.to_lowercase(), words.to_lowercase()));
            }
        }
    }
    all
}

/// Whoever says aloud what they see has to be understood (WCAG 2.5.3), and whoever hears the label finds it on the page.
#[tokio::test]
async fn every_label_says_what_is_seen() {
    let read = labelled(
        "<a href=\"/x\" aria-label=\"Brev til Bo\"><b>Se&nbsp;…</b><span class=\"skjult-tekst\"> mere</span></a>",
    );
    assert_eq!(read, [("brev til bo".to_owned(), "se".to_owned())]);
    let sted = Arbejdsplads::open().await;
    much_happens(&sted).await;
    let (mut faults, mut seen) = (BTreeSet::new(), BTreeSet::new());
    for page in shown(&sted).await {
        for (label, words) in labelled(&page.html) {
            if !label.contains(&words) {
                faults.insert(format!("{}: {words:?} is called {label:?}", page.name));
            }
            seen.insert(words);
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(seen.contains("se og print") && seen.len() > 1, "they were there: {seen:?}");
}

/// The values of these attributes.
fn values<'a>(html: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    html.split(&format!(" {name}=\"")).skip(1).filter_map(|rest| rest.split('"').next()).collect::<Vec<_>>().into_iter()
}

/// The employee number in an address, where it is none of those that may stand there.
fn named(address: &str) -> Option<&'static str> {
    let address = unescaped(address);
    let (path, search) = address.split_once('?').unwrap_or((address.as_str(), ""));
    let search = search.split('#').next().unwrap_or_default();
    let values = search.split('&').filter_map(|pair| pair.split_once('='));
    let told = values.filter(|(name, _)| !AT_WORK.contains(name)).map(|(_, value)| value);
    let parts: Vec<&str> = path.split('/').chain(told).collect();
    NUMBERS.into_iter().find(|nr| parts.iter().any(|part| part.split(['%', '/', ' ', '+']).any(|one| one == *nr)))
}

/// An address stays behind: in the history of a browser, with a proxy, and where somebody pastes it.
#[tokio::test]
async fn no_address_of_a_page_names_an_employee() {
    for (address, nr) in [
        ("/person/10010", Some(SYG)),
        ("/hr/opbevaring?ophaev=10010#medarbejder_nr", Some(SYG)),
        ("?a=1&amp;modtager_nr=10001", Some(LEDER)),
        ("/hr?leder=10001#forloeb", None),
        ("/forloeb/00000000-0000-0000-0000-000000010010", None),
    ] {
        assert_eq!(named(address), nr, "{address}");
    }
    let sted = Arbejdsplads::open().await;
    much_happens(&sted).await;
    let mut faults = BTreeSet::new();
    for page in shown(&sted).await {
        let attributes = ["href", "action", "src", "content", "data-foelg"];
        for address in attributes.into_iter().flat_map(|name| values(&page.html, name)) {
            if let Some(nr) = named(address) {
                faults.insert(format!("{}: {address} has {nr}", page.name));
            }
        }
        for form in page.html.split("<form").skip(1).map(|form| form.split("</form>").next().unwrap_or_default()) {
            let heads = form.split('>').next().unwrap_or_default();
            // What is searched for in the guides is about nobody.
            if heads.contains("method=\"post\"") || page.name.ends_with("/hjaelp") {
                continue;
            }
            let asked = values(form, "name").filter(|name| NAMES_SOMEBODY.contains(name));
            faults.extend(asked.map(|name| format!("{}: a form puts {name} in its address", page.name)));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
