//! A file that holds everything in its period: what it lacks is told, and nothing happens to it but what somebody says.
//!
//! The period begins on the earliest first day of the file, or on the day that was given, and does not end: what touches
//! it and is not in the file is gone. A row that cannot be read is in the file all the same. What people registered by
//! hand never was in it, and is never gone.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::NaiveDate;
use forloeb::Haendelse;
use forloeb::command::DomainCommand;
use forloeb::derive::{Imported, Registrering};
use forloeb::haendelse::Forsvundet;
use forloeb::refusal::{BrokenRegel, DomainRefusal};
use forloeb::words::Aarsag;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::findings::REPORTED;
use super::trial::Subject;
use super::words::{Word, Words};
use super::{LINE, LineError, Tally};
use crate::core::{App, CommandError};
use crate::failure::Internal;
use crate::projections::Loan;
use crate::reference::reference;

/// How a file that holds everything is to be taken in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whole {
    /// The first day of its period; none: the earliest first day in it.
    pub fra: Option<NaiveDate>,
    /// What is gone is ended or annulled at once, where nobody but payroll has had to do with it.
    pub udfoer: bool,
    /// It is right that it lacks implausibly much.
    pub mange: bool,
}

/// What is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ForsvundetArt)]
pub enum What {
    /// An employee.
    Medarbejder,
    /// An employee who leads others: they have no leader from now on.
    Leder,
    /// An absence.
    Fravaer,
}

/// Something that payroll told before, and that a whole file of it lacks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = RapportForsvundet)]
pub struct Gone {
    /// What it is.
    #[serde(rename = "hvad")]
    pub what: What,
    /// Employee number.
    pub medarbejder_nr: String,
    /// Payroll's number of the absence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fravaer_nr: Option<String>,
    /// Id of the absence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registrering: Option<Uuid>,
    /// First day of the absence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foerste_fravaersdag: Option<NaiveDate>,
    /// Its last day, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sidste_fravaersdag: Option<NaiveDate>,
    /// The open forløb it is about, by their references.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forloeb: Vec<String>,
    /// It was ended or annulled; else somebody is asked.
    #[serde(rename = "udfoert")]
    pub carried_out: bool,
}

impl Gone {
    /// As one sentence, without a name.
    #[must_use]
    pub fn said(&self) -> String {
        let nr = &self.medarbejder_nr;
        let open = match &self.forloeb[..] {
            [] => String::new(),
            [one] => format!(" Åbent forløb: {one}."),
            several => format!(" Åbne forløb: {}.", several.join(", ")),
        };
        let what = match self.what {
            What::Medarbejder => format!("Medarbejder {nr} er ikke i filen."),
            What::Leder => format!("Medarbejder {nr}, som er leder, er ikke i filen: medarbejderne mangler en leder."),
            What::Fravaer => {
                let number = self.fravaer_nr.as_deref().unwrap_or_default();
                let dag = self.foerste_fravaersdag.map(|dag| format!(" fra {}", dag.format("%d-%m-%Y")));
                format!("Fravær {number}{} hos medarbejder {nr} er ikke i filen.", dag.unwrap_or_default())
            }
        };
        let done = match (self.carried_out, self.what) {
            (true, What::Fravaer) => " Det er annulleret.",
            (true, What::Medarbejder | What::Leder) => " Ansættelsen er afsluttet.",
            (false, _) => " HR bliver spurgt.",
        };
        format!("{what}{done}{open}")
    }
}

/// What is gone, the first of it in order, and how much there is.
#[derive(Debug, Default)]
pub(super) struct AllGone {
    first: BTreeSet<Gone>,
    count: u64,
}

impl AllGone {
    pub(super) fn take(&mut self, one: Gone) {
        self.count += 1;
        self.keep(one);
    }

    fn keep(&mut self, one: Gone) {
        self.first.insert(one);
        if self.first.len() > REPORTED {
            self.first.pop_last();
        }
    }

    pub(super) fn put_to(&mut self, other: Self) {
        self.count += other.count;
        other.first.into_iter().for_each(|one| self.keep(one));
    }

    pub(super) const fn count(&self) -> u64 {
        self.count
    }

    pub(super) fn first(self) -> Vec<Gone> {
        self.first.into_iter().collect()
    }
}

/// The numbers of a file, those of lines that cannot be used too.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    words: Words,
    all: Vec<Word>,
    /// Lines of which it is not known what they are about.
    pub(super) nameless: bool,
}

/// The same in order, to look them up.
#[derive(Debug)]
pub(super) struct InFile(Numbers);

impl Numbers {
    pub(super) fn take(&mut self, number: Option<&str>) {
        match number {
            Some(number) => self.all.push(self.words.put(number)),
            None => self.nameless = true,
        }
    }

    pub(super) fn sorted(mut self) -> InFile {
        self.words.close();
        let words = &self.words;
        self.all.sort_unstable_by(|a, b| words.order(*a, *b));
        InFile(self)
    }
}

impl InFile {
    pub(super) fn has(&self, number: &str) -> bool {
        let Self(Numbers { words, all, .. }) = self;
        all.binary_search_by(|known| words.get(*known).cmp(number)).is_ok()
    }
}

/// What is too implausible to be used.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bounds {
    hoejst_pct: u64,
    faa: u64,
}

/// Refuses a file that lacks implausibly much of what is under way.
pub(super) fn plausible(whole: Whole, gone: u64, there: u64) -> Result<(), CommandError> {
    let bounds: Bounds = toml::from_str(include_str!("hele.toml"))
        .map_err(|error| Internal::new("grænserne for en hel fil kan ikke læses", error))?;
    let share = u128::from(gone) * 100 > u128::from(bounds.hoejst_pct) * u128::from(gone + there);
    if share && gone > bounds.faa && !whole.mange {
        let refused = BrokenRegel::TooManyForsvundne { gone, all: gone + there };
        return Err(CommandError::Afvist(DomainRefusal::BrokenRegel(refused)));
    }
    Ok(())
}

/// What is said of a file that does not say what it holds: nothing is gone by it.
pub(super) fn unreadable(tally: &mut Tally) {
    let said = "filen kan ikke læses helt, så det vides ikke, hvad der mangler: intet er regnet som forsvundet";
    tally.warnings.take(LineError::new(1, LINE, said));
}

/// A whole file of absences.
#[derive(Debug)]
pub(super) struct WholeFile {
    pub(super) asked: Whole,
    /// The registrations it is about, in order.
    ids: Vec<Uuid>,
    numbers: InFile,
    fra: NaiveDate,
}

/// Numbers that are looked up at a time.
const AT_A_TIME: usize = 1000;

impl WholeFile {
    /// Of a file that has these numbers, and this earliest first day; none where neither it nor anybody says where its
    /// period begins.
    pub(super) fn new(app: &App, asked: Whole, numbers: Numbers, earliest: Option<NaiveDate>) -> Option<Self> {
        let fra = asked.fra.or(earliest)?;
        let mut ids = Vec::with_capacity(numbers.all.len());
        for some in numbers.all.chunks(AT_A_TIME) {
            let projections = app.projections();
            ids.extend(some.iter().filter_map(|number| Some(projections.fravaer_nr(numbers.words.get(*number))?.1)));
        }
        ids.sort_unstable();
        Some(Self { asked, ids, numbers: numbers.sorted(), fra })
    }

    fn has(&self, id: Uuid) -> bool {
        self.ids.binary_search(&id).is_ok()
    }

    /// Employees with something that may be gone, in order.
    pub(super) fn with_gone(&self, app: &App) -> BTreeSet<String> {
        let fra = self.fra;
        let registreringer = app.projections().registreringer();
        let gone = registreringer.all().filter(|r| r.may_touch(fra) && !self.has(r.id)).map(|r| r.ansaettelse);
        let gone: BTreeSet<u32> = gone.collect();
        let projections = app.projections();
        gone.into_iter().map(|idx| projections.nr_of(idx).to_owned()).collect()
    }

    /// The rows of an employment that are gone.
    pub(super) fn gone(&self, loan: &Loan) -> Vec<Lost> {
        let mut lost = Vec::new();
        for r in loan.ansaettelse().every_registrering(loan.book()) {
            let decided = matches!(r.forsvundet, Some(Forsvundet::Beholdt | Forsvundet::Afsluttet));
            if r.is_annulleret() || decided || r.sidste.is_some_and(|sidste| sidste < self.fra) {
                continue;
            }
            for (number, told) in &r.knyttet {
                if !self.numbers.has(number) {
                    lost.push(Lost { r: r.clone(), number: number.clone(), told: *told, own: false });
                }
            }
            // Also by a number that it had before.
            let is_there = if r.knyttet.is_empty() {
                self.has(r.id)
            } else {
                r.fravaer_nr.as_ref().is_some_and(|number| self.numbers.has(number))
            };
            if let Some(told) = r.imported.filter(|_| !is_there) {
                lost.push(Lost { number: r.fravaer_nr.clone().unwrap_or_default(), r, told, own: true });
            }
        }
        lost
    }

    /// Refuses a file that lacks implausibly many of the open forløb that payroll told of. `replaces`: the file has
    /// another row in the place of this one.
    pub(super) async fn plausible(
        &self,
        app: &App,
        replaces: impl Fn(&str, &Lost) -> bool,
    ) -> Result<(), CommandError> {
        let (mut there, mut candidates) = (0, Vec::new());
        {
            let projections = app.projections();
            for (_, aktuel) in projections.aabne(None) {
                let f = &aktuel.forloeb;
                if f.alias.iter().chain([&f.id]).any(|id| self.has(*id)) {
                    there += 1;
                } else {
                    candidates.push((f.medarbejder_nr.clone(), f.id));
                }
            }
        }
        let mut gone = 0;
        for (nr, id) in candidates {
            let loan = app.loan(&nr).await?;
            let of_forloeb = |lost: &Lost| lost.own && loan.forloeb(id).is_some_and(|f| f.called(lost.r.id));
            let lost: Vec<_> = self.gone(&loan).into_iter().filter(of_forloeb).collect();
            if lost.iter().any(|lost| replaces(&nr, lost)) {
                there += 1;
            } else if !lost.is_empty() {
                gone += 1;
            }
        }
        plausible(self.asked, gone, there)
    }

    /// Tells that an absence is gone, and ends what it was where that is to be done.
    pub(super) async fn tell(&self, subject: &Subject, r: &Registrering) -> Result<Gone, CommandError> {
        let registrering = r.id;
        let gone = |stand| DomainCommand::FravaerGone { registrering, stand, sidste: None };
        let loan = subject.loan().await?;
        let f = loan.forloeb(r.id);
        let today = subject.app().clock.today();
        let open = f.filter(|f| f.is_aabent(today)).map(|f| reference(f.id));
        let alone = f.is_none_or(|f| loan.ansaettelse().only_payroll_told(f));
        subject.execute(&gone(Forsvundet::Meldt)).await?;
        let carried_out = self.asked.udfoer && alone;
        if carried_out {
            subject.execute(&gone(Forsvundet::Annulleret)).await?;
        }
        Ok(Gone {
            what: What::Fravaer,
            medarbejder_nr: subject.nr().to_owned(),
            fravaer_nr: r.fravaer_nr.clone(),
            registrering: Some(r.id),
            foerste_fravaersdag: Some(r.foerste),
            sidste_fravaersdag: r.sidste,
            forloeb: open.into_iter().collect(),
            carried_out,
        })
    }
}

/// Employees whom a whole file lacks, where these are in it, in order: those who are employed, and of whom nobody has said
/// that they stay.
pub(super) fn gone_medarbejdere(app: &App, whole: Whole, in_file: &InFile) -> Result<BTreeSet<String>, CommandError> {
    let projections = app.projections();
    let employed = projections.numbers().filter(|nr| projections.is_employed(nr));
    let (there, gone): (Vec<_>, Vec<_>) = employed.partition(|nr| in_file.has(nr));
    let asked: BTreeSet<_> = gone.into_iter().filter(|nr| !projections.is_beholdt(nr)).map(str::to_owned).collect();
    plausible(whole, asked.len() as u64, there.len() as u64)?;
    Ok(asked)
}

/// Tells that an employee is gone, and ends the employment where that is to be done.
pub(super) async fn tell_medarbejder(subject: &Subject, whole: Whole) -> Result<Gone, CommandError> {
    let loan = subject.loan().await?;
    let today = subject.app().clock.today();
    let open: Vec<_> = loan.all().iter().filter(|f| f.is_aabent(today)).map(|f| reference(f.id)).collect();
    let leads = subject.app().projections().subordinates(subject.nr()).next().is_some();
    let gone = |stand, fratraadt| DomainCommand::MedarbejderGone { stand, fratraadt };
    subject.execute(&gone(Forsvundet::Meldt, None)).await?;
    let carried_out = whole.udfoer && open.is_empty();
    if carried_out {
        subject.execute(&gone(Forsvundet::Afsluttet, today.pred_opt())).await?;
    }
    Ok(Gone {
        what: if leads { What::Leder } else { What::Medarbejder },
        medarbejder_nr: subject.nr().to_owned(),
        fravaer_nr: None,
        registrering: None,
        foerste_fravaersdag: None,
        sidste_fravaersdag: None,
        forloeb: open,
        carried_out,
    })
}

/// The numbers that payroll had for absences of an employment, and what it calls each of them now.
pub(super) fn earlier_numbers(loan: &Loan) -> Vec<(String, String)> {
    let mut all: Vec<(&str, &str)> = Vec::new();
    for record in loan.ansaettelse().records() {
        if let Haendelse::FravaerNummereret(h) = &record.haendelse {
            all.retain(|(before, _)| *before != h.fravaer_nr);
            all.iter_mut().filter(|(_, now)| *now == h.before).for_each(|(_, now)| *now = &h.fravaer_nr);
            all.push((&h.before, &h.fravaer_nr));
        }
    }
    all.into_iter().map(|(before, now)| (before.to_owned(), now.to_owned())).collect()
}

/// A row of payroll that a whole file lacks.
#[derive(Debug)]
pub(super) struct Lost {
    /// The absence it is about.
    pub(super) r: Registrering,
    pub(super) number: String,
    /// What it last said.
    pub(super) told: Imported,
    /// Payroll began the absence with it; else people had registered the absence, and it stays without the row.
    pub(super) own: bool,
}

impl Lost {
    /// How near a row of a file is to it: the same days, the same first day, or a day in common; none of another cause.
    pub(super) fn nearness(&self, aarsag: Aarsag, foerste: NaiveDate, sidste: Option<NaiveDate>) -> Option<u8> {
        let told = &self.told;
        let overlaps = sidste.is_none_or(|s| told.foerste <= s) && told.sidste.is_none_or(|s| foerste <= s);
        match (told.foerste == foerste, told.sidste == sidste) {
            _ if told.aarsag != aarsag => None,
            (true, true) => Some(0),
            (true, false) => Some(1),
            (false, _) if overlaps => Some(2),
            (false, _) => None,
        }
    }
}

/// Shared by the tasks of a file.
pub(super) type Shared = Option<Arc<WholeFile>>;
