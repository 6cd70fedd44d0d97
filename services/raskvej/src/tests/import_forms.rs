//! Files as payroll and spreadsheets write them, and what is said of what is hardly meant.

use forloeb::Aktoer;
use forloeb::words::{Ansaettelsesform, Ugedag};

use crate::import::{Report, fravaer, medarbejdere};
use crate::terminal::trial::{Trial, file};

const PEOPLE: &str = "medarbejder_nr;cpr;navn;email;telefon;stilling;enhed;enhed_navn;leder_nr;tr_nr;amr_nr;ansat_dato;\
                      fratraadt_dato;timer_pr_uge;bopaelskommune;paragraf_56;fleksjob;nyuddannet;rolle";
const ABSENCES: &str = "fravaer_nr;medarbejder_nr;aarsag;foerste_fravaersdag;sidste_fravaersdag;omfang_pct";

async fn people(p: &Trial, bytes: &[u8]) -> Report {
    medarbejdere(&p.app, bytes, &Aktoer::system("import"), &|_, _| {}).await.unwrap()
}

async fn absences(p: &Trial, lines: &str) -> Report {
    fravaer(&p.app, format!("{ABSENCES}\n{lines}").as_bytes(), &Aktoer::system("import"), &|_, _| {}).await.unwrap()
}

/// A line about somebody employed 37 hours a week since 2015.
fn person(nr: &str, cpr: &str, name: &str) -> String {
    format!("{nr};{cpr};{name};;;;E1;;;;;01-03-2015;;37;0461;nej;nej;nej;medarbejder\n")
}

fn told(report: &[crate::import::LineError]) -> Vec<(u64, &str)> {
    report.iter().map(|f| (f.line, f.felt.as_str())).collect()
}

/// The days and the percent of an absence as they were taken in.
async fn taken(p: &Trial, nr: &str) -> (String, Option<String>, u16) {
    let loan = p.app.loan(nr).await.unwrap();
    let r = loan.ansaettelse().registreringer(loan.book()).pop().unwrap();
    (r.foerste.to_string(), r.sidste.map(|dag| dag.to_string()), r.omfang_pct.hundredths())
}

#[tokio::test]
async fn days_percents_and_headers_are_read_as_they_are_written() {
    for (first, last, percent, expected) in [
        ("01.11.2026", "31-12-9999", "100,00", ("2026-11-01", None, 10_000)),
        ("1-11-2026", "9999-12-31", "100%", ("2026-11-01", None, 10_000)),
        ("01/11/2026", "05/11/2026", "50,5", ("2026-11-01", Some("2026-11-05"), 5_050)),
        ("01-11-2026 00:00:00", "2026-11-05T00:00:00", "33.33", ("2026-11-01", Some("2026-11-05"), 3_333)),
    ] {
        let p = Trial::empty().await;
        people(&p, format!("{PEOPLE}\n{}", person("1", "7107680011", "Åse")).as_bytes()).await;
        let csv = format!(
            "sep=,\r\nFravær nr, Medarbejder-NR ,Årsag,FØRSTE FRAVÆRSDAG,Sidste fraværsdag,\"Omfang pct\"\r\n\
             1,1,Sygdom,{first},{last},\"{percent}\"\r\n"
        );
        let r = fravaer(&p.app, csv.as_bytes(), &Aktoer::system("import"), &|_, _| {}).await.unwrap();
        assert_eq!((r.created, told(&r.error), told(&r.warnings)), (1, vec![], vec![]), "{csv}");
        let (foerste, sidste, omfang) = taken(&p, "1").await;
        assert_eq!((foerste.as_str(), sidste.as_deref(), omfang), expected, "{csv}");
    }
}

#[tokio::test]
async fn one_broken_byte_keeps_its_line_out_and_the_other_names_right() {
    let p = Trial::empty().await;
    let lines =
        [person("1", "7107680011", "Søren"), person("2", "7107680022", "Bjørn"), person("3", "7107680033", "Åse")];
    let mut bytes = format!("{PEOPLE}\n{}", lines.concat()).into_bytes();
    let cut = bytes.windows(3).position(|w| w == "jø".as_bytes()).unwrap() + 2;
    bytes.remove(cut);
    let r = people(&p, &bytes).await;
    assert_eq!((r.created, told(&r.error)), (2, vec![(3, "linje")]));
    assert!(r.error[0].error.contains("gået i stykker"), "{}", r.error[0].error);
    for (nr, name) in [("1", "Søren"), ("3", "Åse")] {
        assert_eq!(p.app.details(nr).unwrap().unwrap().name.show(), name);
    }
    assert!(p.app.projections().stamdata("2").is_none());
}

#[tokio::test]
async fn a_number_whose_zeros_were_cut_is_not_a_second_employee() {
    let p = Trial::empty().await;
    let line = |nr: &str| format!("{PEOPLE}\n{}", person(nr, "7107680011", "Åse"));
    assert_eq!(people(&p, line("00010001").as_bytes()).await.created, 1);
    let r = people(&p, line("10001").as_bytes()).await;
    assert_eq!((r.created, told(&r.error)), (0, vec![(2, "medarbejder_nr")]));
    assert!(r.error[0].error.contains("10001 og 00010001"), "{}", r.error[0].error);
    // A second employment of the same person has another number, and goes in.
    assert_eq!(people(&p, line("10002").as_bytes()).await.created, 1);
    // In one file the later line is told.
    let q = Trial::empty().await;
    let both = format!("{PEOPLE}\n{}{}", person("007", "7107680011", "Åse"), person("7", "7107680011", "Åse"));
    let r = people(&q, both.as_bytes()).await;
    assert_eq!((r.created, told(&r.error)), (1, vec![(3, "medarbejder_nr")]));
}

#[tokio::test]
async fn what_is_hardly_meant_goes_in_with_a_warning() {
    let p = Trial::small().await;
    let r = absences(&p, "1;1001;sygdom;02-02-2026;06-02-2026;100\n2;1001;sygdom;02-03-2026;06-03-2026;1\n").await;
    assert_eq!((r.created, told(&r.error), told(&r.warnings)), (2, vec![], vec![(3, "omfang_pct"), (3, "omfang_pct")]));
    let fields = |change: &[(usize, &str)]| {
        let line = person("77", "0101900011", "Åse");
        let mut fields: Vec<&str> = line.trim_end().split(';').collect();
        change.iter().for_each(|(place, value)| fields[*place] = value);
        format!("{PEOPLE}\n{}", fields.join(";"))
    };
    for (change, expected) in [
        (&[(13, "70")][..], vec![(2, "timer_pr_uge")]),
        (&[(11, "01-03-1950")], vec![(2, "ansat_dato"), (2, "ansat_dato")]),
        (&[(11, "01-03-1995")], vec![(2, "ansat_dato")]),
        (&[(12, "01-03-2099")], vec![(2, "fratraadt_dato")]),
        (&[(12, "31-12-9999")], vec![]),
    ] {
        let r = people(&p, fields(change).as_bytes()).await;
        assert_eq!((told(&r.error), told(&r.warnings)), (vec![], expected), "{change:?}");
    }
    let unknown = format!("{PEOPLE};lokation\n{}", person("78", "7107680044", "Åse").replace('\n', ";X\n"));
    let r = people(&p, unknown.as_bytes()).await;
    assert_eq!((r.created, told(&r.warnings)), (1, vec![(1, "lokation")]));
}

/// 10 % of 37 hours are 3,7 hours: no partial sickness in the sense of refusion. 11 % are 4,07; a child's sickness is none
/// at all, and a fleksjob knows no such bound.
#[tokio::test]
async fn under_four_hours_a_week_is_warned_of() {
    let p = Trial::empty().await;
    let fleksjob = person("2", "7107680022", "Bo").replace("nej;nej;nej", "nej;ja;nej");
    people(&p, format!("{PEOPLE}\n{}{fleksjob}", person("1", "7107680011", "Åse")).as_bytes()).await;
    let lines = "1;1;sygdom;02-02-2026;06-02-2026;10\n2;1;sygdom;02-03-2026;06-03-2026;11\n\
                 3;1;barn_syg;01-04-2026;01-04-2026;10\n4;2;sygdom;02-02-2026;06-02-2026;10\n";
    let r = absences(&p, lines).await;
    assert_eq!((r.created, told(&r.error), told(&r.warnings)), (4, vec![], vec![(2, "omfang_pct")]));
    assert!(r.warnings[0].error.contains("under 4 timers fravær om ugen"), "{}", r.warnings[0].error);
}

#[tokio::test]
async fn who_is_paid_by_the_hour_goes_in_with_what_is_not_known_said() {
    let p = Trial::empty().await;
    let line = "1;7107680011;Åse;;;;E1;;;;;;;0;0461;nej;nej;nej;medarbejder;timeloen";
    let r = people(&p, format!("{PEOPLE};ansaettelsesform\n{line}\n").as_bytes()).await;
    assert_eq!((r.created, told(&r.error)), (1, vec![]));
    assert_eq!(told(&r.warnings), [(2, "ansat_dato"), (2, "timer_pr_uge")]);
    let stored = p.app.projections().stamdata("1").unwrap().clone();
    assert_eq!((stored.ansat, stored.ansaettelsesform), (None, Some(Ansaettelsesform::Timeloen)));
    assert_eq!(absences(&p, "1;1;sygdom;02-11-2026;;100\n").await.created, 1);
    // Of somebody else both are missing.
    let other = line.replace("timeloen", "maanedsloen").replace("1;7107680011", "2;7107680022");
    let r = people(&p, format!("{PEOPLE};ansaettelsesform\n{other}\n").as_bytes()).await;
    assert_eq!(told(&r.error), [(2, "ansat_dato"), (2, "timer_pr_uge")]);
}

#[tokio::test]
async fn the_columns_that_may_be_left_out_are_kept() {
    let p = Trial::empty().await;
    let extra = ";gaelder_fra;arbejdsdage;loen_under_sygdom;paragraf_56_fra;paragraf_56_til;distrikt";
    let line =
        format!("{};01-10-2026;tor,man;nej;01-01-2026;31-12-2027;Nord", person("1", "7107680011", "Åse").trim_end());
    assert_eq!(people(&p, format!("{PEOPLE}{extra}\n{line}\n").as_bytes()).await.created, 1);
    let s = p.app.projections().stamdata("1").unwrap().clone();
    assert_eq!((s.arbejdsdage, s.distrikt.as_deref()), (Some(vec![Ugedag::Man, Ugedag::Tor]), Some("Nord")));
    assert_eq!(s.paragraf_56_til.map(|dag| dag.to_string()).as_deref(), Some("2027-12-31"));
    let csv = format!(
        "{ABSENCES};paragraf_56;raskmeldt;timer_pr_uge_fravaer\n\
         1;1;sygdom;02-11-2026;06-11-2026;;ja;ja;18,5\n2;1;sygdom;09-11-2026;;100;;ja;\n3;1;sygdom;09-11-2026;;100;;;10\n"
    );
    let r = fravaer(&p.app, csv.as_bytes(), &Aktoer::system("import"), &|_, _| {}).await.unwrap();
    assert_eq!((r.created, told(&r.error)), (2, vec![(3, "raskmeldt")]));
    assert_eq!(told(&r.warnings), [(4, "timer_pr_uge_fravaer")]);
    let loan = p.app.loan("1").await.unwrap();
    let told = loan.ansaettelse().registreringer(loan.book()).remove(0).imported.unwrap();
    assert_eq!((told.omfang_pct.hundredths(), told.paragraf_56, told.raskmeldt), (5_000, Some(true), true));
}

#[tokio::test]
async fn files_of_other_systems_go_in_through_a_profile() {
    let p = Trial::small().await;
    let csv = "Inst;Tjnr;Fraværsløbenr;Fraværskode;Fra dato;Til dato;Procent;Indberettet;Lønart\n\
               ;1001;7;SYG;02.02.2026;06.02.2026;;;x\n;1001;8;FER;09.02.2026;13.02.2026;100;;x\n;1001;9;XYZ;02.03.2026;;100;;x\n";
    let profile = crate::import::Profile::named(p.path(), "sd-lignende").unwrap();
    let aktoer = Aktoer::system("import");
    let intake = crate::import::Intake::new(&p.app, &aktoer).profile(profile);
    let r = intake.fravaer(csv.as_bytes(), &|_, _| {}).await.unwrap();
    assert_eq!((r.created, r.left_out, told(&r.error), told(&r.warnings)), (1, 1, vec![(4, "aarsag")], vec![]));
    assert!(!r.error[0].error.contains("XYZ"));
    assert!(p.app.projections().fravaer_nr("1001-7").is_some());
    let r = intake.fravaer(file("fravaer.csv"), &|_, _| {}).await.unwrap();
    assert!(r.created == 0 && r.error.iter().any(|f| f.error.contains("»Inst«")), "{:?}", r.error);
}
