//! How many mails somebody is to have in a week, where the workplace has said so: what can wait waits, and leaves when there is
//! room. Money never waits, nor does what a law asks for, nor what somebody has ordered.

use chrono::{DateTime, NaiveDate, Utc};

use crate::events::haendelse::Udfald;
use crate::fold::forloeb::Forloeb;
use crate::reminders::nyheder::Nyhed;
use crate::reminders::paamindelser::Planlagt;
use crate::rules::calendar::{Dage, plus_dage};
use crate::words::{Fristart, Modtagerrolle};

/// Days in which mails are counted, the one on which one is to leave among them.
const DAGE: i64 = 7;
/// Begins the reason of a reminder that waits for room, in front of how many mails there were.
const UGENS_MAILS: &str = "ugens_mails_";

/// What a reminder that can wait waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loft {
    /// Who has had so many mails gets none because of it.
    pub mails: u32,
    /// The log says already that it waits.
    pub noted: bool,
}

impl Loft {
    /// Of a reminder of this forløb; none: it leaves on its day, however many there were.
    #[must_use]
    pub fn of(f: &Forloeb, p: &Planlagt) -> Option<Self> {
        let mails = f.regler.udsendelse.hoejst_mails_om_ugen?;
        // HR's mailbox is nobody's.
        let stays = p.sidste_chance || p.key.is_bestilt() || p.key.modtager == Modtagerrolle::Hr;
        let can_wait = match p.key.nyhed() {
            // Fast track is lost after its day.
            Some(nyhed) => nyhed != Nyhed::FastTrack,
            None => can_wait(p.key.frist),
        };
        if stays || p.key.indbydelse().is_some() || !can_wait {
            return None;
        }
        let noted = f.afgjorte.get(&p.key).is_some_and(|a| a.udfald.waits_for_room().is_some());
        Some(Self { mails, noted })
    }
}

/// The days whose mails count on a day.
#[must_use]
pub fn counted(today: NaiveDate) -> Dage {
    Dage { fra: plus_dage(today, 1 - DAGE), til: today }
}

/// The day is the workplace's own, and no money is lost by waiting.
const fn can_wait(frist: Fristart) -> bool {
    match frist {
        Fristart::FoersteKontakt
        | Fristart::Kontakt
        | Fristart::OtteUger
        | Fristart::VidereOpfoelgning
        | Fristart::OpfoelgningEfterRetur
        | Fristart::TtaEvaluering
        | Fristart::ForkertLeder
        | Fristart::ForventetSlut
        | Fristart::Overtagelse
        | Fristart::Aftale
        | Fristart::Skaanehensyn => true,
        // The law asks for the talk, for EASY and for what prevents; fast track is lost after its day, and the rest is money.
        Fristart::Samtale
        | Fristart::Easy
        | Fristart::Forebyggelse
        | Fristart::FastTrack
        | Fristart::Anmeldelse
        | Fristart::Refusionsanmodning
        | Fristart::Paragraf56Fornyelse => false,
    }
}

impl Udfald {
    /// Put off because its recipient has had so many mails.
    #[must_use]
    pub fn for_room(til: DateTime<Utc>, mails: usize) -> Self {
        Self::Udskudt { til, siden: None, grund: Some(format!("{UGENS_MAILS}{mails}")) }
    }

    /// How many mails the recipient had had, where that is why it was put off.
    #[must_use]
    pub fn waits_for_room(&self) -> Option<u32> {
        match self {
            Self::Udskudt { grund: Some(grund), .. } => mails_had(grund),
            Self::Udskudt { .. } | Self::Sendt { .. } | Self::Aflyst { .. } | Self::Fejlet { .. } => None,
        }
    }
}

/// How many mails the recipient had had, where that is the reason.
#[must_use]
pub fn mails_had(grund: &str) -> Option<u32> {
    grund.strip_prefix(UGENS_MAILS)?.parse().ok()
}
