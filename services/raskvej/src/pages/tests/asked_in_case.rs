//! What is said of a case: Åse's, from Monday 5 January 2026 to Friday 6 February and on.

use ::forloeb::words::Rolle;
use serde_json::json;

use super::asked::{Asked, CASE, HR};

const PLAN: &[(Rolle, &str)] = &[(Rolle::Hr, "/forloeb/{id}/plan")];
const MINE: &[(Rolle, &str)] = &[(Rolle::Medarbejder, "/mig")];
const LETTER: &[(Rolle, &str)] = &[(Rolle::Hr, "/forloeb/{id}"), (Rolle::Medarbejder, "/forloeb/{id}/indkaldelse")];

pub(super) async fn all(asked: &mut Asked<'_>) {
    plan(asked).await;
    said_of_the_plan(asked).await;
    contact(asked).await;
    talk(asked).await;
    minutes(asked).await;
    decided(asked).await;
    at_work(asked).await;
    money(asked).await;
    whose(asked).await;
}

async fn plan(asked: &mut Asked<'_>) {
    let given = json!({
        "aftalt": "Redekassen males langsomt", "koordinator": "10002", "sundhedsvaesen": "givet",
        "trin": [
            {"fra": "2026-02-16", "til": "2026-03-01", "timer_pr_uge": 12.0,
             "skema": [{"dag": "man", "timer": 5.5}, {"dag": "ons", "timer": 6.5}], "opgaver_ind": ["Tælle kviste ved åen"],
             "opgaver_ud": ["Redebygning om natten"], "hensyn": ["Frøpauser ved vinduet"], "principper": ["viden"]},
            {"fra": "2026-03-02", "timer_pr_uge": 20.0, "dage": ["tir"]},
        ],
        "skaanehensyn": [
            {"tekst": "Ingen vinger over hovedhøjde", "til": "2026-05-31"},
            {"tekst": "En lav gren", "varig": true},
        ],
        "besked_til_kolleger": {"tekst": "Jeg flyver lavt", "godkendt_af_medarbejder": true},
        "evalueringer": ["2026-03-09"], "stoette": ["mentor"],
        "tiltag": [{"tekst": "En rugekasse ved døren", "princip": "sikkerhed"}],
    });
    let read = [
        ("aftalt", "Redekassen males langsomt"),
        ("koordinator", "Mohammed Nielsen"),
        ("sundhedsvaesen", "Medarbejderen har givet samtykke"),
        ("trin.fra", "16.2.2026 til"),
        ("trin.til", "til 1.3.2026"),
        ("trin.timer_pr_uge", "12 timer om ugen"),
        ("trin.skema.dag", "mandag 5,5"),
        ("trin.skema.timer", "onsdag 6,5"),
        ("trin.dage", "(tirsdag)"),
        ("trin.opgaver_ind", "<p>Opgaver: Tælle kviste ved åen"),
        ("trin.opgaver_ud", "Ikke opgaver: Redebygning om natten"),
        ("trin.hensyn", "Hensyn: Frøpauser ved vinduet"),
        ("trin.principper", "Dækket</span> 4. Ledere og repræsentanter ved, hvordan"),
        ("skaanehensyn.tekst", "Ingen vinger over hovedhøjde"),
        ("skaanehensyn.til", "(til og med 31.5.2026)"),
        ("skaanehensyn.varig", "(varigt)"),
        ("besked_til_kolleger.tekst", "Jeg flyver lavt"),
        ("besked_til_kolleger.godkendt_af_medarbejder", "at medarbejderen har godkendt teksten."),
        ("evalueringer", "(9. marts 2026)"),
        ("stoette", "<li>Mentor"),
        ("tiltag.tekst", "En rugekasse ved døren"),
        ("tiltag.princip", "(Engagement i et trygt og sikkert arbejdsmiljø)"),
    ];
    let forloeb = Some(asked.sted.forloeb);
    asked.ask("tta-plan", (&HR, forloeb), &given, PLAN, &read).await;
    // A draft stands in the form that it is one of.
    let read = [
        ("aftalt", "aria-describedby=\"aftalt-hjaelp\">Halvt bygget"),
        ("kladde", "Her er kladden fra 6. februar 2026"),
    ];
    asked.ask("tta-plan", (&HR, forloeb), &json!({"aftalt": "Halvt bygget", "kladde": true}), PLAN, &read).await;
}

async fn said_of_the_plan(asked: &mut Asked<'_>) {
    let forloeb = Some(asked.sted.forloeb);
    let both = [CASE, PLAN].concat();
    let read = [("ord", "Vil hellere pippe stille"), ("maal", "Synge i kor"), ("netvaerk", "Fætter Gærdesmutte")];
    let given = json!({"ord": "Vil hellere pippe stille", "maal": "Synge i kor", "netvaerk": ["Fætter Gærdesmutte"]});
    asked.ask("tta-plan-egne-ord", (&HR, forloeb), &given, &both, &read).await;
    let read = [
        ("version", "ikke enig i TTA-planens version 1."),
        ("svar", "Medarbejderen er uenig i planen"),
        ("bemaerkning", "Onsdag blæser det for meget"),
    ];
    let given = json!({"version": 1, "svar": "uenig", "bemaerkning": "Onsdag blæser det for meget"});
    asked.own_on("tta-plan-svar", &given, &both, &read).await;
    let read = [("version", "til kollegerne i planens version 1."), ("godkendt", "Medarbejderen godkendte beskeden")];
    asked.own("tta-plan-besked", &json!({"version": 1, "godkendt": true}), &read).await;
    let given = json!({"version": 1, "med": "Storkeforeningens kontor", "dato": "2026-02-06"});
    let read = [
        ("version", "version 1 blev delt"),
        ("med", "Storkeforeningens kontor"),
        ("dato", "blev delt fredag den 6. februar 2026"),
    ];
    asked.hr("tta-plan-delt", &given, &read).await;
    let given = json!({"dato": "2026-02-05", "konklusion": "Vingen bruges en time mere",
        "proevet": [{"tekst": "Sad på en lavere gren", "virkning": "hjalp_delvist"}]});
    let read = [
        ("dato", "TTA-planen blev evalueret torsdag den 5. februar 2026."),
        ("konklusion", "Vingen bruges en time mere"),
        ("proevet.tekst", "Sad på en lavere gren"),
        ("proevet.virkning", "Sad på en lavere gren (det hjalp lidt)"),
    ];
    asked.hr("tta-evaluering", &given, &read).await;
    let given = json!({"begrundelse": "Flyver af sig selv til foråret", "til": "2026-04-30"});
    let read =
        [("begrundelse", "Flyver af sig selv til foråret"), ("til", "TTA-plan til og med torsdag den 30. april 2026.")];
    asked.hr("tta-plan-ikke-noedvendig", &given, &read).await;
}

async fn contact(asked: &mut Asked<'_>) {
    let read = [("dato", "mandag den 12. januar 2026, men fik ikke svar."), ("form", "få kontakt i telefonen")];
    asked.hr("kontaktforsoeg", &json!({"dato": "2026-01-12", "form": "telefon"}), &read).await;
    let given = json!({"dato": "2026-01-14", "form": "personlig", "kontaktperson_rolle": "amr", "taget_af": "medarbejder",
        "forventet_varighed": "over_8_uger", "arbejdsrelateret": true, "sted": "andet_sted", "grunde": ["arbejdsevne"]});
    let read = [
        ("dato", "Første kontakt onsdag den 14. januar 2026"),
        ("form", "2026 ved et møde"),
        ("kontaktperson_rolle", ", med AMR."),
        ("taget_af", "taget af medarbejderen"),
        ("forventet_varighed", "Forventet varighed: over 8 uger."),
        ("arbejdsrelateret", "Forhold på arbejdet spiller en rolle."),
        ("sted", "et andet sted, taget"),
        ("grunde", "En samtale mere: arbejdsevnen kan være påvirket"),
    ];
    asked.hr("foerste-kontakt", &given, &read).await;
    let given = json!({"ro": true, "information": false, "moeder": false, "invitationer": true, "hvor_tit": "hver_maaned",
        "form": "sms", "telefon": "61728394", "mail": "hjemme@reden.example", "bemaerkning": "Helst når solen står op"});
    let read = [
        ("ro", "Vil helst have ro"),
        ("information", "Vil ikke høre nyt fra arbejdspladsen lige nu."),
        ("moeder", "Vil ikke inviteres til møder."),
        ("invitationer", "Vil gerne inviteres med til det sociale."),
        ("hvor_tit", "Vil gerne høre fra jer hver måned."),
        ("form", "Helst på sms."),
        ("telefon", "tel:+4561728394"),
        ("mail", "hjemme@reden.example"),
        ("bemaerkning", "Helst når solen står op"),
    ];
    asked.own_on("oensker", &given, MINE, &read).await;
    let read = [("traek_tilbage", "Medarbejderen trak sine ønsker til kontakt tilbage.")];
    asked.own("oensker", &json!({"traek_tilbage": true}), &read).await;
    let read = [("kontaktperson_nr", "Medarbejderen har valgt Bo Berg som kontaktperson.")];
    asked.hr("kontaktperson", &json!({"kontaktperson_nr": "10011"}), &read).await;
    let given = json!({"art": "besked", "dato": "2026-02-05"});
    let read = [
        ("art", "Et brev i stedet for mails blev givet"),
        ("dato", "sendt til medarbejderen torsdag den 5. februar 2026."),
    ];
    asked.hr("brev", &given, &read).await;
}

/// Thursday 12 February at ten in the telephone, and then Friday the 13th at one.
async fn talk(asked: &mut Asked<'_>) {
    let given = json!({"tidspunkt": "2026-02-12T10:00:00+01:00", "sted": "Voliere bag æbletræet",
        "deltagere": ["Onkel Gråspurv"], "deltager_nr": ["10003"], "art": "indkaldt", "telefonisk": true,
        "formaal": "Hvor fløjten kan hænge"});
    let read = [
        ("tidspunkt", "telefonen 12. februar 2026 kl. 10.00."),
        ("sted", "Voliere bag æbletræet"),
        ("deltagere", "Onkel Gråspurv"),
        ("deltager_nr", "Onkel Gråspurv, Ida Iversen"),
        ("art", "Indkaldt til sygefraværssamtale"),
        ("telefonisk", "sygefraværssamtale i telefonen"),
        ("formaal", "Hvor fløjten kan hænge"),
    ];
    let forloeb = Some(asked.sted.forloeb);
    asked.ask("samtale-indkaldelse", (&HR, forloeb), &given, LETTER, &read).await;
    let given = json!({"svar": "anden_tid", "forslag": "2026-02-13T13:00:00+01:00", "sted": "Legepladsen under kastanjen",
        "deltagere": ["Moster Rødhals"], "bemaerkning": "Helst efter trækkets ankomst"});
    let read = [
        ("svar", "foreslår en anden tid eller et andet sted"),
        ("forslag", "til samtalen: 13. februar 2026 kl. 13.00."),
        ("sted", "Legepladsen under kastanjen"),
        ("deltagere", "Moster Rødhals"),
        ("bemaerkning", "Helst efter trækkets ankomst"),
    ];
    asked.own("samtale-svar", &given, &read).await;
    let f = asked.sted.app.forloeb(asked.sted.forloeb).await.unwrap().unwrap();
    let svar = f.svar.as_ref().map(|svar| svar.position);
    let read = [("svar", "Det er den tid, medarbejderen foreslog.")];
    asked.hr("samtale-anden-tid", &json!({"svar": svar}), &read).await;
    let given = json!({"dato": "2026-02-05", "udfald": "holdt_telefon", "forventet_varighed": "over_26_uger",
        "delvis_mulig": "nej"});
    let read = [
        ("dato", "Sygefraværssamtale torsdag den 5. februar 2026"),
        ("udfald", "2026: holdt i telefonen."),
        ("forventet_varighed", "Forventet varighed: over 26 uger."),
        ("delvis_mulig", "Medarbejderen kan ikke vende delvist tilbage endnu."),
    ];
    asked.hr("samtale", &given, &read).await;
}

/// Of the talk, written twice. What was agreed is first for Tuesday 17 February, then for Monday the 23rd and Tuesday the 24th.
async fn minutes(asked: &mut Asked<'_>) {
    let f = asked.sted.app.forloeb(asked.sted.forloeb).await.unwrap().unwrap();
    let til = f.samtaler.last().map(|held| held.position);
    let given = json!({"til": til, "tekst": "Solsorten sang for os alle",
        "aftaler": [{"tekst": "Kvisten bæres hjem", "senest": "2026-02-17", "hvem": "medarbejder"}]});
    let read = [
        ("til", "Referat: Sygefraværssamtalen torsdag den 5. februar 2026"),
        ("tekst", "Solsorten sang for os alle"),
        ("aftaler.tekst", "Kvisten bæres hjem"),
        ("aftaler.senest", "senest tirsdag den 17. februar 2026"),
        ("aftaler.hvem", "Kvisten bæres hjem (medarbejderen,"),
    ];
    asked.hr("referat", &given, &read).await;
    let given = json!({"til": til, "tekst": "Solsorten sang igen", "begrundelse": "Et næb var stavet forkert",
        "aftaler": [{"nr": 1, "tekst": "Kvisten bæres hjem", "senest": "2026-02-23", "hvem": "medarbejder"}]});
    let read = [
        ("til", "Sygefraværssamtalen torsdag den 5. februar 2026"),
        ("tekst", "Solsorten sang igen"),
        ("begrundelse", "Skrevet om, fordi: Et næb var stavet forkert"),
        ("aftaler.nr", "Aftale 1: senest mandag den 23. februar 2026 (før tirsdag den 17. februar 2026)"),
        ("aftaler.tekst", "Kvisten bæres hjem"),
        ("aftaler.senest", "senest mandag den 23. februar 2026"),
        ("aftaler.hvem", "Kvisten bæres hjem (medarbejderen,"),
    ];
    asked.hr("referat", &given, &read).await;
    let given = json!({"nr": 1, "senest": "2026-02-24", "hvem": "leder", "begrundelse": "Vagtplanen kommer først"});
    let read = [
        ("nr", "Aftale 1: senest tirsdag den 24. februar 2026"),
        ("senest", "senest tirsdag den 24. februar 2026 (før mandag den 23. februar 2026)"),
        ("hvem", "det gør lederen (før medarbejderen)"),
        ("begrundelse", "Vagtplanen kommer først"),
    ];
    asked.hr("aftale-aendring", &given, &read).await;
    let read = [
        ("nr", "Aftale 1 skal ikke"),
        ("udfald", "skal ikke gøres mere"),
        ("dato", "gøres mere (onsdag den 4. februar 2026)."),
    ];
    asked.hr("aftale", &json!({"nr": 1, "udfald": "bortfaldet", "dato": "2026-02-04"}), &read).await;
}

async fn decided(asked: &mut Asked<'_>) {
    let read = [("frist", "mindes om “Otteugersopfølgning”"), ("dag", "” fredag den 20. februar 2026.")];
    asked.hr("paamindelse", &json!({"frist": "otte_uger", "dag": "2026-02-20"}), &read).await;
    let given = json!({"beslutning": "fravalgt", "af": "arbejdsgiver", "dato": "2026-01-20",
        "begrundelse": "Næbbet klarer det selv"});
    let read = [
        ("beslutning", "Fast track fravalgt"),
        ("af", "2026 af arbejdsgiveren."),
        ("dato", "fravalgt tirsdag den 20. januar 2026"),
        ("begrundelse", "Næbbet klarer det selv"),
    ];
    asked.hr("fast-track", &given, &read).await;
    let read = [("dato", "Medarbejderen bad om en fastholdelsesplan mandag den 2. februar 2026.")];
    asked.own("fastholdelsesplan", &json!({"dato": "2026-02-02"}), &read).await;
    let read = [
        ("svar", "2026: afvist."),
        ("dato", "blev besvaret tirsdag den 3. februar 2026"),
        ("begrundelse", "Reden dækker det samme"),
    ];
    let given = json!({"svar": "afvist", "dato": "2026-02-03", "begrundelse": "Reden dækker det samme"});
    asked.hr("fastholdelsessvar", &given, &read).await;
    let read = [("trin", "Der blev bedt om en mulighedserklæring"), ("dato", "erklæring mandag den 26. januar 2026.")];
    asked.hr("mulighedserklaering", &json!({"trin": "anmodet", "dato": "2026-01-26"}), &read).await;
    let given = json!({"dato": "2026-01-30", "udfald": "ikke_noedvendig", "begrundelse": "Fjerdragten vokser ud igen",
        "deltagere": ["Kusine Blåmejse"]});
    let read = [
        ("dato", "nødvendig (fredag den 30. januar 2026)."),
        ("udfald", "Otteugersopfølgning ikke nødvendig"),
        ("begrundelse", "Fjerdragten vokser ud igen"),
        ("deltagere", "Kusine Blåmejse"),
    ];
    asked.hr("otte-uger", &given, &read).await;
    let given = json!({"beslutning": "ikke_oensket", "dato": "2026-01-29", "begrundelse": "Kragen må vente"});
    let read = [
        ("beslutning", "Kommunens opfølgning er ikke ønsket"),
        ("dato", "ønsket (torsdag den 29. januar 2026)."),
        ("begrundelse", "Kragen må vente"),
    ];
    asked.hr("kommunens-opfoelgning", &given, &read).await;
    let read = [
        ("dato", "(sagt torsdag den 5. februar 2026)."),
        ("forventet_sidste", "ventes at vare til og med fredag den 13. marts 2026"),
    ];
    asked.hr("forventet-slut", &json!({"dato": "2026-02-05", "forventet_sidste": "2026-03-13"}), &read).await;
}

/// A cause at work, what is done about it, and how that works.
async fn at_work(asked: &mut Asked<'_>) {
    let given = json!({"dato": "2026-01-21", "aarsag": "belastning", "amr_maa_vide": true, "arbejdsskade": "ved_ikke"});
    let read = [
        ("dato", "Årsag på arbejdet, sagt onsdag den 21. januar 2026"),
        ("aarsag", "2026: løft, stillinger eller anden belastning."),
        ("amr_maa_vide", "AMR må vide det."),
        ("arbejdsskade", "Det vides ikke, om det er en arbejdsskade."),
    ];
    asked.hr("arbejdsaarsag", &given, &read).await;
    let given = json!({"dato": "2026-01-23", "tekst": "Redestigen får et trin mere", "opfoelgning": "2026-03-16"});
    let read = [
        ("dato", "Besluttet fredag den 23. januar 2026, hvad der gøres"),
        ("tekst", "Redestigen får et trin mere"),
        ("opfoelgning", "det ses efter fra mandag den 16. marts 2026."),
    ];
    asked.hr("foranstaltning", &given, &read).await;
    let given = json!({"art": "hyppigt_fravaer", "dato": "2026-02-03", "udfald": "holdt", "samarbejde": "godt",
        "foranstaltning": "hjalp_ikke", "proevet": [{"tekst": "Den første gren", "virkning": "hjalp_delvist"}],
        "aftaler": [{"tekst": "Frøkassen flyttes i ly", "senest": "2026-03-09", "hvem": "Farfar Skovskade"}],
        "aftalt": ["Kassen males"]});
    let read = [
        ("art", "Samtale om hyppigt fravær holdt"),
        ("dato", "holdt tirsdag den 3. februar 2026."),
        ("udfald", "fravær holdt tirsdag"),
        ("samarbejde", "Kollegerne hjælper, som det er aftalt."),
        ("foranstaltning", "Det, der gøres på arbejdet: det hjalp ikke."),
        ("proevet.tekst", "Den første gren"),
        ("proevet.virkning", "Den første gren (det hjalp lidt)"),
        ("aftaler.tekst", "Frøkassen flyttes i ly"),
        ("aftaler.senest", "senest mandag den 9. marts 2026"),
        ("aftaler.hvem", "(Farfar Skovskade,"),
        ("aftalt", "Kassen males"),
    ];
    asked.hr("opfoelgning", &given, &read).await;
    let given = json!({"felt": "aarsag", "ny_vaerdi": "arbejdsskade", "begrundelse": "Fejltastet af papegøjen"});
    let read = [
        ("felt", "Rettet: fravær fra mandag den 5. januar 2026"),
        ("ny_vaerdi", "ikke slut, arbejdsskade, 100 %."),
        ("begrundelse", "Fejltastet af papegøjen"),
    ];
    asked.hr("rettelse", &given, &read).await;
    let read = [
        ("udfald", "Arbejdsskaden blev anmeldt i EASY"),
        ("dato", "EASY tirsdag den 27. januar 2026"),
        ("sagsnummer", "(sag 26-98765)"),
    ];
    let given = json!({"udfald": "anmeldt", "dato": "2026-01-27", "sagsnummer": "26-98765"});
    asked.hr("arbejdsskade", &given, &read).await;
}

/// The first refusion day is Wednesday 4 February, the 31st.
async fn money(asked: &mut Asked<'_>) {
    let given = json!({"trin": "kvitteret", "dato": "2026-02-05", "underskrevet_dato": "2026-02-04",
        "kvittering": "NR-4711", "uden_kvittering": "Nummeret fløj væk", "kommune": "0751"});
    let read = [
        ("trin", "Anmeldelsen blev kvitteret"),
        ("dato", "kvitteret torsdag den 5. februar 2026"),
        ("underskrevet_dato", ", underskrevet onsdag den 4. februar 2026"),
        ("kvittering", "(kvittering NR-4711)"),
        ("uden_kvittering", "Nummeret fløj væk"),
        ("kommune", ", handlekommune 0751."),
    ];
    asked.hr("anmeldelse", &given, &read).await;
    let given = json!({"fra": "2026-02-04", "til": "2026-02-05", "beloeb": 1878.5, "beloeb_oere": 187_850,
        "underskrevet_dato": "2026-02-06"});
    let read = [
        ("fra", "Refusion søgt fra 4. februar 2026"),
        ("til", "til 5. februar 2026 ("),
        ("beloeb", ", 1.878,50\u{a0}kr."),
        ("beloeb_oere", ", 1.878,50\u{a0}kr."),
        ("underskrevet_dato", "(underskrevet 6. februar 2026)"),
    ];
    asked.hr("refusionsanmodning", &given, &read).await;
    let given = json!({"fra": "2026-01-19", "til": "2026-01-23", "aarsag": "afspadsering"});
    let read = [
        ("fra", "i fraværet fra 19. januar 2026"),
        ("til", "til 23. januar 2026; dagene giver ingen refusion."),
        ("aarsag", "Afspadsering i fraværet"),
    ];
    asked.hr("afbrydelse", &given, &read).await;
    let read = [("gaelder", "Fraværet er dækket af § 56-aftalen.")];
    asked.hr("paragraf-56", &json!({"gaelder": "ja"}), &read).await;
    let read = [("fra", "% fra mandag den 9. februar 2026."), ("omfang_pct", "Fravær på 60 %")];
    asked.hr("delvis", &json!({"fra": "2026-02-09", "omfang_pct": 60}), &read).await;
}

/// Whose the case is, whom it waits for, and something that was a mistake.
async fn whose(asked: &mut Asked<'_>) {
    asked.hr("tildeling", &json!({"til": "30001"}), &[("til", "Tildelt til Direktør Dahl.")]).await;
    let read =
        [("grund", "Forløbet venter på kommunen"), ("til", "på kommunen til og med fredag den 20. februar 2026.")];
    asked.hr("afventer", &json!({"grund": "kommunen", "til": "2026-02-20"}), &read).await;
    let read = [("begrundelse", "Mit træ er et andet")];
    asked.own("forkert-leder", &json!({"begrundelse": "Mit træ er et andet"}), &read).await;
    let read = [("begrundelse", "Træet flyttes først i marts")];
    asked.hr("leder-beholdt", &json!({"begrundelse": "Træet flyttes først i marts"}), &read).await;
    let read = [("leder_nr", "2026: Lone Lund."), ("fra", "Ny leder fra fredag den 6. februar 2026")];
    asked.hr("lederskifte", &json!({"leder_nr": "20001", "fra": "2026-02-06"}), &read).await;
    let read = [("svar", "Lederen sagde nej til at overtage forløbet"), ("begrundelse", "Lander først hos os i marts")];
    let given = json!({"svar": "siger_nej", "begrundelse": "Lander først hos os i marts"});
    asked.hr("overtagelse", &given, &read).await;
    let f = asked.sted.app.forloeb(asked.sted.forloeb).await.unwrap().unwrap();
    let contact = f.kontakter.last().map(|contact| contact.position);
    let read = [
        ("haendelse", "Annulleret: “Første kontakt onsdag den 14. januar 2026"),
        ("begrundelse", "Skrevet på den forkerte gren"),
    ];
    let given = json!({"haendelse": contact, "begrundelse": "Skrevet på den forkerte gren"});
    asked.hr("annullering", &given, &read).await;
}
