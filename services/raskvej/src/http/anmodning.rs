//! Reading a request: every field that is wrong is named, all at once, with what would be right.

use chrono::{DateTime, FixedOffset, NaiveDate};
use forloeb::ord;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::problem::{Felt, Problem};
use crate::dates;

/// What is wrong below a field: path from it, and text.
pub type Fejl = Vec<(String, String)>;

/// A type that can stand in a field.
pub trait Felttype: Sized {
    /// Reads it; `None` where the field is not there.
    ///
    /// # Errors
    /// What is wrong, and what would be right.
    fn laes(vaerdi: Option<&Value>) -> Result<Self, Fejl>;
}

fn her(tekst: impl Into<String>) -> Fejl {
    vec![(String::new(), tekst.into())]
}

fn udfyldt(vaerdi: Option<&Value>) -> Result<&Value, Fejl> {
    vaerdi.filter(|v| !v.is_null()).ok_or_else(|| her("skal udfyldes"))
}

fn tekst(vaerdi: Option<&Value>) -> Result<&str, Fejl> {
    udfyldt(vaerdi)?.as_str().ok_or_else(|| her("skal være tekst i anførselstegn"))
}

impl<T: Felttype> Felttype for Option<T> {
    fn laes(vaerdi: Option<&Value>) -> Result<Self, Fejl> {
        match vaerdi {
            None | Some(Value::Null) => Ok(None),
            Some(_) => T::laes(vaerdi).map(Some),
        }
    }
}

impl<T: Felttype> Felttype for Vec<T> {
    fn laes(vaerdi: Option<&Value>) -> Result<Self, Fejl> {
        let Some(vaerdi) = vaerdi.filter(|v| !v.is_null()) else { return Ok(Self::new()) };
        let liste = vaerdi.as_array().ok_or_else(|| her("skal være en liste"))?;
        if liste.len() > 200 {
            return Err(her("må højst have 200 punkter"));
        }
        let (mut laest, mut fejl) = (Self::new(), Fejl::new());
        for (n, punkt) in liste.iter().enumerate() {
            match T::laes(Some(punkt)) {
                Ok(v) => laest.push(v),
                Err(flere) => fejl.extend(flere.into_iter().map(|(sti, f)| (format!("[{n}]{sti}"), f))),
            }
        }
        if fejl.is_empty() { Ok(laest) } else { Err(fejl) }
    }
}

impl Felttype for String {
    fn laes(vaerdi: Option<&Value>) -> Result<Self, Fejl> {
        let tekst = tekst(vaerdi)?.trim();
        match tekst.chars().count() {
            0 => Err(her("skal udfyldes")),
            1..=4000 => Ok(tekst.to_owned()),
            _ => Err(her("må højst fylde 4000 tegn")),
        }
    }
}

impl Felttype for Value {
    fn laes(vaerdi: Option<&Value>) -> Result<Self, Fejl> {
        vaerdi.cloned().ok_or_else(|| her("skal udfyldes"))
    }
}

impl Felttype for bool {
    fn laes(vaerdi: Option<&Value>) -> Result<Self, Fejl> {
        udfyldt(vaerdi)?.as_bool().ok_or_else(|| her("skal være true eller false"))
    }
}

impl Felttype for u8 {
    fn laes(vaerdi: Option<&Value>) -> Result<Self, Fejl> {
        let tal = udfyldt(vaerdi)?.as_u64().and_then(|t| Self::try_from(t).ok());
        tal.ok_or_else(|| her("skal være et helt tal fra 0 til 255, uden anførselstegn"))
    }
}

impl Felttype for u64 {
    fn laes(vaerdi: Option<&Value>) -> Result<Self, Fejl> {
        udfyldt(vaerdi)?.as_u64().ok_or_else(|| her("skal være et helt tal, uden anførselstegn"))
    }
}

impl Felttype for f64 {
    fn laes(vaerdi: Option<&Value>) -> Result<Self, Fejl> {
        let tal = udfyldt(vaerdi)?.as_f64().filter(|t| t.is_finite());
        tal.ok_or_else(|| her("skal være et tal, uden anførselstegn"))
    }
}

impl Felttype for Uuid {
    fn laes(vaerdi: Option<&Value>) -> Result<Self, Fejl> {
        Self::try_parse(tekst(vaerdi)?.trim()).map_err(|_| her("skal være et id"))
    }
}

impl Felttype for NaiveDate {
    fn laes(vaerdi: Option<&Value>) -> Result<Self, Fejl> {
        dates::day(tekst(vaerdi)?).map_err(her)
    }
}

impl Felttype for DateTime<FixedOffset> {
    fn laes(vaerdi: Option<&Value>) -> Result<Self, Fejl> {
        dates::time(tekst(vaerdi)?).map_err(her)
    }
}

macro_rules! kodeord_som_felter {
    ($($type:ty),+ $(,)?) => {$(
        impl Felttype for $type {
            fn laes(vaerdi: Option<&Value>) -> Result<Self, Fejl> {
                Self::fra_kode(tekst(vaerdi)?).ok_or_else(|| {
                    let koder: Vec<&str> = Self::ALLE.iter().map(|v| v.kode()).collect();
                    her(format!("skal være en af: {}", koder.join(", ")))
                })
            }
        }
    )+};
}

kodeord_som_felter!(
    ord::Aarsag,
    ord::Varighed,
    ord::Kontaktform,
    ord::Kontaktrolle,
    ord::TagetAf,
    ord::Samtaleudfald,
    ord::DelvisMulig,
    ord::Anmeldelsestrin,
    ord::FastTrackBeslutning,
    ord::Part,
    ord::OtteUgerUdfald,
    ord::Slutaarsag,
    ord::Princip,
    ord::Stoette,
    ord::Samtykke,
    ord::Ugedag,
);

/// The fields of an object, taken one by one.
pub struct Felter<'a> {
    felter: Option<&'a Map<String, Value>>,
    taget: Vec<&'static str>,
    fejl: Fejl,
}

impl<'a> Felter<'a> {
    /// The fields of `vaerdi`.
    #[must_use]
    pub fn af(vaerdi: Option<&'a Value>) -> Self {
        let felter = vaerdi.and_then(Value::as_object);
        let fejl = if felter.is_none() { her("skal være et objekt") } else { Fejl::new() };
        Self { felter, taget: Vec::new(), fejl }
    }

    /// Takes a field; `None` where it is wrong, which is remembered.
    pub fn tag<T: Felttype>(&mut self, navn: &'static str) -> Option<T> {
        self.taget.push(navn);
        match T::laes(self.felter?.get(navn)) {
            Ok(v) => Some(v),
            Err(fejl) => {
                self.fejl.extend(fejl.into_iter().map(|(sti, f)| (format!("{navn}{sti}"), f)));
                None
            }
        }
    }

    /// Everything that was wrong, fields nobody asked for included.
    #[must_use]
    pub fn slut(mut self) -> Fejl {
        for navn in self.felter.into_iter().flat_map(Map::keys).take(100) {
            if !self.taget.contains(&navn.as_str()) {
                // The name is the caller's own text: only so much of it is given back.
                let navn: String = navn.chars().take(60).filter(|c| !c.is_control()).collect();
                self.fejl.push((navn, format!("er ikke et felt her; kendte felter: {}", self.taget.join(", "))));
            }
        }
        self.fejl
    }
}

/// Errors of a whole request as a problem.
#[must_use]
pub fn problem(fejl: Fejl) -> Problem {
    Problem::felter(fejl.into_iter().map(|(sti, f)| Felt::ny(sti.trim_start_matches('.'), f)).collect())
}

/// Defines a request body: the struct, its schema, and how it is read.
#[macro_export]
macro_rules! anmodning {
    ($(#[$m:meta])* $navn:ident { $($(#[$fm:meta])* $felt:ident: $type:ty),* $(,)? }) => {
        $(#[$m])*
        #[derive(Debug, utoipa::ToSchema)]
        pub struct $navn { $($(#[$fm])* pub $felt: $type),* }

        impl $crate::http::anmodning::Felttype for $navn {
            fn laes(vaerdi: Option<&serde_json::Value>) -> Result<Self, $crate::http::anmodning::Fejl> {
                let mut felter = $crate::http::anmodning::Felter::af(vaerdi);
                $(let $felt = felter.tag::<$type>(stringify!($felt));)*
                let fejl = felter.slut();
                match ($($felt,)*) {
                    ($(Some($felt),)*) if fejl.is_empty() => Ok(Self { $($felt),* }),
                    _ => Err(fejl.into_iter().map(|(sti, f)| {
                        (if sti.is_empty() || sti.starts_with('[') { sti } else { format!(".{sti}") }, f)
                    }).collect()),
                }
            }
        }
    };
}

#[cfg(test)]
#[expect(unreachable_pub, dead_code, reason = "only how the requests are read is of interest")]
mod tests {
    use super::*;
    use serde_json::json;

    anmodning! {
        /// For the test.
        Proeve { dato: NaiveDate, form: ord::Kontaktform, pct: Option<u8>, trin: Vec<Trin> }
    }
    anmodning! {
        /// For the test.
        Trin { fra: NaiveDate }
    }

    fn fejl(krop: &Value) -> Vec<(String, String)> {
        let problem = problem(Proeve::laes(Some(krop)).unwrap_err());
        problem.felter.into_iter().map(|f| (f.felt, f.fejl)).collect()
    }

    #[test]
    fn alle_forkerte_felter_naevnes_paa_en_gang() {
        let fundet = fejl(&json!({
            "dato": "2026-02-30", "pct": "50", "trin": [{"fra": "2026-01-01"}, {"fra": "i går"}], "andet": 1
        }));
        let navne: Vec<&str> = fundet.iter().map(|(f, _)| f.as_str()).collect();
        assert_eq!(navne, ["dato", "form", "pct", "trin[1].fra", "andet"]);
        assert_eq!(fundet[0].1, "den dato findes ikke i kalenderen");
        assert_eq!(fundet[1].1, "skal udfyldes");
    }

    #[test]
    fn et_ukendt_ord_faar_de_kendte_at_vide() {
        let fundet = fejl(&json!({"dato": "2026-01-05", "form": "brev", "trin": []}));
        assert_eq!(fundet, [("form".to_owned(), "skal være en af: telefon, personlig, sms, mail".to_owned())]);
    }

    #[test]
    fn datoer_skrives_paa_en_maade() {
        for tekst in
            ["9999-12-31", "0000-01-01", "1899-12-31", "5-1-2026", "2026-1-5", "2026-01-05T00:00:00Z", "", "+2026-01-5"]
        {
            assert!(NaiveDate::laes(Some(&json!(tekst))).is_err(), "{tekst}");
        }
        for vaerdi in [json!(20_260_105), json!(["2026-01-05"]), json!({}), json!(true)] {
            assert!(NaiveDate::laes(Some(&vaerdi)).is_err(), "{vaerdi}");
        }
    }

    #[test]
    fn noget_der_ikke_er_et_objekt_afvises_uden_panik() {
        for krop in [json!(null), json!([]), json!("x"), json!(3)] {
            assert!(Proeve::laes(Some(&krop)).is_err());
        }
    }
}
