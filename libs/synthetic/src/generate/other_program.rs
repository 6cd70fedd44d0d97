//! A generated history is told to the second program of the rules (`tests/independent/vectors.py`), employment by
//! employment and day by day: does it say the same of every frist, and of refusion?

use chrono::{NaiveDate, NaiveTime};
use forloeb::haendelse::{Forsvundet, FravaerForsvundet, FravaerRettet, Haendelse, Stamdata};
use forloeb::{Ansaettelse, Forloeb, Record, Regelbog};
use serde_json::{Value, json};

use super::tests::{make, open_folder};
use super::*;
use app::clock::klokken;

#[path = "../../../../libs/forloeb/tests/rules/story/state.rs"]
#[expect(unreachable_pub, reason = "it is read by two crates")]
mod state;
use state::{live, state};

/// Days on which one employment is compared, at most; the last ones.
const DAGE: usize = 12;

/// What of the history the second program can be told: its events are about the forløb that began last.
#[derive(Default)]
struct Told {
    medarbejder: Value,
    haendelser: Vec<Value>,
    /// Position and number of those that stand for one event alone.
    numbers: Vec<(u64, usize)>,
}

impl Told {
    /// Tells one event; none when it cannot be told.
    fn take(&mut self, before: &Ansaettelse, post: &Record, book: &Regelbog) -> Option<()> {
        let mut new_ones = match &post.haendelse {
            Haendelse::StamdataRegistreret(h) if self.medarbejder.is_null() => {
                self.medarbejder = medarbejder(&h.stamdata);
                return Some(());
            }
            Haendelse::StamdataRegistreret(h) => {
                let new = medarbejder(&h.stamdata);
                let last = before.stamdata().map(medarbejder)?;
                let fields = ["ansat", "timer_pr_uge", "paragraf_56", "fleksjob", "nyuddannet", "loen_under_sygdom"];
                if fields.iter().any(|felt| new[*felt] != last[*felt]) {
                    return None; // judged by what was known when it ended; the other program knows one state only
                }
                vec![acting_as("stamdata", new)]
            }
            // They move no day.
            Haendelse::KontaktForsoegt(_)
            | Haendelse::BrevGivet(_)
            | Haendelse::OenskerRegistreret(_)
            | Haendelse::OmsorgskollegaValgt(_)
            | Haendelse::SamtaleBesvaret(_)
            | Haendelse::TtaEgneOrdSkrevet(_)
            | Haendelse::TtaPlanKladdeGemt(_)
            | Haendelse::TtaPlanBesvaret(_)
            | Haendelse::TtaBeskedBesvaret(_)
            | Haendelse::TtaPlanDelt(_)
            | Haendelse::FastholdelsesplanAnmodet(_)
            | Haendelse::FastholdelsesplanBesvaret(_)
            | Haendelse::MulighedserklaeringRegistreret(_)
            | Haendelse::FastTrackGodkendt(_)
            | Haendelse::ForloebAfventer(_)
            | Haendelse::PaamindelseBestilt(_)
            | Haendelse::SamtaleIndkaldt(_)
            | Haendelse::ForloebTildelt(_)
            | Haendelse::PaamindelserAfgjort(_)
            | Haendelse::PaamindelseSendesIgen(_)
            | Haendelse::StedfortraederUdpeget(_)
            | Haendelse::SignalbrevOensket(_)
            | Haendelse::SignalbrevAfgjort(_)
            // Where payroll's word moves a day, or somebody says that it is to, a correction follows that tells it.
            | Haendelse::FravaerKnyttet(_)
            | Haendelse::FravaerNummereret(_)
            | Haendelse::MedarbejderForsvundet(_)
            | Haendelse::UenighedAfgjort(_) => return Some(()),
            Haendelse::FravaerForsvundet(h) if matches!(h.stand, Forsvundet::Meldt | Forsvundet::Beholdt) => {
                return Some(());
            }
            Haendelse::SygemeldingKnyttet(h) if h.forventet_varighed.is_none() => return Some(()),
            Haendelse::FravaerRegistreret(h) => vec![json!({
                "type": "sygemelding", "foerste_fravaersdag": h.foerste, "sidste_fravaersdag": h.sidste,
                "aarsag": h.aarsag, "omfang_pct": h.omfang_pct, "forventet_varighed": h.forventet_varighed,
            })],
            other => {
                let newest =
                    live(before.forloeb(book)).pop().filter(|f| other.forloeb().is_some_and(|id| f.called(id)))?;
                self.about_newest(before, &newest, other, book)?
            }
        };
        if let [_] = new_ones[..] {
            self.numbers.push((post.position, self.haendelser.len() + 1));
        }
        new_ones.iter_mut().for_each(|h| h["dag"] = json!(post.dag));
        self.haendelser.extend(new_ones);
        Some(())
    }

    fn about_newest(&self, before: &Ansaettelse, f: &Forloeb, h: &Haendelse, book: &Regelbog) -> Option<Vec<Value>> {
        let whole: Value = serde_json::from_slice(&h.to_json().ok()?).ok()?;
        let name = match h {
            Haendelse::FravaerRettet(h) => return rettelser(before, f, h, book),
            Haendelse::FravaerForsvundet(h) => return vanished(before, f, h, book),
            Haendelse::VarighedRettet(h) => {
                return Some(vec![rettelse("forventet_varighed", h.forventet_varighed)]);
            }
            Haendelse::HaendelseAnnulleret(h) => {
                let number = self.numbers.iter().find(|(position, _)| *position == h.haendelse)?.1;
                return Some(vec![json!({ "type": "annullering", "haendelse": number })]);
            }
            Haendelse::TtaPlanLagt(h) => {
                let (evalueringer, skaanehensyn) = (&h.plan.evalueringer, &h.plan.skaanehensyn);
                let plan = json!({ "type": "tta_plan", "evalueringer": evalueringer, "skaanehensyn": skaanehensyn });
                return Some(vec![plan]);
            }
            Haendelse::ForloebAnnulleret(_) => return Some(vec![json!({ "type": "annullering" })]),
            Haendelse::FoersteKontaktHoldt(_) => "foerste_kontakt",
            Haendelse::SamtaleRegistreret(_) => "samtale",
            Haendelse::AnmeldelseRegistreret(_) => "anmeldelse",
            Haendelse::RefusionAnmodet(_) => "refusionsanmodning",
            Haendelse::FastTrackBesluttet(_) => "fast_track",
            Haendelse::OtteUgerRegistreret(_) => "otte_uger",
            Haendelse::ArbejdsskadeAnmeldt(_) => "arbejdsskade",
            Haendelse::DelvisRegistreret(_) => "delvis",
            Haendelse::Raskmeldt(_) => "raskmelding",
            Haendelse::ForloebAfsluttet(_) => "afslutning",
            Haendelse::TtaEvalueret(_) => "tta_evaluering",
            Haendelse::AfbrydelseRegistreret(_) => "afbrydelse",
            Haendelse::DispensationRegistreret(_) => "dispensation",
            Haendelse::OpfoelgningRegistreret(_) => "opfoelgning",
            Haendelse::Paragraf56Besvaret(h) => {
                let gaelder = if h.gaelder { "ja" } else { "nej" };
                return Some(vec![json!({ "type": "paragraf_56", "gaelder": gaelder })]);
            }
            Haendelse::LederSkiftet(_) => "lederskifte",
            Haendelse::OvertagelseBesvaret(_) => "overtagelse",
            Haendelse::LederBestridt(_) => "forkert_leder",
            Haendelse::LederBeholdt(_) => "leder_beholdt",
            Haendelse::SlutForventet(_) => "forventet_slut",
            Haendelse::ArbejdsaarsagSagt(_) => "arbejdsaarsag",
            Haendelse::ForanstaltningRegistreret(_) => "foranstaltning",
            Haendelse::AftaleAfgjort(_) => "aftale",
            Haendelse::ReferatSkrevet(h) => {
                let moede = self.numbers.iter().find(|(position, _)| *position == h.til)?.1;
                return Some(vec![json!({ "type": "referat", "moede": moede, "aftaler": h.aftaler })]);
            }
            Haendelse::KontaktpersonValgt(_) => "kontaktperson",
            _ => return None,
        };
        Some(vec![acting_as(name, whole)])
    }
}

fn acting_as(name: &str, mut fields: Value) -> Value {
    fields["type"] = json!(name);
    fields
}

fn rettelse(felt: &str, ny_vaerdi: impl serde::Serialize) -> Value {
    json!({ "type": "rettelse", "felt": felt, "ny_vaerdi": ny_vaerdi })
}

fn medarbejder(s: &Stamdata) -> Value {
    json!({
        "ansat": s.ansat, "fratraadt": s.fratraadt, "timer_pr_uge": s.timer_pr_uge, "paragraf_56": s.paragraf_56,
        "fleksjob": s.fleksjob, "nyuddannet": s.nyuddannet, "paragraf_56_fra": s.paragraf_56_fra, "paragraf_56_til": s.paragraf_56_til,
        "loen_under_sygdom": s.loen_under_sygdom, "ansaettelsesform": s.ansaettelsesform, "leder_nr": s.leder_nr, "tr_nr": s.tr_nr, "amr_nr": s.amr_nr,
    })
}

/// A correction of the first registration of the run in its first day and cause, of the last one in its last day and
/// extent.
fn rettelser(before: &Ansaettelse, f: &Forloeb, h: &FravaerRettet, book: &Regelbog) -> Option<Vec<Value>> {
    let course: Vec<_> = before.registreringer(book).into_iter().filter(|r| f.called(r.id)).collect();
    let old = course.iter().find(|r| r.id == h.registrering)?;
    let is = |r: Option<&forloeb::derive::Registrering>| r.is_some_and(|r| r.id == h.registrering);
    let (foerste, sidste) = (is(course.first()), is(course.last()));
    let fields = [
        (old.sidste != h.sidste, sidste, rettelse("sidste_fravaersdag", h.sidste)),
        (old.omfang_pct != h.omfang_pct, sidste, rettelse("omfang_pct", h.omfang_pct)),
        (old.aarsag != h.aarsag, foerste, rettelse("aarsag", h.aarsag)),
        (old.foerste != h.foerste, foerste, rettelse("foerste_fravaersdag", h.foerste)),
    ];
    let changed_ones = fields.into_iter().filter(|(changed, ..)| *changed);
    changed_ones.map(|(_, can_told, rettelse)| can_told.then_some(rettelse)).collect()
}

/// What becomes of a row that payroll no longer has, where it is all of the run, or its end.
fn vanished(before: &Ansaettelse, f: &Forloeb, h: &FravaerForsvundet, book: &Regelbog) -> Option<Vec<Value>> {
    let course: Vec<_> = before.registreringer(book).into_iter().filter(|r| f.called(r.id)).collect();
    let is_last = course.last().is_some_and(|r| r.id == h.registrering);
    match h.stand {
        Forsvundet::Meldt | Forsvundet::Beholdt => Some(Vec::new()),
        Forsvundet::KommetIgen => course.iter().any(|r| r.id == h.registrering).then(Vec::new),
        Forsvundet::Afsluttet => is_last.then(|| vec![rettelse("sidste_fravaersdag", h.sidste)]),
        Forsvundet::Annulleret => (is_last && course.len() == 1).then(|| vec![json!({ "type": "annullering" })]),
    }
}

fn at_dagens_end(a: &Ansaettelse, dag: NaiveDate) -> Ansaettelse {
    a.known(klokken(dag, NaiveTime::from_hms_opt(23, 59, 59).unwrap()))
}

/// The vectors of one employment: of each of the last days on which something was told, and of the day before the next.
fn vectors(nr: &str, a: &Ansaettelse, til: NaiveDate, book: &Regelbog) -> Vec<Value> {
    let (mut told, mut before, mut out) = (Told::default(), Ansaettelse::new(nr), Vec::new());
    let mut dage: Vec<(NaiveDate, Vec<Value>)> = Vec::new();
    for post in a.records() {
        if told.take(&before, post, book).is_none() {
            dage.retain(|(dag, _)| *dag != post.dag); // at the end of that day more was known than was told
            break;
        }
        before.apply((**post).clone());
        if !told.haendelser.is_empty() {
            dage.retain(|(dag, _)| *dag != post.dag);
            dage.push((post.dag, told.haendelser.clone()));
        }
    }
    let whole = before.records().len() == a.records().len();
    let next = dage.iter().skip(1).map(|(dag, _)| Some(forloeb::calendar::plus_dage(*dag, -1)));
    let next = next.chain([whole.then_some(til)]);
    for ((dag, haendelser), next) in dage.iter().zip(next).skip(dage.len().saturating_sub(DAGE)) {
        for on in [*dag, next.unwrap_or(*dag)] {
            let course = live(at_dagens_end(a, *dag).forloeb(book));
            out.push(json!({
                "titel": format!("{nr} {on}"), "medarbejder": told.medarbejder, "haendelser": haendelser,
                "paa": on, "forventet": state(&course, on, book),
            }));
        }
    }
    out
}

#[tokio::test]
#[ignore = "needs Python"]
async fn the_other_program_says_the_same_of_an_invented_workplace() {
    let choices = Choices {
        medarbejdere: 150,
        distrikter: 1,
        aar: 3,
        seed: 21,
        til: "2026-11-20".parse().unwrap(),
        haendelser: None,
    };
    let (folder, _) = make(&choices).await;
    let app = open_folder(folder.path()).await;
    let (book, today) = (app.book(), app.clock.today());
    let mut numbers: Vec<String> = app.projections().numbers().map(str::to_owned).collect();
    numbers.sort();
    let mut all = Vec::new();
    for nr in &numbers {
        all.extend(vectors(nr, &app.whole(nr).await.unwrap(), today, &book));
    }
    let out = tempfile::tempdir().unwrap();
    let file = json!({ "standard": {}, "vektorer": all });
    std::fs::write(out.path().join("opdigt.json"), file.to_string()).unwrap();

    let python = if cfg!(windows) { "python" } else { "python3" };
    let answer = std::process::Command::new(python)
        .args(["../../tests/independent/vectors.py", "--kontroller"])
        .arg(out.path())
        .output()
        .expect("Python runs");
    let said = String::from_utf8_lossy(&answer.stdout);
    assert!(
        answer.status.success(),
        "{}{}",
        said.chars().take(6000).collect::<String>(),
        String::from_utf8_lossy(&answer.stderr)
    );
    println!("{}: {} employments", said.trim(), numbers.len());
    assert!(all.len() > 1500, "{} compared", all.len());
}
