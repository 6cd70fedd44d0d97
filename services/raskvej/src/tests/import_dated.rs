//! What payroll tells with days of its own: hours that change, an employment that begins again, and a number that is none. The
//! day is Friday 20 November 2026.

use forloeb::Aktoer;

use crate::import::{Report, fravaer, medarbejdere};
use crate::terminal::trial::Trial;

const PEOPLE: &str = "medarbejder_nr;cpr;navn;email;telefon;stilling;enhed;enhed_navn;leder_nr;tr_nr;amr_nr;ansat_dato;\
                      fratraadt_dato;timer_pr_uge;bopaelskommune;paragraf_56;fleksjob;nyuddannet;rolle;gaelder_fra";
const ABSENCES: &str =
    "fravaer_nr;medarbejder_nr;aarsag;foerste_fravaersdag;sidste_fravaersdag;omfang_pct;timer_pr_uge_fravaer";

async fn people(p: &Trial, lines: &str) -> Report {
    let csv = format!("{PEOPLE}\n{lines}");
    medarbejdere(&p.app, csv.as_bytes(), &Aktoer::system("import"), &|_, _| {}).await.unwrap()
}

async fn absences(p: &Trial, lines: &str) -> Report {
    let csv = format!("{ABSENCES}\n{lines}");
    fravaer(&p.app, csv.as_bytes(), &Aktoer::system("import"), &|_, _| {}).await.unwrap()
}

/// A line about employee 1: first and last day of the employment, hours a week, and from when that holds.
fn line(ansat: &str, fratraadt: &str, timer: &str, fra: &str) -> String {
    format!("1;7107680011;Åse;;;;E1;;;;;{ansat};{fratraadt};{timer};0461;nej;nej;nej;medarbejder;{fra}\n")
}

fn told(report: &[crate::import::LineError]) -> Vec<(u64, &str)> {
    report.iter().map(|f| (f.line, f.felt.as_str())).collect()
}

/// New, changed, known.
fn counts(r: &Report) -> (u64, u64, u64) {
    (r.created, r.changed, r.unchanged)
}

/// 18,5 hours of 37 are half of the time, on 1 September. Since then 20 hours are told from 1 November, 18 from today, which is
/// less than she was away, and 10 from 1 December.
#[tokio::test]
async fn hours_of_absence_are_of_the_hours_of_its_first_day() {
    let p = Trial::empty().await;
    assert_eq!(people(&p, &line("01-03-2015", "", "37", "")).await.created, 1);
    let row = "1;1;sygdom;01-09-2026;;;18,5\n";
    assert_eq!(counts(&absences(&p, row).await), (1, 0, 0));
    let percent = async || {
        let loan = p.app.loan("1").await.unwrap();
        loan.ansaettelse().registreringer(loan.book()).remove(0).omfang_pct.hundredths()
    };
    for (timer, fra) in [("20", "01-11-2026"), ("18", ""), ("10", "01-12-2026")] {
        assert_eq!(people(&p, &line("01-03-2015", "", timer, fra)).await.changed, 1, "{timer}");
        let head = p.app.log.head();
        let report = absences(&p, row).await;
        assert_eq!(
            (counts(&report), told(&report.error), told(&report.warnings)),
            ((0, 0, 1), vec![], vec![]),
            "{timer}"
        );
        assert_eq!((p.app.log.head(), percent().await), (head, 5_000), "{timer}");
    }
    // An absence from today on is of the hours of today: 9 of 18.
    let report = absences(&p, &format!("{}2;1;sygdom;20-11-2026;;;9\n", row.replace(";;;", ";30-09-2026;;"))).await;
    assert_eq!((counts(&report), told(&report.error)), ((1, 1, 0), vec![]));
    let loan = p.app.loan("1").await.unwrap();
    let all = loan.ansaettelse().registreringer(loan.book());
    assert_eq!(all.iter().map(|r| r.omfang_pct.hundredths()).collect::<Vec<_>>(), [5_000, 5_000]);
}

/// Two lines of one employee: until 30 September, and again from 1 December.
#[tokio::test]
async fn who_is_employed_again_has_two_employments_and_the_old_absence_stays_ended() {
    let p = Trial::empty().await;
    people(&p, &line("01-03-2015", "", "37", "")).await;
    assert_eq!(absences(&p, "1;1;sygdom;07-09-2026;;100;\n").await.created, 1);
    let both = line("01-03-2015", "30-09-2026", "37", "01-03-2015") + &line("01-12-2026", "", "20", "01-12-2026");
    let report = people(&p, &both).await;
    assert_eq!((report.changed, told(&report.error)), (2, vec![]));
    let head = p.app.log.head();
    let report = people(&p, &both).await;
    assert_eq!((report.unchanged, p.app.log.head()), (2, head), "the same file again");
    assert!(!p.app.projections().is_ansat("1"), "not yet, and not any more");
    let f = p.app.forloeb(crate::projections::registrering_of("1")).await.unwrap().unwrap();
    for day in ["2026-11-20", "2026-12-02", "2027-03-01"] {
        assert_eq!(f.slutdag(day.parse().unwrap()).map(|dag| dag.to_string()).as_deref(), Some("2026-09-30"), "{day}");
    }
    // The file of absences still has it, and a new one is another.
    let report = absences(&p, "1;1;sygdom;07-09-2026;;100;\n2;1;sygdom;07-12-2026;;100;\n").await;
    assert_eq!((counts(&report), told(&report.error)), ((1, 0, 1), vec![]));
    assert_eq!(p.app.loan("1").await.unwrap().all().len(), 2);
    let p = Trial::i(p.close().await).await;
    assert_eq!(p.app.loan("1").await.unwrap().all().len(), 2, "after a start too");
    // Both in the first file of all: one employee, and two employments.
    let p = Trial::empty().await;
    let report = people(&p, &both).await;
    assert_eq!((report.created, report.changed), (1, 1));
    assert_eq!((told(&report.error), told(&report.warnings)), (vec![], vec![]));
}

/// A spreadsheet took the zero before a CPR number. Nine digits alone are a number like others.
#[tokio::test]
async fn a_cpr_number_without_its_zero_is_no_employee_number() {
    let p = Trial::empty().await;
    let of = |nr: &str, cpr: &str, leder: &str| {
        format!("{nr};{cpr};Åse;;;;E1;;{leder};;;01-03-2020;;37;0461;nej;nej;nej;medarbejder;\n")
    };
    for cpr in ["0101991234", "010199-1234"] {
        for nr in ["101991234", "10199-1234"] {
            let report = people(&p, &of(nr, cpr, "")).await;
            assert_eq!((report.created, told(&report.error)), (0, vec![(2, "medarbejder_nr")]), "{nr} {cpr}");
            let error = &report.error[0].error;
            assert!(error.contains("CPR-nummer uden nullet foran") && error.contains("medarbejdernummer"), "{error}");
            assert!(!error.contains("10199"), "{error}");
        }
        let report = people(&p, &of("77", cpr, "101991234")).await;
        assert_eq!((report.created, told(&report.error)), (0, vec![(2, "leder_nr")]), "{cpr}");
    }
    assert_eq!(p.app.projections().numbers().count(), 0);
    assert_eq!(people(&p, &of("101991235", "0101991234", "")).await.created, 1);
}
