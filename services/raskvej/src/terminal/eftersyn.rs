//! `eftersyn`: what only who has the folder open can see. Everything else is looked at by the process that was asked.

use std::sync::Arc;

use serde::Serialize;

use super::{DONE, Failure, Format, Out, REFUSED, as_json};
use crate::core::App;
use crate::sentences;

/// How something was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Grade {
    /// As it is to be.
    Ok,
    /// It works, and somebody is to look at it.
    Advarsel,
    /// Something does not work.
    Fejl,
}

impl Grade {
    const fn code(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Advarsel => "advarsel",
            Self::Fejl => "fejl",
        }
    }
}

/// One thing that was looked at. There is no secret and no person in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Finding {
    #[serde(rename = "fund")]
    pub(crate) grade: Grade,
    /// What was looked at.
    #[serde(rename = "hvad")]
    pub(crate) what: &'static str,
    /// What was found.
    #[serde(rename = "siger")]
    pub(crate) said: String,
    /// What to do about it.
    #[serde(rename = "goer", skip_serializing_if = "Option::is_none")]
    pub(crate) to_do: Option<String>,
}

impl Finding {
    /// As it is to be.
    pub(crate) fn ok(what: &'static str, said: impl Into<String>) -> Self {
        Self { grade: Grade::Ok, what, said: said.into(), to_do: None }
    }

    /// It works, and somebody is to do this.
    pub(crate) fn advarsel(what: &'static str, said: impl Into<String>, to_do: impl Into<String>) -> Self {
        Self { grade: Grade::Advarsel, what, said: said.into(), to_do: Some(to_do.into()) }
    }

    /// It does not work until somebody does this.
    pub(crate) fn fejl(what: &'static str, said: impl Into<String>, to_do: impl Into<String>) -> Self {
        Self { grade: Grade::Fejl, what, said: said.into(), to_do: Some(to_do.into()) }
    }

    /// As a line.
    pub(crate) fn line(&self, format: Format) -> Result<String, Failure> {
        if format == Format::Json {
            return as_json(self);
        }
        let to_do = self.to_do.as_ref().map_or_else(String::new, |to_do| format!(" Gør: {to_do}"));
        Ok(format!("{:<9} {}: {}{to_do}", self.grade.code(), self.what, self.said))
    }
}

/// Looks, and tells; the exit code.
pub(super) async fn look(app: &Arc<App>, format: Format, out: &Out) -> Result<u8, Failure> {
    let mut all = Vec::new();
    for trouble in app.health().await {
        let what = if trouble.is_the_clock() { "ur" } else { "tilstand" };
        let to_do = "se docs/operations.md (What it tells)";
        let finding = if trouble.refuses_commands() { Finding::fejl } else { Finding::advarsel };
        all.push(finding(what, format!("{}: {}", trouble.code(), trouble.says()), to_do));
    }
    if all.is_empty() {
        all.push(Finding::ok("tilstand", "der kan læses og skrives, og intet venter på drift"));
    }
    all.push(if app.keys.is_wrapped() {
        Finding::ok("nøgler", "kan bruges, og er pakket med en hovednøgle")
    } else {
        let to_do = "lav en hovednøgle med raskvej setup, og pak nøglerne med raskvej noegle rotate";
        Finding::advarsel("nøgler", "kan bruges, men ligger i mappen uden hovednøgle", to_do)
    });
    let late = {
        let projections = app.projections();
        projections.today().pred_opt().map_or(0, |before| projections.forfaldne(before).count())
    };
    all.push(if late == 0 {
        Finding::ok("mails", "ingen påmindelse fra før i dag venter")
    } else {
        let said = sentences::count(late as u64, "ansættelse har", "ansættelser har");
        let said = format!("{said} påmindelser fra før i dag, som ikke er sendt");
        Finding::advarsel("mails", said, "se hvorfor på siden /hr/breve")
    });
    let code = if all.iter().any(|finding| finding.grade == Grade::Fejl) { REFUSED } else { DONE };
    for finding in all {
        out.out(finding.line(format)?).await?;
    }
    Ok(code)
}
