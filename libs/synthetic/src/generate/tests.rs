//! The generated workplace: repeatable, and shaped like a real one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use eventlog::{Journal, Options, Recorded};
use forloeb::Regelbog;
use forloeb::command::{Act, DomainCommand, NewAftale, NewReferat, Rettelse, Valg};
use forloeb::derive::Imported;
use forloeb::frister::assess;
use forloeb::haendelse::{Afgoerelse, FravaerRegistreret, Haendelse};
use forloeb::uenighed::Uenighed;
use forloeb::words::Kilde;
use serde_json::Value;
use tempfile::TempDir;

use chrono::{DateTime, NaiveTime};

use super::*;
use app::clock::Clock;
use app::clock::{dag_in_denmark, klokken};
use app::core::App;
use app::projections::{ANSAETTELSE, read_record, registrering_of};
use app::sealed::{Personoplysninger, PlanTekster, open};

const TO: &str = "2026-11-20";

/// The events that the invented workplaces use. Of those that were not needed for what is measured and watched, there are
/// none: the erasure of a person, a deputy, what HR asks of the mail server.
const USED: [&str; 58] = [
    "StamdataRegistreret",
    "FravaerRegistreret",
    "FravaerRettet",
    "FoersteKontaktHoldt",
    "SamtaleIndkaldt",
    "SamtaleRegistreret",
    "AnmeldelseRegistreret",
    "RefusionAnmodet",
    "FastTrackBesluttet",
    "OtteUgerRegistreret",
    "ArbejdsskadeAnmeldt",
    "DelvisRegistreret",
    "Raskmeldt",
    "VarighedRettet",
    "HaendelseAnnulleret",
    "ForloebAnnulleret",
    "LederSkiftet",
    "ForloebTildelt",
    "ForloebAfsluttet",
    "TtaPlanLagt",
    "TtaEvalueret",
    "PaamindelserAfgjort",
    "AfbrydelseRegistreret",
    "Paragraf56Besvaret",
    "DispensationRegistreret",
    "OpfoelgningRegistreret",
    "FravaerKnyttet",
    "SygemeldingKnyttet",
    "FravaerForsvundet",
    "FravaerNummereret",
    "MedarbejderForsvundet",
    "UenighedAfgjort",
    "KontaktForsoegt",
    "OenskerRegistreret",
    "KontaktpersonValgt",
    "SamtaleBesvaret",
    "ReferatSkrevet",
    "AftaleAfgjort",
    "ArbejdsaarsagSagt",
    "ForanstaltningRegistreret",
    "TtaEgneOrdSkrevet",
    "TtaPlanBesvaret",
    "TtaBeskedBesvaret",
    "TtaPlanDelt",
    "TtaPlanUndtaget",
    "FastholdelsesplanAnmodet",
    "FastholdelsesplanBesvaret",
    "MulighedserklaeringRegistreret",
    "LederBestridt",
    "LederBeholdt",
    "OvertagelseBesvaret",
    "ForloebAfventer",
    "SlutForventet",
    "PaamindelseBestilt",
    "OmsorgskollegaValgt",
    "SignalbrevOensket",
    "SignalbrevAfgjort",
    "TtaPlanKladdeGemt",
];

fn choices(seed: u64, distrikter: u32) -> Choices {
    Choices { medarbejdere: 40, distrikter, aar: 3, seed, til: TO.parse().unwrap(), haendelser: None }
}

pub(super) async fn make(choices: &Choices) -> (TempDir, Made) {
    let folder = tempfile::tempdir().unwrap();
    let made = generate(folder.path(), choices, Regelbog::built_in(), |_, _| {}).await.unwrap();
    (folder, made)
}

pub(super) async fn read(folder: &Path) -> Vec<Recorded> {
    let log = Journal::open(folder, Options::default()).unwrap().log;
    let all = read_all(&log).await;
    log.close().await;
    all
}

async fn read_all(log: &Journal) -> Vec<Recorded> {
    let mut all: Vec<Recorded> = Vec::new();
    loop {
        let new_ones = log.read(all.len() as u64, 4096).await.unwrap();
        if new_ones.is_empty() {
            return all;
        }
        all.extend(new_ones);
    }
}

/// Everything of a log but the hashes.
fn content(all: Vec<Recorded>) -> Vec<Recorded> {
    all.into_iter().map(|r| Recorded { hash: None, ..r }).collect()
}

pub(super) async fn open_folder(folder: &Path) -> Arc<App> {
    let clock = |_: &_| Clock::standing_still(klokken(TO.parse().unwrap(), NaiveTime::from_hms_opt(20, 0, 0).unwrap()));
    App::open(folder, clock, Regelbog::built_in()).await.unwrap()
}

#[tokio::test]
async fn the_seed_decides_each_single_byte() {
    let (one, _) = make(&choices(7, 2)).await;
    let (to, _) = make(&choices(7, 2)).await;
    let (other, _) = make(&choices(8, 2)).await;
    let (one_keys, to_keys) = (one.path().join("noegler/noegler"), to.path().join("noegler/noegler"));
    assert_eq!(std::fs::read(one_keys).unwrap(), std::fs::read(to_keys).unwrap());
    let (one, to, other) = (read(one.path()).await, read(to.path()).await, read(other.path()).await);
    assert!(one.len() > 1500, "{}", one.len());
    let (one, to) = (content(one), content(to));
    assert!(one == to, "first difference at {:?}", one.iter().zip(&to).position(|(a, b)| a != b));
    assert!(one != content(other));
}

#[tokio::test]
async fn the_service_can_use_the_folder_and_verify_is_content() {
    let (folder, made) = make(&choices(3, 3)).await;
    let found = eventlog::verify(folder.path(), &mut |_, _| {}).unwrap();
    assert_eq!((found.events, found.head.hash), (made.haendelser, made.log_head));
    let app = open_folder(folder.path()).await;
    let numbers: Vec<String> = app.projections().numbers().map(str::to_owned).collect();
    assert_eq!(numbers.len(), 120);
    for nr in &numbers {
        let (person, sealed) = app.projections().confidential(nr).map(|(p, f)| (p, f.clone())).unwrap();
        let details: Personoplysninger = open(&app.keys, [person], &sealed).unwrap();
        assert!(!details.name.show().is_empty());
        for f in app.forloeb_for(nr).await.unwrap() {
            assert!(!assess(&f, app.clock.today(), &app.book()).frister.is_empty());
            if let Some(plan) = f.plan() {
                open::<PlanTekster>(&app.keys, [person], &plan.what.confidential).unwrap();
            }
        }
    }
}

/// The commands are made again from the events and put to the domain, with **everything** recorded before: it decides
/// what stands in the log, withheld reminders included.
#[tokio::test]
async fn the_domain_would_have_decided_the_same() {
    for distrikter in [1, 2] {
        let (folder, _) = make(&choices(11, distrikter)).await;
        let all = read(folder.path()).await;
        let book = Regelbog::built_in();
        let mut ansaettelser: BTreeMap<String, forloeb::Ansaettelse> = BTreeMap::new();
        let mut verified = 0;
        for commit in all.chunk_by(|a, b| a.hash == b.hash) {
            let nr = commit[0].stream.as_str().strip_prefix(ANSAETTELSE).unwrap();
            let a = ansaettelser.entry(nr.to_owned()).or_insert_with(|| forloeb::Ansaettelse::new(nr));
            let time = DateTime::from_timestamp_micros(commit[0].time).unwrap();
            let records: Vec<_> = commit.iter().map(|r| read_record(r, time).unwrap()).collect();
            let haendelser: Vec<_> = records.iter().map(|p| p.haendelse.clone()).collect();
            let now = forloeb::Now { time, dag: dag_in_denmark(time) };
            let out = forloeb::decide(a, &command(a, &records, &book), now, &book)
                .unwrap_or_else(|e| panic!("{e:?} {commit:?}"));
            assert_eq!(out, haendelser, "position {}", commit[0].position);
            verified += haendelser.len();
            records.into_iter().for_each(|p| a.apply(p));
        }
        assert_eq!(verified, all.len());
    }
}

/// Everything that is written as text in a stored event, but payroll's own numbers of absences.
fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(list) => list.iter().for_each(|value| texts(value, found)),
        Value::Object(fields) => {
            fields.iter().filter(|(name, _)| *name != "fravaer_nr").for_each(|(_, value)| texts(value, found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// People, ids, sealed texts and positions in an event are those of its own district, whatever event it is.
#[tokio::test]
async fn a_distrikt_names_nothing_of_another() {
    let (folder, _) = make(&choices(11, 2)).await;
    let all = read(folder.path()).await;
    let nr = |r: &Recorded| r.stream.as_str().strip_prefix(ANSAETTELSE).unwrap().to_owned();
    let haendelse = |r: &Recorded| forloeb::form::read(&r.kind, r.form, &r.body).unwrap();
    // The numbers of the second district come after those of the first.
    let numbers: BTreeSet<String> = all.iter().map(nr).collect();
    assert_eq!(numbers.len(), 80);
    let second = numbers.iter().nth(40).unwrap();
    let distrikt = |r: &Recorded| nr(r) >= *second;
    let mut whose: BTreeMap<String, bool> = numbers.iter().map(|nr| (nr.clone(), nr >= second)).collect();
    for r in &all {
        let haendelse = haendelse(r);
        let mut own = haendelse.sealed().map(|(_, sealed)| sealed.0.clone()).into_iter().collect::<Vec<_>>();
        if let Haendelse::StamdataRegistreret(h) = &haendelse {
            own.push(h.person.to_string());
        }
        if let Haendelse::FravaerRegistreret(h) = &haendelse {
            own.push(h.registrering.to_string());
            let payroll = h.fravaer_nr.as_ref().is_none_or(|nr| registrering_of(nr) == h.registrering);
            assert!(payroll, "{}: payroll's number is of another registration", r.position);
        }
        for text in own {
            let before = whose.insert(text, distrikt(r));
            assert!(
                before.is_none_or(|before| before == distrikt(r)),
                "{} {}: of another district",
                r.kind,
                r.position
            );
        }
    }
    let (mut named, mut by_position) = (0, BTreeMap::<String, u32>::new());
    for r in &all {
        let mut found = Vec::new();
        texts(&serde_json::from_slice(&r.body).unwrap(), &mut found);
        texts(&serde_json::from_slice(&r.meta).unwrap(), &mut found);
        for text in found {
            let Some(of) = whose.get(&text) else { continue };
            assert_eq!(*of, distrikt(r), "{} {}: {text} is of another district", r.kind, r.position);
            named += 1;
        }
        for (position, kinds) in names(&haendelse(r)) {
            let other = all.iter().find(|other| other.position == position).unwrap();
            assert_eq!(other.stream, r.stream, "{}: the event of another district", r.position);
            assert!(kinds.is_empty() || kinds.contains(&&*other.kind), "{}: it is about {}", r.position, other.kind);
            *by_position.entry(r.kind.clone()).or_insert(0) += u32::from(distrikt(r));
        }
    }
    assert!(named > all.len() / 2, "{named} of {}", all.len());
    for kind in ["SamtaleBesvaret", "SamtaleIndkaldt", "ReferatSkrevet"] {
        assert!(by_position.get(kind).is_some_and(|n| *n > 0), "no {kind} names another event: {by_position:?}");
    }
}

/// Positions that an event names, and of which events they may be; none: of any.
fn names(h: &Haendelse) -> Vec<(u64, &'static [&'static str])> {
    const ANY: &[&str] = &[];
    const INVITED: &[&str] = &["SamtaleIndkaldt"];
    const ANSWERED: &[&str] = &["SamtaleBesvaret"];
    const HELD: &[&str] = &["SamtaleRegistreret", "OtteUgerRegistreret", "OpfoelgningRegistreret", "TtaEvalueret"];
    const WRITTEN: &[&str] = &["ReferatSkrevet"];
    match h {
        Haendelse::HaendelseAnnulleret(h) => vec![(h.haendelse, ANY)],
        Haendelse::SamtaleBesvaret(h) => vec![(h.indkaldelse, INVITED)],
        Haendelse::SamtaleIndkaldt(h) => h.imoedekommer.map(|svar| (svar, ANSWERED)).into_iter().collect(),
        Haendelse::ReferatSkrevet(h) => {
            let before = h.erstatter.map(|before| (before, WRITTEN));
            [(h.til, HELD)].into_iter().chain(before).collect()
        }
        _ => Vec::new(),
    }
}

/// The command whose events these are.
fn command(a: &forloeb::Ansaettelse, records: &[forloeb::Record], book: &Regelbog) -> DomainCommand {
    let about = |id, act| DomainCommand::Forloeb { id, if_version: None, act };
    if let Some(Haendelse::UenighedAfgjort(h)) = records.last().map(|record| &record.haendelse) {
        let of = a.forloeb(book).into_iter().find(|f| f.called(h.registrering)).unwrap();
        let same = |u: &&Uenighed| (u.registrering, u.felt) == (h.registrering, h.felt);
        let position = of.uenigheder.iter().find(same).unwrap().position;
        let (registrering, felt, vaelg, begrundelse) = (h.registrering, h.felt, h.vaelg, h.begrundelse.clone());
        return about(of.id, Act::AfgoerUenighed(Valg { registrering, felt, position, vaelg, begrundelse }));
    }
    match records[0].haendelse.clone() {
        Haendelse::FravaerForsvundet(h) => {
            DomainCommand::FravaerGone { registrering: h.registrering, stand: h.stand, sidste: h.sidste }
        }
        Haendelse::MedarbejderForsvundet(h) => DomainCommand::MedarbejderGone { stand: h.stand, fratraadt: None },
        Haendelse::FravaerNummereret(h) => {
            let before = a.every_registrering(book).into_iter().find(|r| r.id == h.registrering).unwrap();
            let line = *before.row(&h.before).unwrap();
            let (registrering, before, fravaer_nr) = (h.registrering, h.before, h.fravaer_nr);
            DomainCommand::RenumberFravaer { registrering, before, fravaer_nr, line }
        }
        Haendelse::StamdataRegistreret(h) => DomainCommand::RegistrerStamdata(Box::new(h)),
        Haendelse::FravaerRegistreret(h) => DomainCommand::RegistrerFravaer(h),
        Haendelse::FravaerRettet(h) => match h.begrundelse {
            None => {
                let (aarsag, foerste, sidste, omfang_pct) = (h.aarsag, h.foerste, h.sidste, h.omfang_pct);
                let line = h.line.unwrap_or(Imported {
                    aarsag,
                    foerste,
                    sidste,
                    omfang_pct,
                    paragraf_56: None,
                    raskmeldt: false,
                });
                DomainCommand::ChangeFravaer { registrering: h.registrering, line }
            }
            Some(begrundelse) => {
                let before = a.registreringer(book).into_iter().find(|r| r.id == h.registrering).unwrap();
                let rettelse = if before.foerste == h.foerste {
                    Rettelse::SidsteFravaersdag(h.sidste)
                } else {
                    Rettelse::FoersteFravaersdag(h.foerste)
                };
                about(h.registrering, Act::Rettelse { rettelse, begrundelse })
            }
        },
        Haendelse::FoersteKontaktHoldt(h) => about(h.forloeb, Act::FoersteKontakt(h)),
        Haendelse::SamtaleIndkaldt(h) => about(h.forloeb, Act::IndkaldSamtale(h)),
        Haendelse::SamtaleRegistreret(h) => about(h.forloeb, Act::Samtale(h)),
        Haendelse::AnmeldelseRegistreret(h) => about(h.forloeb, Act::Anmeld(h)),
        Haendelse::ArbejdsskadeAnmeldt(h) => about(h.forloeb, Act::AnmeldArbejdsskade(h)),
        Haendelse::RefusionAnmodet(h) => about(h.forloeb, Act::AnmodRefusion(h)),
        Haendelse::FastTrackBesluttet(h) => about(h.forloeb, Act::FastTrack(h)),
        Haendelse::OtteUgerRegistreret(h) => about(h.forloeb, Act::OtteUger(h)),
        Haendelse::DelvisRegistreret(h) => about(h.forloeb, Act::Delvis(h)),
        Haendelse::Raskmeldt(h) => about(h.forloeb, Act::Raskmeld(h)),
        Haendelse::VarighedRettet(h) => {
            let rettelse = Rettelse::ForventetVarighed(h.forventet_varighed);
            about(h.forloeb, Act::Rettelse { rettelse, begrundelse: h.begrundelse })
        }
        Haendelse::HaendelseAnnulleret(h) => {
            about(h.forloeb, Act::Annuller { haendelse: Some(h.haendelse), begrundelse: h.begrundelse })
        }
        Haendelse::ForloebAnnulleret(h) => {
            about(h.forloeb, Act::Annuller { haendelse: None, begrundelse: h.begrundelse })
        }
        Haendelse::LederSkiftet(h) => about(h.forloeb, Act::SkiftLeder(h)),
        Haendelse::ForloebTildelt(h) => about(h.forloeb, Act::Tildel(h)),
        Haendelse::ForloebAfsluttet(h) => about(h.forloeb, Act::Afslut(h)),
        // What was agreed in it is sealed.
        Haendelse::TtaPlanLagt(h) => {
            about(h.forloeb, Act::PutPlan { plan: *h.plan, aftalt: true, confidential: h.confidential })
        }
        Haendelse::TtaEvalueret(h) => about(h.forloeb, Act::EvaluerPlan(h)),
        Haendelse::FravaerKnyttet(h) => DomainCommand::KnytFravaer(h),
        Haendelse::SygemeldingKnyttet(h) => {
            let known = a.registreringer(book).into_iter().find(|r| r.id == h.registrering).unwrap();
            DomainCommand::RegistrerFravaer(FravaerRegistreret {
                registrering: uuid::Uuid::from_u128(1),
                fravaer_nr: None,
                aarsag: h.aarsag.unwrap_or(known.aarsag),
                foerste: h.foerste,
                sidste: None,
                omfang_pct: h.omfang_pct,
                forventet_varighed: h.forventet_varighed,
                kilde: Kilde::Person,
                paragraf_56: None,
                raskmeldt: false,
            })
        }
        Haendelse::AfbrydelseRegistreret(h) => about(h.forloeb, Act::Afbryd(h)),
        Haendelse::Paragraf56Besvaret(h) => about(h.forloeb, Act::BesvarParagraf56(h)),
        Haendelse::DispensationRegistreret(h) => about(h.forloeb, Act::Dispenser(h)),
        Haendelse::OpfoelgningRegistreret(h) => about(h.forloeb, Act::Opfoelgning(h)),
        Haendelse::PaamindelserAfgjort(h) => about(h.forloeb, Act::AfgoerPaamindelser(h.all().collect())),
        Haendelse::KontaktForsoegt(h) => about(h.forloeb, Act::TryKontakt(h)),
        Haendelse::OenskerRegistreret(h) => about(h.forloeb, Act::Oensk(h)),
        Haendelse::KontaktpersonValgt(h) => about(h.forloeb, Act::ChooseKontaktperson(h)),
        Haendelse::SamtaleBesvaret(h) => about(h.forloeb, Act::BesvarSamtale(h)),
        Haendelse::ReferatSkrevet(h) => {
            let there = |nr: u32| h.erstatter.is_some() && a.forloeb(book).iter().any(|f| f.aftale(nr).is_some());
            let aftaler = h.aftaler.iter().map(|aftale| NewAftale {
                nr: Some(aftale.nr).filter(|nr| there(*nr)),
                senest: aftale.senest,
                hvem: aftale.hvem,
            });
            let (til, has_reason) = (h.til, h.erstatter.is_some());
            let aftaler = aftaler.collect();
            let new = NewReferat { til, aftaler, has_reason, confidential: h.confidential.clone() };
            about(h.forloeb, Act::SkrivReferat(new))
        }
        Haendelse::AftaleAfgjort(h) => about(h.forloeb, Act::AfgoerAftale(h)),
        Haendelse::ArbejdsaarsagSagt(h) => about(h.forloeb, Act::SigArbejdsaarsag(h)),
        Haendelse::ForanstaltningRegistreret(h) => about(h.forloeb, Act::Forebyg(h)),
        Haendelse::TtaEgneOrdSkrevet(h) => about(h.forloeb, Act::WriteEgneOrd(h)),
        Haendelse::TtaPlanBesvaret(h) => about(h.forloeb, Act::BesvarPlan(h)),
        Haendelse::TtaBeskedBesvaret(h) => about(h.forloeb, Act::BesvarBesked(h)),
        Haendelse::TtaPlanDelt(h) => about(h.forloeb, Act::DelPlan(h)),
        Haendelse::TtaPlanUndtaget(h) => about(h.forloeb, Act::UndtagPlan(h)),
        Haendelse::FastholdelsesplanAnmodet(h) => about(h.forloeb, Act::AnmodFastholdelsesplan(h)),
        Haendelse::FastholdelsesplanBesvaret(h) => about(h.forloeb, Act::BesvarFastholdelsesplan(h)),
        Haendelse::MulighedserklaeringRegistreret(h) => about(h.forloeb, Act::Mulighedserklaering(h)),
        Haendelse::LederBestridt(h) => about(h.forloeb, Act::BestridLeder(h)),
        Haendelse::LederBeholdt(h) => about(h.forloeb, Act::BeholdLeder(h)),
        Haendelse::OvertagelseBesvaret(h) => about(h.forloeb, Act::BesvarOvertagelse(h)),
        Haendelse::ForloebAfventer(h) => about(h.forloeb, Act::Afvent(h)),
        Haendelse::SlutForventet(h) => about(h.forloeb, Act::ExpectSlut(h)),
        Haendelse::PaamindelseBestilt(h) => about(h.forloeb, Act::BestilPaamindelse(h)),
        Haendelse::OmsorgskollegaValgt(h) => DomainCommand::ChooseOmsorgskollega(h),
        Haendelse::SignalbrevOensket(h) => DomainCommand::OenskSignalbrev(h),
        Haendelse::SignalbrevAfgjort(h) => DomainCommand::AfgoerSignalbrev(h),
        Haendelse::TtaPlanKladdeGemt(h) => about(h.forloeb, Act::SaveKladde(h.confidential)),
        other => panic!("{} is not used here", other.name()),
    }
}

/// What is kept of an employment when its forløb are forgotten says which numbers agreements have had in it.
#[tokio::test]
async fn an_aftale_has_a_number_of_its_own_in_an_employment() {
    let (folder, _) = make(&Choices { medarbejdere: 600, aar: 5, ..choices(5, 1) }).await;
    let (mut given, mut later_ones) = (BTreeMap::<String, Vec<(uuid::Uuid, u32)>>::new(), 0);
    for r in read(folder.path()).await {
        let haendelse = forloeb::form::read(&r.kind, r.form, &r.body).unwrap();
        let Haendelse::ReferatSkrevet(h) = haendelse else { continue };
        let before = given.entry(r.stream.as_str().to_owned()).or_default();
        later_ones += usize::from(before.last().is_some_and(|(forloeb, _)| *forloeb != h.forloeb));
        for aftale in h.aftaler.iter().filter(|_| h.erstatter.is_none()) {
            assert!(before.iter().all(|(_, nr)| *nr != aftale.nr), "{}: {} once more", r.position, aftale.nr);
            before.push((h.forloeb, aftale.nr));
        }
    }
    assert!(later_ones > 0, "nobody had minutes in two forløb");
}

/// Shares as they follow from the numbers in `deed.rs`, with room for chance: 1200 employees, two years.
#[tokio::test]
async fn the_shares_are_reasonable() {
    let many = Choices { medarbejdere: 1200, aar: 2, ..choices(5, 1) };
    let (folder, made) = make(&many).await;
    let count = |name: &str| made.count.get(name).copied().unwrap_or(0);
    // 3.5 a year for those who are there all the time; one in four comes or leaves on the way.
    let fravaer = count("FravaerRegistreret") as f64 / 2400.0;
    assert!((2.4..3.9).contains(&fravaer), "{fravaer} absences a year");
    let app = open_folder(folder.path()).await;
    let today = app.clock.today();
    let (mut aabne, mut closed, mut short_ones) = (0, 0, 0);
    let numbers: Vec<String> = app.projections().numbers().map(str::to_owned).collect();
    for nr in &numbers {
        for f in app.forloeb_for(nr).await.unwrap() {
            match f.sidste {
                _ if f.is_aabent(today) => aabne += 1,
                Some(sidste) => {
                    closed += 1;
                    short_ones += u32::from((sidste - f.foerste).num_days() < 5);
                }
                None => {}
            }
        }
    }
    assert!((10..60).contains(&aabne), "{aabne} open of 1200 employees");
    let short_ones = f64::from(short_ones) / f64::from(closed);
    assert!((0.80..0.97).contains(&short_ones), "{short_ones} are short");
    let lacks: Vec<_> = USED.iter().filter(|name| count(name) == 0).collect();
    assert!(lacks.is_empty(), "nobody did anything that leads to {lacks:?}");
    let others: Vec<_> = made.count.keys().filter(|name| !USED.contains(&name.as_str())).collect();
    assert!(
        others.is_empty(),
        "{others:?} is used, and stands neither in the list nor among the commands of this test"
    );
    let all = read_all(&app.log).await;
    let sendte = sendte(&all);
    assert!(sendte > 100, "{sendte} reminders sent");
}

fn sendte(all: &[Recorded]) -> usize {
    let afgoerelser = |r: &Recorded| -> Vec<Afgoerelse> {
        match forloeb::form::read(&r.kind, r.form, &r.body).unwrap() {
            Haendelse::PaamindelserAfgjort(h) => h.afgoerelser,
            _ => Vec::new(),
        }
    };
    let is_sendt = |a: &Afgoerelse| matches!(a.udfald, forloeb::haendelse::Udfald::Sendt { .. });
    all.iter().flat_map(afgoerelser).filter(is_sendt).count()
}

#[tokio::test]
async fn a_folder_with_something_in_it_and_a_history_before_the_regler_are_refused() {
    let (folder, _) = make(&Choices { haendelser: Some(500), ..choices(1, 1) }).await;
    // Whole commands only.
    let count = read(folder.path()).await.len();
    assert!((480..=500).contains(&count), "{count}");
    let again = generate(folder.path(), &choices(1, 1), Regelbog::built_in(), |_, _| {}).await;
    assert!(matches!(again, Err(GenerateError::NotEmpty(_))));
    let new = tempfile::tempdir().unwrap();
    let for_early = Choices { aar: 20, ..choices(1, 1) };
    let for_early = generate(new.path(), &for_early, Regelbog::built_in(), |_, _| {}).await;
    assert!(matches!(for_early, Err(GenerateError::BeforeReglerne(_))));
}
