//! What is said beside one case: of those who are not ill yet, of leaders, of payroll's file, of mails and of the policy; and what
//! can be said only two weeks later, or at the end.

use ::forloeb::Aktoer;
use ::forloeb::command::{Act, DomainCommand};
use ::forloeb::frister::assess;
use ::forloeb::haendelse::{Afgoerelse, Forsvundet, Udfald};
use ::forloeb::paamindelser::planlagte;
use ::forloeb::words::{Fristart, Rolle};
use chrono::TimeDelta;
use serde_json::json;

use super::arbejdsplads::{LEDER, SYG};
use super::asked::{Asked, CASE, HR};
use crate::access::User;
use crate::commands::Left;
use crate::fejlede::paamindelse_id;
use crate::import::fravaer;

/// A file of payroll with one row: Ida is away from Monday 2 February 2026.
const FILE: &str = "fravaer_nr;medarbejder_nr;aarsag;foerste_fravaersdag;sidste_fravaersdag;omfang_pct\n\
                    a1;10003;sygdom;02-02-2026;;100\n";
const REGLER: &[(Rolle, &str)] = &[(Rolle::Hr, "/hr/regler")];

/// Friday 6 February 2026.
pub(super) async fn all(asked: &mut Asked<'_>) {
    sick(asked).await;
    gone(asked).await;
    people(asked).await;
    policy(asked).await;
}

async fn told(asked: &Asked<'_>, nr: &str, command: DomainCommand) {
    asked.sted.app.execute(nr, &command, &Aktoer::system("prøve"), None).await.unwrap();
}

/// The mail about the anmeldelse was refused.
pub(super) async fn mail(asked: &mut Asked<'_>) {
    let sted = asked.sted;
    // What a mailbox said before payroll last told of somebody says nothing of the address they have now.
    assert!(sted.app.clock.move_to(sted.app.clock.now() + TimeDelta::minutes(1)));
    let f = sted.app.forloeb(sted.forloeb).await.unwrap().unwrap();
    let (today, book) = (sted.app.clock.today(), sted.app.book());
    let plan = planlagte(&f, &assess(&f, today, &book), today, &book);
    let due = plan.iter().find(|p| p.key.frist == Fristart::Anmeldelse && p.dag <= today).unwrap();
    let udfald = Udfald::Fejlet { grund: "smtp_550".into(), til: Some(LEDER.to_owned()) };
    let act = Act::AfgoerPaamindelser(vec![Afgoerelse { key: due.key.clone(), dag: due.dag, udfald }]);
    told(asked, SYG, DomainCommand::Forloeb { id: f.id, if_version: None, act }).await;
    let given = json!({"paamindelse": paamindelse_id(f.id, &due.key)});
    asked.hr("send-igen", &given, &[("paamindelse", "skal sendes igen.")]).await;
}

/// HR reports Ida from the 3rd, and payroll says the 2nd; Mohammed, of whom payroll told from the 2nd, too.
async fn sick(asked: &mut Asked<'_>) {
    let given = json!({"medarbejder_nr": "10003", "foerste_fravaersdag": "2026-02-03", "aarsag": "sygdom", "omfang_pct": 100,
        "forventet_varighed": "under_8_uger"});
    let read = [
        ("medarbejder_nr", "Ida Iversen"),
        ("foerste_fravaersdag", "Sygemelding fra tirsdag den 3. februar 2026: "),
        ("aarsag", "2026: sygdom, "),
        ("omfang_pct", "100 % fravær."),
        ("forventet_varighed", "Forventet varighed: under 8 uger."),
    ];
    let Some(outcome) = asked.ask("sygemelding", (&HR, None), &given, CASE, &read).await else { return };
    let Left::Forloeb { id, .. } = outcome.left else { panic!("no forløb") };
    fravaer(&asked.sted.app, FILE.to_owned(), &Aktoer::system("import"), &|_, _| {}).await.unwrap();
    let f = asked.sted.app.forloeb(id).await.unwrap().unwrap();
    let given = json!({"uenighed": f.uenigheder[0].id(), "vaelg": "loen", "begrundelse": "Reden var tom om mandagen"});
    let read = [
        ("uenighed", "Uenigheden om første fraværsdag blev afgjort"),
        ("vaelg", "lønsystemet har ret (mandag den 2. februar 2026)."),
        ("begrundelse", "Reden var tom om mandagen"),
    ];
    asked.ask("uenighed", (&HR, Some(id)), &given, CASE, &read).await;

    asked.sted.away("10002", "2026-02-02").await;
    let given = json!({"medarbejder_nr": "10002", "foerste_fravaersdag": "2026-02-03", "aarsag": "sygdom", "omfang_pct": 60,
        "forventet_varighed": "over_8_uger"});
    let read = [
        ("medarbejder_nr", "Mohammed Nielsen"),
        ("foerste_fravaersdag", "Sygemelding fra tirsdag den 3. februar 2026, "),
        ("aarsag", "sygdom"),
        ("omfang_pct", "60 % fravær, lagt sammen med det, der var meldt i forvejen."),
        ("forventet_varighed", "Forventet varighed: over 8 uger."),
    ];
    asked.ask("sygemelding", (&HR, None), &given, CASE, &read).await;
}

/// Lone's absence, and Ida herself, are in payroll's file no more.
async fn gone(asked: &mut Asked<'_>) {
    let registrering = asked.sted.away("20001", "2026-01-26").await;
    told(asked, "20001", DomainCommand::FravaerGone { registrering, stand: Forsvundet::Meldt, sidste: None }).await;
    let given =
        json!({"medarbejder_nr": "20001", "registrering": registrering, "udfald": "afsluttet", "dato": "2026-02-04"});
    let page = format!("/forloeb/{registrering}");
    let read = [
        ("medarbejder_nr", "Bekræftet: fraværet er ikke længere i lønsystemet."),
        ("registrering", "Bekræftet: fraværet er ikke længere i lønsystemet."),
        ("udfald", "Bekræftet: fraværet er ikke længere i lønsystemet."),
        ("dato", "i lønsystemet. Sidste fraværsdag var onsdag den 4. februar 2026."),
    ];
    asked.ask("forsvundet", (&HR, None), &given, &[(Rolle::Hr, page.as_str())], &read).await;
    told(asked, "10003", DomainCommand::MedarbejderGone { stand: Forsvundet::Meldt, fratraadt: None }).await;
    let given = json!({"medarbejder_nr": "10003", "udfald": "afsluttet", "dato": "2026-02-27"});
    let read = [
        ("medarbejder_nr", "Ansat til og med"),
        ("udfald", "Ansat til og med"),
        ("dato", "<td>fredag den 27. februar 2026</td>"),
    ];
    asked.ask("forsvundet", (&HR, None), &given, &[(Rolle::Hr, "/person/10003")], &read).await;
}

/// Who acts for whom, who may ring, and who wants a mail a week.
async fn people(asked: &mut Asked<'_>) {
    let given = json!({"leder_nr": LEDER, "stedfortraeder_nr": "30001", "fra": "2026-02-09", "til": "2026-02-13"});
    let read = [
        ("leder_nr", "Maria Madsen"),
        ("stedfortraeder_nr", "Direktør Dahl fra"),
        ("fra", "fra mandag den 9. februar 2026"),
        ("til", "til fredag den 13. februar 2026"),
    ];
    asked.ask("stedfortraeder", (&HR, None), &given, &[(Rolle::Hr, "/stedfortraeder")], &read).await;
    asked.sted.app.allow_omsorgskolleger(true);
    let own = User::new(Rolle::Medarbejder, Some(SYG.to_owned()));
    let (given, read) = (json!({"kollega_nr": "10011"}), [("kollega_nr", "Du har valgt Bo Berg.")]);
    asked.ask("omsorgskollega", (&own, None), &given, &[(Rolle::Medarbejder, "/mig")], &read).await;
    let leder = User::new(Rolle::Leder, Some(LEDER.to_owned()));
    let (given, read) = (json!({"ugentligt": true}), [("ugentligt", "value=\"ja\" checked")]);
    asked.ask("signalbrev", (&leder, None), &given, &[(Rolle::Leder, "/signaler")], &read).await;
}

/// From Monday 2 March, and no more from Monday 1 June.
async fn policy(asked: &mut Asked<'_>) {
    let politik = "navn = \"Fuglenes egen\"\nkontaktmodel = [1, 5, 14]\n";
    let given = json!({"fra": "2026-03-02", "politik": politik, "med": "lokal_med", "med_dato": "2026-01-20"});
    let read = [
        ("fra", "der begynder mandag den 2. marts 2026 eller senere"),
        ("politik", "Fuglenes egen"),
        ("med", "Behandlet i det lokale MED"),
        ("med_dato", "MED tirsdag den 20. januar 2026."),
    ];
    let Some(outcome) = asked.ask("politik", (&HR, None), &given, REGLER, &read).await else { return };
    let Left::Policy(laid_down) = outcome.left else { panic!("no policy") };
    let given =
        json!({"politik": laid_down.position, "fra": "2026-06-01", "med": "omraade_med", "med_dato": "2026-01-22"});
    let read = [
        ("politik", "af HR for fravær, der begynder"),
        ("fra", "der begynder mandag den 1. juni 2026 eller senere."),
        ("med", "Behandlet i områdets MED"),
        ("med_dato", "MED torsdag den 22. januar 2026."),
    ];
    asked.ask("tilbagetraekning", (&HR, None), &given, REGLER, &read).await;
}

/// Friday 20 February 2026: days are lost, somebody else falls ill, and others are back.
pub(super) async fn two_weeks_later(asked: &mut Asked<'_>) {
    let sted = asked.sted;
    let given = json!({"fra": "2026-02-10", "dato": "2026-02-19", "begrundelse": "Postduen fløj forkert den dag",
        "kvittering": "NR-2001"});
    let read = [
        ("fra", "gives tilbage fra tirsdag den 10. februar 2026"),
        ("dato", "Dispensation torsdag den 19. februar 2026"),
        ("begrundelse", "Postduen fløj forkert den dag"),
        ("kvittering", "(svar NR-2001)"),
    ];
    asked.hr("dispensation", &given, &read).await;
    let read = [("sidste_fravaersdag", "Raskmeldt. Sidste fraværsdag var torsdag den 19. februar 2026.")];
    asked.own("egen-raskmelding", &json!({"sidste_fravaersdag": "2026-02-19"}), &read).await;

    let foreign = Some(sted.foreign);
    let given = json!({"felt": "aarsag", "ny_vaerdi": "arbejdsskade", "begrundelse": "Grenen knækkede"});
    let read = [
        ("felt", "Rettet: fravær fra mandag den 19. januar 2026"),
        ("ny_vaerdi", "ikke slut, arbejdsskade"),
        ("begrundelse", "Grenen knækkede"),
    ];
    asked.ask("rettelse", (&HR, foreign), &given, CASE, &read).await;
    let given =
        json!({"udfald": "ikke_anmeldelsespligtig", "dato": "2026-01-22", "begrundelse": "Ingen fjer blev tabt"});
    let read = [
        ("udfald", "Arbejdsskaden skal ikke anmeldes i EASY"),
        ("dato", "EASY (torsdag den 22. januar 2026)."),
        ("begrundelse", "Ingen fjer blev tabt"),
    ];
    asked.ask("arbejdsskade", (&HR, foreign), &given, CASE, &read).await;
    let read = [("sidste_fravaersdag", "Raskmeldt. Sidste fraværsdag var onsdag den 18. februar 2026.")];
    asked.ask("raskmelding", (&HR, foreign), &json!({"sidste_fravaersdag": "2026-02-18"}), CASE, &read).await;

    let third = sted.away("10002", "2026-01-12").await;
    let read =
        [("aarsag", "2026: afsluttet af anden grund."), ("dato", "Forløbet sluttede tirsdag den 17. februar 2026")];
    asked.ask("afslutning", (&HR, Some(third)), &json!({"aarsag": "andet", "dato": "2026-02-17"}), CASE, &read).await;

    // Whether it is the illness of the § 56 agreement is for who writes the anmeldelse.
    sted.told("10003", "Ida Iversen", |s| s.paragraf_56 = true).await;
    let on = [(Rolle::Hr, "/forloeb/{id}"), (Rolle::Hr, "/forloeb/{id}/anmeldelse-ark")];
    let given = json!({"foerste_fravaersdag": "2026-02-20", "aarsag": "sygdom", "omfang_pct": 50,
        "forventet_varighed": "under_8_uger", "paragraf_56": "ja"});
    let read = [
        ("foerste_fravaersdag", "Sygemelding fra fredag den 20. februar 2026: "),
        ("aarsag", "2026: sygdom, "),
        ("omfang_pct", "50 % fravær."),
        ("forventet_varighed", "Forventet varighed: under 8 uger."),
        ("paragraf_56", "sygdom, § 56-aftale"),
    ];
    let own = User::new(Rolle::Medarbejder, Some("10003".to_owned()));
    asked.ask("egen-sygemelding", (&own, None), &given, &on, &read).await;
}
