//! The words of the talk of § 7 a: how one is asked to come, what one answers, and who does what was agreed.

use crate::words::Modtagerrolle;

code_words! {
    /// How the employee is asked to come to the talk.
    Indkaldelsesart {
        /// Invited: the employee may say no.
        Indbudt = "indbudt",
        /// Summoned, as § 7 a has it. Who is too ill to come need not.
        Indkaldt = "indkaldt",
    }
}

code_words! {
    /// What the employee answers to an invitation.
    Samtalesvar {
        /// Comes as invited.
        Kommer = "kommer",
        /// Would rather have another time or another place.
        AndenTid = "anden_tid",
        /// Does not come.
        KommerIkke = "kommer_ikke",
    }
}

code_words! {
    /// Who does what was agreed, by what they are to the case.
    Aftaleejer {
        /// Who leads the employee.
        Leder = "leder",
        /// The employee.
        Medarbejder = "medarbejder",
        /// HR.
        Hr = "hr",
        /// Who coordinates the TTA plan.
        Koordinator = "koordinator",
        /// Who makes the contact.
        Kontaktperson = "kontaktperson",
    }
}

impl Aftaleejer {
    /// To whom a reminder of it goes.
    #[must_use]
    pub const fn modtager(self) -> Modtagerrolle {
        match self {
            Self::Leder => Modtagerrolle::Leder,
            Self::Medarbejder => Modtagerrolle::Medarbejder,
            Self::Hr => Modtagerrolle::Hr,
            Self::Koordinator => Modtagerrolle::Koordinator,
            Self::Kontaktperson => Modtagerrolle::Kontaktperson,
        }
    }
}

code_words! {
    /// What became of an agreement.
    Aftaleudfald {
        /// It was done.
        Gjort = "gjort",
        /// It is not to be done any more.
        Bortfaldet = "bortfaldet",
    }
}
