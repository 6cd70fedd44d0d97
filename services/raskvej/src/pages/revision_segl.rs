//! The log held against a seal that an auditor kept: does it go on from there, unchanged? And what that proves.

use askama::Template;
use axum::extract::multipart::Multipart;
use axum::extract::{FromRequest, Request, State};
use axum::response::Response;
use eventlog::{CommitTree, Hash, merkle};

use super::PageState;
use super::frame::{Frame, PageError, html};
use super::parts::mistakes::Mistakes;
use super::reader_view::ReaderView;
use super::session::LoggedIn;
use crate::access::Intent;
use crate::checkpoint::{LARGEST, Note, PublicKey};
use crate::core::App;
use crate::problem::Problem;
use crate::sentences::count;

/// Parts of the form.
const MOST_PARTS: usize = 10;
const NO_SEAL: &str = "Vælg filen med seglet, eller sæt seglet ind i feltet.";
const NO_KEY: &str = "Nøglen er ikke skrevet som en nøgle: den har 64 tegn, eller begynder med raskvej/.";
const UNREADABLE: &str = "Det, der blev sendt, kan ikke læses, eller filen er for stor. Vælg seglet, og ikke et bundt.";

/// What was sent.
#[derive(Default)]
struct Sent {
    file: Vec<u8>,
    text: String,
    key: String,
}

/// What came of holding the log against a seal.
struct Verdict {
    /// The log goes on from it.
    holds: bool,
    said: String,
    meaning: Vec<String>,
    /// Rows: what, and its value.
    facts: Vec<(&'static str, String)>,
    /// The consistency proof.
    path: Vec<String>,
}

#[derive(Template)]
#[template(path = "revision_segl.html")]
struct Page {
    frame: Frame,
    error: Mistakes,
    text: String,
    key: String,
    own_key: String,
    verdict: Option<Verdict>,
}

pub(super) async fn page(State(state): State<PageState>, logged_in: LoggedIn) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Log)?;
    let own = own_key(&state.service.app).await?;
    let k = ReaderView::new(&state, &logged_in);
    Ok(answer(&k, Sent::default(), &own, Ok(None)))
}

/// Holds the log against the seal that was sent. Nothing of it is kept.
pub(super) async fn submit(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    request: Request,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Log)?;
    let app = &state.service.app;
    let own = own_key(app).await?;
    let k = ReaderView::new(&state, &logged_in);
    let Some(sent) = take(request).await else {
        return Ok(answer(&k, Sent::default(), &own, Err(("fil", UNREADABLE))));
    };
    let noted = (!sent.key.trim().is_empty()).then(|| PublicKey::read(&sent.key));
    let error = match noted {
        Some(None) => Some(("noegle", NO_KEY)),
        _ if sent.file.is_empty() && sent.text.trim().is_empty() => Some(("fil", NO_SEAL)),
        _ => None,
    };
    if let Some(error) = error {
        return Ok(answer(&k, sent, &own, Err(error)));
    }
    let seal = if sent.file.is_empty() { sent.text.as_bytes() } else { &sent.file };
    let verdict = hold(app, seal, &own, noted.flatten().as_ref()).await?;
    Ok(answer(&k, sent, &own, Ok(Some(verdict))))
}

async fn own_key(app: &App) -> Result<PublicKey, PageError> {
    Ok(app.seal().await.map_err(|error| Problem::intern(&error))?.public_key())
}

fn answer(
    k: &ReaderView<'_>,
    Sent { text, key, .. }: Sent,
    own: &PublicKey,
    verdict: Result<Option<Verdict>, (&'static str, &'static str)>,
) -> Response {
    let error = verdict.as_ref().err().copied().map(Mistakes::from).unwrap_or_default();
    let page = Page {
        frame: k.frame(error.in_title("Hold loggen op mod et segl")),
        error,
        text,
        key,
        own_key: own.hex(),
        verdict: verdict.ok().flatten(),
    };
    html(page.error.status(), &page)
}

/// The parts of the form; nothing where it is none, or too large.
async fn take(request: Request) -> Option<Sent> {
    let mut multipart = Multipart::from_request(request, &()).await.ok()?;
    let mut sent = Sent::default();
    for _ in 0..MOST_PARTS {
        let Some(field) = multipart.next_field().await.ok()? else { return Some(sent) };
        let name = field.name().unwrap_or_default().to_owned();
        let bytes = field.bytes().await.ok()?;
        let text = || String::from_utf8_lossy(&bytes).into_owned();
        match &*name {
            "fil" => sent.file = bytes[..bytes.len().min(LARGEST)].to_vec(),
            "segl" => sent.text = text(),
            "noegle" => sent.key = text(),
            _ => {}
        }
    }
    None
}

/// Holds the log as it is now against a seal.
async fn hold(app: &App, seal: &[u8], own: &PublicKey, noted: Option<&PublicKey>) -> Result<Verdict, PageError> {
    let tree = app.log.commit_tree().await?;
    let now = [
        ("Loggen nu", count(tree.commits, "skrivning", "skrivninger")),
        ("Dens rod", tree.root.to_string()),
        ("Nøglen, loggen forsegles med", own.hex()),
    ];
    let refused = |said: String, meaning: &str, facts: Vec<(&'static str, String)>| Verdict {
        holds: false,
        said,
        meaning: vec![meaning.to_owned()],
        facts: facts.into_iter().chain(now.clone()).collect(),
        path: Vec::new(),
    };
    if let Some(noted) = noted.filter(|noted| *noted != own) {
        let meaning =
            "Det er en anden log, eller nøglen er skiftet. Spørg hvorfor, og brug den nøgle, du selv har noteret.";
        let facts = vec![("Nøglen, du skrev", noted.hex())];
        return Ok(refused("Loggen forsegles med en anden nøgle end den, du skrev.".to_owned(), meaning, facts));
    }
    let note = match Note::find(seal) {
        Ok(note) => note,
        Err(error) => {
            let meaning = "Intet er holdt op mod noget. Brug filen, som den blev gemt, eller hele mailen.";
            return Ok(refused(format!("Det kan ikke bruges: {error}."), meaning, Vec::new()));
        }
    };
    let says = match note.opened_by(own) {
        Ok(says) => says,
        Err(error) => {
            let meaning = "Seglet er ikke fra denne log, eller det er ændret, siden det blev underskrevet. Det siger intet om loggen.";
            return Ok(refused(format!("Seglet gælder ikke: {error}."), meaning, Vec::new()));
        }
    };
    let sealed = count(says.commits, "skrivning", "skrivninger");
    let facts = vec![("Seglet", sealed.clone()), ("Dets rod", says.root.to_string())];
    if says.commits > tree.commits {
        let meaning = "Loggens slutning er væk: enden er skåret af, eller en ældre kopi er lagt i stedet. Er den gendannet fra \
                       en sikkerhedskopi, så få at vide, hvad der gik tabt.";
        return Ok(refused(format!("Loggen er kortere end seglet, som er af {sealed}."), meaning, facts));
    }
    let Some(path) = proof(app, says.commits, says.root, &tree).await? else {
        let meaning = "Noget fra før seglet er ændret, fjernet eller føjet til. Hent et bundt af hele loggen, og gem det og seglet.";
        return Ok(refused(
            format!("Historien er skrevet om: de første {sealed} er ikke dem, der blev forseglet."),
            meaning,
            facts,
        ));
    };
    Ok(Verdict {
        holds: true,
        said: format!("Loggen fortsætter seglet: de første {sealed} er dem, der blev forseglet."),
        meaning: proven(noted.is_some(), tree.commits - says.commits),
        facts: facts.into_iter().chain(now).collect(),
        path: path.iter().map(Hash::to_string).collect(),
    })
}

/// The proof that the log goes on from so many commits with this root; nothing where it does not.
async fn proof(app: &App, commits: u64, root: Hash, tree: &CommitTree) -> Result<Option<Vec<Hash>>, PageError> {
    let path = app.log.consistency(commits, tree.commits).await?;
    Ok(path.filter(|path| merkle::extends((commits, root), (tree.commits, tree.root), path)))
}

/// What it proves, and what not.
fn proven(with_noted_key: bool, since: u64) -> Vec<String> {
    let since = match since {
        0 => "Der er ikke kommet noget til siden.".to_owned(),
        n => format!("Der er kommet {} til siden.", count(n, "skrivning", "skrivninger")),
    };
    let key = if with_noted_key {
        "Seglet er underskrevet med den nøgle, du selv har noteret."
    } else {
        "Seglet er underskrevet med den nøgle, tjenesten selv opgiver. Skriv den nøgle, du har noteret, for at være sikker på, at \
         det er den samme."
    };
    [
        format!("Alt, der stod i loggen, da seglet blev lavet, står der stadig, uændret og i samme rækkefølge. {since}"),
        "Det siger ikke, at det, der blev skrevet, var rigtigt, eller at alt blev skrevet.".to_owned(),
        key.to_owned(),
        "Tjenesten har selv regnet. Beviset herunder kan regnes efter et andet sted: RFC 9162, afsnit 2.1.4, eller raskvej verify \
         --bundle med --seal på bundtet af hele loggen."
            .to_owned(),
    ]
    .to_vec()
}
