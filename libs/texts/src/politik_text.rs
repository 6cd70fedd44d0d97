//! A policy of the workplace in plain Danish: everything it says, and nothing else.

use chrono::NaiveDate;
use forloeb::politik::{Med, Politik};
use forloeb::regler::{Adjust, CountedFrom, Paamindelsesregel, SignalKind, Signalregel};
use forloeb::words::{Fristart, Medorgan, Modtagerrolle};

use crate::dates::long_dato;
use crate::sentences::{aarsag_name, count};

/// What a policy says, a sentence for each thing.
#[must_use]
pub fn sentences(politik: &Politik) -> Vec<String> {
    let mut out = Vec::new();
    out.extend(contacts(&politik.kontaktmodel));
    if let Some(dag) = politik.intern_anmeldelse_dag {
        out.push(format!("Anmeldelsen til kommunen skal være klar hos os selv senest på dag {dag}."));
    }
    for m in &politik.maaldage {
        let name = the(m.frist);
        out.push(format!("{}: vi sigter efter dag {}. Den sidste dag flytter sig ikke.", upper(name), m.dag));
    }
    out.extend(politik.paamindelser.iter().map(paamindelse));
    if !politik.uden_paamindelser.is_empty() {
        let names: Vec<_> = politik.uden_paamindelser.iter().map(|art| the(*art)).collect();
        out.push(format!("Reglernes egne påmindelser om {} sendes ikke.", and(&names)));
    }
    if let Some(mails) = politik.hoejst_mails_om_ugen {
        let mails = count(u64::from(mails), "mail", "mails");
        out.push(format!(
            "Den, der har fået {mails} på syv dage, får ingen om det, der kan vente. Penge og det, loven kræver, venter ikke."
        ));
    }
    match politik.signaler.as_deref() {
        None => {}
        Some([]) => out.push("Der gives intet signal om hyppigt fravær.".to_owned()),
        Some(signaler) => out.extend(signaler.iter().map(signal)),
    }
    if out.is_empty() {
        out.push("Den ændrer intet ved reglerne.".to_owned());
    }
    out
}

/// The days of a contact model in a sentence; none where there are no days.
fn contacts(dage: &[u32]) -> Option<String> {
    let first = dage.first()?;
    let days: Vec<_> = dage.iter().map(u32::to_string).collect();
    let days = and(&days);
    Some(match dage.len() {
        1 => format!("Der tages kontakt senest på dag {first}. Første fraværsdag er dag 1."),
        _ => format!("Der tages kontakt senest på dag {days}. Første fraværsdag er dag 1."),
    })
}

/// Who is reminded of what, and when.
#[must_use]
pub fn paamindelse(p: &Paamindelsesregel) -> String {
    let to: Vec<_> = p.til.iter().map(|til| modtager(*til)).collect();
    let last = if p.sidste_chance { " Mailen siger, at det er sidste chance." } else { "" };
    format!("{} får en påmindelse om {} {}.{last}", upper(&and(&to)), the(p.frist), when(p))
}

/// When a reminder leaves.
#[must_use]
pub fn when(p: &Paamindelsesregel) -> String {
    let from = match p.fra {
        CountedFrom::Aabner => "den første dag, det kan gøres",
        CountedFrom::Maaldag => "måldagen",
        CountedFrom::Lovdag => "den sidste dag",
    };
    let side = |n: i64| if n < 0 { "før" } else { "efter" };
    let days = |n: i64, one: &str, several: &str| {
        format!("{} {} {}", n.unsigned_abs(), if n.abs() == 1 { one } else { several }, side(n))
    };
    let calendar = (p.dage != 0).then(|| format!("{} {from}", days(p.dage, "dag", "dage")));
    let working = i64::from(p.arbejdsdage);
    let day = match (calendar, working) {
        (None, 0) => format!("på {from}"),
        (Some(calendar), 0) => calendar,
        (None, n) => format!("{} {from}", days(n, "arbejdsdag", "arbejdsdage")),
        (Some(calendar), n) => format!("{} den dag, der ligger {calendar}", days(n, "arbejdsdag", "arbejdsdage")),
    };
    let moved = match p.adjust.filter(|_| working == 0) {
        // A reminder always leaves on a working day, on the one before where nothing else is said.
        None | Some(Adjust::Before) => "",
        Some(Adjust::After) => ", eller den første arbejdsdag derefter",
    };
    match p.gentag_arbejdsdage {
        None => format!("{day}{moved}"),
        Some(1) => format!("{day}{moved}, og derefter hver arbejdsdag, til det er gjort"),
        Some(n) => format!("{day}{moved}, og derefter hver {n}. arbejdsdag, til det er gjort"),
    }
}

/// What counts as frequent absence.
#[must_use]
pub fn signal(s: &Signalregel) -> String {
    let counted = match s.kind {
        SignalKind::Perioder => "fraværsperioder",
        SignalKind::Dage => "fraværsdage",
        SignalKind::Enkeltdage => "fraværsperioder på én dag",
        SignalKind::Ugedag => "fraværsperioder, der begynder på den samme ugedag,",
    };
    let window = match (s.maaneder, s.dage) {
        (maaneder, 0) => format!("{maaneder} måneder"),
        (0, dage) => format!("{dage} dage"),
        (maaneder, dage) => format!("{maaneder} måneder og {dage} dage"),
    };
    let whom = if s.kun_nyuddannet { " hos nyuddannede" } else { "" };
    let long = match s.hoejst_dage {
        0 => String::new(),
        dage => format!(" Fravær på over {dage} dage tæller ikke med."),
    };
    let aarsager: Vec<_> = s.medregn.iter().map(|a| aarsag_name(*a)).collect();
    let reasons = and(&aarsager);
    format!("Signal om hyppigt fravær{whom}: fra {} {counted} på {window} ({reasons}).{long}", s.count)
}

/// What was said of MED.
#[must_use]
pub fn med(med: Option<Med>) -> String {
    match med {
        None => "Det er ikke oplyst, om den er behandlet i MED.".to_owned(),
        Some(Med { organ, dato }) => match dato {
            Some(dato) => format!("Behandlet i {} {}.", organ_name(organ), long_dato(dato)),
            None => "Ikke behandlet i MED.".to_owned(),
        },
    }
}

/// Where leaders and the employees' representatives talk things over.
#[must_use]
pub const fn organ_name(organ: Medorgan) -> &'static str {
    match organ {
        Medorgan::HovedMed => "HovedMED",
        Medorgan::OmraadeMed => "områdets MED",
        Medorgan::LokalMed => "det lokale MED",
        Medorgan::Samarbejdsudvalg => "samarbejdsudvalget",
        Medorgan::Nowhere => "intet udvalg",
    }
}

/// For which absences a policy is: from its first day, and until another or nothing is in its place.
#[must_use]
pub fn span(fra: NaiveDate, end: Option<NaiveDate>) -> String {
    match end {
        Some(end) if end <= fra => "for intet fravær".to_owned(),
        Some(end) => {
            let last = end.pred_opt().unwrap_or(end);
            format!("for fravær, der begynder fra {} til {}", long_dato(fra), long_dato(last))
        }
        None => format!("for fravær, der begynder {} eller senere", long_dato(fra)),
    }
}

/// What must have happened, as it stands in a sentence.
#[must_use]
pub const fn the(art: Fristart) -> &'static str {
    match art {
        Fristart::FoersteKontakt => "den første kontakt",
        Fristart::Samtale => "sygefraværssamtalen",
        Fristart::Anmeldelse => "anmeldelsen til kommunen",
        Fristart::FastTrack => "fast track",
        Fristart::OtteUger => "opfølgningen ved otte uger",
        Fristart::Refusionsanmodning => "anmodningen om refusion",
        Fristart::TtaEvaluering => "evalueringen af TTA-planen",
        Fristart::Kontakt => "de næste kontakter",
        Fristart::Easy => "anmeldelsen i EASY",
        Fristart::VidereOpfoelgning => "den videre opfølgning",
        Fristart::OpfoelgningEfterRetur => "opfølgningen efter tilbagevenden",
        Fristart::Paragraf56Fornyelse => "fornyelsen af § 56-aftalen",
        Fristart::ForkertLeder => "afgørelsen af, hvem der er leder",
        Fristart::Aftale => "det, der er aftalt i en samtale",
        Fristart::ForventetSlut => "spørgsmålet om, hvordan det går, når slutdagen er gået eller ikke kendes",
        Fristart::Overtagelse => "svaret på, om en leder overtager et forløb",
        Fristart::Forebyggelse => "det, der skal forebygge, når noget på arbejdet var en årsag",
        Fristart::Skaanehensyn => "samtalen om et skånehensyn, der slutter",
    }
}

/// Who gets a reminder, as it stands in a sentence.
#[must_use]
pub const fn modtager(til: Modtagerrolle) -> &'static str {
    match til {
        Modtagerrolle::Kontaktperson => "kontaktpersonen",
        Modtagerrolle::Leder => "lederen",
        Modtagerrolle::LedersLeder => "lederens leder",
        Modtagerrolle::Deltager => "en, der deltager i samtalen",
        Modtagerrolle::Amr => "AMR, når medarbejderen har sagt ja",
        Modtagerrolle::Hr => "HR",
        Modtagerrolle::Koordinator => "koordinatoren",
        Modtagerrolle::Medarbejder => "medarbejderen",
    }
}

/// a, b og c.
#[must_use]
pub fn and(names: &[impl AsRef<str>]) -> String {
    let names: Vec<_> = names.iter().map(AsRef::as_ref).collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, before)) => format!("{} og {last}", before.join(", ")),
        None => String::new(),
    }
}

/// With a capital.
#[must_use]
pub fn upper(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

#[cfg(test)]
mod tests {
    use forloeb::Regelbog;

    use super::*;

    fn told(text: &str) -> Vec<String> {
        let book = Regelbog::built_in();
        let politik = Politik::read(text, book.set().iter().map(AsRef::as_ref), book.calendar());
        sentences(&politik.unwrap_or_else(|error| panic!("{error}")))
    }

    #[test]
    fn everything_a_policy_says_is_told() {
        let text = "navn = \"vores\"\nkontaktmodel = [1, 5, 14]\nintern_anmeldelse_dag = 20\nhoejst_mails_om_ugen = 3\n\
                    uden_paamindelser = [\"samtale\", \"otte_uger\"]\n\
                    [[maaldag]]\nfrist = \"samtale\"\ndag = 21\n\
                    [[paamindelse]]\nfrist = \"samtale\"\ntrin = \"fem\"\nfra = \"maaldag\"\narbejdsdage = -5\ntil = [\"leder\", \"hr\"]\n\
                    [[paamindelse]]\nfrist = \"samtale\"\ntrin = \"en\"\nfra = \"lovdag\"\narbejdsdage = 1\ngentag_arbejdsdage = 5\ntil = [\"leders_leder\"]\n\
                    [[paamindelse]]\nfrist = \"otte_uger\"\ntrin = \"dag\"\nfra = \"aabner\"\ntilpas = \"wd+\"\ntil = [\"medarbejder\"]\nsidste_chance = true\n\
                    [[signal]]\nnavn = \"x\"\nslags = \"dage\"\nantal = 15\nmaaneder = 12\nhoejst_dage = 28\nmedregn = [\"sygdom\"]\nkilde = \"k\"\n";
        assert_eq!(
            told(text),
            [
                "Der tages kontakt senest på dag 1, 5 og 14. Første fraværsdag er dag 1.",
                "Anmeldelsen til kommunen skal være klar hos os selv senest på dag 20.",
                "Sygefraværssamtalen: vi sigter efter dag 21. Den sidste dag flytter sig ikke.",
                "Lederen og HR får en påmindelse om sygefraværssamtalen 5 arbejdsdage før måldagen.",
                "Lederens leder får en påmindelse om sygefraværssamtalen 1 arbejdsdag efter den sidste dag, og derefter hver 5. arbejdsdag, til det er gjort.",
                "Medarbejderen får en påmindelse om opfølgningen ved otte uger på den første dag, det kan gøres, eller den første arbejdsdag derefter. Mailen siger, at det er sidste chance.",
                "Reglernes egne påmindelser om sygefraværssamtalen og opfølgningen ved otte uger sendes ikke.",
                "Den, der har fået 3 mails på syv dage, får ingen om det, der kan vente. Penge og det, loven kræver, venter ikke.",
                "Signal om hyppigt fravær: fra 15 fraværsdage på 12 måneder (sygdom). Fravær på over 28 dage tæller ikke med.",
            ]
        );
        assert_eq!(told("navn = \"slut\"\n"), ["Den ændrer intet ved reglerne."]);
        assert_eq!(told("navn = \"x\"\nsignal = []\n"), ["Der gives intet signal om hyppigt fravær."]);
    }

    #[test]
    fn what_was_said_of_med_and_for_which_absences_it_is() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let held = Med { organ: Medorgan::HovedMed, dato: Some(day("2026-11-20")) };
        assert_eq!(med(Some(held)), "Behandlet i HovedMED fredag den 20. november 2026.");
        assert_eq!(med(Some(Med { organ: Medorgan::Nowhere, dato: None })), "Ikke behandlet i MED.");
        assert_eq!(med(None), "Det er ikke oplyst, om den er behandlet i MED.");
        let fra = day("2027-01-04");
        assert_eq!(
            span(fra, Some(day("2027-06-01"))),
            "for fravær, der begynder fra mandag den 4. januar 2027 til mandag den 31. maj 2027"
        );
        assert_eq!(span(fra, None), "for fravær, der begynder mandag den 4. januar 2027 eller senere");
        assert_eq!(span(fra, Some(fra)), "for intet fravær");
    }
}
