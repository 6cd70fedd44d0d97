//! Tokens: any headers in front of the API's door. Let in is who brings a token that was made, that works on the day, and
//! whose owner is here; and nobody else, whatever they write around it.
#![no_main]

use std::sync::LazyLock;

use app::access::User;
use app::stored::TokenUdstedt;
use app::token::fingerprint;
use app::workplace::{Workplace, day, details, standing_still};
use doors::heads::bearer;
use forloeb::Aktoer;
use forloeb::words::Rolle;
use http::{HeaderMap, HeaderValue, header};
use libfuzzer_sys::fuzz_target;
use tokio::runtime::Runtime;

/// The letter that a token is made of, its role, whose it is, its last day, and whether it works on 20 November 2026.
const MADE: [(char, Rolle, Option<&str>, &str, bool); 6] = [
    ('a', Rolle::Hr, None, "2026-12-31", true),
    ('b', Rolle::Leder, Some("10010"), "2026-11-20", true),
    ('c', Rolle::System, None, "2029-11-20", true),
    ('d', Rolle::Leder, Some("10010"), "2026-11-19", false),
    ('e', Rolle::Leder, Some("10011"), "2026-12-31", false), // left on 31 October
    (CALLED_BACK, Rolle::Drift, None, "2026-12-31", false),
];
const CALLED_BACK: char = 'f';

struct Place {
    workplace: Workplace,
    _runtime: Runtime,
}

fn text(letter: char) -> String {
    format!("rv_{}", letter.to_string().repeat(43))
}

static PLACE: LazyLock<Place> = LazyLock::new(|| {
    let runtime = Runtime::new().expect("a runtime");
    let workplace = runtime.block_on(async {
        let workplace = Workplace::empty(standing_still("2026-11-20T10:00:00Z")).await;
        for (nr, left) in [("10010", None), ("10011", Some(day("2026-10-31")))] {
            workplace.ansat(nr, &details(nr, "Maria Holm", ""), |stamdata| stamdata.fratraadt = left).await;
        }
        let aktoer = Aktoer::system("terminal");
        for (letter, rolle, nr, last, _) in MADE {
            let navn = nr.is_none().then(|| "kontoret".to_owned());
            let hash = fingerprint(&text(letter));
            let udloeber = Some(day(last));
            let made = TokenUdstedt { hash, rolle, nr: nr.map(str::to_owned), navn, udloeber };
            workplace.app.registrer_token(&made, &aktoer).await.expect("it is made");
        }
        workplace.app.tilbagekald_token(&fingerprint(&text(CALLED_BACK)), &aktoer).await.expect("it is called back");
        workplace
    });
    Place { workplace, _runtime: runtime }
});

fn real() -> Vec<(String, Vec<u8>)> {
    let header = |(letter, ..): (char, Rolle, Option<&str>, &str, bool)| {
        (letter.to_string(), format!("Bearer {}", text(letter)).into_bytes())
    };
    let mut all: Vec<_> = MADE.map(header).into();
    all.push(("several".into(), format!("Basic YTpi\nBearer {}\nbearer  {}", text('a'), text('d')).into_bytes()));
    all.push(("unknown".into(), format!("bEARER {}", text('x')).into_bytes()));
    all
}

fuzz_target!(
    init: fuzz::seeds(real()),
    |bytes: &[u8]| {
        // hyper refuses the other values before anybody sees them.
        let values = bytes.split(|byte| *byte == b'\n').filter_map(|value| HeaderValue::from_bytes(value).ok());
        let heads: HeaderMap = values.map(|value| (header::AUTHORIZATION, value)).collect();
        let Some(token) = bearer(&heads) else { return };
        let projections = PLACE.workplace.app.projections();
        let found = User::by_token(token, &projections, day("2026-11-20"));
        let right = MADE.iter().find(|(letter, .., works)| *works && text(*letter) == token);
        let told = right.map(|(_, rolle, nr, ..)| (*rolle, nr.map(str::to_owned)));
        assert_eq!(found.map(|user| (user.rolle, user.nr)), told);
        assert!(User::by_token(token, &projections, day("2029-11-21")).is_none(), "all have ended then");
    }
);
