//! Every page there is, and every route of the API that is read, with the roles that have it. Whoever looks at pages in a browser, or
//! measures how long an answer takes, goes through these lists, and a test of the service holds them to its routes: one that is not
//! here is not let through.

/// A page: its route, who has it, and where it is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// As the router has it.
    pub route: &'static str,
    /// The codes of the roles that have it; none when it is for who is not logged in.
    pub roles: &'static [&'static str],
    /// The address, where it is not the route: `{id}`, `{forloeb}`, `{version}`,
    /// `{indlaesning}`, `{politik}`, `{soegning}`, `{nr}`, `{leder}` and `{enhed}` stand for what is there.
    pub at: &'static str,
}

const EVERYBODY: &[&str] = &["leder", "hr", "revisor", "kontaktperson", "koordinator", "medarbejder", "drift"];
const HR: &[&str] = &["hr"];
const LEDER_HR: &[&str] = &["leder", "hr"];
const FINDS: &[&str] = &["leder", "hr", "revisor", "kontaktperson", "koordinator"];
const REVISOR: &[&str] = &["revisor"];
const MEDARBEJDER: &[&str] = &["medarbejder"];
const SEES: &[&str] = &["leder", "hr", "revisor", "kontaktperson", "koordinator", "medarbejder"];
const WHOLE: &[&str] = &["leder", "hr", "revisor", "koordinator", "medarbejder"];

const fn page(route: &'static str, roles: &'static [&'static str]) -> Page {
    Page { route, roles, at: route }
}

const fn at(route: &'static str, roles: &'static [&'static str], at: &'static str) -> Page {
    Page { route, roles, at }
}

/// The pages.
pub const PAGES: &[Page] = &[
    page("/log-ind", &[]),
    page("/", EVERYBODY),
    page("/log-ind/rolle", LEDER_HR),
    page("/adgang/{forloeb}", EVERYBODY),
    page("/find", FINDS),
    page("/find/{soegning}", FINDS),
    page("/person/{nr}", FINDS),
    page("/forloeb/ny", LEDER_HR),
    page("/forloeb/{id}", &["leder", "hr", "revisor", "kontaktperson", "koordinator", "medarbejder"]),
    page("/forloeb/{id}/anmeldelse-ark", HR),
    page("/forloeb/{id}/refusion", &["leder", "hr", "revisor", "medarbejder"]),
    page("/forloeb/{id}/indkaldelse", &["leder", "hr", "revisor", "koordinator", "medarbejder"]),
    page("/forloeb/{id}/brev", &["leder", "hr", "revisor", "koordinator", "medarbejder"]),
    page("/forloeb/{id}/plan", &["leder", "hr", "revisor", "koordinator", "medarbejder"]),
    page("/forloeb/{id}/plan/{version}", &["leder", "hr", "revisor", "koordinator", "medarbejder"]),
    page("/afsluttede", EVERYBODY),
    page("/signaler", LEDER_HR),
    page("/stedfortraeder", LEDER_HR),
    page("/hr", HR),
    page("/hr/refusion", HR),
    page("/hr/afsluttede", HR),
    Page { route: "/hr/raekker/{goer}", roles: HR, at: "/hr/raekker/kvittering" },
    page("/hr/tildeling", HR),
    page("/hr/fordeling", HR),
    page("/hr/statistik", HR),
    page("/hr/arbejdsmiljoe", HR),
    page("/hr/statistik/paamindelser", HR),
    page("/hr/planer", HR),
    page("/hr/regler", HR),
    page("/hr/regler/ny", HR),
    Page { route: "/hr/regler/tilbagetraekning", roles: HR, at: "/hr/regler/tilbagetraekning?politik={politik}" },
    page("/politik", EVERYBODY),
    page("/hjaelp", &["leder"]),
    page("/was", &[]),
    page("/licenser", &[]),
    page("/hr/uenigheder", HR),
    page("/hr/breve", HR),
    page("/hr/breve/alle", HR),
    page("/hr/breve/eksempler", HR),
    page("/hr/forsvundne", HR),
    page("/hr/opbevaring", HR),
    page("/hr/indlaesning", HR),
    page("/hr/indlaesning/{indlaesning}", HR),
    page("/hr/indsigt", HR),
    page("/revision", REVISOR),
    page("/revision/log", REVISOR),
    page("/revision/segl", REVISOR),
    page("/revision/forloeb/{id}", REVISOR),
    page("/revision/forloeb/{id}/bevis", REVISOR),
    page("/opslag", &["hr", "revisor"]),
    page("/mig", MEDARBEJDER),
    page("/mig/opslag", MEDARBEJDER),
    page("/mig/sygemelding", MEDARBEJDER),
    page("/mig/kvittering", MEDARBEJDER),
    page("/mig/tidslinje", MEDARBEJDER),
    page("/mig/rettigheder", MEDARBEJDER),
    // Only in the demonstration.
    page("/demo/post", EVERYBODY),
    page("/stil", EVERYBODY),
];

/// Every route of the API that is read with GET; none of the roles where nobody is asked who they are.
pub const API: &[Page] = &[
    page("/healthz", &[]),
    page("/readyz", &[]),
    page("/metrics", &[]),
    page("/api/events", &[]),
    at("/api/events/{navn}/{version}", &[], "/api/events/Raskmeldt/1"),
    page("/api/v1/haendelser", &["system"]),
    page("/api/v1/forloeb", EVERYBODY),
    page("/api/v1/overblik", EVERYBODY),
    page("/api/v1/uenigheder", EVERYBODY),
    page("/api/v1/adgang/{forloeb}", EVERYBODY),
    page("/api/v1/forloeb/{id}", SEES),
    page("/api/v1/forloeb/{id}/frister", SEES),
    page("/api/v1/forloeb/{id}/paamindelser", WHOLE),
    page("/api/v1/forloeb/{id}/historik", WHOLE),
    page("/api/v1/forloeb/{id}/signaler", LEDER_HR),
    page("/api/v1/forloeb/{id}/refusion", &["leder", "hr", "revisor", "medarbejder"]),
    page("/api/v1/forloeb/{id}/tta-plan/{version}", WHOLE),
    page("/api/v1/forloeb/{id}/tta-plan/kladde", &["leder", "hr", "koordinator"]),
    at("/api/v1/personer", FINDS, "/api/v1/personer?q={nr}"),
    page("/api/v1/personer/{nr}", FINDS),
    at("/api/v1/stedfortraeder", LEDER_HR, "/api/v1/stedfortraeder?leder_nr={leder}"),
    at("/api/v1/signaler", LEDER_HR, "/api/v1/signaler?enhed={enhed}"),
    page("/api/v1/politik", &["hr", "revisor"]),
    page("/api/v1/paamindelser", HR),
    page("/api/v1/paamindelser/fejlede", HR),
    page("/api/v1/refusion", HR),
    page("/api/v1/statistik", HR),
    page("/api/v1/statistik/paamindelser", HR),
    page("/api/v1/arbejdsmiljoe", HR),
    page("/api/v1/tta-daekning", HR),
    page("/api/v1/forsvundne", HR),
    page("/api/v1/opbevaring", HR),
    at("/api/v1/opbevaring/attest", HR, "/api/v1/opbevaring/attest?medarbejder_nr={nr}"),
    at("/api/v1/opslag", &["hr", "revisor"], "/api/v1/opslag?medarbejder_nr={nr}"),
    page("/api/v1/revision/haendelser", REVISOR),
    page("/api/v1/revision/hoved", REVISOR),
    page("/api/v1/revision/tilstand", REVISOR),
    page("/api/v1/revision/segl", REVISOR),
    page("/api/v1/revision/checkpoint", REVISOR),
    at("/api/v1/revision/konsistens", REVISOR, "/api/v1/revision/konsistens?fra=1"),
    page("/api/v1/revision/bundt", REVISOR),
    page("/api/v1/revision/forloeb/{id}/bundt", REVISOR),
    page("/api/v1/revision/forloeb/{id}/bevis", REVISOR),
    page("/api/v1/mig/opslag", MEDARBEJDER),
    page("/api/v1/mig/indsigt", MEDARBEJDER),
];

/// What is not measured, and why not.
pub const NOT_MEASURED: &[(&str, &str)] = &[
    ("/demo/post", "only in the demonstration"),
    ("/stil", "only in the demonstration"),
    ("/api/v1/opbevaring/attest", "only of somebody who was erased"),
];

/// Where a role is led on from a page that it would find nothing on: the route, the role, and the address it comes to.
pub const LEADS_ON: &[(&str, &str, &str)] = &[
    ("/", "revisor", "/revision"),
    ("/", "medarbejder", "/mig"),
    ("/forloeb/{id}", "medarbejder", "/mig"),
    ("/afsluttede", "hr", "/hr/afsluttede"),
    ("/afsluttede", "revisor", "/revision"),
    ("/afsluttede", "medarbejder", "/mig"),
    ("/hr/tildeling", "hr", "/hr?tildelt=ingen"),
];

/// What is read with GET and is no page, and why not.
pub const NO_PAGES: &[(&str, &str)] = &[
    ("/healthz", "a line for machines"),
    ("/readyz", "a line for machines"),
    ("/nyt", "what a page is told while it is open: the tests of the pages listen there"),
    ("/aktiver/{aftryk}/{fil}", "what pages are made with"),
    ("/metrics", "a text for machines"),
    ("/log-ind/{udbyder}", "leads to a provider"),
    ("/log-ind/{udbyder}/svar", "leads on from a provider"),
    ("/log-ind/{udbyder}/ud", "leads to a provider"),
    ("/log-ind/gemt", "only when a session ended with something written: the tests of the pages go there"),
    ("/forloeb/{id}/anmeldelse-ark.csv", "a file"),
    ("/revision/segl.txt", "a text file"),
    ("/revision/bundt", "a file"),
    ("/revision/forloeb/{id}/bundt", "a file"),
    ("/hr/breve/igen", "only of a mail that was refused: the tests of the pages go there"),
    ("/hr/overblik.csv", "a file"),
    ("/mig/alt.txt", "a file"),
    ("/hr/overblik.xlsx", "a file"),
    ("/hr/opbevaring/attest", "a text file"),
    ("/hr/indlaesning/{indlaesning}/rapport.csv", "a file"),
    ("/hr/indlaesning/skabelon/{fil}", "a file"),
];
