//! The two files, exactly in the form the import is promised: semicolon, UTF-8 with BOM, CRLF, dd-mm-yyyy.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use chrono::NaiveDate;
use csv::{Terminator, Writer, WriterBuilder};
use synthetic::{Medarbejder, names};

use super::Arbejdsplads;
use super::fravaer::Fravaer;

const BOM: &[u8] = "\u{feff}".as_bytes();
const MEDARBEJDERE: &str = "medarbejder_nr;cpr;navn;email;telefon;stilling;enhed;enhed_navn;leder_nr;tr_nr;amr_nr;\
                            ansat_dato;fratraadt_dato;timer_pr_uge;bopaelskommune;paragraf_56;fleksjob;nyuddannet;rolle";
const FRAVAER: &str = "fravaer_nr;medarbejder_nr;aarsag;foerste_fravaersdag;sidste_fravaersdag;omfang_pct;registreret";

impl Arbejdsplads {
    /// Writes medarbejdere.csv and fravaer.csv into a folder.
    pub(crate) fn write(&self, folder: &Path) -> io::Result<()> {
        std::fs::create_dir_all(folder)?;
        let mut file = begin(folder, "medarbejdere.csv", MEDARBEJDERE)?;
        for m in &self.medarbejdere {
            file.write_record(medarbejder(m))?;
        }
        file.flush()?;
        let mut file = begin(folder, "fravaer.csv", FRAVAER)?;
        for f in &self.fravaer {
            file.write_record(fravaer(f))?;
        }
        file.flush()
    }
}

fn begin(folder: &Path, name: &str, log_head: &str) -> io::Result<Writer<BufWriter<File>>> {
    let mut file = BufWriter::new(File::create(folder.join(name))?);
    file.write_all(BOM)?;
    let mut csv = WriterBuilder::new().delimiter(b';').terminator(Terminator::CRLF).from_writer(file);
    csv.write_record(log_head.split(';'))?;
    Ok(csv)
}

fn medarbejder(m: &Medarbejder) -> [String; 19] {
    let figure = |nr: Option<u32>| nr.map(|nr| nr.to_string()).unwrap_or_default();
    [
        m.nr.to_string(),
        m.cpr.clone(),
        m.name.clone(),
        m.email(),
        m.telefon(),
        m.stilling.to_owned(),
        m.enhed_code(),
        names::enhed(m.enhed),
        figure(m.leder_nr),
        m.tr_nr.to_string(),
        m.amr_nr.to_string(),
        dato(m.ansat),
        m.fratraadt.map(dato).unwrap_or_default(),
        m.timer.to_string(),
        m.kommune.to_owned(),
        ja_nej(m.paragraf_56),
        ja_nej(m.fleksjob),
        ja_nej(m.nyuddannet),
        if m.leder { "leder" } else { "medarbejder" }.to_owned(),
    ]
}

fn fravaer(f: &Fravaer) -> [String; 7] {
    [
        f.nr.to_string(),
        f.medarbejder_nr.to_string(),
        f.aarsag.tekst().to_owned(),
        dato(f.fra),
        f.til.map(dato).unwrap_or_default(),
        f.omfang_pct.to_string(),
        f.registreret.format("%d-%m-%Y %H:%M").to_string(),
    ]
}

fn dato(dag: NaiveDate) -> String {
    dag.format("%d-%m-%Y").to_string()
}

fn ja_nej(ja: bool) -> String {
    if ja { "ja" } else { "nej" }.to_owned()
}
