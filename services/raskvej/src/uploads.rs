//! Payroll's files that HR sends from a page: tried when they come, kept until somebody says that they are to be taken in,
//! and taken in whether the browser is still there or not.
//!
//! A file is personal data from end to end. It is kept in memory only, for half an hour, and never on the disk, in the log or
//! in an address; who sent it is the only one who can have it taken in. What is known of a file afterwards is its report: lines
//! and columns, and nothing that stood in them.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::access::User;
use crate::bounds::size;
use crate::core::{App, CommandError};
use crate::import::{Intake, Profile, Report, Whole};
use crate::problem::Problem;
use app::failure::Internal;

/// Minutes that a file waits for somebody to say that it is to be taken in.
pub(crate) const MINUTES: i64 = 30;
/// Files that are on their way from a browser, are tried or are taken in, at a time.
pub(crate) const AT_A_TIME: usize = 4;
/// Bytes of the files that wait, together. Of more the one that has waited longest goes.
const LARGEST_WAITING: usize = 128 << 20;
/// Most files that are known, with their reports.
const MOST: usize = 20;
/// Hours that the report of a file is known.
const HOURS: i64 = 24;

/// Which of payroll's files one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Medarbejdere,
    Fravaer,
}

impl Kind {
    pub(crate) const ALL: [Self; 2] = [Self::Medarbejdere, Self::Fravaer];

    /// As a form and a report have it.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Medarbejdere => "medarbejdere",
            Self::Fravaer => "fravaer",
        }
    }

    /// As it begins a line.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Medarbejdere => "Medarbejdere",
            Self::Fravaer => "Fravær",
        }
    }

    /// As people call it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Medarbejdere => "medarbejdere",
            Self::Fravaer => "fravær",
        }
    }
}

/// How a file stands.
#[derive(Clone)]
pub(crate) enum Stand {
    /// It is tried.
    Trying,
    /// It was tried, and is here until then.
    Waiting { report: Arc<Report>, file: Bytes, until: DateTime<Utc> },
    /// It was tried, and is not here any more.
    Gone { report: Arc<Report> },
    /// It is taken in.
    TakingIn,
    /// It was taken in.
    Done { report: Arc<Report> },
    /// It could not be tried, or taken in to the end.
    Failed { problem: Problem, on_trial: bool },
}

impl Stand {
    const fn is_at_work(&self) -> bool {
        matches!(self, Self::Trying | Self::TakingIn)
    }

    fn waiting_bytes(&self) -> usize {
        if let Self::Waiting { file, .. } = self { file.len() } else { 0 }
    }
}

/// A file, and what became of it.
pub(crate) struct Upload {
    /// What its page is called: random, and of no use without a login.
    pub(crate) id: String,
    pub(crate) kind: Kind,
    /// What its profile is called, where there is one.
    pub(crate) profile_name: Option<String>,
    profile: Option<Profile>,
    /// It holds everything in its period.
    pub(crate) whole: Option<Whole>,
    pub(crate) by: User,
    pub(crate) at: DateTime<Utc>,
    /// Lines so far, and in all, of what is under way.
    lines: [AtomicU64; 2],
    stand: Mutex<Stand>,
}

/// A file as it came from a browser.
pub(crate) struct Arrived {
    pub(crate) kind: Kind,
    pub(crate) profile: Option<(String, Profile)>,
    /// It holds everything in its period.
    pub(crate) whole: Option<Whole>,
    pub(crate) file: Bytes,
}

/// Why a file is not taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotTakenIn {
    /// Somebody else sent it.
    SomebodyElses,
    /// It is not here any more, or never came to an end.
    Gone,
    /// There is no room just now.
    Busy,
}

/// The files.
#[derive(Clone)]
pub struct Uploads {
    room: Arc<Semaphore>,
    /// The newest in front.
    known: Arc<Mutex<VecDeque<Arc<Upload>>>>,
}

impl Default for Uploads {
    fn default() -> Self {
        Self { room: Arc::new(Semaphore::new(AT_A_TIME)), known: Arc::default() }
    }
}

impl std::fmt::Debug for Uploads {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Uploads").finish_non_exhaustive()
    }
}

/// Room for one file, from its first byte until it was tried, or taken in.
pub(crate) struct Room(#[expect(dead_code, reason = "it is given back when it goes")] OwnedSemaphorePermit);

impl Upload {
    /// How it stands.
    pub(crate) fn stand(&self) -> Stand {
        self.locked().clone()
    }

    fn locked(&self) -> MutexGuard<'_, Stand> {
        self.stand.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lines so far, and in all; nothing before they are known.
    pub(crate) fn progress(&self) -> Option<(u64, u64)> {
        let [now, total] = [0, 1].map(|place: usize| self.lines[place].load(Ordering::Relaxed));
        (total > 0).then_some((now.min(total), total))
    }

    async fn run(&self, app: &Arc<App>, file: Bytes, on_trial: bool) -> Result<Report, CommandError> {
        // The copy for a trial is large, too.
        let own = tokio::task::spawn_blocking(move || Vec::from(file)).await;
        let file = own.map_err(|_| Internal::panicked("filen kunne ikke læses"))?;
        let aktoer = self.by.aktoer();
        let mut intake = Intake::new(app, &aktoer);
        if let Some(profile) = &self.profile {
            intake = intake.profile(profile.clone());
        }
        if let Some(whole) = self.whole {
            intake = intake.whole(whole);
        }
        if on_trial {
            intake = intake.on_trial();
        }
        let progress = |now, total| {
            self.lines[0].store(now, Ordering::Relaxed);
            self.lines[1].store(total, Ordering::Relaxed);
        };
        match self.kind {
            Kind::Medarbejdere => intake.medarbejdere(file, &progress).await,
            Kind::Fravaer => intake.fravaer(file, &progress).await,
        }
    }

    /// The file is not kept any longer; its report is.
    fn let_go(&self) {
        let mut stand = self.locked();
        if let Stand::Waiting { report, .. } = &*stand {
            *stand = Stand::Gone { report: report.clone() };
        }
    }
}

impl Uploads {
    fn known(&self) -> MutexGuard<'_, VecDeque<Arc<Upload>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Room for one more, where there is.
    pub(crate) fn room(&self) -> Option<Room> {
        self.room.clone().try_acquire_owned().ok().map(Room)
    }

    /// The file of this id, as it is now.
    pub(crate) fn find(&self, id: &str, now: DateTime<Utc>) -> Option<Arc<Upload>> {
        self.sweep(now);
        self.known().iter().find(|upload| upload.id == id).cloned()
    }

    /// All that are known, the newest first.
    pub(crate) fn all(&self, now: DateTime<Utc>) -> Vec<Arc<Upload>> {
        self.sweep(now);
        self.known().iter().cloned().collect()
    }

    /// Begins to try a file. It is known by this id from now on.
    pub(crate) fn try_out(
        &self,
        app: &Arc<App>,
        id: String,
        by: User,
        arrived: Arrived,
        now: DateTime<Utc>,
        room: Room,
    ) {
        let Arrived { kind, profile, whole, file } = arrived;
        let (profile_name, profile) = profile.unzip();
        let upload = Arc::new(Upload {
            id,
            kind,
            profile_name,
            profile,
            whole,
            by,
            at: now,
            lines: [0, 0].map(AtomicU64::new),
            stand: Mutex::new(Stand::Trying),
        });
        self.sweep(now);
        {
            let mut known = self.known();
            if known.len() >= MOST
                && let Some(oldest) = known.iter().rposition(|upload| !upload.locked().is_at_work())
            {
                known.remove(oldest);
            }
            known.push_front(upload.clone());
        }
        let (uploads, until) = (self.clone(), now + TimeDelta::minutes(MINUTES));
        self.work(app, &upload, file.clone(), room, true, move |upload, report| {
            *upload.locked() = Stand::Waiting { report, file, until };
            uploads.make_room();
            // Nobody may ever ask again.
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_secs(MINUTES.unsigned_abs() * 60)).await;
                upload.let_go();
            });
        });
    }

    /// Begins to take in a file that was tried. Said again it changes nothing.
    pub(crate) fn take_in(
        &self,
        app: &Arc<App>,
        upload: &Arc<Upload>,
        by: &User,
        now: DateTime<Utc>,
    ) -> Result<(), NotTakenIn> {
        if upload.by != *by {
            return Err(NotTakenIn::SomebodyElses);
        }
        self.sweep(now);
        let (room, file) = {
            let mut stand = upload.locked();
            let file = match &*stand {
                Stand::Waiting { file, .. } => file.clone(),
                Stand::TakingIn | Stand::Done { .. } => return Ok(()),
                Stand::Trying | Stand::Gone { .. } | Stand::Failed { .. } => return Err(NotTakenIn::Gone),
            };
            let room = self.room().ok_or(NotTakenIn::Busy)?;
            *stand = Stand::TakingIn;
            (room, file)
        };
        upload.lines.iter().for_each(|count| count.store(0, Ordering::Relaxed));
        self.work(app, upload, file, room, false, |upload, report| *upload.locked() = Stand::Done { report });
        Ok(())
    }

    /// Lets a file go that is not to be taken in. Only who sent it can.
    pub(crate) fn drop(&self, upload: &Upload, by: &User) {
        if upload.by == *by {
            upload.let_go();
        }
    }

    /// Waits until nothing is taken in any more.
    pub(crate) async fn at_rest(&self) {
        let all = u32::try_from(AT_A_TIME).unwrap_or(u32::MAX);
        // Closed by nobody.
        let _ = self.room.acquire_many(all).await;
    }

    fn work(
        &self,
        app: &Arc<App>,
        upload: &Arc<Upload>,
        file: Bytes,
        room: Room,
        on_trial: bool,
        then: impl FnOnce(Arc<Upload>, Arc<Report>) + Send + 'static,
    ) {
        let (app, upload) = (app.clone(), upload.clone());
        tokio::spawn(async move {
            let run = tokio::spawn({
                let upload = upload.clone();
                async move { upload.run(&app, file, on_trial).await }
            });
            let problem = match run.await {
                Ok(Ok(report)) => return then(upload, Arc::new(report)),
                Ok(Err(error)) => Problem::from(error),
                Err(ended) => Problem::intern(&format!("en indlæsning blev ikke færdig: panik {}", ended.is_panic())),
            };
            *upload.locked() = Stand::Failed { problem, on_trial };
            drop(room);
        });
    }

    /// The files that wait stay under their bound.
    fn make_room(&self) {
        let known = self.known();
        let mut bytes: usize = known.iter().map(|upload| upload.locked().waiting_bytes()).sum();
        for upload in known.iter().rev() {
            if bytes <= LARGEST_WAITING {
                break;
            }
            bytes -= upload.locked().waiting_bytes();
            upload.let_go();
        }
    }

    /// Lets go what has waited too long, and forgets what is too old.
    fn sweep(&self, now: DateTime<Utc>) {
        let mut known = self.known();
        known.retain(|upload| upload.locked().is_at_work() || now - upload.at < TimeDelta::hours(HOURS));
        for upload in &*known {
            let over = matches!(&*upload.locked(), Stand::Waiting { until, .. } if *until <= now);
            if over {
                upload.let_go();
            }
        }
    }
}

/// What is said where there is no room.
pub(crate) fn busy() -> String {
    format!("Der bliver læst {AT_A_TIME} filer lige nu. Prøv igen om lidt.")
}

/// What is said of a file that is too large.
pub(crate) fn too_large(largest: usize) -> String {
    format!("Filen er på over {}. Del den op i flere filer.", size(largest))
}

#[cfg(test)]
mod tests {
    use forloeb::words::Rolle;

    use super::*;

    fn time(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// A file that has waited since then.
    fn waiting(uploads: &Uploads, id: &str, at: DateTime<Utc>, bytes: usize) -> Arc<Upload> {
        let (report, file) = (Arc::default(), vec![0; bytes].into());
        let upload = Arc::new(Upload {
            id: id.to_owned(),
            kind: Kind::Fravaer,
            profile_name: None,
            whole: None,
            profile: None,
            by: User::new(Rolle::Hr, None),
            at,
            lines: [0, 0].map(AtomicU64::new),
            stand: Mutex::new(Stand::Waiting { report, file, until: at + TimeDelta::minutes(MINUTES) }),
        });
        uploads.known().push_front(upload.clone());
        upload
    }

    fn is_here(upload: &Upload) -> bool {
        upload.stand().waiting_bytes() > 0
    }

    #[test]
    fn the_files_that_wait_stay_under_their_bound_and_the_oldest_goes() {
        let (uploads, at) = (Uploads::default(), time("2026-02-06T09:00:00Z"));
        let all = [60, 1, 60, 60].map(|megabytes| waiting(&uploads, "x", at, megabytes << 20));
        uploads.make_room();
        assert_eq!(all.each_ref().map(|upload| is_here(upload)), [false, true, true, true]);
        uploads.make_room();
        assert_eq!(all.each_ref().map(|upload| is_here(upload)), [false, true, true, true], "nothing more has to go");
    }

    #[test]
    fn a_file_is_let_go_after_half_an_hour_and_its_report_is_known_for_a_day() {
        let (uploads, at) = (Uploads::default(), time("2026-02-06T09:00:00Z"));
        let upload = waiting(&uploads, "x", at, 10);
        for (now, known, here) in [
            ("2026-02-06T09:29:59Z", 1, true),
            ("2026-02-06T09:30:00Z", 1, false),
            ("2026-02-07T08:59:59Z", 1, false),
            ("2026-02-07T09:00:00Z", 0, false),
        ] {
            assert_eq!((uploads.all(time(now)).len(), is_here(&upload)), (known, here), "{now}");
        }
    }

    #[tokio::test]
    async fn so_many_reports_are_known_and_what_is_at_work_stays() {
        let place = app::workplace::Workplace::empty(app::workplace::standing_still("2026-02-06T09:00:00Z")).await;
        let (uploads, at) = (Uploads::default(), time("2026-02-06T09:00:00Z"));
        let oldest = waiting(&uploads, "oldest", at, 1);
        *oldest.locked() = Stand::TakingIn;
        for n in 1..MOST {
            waiting(&uploads, &n.to_string(), at, 1);
        }
        let arrived = Arrived { kind: Kind::Fravaer, profile: None, whole: None, file: Bytes::from_static(b"x") };
        let room = uploads.room().unwrap();
        uploads.try_out(&place.app, "new".to_owned(), User::new(Rolle::Hr, None), arrived, at, room);
        let ids: Vec<_> = uploads.all(at).iter().map(|upload| upload.id.clone()).collect();
        assert_eq!((ids.len(), ids[0].as_str(), ids[MOST - 1].as_str()), (MOST, "new", "oldest"));
        assert!(!ids.contains(&"1".to_owned()));
        uploads.at_rest().await;
        let problem = uploads.find("new", at).unwrap().stand();
        assert!(matches!(problem, Stand::Waiting { .. }), "it was tried");
    }
}
