//! The words of a TTA plan: its principles, what the employee says of it, and what came of what was tried and agreed.

code_words! {
    /// The seven principles of TTA.
    Princip {
        /// Commitment to a safe workplace.
        Safety = "sikkerhed",
        /// Adapted tasks and time.
        Adjustment = "tilpasning",
        /// As little burden as possible on colleagues and leaders.
        Kolleger = "kolleger",
        /// Leaders and representatives know how.
        Knowledge = "viden",
        /// Early, supportive contact.
        EarlyKontakt = "tidlig_kontakt",
        /// One person coordinates.
        Koordinator = "koordinator",
        /// Contact with the health system, as needed, with consent.
        Sundhedsvaesen = "sundhedsvaesen",
    }
}

impl Princip {
    /// Number of the principle, 1 to 7.
    #[must_use]
    pub fn number(self) -> usize {
        Self::ALL.iter().position(|p| *p == self).map_or(0, |i| i + 1)
    }
}

code_words! {
    /// What an employee says of a version of their plan.
    Plansvar {
        /// Agrees with it.
        Enig = "enig",
        /// Does not.
        Uenig = "uenig",
    }
}

code_words! {
    /// What something that was tried has done.
    Virkning {
        /// It helped.
        Hjalp = "hjalp",
        /// It helped in part.
        HjalpDelvist = "hjalp_delvist",
        /// It did not help.
        HjalpIkke = "hjalp_ikke",
        /// It is too early to say.
        ForTidligt = "for_tidligt",
    }
}

code_words! {
    /// How the help of colleagues works, of what was agreed with them.
    Samarbejde {
        /// As agreed.
        Godt = "godt",
        /// In part.
        Delvist = "delvist",
        /// It does not.
        Ikke = "ikke",
    }
}

code_words! {
    /// Support options that were considered in a plan.
    Stoette {
        /// § 56 agreement.
        Paragraf56 = "paragraf_56",
        /// Aids and tools.
        Hjaelpemidler = "hjaelpemidler",
        /// Personal assistance.
        PersonalAssistance = "personlig_assistance",
        /// Partial return.
        DelvisRaskmelding = "delvis_raskmelding",
        /// Agreement-based job on special terms.
        AftalebaseretJob = "aftalebaseret_job",
        /// Employed in a fleksjob.
        Fleksjob = "fleksjob",
        /// Trying out work for a while, before hours and tasks are laid down.
        Arbejdsproevning = "arbejdsproevning",
        /// Tasks or hours that grow step by step.
        Optraening = "optraening",
        /// Another job at the same employer.
        Omplacering = "omplacering",
        /// A colleague who helps with the return.
        Mentor = "mentor",
        /// A wage subsidy by the kommune.
        Loentilskud = "loentilskud",
        /// Unpaid time at a workplace by the kommune.
        Virksomhedspraktik = "virksomhedspraktik",
    }
}
