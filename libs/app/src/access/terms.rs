//! What the table of access speaks of: acts, relations, states.

/// Declares a closed list of what the table speaks of: a code for programs, and how people are told.
macro_rules! listed {
    ($(#[$m:meta])* $name:ident { $($(#[$fm:meta])* $variant:ident = $code:literal, $said:literal;)+ }) => {
        $(#[$m])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$fm])* $variant),+ }

        impl $name {
            /// All of them, in the order of the definition.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its stable code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// What people are told it is, in Danish.
            #[must_use]
            pub const fn says(self) -> &'static str {
                match self { $(Self::$variant => $said),+ }
            }
        }
    };
}

listed! {
    /// What somebody wants to do: with a forløb, with an employee who has none yet, or with what is nobody's.
    Intent {
        /// Know that it is there: whose it is, its days, and the frister of the contact.
        See = "se", "se, at forløbet er der: hvem, enhed, leder, dage og fristerne for kontakten";
        /// Read the rest but for plan and money.
        Whole = "se_alt", "se årsag, omfang, varighed, samtaler, de øvrige frister, påmindelser og historik";
        /// Read the TTA plan.
        Plan = "laese_plan", "læse TTA-planen";
        /// See refusion: its frister, days, claims and kroner.
        Penge = "se_penge", "se refusionen: frister, dage, krav og kroner";
        /// See signals of frequent absence.
        Signaler = "se_signaler", "se signaler om hyppigt fravær";
        /// Open the data sheet of the anmeldelse.
        Ark = "aabne_ark", "åbne dataarket til NemRefusion, hvor CPR-nummeret står";
        /// See it step by step, as it was known.
        Replay = "gennemse", "se forløbet trin for trin, som det var kendt på en dag";
        /// Read names and free text.
        Names = "se_navne", "se navne og fritekst";
        /// See the employee's telephone number.
        Telefon = "se_telefon", "se medarbejderens telefonnummer og mail";
        /// Record a first contact.
        FoersteKontakt = "foerste_kontakt", "registrere den første kontakt";
        /// Say whom the employee chose to be contacted by.
        Kontaktperson = "kontaktperson", "registrere, hvem medarbejderen har valgt som kontaktperson";
        /// Ask for, or decide against, fast track.
        FastTrack = "fast_track", "anmode om fast track eller fravælge det";
        /// Answer an invitation to the talk.
        Samtalesvar = "samtalesvar", "svare på en indkaldelse til samtalen";
        /// Say what became of what was agreed.
        Aftale = "aftale", "registrere, hvad der blev af en aftale: leder og HR alle, andre dem, de selv skal gøre";
        /// Make or evaluate a TTA plan.
        TtaPlan = "tta_plan", "lægge og evaluere TTA-planen";
        /// Write what the employee wants of the plan, as the employee or on their behalf.
        EgneOrd = "egne_ord", "skrive medarbejderens egne ord og mål i planen";
        /// Agree with a version of the plan, and approve the message to colleagues.
        PlanSvar = "svare_plan", "svare på planen og godkende beskeden til kollegerne";
        /// Say whether something at work was a cause, and whether the AMR may know.
        Arbejdsaarsag = "arbejdsaarsag", "sige, om noget på arbejdet var en årsag, og om AMR må vide det";
        /// Say what is done about a cause at work.
        Forebyggelse = "forebyggelse", "registrere, hvad der gøres, når noget på arbejdet var en årsag";
        /// Say whether one takes a forløb that one was given.
        Overtagelse = "overtagelse", "svare på, om et forløb overtages fra en anden leder";
        /// Anything else that follows the employee's course.
        Forloeb = "foelge", "registrere samtale, anmeldelse, opfølgning, omfang, raskmelding, rettelser, annullering og afslutning";
        /// Give it to another leader.
        Lederskifte = "lederskifte", "give forløbet til en anden leder";
        /// Claim refusion.
        Refusion = "refusion", "søge om refusion";
        /// Say who in HR works on it.
        Tildeling = "tildeling", "tildele forløbet til en i HR";
        /// Have a reminder that was refused sent again.
        SendAgain = "send_igen", "sende en påmindelse igen, der ikke kom frem";
        /// Decide that the leader is the right one, where the employee says otherwise.
        KeepLeder = "behold_leder", "afgøre, at lederen er den rigtige, når medarbejderen siger noget andet";
        /// Decide who is right where payroll and a person say different things of an absence.
        Uenighed = "uenighed", "afgøre, hvem der har ret, når lønsystemet og en person er uenige om et fravær";
        /// See how the employee wishes to be contacted.
        SeeOensker = "se_oensker", "se, hvordan medarbejderen gerne vil kontaktes";
        /// Act for oneself.
        ForOneself = "for_sig_selv", "melde sig selv syg og rask, sige, hvordan man vil kontaktes, sige, at lederen er forkert, og bede om en fastholdelsesplan";
        /// Report an employee sick.
        Sygemelding = "sygemelding", "sygemelde en medarbejder";
        /// Say who acts for a leader.
        Udpegning = "udpegning", "udpege en stedfortræder for en leder";
        /// Read one's own page.
        Mine = "mit", "se sin egen side";
        /// Read HR's dashboard and the refusion of the units.
        Overview = "overblik", "se HR's overblik og refusionen pr. enhed";
        /// Read the yearly statistic.
        Statistics = "statistik", "se statistikken";
        /// Go through signals of frequent absence.
        Follow = "hyppigt", "se listen over hyppigt fravær";
        /// Have a mail a week about them.
        Signalbrev = "signalbrev", "bede om en mail om ugen om hyppigt fravær";
        /// Read which mails did not get through.
        Mails = "breve", "se, hvilke mails der ikke er kommet frem";
        /// Search who has read about an employee, and which look-ups are unusual.
        Opslag = "opslag", "søge i, hvem der har læst om hvem";
        /// Read the workplace's policies.
        ReadPolitik = "laese_politik", "læse arbejdspladsens politik";
        /// Lay down a policy.
        Politik = "politik", "fastsætte en politik og trække den tilbage";
        /// See what would have been otherwise under other rules.
        TryRegler = "proev_regler", "prøve en politik eller et regelsæt på det, der er sket";
        /// Import payroll's files.
        Import = "import", "indlæse filer fra lønsystemet og afgøre det, de mangler";
        /// See who is past the periods of keeping, and the certificates of erasures.
        Retention = "opbevaring", "se, hvis opbevaringsfrister er udløbet, og attesterne for sletning";
        /// Erase somebody who is past them; set and lift a hold.
        Erasure = "sletning", "slette en, hvis opbevaringsfrister er udløbet, og sætte eller ophæve sletningsstop";
        /// Take out everything about a person.
        Insight = "indsigt", "tage alt ud om en person, der har bedt om indsigt";
        /// Read the whole log.
        Log = "log", "læse hele loggen";
        /// Follow what happens, without being told to whom.
        Feed = "feed", "følge med i, hvad der sker i forløbene, uden at få at vide, hvem det er";
        /// Search for people, and read which forløb somebody has had that one may see.
        Find = "find", "søge efter en medarbejder og se, hvilke forløb der har været";
    }
}

listed! {
    /// What somebody is to a case, in the role they come in. The first that fits counts.
    Relation {
        /// It is the caller's own.
        Own = "egen", "forløbet er ens eget";
        /// It is the caller's own, in another employment of theirs.
        OwnElsewhere = "egen_anden_ansaettelse", "forløbet er ens eget, i en anden ansættelse";
        /// The role does not reach the unit.
        OtherUnit = "anden_enhed", "enheden ligger uden for adgangen";
        /// Leads the employee.
        Leads = "leder", "leder medarbejderen";
        /// Leads the employee's leader.
        LeadsLeder = "leders_leder", "leder medarbejderens leder";
        /// May act today for the leader, or for the leader's leader.
        StandsIn = "stedfortraeder", "er stedfortræder i dag for lederen eller lederens leder";
        /// Is to make the contact: whom the employee chose; as long as nobody is chosen TR, else AMR.
        Kontaktperson = "kontaktperson", "er kontaktperson: den, medarbejderen har valgt i forløbet eller på forhånd; er ingen valgt, TR og ellers AMR";
        /// Is the AMR, and the employee has said that they may know of a cause at work.
        Amr = "amr", "er AMR, og medarbejderen har sagt, at AMR må vide, at noget på arbejdet var en årsag";
        /// Both.
        KontaktpersonAndAmr = "kontaktperson_og_amr", "er både kontaktperson og den AMR, der må vide det";
        /// Coordinates the plan.
        Koordinator = "koordinator", "er koordinator på den nyeste plan";
        /// Has the role for the unit, by being HR or auditor.
        Unit = "enhed", "har rollen for medarbejderens enhed";
        /// Nothing.
        Nothing = "ingen", "har ingen relation til forløbet";
        /// It is about no employee, and the role reaches every unit.
        AllUnits = "alle_enheder", "adgangen gælder alle enheder";
        /// It is about no employee, and the role reaches some units.
        SomeUnits = "nogle_enheder", "adgangen gælder nogle af enhederne";
    }
}

listed! {
    /// How a case stands, as far as it decides anything.
    State {
        /// There is none: it is about an employee, or about nobody.
        NoForloeb = "intet", "intet forløb";
        /// It is open.
        Aabent = "aabent", "åbent";
        /// It is over.
        Over = "afsluttet", "afsluttet";
        /// It was a mistake.
        Annulleret = "annulleret", "annulleret";
        /// The employee was erased.
        Erased = "slettet", "personen er slettet";
    }
}

impl State {
    /// Of a forløb of which this is known.
    pub(crate) const fn of(is_erased: bool, is_annulleret: bool, is_aabent: bool) -> Self {
        match (is_erased, is_annulleret, is_aabent) {
            (true, ..) => Self::Erased,
            (_, true, _) => Self::Annulleret,
            (_, _, true) => Self::Aabent,
            _ => Self::Over,
        }
    }
}

impl Intent {
    /// It changes something.
    #[must_use]
    pub const fn changes(self) -> bool {
        match self {
            Self::FoersteKontakt
            | Self::Kontaktperson
            | Self::FastTrack
            | Self::Samtalesvar
            | Self::Aftale
            | Self::TtaPlan
            | Self::EgneOrd
            | Self::PlanSvar
            | Self::Arbejdsaarsag
            | Self::Forebyggelse
            | Self::Overtagelse
            | Self::Forloeb
            | Self::Lederskifte
            | Self::Refusion
            | Self::Tildeling
            | Self::SendAgain
            | Self::Uenighed
            | Self::KeepLeder
            | Self::ForOneself
            | Self::Sygemelding
            | Self::Udpegning
            | Self::Signalbrev
            | Self::Politik
            | Self::Import
            | Self::Erasure => true,
            Self::See
            | Self::Whole
            | Self::Plan
            | Self::Penge
            | Self::Signaler
            | Self::Ark
            | Self::Replay
            | Self::Names
            | Self::Telefon
            | Self::SeeOensker
            | Self::Mine
            | Self::Overview
            | Self::Statistics
            | Self::Follow
            | Self::Mails
            | Self::Opslag
            | Self::ReadPolitik
            | Self::TryRegler
            | Self::Retention
            | Self::Insight
            | Self::Log
            | Self::Feed
            | Self::Find => false,
        }
    }

    /// It is done to one forløb.
    #[must_use]
    pub const fn is_of_forloeb(self) -> bool {
        (self as u8) < Self::Sygemelding as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_one_ones_own() {
        let codes = |all: Vec<&str>| {
            let mut unique = all.clone();
            unique.sort_unstable();
            unique.dedup();
            assert_eq!(unique.len(), all.len(), "{all:?}");
        };
        codes(Intent::ALL.iter().map(|i| i.code()).collect());
        codes(Relation::ALL.iter().map(|r| r.code()).collect());
        codes(State::ALL.iter().map(|s| s.code()).collect());
    }
}
