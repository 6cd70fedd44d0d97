//! What a frist is called in a mail, and what there is to do about it: no person, and no word that says why somebody is away.

use forloeb::words::Fristart;

/// What the employee is told where their leader was reminded of a talk with them, in the lines of the mail.
pub(super) const REMINDED: &str = "\
Din leder er mindet om en samtale med dig. Samtalen er en almindelig del af opfølgningen på
arbejdspladsen, og du behøver ikke gøre noget. Har I allerede aftalt eller holdt den, er den måske
bare ikke registreret endnu.";

pub(super) const fn what(art: Fristart) -> &'static str {
    match art {
        Fristart::FoersteKontakt => "første kontakt",
        Fristart::Samtale => "opfølgningssamtale",
        Fristart::Anmeldelse => "frist for anmeldelse",
        Fristart::FastTrack => "beslutning om fast track",
        Fristart::OtteUger => "opfølgning ved otte uger",
        Fristart::Refusionsanmodning => "anmodning om refusion",
        Fristart::TtaEvaluering => "evaluering af plan",
        Fristart::Kontakt => "næste kontakt",
        Fristart::Easy => "frist for indberetning",
        Fristart::VidereOpfoelgning => "videre opfølgning",
        Fristart::OpfoelgningEfterRetur => "opfølgning efter tilbagevenden",
        Fristart::Paragraf56Fornyelse => "en aftale, der udløber",
        Fristart::ForkertLeder => "afgørelse om leder",
        Fristart::Aftale => "noget, du har aftalt at gøre",
        Fristart::ForventetSlut => "et forløb uden slutdag",
        Fristart::Overtagelse => "et forløb, du har fået af en anden leder",
        Fristart::Forebyggelse => "noget, der skal forebygges",
        Fristart::Skaanehensyn => "opfølgning på en aftale om hensyn",
    }
}

pub(super) const fn to_do(art: Fristart) -> &'static str {
    match art {
        Fristart::FoersteKontakt => "Tag kontakt til medarbejderen, og registrer kontakten.",
        Fristart::Samtale => "Hold samtalen, personligt eller i telefonen, og registrer, hvordan den gik.",
        Fristart::Anmeldelse => "Send anmeldelsen i NemRefusion, og registrer kvitteringen.",
        Fristart::FastTrack => "Beslut, om I vil bede om en tidlig opfølgning, og registrer beslutningen.",
        Fristart::OtteUger => "Hold opfølgningsmødet, eller registrer, hvorfor det ikke er nødvendigt.",
        Fristart::Refusionsanmodning => "Send anmodningen for de dage, der mangler, og registrer den.",
        Fristart::TtaEvaluering => "Evaluer planen sammen med medarbejderen, og registrer evalueringen.",
        Fristart::Kontakt => "Tag kontakt til medarbejderen igen, og registrer kontakten.",
        Fristart::Easy => "Send indberetningen, og registrer, at den er sendt.",
        Fristart::VidereOpfoelgning => "Hold opfølgningen, og registrer, hvad I aftalte.",
        Fristart::OpfoelgningEfterRetur => "Tal med medarbejderen om, hvordan det går, og registrer opfølgningen.",
        Fristart::Paragraf56Fornyelse => "Se efter, om aftalen skal fornys, før den udløber.",
        Fristart::ForkertLeder => {
            "Medarbejderen siger, at lederen er forkert. Afgør, om lederen er den rigtige, eller skift leder."
        }
        // Of a day that was named and has passed, and where nobody has named one.
        Fristart::ForventetSlut => "Hør, hvordan det står til, og registrer, hvad I nu regner med.",
        Fristart::Overtagelse => {
            "Sig, om du overtager det. Siger du nej, går det tilbage, og du skriver hvorfor. Indtil du svarer, er det dit."
        }
        Fristart::Forebyggelse => "Aftal, hvad der skal gøres, så det ikke sker igen, og registrer det.",
        Fristart::Skaanehensyn => {
            "En aftale om hensyn slutter. Tal med medarbejderen om, hvad der skal gælde bagefter, og registrer evalueringen."
        }
        Fristart::Aftale => {
            "Se, hvad der er aftalt, og registrer, når det er gjort. Kan det ikke nås, så aftal en anden dag."
        }
    }
}
