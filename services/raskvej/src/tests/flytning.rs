//! A move inside the workplace as payroll tells of it: the files of some nights. The day is Friday 20 November 2026.

use app::workplace::standing_still;
use forloeb::Aktoer;
use forloeb::command::Act;
use forloeb::haendelse::FoersteKontaktHoldt;
use forloeb::words::{Fristart, Friststatus, Kontaktform, Kontaktrolle, TagetAf};
use uuid::Uuid;

use crate::import::{Intake, Report, Whole};
use crate::terminal::TerminalRequest;
use crate::terminal::trial::Trial;

const HEAD: &str = "medarbejder_nr;cpr;navn;email;telefon;stilling;enhed;enhed_navn;leder_nr;tr_nr;amr_nr;ansat_dato;fratraadt_dato;timer_pr_uge;bopaelskommune;paragraf_56;fleksjob;nyuddannet;rolle\n";
const HEAD_FRAVAER: &str = "fravaer_nr;medarbejder_nr;aarsag;foerste_fravaersdag;sidste_fravaersdag;omfang_pct\n";

fn line(nr: &str, cpr: &str, leder: &str, ansat: &str, fratraadt: &str) -> String {
    format!(
        "{nr};{cpr};Else Enevoldsen;;;Pædagog;E1;Plejecenter;{leder};;;{ansat};{fratraadt};37;0751;nej;nej;nej;medarbejder\n"
    )
}

fn leader(nr: &str, cpr: &str) -> String {
    line(nr, cpr, "", "01-03-2009", "").replace("medarbejder\n", "leder\n")
}

/// 2 under 9, and once moved 20 under 8.
fn employees(fratraadt: &str, after: &str) -> String {
    let mut all = vec![leader("8", "7203680011"), leader("9", "7203680038")];
    all.push(line("2", "6509710026", "9", "01-03-2015", fratraadt));
    if !after.is_empty() {
        all.push(line("20", "6509710026", "8", after, ""));
    }
    format!("{HEAD}{}", all.concat())
}

async fn takes_in(p: &Trial, whole: bool, people: &str, away: &str) -> [Report; 2] {
    let aktoer = Aktoer::system("import");
    let intake = || {
        let intake = Intake::new(&p.app, &aktoer);
        if whole { intake.whole(Whole::default()) } else { intake }
    };
    let people = intake().medarbejdere(people.as_bytes(), &|_, _| {}).await.unwrap();
    let away = intake().fravaer(format!("{HEAD_FRAVAER}{away}").as_bytes(), &|_, _| {}).await.unwrap();
    for report in [&people, &away] {
        assert!(report.error.is_empty() && report.gone.is_empty(), "{report:?}");
    }
    [people, away]
}

async fn compared(p: &Trial) {
    let answer = p.bed(TerminalRequest::Rebuild { compare: true }).await;
    assert_eq!(answer.code, 0, "{answer:?}");
}

const BEFORE: &str = "a1;2;sygdom;02-11-2026;08-11-2026;100\n";
const AFTER: &str = "a2;20;sygdom;09-11-2026;;100\n";

/// 2 ends on 8 November, 20 begins on the 9th, the rows adjoin and F is the 2nd: one forløb, lovdag 7 December.
#[tokio::test]
async fn a_move_goes_on_through_the_files_a_start_and_a_comparison() {
    let p = Trial::empty().await;
    takes_in(&p, false, &employees("", ""), BEFORE).await;
    let before = p.forloeb("2").await;
    let kontakt = FoersteKontaktHoldt {
        forloeb: Uuid::nil(),
        dato: "2026-11-04".parse().unwrap(),
        form: Kontaktform::Telefon,
        kontaktperson_rolle: Kontaktrolle::Leder,
        taget_af: TagetAf::Arbejdsplads,
        forventet_varighed: None,
        arbejdsrelateret: None,
    };
    p.act("2", Act::FoersteKontakt(kontakt)).await;
    takes_in(&p, false, &employees("08-11-2026", "09-11-2026"), &format!("{BEFORE}{AFTER}")).await;

    let check = |loan: &crate::projections::Loan| {
        let f = loan.all().last().unwrap().clone();
        let v = loan.assessment(&f, "2026-11-20".parse().unwrap()).into_owned();
        assert_eq!((loan.all().len(), f.id), (1, before.id), "the forløb keeps its name");
        assert_eq!((f.medarbejder_nr.as_str(), f.foerste.to_string().as_str()), ("20", "2026-11-02"));
        assert_eq!(v.refusion.lovdag.to_string(), "2026-12-07");
        assert_eq!(v.refusion.foerste_refusionsdag.to_string(), "2026-12-02");
        assert_eq!(v.frist(Fristart::FoersteKontakt).unwrap().status, Friststatus::Opfyldt);
    };
    check(&p.app.loan("20").await.unwrap());
    assert!(p.app.loan("2").await.unwrap().all().is_empty());
    assert_eq!(p.app.projections().whose(before.id), Some("20"));
    assert_eq!(p.app.projections().running().count(), 1);
    compared(&p).await;

    // The next nights say nothing new, also as files that hold everything.
    let head = p.app.log.head();
    for whole in [false, true] {
        let [people, away] =
            takes_in(&p, whole, &employees("08-11-2026", "09-11-2026"), &format!("{BEFORE}{AFTER}")).await;
        assert_eq!((people.unchanged, away.unchanged), (4, 2));
        assert_eq!(p.app.log.head(), head);
    }
    // What payroll puts right of the days under the number before is put right where they are now.
    takes_in(
        &p,
        false,
        &employees("08-11-2026", "09-11-2026"),
        &format!("{}{AFTER}", BEFORE.replace("02-11", "01-11")),
    )
    .await;
    assert_eq!(p.forloeb("20").await.foerste.to_string(), "2026-11-01");
    takes_in(&p, false, &employees("08-11-2026", "09-11-2026"), &format!("{BEFORE}{AFTER}")).await;

    let p = Trial::i(p.close().await).await;
    check(&p.app.loan("20").await.unwrap());
    assert_eq!(p.app.projections().current_nr("2"), "20");
    compared(&p).await;
}

/// The new number is there for some nights before payroll tells that the old one ended: it begins anew until then.
#[tokio::test]
async fn the_end_that_is_told_late_joins_what_began_meanwhile() {
    let p = Trial::empty().await;
    takes_in(&p, false, &employees("", ""), &BEFORE.replace("08-11-2026", "")).await;
    let before = p.forloeb("2").await;
    takes_in(&p, false, &employees("", "09-11-2026"), &format!("{}{AFTER}", BEFORE.replace("08-11-2026", ""))).await;
    let meanwhile = p.forloeb("20").await;
    assert_eq!(meanwhile.foerste.to_string(), "2026-11-09", "two numbers side by side are two jobs");
    assert_ne!(meanwhile.id, before.id);
    takes_in(&p, false, &employees("08-11-2026", "09-11-2026"), &format!("{BEFORE}{AFTER}")).await;
    let joined = p.forloeb("20").await;
    assert_eq!((joined.id, joined.foerste.to_string().as_str()), (before.id, "2026-11-02"));
    assert!(joined.called(meanwhile.id));
    assert_eq!(p.app.projections().forloeb_id(meanwhile.id), Some(before.id), "the other name still answers");
    compared(&p).await;
}

/// Ended on Friday the 6th: Monday the 9th is the first working day after, Tuesday the 10th is not. Nor does a move count
/// before its day.
#[tokio::test]
async fn a_move_is_one_that_adjoins_and_has_happened() {
    for (fratraadt, ansat, goes_on) in [
        ("06-11-2026", "09-11-2026", true),
        ("06-11-2026", "10-11-2026", false),
        ("09-11-2026", "09-11-2026", false),
        ("20-11-2026", "21-11-2026", false),
    ] {
        let p = Trial::empty().await;
        takes_in(&p, false, &employees(fratraadt, ansat), "").await;
        let now = if goes_on { "20" } else { "2" };
        assert_eq!(p.app.projections().current_nr("2"), now, "{fratraadt} {ansat}");
    }
    let p = Trial::empty().await;
    takes_in(&p, false, &employees("20-11-2026", "21-11-2026"), "").await;
    let p = Trial::on(p.close().await, standing_still("2026-11-21T07:00:00Z")).await;
    takes_in(&p, false, &employees("20-11-2026", "21-11-2026"), "").await;
    assert_eq!(p.app.projections().current_nr("2"), "20", "the first file from its day on");
}
