//! Random histories: live, from a checkpoint, built anew and worked out the long way, it is the same.

mod checkpoints;
mod days;
mod loan;
mod moves;
mod unanswered;
mod untold;
mod upgrade;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;

use chance::Random;
use chrono::{DateTime, NaiveDate, Utc};
use eventlog::{Append, NewEvent, StreamId};
use forloeb::calendar::plus_dage;
use forloeb::forloeb::Situation;
use forloeb::frister::{Assessment, assess};
use forloeb::haendelse::{
    Afgoerelse, AnmeldelseRegistreret, Ciphertext, FoersteKontaktHoldt, ForloebAnnulleret, ForloebTildelt,
    FravaerRegistreret, FravaerRettet, HaendelseAnnulleret, Key, KontaktpersonValgt, LederSkiftet, OmsorgskollegaValgt,
    PaamindelseSendesIgen, PaamindelserAfgjort, PersonSlettet, Raskmeldt, Stamdata, StamdataRegistreret,
    StedfortraederUdpeget, TtaPlanLagt, Udfald,
};
use forloeb::regnskab::{Dagsstand, regnskab};
use forloeb::tta::Plan;
use forloeb::words::{
    Aarsag, Aflysning, Anmeldelsestrin, Fristart, Friststatus, Kilde, Kontaktform, Kontaktrolle, Modtagerrolle, Rolle,
    Slutaarsag, TagetAf,
};
use forloeb::{Aktoer, Forloeb, Haendelse, Oere, Procent};
use uuid::Uuid;

use super::aktuelle::ListOrder;
use super::card::Card;
use super::checkpoint::FOLDER;
use super::{ANSAETTELSE, Meta, Projections};
use crate::access::User;
use crate::clock::{Clock, dag_in_denmark, klokken};
use crate::core::{App, Start};
use crate::lists::{Filter, SortOrder, Whose};
use crate::workplace::{Stop, Workplace};

const NUMBERS: [&str; 4] = ["10", "11", "12", "13"];
const TRIN: usize = 60;
const READERS: [(Rolle, Option<&str>); 8] = [
    (Rolle::Hr, None),
    (Rolle::Leder, Some("90")),
    (Rolle::Leder, Some("10")),
    (Rolle::Kontaktperson, Some("80")),
    (Rolle::Kontaktperson, Some("12")),
    (Rolle::Koordinator, Some("60")),
    (Rolle::Medarbejder, Some("11")),
    (Rolle::Drift, None),
];

/// A workplace that is opened and closed, on a clock that goes forward in jumps. What happens in it is written straight
/// into the log: the projections take in what no command would have led to.
pub(super) struct Location {
    place: Workplace,
    time: DateTime<Utc>,
    registreringer: BTreeMap<&'static str, Vec<Uuid>>,
}

impl Deref for Location {
    type Target = Workplace;

    fn deref(&self) -> &Workplace {
        &self.place
    }
}

impl Location {
    pub(super) async fn new_one() -> Self {
        let time = "2026-01-05T08:00:00Z".parse().unwrap();
        let place = Workplace::empty(Clock::standing_still(time)).await;
        place.app.allow_omsorgskolleger(true);
        Self { place, time, registreringer: BTreeMap::new() }
    }

    pub(super) fn today(&self) -> NaiveDate {
        dag_in_denmark(self.time)
    }

    async fn write(&self, nr: &str, haendelse: impl Into<Haendelse>) {
        let h = haendelse.into();
        let stream = StreamId::new(format!("{ANSAETTELSE}{nr}")).unwrap();
        let event = NewEvent { kind: h.name().to_owned(), form: h.form(), body: h.to_json().unwrap() };
        let append = Append {
            expected: self.app.log.stream_version(&stream).await.unwrap(),
            stream,
            time: self.time.timestamp_micros(),
            meta: serde_json::to_vec(&Meta { aktoer: Aktoer::system("prøve") }).unwrap(),
            events: vec![event],
            idempotency: None,
        };
        let written = self.app.log.append(append).await.unwrap();
        while self.app.projections().position() < written.last {
            tokio::task::yield_now().await;
        }
    }

    async fn restart(&mut self, how: Stop) {
        self.place.restart(how, Clock::standing_still(self.time)).await;
        self.app.allow_omsorgskolleger(true);
    }

    fn forward(&mut self, dage: i64) {
        let kl = chrono::NaiveTime::from_hms_opt(9, 0, 0).unwrap();
        self.time = klokken(plus_dage(self.today(), dage), kl);
        assert!(self.app.clock.move_to(self.time));
    }

    pub(super) async fn random_haendelse(&mut self, t: &mut Random) {
        let nr = t.af(&NUMBERS);
        let today = self.today();
        let known_ones = self.registreringer.get(nr).cloned().unwrap_or_default();
        if known_ones.is_empty() || t.under(8) == 0 {
            self.write(nr, stamdata(t, today)).await;
        }
        if known_ones.is_empty() || t.under(3) == 0 {
            let registrering = Uuid::from_u128(u128::from(t.under(u64::MAX >> 32)) << 64 | u128::from(t.draw()));
            self.registreringer.entry(nr).or_default().push(registrering);
            return self.write(nr, fravaer(t, today, registrering)).await;
        }
        if t.under(6) == 0 {
            // Who stands in for the one that leads sees what it sees, on those days.
            let periode = (t.under(3) > 0).then(|| (plus_dage(today, -2), plus_dage(today, 4)));
            let (fra, til) = periode.unzip();
            let stedfortraeder_nr = t.af(&[None, Some("90"), Some("91")]).map(str::to_owned);
            return self.write("10", StedfortraederUdpeget { stedfortraeder_nr, fra, til }).await;
        }
        if t.under(10) == 0 {
            let kollega_nr = t.af(&[None, Some("80"), Some("12")]).map(str::to_owned);
            return self.write(nr, OmsorgskollegaValgt { kollega_nr }).await;
        }
        let forloeb = t.af(&known_ones);
        let haendelse = one_haendelse(t, today, forloeb, self.app.log.head().position);
        self.write(nr, haendelse).await;
    }
}

fn stamdata(t: &mut Random, today: NaiveDate) -> StamdataRegistreret {
    let enhed = t.af(&["E1", "E2"]);
    StamdataRegistreret {
        stamdata: Box::new(Stamdata {
            enhed: enhed.to_owned(),
            enhed_navn: format!("Enhed {enhed}"),
            leder_nr: t.af(&[None, Some("10"), Some("90"), Some("91")]).map(str::to_owned),
            tr_nr: t.af(&[None, Some("80")]).map(str::to_owned),
            ansat: Some(plus_dage(today, -400)),
            fratraadt: (t.under(12) == 0).then(|| plus_dage(today, 20)),
            timer_pr_uge: 37.0,
            bopaelskommune: "0727".to_owned(),
            paragraf_56: t.under(4) == 0,
            ..Stamdata::default()
        }),
        confidential: (t.under(2) == 0).then(|| Ciphertext("lukket".to_owned())),
        person: Uuid::from_u128(u128::from(t.under(3)) + 1),
        gaelder_fra: (t.under(3) == 0).then(|| plus_dage(today, i64::try_from(t.under(40)).unwrap() - 20)),
    }
}

fn fravaer(t: &mut Random, today: NaiveDate, registrering: Uuid) -> FravaerRegistreret {
    let foerste = plus_dage(today, -i64::try_from(t.under(60)).unwrap());
    let length = i64::try_from(t.under(50)).unwrap();
    FravaerRegistreret {
        registrering,
        fravaer_nr: (t.under(3) == 0).then(|| format!("f{}", t.under(1000))),
        aarsag: t.af(&[Aarsag::Sygdom, Aarsag::Sygdom, Aarsag::BarnSyg, Aarsag::Graviditet]),
        foerste,
        sidste: (t.under(2) == 0).then(|| plus_dage(foerste, length)),
        omfang_pct: Procent::FULL,
        forventet_varighed: None,
        kilde: Kilde::Person,
        paragraf_56: None,
        raskmeldt: false,
    }
}

fn one_haendelse(t: &mut Random, today: NaiveDate, forloeb: Uuid, sidste: u64) -> Haendelse {
    let dag = plus_dage(today, -i64::try_from(t.under(20)).unwrap());
    let begrundelse = Ciphertext("hvorfor".to_owned());
    match t.under(13) {
        0 => Raskmeldt { forloeb, sidste_fravaersdag: plus_dage(dag, 10) }.into(),
        1 | 2 => FravaerRettet {
            registrering: forloeb,
            aarsag: t.af(&[Aarsag::Sygdom, Aarsag::BarnSyg]),
            foerste: plus_dage(dag, -30),
            sidste: (t.under(2) == 0).then_some(dag),
            omfang_pct: Procent::whole(50),
            kilde: Kilde::Import,
            begrundelse: None,
            line: None,
            paragraf_56: None,
            raskmeldt: false,
        }
        .into(),
        3 => ForloebAnnulleret { forloeb, registreringer: vec![forloeb], begrundelse }.into(),
        4 => LederSkiftet { forloeb, leder_nr: t.af(&["90", "91"]).to_owned(), fra: dag, spoerges: false }.into(),
        5 => ForloebTildelt { forloeb, til: Some("70".to_owned()) }.into(),
        6 => AnmeldelseRegistreret {
            forloeb,
            trin: t.af(&[Anmeldelsestrin::Kvitteret, Anmeldelsestrin::Underskrevet, Anmeldelsestrin::Afvist]),
            dato: dag,
            underskrevet_dato: None,
            uden_kvittering: None,
            kvittering: None,
            kommune: None,
        }
        .into(),
        7 => FoersteKontaktHoldt {
            forloeb,
            dato: dag,
            form: Kontaktform::Telefon,
            kontaktperson_rolle: Kontaktrolle::Tr,
            taget_af: TagetAf::Arbejdsplads,
            forventet_varighed: None,
            arbejdsrelateret: None,
            sted: None,
            grunde: Vec::new(),
        }
        .into(),
        8 => HaendelseAnnulleret { forloeb, haendelse: t.under(sidste) + 1, begrundelse }.into(),
        9 => TtaPlanLagt {
            forloeb,
            version: 1,
            plan: Box::new(Plan { koordinator: Some("60".to_owned()), evalueringer: vec![today], ..Plan::default() }),
            confidential: begrundelse,
        }
        .into(),
        11 => {
            let kontaktperson_nr = t.af(&[None, Some("80"), Some("81")]).map(str::to_owned);
            KontaktpersonValgt { forloeb, kontaktperson_nr }.into()
        }
        10 if t.under(10) == 0 => PersonSlettet { aarsag: "prøve".to_owned(), grund: None }.into(),
        10 => PaamindelseSendesIgen { forloeb, key: afgoerelse(t, today).key }.into(),
        _ => PaamindelserAfgjort::new(forloeb, [afgoerelse(t, today)]).into(),
    }
}

fn afgoerelse(t: &mut Random, today: NaiveDate) -> Afgoerelse {
    let key = Key {
        frist: t.af(Fristart::ALL),
        trin: t.af(&["t-2", "t+1"]).to_owned(),
        modtager: t.af(Modtagerrolle::ALL),
        nr: None,
        generation: plus_dage(today, 5),
    };
    let udfald = match t.under(4) {
        0 => Udfald::Aflyst { aarsag: Aflysning::Loest },
        1 => Udfald::Fejlet { grund: "smtp_550".to_owned(), til: None },
        _ => Udfald::Sendt { letter: format!("{}@kommune.test", t.under(5)), til: Some("90".to_owned()) },
    };
    Afgoerelse { key, dag: today, udfald }
}

/// What the long way says: every employment read from the log, and everything derived.
async fn long_way(app: &App) -> Vec<(Forloeb, Assessment)> {
    let today = app.projections().today();
    let mut out = Vec::new();
    for nr in NUMBERS.into_iter().chain(moves::NUMBERS) {
        let whole = app.whole(nr).await.unwrap();
        let all = whole.forloeb(&app.book()).into_iter();
        out.extend(all.map(|f| {
            let v = assess(&f, today, &app.book());
            (f, v)
        }));
    }
    out
}

/// What lists are asked for: everything a filter can say, alone and together.
fn filters() -> Vec<Filter> {
    let aabne = || Filter { aabne: Some(true), ..Filter::default() };
    let leder = |whose| Filter { leder_nr: Some(whose), ..aabne() };
    vec![
        aabne(),
        Filter { frist: Some(Fristart::Samtale), ..aabne() },
        Filter { frist: Some(Fristart::Anmeldelse), ..aabne() },
        Filter { frist_status: Some(Friststatus::Overskredet), ..aabne() },
        Filter { frist: Some(Fristart::FoersteKontakt), frist_status: Some(Friststatus::Opfyldt), ..Filter::default() },
        leder(Whose::Nobodys),
        leder(Whose::of("90")),
        Filter { tildelt: Some(Whose::Nobodys), aabne: None, ..leder(Whose::of("90")) },
        Filter { enhed: Some("E1".to_owned()), ..Filter::default() },
        Filter { medarbejder_nr: Some("11".to_owned()), ..Filter::default() },
        Filter { aabne: Some(false), ..Filter::default() },
        Filter { aabne: Some(false), frist: Some(Fristart::Samtale), ..Filter::default() },
    ]
}

/// A filter said once more, of the forløb itself instead of its card.
fn must_fit(user: &User, filter: &Filter, f: &Forloeb, v: &Assessment, today: NaiveDate) -> bool {
    let is_shown = |art: Fristart| match user.rolle {
        Rolle::Kontaktperson => matches!(art, Fristart::FoersteKontakt | Fristart::Kontakt),
        Rolle::Koordinator => !matches!(art, Fristart::Anmeldelse | Fristart::Refusionsanmodning),
        _ => true,
    };
    let whose = |wanted: &Option<Whose>, has: Option<&str>| match wanted {
        None => true,
        Some(Whose::Nobodys) => has.is_none(),
        Some(Whose::Of(numbers)) => has.is_some_and(|has| numbers.iter().any(|nr| nr == has)),
    };
    let frist = |fr: &forloeb::frister::Frist| {
        is_shown(fr.art)
            && filter.frist.is_none_or(|art| art == fr.art)
            && filter.frist_status.map_or_else(|| fr.status.outstanding(), |status| status == fr.status)
    };
    filter.aabne.is_none_or(|aabne| aabne == f.is_aabent(today))
        && filter.enhed.as_ref().is_none_or(|enhed| *enhed == f.stamdata_now(today).enhed)
        && filter.medarbejder_nr.as_ref().is_none_or(|nr| *nr == f.medarbejder_nr)
        && whose(&filter.leder_nr, f.leder(today))
        && whose(&filter.tildelt, f.tildelt.as_deref())
        && (filter.tildelt.is_none() || user.rolle != Rolle::Kontaktperson)
        && (filter.frist.is_none() && filter.frist_status.is_none() || v.frister.iter().any(frist))
}

/// Pages of three, one after another, are what fits and may be seen, in order, and each once.
fn verify_list(user: &User, projections: &Projections, expected: &[(Forloeb, Assessment)], whereabouts: &str) {
    let today = projections.today();
    let orders = [SortOrder::Frist, SortOrder::Enhed { down: true }, SortOrder::Foerste { down: false }];
    for (filter, sort) in filters().iter().flat_map(|filter| orders.map(|sort| (filter, sort))) {
        let (mut has, mut after) = (Vec::new(), None);
        loop {
            let page = filter.page(user, projections, sort, after.as_ref(), 3);
            has.extend(page.ids());
            after = page.sidste().cloned();
            if !page.is_several() {
                break;
            }
        }
        let fits =
            |f: &Forloeb, v: &Assessment| must_fit(user, filter, f, v, today) && user.sees(f, projections, today);
        let mut must: Vec<_> = expected.iter().filter(|(f, v)| fits(f, v)).collect();
        let lovdag = |v: &Assessment| v.frister.iter().filter(|f| f.status.outstanding()).map(|f| f.lovdag).min();
        // What is urgent tells of every frist: who is not shown them all gets the oldest first.
        match sort.seen_by(user) {
            SortOrder::Frist => must.sort_by_key(|(f, v)| (lovdag(v).is_none(), lovdag(v), f.foerste, f.id)),
            SortOrder::Enhed { .. } => {
                must.sort_by_key(|(f, _)| std::cmp::Reverse((f.stamdata_now(today).enhed.clone(), f.foerste, f.id)));
            }
            _ => must.sort_by_key(|(f, _)| (f.foerste, f.id)),
        }
        assert_eq!(has, must.iter().map(|(f, _)| f.id).collect::<Vec<_>>(), "{whereabouts}: {sort:?} of {filter:?}");
    }
}

async fn verify(sted: &Location, whereabouts: &str) {
    let app = &sted.app;
    assert_eq!(app.compare(&Default::default()).await.unwrap().1, BTreeSet::new(), "{whereabouts}");
    let expected = long_way(app).await;
    {
        let projections = app.projections();
        let today = projections.today();
        let has: BTreeMap<Uuid, _> =
            projections.card().map(|f| (f.id, (f.nr, f.card.with(|_| (**f.ansvar).clone())))).collect();
        let card = |f, v| Card::af(f, v, today, None).with(|a| (*a).clone());
        let must: BTreeMap<Uuid, _> =
            expected.iter().map(|(f, v)| (f.id, (f.medarbejder_nr.as_str(), card(f, v)))).collect();
        assert_eq!(has, must, "{whereabouts}: the cards");
        for nr in projections.numbers() {
            let Some(person) = projections.person(nr) else { continue };
            let all: Vec<_> = projections.numbers().filter(|nr| projections.person(nr) == Some(person)).collect();
            assert_eq!(
                projections.numbers_for(person).collect::<Vec<_>>(),
                all,
                "{whereabouts}: the employments of {person}"
            );
        }
        let ended: Vec<_> = projections.ended(None, None).filter_map(|f| Some((f.card.end?, f.id))).collect();
        assert!(ended.is_sorted_by(|a, b| a.0 >= b.0), "{whereabouts}: the latest day first");
        let over: BTreeSet<_> = projections.card().filter_map(|f| Some((f.card.end?, f.id))).collect();
        assert_eq!((ended.len(), ended.into_iter().collect()), (over.len(), over), "{whereabouts}: what is over");
        let running: BTreeSet<Uuid> = projections.running().map(|a| a.forloeb.id).collect();
        let must = expected.iter().filter(|(f, v)| v.is_running(f, today)).map(|(f, _)| f.id).collect();
        assert_eq!(running, must, "{whereabouts}: what goes on");
        for (rolle, nr) in READERS {
            let user = User::new(rolle, nr.map(str::to_owned));
            let has: BTreeSet<Uuid> = projections.running_for(&user, |_| true).map(|a| a.forloeb.id).collect();
            let running = expected.iter().filter(|(f, v)| v.is_running(f, today) && user.sees(f, &projections, today));
            assert_eq!(has, running.map(|(f, _)| f.id).collect(), "{whereabouts}: what {rolle} sees");
            verify_list(&user, &projections, &expected, whereabouts);
            let narrowed = user.narrowed_to(["E1".to_owned()]);
            let has: BTreeSet<Uuid> = projections.running_for(&narrowed, |_| true).map(|a| a.forloeb.id).collect();
            let sees = |f: &Forloeb| narrowed.sees(f, &projections, today);
            let running = expected.iter().filter(|(f, v)| v.is_running(f, today) && sees(f));
            assert_eq!(has, running.map(|(f, _)| f.id).collect(), "{whereabouts}: what {rolle} of one unit sees");
            let own = rolle == Rolle::Medarbejder;
            assert!(expected.iter().all(|(f, _)| own || !sees(f) || f.stamdata_now(today).enhed == "E1"), "{rolle}");
            verify_list(&narrowed, &projections, &expected, whereabouts);
        }
        let aabne: Vec<Uuid> = projections.aabne(None).map(|(ordering, _)| ordering.id).collect();
        let mut must: Vec<_> = expected.iter().filter(|(f, _)| f.situation(today) == Situation::Aabent).collect();
        let lovdag = |v: &Assessment| v.frister.iter().filter(|f| f.status.outstanding()).map(|f| f.lovdag).min();
        must.sort_by_key(|(f, v)| (lovdag(v).is_none(), lovdag(v), f.foerste, f.id));
        assert_eq!(aabne, must.iter().map(|(f, _)| f.id).collect::<Vec<_>>(), "{whereabouts}: the list");
        for (n, id) in aabne.iter().enumerate() {
            let ordering = projections
                .aabne(None)
                .find(|(ordering, _)| ordering.id == *id)
                .map(|(ordering, _): (ListOrder, _)| ordering);
            let rest: Vec<Uuid> = projections.aabne(ordering).map(|(ordering, _)| ordering.id).collect();
            assert_eq!(rest, aabne[n + 1..], "{whereabouts}: a page begins where the last one ended");
        }
        let o = projections.counts();
        let counted = |art, status| {
            must.iter().filter(|(_, v)| v.frister.iter().any(|f| f.art == art && f.status == status)).count()
        };
        assert_eq!(o.aabne, must.len(), "{whereabouts}");
        for art in Fristart::ALL {
            for status in Friststatus::ALL {
                assert_eq!(
                    o.frister[*art as usize][*status as usize],
                    counted(*art, *status),
                    "{whereabouts}: {art} {status}"
                );
            }
        }
        // Whatever is lost of what is open or ended within twelve months, by the ledger, day by day.
        let book = sted.app.book();
        let since = today.checked_sub_months(chrono::Months::new(12)).unwrap();
        let mistet: Oere = (expected.iter())
            .filter(|(f, v)| v.is_running(f, today) || f.slutdag(today).is_some_and(|end| end >= since))
            .map(|(f, v)| {
                let g = regnskab(f, &v.refusion, today, &book);
                let sum = |stand| g.sum(stand).map_or(Oere::ZERO, |s| s.beloeb);
                sum(Dagsstand::AnmeldtTooLate) + sum(Dagsstand::AnmodetTooLate)
            })
            .sum();
        assert_eq!(o.mistet, mistet, "{whereabouts}");
        let sendt: BTreeSet<(Uuid, Key)> = projections.sendte(today).map(|(id, s)| (id, s.key.clone())).collect();
        let must = expected.iter().flat_map(|(f, _)| {
            let todays = f.afgjorte.iter().filter(|(_, a)| dag_in_denmark(a.time) == today);
            todays.filter(|(_, a)| matches!(a.udfald, Udfald::Sendt { .. })).map(|(n, _)| (f.id, n.clone()))
        });
        assert!(must.collect::<BTreeSet<_>>().is_subset(&sendt), "{whereabouts}: what was sent today");
    }
    for (nr, ids) in &sted.registreringer {
        let own: Vec<&Forloeb> = expected.iter().map(|(f, _)| f).filter(|f| f.medarbejder_nr == *nr).collect();
        let card = |f: &Forloeb| {
            // What a command withheld is only in the log.
            let mut f = f.clone();
            f.afgjorte.retain(|_, a| a.udfald.is_final() || !matches!(a.udfald, Udfald::Aflyst { .. }));
            format!("{f:?}")
        };
        let has = app.forloeb_for(nr).await.unwrap();
        assert_eq!(
            has.iter().map(|f| card(f)).collect::<Vec<_>>(),
            own.iter().map(|f| card(f)).collect::<Vec<_>>(),
            "{whereabouts}"
        );
        for id in ids {
            assert_eq!(app.projections().whose(*id), Some(*nr), "{whereabouts}");
            let found = app.forloeb(*id).await.unwrap().map(|f| f.id);
            assert_eq!(found, own.iter().find(|f| f.called(*id)).map(|f| f.id), "{whereabouts}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn live_from_a_checkpoint_and_anew_are_the_same_as_the_long_way() {
    let (mut from_checkpoint, mut annullerede, mut moves) = (0, 0, 0);
    let count = if systemtests::large() { 60 } else { 5 };
    for seed in 1..=count {
        let (mut t, mut sted) = (Random::new(seed), Location::new_one().await);
        for trin in 0..TRIN {
            match t.under(12) {
                0 => sted.forward(i64::try_from(t.under(40)).unwrap() + 1),
                1 => sted.app.store().await,
                2 => {
                    sted.restart(if t.under(2) == 0 { Stop::Sound } else { Stop::Crash }).await;
                    from_checkpoint += usize::from(matches!(sted.app.start, Start::Checkpoint { .. }));
                }
                3 | 4 => moves += usize::from(sted.random_flytning(&mut t).await),
                _ => sted.random_haendelse(&mut t).await,
            }
            if trin % 5 == 4 {
                verify(&sted, &format!("seed {seed}, step {trin}")).await;
            }
        }
        sted.app.rebuild(&crate::core::Progress::default()).await.unwrap();
        verify(&sted, &format!("seed {seed}, built anew")).await;
        std::fs::remove_dir_all(sted.path().join(FOLDER)).unwrap_or_default();
        sted.restart(Stop::Crash).await;
        assert!(matches!(sted.app.start, Start::Rebuilt(None)));
        verify(&sted, &format!("seed {seed}, without its checkpoint")).await;
        annullerede += long_way(&sted.app)
            .await
            .iter()
            .filter(|(f, _)| f.end_at.as_ref().is_some_and(|s| s.what == Slutaarsag::Annulleret))
            .count();
    }
    println!(
        "{count} histories of {TRIN} steps, {from_checkpoint} starts from a checkpoint, {annullerede} annulled, {moves} moves"
    );
    assert!(from_checkpoint > 5 && annullerede > 0 && moves > 10, "the histories are too tame");
}
