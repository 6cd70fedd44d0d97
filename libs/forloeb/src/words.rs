//! The closed sets of words of the field, each with the one spelling that is stored, sent and filtered by.

mod arbejdsmiljoe;
mod employment;
mod laengde;
mod medarbejder;
mod samtale;
mod tta;

pub use arbejdsmiljoe::{Arbejdsmiljoeaarsag, Arbejdsskadesvar, Overtagelsessvar};
pub use employment::{Ansaettelsesform, LoenUnderSygdom};
pub use laengde::Ventegrund;
pub use medarbejder::{Brevart, Fastholdelsessvar, Kontaktsted, Kontakttakt, Mulighedstrin, Samtalegrund};
pub use samtale::{Aftaleejer, Aftaleudfald, Indkaldelsesart, Samtalesvar};
pub use tta::{Plansvar, Princip, Samarbejde, Stoette, Virkning};

code_words! {
    /// Why somebody is away, as payroll codes it. Never a diagnosis.
    Aarsag {
        /// Own sickness.
        Sygdom = "sygdom",
        /// Injury at work; has its own clock to EASY.
        Arbejdsskade = "arbejdsskade",
        /// Pregnancy-related; refusion from the first day, from Udbetaling Danmark.
        Graviditet = "graviditet",
        /// A child's first sick days; never takes part in a forløb.
        BarnSyg = "barn_syg",
    }
}

code_words! {
    /// How long the absence is expected to last, measured from the first absence day.
    Varighed {
        /// Under eight weeks: fast track is not due.
        UnderOtteUger = "under_8_uger",
        /// Over eight weeks, and not beyond week 26.
        OverOtteUger = "over_8_uger",
        /// Beyond the end of week 26: from then on the kommune follows up on it (§ 13 f).
        OverHalfAYear = "over_26_uger",
        /// Not yet known.
        Unknown = "ukendt",
    }
}

code_words! {
    /// What must have happened by a date.
    Fristart {
        /// First contact, day 14.
        FoersteKontakt = "foerste_kontakt",
        /// The talk of § 7 a, four weeks.
        Samtale = "samtale",
        /// Notification to the bopælskommune, five weeks.
        Anmeldelse = "anmeldelse",
        /// Fast track, within the first five weeks.
        FastTrack = "fast_track",
        /// Follow-up meeting at eight weeks.
        OtteUger = "otte_uger",
        /// Claiming refusion, three months back.
        Refusionsanmodning = "refusionsanmodning",
        /// Evaluation of the TTA plan.
        TtaEvaluering = "tta_evaluering",
        /// A further contact of the workplace's contact model; a forløb may have several.
        Kontakt = "kontakt",
        /// Notification of an injury at work in EASY.
        Easy = "easy",
        /// A further follow-up of a long absence, every so many weeks after the one at eight weeks.
        VidereOpfoelgning = "videre_opfoelgning",
        /// A follow-up some days after the return from a long absence.
        OpfoelgningEfterRetur = "opfoelgning_efter_retur",
        /// A § 56 agreement runs out, and may be renewed.
        Paragraf56Fornyelse = "paragraf_56_fornyelse",
        /// The employee says that the leader is not theirs, and somebody decides.
        ForkertLeder = "forkert_leder",
        /// Something that was agreed is to be done; a forløb may have several.
        Aftale = "aftale",
        /// The day on which the employee was expected back has passed, and nobody has said how it is.
        ForventetSlut = "forventet_slut",
        /// A leader was given the forløb, and says whether they take it.
        Overtagelse = "overtagelse",
        /// Something at work was a cause: what is done so that it does not happen again.
        Forebyggelse = "forebyggelse",
        /// A consideration of the plan ends, and somebody talks about it before it does.
        Skaanehensyn = "skaanehensyn",
    }
}

code_words! {
    /// Where a frist stands on a day.
    Friststatus {
        /// Not open yet.
        Coming = "kommende",
        /// Open, target not near.
        Aaben = "aaben",
        /// The target is within five working days.
        Forfalder = "forfalder",
        /// The target has passed.
        Overskredet = "overskredet",
        /// The legal day has passed, and the right is lost or reduced.
        Tabt = "tabt",
        /// Done.
        Opfyldt = "opfyldt",
        /// Not required, with a reason.
        Undtaget = "undtaget",
        /// Recovered or closed before it mattered.
        Bortfaldet = "bortfaldet",
    }
}

impl Friststatus {
    /// Somebody still has to act.
    #[must_use]
    pub const fn outstanding(self) -> bool {
        matches!(self, Self::Coming | Self::Aaben | Self::Forfalder | Self::Overskredet | Self::Tabt)
    }
}

code_words! {
    /// To whom a reminder goes.
    Modtagerrolle {
        /// The colleague who makes the first contact.
        Kontaktperson = "kontaktperson",
        /// The leader of the employee.
        Leder = "leder",
        /// The leader's leader.
        LedersLeder = "leders_leder",
        /// HR's shared mailbox.
        Hr = "hr",
        /// The one who coordinates the TTA plan.
        Koordinator = "koordinator",
        /// The employee: a neutral copy.
        Medarbejder = "medarbejder",
        /// A colleague who takes part in a talk, and is invited to it.
        Deltager = "deltager",
        /// The AMR, where the employee has said that they may know of a cause at work.
        Amr = "amr",
    }
}

code_words! {
    /// How first contact was made.
    Kontaktform {
        /// By telephone.
        Telefon = "telefon",
        /// In person.
        Personal = "personlig",
        /// Text message.
        Sms = "sms",
        /// E-mail.
        Mail = "mail",
    }
}

code_words! {
    /// Who made the first contact on the workplace's side.
    Kontaktrolle {
        /// Tillidsrepræsentant.
        Tr = "tr",
        /// Arbejdsmiljørepræsentant.
        Amr = "amr",
        /// The leader.
        Leder = "leder",
        /// A chosen colleague.
        Anden = "anden",
    }
}

code_words! {
    /// Which side took the contact.
    TagetAf {
        /// The workplace.
        Arbejdsplads = "arbejdsplads",
        /// The employee.
        Medarbejder = "medarbejder",
    }
}

code_words! {
    /// What came of the talk of § 7 a.
    Samtaleudfald {
        /// Held in person.
        Holdt = "holdt",
        /// Held by telephone.
        HoldtTelefon = "holdt_telefon",
        /// The employee did not take part; no consequence for the right to sygedagpenge.
        DidNotAttend = "deltog_ikke",
        /// Too ill even for the telephone.
        IkkeMulig = "ikke_mulig",
        /// In notice and leaving within eight weeks of the first absence day.
        UndtagetOpsagt = "undtaget_opsagt",
    }
}

code_words! {
    /// Whether a partial return is possible.
    DelvisMulig {
        /// Yes.
        Ja = "ja",
        /// No.
        Nej = "nej",
        /// Not known.
        Unknown = "ukendt",
    }
}

code_words! {
    /// The steps of an anmeldelse.
    Anmeldelsestrin {
        /// Prepared.
        Klar = "klar",
        /// Signed and sent in NemRefusion.
        Underskrevet = "underskrevet",
        /// Receipted by the kommune; only this resolves the frist.
        Kvitteret = "kvitteret",
        /// Rejected; the frist is open again.
        Afvist = "afvist",
    }
}

code_words! {
    /// The decision on fast track.
    FastTrackBeslutning {
        /// Asked for.
        Anmodet = "anmodet",
        /// Decided against, with a reason.
        Fravalgt = "fravalgt",
    }
}

code_words! {
    /// Who asked for fast track, or decided against it.
    Part {
        /// The employer, § 7 c.
        Arbejdsgiver = "arbejdsgiver",
        /// The employee, § 7 e.
        Medarbejder = "medarbejder",
    }
}

code_words! {
    /// What came of the eight-week follow-up.
    OtteUgerUdfald {
        /// The meeting was held.
        Holdt = "holdt",
        /// Not needed, with a reason.
        IkkeNoedvendig = "ikke_noedvendig",
    }
}

code_words! {
    /// Which follow-up was held.
    Opfoelgningsart {
        /// During a long absence, after the one at eight weeks.
        Videre = "videre",
        /// After the return.
        EfterRetur = "efter_retur",
        /// About frequent absence.
        HyppigtFravaer = "hyppigt_fravaer",
    }
}

code_words! {
    /// Whether an injury at work was notified in EASY.
    EasyUdfald {
        /// It was.
        Anmeldt = "anmeldt",
        /// It need not be: the absence was too short, and no claim is expected.
        NotRequired = "ikke_anmeldelsespligtig",
    }
}

code_words! {
    /// Whether the employer wishes that the kommune follows up, § 13 f.
    Oenske {
        /// It does.
        Oensket = "oensket",
        /// It does not.
        Uoensket = "ikke_oensket",
    }
}

code_words! {
    /// What the kommune is expected to do by the end of week eight.
    KommunensRolle {
        /// It follows up.
        FollowsUp = "foelger_op",
        /// Nothing, unless employee or employer wishes it.
        OnlyByWish = "kun_efter_oenske",
        /// That depends on how long the absence lasts, and nobody has said.
        Unknown = "afhaenger_af_varighed",
    }
}

code_words! {
    /// Why a forløb ended.
    Slutaarsag {
        /// Back at work.
        Raskmeldt = "raskmeldt",
        /// The employment ended.
        Fratraadt = "fratraadt",
        /// The employee died.
        Doed = "doed",
        /// Closed for another reason.
        Andet = "andet",
        /// It should never have been registered.
        Annulleret = "annulleret",
    }
}

code_words! {
    /// Why somebody is erased.
    Sletningsgrund {
        /// The workplace's period of keeping it is over.
        OpbevaringUdloebet = "opbevaring_udloebet",
        /// The person asked to be forgotten, and nothing speaks against it (article 17).
        Anmodning = "anmodning",
        /// The person objected, and the objection was upheld (article 21).
        Indsigelse = "indsigelse",
        /// They should never have been registered.
        Fejlregistrering = "fejlregistrering",
        /// A court or Datatilsynet said so.
        Paabud = "paabud",
        /// Something else, said in words.
        Andet = "andet",
    }
}

code_words! {
    /// Where the leaders and the employees' representatives talked something over.
    Medorgan {
        /// The main committee of the workplace.
        HovedMed = "hoved_med",
        /// The committee of a part of it.
        OmraadeMed = "omraade_med",
        /// The committee of a unit.
        LokalMed = "lokal_med",
        /// The cooperation committee, where there is no MED.
        Samarbejdsudvalg = "samarbejdsudvalg",
        /// Nowhere.
        Nowhere = "ikke_behandlet",
    }
}

code_words! {
    /// Role of the one who acts or looks.
    Rolle {
        /// Leader.
        Leder = "leder",
        /// HR.
        Hr = "hr",
        /// Auditor: reads everything, writes nothing.
        Revisor = "revisor",
        /// TR, AMR or a chosen colleague.
        Kontaktperson = "kontaktperson",
        /// Coordinator of a TTA plan.
        Koordinator = "koordinator",
        /// The employee.
        Medarbejder = "medarbejder",
        /// Operations.
        Drift = "drift",
        /// Another system: reads the feed of events, and nothing else.
        System = "system",
    }
}

impl Rolle {
    /// The role only means something together with an employee number.
    #[must_use]
    pub const fn is_person(self) -> bool {
        matches!(self, Self::Leder | Self::Kontaktperson | Self::Koordinator | Self::Medarbejder)
    }
}

code_words! {
    /// Why a planned reminder was not sent.
    Aflysning {
        /// The frist was resolved.
        Loest = "loest",
        /// Back at work, or the forløb was closed.
        Afsluttet = "afsluttet",
        /// The forløb was annulled.
        Annulleret = "annulleret",
        /// A correction moved or removed the deadline.
        Rettet = "rettet",
        /// Somebody else does it now: another leader, or another contact person.
        Lederskifte = "lederskifte",
        /// Who had ordered it wants it no more, or on another day.
        Afbestilt = "afbestilt",
        /// A later step of the same frist says it now.
        Overtaken = "overhalet",
        /// Nobody to send it to, not even HR, for as long as there was something to say.
        NoModtager = "ingen_modtager",
        /// Switched off in the settings.
        TurnedOff = "slaaet_fra",
        /// An invitation that could not leave before the meeting.
        TooLate = "for_sent",
        /// News that did not leave while they were new.
        Old = "ikke_nyt",
    }
}

impl Aflysning {
    /// The reminder does not come back. What was withheld because of something in the case comes back when the case
    /// does: a talk that is annulled is due again, and so are the reminders of it that were never sent. Where nobody
    /// could be sent to, somebody can tomorrow: an address is mended, HR's mailbox is set up.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Overtaken | Self::TurnedOff | Self::TooLate | Self::Old)
    }
}

code_words! {
    /// Whether something may be shared with, or asked of, somebody outside.
    Samtykke {
        /// Given.
        Given = "givet",
        /// Refused.
        Declined = "afslaaet",
        /// Recorded as not needed.
        NotNeeded = "ikke_noedvendigt",
    }
}

code_words! {
    /// Working days of a step.
    Ugedag {
        /// Monday.
        Man = "man",
        /// Tuesday.
        Tir = "tir",
        /// Wednesday.
        Ons = "ons",
        /// Thursday.
        Tor = "tor",
        /// Friday.
        Fre = "fre",
        /// Saturday.
        Loer = "loer",
        /// Sunday.
        Soen = "soen",
    }
}

code_words! {
    /// An answer of yes or no.
    JaNej {
        /// Yes.
        Ja = "ja",
        /// No.
        Nej = "nej",
    }
}

code_words! {
    /// What was taken during an illness by agreement.
    Afbrydelsesaarsag {
        /// Holiday.
        Ferie = "ferie",
        /// Time off for hours worked before.
        Afspadsering = "afspadsering",
        /// Something else that is no illness.
        Andet = "andet",
    }
}

code_words! {
    /// Where a fact came from.
    Kilde {
        /// Typed by a person, through the pages or the API.
        Person = "person",
        /// Read from a payroll export.
        Import = "import",
    }
}
