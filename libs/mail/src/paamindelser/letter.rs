//! The words of the mails: one digest per mailbox and morning, the most urgent first, and then the news.
//!
//! A mail travels in the clear and is read on locked screens. It holds the kind of deadline, dates, a short reference
//! and a link that asks for login: no name, no number of a person, no unit, and no word that says why somebody is away.
//! That goes for the kind of authority too, since who is notified tells the cause.

use askama::Template;
use chrono::NaiveDate;
use forloeb::frister::{Assessment, Frist};
use forloeb::paamindelser::Planlagt;
use forloeb::refusion::Refusion;
use forloeb::words::{Fristart, Friststatus, Modtagerrolle};
use forloeb::{Forloeb, Oere};
use uuid::Uuid;

use super::nyt::{self, Nyt};
use super::words::{REMINDED, to_do, what};
use app::mail_link;
use app::mailtekster::Mailtekster;
use app::reference::reference;
use texts::money::kroner;
use texts::sentences::{long_dato, short_dato};

/// Deadlines that a mail tells one by one: a first import can have thousands that have passed.
const AT_MOST: usize = 100;

/// The subject of the copy that the employee has of a reminder to their leader.
pub(super) const ABOUT_YOU: &str = "Til orientering: opfølgningssamtale";

/// One deadline of one forløb in a digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    forloeb: Uuid,
    art: Fristart,
    /// Number of what was agreed.
    aftale: Option<u32>,
    /// The day to keep: the target, and once that has passed the day of the law.
    latest: NaiveDate,
    passed: bool,
    penge: bool,
    sidste_chance: bool,
    tab: Option<Tab>,
    /// Whose it would have been cannot have it.
    in_place_of: Option<InPlaceOf>,
    /// Somebody else is to do it, who has not.
    of_another: bool,
    /// The anmeldelse is signed, and what is missing is its receipt.
    signed: bool,
}

/// Who has a reminder that somebody else would have had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InPlaceOf {
    /// HR, because nobody nearer can be reached.
    Hr,
    /// HR, because the mailbox of the one whose it is took nothing for a working day.
    Full,
    /// A substitute, or the next leader up. Not why: that could be an illness.
    Kollega,
    /// Whoever leads, because the mailbox of who makes the contact takes no mail.
    Postkasse,
}

impl InPlaceOf {
    /// Why the recipient has it.
    pub(super) const fn why(self) -> &'static str {
        match self {
            Self::Hr => "Mailen går til HR, fordi den, der skulle have haft den, ikke kan nås.",
            Self::Full => {
                "Mailen går til HR, fordi postkassen hos den, der skulle have haft den, ikke har taget imod mail i en arbejdsdag."
            }
            Self::Kollega => "Du får den i stedet for en anden, som du træder til for.",
            Self::Postkasse => {
                "Mailen går til dig, fordi postkassen hos den, der tager kontakten, ikke tager imod mail."
            }
        }
    }
}

/// What a late anmeldelse, or a late claim, has cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Tab {
    beloeb: Oere,
    /// Year of the rate, where it is not the days' own.
    sats_aar: Option<i32>,
    /// Until this is done; none where it grows no more.
    grows_until: Option<&'static str>,
}

impl Tab {
    fn of(f: &Forloeb, r: &Refusion, frist: &Frist, today: NaiveDate) -> Option<Self> {
        let (skoen, grows, until) = match frist.art {
            Fristart::Anmeldelse => (r.mistet_skoen, f.is_aabent(today), "anmeldelsen er kvitteret"),
            Fristart::Refusionsanmodning => (r.for_sent_skoen, r.kan_anmodes_fra.is_some(), "anmodningen er sendt"),
            _ => return None,
        };
        let s = skoen.filter(|s| s.beloeb > Oere::ZERO && frist.status == Friststatus::Tabt)?;
        let grows_until = grows.then_some(until);
        Some(Self { beloeb: s.beloeb, sats_aar: (!s.own_sats).then_some(s.sats_aar), grows_until })
    }
}

/// Subject and text of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    pub subject: String,
    /// The text.
    pub tekst: String,
}

/// What a mail says besides its deadlines.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// Base of the links.
    pub base_url: &'a str,
    /// Answers reach HR.
    pub answer_to_hr: bool,
    /// What the workplace says in its own words.
    pub own: &'a Mailtekster,
}

impl Point {
    /// What a planned reminder says today; none when the forløb has no such frist any more.
    #[must_use]
    pub fn new(
        f: &Forloeb,
        v: &Assessment,
        p: &Planlagt,
        today: NaiveDate,
        in_place_of: Option<InPlaceOf>,
    ) -> Option<Self> {
        let frist = v.frist_of(&p.key)?;
        let latest = if today <= frist.maaldag { frist.maaldag } else { frist.lovdag };
        let passed = today > latest;
        let tab = Tab::of(f, &v.refusion, frist, today);
        let above = matches!(p.key.modtager, Modtagerrolle::Hr | Modtagerrolle::LedersLeder);
        let signed = frist.art == Fristart::Anmeldelse && f.awaits_kvittering().is_some();
        Some(Self {
            forloeb: f.id,
            art: frist.art,
            aftale: frist.aftale,
            latest,
            passed,
            penge: frist.penge,
            sidste_chance: p.sidste_chance && !passed && !signed,
            tab,
            in_place_of,
            of_another: above
                && passed
                && in_place_of.is_none()
                && f.leder(today).is_some()
                && !f.disputes_leder(today)
                && !frist.ansvarlig.contains(&p.key.modtager),
            signed,
        })
    }

    /// Of an invented forløb: in time, and read by whoever it is for.
    pub(super) const fn invented(art: Fristart, latest: NaiveDate) -> Self {
        Self {
            forloeb: Uuid::from_u128(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef),
            art,
            aftale: None,
            latest,
            passed: false,
            penge: matches!(art, Fristart::Anmeldelse),
            sidste_chance: false,
            tab: None,
            in_place_of: None,
            of_another: false,
            signed: false,
        }
    }

    /// The same for who is told that another has not done it.
    pub(super) const fn of_another(self) -> Self {
        Self { of_another: true, ..self }
    }

    /// The same once it is signed.
    pub(super) const fn signed(self) -> Self {
        Self { signed: true, ..self }
    }

    /// The same on the last morning on which it can be done.
    pub(super) const fn at_the_last_chance(self) -> Self {
        Self { sidste_chance: true, ..self }
    }

    /// The same after its day.
    pub(super) const fn overdue(self) -> Self {
        Self { passed: true, ..self }
    }

    /// The same for somebody else than whose it is.
    pub(super) const fn in_place_of(self, whom: InPlaceOf) -> Self {
        Self { in_place_of: Some(whom), ..self }
    }

    /// The same with what it has cost so far.
    pub(super) const fn having_cost(self, beloeb: Oere) -> Self {
        Self { tab: Some(Tab { beloeb, sats_aar: None, grows_until: Some("anmeldelsen er kvitteret") }), ..self }
    }

    /// Overdue money, then what else is overdue, then by date.
    fn urgency(&self) -> (bool, bool, NaiveDate, Fristart, Uuid, Option<u32>) {
        let penge = self.passed && self.penge;
        (!penge, !self.passed, self.latest, self.art, self.forloeb, self.aftale)
    }

    pub(super) fn heading(&self) -> String {
        let what = self.what();
        match (self.passed, self.sidste_chance) {
            (true, _) => format!("Overskredet: {what}"),
            (_, true) => format!("Sidste chance: {what}"),
            _ => with_capital(what),
        }
    }

    pub(super) fn when(&self) -> String {
        let dag = long_dato(self.latest);
        if self.passed { format!("Skulle være sket senest {dag}.") } else { format!("Senest {dag}.") }
    }

    fn what(&self) -> &'static str {
        match self.art {
            Fristart::Anmeldelse if self.signed => "kvittering for anmeldelse",
            Fristart::Overtagelse if self.of_another => "et forløb, en leder har fået af en anden",
            art => what(art),
        }
    }

    pub(super) fn to_do(&self) -> &'static str {
        match self.art {
            Fristart::Anmeldelse if self.signed => {
                "Anmeldelsen er underskrevet. Find kvitteringen i NemRefusion, og registrer den."
            }
            _ if self.of_another => {
                "Det er en andens opgave, og den er ikke registreret som gjort. Følg op hos lederen."
            }
            art => to_do(art),
        }
    }

    /// Where it is done: the page of the forløb, with the form for it first.
    fn path(&self) -> String {
        mail_link::path(self.forloeb, self.art, self.aftale)
    }

    fn reference(&self) -> String {
        reference(self.forloeb)
    }

    /// What the workplace says of it to whoever is to do it, where another line begins as those around it.
    fn own(&self, frame: Frame<'_>) -> Option<String> {
        let own = frame.own.of(self.art, self.latest, &self.reference()).filter(|_| !self.of_another)?;
        Some(own.lines().map(str::trim).collect::<Vec<_>>().join("\n   "))
    }

    fn why_this_recipient(&self) -> Option<&'static str> {
        self.in_place_of.map(InPlaceOf::why)
    }

    fn tab(&self) -> Option<String> {
        let Tab { beloeb, sats_aar, grows_until } = self.tab?;
        let sats = sats_aar.map_or_else(String::new, |aar| format!(" (beregnet med satsen for {aar})"));
        let tabt = format!("Der er tabt omkring {}{sats}", kroner(beloeb));
        Some(match grows_until {
            Some(until) => format!("{tabt}, og beløbet vokser, til {until}."),
            None => tabt,
        })
    }
}

/// The digest of one mailbox: its deadlines, its news, and what the recipient is told as an employee (references of forløb).
///
/// # Errors
/// Never for the built-in templates; askama's signature asks for it.
pub fn write(mut points: Vec<Point>, nyt: &[Nyt], about_you: &[Uuid], frame: Frame<'_>) -> askama::Result<Text> {
    points.sort_by_key(Point::urgency);
    // Somebody can be due the same twice, as HR and in a leader's place: it is one thing to do.
    let mut gathered: Vec<Point> = Vec::new();
    for p in points {
        match gathered.iter_mut().find(|s| (s.forloeb, s.art, s.aftale) == (p.forloeb, p.art, p.aftale)) {
            Some(s) => {
                s.sidste_chance |= p.sidste_chance;
                s.in_place_of = s.in_place_of.filter(|_| s.in_place_of == p.in_place_of);
                s.of_another &= p.of_another;
            }
            None => gathered.push(p),
        }
    }
    let subject = if gathered.is_empty() && !nyt.is_empty() { nyt::subject(nyt) } else { subject(&gathered) };
    let about_you = about_you.iter().copied().map(reference).collect::<Vec<_>>().join(", ");
    let tekst = if gathered.is_empty() && nyt.is_empty() {
        Medarbejder { reminded: REMINDED, about_you, frame }.render()?
    } else {
        let points = gathered.iter().take(AT_MOST).map(|p| (p, p.own(frame))).collect();
        let count = gathered.len();
        let beginning = frame.own.beginning(count).filter(|_| count > 0);
        Paamindelse { count, beginning, points, nyt, about_you, frame }.render()?
    };
    Ok(Text { subject, tekst })
}

/// Action and date, no person.
fn subject(points: &[Point]) -> String {
    match points {
        [] => ABOUT_YOU.to_owned(),
        [p] => {
            let prefix = match (p.passed, p.sidste_chance) {
                (true, _) => "Overskredet",
                (_, true) => "Sidste chance",
                _ => "Husk",
            };
            format!("{prefix}: {} {}", p.what(), short_dato(p.latest))
        }
        several => {
            let count = several.len();
            let passed = several.iter().filter(|p| p.passed).count();
            let nearest = several.iter().filter(|p| !p.passed).map(|p| p.latest).min().map(short_dato);
            match (passed, nearest) {
                (0, Some(dag)) => format!("{count} frister: nærmeste {dag}"),
                (n, Some(dag)) => format!("{count} frister: {n} overskredet, nærmeste {dag}"),
                (_, None) => format!("{count} frister er overskredet"),
            }
        }
    }
}

#[derive(Template)]
#[template(path = "paamindelse.txt", escape = "none")]
struct Paamindelse<'a> {
    count: usize,
    /// What stands there instead of how many there are.
    beginning: Option<String>,
    /// Each with what the workplace says of it.
    points: Vec<(&'a Point, Option<String>)>,
    nyt: &'a [Nyt],
    about_you: String,
    frame: Frame<'a>,
}

#[derive(Template)]
#[template(path = "medarbejder.txt", escape = "none")]
struct Medarbejder<'a> {
    reminded: &'static str,
    about_you: String,
    frame: Frame<'a>,
}

fn with_capital(tekst: &str) -> String {
    let mut character = tekst.chars();
    character.next().map_or_else(String::new, |c| c.to_uppercase().chain(character).collect())
}

#[cfg(test)]
mod tests {
    use app::mailtekster::STANDARD;

    use super::*;

    fn dag(tekst: &str) -> NaiveDate {
        tekst.parse().unwrap()
    }

    fn point(art: Fristart, latest: &str) -> Point {
        Point::invented(art, dag(latest))
    }

    const FRAME: Frame<'static> = Frame { base_url: "https://opfoelgning.test", answer_to_hr: true, own: &STANDARD };

    #[test]
    fn the_subject_says_act_and_date() {
        let subject = |p: &[Point]| subject(p);
        let one = point(Fristart::Anmeldelse, "2026-02-06");
        assert_eq!(subject(std::slice::from_ref(&one)), "Husk: frist for anmeldelse 6. februar");
        let sidste = Point { sidste_chance: true, ..one.clone() };
        assert_eq!(subject(&[sidste]), "Sidste chance: frist for anmeldelse 6. februar");
        let past = Point { passed: true, ..point(Fristart::Samtale, "2026-02-02") };
        assert_eq!(subject(std::slice::from_ref(&past)), "Overskredet: opfølgningssamtale 2. februar");
        assert_eq!(subject(&[past.clone(), one.clone()]), "2 frister: 1 overskredet, nærmeste 6. februar");
        assert_eq!(subject(&[one.clone(), one]), "2 frister: nærmeste 6. februar");
        assert_eq!(subject(&[past.clone(), past]), "2 frister er overskredet");
    }

    /// Every mail about one deadline: a new word shows here, for somebody to read before it is sent.
    #[test]
    fn every_mail_reads_as_it_was_accepted() {
        let mut all = String::new();
        for art in Fristart::ALL {
            let in_time = point(*art, "2026-02-06");
            let last_chance = in_time.clone().at_the_last_chance();
            let overdue = in_time.clone().overdue().in_place_of(InPlaceOf::Hr);
            let of_another = in_time.clone().overdue().of_another();
            let signed = in_time.clone().signed();
            let all_of_it = [
                ("in time", in_time),
                ("the last chance", last_chance),
                ("overdue, to HR", overdue),
                ("overdue, of another", of_another),
                ("signed", signed),
            ];
            for (when, one) in
                all_of_it.into_iter().filter(|(when, _)| *when != "signed" || *art == Fristart::Anmeldelse)
            {
                let mail = write(vec![one], &[], &[], FRAME).unwrap();
                all += &format!("=== {art}, {when}\nSubject: {}\n\n{}\n", mail.subject, mail.tekst);
            }
        }
        insta::assert_snapshot!(all);
    }

    #[test]
    fn the_most_urgent_is_first_and_the_same_is_there_once() {
        let near = point(Fristart::FastTrack, "2026-02-06");
        let past = Point { passed: true, ..point(Fristart::Samtale, "2026-02-02") };
        let penge = Point {
            passed: true,
            tab: Some(Tab {
                beloeb: Oere::from_kroner(18_780),
                sats_aar: Some(2024),
                grows_until: Some("anmeldelsen er kvitteret"),
            }),
            ..point(Fristart::Anmeldelse, "2026-02-09")
        };
        let again = Point { in_place_of: Some(InPlaceOf::Kollega), ..near.clone() };
        let t = write(vec![near, past, again, penge], &[], &[], FRAME).unwrap();
        let forventet = "\
Hej

Der er 3 frister, du skal huske.

1. Overskredet: frist for anmeldelse
   Skulle være sket senest mandag den 9. februar 2026.
   Send anmeldelsen i NemRefusion, og registrer kvitteringen.
   Der er tabt omkring 18.780 kr. (beregnet med satsen for 2024), og beløbet vokser, til anmeldelsen er kvitteret.
   Reference 89abcdef: https://opfoelgning.test/forloeb/01234567-89ab-cdef-0123-456789abcdef?frist=anmeldelse

2. Overskredet: opfølgningssamtale
   Skulle være sket senest mandag den 2. februar 2026.
   Hold samtalen, personligt eller i telefonen, og registrer, hvordan den gik.
   Reference 89abcdef: https://opfoelgning.test/forloeb/01234567-89ab-cdef-0123-456789abcdef?frist=samtale

3. Beslutning om fast track
   Senest fredag den 6. februar 2026.
   Beslut, om I vil bede om en tidlig opfølgning, og registrer beslutningen.
   Reference 89abcdef: https://opfoelgning.test/forloeb/01234567-89ab-cdef-0123-456789abcdef?frist=fast-track

Linket virker, når du er logget ind. Når opgaven er registreret, hører du ikke mere om den.
Frister samles i én mail om morgenen på arbejdsdage. Der kommer ikke mail om dem hver dag: alt, der venter på dig, står på arbejdslisten.
Har du spørgsmål, så svar på denne mail: svaret går til HR.

Mailen er sendt automatisk og nævner med vilje ingen personer.
";
        assert_eq!(t.tekst, forventet);
    }

    /// A claim that is late: what is lost, and that it goes on while there is something left to claim.
    #[test]
    fn a_missed_krav_says_what_it_has_cost() {
        let tab = |grows_until| Some(Tab { beloeb: Oere::from_kroner(6230), sats_aar: None, grows_until });
        let point = |tab| Point { passed: true, tab, ..point(Fristart::Refusionsanmodning, "2026-05-04") };
        let text = |tab| write(vec![point(tab)], &[], &[], FRAME).unwrap().tekst;
        let grows = text(tab(Some("anmodningen er sendt")));
        assert!(
            grows.contains("Der er tabt omkring 6.230\u{a0}kr., og beløbet vokser, til anmodningen er sendt.\n"),
            "{grows}"
        );
        let over = text(tab(None));
        assert!(over.contains("Der er tabt omkring 6.230\u{a0}kr.\n"), "{over}");
    }

    #[test]
    fn a_mail_has_an_end() {
        let point = |n| Point { forloeb: Uuid::from_u128(n), ..point(Fristart::Samtale, "2026-02-06") };
        let t = write((0..250).map(point).collect(), &[], &[], FRAME).unwrap();
        assert_eq!(t.subject, "250 frister: nærmeste 6. februar");
        assert_eq!(t.tekst.matches("Reference ").count(), 100);
        assert!(t.tekst.contains("De 100, der haster mest, står her. De andre står på arbejdslisten"), "{}", t.tekst);
    }

    #[test]
    fn the_medarbejders_copy_asks_for_nothing() {
        let t = write(Vec::new(), &[], &[Uuid::from_u128(1)], FRAME).unwrap();
        assert_eq!(t.subject, "Til orientering: opfølgningssamtale");
        assert!(t.tekst.contains("Din leder er mindet om en samtale med dig"), "{}", t.tekst);
        assert!(t.tekst.contains("https://opfoelgning.test/mig") && !t.tekst.contains("Overskredet"), "{}", t.tekst);
    }

    #[test]
    fn dates_are_written_in_danish() {
        assert_eq!(long_dato(dag("2026-02-06")), "fredag den 6. februar 2026");
        assert_eq!(with_capital("øl"), "Øl");
    }
}
