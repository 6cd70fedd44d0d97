//! The refusion ledger of a forløb: every figure opens to its days, its rate and the rule behind it.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use forloeb::frister::assess;
use forloeb::refusion::ophoer::earliest_ophoer;
use forloeb::regnskab::{Dagsstand, KravCheck, KravError, Span, regnskab};
use forloeb::{Forloeb, Regelbog};
use texts::regnskab::{dag_name, dagsregel, without_loen};
use uuid::Uuid;

use super::PageState;
use super::datoer::{beloeb, both, dage, long};
use super::frame::{Frame, PageError, html};
use super::parts::estimate::{Explained, span};
use super::reader_view::{ReaderView, id};
use super::session::LoggedIn;
use crate::access::Intent;
use crate::projections::Loan;
use crate::sentences;

struct DagRow {
    dage: String,
    count: i64,
    code: &'static str,
    stand: &'static str,
    i_fare: bool,
    regel: String,
    kilde: Option<String>,
    at: Option<String>,
    skoen: Option<Explained>,
}

struct KravRow {
    dage: String,
    beloeb: String,
    skoen: Option<Explained>,
    error: Vec<String>,
}

struct Next {
    dage: String,
    latest: String,
    /// The reader may claim it.
    path: Option<String>,
}

struct Ophoer {
    dag: String,
    /// When more weeks than these were paid,
    uger: String,
    /// in so many months;
    maaneder: u32,
    /// these first days of each absence apart.
    first: String,
}

#[derive(Template)]
#[template(path = "regnskab.html")]
struct Page {
    frame: Frame,
    h1: String,
    id: Uuid,
    gives: bool,
    /// Why there is none where no wages are paid.
    without_loen: Option<&'static str>,
    /// The earliest day on which it can stop (§ 24), and what that rests on.
    ophoer: Option<Ophoer>,
    sums: Vec<Explained>,
    next: Option<Next>,
    rows: Vec<DagRow>,
    krav: Vec<KravRow>,
    regelsaet: String,
}

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Path(tekst): Path<String>,
) -> Result<Response, PageError> {
    let id = id(&tekst)?;
    let loan = state.service.app.loan_forloeb(id).await?;
    let k = ReaderView::new(&state, &logged_in);
    let f = k.find(&loan, id, Intent::Penge)?;
    if f.id != id {
        return Ok(Redirect::to(&format!("/forloeb/{}/refusion", f.id)).into_response()); // joined into another
    }
    let book = &state.service.app.book();
    let r = assess(f, k.today, book).refusion;
    let g = regnskab(f, &r, k.today, book);
    let sum = |name, stand| Explained::new(name, g.led(|s| s.stand == stand));
    let sums = [
        sum("Kan søges nu", Dagsstand::CanAnmodes),
        sum("Søgt", Dagsstand::Anmodet),
        Explained::new("Kan mistes, hvis fristen overskrides", g.led(|s| s.i_fare)),
        sum("Venter på kvittering", Dagsstand::MissingKvittering),
        Explained::new("Pr. arbejdsdag uden kvittering", &g.per_arbejdsdag),
        sum("Mistet, fordi der blev anmeldt for sent", Dagsstand::AnmeldtTooLate),
        sum("Mistet, fordi der blev søgt for sent", Dagsstand::AnmodetTooLate),
    ];
    let may_search = k.may(f, Intent::Refusion);
    let next = g.next.map(|n| Next {
        dage: span(n.dage.fra, n.dage.til),
        latest: both(n.latest, k.today),
        path: may_search.then(|| format!("/forloeb/{}?vis=refusionsanmodning#f-refusionsanmodning", f.id)),
    });
    let h1 =
        if k.user().sees_names() { k.name(&f.medarbejder_nr) } else { format!("Medarbejder {}", f.medarbejder_nr) };
    let page = Page {
        frame: k.frame(format!("Refusion dag for dag, medarbejder {}", f.medarbejder_nr)),
        h1,
        id: f.id,
        gives: r.gives,
        without_loen: r.without_loen.map(without_loen),
        ophoer: Ophoer::new(&k, &loan, f, book),
        sums: sums.into_iter().flatten().collect(),
        next,
        rows: g.span.iter().map(|s| DagRow::new(f, s)).collect(),
        krav: g.krav.iter().map(KravRow::new).collect(),
        regelsaet: f.regler.name.to_string(),
    };
    Ok(html(StatusCode::OK, &page))
}

impl Ophoer {
    fn new(k: &ReaderView<'_>, loan: &Loan, f: &Forloeb, book: &Regelbog) -> Option<Self> {
        let dag = both(earliest_ophoer(loan.all(), f, k.today, book)?, k.today);
        let p = &f.regler.parameters;
        let uger = sentences::count(p.ophoer_uger.into(), "uge", "uger");
        let first = sentences::count(p.arbejdsgiverperiode_dage.into(), "dag", "dage");
        Some(Self { dag, uger, maaneder: p.ophoer_maaneder, first })
    }
}

impl DagRow {
    fn new(f: &Forloeb, s: &Span<'_>) -> Self {
        let at = s.at.as_ref().map(|l| {
            let dato = l.dato.map(|d| format!(" {}", long(d))).unwrap_or_default();
            let position = l.position.map(|p| format!(" (hændelse {p})")).unwrap_or_default();
            format!("{}{dato}{position}", super::history::event_in_short(l.name))
        });
        Self {
            dage: span(s.dage.fra, s.dage.til),
            count: s.dage.count(),
            code: match s.stand {
                Dagsstand::AnmeldtTooLate | Dagsstand::AnmodetTooLate => "tabt",
                Dagsstand::Anmodet => "opfyldt",
                Dagsstand::CanAnmodes => "aaben",
                Dagsstand::MissingKvittering => "forfalder",
                Dagsstand::Arbejdsgiver
                | Dagsstand::Coming
                | Dagsstand::Afbrudt
                | Dagsstand::FewHours
                | Dagsstand::WithoutLoen => "kommende",
            },
            stand: dag_name(s.stand),
            i_fare: s.i_fare,
            regel: dagsregel(s.stand, &f.regler),
            kilde: s.kilde.as_deref().map(str::to_owned),
            at,
            skoen: Explained::new("Værdi", &s.led),
        }
    }
}

impl KravRow {
    fn new(k: &KravCheck<'_, '_>) -> Self {
        let krav = &k.krav.what;
        let error = k.error.iter().map(|error| match *error {
            KravError::Gap(d) => {
                format!("Der er et hul før kravet: {} kan stadig søges ({}).", span(d.fra, d.til), dage(d.count()))
            }
            KravError::Overlap(d) => format!("{} er også med i et andet krav.", span(d.fra, d.til)),
            KravError::WithoutRet(d) => format!("{} giver ikke refusion, som forløbet står nu.", span(d.fra, d.til)),
        });
        Self {
            dage: span(krav.fra, krav.til),
            beloeb: beloeb(krav.beloeb_oere),
            skoen: Explained::new("Skøn", &k.led),
            error: error.collect(),
        }
    }
}
