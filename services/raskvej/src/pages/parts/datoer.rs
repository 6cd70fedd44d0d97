//! Dates, times and amounts as people read them.

use chrono::NaiveDate;
use forloeb::Oere;

pub(crate) use crate::commands::typed::iso as as_iso;
use crate::dates::{self, NO_SUCH_DAY, OUTSIDE};
pub(crate) use crate::happening::tidspunkt;
use crate::money::kroner;
use crate::sentences::dato;
pub(crate) use crate::sentences::dato_in_digits;
pub(crate) use crate::sentences::long_dato as long;
pub(crate) use texts::dates::relative;

/// om 2 dage (6. februar 2026)
pub(crate) fn both(dag: NaiveDate, today: NaiveDate) -> String {
    format!("{} ({})", relative(dag, today), dato(dag))
}

/// The amount of a claim, where there is one.
pub(crate) fn beloeb(amount: Option<Oere>) -> String {
    amount.map_or_else(|| "beløb ikke angivet".to_owned(), kroner)
}

/// 1 dag, 12 dage
pub(crate) fn dage(n: i64) -> String {
    crate::sentences::count(n.unsigned_abs(), "dag", "dage")
}

/// A day as somebody types it in a field, in Danish or with the year first; none where nothing is typed.
///
/// # Errors
/// What to write instead.
pub(crate) fn typed_day(typed: &str) -> Result<Option<NaiveDate>, &'static str> {
    if typed.is_empty() {
        return Ok(None);
    }
    dates::day(&as_iso(typed)).map(Some).map_err(|wrong| match wrong {
        NO_SUCH_DAY => "Den dato findes ikke i kalenderen.",
        OUTSIDE => "Skriv en dato fra 1900 til 2199.",
        _ => "Skriv en dato som 6.2.2026.",
    })
}

/// A number with at most two decimals and a comma: 12,5
pub(crate) fn decimal(figure: f64) -> String {
    let tekst = format!("{figure:.2}");
    tekst.trim_end_matches('0').trim_end_matches('.').replace('.', ",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_and_absolute_together() {
        let dag = |t: &str| t.parse::<NaiveDate>().unwrap();
        assert_eq!(both(dag("2026-02-06"), dag("2026-02-04")), "om 2 dage (6. februar 2026)");
        assert_eq!(both(dag("2026-02-06"), dag("2026-02-07")), "i går (6. februar 2026)");
        assert_eq!(long(dag("2026-01-16")), "fredag den 16. januar 2026");
        assert_eq!(typed_day("6.2.2026"), Ok(Some(dag("2026-02-06"))));
        assert_eq!(typed_day(""), Ok(None));
        for (typed, said) in [("i går", "som 6.2.2026"), ("30.2.2026", "findes ikke"), ("1.1.1026", "fra 1900")] {
            assert!(typed_day(typed).is_err_and(|wrong| wrong.contains(said)), "{typed}");
        }
        assert_eq!([12.5, 37.0, 7.4].map(decimal), ["12,5", "37", "7,4"]);
    }
}
