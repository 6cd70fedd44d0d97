//! `simulate`

use std::path::Path;

use forloeb::Regelbog;

use super::terminal::Terminal;
use super::{Afslag, Format, GJORT, Ud, slut};
use crate::hvad_hvis::andre_regler;
use crate::simuler::{Rapport, Valg, simuler};

/// Lives through the years, and says what came of it; the exit code.
pub async fn koer(valg: Valg, regler: Option<&Path>, format: Format) -> u8 {
    let (ud, modtager) = Ud::kanal();
    let arbejde = async {
        slut(lev(valg, regler, format, &ud).await, &ud).await;
        drop(ud);
    };
    tokio::join!(arbejde, Terminal::uden_fil().modtag(modtager)).1
}

async fn lev(valg: Valg, regler: Option<&Path>, format: Format, ud: &Ud) -> Result<u8, Afslag> {
    let mut bog = Regelbog::indbygget();
    if let Some(fil) = regler {
        let ulaeselig = |e: &dyn std::fmt::Display| Afslag::ny(format!("{}: {e}", fil.display()));
        let tekst = std::fs::read_to_string(fil).map_err(|e| ulaeselig(&e))?;
        bog = andre_regler(&bog, &tekst).map_err(|e| ulaeselig(&e))?;
    }
    let til = ud.clone();
    let levet = tokio::task::spawn_blocking(move || simuler(&valg, &bog, &|nu, i_alt| til.fremdrift(nu, i_alt)));
    let rapport: Rapport = levet.await.map_err(std::io::Error::other)?.map_err(|e| Afslag::ny(e.to_string()))?;
    match format {
        Format::Text => ud.ud(rapport.to_string().trim_end()).await?,
        Format::Json => ud.ud(serde_json::to_string(&rapport).map_err(|e| Afslag::ny(e.to_string()))?).await?,
    }
    Ok(GJORT)
}
