//! Room for what takes every core for as long as it lasts: so many at a time, and one more waits or comes again. And for who goes
//! through a whole log.

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::failure::Internal;

/// How many at a time.
const AT_A_TIME: usize = 2;

/// Going through a whole log, of what happened or of look-ups, takes as long as the log is: one at a time does.
static WHOLE: Semaphore = Semaphore::const_new(1);

/// A turn to go through a whole log, once nobody else does.
pub(crate) async fn to_go_through() -> Option<Turn<'static>> {
    WHOLE.acquire().await.ok().map(Turn) // nobody closes it
}

/// Room for a few.
#[derive(Debug)]
pub struct Room(Semaphore);

impl Default for Room {
    fn default() -> Self {
        Self(Semaphore::new(AT_A_TIME))
    }
}

/// A place in it, for as long as it is kept.
#[derive(Debug)]
pub struct Turn<'a>(#[expect(dead_code, reason = "held as long as the answer is worked out")] SemaphorePermit<'a>);

impl Room {
    /// A turn, if there is room for one more.
    #[must_use]
    pub fn now(&self) -> Option<Turn<'_>> {
        self.0.try_acquire().ok().map(Turn)
    }

    /// A turn, once there is room.
    ///
    /// # Errors
    /// Never: nobody closes it.
    pub async fn wait(&self) -> Result<Turn<'_>, Internal> {
        let permit = self.0.acquire().await;
        permit.map(Turn).map_err(|_| Internal::new("der er ikke plads", "pladsen er lukket"))
    }
}
