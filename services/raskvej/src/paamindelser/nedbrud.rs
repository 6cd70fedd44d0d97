//! Named points at which a test lets the process die. In the built service there is nothing here.

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

#[cfg(test)]
fn er(punkt: &str) -> bool {
    std::env::var(VARIABEL).is_ok_and(|sat| sat == punkt)
}

#[cfg(not(test))]
pub(super) const fn ved(_punkt: &str) {}

#[cfg(not(test))]
#[allow(clippy::unused_async)] // in the tests it waits
pub(super) async fn hold(_punkt: &str, _nummer: usize) {}
