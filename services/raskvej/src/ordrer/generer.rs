//! `generer`

use std::path::Path;
use std::time::Instant;

use forloeb::Regelbog;

use super::terminal::Terminal;
use super::{Afslag, GJORT, Ud, slut};
use crate::generer::{Lavet, Valg, generer};

/// Makes the history, and says what was made; the exit code.
pub async fn koer(mappe: &Path, valg: &Valg) -> u8 {
    let (ud, modtager) = Ud::kanal();
    let arbejde = async {
        slut(lav(mappe, valg, &ud).await, &ud).await;
        drop(ud);
    };
    tokio::join!(arbejde, Terminal::uden_fil().modtag(modtager)).1
}

async fn lav(mappe: &Path, valg: &Valg, ud: &Ud) -> Result<u8, Afslag> {
    let (start, til) = (Instant::now(), ud.clone());
    let lavet = generer(mappe, valg, Regelbog::indbygget(), move |nu, i_alt| til.fremdrift(nu, i_alt)).await;
    let Lavet { haendelser, sidste_dag, antal, afviste, hoved } = lavet.map_err(|e| Afslag::ny(e.to_string()))?;
    let sekunder = start.elapsed().as_secs_f64();
    for (navn, antal) in antal {
        ud.ud(format!("{antal:>10} {navn}")).await?;
    }
    ud.ud(format!("{haendelser} hændelser til og med {sidste_dag} på {sekunder:.1} s, hoved {hoved}")).await?;
    ud.fejl(format!("{afviste} kommandoer blev afvist af reglerne, som det sker; de er ikke i historikken.")).await?;
    ud.fejl("Mappen er syntetisk: nøglerne følger af frøet og beskytter intet. Brug den aldrig til rigtige personer.")
        .await?;
    Ok(GJORT)
}
