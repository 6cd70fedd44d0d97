//! Empty files to begin with: the columns of payroll's two files, and what is to stand in each.

use std::sync::LazyLock;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use crate::import::columns_of;
use crate::uploads::Kind;

/// A column: what stands in it, and an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    /// It has to be there.
    pub(crate) required: bool,
    pub(crate) what: &'static str,
    pub(crate) example: &'static str,
}

/// Name, what stands there, an example; in whatever order.
const WORDS: [(&str, &str, &str); 35] = [
    ("medarbejder_nr", "Lønsystemets nummer på ansættelsen. Aldrig et CPR-nummer.", "10010"),
    ("cpr", "CPR-nummer, ti cifre, med eller uden bindestreg.", "610190-0001"),
    ("navn", "For- og efternavn.", "Anna Andersen"),
    ("email", "Arbejdsmail. Må være tom; så kan der ikke sendes mail.", "anna@kommune.example"),
    ("telefon", "Må være tom.", ""),
    ("stilling", "Må være tom.", "Pædagog"),
    ("enhed", "Enhedens kode.", "E101"),
    ("enhed_navn", "Enhedens navn.", "Botilbud Solsikken"),
    ("leder_nr", "Lederens medarbejdernummer. Tom for den, der ingen leder har.", ""),
    ("tr_nr", "Tillidsrepræsentantens medarbejdernummer. Må være tom.", ""),
    ("amr_nr", "Arbejdsmiljørepræsentantens medarbejdernummer. Må være tom.", ""),
    ("ansat_dato", "Første dag i ansættelsen. Må kun være tom for timelønnede.", "01-03-2015"),
    ("fratraadt_dato", "Sidste dag i ansættelsen. Tom, når den fortsætter.", ""),
    ("timer_pr_uge", "Aftalte timer om ugen.", "37"),
    ("bopaelskommune", "Bopælskommunens kode, tre eller fire cifre.", "0727"),
    ("paragraf_56", "Om der er en § 56-aftale: ja eller nej.", "nej"),
    ("fleksjob", "Ja eller nej.", "nej"),
    ("nyuddannet", "Ja eller nej.", "nej"),
    ("rolle", "Leder eller medarbejder.", "medarbejder"),
    ("gaelder_fra", "Første dag, linjens oplysninger gælder.", "01-01-2026"),
    ("arbejdsdage", "Når det ikke er mandag til fredag.", "man,tir,ons"),
    ("loen_under_sygdom", "Ja, sygedagpenge eller nej.", "ja"),
    ("ansaettelsesform", "Maanedsloen, fast_vikar, timeloen, vikarbureau eller elev.", "maanedsloen"),
    ("paragraf_56_fra", "Første dag i en § 56-aftale.", ""),
    ("paragraf_56_til", "Sidste dag i en § 56-aftale.", ""),
    ("distrikt", "Kode for det distrikt, enheden hører til.", ""),
    ("fravaer_nr", "Lønsystemets nummer på fraværet: det samme hver gang for det samme fravær.", "900001"),
    ("aarsag", "Sygdom, arbejdsskade, graviditet eller barn_syg.", "sygdom"),
    ("foerste_fravaersdag", "Første dag.", "05-01-2026"),
    ("sidste_fravaersdag", "Sidste dag. Tom, når fraværet fortsætter.", "16-01-2026"),
    ("omfang_pct", "Hvor meget af arbejdstiden, i procent: 100 for hele.", "100"),
    ("registreret", "Et tidspunkt; det prøves og bruges ikke.", "05-01-2026 08:15"),
    ("raskmeldt", "Ja, når medarbejderen har meldt sig rask efter sidste dag.", "ja"),
    ("timer_pr_uge_fravaer", "Fraværets timer om ugen, når procenten ikke kendes.", ""),
    ("paragraf_56", "Om fraværet er den lidelse, § 56-aftalen gælder: ja eller nej.", ""),
];

/// The columns of a file, those that have to be there first.
pub(crate) fn columns(kind: Kind) -> Vec<Column> {
    let columns = columns_of(kind.code());
    let column = |name: &'static str| {
        let mut words = WORDS.iter().filter(|(known, ..)| *known == name);
        // What is told of both files is told of employees first.
        let words = if kind == Kind::Fravaer { words.next_back() } else { words.next() };
        let (what, example) = words.map_or(("", ""), |(_, what, example)| (*what, *example));
        Column { name, required: columns.required.contains(&name), what, example }
    };
    columns.all().map(column).collect()
}

/// An empty file in CSV: a spreadsheet takes the mark before it for UTF-8.
pub(crate) fn csv(kind: Kind) -> Vec<u8> {
    let names: Vec<&str> = columns(kind).iter().map(|column| column.name).collect();
    format!("\u{feff}{}\r\n", names.join(";")).into_bytes()
}

/// An empty workbook: every cell is text, so that zeros before a number stay, and what is to stand there is on a sheet beside.
pub(crate) fn xlsx(kind: Kind) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // The same bytes each time.
    let properties = DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2026, 1, 1)?);
    workbook.set_properties(&properties);
    let head = Format::new().set_bold().set_num_format("@");
    let text = Format::new().set_num_format("@");
    let columns = columns(kind);
    let sheet = workbook.add_worksheet().set_name(kind.name())?;
    for (place, column) in (0_u16..).zip(&columns) {
        sheet.set_column_format(place, &text)?.set_column_width(place, 18)?;
        sheet.write_with_format(0, place, column.name, &head)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    explain(workbook.add_worksheet().set_name("forklaring")?, &columns, &head)?;
    workbook.save_to_buffer()
}

fn explain(sheet: &mut Worksheet, columns: &[Column], head: &Format) -> Result<(), XlsxError> {
    let wrapped = Format::new().set_num_format("@").set_text_wrap().set_align(FormatAlign::Top);
    for (place, (title, width)) in
        (0_u16..).zip([("Kolonne", 24), ("Skal være der", 14), ("Hvad", 60), ("Eksempel", 24)])
    {
        sheet.set_column_width(place, width)?.write_with_format(0, place, title, head)?;
    }
    for (row, column) in (1_u32..).zip(columns) {
        let required = if column.required { "ja" } else { "nej" };
        for (place, value) in (0_u16..).zip([column.name, required, column.what, column.example]) {
            sheet.write_with_format(row, place, value, &wrapped)?;
        }
    }
    Ok(())
}

/// Both kinds, as the page shows them.
pub(crate) static ALL: LazyLock<[(Kind, Vec<Column>); 2]> =
    LazyLock::new(|| Kind::ALL.map(|kind| (kind, columns(kind))));

#[cfg(test)]
mod tests {
    use app::workplace::{Workplace, standing_still};
    use forloeb::Aktoer;

    use super::*;
    use crate::import::{Intake, Report};

    async fn tried(place: &Workplace, kind: Kind, bytes: Vec<u8>) -> Report {
        let aktoer = Aktoer::system("test");
        let intake = Intake::new(&place.app, &aktoer);
        match kind {
            Kind::Medarbejdere => intake.medarbejdere(bytes, &|_, _| {}).await.unwrap(),
            Kind::Fravaer => intake.fravaer(bytes, &|_, _| {}).await.unwrap(),
        }
    }

    #[tokio::test]
    async fn a_template_is_a_file_without_lines_and_its_examples_are_a_line_that_goes_in() {
        let place = Workplace::empty(standing_still("2026-02-06T09:00:00Z")).await;
        for kind in Kind::ALL {
            for empty in [csv(kind), xlsx(kind).unwrap()] {
                let report = tried(&place, kind, empty).await;
                assert_eq!(report, Report::default(), "{kind:?}: {report:?}");
            }
            assert!(columns(kind).iter().all(|column| !column.what.is_empty()), "{:?}", columns(kind));
            let examples: Vec<&str> = columns(kind).iter().map(|column| column.example).collect();
            let line = [csv(kind), examples.join(";").into_bytes()].concat();
            let report = tried(&place, kind, line).await;
            assert_eq!((report.created, report.error, report.warnings), (1, vec![], vec![]), "{kind:?}");
        }
        assert_eq!(xlsx(Kind::Fravaer).unwrap(), xlsx(Kind::Fravaer).unwrap());
    }
}
