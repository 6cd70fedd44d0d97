//! Rows that are worked in place: each is answered by itself, and what is chosen is given to somebody at once.

use ::forloeb::words::Rolle;
use axum::http::StatusCode;
use uuid::Uuid;

use super::arbejdsplads::{Answer, Arbejdsplads, OTHER_LEDER};

const RECEIPTS: &str = "/hr/raekker/kvittering";

fn key(page: &Answer) -> String {
    let after = page.tekst.split("name=\"noegle\" value=\"").nth(1).unwrap_or_else(|| panic!("no key: {}", page.tekst));
    after.split('"').next().unwrap().to_owned()
}

/// The hidden fields of a row, as the browser sends them.
fn hidden(page: &Answer, id: Uuid) -> String {
    let mut fields = String::new();
    for input in page.tekst.split("<input type=\"hidden\" name=\"").skip(1) {
        let (name, rest) = input.split_once("\" value=\"").unwrap();
        if name.ends_with(&format!(".{id}")) {
            fields.push_str(&format!("&{name}={}", rest.split('"').next().unwrap()));
        }
    }
    fields
}

/// 10010, 10011 and 10003, all of them away since 5 January and signed on Thursday 5 February 2026.
async fn three_signed(sted: &Arbejdsplads) -> [Uuid; 3] {
    let hr = sted.acting_as(Rolle::Hr).await;
    let second = sted.app.projections().cards_for("10011").next().unwrap().id;
    let ids = [sted.forloeb, second, sted.away("10003", "2026-01-05").await];
    for id in ids {
        let page = hr.fetch(&format!("/forloeb/{id}")).await;
        let body = format!("trin=underskrevet&dato=2026-02-05&noegle={}", key(&page));
        assert_eq!(hr.send(&format!("/forloeb/{id}/anmeldelse"), &body).await.status, StatusCode::SEE_OTHER);
    }
    ids
}

async fn receipt(sted: &Arbejdsplads, id: Uuid) -> Option<String> {
    let f = sted.app.forloeb(id).await.unwrap().unwrap();
    f.kvittering().map(|k| k.what.kvittering.clone().unwrap_or_else(|| "uden nummer".to_owned()))
}

#[tokio::test]
async fn rows_are_done_or_refused_each_by_itself_and_none_is_lost() {
    let sted = Arbejdsplads::open().await;
    let [first, second, third] = three_signed(&sted).await;
    let hr = sted.acting_as(Rolle::Hr).await;
    assert!(hr.fetch("/?goer=kvittering").await.tekst.contains(&format!("href=\"{RECEIPTS}\"")));
    let page = hr.fetch(RECEIPTS).await;
    assert!(page.tekst.contains("3 i alt") && page.tekst.contains("underskrevet 5.2.2026"), "{}", page.tekst);
    let rows = |second_number: &str| {
        let typed = format!(
            "kvittering.{first}=NR-1&kvittering.{second}={second_number}&kvittering.{third}=&uden_kvittering.{third}="
        );
        let hidden: String = [first, second, third].iter().map(|id| hidden(&page, *id)).collect();
        format!("noegle={}&{typed}{hidden}", key(&page))
    };
    let before = sted.app.log.head();
    let answer = hr.send(RECEIPTS, &rows("NR+2")).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    // One is done, one is refused beside its field with what was typed, and one was not filled in.
    assert!(answer.tekst.contains("1 kvittering er gemt."), "{}", answer.tekst);
    assert_eq!((receipt(&sted, first).await.as_deref(), receipt(&sted, second).await), (Some("NR-1"), None));
    assert!(
        answer.tekst.contains(&format!("<a href=\"#f-{second}-kvittering\">Bo Berg: Kvitteringens nummer: skal være"))
    );
    assert!(
        answer.tekst.contains(&format!("id=\"f-{second}-kvittering\" name=\"kvittering.{second}\" value=\"NR 2\""))
    );
    assert!(answer.tekst.contains(&format!("aria-describedby=\"f-{second}-kvittering-fejl\" autofocus")));
    assert!(!answer.tekst.contains(&format!("f-{first}-kvittering")) && answer.tekst.contains(&format!("r-{third}")));
    // Sent again as it was: what was done is done once.
    let after = sted.app.log.head();
    hr.send(RECEIPTS, &rows("NR+2")).await;
    assert_eq!((sted.app.log.head(), after.position > before.position), (after, true));
    // Mended and sent with the rest, from the page that was refused.
    let body = format!(
        "noegle={}&kvittering.{second}=NR-2{}&uden_kvittering.{third}=NemRefusion+viste+intet+nummer{}",
        key(&answer),
        hidden(&answer, second),
        hidden(&answer, third)
    );
    let done = hr.send(RECEIPTS, &body).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.tekst);
    let page = hr.fetch(done.sted()).await.tekst;
    assert!(
        page.contains("2 kvitteringer er gemt.")
            && page.contains("Bo Berg</a>")
            && page.contains("færdig med dem alle")
    );
    assert_eq!(receipt(&sted, second).await.as_deref(), Some("NR-2"));
    assert_eq!(receipt(&sted, third).await.as_deref(), Some("uden nummer"));
}

#[tokio::test]
async fn nothing_filled_in_is_said_and_nobody_else_has_rows() {
    let sted = Arbejdsplads::open().await;
    let [first, ..] = three_signed(&sted).await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let empty = hr.send(RECEIPTS, &format!("noegle=x&kvittering.{first}=+")).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.tekst.contains("Der er ikke udfyldt nogen rækker"));
    assert_eq!(hr.fetch("/hr/raekker/noget").await.status, StatusCode::NOT_FOUND);
    let leder = sted.acting_as(Rolle::Leder).await;
    for path in [RECEIPTS, "/hr/tildeling"] {
        assert_eq!(leder.fetch(path).await.status, StatusCode::FORBIDDEN);
        let sent = leder.send(path, &format!("noegle=x&kvittering.{first}=NR-1&id={first}&hvem=ingen")).await;
        assert_eq!(sent.status, StatusCode::FORBIDDEN);
    }
    assert!(!leder.fetch("/").await.tekst.contains("/hr/raekker"));
}

/// Signed on Thursday 5 February, and another with its receipt at once; a contact by telephone on Friday.
#[tokio::test]
async fn signatures_claims_and_contacts_are_rows_too() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let page = hr.fetch("/hr/raekker/anmeld").await;
    let (one, other) = (sted.forloeb, sted.app.projections().cards_for("10011").next().unwrap().id);
    let body = format!(
        "noegle={}&underskrevet_dato.{one}=5.2.2026&underskrevet_dato.{other}=2026-02-05&kvittering.{other}=NR-7{}{}",
        key(&page),
        hidden(&page, one),
        hidden(&page, other)
    );
    let sent = hr.send("/hr/raekker/anmeld", &body).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.tekst);
    let f = sted.app.forloeb(one).await.unwrap().unwrap();
    let last = &f.anmeldelser.last().unwrap().what;
    assert_eq!((last.trin.code(), last.dato.to_string().as_str()), ("underskrevet", "2026-02-05"));
    assert_eq!(receipt(&sted, other).await.as_deref(), Some("NR-7"));

    let page = hr.fetch("/hr/raekker/ring").await;
    let body = format!(
        "noegle={}&form.{one}=telefon&kontaktperson_rolle.{one}=leder&dato.{one}=2026-02-06&taget_af.{one}=arbejdsplads{}",
        key(&page),
        hidden(&page, one)
    );
    let sent = hr.send("/hr/raekker/ring", &body).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.tekst);
    assert_eq!(sted.app.forloeb(one).await.unwrap().unwrap().kontakter.len(), 1);
    assert!(hr.fetch("/hr/raekker/refusion").await.status.is_success());
}

/// What was typed in a row without its tick is not sent, and not lost when another row is done.
#[tokio::test]
async fn a_changed_row_without_a_tick_is_shown_again() {
    let sted = Arbejdsplads::open().await;
    let [first, second, _] = three_signed(&sted).await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let page = hr.fetch(RECEIPTS).await;
    let body = format!(
        "noegle={}&kvittering.{first}=NR-1&kvittering.{second}=NR-2{}{}",
        key(&page),
        hidden(&page, first),
        hidden(&page, second)
    );
    assert_eq!(hr.send(RECEIPTS, &body).await.status, StatusCode::SEE_OTHER);
    let claims = "/hr/raekker/refusion";
    let page = hr.fetch(claims).await;
    let value = |name: &str, id: Uuid| {
        let field = format!("name=\"{name}.{id}\" value=\"");
        let after = page.tekst.split(&field).nth(1).unwrap_or_else(|| panic!("no {field}: {}", page.tekst));
        after.split('"').next().unwrap().to_owned()
    };
    let days = |id| format!("&fra.{id}={}&til.{id}={}", value("fra", id), value("til", id));
    // One is ticked; of the other only the first day is another: typed as people do.
    let changed = format!("&fra.{first}=5.2.2026&til.{first}={}", value("til", first));
    let body = |rest: &str| {
        let hidden = hidden(&page, first) + &hidden(&page, second);
        format!("noegle={}&med.{second}=1{}{rest}{hidden}", key(&page), days(second))
    };
    let answer = hr.send(claims, &body(&changed)).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.tekst);
    assert!(answer.tekst.contains("1 anmodning er gemt."), "{}", answer.tekst);
    assert!(answer.tekst.contains(&format!("<a href=\"#f-{first}-med\">Åse Ærlig &#60;b&#62;: Du har rettet rækken")));
    assert!(answer.tekst.contains(&format!("name=\"fra.{first}\" value=\"5.2.2026\"")), "{}", answer.tekst);
    let krav = async |id: Uuid| sted.app.forloeb(id).await.unwrap().unwrap().krav.len();
    assert_eq!((krav(first).await, krav(second).await), (0, 1));
    // As the page had it, it was never touched: there is nothing to say of it.
    let again = hr.send(claims, &body(&days(first))).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.tekst);
}

/// What two people type at the same time: who comes second finds it again, with the reason beside it.
#[tokio::test]
async fn what_was_typed_of_a_forloeb_that_somebody_else_has_done_is_shown_with_the_reason() {
    let sted = Arbejdsplads::open().await;
    let [first, second, _] = three_signed(&sted).await;
    let (hr, other) = (sted.acting_as(Rolle::Hr).await, sted.acting_as(Rolle::Hr).await);
    let page = hr.fetch(RECEIPTS).await;
    let theirs = other.fetch(RECEIPTS).await;
    let done = format!("noegle={}&kvittering.{first}=NR-1{}", key(&theirs), hidden(&theirs, first));
    assert_eq!(other.send(RECEIPTS, &done).await.status, StatusCode::SEE_OTHER);
    let typed = format!("kvittering.{first}=NR-9&kvittering.{second}=NR-2");
    let body = format!("noegle={}&{typed}{}{}", key(&page), hidden(&page, first), hidden(&page, second));
    let answer = hr.send(RECEIPTS, &body).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.tekst);
    assert!(answer.tekst.contains("1 kvittering er gemt."), "{}", answer.tekst);
    assert!(answer.tekst.contains(&format!("<a href=\"#ikke-gemt-{first}\">Åse Ærlig")), "{}", answer.tekst);
    assert!(answer.tekst.contains("Det, du skrev, som ikke er gemt"), "{}", answer.tekst);
    assert!(answer.tekst.contains("<dt>Kvitteringens nummer</dt><dd>NR-9</dd>"), "{}", answer.tekst);
    assert!(answer.tekst.contains("ikke på listen mere. En anden har gjort det"), "{}", answer.tekst);
    assert_eq!(receipt(&sted, first).await.as_deref(), Some("NR-1"));

    // The days of a claim were mended, without a tick, while somebody else claimed: nothing was sent, and it is not lost.
    let claims = "/hr/raekker/refusion";
    let (page, theirs) = (hr.fetch(claims).await, other.fetch(claims).await);
    let value = |name: &str| {
        let after = page.tekst.split(&format!("name=\"{name}.{first}\" value=\"")).nth(1).unwrap();
        after.split('"').next().unwrap().to_owned()
    };
    let (fra, til) = (value("fra"), value("til"));
    let done =
        format!("noegle={}&med.{first}=1&fra.{first}={fra}&til.{first}={til}{}", key(&theirs), hidden(&theirs, first));
    assert_eq!(other.send(claims, &done).await.status, StatusCode::SEE_OTHER);
    let send = async |fra: &str| {
        let body = format!("noegle={}&fra.{first}={fra}&til.{first}={til}{}", key(&page), hidden(&page, first));
        hr.send(claims, &body).await.tekst
    };
    let answer = send("5.2.2026").await;
    assert!(answer.contains("<dt>Fra og med</dt><dd>5.2.2026</dd>"), "{answer}");
    // As the page had it, nothing was typed.
    assert!(!send(&fra).await.contains("ikke-gemt"));
}

#[tokio::test]
async fn what_is_chosen_is_given_to_somebody_and_can_be_given_back() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let tildelt = async |id: Uuid| sted.app.forloeb(id).await.unwrap().unwrap().tildelt.clone();
    let page = hr.fetch("/hr?valgte=alle").await;
    assert_eq!(
        page.tekst.matches("name=\"id\"").count(),
        page.tekst.matches("checked><span class=\"skjult-tekst\">Vælg").count()
    );
    let both = format!("noegle={}&tilbage=/hr&id={}&id={}", key(&page), sted.forloeb, sted.foreign);
    for (body, said) in [
        (format!("{both}&til=Niels+Ukendt"), "kan ikke findes: vælg på listen"),
        (both.clone(), "Vælg, hvem der skal have forløbene."),
        ("noegle=x&til=20001".to_owned(), "Vælg mindst ét forløb"),
    ] {
        let answer = hr.send("/hr/tildeling", &body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert!(answer.tekst.contains(said), "{body}: {}", answer.tekst);
    }
    // A number that is nobody's is refused of each, and one that is somebody's is taken.
    let refused = hr.send("/hr/tildeling", &format!("{both}&til=99999")).await;
    let page = hr.fetch(refused.sted()).await.tekst;
    assert!(
        page.contains("Ingen forløb er tildelt.") && page.contains("Ikke ændret <span class=\"antal\">(2)"),
        "{page}"
    );
    let sent = hr.send("/hr/tildeling", &format!("{both}&til={OTHER_LEDER}")).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.tekst);
    let answer = hr.fetch(sent.sted()).await;
    assert!(answer.tekst.contains("2 forløb er tildelt Lone Lund (20001)."), "{}", answer.tekst);
    assert_eq!(tildelt(sted.forloeb).await.as_deref(), Some(OTHER_LEDER));
    // Whoever has one already is found by name.
    let again = hr.send("/hr/tildeling", &format!("noegle=n2&id={}&til=lone+lund", sted.forloeb)).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.tekst);
    // One is given on; the other goes back to nobody.
    let on = hr.send("/hr/tildeling", &format!("noegle=n3&id={}&til=10003", sted.foreign)).await;
    assert_eq!(on.status, StatusCode::SEE_OTHER);
    let place = |sent: &Answer| {
        let (_, place) = sent.sted().split_once('?').unwrap();
        place.split_once("&svar=").unwrap().0.to_owned()
    };
    // Another session remembers nothing, as after a restart: what was given, and to whom before, is in the log.
    let later = sted.acting_as(Rolle::Hr).await;
    let answer = later.fetch(&format!("/hr/tildeling?{}", place(&sent))).await;
    assert!(answer.tekst.contains("2 forløb er tildelt Lone Lund (20001)."), "{}", answer.tekst);
    let undone = later.send("/hr/tildeling", &format!("noegle={}&fortryd=1&{}", key(&answer), place(&sent))).await;
    let page = later.fetch(undone.sted()).await.tekst;
    assert!(
        page.contains("1 forløb er givet tilbage, som det var.") && page.contains("Er tildelt en anden siden."),
        "{page}"
    );
    assert_eq!((tildelt(sted.forloeb).await, tildelt(sted.foreign).await.as_deref()), (None, Some("10003")));
    let by_form = |place: &str| format!("{place}&formular=n");
    for nowhere in [
        "svar=9999".to_owned(),
        by_form("efter=9&til_og_med=1"),
        by_form("efter=0&til_og_med=99999999"),
        "efter=1&til_og_med=2".to_owned(),
    ] {
        assert_eq!(hr.fetch(&format!("/hr/tildeling?{nowhere}")).await.sted(), "/hr?tildelt=ingen", "{nowhere}");
    }
}

/// Two people in HR have no employee number, so the log calls them the same. They give cases away at the same moment.
#[tokio::test]
async fn an_answer_has_only_what_ones_own_form_has_given() {
    let sted = Arbejdsplads::open().await;
    let (one, other) = (sted.acting_as(Rolle::Hr).await, sted.acting_as(Rolle::Hr).await);
    let second = sted.app.projections().cards_for("10011").next().unwrap().id;
    let give = |key: &str, id: Uuid| format!("noegle={key}&til={OTHER_LEDER}&id={id}");
    let mine = one.send("/hr/tildeling", &give("min", sted.forloeb)).await;
    other.send("/hr/tildeling", &give("anden", second)).await;
    // The first answer is read when both were written.
    let (before, rest) = mine.sted().split_once("&til_og_med=").unwrap();
    let (_, rest) = rest.split_once('&').unwrap();
    let both = format!("{before}&til_og_med={}&{rest}", sted.app.log.head().position);
    let page = one.fetch(&both).await;
    assert!(page.tekst.contains("1 forløb er tildelt Lone Lund (20001)."), "{}", page.tekst);
    assert!(page.tekst.contains(&format!("/forloeb/{}", sted.forloeb)), "{}", page.tekst);
    assert!(!page.tekst.contains(&second.to_string()), "{}", page.tekst);
    // And done back is only that.
    let (_, place) = both.split_once('?').unwrap();
    one.send("/hr/tildeling", &format!("noegle=fortryd&fortryd=1&{place}")).await;
    let tildelt = async |id: Uuid| sted.app.forloeb(id).await.unwrap().unwrap().tildelt.clone();
    assert_eq!((tildelt(sted.forloeb).await, tildelt(second).await.as_deref()), (None, Some(OTHER_LEDER)));
}
