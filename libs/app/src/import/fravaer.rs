//! `fravaer.csv`: who is away, from when, until when.

use chrono::{Days, NaiveDate};
use forloeb::Procent;
use forloeb::command::DomainCommand;
use forloeb::derive::Imported;
use forloeb::haendelse::FravaerRegistreret;
use forloeb::refusal::{BrokenRegel, DomainRefusal, Mistake};
use forloeb::refusion::ret::is_few_hours;
use forloeb::words::{Aarsag, Kilde};

use super::profile::Mapping;
use super::table::{self, Columns, LineFields, Parsed};
use super::trial::Subject;
use super::{Intake, LineError, ONE_AT_A_TIME, Report, Tally, fields, parallel, uenighed, without_repeated};
use crate::core::{CommandError, off_the_runtime};
use crate::projections::{Loan, registrering_of};
use texts::sentences;

pub(super) const COLUMNS: Columns = Columns {
    required: &["fravaer_nr", "medarbejder_nr", "aarsag", "foerste_fravaersdag", "sidste_fravaersdag", "omfang_pct"],
    optional: &["registreret", "paragraf_56", "raskmeldt", "timer_pr_uge_fravaer"],
};

/// Most lines of one employee in a file. Each is decided on all of the others.
const MOST_OF_ONE: usize = 1000;
/// A last day that is further ahead than this many days is hardly meant.
const FAR_AHEAD: Days = Days::new(3 * 365);

/// One line.
#[derive(Debug, Clone)]
pub(super) struct Fravaer {
    pub(super) fravaer_nr: Box<str>,
    nr: Box<str>,
    aarsag: Aarsag,
    pub(super) foerste: NaiveDate,
    sidste: Option<NaiveDate>,
    omfang: Omfang,
    /// Whether it is of the illness that a § 56 agreement was made for, where payroll says.
    paragraf_56: Option<bool>,
    /// The employee reported fit again after the last day.
    raskmeldt: bool,
}

/// How much of the working time somebody is away, as payroll says it.
#[derive(Debug, Clone, Copy)]
struct Omfang {
    /// In percent.
    pct: Option<Procent>,
    /// In hours a week.
    timer: Option<f64>,
}

/// Percent by which the two may differ before somebody is told.
const APART: f64 = 2.0;

impl Omfang {
    /// In percent of an employment of so many hours; the percent that payroll says goes before its hours.
    fn percent(self, timer_pr_uge: f64) -> Option<Procent> {
        self.pct.or_else(|| self.of_hours(timer_pr_uge))
    }

    fn of_hours(self, timer_pr_uge: f64) -> Option<Procent> {
        let percent = self.timer.filter(|_| timer_pr_uge > 0.0)? / timer_pr_uge * 100.0;
        Procent::from_decimal((percent * 100.0).round() / 100.0).filter(|percent| *percent <= Procent::FULL)
    }

    /// What payroll says of percent and of hours is not the same.
    fn is_twofold(self, timer_pr_uge: f64) -> bool {
        let differs = |pct: Procent| {
            self.of_hours(timer_pr_uge).is_none_or(|hours| (pct.decimal() - hours.decimal()).abs() > APART)
        };
        self.timer.is_some() && self.pct.is_some_and(differs)
    }
}

impl Fravaer {
    /// From how many hours a week on it would be partial sickness in the sense of refusion, where it is not.
    fn few_hours(&self, loan: &Loan) -> Option<f64> {
        let perioder = loan.ansaettelse().stamdataperioder();
        let s = perioder.on(self.foerste)?;
        let least = loan.book().in_force(self.foerste).parameters.delvis_mindst_timer;
        let few = self.aarsag != Aarsag::BarnSyg && is_few_hours(s, self.omfang.percent(s.timer_pr_uge)?, least);
        few.then_some(least)
    }
}

/// What a line leads to.
pub(super) enum Udfald {
    Created,
    Changed,
    Unchanged,
}

/// Takes in a file. `progress` is told lines so far and in all.
pub(super) async fn take_in(
    intake: &Intake<'_>,
    bytes: Vec<u8>,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Report, CommandError> {
    let (profile, today) = (intake.profile.clone(), intake.app.clock.today());
    let parsed = off_the_runtime(move || read(&bytes, &profile.fravaer, today));
    let Parsed { lines, error, warnings, left_out } = parsed.await?;
    let _alone = ONE_AT_A_TIME.lock().await;
    let mut tally = Tally { error, warnings, left_out, ..Tally::default() };
    let total = lines.len() as u64;
    let tasks = per_medarbejder(lines).map(|lines| (lines.len() as u64, lines));
    parallel(&mut tally, total, tasks, progress, |lines| {
        let subject = Subject::new(intake.app, intake.aktoer, &lines[0].1.nr, intake.trial.as_ref());
        async move { one_medarbejder(&subject, lines).await }
    })
    .await?;
    Ok(tally.report())
}

/// Lines that stand by employee, employee by employee.
fn per_medarbejder(lines: Vec<(u64, Fravaer)>) -> impl Iterator<Item = Vec<(u64, Fravaer)>> {
    let mut rest = lines.into_iter().peekable();
    std::iter::from_fn(move || {
        let mut group = vec![rest.next()?];
        while let Some(next) = rest.next_if(|(_, f)| f.nr == group[0].1.nr) {
            group.push(next);
        }
        Some(group)
    })
}

/// The lines of one employee by first day, what ended before what goes on. A line that overlaps another one that is
/// itself about to move is tried again, as long as that helps.
async fn one_medarbejder(subject: &Subject, mut lines: Vec<(u64, Fravaer)>) -> Result<Tally, CommandError> {
    lines.sort_by_key(|(line, f)| (f.foerste, f.sidste.is_none(), *line));
    let mut tally = Tally::default();
    let loan = subject.loan().await?;
    let timer = loan.ansaettelse().stamdata().map_or(0.0, |s| s.timer_pr_uge);
    for (line, f) in &lines {
        if let Some(least) = f.few_hours(&loan) {
            let least = sentences::percent(Procent::from_decimal(least).unwrap_or(Procent::FULL));
            let said =
                format!("giver under {least} timers fravær om ugen: ikke delvis sygdom, og ingen refusion (§ 7)");
            tally.warnings.take(LineError::new(*line, "omfang_pct", said));
        }
        if f.omfang.is_twofold(timer) {
            let said = "passer ikke med omfang_pct og medarbejderens ugentlige timer; procenten er brugt";
            tally.warnings.take(LineError::new(*line, "timer_pr_uge_fravaer", said));
        }
    }
    let mut seen = Vec::new();
    loop {
        let (before, mut overlapping) = (lines.len(), Vec::new());
        seen.reserve(before);
        for (line, f) in lines {
            match one_line(subject, &f).await {
                Ok(udfald) => {
                    match udfald {
                        Udfald::Created => tally.created += 1,
                        Udfald::Changed => tally.changed += 1,
                        Udfald::Unchanged => tally.unchanged += 1,
                    }
                    seen.push((line, f));
                }
                Err(CommandError::Afvist(DomainRefusal::BrokenRegel(regel @ BrokenRegel::Overlaps { .. }))) => {
                    overlapping.push((line, f, regel));
                }
                Err(error) => tally.refused(line, error)?,
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

async fn one_line(subject: &Subject, f: &Fravaer) -> Result<Udfald, CommandError> {
    let loan = subject.loan().await?;
    let Some(stamdata) = loan.ansaettelse().stamdata() else {
        return Err(CommandError::Afvist(BrokenRegel::UnknownAnsaettelse.into()));
    };
    let Some(omfang_pct) = f.omfang.percent(stamdata.timer_pr_uge) else {
        let error = Mistake::Interval { at_least: 1, at_most: 100 };
        return Err(CommandError::Afvist(DomainRefusal::Fields(vec![forloeb::refusal::FieldError {
            felt: "omfang_pct",
            error,
        }])));
    };
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
        return Ok(if joined { Udfald::Changed } else { Udfald::Created });
    };
    let line = Imported {
        aarsag: f.aarsag,
        foerste: f.foerste,
        sidste: f.sidste,
        omfang_pct,
        paragraf_56: f.paragraf_56,
        raskmeldt: f.raskmeldt,
    };
    let registreringer = loan.ansaettelse().registreringer(loan.book());
    // One that people annulled stays annulled, whatever payroll still says.
    let Some(r) = registreringer.into_iter().find(|r| r.id == registrering) else { return Ok(Udfald::Unchanged) };
    if let Some(udfald) = uenighed::row(subject, f, &r, line).await? {
        return Ok(udfald);
    }
    // Compared with what payroll last told, not with what stands: people may have registered more since.
    if r.imported == Some(line) {
        return Ok(Udfald::Unchanged);
    }
    let unchanged = r.with_line(&line).values() == r.values();
    let changes = subject.execute(&DomainCommand::ChangeFravaer { registrering, line }).await?;
    // What people had put right before payroll did is recorded, and no news.
    Ok(if unchanged || !changes { Udfald::Unchanged } else { Udfald::Changed })
}

/// The lines by employee, and of each as they stand in the file.
pub(super) fn read(bytes: &[u8], mapping: &Mapping, today: NaiveDate) -> Parsed<Fravaer> {
    let mut parsed = table::read(bytes, COLUMNS, mapping, |f| line(f, today));
    without_repeated(&mut parsed, "fravaer_nr", |f| &f.fravaer_nr);
    parsed.lines.sort_by(|(_, a), (_, b)| a.nr.cmp(&b.nr));
    let (mut nr, mut count) = (Box::default(), 0);
    let error = &mut parsed.error;
    parsed.lines.retain(|(line, f)| {
        if f.nr != nr {
            (nr, count) = (f.nr.clone(), 0);
        }
        count += 1;
        if count > MOST_OF_ONE {
            let said = format!("medarbejderen har over {MOST_OF_ONE} linjer i filen: del den op i flere");
            error.take(LineError::new(*line, "medarbejder_nr", said));
        }
        count <= MOST_OF_ONE
    });
    parsed
}

fn line(f: &mut LineFields<'_>, today: NaiveDate) -> Option<Fravaer> {
    let fravaer_nr = f.read("fravaer_nr", fields::nr);
    let nr = f.read("medarbejder_nr", fields::medarbejder_nr);
    let aarsag = f.read("aarsag", fields::aarsag);
    let foerste = f.dato("foerste_fravaersdag");
    let sidste = f.slutdag("sidste_fravaersdag", foerste, &sentences::error(&Mistake::EndBeforeStart));
    let timer = f.read("timer_pr_uge_fravaer", fields::maybe_timer);
    let in_hours = timer.flatten().is_some();
    let pct =
        f.read(
            "omfang_pct",
            |text| if in_hours { fields::maybe_percent(text) } else { fields::percent(text).map(Some) },
        );
    f.tidspunkt("registreret");
    let paragraf_56 = f.read("paragraf_56", fields::maybe_ja_nej);
    let raskmeldt = f.read("raskmeldt", |text| match (fields::maybe_ja_nej(text)?, sidste) {
        (Some(true), Some(None)) => Err("kan kun være ja, når sidste_fravaersdag er udfyldt".to_owned()),
        (raskmeldt, _) => Ok(raskmeldt == Some(true)),
    });
    let far_ahead = |dag: NaiveDate| today.checked_add_days(FAR_AHEAD).is_some_and(|latest| dag > latest);
    if sidste.flatten().is_some_and(far_ahead) {
        f.warn("sidste_fravaersdag", "ligger mere end tre år frem; kendes slutdagen ikke, så lad feltet stå tomt");
    }
    if pct.flatten() == Some(Procent::whole(1)) {
        f.warn("omfang_pct", "er 1 procent. Er hele fraværet ment, skal der stå 100");
    }
    Some(Fravaer {
        fravaer_nr: fravaer_nr?.into(),
        nr: nr?.into(),
        aarsag: aarsag?,
        foerste: foerste?,
        sidste: sidste?,
        omfang: Omfang { pct: pct?, timer: timer? },
        paragraf_56: paragraf_56?,
        raskmeldt: raskmeldt?,
    })
}
