//! Erasing somebody, in Danish: the certificate, why it is refused, and the hold. The terminal, the API and HR's page ask
//! the same functions.

use app::core::Obstacle;
use app::erase::{Also, Erasure, ErasureDenial, Reason, Shared};
use app::failure::Internal;
use app::free_text::Hints;
use app::retention::Due;
use app::stored::SletningsstopSat;
use axum::http::StatusCode;
use chrono::SecondsFormat;
use forloeb::Aktoer;
use forloeb::refusal::BrokenRegel;
use forloeb::words::Sletningsgrund;

use crate::core::{App, CommandError, OpenFolderError};
use crate::problem::Problem;
use crate::sentences;

/// Longest reason in words, in characters.
pub(crate) const LONGEST_AARSAG: usize = 500;
/// Who carries out what `retention` lists.
pub(crate) const RETENTION: &str = "opbevaring";
/// Who gives a command on the server.
pub(crate) const TERMINAL: &str = "terminal";

/// Erases somebody who is past every period of keeping, and nobody on a day that is in doubt.
///
/// # Errors
/// As [`App::erase`].
pub(crate) async fn erase_due(
    app: &App,
    due: &Due,
    also: Also,
    aktoer: &Aktoer,
) -> Result<(Erasure, Vec<Shared>), ErasureDenial> {
    if app.clock_in_doubt().await.is_some() {
        return Err(ErasureDenial::Clock);
    }
    let nr = due.medarbejder_nr.first().ok_or(ErasureDenial::Unknown)?;
    let words = format!("opbevaret til {}", due.opbevares_til);
    let reason = Reason { grund: Sletningsgrund::OpbevaringUdloebet, words };
    app.erase(nr, &reason, also, aktoer).await
}

/// What was erased, when, by whom, why, and what stays: nothing in it says who it was but the employee number.
pub(crate) fn certificate(erasure: &Erasure) -> String {
    let Erasure { numbers, person, time, reason, aktoer } = erasure;
    let words = if reason.words.is_empty() { String::new() } else { format!(" ({})", reason.words) };
    format!(
        "Attest for sletning\n\
         Medarbejdernumre: {}\n\
         Personens id i loggen: {person}\n\
         Slettet: {}, af {}\n\
         Grund: {}{words}\n\
         Væk: nøglen til navn, CPR-nummer, mail, telefon, stilling og al fri tekst, og det, der førte fra CPR-nummeret til id'et.\n\
         Tilbage i loggen: medarbejdernummer, datoer, årsagskoder, frister og beløb. De er en del af den kæde, der viser, at \
         loggen ikke er ændret, og de peger ikke længere på en person for den, der kun har loggen.\n\
         Uden for Raskvej: sikkerhedskopier fra før den dag rummer nøglen endnu, og mails, der er sendt, ligger hos modtagerne. \
         Personen står på listen over sletninger, og en genskabt sikkerhedskopi sletter dem igen.\n",
        numbers.join(", "),
        time.to_rfc3339_opts(SecondsFormat::Secs, true),
        by(aktoer),
        sentences::sletningsgrund(reason.grund),
    )
}

fn by(aktoer: &Aktoer) -> String {
    match (aktoer.rolle, aktoer.nr.as_deref(), aktoer.navn.as_deref()) {
        (Some(rolle), Some(nr), _) => format!("{}, medarbejder {nr}", sentences::rolle_name(rolle)),
        (Some(rolle), None, Some(navn)) => format!("{}, med adgangsnøglen {navn}", sentences::rolle_name(rolle)),
        (Some(rolle), None, None) => sentences::rolle_name(rolle).to_owned(),
        (None, Some(RETENTION), _) => "raskvej retention".to_owned(),
        (None, Some(TERMINAL), _) => "en kommando i terminalen på serveren".to_owned(),
        (None, ..) => "Raskvej, efter listen over sletninger".to_owned(),
    }
}

/// What an obstacle is, as somebody in HR is told.
pub(crate) const fn obstacle(obstacle: Obstacle) -> &'static str {
    match obstacle {
        Obstacle::Hold => "Der er sletningsstop.",
        Obstacle::Employed => "Personen er ansat.",
        Obstacle::OpenForloeb => "Der er et åbent forløb.",
        Obstacle::Refusion => "Der er refusion, som kan anmodes om endnu.",
    }
}

/// Why nobody is erased by the calendar at the moment.
pub(crate) const CLOCK: &str = "Maskinens ur er i tvivl, så det kan ikke ses, hvis opbevaringsfrister er udløbet. Driften skal \
                                stille uret eller bekræfte datoen med raskvej ur.";

fn conflict(code: &str, detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::CONFLICT, code, "Der er ikke slettet noget", detail)
}

/// Somebody who is not past every period is not erased this way.
pub(crate) fn not_due() -> Problem {
    conflict("ikke_udloebet", "Personens opbevaringsfrister er ikke udløbet, eller personen er allerede slettet.")
}

/// There is no certificate of who is still here.
pub(crate) fn not_erased() -> Problem {
    let detail = "Personen er ikke slettet, så der er ingen attest.";
    Problem::new(StatusCode::CONFLICT, "ikke_slettet", "Ingen attest", detail)
}

/// What cannot be undone asks first.
pub(crate) fn not_confirmed(due: &Due) -> Problem {
    let ansaettelser = sentences::count(due.medarbejder_nr.len() as u64, "ansættelse", "ansættelser");
    let refusion = if due.refusion {
        " Der er refusion, som kan anmodes om endnu: skal den opgives, så send også ogsaa_refusion: true."
    } else {
        ""
    };
    conflict(
        "skal_bekraeftes",
        format!("Personens {ansaettelser} slettes for altid. Er det meningen, så send bekraeft: true.{refusion}"),
    )
}

impl From<ErasureDenial> for Problem {
    fn from(denial: ErasureDenial) -> Self {
        match denial {
            ErasureDenial::Unknown => Self::not_found(),
            ErasureDenial::Already => not_due(),
            ErasureDenial::Clock => conflict("uret_i_tvivl", CLOCK),
            // Whose it is they may not be allowed to know.
            ErasureDenial::Others(_) => conflict(
                "andre_mister_tekst",
                "En anden medarbejder har ved en fejl stået med samme CPR-nummer, og det, der blev skrevet dengang, ville gå \
                 tabt. Skal det det, så gør den, der driver Raskvej, det med raskvej erase --ogsaa-andres.",
            ),
            ErasureDenial::Obstacles(met) => {
                let all: Vec<&str> = met.iter().map(|(met, _)| obstacle(*met)).collect();
                conflict("noget_taler_imod", all.join(" "))
            }
            ErasureDenial::List(error) => {
                tracing::error!(%error, "listen over sletninger kan ikke skrives");
                let detail = "Listen over sletninger kan ikke skrives, og derfor er intet slettet. Kontakt driften.";
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "skrivebeskyttet", "Der kan ikke slettes lige nu", detail)
            }
            ErasureDenial::Failed(error) => error.into(),
        }
    }
}

/// Why a hold was not set or lifted.
#[derive(Debug)]
pub(crate) enum HoldDenial {
    /// The reason is empty or too long.
    Aarsag,
    /// Nobody has the number.
    Unknown,
    /// They are erased.
    Erased,
    /// It is so already: a hold is on, or is not.
    Already(bool),
    /// The log.
    Failed(CommandError),
}

impl HoldDenial {
    /// In Danish, for an employee number.
    pub(crate) fn text(&self, nr: &str) -> String {
        match self {
            Self::Aarsag => format!("Årsagen skal være fra 1 til {LONGEST_AARSAG} tegn."),
            Self::Unknown => sentences::regel(&BrokenRegel::UnknownAnsaettelse),
            Self::Erased => sentences::regel(&BrokenRegel::PersonSlettet),
            Self::Already(true) => format!("Der er allerede sletningsstop på {nr}."),
            Self::Already(false) => format!("Der er ikke sletningsstop på {nr}."),
            Self::Failed(error) => error.message(),
        }
    }

    /// As the API answers it.
    pub(crate) fn problem(self, nr: &str) -> Problem {
        let code = match self {
            Self::Aarsag => return Problem::felt("aarsag", format!("skal være fra 1 til {LONGEST_AARSAG} tegn")),
            Self::Unknown => return Problem::not_found(),
            Self::Failed(error) => return error.into(),
            Self::Erased => "person_slettet",
            Self::Already(_) => "intet_at_aendre",
        };
        Problem::new(StatusCode::CONFLICT, code, "Intet er ændret", self.text(nr))
    }
}

/// Says that nothing of an employee's is to be erased, or that it may be again. What the reason says that it should not comes
/// back: it stands open in the log, and cannot be taken out again.
pub(crate) async fn hold(
    app: &App,
    nr: &str,
    gaelder: bool,
    aarsag: &str,
    aktoer: &Aktoer,
) -> Result<Hints, HoldDenial> {
    let aarsag = aarsag.trim();
    if aarsag.is_empty() || aarsag.chars().count() > LONGEST_AARSAG {
        return Err(HoldDenial::Aarsag);
    }
    let (known, erased) = {
        let projections = app.projections();
        (projections.stamdata(nr).is_some(), projections.is_erased(nr))
    };
    if !known {
        return Err(HoldDenial::Unknown);
    }
    if erased {
        return Err(HoldDenial::Erased);
    }
    let unreadable = |error| {
        HoldDenial::Failed(Internal::new("sletningsstoppet kan ikke læses", OpenFolderError::from(error)).into())
    };
    // One that was set under a number they have moved from is theirs, and is lifted where it stands.
    let (numbers, mut held) = (app.projections().numbers_like(nr), Vec::new());
    for nr in numbers {
        if app.hold(&nr).await.map_err(unreadable)?.is_some() {
            held.push(nr);
        }
    }
    if held.is_empty() != gaelder {
        return Err(HoldDenial::Already(gaelder));
    }
    let told = SletningsstopSat { gaelder, aarsag: aarsag.to_owned() };
    if gaelder {
        held.push(app.projections().current_nr(nr).to_owned());
    }
    for nr in held {
        app.set_hold(&nr, &told, aktoer).await.map_err(HoldDenial::Failed)?;
    }
    Ok(Hints::of(aarsag))
}

/// What whoever wrote a reason is told of it, where it says more than it should.
pub(crate) fn told_of_aarsag(hints: Hints) -> Option<String> {
    hints.said().map(|said| format!("{said} Teksten står åbent i loggen og kan ikke slettes."))
}
