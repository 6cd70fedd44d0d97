//! The refusion ledger in words: the state of a day, why it has it, and why there may be no refusion at all.

use forloeb::regler::Regelsaet;
use forloeb::regnskab::Dagsstand;
use forloeb::words::{Fristart, LoenUnderSygdom};

use crate::sentences::count;

/// Why there is no refusion where the employer pays no wages, and what is to be done all the same.
#[must_use]
pub const fn without_loen(loen: LoenUnderSygdom) -> &'static str {
    match loen {
        LoenUnderSygdom::Sygedagpenge => {
            "Ingen, 0 kr.: arbejdsgiveren betaler sygedagpenge i arbejdsgiverperioden og ikke løn (§ 54). Derefter betaler \
             kommunen medarbejderen, og skal have anmeldelsen senest en uge efter (§ 40 stk. 2)."
        }
        LoenUnderSygdom::Ja | LoenUnderSygdom::Nej => {
            "Ingen, 0 kr.: arbejdsgiveren betaler ikke løn under sygdommen (§ 54). Kommunen betaler medarbejderen, og skal have \
             anmeldelsen senest 14 dage efter første fraværsdag (§ 40 stk. 3)."
        }
    }
}

/// Name of the state of a day in the refusion ledger.
#[must_use]
pub const fn dag_name(stand: Dagsstand) -> &'static str {
    match stand {
        Dagsstand::Arbejdsgiver => "Arbejdsgiveren betaler",
        Dagsstand::AnmeldtTooLate => "Mistet: anmeldt for sent",
        Dagsstand::AnmodetTooLate => "Mistet: søgt for sent",
        Dagsstand::Anmodet => "Søgt",
        Dagsstand::CanAnmodes => "Kan søges nu",
        Dagsstand::MissingKvittering => "Mangler kvittering",
        Dagsstand::Coming => "Ligger forude",
        Dagsstand::Afbrudt => "Ferie eller afspadsering",
        Dagsstand::FewHours => "For få timer",
        Dagsstand::WithoutLoen => "Uden løn",
    }
}

/// Why a day in the refusion ledger has its state.
#[must_use]
pub fn dagsregel(stand: Dagsstand, regler: &Regelsaet) -> String {
    let maaneder = regler.frist(Fristart::Refusionsanmodning, None).map_or(0, |r| r.lovdag.maaneder);
    let maaneder = count(maaneder.into(), "måned", "måneder");
    match stand {
        Dagsstand::Arbejdsgiver => {
            let dage = count(regler.parameters.arbejdsgiverperiode_dage.into(), "dag", "dage");
            format!("Arbejdsgiveren betaler selv de første {dage} (sygedagpengeloven § 30).")
        }
        Dagsstand::AnmeldtTooLate => {
            "Efter lovdagen gives der kun refusion fra den dag, anmeldelsen er underskrevet (sygedagpengeloven § 59)."
                .to_owned()
        }
        Dagsstand::AnmodetTooLate => format!("Refusion kan søges for indtil {maaneder} bagud; dagen er ældre."),
        Dagsstand::Anmodet => "Der er søgt refusion for dagene.".to_owned(),
        Dagsstand::CanAnmodes => format!("Anmeldelsen er kvitteret, og dagen er højst {maaneder} gammel."),
        Dagsstand::MissingKvittering => "Refusion kan først søges, når anmeldelsen er kvitteret.".to_owned(),
        Dagsstand::Coming => "Refusion kan ikke søges for dage, der ikke er gået.".to_owned(),
        Dagsstand::WithoutLoen => {
            "Arbejdsgiveren betaler ikke løn under sygdommen, så der er ingen refusion; kommunen betaler medarbejderen."
                .to_owned()
        }
        Dagsstand::Afbrudt => "Sygeperioden fortsætter, men dagene giver ingen refusion og skal ikke søges.".to_owned(),
        Dagsstand::FewHours => {
            "Delvist fravær under 4 timer om ugen er ikke delvis sygdom (sygedagpengeloven § 7).".to_owned()
        }
    }
}
