//! What everybody may count on when somebody is ill: what happens when, who is told, and what one may say no to. Every day is
//! that of a rule set; what is written here by hand has no number, but for paragraphs.

use forloeb::regler::{Formula, Fristregel, Regelsaet};
use forloeb::words::{Fristart, Princip};

use crate::politik_text::{modtager, paamindelse, signal, upper};
use crate::regel_page::with_check;

/// When in an absence something happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// From its first day on.
    While,
    /// As long as a long one lasts.
    Long,
    /// Once somebody is back.
    After,
    /// What the workplace settles with others: it asks nothing of the employee.
    Money,
}

impl Phase {
    /// In the order they come.
    pub const ALL: [Self; 4] = [Self::While, Self::Long, Self::After, Self::Money];

    /// Its heading.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::While => "Mens du er syg",
            Self::Long => "Hvis det varer længe",
            Self::After => "Når du er tilbage",
            Self::Money => "Det, vi klarer med kommunen og andre",
        }
    }

    const fn of(art: Fristart) -> Self {
        match art {
            Fristart::FoersteKontakt
            | Fristart::Kontakt
            | Fristart::Samtale
            | Fristart::FastTrack
            | Fristart::OtteUger
            | Fristart::ForventetSlut
            | Fristart::Overtagelse
            | Fristart::ForkertLeder => Self::While,
            Fristart::VidereOpfoelgning
            | Fristart::TtaEvaluering
            | Fristart::Aftale
            | Fristart::Forebyggelse
            | Fristart::Skaanehensyn => Self::Long,
            Fristart::OpfoelgningEfterRetur => Self::After,
            Fristart::Anmeldelse | Fristart::Refusionsanmodning | Fristart::Easy | Fristart::Paragraf56Fornyelse => {
                Self::Money
            }
        }
    }
}

/// One thing that happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// When in the absence.
    pub phase: Phase,
    /// What happens, to whom it happens.
    pub what: String,
    /// What is aimed at, and the last day.
    pub when: String,
    /// Who sees to it.
    pub who: String,
    /// A law asks for it; else the workplace has decided it.
    pub by_law: bool,
    /// Law, paragraph or policy, and which of the workplace's policies moved the day.
    pub kilde: String,
}

/// Everything a rule set asks for, in the order it comes.
#[must_use]
pub fn steps(rules: &Regelsaet) -> Vec<Step> {
    let mut general: Vec<_> = rules.frister.iter().filter(|r| r.when.is_none()).collect();
    general.sort_by_key(|r| (r.lovdag.maaneder, r.lovdag.dage));
    let step = |r: &&Fristregel| Step {
        phase: Phase::of(r.art),
        what: what(r),
        when: when(r),
        who: upper(&r.ansvarlig.iter().map(|who| modtager(*who)).collect::<Vec<_>>().join(", ellers ")),
        by_law: by_law(r.art),
        kilde: with_check(&r.kilde, r.kontrolleres),
    };
    general.iter().map(step).collect()
}

/// Who is reminded of what, frist by frist, and the signals of frequent absence. Of a frist that these rules do not have,
/// nobody is.
#[must_use]
pub fn told(rules: &Regelsaet) -> Vec<String> {
    let asked_for = Fristart::ALL.iter().filter(|art| rules.frister.iter().any(|r| r.art == **art));
    let reminders = asked_for.flat_map(|art| rules.paamindelser.iter().filter(move |p| p.frist == *art));
    reminders.map(paamindelse).chain(rules.signaler.iter().map(signal)).collect()
}

/// Some absences have other days than those of [`steps`].
#[must_use]
pub fn has_exceptions(rules: &Regelsaet) -> bool {
    rules.frister.iter().any(|r| r.when.is_some())
}

/// A right, a duty, or something to say no to, and what it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// What.
    pub tekst: String,
    /// Law, paragraph, or the workplace's own.
    pub kilde: String,
}

fn point(tekst: impl Into<String>, kilde: impl Into<String>) -> Point {
    Point { tekst: tekst.into(), kilde: kilde.into() }
}

/// What an employee may say no to.
#[must_use]
pub fn may_decline() -> Vec<Point> {
    vec![
        point(
            "Du behøver ikke at fortælle, hvad du fejler. Din leder må spørge, hvad du kan og ikke kan, og hvor længe du regner \
             med at være væk.",
            "Helbredsoplysningsloven § 2",
        ),
        point(
            "Kan du ikke komme til samtalen, holder I den så vidt muligt i telefonen. Kan du heller ikke det, bliver den ikke \
             holdt. Det ændrer ikke din ret til sygedagpenge, at du ikke er med. Din leder kan dog bede dig om at deltage, hvis \
             sygdommen ikke hindrer det.",
            "Sygedagpengeloven § 7 a",
        ),
        point(
            "Beder din leder kommunen om fast track, bliver du spurgt, og du kan sige nej. Så gælder de almindelige regler.",
            "Sygedagpengeloven § 7 c",
        ),
        point(
            "Vi taler kun med din læge eller andre i sundhedsvæsenet, hvis du siger ja. Svaret står i planen.",
            format!("Tilbage til arbejdet, princip {}: med samtykke", Princip::Sundhedsvaesen.number()),
        ),
    ]
}

/// What an employee has a right to.
#[must_use]
pub fn rights() -> Vec<Point> {
    vec![
        point(
            "Du kan selv vælge, hvem der tager den første kontakt: din tillidsrepræsentant, din arbejdsmiljørepræsentant eller en \
             anden kollega. Du gør det på din egen side, når du er syg.",
            "Arbejdspladsens egen måde at gøre det på",
        ),
        point(
            "Regner du med at være længe væk, kan du bede om en fastholdelsesplan. I skriver den sammen. Din leder kan sige nej.",
            "Sygedagpengeloven § 7 b",
        ),
        point("Du kan også selv bede kommunen om at følge op tidligt (fast track).", "Sygedagpengeloven § 7 e"),
        point(
            "Du kan se, hvad der er registreret om dig, og hvornår og til hvad nogen har læst det.",
            "Databeskyttelsesforordningens artikel 15",
        ),
        point(
            "Er noget forkert, kan du få det rettet. Sig det til din leder eller HR.",
            "Databeskyttelsesforordningens artikel 16",
        ),
    ]
}

/// What an employee, a leader and HR have to do besides what the steps say.
#[must_use]
pub fn duties(rules: &Regelsaet) -> Vec<Point> {
    let period = rules.parameters.arbejdsgiverperiode_dage;
    let notice = rules.parameters.opsagt_undtagelse_dage;
    vec![
        point("Du melder dig syg, så snart du kan, på den måde, I har aftalt.", "Sygedagpengeloven § 35"),
        point(
            "Skriver kommunen til dig om dit fravær, skal du svare. Ellers kan sygedagpengene falde væk.",
            "Sygedagpengeloven § 11",
        ),
        point(
            "Beder din leder om en mulighedserklæring, skal du deltage i den samtale, den begynder med. Arbejdspladsen betaler \
             lægen.",
            "Sygedagpengeloven § 36 a",
        ),
        point(
            format!(
                "Din leder skal holde samtalen med dig. Den kan undlades, når du er sagt op eller selv har sagt op og fratræder \
                 senest {notice} dage efter første fraværsdag."
            ),
            "Sygedagpengeloven § 7 a",
        ),
        point(
            format!(
                "Varer fraværet længere end {period} dage, er det HR, der får det anmeldt til kommunen, med de oplysninger, \
                 loven nævner."
            ),
            "Sygedagpengeloven §§ 30 og 40",
        ),
    ]
}

/// A law asks for it; else the workplace has decided it.
const fn by_law(art: Fristart) -> bool {
    match art {
        Fristart::Samtale
        | Fristart::Anmeldelse
        | Fristart::FastTrack
        | Fristart::Refusionsanmodning
        | Fristart::Easy => true,
        Fristart::FoersteKontakt
        | Fristart::Kontakt
        | Fristart::OtteUger
        | Fristart::TtaEvaluering
        | Fristart::VidereOpfoelgning
        | Fristart::OpfoelgningEfterRetur
        | Fristart::ForkertLeder
        | Fristart::Paragraf56Fornyelse
        | Fristart::ForventetSlut
        | Fristart::Overtagelse
        | Fristart::Forebyggelse
        | Fristart::Skaanehensyn
        | Fristart::Aftale => false,
    }
}

fn what(r: &Fristregel) -> String {
    if let Some(dage) = r.uden_dag_dage {
        return format!(
            "Er du ikke tilbage, når I havde regnet med det, eller er der gået {dage} dage uden kontakt, hører din leder, hvordan det \
             går"
        );
    }
    let what = match r.art {
        Fristart::FoersteKontakt => "Du hører fra os første gang: hvordan går det, og er der noget, vi kan gøre?",
        Fristart::Kontakt => "Du hører fra os igen",
        Fristart::Samtale => "Du og din leder holder en samtale om, hvordan og hvornår du kan komme tilbage",
        Fristart::FastTrack => "Din leder kan bede kommunen om at følge op tidligt (fast track)",
        Fristart::OtteUger => "Du og din leder følger op på, hvordan det går",
        Fristart::VidereOpfoelgning => "I følger op igen, så længe fraværet varer",
        Fristart::TtaEvaluering => "Har I lagt en plan, ser I på, om den passer til dig",
        Fristart::OpfoelgningEfterRetur => "Din leder følger op på, hvordan det går at være tilbage",
        Fristart::Anmeldelse => "Fraværet anmeldes til kommunen",
        Fristart::Refusionsanmodning => "HR søger kommunen om refusion",
        Fristart::Easy => "En arbejdsskade anmeldes i EASY",
        Fristart::Paragraf56Fornyelse => "Har du en § 56-aftale, ser vi på, om den skal fornys",
        Fristart::ForkertLeder => "Siger du, at din leder er forkert, afgør HR det",
        Fristart::Aftale => "Det, I aftaler i en samtale, bliver gjort",
        Fristart::ForventetSlut => "Er du ikke tilbage, når I havde regnet med det, hører din leder, hvordan det går",
        Fristart::Overtagelse => "Får du en anden leder, siger den nye leder ja til at følge op",
        Fristart::Forebyggelse => {
            "Var noget på arbejdet en årsag, beslutter vi, hvad der skal gøres, så det ikke sker igen"
        }
        Fristart::Skaanehensyn => "Tager vi hensyn til noget i en tid, taler I om det, før det slutter",
    };
    match r.mindst_dage {
        0 | 1 => what.to_owned(),
        dage => format!("{what} (ved mindst {dage} dages fravær)"),
    }
}

fn when(r: &Fristregel) -> String {
    let (aim, last) = (r.maaldag, r.lovdag);
    let shown = |f: Formula| day(f, r.art);
    let same = Formula { adjust: None, ..aim } == Formula { adjust: None, ..last };
    match (same, aim.adjust) {
        (true, None) => format!("Senest {}", shown(last)),
        // The last day may be one on which nobody is at work.
        (true, Some(_)) => format!("Senest {}; er det en fridag, arbejdsdagen før", shown(last)),
        // A day less than some months is no day that anybody has a name for.
        (false, _) if aim.maaneder > 0 => format!("Senest {}", shown(last)),
        (false, _) => format!("Vi sigter efter {}; sidste dag er {}", shown(aim), shown(last)),
    }
}

/// A day as it is counted, in words.
fn day(f: Formula, art: Fristart) -> String {
    let from = match art {
        Fristart::Refusionsanmodning => "den ældste dag, der ikke er søgt for",
        Fristart::TtaEvaluering => "den dag, I har aftalt i planen",
        Fristart::VidereOpfoelgning => "den seneste opfølgning",
        Fristart::OpfoelgningEfterRetur => "den sidste fraværsdag",
        Fristart::Paragraf56Fornyelse => "aftalens sidste dag",
        Fristart::ForkertLeder => "du har sagt det",
        Fristart::Aftale => "den dag, I har aftalt",
        Fristart::ForventetSlut => "dagen er gået",
        Fristart::Overtagelse => "lederen har fået forløbet",
        Fristart::Forebyggelse => "det er sagt",
        Fristart::Skaanehensyn => "den dag, hensynet slutter",
        Fristart::FoersteKontakt
        | Fristart::Kontakt
        | Fristart::Samtale
        | Fristart::Anmeldelse
        | Fristart::FastTrack
        | Fristart::OtteUger
        | Fristart::Easy => match f.maaneder {
            0 => return format!("dag {}", f.dage + 1),
            _ => "den første fraværsdag",
        },
    };
    let counted = |n: u64, one: &str, several: &str| format!("{n} {}", if n == 1 { one } else { several });
    if f.arbejdsdage != 0 {
        let days = counted(f.arbejdsdage.unsigned_abs().into(), "arbejdsdag", "arbejdsdage");
        return if f.arbejdsdage < 0 { format!("{days} før {from}") } else { format!("{days} efter, at {from}") };
    }
    let months = (f.maaneder > 0).then(|| counted(f.maaneder.into(), "måned", "måneder"));
    let days = f.dage.unsigned_abs();
    match (months, f.dage) {
        (None, 0) => from.to_owned(),
        (Some(months), 0) => format!("{months} efter {from}"),
        (None, n) => format!("{} {} {from}", counted(days, "dag", "dage"), if n < 0 { "før" } else { "efter" }),
        (Some(months), n) if n < 0 => format!("{} før {months} efter {from}", counted(days, "dag", "dage")),
        (Some(months), _) => format!("{months} og {} efter {from}", counted(days, "dag", "dage")),
    }
}

#[cfg(test)]
mod tests {
    use forloeb::Regelbog;
    use forloeb::politik::{LaidDown, Politik};

    use super::*;

    fn line(steps: &[Step], what: &str) -> String {
        let step = steps.iter().find(|s| s.what.starts_with(what)).unwrap_or_else(|| panic!("{what}"));
        format!("{}. {}. {}", step.when, step.who, if step.by_law { "Lov" } else { "Politik" })
    }

    /// Day 28 is F+27, and the law's four weeks end on F+28, day 29; refusion is three months back.
    #[test]
    fn every_day_is_that_of_the_rules() {
        let book = Regelbog::built_in();
        let day = "2026-11-30".parse().unwrap();
        let told = steps(book.in_force(day));
        for (what, said) in [
            (
                "Du hører fra os første gang",
                "Senest dag 14; er det en fridag, arbejdsdagen før. Kontaktpersonen, ellers lederen. Politik",
            ),
            ("Du og din leder holder en samtale", "Vi sigter efter dag 28; sidste dag er dag 29. Lederen. Lov"),
            ("Fraværet anmeldes", "Vi sigter efter dag 35; sidste dag er dag 36. HR, ellers lederen. Lov"),
            ("Du og din leder følger op", "Senest dag 56; er det en fridag, arbejdsdagen før. Lederen. Politik"),
            ("HR søger", "Senest 3 måneder efter den ældste dag, der ikke er søgt for. HR. Lov"),
            ("Har I lagt en plan", "Senest den dag, I har aftalt i planen. Koordinatoren. Politik"),
            (
                "Tager vi hensyn til noget",
                "Vi sigter efter 3 arbejdsdage før den dag, hensynet slutter; sidste dag er den dag, hensynet slutter. \
                 Lederen, ellers koordinatoren. Politik",
            ),
            (
                "Er du ikke tilbage, når I havde regnet med det, eller er der gået 35 dage uden kontakt, hører din leder,",
                "Vi sigter efter 1 arbejdsdag efter, at dagen er gået; sidste dag er 4 arbejdsdage efter, at dagen er gået. \
                 Lederen. Politik",
            ),
        ] {
            assert_eq!(line(&told, what), said);
        }
        assert!(!told.iter().any(|s| s.what.starts_with("Du hører fra os igen")), "the standard has one contact");
        let reminded = |rules: &Regelsaet| super::told(rules).iter().any(|line| line.contains("de næste kontakter"));
        assert!(!reminded(book.in_force(day)), "and nobody is reminded of another");
        let politik = "navn = \"vores\"\nkontaktmodel = [1, 5]\n[[maaldag]]\nfrist = \"samtale\"\ndag = 20\n";
        let politik = Politik::read(politik, book.set().iter().map(AsRef::as_ref), book.calendar()).unwrap();
        let own = book.and_politik(LaidDown::new(1, day, politik));
        assert!(reminded(own.in_force(day)));
        let told = steps(own.in_force(day));
        assert_eq!(
            line(&told, "Du hører fra os igen"),
            "Senest dag 5; er det en fridag, arbejdsdagen før. Kontaktpersonen, ellers lederen. Politik"
        );
        assert_eq!(
            line(&told, "Du og din leder holder en samtale"),
            "Vi sigter efter dag 20; sidste dag er dag 29. Lederen. Lov"
        );
    }

    /// What is written by hand has numbers of paragraphs and articles, and no day.
    #[test]
    fn no_day_is_typed() {
        let rules = Regelbog::built_in();
        let mut rules = (**rules.in_force("2026-11-30".parse().unwrap())).clone();
        (rules.parameters.arbejdsgiverperiode_dage, rules.parameters.opsagt_undtagelse_dage) = (7001, 7002);
        let all: Vec<_> = may_decline().into_iter().chain(rights()).chain(duties(&rules)).collect();
        let typed = |tekst: &str| tekst.replace("7001", "").replace("7002", "").chars().any(|c| c.is_ascii_digit());
        let with: Vec<_> = all.iter().filter(|p| typed(&p.tekst.replace("§ 56", ""))).collect();
        assert!(with.is_empty(), "{with:?}");
        assert!(all.iter().all(|p| !p.kilde.is_empty()));
    }
}
