//! The flags of `import`.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, ValueEnum};

use super::Data;
use crate::dates;
use crate::import::Whole;

/// `import`
#[derive(Debug, Args)]
#[group(id = "filer", required = true, multiple = true, args = ["medarbejdere", "fravaer"])]
pub struct Import {
    /// Which folder.
    #[command(flatten)]
    pub data: Data,
    /// Fil med medarbejdere: CSV eller xlsx
    #[arg(long, value_name = "FIL")]
    pub medarbejdere: Option<PathBuf>,
    /// Fil med fravær: CSV eller xlsx
    #[arg(long, value_name = "FIL")]
    pub fravaer: Option<PathBuf>,
    /// Filernes profil: et navn (opus-lignende, sd-lignende, eller en i datamappens profiler/) eller en TOML-fil
    #[arg(id = "profil", long = "profil", value_name = "NAVN|FIL")]
    pub profile: Option<PathBuf>,
    /// aendringer: filerne har det, der er nyt. hele: de har alt i deres periode, og det, de mangler, nævnes
    #[arg(id = "omfang", long = "omfang", value_name = "OMFANG", default_value = "aendringer")]
    pub extent: Extent,
    /// Med --omfang hele: periodens første dag; ellers den tidligste første fraværsdag i filen
    #[arg(long, value_name = "DATO", value_parser = dates::day)]
    pub fra: Option<NaiveDate>,
    /// Med --omfang hele: afslut det, filen mangler, og som kun lønsystemet har haft med at gøre
    #[arg(long)]
    pub udfoer: bool,
    /// Med --omfang hele: det er rigtigt, at filen mangler over halvdelen
    #[arg(long)]
    pub mange: bool,
    /// Vis, hvad der ville ske, og skriv intet
    #[arg(id = "proeve", long = "proeve")]
    pub on_trial: bool,
    /// Skriv rapporten linje for linje i denne CSV-fil
    #[arg(id = "rapport", long = "rapport", value_name = "FIL")]
    pub report: Option<PathBuf>,
    /// Erstat rapporten, hvis den findes
    #[arg(id = "overskriv", long = "overskriv", requires = "rapport")]
    pub overwrite: bool,
}

/// What the files hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// What is new.
    Changes,
    /// Everything in their period.
    Whole,
}

impl ValueEnum for Extent {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Changes, Self::Whole]
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(match self {
            Self::Changes => "aendringer",
            Self::Whole => "hele",
        }))
    }
}

impl Import {
    /// What is asked of files that hold everything.
    ///
    /// # Errors
    /// A flag says something of such files, and these are none.
    pub fn whole(&self) -> Result<Option<Whole>, &'static str> {
        let whole = Whole { fra: self.fra, udfoer: self.udfoer, mange: self.mange };
        match self.extent {
            Extent::Whole => Ok(Some(whole)),
            Extent::Changes if whole == Whole::default() => Ok(None),
            Extent::Changes => Err("--fra, --udfoer og --mange bruges kun med --omfang hele"),
        }
    }
}
