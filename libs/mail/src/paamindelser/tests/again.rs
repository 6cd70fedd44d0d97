//! Refused for good, looked at, and sent again.

use forloeb::command::Act;
use forloeb::haendelse::Udfald;
use forloeb::words::{Modtagerrolle, Rolle};
use systemtests::Requested;

use super::fixture::Fixture;
use app::access::User;
use app::fejlede::all_fejlede;

/// Friday 16 January 2026: the leader's mailbox is unknown to the server. Mended over the weekend, it leaves on Monday,
/// in the one mail of that morning.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_mail_is_sent_again_in_the_next_mornings_mail() {
    let p = Fixture::new("2026-01-05T09:00").await;
    let id = p.away("10010", "2026-01-05").await;
    p.til("2026-01-14T12:00").await;
    p.transport.empty();
    // Mails leave side by side; both of that morning are refused, and so it is the leader's, too.
    p.transport.request(&[Requested::RefuseModtager(550), Requested::RefuseModtager(550)]);
    p.til("2026-01-16T12:00").await;
    let hr = User::new(Rolle::Hr, None);
    let fejlede = all_fejlede(&p.app, &hr);
    let lederens: Vec<_> = fejlede.iter().filter(|f| f.modtager_rolle == Modtagerrolle::Leder).collect();
    assert_eq!(lederens.len(), 1, "{fejlede:?}");
    assert!(fejlede.iter().all(|f| f.forloeb == id && f.aarsag == "smtp_550" && f.kan_sendes_igen));
    let json = serde_json::to_string(&fejlede).unwrap();
    assert!(!json.contains('@') && !json.contains("kommune"), "{json}");

    let afgjorte = p.udfald("10010").await;
    let (key, _) = afgjorte
        .into_iter()
        .find(|(n, u)| n.modtager == Modtagerrolle::Leder && matches!(u, Udfald::Fejlet { .. }))
        .unwrap();
    p.act("10010", Act::SendAgain(key.clone())).await;
    p.til("2026-01-16T16:00").await;
    assert!(!p.lines().iter().any(|l| l.contains(" leder ")), "not before the morning: {:?}", p.lines());
    p.til("2026-01-19T12:00").await;
    let lederens: Vec<_> = p.lines().into_iter().filter(|l| l.contains(" leder ")).collect();
    assert_eq!(lederens, ["2026-01-19 leder 2 frister: 1 overskredet, nærmeste 30. januar"]);
    assert!(matches!(p.udfald("10010").await[&key], Udfald::Sendt { .. }));
    assert!(all_fejlede(&p.app, &hr).iter().all(|f| f.modtager_rolle != Modtagerrolle::Leder));
    let count = p.transport.letters().len();
    p.til("2026-01-20T12:00").await;
    assert_eq!(p.transport.letters().len(), count, "once");
}
