//! Every form of every page, filled in wrongly: what is wrong stands at the top with a link to its field, beside the field,
//! and in the title, and the field is marked for who does not see it.

use std::collections::BTreeSet;

use ::forloeb::words::Rolle;

use super::arbejdsplads::{Answer, Arbejdsplads, ROLLER};

/// Pages with forms, where `{id}` is the forløb.
const PAGES: [&str; 33] = [
    "/",
    "/afsluttede",
    "/find",
    "/forloeb/ny",
    "/forloeb/{id}",
    "/forloeb/{id}/plan",
    "/stedfortraeder",
    "/signaler",
    "/hr",
    "/hr/afsluttede",
    "/hr/breve/alle",
    "/hr/forsvundne",
    "/hr/indsigt",
    "/hr/indlaesning",
    "/hr/opbevaring",
    "/hr/raekker/samtale",
    "/hr/raekker/kvittering",
    "/hr/regler",
    "/hr/regler?eksempel=1-5-14",
    "/hr/regler/ny",
    "/hr/regler/tilbagetraekning?politik={politik}",
    "/hr/statistik",
    "/hr/arbejdsmiljoe",
    "/hr/statistik/paamindelser?maaned=2026-01",
    "/hr/tildeling",
    "/hjaelp",
    "/mig",
    "/mig/sygemelding",
    "/opslag",
    "/revision",
    "/revision/log",
    "/revision/segl",
    "/revision/forloeb/{id}",
];

/// Forms of one field that stand on other pages than their own. No browser sends them empty; who does is told what is missing on
/// a page of its own.
const ASKED_FOR_ELSEWHERE: [&str; 2] = ["/hr/visninger", "/opslag/formaal"];

/// What a button without a name sends.
const WITHOUT: (&str, &str) = ("hvad", "");

/// A form of a page, as somebody sends it who types the same everywhere.
struct Sent {
    post: bool,
    multipart: bool,
    action: String,
    body: String,
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.split_once(&format!(" {name}=\""))?.1.split('"').next()
}

/// The forms of a page, each with each of its buttons.
fn forms(page: &str, path: &str, typed: &str) -> Vec<Sent> {
    let mut all = Vec::new();
    for form in page.split("<form ").skip(1).map(|rest| rest.split("</form>").next().unwrap_or_default()) {
        let tag = format!(" {}", form.split('>').next().unwrap_or_default());
        let action = attribute(&tag, "action").unwrap_or(path).split('#').next().unwrap_or_default().to_owned();
        let (mut fields, mut buttons) = (Vec::new(), BTreeSet::new());
        for control in form
            .split('<')
            .filter(|tag| ["input ", "textarea ", "select ", "button "].iter().any(|c| tag.starts_with(c)))
        {
            let tag = control.split('>').next().unwrap_or_default();
            let Some(name) = attribute(tag, "name") else {
                if control.starts_with("button ") {
                    buttons.insert(WITHOUT);
                }
                continue;
            };
            let value = attribute(tag, "value").unwrap_or_default();
            match attribute(tag, "type").unwrap_or_default() {
                _ if control.starts_with("button ") => {
                    buttons.insert((name, value));
                }
                "hidden" => fields.push((name, value)),
                "radio" | "checkbox" | "range" | "file" => {}
                _ if control.starts_with("select ") => {}
                _ => fields.push((name, typed)),
            }
        }
        let encoded = |pairs: &[(&str, &str)]| {
            let one = |(name, value): &(&str, &str)| format!("{name}={}", doors::address::percent_encode(value));
            pairs.iter().map(one).collect::<Vec<_>>().join("&")
        };
        if buttons.is_empty() {
            buttons.insert(WITHOUT);
        }
        for button in buttons {
            let fields: Vec<_> = fields.iter().copied().chain([button]).collect();
            all.push(Sent {
                post: attribute(&tag, "method") == Some("post"),
                multipart: tag.contains("multipart"),
                action: action.clone(),
                body: encoded(&fields),
            });
        }
    }
    all
}

/// What is said of a page that refuses, where it is not said as it should be.
fn faults(answer: &Answer) -> Vec<String> {
    let page = &answer.tekst;
    let Some((_, rest)) = page.split_once("<div class=\"fejlboks\" role=\"alert\"") else {
        let refused = answer.status.as_u16() == 422;
        return refused.then(|| "refused without a box".to_owned()).into_iter().collect();
    };
    let opened = rest.split("</div>").next().unwrap_or_default();
    let mut faults = Vec::new();
    if !page.contains("<title>Fejl: ") {
        faults.push("the title does not say so".to_owned());
    }
    if !opened.contains("<li>") {
        faults.push("the box has no line".to_owned());
    }
    for felt in opened.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        if !page.contains(&format!(" id=\"{felt}\"")) {
            faults.push(format!("#{felt} leads nowhere"));
        }
        let marked = page.contains(&format!(" id=\"{felt}-fejl\"")) && page.contains(&format!("{felt}-fejl\""));
        let named = page.split(" aria-describedby=\"").skip(1).filter_map(|rest| rest.split('"').next());
        if !marked || !named.into_iter().any(|ids| ids.split(' ').any(|id| id == format!("{felt}-fejl"))) {
            faults.push(format!("nothing stands beside #{felt}, or the field does not name it"));
        }
    }
    faults
}

#[tokio::test]
async fn every_form_says_what_is_wrong_at_the_top_with_a_link_beside_the_field_and_in_the_title() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let politik = "politik=navn+%3D+%22vores%22%0Akontaktmodel+%3D+%5B1%2C+5%2C+14%5D";
    hr.send("/hr/regler", &format!("{politik}&fra=2026-02-09&hvad=fastsaet&med=lokal_med&med_dato=2026-02-01")).await;
    let page = hr.fetch("/hr/regler").await.tekst;
    let nr = page.split("tilbagetraekning?politik=").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
    let (mut wrong, mut boxes) = (BTreeSet::new(), BTreeSet::new());
    for rolle in ROLLER {
        let visit = sted.acting_as(rolle).await;
        for path in PAGES {
            let path = path.replace("{id}", &sted.forloeb.to_string()).replace("{politik}", &nr);
            let page = visit.fetch(&path).await;
            if page.status.as_u16() != 200 {
                continue;
            }
            for typed in ["", "30.2.2026", "2026-02-30"] {
                for form in forms(&page.tekst, &path, typed) {
                    if ["/log-ud", "/demo/ur"].contains(&form.action.as_str()) {
                        continue;
                    }
                    // A purpose that is said gives the session another name, too.
                    if ASKED_FOR_ELSEWHERE.contains(&form.action.as_str()) {
                        continue;
                    }
                    let answer = match form.post {
                        true if form.multipart => {
                            let kind = "multipart/form-data; boundary=x";
                            sted.send_as(kind, "POST", &form.action, "--x--\r\n", &visit.cookie).await
                        }
                        true => visit.send(&form.action, &form.body).await,
                        false => {
                            visit.fetch(&format!("{}?{}", form.action.split('?').next().unwrap(), form.body)).await
                        }
                    };
                    if answer.tekst.contains("class=\"fejlboks\" role=\"alert\"") {
                        boxes.insert(form.action.clone());
                    }
                    wrong.extend(
                        faults(&answer).into_iter().map(|fault| format!("{rolle} {} {typed:?}: {fault}", form.action)),
                    );
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    for form in [
        "/find",
        "/hr/afsluttede",
        "/hr/breve/alle",
        "/hr/indsigt",
        "/hr/regler",
        "/hr/regler/ny",
        "/opslag",
        "/revision",
    ] {
        assert!(boxes.contains(form), "{form} refuses: {boxes:?}");
    }
    assert!(boxes.len() > 20, "{boxes:?}");
}
