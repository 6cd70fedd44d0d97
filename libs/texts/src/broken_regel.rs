//! Why a rule said no, for people.

use forloeb::refusal::BrokenRegel;
use forloeb::words::Aftaleejer;

use crate::dates::dato;

/// Why a rule said no.
#[must_use]
pub fn regel(regel: &BrokenRegel) -> String {
    match regel {
        BrokenRegel::UnknownAnsaettelse => "Medarbejdernummeret er ukendt.".to_owned(),
        BrokenRegel::PersonSlettet => "Personens oplysninger er slettet; der kan ikke registreres mere.".to_owned(),
        BrokenRegel::Overlaps { fra, til, .. } => {
            let til = til.map_or_else(|| "og endnu ikke slut".to_owned(), |t| format!("til {}", dato(t)));
            format!("Fraværet overlapper et andet, der er registreret fra {} {til}.", dato(*fra))
        }
        BrokenRegel::ForloebAfsluttet => "Forløbet er afsluttet.".to_owned(),
        BrokenRegel::NoForloeb => {
            "Du har ikke noget forløb, det kan handle om. Er du syg, så meld dig syg først.".to_owned()
        }
        BrokenRegel::NoAnmodning => "Ingen har bedt om det, du svarer på, eller der er svaret allerede.".to_owned(),
        BrokenRegel::ForloebAnnulleret => "Forløbet er annulleret.".to_owned(),
        BrokenRegel::NotAnsat => "Medarbejderen var ikke ansat den dag.".to_owned(),
        BrokenRegel::Flyttet => {
            "Medarbejderen er flyttet og har fået et andet medarbejdernummer: brug det nye nummer.".to_owned()
        }
        BrokenRegel::NotUndtaget { latest } => {
            format!("Samtalen kan kun undlades, når medarbejderen fratræder senest {}.", dato(*latest))
        }
        BrokenRegel::AlreadyKvitteret => "Anmeldelsen er allerede kvitteret.".to_owned(),
        BrokenRegel::NothingToRefuse => "Der er ingen anmeldelse, der kan være afvist.".to_owned(),
        BrokenRegel::NoAnmeldelse => "Der skal ingen anmeldelse til for dette fravær.".to_owned(),
        BrokenRegel::MissingKvittering => "Refusion kan først søges, når anmeldelsen er kvitteret.".to_owned(),
        BrokenRegel::KravOverlaps { next } => {
            format!("Der er allerede søgt for nogle af dagene, eller de er tabt; næste krav begynder {}.", dato(*next))
        }
        BrokenRegel::KravWithGap { next } => {
            format!("Der må ikke springes dage over; kravet begynder {}.", dato(*next))
        }
        BrokenRegel::KravAfterEnd { sidste } => {
            format!("Kravet går ud over den sidste fraværsdag, {}.", dato(*sidste))
        }
        BrokenRegel::NothingToAnmode => "Alle dage er søgt eller tabt.".to_owned(),
        BrokenRegel::KravOfFewHours { dag } => format!(
            "Fra {} er fraværet under 4 timer om ugen. Det er ikke delvis sygdom, og der gives ingen refusion (sygedagpengeloven § 7).",
            dato(*dag)
        ),
        BrokenRegel::KravInAfbrydelse => {
            "Kravet begynder i en ferie eller afspadsering, som ikke giver refusion; begynd det dagen efter.".to_owned()
        }
        BrokenRegel::AlreadyAfbrudt => {
            "Nogle af dagene er allerede registreret som ferie eller afspadsering.".to_owned()
        }
        BrokenRegel::NothingMistet => {
            "Der er ingen dage tabt, fordi anmeldelsen eller anmodningen kom for sent, og altså intet at få dispensation for."
                .to_owned()
        }
        BrokenRegel::AlreadyAnmodet => "Der er allerede anmodet om fast track.".to_owned(),
        BrokenRegel::FastTrackTooLate { lovdag } => {
            format!("Det er for sent at anmode om fast track; sidste dag var {}.", dato(*lovdag))
        }
        BrokenRegel::NoArbejdsskade => "Kun en arbejdsskade anmeldes i EASY.".to_owned(),
        BrokenRegel::NotBack => "Medarbejderen er ikke tilbage endnu.".to_owned(),
        BrokenRegel::AlreadyInEasy => "Arbejdsskaden er allerede anmeldt i EASY.".to_owned(),
        BrokenRegel::UnknownHaendelse => "Hændelsen findes ikke på dette forløb.".to_owned(),
        BrokenRegel::CannotBeAnnulleret => "Hændelsen kan ikke annulleres, eller er det allerede.".to_owned(),
        BrokenRegel::SaidByMedarbejder => "Det har medarbejderen selv sagt, eller der er noget i forløbet, medarbejderen selv har sagt. Det kan HR annullere, ikke lederen.".to_owned(),
        BrokenRegel::NoPlan => "Der er ikke lagt en plan, eller ikke den version af den.".to_owned(),
        BrokenRegel::NoBesked => "Der er ingen besked til kollegerne i den version af planen.".to_owned(),
        BrokenRegel::BeskedNotApproved => {
            "Medarbejderen har ikke godkendt en besked til kollegerne, så der er ingen hjælp fra dem at spørge til."
                .to_owned()
        }
        BrokenRegel::NoForanstaltning => {
            "Der er ikke registreret noget, der gøres ved en årsag på arbejdet, så der er intet at spørge til."
                .to_owned()
        }
        BrokenRegel::NotHeld => {
            "Hvordan det virker, kan kun siges om en opfølgning, der er holdt.".to_owned()
        }
        BrokenRegel::NotFejlet => {
            "Påmindelsen er ikke afvist af mailserveren, eller den skal allerede sendes igen.".to_owned()
        }
        BrokenRegel::NothingToRemindOf => {
            "Der er ikke længere noget at minde om: fristen er løst, flyttet eller forbi.".to_owned()
        }
        BrokenRegel::NotForsvundet => {
            "Lønsystemets fil har ikke manglet det, eller det er allerede afgjort.".to_owned()
        }
        BrokenRegel::TooManyForsvundne { gone, all } => {
            format!(
                "Filen mangler {gone} af {all}, der er i gang. Den er nok skåret af på vejen, og intet er læst ind."
            )
        }
        BrokenRegel::NoUenighed => "Lønsystemet og arbejdspladsen er enige nu; der er intet at afgøre.".to_owned(),
        BrokenRegel::UenighedAfgjort { dag } => format!("Uenigheden blev afgjort {}. Se historikken.", dato(*dag)),
        BrokenRegel::UenighedMoved => "Der er sagt noget nyt om dagen, siden du så den. Se den igen.".to_owned(),
        BrokenRegel::NoIndkaldelse => {
            "Der er ingen samtale at svare på: der er ikke indkaldt til en, eller den er allerede registreret."
                .to_owned()
        }
        BrokenRegel::NoSamtalesvar => {
            "Forslaget gælder ikke længere: medarbejderen har svaret igen, eller der er indkaldt på ny.".to_owned()
        }
        BrokenRegel::NoMoede => {
            "Et referat hører til en samtale eller et møde, der er registreret som holdt; det er der ikke her."
                .to_owned()
        }
        BrokenRegel::UnknownAftale => "Der er ingen aftale med det nummer.".to_owned(),
        BrokenRegel::NobodyForAftale { hvem } => match hvem {
            Aftaleejer::Koordinator => {
                "Der er ingen koordinator, før der er lagt en plan med en. Vælg en anden til aftalen.".to_owned()
            }
            Aftaleejer::Kontaktperson => {
                "Der er ingen kontaktperson på forløbet. Vælg en anden til aftalen.".to_owned()
            }
            Aftaleejer::Leder | Aftaleejer::Medarbejder | Aftaleejer::Hr => "Vælg en anden til aftalen.".to_owned(),
        },
        BrokenRegel::TooManyAftaler { most } => {
            format!("Der kan højst være {most} åbne aftaler på et forløb. Afslut nogle af dem først.")
        }
        BrokenRegel::FastTrackDeclined => {
            "Medarbejderen har sagt nej til fast track, og så kan arbejdsgiveren ikke anmode. Medarbejderen kan selv \
             bede om det."
                .to_owned()
        }
        BrokenRegel::FravaerAtOther => "Fraværsnummeret hører til en anden medarbejders fravær.".to_owned(),
    }
}
