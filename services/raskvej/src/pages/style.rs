//! What the pages are made of, in the demonstration: each part as it is used, from the partial that the pages have it from, and when
//! it is used. Whoever makes a page looks here first, and the browser's tests look at it as at every page.

use std::sync::LazyLock;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use forloeb::words::Friststatus;
use uuid::Uuid;

use super::PageState;
use super::assets;
use super::frame::{Frame, html};
use super::frist::FristRow;
use super::page_form::{ErrorLine, PageForm};
use super::parts::facts::Facts;
use super::parts::kontaktskridt::NextStep;
use super::parts::marks::Marks;
use super::parts::over::OverRow;
use super::parts::task_line::Task;
use super::parts::tidslinje::{Entry, Mark};
use super::session::LoggedIn;
use crate::commands::Refusal;
use crate::commands::form::{Field, Form, Kind};
use crate::commands::request::{Wrong, WrongField};
use crate::problem::Problem;
use texts::standing::name;

/// The colours and measures of the style sheet, in its order.
static TOKENS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let root = assets::STYLE.split_once(":root {").and_then(|(_, rest)| rest.split_once('}'));
    let declared = root.map_or("", |(root, _)| root).split(';');
    declared.filter_map(|one| one.trim().strip_prefix("--")?.split_once(':')).map(|(name, _)| name.trim()).collect()
});

/// Where it is.
const PATH: &str = "/stil";

/// How a frist can stand: its badge, and when it has it.
struct Standing {
    code: &'static str,
    name: &'static str,
    when: &'static str,
}

#[derive(Template)]
#[template(path = "stil.html")]
struct Page {
    frame: Frame,
    tokens: &'static [&'static str],
    /// What is wrong with the form.
    error: Vec<ErrorLine>,
    page_form: PageForm,
    statuses: Vec<Standing>,
    tasks: Vec<Task>,
    tidslinje: Vec<Mark>,
    frister: Vec<FristRow>,
    skridt: Vec<NextStep>,
    facts: Vec<Facts>,
    marks: Marks,
    rows: Vec<OverRow>,
    previous: Option<String>,
    next: Option<String>,
    per_page: Vec<(usize, String, bool)>,
}

pub(super) async fn page(State(state): State<PageState>, logged_in: LoggedIn) -> Response {
    let mut frame = Frame::new(&state, &logged_in, "Stil");
    frame.confirmation = Some("Sådan siges det, at noget er gjort: øverst på den side, man kommer til.");
    let (page_form, error) = refused();
    let page = Page {
        frame,
        tokens: &TOKENS,
        error,
        page_form,
        statuses: Friststatus::ALL
            .iter()
            .map(|status| Standing { code: status.code(), name: name(*status), when: when(*status) })
            .collect(),
        tasks: vec![
            task("Hold sygefraværssamtalen senest fredag den 30. januar 2026", Friststatus::Forfalder),
            task("Kontakt medarbejderen nu; målet var fredag den 16. januar 2026", Friststatus::Overskredet),
        ],
        tidslinje: line(),
        frister: vec![
            frist("Første kontakt", "14 dage", Friststatus::Opfyldt),
            frist("Samtale", "4 uger", Friststatus::Aaben),
        ],
        skridt: vec![NextStep {
            why: "Der er brug for støtte",
            what: "Læg en plan sammen, med det, der hjælper, og en fast koordinator.",
            way: Some((PATH.to_owned(), "Læg en plan")),
        }],
        facts: vec![
            fact("Enhed", "Botilbud Åkanden"),
            fact("Første fraværsdag", "mandag den 5. januar 2026"),
            fact("Omfang", "100 % af 37 timer om ugen"),
        ],
        marks: marks(),
        rows: vec![over(1, "Eva Eksempel", "2.2.2026", 29), over(2, "Per Prøve", "16.1.2026", 12)],
        previous: None,
        next: Some(PATH.to_owned()),
        per_page: [25, 50, 100].map(|rows| (rows, PATH.to_owned(), rows == 50)).into(),
    };
    html(StatusCode::OK, &page)
}

/// A form as it comes back where a day is no day and nothing was chosen: what is wrong is found as of every form.
fn refused() -> (PageForm, Vec<ErrorLine>) {
    let kinds = [
        ("vold", "Vold"),
        ("trusler", "Trusler"),
        ("mobning", "Mobning"),
        ("arbejdspres", "Arbejdspres"),
        ("ulykke", "En ulykke"),
        ("andet", "Noget andet"),
    ];
    let form = Form::new(
        "stil",
        "Felter",
        "Vis",
        vec![
            Field::new("dato", "Hvilken dag?", Kind::Date).help("Den dag, det skete."),
            Field::choice("form", "Hvordan?", &[("telefon", "Telefon"), ("personlig", "Personligt")]),
            Field::several("hjaelp", "Hvad kan hjælpe?", &[("tid", "Kortere dage"), ("opgaver", "Andre opgaver")]),
            Field::choice("slags", "Hvilken slags?", &kinds).optional(),
            Field::new("tekst", "Hvad er I blevet enige om?", Kind::Long)
                .help("Skriv ikke om helbred. Teksten gemmes krypteret.")
                .optional()
                .aside("Aftalt"),
        ],
    );
    let mut page_form = PageForm::from(form);
    let typed = [("dato", "i går"), ("hjaelp", "tid"), ("tekst", "Vi tales ved på fredag.")];
    let typed = typed.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let wrong = [("dato", Wrong::NotADay), ("form", Wrong::Missing)];
    let wrong = wrong.map(|(path, wrong)| WrongField { path: path.to_owned(), wrong });
    let error = page_form.refused(&typed, &Problem::from(Refusal::from(Vec::from(wrong))));
    (page_form, error)
}

/// When a frist stands so.
const fn when(status: Friststatus) -> &'static str {
    match status {
        Friststatus::Coming => "Den er ikke begyndt endnu.",
        Friststatus::Aaben => "Der er god tid.",
        Friststatus::Forfalder => "Der er højst fem arbejdsdage til målet, eller den kan stadig nås efter det.",
        Friststatus::Overskredet => "Den sidste dag er gået, og det kan stadig gøres.",
        Friststatus::Tabt => "Den sidste dag er gået, og noget er mistet.",
        Friststatus::Opfyldt => "Det er gjort.",
        Friststatus::Undtaget => "Det skal ikke gøres, og der står hvorfor.",
        Friststatus::Bortfaldet => "Medarbejderen kom tilbage, før det skulle gøres.",
    }
}

fn task(what: &str, status: Friststatus) -> Task {
    Task {
        anchor: None,
        what: what.to_owned(),
        who: "Eva Eksempel".to_owned(),
        enhed: "Botilbud Åkanden".to_owned(),
        when: "dag 23".to_owned(),
        code: status.code(),
        status: name(status).to_owned(),
        path: PATH.to_owned(),
    }
}

fn line() -> Vec<Mark> {
    let entry = |what, status: Friststatus| Entry {
        name: what,
        status: name(status).to_owned(),
        code: status.code(),
        path: status.outstanding().then(|| PATH.to_owned()),
    };
    let mark = |when, dag: &str, code, entries: Vec<Entry>| {
        let dag = dag.to_owned();
        Mark { when, dag, code, is_today: entries.is_empty(), entries }
    };
    vec![
        mark("14 dage", "18.1.2026", "opfyldt", vec![entry("Første kontakt", Friststatus::Opfyldt)]),
        mark("I dag", "dag 23", "her", Vec::new()),
        mark("4 uger", "1.2.2026", "forfalder", vec![entry("Sygefraværssamtale", Friststatus::Forfalder)]),
        mark(
            "5 uger",
            "8.2.2026",
            "aaben",
            vec![entry("Anmeldelse", Friststatus::Aaben), entry("Fast track", Friststatus::Aaben)],
        ),
        mark("8 uger", "1.3.2026", "kommende", vec![entry("Otteugersopfølgning", Friststatus::Coming)]),
    ]
}

fn frist(what: &'static str, when: &'static str, status: Friststatus) -> FristRow {
    FristRow {
        name: what,
        when,
        code: status.code(),
        status: name(status).to_owned(),
        maaldag: "fredag den 16. januar 2026".to_owned(),
        lovdag: "søndag den 18. januar 2026".to_owned(),
        intern: None,
        ansvarlig: "leder".to_owned(),
        because: None,
        kommunens_samtale: None,
        kommunens_rolle: None,
        computation: vec![
            "Første fraværsdag og 13 dage; er den dag ikke en arbejdsdag, er målet arbejdsdagen før.".to_owned(),
        ],
        page_form: None,
        path: status.outstanding().then(|| PATH.to_owned()),
    }
}

fn fact(name: &'static str, value: &str) -> Facts {
    Facts { name, value: value.to_owned(), path: None }
}

fn marks() -> Marks {
    let mut marks = Marks::new(PATH);
    marks.push("Enhed", "Botilbud Åkanden", PATH.to_owned());
    marks
}

fn over(nr: u128, who: &str, sidste: &str, dage: i64) -> OverRow {
    OverRow {
        id: Uuid::from_u128(nr),
        path: PATH.to_owned(),
        who: who.to_owned(),
        enhed: "Botilbud Åkanden".to_owned(),
        leder: "Lone Leder".to_owned(),
        foerste: "5.1.2026".to_owned(),
        sidste: sidste.to_owned(),
        dage,
        annulleret: nr == 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_colour_has_a_sample() {
        assert!(TOKENS.len() > 20);
        for token in TOKENS.iter() {
            assert!(assets::STYLE.contains(&format!(".f-{token} {{ background: var(--{token}); }}")), "{token}");
        }
    }

    #[test]
    fn the_form_that_is_shown_is_refused_as_every_form_is() {
        let (form, error) = refused();
        let said: Vec<_> = error.iter().map(|line| (line.felt.as_deref().unwrap_or_default(), &*line.tekst)).collect();
        assert_eq!(said[0], ("f-stil-dato", "Hvilken dag? Svaret skal være en dato, fx 5.1.2026."));
        assert_eq!(said.len(), 2, "{said:?}");
        assert!(said[1].0 == "f-stil-form" && said[1].1.starts_with("Hvordan? "), "{said:?}");
        assert_eq!(form.fields.iter().filter(|felt| felt.error.is_some()).count(), 2);
        // What was typed ends with a point of its own.
        assert_eq!(form.fold_says(), "Aftalt: Vi tales ved på fredag. Ret, eller skriv mere");
        let seen: Vec<_> = form.fields.iter().map(|felt| felt.control()).collect();
        assert_eq!(seen, ["linje", "radio", "flere", "liste", "lang"], "each kind of field that is seen");
    }
}
