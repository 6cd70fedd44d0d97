//! How a value is written in a payroll file. An error says what would be right, never what stood there.

use forloeb::Procent;
use forloeb::refusal::Mistake;
use forloeb::words::{Aarsag, Ansaettelsesform, LoenUnderSygdom, Ugedag};

use super::days::{self, Forms};
use crate::cpr;
use texts::sentences;

type Parsed<T> = Result<T, String>;

/// Longest number of an employee or an absence.
const LONGEST_NR: usize = 32;
const LONGEST_CODE: usize = 64;
const LONGEST_NAME: usize = 200;

fn error<T>(error: &Mistake) -> Parsed<T> {
    Err(sentences::error(error))
}

fn filled_in(tekst: &str) -> Parsed<&str> {
    if tekst.is_empty() { error(&Mistake::Missing) } else { Ok(tekst) }
}

fn short(tekst: &str, at_most: usize) -> Parsed<String> {
    if tekst.chars().count() > at_most {
        return error(&Mistake::TooLong(at_most));
    }
    if tekst.chars().any(char::is_control) {
        return Err("rummer tegn, der ikke kan bruges".to_owned());
    }
    Ok(tekst.to_owned())
}

/// Number of an employee or an absence.
///
/// # Errors
/// Empty, too long, or other signs than letters, digits and `-_.`.
pub fn nr(tekst: &str) -> Parsed<String> {
    let tekst = short(filled_in(tekst)?, LONGEST_NR)?;
    let goods = tekst.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    if goods { Ok(tekst) } else { Err("må kun rumme bogstaver, cifre og - _ .".to_owned()) }
}

/// Number of an employee. It stands open in the log for ever, in addresses and in exports, and erasure does not reach it:
/// no CPR number may come in as one.
///
/// # Errors
/// As [`nr`], or there is a CPR number in it.
pub fn medarbejder_nr(tekst: &str) -> Parsed<String> {
    if cpr::is_in(tekst) {
        return Err("ligner et CPR-nummer. Brug lønsystemets medarbejdernummer".to_owned());
    }
    nr(tekst)
}

/// Number of an employee that may be left out.
///
/// # Errors
/// As [`medarbejder_nr`].
pub fn maybe_medarbejder_nr(tekst: &str) -> Parsed<Option<String>> {
    if tekst.is_empty() { Ok(None) } else { medarbejder_nr(tekst).map(Some) }
}

/// A short code.
///
/// # Errors
/// Empty or too long.
pub fn code(tekst: &str) -> Parsed<String> {
    short(filled_in(tekst)?, LONGEST_CODE)
}

/// A name.
///
/// # Errors
/// Empty or too long.
pub fn name(tekst: &str) -> Parsed<String> {
    short(filled_in(tekst)?, LONGEST_NAME)
}

/// A text that may be left out.
///
/// # Errors
/// Too long.
pub fn maybe_text(tekst: &str) -> Parsed<String> {
    short(tekst, LONGEST_NAME)
}

/// A personnummer: ten digits, with or without a hyphen. The day may have 60 added (a replacement number), and the
/// month too (some systems mark invented numbers so).
///
/// # Errors
/// Other than that.
pub fn cpr(tekst: &str) -> Parsed<String> {
    let digits = match filled_in(tekst)?.split_once('-') {
        Some((before, after)) if before.len() == 6 => format!("{before}{after}"),
        _ => tekst.to_owned(),
    };
    if digits.len() != 10 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err("skal være ti cifre".to_owned());
    }
    let two_digits = |fra: usize| digits[fra..fra + 2].parse::<u32>().unwrap_or_default();
    let (dag, maaned) = (two_digits(0), two_digits(2));
    let without = |figure: u32| if figure > 60 { figure - 60 } else { figure };
    if !(1..=31).contains(&without(dag)) || !(1..=12).contains(&without(maaned)) {
        return Err("begynder ikke med en dato".to_owned());
    }
    Ok(digits)
}

/// A mail address as it is kept, and what is wrong with it. Nobody goes unregistered because of an address: what is none
/// is kept as nothing, and what mail hardly reaches is kept, and both are told.
#[must_use]
pub fn email(tekst: &str) -> (String, Option<&'static str>) {
    if tekst.is_empty() {
        return (String::new(), None);
    }
    let Some(address) = short(tekst, LONGEST_NAME).ok().and_then(|t| t.parse::<lettre::Address>().ok()) else {
        return (String::new(), Some("er ikke en mailadresse; regnes som ingen, så der kan ikke sendes mail"));
    };
    let domain = address.domain().to_lowercase();
    // RFC 2606: no such domain will ever be. A name without a dot, or a number, is nobody's outside one machine.
    let is_nowhere = domain.ends_with(".invalid")
        || !domain.contains('.')
        || domain.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok();
    let warning = if is_nowhere {
        Some("har et domæne, som mail ikke når frem til; skriv den fulde adresse som navn@kommune.dk")
    } else if !tekst.is_ascii() {
        Some("rummer bogstaver som æ, ø eller å, som mange mailservere ikke kan sende til")
    } else {
        None
    };
    (tekst.to_owned(), warning)
}

/// A time of recording: a day, and a time of day if there is one. Checked, and not used: what counts is when it came.
///
/// # Errors
/// Not a time.
pub fn maybe_tidspunkt(tekst: &str, forms: Forms) -> Parsed<()> {
    let invalid = |_| "skal være et tidspunkt som 06-02-2026 08:00".to_owned();
    days::maybe_dato(tekst, forms).map(drop).map_err(invalid)
}

/// A number with decimal comma or point.
fn decimal(tekst: &str) -> Option<f64> {
    let (digits, marks) = tekst.bytes().fold((0, 0), |(digits, marks), b| match b {
        b'0'..=b'9' => (digits + 1, marks),
        b',' | b'.' => (digits, marks + 1),
        _ => (digits, marks + 2),
    });
    ((1..=12).contains(&digits) && marks <= 1).then(|| tekst.replace(',', ".").parse().ok()).flatten()
}

/// Weekly hours, with decimal comma or point; 0 where none are agreed.
///
/// # Errors
/// Not a number, or more than a week has.
pub fn timer(tekst: &str) -> Parsed<f64> {
    let figure = decimal(filled_in(tekst)?).filter(|t| *t <= 168.0);
    figure.ok_or_else(|| "skal være et tal fra 0 til 168".to_owned())
}

/// Code of a kommune, as payroll writes it.
///
/// # Errors
/// Not three or four digits.
pub fn kommune(tekst: &str) -> Parsed<String> {
    let correct = (3..=4).contains(&filled_in(tekst)?.len()) && tekst.bytes().all(|b| b.is_ascii_digit());
    if correct { Ok(tekst.to_owned()) } else { Err("skal være tre eller fire cifre".to_owned()) }
}

/// `ja` or `nej`.
///
/// # Errors
/// Another word.
pub fn ja_nej(tekst: &str) -> Parsed<bool> {
    match filled_in(tekst)?.to_lowercase().as_str() {
        "ja" => Ok(true),
        "nej" => Ok(false),
        _ => Err("skal være ja eller nej".to_owned()),
    }
}

/// `leder` or `medarbejder`: whether the employee leads others.
///
/// # Errors
/// Another word.
pub fn rolle(tekst: &str) -> Parsed<bool> {
    match filled_in(tekst)?.to_lowercase().as_str() {
        "leder" => Ok(true),
        "medarbejder" => Ok(false),
        _ => Err("skal være leder eller medarbejder".to_owned()),
    }
}

/// Why somebody is away.
///
/// # Errors
/// Not one of the codes.
pub fn aarsag(tekst: &str) -> Parsed<Aarsag> {
    let codes = || Aarsag::ALL.iter().map(|a| a.code()).collect::<Vec<_>>().join(", ");
    Aarsag::from_code(&filled_in(tekst)?.to_lowercase()).ok_or_else(|| format!("skal være en af {}", codes()))
}

/// Absence in percent, with or without decimals and the sign.
///
/// # Errors
/// Not a number from 1 to 100.
pub fn percent(tekst: &str) -> Parsed<Procent> {
    let figure = decimal(filled_in(tekst)?.trim_end_matches('%').trim_end());
    // More than two decimals are of a division, and not meant.
    let figure = figure.and_then(|figure| Procent::from_decimal((figure * 100.0).round() / 100.0));
    let figure = figure.filter(|p| (Procent::whole(1)..=Procent::FULL).contains(p));
    figure.map_or_else(|| error(&Mistake::Interval { at_least: 1, at_most: 100 }), Ok)
}

/// Absence in percent, or nothing.
///
/// # Errors
/// As [`percent`].
pub fn maybe_percent(tekst: &str) -> Parsed<Option<Procent>> {
    if tekst.is_empty() { Ok(None) } else { percent(tekst).map(Some) }
}

/// Weekly hours, or nothing.
///
/// # Errors
/// As [`timer`].
pub fn maybe_timer(tekst: &str) -> Parsed<Option<f64>> {
    if tekst.is_empty() { Ok(None) } else { timer(tekst).map(Some) }
}

/// `ja` or `nej`, or nothing.
///
/// # Errors
/// Another word.
pub fn maybe_ja_nej(tekst: &str) -> Parsed<Option<bool>> {
    if tekst.is_empty() { Ok(None) } else { ja_nej(tekst).map(Some) }
}

/// A short code that may be left out.
///
/// # Errors
/// Too long.
pub fn maybe_code(tekst: &str) -> Parsed<Option<String>> {
    if tekst.is_empty() { Ok(None) } else { code(tekst).map(Some) }
}

/// One of some words, or nothing.
fn maybe_word<T: Copy>(tekst: &str, all: &[T], code: impl Fn(T) -> &'static str) -> Parsed<Option<T>> {
    if tekst.is_empty() {
        return Ok(None);
    }
    let known = all.iter().copied().find(|word| code(*word).eq_ignore_ascii_case(tekst));
    let codes = || all.iter().map(|word| code(*word)).collect::<Vec<_>>().join(", ");
    known.map(Some).ok_or_else(|| format!("skal være en af {}", codes()))
}

/// The form of an employment, or nothing.
///
/// # Errors
/// Not one of the codes.
pub fn ansaettelsesform(tekst: &str) -> Parsed<Option<Ansaettelsesform>> {
    maybe_word(tekst, Ansaettelsesform::ALL, Ansaettelsesform::code)
}

/// What the employer pays during sickness, or nothing.
///
/// # Errors
/// Not one of the codes.
pub fn loen_under_sygdom(tekst: &str) -> Parsed<Option<LoenUnderSygdom>> {
    maybe_word(tekst, LoenUnderSygdom::ALL, LoenUnderSygdom::code)
}

/// The weekdays that somebody works on (`man,tir,ons`), or nothing; each once, and in the order of the week.
///
/// # Errors
/// A word that is no weekday.
pub fn arbejdsdage(tekst: &str) -> Parsed<Option<Vec<Ugedag>>> {
    let days = tekst.split([',', ' ', '/', '+']).filter(|day| !day.is_empty());
    let normal = |day: &str| day.to_lowercase().replace('ø', "oe");
    let days: Option<Vec<Ugedag>> = days.map(|day| Ugedag::from_code(&normal(day))).collect();
    let Some(days) = days else { return Err("skal være ugedage som man,tir,ons,tor,fre,loer,soen".to_owned()) };
    let in_order: Vec<Ugedag> = Ugedag::ALL.iter().copied().filter(|day| days.contains(day)).collect();
    Ok(Some(in_order).filter(|days| !days.is_empty()))
}

/// Whether a word is one that a column knows, where it knows only some.
///
/// # Errors
/// What would be right.
pub fn word(column: &str, tekst: &str) -> Parsed<()> {
    match column {
        "aarsag" => aarsag(tekst).map(drop),
        "rolle" => rolle(tekst).map(drop),
        "paragraf_56" | "fleksjob" | "nyuddannet" | "raskmeldt" => ja_nej(tekst).map(drop),
        "omfang_pct" => percent(tekst).map(drop),
        "ansaettelsesform" => ansaettelsesform(tekst).map(drop),
        "loen_under_sygdom" => loen_under_sygdom(tekst).map(drop),
        "arbejdsdage" => arbejdsdage(tekst).map(drop),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn only<T: PartialEq + std::fmt::Debug>(read: impl Fn(&str) -> Parsed<T>, goods: &[(&str, T)], bad: &[&str]) {
        for (tekst, value) in goods {
            assert_eq!(read(tekst).as_ref(), Ok(value), "{tekst:?}");
        }
        for tekst in bad {
            let error = read(tekst).expect_err(tekst);
            assert!(tekst.len() < 3 || !error.contains(tekst), "{error} quotes the file");
        }
    }

    #[test]
    fn personnumre() {
        let correct = || "7203680011".to_owned();
        only(
            cpr,
            &[("7203680011", correct()), ("720368-0011", correct()), ("0103680011", "0103680011".to_owned())],
            &[
                "",
                "720368001",
                "72036800111",
                "7213680011",
                "9203680011",
                "0003680011",
                "6003680011",
                "72036a0011",
                "72-03680011",
                "７203680011",
            ],
        );
    }

    #[test]
    fn timer_per_cent_and_kommune() {
        only(
            timer,
            &[("37", 37.0), ("32,5", 32.5), ("32.5", 32.5), ("168", 168.0), ("37,00", 37.0), ("0", 0.0)],
            &["", "-1", "169", "1e2", "inf", "NaN", "1,5,2", "1.000,5", ","],
        );
        let p = Procent::from_hundredths;
        let percents = [
            ("1", p(100)),
            ("100", Procent::FULL),
            ("100,00", Procent::FULL),
            ("50,5", p(5_050)),
            ("50.5", p(5_050)),
            ("100%", Procent::FULL),
            ("33 %", p(3_300)),
            ("33,3333", p(3_333)),
        ];
        only(percent, &percents, &["", "0", "101", "300", "0,5", "100,01", "hel", "%", "50%%x", "1e1"]);
        only(kommune, &[("0727", "0727".to_owned()), ("727", "727".to_owned())], &["", "27", "07270", "72a"]);
    }

    #[test]
    fn words() {
        only(ja_nej, &[("ja", true), ("Nej", false)], &["", "yes", "1"]);
        only(rolle, &[("leder", true), ("medarbejder", false)], &["", "chef"]);
        let forms = [("", None), ("Timeloen", Some(Ansaettelsesform::Timeloen))];
        only(ansaettelsesform, &forms, &["chef"]);
        only(loen_under_sygdom, &[("", None), ("nej", Some(LoenUnderSygdom::Nej))], &["måske"]);
        let days =
            [("", None), ("tir, man,tir", Some(vec![Ugedag::Man, Ugedag::Tir])), ("Lør", Some(vec![Ugedag::Loer]))];
        only(arbejdsdage, &days, &["man;tir", "mandag"]);
        only(maybe_ja_nej, &[("", None), ("ja", Some(true))], &["x"]);
        only(aarsag, &[("sygdom", Aarsag::Sygdom), ("barn_syg", Aarsag::BarnSyg)], &["", "influenza"]);
    }

    #[test]
    fn numbers_texts_and_addresses() {
        let long = "x".repeat(33);
        only(
            nr,
            &[("10203", "10203".to_owned()), ("A-1_2.3", "A-1_2.3".to_owned())],
            &["", "10 203", "1/2", "ø12", &long],
        );
        only(maybe_medarbejder_nr, &[("", None), ("10203", Some("10203".to_owned()))], &["1;2"]);
        only(name, &[("Åse", "Åse".to_owned())], &["", &"x".repeat(201), "to\nlinjer"]);
        only(maybe_text, &[("", String::new())], &[&"x".repeat(201)]);
    }

    #[test]
    fn a_cpr_number_is_no_number_of_an_employee() {
        let goods = ["3102991234", "010199123", "01019912345"].map(|nr| (nr, nr.to_owned()));
        let bad = ["0101991234", "010199-1234", "7101991234", "0101991234-1"];
        only(medarbejder_nr, &goods, &bad);
        only(maybe_medarbejder_nr, &[("", None)], &bad);
        let error = medarbejder_nr("0101991234").unwrap_err();
        assert_eq!(error, "ligner et CPR-nummer. Brug lønsystemets medarbejdernummer");
        // An absence is numbered by payroll as it likes.
        assert!(nr("0101991234").is_ok());
    }

    #[test]
    fn an_address_that_cannot_be_sent_to_is_told_and_the_usable_is_kept() {
        for good in ["", "a@b.example", "O'Brien+1@post.b.example"] {
            assert_eq!(email(good), (good.to_owned(), None));
        }
        let long = format!("{}@b.example", "x".repeat(200));
        for none in ["a@", "ab.example", "a@b.example;c@b.example", "Åse <a@b.example>", "a b@b.example", "-", &long] {
            let (stored, warning) = email(none);
            assert!(stored.is_empty() && warning.is_some_and(|a| a.contains("ikke en mailadresse")), "{none}");
        }
        for bad in ["a@kommune", "a@localhost", "a@b.invalid", "a@192.0.2.1", "a@[192.0.2.1]", "åse@b.example"] {
            let (stored, warning) = email(bad);
            assert!(stored == bad && warning.is_some(), "{bad}");
        }
    }

    #[test]
    fn a_registreringstidspunkt_is_tried() {
        let goods = ["", "06-02-2026 08:00", "2026-02-06T08:00:00Z", "06-02-2026 08:00:59", "06-02-2026"];
        let any = |tekst: &str| maybe_tidspunkt(tekst, Forms { order: None, serials: false });
        only(any, &goods.map(|t| (t, ())), &["06-02-2026 25:00", "i går", "31-02-2026 08:00"]);
    }
}
