//! `generer`

use std::path::Path;
use std::time::Instant;

use forloeb::Regelbog;

use super::output::Terminal;
use super::{DONE, Failure, Out, end};
use crate::generate::{Choices, Made, generate};

/// Makes the history, and says what was made; the exit code.
pub async fn run(folder: &Path, choices: &Choices) -> u8 {
    let (out, modtager) = Out::channel();
    let work = async {
        end(make(folder, choices, &out).await, &out).await;
        drop(out);
    };
    tokio::join!(work, Terminal::without_file().accept(modtager)).1
}

async fn make(folder: &Path, choices: &Choices, out: &Out) -> Result<u8, Failure> {
    let (start, til) = (Instant::now(), out.clone());
    let made = generate(folder, choices, Regelbog::built_in(), move |now, i_alt| til.progress(now, i_alt)).await;
    let Made { haendelser, sidste_dag, count, refused_ones, log_head } =
        made.map_err(|e| Failure::new(e.to_string()))?;
    let seconds = start.elapsed().as_secs_f64();
    for (name, count) in count {
        out.out(format!("{count:>10} {name}")).await?;
    }
    out.out(format!("{haendelser} hændelser til og med {sidste_dag} på {seconds:.1} s, hoved {log_head}")).await?;
    out.error(format!("{refused_ones} kommandoer blev afvist af reglerne, som det sker; de er ikke i historikken."))
        .await?;
    out.error(
        "Mappen er syntetisk: nøglerne følger af frøet og beskytter intet. Brug den aldrig til rigtige personer.",
    )
    .await?;
    Ok(DONE)
}
