//! Every page there is, and the roles that have it. Whoever looks at pages in a browser goes through this list, and a test of
//! the service holds it to its routes: a page that is not here is not let through.

/// A page: its route, who has it, and where it is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// As the router has it.
    pub route: &'static str,
    /// The codes of the roles that have it; none when it is for who is not logged in.
    pub roles: &'static [&'static str],
    /// The address, where it is not the route: `{id}`, `{forloeb}`, `{version}`,
    /// `{indlaesning}`, `{politik}`, `{soegning}` and `{nr}` stand for what is there.
    pub at: &'static str,
}

const EVERYBODY: &[&str] = &["leder", "hr", "revisor", "kontaktperson", "koordinator", "medarbejder", "drift"];
const HR: &[&str] = &["hr"];
const LEDER_HR: &[&str] = &["leder", "hr"];
const FINDS: &[&str] = &["leder", "hr", "revisor", "kontaktperson", "koordinator"];
const REVISOR: &[&str] = &["revisor"];
const MEDARBEJDER: &[&str] = &["medarbejder"];

const fn page(route: &'static str, roles: &'static [&'static str]) -> Page {
    Page { route, roles, at: route }
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
