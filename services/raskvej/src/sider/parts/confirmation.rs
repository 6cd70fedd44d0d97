//! The word a page opens with after a form was carried out.

/// What was done, by the code in the address.
pub(crate) fn confirmation(kode: &str) -> Option<&'static str> {
    Some(match kode {
        "sygemelding" => "Sygemeldingen er registreret.",
        "foerste-kontakt" => "Kontakten er registreret.",
        "samtale-indkaldelse" => "Indkaldelsen er registreret.",
        "samtale" => "Samtalen er registreret.",
        "anmeldelse" => "Anmeldelsen er registreret.",
        "refusionsanmodning" => "Refusionsanmodningen er registreret.",
        "fast-track" => "Beslutningen om fast track er registreret.",
        "otte-uger" => "Opfølgningen er registreret.",
        "arbejdsskade" => "Anmeldelsen i EASY er registreret.",
        "delvis" => "Omfanget er registreret.",
        "delvis-lidt" => {
            "Omfanget er registreret. Fraværet er så lille, at det regnes som fuldt raskmeldt i refusionens forstand."
        }
        "raskmelding" => "Raskmeldingen er registreret.",
        "rettelse" => "Rettelsen er registreret.",
        "annullering" => "Annulleringen er registreret.",
        "lederskifte" => "Lederskiftet er registreret.",
        "stedfortraeder" => "Det er registreret, hvem der træder til.",
        "kontaktperson" => "Valget af kontaktperson er registreret.",
        "afslutning" => "Forløbet er afsluttet.",
        "tildeling" => "Tildelingen er registreret.",
        "send-igen" => "Påmindelsen sendes igen kl. 8 den næste arbejdsdag.",
        "plan" => "Planen er gemt som en ny version.",
        "evaluering" => "Evalueringen er registreret.",
        "politik" => "Politikken er fastsat.",
        "uret" => "Uret er flyttet.",
        _ => return None,
    })
}
