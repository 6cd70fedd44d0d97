//! The letter on paper for an employee whom no mail reaches: everything that stands to be told, in the words of the mails.
//!
//! A mail names nobody, since it is read on locked screens. A letter is read by the one it is to: it says who leads them, and what
//! they have agreed to do. It says no more than they may know, and not why they are away.

use app::clock::dag_in_denmark;
use app::reference::reference;
use forloeb::Forloeb;
use forloeb::frister::Assessment;
use forloeb::indbydelser::{Indbydelse, When};
use forloeb::nyheder::Nyhed;
use forloeb::samtale::Aftale;
use forloeb::to_tell::{ToTell, to_tell};
use forloeb::words::Fristart;
use texts::brev;
use texts::sentences::{frist_name, long_dato, moede_name, nyhed_name};

use super::Paamindelser;
use super::calendar::{self, ANSWER, Whose, can_answer};
use super::letter::{ABOUT_YOU, Frame, Point};
use super::modtager::Unreached;
use super::nyt::Nyt;
use super::plan::is_one_person;
use super::words::REMINDED;

const WHY: &str = "Vi kan ikke nå dig på mail. Derfor får du som brev, hvad du ellers ville have fået i en mail.";
const PLACE: &str = "Hvor det er, står i indkaldelsen, som er et brev for sig.";

/// What the letter says of people, as far as whoever prints it sees names.
#[derive(Debug, Clone, Copy)]
pub struct People<'a> {
    /// Whom it is to.
    pub name: Option<&'a str>,
    /// Who leads them; none: nobody, and HR sees to it.
    pub leder: Option<&'a str>,
    /// Who makes the first contact, where that is somebody else.
    pub kontaktperson: Option<&'a str>,
}

/// What one thing is called in a list of what there is to print: the subject its mail would have, or what that is about.
#[must_use]
pub fn title(one: &ToTell<'_>) -> String {
    match one {
        ToTell::Moede(indbydelse) => calendar::subject(indbydelse),
        ToTell::Aftale(aftale) => format!("{}: senest {}", frist_name(Fristart::Aftale), long_dato(aftale.senest)),
        ToTell::Plan => nyhed_name(Nyhed::Plan).to_owned(),
        ToTell::Referat { changed, .. } => nyhed_name(of_minutes(*changed)).to_owned(),
        ToTell::Leder { .. } => nyhed_name(Nyhed::Leder).to_owned(),
        ToTell::Reminded => ABOUT_YOU.to_owned(),
    }
}

const fn of_minutes(changed: bool) -> Nyhed {
    if changed { Nyhed::ChangedReferat } else { Nyhed::Referat }
}

impl Paamindelser {
    /// Why no mail reaches an employee; none: as far as is known it does.
    #[must_use]
    pub fn unreached(&self, nr: &str) -> Option<Unreached> {
        self.dispatcher.addresses(self.app.clock.today(), None).unreached(nr)
    }

    /// What stands to be told to the employee of a forløb now, and no mail has told them.
    #[must_use]
    pub fn to_tell<'f>(&self, f: &'f Forloeb, assessment: &Assessment) -> Vec<ToTell<'f>> {
        let now = self.app.clock.now();
        let mut all = to_tell(f, assessment, dag_in_denmark(now), &self.app.book());
        all.retain(|one| match one {
            // An invitation that is read when the meeting has begun is none.
            ToTell::Moede(Indbydelse { when: When::Klokken(time), aflyst: false, .. }) => *time > now,
            ToTell::Reminded => self.dispatcher.medarbejder_copy,
            // The one before, under the employee number that they have now, or in another job here.
            ToTell::Leder { before: Some(before), now: leads } => {
                !is_one_person(&self.app.projections(), before, leads)
            }
            ToTell::Moede(_)
            | ToTell::Aftale(_)
            | ToTell::Plan
            | ToTell::Referat { .. }
            | ToTell::Leder { before: None, .. } => true,
        });
        all
    }

    /// The letter with all of it; none where there is nothing to tell. `agreed` gives the words of an agreement to who may read
    /// them.
    #[must_use]
    pub fn on_paper(
        &self,
        f: &Forloeb,
        assessment: &Assessment,
        people: People<'_>,
        agreed: impl Fn(&Aftale<'_>) -> Option<String>,
    ) -> Option<String> {
        let all = self.to_tell(f, assessment);
        if all.is_empty() {
            return None;
        }
        let dispatcher = &self.dispatcher;
        let answer_to_hr = dispatcher.hr_mail.is_some();
        let frame = Frame { base_url: &dispatcher.base_url, answer_to_hr, own: &dispatcher.own };
        let written = self.app.clock.today();
        let one = |one: &ToTell<'_>| match one {
            ToTell::Moede(indbydelse) => of_moede(indbydelse),
            ToTell::Aftale(aftale) => {
                let latest = aftale.senest;
                let point = Point::invented(Fristart::Aftale, latest);
                let point = if written > latest { point.overdue() } else { point };
                let said = agreed(aftale).map_or_else(|| ".".to_owned(), |said| format!(": {}", with_point(&said)));
                let own = frame.own.of(Fristart::Aftale, latest, &reference(f.id));
                let own = own.map_or_else(String::new, |own| format!("\n{own}"));
                format!("{}{said} {}\n{}{own}", point.heading(), point.when(), point.to_do())
            }
            ToTell::Plan => of_nyt(f, Nyhed::Plan),
            ToTell::Referat { moede, changed } => {
                let which = format!("{} {}", moede_name(moede.name), long_dato(moede.dato));
                format!("{} Det er {which}.", of_nyt(f, of_minutes(*changed)))
            }
            ToTell::Leder { .. } => {
                let who = people.leder.map_or_else(String::new, |leder| format!(" Det er {leder}."));
                format!("{}{who}", of_nyt(f, Nyhed::Leder))
            }
            ToTell::Reminded => REMINDED.replace('\n', " "),
        };
        let mut paragraphs: Vec<String> = Vec::new();
        paragraphs.extend(self.unreached(&f.medarbejder_nr).map(|_| WHY.to_owned()));
        paragraphs.extend(all.iter().map(one));
        paragraphs.push(how_to_answer(frame.base_url, people));
        paragraphs.extend(frame.own.ending().map(str::to_owned));
        Some(brev::letter(written, people.name, paragraphs, Some(people.leder.unwrap_or("HR"))))
    }
}

fn of_moede(indbydelse: &Indbydelse) -> String {
    let told = calendar::told(indbydelse, Whose::Medarbejder);
    if can_answer(indbydelse, Whose::Medarbejder) { format!("{told} {PLACE}\n{ANSWER}") } else { told }
}

fn of_nyt(f: &Forloeb, nyhed: Nyhed) -> String {
    Nyt { forloeb: f.id, nyhed, in_place_of: None }.tekst().to_owned()
}

/// Where they read the rest and answer, and who takes the answer of who cannot log in.
fn how_to_answer(base_url: &str, people: People<'_>) -> String {
    let address = if base_url.is_empty() { String::new() } else { format!(": {base_url}/mig") };
    let leder = people.leder.map_or_else(|| "HR".to_owned(), |leder| format!("{leder}, som er din leder"));
    let kontaktperson =
        people.kontaktperson.map(|name| format!(" Du kan også ringe til {name}, som er din kontaktperson."));
    format!(
        "Du kan læse det hele og svare, når du er logget ind{address}.\nKan du ikke logge ind, eller vil du hellere tale med \
         nogen, så ring til {leder}, og sig dit svar dér.{} Du behøver ikke fortælle, hvad du fejler.",
        kontaktperson.unwrap_or_default()
    )
}

fn with_point(said: &str) -> String {
    let said = said.trim();
    if said.ends_with(['.', '!', '?']) { said.to_owned() } else { format!("{said}.") }
}
