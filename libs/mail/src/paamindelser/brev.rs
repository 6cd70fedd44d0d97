//! The words of the mails: one digest per mailbox and morning, the most urgent first.
//!
//! A mail travels in the clear and is read on locked screens. It holds the kind of deadline, dates, a short reference
//! and a link that asks for login: no name, no number of a person, no unit, and no word that says why somebody is away.
//! That goes for the kind of authority too, since who is notified tells the cause.

use askama::Template;
use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::frister::Vurdering;
use forloeb::ord::{Fristart, Friststatus};
use forloeb::paamindelser::Planlagt;
use uuid::Uuid;

use texts::tekster::{kort_dato, lang_dato, tal};

/// One deadline of one forløb in a digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Punkt {
    forloeb: Uuid,
    art: Fristart,
    /// The day to keep: the target, and once that has passed the day of the law.
    senest: NaiveDate,
    passeret: bool,
    penge: bool,
    sidste_chance: bool,
    tab: Option<Tab>,
    /// Whose it would have been cannot have it.
    i_stedet: Option<IStedet>,
}

/// Who has a reminder that somebody else would have had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IStedet {
    /// HR, because nobody nearer can be reached.
    Hr,
    /// A substitute, or the next leader up. Not why: that could be an illness.
    Kollega,
}

/// What a late anmeldelse has cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Tab {
    kr: i64,
    /// Year of the rate, where it is not the days' own.
    sats_aar: Option<i32>,
    vokser: bool,
}

/// Subject and text of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tekst {
    /// Subject.
    pub emne: String,
    /// The text.
    pub tekst: String,
}

/// What a mail says besides its deadlines.
#[derive(Debug, Clone, Copy)]
pub struct Ramme<'a> {
    /// Base of the links.
    pub base_url: &'a str,
    /// Answers reach HR.
    pub svar_til_hr: bool,
}

impl Punkt {
    /// What a planned reminder says today; none when the forløb has no such frist any more.
    #[must_use]
    pub fn ny(f: &Forloeb, v: &Vurdering, p: &Planlagt, idag: NaiveDate, i_stedet: Option<IStedet>) -> Option<Self> {
        let frist = v.frist(p.noegle.frist)?;
        let senest = if idag <= frist.maaldag { frist.maaldag } else { frist.lovdag };
        let passeret = idag > senest;
        let tab = v
            .refusion
            .mistet_skoen
            .filter(|s| s.kr > 0 && frist.art == Fristart::Anmeldelse && frist.status == Friststatus::Tabt)
            .map(|s| Tab { kr: s.kr, sats_aar: (!s.egen_sats).then_some(s.sats_aar), vokser: f.er_aabent(idag) });
        Some(Self {
            forloeb: f.id,
            art: frist.art,
            senest,
            passeret,
            penge: frist.penge,
            sidste_chance: p.sidste_chance && !passeret,
            tab,
            i_stedet,
        })
    }

    /// Overdue money, then what else is overdue, then by date.
    fn hast(&self) -> (bool, bool, NaiveDate, Fristart, Uuid) {
        let penge = self.passeret && self.penge;
        (!penge, !self.passeret, self.senest, self.art, self.forloeb)
    }

    fn overskrift(&self) -> String {
        let hvad = hvad(self.art);
        match (self.passeret, self.sidste_chance) {
            (true, _) => format!("Overskredet: {hvad}"),
            (_, true) => format!("Sidste chance: {hvad}"),
            _ => stort(hvad),
        }
    }

    fn hvornaar(&self) -> String {
        let dag = lang_dato(self.senest);
        if self.passeret { format!("Skulle være sket senest {dag}.") } else { format!("Senest {dag}.") }
    }

    fn goer(&self) -> &'static str {
        goer(self.art)
    }

    fn reference(&self) -> String {
        reference(&self.forloeb)
    }

    fn hvorfor_mig(&self) -> Option<&'static str> {
        self.i_stedet.map(|i_stedet| match i_stedet {
            IStedet::Hr => "Mailen går til HR, fordi den, der skulle have haft den, ikke kan nås.",
            IStedet::Kollega => "Du får den i stedet for en anden, som du træder til for.",
        })
    }

    fn tab(&self) -> Option<String> {
        let Tab { kr, sats_aar, vokser } = self.tab?;
        let sats = sats_aar.map_or_else(String::new, |aar| format!(" (beregnet med satsen for {aar})"));
        let beloeb = format!("Der er tabt omkring {} kr.{sats}", tal(kr.unsigned_abs()));
        Some(if vokser { format!("{beloeb}, og beløbet vokser, til anmeldelsen er kvitteret.") } else { beloeb })
    }
}

/// The digest of one mailbox: its deadlines, and what the recipient is told as an employee (references of forløb).
///
/// # Errors
/// Never for the built-in templates; askama's signature asks for it.
pub fn skriv(mut punkter: Vec<Punkt>, om_dig: &[Uuid], ramme: Ramme<'_>) -> askama::Result<Tekst> {
    punkter.sort_by_key(Punkt::hast);
    // Somebody can be due the same twice, as HR and in a leader's place: it is one thing to do.
    let mut samlet: Vec<Punkt> = Vec::new();
    for p in punkter {
        match samlet.iter_mut().find(|s| (s.forloeb, s.art) == (p.forloeb, p.art)) {
            Some(s) => {
                s.sidste_chance |= p.sidste_chance;
                s.i_stedet = s.i_stedet.filter(|_| s.i_stedet == p.i_stedet);
            }
            None => samlet.push(p),
        }
    }
    let emne = emne(&samlet);
    let om_dig = om_dig.iter().map(reference).collect::<Vec<_>>().join(", ");
    let tekst = if samlet.is_empty() {
        Medarbejder { om_dig, ramme }.render()?
    } else {
        Paamindelse { punkter: &samlet, om_dig, ramme }.render()?
    };
    Ok(Tekst { emne, tekst })
}

/// Action and date, no person.
fn emne(punkter: &[Punkt]) -> String {
    match punkter {
        [] => "Til orientering: opfølgningssamtale".to_owned(),
        [p] => {
            let foran = match (p.passeret, p.sidste_chance) {
                (true, _) => "Overskredet",
                (_, true) => "Sidste chance",
                _ => "Husk",
            };
            format!("{foran}: {} {}", hvad(p.art), kort_dato(p.senest))
        }
        flere => {
            let antal = flere.len();
            let passeret = flere.iter().filter(|p| p.passeret).count();
            let naermeste = flere.iter().filter(|p| !p.passeret).map(|p| p.senest).min().map(kort_dato);
            match (passeret, naermeste) {
                (0, Some(dag)) => format!("{antal} frister: nærmeste {dag}"),
                (n, Some(dag)) => format!("{antal} frister: {n} overskredet, nærmeste {dag}"),
                (_, None) => format!("{antal} frister er overskredet"),
            }
        }
    }
}

#[derive(Template)]
#[template(path = "paamindelse.txt", escape = "none")]
struct Paamindelse<'a> {
    punkter: &'a [Punkt],
    om_dig: String,
    ramme: Ramme<'a>,
}

#[derive(Template)]
#[template(path = "medarbejder.txt", escape = "none")]
struct Medarbejder<'a> {
    om_dig: String,
    ramme: Ramme<'a>,
}

fn hvad(art: Fristart) -> &'static str {
    match art {
        Fristart::FoersteKontakt => "første kontakt",
        Fristart::Samtale => "opfølgningssamtale",
        Fristart::Anmeldelse => "frist for anmeldelse",
        Fristart::FastTrack => "beslutning om fast track",
        Fristart::OtteUger => "opfølgning ved otte uger",
        Fristart::Refusionsanmodning => "anmodning om refusion",
        Fristart::TtaEvaluering => "evaluering af plan",
        Fristart::Kontakt => "næste kontakt",
        Fristart::Easy => "frist for indberetning",
    }
}

fn goer(art: Fristart) -> &'static str {
    match art {
        Fristart::FoersteKontakt => "Tag kontakt til medarbejderen, og registrer kontakten.",
        Fristart::Samtale => "Hold samtalen, personligt eller i telefonen, og registrer, hvordan den gik.",
        Fristart::Anmeldelse => "Send anmeldelsen i NemRefusion, og registrer kvitteringen.",
        Fristart::FastTrack => "Beslut, om I vil bede om en tidlig opfølgning, og registrer beslutningen.",
        Fristart::OtteUger => "Hold opfølgningsmødet, eller registrer, hvorfor det ikke er nødvendigt.",
        Fristart::Refusionsanmodning => "Send anmodningen for de dage, der mangler, og registrer den.",
        Fristart::TtaEvaluering => "Evaluer planen sammen med medarbejderen, og registrer evalueringen.",
        Fristart::Kontakt => "Tag kontakt til medarbejderen igen, og registrer kontakten.",
        Fristart::Easy => "Send indberetningen, og registrer, at den er sendt.",
    }
}

pub(super) fn reference(forloeb: &Uuid) -> String {
    forloeb.simple().to_string().chars().take(8).collect()
}

fn stort(tekst: &str) -> String {
    let mut tegn = tekst.chars();
    tegn.next().map_or_else(String::new, |c| c.to_uppercase().chain(tegn).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dag(tekst: &str) -> NaiveDate {
        tekst.parse().unwrap()
    }

    fn punkt(art: Fristart, senest: &str) -> Punkt {
        Punkt {
            forloeb: Uuid::from_u128(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef),
            art,
            senest: dag(senest),
            passeret: false,
            penge: art == Fristart::Anmeldelse,
            sidste_chance: false,
            tab: None,
            i_stedet: None,
        }
    }

    const RAMME: Ramme<'static> = Ramme { base_url: "https://opfoelgning.test", svar_til_hr: true };

    #[test]
    fn emnet_siger_handling_og_dato() {
        let emne = |p: &[Punkt]| emne(p);
        let en = punkt(Fristart::Anmeldelse, "2026-02-06");
        assert_eq!(emne(std::slice::from_ref(&en)), "Husk: frist for anmeldelse 6. februar");
        let sidste = Punkt { sidste_chance: true, ..en.clone() };
        assert_eq!(emne(&[sidste]), "Sidste chance: frist for anmeldelse 6. februar");
        let forbi = Punkt { passeret: true, ..punkt(Fristart::Samtale, "2026-02-02") };
        assert_eq!(emne(std::slice::from_ref(&forbi)), "Overskredet: opfølgningssamtale 2. februar");
        assert_eq!(emne(&[forbi.clone(), en.clone()]), "2 frister: 1 overskredet, nærmeste 6. februar");
        assert_eq!(emne(&[en.clone(), en]), "2 frister: nærmeste 6. februar");
        assert_eq!(emne(&[forbi.clone(), forbi]), "2 frister er overskredet");
    }

    /// Every mail about one deadline: a new word shows here, for somebody to read before it is sent.
    #[test]
    fn every_mail_reads_as_it_was_accepted() {
        let mut all = String::new();
        for art in Fristart::ALLE {
            let in_time = punkt(*art, "2026-02-06");
            let last_chance = Punkt { sidste_chance: true, ..in_time.clone() };
            let overdue = Punkt { passeret: true, i_stedet: Some(IStedet::Hr), ..in_time.clone() };
            for (when, one) in [("in time", in_time), ("the last chance", last_chance), ("overdue, to HR", overdue)] {
                let mail = skriv(vec![one], &[], RAMME).unwrap();
                all += &format!("=== {art}, {when}\nSubject: {}\n\n{}\n", mail.emne, mail.tekst);
            }
        }
        insta::assert_snapshot!(all);
    }

    #[test]
    fn det_der_haster_mest_staar_foerst_og_det_samme_staar_en_gang() {
        let naer = punkt(Fristart::FastTrack, "2026-02-06");
        let forbi = Punkt { passeret: true, ..punkt(Fristart::Samtale, "2026-02-02") };
        let penge = Punkt {
            passeret: true,
            tab: Some(Tab { kr: 18_780, sats_aar: Some(2024), vokser: true }),
            ..punkt(Fristart::Anmeldelse, "2026-02-09")
        };
        let igen = Punkt { i_stedet: Some(IStedet::Kollega), ..naer.clone() };
        let t = skriv(vec![naer, forbi, igen, penge], &[], RAMME).unwrap();
        let forventet = "\
Hej

Der er 3 frister, som venter på dig.

1. Overskredet: frist for anmeldelse
   Skulle være sket senest mandag den 9. februar 2026.
   Send anmeldelsen i NemRefusion, og registrer kvitteringen.
   Der er tabt omkring 18.780 kr. (beregnet med satsen for 2024), og beløbet vokser, til anmeldelsen er kvitteret.
   Reference 01234567: https://opfoelgning.test/forloeb/01234567-89ab-cdef-0123-456789abcdef

2. Overskredet: opfølgningssamtale
   Skulle være sket senest mandag den 2. februar 2026.
   Hold samtalen, personligt eller i telefonen, og registrer, hvordan den gik.
   Reference 01234567: https://opfoelgning.test/forloeb/01234567-89ab-cdef-0123-456789abcdef

3. Beslutning om fast track
   Senest fredag den 6. februar 2026.
   Beslut, om I vil bede om en tidlig opfølgning, og registrer beslutningen.
   Reference 01234567: https://opfoelgning.test/forloeb/01234567-89ab-cdef-0123-456789abcdef

Linket virker, når du er logget ind. Når opgaven er registreret, hører du ikke mere om den.
Har du spørgsmål, så svar på denne mail: svaret går til HR.

Mailen er sendt automatisk og nævner med vilje ingen personer.
";
        assert_eq!(t.tekst, forventet);
    }

    #[test]
    fn medarbejderens_kopi_beder_ikke_om_noget() {
        let t = skriv(Vec::new(), &[Uuid::from_u128(1)], RAMME).unwrap();
        assert_eq!(t.emne, "Til orientering: opfølgningssamtale");
        assert!(t.tekst.contains("Din leder er mindet om en samtale med dig"), "{}", t.tekst);
        assert!(t.tekst.contains("https://opfoelgning.test/mig") && !t.tekst.contains("Overskredet"), "{}", t.tekst);
    }

    #[test]
    fn datoer_skrives_paa_dansk() {
        assert_eq!(lang_dato(dag("2026-02-06")), "fredag den 6. februar 2026");
        assert_eq!(stort("øl"), "Øl");
    }
}
