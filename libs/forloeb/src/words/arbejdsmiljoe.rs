//! The words of a cause at work, and of a forløb that is handed over.

code_words! {
    /// What at work was a cause of the absence, as a class to learn from. Never what it did to anybody: too much to do is a
    /// cause, and what people get of it is not recorded.
    Arbejdsmiljoeaarsag {
        /// Violence.
        Vold = "vold",
        /// Threats.
        Trusler = "trusler",
        /// Bullying, harassment, conflicts.
        Mobning = "mobning",
        /// Too much, too fast, or unclear what is asked: what people call stress.
        Arbejdspres = "arbejdspres",
        /// Lifting, postures, strain.
        Belastning = "belastning",
        /// An accident.
        Ulykke = "ulykke",
        /// Something else at work.
        Andet = "andet",
        /// After all nothing at work.
        Ingen = "ingen",
    }
}

code_words! {
    /// What a leader answers who was given a forløb.
    Overtagelsessvar {
        /// Takes it.
        Overtager = "overtager",
        /// Says no: it goes back to whoever gave it.
        SigerNej = "siger_nej",
    }
}

code_words! {
    /// Whether a cause at work may be an injury at work.
    Arbejdsskadesvar {
        /// It may.
        Ja = "ja",
        /// It is not.
        Nej = "nej",
        /// Nobody knows.
        Unknown = "ved_ikke",
    }
}
