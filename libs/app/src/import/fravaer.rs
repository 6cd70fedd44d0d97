//! `fravaer.csv`: who is away, from when, until when.

use std::sync::Arc;

use forloeb::command::DomainCommand;
use forloeb::derive::Registrering;
use forloeb::haendelse::{Forsvundet, FravaerRegistreret};
use forloeb::refusal::{BrokenRegel, DomainRefusal, FieldError, Mistake};
use forloeb::refusion::ret::is_few_hours;
use forloeb::stamdata::Stamdataperioder;
use forloeb::words::{Aarsag, Kilde};
use forloeb::{Procent, Regelbog};

use super::changes::{self, Change};
use super::hele::{self, Lost, Numbers, Shared, WholeFile};
use super::rows::{self, Fravaer, Rows};
use super::table::Found;
use super::trial::Subject;
use super::{Intake, LineError, ONE_AT_A_TIME, Report, Tally, parallel, uenighed};
use crate::core::{CommandError, off_the_runtime};
use crate::projections::{Loan, registrering_of};
use texts::sentences;

/// Lines of an employee that are written together. They are decided one after the other, each on what the ones before it
/// led to; and again where somebody else has written to the employment meanwhile.
const TOGETHER: usize = 100;
/// How often they are decided again.
const MOST_ATTEMPTS: usize = 1000;

/// What a line leads to.
pub(super) enum Udfald {
    Created,
    /// With what it changes, as far as it is told by columns.
    Changed(Vec<Change>),
    Unchanged,
}

/// Takes in a file. `progress` is told lines so far and in all.
pub(super) async fn take_in(
    intake: &Intake<'_>,
    bytes: Vec<u8>,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Report, CommandError> {
    let (profile, today) = (intake.profile.clone(), intake.app.clock.today());
    let whole = intake.whole.is_some();
    let read = off_the_runtime(move || rows::read(&bytes, &profile.fravaer, today, whole));
    let (lines, Found { error, warnings, left_out }, numbers) = read.await?;
    let _alone = ONE_AT_A_TIME.lock().await;
    // What payroll still tells under the number that somebody had before they moved is of the one they have now.
    let shared = intake.app.clone();
    let under = move || {
        let projections = shared.projections();
        let (moved, anew) = (projections.flyttede(), projections.begun_anew());
        // Of a number that began anew, what was before goes on where it went.
        let went = |nr: &str, fravaer_nr: &str, foerste| {
            let before = anew.get(nr).is_some_and(|ansat| foerste < *ansat);
            before.then(|| projections.went_with(nr, fravaer_nr)).flatten().map(str::to_owned)
        };
        lines.under(&moved, (!anew.is_empty()).then_some(&went))
    };
    let lines = off_the_runtime(under).await?;
    let mut tally = Tally { error, warnings, left_out, ..Tally::default() };
    let total = lines.len() as u64;
    let (whole, others) = whole_file(intake, &lines, numbers, &mut tally).await?;
    let with_lines = lines.per_medarbejder().map(|lines| (lines.len() as u64, (lines[0].1.nr.to_string(), lines)));
    let tasks = with_lines.chain(others.into_iter().map(|nr| (0, (nr, Vec::new()))));
    parallel(&mut tally, total, tasks, progress, |(nr, lines)| {
        let subject = Subject::new(intake.app, intake.aktoer, &nr, intake.trial.as_ref());
        let whole = whole.clone();
        async move {
            let tally = one_medarbejder(&subject, lines, whole.as_deref()).await;
            subject.done();
            Ok(tally?.of_employee(subject.nr()))
        }
    })
    .await?;
    Ok(tally.report())
}

/// The file as one that holds everything, where it is; and who is not in it, and has something that may be gone.
async fn whole_file(
    intake: &Intake<'_>,
    lines: &Rows,
    numbers: Numbers,
    tally: &mut Tally,
) -> Result<(Shared, Vec<String>), CommandError> {
    let Some(asked) = intake.whole else { return Ok((None, Vec::new())) };
    let app = intake.app;
    if numbers.nameless {
        hele::unreadable(tally);
        return Ok((None, Vec::new()));
    }
    let (shared, earliest) = (app.clone(), lines.earliest());
    let whole = off_the_runtime(move || {
        let whole = WholeFile::new(&shared, asked, numbers, earliest)?;
        let others = whole.with_gone(&shared);
        Some((whole, others))
    });
    let Some((whole, mut others)) = whole.await? else {
        hele::unreadable(tally);
        return Ok((None, Vec::new()));
    };
    whole.plausible(app, |nr, lost| lines.of(nr).any(|(_, f)| f.replaces(lost).is_some())).await?;
    others.retain(|nr| lines.of(nr).next().is_none());
    Ok((Some(Arc::new(whole)), others.into_iter().collect()))
}

/// The lines of one employee by first day, what ended before what goes on. A line that overlaps another one that is
/// itself about to move is tried again, as long as that helps.
async fn one_medarbejder(
    subject: &Subject,
    mut lines: Vec<(u64, Fravaer)>,
    whole: Option<&WholeFile>,
) -> Result<Tally, CommandError> {
    lines.sort_by_key(|(line, f)| (f.foerste, f.sidste.is_none(), *line));
    let mut tally = Tally::default();
    twice(subject, &mut lines, &mut tally).await?;
    if let Some(whole) = whole {
        missing(subject, &mut lines, whole, &mut tally).await?;
    }
    let loan = subject.loan().await?;
    let perioder = loan.ansaettelse().stamdataperioder();
    for (line, f) in &lines {
        if let Some(least) = f.few_hours(&perioder, loan.book()) {
            let least = sentences::percent(Procent::from_decimal(least).unwrap_or(Procent::FULL));
            let said =
                format!("giver under {least} timers fravær om ugen: ikke delvis sygdom, og ingen refusion (§ 7)");
            tally.warnings.take(LineError::new(*line, "omfang_pct", said));
        }
        if perioder.on(f.foerste).is_some_and(|s| f.omfang.is_twofold(s.timer_pr_uge)) {
            let said = "passer ikke med omfang_pct og medarbejderens ugentlige timer; procenten er brugt";
            tally.warnings.take(LineError::new(*line, "timer_pr_uge_fravaer", said));
        }
    }
    let mut seen = Vec::new();
    loop {
        let (before, mut overlapping) = (lines.len(), Vec::new());
        let mut outcomes = Vec::with_capacity(before);
        for some in lines.chunks(TOGETHER) {
            outcomes.extend(together(subject, some).await?);
        }
        seen.reserve(before);
        for ((line, f), outcome) in lines.into_iter().zip(outcomes) {
            match outcome {
                Ok(udfald) => {
                    match udfald {
                        Udfald::Created => tally.created += 1,
                        Udfald::Changed(changes) => {
                            tally.changed += 1;
                            tally.changes.line(changes.into_iter().map(|change| change.at(line)));
                        }
                        Udfald::Unchanged => tally.unchanged += 1,
                    }
                    seen.push((line, f));
                }
                Err(DomainRefusal::BrokenRegel(regel @ BrokenRegel::Overlaps { .. })) => {
                    overlapping.push((line, f, regel));
                }
                Err(refusal) => tally.refused(line, CommandError::Afvist(refusal))?,
            }
        }
        if overlapping.is_empty() || overlapping.len() == before {
            for (line, _, regel) in overlapping {
                tally.refused(line, CommandError::Afvist(regel.into()))?;
            }
            uenighed::tell(subject, &seen, &mut tally).await?;
            return Ok(tally);
        }
        lines = overlapping.into_iter().map(|(line, f, _)| (line, f)).collect();
    }
}

/// Takes in some lines of one employee, in one commit; what became of each.
async fn together(
    subject: &Subject,
    lines: &[(u64, Fravaer)],
) -> Result<Vec<Result<Udfald, DomainRefusal>>, CommandError> {
    for _ in 0..MOST_ATTEMPTS {
        subject.begin().await?;
        let mut outcomes = Vec::with_capacity(lines.len());
        for (_, f) in lines {
            outcomes.push(match one_line(subject, f).await {
                Ok(udfald) => Ok(udfald),
                Err(CommandError::Afvist(refusal)) => Err(refusal),
                Err(error) => return Err(error),
            });
            // Nothing here waits for anything: others get their turn between two lines.
            tokio::task::yield_now().await;
        }
        if subject.commit().await? {
            return Ok(outcomes);
        }
    }
    Err(CommandError::Busy)
}

/// Takes out the rows of an absence that stands in the file by its number of today too.
async fn twice(subject: &Subject, lines: &mut Vec<(u64, Fravaer)>, tally: &mut Tally) -> Result<(), CommandError> {
    for (before, now) in hele::earlier_numbers(&subject.loan().await?) {
        if !lines.iter().any(|(_, f)| *f.fravaer_nr == *now) {
            continue;
        }
        let (same, others) = std::mem::take(lines).into_iter().partition(|(_, f)| *f.fravaer_nr == *before);
        *lines = others;
        let same: Vec<(u64, Fravaer)> = same;
        for (line, _) in same {
            let said = format!("er det fravær, der nu står i filen som {now}");
            tally.error.take(LineError::new(line, "fravaer_nr", said));
        }
    }
    Ok(())
}

/// What payroll no longer has of an employee is told, but for that whose place a new row takes: that is the same absence,
/// and what was done of it stays. Rows that took a place are done with.
async fn missing(
    subject: &Subject,
    lines: &mut Vec<(u64, Fravaer)>,
    whole: &WholeFile,
    tally: &mut Tally,
) -> Result<(), CommandError> {
    let mut gone = whole.gone(&subject.loan().await?);
    if gone.is_empty() {
        return Ok(());
    }
    let unknown: Vec<bool> = {
        let projections = subject.app().projections();
        lines.iter().map(|(_, f)| projections.fravaer_nr(&f.fravaer_nr).is_none()).collect()
    };
    let mut pairs: Vec<(u8, usize, usize)> = Vec::new();
    for (l, (_, f)) in lines.iter().enumerate().filter(|(l, _)| unknown[*l]) {
        pairs.extend(gone.iter().enumerate().filter_map(|(g, lost)| Some((f.replaces(lost)?, l, g))));
    }
    pairs.sort_unstable();
    let (mut taken_lines, mut taken_gone) = (Vec::new(), Vec::new());
    for (_, l, g) in pairs {
        if taken_lines.contains(&l) || taken_gone.contains(&g) {
            continue;
        }
        taken_lines.push(l);
        taken_gone.push(g);
        let (line, f) = &lines[l];
        match replace(subject, &gone[g], f).await {
            Ok(changes) => {
                tally.changed += 1;
                tally.changes.line(changes.into_iter().map(|change| change.at(*line)));
            }
            Err(error) => tally.refused(*line, error)?,
        }
    }
    let mut place = 0..;
    lines.retain(|_| place.next().is_none_or(|place| !taken_lines.contains(&place)));
    let mut place = 0..;
    gone.retain(|_| place.next().is_none_or(|place| !taken_gone.contains(&place)));
    for lost in gone.iter().filter(|lost| lost.own) {
        tally.gone.take(whole.tell(subject, &lost.r).await?);
    }
    Ok(())
}

/// A row takes the place of one that is gone.
async fn replace(subject: &Subject, lost: &Lost, f: &Fravaer) -> Result<Vec<Change>, CommandError> {
    let (registrering, before) = (lost.r.id, lost.number.clone());
    let loan = subject.loan().await?;
    let (fravaer_nr, line) = (f.fravaer_nr.to_string(), f.imported(f.percent(&loan)?));
    let mut all = vec![Change::new("fravaer_nr", format!("{before} → {fravaer_nr}"))];
    all.extend(changes::of_fravaer(&lost.told, &line));
    subject.execute(&DomainCommand::RenumberFravaer { registrering, before, fravaer_nr, line }).await?;
    back_again(subject, &lost.r).await?;
    Ok(all)
}

/// A file has again what one lacked.
async fn back_again(subject: &Subject, r: &Registrering) -> Result<(), CommandError> {
    if r.forsvundet.is_some() {
        let (registrering, stand) = (r.id, Forsvundet::KommetIgen);
        subject.execute(&DomainCommand::FravaerGone { registrering, stand, sidste: None }).await?;
    }
    Ok(())
}

impl Fravaer {
    /// From how many hours a week on it would be partial sickness in the sense of refusion, where it is not.
    fn few_hours(&self, perioder: &Stamdataperioder, book: &Regelbog) -> Option<f64> {
        let s = perioder.on(self.foerste)?;
        let least = book.in_force(self.foerste).parameters.delvis_mindst_timer;
        let few = self.aarsag != Aarsag::BarnSyg && is_few_hours(s, self.omfang.percent(s.timer_pr_uge)?, least);
        few.then_some(least)
    }

    /// How near it is to an absence that is gone, where it can take its place.
    fn replaces(&self, lost: &Lost) -> Option<u8> {
        lost.nearness(self.aarsag, self.foerste, self.sidste)
    }

    /// In percent of the hours of the employment on its first day: other hours from a later day on change nothing of it.
    fn percent(&self, loan: &Loan) -> Result<Procent, CommandError> {
        let Some(stamdata) = loan.ansaettelse().stamdata_on(self.foerste) else {
            return Err(CommandError::Afvist(BrokenRegel::UnknownAnsaettelse.into()));
        };
        self.omfang.percent(stamdata.timer_pr_uge).ok_or_else(|| {
            let error = Mistake::Interval { at_least: 1, at_most: 100 };
            CommandError::Afvist(DomainRefusal::Fields(vec![FieldError { felt: "omfang_pct", error }]))
        })
    }
}

/// Told of what was taken for gone.
fn again() -> Change {
    Change::new("fravaer_nr", "er i filen igen og gælder igen")
}

async fn one_line(subject: &Subject, f: &Fravaer) -> Result<Udfald, CommandError> {
    let loan = subject.loan().await?;
    let omfang_pct = f.percent(&loan)?;
    let known = match subject.app().projections().fravaer_nr(&f.fravaer_nr) {
        None => None,
        Some((nr, _)) if nr != subject.nr() => return Err(CommandError::Afvist(BrokenRegel::FravaerAtOther.into())),
        Some((_, id)) => Some(id),
    };
    let Some(registrering) = known else {
        let command = DomainCommand::RegistrerFravaer(FravaerRegistreret {
            registrering: registrering_of(&f.fravaer_nr),
            fravaer_nr: Some(f.fravaer_nr.to_string()),
            aarsag: f.aarsag,
            foerste: f.foerste,
            sidste: f.sidste,
            omfang_pct,
            forventet_varighed: None,
            kilde: Kilde::Import,
            paragraf_56: f.paragraf_56,
            raskmeldt: f.raskmeldt,
        });
        subject.execute(&command).await?;
        let joined = uenighed::joined(subject, f).await?;
        let said = "er lagt sammen med fravær, der er meldt i hånden";
        return Ok(if joined { Udfald::Changed(vec![Change::new("fravaer_nr", said)]) } else { Udfald::Created });
    };
    let line = f.imported(omfang_pct);
    let registreringer = loan.ansaettelse().every_registrering(loan.book());
    let Some(r) = registreringer.into_iter().find(|r| r.id == registrering) else { return Ok(Udfald::Unchanged) };
    back_again(subject, &r).await?;
    let is_back = r.forsvundet == Some(Forsvundet::Annulleret);
    // One that people annulled stays annulled, whatever payroll still says.
    if r.is_annulleret() && !is_back {
        return Ok(Udfald::Unchanged);
    }
    if let Some(udfald) = uenighed::row(subject, f, &r, line).await? {
        return Ok(udfald);
    }
    // Compared with what payroll last told, not with what stands: people may have registered more since.
    if r.imported == Some(line) {
        return Ok(if is_back { Udfald::Changed(vec![again()]) } else { Udfald::Unchanged });
    }
    let mut told = changes::of_fravaer(&r.imported.unwrap_or_else(|| r.values()), &line);
    told.extend(is_back.then(again));
    let unchanged = r.with_line(&line).values() == r.values();
    let changes = subject.execute(&DomainCommand::ChangeFravaer { registrering, line }).await?;
    // What people had put right before payroll did is recorded, and no news.
    Ok(if (unchanged && !is_back) || !changes { Udfald::Unchanged } else { Udfald::Changed(told) })
}
