//! Room for what takes every core for as long as it lasts: so many at a time, and one more waits or comes again.

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::failure::Internal;

/// How many at a time.
const AT_A_TIME: usize = 2;

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
