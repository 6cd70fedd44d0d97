//! Invitations to the calendar (iTIP, RFC 5546): a meeting, the meeting moved, the meeting called off.
//!
//! An appointment lies in the open in a calendar that others see. It says that there is a meeting, when, and a short
//! reference: no name, and no word that says why.

use askama::Template;
use chrono::{DateTime, TimeDelta, Utc};
use forloeb::indbydelser::Indbydelse;
use icalendar::{Calendar, Component, Event, EventLike, EventStatus, Property};
use uuid::Uuid;

use super::brev::{Ramme, Tekst, reference};
use crate::noegler::Fortrolig;
use crate::post::Kalenderdel;
use crate::tekster::lang_dato;
use crate::ur::{dag_i_danmark, klokkeslaet};

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
#[template(path = "post/moede.txt", escape = "none")]
struct Brev<'a> {
    hvornaar: Option<String>,
    reference: String,
    sti: String,
    ramme: Ramme<'a>,
}

/// Subject, text and appointment.
///
/// # Errors
/// Never for the built-in template; askama's signature asks for it.
pub(super) fn skriv(m: &Moede, k: &Konvolut<'_>, ramme: Ramme<'_>) -> askama::Result<(Tekst, Kalenderdel)> {
    let tidspunkt = m.indbydelse.tidspunkt.map(|t| t.to_utc());
    let hvornaar =
        tidspunkt.map(|t| format!("{} kl. {}", lang_dato(dag_i_danmark(t)), klokkeslaet(t).format("%-H.%M")));
    let reference = reference(&m.forloeb);
    let sti = if m.medarbejder { "mig".to_owned() } else { format!("forloeb/{}", m.forloeb) };
    let emne = match &hvornaar {
        Some(hvornaar) => format!("Møde {hvornaar}"),
        None => "Mødet er aflyst".to_owned(),
    };
    let tekst = Brev { hvornaar, reference: reference.clone(), sti: sti.clone(), ramme }.render()?;

    let (metode, status) = match tidspunkt {
        Some(_) => ("REQUEST", EventStatus::Confirmed),
        None => ("CANCEL", EventStatus::Cancelled),
    };
    let mut moede = Event::new();
    moede
        .uid(&format!("moede-{}@{}", m.forloeb, k.domaene))
        .sequence(m.indbydelse.nummer)
        .timestamp(m.indbydelse.kendt.unwrap_or(k.dato))
        .summary("Møde")
        .description(&format!("Aftale om opfølgning, reference {reference}: {}/{sti}", ramme.base_url))
        .status(status)
        .add_property("ORGANIZER", format!("mailto:{}", k.fra));
    let mut deltager = Property::new("ATTENDEE", format!("mailto:{}", k.til.vis()));
    deltager.add_parameter("RSVP", "FALSE"); // one parameter: two would be written in any order
    moede.append_property(deltager);
    if let Some(t) = tidspunkt {
        moede.starts(t).ends(t + VARIGHED);
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
