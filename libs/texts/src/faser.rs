//! What somebody who is ill has to do, can do and may say no to, phase by phase, each with what it rests on. No number is
//! written here: where a phase begins is what the rule set says.

use forloeb::Forloeb;
use forloeb::frister::Assessment;
use forloeb::words::Fristart;

use crate::rettigheder::Point;

/// Where somebody is in an absence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fase {
    /// Until the day of the talk.
    First,
    /// From there to the follow-up of week eight.
    Talk,
    /// As long as it lasts after that.
    Long,
    /// Partly or wholly back.
    Back,
}

impl Fase {
    /// In the order they come.
    pub const ALL: [Self; 4] = [Self::First, Self::Talk, Self::Long, Self::Back];

    /// Where a forløb is on the day it was assessed.
    #[must_use]
    pub fn of(f: &Forloeb, v: &Assessment, today: chrono::NaiveDate) -> Self {
        let after = |art| v.frist(art).is_some_and(|frist| today > frist.lovdag);
        let held = !f.samtaler.is_empty();
        let partly = f.omfang(today).is_some_and(|part| part < forloeb::Procent::FULL);
        match (f.is_aabent(today), partly) {
            (false, _) | (true, true) => Self::Back,
            (true, false) if after(Fristart::OtteUger) => Self::Long,
            (true, false) if held || after(Fristart::Samtale) => Self::Talk,
            (true, false) => Self::First,
        }
    }

    /// Its heading.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::First => "De første uger",
            Self::Talk => "Efter samtalen, og frem mod uge otte",
            Self::Long => "Når det varer længe",
            Self::Back => "På vej tilbage, og når du er tilbage",
        }
    }

    /// What has to be done.
    #[must_use]
    pub fn duties(self) -> Vec<Point> {
        let all: &[(&str, &str)] = match self {
            Self::First => &[
                ("Melde dig syg, så snart du kan, på den måde, I har aftalt.", "Sygedagpengeloven § 35"),
                (
                    "Komme til samtalen med din leder, hvis sygdommen ikke hindrer det; ellers tage den i telefonen, hvis du kan.",
                    "Sygedagpengeloven § 7 a",
                ),
                ("Svare, når kommunen skriver til dig. Ellers kan sygedagpengene falde væk.", "Sygedagpengeloven § 11"),
            ],
            Self::Talk => &[
                ("Svare, når kommunen skriver til dig, og komme til dens samtaler.", "Sygedagpengeloven §§ 11 og 13 b"),
                (
                    "Deltage i samtalen om en mulighedserklæring, hvis din leder beder om den.",
                    "Sygedagpengeloven § 36 a",
                ),
            ],
            Self::Long => &[
                ("Svare, når kommunen skriver til dig, og komme til dens samtaler.", "Sygedagpengeloven §§ 11 og 13 b"),
                (
                    "Tage fastholdelsesplanen med til kommunens næste samtale, hvis I har lavet en.",
                    "Sygedagpengeloven § 7 b",
                ),
                (
                    "Deltage i samtalen om en mulighedserklæring, hvis din leder beder om den.",
                    "Sygedagpengeloven § 36 a",
                ),
            ],
            Self::Back => &[
                (
                    "Melde dig rask, når du er tilbage, og sige til, hvis timerne ændrer sig.",
                    "Arbejdspladsens egen måde at gøre det på",
                ),
                (
                    "Sige til, hvis aftalerne ikke holder i praksis, så I kan ændre dem.",
                    "Arbejdspladsens egen måde at gøre det på",
                ),
            ],
        };
        points(all)
    }

    /// What can be asked for.
    #[must_use]
    pub fn rights(self) -> Vec<Point> {
        let all: &[(&str, &str)] = match self {
            Self::First => &[
                (
                    "Vælge, hvem der tager den første kontakt, og sige, hvordan du vil kontaktes.",
                    "Arbejdspladsens egen måde at gøre det på",
                ),
                ("Selv bede kommunen om at følge op tidligt (fast track).", "Sygedagpengeloven § 7 e"),
                ("Bede om en fastholdelsesplan, hvis du regner med at være længe væk.", "Sygedagpengeloven § 7 b"),
            ],
            Self::Talk => &[
                ("Bede om en fastholdelsesplan, hvis du regner med at være længe væk.", "Sygedagpengeloven § 7 b"),
                ("Bede om en samtale med kommunen.", "Sygedagpengeloven § 13 f"),
                (
                    "Se alt, hvad der er registreret om dig, og hvem der har læst det.",
                    "Databeskyttelsesforordningens artikel 15",
                ),
            ],
            Self::Long => &[
                (
                    "Bede om en fastholdelsesplan. Siger din leder nej, skal du have at vide hvorfor.",
                    "Sygedagpengeloven § 7 b, og arbejdspladsens egen måde at gøre det på",
                ),
                ("Komme delvist tilbage, når du kan noget, men ikke alt.", "Sygedagpengeloven § 7"),
                ("Få rettet det, der er forkert.", "Databeskyttelsesforordningens artikel 16"),
            ],
            Self::Back => &[
                ("Få de hensyn, I har aftalt, så længe I har aftalt dem.", "Planen, I har lavet sammen"),
                (
                    "Få rettet det, der er forkert, og tage det hele med som én fil.",
                    "Databeskyttelsesforordningens artikel 15 og 16",
                ),
            ],
        };
        points(all)
    }

    /// What one may say no to.
    #[must_use]
    pub fn may_decline(self) -> Vec<Point> {
        let all: &[(&str, &str)] = match self {
            Self::First => &[
                (
                    "At fortælle, hvad du fejler. Din leder må spørge, hvad du kan, og hvor længe du regner med at være væk.",
                    "Helbredsoplysningsloven § 2",
                ),
                ("Fast track, når det er din leder, der beder om det.", "Sygedagpengeloven § 7 c"),
            ],
            Self::Talk | Self::Long => &[
                ("At fortælle, hvad du fejler.", "Helbredsoplysningsloven § 2"),
                (
                    "At arbejdspladsen taler med din læge eller andre i sundhedsvæsenet.",
                    "Tilbage til arbejdet: kun med samtykke",
                ),
                ("At kollegerne får mere at vide, end du har sagt ja til.", "Databeskyttelsesforordningens artikel 9"),
            ],
            Self::Back => &[
                ("At fortælle kollegerne, hvorfor du var væk.", "Databeskyttelsesforordningens artikel 9"),
                (
                    "At arbejdspladsen taler med din læge eller andre i sundhedsvæsenet.",
                    "Tilbage til arbejdet: kun med samtykke",
                ),
            ],
        };
        points(all)
    }
}

fn points(all: &[(&str, &str)]) -> Vec<Point> {
    all.iter().map(|(tekst, kilde)| Point { tekst: (*tekst).to_owned(), kilde: (*kilde).to_owned() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phase_says_all_three_and_each_with_a_source() {
        for fase in Fase::ALL {
            for points in [fase.duties(), fase.rights(), fase.may_decline()] {
                assert!(!points.is_empty(), "{fase:?}");
                assert!(points.iter().all(|p| !p.tekst.is_empty() && !p.kilde.is_empty()), "{fase:?}");
            }
        }
    }
}
