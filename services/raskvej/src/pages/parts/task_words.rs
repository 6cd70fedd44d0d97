//! A task of the work list in words: what is to be done, and how it stands.

use forloeb::Regelbog;
use forloeb::anmeldelse::unsigned;
use forloeb::frister::Frist;
use forloeb::words::{Fristart, Modtagerrolle};

use super::frist::{label, task};
use super::history::without_capital;
use super::reader_view::ReaderView;
use super::work::{What, Work, is_signed};
use crate::projections::Case;
use crate::projections::aktuelle::Aktuel;
use crate::projections::derived::undelivered;

/// Of a frist: the words, how it stands, and the code of that.
pub(crate) fn of_frist(
    k: &ReaderView<'_>,
    aktuel: &Aktuel,
    case: &Case,
    frist: &Frist,
    work: &Work,
) -> (String, String, &'static str) {
    let (f, v) = (&case.forloeb, &case.assessment);
    let hr = k.user().is_hr();
    let what = match task(f, v, frist, k.today) {
        what if work.waits => {
            let who: Vec<_> = frist.ansvarlig.iter().map(|m| crate::sentences::modtager_name(*m)).collect();
            format!("Venter på {}: {}", who.join(" og "), without_capital(&what))
        }
        what if hr && !f.is_aabent(k.today) => {
            format!("Raskmeldt, men der er noget tilbage: {}", without_capital(&what))
        }
        what if hr && !frist.ansvarlig.contains(&Modtagerrolle::Hr) => {
            format!("Følg op hos lederen: {}", without_capital(&what))
        }
        what => what,
    };
    let (status, code) = label(frist, k.today);
    let status = match frist.art {
        Fristart::Anmeldelse if is_signed(aktuel) => "Ikke kvitteret".to_owned(),
        _ => status,
    };
    (what, status, code)
}

/// What only somebody can put right who is told so, and how it stands.
pub(crate) fn of_other(k: &ReaderView<'_>, case: &Case, what: What, book: &Regelbog) -> (String, &'static str) {
    let f = &case.forloeb;
    match what {
        What::Untold => (
            "Giv selv medarbejderen besked om samtalen: indkaldelsen kan ikke nå frem med mail".to_owned(),
            "Ikke indkaldt",
        ),
        What::Paragraf56 => (
            "Svar på, om fraværet er dækket af § 56-aftalen; det afgør, fra hvornår der er refusion".to_owned(),
            "Ikke besvaret",
        ),
        What::Uenighed => {
            ("Afgør, hvem der har ret: lønsystemet og arbejdspladsen er uenige om en dag".to_owned(), "Uenighed")
        }
        What::Unsigned => {
            let dage = unsigned(f, k.today, book).map_or(0, |u| u.arbejdsdage);
            let dage = crate::sentences::count(dage.into(), "arbejdsdag", "arbejdsdage");
            (format!("Underskriv anmeldelsen i NemRefusion; den har været klargjort i {dage}"), "Ikke underskrevet")
        }
        What::Undelivered => {
            let found = undelivered(f, &case.assessment);
            let til = found.map_or("modtageren", |(key, _)| crate::sentences::modtager_name(key.modtager));
            (format!("Giv besked på anden vis: en påmindelse til {til} kunne ikke leveres"), "Mail ikke leveret")
        }
        What::FindLeder | What::Frist(_) => {
            ("Find en leder til forløbet; der er ingen, der får påmindelserne".to_owned(), "Leder mangler")
        }
    }
}
