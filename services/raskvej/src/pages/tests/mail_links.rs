//! Where mails lead: for every kind of frist whoever has mail about it finds what there is to do, or is told where it is done or whose
//! it is. By the rules that are shipped, with more contacts than the first. It is Friday 6 February 2026 where nothing else is said.

use std::collections::BTreeSet;

use ::forloeb::command::{Act, DomainCommand, NewAftale, NewReferat};
use ::forloeb::haendelse::{ArbejdsaarsagSagt, LederBestridt, LederSkiftet, SlutForventet, StedfortraederUdpeget};
use ::forloeb::politik::Politik;
use ::forloeb::words::{Aftaleejer, Arbejdsmiljoeaarsag, Fristart, Modtagerrolle, Rolle};
use ::forloeb::{Aktoer, Regelbog};
use app::mail_link;
use app::workplace::day;
use axum::http::StatusCode;
use uuid::Uuid;

use super::arbejdsplads::{Arbejdsplads, LEDER, NAME, OTHER_LEDER, SYG};
use crate::commands::opfoelgning_retur;
use crate::sealed::{Referat, seal};

const NOW: &str = "2026-02-06T09:00:00Z";

/// In which role somebody has a mail, and the button that they log in by.
type Reader = (Modtagerrolle, usize);

const LEADS: Reader = (Modtagerrolle::Leder, 0);
const HR: Reader = (Modtagerrolle::Hr, 1);
const KONTAKTPERSON: Reader = (Modtagerrolle::Kontaktperson, 3);
const KOORDINATOR: Reader = (Modtagerrolle::Koordinator, 4);
const MEDARBEJDER: Reader = (Modtagerrolle::Medarbejder, 5);
/// The other leader, who acts for the one above.
const STANDS_IN: Reader = (Modtagerrolle::Leder, 7);
const LEDERS_LEDER: Reader = (Modtagerrolle::LedersLeder, 8);
const AMR: Reader = (Modtagerrolle::Amr, 9);

/// Whoever has a mail that is the leader's: it goes on to the next where one cannot have it.
const LEADERS: [Reader; 4] = [LEADS, STANDS_IN, LEDERS_LEDER, HR];

const MORE: &[(Rolle, &str)] = &[(Rolle::Leder, "30001"), (Rolle::Kontaktperson, "10003")];

fn rules() -> Regelbog {
    let shipped = Regelbog::built_in();
    let model = "navn = \"vores\"\nkontaktmodel = [1, 5, 14]\n";
    let politik = Politik::read(model, shipped.set().iter().map(|set| &**set), shipped.calendar()).unwrap();
    shipped.as_if_politik(day("2025-01-01"), politik)
}

/// What a page shows where a form comes first.
fn form(name: &str) -> String {
    format!("class=\"goer-form\" id=\"f-{name}\"")
}

/// A workplace, and what was followed there.
struct Trial {
    sted: Arbejdsplads,
    followed: BTreeSet<(Fristart, Modtagerrolle)>,
}

impl Trial {
    /// The two leaders act for each other.
    async fn open(now: &str) -> Self {
        let sted = Arbejdsplads::by_rules(rules(), now, MORE).await;
        for (leder, other) in [(LEDER, OTHER_LEDER), (OTHER_LEDER, LEDER)] {
            let udpeget = StedfortraederUdpeget { stedfortraeder_nr: Some(other.to_owned()), fra: None, til: None };
            let command = DomainCommand::UdpegStedfortraeder(udpeget);
            sted.app.execute(leder, &command, &Aktoer::system("prøve"), None).await.unwrap();
        }
        Self { sted, followed: BTreeSet::new() }
    }

    async fn act(&self, act: Act) {
        let command = DomainCommand::Forloeb { id: self.sted.forloeb, if_version: None, act };
        self.sted.app.execute(SYG, &command, &Aktoer::system("prøve"), None).await.unwrap();
    }

    /// Something is sent from a page of the forløb.
    async fn sends(&self, reader: Reader, page: &str, typed: &str) {
        let path = format!("/forloeb/{}/{page}", self.sted.forloeb);
        let answer = self.sted.as_nr(reader.1).await.send(&path, typed).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{page}: {}", answer.tekst);
    }

    /// Each of them follows the link of a mail about a frist of Åse's, and reads this.
    async fn shows(&mut self, art: Fristart, readers: &[Reader], expected: &str) {
        self.shows_of(self.sted.forloeb, (art, None), readers, expected).await;
    }

    /// The same, of any forløb, and of what was agreed by its number.
    async fn shows_of(&mut self, id: Uuid, (art, nr): (Fristart, Option<u32>), readers: &[Reader], expected: &str) {
        let link = mail_link::path(id, art, nr);
        for (rolle, button) in readers.iter().copied() {
            let visit = self.sted.as_nr(button).await;
            let mut page = visit.fetch(&link).await;
            if rolle == Modtagerrolle::Medarbejder {
                assert_eq!(page.status, StatusCode::SEE_OTHER, "{art}");
                let own = page.sted().split('#').next().unwrap().to_owned();
                assert_eq!(own, format!("/mig?forloeb={id}"), "{art}");
                page = visit.fetch(&own).await;
            }
            assert_eq!(page.status, StatusCode::OK, "{art}, {rolle}, {button}");
            assert!(page.tekst.contains(expected), "{art}, {rolle}, {button}: {expected}\n{}", page.tekst);
            self.followed.insert((art, rolle));
        }
    }
}

/// Nothing was done yet. The eight weeks are told of before they open, on Monday the 16th, day 42.
async fn of_an_absence() -> Trial {
    let mut p = Trial::open(NOW).await;
    let contact = [&LEADERS[..], &[KONTAKTPERSON]].concat();
    p.shows(Fristart::FoersteKontakt, &contact, &form("foerste-kontakt")).await;
    p.shows(Fristart::Kontakt, &LEADERS, &form("foerste-kontakt")).await;
    p.shows(Fristart::Samtale, &LEADERS, &form("samtale")).await;
    p.shows(Fristart::Samtale, &[MEDARBEJDER], "Du har været væk siden mandag den 5. januar 2026").await;
    p.shows(Fristart::Anmeldelse, &LEADERS, &form("anmeldelse")).await;
    p.shows(Fristart::FastTrack, &LEADERS, &form("fast-track")).await;
    let coming = "Hold otteugersopfølgningen senest fredag den 27. februar 2026. Det kan registreres fra mandag den 16. \
                  februar 2026.";
    p.shows(Fristart::OtteUger, &LEADERS, coming).await;
    p
}

/// Two weeks later the eight weeks are open, and the anmeldelse is too late and still to be made.
async fn two_weeks_later() -> Trial {
    let mut p = Trial::open("2026-02-20T09:00:00Z").await;
    p.shows(Fristart::OtteUger, &LEADERS, &form("otte-uger")).await;
    p.shows(Fristart::Anmeldelse, &LEADERS, &form("anmeldelse")).await;
    p
}

/// Åse was to be back on Thursday the 5th; something at work was a cause, and an injury; the anmeldelse is made, and refusion for
/// Wednesday the 4th can be asked for; and this is not her leader, she says.
async fn of_what_was_said() -> Trial {
    let mut p = Trial::open(NOW).await;
    let forloeb = p.sted.forloeb;
    let (dato, sidste) = (day("2026-02-02"), Some(day("2026-02-04")));
    p.act(Act::ExpectSlut(SlutForventet { forloeb, dato, sidste })).await;
    p.shows(Fristart::ForventetSlut, &LEADERS, &form("forventet-slut")).await;

    let aarsag = Arbejdsmiljoeaarsag::Belastning;
    p.act(Act::SigArbejdsaarsag(ArbejdsaarsagSagt { forloeb, dato, aarsag, amr: true, arbejdsskade: None })).await;
    let of_cause = [&LEADERS[..], &[AMR]].concat();
    p.shows(Fristart::Forebyggelse, &of_cause, &form("foranstaltning")).await;

    p.sends(LEADS, "rettelse", "felt=aarsag&ny_vaerdi=arbejdsskade&begrundelse=Oplyst+senere").await;
    p.shows(Fristart::Easy, &LEADERS, &form("arbejdsskade")).await;

    let receipt = "trin=kvitteret&dato=2026-02-05&underskrevet_dato=2026-02-05&kvittering=NR-1";
    p.sends(HR, "anmeldelse", receipt).await;
    p.shows(Fristart::Refusionsanmodning, &[HR], &form("refusionsanmodning")).await;
    p.shows(Fristart::Refusionsanmodning, &[LEADS], "Ansvarlig: HR.").await;

    p.act(Act::BestridLeder(LederBestridt { forloeb, leder_nr: None, begrundelse: None })).await;
    p.shows(Fristart::ForkertLeder, &[HR], &form("leder-beholdt")).await;
    p
}

/// The other leader is asked, from today, and has two working days. Nobody else answers for them but HR, when they ring.
async fn of_what_was_given_away() -> Trial {
    let mut p = Trial::open(NOW).await;
    let (forloeb, leder_nr, fra) = (p.sted.forloeb, OTHER_LEDER.to_owned(), day("2026-02-06"));
    p.act(Act::SkiftLeder(LederSkiftet { forloeb, leder_nr, fra, spoerges: true })).await;
    let (asked, stands_in) = (STANDS_IN, LEADS);
    p.shows(Fristart::Overtagelse, &[asked, HR], &form("overtagelse")).await;
    let said = "Den leder, der har fået forløbet, siger selv senest tirsdag den 10. februar 2026, om det overtages.";
    p.shows(Fristart::Overtagelse, &[stands_in, LEDERS_LEDER], said).await;
    p
}

/// A plan that is evaluated on Wednesday the 11th, with a consideration that ends on Friday the 13th; and what each has agreed to do in
/// the talk of Thursday 29 January, by Tuesday the 10th.
async fn of_what_was_agreed() -> Trial {
    let mut p = Trial::open(NOW).await;
    let forloeb = p.sted.forloeb;
    let typed = "aftalt=Korte+dage&koordinator=10002&skaane-0-tekst=Ingen+l%C3%B8ft&skaane-0-til=13.2.2026\
                 &evaluering=11.2.2026";
    let leder = p.sted.as_nr(LEADS.1).await;
    let made = leder.send_shown(&format!("/forloeb/{forloeb}/plan"), typed).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.tekst);
    let of_plan = [&LEADERS[..], &[KOORDINATOR]].concat();
    p.shows(Fristart::TtaEvaluering, &of_plan, &form("evaluering")).await;
    p.shows(Fristart::Skaanehensyn, &of_plan, &form("evaluering")).await;

    p.sends(LEADS, "samtale", "dato=29.1.2026&udfald=holdt").await;
    let til = p.sted.app.forloeb(forloeb).await.unwrap().unwrap().moeder()[0].position;
    let person = p.sted.app.projections().person(SYG).unwrap();
    let texts = Aftaleejer::ALL.iter().map(|hvem| format!("Det gør {hvem}")).collect();
    let texts = Referat { tekst: "Vi talte sammen".to_owned(), aftaler: texts, begrundelse: None };
    let confidential = seal(&p.sted.app.keys, person, &texts).unwrap();
    let senest = day("2026-02-10");
    let aftaler = Aftaleejer::ALL.iter().map(|hvem| NewAftale { nr: None, senest, hvem: *hvem }).collect();
    p.act(Act::SkrivReferat(NewReferat { til, aftaler, has_reason: false, confidential })).await;
    for (nr, hvem) in (1..).zip(Aftaleejer::ALL) {
        let (frist, own) = ((Fristart::Aftale, Some(nr)), form(&format!("aftale-{nr}")));
        p.shows_of(forloeb, frist, &LEADERS, &own).await;
        match hvem {
            Aftaleejer::Leder | Aftaleejer::Hr => {}
            Aftaleejer::Medarbejder => {
                p.shows_of(forloeb, frist, &[MEDARBEJDER], &format!("id=\"f-aftale-{nr}\"")).await;
            }
            Aftaleejer::Koordinator => p.shows_of(forloeb, frist, &[KOORDINATOR], &own).await,
            Aftaleejer::Kontaktperson => p.shows_of(forloeb, frist, &[KONTAKTPERSON], &own).await,
        }
    }
    // What another has agreed to do is nothing that who makes the contact is told of.
    let gone = "Det, mailen handlede om, er ikke længere en opgave for dig.";
    p.shows_of(forloeb, (Fristart::Aftale, Some(1)), &[KONTAKTPERSON], gone).await;
    p
}

/// What has no form on the page of the forløb: whether a plan is needed now, which is the page of the plan's; and a § 56 agreement,
/// which is payroll's.
async fn of_what_is_done_elsewhere() -> Trial {
    let mut p = Trial::open(NOW).await;
    p.sends(LEADS, "plan/ikke-noedvendig", "begrundelse=Er+snart+tilbage&til=6.2.2026").await;
    let on_plan_page =
        "Se på, om der nu er brug for en TTA-plan senest fredag den 6. februar 2026. Det gør du på planens side.";
    p.shows(Fristart::TtaEvaluering, &LEADERS, on_plan_page).await;
    p.sted.told(SYG, NAME, |s| (s.paragraf_56, s.paragraf_56_til) = (true, Some(day("2026-03-06")))).await;
    let renewed = "Aftalen fornys i lønsystemet. Har lønsystemet en senere slutdag, er det gjort.";
    p.shows(Fristart::Paragraf56Fornyelse, &[HR, LEADS], renewed).await;
    p
}

/// Follow-ups of which the leader may order a mail: 10011 was away until Thursday the 5th, and of an absence since 20 October the eight
/// weeks ended on 14 December and the next eight end on Sunday the 8th.
async fn of_long_absences() -> Trial {
    let mut p = Trial::open(NOW).await;
    let back = p.sted.app.forloeb_for("10011").await.unwrap().last().unwrap().id;
    let after = (Fristart::OpfoelgningEfterRetur, None);
    p.shows_of(back, after, &LEADERS, &form(opfoelgning_retur::FORM)).await;
    p.sted.ansaet("10012", "Vera Vang", LEDER, "E101").await;
    let long = p.sted.away("10012", "2025-10-20").await;
    p.shows_of(long, (Fristart::VidereOpfoelgning, None), &LEADERS, &form("opfoelgning")).await;
    p
}

#[tokio::test]
async fn every_mail_about_a_frist_leads_to_what_its_reader_can_do() {
    let mut followed = of_an_absence().await.followed;
    followed.extend(two_weeks_later().await.followed);
    followed.extend(of_what_was_said().await.followed);
    followed.extend(of_what_was_given_away().await.followed);
    followed.extend(of_what_was_agreed().await.followed);
    followed.extend(of_what_is_done_elsewhere().await.followed);
    followed.extend(of_long_absences().await.followed);

    let kinds: BTreeSet<Fristart> = followed.iter().map(|(art, _)| *art).collect();
    assert_eq!(kinds, Fristart::ALL.iter().copied().collect(), "every kind of frist");
    let rules = rules();
    let steps = &rules.in_force(day("2026-01-05")).paamindelser;
    let told: BTreeSet<_> = steps.iter().flat_map(|step| step.til.iter().map(|til| (step.frist, *til))).collect();
    assert!(told.is_subset(&followed), "{:?}", told.difference(&followed));
    assert_eq!(told.len(), 34, "{told:?}");
}
