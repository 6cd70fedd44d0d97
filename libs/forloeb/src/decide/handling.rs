//! What can be done with a forløb, and the decision: one function for each.

use chrono::NaiveDate;

use crate::deadlines::frister::vurder;
use crate::decide::afvisning::{Fejl, Regel, felt};
use crate::decide::fravaer::datoer;
use crate::decide::rettelse::Rettelse;
use crate::decide::sag::{Nu, Sag, Svar, ikke_annulleret};
use crate::events::haendelse::{
    Afgoerelse, AnmeldelseRegistreret, ArbejdsskadeAnmeldt, DelvisRegistreret, FastTrackBesluttet, FoersteKontaktHoldt,
    ForloebAfsluttet, ForloebTildelt, Forseglet, Haendelse, KontaktpersonValgt, LederSkiftet, Noegle,
    OtteUgerRegistreret, PaamindelseSendesIgen, PaamindelserAfgjort, Raskmeldt, RefusionAnmodet, SamtaleIndkaldt,
    SamtaleRegistreret, TtaEvalueret, TtaPlanLagt, Udfald,
};
use crate::fold::ansaettelse::Ansaettelse;
use crate::fold::forloeb::{Forloeb, Situation};
use crate::fold::udled::Registrering;
use crate::ord::{
    Aarsag, Aflysning, Anmeldelsestrin, FastTrackBeslutning, Fristart, Kilde, OtteUgerUdfald, Samtaleudfald, Slutaarsag,
};
use crate::plan::Plan;
use crate::reminders::paamindelser::kan_sendes_igen;
use crate::rules::Regelbog;
use crate::rules::kalender::{dag_i_danmark, plus_dage};

/// What can be done with a forløb. The `forloeb` inside an event is set by the decision.
#[derive(Debug, Clone, PartialEq)]
pub enum Handling {
    /// First contact was made.
    FoersteKontakt(FoersteKontaktHoldt),
    /// The employee was invited to the talk.
    IndkaldSamtale(SamtaleIndkaldt),
    /// What came of the talk of § 7 a.
    Samtale(SamtaleRegistreret),
    /// A step of the anmeldelse.
    Anmeld(AnmeldelseRegistreret),
    /// Claim refusion for a span of days.
    AnmodRefusion(RefusionAnmodet),
    /// A decision on fast track.
    FastTrack(FastTrackBesluttet),
    /// The eight-week follow-up.
    OtteUger(OtteUgerRegistreret),
    /// The injury at work was notified in EASY.
    AnmeldArbejdsskade(ArbejdsskadeAnmeldt),
    /// The absence has another extent from a day on.
    Delvis(DelvisRegistreret),
    /// Back at work.
    Raskmeld(Raskmeldt),
    /// Something was registered wrong.
    Ret {
        /// What is corrected, and to what.
        rettelse: Rettelse,
        /// The reason that was given, sealed.
        begrundelse: Forseglet,
    },
    /// Annul one event, or the whole forløb.
    Annuller {
        /// Position of the event; none: the whole forløb.
        haendelse: Option<u64>,
        /// The reason that was given, sealed.
        begrundelse: Forseglet,
    },
    /// Another leader has it from a day on.
    SkiftLeder(LederSkiftet),
    /// Choose who makes contact.
    VaelgKontaktperson(KontaktpersonValgt),
    /// Somebody in HR takes it on, or nobody any more.
    Tildel(ForloebTildelt),
    /// Close it another way than by raskmelding.
    Afslut(ForloebAfsluttet),
    /// A new version of the plan.
    LaegPlan {
        /// Dates, hours, codes.
        plan: Plan,
        /// Its words.
        fortroligt: Forseglet,
    },
    /// The plan was evaluated.
    EvaluerPlan(TtaEvalueret),
    /// Outcomes of reminders.
    AfgoerPaamindelser(Vec<Afgoerelse>),
    /// A reminder that was refused is to be sent again.
    SendIgen(Noegle),
}

impl Handling {
    /// Why the reminders that it makes pointless are not sent.
    pub(super) const fn aflysningsaarsag(&self) -> Aflysning {
        match self {
            Self::Raskmeld(_) | Self::Afslut(_) => Aflysning::Afsluttet,
            Self::Ret { rettelse: Rettelse::SidsteFravaersdag(Some(_)), .. } => Aflysning::Afsluttet,
            Self::Ret { .. } | Self::Annuller { haendelse: Some(_), .. } | Self::LaegPlan { .. } => Aflysning::Rettet,
            Self::Annuller { haendelse: None, .. } => Aflysning::Annulleret,
            Self::SkiftLeder(_) | Self::VaelgKontaktperson(_) => Aflysning::Lederskifte,
            Self::FoersteKontakt(_)
            | Self::IndkaldSamtale(_)
            | Self::Samtale(_)
            | Self::Anmeld(_)
            | Self::AnmodRefusion(_)
            | Self::FastTrack(_)
            | Self::OtteUger(_)
            | Self::AnmeldArbejdsskade(_)
            | Self::Delvis(_)
            | Self::Tildel(_)
            | Self::EvaluerPlan(_)
            | Self::SendIgen(_)
            | Self::AfgoerPaamindelser(_) => Aflysning::Loest,
        }
    }
}

/// Decides what is asked of one forløb.
pub(crate) fn afgoer(a: &Ansaettelse, f: &Forloeb, handling: &Handling, nu: Nu, bog: &Regelbog) -> Svar {
    let sag = Sag { a, f, nu, bog };
    if let Handling::AfgoerPaamindelser(afgoerelser) = handling {
        return Ok(sag.afgoer_paamindelser(afgoerelser));
    }
    let situation = ikke_annulleret(f, nu.dag)?;
    match handling {
        Handling::FoersteKontakt(h) => sag.foerste_kontakt(h),
        Handling::IndkaldSamtale(h) => sag.indkald(h, situation),
        Handling::Samtale(h) => sag.samtale(h),
        Handling::Anmeld(h) => sag.anmeld(h),
        Handling::AnmodRefusion(h) => sag.anmod_refusion(h),
        Handling::FastTrack(h) => sag.fast_track(h),
        Handling::OtteUger(h) => sag.otte_uger(h),
        Handling::AnmeldArbejdsskade(h) => sag.anmeld_arbejdsskade(h),
        Handling::Delvis(h) => sag.delvis(h),
        Handling::Raskmeld(h) => sag.raskmeld(h, situation),
        Handling::Ret { rettelse, begrundelse } => sag.ret(*rettelse, begrundelse),
        Handling::Annuller { haendelse: Some(position), begrundelse } => sag.annuller_en(*position, begrundelse),
        Handling::Annuller { haendelse: None, begrundelse } => Ok(sag.annuller_hele(begrundelse)),
        Handling::SkiftLeder(h) => sag.skift_leder(h),
        Handling::VaelgKontaktperson(h) => sag.vaelg_kontaktperson(h, situation),
        Handling::Tildel(h) if h.til == f.tildelt => Ok(Vec::new()),
        Handling::Tildel(h) => Ok(vec![ForloebTildelt { forloeb: f.id, ..h.clone() }.into()]),
        Handling::Afslut(h) => sag.afslut(h, situation),
        Handling::LaegPlan { plan, fortroligt } => sag.laeg_plan(plan, fortroligt, situation),
        Handling::EvaluerPlan(h) => sag.evaluer(h),
        Handling::SendIgen(noegle) => sag.send_igen(noegle),
        Handling::AfgoerPaamindelser(_) => Ok(Vec::new()),
    }
}

impl Sag<'_> {
    fn foerste_kontakt(&self, h: &FoersteKontaktHoldt) -> Svar {
        self.undervejs("dato", h.dato)?;
        Ok(vec![FoersteKontaktHoldt { forloeb: self.f.id, ..h.clone() }.into()])
    }

    fn indkald(&self, h: &SamtaleIndkaldt, situation: Situation) -> Svar {
        self.aabent(situation)?;
        self.planlagt("tidspunkt", dag_i_danmark(&h.tidspunkt))?;
        Ok(vec![SamtaleIndkaldt { forloeb: self.f.id, ..h.clone() }.into()])
    }

    fn samtale(&self, h: &SamtaleRegistreret) -> Svar {
        self.undervejs("dato", h.dato)?;
        if h.udfald == Samtaleudfald::UndtagetOpsagt {
            let dage = i64::from(self.f.regler.parametre.opsagt_undtagelse_dage);
            let senest = plus_dage(self.f.foerste, dage);
            if self.f.stamdata.fratraadt.is_some_and(|fratraadt| fratraadt > senest) {
                return Err(Regel::IkkeUndtaget { senest }.into());
            }
        }
        Ok(vec![SamtaleRegistreret { forloeb: self.f.id, ..h.clone() }.into()])
    }

    fn anmeld(&self, h: &AnmeldelseRegistreret) -> Svar {
        self.siden_start("dato", h.dato)?;
        if !vurder(self.f, self.nu.dag, self.bog).refusion.gives {
            return Err(Regel::IngenAnmeldelse.into());
        }
        match h.trin {
            Anmeldelsestrin::Afvist if self.f.anmeldelser.is_empty() => return Err(Regel::IntetAtAfvise.into()),
            Anmeldelsestrin::Klar | Anmeldelsestrin::Underskrevet | Anmeldelsestrin::Kvitteret
                if self.f.kvittering().is_some() =>
            {
                return Err(Regel::AlleredeKvitteret.into());
            }
            Anmeldelsestrin::Klar
            | Anmeldelsestrin::Underskrevet
            | Anmeldelsestrin::Kvitteret
            | Anmeldelsestrin::Afvist => {}
        }
        Ok(vec![AnmeldelseRegistreret { forloeb: self.f.id, ..h.clone() }.into()])
    }

    fn anmod_refusion(&self, h: &RefusionAnmodet) -> Svar {
        if h.til < h.fra {
            return Err(felt("til", Fejl::SlutFoerStart));
        }
        if h.til > self.nu.dag {
            return Err(felt("til", Fejl::Fremtid(self.nu.dag)));
        }
        if h.beloeb_oere.is_some_and(|b| b < 0) {
            return Err(felt("beloeb", Fejl::Interval { mindst: 0, hoejst: i64::MAX / 100 }));
        }
        if self.f.kvittering().is_none() {
            return Err(Regel::ManglerKvittering.into());
        }
        let refusion = vurder(self.f, self.nu.dag, self.bog).refusion;
        // § 59: days more than three months back are lost; they may, and must, be left out.
        let Some(naeste) = refusion.kan_anmodes_fra else { return Err(Regel::IntetAtAnmode.into()) };
        if h.fra < naeste {
            return Err(Regel::KravOverlapper { naeste }.into());
        }
        if h.fra > naeste {
            return Err(Regel::KravMedHul { naeste }.into());
        }
        if self.f.krav.iter().any(|k| k.hvad.fra <= h.til && h.fra <= k.hvad.til) {
            return Err(Regel::KravOverlapper { naeste }.into());
        }
        match self.f.slutdag(self.nu.dag) {
            Some(sidste) if h.til > sidste => Err(Regel::KravEfterSlut { sidste }.into()),
            _ => Ok(vec![RefusionAnmodet { forloeb: self.f.id, ..h.clone() }.into()]),
        }
    }

    fn fast_track(&self, h: &FastTrackBesluttet) -> Svar {
        self.undervejs("dato", h.dato)?;
        if h.beslutning == FastTrackBeslutning::Fravalgt && h.begrundelse.is_none() {
            return Err(felt("begrundelse", Fejl::Mangler));
        }
        if self.f.fast_track.iter().any(|b| b.hvad.beslutning == FastTrackBeslutning::Anmodet) {
            return Err(Regel::AlleredeAnmodet.into());
        }
        let vurdering = vurder(self.f, self.nu.dag, self.bog);
        let lovdag = vurdering.frist(Fristart::FastTrack).map_or(NaiveDate::MAX, |fr| fr.lovdag);
        if h.dato > lovdag {
            return Err(Regel::FastTrackForSent { lovdag }.into());
        }
        Ok(vec![FastTrackBesluttet { forloeb: self.f.id, ..h.clone() }.into()])
    }

    fn otte_uger(&self, h: &OtteUgerRegistreret) -> Svar {
        self.undervejs("dato", h.dato)?;
        if h.udfald == OtteUgerUdfald::IkkeNoedvendig && h.fortroligt.is_none() {
            return Err(felt("begrundelse", Fejl::Mangler));
        }
        Ok(vec![OtteUgerRegistreret { forloeb: self.f.id, ..h.clone() }.into()])
    }

    fn anmeld_arbejdsskade(&self, h: &ArbejdsskadeAnmeldt) -> Svar {
        self.siden_start("dato", h.dato)?;
        if self.f.aarsag != Aarsag::Arbejdsskade {
            return Err(Regel::IngenArbejdsskade.into());
        }
        if !self.f.easy.is_empty() {
            return Err(Regel::AlleredeIEasy.into());
        }
        Ok(vec![ArbejdsskadeAnmeldt { forloeb: self.f.id, ..h.clone() }.into()])
    }

    pub(super) fn delvis(&self, h: &DelvisRegistreret) -> Svar {
        self.planlagt("fra", h.fra)?;
        if self.f.slutdag(self.nu.dag).is_some_and(|sidste| h.fra > sidste) {
            return Err(Regel::ForloebAfsluttet.into());
        }
        if !(1..=100).contains(&h.omfang_pct) {
            return Err(felt("omfang_pct", Fejl::Interval { mindst: 1, hoejst: 100 }));
        }
        Ok(vec![DelvisRegistreret { forloeb: self.f.id, ..h.clone() }.into()])
    }

    fn raskmeld(&self, h: &Raskmeldt, situation: Situation) -> Svar {
        self.aabent(situation)?;
        if let Some(sidste) = self.registreringer().last() {
            let ny = Registrering { sidste: Some(h.sidste_fravaersdag), ..sidste.clone() };
            datoer(self.a, &ny, Kilde::Person, self.nu, self.bog)?;
        }
        Ok(vec![Raskmeldt { forloeb: self.f.id, ..h.clone() }.into()])
    }

    fn afslut(&self, h: &ForloebAfsluttet, situation: Situation) -> Svar {
        self.aabent(situation)?;
        if !matches!(h.aarsag, Slutaarsag::Fratraadt | Slutaarsag::Doed | Slutaarsag::Andet) {
            return Err(felt("aarsag", Fejl::KanIkkeRettes));
        }
        self.siden_start("dato", h.dato)?;
        if let Some(sidste) = self.registreringer().last().filter(|r| h.dato < r.foerste) {
            return Err(felt("dato", Fejl::FoerTidligst(sidste.foerste)));
        }
        Ok(vec![ForloebAfsluttet { forloeb: self.f.id, ..h.clone() }.into()])
    }

    fn skift_leder(&self, h: &LederSkiftet) -> Svar {
        self.planlagt("fra", h.fra)?;
        if h.leder_nr == self.f.medarbejder_nr {
            return Err(felt("leder_nr", Fejl::SelvSamme));
        }
        if self.f.ledes_af_fra(&h.leder_nr, h.fra) {
            return Ok(Vec::new());
        }
        Ok(vec![LederSkiftet { forloeb: self.f.id, ..h.clone() }.into()])
    }

    fn vaelg_kontaktperson(&self, h: &KontaktpersonValgt, situation: Situation) -> Svar {
        self.aabent(situation)?;
        if h.kontaktperson_nr.as_ref() == Some(&self.f.medarbejder_nr) {
            return Err(felt("kontaktperson_nr", Fejl::SelvSamme));
        }
        if h.kontaktperson_nr == self.f.valgt_kontaktperson {
            return Ok(Vec::new());
        }
        Ok(vec![KontaktpersonValgt { forloeb: self.f.id, ..h.clone() }.into()])
    }

    fn laeg_plan(&self, plan: &Plan, fortroligt: &Forseglet, situation: Situation) -> Svar {
        self.aabent(situation)?;
        for trin in &plan.trin {
            self.planlagt("trin.fra", trin.fra)?;
            if trin.til.is_some_and(|til| til < trin.fra) {
                return Err(felt("trin.til", Fejl::SlutFoerStart));
            }
            if !(0.0..=168.0).contains(&trin.timer_pr_uge) {
                return Err(felt("trin.timer_pr_uge", Fejl::Interval { mindst: 0, hoejst: 168 }));
            }
        }
        for dag in &plan.evalueringer {
            self.planlagt("evalueringer", *dag)?;
        }
        // An annulled version keeps its number.
        let mut brugt = 0;
        for post in self.a.poster() {
            if let Haendelse::TtaPlanLagt(h) = &post.haendelse
                && self.f.hedder(h.forloeb)
            {
                brugt = brugt.max(h.version);
            }
        }
        let version = brugt.saturating_add(1);
        let (forloeb, plan, fortroligt) = (self.f.id, Box::new(plan.clone()), fortroligt.clone());
        Ok(vec![TtaPlanLagt { forloeb, version, plan, fortroligt }.into()])
    }

    fn evaluer(&self, h: &TtaEvalueret) -> Svar {
        if self.f.plan().is_none() {
            return Err(Regel::IngenPlan.into());
        }
        self.siden_start("dato", h.dato)?;
        Ok(vec![TtaEvalueret { forloeb: self.f.id, ..h.clone() }.into()])
    }

    /// Only what was refused, and only while somebody still has to be reminded of it.
    fn send_igen(&self, noegle: &Noegle) -> Svar {
        if !self.f.afgjorte.get(noegle).is_some_and(|a| matches!(a.udfald, Udfald::Fejlet { .. })) {
            return Err(Regel::IkkeFejlet.into());
        }
        if !kan_sendes_igen(self.f, noegle, self.nu.dag, self.bog) {
            return Err(Regel::IntetAtMindeOm.into());
        }
        Ok(vec![PaamindelseSendesIgen { forloeb: self.f.id, noegle: noegle.clone() }.into()])
    }

    /// Outcomes of reminders that have none yet: a repeat after a crash records nothing twice.
    fn afgoer_paamindelser(&self, afgoerelser: &[Afgoerelse]) -> Vec<Haendelse> {
        let nye: Vec<_> = afgoerelser
            .iter()
            .filter(|a| {
                let foer = self.f.afgjorte.get(&a.noegle).map(|foer| &foer.udfald);
                foer.is_none_or(|foer| !foer.er_endelig() && *foer != a.udfald)
            })
            .cloned()
            .collect();
        if nye.is_empty() {
            return Vec::new();
        }
        vec![PaamindelserAfgjort::ny(self.f.id, nye).into()]
    }
}
