//! A form with a file in it, as a browser sends it (`multipart/form-data`).
//!
//! It is taken whole, under a bound and within a time, and only then taken apart, on a thread that answers nobody: what a
//! browser sends can be anything, and looking for the ends of its parts costs what it is long.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::multipart::{Field, Multipart};
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use tokio::runtime::Handle;

use crate::bounds::LARGEST_TEXT;
use crate::dates;
use crate::http::body::whole_body;
use crate::import::{LARGEST_FILE, Whole};
use crate::uploads::too_large;

/// Largest form: a file, a profile, and what a browser puts around them.
pub(crate) const LARGEST: usize = LARGEST_FILE + LARGEST_TEXT + (64 << 10);
/// How long a form may be on its way: 64 MB with 1 megabit a second.
const PATIENCE: Duration = Duration::from_mins(10);
/// Most parts of a form.
const MOST_PARTS: usize = 20;
/// Longest value of a field that is not a file.
const LONGEST_VALUE: usize = 200;

/// What a file holds.
pub(crate) const OMFANG: [(&str, &str); 2] = [
    ("aendringer", "Det, der er nyt eller ændret. Det, filen ikke nævner, bliver, som det er"),
    ("hele", "Alt i sin periode. Det, filen mangler, bliver nævnt, og I bliver spurgt, hvad der skal ske"),
];

/// What was chosen.
#[derive(Default)]
pub(crate) struct UploadForm {
    /// Which of payroll's files it is.
    pub(crate) what: String,
    /// Name of a profile.
    pub(crate) profile: String,
    /// A profile that came along.
    pub(crate) profile_file: Bytes,
    /// `hele` where the file holds everything in its period.
    pub(crate) omfang: String,
    /// The first day of that period; empty: the earliest first day in the file.
    pub(crate) fra: String,
    /// `ja` where it is right that the file lacks much.
    pub(crate) mange: String,
    pub(crate) file: Bytes,
}

impl UploadForm {
    /// Whether the file holds everything in its period. What is gone is never ended from here: HR is asked about it.
    pub(crate) fn whole(&self) -> Result<Option<Whole>, Unusable> {
        let wrong = |felt, said: &str| Unusable::new(StatusCode::UNPROCESSABLE_ENTITY, Some(felt), said);
        let fra = match self.fra.as_str() {
            "" => None,
            text => Some(dates::day(text).map_err(|_| wrong("fra", "Skriv en dato, eller lad feltet stå tomt."))?),
        };
        match self.omfang() {
            "hele" => Ok(Some(Whole { fra, udfoer: false, mange: self.mange == "ja" })),
            "aendringer" if fra.is_some() => {
                Err(wrong("fra", "Datoen bruges kun, når filen rummer alt i sin periode."))
            }
            "aendringer" => Ok(None),
            _ => Err(wrong("omfang", "Vælg, om filen rummer ændringer eller alt i sin periode.")),
        }
    }

    /// What the file holds, by its code; what changed, where nothing is chosen.
    pub(crate) fn omfang(&self) -> &str {
        if self.omfang.is_empty() { "aendringer" } else { &self.omfang }
    }
}

/// Why a form cannot be used.
pub(crate) struct Unusable {
    pub(crate) status: StatusCode,
    /// Which field it is about, if it is about one.
    pub(crate) felt: Option<&'static str>,
    pub(crate) said: String,
}

impl Unusable {
    pub(crate) fn new(status: StatusCode, felt: Option<&'static str>, said: impl Into<String>) -> Self {
        Self { status, felt, said: said.into() }
    }

    fn form() -> Self {
        let said = "Formularen kan ikke læses, og intet er sendt videre. Vælg filen igen her på siden.";
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, None, said)
    }

    fn large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, Some("fil"), too_large(LARGEST_FILE))
    }
}

/// Takes a form.
pub(crate) async fn take(request: Request) -> Result<UploadForm, Unusable> {
    take_within(PATIENCE, request).await
}

async fn take_within(patience: Duration, request: Request) -> Result<UploadForm, Unusable> {
    let (parts, body) = request.into_parts();
    let whole = whole_body(Request::from_parts(parts.clone(), body), LARGEST);
    let bytes = match tokio::time::timeout(patience, whole).await {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(problem)) if problem.status == StatusCode::PAYLOAD_TOO_LARGE => return Err(Unusable::large()),
        // Who is cut off is not there to be told.
        Ok(Err(_)) => return Err(Unusable::form()),
        Err(_) => {
            let said =
                "Filen var mere end ti minutter undervejs og nåede ikke frem. Prøv igen på en hurtigere forbindelse.";
            return Err(Unusable::new(StatusCode::REQUEST_TIMEOUT, Some("fil"), said));
        }
    };
    let request = Request::from_parts(parts, Body::from(bytes));
    let runtime = Handle::current();
    let apart = tokio::task::spawn_blocking(move || runtime.block_on(take_apart(request)));
    apart.await.unwrap_or_else(|_| Err(Unusable::form()))
}

async fn take_apart(request: Request) -> Result<UploadForm, Unusable> {
    let mut form = UploadForm::default();
    let multipart = Multipart::from_request(request, &()).await;
    let mut multipart = multipart.map_err(|_| Unusable::form())?;
    for _ in 0..MOST_PARTS {
        let Some(field) = multipart.next_field().await.map_err(|_| Unusable::form())? else { return Ok(form) };
        match field.name().unwrap_or_default() {
            "hvad" => form.what = value(field).await?,
            "profil" => form.profile = value(field).await?,
            "omfang" => form.omfang = value(field).await?,
            "fra" => form.fra = value(field).await?,
            "mange" => form.mange = value(field).await?,
            "profilfil" => {
                let said = "Profilen er på over 1 MB.";
                let large = Unusable::new(StatusCode::PAYLOAD_TOO_LARGE, Some("profilfil"), said);
                form.profile_file = bytes(field).await.ok().filter(|it| it.len() <= LARGEST_TEXT).ok_or(large)?;
            }
            "fil" => {
                form.file = bytes(field).await?;
                if form.file.len() > LARGEST_FILE {
                    return Err(Unusable::large());
                }
            }
            // The next one begins where this one ends.
            _ => {}
        }
    }
    Err(Unusable::form())
}

async fn bytes(field: Field<'_>) -> Result<Bytes, Unusable> {
    field.bytes().await.map_err(|_| Unusable::form())
}

async fn value(field: Field<'_>) -> Result<String, Unusable> {
    let value = bytes(field).await?;
    let text = std::str::from_utf8(&value).ok().filter(|text| text.len() <= LONGEST_VALUE);
    text.map(str::to_owned).ok_or_else(Unusable::form)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::time::Instant;

    use tokio_stream::StreamExt;

    use super::*;

    /// One that drips, a byte now and then, is never idle and never done: it has its time, and no more.
    #[tokio::test]
    async fn a_form_that_never_comes_to_its_end_is_given_up() {
        let drops = tokio_stream::iter(std::iter::repeat_with(|| Ok::<_, Infallible>(Bytes::from_static(b"x"))));
        let drips = drops.then(async |drop| {
            tokio::time::sleep(Duration::from_millis(5)).await;
            drop
        });
        let request = Request::post("/").body(Body::from_stream(drips)).unwrap();
        let (begun, patience) = (Instant::now(), Duration::from_millis(100));
        let taken = tokio::time::timeout(Duration::from_secs(30), take_within(patience, request)).await;
        let wrong = taken.expect("it comes to an end").err().expect("it is no form");
        assert_eq!((wrong.status, wrong.felt), (StatusCode::REQUEST_TIMEOUT, Some("fil")));
        assert!(begun.elapsed() >= patience);
    }
}
