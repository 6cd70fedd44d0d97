//! Named points at which a test lets the process die, or a task panic. In the built service there is nothing here.

/// Names the point at which the process is to die: a setting of the tests' child processes.
#[cfg(test)]
pub(super) const VARIABLE: &str = "RASKVEJ_PROEVE_NEDBRUD";

/// The process dies here, as from a power cut, if this is the point: nothing is unwound, closed or written.
#[cfg(test)]
pub(super) fn at(point: &str) {
    if is(point) {
        std::process::abort();
    }
}

/// At this point only the first of several goes on: the others are as if the process had died before them.
#[cfg(test)]
pub(super) async fn hold(point: &str, number: usize) {
    if number > 0 && is(point) {
        std::future::pending::<()>().await;
    }
}

/// At which point the task of which forløb panics, once.
#[cfg(test)]
pub(super) static PANIC: std::sync::Mutex<Vec<(&str, uuid::Uuid)>> = std::sync::Mutex::new(Vec::new());

/// The task panics here, once, if it is about a forløb that a test has named.
#[cfg(test)]
pub(super) fn panic(point: &str, forloeb: uuid::Uuid) {
    let hit = {
        let mut panic = PANIC.lock().unwrap();
        let hit = panic.iter().position(|p| *p == (point, forloeb));
        hit.map(|hit| panic.swap_remove(hit)).is_some()
    };
    assert!(!hit, "as a test asked");
}

#[cfg(test)]
fn is(point: &str) -> bool {
    std::env::var(VARIABLE).is_ok_and(|sat| sat == point)
}

#[cfg(not(test))]
pub(super) const fn at(_point: &str) {}

#[cfg(not(test))]
pub(super) const fn panic(_point: &str, _forloeb: uuid::Uuid) {}

#[cfg(not(test))]
#[allow(clippy::unused_async)] // in the tests it waits
pub(super) async fn hold(_point: &str, _number: usize) {}
