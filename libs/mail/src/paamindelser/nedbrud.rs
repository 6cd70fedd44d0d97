//! Named points at which a test lets the process die, or a task panic. In the built service there is nothing here.

/// Names the point at which the process is to die: a setting of the tests' child processes.
#[cfg(test)]
pub(super) const VARIABEL: &str = "RASKVEJ_PROEVE_NEDBRUD";

/// The process dies here, as from a power cut, if this is the point: nothing is unwound, closed or written.
#[cfg(test)]
pub(super) fn ved(punkt: &str) {
    if er(punkt) {
        std::process::abort();
    }
}

/// At this point only the first of several goes on: the others are as if the process had died before them.
#[cfg(test)]
pub(super) async fn hold(punkt: &str, nummer: usize) {
    if nummer > 0 && er(punkt) {
        std::future::pending::<()>().await;
    }
}

/// At which point the task of which forløb panics, once.
#[cfg(test)]
pub(super) static PANIK: std::sync::Mutex<Vec<(&str, uuid::Uuid)>> = std::sync::Mutex::new(Vec::new());

/// The task panics here, once, if it is about a forløb that a test has named.
#[cfg(test)]
pub(super) fn panik(punkt: &str, forloeb: uuid::Uuid) {
    let ramt = {
        let mut panik = PANIK.lock().unwrap();
        let ramt = panik.iter().position(|p| *p == (punkt, forloeb));
        ramt.map(|ramt| panik.swap_remove(ramt)).is_some()
    };
    assert!(!ramt, "as a test asked");
}

#[cfg(test)]
fn er(punkt: &str) -> bool {
    std::env::var(VARIABEL).is_ok_and(|sat| sat == punkt)
}

#[cfg(not(test))]
pub(super) const fn ved(_punkt: &str) {}

#[cfg(not(test))]
pub(super) const fn panik(_punkt: &str, _forloeb: uuid::Uuid) {}

#[cfg(not(test))]
#[allow(clippy::unused_async)] // in the tests it waits
pub(super) async fn hold(_punkt: &str, _nummer: usize) {}
