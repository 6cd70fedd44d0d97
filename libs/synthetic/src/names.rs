//! Invented names. A few carry letters and signs that software stumbles over.

use chance::Random;

const FIRST_NAMES: [&str; 48] = [
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

const SURNAMES: [&str; 44] = [
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

const KIND: [&str; 6] = ["Plejecenter", "Botilbud", "Hjemmepleje", "Dagtilbud", "Skole", "Borgerservice"];

const LOCATIONS: [&str; 14] = [
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
pub fn name(t: &mut Random) -> String {
    let (first_name, surname) = (t.af(&FIRST_NAMES), t.af(&SURNAMES));
    if t.per_mille(200) {
        format!("{first_name} {} {surname}", t.af(&SURNAMES))
    } else {
        format!("{first_name} {surname}")
    }
}

/// The unit's name; no two units share one.
#[must_use]
pub fn enhed(nr: u32) -> String {
    let nr = usize::try_from(nr).unwrap_or(0);
    let (kind, rest) = (nr % KIND.len(), nr / KIND.len());
    let sted = LOCATIONS[(rest + kind) % LOCATIONS.len()];
    let kind = KIND[kind];
    match rest / LOCATIONS.len() {
        0 => format!("{kind} {sted}"),
        round => format!("{kind} {sted} {}", round + 1),
    }
}

/// A title that fits the kind of unit.
pub fn stilling(enhed: u32, t: &mut Random) -> &'static str {
    let kind = usize::try_from(enhed).unwrap_or(0) % KIND.len();
    t.af(STILLINGER[kind])
}
