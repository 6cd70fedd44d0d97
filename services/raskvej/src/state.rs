//! What the routes of the API and of the pages work with.

use std::sync::Arc;

use metrics_exporter_prometheus::PrometheusHandle;

use crate::bundle_file::BundleRoom;
use crate::core::App;
use crate::paamindelser::Paamindelser;
use crate::uploads::Uploads;
use crate::wrong_tries::WrongTries;

/// How many open forløb one is to have at most, where the workplace has said so. Nothing is refused for it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Normer {
    /// One in HR.
    pub hr: Option<u32>,
    /// One coordinator.
    pub koordinator: Option<u32>,
}

/// The service as a route sees it.
#[derive(Clone)]
pub struct AppState {
    /// The core.
    pub app: Arc<App>,
    /// The reminders, which the clock drives.
    pub paamindelser: Arc<Paamindelser>,
    /// The metrics, rendered on demand.
    pub measurements: PrometheusHandle,
    /// The tokens that were tried and do not work.
    pub wrong_tries: Arc<WrongTries>,
    /// `/metrics` answers on the service's own address.
    pub show_measurements: bool,
    /// Payroll's files that came by the page.
    pub uploads: Uploads,
    /// Room for those who fetch a bundle.
    pub bundles: BundleRoom,
    /// How many open forløb one is to have at most.
    pub normer: Normer,
}
