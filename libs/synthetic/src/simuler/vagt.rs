//! Watches a simulation: whatever people and dates come to, these things never happen.
//!
//! What a frist is, when it is resolved and what a working day is are told here a second time, from the rules' text and
//! with plain date arithmetic.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate, Weekday};
use forloeb::forloeb::Situation;
use forloeb::frister::{Vurdering, vurder};
use forloeb::haendelse::{FravaerRegistreret, Haendelse, Noegle, Udfald};
use forloeb::ord::{Aarsag, Anmeldelsestrin, Fristart, Kilde, Samtaleudfald, Slutaarsag};
use forloeb::{Ansaettelse, Forloeb, Post, Regelbog};
use uuid::Uuid;

use crate::opdigt::OpdigtFejl;
use crate::opdigt::udgang::{Commit, Udgang};
use app::ur::klokkeslaet;

/// The frister that are counted from the first absence day alone: target and legal day, in days after it.
const MILEPAELE: [(Fristart, u64, u64); 4] = [
    (Fristart::FoersteKontakt, 13, 13),
    (Fristart::Samtale, 27, 28),
    (Fristart::FastTrack, 34, 34),
    (Fristart::OtteUger, 55, 55),
];

/// What somebody is told of on the working day after the legal day, in days after the first absence day, while the
/// employee is away.
const SIGES: [(Fristart, u64); 4] =
    [(Fristart::FoersteKontakt, 13), (Fristart::Samtale, 28), (Fristart::Anmeldelse, 35), (Fristart::OtteUger, 55)];

/// Everything that was seen, and how much of it was looked at.
pub(super) struct Vagt<'a> {
    bog: &'a Regelbog,
    historik: BTreeMap<String, Ansaettelse>,
    sendte: BTreeSet<(Uuid, Noegle)>,
    pub(super) paamindelser: u64,
    pub(super) forloeb: u64,
    pub(super) overskredne: u64,
    pub(super) rettede: u64,
}

impl<'a> Vagt<'a> {
    pub(super) fn ny(bog: &'a Regelbog) -> Self {
        let (historik, sendte) = (BTreeMap::new(), BTreeSet::new());
        Self { bog, historik, sendte, paamindelser: 0, forloeb: 0, overskredne: 0, rettede: 0 }
    }

    fn sendt(&mut self, a: &Ansaettelse, id: Uuid, noegle: &Noegle, c: &Commit<'_>) {
        let (dag, art) = (c.nu.dag, noegle.frist);
        self.paamindelser += 1;
        assert!(self.sendte.insert((id, noegle.clone())), "{dag} {art} {}: sent twice", noegle.trin);
        assert!(er_arbejdsdag(dag), "{dag}: mail on a closed day");
        assert_eq!(klokkeslaet(c.nu.tid).format("%H:%M").to_string(), "08:00", "{dag}");
        if noegle.indbydelse().is_some() {
            return;
        }
        let f = a.forloeb(self.bog).into_iter().find(|f| f.hedder(id)).expect("a reminder is about a forløb");
        assert!(!er_loest(a, &f, art), "{dag} {art} {}: sent after it was done", noegle.trin);
        let forbliver = matches!(art, Fristart::Anmeldelse | Fristart::Refusionsanmodning | Fristart::Easy);
        let tilbage = f.sidste.is_some_and(|s| s < dag);
        assert!(forbliver || !tilbage, "{dag} {art} {}: sent after raskmelding", noegle.trin);
        let annulleret = f.slut_ved.as_ref().is_some_and(|s| s.hvad == Slutaarsag::Annulleret);
        assert!(!annulleret, "{dag} {art}: sent of what was annulled");
    }

    /// On the first working day after the legal day, somebody was told, if it still was to be done.
    fn blev_sagt(&mut self, a: &Ansaettelse, f: &Forloeb, slut: NaiveDate) {
        let af_skade = (f.aarsag == Aarsag::Arbejdsskade).then_some((Fristart::Easy, 14));
        for (art, lov) in SIGES.into_iter().chain(af_skade) {
            let lovdag = f.foerste + Days::new(lov);
            let morgen = arbejdsdag_efter(lovdag);
            if morgen > slut {
                continue;
            }
            let da = kendt_foer(a, morgen);
            let Some(kendt) = da.forloeb(self.bog).into_iter().find(|k| k.hedder(f.id)) else { continue };
            let stadig_vaek = kendt.situation(morgen) == Situation::Aabent && kendt.sidste.is_none_or(|s| s >= morgen);
            let samme = (kendt.foerste, kendt.aarsag) == (f.foerste, f.aarsag);
            if !samme || !stadig_vaek || er_loest(&da, &kendt, art) {
                continue;
            }
            self.overskredne += 1;
            let sagt = a.poster().iter().any(|p| match &p.haendelse {
                Haendelse::PaamindelserAfgjort(h) => h.alle().any(|x| {
                    x.noegle.frist == art && x.noegle.trin.starts_with("overskredet") && x.noegle.generation == lovdag
                }),
                _ => false,
            });
            assert!(sagt, "{} {art}: passed on {lovdag}, and nobody was told", f.foerste);
        }
    }

    /// A history in which everything had been right from the start says the same today: the facts that stand, at the
    /// registrations as they are now, without what was corrected or taken back.
    fn uden_spor(&mut self, a: &Ansaettelse, f: &Forloeb, v: &Vurdering, dag: NaiveDate) {
        let tilbage: BTreeSet<u64> = a.poster().iter().filter_map(|p| annulleret(&p.haendelse)).collect();
        let rettelse = |p: &Post| matches!(&p.haendelse, Haendelse::FravaerRettet(r) if r.kilde == Kilde::Person);
        if tilbage.is_empty() && !a.poster().iter().any(|p| rettelse(p)) {
            return;
        }
        let mut rent = Ansaettelse::ny(a.nr());
        let registreringer = a.registreringer(self.bog);
        for post in a.poster().iter().filter(|p| !tilbage.contains(&p.position)) {
            let haendelse = match &post.haendelse {
                // The end of a registration, and what was wrong with it, is in its values now.
                Haendelse::FravaerRettet(_)
                | Haendelse::Raskmeldt(_)
                | Haendelse::ForloebAfsluttet(_)
                | Haendelse::ForloebAnnulleret(_)
                | Haendelse::HaendelseAnnulleret(_) => continue,
                Haendelse::FravaerRegistreret(h) => {
                    let Some(r) = registreringer.iter().find(|r| r.id == h.registrering) else { continue };
                    let (aarsag, foerste, sidste, omfang_pct) = (r.aarsag, r.foerste, r.sidste, r.omfang_pct);
                    FravaerRegistreret { aarsag, foerste, sidste, omfang_pct, ..h.clone() }.into()
                }
                andet => andet.clone(),
            };
            rent.anvend(Post { haendelse, ..Post::clone(post) });
        }
        let ren = rent.forloeb(self.bog).into_iter().find(|r| r.hedder(f.id)).expect("its registration stands");
        self.rettede += 1;
        let datoer = |v: &Vurdering| -> Vec<_> {
            v.frister.iter().map(|fr| (fr.art, fr.aabner, fr.maaldag, fr.lovdag, fr.intern, fr.status)).collect()
        };
        let ny = vurder(&ren, dag, self.bog);
        assert_eq!(datoer(&ny), datoer(v), "{}: a correction left a trace", f.foerste);
        let penge = |v: &Vurdering| (v.refusion.gives, v.refusion.mistet, v.refusion.aeldste_udaekkede);
        assert_eq!(penge(&ny), penge(v), "{}: a correction left a trace in the money", f.foerste);
    }
}

fn annulleret(h: &Haendelse) -> Option<u64> {
    match h {
        Haendelse::HaendelseAnnulleret(h) => Some(h.haendelse),
        _ => None,
    }
}

impl Udgang for Vagt<'_> {
    fn tag(&mut self, c: &Commit<'_>) -> Result<(), OpdigtFejl> {
        let nr = c.verden.medarbejder(c.plads).nr.to_string();
        let mut a = self.historik.remove(&nr).unwrap_or_else(|| Ansaettelse::ny(&nr));
        for h in c.haendelser {
            let Haendelse::PaamindelserAfgjort(h) = h else { continue };
            for x in h.afgoerelser.iter().filter(|x| matches!(x.udfald, Udfald::Sendt { .. })) {
                self.sendt(&a, h.forloeb, &x.noegle, c);
            }
        }
        for ((haendelse, position), version) in c.haendelser.iter().zip(c.position..).zip(c.version + 1..) {
            let (tid, dag, aktoer, haendelse) = (c.nu.tid, c.nu.dag, c.aktoer.clone(), haendelse.clone());
            a.anvend(Post { position, version, tid, dag, aktoer, haendelse });
        }
        self.historik.insert(nr, a);
        Ok(())
    }

    fn forbi(&mut self, forloeb: &[(&Forloeb, Vurdering)], dag: NaiveDate) {
        for (f, v) in forloeb {
            if f.slut_ved.as_ref().is_some_and(|s| s.hvad == Slutaarsag::Annulleret) {
                continue;
            }
            self.forloeb += 1;
            for (art, maal, lov) in MILEPAELE {
                let frist = v.frist(art).expect("every forløb has these");
                let lovdag = f.foerste + Days::new(lov);
                let maaldag = arbejdsdag_til(f.foerste + Days::new(maal)).max(f.foerste);
                assert_eq!((frist.maaldag, frist.lovdag), (maaldag, lovdag), "{} {art}", f.foerste);
            }
            let Some(a) = self.historik.remove(&f.medarbejder_nr) else { continue };
            self.blev_sagt(&a, f, dag);
            self.uden_spor(&a, f, v, dag);
            self.historik.insert(f.medarbejder_nr.clone(), a);
        }
    }
}

/// The employment as it was known before a morning.
fn kendt_foer(a: &Ansaettelse, morgen: NaiveDate) -> Ansaettelse {
    let mut da = Ansaettelse::ny(a.nr());
    a.poster().iter().filter(|p| p.dag < morgen).for_each(|p| da.anvend(Post::clone(p)));
    da
}

/// Somebody recorded what the frist asks for, and did not take it back.
fn er_loest(a: &Ansaettelse, f: &Forloeb, art: Fristart) -> bool {
    let annullerede: BTreeSet<u64> = a.poster().iter().filter_map(|p| annulleret(&p.haendelse)).collect();
    let gyldige = a.poster().iter().filter(|p| !annullerede.contains(&p.position));
    let egne: Vec<&Haendelse> =
        gyldige.map(|p| &p.haendelse).filter(|h| h.forloeb().is_some_and(|id| f.hedder(id))).collect();
    let er_der = |hvad: fn(&Haendelse) -> bool| egne.iter().any(|h| hvad(h));
    match art {
        Fristart::FoersteKontakt => er_der(|h| matches!(h, Haendelse::FoersteKontaktHoldt(_))),
        Fristart::Samtale => {
            er_der(|h| matches!(h, Haendelse::SamtaleRegistreret(s) if s.udfald != Samtaleudfald::UndtagetOpsagt))
        }
        Fristart::FastTrack => er_der(|h| matches!(h, Haendelse::FastTrackBesluttet(_))),
        Fristart::OtteUger => er_der(|h| matches!(h, Haendelse::OtteUgerRegistreret(_))),
        Fristart::Easy => er_der(|h| matches!(h, Haendelse::ArbejdsskadeAnmeldt(_))),
        Fristart::Anmeldelse => {
            let svar = egne.iter().rev().find_map(|h| match h {
                Haendelse::AnmeldelseRegistreret(a) => {
                    Some(a.trin).filter(|t| matches!(t, Anmeldelsestrin::Kvitteret | Anmeldelsestrin::Afvist))
                }
                _ => None,
            });
            svar == Some(Anmeldelsestrin::Kvitteret)
        }
        Fristart::Refusionsanmodning | Fristart::TtaEvaluering | Fristart::Kontakt => false,
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

fn er_arbejdsdag(dag: NaiveDate) -> bool {
    let weekend = matches!(dag.weekday(), Weekday::Sat | Weekday::Sun);
    let fast = matches!((dag.month(), dag.day()), (1, 1) | (6, 5) | (12, 24..=26 | 31));
    let fra_paaske = (dag - paaske(dag.year())).num_days();
    let bevaegelig = matches!(fra_paaske, -3 | -2 | 0 | 1 | 39 | 49 | 50) || (fra_paaske == 26 && dag.year() <= 2023);
    !weekend && !fast && !bevaegelig
}

fn arbejdsdag_til(mut dag: NaiveDate) -> NaiveDate {
    while !er_arbejdsdag(dag) {
        dag = dag - Days::new(1);
    }
    dag
}

fn arbejdsdag_efter(dag: NaiveDate) -> NaiveDate {
    let mut dag = dag + Days::new(1);
    while !er_arbejdsdag(dag) {
        dag = dag + Days::new(1);
    }
    dag
}
