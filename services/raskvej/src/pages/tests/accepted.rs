//! Every page as somebody accepted it, for the roles that see different things on it. What changes by itself is masked.

use ::forloeb::words::Rolle;
use axum::http::StatusCode;

use super::arbejdsplads::Arbejdsplads;

/// A page: the name of its snapshot, who reads it, and its address, where `{id}` is the forløb.
const PAGES: [(&str, Rolle, &str); 35] = [
    ("arbejdsliste-leder", Rolle::Leder, "/"),
    ("arbejdsliste-hr", Rolle::Hr, "/"),
    ("arbejdsliste-kontaktperson", Rolle::Kontaktperson, "/"),
    ("arbejdsliste-drift", Rolle::Drift, "/"),
    ("sygemelding-leder", Rolle::Leder, "/forloeb/ny"),
    ("forloeb-leder", Rolle::Leder, "/forloeb/{id}"),
    ("forloeb-hr", Rolle::Hr, "/forloeb/{id}"),
    ("forloeb-kontaktperson", Rolle::Kontaktperson, "/forloeb/{id}"),
    ("ark-hr", Rolle::Hr, "/forloeb/{id}/anmeldelse-ark"),
    ("regnskab-hr", Rolle::Hr, "/forloeb/{id}/refusion"),
    ("plan-leder", Rolle::Leder, "/forloeb/{id}/plan"),
    ("brev-leder", Rolle::Leder, "/forloeb/{id}/brev"),
    ("mig-medarbejder", Rolle::Medarbejder, "/mig"),
    ("mig-sygemelding", Rolle::Medarbejder, "/mig/sygemelding"),
    ("mig-kvittering", Rolle::Medarbejder, "/mig/kvittering"),
    ("mig-rettigheder", Rolle::Medarbejder, "/mig/rettigheder"),
    ("mig-tidslinje", Rolle::Medarbejder, "/mig/tidslinje"),
    ("afsluttede-leder", Rolle::Leder, "/afsluttede"),
    ("signaler-leder", Rolle::Leder, "/signaler"),
    ("stedfortraeder-hr", Rolle::Hr, "/stedfortraeder"),
    ("hr", Rolle::Hr, "/hr"),
    ("hr-refusion", Rolle::Hr, "/hr/refusion"),
    ("hr-statistik", Rolle::Hr, "/hr/statistik"),
    ("hr-arbejdsmiljoe", Rolle::Hr, "/hr/arbejdsmiljoe"),
    ("hr-paamindelser", Rolle::Hr, "/hr/statistik/paamindelser"),
    ("hr-regler", Rolle::Hr, "/hr/regler"),
    ("hr-regler-ny", Rolle::Hr, "/hr/regler/ny"),
    ("politik-medarbejder", Rolle::Medarbejder, "/politik"),
    ("hr-breve", Rolle::Hr, "/hr/breve"),
    ("hr-indlaesning", Rolle::Hr, "/hr/indlaesning"),
    ("hr-opbevaring", Rolle::Hr, "/hr/opbevaring"),
    ("hr-indsigt", Rolle::Hr, "/hr/indsigt?medarbejder_nr=10010"),
    ("revision", Rolle::Revisor, "/revision?kendt=2026-02-06T10:00"),
    ("revision-log", Rolle::Revisor, "/revision/log"),
    ("revision-forloeb", Rolle::Revisor, "/revision/forloeb/{id}"),
];

/// The title, and what the page has inside the frame, without lines that only templates need.
fn within_the_frame(page: &str) -> String {
    let title = page.lines().find(|line| line.starts_with("<title>")).unwrap();
    let main = page.split_once("<main").unwrap().1.split_once("</main>").unwrap().0;
    let lines = main.lines().skip(1).map(str::trim_end).filter(|line| !line.is_empty());
    let page = [title].into_iter().chain(lines).map(masked).collect::<Vec<_>>().join("\n");
    // A change of the style is no change of a page.
    page.replace(crate::pages::assets::FINGERPRINT.as_str(), "<aftryk>")
}

/// The address of files changes with what is in them, and the position of the log with what was looked at before; keys of
/// forms are random, as the one that signs and the ids of persons are, and the log's hashes follow from sealed text, which is.
fn masked(line: &str) -> String {
    let (mut left, mut said) = (line, String::new());
    while let Some((before, after)) = left.split_once("name=\"noegle\" value=\"") {
        said.push_str(before);
        said.push_str("name=\"noegle\" value=\"…");
        left = &after[after.find('"').unwrap()..];
    }
    said.push_str(left);
    if let Some((before, after)) = said.split_once("data-foelg=\"") {
        said = format!("{before}data-foelg=\"…{}", &after[after.find('"').unwrap()..]);
    }
    let said = said.replace(crate::pages::assets::FINGERPRINT.as_str(), "<aftryk>");
    let is_hash = |word: &&str| word.len() == 64 && word.bytes().all(|b| b.is_ascii_hexdigit());
    let hashes: Vec<String> =
        said.split(|c: char| !c.is_ascii_alphanumeric()).filter(is_hash).map(str::to_owned).collect();
    let said = hashes.iter().fold(said, |said, hash| said.replace(hash, "<hash>"));
    let is_person = |value: &&str| uuid::Uuid::try_parse(value).is_ok();
    let choices = said.split("<option value=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let persons: Vec<String> = choices.filter(is_person).map(str::to_owned).collect();
    let said = persons.iter().fold(said, |said, person| said.replace(person, "<person>"));
    match said.split_once("<code>raskvej/") {
        Some((before, after)) => format!("{before}<code><nøgle>{}", &after[after.find("</code>").unwrap()..]),
        None => said,
    }
}

#[tokio::test]
async fn every_page_reads_as_it_was_accepted() {
    let sted = Arbejdsplads::open().await;
    for (name, role, path) in PAGES {
        let answer = sted.acting_as(role).await.fetch(&path.replace("{id}", &sted.forloeb.to_string())).await;
        assert_eq!(answer.status, StatusCode::OK, "{name}");
        insta::with_settings!({ prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(name, within_the_frame(&answer.tekst));
        });
    }
}

/// The frame is the same around every page; once for each role, with its navigation.
#[tokio::test]
async fn the_frame_reads_as_it_was_accepted() {
    let sted = Arbejdsplads::open().await;
    for (name, role, path) in [
        ("ramme-leder", Rolle::Leder, "/"),
        ("ramme-hr", Rolle::Hr, "/"),
        ("ramme-revisor", Rolle::Revisor, "/revision"),
    ] {
        let page = sted.acting_as(role).await.fetch(path).await.tekst;
        let (head, rest) = page.split_once("<main").unwrap();
        let around = format!("{head}<main>…{}", rest.split_once("</main>").unwrap().1);
        let around = around.replace(crate::pages::assets::FINGERPRINT.as_str(), "<aftryk>");
        insta::with_settings!({ prepend_module_to_snapshot => false }, { insta::assert_snapshot!(name, around); });
    }
}
