//! `simulate` and `generer`: invented workplaces.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;

use super::Data;
use crate::dates;
use crate::terminal::Format;

/// `simulate`
#[derive(Debug, Args)]
pub struct Simulate {
    /// Antal medarbejdere
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(8..=500_000))]
    pub medarbejdere: u32,
    /// Antal år
    #[arg(long, value_name = "M", value_parser = clap::value_parser!(u32).range(1..=50))]
    pub aar: u32,
    /// Frø: de samme valg giver det samme
    #[arg(long, value_name = "S")]
    #[arg(id = "froe", long = "froe")]
    pub seed: u64,
    /// Sidste dag [standard: 31. december 2025]
    #[arg(long, value_name = "DATO", value_parser = dates::day, default_value = "2025-12-31", hide_default_value = true)]
    pub til: NaiveDate,
    /// Fil med et regelsæt eller en politik (TOML), der lægges over de indbyggede regler
    #[arg(long, value_name = "FIL")]
    pub regler: Option<PathBuf>,
    /// text eller json
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text, hide_default_value = true, hide_possible_values = true)]
    pub format: Format,
}

/// `generer`
#[derive(Debug, Args)]
pub struct Generate {
    /// Which folder.
    #[command(flatten)]
    pub data: Data,
    /// Antal medarbejdere i alt; deles ligeligt på distrikterne
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(8..=500_000))]
    pub medarbejdere: u32,
    /// Antal distrikter [standard: 1]. Kun det første afgøres af reglerne; i de andre sker det samme de samme dage for
    /// andre personer, og det går mange gange hurtigere
    #[arg(long, value_name = "D", value_parser = clap::value_parser!(u32).range(1..=1000), default_value_t = 1, hide_default_value = true)]
    pub distrikter: u32,
    /// Antal år frem til sidste dag
    #[arg(long, value_name = "M", value_parser = clap::value_parser!(u32).range(1..=50))]
    pub aar: u32,
    /// Frø: de samme valg giver den samme historik
    #[arg(long, value_name = "S")]
    #[arg(id = "froe", long = "froe")]
    pub seed: u64,
    /// Sidste dag [standard: i dag]
    #[arg(long, value_name = "DATO", value_parser = dates::day)]
    pub til: Option<NaiveDate>,
    /// Højst så mange hændelser
    #[arg(long, value_name = "MAX")]
    pub haendelser: Option<u64>,
}
