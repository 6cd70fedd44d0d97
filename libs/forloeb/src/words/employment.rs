//! The words of an employment, as payroll tells of it.

code_words! {
    /// What the employer pays while somebody is ill (§ 40, § 54).
    LoenUnderSygdom {
        /// Wages: the employer claims refusion.
        Ja = "ja",
        /// Sygedagpenge for the employer period, and nothing after it.
        Sygedagpenge = "sygedagpenge",
        /// Nothing.
        Nej = "nej",
    }
}

code_words! {
    /// The form of an employment.
    Ansaettelsesform {
        /// Paid by the month.
        Maanedsloen = "maanedsloen",
        /// A stand-in with fixed hours.
        FastVikar = "fast_vikar",
        /// Paid by the hour.
        Timeloen = "timeloen",
        /// Sent by a temp agency, which is the employer.
        Vikarbureau = "vikarbureau",
        /// Pupil or apprentice.
        Elev = "elev",
    }
}
