//! What employees read of their own: what comes next and who sees to it, and the mails that leave about them.

use forloeb::Forloeb;
use forloeb::forloeb::Fact;
use forloeb::frister::{Assessment, Frist};
use forloeb::haendelse::BrevGivet;
use forloeb::nyheder::{Nyhed, nyhed_of};
use forloeb::paamindelser::is_undelivered;
use forloeb::words::{Fristart, Friststatus, Modtagerrolle};
use texts::brev;

use super::datoer::{both, long};
use super::reader_view::ReaderView;
use crate::sentences;
use crate::views::paamindelser as view;

/// The parameter of the address of the employee's page that asks for one forløb, as a mail does.
pub(crate) const FORLOEB: &str = "forloeb";

/// Something that is to happen.
pub(crate) struct Step {
    pub(crate) what: &'static str,
    pub(crate) when: String,
    pub(crate) who: &'static str,
}

/// A mail about the employee: its day, who gets it, and what it is about. Nobody's name and no cause is in any of them.
pub(crate) struct Letter {
    pub(crate) dag: String,
    pub(crate) til: &'static str,
    pub(crate) about: &'static str,
}

/// What comes next for the employee.
pub(crate) fn steps(k: &ReaderView<'_>, f: &Forloeb, v: &Assessment) -> Vec<Step> {
    // Of who is back only what stays after an absence is to happen.
    let comes = |fr: &&Frist| {
        fr.status.outstanding() && fr.status != Friststatus::Tabt && (fr.forbliver || f.is_aabent(k.today))
    };
    let outstanding = |art| v.frist(art).filter(comes);
    let planlagt = [
        (Fristart::FoersteKontakt, "En kollega eller din leder kontakter dig", "din kontaktperson eller leder"),
        (Fristart::Samtale, "Du og din leder holder en samtale om, hvordan du kommer godt tilbage", "din leder"),
        (Fristart::OtteUger, "I følger op på, hvordan det går", "din leder"),
        (Fristart::VidereOpfoelgning, "I følger igen op på, hvordan det går", "din leder"),
        (Fristart::OpfoelgningEfterRetur, "Du og din leder taler om, hvordan det går at være tilbage", "din leder"),
        (Fristart::ForkertLeder, "HR afgør, om din leder er den rigtige", "HR"),
        (Fristart::Forebyggelse, "Det bliver besluttet, hvad der gøres på arbejdet", "din leder"),
        (Fristart::TtaEvaluering, "I ser på, om planen passer til dig", "koordinatoren"),
        (Fristart::Skaanehensyn, "I taler om et skånehensyn, der slutter", "din leder"),
    ];
    let step = |(art, what, who)| {
        let fr = outstanding(art)?;
        let late = fr.maaldag < k.today;
        let when = if late { "snarest".to_owned() } else { format!("senest {}", both(fr.maaldag, k.today)) };
        Some(Step { what, when, who })
    };
    planlagt.into_iter().filter_map(step).collect()
}

/// The letters on paper that the employee was given or sent, each as its day and what it was.
pub(crate) fn on_paper(f: &Forloeb) -> Vec<(String, &'static str)> {
    let of = |fact: &Fact<BrevGivet>| (long(fact.what.dato), brev::name(fact.what.art));
    f.noteret.breve.iter().map(of).collect()
}

/// The mails about a forløb that came out like this: `sendt`, or `planlagt`.
pub(crate) fn letters(k: &ReaderView<'_>, f: &Forloeb, v: &Assessment, udfald: &str) -> Vec<Letter> {
    let all = view::paamindelser(f, v, k.today, &k.state.service.app.book());
    // What is planned for a day that has gone is sent in the morning, or not at all.
    let still = |dag| udfald != "planlagt" || dag >= k.today;
    let own = all.into_iter().filter(|p| p.udfald == udfald && still(p.dag) && k.user().sees_frist(p.frist));
    own.map(|p| Letter {
        dag: both(p.dag, k.today),
        til: if p.modtager_rolle != Modtagerrolle::Hr && is_undelivered(&p.trin) {
            "en anden, fordi mailen ikke kunne leveres"
        } else {
            recipient(p.modtager_rolle, nyhed_of(&p.trin))
        },
        about: sentences::letter_name(p.frist, &p.trin),
    })
    .collect()
}

/// Who gets a mail, as the employee calls them.
const fn recipient(rolle: Modtagerrolle, nyhed: Option<Nyhed>) -> &'static str {
    match rolle {
        Modtagerrolle::Leder if matches!(nyhed, Some(Nyhed::Overtagelse)) => "den leder, der gav forløbet videre",
        Modtagerrolle::Leder => "din leder",
        Modtagerrolle::LedersLeder => "din leders leder",
        Modtagerrolle::Kontaktperson => "din kontaktperson",
        Modtagerrolle::Koordinator => "din koordinator",
        Modtagerrolle::Hr => "HR",
        Modtagerrolle::Medarbejder => "dig",
        Modtagerrolle::Deltager => "en kollega, der er med",
        Modtagerrolle::Amr => "arbejdsmiljørepræsentanten (AMR)",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_giver_of_a_forloeb_is_not_called_the_leder() {
        assert_eq!(recipient(Modtagerrolle::Leder, None), "din leder");
        assert_eq!(recipient(Modtagerrolle::Leder, Some(Nyhed::Plansvar)), "din leder");
        assert_eq!(recipient(Modtagerrolle::Leder, Some(Nyhed::Overtagelse)), "den leder, der gav forløbet videre");
    }
}
