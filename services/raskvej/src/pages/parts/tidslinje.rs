//! The line of a forløb: 14 days, four, five and eight weeks, and where on it today is.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::frister::Frist;
use forloeb::words::{Fristart, Friststatus};

use super::datoer::dato_in_digits;
use super::frist::{FristRow, when};

/// A point of the line, in the order of the days.
pub(crate) struct Mark {
    /// "14 dage", "I dag".
    pub(crate) when: &'static str,
    /// Its day in digits, or which day of the absence it is.
    pub(crate) dag: String,
    /// Code, for its colour.
    pub(crate) code: &'static str,
    pub(crate) is_today: bool,
    pub(crate) entries: Vec<Entry>,
}

/// What is to have happened by a point.
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) status: String,
    pub(crate) code: &'static str,
    /// Where it is registered, by who can.
    pub(crate) path: Option<String>,
}

/// The line of what a reader sees of the frister: each with its row on the page.
pub(crate) fn line(f: &Forloeb, today: NaiveDate, seen: &[(&Frist, &FristRow)]) -> Vec<Mark> {
    let mut marks: Vec<(NaiveDate, Mark)> = Vec::new();
    for (frist, row) in seen.iter().filter(|(frist, _)| is_on_it(frist.art)) {
        let entry = Entry { name: row.name, status: row.status.clone(), code: row.code, path: row.path.clone() };
        let open = frist.status.outstanding() && frist.status != Friststatus::Coming;
        let place = when(f, frist);
        match marks.iter_mut().find(|(_, mark)| mark.when == place) {
            Some((dag, mark)) => {
                *dag = frist.lovdag.max(*dag);
                mark.dag = dato_in_digits(*dag);
                mark.code = if open { row.code } else { mark.code };
                mark.entries.push(entry);
            }
            None => {
                let dag = dato_in_digits(frist.lovdag);
                let mark = Mark { when: place, dag, code: row.code, is_today: false, entries: vec![entry] };
                marks.push((frist.lovdag, mark));
            }
        }
    }
    if !marks.is_empty() && f.has_begun(today) {
        let end = f.slutdag(today);
        let dag = end.unwrap_or(today);
        let (when, is_today) = if end.is_none() { ("I dag", true) } else { ("Slut", false) };
        let here = Mark { when, dag: format!("dag {}", f.dag_number(dag)), code: "her", is_today, entries: Vec::new() };
        marks.push((dag, here));
    }
    // Today comes before what is to be done today at the latest.
    marks.sort_by_key(|(dag, mark)| (*dag, !mark.entries.is_empty()));
    marks.into_iter().map(|(_, mark)| mark).collect()
}

const fn is_on_it(art: Fristart) -> bool {
    match art {
        Fristart::FoersteKontakt
        | Fristart::Samtale
        | Fristart::Anmeldelse
        | Fristart::FastTrack
        | Fristart::Easy
        | Fristart::OtteUger => true,
        Fristart::Refusionsanmodning
        | Fristart::TtaEvaluering
        | Fristart::Kontakt
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
