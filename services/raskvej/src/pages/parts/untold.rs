//! What HR has not been told by mail, where the mail cannot leave.

use crate::certificates;
use crate::core::App;
use crate::sentences::waiting_grund;

/// Why HR has not been told by mail of somebody who was erased.
pub(crate) fn of_erasures(app: &App) -> Option<String> {
    app.untold.reason(certificates::WAY).map(|reason| waiting_grund(&reason))
}
