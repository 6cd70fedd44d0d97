//! What can be done with a forløb, and why it makes reminders pointless.

use crate::decide::rettelse::Rettelse;
use crate::decide::samtale::NewReferat;
use crate::events::haendelse::{
    AfbrydelseRegistreret, Afgoerelse, AftaleAfgjort, AnmeldelseRegistreret, ArbejdsaarsagSagt, ArbejdsskadeAnmeldt,
    ArbejdsskadeUndtaget, BrevGivet, Ciphertext, DelvisRegistreret, DispensationRegistreret, FastTrackBesluttet,
    FastholdelsesplanAnmodet, FastholdelsesplanBesvaret, FoersteKontaktHoldt, ForanstaltningRegistreret,
    ForloebAfsluttet, ForloebAfventer, ForloebTildelt, Key, KommunensOpfoelgningBesluttet, KontaktForsoegt,
    KontaktpersonValgt, LederBeholdt, LederBestridt, LederSkiftet, MulighedserklaeringRegistreret, OenskerRegistreret,
    OpfoelgningRegistreret, OtteUgerRegistreret, OvertagelseBesvaret, PaamindelseBestilt, Paragraf56Besvaret,
    Raskmeldt, RefusionAnmodet, SamtaleBesvaret, SamtaleIndkaldt, SamtaleRegistreret, SlutForventet, TtaBeskedBesvaret,
    TtaEgneOrdSkrevet, TtaEvalueret, TtaPlanBesvaret, TtaPlanDelt, TtaPlanUndtaget,
};
use crate::plan::Plan;
use crate::words::Aflysning;

/// What can be done with a forløb. The `forloeb` inside an event is set by the decision.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// First contact was made.
    FoersteKontakt(FoersteKontaktHoldt),
    /// The employee was invited to the talk.
    IndkaldSamtale(SamtaleIndkaldt),
    /// The talk is moved to what the employee proposed.
    FlytSamtale(SamtaleIndkaldt),
    /// The employee answers the newest invitation; its position is set by the decision.
    BesvarSamtale(SamtaleBesvaret),
    /// What came of the talk of § 7 a.
    Samtale(SamtaleRegistreret),
    /// Minutes of a talk or a meeting.
    SkrivReferat(NewReferat),
    /// What became of an agreement.
    AfgoerAftale(AftaleAfgjort),
    /// A step of the anmeldelse.
    Anmeld(AnmeldelseRegistreret),
    /// Claim refusion for a span of days.
    AnmodRefusion(RefusionAnmodet),
    /// Whether it is of the illness of the § 56 agreement.
    BesvarParagraf56(Paragraf56Besvaret),
    /// Holiday, or time off, during the illness.
    Afbryd(AfbrydelseRegistreret),
    /// Days that were lost are given back.
    Dispenser(DispensationRegistreret),
    /// A decision on fast track.
    FastTrack(FastTrackBesluttet),
    /// The eight-week follow-up.
    OtteUger(OtteUgerRegistreret),
    /// The injury at work was notified in EASY.
    AnmeldArbejdsskade(ArbejdsskadeAnmeldt),
    /// The injury at work need not be notified.
    UndtagArbejdsskade(ArbejdsskadeUndtaget),
    /// Whether the employer wishes that the kommune follows up.
    KommunensOpfoelgning(KommunensOpfoelgningBesluttet),
    /// A follow-up beside the one at eight weeks.
    Opfoelgning(OpfoelgningRegistreret),
    /// Until when it is expected to go on.
    ExpectSlut(SlutForventet),
    /// Whom it waits for.
    Afvent(ForloebAfventer),
    /// Nobody answered.
    TryKontakt(KontaktForsoegt),
    /// A letter on paper was given or sent to the employee; what it told is set by the decision.
    GiveBrev(BrevGivet),
    /// The leader is to be reminded of a frist on a day, or no more.
    BestilPaamindelse(PaamindelseBestilt),
    /// The absence has another extent from a day on.
    Delvis(DelvisRegistreret),
    /// Back at work.
    Raskmeld(Raskmeldt),
    /// The employee says themself that they are back. Where it has been told already with the same day, nothing happens.
    ReportOneselfBack(Raskmeldt),
    /// Something was registered wrong.
    Rettelse {
        /// What is corrected, and to what.
        rettelse: Rettelse,
        /// The reason that was given, sealed.
        begrundelse: Ciphertext,
    },
    /// Payroll and a person say different days: who is right.
    AfgoerUenighed(crate::decide::command::Valg),
    /// Annul one event, or the whole forløb.
    Annuller {
        /// Position of the event; none: the whole forløb.
        haendelse: Option<u64>,
        /// The reason that was given, sealed.
        begrundelse: Ciphertext,
    },
    /// Another leader has it from a day on.
    SkiftLeder(LederSkiftet),
    /// Choose who makes contact.
    ChooseKontaktperson(KontaktpersonValgt),
    /// Somebody in HR takes it on, or nobody any more.
    Tildel(ForloebTildelt),
    /// Close it another way than by raskmelding.
    Afslut(ForloebAfsluttet),
    /// A new version of the plan.
    PutPlan {
        /// Dates, hours, codes.
        plan: Plan,
        /// Its words say what was agreed. They are sealed, so that has to be told.
        aftalt: bool,
        /// Its words.
        confidential: Ciphertext,
    },
    /// A plan that somebody is still writing is put aside.
    SaveKladde(Ciphertext),
    /// What the employee wants of the plan.
    WriteEgneOrd(TtaEgneOrdSkrevet),
    /// No plan is needed for the time being.
    UndtagPlan(TtaPlanUndtaget),
    /// The employee answers a version of the plan.
    BesvarPlan(TtaPlanBesvaret),
    /// The employee answers about the message to colleagues.
    BesvarBesked(TtaBeskedBesvaret),
    /// A version of the plan was shared.
    DelPlan(TtaPlanDelt),
    /// The plan was evaluated.
    EvaluerPlan(TtaEvalueret),
    /// How the employee wishes to be contacted.
    Oensk(OenskerRegistreret),
    /// The employee says that the leader is not theirs.
    BestridLeder(LederBestridt),
    /// The leader stays.
    BeholdLeder(LederBeholdt),
    /// The leader who was given it takes it, or says no. Who leads it after a no is set by the decision.
    BesvarOvertagelse(OvertagelseBesvaret),
    /// Something at work was a cause, or nothing after all.
    SigArbejdsaarsag(ArbejdsaarsagSagt),
    /// Something is done about a cause at work.
    Forebyg(ForanstaltningRegistreret),
    /// The employee asks for a fastholdelsesplan.
    AnmodFastholdelsesplan(FastholdelsesplanAnmodet),
    /// The employer answers that.
    BesvarFastholdelsesplan(FastholdelsesplanBesvaret),
    /// A step of a mulighedserklæring.
    Mulighedserklaering(MulighedserklaeringRegistreret),
    /// Outcomes of reminders.
    AfgoerPaamindelser(Vec<Afgoerelse>),
    /// A reminder that was refused is to be sent again.
    SendAgain(Key),
}

impl Act {
    /// Why the reminders that it makes pointless are not sent.
    pub(super) const fn aflysningsaarsag(&self) -> Aflysning {
        match self {
            Self::Raskmeld(_) | Self::ReportOneselfBack(_) | Self::Afslut(_) => Aflysning::Afsluttet,
            Self::Rettelse { rettelse: Rettelse::SidsteFravaersdag(Some(_)), .. } => Aflysning::Afsluttet,
            Self::Rettelse { .. }
            | Self::AfgoerUenighed(_)
            | Self::Annuller { haendelse: Some(_), .. }
            | Self::PutPlan { .. }
            | Self::SkrivReferat(_)
            | Self::UndtagPlan(_)
            | Self::BesvarParagraf56(_) => Aflysning::Rettet,
            Self::Annuller { haendelse: None, .. } => Aflysning::Annulleret,
            Self::BestilPaamindelse(_) => Aflysning::Afbestilt,
            Self::SkiftLeder(_) | Self::BesvarOvertagelse(_) | Self::ChooseKontaktperson(_) => Aflysning::Lederskifte,
            Self::FoersteKontakt(_)
            | Self::IndkaldSamtale(_)
            | Self::FlytSamtale(_)
            | Self::BesvarSamtale(_)
            | Self::Samtale(_)
            | Self::AfgoerAftale(_)
            | Self::Anmeld(_)
            | Self::AnmodRefusion(_)
            | Self::Dispenser(_)
            | Self::Afbryd(_)
            | Self::FastTrack(_)
            | Self::OtteUger(_)
            | Self::AnmeldArbejdsskade(_)
            | Self::UndtagArbejdsskade(_)
            | Self::KommunensOpfoelgning(_)
            | Self::Opfoelgning(_)
            | Self::ExpectSlut(_)
            | Self::Afvent(_)
            | Self::TryKontakt(_)
            | Self::GiveBrev(_)
            | Self::Delvis(_)
            | Self::Tildel(_)
            | Self::EvaluerPlan(_)
            | Self::Oensk(_)
            | Self::BestridLeder(_)
            | Self::BeholdLeder(_)
            | Self::SigArbejdsaarsag(_)
            | Self::Forebyg(_)
            | Self::AnmodFastholdelsesplan(_)
            | Self::BesvarFastholdelsesplan(_)
            | Self::Mulighedserklaering(_)
            | Self::SaveKladde(_)
            | Self::WriteEgneOrd(_)
            | Self::BesvarPlan(_)
            | Self::BesvarBesked(_)
            | Self::DelPlan(_)
            | Self::SendAgain(_)
            | Self::AfgoerPaamindelser(_) => Aflysning::Loest,
        }
    }
}
