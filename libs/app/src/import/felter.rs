//! How a value is written in a payroll file. An error says what would be right, never what stood there.

use chrono::NaiveDate;
use forloeb::afvisning::Fejl;
use forloeb::ord::Aarsag;

use crate::dates;
use texts::tekster;

type Laest<T> = Result<T, String>;

/// Longest number of an employee or an absence.
const LAENGSTE_NR: usize = 32;
/// Longest code.
const LAENGSTE_KODE: usize = 64;
/// Longest name.
const LAENGSTE_NAVN: usize = 200;

fn fejl<T>(fejl: &Fejl) -> Laest<T> {
    Err(tekster::fejl(fejl))
}

fn udfyldt(tekst: &str) -> Laest<&str> {
    if tekst.is_empty() { fejl(&Fejl::Mangler) } else { Ok(tekst) }
}

fn kort(tekst: &str, hoejst: usize) -> Laest<String> {
    if tekst.chars().count() > hoejst {
        return fejl(&Fejl::ForLang(hoejst));
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
pub fn nr(tekst: &str) -> Laest<String> {
    let tekst = kort(udfyldt(tekst)?, LAENGSTE_NR)?;
    let gode = tekst.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    if gode { Ok(tekst) } else { Err("må kun rumme bogstaver, cifre og - _ .".to_owned()) }
}

/// A number that may be left out.
///
/// # Errors
/// As [`nr`].
pub fn maaske_nr(tekst: &str) -> Laest<Option<String>> {
    if tekst.is_empty() { Ok(None) } else { nr(tekst).map(Some) }
}

/// A short code.
///
/// # Errors
/// Empty or too long.
pub fn kode(tekst: &str) -> Laest<String> {
    kort(udfyldt(tekst)?, LAENGSTE_KODE)
}

/// A name.
///
/// # Errors
/// Empty or too long.
pub fn navn(tekst: &str) -> Laest<String> {
    kort(udfyldt(tekst)?, LAENGSTE_NAVN)
}

/// A text that may be left out.
///
/// # Errors
/// Too long.
pub fn maaske_tekst(tekst: &str) -> Laest<String> {
    kort(tekst, LAENGSTE_NAVN)
}

/// A personnummer: ten digits, with or without a hyphen. The day may have 60 added (a replacement number), and the
/// month too (some systems mark invented numbers so).
///
/// # Errors
/// Other than that.
pub fn cpr(tekst: &str) -> Laest<String> {
    let cifre = match udfyldt(tekst)?.split_once('-') {
        Some((foer, efter)) if foer.len() == 6 => format!("{foer}{efter}"),
        _ => tekst.to_owned(),
    };
    if cifre.len() != 10 || !cifre.bytes().all(|b| b.is_ascii_digit()) {
        return Err("skal være ti cifre".to_owned());
    }
    let to = |fra: usize| cifre[fra..fra + 2].parse::<u32>().unwrap_or_default();
    let (dag, maaned) = (to(0), to(2));
    let uden = |tal: u32| if tal > 60 { tal - 60 } else { tal };
    if !(1..=31).contains(&uden(dag)) || !(1..=12).contains(&uden(maaned)) {
        return Err("begynder ikke med en dato".to_owned());
    }
    Ok(cifre)
}

/// A mail address as it is kept, and what is wrong with it. Nobody goes unregistered because of an address: what is none
/// is kept as nothing, and what mail hardly reaches is kept, and both are told.
#[must_use]
pub fn email(tekst: &str) -> (String, Option<&'static str>) {
    if tekst.is_empty() {
        return (String::new(), None);
    }
    let Some(adresse) = kort(tekst, LAENGSTE_NAVN).ok().and_then(|t| t.parse::<lettre::Address>().ok()) else {
        return (String::new(), Some("er ikke en mailadresse; regnes som ingen, så der kan ikke sendes mail"));
    };
    let domaene = adresse.domain().to_lowercase();
    // RFC 2606: no such domain will ever be. A name without a dot, or a number, is nobody's outside one machine.
    let er_intet_sted = domaene.ends_with(".invalid")
        || !domaene.contains('.')
        || domaene.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok();
    let advarsel = if er_intet_sted {
        Some("har et domæne, som mail ikke når frem til; skriv den fulde adresse som navn@kommune.dk")
    } else if !tekst.is_ascii() {
        Some("rummer bogstaver som æ, ø eller å, som mange mailservere ikke kan sende til")
    } else {
        None
    };
    (tekst.to_owned(), advarsel)
}

/// A date: dd-mm-yyyy or yyyy-mm-dd.
///
/// # Errors
/// Empty, or not a date.
pub fn dato(tekst: &str) -> Laest<NaiveDate> {
    let ugyldig = || "skal være en dato som 06-02-2026 eller 2026-02-06".to_owned();
    let dele: Vec<&str> = udfyldt(tekst)?.split('-').collect();
    let tal = |tekst: &str, cifre: usize| {
        (tekst.len() == cifre && tekst.bytes().all(|b| b.is_ascii_digit())).then(|| tekst.parse::<u32>().ok())?
    };
    let [a, b, c] = dele[..] else { return Err(ugyldig()) };
    let (aar, dag) = if a.len() == 4 { (a, c) } else { (c, a) };
    let dag = tal(aar, 4)
        .zip(tal(b, 2))
        .zip(tal(dag, 2))
        .and_then(|((aar, maaned), dag)| NaiveDate::from_ymd_opt(i32::try_from(aar).ok()?, maaned, dag));
    dates::within(dag.ok_or_else(ugyldig)?).map_err(str::to_owned)
}

/// A date that may be left out.
///
/// # Errors
/// Not a date.
pub fn maaske_dato(tekst: &str) -> Laest<Option<NaiveDate>> {
    if tekst.is_empty() { Ok(None) } else { dato(tekst).map(Some) }
}

/// A time of recording: a date, and a time of day if there is one. Checked, and not used: what counts is when it came.
///
/// # Errors
/// Not a time.
pub fn maaske_tidspunkt(tekst: &str) -> Laest<()> {
    if tekst.is_empty() {
        return Ok(());
    }
    let ugyldig = || "skal være et tidspunkt som 06-02-2026 08:00".to_owned();
    let (dag, klokken) = tekst.split_once([' ', 'T']).unwrap_or((tekst, "00:00"));
    dato(dag).map_err(|_| ugyldig())?;
    let klokken = klokken.trim_end_matches('Z');
    let rigtigt = ["%H:%M", "%H:%M:%S", "%H:%M:%S%.f"];
    let rigtigt = rigtigt.iter().any(|form| chrono::NaiveTime::parse_from_str(klokken, form).is_ok());
    if rigtigt { Ok(()) } else { Err(ugyldig()) }
}

/// Weekly hours, with decimal comma or point.
///
/// # Errors
/// Not a number, not above 0, or more than a week has.
pub fn timer(tekst: &str) -> Laest<f64> {
    let tekst = udfyldt(tekst)?.replace(',', ".");
    let cifre = tekst.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let tal = tekst.parse::<f64>().ok().filter(|t| cifre && *t > 0.0 && *t <= 168.0);
    tal.ok_or_else(|| "skal være et tal over 0 og højst 168".to_owned())
}

/// Code of a kommune, as payroll writes it.
///
/// # Errors
/// Not three or four digits.
pub fn kommune(tekst: &str) -> Laest<String> {
    let rigtig = (3..=4).contains(&udfyldt(tekst)?.len()) && tekst.bytes().all(|b| b.is_ascii_digit());
    if rigtig { Ok(tekst.to_owned()) } else { Err("skal være tre eller fire cifre".to_owned()) }
}

/// `ja` or `nej`.
///
/// # Errors
/// Another word.
pub fn ja_nej(tekst: &str) -> Laest<bool> {
    match udfyldt(tekst)?.to_lowercase().as_str() {
        "ja" => Ok(true),
        "nej" => Ok(false),
        _ => Err("skal være ja eller nej".to_owned()),
    }
}

/// `leder` or `medarbejder`: whether the employee leads others.
///
/// # Errors
/// Another word.
pub fn rolle(tekst: &str) -> Laest<bool> {
    match udfyldt(tekst)?.to_lowercase().as_str() {
        "leder" => Ok(true),
        "medarbejder" => Ok(false),
        _ => Err("skal være leder eller medarbejder".to_owned()),
    }
}

/// Why somebody is away.
///
/// # Errors
/// Not one of the codes.
pub fn aarsag(tekst: &str) -> Laest<Aarsag> {
    let koder = || Aarsag::ALLE.iter().map(|a| a.kode()).collect::<Vec<_>>().join(", ");
    Aarsag::fra_kode(&udfyldt(tekst)?.to_lowercase()).ok_or_else(|| format!("skal være en af {}", koder()))
}

/// Absence in percent.
///
/// # Errors
/// Not a whole number from 1 to 100.
pub fn procent(tekst: &str) -> Laest<u8> {
    let tal = udfyldt(tekst)?.parse().ok().filter(|p| (1..=100).contains(p));
    tal.map_or_else(|| fejl(&Fejl::Interval { mindst: 1, hoejst: 100 }), Ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn kun<T: PartialEq + std::fmt::Debug>(laes: impl Fn(&str) -> Laest<T>, gode: &[(&str, T)], daarlige: &[&str]) {
        for (tekst, vaerdi) in gode {
            assert_eq!(laes(tekst).as_ref(), Ok(vaerdi), "{tekst:?}");
        }
        for tekst in daarlige {
            let fejl = laes(tekst).expect_err(tekst);
            assert!(tekst.len() < 3 || !fejl.contains(tekst), "{fejl} quotes the file");
        }
    }

    #[test]
    fn datoer_paa_begge_maader() {
        let dag = |tekst: &str| tekst.parse::<NaiveDate>().unwrap();
        kun(
            dato,
            &[("06-02-2026", dag("2026-02-06")), ("2026-02-06", dag("2026-02-06"))],
            &[
                "",
                "31-02-2026",
                "6-2-2026",
                "06-02-26",
                "06/02/2026",
                "2026-13-01",
                "+006-02-2026",
                "06-02-20266",
                "01-01-1899",
            ],
        );
        kun(maaske_dato, &[("", None), ("01-12-2026", Some(dag("2026-12-01")))], &["00-12-2026"]);
    }

    #[test]
    fn personnumre() {
        let rigtigt = || "7203680011".to_owned();
        kun(
            cpr,
            &[("7203680011", rigtigt()), ("720368-0011", rigtigt()), ("0103680011", "0103680011".to_owned())],
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
    fn timer_procent_og_kommune() {
        kun(
            timer,
            &[("37", 37.0), ("32,5", 32.5), ("32.5", 32.5), ("168", 168.0)],
            &["", "0", "-1", "169", "1e2", "inf", "NaN", "1,5,2"],
        );
        kun(procent, &[("1", 1), ("100", 100)], &["", "0", "101", "300", "50,5", "hel"]);
        kun(kommune, &[("0727", "0727".to_owned()), ("727", "727".to_owned())], &["", "27", "07270", "72a"]);
    }

    #[test]
    fn ord() {
        kun(ja_nej, &[("ja", true), ("Nej", false)], &["", "yes", "1"]);
        kun(rolle, &[("leder", true), ("medarbejder", false)], &["", "chef"]);
        kun(aarsag, &[("sygdom", Aarsag::Sygdom), ("barn_syg", Aarsag::BarnSyg)], &["", "influenza"]);
    }

    #[test]
    fn numre_tekster_og_adresser() {
        let lang = "x".repeat(33);
        kun(
            nr,
            &[("10203", "10203".to_owned()), ("A-1_2.3", "A-1_2.3".to_owned())],
            &["", "10 203", "1/2", "ø12", &lang],
        );
        kun(maaske_nr, &[("", None)], &["1;2"]);
        kun(navn, &[("Åse", "Åse".to_owned())], &["", &"x".repeat(201), "to\nlinjer"]);
        kun(maaske_tekst, &[("", String::new())], &[&"x".repeat(201)]);
    }

    #[test]
    fn en_adresse_der_ikke_kan_sendes_til_siges_og_det_brugbare_beholdes() {
        for god in ["", "a@b.example", "O'Brien+1@post.b.example"] {
            assert_eq!(email(god), (god.to_owned(), None));
        }
        let lang = format!("{}@b.example", "x".repeat(200));
        for ingen in ["a@", "ab.example", "a@b.example;c@b.example", "Åse <a@b.example>", "a b@b.example", "-", &lang]
        {
            let (gemt, advarsel) = email(ingen);
            assert!(gemt.is_empty() && advarsel.is_some_and(|a| a.contains("ikke en mailadresse")), "{ingen}");
        }
        for daarlig in ["a@kommune", "a@localhost", "a@b.invalid", "a@192.0.2.1", "a@[192.0.2.1]", "åse@b.example"] {
            let (gemt, advarsel) = email(daarlig);
            assert!(gemt == daarlig && advarsel.is_some(), "{daarlig}");
        }
    }

    #[test]
    fn et_registreringstidspunkt_proeves() {
        let gode = ["", "06-02-2026 08:00", "2026-02-06T08:00:00Z", "06-02-2026 08:00:59", "06-02-2026"];
        kun(maaske_tidspunkt, &gode.map(|t| (t, ())), &["06-02-2026 25:00", "i går", "31-02-2026 08:00"]);
    }
}
