//! What the routes of the API and of the pages work with.

use std::sync::Arc;

use metrics_exporter_prometheus::PrometheusHandle;

use crate::access::HrEnheder;
use crate::core::App;
use crate::paamindelser::Paamindelser;

/// The service as a route sees it.
#[derive(Clone)]
pub struct AppState {
    /// The core.
    pub app: Arc<App>,
    /// The reminders, which the clock drives.
    pub paamindelser: Arc<Paamindelser>,
    /// The metrics, rendered on demand.
    pub measurements: PrometheusHandle,
    /// `/metrics` answers on the service's own address.
    pub show_measurements: bool,
    /// The units that some in HR work for.
    pub hr_enheder: Arc<HrEnheder>,
}
