//! Who has read about whom: for HR and the auditor everybody's, for the employee their own.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use forloeb::Aktoer;
use forloeb::words::Rolle;
use tower_sessions::Session;

use super::PageState;
use super::datoer::{tidspunkt, typed_day};
use super::frame::{Frame, PageError, html};
use super::parts::mistakes::Mistakes;
use super::parts::names::with_capital;
use super::parts::places::{address, with_numbers, with_places};
use super::parts::points::with_points;
use super::reader_view::ReaderView;
use super::session::{Form, LoggedIn, Search, find, session_name, who_asks};
use crate::access::Intent;
use crate::lookups::{self, Period, Wanted};
use crate::problem::Problem;
use crate::sentences::rolle_name;
use crate::sessions::{Who, put};
use app::opslag::unusual::Reason;
use app::opslag::{Content, Opslag, OpslagPlace};
use doors::address::{own_path, percent_encode};

const PATH: &str = "/opslag";
/// What the form asks for.
const ASKS: [&str; 5] = ["medarbejder_nr", "laest_af", "rolle", "fra", "til"];

struct Row {
    when: String,
    who: String,
    /// About whom, where that is not what was asked.
    about: String,
    what: String,
    formaal: String,
    why: String,
}

#[derive(Template)]
#[template(path = "opslag.html")]
struct Page {
    frame: Frame,
    nr: String,
    by: String,
    /// The roles that can be asked for, with their names, and whether it is the one that was.
    roller: Vec<(&'static str, &'static str, bool)>,
    fra: String,
    til: String,
    error: Mistakes,
    /// Those that were searched for; otherwise the unusual ones.
    searched: bool,
    /// About one employee; otherwise each says whom it was about.
    about_one: bool,
    rows: Vec<Row>,
    /// The address of earlier ones, where there are.
    earlier: Option<String>,
    /// There are earlier unusual ones, which fewer days would show.
    is_cut: bool,
}

/// The days as they were typed, or what is wrong with them.
fn period(search: &Search, today: NaiveDate) -> Result<Period, Mistakes> {
    let mut wrong = Mistakes::default();
    let days = [("fra", "Fra"), ("til", "Til og med")];
    let [fra, til] = days.map(|(name, label)| wrong.take(name, label, typed_day(&search.typed(name))).flatten());
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let backwards = || Mistakes::at_field("til", "Den sidste dag skal ikke ligge før den første.");
    Period::new(fra, til, today).ok_or_else(backwards)
}

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    search: Search,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Opslag)?;
    show(&ReaderView::new(&state, &logged_in), search).await
}

/// What the form asks for is shown at an address with nobody's number in it.
pub(super) async fn submit(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Form(fields): Form,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Opslag)?;
    let k = ReaderView::new(&state, &logged_in);
    match address(&k, PATH, &fields, &ASKS) {
        Some(path) => Ok(Redirect::to(&path).into_response()),
        None => show(&k, Search(fields)).await,
    }
}

async fn show(k: &ReaderView<'_>, search: Search) -> Result<Response, PageError> {
    let app = &k.state.service.app;
    let search = with_numbers(k, search);
    let mut error = Mistakes::default();
    let period = period(&search, k.today).unwrap_or_else(|wrong| {
        error = wrong;
        Period { fra: k.today, til: k.today }
    });
    let typed = |name| Some(search.typed(name)).filter(|text| !text.is_empty());
    let wanted = Wanted {
        about: typed("medarbejder_nr"),
        by: typed("laest_af"),
        rolle: search.tekst("rolle").and_then(Rolle::from_code),
        from: search.tekst("cursor").and_then(OpslagPlace::from_cursor),
    };
    let (mut rows, mut earlier, mut is_cut) = (Vec::new(), None, false);
    if error.is_empty() && wanted.is_nothing() {
        let (found, cut) = lookups::unusual(app, k.user(), period).await?;
        is_cut = cut;
        rows = found.iter().map(|(o, why)| row(k, o, why, Some(&o.about))).collect();
    } else if error.is_empty() {
        match lookups::search(app, k.user(), &wanted, period).await {
            Ok(found) => {
                wanted.about.iter().filter(|_| !found.all.is_empty()).for_each(|nr| k.shows(nr));
                let about = |o: &Opslag| wanted.about.is_none().then(|| o.about.clone());
                rows = found.all.iter().map(|o| row(k, o, &[], about(o).as_deref())).collect();
                earlier = found.onward.and_then(|place| before(k, &wanted, period, place));
            }
            Err(problem) if problem.status == 404 => {
                let tekst = "Der er ingen medarbejder med det nummer, som du kan søge om.";
                error = Mistakes::at_field("medarbejder_nr", tekst);
            }
            Err(problem) => return Err(problem.into()),
        }
    }
    let page = Page {
        frame: k.frame(error.in_title("Opslag")),
        fra: search.tekst("fra").map_or_else(|| period.fra.to_string(), str::to_owned),
        til: search.tekst("til").map_or_else(|| period.til.to_string(), str::to_owned),
        roller: Rolle::ALL
            .iter()
            .map(|one| (one.code(), with_capital(rolle_name(*one)), wanted.rolle == Some(*one)))
            .collect(),
        searched: !wanted.is_nothing(),
        about_one: wanted.about.is_some(),
        nr: wanted.about.unwrap_or_default(),
        by: wanted.by.unwrap_or_default(),
        rows,
        earlier,
        is_cut,
        error,
    };
    // Look-ups tell whom something was read about, and that there was something to read.
    Ok(k.told_as(Content::Opslag, html(page.error.status(), &page)))
}

/// The same search, of the look-ups before those that are shown; none: no address can say it.
fn before(k: &ReaderView<'_>, wanted: &Wanted, period: Period, from: OpslagPlace) -> Option<String> {
    let (fra, til) = (period.fra.to_string(), period.til.to_string());
    let asked = [("medarbejder_nr", wanted.about.as_deref()), ("laest_af", wanted.by.as_deref())];
    let asked: Vec<_> = asked.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    let rolle = wanted.rolle.map(|rolle| ("rolle", rolle.code().to_owned()));
    let places = with_places(k, &asked);
    if places.len() < asked.len() {
        return None;
    }
    let said = places.into_iter().chain(rolle);
    let said = said.chain([("fra", fra), ("til", til), ("cursor", from.cursor())]);
    let said = said.map(|(name, value)| format!("{name}={}", percent_encode(&value)));
    Some(format!("{PATH}?{}", said.collect::<Vec<_>>().join("&")))
}

fn row(k: &ReaderView<'_>, o: &Opslag, why: &[Reason], about: Option<&[String]>) -> Row {
    let about = match about {
        Some([nr]) => k.row(nr),
        Some(several) => format!("{} medarbejdere", with_points(several.len())),
        None => String::new(),
    };
    Row {
        when: tidspunkt(o.time),
        who: match (&o.reader.nr, &o.reader.navn) {
            (Some(nr), _) => format!("{}, {}", k.name(nr), rolle(&o.reader)),
            (None, Some(navn)) => format!("Adgangsnøglen {navn}, {}", rolle(&o.reader)),
            (None, None) => with_capital(rolle(&o.reader)).to_owned(),
        },
        about,
        what: o.what(),
        formaal: o.formaal.name().to_owned(),
        why: why.iter().map(|why| why.name()).collect::<Vec<_>>().join(", "),
    }
}

fn rolle(reader: &Aktoer) -> &'static str {
    reader.rolle.map_or("Raskvej", rolle_name)
}

/// Keeps for the session what an auditor looks up for.
pub(super) async fn formaal(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    session: Session,
    Form(fields): Form,
) -> Result<Response, PageError> {
    if logged_in.user.rolle != Rolle::Revisor {
        return Err(Problem::may_not().into());
    }
    let Some(said) = find(&fields, "formaal").and_then(lookups::cleaned) else {
        let detail = "Skriv med få ord, hvad du slår op for. Gå tilbage, og udfyld feltet.";
        return Err(
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "ugyldige_felter", "Formålet mangler", detail).into()
        );
    };
    let who = who_asks(Some(&session)).await.ok_or_else(Problem::not_logged_in)?;
    put(&session, &Who { formaal: Some(said), ..who }).await.map_err(PageError::internal)?;
    // The session has another name from here on, and what was searched for is still wanted.
    session.save().await.map_err(PageError::internal)?;
    if let Some(now) = session_name(&session) {
        state.memory.moved(&logged_in.session, &now);
    }
    Ok(Redirect::to(own_path(find(&fields, "tilbage"))).into_response())
}

/// A look-up as the employee sees it: when, in which role, and what for. Who it was the workplace tells when there is a
/// reason to.
pub(super) struct OwnRow {
    when: String,
    rolle: String,
    what: String,
    formaal: String,
}

#[derive(Template)]
#[template(path = "mig_opslag.html")]
struct OwnPage {
    frame: Frame,
    rows: Vec<OwnRow>,
    more: bool,
}

/// Those who have read about the reader, themself aside, and whether there are more.
async fn own_rows(state: &PageState, logged_in: &LoggedIn) -> Result<(Vec<OwnRow>, bool), PageError> {
    let nr = logged_in.user.nr.as_deref().filter(|_| logged_in.user.rolle == Rolle::Medarbejder);
    let nr = nr.ok_or_else(Problem::may_not)?;
    let found = lookups::by_others(&state.service.app, nr, None).await?;
    let row = |o: Opslag| OwnRow {
        when: tidspunkt(o.time),
        rolle: with_capital(rolle(&o.reader)).to_owned(),
        what: o.what(),
        formaal: o.formaal.name().to_owned(),
    };
    Ok((found.all.into_iter().map(row).collect(), found.onward.is_some()))
}

pub(super) async fn own(State(state): State<PageState>, logged_in: LoggedIn) -> Result<Response, PageError> {
    let (rows, more) = own_rows(&state, &logged_in).await?;
    let frame = ReaderView::new(&state, &logged_in).frame("Hvem har set oplysninger om dig");
    Ok(html(StatusCode::OK, &OwnPage { frame, rows, more }))
}
