//! What each address asks for. A route that is not here is not let through: its author says who may come in.

use super::bodies::{POLITIK, WITHOUT_WHAT_THEY_NAME, example, typed};
use super::people::CASES;
use crate::access::Intent;
use crate::commands;
use crate::pages::parts::assets;

/// What is asked at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Door {
    /// Nobody is asked who they are.
    Open,
    /// Whoever is logged in; what they find there is what they may see.
    LoggedIn,
    /// This, of the forløb in the address.
    Forloeb(Intent),
    /// The same, where a role that may never do it is told so first.
    RoleFirst(Intent),
    /// This, to the employee that the request names in this field.
    Employee(Intent, &'static str),
    /// A page for those who may do this to somebody.
    Role(Intent),
    /// This, of no single employee.
    Workplace(Intent),
    /// The employee in the address, by whoever finds them.
    Person,
}

/// A method and an address, what it asks, and what is sent there.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) method: &'static str,
    /// As the router and the API document have it.
    pub(super) route: String,
    pub(super) door: Door,
    /// The address that is called; `ID` and `NR` stand for the forløb and the employee.
    pub(super) path: String,
    pub(super) sends: Sends,
    /// What is sent is a request that can be carried out: whoever is let in is told more than that a field is wrong.
    pub(super) is_valid: bool,
}

/// The body, with `NR` for the employee.
#[derive(Debug, Clone)]
pub(super) enum Sends {
    Nothing,
    /// Only the heads are asked for: what follows has no end.
    Heads,
    Json(String),
    Csv,
    Form(String),
}

fn row(method: &'static str, route: &str, door: Door) -> Row {
    let path = route.replace("{id}", "ID").replace("{forloeb}", "ID").replace("{version}", "1").replace("{nr}", "1");
    let sends = match (method, path.starts_with("/api/")) {
        ("GET", _) => Sends::Nothing,
        (_, true) => Sends::Json("{}".to_owned()),
        _ => Sends::Form("version=999999".to_owned()),
    };
    Row { method, route: route.to_owned(), door, path, sends, is_valid: false }
}

impl Row {
    /// The method and the address, as they are called.
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    fn valid(self) -> Self {
        Self { is_valid: true, ..self }
    }

    fn at(self, path: &str) -> Self {
        Self { path: path.to_owned(), ..self }
    }

    fn json(self, body: &str) -> Self {
        Self { sends: Sends::Json(body.to_owned()), ..self }
    }

    fn form(self, body: &str) -> Self {
        Self { sends: Sends::Form(body.to_owned()), ..self }
    }
}

/// The commands about a forløb, and what each is, written down beside the code that says it.
const COMMANDS: &[(&str, Intent)] = &[
    ("foerste-kontakt", Intent::FoersteKontakt),
    ("kontaktforsoeg", Intent::FoersteKontakt),
    ("kontaktperson", Intent::Kontaktperson),
    ("fastholdelsessvar", Intent::Forloeb),
    ("mulighedserklaering", Intent::Forloeb),
    ("samtale-indkaldelse", Intent::Forloeb),
    ("samtale", Intent::Forloeb),
    ("samtale-svar", Intent::Samtalesvar),
    ("samtale-anden-tid", Intent::Forloeb),
    ("referat", Intent::Forloeb),
    ("aftale", Intent::Aftale),
    ("aftale-aendring", Intent::Forloeb),
    ("fast-track", Intent::FastTrack),
    ("otte-uger", Intent::Forloeb),
    ("arbejdsskade", Intent::Forloeb),
    ("afbrydelse", Intent::Forloeb),
    ("kommunens-opfoelgning", Intent::Forloeb),
    ("opfoelgning", Intent::Forloeb),
    ("forventet-slut", Intent::Forloeb),
    ("afventer", Intent::Forloeb),
    ("paamindelse", Intent::Forloeb),
    ("brev", Intent::Forloeb),
    ("arbejdsaarsag", Intent::Arbejdsaarsag),
    ("foranstaltning", Intent::Forebyggelse),
    ("overtagelse", Intent::Overtagelse),
    ("paragraf-56", Intent::Forloeb),
    ("dispensation", Intent::Refusion),
    ("anmeldelse", Intent::Forloeb),
    ("refusionsanmodning", Intent::Refusion),
    ("raskmelding", Intent::Forloeb),
    ("delvis", Intent::Forloeb),
    ("uenighed", Intent::Uenighed),
    ("rettelse", Intent::Forloeb),
    ("tildeling", Intent::Tildeling),
    ("leder-beholdt", Intent::KeepLeder),
    ("lederskifte", Intent::Lederskifte),
    ("afslutning", Intent::Forloeb),
    ("annullering", Intent::Forloeb),
    ("send-igen", Intent::SendAgain),
    ("tta-plan", Intent::TtaPlan),
    ("tta-evaluering", Intent::TtaPlan),
    ("tta-plan-egne-ord", Intent::EgneOrd),
    ("tta-plan-svar", Intent::PlanSvar),
    ("tta-plan-besked", Intent::PlanSvar),
    ("tta-plan-delt", Intent::TtaPlan),
    ("tta-plan-ikke-noedvendig", Intent::TtaPlan),
];

/// What one must be allowed to for a command about a forløb.
pub(super) fn of_command(name: &str) -> Option<Intent> {
    COMMANDS.iter().find(|(one, _)| *one == name).map(|(_, intent)| *intent)
}

/// Every row.
pub(super) fn all() -> Vec<Row> {
    let mut rows: Vec<Row> = vec![
        row("GET", "/healthz", Door::Open),
        row("GET", "/aktiver/{aftryk}/{fil}", Door::Open).at(&format!("/aktiver/{}/raskvej.css", *assets::FINGERPRINT)),
        Row { sends: Sends::Heads, ..row("GET", "/nyt", Door::LoggedIn) },
        row("GET", "/readyz", Door::Open),
        row("GET", "/metrics", Door::Open),
        row("GET", "/log-ind", Door::Open),
        row("GET", "/log-ind/rolle", Door::Open),
        row("POST", "/log-ind/rolle", Door::Open),
        row("GET", "/log-ind/gemt", Door::Open),
        row("GET", "/log-ind/{udbyder}", Door::Open),
        row("GET", "/log-ind/{udbyder}/svar", Door::Open),
        row("GET", "/log-ind/{udbyder}/ud", Door::Open),
        row("POST", "/log-ind/{udbyder}/bagkanal", Door::Open),
        row("POST", "/log-ind", Door::Open),
        row("POST", "/log-ud", Door::Open),
        row("POST", "/api/v1/clock", Door::LoggedIn).json(r#"{"til":"2026-02-10T08:00:00Z"}"#),
        row("GET", "/api/v1/forloeb", Door::LoggedIn),
        row("GET", "/api/v1/overblik", Door::LoggedIn),
        // Each forløb has an answer of its own: the door only asks whether the role ever assigns.
        row("POST", "/api/v1/forloeb/tildeling", Door::Role(Intent::Tildeling))
            .json(r#"{"ids":["00000000-0000-0000-0000-000000000007"]}"#),
        row("GET", "/api/v1/uenigheder", Door::LoggedIn),
        row("POST", "/api/v1/uenigheder/{id}", Door::RoleFirst(Intent::Uenighed))
            .at("/api/v1/uenigheder/ID.sidste_fravaersdag.1")
            .json(r#"{"vaelg":"loen","begrundelse":"x"}"#),
        row("GET", "/hr/uenigheder", Door::Role(Intent::Uenighed)),
        row("GET", "/api/v1/adgang/{forloeb}", Door::LoggedIn),
        row("GET", "/adgang/{forloeb}", Door::LoggedIn),
        row("GET", "/", Door::LoggedIn),
        row("GET", "/api/v1/forloeb/{id}", Door::Forloeb(Intent::See)),
        row("GET", "/api/v1/forloeb/{id}/frister", Door::Forloeb(Intent::See)),
        row("GET", "/api/v1/forloeb/{id}/paamindelser", Door::Forloeb(Intent::Whole)),
        row("GET", "/api/v1/forloeb/{id}/historik", Door::Forloeb(Intent::Whole)),
        row("GET", "/api/v1/forloeb/{id}/signaler", Door::Forloeb(Intent::Signaler)),
        row("GET", "/api/v1/forloeb/{id}/refusion", Door::Forloeb(Intent::Penge)),
        row("GET", "/api/v1/forloeb/{id}/tta-plan/{version}", Door::Forloeb(Intent::Plan)),
        row("POST", "/api/v1/forloeb", Door::Employee(Intent::Sygemelding, "medarbejder_nr"))
            .json(r#"{"medarbejder_nr":"NR","foerste_fravaersdag":"2026-02-10","omfang_pct":200}"#),
        row("GET", "/api/v1/stedfortraeder", Door::Employee(Intent::Udpegning, "leder_nr"))
            .at("/api/v1/stedfortraeder?leder_nr=NR"),
        row("POST", "/api/v1/stedfortraeder", Door::Employee(Intent::Udpegning, "leder_nr"))
            .json(r#"{"leder_nr":"NR"}"#)
            .valid(),
        row("GET", "/api/v1/politik", Door::Workplace(Intent::ReadPolitik)),
        row("POST", "/api/v1/politik", Door::Workplace(Intent::Politik))
            .json(&format!(r#"{{"fra":"2027-01-01","politik":"{POLITIK}"}}"#)),
        row("POST", "/api/v1/politik/tilbagetraekning", Door::Workplace(Intent::Politik))
            .json(r#"{"fra":"2026-01-01","politik":1}"#),
        row("GET", "/api/v1/paamindelser/fejlede", Door::Workplace(Intent::Mails)),
        row("GET", "/api/v1/paamindelser", Door::Workplace(Intent::Mails)),
        row("POST", "/api/v1/regler/proeve", Door::Workplace(Intent::TryRegler))
            .json(&format!(r#"{{"politik":"{POLITIK}","som_om":"2026-01-01"}}"#)),
        row("GET", "/api/v1/refusion", Door::Workplace(Intent::Overview)),
        row("GET", "/api/v1/signaler", Door::Workplace(Intent::Follow)),
        row("GET", "/api/v1/opslag", Door::Workplace(Intent::Opslag)),
        row("GET", "/api/v1/opbevaring", Door::Workplace(Intent::Retention)),
        row("GET", "/api/v1/opbevaring/attest", Door::Employee(Intent::Retention, "medarbejder_nr"))
            .at("/api/v1/opbevaring/attest?medarbejder_nr=NR"),
        row("POST", "/api/v1/opbevaring/sletning", Door::Employee(Intent::Erasure, "medarbejder_nr"))
            .json(r#"{"medarbejder_nr":"NR"}"#),
        row("POST", "/api/v1/opbevaring/stop", Door::Employee(Intent::Erasure, "medarbejder_nr"))
            .json(r#"{"medarbejder_nr":"NR","gaelder":false,"aarsag":"x"}"#),
        row("POST", "/api/v1/indsigt", Door::Employee(Intent::Insight, "medarbejder_nr"))
            .json(r#"{"medarbejder_nr":"NR","formaal":"bad om det"}"#),
        row("GET", "/api/v1/revision/haendelser", Door::Workplace(Intent::Log)),
        row("GET", "/api/v1/revision/hoved", Door::Workplace(Intent::Log)),
        row("GET", "/api/v1/revision/tilstand", Door::Workplace(Intent::Log)),
        row("GET", "/api/v1/revision/segl", Door::Workplace(Intent::Log)),
        row("GET", "/api/v1/revision/checkpoint", Door::Workplace(Intent::Log)),
        row("GET", "/api/v1/revision/konsistens", Door::Workplace(Intent::Log)),
        row("GET", "/api/v1/revision/bundt", Door::Workplace(Intent::Log)),
        row("GET", "/api/v1/revision/forloeb/{id}/bundt", Door::RoleFirst(Intent::Replay)),
        row("GET", "/api/v1/revision/forloeb/{id}/bevis", Door::RoleFirst(Intent::Replay)),
        row("GET", "/api/v1/haendelser", Door::Workplace(Intent::Feed)),
        row("GET", "/api/events", Door::Open),
        row("GET", "/api/events/{navn}/{version}", Door::Open).at("/api/events/Raskmeldt/1"),
        Row { sends: Sends::Csv, ..row("POST", "/api/v1/import/medarbejdere", Door::Workplace(Intent::Import)) },
        Row { sends: Sends::Csv, ..row("POST", "/api/v1/import/fravaer", Door::Workplace(Intent::Import)) },
        row("GET", "/api/v1/forsvundne", Door::Workplace(Intent::Import)),
        row("POST", "/api/v1/forsvundne", Door::Workplace(Intent::Import))
            .json(r#"{"medarbejder_nr":"NR","udfald":"annulleret"}"#),
        row("GET", "/hr/forsvundne", Door::Workplace(Intent::Import)),
        row("POST", "/hr/forsvundne", Door::Workplace(Intent::Import)).form("medarbejder_nr=NR&formular=beholdt"),
        row("GET", "/api/v1/personer", Door::Workplace(Intent::Find)).at("/api/v1/personer?q=NR"),
        row("POST", "/api/v1/personer/soeg", Door::Workplace(Intent::Find)).json(r#"{"q":"NR"}"#),
        row("GET", "/api/v1/personer/{nr}", Door::Person).at("/api/v1/personer/NR"),
        row("GET", "/find", Door::Workplace(Intent::Find)),
        row("POST", "/find", Door::Workplace(Intent::Find)).form("q=NR"),
        row("GET", "/find/{soegning}", Door::Workplace(Intent::Find)).at("/find/1"),
        row("GET", "/person/{nr}", Door::Person).at("/person/NR"),
        row("GET", "/forloeb/ny", Door::Role(Intent::Sygemelding)),
        row("POST", "/forloeb/ny", Door::Employee(Intent::Sygemelding, "medarbejder_nr"))
            .form("medarbejder_nr=NR&foerste_fravaersdag=2026-02-10&omfang_pct=200&aarsag=sygdom"),
        row("GET", "/forloeb/{id}", Door::Forloeb(Intent::See)),
        row("GET", "/forloeb/{id}/anmeldelse-ark", Door::RoleFirst(Intent::Ark)),
        row("GET", "/forloeb/{id}/anmeldelse-ark.csv", Door::RoleFirst(Intent::Ark)),
        row("GET", "/forloeb/{id}/refusion", Door::Forloeb(Intent::Penge)),
        row("GET", "/forloeb/{id}/plan", Door::Forloeb(Intent::Plan)),
        row("POST", "/forloeb/{id}/plan", Door::Forloeb(Intent::TtaPlan)).form("version=999999&tiltag-kolleger=Ro"),
        row("POST", "/forloeb/{id}/plan/{version}", Door::Forloeb(Intent::TtaPlan))
            .at("/forloeb/ID/plan/evaluering")
            .form("version=999999&dato=2026-02-10"),
        row("GET", "/api/v1/forloeb/{id}/tta-plan/kladde", Door::Forloeb(Intent::TtaPlan)),
        row("GET", "/forloeb/{id}/plan/{version}", Door::Forloeb(Intent::Plan)),
        row("GET", "/forloeb/{id}/indkaldelse", Door::Forloeb(Intent::Whole)),
        row("POST", "/forloeb/{id}/indkaldelse", Door::Forloeb(Intent::Forloeb))
            .form("version=999999&art=indkaldelse&dato=2026-02-10"),
        row("GET", "/forloeb/{id}/brev", Door::Forloeb(Intent::Whole)),
        row("POST", "/forloeb/{id}/brev", Door::Forloeb(Intent::Forloeb))
            .form("version=999999&art=besked&dato=2026-02-10"),
        // Who has a list of their own is led on to it.
        row("GET", "/afsluttede", Door::LoggedIn),
        row("GET", "/signaler", Door::Workplace(Intent::Follow)),
        row("POST", "/api/v1/signalbrev", Door::Role(Intent::Signalbrev)).json(r#"{"ugentligt":false}"#).valid(),
        row("POST", "/signaler", Door::Role(Intent::Signalbrev)),
        row("GET", "/stedfortraeder", Door::Role(Intent::Udpegning)),
        row("POST", "/stedfortraeder", Door::Employee(Intent::Udpegning, "leder_nr"))
            .form("leder_nr=NR&formular=fast&stedfortraeder_nr=NR"),
        row("GET", "/hr", Door::Workplace(Intent::Overview)),
        row("GET", "/hr/overblik.csv", Door::Workplace(Intent::Overview)),
        row("GET", "/hr/overblik.xlsx", Door::Workplace(Intent::Overview)),
        row("POST", "/hr/visninger", Door::Workplace(Intent::Overview)).form("navn=Min&adresse=/hr"),
        row("GET", "/hr/afsluttede", Door::Workplace(Intent::Overview)),
        row("GET", "/hr/refusion", Door::Workplace(Intent::Overview)),
        // Each row of these has an answer of its own.
        row("GET", "/hr/raekker/{goer}", Door::Role(Intent::Tildeling)).at("/hr/raekker/kvittering"),
        row("POST", "/hr/raekker/{goer}", Door::Role(Intent::Tildeling)).at("/hr/raekker/kvittering").form("noegle=x"),
        row("GET", "/hr/tildeling", Door::Role(Intent::Tildeling)),
        row("POST", "/hr/tildeling", Door::Role(Intent::Tildeling))
            .form("hvem=ingen&id=00000000-0000-0000-0000-000000000007"),
        row("GET", "/hr/fordeling", Door::Workplace(Intent::Overview)),
        row("GET", "/hr/statistik", Door::Workplace(Intent::Statistics)),
        row("GET", "/hr/statistik/paamindelser", Door::Workplace(Intent::Statistics)),
        row("GET", "/api/v1/statistik", Door::Workplace(Intent::Statistics)),
        row("GET", "/api/v1/statistik/paamindelser", Door::Workplace(Intent::Statistics)),
        row("GET", "/hr/planer", Door::Workplace(Intent::Statistics)),
        row("GET", "/hr/arbejdsmiljoe", Door::Workplace(Intent::Statistics)),
        row("GET", "/api/v1/arbejdsmiljoe", Door::Workplace(Intent::Statistics)),
        row("GET", "/api/v1/tta-daekning", Door::Workplace(Intent::Statistics)),
        row("GET", "/hr/regler", Door::Workplace(Intent::Overview)),
        row("POST", "/hr/regler", Door::Workplace(Intent::TryRegler)).form("fra=2026-01-01&politik=x&hvad=proev"),
        row("GET", "/hr/regler/ny", Door::Workplace(Intent::Politik)),
        row("POST", "/hr/regler/ny", Door::Workplace(Intent::Politik)).form("navn=x&hvad=videre"),
        row("GET", "/hr/regler/tilbagetraekning", Door::Workplace(Intent::Politik)),
        row("POST", "/hr/regler/tilbagetraekning", Door::Workplace(Intent::Politik)).form("politik=1&fra=2027-01-01"),
        row("GET", "/hr/breve", Door::Workplace(Intent::Mails)),
        row("GET", "/hr/breve/alle", Door::Workplace(Intent::Mails)),
        row("POST", "/hr/breve/alle", Door::Workplace(Intent::Mails)).form("medarbejder=NR"),
        row("GET", "/hr/breve/eksempler", Door::Workplace(Intent::Mails)),
        // Of a mail that was not refused one comes to the list.
        row("GET", "/hr/breve/igen", Door::Workplace(Intent::Mails)),
        row("POST", "/hr/breve", Door::RoleFirst(Intent::SendAgain))
            .form("version=999999&forloeb=ID&paamindelse=0198f3a0-5c00-7000-8000-000000000001"),
        row("GET", "/hr/opbevaring", Door::Workplace(Intent::Retention)),
        row("POST", "/hr/opbevaring", Door::Employee(Intent::Erasure, "medarbejder_nr"))
            .form("medarbejder_nr=NR&hvad=slet&bekraeft=ja"),
        row("GET", "/hr/opbevaring/attest", Door::Employee(Intent::Retention, "medarbejder_nr"))
            .at("/hr/opbevaring/attest?medarbejder_nr=NR"),
        row("GET", "/hr/indlaesning", Door::Workplace(Intent::Import)),
        row("POST", "/hr/indlaesning", Door::Workplace(Intent::Import)),
        // Of a file that is not known one comes to the list.
        row("GET", "/hr/indlaesning/{indlaesning}", Door::Workplace(Intent::Import)).at("/hr/indlaesning/ukendt"),
        row("POST", "/hr/indlaesning/{indlaesning}", Door::Workplace(Intent::Import)).at("/hr/indlaesning/ukendt"),
        row("GET", "/hr/indlaesning/{indlaesning}/rapport.csv", Door::Workplace(Intent::Import))
            .at("/hr/indlaesning/ukendt/rapport.csv"),
        row("GET", "/hr/indlaesning/skabelon/{fil}", Door::Workplace(Intent::Import))
            .at("/hr/indlaesning/skabelon/fravaer.csv"),
        row("GET", "/hr/indsigt", Door::Role(Intent::Insight)),
        row("POST", "/hr/indsigt", Door::Employee(Intent::Insight, "medarbejder_nr"))
            .form("medarbejder_nr=NR&formaal=bad+om+det"),
        row("GET", "/revision", Door::Workplace(Intent::Log)),
        row("POST", "/revision", Door::Workplace(Intent::Log)).form("sag=NR"),
        row("GET", "/revision/log", Door::Workplace(Intent::Log)),
        row("POST", "/revision/log", Door::Workplace(Intent::Log)).form("medarbejder=NR"),
        row("GET", "/revision/segl", Door::Workplace(Intent::Log)),
        row("POST", "/revision/segl", Door::Workplace(Intent::Log)),
        row("GET", "/revision/segl.txt", Door::Workplace(Intent::Log)),
        row("GET", "/revision/bundt", Door::Workplace(Intent::Log)),
        row("GET", "/revision/forloeb/{id}", Door::RoleFirst(Intent::Replay)),
        row("GET", "/revision/forloeb/{id}/bundt", Door::RoleFirst(Intent::Replay)),
        row("GET", "/revision/forloeb/{id}/bevis", Door::RoleFirst(Intent::Replay)),
        row("GET", "/opslag", Door::Workplace(Intent::Opslag)),
        row("POST", "/opslag", Door::Workplace(Intent::Opslag)).form("rolle=leder"),
        // Only the auditor has no relation to say what they read for.
        row("POST", "/opslag/formaal", Door::Role(Intent::Replay)).form("formaal=&tilbage=/opslag"),
        row("GET", "/politik", Door::LoggedIn),
        row("GET", "/hjaelp", Door::Open),
        row("GET", "/was", Door::Open),
        row("GET", "/licenser", Door::Open),
        row("GET", "/mig", Door::Workplace(Intent::Mine)),
        row("GET", "/mig/opslag", Door::Workplace(Intent::Mine)),
        row("GET", "/mig/sygemelding", Door::Workplace(Intent::Mine)),
        row("POST", "/mig/sygemelding", Door::Workplace(Intent::Mine)).form("omfang_pct=200"),
        // Whoever has no forløb comes to their page.
        row("POST", "/mig/omsorgskollega", Door::Workplace(Intent::Mine)).form("kollega_nr=NR"),
        row("GET", "/mig/kvittering", Door::Workplace(Intent::Mine)),
        row("GET", "/mig/rettigheder", Door::Workplace(Intent::Mine)),
        row("GET", "/mig/tidslinje", Door::Workplace(Intent::Mine)),
        row("GET", "/mig/alt.txt", Door::Workplace(Intent::Mine)),
        row("GET", "/api/v1/mig/opslag", Door::Workplace(Intent::Mine)),
        row("GET", "/api/v1/mig/indsigt", Door::Workplace(Intent::Mine)),
        row("POST", "/api/v1/mig/sygemelding", Door::Role(Intent::ForOneself)),
        row("POST", "/api/v1/mig/omsorgskollega", Door::Role(Intent::ForOneself)).json(r#"{"kollega_nr":1}"#),
    ];
    let command = |name: &str| {
        let entry = commands::ALL.iter().find(|entry| entry.name == name);
        *entry.unwrap_or_else(|| panic!("{name} is no command"))
    };
    // Of the forløb that is theirs, in a version that it has never had; who has none is told so.
    for name in ["egen-raskmelding", "oensker", "forkert-leder", "fastholdelsesplan"] {
        let entry = command(name);
        let own = row("POST", &entry.route(), Door::Role(Intent::ForOneself));
        rows.push(own.json(&example(entry).to_string()).valid());
    }
    for (name, intent) in COMMANDS {
        let entry = command(name);
        let is_valid = !WITHOUT_WHAT_THEY_NAME.contains(name);
        let body = example(entry);
        let by_api = row("POST", &entry.route(), Door::Forloeb(*intent)).json(&body.to_string());
        rows.push(Row { is_valid, ..by_api });
        if commands::on_forloeb(name).is_some() {
            let page = row("POST", "/forloeb/{id}/{kommando}", Door::Forloeb(*intent));
            rows.push(Row { is_valid, ..page.at(&format!("/forloeb/ID/{name}")).form(&typed(&body)) });
        }
    }
    rows
}

/// What the law and the workplace say of some cells, written down without the table.
pub(super) fn said() -> Vec<(&'static str, &'static str, &'static str, &'static str, u16)> {
    const SEE: &str = "GET /api/v1/forloeb/{id}";
    const PAGE: &str = "GET /forloeb/{id}";
    const HISTORY: &str = "GET /api/v1/forloeb/{id}/historik";
    const MONEY: &str = "GET /api/v1/forloeb/{id}/refusion";
    const SHEET: &str = "GET /forloeb/{id}/anmeldelse-ark";
    const PLAN: &str = "GET /api/v1/forloeb/{id}/tta-plan/1";
    const CONTACT: &str = "POST /api/v1/forloeb/{id}/foerste-kontakt";
    const OPEN: &str = CASES[0];
    const CHOSEN: &str = CASES[1];
    const OVER: &str = CASES[2];
    const ERASED: &str = CASES[4];
    vec![
        // Who has not logged in is told nothing, and another system only that something happened.
        ("nobody", "", OPEN, SEE, 401),
        ("nobody", "", OPEN, PAGE, 401),
        ("nobody", "", OPEN, "GET /nyt", 401),
        ("nobody", "", OPEN, "GET /api/v1/haendelser", 401),
        ("nobody", "", OPEN, CONTACT, 401),
        ("nobody", "", OPEN, "GET /readyz", 200),
        ("system", "", OPEN, "GET /api/v1/haendelser", 200),
        ("system", "", OPEN, SEE, 403),
        ("system", "", OPEN, "GET /", 401),
        ("hr", "unit", OPEN, "GET /nyt", 200),
        // The leader follows up on their own people, and on nobody else's; never on themself.
        ("leder", "leads", OPEN, SEE, 200),
        ("leder", "leads", OVER, PAGE, 200),
        ("leder", "leads_leder", OPEN, MONEY, 200),
        ("leder", "stands_in", OPEN, SEE, 200),
        ("leder", "stands_in", OPEN, "POST /api/v1/forloeb/{id}/lederskifte", 403),
        ("leder", "leads", OPEN, "POST /api/v1/forloeb/{id}/refusionsanmodning", 403),
        ("leder", "leads", OPEN, SHEET, 403),
        ("leder", "none", OPEN, SEE, 404),
        ("leder", "own", OPEN, SEE, 404),
        ("leder", "leads", ERASED, SEE, 404),
        // Nobody handles their own case, HR included, through another employment too.
        ("hr", "unit", OPEN, SEE, 200),
        // A token that has a name and no number is nobody's: no case is its own.
        ("hr", "office", OPEN, SEE, 200),
        ("hr", "office", OPEN, "POST /api/v1/forloeb/{id}/raskmelding", 200),
        ("revisor", "office", OPEN, HISTORY, 200),
        ("drift", "office", OPEN, SEE, 404),
        ("hr", "own", OPEN, SEE, 404),
        ("hr", "own", OPEN, SHEET, 404),
        ("hr", "own_elsewhere", OPEN, PAGE, 404),
        ("hr", "own", OPEN, "POST /api/v1/forloeb/{id}/raskmelding", 404),
        ("hr", "own", OPEN, "POST /hr/indsigt", 404),
        ("hr", "own_elsewhere", OPEN, "POST /api/v1/opbevaring/sletning", 404),
        ("hr", "unit", OPEN, "POST /api/v1/indsigt", 200),
        ("hr", "unit", ERASED, "GET /api/v1/opbevaring/attest?medarbejder_nr=NR", 200),
        // HR of another unit is a stranger, and cannot do what is for all.
        ("hr", "other_unit", OPEN, "POST /api/v1/indsigt", 404),
        ("hr", "other_unit", OPEN, "POST /api/v1/opbevaring/stop", 404),
        ("leder", "leads", OPEN, "POST /api/v1/indsigt", 403),
        ("revisor", "unit", OPEN, "GET /api/v1/opbevaring", 403),
        ("drift", "unit", OPEN, "GET /hr/opbevaring", 403),
        ("hr", "other_unit", OPEN, SEE, 404),
        ("hr", "other_unit", OPEN, "POST /api/v1/import/medarbejdere", 403),
        ("hr", "other_unit", OPEN, "GET /hr/indlaesning", 403),
        ("hr", "other_unit", OPEN, "POST /hr/indlaesning", 403),
        ("hr", "unit", OPEN, "GET /hr/indlaesning", 200),
        ("leder", "leads", OPEN, "POST /hr/indlaesning", 403),
        ("hr", "other_unit", OPEN, "POST /api/v1/politik", 403),
        // TR makes the contact until the employee has chosen somebody else, and sees what that needs.
        ("kontaktperson", "tr", OPEN, SEE, 200),
        ("kontaktperson", "tr", CHOSEN, SEE, 404),
        ("kontaktperson", "chosen", CHOSEN, SEE, 200),
        ("kontaktperson", "chosen", OPEN, SEE, 404),
        ("kontaktperson", "amr", OPEN, SEE, 404),
        // The AMR sees what the employee lets them know of, and does something about it; nothing else.
        ("kontaktperson", "amr", CHOSEN, SEE, 200),
        ("kontaktperson", "amr", CHOSEN, MONEY, 403),
        ("kontaktperson", "amr", CHOSEN, HISTORY, 403),
        ("kontaktperson", "amr", CHOSEN, CONTACT, 403),
        ("kontaktperson", "tr", OVER, SEE, 404),
        ("kontaktperson", "tr", OPEN, MONEY, 403),
        ("kontaktperson", "tr", OPEN, HISTORY, 403),
        ("kontaktperson", "tr", OPEN, PLAN, 403),
        // The coordinator has the plan, and no money.
        ("koordinator", "koordinator", OPEN, PLAN, 200),
        ("koordinator", "koordinator", OPEN, MONEY, 403),
        ("koordinator", "koordinator", OPEN, CONTACT, 403),
        // The employee sees their own, by their own number; nobody else does in that role.
        ("medarbejder", "own", OPEN, SEE, 200),
        ("medarbejder", "own", OPEN, CONTACT, 200),
        ("medarbejder", "leads", OPEN, SEE, 404),
        // Whoever is found is theirs: by what somebody is to the employee, or by a forløb that they may see.
        ("leder", "leads", OPEN, "GET /person/NR", 200),
        ("leder", "none", OPEN, "GET /person/NR", 404),
        ("leder", "own", OPEN, "GET /person/NR", 404),
        ("leder", "leads", ERASED, "GET /person/NR", 404),
        ("hr", "unit", OVER, "GET /person/NR", 200),
        ("hr", "own", OPEN, "GET /person/NR", 404),
        ("hr", "own_elsewhere", OPEN, "GET /person/NR", 404),
        ("hr", "other_unit", OPEN, "GET /person/NR", 404),
        ("hr", "unit", ERASED, "GET /api/v1/personer/NR", 404),
        ("kontaktperson", "tr", OPEN, "GET /person/NR", 200),
        ("kontaktperson", "tr", CHOSEN, "GET /person/NR", 404),
        ("kontaktperson", "tr", OVER, "GET /person/NR", 404),
        ("koordinator", "koordinator", OPEN, "GET /person/NR", 200),
        ("medarbejder", "own", OPEN, "GET /person/NR", 403),
        ("revisor", "unit", OPEN, "GET /person/NR", 200),
        ("revisor", "unit", ERASED, "GET /person/NR", 404),
        ("drift", "unit", OPEN, "GET /find", 403),
        // The auditor reads and changes nothing; operations sees no case.
        ("revisor", "unit", OPEN, HISTORY, 200),
        ("revisor", "unit", OPEN, CONTACT, 403),
        ("revisor", "unit", OPEN, SHEET, 403),
        ("drift", "unit", OPEN, SEE, 404),
        ("drift", "unit", OPEN, "GET /api/v1/revision/haendelser", 403),
    ]
}
