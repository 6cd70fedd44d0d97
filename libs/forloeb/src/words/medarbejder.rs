//! The words of what the employee says, and of what is said about it.

code_words! {
    /// Where the first contact was.
    Kontaktsted {
        /// At the employee's home, by telephone or in person.
        Hjemme = "hjemme",
        /// At the workplace.
        Arbejdsplads = "arbejdsplads",
        /// Somewhere else.
        AndetSted = "andet_sted",
    }
}

code_words! {
    /// Why the first contact asks for a further talk.
    Samtalegrund {
        /// The absence is likely to be long.
        LangtFravaer = "langt_fravaer",
        /// The employee needs support.
        Stoette = "stoette",
        /// A cause lies at work, or something there has to change.
        Arbejdet = "arbejdet",
        /// The ability to work may be affected.
        Arbejdsevne = "arbejdsevne",
    }
}

code_words! {
    /// Which letter on paper an employee was given.
    Brevart {
        /// The one with everything that no mail has told them.
        Besked = "besked",
        /// The one by which they are invited to the talk.
        Indkaldelse = "indkaldelse",
    }
}

code_words! {
    /// How often an employee wishes to hear from the workplace.
    Kontakttakt {
        /// Once a week.
        Ugentlig = "hver_uge",
        /// Every other week.
        HverAndenUge = "hver_anden_uge",
        /// Once a month.
        Maanedlig = "hver_maaned",
        /// Only as agreed each time.
        EfterAftale = "efter_aftale",
    }
}

code_words! {
    /// What the employer answers to a wish for a fastholdelsesplan (§ 7 b).
    Fastholdelsessvar {
        /// It is made together.
        Udarbejdes = "udarbejdes",
        /// It is refused, with a reason.
        Afvist = "afvist",
    }
}

code_words! {
    /// How far a mulighedserklæring has come (§ 36 a). What stands in it is never recorded.
    Mulighedstrin {
        /// The leader asked for it.
        Anmodet = "anmodet",
        /// The talk on it was held.
        Samtale = "samtale",
        /// It was received.
        Modtaget = "modtaget",
    }
}
