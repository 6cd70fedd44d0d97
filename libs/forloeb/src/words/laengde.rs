//! The words of how long it takes, and of what is waited for.

code_words! {
    /// Whom a forløb waits for. Never what they are to say of the employee.
    Ventegrund {
        /// The kommune, or Udbetaling Danmark.
        Kommunen = "kommunen",
        /// Somebody in the health system.
        Sundhedsvaesenet = "sundhedsvaesenet",
        /// The employee.
        Medarbejderen = "medarbejderen",
        /// The leader.
        Lederen = "lederen",
        /// A union, or whoever represents the employee.
        Fagforeningen = "fagforeningen",
        /// Payroll.
        Loensystemet = "loensystemet",
        /// Somebody else.
        Andre = "andre",
    }
}
