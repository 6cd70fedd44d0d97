//! A policy that HR fills in, reads again, lays down, changes and withdraws; and what everybody reads of it.

use ::forloeb::words::{Fristart, Rolle};
use app::workplace::day;
use axum::http::StatusCode;
use doors::address::percent_encode;

use super::arbejdsplads::{Arbejdsplads, ROLLER};

/// A form as a browser sends it.
fn form(fields: &[(&str, &str)]) -> String {
    let field = |(name, value): &(&str, &str)| format!("{name}={}", percent_encode(value));
    fields.iter().map(field).collect::<Vec<_>>().join("&")
}

pub(super) const FILLED_IN: [(&str, &str); 15] = [
    ("navn", "Tidlig kontakt"),
    ("model", "1-5-14"),
    ("hvor", "alle"),
    ("maaldag-samtale", "20"),
    ("raekker", "3"),
    ("p0-frist", "samtale"),
    ("p0-antal", "5"),
    ("p0-slags", "arbejdsdage"),
    ("p0-side", "foer"),
    ("p0-dag", "maaldag"),
    ("p0-til", "leder"),
    ("p0-til", "hr"),
    ("fra", "9.2.2026"),
    ("med", "hoved_med"),
    ("med_dato", "2026-01-20"),
];

pub(super) fn with<'a>(fields: &[(&'a str, &'a str)], changed: &[(&'a str, &'a str)]) -> String {
    let kept = fields.iter().filter(|(name, _)| !changed.iter().any(|(other, _)| other == name));
    form(&kept.chain(changed).copied().collect::<Vec<_>>())
}

/// The number of the only policy, as the page links to it.
fn number(page: &str) -> String {
    let (_, rest) = page.split_once("/hr/regler/ny?ret=").unwrap_or_else(|| panic!("{page}"));
    rest.split('"').next().unwrap().to_owned()
}

/// The day is Friday 6 February 2026; ill since 5 and 19 January, and from 5 January to 5 February.
#[tokio::test]
async fn hr_fills_in_a_policy_reads_it_again_and_lays_it_down() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let page = hr.fetch("/hr/regler/ny").await.tekst;
    for part in ["Dag 1, 5 og 14", "mål dag 28, sidste dag 29", "Botilbud E101 (E101)", "min=\"2026-02-07\""] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let read = hr.send("/hr/regler/ny", &with(&FILLED_IN, &[("hvad", "videre")])).await;
    assert_eq!(read.status, StatusCode::OK, "{}", read.tekst);
    for part in [
        "Fastsæt politikken?",
        "for fravær, der begynder mandag den 9. februar 2026 eller senere, alle steder",
        "Der tages kontakt senest på dag 1, 5 og 14.",
        "Sygefraværssamtalen: vi sigter efter dag 20.",
        "Lederen og HR får en påmindelse om sygefraværssamtalen 5 arbejdsdage før måldagen.",
        "Behandlet i HovedMED tirsdag den 20. januar 2026.",
    ] {
        assert!(read.tekst.contains(part), "{part}: {}", read.tekst);
    }
    let tried = hr.send("/hr/regler/ny", &with(&FILLED_IN, &[("hvad", "proev")])).await.tekst;
    assert!(tried.contains("3 forløb, der begyndte fra") && tried.contains("Næste kontakt"), "{tried}");
    assert!(hr.fetch("/hr/regler").await.tekst.contains("Ingen politik gælder nu"), "nothing is laid down by reading");

    let done = hr.send("/hr/regler/ny", &with(&FILLED_IN, &[("hvad", "fastsaet")])).await;
    assert_eq!((done.status, done.sted()), (StatusCode::SEE_OTHER, "/hr/regler?ok=politik"), "{}", done.tekst);
    let page = hr.fetch("/hr/regler").await.tekst;
    for part in [
        "Tidlig kontakt <span class=\"badge b-forfalder\">på vej</span>",
        "Behandlet i HovedMED",
        "af HR.",
        "kontaktmodel = [1, 5, 14]",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let laid = crate::politik::all(&sted.app.log).await.unwrap().remove(0);
    assert_eq!(laid.politik.kontaktmodel, [1, 5, 14]);
    let book = sted.app.book();
    let first = |f: &str| book.in_force(f.parse().unwrap()).frist(Fristart::FoersteKontakt, None).unwrap().lovdag.dage;
    assert_eq!([first("2026-02-08"), first("2026-02-09")], [13, 0]);

    // A new version shows what it was, and says what becomes of the one before.
    let again = hr.fetch(&format!("/hr/regler/ny?ret={}", number(&page))).await.tekst;
    for part in [
        "value=\"Tidlig kontakt\"",
        "name=\"model\" value=\"1-5-14\" checked",
        "name=\"p0-antal\" value=\"5\"",
        "value=\"20\"",
    ] {
        assert!(again.contains(part), "{part}: {again}");
    }
    let ret = number(&page);
    let next = with(
        &FILLED_IN,
        &[("ret", &ret), ("model", "egne"), ("dage", "2, 7"), ("fra", "2026-03-02"), ("hvad", "videre")],
    );
    let read = hr.send("/hr/regler/ny", &next).await.tekst;
    assert!(
        read.contains(&format!("(nummer {ret}) gælder ikke for fravær, der begynder mandag den 2. marts 2026")),
        "{read}"
    );
    assert!(read.contains("dag 2 og 7"), "{read}");
}

#[tokio::test]
async fn what_is_wrong_is_named_beside_its_field_and_what_was_typed_is_kept() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    for (changed, said) in [
        (("navn", ""), "href=\"#navn\">Giv politikken et navn."),
        (("maaldag-samtale", "30"), "href=\"#maaldag-samtale\">Dagen: højst 29: lovdagen for"),
        (("maaldag-samtale", "tyve"), "href=\"#maaldag-samtale\">Dagen skal være et helt tal."),
        (("p0-til", ""), "href=\"#p0\">Vælg, hvem der skal have påmindelsen."),
        (("hvor", "nogle"), "href=\"#hvor\">Vælg mindst en enhed"),
        (("enhed", "E101"), "href=\"#hvor\">Du har valgt enheder eller distrikter og hele arbejdspladsen."),
        (("dage", "3, 9"), "href=\"#dage\">Du har skrevet egne dage og valgt noget andet."),
        (("p1-gentag", "5"), "href=\"#p1\">Vælg, hvad der skal påmindes om, eller gør rækken tom."),
        (
            ("fra", "2026-02-06"),
            "href=\"#fra\">Vælg den første dag, politikken gælder. Det kan tidligst være lørdag den 7. februar 2026.",
        ),
        (("med", ""), "href=\"#f-med\">Vælg, hvor den er behandlet"),
        (("med", "ikke_behandlet"), "href=\"#med_dato\">Dagen i MED skal være tom"),
        (("med_dato", "2026-02-07"), "href=\"#med_dato\">Dagen i MED kan ikke ligge efter i dag."),
    ] {
        for hvad in ["videre", "fastsaet"] {
            let answer = hr.send("/hr/regler/ny", &with(&FILLED_IN, &[changed, ("hvad", hvad)])).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{changed:?}");
            assert!(answer.tekst.contains(said), "{said}: {}", answer.tekst);
            assert!(answer.tekst.contains("name=\"p0-antal\" value=\"5\""), "{changed:?}");
        }
    }
    let own = with(&FILLED_IN, &[("model", "egne"), ("dage", "5, 1"), ("hvad", "videre")]);
    let answer = hr.send("/hr/regler/ny", &own).await;
    assert!(answer.tekst.contains("href=\"#dage\">Kontaktdagene: dagene skal være stigende"), "{}", answer.tekst);
    // One more row, and back from the confirmation: nothing is judged.
    let more = hr.send("/hr/regler/ny", &with(&FILLED_IN, &[("navn", ""), ("hvad", "raekke")])).await;
    assert!(more.status == StatusCode::OK && more.tekst.contains("id=\"p3-frist\""), "{}", more.tekst);
    assert!(crate::politik::all(&sted.app.log).await.unwrap().is_empty());
    let leder = sted.acting_as(Rolle::Leder).await;
    assert_eq!(
        leder.send("/hr/regler/ny", &with(&FILLED_IN, &[("hvad", "fastsaet")])).await.status,
        StatusCode::FORBIDDEN
    );
}

/// The policy of a unit, withdrawn before it came to hold for more than a month.
#[tokio::test]
async fn hr_withdraws_a_policy_from_a_day_and_is_asked_once_more() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let of_unit = with(&FILLED_IN, &[("hvor", "nogle"), ("enhed", "E101"), ("hvad", "fastsaet")]);
    assert_eq!(hr.send("/hr/regler/ny", &of_unit).await.status, StatusCode::SEE_OTHER);
    let page = hr.fetch("/hr/regler").await.tekst;
    assert!(page.contains("kun enhed E101 Botilbud E101, oven på det, der gælder alle"), "{page}");
    let nr = number(&page);
    let path = "/hr/regler/tilbagetraekning";
    let asked = hr.fetch(&format!("{path}?politik={nr}")).await;
    assert!(asked.status == StatusCode::OK && asked.tekst.contains("Tidlig kontakt"), "{}", asked.tekst);
    let nothing = hr.send(path, &form(&[("politik", &nr), ("fra", "2026-02-06"), ("hvad", "vis")])).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nothing.tekst.contains("Det kan tidligst være") && nothing.tekst.contains("Vælg, hvor det er behandlet"));

    let fields = [("politik", nr.as_str()), ("fra", "2026-03-09"), ("med", "ikke_behandlet")];
    let shown = hr.send(path, &with(&fields, &[("hvad", "vis")])).await;
    for part in [
        "Træk Tidlig kontakt tilbage?",
        "mandag den 9. marts 2026",
        "kontakt senest på dag 14",
        "Ikke behandlet i MED.",
    ] {
        assert!(shown.tekst.contains(part), "{part}: {}", shown.tekst);
    }
    let done = hr.send(path, &with(&fields, &[("hvad", "bekraeft")])).await;
    assert_eq!((done.status, done.sted()), (StatusCode::SEE_OTHER, "/hr/regler?ok=tilbagetraekning"), "{}", done.tekst);
    let page = hr.fetch("/hr/regler?ok=tilbagetraekning").await.tekst;
    for part in [
        "Politikken er trukket tilbage.",
        "til søndag den 8. marts 2026",
        "af HR for fravær, der begynder mandag den 9. marts 2026 eller senere. Ikke behandlet i MED.",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    // Sent twice it is one; another day is refused, and so is one that nobody laid down.
    assert_eq!(hr.send(path, &with(&fields, &[("hvad", "bekraeft")])).await.status, StatusCode::SEE_OTHER);
    let other = hr.send(path, &with(&fields, &[("fra", "2026-04-01"), ("hvad", "bekraeft")])).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        other.tekst.contains("allerede trukket tilbage for fravær, der begynder mandag den 9. marts 2026"),
        "{}",
        other.tekst
    );
    let unknown = hr.fetch(&format!("{path}?politik=999999")).await;
    assert_eq!((unknown.status, unknown.sted()), (StatusCode::SEE_OTHER, "/hr/regler"));
    let leder = sted.acting_as(Rolle::Leder).await;
    assert_eq!(leder.send(path, &with(&fields, &[("hvad", "bekraeft")])).await.status, StatusCode::FORBIDDEN);

    // Ill from Monday 9 February: the policy. From 9 March it is the rules.
    let contact = |book: &::forloeb::Regelbog, f: &str| {
        let at = ::forloeb::politik::Sted { enhed: "E101", distrikt: None };
        book.in_force_at(f.parse().unwrap(), at).frist(Fristart::FoersteKontakt, None).unwrap().lovdag.dage
    };
    let book = sted.app.book();
    assert_eq!(["2026-02-08", "2026-02-09", "2026-03-08", "2026-03-09"].map(|f| contact(&book, f)), [13, 0, 0, 13]);
}

/// A window of months and days has no field: a policy with one is changed as a text, and nothing of it is lost on the way.
#[tokio::test]
async fn what_the_form_has_no_field_for_is_changed_as_a_text() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let politik = "navn = \"Skæv\"\n[[signal]]\nnavn = \"x\"\nslags = \"dage\"\nantal = 15\nmaaneder = 12\ndage = 10\n\
                   medregn = [\"sygdom\"]\nkilde = \"k\"\n";
    let tekst = form(&[("politik", politik), ("fra", "2026-02-09"), ("hvad", "fastsaet")]);
    assert_eq!(hr.send("/hr/regler", &tekst).await.status, StatusCode::SEE_OTHER);
    let page = hr.fetch("/hr/regler").await.tekst;
    assert!(page.contains("på 12 måneder og 10 dage") && page.contains("ikke oplyst, om den er behandlet"), "{page}");
    let nr = number(&page);
    let form = hr.fetch(&format!("/hr/regler/ny?ret={nr}")).await.tekst;
    assert!(form.contains(&format!("href=\"/hr/regler?tekst={nr}#ny\"")), "{form}");
    assert!(hr.fetch(&format!("/hr/regler?tekst={nr}")).await.tekst.contains("maaneder = 12"));
}

/// The workplace wants to talk after four periods in a year, and after ten days in 90 days where somebody is newly educated.
#[tokio::test]
async fn hr_says_in_the_form_what_counts_as_frequent_absence() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let signals = [
        ("signaler", "egne"),
        ("signalraekker", "3"),
        ("s0-antal", "4"),
        ("s0-slags", "perioder"),
        ("s0-vindue", "12"),
        ("s0-enhed", "maaneder"),
        ("s0-aarsag", "sygdom"),
        ("s2-antal", "10"),
        ("s2-slags", "dage"),
        ("s2-vindue", "90"),
        ("s2-enhed", "dage"),
        ("s2-hoejst", "28"),
        ("s2-nyuddannet", "ja"),
        ("s2-aarsag", "sygdom"),
        ("s2-aarsag", "arbejdsskade"),
    ];
    let filled_in = [&FILLED_IN[..], &signals[..]].concat();
    let read = hr.send("/hr/regler/ny", &with(&filled_in, &[("hvad", "videre")])).await.tekst;
    for part in [
        "Signal om hyppigt fravær: fra 4 fraværsperioder på 12 måneder (sygdom).",
        "Signal om hyppigt fravær hos nyuddannede: fra 10 fraværsdage på 90 dage (",
        "Fravær på over 28 dage tæller ikke med.",
        "name=\"s2-hoejst\" value=\"28\"",
    ] {
        assert!(read.contains(part), "{part}: {read}");
    }
    for (changed, said) in [
        (("s2-antal", "mange"), "href=\"#s2\">Antallet skal være et helt tal."),
        (("s2-antal", "0"), "href=\"#s2\">Signalet: skal ligge fra 1 til"),
        (("s0-vindue", ""), "href=\"#s0\">Skriv, hvor langt tilbage der ses."),
        (("s0-aarsag", ""), "href=\"#s0\">Vælg mindst en årsag, der tæller med."),
        (("signaler", "intet"), "href=\"#signaler\">Du har udfyldt egne signaler og valgt noget andet."),
    ] {
        let again = hr.send("/hr/regler/ny", &with(&filled_in, &[changed, ("hvad", "videre")])).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{changed:?}: {}", again.tekst);
        assert!(again.tekst.contains(said), "{said}: {}", again.tekst);
    }
    let none = hr.send("/hr/regler/ny", &with(&FILLED_IN, &[("signaler", "intet"), ("hvad", "videre")])).await.tekst;
    assert!(none.contains("Der gives intet signal om hyppigt fravær."), "{none}");

    let done = hr.send("/hr/regler/ny", &with(&filled_in, &[("hvad", "fastsaet")])).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.tekst);
    let nr = number(&hr.fetch("/hr/regler").await.tekst);
    let again = hr.fetch(&format!("/hr/regler/ny?ret={nr}")).await.tekst;
    for part in [
        "name=\"signaler\" value=\"egne\" checked",
        "name=\"s1-vindue\" value=\"90\"",
        "value=\"dage-10-90d-nyuddannet\"",
    ] {
        assert!(again.contains(part), "{part}: {again}");
    }
}

/// Everybody reads it, an employee for their own unit; the days are those of the rules.
#[tokio::test]
async fn everybody_reads_the_policy_and_their_rights() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let own = with(&FILLED_IN, &[("fra", "2026-02-07"), ("hvor", "nogle"), ("enhed", "E101"), ("hvad", "fastsaet")]);
    assert_eq!(hr.send("/hr/regler/ny", &own).await.status, StatusCode::SEE_OTHER);
    for rolle in ROLLER {
        let page = sted.acting_as(rolle).await.fetch("/politik").await;
        assert_eq!(page.status, StatusCode::OK, "{rolle}");
        for part in [
            "Det kan du sige nej til",
            "Helbredsoplysningsloven § 2",
            "Vi sigter efter dag 28; sidste dag er dag 29",
            "Senest dag 14; er det en fridag",
            "Tidlig kontakt",
            "Behandlet i HovedMED tirsdag den 20. januar 2026.",
        ] {
            assert!(page.tekst.contains(part), "{rolle} {part}: {}", page.tekst);
        }
        assert!(page.tekst.contains("href=\"/politik\""), "the frame leads here");
    }
    assert_eq!(
        sted.send("GET", "/politik", "", "").await.status,
        StatusCode::SEE_OTHER,
        "who is not logged in logs in"
    );
}

/// From the day it holds the employee of the unit reads its days, and HR, who is of no unit, those for everybody.
#[tokio::test]
async fn an_employee_reads_the_days_of_their_own_unit() {
    let sted = Arbejdsplads::on(app::workplace::standing_still("2026-02-06T09:00:00Z"), true).await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let own = with(&FILLED_IN, &[("fra", "2026-02-07"), ("hvor", "nogle"), ("enhed", "E101"), ("hvad", "fastsaet")]);
    assert_eq!(hr.send("/hr/regler/ny", &own).await.status, StatusCode::SEE_OTHER);
    sted.app.clock.jump("2026-02-09T09:00:00Z".parse().unwrap());
    let page = sted.acting_as(Rolle::Medarbejder).await.fetch("/politik").await.tekst;
    assert!(
        page.contains("i Botilbud E101") && page.contains("Senest dag 1;") && page.contains("Vi sigter efter dag 20"),
        "{page}"
    );
    let page = sted.acting_as(Rolle::Hr).await.fetch("/politik").await.tekst;
    assert!(!page.contains("Senest dag 1;") && page.contains("Senest dag 14;"), "{page}");
}

/// A policy of contact on day 1, 5 and 14 for those who fall ill from Saturday 7 February 2026 on; on 2 March one is ill since the
/// 9th, and three are from before.
#[tokio::test]
async fn before_a_policy_is_withdrawn_hr_is_shown_what_would_be_otherwise() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let laid = hr.send("/hr/regler/ny", &with(&FILLED_IN, &[("fra", "7.2.2026"), ("hvad", "fastsaet")])).await;
    assert_eq!(laid.status, StatusCode::SEE_OTHER, "{}", laid.tekst);
    let nr = number(&hr.fetch("/hr/regler").await.tekst);
    assert!(sted.app.clock.move_to("2026-03-02T09:00:00Z".parse().unwrap()));
    sted.away("10003", "2026-02-09").await;
    let (path, before) = ("/hr/regler/tilbagetraekning", sted.app.log.head());
    let fields = [("politik", nr.as_str()), ("fra", "2026-04-01"), ("med", "ikke_behandlet")];
    let asked = hr.send(path, &with(&fields, &[("hvad", "vis")])).await.tekst;
    assert!(asked.contains("Vis, hvad der ville være anderledes") && !asked.contains("id=\"hvad-hvis\""), "{asked}");
    let tried = hr.send(path, &with(&fields, &[("hvad", "proev")])).await;
    assert_eq!(tried.status, StatusCode::OK, "{}", tried.tekst);
    let said = tried.tekst.split("id=\"hvad-hvis\"").nth(1).unwrap_or_else(|| panic!("{}", tried.tekst));
    assert!(said.contains("4 forløb, der begyndte fra") && said.contains(": 1 ville være anderledes"), "{said}");
    assert!(said.contains("Næste kontakt") && said.contains("Fravær fra 9. februar 2026"), "{said}");
    assert!(said.contains("<td data-navn=\"Enhed\">Botilbud E101 (E101)</td>"), "a unit by its name: {said}");
    assert!(tried.tekst.contains("Ja, træk den tilbage"), "it is asked before the yes");
    let noted = sted.app.opslag.about("10003", day("2026-03-02"), day("2026-03-02"), 10).await.unwrap().all;
    assert_eq!(noted.len(), 1, "whose forløb stands there was looked up: {noted:?}");
    let wrong = hr.send(path, &with(&fields, &[("hvad", "proev"), ("som_om", "2026-03-03")])).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.tekst.contains("ikke ligger efter i dag"), "{}", wrong.tekst);
    assert_eq!(sted.app.log.head(), before, "nothing is withdrawn by looking");
}
