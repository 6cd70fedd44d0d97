//! What the routes of the API and of the pages work with.

use std::sync::Arc;

use metrics_exporter_prometheus::PrometheusHandle;

use crate::kerne::Kerne;
use crate::paamindelser::Paamindelser;

/// The service as a route sees it.
#[derive(Clone)]
pub struct Tilstand {
    /// The core.
    pub kerne: Arc<Kerne>,
    /// The reminders, which the clock drives.
    pub paamindelser: Arc<Paamindelser>,
    /// The metrics, rendered on demand.
    pub maalinger: PrometheusHandle,
    /// `/metrics` answers on the service's own address.
    pub vis_maalinger: bool,
}
