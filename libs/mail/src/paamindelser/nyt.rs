//! The words of news in a mail: what another has said or done, and where it is read. No person is named, nor what was said.

use forloeb::nyheder::Nyhed;
use uuid::Uuid;

use super::letter::InPlaceOf;
use app::reference::reference;

/// News of one forløb in a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nyt {
    pub forloeb: Uuid,
    pub nyhed: Nyhed,
    /// Whose it would have been cannot have it.
    pub in_place_of: Option<InPlaceOf>,
}

impl Nyt {
    pub(super) const fn tekst(&self) -> &'static str {
        match self.nyhed {
            Nyhed::Plan => "Der er en plan, som du kan læse og svare på.",
            Nyhed::Referat => "Der er skrevet referat af et møde med dig.",
            Nyhed::ChangedReferat => "Et referat af et møde med dig er ændret.",
            Nyhed::Leder => "En anden leder følger nu op sammen med dig.",
            Nyhed::Plansvar => "Der er svar på en plan.",
            Nyhed::Samtalesvar => "Der er svar på en indbydelse, og du skal tage stilling til det.",
            Nyhed::Fastholdelsesplan => "Der er bedt om en plan. Svar på, om I laver den.",
            Nyhed::Oensker => "Der er sagt noget om, hvordan kontakten skal være. Læs det, før du tager kontakt.",
            Nyhed::Overtagelse => "Den leder, du gav et forløb til, har overtaget det. Du skal ikke gøre mere ved det.",
            Nyhed::Koordinator => "Du er valgt som koordinator på en plan. Læs den, og følg op på den, når det er tid.",
            Nyhed::PlansvarKoordinator => "Der er svar på en plan, som du er koordinator på.",
            Nyhed::FastTrack => "Der er sagt noget om fast track. Læs, hvad der nu er at gøre.",
        }
    }

    pub(super) fn why_this_recipient(&self) -> Option<&'static str> {
        self.in_place_of.map(InPlaceOf::why)
    }

    /// Where it is read: the employee's own page, or that of the forløb or of its plan. Who gave a forløb away sees it no more, and has
    /// their work list.
    pub(super) fn path(&self) -> String {
        match self.nyhed {
            Nyhed::Plan | Nyhed::Referat | Nyhed::ChangedReferat | Nyhed::Leder => "/mig".to_owned(),
            Nyhed::Overtagelse => "/".to_owned(),
            Nyhed::Koordinator | Nyhed::PlansvarKoordinator => format!("/forloeb/{}/plan", self.forloeb),
            Nyhed::Plansvar | Nyhed::Samtalesvar | Nyhed::Fastholdelsesplan | Nyhed::FastTrack | Nyhed::Oensker => {
                format!("/forloeb/{}", self.forloeb)
            }
        }
    }

    pub(super) fn reference(&self) -> String {
        reference(self.forloeb)
    }
}

/// The subject of a mail with nothing but news.
pub(super) fn subject(nyt: &[Nyt]) -> String {
    let [one] = nyt else { return format!("{} nyheder", nyt.len()) };
    let what = match one.nyhed {
        Nyhed::Plan => "en plan til dig",
        Nyhed::Referat => "et referat til dig",
        Nyhed::ChangedReferat => "et referat er ændret",
        Nyhed::Leder => "en anden leder følger op",
        Nyhed::Plansvar => "svar på en plan",
        Nyhed::Samtalesvar => "svar på en indbydelse",
        Nyhed::Fastholdelsesplan => "der er bedt om en plan",
        Nyhed::Oensker => "hvordan kontakten skal være",
        Nyhed::Overtagelse => "et forløb er overtaget",
        Nyhed::Koordinator => "du er koordinator på en plan",
        Nyhed::PlansvarKoordinator => "svar på en plan, du er koordinator på",
        Nyhed::FastTrack => "besked om fast track",
    };
    format!("Nyt: {what}")
}
