//! `medarbejdere.csv`: who is employed, where, under whom.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use forloeb::command::DomainCommand;
use forloeb::haendelse::{Ciphertext, Forsvundet, Stamdata, StamdataRegistreret};
use forloeb::refusal::{BrokenRegel, Mistake};
use forloeb::words::Ansaettelsesform;
use uuid::Uuid;

use super::changes;
use super::hele::{self, Numbers};
use super::profile::Mapping;
use super::table::{self, Columns, LineFields, Parsed};
use super::trial::Subject;
use super::{Intake, LineError, ONE_AT_A_TIME, Report, Tally, fields, moved, parallel, without_repeated};
use crate::core::{App, CommandError, off_the_runtime};
use crate::cpr;
use crate::keys::{Confidential, KeyError};
use crate::sealed::{self, Personoplysninger};
use texts::sentences;

pub(super) const COLUMNS: Columns = Columns {
    required: &[
        "medarbejder_nr",
        "cpr",
        "navn",
        "email",
        "telefon",
        "stilling",
        "enhed",
        "enhed_navn",
        "leder_nr",
        "tr_nr",
        "amr_nr",
        "ansat_dato",
        "fratraadt_dato",
        "timer_pr_uge",
        "bopaelskommune",
        "paragraf_56",
        "fleksjob",
        "nyuddannet",
        "rolle",
    ],
    optional: &[
        "gaelder_fra",
        "arbejdsdage",
        "loen_under_sygdom",
        "ansaettelsesform",
        "paragraf_56_fra",
        "paragraf_56_til",
        "distrikt",
    ],
};

/// Most lines of one employee in a file.
const MOST_OF_ONE: usize = 100;
/// Hours a week that somebody may have.
const PLAUSIBLE_TIMER: f64 = 60.0;

/// One line.
#[derive(Debug)]
pub(super) struct Medarbejder {
    pub(super) nr: String,
    /// The first day on which it holds, where payroll says.
    pub(super) gaelder_fra: Option<NaiveDate>,
    pub(super) stamdata: Stamdata,
    pub(super) confidential: Personoplysninger,
}

/// Takes in a file. `progress` is told lines so far and in all.
pub(super) async fn take_in(
    intake: &Intake<'_>,
    bytes: Vec<u8>,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Report, CommandError> {
    let (profile, today) = (intake.profile.clone(), intake.app.clock.today());
    let parsed = off_the_runtime(move || read(&bytes, &profile.medarbejdere, today));
    let (Parsed { lines: read, error, warnings, left_out }, mut numbers) = parsed.await?;
    let _alone = ONE_AT_A_TIME.lock().await;
    let shared = intake.app.clone();
    let whole = intake.whole.is_some();
    let looked_up = off_the_runtime(move || {
        let mut tally = Tally { error, warnings, left_out, ..Tally::default() };
        let read = without_erased(&shared, read, &mut tally);
        let read = moved::lines(&shared, (read, whole), &mut numbers, &mut tally);
        let lines = alone_under_their_cpr(&shared, read, &mut tally);
        let projections = shared.projections();
        let in_file: BTreeSet<&str> = lines.iter().map(|(_, m)| m.nr.as_str()).collect();
        let known = |nr: &str| in_file.contains(nr) || projections.stamdata(nr).is_some();
        for (line, m) in &lines {
            tally.warnings.line(unknown(*line, m, known));
        }
        (tally, lines, numbers)
    });
    let (mut tally, lines, numbers) = looked_up.await?;
    // Before anything is written: a file that was cut is not used.
    let gone = whole_file(intake, numbers, &mut tally).await?;
    // In one go: a key is on disk before anything is sealed with it. A trial makes none.
    let (keys, on_trial) = (intake.app.keys.clone(), intake.trial.is_some());
    let with_person = move || {
        let cpr = lines.iter().map(|(_, m)| &m.confidential.cpr);
        let persons =
            if on_trial { cpr.map(|cpr| keys.person(cpr).unwrap_or_default()).collect() } else { keys.persons(cpr)? };
        let lines = lines.into_iter().zip(persons).map(|((line, m), person)| (line, person, m));
        Ok::<_, KeyError>(per_medarbejder(lines, today))
    };
    let tasks = off_the_runtime(with_person).await??;
    let total = tasks.iter().map(|lines| lines.len() as u64).sum();
    let tasks = tasks.into_iter().map(|lines| (lines.len() as u64, lines));
    parallel(&mut tally, total, tasks, progress, |mut lines: Vec<(u64, Uuid, Medarbejder)>| {
        for (_, _, m) in &mut lines {
            // Who is their own leader has none: nobody is to be reminded of their own absence, or to follow it up.
            m.stamdata.leder_nr = m.stamdata.leder_nr.take().filter(|leder| *leder != m.nr);
        }
        let nr = lines.first().map(|(_, _, m)| m.nr.as_str()).unwrap_or_default();
        let subject = Subject::new(intake.app, intake.aktoer, nr, intake.trial.as_ref());
        async move { Ok(one_medarbejder(&subject, lines, on_trial).await?.of_employee(subject.nr())) }
    })
    .await?;
    let Some(whole) = intake.whole else { return Ok(tally.report()) };
    parallel(&mut tally, total, gone.into_iter().map(|nr| (0, nr)), progress, |nr| {
        let subject = Subject::new(intake.app, intake.aktoer, &nr, intake.trial.as_ref());
        async move {
            let mut tally = Tally::default();
            tally.gone.take(hele::tell_medarbejder(&subject, whole).await?);
            Ok(tally)
        }
    })
    .await?;
    Ok(tally.report())
}

/// Whom the file lacks, where it is one that holds everybody.
async fn whole_file(
    intake: &Intake<'_>,
    numbers: Numbers,
    tally: &mut Tally,
) -> Result<BTreeSet<String>, CommandError> {
    let Some(asked) = intake.whole else { return Ok(BTreeSet::new()) };
    if numbers.nameless {
        hele::unreadable(tally);
        return Ok(BTreeSet::new());
    }
    let app = intake.app.clone();
    off_the_runtime(move || hele::gone_medarbejdere(&app, asked, &numbers.sorted())).await?
}

/// The lines employee by employee, each employee's by the day from which they hold.
fn per_medarbejder(
    lines: impl Iterator<Item = (u64, Uuid, Medarbejder)>,
    today: NaiveDate,
) -> Vec<Vec<(u64, Uuid, Medarbejder)>> {
    let mut all: Vec<_> = lines.collect();
    let fra = |m: &Medarbejder| m.gaelder_fra.unwrap_or(today);
    all.sort_by(|(_, _, a), (_, _, b)| (&a.nr, fra(a)).cmp(&(&b.nr, fra(b))));
    let mut groups: Vec<Vec<(u64, Uuid, Medarbejder)>> = Vec::new();
    for line in all {
        match groups.last_mut() {
            Some(group) if group[0].2.nr == line.2.nr => group.push(line),
            _ => groups.push(vec![line]),
        }
    }
    groups
}

/// The lines of one employee. Several of them are the times before and after changes: a line holds until the next one
/// begins, and who the employee is, the last one says.
async fn one_medarbejder(
    subject: &Subject,
    mut lines: Vec<(u64, Uuid, Medarbejder)>,
    on_trial: bool,
) -> Result<Tally, CommandError> {
    let mut tally = Tally::default();
    if let [earlier @ .., (_, person, last)] = &mut lines[..]
        && !earlier.is_empty()
    {
        for (_, whose, m) in &mut *earlier {
            (*whose, m.confidential) = (*person, last.confidential.clone());
            // An employment that ended before the last one began keeps its last day.
            if m.stamdata.fratraadt.is_none() || m.stamdata.fratraadt >= last.stamdata.ansat {
                m.stamdata.fratraadt = last.stamdata.fratraadt;
            }
        }
        if earlier.len() < MOST_OF_ONE && holds(subject, &lines).await? {
            let (_, person, last) = &lines[lines.len() - 1];
            if sealed(subject.app(), *person, last, true)?.is_none() {
                tally.unchanged = lines.len() as u64;
                lines.clear();
            }
        }
    }
    let nr = subject.nr();
    let marked = {
        let projections = subject.app().projections();
        projections.is_forsvundet(nr) || projections.is_beholdt(nr)
    };
    for (line, person, m) in lines {
        tally.put_to(one_line(subject, line, person, m, on_trial).await?);
    }
    if marked {
        let back = DomainCommand::MedarbejderGone { stand: Forsvundet::KommetIgen, fratraadt: None };
        subject.execute(&back).await?;
    }
    Ok(tally)
}

/// What the lines of one employee say of each time holds already.
async fn holds(subject: &Subject, lines: &[(u64, Uuid, Medarbejder)]) -> Result<bool, CommandError> {
    let loan = subject.loan().await?;
    let (perioder, today) = (loan.ansaettelse().own_stamdataperioder(), subject.app().clock.today());
    let whose = lines.iter().all(|(_, person, _)| loan.ansaettelse().person() == Some(*person));
    let begins = |n: usize| lines.get(n).map(|(_, _, m)| m.gaelder_fra.unwrap_or(today));
    let on = |dag: NaiveDate, m: &Medarbejder| perioder.on(dag).is_some_and(|s| **s == m.stamdata);
    let line_holds = |(n, (_, _, m)): (usize, &(u64, Uuid, Medarbejder))| {
        let fra = begins(n).unwrap_or(today);
        let til = begins(n + 1).and_then(|next| next.pred_opt()).unwrap_or_else(|| fra.max(today));
        til < fra || (on(fra, m) && on(til, m))
    };
    Ok(whose && lines.iter().enumerate().all(line_holds))
}

pub(super) type Lines = Vec<(u64, Medarbejder)>;

fn without_erased(app: &App, lines: Lines, tally: &mut Tally) -> Lines {
    let projections = app.projections();
    let (erased, lines): (Vec<_>, Vec<_>) = lines.into_iter().partition(|(_, m)| projections.is_erased(&m.nr));
    for (line, _) in erased {
        let error = sentences::regel(&BrokenRegel::PersonSlettet);
        tally.error.take(LineError::new(line, "medarbejder_nr", error));
    }
    lines
}

/// Without those whose number differs from another one of the same person by the zeros before it only: a program on the
/// way has cut them, and the employee would be two. Two that are both known go on, with a warning.
fn alone_under_their_cpr(app: &App, lines: Lines, tally: &mut Tally) -> Lines {
    let persons: Vec<_> = lines.iter().map(|(_, m)| app.keys.person(&m.confidential.cpr)).collect();
    let projections = app.projections();
    let mut in_file: BTreeMap<(String, String), String> = BTreeMap::new();
    let bare = |nr: &str| nr.trim_start_matches('0').to_owned();
    let mut alone = Vec::with_capacity(lines.len());
    for ((line, m), person) in lines.into_iter().zip(persons) {
        let is_like = |other: &&str| *other != m.nr && bare(other) == bare(&m.nr);
        let known = person.and_then(|person| projections.numbers_for(person).find(is_like).map(str::to_owned));
        let key = (m.confidential.cpr.show().clone(), bare(&m.nr));
        // Several lines of one are no two.
        let other = known.or_else(|| in_file.get(&key).filter(|other| **other != m.nr).cloned());
        let Some(other) = other else {
            in_file.insert(key, m.nr.clone());
            alone.push((line, m));
            continue;
        };
        let error = format!(
            "{} og {other} har samme CPR-nummer og skiller sig kun ud ved nuller foran: ret nummeret i filen",
            m.nr
        );
        let told = LineError::new(line, "medarbejder_nr", error);
        if projections.stamdata(&m.nr).is_some() {
            tally.warnings.take(told);
            alone.push((line, m));
        } else {
            tally.error.take(told);
        }
    }
    alone
}

async fn one_line(
    subject: &Subject,
    line: u64,
    person: Uuid,
    m: Medarbejder,
    on_trial: bool,
) -> Result<Tally, CommandError> {
    let known = subject.app().projections().stamdata(&m.nr).is_some();
    let confidential = sealed(subject.app(), person, &m, on_trial)?;
    let before = if known { Some(subject.loan().await?.ansaettelse().own_stamdataperioder()) } else { None };
    let of_person = known && confidential.is_some();
    let old = if of_person { stored(subject.app(), person, &m.nr) } else { None };
    let of_person = if of_person { changes::of_person(old.as_ref(), &m.confidential) } else { Vec::new() };
    let command = DomainCommand::RegistrerStamdata(Box::new(StamdataRegistreret {
        stamdata: Box::new(m.stamdata),
        confidential,
        person,
        gaelder_fra: m.gaelder_fra,
    }));
    let mut tally = Tally::default();
    match subject.execute(&command).await {
        Ok(false) => tally.unchanged = 1,
        Ok(true) if known => {
            tally.changed = 1;
            let after = subject.loan().await?.ansaettelse().own_stamdataperioder();
            let of_employment = before.map_or_else(Vec::new, |before| changes::of_perioder(&before, &after));
            tally.changes.line(of_employment.into_iter().chain(of_person).map(|change| change.at(line)));
        }
        Ok(true) => tally.created = 1,
        Err(error) => tally.refused(line, error)?,
    }
    Ok(tally)
}

/// What is known of the person under a number, where it is the same person and can be opened.
fn stored(app: &App, person: Uuid, nr: &str) -> Option<Personoplysninger> {
    let sealed = app.projections().confidential(nr).filter(|(whose, _)| *whose == person).map(|(_, f)| f.clone())?;
    sealed::open(&app.keys, [person], &sealed).ok()
}

/// The personal part, sealed; none where it says what was sealed before: nothing is to change then. A trial seals
/// nothing: it is only known that something would be.
fn sealed(app: &App, person: Uuid, m: &Medarbejder, on_trial: bool) -> Result<Option<Ciphertext>, CommandError> {
    let unchanged = stored(app, person, &m.nr).is_some_and(|old| old == m.confidential);
    match (unchanged, on_trial) {
        (true, _) => Ok(None),
        (false, true) => Ok(Some(Ciphertext(String::new()))),
        (false, false) => Ok(Some(sealed::seal(&app.keys, person, &m.confidential)?)),
    }
}

/// The numbers of others that are nobody's.
fn unknown<'a>(line: u64, m: &'a Medarbejder, known: impl Fn(&str) -> bool) -> impl Iterator<Item = LineError> + 'a {
    let s = &m.stamdata;
    let mut out = Vec::new();
    for (felt, nr) in [("leder_nr", &s.leder_nr), ("tr_nr", &s.tr_nr), ("amr_nr", &s.amr_nr)] {
        let Some(nr) = nr else { continue };
        if *nr == m.nr && felt == "leder_nr" {
            out.push(LineError::new(line, felt, "er medarbejderen selv; regnes som ingen leder"));
        } else if !known(nr) {
            out.push(LineError::new(line, felt, sentences::error(&Mistake::UnknownMedarbejder)));
        }
    }
    out.into_iter()
}

/// The lines; and the numbers of all of them. Several of one employee say from which day on each of them holds.
pub(super) fn read(bytes: &[u8], mapping: &Mapping, today: NaiveDate) -> (Parsed<Medarbejder>, Numbers) {
    let (mut numbers, mut count) = (Numbers::default(), 0);
    let mut parsed = table::read(bytes, COLUMNS, mapping, |f| {
        let read = line(f, today);
        if !f.is_left_out() {
            count += 1;
            numbers.take(fields::medarbejder_nr(&f.tekst("medarbejder_nr")).ok().as_deref());
        }
        read
    });
    numbers.nameless |= parsed.lines.len() + parsed.error.lines() > count;
    without_repeated(&mut parsed, "medarbejder_nr", |a, b| (&a.nr, a.gaelder_fra).cmp(&(&b.nr, b.gaelder_fra)));
    without_several(&mut parsed);
    (parsed, numbers)
}

/// Takes out what goes beyond the bound of one employee.
fn without_several(parsed: &mut Parsed<Medarbejder>) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let error = &mut parsed.error;
    parsed.lines.retain(|(line, m)| {
        let count = counts.entry(m.nr.clone()).or_default();
        *count += 1;
        if *count > MOST_OF_ONE {
            let said = format!("medarbejderen har over {MOST_OF_ONE} linjer i filen");
            error.take(LineError::new(*line, "medarbejder_nr", said));
        }
        *count <= MOST_OF_ONE
    });
}

/// Every field is read before the line is given up, so that it tells everything that is wrong with it.
fn line(f: &mut LineFields<'_>, today: NaiveDate) -> Option<Medarbejder> {
    let nr = f.read("medarbejder_nr", fields::medarbejder_nr);
    let cpr = f.read("cpr", fields::cpr);
    let name = f.read("navn", fields::name);
    let (email, email_warning) = fields::email(&f.tekst("email"));
    if let Some(warning) = email_warning {
        f.warn("email", warning);
    }
    let telefon = f.read("telefon", fields::maybe_text);
    let stilling = f.read("stilling", fields::maybe_text);
    let enhed = f.read("enhed", fields::code);
    let enhed_navn = f.read("enhed_navn", fields::maybe_text);
    let leder_nr = f.read("leder_nr", fields::maybe_medarbejder_nr);
    let tr_nr = f.read("tr_nr", fields::maybe_medarbejder_nr);
    let amr_nr = f.read("amr_nr", fields::maybe_medarbejder_nr);
    let form = f.read("ansaettelsesform", fields::ansaettelsesform);
    // Who is paid by the hour may have no agreed hours, and be employed from time to time.
    let hourly = form == Some(Some(Ansaettelsesform::Timeloen));
    let ansat = if hourly { f.maybe_dato("ansat_dato") } else { f.dato("ansat_dato").map(Some) };
    let fratraadt = f.slutdag("fratraadt_dato", ansat.flatten(), "ligger før ansættelsen");
    let timer_pr_uge = f.read("timer_pr_uge", |text| match fields::timer(text) {
        Ok(timer) if timer <= 0.0 && !hourly => {
            Err("skal være over 0, medmindre ansaettelsesform er timeloen".to_owned())
        }
        timer => timer,
    });
    let bopaelskommune = f.read("bopaelskommune", fields::kommune);
    let others = [("leder_nr", &leder_nr), ("tr_nr", &tr_nr), ("amr_nr", &amr_nr)];
    let others = others.map(|(name, number)| (name, number.as_ref().and_then(|number| number.as_deref())));
    for (name, number) in [("medarbejder_nr", nr.as_deref())].into_iter().chain(others) {
        if number.zip(cpr.as_deref()).is_some_and(|(number, cpr)| cpr::is_that(number, cpr)) {
            f.refuse(name, "er medarbejderens CPR-nummer uden nullet foran. Brug lønsystemets medarbejdernummer");
        }
    }
    let paragraf_56 = f.read("paragraf_56", fields::ja_nej);
    let fleksjob = f.read("fleksjob", fields::ja_nej);
    let nyuddannet = f.read("nyuddannet", fields::ja_nej);
    let er_leder = f.read("rolle", fields::rolle);
    let gaelder_fra = f.maybe_dato("gaelder_fra");
    let arbejdsdage = f.read("arbejdsdage", fields::arbejdsdage);
    let loen_under_sygdom = f.read("loen_under_sygdom", fields::loen_under_sygdom);
    let paragraf_56_fra = f.maybe_dato("paragraf_56_fra");
    let paragraf_56_til = f.slutdag("paragraf_56_til", paragraf_56_fra.flatten(), "ligger før paragraf_56_fra");
    let distrikt = f.read("distrikt", fields::maybe_code);
    implausible(f, today, cpr.as_deref(), (ansat.flatten(), fratraadt.flatten()), timer_pr_uge);
    if hourly && ansat == Some(None) {
        f.warn("ansat_dato", "er ikke udfyldt: om medarbejderen er nyansat, kan ikke ses");
    }
    if hourly && timer_pr_uge.is_some_and(|timer| timer <= 0.0) {
        f.warn("timer_pr_uge", "er 0: refusion i kroner kan ikke skønnes");
    }
    Some(Medarbejder {
        nr: nr?,
        gaelder_fra: gaelder_fra?,
        stamdata: Stamdata {
            enhed: enhed?,
            enhed_navn: enhed_navn?,
            leder_nr: leder_nr?,
            tr_nr: tr_nr?,
            amr_nr: amr_nr?,
            ansat: ansat?,
            fratraadt: fratraadt?,
            timer_pr_uge: timer_pr_uge?,
            bopaelskommune: bopaelskommune?,
            paragraf_56: paragraf_56?,
            fleksjob: fleksjob?,
            nyuddannet: nyuddannet?,
            er_leder: er_leder?,
            arbejdsdage: arbejdsdage?,
            loen_under_sygdom: loen_under_sygdom?,
            ansaettelsesform: form?,
            paragraf_56_fra: paragraf_56_fra?,
            paragraf_56_til: paragraf_56_til?,
            distrikt: distrikt?,
        },
        confidential: Personoplysninger {
            cpr: Confidential::new(cpr?),
            name: Confidential::new(name?),
            email: Confidential::new(email),
            telefon: Confidential::new(telefon?),
            stilling: Confidential::new(stilling?),
        },
    })
}

/// Says what can be, and hardly is.
fn implausible(
    f: &mut LineFields<'_>,
    today: NaiveDate,
    cpr: Option<&str>,
    (ansat, fratraadt): (Option<NaiveDate>, Option<NaiveDate>),
    timer_pr_uge: Option<f64>,
) {
    let years = |dag: NaiveDate| dag.year() - today.year();
    if timer_pr_uge.is_some_and(|timer| timer > PLAUSIBLE_TIMER) {
        f.warn("timer_pr_uge", "er over 60 timer om ugen: passer det?");
    }
    match ansat {
        Some(dag) if years(dag) < -60 => f.warn("ansat_dato", "ligger mere end 60 år tilbage: passer det?"),
        Some(dag) if years(dag) > 2 => f.warn("ansat_dato", "ligger flere år frem: passer det?"),
        _ => {}
    }
    if fratraadt.is_some_and(|dag| years(dag) > 5) {
        f.warn("fratraadt_dato", "ligger mere end fem år frem; kendes dagen ikke, så lad feltet stå tomt");
    }
    if cpr.and_then(birth_year).zip(ansat).is_some_and(|(born, ansat)| !(13..=90).contains(&(ansat.year() - born))) {
        f.warn("ansat_dato", "passer ikke til fødselsåret i CPR-nummeret: er en af dem forkert?");
    }
}

/// The year of birth, from the digits that tell it: the year of the century, and the seventh for the century.
fn birth_year(cpr: &str) -> Option<i32> {
    let (year, seventh): (i32, u8) = (cpr.get(4..6)?.parse().ok()?, cpr.get(6..7)?.parse().ok()?);
    Some(
        year + match (seventh, year) {
            (4 | 9, 0..=36) | (5..=8, 0..=57) => 2000,
            (5..=8, _) => 1800,
            _ => 1900,
        },
    )
}
