//! What came of it, as people read it and as programs do.

use std::collections::BTreeMap;
use std::fmt::{self, Display};

use chrono::NaiveDate;
use forloeb::Oere;
use forloeb::oere::whole_kroner;
use forloeb::words::{Aflysning, Fristart};
use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

use super::flid::Flid;
use texts::money::kroner;
use texts::sentences::{aflysning_name, figure, frist_name};

/// What a simulation came to. Equal for equal arguments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Employees.
    pub medarbejdere: u32,
    /// Years.
    pub aar: u32,
    /// Seed.
    #[serde(rename = "froe")]
    pub seed: u64,
    /// Last day.
    pub til: NaiveDate,
    /// Forløb, annulled ones apart.
    pub forloeb: u64,
    /// Moves inside the workplace, to another employee number.
    pub flytninger: u64,
    /// Commands that the rules refused.
    #[serde(rename = "afviste")]
    pub refused_ones: u64,
    /// Reminders that were sent.
    pub sendt: BTreeMap<Fristart, u64>,
    /// Reminders that were withheld, by reason.
    pub aflyst: BTreeMap<Aflysning, u64>,
    /// Reminders that a mail server refused.
    pub fejlet: u64,
    /// Mails to everybody but HR.
    #[serde(rename = "breve")]
    pub letters: Letters,
    /// Mails to HR.
    pub breve_hr: Letters,
    /// Frister, by kind and by the diligence of who leads; none: nobody does.
    #[serde(serialize_with = "as_list")]
    pub frister: BTreeMap<(Fristart, Option<Flid>), Frister>,
    /// Refusion, by the diligence of who leads.
    #[serde(serialize_with = "tab_as_list")]
    pub tab: BTreeMap<Option<Flid>, Tab>,
}

/// Mails, one a morning at most, in the weeks with any.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Letters {
    /// All of them.
    pub i_alt: u64,
    /// Weeks in which somebody got any, for each of them.
    pub uger: u64,
    /// Most that somebody got in a week.
    #[serde(rename = "hoejst")]
    pub at_most: u64,
}

impl Letters {
    pub(super) fn af(uger: &[u64]) -> Self {
        let (i_alt, count) = (uger.iter().sum(), uger.len() as u64);
        Self { i_alt, uger: count, at_most: uger.iter().copied().max().unwrap_or(0) }
    }
}

/// Frister of a kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Frister {
    /// Done by the legal day.
    pub til_tiden: u64,
    /// Done later.
    pub for_sent: u64,
    /// Passed, and not done.
    #[serde(rename = "aldrig")]
    pub never: u64,
    /// Not required.
    pub undtaget: u64,
    /// Not due yet when the years were over.
    pub aabne: u64,
}

/// Refusion, estimated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tab {
    /// Forløb that give refusion.
    pub forloeb_med_refusion: u64,
    /// Those that lost some of it.
    pub forloeb_med_tab: u64,
    /// Lost because the anmeldelse was receipted late, or never.
    #[serde(rename = "kr_for_sent_anmeldt", with = "whole_kroner")]
    pub for_sent_anmeldt: Oere,
    /// Lost because nobody claimed within three months.
    #[serde(rename = "kr_for_sent_anmodet", with = "whole_kroner")]
    pub for_sent_anmodet: Oere,
    /// Claimed.
    #[serde(rename = "kr_soegt", with = "whole_kroner")]
    pub soegt: Oere,
}

fn as_list<S: Serializer>(frister: &BTreeMap<(Fristart, Option<Flid>), Frister>, s: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct One<'a> {
        frist: Fristart,
        leder: Option<Flid>,
        #[serde(flatten)]
        count: &'a Frister,
    }
    let mut list = s.serialize_seq(Some(frister.len()))?;
    for ((frist, leder), count) in frister {
        list.serialize_element(&One { frist: *frist, leder: *leder, count })?;
    }
    list.end()
}

fn tab_as_list<S: Serializer>(tab: &BTreeMap<Option<Flid>, Tab>, s: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct One<'a> {
        leder: Option<Flid>,
        #[serde(flatten)]
        tab: &'a Tab,
    }
    let mut list = s.serialize_seq(Some(tab.len()))?;
    for (leder, tab) in tab {
        list.serialize_element(&One { leder: *leder, tab })?;
    }
    list.end()
}

fn name(flid: Option<Flid>) -> &'static str {
    flid.map_or("ingen leder", Flid::code)
}

fn percent(del: u64, af: u64) -> String {
    (del * 100).checked_div(af).map_or_else(|| "–".to_owned(), |p| format!("{p} %"))
}

impl Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (medarbejdere, forloeb) = (figure(self.medarbejdere.into()), figure(self.forloeb));
        writeln!(f, "{medarbejdere} medarbejdere i {} år til og med {}, frø {}", self.aar, self.til, self.seed)?;
        writeln!(
            f,
            "{forloeb} forløb; {} kommandoer blev afvist af reglerne, som det sker",
            figure(self.refused_ones)
        )?;
        writeln!(f, "{} flyttede inden for arbejdspladsen og fik nyt medarbejdernummer\n", figure(self.flytninger))?;

        writeln!(
            f,
            "{:<24}{:<14}{:>10}{:>10}{:>8}{:>8}{:>10}{:>8}",
            "Frist", "Leder", "til tiden", "for sent", "aldrig", "åbne", "undtaget", ""
        )?;
        for ((art, flid), n) in &self.frister {
            let should = n.til_tiden + n.for_sent + n.never;
            writeln!(
                f,
                "{:<24}{:<14}{:>10}{:>10}{:>8}{:>8}{:>10}{:>8}",
                frist_name(*art),
                name(*flid),
                figure(n.til_tiden),
                figure(n.for_sent),
                figure(n.never),
                figure(n.aabne),
                figure(n.undtaget),
                percent(n.til_tiden, should)
            )?;
        }

        writeln!(
            f,
            "\n{:<14}{:>10}{:>10}{:>22}{:>22}{:>18}",
            "Leder", "refusion", "med tab", "for sent anmeldt", "for sent søgt", "søgt"
        )?;
        let mut i_alt = Tab::default();
        for (flid, t) in &self.tab {
            line(f, name(*flid), t)?;
            i_alt.forloeb_med_refusion += t.forloeb_med_refusion;
            i_alt.forloeb_med_tab += t.forloeb_med_tab;
            i_alt.for_sent_anmeldt += t.for_sent_anmeldt;
            i_alt.for_sent_anmodet += t.for_sent_anmodet;
            i_alt.soegt += t.soegt;
        }
        line(f, "I alt", &i_alt)?;

        writeln!(f, "\nPåmindelser sendt: {}", figure(self.sendt.values().sum()))?;
        for (art, n) in &self.sendt {
            writeln!(f, "  {:<24}{:>10}", frist_name(*art), figure(*n))?;
        }
        writeln!(f, "Ikke sendt: {}", figure(self.aflyst.values().sum()))?;
        for (aarsag, n) in &self.aflyst {
            writeln!(f, "  {:<24}{:>10}", aflysning_name(*aarsag), figure(*n))?;
        }
        writeln!(f, "Afvist af mailserveren: {}", figure(self.fejlet))?;
        for (who, b) in [("Breve til ledere og andre", self.letters), ("Breve til HR", self.breve_hr)] {
            let section = (b.i_alt * 10).checked_div(b.uger).unwrap_or(0);
            let (i_alt, section) = (figure(b.i_alt), format!("{},{}", section / 10, section % 10));
            writeln!(f, "{who}: {i_alt}; i en uge med breve {section} i snit, højst {}", b.at_most)?;
        }
        Ok(())
    }
}

fn line(f: &mut fmt::Formatter<'_>, name: &str, t: &Tab) -> fmt::Result {
    writeln!(
        f,
        "{name:<14}{:>10}{:>10}{:>22}{:>22}{:>18}",
        figure(t.forloeb_med_refusion),
        figure(t.forloeb_med_tab),
        kroner(t.for_sent_anmeldt),
        kroner(t.for_sent_anmodet),
        kroner(t.soegt)
    )
}
