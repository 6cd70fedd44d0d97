//! Somebody has died: nobody is asked to ring them, or to talk with them.

use ::forloeb::Aktoer;
use ::forloeb::command::{Act, DomainCommand};
use ::forloeb::haendelse::ForloebAfsluttet;
use ::forloeb::words::{Rolle, Slutaarsag};
use app::workplace::day;
use uuid::Uuid;

use super::arbejdsplads::{Arbejdsplads, SYG};

/// Away since Monday 5 January 2026, dead on 5 February: 32 days, so the anmeldelse is still to be made, and nothing else.
#[tokio::test]
async fn no_task_asks_anybody_to_contact_who_has_died() {
    let sted = Arbejdsplads::open().await;
    let link = |form: &str| format!("/forloeb/{}?vis={form}#", sted.forloeb);
    let lists = [(Rolle::Leder, "/"), (Rolle::Kontaktperson, "/"), (Rolle::Hr, "/")];
    for (rolle, path) in lists {
        let page = sted.acting_as(rolle).await.fetch(path).await.tekst;
        assert!(page.contains(&link("foerste-kontakt")), "{rolle}: {page}");
    }
    let dato = day("2026-02-05");
    let h = ForloebAfsluttet { forloeb: Uuid::nil(), aarsag: Slutaarsag::Doed, dato };
    let command = DomainCommand::Forloeb { id: sted.forloeb, if_version: None, act: Act::Afslut(h) };
    sted.app.execute(SYG, &command, &Aktoer::new(Rolle::Hr, None), None).await.unwrap();
    for (rolle, path) in
        lists.into_iter().chain([(Rolle::Leder, "/?vis=venter"), (Rolle::Kontaktperson, "/?vis=venter")])
    {
        let page = sted.acting_as(rolle).await.fetch(path).await.tekst;
        for form in ["foerste-kontakt", "samtale", "fast-track", "otte-uger", "raskmelding"] {
            assert!(!page.contains(&link(form)), "{rolle} {path} {form}: {page}");
        }
        // What was earned can be lost, and is still to be claimed.
        let claims = page.contains(&link("anmeldelse"));
        assert_eq!(claims, path == "/" && rolle != Rolle::Kontaktperson, "{rolle} {path}: {page}");
        let said = page.contains("Afsluttet, men der er noget tilbage: anmeld fraværet");
        assert_eq!(said, rolle == Rolle::Hr, "nobody has recovered: {page}");
    }
}
