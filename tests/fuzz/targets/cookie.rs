//! What a browser brings: its cookies, read by the library that knows sessions and by ourselves; the way back; and the
//! ticket of a login. No session is found but by its whole id, no way leads elsewhere, no ticket opens that was not sealed.
//! The first byte says which of them the rest is.
#![no_main]

use std::convert::Infallible;
use std::sync::LazyLock;

use async_trait::async_trait;
use doors::address::{onward_path, with_onward};
use doors::heads::cookie;
use doors::ticket::{KEY, NONCE, Ticket, Tickets};
use http::{HeaderMap, HeaderValue, Request, Response, header};
use libfuzzer_sys::fuzz_target;
use tokio::runtime::{Builder, Runtime};
use tower::{Layer, ServiceExt, service_fn};
use tower_sessions::cookie::time::OffsetDateTime;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::Result as StoreResult;
use tower_sessions::{Session, SessionManagerLayer, SessionStore};
use url::Url;

const NAME: &str = "raskvej_session";
/// The only session there is.
const ONE: Id = Id(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef);
const WHO: &str = "hvem";

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Builder::new_current_thread().build().expect("a runtime"));
static TICKETS: LazyLock<Tickets> = LazyLock::new(|| Tickets::new([7; KEY]));
static TICKET: LazyLock<Ticket> = LazyLock::new(|| Ticket {
    provider: "kommunen".into(),
    state: "s".repeat(22),
    nonce: "n".repeat(22),
    verifier: "v".repeat(43),
    onward: "/hr?enhed=E1".into(),
    begun: "2026-11-20T10:00:00Z".parse().expect("a time"),
});
static HERE: LazyLock<Url> = LazyLock::new(|| Url::parse("https://raskvej.test/log-ind").expect("an address"));

#[derive(Debug, Clone)]
struct OnlyOne;

#[async_trait]
impl SessionStore for OnlyOne {
    async fn save(&self, _: &Record) -> StoreResult<()> {
        Ok(())
    }

    async fn load(&self, id: &Id) -> StoreResult<Option<Record>> {
        let data = [(WHO.to_owned(), serde_json::Value::from("leder"))].into();
        Ok((*id == ONE).then_some(Record { id: *id, data, expiry_date: OffsetDateTime::UNIX_EPOCH }))
    }

    async fn delete(&self, _: &Id) -> StoreResult<()> {
        Ok(())
    }
}

/// Who is logged in, and what the browser is told to keep.
fn session(heads: &HeaderMap) -> (Option<String>, Option<HeaderValue>) {
    let page = service_fn(|request: Request<()>| async move {
        let session = request.extensions().get::<Session>().expect("the layer puts one there").clone();
        let who = session.get::<String>(WHO).await.ok().flatten();
        Ok::<_, Infallible>(Response::new(who))
    });
    let pages = SessionManagerLayer::new(OnlyOne).with_name(NAME).with_secure(false).layer(page);
    let mut request = Request::new(());
    request.headers_mut().clone_from(heads);
    let answer = RUNTIME.block_on(pages.oneshot(request)).expect("it never fails");
    let kept = answer.headers().get(header::SET_COOKIE).cloned();
    (answer.into_body(), kept)
}

fn cookies(bytes: &[u8]) {
    // hyper refuses the other values before anybody sees them.
    let values = bytes.split(|byte| *byte == b'\n').filter_map(|value| HeaderValue::from_bytes(value).ok());
    let heads: HeaderMap = values.map(|value| (header::COOKIE, value)).collect();
    let id = ONE.to_string();
    let brought = bytes.windows(id.len()).any(|part| part == id.as_bytes());
    let (who, kept) = session(&heads);
    assert!(who.is_none() || brought, "somebody was let in without the id");
    assert!(kept.is_none_or(|kept| kept.len() < 200));
    let read: Option<Id> = cookie(&heads, NAME).and_then(|value| value.parse().ok());
    assert!(read != Some(ONE) || brought);
    if bytes == format!("{NAME}={id}").as_bytes() {
        assert!(who.is_some() && read == Some(ONE), "who has the id is let in");
    }
}

fn way_back(text: &str) {
    let path = onward_path(Some(text));
    assert!(path == text || path == "/");
    let there = HERE.join(path).expect("an address");
    assert_eq!(there.origin(), HERE.origin(), "{path} leads elsewhere");
    let page = with_onward("/log-ind", text);
    HeaderValue::try_from(&page).expect("it can be sent");
    let asked = HERE.join(&page).expect("an address");
    let back = asked.query_pairs().find(|(name, _)| name == "videre").map(|(_, value)| value.into_owned());
    assert_eq!(onward_path(back.as_deref()), path, "the whole way is kept");
}

fn sealed(text: &str) {
    if let Some(ticket) = TICKETS.open(text) {
        assert_eq!(ticket, *TICKET, "nobody sealed that");
    }
}

/// What a ticket says, as somebody with the key would have written it.
fn written(bytes: &[u8]) {
    let Ok(ticket) = serde_json::from_slice::<Ticket>(bytes) else { return };
    let _ = ticket.is_over(TICKET.begun);
    let sealed = TICKETS.seal(&ticket, [1; NONCE]).expect("it can be written");
    assert_eq!(TICKETS.open(&sealed), Some(ticket));
}

fn real() -> Vec<(&'static str, Vec<u8>)> {
    let with = |first: u8, rest: String| [&[first], rest.as_bytes()].concat();
    vec![
        ("cookie", with(0, format!("{NAME}={ONE}"))),
        ("cookies", with(0, format!("a=\"b\"; {NAME}={ONE}; raskvej_billet=x\n__Host-{NAME}=%41"))),
        ("page", with(1, "/hr?enhed=E1&side=2#fravaer".into())),
        ("elsewhere", with(1, "//raskvej.example/\\x@y:8080/?videre=%2F%2Fx".into())),
        ("ticket", with(2, TICKETS.seal(&TICKET, [2; NONCE]).expect("it can be written"))),
        ("written", with(3, serde_json::to_string(&*TICKET).expect("it can be written"))),
    ]
}

fuzz_target!(
    init: fuzz::seeds(real()),
    |bytes: &[u8]| {
        let Some((first, rest)) = bytes.split_first() else { return };
        let text = String::from_utf8_lossy(rest);
        match first % 4 {
            0 => cookies(rest),
            1 => way_back(&text),
            2 => sealed(&text),
            _ => written(rest),
        }
    }
);
