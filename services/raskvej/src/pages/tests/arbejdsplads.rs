//! A small workplace on a clock that stands still, and a browser without a screen.

use std::sync::Arc;

use ::forloeb::Regelbog;
use ::forloeb::haendelse::Stamdata;
use ::forloeb::words::Rolle;
use app::places::PersonPlace;
use app::workplace::{Workplace, details, standing_still};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use doors::address::percent_encode;
use metrics_exporter_prometheus::PrometheusBuilder;
use tower::ServiceExt;
use uuid::Uuid;

use crate::access::HrEnheder;
use crate::bundle_file::BundleRoom;
use crate::clock::Clock;
use crate::core::App;
use crate::import::moves_due;
use crate::login::{Login, LoginSettings};
use crate::mailtekster::TextFile;
use crate::paamindelser::{PaamindelseSettings, Paamindelser};
use crate::pages::{DemoLetter, DemoPerson, PageSettings, router};
use crate::sessions::Sessions;
use crate::state::AppState;
use crate::transport::{MailTransport, WITHOUT_MAILSERVER};
use crate::uploads::Uploads;
use crate::wrong_tries::WrongTries;

pub(super) use app::workplace::TR;
pub(super) const LEDER: &str = "10001";
pub(super) const SYG: &str = "10010";
pub(super) const NAME: &str = "Åse Ærlig <b>";
pub(super) const OTHER_LEDER: &str = "20001";

/// The roles that somebody logs in with here, in the order of the buttons.
pub(super) const ROLLER: [Rolle; 7] = [
    Rolle::Leder,
    Rolle::Hr,
    Rolle::Revisor,
    Rolle::Kontaktperson,
    Rolle::Koordinator,
    Rolle::Medarbejder,
    Rolle::Drift,
];

pub(super) struct Arbejdsplads {
    place: Workplace,
    pub(super) app: Arc<App>,
    pub(super) pages: Router,
    /// The same pages, that have kept nothing yet; with these own texts in mails, where some are given.
    pub(super) pages_anew: Box<dyn Fn(Option<TextFile>) -> Router + Send + Sync>,
    pub(super) sessions: Sessions,
    /// The clock that sessions go by.
    pub(super) session_clock: Arc<Clock>,
    /// Payroll's files that came by the page.
    pub(super) uploads: Uploads,
    /// Reported sick by the leader 10001, day 33 today.
    pub(super) forloeb: Uuid,
    /// Of an employee of another leader.
    pub(super) foreign: Uuid,
}

pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) heads: axum::http::HeaderMap,
    pub(super) tekst: String,
}

impl Answer {
    /// What a browser keeps of the cookies, beside what it had.
    pub(super) fn cookies(&self, had: &str) -> String {
        let mut all: Vec<(String, String)> = Vec::new();
        let set = self.heads.get_all(header::SET_COOKIE).iter().map(|h| h.to_str().unwrap());
        for one in had.split("; ").filter(|one| !one.is_empty()).chain(set) {
            let (name, value) = one.split(';').next().unwrap().split_once('=').unwrap();
            all.retain(|(known, _)| known != name);
            if !value.is_empty() {
                all.push((name.to_owned(), value.to_owned()));
            }
        }
        all.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    pub(super) fn sted(&self) -> &str {
        self.heads.get(header::LOCATION).map_or("", |h| h.to_str().unwrap())
    }
}

/// Everything the pages need; the one place that knows how the service is put together.
pub(crate) fn state(app: &Arc<App>) -> AppState {
    AppState {
        app: app.clone(),
        paamindelser: Arc::new(works(app, TextFile::default())),
        measurements: PrometheusBuilder::new().build_recorder().handle(),
        wrong_tries: Arc::new(WrongTries::new(Vec::new())),
        show_measurements: true,
        normer: crate::state::Normer { hr: Some(2), koordinator: None },
        uploads: Uploads::default(),
        bundles: BundleRoom::default(),
    }
}

fn works(app: &Arc<App>, mailtekster: TextFile) -> Paamindelser {
    let settings = PaamindelseSettings {
        hr_mail: Some("hr@arbejde.example".into()),
        base_url: Some("http://127.0.0.1:8080".into()),
        mail_from: Some("raskvej@arbejde.example".into()),
        medarbejder_copy: true,
        mailtekster,
    };
    Paamindelser::new(app.clone(), Arc::new(MailTransport::Nothing(WITHOUT_MAILSERVER)), &settings).unwrap()
}

impl Arbejdsplads {
    /// The clock a week further on, by the button of the demonstration. It may take longer than a page waits for it.
    pub(super) async fn a_week_later(&self) {
        let hr = self.acting_as(Rolle::Hr).await;
        hr.send("/demo/ur", "dage=7&tilbage=/").await;
        for _ in 0..6000 {
            if hr.fetch("/").await.tekst.contains("action=\"/demo/ur\"") {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("the clock is on its way for a minute");
    }

    /// Friday 6 February 2026: Monday 5 January is 33 days ago.
    pub(super) async fn open() -> Self {
        Self::open_as(true).await
    }

    pub(super) async fn open_as(demo: bool) -> Self {
        Self::on(standing_still("2026-02-06T09:00:00Z"), demo).await
    }

    pub(super) async fn on(clock: Clock, demo: bool) -> Self {
        Self::with(clock, demo, Vec::new()).await
    }

    /// With providers that one can log in at.
    pub(super) async fn with(clock: Clock, demo: bool, providers: Vec<LoginSettings>) -> Self {
        Self::with_hr(clock, demo, providers, "").await
    }

    /// With the units that some in HR work for.
    pub(super) async fn with_hr(clock: Clock, demo: bool, providers: Vec<LoginSettings>, hr: &str) -> Self {
        Self::with_all(Workplace::empty(clock).await, demo, providers, hr, false, &[]).await
    }

    /// Where every mail goes to one mailbox.
    pub(super) async fn with_mail_to_one() -> Self {
        let place = Workplace::empty(standing_still("2026-02-06T09:00:00Z")).await;
        Self::with_all(place, true, Vec::new(), "", true, &[]).await
    }

    /// By other rules than those of the tests, and with more to log in as behind the others.
    pub(super) async fn by_rules(book: Regelbog, time: &str, more: &'static [(Rolle, &'static str)]) -> Self {
        let place = Workplace::by_rules(book, standing_still(time)).await;
        Self::with_all(place, true, Vec::new(), "", false, more).await
    }

    async fn with_all(
        place: Workplace,
        demo: bool,
        providers: Vec<LoginSettings>,
        hr: &str,
        mail_to_one: bool,
        more: &'static [(Rolle, &'static str)],
    ) -> Self {
        let now = place.app.clock.now();
        for (nr, name, leder, enhed) in [
            (LEDER, "Maria Madsen", Some("30001"), "E101"),
            (TR, "Mohammed Nielsen", Some(LEDER), "E101"),
            ("10003", "Ida Iversen", Some(LEDER), "E101"),
            (SYG, NAME, Some(LEDER), "E101"),
            ("10011", "Bo Berg", Some(LEDER), "E101"),
            ("20001", "Lone Lund", Some("30001"), "E102"),
            ("20010", "Ole Olsen", Some("20001"), "E102"),
            ("30001", "Direktør Dahl", None, "E100"),
        ] {
            ansaet(&place, nr, name, leder, enhed).await;
        }
        let forloeb = place.away(SYG, "2026-01-05").await;
        let foreign = place.away("20010", "2026-01-19").await;
        place.absence("10011", "2026-01-05", Some("2026-02-05")).await;
        let rolle =
            |rolle, nr: &str| DemoPerson { rolle, nr: (!nr.is_empty()).then(|| nr.to_owned()), tekst: String::new() };
        let letter = move || DemoLetter {
            time: now,
            subject: "Husk: anmeldelse senest 6. februar".into(),
            til: "leder".into(),
            tekst: "Log ind for at se mere.".into(),
        };
        let settings = move || PageSettings {
            demo,
            mail_to_one,
            base_url: if demo { "http://127.0.0.1:8080".into() } else { "https://raskvej.example".into() },
            hr_mail: Some("hr@arbejdsplads.example".to_owned()),
            demo_personer: [
                (Rolle::Leder, LEDER),
                (Rolle::Hr, ""),
                (Rolle::Revisor, ""),
                (Rolle::Kontaktperson, TR),
                (Rolle::Koordinator, TR),
                (Rolle::Medarbejder, SYG),
                (Rolle::Drift, ""),
                (Rolle::Leder, OTHER_LEDER),
            ]
            .iter()
            .chain(more)
            .map(|(of, nr)| rolle(*of, nr))
            .collect(),
            login: Login::new(providers.clone(), "https://raskvej.example").unwrap(),
            post: Arc::new(move || vec![letter()]),
            stopped: tokio::sync::watch::channel(false).1,
        };
        let session_clock = Arc::new(Clock::standing_still(now));
        let sessions = Sessions::open(place.path(), session_clock.clone()).unwrap();
        place.app.hr_enheder.get_or_init(|| HrEnheder::read(hr).unwrap());
        let service = state(&place.app);
        let uploads = service.uploads.clone();
        let of = sessions.clone();
        let pages_anew = Box::new(move |texts: Option<TextFile>| {
            let mut service = service.clone();
            if let Some(texts) = texts {
                service.paamindelser = Arc::new(works(&service.app, texts));
            }
            router(service, settings(), of.clone())
        });
        let pages = pages_anew(None);
        Self { app: place.app.clone(), place, pages, pages_anew, sessions, session_clock, uploads, forloeb, foreign }
    }

    /// What stands for an employee in an address.
    pub(super) fn place(&self, nr: &str) -> String {
        PersonPlace::of(nr, &self.app.projections()).unwrap().cursor()
    }

    /// Payroll tells of somebody more.
    pub(super) async fn ansaet(&self, nr: &str, name: &str, leder: &str, enhed: &str) {
        ansaet(&self.place, nr, name, Some(leder), enhed).await;
    }

    /// Payroll tells something else of somebody.
    pub(super) async fn told(&self, nr: &str, name: &str, more: impl FnOnce(&mut Stamdata)) {
        let told = |s: &mut Stamdata| {
            (s.enhed, s.enhed_navn, s.leder_nr) = ("E101".into(), "Botilbud E101".into(), Some(LEDER.into()));
            more(s);
        };
        self.place.ansat(nr, &details(nr, name, "a@b.example"), told).await;
    }

    /// Payroll tells of another job of somebody.
    pub(super) async fn another_job(&self, nr: &str, of: &str, name: &str) {
        let told = |s: &mut Stamdata| (s.enhed, s.enhed_navn) = ("E102".into(), "Botilbud E102".into());
        self.place.ansat(nr, &details(of, name, "a@b.example"), told).await;
    }

    /// From today somebody has another number at the same place: the one before ended yesterday.
    pub(super) async fn moves(&self, nr: &str, new: &str, name: &str) {
        let (today, details) = (self.app.clock.today(), details(nr, name, "a@b.example"));
        self.place.ansat(nr, &details, |s| s.fratraadt = today.pred_opt()).await;
        let begins = |s: &mut Stamdata| {
            (s.enhed, s.enhed_navn) = ("E101".into(), "Botilbud E101".into());
            (s.leder_nr, s.ansat) = (Some(LEDER.into()), Some(today));
        };
        self.place.ansat(new, &details, begins).await;
        while !moves_due(&self.app).await.unwrap() {
            tokio::task::yield_now().await;
        }
        assert_eq!(self.app.projections().current_nr(nr), new);
    }

    /// Payroll tells that somebody has no mail address.
    pub(super) async fn without_mail(&self, nr: &str, name: &str) {
        self.place.ansat(nr, &details(nr, name, ""), |_| {}).await;
    }

    /// The workplace has a file with its own texts in mails.
    pub(super) fn write_mails_as(&mut self, texts: TextFile) {
        self.pages = (self.pages_anew)(Some(texts));
    }

    /// Payroll tells that somebody is away from this day on.
    pub(super) async fn away(&self, nr: &str, foerste: &str) -> Uuid {
        self.place.away(nr, foerste).await
    }

    /// The same, up to a day.
    pub(super) async fn absence(&self, nr: &str, foerste: &str, sidste: &str) -> Uuid {
        self.place.absence(nr, foerste, Some(sidste)).await
    }

    /// Logs in with the button of a role; of the second leader by number.
    pub(super) async fn acting_as(&self, rolle: Rolle) -> Visit<'_> {
        self.as_nr(ROLLER.iter().position(|r| *r == rolle).unwrap()).await
    }

    pub(super) async fn as_nr(&self, nr: usize) -> Visit<'_> {
        let answer = self.send("POST", "/log-ind", &format!("person={nr}"), "").await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        let cookie = answer.heads[header::SET_COOKIE].to_str().unwrap();
        Visit { sted: self, cookie: cookie.split(';').next().unwrap().to_owned() }
    }

    pub(super) async fn send(&self, method: &str, path: &str, body: &str, cookie: &str) -> Answer {
        self.send_as("application/x-www-form-urlencoded", method, path, body.to_owned(), cookie).await
    }

    /// Sends a body of some other kind.
    pub(super) async fn send_as(
        &self,
        kind: &str,
        method: &str,
        path: &str,
        body: impl Into<Body>,
        cookie: &str,
    ) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "127.0.0.1:8080")
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, kind)
            .body(body.into())
            .unwrap();
        self.answer(request).await
    }

    pub(super) async fn answer(&self, request: Request<Body>) -> Answer {
        answer(self.pages.clone(), request).await
    }
}

async fn answer(pages: Router, request: Request<Body>) -> Answer {
    let answer = pages.oneshot(request).await.unwrap();
    let (status, heads) = (answer.status(), answer.headers().clone());
    let bytes = axum::body::to_bytes(answer.into_body(), 1 << 24).await.unwrap();
    Answer { status, heads, tekst: String::from_utf8(bytes.to_vec()).unwrap() }
}

/// Somebody who is logged in.
pub(super) struct Visit<'a> {
    sted: &'a Arbejdsplads,
    pub(super) cookie: String,
}

impl<'a> Visit<'a> {
    /// Somebody who has logged in another way.
    pub(super) fn with_cookie(sted: &'a Arbejdsplads, cookie: &str) -> Self {
        Self { sted, cookie: cookie.to_owned() }
    }

    pub(super) async fn fetch(&self, path: &str) -> Answer {
        self.sted.send("GET", path, "", &self.cookie).await
    }

    /// From pages that have kept nothing of what was asked before.
    pub(super) async fn fetch_anew(&self, path: &str) -> Answer {
        let request = Request::get(path).header(header::HOST, "127.0.0.1:8080").header(header::COOKIE, &self.cookie);
        answer((self.sted.pages_anew)(None), request.body(Body::empty()).unwrap()).await
    }

    pub(super) async fn send(&self, path: &str, body: &str) -> Answer {
        self.sted.send("POST", path, body, &self.cookie).await
    }

    /// Sends a form that is shown before it is done, and presses the button that does it.
    pub(super) async fn send_shown(&self, path: &str, body: &str) -> Answer {
        let shown = self.send(path, body).await;
        assert_eq!(shown.status, StatusCode::OK, "{}", shown.tekst);
        self.send(path, &format!("{}&goer=gem", shown_fields(&shown.tekst))).await
    }
}

/// The hidden fields of a page that shows what will be done, as a browser sends them.
pub(super) fn shown_fields(page: &str) -> String {
    let form = page.split("<form ").find(|form| form.contains("name=\"goer\" value=\"gem\""));
    let form = form.unwrap_or_else(|| panic!("nothing is shown first: {page}"));
    let as_typed = |value: &str| {
        let escaped = [("&#34;", "\""), ("&#39;", "'"), ("&#60;", "<"), ("&#62;", ">"), ("&#38;", "&")];
        escaped.iter().fold(value.to_owned(), |text, (code, character)| text.replace(code, character))
    };
    let field = |tag: &str| {
        let (name, rest) = tag.split_once("\" value=\"")?;
        Some(format!("{name}={}", percent_encode(&as_typed(rest.split('"').next()?))))
    };
    let fields: Vec<String> = form.split("<input type=\"hidden\" name=\"").skip(1).filter_map(field).collect();
    fields.join("&")
}

async fn ansaet(place: &Workplace, nr: &str, name: &str, leder: Option<&str>, enhed: &str) {
    let told = |s: &mut Stamdata| {
        (s.enhed, s.enhed_navn) = (enhed.into(), format!("Botilbud {enhed}"));
        (s.leder_nr, s.er_leder) = (leder.map(str::to_owned), nr.ends_with("001"));
    };
    place.ansat(nr, &details(nr, name, "a@b.example"), told).await;
}
