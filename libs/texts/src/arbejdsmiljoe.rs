//! What a cause at work, and whether it may be an injury, is called.

use forloeb::words::{Arbejdsmiljoeaarsag, Arbejdsskadesvar};

/// What at work was a cause, as it stands in a sentence.
#[must_use]
pub const fn arbejdsaarsag_name(aarsag: Arbejdsmiljoeaarsag) -> &'static str {
    match aarsag {
        Arbejdsmiljoeaarsag::Vold => "vold",
        Arbejdsmiljoeaarsag::Trusler => "trusler",
        Arbejdsmiljoeaarsag::Mobning => "mobning, chikane eller konflikter",
        Arbejdsmiljoeaarsag::Arbejdspres => "arbejdspres: for meget, for hurtigt eller for uklart",
        Arbejdsmiljoeaarsag::Belastning => "løft, stillinger eller anden belastning",
        Arbejdsmiljoeaarsag::Ulykke => "en ulykke",
        Arbejdsmiljoeaarsag::Andet => "noget andet på arbejdet",
        Arbejdsmiljoeaarsag::Ingen => "ikke noget på arbejdet",
    }
}

/// Whether that may be an injury at work, as it stands in a sentence.
#[must_use]
pub const fn arbejdsskade_name(svar: Arbejdsskadesvar) -> &'static str {
    match svar {
        Arbejdsskadesvar::Ja => "det kan være en arbejdsskade",
        Arbejdsskadesvar::Nej => "det er ikke en arbejdsskade",
        Arbejdsskadesvar::Unknown => "det vides ikke, om det er en arbejdsskade",
    }
}

/// The class of a cause as the head of a column.
#[must_use]
pub const fn arbejdsaarsag_column(aarsag: Arbejdsmiljoeaarsag) -> &'static str {
    match aarsag {
        Arbejdsmiljoeaarsag::Vold => "Vold",
        Arbejdsmiljoeaarsag::Trusler => "Trusler",
        Arbejdsmiljoeaarsag::Mobning => "Mobning, chikane, konflikter",
        Arbejdsmiljoeaarsag::Arbejdspres => "Arbejdspres",
        Arbejdsmiljoeaarsag::Belastning => "Belastning",
        Arbejdsmiljoeaarsag::Ulykke => "Ulykke",
        Arbejdsmiljoeaarsag::Andet => "Andet",
        Arbejdsmiljoeaarsag::Ingen => "Intet",
    }
}
