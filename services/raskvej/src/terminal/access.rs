//! `access explain` and `access table`: why somebody may, or may not. For who runs the service: it tells what is so, without
//! a name.

use std::sync::Arc;

use forloeb::words::Rolle;
use uuid::Uuid;

use super::output::{to_stderr, write};
use super::{DONE, Failure, Out, REFUSED};
use crate::access::{Explanation, User, document};
use crate::core::App;

/// What somebody may do with a forløb, role by role.
pub(super) async fn explain(app: &Arc<App>, nr: String, id: Uuid, out: &Out) -> Result<u8, Failure> {
    let loan = app.loan_forloeb(id).await?;
    let users: Vec<User> =
        Rolle::ALL.iter().map(|rolle| app.narrowed_hr(User::new(*rolle, Some(nr.clone())))).collect();
    let explained: Vec<(Explanation, bool)> = {
        let projections = app.projections();
        let today = projections.today();
        if projections.stamdata(&nr).is_none() {
            return Err(Failure::new("Ingen medarbejder har dette nummer."));
        }
        let f = loan.forloeb(id).ok_or_else(|| Failure::new("Der er intet forløb med det id."))?;
        users.iter().map(|user| (user.explained(f, &projections, today), user.is_here(&projections, today))).collect()
    };
    for (e, is_here) in explained {
        let (rolle, relation, state) = (e.rolle, e.relation.says(), e.state.says());
        out.out(format!("{rolle}: {} ({}); forløbet er {state}", relation, e.relation.code())).await?;
        if !is_here {
            out.out("  kan ikke logge ind i rollen: ansættelsen er slut, eller personen er slettet").await?;
        } else if e.sees() {
            let may: Vec<_> = e.may.iter().map(|intent| intent.code()).collect();
            out.out(format!("  må: {}", may.join(", "))).await?;
            for because in e.because {
                out.out(format!("  fordi: {because}")).await?;
            }
        } else {
            out.out("  ser det ikke").await?;
        }
    }
    if app.hr_enheder.get().is_none() {
        out.error("Tjenesten kører ikke, så indstillingen hr_enheder er ikke med: HR er vist for alle enheder.")
            .await?;
    }
    out.error("Et login, hvis claim nævner enheder, rækker kun til dem; det vides først, når nogen logger ind.")
        .await?;
    Ok(DONE)
}

/// The page about the table; the exit code.
pub fn table() -> u8 {
    match write(document::page().trim_end()) {
        Ok(()) => DONE,
        Err(error) => {
            to_stderr(&error.to_string());
            REFUSED
        }
    }
}
