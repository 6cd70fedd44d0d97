//! What can be asked for. A command carries what it wants recorded in the shape of the event it leads to.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::events::haendelse::{
    Afgoerelse, AnmeldelseRegistreret, ArbejdsskadeAnmeldt, DelvisRegistreret, FastTrackBesluttet, FoersteKontaktHoldt,
    ForloebAfsluttet, ForloebTildelt, Forseglet, FravaerRegistreret, KontaktpersonValgt, LederSkiftet, Noegle,
    OtteUgerRegistreret, Raskmeldt, RefusionAnmodet, SamtaleIndkaldt, SamtaleRegistreret, StamdataRegistreret,
    StedfortraederUdpeget, TtaEvalueret,
};
use crate::fold::udled::Importeret;
use crate::ord::{Aarsag, Varighed};
use crate::plan::Plan;

/// A command to one ansættelse.
#[derive(Debug, Clone, PartialEq)]
pub enum Kommando {
    /// Payroll tells what it knows; nothing happens when nothing changed.
    RegistrerStamdata(Box<StamdataRegistreret>),
    /// An absence comes in.
    RegistrerFravaer(FravaerRegistreret),
    /// Payroll says something else of an absence than it said last.
    AendrFravaer {
        /// Which registration.
        registrering: Uuid,
        /// What it says now; only what differs from what it said last is to change.
        linje: Importeret,
    },
    /// The person's key is destroyed.
    SletPerson {
        /// Why.
        aarsag: String,
    },
    /// Who acts for this leader.
    UdpegStedfortraeder(StedfortraederUdpeget),
    /// Something about one forløb.
    Forloeb {
        /// Which; an id that was joined into another is understood.
        id: Uuid,
        /// Only if it still has this version.
        hvis_version: Option<u64>,
        /// What.
        handling: Handling,
    },
}

/// What can be done with a forløb. The `forloeb` inside an event is set by the decision.
#[derive(Debug, Clone, PartialEq)]
pub enum Handling {
    /// First contact was made.
    FoersteKontakt(FoersteKontaktHoldt),
    /// The employee was invited to the talk.
    IndkaldSamtale(SamtaleIndkaldt),
    /// The talk.
    Samtale(SamtaleRegistreret),
    /// A step of the anmeldelse.
    Anmeld(AnmeldelseRegistreret),
    /// A claim.
    AnmodRefusion(RefusionAnmodet),
    /// A decision on fast track.
    FastTrack(FastTrackBesluttet),
    /// The eight-week follow-up.
    OtteUger(OtteUgerRegistreret),
    /// The injury at work was notified in EASY.
    AnmeldArbejdsskade(ArbejdsskadeAnmeldt),
    /// Another extent.
    Delvis(DelvisRegistreret),
    /// Back at work.
    Raskmeld(Raskmeldt),
    /// A correction.
    Ret {
        /// Of what.
        rettelse: Rettelse,
        /// Why.
        begrundelse: Forseglet,
    },
    /// Annul one event, or the whole forløb.
    Annuller {
        /// Position of the event; none: the whole forløb.
        haendelse: Option<u64>,
        /// Why.
        begrundelse: Forseglet,
    },
    /// Another leader.
    SkiftLeder(LederSkiftet),
    /// Choose who makes contact.
    VaelgKontaktperson(KontaktpersonValgt),
    /// Assign it.
    Tildel(ForloebTildelt),
    /// Close it.
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

/// What can be corrected on a forløb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rettelse {
    /// The first absence day.
    FoersteFravaersdag(NaiveDate),
    /// The last absence day; none: it is not over after all.
    SidsteFravaersdag(Option<NaiveDate>),
    /// Why.
    Aarsag(Aarsag),
    /// Extent of the latest registration.
    OmfangPct(u8),
    /// The expectation.
    ForventetVarighed(Varighed),
}
