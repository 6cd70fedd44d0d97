//! Deciding what is asked of one forløb: events, or why not.

use crate::deadlines::frister::assess;
use crate::decide::act::Act;
use crate::decide::case::{Answer, Case, Now, not_annulleret};
use crate::decide::fravaer::datoer;
use crate::decide::refusal::{BrokenRegel, DomainRefusal, Mistake, felt};
use crate::events::haendelse::{
    AfbrydelseRegistreret, Afgoerelse, AnmeldelseRegistreret, ArbejdsskadeAnmeldt, ArbejdsskadeUndtaget,
    DelvisRegistreret, DispensationRegistreret, FastTrackBesluttet, FastTrackGodkendt, FoersteKontaktHoldt,
    ForloebAfsluttet, ForloebTildelt, Haendelse, Key, KommunensOpfoelgningBesluttet, KontaktpersonValgt, LederSkiftet,
    OpfoelgningRegistreret, OtteUgerRegistreret, PaamindelseSendesIgen, PaamindelserAfgjort, Paragraf56Besvaret,
    Raskmeldt, RefusionAnmodet, TtaEgneOrdSkrevet, Udfald,
};
use crate::fold::ansaettelse::Ansaettelse;
use crate::fold::derive::Registrering;
use crate::fold::forloeb::{Fact, Forloeb, Situation};
use crate::oere::Oere;
use crate::procent::Procent;
use crate::refusion::{NoRet, ret::no_ret};
use crate::reminders::paamindelser::kan_sendes_igen;
use crate::rules::Regelbog;
use crate::rules::calendar::plus_dage;
use crate::words::{
    Anmeldelsestrin, FastTrackBeslutning, Fristart, Kilde, Opfoelgningsart, OtteUgerUdfald, Part, Rolle, Slutaarsag,
};
use chrono::NaiveDate;

/// Decides what is asked of one forløb.
pub(crate) fn afgoer(a: &Ansaettelse, f: &Forloeb, act: &Act, now: Now, book: &Regelbog) -> Answer {
    let case = Case { a, f, now, book };
    if let Act::AfgoerPaamindelser(afgoerelser) = act {
        return Ok(case.afgoer_paamindelser(afgoerelser));
    }
    let situation = not_annulleret(f, now.dag)?;
    match act {
        Act::FoersteKontakt(h) => case.foerste_kontakt(h),
        Act::IndkaldSamtale(h) | Act::FlytSamtale(h) => case.indkald(h, situation),
        Act::BesvarSamtale(h) => case.besvar_samtale(h, situation),
        Act::Samtale(h) => case.samtale(h),
        Act::SkrivReferat(new) => case.skriv_referat(new),
        Act::AfgoerAftale(h) => case.afgoer_aftale(h),
        Act::Anmeld(h) => case.anmeld(h),
        Act::AnmodRefusion(h) => case.anmod_refusion(h),
        Act::Dispenser(h) => case.dispenser(h),
        Act::BesvarParagraf56(h) if f.paragraf_56 == Some(h.gaelder) => Ok(Vec::new()),
        Act::BesvarParagraf56(h) => Ok(vec![Paragraf56Besvaret { forloeb: f.id, ..h.clone() }.into()]),
        Act::Afbryd(h) => case.afbryd(h),
        Act::FastTrack(h) => case.fast_track(h),
        Act::OtteUger(h) => case.otte_uger(h),
        Act::AnmeldArbejdsskade(h) => case.anmeld_arbejdsskade(h),
        Act::UndtagArbejdsskade(h) => case.undtag_arbejdsskade(h),
        Act::KommunensOpfoelgning(h) => case.kommunens_opfoelgning(h),
        Act::Opfoelgning(h) => case.opfoelgning(h),
        Act::ExpectSlut(h) => case.expect_slut(h, situation),
        Act::Afvent(h) => case.afvent(h, situation),
        Act::TryKontakt(h) => case.try_kontakt(h, situation),
        Act::GiveBrev(h) => case.give_brev(h),
        Act::BestilPaamindelse(h) => case.bestil_paamindelse(h),
        Act::Delvis(h) => case.delvis(h),
        Act::Raskmeld(h) if case.was_told_by_the_employee(h) => Ok(Vec::new()),
        Act::ReportOneselfBack(h) if case.is_back_since(h) => Ok(Vec::new()),
        Act::Raskmeld(h) | Act::ReportOneselfBack(h) => case.raskmeld(h, situation),
        Act::Rettelse { rettelse, begrundelse } => case.rettelse(*rettelse, begrundelse),
        Act::AfgoerUenighed(valg) => case.afgoer_uenighed(valg),
        Act::Annuller { haendelse: Some(position), begrundelse } => case.annuller_one(*position, begrundelse),
        Act::Annuller { haendelse: None, begrundelse } => Ok(case.annuller_whole(begrundelse)),
        Act::SkiftLeder(h) => case.skift_leder(h),
        Act::ChooseKontaktperson(h) => case.choose_kontaktperson(h, situation),
        Act::Tildel(h) if h.til == f.tildelt => Ok(Vec::new()),
        Act::Tildel(h) => Ok(vec![ForloebTildelt { forloeb: f.id, ..h.clone() }.into()]),
        Act::Afslut(h) => case.afslut(h, situation),
        Act::PutPlan { plan, aftalt, confidential } => case.put_plan(plan, *aftalt, confidential, situation),
        Act::SaveKladde(confidential) => case.save_kladde(confidential, situation),
        Act::WriteEgneOrd(h) => Ok(vec![TtaEgneOrdSkrevet { forloeb: f.id, ..h.clone() }.into()]),
        Act::UndtagPlan(h) => case.undtag_plan(h, situation),
        Act::BesvarPlan(h) => case.besvar_plan(h),
        Act::BesvarBesked(h) => case.besvar_besked(h),
        Act::DelPlan(h) => case.del_plan(h),
        Act::EvaluerPlan(h) => case.evaluer(h),
        Act::Oensk(h) => case.oensker(h, situation),
        Act::BestridLeder(h) => case.bestrid_leder(h, situation),
        Act::BeholdLeder(h) => case.behold_leder(h),
        Act::BesvarOvertagelse(h) => case.besvar_overtagelse(h),
        Act::SigArbejdsaarsag(h) => case.sig_arbejdsaarsag(h),
        Act::Forebyg(h) => case.forebyg(h),
        Act::AnmodFastholdelsesplan(h) => case.anmod_fastholdelsesplan(h, situation),
        Act::BesvarFastholdelsesplan(h) => case.besvar_fastholdelsesplan(h),
        Act::Mulighedserklaering(h) => case.mulighedserklaering(h),
        Act::SendAgain(key) => case.send_again(key),
        Act::AfgoerPaamindelser(_) => Ok(Vec::new()),
    }
}

impl Case<'_> {
    fn foerste_kontakt(&self, h: &FoersteKontaktHoldt) -> Answer {
        self.under_way("dato", h.dato)?;
        Ok(vec![FoersteKontaktHoldt { forloeb: self.f.id, ..h.clone() }.into()])
    }

    fn anmeld(&self, h: &AnmeldelseRegistreret) -> Answer {
        self.since_start("dato", h.dato)?;
        if !assess(self.f, self.now.dag, self.book).refusion.asks_for_anmeldelse {
            return Err(BrokenRegel::NoAnmeldelse.into());
        }
        match h.trin {
            Anmeldelsestrin::Afvist if self.f.anmeldelser.is_empty() => return Err(BrokenRegel::NothingToRefuse.into()),
            Anmeldelsestrin::Klar | Anmeldelsestrin::Underskrevet | Anmeldelsestrin::Kvitteret
                if self.f.kvittering().is_some() =>
            {
                return Err(BrokenRegel::AlreadyKvitteret.into());
            }
            Anmeldelsestrin::Klar
            | Anmeldelsestrin::Underskrevet
            | Anmeldelsestrin::Kvitteret
            | Anmeldelsestrin::Afvist => {}
        }
        if let Some(signed) = h.underskrevet_dato {
            self.since_start("underskrevet_dato", signed)?;
            if signed > h.dato {
                return Err(felt("underskrevet_dato", Mistake::AfterLatest(h.dato)));
            }
        }
        let signed = self.f.awaits_kvittering().filter(|_| h.trin == Anmeldelsestrin::Kvitteret);
        if let Some(signed) = signed.filter(|signed| h.dato < *signed) {
            return Err(felt("dato", Mistake::BeforeEarliest(signed)));
        }
        Ok(vec![AnmeldelseRegistreret { forloeb: self.f.id, ..h.clone() }.into()])
    }

    fn anmod_refusion(&self, h: &RefusionAnmodet) -> Answer {
        if h.til < h.fra {
            return Err(felt("til", Mistake::EndBeforeStart));
        }
        if let Some(signed) = h.underskrevet_dato {
            self.since_start("underskrevet_dato", signed)?;
        }
        // A claim is judged by the day on which it was signed: what was too old then, and what lay ahead.
        let signed = h.underskrevet_dato.unwrap_or(self.now.dag);
        if h.til > signed {
            return Err(felt("til", Mistake::Future(signed)));
        }
        if h.beloeb_oere.is_some_and(|amount| !amount.is_plausible()) {
            return Err(felt("beloeb", Mistake::Interval { at_least: 0, at_most: Oere::MOST.whole_kroner() }));
        }
        if self.f.kvittering().is_none() {
            return Err(BrokenRegel::MissingKvittering.into());
        }
        let few_hours = |dag: &NaiveDate| no_ret(self.f, *dag) == Some(NoRet::FewHours);
        let fra = h.fra.max(self.f.foerste);
        let mut days = (0..=(h.til - fra).num_days()).map(|n| plus_dage(fra, n));
        if let Some(dag) = days.find(few_hours) {
            return Err(BrokenRegel::KravOfFewHours { dag }.into());
        }
        if no_ret(self.f, h.fra) == Some(NoRet::Afbrydelse) {
            return Err(BrokenRegel::KravInAfbrydelse.into());
        }
        let refusion = assess(self.f, signed, self.book).refusion;
        // While nobody has said whether the § 56 agreement covers it, a claim by either reading is taken.
        let other = refusion.otherwise.as_ref().and_then(|r| r.kan_anmodes_fra).filter(|other| *other == h.fra);
        // § 59: days more than three months back are lost; they may, and must, be left out.
        let Some(next) = other.or(refusion.kan_anmodes_fra) else { return Err(BrokenRegel::NothingToAnmode.into()) };
        if h.fra < next {
            return Err(BrokenRegel::KravOverlaps { next }.into());
        }
        if h.fra > next {
            return Err(BrokenRegel::KravWithGap { next }.into());
        }
        if self.f.krav.iter().any(|k| k.what.fra <= h.til && h.fra <= k.what.til) {
            return Err(BrokenRegel::KravOverlaps { next }.into());
        }
        match self.f.slutdag(self.now.dag) {
            Some(sidste) if h.til > sidste => Err(BrokenRegel::KravAfterEnd { sidste }.into()),
            _ => Ok(vec![RefusionAnmodet { forloeb: self.f.id, ..h.clone() }.into()]),
        }
    }

    /// Days of the absence that no other afbrydelse holds.
    fn afbryd(&self, h: &AfbrydelseRegistreret) -> Answer {
        self.planlagt("fra", h.fra)?;
        self.planlagt("til", h.til)?;
        if h.til < h.fra {
            return Err(felt("til", Mistake::EndBeforeStart));
        }
        if let Some(sidste) = self.f.slutdag(self.now.dag).filter(|sidste| h.til > *sidste) {
            return Err(felt("til", Mistake::AfterLatest(sidste)));
        }
        if self.f.afbrydelser.iter().any(|a| a.what.fra <= h.til && h.fra <= a.what.til) {
            return Err(BrokenRegel::AlreadyAfbrudt.into());
        }
        Ok(vec![AfbrydelseRegistreret { forloeb: self.f.id, ..h.clone() }.into()])
    }

    /// Only where days were lost, of those days, and within the months in which it can be asked for.
    fn dispenser(&self, h: &DispensationRegistreret) -> Answer {
        self.since_start("dato", h.dato)?;
        self.since_start("fra", h.fra)?;
        let refusion = assess(self.f, self.now.dag, self.book).refusion;
        let Some(mistet) = refusion.mistet else { return Err(BrokenRegel::NothingMistet.into()) };
        if h.fra < mistet.fra {
            return Err(felt("fra", Mistake::BeforeEarliest(mistet.fra)));
        }
        if h.fra > mistet.til {
            return Err(felt("fra", Mistake::AfterLatest(mistet.til)));
        }
        Ok(vec![DispensationRegistreret { forloeb: self.f.id, ..h.clone() }.into()])
    }

    fn fast_track(&self, h: &FastTrackBesluttet) -> Answer {
        self.under_way("dato", h.dato)?;
        let declines = (h.beslutning, h.af) == (FastTrackBeslutning::Fravalgt, Part::Medarbejder);
        // Who says no for themself need not say why.
        if h.beslutning == FastTrackBeslutning::Fravalgt && h.af == Part::Arbejdsgiver && h.begrundelse.is_none() {
            return Err(felt("begrundelse", Mistake::Missing));
        }
        let too = (h.beslutning, h.af) == (FastTrackBeslutning::Anmodet, Part::Medarbejder);
        if let Some(asked) = self.f.fast_track_asked().filter(|_| too) {
            return self.say_yes(asked, h.dato);
        }
        match self.f.fast_track.last().map(|b| (b.what.beslutning, b.what.af)) {
            // The employee may say no to what the employer asked for, also when it is too late to ask (§ 7 c).
            Some((FastTrackBeslutning::Anmodet, Part::Arbejdsgiver)) if declines => {
                return Ok(vec![FastTrackBesluttet { forloeb: self.f.id, ..h.clone() }.into()]);
            }
            Some((FastTrackBeslutning::Anmodet, _)) => return Err(BrokenRegel::AlreadyAnmodet.into()),
            Some((FastTrackBeslutning::Fravalgt, Part::Medarbejder))
                if (h.beslutning, h.af) == (FastTrackBeslutning::Anmodet, Part::Arbejdsgiver) =>
            {
                return Err(BrokenRegel::FastTrackDeclined.into());
            }
            Some((FastTrackBeslutning::Fravalgt, _)) | None => {}
        }
        let assessment = assess(self.f, self.now.dag, self.book);
        let lovdag = assessment.frist(Fristart::FastTrack).map_or(NaiveDate::MAX, |fr| fr.lovdag);
        if h.dato > lovdag {
            return Err(BrokenRegel::FastTrackTooLate { lovdag }.into());
        }
        Ok(vec![FastTrackBesluttet { forloeb: self.f.id, ..h.clone() }.into()])
    }

    /// The employee wants it too: that is their yes to what the employer asked for, and no second request, whose day would
    /// move when the kommune's talk is expected.
    fn say_yes(&self, asked: &Fact<FastTrackBesluttet>, dato: NaiveDate) -> Answer {
        if dato < asked.what.dato {
            return Err(felt("dato", Mistake::BeforeEarliest(asked.what.dato)));
        }
        if self.f.fast_track_yes().is_some() {
            return Ok(Vec::new());
        }
        Ok(vec![FastTrackGodkendt { forloeb: self.f.id, anmodning: asked.position, dato }.into()])
    }

    fn otte_uger(&self, h: &OtteUgerRegistreret) -> Answer {
        self.under_way("dato", h.dato)?;
        if h.udfald == OtteUgerUdfald::IkkeNoedvendig && h.confidential.is_none() {
            return Err(felt("begrundelse", Mistake::Missing));
        }
        Ok(vec![OtteUgerRegistreret { forloeb: self.f.id, ..h.clone() }.into()])
    }

    /// It can be told to EASY, or decided that it need not.
    fn easy_is_open(&self, dato: NaiveDate) -> Result<(), DomainRefusal> {
        self.since_start("dato", dato)?;
        if self.f.arbejdsskade_fra.is_none() {
            return Err(BrokenRegel::NoArbejdsskade.into());
        }
        if !self.f.easy.is_empty() {
            return Err(BrokenRegel::AlreadyInEasy.into());
        }
        Ok(())
    }

    fn undtag_arbejdsskade(&self, h: &ArbejdsskadeUndtaget) -> Answer {
        self.easy_is_open(h.dato)?;
        Ok(vec![ArbejdsskadeUndtaget { forloeb: self.f.id, ..h.clone() }.into()])
    }

    fn kommunens_opfoelgning(&self, h: &KommunensOpfoelgningBesluttet) -> Answer {
        self.under_way("dato", h.dato)?;
        Ok(vec![KommunensOpfoelgningBesluttet { forloeb: self.f.id, ..h.clone() }.into()])
    }

    fn opfoelgning(&self, h: &OpfoelgningRegistreret) -> Answer {
        match h.art {
            Opfoelgningsart::Videre => self.under_way("dato", h.dato)?,
            Opfoelgningsart::HyppigtFravaer => self.since_start("dato", h.dato)?,
            Opfoelgningsart::EfterRetur => {
                self.since_start("dato", h.dato)?;
                let Some(sidste) = self.f.slutdag(self.now.dag) else { return Err(BrokenRegel::NotBack.into()) };
                if h.dato <= sidste {
                    return Err(felt("dato", Mistake::BeforeEarliest(plus_dage(sidste, 1))));
                }
            }
        }
        self.can_work(h)?;
        Ok(vec![OpfoelgningRegistreret { forloeb: self.f.id, ..h.clone() }.into()])
    }

    /// How something works is found out by a follow-up that was held, and only of what there is.
    fn can_work(&self, h: &OpfoelgningRegistreret) -> Result<(), DomainRefusal> {
        let tells = !h.virkninger.is_empty() || h.samarbejde.is_some() || h.foranstaltning.is_some();
        if tells && h.udfald != OtteUgerUdfald::Holdt {
            return Err(BrokenRegel::NotHeld.into());
        }
        if h.samarbejde.is_some() && self.f.approved_besked().is_none() {
            return Err(BrokenRegel::BeskedNotApproved.into());
        }
        if h.foranstaltning.is_some() && self.f.sagt.foranstaltning().is_none() {
            return Err(BrokenRegel::NoForanstaltning.into());
        }
        Ok(())
    }

    fn anmeld_arbejdsskade(&self, h: &ArbejdsskadeAnmeldt) -> Answer {
        self.easy_is_open(h.dato)?;
        Ok(vec![ArbejdsskadeAnmeldt { forloeb: self.f.id, ..h.clone() }.into()])
    }

    pub(super) fn delvis(&self, h: &DelvisRegistreret) -> Answer {
        self.planlagt("fra", h.fra)?;
        if self.f.slutdag(self.now.dag).is_some_and(|sidste| h.fra > sidste) {
            return Err(BrokenRegel::ForloebAfsluttet.into());
        }
        if !(Procent::whole(1)..=Procent::FULL).contains(&h.omfang_pct) {
            return Err(felt("omfang_pct", Mistake::Interval { at_least: 1, at_most: 100 }));
        }
        Ok(vec![DelvisRegistreret { forloeb: self.f.id, ..h.clone() }.into()])
    }

    /// It is known to have ended by a raskmelding with this last day.
    fn is_back_since(&self, h: &Raskmeldt) -> bool {
        let told = self.f.end_at.as_ref().is_some_and(|end| end.what == Slutaarsag::Raskmeldt);
        told && self.f.sidste == Some(h.sidste_fravaersdag)
    }

    /// The same, and it is the employee who has told it.
    fn was_told_by_the_employee(&self, h: &Raskmeldt) -> bool {
        let position = self.f.end_at.as_ref().map(|end| end.position);
        let mut records = self.a.records().iter();
        let by = records.find(|record| Some(record.position) == position).and_then(|record| record.aktoer.rolle);
        by == Some(Rolle::Medarbejder) && self.is_back_since(h)
    }

    fn raskmeld(&self, h: &Raskmeldt, situation: Situation) -> Answer {
        // Fit again on days off that were looked past: what came after them is another absence.
        if self.f.fridage.iter().any(|dage| plus_dage(dage.fra, -1) == h.sidste_fravaersdag) {
            return Ok(vec![Raskmeldt { forloeb: self.f.id, ..h.clone() }.into()]);
        }
        self.aabent(situation)?;
        if let Some(sidste) = self.registreringer().last() {
            let new = Registrering { sidste: Some(h.sidste_fravaersdag), ..sidste.clone() };
            datoer(self.a, (Some(sidste), &new), Kilde::Person, self.now, self.book)?;
        }
        Ok(vec![Raskmeldt { forloeb: self.f.id, ..h.clone() }.into()])
    }

    fn afslut(&self, h: &ForloebAfsluttet, situation: Situation) -> Answer {
        self.aabent(situation)?;
        if !matches!(h.aarsag, Slutaarsag::Fratraadt | Slutaarsag::Doed | Slutaarsag::Andet) {
            return Err(felt("aarsag", Mistake::CannotBeRettet));
        }
        self.since_start("dato", h.dato)?;
        if let Some(sidste) = self.registreringer().last().filter(|r| h.dato < r.foerste) {
            return Err(felt("dato", Mistake::BeforeEarliest(sidste.foerste)));
        }
        Ok(vec![ForloebAfsluttet { forloeb: self.f.id, ..h.clone() }.into()])
    }

    fn skift_leder(&self, h: &LederSkiftet) -> Answer {
        self.planlagt("fra", h.fra)?;
        if h.leder_nr == self.f.medarbejder_nr {
            return Err(felt("leder_nr", Mistake::SamePerson));
        }
        if self.f.led_of_from(&h.leder_nr, h.fra) {
            return Ok(Vec::new());
        }
        Ok(vec![LederSkiftet { forloeb: self.f.id, ..h.clone() }.into()])
    }

    fn choose_kontaktperson(&self, h: &KontaktpersonValgt, situation: Situation) -> Answer {
        self.aabent(situation)?;
        if h.kontaktperson_nr.as_ref() == Some(&self.f.medarbejder_nr) {
            return Err(felt("kontaktperson_nr", Mistake::SamePerson));
        }
        if h.kontaktperson_nr == self.f.chosen_kontaktperson {
            return Ok(Vec::new());
        }
        Ok(vec![KontaktpersonValgt { forloeb: self.f.id, ..h.clone() }.into()])
    }

    /// Only what was refused, and only while somebody still has to be reminded of it.
    fn send_again(&self, key: &Key) -> Answer {
        if !self.f.afgjorte.get(key).is_some_and(|a| matches!(a.udfald, Udfald::Fejlet { .. })) {
            return Err(BrokenRegel::NotFejlet.into());
        }
        if !kan_sendes_igen(self.f, key, self.now.dag, self.book) {
            return Err(BrokenRegel::NothingToRemindOf.into());
        }
        Ok(vec![PaamindelseSendesIgen { forloeb: self.f.id, key: key.clone() }.into()])
    }

    /// Outcomes of reminders that have none yet: a repeat after a crash records nothing twice.
    fn afgoer_paamindelser(&self, afgoerelser: &[Afgoerelse]) -> Vec<Haendelse> {
        let new_ones: Vec<_> = afgoerelser
            .iter()
            .filter(|a| {
                let before = self.f.afgjorte.get(&a.key).map(|before| &before.udfald);
                before.is_none_or(|before| !before.is_final() && *before != a.udfald)
            })
            .cloned()
            .collect();
        if new_ones.is_empty() {
            return Vec::new();
        }
        vec![PaamindelserAfgjort::new(self.f.id, new_ones).into()]
    }
}
