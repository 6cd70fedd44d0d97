//! Refused for good, looked at, and sent again.

use forloeb::haendelse::Udfald;
use forloeb::kommando::Handling;
use forloeb::ord::{Modtagerrolle, Rolle};
use systemtests::Bestilt;

use super::opstilling::Opstilling;
use app::adgang::Bruger;
use app::fejlede::alle_fejlede;

/// Friday 16 January 2026: the leader's mailbox is unknown to the server. Mended over the weekend, it leaves on Monday,
/// in the one mail of that morning.
#[tokio::test(flavor = "multi_thread")]
async fn en_afvist_mail_sendes_igen_naeste_morgen_i_den_morgens_mail() {
    let p = Opstilling::ny("2026-01-05T09:00").await;
    let id = p.vaek("10010", "2026-01-05").await;
    p.til("2026-01-14T12:00").await;
    p.post.toem();
    // Mails leave side by side; both of that morning are refused, and so it is the leader's, too.
    p.post.bestil(&[Bestilt::AfvisModtager(550), Bestilt::AfvisModtager(550)]);
    p.til("2026-01-16T12:00").await;
    let hr = Bruger { rolle: Rolle::Hr, nr: None };
    let fejlede = alle_fejlede(&p.kerne, &hr);
    let lederens: Vec<_> = fejlede.iter().filter(|f| f.modtager_rolle == Modtagerrolle::Leder).collect();
    assert_eq!(lederens.len(), 1, "{fejlede:?}");
    assert!(fejlede.iter().all(|f| f.forloeb == id && f.aarsag == "smtp_550" && f.kan_sendes_igen));
    let json = serde_json::to_string(&fejlede).unwrap();
    assert!(!json.contains('@') && !json.contains("kommune"), "{json}");

    let afgjorte = p.udfald("10010").await;
    let (noegle, _) = afgjorte
        .into_iter()
        .find(|(n, u)| n.modtager == Modtagerrolle::Leder && matches!(u, Udfald::Fejlet { .. }))
        .unwrap();
    p.handl("10010", Handling::SendIgen(noegle.clone())).await;
    p.til("2026-01-16T16:00").await;
    assert!(!p.linjer().iter().any(|l| l.contains(" leder ")), "not before the morning: {:?}", p.linjer());
    p.til("2026-01-19T12:00").await;
    let lederens: Vec<_> = p.linjer().into_iter().filter(|l| l.contains(" leder ")).collect();
    assert_eq!(lederens, ["2026-01-19 leder 2 frister: 1 overskredet, nærmeste 30. januar"]);
    assert!(matches!(p.udfald("10010").await[&noegle], Udfald::Sendt { .. }));
    assert!(alle_fejlede(&p.kerne, &hr).iter().all(|f| f.modtager_rolle != Modtagerrolle::Leder));
    let antal = p.post.breve().len();
    p.til("2026-01-20T12:00").await;
    assert_eq!(p.post.breve().len(), antal, "once");
}
