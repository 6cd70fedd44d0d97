//! The message catalogue: the one place where codes of the domain become Danish for people.
//!
//! A text names fields, dates and rules, never a person. `docs/glossary.md` owns the words.

pub use crate::arbejdsmiljoe::{arbejdsaarsag_column, arbejdsaarsag_name, arbejdsskade_name};
use eventlog::{Broken, Damage};
use forloeb::Procent;
use forloeb::indbydelser::is_indbydelse;
use forloeb::loft::mails_had;
use forloeb::nyheder::{Nyhed, nyhed_of};
use forloeb::paamindelser::is_undelivered;
use forloeb::refusal::{DomainRefusal, Mistake};
use forloeb::words::{
    Aarsag, Aflysning, Aftaleejer, Anmeldelsestrin, Fristart, Friststatus, KommunensRolle, Modtagerrolle, Rolle,
    Sletningsgrund, Slutaarsag, Varighed, Ventegrund,
};

pub use crate::broken_regel::regel;
pub use crate::dates::{dato, dato_in_digits, long_dato, month_name, short_dato, tidspunkt, time_of_day, ugedag};

/// Why somebody was erased, as it stands on the certificate.
#[must_use]
pub const fn sletningsgrund(grund: Sletningsgrund) -> &'static str {
    match grund {
        Sletningsgrund::OpbevaringUdloebet => "opbevaringsfristen er udløbet",
        Sletningsgrund::Anmodning => "personen har bedt om det (artikel 17)",
        Sletningsgrund::Indsigelse => "personen har gjort indsigelse (artikel 21)",
        Sletningsgrund::Fejlregistrering => "personen skulle aldrig have været registreret",
        Sletningsgrund::Paabud => "en domstol eller Datatilsynet har bestemt det",
        Sletningsgrund::Andet => "andet",
    }
}

/// A percentage without its sign, with a comma where it has decimals: 33,33
#[must_use]
pub fn percent(percent: Procent) -> String {
    decimal(u64::from(percent.hundredths()))
}

/// A number with up to two decimals, told in hundredths: 7,4.
#[must_use]
pub fn decimal(hundredths: u64) -> String {
    let (whole, hundredths) = (figure(hundredths / 100), hundredths % 100);
    format!("{whole},{hundredths:02}").trim_end_matches('0').trim_end_matches(',').to_owned()
}

/// A number and its noun, in the right form: 1 linje, 2 linjer.
#[must_use]
pub fn count(n: u64, one: &str, several: &str) -> String {
    format!("{} {}", figure(n), if n == 1 { one } else { several })
}

/// A number with thousands set apart: 12.345.
#[must_use]
pub fn figure(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.char_indices() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('.');
        }
        out.push(c);
    }
    out
}

/// What is wrong with the value of a field.
#[must_use]
pub fn error(error: &Mistake) -> String {
    match error {
        Mistake::Missing => "skal udfyldes".to_owned(),
        Mistake::Future(latest) => format!("ligger i fremtiden; kan senest være {}", dato(*latest)),
        Mistake::NoArbejdsdag(next) => format!("skal være en arbejdsdag, fx {}", dato(*next)),
        Mistake::BeforeEarliest(earliest) => format!("kan tidligst være {}", dato(*earliest)),
        Mistake::AfterLatest(latest) => format!("kan senest være {}", dato(*latest)),
        Mistake::EndBeforeStart => "slutter før den begynder".to_owned(),
        Mistake::Interval { at_least, at_most } => format!("skal være mellem {at_least} og {at_most}"),
        Mistake::NeverForloeb => "barns sygedag bliver ikke til et forløb".to_owned(),
        Mistake::UnknownMedarbejder => "ingen medarbejder har dette nummer".to_owned(),
        Mistake::SamePerson => "kan ikke være medarbejderen selv".to_owned(),
        Mistake::CannotBeRettet => "kan ikke rettes til denne værdi".to_owned(),
        Mistake::NothingAgreed => {
            "skal udfyldes, eller der skal være et trin, et skånehensyn, et andet punkt eller en besked til kollegerne: ellers er \
             det ikke en plan"
                .to_owned()
        }
        Mistake::TooLong(at_most) => format!("er for lang; højst {}", count(*at_most as u64, "tegn", "tegn")),
    }
}

/// The four grounds on which the kommune can give a dispensation (§ 59 stk. 6), as the end of a sentence.
pub const DISPENSATIONSGRUNDE: &str = "NemRefusion var nede så længe, at der ikke kunne anmeldes i tide; fordi det i det \
    væsentlige skyldtes medarbejderen; fordi en myndighed, eller en anden med særligt kendskab, vejledte forkert; eller fordi \
    andre særlige omstændigheder taler for det (§ 59 stk. 6)";

/// A refusal as one sentence, or one per field.
#[must_use]
pub fn domain_refusal(domain_refusal: &DomainRefusal) -> String {
    match domain_refusal {
        DomainRefusal::UnknownForloeb => "Forløbet findes ikke.".to_owned(),
        DomainRefusal::Fields(fields) => {
            fields.iter().map(|f| format!("{}: {}", f.felt, error(&f.error))).collect::<Vec<_>>().join("; ")
        }
        DomainRefusal::BrokenRegel(r) => regel(r),
        DomainRefusal::OtherVersion { now } => format!("Forløbet er ændret imens; det har nu version {now}."),
    }
}

/// Where a log is broken.
#[must_use]
pub fn breach(breach: &Broken) -> String {
    match breach {
        Broken::Fault(f) if f.segment.is_empty() => {
            format!("Loggen er brudt ved position {}: {}.", f.position, damage(&f.what))
        }
        Broken::Fault(f) => {
            let (segment, sted, position) = (&f.segment, f.offset, f.position);
            format!("Loggen er brudt i {segment}, byte {sted}, position {position}: {}.", damage(&f.what))
        }
        Broken::HeadFile => {
            "Filen hoved er beskadiget: det kan ikke ses, om loggen har mistet sin slutning. Den næste \
                             start lægger filen til side og skriver en ny."
                .to_owned()
        }
        Broken::Io { source, .. } => format!("Loggen kan ikke læses: {source}."),
    }
}

fn damage(damage: &Damage) -> String {
    match damage {
        Damage::Header => "filen begynder ikke som et segment".to_owned(),
        Damage::Format { found } => format!("segmentet har format {found} og er skrevet af en nyere version"),
        Damage::Gap { expected, found } => format!("segmentet begynder ved {found}, ikke {expected}"),
        Damage::Magic => "her begynder ingen post".to_owned(),
        Damage::Length => "postens længde kan ikke passe".to_owned(),
        Damage::Short => "filen slutter midt i posten".to_owned(),
        Damage::Checksum => "kontrolsummen passer ikke".to_owned(),
        Damage::Body => "indholdet er ikke hændelser".to_owned(),
        Damage::Position { expected, found } => format!("posten har position {found}, ikke {expected}"),
        Damage::Version { expected, found } => format!("posten har version {found} i sin strøm, ikke {expected}"),
        Damage::Chain => "kæden af aftryk er brudt".to_owned(),
        Damage::Truncated { expected, found } => format!("loggen slutter ved {found}, men havde nået {expected}"),
        Damage::NoSegments => "der er ingen segmenter, selv om loggen var begyndt".to_owned(),
        Damage::Missing { next } => {
            format!("filen mangler (.rvs, eller .rvj før den blev pakket); den næste begynder ved {next}")
        }
        Damage::Unreadable => "disken kan ikke give indholdet tilbage".to_owned(),
        Damage::Replaced { .. } => "loggen er en anden end den, der før var her".to_owned(),
    }
}

/// Name of a frist.
#[must_use]
pub const fn frist_name(art: Fristart) -> &'static str {
    match art {
        Fristart::FoersteKontakt => "Første kontakt",
        Fristart::Samtale => "Sygefraværssamtale",
        Fristart::Anmeldelse => "Anmeldelse",
        Fristart::FastTrack => "Fast track",
        Fristart::OtteUger => "Otteugersopfølgning",
        Fristart::Refusionsanmodning => "Refusionsanmodning",
        Fristart::TtaEvaluering => "Evaluering af TTA-plan",
        Fristart::Kontakt => "Næste kontakt",
        Fristart::Easy => "Anmeldelse i EASY",
        Fristart::VidereOpfoelgning => "Videre opfølgning",
        Fristart::OpfoelgningEfterRetur => "Opfølgning efter tilbagevenden",
        Fristart::Paragraf56Fornyelse => "Fornyelse af § 56-aftale",
        Fristart::ForkertLeder => "Afgørelse om leder",
        Fristart::Aftale => "Aftale",
        Fristart::ForventetSlut => "Forventet slut",
        Fristart::Overtagelse => "Overtagelse",
        Fristart::Forebyggelse => "Forebyggelse",
        Fristart::Skaanehensyn => "Skånehensyn, der slutter",
    }
}

/// What a mail was about: the frist that it reminds of, or what else a step of this name is.
#[must_use]
pub fn letter_name(art: Fristart, trin: &str) -> &'static str {
    match nyhed_of(trin) {
        _ if is_indbydelse(trin) => "Kalenderaftale",
        Some(nyhed) => nyhed_name(nyhed),
        None => frist_name(art),
    }
}

/// News, as a heading.
#[must_use]
pub const fn nyhed_name(nyhed: Nyhed) -> &'static str {
    match nyhed {
        Nyhed::Plan => "Nyt: plan at svare på",
        Nyhed::Referat => "Nyt: referat",
        Nyhed::ChangedReferat => "Nyt: ændret referat",
        Nyhed::Leder => "Nyt: en anden leder",
        Nyhed::Plansvar => "Nyt: svar på planen",
        Nyhed::Samtalesvar => "Nyt: svar på indkaldelsen",
        Nyhed::Fastholdelsesplan => "Nyt: ønske om fastholdelsesplan",
        Nyhed::Oensker => "Nyt: ønsker til kontakten",
        Nyhed::Overtagelse => "Nyt: svar på overtagelsen",
        Nyhed::Koordinator => "Nyt: en plan at koordinere",
        Nyhed::PlansvarKoordinator => "Nyt: svar på planen, til koordinatoren",
        Nyhed::FastTrack => "Nyt: besked om fast track",
    }
}

/// News, as it stands in a sentence that says that there is some.
#[must_use]
pub fn nyhed_about(nyhed: Nyhed) -> &'static str {
    let name = nyhed_name(nyhed);
    name.strip_prefix("Nyt: ").unwrap_or(name)
}

/// That a mail was sent, as it stands in a sentence, and why somebody has it whose it was not.
#[must_use]
pub fn sent_name(trin: &str, modtager: Modtagerrolle) -> &'static str {
    match (is_undelivered(trin), modtager) {
        (false, _) => "sendt",
        (true, Modtagerrolle::Hr) => "sendt, fordi den, der skulle have haft den, ikke kunne få den",
        (true, _) => "sendt til en anden, fordi den ikke kunne leveres",
    }
}

/// Whom a forløb waits for, as it stands in a sentence.
#[must_use]
pub const fn ventegrund_name(grund: Ventegrund) -> &'static str {
    match grund {
        Ventegrund::Kommunen => "kommunen",
        Ventegrund::Sundhedsvaesenet => "sundhedsvæsenet",
        Ventegrund::Medarbejderen => "medarbejderen",
        Ventegrund::Lederen => "lederen",
        Ventegrund::Fagforeningen => "fagforeningen",
        Ventegrund::Loensystemet => "lønsystemet",
        Ventegrund::Andre => "andre",
    }
}

/// Who does what was agreed, as people are told.
#[must_use]
pub const fn aftaleejer_name(hvem: Aftaleejer) -> &'static str {
    match hvem {
        Aftaleejer::Leder => "lederen",
        Aftaleejer::Medarbejder => "medarbejderen",
        Aftaleejer::Hr => "HR",
        Aftaleejer::Koordinator => "koordinatoren",
        Aftaleejer::Kontaktperson => "kontaktpersonen",
    }
}

/// What was held, by the name of the event that says so, as it stands in a sentence.
#[must_use]
pub fn moede_name(event: &str) -> &'static str {
    match event {
        "SamtaleRegistreret" => "sygefraværssamtalen",
        "OtteUgerRegistreret" => "otteugersopfølgningen",
        "OpfoelgningRegistreret" => "opfølgningen",
        "TtaEvalueret" => "evalueringen af TTA-planen",
        _ => "mødet",
    }
}

/// The same words at the beginning of a sentence.
#[must_use]
pub fn with_capital(text: &str) -> String {
    let mut character = text.chars();
    character.next().map_or_else(String::new, |c| c.to_uppercase().chain(character).collect())
}

/// The same words inside a sentence.
#[must_use]
pub fn without_capital(text: &str) -> String {
    let mut character = text.chars();
    character.next().map_or_else(String::new, |c| c.to_lowercase().chain(character).collect())
}

/// Name of the status of a frist.
#[must_use]
pub const fn status_name(status: Friststatus) -> &'static str {
    match status {
        Friststatus::Coming => "kommende",
        Friststatus::Aaben => "åben",
        Friststatus::Forfalder => "forfalder",
        Friststatus::Overskredet => "overskredet",
        Friststatus::Tabt => "tabt",
        Friststatus::Opfyldt => "opfyldt",
        Friststatus::Undtaget => "undtaget",
        Friststatus::Bortfaldet => "bortfaldet",
    }
}

/// Name of a reason for absence.
#[must_use]
pub const fn aarsag_name(aarsag: Aarsag) -> &'static str {
    match aarsag {
        Aarsag::Sygdom => "sygdom",
        Aarsag::Arbejdsskade => "arbejdsskade",
        Aarsag::Graviditet => "graviditet",
        Aarsag::BarnSyg => "barns sygedag",
    }
}

/// What the kommune is expected to do by the end of week eight, as a sentence.
#[must_use]
pub const fn kommunens_rolle(rolle: KommunensRolle) -> &'static str {
    match rolle {
        KommunensRolle::FollowsUp => "Følger op inden udgangen af ottende uge",
        KommunensRolle::OnlyByWish => {
            "Følger ikke op, medmindre medarbejderen eller I ønsker det: fraværet ventes at slutte inden udgangen af 26. uge"
        }
        KommunensRolle::Unknown => {
            "Følger op, hvis fraværet ventes at vare over 26 uger, eller hvis medarbejderen eller I ønsker det"
        }
    }
}

/// Name of an expectation.
#[must_use]
pub const fn varighed_name(varighed: Varighed) -> &'static str {
    match varighed {
        Varighed::UnderOtteUger => "under 8 uger",
        Varighed::OverOtteUger => "over 8 uger",
        Varighed::OverHalfAYear => "over 26 uger",
        Varighed::Unknown => "endnu ukendt",
    }
}

/// How a forløb ended.
#[must_use]
pub const fn end_name(aarsag: Slutaarsag) -> &'static str {
    match aarsag {
        Slutaarsag::Raskmeldt => "raskmeldt",
        Slutaarsag::Fratraadt => "fratrådt",
        Slutaarsag::Doed => "død",
        Slutaarsag::Andet => "afsluttet af anden grund",
        Slutaarsag::Annulleret => "annulleret",
    }
}

/// Name of a step of the anmeldelse.
#[must_use]
pub const fn trin_name(trin: Anmeldelsestrin) -> &'static str {
    match trin {
        Anmeldelsestrin::Klar => "klargjort",
        Anmeldelsestrin::Underskrevet => "underskrevet",
        Anmeldelsestrin::Kvitteret => "kvitteret",
        Anmeldelsestrin::Afvist => "afvist",
    }
}

/// Name of the one a reminder goes to.
#[must_use]
pub const fn modtager_name(modtager: Modtagerrolle) -> &'static str {
    match modtager {
        Modtagerrolle::Kontaktperson => "kontaktperson",
        Modtagerrolle::Leder => "leder",
        Modtagerrolle::LedersLeder => "leders leder",
        Modtagerrolle::Deltager => "deltager",
        Modtagerrolle::Amr => "AMR",
        Modtagerrolle::Hr => "HR",
        Modtagerrolle::Koordinator => "koordinator",
        Modtagerrolle::Medarbejder => "medarbejder",
    }
}

/// Why a mail could not be delivered, from the reason in the log; the code stands beside the words.
#[must_use]
pub fn delivery_error(grund: &str) -> String {
    let words = match grund {
        "adresse" => return "Mailadressen er ikke en adresse".to_owned(),
        "smtp_550" | "smtp_551" | "smtp_553" => "Mailserveren kender ikke postkassen",
        "uvis_forbindelse" | "uvis_tidsfrist" => {
            "Mailserveren svarede ikke, så vi ved ikke, om mailen kom frem; den er sendt tre gange"
        }
        _ if grund.starts_with("smtp_4") => "Postkassen tog ikke imod mail i en hel arbejdsdag",
        "smtp_552" | "smtp_554" => "Mailserveren vil ikke tage imod mailen",
        _ => "Mailserveren sagde nej",
    };
    format!("{words} ({grund})")
}

/// Why a reminder that is due has not left.
#[must_use]
pub fn waiting_grund(grund: &str) -> String {
    let with_code = |tekst: &str| format!("{tekst} ({grund})");
    if let Some(mails) = mails_had(grund) {
        let mails = count(u64::from(mails), "mail", "mails");
        return format!("Venter, fordi modtageren havde fået {mails} de sidste syv dage");
    }
    match grund {
        "ingen_mailserver" => "Der er ikke sat nogen mailserver op (RASKVEJ_SMTP_URL)".to_owned(),
        "ingen_afsender" => "Det er ikke sat, hvem mails er fra (RASKVEJ_MAIL_FRA)".to_owned(),
        "ingen_base_url" => "Det er ikke sat, hvor siderne er (RASKVEJ_BASE_URL)".to_owned(),
        "ingen_hr_mail" => "HR's fælles postkasse er ikke sat (RASKVEJ_HR_MAIL)".to_owned(),
        "ingen_adresse" => "Modtageren har ingen mailadresse, der kan sendes til".to_owned(),
        "morgen" => "Går med i mailen kl. 8 den næste arbejdsdag".to_owned(),
        "undervejs" => "Er på vej".to_owned(),
        "udskudt" => "Kom ikke af sted, og prøves igen kl. 8 den næste arbejdsdag".to_owned(),
        "forbindelse" => "Mailserveren kan ikke nås".to_owned(),
        "stopper" => "Tjenesten var ved at stoppe".to_owned(),
        "tidsfrist" => "Mailserveren svarede ikke i tide".to_owned(),
        "tls" => "Forbindelsen til mailserveren kan ikke sikres".to_owned(),
        _ if grund.ends_with("_afsender") => with_code("Mailserveren afviser os som afsender"),
        _ if grund.ends_with("_login") => with_code("Mailserveren afviser vores login"),
        _ if grund.ends_with("_regler") => with_code("Mailserverens regler lader os ikke sende til modtageren"),
        _ if grund.ends_with("_indhold") => with_code("Mailserveren vil ikke tage imod mailen"),
        _ if grund.starts_with("smtp_") => with_code("Mailserveren tager ikke imod nu"),
        _ => with_code("Mailen kunne ikke gøres færdig"),
    }
}

/// What follows from a setting that is missing.
#[must_use]
pub fn without_setting(name: &str) -> &'static str {
    match name {
        "RASKVEJ_HR_MAIL" => "påmindelser til HR venter, til der er en fælles postkasse",
        "RASKVEJ_BASE_URL" => "mails venter, til det er sat, hvilken adresse deres links skal have",
        "RASKVEJ_MAIL_FRA" => "mails venter, til det er sat, hvem de er fra",
        _ => "mails venter, til der er en mailserver",
    }
}

/// Name of a role.
#[must_use]
pub const fn rolle_name(rolle: Rolle) -> &'static str {
    match rolle {
        Rolle::Leder => "leder",
        Rolle::Hr => "HR",
        Rolle::Revisor => "revisor",
        Rolle::Kontaktperson => "kontaktperson",
        Rolle::Koordinator => "koordinator",
        Rolle::Medarbejder => "medarbejder",
        Rolle::Drift => "drift",
        Rolle::System => "system",
    }
}

/// Why a reminder was not sent.
#[must_use]
pub const fn aflysning_name(aarsag: Aflysning) -> &'static str {
    match aarsag {
        Aflysning::Loest => "det er gjort",
        Aflysning::Afsluttet => "forløbet er slut",
        Aflysning::Annulleret => "forløbet er annulleret",
        Aflysning::Rettet => "fristen er flyttet eller bortfaldet ved en rettelse",
        Aflysning::Lederskifte => "en anden leder eller kontaktperson har det nu",
        Aflysning::Afbestilt => "den er afbestilt eller flyttet",
        Aflysning::Overtaken => "tiden er gået, eller en senere påmindelse siger det nu",
        Aflysning::NoModtager => "der er ingen at sende til",
        Aflysning::TurnedOff => "slået fra i indstillingerne",
        Aflysning::TooLate => "den kunne ikke nå frem før mødet",
        Aflysning::Old => "den nåede ikke af sted, mens det var nyt",
    }
}

#[cfg(test)]
mod tests {
    use forloeb::refusal::BrokenRegel;

    use super::*;

    #[test]
    fn a_mail_that_another_has_says_why() {
        let another = sent_name("nyt-oensker-5-anden-uleveret", Modtagerrolle::Kontaktperson);
        assert_eq!(another, "sendt til en anden, fordi den ikke kunne leveres");
        let hr = sent_name("t-2-uleveret", Modtagerrolle::Hr);
        assert_eq!(hr, "sendt, fordi den, der skulle have haft den, ikke kunne få den");
        assert_eq!(sent_name("t-2", Modtagerrolle::Hr), "sendt");
    }

    #[test]
    fn news_in_a_sentence_begin_with_no_heading() {
        assert_eq!(
            (nyhed_name(Nyhed::Plansvar), nyhed_about(Nyhed::Plansvar)),
            ("Nyt: svar på planen", "svar på planen")
        );
        for nyhed in Nyhed::ALL {
            assert!(!nyhed_about(*nyhed).contains("Nyt"), "{nyhed:?}");
        }
    }

    #[test]
    fn dates_and_numbers_as_people_write_them() {
        assert_eq!(dato("2026-02-06".parse().unwrap()), "6. februar 2026");
        assert_eq!(
            [0, 999, 1000, 12_345, 1_234_567].map(figure),
            ["0", "999", "1.000", "12.345", "1.234.567"].map(str::to_owned)
        );
        assert_eq!(count(1, "linje", "linjer"), "1 linje");
        assert_eq!(count(2000, "linje", "linjer"), "2.000 linjer");
    }

    #[test]
    fn an_overlap_says_when_the_other_fravaer_is() {
        let fra = "2026-02-06".parse().unwrap();
        let overlap = |til| regel(&BrokenRegel::Overlaps { forloeb: uuid::Uuid::nil(), fra, til });
        assert!(overlap(Some(fra)).ends_with("fra 6. februar 2026 til 6. februar 2026."));
        assert!(overlap(None).ends_with("fra 6. februar 2026 og endnu ikke slut."));
    }
}
