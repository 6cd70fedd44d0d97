//! Watches a simulation: whatever people and dates come to, these things never happen.
//!
//! What a frist is, when it is resolved and what a working day is are told here a second time, from the rules' text and
//! with plain date arithmetic.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate, Weekday};
use forloeb::derive::Registrering;
use forloeb::forloeb::Situation;
use forloeb::frister::{Assessment, assess};
use forloeb::haendelse::{AnsaettelseFortsat, Carried, FravaerRegistreret, Haendelse, Key, Udfald};
use forloeb::words::{Aarsag, Anmeldelsestrin, Fristart, Kilde, Samtaleudfald, Slutaarsag};
use forloeb::{Ansaettelse, Forloeb, Record, Regelbog};
use uuid::Uuid;

use crate::invented::SyntheticError;
use crate::invented::outlet::{Commit, Outlet};
use app::clock::time_of_day;

/// The frister that are counted from the first absence day alone: target and legal day, in days after it.
const MILESTONES: [(Fristart, u64, u64); 4] = [
    (Fristart::FoersteKontakt, 13, 13),
    (Fristart::Samtale, 27, 28),
    (Fristart::FastTrack, 34, 34),
    (Fristart::OtteUger, 55, 55),
];

/// What somebody is told of on the working day after the legal day, in days after the first absence day, while the
/// employee is away.
const TOLD: [(Fristart, u64); 4] =
    [(Fristart::FoersteKontakt, 13), (Fristart::Samtale, 28), (Fristart::Anmeldelse, 35), (Fristart::OtteUger, 55)];

/// Who leaves within these days of the first one need not be talked with.
const EIGHT_WEEKS: Days = Days::new(56);

/// Everything that was seen, and how much of it was looked at.
pub(super) struct Watch<'a> {
    book: &'a Regelbog,
    history: BTreeMap<String, Ansaettelse>,
    sendte: BTreeSet<(Uuid, Key)>,
    /// The number that goes on with one before it, by that.
    moved: BTreeMap<String, String>,
    pub(super) paamindelser: u64,
    pub(super) forloeb: u64,
    pub(super) overskredne: u64,
    pub(super) rettede: u64,
    /// Moves to another employee number.
    pub(super) flytninger: u64,
    /// Forløb that went on over one.
    pub(super) flyttede: u64,
}

impl<'a> Watch<'a> {
    pub(super) fn new(book: &'a Regelbog) -> Self {
        let (history, sendte, moved) = (BTreeMap::new(), BTreeSet::new(), BTreeMap::new());
        Self {
            book,
            history,
            sendte,
            moved,
            paamindelser: 0,
            forloeb: 0,
            overskredne: 0,
            rettede: 0,
            flytninger: 0,
            flyttede: 0,
        }
    }

    fn sendt(&mut self, a: &Ansaettelse, id: Uuid, key: &Key, c: &Commit<'_>) {
        let (dag, art) = (c.now.dag, key.frist);
        self.paamindelser += 1;
        assert!(self.sendte.insert((id, key.clone())), "{dag} {art} {}: sent twice", key.trin);
        assert!(is_arbejdsdag(dag), "{dag}: mail on a closed day");
        assert_eq!(time_of_day(c.now.time).format("%H:%M").to_string(), "08:00", "{dag}");
        if key.indbydelse().is_some() || key.nyhed().is_some() {
            return;
        }
        let f = a.forloeb(self.book).into_iter().find(|f| f.called(id)).expect("a reminder is about a forløb");
        assert!(!is_loest(a, &f, art), "{dag} {art} {}: sent after it was done", key.trin);
        // The renewal of a § 56 agreement is of the employment, and only named with its newest forløb. What was agreed, what is done
        // about a cause at work, and a consideration that ends stay when the employee is back.
        let forbliver = matches!(
            art,
            Fristart::Anmeldelse
                | Fristart::Refusionsanmodning
                | Fristart::Easy
                | Fristart::Paragraf56Fornyelse
                | Fristart::Forebyggelse
                | Fristart::Skaanehensyn
                | Fristart::Aftale
        );
        let back = f.sidste.is_some_and(|s| s < dag);
        assert!(forbliver || !back, "{dag} {art} {}: sent after raskmelding", key.trin);
        let annulleret = f.end_at.as_ref().is_some_and(|s| s.what == Slutaarsag::Annulleret);
        assert!(!annulleret, "{dag} {art}: sent of what was annulled");
    }

    /// On the first working day after the legal day, somebody was told, if it still was to be done.
    fn became_said(&mut self, a: &Ansaettelse, f: &Forloeb, end: NaiveDate) {
        let of_damage = (f.aarsag == Aarsag::Arbejdsskade).then_some((Fristart::Easy, 14));
        for (art, lov) in TOLD.into_iter().chain(of_damage) {
            let lovdag = f.foerste + Days::new(lov);
            let morning = arbejdsdag_after(lovdag);
            if morning > end {
                continue;
            }
            let da = known_before(a, morning);
            let Some(known) = da.forloeb(self.book).into_iter().find(|k| k.called(f.id)) else { continue };
            let still_away = known.situation(morning) == Situation::Aabent && known.sidste.is_none_or(|s| s >= morning);
            let same = (known.foerste, known.aarsag) == (f.foerste, f.aarsag);
            // § 7 a lapses where payroll knows that the employment ends within eight weeks.
            let leaves = da.stamdata().and_then(|s| s.fratraadt).is_some_and(|last| last <= f.foerste + EIGHT_WEEKS);
            let lapsed = art == Fristart::Samtale && leaves;
            // What had passed when payroll told of it is HR's, and may be done before HR's day for it.
            let of_the_past = known.imported && lovdag < known.known;
            if !same || !still_away || lapsed || of_the_past || is_loest(&da, &known, art) {
                continue;
            }
            self.overskredne += 1;
            let said = a.records().iter().any(|p| match &p.haendelse {
                Haendelse::PaamindelserAfgjort(h) => h
                    .all()
                    .any(|x| x.key.frist == art && x.key.trin.starts_with("overskredet") && x.key.generation == lovdag),
                _ => false,
            });
            assert!(said, "{} {art}: passed on {lovdag}, and nobody was told", f.foerste);
        }
    }

    /// A history in which everything had been right from the start says the same today: the facts that stand, at the
    /// registrations as they are now, without what was corrected or taken back.
    fn without_trace(&mut self, a: &Ansaettelse, f: &Forloeb, v: &Assessment, dag: NaiveDate) {
        let back: BTreeSet<u64> = a.records().iter().filter_map(|p| annulleret(&p.haendelse)).collect();
        let rettelse = |p: &Record| matches!(&p.haendelse, Haendelse::FravaerRettet(r) if r.kilde == Kilde::Person);
        if back.is_empty() && !a.records().iter().any(|p| rettelse(p)) {
            return;
        }
        let mut pristine = Ansaettelse::new(a.nr());
        let registreringer = a.registreringer(self.book);
        for record in a.own_records().iter().filter_map(|record| as_it_stands(record, &registreringer, &back)) {
            pristine.apply(record);
        }
        let clean = pristine.forloeb(self.book).into_iter().find(|r| r.called(f.id)).expect("its registration stands");
        self.rettede += 1;
        // When the end became known is no part of what had been right from the start, and decides whether it still helps
        // to follow up after the return.
        let datoer = |v: &Assessment| -> Vec<_> {
            let told = v.frister.iter().filter(|fr| fr.art != Fristart::OpfoelgningEfterRetur);
            told.map(|fr| (fr.art, fr.aabner, fr.maaldag, fr.lovdag, fr.intern, fr.status)).collect()
        };
        let new = assess(&clean, dag, self.book);
        assert_eq!(datoer(&new), datoer(v), "{}: a correction left a trace", f.foerste);
        let penge = |v: &Assessment| (v.refusion.gives, v.refusion.mistet, v.refusion.aeldste_udaekkede);
        assert_eq!(penge(&new), penge(v), "{}: a correction left a trace in the money", f.foerste);
    }
}

/// A record as it would be if everything had been right from the start, where it would be there at all; what is carried in
/// it too.
fn as_it_stands(post: &Record, registreringer: &[Registrering], back: &BTreeSet<u64>) -> Option<Record> {
    if back.contains(&post.position) {
        return None;
    }
    let haendelse = match &post.haendelse {
        // The end of a registration, and what was wrong with it, is in its values now.
        Haendelse::FravaerRettet(_)
        | Haendelse::Raskmeldt(_)
        | Haendelse::ForloebAfsluttet(_)
        | Haendelse::ForloebAnnulleret(_)
        | Haendelse::HaendelseAnnulleret(_) => return None,
        Haendelse::FravaerRegistreret(h) => {
            let r = registreringer.iter().find(|r| r.id == h.registrering)?;
            let (aarsag, foerste, sidste, omfang_pct) = (r.aarsag, r.foerste, r.sidste, r.omfang_pct);
            let (paragraf_56, raskmeldt) = (r.paragraf_56, r.is_raskmeldt());
            FravaerRegistreret { aarsag, foerste, sidste, omfang_pct, paragraf_56, raskmeldt, ..h.clone() }.into()
        }
        Haendelse::AnsaettelseFortsat(h) => {
            let before = h.before.iter().filter_map(|c| as_it_stands(&c.0, registreringer, back).map(Carried));
            AnsaettelseFortsat { before: before.collect(), ..h.clone() }.into()
        }
        other => other.clone(),
    };
    Some(Record { haendelse, ..post.clone() })
}

fn annulleret(h: &Haendelse) -> Option<u64> {
    match h {
        Haendelse::HaendelseAnnulleret(h) => Some(h.haendelse),
        _ => None,
    }
}

impl Outlet for Watch<'_> {
    fn take(&mut self, c: &Commit<'_>) -> Result<(), SyntheticError> {
        let nr = c.world.medarbejder(c.place).nr.to_string();
        let mut a = self.history.remove(&nr).unwrap_or_else(|| Ansaettelse::new(&nr));
        for h in c.haendelser {
            if let Haendelse::AnsaettelseFortsat(h) = h {
                self.moved.insert(h.fra_nr.clone(), nr.clone());
                self.flytninger += 1;
            }
            let Haendelse::PaamindelserAfgjort(h) = h else { continue };
            for x in h.afgoerelser.iter().filter(|x| matches!(x.udfald, Udfald::Sendt { .. })) {
                self.sendt(&a, h.forloeb, &x.key, c);
            }
        }
        for ((haendelse, position), version) in c.haendelser.iter().zip(c.position..).zip(c.version + 1..) {
            let (time, dag, aktoer, haendelse) = (c.now.time, c.now.dag, c.aktoer.clone(), haendelse.clone());
            a.apply(Record { position, version, time, dag, aktoer, haendelse });
        }
        self.history.insert(nr, a);
        Ok(())
    }

    fn past(&mut self, forloeb: &[(&Forloeb, Assessment)], dag: NaiveDate) {
        for (f, v) in forloeb {
            if f.end_at.as_ref().is_some_and(|s| s.what == Slutaarsag::Annulleret) {
                continue;
            }
            self.forloeb += 1;
            for (art, measure, lov) in MILESTONES {
                let frist = v.frist(art).expect("every forløb has these");
                let lovdag = f.foerste + Days::new(lov);
                let maaldag = arbejdsdag_to(f.foerste + Days::new(measure)).max(f.foerste);
                assert_eq!((frist.maaldag, frist.lovdag), (maaldag, lovdag), "{} {art}", f.foerste);
            }
            let nr = self.moved.get(&f.medarbejder_nr).unwrap_or(&f.medarbejder_nr).clone();
            let Some(a) = self.history.remove(&nr) else { continue };
            self.flyttede += u64::from(a.flyttet_under(f).is_some());
            self.became_said(&a, f, dag);
            self.without_trace(&a, f, v, dag);
            self.history.insert(nr, a);
        }
    }
}

/// The employment as it was known before a morning.
fn known_before(a: &Ansaettelse, morning: NaiveDate) -> Ansaettelse {
    let moved_since = |p: &Record| matches!(p.haendelse, Haendelse::AnsaettelseFortsat(_)) && p.dag >= morning;
    if let Some(before) = a.under_number_before().filter(|_| a.own_records().iter().any(|p| moved_since(p))) {
        return known_before(before, morning);
    }
    let mut da = Ansaettelse::new(a.nr());
    a.own_records().iter().filter(|p| p.dag < morning).for_each(|p| da.apply(Record::clone(p)));
    da
}

/// Somebody recorded what the frist asks for, and did not take it back.
fn is_loest(a: &Ansaettelse, f: &Forloeb, art: Fristart) -> bool {
    let annullerede: BTreeSet<u64> = a.records().iter().filter_map(|p| annulleret(&p.haendelse)).collect();
    let valid = a.records().iter().filter(|p| !annullerede.contains(&p.position));
    let own: Vec<&Haendelse> =
        valid.map(|p| &p.haendelse).filter(|h| h.forloeb().is_some_and(|id| f.called(id))).collect();
    let is_there = |what: fn(&Haendelse) -> bool| own.iter().any(|h| what(h));
    match art {
        Fristart::FoersteKontakt => is_there(|h| matches!(h, Haendelse::FoersteKontaktHoldt(_))),
        Fristart::Samtale => {
            is_there(|h| matches!(h, Haendelse::SamtaleRegistreret(s) if s.udfald != Samtaleudfald::UndtagetOpsagt))
        }
        Fristart::FastTrack => is_there(|h| matches!(h, Haendelse::FastTrackBesluttet(_))),
        Fristart::OtteUger => is_there(|h| matches!(h, Haendelse::OtteUgerRegistreret(_))),
        Fristart::Easy => is_there(|h| matches!(h, Haendelse::ArbejdsskadeAnmeldt(_))),
        Fristart::Anmeldelse => {
            let answer = own.iter().rev().find_map(|h| match h {
                Haendelse::AnmeldelseRegistreret(a) => {
                    Some(a.trin).filter(|t| matches!(t, Anmeldelsestrin::Kvitteret | Anmeldelsestrin::Afvist))
                }
                _ => None,
            });
            answer == Some(Anmeldelsestrin::Kvitteret)
        }
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

/// Easter Sunday, by Gauss in the form of Meeus.
fn paaske(aar: i32) -> NaiveDate {
    let (a, b, c) = (aar % 19, aar / 100, aar % 100);
    let d = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    let e = (32 + 2 * (b % 4) + 2 * (c / 4) - d - c % 4) % 7;
    let f = d + e - 7 * ((a + 11 * d + 22 * e) / 451) + 114;
    NaiveDate::from_ymd_opt(aar, u32::try_from(f / 31).unwrap(), u32::try_from(f % 31 + 1).unwrap()).unwrap()
}

fn is_arbejdsdag(dag: NaiveDate) -> bool {
    let weekend = matches!(dag.weekday(), Weekday::Sat | Weekday::Sun);
    let fast = matches!((dag.month(), dag.day()), (1, 1) | (6, 5) | (12, 24..=26 | 31));
    let from_paaske = (dag - paaske(dag.year())).num_days();
    let movable = matches!(from_paaske, -3 | -2 | 0 | 1 | 39 | 49 | 50) || (from_paaske == 26 && dag.year() <= 2023);
    !weekend && !fast && !movable
}

fn arbejdsdag_to(mut dag: NaiveDate) -> NaiveDate {
    while !is_arbejdsdag(dag) {
        dag = dag - Days::new(1);
    }
    dag
}

fn arbejdsdag_after(dag: NaiveDate) -> NaiveDate {
    let mut dag = dag + Days::new(1);
    while !is_arbejdsdag(dag) {
        dag = dag + Days::new(1);
    }
    dag
}
