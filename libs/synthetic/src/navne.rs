//! Invented names. A few carry letters and signs that software stumbles over.

use chance::Tilfaeldig;

const FORNAVNE: [&str; 48] = [
    "Åse",
    "Søren",
    "Jørgen",
    "Lærke",
    "Bjørn",
    "Kåre",
    "Maja",
    "Øjvind",
    "Signe",
    "Thøger",
    "Ida",
    "Mads",
    "Ægir",
    "Pernille",
    "Rasmus",
    "Sanne",
    "Håkon",
    "Birthe",
    "Niels-Peter",
    "Anne-Grethe",
    "Fatima",
    "Yusuf",
    "Zoë",
    "Aïsha",
    "Łukasz",
    "Mei",
    "Kirsten",
    "Palle",
    "Grethe",
    "Torben",
    "Freja",
    "Villads",
    "Ellinor",
    "Jens",
    "Åge",
    "Solvejg",
    "Ali",
    "Katrine",
    "Emil",
    "Dorthe",
    "Henning",
    "Rikke",
    "Steen",
    "Tove",
    "Jonas",
    "Gudrun",
    "Bent",
    "Nanna",
];

const EFTERNAVNE: [&str; 44] = [
    "Ørskov",
    "Ågård",
    "Kjærgaard",
    "Bæk",
    "Søndergård",
    "Møller",
    "Højlund",
    "Nørby",
    "Ærø",
    "Dahl",
    "Holm",
    "Lykke",
    "Vestergaard",
    "Aagaard",
    "Brandt",
    "Kruse",
    "Yılmaz",
    "O'Brien",
    "Šimić",
    "Nguyen",
    "Skovbo",
    "Overgård",
    "Græsbøll",
    "Tranæs",
    "Fjord",
    "Kildemose",
    "Damgård",
    "Rørdam",
    "Lindø",
    "Bøgelund",
    "Ravn",
    "Strøm",
    "Hessel",
    "Birk",
    "Østerby",
    "Mørch",
    "Thorning",
    "Vindum",
    "Krogsgård",
    "Hald",
    "Elkjær",
    "Sørup",
    "Bang-Lund",
    "af Ø",
];

const SLAGS: [&str; 6] = ["Plejecenter", "Botilbud", "Hjemmepleje", "Dagtilbud", "Skole", "Borgerservice"];

const STEDER: [&str; 14] = [
    "Åbrinken",
    "Ønskeøen",
    "Skovkanten",
    "Æblehaven",
    "Søndervang",
    "Nordlyset",
    "Møllebakken",
    "Fjordglimt",
    "Kastanjen",
    "Vestermarken",
    "Engdraget",
    "Bøgely",
    "Rønnebo",
    "Havblik",
];

const STILLINGER: [&[&str]; 6] = [
    &["Social- og sundhedsassistent", "Social- og sundhedshjælper", "Sygeplejerske", "Teknisk servicemedarbejder"],
    &["Socialpædagog", "Omsorgs- og pædagogmedhjælper", "Natpædagog", "Ergoterapeut"],
    &["Social- og sundhedshjælper", "Social- og sundhedsassistent", "Sygeplejerske", "Ergoterapeut"],
    &["Pædagog", "Pædagogmedhjælper", "Pædagogisk assistent"],
    &["Lærer", "Pædagog", "Teknisk servicemedarbejder", "Administrativ medarbejder"],
    &["Administrativ medarbejder", "Socialrådgiver", "HR-konsulent"],
];

/// A name.
pub fn navn(t: &mut Tilfaeldig) -> String {
    let (fornavn, efternavn) = (t.af(&FORNAVNE), t.af(&EFTERNAVNE));
    if t.promille(200) {
        format!("{fornavn} {} {efternavn}", t.af(&EFTERNAVNE))
    } else {
        format!("{fornavn} {efternavn}")
    }
}

/// The unit's name; no two units share one.
#[must_use]
pub fn enhed(nr: u32) -> String {
    let nr = usize::try_from(nr).unwrap_or(0);
    let (slags, rest) = (nr % SLAGS.len(), nr / SLAGS.len());
    let sted = STEDER[(rest + slags) % STEDER.len()];
    let slags = SLAGS[slags];
    match rest / STEDER.len() {
        0 => format!("{slags} {sted}"),
        runde => format!("{slags} {sted} {}", runde + 1),
    }
}

/// A title that fits the kind of unit.
pub fn stilling(enhed: u32, t: &mut Tilfaeldig) -> &'static str {
    let slags = usize::try_from(enhed).unwrap_or(0) % SLAGS.len();
    t.af(STILLINGER[slags])
}
