//! What came of it, as people read it and as programs do.

use std::collections::BTreeMap;
use std::fmt::{self, Display};

use chrono::NaiveDate;
use forloeb::ord::{Aflysning, Fristart};
use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

use super::flid::Flid;
use texts::tekster::{aflysningsnavn, fristnavn, kroner, tal};

/// What a simulation came to. Equal for equal arguments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rapport {
    /// Employees.
    pub medarbejdere: u32,
    /// Years.
    pub aar: u32,
    /// Seed.
    pub froe: u64,
    /// Last day.
    pub til: NaiveDate,
    /// Forløb, annulled ones apart.
    pub forloeb: u64,
    /// Commands that the rules refused.
    pub afviste: u64,
    /// Reminders that were sent.
    pub sendt: BTreeMap<Fristart, u64>,
    /// Reminders that were withheld, by reason.
    pub aflyst: BTreeMap<Aflysning, u64>,
    /// Reminders that a mail server refused.
    pub fejlet: u64,
    /// Mails to everybody but HR.
    pub breve: Breve,
    /// Mails to HR.
    pub breve_hr: Breve,
    /// Frister, by kind and by the diligence of who leads; none: nobody does.
    #[serde(serialize_with = "som_liste")]
    pub frister: BTreeMap<(Fristart, Option<Flid>), Frister>,
    /// Refusion, by the diligence of who leads.
    #[serde(serialize_with = "tab_som_liste")]
    pub tab: BTreeMap<Option<Flid>, Tab>,
}

/// Mails, one a morning at most, in the weeks with any.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Breve {
    /// All of them.
    pub i_alt: u64,
    /// Weeks in which somebody got any, for each of them.
    pub uger: u64,
    /// Most that somebody got in a week.
    pub hoejst: u64,
}

impl Breve {
    pub(super) fn af(uger: &[u64]) -> Self {
        let (i_alt, antal) = (uger.iter().sum(), uger.len() as u64);
        Self { i_alt, uger: antal, hoejst: uger.iter().copied().max().unwrap_or(0) }
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
    pub aldrig: u64,
    /// Not required.
    pub undtaget: u64,
    /// Not due yet when the years were over.
    pub aabne: u64,
}

/// Refusion, estimated in whole kroner.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tab {
    /// Forløb that give refusion.
    pub forloeb_med_refusion: u64,
    /// Those that lost some of it.
    pub forloeb_med_tab: u64,
    /// Lost because the anmeldelse was receipted late, or never.
    pub kr_for_sent_anmeldt: i64,
    /// Lost because nobody claimed within three months.
    pub kr_for_sent_anmodet: i64,
    /// Claimed.
    pub kr_soegt: i64,
}

fn som_liste<S: Serializer>(frister: &BTreeMap<(Fristart, Option<Flid>), Frister>, s: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct En<'a> {
        frist: Fristart,
        leder: Option<Flid>,
        #[serde(flatten)]
        antal: &'a Frister,
    }
    let mut liste = s.serialize_seq(Some(frister.len()))?;
    for ((frist, leder), antal) in frister {
        liste.serialize_element(&En { frist: *frist, leder: *leder, antal })?;
    }
    liste.end()
}

fn tab_som_liste<S: Serializer>(tab: &BTreeMap<Option<Flid>, Tab>, s: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct En<'a> {
        leder: Option<Flid>,
        #[serde(flatten)]
        tab: &'a Tab,
    }
    let mut liste = s.serialize_seq(Some(tab.len()))?;
    for (leder, tab) in tab {
        liste.serialize_element(&En { leder: *leder, tab })?;
    }
    liste.end()
}

fn navn(flid: Option<Flid>) -> &'static str {
    flid.map_or("ingen leder", Flid::kode)
}

fn procent(del: u64, af: u64) -> String {
    (del * 100).checked_div(af).map_or_else(|| "–".to_owned(), |p| format!("{p} %"))
}

impl Display for Rapport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (medarbejdere, forloeb) = (tal(self.medarbejdere.into()), tal(self.forloeb));
        writeln!(f, "{medarbejdere} medarbejdere i {} år til og med {}, frø {}", self.aar, self.til, self.froe)?;
        writeln!(f, "{forloeb} forløb; {} kommandoer blev afvist af reglerne, som det sker\n", tal(self.afviste))?;

        writeln!(
            f,
            "{:<24}{:<14}{:>10}{:>10}{:>8}{:>8}{:>10}{:>8}",
            "Frist", "Leder", "til tiden", "for sent", "aldrig", "åbne", "undtaget", ""
        )?;
        for ((art, flid), n) in &self.frister {
            let skulle = n.til_tiden + n.for_sent + n.aldrig;
            writeln!(
                f,
                "{:<24}{:<14}{:>10}{:>10}{:>8}{:>8}{:>10}{:>8}",
                fristnavn(*art),
                navn(*flid),
                tal(n.til_tiden),
                tal(n.for_sent),
                tal(n.aldrig),
                tal(n.aabne),
                tal(n.undtaget),
                procent(n.til_tiden, skulle)
            )?;
        }

        writeln!(
            f,
            "\n{:<14}{:>10}{:>10}{:>22}{:>22}{:>18}",
            "Leder", "refusion", "med tab", "for sent anmeldt", "for sent søgt", "søgt"
        )?;
        let mut i_alt = Tab::default();
        for (flid, t) in &self.tab {
            linje(f, navn(*flid), t)?;
            i_alt.forloeb_med_refusion += t.forloeb_med_refusion;
            i_alt.forloeb_med_tab += t.forloeb_med_tab;
            i_alt.kr_for_sent_anmeldt += t.kr_for_sent_anmeldt;
            i_alt.kr_for_sent_anmodet += t.kr_for_sent_anmodet;
            i_alt.kr_soegt += t.kr_soegt;
        }
        linje(f, "I alt", &i_alt)?;

        writeln!(f, "\nPåmindelser sendt: {}", tal(self.sendt.values().sum()))?;
        for (art, n) in &self.sendt {
            writeln!(f, "  {:<24}{:>10}", fristnavn(*art), tal(*n))?;
        }
        writeln!(f, "Ikke sendt: {}", tal(self.aflyst.values().sum()))?;
        for (aarsag, n) in &self.aflyst {
            writeln!(f, "  {:<24}{:>10}", aflysningsnavn(*aarsag), tal(*n))?;
        }
        writeln!(f, "Afvist af mailserveren: {}", tal(self.fejlet))?;
        for (hvem, b) in [("Breve til ledere og andre", self.breve), ("Breve til HR", self.breve_hr)] {
            let snit = (b.i_alt * 10).checked_div(b.uger).unwrap_or(0);
            let (i_alt, snit) = (tal(b.i_alt), format!("{},{}", snit / 10, snit % 10));
            writeln!(f, "{hvem}: {i_alt}; i en uge med breve {snit} i snit, højst {}", b.hoejst)?;
        }
        Ok(())
    }
}

fn linje(f: &mut fmt::Formatter<'_>, navn: &str, t: &Tab) -> fmt::Result {
    writeln!(
        f,
        "{navn:<14}{:>10}{:>10}{:>22}{:>22}{:>18}",
        tal(t.forloeb_med_refusion),
        tal(t.forloeb_med_tab),
        kroner(t.kr_for_sent_anmeldt),
        kroner(t.kr_for_sent_anmodet),
        kroner(t.kr_soegt)
    )
}
