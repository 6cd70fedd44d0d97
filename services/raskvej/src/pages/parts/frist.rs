//! One frist as people read it: what to do, by when, where it stands, and how the dates were found.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::forloeb::Situation;
use forloeb::frister::{Assessment, Frist};
use forloeb::words::{Anmeldelsestrin, Fristart, Friststatus, Slutaarsag};

use super::datoer::{both, long};
use super::reader_view::ReaderView;
use crate::access::Intent;
use crate::commands::{self, About, Entry, opfoelgning, opfoelgning_retur, tta_evaluering};
use crate::money::kroner;
use crate::{explanation, sentences};
use app::mail_link;
use texts::standing::{label_in, label_of};

/// A row of the line 14 days / 4 weeks / 5 weeks / 8 weeks.
pub(crate) struct FristRow {
    pub(crate) name: &'static str,
    /// Where on the line: "14 dage".
    pub(crate) when: &'static str,
    /// Code, for the badge's colour.
    pub(crate) code: &'static str,
    pub(crate) status: String,
    pub(crate) maaldag: String,
    pub(crate) lovdag: String,
    pub(crate) intern: Option<String>,
    pub(crate) ansvarlig: String,
    /// What made the status so.
    pub(crate) because: Option<String>,
    pub(crate) kommunens_samtale: Option<String>,
    pub(crate) kommunens_rolle: Option<&'static str>,
    /// "Sådan er fristen beregnet", line by line.
    pub(crate) computation: Vec<String>,
    /// The form that resolves it, for those who may.
    pub(crate) page_form: Option<String>,
    /// Where that form is first.
    pub(crate) path: Option<String>,
}

/// How a frist stands on a day, as a badge says it, and the code of its colour.
pub(crate) fn label(frist: &Frist, today: NaiveDate) -> (String, &'static str) {
    let (said, status) = label_of(frist, today);
    (said, status.code())
}

/// Where on the line a frist lies.
pub(crate) fn when(f: &Forloeb, frist: &Frist) -> &'static str {
    match frist.art {
        Fristart::FoersteKontakt => "14 dage",
        Fristart::Samtale => "4 uger",
        // Without wages it is sooner, and of a short absence with refusion from the first day it is later.
        Fristart::Anmeldelse => match (frist.lovdag - f.foerste).num_days() {
            ..=20 => "14 dage",
            21..=45 => "5 uger",
            _ => "3 måneder",
        },
        Fristart::FastTrack => "5 uger",
        Fristart::OtteUger => "8 uger",
        Fristart::Refusionsanmodning => "3 måneder",
        Fristart::TtaEvaluering => "planens dato",
        Fristart::Kontakt => "aftalt dag",
        Fristart::Easy => "14 dage",
        Fristart::VidereOpfoelgning => "hver 8. uge",
        Fristart::OpfoelgningEfterRetur => "2 uger efter",
        Fristart::Paragraf56Fornyelse => "aftalens slutdag",
        Fristart::ForkertLeder => "3 arbejdsdage",
        Fristart::Aftale => "aftalt dag",
        Fristart::ForventetSlut if f.expected_sidste().is_none() => "uden ventet dag",
        Fristart::ForventetSlut => "ventet dag",
        Fristart::Overtagelse => "2 arbejdsdage",
        Fristart::Forebyggelse => "10 arbejdsdage",
        Fristart::Skaanehensyn => "hensynets slutdag",
    }
}

/// The form that resolves a frist.
pub(crate) const fn page_form(art: Fristart) -> &'static str {
    match art {
        Fristart::FoersteKontakt | Fristart::Kontakt => "foerste-kontakt",
        Fristart::Samtale => "samtale",
        Fristart::Anmeldelse => "anmeldelse",
        Fristart::FastTrack => "fast-track",
        Fristart::OtteUger => "otte-uger",
        Fristart::Refusionsanmodning => "refusionsanmodning",
        // A follow-up does it too, and stands beside it.
        Fristart::TtaEvaluering | Fristart::Skaanehensyn => "evaluering",
        Fristart::Easy => "arbejdsskade",
        Fristart::VidereOpfoelgning => "opfoelgning",
        Fristart::OpfoelgningEfterRetur => opfoelgning_retur::FORM,
        Fristart::Paragraf56Fornyelse => "paragraf-56",
        Fristart::ForkertLeder => "leder-beholdt",
        // Each agreement has a form of its own, beside the agreement.
        Fristart::Aftale => "aftale",
        Fristart::ForventetSlut => "forventet-slut",
        Fristart::Overtagelse => "overtagelse",
        Fristart::Forebyggelse => "foranstaltning",
    }
}

/// What one must be allowed to for the form that resolves a frist.
fn access(art: Fristart) -> Option<Intent> {
    let of = |entry: &'static Entry| match &entry.about {
        About::Forloeb(on_page) => Some(on_page),
        About::Other { .. } => None,
    };
    let on_page = match page_form(art) {
        "evaluering" => of(&tta_evaluering::ENTRY),
        opfoelgning_retur::FORM => of(&opfoelgning::ENTRY),
        name => commands::on_forloeb(name).map(|(_, on_page)| on_page),
    };
    on_page.map(|on_page| on_page.access)
}

/// Address of the form that resolves a frist; for who may not send it, that of the forløb.
pub(crate) fn link(k: &ReaderView<'_>, f: &Forloeb, art: Fristart) -> String {
    let (name, case) = (page_form(art), format!("/forloeb/{}", f.id));
    let may = access(art).is_some_and(|intent| k.may(f, intent));
    if may { format!("{case}?vis={name}#f-{name}") } else { case }
}

/// The form that answers the wish for a fastholdelsesplan.
pub(crate) const WISH_FORM: &str = "fastholdelsessvar";
/// What there is to do about the wish, as it stands in a list.
pub(crate) const ANSWER_WISH: &str = "Svar på ønsket om en fastholdelsesplan";
/// How it stands: no day is set for the answer, so nothing is late.
pub(crate) const UNANSWERED: (&str, &str) = ("Ikke besvaret", "aaben");

/// Address of the form that answers the wish for a fastholdelsesplan.
pub(crate) fn wish_link(f: &Forloeb) -> String {
    format!("/forloeb/{}?vis={WISH_FORM}#f-{WISH_FORM}", f.id)
}

/// The form that resolves this one: each agreement has its own.
fn form_of(frist: &Frist) -> String {
    let name = page_form(frist.art);
    frist.aftale.map_or_else(|| name.to_owned(), |nr| format!("{name}-{nr}"))
}

/// The same, for who is on the page of the forløb and stays with it.
fn here(f: &Forloeb, frist: &Frist) -> String {
    format!("{}#f-{}", mail_link::path(f.id, frist.art, frist.aftale), form_of(frist))
}

impl FristRow {
    pub(crate) fn new(k: &ReaderView<'_>, f: &Forloeb, frist: &Frist, can: &dyn Fn(&str) -> bool) -> Self {
        let name = form_of(frist);
        let (status, standing) = label_in(f, frist, k.today);
        let code = standing.code();
        let can = frist.status.outstanding() && frist.status != Friststatus::Coming && can(&name);
        let ansvarlig: Vec<_> = frist.ansvarlig.iter().map(|m| sentences::modtager_name(*m)).collect();
        Self {
            name: sentences::frist_name(frist.art),
            when: when(f, frist),
            code,
            status,
            maaldag: both(frist.maaldag, k.today),
            lovdag: both(frist.lovdag, k.today),
            intern: frist.intern.map(|d| both(d, k.today)),
            ansvarlig: ansvarlig.join(if frist.art == Fristart::FoersteKontakt { ", ellers " } else { " og " }),
            because: because(frist, k.today),
            kommunens_rolle: frist.kommunens_rolle.map(sentences::kommunens_rolle),
            kommunens_samtale: frist.kommunens_samtale.map(|d| both(d, k.today)),
            computation: explanation::frist(f, frist),
            page_form: can.then_some(name),
            path: can.then(|| here(f, frist)),
        }
    }
}

/// What made the status of a frist so.
fn because(frist: &Frist, today: NaiveDate) -> Option<String> {
    let dato = |d: Option<NaiveDate>| d.map(|d| format!(" {}", long(d))).unwrap_or_default();
    if let Some(l) = &frist.loest_af {
        let what = match l.name {
            "under_8_uger" => return Some("Fraværet ventes at vare under 8 uger.".to_owned()),
            "fratraadt" if frist.status == Friststatus::Undtaget => {
                return Some(format!("Medarbejderen fratræder{}, så samtalen kan undlades (§ 7 a).", dato(l.dato)));
            }
            // They may have been back, and have left since.
            "fratraadt"
                if matches!(
                    frist.art,
                    Fristart::Aftale
                        | Fristart::Forebyggelse
                        | Fristart::OpfoelgningEfterRetur
                        | Fristart::Skaanehensyn
                ) =>
            {
                return Some(format!("Medarbejderen fratrådte{}.", dato(l.dato)));
            }
            "for_kort_fravaer" => {
                return Some(format!("Fraværet sluttede{}: for kort til, at skaden skal anmeldes.", dato(l.dato)));
            }
            "TtaPlanLagt" if frist.art == Fristart::Skaanehensyn => {
                return Some(format!("Det er aftalt i den plan, der er lavet{}.", dato(l.dato)));
            }
            "TtaPlanLagt" => return Some(format!("Planen evalueres{}.", dato(l.dato))),
            "for_gammelt_fravaer" => {
                return Some("Medarbejderen kan ikke længere få sygedagpenge for fraværet (§ 38 stk. 8).".to_owned());
            }
            "overtaget" => return Some("Medarbejderen er ikke længere tilbage fra det fravær.".to_owned()),
            "for_laenge_siden" if matches!(frist.art, Fristart::Aftale | Fristart::Skaanehensyn) => {
                return Some("Det er for længe siden, og fraværet er forbi.".to_owned());
            }
            "for_laenge_siden" => return Some("Det er for længe siden, medarbejderen kom tilbage.".to_owned()),
            "kendt_efter_fristen" => return Some("Fraværet blev først kendt, da fristen var gået.".to_owned()),
            name => super::history::event_in_short(name),
        };
        return Some(format!("{what}{}.", dato(l.dato)));
    }
    match frist.status {
        Friststatus::Overskredet if today <= frist.lovdag => {
            Some(format!("Målet var {}; det kan stadig nås.", long(frist.maaldag)))
        }
        Friststatus::Overskredet => Some(format!("Måldagen var {}.", long(frist.maaldag))),
        Friststatus::Tabt => Some(format!("Sidste dag efter reglerne var {}.", long(frist.lovdag))),
        Friststatus::Coming if frist.art == Fristart::Refusionsanmodning => {
            Some("Kan søges, når anmeldelsen er kvitteret og den første refusionsdag er gået.".to_owned())
        }
        Friststatus::Coming => Some(format!("Begynder {}.", long(frist.aabner))),
        _ => None,
    }
}

/// What somebody has to do, in one sentence that blames nobody.
pub(crate) fn task(f: &Forloeb, v: &Assessment, frist: &Frist, today: NaiveDate) -> String {
    let what = match frist.art {
        Fristart::FoersteKontakt => "Kontakt medarbejderen",
        Fristart::Samtale => "Hold sygefraværssamtalen",
        Fristart::Anmeldelse => anmeld(f),
        Fristart::FastTrack => "Tag stilling til fast track",
        Fristart::OtteUger => "Hold otteugersopfølgningen",
        Fristart::Refusionsanmodning => "Søg refusion",
        Fristart::TtaEvaluering if f.plan_looked_at_again_on(frist.derivation.fra) => {
            "Se på, om der nu er brug for en TTA-plan"
        }
        Fristart::TtaEvaluering => "Evaluér TTA-planen",
        Fristart::Kontakt => "Kontakt medarbejderen igen",
        Fristart::Easy => "Anmeld arbejdsskaden i EASY",
        Fristart::VidereOpfoelgning => "Følg op på det lange fravær",
        Fristart::OpfoelgningEfterRetur => "Følg op efter tilbagevenden",
        Fristart::Paragraf56Fornyelse => "Se efter, om § 56-aftalen skal fornys,",
        Fristart::ForkertLeder => "Afgør, om lederen er den rigtige,",
        Fristart::Aftale => "Gør det, der er aftalt,",
        Fristart::ForventetSlut if f.expected_sidste().is_none() => "Hør, hvordan det går,",
        Fristart::ForventetSlut => "Hør, om medarbejderen er tilbage,",
        Fristart::Overtagelse if f.sagt.no().is_some() => "Den nye leder sagde nej: sig, om du beholder forløbet,",
        Fristart::Overtagelse => "Sig, om du overtager forløbet,",
        Fristart::Forebyggelse => "Beslut, hvad der gøres, så det ikke sker igen,",
        Fristart::Skaanehensyn => "Tal om det skånehensyn, der slutter,",
    };
    let dag = long(frist.maaldag);
    match (frist.status, frist.art) {
        (Friststatus::Tabt, Fristart::FastTrack) => {
            format!("Fast track kunne bruges til og med {}; det kan ikke længere nås", long(frist.lovdag))
        }
        (Friststatus::Tabt, Fristart::Anmeldelse) => {
            let pr_dag =
                v.refusion.per_arbejdsdag.map(|s| format!("; hver arbejdsdag koster ca. {}", kroner(s.beloeb)));
            format!("{what} nu; fristen var {}{}", long(frist.lovdag), pr_dag.unwrap_or_default())
        }
        (Friststatus::Overskredet, _) if today <= frist.lovdag => {
            format!("{what} nu; sidste dag er {}", long(frist.lovdag))
        }
        (Friststatus::Overskredet | Friststatus::Tabt, _) => format!("{what} nu; målet var {dag}"),
        _ => format!("{what} senest {dag}"),
    }
}

fn anmeld(f: &Forloeb) -> &'static str {
    match f.anmeldelser.last().map(|a| a.what.trin) {
        None => "Anmeld fraværet",
        Some(Anmeldelsestrin::Klar) => "Underskriv anmeldelsen",
        Some(Anmeldelsestrin::Underskrevet | Anmeldelsestrin::Kvitteret) => "Find kvitteringen for anmeldelsen",
        Some(Anmeldelsestrin::Afvist) => "Anmeld fraværet igen, den sidste anmeldelse blev afvist",
    }
}

/// Open, or how it ended.
pub(crate) fn situation(f: &Forloeb, today: NaiveDate) -> String {
    match f.situation(today) {
        Situation::Aabent => "Åbent".to_owned(),
        Situation::End { aarsag: Slutaarsag::Annulleret, .. } => "Annulleret".to_owned(),
        Situation::End { aarsag, sidste } => {
            format!("Slut: {}, sidste fraværsdag {}", sentences::end_name(aarsag), long(sidste))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_of_every_frist_is_one_that_the_table_of_rights_knows() {
        let without: Vec<_> = Fristart::ALL.iter().filter(|art| access(**art).is_none()).collect();
        assert_eq!(without, Vec::<&Fristart>::new());
        assert_eq!(access(Fristart::TtaEvaluering), Some(Intent::TtaPlan));
        assert_eq!(access(Fristart::OpfoelgningEfterRetur), Some(Intent::Forloeb));
        assert_eq!(access(Fristart::Forebyggelse), Some(Intent::Forebyggelse));
    }
}
