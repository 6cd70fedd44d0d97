//! The forms of a forløb: those of the commands that the reader may give, and that make sense as things stand.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::forloeb::Situation;
use forloeb::frister::Vurdering;
use forloeb::kalender::plus_dage;
use forloeb::ord::{Aarsag, FastTrackBeslutning, Rolle, Slutaarsag};

use super::datoer::dage;
use super::formular::{Felt, Formular, Slags};
use super::kig::Kig;
use crate::adgang::Oenske;

/// Forms under one heading.
pub(crate) struct Gruppe {
    pub(crate) titel: &'static str,
    pub(crate) formularer: Vec<Formular>,
}

const VARIGHED: &[(&str, &str)] =
    &[("under_8_uger", "Under 8 uger"), ("over_8_uger", "Over 8 uger"), ("ukendt", "Ved det ikke endnu")];

/// Every form for this reader, grouped.
pub(crate) fn alle(k: &Kig<'_>, f: &Forloeb, v: &Vurdering) -> Vec<Gruppe> {
    let maa = |oenske| k.bruger().maa_aendre(f.id, oenske, k.vis, k.idag).is_ok();
    let situation = f.situation(k.idag);
    if matches!(situation, Situation::Slut { aarsag: Slutaarsag::Annulleret, .. }) {
        return Vec::new();
    }
    let aabent = situation == Situation::Aabent;
    let (mut opfoelgning, mut penge, mut fravaer, mut andet) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    if maa(Oenske::FoersteKontakt) {
        opfoelgning.push(foerste_kontakt(k, f));
    }
    if aabent && maa(Oenske::Kontaktperson) {
        opfoelgning.push(kontaktperson(k, f));
    }
    if maa(Oenske::Forloeb) {
        if aabent {
            opfoelgning.push(indkaldelse());
        }
        opfoelgning.push(samtale(k));
    }
    let anmodet = f.fast_track.iter().any(|b| b.hvad.beslutning == FastTrackBeslutning::Anmodet);
    if maa(Oenske::FastTrack) && !anmodet {
        opfoelgning.push(fast_track(k));
    }
    if maa(Oenske::Forloeb) {
        opfoelgning.push(otte_uger(k));
        if f.aarsag == Aarsag::Arbejdsskade && f.easy.is_empty() {
            opfoelgning.push(arbejdsskade(k));
        }
        if v.refusion.gives {
            penge.push(anmeldelse(k, f));
        }
        fravaer.extend(aabent.then(|| raskmelding(k, f)));
        fravaer.push(delvis(k));
        fravaer.extend(rettelser(f, aabent));
        if maa(Oenske::Lederskifte) {
            andet.push(lederskifte(k));
        }
        andet.extend(aabent.then(|| afslutning(k)));
        andet.push(annuller_hele());
    }
    if maa(Oenske::Refusion) {
        penge.extend(refusionsanmodning(k, f, v));
        andet.insert(0, tildeling(f));
    }
    let grupper = [
        ("Opfølgning", opfoelgning),
        ("Anmeldelse og refusion", penge),
        ("Fravær og rettelser", fravaer),
        ("Leder, tildeling og afslutning", andet),
    ];
    grupper
        .into_iter()
        .filter(|(_, formularer)| !formularer.is_empty())
        .map(|(titel, formularer)| Gruppe { titel, formularer })
        .collect()
}

fn idag(k: &Kig<'_>, navn: &'static str, label: &'static str) -> Felt {
    Felt::ny(navn, label, Slags::Dato).med(k.idag)
}

fn begrundelse(label: &'static str) -> Felt {
    Felt::ny("begrundelse", label, Slags::Lang).hjaelp("Skriv ikke om helbred. Teksten gemmes krypteret.")
}

fn foerste_kontakt(k: &Kig<'_>, f: &Forloeb) -> Formular {
    let nr = k.bruger().nr.as_deref();
    let rolle = match k.bruger().rolle {
        Rolle::Leder => "leder",
        Rolle::Kontaktperson if nr.is_some() && nr == f.stamdata.tr_nr.as_deref() => "tr",
        Rolle::Kontaktperson if nr.is_some() && nr == f.stamdata.amr_nr.as_deref() => "amr",
        _ => "",
    };
    let former = [("telefon", "Telefon"), ("personlig", "Personligt møde"), ("sms", "Sms"), ("mail", "Mail")];
    let roller = [
        ("tr", "Tillidsrepræsentant (TR)"),
        ("amr", "Arbejdsmiljørepræsentant (AMR)"),
        ("leder", "Leder"),
        ("anden", "En anden kollega"),
    ];
    let felter = vec![
        idag(k, "dato", "Dato for kontakten"),
        Felt::valg("form", "Hvordan var kontakten?", &former),
        Felt::valg("kontaktperson_rolle", "Hvem havde kontakten på arbejdspladsens vegne?", &roller).med(rolle),
        Felt::valg(
            "taget_af",
            "Hvem tog kontakten?",
            &[("arbejdsplads", "Arbejdspladsen"), ("medarbejder", "Medarbejderen selv")],
        )
        .med("arbejdsplads"),
        Felt::valg("forventet_varighed", "Hvor længe venter medarbejderen at være væk?", VARIGHED).frivillig(),
        Felt::ny("arbejdsrelateret", "Spiller forhold på arbejdet en rolle?", Slags::JaNej)
            .frivillig()
            .hjaelp("Spørg ikke om diagnose. Svaret skal kun bruges til at hjælpe."),
    ];
    Formular::ny("foerste-kontakt", "Registrér første kontakt", "Gem kontakten", felter)
}

/// Whom the employee would rather be contacted by: the colleagues under the same leader, and the representatives.
pub(crate) fn kontaktperson(k: &Kig<'_>, f: &Forloeb) -> Formular {
    let folk = k.folk(k.vis.kolleger(f));
    let valgt = f.valgt_kontaktperson.as_deref();
    let ingen = "Ingen valgt: tillidsrepræsentant, arbejdsmiljørepræsentant eller leder";
    let felter = vec![Felt::person("kontaktperson_nr", "Kontaktperson", ingen, folk).med(valgt.unwrap_or_default())];
    Formular::ny("kontaktperson", "Vælg kontaktperson", "Gem valget", felter)
        .hjaelp("Kontaktpersonen tager den første kontakt og kan se, hvor længe fraværet har varet, men ikke hvorfor.")
}

fn indkaldelse() -> Formular {
    let felter = vec![
        Felt::ny("tidspunkt", "Dato og klokkeslæt", Slags::Tidspunkt),
        Felt::ny("sted", "Sted", Slags::Tekst).hjaelp("Fx lederens kontor, eller telefonisk."),
        Felt::ny("deltagere", "Andre deltagere", Slags::Linjer)
            .frivillig()
            .hjaelp("Én på hver linje, fx tillidsrepræsentant eller bisidder."),
    ];
    Formular::ny("samtale-indkaldelse", "Indkald til sygefraværssamtale", "Gem indkaldelsen", felter)
}

fn samtale(k: &Kig<'_>) -> Formular {
    let udfald = [
        ("holdt", "Holdt ved et møde"),
        ("holdt_telefon", "Holdt i telefonen"),
        ("deltog_ikke", "Medarbejderen deltog ikke"),
        ("ikke_mulig", "Ikke mulig, heller ikke i telefonen"),
        ("undtaget_opsagt", "Undtaget: opsagt og fratræder inden 8 uger"),
    ];
    let delvis = [("ja", "Ja"), ("nej", "Nej"), ("ukendt", "Ved det ikke endnu")];
    let felter = vec![
        idag(k, "dato", "Dato for samtalen"),
        Felt::valg("udfald", "Hvordan gik det?", &udfald),
        Felt::valg("forventet_varighed", "Hvor længe ventes fraværet at vare?", VARIGHED).frivillig(),
        Felt::valg("delvis_mulig", "Kan medarbejderen vende delvist tilbage?", &delvis).frivillig(),
    ];
    Formular::ny("samtale", "Registrér sygefraværssamtale", "Gem samtalen", felter)
}

fn fast_track(k: &Kig<'_>) -> Formular {
    let felter = vec![
        Felt::valg(
            "beslutning",
            "Hvad er besluttet?",
            &[("anmodet", "Der er anmodet om fast track"), ("fravalgt", "Fast track er fravalgt")],
        ),
        Felt::valg("af", "Af hvem?", &[("arbejdsgiver", "Arbejdsgiveren"), ("medarbejder", "Medarbejderen")])
            .med("arbejdsgiver"),
        idag(k, "dato", "Dato"),
        begrundelse("Begrundelse")
            .frivillig()
            .hjaelp("Skal udfyldes, når fast track er fravalgt. Skriv ikke om helbred."),
    ];
    Formular::ny("fast-track", "Fast track: anmodet eller fravalgt", "Gem beslutningen", felter)
        .hjaelp("Fast track er kommunens tidlige opfølgning, når fraværet ventes at vare over 8 uger.")
}

fn otte_uger(k: &Kig<'_>) -> Formular {
    let felter = vec![
        idag(k, "dato", "Dato"),
        Felt::valg(
            "udfald",
            "Hvad skete der?",
            &[("holdt", "Opfølgningen er holdt"), ("ikke_noedvendig", "Opfølgning er ikke nødvendig")],
        ),
        begrundelse("Begrundelse")
            .frivillig()
            .hjaelp("Skal udfyldes, når opfølgning ikke er nødvendig. Skriv ikke om helbred."),
        Felt::ny("deltagere", "Deltagere", Slags::Linjer).frivillig().hjaelp("Én på hver linje."),
    ];
    Formular::ny("otte-uger", "Registrér otteugersopfølgning", "Gem opfølgningen", felter)
}

fn arbejdsskade(k: &Kig<'_>) -> Formular {
    let felter = vec![
        idag(k, "dato", "Dato for anmeldelsen"),
        Felt::ny("sagsnummer", "Sagens nummer i EASY", Slags::Tekst).frivillig(),
    ];
    Formular::ny("arbejdsskade", "Arbejdsskaden er anmeldt i EASY", "Gem anmeldelsen", felter)
        .hjaelp("Skriv ikke, hvad der skete, eller hvad skaden er. Det hører til i EASY.")
}

fn anmeldelse(k: &Kig<'_>, f: &Forloeb) -> Formular {
    let trin = [
        ("klar", "Klargjort"),
        ("underskrevet", "Underskrevet og sendt i NemRefusion"),
        ("kvitteret", "Kvitteret"),
        ("afvist", "Afvist"),
    ];
    let felter = vec![
        Felt::valg("trin", "Hvor langt er anmeldelsen?", &trin),
        idag(k, "dato", "Dato"),
        Felt::ny("kvittering", "Kvitteringens nummer", Slags::Tekst).frivillig(),
        Felt::ny("kommune", "Bopælskommunens kode", Slags::Tekst)
            .frivillig()
            .med(&f.stamdata.bopaelskommune)
            .hjaelp("3 eller 4 cifre, fx 0727."),
    ];
    let hvortil = if f.aarsag == Aarsag::Graviditet { "Udbetaling Danmark" } else { "bopælskommunen" };
    Formular::ny("anmeldelse", "Registrér anmeldelse", "Gem trinnet", felter)
        .hjaelp(format!("Anmeldelsen til {hvortil} tæller først, når kvitteringen er registreret."))
}

/// Prefilled with the next days that can be claimed; what is lost before them is said.
fn refusionsanmodning(k: &Kig<'_>, f: &Forloeb, v: &Vurdering) -> Option<Formular> {
    let fra = v.refusion.kan_anmodes_fra.filter(|fra| *fra <= k.idag)?;
    let naeste_krav = f.krav.iter().map(|krav| plus_dage(krav.hvad.fra, -1)).find(|dag| *dag >= fra);
    let sidste = f.slutdag(k.idag).into_iter().chain(naeste_krav).fold(k.idag, NaiveDate::min);
    let til = sidste.min(plus_dage(fra, 29));
    let felter = vec![
        Felt::ny("fra", "Fra og med", Slags::Dato).med(fra),
        Felt::ny("til", "Til og med", Slags::Dato).med(til).hjaelp("Kan ikke ligge i fremtiden."),
        Felt::ny("beloeb", "Beløb i kroner", Slags::Tal).frivillig().hjaelp("Fx 12.345,50."),
    ];
    let formular = Formular::ny("refusionsanmodning", "Registrér refusionsanmodning", "Gem anmodningen", felter);
    let tabt: i64 = v.refusion.for_sent_anmodet.iter().map(|d| d.antal()).sum();
    Some(match tabt {
        0 => formular,
        n => {
            formular.hjaelp(format!("{} er mistet, fordi der ikke blev søgt i tide, og kan ikke søges mere.", dage(n)))
        }
    })
}

fn raskmelding(k: &Kig<'_>, f: &Forloeb) -> Formular {
    // Most are reported back on the morning of their first day at work; nobody before they were away.
    let sidste = plus_dage(k.idag, -1).max(f.foerste);
    let felter = vec![Felt::ny("sidste_fravaersdag", "Sidste fraværsdag", Slags::Dato).med(sidste)];
    Formular::ny("raskmelding", "Raskmelding", "Registrér raskmelding", felter)
        .hjaelp("Frister, der ikke er nået, bortfalder. Det, der handler om refusion, fortsætter.")
}

fn delvis(k: &Kig<'_>) -> Formular {
    let felter = vec![
        idag(k, "fra", "Fra og med"),
        Felt::ny("omfang_pct", "Fravær i procent", Slags::Tal).hjaelp("100 er helt fraværende, 50 er halv tid."),
    ];
    Formular::ny("delvis", "Delvist fravær", "Gem omfanget", felter)
}

fn rettelser(f: &Forloeb, aabent: bool) -> Vec<Formular> {
    let ret = |felt: &'static str, titel, ny: Felt| {
        let felter = vec![Felt::ny("felt", "", Slags::Skjult).med(felt), ny, begrundelse("Hvorfor rettes det?")];
        Formular::med_navn(format!("rettelse-{felt}"), "rettelse", titel, "Gem rettelsen", felter)
            .hjaelp("Den gamle oplysning bliver stående i historikken.")
    };
    let aarsager =
        [("sygdom", "Sygdom"), ("arbejdsskade", "Arbejdsskade"), ("graviditet", "Graviditetsbetinget fravær")];
    let mut alle = vec![ret(
        "foerste_fravaersdag",
        "Ret første fraværsdag",
        Felt::ny("ny_vaerdi", "Første fraværsdag", Slags::Dato).med(f.foerste),
    )];
    if let Some(sidste) = f.sidste.filter(|_| !aabent) {
        let felt = Felt::ny("ny_vaerdi", "Sidste fraværsdag", Slags::DatoEllerIntet)
            .frivillig()
            .med(sidste)
            .hjaelp("Lad feltet være tomt, hvis fraværet alligevel ikke er slut.");
        alle.push(ret("sidste_fravaersdag", "Ret sidste fraværsdag", felt));
    }
    alle.push(ret("aarsag", "Ret årsag", Felt::valg("ny_vaerdi", "Årsag", &aarsager).med(f.aarsag)));
    let omfang = f.perioder.last().map_or(100, |p| p.omfang_pct);
    alle.push(ret("omfang_pct", "Ret omfang", Felt::ny("ny_vaerdi", "Fravær i procent", Slags::Tal).med(omfang)));
    let varighed = Felt::valg("ny_vaerdi", "Forventet varighed", VARIGHED).med(f.forventet);
    alle.push(ret("forventet_varighed", "Ret forventet varighed", varighed));
    alle
}

fn lederskifte(k: &Kig<'_>) -> Formular {
    let felter =
        vec![Felt::ny("leder_nr", "Den nye leders medarbejdernummer", Slags::Tekst), idag(k, "fra", "Fra og med")];
    Formular::ny("lederskifte", "Skift leder", "Gem lederskiftet", felter)
}

fn afslutning(k: &Kig<'_>) -> Formular {
    let aarsager = [("fratraadt", "Fratrådt"), ("doed", "Død"), ("andet", "Andet")];
    let felter = vec![Felt::valg("aarsag", "Hvorfor slutter forløbet?", &aarsager), idag(k, "dato", "Sidste dag")];
    Formular::ny("afslutning", "Afslut uden raskmelding", "Afslut forløbet", felter).alvorlig()
}

fn tildeling(f: &Forloeb) -> Formular {
    let felt = Felt::ny("til", "Medarbejdernummer", Slags::Tekst)
        .frivillig()
        .med(f.tildelt.as_deref().unwrap_or_default())
        .hjaelp("Lad feltet være tomt, hvis ingen i HR har opgaven.");
    Formular::ny("tildeling", "Tildel forløbet til en i HR", "Gem tildelingen", vec![felt])
}

fn annuller_hele() -> Formular {
    let felter = vec![begrundelse("Hvorfor annulleres forløbet?")];
    Formular::ny("annullering", "Annullér hele forløbet", "Annullér forløbet", felter)
        .hjaelp("Brug kun dette, når fraværet aldrig skulle have været registreret. Det kan ikke fortrydes.")
        .alvorlig()
}

/// The form that annuls one event of the history.
pub(crate) fn annuller_en(position: u64) -> Formular {
    let felter =
        vec![Felt::ny("haendelse", "", Slags::SkjultTal).med(position), begrundelse("Hvorfor annulleres det?")];
    Formular::med_navn(format!("annullering-{position}"), "annullering", "Annullér", "Annullér hændelsen", felter)
}
