//! Stories that would go wrong elsewhere, told with dates. Every expected date is counted by hand on a calendar.

use forloeb::Procent;
use forloeb::command::{Act, DomainCommand, Rettelse};
use forloeb::forloeb::Situation;
use forloeb::haendelse::*;
use forloeb::refusal::{BrokenRegel, DomainRefusal, Mistake};
use forloeb::tta::Plan;
use forloeb::words::*;
use std::sync::Arc;
use uuid::Uuid;

use crate::story::{Story, dag, felt, kontakt, seal};

/// Monday 5 January 2026, nobody does anything for seventy days. Five weeks on, on Monday 9 February, nobody has said how long it
/// takes: the leader is asked on the day after, and HR is told on Monday the 16th.
#[test]
fn nobody_does_anything_for_seventy_days() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.let_time_pass("2026-03-16");
    let forventet = "
        2026-01-14 foerste_kontakt t-2 -> kontaktperson
        2026-01-16 foerste_kontakt t -> kontaktperson
        2026-01-16 samtale t-10 -> leder
        2026-01-19 foerste_kontakt overskredet -> leder
        2026-01-21 foerste_kontakt overskredet-3 -> hr
        2026-01-27 samtale t-3 -> leder
        2026-01-27 anmeldelse aabner -> leder
        2026-01-27 anmeldelse aabner -> hr
        2026-01-30 samtale t -> leder
        2026-01-30 anmeldelse t-5 -> leder
        2026-01-30 anmeldelse t-5 -> hr
        2026-01-30 fast_track t-5 -> leder
        2026-02-03 samtale overskredet -> leder
        2026-02-03 samtale overskredet -> hr
        2026-02-03 samtale overskredet -> medarbejder
        2026-02-04 anmeldelse t-2 -> leder
        2026-02-04 anmeldelse t-2 -> hr
        2026-02-06 anmeldelse t -> leder
        2026-02-06 anmeldelse t -> hr
        2026-02-10 anmeldelse overskredet-2026-02-10 -> leders_leder
        2026-02-10 anmeldelse overskredet-2026-02-10 -> hr
        2026-02-10 forventet_slut t -> leder
        2026-02-13 otte_uger t-10 -> leder
        2026-02-16 forventet_slut overskredet -> hr
        2026-02-17 anmeldelse overskredet-2026-02-17 -> leders_leder
        2026-02-17 anmeldelse overskredet-2026-02-17 -> hr
        2026-02-24 anmeldelse overskredet-2026-02-24 -> leders_leder
        2026-02-24 anmeldelse overskredet-2026-02-24 -> hr
        2026-02-25 otte_uger t-2 -> leder
        2026-03-02 otte_uger overskredet -> hr
        2026-03-03 anmeldelse overskredet-2026-03-03 -> leders_leder
        2026-03-03 anmeldelse overskredet-2026-03-03 -> hr
        2026-03-10 anmeldelse overskredet-2026-03-10 -> leders_leder
        2026-03-10 anmeldelse overskredet-2026-03-10 -> hr";
    let mut lines: Vec<&str> = forventet.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    lines.sort_unstable();
    case.sendt.sort_unstable();
    assert_eq!(case.sendt, lines);
}

#[test]
fn raskmeldt_on_dag_16_it_becomes_quiet() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.let_time_pass("2026-01-20").raskmeldt("2026-01-20");
    let before = case.sendt.len();
    assert_eq!(case.status(Fristart::FoersteKontakt), Friststatus::Overskredet, "day 14 passed while she was away");
    assert_eq!(case.status(Fristart::Samtale), Friststatus::Bortfaldet);
    assert_eq!(case.status(Fristart::Anmeldelse), Friststatus::Bortfaldet, "16 days: no refusion, no anmeldelse");
    case.let_time_pass("2026-06-01");
    assert_eq!(case.sendt.len(), before);
}

#[test]
fn raskmeldt_on_dag_33_only_the_anmeldelse_goes_on_until_it_is_kvitteret() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.let_time_pass("2026-02-06").raskmeldt("2026-02-06");
    case.sendt.clear();
    case.let_time_pass("2026-02-09");
    assert_eq!(case.status(Fristart::Anmeldelse), Friststatus::Overskredet);
    let mut for_sent = case;
    for_sent.sendt.clear();
    for_sent.let_time_pass("2026-04-01");
    assert_eq!(
        for_sent.sendt,
        [
            "2026-02-10 anmeldelse overskredet-2026-02-10 -> leders_leder",
            "2026-02-10 anmeldelse overskredet-2026-02-10 -> hr"
        ],
        "the three days are lost for good on 10 February: said once, not every week"
    );
    let refusion = for_sent.assessment().refusion;
    assert_eq!(refusion.mistet.map(|m| (m.fra, m.til)), Some((dag("2026-02-04"), dag("2026-02-06"))));
}

#[test]
fn raskmeldt_on_dag_33_and_kvitteret_in_time_only_the_claim_is_left() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.let_time_pass("2026-02-06").raskmeldt("2026-02-06");
    case.sendt.clear();
    case.it("2026-02-09").kvitteret();
    case.let_time_pass("2026-05-05");
    assert_eq!(
        case.sendt,
        // R = 4 February, lovdag 4 May. 30 days before is Saturday 4 April, in Easter: Wednesday 1 April.
        // 10 days before: Friday 24 April. Target wd(3 May) = Thursday 30 April (1 May is a working day: Friday!).
        [
            "2026-04-01 refusionsanmodning 30-dage -> hr",
            "2026-04-24 refusionsanmodning 10-dage -> hr",
            "2026-04-29 refusionsanmodning t-2 -> hr",
            "2026-05-05 refusionsanmodning overskredet-2026-05-05 -> hr"
        ]
    );
    case.it("2026-05-04");
    let krav = case.krav("2026-02-04", "2026-02-06");
    case.act(krav);
    assert_eq!(case.status(Fristart::Refusionsanmodning), Friststatus::Opfyldt);
}

/// 27 November 2026: § 7 a falls on Christmas Day, § 40 on New Year's Day.
#[test]
fn christmas_the_talk_is_before_the_eve_is_over() {
    let mut case = Story::sygemeldt("2026-11-27");
    case.kontakt();
    case.let_time_pass("2026-12-15").sendt.clear();
    case.let_time_pass("2027-01-05");
    let to_leder: Vec<_> = case.sendt.iter().filter(|s| s.ends_with("leder") && s.contains("samtale")).collect();
    assert_eq!(
        to_leder,
        ["2026-12-18 samtale t-3 -> leder", "2026-12-23 samtale t -> leder", "2026-12-28 samtale overskredet -> leder"]
    );
    // wd+(F+22 = Saturday 19 December) is Monday the 21st, and so is t-5: the five working days before Wednesday the
    // 30th are 29, 28, 23, 22 and 21 December. One line says both.
    let it_21: Vec<_> = case.sendt.iter().filter(|s| s.starts_with("2026-12-21") && s.ends_with("hr")).collect();
    assert_eq!(it_21, ["2026-12-21 anmeldelse t-5 -> hr"]);
    assert!(case.sendt.contains(&"2026-12-30 anmeldelse t -> hr".to_owned()));
    assert!(case.sendt.contains(&"2027-01-04 anmeldelse overskredet-2027-01-04 -> hr".to_owned()));
}

/// Across the end of summer time (25 October 2026) a date is still a date.
#[test]
fn a_change_of_the_clocks_moves_no_frist() {
    let mut case = Story::sygemeldt("2026-09-28");
    case.it("2026-10-24");
    assert_eq!(case.frist(Fristart::Samtale).lovdag, dag("2026-10-26"));
    assert_eq!(case.frist(Fristart::Samtale).maaldag, dag("2026-10-23"));
    assert_eq!(case.status(Fristart::Samtale), Friststatus::Overskredet);
    assert_eq!(case.forloeb().dag_number(dag("2026-10-26")), 29);
}

#[test]
fn a_leap_day_is_a_lovdag() {
    let mut case = Story::sygemeldt("2028-02-01");
    case.it("2028-02-28");
    assert_eq!(case.frist(Fristart::Samtale).lovdag, dag("2028-02-29"));
    assert_eq!(case.status(Fristart::Samtale), Friststatus::Forfalder);
}

/// R = 30 November: three months later is the last day of February.
#[test]
fn the_last_day_of_the_month_bounds_the_refusion_frist() {
    let mut case = Story::sygemeldt("2026-10-31");
    case.it("2026-12-01").kvitteret();
    let frist = case.frist(Fristart::Refusionsanmodning);
    assert_eq!(frist.lovdag, dag("2027-02-28"));
    assert_eq!(frist.maaldag, dag("2027-02-26"), "wd(27 February), a Saturday");
    assert_eq!(frist.aabner, dag("2026-12-01"));
}

#[test]
fn a_saturday_shift_is_a_foerste_fravaersdag() {
    let case = Story::sygemeldt("2026-10-31");
    assert_eq!(case.frist(Fristart::FoersteKontakt).maaldag, dag("2026-11-13"));
}

#[test]
fn full_and_then_partial_is_one_forloeb() {
    let mut case = Story::ansat();
    case.it("2026-02-16").import("2026-01-05", Some("2026-02-15"), 100).import("2026-02-16", None, 50);
    assert_eq!(case.list().len(), 1);
    let f = case.forloeb();
    assert_eq!(f.foerste, dag("2026-01-05"));
    assert_eq!([f.omfang(dag("2026-02-15")), f.omfang(dag("2026-02-16"))], [100, 50].map(|n| Some(Procent::whole(n))));
    assert!(f.is_aabent(dag("2026-02-16")));
    assert_eq!(case.frist(Fristart::OtteUger).lovdag, dag("2026-03-01"));
}

#[test]
fn a_tilbagefald_is_a_new_forloeb_with_new_clocks() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-16").raskmeldt("2026-01-16").it("2026-02-02").sygemeld("2026-02-02");
    let list = case.list();
    assert_eq!(list.len(), 2);
    assert_eq!(list[1].tilbagefald_of, Some(list[0].id), "17 days after: shown, no rule uses it");
    assert_eq!(case.frist(Fristart::Samtale).lovdag, dag("2026-03-02"));
    case.it("2026-02-03").raskmeldt("2026-02-03").it("2026-04-01").sygemeld("2026-04-01");
    assert_eq!(case.forloeb().tilbagefald_of, None, "57 days after");
}

#[test]
fn what_nothing_was_recorded_of_is_not_derived_again() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-16").raskmeldt("2026-01-16").it("2026-02-02").sygemeld("2026-02-02");
    let before: Vec<_> = case.list().into_iter().map(Arc::new).collect();
    let version = case.a.version();
    case.it("2026-02-05").kontakt();
    let after = case.a.forloeb_after(version, &before, case.book());
    assert!(Arc::ptr_eq(&after[0], &before[0]), "the contact is in the other one");
    assert_eq!((before[1].kontakter.len(), after[1].kontakter.len()), (0, 1));
}

#[test]
fn barn_syg_is_no_bridge() {
    let mut case = Story::ansat();
    case.it("2026-01-20").import("2026-01-05", Some("2026-01-06"), 100);
    let DomainCommand::RegistrerFravaer(h) = case.registrering("2026-01-07", Some("2026-01-07"), 100, Kilde::Import)
    else {
        unreachable!()
    };
    case.perform(&DomainCommand::RegistrerFravaer(FravaerRegistreret { aarsag: Aarsag::BarnSyg, ..h }));
    case.import("2026-01-08", Some("2026-01-09"), 100);
    assert_eq!(case.list().len(), 2);
}

/// A registration that arrives late joins two forløb: the oldest id stays, the other one points to it.
#[test]
fn a_late_registrering_joins_two_forloeb() {
    let mut case = Story::ansat();
    case.it("2026-02-01").import("2026-01-19", Some("2026-01-25"), 100).import("2026-01-05", Some("2026-01-11"), 100);
    let (late, early) = (case.forloeb().id, case.list()[0].id);
    case.import("2026-01-12", Some("2026-01-18"), 50);
    let list = case.list();
    assert_eq!(list.len(), 1);
    assert_eq!(list[0].id, late, "recorded first");
    assert!(list[0].called(early));
    assert_eq!((list[0].foerste, list[0].sidste), (dag("2026-01-05"), Some(dag("2026-01-25"))));
}

/// The talk was reminded of for the wrong day; after the correction the new deadline has reminders of its own, and
/// those that had been planned for the old one are on record as not sent.
#[test]
fn a_rettelse_after_a_paamindelse_was_sent() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.kontakt();
    case.let_time_pass("2026-01-27");
    assert!(case.sendt.contains(&"2026-01-27 samtale t-3 -> leder".to_owned()));
    case.sendt.clear();
    let k = case.on(Act::Rettelse { rettelse: Rettelse::FoersteFravaersdag(dag("2026-01-12")), begrundelse: seal() });
    let haendelser = case.perform(&k);
    assert_eq!(haendelser.iter().map(Haendelse::name).collect::<Vec<_>>(), ["FravaerRettet", "PaamindelserAfgjort"]);
    let Haendelse::PaamindelserAfgjort(h) = &haendelser[1] else { unreachable!() };
    assert!(h.tilbageholdt.iter().all(|a| a.aarsag == Aflysning::Rettet));
    assert!(h.tilbageholdt.iter().any(|a| a.key.frist == Fristart::Samtale && a.key.trin == "t"));
    assert_eq!(case.frist(Fristart::Samtale).maaldag, dag("2026-02-06"));
    case.let_time_pass("2026-02-06");
    let samtale: Vec<_> = case.sendt.iter().filter(|s| s.contains(" samtale ")).cloned().collect();
    assert_eq!(
        samtale,
        ["2026-01-28 samtale t-10 -> leder", "2026-02-03 samtale t-3 -> leder", "2026-02-06 samtale t -> leder"],
        "t-10 of the new deadline was Friday the 23rd: overdue, still true, sent the next morning"
    );
}

#[test]
fn each_frist_is_resolved_by_what_resolves_it() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-19");
    assert_eq!(case.status(Fristart::FoersteKontakt), Friststatus::Overskredet);
    let sent = kontakt(dag("2026-01-19"));
    case.act(Act::FoersteKontakt(FoersteKontaktHoldt { taget_af: TagetAf::Medarbejder, ..sent }));
    assert_eq!(case.status(Fristart::FoersteKontakt), Friststatus::Opfyldt, "also when she took it herself");
    case.it("2026-01-26").samtale(Samtaleudfald::DidNotAttend);
    assert_eq!(case.status(Fristart::Samtale), Friststatus::Opfyldt);
    case.it("2026-02-02");
    for trin in [Anmeldelsestrin::Klar, Anmeldelsestrin::Underskrevet] {
        let h = case.anmeldelse(trin, "2026-02-02");
        case.act(h);
        assert_eq!(case.status(Fristart::Anmeldelse), Friststatus::Forfalder, "{trin} is a step on the way");
    }
    case.kvitteret();
    assert_eq!(case.status(Fristart::Anmeldelse), Friststatus::Opfyldt);
    let h = case.anmeldelse(Anmeldelsestrin::Afvist, "2026-02-03");
    case.it("2026-02-03").act(h);
    assert_eq!(case.status(Fristart::Anmeldelse), Friststatus::Forfalder, "rejected: open again");
}

#[test]
fn fast_track_follows_the_forventning() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-12").ret(Rettelse::ForventetVarighed(Varighed::UnderOtteUger));
    assert_eq!(case.status(Fristart::FastTrack), Friststatus::Undtaget);
    case.it("2026-01-20").ret(Rettelse::ForventetVarighed(Varighed::OverOtteUger));
    assert_eq!(case.status(Fristart::FastTrack), Friststatus::Aaben, "it comes back in time");
    let anmod = |dato: &str| {
        Act::FastTrack(FastTrackBesluttet {
            forloeb: Uuid::nil(),
            beslutning: FastTrackBeslutning::Anmodet,
            af: Part::Arbejdsgiver,
            dato: dag(dato),
            begrundelse: None,
        })
    };
    case.it("2026-02-09");
    assert_eq!(case.status(Fristart::FastTrack), Friststatus::Tabt);
    let sent = DomainRefusal::BrokenRegel(BrokenRegel::FastTrackTooLate { lovdag: dag("2026-02-08") });
    assert_eq!(case.refused(anmod("2026-02-09")), sent);
    case.act(anmod("2026-02-06"));
    assert_eq!(case.frist(Fristart::OtteUger).kommunens_samtale, Some(dag("2026-02-20")));
    assert_eq!(case.refused(anmod("2026-02-07")), DomainRefusal::BrokenRegel(BrokenRegel::AlreadyAnmodet));
}

#[test]
fn fravalg_needs_a_begrundelse() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-20");
    let h = FastTrackBesluttet {
        forloeb: Uuid::nil(),
        beslutning: FastTrackBeslutning::Fravalgt,
        af: Part::Arbejdsgiver,
        dato: dag("2026-01-20"),
        begrundelse: None,
    };
    assert_eq!(case.refused(Act::FastTrack(h)), felt("begrundelse", Mistake::Missing));
}

#[test]
fn opsagt_is_undtaget_only_when_leaving_is_within_eight_weeks() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.stamdata(|s| s.fratraadt = Some(dag("2026-03-03")));
    case.it("2026-01-20");
    let h = SamtaleRegistreret {
        forloeb: Uuid::nil(),
        dato: dag("2026-01-20"),
        udfald: Samtaleudfald::UndtagetOpsagt,
        forventet_varighed: None,
        delvis_mulig: None,
    };
    let latest = dag("2026-03-02");
    assert_eq!(case.refused(Act::Samtale(h.clone())), DomainRefusal::BrokenRegel(BrokenRegel::NotUndtaget { latest }));
    case.stamdata(|s| s.fratraadt = Some(latest));
    case.act(Act::Samtale(h));
    assert_eq!(case.status(Fristart::Samtale), Friststatus::Undtaget);
}

#[test]
fn leaving_closes_and_the_money_stays() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.stamdata(|s| s.fratraadt = Some(dag("2026-02-05")));
    case.it("2026-02-05");
    assert!(case.forloeb().is_aabent(case.today));
    case.it("2026-02-06");
    let end = Situation::End { aarsag: Slutaarsag::Fratraadt, sidste: dag("2026-02-05") };
    assert_eq!(case.forloeb().situation(case.today), end);
    assert_eq!(case.status(Fristart::OtteUger), Friststatus::Bortfaldet);
    assert_eq!(case.status(Fristart::Anmeldelse), Friststatus::Forfalder, "32 days: refusion for day 31 and 32");
    let new = case.registrering("2026-02-10", None, 100, Kilde::Person);
    case.it("2026-02-10");
    assert_eq!(case.attempt(&new).unwrap_err(), DomainRefusal::BrokenRegel(BrokenRegel::NotAnsat));
}

#[test]
fn an_annulled_samtale_opens_the_frist_again_and_sends_nothing_twice() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.kontakt();
    case.let_time_pass("2026-01-27").samtale(Samtaleudfald::Holdt);
    let position = case.forloeb().samtaler[0].position;
    case.sendt.clear();
    case.it("2026-01-28").act(Act::Annuller { haendelse: Some(position), begrundelse: seal() });
    assert_eq!(case.status(Fristart::Samtale), Friststatus::Forfalder);
    let again = Act::Annuller { haendelse: Some(position), begrundelse: seal() };
    assert_eq!(case.refused(again), DomainRefusal::BrokenRegel(BrokenRegel::CannotBeAnnulleret));
    case.let_time_pass("2026-01-30");
    let samtale: Vec<_> = case.sendt.iter().filter(|s| s.contains("samtale")).collect();
    assert_eq!(samtale, ["2026-01-30 samtale t -> leder"], "t-3 was sent before; t was withheld, and is due again");
}

#[test]
fn an_annulled_forloeb_can_be_found_and_is_silent() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-10").act(Act::Annuller { haendelse: None, begrundelse: seal() });
    let f = case.forloeb();
    assert!(matches!(f.situation(case.today), Situation::End { aarsag: Slutaarsag::Annulleret, .. }));
    assert!(case.assessment().frister.iter().all(|fr| fr.status == Friststatus::Bortfaldet));
    let h = kontakt(case.today);
    assert_eq!(case.refused(Act::FoersteKontakt(h)), DomainRefusal::BrokenRegel(BrokenRegel::ForloebAnnulleret));
    case.let_time_pass("2026-04-01");
    assert!(case.sendt.is_empty());
    case.sygemeld("2026-01-05");
    assert_eq!(case.list().len(), 2, "and the days are free again");
}

#[test]
fn overlap_and_impossible_dates_are_refused() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-10");
    let on_top_in = case.registrering("2026-01-08", None, 100, Kilde::Person);
    assert!(matches!(case.attempt(&on_top_in), Err(DomainRefusal::BrokenRegel(BrokenRegel::Overlaps { .. }))));
    let reversed = case.registrering("2025-12-10", Some("2025-12-09"), 100, Kilde::Import);
    assert_eq!(case.attempt(&reversed).unwrap_err(), felt("sidste_fravaersdag", Mistake::EndBeforeStart));
    let in_morning = case.registrering("2026-01-11", None, 100, Kilde::Person);
    assert_eq!(case.attempt(&in_morning).unwrap_err(), felt("foerste_fravaersdag", Mistake::Future(dag("2026-01-10"))));
    let h = Raskmeldt { forloeb: Uuid::nil(), sidste_fravaersdag: dag("2026-01-04") };
    assert_eq!(case.refused(Act::Raskmeld(h)), felt("sidste_fravaersdag", Mistake::EndBeforeStart));
}

#[test]
fn an_annulled_raskmelding_cannot_come_on_top_of_a_new_forloeb() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-16").raskmeldt("2026-01-16");
    let foerste = case.forloeb();
    let position = foerste.end_at.as_ref().unwrap().position;
    case.it("2026-02-02").sygemeld("2026-02-02");
    let act = Act::Annuller { haendelse: Some(position), begrundelse: seal() };
    let k = DomainCommand::Forloeb { id: foerste.id, if_version: None, act };
    assert!(matches!(case.attempt(&k), Err(DomainRefusal::BrokenRegel(BrokenRegel::Overlaps { .. }))));
}

#[test]
fn if_match_of_another_version_is_refused_and_a_paamindelse_is_no_new_version() {
    let mut case = Story::sygemeldt("2026-01-05");
    let version = case.forloeb().version;
    case.let_time_pass("2026-01-14");
    assert_eq!(case.forloeb().version, version);
    let (id, act) = (case.forloeb().id, Act::FoersteKontakt(kontakt(case.today)));
    let k = |v| DomainCommand::Forloeb { id, if_version: Some(v), act: act.clone() };
    assert_eq!(case.attempt(&k(version - 1)).unwrap_err(), DomainRefusal::OtherVersion { now: version });
    case.perform(&k(version));
    assert!(case.forloeb().version > version);
}

/// Payroll knows on 12 January that the absence ends on 1 March: until then she is away, and the talk is due.
#[test]
fn a_known_slutdag_ahead_does_not_close_before_that_dag() {
    let mut case = Story::ansat();
    case.it("2026-01-12").import("2026-01-05", Some("2026-03-01"), 100).kontakt().let_time_pass("2026-01-30");
    assert!(case.forloeb().is_aabent(case.today));
    assert_eq!(case.status(Fristart::Samtale), Friststatus::Forfalder);
    assert!(case.sendt.contains(&"2026-01-30 samtale t -> leder".to_owned()), "{:?}", case.sendt);
    assert!(case.planlagte().iter().all(|p| p.key.frist != Fristart::OtteUger || p.dag <= dag("2026-03-01")));
    case.it("2026-03-01");
    assert!(!case.forloeb().is_aabent(case.today), "the last day is written: it is over when that day is here");
}

#[test]
fn fast_track_does_not_come_again_when_it_is_too_late() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.ret(Rettelse::ForventetVarighed(Varighed::UnderOtteUger));
    case.it("2026-03-02").ret(Rettelse::ForventetVarighed(Varighed::OverOtteUger));
    assert_eq!(case.status(Fristart::FastTrack), Friststatus::Undtaget, "learnt on day 57; the last day was day 35");
    let mut sent = Story::ansat();
    sent.it("2026-03-16").sygemeld("2026-01-05").let_time_pass("2026-03-20");
    assert!(!sent.sendt.iter().any(|s| s.contains("fast_track")), "{:?}", sent.sendt);
}

#[test]
fn a_corrected_day_of_death_is_still_a_death() {
    let mut case = Story::sygemeldt("2026-01-05");
    let h = ForloebAfsluttet { forloeb: Uuid::nil(), aarsag: Slutaarsag::Doed, dato: dag("2026-02-03") };
    case.it("2026-02-03").act(Act::Afslut(h));
    case.ret(Rettelse::SidsteFravaersdag(Some(dag("2026-02-02"))));
    let end = Situation::End { aarsag: Slutaarsag::Doed, sidste: dag("2026-02-02") };
    assert_eq!(case.forloeb().situation(case.today), end);
}

#[test]
fn a_new_version_of_a_plan_keeps_what_is_evalueret() {
    let mut case = Story::sygemeldt("2026-01-05");
    let plan = || Plan { evalueringer: vec![dag("2026-02-16"), dag("2026-03-16")], ..Plan::default() };
    let evaluer =
        |dato| TtaEvalueret { forloeb: Uuid::nil(), dato: dag(dato), virkninger: Vec::new(), confidential: None };
    case.it("2026-02-02").act(Act::PutPlan { plan: plan(), aftalt: true, confidential: seal() });
    // Held a little early, and spoken of again on the day itself: one date, not two.
    case.it("2026-02-10").act(Act::EvaluerPlan(evaluer("2026-02-10")));
    case.it("2026-02-16").act(Act::EvaluerPlan(evaluer("2026-02-16")));
    assert_eq!(case.frist(Fristart::TtaEvaluering).lovdag, dag("2026-03-16"));
    case.it("2026-02-17").act(Act::PutPlan { plan: plan(), aftalt: true, confidential: seal() });
    assert_eq!(case.frist(Fristart::TtaEvaluering).lovdag, dag("2026-03-16"));
    let position = case.forloeb().planer[0].position;
    case.act(Act::Annuller { haendelse: Some(position), begrundelse: seal() });
    case.act(Act::PutPlan { plan: plan(), aftalt: true, confidential: seal() });
    let versions: Vec<_> = case.forloeb().planer.iter().map(|p| p.what.version).collect();
    assert_eq!(versions, [2, 3], "an annulled version keeps its number");
}

#[test]
fn the_omfang_is_corrected_where_it_now_holds_and_follows_a_corrected_first_day() {
    let mut case = Story::sygemeldt("2026-01-05");
    let delvis = |fra| DelvisRegistreret {
        forloeb: Uuid::nil(),
        fra: dag(fra),
        omfang_pct: Procent::whole(50),
        begrundelse: None,
    };
    case.it("2026-01-20").act(Act::Delvis(delvis("2026-01-20")));
    case.it("2026-01-22").ret(Rettelse::OmfangPct(Procent::whole(60)));
    let f = case.forloeb();
    assert_eq!([f.omfang(dag("2026-01-19")), f.omfang(dag("2026-01-20"))], [100, 60].map(|n| Some(Procent::whole(n))));
    case.ret(Rettelse::FoersteFravaersdag(dag("2026-01-22")));
    assert_eq!(case.forloeb().omfang(dag("2026-01-22")), Some(Procent::whole(60)));
}
