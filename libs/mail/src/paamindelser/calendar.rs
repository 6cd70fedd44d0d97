//! Invitations to the calendar (iTIP, RFC 5546): a meeting, the meeting moved, the meeting called off.
//!
//! An appointment lies in the open in a calendar that others see. It says that there is a meeting, when, and a short
//! reference: no name, and no word that says why.

use askama::Template;
use chrono::{DateTime, Days, TimeDelta, Utc};
use forloeb::indbydelser::{Indbydelse, When};
use forloeb::words::{Fristart, Modtagerrolle};
use icalendar::{Calendar, Class, Component, Event, EventLike, EventStatus, Property};
use uuid::Uuid;

use super::letter::{Frame, Text};
use crate::transport::CalendarPart;
use app::clock::{dag_in_denmark, time_of_day};
use app::keys::Confidential;
use app::reference::reference;
use texts::sentences::{long_dato, time_of_day as in_words};

/// How long a meeting takes in the calendar: nobody is asked when it ends.
const VARIGHED: TimeDelta = TimeDelta::hours(1);

/// One invitation as it is sent to one person.
#[derive(Debug, Clone)]
pub(super) struct Moede {
    /// Of which forløb.
    pub(super) forloeb: Uuid,
    /// What it says.
    pub(super) indbydelse: Indbydelse,
    /// Who the recipient is.
    pub(super) whose: Whose,
}

/// Whose an appointment is: what it leads to differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// The employee's, who can answer it.
    Medarbejder,
    /// That of a colleague who takes part, and sees nothing of the case.
    Deltager,
    /// That of somebody who works on the case.
    Other,
}

impl Whose {
    /// By the role in the key of the invitation.
    pub(super) const fn of(rolle: Modtagerrolle) -> Self {
        match rolle {
            Modtagerrolle::Medarbejder => Self::Medarbejder,
            Modtagerrolle::Deltager => Self::Deltager,
            Modtagerrolle::Kontaktperson
            | Modtagerrolle::Leder
            | Modtagerrolle::LedersLeder
            | Modtagerrolle::Hr
            | Modtagerrolle::Amr
            | Modtagerrolle::Koordinator => Self::Other,
        }
    }
}

/// Who sends it, and who gets it.
pub(super) struct Envelope<'a> {
    /// The service's own address.
    pub(super) fra: &'a str,
    pub(super) domain: &'a str,
    /// The recipient.
    pub(super) til: &'a Confidential<String>,
    /// When it became due.
    pub(super) dato: DateTime<Utc>,
}

#[derive(Template)]
#[template(path = "moede.txt", escape = "none")]
struct Letter<'a> {
    /// That there is a meeting, or that there is none.
    told: String,
    aflyst: bool,
    /// How the recipient says that they come, or that they would rather have another time, where they can.
    answer: Option<&'static str>,
    reference: String,
    /// Where it leads; nowhere for who sees nothing of the case.
    path: Option<String>,
    frame: Frame<'a>,
}

/// What a meeting is called, in the calendar and in a sentence. Neutral: calendars are seen by others.
#[derive(Clone, Copy)]
struct MoedeWords {
    /// Begins its UID.
    uid: &'static str,
    title: &'static str,
    one: &'static str,
    definite: &'static str,
}

const MOEDE: MoedeWords = MoedeWords { uid: "moede", title: "Møde", one: "et møde", definite: "Mødet" };
const OPFOELGNING: MoedeWords =
    MoedeWords { uid: "opfoelgning", title: "Opfølgning", one: "en opfølgning", definite: "Opfølgningen" };

/// How the employee answers an invitation.
pub(super) const ANSWER: &str = "Du kan svare, når du er logget ind: sig, at du kommer, foreslå et andet tidspunkt, eller \
                                 sig, at du ikke kan komme. Du må gerne tage en bisidder med.";

const fn words_of(indbydelse: &Indbydelse) -> MoedeWords {
    if matches!(indbydelse.art, Fristart::TtaEvaluering) { OPFOELGNING } else { MOEDE }
}

fn when(indbydelse: &Indbydelse) -> String {
    match indbydelse.when {
        When::Klokken(t) => {
            let t = t.to_utc();
            format!("{} kl. {}", long_dato(dag_in_denmark(t)), in_words(time_of_day(t)))
        }
        When::Dagen(dag) => long_dato(dag),
    }
}

/// The recipient can answer it. Only the talk can be answered: of the evaluation of a plan the day is agreed in the plan.
pub(super) fn can_answer(indbydelse: &Indbydelse, whose: Whose) -> bool {
    !indbydelse.aflyst && whose == Whose::Medarbejder && indbydelse.art == Fristart::Samtale
}

/// The subject of a mail about a meeting.
pub(super) fn subject(indbydelse: &Indbydelse) -> String {
    let (words, when) = (words_of(indbydelse), when(indbydelse));
    if indbydelse.aflyst { format!("{} {when} er aflyst", words.definite) } else { format!("{} {when}", words.title) }
}

/// That there is a meeting, or that one will not be held.
pub(super) fn told(indbydelse: &Indbydelse, whose: Whose) -> String {
    let (words, when) = (words_of(indbydelse), when(indbydelse));
    if indbydelse.aflyst {
        format!(
            "{} {when}, som du har fået en kalenderaftale om, bliver ikke holdt som aftalt, eller ikke med dig.",
            words.definite
        )
    } else if can_answer(indbydelse, whose) {
        format!("Du er inviteret til {} {when}.", words.one)
    } else {
        format!("Der er sat tid af til {} {when}.", words.one)
    }
}

/// Subject, text and appointment.
///
/// # Errors
/// Never for the built-in template; askama's signature asks for it.
pub(super) fn write(m: &Moede, k: &Envelope<'_>, frame: Frame<'_>) -> askama::Result<(Text, CalendarPart)> {
    let words = words_of(&m.indbydelse);
    let aflyst = m.indbydelse.aflyst;
    let reference = reference(m.forloeb);
    // Nobody sees a case because they take part in a talk about it.
    let path = match m.whose {
        Whose::Medarbejder => Some("mig".to_owned()),
        Whose::Deltager => None,
        Whose::Other => Some(format!("forloeb/{}", m.forloeb)),
    };
    let subject = subject(&m.indbydelse);
    let answer = can_answer(&m.indbydelse, m.whose).then_some(ANSWER);
    let told = told(&m.indbydelse, m.whose);
    let tekst = Letter { told, aflyst, answer, reference: reference.clone(), path: path.clone(), frame }.render()?;

    let (method, status) =
        if aflyst { ("CANCEL", EventStatus::Cancelled) } else { ("REQUEST", EventStatus::Confirmed) };
    let mut moede = Event::new();
    moede
        .uid(&format!("{}-{}@{}", words.uid, m.forloeb, k.domain))
        .sequence(m.indbydelse.number)
        .timestamp(m.indbydelse.known.unwrap_or(k.dato))
        .summary(words.title)
        .description(&match &path {
            Some(path) => format!("Aftale om opfølgning, reference {reference}: {}/{path}", frame.base_url),
            None => format!("Aftale om opfølgning, reference {reference}"),
        })
        .status(status)
        // Who shares a calendar shows that there is something, and not this.
        .class(Class::Private)
        .add_property("ORGANIZER", format!("mailto:{}", k.fra));
    let mut deltager = Property::new("ATTENDEE", format!("mailto:{}", k.til.show()));
    deltager.add_parameter("RSVP", "FALSE"); // one parameter: two would be written in any order
    moede.append_property(deltager);
    match m.indbydelse.when {
        When::Klokken(t) => {
            moede.starts(t.to_utc()).ends(t.to_utc() + VARIGHED);
        }
        When::Dagen(dag) => {
            // A whole day ends where the next begins (RFC 5545, 3.6.1), and leaves the day free for other things.
            moede.starts(dag).ends(dag + Days::new(1)).add_property("TRANSP", "TRANSPARENT");
        }
    }
    let mut calendar = Calendar::empty();
    for (name, value) in
        [("VERSION", "2.0"), ("PRODID", "-//Raskvej//DA"), ("CALSCALE", "GREGORIAN"), ("METHOD", method)]
    {
        calendar.append_property(Property::new(name, value));
    }
    calendar.push(moede.done());
    Ok((Text { subject, tekst }, CalendarPart { method, content: calendar.to_string() }))
}
