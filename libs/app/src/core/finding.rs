//! Whom somebody finds, with the names that are opened for it.

use std::sync::{OnceLock, PoisonError, RwLockReadGuard};
use std::time::Duration;

use texts::danish::NameKey;
use tokio::sync::watch;

use super::{App, off_the_runtime};
use crate::access::User;
use crate::failure::Internal;
use crate::find::{Asked, Found, Names, within_rights};
use crate::projections::Renamed;
use crate::sealed::{self, Personoplysninger};

/// How often names that are new are opened though nobody searches: who was erased is not to stay in memory.
const KEPT_UP: Duration = Duration::from_secs(10);

/// The names of people as they are put in order, to look up very many of them: nothing is opened for it.
pub struct OpenedNames<'a>(RwLockReadGuard<'a, Names>);

impl OpenedNames<'_> {
    /// The name of an employment, by its place in a list; none where it cannot be read, or was erased.
    #[must_use]
    pub fn find(&self, nr: &str) -> Option<&NameKey> {
        self.0.find(nr).filter(|place| !place.name().is_empty())
    }

    /// The place of the name of an employment among all names, the same for equal names; 0, before all of them, where it
    /// cannot be read. `slot` is where the number stands, once it is known: to look for it costs more than all the rest.
    #[must_use]
    pub fn place(&self, nr: &str, slot: &OnceLock<u32>) -> u32 {
        let found = slot.get().copied().or_else(|| {
            let found = self.0.slot(nr)?;
            Some(*slot.get_or_init(|| found))
        });
        found.map_or(0, |slot| self.0.place(slot))
    }
}

impl App {
    /// The names as they were opened last ([`Self::open_names`]). Whoever holds them keeps new ones waiting.
    #[must_use]
    pub fn names(&self) -> OpenedNames<'_> {
        OpenedNames(self.finder.names.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whom somebody finds; `has_formaal` where they have said what they look up for.
    ///
    /// # Errors
    /// New names could not be opened.
    pub async fn find(&self, user: &User, asked: &Asked, has_formaal: bool) -> Result<Found, Internal> {
        self.open_names().await?;
        let (by_number, by_name) = {
            let names = self.finder.names.read().unwrap_or_else(PoisonError::into_inner);
            (names.by_number(asked), names.by_name(asked, user.ways(has_formaal)))
        };
        Ok(within_rights(&self.projections(), user, asked, &by_number, &by_name))
    }

    /// Opens the names that are new since it was last done, so that every search finds what can be read.
    ///
    /// # Errors
    /// It panicked.
    pub async fn open_names(&self) -> Result<(), Internal> {
        let turn = self.finder.turn.clone().lock_owned().await;
        let renamed = self.as_they_are().take_renamed();
        if renamed.is_empty() {
            return Ok(());
        }
        let (keys, names) = (self.keys.clone(), self.finder.names.clone());
        // It goes on to its end where whoever searches does not wait: nothing that was taken out is lost.
        off_the_runtime(move || {
            let _turn = turn;
            for Renamed { nr, sealed, erased } in renamed {
                let details =
                    sealed.map(|(persons, sealed)| sealed::open::<Personoplysninger>(&keys, persons, &sealed));
                let name = details.and_then(Result::ok).map(|details| details.name.show().clone());
                let mut names = names.write().unwrap_or_else(PoisonError::into_inner);
                if erased { names.remove(&nr) } else { names.set(&nr, name.as_deref()) }
            }
        })
        .await
    }

    /// Opens new names from time to time, until `stop` is true or gone: the first search does not wait for all of them, and
    /// nobody's name stays here who was erased.
    pub async fn keep_names(&self, mut stop: watch::Receiver<bool>) {
        loop {
            if let Err(error) = self.open_names().await {
                tracing::error!(%error, "navne kunne ikke åbnes til søgning");
            }
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                () = tokio::time::sleep(KEPT_UP) => {}
            }
        }
    }
}
