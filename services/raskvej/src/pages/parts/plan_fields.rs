//! The fields of the form of a TTA plan: what is typed in them, and what the command is given of it. A field that was typed
//! in is shown again, whatever was pressed.

use std::collections::BTreeMap;

use forloeb::words::{Princip, Samtykke, Stoette, Ugedag};
use serde_json::{Map, Value};

use super::datoer::{as_iso, decimal};
use super::lines;
use super::plan::{princip, stoette, ugedag};
use super::session::{Pairs, find};
use crate::commands::tta_plan::{
    BeskedRequest, PlanRequest, SkaanehensynRequest, SkemadagRequest, TiltagRequest, TrinRequest,
};
use crate::commands::typed::{given, number};
use crate::views::plan::PlanView;

/// Rows that are looked at: one more than a plan may have, so that it is refused for that.
const MOST_ROWS: usize = 201;
/// Principles whose items are asked for without anybody having written one.
const ASKED: [Princip; 3] = [Princip::Safety, Princip::Kolleger, Princip::Knowledge];

/// A step's row.
#[derive(Default)]
pub(crate) struct TrinRow {
    pub(crate) nr: usize,
    pub(crate) fra: String,
    pub(crate) til: String,
    pub(crate) timer: String,
    /// Code, name, hours that day.
    pub(crate) skema: Vec<(&'static str, &'static str, String)>,
    /// Days at work, of a plan that says no hours for each: they are kept, and not asked for.
    pub(crate) dage: Vec<String>,
    pub(crate) input: String,
    pub(crate) out: String,
    pub(crate) hensyn: String,
    pub(crate) principper: String,
    pub(crate) error: Vec<String>,
}

impl TrinRow {
    fn is_empty(&self) -> bool {
        [&self.fra, &self.til, &self.timer].iter().all(|t| t.trim().is_empty()) && !self.has_more()
    }

    /// Something stands in it beside its days and hours.
    pub(crate) fn has_more(&self) -> bool {
        let texts = [&self.input, &self.out, &self.hensyn].into_iter().any(|t| !t.trim().is_empty());
        texts || !self.dage.is_empty() || self.skema.iter().any(|(_, _, timer)| !timer.trim().is_empty())
    }

    /// Names of the days that are kept.
    pub(crate) fn kept_days(&self) -> String {
        let named = self.dage.iter().filter_map(|code| Ugedag::from_code(code)).map(ugedag);
        named.collect::<Vec<_>>().join(", ")
    }

    /// What the days come to, where they are numbers.
    pub(crate) fn sum(&self) -> Option<String> {
        let typed: Vec<_> = self.skema.iter().filter(|(_, _, timer)| !timer.trim().is_empty()).collect();
        let hours: Option<Vec<f64>> = typed.iter().map(|(_, _, timer)| number(timer).as_f64()).collect();
        hours.filter(|hours| !hours.is_empty()).map(|hours| decimal(hours.iter().sum()))
    }
}

/// A consideration's row.
#[derive(Default)]
pub(crate) struct HensynRow {
    pub(crate) nr: usize,
    pub(crate) tekst: String,
    pub(crate) til: String,
    pub(crate) varig: bool,
    pub(crate) error: Vec<String>,
}

/// Items of one principle, one a line.
pub(crate) struct TiltagRow {
    pub(crate) code: &'static str,
    pub(crate) number: usize,
    pub(crate) name: &'static str,
    pub(crate) tekst: String,
}

/// Code, name, chosen.
pub(crate) type Choice = (&'static str, &'static str, bool);

/// What stands in the form.
pub(crate) struct PlanFields {
    pub(crate) aftalt: String,
    pub(crate) koordinator: String,
    pub(crate) trin: Vec<TrinRow>,
    pub(crate) skaanehensyn: Vec<HensynRow>,
    pub(crate) tiltag: Vec<TiltagRow>,
    pub(crate) samtykke: Vec<Choice>,
    pub(crate) besked: String,
    pub(crate) evalueringer: Vec<(usize, String)>,
    pub(crate) stoette: Vec<Choice>,
}

/// A row that somebody asked for by a button.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum More {
    Nothing,
    Trin,
    Skaanehensyn,
    Evaluering,
}

impl More {
    /// What the button that was pressed asks for.
    pub(crate) fn of(pressed: &str) -> Self {
        match pressed {
            "trin" => Self::Trin,
            "skaanehensyn" => Self::Skaanehensyn,
            "evaluering" => Self::Evaluering,
            _ => Self::Nothing,
        }
    }
}

impl PlanFields {
    /// What was typed. There is always one row to begin with, and one more where a button asks for it.
    pub(crate) fn typed(pairs: &[(String, String)], more: More) -> Self {
        let tekst = |name: &str| find(pairs, name).unwrap_or_default().to_owned();
        let chosen = |name: &str, code: &str| pairs.iter().any(|(n, v)| n == name && v == code);
        let mut trin = trin(pairs);
        if trin.is_empty() || more == More::Trin {
            trin.push(trin_row(&[]));
        }
        trin.iter_mut().enumerate().for_each(|(nr, row)| row.nr = nr);
        let mut skaanehensyn = skaanehensyn(pairs);
        if skaanehensyn.is_empty() || more == More::Skaanehensyn {
            skaanehensyn.push(HensynRow::default());
        }
        skaanehensyn.iter_mut().enumerate().for_each(|(nr, row)| row.nr = nr);
        let mut evalueringer: Vec<String> = datoer(pairs).map(as_iso).collect();
        if evalueringer.is_empty() || more == More::Evaluering {
            evalueringer.push(String::new());
        }
        let tiltag = Princip::ALL.iter().map(|p| TiltagRow {
            code: p.code(),
            number: p.number(),
            name: princip(*p),
            tekst: tekst(&format!("tiltag-{p}")),
        });
        let asked = |row: &TiltagRow| !row.tekst.is_empty() || ASKED.iter().any(|p| p.code() == row.code);
        let samtykke = [
            (Samtykke::Given, "Ja, medarbejderen har givet samtykke"),
            (Samtykke::Declined, "Nej, medarbejderen ønsker det ikke"),
            (Samtykke::NotNeeded, "Kontakt er ikke nødvendig"),
        ];
        Self {
            aftalt: tekst("aftalt"),
            koordinator: koordinator(pairs).unwrap_or_default().to_owned(),
            trin,
            skaanehensyn,
            tiltag: tiltag.filter(asked).collect(),
            samtykke: samtykke.map(|(s, name)| (s.code(), name, chosen("sundhedsvaesen", s.code()))).into(),
            besked: tekst("besked"),
            evalueringer: evalueringer.into_iter().enumerate().collect(),
            stoette: Stoette::ALL.iter().map(|s| (s.code(), stoette(*s), chosen("stoette", s.code()))).collect(),
        }
    }

    /// Something of the employee's colleagues, coordinator or consent is filled in.
    pub(crate) fn has_people(&self) -> bool {
        !self.besked.is_empty() || self.samtykke.iter().any(|s| s.2)
    }

    /// A consideration is filled in.
    pub(crate) fn has_hensyn(&self) -> bool {
        self.skaanehensyn.iter().any(|row| !row.tekst.is_empty() || !row.til.is_empty() || row.varig)
    }

    /// A day of evaluation is filled in.
    pub(crate) fn has_evaluering(&self) -> bool {
        self.evalueringer.iter().any(|(_, dag)| !dag.is_empty())
    }

    /// An item or an option is filled in.
    pub(crate) fn has_tiltag(&self) -> bool {
        self.tiltag.iter().any(|row| !row.tekst.is_empty()) || self.stoette.iter().any(|s| s.2)
    }
}

/// The coordinator who was chosen; a number that was typed counts before a name.
fn koordinator(pairs: &[(String, String)]) -> Option<&str> {
    find(pairs, "koordinator_nr").or_else(|| find(pairs, "koordinator"))
}

fn datoer(pairs: &[(String, String)]) -> impl Iterator<Item = &str> {
    pairs.iter().filter(|(name, value)| name == "evaluering" && !value.trim().is_empty()).map(|(_, value)| &**value)
}

/// The fields of each row under a prefix, by the rows' numbers.
fn rows(pairs: &[(String, String)], prefix: &str) -> impl Iterator<Item = Pairs> {
    let mut rows: BTreeMap<usize, Pairs> = BTreeMap::new();
    for (name, value) in pairs {
        let Some((nr, felt)) = name.strip_prefix(prefix).and_then(|rest| rest.split_once('-')) else { continue };
        let Ok(nr) = nr.parse() else { continue };
        rows.entry(nr).or_default().push((felt.to_owned(), value.clone()));
    }
    rows.into_values()
}

/// The rows of steps that are not empty, in order. A plan that has more than the API takes is refused there, by name.
fn trin(pairs: &[(String, String)]) -> Vec<TrinRow> {
    let rows = rows(pairs, "trin-").map(|fields| trin_row(&fields));
    rows.filter(|row| !row.is_empty()).take(MOST_ROWS).collect()
}

/// One row, of its fields without their prefix.
fn trin_row(fields: &[(String, String)]) -> TrinRow {
    let tekst = |felt: &str| find(fields, felt).unwrap_or_default().to_owned();
    let skema: Vec<_> = Ugedag::ALL.iter().map(|d| (d.code(), ugedag(*d), tekst(d.code()))).collect();
    let by_day = skema.iter().any(|(_, _, timer)| !timer.is_empty());
    TrinRow {
        fra: as_iso(&tekst("fra")),
        til: as_iso(&tekst("til")),
        timer: tekst("timer"),
        dage: if by_day {
            Vec::new()
        } else {
            fields.iter().filter(|(n, _)| n == "dage").map(|(_, v)| v.clone()).collect()
        },
        skema,
        input: tekst("ind"),
        out: tekst("ud"),
        hensyn: tekst("hensyn"),
        principper: tekst("principper"),
        ..TrinRow::default()
    }
}

fn skaanehensyn(pairs: &[(String, String)]) -> Vec<HensynRow> {
    let row = |fields: Pairs| HensynRow {
        tekst: find(&fields, "tekst").unwrap_or_default().to_owned(),
        til: as_iso(find(&fields, "til").unwrap_or_default()),
        varig: find(&fields, "varig") == Some("ja"),
        ..HensynRow::default()
    };
    let rows = rows(pairs, "skaane-").map(row);
    rows.filter(|row| !row.tekst.is_empty() || !row.til.is_empty() || row.varig).take(MOST_ROWS).collect()
}

/// What was typed, as the command is given it.
pub(crate) fn content(pairs: &[(String, String)]) -> Value {
    let mut out = Map::new();
    let mut set = |name: &str, value: Value| out.insert(name.to_owned(), value);
    for (name, value) in [("aftalt", find(pairs, "aftalt")), ("koordinator", koordinator(pairs))] {
        if let Some(value) = value {
            set(name, value.into());
        }
    }
    if let Some(samtykke) = find(pairs, "sundhedsvaesen") {
        set("sundhedsvaesen", samtykke.into());
    }
    if let Some(tekst) = find(pairs, "besked") {
        // Who makes the plan does not approve it: the employee does, on their own page.
        set("besked_til_kolleger", given([("tekst", tekst.into()), ("godkendt_af_medarbejder", false.into())]));
    }
    set("trin", trin(pairs).iter().map(given_trin).collect());
    set("skaanehensyn", skaanehensyn(pairs).iter().map(given_hensyn).collect());
    set("evalueringer", datoer(pairs).map(as_iso).collect());
    set("stoette", pairs.iter().filter(|(n, _)| n == "stoette").map(|(_, v)| v.as_str()).collect());
    let tiltag = Princip::ALL.iter().flat_map(|p| {
        let tekst = find(pairs, &format!("tiltag-{p}")).unwrap_or_default();
        lines::read(tekst).into_iter().map(move |l| given([("tekst", l.into()), ("princip", p.code().into())]))
    });
    set("tiltag", tiltag.collect());
    Value::Object(out)
}

fn given_trin(row: &TrinRow) -> Value {
    let mut t = Map::new();
    for (name, dag) in [("fra", &row.fra), ("til", &row.til)] {
        if !dag.is_empty() {
            t.insert(name.to_owned(), dag.as_str().into());
        }
    }
    if !row.timer.is_empty() {
        t.insert("timer_pr_uge".to_owned(), number(&row.timer));
    }
    let skema = row.skema.iter().filter(|(_, _, timer)| !timer.is_empty());
    let skema = skema.map(|(code, _, timer)| given([("dag", (*code).into()), ("timer", number(timer))]));
    t.insert("skema".to_owned(), skema.collect());
    t.insert("dage".to_owned(), row.dage.iter().map(String::as_str).collect());
    for (name, tekst) in [("opgaver_ind", &row.input), ("opgaver_ud", &row.out), ("hensyn", &row.hensyn)] {
        t.insert(name.to_owned(), lines::read(tekst).into());
    }
    t.insert("principper".to_owned(), row.principper.split_whitespace().collect());
    Value::Object(t)
}

fn given_hensyn(row: &HensynRow) -> Value {
    let mut h = Map::new();
    if !row.tekst.is_empty() {
        h.insert("tekst".to_owned(), row.tekst.as_str().into());
    }
    if !row.til.is_empty() {
        h.insert("til".to_owned(), row.til.as_str().into());
    }
    h.insert("varig".to_owned(), row.varig.into());
    Value::Object(h)
}

/// A version that was made, as what its command was given.
pub(crate) fn as_given(plan: PlanView) -> PlanRequest {
    PlanRequest {
        aftalt: plan.aftalt,
        koordinator: plan.koordinator,
        trin: (plan.trin.into_iter())
            .map(|t| TrinRequest {
                fra: Some(t.fra),
                til: t.til,
                timer_pr_uge: Some(t.timer_pr_uge),
                skema: t.skema.iter().map(|d| SkemadagRequest { dag: d.dag, timer: d.timer }).collect(),
                dage: t.dage,
                opgaver_ind: t.opgaver_ind,
                opgaver_ud: t.opgaver_ud,
                hensyn: t.hensyn,
                principper: t.principper,
            })
            .collect(),
        skaanehensyn: (plan.skaanehensyn.into_iter())
            .map(|h| SkaanehensynRequest { text: h.tekst.unwrap_or_default(), til: h.til, varig: Some(h.varig) })
            .collect(),
        sundhedsvaesen: plan.sundhedsvaesen,
        besked_til_kolleger: plan.besked_til_kolleger.map(|b| BeskedRequest {
            text: b.tekst.unwrap_or_default(),
            godkendt_af_medarbejder: b.godkendt_af_medarbejder,
        }),
        evalueringer: plan.evalueringer,
        stoette: plan.stoette,
        tiltag: (plan.tiltag.into_iter())
            .map(|t| TiltagRequest { text: t.tekst.unwrap_or_default(), princip: t.princip })
            .collect(),
        kladde: None,
        erstat_ulaeselig: None,
    }
}

/// What a command was given, as the fields of the form.
pub(crate) fn fields(plan: &PlanRequest) -> Pairs {
    let mut pairs = Pairs::new();
    let mut set = |name: String, value: String| pairs.push((name, value));
    set("aftalt".into(), plan.aftalt.clone().unwrap_or_default());
    set("koordinator".into(), plan.koordinator.clone().unwrap_or_default());
    for (n, t) in plan.trin.iter().enumerate() {
        set(format!("trin-{n}-fra"), t.fra.map(|d| d.to_string()).unwrap_or_default());
        set(format!("trin-{n}-til"), t.til.map(|d| d.to_string()).unwrap_or_default());
        if t.skema.is_empty() {
            set(format!("trin-{n}-timer"), t.timer_pr_uge.map(decimal).unwrap_or_default());
            t.dage.iter().for_each(|d| set(format!("trin-{n}-dage"), d.to_string()));
        }
        for d in &t.skema {
            set(format!("trin-{n}-{}", d.dag), decimal(d.timer));
        }
        for (name, texts) in [("ind", &t.opgaver_ind), ("ud", &t.opgaver_ud), ("hensyn", &t.hensyn)] {
            set(format!("trin-{n}-{name}"), lines::shown(texts));
        }
        let principper: Vec<_> = t.principper.iter().map(|p| p.code()).collect();
        set(format!("trin-{n}-principper"), principper.join(" "));
    }
    for (n, h) in plan.skaanehensyn.iter().enumerate() {
        set(format!("skaane-{n}-tekst"), h.text.clone());
        set(format!("skaane-{n}-til"), h.til.map(|d| d.to_string()).unwrap_or_default());
        set(format!("skaane-{n}-varig"), if h.varig == Some(true) { "ja".into() } else { String::new() });
    }
    for p in Princip::ALL {
        let own: Vec<_> = plan.tiltag.iter().filter(|t| t.princip == *p).map(|t| &t.text).collect();
        set(format!("tiltag-{p}"), lines::shown(&own));
    }
    set("sundhedsvaesen".into(), plan.sundhedsvaesen.map(|s| s.to_string()).unwrap_or_default());
    if let Some(besked) = &plan.besked_til_kolleger {
        set("besked".into(), besked.text.clone());
    }
    plan.evalueringer.iter().for_each(|dag| set("evaluering".into(), dag.to_string()));
    plan.stoette.iter().for_each(|s| set("stoette".into(), s.to_string()));
    pairs
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::commands::request::FieldType;

    fn typed(fields: &[(&str, &str)]) -> Pairs {
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn what_a_command_was_given_comes_back_as_it_was() {
        let given = json!({
            "aftalt": "Tre korte dage", "koordinator": "10002",
            "trin": [
                {"fra": "2026-02-16", "til": "2026-03-01", "skema": [{"dag": "man", "timer": 3.5}, {"dag": "ons", "timer": 0}],
                 "dage": [], "opgaver_ind": ["Kontor\nkun formiddag", "Telefon"], "opgaver_ud": [], "hensyn": ["Pauser"],
                 "principper": ["kolleger"]},
                {"fra": "2026-03-02", "timer_pr_uge": 20, "skema": [], "dage": ["tir"], "opgaver_ind": [], "opgaver_ud": [],
                 "hensyn": [], "principper": []}
            ],
            "skaanehensyn": [{"tekst": "Ingen løft", "til": "2026-05-31", "varig": false}, {"tekst": "Dagvagter", "varig": true}],
            "sundhedsvaesen": "afslaaet",
            "besked_til_kolleger": {"tekst": "Tilbage på nedsat tid", "godkendt_af_medarbejder": false},
            "evalueringer": ["2026-03-02"], "stoette": ["mentor"],
            "tiltag": [{"tekst": "Kursus", "princip": "viden"}]
        });
        let plan = PlanRequest::read(Some(&given)).unwrap();
        assert_eq!(content(&fields(&plan)), given);
    }

    #[test]
    fn a_row_more_is_one_row_more_and_nothing_typed_is_lost() {
        let pairs =
            typed(&[("aftalt", "Ro"), ("trin-3-fra", "16.2.2026"), ("trin-3-man", "tre"), ("skaane-0-varig", "ja")]);
        let shown = PlanFields::typed(&pairs, More::Trin);
        assert_eq!((shown.aftalt.as_str(), shown.trin.len(), shown.trin[0].fra.as_str()), ("Ro", 2, "2026-02-16"));
        assert_eq!((shown.trin[0].skema[0].2.as_str(), shown.trin[0].sum()), ("tre", None));
        assert!(shown.skaanehensyn.len() == 1 && shown.skaanehensyn[0].varig);
        assert_eq!(PlanFields::typed(&pairs, More::Nothing).trin.len(), 1);
        assert_eq!(PlanFields::typed(&[], More::Nothing).trin.len(), 1, "there is one to begin with");
    }

    #[test]
    fn the_days_of_a_step_are_added_up() {
        let pairs = typed(&[("trin-0-man", "3,5"), ("trin-0-tor", "4"), ("trin-0-dage", "fre")]);
        let shown = PlanFields::typed(&pairs, More::Nothing);
        assert_eq!(shown.trin[0].sum().as_deref(), Some("7,5"));
        assert!(shown.trin[0].dage.is_empty(), "the hours say which days");
    }

    #[test]
    fn the_items_of_principles_nobody_asks_for_are_shown_where_there_are_some() {
        let asked =
            |pairs: &Pairs| PlanFields::typed(pairs, More::Nothing).tiltag.iter().map(|t| t.number).collect::<Vec<_>>();
        assert_eq!(asked(&Pairs::new()), [1, 3, 4]);
        assert_eq!(asked(&typed(&[("tiltag-koordinator", "Ugentligt møde")])), [1, 3, 4, 6]);
    }
}
