//! Every kind of mail as it is sent, of invented cases, so that it can be read before anybody gets it. Nothing is sent from here.
//!
//! They are written by what writes the real ones, with the addresses of the settings, so a word that is changed there is changed
//! here.

use chrono::{NaiveTime, TimeDelta};
use forloeb::Oere;
use forloeb::indbydelser::{Indbydelse, When};
use forloeb::nyheder::Nyhed;
use forloeb::words::Fristart;
use uuid::Uuid;

use super::Paamindelser;
use super::calendar::{self, Envelope, Moede, Whose};
use super::letter::{Frame, InPlaceOf, Point, Text, write};
use super::nyt::Nyt;
use crate::once::{Letter, day};
use crate::{aftaler, certificates, checkpoints, weekly};
use app::clock::klokken;
use app::keys::Confidential;
use app::mailtekster::{STANDARD, TextFile};
use texts::sentences::frist_name;

/// Base of the links where none is set.
const NOWHERE: &str = "https://raskvej.example";

/// A mail of an invented case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// What it is about; those about the same follow each other.
    pub about: &'static str,
    /// When it is sent, and to whom.
    pub when: &'static str,
    /// Its subject.
    pub subject: String,
    /// Its text. No mail has another form than text.
    pub tekst: String,
    /// What goes with it, as text: what it is, and its content.
    pub part: Option<(String, String)>,
    /// Words of the workplace's own stand in it; else it is the standard text.
    pub own: bool,
}

impl Paamindelser {
    /// The workplace's own texts as they were read, and what is wrong with them.
    #[must_use]
    pub const fn own_texts(&self) -> &TextFile {
        &self.own_texts
    }

    /// Every kind of mail.
    ///
    /// # Errors
    /// Never for the built-in templates; askama's signature asks for it.
    pub fn examples(&self) -> askama::Result<Vec<Example>> {
        let dispatcher = &self.dispatcher;
        let base_url = Some(&*dispatcher.base_url).filter(|url| !url.is_empty()).unwrap_or(NOWHERE);
        let frame = Frame { base_url, answer_to_hr: dispatcher.hr_mail.is_some(), own: &dispatcher.own };
        let mut all = self.in_frame(frame)?;
        if *frame.own != STANDARD {
            let standard = self.in_frame(Frame { own: &STANDARD, ..frame })?;
            for (mail, standard) in all.iter_mut().zip(&standard) {
                mail.own = *mail != *standard;
            }
        }
        all.extend(beside_the_reminders(base_url));
        Ok(all)
    }

    /// Those that the workplace's own words can stand in, as they are with these.
    fn in_frame(&self, frame: Frame<'_>) -> askama::Result<Vec<Example>> {
        let mut all = Vec::new();
        for art in Fristart::ALL {
            all.extend(of_a_frist(*art, frame)?);
        }
        all.extend(of_several(frame)?);
        all.extend(of_nyt(frame)?);
        all.extend(of_meetings(&self.dispatcher.fra, &self.dispatcher.domain, frame)?);
        Ok(all)
    }
}

fn example(about: &'static str, when: &'static str, Text { subject, tekst }: Text) -> Example {
    Example { about, when, subject, tekst, part: None, own: false }
}

fn of_a_frist(art: Fristart, frame: Frame<'_>) -> askama::Result<Vec<Example>> {
    let in_time = Point::invented(art, day(2026, 2, 6));
    let overdue = in_time.clone().overdue();
    let mut all = vec![
        ("i god tid", in_time.clone()),
        ("den sidste morgen, det kan nås", in_time.clone().at_the_last_chance()),
        ("når dagen er gået", overdue.clone()),
        (
            "når dagen er gået, til HR, fordi den, der skulle have haft den, ikke kan nås",
            overdue.clone().in_place_of(InPlaceOf::Hr),
        ),
        ("når dagen er gået, til HR eller lederens leder, hvor det er en andens opgave", overdue.of_another()),
    ];
    if art == Fristart::Anmeldelse {
        all.push(("når den er underskrevet, og kvitteringen mangler", in_time.signed()));
    }
    all.into_iter()
        .map(|(when, point)| Ok(example(frist_name(art), when, write(vec![point], &[], &[], frame)?)))
        .collect()
}

fn of_several(frame: Frame<'_>) -> askama::Result<Vec<Example>> {
    const SEVERAL: &str = "Flere frister i én mail";
    let penge = Point::invented(Fristart::Anmeldelse, day(2026, 2, 9)).overdue().having_cost(Oere::from_kroner(18_780));
    let late = Point::invented(Fristart::Samtale, day(2026, 2, 2)).overdue();
    let full = Point::invented(Fristart::OtteUger, day(2026, 2, 12)).in_place_of(InPlaceOf::Full);
    let kollega = Point::invented(Fristart::FastTrack, day(2026, 2, 13)).in_place_of(InPlaceOf::Kollega);
    let own = [Uuid::from_u128(0x0123_4567_89ab_cdef_0123_4567_fedc_ba98)];
    let several = vec![penge, late, full, kollega];
    Ok(vec![
        example(SEVERAL, "det, der haster mest, først", write(several.clone(), &[], &[], frame)?),
        example(SEVERAL, "til en, hvis egen leder også er mindet om en samtale", write(several, &[], &own, frame)?),
        example("Til medarbejderen", "når lederen er mindet om en samtale", write(Vec::new(), &[], &own, frame)?),
    ])
}

fn of_nyt(frame: Frame<'_>) -> askama::Result<Vec<Example>> {
    let forloeb = Uuid::from_u128(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef);
    let one = |nyhed| Nyt { forloeb, nyhed, in_place_of: None };
    let (medarbejder, leder): (Vec<_>, Vec<_>) =
        Nyhed::ALL.iter().copied().map(one).partition(|nyt| nyt.nyhed.is_for_medarbejder());
    let each = Nyhed::ALL
        .iter()
        .copied()
        .map(|nyhed| Ok(example("Nyt", til_whom(nyhed), write(Vec::new(), &[one(nyhed)], &[], frame)?)));
    let mut all = each.collect::<askama::Result<Vec<_>>>()?;
    let refused = Nyt { in_place_of: Some(InPlaceOf::Postkasse), ..one(Nyhed::Oensker) };
    let to_leder = "til lederen, når postkassen hos den, der tager kontakt, ikke tager imod mail";
    all.push(example("Nyt", to_leder, write(Vec::new(), &[refused], &[], frame)?));
    all.push(example("Nyt", "til medarbejderen, når der er flere", write(Vec::new(), &medarbejder, &[], frame)?));
    let points = vec![Point::invented(Fristart::Samtale, day(2026, 2, 6))];
    all.push(example("Nyt", "til lederen, sammen med en frist", write(points, &leder, &[], frame)?));
    Ok(all)
}

const fn til_whom(nyhed: Nyhed) -> &'static str {
    match nyhed {
        Nyhed::Plan => "til medarbejderen, når en plan venter på svar",
        Nyhed::Referat => "til medarbejderen, når der er skrevet referat",
        Nyhed::ChangedReferat => "til medarbejderen, når et referat er ændret",
        Nyhed::Leder => "til medarbejderen, når en anden leder følger op",
        Nyhed::Plansvar => "til lederen, når medarbejderen har svaret på en plan",
        Nyhed::Samtalesvar => "til lederen, når medarbejderen vil have en anden tid eller ikke kommer",
        Nyhed::Fastholdelsesplan => "til lederen, når medarbejderen beder om en fastholdelsesplan",
        Nyhed::Oensker => "til den, der tager kontakt, når medarbejderen har sagt, hvordan kontakten skal være",
        Nyhed::Overtagelse => "til den leder, der gav et forløb videre, når en anden har overtaget det",
        Nyhed::Koordinator => "til den, der er valgt som koordinator på en plan",
        Nyhed::PlansvarKoordinator => "til koordinatoren, når medarbejderen har svaret på en plan",
        Nyhed::FastTrack => "til lederen, når medarbejderen siger ja eller nej til fast track eller beder om det",
    }
}

fn of_meetings(fra: &str, domain: &str, frame: Frame<'_>) -> askama::Result<Vec<Example>> {
    const ABOUT: &str = "Kalenderaftaler";
    let til = Confidential::new("modtager@arbejdsplads.example".to_owned());
    let dato = klokken(day(2026, 2, 2), NaiveTime::MIN);
    let ten = klokken(day(2026, 2, 6), NaiveTime::MIN) + TimeDelta::hours(10);
    let ten = When::Klokken(ten.fixed_offset());
    let talk = Indbydelse { art: Fristart::Samtale, when: ten, aflyst: false, known: Some(dato), number: 0 };
    let evaluering = Indbydelse { art: Fristart::TtaEvaluering, when: When::Dagen(day(2026, 3, 2)), ..talk };
    [
        ("når en samtale er aftalt", talk, Whose::Other),
        ("når en samtale er aftalt, til medarbejderen", talk, Whose::Medarbejder),
        ("når en samtale er aftalt, til en kollega, der er med", talk, Whose::Deltager),
        ("når en samtale er aflyst", Indbydelse { aflyst: true, number: 1, ..talk }, Whose::Other),
        ("når en plan skal evalueres", evaluering, Whose::Other),
        ("når en evaluering er aflyst", Indbydelse { aflyst: true, number: 1, ..evaluering }, Whose::Other),
    ]
    .into_iter()
    .map(|(when, indbydelse, whose)| {
        let moede = Moede { forloeb: Uuid::from_u128(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef), indbydelse, whose };
        let envelope = Envelope { fra, domain, til: &til, dato };
        let (text, part) = calendar::write(&moede, &envelope, frame)?;
        Ok(Example { part: Some(("Kalenderaftalen".to_owned(), part.content)), ..example(ABOUT, when, text) })
    })
    .collect()
}

/// What HR's mailbox and the auditor's get once, and leaders who want it once a week.
fn beside_the_reminders(base_url: &str) -> Vec<Example> {
    let at = |path: &str| format!(" ({base_url}{path})");
    let to_hr = |about, Letter { subject, tekst, .. }: Letter<'_>| example(about, "til HR", Text { subject, tekst });
    let (subject, tekst, file) = checkpoints::example();
    let seal = example("Loggens segl", "til revisor, hver morgen", Text { subject, tekst });
    let Letter { subject, tekst, .. } = weekly::example(&at("/signaler"));
    let each_week = "til den leder, der har bedt om den, på ugens første arbejdsdag, når der er nyt";
    vec![
        example("Hyppigt fravær", each_week, Text { subject, tekst }),
        to_hr("Aftaler, der udløber", aftaler::example(&at("/hr"))),
        to_hr("Sletninger", certificates::example(&at("/hr/opbevaring"))),
        Example { part: Some((format!("Vedhæftet: {}", file.name), file.content)), ..seal },
    ]
}
