//! `token create`, `token list`, `token revoke`

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use forloeb::Aktoer;
use forloeb::refusal::BrokenRegel;
use forloeb::words::Rolle;
use serde::{Deserialize, Serialize};

use super::{DONE, Failure, Format, Out, as_json};
use crate::access::User;
use crate::clock::Clock;
use crate::core::App;
use crate::cpr;
use crate::projections::{Projections, TokenUdstedt};
use crate::sentences;
use crate::token::{self, LONGEST_NAME, Token};

/// The token that is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// Role.
    pub rolle: Rolle,
    /// Employee number.
    #[serde(default)]
    pub medarbejder: Option<String>,
    /// What it is called.
    #[serde(default)]
    pub navn: Option<String>,
    /// The last day it works.
    #[serde(default)]
    pub udloeber: Option<NaiveDate>,
}

impl Wanted {
    /// One that is not a person's.
    #[cfg(test)]
    pub(crate) fn called(navn: &str, rolle: Rolle) -> Self {
        Self { rolle, medarbejder: None, navn: Some(navn.to_owned()), udloeber: None }
    }

    /// A person's.
    #[cfg(test)]
    pub(crate) fn of(nr: &str, rolle: Rolle) -> Self {
        Self { rolle, medarbejder: Some(nr.to_owned()), navn: None, udloeber: None }
    }

    fn refused(&self, projections: &Projections, machine_day: NaiveDate) -> Result<(), Failure> {
        let rolle = self.rolle;
        match (&self.medarbejder, &self.navn) {
            (None, _) if rolle.is_person() => {
                return Err(Failure::usage(format!("Rollen {rolle} kræver --medarbejder.")));
            }
            (Some(_), _) if rolle == Rolle::System => {
                return Err(Failure::usage("Rollen system er ikke en persons: giv den --navn, ikke --medarbejder."));
            }
            (None, None) => {
                return Err(Failure::usage(format!(
                    "Rollen {rolle} kræver --medarbejder eller --navn: loggen skal kunne sige, hvem det var."
                )));
            }
            _ => {}
        }
        let name_is_wrong = |navn: &str| {
            let length = navn.chars().count();
            navn.trim() != navn || !(1..=LONGEST_NAME).contains(&length) || navn.chars().any(char::is_control)
        };
        if self.navn.as_deref().is_some_and(name_is_wrong) {
            let error = format!("--navn skal være 1 til {LONGEST_NAME} tegn på en linje.");
            return Err(Failure::usage(error));
        }
        if self.navn.as_deref().is_some_and(cpr::is_in) {
            let error =
                "--navn ligner et CPR-nummer. Navnet står i loggen for altid: skriv, hvem eller hvad nøglen er til.";
            return Err(Failure::usage(error));
        }
        if let Some(last) = self.udloeber {
            let latest = token::latest_last_day(machine_day);
            if !(machine_day..=latest).contains(&last) {
                let latest = sentences::dato(latest);
                return Err(Failure::usage(format!("--udloeber skal være i dag eller senere, og senest {latest}.")));
            }
        }
        if let Some(nr) = &self.medarbejder {
            if projections.stamdata(nr).is_none() {
                return Err(Failure::new(sentences::regel(&BrokenRegel::UnknownAnsaettelse)));
            }
            if projections.is_erased(nr) {
                return Err(Failure::new(sentences::regel(&BrokenRegel::PersonSlettet)));
            }
        }
        Ok(())
    }
}

pub(super) async fn create(app: &Arc<App>, wanted: Wanted, out: &Out) -> Result<u8, Failure> {
    let today = Clock::System.today();
    wanted.refused(&app.projections(), today)?;
    let secret = token::new_token()?;
    let Wanted { rolle, medarbejder: nr, navn, udloeber } = wanted;
    let last = udloeber.unwrap_or_else(|| token::last_day(nr.is_some(), today));
    let hash = token::fingerprint(&secret);
    let issued = TokenUdstedt { hash, rolle, nr, navn, udloeber: Some(last) };
    app.registrer_token(&issued, &Aktoer::system("terminal")).await?;
    let id = token::id(&issued.hash);
    out.error(format!("Adgangsnøglen {id} virker til og med {}. Den vises kun denne ene gang.", sentences::dato(last)))
        .await?;
    out.out(secret).await?;
    Ok(DONE)
}

/// A token in the list.
#[derive(Serialize)]
struct Row {
    id: String,
    rolle: Rolle,
    medarbejder: Option<String>,
    navn: Option<String>,
    #[serde(rename = "lavet")]
    made: DateTime<Utc>,
    #[serde(rename = "sidste_dag")]
    last: Option<NaiveDate>,
    #[serde(rename = "senest_brugt")]
    used: Option<DateTime<Utc>>,
    /// Why it does not work any more.
    #[serde(rename = "slut")]
    ended: Option<&'static str>,
}

pub(super) async fn list(app: &Arc<App>, format: Format, out: &Out) -> Result<u8, Failure> {
    let mut rows: Vec<Row> = {
        let projections = app.projections();
        let today = Clock::System.today();
        let row = |(hash, token): (&str, &Token)| {
            let id = token::id(hash);
            Row {
                rolle: token.rolle,
                medarbejder: token.nr.clone(),
                navn: token.navn.clone(),
                made: token.made,
                last: token.udloeber,
                used: app.token_use.latest(&id),
                ended: ended(token, &projections, today),
                id,
            }
        };
        projections.tokens().map(row).collect()
    };
    // Those that work first, and the newest of each first.
    rows.sort_by(|one, other| {
        (one.ended.is_some(), other.made, &one.id).cmp(&(other.ended.is_some(), one.made, &other.id))
    });
    for row in rows {
        out.out(if format == Format::Json { as_json(&row)? } else { row.line() }).await?;
    }
    Ok(DONE)
}

/// Why a token does not work any more.
fn ended(token: &Token, projections: &Projections, machine_day: NaiveDate) -> Option<&'static str> {
    let here = User::new(token.rolle, token.nr.clone()).is_here(projections, projections.today());
    if token.revoked {
        Some("tilbagekaldt")
    } else if !here {
        Some("ejeren er her ikke mere")
    } else if !token.holds(machine_day) {
        Some("udløbet")
    } else {
        None
    }
}

impl Row {
    fn line(&self) -> String {
        let nr = self.medarbejder.as_ref().map(|nr| format!("medarbejder {nr}"));
        let whose: Vec<String> = self.navn.clone().into_iter().chain(nr).collect();
        let whose = if whose.is_empty() { "uden navn".to_owned() } else { whose.join(", ") };
        let made = sentences::dato(crate::clock::dag_in_denmark(self.made));
        let last = self
            .last
            .map_or_else(|| "udløber aldrig".to_owned(), |last| format!("virker til og med {}", sentences::dato(last)));
        let used = self.used.map_or_else(
            || "ikke brugt".to_owned(),
            |used| format!("senest brugt {}", sentences::tidspunkt(crate::clock::local(used))),
        );
        let ended = self.ended.map(|why| format!("  {why}")).unwrap_or_default();
        format!("{}  {}  {whose}  lavet {made}  {last}  {used}{ended}", self.id, self.rolle)
    }
}

pub(super) async fn revoke(app: &Arc<App>, id: &str, out: &Out) -> Result<u8, Failure> {
    let found: Vec<(String, bool)> = {
        let projections = app.projections();
        let called = projections.tokens().filter(|(hash, _)| token::id(hash) == id);
        called.map(|(hash, token)| (hash.to_owned(), token.revoked)).collect()
    };
    if found.is_empty() {
        return Err(Failure::new("Ingen adgangsnøgle har det id. raskvej token list viser dem."));
    }
    for (hash, revoked) in found {
        if revoked {
            out.error(format!("Adgangsnøglen {id} var allerede kaldt tilbage.")).await?;
        } else {
            app.tilbagekald_token(&hash, &Aktoer::system("terminal")).await?;
            out.error(format!("Adgangsnøglen {id} er kaldt tilbage. Hvem der er logget ind med den, er logget ud."))
                .await?;
        }
    }
    Ok(DONE)
}

/// Says at the start which tokens never end, or cannot be said whose they are: the first programs issued such, and they
/// are not cut off behind anybody's back.
pub(crate) fn say_loose(app: &App) {
    let ids: Vec<String> = {
        let projections = app.projections();
        let today = Clock::System.today();
        let loose = projections.tokens().filter(|(_, t)| t.is_loose() && ended(t, &projections, today).is_none());
        loose.map(|(hash, _)| token::id(hash)).collect()
    };
    metrics::gauge!("raskvej_adgangsnoegler_uden_slut").set(u32::try_from(ids.len()).unwrap_or(u32::MAX));
    if !ids.is_empty() {
        let some: Vec<&str> = ids.iter().take(MOST_SAID).map(String::as_str).collect();
        tracing::warn!(
            count = ids.len(),
            ids = some.join(" "),
            "adgangsnøgler fra et tidligere program har intet navn eller ingen udløbsdato: lav nye, og kald dem tilbage"
        );
    }
}

/// Ids of such tokens that a log line names.
const MOST_SAID: usize = 20;
