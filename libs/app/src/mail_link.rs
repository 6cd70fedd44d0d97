//! Where a mail leads: a forløb, with what the mail asks for first on its page.
//!
//! A mail travels in the clear. Its address says no more than its text: which frist, in words that tell nobody why
//! somebody is away.

use forloeb::words::Fristart;
use uuid::Uuid;

/// The parameter of the address that says which frist it is about.
pub const FRIST: &str = "frist";

/// The address of a forløb about one of its frister, without what it begins with at a workplace; of what was agreed also by its
/// number.
#[must_use]
pub fn path(forloeb: Uuid, art: Fristart, aftale: Option<u32>) -> String {
    let nr = aftale.map_or_else(String::new, |nr| format!("-{nr}"));
    format!("/forloeb/{forloeb}?{FRIST}={}{nr}", word(art))
}

/// The frist that an address is about, and the number of what was agreed where it says one.
#[must_use]
pub fn frist(said: &str) -> Option<(Fristart, Option<u32>)> {
    let of_art = Fristart::ALL.iter().copied().find(|art| word(*art) == said).map(|art| (art, None));
    of_art.or_else(|| {
        let nr = said.strip_prefix(word(Fristart::Aftale))?.strip_prefix('-')?;
        Some((Fristart::Aftale, Some(nr.parse().ok()?)))
    })
}

const fn word(art: Fristart) -> &'static str {
    match art {
        Fristart::FoersteKontakt => "foerste-kontakt",
        Fristart::Samtale => "samtale",
        Fristart::Anmeldelse => "anmeldelse",
        Fristart::FastTrack => "fast-track",
        Fristart::OtteUger => "otte-uger",
        Fristart::Refusionsanmodning => "refusion",
        Fristart::TtaEvaluering => "plan",
        Fristart::Kontakt => "kontakt",
        Fristart::Easy => "indberetning",
        Fristart::VidereOpfoelgning => "opfoelgning",
        Fristart::OpfoelgningEfterRetur => "efter-tilbagevenden",
        Fristart::Paragraf56Fornyelse => "aftale",
        Fristart::ForkertLeder => "leder",
        Fristart::Aftale => "aftalt",
        Fristart::ForventetSlut => "ventet",
        Fristart::Overtagelse => "overtagelse",
        Fristart::Forebyggelse => "forebyg",
        Fristart::Skaanehensyn => "hensyn",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_back_to_its_frist_and_tells_no_cause() {
        let id = Uuid::from_u128(1);
        for art in Fristart::ALL {
            let path = path(id, *art, None);
            let (whole, said) = path.split_once("?frist=").unwrap();
            assert_eq!((whole, frist(said)), ("/forloeb/00000000-0000-0000-0000-000000000001", Some((*art, None))));
            assert!(
                !["syg", "skade", "56", "easy", "fravaer", "rask", "tta"].iter().any(|word| said.contains(word)),
                "{said}"
            );
        }
        assert_eq!(frist("easy"), None);
        let path = path(id, Fristart::Aftale, Some(2));
        assert_eq!(path, "/forloeb/00000000-0000-0000-0000-000000000001?frist=aftalt-2");
        assert_eq!(frist("aftalt-2"), Some((Fristart::Aftale, Some(2))));
        assert_eq!([frist("aftalt-to"), frist("samtale-2"), frist("aftalt-")], [None; 3]);
    }
}
