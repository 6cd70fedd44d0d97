//! What would be otherwise for one forløb under other rules, in Danish.

use chrono::NaiveDate;

use crate::money::kroner;
use crate::sentences::{dato, frist_name};
use crate::what_if::{MovedFrist, OtherPaamindelser, Sag};

/// What is before, and what would be after.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Otherwise {
    pub(crate) what: String,
    pub(crate) before: String,
    pub(crate) after: String,
}

/// A line for each frist that would lie elsewhere, for each whose reminders would be others, and for lost refusion.
pub(crate) fn lines(sag: &Sag) -> Vec<Otherwise> {
    let frister = sag.frister.iter().map(frist);
    let paamindelser = sag.paamindelser.iter().map(paamindelser);
    let tab = (sag.tab != sag.nyt_tab).then(|| {
        let told = |tab: &forloeb::what_if::Tab| match tab.dage {
            0 => "ingen".to_owned(),
            dage => format!("{dage} dage, {}", kroner(tab.beloeb)),
        };
        Otherwise { what: "Tabt refusion".to_owned(), before: told(&sag.tab), after: told(&sag.nyt_tab) }
    });
    frister.chain(paamindelser).chain(tab).collect()
}

fn frist(f: &MovedFrist) -> Otherwise {
    let told = |maaldag: Option<NaiveDate>, lovdag: Option<NaiveDate>| match (maaldag, lovdag) {
        (Some(maaldag), Some(lovdag)) if maaldag != lovdag => {
            format!("mål {}, sidste dag {}", dato(maaldag), dato(lovdag))
        }
        (Some(dag), _) | (_, Some(dag)) => dato(dag),
        (None, None) => "ingen frist".to_owned(),
    };
    Otherwise {
        what: frist_name(f.frist).to_owned(),
        before: told(f.maaldag, f.lovdag),
        after: told(f.new_maaldag, f.new_lovdag),
    }
}

fn paamindelser(p: &OtherPaamindelser) -> Otherwise {
    let after = match p.nye_paamindelser {
        same if same == p.paamindelser => format!("{same}, på andre dage"),
        other => other.to_string(),
    };
    let what = format!("{}, påmindelser", frist_name(p.frist));
    Otherwise { what, before: p.paamindelser.to_string(), after }
}
