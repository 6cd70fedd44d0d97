//! Invitations to the calendar (iTIP, RFC 5546): a meeting, the meeting moved, the meeting called off.
//!
//! An appointment lies in the open in a calendar that others see. It says that there is a meeting, when, and a short
//! reference: no name, and no word that says why.

use askama::Template;
use chrono::{DateTime, Days, TimeDelta, Utc};
use forloeb::indbydelser::{Hvornaar, Indbydelse};
use forloeb::ord::Fristart;
use icalendar::{Calendar, Component, Event, EventLike, EventStatus, Property};
use uuid::Uuid;

use super::brev::{Ramme, Tekst, reference};
use crate::post::Kalenderdel;
use app::noegler::Fortrolig;
use app::ur::{dag_i_danmark, klokkeslaet};
use texts::tekster::lang_dato;

/// How long a meeting takes in the calendar: nobody is asked when it ends.
const VARIGHED: TimeDelta = TimeDelta::hours(1);

/// One invitation as it is sent to one person.
#[derive(Debug, Clone)]
pub(super) struct Moede {
    /// Of which forløb.
    pub(super) forloeb: Uuid,
    /// What it says.
    pub(super) indbydelse: Indbydelse,
    /// The recipient is the employee.
    pub(super) medarbejder: bool,
}

/// Who sends it, and who gets it.
pub(super) struct Konvolut<'a> {
    /// The service's own address.
    pub(super) fra: &'a str,
    /// Its domain.
    pub(super) domaene: &'a str,
    /// The recipient.
    pub(super) til: &'a Fortrolig<String>,
    /// The morning on which it leaves.
    pub(super) dato: DateTime<Utc>,
}

#[derive(Template)]
#[template(path = "moede.txt", escape = "none")]
struct Brev<'a> {
    hvornaar: Option<String>,
    ord: Ord,
    reference: String,
    sti: String,
    ramme: Ramme<'a>,
}

/// What a meeting is called, in the calendar and in a sentence. Neutral: calendars are seen by others.
#[derive(Clone, Copy)]
struct Ord {
    /// Begins its UID.
    uid: &'static str,
    titel: &'static str,
    et: &'static str,
    bestemt: &'static str,
}

const MOEDE: Ord = Ord { uid: "moede", titel: "Møde", et: "et møde", bestemt: "Mødet" };
const OPFOELGNING: Ord =
    Ord { uid: "opfoelgning", titel: "Opfølgning", et: "en opfølgning", bestemt: "Opfølgningen" };

/// Subject, text and appointment.
///
/// # Errors
/// Never for the built-in template; askama's signature asks for it.
pub(super) fn skriv(m: &Moede, k: &Konvolut<'_>, ramme: Ramme<'_>) -> askama::Result<(Tekst, Kalenderdel)> {
    let ord = if m.indbydelse.art == Fristart::TtaEvaluering { OPFOELGNING } else { MOEDE };
    let hvornaar = m.indbydelse.hvornaar.map(|hvornaar| match hvornaar {
        Hvornaar::Klokken(t) => {
            let t = t.to_utc();
            format!("{} kl. {}", lang_dato(dag_i_danmark(t)), klokkeslaet(t).format("%-H.%M"))
        }
        Hvornaar::Dagen(dag) => lang_dato(dag),
    });
    let reference = reference(&m.forloeb);
    let sti = if m.medarbejder { "mig".to_owned() } else { format!("forloeb/{}", m.forloeb) };
    let emne = match &hvornaar {
        Some(hvornaar) => format!("{} {hvornaar}", ord.titel),
        None => format!("{} er aflyst", ord.bestemt),
    };
    let tekst = Brev { hvornaar, ord, reference: reference.clone(), sti: sti.clone(), ramme }.render()?;

    let (metode, status) = match m.indbydelse.hvornaar {
        Some(_) => ("REQUEST", EventStatus::Confirmed),
        None => ("CANCEL", EventStatus::Cancelled),
    };
    let mut moede = Event::new();
    moede
        .uid(&format!("{}-{}@{}", ord.uid, m.forloeb, k.domaene))
        .sequence(m.indbydelse.nummer)
        .timestamp(m.indbydelse.kendt.unwrap_or(k.dato))
        .summary(ord.titel)
        .description(&format!("Aftale om opfølgning, reference {reference}: {}/{sti}", ramme.base_url))
        .status(status)
        .add_property("ORGANIZER", format!("mailto:{}", k.fra));
    let mut deltager = Property::new("ATTENDEE", format!("mailto:{}", k.til.vis()));
    deltager.add_parameter("RSVP", "FALSE"); // one parameter: two would be written in any order
    moede.append_property(deltager);
    match m.indbydelse.hvornaar {
        Some(Hvornaar::Klokken(t)) => {
            moede.starts(t.to_utc()).ends(t.to_utc() + VARIGHED);
        }
        Some(Hvornaar::Dagen(dag)) => {
            // A whole day ends where the next begins (RFC 5545, 3.6.1), and leaves the day free for other things.
            moede.starts(dag).ends(dag + Days::new(1)).add_property("TRANSP", "TRANSPARENT");
        }
        None => {}
    }
    let mut kalender = Calendar::empty();
    for (navn, vaerdi) in
        [("VERSION", "2.0"), ("PRODID", "-//Raskvej//DA"), ("CALSCALE", "GREGORIAN"), ("METHOD", metode)]
    {
        kalender.append_property(Property::new(navn, vaerdi));
    }
    kalender.push(moede.done());
    Ok((Tekst { emne, tekst }, Kalenderdel { metode, indhold: kalender.to_string() }))
}
